package simulate

import "strings"

// Words of general English from which names are made. A line holds words of one meaning.

// verb is one action in the two forms that names use.
type verb struct{ base, past string }

// verbs are groups of actions that mean the same, written base:past.
const verbText = `
start:started begin:began commence:commenced
finish:finished end:ended conclude:concluded
open:opened unlock:unlocked
close:closed shut:shut
add:added append:appended attach:attached
remove:removed delete:deleted discard:discarded
show:shown display:displayed present:presented
hide:hidden conceal:concealed
send:sent dispatch:dispatched mail:mailed
receive:received accept:accepted obtain:obtained
choose:chosen select:selected pick:picked
change:changed modify:modified edit:edited
repair:repaired fix:fixed mend:mended
build:built construct:constructed assemble:assembled
move:moved shift:shifted transfer:transferred
share:shared distribute:distributed
save:saved store:stored keep:kept
load:loaded fetch:fetched
search:searched seek:sought
find:found discover:discovered
rate:rated grade:graded score:scored
approve:approved confirm:confirmed endorse:endorsed
reject:rejected refuse:refused decline:declined
pause:paused suspend:suspended
resume:resumed continue:continued
print:printed publish:published
join:joined enter:entered
leave:left exit:exited
rent:rented lease:leased hire:hired
borrow:borrowed
clean:cleaned wash:washed
paint:painted colour:coloured
measure:measured weigh:weighed
plan:planned schedule:scheduled arrange:arranged
cancel:cancelled revoke:revoked
renew:renewed extend:extended prolong:prolonged
copy:copied duplicate:duplicated clone:cloned
watch:watched observe:observed
invite:invited
play:played
crop:cropped trim:trimmed
lend:lent
pack:packed wrap:wrapped
inspect:inspected examine:examined
`

// nouns are groups of things that mean the same.
const nounText = `
garden yard
letter message
lesson class
journey trip voyage
ticket pass
picture photo image
story tale
meal dish
room chamber
machine device
song tune
bridge
market bazaar
window pane
teacher tutor
doctor physician
engine motor
basket hamper
notebook journal
library archive
ladder
mountain peak
forest wood
harbour port
lamp light
blanket cover
recipe
village town
festival fair
parcel package
contract agreement
invoice bill
prize reward award
bicycle bike
boat vessel
painting artwork
orchestra ensemble
workshop
compass
telescope
calendar
diary
museum gallery
kitchen
stadium arena
balcony terrace
cottage cabin
lantern
curtain drape
carpet rug
mirror
pillow cushion
helmet
saddle
anchor
whistle
hammer
pencil
envelope
umbrella
puzzle riddle
theatre playhouse
railway
tunnel
fountain
statue sculpture
bakery
orchard
meadow field
river stream
island
glacier
volcano
desert
comet
planet
satellite
rocket
kettle
oven stove
plate
bottle flask
barrel cask
coin
wallet purse
necklace
bracelet
uniform outfit
jacket coat
trousers
glove mitten
passport
luggage baggage
hotel inn
airport
platform
elevator lift
staircase
chimney
roof
fence barrier
gate
stable
tractor
harvest crop
seed
flower blossom
`

// qualifiers stand before a thing or after an action.
const qualifierText = "quick guest group weekly private shared large manual local remote draft bulk family express partial final early night"

// attributes make names of properties of a thing.
const attributeText = "id type size count length status colour weight price rank age level position name label mode width height depth speed " +
	"shape origin target reason result stage batch shelf grade margin volume density angle phase order owner season material quality"

// commons are properties that many events carry.
const commonText = "currency locale channel campaign variant is_first entry_point theme experiment_group session_length device_class referral"

// lists reads a text of groups, one a line.
func lists(text string) [][]string {
	var out [][]string
	for line := range strings.Lines(text) {
		if words := strings.Fields(line); len(words) > 0 {
			out = append(out, words)
		}
	}
	return out
}

// verbs reads the groups of actions.
func verbs() [][]verb {
	var out [][]verb
	for _, group := range lists(verbText) {
		var vs []verb
		for _, w := range group {
			base, past, _ := strings.Cut(w, ":")
			vs = append(vs, verb{base, past})
		}
		out = append(out, vs)
	}
	return out
}
