"""The figures of a desk's reports, computed a second time straight from a foreign event log.

    python3 figures.py uci|volvo|helpdesk-log LOG.csv

Knows nothing of plaindesk: it reads the table's rows, keeps for each case where it stood, and
counts. Prints JSON. Standard library only.
"""

import csv
import json
import sys
from datetime import datetime, timezone

DONE = {"resolved", "closed", "cancelled"}
SOLVED = {"resolved", "closed"}

PRIORITIES = {
    "1 - Critical": "enterprise-outage",
    "2 - High": "critical-situation",
    "3 - Moderate": "standard",
    "4 - Low": "scheduled-service",
}


def uci_time(text):
    day, clock = text.split(" ")
    day, month, year = day.split("/")
    hour, minute = clock.split(":")
    return datetime(
        int(year), int(month), int(day), int(hour), int(minute), tzinfo=timezone.utc
    ).timestamp()


UCI = {
    "New": "new",
    "Active": "open",
    "Awaiting User Info": "pending",
    "Awaiting Evidence": "pending",
    "Awaiting Vendor": "pending",
    "Awaiting Problem": "pending",
    "Resolved": "resolved",
    "Closed": "closed",
}

VOLVO = {
    ("Accepted", "In Progress"): "open",
    ("Accepted", "Assigned"): "open",
    ("Accepted", "Wait - User"): "pending",
    ("Accepted", "Wait - Customer"): "pending",
    ("Accepted", "Wait - Vendor"): "pending",
    ("Accepted", "Wait - Implementation"): "pending",
    ("Accepted", "Wait"): "pending",
    ("Queued", "Awaiting Assignment"): "open",
    ("Completed", "In Call"): "resolved",
    ("Completed", "Resolved"): "resolved",
    ("Completed", "Closed"): "closed",
    ("Completed", "Cancelled"): "cancelled",
}

HELPDESK = {
    "Insert ticket": "new",
    "Assign seriousness": "open",
    "Take in charge ticket": "open",
    "Wait": "pending",
    "Schedule intervention": "pending",
    "Resolve ticket": "resolved",
    "Closed": "closed",
    "Require upgrade": "open",
    "Create SW anomaly": "open",
    "Resolve SW anomaly": "open",
}


