"""The overview of a desk's reports, computed a second time straight from the UCI incident log.

    python3 overview.py LOG.csv FROM END NOW

FROM and END are instants between which the period lies, END not included; NOW is the instant at
which the report is made. Knows nothing of plaindesk but what its reports say that their figures
mean, and the settings of a new desk, which stand below. Prints JSON. Standard library only.
"""

import csv
import json
import re
import sys
from bisect import bisect_left, bisect_right
from collections import defaultdict
from datetime import date, datetime, timedelta, timezone
from itertools import accumulate, zip_longest
from zoneinfo import ZoneInfo

HOUR = 3_600
DAY = 24 * HOUR

# Settings of a new desk.
ZONE = ZoneInfo("Europe/Warsaw")
OPENS, CLOSES = 8, 16
HOLIDAYS = {(1, 1), (12, 25), (12, 26)}
REOPEN_DAYS = 5
# The share of targets that the house wants to meet.
GOAL = 0.9
WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
STOPPING = {"customer", "schedule"}
# First response and resolution: seconds of open time, or business days.
TARGETS = {
    "enterprise-outage": (("always", 900), ("always", 4 * HOUR)),
    "critical-situation": (("open", 1800), ("days", 1)),
    "standard": (("open", 4 * HOUR), ("days", 3)),
    "scheduled-service": (("days", 1), ("days", 10)),
}
# The map of the log.
PRIORITIES = dict(zip(("1 - Critical", "2 - High", "3 - Moderate", "4 - Low"), TARGETS))
STATES = {
    "New": ("new", None),
    "Active": ("open", None),
    "Awaiting User Info": ("pending", "customer"),
    "Awaiting Evidence": ("pending", "customer"),
    "Awaiting Vendor": ("pending", "vendor"),
    "Awaiting Problem": ("pending", "schedule"),
    "Resolved": ("resolved", None),
    "Closed": ("closed", None),
}
LIVE = {"Phone", "IVR"}
SOLVED = {"resolved", "closed"}

SHORT = [
    ("under 15 minutes", 900),
    ("15 minutes to 1 hour", HOUR),
    ("1 to 4 hours", 4 * HOUR),
]
# By the length of a working day; hours alone where calendars of different days are together.
WORKDAY = 8 * HOUR
LENGTHS = {
    "open": [
        *SHORT,
        ("4 hours to 1 working day", WORKDAY),
        ("1 to 2 working days", 2 * WORKDAY),
        ("2 to 3 working days", 3 * WORKDAY),
        ("3 to 5 working days", 5 * WORKDAY),
        ("5 to 10 working days", 10 * WORKDAY),
        ("10 to 20 working days", 20 * WORKDAY),
        ("20 working days and more", None),
    ],
    "always": [
        *SHORT,
        ("4 to 8 hours", 8 * HOUR),
        ("8 hours to 1 day", DAY),
        ("1 to 3 days", 3 * DAY),
        ("3 to 7 days", 7 * DAY),
        ("7 to 30 days", 30 * DAY),
        ("30 days and more", None),
    ],
    "both": [
        *SHORT,
        ("4 to 8 hours", 8 * HOUR),
        ("8 to 24 hours", 24 * HOUR),
        ("24 to 72 hours", 72 * HOUR),
        ("72 to 168 hours", 168 * HOUR),
        ("168 to 720 hours", 720 * HOUR),
        ("720 hours and more", None),
    ],
}
AGES = [
    ("up to 1 day", DAY),
    ("1 to 3 days", 3 * DAY),
    ("3 to 7 days", 7 * DAY),
    ("7 to 14 days", 14 * DAY),
    ("14 to 30 days", 30 * DAY),
    ("30 to 90 days", 90 * DAY),
    ("over 90 days", None),
]


def instant(day, hour=0):
    return int(datetime(day.year, day.month, day.day, hour, tzinfo=ZONE).timestamp())


