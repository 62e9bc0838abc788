//! The index of the search is a cache: what is found is what the files say now, whatever became of
//! either.

use std::fs;
use std::path::PathBuf;

use crate::desk::Desk;
use crate::kb::article;
use crate::search::found;

fn tickets(desk: &Desk, words: &str) -> Vec<String> {
    let mut ids = found(desk, &["search", words]);
    ids.retain(|id| !id.starts_with("KB-"));
    ids
}

fn folder(desk: &Desk) -> PathBuf {
    desk.root.join(".desk/search")
}

#[test]
fn what_is_found_is_what_the_files_say_now() {
    let desk = Desk::with_ticket();
    let id = desk.id("ID1");
    let path = desk.path("ID1");
    assert_eq!(tickets(&desk, "printer"), [id.as_str()]);
    // An editor that writes in place, within the same second and of equal length.
    desk.replace(&path, "Printer on floor 3 jams", "Scanner on floor 3 hums");
    assert_eq!(tickets(&desk, "hums"), [id.as_str()]);
    assert!(tickets(&desk, "printer").is_empty());
    desk.replace(&path, "Scanner on floor 3 hums", "Plotter on floor 3 cuts");
    assert_eq!(tickets(&desk, "plotter"), [id.as_str()]);
    assert!(tickets(&desk, "scanner").is_empty());
    // Times set back into the past.
    desk.replace(&path, "Plotter", "Shredder");
    let touched = desk
        .command("touch")
        .args(["-d", "2001-01-01T00:00:00", &path])
        .status()
        .unwrap();
    assert!(touched.success());
    assert_eq!(tickets(&desk, "shredder"), [id.as_str()]);
    // The way it was committed.
    desk.git(&["checkout", "--quiet", "--", "tickets"]);
    assert_eq!(tickets(&desk, "jams"), [id.as_str()]);
    assert!(tickets(&desk, "shredder").is_empty());
    // Gone, and back.
    let text = desk.raw("ID1");
    fs::remove_file(desk.root.join(&path)).unwrap();
    assert!(tickets(&desk, "jams").is_empty());
    desk.write(&path, text);
    assert_eq!(tickets(&desk, "jams"), [id.as_str()]);
    // Articles move and are renamed.
    article(
        &desk,
        "kb/a.md",
        "id = \"KB-AAA1\"\ntitle = \"Zeppelin\"\nstate = \"published\"\n",
        "Up.\n",
    );
    assert_eq!(found(&desk, &["kb", "search", "zeppelin"]), ["KB-AAA1"]);
    fs::create_dir_all(desk.root.join("kb/air")).unwrap();
    fs::rename(desk.root.join("kb/a.md"), desk.root.join("kb/air/ship.md")).unwrap();
    assert_eq!(found(&desk, &["kb", "search", "zeppelin"]), ["KB-AAA1"]);
    assert_eq!(found(&desk, &["search", "category:air"]), ["KB-AAA1"]);
    fs::remove_file(desk.root.join("kb/air/ship.md")).unwrap();
    assert!(found(&desk, &["kb", "search", "zeppelin"]).is_empty());
}

#[test]
fn an_old_branch_is_searched_as_it_is() {
    let desk = Desk::with_ticket();
    desk.git(&["branch", "old"]);
    desk.open("Beamer stays dark");
    let second = desk.id("ID2");
    assert_eq!(tickets(&desk, "beamer"), [second.as_str()]);
    desk.git(&["checkout", "--quiet", "old"]);
    assert!(tickets(&desk, "beamer").is_empty());
    desk.git(&["checkout", "--quiet", "main"]);
    assert_eq!(tickets(&desk, "beamer"), [second.as_str()]);
}

#[test]
fn writing_commands_leave_the_index_alone() {
    let desk = Desk::with_ticket();
    let _ = tickets(&desk, "jams");
    let state = || -> Vec<(PathBuf, Vec<u8>)> {
        let mut all = Vec::new();
        for kind in ["tickets", "articles"] {
            for entry in fs::read_dir(folder(&desk).join(kind)).unwrap().flatten() {
                all.push((entry.path(), fs::read(entry.path()).unwrap()));
            }
        }
        all.sort();
        all
    };
    let before = state();
    let _ = desk.ok("note ID1 -m \"The roller squeaks.\"");
    let _ = desk.ok("resolve ID1 -m Done.");
    assert!(state() == before);
    assert_eq!(tickets(&desk, "squeaks"), [desk.id("ID1")]);
    assert!(state() != before);
}

