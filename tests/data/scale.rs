//! What daily commands cost with the past: instructions beyond those of the look at all files, with
//! a hundred open tickets among a thousand and among four thousand, caches warm.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use plaindesk::index::scan::Scan;
use plaindesk::store::fs::root::Root;

use crate::scratch;
use crate::skip::skipped;

/// Tickets of the two desks, of which so many are open.
const SIZES: [usize; 2] = [1_000, 4_000];
const OPEN: usize = 100;

/// So many times the instructions four times the tickets may take; counts differ by 0.5 %.
const MOST: f64 = 1.1;

/// What people run every day.
const DAILY: &[&str] = &[
    "--mine",
    "list",
    "list queue:network",
    "list queue:network code:HW-DOCK channel:phone",
    "list --all --limit 20",
    "due",
    "show 2610-00003",
    "-q new Paper --from Caller-0003 --code HW-DOCK",
    "-q note 2610-00003 -m seen",
    "who Caller-0003",
];

/// Commands that grow as yet, each with the factor that was measured at four times the tickets.
const KNOWN: &[(&str, f64)] = &[
    // The filter and the list of words of each month are read, and their checksums made.
    ("who Caller-0003", 1.13),
];

/// Prints every ticket: this bench has to find that it grows.
const LINEAR: &str = "list --all";

/// Names the desk to the process that looks at its files.
const VARIABLE: &str = "DESK_LOOKED_AT";

fn ticket(n: usize, size: usize) -> (String, String) {
    let is_open = n < OPEN;
    // The open ones are the newest; the others lie in the two years before.
    let month = if is_open { 10 } else { n * 21 / size };
    let (year, month) = if is_open {
        (2026, 10)
    } else {
        (2025 + month / 12, month % 12 + 1)
    };
    let random: String = (0..5)
        .rev()
        .map(|digit| char::from(b"0123456789ABCDEFGHJKMNPQRSTVWXYZ"[n >> (5 * digit) & 31]))
        .collect();
    let id = format!("{:02}{month:02}-{random}", year % 100);
    let at = |minute: usize| format!("{year}-{month:02}-{:02}T09:{minute:02}:00Z", n % 28 + 1);
    // Whoever calls has called as often on either desk.
    let who = n / 2;
    let (status, last) = if is_open {
        ("open", String::new())
    } else {
        let closed = at(20);
        let entry = format!("\n## {closed} anna close ^cccc\n\n- status: open -> closed\n");
        ("closed", entry)
    };
    let queue = ["network", "service-desk"][n % 2];
    let mut text = format!(
        "+++\nid = \"{id}\"\ntype = \"action\"\ntitle = \"Trouble {n}\"\nstatus = \"{status}\"\npriority = \"standard\"\nimpact = \"person\"\nurgency = \"medium\"\nqueue = \"{queue}\"\nassignee = \"anna\"\ncontact_agent = \"anna\"\ncode = \"HW-DOCK\"\nchannel = \"phone\"\ncreated = {}\n\n",
        at(0)
    );
    let _ = write!(
        text,
        "[requester]\nname = \"Caller-{who:04} {n:05}\"\nemail = \"c{n}@example.com\"\n+++\n\n## {} anna created ^aaaa\n\n- channel: phone\n- type: action\n- status: open\n- priority: standard\n- impact: person\n- urgency: medium\n- queue: {queue}\n- code: HW-DOCK\n\n## {} anna take ^bbbb\n\n- assignee: (none) -> anna\n{last}",
        at(0),
        at(10),
    );
    (id, text)
}

fn desk(folder: &Path, args: &[&str]) -> Command {
    let mut command = scratch::command(env!("CARGO_BIN_EXE_desk"), folder, folder);
    dress(&mut command, folder);
    command.args(args);
    command
}

fn dress(command: &mut Command, folder: &Path) {
    command
        .current_dir(folder)
        .env("DESK_AGENT", "anna")
        .env("DESK_NOW", "2026-11-05T12:00:00Z")
        .env("TZ", "UTC")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
}