class Office:
    """Open time as a staircase: the seconds that were open before each day's opening."""

    def __init__(self, first, last):
        days = [first + timedelta(n) for n in range((last - first).days)]
        self.midnights = [instant(day) for day in days]
        self.days = days
        work = [d for d in days if d.weekday() < 5 and (d.month, d.day) not in HOLIDAYS]
        self.work = work
        self.starts = [instant(day, OPENS) for day in work]
        self.ends = [instant(day, CLOSES) for day in work]
        lengths = [end - start for start, end in zip(self.starts, self.ends)]
        self.after = list(accumulate(lengths))
        self.before = [0, *self.after]

    def until(self, at):
        """All the open seconds before an instant."""
        day = bisect_right(self.starts, at) - 1
        if day < 0:
            return 0
        return self.before[day] + min(at, self.ends[day]) - self.starts[day]

    def between(self, start, end):
        return self.until(end) - self.until(start)

    def add(self, at, seconds):
        """The first instant by which so many open seconds have passed."""
        wanted = self.until(at) + seconds
        day = bisect_left(self.after, wanted)
        return self.starts[day] + wanted - self.before[day]

    def later(self, at, days):
        """The place of the n-th working day after the day of an instant."""
        today = self.days[bisect_right(self.midnights, at) - 1]
        return bisect_right(self.work, today) + days - 1

    def closing(self, at, days):
        return self.ends[self.later(at, days)]

    def same_time(self, at, days):
        day = self.later(at, days)
        then = datetime.combine(
            self.work[day], datetime.fromtimestamp(at, ZONE).time(), tzinfo=ZONE
        )
        return min(max(int(then.timestamp()), self.starts[day]), self.ends[day])


class Case:
    """What happened to one incident: (time, status, waits for, priority, code) after each row."""

    __slots__ = ("live", "steps", "team")

    def __init__(self, live, steps, team):
        self.live = live
        self.steps = steps
        # What nobody knew yet counts by its first value.
        self.team = team

    @property
    def created(self):
        return self.steps[0][0]


def read(path):
    times = {}

    def seconds(text):
        known = times.get(text)
        if known is None:
            day, month, year, hour, minute = map(int, re.split("[/ :]", text))
            at = datetime(year, month, day, hour, minute, tzinfo=timezone.utc)
            known = times[text] = int(at.timestamp())
        return known

    codes = {}

    def code(pair):
        known = codes.get(pair)
        if known is None:
            told = " ".join(part for part in pair if part != "?")
            known = codes[pair] = re.sub(r"\W+", "-", told).upper() or "(none)"
        return known

    def slug(team):
        return "" if team == "?" else re.sub(r"\W+", "-", team).lower()

    incidents = defaultdict(list)
    with open(path, newline="", encoding="utf-8") as file:
        table = csv.reader(file)
        header = next(table)
        number, state, opened, updated, channel, category, subcategory, priority, group = map(
            header.index,
            (
                "number",
                "incident_state",
                "opened_at",
                "sys_updated_at",
                "contact_type",
                "category",
                "subcategory",
                "priority",
                "assignment_group",
            ),
        )
        for row in table:
            incidents[row[number]].append(
                (
                    seconds(row[updated]),
                    STATES.get(row[state]),
                    PRIORITIES[row[priority]],
                    code((row[category], row[subcategory])),
                    slug(row[group]),
                    row[opened],
                    row[channel] in LIVE,
                )
            )
    cases = []
    for rows in incidents.values():
        rows.sort(key=lambda row: row[0])
        at, _, prio, what, team, opened, live = rows[0]
        # A record begins new when it was opened, or with its first row.
        steps = [(min(seconds(opened), at), "new", None, prio, what)]
        status, waits = "new", None
        for at, stated, prio, what, _, _, _ in rows:
            status, waits = stated or (status, waits)
            steps.append((at, status, waits, prio, what))
        teams = [row[4] for row in rows if row[4]]
        cases.append(Case(live, steps, teams[0] if teams else ""))
    return cases


def bucket(edges, value):
    return next(name for name, edge in edges if edge is None or value < edge)


def plain(milliseconds):
    """Seconds, with a fraction only where there is one."""
    whole, rest = divmod(milliseconds, 1000)
    return milliseconds / 1000 if rest else whole


