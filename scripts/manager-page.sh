#!/bin/sh
# A manager's weekly page of the largest log of ../shared/data, as a picture: docs/manager-week.png.
# Needs python3 and chromium; the log names its people by numbers only.
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
desk=${DESK:-$top/target/release/desk}
log=$top/../shared/data/uci-incidents/incident_event_log.zip
[ -e "$log" ] || log=${LOG:?set LOG to incident_event_log.zip}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME="$work" GIT_CONFIG_GLOBAL="$work/gitconfig" DESK_PAGER=cat DESK_NOW=2018-01-01T00:00:00Z
printf '[user]\n\tname = Ewa Lis\n\temail = ewa@example.org\n[gc]\n\tauto = 0\n' > "$GIT_CONFIG_GLOBAL"
mkdir "$work/desk"
cd "$work/desk"
git init -q
"$desk" init -q
python3 -c 'import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as file:
    name = next(name for name in file.namelist() if name.endswith(".csv"))
    open(sys.argv[2], "wb").write(file.read(name))' "$log" "$work/log.csv"
"$desk" import events "$work/log.csv" --map "$top/docs/maps/uci.toml" -q
"$desk" report overview --period 2016-W20 -o "$work/week.html"
chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --window-size=1100,1560 \
    --screenshot="$top/docs/manager-week.png" "file://$work/week.html" 2> "$work/chromium.log"
echo "docs/manager-week.png: $(wc -c < "$top/docs/manager-week.png") bytes"
