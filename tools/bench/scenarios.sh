#!/usr/bin/env bash
# Generates warehouses with known faults, audits each from an empty state, and holds the reports against the truth.
# Fails when a fault is missed, dated wrongly or told twice, when anything harmless is called a fault, or when an
# audit could not finish. Run it with `make scenarios`, which builds the program first.
#   SCENARIOS='default clean holiday_yesterday everyday'   names in tools/bench/scenarios
#   SEED=7  ROWS=1000000                          of the generator
#   BACKTEST='default'                            of these replay all nights as well, and hold them against the truth
#   KEEP=1                                        leave the folders, and say where they are
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
bench=$root/tools/bench
read -ra scenarios <<<"${SCENARIOS:-default clean holiday_yesterday everyday}"
seed=${SEED:-7} rows=${ROWS:-1000000}
readonly as_of=2026-06-16 duckdb=1.4.5
program=$root/bin/plumbline
[ -x "$program" ] || { echo "scenarios: $program is not built: run make build" >&2; exit 1; }
for s in "${scenarios[@]}"; do
  [ -f "$bench/scenarios/$s.json" ] || { echo "scenarios: there is no tools/bench/scenarios/$s.json" >&2; exit 1; }
done

# The environment is kept in bin/venv; a marker names the version, so that another pin makes another one.
venv=$root/bin/venv
if [ ! -f "$venv/duckdb-$duckdb" ]; then
  rm -rf "$venv"
  python3 -m venv "$venv" || { echo "scenarios: python3 cannot make an environment (Debian, Ubuntu: apt-get install python3-venv)" >&2; exit 1; }
  "$venv/bin/pip" install --quiet --disable-pip-version-check "duckdb==$duckdb"
  touch "$venv/duckdb-$duckdb"
fi

work=$(mktemp -d)
if [ -n "${KEEP:-}" ]; then
  trap 'echo "scenarios: kept in $work"' EXIT
else
  trap 'rm -rf "$work"' EXIT
fi

# All at once; the audits wait until the processors are free again.
declare -A generator
for s in "${scenarios[@]}"; do
  "$venv/bin/python" "$bench/segwh.py" --rows "$rows" --days 60 --seed "$seed" --asof "$as_of" \
    --scenario "$bench/scenarios/$s.json" --out "$work/$s" >"$work/$s.log" 2>&1 &
  generator[$s]=$!
done
for s in "${scenarios[@]}"; do
  wait "${generator[$s]}" || { cat "$work/$s.log" >&2; echo "scenarios: $s could not be generated" >&2; exit 1; }
done

# A slope says by its days that it is one: three more of them are allowed (see docs/backtest.md).
backtest() {
  local began took status=0
  began=$(date +%s%N)
  "$program" backtest -c "$1/plumbline.yaml" --from "$(date -u -d "$as_of - 60 days" +%F)" --to "$(date -u -d "$as_of - 1 day" +%F)" \
    --format json --out "$1/nights.json" --scores "$1/scores.csv" 2>"$1/backtest.log" || status=$?
  took=$(( ($(date +%s%N) - began) / 1000000 ))
  printf 'backtest: exit code %d, %d.%03d s\n' "$status" $((took / 1000)) $((took % 1000))
  [ "$status" -eq 0 ] || { cat "$1/backtest.log" >&2; return 1; }
  "$venv/bin/python" "$bench/backtest.py" --late 3 "$1/truth.json" "$1/nights.json"
}

failed=()
for s in "${scenarios[@]}"; do
  dir=$work/$s
  cat >"$dir/plumbline.yaml" <<YAML
workspace: bench
warehouse: {url: "duckdb:warehouse.duckdb"}
plan: {file: plan.json}
state: sqlite:state.db
YAML
  echo "== $s: $rows rows, seed $seed"
  status=0 began=$(date +%s%N)
  "$program" audit -c "$dir/plumbline.yaml" --as-of "$as_of" --format json --out "$dir/report.json" 2>"$dir/audit.log" || status=$?
  took=$(( ($(date +%s%N) - began) / 1000000 ))
  printf 'audit: exit code %d, %d.%03d s\n' "$status" $((took / 1000)) $((took % 1000))
  if [ "$status" -gt 1 ] || [ ! -s "$dir/report.json" ]; then # 1 only says that there are findings
    cat "$dir/audit.log" >&2
    failed+=("$s")
    continue
  fi
  "$venv/bin/python" "$bench/score.py" "$dir/truth.json" "$dir/report.json" || failed+=("$s")
  if [[ " ${BACKTEST:-} " == *" $s "* ]]; then
    backtest "$dir" || failed+=("$s backtest")
  fi
done
if [ ${#failed[@]} -gt 0 ]; then
  echo "scenarios: these fall short: ${failed[*]}" >&2
  exit 1
fi
