//! Clones of one desk that work apart and pull from one another, without a place in the middle:
//! merge, rebase and cherry-pick by plain git, through the driver that the program registered; and
//! now and then by `desk sync` with a bare repository. And clones that sync all at once.
//!
//! No pull may conflict; two clones that merge the same two heads make the same tree; at the end all
//! clones are of one tree, hold every entry that a command wrote, whole, and `check` is content.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use tempfile::TempDir;

use crate::scratch;

/// So many runs in CI; `DESK_GOSSIP` asks for others.
const RUNS: u64 = 5;

/// Steps of a run.
const STEPS: usize = 32;

const PEOPLE: [&str; 5] = ["anna", "marek", "ewa", "tom", "lena"];

/// Tickets of another system, which any of the clones may take in, before or after it has those of
/// another clone.
const EXPORT: &str = "Summary,Issue key,Status,Created,Comment\n\
    Lamp is dark,X-1,Open,01/Oct/26 9:00 AM,01/Oct/26 9:10 AM;Ola;Looked.\n\
    Door is stuck,X-2,Resolved,01/Oct/26 12:00 PM,\n";

/// The map of that export, mended: it reads a status, and when tickets were opened, otherwise.
fn mended() -> String {
    let map = include_str!("../../docs/maps/tickets/jira.toml");
    let map = map.replace("\n\"Open\" = \"open\"\n", "\n\"Open\" = \"new\"\n");
    assert!(map.contains("\"Open\" = \"new\""));
    map.replace(
        "\n[columns]\n",
        "\n[time]\nzone = \"Asia/Dhaka\"\n\n[columns]\n",
    )
}

/// A generator of numbers that one seed always makes alike.
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn below(&mut self, count: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap() % count
    }

    pub(crate) fn one<'t>(&mut self, of: &[&'t str]) -> &'t str {
        of[self.below(of.len())]
    }
}

/// The clones, and what their commands have written.
struct Gossip {
    place: TempDir,
    clones: usize,
    /// How far each clone's clock is off, in minutes.
    skew: Vec<i64>,
    minutes: i64,
    numbers: Numbers,
    tickets: Vec<String>,
    order: String,
    /// Entries by file and heading, with all their lines.
    written: BTreeMap<(String, String), String>,
    /// The ids of the articles that commands wrote.
    articles: BTreeSet<String>,
    commands: usize,
    told: String,
}

/// The id in the front matter of an article.
fn article_id(text: &str) -> Option<&str> {
    text.lines().find(|line| line.starts_with("id = "))
}

pub(crate) fn entries(text: &str) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        if line.starts_with("## 20") {
            all.push((line.to_owned(), String::new()));
        } else if let Some((_, body)) = all.last_mut() {
            body.push_str(line.trim_end());
            body.push('\n');
        }
    }
    all.into_iter()
        .map(|(heading, body)| (heading, body.trim().to_owned()))
        .collect()
}

/// What tells an entry from others: the heading, or kind and tag where that is derived.
pub(crate) fn identity(heading: &str) -> String {
    let words: Vec<&str> = heading.split(' ').collect();
    match words[..] {
        [.., kind, tag] if tag.len() > 8 => format!("{kind} {tag}"),
        _ => heading.to_owned(),
    }
}

impl Gossip {
    fn new(seed: u64, clones: usize, skewed: bool) -> Self {
        let place = scratch::folder();
        fs::create_dir_all(place.path().join("home")).unwrap();
        let identity = "[user]\n\tname = Anna\n\temail = anna@example.org\n[init]\n\tdefaultBranch = main\n[pull]\n\trebase = false\n";
        fs::write(place.path().join("home/gitconfig"), identity).unwrap();
        let own = place.path().join("home/.config/plaindesk");
        fs::create_dir_all(&own).unwrap();
        let sends = "[mail]\nsend = [\"true\", \"-f\", \"{envelope}\", \"--\", \"{recipients}\"]\n";
        fs::write(own.join("config.toml"), sends).unwrap();
        let skew = (0..clones).map(|at| {
            if skewed {
                [0, 60, -1440, 1440, 7][at]
            } else {
                0
            }
        });
        let mut all = Self {
            place,
            clones,
            skew: skew.collect(),
            minutes: 0,
            numbers: Numbers::new(seed),
            tickets: Vec::new(),
            order: String::new(),
            written: BTreeMap::new(),
            articles: BTreeSet::new(),
            commands: 0,
            told: String::new(),
        };
        all.begin();
        all
    }

