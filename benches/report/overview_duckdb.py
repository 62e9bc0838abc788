"""The overview of a desk's reports asked of the UCI incident log by DuckDB, in SQL.

    python3 overview_duckdb.py LOG.csv FROM END NOW

Prints JSON: the figures as tests/data/figures/overview.py prints them, and the seconds that it took from
opening the connection to the last row, the log's reading included, without starting Python.
"""

import json
import sys
import time
from datetime import datetime
from pathlib import Path

import duckdb


def main(path, *instants):
    script = Path(__file__).with_name("overview.sql").read_text(encoding="utf-8")
    begin = time.perf_counter()
    base = duckdb.connect()
    seconds = [int(datetime.fromisoformat(at).timestamp()) for at in instants]
    for name, value in zip(("log", "period_from", "period_to", "now"), (path, *seconds)):
        base.execute(f"SET VARIABLE {name} = $1", [value])
    head, *rest = script.split("\n-- section ")
    base.execute(head)
    sections = {}
    for part in rest:
        heading, text = part.split("\n", 1)
        key, labels = heading.split()
        # A section's query, and what prepares the next ones.
        query, more = text.split(";\n", 1)
        answer = base.execute(query)
        names = [column[0] for column in answer.description]
        rows, total = [], None
        for row in answer.fetchall():
            told, figures = row[: int(labels)], row[int(labels) :]
            figures = dict(zip(names[int(labels) :], figures))
            if None in told or not told:
                total = figures
            else:
                rows.append([list(told), figures])
        sections[key] = [rows, total]
        if more.strip():
            base.execute(more)
    took = time.perf_counter() - begin
    print(json.dumps({"seconds": took, "version": duckdb.__version__, "sections": sections}))


main(*sys.argv[1:])
