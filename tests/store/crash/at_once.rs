//! Many at once on one ticket, and a person's git among them.

use std::collections::BTreeSet;
use std::process::{Child, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use super::scene::{BINARY, Scene, text};

fn start(scene: &Scene, args: &[&str]) -> Child {
    scene
        .command(BINARY)
        .args(args)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// The history: what was promised must be there at the end, once.
fn kept(page: &str, promised: &[String]) {
    let lines: Vec<&str> = page.lines().collect();
    for text in promised {
        let times = lines.iter().filter(|line| *line == text).count();
        assert_eq!(times, 1, "`{text}` was acknowledged");
    }
}

#[test]
fn two_hundred_notes_at_once_are_two_hundred_entries_and_commits() {
    const MANY: usize = 200;
    let (scene, id) = Scene::with_work();
    let (head, own) = (scene.head(), scene.own());
    let start_time = Instant::now();
    let children: Vec<_> = (0..MANY)
        .map(|n| {
            let text = format!("Note {n} of many.");
            (start(&scene, &["note", &id, "-m", &text]), text)
        })
        .collect();
    let mut promised = Vec::new();
    for (child, note) in children {
        let done = child.wait_with_output().unwrap();
        assert!(done.status.success(), "{note}: {}", text(&done.stderr));
        promised.push(note);
    }
    eprintln!(
        "crowd: {MANY} notes at once in {:.1?}",
        start_time.elapsed()
    );
    kept(&scene.ticket(), &promised);
    let commits = scene.commits(Some(&head));
    assert_eq!(commits.len(), MANY);
    assert!(
        commits.iter().all(|(_, paths)| paths.len() == 1),
        "{commits:?}"
    );
    scene.ok(&["check"]);
    assert_eq!(scene.own(), own);
    assert_eq!(scene.leftovers(), Vec::<String>::new());
    assert_eq!(scene.fsck(), None);
}

#[test]
fn tickets_opened_at_once_have_different_ids() {
    let (scene, _) = Scene::new();
    let ids = Mutex::new(BTreeSet::new());
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let (scene, ids) = (&scene, &ids);
            scope.spawn(move || {
                for n in 0..4 {
                    let title = format!("Call {n} on line {thread}");
                    let id = scene.ok(&["new", &title, "-m", "Nothing works."]);
                    assert!(
                        ids.lock().unwrap().insert(id.trim().to_owned()),
                        "{id} twice"
                    );
                }
            });
        }
    });
    let ids = ids.into_inner().unwrap();
    assert_eq!(ids.len(), 32);
    assert_eq!(scene.tickets().len(), 33);
    for id in &ids {
        scene.ok(&["show", id]);
    }
    scene.ok(&["check"]);
    assert_eq!(scene.git(&["status", "--porcelain"]), "");
    assert_eq!(scene.fsck(), None);
}

#[test]
fn a_person_who_stages_and_commits_loses_nothing() {
    person(false);
}

#[test]
fn a_person_who_makes_branches_loses_nothing() {
    person(true);
}

/// A person stages, commits and makes branches while notes come in.
fn person(branches: bool) {
    let (scene, id) = Scene::with_work();
    let head = scene.head();
    let over = AtomicBool::new(false);
    let promised = Mutex::new(Vec::new());
    let mut rounds = 0;
    std::thread::scope(|scope| {
        let writers: Vec<_> = (0..4)
            .map(|writer| {
                let (scene, id, promised) = (&scene, &id, &promised);
                scope.spawn(move || {
                    for n in 0..10 {
                        let note = format!("Note {n} of writer {writer}.");
                        let done = scene.desk(&["note", id, "-m", &note]);
                        let said = text(&done.stderr);
                        assert!(done.status.success(), "{note}: {said}");
                        promised.lock().unwrap().push(note);
                    }
                })
            })
            .collect();
        let (scene, over) = (&scene, &over);
        let person = scope.spawn(move || {
            let mut round = 0;
            while !over.load(Ordering::SeqCst) {
                round += 1;
                // What fails on a lock, a person does again; here the next round does.
                std::fs::write(scene.desk.join("edited.txt"), format!("round {round}\n")).unwrap();
                scene.try_git(&["add", "edited.txt"]);
                scene.try_git(&["commit", "--quiet", "-m", "by hand"]);
                if branches {
                    let name = format!("branch-{round}");
                    scene.try_git(&["checkout", "--quiet", "-b", &name]);
                }
            }
            round
        });
        for writer in writers {
            writer.join().unwrap();
        }
        over.store(true, Ordering::SeqCst);
        rounds = person.join().unwrap();
    });
    let promised = promised.into_inner().unwrap();
    kept(&scene.ticket(), &promised);
    // The next command brings git in step with what is saved.
    scene.ok(&["note", &id, "-m", "The last."]);
    let ticket = scene.tickets().into_keys().next().unwrap();
    assert_eq!(
        scene.git(&["show", &format!("HEAD:{ticket}")]),
        scene.ticket()
    );
    let commits = scene.commits(Some(&head));
    let (hand, ours): (Vec<_>, Vec<_>) = commits
        .iter()
        .partition(|(subject, _)| subject == "by hand");
    eprintln!(
        "a person at work: {} notes, {rounds} rounds, {} commits by hand, {} by the desk; branches: {branches}",
        promised.len() + 1,
        hand.len(),
        ours.len()
    );
    // git reads the index before it locks it, and makes a branch without any lock: within an
    // instant a person's commit can take a note along, or take it back out of the branch until the
    // next commit. The file keeps it, and the next command brings the branch in step: seen above.
    let touched = hand
        .iter()
        .filter(|(_, paths)| paths.contains(&ticket))
        .count();
    eprintln!("{touched} commits by hand touched the ticket");
    for (subject, paths) in &ours {
        assert_eq!(paths, std::slice::from_ref(&ticket), "{subject}");
    }
    scene.ok(&["check"]);
    assert_eq!(scene.leftovers(), Vec::<String>::new());
    assert_eq!(scene.fsck(), None);
}
