#!/usr/bin/env python3
"""Tests the oracle of the merge: test_oracle.py [COUNT] [SEED]

The hand-made examples, properties over COUNT generated triples (and a third clone), and planted
faults, each of which an example or a property must find. Exit status 1 if one is wrong, fails, or
is not found.
"""

import collections
import pathlib
import sys
import time
import tomllib
import types
from functools import lru_cache

import generate
import merge
from lines import PASSAGE, merge_lines, unmarked
from ticket import (
    KEYS, LISTS, RANK, SECTIONS, TRACKED, Entry, Page, Refused, canonical, display, read, read_moment,
)  # fmt: skip

HERE = pathlib.Path(__file__).resolve().parent
LOOK = 2000  # planted faults that no example finds are tried on so many triples


# ---- what must hold -----------------------------------------------------------------------------


def plain(data: bytes) -> str:
    """A file's text without the choices of its line ends."""
    return data.decode().removeprefix("\ufeff").replace("\r\n", "\n")


def front_of(data: bytes) -> str:
    return plain(data).split("\n+++\n")[0]


def without_comments(front: str) -> tuple[list[str], list[str]]:
    """The known keys of a front matter in their order, and all that it says but comments and the
    form of lists, sorted."""
    page = read(f"{front}\n+++\n".encode())
    values = {name: canonical(raw) if isinstance(display(raw), list) else raw for name, raw in leaves(page).items()}
    out = [f"[{name}]" for name in page.front] + [f"{name} = {raw}" for name, raw in values.items()]
    blocks = [block for section in page.front.values() for block in section.blocks or []]
    return [name for name in leaves(page) if name in RANK], sorted(out + blocks)


def log_of(page: Page) -> list[list[str]]:
    """Headings and facts; without what did not stand of something that is redacted."""
    hidden = {of for entry in page.log if entry.kind == "redact" for of in entry.values("of") + entry.values("field")}
    shown = [entry for entry in page.log if not (entry.values("not-taken") and hidden & set(entry.values("of")))]
    return [[entry.heading(), *entry.bullets] for entry in sorted(shown, key=Entry.order)]


def comments_of(page: Page) -> set[str]:
    """Each comment; those inside a value, too."""
    found = set()
    for section in page.front.values():
        for item in [section.header, *section.items.values()]:
            found.update([*item.lead, item.trail.strip(), *item.inner])
        found.update(section.tail)
    return {line for line in found if line.startswith("#")}


def plainly_folded(page: Page) -> dict[str, str]:
    """Tracked fields of one value, but those that hang on the status: the last change."""
    undone, corrected = set(), {}
    log = sorted(page.log, key=Entry.order)
    for entry in log:
        for of in entry.values("of") if entry.kind == "import" else []:
            corrected[of] = entry
    for entry in reversed(log):
        if entry.kind == "undo" and entry.key() not in undone:
            undone.update(entry.values("of"))
    values, heard = {}, False

    def time(entry: Entry) -> tuple[int, str]:
        told = corrected[entry.key()].values("at") if entry.key() in corrected else []
        return (read_moment(told[0]) if told else entry.at, entry.heading())

    def facts(entry: Entry) -> list:
        by = corrected.get(entry.key(), entry)
        own = [] if any(fact.change for fact in by.facts()) or by.values("changes") else entry.facts()
        return by.facts() + own if by is not entry else entry.facts()

    for entry in sorted(log, key=lambda entry: (entry.kind != "created", time(entry))):
        if entry.kind == "undo" or entry.key() in undone or (entry.kind == "import" and entry.values("of")):
            continue
        if entry.by == "desk" and entry.values("due") and entry.kind == "resolve" and heard:
            continue
        for fact in facts(entry):
            if entry.kind == "created" or fact.change:
                values[fact.name] = fact.new
                heard = heard and (fact.name, fact.new) != ("status", "pending")
        machine = entry.values("automatic") == ["yes"] or entry.values("auto") in (["replied"], ["bounce"], ["generated"], ["receipt"])
        heard = heard or ("in" in entry.values("direction") and not machine)
    return {name: value for name, value in values.items() if name in TRACKED - LISTS - {"waiting_on", "until"}}