    fn root(&self, clone: usize) -> PathBuf {
        self.place.path().join(format!("c{clone}"))
    }

    /// A program in a clone, by its person and clock.
    fn run(&self, clone: usize, program: &str, args: &[&str]) -> Output {
        let home = self.place.path().join("home");
        let folder = if self.root(clone).is_dir() {
            self.root(clone)
        } else {
            self.place.path().to_owned()
        };
        let at = chrono::DateTime::parse_from_rfc3339("2026-11-23T08:00:00Z").unwrap()
            + chrono::Duration::minutes(self.minutes + self.skew[clone]);
        let at = at
            .to_utc()
            .to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        let mut command = scratch::command(program, &folder, &home);
        command
            .env_remove("CI")
            .env("TZ", "UTC")
            .env("GIT_EDITOR", "true")
            .env("GIT_COMMITTER_DATE", &at)
            .env("GIT_AUTHOR_DATE", &at)
            .env("DESK_NOW", &at)
            .env("DESK_AGENT", PEOPLE[clone])
            .args(args);
        command.output().unwrap()
    }

    fn git(&self, clone: usize, args: &[&str]) -> String {
        let out = self.run(clone, "git", args);
        assert!(
            out.status.success(),
            "c{clone} git {args:?}\n{}\n{}",
            shown(&out),
            self.told
        );
        String::from_utf8(out.stdout).unwrap().trim().to_owned()
    }

    /// Joins what another clone has; where two articles were made of one title, the next command
    /// that writes puts the second in its place.
    fn join(&mut self, clone: usize, args: &[&str]) {
        let out = self.run(clone, "git", args);
        assert!(
            out.status.success(),
            "c{clone} git {args:?}\n{}\n{}",
            shown(&out),
            self.told
        );
        let kept = fs::read_dir(self.root(clone).join(".git/plaindesk/articles"));
        if kept.is_ok_and(|mut kept| kept.next().is_some()) {
            let placed = self.run(clone, env!("CARGO_BIN_EXE_desk"), &["resolve-merge"]);
            assert!(placed.status.success(), "{}\n{}", shown(&placed), self.told);
            let _ = writeln!(self.told, "{} c{clone} an article is placed", self.minutes);
        }
    }

    fn head(&self, clone: usize) -> String {
        self.git(clone, &["rev-parse", "HEAD"])
    }

    fn tree(&self, clone: usize) -> String {
        self.git(clone, &["rev-parse", "HEAD^{tree}"])
    }

    /// A command, which may be refused by a rule of the house, and what it wrote.
    fn desk(&mut self, clone: usize, args: &[&str]) -> String {
        self.program(clone, env!("CARGO_BIN_EXE_desk"), args)
    }

    /// A program that runs such a command.
    fn program(&mut self, clone: usize, program: &str, args: &[&str]) -> String {
        let before = self.head(clone);
        let out = self.run(clone, program, args);
        let code = out.status.code().unwrap_or(-1);
        let _ = writeln!(self.told, "{} c{clone} desk {args:?}: {code}", self.minutes);
        assert!(
            matches!(code, 0 | 1 | 2 | 4),
            "{}\n{}",
            shown(&out),
            self.told
        );
        self.commands += 1;
        let changed = self.git(clone, &["diff", "--name-only", &before, "HEAD"]);
        for path in changed.lines().filter(|path| path.starts_with("kb/")) {
            let text = fs::read_to_string(self.root(clone).join(path)).unwrap();
            self.articles.extend(article_id(&text).map(str::to_owned));
        }
        for path in changed.lines().filter(|path| is_ticket(path)) {
            let old = self.run(clone, "git", &["show", &format!("{before}:{path}")]);
            let old: Vec<String> = entries(&String::from_utf8_lossy(&old.stdout))
                .iter()
                .map(|(heading, _)| identity(heading))
                .collect();
            let text = fs::read_to_string(self.root(clone).join(path)).unwrap();
            for (heading, body) in entries(&text) {
                if !old.contains(&identity(&heading)) {
                    let key = (path.to_owned(), identity(&heading));
                    self.written.entry(key).or_insert(body);
                }
            }
        }
        String::from_utf8(out.stdout).unwrap()
    }