#[test]
fn pieces_stay_few() {
    let desk = Desk::with_ticket();
    for round in 0..14 {
        let _ = desk.run_args(&[
            "note",
            &desk.id("ID1"),
            "-m",
            &format!("Round{round} done."),
        ]);
        assert_eq!(tickets(&desk, &format!("round{round}")), [desk.id("ID1")]);
        let pieces = fs::read_dir(folder(&desk).join("tickets"))
            .unwrap()
            .flatten();
        let pieces = pieces.filter(|one| one.path().extension().is_some_and(|ext| ext == "idx"));
        let pieces = pieces.count();
        assert!(pieces <= 4, "{pieces} after {round}");
    }
}

#[test]
fn whatever_is_odd_about_the_index_means_a_new_one() {
    let desk = Desk::with_ticket();
    let id = desk.id("ID1");
    let good = || assert_eq!(tickets(&desk, "jams"), [id.as_str()]);
    good();
    let files = || -> Vec<PathBuf> {
        let mut all: Vec<PathBuf> = fs::read_dir(folder(&desk).join("tickets"))
            .unwrap()
            .flatten()
            .map(|entry| entry.path())
            .collect();
        all.sort();
        all
    };
    for at in 0..files().len() {
        let path = files()[at].clone();
        let text = fs::read(&path).unwrap();
        // Torn, foreign, empty, gone.
        fs::write(&path, &text[..text.len() / 2]).unwrap();
        good();
        if let Some(path) = files().get(at) {
            fs::write(path, b"no index").unwrap();
            good();
        }
        if let Some(path) = files().get(at) {
            fs::write(path, b"").unwrap();
            good();
        }
        if let Some(path) = files().get(at) {
            fs::remove_file(path).unwrap();
            good();
        }
    }
    // All bytes of the terms turned over.
    let terms = files()
        .into_iter()
        .find(|path| path.extension().is_some_and(|ext| ext == "term"))
        .unwrap();
    let text: Vec<u8> = fs::read(&terms).unwrap().iter().map(|byte| !byte).collect();
    fs::write(&terms, text).unwrap();
    good();
    fs::remove_dir_all(folder(&desk)).unwrap();
    good();
    fs::remove_dir_all(folder(&desk)).unwrap();
    fs::write(folder(&desk), "a file").unwrap();
    good();
    fs::remove_dir_all(desk.root.join(".desk")).unwrap();
    good();
}

#[test]
fn a_bit_that_is_broken_in_the_index_changes_no_answer() {
    let desk = Desk::new();
    for at in 0..20 {
        desk.open(&format!("Printer {at} jams near hall {}", at % 3));
    }
    let answers = || {
        let listed = ["jams", "pri*", "-7"].map(|word| {
            desk.run_args(&["list", "--columns", "title", "--", word])
                .stdout
        });
        let found =
            ["printer 7 hall", "nothing of printers"].map(|words| found(&desk, &["search", words]));
        (listed, found)
    };
    let expected = answers();
    let (listed, found) = &expected;
    assert!(listed.iter().all(|listed| listed.contains("Printer 19")));
    assert!(!listed[2].contains("Printer 7 "));
    assert!(found.iter().all(|found| !found.is_empty()));
    let files = || -> Vec<PathBuf> {
        let all = fs::read_dir(folder(&desk).join("tickets")).unwrap();
        all.flatten().map(|entry| entry.path()).collect()
    };
    let parts: Vec<String> = files()
        .iter()
        .filter_map(|path| Some(path.extension()?.to_str()?.to_owned()))
        .collect();
    assert!(parts.len() >= 7, "{parts:?}");
    for part in parts {
        for share in 0..6 {
            // It is made anew under another name whenever it was torn.
            let path = files()
                .into_iter()
                .find(|path| path.to_string_lossy().ends_with(&part));
            let path = path.unwrap();
            let mut bytes = fs::read(&path).unwrap();
            let at = (bytes.len() - 1) * share / 5;
            bytes[at] ^= 4;
            fs::write(&path, bytes).unwrap();
            assert!(expected == answers(), "byte {at} of {part}");
        }
    }
}

