package simulate

import (
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
)

// Type is what a column of a warehouse holds.
type Type string

// The types of columns.
const (
	Text    Type = "text"
	Number  Type = "number"
	Integer Type = "integer"
	Boolean Type = "boolean"
)

// shape is how the values of a property are made.
type shape int

const (
	identifier shape = iota // another value in each row
	enum                    // a few words
	label                   // words of a long list
	amount                  // log-normal
	count                   // small whole numbers
	truth
)

// property is one name with the values that the workspace has for it.
type property struct {
	name  string
	shape shape
	words []string // of an enum, in the order of the workspace
}

func (p property) columnType() Type {
	switch p.shape {
	case amount:
		return Number
	case count:
		return Integer
	case truth:
		return Boolean
	case identifier, enum, label:
	}
	return Text
}

// filled is a property as one event fills it.
type filled struct {
	property
	fill   float64   // share of rows that have it
	upTo   []float64 // of an enum: cumulative shares of its words
	center float64   // of logarithms, of an amount; mean of a count; share of a truth
	spread float64
	offset int // where the words of a label begin
}

// shapeOf knows from the last word of a name what it holds.
func shapeOf(name string) shape {
	last := name[strings.LastIndexByte(name, '_')+1:]
	switch last {
	case "id":
		return identifier
	case "price", "weight", "length", "width", "height", "depth", "speed", "margin", "volume", "density", "angle":
		return amount
	case "size", "count", "rank", "age", "level", "position", "batch", "order":
		return count
	case "name", "label", "target", "owner", "shelf", "campaign", "referral":
		return label
	case "first":
		return truth
	}
	return enum
}

// property returns the property of a name, making it when it is first asked for.
func (w *Workspace) property(name string) property {
	if p, ok := w.columns[name]; ok {
		return p
	}
	r := stream(w.Options.Seed, "property "+name)
	p := property{name: name, shape: shapeOf(name)}
	if p.shape == enum {
		all := strings.Fields(qualifierText)
		r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		p.words = all[:3+r.IntN(5)]
	}
	w.columns[name] = p
	return p
}

// fill draws how an event fills a property.
func (w *Workspace) fill(r *rand.Rand, name string) filled {
	f := filled{property: w.property(name), fill: 1}
	if r.IntN(3) == 0 {
		f.fill = .3 + .65*r.Float64()
	}
	if w.Options.Hard {
		f.fill = .25 + .35*r.Float64()
	}
	switch f.shape {
	case enum:
		f.upTo = shares(r, len(f.words))
	case amount:
		f.center, f.spread = 1+5*r.Float64(), .3+.6*r.Float64()
	case count:
		f.center = 1.5 + 12*r.Float64()*r.Float64()
	case truth:
		f.center = .1 + .8*r.Float64()
	case label:
		f.offset = r.IntN(5000)
	case identifier:
	}
	return f
}

// shares cuts 1 into uneven parts and returns their running sum.
func shares(r *rand.Rand, n int) []float64 {
	out := make([]float64, n)
	sum := 0.0
	for i := range out {
		sum += r.ExpFloat64() + .08
		out[i] = sum
	}
	for i := range out {
		out[i] /= sum
	}
	return out
}

// value draws one value, or nil where the row has none.
func (f filled) value(r *rand.Rand) any {
	if f.fill < 1 && r.Float64() >= f.fill {
		return nil
	}
	switch f.shape {
	case enum:
		u, i := r.Float64(), 0
		for i < len(f.upTo)-1 && u > f.upTo[i] {
			i++
		}
		return f.words[i]
	case amount:
		return math.Round(100*math.Exp(f.center+f.spread*r.NormFloat64())) / 100
	case count:
		return int64(1 + r.ExpFloat64()*f.center)
	case truth:
		return r.Float64() < f.center
	case label:
		u := r.Float64()
		return "n" + strconv.Itoa(f.offset+int(300*u*u))
	case identifier:
	}
	return "k" + strconv.FormatUint(r.Uint64()>>24, 36)
}

// topic draws the properties that the events about one thing choose from.
func (w *Workspace) topic(thing int, noun string) []string {
	r := stream(w.Options.Seed, "topic "+strconv.Itoa(thing))
	attributes := strings.Fields(attributeText)
	r.Shuffle(len(attributes), func(i, j int) { attributes[i], attributes[j] = attributes[j], attributes[i] })
	out := make([]string, 0, 9)
	for _, a := range attributes[:9] {
		if a != "id" && r.IntN(4) == 0 {
			out = append(out, a) // as "price" alone, which other things have too
		} else {
			out = append(out, noun+"_"+a)
		}
	}
	return out
}

// draw chooses the properties of an event: some of its topic's, some of its own, some that many have.
func (b *builder) draw(r *rand.Rand, p phrase) []filled {
	topic := b.w.topic(p.noun, b.names.nouns[p.noun][0])
	attributes, common := strings.Fields(attributeText), strings.Fields(commonText)
	ofTopic, own, shared := 3+r.IntN(4), 1+r.IntN(4), r.IntN(4)
	if b.w.Options.Hard {
		topic = topic[:5]
		ofTopic, own, shared = 1+r.IntN(2), r.IntN(2), r.IntN(3)
	}
	taken := map[string]bool{}
	var out []filled
	add := func(name string) {
		if !taken[name] {
			taken[name] = true
			out = append(out, b.w.fill(r, name))
		}
	}
	for _, i := range r.Perm(len(topic))[:ofTopic] {
		add(topic[i])
	}
	for range own {
		add(b.names.verbs[p.verb][0].base + "_" + attributes[r.IntN(len(attributes))])
	}
	for _, i := range r.Perm(len(common))[:shared] {
		add(common[i])
	}
	return out
}

// revise changes the properties of an event as a rewrite of its code does: some go, some come, the rest is filled as
// before.
func (b *builder) revise(r *rand.Rand, old []filled, p phrase, keep float64) []filled {
	kept := make([]filled, 0, len(old))
	for _, i := range r.Perm(len(old))[:max(1, int(math.Round(keep*float64(len(old)))))] {
		kept = append(kept, old[i])
	}
	have := map[string]bool{}
	for _, f := range old {
		have[f.name] = true
	}
	for _, f := range b.draw(r, p) {
		if len(kept) < len(old) && !have[f.name] {
			kept = append(kept, f)
		}
	}
	return kept
}
