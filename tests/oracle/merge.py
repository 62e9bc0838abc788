#!/usr/bin/env python3
"""Merges two versions of a ticket file: merge.py BASE A B writes the merged file to standard output.

Written from the product contract, independent of the program. `docs/merge.md` has the rules.
Exit status 1: a side cannot be read, or the two are not one ticket. An empty BASE is none.
"""

import datetime as dt
import re
import sys
from dataclasses import dataclass, field, replace

from lines import merge_lines, read_step
from ticket import (
    KEYS, LAST, LISTS, RANK, SECTIONS, TRACKED, TYPES, Entry, Fact, Item, Page, Refused, Section,
    canonical, copy, derived_tag, display, folds, quoted, read, read_front, read_moment,
    write_element, write_list, write_moment, write_value,
)  # fmt: skip

MARK = "(redacted)"
SECTION_RANK = {name: rank for rank, name in enumerate(SECTIONS)}


def pick(base, a, b):
    """Three-way: the changed one; of two different changes the greater; `None` is the smallest."""
    if a == b or b == base:
        return a
    return b if a == base else max(a, b, key=lambda value: (value is not None, value))


# ---- the fold -----------------------------------------------------------------------------------


@dataclass
class Folded:
    """What a log says: fields (those that it mentions, and all tracked ones) and marks of steps."""

    values: dict[str, str | list[str] | None] = field(default_factory=dict)
    spoken: set[str] = field(default_factory=set)
    marks: list[bool] = field(default_factory=list)
    last: dict[str, str] = field(default_factory=dict)  # the last entry that changes a field

    def rules(self, name: str) -> bool:
        return name in TRACKED or name in self.spoken


def corrections(log: list[Entry]) -> tuple[set[str], dict[str, Entry]]:
    """The entries that are undone, and those read as an `import` entry corrects them; the last
    entry about another holds, an undo that is undone does not."""
    undone: set[str] = set()
    corrected: dict[str, Entry] = {}
    for entry in sorted(log, key=Entry.order, reverse=True):
        if entry.key() in undone:
            continue
        if entry.kind == "undo":
            undone.update(entry.values("of"))
        elif entry.kind == "import":
            for of in entry.values("of"):
                corrected.setdefault(of, entry)
    return undone, corrected


def says_none(entry: Entry, name: str) -> bool:
    """Whether an attribute stands there without a value."""
    return any(value in (None, "", "(none)") for value in entry.values(name)[:1])


def when(entry: Entry, corrected: dict[str, Entry]) -> int:
    """When an entry folds: at the time that its correction gives it, or its heading."""
    by = corrected.get(entry.key())
    told = by.values("at")[:1] if by else []
    at = read_moment(told[0]) if told and told[0] else None
    return entry.at if at is None else at


def changes_of(entry: Entry, corrected: dict[str, Entry]) -> list[Fact]:
    """What an entry changes, the status first; of `created` also the first values."""
    by = corrected.get(entry.key(), entry)
    changes = [fact for fact in by.facts() if fact.change]
    if not changes and not (by is not entry and says_none(by, "changes")):
        changes = [fact for fact in entry.facts() if fact.change]
    if entry.kind == "created":
        first = [fact for fact in entry.facts() if not fact.change and fact.name in TRACKED - LISTS]
        changes = [replace(fact, change=True) for fact in first] + changes
    known = [fact for fact in changes if folds(fact.name)]
    return sorted(known, key=lambda fact: fact.name != "status")


def canonical_text(name: str, text: str | None) -> str | None:
    """A value of the log; an instant in its one form."""
    at = read_moment(text) if text and TYPES.get(name) in ("moment", "date") else None
    return text if at is None else write_moment(at)


def named_steps(value: str, kind: str, places: dict[str, int]) -> list[int]:
    """The steps that a tick names: one by its name, or (format 1) some by number."""
    if value in places:
        return [places[value]]
    parts = [part.strip() for part in value.split(",")] if kind == "tick" else []
    return [int(part) - 1 for part in parts if re.fullmatch(r"\+?0*[0-9]{1,9}", part) and int(part)]


def is_automatic(entry: Entry) -> bool:
    """Whether no person wrote what an entry tells of."""
    return "yes" in entry.values("automatic") or any(word != "list" for word in entry.values("auto"))


def closes_for_silence(entry: Entry) -> bool:
    """Whether the sweep resolves with this entry what the requester left unanswered."""
    return entry.by == "desk" and entry.kind == "resolve" and bool(entry.values("due"))


