#!/usr/bin/env bash
# Fuzzes readers with coverage: `scripts/fuzz.sh TARGET SECONDS`, where `all` is one target after the
# other. It prints, for each, how many executions there were and how many edges of the program they
# reached. What it finds lies in fuzz/found, and belongs into fuzz/corpus once it is mended; what it
# grows is kept in fuzz/grown for the next time, and not in the repository.
#
# It needs a C++ compiler for the fuzzer (libfuzzer-sys); the instrumentation is stable Rust's.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
seconds=${2:-600}
targets=$1
[ "$targets" != all ] || targets=$(ls fuzz/corpus)

command -v c++ >/dev/null || { echo "SKIPPED: no C++ compiler (apt-get install g++)"; exit 0; }
triple=$(rustc -vV | sed -n 's/^host: //p')
coverage="-sanitizer-coverage-level=4 -sanitizer-coverage-inline-8bit-counters -sanitizer-coverage-pc-table -sanitizer-coverage-trace-compares"
flags="--cfg fuzzing -Cpasses=sancov-module"
for one in $coverage; do flags="$flags -Cllvm-args=$one"; done
RUSTFLAGS=$flags cargo build --quiet --release --target "$triple" --manifest-path fuzz/Cargo.toml
program=fuzz/target/$triple/release/plaindesk-fuzz

# Seeds that other tests have already.
seeds() {
  case $1 in
    ticket) for file in tests/{pages,format}/*/*.md; do cp "$file" "$2/${file//\//-}"; done ;;
    article) for file in kb/*/*.md; do cp "$file" "$2/${file//\//-}"; done ;;
    catalogue) cp catalog.toml "$2" ;;
    merge)
      for folder in tests/oracle/examples/*/; do
        { cat "$folder/base.md"; printf '\n====\n'; cat "$folder/a.md"; printf '\n====\n'; cat "$folder/b.md"; } >"$2/$(basename "$folder")"
      done
      ;;
  esac
}

failed=0
for target in $targets; do
  mkdir -p "fuzz/grown/$target" fuzz/found
  extra=$(mktemp -d)
  seeds "$target" "$extra"
  log=$(mktemp)
  status=0
  RUST_BACKTRACE=0 DESK_FUZZ=$target nice "$program" "fuzz/grown/$target" "fuzz/corpus/$target" "$extra" \
    -max_total_time="$seconds" -timeout=20 -rss_limit_mb=4096 -max_len=65536 -print_final_stats=1 \
    -artifact_prefix="fuzz/found/$target-" >"$log" 2>&1 || status=$?
  executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  edges=$(grep -o 'cov: [0-9]*' "$log" | tail -1 | cut -d' ' -f2)
  printf '%-10s %6s s %12s executions %7s edges  %s\n' "$target" "$seconds" "${executions:-?}" "${edges:-?}" \
    "$([ "$status" = 0 ] && echo "nothing found" || echo "FOUND, see fuzz/found")"
  if [ "$status" != 0 ]; then
    grep -m1 -A4 'panicked at\|ERROR: libFuzzer' "$log" | cut -c1-400
    failed=1
  fi
  rm -r "$extra" "$log"
done
exit $failed
