"""Three-way merge of free text by lines."""

import re
from dataclasses import dataclass

from ticket import derived_tag, trimmed

# Beyond so many cells of the table of a diff the texts between common start and end are one hunk.
CELLS = 1_000_000
PASSAGE = re.compile(r"\[desk merge \^([a-z0-9]{8}): edited at once, all kept: (\d+(?: \+ \d+)+) lines\]")
STEP = re.compile(r"([ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]+\[)([^\]]{0,3})(\](?:\s.*|))", re.S)

# A token is a line, or a joined passage: a tuple of its line and the lines that follow it.
Token = str | tuple[str, ...]


def read_step(line: str) -> tuple[str, str, str] | None:
    """An item that can be ticked: what stands before the mark, the mark, what stands behind it."""
    match = STEP.fullmatch(line)
    return match.groups() if match and match[2].strip() in ("", "x", "X") else None


def unmarked(line: str) -> str:
    """A line with its mark empty, if it is a step."""
    step = read_step(line)
    return step[0] + " " + step[2] if step else line


def passage(versions: list[tuple[str, ...]], prefix: str) -> Token:
    """The joined passage of several versions."""
    tag = derived_tag(*("\n".join(map(unmarked, version)) for version in versions))
    counts = " + ".join(str(len(version)) for version in versions)
    line = f"{prefix}[desk merge ^{tag}: edited at once, all kept: {counts} lines]"
    return (line, *(line for version in versions for line in version))


def versions_of(lines: list[str], prefix: str) -> list[tuple[str, ...]] | None:
    """The versions of the passage that begins with the first line, if nobody edited it."""
    match = PASSAGE.fullmatch(lines[0].removeprefix(prefix)) if lines[0].startswith(prefix) else None
    if not match:
        return None
    versions, at = [], 1
    for count in map(int, match[2].split(" + ")):
        versions.append(tuple(lines[at : at + count]))
        at += count
    whole = at <= len(lines) and passage(versions, prefix)[0] == lines[0]
    return versions if whole else None


def tokens(lines: list[str], prefix: str) -> list[Token]:
    out, at = [], 0
    budget = 8 * len(lines)  # lines that claim to begin a passage must not cost their number squared
    while at < len(lines):
        match = PASSAGE.fullmatch(lines[at].removeprefix(prefix)) if lines[at].startswith(prefix) else None
        claimed = sum(map(int, match[2].split(" + "))) if match else None
        versions = None
        if claimed is not None and claimed <= budget:
            budget -= claimed
            versions = versions_of(lines[at:], prefix)
        size = 1 + sum(map(len, versions)) if versions else 1
        out.append(tuple(lines[at : at + size]) if versions else lines[at])
        at += size
    return out


def flat(text: list[Token]) -> list[str]:
    return [line for token in text for line in ([token] if isinstance(token, str) else token)]


def common(*texts: list[Token]) -> tuple[int, int]:
    """How many tokens all texts begin and, behind them, end with."""
    size = min(map(len, texts))
    start = next((at for at in range(size) if len({text[at] for text in texts}) > 1), size)
    rest = size - start
    return start, next((at for at in range(rest) if len({text[-1 - at] for text in texts}) > 1), rest)


@dataclass
class Hunk:
    """The tokens that a side has in the place of the base's from `start` to `end`."""

    start: int
    end: int
    tokens: list[Token]
    side: int = 0


def diff(base: list[Token], text: list[Token], side: int) -> list[Hunk]:
    """The hunks of a side."""
    start, end = common(base, text)
    x, y = base[start : len(base) - end], text[start : len(text) - end]
    if len(x) * len(y) > CELLS:
        return [Hunk(start, start + len(x), y, side)]
    # lcs[i][j]: length of the longest common subsequence of x from i and y from j.
    lcs = [[0] * (len(y) + 1) for _ in range(len(x) + 1)]
    for i in reversed(range(len(x))):
        for j in reversed(range(len(y))):
            lcs[i][j] = 1 + lcs[i + 1][j + 1] if x[i] == y[j] else max(lcs[i + 1][j], lcs[i][j + 1])
    hunks, i, j = [], 0, 0
    while i < len(x) or j < len(y):
        from_i, from_j = i, j
        while (i < len(x) or j < len(y)) and not (i < len(x) and j < len(y) and x[i] == y[j]):
            if j == len(y) or (i < len(x) and lcs[i + 1][j] >= lcs[i][j + 1]):
                i += 1
            else:
                j += 1
        if (i, j) != (from_i, from_j):
            hunks.append(Hunk(start + from_i, start + i, y[from_j:j], side))
        while i < len(x) and j < len(y) and x[i] == y[j]:
            i, j = i + 1, j + 1
    return hunks


