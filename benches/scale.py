"""What commands cost with 1,000, 10,000 and 100,000 tickets: CPU in ms, best of five, and the most memory.

    scale.py DESK FOLDER [COUNT...]     makes the desks in FOLDER where they are not there, and measures

With DESK_BEFORE another program is measured in turn, on copies of the desks that have its caches. With
DESK_CHART the last column is drawn into that file, too.

The desks are the same on every machine: 24 months, one ticket in ten open, 3,000 requesters, five
entries each. Beside the commands stand floors: `find -printf` of the same files for whoever looks at
all of them, `cat` for whoever reads them, `column` for whoever lays out the same rows. For each command
the table tells how many times `find` it takes, and how it grows from the last count but one to the last.
"""

import datetime
import html
import math
import os
import random
import re
import shutil
import subprocess
import sys
import time

FIRST = "Adele Bruno Clara Dario Elif Finn Greta Hugo Ines Jonas Katja Lars Mona Nils Olga Paulo Quirin Rosa Sami Tilda Uwe Vera Wanda Xenia Yusuf Zora Łucja Đức রহিম Ömer".split()
LAST = [a + b for a in "Acker Birk Calder Dorn Elster Falk Grimm Halm Irlen Jorn".split() for b in "mann berg sen ova ski ino dahl feld hain rud".split()]
WORDS = "printer drucker drukarka máy প্রিন্টার router vpn password passwort hasło mật khẩu কাগজ screen bildschirm ekran imprimante écran impresora pantalla stampante schermo printerie skärm toner switch cable login account mail calendar backup update driver paper tray jam slow broken lost reset request install license monitor dock battery noise heat light green red blinking office floor room".split()
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
BEGIN, END = datetime.datetime(2024, 12, 1), datetime.datetime(2026, 11, 24)


def stamp(at):
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def ticket(rng, ident, at, done, codes, n):
    who = rng.randrange(3000)
    title = " ".join(rng.choice(WORDS) for _ in range(6))
    queue, agent, code = rng.choice(["service-desk", "network"]), rng.choice(["anna", "marek"]), rng.choice(codes)
    entries, clock = [], at

    def text():
        return " ".join(rng.choice(WORDS) for _ in range(rng.randrange(20, 60)))

    def entry(head, body, minutes):
        nonlocal clock
        clock += datetime.timedelta(minutes=minutes)
        tag = "".join(rng.choice("0123456789abcdefghjkmnpqrstvwxyz") for _ in range(4))
        entries.append(f"## {stamp(clock)} {head} ^{tag}\n\n{body}\n")

    first = f"- channel: phone\n- type: action\n- status: open\n- priority: standard\n- impact: person\n- urgency: medium\n- queue: {queue}\n- code: {code}\n\n{text()}"
    entry("anna created", first, 0)
    entry(f"{agent} take", f"- assignee: (none) -> {agent}", 10)
    entry(f"{agent} note", text(), 30)
    status, satisfied = "open", ""
    if done:
        entry(f"{agent} resolve", f"- status: open -> resolved\n\n{text()}", 120)
        entry("anna close", "- satisfied: true\n- satisfaction.satisfied: (none) -> true\n- status: resolved -> closed", 1440)
        status, satisfied = "closed", "\n[satisfaction]\nsatisfied = true\n"
    else:
        entry(f"{agent} note", text(), 200)
        entry(f"{agent} note", text(), 300)
    asset = f'\n[asset]\nname = "WS-{who:04}"\nmodel = "Elva {who % 20}"\nserial = "SN{who:05}"\n' if n % 2 else ""
    return (
        f'+++\nid = "{ident}"\ntype = "action"\ntitle = "{title}"\nstatus = "{status}"\npriority = "standard"\n'
        f'impact = "person"\nurgency = "medium"\nqueue = "{queue}"\nassignee = "{agent}"\ncontact_agent = "anna"\n'
        f'code = "{code}"\nchannel = "phone"\ncreated = {stamp(at)}\n\n[requester]\n'
        f'name = "{FIRST[who % 30]} {LAST[who // 30 % 100]}"\nemail = "u{who}@example.com"\nphone = "+48 600 {who:06}"\n'
        f'account = "AC-{who:05}"\nlocation = "Site {who % 40}, room {who % 300}"\norganisation = "Unit {who % 60}"\n'
        f"{asset}{satisfied}+++\n\n" + "\n".join(entries)
    )


def environment(folder):
    home = os.path.join(os.path.dirname(folder), "home")
    os.makedirs(home, exist_ok=True)
    config = os.path.join(home, "gitconfig")
    if not os.path.exists(config):
        with open(config, "w") as file:
            file.write("[user]\nname = Anna Nowak\nemail = anna@example.com\n[init]\ndefaultBranch = main\n")
    return {
        "PATH": os.environ["PATH"],
        "HOME": home,
        "GIT_CONFIG_GLOBAL": config,
        "DESK_PAGER": "cat",
        "LANG": "C.UTF-8",
        "DESK_AGENT": "anna",
        "DESK_NOW": "2026-11-25T12:00:00Z",
    }


