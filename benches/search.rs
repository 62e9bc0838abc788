//! What the search costs: whole processes on a made desk, beside `find` and `rg` over the same files
//! and beside the engine alone, alternating within one run.
//!
//! `cargo bench --bench search` measures 10,000 and 100,000 tickets; `DESK_BENCH_TICKETS=1000` other
//! numbers.

#![expect(
    clippy::cast_precision_loss,
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench starts programs, makes folders and prints"
)]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};
use plaindesk::index::text::{Collection, Document, TextSearcher, of_ticket};
use plaindesk::model::id::base32;
use plaindesk::page::ticket;

/// Runs of each command.
const RUNS: usize = 15;

fn main() {
    if !std::env::args().any(|arg| arg == "--bench") {
        println!("bench: only with `cargo bench`");
        return;
    }
    let sizes = std::env::var("DESK_BENCH_TICKETS").unwrap_or_else(|_| "10000,100000".to_owned());
    for size in sizes.split(',') {
        measure(size.trim().parse().unwrap());
    }
}

fn measure(size: usize) {
    let home = tempfile::tempdir().unwrap();
    let made = Desk::made(home.path(), size);
    let desk = &made.root;
    println!(
        "\n{size} tickets and {} articles, {:.0} bytes each",
        made.articles, made.bytes
    );
    // What was written within the last tick may change again without a new time.
    std::thread::sleep(Duration::from_millis(300));

    let first = run(desk, DESK, &["search", &made.words[0]]);
    let alone = engine(&made);
    println!("\nfirst search, which makes both caches");
    println!(
        "  CPU {:>7.2} s   wall {:>6.2} s   peak {:>4} MB",
        first.cpu,
        first.wall,
        peak()
    );
    println!(
        "  the engine alone, same texts in memory, same analysers: CPU {alone:.2} s   ratio {:.2} (bound 1.5)",
        first.cpu / alone
    );
    let bound = size as f64 / 100_000.0;
    println!(
        "  bounds at 100,000: 60 s, 400 MB; here {:.1} s",
        60.0 * bound.max(0.1)
    );
    println!("  pieces: {} (bound 4)", pieces(desk));

    let _ = run(desk, DESK, &["search", &made.words[0]]);
    let words: Vec<&str> = made.words.iter().map(String::as_str).collect();
    let search = |at: usize| run(desk, DESK, &["search", words[at % words.len()]]);
    let find_args = ["tickets", "kb", "-name", "*.md", "-printf", "%s %T@\n"];
    let one = words[0].split(' ').next().unwrap();
    let rg_args = ["-il", one, "tickets", "kb"];
    let has_rg = Command::new("rg").arg("--version").output().is_ok();
    if !has_rg {
        println!("SKIPPED: ripgrep is not there");
    }
    let (mut searches, mut finds, mut greps, mut suggests, mut articles, mut fields) =
        (vec![], vec![], vec![], vec![], vec![], vec![]);
    for at in 0..RUNS {
        searches.push(search(at));
        finds.push(run(desk, "find", &find_args));
        if has_rg {
            greps.push(run(desk, "rg", &rg_args));
        }
        suggests.push(run(
            desk,
            DESK,
            &["suggest", &made.ids[at * 7 % made.ids.len()]],
        ));
        articles.push(run(desk, DESK, &["kb", "search", words[at % words.len()]]));
        fields.push(run(
            desk,
            DESK,
            &["search", words[at % words.len()], "queue:network"],
        ));
    }
    let middle = |all: &[Run]| (median(all, |run| run.wall), median(all, |run| run.cpu));
    let (searched, find) = (middle(&searches), middle(&finds));
    println!("\nwarm, whole processes, middle of {RUNS}, ms of wall and of CPU");
    line("desk search, three words", searched);
    line("desk kb search, the same", middle(&articles));
    line("desk search with a field", middle(&fields));
    let suggest = middle(&suggests);
    line("desk suggest", suggest);
    line("find -printf of all files", find);
    println!(
        "  search / (1.3 find + 15 ms): {:.2} (bound 1)   suggest / search: {:.2} (bound 2)",
        searched.0 / (1.3 * find.0 + 0.015),
        suggest.0 / searched.0
    );
    if has_rg {
        let grep = middle(&greps);
        line("rg -il, one word", grep);
        let query = query_alone(&made);
        println!(
            "  CPU of rg / of search: {:.1} (bound 4)   of rg / of the query alone ({:.2} ms): {:.0} (bound 100)",
            grep.1 / searched.1,
            query * 1e3,
            grep.1 / query
        );
    }

    let (mut warm, mut changed) = (Vec::new(), Vec::new());
    for at in 0..RUNS {
        let path = desk.join(&made.paths[at * 131 % made.paths.len()]);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(
            &path,
            text.replace("Then we", "Then they")
                .replace("board ", "boards "),
        )
        .unwrap();
        std::thread::sleep(Duration::from_millis(150));
        changed.push(search(at));
        warm.push(search(at));
    }
    let (warm, changed) = (middle(&warm), middle(&changed));
    println!(
        "\none changed file: {:.1} ms, warm {:.1} ms, {:.1} ms more (bound 60)   pieces: {}",
        changed.0 * 1e3,
        warm.0 * 1e3,
        (changed.0 - warm.0) * 1e3,
        pieces(desk)
    );
}

