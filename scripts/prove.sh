#!/usr/bin/env bash
# Runs long forms and keeps the table of them in docs/reliability.md, one row for each, replaced by name,
# with the date and the commit of its run: so a machine makes the table in parts.
#
#   scripts/prove.sh          prints the table; fails where a row is missing, failed, or was run with changes
#                             that were not committed. A row of an older commit says so.
#   scripts/prove.sh all      runs all of them, one after the other, then does that
#   scripts/prove.sh NAME...  runs those
#
# The logs lie in target/prove.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
page=docs/reliability.md
code=(src tests fuzz)
mkdir -p target/prove
wanted=("$@")
names=()
failed=0

# Puts a row into the table, in the place of the one of this name.
keep() {
  ROW=$2 awk -v name="$1" '
    /^<!-- end of the proof -->/ && !done { print ENVIRON["ROW"] }
    index($0, "| " name " |") == 1 && inside { print ENVIRON["ROW"]; done = 1; next }
    /^<!-- the proof -->/ { inside = 1 }
    /^<!-- end of the proof -->/ { inside = 0 }
    { print }' "$page" >target/prove/page && cp target/prove/page "$page"
}

# NAME COUNTED COMMAND...: COUNTED is a pattern of the lines that tell what was counted.
prove() {
  local name=$1 counted=$2 began=$SECONDS status=0 log commit said
  shift 2
  names+=("$name")
  [[ " ${wanted[*]} " == *" $name "* || " ${wanted[*]} " == " all " ]] || return 0
  log=target/prove/$name.log
  commit=$(git rev-parse --short=7 HEAD)
  git diff --quiet HEAD -- "${code[@]}" || commit+=", changed"
  echo "== $name: $*" >&2
  nice "$@" >"$log" 2>&1 || status=$?
  said=$(grep -E "$counted|^SKIPPED" "$log" | tail -24 | tr -s ' ' | sed 's/|/\//g' | paste -sd';' | sed 's/;/; /g')
  keep "$name" "| $name | \`$*\` | $(date -u +%F), $commit | $(((SECONDS - began + 59) / 60)) | $(
    [ "$status" = 0 ] && echo clean || echo "FAILED ($status)"
  ) | ${said:0:600} |"
}

prove model '^model: ' just model 10000
prove fuzz 'executions' scripts/fuzz.sh all 600
prove torture '^[0-9]+ runs, ' just torture
prove cuts 'power cuts under' just cuts
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
prove soak '^soak: ' just soak

for name in "${names[@]}"; do
  row=$(sed -n '/^<!-- the proof -->/,/^<!-- end/p' "$page" | grep -F "| $name | " | head -1)
  note=''
  case $row in
    '') row="| $name |" note=' MISSING' failed=1 ;;
    *', changed |'*) note=' OF CODE THAT WAS NOT COMMITTED' failed=1 ;;
    *'| clean |'*)
      commit=$(sed -E 's/.* \| [0-9-]{10}, ([0-9a-f]{7,}) \| .*/\1/' <<<"$row")
      git diff --quiet "$commit" HEAD -- "${code[@]}" 2>/dev/null || note=' (of an older commit)'
      ;;
    *'| part |'*) note=' NOT WHOLE' failed=1 ;;
    *) note=' FAILED' failed=1 ;;
  esac
  printf '%s%s\n' "$row" "$note"
done
exit $failed
