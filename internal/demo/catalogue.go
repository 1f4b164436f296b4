package demo

import (
	"strconv"
	"strings"
)

// event is one planned event: how many a day in each source, and what it carries.
type event struct {
	name  string
	group string
	daily [3]float64 // by sources()
}

func sources() []string { return []string{"web", "ios", "server"} }

// in says where an event is planned.
func (e event) in() []string {
	var out []string
	for i, s := range sources() {
		if e.daily[i] > 0 {
			out = append(out, s)
		}
	}
	return out
}

// tier is 1 for what revenue hangs on.
func (e event) tier() string {
	switch {
	case e.name == purchase || e.name == "Order Completed":
		return "1"
	case e.group == "order" || e.group == "payment" || e.group == "auth" || e.group == "sub":
		return "2"
	default:
		return "3"
	}
}

func (e event) owner() string {
	switch e.group {
	case "order", "payment", "cart", "coupon", "step", "purchase":
		return "checkout"
	case "auth", "sub", "invite", "account":
		return "growth"
	case "message", "push", "promo":
		return "marketing"
	default:
		return "catalogue"
	}
}

// table is the event's table, named as Segment names it.
func table(name string) string {
	return strings.Trim(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, strings.ToLower(name)), "_")
}

// column is one property: its column, what fills it, and whether the plan requires it.
type column struct {
	name, kind string
	enum       []string
	required   bool
	null       int // percent, of an optional one
}

// columns reads a group, written as name:type[=a/b/c] with an exclamation mark for required or ~N for N percent null.
func columns(group string) []column {
	var out []column
	for spec := range strings.FieldsSeq(groups()[group]) {
		c := column{}
		rest := ""
		c.name, rest, _ = strings.Cut(spec, ":")
		if rest, c.required = strings.CutSuffix(rest, "!"); !c.required {
			var null string
			rest, null, _ = strings.Cut(rest, "~")
			c.null, _ = strconv.Atoi(null) // 0 where there is none
		}
		var values string
		c.kind, values, _ = strings.Cut(rest, "=")
		if values != "" {
			c.enum = strings.Split(values, "/")
		}
		out = append(out, c)
	}
	return out
}

func groups() map[string]string {
	return map[string]string{
		"purchase": "order_id:string! checkout_id:string! total:amount! subtotal:amount! tax:number! shipping:number! discount:number~60 currency:string=USD/EUR/GBP! coupon:string~75 items:integer! payment_method:string=card/paypal/apple_pay! shipping_method:string=ground/express/pickup! is_first:boolean! affiliation:string~40",
		"product":  "product_id:string! price:number! quantity:integer! currency:string=USD/EUR/GBP! category:string~10 brand:string~30 variant:string~60",
		"list":     "list_id:string! category:string=shoes/coats/bags/home/sale! products_shown:integer! sort:string~50",
		"session":  "session_id:string! is_first:boolean! referrer_type:string=direct/search/social/email/paid!",
		"search":   "query:string! results:integer! filter:string~55",
		"auth":     "method:string=password/google/apple! remember:boolean~20",
		"cart":     "cart_id:string! total:number! items:integer! currency:string=USD/EUR/GBP!",
		"promo":    "promotion_id:string! creative:string! slot:string=top/side/footer!",
		"order":    "order_id:string! total:amount! currency:string=USD/EUR/GBP! items:integer! note:string~80",
		"video":    "video_id:string! position:integer! total_length:integer! quality:string=sd/hd/uhd!",
		"step":     "step:integer! checkout_id:string! shipping_method:string=ground/express/pickup~30",
		"push":     "campaign_id:string! action:string=open/dismiss/snooze!",
		"payment":  "checkout_id:string! payment_method:string=card/paypal/apple_pay! amount:amount!",
		"coupon":   "coupon_id:string! cart_id:string~30 discount:number! reason:string~70",
		"message":  "campaign_id:string! template:string! provider:string=ses/sendgrid! delivered_at:timestamp~10",
		"sub":      "plan_name:string=free/pro/team! billing_interval:string=monthly/annual! seats:integer! renewal_at:timestamp~20",
		"content":  "article_id:string! section:string! word_count:integer! author:string~15",
		"invoice":  "invoice_id:string! amount:amount! currency:string=USD/EUR/GBP! due_at:timestamp!",
		"support":  "ticket_id:string~10 channel:string=chat/mail/call! score:integer~50",
		"account":  "account_id:string! role:string=owner/admin/member! seats:integer~30",
		"invite":   "invite_id:string! channel:string=link/mail/slack!",
		"app":      "session_id:string! from_background:boolean! screen:string=home/search/cart/account!",
		"stock":    "product_id:string! warehouse:string=north/south/west! units:integer!",
		"wishlist": "wishlist_id:string items:integer",
		"device":   "feature:string duration:number~20",
	}
}

// unplannedEvent is a new event of an ios release that nobody planned.
type unplannedEvent struct {
	name, group string
	share       float64 // of the rows that the new version sends
}