def plainly_listed(page: Page, name: str) -> list[str]:
    values = []
    for entry in sorted(sorted(page.log, key=Entry.order), key=lambda entry: entry.kind != "created"):
        for fact in (fact for fact in entry.facts() if fact.name == name and fact.elements):
            added, removed = fact.elements
            values = [one for one in values if one not in removed] + [one for one in added if one not in values]
    return values


def leaves(page: Page) -> dict[str, str]:
    """The bytes of each value."""
    return {
        (f"{name}." if name else "") + key: item.value
        for name, section in page.front.items()
        for key, item in section.items.items()
    }


def moved(base: Page, page: Page) -> bool:
    """Whether a hand moved keys or sections that both have."""
    pairs = [(base.front, page.front)]
    pairs += [(base.front[name].items, page.front[name].items) for name in base.front if name in page.front]
    return any([key for key in x if key in y] != [key for key in y if key in x] for x, y in pairs)


def words(lines: list[str]) -> list[str]:
    """Lines without those of joined passages, which another version in the passage changes."""
    return [line for line in lines if not PASSAGE.fullmatch(line)]


class Case:
    """A triple, its merge by one implementation, and what holds of it."""

    def __init__(self, module: types.ModuleType, texts: list[bytes]) -> None:
        self.module, self.texts = module, texts
        self.o, self.a, self.b = texts[:3]
        self.merged = module.merge(*texts[:3])
        self.base, *self.sides = (module.normalise(read(text)) for text in texts[:3])
        self.page = read(self.merged)

    def symmetric(self) -> bool:
        return self.module.merge(self.o, self.b, self.a) == self.merged

    def again_over_the_base(self) -> bool:
        return all(self.module.merge(self.o, self.merged, side) == self.merged for side in (self.a, self.b))

    def again_over_a_side(self) -> bool:
        return all(self.module.merge(side, self.merged, side) == self.merged for side in (self.a, self.b))

    def unchanged_side_yields(self) -> bool:
        if self.base.write() != self.o or len({read(text).crlf for text in self.texts[:3]}) > 1:
            return True
        if len({read(text).mark for text in self.texts[:3]}) > 1:
            return True

        def state(data: bytes) -> tuple[dict, str]:  # new keys go to their place, lists get their order
            values = leaves(read(data))
            return {name: canonical(raw) for name, raw in values.items()}, plain(data).split("\n+++\n", 1)[1]

        merge = self.module.merge
        return all(state(merge(self.o, self.o, side)) == state(merge(side, side, side)) for side in (self.a, self.b))

    def grouping(self) -> bool:
        """Three clones in every order: front matter and log, free texts apart; the order of known
        keys where nobody moved any, or one did and nobody removed any."""
        merge, (o, a, b, c) = self.module.merge, self.texts
        ends = [merge(o, merge(o, x, y), z) for x, y, z in ((a, b, c), (a, c, b), (c, b, a))]
        pages = [read(text) for text in (a, b, c)]
        moves = sum(moved(self.base, page) for page in pages)
        removed = any(page.get(name) is None for page in pages for name in leaves(self.base))
        ordered = moves == 0 or (moves == 1 and not removed)
        states = [(without_comments(front_of(end))[not ordered :], log_of(read(end))) for end in ends]
        return states[0] == states[1] == states[2]

    def any_base(self) -> bool:
        """Without a base, or with a wrong one: tracked fields and what people wrote into the log."""

        def state(data: bytes) -> tuple:
            page = read(data)
            tracked = {name: display(page.get(name)) or None for name in TRACKED}
            return tracked, [entry.heading() for entry in page.log if not entry.values("not-taken")]

        wrong = [self.module.merge(base, self.a, self.b) for base in (b"", self.texts[3])]
        return all(state(data) == state(self.merged) for data in wrong)

    def normalised(self) -> bool:
        """A merged file needs no entry, nor does one that commands wrote."""
        files = [text for text in self.texts if merge.normalise(read(text)).write() == text]
        return all(self.module.normalise(read(text)).write() == text for text in [self.merged, *files])

    def valid(self) -> bool:
        front = front_of(self.merged).removeprefix("+++\n")
        return isinstance(tomllib.loads(front), dict) and not any(
            line.startswith(("<<<<<<<", "=======", ">>>>>>>")) for line in plain(self.merged).split("\n")
        )

    def every_entry(self) -> bool:
        keys = [entry.key() for entry in self.page.log]
        parents = {entry.key() for side in self.sides for entry in side.log}
        extra = [entry for entry in self.page.log if entry.key() not in parents]
        ordered = [entry.order() for entry in self.page.log]
        return (
            len(set(keys)) == len(keys)
            and parents <= set(keys)
            and ordered == sorted(ordered)
            and all(entry.by == "desk" and entry.kind == "edit" and entry.values("not-taken") for entry in extra)
        )

    def smaller_time(self) -> bool:
        """Of a program entry in both the earlier one stands."""
        for entry in self.page.log:
            found = [one.order() for side in self.sides for one in side.log if one.key() == entry.key()]
            if found and entry.order() != min(found):
                return False
        return True

    def redacted(self) -> set[str]:
        return {of for entry in self.page.log if entry.kind == "redact" for of in entry.values("of") + entry.values("field")}

    def entry_texts(self) -> bool:
        """Every line that a side has in an entry, or that a person put there, stands there still."""
        merged = {entry.key(): entry for entry in self.page.log}
        base = {entry.key(): entry for entry in self.base.log}
        both = [{entry.key(): entry for entry in side.log} for side in self.sides]
        for key in merged.keys() & (both[0].keys() | both[1].keys()) - self.redacted():
            texts = [side[key].text for side in both if key in side]
            before = base[key].text if key in base else []
            if any(line not in merged[key].text for text in texts for line in words(text) if line not in before):
                return False
            if any([entry.key() for entry in side.log].count(key) > 1 for side in (self.base, *self.sides)):
                continue
            if len(texts) == 1 and merged[key].text != texts[0]:
                return False
            if len(texts) == 2 and before in texts and merged[key].text not in texts:
                return False
        return True

    def entry_facts(self) -> bool:
        """Every bullet of a side's entry stands in the entry or, as not taken, in the log."""
        merged = {entry.key(): entry for entry in self.page.log}
        base = {entry.key(): entry.bullets for entry in self.base.log}
        lost = "\n".join(value or "" for entry in self.page.log for value in entry.values("not-taken"))
        for entry in (entry for side in self.sides for entry in side.log):
            bullets = merged[entry.key()].bullets
            if entry.key() in self.redacted():
                continue
            if any(line not in bullets and line not in base.get(entry.key(), []) and line not in lost for line in entry.bullets):
                return False
        return True

    def redaction_holds(self) -> bool:
        """What one side redacted and the other did not stands nowhere."""
        for entry in self.page.log:
            about = set(entry.values("of") + entry.values("field")) & self.redacted()
            if about and entry.values("not-taken") not in ([], ["(redacted)"]):
                return False
        for entry in self.page.log:
            for of in entry.values("of") if entry.kind == "redact" else []:
                target = next(one for one in self.page.log if one.key() == of)
                if "noted" in target.text:
                    return False
            if entry.kind == "redact" and entry.values("field") and self.page.description:
                holders = [side for side in self.sides if entry.key() in {one.key() for one in side.log}]
                texts = [list(map(unmarked, page.description)) for page in [*holders, self.page]]
                if texts.pop() not in [*texts, ["(redacted)"]]:
                    return len(holders) == 2
        return True

    def description(self) -> bool:
        """Every line of both, and of the base's what nobody took away; an unchanged side yields."""
        if "description" in self.redacted():
            return True
        bare = unmarked if display(self.page.get("type")) == "work-order" else str
        base, a, b, merged = (list(map(bare, p.description)) for p in (self.base, *self.sides, self.page))
        if base in (a, b) and merged != (b if a == base else a):
            return False
        kept = [line for line in base if base.count(line) == a.count(line) == b.count(line) == 1]
        return set(words(kept)) | (set(words(a + b)) - set(base)) <= set(merged)

    def fields(self) -> bool:
        """Tracked fields are the fold."""
        pending = display(self.page.get("status")) == "pending"
        rest = pending or (self.page.get("waiting_on"), self.page.get("until")) == (None, None)
        stated = all(display(self.page.get(name)) == value for name, value in plainly_folded(self.page).items())
        listed = all((display(self.page.get(name)) or []) == plainly_listed(self.page, name) for name in LISTS & TRACKED)
        return rest and stated and listed

    def silent_fields(self) -> bool:
        """Fields of which no entry speaks, three-way; what does not stand is in the log."""
        spoken = {fact.name for entry in self.page.log for fact in entry.facts() if fact.change} | TRACKED
        base, a, b, merged = (leaves(page) for page in (self.base, *self.sides, self.page))
        told = {value for entry in self.page.log for value in entry.values("not-taken")}
        for name in (a.keys() | b.keys() | merged.keys()) - spoken:
            o, x, y = (canonical(values.get(name)) for values in (base, a, b))
            if isinstance(display(a.get(name) or b.get(name)), list):
                o, x, y = (set(display(values.get(name)) or []) for values in (base, a, b))
                expected = (x | y) - (o - x) - (o - y)
                if set(display(merged.get(name)) or []) != expected:
                    return False
                continue
            expected = x if y in (o, x) else y if x == o else max(x or "", y or "")
            if canonical(merged.get(name)) != (expected or None):
                return False
            if o != x != y != o and (display((a if expected == y else b).get(name)) or "") not in told:
                return False
        return True

    def spoken_fields(self) -> bool:
        """A field of which the log speaks has its last change; a hand edit beside it is in the log."""
        values = leaves(self.page)
        told = {value for entry in self.page.log for value in entry.values("not-taken")}
        log = sorted(self.page.log, key=Entry.order)
        if any(entry.kind == "undo" for entry in log):
            return True
        changes = {fact.name: fact.new for entry in log for fact in entry.facts() if fact.change}
        for name, new in changes.items():
            if name in TRACKED or name in LISTS:
                continue
            if display(values.get(name)) != new:
                return False
            for side in self.sides:
                by_hand = canonical(side.get(name)) != canonical(self.base.get(name))
                silent = all(fact.name != name for entry in side.log for fact in entry.facts() if fact.change)
                if by_hand and silent and (display(side.get(name)) or "") not in told:
                    return False
        return True

    def comments(self) -> bool:
        base, a, b, merged = (comments_of(page) for page in (self.base, *self.sides, self.page))
        return ((a | b) - base) | (a & b) <= merged

    def key_order(self) -> bool:
        """Files in the contract's order stay in it; an unmoved side leaves the other's order."""
        pages = (self.base, *self.sides, self.page)

        for name in self.page.front:
            prefix = name + "." if name else ""
            keys = [list(page.front[name].items) if name in page.front else [] for page in pages]
            found = [[RANK[prefix + key] for key in side if prefix + key in RANK] for side in keys]
            if all(one == sorted(one) for one in found[:3]) and found[3] != sorted(found[3]):
                return False
            o, a, b, m = ([key for key in side if all(key in one for one in keys)] for side in keys)
            if (a == o and m != b) or (b == o and m != a):
                return False
        known = [[list(SECTIONS).index(name) for name in page.front if name in SECTIONS] for page in pages]
        return known[3] == sorted(known[3]) or any(one != sorted(one) for one in known[:3])

    def marks(self) -> bool:
        if display(self.page.get("type")) != "work-order":
            return True
        ticks, seen = {}, collections.Counter()
        for entry in sorted(self.page.log, key=Entry.order):
            for fact in entry.facts():
                if fact.name in ("ticked", "unticked"):
                    ticks[fact.new] = fact.name == "ticked"
        # What a number names depends on the steps; what is undone is the fold's to say.
        if any(name.isdecimal() for name in ticks) or any(entry.kind == "undo" for entry in self.page.log):
            return self.module.unlogged_marks(self.page.description, self.page.log) == []
        for words, done in self.module.steps(self.page.description).values():
            seen[words] += 1
            name = words if seen[words] == 1 else f"{words} #{seen[words]}"
            if done != ticks.get(name, False):
                return False
        return True

    def arrays(self) -> bool:
        """Tables that nobody knows: those of both."""
        found = [set(p.front["visit"].blocks) if "visit" in p.front else set() for p in (*self.sides, self.page)]
        return found[0] | found[1] == found[2]

    PROPERTIES = (
        symmetric, again_over_the_base, again_over_a_side, unchanged_side_yields, grouping, any_base, normalised, valid,
        every_entry, smaller_time, entry_texts, entry_facts, redaction_holds, description, fields, silent_fields,
        spoken_fields, comments, key_order, marks, arrays,
    )  # fmt: skip


