package landed

import "time"

// Question is something only a few findings need. The set is closed; each is comparable, so that
// two checks that ask the same are asked once.
type Question interface{ question() }

// The questions.
type (
	// Switched asks: of those who did Before in the Days before Day, how many do Before and After in the Days since; and
	// Before's own repeat rate.
	Switched struct {
		Source, Before, After string
		Day                   Day
		Days                  int // 0: 28
	}
	// TopValues asks: the commonest and the newest values of a column, hashed unless Plain.
	TopValues struct {
		Source, Table, Column string
		Span                  Span
		Limit                 int
		Plain                 bool // only where values may be shown
	}
	// Users asks: distinct users of an event, or of rows that violate a constraint, in a slice.
	// The answer is one row, N[0] the count.
	Users struct {
		Source, Event, Table, Constraint string
		Slice                            Slice
		Span                             Span
	}
	// Sizes asks: how large the values of a column of numbers are. Key is the fifth of a decade, 0..31 as in
	// Shape.LogHist; N[0] the values in it.
	Sizes struct {
		Source, Table, Column string
		Slice                 Slice
		Span                  Span
	}
	// Grouped asks: rows of a table a day by the values of up to four of its columns, which hold names of tables, columns
	// and reasons, never what people sent. Key is a JSON array of the day and those values, N[0] the rows.
	Grouped struct {
		Source, Table string
		By            [4]string // "": none
		Span          Span
	}
	// Pages asks: rows by page path for an event, the largest Limit. Key is the path, N[0] the rows. Where What is not
	// Named it asks of Table, and N[1] is the rows of such a sort; pages with many of them come first.
	Pages struct {
		Source, Event string
		Table         string
		What          Sort
		Column        string // Absent, Present
		Constraint    string // Violating: a Constraint.ID
		Span          Span
		Limit         int
	}
	// Hourly asks: rows by hour around the day something began. Key is the hour as RFC 3339 in UTC, N[0] the rows.
	Hourly struct {
		Source, Event string
		Span          Span
	}
	// Moment asks: when rows of some sort were first and last received inside Span. The answer is one row a bound:
	// Key is the RFC 3339 time in UTC, the first row the earliest, the second the latest; none where no row fits.
	Moment struct {
		Source, Event, Table string
		What                 Sort
		Column               string // Absent, Present
		Constraint           string // Violating: a Constraint.ID
		Slice                Slice
		Span                 Span
	}
	// Happened asks: of the rows of tracks received in Span that happened on an earlier day than they were received, how
	// many happened on which day, the days with most rows up to Limit. An empty Event is all of them. Key is the day, N[0] the rows.
	Happened struct {
		Source, Event, Table string
		Span                 Span
		Limit                int
	}
	// Sent asks: names of track calls as sent, with at least so many rows in Span. Key is the name, N[0] the rows.
	Sent struct {
		Source string
		Span   Span
		Least  int
	}
	// SampleIDs asks: a few message ids of rows that violate a constraint. Key is an id.
	SampleIDs struct {
		Source, Table, Constraint string
		Span                      Span
		Limit                     int
	}
	// Repeats asks: rows of an event that say again what an earlier row said under another message id, by day and app
	// version: of those that hold a value of Column the ones whose value stood before on that day, and the ones of the same
	// person with the same properties within RepeatQuick and within RepeatSoon, or within RepeatQuick whatever the
	// properties. Copies of one message count once.
	Repeats struct {
		Source, Event, Table string // no Table: the table of all events, which holds no properties
		Column               string // a property that differs from action to action; "": none is known
		Span                 Span
	}
	// Crossed asks: rows of an event in Source that say what a row of the same event in Other said on that day, by day:
	// those with the same value of Column, and those of the same person within RepeatSoon.
	Crossed struct {
		Source, Other     string
		Event             string
		Table, OtherTable string
		Column            string // a property that differs from action to action; "": none is known
		Span              Span
	}
)

// How close two equal rows are that may be one action: fired twice at once, or by two ways of different length.
const (
	RepeatQuick = 2 * time.Second
	RepeatSoon  = time.Minute
)

// Sort says which rows a Moment looks for.
type Sort uint8

// The sorts of rows.
const (
	Named     Sort = iota // rows of tracks whose name as sent is Event (any row of Table for calls without a name)
	Absent                // rows of Table in which Column is null
	Present               // rows of Table in which Column is filled
	Violating             // rows of Table that break Constraint
)

func (Switched) question()  {}
func (TopValues) question() {}
func (Users) question()     {}
func (Pages) question()     {}
func (Sizes) question()     {}
func (Grouped) question()   {}
func (Hourly) question()    {}
func (Moment) question()    {}
func (SampleIDs) question() {}
func (Repeats) question()   {}
func (Crossed) question()   {}
func (Happened) question()  {}
func (Sent) question()      {}

// Answers holds what came back. A question without an entry was not answered; Failed says why.
type Answers struct {
	Values map[Question]Answer
	Failed map[Question]Gap
	Cost   Cost
}

// Answer is rows of key and numbers; what they mean is the question's to say.
type Answer []Row

// Row is one row of an Answer.
type Row struct {
	Key string
	N   []float64
}