def fold(log: list[Entry], names: list[str] = ()) -> Folded:
    """Folds a log: `created` first, then by time and heading. `names` are those of the steps."""
    out = Folded(marks=[False] * len(names))
    places = {name: at for at, name in reversed(list(enumerate(names)))}
    undone, corrected = corrections(log)
    first_old: dict[str, str | None] = {}
    answered = False  # whether the requester was in contact since the ticket began to wait
    for entry in sorted(log, key=lambda entry: (entry.kind != "created", when(entry, corrected), entry.heading())):
        if entry.kind == "undo" or (entry.kind == "import" and entry.values("of")):
            continue
        stands = entry.kind == "created" or entry.key() not in undone
        stands = stands and not (answered and closes_for_silence(entry))
        for fact in changes_of(entry, corrected):
            name = fact.name
            out.spoken.add(name)
            first_old.setdefault(name, canonical_text(name, fact.old))
            if not stands:
                continue
            out.last[name] = corrected.get(entry.key(), entry).key()
            if fact.elements:
                added, removed = fact.elements
                elements = [one for one in out.values.get(name) or [] if one not in removed]
                out.values[name] = elements + [one for one in dict.fromkeys(added) if one not in elements]
            elif name in LISTS:
                out.values[name] = [fact.new] if fact.new is not None else []
            else:
                out.values[name] = canonical_text(name, fact.new)
        if out.values.get("status") != "pending":
            out.values.update(waiting_on=None, until=None)
        answered = answered and not (stands and any(fact.name == "status" and fact.new == "pending" for fact in changes_of(entry, corrected)))
        heard = entry.kind == "contact" and "in" in entry.values("direction")
        answered = answered or (heard and not is_automatic(entry))
        for fact in entry.facts() if stands else []:
            if fact.name in ("ticked", "unticked") and not fact.change:
                for at in named_steps(fact.new, entry.kind, places):
                    if at < len(names):
                        out.marks[at] = fact.name == "ticked"
    for name in out.spoken - out.last.keys():  # every change of it is undone
        out.values.setdefault(name, None if name in LISTS else first_old[name])
    out.values = {name: value if value != [] else None for name, value in out.values.items()}
    return out


# ---- steps --------------------------------------------------------------------------------------


def steps(lines: list[str]) -> dict[int, tuple[str, bool]]:
    """The steps of a description by line: words, and whether it is ticked. Code has none."""
    found, fence = {}, None
    for at, line in enumerate(lines):
        bare = line.strip()
        run = len(bare) - len(bare.lstrip(bare[0])) if bare and bare[0] in "`~" else 0
        if fence:
            if run >= fence[1] and bare[0] == fence[0] and run == len(bare):
                fence = None
        elif run >= 3:
            fence = (bare[0], run)
        elif step := read_step(line):
            found[at] = (step[2][1:].strip(), bool(step[1].strip()))
    return found


def step_names(lines: list[str]) -> list[str]:
    """What the log calls each step: its words, of equal ones from the second on with a number."""
    words = [words for words, _ in steps(lines).values()]
    counts = [words[: at + 1].count(one) for at, one in enumerate(words)]
    return [one if count == 1 else f"{one} #{count}" for one, count in zip(words, counts)]


def mark(lines: list[str], marks: list[bool]) -> list[str]:
    """The description with the marks of its steps set."""
    out = list(lines)
    for at, done in zip(steps(lines), marks):
        before, _, behind = read_step(lines[at])
        out[at] = before + ("x" if done else " ") + behind
    return out


def set_marks(lines: list[str], log: list[Entry]) -> list[str]:
    """The description with the marks that a log says."""
    return mark(lines, fold(log, step_names(lines)).marks)


def unlogged_marks(lines: list[str], log: list[Entry]) -> list[tuple[str, str]]:
    """The steps whose marks a log does not explain: `ticked` or `unticked`, and the name."""
    names = step_names(lines)
    marks = zip(names, steps(lines).values(), fold(log, names).marks)
    return [("ticked" if done else "unticked", name) for name, (_, done), folded in marks if done != folded]


# ---- normalising --------------------------------------------------------------------------------


