package main

// about says what was measured, for the page of all figures.
const about = `Everything here is simulated: real workspaces in which somebody wrote down every rename and everything that only looks like one do not exist.
The simulator (` + "`internal/simulate`" + `) shares no code with the checks. Expect the order of methods to hold on real data, not the digits.

A workspace has 200 planned events in four sources (web, ios, android, server), 90 days and about half a million rows, written as a DuckDB warehouse in Segment's layout.
Sources have a week's shape, holidays, growth, noise that lasts for days, an outage, and a release every other week that phones take over days. Users come back; a fifth of the events is done once by each.
Eight of the events are **renamed** in the last five weeks: another tense or order of words (20 %), a prefix or version (15 %), a typo (10 %), an abbreviation (5 %), a synonym (25 %), nothing alike (25 %);
60 % of them in one source only, 30 % with other properties too. Twenty-five changes are **no rename**: 8 launches, 8 events that end, 5 launches beside an unrelated event that ends in the same release with nearly its volume,
and 4 features that give way to another with the same users and half of the properties. A third of the new names look like those of planned events.
In **difficult** workspaces 70 % of the renames change properties, events have one to five properties that are filled in less than half of the rows, half of the users come back under another id, and a new feature has .7 to 1.4 of the volume of the old one.
**Spelling** workspaces have 12 renames of the case and 12 of the separators only; **divided** ones also have events that become two, and pairs that become one.

Each workspace is audited by the program with an empty state on the morning after its last day; spelling workspaces on each morning after the first whole day of a new spelling in a source, or after its third row where that came later.
A rename is *found* if a ` + "`rename`" + ` names the old name as event and the new one as related, in a source where it happened; told only as a near-duplicate, it is missed.
*False* is every other pair that a ` + "`rename`" + ` names: the end of one event with the beginning of another, a feature with its successor, the right names in the wrong order or in a source where nothing happened.
A pair counts once, in however many sources it is told. Spellings count as told by either kind, since the old name may not have fallen yet.`

// notes says how hard the workspaces are, and what they cannot show.
const notes = `The **simple methods** say how hard the workspaces are. They are written in the evaluation, on the simulator's own counts and columns, and compare every new name with every planned one (70,000 pairs in 14 workspaces),
each name with its best partner only. *Name*: stems of words weighed by how rare they are, and letters. *Volume*: what the new name keeps of what the old one lost, how sure the fall is, and how far apart the two begin, weighed by a logistic regression on 14 other workspaces.
*Properties*: those that both have over those that either has, weighed by how rare they are. The simulator is accepted while each of them reaches the F1 that it had on the first simulator, on which the rename score was fitted (peers), within .08.
The *prototype* is that score on the first simulator; its figures are not of these workspaces. Volumes here are smaller than most real ones: a renamed event has from 20 rows a day in a source.

What simulated workspaces cannot show: names that people really choose, tracking code that renames some call sites and forgets others, and values that change with the name.`
