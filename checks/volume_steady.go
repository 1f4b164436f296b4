package checks

// What makes names that carry data a closed list: codes of shops, of routes, of lines of goods. Each is an event of its
// own, as far as its volume goes. Names of products and of people come and go.
const (
	listFirst = 14  // days within which a name of the list began, counted from the first of them
	listDays  = 28  // days from its first row to its last, at least
	listOften = .25 // share of the days between on which it landed
	listShare = .8  // of the names, for which that holds
)

// steady are the names set apart that belong to a closed list.
func (in Input) steady() map[string]bool {
	type name struct {
		name        string
		first, last int
		days        int
	}
	lists, began := map[string][]name{}, map[string]int{}
	n := in.history().Len()
	for _, e := range in.Landed.Events {
		if !in.Apart.has(e) {
			continue
		}
		o := name{name: e.Name, first: -1}
		for d, rows := range daily(e, n) {
			if rows <= 0 {
				continue
			}
			if o.first < 0 {
				o.first = d
			}
			o.last = d
			o.days++
		}
		if o.first < 0 {
			continue
		}
		of := in.Apart.Names[e.Name]
		if first, known := began[of]; !known || o.first < first {
			began[of] = o.first
		}
		lists[of] = append(lists[of], o)
	}
	out := map[string]bool{}
	for of, list := range lists {
		settled := 0
		for _, o := range list {
			long := o.last - o.first + 1
			if o.first < began[of]+listFirst && long >= listDays && float64(o.days) >= listOften*float64(long) {
				settled++
			}
		}
		for _, o := range list {
			if float64(settled) >= listShare*float64(len(list)) {
				out[o.name] = true
			}
		}
	}
	return out
}