def normalise(page: Page) -> Page:
    """A page with an entry by `desk` for each hand edit of what the log speaks of, and for marks."""
    page = copy(page)
    page.log.sort(key=Entry.order)
    if not any(entry.kind == "created" for entry in page.log):
        page.log.insert(0, missing_created(page))

    def add(facts: list[tuple[str, str]], *about: str) -> None:
        last = page.log[-1]
        if last.at >= LAST:
            raise Refused("no entry can come after the year 9999")
        tag = derived_tag(display(page.get("id")), *about, last.key())
        page.log.append(Entry(last.at + 1, "desk", "edit", tag, [f"- {name}: {value}" for name, value in facts]))

    folded = fold(page.log)
    for name in KEYS + sorted(folded.spoken - set(RANK)):
        stated = display(page.get(name))
        if not folded.rules(name):
            continue
        if name in ("waiting_on", "until") and folded.values.get("status") != "pending":
            continue
        was, change = folded.values.get(name), ""
        if name in LISTS:
            was, stated = was or [], stated or []
            gone = " ".join(write_element("-", one) for one in was if one not in stated)
            new = " ".join(write_element("+", one) for one in dict.fromkeys(stated) if one not in was)
            change = " ".join(part for part in (new, gone) if part)
        elif was != stated:
            change = f"{write_value(was)} -> {write_value(stated)}"
        if change:
            add([(name, change)], name, change)
            folded = fold(page.log)
    if folded.values.get("type") == "work-order":
        if marks := unlogged_marks(page.description, page.log):
            add([(word, write_value(name)) for word, name in marks], *(part for pair in marks for part in pair))
    return page


def missing_created(page: Page) -> Entry:
    """The `created` entry of a log that has none: each field as its first change says, else as it is."""
    ticket = display(page.get("id"))
    month = f"{19 if ticket[:2] >= '70' else 20}{ticket[:2]}-{ticket[2:4]}-01T00:00:00Z"
    stated = display(page.get("created"))
    at = read_moment(stated or month) or 0 if stated or not page.log else page.log[0].at
    if page.log and page.log[0].at <= at:
        at = page.log[0].at - 1
    first: dict[str, str | None] = {}
    for fact in (fact for entry in page.log for fact in entry.facts() if fact.change):
        first.setdefault(fact.name, canonical_text(fact.name, fact.old))
    bullets, lists = [], []
    for name in (name for name in KEYS if name in TRACKED):
        value = display(page.get(name))
        if name in LISTS:
            if value and name not in first:
                lists.append(f"- {name}: " + " ".join(write_element("+", one) for one in value))
        elif (value := first.get(name, value)) is not None:
            bullets.append(f"- {name}: {write_value(value)}")
    if first.get("type", display(page.get("type"))) == "work-order":
        marks = unlogged_marks(page.description, page.log)
        bullets += [f"- {word}: {write_value(name)}" for word, name in marks]
    tag = derived_tag(ticket, "created", write_moment(at))
    return Entry(at, "desk", "created", tag, bullets + lists)


# ---- the log ------------------------------------------------------------------------------------


@dataclass
class Loss:
    """A hand edit that does not stand: of a field, or of the facts of an entry."""

    label: str
    target: str
    value: str | None
    at: int | None = None  # of the entry

    def entry(self, ticket: str, last: int) -> Entry:
        at = min((last if self.at is None else self.at) + 1, LAST)
        value = write_value(self.value)
        tag = derived_tag(ticket, self.label, self.target, value)
        return Entry(at, "desk", "edit", tag, [f"- {self.label}: {self.target}", f"- not-taken: {value}"])


def redactions(log: list[Entry]) -> dict[str, set[str]]:
    """The redactions of each entry and field."""
    out: dict[str, set[str]] = {}
    for entry in log:
        for target in entry.values("of") + entry.values("field") if entry.kind == "redact" else []:
            out.setdefault(target, set()).add(entry.key())
    return out


def masked(entry: Entry, targets: set[str]) -> Entry:
    """An entry that keeps a value that did not stand, without it where its target is redacted."""
    if entry.values("not-taken") and set(entry.values("of") + entry.values("field")) & targets:
        bullets = [f"- not-taken: {MARK}" if line.startswith("- not-taken:") else line for line in entry.bullets]
        return replace(entry, bullets=bullets)
    return entry


