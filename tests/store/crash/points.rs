//! Which points are visited, and what is told of them.

use std::fmt::Write as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use nix::errno::Errno;

use super::forms::{FORMS, Form};
use super::scene::{BINARY, Scene, text, torture};
use super::sweep::{Case, Cut, Way};
use super::tracer::{Act, Point, run};
use crate::commands::{READERS, leaves};
use crate::skip::skipped;

/// What the sample of CI begins with, unless `DESK_SEED` says something else.
const SEED: u64 = 20_261_121;

/// The least number of points in the sample.
const SAMPLE: usize = 320;

const ACTS: &[Act] = &[
    Act::Kill,
    Act::Terminate,
    Act::Interrupt,
    Act::Fail(Errno::ENOSPC),
    Act::Fail(Errno::EIO),
    Act::Fail(Errno::EINTR),
    Act::Full,
];

/// A number that `DESK_…` gives.
fn number(name: &str) -> Option<u64> {
    let value = std::env::var(name).ok().filter(|value| !value.is_empty())?;
    Some(
        value
            .parse()
            .unwrap_or_else(|_| panic!("{name}={value} is no number")),
    )
}

/// Numbers that look like chance, the same for the same seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % limit as u64).unwrap()
    }
}

/// Whether an act means anything at a point.
fn applies(act: Act, point: &Point) -> bool {
    match act {
        Act::Fail(_) => point.fails,
        Act::Full => point.grows,
        Act::Kill | Act::Terminate | Act::Interrupt | Act::Meanwhile(_) => true,
    }
}

/// One visit: at which point, what is done, and what the person does then.
type Visit = (usize, Act, Way);

/// Every `step`-th point that each act applies to.
fn all(points: &[Point], step: usize) -> Vec<Visit> {
    let mut visits = Vec::new();
    for (turn, act) in ACTS.iter().enumerate() {
        let fits = (0..points.len()).filter(|at| applies(*act, &points[*at]));
        for (count, at) in fits
            .enumerate()
            .filter(|(count, _)| count % step == turn % step)
        {
            let way = if (count / step + turn).is_multiple_of(2) {
                Way::Same
            } else {
                Way::Other
            };
            visits.push((at + 1, *act, way));
        }
    }
    visits
}

/// What a sweep of one form counted.
#[derive(Default)]
struct Counts {
    points: usize,
    runs: usize,
    /// Runs after which the next command waited to see whether a lock is dead.
    waited: usize,
    findings: usize,
}

/// Makes the visits on several threads, and tells what it found.
fn visit(
    name: &str,
    visits: &[Visit],
    threads: usize,
    cut: &(dyn Fn(usize, Visit) -> Cut + Sync),
) -> (Counts, Vec<String>) {
    let turn = AtomicUsize::new(0);
    let waited = AtomicUsize::new(0);
    let findings = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let at = turn.fetch_add(1, Ordering::SeqCst);
                    let Some(visit) = visits.get(at) else { break };
                    let done = cut(at, *visit);
                    if done.healing > Duration::from_millis(1500) {
                        waited.fetch_add(1, Ordering::SeqCst);
                    }
                    let point = match &done.traced.hit {
                        Some(point) => point.to_string(),
                        None => "no point".to_owned(),
                    };
                    for finding in done.findings {
                        let (point_at, act, way) = visit;
                        let line = format!(
                            "{name}: {act:?} at {point_at}, {way:?} ({point}): {}",
                            short(&finding)
                        );
                        eprintln!("{line}");
                        findings.lock().unwrap().push(line);
                    }
                }
            });
        }
    });
    let findings = findings.into_inner().unwrap();
    let counts = Counts {
        points: 0,
        runs: visits.len(),
        waited: waited.into_inner(),
        findings: findings.len(),
    };
    (counts, findings)
}

/// The beginning of what was found; whole pages help nobody.
fn short(finding: &str) -> String {
    match finding.char_indices().nth(700) {
        Some((end, _)) => format!("{} [...]", &finding[..end]),
        None => finding.to_owned(),
    }
}

/// The table that is printed: form, points, runs, findings.
struct Table(String);

impl Default for Table {
    fn default() -> Self {
        let heads = ["points", "runs", "waited", "findings", "seconds"];
        let heads = heads.map(|head| format!("{head:>9}")).concat();
        Self(format!("{:32}{heads}\n", "form"))
    }
}

