//! A command cut short at every point, and what must hold then.

use std::collections::BTreeMap;
use std::fs;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use nix::errno::Errno;

use crate::scene::{BINARY, Scene, text, torture};
use crate::tracer::{Act, Point, Traced, run};

/// In the sample of CI, every so many-th point.
const STEP: usize = 3;

const MARK: &str = "Cut short here.";
const NEXT: &str = "The next command.";

/// A command to be cut short, and the desk that it starts from.
struct Case {
    name: &'static str,
    args: Vec<String>,
    creates: bool,
    attaches: bool,
    scene: Scene,
    ticket: String,
    before: Before,
}

/// The desk as it is before, and as it is after the command.
struct Before {
    head: String,
    own: String,
    tickets: BTreeMap<String, Vec<u8>>,
    /// What the command leaves, without what chance decides.
    after: Vec<String>,
    files: usize,
    entries: usize,
}

impl Case {
    fn new(name: &'static str) -> Self {
        let (scene, ticket) = Scene::with_work();
        let creates = name == "new";
        let attaches = name == "attach";
        let args: Vec<&str> = if creates {
            vec!["new", "No network", "-m", MARK]
        } else if attaches {
            vec![name, &ticket, "unknown.txt", "-m", MARK]
        } else {
            vec![name, &ticket, "-m", MARK]
        };
        let args = args.into_iter().map(str::to_owned).collect();
        let tickets = scene.tickets();
        let mut case = Self {
            name,
            args,
            creates,
            attaches,
            before: Before {
                head: scene.head(),
                own: scene.own(),
                after: Vec::new(),
                files: scene.files().len(),
                entries: entries(&tickets),
                tickets,
            },
            ticket,
            scene,
        };
        let whole = case.scene.copy();
        whole.ok(&case.args.iter().map(String::as_str).collect::<Vec<_>>());
        case.before.after = whole.tickets().values().map(|page| plain(page)).collect();
        case
    }

    /// Cuts the command short at one point.
    fn cut(&self, at: usize, act: Act) -> Cut {
        let scene = self.scene.copy();
        let mut command = scene.command(BINARY);
        command.args(&self.args);
        let traced = run(&command, at, act);
        let start = Instant::now();
        let findings = self.look(&scene, act, &traced);
        Cut {
            traced,
            findings,
            healing: start.elapsed(),
        }
    }

    /// What must hold after the command ended in whatever way, and after the next one.
    fn look(&self, scene: &Scene, act: Act, traced: &Traced) -> Vec<String> {
        let mut found = Vec::new();
        let mut must = |holds: bool, what: &dyn Fn() -> String| {
            if !holds {
                found.push(what());
            }
        };
        let said = fs::read_to_string(scene.home().with_file_name("stderr")).unwrap();
        must(traced.code != Some(101), &|| format!("it panicked: {said}"));

        let tickets = scene.tickets();
        for (path, page) in &tickets {
            let old = self.before.tickets.get(path);
            let whole = self.before.after.contains(&plain(page));
            let new = old.is_none() && self.creates || old.is_some() && !self.creates;
            must(old == Some(page) || new && whole, &|| {
                format!("{path} is neither old nor new: {}", text(page))
            });
        }
        let there = count(&tickets, MARK);
        must(there <= 1, &|| "the change is there twice".to_owned());
        must(traced.code != Some(0) || there == 1, &|| {
            "it said yes, and the change is not there".to_owned()
        });
        // A file may stand there before its entry; the next command brings that.
        let check = |when: &str| {
            let checked = scene.desk(&["check"]);
            let told = format!("{}{}", text(&checked.stdout), text(&checked.stderr));
            (!checked.status.success()).then(|| format!("check {when}: {told}"))
        };
        if !self.attaches
            && let Some(told) = check("at once")
        {
            must(false, &|| told.clone());
        }

        let next = scene.desk(&["note", &self.ticket, "-m", NEXT]);
        must(next.status.success(), &|| {
            format!("the next command: {}: {}", next.status, text(&next.stderr))
        });
        let tickets = scene.tickets();
        must(count(&tickets, NEXT) == 1, &|| {
            "the next command's note is not there once".to_owned()
        });
        let now = count(&tickets, MARK);
        must(now <= 1 && now >= there, &|| {
            format!("the change was there {there} times, then {now} times")
        });
        // A failure that is told must not come true later, unless that is told too. What a reader
        // of standard output misses is no failure to save.
        let told = act == Act::Kill
            || traced.code.is_none_or(|code| code == 0)
            || now == 0
            || said.contains("saved")
            || traced
                .hit
                .as_ref()
                .is_some_and(|point| point.file.ends_with("/stdout"));
        must(told, &|| {
            format!(
                "it failed ({:?}: {said}), and the change is there",
                traced.code
            )
        });
        must(entries(&tickets) == self.before.entries + now + 1, &|| {
            "there are entries of nobody".to_owned()
        });

        if let Some(told) = check("after the next command") {
            must(false, &|| told.clone());
        }

        let commits = scene.commits(&self.before.head);
        let own = |(subject, paths): &(String, Vec<String>)| match paths.as_slice() {
            [page] => tickets.contains_key(page),
            [file, page] => {
                subject.contains(" attach: ")
                    && file.ends_with(".files/unknown.txt")
                    && tickets.contains_key(page)
            }
            _ => false,
        };
        must(commits.len() == now + 1 && commits.iter().all(own), &|| {
            format!("commits: {commits:?}; next: {}", text(&next.stderr))
        });
        for file in scene.files().iter().filter(|file| file.contains(".files/")) {
            let bytes = fs::read(scene.desk.join(file)).unwrap();
            must(bytes == b"mine\n", &|| format!("{file} is not whole"));
        }
        let own = scene.own();
        must(own == self.before.own, &|| {
            format!("the person's own work is not as it was: {own}")
        });
        let files = scene.files();
        let more = usize::from((self.creates || self.attaches) && now == 1);
        must(files.len() == self.before.files + more, &|| {
            format!("files in the work tree: {files:?}")
        });
        let left = scene.leftovers();
        must(left.is_empty(), &|| format!("left over: {left:?}"));
        if let Some(told) = scene.fsck() {
            must(false, &|| format!("fsck: {told}"));
        }
        found
    }
}