    fn begin(&mut self) {
        let made = self.run(0, env!("CARGO_BIN_EXE_desk"), &["init", "c0"]);
        assert!(made.status.success(), "{}", shown(&made));
        let settings = self.root(0).join("desk.toml");
        let mut text = fs::read_to_string(&settings).unwrap();
        for who in &PEOPLE[1..] {
            let _ = write!(
                text,
                "\n[agent.{who}]\nname = \"{who}\"\nemail = \"{who}@example.org\"\nrole = \"manager\"\nqueues = [\"service-desk\", \"network\"]\n"
            );
        }
        text.push_str("\n[mail.address.\"help@example.org\"]\nqueue = \"network\"\n");
        fs::write(settings, text).unwrap();
        self.git(0, &["commit", "--quiet", "--all", "-m", "people"]);
        for title in ["No network", "Printer jams", "Mail is slow"] {
            let said = self.desk(
                0,
                &[
                    "new",
                    title,
                    "-m",
                    "It broke.",
                    "--no-questions",
                    "--impact",
                    "team",
                ],
            );
            self.tickets
                .push(said.split_whitespace().next().unwrap().to_owned());
        }
        for id in self.tickets.clone() {
            self.desk(0, &["set", &id, "requester.email=jan@acme.example"]);
        }
        let first = self.tickets[0].clone();
        let before = self.git(0, &["ls-files", "tickets"]);
        self.desk(0, &["work", "new", &first, "--code", "NET-OUT"]);
        let now = self.git(0, &["ls-files", "tickets"]);
        let order = now.lines().find(|path| !before.contains(path)).unwrap();
        let name = order.rsplit('/').next().unwrap();
        name.trim_end_matches(".md").clone_into(&mut self.order);
        fs::write(self.place.path().join("log.txt"), "content 0\n").unwrap();
        fs::write(self.place.path().join("export.csv"), EXPORT).unwrap();
        fs::write(self.place.path().join("mended.toml"), mended()).unwrap();
        for clone in 1..self.clones {
            let name = format!("c{clone}");
            self.git(clone, &["clone", "--quiet", "c0", &name]);
            self.desk(clone, &["note", &first, "-m", "Hello from a new clone."]);
        }
        self.git(0, &["clone", "--quiet", "--bare", ".", "../hub.git"]);
        for clone in 0..self.clones {
            let how = if clone == 0 { "add" } else { "set-url" };
            self.git(clone, &["remote", how, "origin", "../hub.git"]);
        }
    }

    /// A clone syncs with the bare repository. What is dated later than now is merged, not pushed.
    fn sync(&mut self, clone: usize) {
        let out = self.run(clone, env!("CARGO_BIN_EXE_desk"), &["sync"]);
        let code = out.status.code().unwrap_or(-1);
        let _ = writeln!(self.told, "{} c{clone} syncs: {code}", self.minutes);
        let held_back = code == 5 && shown(&out).contains("later than now");
        assert!(code == 0 || held_back, "{}\n{}", shown(&out), self.told);
    }

    /// One mail reaches some of the clones: an answer to a ticket, or a new request.
    fn mail(&mut self, id: &str, number: &str) {
        let subject = match self.numbers.below(3) {
            0 => format!("Request {number}"),
            _ => format!("Re: something [desk {id}]"),
        };
        let auto = self
            .numbers
            .one(&["", "", "Auto-Submitted: auto-replied\n"]);
        let date = "Mon, 23 Nov 2026 10:00:00 +0000";
        let text = format!(
            "From: Jan <jan@acme.example>\nTo: help@example.org\nSubject: {subject}\n\
             Date: {date}\nMessage-ID: <{number}@acme.example>\n{auto}\n{number} it is.\n"
        );
        let path = self.place.path().join("mail.eml");
        fs::write(&path, text).unwrap();
        let path = path.display().to_string();
        let first = self.numbers.below(self.clones);
        for clone in 0..self.clones {
            if clone == first || self.numbers.below(2) == 0 {
                let take = "exec \"$0\" mail in <\"$1\"";
                let desk = env!("CARGO_BIN_EXE_desk");
                self.program(clone, "sh", &["-c", take, desk, &path]);
            }
        }
    }

