#!/usr/bin/env python3
"""Makes ticket files that several clones changed apart: generate.py FOLDER [COUNT] [SEED]

Writes FOLDER/NUMBER/{base,a,b,merged}.md; `merged` is what merge.py makes of the three. Where
FOLDER is `-`, the four texts of each triple go to standard output, each after its length in four
bytes, little-endian. One seed always makes the same files.
"""

import pathlib
import random
import sys
from dataclasses import replace

from lines import read_step
from merge import corrections, fold, merge, normalise, step_names, steps
from ticket import (
    KEYS, LISTS, RANK, SECTIONS, Entry, Item, Page, Section, copy, derived_tag, display, quoted, read, read_front,
    read_moment, write_element, write_list, write_moment, write_value,
)  # fmt: skip

START = read_moment("2026-11-21T09:00:00Z")
MINUTE = 60_000
DAY = 1440 * MINUTE
WHO = ("anna", "marek", "ewa", "raj")
CHOICES = {
    "impact": ("person", "team", "site", "company"),
    "urgency": ("high", "medium", "low"),
    "priority": ("standard", "critical-situation", "enterprise-outage"),
    "queue": ("service-desk", "network", "applications"),
    "assignee": WHO,
    "code": ("NET-OUT", "HW-LAPTOP", "APP-REPORT"),
    "title": ("No network", "No network on floor 3", "Printer jams -> again", "Kein Netz"),
    "requester.name": ("Jan Kowalski", "Eva Braun-Li", '"Jan"'),
    "requester.phone": ("+48 600 100 200", "+48 1", "112"),
    "fields.site": ("Leipzig", "Gdańsk"),
    "contact_agent": WHO,
    "links.parent": ("2611-AAAAA", "2611-BBBBB"),
    "links.merged_into": ("2611-CCCCC",),
    "satisfaction.rating": ("1", "5"),
    "until": ("2026-11-25T11:00:00Z", "2026-12-01T08:00:00Z"),
}
SENTENCES = (
    "It broke.", "Also on floor 2.", "Since 08:50.", "Jan restarted it.", "", "```", "crc errors: 1200", "## Steps",
    "- [ ] Read the counters", "- [ ] Swap the cable", "- [ ] Swap the cable", "1. [ ] Ring back", "- queue: all", "| a | b |", "+++", "    code",
)  # fmt: skip
WORDS = ("vpn", "floor-3", "vip", "old", "two words")