/// One run and what it showed.
struct Cut {
    traced: Traced,
    findings: Vec<String>,
    healing: Duration,
}

/// How often an entry with this text stands in the tickets.
fn count(tickets: &BTreeMap<String, Vec<u8>>, what: &str) -> usize {
    tickets
        .values()
        .map(|page| text(page).lines().filter(|line| *line == what).count())
        .sum()
}

fn entries(tickets: &BTreeMap<String, Vec<u8>>) -> usize {
    tickets
        .values()
        .map(|page| {
            text(page)
                .lines()
                .filter(|line| line.starts_with("## "))
                .count()
        })
        .sum()
}

/// A page without what chance decides: its id and the tags of its entries.
fn plain(page: &[u8]) -> String {
    let lines = text(page);
    let lines = lines.lines().map(|line| {
        if line.starts_with("id = ") {
            "id"
        } else if line.starts_with("## ") {
            line.split(" ^").next().unwrap_or_default()
        } else {
            line
        }
    });
    lines.collect::<Vec<_>>().join("\n") + if page.ends_with(b"\n") { "\n" } else { "" }
}

/// Visits points of one command until it passes without meeting one, on two threads.
fn sweep(
    name: &str,
    act: Act,
    step: usize,
    cut: &(dyn Fn(usize, Act) -> Cut + Sync),
) -> Vec<String> {
    let start = Instant::now();
    let turn = AtomicUsize::new(1);
    let end = AtomicUsize::new(usize::MAX);
    let runs = AtomicUsize::new(0);
    let slow = AtomicUsize::new(0);
    let findings = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let at = turn.fetch_add(step, Ordering::SeqCst);
                    if at > end.load(Ordering::SeqCst) {
                        break;
                    }
                    let done = cut(at, act);
                    runs.fetch_add(1, Ordering::SeqCst);
                    if done.healing > Duration::from_millis(1500) {
                        slow.fetch_add(1, Ordering::SeqCst);
                    }
                    let point = match &done.traced.hit {
                        Some(point) => point.to_string(),
                        None => "no point".to_owned(),
                    };
                    if done.traced.points < at {
                        end.fetch_min(done.traced.points, Ordering::SeqCst);
                    }
                    for finding in done.findings {
                        let line = format!("{name} {act:?} at {at} ({point}): {finding}");
                        eprintln!("{line}");
                        findings.lock().unwrap().push(line);
                    }
                }
            });
        }
    });
    let findings = findings.into_inner().unwrap();
    eprintln!(
        "{name} {act:?}: {} points, {} runs, {} of them waited for a healer, {} findings, {:.1?}",
        end.into_inner(),
        runs.into_inner(),
        slow.into_inner(),
        findings.len(),
        start.elapsed()
    );
    findings
}