    /// Something that a person does in a clone.
    fn act(&mut self, clone: usize) {
        let at = self.numbers.below(self.tickets.len());
        let id = self.tickets[at].clone();
        let id = id.as_str();
        let order = self.order.clone();
        let number = self.numbers.below(1000).to_string();
        let n = &mut self.numbers;
        let words = format!("{} says {number}", PEOPLE[clone]);
        let other = PEOPLE[n.below(self.clones)];
        let impact = format!("impact={}", n.one(&["person", "team", "site", "company"]));
        let urgency = format!("urgency={}", n.one(&["high", "medium", "low"]));
        let tags = format!(
            "tags=+{},-{}",
            n.one(&["a", "b", "c"]),
            n.one(&["a", "b", "c"])
        );
        let title = format!("title=Title {number}");
        let phone = format!("requester.phone=+48 {number}");
        let step = (1 + n.below(4)).to_string();
        let article = n.one(&["Reset the router", "Ask for a licence"]);
        let log = self.place.path().join("log.txt");
        let log_path = log.display().to_string();
        let report = format!("r{}", n.below(4));
        let days = format!(
            "2099-12-{:02}..2099-12-{:02}",
            1 + n.below(9),
            10 + n.below(9)
        );
        let back = ["1", "1", "2"][n.below(3)];
        let table = self.place.path().join("export.csv").display().to_string();
        let mended = self.place.path().join("mended.toml").display().to_string();
        let args: &[&str] = match n.below(38) {
            0..=2 => &["note", id, "-m", &words],
            3 => &["note", id, "--minutes", "7", "-m", &words],
            4 => &["contact", id, "-m", &words],
            5 => &[
                "contact",
                id,
                "--template",
                "more-information",
                "-m",
                &words,
            ],
            6 => &["set", id, &impact],
            7 => &["set", id, &urgency],
            8 => &["set", id, &tags],
            9 => &["set", id, &title],
            10 => &["set", id, &phone],
            11 => &["take", id],
            12 => &["assign", id, other],
            13 => &["escalate", id, "--hierarchic", "-m", &words],
            14 if n.below(2) == 0 => &["pend", id, "--on", "vendor", "--ref", &title],
            14 => &["pend", id, "--on", "vendor", "--until", "+4h", "-m", &words],
            15 => &["resolve", id, "-m", &words],
            16 => &["reopen", id, "-m", &words],
            17 | 18 => &["work", "tick", &order, &step],
            19 => &[
                "report",
                "volume",
                "--period",
                "last-week",
                "--save",
                &report,
            ],
            20 => {
                for clone in 0..self.clones {
                    self.desk(clone, &["sweep"]);
                }
                return;
            }
            21 => {
                fs::write(&log, format!("content {number}\n")).unwrap();
                &["attach", id, &log_path]
            }
            22 => {
                self.by_hand(clone, at);
                return;
            }
            23 | 24 => &["kb", "new", article, "--category", "network", "-m", &words],
            25 => &["watch", id, "--agent", other],
            26 | 27 => {
                self.mail(id, &number);
                return;
            }
            28 => &["reply", id, "-m", &words],
            29 | 30 => &["undo", back, "-m", &words],
            31 => &["handover", "--to", other, "-m", &words],
            32 => &["ack", id, "-m", &words],
            33 => &["away", &days, "--deputy", other],
            34 => &["import", "tickets", &table, "--from", "jira"],
            36 => &["import", "tickets", &table, "--map", &mended],
            35 => &["call", id, "-m", &words, "--next", "+1h"],
            _ => &["kb", "use", "KB-7Q2M", "--on", id, "--outcome", "helped"],
        };
        self.desk(clone, args);
    }