def join_entries(old: Entry | None, x: Entry, y: Entry, of_x: set[str], of_y: set[str], losses: list[Loss]) -> Entry:
    """One entry of two with one identity; `of_x` and `of_y` are their redactions."""
    first = min(x, y, key=Entry.order)
    if of_x != of_y and (of_x <= of_y or of_y <= of_x):
        body = x if of_x > of_y else y
        return replace(first, bullets=body.bullets, text=body.text)
    if of_x != of_y:
        text = x.text if x.text == y.text else [MARK]
        return replace(first, bullets=redacted(x.bullets, y.bullets), text=text)
    before = old or Entry(0, "", "", "")
    bullets = pick(before.bullets, x.bullets, y.bullets)
    both = x.bullets != y.bullets and before.bullets not in (x.bullets, y.bullets)
    if x.is_derived() and (both or old is None):
        bullets = min(x, y, key=lambda entry: (entry.order(), entry.bullets)).bullets
    elif both:
        loser = y if bullets == x.bullets else x
        losses.append(Loss("of", x.key(), "\n".join(loser.bullets) or None, first.at))
    return replace(first, bullets=bullets, text=merge_lines(before.text, x.text, y.text))


def redacted(x: list[str], y: list[str]) -> list[str]:
    """Facts that both sides redacted apart: of two lines about one thing that with the marker."""
    if len(x) != len(y):
        return min(x, y, key=lambda bullets: (-sum(MARK in line for line in bullets), bullets))
    return [min(pair, key=lambda line: (-line.count(MARK), line)) for pair in zip(x, y)]


def by_identity(log: list[Entry], losses: list[Loss]) -> dict[str, Entry]:
    """A file's entries; what stands there twice is joined, of a redacted entry the redacted one stands."""
    out: dict[str, Entry] = {}
    hidden = redactions(log)
    for entry in log:
        key = entry.key()
        if key in out:
            pair = out[key], entry
            sets = [hidden.get(key, set()) if MARK in one.text else set() for one in pair]
            entry = join_entries(None, *pair, *sets, losses)
        out[key] = entry
    return out


def unite(base: list[Entry], a: list[Entry], b: list[Entry], losses: list[Loss]) -> list[Entry]:
    """The union of two logs."""
    of_x, of_y = redactions(a), redactions(b)
    base, a, b = ([masked(entry, of_x.keys() | of_y.keys()) for entry in log] for log in (base, a, b))
    old, x, y = by_identity(base, []), by_identity(a, losses), by_identity(b, losses)
    out = []
    for key in x | y:
        if key in x and key in y and x[key] != y[key]:
            sets = of_x.get(key, set()), of_y.get(key, set())
            out.append(join_entries(old.get(key), x[key], y[key], *sets, losses))
        else:
            out.append(x.get(key) or y[key])
    return out


# ---- front matter -------------------------------------------------------------------------------


def spine(base: list, a: list, b: list) -> list:
    """What all three have, in the order of the side that moved something, else of the smaller."""
    shared = [one for one in base if one in a and one in b]
    x, y = ([one for one in side if one in shared] for side in (a, b))
    if x == y or y == shared:
        return x
    return y if x == shared else min(x, y)


def merge_elements(base: list[str], a: list[str], b: list[str]) -> list[str]:
    """A list by element: what stays in the order of the base, then what is new, by bytes."""
    if a == b or b == base:
        return a
    if a == base:
        return b
    counted = [[(one, side[:at].count(one)) for at, one in enumerate(side)] for side in (base, a, b)]
    new = sorted((set(counted[1]) | set(counted[2])) - set(counted[0]))
    return [one for one, _ in spine(*counted) + new]


def arrange(names: set[str], base: list[str], a: list[str], b: list[str], rank) -> list[str]:
    """The order of keys or sections: the shared ones three-way, new known ones in the contract's
    place, new unknown ones as in the one side that has any, else behind the one that they stood
    behind, by name."""
    base, a, b = ([name for name in side if name in names] for side in (base, a, b))
    if a == b and not base:
        base = a
    shared = spine(base, a, b)
    out = list(shared)
    base, a, b = ([name for name in side if name in shared or rank(name) is None] for side in (base, a, b))
    for one, other in ((a, b), (b, a)):
        if other in (base, one) and set(other) <= set(one):
            out = one
    for name in sorted((name for name in names if name not in shared and rank(name) is not None), key=rank):
        lower = [one for one in out if rank(one) is not None and rank(one) < rank(name)]
        out.insert(out.index(max(lower, key=rank)) + 1 if lower else 0, name)

    def anchor(name: str) -> str:
        before = [[""] + [one for one in side[: side.index(name)] if one in shared] for side in (a, b) if name in side]
        return min(side[-1] for side in before)

    for name in sorted(name for name in names if name not in out and rank(name) is None):
        behind = anchor(name)
        at = out.index(behind) + 1 if behind else 0
        while at < len(out) and out[at] not in shared:
            at += 1
        out.insert(at, name)
    return out


