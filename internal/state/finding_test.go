package state

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/incident"
)

// fill sets everything that can be reached from v to something that is not zero, each number another.
func fill(t *testing.T, v reflect.Value, n *int64, depth int) {
	t.Helper()
	*n++
	switch v.Kind() { //nolint:exhaustive // another kind fails the test
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(*n % 100)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(uint64(*n % 100))
	case reflect.Float64:
		v.SetFloat(float64(*n) + 0.5)
	case reflect.String:
		v.SetString("text " + time.Duration(*n).String() + "\u2028<b>\"")
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(t, v.Elem(), n, depth)
	case reflect.Slice:
		if v.Type() == reflect.TypeFor[[]finding.Finding]() && depth == 0 {
			return
		}
		if v.Type() == reflect.TypeFor[[]finding.Finding]() {
			depth--
		}
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(t, v.Index(0), n, depth)
		fill(t, v.Index(1), n, depth)
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(t, key, n, depth)
		fill(t, value, n, depth)
		v.SetMapIndex(key, value)
	case reflect.Interface:
		var all []finding.Fix
		for _, fix := range fixTypes() {
			all = append(all, fix)
		}
		fix := reflect.New(reflect.TypeOf(all[int(*n)%len(all)])).Elem()
		fill(t, fix, n, depth)
		v.Set(fix)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(start.Add(time.Duration(*n) * time.Nanosecond)))
			return
		}
		for _, f := range v.Fields() {
			fill(t, f, n, depth)
		}
	default:
		t.Fatalf("%s is a kind of field that this test does not know", v.Type())
	}
}

func roundTrip(tb testing.TB, i incident.Incident) incident.Incident {
	tb.Helper()
	b, err := encodeIncident(i)
	if err != nil {
		tb.Fatal(err)
	}
	got, err := decodeIncident(b)
	if err != nil {
		tb.Fatal(err)
	}
	return got
}

// TestEveryFieldOfAnIncidentIsKept fails when a field is added that the stored form loses.
func TestEveryFieldOfAnIncidentIsKept(t *testing.T) {
	var want incident.Incident
	var n int64
	fill(t, reflect.ValueOf(&want).Elem(), &n, 2)
	if diff := cmp.Diff(want, roundTrip(t, want)); diff != "" {
		t.Error(diff)
	}
}

func TestEveryFixIsKept(t *testing.T) {
	for word, fix := range fixTypes() {
		v := reflect.New(reflect.TypeOf(fix)).Elem()
		var n int64
		fill(t, v, &n, 0)
		full, is := reflect.TypeAssert[finding.Fix](v)
		if !is {
			t.Fatalf("%s is no fix", word)
		}
		want := incident.Incident{Finding: finding.Finding{Fixes: []finding.Fix{full, fix}}}
		if diff := cmp.Diff(want, roundTrip(t, want)); diff != "" {
			t.Errorf("%s: %s", word, diff)
		}
	}
}

func TestFiguresOfAnyKindAreKept(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		chart := finding.Chart{
			Daily: rapid.SliceOf(rapid.Int64()).Draw(rt, "daily"), Expected: rapid.SliceOf(figures()).Draw(rt, "expected"),
			Low: rapid.SliceOf(figures()).Draw(rt, "low"),
		}
		want := incident.Incident{Finding: finding.Finding{
			Score: rapid.Ptr(rapid.Float64(), true).Draw(rt, "score"), Title: rapid.String().Draw(rt, "title"),
			Evidence: []finding.Evidence{{Chart: &chart}},
		}}
		if diff := cmp.Diff(want, roundTrip(t, want), options()); diff != "" {
			rt.Fatal(diff)
		}
	})
}

func figures() *rapid.Generator[float64] {
	return rapid.OneOf(rapid.Float64(), rapid.Just(math.NaN()))
}

func TestSharesThatAreNoNumberAreNothing(t *testing.T) {
	f := finding.Finding{Confidence: math.NaN(), Share: math.Inf(1), Fixes: []finding.Fix{finding.ScaleProperty{Factor: math.NaN()}}}
	got := roundTrip(t, incident.Incident{Finding: f}).Finding
	if got.Confidence != 0 || got.Share != 0 || got.Fixes[0].(finding.ScaleProperty).Factor != 0 {
		t.Errorf("got %+v", got)
	}
}

func TestAFixOfALaterVersionIsLeftOut(t *testing.T) {
	b, err := encodeIncident(found())
	if err != nil {
		t.Fatal(err)
	}
	later := strings.Replace(string(b), `"Fixes":[`, `"Fixes":[{"Type":"phone-home","Fix":{"Number":[1]}},`, 1)
	if !json.Valid([]byte(later)) || later == string(b) {
		t.Fatal("the test's own change failed")
	}
	got, err := decodeIncident([]byte(later))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(found(), got); diff != "" {
		t.Error(diff)
	}
}

func TestADamagedIncidentIsSaidToBeOne(t *testing.T) {
	s, _ := inFile(t)
	commit(t, s, record(100))
	if _, err := s.db.ExecContext(t.Context(), `UPDATE incident SET body = '{'`); err != nil {
		t.Fatal(err)
	}
	_, err := s.Incidents(t.Context())
	wantError(t, err, ErrDamaged, "incident")
}