def spread(values):
    n = len(values)
    if n < 10:
        few = sorted(values) if values else None
        median = few[(n + 1) // 2 - 1] if few else None
        return {"n": n, "median": median, "p90": None, "mean": None, "values": few}
    values = sorted(values)
    nearest = lambda percent: values[(percent * n + 99) // 100 - 1]
    mean = (2_000 * sum(values) + n) // (2 * n)
    return {
        "n": n,
        "median": nearest(50),
        "p90": nearest(90),
        "mean": plain(mean),
        "values": None,
    }


def share(part, whole):
    return part / whole if whole else None


class Overview:
    def __init__(self, cases, start, end, now):
        self.office = Office(date(2015, 1, 1), date(2020, 1, 1))
        # The report knows what had happened at its instant, and ends there or with the period.
        self.now = now
        self.start = start
        self.end = min(end, now + 1)
        self.last = self.end - 1
        self.cases = [case for case in cases if case.created <= now]
        self.turns = []
        self.flow = []
        self.volume = defaultdict(lambda: [0, 0, 0, 0, 0])
        self.at_once = defaultdict(int)
        self.unknown = defaultdict(int)
        self.took = defaultdict(list)
        self.unresolved = defaultdict(int)
        self.sla = [defaultdict(lambda: [0, 0, 0, 0]) for _ in range(2)]
        self.backlog = defaultdict(lambda: [0, 0, 0, 0])
        self.reopens = [0, 0, 0, 0]
        # When records were made, and when resolved and how long that took; and decided targets.
        self.made = []
        self.made_by = defaultdict(int)
        self.solved = []
        self.decided = []
        # How long each incident waited for a vendor; nobody names any in this log.
        self.vendors = []
        for case in self.cases:
            self.take(case)

    def holds(self, at):
        return self.start <= at < self.end

    def take(self, case):
        """Walks through one incident."""
        now, end = self.now, self.end
        steps = case.steps
        if steps[-1][0] > now:
            steps = [step for step in steps if step[0] <= now]
        # What nobody knew yet counts by its first value.
        codes = [step[4] for step in steps]
        known = next((at for at, code in enumerate(codes) if code != "(none)"), 0)
        codes[:known] = [codes[known]] * known
        created, _, _, first, _ = steps[0]
        code = codes[0]
        if self.holds(created):
            self.flow.append((created, 0))
            self.made.append(created)
            words = {"type": "action", "queue": case.team, "priority": first, "code": code}
            for field, word in words.items():
                if word and word != "(none)":
                    self.made_by[field, word] += 1
            self.volume[code][0] += 1
            # No row of this log tells of a contact: whether anybody answered cannot be known.
            (self.at_once if case.live else self.unknown)[first] += 1
        self.turns.append((created, 1))
        solutions, reopened = [], []
        # Stretches in which it was open, cut where the wait changes; and in which it was solved.
        stretches, begun = [], created
        before, waited = "new", None
        for (at, status, waits, priority, _), code in zip(steps[1:], codes[1:]):
            solved, was_solved = status in SOLVED, before in SOLVED
            if solved != was_solved or waits != waited:
                if not was_solved:
                    stretches.append((begun, at, waited))
                begun = at
            if solved and not was_solved:
                solutions.append((at, priority, len(stretches)))
                self.turns.append((at, -1))
                if self.holds(at):
                    self.flow.append((at, 1))
                    self.volume[code][1] += 1
            elif was_solved and not solved:
                reopened.append(at)
                self.turns.append((at, 1))
                if self.holds(at):
                    self.flow.append((at, 2))
            if status == "closed" != before and self.holds(at):
                self.volume[code][2] += 1
            before, waited = status, waits
        if before not in SOLVED:
            stretches.append((begun, None, waited))
        self.resolve(solutions, reopened, stretches)
        self.wait(stretches)
        self.reopen(solutions, reopened)
        if created < end:
            known = [step for step in steps if step[0] < end] if steps[-1][0] >= end else steps
            self.stand(case, known)
            self.clocks(case, known, solutions, reopened, stretches)

    def resolve(self, solutions, reopened, stretches):
        solved = [one for one in solutions if one[0] < self.end]
        opened = [at for at in reopened if at < self.end]
        if len(solved) <= len(opened) or not self.holds(solved[-1][0]):
            return
        _, priority, upto = solved[-1]
        between = self.office.between
        if priority == "enterprise-outage":
            between = lambda start, end: end - start
        worked = sum(
            between(start, end)
            for start, end, waits in stretches[:upto]
            if waits not in STOPPING
        )
        self.took[priority].append(worked)
        self.solved.append((solved[-1][0], worked))

    def wait(self, stretches):
        upto = min(self.end, self.now)
        waits = [
            (max(begun, self.start), min(upto if ended is None else ended, upto))
            for begun, ended, waits in stretches
            if waits == "vendor"
        ]
        waits = [(begun, ended) for begun, ended in waits if begun < ended]
        if waits:
            self.vendors.append(sum(self.office.between(*one) for one in waits))

    def reopen(self, solutions, reopened):
        self.reopens[3] += sum(map(self.holds, reopened))
        first = next((at for at, *_ in solutions if self.holds(at)), None)
        if first is None:
            return
        self.reopens[0] += 1
        limit = self.office.same_time(first, REOPEN_DAYS)
        if any(first <= at <= limit for at in reopened):
            self.reopens[1] += 1
        elif limit > self.now:
            self.reopens[2] += 1

    def stand(self, case, steps):
        """Where it stands at the end."""
        at, status, _, priority, _ = steps[-1]
        if status in SOLVED:
            return
        self.unresolved[priority] += 1
        age = min(self.now, self.end) - case.created
        row = self.backlog[bucket(AGES, age)]
        row[0] += 1
        row[1] += status == "pending"
        row[2] += self.last - at >= 7 * DAY
        row[3] = max(row[3], age)

    def clocks(self, case, steps, solutions, reopened, stretches):
        """First response and resolution, as they stand in the last second."""
        created, last = case.created, self.last
        known = lambda start, end: (start, end if end is not None and end <= last else None)
        pauses = [
            known(start, end)
            for start, end, waits in stretches
            if waits in STOPPING and start <= last
        ]
        # Where it was solved and came back counts for nothing; solved for good ends the clocks.
        done = [
            known(solved, again)
            for (solved, *_), again in zip_longest(solutions, reopened)
            if solved <= last
        ]
        over = done.pop()[0] if done and done[-1][1] is None else None
        pauses = sorted(pauses + done, key=lambda one: (one[0], one[1] is None, one[1] or 0))
        # The priority from each instant on at which it changed.
        terms = [(created, steps[0][3])]
        for at, _, _, priority, _ in steps:
            if at == terms[-1][0]:
                terms[-1] = (at, priority)
            elif priority != terms[-1][1]:
                terms.append((at, priority))
        # Who takes the call has answered.
        if case.live:
            self.sla[0][terms[0][1]][0] += self.holds(created)
        else:
            self.decide(0, terms, done, over, False)
        self.decide(1, terms, pauses, over, True)

    def decide(self, which, terms, pauses, over, counts):
        """Met, missed or running; a clock that is over without having counted is dropped."""
        created = terms[0][0]
        end = self.last if over is None else over
        for (since, priority), after in zip_longest(terms, [at for at, _ in terms[1:]]):
            if since > end:
                break
            told = priority
            due = self.due(TARGETS[priority][which], created, pauses)
            limit = end if after is None else min(after, end)
            if due is not None and due < limit:
                missed = max(due, since)
                if self.holds(missed):
                    then = [priority for at, priority in terms if at <= missed]
                    self.sla[which][then[-1]][1 if which else 3] += 1
                    if which:
                        self.decided.append((missed, 1))
                return
        if over is None:
            self.sla[which][told][2 if which else 3] += 1
        elif counts:
            self.sla[which][told][0] += self.holds(over)
            if which and self.holds(over):
                self.decided.append((over, 0))

    def due(self, target, created, pauses):
        kind, length = target
        office = self.office
        if kind == "always":
            due = created + length
        elif kind == "open":
            due = office.add(created, length)
        else:
            due = office.closing(created, length)
        for start, end in pauses:
            if start >= due:
                break
            if end is None:
                return None
            if kind == "always":
                due += end - start
            elif open_time := office.between(start, end):
                due = office.add(due, open_time)
        return due

    def flows(self):
        first = datetime.fromtimestamp(self.start, ZONE).date()
        last = datetime.fromtimestamp(self.end, ZONE).date()
        days = (last - first).days
        edges, day = [], first
        while instant(day) < self.end:
            if days <= 92:
                after = day + timedelta(1)
            elif days <= 731:
                after = day + timedelta(7 - day.weekday())
            else:
                after = (day.replace(day=1) + timedelta(31)).replace(day=1)
            edges.append((day.isoformat(), min(instant(after), self.end)))
            day = after
        ends = [edge for _, edge in edges]
        counts = [[0, 0, 0] for _ in edges]
        for at, what in self.flow:
            counts[bisect_right(ends, at)][what] += 1
        times = sorted(at for at, _ in self.turns)
        standing = dict(zip(times, accumulate(step for _, step in sorted(self.turns))))
        times = sorted(standing)

        def open_before(at):
            place = bisect_left(times, at)
            return standing[times[place - 1]] if place else 0

        def row(all_of, since, until):
            created, resolved, reopened = all_of
            backlog = open_before(until)
            net = created + reopened - resolved
            assert net == backlog - open_before(since), "the backlog changes by net"
            return {
                "created": created,
                "resolved": resolved,
                "reopened": reopened,
                "revived": 0,
                "cancelled": 0,
                "merged": 0,
                "net": net,
                "backlog": backlog,
            }

        self.edges = edges
        rows, since = [], self.start
        for (label, edge), count in zip(edges, counts):
            rows.append([[label], row(count, since, edge)])
            since = edge
        return rows, row(map(sum, zip(*counts)), self.start, self.end)

    def load(self):
        counts = [[0] * 24 for _ in WEEKDAYS]
        for at in self.made:
            local = datetime.fromtimestamp(at, ZONE)
            counts[local.weekday()][local.hour] += 1
        named = lambda hours: {f"{hour:02}": n for hour, n in enumerate(hours)}
        rows = [[[day], named(hours)] for day, hours in zip(WEEKDAYS, counts)]
        return rows, named(map(sum, zip(*counts)))

    def trend(self):
        """How times to resolve and targets went, by the stretches of the flow."""
        ends = [edge for _, edge in self.edges]
        took, decided = defaultdict(list), defaultdict(lambda: [0, 0])
        for at, worked in self.solved:
            took[bisect_right(ends, at)].append(worked)
        for at, which in self.decided:
            decided[bisect_right(ends, at)][which] += 1
        rows = []
        for place, (label, _) in enumerate(self.edges):
            figures = spread(took[place])
            met, missed = decided[place]
            row = {key: figures[key] for key in ("n", "median", "p90")}
            row |= {"met": met, "missed": missed, "attainment": share(met, met + missed), "goal": GOAL}
            rows.append([[label], row])
        return rows

    def keys(self):
        """The key figures: kind, value, and how many are behind it."""
        flow = self.flows()[1]
        worked = [length for _, length in self.solved]
        took = spread(worked)
        enough = len(worked) >= 10
        met, missed = (sum(row[at] for row in self.sla[1].values()) for at in (0, 1))
        quick = sum(row[0] for row in self.sla[0].values())
        resolved, reopened, _, _ = self.reopens
        first, last = (datetime.fromtimestamp(at, ZONE).date() for at in (self.start, self.end - 1))
        span = (first + timedelta(n) for n in range((last - first).days + 1))
        days = sum(
            day.weekday() < 5 and (day.month, day.day) not in HOLIDAYS for day in span
        )
        number = lambda n: ("number", n, n)
        rate = lambda part, of: ("share", (part, of) if of else None, of)
        length = lambda value: ("time" if enough else "few", value, len(worked))
        return {
            "created": number(flow["created"]),
            "resolved": number(flow["resolved"]),
            "backlog at the end": number(flow["backlog"]),
            "time to resolve, median": length(took["median"]),
            "time to resolve, p90": length(took["p90"]),
            "resolution target met": rate(met, met + missed),
            # Who takes the call has answered; of the others nothing is known.
            "first response, median": ("time", None, 0),
            "first response target met": rate(quick, quick),
            "reopened": rate(reopened, resolved),
            "open days": ("number", days, 0),
        }

    def by_priority(self, known, figures):
        rows = [[[one], figures([one])] for one in TARGETS if any(one in part for part in known)]
        return rows, figures(list(TARGETS))

    def sections(self):
        volume = lambda row: dict(zip(("created", "resolved", "closed", "cancelled", "merged"), row))
        total = volume(map(sum, zip(*self.volume.values())))
        # The largest first; what has no code stands last.
        largest = lambda item: (item[0] == "(none)", -item[1][0], item[0])
        ranked = sorted(self.volume.items(), key=largest)
        days = {
            "always" if one == "enterprise-outage" else "open"
            for one, all_of in self.took.items()
            if any(all_of)
        }
        edges = LENGTHS["both" if len(days) > 1 else next(iter(days), "open")]
        largest_ten = ranked[:10]
        if ranked[10:]:
            largest_ten.append(("(others)", [sum(row[at] for _, row in ranked[10:]) for at in range(5)]))
        lengths = {name: 0 for name, _ in edges}
        for all_of in self.took.values():
            for worked in all_of:
                lengths[bucket(edges, worked)] += 1
        # Nothing in this log tells of a talk but taking the call, which took no time.
        responses = {name: 0 for name, _ in LENGTHS["open"]}
        responses[SHORT[0][0]] = sum(self.at_once.values())

        def response(of):
            figures = spread([])
            figures["at_once"] = sum(self.at_once.get(one, 0) for one in of)
            figures["unknown"] = sum(self.unknown.get(one, 0) for one in of)
            figures["unanswered"] = 0
            return figures

        def resolution(of):
            figures = spread([worked for one in of for worked in self.took.get(one, ())])
            figures["unresolved"] = sum(self.unresolved.get(one, 0) for one in of)
            return figures

        def attained(counts):
            def figures(of):
                rows = [counts[one] for one in of if one in counts]
                met, missed, running, unknown = map(sum, zip((0, 0, 0, 0), *rows))
                return {
                    "met": met,
                    "missed": missed,
                    "attainment": share(met, met + missed),
                    "running": running,
                    "unknown": unknown,
                }

            used = {key: value for key, value in counts.items() if any(value)}
            return self.by_priority((used,), figures)

        def aged(row):
            figures = dict(zip(("open", "waiting", "quiet"), row))
            return figures | {"oldest": row[3] if row[0] else None}

        ages = [self.backlog.get(name, [0, 0, 0, 0]) for name, _ in AGES]
        all_ages = [sum(row[at] for row in ages) for at in range(3)] + [max(row[3] for row in ages)]
        resolved, reopened, undecided, reopenings = self.reopens
        count = lambda numbers: (
            [[[name], {"tickets": n}] for name, n in numbers.items()],
            {"tickets": sum(numbers.values())},
        )
        figures = spread(self.vendors)
        waited = {key: figures[key] for key in ("n", "median", "values")}
        waited["total"] = sum(self.vendors)
        flow = self.flows()
        vendors = {"vendors": ([[["(none)"], waited]], None)} if self.vendors else {}
        return vendors | {
            "flow": flow,
            "volume-type": ([[["action"], total]] if any(total.values()) else [], total),
            "volume-code": ([[[code], volume(row)] for code, row in largest_ten], total),
            "load": self.load(),
            "trend": (self.trend(), None),
            "response": self.by_priority((self.at_once, self.unknown), response),
            "response-distribution": count(responses),
            "resolution": self.by_priority((self.took, self.unresolved), resolution),
            "resolution-distribution": count(lengths),
            "sla-first-response": attained(self.sla[0]),
            "sla-resolution": attained(self.sla[1]),
            "backlog-age": (
                [[[name], aged(row)] for (name, _), row in zip(AGES, ages)],
                aged(all_ages),
            ),
            "reopens": (
                [],
                {
                    "resolved": resolved,
                    "reopened": reopened,
                    "rate": share(reopened, resolved),
                    "undecided": undecided,
                    "reopenings": reopenings,
                    "followed": 0,
                },
            ),
        }


def size(value):
    """A value on a scale of its own; shares in thousandths."""
    kind, known, _ = value
    if known is None or kind == "few":
        return None
    return known[0] * 1_000 // known[1] if kind == "share" else known


def said(value):
    kind, known, _ = value
    return known[0] / known[1] if kind == "share" and known else known


def changed(then, now):
    if then is None or size(then) is None or size(now) is None:
        return None
    change = size(now) - size(then)
    return change / 1_000 if now[0] == "share" else change


def compared(cases, start, end, now):
    """Key figures beside those of the eight periods before and of a year ago, and what stands out."""
    local = lambda at: datetime.fromtimestamp(at, ZONE)
    first, after = local(start).date(), local(end).date()
    edge = min(end, now + 1)
    months = (after.year - first.year) * 12 + after.month - first.month
    whole_months = first.day == after.day == 1 and months > 0

    def month_back(day, n):
        years, month = divmod(day.year * 12 + day.month - 1 - n, 12)
        return date(years, month + 1, 1)

    def back(n):
        if whole_months:
            return month_back(first, n * months), month_back(after, n * months)
        days = timedelta((after - first).days * n)
        return first - days, after - days

    year = (month_back(first, 12), month_back(after, 12)) if whole_months else None
    year = year or (first - timedelta(364), after - timedelta(364))
    begin = local(min(case.created for case in cases)).date()
    views = [Overview(cases, start, end, now)]
    for since, until in [*map(back, range(1, 9)), year]:
        assert edge == end or begin > since, "no part of a period is compared here"
        known = begin <= since
        views.append(Overview(cases, instant(since), instant(until), now) if known else None)
    keys = [view and view.keys() for view in views]
    rows = []
    for name, value in keys[0].items():
        values = [value, *(one and one[name] for one in keys[1:])]
        told = [one and said(one) for one in values]
        figures = {
            "now": told[0],
            "before": told[1],
            "change": changed(values[1], value),
            "year_ago": told[9],
            "year_change": changed(values[9], value),
            "course": told[8::-1],
        }
        rows.append([[name], figures])
    return {"key-figures": (rows, None), "stands-out": (standing_out(views, keys), None)}


def standing_out(views, keys):
    known = [at for at in range(1, 9) if keys[at]]
    if len(known) < 4 or not keys[1]:
        return []
    courses = []
    for name in keys[0]:
        if name != "open days":
            courses.append((0, name, "", [one and one[name] for one in keys]))
    for field in ("type", "queue", "priority", "code"):
        words = {word for view in views if view for of, word in view.made_by if of == field}
        for word in words:
            counts = [view and view.made_by.get((field, word), 0) for view in views]
            values = [None if n is None else ("number", n, n) for n in counts]
            courses.append((1, f"created by {field}", word, values))
    rows = []
    for of_field, name, word, values in courses:
        now, then = size(values[0]), size(values[1])
        if now is None or then is None or min(values[0][2], values[1][2]) < 10:
            continue
        least = {"share": 50, "time": then * 5 // 100}.get(values[0][0], 5)
        usual = [(size(values[at]), at) for at in known if size(values[at]) is not None]
        low, high = min(usual), max(usual)
        if abs(now - then) < least or low[0] <= now <= high[0]:
            continue
        figures = {
            "now": said(values[0]),
            "before": said(values[1]),
            "change": changed(values[1], values[0]),
            "lowest": said(values[low[1]]),
            "highest": said(values[high[1]]),
        }
        far = abs(now - then) * 1_000 // max(then, 1)
        order = (of_field, -far if of_field else 0, [name, word] if of_field else [])
        rows.append((order, len(rows), [[name, word], figures]))
    return [row for _, _, row in sorted(rows, key=lambda one: one[:2])][:12]


def main(path, *instants):
    start, end, now = (int(datetime.fromisoformat(at).timestamp()) for at in instants)
    cases = read(path)
    # What is not known at the instant has not happened.
    seen = [case for case in cases if case.created <= now]
    sections = Overview(cases, start, end, now).sections()
    print(json.dumps(compared(seen, start, end, now) | sections))


if __name__ == "__main__":
    main(*sys.argv[1:])
