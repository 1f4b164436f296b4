package names

import "slices"

// Level is how sure a match is that two names mean one event.
type Level int

// The levels: None is no match; Medium wants more evidence (one name fading as the other rises); High speaks for itself.
const (
	None Level = iota
	Medium
	High
)

// String is the level as a word.
func (l Level) String() string {
	switch l {
	case Medium:
		return "medium"
	case High:
		return "high"
	case None:
	}
	return "none"
}

// Kind says which rule a match came from.
type Kind string

// The kinds of matches.
const (
	Same       Kind = "same"       // byte for byte
	Case       Kind = "case"       // capitals
	Separator  Kind = "separator"  // spaces, dashes, camelCase
	Hidden     Kind = "hidden"     // invisible and look-alike characters
	Accent     Kind = "accent"     // é and e
	Inflection Kind = "inflection" // plural, tense, noun and verb, British and American
	VerbMoved  Kind = "verb-moved" // Signup Started, Started Signup
	Order      Kind = "order"      // any other order of the same words
	Typo       Kind = "typo"       // one word misspelled
	ExtraWord  Kind = "extra-word" // one word more that says nothing
	Synonym    Kind = "synonym"    // one word swapped for another of the same meaning
)

// Match is what two names have in common. Rule says it in words for people and is safe to show anywhere as text.
type Match struct {
	Level Level
	Kind  Kind // "" when Level is None
	Rule  string
}

// Compare judges whether two names mean one event. It looks at the names alone: whether either is planned, and whether
// one stops as the other starts, is for the caller to weigh. The level is the same whichever name comes first.
func Compare(a, b string, v *Vocabulary) Match {
	if a == b {
		return Match{High, Same, "the same name"}
	}
	lex := newLexicon(v)
	m, _ := compare(lex.parse(a, true), lex.parse(b, true), v)
	return m
}

// compare also says which differences it saw that a plan may draw on purpose.
func compare(a, b *name, v *Vocabulary) (Match, []string) {
	switch {
	case a.raw == b.raw:
		return Match{High, Same, "the same name"}, nil
	case a.numbers != b.numbers, a.signs != b.signs && a.signs != "" && b.signs != "":
		return Match{}, nil
	case a.squash == b.squash:
		return spelled(a, b), nil
	case len(a.tokens) == 0 || len(b.tokens) == 0 || a.strong != b.strong:
		return Match{}, nil
	case a.run == b.run && !sameBases(a.tokens, b.tokens):
		return runTogether(a, b, v), nil
	}
	switch len(a.tokens) - len(b.tokens) {
	case 0:
		return aligned(a, b, v)
	case 1:
		return longer(a, b, v)
	case -1:
		return longer(b, a, v)
	}
	return Match{}, nil
}

// spelled tells apart the ways of writing the same letters and digits.
func spelled(a, b *name) Match {
	if rule, kind := hidden(a.raw, b.raw); kind != "" {
		return Match{High, kind, rule}
	}
	if a.strong != b.strong {
		return Match{Medium, ExtraWord, "one sign more: " + a.signs + b.signs}
	}
	if equalFold(a.raw, b.raw) {
		return Match{High, Case, "same words, other case"}
	}
	return Match{High, Separator, "same words, other separator"}
}

// aligned compares names of equally many words.
func aligned(a, b *name, v *Vocabulary) (Match, []string) {
	differ, at := 0, 0
	for i, t := range a.tokens {
		if t.base != b.tokens[i].base {
			differ, at = differ+1, i
		}
	}
	switch {
	case differ == 0:
		return inflected(a, b, v)
	case differ == 1:
		return oneSwapped(a, b, at, v)
	case a.bag == b.bag:
		return reordered(a, b), nil
	}
	return Match{}, nil
}

