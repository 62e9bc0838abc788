//! Many at once: writers of different verbs, readers, a person's git and editor, and sudden deaths.
//!
//! Another clone writes on the same tickets, and both sync through one bare repository.
//!
//! Every writer puts a word of its own into each command. What was acknowledged must be there at
//! the end, as often as one such command alone puts it there; what was killed, that often or not.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::process::{Child, Output, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::crowd_afar::Afar;
use super::scene::{BINARY, Scene, text, torture};

/// How long the crowd is at work in CI, and in the long form.
const SHORT: Duration = Duration::from_mins(1);
const LONG: Duration = Duration::from_mins(10);

/// The least number of acknowledged words in the long form.
const WORDS: usize = 1_000;

/// What one writer does, over and over: `{W}` is the word, `{T}` its own ticket, `{S}` a ticket
/// that all share, `{O}` its work order, `{F}` an export with the word in it. `mail in` is given a mail
/// with the word in it.
struct Verb {
    name: &'static str,
    /// Commands in turn, so that each is allowed after the one before it.
    turns: &'static [&'static [&'static str]],
}

const VERBS: &[Verb] = &[
    Verb {
        name: "note",
        turns: &[&["note", "{S}", "-m", "{W}"]],
    },
    Verb {
        name: "note, own",
        turns: &[&["note", "{T}", "-m", "{W}"]],
    },
    Verb {
        name: "contact",
        turns: &[&["contact", "{S}", "-m", "{W}"]],
    },
    Verb {
        name: "call",
        turns: &[&["call", "{S}", "-m", "{W}"]],
    },
    Verb {
        name: "new",
        turns: &[&["new", "A call", "-m", "{W}"]],
    },
    Verb {
        name: "new --issue",
        turns: &[&[
            "new",
            "A call",
            "--from",
            "Ola Nowak",
            "--issue",
            "Another",
            "-m",
            "{W}",
        ]],
    },
    Verb {
        name: "set",
        turns: &[
            &["set", "{S}", "urgency=high", "-m", "{W}"],
            &["set", "{S}", "urgency=low", "-m", "{W}"],
        ],
    },
    Verb {
        name: "pend and reopen",
        turns: &[
            &["pend", "{T}", "--on", "vendor", "-m", "{W}"],
            &["reopen", "{T}", "-m", "{W}"],
        ],
    },
    Verb {
        name: "resolve and reopen",
        turns: &[
            &["resolve", "{T}", "-m", "{W}"],
            &["reopen", "{T}", "-m", "{W}"],
        ],
    },
    Verb {
        name: "cancel and reopen",
        turns: &[
            &["cancel", "{T}", "-m", "{W}"],
            &["reopen", "{T}", "-m", "{W}"],
        ],
    },
    Verb {
        name: "escalate",
        turns: &[&["escalate", "{T}", "--hierarchic", "-m", "{W}"]],
    },
    Verb {
        name: "attach",
        turns: &[&[
            "attach",
            "{T}",
            "../home/file",
            "--name",
            "{W}.txt",
            "-m",
            "{W}",
        ]],
    },
    Verb {
        name: "split",
        turns: &[&["split", "{T}", "Another issue", "-m", "{W}"]],
    },
    Verb {
        name: "kb use",
        turns: &[&[
            "kb",
            "use",
            "KB-W1F4",
            "--on",
            "{T}",
            "--outcome",
            "helped",
            "-m",
            "{W}",
        ]],
    },
    Verb {
        name: "kb new",
        turns: &[&["kb", "new", "Lamps", "--category", "workplace", "-m", "{W}"]],
    },
    Verb {
        name: "work tick",
        turns: &[
            &["work", "tick", "{O}", "1", "-m", "{W}"],
            &["work", "tick", "{O}", "1", "--undo", "-m", "{W}"],
        ],
    },
    // Each of the next two by an agent of its own: both look at what that agent did before.
    Verb {
        name: "undo",
        turns: &[
            &["note", "{T}", "-m", "{W}", "--as", "hanna"],
            &["undo", "-m", "{W}", "--as", "hanna"],
        ],
    },
    Verb {
        name: "handover",
        turns: &[
            &["set", "{T}", "assignee=piotr", "-m", "{W}", "--as", "piotr"],
            &["call", "{T}", "-m", "{W}", "--next", "+1h", "--as", "piotr"],
            &["handover", "--to", "hanna", "-m", "{W}", "--as", "piotr"],
        ],
    },
    Verb {
        name: "redact",
        turns: &[
            &["set", "{T}", "requester.phone=+48 600 100 200", "-m", "{W}"],
            &["redact", "{T}", "--field", "requester.phone", "-m", "{W}"],
        ],
    },
    Verb {
        name: "mail in",
        turns: &[&["mail", "in"]],
    },
    Verb {
        name: "reply",
        turns: &[&["reply", "{T}", "-m", "{W}"]],
    },
    Verb {
        name: "import tickets",
        turns: &[&["import", "tickets", "{F}", "--from", "jira", "--yes"]],
    },
];

/// The number of the other clone among the writers.
const AFAR: usize = VERBS.len();

fn name(writer: usize) -> &'static str {
    VERBS.get(writer).map_or("afar", |verb| verb.name)
}

