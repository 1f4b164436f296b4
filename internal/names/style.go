package names

// Style is the convention without what it asks of tenses.
func (c Convention) Style() Convention { return Convention{style: c.style} }
