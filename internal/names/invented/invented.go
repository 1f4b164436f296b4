// Package invented makes catalogues of event names of any size, to measure with: as products have them, and as nobody
// should.
package invented

import (
	"math/rand/v2"
	"strconv"
	"strings"
)

// What names are made of. A catalogue of a million has to say the same few hundred words in many combinations, as large
// ones do.
const (
	objects = "account address alert article artist auction avatar badge balance banner basket benefit billing booking bookmark brand budget bundle " +
		"calendar camera campaign card category channel chart chat checkout city claim collection comment community contact contract country coupon course " +
		"credit currency customer dashboard deal delivery deposit design device dialog discount document domain donation draft driver editor email employee " +
		"episode event exercise expense fare favorite feature feed feedback field file filter flight folder form friend gallery game gift goal group guest " +
		"guide hotel image inbox insight insurance integration interest inventory invoice issue item journey label language lesson license link list listing " +
		"loan location loyalty map meal media member menu message method milestone model module movie network newsletter note notification offer office " +
		"onboarding option order outfit page partner party passenger password payment payout period permission phone photo plan player playlist podcast poll " +
		"portfolio post price product profile program project promotion property purchase question quiz rating receipt recipe referral region reminder report " +
		"request reservation restaurant result return review reward ride role room route sale schedule score season seat section segment seller service session " +
		"setting shipment shipping shop signature site size song statement station stock store story student style subscription summary survey table tag task " +
		"tax team template theme ticket tip tour track training transaction transfer translation trial trip user vehicle version video visit voucher wallet " +
		"warehouse watchlist widget wishlist workout workspace"
	qualifiers = "active annual archived automatic available bulk business cheap combined current custom daily default digital direct domestic early empty " +
		"expired express external family fast final first foreign free full future global guest hidden home instant internal international large last later local " +
		"main manual mobile monthly multiple national nearby nested new normal official old online open optional original partial pending personal physical " +
		"popular premium previous primary private public quick recent recommended recurring regional related remote saved scheduled secondary secure selected " +
		"shared simple single small smart special standard suggested temporary total trending upcoming urgent vacant verified virtual weekly"
	surfaces = "android app banner button cart checkout drawer footer header home inbox landing map menu modal onboarding panel popup profile search settings sheet sidebar toast toolbar widget"
	verbs    = "accepted added applied approved archived assigned attached cancelled changed clicked closed completed confirmed copied created declined deleted " +
		"dismissed downloaded edited enabled expired exported failed finished hidden imported installed joined linked loaded opened paused played printed " +
		"published purchased received refreshed rejected removed renamed renewed replaced requested restored resumed saved scanned scheduled scrolled searched " +
		"selected sent shared shown skipped sorted started stopped submitted swiped synced tapped toggled translated updated upgraded uploaded verified viewed"
)

// Catalogue makes names as products have them: an object, what it is like, where it stands and what was done, in six ways
// of writing. One in fifty is a twin of the name before it: another way of writing, a plural, the verb in front, a slip.
func Catalogue(size int, seed uint64) []string {
	r := rand.New(rand.NewPCG(seed, uint64(size)))
	nouns, adjectives, places, deeds := strings.Fields(objects), strings.Fields(qualifiers), strings.Fields(surfaces), strings.Fields(verbs)
	pick := func(list []string) string { return list[r.IntN(len(list))] }
	list := make([]string, 0, size)
	seen := make(map[string]struct{}, size)
	var last []string
	for len(list) < size {
		var ws []string
		switch k := r.IntN(100); {
		case k < 2 && last != nil:
			ws = twin(r, last)
		case k < 6:
			ws = []string{pick(nouns), pick(deeds)}
		case k < 26:
			ws = []string{pick(adjectives), pick(nouns), pick(deeds)}
		case k < 60:
			ws = []string{pick(nouns), pick(adjectives), pick(nouns), pick(deeds)}
		case k < 64:
			ws = []string{pick(nouns), "step", strconv.Itoa(1 + r.IntN(9)), pick(places), pick(deeds)}
		default:
			ws = []string{pick(places), pick(adjectives), pick(nouns), pick(nouns), pick(deeds)}
		}
		name := written(r.IntN(6), ws)
		if _, twice := seen[name]; !twice {
			seen[name] = struct{}{}
			list = append(list, name)
			last = ws
		}
	}
	return list
}

// twin is the same event under another name.
func twin(r *rand.Rand, ws []string) []string {
	out := append([]string(nil), ws...)
	at := len(out) - 1
	switch r.IntN(4) {
	case 0:
		out = append([]string{out[at]}, out[:at]...)
	case 1:
		if len(out[0]) > 3 {
			out[0] += "s"
		}
	case 2:
		if w := out[at]; len(w) > 6 {
			i := 2 + r.IntN(len(w)-4)
			out[at] = w[:i] + w[i+1:i+2] + w[i:i+1] + w[i+2:]
		}
	}
	return out
}

// written writes words in one of six ways.
func written(style int, ws []string) string {
	out := append([]string(nil), ws...)
	for i, w := range out {
		if style == 0 || style == 3 || style == 2 && i > 0 {
			out[i] = strings.ToUpper(w[:1]) + w[1:]
		}
	}
	switch style {
	case 0, 4:
		return strings.Join(out, " ")
	case 1:
		return strings.Join(out, "_")
	case 5:
		return strings.Join(out, ".")
	}
	return strings.Join(out, "")
}

// SharedWord makes names that all begin with one word and differ in one made-up word.
func SharedWord(size int) []string {
	list := make([]string, 0, size)
	for i := range size {
		list = append(list, "app "+word(i)+" viewed")
	}
	return list
}

// OneWord makes names of one long made-up word each.
func OneWord(size int) []string {
	list := make([]string, 0, size)
	for i := range size {
		list = append(list, word(i)+word(i*7))
	}
	return list
}

// SameLetters makes names that are all spellings of one: they differ in blanks alone.
func SameLetters(size int) []string {
	list := make([]string, 0, size)
	for i := range size {
		var b strings.Builder
		for bit, c := range "ordercompletedintheshop" {
			b.WriteRune(c)
			if i>>bit&1 == 1 {
				b.WriteByte(' ')
			}
		}
		list = append(list, b.String())
	}
	return list
}

// Long makes names of ten thousand letters each: one word, and many.
func Long(size int) []string {
	list := make([]string, 0, size)
	for i := range size {
		if i%2 == 0 {
			list = append(list, strings.Repeat(word(i), 10_000/len(word(i))))
			continue
		}
		var b strings.Builder
		for k := 0; b.Len() < 10_000; k++ {
			b.WriteString(word(i+k) + " ")
		}
		list = append(list, b.String())
	}
	return list
}

// word is a made-up word, another one for each number.
func word(i int) string {
	syllables := []string{"ba", "ke", "mi", "to", "zu", "fra", "gle", "pri", "sno", "tru"}
	var s strings.Builder
	for n := i + 11; n > 0; n /= 10 {
		s.WriteString(syllables[n%10])
	}
	return s.String()
}