    /// A hand edit in a file, which the next command takes in: a field everywhere, the description
    /// in one clone for each ticket, so that all ends are the same.
    fn by_hand(&mut self, clone: usize, at: usize) {
        let id = self.tickets[at].clone();
        let path = self
            .root(clone)
            .join(format!("tickets/20{}-{}/{id}.md", &id[..2], &id[2..4]));
        let text = fs::read_to_string(&path).unwrap();
        let text = if at % self.clones == clone && self.numbers.below(2) == 0 {
            text.replacen(
                "It broke.",
                &format!("It broke {} times.\n\nIt broke.", self.minutes),
                1,
            )
        } else {
            let lines = text.lines().map(|line| match line.split_once(" = ") {
                Some(("queue", _)) => "queue = \"network\"",
                _ => line,
            });
            lines.collect::<Vec<_>>().join("\n") + "\n"
        };
        fs::write(&path, text).unwrap();
        self.desk(clone, &["note", &id, "-m", "Edited by hand."]);
    }

    /// One clone takes in what another has.
    fn pull(&mut self, clone: usize, from: usize) {
        let source = self.root(from).display().to_string();
        let way = self.numbers.below(10);
        let _ = writeln!(self.told, "{} c{clone} pulls c{from} ({way})", self.minutes);
        if way < 6 {
            self.join(
                clone,
                &[
                    "pull",
                    "--quiet",
                    "--no-rebase",
                    "--no-edit",
                    &source,
                    "main",
                ],
            );
        } else if way < 9 {
            self.join(clone, &["pull", "--quiet", "--rebase", &source, "main"]);
        } else {
            self.git(clone, &["fetch", "--quiet", &source, "main"]);
            let range = format!("{}..FETCH_HEAD", self.head(clone));
            let new = self.git(clone, &["rev-list", "--reverse", "--no-merges", &range]);
            for commit in new.lines().take(3) {
                self.join(
                    clone,
                    &[
                        "cherry-pick",
                        "--allow-empty",
                        "--keep-redundant-commits",
                        commit,
                    ],
                );
            }
        }
    }

    /// Two clones merge the same two heads, each for itself.
    fn both(&mut self, one: usize, other: usize) {
        let (a, b) = (self.head(one), self.head(other));
        let _ = writeln!(
            self.told,
            "{} c{one} and c{other} merge each other",
            self.minutes
        );
        for (clone, from, head) in [(one, other, &b), (other, one, &a)] {
            let source = self.root(from).display().to_string();
            self.git(clone, &["fetch", "--quiet", &source, "main"]);
            self.join(clone, &["merge", "--quiet", "--no-edit", head]);
        }
        assert_eq!(self.tree(one), self.tree(other), "{}", self.told);
    }

    fn work(&mut self) {
        for _ in 0..STEPS {
            self.minutes += 1 + i64::try_from(self.numbers.below(45)).unwrap();
            let clone = self.numbers.below(self.clones);
            self.act(clone);
            let other = (clone + 1 + self.numbers.below(self.clones - 1)) % self.clones;
            match self.numbers.below(12) {
                0..=2 => self.pull(clone, other),
                3 => self.both(clone, other),
                4 | 5 => self.sync(clone),
                _ => {}
            }
        }
        for clone in 0..self.clones {
            self.sync(clone);
        }
        // Until nobody has anything new for anybody.
        for _ in 0..4 {
            for clone in 0..self.clones {
                for other in (0..self.clones).filter(|other| *other != clone) {
                    let source = self.root(other).display().to_string();
                    self.join(
                        clone,
                        &[
                            "pull",
                            "--quiet",
                            "--no-rebase",
                            "--no-edit",
                            &source,
                            "main",
                        ],
                    );
                }
            }
        }
    }

    fn judge(&mut self) {
        let first = self.tree(0);
        for clone in 0..self.clones {
            let told = &self.told;
            let differs = self.git(clone, &["diff", "--stat", &first, "HEAD"]);
            assert_eq!(self.tree(clone), first, "{differs}\n{told}");
            for ((path, identity_of), body) in &self.written {
                let text = fs::read_to_string(self.root(clone).join(path)).unwrap();
                let all = entries(&text);
                let mut same = all
                    .iter()
                    .filter(|(heading, _)| identity(heading) == *identity_of);
                let found = same.next();
                assert!(
                    found.is_some(),
                    "c{clone} lost {identity_of} of {path}\n{told}"
                );
                assert!(
                    same.next().is_none(),
                    "c{clone} has {identity_of} of {path} twice\n{told}"
                );
                // Of what the program wrote of itself in two clones the facts of one stand.
                let is_own = !identity_of.starts_with("## ");
                let now = &found.unwrap().1;
                let mut lines = body.lines().filter(|_| !is_own);
                let lacks = lines.find(|line| !now.contains(line));
                assert!(
                    lacks.is_none(),
                    "c{clone} lost {lacks:?} of {identity_of} in {path}\n{told}"
                );
            }
            let texts = self.git(clone, &["grep", "-h", "^id = ", "--", "kb"]);
            let lost = self
                .articles
                .iter()
                .find(|id| !texts.lines().any(|line| line == *id));
            assert!(lost.is_none(), "c{clone} lost the article {lost:?}\n{told}");
            let check = self.run(clone, env!("CARGO_BIN_EXE_desk"), &["check"]);
            assert!(
                check.status.success(),
                "c{clone} check: {}\n{told}",
                shown(&check)
            );
            self.git(clone, &["fsck", "--no-progress", "--no-dangling"]);
            assert_eq!(self.git(clone, &["status", "--porcelain"]), "", "{told}");
        }
    }
}