class Clone:
    """One version of a ticket and whoever works on it."""

    def __init__(self, page: Page, rng: random.Random, who: str, now: int) -> None:
        self.page, self.rng, self.who, self.now = copy(page), rng, who, now

    # -- what commands do --

    def last(self) -> int:
        return max((entry.at for entry in self.page.log), default=START)

    def write(self, kind: str, bullets: list[str], text: list[str] = (), **other) -> None:
        """Appends an entry as a command does."""
        self.now += self.rng.randrange(1, 90) * MINUTE
        at = max(self.now, self.last() + 1)
        ahead = at - self.now > 2 * MINUTE and "at" not in other
        bullets = bullets + [f"- clock: {write_moment(self.now)}"] * ahead
        tag = "".join(self.rng.choice("0123456789abcdefghjkmnpqrstvwxyz") for _ in range(4))
        entry = Entry(at, self.who, kind, tag, bullets, list(text))
        self.page.log.append(replace(entry, **other))

    def value(self, name: str):
        return display(self.page.get(name))

    def change(self, name: str, new: str | None) -> list[str]:
        """Sets a field; the bullet that says so."""
        old = self.value(name)
        if old == new:
            return []
        bare = name in ("until", "satisfaction.rating")
        self.put(name, None if new is None else new if bare else quoted(new))
        return [f"- {name}: {write_value(old)} -> {write_value(new)}"]

    def put(self, name: str, raw: str | None) -> None:
        """Sets the bytes of a value; new keys and sections go to the contract's place."""
        section, _, key = name.rpartition(".")
        if section not in self.page.front:
            ranks = list(SECTIONS)
            names = list(self.page.front)
            known = [one for one in names if one in ranks and ranks.index(one) < ranks.index(section)]
            at = names.index(max(known, key=ranks.index)) + 1 if known else 1
            pairs = list(self.page.front.items())
            self.page.front = dict(pairs[:at] + [(section, Section(Item([""], f"[{section}]")))] + pairs[at:])
        items = self.page.front[section].items
        if raw is None:
            items.pop(key, None)
        elif key in items:
            items[key] = replace(items[key], value=raw, inner=[])
        else:
            prefix = section + "." if section else ""
            ranks = {one: RANK.get(prefix + one, len(KEYS)) for one in [*items, key]}
            known = [one for one in items if ranks[one] < ranks[key] or ranks[key] == len(KEYS)]
            at = list(items).index(max(known, key=ranks.get)) + 1 if known else 0
            pairs = list(items.items())
            self.page.front[section].items = dict(pairs[:at] + [(key, Item([], f"{key} = ", raw))] + pairs[at:])

    def text(self) -> list[str]:
        lines = [self.rng.choice(SENTENCES) for _ in range(self.rng.randrange(1, 4))]
        return (["Said: " + str(self.rng.randrange(999))] + lines + ["Bye."]) if self.rng.random() < 0.8 else []

    def note(self) -> None:
        self.page = normalise(self.page)
        self.write("note", [], ["noted"] + self.text())

    def contact(self) -> None:
        self.page = normalise(self.page)
        self.write("contact", ["- direction: out", "- channel: phone", "- outcome: spoke"], self.text())

    def set(self) -> None:
        self.page = normalise(self.page)
        names = self.rng.sample([name for name in CHOICES if name not in ("until", "links.merged_into")], 2)
        bullets = [line for name in names for line in self.change(name, self.drawn(name))]
        if bullets:
            self.write("set", bullets)

    def drawn(self, name: str) -> str | None:
        optional = name in ("assignee", "code", "links.parent", "contact_agent", "fields.site")
        return None if optional and self.rng.random() < 0.2 else self.rng.choice(CHOICES[name])

    def elements(self) -> None:
        self.page = normalise(self.page)
        name = self.rng.choice(("tags", "tags", "links.same_contact", "links.relates", "links.articles"))
        old = self.value(name) or []
        added = [word for word in self.rng.sample(WORDS, self.rng.randrange(0, 3)) if word not in old]
        gone = [word for word in old if self.rng.random() < 0.3]
        if not added + gone:
            return
        new = [word for word in old if word not in gone] + added
        self.put(name, write_list(new) if new else None)
        signs = [write_element("+", word) for word in added] + [write_element("-", word) for word in gone]
        self.write("set", [f"- {name}: {' '.join(signs)}"])

    def status(self, to: str | None = None, **other) -> None:
        self.page = normalise(self.page)
        to = to or self.rng.choice(("open", "pending", "pending", "resolved", "closed", "cancelled"))
        bullets = self.change("status", to)
        waits = to == "pending"
        bullets += self.change("waiting_on", self.rng.choice(("customer", "vendor")) if waits else None)
        bullets += self.change("until", self.drawn("until") if waits and self.rng.random() < 0.6 else None)
        if bullets:
            self.write({"pending": "pend", "open": "reopen", "resolved": "resolve"}.get(to, "close"), bullets, **other)

    def sweep(self) -> None:
        """What the program does of itself: dated when due, never before the last entry."""
        number = self.rng.randrange(4)
        tag = derived_tag(self.value("id"), "resolution", str(number))
        self.page = normalise(self.page)
        if any(entry.tag == tag for entry in self.page.log):
            return
        due = START + (number + 1) * 240 * MINUTE
        at = due if due > self.last() else self.last() + 1
        self.write("remind", ["- clock-of: resolution", f"- threshold: {number}"], at=at, by="desk", tag=tag)

    def silence(self) -> None:
        """The sweep resolves what the requester left unanswered, or the requester is in contact."""
        self.page = normalise(self.page)
        if self.value("status") != "pending":
            return
        if self.rng.random() < 0.5:
            self.write("contact", ["- direction: in", "- channel: phone", "- outcome: spoke", *self.change("status", "open")])
            return
        if self.rng.random() < 0.3:
            auto = self.rng.choice(["- auto: replied", "- auto: list", "- automatic: yes"])
            self.write("contact", ["- direction: in", "- channel: email", "- outcome: received", auto])
            return
        tag = derived_tag(self.value("id"), "silence", "resolve")
        if all(entry.tag != tag for entry in self.page.log):
            changes = self.change("status", "resolved") + self.change("waiting_on", None)
            due = f"- due: {write_moment(START + 600 * MINUTE)}"
            self.write("resolve", ["- reason: no response", due, *changes], by="desk", tag=tag)

    def tick(self) -> None:
        found = list(steps(self.page.description).values())
        if self.value("type") != "work-order" or not found:
            return
        self.page = normalise(self.page)
        bullets = []
        for number in self.rng.sample(range(len(found)), self.rng.randrange(1, min(len(found), 2) + 1)):
            done = found[number][1]
            self.mark(number)
            name = write_value(step_names(self.page.description)[number])
            name = str(number + 1) if self.rng.random() < 0.05 else name  # format 1
            bullets.append(f"- {'unticked' if done else 'ticked'}: {name}")
        self.write("tick", bullets)

    def mark(self, number: int) -> None:
        """Changes the mark of a step."""
        at, (_, done) = list(steps(self.page.description).items())[number]
        before, _, behind = read_step(self.page.description[at])
        self.page.description[at] = before + (" " if done else "x") + behind

    def redact(self) -> None:
        self.page = normalise(self.page)
        spoken = [entry for entry in self.page.log if entry.text and entry.kind in ("note", "contact")]
        if self.rng.random() < 0.2 and self.page.description:
            self.page.description = ["(redacted)"]
            self.write("redact", ["- field: description"])
        elif spoken:
            entry = self.rng.choice(spoken[:2])
            self.page.log[self.page.log.index(entry)] = replace(entry, text=["(redacted)"])
            self.write("redact", [f"- of: {entry.key()}"])

    def undo(self) -> None:
        """Takes back an entry, where nobody changed its fields since."""
        self.page = normalise(self.page)
        undone, _ = corrections(self.page.log)

        def can_be_undone(entry: Entry) -> bool:
            names = {fact.name for fact in entry.facts() if fact.change}
            later = {fact.name for other in self.page.log if other.order() > entry.order() for fact in other.facts()}
            own = not entry.is_derived() and entry.kind not in ("created", "undo", "redact")
            return own and entry.key() not in undone and not names & (later | LISTS | {"status", "waiting_on", "until"})

        found = [entry for entry in self.page.log if can_be_undone(entry)]
        found = [entry for entry in found if any(fact.change for fact in entry.facts())] or found
        if found:
            entry = self.rng.choice(found)
            changes = [fact for fact in entry.facts() if fact.change]
            bullets = [line for fact in changes for line in self.change(fact.name, fact.old)]
            self.write("undo", [f"- of: {entry.key()}"] + bullets)

    def imported(self) -> None:
        """A row of an import, perhaps one that came late, or a correction of one."""
        self.page = normalise(self.page)
        rows = [entry for entry in self.page.log if entry.values("source") and entry.kind == "update"]
        number = self.rng.randrange(3)
        to = CHOICES["queue"][number]
        bullets = ["- source: old", f"- queue: {CHOICES['queue'][number - 1]} -> {to}"]
        if rows and self.rng.random() < 0.5:
            of = self.rng.choice(rows).key()
            tag = derived_tag(self.value("id"), of, to)
            if self.rng.random() < 0.3:
                bullets = [bullets[0], "- changes: (none)"]
            if self.rng.random() < 0.5:
                bullets.insert(1, f"- at: {write_moment(START + self.rng.randrange(-9, 9) * 200 * MINUTE)}")
            tag = derived_tag(self.value("id"), of, *bullets)
            entry = Entry(self.last() + 1, "desk", "import", tag, [f"- of: {of}", *bullets])
        else:
            tag = derived_tag(self.value("id"), "row", str(number))
            entry = Entry(START + (number - 1) * 600 * MINUTE, "raj", "update", tag, bullets, [f"Row {number}."])
        if all(entry.key() != one.key() for one in self.page.log):
            self.page.log = sorted([*self.page.log, entry], key=Entry.order)
            self.put("queue", quoted(fold(self.page.log).values["queue"]))

    # -- what hands do --

    def hand_field(self) -> None:
        name = self.rng.choice(("title", "requester.name", "requester.phone", "queue", "fields.site", "status", "tags"))
        if name == "tags":
            style = self.rng.choice((write_list, lambda all: "[\n" + "".join(f"  {quoted(w)}, # {w}\n" for w in all) + "]"))
            self.put(name, style(self.rng.sample(WORDS, 2)))
        elif name == "status":
            self.put(name, quoted(self.rng.choice(("open", "resolved", "pending"))))
        else:
            value = self.rng.choice(CHOICES[name])
            self.put(name, f"'{value}'" if self.rng.random() < 0.2 else quoted(value))

    def items(self, own: bool = True) -> dict[str, Item]:
        """The keys of some section; of `[fields]` where any name may stand there."""
        sections = [section for name, section in self.page.front.items() if section.items and (own or name != "fields")]
        return self.rng.choice(sections).items

    def hand_comment(self) -> None:
        items = self.items()
        going = [key for key in ("waiting_on", "until", "assignee", "x-ray", "tags") if key in items]
        key = self.rng.choice(going + list(items)[:3])
        comment = f"# remark {self.rng.randrange(4)}"
        kind = self.rng.randrange(4)
        if kind == 0:
            items[key] = replace(items[key], trail="  " + comment)
        elif kind == 1:
            items[key] = replace(items[key], lead=items[key].lead + [comment])
        elif kind == 2:
            items[key] = replace(items[key], lead=[], trail="")
        else:
            section = self.rng.choice([one for one in self.page.front.values() if one.blocks is None])
            section.tail = section.tail + [comment]

    def hand_unknown(self) -> None:
        items = self.items(own=False)
        key = self.rng.choice(("x-ray", "zebra", "Ape"))
        if key in items and self.rng.random() < 0.3:
            del items[key]
        elif key in items:
            items[key] = replace(items[key], value=str(self.rng.randrange(9)))
        else:
            pairs, at = list(items.items()), self.rng.randrange(len(items) + 1)
            pairs.insert(at, (key, Item([], f"{key} = ", self.rng.choice(("5", '"wet"', "[1, 2]")))))
            items.clear()
            items.update(pairs)

    def hand_order(self) -> None:
        items = self.items()
        pairs = list(items.items())
        pair = pairs.pop(self.rng.randrange(len(pairs)))
        pairs.insert(self.rng.randrange(len(pairs) + 1), pair)
        items.clear()
        items.update(pairs)

    def hand_list(self) -> None:
        """A list that no entry speaks of, and an array of tables that nobody knows."""
        if self.value("tags") and self.rng.random() < 0.3:
            self.put("tags", write_list(self.value("tags")[::-1]))
            return
        aliases = self.value("aliases") or []
        if self.rng.random() < 0.6:
            name = f"INC-{self.rng.randrange(5)}"
            aliases = [one for one in aliases if one != name] + [name] * (name not in aliases)
            self.put("aliases", write_list(aliases))
            return
        block = f"\n[[visit]]\nday = {self.rng.randrange(1, 5)}"
        section = self.page.front.setdefault("visit", Section(Item(), blocks=[]))
        self.page.front["visit"] = replace(section, blocks=section.blocks + [block])

    def lines(self, text: list[str]) -> list[str]:
        """A text edited by a person."""
        out = list(text)
        for _ in range(self.rng.randrange(1, 3)):
            at, kind = self.rng.randrange(len(out) + 1), self.rng.random()
            if kind < 0.35:
                out[at:at] = [self.rng.choice(SENTENCES) for _ in range(self.rng.randrange(1, 4))]
            elif kind < 0.5:
                out.append(f"By {self.who}, {self.rng.randrange(99)}.")
            elif kind < 0.75:
                out[at : at + 1] = [f"Changed {self.rng.randrange(99)}."]
            else:
                del out[at : at + self.rng.randrange(1, 4)]
        if self.rng.random() < 0.1 and out:
            out.append(out.pop(self.rng.randrange(len(out))))
        return out

    def hand_description(self) -> None:
        self.page.description = self.lines(self.page.description)

    def hand_text(self) -> None:
        at = self.rng.randrange(len(self.page.log))
        entry = self.page.log[at]
        self.page.log[at] = replace(entry, text=self.lines(entry.text))

    def hand_doubled(self) -> None:
        """An entry that stands there twice, with two texts."""
        entry = self.rng.choice(self.page.log)
        if entry.kind in ("note", "contact"):
            self.page.log.append(replace(entry, text=self.lines(entry.text)))

    def hand_facts(self) -> None:
        found = [at for at, entry in enumerate(self.page.log) if entry.kind == "contact"]
        if found:
            at = self.rng.choice(found[:2])
            entry = self.page.log[at]
            minutes = f"- minutes: {self.rng.randrange(9)}"
            self.page.log[at] = replace(entry, bullets=[*entry.bullets[:3], minutes, *entry.bullets[3:]])

    def hand_mark(self) -> None:
        found = len(steps(self.page.description))
        for number in self.rng.sample(range(found), min(found, self.rng.randrange(1, 3))):
            self.mark(number)

    def hand_entry(self) -> None:
        """A heading by hand, without a time or a tag, or with a tag that ought to be derived."""
        when = self.rng.choice(("", "2026-11-22 10:00 ", "2026-11-22T11:00:00Z "))
        head = self.rng.choice((f"{self.who} note", f"{self.who} note", f"{self.who} note ^short", "desk note ^f0rm"))
        entry = f"\n## {when}{head}\n\nBy hand {self.rng.randrange(3)}.\n"
        self.page = read(self.page.write() + entry.encode())

    COMMANDS = (note, note, contact, set, set, elements, elements, status, status, silence, sweep, sweep, tick, tick, redact, undo, imported, imported)
    HANDS = (
        hand_field, hand_field, hand_comment, hand_unknown, hand_order, hand_list, hand_description,
        hand_description, hand_text, hand_facts, hand_mark, hand_entry, hand_doubled,
    )  # fmt: skip

    def act(self, commands: float = 0.65) -> None:
        self.rng.choice(self.COMMANDS if self.rng.random() < commands else self.HANDS)(self)

    def result(self) -> bytes:
        return self.page.write()


