package simulate

// Kind says how the names of a rename are alike, or what else a change is.
type Kind string

// The kinds of renames.
const (
	Tense        Kind = "tense or order"
	Prefix       Kind = "prefix or version"
	Typo         Kind = "typo"
	Abbreviation Kind = "abbreviation"
	Synonym      Kind = "synonym"
	Unlike       Kind = "nothing alike"
	Case         Kind = "case"
	Separator    Kind = "separator"
	Split        Kind = "split"
	Merge        Kind = "merge"
)

// The kinds of what is no rename.
const (
	Launch      Kind = "launch"
	Deprecation Kind = "deprecation"
	Unrelated   Kind = "unrelated launch and deprecation"
	Replacement Kind = "feature replaced"
)

// Truth is what was put into a workspace.
type Truth struct {
	Seed     uint64   `json:"seed"`
	AsOf     string   `json:"as_of"`
	Hard     bool     `json:"hard"`
	Renames  []Change `json:"renames"` // a split or merge is a line for each pair of names
	Harmless []Change `json:"harmless"`
	Outage   Outage   `json:"outage"`
	Holidays []string `json:"holidays"`
}

// Change is one name that came, went or both.
type Change struct {
	Kind       Kind     `json:"kind"`
	Old        string   `json:"old,omitempty"`
	New        string   `json:"new,omitempty"`
	Sources    []string `json:"sources"`
	Day        string   `json:"day"`        // of the first release that has it
	Age        int      `json:"age"`        // days from that day to the morning of the audit
	Properties bool     `json:"properties"` // the properties changed too
	Alike      bool     `json:"alike"`      // the name looks like that of a planned event without being it
}
