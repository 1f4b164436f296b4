package config

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// Cron is when something happens, as five fields: minute, hour, day, month, weekday.
type Cron string

// parseCron takes what cron takes, @daily and its like included; not a zone of its own, which has a setting.
func parseCron(s string) (Cron, error) {
	if strings.HasPrefix(s, "TZ=") || strings.HasPrefix(s, "CRON_TZ=") {
		return "", errors.New("names a time zone: write it as timezone beside cron")
	}
	when, err := cron.ParseStandard(s)
	switch {
	case err != nil, strings.HasPrefix(s, "@every"):
		return "", errors.New(`is not minute, hour, day, month and weekday, such as "15 4 * * *"`)
	case when.Next(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)).IsZero():
		return "", errors.New("never comes: there is no such day")
	}
	return Cron(s), nil
}

// Morning is when the first audit of a day runs, by the schedules: the earliest moment of any of them on that day of
// its own time zone. False where no schedule has one on that day.
func (c *Config) Morning(day time.Time) (time.Time, bool) {
	var first time.Time
	y, m, d := day.Date()
	for _, s := range c.Schedule {
		when, err := cron.ParseStandard(string(s.Cron))
		if err != nil {
			continue // was refused when the file was read
		}
		midnight := time.Date(y, m, d, 0, 0, 0, 0, s.Timezone.Location())
		next := when.Next(midnight.Add(-time.Second))
		if next.IsZero() || next.YearDay() != midnight.YearDay() || next.Year() != y {
			continue
		}
		if first.IsZero() || next.Before(first) {
			first = next
		}
	}
	return first, !first.IsZero()
}

func (d *decoder) schedules(c *Config) {
	first := map[string]int{}
	for i := range c.Schedule {
		s, p := &c.Schedule[i], "schedule["+strconv.Itoa(i)+"]"
		d.required(p, "cron", string(s.Cron))
		if s.Timezone == "" {
			s.Timezone = c.Timezone
		}
		if j, twice := first[s.Name]; twice && s.Name != "" {
			d.mistake(p+".name", sameName, fmt.Sprintf("the schedule on line %d has the same name", d.doc.place("schedule["+strconv.Itoa(j)+"]").line))
		}
		first[s.Name] = i
	}
}
