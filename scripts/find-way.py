#!/usr/bin/env python3
"""Looks for the answers to docs/questions.toml with file names and docs/glossary.md alone.

A word in backticks is a command: its file has its name. Otherwise the words of a question are
compared with the words of each path below src/, rare ones counting more, and with the terms of the
glossary, whose last column names files. The best file is the answer. It is right if it is the one
that the question names and holds the symbol. Exit status 0 if all are right.
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
            word = word[: -len(end)]
            break
    return word.rstrip("eiy")


def glossary() -> list[tuple[set[str], list[str]]]:
    """The terms of docs/glossary.md, each with the paths that its last column gives."""
    path = TOP / "docs/glossary.md"
    terms = []
    lines = path.read_text().splitlines() if path.exists() else []
    for line in lines:
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) != 3:
            continue
        paths = [one for one in re.findall(r"`([a-z_/]+)`", cells[2])]
        for term in cells[0].split(","):
            named = set(words(re.sub(r"\(.*\)", "", term)))
            if named and paths:
                terms.append((named, paths))
    return terms


def main() -> int:
    questions = tomllib.loads((TOP / "docs/questions.toml").read_text())["question"]
    names = {}
    for path in sorted((TOP / "src").rglob("*.rs")):
        name = str(path.relative_to(TOP / "src"))[:-3].removesuffix("/mod")
        names[name] = path
    parts = {name: [stem(word) for word in re.findall(r"[a-z]+", name)] for name in names}
    spread: dict[str, int] = {}
    for own in parts.values():
        for part in set(own):
            spread[part] = spread.get(part, 0) + 1
    terms = glossary()
    right = 0
    for question in questions:
        ask = question["ask"]
        asked = set(words(ask))
        command = re.search(r"`([a-z ]+)`", ask)
        given: dict[str, float] = {}
        for named, paths in terms:
            if named <= asked:
                for at, path in enumerate(paths):
                    given[path] = max(given.get(path, 0), 4.0 * len(named) - at)

        def score(name: str) -> float:
            own = parts[name]
            hits = sum(math.log(len(names) / spread[part]) for part in set(own) & asked)
            misses = sum(1 for part in own if part not in asked)
            return hits - 0.5 * misses + given.get(name, 0)

        pool = list(names)
        if command:
            verb = command.group(1).replace(" ", "/")
            where = [n for n in names if f"/{n}".endswith(f"/{verb}") and n.startswith(("ops/", "rules/"))]
            pool = where or pool
        best = max(pool, key=score)
        expected = TOP / question["file"]
        found = names[best] == expected and question["symbol"] in expected.read_text()
        right += found
        print(f"{'yes' if found else 'NO ':4}{ask}\n    src/{best}")
    print(f"{right} of {len(questions)}")
    return 0 if right == len(questions) else 1


if __name__ == "__main__":
    sys.exit(main())
