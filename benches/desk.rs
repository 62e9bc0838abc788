//! Where the figures of the README and the notes come from: whole processes, from start to exit,
//! alternating within one run, so that the ratios hold whatever else the machine does.
//!
//! It imports the UCI incident log from `../shared/data` into desks of 100 and 24,918 tickets;
//! without the log it says so and does nothing.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench starts programs, makes folders and prints"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const LOG: &str = "../shared/data/uci-incidents/incident_event_log.zip";

fn main() {
    // `cargo test` runs benches for a smoke test; the figures need `cargo bench`.
    if !std::env::args().any(|arg| arg == "--bench") {
        println!("bench: only with `cargo bench`");
        return;
    }
    let Some(csv) = unpacked() else {
        println!("SKIPPED: {LOG} is not there, or neither unzip nor python3 is");
        return;
    };
    let home = tempfile::tempdir().unwrap();
    let small_csv = home.path().join("small.csv");
    std::fs::write(&small_csv, head(&csv, 640)).unwrap();
    let big_csv = home.path().join("uci.csv");
    std::fs::write(&big_csv, &csv).unwrap();
    let rows = csv.split(|b| *b == b'\n').count() - 2;

    println!("import, {rows} rows (program start to exit)");
    let small = desk(home.path(), "small", "never");
    import(&small, &small_csv);
    let big = desk(home.path(), "big", "never");
    let files = import(&big, &big_csv);
    println!(
        "  committing off   {:>7.2} s  {:>7.0} rows/s",
        files.as_secs_f64(),
        per_second(rows, files)
    );
    let committed = desk(home.path(), "committed", "each");
    let stream = import(&committed, &big_csv);
    println!(
        "  one commit       {:>7.2} s  {:>7.0} rows/s",
        stream.as_secs_f64(),
        per_second(rows, stream)
    );
    let again = import(&big, &big_csv);
    println!("  again, no change {:>7.2} s", again.as_secs_f64());
    let floor = copy_floor(&big, home.path());
    println!(
        "  floor: writing the same files, one sync: {:.2} s; import is {:.1} x that",
        floor.as_secs_f64(),
        ratio(files, floor)
    );

    let counts = [&small, &big].map(|desk| count(desk));
    println!(
        "\nwhole processes, best and middle of 41, ms ({} and {} tickets)",
        counts[0], counts[1]
    );
    let of = |desk: &Path| first_id(desk);
    let (small_id, big_id) = (of(&small), of(&big));
    std::thread::sleep(Duration::from_millis(300));
    let pairs: [(&str, Vec<&str>, Vec<&str>); 5] = [
        ("--version", vec!["--version"], vec!["--version"]),
        ("show ID", vec!["show", &small_id], vec!["show", &big_id]),
        (
            "note ID, no git",
            vec!["note", &small_id, "-m", "x"],
            vec!["note", &big_id, "-m", "x"],
        ),
        ("list, warm", vec!["list"], vec!["list"]),
        ("next, warm", vec!["next"], vec!["next"]),
    ];
    for (name, a, b) in pairs {
        let (left, right) = alternate(&small, &a, &big, &b);
        println!(
            "  {name:<18} {:>7.2} {:>7.2}   {:>7.2} {:>7.2}   ratio {:.2}",
            left.0,
            left.1,
            right.0,
            right.1,
            right.1 / left.1
        );
    }
    let warm = time(&big, &["list"], 15);
    let cold = cold(&big, 5);
    let walk = walk_floor(&big);
    let grep = grep(&big);
    println!("\nlist over {} tickets, ms", counts[1]);
    println!("  warm cache                    {:>8.1}", warm.1);
    println!(
        "  cache rebuilt                 {:>8.1}   {:.1} x warm",
        cold,
        cold / warm.1
    );
    println!(
        "  floor: stat of all files      {:>8.1}   warm list is {:.1} x that",
        walk,
        warm.1 / walk
    );
    println!(
        "  naive: grep status in all     {:>8.1}   {:.1} x warm",
        grep,
        grep / warm.1
    );
}

fn per_second(rows: usize, time: Duration) -> f64 {
    f64::from(u32::try_from(rows).unwrap()) / time.as_secs_f64()
}

fn ratio(a: Duration, b: Duration) -> f64 {
    a.as_secs_f64() / b.as_secs_f64()
}

fn unpacked() -> Option<Vec<u8>> {
    let log = Path::new(env!("CARGO_MANIFEST_DIR")).join(LOG);
    if !log.exists() {
        return None;
    }
    let unzip = Command::new("unzip").arg("-p").arg(&log).output();
    let script = "import sys,zipfile;z=zipfile.ZipFile(sys.argv[1]);sys.stdout.buffer.write(z.read(z.namelist()[0]))";
    let python = || {
        Command::new("python3")
            .args(["-c", script])
            .arg(&log)
            .output()
    };
    let done = unzip.or_else(|_| python()).ok()?;
    (done.status.success() && !done.stdout.is_empty()).then_some(done.stdout)
}

