#!/usr/bin/env python3
"""Counts what an agent types in a script of a day.

A key is a character of a command, or the Enter behind it. A ticket's id counts for the three
characters that name it at the prompt, and whole inside of a text. Nothing is completed by the
shell, in no script.

    python3 tests/day/keystrokes.py AGENT SCRIPT...
"""

import re
import sys

SHORT_ID = 3
WHOLE_ID = len("2611-7K3MQ")


def commands(script, agent):
    """The commands that the agent types; a text in single quotes goes over several lines."""
    lines = iter(script.split("\n"))
    for line in lines:
        start = re.match(re.escape(agent) + r"\d*(\$ |# \S+ )", line)
        if not start:
            continue
        typed = line[start.end():].split(" => ")[0]
        while " -m '" in typed and typed.count("'") % 2:
            typed += "\n" + next(lines)
        yield typed


def keys(command):
    """How many keys a command takes, with Enter."""
    outside = "".join(command.split("'")[::2])
    ids = re.findall(r"\{[A-Z0-9]+\}", command)
    short = len(re.findall(r"\{[A-Z0-9]+\}", outside))
    return (
        len(re.sub(r"\{[A-Z0-9]+\}", "", command))
        + short * SHORT_ID
        + (len(ids) - short) * WHOLE_ID
        + 1
    )


def main(agent, *scripts):
    for path in scripts:
        with open(path, encoding="utf-8") as file:
            typed = [keys(command) for command in commands(file.read(), agent)]
        print(f"{sum(typed)} keys in {len(typed)} commands: {path.rsplit('/', 1)[-1]}")


if __name__ == "__main__":
    main(*sys.argv[1:])
