//! Files of any bytes, added together with the texts that tell of them.

use std::fs;
use std::path::Path;

use plaindesk::store::error::StoreError;
use plaindesk::store::fs::contents::AddedFile;
use plaindesk::store::git::save_rules::SaveRules;
use plaindesk::store::journal::save::Saved;

use crate::desk::{Desk, EACH, NEVER, TICKET, committed, deferred, note};

const FILE: &str = "tickets/2026-11/2611-7K3MQ.files/photo.bin";

/// Bytes that no text is, with what filters like to change.
fn bytes() -> Vec<u8> {
    let mut bytes = b"line\r\nline\n\0$Id$ \xff\xfe\x80 ".to_vec();
    bytes.extend((0..200_000_u32).map(|n| u8::try_from(n % 1021 * n % 251).unwrap()));
    bytes
}

/// One command that logs a file and adds it.
fn attach(desk: &Desk, rules: SaveRules, base: Option<&str>) -> Result<Saved, StoreError> {
    let mut held = desk.repo().hold("attach", &rules)?;
    let kept = held.keep(&mut bytes().as_slice(), Path::new("photo.bin"), 1 << 20)?;
    assert_eq!(kept.size, bytes().len() as u64);
    assert_eq!(kept.sha256.len(), 64);
    held.save_with(
        &note(base, "the photo\n"),
        &[AddedFile::new(FILE.to_owned(), &kept)],
    )
}

fn in_place(desk: &Desk) -> Option<Vec<u8>> {
    fs::read(desk.folder.join(FILE)).ok()
}

/// The file's bytes in the last commit.
fn in_head(desk: &Desk) -> Vec<u8> {
    let done = desk.try_git(&["cat-file", "blob", &format!("HEAD:{FILE}")]);
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    done.stdout
}

/// Nothing is left of what only waits for a commit.
fn swept(desk: &Desk) {
    assert_eq!(desk.names("contents"), Vec::<String>::new());
    assert_eq!(desk.journal(), Vec::<String>::new());
}

#[test]
fn a_file_and_its_words_are_one_commit() {
    let desk = Desk::new();
    let commit = committed(attach(&desk, EACH, None));
    assert_eq!(
        desk.git(&["show", "--name-only", "--format=", &commit]),
        format!("{FILE}\n{TICKET}")
    );
    assert_eq!(in_place(&desk).unwrap(), bytes());
    assert_eq!(in_head(&desk), bytes());
    assert_eq!(desk.status(), "");
    swept(&desk);
    desk.sound();
}

#[test]
fn no_filter_and_no_line_end_rule_changes_a_byte() {
    for rules in [
        EACH,
        SaveRules {
            hooks: true,
            ..EACH
        },
    ] {
        let desk = Desk::new();
        desk.git(&["config", "core.autocrlf", "true"]);
        desk.git(&["config", "filter.upper.clean", "tr a-z A-Z"]);
        desk.git(&["config", "filter.upper.smudge", "tr a-z A-Z"]);
        desk.write(
            ".gitattributes",
            "* text ident filter=upper\ntickets/** -text -ident -filter\n",
        );
        desk.git(&["add", ".gitattributes"]);
        desk.git(&["commit", "--quiet", "-m", "rules"]);
        committed(attach(&desk, rules, None));
        assert_eq!(in_head(&desk), bytes());
        assert_eq!(desk.git(&["status", "--porcelain", "tickets"]), "");
        desk.git(&["rm", "--quiet", "--cached", FILE]);
        fs::remove_file(desk.folder.join(FILE)).unwrap();
        desk.git(&["checkout", "HEAD", "--", FILE]);
        assert_eq!(in_place(&desk).unwrap(), bytes());
    }
}

#[test]
fn with_commits_never_the_file_alone_stays() {
    let desk = Desk::new();
    assert_eq!(attach(&desk, NEVER, None).unwrap(), Saved::Kept);
    assert_eq!(in_place(&desk).unwrap(), bytes());
    swept(&desk);
}

#[test]
fn a_file_whose_commit_waits_survives_a_cleaning() {
    let desk = Desk::new();
    let marker = desk.top.join(".git/MERGE_HEAD");
    fs::write(&marker, desk.git(&["rev-parse", "HEAD"])).unwrap();
    deferred(attach(&desk, EACH, None));
    let name = desk.journal().remove(0);
    let entry = fs::read_to_string(desk.repo().private().join("journal").join(name)).unwrap();
    assert!(entry.contains(FILE) && entry.len() < 2000, "{entry}");
    // What a person does to get out of a mess.
    desk.git(&["clean", "--quiet", "-fdx"]);
    assert_eq!(in_place(&desk), None);
    fs::remove_file(&marker).unwrap();
    assert_eq!(desk.hold(EACH).len(), 1);
    assert_eq!(in_place(&desk).unwrap(), bytes());
    assert_eq!(in_head(&desk), bytes());
    assert_eq!(desk.in_head(TICKET).as_deref(), Some("the photo\n"));
    assert_eq!(desk.count(), 2);
    assert_eq!(desk.status(), "");
    swept(&desk);
}

