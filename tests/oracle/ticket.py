"""The syntax of a ticket file (format 2): read into parts that keep their bytes, and written.

Nothing here knows of merging. Names and rules are those of `docs/merge.md`.
"""

import datetime as dt
import hashlib
import re
import tomllib
from dataclasses import dataclass, field, replace
from functools import lru_cache

FENCE = "+++"
CONFLICT = ("<<<<<<< ", "||||||| ", ">>>>>>> ")
LAST = 253_402_300_799_999  # the last millisecond of the year 9999
KINDS = set(
    "created intake note contact take assign set edit pend wake remind escalate resolve close reopen open cancel"
    " link merge split convert attach kb tick update watch acknowledge undo redate redact import auto".split()
)
TOP = (
    "id type title status waiting_on until priority priority_reason impact urgency queue assignee contact_agent code"
    " channel created planned tags watchers aliases"
)
SECTIONS = {
    "requester": "name email phone account location organisation language",
    "vendor": "name reference",
    "asset": "name model serial licence location",
    "links": "work_order parent follows merged_into relates same_contact articles",
    "request": "wants tried reproduce about feeling",
    "satisfaction": "satisfied rating",
    "source": "name id",
    "fields": "",
}
KEYS = TOP.split() + [f"{section}.{key}" for section, keys in SECTIONS.items() for key in keys.split()]
RANK = {name: rank for rank, name in enumerate(KEYS)}
LISTS = {"tags", "watchers", "aliases", "links.relates", "links.same_contact", "links.articles"}
TRACKED = set("type status waiting_on until impact urgency priority queue assignee code tags watchers".split())
TRACKED |= {name for name in KEYS if name.startswith("links.")}
TYPES = {"until": "moment", "created": "moment", "planned": "date"}
TYPES |= {"satisfaction.satisfied": "bool", "satisfaction.rating": "int"}


class Refused(Exception):
    """A file that the program would only read, or two files that are not one ticket."""


# ---- moments ------------------------------------------------------------------------------------

RFC3339 = re.compile(r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
LOCAL = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}):(\d{1,2})(?::(\d{1,2}))?)?")
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.timezone.utc)


def millis(at: dt.datetime) -> int:
    return (at - EPOCH) // dt.timedelta(milliseconds=1)


