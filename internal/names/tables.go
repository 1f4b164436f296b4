package names

import "strings"

// neverPlural names words that end in s and are not the plural of what stands before it.
func neverPlural(w string) bool {
	switch w {
	case "news", "goods", "customs", "means", "does", "arms", "series", "species", "lens", "canvas", "atlas",
		"always", "perhaps", "besides", "hers", "ours", "theirs", "yours", "needless", "indoors", "outdoors":
		return true
	}
	return strings.HasSuffix(w, "ss")
}

// irregularForms are irregular forms of four letters or more, each with its base.
const irregularForms = " " +
	"began:begin begun:begin bought:buy broke:break broken:break built:build caught:catch chose:choose chosen:choose " +
	"drawn:draw drew:draw fallen:fall fell:fall forgot:forget forgotten:forget found:find froze:freeze frozen:freeze " +
	"gave:give given:give gone:go gotten:get held:hold hidden:hide kept:keep knew:know known:know lost:lose " +
	"made:make overridden:override overrode:override paid:pay rebuilt:rebuild risen:rise rose:rise seen:see " +
	"sent:send shown:show sold:sell spent:spend stood:stand taken:take threw:throw thrown:throw told:tell took:take " +
	"undid:undo undone:undo went:go withdrawn:withdraw withdrew:withdraw written:write wrote:write "

// irregular is the base of an irregular form; "" for every other word.
func irregular(w string) string { return entry(irregularForms, w) }

// verbNouns are nouns whose doing a verb names (creation, failure). It is a list, for the endings alone also join
// station and state. Nouns that mostly name a thing (application, notification) are left out.
const verbNouns = " " +
	"activation:activate adoption:adopt approval:approve arrival:arrive authorization:authorize " +
	"calculation:calculate cancelation:cancel cancellation:cancel completion:complete configuration:configure " +
	"confirmation:confirm connection:connect conversion:convert correction:correct creation:create " +
	"customization:customize deactivation:deactivate deletion:delete delivery:deliver denial:deny detection:detect " +
	"disconnection:disconnect dismissal:dismiss donation:donate duplication:duplicate execution:execute " +
	"expiration:expire expiry:expire extraction:extract failure:fail generation:generate initialization:initialize " +
	"initiation:initiate injection:inject installation:install interruption:interrupt invitation:invite " +
	"migration:migrate modification:modify navigation:navigate optimization:optimize reactivation:reactivate " +
	"redemption:redeem registration:register rejection:reject removal:remove renewal:renew restoration:restore " +
	"retrieval:retrieve selection:select submission:submit subscription:subscribe success:succeed successful:succeed " +
	"successfully:succeed synchronization:synchronize termination:terminate transformation:transform " +
	"translation:translate validation:validate verification:verify "

// verbOfNoun is the verb whose doing a noun names; "" for every other word.
func verbOfNoun(w string) string { return entry(verbNouns, w) }

// britishWords are words of British spelling with the American one, apart from those in -ise.
const britishWords = " " +
	"analogue:analog analyse:analyze appal:appall artefact:artifact behaviour:behavior calibre:caliber " +
	"catalogue:catalog catalyse:catalyze centimetre:centimeter centre:center cheque:check colour:color " +
	"colourful:colorful defence:defense dialogue:dialog enrol:enroll enrolment:enrollment enthral:enthrall " +
	"favour:favor favourite:favorite fibre:fiber flavour:flavor fulfil:fulfill fulfilment:fulfillment grey:gray " +
	"harbour:harbor honour:honor instal:install instalment:installment jewellery:jewelry judgement:judgment " +
	"kilometre:kilometer labour:labor licence:license litre:liter metre:meter monologue:monolog neighbour:neighbor " +
	"neighbourhood:neighborhood offence:offense paralyse:paralyze pretence:pretense programme:program rumour:rumor " +
	"theatre:theater "

