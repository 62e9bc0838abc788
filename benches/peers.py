"""What other programs cost that keep as many records: CPU in ms, best of five.

    peers.py DESK FOLDER [COUNT]     FOLDER is that of scale.py, whose desk of COUNT tickets is measured, too

Each program gets the tickets of the desk, open or done, with the text of their entries where it has a
place for one; a program that is not installed is left out. todo.txt has titles only, ripgrep searches
the desk's own files.
"""

import json
import os
import re
import shutil
import subprocess
import sys

from scale import environment, make, once

WORD = "blinking"


def tickets(folder):
    for month, _, names in sorted(os.walk(f"{folder}/tickets")):
        for name in sorted(name for name in names if name.endswith(".md")):
            with open(f"{month}/{name}") as file:
                text = file.read()
            _, front, body = text.split("+++\n", 2)
            keys = dict(re.findall('^(\\w+) = "(.*)"', front, re.M))
            made = re.search("^created = (\\S+)", front, re.M)[1]
            yield {"id": name[:-3], "title": keys["title"], "open": keys["status"] == "open", "body": body, "made": made}


def run(args, env, **more):
    return subprocess.run(args, env=env, check=True, capture_output=True, **more)


def sqlite(place, all, env):
    base = f"{place}/tickets.db"
    text = lambda value: "'" + value.replace("'", "''") + "'"
    lines = ["create table t(id text primary key, title, open, body);", "create index o on t(open);"]
    lines += ["create virtual table f using fts5(title, body, content='t');", "begin;"]
    for one in all:
        values = text(one["id"]), text(one["title"]), str(int(one["open"])), text(one["body"])
        lines.append(f"insert into t values({','.join(values)});")
    lines += ["insert into f(rowid, title, body) select rowid, title, body from t;", "commit;"]
    run(["sqlite3", base], env, input="\n".join(lines).encode())
    last = all[-1]["id"]
    ask = lambda sql: ["sqlite3", base, sql]
    new = "begin; insert into t values(hex(randomblob(6)),'printer of no use',1,'It jams.'); "
    new += "insert into f(rowid,title,body) values(last_insert_rowid(),'printer of no use','It jams.'); commit;"
    return {
        "list": ask("select id, title from t where open"),
        "new": ask(new),
        "search": ask(f"select id, title from t where rowid in (select rowid from f('{WORD}') order by rank limit 10)"),
        "show": ask(f"select * from t where id = '{last}'"),
    }


def taskwarrior(place, all, env):
    with open(f"{place}/taskrc", "w") as file:
        file.write(f"data.location={place}/data\nconfirmation=off\nverbose=nothing\n")
    env["TASKRC"] = f"{place}/taskrc"
    rows = []
    for at, one in enumerate(all):
        made = re.sub("[-:]", "", one["made"])
        uuid = f"00000000-0000-4000-8000-{at:012x}"
        row = {"uuid": uuid, "description": one["title"], "entry": made, "status": "pending" if one["open"] else "completed"}
        row["annotations"] = [{"entry": made, "description": " ".join(one["body"].split())}]
        rows.append(row if one["open"] else {**row, "end": made})
    run(["task", "import", "-"], env, input=json.dumps(rows).encode())
    return {
        "list": ["task", "status:pending", "list"],
        "new": ["task", "add", "printer of no use"],
        "search": ["task", f"/{WORD}/", "limit:10", "all"],
        "show": ["task", uuid, "info"],
    }