// inflected judges names whose words have the same base forms in the same order.
func inflected(a, b *name, v *Vocabulary) (Match, []string) {
	m := Match{Level: High, Kind: Inflection}
	var drawn []string
	for i, t := range a.tokens {
		u := b.tokens[i]
		if t.text == u.text {
			continue
		}
		c := bent(t.text, u.text)
		drawn = append(drawn, c)
		// Creating is under way where Created is over, and a plan that draws a difference more than once means it.
		if (t.form^u.form)&ing != 0 || v.meant(c) {
			m.Level = Medium
		}
		if m.Rule == "" {
			m.Rule = bending(t, u) + ": " + surface(a, i) + " / " + surface(b, i)
		}
	}
	if len(drawn) > 1 {
		drawn = nil // only a difference that stands alone shows that it is meant
	}
	return m, drawn
}

// runTogether judges names of the same base forms that one writes together and the other apart: "Signup Completed",
// "sign_up_complete". A word that is bent inside what the other one writes together may mean something else: a Login is
// a page where Logged In is over.
func runTogether(a, b *name, v *Vocabulary) Match {
	m := Match{Level: High, Kind: Inflection}
	i, j := 0, 0
	for i < len(a.tokens) || j < len(b.tokens) {
		from, to, left, right := i, j, "", ""
		for more := true; more; more = left != right {
			switch {
			case len(left) <= len(right) && i < len(a.tokens):
				left, i = left+a.tokens[i].base, i+1
			case j < len(b.tokens):
				right, j = right+b.tokens[j].base, j+1
			default:
				return Match{} // two hashes that are equal by chance
			}
		}
		x, y := a.tokens[from:i], b.tokens[to:j]
		if len(x) == 1 && len(y) == 1 {
			if (x[0].form^y[0].form)&ing != 0 || x[0].text != y[0].text && v.meant(bent(x[0].text, y[0].text)) {
				m.Level = Medium
			}
			continue
		}
		if bentAny(x) || bentAny(y) {
			m.Level = Medium
		}
		if len(x) == 1 {
			m.Rule = "written together or apart: " + surface(a, from)
		} else {
			m.Rule = "written together or apart: " + surface(b, to)
		}
	}
	return m
}

func bentAny(list []*token) bool {
	return slices.ContainsFunc(list, func(t *token) bool { return t.form != 0 })
}

// bending names the difference between two forms of a word.
func bending(a, b *token) string {
	switch {
	case (a.form^b.form)&noun != 0:
		return "noun and verb"
	case a.form == b.form:
		return "other spelling"
	}
	return "plural or tense"
}

// oneSwapped judges names that differ in the word at one place.
func oneSwapped(a, b *name, at int, v *Vocabulary) (Match, []string) {
	t, u := a.tokens[at], b.tokens[at]
	for i := range a.tokens {
		if i != at && (a.tokens[i].form^b.tokens[i].form)&ing != 0 {
			return Match{}, nil
		}
	}
	inside := at > 0 && at < len(a.tokens)-1 // where "from" stands, "form" is none
	if misspelled(t, u) || inside && slipOfWords(t.text) == u.text {
		slip := b
		if !t.plain && (u.plain || !t.known && u.known || t.known == u.known && t.text > u.text) || t.text == "form" {
			slip = a
		}
		c := swapped(t.base, u.base)
		if v.meant(c) {
			return Match{}, []string{c}
		}
		return Match{High, Typo, "typo: " + surface(slip, at)}, []string{c}
	}
	if slices.Contains(synonyms(t.base), u.base) {
		c := swapped(t.base, u.base)
		if v.meant(c) {
			return Match{}, []string{c}
		}
		return Match{Medium, Synonym, "synonym: " + surface(a, at) + " / " + surface(b, at)}, []string{c}
	}
	return Match{}, nil
}

// longer judges names where a has one word more than b.
func longer(a, b *name, v *Vocabulary) (Match, []string) {
	at := 0
	for at < len(b.tokens) && a.tokens[at].base == b.tokens[at].base {
		at++
	}
	for i := at; i < len(b.tokens); i++ {
		if a.tokens[i+1].base != b.tokens[i].base {
			return Match{}, nil
		}
	}
	extra := a.tokens[at]
	if !slices.Contains(fillers(), extra.base) && (at != 0 || extra.base != v.namespace()) {
		return Match{}, nil
	}
	c := added(extra.base)
	if v.meant(c) {
		return Match{}, []string{c}
	}
	return Match{Medium, ExtraWord, "one word more: " + surface(a, at)}, []string{c}
}
