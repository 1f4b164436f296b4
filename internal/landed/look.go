package landed

// Daily returns the event's rows a day over all slices; days is the length of the snapshot's Span.
func (e Event) Daily(days int) []int64 {
	out := make([]int64, days)
	for _, c := range e.Cells {
		for i, n := range c.Daily[:min(days, len(c.Daily))] {
			out[i] += n
		}
	}
	return out
}

// Daily returns the rows a day of the event of this name, table and call, over all slices, parallel to Span; all
// zeros where it never landed. An empty table means the event in every table.
func (s Snapshot) Daily(event, table string, call Call) []int64 {
	out := make([]int64, s.Span.Len())
	for _, e := range s.Events {
		if e.Name == event && e.Call == call && (table == "" || e.Table == table) {
			e.addTo(out)
		}
	}
	return out
}

// Total returns the rows a day of all events, parallel to Span.
func (s Snapshot) Total() []int64 {
	out := make([]int64, s.Span.Len())
	for _, e := range s.Events {
		e.addTo(out)
	}
	return out
}

func (e Event) addTo(out []int64) {
	for i, n := range e.Daily(len(out)) {
		out[i] += n
	}
}

// Find returns the events of this name as sent, whatever their table and call; they may not be changed.
func (s Snapshot) Find(name string) []*Event {
	var out []*Event
	for i := range s.Events {
		if s.Events[i].Name == name {
			out = append(out, &s.Events[i])
		}
	}
	return out
}

// Table returns the table of this name, or nil; it may not be changed.
func (s Snapshot) Table(name string) *Table {
	for i := range s.Tables {
		if s.Tables[i].Name == name {
			return &s.Tables[i]
		}
	}
	return nil
}

// Begins is the first day of Span on which anything landed; Span.First where nothing did.
func (s Snapshot) Begins() Day {
	n := s.Span.Len()
	first := n
	for _, e := range s.Events {
		for _, c := range e.Cells {
			for i, rows := range c.Daily[:min(first, len(c.Daily))] {
				if rows > 0 {
					first = i
					break
				}
			}
		}
	}
	if first == n {
		first = 0
	}
	return s.Span.First + Day(first)
}