def failures(module: types.ModuleType, texts: list[bytes]) -> list[str]:
    try:
        case = Case(module, texts)
    except Exception as error:  # of a planted fault perhaps
        return [f"raised {type(error).__name__}"]
    failed = []
    for check in Case.PROPERTIES:
        try:
            if not check(case):
                failed.append(check.__name__)
        except Exception as error:
            failed.append(f"{check.__name__} ({type(error).__name__})")
    return failed


# ---- planted faults -----------------------------------------------------------------------------

# What is wrong, the file, the words there and the wrong ones.
FAULTS = (
    ("the text of an entry is dropped", "merge", "out.append(x.get(key) or y[key])",
     "out.append(x.get(key) or replace(y[key], text=[]))"),
    ("an entry of the second side is dropped", "merge", "for key in x | y:", "for key in x | (y if len(y) < 4 else {}):"),
    ("an entry's text is the first side's", "merge", "text=merge_lines(before.text, x.text, y.text)", "text=x.text"),
    ("program entries are known by their heading", "merge", "        key = entry.key()\n        if key in out",
     "        key = entry.heading()\n        if key in out"),
    ("of two program entries the later stands", "merge", "first = min(x, y, key=Entry.order)",
     "first = max(x, y, key=Entry.order)"),
    ("the original beats the redacted text", "merge", "body = x if of_x > of_y else y", "body = y if of_x > of_y else x"),
    ("entries of one time stand in the order of the sides", "merge", "    log.sort(key=Entry.order)",
     "    log.sort(key=lambda entry: entry.at)"),
    ("versions of a passage stand in the order of the sides", "lines", 'found.sort(key="\\n".join)',
     "found.sort(key=lambda one: one not in versions(a))"),
    ("lines of a passage are deduplicated", "lines", "return (line, *(line for version in versions for line in version))",
     "return (line, *dict.fromkeys(line for version in versions for line in version))"),
    ("the contained version stands", "lines", "not any(one != other and contains(other, one)",
     "not any(one != other and contains(one, other)"),
    ("a merge is not tried a second time", "lines",
     "if weave(o, again, x, prefix) == merged == weave(o, again, y, prefix):", "if True:"),
    ("blank lines stay at the end of a text", "lines", "return merged if prefix else trimmed(merged)", "return merged"),
    ("a deletion beats an edit", "lines", "            return text\n",
     "            return text if any(hunk.tokens for hunk in other) else apply(base, other, start, end)\n"),
    ("the facts of a redacted entry stay in the log", "merge", "masked(entry, of_x.keys() | of_y.keys())", "entry"),
    ("of two hand edits the first side's stands", "merge",
     "stands, loser = (a, b) if (x or \"\") > (y or \"\") else (b, a)", "stands, loser = a, b"),
    ("of two hand edits the smaller stands", "merge",
     "stands, loser = (a, b) if (x or \"\") > (y or \"\") else (b, a)",
     "stands, loser = (a, b) if (x or \"\") < (y or \"\") else (b, a)"),
    ("the hand edit that does not stand is not told", "merge", "    losses.append(Loss(\"field\", name, shown(loser)))\n", ""),
    ("a hand edit beside a logged change is dropped", "merge", "            if by_hand:", "            if by_hand and False:"),
    ("what does not stand is dated after the last entry", "merge", "last = base.log[-1].at if base.log else",
     "last = log[-1].at if base.log else"),
    ("its tag leaves out the value", "merge", "derived_tag(ticket, self.label, self.target, value)",
     "derived_tag(ticket, self.label, self.target)"),
    ("a list is the base's", "merge", "    return [one for one, _ in spine(*counted) + new]", "    return base"),
    ("a list of the log keeps the order of a side", "merge", "if display(raw) == value and",
     "if sorted(display(raw) or []) == sorted(value) and"),
    ("tracked fields are merged, not folded", "merge", "return name in TRACKED or name in self.spoken",
     "return name in self.spoken and name not in TRACKED"),
    ("`created` folds where it stands", "merge", "(entry.kind != \"created\", when(entry, corrected), entry.heading())", "(when(entry, corrected), entry.heading())"),
    ("a corrected time moves no entry", "merge", "when(entry, corrected), entry.heading())", "entry.order())"),
    ("a correction cannot say that nothing changed", "merge", "if not changes and not (by is not entry", "if not changes and (True or by is not entry"),
    ("a status does not end the waiting", "merge", "            out.values.update(waiting_on=None, until=None)", "            pass"),
    ("a closing for silence counts behind an answer", "merge",
     "        stands = stands and not (answered and closes_for_silence(entry))\n", ""),
    ("an undone change folds", "merge", "            if not stands:\n                continue\n", ""),
    ("one side is not normalised", "merge", "(normalise(read(text, zone)) for text in (a, b))",
     "(read(text, zone) if text is b else normalise(read(text, zone)) for text in (a, b))"),
    ("marks of steps merge as text", "merge", "        texts = [set_marks(text, []) for text in texts]", "        pass"),
    ("marks are not set", "merge", "out[at] = before + (\"x\" if done else \" \") + behind",
     "out[at] = before + \" \" + behind"),
    ("equal steps have one name", "merge", 'return [one if count == 1 else f"{one} #{count}" for one, count in zip(words, counts)]',
     "return words"),
    ("the last step of a name is meant", "merge", "reversed(list(enumerate(names)))", "enumerate(names)"),
    ("a number is read before a name", "merge", "    if value in places:", "    if value in places and not value.isdecimal():"),
    ("numbers name steps in any entry", "merge", "value.split(\",\")] if kind == \"tick\" else []", "value.split(\",\")]"),
    ("a lacking `created` has no ticks", "merge", "    if first.get(\"type\", display(page.get(\"type\"))) == \"work-order\":",
     "    if False:"),
    ("`id` and `created` fold", "merge", "if folds(fact.name)]", "if fact.name in RANK]"),
    ("the tag of a hand edit has the last heading", "merge", "*about, last.key())", "*about, last.heading())"),
    ("what is left of the waiting is logged", "merge",
     "        if name in (\"waiting_on\", \"until\") and folded.values.get(\"status\") != \"pending\":", "        if False:"),
    ("unknown keys are dropped", "merge", "            if value is not None:\n                values",
     "            if value is not None and prefix + key in RANK:\n                values"),
    ("new keys go to the end", "merge", "out.insert(out.index(max(lower, key=rank)) + 1 if lower else 0, name)",
     "out.append(name)"),
    ("comments are the first side's", "merge", "lead = merge_lines(o.lead, x.lead, y.lead, \"# \")", "lead = x.lead"),
    ("a comment behind a value is dropped", "merge", "    extra = {side.trail.strip() for side in (x, y) if side.trail not in (trail, o.trail)}",
     "    extra = set()"),
    ("comments go with their key", "merge", "        lead = lead + item.lead\n        if key in names:\n            items[key], lead = replace(item, lead=lead), []",
     "        if key in names:\n            items[key] = item"),
)  # fmt: skip