def contains(version: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether a version has the lines of the other in their order."""
    rest = iter(version)
    return all(line in rest for line in other)


def join(a: list[Token], b: list[Token], base: list[Token], prefix: str) -> list[Token]:
    """Two versions of one hunk: the one that contains the other, else both in a joined passage."""

    def versions(side: list[Token]) -> list[tuple[str, ...]]:
        whole = versions_of(list(side[0]), prefix) if len(side) == 1 and isinstance(side[0], tuple) else None
        return whole or [tuple(flat(side))]

    found = set(versions(a) + versions(b))
    if prefix and any(line for version in found for line in version):
        found = {version for version in found if any(version)}  # blank lines yield to comments
    found = [one for one in found if not any(one != other and contains(other, one) for other in found)]
    if len(found) == 1:
        return list(found[0])
    found.sort(key="\n".join)
    joined = passage(found, prefix)
    # What both sides had changed must not look unchanged.
    return [joined if joined not in base else passage([()] + found, prefix)]


def regions(hunks: list[Hunk]) -> list[list[Hunk]]:
    """The hunks of both sides with no line between them that all three texts share."""
    found: list[list[Hunk]] = []
    for hunk in sorted(hunks, key=lambda hunk: (hunk.start, hunk.end)):
        if found and hunk.start <= max(one.end for one in found[-1]):
            found[-1].append(hunk)
        else:
            found.append([hunk])
    return found


def overlap(one: Hunk, other: Hunk) -> bool:
    """Whether two hunks share a line of the base, insert at one place, or one inserts inside the other."""
    if one.start == one.end == other.start == other.end:
        return True
    return max(one.start, other.start) < min(one.end, other.end) or any(
        x.start == x.end and y.start < x.start < y.end for x, y in ((one, other), (other, one))
    )


def includes(one: list[Hunk], other: list[Hunk]) -> bool:
    """Whether the edit of one side takes away and inserts all that the other's does."""
    gone, others = ({line for hunk in side for line in range(hunk.start, hunk.end)} for side in (one, other))
    return others <= gone and contains(*(flat([token for hunk in side for token in hunk.tokens]) for side in (one, other)))


def apply(base: list[Token], hunks: list[Hunk], at: int, end: int) -> list[Token]:
    """Tokens of the base with hunks applied."""
    out = []
    for hunk in hunks:
        out += base[at : hunk.start] + hunk.tokens
        at = hunk.end
    return out + base[at:end]


def settle(base: list[Token], region: list[Hunk], whole: list[Token], prefix: str) -> list[Token]:
    """What stands in the place of a region of the base's middle; `whole` is all of it."""
    start, end = region[0].start, max(hunk.end for hunk in region)
    sides = [[hunk for hunk in region if hunk.side == side] for side in (0, 1)]
    a, b = (apply(base, side, start, end) for side in sides)
    if a == b or b == base[start:end]:
        return a
    if a == base[start:end]:
        return b
    for (one, text), other in zip(zip(sides, (a, b)), reversed(sides)):
        if includes(one, other):
            return text
    if not any(overlap(one, other) for one in sides[0] for other in sides[1]):
        return apply(base, region, start, end)
    return join(a, b, whole, prefix)


def weave(base: list[Token], a: list[Token], b: list[Token], prefix: str) -> list[str]:
    """The merge region by region; blank lines at the ends of a text do not count."""
    start, end = common(base, a, b)
    middle, a, b = (text[start : len(text) - end] for text in (base, a, b))
    out, at = base[:start], 0
    for region in regions(diff(middle, a, 0) + diff(middle, b, 1)):
        out = out + middle[at : region[0].start] + settle(middle, region, base, prefix)
        at = max(hunk.end for hunk in region)
    merged = flat(out + middle[at:] + base[len(base) - end :])
    return merged if prefix else trimmed(merged)


def merge_lines(base: list[str], a: list[str], b: list[str], prefix: str = "") -> list[str]:
    """Merges free text: lines that one side alone changed are that side's; see `join`.

    A merge made again with one of its sides must add nothing. Lines that repeat can be aligned in
    another way the second time; where that would change the result, the texts between common start
    and end are one hunk.
    """
    if base in (a, b) or a == b:
        return a if b == base else b
    o, x, y = (tokens(text, prefix) for text in (base, a, b))
    merged = weave(o, x, y, prefix)
    again = tokens(merged, prefix)
    if weave(o, again, x, prefix) == merged == weave(o, again, y, prefix):
        return merged
    start, end = common(o, x, y)
    middle = join(x[start : len(x) - end], y[start : len(y) - end], o, prefix)
    return flat(o[:start] + middle + o[len(o) - end :])
