"""A desk lived for simulated weeks by four clones that sync through one bare repository.

    soak.py DESK FOLDER [WEEKS] [SEED] [short]

Every day agents work, mail comes in and answers go out, all four sweep and sync; every week an export of
another system is brought in, files are edited by hand and many tickets resolved at once; now and then a
person's data is redacted, and after 60 % of the time the history is purged of it and all clone anew. With
DESK_SOAK_OLD, a program of format 1, the first week is lived by that one, and the desk is migrated.

At the end every acknowledged word stands in every clone, all are the same bytes, `check` and git's own check
find nothing, and what reports count is what `count.py` counts from the logs. A seed gives the same commands,
but for the ids that the program draws. `short` leaves out most of each day.
"""

import datetime as dt
import hashlib
import os
import random
import subprocess
import sys
import time
import tomllib
import zoneinfo
from collections import Counter
from pathlib import Path

import count

PEOPLE = ["anna", "marek", "ewa", "tom"]
CODES = ["NET-OUT", "NET-WIFI", "APP-ERP", "PRN-JAM", "HW-DOCK", "MAIL-AUTH"]
NAMES = ["Jan Kowalski", "Đặng Thu", "রহিম উদ্দিন", "Łucja Żak", "Ola Nowak", "Ömer Kaya"]
HOUSE = """
[mail.address."help@desk.example"]
queue = "service-desk"

[mail.limits]
new_of_address_an_hour = 100000
of_ticket_in_ten_minutes = 100000
of_ticket_a_day = 100000
new_of_desk_an_hour = 100000

[mail.out]
from = "help@desk.example"

[recurring.ups-test]
title = "Test the batteries"
code = "NET-OUT"
every = "month"
on = "last fri"
from = 2026-01-01
queue = "network"
"""
# What comes in a week: on a day of each clone, on a day of the desk, and with the export of the week.
# Calls and other commands of a clone's day, requests and answers by mail, rows of a table: 200 tickets.
WHOLE, SHORT = (1, 2, 3, 2, 165), (1, 1, 2, 1, 20)


def agents():
    more = 'role = "manager"\nqueues = ["service-desk", "network"]\n'
    return "".join(
        f'\n[agent.{who}]\nname = "{who.title()} Lis"\nemail = "{who}@example.org"\n{more}' for who in PEOPLE[1:]
    )