def faulty(file: str, right: str, wrong: str) -> types.ModuleType:
    """The merge with one place changed."""
    saved = {name: sys.modules[name] for name in ("lines", "merge")}
    try:
        for name in saved:
            source = (HERE / f"{name}.py").read_text()
            if name == file:
                assert source.count(right) == 1, f"{right!r} stands {source.count(right)} times in {file}.py"
                source = source.replace(right, wrong)
            sys.modules[name] = types.ModuleType(name)
            exec(compile(source, f"{name}.py", "exec"), sys.modules[name].__dict__)
        return sys.modules["merge"]
    finally:
        sys.modules |= saved


def planted(numbers: list[int]) -> bool:
    """Whether each fault is found; prints by what: the first example, else the first triple."""
    found_all = True
    triple = lru_cache(maxsize=None)(lambda number: generate.versions(number, 3))
    for what, file, right, wrong in FAULTS:
        module, found = faulty(file, right, wrong), None
        if names := examples(module, 1):
            found = f"example {names[0]}"
        for number in numbers if not found else []:
            if names := failures(module, triple(number)):
                found = f"triple {number}: {', '.join(names[:3])}"
                break
        print(f"  {what:54} {found or 'NOT FOUND'}")
        found_all = found_all and found is not None
    return found_all


def refusals() -> list[str]:
    """Sides that must be refused and are not; and what must not be."""
    good = (HERE / "examples/ticks/base.md").read_bytes()
    bad = {
        "another id": good.replace(b"7K3MQ", b"7K3MR"),
        "another ticket": good.replace(b"^8m2d", b"^8m2e"),
        "no UTF-8": good + b"\xff",
        "a marker": good + b"<<<<<<< HEAD\n",
        "no TOML": good.replace(b"title =", b"title"),
        "a wrong type": good.replace(b'"No network"', b"5"),
        "no table": good.replace(b"created =", b'links = "x"\ncreated ='),
        "no agent": good + b"\n## 2026-11-21T10:00:00Z ^aaaa\n",
        "no front matter": good[4:],
    }
    wrong = []
    for name, text in bad.items():
        try:
            merge.merge(good, good, text)
            wrong.append(name)
        except Refused:
            pass
    if merge.merge(bad["a marker"], good, good) != merge.merge(b"", good, good):
        wrong.append("an unreadable base is none")
    windows = b"\xef\xbb\xbf" + good.replace(b"\n", b"\r\n")
    if merge.merge(good, windows, windows) != windows or merge.merge(windows, windows, good) != good:
        wrong.append("line ends")
    long = [[f"{side} {at}" for at in range(1001)] for side in "oab"]
    if len(merge_lines(*long)) != 2003 or len(merge_lines(long[0], long[1], long[0][:-1] + ["x"])) != 1002 + 1001:
        wrong.append("long texts")
    return wrong