impl Table {
    fn row(&mut self, name: &str, counts: &Counts, start: Instant) {
        let numbers = [counts.points, counts.runs, counts.waited, counts.findings];
        let numbers = numbers.map(|number| format!("{number:9}")).concat();
        let row = format!("{name:32}{numbers}{:9.1}", start.elapsed().as_secs_f64());
        eprintln!("{row}");
        let _ = writeln!(self.0, "{row}");
    }
}

/// What a sweep found, and what it visited.
#[derive(Default)]
struct Swept {
    table: Table,
    runs: usize,
    findings: Vec<String>,
}

/// Sweeps forms, some at once and each on some threads.
fn sweep(
    forms: &[&'static Form],
    (at_once, threads): (usize, usize),
    fsck: usize,
    pick: &(dyn Fn(usize, &[Point]) -> Vec<Visit> + Sync),
) -> Swept {
    let turn = AtomicUsize::new(0);
    let swept = Mutex::new(Swept::default());
    std::thread::scope(|scope| {
        for _ in 0..at_once {
            scope.spawn(|| {
                loop {
                    let number = turn.fetch_add(1, Ordering::SeqCst);
                    let Some(form) = forms.get(number) else { break };
                    let start = Instant::now();
                    let case = Case::new(form);
                    let visits = pick(number, &case.points);
                    let (mut counts, findings) =
                        visit(form.name, &visits, threads, &|turn, (at, act, way)| {
                            case.cut(at, act, way, turn.is_multiple_of(fsck))
                        });
                    counts.points = case.points.len();
                    let mut swept = swept.lock().unwrap();
                    swept.runs += counts.runs;
                    swept.table.row(form.name, &counts, start);
                    swept.findings.extend(findings);
                }
            });
        }
    });
    swept.into_inner().unwrap()
}

/// Every form at a few points each, drawn by the seed; `DESK_SAMPLE` says at how many in all.
#[test]
fn a_sample_of_every_form_cut_short_leaves_a_desk_in_order() {
    if torture() {
        return;
    }
    let seed = number("DESK_SEED").unwrap_or(SEED);
    eprintln!("sweep: the sample of seed {seed}; DESK_SEED draws another one");
    let size = number("DESK_SAMPLE").map_or(SAMPLE, |size| usize::try_from(size).unwrap());
    let each = size.div_ceil(FORMS.len()).max(1);
    let forms: Vec<&Form> = FORMS.iter().collect();
    let swept = sweep(&forms, (cores() * 2, 1), 2, &|number, points| {
        let mut dice = Dice(seed ^ number as u64);
        let mut draw = |_| loop {
            let (at, act) = (dice.below(points.len()), ACTS[dice.below(ACTS.len())]);
            if applies(act, &points[at]) {
                let way = [Way::Same, Way::Other][dice.below(2)];
                return (at + 1, act, way);
            }
        };
        (0..each).map(&mut draw).collect()
    });
    let (runs, findings) = (swept.runs, swept.findings);
    eprintln!(
        "sweep: {runs} points of seed {seed}, {} findings",
        findings.len()
    );
    assert!(runs >= size, "a sample of {runs} points");
    assert!(findings.is_empty(), "seed {seed}:\n{}", findings.join("\n"));
}

/// How many programs run at once here.
fn cores() -> usize {
    std::thread::available_parallelism().map_or(2, usize::from)
}

/// All points of the forms that `DESK_FORM` names, or of all; `DESK_STEP` leaves some out.
#[test]
fn every_form_cut_short_anywhere_leaves_a_desk_in_order() {
    if !torture() {
        skipped("with DESK_TORTURE=1 only, which `just torture` sets", true);
        return;
    }
    let wanted = std::env::var("DESK_FORM").unwrap_or_default();
    let step = usize::try_from(number("DESK_STEP").unwrap_or(1))
        .unwrap()
        .max(1);
    let only = number("DESK_AT");
    let forms: Vec<&Form> = FORMS
        .iter()
        .filter(|form| wanted.is_empty() || wanted == "all" || form.name == wanted)
        .collect();
    let names: Vec<&str> = FORMS.iter().map(|form| form.name).collect();
    assert!(
        !forms.is_empty() || wanted == "init",
        "no form `{wanted}`; there are: {}",
        names.join(", ")
    );
    // Runs that wait to see whether a lock is dead leave the processors to others.
    let threads = cores() * 3;
    let mut swept = sweep(&forms, (1, threads), 4, &|_, points| {
        let Some(only) = only else {
            return all(points, step);
        };
        let mut visits = all(points, 1);
        visits.retain(|(at, ..)| *at as u64 == only);
        visits
    });
    if ["", "all", "init"].contains(&wanted.as_str()) {
        let start = Instant::now();
        let scene = Scene::empty();
        let mut command = scene.command(BINARY);
        command.arg("init");
        let points = run(&command, None, 0, Act::Kill).passed;
        // The same calls come for each of the forty files; a kill is tried at each.
        let mut visits = all(&points, step.max(5));
        visits.extend(
            (1..=points.len())
                .step_by(step)
                .map(|at| (at, Act::Kill, Way::Same)),
        );
        let (mut counts, findings) = visit("init", &visits, threads, &|_, (at, act, _)| {
            cut_init(at, act)
        });
        counts.points = points.len();
        swept.table.row("init", &counts, start);
        swept.runs += counts.runs;
        swept.findings.extend(findings);
    }
    let (runs, findings) = (swept.runs, swept.findings);
    eprintln!(
        "\n{}{runs} runs, {} findings",
        swept.table.0,
        findings.len()
    );
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}

/// `init` cut short leaves a folder in which `init` can be run again, or a desk.
fn cut_init(at: usize, act: Act) -> Cut {
    let scene = Scene::empty();
    let mut command = scene.command(BINARY);
    command.arg("init");
    let traced = run(&command, None, at, act);
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
    let new = scene.desk(&["new", "No network", "-m", "Cut short here."]);
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
    if let Some(reported) = scene.fsck() {
        must(false, &|| format!("fsck: {reported}"));
    }
    Cut {
        traced,
        findings: found,
        healing: start.elapsed(),
    }
}

/// The new index is in place before the branch moves: what hinders the one must take back the
/// other, or the person's own commit would hold the step.
#[test]
fn what_stops_a_commit_once_its_index_is_made_leaves_nothing_staged() {
    let form = FORMS.iter().find(|form| form.name == "note").unwrap();
    let case = Case::new(form);
    let first = |wanted: &dyn Fn(&Point) -> bool| case.points.iter().position(wanted).unwrap();
    let made = first(&|point| point.call == "utimensat");
    let moved =
        first(&|point| point.call.starts_with("rename") && point.file.ends_with("refs/heads/main"));
    assert!(made < moved, "{made}, {moved}");
    // A run may have a few calls more or fewer before.
    let around = made - 3..(moved + 4).min(case.points.len());
    let acts = [Act::Full, Act::Fail(Errno::ENOSPC), Act::Fail(Errno::EIO)];
    let visits: Vec<Visit> = around
        .flat_map(|at| acts.map(|act| (at + 1, act, Way::Other)))
        .filter(|(at, act, _)| applies(*act, &case.points[at - 1]))
        .collect();
    let (counts, findings) = visit(form.name, &visits, cores() * 2, &|_, (at, act, way)| {
        case.cut(at, act, way, false)
    });
    eprintln!("sweep: {} points around a branch that moves", counts.runs);
    assert!(counts.runs > 10, "{}", counts.runs);
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}

/// To a pipe git ignores that writing failed and says that all is well: what its answer lacks is
/// not what the repository lacks.
#[test]
fn an_answer_of_gits_that_was_not_written_is_no_answer() {
    let form = FORMS.iter().find(|form| form.name == "import --undo");
    let case = Case::new(form.unwrap());
    let points = case.points.iter().enumerate();
    let answers = points.filter(|(_, point)| {
        point.process == "git" && point.call == "write" && point.file.starts_with("pipe:")
    });
    let visits: Vec<Visit> = answers
        .map(|(at, _)| (at + 1, Act::Fail(Errno::ENOSPC), Way::Other))
        .filter(|(at, act, _)| applies(*act, &case.points[at - 1]))
        .collect();
    let (counts, findings) = visit(
        "import --undo",
        &visits,
        cores() * 2,
        &|_, (at, act, way)| case.cut(at, act, way, false),
    );
    eprintln!(
        "sweep: {} answers of git that were not written",
        counts.runs
    );
    assert!(counts.runs > 5, "{}", counts.runs);
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}

/// Tickets that stand without their commit, or without those beside them, were left by a signal
/// between two rows.
#[test]
fn a_signal_while_an_import_is_read_leaves_nothing() {
    for name in ["import events", "import events, commit = never"] {
        let form = FORMS.iter().find(|form| form.name == name).unwrap();
        let case = Case::new(form);
        let points = case.points.iter().enumerate();
        let promised = points.filter(|(_, point)| point.file.ends_with("000001.json"));
        let visits: Vec<Visit> = promised
            .flat_map(|(at, _)| [Act::Terminate, Act::Interrupt].map(|act| (at + 1, act)))
            .map(|(at, act)| (at, act, Way::Same))
            .collect();
        let (counts, findings) = visit(form.name, &visits, cores() * 2, &|_, (at, act, way)| {
            case.cut(at, act, way, false)
        });
        eprintln!("sweep: {} signals at the promise of {name}", counts.runs);
        assert!(counts.runs > 3, "{}", counts.runs);
        assert!(findings.is_empty(), "{}", findings.join("\n"));
    }
}

/// Tickets of one contact name each other: between two of them `check` found a name of nothing.
#[test]
fn a_death_between_two_files_of_a_step_is_no_finding() {
    for name in [
        "new --issue",
        "split",
        "work new",
        "kb new --from",
        "attach",
    ] {
        let form = FORMS.iter().find(|form| form.name == name).unwrap();
        let case = Case::new(form);
        let points = case.points.iter().enumerate();
        let placed = points
            .filter(|(_, point)| point.call.starts_with("rename") && point.file.contains(".md"));
        // Which of the files comes first is a matter of chance.
        let visits: Vec<Visit> = placed
            .flat_map(|(at, _)| std::iter::repeat_n((at + 1, Act::Kill, Way::Other), 8))
            .collect();
        let (counts, findings) = visit(form.name, &visits, cores() * 2, &|_, (at, act, way)| {
            case.cut(at, act, way, false)
        });
        eprintln!("sweep: {} deaths between files of {name}", counts.runs);
        assert!(counts.runs > 7, "{name}: {}", counts.runs);
        assert!(findings.is_empty(), "{}", findings.join("\n"));
    }
}

#[test]
fn the_tracer_counts_and_meddles() {
    let (scene, id) = Scene::new();
    let copy = scene.copy();
    let mut command = copy.command(BINARY);
    command.args(["note", &id, "-m", "Cut short here."]);
    let traced = run(&command, None, 0, Act::Kill);
    assert_eq!(traced.code, Some(0));
    assert!(traced.hit.is_none());
    assert!(traced.points > 50, "{}", traced.points);
    assert_eq!(copy.ticket().matches("Cut short here.").count(), 1);

    let copy = scene.copy();
    let mut command = copy.command(BINARY);
    command.args(["note", &id, "-m", "Cut short here."]);
    let traced = run(&command, None, 1, Act::Kill);
    assert_eq!(traced.code, None);
    assert!(matches!(traced.hit, Some(Point { .. })));
    assert_eq!(copy.ticket(), scene.ticket());
}

/// Groups of commands that write by an option of their own.
const GROUPS: &[&str] = &["import"];

#[test]
fn every_form_is_of_a_command_that_writes() {
    let all = leaves();
    for reader in READERS {
        assert!(all.contains_key(*reader), "there is no `desk {reader}`");
    }
    for form in FORMS {
        assert!(
            all.contains_key(form.cached) || GROUPS.contains(&form.cached),
            "there is no `desk {}`",
            form.cached
        );
        assert!(
            !READERS.contains(&form.cached),
            "`desk {}` only reads",
            form.cached
        );
    }
    for (at, form) in FORMS.iter().enumerate() {
        let args = form.args.join(" ");
        assert!(args.starts_with(form.cached), "{}: {args}", form.name);
        assert!(
            FORMS[..at].iter().all(|other| other.name != form.name),
            "{} twice",
            form.name
        );
    }
}