@lru_cache(maxsize=65536)
def read_moment(text: str) -> int | None:
    """Milliseconds since 1970 of an RFC 3339 instant."""
    match = RFC3339.fullmatch(text)
    if not match:
        return None
    *clock, fraction, zone = match.groups()
    try:
        at = dt.datetime(*map(int, clock), tzinfo=dt.timezone.utc)
        shift = 0 if zone in "Zz" else int(zone[:3] + zone[4:])  # +0130
        at -= dt.timedelta(minutes=(abs(shift) // 100 * 60 + abs(shift) % 100) * (1 if shift > 0 else -1))
    except (ValueError, OverflowError):
        return None
    return millis(at) + int((fraction or ".0")[1:4].ljust(3, "0"))


@lru_cache(maxsize=65536)
def write_moment(at: int) -> str:
    text = (EPOCH + dt.timedelta(milliseconds=at)).strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0")
    return text + (f".{at % 1000:03}Z" if at % 1000 else "Z")


# ---- tags and values ----------------------------------------------------------------------------

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def derived_tag(*parts: str) -> str:
    """Eight characters of SHA-256 over the length and the bytes of each part."""
    hashed = hashlib.sha256()
    for part in (part.encode() for part in parts):
        hashed.update(len(part).to_bytes(8, "little") + part)
    return "".join(ALPHABET[byte & 31] for byte in hashed.digest()[:8])


SHORT = {8: "b", 9: "t", 10: "n", 12: "f", 13: "r", 34: '"', 92: "\\"}


def quoted(text: str) -> str:
    """A TOML basic string on one line."""

    def one(char: str) -> str:
        code = ord(char)
        if code in SHORT:
            return "\\" + SHORT[code]
        return f"\\u{code:04X}" if code < 32 or code == 127 else char

    return '"' + "".join(map(one, text)) + '"'


def is_control(char: str) -> bool:
    return ord(char) < 32 or 127 <= ord(char) < 160


def write_value(text: str | None) -> str:
    """The value of a bullet: plain where that reads back."""
    if text is None:
        return "(none)"
    plain = text and text.strip() == text and text != "(none)" and text[0] not in "\"'"
    plain = plain and " -> " not in text and not text.endswith(" ->") and not any(map(is_control, text))
    return text if plain else quoted(text)


def unquoted(text: str) -> str:
    if text.startswith('"'):
        try:
            return tomllib.loads("v=" + text)["v"]
        except tomllib.TOMLDecodeError:
            pass
    return text


def read_value(text: str) -> str | None:
    text = text.strip()
    return None if text in ("", "(none)") else unquoted(text)


def write_element(sign: str, text: str) -> str:
    plain = text and text[0] not in "\"'" and not any(c.isspace() or is_control(c) for c in text)
    return sign + (text if plain else quoted(text))


ELEMENT = re.compile(r'([+-])("(?:\\.|[^"\\])*"|[^"\s]\S*)\s*')


def read_elements(text: str) -> tuple[list[str], list[str]] | None:
    """What `+a -b` adds and removes."""
    added, removed, at = [], [], 0
    while at < len(text):
        match = ELEMENT.match(text, at)
        if not match:
            return None
        (added if match[1] == "+" else removed).append(unquoted(match[2]))
        at = match.end()
    return (added, removed) if added or removed else None


BULLET = re.compile(r"- ([a-z][a-z0-9._-]*):( .*|)")


@dataclass
class Fact:
    """A bullet: an attribute (`new` alone), a change, or elements of a list."""

    name: str
    old: str | None = None
    new: str | None = None
    change: bool = False
    elements: tuple[list[str], list[str]] | None = None


def is_field(name: str) -> bool:
    return name in RANK or re.fullmatch(r"fields\.[a-z0-9_-]+", name) is not None


def folds(name: str) -> bool:
    """Whether changes of a name fold: what a ticket is, no change can say."""
    return is_field(name) and name not in ("id", "created")


@lru_cache(maxsize=65536)
def read_bullet(line: str) -> Fact | None:
    match = BULLET.fullmatch(line.rstrip())
    if not match:
        return None
    name, rest = match[1], match[2].strip()
    if name in LISTS and (elements := read_elements(rest)):
        return Fact(name, change=True, elements=elements)
    skip = re.match(r'"(?:\\.|[^"\\])*"', rest)
    skip = skip.end() if skip else 0 if not rest.startswith('"') else len(rest)
    at = rest.find(" -> ", skip)
    if at >= 0:
        return Fact(name, read_value(rest[:at]), read_value(rest[at + 4 :]), True)
    if rest.endswith(" ->") and skip <= len(rest) - 3:
        return Fact(name, read_value(rest[:-3]), None, True)
    return Fact(name, new=read_value(rest) or "")


# ---- headings, escapes --------------------------------------------------------------------------

HANDLE = re.compile(r"[a-z0-9][a-z0-9._-]*")
KIND = re.compile(r"[a-z][a-z0-9-]*")
TAG = re.compile(r"\^([a-z0-9]{4,})")


@dataclass
class Heading:
    """What a heading says; `local` is a time without a zone."""

    at: int | None = None
    local: dt.datetime | None = None
    by: str | None = None
    kind: str | None = None
    tag: str | None = None


def read_when(words: list[str]) -> tuple[int | None, dt.datetime | None, int]:
    if not words:
        return None, None, 0
    if (at := read_moment(words[0])) is not None:
        return at, None, 1
    for count in (2, 1):
        match = LOCAL.fullmatch(" ".join(words[:count])) if len(words) >= count else None
        if match and (match[4] or len(words[0]) == 10):
            try:
                return None, dt.datetime(*(int(part or 0) for part in match.groups())), count
            except ValueError:
                pass
    return None, None, 0


@lru_cache(maxsize=65536)
def read_heading(line: str) -> Heading | None:
    """A line that is, or looks like, the heading of an entry."""
    if not line.startswith("## "):
        return None
    words = line[3:].split()
    at, local, used = read_when(words)
    rest = words[used:]
    tag = TAG.fullmatch(rest[-1]) if rest else None
    rest = rest[:-1] if tag else rest
    by = kind = None
    dated = at is not None or local is not None
    if len(rest) == 2 and HANDLE.fullmatch(rest[0]) and KIND.fullmatch(rest[1]):
        by, kind = rest
    elif len(rest) == 1 and dated and rest[0] in KINDS:
        kind = rest[0]
    elif len(rest) == 1 and dated and HANDLE.fullmatch(rest[0]):
        by = rest[0]
    known = by and kind in KINDS
    marked = len(words) >= 3 and words[-1].startswith("^") and (words[0][0].isdigit() or words[-2] in KINDS)
    return Heading(at, local, by, kind, tag and tag[1]) if dated or known or marked else None


def misreads(line: str, bullet: bool) -> bool:
    bare = line.lstrip("\\")
    return (
        bare.rstrip() == FENCE
        or bare.startswith(CONFLICT)
        or read_heading(bare) is not None
        or (bullet and read_bullet(bare) is not None)
    )


def escape(lines: list[str], entry: bool) -> list[str]:
    return ["\\" + line if misreads(line, entry and at == 0) else line for at, line in enumerate(lines)]


def unescape(lines: list[str], entry: bool) -> list[str]:
    def one(at: int, line: str) -> str:
        return line[1:] if line.startswith("\\") and misreads(line, entry and at == 0) else line

    return [one(at, line) for at, line in enumerate(lines)]


def trimmed(lines: list[str]) -> list[str]:
    """Lines without the blank ones at both ends."""
    filled = [at for at, line in enumerate(lines) if line.strip()]
    return lines[filled[0] : filled[-1] + 1] if filled else []


# ---- entries ------------------------------------------------------------------------------------


@dataclass
class Entry:
    at: int
    by: str
    kind: str
    tag: str
    bullets: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)

    def heading(self) -> str:
        return f"## {write_moment(self.at)} {self.by} {self.kind} ^{self.tag}"

    def is_derived(self) -> bool:
        return len(self.tag) >= 8

    def key(self) -> str:
        """The identity: what `- of:` names."""
        return f"{self.kind} ^{self.tag}" if self.is_derived() else self.heading()[3:]

    def order(self) -> tuple[int, str]:
        return self.at, self.heading()

    def facts(self) -> list[Fact]:
        return [read_bullet(line) for line in self.bullets]

    def values(self, name: str) -> list[str]:
        return [fact.new for fact in self.facts() if fact.name == name and not fact.change]

    def lines(self) -> list[str]:
        text = escape(self.text, True)
        return [self.heading()] + [""] * bool(self.bullets) + self.bullets + [""] * bool(text) + text


def read_entry(heading: str, lines: list[str], before: Entry | None, zone: dt.tzinfo) -> Entry:
    bullets, at = [], 0
    while at < len(lines):
        if read_bullet(lines[at]) is not None:
            bullets.append(lines[at].rstrip())
        elif bullets or lines[at].strip():
            break
        at += 1
    text = unescape(trimmed(lines[at:]), True)
    head = read_heading(heading)
    if not head.by or not head.kind:
        raise Refused(f"unreadable heading: {heading}")
    when = head.at
    if when is None and head.local is not None:
        when = millis(head.local.replace(tzinfo=zone).astimezone(dt.timezone.utc))
    if when is None:
        when = before.at + 1 if before else 0
    tag = head.tag or derived_tag(before.heading() if before else "", heading.rstrip(), "\n".join(text))
    return Entry(when, head.by, head.kind, tag, bullets, text)


def with_derived_tag(entry: Entry, line: str, ticket: str) -> Entry:
    """An entry with a derived tag where it has neither that nor a drawn one, or a drawn one though
    no person wrote it; `line` is its heading in the file."""
    own = entry.by == "desk" or bool(entry.values("source"))
    if entry.is_derived() or (len(entry.tag) == 4 and not own):
        return entry
    whole = line[3:].split() == entry.heading()[3:].split()
    return replace(entry, tag=derived_tag(ticket, line.rstrip() if whole else entry.heading()))


# ---- front matter -------------------------------------------------------------------------------

TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?:"{0,2})|\'\'\'.*?\'\'\'(?:\'{0,2})|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*|.', re.S
)
HEAD = re.compile(r"""[ \t]*(?:(?:"(?:\\.|[^"\\\n])*"|'[^'\n]*'|[A-Za-z0-9_-]+)[ \t]*\.?[ \t]*)+=[ \t]*""")


