package checks

import (
	"slices"
	"strings"
	"testing"

	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/plan"
)

// properties that stand side by side in plans and are two: what differs is a number, a unit, a bound, a side, a list.
const twoProperties = `
price prices|product_id product_ids|order_id order_ids|category categories|tag tags|item items|value values|coupon coupons
name names|url urls|filter filters|result results|image images|variant variants|discount discounts|payment payments
x_min x_max|price_min price_max|min_price max_price|min_age max_age|lat lng|latitude longitude|lat lon|start_date end_date
start_time end_time|started_at ended_at|created_at updated_at|from_page to_page|from_version to_version|source target
old_value new_value|old_plan new_plan|previous_page next_page|first_name last_name|given_name family_name|width height
address_1 address_2|address1 address2|line_1 line_2|phone_1 phone_2|option_1 option_10|step_1 step_2|dimension1 dimension2
custom_1 custom_11|utm_source utm_medium|utm_source utm_term|utm_campaign utm_content|utm_source source|user_id anonymous_id
product_id product_sku|product_id product_name|product_id product_type|order_id order_number|order_id order_total|order_id user_id
cart_id card_id|card_id card_type|cart_total cart_count|total subtotal|total totals|tax taxes|shipping shipping_cost|gross net
amount amount_usd|amount amount_eur|amount_usd amount_eur|price price_usd|price list_price|price sale_price|price unit_price
revenue revenue_usd|quantity quantity_added|quantity quality|duration duration_ms|duration_s duration_ms|size_kb size_mb
length strength|speed spend|page page_type|page pages|page_url page_uri|page_path page_title|referrer referrer_url|referral referrer
is_new is_now|is_active is_inactive|enabled disabled|has_image has_images|read unread|locked unlocked|valid invalid|signed unsigned
with_tax without_tax|tax_included tax_excluded|opt_in opt_out|sign_in sign_up|log_in log_out|login logout|check_in check_out
count_a count_b|team_a team_b|home_score away_score|score_1st score_2nd|q1 q2|h1 h2|v1 v2|plan_v1 plan_v2|ip_v4 ip_v6
week weekday|month months|day days|hour hours|year years|date data|form from|state status|city country|region religion
currency currencies|currency concurrency|email e_mail_opt_in|email email_domain|mail male|color colors|left right|top bottom
front back|parent_id patient_id|author_id author_name|sender receiver|sent_at seen_at|device_id device_ids|session_id session_ids
experiment_id experiment_name|test rest|rate rated|rating ratings|view views|play plays|click clicks|error errors|error_code error_mode
host post|post_id host_id|group_id group_ids|level label|label labels|note notes|note_id node_id|line lane|lane_id line_id|menu_id menu_ids
`

// TestTwoPropertiesAreTwo holds pairs that are two properties against the check, filled side by side and in turns.
func TestTwoPropertiesAreTwo(t *testing.T) {
	c, err := newPropertyDuplicate(defaults{})
	if err != nil {
		t.Fatal(err)
	}
	pairs := strings.FieldsFunc(twoProperties, func(r rune) bool { return r == '|' || r == '\n' })
	if len(pairs) < 100 {
		t.Fatalf("only %d pairs", len(pairs))
	}
	for _, pair := range pairs {
		a, b, ok := strings.Cut(pair, " ")
		if !ok {
			t.Fatalf("%q is no pair", pair)
		}
		for _, planned := range []string{"", a, b} {
			for _, turns := range []bool{true, false} {
				in := twoColumns(a, b, planned, turns)
				if v := c.Run(in); len(v.Findings)+len(v.Unjudged) > 0 {
					t.Errorf("%s and %s (planned %q, in turns %v): %+v", a, b, planned, turns, v)
				}
			}
		}
	}
}

// TestOnePropertyIsOne holds spellings of one property against the check: in turns all of them are told.
func TestOnePropertyIsOne(t *testing.T) {
	c, err := newPropertyDuplicate(defaults{})
	if err != nil {
		t.Fatal(err)
	}
	for _, pair := range [][2]string{
		{"order_id", "orderid"},
		{"order_id", "order__id"},
		{"order_id", "Order_ID"},
		{"order_id", "id_order"},
		{"user_type", "usertype"},
		{"shipping_address", "shippng_address"},
		{"payment_method", "payement_method"},
		{"quantity", "quanttity"},
		{"currency", "curency"},
		{"favorite_color", "favourite_color"},
		{"min_price", "price_min"},
		{"search_query", "query_search"},
		{"is_logged_in", "isloggedin"},
		{"banner_clicked", "banner_tapped"},
		{"the_campaign", "campaign"},
		{"checkout_step", "check_out_step"},
	} {
		for _, planned := range []string{pair[0], ""} {
			v := c.Run(twoColumns(pair[0], pair[1], planned, true))
			if len(v.Findings) != 1 {
				t.Errorf("%s and %s (planned %q): %+v", pair[0], pair[1], planned, v)
			}
		}
	}
}

// twoColumns is a table of two columns; in turns, an old version fills the first and a new one the second.
func twoColumns(a, b, planned string, turns bool) Input {
	span := landed.Span{First: 20000, Last: 20041}
	p := plan.Event{Name: "Bought", Call: "track", Properties: []plan.Property{{Name: "total", Type: "number"}}}
	if planned != "" {
		p.Properties = append(p.Properties, plan.Property{Name: planned, Type: "string"})
	}
	table := landed.Table{Name: "bought", Profiled: span}
	for _, name := range []string{a, b} {
		table.Columns = append(table.Columns, landed.Column{Name: name, Type: landed.Text, Seen: landed.NoDay, Gone: landed.NoDay})
	}
	slices.SortFunc(table.Columns, func(a, b landed.Column) int { return strings.Compare(a.Name, b.Name) })
	for d := span.First; d <= span.Last; d++ {
		for _, version := range []string{"1", "2"} {
			if version == "2" && d < span.First+20 {
				continue
			}
			of := map[string]int64{a: 90, b: 80}
			if turns {
				of = map[string]int64{a: 90, b: 0}
				if version == "2" {
					of = map[string]int64{a: 0, b: 90}
				}
			}
			pr := landed.Profile{Day: d, Slice: landed.Slice{AppVersion: version}, Rows: 100}
			for _, c := range table.Columns {
				pr.Columns = append(pr.Columns, landed.ColumnProfile{Column: c.Name, Filled: of[c.Name]})
			}
			table.Profiles = append(table.Profiles, pr)
		}
	}
	return Input{
		Plan: &plan.Plan{Events: []plan.Event{p}}, Last: span.Last, AsOf: span.Last + 1, Partial: 1, Since: landed.NoDay,
		Landed: landed.Snapshot{Source: landed.Source{Name: "web", Schema: "web"}, Span: span, Tables: []landed.Table{table}},
	}
}
