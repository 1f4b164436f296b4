// Package setup is what a first configuration says: a time zone from the hours of the traffic, and the commented file.
package setup

import (
	"fmt"
	"math"
	"time"
)

// What has to be seen before the hours of the traffic say where its night is.
const (
	minRows    = 2000 // over the hours together
	clearNight = 0.45 // rows of the quietest hours against the busiest, at most
	middle     = 3.75 // the middle of the night by the clock, in hours: where people's traffic is lowest
	alike      = 3.0  // hours by which the nights of two sources may differ and be one
	near       = 2.0  // hours by which the machine's own zone may miss and still be taken
	greenwich  = 4.5  // hours from the middle of the night within which midnight of UTC is night too
)

// Traffic is the rows of a source by their hour in UTC.
type Traffic struct {
	Source string
	Hours  [24]int64
}

// Zone is a time zone and how it was come by.
type Zone struct {
	Name    string
	Why     string // one sentence
	Guessed bool   // from evidence; else it is the default
}

// GuessZone reads the time zone from the night in the traffic. Only where every source that has a clear night has it at
// about the same hour is it more than UTC. The machine's own zone is taken where it fits; "" is none. Now picks the
// summer or winter time of the candidates.
func GuessZone(of []Traffic, machine string, now time.Time) Zone {
	var nights []float64
	for _, t := range of {
		if at, ok := night(t.Hours); ok {
			nights = append(nights, at)
		}
	}
	if len(nights) == 0 {
		return Zone{Name: "UTC", Why: "the hours of the traffic show no clear night; change it if your day starts elsewhere"}
	}
	for _, n := range nights[1:] {
		if apart(n, nights[0]) > alike {
			return Zone{Name: "UTC", Why: "the sources have their nights at different hours; give each its own timezone if its day starts elsewhere"}
		}
	}
	quiet := mean(nights)
	offset := circular(middle - quiet)
	clock := fmt.Sprintf("the traffic is lowest around %02d:00 UTC", int(math.Round(quiet))%24)
	if own, ok := offsetOf(machine, now); ok && machine != "UTC" && apart(own, offset) <= near {
		return Zone{Name: machine, Guessed: true, Why: clock + ", which fits the zone of this machine; change it if your day starts elsewhere"}
	}
	if math.Abs(offset) <= greenwich {
		return Zone{Name: "UTC", Why: clock + ", so that days of UTC fit; change it if your day starts elsewhere"}
	}
	name, best := "UTC", math.Inf(1)
	for _, z := range candidates() {
		o, ok := offsetOf(z, now)
		if ok && apart(o, offset) < best {
			name, best = z, apart(o, offset)
		}
	}
	return Zone{Name: name, Guessed: true, Why: clock + ", by day in UTC: a guess from that alone, some hours wrong at worst; change it if your day starts elsewhere"}
}

// candidates are zones that stand for their neighbours, the most populous of each offset first.
func candidates() []string {
	return []string{
		"America/New_York", "America/Chicago", "America/Los_Angeles", "America/Denver", "America/Sao_Paulo", "Europe/London",
		"Europe/Berlin", "Europe/Athens", "Europe/Istanbul", "Asia/Dubai", "Asia/Karachi", "Asia/Kolkata", "Asia/Dhaka",
		"Asia/Bangkok", "Asia/Shanghai", "Asia/Tokyo", "Australia/Sydney", "Pacific/Auckland", "Pacific/Honolulu",
	}
}

// night is the hour of UTC around which a day is quietest: where the wave of one day that fits best has its low. False
// where the rows are too few or the days have no night.
func night(hours [24]int64) (float64, bool) {
	var total float64
	var x, y float64
	low, high, busy := math.Inf(1), 0.0, 0
	for h := range hours {
		// Three hours together: a job that runs at one of them is no day.
		three := float64(hours[(h+23)%24] + hours[h] + hours[(h+1)%24])
		low, high = min(low, three), max(high, three)
		total += float64(hours[h])
		angle := 2 * math.Pi * (float64(h) + 0.5) / 24
		x, y = x+float64(hours[h])*math.Cos(angle), y+float64(hours[h])*math.Sin(angle)
	}
	for h := range hours {
		if float64(hours[(h+23)%24]+hours[h]+hours[(h+1)%24]) > high/8 {
			busy++
		}
	}
	// Few busy hours are a job, and no wave of one day in spite of a low is two.
	if total < minRows || low > clearNight*high || busy < 12 || math.Hypot(x, y) < 0.15*total {
		return 0, false
	}
	busiest := math.Atan2(y, x) / (2 * math.Pi) * 24
	return math.Mod(busiest+12+24, 24), true
}

// circular brings an offset into -12..12 hours.
func circular(h float64) float64 { return math.Remainder(h, 24) }

func apart(a, b float64) float64 { return math.Abs(circular(a - b)) }

func mean(hours []float64) float64 {
	sum := 0.0
	for _, h := range hours {
		sum += circular(h - hours[0])
	}
	return math.Mod(hours[0]+sum/float64(len(hours))+24, 24)
}

func offsetOf(zone string, at time.Time) (float64, bool) {
	if zone == "" || zone == "Local" {
		return 0, false
	}
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return 0, false
	}
	_, seconds := at.In(loc).Zone()
	return float64(seconds) / 3600, true
}