def value_end(text: str, at: int, stops: str = "\n#") -> tuple[int, list[str]]:
    """Where the value at a place ends, and the comments inside it."""
    depth, comments = 0, []
    while at < len(text):
        token = TOKEN.match(text, at)[0]
        if depth == 0 and token[0] in stops:
            break
        if token[0] == "#":
            comments.append(token.rstrip())
        depth += (token in "[{") - (token in "]}")
        at += len(token)
    return at, comments


@dataclass
class Item:
    """A key with its value, or a header: `lead` are the lines of comments above it."""

    lead: list[str] = field(default_factory=list)
    head: str = ""
    value: str = ""
    trail: str = ""
    inner: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        return self.lead + (self.head + self.value + self.trail).split("\n")


@dataclass
class Section:
    """A table; of an array of tables all of them, each as a text."""

    header: Item
    items: dict[str, Item] = field(default_factory=dict)
    tail: list[str] = field(default_factory=list)
    blocks: list[str] | None = None

    def lines(self) -> list[str]:
        if self.blocks is not None:
            return "\n".join(self.blocks).split("\n")
        items = [line for item in self.items.values() for line in item.lines()]
        return (self.header.lines() if self.header.head else []) + items + self.tail


@lru_cache(maxsize=65536)
def path_of(toml: str) -> tuple[str, ...]:
    """The path of the one key or table that a text defines."""
    table, path = tomllib.loads(toml), []
    while True:
        if isinstance(table, list):
            table = table[0]
        if not isinstance(table, dict) or not table:
            return tuple(path)
        path.append(next(iter(table)))
        table = table[path[-1]]