@lru_cache(maxsize=None)
def example_files() -> list[tuple[str, list[bytes]]]:
    folders = sorted((HERE / "examples").iterdir())
    return [(one.name, [(one / f"{name}.md").read_bytes() for name in ("base", "a", "b", "merged")]) for one in folders]


def examples(module: types.ModuleType, most: int = 1000) -> list[str]:
    """The hand-made examples that are merged to other bytes than those expected, so many at most."""
    wrong = []
    for name, (o, a, b, expected) in example_files():
        try:
            right = module.merge(o, a, b) == module.merge(o, b, a) == expected
        except Exception:  # of a planted fault perhaps
            right = False
        wrong += [name] * (not right)
        if len(wrong) == most:
            break
    return wrong


def main() -> int:
    count, seed = map(int, (sys.argv[1:] + ["1000", "1"][len(sys.argv) - 1 :])[:2])
    wrong = examples(merge)
    print(f"examples: {', '.join(wrong) or 'all'} {'wrong' if wrong else 'right'}")
    accepted = refusals()
    print(f"refusals: {', '.join(accepted) or 'all'} {'wrong' if accepted else 'right'}")
    began = time.process_time()
    failed, first = collections.Counter(), {}
    numbers = range(seed * 1_000_000, seed * 1_000_000 + count)
    for number in numbers:
        for name in failures(merge, generate.versions(number, 3)):
            failed[name] += 1
            first.setdefault(name, number)
    print(f"{count} triples, {time.process_time() - began:.0f} s of CPU")
    for name in dict.fromkeys([check.__name__ for check in Case.PROPERTIES] + list(failed)):
        print(f"  {name:24} {failed[name]} failures {first.get(name, '')}")
    began = time.process_time()
    print("planted faults")
    found = planted(numbers[:LOOK])
    print(f"  {len(FAULTS)} faults, {time.process_time() - began:.0f} s of CPU")
    return 0 if found and not first and not wrong + accepted else 1


if __name__ == "__main__":
    sys.exit(main())
