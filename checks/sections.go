package checks

// listener takes what a check would lay its section over, and leaves it as it is.
type listener struct{ into any }

// Decode implements Settings.
func (l *listener) Decode(into any) error {
	l.into = into
	return nil
}

// Section is a pointer to the settings of the check, as they are without a section of the configuration. For those who
// describe settings or look a section through before the check is made: nothing may be written into it.
func (e Entry) Section() any {
	var l listener
	if e.New != nil {
		_, _ = e.New(&l) // defaults are valid; a test holds every page to them
	} else {
		_, _ = e.NewAll(&l)
	}
	if l.into == nil {
		return &struct{}{}
	}
	return l.into
}
