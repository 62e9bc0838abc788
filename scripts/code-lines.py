#!/usr/bin/env python3
"""Counts lines of code in src/: without comments, blank lines and tests.

`scripts/code-lines.py` prints the sum; `--files N` the N longest files as well. Tests are modules
under `#[cfg(test)]` and files named `tests.rs`. rustfmt has formatted what is counted.
"""

import argparse
import pathlib


def code_lines(text: str) -> int:
    """The lines of one file that hold code."""
    count = 0
    skipping = None  # the indentation of a test module that is passed over
    after_cfg_test = False
    for line in text.splitlines():
        bare = line.strip()
        indent = len(line) - len(line.lstrip())
        if skipping is not None:
            if bare == "}" and indent == skipping:
                skipping = None
            continue
        if bare == "#[cfg(test)]":
            after_cfg_test = True
            continue
        if after_cfg_test:
            after_cfg_test = False
            if bare.startswith("mod ") and bare.endswith("{"):
                skipping = indent
                continue
            if bare.startswith("mod ") and bare.endswith(";"):
                continue
        if bare and not bare.startswith("//"):
            count += 1
    return count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=0, help="print this many of the longest files")
    args = parser.parse_args()
    top = pathlib.Path(__file__).resolve().parent.parent
    counts = {
        path.relative_to(top): code_lines(path.read_text())
        for path in sorted((top / "src").rglob("*.rs"))
        if path.name != "tests.rs"
    }
    for path, count in sorted(counts.items(), key=lambda one: -one[1])[: args.files]:
        print(f"{count:6} {path}")
    print(f"{sum(counts.values()):6} lines of code in {len(counts)} files")


if __name__ == "__main__":
    main()
