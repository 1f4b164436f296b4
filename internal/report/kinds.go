package report

import "github.com/plumbline-audit/plumbline/internal/finding"

// meaning says in a sentence what a kind of finding is, for readers who meet it for the first time.
func meaning(k finding.Kind) string {
	return map[finding.Kind]string{
		finding.NearDuplicate:       "Two names for one event: they differ in case, separators, inflection, order of words, a typo or characters that look alike.",
		finding.Rename:              "A name faded or stopped as another rose in its place: the same event under a new name.",
		finding.PropertyDuplicate:   "Two names for one property of an event.",
		finding.DynamicName:         "Names that carry data, such as an id or a date, so that every one of them is an event of its own.",
		finding.NamingConvention:    "A name outside the naming convention of the tracking plan.",
		finding.UnplannedEvent:      "An event landed that the tracking plan does not have, or no longer.",
		finding.NeverSeen:           "An event is planned and has landed nowhere.",
		finding.UnplannedProperty:   "A property landed that the tracking plan does not know.",
		finding.MissingProperty:     "A required property is absent or null more often than before.",
		finding.RemovedProperty:     "A property that was filled no longer is.",
		finding.TypeDrift:           "The type of a property changed, or contradicts the tracking plan.",
		finding.InvalidValue:        "A value breaks the tracking plan: its list of values, pattern, range or format.",
		finding.ValueDrift:          "The values of a property changed: their unit, format, number or distribution.",
		finding.IdentityLoss:        "The user's or the device's id is filled less than before.",
		finding.DoubleTracking:      "One action is counted twice under different message ids.",
		finding.MovedEvent:          "A name stopped in one source as it began in another, with its counts kept.",
		finding.VolumeDrop:          "Fewer events landed than such a day should have.",
		finding.EventStopped:        "An event is silent where it should not be.",
		finding.SlowDecline:         "An event has been falling for days, each day too little to stand out.",
		finding.VolumeSpike:         "Far more events landed than usual.",
		finding.SourceOutage:        "A whole source fell or stopped.",
		finding.LateData:            "Nothing has landed for a while: late, not lost.",
		finding.Backfill:            "Past days grew by a replay, an import or a late sync, or shrank by a deletion.",
		finding.DuplicateRows:       "The same message landed more than once.",
		finding.PII:                 "Values look like e-mail addresses, phone numbers or card numbers where the tracking plan does not say so.",
		finding.DestinationMismatch: "A destination counts other numbers than the warehouse.",
	}[k]
}