fn is_ticket(path: &str) -> bool {
    path.starts_with("tickets/") && Path::new(path).extension().is_some_and(|end| end == "md")
}

fn shown(out: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&out.stdout),
        String::from_utf8_lossy(&out.stderr)
    )
}

#[test]
fn clones_that_pull_from_one_another_end_alike_and_whole() {
    let wanted = std::env::var("DESK_GOSSIP")
        .ok()
        .map(|runs| runs.parse().unwrap());
    let runs = wanted.unwrap_or(RUNS);
    let first = std::env::var("DESK_SEED").map_or(1, |seed| seed.parse().unwrap());
    let (mut commands, mut entries) = (0, 0);
    for seed in first..first + runs {
        let clones = [2, 3, 5][usize::try_from(seed % 3).unwrap()];
        let mut gossip = Gossip::new(seed, clones, seed % 2 == 0);
        let _ = writeln!(gossip.told, "seed {seed}, {clones} clones");
        gossip.work();
        gossip.judge();
        (commands, entries) = (commands + gossip.commands, entries + gossip.written.len());
    }
    println!("gossip: {runs} runs, {commands} commands, {entries} entries");
}

/// So many commands of each of the five clones that sync at once; `DESK_AT_ONCE` asks for others.
const AT_ONCE: usize = 8;

#[test]
fn clones_that_sync_all_at_once_lose_and_double_nothing() {
    let wanted = std::env::var("DESK_AT_ONCE").ok();
    let count = wanted.map_or(AT_ONCE, |count| count.parse().unwrap());
    let gossip = Gossip::new(1, 5, false);
    let shared = gossip.tickets[0].clone();
    let work = |clone: usize| {
        let run = |args: &[&str]| {
            let out = gossip.run(clone, env!("CARGO_BIN_EXE_desk"), args);
            assert!(out.status.success(), "c{clone} {args:?}\n{}", shown(&out));
        };
        for at in 0..count {
            let words = format!("c{clone} says {at}.");
            match at % 3 {
                0 => run(&["note", &shared, "-m", &words]),
                1 => run(&["new", &words, "-m", &words, "--no-questions"]),
                _ => run(&["escalate", &shared, "--hierarchic", "-m", &words]),
            }
            run(&["sync"]);
        }
    };
    std::thread::scope(|scope| {
        for clone in 0..gossip.clones {
            let work = &work;
            scope.spawn(move || work(clone));
        }
    });
    for clone in (0..gossip.clones).chain(0..gossip.clones) {
        let out = gossip.run(clone, env!("CARGO_BIN_EXE_desk"), &["sync"]);
        assert!(out.status.success(), "{}", shown(&out));
    }
    for clone in 0..gossip.clones {
        assert_eq!(gossip.tree(clone), gossip.tree(0), "c{clone}");
        let told = gossip.git(clone, &["grep", "-h", "^c[0-4] says ", "--", "tickets"]);
        let mut told: Vec<&str> = told.lines().collect();
        let all = told.len();
        told.sort_unstable();
        told.dedup();
        assert_eq!((told.len(), all), (5 * count, 5 * count), "c{clone}");
        let check = gossip.run(clone, env!("CARGO_BIN_EXE_desk"), &["check"]);
        assert!(check.status.success(), "{}", shown(&check));
    }
    println!("at once: {} commands in 5 clones", 5 * count);
}
