"""What reports count, counted a second time from the logs of the ticket files, which `ticket.py` reads."""

import datetime as dt
import json
import re
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

import ticket

WORD = re.compile(r"\bw\d{6}\b")
OVER = ("resolved", "closed", "cancelled", "merged")


def pages(root):
    files = sorted(root.glob("tickets/*/*.md"))
    with ProcessPoolExecutor(2) as pool:
        return list(pool.map(page, files, chunksize=100))


def page(file):
    return ticket.read(file.read_bytes())


def shown(page, name):
    return ticket.display(page.get(name))


def is_order(page):
    return shown(page, "type") == "work-order"


def month(at, zone):
    return (ticket.EPOCH + dt.timedelta(milliseconds=at)).astimezone(zone).strftime("%Y-%m")


def events(page):
    """Moves of a ticket from status to status, with the queue at each: (moment, status, queue)."""
    queue = status = None
    for entry in page.log:
        for fact in entry.facts():
            first = entry.kind == "created" and not fact.change
            if fact.name == "queue" and (fact.change or first):
                queue = fact.new
            if fact.name == "status" and (fact.change or first):
                if fact.change and fact.new != fact.old:
                    yield entry.at, fact.old, fact.new
                status = fact.new
    assert status == shown(page, "status"), (shown(page, "id"), status)
    assert queue == shown(page, "queue"), (shown(page, "id"), queue)


def count(pages, zone):
    """By month, what was created, resolved, closed, cancelled and merged; and what is open."""
    counts, backlog = {}, 0
    for page in pages:
        if is_order(page):
            continue
        at = ticket.millis(ticket.parsed(page.get("created")).astimezone(dt.timezone.utc))
        counts.setdefault(month(at, zone), Counter())["created"] += 1
        for at, old, new in events(page):
            if new in ("closed", "cancelled", "merged"):
                counts.setdefault(month(at, zone), Counter())[new] += 1
            if new == "resolved" or new == "closed" and old != "resolved":
                counts.setdefault(month(at, zone), Counter())["resolved"] += 1
        backlog += shown(page, "status") not in OVER
    return counts, backlog


def differences(name, figures, expected):
    pairs = ((key, value, expected[key]) for key, value in figures.items())
    return [f"{name}: {key} {value}, counted {counted}" for key, value, counted in pairs if value != counted]


def compare(pages, ask, now, zone):
    """What the program's reports say otherwise; `ask` runs it."""
    wrong, (counts, backlog) = [], count(pages, zone)
    for name, expected in sorted(counts.items()):
        if name > now.strftime("%Y-%m"):
            continue
        report = json.loads(ask("report", "volume", "--period", name, "--format", "json"))["reports"][0]
        section = next(one for one in report["sections"] if one["key"] == "volume-type")
        figures = section["total"]["figures"]
        wrong += differences(name, figures, expected)
    listed = json.loads(ask("list", "--json"))["tickets"]
    listed = sum(one["type"] != "work-order" for one in listed)
    if listed != backlog:
        wrong.append(f"{listed} open in the list, counted {backlog}")
    overview = json.loads(ask("report", "overview", "--period", "this-year", "--format", "json"))["reports"][0]
    rows = next(one for one in overview["sections"] if one["key"] == "key-figures")["rows"]
    figures = {row["labels"][0]: row["figures"]["now"] for row in rows}
    year = sum((part for name, part in counts.items() if name[:4] == str(now.year)), Counter())
    expected = {"created": year["created"], "resolved": year["resolved"], "backlog at the end": backlog}
    wrong += differences("overview", {key: figures[key] for key in expected}, expected)
    print(f"soak: counted from the logs in {len(counts)} months: {dict(year)}, {backlog} open; {len(wrong)} differ")
    return wrong
