#!/usr/bin/env python3
"""Plants faults in the program's merge, one after the other, each in a copy of the sources, and tells
which of them the comparison with the oracle finds: plant_in_program.py [NUMBER ...]

Exit status 1 where one is not found. Each takes a build of the library and its tests.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
MERGE, LIFE = "src/rules/merge/", "src/rules/lifecycle/"

# What is wrong, the file, the words there and the wrong ones.
FAULTS = (
    ("the text of an entry is dropped", MERGE + "log.rs", "lines.push(String::new());\n            let text = escape",
     "lines.push(String::new());\n            return lines;\n            #[allow(unreachable_code)]\n            let text = escape"),
    ("an entry of the second side is dropped", MERGE + "log.rs", "out.extend(other.into_values());", "drop(other);"),
    ("an entry's text is the first side's", MERGE + "log.rs", 
     "    let text = merge_lines(old.map_or(&empty, |old| &old.text), &x.text, &y.text, \"\");",
     "    let _ = &empty;\n    let text = x.text.clone();"),
    ("of two program entries the later stands", MERGE + "log.rs",
     "let first = if y.order() < x.order() { y } else { x };", "let first = if y.order() < x.order() { x } else { y };"),
    ("the original beats the redacted text", MERGE + "log.rs", "if of[0].is_superset(of[1]) { x } else { y }",
     "if of[0].is_superset(of[1]) { y } else { x }"),
    ("entries stand in the order of the sides", MERGE + "ticket.rs", "    log.sort_by_cached_key(MergeEntry::order);\n", ""),
    ("versions of a passage stand in the order of the sides", MERGE + "lines.rs",
     "        left.sort_by_cached_key(|version| version.join(\"\\n\"));\n",
     "        left.sort_by_cached_key(|version| std::cmp::Reverse(version.join(\"\\n\")));\n"),
    ("the contained version stands", MERGE + "lines.rs", "contains(other, one)", "contains(one, other)"),
    ("a merge is not tried a second time", MERGE + "lines.rs", "    if holds(&one, &mut tokens) && holds(&other, &mut tokens) {",
     "    let _ = &holds;\n    if true {"),
    ("the facts of a redacted entry stay in the log", MERGE + "log.rs", "if keeps && about(", "if false && keeps && about("),
    ("of two hand edits the smaller stands", MERGE + "front.rs", "if one > other { (a, b) }", "if one < other { (a, b) }"),
    ("the hand edit that does not stand is not told", MERGE + "ticket.rs",
     "            if let Some(loser) = loser {", "            if let Some(loser) = loser.filter(|_| false) {"),
    ("a hand edit beside a logged change is dropped", MERGE + "ticket.rs", "            if self.is_based", "            if false && self.is_based"),
    ("what does not stand is dated after the last entry", MERGE + "ticket.rs", "let last = old.log.iter()", "let last = log.iter()"),
    ("a list is the base's", MERGE + "front.rs", "    if a == b || b == base {\n        return a.to_vec();",
     "    if a != b && a != base && b != base {\n        return base.to_vec();\n    }\n    if a == b || b == base {\n        return a.to_vec();"),
    ("tracked fields are merged, not folded", MERGE + "ticket.rs", "field.is_tracked() || self.folded.spoken", "!field.is_tracked() && self.folded.spoken"),
    ("`created` folds where it stands", "src/model/corrections.rs",
     "    places.sort_by_key(|at| log[*at].kind != EntryKind::Created);\n", ""),
    ("a status does not end the waiting", LIFE + "replay.rs", "            for field in &OF_PENDING {", "            for field in OF_PENDING.iter().take(0) {"),
    ("an undone change folds", LIFE + "replay.rs", "        if corrections.is_undone(at) ||",
     "        if false && corrections.is_undone(at) ||"),
    ("a closing for silence counts behind an answer", LIFE + "replay.rs", "fold.answered && closes_for_silence(entry)", "false && closes_for_silence(entry)"),
    ("marks are not set", MERGE + "ticket.rs", "    if is_order { marked(&text, log) } else { text }", "    let _ = log;\n    text"),
    ("new keys go to the end", MERGE + "front.rs", "map_or(0, |(_, at)| at + 1)", "map_or(out.len(), |_| out.len())"),
    ("comments are the first side's", MERGE + "front.rs", "let mut lead = merge_lines(&o.lead, &x.lead, &y.lead, COMMENT);", "let mut lead = x.lead.clone();"),
    ("a comment behind a value is dropped", MERGE + "front.rs", "    let mut extra: BTreeSet<String> = trails.map(|one| one.trim().to_owned()).collect();",
     "    let mut extra: BTreeSet<String> = trails.take(0).map(|one: &String| one.trim().to_owned()).collect();"),
    ("comments go with their key", MERGE + "front.rs", "        lead.extend_from_slice(&item.lead);\n        if stay", "        lead.clone_from(&item.lead);\n        if stay"),
)  # fmt: skip


def main() -> int:
    wanted = {int(number) for number in sys.argv[1:]} or set(range(1, len(FAULTS) + 1))
    missed = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder, "copy")
        subprocess.run(["git", "clone", "--quiet", ROOT, copy], check=True)
        shutil.copytree(ROOT / "src", copy / "src", dirs_exist_ok=True)
        shutil.copytree(ROOT / "tests", copy / "tests", dirs_exist_ok=True)
        env = os.environ | {"CARGO_TARGET_DIR": os.environ.get("CARGO_TARGET_DIR", f"{folder}/target"), "DESK_MERGE": "300"}
        for number, (what, file, right, wrong) in enumerate(FAULTS, 1):
            if number not in wanted:
                continue
            source = (copy / file).read_text()
            assert source.count(right) == 1, f"{right!r} stands {source.count(right)} times in {file}"
            (copy / file).write_text(source.replace(right, wrong))
            command = ["cargo", "test", "--quiet", "--test", "data", "merge_oracle"]
            run = subprocess.run(command, cwd=copy, env=env, capture_output=True, text=True, check=False)
            (copy / file).write_text(source)
            built = "test result" in run.stdout
            found = built and run.returncode != 0
            missed += not found
            print(f"  {what:54} {'found' if found else 'NOT FOUND' if built else 'DOES NOT BUILD'}", flush=True)
            if not built:
                print(run.stderr[-1500:])
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