def created(rng: random.Random) -> Page:
    """A new ticket, with what people add to a file."""
    fields = {
        "id": "2611-7K3MQ", "type": rng.choice(("action", "information", "work-order", "work-order")),
        "title": "No network", "status": "new", "priority": "standard", "impact": "team", "urgency": "medium",
        "queue": "service-desk",
    }  # fmt: skip
    front = "".join(f"{key} = {quoted(value)}\n" for key, value in fields.items())
    front += f"created = {write_moment(START)}\n"
    if rng.random() < 0.5:
        front += '\n[requester]\nname = "Jan Kowalski"\nphone = "+48 1" # at work\n'
    if rng.random() < 0.3:
        front += '\n# ours\n[fields]\nsite = "Leipzig"\n'
    tracked = [key for key in fields if key not in ("id", "title")]
    bullets = ["- channel: phone"] + [f"- {key}: {fields[key]}" for key in tracked]
    text = [rng.choice(SENTENCES) for _ in range(rng.randrange(7))]
    if fields["type"] == "work-order" and rng.random() < 0.4:
        text = ["- [ ] Swap the cable", "- [ ] Ring back", "- [ ] Swap the cable", *text]
    return Page(read_front(front), text, [Entry(START, "anna", "created", "8m2d", bullets)])


def versions(seed: int, count: int = 2) -> list[bytes]:
    """A base and so many versions that grew from it apart."""
    rng = random.Random(seed)
    base = Clone(created(rng), rng, "anna", START)
    for _ in range(rng.randrange(5)):
        base.act(0.8)
    base.page.crlf, base.page.mark = rng.random() < 0.03, rng.random() < 0.02
    out, alike = [base.result()], rng.randrange(10**9)
    page, equal, themes = read(out[0]), rng.choice((0, 0, 1, 2)), rng.choices(Clone.COMMANDS + Clone.HANDS, k=2)
    if rng.random() < 0.05:
        themes = [Clone.hand_facts, Clone.redact]

    def version(who: int) -> bytes:
        skew = rng.choice((0, 0, 0, DAY, -DAY, 60 * MINUTE))
        clone = Clone(page, random.Random(alike), WHO[who], base.now)
        for _ in range(equal):  # both do one thing, each for itself
            clone.rng.choice((Clone.sweep, *Clone.HANDS))(clone)
        clone.rng, clone.now = rng, base.now + skew
        for _ in range(rng.randrange(5)):  # all do something of two sorts
            rng.choice(themes)(clone)
        for _ in range(rng.randrange(4)):
            clone.act()
        if rng.random() < 0.1:  # two entries of one millisecond
            clone.page = normalise(clone.page)
            clone.write("note", [], [f"At one time, {who}."], at=max(clone.last(), START + 3 * DAY))
        if rng.random() < 0.02:
            clone.page.crlf = not clone.page.crlf
        return clone.result()

    for who in range(count):
        text = version(who)
        if rng.random() < 0.2:  # merged with another clone before
            text = merge(out[0], text, version(3))
        out.append(text)
    return out


def main() -> None:
    folder, count, seed = sys.argv[1], *map(int, (sys.argv[2:] + ["1000", "1"][len(sys.argv[2:]) :]))
    for number in range(count):
        texts = versions(seed * 1_000_000 + number)
        texts.append(merge(*texts))
        if folder == "-":
            sys.stdout.buffer.write(b"".join(len(text).to_bytes(4, "little") + text for text in texts))
            continue
        into = pathlib.Path(folder, str(number))
        into.mkdir(parents=True, exist_ok=True)
        for name, text in zip(("base", "a", "b", "merged"), texts):
            (into / f"{name}.md").write_bytes(text)


if __name__ == "__main__":
    main()