def name_of(path: tuple[str, ...]) -> str:
    return ".".join(path)


def read_front(text: str) -> dict[str, Section]:
    """Sections by name, the top one under the empty name. Known sections that are written as inline
    tables or dotted keys become tables with a header."""
    try:
        tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise Refused(f"no valid TOML: {error}") from error
    sections: dict[str, Section] = {"": Section(Item())}
    now, prefix, array, below, lead, at = sections[""], (), None, False, [], 0

    def known(name: str) -> Section:
        return sections.setdefault(name, Section(Item([""], f"[{name}]")))

    def close() -> None:
        now.tail += lead
        if array is not None:  # a table below one of an array belongs to that
            own = "\n".join(now.lines())
            blocks = sections[array].blocks
            blocks[-1:] = [f"{blocks[-1]}\n{own}"] if below else [*blocks[-1:], own]

    while at < len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        line = text[at:end].strip()
        if not line or line[0] == "#":
            lead.append(text[at:end].rstrip())
            at = end + 1
        elif line[0] == "[":
            # The value of a header is the header: it ends at a comment or at the line's end.
            stop, _ = value_end(text, at)
            head, trail = text[at:stop], text[stop:end].rstrip()
            path, is_array = path_of(head), line.startswith("[[")
            inside = array is not None and name_of(path[: array.count(".") + 1]) == array
            blank = max((i for i, one in enumerate(lead) if not one), default=0)
            while blank and not lead[blank - 1]:
                blank -= 1
            own, lead = lead[blank:], lead[:blank]
            close()
            name = array if inside else name_of(path)
            below = inside and name_of(path) != name
            array = name if inside or is_array else None
            now, prefix, lead = Section(Item(own, head.rstrip(), "", gap(head) + trail)), path, []
            if array is not None:
                sections.setdefault(name, Section(Item(), blocks=[]))
            elif name in sections:  # of a dotted key or an inline table
                raise Refused(f"section [{name}] twice")
            else:
                sections[name] = now
            at = end + 1
        else:
            start = HEAD.match(text, at).end()
            stop, inner = value_end(text, start)
            end = text.find("\n", stop)
            end = len(text) if end < 0 else end
            value = text[start:stop].rstrip()
            path = path_of(text[at:start] + "0")
            trail = text[start + len(value) : end].rstrip()
            item = Item(lead, text[at:start], value, trail, inner)
            lead, at = [], end + 1
            if prefix == () and array is None and path[0] in SECTIONS:
                if len(path) > 1:
                    item.head = ".".join(path[1:]) + " = "
                    known(path[0]).items[name_of(path[1:])] = item
                elif not value.startswith("{"):
                    raise Refused(f"`{path[0]}` is no table")
                else:
                    into = known(path[0])
                    into.header.lead = item.lead + into.header.lead
                    into.header.trail = item.trail
                    into.items |= inline(value)
            else:
                now.items[name_of(path)] = item
    close()
    return sections


def gap(text: str) -> str:
    return text[len(text.rstrip()) :]


