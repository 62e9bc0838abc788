#!/usr/bin/env python3
"""Looks for the answers to docs/questions.toml with file names and docs/glossary.md alone.

The words of a question, and those that the glossary gives for a word of it, are compared with the
words of each path below src/. The path that has most of them, rare ones counting more, is the
answer. It is right if it is the file that the question names and holds the symbol. Exit status 0
if all are right.
"""

import math
import pathlib
import re
import sys
import tomllib

TOP = pathlib.Path(__file__).resolve().parent.parent
STOP = set(
    "a an and any are before between by does for from has how in into is it its like may no not of"
    " on one or so that the them they this to was what when where which who with".split()
)


def words(text: str) -> list[str]:
    """Words in lower case, without plural and verb endings."""
    found = re.findall(r"[a-z]+", text.lower())
    return [stem(word) for word in found if word not in STOP]


def stem(word: str) -> str:
    for end in ("ization", "ized", "izes", "ize", "ing", "ied", "ies", "ed", "es", "s", "y", "e"):
        if word.endswith(end) and len(word) - len(end) >= 3:
            return word[: -len(end)]
    return word


def glossary() -> dict[str, list[str]]:
    """Word by word, the words of the source that docs/glossary.md gives in its last column."""
    path = TOP / "docs/glossary.md"
    given: dict[str, list[str]] = {}
    if not path.exists():
        return given
    for line in path.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 3 and not set(cells[0]) <= {"-", " "}:
            for word in words(cells[0]):
                given.setdefault(word, []).extend(words(cells[2]))
    return given


def main() -> int:
    questions = tomllib.loads((TOP / "docs/questions.toml").read_text())["question"]
    paths = sorted((TOP / "src").rglob("*.rs"))
    names = {
        path: [stem(word) for word in re.findall(r"[a-z]+", str(path.relative_to(TOP / "src"))[:-3])]
        for path in paths
    }
    spread: dict[str, int] = {}
    for parts in names.values():
        for part in set(parts):
            spread[part] = spread.get(part, 0) + 1
    known = glossary()
    right = 0
    for question in questions:
        asked = words(question["ask"])
        for word in list(asked):
            asked.extend(known.get(word, []))
        asked = set(asked)

        def score(path: pathlib.Path) -> float:
            parts = names[path]
            hits = sum(math.log(len(paths) / spread[part]) for part in set(parts) & asked)
            misses = sum(1 for part in parts if part not in asked)
            return hits - 0.4 * misses

        best = max(paths, key=score)
        expected = TOP / question["file"]
        found = best == expected and question["symbol"] in expected.read_text()
        right += found
        told = best.relative_to(TOP) if best.exists() else "nothing"
        print(f"{'yes' if found else 'NO ':4}{question['ask']}\n    {told}")
    print(f"{right} of {len(questions)}")
    return 0 if right == len(questions) else 1


if __name__ == "__main__":
    sys.exit(main())
