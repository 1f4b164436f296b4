package main

import (
	"fmt"

	"github.com/plumbline-audit/plumbline/tools/eval/figures"
)

const about = `Series of daily counts with known incidents: real ones (trips, flights, lines of goods, page views, tweets, counters), into
which falls were put by leaving rows out, and simulated ones (200 events in 5 sources). Each panel becomes a table of daily
counts (layout ` + "`rollup`" + `), and ` + "`plumbline backtest --scores`" + ` replays its nights.

A budget is how many false alarms there may be in 6,000 judgements, that is 200 series over 30 nights; the threshold of the
score is set to meet it. What is told again within a week is the same alarm. *As shipped* goes by the alerts at default
settings; slow declines, which are told by their slope and not by the score, are counted apart. Recall is the mean over eight kinds of incidents: a day at 0, at 40, 60 and 80 %, a stop, a loss
of a third for two weeks, a slow fall by 5 % a day, weekdays at 60 %. The figures of peers were published with the data and
measured on its other half, each at a threshold that meets the same budget.`

const notes = `At one false alarm in 6,000 the threshold on real series rests on some fifteen alarms of four or five series, so the figure
moves by several points when one odd series does; at ten it is steadier. Half of the real series have fewer than ten rows a
day, and a loss of a fifth for one day is within what most of them do by themselves. The slow declines of real series into which
nothing was put are mostly five series, each in many variants, that do fall by 40 to 60 % within weeks: a base that loses its
trips, trails in autumn. They are labelled as ordinary, and a reader may want to know of them.`

// page is the figures for the report.
func page(by map[string]outcome) figures.Page {
	p := figures.Page{Title: "Falls in volume", About: about, Command: "make eval-volume", Notes: notes}
	add := func(f ...figures.Figure) { p.Figures = append(p.Figures, f...) }
	if o, ok := by["real"]; ok {
		add(recalled("real, 1 false alarm in 6,000", o.fa1, 42, "Holt-Winters 37.2, weekday median and MAD 15.5, Elementary 14.2"),
			recalled("real, 10 false alarms in 6,000", o.fa10, 54, "Holt-Winters 47.0, static bounds 45.1, Elementary 30.1"),
			recalled("real, as shipped", o.shipped, 42, "Elementary 20.1, Holt-Winters 52.4"),
			atMost("real, as shipped: false alarms in 6,000", o.shipped.false6000, 2, "Elementary 6.7, Holt-Winters 13.5, −30 % on last week 155"))
		add(slopes("real, as shipped", o))
		add(kinds("real, 10 false alarms in 6,000", o.fa10)...)
	}
	if o, ok := by["synthetic"]; ok {
		add(recalled("simulated, 1 false alarm in 6,000", o.fa1, 42, "weekday median and MAD 39.9, Holt-Winters 31.9"),
			recalled("simulated, 10 false alarms in 6,000", o.fa10, 57, "weekday median and MAD 56.2, Holt-Winters 47.0"),
			recalled("simulated, as shipped", o.shipped, 0, "Elementary 2.8, Holt-Winters 38.5"),
			atMost("simulated, as shipped: false alarms in 6,000", o.shipped.false6000, 2, "Elementary 0.0, Holt-Winters 3.6, −30 % on last week 216"))
		add(slopes("simulated, as shipped", o))
		add(kinds("simulated, 10 false alarms in 6,000", o.fa10)...)
		for _, kind := range []string{"outage50", "outage25"} {
			add(found("simulated, as shipped: "+words(kind), o.shipped.kinds[kind]))
		}
		add(atMost("simulated, as shipped: messages an outage", o.shipped.messages, 2, "65 and more"),
			atMost("simulated, 1 false alarm in 6,000: messages an outage", o.fa1.messages, 2, "65 and more"),
			atMost("simulated, as shipped: false alarms on 100 holidays", o.shipped.holidays, .5, "3 to 11"),
			atMost("simulated, 1 false alarm in 6,000: false alarms on 100 holidays", o.fa1.holidays, .5, "3 to 11"))
	}
	for kind, what := range map[string]string{"real": "real", "synthetic": "simulated"} {
		if _, ok := by[kind]; !ok {
			p.Notes += "\n\nThe " + what + " series were not replayed in this run."
		}
	}
	return p
}

// recalled is a mean recall; a goal of 0 is none.
func recalled(what string, r result, goal float64, peers string) figures.Figure {
	f := figures.Figure{What: what + ": mean recall", Value: fmt.Sprintf("%.1f %%", r.mean), Peers: peers}
	if goal > 0 {
		f.Goal, f.Missed = fmt.Sprintf("≥ %.0f %%", goal), r.mean < goal
	}
	return f
}

func atMost(what string, v, goal float64, peers string) figures.Figure {
	return figures.Figure{What: what, Value: fmt.Sprintf("%.2f", v), Goal: fmt.Sprintf("≤ %g", goal), Missed: v > goal, Peers: peers}
}

// slopes are the slow declines that are told besides, by a figure that is not the score.
func slopes(what string, o outcome) figures.Figure {
	return figures.Figure{
		What:  what + ": series told as slowly declining, by their slope",
		Value: fmt.Sprintf("%d, in %d of them nothing was put in", o.declines, o.alone),
	}
}

// found is an incident of a source, all of which are to be found.
func found(what string, s *share) figures.Figure {
	f := figures.Figure{What: what, Goal: "all"}
	if s != nil {
		f.Value, f.Missed = figures.Ratio(s.found, s.of), s.found < s.of
	}
	return f
}

// kinds is one line for each kind of incident.
func kinds(where string, r result) []figures.Figure {
	var out []figures.Figure
	for _, kind := range append(append(oneDay(), lasting()...), outages()...) {
		if s := r.kinds[kind]; s != nil {
			out = append(out, figures.Figure{What: where + ": " + words(kind), Value: figures.Ratio(s.found, s.of)})
		}
	}
	return out
}

// words says a kind of incident.
func words(kind string) string {
	return map[string]string{
		"stop1": "a day without a row", "drop60_1": "a day at 40 %", "drop40_1": "a day at 60 %", "drop20_1": "a day at 80 %",
		"stop14": "a stop", "shift33_14": "a third lost for two weeks", "gradual": "5 % less each day", "weekday40_10": "weekdays at 60 %",
		"outage100": "a source silent for a day", "outage50": "a source at half for a day", "outage25": "a source at three quarters for a day",
	}[kind]
}