def typed(name: str, value: str | list[str]) -> str:
    """A value of the log in TOML."""
    if isinstance(value, list):
        return write_list(value)
    kind = TYPES.get(name)
    bare = (kind in ("moment", "date") and read_moment(value) is not None) or (
        kind == "date" and re.fullmatch(r"\d{4}-\d\d-\d\d", value)
        or kind == "bool" and value in ("true", "false")
        or kind == "int" and re.fullmatch(r"[+-]?\d+", value)
    )  # fmt: skip
    return value if bare else quoted(value)


def shown(raw: str | None) -> str | None:
    value = display(raw)
    return write_list(value) if isinstance(value, list) else value


def merge_value(name: str, raws: list[str | None], logs: list[Folded], based: bool, losses: list[Loss]) -> str | None:
    """A field's value of three (base, a, b); `logs` are the folds of the union, a and b."""
    base, a, b = raws
    united, *sides = logs
    if united.rules(name):
        for raw, log in zip((a, b), sides):
            by_hand = based and not log.rules(name) and canonical(raw) != canonical(base)
            if by_hand:
                losses.append(Loss("field", name, shown(raw)))
        value = united.values.get(name)
        if value is None:  # an empty list may stand there
            return pick(base, a, b) if all(display(raw) in (None, []) for raw in (a, b)) else None
        last = united.last.get(name)
        fitting = [raw for raw, log in zip((a, b), sides) if display(raw) == value and log.last.get(name) == last]
        if not fitting:
            return typed(name, value)
        return fitting[0] if len(fitting) == 1 else pick(base, a, b)
    o, x, y = map(canonical, raws)
    if x == y:
        return pick(base, a, b)
    if y == o or x == o:
        return a if y == o else b
    lists = [[] if raw is None else display(raw) for raw in raws]
    if all(isinstance(one, list) for one in lists):
        elements = merge_elements(*lists)
        return write_list(elements) if elements or None not in (a, b) else None
    stands, loser = (a, b) if (x or "") > (y or "") else (b, a)
    if name == "created" and loser is not None:
        return loser
    losses.append(Loss("field", name, shown(loser)))
    return stands


def merge_item(base: Item | None, a: Item | None, b: Item | None, value: str, head: str) -> Item:
    """A key or a header of three; its comments merge as text, apart from the value."""
    o = base or Item()
    x, y = a or o, b or o
    trail = pick(o.trail, x.trail, y.trail)
    lead = merge_lines(o.lead, x.lead, y.lead, "# ")
    extra = {side.trail.strip() for side in (x, y) if side.trail not in (trail, o.trail)}
    kept = x.inner if value == x.value else y.inner if value == y.value else []
    extra |= set(merge_elements(o.inner, x.inner, y.inner)) - set(kept)
    lead = lead + sorted(line for line in extra - {""} if line not in lead)
    return Item(lead, pick(o.head, x.head, y.head) or head, value, trail)


def carried(section: Section, names: list[str], base: Section) -> Section:
    """A section without the keys that go; their comments pass to the next key."""
    items, lead = {}, []
    for key, item in section.items.items():
        lead = lead + item.lead
        if key in names:
            items[key], lead = replace(item, lead=lead), []
        else:
            old = base.items.get(key, Item())
            lead = lead + [line for line in item.inner if line not in old.inner]
            lead = lead + [item.trail.strip()] * (item.trail not in ("", old.trail))
    return replace(section, items=items, tail=lead + section.tail)


def merge_section(name: str, sides: list[Section], values: dict[str, str]) -> Section:
    base = sides[0]
    prefix = name + "." if name else ""
    order = arrange(set(values), *(list(side.items) for side in sides), lambda key: RANK.get(prefix + key))
    o, a, b = (carried(side, order, base) for side in sides)
    new = [Section(Item([""]))] * (name != "" and not any(side.header.head for side in sides))
    headers = [side.header if side.header.head or not name else None for side in (o, a, b)]
    header = merge_item(*headers, "", f"[{name}]") if name else Item()
    header = replace(header, lead=[""]) if new else header
    items = {
        key: merge_item(*(side.items.get(key) for side in (o, a, b)), values[key], f"{key} = ") for key in order
    }
    return Section(header, items, merge_lines(o.tail, a.tail, b.tail, "# "))