#[test]
fn a_refused_text_takes_the_file_back() {
    let desk = Desk::new();
    committed(desk.save(EACH, &note(None, "one\n")));
    let refused = attach(&desk, EACH, Some("another\n"));
    assert!(matches!(refused, Err(StoreError::Changed { .. })));
    assert_eq!(in_place(&desk), None);
    // Also where it is noticed last.
    let mut held = desk.repo().hold("attach", &EACH).unwrap();
    let kept = held
        .keep(&mut bytes().as_slice(), Path::new("x"), 1 << 20)
        .unwrap();
    let odd = crate::desk::step(&[crate::desk::save("desk.toml/x", None, "x")]);
    assert!(
        held.save_with(&odd, &[AddedFile::new(FILE.to_owned(), &kept)])
            .is_err()
    );
    drop(held);
    assert_eq!(in_place(&desk), None);
    desk.hold(EACH);
    swept(&desk);
    assert_eq!(desk.count(), 2);
    assert_eq!(desk.read(TICKET).as_deref(), Some("one\n"));
}

#[test]
fn nothing_is_ever_replaced() {
    let desk = Desk::new();
    desk.write(FILE, "somebody's own");
    let refused = attach(&desk, EACH, None);
    assert!(matches!(refused, Err(StoreError::Exists { path }) if path == FILE));
    assert_eq!(in_place(&desk).unwrap(), b"somebody's own");
    assert_eq!(desk.read(TICKET), None);
}

#[test]
fn a_link_in_the_place_of_the_folder_is_not_followed() {
    let desk = Desk::new();
    let outside = desk.dir.path().join("outside");
    fs::create_dir(&outside).unwrap();
    let folder = desk.folder.join(FILE).parent().unwrap().to_owned();
    fs::create_dir_all(folder.parent().unwrap()).unwrap();
    std::os::unix::fs::symlink(&outside, &folder).unwrap();
    let refused = attach(&desk, EACH, None);
    assert!(matches!(refused, Err(StoreError::InTheWay { .. })));
    assert_eq!(fs::read_dir(&outside).unwrap().count(), 0);
    assert_eq!(desk.read(TICKET), None);
}

#[test]
fn too_much_is_refused_and_leaves_nothing() {
    let desk = Desk::new();
    let mut held = desk.repo().hold("attach", &EACH).unwrap();
    let refused = held.keep(&mut bytes().as_slice(), Path::new("big"), 1000);
    assert!(matches!(
        refused,
        Err(StoreError::TooLarge { most: 1000, .. })
    ));
    let exact = vec![7; 1000];
    assert!(
        held.keep(&mut exact.as_slice(), Path::new("fits"), 1000)
            .is_ok()
    );
    drop(held);
    assert_eq!(desk.names("tmp"), Vec::<String>::new());
    assert_eq!(desk.names("contents").len(), 1);
    // What no step took, the next command removes.
    desk.hold(EACH);
    swept(&desk);
}

/// The journal's entry as a death leaves it, with the file and the text as far as they had come.
fn cut_short(desk: &Desk, file: bool, text: bool) {
    let marker = desk.top.join(".git/MERGE_HEAD");
    fs::write(&marker, desk.git(&["rev-parse", "HEAD"])).unwrap();
    deferred(attach(desk, EACH, None));
    fs::remove_file(&marker).unwrap();
    if !text {
        fs::remove_file(desk.folder.join(TICKET)).unwrap();
    }
    if !file {
        fs::remove_file(desk.folder.join(FILE)).unwrap();
    }
}

#[test]
fn a_death_at_any_place_is_made_good() {
    for (file, text) in [(false, false), (true, false), (true, true)] {
        let desk = Desk::new();
        cut_short(&desk, file, text);
        let reported = desk.hold(EACH);
        assert_eq!(reported.len(), 1, "{reported:?}");
        assert_eq!(in_place(&desk).unwrap(), bytes());
        assert_eq!(desk.read(TICKET).as_deref(), Some("the photo\n"));
        assert_eq!(in_head(&desk), bytes());
        assert_eq!(desk.count(), 2);
        assert_eq!(desk.status(), "");
        swept(&desk);
    }
}

#[test]
fn a_file_in_its_place_meanwhile_stays_and_the_content_is_set_aside() {
    let desk = Desk::new();
    cut_short(&desk, false, false);
    desk.write(FILE, "somebody's own");
    let reported = desk.hold(EACH);
    assert!(reported[0].contains("set-aside"), "{reported:?}");
    assert_eq!(in_place(&desk).unwrap(), b"somebody's own");
    assert_eq!(desk.in_head(TICKET).as_deref(), Some("the photo\n"));
    assert_eq!(desk.journal(), Vec::<String>::new());
    // The entry that was set aside names the content, so it stays.
    desk.hold(EACH);
    let kept = desk.names("contents");
    assert_eq!(kept.len(), 1);
    let kept = desk.repo().private().join("contents").join(&kept[0]);
    assert_eq!(fs::read(kept).unwrap(), bytes());
}

#[test]
fn in_a_sha256_repository_too() {
    let desk = Desk::with(
        &[
            "init",
            "--quiet",
            "--initial-branch=main",
            "--object-format=sha256",
        ],
        "ops/desk",
    );
    committed(attach(&desk, EACH, None));
    let done = desk.try_git(&["cat-file", "blob", &format!("HEAD:ops/desk/{FILE}")]);
    assert_eq!(done.stdout, bytes());
    assert_eq!(desk.status(), "");
    desk.sound();
}