#[test]
fn a_desk_in_which_nothing_can_be_kept_is_searched_too() {
    let desk = Desk::with_ticket();
    let id = desk.id("ID1");
    let _ = fs::remove_dir_all(desk.root.join(".desk"));
    // Stands for a read-only file system, also for those whom no permission stops.
    fs::write(desk.root.join(".desk"), "no folder").unwrap();
    assert_eq!(tickets(&desk, "jams"), [id.as_str()]);
    let kept = desk.root.parent().unwrap().join("home/.cache/plaindesk");
    assert_eq!(
        fs::read_dir(&kept).unwrap().count(),
        1,
        "in the user's cache folder"
    );
    let _ = desk.ok("note ID1 -m Squeaks.");
    assert_eq!(tickets(&desk, "squeaks"), [id.as_str()]);
    // Nowhere at all: in memory.
    fs::remove_dir_all(&kept).unwrap();
    fs::write(&kept, "no folder").unwrap();
    assert_eq!(tickets(&desk, "squeaks"), [id.as_str()]);
}

#[test]
fn two_at_once_lose_nothing_and_never_fail() {
    let desk = Desk::with_ticket();
    for round in 0..40 {
        let id = format!("2611-AA{round:03}").replace('L', "K");
        let text = desk
            .raw("ID1")
            .replace(&desk.id("ID1"), &id)
            .replace("Printer on floor 3 jams", &format!("Gadget{round} hums"));
        let _ = desk.plant(&id, text);
    }
    let children: Vec<_> = (0..6)
        .map(|_| {
            desk.desk(&["search", "hums", "--limit", "100", "--json"])
                .stdout(std::process::Stdio::piped())
                .stderr(std::process::Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    for child in children {
        let out = child.wait_with_output().unwrap();
        let reported = String::from_utf8_lossy(&out.stderr).into_owned();
        assert_eq!(out.status.code(), Some(0), "{reported}");
        let found: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
        assert_eq!(found["tickets"].as_array().unwrap().len(), 40);
    }
}

#[test]
fn a_word_of_every_text_is_found_whatever_was_changed() {
    let desk = Desk::new();
    for at in 0..10 {
        desk.open(&format!("Gadget{at} hums"));
    }
    let hums = || tickets(&desk, "hums").len();
    assert_eq!(hums(), 10);
    // Changed again and again, old texts of them stand deleted in the index for a while.
    for at in 0..6 {
        let _ = desk.run_args(&["note", &desk.id("ID1"), "-m", &format!("Round {at}.")]);
        let _ = desk.run_args(&["note", &desk.id("ID2"), "-m", &format!("Round {at}.")]);
        assert_eq!(hums(), 10, "round {at}");
    }
}

#[test]
fn killed_at_any_moment_it_is_fine_or_made_anew() {
    let desk = Desk::with_ticket();
    let id = desk.id("ID1");
    for micros in [
        200_u64, 1_000, 3_000, 6_000, 9_000, 12_000, 16_000, 22_000, 30_000, 45_000,
    ] {
        let _ = desk.run_args(&["note", &id, "-m", &format!("Beat{micros}.")]);
        let mut child = desk
            .desk(&["search", "jams"])
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_micros(micros));
        let _ = child.kill();
        let _ = child.wait();
        assert_eq!(tickets(&desk, &format!("beat{micros}")), [id.as_str()]);
    }
}

#[test]
fn one_bad_file_costs_only_itself() {
    let desk = Desk::with_ticket();
    desk.open("Beamer jams");
    let path = desk.path("ID2");
    desk.replace(&path, "title = \"Beamer jams\"", "title = Beamer jams");
    article(&desk, "kb/bad.md", "id = \"KB-AAA1\n", "Jams.\n");
    desk.write("kb/bytes.md", b"\xff\xfe jams");
    let out = desk.run("search jams");
    assert_eq!(out.code, 0, "{out}");
    assert!(out.stdout.contains("Printer on floor 3 jams"), "{out}");
    for file in [path.as_str(), "kb/bad.md", "kb/bytes.md"] {
        assert!(out.stderr.contains(file), "{file}: {out}");
    }
    assert!(!out.stdout.contains("Beamer"), "{out}");
}

#[test]
fn declared_fields_are_part_of_the_index() {
    let desk = Desk::with_ticket();
    let _ = tickets(&desk, "jams");
    let settings = desk.read("desk.toml");
    desk.write(
        "desk.toml",
        format!("{settings}\n[fields.room]\ntitle = \"Room\"\n"),
    );
    let out = desk.run("set ID1 fields.room=Zeppelin");
    assert_eq!(out.code, 0, "{out}");
    assert_eq!(tickets(&desk, "zeppelin"), [desk.id("ID1")]);
}