def merge_front(fronts: list[dict[str, Section]], logs: list[Folded], based: bool, losses: list[Loss]) -> dict[str, Section]:
    """The front matter of three (base, a, b)."""
    empty = Section(Item())
    fields = [name for name in logs[0].values if logs[0].values[name] is not None]
    names = dict.fromkeys([*fronts[1], *fronts[2], *(name.rpartition(".")[0] for name in fields)])
    out: dict[str, Section] = {}
    for name in names:
        sides = [front.get(name, empty) for front in fronts]
        if any(side.blocks is not None for side in sides):
            blocks = merge_elements(*(side.blocks or [] for side in sides))
            if blocks:
                out[name] = Section(Item(), blocks=blocks)
            continue
        prefix = name + "." if name else ""
        own = [field for field in fields if field.rpartition(".")[0] == name]
        values: dict[str, str] = {}
        for key in dict.fromkeys([*sides[1].items, *sides[2].items, *(field[len(prefix) :] for field in own)]):
            raws = [side.items[key].value if key in side.items else None for side in sides]
            value = merge_value(prefix + key, raws, logs, based, losses)
            if value is not None:
                values[key] = value
        comments = [{line for line in side.lines() if line.startswith("#")} for side in sides]
        stays = pick(*(side.header.head != "" for side in sides))
        if values or stays or name == "" or (comments[1] | comments[2]) - comments[0]:
            out[name] = merge_section(name, sides, values)
    orders = ([name for name in front if name] for front in fronts)
    order = ["", *arrange(set(out) - {""}, *orders, SECTION_RANK.get)]
    return {name: out[name] for name in order}


# ---- the file -----------------------------------------------------------------------------------


def one_ticket(a: Page, b: Page) -> None:
    """Refuses two files that only share a path."""
    made = [{entry.key() for entry in page.log if entry.kind == "created"} for page in (a, b)]
    source = [(display(page.get("source.name")), display(page.get("source.id"))) for page in (a, b)]
    imported = source[0] == source[1] and None not in source[0]
    if display(a.get("id")) != display(b.get("id")) or not (made[0] & made[1] or imported):
        raise Refused("two tickets, not two versions of one")


def merge_pages(base: Page, a: Page, b: Page) -> Page:
    losses: list[Loss] = []
    ticket = display(a.get("id"))
    log = unite(base.log, a.log, b.log, losses)
    logs = [fold(log), fold(a.log), fold(b.log)]
    front = merge_front([base.front, a.front, b.front], logs, base.get("id") is not None, losses)
    texts = [page.description for page in (base, a, b)]
    is_order = logs[0].values.get("type") == "work-order"
    if is_order:
        texts = [set_marks(text, []) for text in texts]
    of_a, of_b = (redactions(page.log).get("description", set()) for page in (a, b))
    if of_a != of_b:
        text = texts[1] if of_a > of_b else texts[2] if of_b > of_a else [MARK]
    else:
        text = merge_lines(*texts)
    if is_order:
        text = set_marks(text, log)
    last = base.log[-1].at if base.log else min(entry.at for entry in log if entry.kind == "created")
    known = {entry.key() for entry in log}
    hidden = redactions(log).keys()
    for entry in (loss.entry(ticket, last) for loss in losses):
        if entry.key() not in known:
            log.append(masked(entry, hidden))
            known.add(entry.key())
    log.sort(key=Entry.order)
    return Page(front, text, log, a.crlf and b.crlf, a.mark and b.mark)


def merge(base: bytes, a: bytes, b: bytes, zone: dt.tzinfo = dt.timezone.utc) -> bytes:
    """The merge of two versions of a ticket file; times without a zone are in `zone`."""
    one, other = (normalise(read(text, zone)) for text in (a, b))
    one_ticket(one, other)
    try:
        old = normalise(read(base, zone))
    except Refused:  # none, or a virtual one of git's with markers in it
        old = None
    if old is None or display(old.get("id")) != display(one.get("id")):
        old = Page(read_front(""), [], [])
    merged = merge_pages(old, one, other).write()
    kept = {entry.key() for entry in read(merged, zone).log}
    if not kept >= {entry.key() for page in (one, other) for entry in page.log}:
        raise Refused("an entry would be lost")
    return merged


def main() -> int:
    try:
        texts = [open(path, "rb").read() for path in sys.argv[1:4]]
        sys.stdout.buffer.write(merge(*texts))
    except Refused as reason:
        print(f"error: not merged: {reason}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
