#!/usr/bin/env python3
"""The due times of the month in tests/it/month.rs, worked out without the program.

There is no calendar arithmetic here: every minute is looked at, asked of the IANA zone data for its
local time, and counted if the office is open then and the clock does not stand. What happened is
told by hand below, from the story of the test and the rules of the field notes.

    python3 tests/month/due.py > tests/month/due.txt
"""

from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

WARSAW = ZoneInfo("Europe/Warsaw")
MINUTE = timedelta(minutes=1)
HOURS = [(time(8, 0), time(12, 0)), (time(12, 30), time(16, 0))]
SHORT = [(time(8, 0), time(12, 0))]


def hours(day):
    """When the office is open on a date."""
    if (day.month, day.day) in [(1, 1), (11, 11), (12, 25), (12, 26)]:
        return []
    if day == date(2026, 10, 30):
        return SHORT
    return HOURS if day.weekday() < 5 else []


def office(at):
    """Whether the office is open in the minute that begins at an instant."""
    local = at.astimezone(WARSAW)
    return any(start <= local.time() < end for start, end in hours(local.date()))


def always(_):
    return True


def at(text, fold=0):
    """An instant of the clock on the wall in Warsaw; `fold` is 1 in the hour that comes again."""
    local = datetime.strptime("2026-" + text, "%Y-%m-%d %H:%M")
    return local.replace(tzinfo=WARSAW, fold=fold).astimezone(timezone.utc)


def reach(start, minutes, is_open, pauses=()):
    """The instant by which so many minutes have counted."""
    now = start
    while minutes:
        stands = any(begin <= now < end for begin, end in pauses)
        if is_open(now) and not stands:
            minutes -= 1
        now += MINUTE
    return now


def closing(start, days):
    """The open minutes from an instant to the closing of the n-th business day after its day."""
    day = start.astimezone(WARSAW).date()
    while days:
        day += timedelta(days=1)
        if hours(day):
            days -= 1
    end = datetime.combine(day, hours(day)[-1][1], tzinfo=WARSAW).astimezone(timezone.utc)
    minutes = 0
    now = start
    while now < end:
        minutes += office(now)
        now += MINUTE
    return minutes


def same_time(start, days):
    """The same time on the n-th business day after, or that day's opening where it is closed."""
    local = start.astimezone(WARSAW)
    day = local.date()
    while days:
        day += timedelta(days=1)
        if hours(day):
            days -= 1
    first, last = hours(day)[0][0], hours(day)[-1][1]
    clock = min(max(local.time(), first), last)
    return datetime.combine(day, clock, tzinfo=WARSAW).astimezone(timezone.utc)


def days(start, n, pauses=()):
    return reach(start, closing(start, n), office, pauses)


def opened(start, minutes, pauses=()):
    return reach(start, minutes, office, pauses)


def plain(start, minutes):
    return reach(start, minutes, always)


def show(name, *lines):
    print(f"# {name}")
    for who, clock, due in lines:
        local = due.astimezone(WARSAW)
        shown = f"{local:%a} {local.day} {local:%b %H:%M}"
        print(f"{who} {clock} {due:%Y-%m-%dT%H:%M:%SZ} {shown}")
    print()


# A mail on a Friday afternoon: standard, answered on Monday and then left to the requester.
mail = at("10-16 15:00")
asked = at("10-19 10:00")
wrote = at("10-26 09:30")
answered = at("10-26 11:00")
resolved = at("10-27 09:00")
reopened = at("10-29 10:00")
left_to_him = [(asked, wrote)]
stood = left_to_him + [(resolved, reopened)]

show(
    "a Friday afternoon",
    ("ID1", "first-response", opened(mail, 240)),
    ("ID1", "resolution", days(mail, 3)),
)
show("left to the requester")
show("asked again", ("ID1", "remind", same_time(asked, 3)))

# An outage in the night in which the clocks go back: everything counts, all the time.
outage = at("10-24 23:00")
told = at("10-24 23:50")
around = at("10-25 00:30")
mended = at("10-25 04:00")
show(
    "an outage at night",
    ("ID2", "update", plain(outage, 60)),
    ("ID2", "workaround", plain(outage, 120)),
    ("ID2", "resolution", plain(outage, 240)),
)
show(
    "a way around it",
    ("ID2", "update", plain(around, 60)),
    ("ID2", "resolution", plain(outage, 240)),
)
show(
    "management is told",
    ("ID2", "remind", plain(around, 60)),
    ("ID2", "remind", plain(outage, 240)),
    ("ID2", "escalate", plain(outage, 240)),
)
show(
    "mended too late",
    ("ID2", "update", plain(around, 60)),
    ("ID2", "resolution", plain(outage, 240)),
)

# The requester is back: his week does not count.
show(
    "he writes at last",
    ("ID1", "reply", opened(wrote, 240)),
    ("ID1", "resolution", days(mail, 3, left_to_him)),
)
show(
    "and is answered",
    ("ID1", "update", days(answered, 1)),
    ("ID1", "resolution", days(mail, 3, left_to_him)),
)
show("nobody objected", ("ID2", "close", same_time(mended, 3)))
show(
    "not mended after all",
    ("ID1", "reply", opened(reopened, 240)),
    ("ID1", "resolution", days(mail, 3, stood)),
)
show(
    "answered too late",
    ("ID1", "reply", opened(reopened, 240)),
    ("ID1", "update", days(at("10-29 15:00"), 1)),
    ("ID1", "resolution", days(mail, 3, stood)),
)

# A telephone call that waits for a date, and is more pressing than it seemed.
call = at("11-03 09:00")
waited = [(at("11-03 10:00"), at("11-03 11:30"))]
show(
    "a call",
    ("ID3", "update", days(call, 1)),
    ("ID3", "resolution", days(call, 3)),
)
show("it wakes", ("ID3", "wake", at("11-03 11:30")))
show(
    "after the wait",
    ("ID3", "update", days(call, 1, waited)),
    ("ID3", "resolution", days(call, 3, waited)),
)
show(
    "more pressing",
    ("ID3", "update", opened(call, 240, waited)),
    ("ID3", "workaround", opened(call, 240, waited)),
    ("ID3", "resolution", days(call, 1, waited)),
)
show(
    "what the sweep finds",
    ("ID3", "remind", opened(call, 240, waited)),
    ("ID3", "remind", opened(call, 240, waited)),
    ("ID3", "remind", days(call, 1, waited)),
    ("ID3", "escalate", days(call, 1, waited)),
    ("ID1", "close", same_time(at("11-02 09:00"), 3)),
)
show(
    "less pressing, and breached all the same",
    ("ID3", "update", opened(call, 240, waited)),
    ("ID3", "workaround", opened(call, 240, waited)),
    ("ID3", "resolution", days(call, 1, waited)),
)

# The eve of a holiday.
eve = at("11-10 14:00")
show(
    "the eve of a holiday",
    ("ID4", "first-response", opened(eve, 30)),
    ("ID4", "workaround", opened(eve, 240)),
    ("ID4", "resolution", days(eve, 1)),
)