def rows(log, path):
    """Yields (case, opened or None, time, status or None, agent or None, queue, priority, made).

    An agent of None leaves the agent as it was; "" is nobody.
    """
    with open(path, newline="", encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            if log == "uci":
                known = lambda key: "" if row[key] == "?" else row[key]
                yield (
                    row["number"],
                    uci_time(row["opened_at"]),
                    uci_time(row["sys_updated_at"]),
                    UCI.get(row["incident_state"]),
                    known("assigned_to"),
                    known("assignment_group"),
                    PRIORITIES[row["priority"]],
                    row["made_sla"],
                )
            elif log == "volvo":
                status = VOLVO.get((row["Status"], row["Sub Status"]))
                agent = None
                if (row["Status"], row["Sub Status"]) in {
                    ("Accepted", "In Progress"),
                    ("Accepted", "Assigned"),
                    ("Completed", "In Call"),
                }:
                    agent = row["Resource"]
                elif status == "open":
                    agent = ""
                time = datetime.fromisoformat(row["Change Date+Time"]).timestamp()
                yield (row["SR Number"], None, time, status, agent, row["Involved ST"], "", "")
            else:
                activity = row["Activity"]
                agent = row["Resource"] if activity == "Take in charge ticket" else None
                time = datetime.fromisoformat(row["time:timestamp"]).timestamp()
                case = row["case:concept:name"]
                yield (case, None, time, HELPDESK.get(activity), agent, "all", "", "")


class Case:
    def __init__(self, begun):
        self.begun = begun
        self.status = "new"
        self.agent = self.queue = ""
        self.since = begun
        self.spent = 0.0
        self.first = self.last = None
        self.closed = []
        self.turns = []
        self.reopened = self.handed = self.moved = 0
        self.ended = self.cancelled = self.revived = 0
        self.made = ""


def take(case, time, status, agent, queue, priority, made, fresh):
    if agent is not None:
        if case.agent and agent and agent != case.agent:
            case.handed += 1
        case.agent = agent
    if queue != case.queue:
        if case.queue and queue:
            case.moved += 1
        case.queue = queue
    case.made = made
    if status is None or (status == case.status and not fresh):
        return
    before = None if fresh else case.status
    if status in SOLVED and before not in SOLVED:
        if before not in DONE and before is not None:
            case.spent += time - case.since
        case.last = (time, case.spent)
        case.first = case.first or case.last
    elif status in DONE and before not in DONE and before is not None:
        case.spent += time - case.since
    if before in SOLVED and status not in DONE:
        case.reopened += 1
    if before == "cancelled" and status not in DONE:
        case.revived += 1
    if before not in DONE and status in SOLVED:
        case.ended += 1
    if before not in DONE and status == "cancelled":
        case.cancelled += 1
    if status == "closed":
        case.closed.append((time, priority))
    was, now = before is not None and before not in DONE, status not in DONE
    if was != now:
        case.turns.append((time, 1 if now else -1))
        if now:
            case.since = time
    case.status = status


def rank(values, percent):
    values = sorted(values)
    return values[-(-percent * len(values) // 100) - 1]


def main(log, path, *instants):
    table = {}
    for row in rows(log, path):
        table.setdefault(row[0], []).append(row[1:])
    cases = []
    for number, all_rows in table.items():
        # Rows in the order of time; those of one time in the order of the file.
        all_rows.sort(key=lambda row: row[1])
        opened = all_rows[0][0]
        begun = opened if opened is not None else all_rows[0][1]
        # A log that tells when a case was opened may have typed it in later, or earlier.
        begun = min(begun, all_rows[0][1])
        case = Case(begun)
        fresh = True
        for _, time, status, agent, queue, priority, made in all_rows:
            if fresh:
                # The record begins as its first row says, when it was opened.
                take(case, begun, status or "new", agent, queue, priority, made, True)
                fresh = False
            else:
                take(case, time, status, agent, queue, priority, made, False)
        cases.append(case)
    solved = [case for case in cases if case.last and case.status in SOLVED]
    elapsed = [round(case.last[1]) for case in solved]
    first = [round(case.first[1]) for case in cases if case.first]
    sla = {}
    for case in cases:
        for _, priority in case.closed:
            part = sla.setdefault(priority, [0, 0])
            part[0] += case.made == "true"
            part[1] += 1
    flow = {
        "created": len(cases),
        "resolved": sum(case.ended for case in cases),
        "reopened": sum(case.reopened for case in cases),
        "revived": sum(case.revived for case in cases),
        "cancelled": sum(case.cancelled for case in cases),
        "merged": 0,
    }
    flow["net"] = flow["created"] + flow["reopened"] + flow["revived"]
    flow["net"] -= flow["resolved"] + flow["cancelled"] + flow["merged"]
    flow["backlog"] = sum(step for case in cases for _, step in case.turns)
    assert flow["net"] == flow["backlog"], flow
    turns = [turn for case in cases for turn in case.turns]
    backlog = {
        instant: sum(step for time, step in turns if time <= datetime.fromisoformat(instant).timestamp())
        for instant in instants
    }
    print(
        json.dumps(
            {
                "opened": len(cases),
                "closed": sum(len(case.closed) for case in cases),
                "reopened": sum(case.reopened for case in cases),
                "reassigned": sum(case.handed for case in cases),
                "moved": sum(case.moved for case in cases),
                "resolved_n": len(elapsed),
                "median": rank(elapsed, 50),
                "p90": rank(elapsed, 90),
                "first_median": rank(first, 50),
                "first_p90": rank(first, 90),
                "backlog": backlog,
                "flow": flow,
                "sla": {key: value for key, value in sorted(sla.items()) if key},
            }
        )
    )


main(*sys.argv[1:])