def notmuch(place, all, env):
    for folder in ("cur", "new", "tmp"):
        os.makedirs(f"{place}/mail/{folder}")
    env["NOTMUCH_CONFIG"] = f"{place}/config"
    with open(env["NOTMUCH_CONFIG"], "w") as file:
        file.write(f"[database]\npath={place}/mail\n[user]\nname=Anna\nprimary_email=anna@example.com\n[new]\ntags=done\n")
    mail = lambda one: f"From: anna@example.com\nTo: desk@example.com\nSubject: {one['title']}\nMessage-ID: <{one['id']}@example.com>\nDate: Tue, 01 Dec 2026 09:00:00 +0000\nContent-Type: text/plain; charset=utf-8\n\n{one['body']}"
    for one in all:
        with open(f"{place}/mail/cur/{one['id']}:2,S", "w") as file:
            file.write(mail(one))
    run(["notmuch", "new"], env)
    tags = "".join(f"+open -done -- id:{one['id']}@example.com\n" for one in all if one["open"])
    run(["notmuch", "tag", "--batch"], env, input=tags.encode())
    with open(f"{place}/mail.txt", "w") as file:
        file.write(mail({"id": "NEW", "title": "printer of no use", "body": "It jams."}))
    return {
        "list": ["notmuch", "search", "tag:open"],
        "new": ["sh", "-c", f"notmuch insert < {place}/mail.txt"],
        "search": ["notmuch", "search", "--limit=10", WORD],
        "show": ["notmuch", "show", f"id:{all[-1]['id']}@example.com"],
    }


def fossil(place, all, env):
    env["USER"] = "anna"
    run(["fossil", "new", f"{place}/desk.fossil"], env)
    ticket = ["fossil", "ticket", "add", "-R", f"{place}/desk.fossil"]
    for one in all:
        status = "Open" if one["open"] else "Closed"
        run([*ticket, "title", one["title"], "status", status, "comment", one["body"]], env)
    show = lambda which: ["fossil", "ticket", "show", "0", which, "-R", f"{place}/desk.fossil"]
    return {
        "list": show("status = 'Open'"),
        "new": [*ticket, "title", "printer of no use", "status", "Open"],
        "search": show(f"comment like '%{WORD}%'"),
        "show": show(f"title = '{all[-1]['title']}'"),
    }


def todo(place, all, env):
    with open(f"{place}/config", "w") as file:
        file.write(f'export TODO_DIR="{place}"\nexport TODO_FILE="{place}/todo.txt"\nexport DONE_FILE="{place}/done.txt"\nexport REPORT_FILE="{place}/report.txt"\n')
    for name, is_open, mark in [("todo", True, ""), ("done", False, "x 2026-12-01 ")]:
        with open(f"{place}/{name}.txt", "w") as file:
            file.writelines(f"{mark}{one['made'][:10]} {one['title']}\n" for one in all if one["open"] == is_open)
    todo = ["todo-txt", "-d", f"{place}/config"]
    return {"list": [*todo, "ls"], "new": [*todo, "add", "printer of no use"], "search": [*todo, "ls", WORD], "show": None}


def main():
    desk, place = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 10_000
    folder = f"{place}/{count}"
    if not os.path.exists(folder):
        make(desk, folder, count)
    all = list(tickets(folder))
    last = all[-1]["id"]
    ours = {"list": [desk, "list"], "new": [desk, "-q", "new", "printer of no use", "--from", "Clara Dornski"]}
    ours |= {"search": [desk, "search", WORD], "show": [desk, "show", last]}
    files = {"list": ["rg", "-l", '^status = "open"', "tickets"], "new": None, "search": ["rg", "-l", WORD, "tickets"], "show": None}
    peers = [("plaindesk, without commit", None, ours), ("ripgrep", "rg", files)]
    peers += [("SQLite, FTS5", "sqlite3", sqlite), ("taskwarrior", "task", taskwarrior), ("notmuch", "notmuch", notmuch)]
    peers += [("Fossil", "fossil", fossil), ("todo.txt", "todo-txt", todo)]
    print(f"| CPU ms at {count:,} | list open | new | search | show |\n|---|---|---|---|---|")
    for name, program, table in peers:
        if program and not shutil.which(program):
            print(f"| {name} | not installed | | | |")
            continue
        env = environment(folder)
        if callable(table):
            own = f"{place}/peer-{program}-{count}"
            shutil.rmtree(own, ignore_errors=True)
            os.makedirs(own)
            env["HOME"] = own
            table = table(own, all, env)
        cells = []
        for args in table.values():
            runs = [once(args, folder, env) for _ in range(6)] if args else []
            cells.append(f"{min(run[0] for run in runs[1:]):.0f}" if runs and runs[-1][2] == 0 else "–")
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)


main()
