//go:build !noduckdb

package duckdb_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

// TestClasses holds what values are taken for: what is personal, and everything that only looks so.
func TestClasses(t *testing.T) {
	type value struct {
		what, text string
		want       landed.Looks
	}
	want := map[string]value{}
	var columns []string
	for _, x := range []struct {
		what string
		want landed.Looks
		of   []string
	}{
		{"e-mail addresses", landed.LooksEmail, []string{"ada@example.com", "a.b+c@sub.example.co.uk", "user_1@x-y.io", "ADA@EXAMPLE.COM"}},
		{"e-mail addresses inside a text", landed.HoldsEmail, []string{
			"https://shop.example/?email=ada@example.com&x=1", "?email=ada%40example.com", "please write to ada@example.com.", "ada@example.com, bob@example.com",
			`{"email":"ada@example.com"}`, "mailto:ada@example.com", "<ada@example.com>", "Ada <ada@example.com>",
		}},
		{"phone numbers", landed.LooksPhone, []string{"+14155552671", "+49 30 901820", "+44 (0)20 7946 0958", "(415) 555-2671", "+1-415-555-2671", "+1 415.555.2671"}},
		{"payment cards", landed.LooksCard, []string{
			"4111111111111111", "4111 1111 1111 1111", "4111-1111-1111-1111", "5555555555554444", "378282246310005", "6011111111111117", "3782 822463 10005",
			"30569309025904", "3530111333300000", "2223003122003222",
		}},
		{"numbers of cards with a wrong digit", landed.LooksNumber, []string{"4111111111111112", "5555 5555 5555 4445", "378282246310006"}},
		{"times in milliseconds, microseconds and nanoseconds", landed.LooksNumber, []string{"1718000000000", "1718000000000000", "1718000000000000000", "20260615123045"}},
		{"order and account numbers", landed.LooksNumber, []string{"1000234", "900012345678", "4000012345", "10157000000000000", "112345678901234567", "12", "4155552671", "-12.5", "1e6"}},
		{"tracking numbers, SKUs and codes", landed.LooksOther, []string{
			"1Z999AA10123456784", "9400 1000 0000 0000 0000 00", "112-3456789-1234567", "SKU-1234-5678-9012", "ABC-123", "AW-4111", "123-45-6789", "978-3-16-148410-0", "415-555-2671",
		}},
		{"hashes", landed.LooksOther, []string{"5d41402abc4b2a76b9719d911017c592", "da39a3ee5e6b4b0d3255bfef95601890afd80709", "sha256:9f86d081884c7d65"}},
		{"identifiers", landed.LooksUUID, []string{"6fa459ea-ee8a-3ca4-894e-db77e160355e"}},
		{"addresses of machines and versions", landed.LooksOther, []string{"192.168.100.100", "2001:db8::1", "10.0.0.1:8080", "5.4.0-beta.1", "GA1.2.1234567890.1718000000"}},
		{"what has an at sign and is no address", landed.LooksOther, []string{
			"logo@2x.png", "react@18.2.0", "@handle", "https://youtube.com/@handle", "https://unpkg.com/react@18.2.0/umd/react.js", "git@github.com:org/repo.git",
			"https://maps.example/@37.77,-122.41,15z", "photo@large.jpg", "a @ b", "ada@localhost", "https://cdn.example/logo@3x.png",
		}},
		{"dates", landed.LooksDate, []string{"2026-06-15", "2026-06-15T10:00:00Z"}},
		{"truths", landed.LooksBool, []string{"true", "FALSE"}},
		{"objects", landed.LooksJSON, []string{`{"a":1}`, `[1,2]`}},
		{"nothing", landed.LooksEmpty, []string{""}},
		{"signs and offsets", landed.LooksOther, []string{"+02:00", "(1)", "(2024) ok", "+"}},
		{"signed numbers", landed.LooksNumber, []string{"+1200", "+12345678"}},
		{"free text", landed.LooksOther, []string{"how to return shoes", "size 42", "naïve café", "50% off"}},
	} {
		for _, v := range x.of {
			column := "v" + strconv.Itoa(len(want))
			want[column] = value{x.what, v, x.want}
			columns = append(columns, "'"+v+"' AS "+column)
		}
	}
	w := open(t, "CREATE SCHEMA web",
		"CREATE TABLE web.tracks AS SELECT 'a' AS id, TIMESTAMP '2026-06-02' AS received_at, 'tick' AS event, 'Tick' AS event_text",
		"CREATE TABLE web.tick AS SELECT TIMESTAMP '2026-06-02' AS received_at, "+strings.Join(columns, ", "))
	snap := gather(t, w, "web", 0, landed.Counts, landed.Shapes)
	for _, sh := range snap.Tables[0].Shapes {
		x := want[sh.Column]
		if sh.Classes[x.want] != 1 {
			t.Errorf("%s: %q is taken for %v", x.what, x.text, sh.Classes)
		}
	}
	if n := len(snap.Tables[0].Shapes); n != len(want) {
		t.Errorf("%d of %d values were looked at, gaps %+v", n, len(want), snap.Gaps)
	}
}