const DESK: &str = env!("CARGO_BIN_EXE_desk");

/// What one process took, in seconds.
struct Run {
    wall: f64,
    cpu: f64,
}

fn run(desk: &Path, program: &str, args: &[&str]) -> Run {
    let (before, began) = (cpu(UsageWho::RUSAGE_CHILDREN), Instant::now());
    let status = Command::new(program)
        .args(args)
        .current_dir(desk)
        .env("DESK_NOW", "2026-11-25T12:00:00Z")
        .env_remove("LANG")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    let wall = began.elapsed().as_secs_f64();
    assert!(
        status.code().is_some_and(|code| code <= 1),
        "{program} {args:?}"
    );
    Run {
        wall,
        cpu: cpu(UsageWho::RUSAGE_CHILDREN) - before,
    }
}

/// Seconds of user and system time.
fn cpu(who: UsageWho) -> f64 {
    let usage = getrusage(who).unwrap();
    let seconds =
        |time: nix::sys::time::TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
    seconds(usage.user_time()) + seconds(usage.system_time())
}

/// The largest resident set of any process so far, in megabytes.
fn peak() -> i64 {
    getrusage(UsageWho::RUSAGE_CHILDREN).unwrap().max_rss() / 1024
}

fn median(all: &[Run], of: impl Fn(&Run) -> f64) -> f64 {
    let mut values: Vec<f64> = all.iter().map(of).collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn line(what: &str, (wall, cpu): (f64, f64)) {
    println!("  {what:<28} {:>8.1} {:>8.1}", wall * 1e3, cpu * 1e3);
}

/// The files of terms that the ticket index has: one for each piece.
fn pieces(desk: &Path) -> usize {
    let folder = fs::read_dir(desk.join(".desk/search/tickets")).unwrap();
    let pieces = folder
        .flatten()
        .filter(|one| one.path().extension().is_some_and(|ext| ext == "idx"));
    pieces.count()
}

fn sheets(made: &Desk) -> Vec<Document> {
    let sheet = |(id, path): (&String, &String)| {
        let text = fs::read_to_string(made.root.join(path)).unwrap();
        of_ticket(&ticket::read(id.parse().unwrap(), text).unwrap())
    };
    made.ids.iter().zip(&made.paths).map(sheet).collect()
}

/// CPU seconds that the engine alone takes for the same texts.
fn engine(made: &Desk) -> f64 {
    let sheets = sheets(made);
    let began = cpu(UsageWho::RUSAGE_SELF);
    let texts = TextSearcher::in_memory(Collection::Tickets, &sheets).unwrap();
    assert_eq!(texts.len(), sheets.len() as u64);
    cpu(UsageWho::RUSAGE_SELF) - began
}

/// Seconds of one query in memory, the middle of many.
fn query_alone(made: &Desk) -> f64 {
    let texts = TextSearcher::in_memory(Collection::Tickets, sheets(made)).unwrap();
    let mut all: Vec<f64> = (0..60)
        .map(|at| {
            let question = plaindesk::index::text::TextQuery {
                text: made.words[at % made.words.len()].clone(),
                ..Default::default()
            };
            let began = Instant::now();
            let found = texts.find(&question, None, 22).unwrap();
            let time = began.elapsed().as_secs_f64();
            assert!(!found.is_empty());
            time
        })
        .collect();
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}

/// A desk that was made up.
struct Desk {
    root: PathBuf,
    ids: Vec<String>,
    paths: Vec<String>,
    /// Searches: three words each.
    words: Vec<String>,
    articles: usize,
    bytes: f64,
}

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11
    }

    fn below(&mut self, most: usize) -> usize {
        usize::try_from(self.roll()).unwrap() % most
    }

    fn part(&mut self) -> f64 {
        self.roll() as f64 / (1_u64 << 53) as f64
    }
}

/// Sixty thousand words that can be said, used as often as words are: the n-th one time in n.
struct Vocabulary {
    words: Vec<String>,
    sums: Vec<f64>,
}

impl Vocabulary {
    fn new(dice: &mut Dice) -> Self {
        let (mut words, mut seen) = (Vec::new(), std::collections::HashSet::new());
        while words.len() < 60_000 {
            let mut word = String::new();
            for _ in 0..=1 + dice.below(3) {
                word.push(char::from(b"bdfghjklmnprstvwz"[dice.below(17)]));
                word.push(char::from(b"aeiou"[dice.below(5)]));
            }
            if seen.insert(word.clone()) {
                words.push(word);
            }
        }
        let mut sum = 0.0;
        let sums = (0..words.len()).map(|at| {
            sum += 1.0 / (at as f64 + 2.0);
            sum
        });
        Self {
            sums: sums.collect(),
            words,
        }
    }