def make(desk, folder, count):
    env = environment(folder)
    subprocess.run(["git", "init", "-q", folder], env=env, check=True)
    subprocess.run([desk, "init"], cwd=folder, env=env, check=True, capture_output=True)
    with open(f"{folder}/desk.toml") as file:
        text = file.read().replace('commit = "each"', 'commit = "never"')
    with open(f"{folder}/desk.toml", "w") as file:
        file.write(text + '\n[agent.marek]\nname = "Marek Zieliński"\n')
    with open(f"{folder}/catalog.toml") as file:
        codes = re.findall(r"^\[codes?\.([A-Z0-9-]+)\]", file.read(), re.M)
    rng, span = random.Random(count), (END - BEGIN).total_seconds()
    # Every second one of the newest fifth is open.
    is_open = set(range(count - count // 5, count, 2))
    for n in range(count):
        at = BEGIN + datetime.timedelta(seconds=int(span * n / count))
        number = n * 7919 % 32**5
        ident = at.strftime("%y%m-") + "".join(ALPHABET[number // 32**k % 32] for k in range(4, -1, -1))
        month = f"{folder}/tickets/{at:%Y-%m}"
        os.makedirs(month, exist_ok=True)
        with open(f"{month}/{ident}.md", "w") as file:
            file.write(ticket(rng, ident, at, n not in is_open, codes, n))


def once(args, folder, env):
    """CPU in ms, memory in MB, exit status."""
    pid = os.fork()
    if pid == 0:
        null = os.open("/dev/null", os.O_RDWR)
        for stream in range(3):
            os.dup2(null, stream)
        os.chdir(folder)
        try:
            os.execvpe(args[0], args, env)
        finally:
            os._exit(127)
    _, status, use = os.wait4(pid, 0)
    return (use.ru_utime + use.ru_stime) * 1000, use.ru_maxrss / 1024, os.waitstatus_to_exitcode(status)


def commands(desk, folder):
    ids = []
    for _, folders, names in os.walk(f"{folder}/tickets"):
        folders.sort()
        ids += [name[:-3] for name in sorted(names) if name.endswith(".md")]
    last = ids[-1]
    with open(f"{folder}/tickets/20{last[:2]}-{last[2:4]}/{last}.md") as file:
        code = re.search('^code = "(.*)"', file.read(), re.M)
    rows = {}
    for name, args in [("list", ["list"]), ("list --all", ["list", "--all"]), ("due", ["due"])]:
        rows[name] = f"{os.path.dirname(folder)}/rows of {name}"
        done = subprocess.run([desk, *args], cwd=folder, env=environment(folder), capture_output=True)
        with open(rows[name], "wb") as file:
            file.write(re.sub(b"  +", b"\t", done.stdout))
    layout = ["column", "-t", "-s", "\t"]
    new = ["new", "printer of no use", "--from", "Clara Dornski", "--code", code[1] if code else "HW-DOCK"]
    return {
        "find -printf": ["find", "tickets", "-printf", "%p %s %T@ %C@ %i\n"],
        "cat of all tickets": ["sh", "-c", "find tickets -name '*.md' -print0 | xargs -0 cat"],
        "column of the rows of list": [*layout, rows["list"]],
        "column of the rows of list --all": [*layout, rows["list --all"]],
        "column of the rows of due": [*layout, rows["due"]],
        "show": [desk, "show", last],
        "note, no commit": [desk, "note", last, "-m", "x"],
        "new, no commit": [desk, *new],
        "new -q, no commit": [desk, "-q", *new],
        "desk": [desk],
        "list": [desk, "list"],
        "list QUERY": [desk, "list", "queue:network", f"code:{new[-1]}"],
        "list --all --limit 50": [desk, "list", "--all", "--limit", "50"],
        "list --all": [desk, "list", "--all"],
        "list is:overdue": [desk, "list", "is:overdue"],
        "list WORD": [desk, "list", "blinking"],
        "list WORD that none has": [desk, "list", "zzyzx"],
        "report": [desk, "report"],
        "report QUERY": [desk, "report", "queue:network"],
        "report WORD": [desk, "report", "blinking"],
        "who NAME": [desk, "who", "Clara Dornski"],
        "who": [desk, "who"],
        "asset": [desk, "asset"],
        "asset SERIAL": [desk, "asset", "SN00001"],
        "complete for show": [desk, "--", "desk show ", ""],
        "complete for --from": [desk, "--", "desk new x --from ", ""],
        "sweep": [desk, "--dry-run", "sweep"],
        "due": [desk, "due"],
        "suggest": [desk, "suggest", last],
        "search": [desk, "search", "blinking router"],
        "desk --team": [desk, "--team"],
        "check": [desk, "check"],
        "export": [desk, "export"],
    }


def measure(programs):
    """Of each command the best of each program, which take turns."""
    rows = {}
    tables = [(desk, folder, environment(folder), commands(desk, folder)) for desk, folder in programs]
    for name in tables[0][3]:
        best = []
        for turn in range(3 if "WORD" in name or name in ("check", "export", "sweep") else 6):
            for at, (desk, folder, env, table) in enumerate(tables):
                own = dict(env, COMPLETE="bash") if name.startswith("complete") else env
                run = once(table[name], folder, own)
                if run[2] > 1:
                    sys.exit(f"{name}: exit status {run[2]}")
                if turn == 0:
                    # The first brings caches up to date.
                    best.append(None)
                elif best[at] is None:
                    best[at] = run[:2]
                else:
                    best[at] = min(best[at][0], run[0]), max(best[at][1], run[1])
        if "no commit" in name:
            # The next commands find caches that are up to date, and no file of the last tick.
            time.sleep(0.3)
            for desk, folder, env, _ in tables:
                once([desk], folder, env)
        rows[name] = best
        shown = ", ".join(f"{cpu:.1f} ms {memory:.0f} MB" for cpu, memory in best)
        print(f"{tables[0][1]}: {name}: {shown}", file=sys.stderr)
    return rows


def main():
    desk, place = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    before = os.environ.get("DESK_BEFORE")
    counts = [int(count) for count in sys.argv[3:]] or [1_000, 10_000, 100_000]
    os.makedirs(place, exist_ok=True)
    tables = []
    for count in counts:
        folder = f"{place}/{count}"
        if not os.path.exists(folder):
            make(desk, folder, count)
        programs = [(desk, folder)]
        if before:
            if not os.path.exists(f"{folder}-before"):
                shutil.copytree(folder, f"{folder}-before", symlinks=True)
            programs.insert(0, (os.path.abspath(before), f"{folder}-before"))
        for program, own in programs:
            shutil.rmtree(f"{own}/.desk", ignore_errors=True)
            once([program, "search", "printer"], own, environment(own))
        tables.append(measure(programs))
    names = ["before", "after"] if before else [""]
    heads = [f"{name} {count:,}".strip() for name in names for count in counts[:-1]]
    heads += [head for name in names for head in (f"{name} {counts[-1]:,}".strip(), "MB")]
    heads += ["x find", "growth"] if len(counts) > 1 else ["x find"]
    print("| CPU ms | " + " | ".join(heads) + " |")
    print("|---" * (len(heads) + 1) + "|")
    find = tables[-1]["find -printf"][-1][0]
    for name in tables[0]:
        smaller = [f"{table[name][at][0]:.0f}" for at in range(len(names)) for table in tables[:-1]]
        last = [cell for cpu, memory in tables[-1][name] for cell in (f"{cpu:.0f}", f"{memory:.0f}")]
        own = tables[-1][name][-1][0]
        last.append(f"{own / find:.2f}")
        if len(counts) > 1:
            last.append(f"{own / max(tables[-2][name][-1][0], 0.1):.1f}")
        print(f"| {name} | " + " | ".join(smaller + last) + " |")
    chart = os.environ.get("DESK_CHART")
    if chart:
        draw(chart, {name: [cpu for cpu, _ in row] for name, row in tables[-1].items()}, counts[-1])


def draw(path, rows, count):
    """Bars of CPU ms for each program, on a scale of logarithms; a line where `find` ends."""
    rows = {name: cpus for name, cpus in rows.items() if not name.startswith("column")}
    most = max(max(cpus) for cpus in rows.values())
    wide = lambda cpu: 560 * math.log10(max(cpu, 1)) / math.log10(most)
    step = 12 * len(next(iter(rows.values()))) + 6
    high = step * len(rows) + 40
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="880" height="{high}" font-family="sans-serif" font-size="12">',
        f'<rect width="880" height="{high}" fill="#fff"/>',
        f'<text x="8" y="18" fill="#333">CPU ms at {count:,} tickets, logarithmic; the line is find -printf</text>',
    ]
    colours = ["#b9c2cc", "#2f6f9f"]
    for at, (name, cpus) in enumerate(rows.items()):
        top = 32 + at * step
        out.append(f'<text x="232" y="{top + step / 2:.0f}" text-anchor="end" fill="#333">{html.escape(name)}</text>')
        for which, cpu in enumerate(cpus):
            colour = colours[which - len(cpus)]
            y = top + 12 * which
            out.append(f'<rect x="240" y="{y}" width="{wide(cpu):.0f}" height="10" fill="{colour}"/>')
            out.append(f'<text x="{246 + wide(cpu):.0f}" y="{y + 9}" font-size="10" fill="#555">{cpu:.0f}</text>')
    line = 240 + wide(rows["find -printf"][-1])
    out.append(f'<path d="M{line:.0f} 28V{high - 8}" stroke="#c0392b" stroke-dasharray="3 3"/>')
    with open(path, "w") as file:
        file.write("\n".join(out + ["</svg>", ""]))


if __name__ == "__main__":
    main()
