//! What `due`, `next` and `sweep` cost beside `list`, on a desk of 25,000 tickets of which 2,000
//! are open and wait for an answer. Whole processes with a warm index, alternating within one run,
//! so that the ratios hold whatever else the machine does.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench starts programs, makes folders and prints"
)]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const TICKETS: usize = 25_000;
const OPEN: usize = 2_000;
const RUNS: usize = 31;

fn main() {
    // `cargo test` runs benches for a smoke test; the figures need `cargo bench`.
    if !std::env::args().any(|arg| arg == "--bench") {
        println!("bench: only with `cargo bench`");
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let desk = home.path().join("desk");
    std::fs::create_dir(&desk).unwrap();
    assert!(run(&desk, &["init", "-q"]).status().unwrap().success());
    for number in 0..TICKETS {
        write(&desk, number);
    }
    // The index is as fresh as the clock of the file system can tell.
    std::thread::sleep(Duration::from_secs(2));
    for _ in 0..2 {
        assert!(run(&desk, &["list"]).status().unwrap().success());
    }
    let due = run(&desk, &["due", "--json"])
        .stdout(Stdio::piped())
        .output();
    let due = String::from_utf8(due.unwrap().stdout).unwrap();
    let answers = due.matches("\"what\": \"reply\"").count();
    assert_eq!(answers, OPEN, "answers that are due");

    let lines: [&[&str]; 5] = [
        &["list"],
        &["due"],
        &["due", "--within", "4h"],
        &["next"],
        &["sweep", "--dry-run"],
    ];
    let mut times: Vec<Vec<f64>> = vec![Vec::new(); lines.len()];
    for _ in 0..RUNS {
        for (line, times) in lines.iter().zip(&mut times) {
            let begin = Instant::now();
            assert!(run(&desk, line).status().unwrap().success());
            times.push(begin.elapsed().as_secs_f64() * 1e3);
        }
    }
    println!("{TICKETS} tickets, {OPEN} answers due, warm index; best and middle of {RUNS}, ms");
    let middle = |times: &mut Vec<f64>| {
        times.sort_by(f64::total_cmp);
        (times[0], times[times.len() / 2])
    };
    let list = middle(&mut times[0].clone());
    for (line, times) in lines.iter().zip(&mut times) {
        let (best, usual) = middle(times);
        println!(
            "  {:<18}{best:>8.1}{usual:>8.1}   {:.2} x list",
            line.join(" "),
            usual / list.1
        );
    }
}

fn run(desk: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_desk"));
    command
        .args(args)
        .current_dir(desk)
        .env("DESK_AGENT", "manager")
        .env("DESK_NOW", "2026-11-23T09:00:00Z")
        .env_remove("DESK_DIR")
        .env("GIT_CONFIG_GLOBAL", "/dev/null");
    command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .stdin(Stdio::null());
    command
}

/// A ticket with a log as people write it: taken, answered, asked about, and closed or not.
fn write(desk: &Path, number: usize) {
    const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let open = number.is_multiple_of(TICKETS / OPEN) && number / (TICKETS / OPEN) < OPEN;
    // Two years of closed tickets; the open ones are of the last three weeks.
    let (year, month) = (25 + (number / 12) % 2, 1 + number % 12);
    let (year, month) = if open {
        (26, 11)
    } else {
        (year, month.min(10))
    };
    let day = if open {
        2 + number % 20
    } else {
        1 + number % 28
    };
    let random: String = (0..5)
        .map(|place| char::from(LETTERS[(number * 7 + 11) >> (place * 4) & 31]))
        .collect();
    let id = format!("{year}{month:02}-{random}");
    let priority = ["standard", "scheduled-service", "critical-situation"][number % 3];
    let status = if open { "open" } else { "closed" };
    let when = |hour: usize| {
        format!(
            "20{year}-{month:02}-{day:02}T{hour:02}:{:02}:00Z",
            number % 60
        )
    };
    let mut text = format!(
        "+++\nid = \"{id}\"\ntype = \"action\"\ntitle = \"Printer {number} on floor {} jams\"\n\
         status = \"{status}\"\npriority = \"{priority}\"\nimpact = \"person\"\nurgency = \"medium\"\n\
         queue = \"service-desk\"\nassignee = \"manager\"\nchannel = \"email\"\ncreated = {}\n\n\
         [requester]\nname = \"Jan Kowalski {}\"\nphone = \"+48 600 100 {:03}\"\n+++\n\
         It takes two sheets at once.\n\n\
         ## {} manager created ^a001\n\n- channel: email\n- type: action\n- status: new\n\
         - impact: person\n- urgency: medium\n- priority: {priority}\n- queue: service-desk\n\n\
         ## {} manager take ^a002\n\n- status: new -> open\n- assignee: (none) -> manager\n\n\
         ## {} manager contact ^a003\n\n- direction: out\n- channel: email\n- outcome: sent\n\n\
         Which tray?\n\n\
         ## {} manager contact ^a004\n\n- direction: in\n- channel: email\n- outcome: sent\n\n\
         The lower one.\n",
        number % 9,
        when(7),
        number % 4_000,
        number % 1_000,
        when(7),
        when(8),
        when(9),
        when(10),
    );
    if !open {
        text.push_str(&format!(
            "\n## {} manager resolve ^a005\n\n- status: open -> resolved\n\nNew rollers.\n\n\
             ## {} manager close ^a006\n\n- status: resolved -> closed\n",
            when(12),
            when(15)
        ));
    }
    let folder = desk.join(format!("tickets/20{year}-{month:02}"));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(format!("{id}.md")), text).unwrap();
}
