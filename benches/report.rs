//! What reports cost on a log that nobody here wrote, 25,000 tickets of 140,000 entries, beside a
//! Python script and `DuckDB` that count the same figures from the log's CSV; and how that grows with
//! the tickets. Whole processes with a warm index, alternating within one run, so that the ratios
//! hold whatever else the machine does.
//!
//! The log is the one that `tests/data/figures` reads. `DESK_BENCH_PYTHON` names the Python, for `DuckDB`
//! one that has the package `duckdb`.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench starts programs, makes folders and prints"
)]

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use plaindesk::rules::reports::ReportKind;
use serde_json::Value;

const RUNS: usize = 15;

/// All there is in the log: the period's edges and the instant, for those who count a second time.
const PERIOD: [&str; 3] = [
    "1999-12-31T23:00:00+00:00",
    "2018-01-01T23:00:00+00:00",
    "2018-01-01T00:00:00+00:00",
];

const ALL: [&str; 2] = ["--from", "2000-01-01"];

fn main() {
    // `cargo test` runs benches for a smoke test; the figures need `cargo bench`.
    if !std::env::args().any(|arg| arg == "--bench") {
        println!("bench: only with `cargo bench`");
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let identity = "[user]\n\tname = Ewa Lis\n\temail = ewa@example.org\n[gc]\n\tauto = 0\n";
    std::fs::write(home.path().join("gitconfig"), identity).unwrap();
    let Some(log) = log(home.path()) else {
        return;
    };
    let whole = Desk::with(home.path(), "whole", &log);
    beside(&whole, home.path(), &log);
    growth(&whole, home.path(), &log);
}

fn top() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The log, unpacked; `None`, said aloud, where it is absent.
fn log(home: &Path) -> Option<PathBuf> {
    let data = std::env::var_os("DESK_TEST_DATA").map(PathBuf::from);
    let path = data
        .unwrap_or_else(|| top().join("../shared/data"))
        .join("uci-incidents/incident_event_log.zip");
    let unpacked = std::fs::File::open(&path)
        .and_then(|file| Command::new("gzip").arg("-dc").stdin(file).output());
    let bytes = unpacked.map(|out| out.stdout).unwrap_or_default();
    if bytes.is_empty() {
        println!("SKIPPED: no {}", path.display());
        return None;
    }
    let log = home.join("log.csv");
    std::fs::write(&log, bytes).unwrap();
    Some(log)
}

struct Desk {
    root: PathBuf,
    tickets: usize,
}

impl Desk {
    /// A new desk with a log in it, and a warm index.
    fn with(home: &Path, name: &str, log: &Path) -> Self {
        let root = home.join(name);
        std::fs::create_dir(&root).unwrap();
        let mut desk = Self { root, tickets: 0 };
        run(desk.command("git").args(["init", "-q"]));
        desk.run(&["init", "-q"]);
        let map = top().join("docs/maps/uci.toml");
        let (map, log) = (map.to_str().unwrap(), log.to_str().unwrap());
        desk.run(&["import", "events", log, "--map", map, "-q"]);
        // The index is as fresh as the clock of the file system can tell.
        std::thread::sleep(Duration::from_secs(2));
        for _ in 0..2 {
            desk.run(&["list"]);
        }
        desk.tickets = usize::try_from(desk.overview()["tickets"].as_u64().unwrap()).unwrap();
        desk
    }

    fn command(&self, program: &str) -> Command {
        let home = self.root.parent().unwrap();
        let mut command = Command::new(program);
        command
            .current_dir(&self.root)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("HOME", home)
            .env("GIT_CONFIG_GLOBAL", home.join("gitconfig"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("DESK_NOW", "2018-01-01T00:00:00Z")
            .stdin(Stdio::null());
        command
    }

    fn desk(&self, args: &[&str]) -> Command {
        let mut command = self.command(env!("CARGO_BIN_EXE_desk"));
        command.args(args);
        command
    }

    fn run(&self, args: &[&str]) -> Vec<u8> {
        run(&mut self.desk(args))
    }

    fn overview(&self) -> Value {
        let out = self.run(&[&["report", "overview", "--json"], &ALL[..]].concat());
        let page: Value = serde_json::from_slice(&out).unwrap();
        page["reports"][0].clone()
    }
}

/// Runs a program and gives what it wrote.
fn run(command: &mut Command) -> Vec<u8> {
    let out = command.output().unwrap();
    let reported = String::from_utf8_lossy(&out.stderr);
    assert!(out.status.success(), "{command:?}: {reported}");
    out.stdout
}

/// Each line's times in milliseconds, sorted; one after the other in each round. What each wrote is
/// looked at once its time is taken.
fn alternating(mut lines: Vec<Command>, mut look: impl FnMut(usize, &[u8])) -> Vec<Vec<f64>> {
    let mut times = vec![Vec::with_capacity(RUNS); lines.len()];
    for _ in 0..RUNS {
        for (at, (line, times)) in lines.iter_mut().zip(&mut times).enumerate() {
            let begin = Instant::now();
            let out = run(line);
            times.push(begin.elapsed().as_secs_f64() * 1e3);
            look(at, &out);
        }
    }
    for times in &mut times {
        times.sort_by(f64::total_cmp);
    }
    times
}

fn middle(times: &[f64]) -> f64 {
    times[times.len() / 2]
}

/// Whether two sets of figures are the same, whole numbers with and without a point alike.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter()
                    .all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        _ => a == b,
    }
}

/// The overview's figures as those who count a second time print them.
fn figures(overview: &Value) -> Value {
    let sections = overview["sections"].as_array().unwrap().iter();
    let sections = sections.map(|section| {
        let rows = section["rows"].as_array().unwrap().iter();
        let rows: Vec<Value> = rows
            .map(|row| serde_json::json!([row["labels"], row["figures"]]))
            .collect();
        let both = serde_json::json!([rows, section["total"]["figures"]]);
        (section["key"].as_str().unwrap().to_owned(), both)
    });
    Value::Object(sections.collect())
}

/// Reports beside the other ways to the same figures, the floor and `list`.
fn beside(desk: &Desk, home: &Path, log: &Path) {
    let python = std::env::var_os("DESK_BENCH_PYTHON").unwrap_or(OsString::from("python3"));
    let other = |script: &str| {
        let mut command = Command::new(&python);
        command
            .arg(top().join(script))
            .arg(log)
            .args(PERIOD)
            .stdin(Stdio::null());
        command
    };
    let script = || other("tests/data/figures/overview.py");
    let duck = || other("benches/report/overview_duckdb.py");
    let has = |code: &str| {
        let out = Command::new(&python).args(["-c", code]).output();
        out.is_ok_and(|out| out.status.success())
    };
    let (has_python, has_duck) = (has("import zoneinfo"), has("import duckdb"));

    // Nobody is fast with other figures.
    let ours = figures(&desk.overview());
    if has_python {
        let theirs: Value = serde_json::from_slice(&run(&mut script())).unwrap();
        assert!(same(&ours, &theirs), "Python counts otherwise");
    } else {
        println!("SKIPPED: no Python 3.9 or newer, see DESK_BENCH_PYTHON");
    }
    if has_duck {
        let theirs: Value = serde_json::from_slice(&run(&mut duck())).unwrap();
        assert!(same(&ours, &theirs["sections"]), "DuckDB counts otherwise");
    } else {
        println!("SKIPPED: no package duckdb, see DESK_BENCH_PYTHON");
    }

    let page = home.join("page.html");
    let page = page.to_str().unwrap();
    let html = [
        &["report", "overview", "--format", "html", "-o", page],
        &ALL[..],
    ]
    .concat();
    let mut floor = desk.command("find");
    floor.args(["tickets", "-printf", "%p %s %T@\n"]);
    let mut lines = vec![
        (
            "overview".to_owned(),
            desk.desk(&[&["report", "overview"], &ALL[..]].concat()),
        ),
        ("overview, HTML".to_owned(), desk.desk(&html)),
        ("find -printf".to_owned(), floor),
        ("list".to_owned(), desk.desk(&["list"])),
    ];
    for name in ReportKind::WORDS.into_iter().skip(1) {
        let args = [&["report", name], &ALL[..]].concat();
        lines.push((name.to_owned(), desk.desk(&args)));
    }
    if has_python {
        lines.push(("Python on the CSV".to_owned(), script()));
    }
    if has_duck {
        lines.push(("DuckDB on the CSV".to_owned(), duck()));
    }
    let (names, lines): (Vec<String>, Vec<Command>) = lines.into_iter().unzip();
    // DuckDB tells how long it took itself.
    let told_by = names.iter().position(|name| name == "DuckDB on the CSV");
    let mut query = Vec::new();
    let times = alternating(lines, |at, out| {
        if Some(at) == told_by {
            let theirs: Value = serde_json::from_slice(out).unwrap();
            query.push(theirs["seconds"].as_f64().unwrap() * 1e3);
        }
    });
    query.sort_by(f64::total_cmp);
    println!(
        "{} tickets, all of them in the period, warm index; best and middle of {RUNS}, ms",
        desk.tickets
    );
    let own = &times[0];
    let table = middle(own);
    for (name, times) in names.iter().zip(&times) {
        let (best, usual) = (times[0], middle(times));
        println!(
            "  {name:<20}{best:>9.1}{usual:>9.1}   {:.2} x overview",
            usual / table
        );
    }
    let of = |wanted: &str| {
        let found = names.iter().position(|name| name == wanted);
        found.map(|at| &times[at])
    };
    let ratio = |title: &str, times: &[f64], wanted: &str| {
        let (best, usual) = (times[0] / own[0], middle(times) / table);
        println!("  {title:<20}{best:>9.2}{usual:>9.2}   wanted: {wanted}");
    };
    println!("ratios of the best and of the middle");
    ratio("HTML / table", &times[1], "under 2");
    if let Some(python) = of("Python on the CSV") {
        ratio("Python / desk", python, "20 or more");
    }
    if let Some(duck) = of("DuckDB on the CSV") {
        ratio("DuckDB / desk", duck, "over 1");
        ratio(
            "without Python",
            &query,
            "over 1, reading and queries alone",
        );
    }
}

/// How the overview grows: with the desk, and with the period on one desk.
fn growth(whole: &Desk, home: &Path, log: &Path) {
    let text = std::fs::read_to_string(log).unwrap();
    let parts = [("a quarter", 1), ("a half", 2), ("the double", 8)].map(|(name, quarters)| {
        let part = home.join("part.csv");
        std::fs::write(&part, share(&text, quarters)).unwrap();
        Desk::with(home, name, &part)
    });
    let [quarter, half, double] = &parts;
    let desks = [quarter, half, whole, double];
    let overview = [&["report", "overview"], &ALL[..]].concat();
    let lines = desks.iter().map(|desk| desk.desk(&overview));
    let times = alternating(lines.collect(), |_, _| {});
    println!("overview of desks of growing size; middle of {RUNS}");
    let sizes = desks.iter().map(|desk| desk.tickets);
    reported(sizes.zip(&times));

    // The days by which so many tickets had been made.
    let mut days: Vec<(String, usize)> = Vec::new();
    for row in daily(whole) {
        let before = days.last().map_or(0, |(_, sum)| *sum);
        days.push((row.0, before + row.1));
    }
    let all = days.last().map_or(0, |(_, sum)| *sum);
    let ends: Vec<&(String, usize)> = [8, 4, 2, 1]
        .into_iter()
        .filter_map(|part| days.iter().find(|(_, sum)| *sum >= all / part))
        .collect();
    let lines = ends
        .iter()
        .map(|(day, _)| whole.desk(&["report", "overview", "--from", "2016-01-01", "--to", day]));
    let times = alternating(lines.collect(), |_, _| {});
    println!("overview of growing periods of one desk; middle of {RUNS}");
    reported(ends.iter().map(|(_, tickets)| *tickets).zip(&times));
}

/// Tickets made, by day.
fn daily(desk: &Desk) -> Vec<(String, usize)> {
    let mut all = Vec::new();
    for year in ["2016", "2017"] {
        for quarter in ["Q1", "Q2", "Q3", "Q4"] {
            let period = format!("{year}-{quarter}");
            let out = desk.run(&["report", "flow", "--json", "--period", &period]);
            let page: Value = serde_json::from_slice(&out).unwrap();
            let rows = page["reports"][0]["sections"][0]["rows"].clone();
            for row in rows.as_array().unwrap() {
                let made = row["figures"]["created"].as_u64().unwrap();
                let day = row["labels"][0].as_str().unwrap().to_owned();
                all.push((day, usize::try_from(made).unwrap()));
            }
        }
    }
    all
}

/// Prints what so many tickets cost, and what each one more than before did.
fn reported<'t>(all: impl Iterator<Item = (usize, &'t Vec<f64>)>) {
    let mut before: Option<(f64, f64)> = None;
    for (tickets, times) in all {
        let (count, millis) = (f64::from(u32::try_from(tickets).unwrap()), middle(times));
        let each = millis * 1e3 / count;
        print!("  {tickets:>7} tickets{millis:>9.1} ms{each:>9.2} µs a ticket");
        if let Some((fewer, less)) = before {
            let more = (millis - less) * 1e3 / (count - fewer);
            print!("{more:>9.2} µs for each one more");
        }
        println!();
        before = Some((count, millis));
    }
}

/// So many quarters of the log's incidents, with all their rows; beyond four they come again under
/// other numbers.
fn share(text: &str, quarters: usize) -> String {
    let mut lines = text.lines();
    let mut out = format!("{}\n", lines.next().unwrap_or_default());
    let mut place: HashMap<&str, usize> = HashMap::new();
    let rows: Vec<(&str, usize)> = lines
        .map(|line| {
            let number = line.split(',').next().unwrap_or_default();
            let next = place.len();
            (line, *place.entry(number).or_insert(next))
        })
        .collect();
    for again in 0..quarters.div_ceil(4) {
        for (line, number) in &rows {
            if number % 4 + 4 * again >= quarters {
                continue;
            }
            let mark = if again == 0 { "" } else { "X" };
            out.push_str(mark);
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}