fn made(folder: &Path, size: usize) {
    let name = "[user]\nname = Anna Nowak\nemail = anna@example.com\n";
    fs::write(folder.join("gitconfig"), name).unwrap();
    let git = scratch::command("git", folder, folder)
        .args(["init", "--quiet"])
        .status();
    assert!(git.unwrap().success());
    assert!(desk(folder, &["init"]).status().unwrap().success());
    let settings = folder.join("desk.toml");
    let text = fs::read_to_string(&settings).unwrap();
    let text = text.replace("commit = \"each\"", "commit = \"never\"");
    fs::write(&settings, text).unwrap();
    for n in 0..size {
        let (id, text) = ticket(n, size);
        let month = folder.join(format!("tickets/20{}-{}", &id[..2], &id[2..4]));
        fs::create_dir_all(&month).unwrap();
        fs::write(month.join(format!("{id}.md")), text).unwrap();
    }
    // What was written within the last tick may change again without a new time.
    std::thread::sleep(std::time::Duration::from_millis(150));
    for _ in 0..2 {
        assert!(desk(folder, &["list"]).status().unwrap().success());
    }
}

/// The instructions of a process.
fn count(command: &mut Command, name: &str) -> f64 {
    let folder = scratch::folder();
    let out = folder.path().join("out");
    let mut counted = Command::new("valgrind");
    counted
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .args(["--tool=callgrind", "--quiet"])
        .arg(format!("--callgrind-out-file={}", out.display()))
        .arg(command.get_program())
        .args(command.get_args());
    for (key, value) in command.get_envs() {
        match value {
            Some(value) => counted.env(key, value),
            None => counted.env_remove(key),
        };
    }
    counted
        .current_dir(command.get_current_dir().unwrap())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let status = counted.status().unwrap();
    assert!(status.success(), "{name}: {status}");
    let text = fs::read_to_string(out).unwrap();
    let total = text.lines().find_map(|line| line.strip_prefix("totals: "));
    total.unwrap().trim().parse().unwrap()
}

#[test]
fn a_look_at_the_files() {
    if let Some(folder) = std::env::var_os(VARIABLE) {
        let root = Root::find(Path::new(&folder)).unwrap();
        std::hint::black_box(Scan::of_tickets(&root));
    }
}

/// The instructions of the look at all files, beyond those of the process that makes it.
fn walk(folder: &Path) -> f64 {
    let look = |folder: Option<&Path>| {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["--exact", "scale::a_look_at_the_files"])
            .current_dir(std::env::temp_dir());
        if let Some(folder) = folder {
            command.env(VARIABLE, folder);
        }
        count(&mut command, "look")
    };
    look(Some(folder)) - look(None)
}

#[test]
fn daily_commands_do_not_grow_with_the_past() {
    let version = Command::new("valgrind").arg("--version").output();
    if !version.is_ok_and(|out| out.status.success()) {
        skipped(
            "valgrind is not installed, and counts no instructions",
            true,
        );
        return;
    }
    let folders = SIZES.map(|_| scratch::folder());
    let mut walks = Vec::new();
    for (folder, size) in folders.iter().zip(SIZES) {
        made(folder.path(), size);
        walks.push(walk(folder.path()));
    }
    let mut wrong = Vec::new();
    for line in DAILY.iter().chain([&LINEAR]) {
        let args: Vec<&str> = line.split(' ').collect();
        let looks = !matches!(args[0], "-q" | "show");
        let of = |at: usize| {
            let folder = folders[at].path();
            // The first run brings the caches up to date.
            assert!(desk(folder, &args).status().unwrap().success(), "{line}");
            let own = count(&mut desk(folder, &args), line);
            own - if looks { walks[at] } else { 0.0 }
        };
        let factor = of(1) / of(0);
        eprintln!("{line}: {factor:.2} times the instructions");
        let known = KNOWN.iter().find(|(known, _)| known == line);
        let most = known.map_or(MOST, |(_, factor)| factor * 1.05);
        if *line == LINEAR {
            assert!(
                factor > 1.5,
                "`{line}` grows, and was not found: {factor:.2}"
            );
        } else if factor > most {
            wrong.push(format!("{line}: {factor:.2}"));
        }
    }
    assert!(wrong.is_empty(), "these grow with the past: {wrong:?}");
}
