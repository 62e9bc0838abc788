//! Whole commands over a desk with one hostile file: what a clone costs that fetched it.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use nix::sys::resource::{UsageWho, getrusage};

use super::{MOST, shapes, thorough};
use crate::scratch;
use crate::skip::skipped;

/// What everybody runs, every day.
const READERS: &[&str] = &[
    "list --all",
    "show 2611-7K3MQ",
    "sla 2611-7K3MQ",
    "due",
    "--team",
    "search printer",
    "suggest 2611-7K3MQ",
    "who jan",
    "kb list",
    "kb show KB-7Q2M",
    "kb script KB-7Q2M",
    "kb check",
    "check",
    "export --format csv",
    "export --format json",
    "report",
    "report -o report.html",
    "report time",
    "log --since 2026-01-01",
    "sweep --dry-run",
];

fn desk(at: &Path, args: &[&str]) -> Command {
    let mut command = scratch::command(env!("CARGO_BIN_EXE_desk"), at, at);
    command
        .args(args)
        .env("DESK_NOW", "2026-11-23T09:00:00Z")
        .env("TZ", "UTC")
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

/// The user CPU time of a command; the caches are made anew.
fn cost(at: &Path, line: &str) -> Duration {
    let time = || {
        let usage = getrusage(UsageWho::RUSAGE_CHILDREN).unwrap();
        let time = usage.user_time();
        Duration::new(
            u64::try_from(time.tv_sec()).unwrap(),
            u32::try_from(time.tv_usec()).unwrap() * 1_000,
        )
    };
    let _ = fs::remove_dir_all(at.join(".desk"));
    let before = time();
    let args: Vec<&str> = line.split(' ').collect();
    let _ = desk(at, &args).status().unwrap();
    time().saturating_sub(before)
}

/// Writes the hostile files, of about this size.
fn plant(at: &Path, shape: &shapes::Shape, size: usize) {
    let text = shape.of(size);
    let quoted = plaindesk::page::entry_value::quoted(&shape.of(size / 8));
    let head = format!(
        "id = \"2611-7K3MQ\"\ntype = \"action\"\ntitle = {quoted}\nstatus = \"open\"\npriority = \"standard\"\nimpact = \"person\"\n\
         urgency = \"low\"\nqueue = \"service-desk\"\nchannel = \"email\"\ncreated = 2026-01-01T00:00:00Z\n\n[requester]\nname = {quoted}\n"
    );
    fs::create_dir_all(at.join("tickets/2026-11")).unwrap();
    fs::write(
        at.join("tickets/2026-11/2611-7K3MQ.md"),
        format!("+++\n{head}+++\n{text}"),
    )
    .unwrap();
    fs::write(
        at.join("kb/hostile.md"),
        format!(
            "+++\nid = \"KB-7Q2M\"\ntitle = {quoted}\nstate = \"published\"\nlanguage = \"en\"\nowner = \"anna\"\n+++\n## Call script\n\n{text}\n"
        ),
    )
    .unwrap();
}

#[test]
fn commands_over_a_hostile_file_cost_as_much_as_it_is_long() {
    if !thorough() {
        skipped("whole commands are measured by `just growth`", true);
        return;
    }
    let folder = scratch::folder();
    let at = folder.path().join("desk");
    fs::create_dir(&at).unwrap();
    let identity = "[user]\n\tname = Anna\n\temail = anna@example.org\n";
    fs::write(at.join("gitconfig"), identity).unwrap();
    assert!(desk(&at, &["init", "--quiet"]).status().unwrap().success());
    let mut wrong = Vec::new();
    let mut pairs = 0;
    for shape in shapes::all() {
        let (small, large) = (64 << 10, 256 << 10);
        plant(&at, &shape, 0);
        let bare: Vec<Duration> = READERS.iter().map(|line| cost(&at, line)).collect();
        plant(&at, &shape, small);
        let less: Vec<Duration> = READERS.iter().map(|line| cost(&at, line)).collect();
        plant(&at, &shape, large);
        for ((line, bare), less) in READERS.iter().zip(bare).zip(less) {
            pairs += 1;
            let more = cost(&at, line).saturating_sub(bare);
            let less = less.saturating_sub(bare).max(Duration::from_millis(20));
            // Four times the input: twice what twice may cost.
            if more.as_secs_f64() <= MOST * MOST * less.as_secs_f64() {
                continue;
            }
            let again = cost(&at, line).saturating_sub(bare);
            if again.as_secs_f64() > MOST * MOST * less.as_secs_f64() {
                let reported = format!(
                    "desk {line} with {}: {less:?}, then {again:?}",
                    shape.name()
                );
                eprintln!("{reported}");
                wrong.push(reported);
            }
        }
    }
    eprintln!("growth: {pairs} pairs of command and shape");
    assert!(
        wrong.is_empty(),
        "four times the input cost more:\n{}",
        wrong.join("\n")
    );
}