def inline(value: str) -> dict[str, Item]:
    """The keys of an inline table."""
    items, at = {}, 1
    while match := HEAD.match(value, at):
        stop, inner = value_end(value, match.end(), ",}")
        name = name_of(path_of(match[0] + "0"))
        items[name] = Item([], name + " = ", value[match.end() : stop].strip(), "", inner)
        at = stop + 1
    return items


@lru_cache(maxsize=65536)
def parsed(raw: str):
    return tomllib.loads("v=" + raw)["v"]


@lru_cache(maxsize=65536)
def display(raw: str | None) -> str | list[str] | None:
    """A value as the log writes it; a list of texts as such."""
    if raw is None:
        return None
    value = parsed(raw)
    if isinstance(value, str):
        return value
    if isinstance(value, dt.datetime) and value.tzinfo:
        return write_moment(millis(value.astimezone(dt.timezone.utc)))
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return value
    return raw


def write_list(elements: list[str]) -> str:
    return "[" + ", ".join(map(quoted, elements)) + "]"


def canonical(raw: str | None) -> str | None:
    """A value's bytes without the choices of its writer, as far as the program knows its type."""
    value = display(raw)
    if isinstance(value, list):
        return write_list(value)
    return quoted(value) if raw is not None and isinstance(parsed(raw), str) else value


# ---- the page -----------------------------------------------------------------------------------


@dataclass
class Page:
    front: dict[str, Section]
    description: list[str]
    log: list[Entry]
    crlf: bool = False
    mark: bool = False

    def get(self, name: str) -> str | None:
        """The bytes of a field's value."""
        section, _, key = name.rpartition(".")
        item = section in self.front and self.front[section].items.get(key)
        return item.value if item else None

    def write(self) -> bytes:
        front = [line for section in self.front.values() for line in section.lines()]
        lines = [FENCE, *front, FENCE, *escape(self.description, False)]
        for entry in self.log:
            lines += ["", *entry.lines()]
        text = ("\r\n" if self.crlf else "\n").join(lines + [""])
        return ("\ufeff" * self.mark + text).encode()


def check_types(page: Page) -> None:
    """Known keys have values of their type."""
    for name in KEYS:
        raw = page.get(name)
        if raw is None:
            continue
        value, kind = parsed(raw), "list" if name in LISTS else TYPES.get(name, "text")
        aware = isinstance(value, dt.datetime) and value.tzinfo is not None
        day = isinstance(value, dt.date) and not isinstance(value, dt.datetime)
        fits = {
            "list": isinstance(value, list) and all(isinstance(one, str) for one in value),
            "moment": aware,
            "date": aware or day,
            "bool": isinstance(value, bool),
            "int": isinstance(value, int) and not isinstance(value, bool),
            "text": isinstance(value, str),
        }
        if not fits[kind]:
            raise Refused(f"`{name}` has a value of a wrong type")


def read(data: bytes, zone: dt.tzinfo = dt.timezone.utc) -> Page:
    """Reads a ticket file; incomplete headings are completed, tags that ought to be derived are."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise Refused("not UTF-8") from error
    mark = text.startswith("\ufeff")
    text = text.removeprefix("\ufeff")
    crlf = text.count("\r\n") * 2 > text.count("\n")
    lines = text.replace("\r\n", "\n").split("\n")
    if any(line.startswith(CONFLICT) for line in lines):
        raise Refused("conflict markers")
    fences = [at for at, line in enumerate(lines) if line.rstrip() == FENCE][:2]
    if len(fences) < 2 or fences[0] != 0:
        raise Refused("no front matter")
    front = "".join(line + "\n" for line in lines[1 : fences[1]])
    body = lines[fences[1] + 1 :]
    heads = [at for at, line in enumerate(body) if read_heading(line)]
    first = heads[0] if heads else len(body)
    log: list[Entry] = []
    for at, end in zip(heads, heads[1:] + [len(body)]):
        log.append(read_entry(body[at], body[at + 1 : end], log[-1] if log else None, zone))
    page = Page(read_front(front), unescape(trimmed(body[:first]), False), log, crlf, mark)
    ticket = display(page.get("id"))
    if not isinstance(ticket, str):
        raise Refused("`id` is missing")
    page.log = [with_derived_tag(entry, body[at], ticket) for entry, at in zip(log, heads)]
    check_types(page)
    return page


def copy(page: Page) -> Page:
    """A page whose log and front matter can be changed apart from the original's."""
    front = {name: replace(section, items=dict(section.items)) for name, section in page.front.items()}
    return replace(page, front=front, description=list(page.description), log=list(page.log))