class Soak:
    def __init__(self, desk, folder, weeks, seed, much):
        self.desk, self.folder, self.weeks, self.random = desk, folder, weeks, random.Random(seed)
        self.calls, self.verbs, self.mails_of_day, self.answers, self.rows_of_week = much
        self.at = dt.datetime(2026, 1, 4, 8, tzinfo=dt.timezone.utc)
        self.told, self.counts, self.refused, self.slow = [], Counter(), Counter(), (0, "")
        self.words, self.number, self.rows = {}, 0, []
        # The tickets that a clone knows, those that the bare repository has, those that are over, and of whom.
        self.known, self.hub, self.done, self.mail_of = [[] for _ in PEOPLE], [], set(), {}
        self.secrets, self.asked, self.gone, self.made = [], [], [], 0
        home = folder / "home"
        (home / ".config/plaindesk").mkdir(parents=True)
        for name in ("new", "cur", "tmp"):
            (home / "Maildir" / name).mkdir(parents=True)
        (home / "gitconfig").write_text(
            "[user]\n\tname = Anna Lis\n\temail = anna@example.org\n[init]\n\tdefaultBranch = main\n"
            "[pull]\n\trebase = false\n[maintenance]\n\tautoDetach = false\n[gc]\n\tautoDetach = false\n"
        )
        (home / ".config/plaindesk/config.toml").write_text('[mail]\nsend = ["true", "--", "{recipients}"]\n')

    # ---- commands -------------------------------------------------------------------------------

    def root(self, clone):
        return self.folder / f"c{clone}"

    def run(self, clone, args, codes=(0,)):
        """A program in a clone, by its agent and at the simulated moment; what it says, or None where a
        rule of the house refused."""
        self.at += dt.timedelta(seconds=self.random.randrange(5, 90))
        now = self.at.strftime("%Y-%m-%dT%H:%M:%SZ")
        home = self.folder / "home"
        env = {"PATH": os.environ["PATH"], "HOME": str(home), "GIT_CONFIG_GLOBAL": str(home / "gitconfig")}
        env |= {"GIT_CONFIG_NOSYSTEM": "1", "TZ": "UTC", "LANG": "C.UTF-8", "GIT_EDITOR": "true", "DESK_PAGER": "cat"}
        env |= {"DESK_NOW": now, "GIT_COMMITTER_DATE": now, "GIT_AUTHOR_DATE": now, "DESK_AGENT": PEOPLE[clone]}
        where = self.root(clone) if self.root(clone).is_dir() else self.folder
        began = time.monotonic()
        done = subprocess.run(args, cwd=where, env=env, stdin=subprocess.DEVNULL, capture_output=True)
        took = time.monotonic() - began
        line = f"{now} c{clone} {' '.join(map(str, args))}: {done.returncode}"
        self.told = self.told[-40:] + [line]
        if args[0] != "git":
            self.counts[args[1]] += 1
            self.slow = max(self.slow, (took, line[:120]))
        if done.returncode == 4 and 4 in codes:
            self.refused[args[1]] += 1
            return None
        said = (done.stdout + done.stderr).decode(errors="replace")
        assert done.returncode in codes, "\n".join(self.told) + "\n" + said
        return done.stdout.decode()

    def ask(self, clone, *args, codes=(0, 4)):
        return self.run(clone, [self.desk, *args], codes)

    def git(self, clone, *args):
        return self.run(clone, ["git", *args]).strip()

    def say(self, clone, *args):
        """A command with a word of its own, which must stand at the end if it was acknowledged."""
        word = f"w{self.number:06}"
        self.number += 1
        said = self.ask(clone, *args, "-m", f"It is {word} here.")
        if said is not None:
            self.words[word] = " ".join([*args, said.split()[0]] if "new" in args else args)
        return said

    # ---- a day ----------------------------------------------------------------------------------

    def some(self, clone):
        """A ticket that is not over, of the newest that this clone knows."""
        live = [one for one in self.known[clone][-400:] if one not in self.done]
        return self.random.choice(live or self.known[clone])

    def new(self, clone, *more, caller=None):
        who = self.random.randrange(300)
        mail = f"{caller or f'u{who}'}@acme.example"
        caller = caller or f"{NAMES[who % 6]} {who}"
        args = ["-q", "new", f"Trouble {self.number} with it", "--from", caller, "--email", mail]
        said = self.say(clone, *args, "--code", self.random.choice(CODES), *more)
        ident = said.split()[0]
        self.known[clone].append(ident)
        self.mail_of[ident] = mail
        self.made += 1
        return ident

    def verb(self, clone):
        one, other = self.some(clone), self.some(clone)
        person, pick = self.random.choice(PEOPLE), self.random.choice
        log = self.folder / "log.txt"
        match self.random.randrange(24):
            case 0 | 1:
                self.say(clone, "note", one, "--minutes", str(self.random.randrange(1, 30)))
            case 2:
                self.say(clone, "contact", one)
            case 3:
                self.say(clone, "contact", one, "--in")
            case 4:
                self.say(clone, "call", one, "--next", "+4h")
            case 5 | 6:
                self.ask(clone, "take", one)
            case 7:
                self.ask(clone, "assign", one, other, person)
            case 8:
                self.ask(clone, "set", one, other, f"urgency={pick(['high', 'medium', 'low'])}")
            case 9:
                self.ask(clone, "set", one, f"tags=+{pick('abc')},-{pick('def')}")
            case 10:
                log.write_text(f"content {self.random.randrange(500)}\n")
                self.say(clone, "attach", one, str(log))
            case 11:
                self.say(clone, "pend", one, "--on", "vendor", "--until", "+8h")
            case 12:
                self.say(clone, "reopen", one)
            case 13 | 14:
                if self.say(clone, "resolve", one) is not None:
                    self.done.add(one)
            case 15:
                if self.say(clone, "resolve", one) and self.ask(clone, "close", one, "--satisfied", "yes"):
                    self.done.add(one)
            case 16:
                self.ask(clone, "watch", one, "--agent", person)
            case 17 if one in self.mail_of:
                self.say(clone, "reply", one)
            case 18:
                self.ask(clone, "kb", "use", "KB-7Q2M", "--on", one, "--outcome", "helped")
            case 19 if one != other:
                self.ask(clone, "link", one, other)
            case 20:
                self.say(clone, "escalate", one, "--hierarchic")
            case 21:
                if self.say(clone, "note", one):
                    self.say(clone, "undo")
            case 22:
                self.say(clone, "handover", "--to", PEOPLE[clone - 1])
            case _:
                if self.say(clone, "cancel", one) is not None:
                    self.done.add(one)

    def read(self, clone):
        one = self.some(clone)
        for args in self.random.sample(
            [[], ["list"], ["show", one], ["next"], ["due"], ["report"], ["sla", one], ["suggest", one], ["log"]], 2
        ):
            self.ask(clone, *(args or ["list", "is:overdue"]), codes=(0, 1, 4))

    def mails(self):
        """Requests and answers arrive in a Maildir, which the first clone takes in."""
        for at in range(self.mails_of_day + self.answers):
            word = f"w{self.number:06}"
            self.number += 1
            one = self.some(0)
            answers = at >= self.mails_of_day and one in self.mail_of and one not in [*self.done, *self.gone]
            sender = self.mail_of[one] if answers else f"m{self.random.randrange(200)}@acme.example"
            answered = one if answers else ""
            subject = f"Re: it [desk {one}]" if answers else f"Request {self.number}"
            date = self.at.strftime("%a, %d %b %Y %H:%M:%S +0000")
            text = f"From: {sender}\nTo: help@desk.example\nSubject: {subject}\nDate: {date}\n"
            text += f"Message-ID: <{word}@acme.example>\n\nIt is {word} here.\n"
            (self.folder / "home/Maildir/new" / word).write_text(text)
            self.words[word] = f"mail in {answered}"
            self.made += not answers
        self.ask(0, "mail", "in", "--maildir", str(self.folder / "home/Maildir"), codes=(0,))
        assert not list((self.folder / "home/Maildir/new").iterdir()), "mails wait"

    def sync(self, clone):
        self.ask(clone, "sync", codes=(0,))
        self.hub += [one for one in self.known[clone] if one not in set(self.hub)]
        self.known[clone] = list(self.hub)

    def all_sync(self):
        """Until nobody has anything new."""
        for clone in [*range(4), *range(4)]:
            self.sync(clone)

    def day(self):
        self.mails()
        for clone in self.random.sample(range(4), 4):
            for _ in range(self.calls):
                self.new(clone)
            for _ in range(self.verbs):
                self.verb(clone)
        self.read(self.random.randrange(4))
        for clone in self.random.sample(range(4), 4):
            self.ask(clone, "sweep", codes=(0,))
            self.sync(clone)

    # ---- a week ---------------------------------------------------------------------------------

    def bring_in(self, week, clone):
        """The export of another system grows by a week; four weeks later another clone brings the rows in
        again, with a comment more."""
        head = "Summary,Issue key,Status,Created,Resolved,Reporter,Comment"
        moment = lambda at: at.strftime("%d/%b/%y %I:%M %p")
        for _ in range(self.rows_of_week):
            number = len(self.rows) + 1
            opened = self.at - dt.timedelta(minutes=self.random.randrange(60, 5 * 24 * 60))
            over = self.random.random() < 0.9
            word = f"w{self.number:06}"
            self.number += 1
            self.words[word] = "import tickets"
            said = f"{moment(opened + dt.timedelta(minutes=9))};Ola;It is {word} here."
            end = moment(opened + dt.timedelta(minutes=50)) if over else ""
            status = self.random.choice(["Resolved", "Closed"]) if over else "Open"
            self.rows.append(f"Imported {number},X-{number},{status},{moment(opened)},{end},Jan {number % 90},{said}")
        self.made += self.rows_of_week
        table = self.folder / "export.csv"
        first = max(0, len(self.rows) - self.rows_of_week * (2 if week % 4 == 3 else 1))
        table.write_text("\n".join([head, *self.rows[first:]]) + "\n")
        self.ask(clone, "import", "tickets", str(table), "--from", "jira", "--yes", codes=(0,))

    def by_hand(self, clone):
        """A description in an editor, which the next command takes in, and an article that git commits."""
        one = self.some(clone)
        path = self.root(clone) / f"tickets/20{one[:2]}-{one[2:4]}/{one}.md"
        word = f"w{self.number:06}"
        self.number += 1
        front, body = path.read_text().split("\n+++\n", 1)
        path.write_text(f"{front}\n+++\n\nBy hand: {word}.\n{body}")
        self.ask(clone, "note", one, "-m", "Edited by hand.", codes=(0,))
        self.words[word] = f"by hand {one}"
        article = sorted((self.root(clone) / "kb").glob("*/*.md"))[clone]
        with article.open("a") as file:
            file.write(f"\nBy hand on {self.at:%Y-%m-%d}.\n")
        self.git(clone, "commit", "--quiet", "--all", "-m", "By hand")

    def many(self, clone):
        """What is old is resolved, all at once."""
        old = [one for one in self.known[clone][:-60] if one not in self.done][:40]
        if old:
            self.say(clone, "resolve", *old)
            self.done |= set(old)

    def redact(self, week):
        """A caller leaves data behind, which a manager takes out two weeks later."""
        phone = f"+48 511 {self.random.randrange(100, 999)} {week:03}"
        if week % 4 == 1:
            one = self.new(1, "--phone", phone, caller=f"caller{week}")
            self.say(1, "note", one)
            self.secrets.append(phone)
            self.gone.append(one)
            self.asked.append(phone)
        if week % 4 == 3:
            self.redact_asked()

    def redact_asked(self):
        for phone in self.asked:
            self.ask(2, "redact", "--person", phone, "--yes", "-m", "They asked for it.", codes=(0,))
        self.asked = []

    def week(self, week):
        for day in range(5):
            self.at = dt.datetime(2026, 1, 5, 8, tzinfo=dt.timezone.utc) + dt.timedelta(days=7 * week + day)
            self.day()
        self.redact(week)
        self.bring_in(week, week % 4)
        self.ask(0, "work", "new", self.some(0), "--separate")
        for clone in range(4):
            self.by_hand(clone)
            self.many(clone)
            self.sync(clone)

    # ---- a beginning, a purge, an end -----------------------------------------------------------

    def begin(self, old):
        self.root(0).mkdir()
        self.git(0, "init", "--quiet")
        current, self.desk = self.desk, old or self.desk
        self.ask(0, "init", codes=(0,))
        settings = self.root(0) / "desk.toml"
        settings.write_text(settings.read_text() + agents() + ("" if old else HOUSE))
        self.git(0, "commit", "--quiet", "--all", "-m", "The house")
        self.git(0, "clone", "--quiet", "--bare", ".", "../hub.git")
        self.git(0, "remote", "add", "origin", "../hub.git")
        for clone in range(1, 4):
            self.clone(clone)
        if old:
            self.live_before(settings, current)
            self.all_sync()
        for clone in range(4):
            self.new(clone)
        self.all_sync()

    def clone(self, clone):
        self.git(clone, "clone", "--quiet", "hub.git", f"c{clone}")

    def live_before(self, settings, current):
        """Some days with the old program in one clone, then the desk is brought over."""
        for day in range(5):
            self.at = dt.datetime(2026, 1, 5, 8, tzinfo=dt.timezone.utc) + dt.timedelta(days=day)
            for _ in range(self.calls * 4):
                one = self.new(0)
                self.say(0, "note", one)
                self.ask(0, "take", one)
                if self.say(0, "resolve", one) is not None and self.random.random() < 0.7:
                    self.ask(0, "close", one, "--satisfied", "yes")
                    self.done.add(one)
        self.git(0, "push", "--quiet", "origin", "main")
        # What another clone still wrote with the old program comes over with its sync.
        self.git(1, "pull", "--quiet")
        self.new(1)
        self.say(1, "note", self.known[0][-1])
        self.desk = current
        for clone in range(4):
            self.ask(clone, "migrate", codes=(0,))
        settings.write_text(settings.read_text() + HOUSE)
        self.git(0, "commit", "--quiet", "--all", "-m", "Mail")
        print(f"soak: {sum(self.counts.values())} commands before the upgrade", flush=True)

    def purge(self):
        """The history is written anew without what was redacted; an old clone is refused."""
        self.all_sync()
        tree = self.git(0, "rev-parse", "HEAD^{tree}")
        os.rename(self.folder / "hub.git", self.folder / "old.git")
        self.run(0, ["git", "init", "--quiet", "--bare", "../hub.git"])
        export = ["git", "-C", str(self.folder / "old.git"), "fast-export", "--all", "--signed-tags=strip"]
        read = subprocess.Popen(export, stdout=subprocess.PIPE)
        write = subprocess.Popen(
            ["git", "-C", str(self.folder / "hub.git"), "fast-import", "--quiet"], stdin=subprocess.PIPE
        )
        for line in read.stdout:
            if line.startswith(b"data "):
                data = read.stdout.read(int(line[5:]))
                for secret in self.secrets:
                    data = data.replace(secret.encode(), b"(redacted)")
                line = b"data %d\n%b" % (len(data), data)
            write.stdin.write(line)
        write.stdin.close()
        assert (read.wait(), write.wait()) == (0, 0)
        self.ask(3, "sync", codes=(5,))
        print("soak: the history is purged, and an old clone refused", flush=True)
        for clone in range(4):
            os.rename(self.root(clone), self.folder / f"old-c{clone}")
            self.clone(clone)
            assert self.git(clone, "rev-parse", "HEAD^{tree}") == tree
            subprocess.run(["rm", "-r", str(self.folder / f"old-c{clone}")], check=True)
        subprocess.run(["rm", "-r", str(self.folder / "old.git")], check=True)
        # In what was there before the purge nothing is left of it, in any object.
        list_all = ["git", "-C", str(self.root(1)), "cat-file", "--batch-all-objects", "--batch"]
        objects = subprocess.run(list_all, capture_output=True, check=True)
        assert not [one for one in self.secrets if one.encode() in objects.stdout], "the history still has it"

    def work(self, old):
        self.begin(old)
        begun = time.monotonic()
        for week in range(1 if old else 0, self.weeks):
            self.week(week)
            if week == max(1, self.weeks * 6 // 10):
                self.redact_asked()
                self.purge()
            if week % 4 == 3:
                files, spent = len(list(self.root(0).glob("tickets/*/*.md"))), time.monotonic() - begun
                done = sum(self.counts.values())
                print(f"soak: week {week + 1}, {files} tickets, {done} commands, {spent:.0f} s", flush=True)
        self.all_sync()

    def judge(self):
        wrong, bytes_of = [], []
        for clone in range(4):
            self.ask(clone, "check", codes=(0,))
            self.git(clone, "fsck", "--full", "--strict", "--no-progress", "--no-dangling")
            status = self.git(clone, "status", "--porcelain")
            wrong += [f"c{clone} status: {status}"] if status else []
            names = self.git(clone, "-c", "core.quotePath=off", "ls-files").split("\n")
            texts = {name: (self.root(clone) / name).read_bytes() for name in names}
            hashed = hashlib.sha256()
            for name, text in texts.items():
                hashed.update(f"{name} {len(text)}\n".encode() + text)
            bytes_of.append(hashed.hexdigest())
            whole = b"\n".join(text for name, text in texts.items() if name.startswith("tickets/")).decode()
            there = set(count.WORD.findall(whole))
            lost = [f"c{clone} lost {word} of `{what}`" for word, what in self.words.items() if word not in there]
            # Of those whose data was redacted the texts went, too.
            wrong += [what for what in lost if not any(one in what for one in self.gone)]
            wrong += [f"c{clone} still has {one}" for one in self.secrets if one in whole]
        wrong += [f"the clones differ: {bytes_of}"] if len(set(bytes_of)) > 1 else []
        pages = count.pages(self.root(0))
        wrong += count.compare(pages, lambda *args: self.ask(0, *args, codes=(0,)), self.at, self.zone())
        orders = sum(count.is_order(page) for page in pages)
        follows = sum(page.get("links.follows") is not None for page in pages)
        if len(pages) - orders - follows != self.made:
            wrong.append(f"{len(pages)} files, {orders} work orders, {follows} that follow, {self.made} made")
        self.sizes(pages)
        commands = ", ".join(f"{name} {number}" for name, number in sorted(self.counts.items()))
        print(f"soak: {commands}; refused by rules: {dict(self.refused)}")
        print(f"soak: the longest took {self.slow[0]:.1f} s: {self.slow[1]}")
        return wrong

    def zone(self):
        settings = tomllib.loads((self.root(0) / "desk.toml").read_text())
        return zoneinfo.ZoneInfo(settings["timezone"])

    def sizes(self, pages):
        def size(folder):
            files = [file for file in folder.rglob("*") if file.is_file() and not file.is_symlink()]
            return sum(file.stat().st_size for file in files) / 1e6

        root = self.root(0)
        grown, hub = size(root / ".git"), size(self.folder / "hub.git")
        commits = self.git(0, "rev-list", "--count", "HEAD")
        texts, caches = size(root / "tickets"), size(root / ".desk")
        self.git(0, "gc", "--quiet", "--prune=now")
        print(
            f"soak: {len(pages)} tickets of {texts:.1f} MB, {commits} commits, repository {grown:.1f} MB, packed"
            f" {size(root / '.git'):.1f} MB, caches {caches:.1f} MB, bare repository {hub:.1f} MB"
        )


def main():
    desk, folder = os.path.abspath(sys.argv[1]), Path(sys.argv[2]).resolve()
    weeks, seed = (int(one) for one in [*sys.argv[3:5], *["52", "1"][len(sys.argv[3:5]) :]])
    much = SHORT if "short" in sys.argv[5:] else WHOLE
    folder.mkdir(parents=True)
    old = os.environ.get("DESK_SOAK_OLD")
    if not old:
        print("SKIPPED: an upgrade: DESK_SOAK_OLD names no program of format 1")
    began, soak = time.monotonic(), Soak(desk, folder, weeks, seed, much)
    soak.work(old and os.path.abspath(old))
    wrong = soak.judge()
    print(
        f"soak: {weeks} weeks, seed {seed}: {sum(soak.counts.values())} commands, {len(soak.words)} words acknowledged,"
        f" {time.monotonic() - began:.0f} s, {len(wrong)} findings"
    )
    print("\n".join(wrong[:40]))
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