// american is the American spelling of a British word.
func american(w string) string {
	if a := entry(britishWords, w); a != "" {
		return a
	}
	for _, end := range []string{"ise", "ised", "ising", "iser", "isation"} {
		if stem, ok := strings.CutSuffix(w, end); ok && len(stem) > 3 && known(stem+"ize") {
			return stem + "iz" + end[2:]
		}
	}
	return w
}

// entry looks a word up in a table of " one:value two:value ", whose words stand in order; "" when it is not there.
func entry(table, w string) string {
	for lo, hi := 1, len(table); lo < hi; {
		at := lo + strings.LastIndexByte(table[lo:lo+(hi-lo)/2], ' ') + 1
		end := at + strings.IndexByte(table[at:], ' ')
		word, value, _ := strings.Cut(table[at:end], ":")
		switch {
		case word == w:
			return value
		case word < w:
			lo = end + 1
		default:
			hi = at
		}
	}
	return ""
}

// verb says whether a base form is the action of an event and hardly ever its object. Words that are as often a
// thing (review, login, setup, list, filter, order, report, view) are left out on purpose.
func verb(b string) bool {
	switch b {
	case "abandon", "accept", "acknowledge", "activate", "add", "allow", "apply", "approve", "archive", "arrive",
		"assign", "attach", "attempt", "authenticate", "authorize", "begin", "browse", "buy", "calculate", "cancel", "change", "check", "choose",
		"clear", "click", "close", "complete", "configure", "confirm", "connect", "continue", "convert", "copy", "create", "deactivate", "decline",
		"delete", "deliver", "deny", "deploy", "deselect", "detect", "disable", "disconnect", "dismiss", "display", "download",
		"duplicate", "edit", "enable", "enroll", "enter", "execute", "exit", "expand", "expire", "extend", "fail", "fetch", "find",
		"finish", "follow", "generate", "get", "hide", "initiate", "install", "invite", "join", "launch", "leave", "load",
		"log", "merge", "migrate", "modify", "move", "navigate", "open", "pause", "pay", "pin", "play", "press", "publish", "purchase",
		"reactivate", "read", "receive", "redeem", "refresh", "register", "reject", "remove", "rename", "renew", "replace",
		"request", "reset", "resize", "restart", "restore", "resume", "retry", "save", "scan", "select", "send", "share", "show",
		"skip", "start", "stop", "submit", "subscribe", "succeed", "switch", "tap", "toggle", "trigger", "unfollow",
		"uninstall", "unpin", "unpublish", "unsubscribe", "update", "upgrade", "upload", "validate", "verify", "withdraw":
		return true
	}
	return false
}

// directional names words after which the order of the others carries the meaning: A to B is not B to A.
func directional(w string) bool {
	switch w {
	case "to", "from", "into", "onto", "with", "without", "before", "after", "than", "vs", "versus", "between", "by", "until":
		return true
	}
	return false
}

// fillers are base forms that a name can gain or lose and still mean the same event.
func fillers() []string {
	return []string{"view", "screen", "page", "button", "event", "the", "a", "of", "is", "did"}
}

// synonyms are the other base forms of the same meaning; nil for most words.
func synonyms(b string) []string {
	switch b {
	case "tap":
		return []string{"click", "press"}
	case "click":
		return []string{"tap", "press"}
	case "press":
		return []string{"tap", "click"}
	case "show":
		return []string{"view", "display"}
	case "view":
		return []string{"show", "display"}
	case "display":
		return []string{"show", "view"}
	case "fail":
		return []string{"error"}
	case "error":
		return []string{"fail"}
	case "delete":
		return []string{"remove"}
	case "remove":
		return []string{"delete"}
	}
	return nil
}

// opposing are prefixes that turn a word into another one: words alike but for one of them are no typo.
func opposing() []string {
	return []string{
		"un", "de", "dis", "re", "in", "im", "non", "ex", "pre", "post", "up", "down", "on", "off", "out", "sub",
		"over", "under", "mis", "co", "en", "inter", "intra", "multi", "mono", "uni", "bi", "pro", "epi", "anti", "fore", "back",
	}
}