    fn pick(&self, dice: &mut Dice) -> &str {
        let wanted = dice.part() * self.sums.last().unwrap();
        &self.words[self
            .sums
            .partition_point(|sum| *sum < wanted)
            .min(self.words.len() - 1)]
    }

    fn say(&self, count: usize, dice: &mut Dice) -> String {
        let mut text = String::new();
        for at in 0..count {
            if at > 0 {
                text.push(if at % 12 == 0 { '\n' } else { ' ' });
            }
            text.push_str(self.pick(dice));
        }
        text
    }
}

impl Desk {
    fn made(home: &Path, size: usize) -> Self {
        let root = home.join("desk");
        fs::create_dir_all(root.join("kb/made")).unwrap();
        for file in ["desk.toml", "catalog.toml"] {
            fs::copy(
                Path::new(env!("CARGO_MANIFEST_DIR")).join(file),
                root.join(file),
            )
            .unwrap();
        }
        let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
        let vocabulary = Vocabulary::new(&mut dice);
        let (mut ids, mut paths, mut bytes) = (Vec::new(), Vec::new(), 0);
        for at in 0..size {
            let month = at * 60 / size;
            let (year, month) = (21 + month / 12, 1 + month % 12);
            let mut number = at as u64 * 7 + 3;
            let random: Vec<u8> = (0..5)
                .map(|_| {
                    let five = u8::try_from(number & 31).unwrap();
                    number >>= 5;
                    five
                })
                .collect();
            let id = format!("{year}{month:02}-{}", base32(&random));
            let folder = format!("tickets/20{year}-{month:02}");
            fs::create_dir_all(root.join(&folder)).unwrap();
            let text = page(&id, year, month, at, &vocabulary, &mut dice);
            bytes += text.len();
            let path = format!("{folder}/{id}.md");
            fs::write(root.join(&path), text).unwrap();
            ids.push(id);
            paths.push(path);
        }
        let articles = (size / 200).clamp(40, 400);
        for at in 0..articles {
            let mut number = at;
            let random: Vec<u8> = (0..4)
                .map(|_| {
                    let five = u8::try_from(number & 31).unwrap();
                    number >>= 5;
                    five
                })
                .collect();
            let text = format!(
                "+++\nid = \"KB-{}\"\ntitle = \"{}\"\nstate = \"published\"\nlanguage = \"en\"\n+++\n{}\n",
                base32(&random),
                vocabulary.say(6, &mut dice),
                vocabulary.say(220, &mut dice)
            );
            fs::write(root.join(format!("kb/made/article-{at}.md")), text).unwrap();
        }
        // A frequent word, a less frequent one and a rare one.
        let words = (0..20).map(|at| {
            let word = |rank: usize| vocabulary.words[rank].as_str();
            format!(
                "{} {} {}",
                word(40 + at),
                word(400 + at * 7),
                word(4_000 + at * 31)
            )
        });
        Self {
            words: words.collect(),
            root,
            ids,
            paths,
            articles,
            bytes: bytes as f64 / size as f64,
        }
    }
}

fn page(
    id: &str,
    year: usize,
    month: usize,
    at: usize,
    vocabulary: &Vocabulary,
    dice: &mut Dice,
) -> String {
    let (day, minute) = (1 + at % 28, at % 60);
    let time = |hour: usize| format!("20{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:00Z");
    let done = !at.is_multiple_of(50);
    let status = if done { "closed" } else { "open" };
    let queue = ["service-desk", "network", "applications"][at % 3];
    let mut text = String::new();
    let _ = write!(
        text,
        "+++\nid = \"{id}\"\ntype = \"action\"\ntitle = \"{}\"\nstatus = \"{status}\"\npriority = \"standard\"\n\
         impact = \"person\"\nurgency = \"medium\"\nqueue = \"{queue}\"\nassignee = \"anna\"\ncode = \"NET-OUT\"\n\
         channel = \"phone\"\ncreated = {}\n\n[requester]\nname = \"{} {}\"\nphone = \"+48 600 100 {:03}\"\n\n\
         [asset]\nserial = \"SN{at:06}\"\n+++\n{}\n",
        vocabulary.say(6, dice),
        time(8),
        vocabulary.pick(dice),
        vocabulary.pick(dice),
        at % 1000,
        vocabulary.say(60, dice),
    );
    let _ = write!(
        text,
        "\n## {} anna created ^c{:03}\n\n- channel: phone\n- type: action\n- status: open\n- impact: person\n\
         - urgency: medium\n- priority: standard\n- queue: {queue}\n- assignee: anna\n- code: NET-OUT\n",
        time(8),
        at % 1000
    );
    for hour in 9..11 {
        let _ = write!(
            text,
            "\n## {} anna note ^n{hour:03}\n\nThen we {}\n",
            time(hour),
            vocabulary.say(35, dice)
        );
    }
    if done {
        let _ = write!(
            text,
            "\n## {} anna close ^x{:03}\n\n- status: open -> closed\n\n{}\n",
            time(12),
            at % 1000,
            vocabulary.say(20, dice)
        );
    }
    text
}