fn head(csv: &[u8], lines: usize) -> Vec<u8> {
    csv.split_inclusive(|b| *b == b'\n')
        .take(lines)
        .flatten()
        .copied()
        .collect()
}

fn run(desk: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_desk"));
    command
        .args(args)
        .current_dir(desk)
        .env("DESK_AGENT", "manager")
        .env_remove("DESK_DIR")
        .env("GIT_CONFIG_GLOBAL", "/dev/null");
    command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .stdin(Stdio::null());
    command
}

fn desk(home: &Path, name: &str, commit: &str) -> PathBuf {
    let folder = home.join(name);
    std::fs::create_dir(&folder).unwrap();
    assert!(run(&folder, &["init", "-q"]).status().unwrap().success());
    let settings = folder.join("desk.toml");
    let text = std::fs::read_to_string(&settings).unwrap();
    std::fs::write(
        &settings,
        text.replace("commit = \"each\"", &format!("commit = \"{commit}\"")),
    )
    .unwrap();
    folder
}

fn import(desk: &Path, csv: &Path) -> Duration {
    let map = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/maps/uci.toml");
    let start = Instant::now();
    let args = [
        "import",
        "events",
        csv.to_str().unwrap(),
        "--map",
        map.to_str().unwrap(),
    ];
    assert!(run(desk, &args).status().unwrap().success());
    start.elapsed()
}

fn tickets(desk: &Path) -> impl Iterator<Item = PathBuf> {
    let months = std::fs::read_dir(desk.join("tickets")).unwrap().flatten();
    let mut all: Vec<PathBuf> = months
        .flat_map(|month| std::fs::read_dir(month.path()).unwrap().flatten())
        .map(|file| file.path())
        .collect();
    all.sort();
    all.into_iter()
}

fn count(desk: &Path) -> usize {
    tickets(desk).count()
}

fn first_id(desk: &Path) -> String {
    tickets(desk)
        .next()
        .unwrap()
        .file_stem()
        .unwrap()
        .to_str()
        .unwrap()
        .to_owned()
}

fn once(desk: &Path, args: &[&str]) -> f64 {
    let start = Instant::now();
    assert!(run(desk, args).status().unwrap().success());
    start.elapsed().as_secs_f64() * 1e3
}

/// The best and the middle of the times.
fn sorted(mut times: Vec<f64>) -> (f64, f64) {
    times.sort_by(f64::total_cmp);
    (times[0], times[times.len() / 2])
}

fn time(desk: &Path, args: &[&str], runs: usize) -> (f64, f64) {
    sorted((0..runs).map(|_| once(desk, args)).collect())
}

fn alternate(a: &Path, of_a: &[&str], b: &Path, of_b: &[&str]) -> ((f64, f64), (f64, f64)) {
    once(a, of_a);
    once(b, of_b);
    let times: Vec<(f64, f64)> = (0..41).map(|_| (once(a, of_a), once(b, of_b))).collect();
    (
        sorted(times.iter().map(|time| time.0).collect()),
        sorted(times.iter().map(|time| time.1).collect()),
    )
}

fn cold(desk: &Path, runs: usize) -> f64 {
    let each = |_| {
        std::fs::remove_dir_all(desk.join(".desk")).unwrap();
        once(desk, &["list"])
    };
    sorted((0..runs).map(each).collect()).1
}

/// A stat of every file, on one thread.
fn walk_floor(desk: &Path) -> f64 {
    let each = |_| {
        let start = Instant::now();
        let size: u64 = tickets(desk)
            .map(|file| file.symlink_metadata().unwrap().len())
            .sum();
        assert!(size > 0);
        start.elapsed().as_secs_f64() * 1e3
    };
    sorted((0..9).map(each).collect()).1
}

fn grep(desk: &Path) -> f64 {
    let each = |_| {
        let start = Instant::now();
        let mut grep = Command::new("grep");
        grep.args(["-rlE", "^status = \"(new|open|pending)\"", "tickets"])
            .current_dir(desk)
            .stdout(Stdio::null());
        let _ = grep.status();
        start.elapsed().as_secs_f64() * 1e3
    };
    sorted((0..9).map(each).collect()).1
}

/// The time to write the same bytes into as many files, with one sync at the end.
fn copy_floor(desk: &Path, home: &Path) -> Duration {
    let texts: Vec<(PathBuf, Vec<u8>)> = tickets(desk)
        .map(|file| {
            (
                file.strip_prefix(desk).unwrap().to_owned(),
                std::fs::read(&file).unwrap(),
            )
        })
        .collect();
    let target = home.join("floor");
    let start = Instant::now();
    for (path, text) in &texts {
        let path = target.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let folder = std::fs::File::open(&target).unwrap();
    rustix::fs::syncfs(&folder).unwrap();
    start.elapsed()
}
