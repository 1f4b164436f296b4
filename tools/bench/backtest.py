#!/usr/bin/env python3
"""backtest.py DIR/truth.json backtest.json [--verbose]  - holds `plumbline backtest --format json` against what segwh.py seeded.

For each seeded fault: the first morning it could be known (the first judged day by which enough rows carry it: NEED; a slope once a quarter
is lost, and the loss is five times what chance makes of the usual rows), the first morning it was named by a fitting kind (score.py: FIT), and the first morning anything was said of it. A night has a
false alarm when it lists an open finding at warning or above that fits no fault and is no symptom of one. Exit 1 when a fault is named later
than a morning after it could be known without a reason (--late allows so many days), is never named, or more than 1 night in 30 has a false alarm."""
import argparse, csv, datetime as dt, json, pathlib, sys
from score import FIT, SYMPTOM, day, same_subject, symptom

# Rows that carry a fault before anybody could call it one, by kind. A fall or a stop is there with its first day.
NEED = {"rename": 20, "near_duplicate": 3, "type_drift": 20, "missing_property": 30, "new_property": 5, "enum_violation": 10, "unplanned": 20}

def rows_by_day(folder, item):
    """Rows a day that carry the fault, where the counts say so; else the truth's sum spread over its days."""
    out = {}
    if item["kind"] in ("rename", "near_duplicate", "unplanned", "gradual"):
        with open(folder / "counts.csv", newline="", encoding="utf-8") as f:
            for r in csv.DictReader(f):
                if r["source"] in item["sources"] and r["event_text"] == (item["event_text"] or item["planned_event"]):
                    d = day(r["date"]); out[d] = out.get(d, 0) + int(r["n"])
        return out
    first, last = day(item["first_day"]), day(item["last_day"])
    n = (last - first).days + 1
    share = item["spec"].get("rate", 1) if item["kind"] in ("missing_property", "enum_violation", "new_property") else 1
    return {first + dt.timedelta(k): item["rows_in_window"] * share / n for k in range(n)}

def knowable(folder, item):
    """The first morning, and the rows by then."""
    first, k = day(item["first_day"]), item["kind"]
    if k == "gradual":
        before = [n for d, n in rows_by_day(folder, item).items() if first - dt.timedelta(28) <= d < first]
        usual = sum(before) / max(len(before), 1)
        days, left, lost = 0, 1.0, 0.0
        while left > .75 or lost < 5 * (usual * days) ** .5: left *= 1 + item["spec"]["daily"]; days += 1; lost += usual * (1 - left)
        return first + dt.timedelta(days), round(lost)
    if k not in NEED: return first + dt.timedelta(1), None
    total = 0
    for d, n in sorted(rows_by_day(folder, item).items()):
        total += n
        if total >= NEED[k]: return d + dt.timedelta(1), total
    return None, total

def findings(night):
    for f in night["findings"]:
        if f.get("status") == "resolved" or f.get("change") == "resolved": continue
        many = len(f.get("members") or []) > 1
        for m in f["members"] if many else [{}]: yield dict(f, **m)

def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("truth"); ap.add_argument("nights"); ap.add_argument("--late", type=int, default=0); ap.add_argument("--verbose", action="store_true")
    a = ap.parse_args()
    folder = pathlib.Path(a.truth).parent
    truth, nights = json.load(open(a.truth)), json.load(open(a.nights))
    items = [i for i in truth["items"] if i["verdict"] == "alert" and i.get("active", True)]
    begin, end = day(nights[0]["as_of"]), day(nights[-1]["as_of"])
    named, said, as_what, false = {}, {}, {}, {}
    for n in nights:
        morning = day(n["as_of"])
        for f in findings(n):
            fits = [i for i in items if same_subject(i, f) and f["kind"] in FIT[i["kind"]] + (["missing-property", "removed-property"] if i["spec"].get("mode") == "null" else [])]
            near = fits or [i for i in items if symptom(i, f) or same_subject(i, f) and morning > day(i["first_day"])]
            for i in fits: named.setdefault(i["id"], (morning, f))
            for i in near: said.setdefault(i["id"], (morning, f["kind"]))
            if not near and f["severity"] in ("critical", "warning") and f.get("status", "open") == "open":
                false.setdefault(morning, []).append(f)
    bad = 0
    for i in items:
        could, rows = knowable(folder, i)
        could = max(could, begin) if could else None
        got = named.get(i["id"])
        if could is None or could > end and not got:
            print(f"--   {i['id']:22s} {i['kind']:17s} could not be known yet"); continue
        late = (got[0] - could).days if got else None
        ok = late is not None and late <= a.late
        bad += not ok
        first = said.get(i["id"])
        line = f"{'ok  ' if ok else 'LATE' if got else 'MISS'} {i['id']:22s} {i['kind']:17s} began {i['first_day']} could be known {could}"
        if rows: line += f" ({rows:.0f} rows)"
        line += f" named {got[0]} as {got[1]['kind']} {got[1]['severity']} since {got[1].get('since')}, {late:+d} days" if got else " never named"
        if first and got and first[0] < got[0]: line += f"; first said {first[0]} as {first[1]}"
        print(line)
    episodes = {}
    for morning, list_ in sorted(false.items()):
        for f in list_:
            episodes.setdefault(f["id"], [morning, morning, f])[1] = morning
    for first, last, f in episodes.values():
        print(f"FALSE {first}..{last} {f['kind']} {f['severity']} {f.get('source')} | {f.get('event')} | {f.get('related_event')} | {f.get('property')} | since {f.get('since')} score {f.get('score')} | {f['title']}")
    allowed = len(nights) / 30
    print(f"{len(items) - bad}/{len(items)} named when they could be known; {len(episodes)} false alarms, on {len(false)} of {len(nights)} nights ({allowed:.0f} allowed)")
    sys.exit(1 if bad or len(false) > allowed else 0)

if __name__ == "__main__": main()
