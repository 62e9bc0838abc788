#!/usr/bin/env bash
# Runs all long forms one after the other and prints one table: what, how long, how it ended, and what
# it counted. `scripts/prove.sh NAME...` runs only those. Its logs lie in target/prove.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
mkdir -p target/prove
table=target/prove/table.md
printf '| what | command | minutes | ended | counted |\n| --- | --- | --- | --- | --- |\n' >"$table"
failed=0

# NAME COUNTED COMMAND...: COUNTED is a pattern of the lines that tell what was counted.
prove() {
  local name=$1 counted=$2 began=$SECONDS status=0 log
  shift 2
  [ ${#only[@]} = 0 ] || [[ " ${only[*]} " == *" $name "* ]] || return 0
  log=target/prove/$name.log
  echo "== $name: $*" >&2
  nice "$@" >"$log" 2>&1 || status=$?
  [ "$status" = 0 ] || failed=1
  local said
  said=$(grep -E "$counted|^SKIPPED" "$log" | tail -24 | tr -s ' ' | sed 's/|/\//g' | paste -sd';' | sed 's/;/; /g')
  printf '| %s | `%s` | %s | %s | %s |\n' "$name" "$*" "$(((SECONDS - began + 59) / 60))" \
    "$([ "$status" = 0 ] && echo clean || echo "FAILED ($status)")" "${said:0:1500}" | tee -a "$table" >&2
}

only=("$@")
prove model '^model: ' just model 10000
prove fuzz 'executions' scripts/fuzz.sh all 600
prove torture '^[0-9]+ runs, ' just torture
prove cuts 'power cuts' just cuts
prove crowd '^crowd: ' just crowd
prove gossip '^gossip' just gossip 500
prove at-once '^at once: ' just at-once 40
prove merge 'triples|merged|cases' just merge 100000
prove planted 'found|caught|planted' just planted
prove hostile '^test result' just hostile
prove caches '^test result' just caches
prove undo '^test result' just undo
prove growth '^test result' just growth
prove places 'passed' scripts/places.sh whole
echo
cat "$table"
exit $failed