fn acts() -> &'static [Act] {
    if torture() {
        &[
            Act::Kill,
            Act::Terminate,
            Act::Interrupt,
            Act::Fail(Errno::ENOSPC),
            Act::Fail(Errno::EIO),
        ]
    } else {
        &[Act::Kill]
    }
}

fn sweep_command(name: &'static str) {
    let case = Case::new(name);
    let step = if torture() { 1 } else { STEP };
    let mut findings = Vec::new();
    for act in acts() {
        findings.extend(sweep(case.name, *act, step, &|at, act| case.cut(at, act)));
    }
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}

#[test]
fn a_note_cut_short_anywhere_is_there_or_not_and_the_next_command_goes_on() {
    sweep_command("note");
}

#[test]
fn an_attachment_cut_short_anywhere_is_there_with_its_entry_or_not_at_all() {
    sweep_command("attach");
}

#[test]
fn a_new_ticket_cut_short_anywhere_is_whole_or_absent() {
    sweep_command("new");
}

#[test]
fn a_resolution_cut_short_anywhere_is_there_or_not() {
    sweep_command("resolve");
}

/// `init` cut short leaves a folder in which `init` can be run again, or a desk.
fn cut_init(at: usize, act: Act) -> Cut {
    let scene = Scene::empty();
    let mut command = scene.command(BINARY);
    command.arg("init");
    let traced = run(&command, at, act);
    let start = Instant::now();
    let mut found = Vec::new();
    let mut must = |holds: bool, what: &dyn Fn() -> String| {
        if !holds {
            found.push(what());
        }
    };
    let there = scene.desk.join("desk.toml").exists();
    must(traced.code != Some(0) || there, &|| {
        "it said yes, and there is no desk".to_owned()
    });
    let again = scene.desk(&["init"]);
    let status = again.status.code();
    must(
        status == Some(0) && !there || status == Some(4) && there,
        &|| {
            format!(
                "init again (desk there: {there}): {status:?}: {}",
                text(&again.stderr)
            )
        },
    );
    scene.try_git(&["config", "maintenance.auto", "false"]);
    let new = scene.desk(&["new", "No network", "-m", MARK]);
    must(new.status.success(), &|| {
        format!("new: {}: {}", new.status, text(&new.stderr))
    });
    let checked = scene.desk(&["check"]);
    must(checked.status.success(), &|| {
        format!("check: {}{}", text(&checked.stdout), text(&checked.stderr))
    });
    let status = scene.try_git(&["status", "--porcelain"]);
    must(status.status.success() && status.stdout.is_empty(), &|| {
        format!(
            "git status: {}{}",
            text(&status.stdout),
            text(&status.stderr)
        )
    });
    let count = scene.try_git(&["rev-list", "--count", "HEAD"]);
    must(text(&count.stdout).trim() == "2", &|| {
        format!("commits: {}", text(&count.stdout))
    });
    let left = scene.leftovers();
    must(left.is_empty(), &|| format!("left over: {left:?}"));
    if let Some(told) = scene.fsck() {
        must(false, &|| format!("fsck: {told}"));
    }
    Cut {
        traced,
        findings: found,
        healing: start.elapsed(),
    }
}

#[test]
fn a_desk_whose_making_was_cut_short_can_be_made() {
    if !torture() {
        eprintln!("SKIPPED: with DESK_TORTURE=1 only");
        return;
    }
    let mut findings = Vec::new();
    for act in acts() {
        // The same eight calls come for each of the forty files; a kill is tried at each.
        let step = if *act == Act::Kill { 1 } else { STEP };
        findings.extend(sweep("init", *act, step, &cut_init));
    }
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}

#[test]
fn the_tracer_counts_and_meddles() {
    let (scene, id) = Scene::new();
    let copy = scene.copy();
    let mut command = copy.command(BINARY);
    command.args(["note", &id, "-m", MARK]);
    let traced = run(&command, 0, Act::Kill);
    assert_eq!(traced.code, Some(0));
    assert!(traced.hit.is_none());
    assert!(traced.points > 50, "{}", traced.points);
    assert_eq!(copy.ticket().matches(MARK).count(), 1);

    let copy = scene.copy();
    let mut command = copy.command(BINARY);
    command.args(["note", &id, "-m", MARK]);
    let traced = run(&command, 1, Act::Kill);
    assert_eq!(traced.code, None);
    assert!(matches!(traced.hit, Some(Point { .. })));
    assert_eq!(copy.ticket(), scene.ticket());
}