func unplanned() []unplannedEvent {
	return []unplannedEvent{
		{"Wishlist Opened", "wishlist", .085},
		{"Wishlist Shared", "wishlist", .055},
		{"Widget Tapped", "device", .025},
		{"Siri Shortcut Used", "device", .022},
		{"Passkey Created", "device", .020},
		{"Live Activity Started", "device", .019},
		{"Live Activity Ended", "device", .018},
		{"Widget Installed", "device", .017},
		{"Wishlist Item Removed", "wishlist", .016},
	}
}

// planned lists the events of the plan: name, group, and how many a day on web, ios and server.
func planned() []event {
	var out []event
	for line := range strings.Lines(plannedText) {
		f := strings.Split(strings.TrimSpace(line), "|")
		if len(f) < 3 {
			continue
		}
		e := event{name: f[0], group: f[1]}
		for i, n := range strings.Fields(f[2]) {
			e.daily[i], _ = strconv.ParseFloat(n, 64) // the table is ours, and a test reads it
		}
		out = append(out, e)
	}
	return out
}

const plannedText = `
Product Viewed|product|230 140 0
Product List Viewed|list|120 0 0
Session Started|session|110 0 0
Product Clicked|product|70 0 0
Products Searched|search|60 0 0
Product Added|product|75 45 0
Product Removed|product|24 0 0
Signed In|auth|50 38 0
Signed Up|auth|20 14 0
Signed Out|auth|14 0 0
Cart Viewed|cart|56 0 0
Promotion Viewed|promo|50 0 0
Promotion Clicked|promo|16 0 0
Checkout Started|order|250 0 0
Purchase Completed|purchase|230 130 0
Step 1 Viewed|step|46 0 0
Step 2 Viewed|step|38 0 0
Step 3 Viewed|step|30 0 0
Payment Info Entered|payment|26 0 0
Coupon Entered|coupon|15 0 0
Coupon Denied|coupon|11 0 0
Video Playback Started|video|34 0 0
Video Playback Completed|video|18 0 0
Video Playback Paused|video|13 0 0
Search Filter Applied|search|17 0 0
Product List Filtered|list|16 0 0
Product Shared|product|12 0 0
Product Reviewed|product|11 0 0
Product Compared|product|11 0 0
Size Guide Opened|product|26 0 0
Article Viewed|content|32 0 0
Article Completed|content|14 0 0
Newsletter Subscribed|support|12 0 0
Form Submitted|support|13 0 0
Support Chat Started|support|12 0 0
Banner Dismissed|promo|15 0 0
Survey Answered|support|11 0 0
Password Changed|auth|11 0 0
Profile Updated|account|13 0 0
Avatar Uploaded|account|11 0 0
Invite Sent|invite|13 0 0
Store Located|search|12 0 0
Gift Card Redeemed|coupon|11 0 0
Delivery Slot Chosen|step|14 0 0
Return Requested|order|11 0 0
App Opened|app|0 150 0
App Backgrounded|app|0 120 0
App Updated|app|0 12 0
Push Notification Received|push|0 60 0
Push Notification Tapped|push|0 17 0
Permission Granted|app|0 12 0
Deep Link Opened|app|0 14 0
Barcode Scanned|search|0 13 0
Tab Selected|app|0 40 0
Photo Zoomed|product|0 18 0
Basket Emptied|cart|0 11 0
Address Saved|account|0 12 0
Card Scanned|payment|0 11 0
Stock Alert Set|product|0 13 0
Outfit Saved|product|0 15 0
Voice Search Used|search|0 11 0
Order Tracked|order|0 20 0
Rating Prompt Shown|support|0 12 0
Onboarding Started|step|0 13 0
Onboarding Completed|step|0 11 0
Story Watched|video|0 22 0
Order Completed|order|0 0 70
Order Shipped|order|0 0 58
Order Delivered|order|0 0 52
Order Cancelled|order|0 0 13
Order Refunded|order|0 0 12
Coupon Applied|coupon|0 0 48
Email Sent|message|0 0 60
Email Delivered|message|0 0 55
Email Opened|message|0 0 26
Email Bounced|message|0 0 11
Subscription Started|sub|0 0 12
Subscription Renewed|sub|0 0 22
Subscription Paused|sub|0 0 11
Trial Started|sub|0 0 12
Trial Ended|sub|0 0 11
Invoice Created|invoice|0 0 20
Invoice Paid|invoice|0 0 18
Invoice Overdue|invoice|0 0 11
Payment Failed|payment|0 0 12
Payment Retried|payment|0 0 11
Account Created|account|0 0 20
Account Deleted|account|0 0 11
Team Member Added|account|0 0 12
Loyalty Points Earned|support|0 0 24
Loyalty Tier Upgraded|support|0 0 11
Stock Received|stock|0 0 14
Stock Corrected|stock|0 0 11
Price Changed|stock|0 0 12
Parcel Weighed|stock|0 0 15
Parcel Lost|stock|0 0 11
Fraud Review Opened|payment|0 0 12
Fraud Review Closed|payment|0 0 11
Review Published|support|0 0 12
Ticket Closed|support|0 0 12
`
