#!/usr/bin/env bash
# Runs tests in other places: zones, languages, years, as a user who is not root, and on file systems
# that fold case or lack hard links. `scripts/places.sh` runs what looks at clocks, files and words,
# `scripts/places.sh whole` everything. One line for each place; what it cannot have is SKIPPED aloud.
#
# Tests fix the time of commands by DESK_NOW, which they state; the years here are those of the system's
# clock (faketime), by which locks, sessions and git's own commits go; a clock that only counts how long
# something takes stays, for waits of a second would last the years. `just model` has years of its own.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
how=${1:-part}

cargo test --quiet --no-run --test it --test store --test proof
newest() { find target/debug/deps -name "$1-*" -type f -executable -printf '%T@ %p\n' | sort -n | tail -1 | cut -d' ' -f2; }
it=$(newest it)
store=$(newest store)
proof=$(newest proof)

part_it=(time:: sla:: due:: sweep:: planned:: recurring:: away:: init::)
part_store=(journal:: session:: power::)
export DESK_SAMPLE=85 DESK_MODEL=4
[ "$how" = part ] || { part_it=(); part_store=(); unset DESK_SAMPLE DESK_MODEL; }

log=$(mktemp)
failed=0

# NAME, then the words before each program (env ... or runuser ...).
place() {
  local name=$1 passed=0 wrong=0 began=$SECONDS count
  shift
  : >"$log"
  for program in "$it ${part_it[*]}" "$store ${part_store[*]}" "$proof"; do
    # shellcheck disable=SC2086
    "$@" $program >>"$log" 2>&1 || true
  done
  for count in $(sed -n 's/^test result: .* \([0-9]*\) passed;.*/\1/p' "$log"); do passed=$((passed + count)); done
  for count in $(sed -n 's/^test result: .* passed; \([0-9]*\) failed.*/\1/p' "$log"); do wrong=$((wrong + count)); done
  printf '%-28s %5s passed %4s failed %5s s\n' "$name" "$passed" "$wrong" "$((SECONDS - began))"
  if [ "$wrong" != 0 ] || [ "$passed" = 0 ]; then
    failed=1
    grep '^    [a-z_:0-9]*$' "$log" | sort -u | head -20
  fi
}

for zone in Asia/Kathmandu Pacific/Apia; do
  place "TZ=$zone" env "DESK_TEST_TZ=$zone"
done
for language in C tr_TR.UTF-8; do
  place "LANG=$language" env "DESK_TEST_LANG=$language"
done
[ "$how" != part ] || part_store+=(crash::points::a_sample)
library=$(find /usr/lib -name libfaketime.so.1 2>/dev/null | head -1)
for years in 1 12 73; do
  if [ -z "$library" ]; then
    echo "SKIPPED: no libfaketime (apt-get install faketime): the clock $years years on"
  else
    place "clock in $(($(date +%Y) + years))" env "DESK_TEST_PRELOAD=$library" "FAKETIME=+${years}y" FAKETIME_DONT_FAKE_MONOTONIC=1
  fi
done
if [ "$(id -u)" != 0 ] || ! command -v runuser >/dev/null; then
  echo "SKIPPED: only root can run tests as somebody else"
else
  folder=$(mktemp -d)
  chown nobody "$folder"
  # Gits of root that run meanwhile are none of theirs, and nobody could see where they work.
  alone=()
  ! unshare --pid --fork --mount-proc true 2>/dev/null || alone=(unshare --pid --fork --mount-proc)
  place "user nobody" ${alone[@]+"${alone[@]}"} runuser -u nobody -- env "TMPDIR=$folder" "HOME=$folder"
  rm -rf "$folder"
fi
rm "$log"
exit $failed