/// The settings that the crowd adds: two agents, mail without limits, and where it goes.
const HOUSE: &str = "
[agent.hanna]
name = \"Hanna Kos\"
email = \"hanna@example.com\"
role = \"agent\"

[agent.piotr]
name = \"Piotr Wilk\"
email = \"piotr@example.com\"
role = \"agent\"

[mail.address.\"help@desk.example\"]
queue = \"network\"

[mail.limits]
new_of_address_an_hour = 1000000
of_ticket_in_ten_minutes = 1000000
of_ticket_a_day = 1000000
new_of_desk_an_hour = 1000000

[mail.out]
from = \"help@desk.example\"
";

/// How many tickets are shared.
const SHARED: usize = 4;

/// What the crowd has done so far.
#[derive(Default)]
struct Told {
    /// Words that were acknowledged, and by whom.
    words: Mutex<Vec<(usize, String)>>,
    /// Words of commands that were killed.
    killed: Mutex<Vec<(usize, String)>>,
    /// Tickets whose id was printed by a command that ended well, with its word.
    ids: Mutex<Vec<(String, String)>>,
    saved_only: AtomicUsize,
    refused: AtomicUsize,
    /// Sweeps, syncs and their like that were told to come again.
    late: AtomicUsize,
    longest: Mutex<Duration>,
    wrong: Mutex<Vec<String>>,
}

impl Told {
    fn wrong(&self, what: String) {
        eprintln!("crowd: {what}");
        self.wrong.lock().unwrap().push(what);
    }
}

/// The desk of the crowd.
struct Hall {
    scene: Scene,
    shared: Vec<String>,
    own: Vec<String>,
    order: String,
}

impl Hall {
    fn new() -> Self {
        let mut scene = Scene::empty();
        scene.now = "2026-01-05T10:00:00Z";
        scene.ok(&["init"]);
        scene.git(&["config", "maintenance.auto", "false"]);
        std::fs::write(scene.home().join("file"), "mine\n").unwrap();
        let settings = std::fs::read_to_string(scene.desk.join("desk.toml")).unwrap();
        scene.write("desk.toml", &(settings + HOUSE));
        scene.git(&["commit", "--quiet", "--all", "-m", "The house"]);
        let own = scene.home().join(".config/plaindesk");
        std::fs::create_dir_all(&own).unwrap();
        let sends = "[mail]\nsend = [\"true\", \"--\", \"{recipients}\"]\n";
        std::fs::write(own.join("config.toml"), sends).unwrap();
        let open = |title: &str| {
            scene
                .ok(&["new", title, "--code", "NET-OUT"])
                .trim()
                .to_owned()
        };
        let shared = (0..SHARED).map(|_| open("A shared ticket")).collect();
        let own: Vec<String> = VERBS.iter().map(|verb| open(verb.name)).collect();
        for id in &own {
            scene.ok(&["set", id, "requester.email=jan@acme.example"]);
        }
        let order = open("The cause");
        scene.ok(&["work", "new", &order, "--separate"]);
        let orders: Vec<String> = scene
            .tickets()
            .into_iter()
            .filter(|(_, page)| text(page).contains("type = \"work-order\""))
            .map(|(path, _)| id_of(&path))
            .collect();
        let [order] = &orders[..] else {
            panic!("{orders:?}")
        };
        let order = order.clone();
        scene.commit_own();
        scene.now = "2026-02-02T10:00:00Z";
        Self {
            scene,
            shared,
            own,
            order,
        }
    }

    fn args(&self, writer: usize, turn: usize, word: &str) -> Vec<String> {
        let turns = VERBS[writer].turns;
        let one = |arg: &&str| match *arg {
            "{T}" => self.own[writer].clone(),
            "{S}" => self.shared[turn % SHARED].clone(),
            "{O}" => self.order.clone(),
            "{F}" => export(self, writer, word),
            arg => arg.replace("{W}", word),
        };
        turns[turn % turns.len()].iter().map(one).collect()
    }

    /// How often each word stands in the files, as a line of its own.
    fn lines(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for (_, page) in self.scene.pages() {
            for line in text(&page).lines().filter(|line| line.starts_with("word-")) {
                *counts.entry(line.to_owned()).or_default() += 1;
            }
        }
        counts
    }
}

fn id_of(path: &str) -> String {
    path.rsplit('/')
        .next()
        .unwrap()
        .trim_end_matches(".md")
        .to_owned()
}

/// A mail with a word, which answers to a ticket every other time.
fn mail(hall: &Hall, writer: usize, turn: usize, word: &str) -> File {
    let about = match turn % 2 {
        0 => format!("Re: it [desk {}]", hall.own[writer]),
        _ => "A request".to_owned(),
    };
    let text = format!(
        "From: Jan <jan@acme.example>\nTo: help@desk.example\nSubject: {about}\n\
         Date: Mon, 2 Feb 2026 10:00:00 +0000\nMessage-ID: <{word}@acme.example>\n\n{word}\n"
    );
    let path = hall.scene.home().join(format!("mail-{writer}"));
    std::fs::write(&path, text).unwrap();
    File::open(path).unwrap()
}

/// An export of another system, of one ticket with the word as a comment.
fn export(hall: &Hall, writer: usize, word: &str) -> String {
    let text = format!(
        "Summary,Issue key,Status,Created,Comment\nA lamp,{word},Open,01/Jan/26 9:00 AM,\
         01/Jan/26 9:10 AM;Ola;{word}\n"
    );
    let path = hall.scene.home().join(format!("export-{writer}.csv"));
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

fn start(scene: &Scene, args: &[String], input: Option<File>) -> Child {
    let mut command = scene.command(BINARY);
    if let Some(input) = input {
        command.stdin(input);
    }
    command
        .args(args)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command.spawn().unwrap()
}

/// Numbers that differ from turn to turn.
fn scattered(writer: usize, turn: usize) -> u64 {
    let mixed = (writer as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)
        ^ (turn as u64).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (mixed ^ (mixed >> 29)).wrapping_mul(0x94d0_49bb_1331_11eb) >> 33
}

/// One writer, until the time is over. Now and then a command is killed somewhere on its way.
fn write(hall: &Hall, writer: usize, reported: &Told, over: &AtomicBool) {
    let mut turn = 0;
    // After each one killed, the next command watches for a while whether a lock is dead.
    let often = if torture() { 60 } else { 12 };
    while !over.load(Ordering::SeqCst) {
        let word = format!("word-{writer:02}-{turn:05}");
        let args = hall.args(writer, turn, &word);
        let begin = Instant::now();
        let input = (args[0] == "mail").then(|| mail(hall, writer, turn, &word));
        let mut child = start(&hall.scene, &args, input);
        let chance = scattered(writer, turn);
        turn += 1;
        if chance.is_multiple_of(often) {
            std::thread::sleep(Duration::from_micros(chance / often % 150_000));
            let _ = child.kill();
        }
        let done = child.wait_with_output().unwrap();
        let took = begin.elapsed();
        let mut longest = reported.longest.lock().unwrap();
        *longest = took.max(*longest);
        drop(longest);
        judge(writer, word, &args, &done, reported);
    }
}

fn judge(writer: usize, word: String, args: &[String], done: &Output, reported: &Told) {
    let (out, err) = (text(&done.stdout), text(&done.stderr));
    match done.status.code() {
        Some(0) => {
            let ids = out
                .lines()
                .map(str::trim)
                .filter(|line| line.len() == 10 && line.as_bytes()[4] == b'-');
            let ids = ids.map(|id| (id.to_owned(), word.clone()));
            reported.ids.lock().unwrap().extend(ids);
            reported.words.lock().unwrap().push((writer, word));
        }
        // Another git held a lock for too long: the next command commits it.
        Some(5) if err.contains("saved") => {
            reported.saved_only.fetch_add(1, Ordering::SeqCst);
            reported.words.lock().unwrap().push((writer, word));
        }
        // The state was there already, since a command that was killed had come through; or the mail
        // is to be handed over again.
        Some(4 | 75) => {
            reported.refused.fetch_add(1, Ordering::SeqCst);
        }
        None => reported.killed.lock().unwrap().push((writer, word)),
        code => reported.wrong(format!("{args:?}: {code:?}: {out}{err}")),
    }
}

/// Reads, and compares with the ids that were acknowledged before it began.
fn read(hall: &Hall, reported: &Told, over: &AtomicBool) -> usize {
    let mut rounds = 0;
    while !over.load(Ordering::SeqCst) {
        let mut ids = reported.ids.lock().unwrap().clone();
        let word = ids.last().map_or("word", |(_, word)| word).to_owned();
        let args: &[&str] = match rounds % 4 {
            0 => &["list", "--all", "--json"],
            1 => &["export", "--format", "json"],
            2 => &["search", &word, "--json"],
            _ => &["list", "--all", "type:action", "--json"],
        };
        if args[0] == "search" {
            ids.retain(|(_, its)| *its == word);
            ids.truncate(1);
        }
        let done = hall.scene.desk(args);
        let out = text(&done.stdout);
        // A search may find nothing as long as there is nothing.
        let fine = done.status.success() || args[0] == "search" && ids.is_empty();
        if !fine {
            reported.wrong(format!("{args:?}: {}: {}", done.status, text(&done.stderr)));
        }
        let shown: BTreeSet<&str> = out.split('"').collect();
        for (id, _) in ids.iter().filter(|(id, _)| !shown.contains(id.as_str())) {
            reported.wrong(format!(
                "{args:?} does not know {id}, which was acknowledged before"
            ));
        }
        rounds += 1;
    }
    rounds
}

/// A person stages and commits, collects garbage and makes branches.
fn person(scene: &Scene, over: &AtomicBool) -> usize {
    let mut round = 0;
    while !over.load(Ordering::SeqCst) {
        round += 1;
        // What fails on a lock, a person does again; here the next round does.
        scene.write("edited.txt", &format!("round {round}\n"));
        scene.try_git(&["add", "edited.txt"]);
        scene.try_git(&["commit", "--quiet", "-m", "by hand"]);
        if round % 7 == 0 {
            scene.try_git(&["checkout", "--quiet", "-b", &format!("branch-{round}")]);
        }
        if round % 15 == 0 {
            scene.try_git(&["gc", "--quiet"]);
        }
        // A branch that moves without a pause lets no sync come through.
        let pause = if round % 10 == 0 { 4_000 } else { 50 };
        std::thread::sleep(Duration::from_millis(pause));
    }
    round
}

/// An editor that saves by renaming.
fn editor(scene: &Scene, over: &AtomicBool) -> String {
    let path = scene.desk.join("kb/network/no-network.md");
    let first = std::fs::read_to_string(&path).unwrap();
    let mut last = first.clone();
    let mut round = 0;
    while !over.load(Ordering::SeqCst) {
        round += 1;
        last = format!("{first}\nSaved for the {round}th time.\n");
        let beside = path.with_extension("md~");
        std::fs::write(&beside, &last).unwrap();
        std::fs::rename(&beside, &path).unwrap();
        std::thread::sleep(Duration::from_millis(70));
    }
    last
}

/// A command over and over that may find another git at work, and then says that all is saved.
fn command_again(scene: &Scene, reported: &Told, args: &[&str]) {
    let done = scene.desk(args);
    let said = text(&done.stderr);
    // Those who come too late are told so.
    let late = ["saved", "nothing is lost", "another command is sending"];
    let late = late.iter().any(|words| said.contains(words));
    if done.status.success() {
        return;
    }
    if late || done.status.code() == Some(4) {
        reported.late.fetch_add(1, Ordering::SeqCst);
    } else {
        reported.wrong(format!("{args:?}: {}: {said}", done.status));
    }
}

fn repeat(over: &AtomicBool, pause: u64, what: impl Fn()) -> usize {
    let mut rounds = 0;
    while !over.load(Ordering::SeqCst) {
        what();
        rounds += 1;
        std::thread::sleep(Duration::from_millis(pause));
    }
    rounds
}

/// How long the crowd works.
fn time() -> Duration {
    let seconds = std::env::var("DESK_CROWD_SECONDS").ok();
    match seconds.and_then(|seconds| seconds.parse().ok()) {
        Some(seconds) => Duration::from_secs(seconds),
        None if torture() => LONG,
        None => SHORT,
    }
}

#[test]
fn a_crowd_of_all_verbs_loses_no_word() {
    let hall = Hall::new();
    // What each command alone leaves of its word.
    let mut alone = BTreeMap::new();
    for (writer, verb) in VERBS.iter().enumerate() {
        for step in 0..verb.turns.len().max(2) {
            let word = format!("word-alone-{writer}-{step}");
            let args = hall.args(writer, step, &word);
            let input = (args[0] == "mail").then(|| mail(&hall, writer, step, &word));
            let done = start(&hall.scene, &args, input).wait_with_output().unwrap();
            assert!(done.status.success(), "{args:?}: {}", text(&done.stderr));
            let count = hall.lines().get(&word).copied().unwrap_or(0);
            assert!(count > 0, "{}: its word is not there", verb.name);
            alone.insert(writer, count);
        }
    }
    let afar = Afar::of(&hall.scene);
    alone.insert(AFAR, 1);
    let (reported, over) = (Told::default(), AtomicBool::new(false));
    let (hall_, told_, over_) = (&hall, &reported, &over);
    let scene = &hall.scene;
    let begin = Instant::now();
    let time = time();
    let (mut rounds, mut saved_last) = (BTreeMap::new(), String::new());
    std::thread::scope(|scope| {
        for writer in 0..VERBS.len() {
            scope.spawn(move || write(hall_, writer, told_, over_));
        }
        let readers: Vec<_> = (0..2)
            .map(|_| scope.spawn(move || read(hall_, told_, over_)))
            .collect();
        let by_hand = scope.spawn(move || person(scene, over_));
        let editing = scope.spawn(move || editor(scene, over_));
        let again = |pause: u64, args: &'static [&'static str]| {
            scope.spawn(move || repeat(over_, pause, || command_again(scene, told_, args)))
        };
        let sweeping = again(200, &["sweep", "--quiet"]);
        let sending = again(300, &["mail", "out"]);
        let syncing = again(400, &["sync"]);
        let leaving = scope.spawn(move || {
            let days = AtomicUsize::new(0);
            repeat(over_, 700, || {
                let year = 2030 + days.fetch_add(1, Ordering::SeqCst);
                let days = format!("{year}-12-24..{year}-12-26");
                let args = ["away", &days, "--deputy", "piotr", "--as", "hanna"];
                command_again(scene, told_, &args);
            })
        });
        let afar = &afar;
        let apart = scope.spawn(move || {
            let write = |turn: usize| {
                let word = format!("word-{AFAR:02}-{turn:05}");
                let args = ["note", &hall_.shared[turn % SHARED], "-m", &word];
                let done = afar.desk(&args);
                judge(AFAR, word.clone(), &args.map(str::to_owned), &done, told_);
            };
            afar.work(over_, write, |what| told_.wrong(what))
        });
        let removing = scope.spawn(move || {
            repeat(over_, 150, || {
                drop(std::fs::remove_dir_all(scene.desk.join(".desk")));
            })
        });
        loop {
            std::thread::sleep(Duration::from_millis(200));
            let enough = !torture()
                || reported.words.lock().unwrap().len() >= WORDS
                || begin.elapsed() > time * 3;
            if begin.elapsed() >= time && enough || !reported.wrong.lock().unwrap().is_empty() {
                break;
            }
        }
        over.store(true, Ordering::SeqCst);
        let read: usize = readers
            .into_iter()
            .map(|reader| reader.join().unwrap())
            .sum();
        rounds.insert("reads", read);
        rounds.insert("rounds of the person", by_hand.join().unwrap());
        rounds.insert("sweeps", sweeping.join().unwrap());
        rounds.insert("syncs", syncing.join().unwrap());
        rounds.insert("mail out", sending.join().unwrap());
        rounds.insert("away", leaving.join().unwrap());
        rounds.insert("rounds of the other clone", apart.join().unwrap());
        rounds.insert("removals of .desk", removing.join().unwrap());
        saved_last = editing.join().unwrap();
    });
    let (words, killed) = (
        reported.words.into_inner().unwrap(),
        reported.killed.into_inner().unwrap(),
    );
    eprintln!(
        "crowd: {} words of {} writers acknowledged in {:.0?}, {} of them saved and committed later; {} killed, {} refused, {} told to come again; \
         {rounds:?}; the longest command took {:.1?}",
        words.len(),
        VERBS.len() + 1,
        begin.elapsed(),
        reported.saved_only.into_inner(),
        killed.len(),
        reported.refused.into_inner(),
        reported.late.into_inner(),
        reported.longest.into_inner().unwrap(),
    );
    let wrong = reported.wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // The next command brings git in step with what is saved.
    scene.ok(&["note", &hall.shared[0], "-m", "The last."]);
    for clone in 0..4 {
        let synced = if clone % 2 == 0 {
            afar.desk(&["sync"])
        } else {
            scene.desk(&["sync"])
        };
        assert!(synced.status.success(), "{}", text(&synced.stderr));
    }
    let lines = hall.lines();
    for (writer, word) in &words {
        let count = lines.get(word).copied().unwrap_or(0);
        assert_eq!(
            count,
            alone[writer],
            "{word} of `{}` was acknowledged",
            name(*writer)
        );
    }
    for (writer, word) in &killed {
        let count = lines.get(word).copied().unwrap_or(0);
        let name = name(*writer);
        assert!(
            count == 0 || count == alone[writer],
            "{word} of `{name}`, which was killed, is there {count} times"
        );
    }
    let article = std::fs::read_to_string(scene.desk.join("kb/network/no-network.md")).unwrap();
    assert_eq!(article, saved_last, "what the editor saved last");
    let status = scene.git(&["status", "--porcelain", "--untracked-files=all"]);
    for line in status.lines() {
        let own = line.ends_with("edited.txt") || line == " M kb/network/no-network.md";
        assert!(own, "git status has `{line}`");
    }
    let tree = |scene: &Scene| scene.git(&["rev-parse", "HEAD^{tree}"]);
    assert_eq!(tree(&afar.scene), tree(scene), "the two clones");
    assert_eq!(afar.scene.leftovers(), Vec::<String>::new());
    assert_eq!(afar.scene.fsck(), None);
    let checked = afar.desk(&["check"]);
    assert!(checked.status.success(), "{}", text(&checked.stdout));
    let checked = scene.desk(&["check"]);
    assert!(
        checked.status.success(),
        "{}{}",
        text(&checked.stdout),
        text(&checked.stderr)
    );
    // An answer whose command was killed may wait to be sent.
    scene.ok(&["mail", "out"]);
    assert_eq!(scene.leftovers(), Vec::<String>::new());
    assert_eq!(scene.fsck(), None);
    if torture() {
        assert!(words.len() >= WORDS, "{} words", words.len());
    }
}
