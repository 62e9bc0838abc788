//! An import killed anywhere: the next command finishes it or takes it back, and no `git commit` of
//! a person's removes what it brought.

use std::collections::BTreeSet;
use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::scene::{BINARY, Scene, text, torture};
use super::tracer::{Act, run};

/// In the sample of CI, every so many-th point.
const STEP: usize = 12;

const MAP: &str = "source = \"old\"\n[time]\nformats = [\"%d.%m.%Y %H:%M\"]\n\
    zone = \"Europe/Warsaw\"\n[columns]\nid = \"Ticket\"\ntime = \"When\"\ntitle = \"{What}\"\n";

const LOG: &str = "Ticket,When,What\nA-1,01.10.2026 09:00,Lamp is dark\n\
    A-1,01.10.2026 10:00,Lamp is dark\nA-2,02.10.2026 09:00,Door is stuck\n\
    A-3,03.10.2026 09:00,Mail is slow\n";

/// A desk with a log to import, whose settings say so about commits.
fn scene(commit: &str) -> (Scene, String) {
    let (scene, id) = Scene::with_work();
    fs::write(scene.desk.join("log.csv"), LOG).unwrap();
    fs::write(scene.desk.join("map.toml"), MAP).unwrap();
    let settings = fs::read_to_string(scene.desk.join("desk.toml")).unwrap();
    let settings = settings.replace("commit = \"each\"", &format!("commit = \"{commit}\""));
    fs::write(scene.desk.join("desk.toml"), settings + "\n# for imports\n").unwrap();
    scene.git(&[
        "commit",
        "--quiet",
        "--message",
        "settings",
        "--",
        "desk.toml",
    ]);
    (scene, id)
}

const IMPORT: [&str; 5] = ["import", "events", "log.csv", "--map", "map.toml"];

fn in_head(scene: &Scene) -> BTreeSet<String> {
    let reported = scene.git(&["ls-tree", "-r", "--name-only", "HEAD", "tickets"]);
    reported.lines().map(str::to_owned).collect()
}

/// What is wrong after a kill at one point, and whether there was one.
fn cut(template: &Scene, id: &str, commit: &str, at: usize) -> (Vec<String>, bool) {
    let scene = template.copy();
    let mut command = scene.command(BINARY);
    command.args(IMPORT);
    let traced = run(&command, None, at, Act::Kill);
    let mut found = Vec::new();
    let mut must = |holds: bool, what: String| {
        if !holds {
            found.push(format!("{commit} @{at} {:?}: {what}", traced.hit));
        }
    };
    // The person's next commit, at once and after our next command.
    let before = in_head(&scene);
    scene.try_git(&["commit", "--quiet", "--message", "theirs"]);
    let lost: Vec<String> = before.difference(&in_head(&scene)).cloned().collect();
    must(lost.is_empty(), format!("their commit removed {lost:?}"));
    let next = scene.desk(&["note", id, "-m", "The next command."]);
    must(
        next.status.success(),
        format!("the next command: {}", text(&next.stderr)),
    );
    let before = in_head(&scene);
    let files: BTreeSet<String> = scene.tickets().into_keys().collect();
    if commit == "each" {
        must(
            files == before,
            format!("{files:?} are there, {before:?} in HEAD"),
        );
    }
    must(
        files.len() == 1 || files.len() == 4,
        format!("in part: {files:?}"),
    );
    must(
        traced.code != Some(0) || files.len() == 4,
        "acknowledged and gone".to_owned(),
    );
    fs::write(scene.desk.join("more.txt"), "more\n").unwrap();
    scene.git(&["add", "more.txt"]);
    scene.git(&["commit", "--quiet", "--message", "theirs again"]);
    let lost: Vec<String> = before.difference(&in_head(&scene)).cloned().collect();
    must(
        lost.is_empty(),
        format!("their second commit removed {lost:?}"),
    );
    let kept = scene.git(&["for-each-ref", "refs/plaindesk"]);
    must(kept.is_empty(), format!("references: {kept}"));
    let left = scene.leftovers();
    must(left.is_empty(), format!("left over: {left:?}"));
    let again = scene.desk(&IMPORT);
    must(
        again.status.success(),
        format!("again: {}", text(&again.stderr)),
    );
    must(
        scene.tickets().len() == 4,
        "not all there in the end".to_owned(),
    );
    (found, traced.hit.is_some())
}

fn sweep(commit: &str) {
    let (template, id) = scene(commit);
    let step = if torture() { 1 } else { STEP };
    let turn = AtomicUsize::new(1);
    let ended = AtomicUsize::new(usize::MAX);
    let found = std::sync::Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let at = turn.fetch_add(step, Ordering::SeqCst);
                    if at > ended.load(Ordering::SeqCst) {
                        break;
                    }
                    let (findings, hit) = cut(&template, &id, commit, at);
                    if !hit {
                        ended.fetch_min(at, Ordering::SeqCst);
                    }
                    found.lock().unwrap().extend(findings);
                }
            });
        }
    });
    let found = found.into_inner().unwrap();
    eprintln!(
        "import with commit = {commit}: every {step} of {} points, {} findings",
        ended.into_inner(),
        found.len()
    );
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn an_import_cut_short_anywhere_is_finished_or_taken_back() {
    sweep("each");
}

#[test]
fn an_import_without_a_commit_cut_short_anywhere_is_finished_or_taken_back() {
    sweep("never");
}
