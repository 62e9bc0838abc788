//! `desk attach`.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};

use crate::desk::{Desk, Out, lies};
use crate::writing_commands;

/// Bytes that no text is.
const PHOTO: &[u8] = b"\x89PNG\r\n\x1a\n\0\xff\xfe$Id$\r\n";

/// A desk with `ID1`, and files beside it that are not part of it.
fn scene() -> Desk {
    let desk = Desk::with_ticket();
    desk.write("../log.txt", "line 1\r\nline 2\n");
    desk.write("../photo.png", PHOTO);
    desk
}

/// The files in the folder of `ID1`, with their bytes.
fn attached(desk: &Desk) -> Vec<(String, Vec<u8>)> {
    let folder = desk.root.join(folder(desk));
    let mut all: Vec<_> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .map(|entry| {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            (name, fs::read(entry.path()).unwrap())
        })
        .collect();
    all.sort();
    all
}

fn names(desk: &Desk) -> Vec<String> {
    attached(desk).into_iter().map(|(name, _)| name).collect()
}

fn folder(desk: &Desk) -> String {
    desk.path("ID1").replace(".md", ".files")
}

/// What the last entry of `ID1` says, without its heading.
fn reported(desk: &Desk) -> String {
    let file = desk.file("ID1");
    file.rsplit_once("\n## ")
        .unwrap()
        .1
        .lines()
        .skip(2)
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn files_are_copied_logged_and_committed_together() {
    let desk = scene();
    insta::assert_snapshot!(desk.run("attach ID1 ../log.txt ../photo.png -m 'What the switch says.'"), @"
    ID1         attach  Printer on floor 3 jams
                log.txt (15 bytes), photo.png (17 bytes)
    [exit 0]
    ");
    insta::assert_snapshot!(reported(&desk), @"
    - file: log.txt
    - stored: log-95ca7505.txt
    - size: 15
    - sha256: 95ca7505b31ea40067c4166a21bf502fb7708f92dbdb6dd46ef14be9642c682a
    - file-2: photo.png
    - stored-2: photo-92925e75.png
    - size-2: 17
    - sha256-2: 92925e756c624b3b96ed22506dbf8e1209bd5a2906c63b494b7b7c99d71ac0b6

    What the switch says.
    ");
    insta::assert_snapshot!(desk.commit(), @"
    ID1 attach: 2 files

    -- Anna Nowak <anna@example.org>, 2026-11-23T09:01:00Z; committed by Anna Nowak <anna@example.org>
    A	tickets/2026-11/ID1.files/log-95ca7505.txt
    A	tickets/2026-11/ID1.files/photo-92925e75.png
    M	tickets/2026-11/ID1.md
    ");
    assert_eq!(
        attached(&desk),
        [
            (
                "log-95ca7505.txt".to_owned(),
                b"line 1\r\nline 2\n".to_vec()
            ),
            ("photo-92925e75.png".to_owned(), PHOTO.to_vec())
        ]
    );
    assert_eq!(desk.status(), "");
    let _ = desk.run("check").code(0);
    // Every clone gets the same bytes.
    let clone = desk.root.parent().unwrap().join("clone");
    desk.git(&["clone", "--quiet", ".", clone.to_str().unwrap()]);
    assert_eq!(
        fs::read(clone.join(folder(&desk)).join("photo-92925e75.png")).unwrap(),
        PHOTO
    );
}

#[test]
fn what_every_writing_command_does() {
    writing_commands::check(scene, "attach ID1 ../log.txt -m the-text");
}

#[test]
fn show_lists_them_and_json_has_all() {
    let desk = scene();
    let _ = desk.ok("attach ID1 ../log.txt ../photo.png");
    desk.write("../log.txt", "x".repeat(18_233));
    let _ = desk.ok("attach ID1 ../log.txt");
    insta::assert_snapshot!(desk.run("show ID1"), @"
    ID1         ·  open  ·  Regular scheduled service  ·  action
    Printer on floor 3 jams

    requester   Jan Kowalski
    asset at    by the door
    code        PRN-JAM, Paper jam, IT › Workplace services › Printing
    work        service-desk, tier 1, Anna Nowak
    priority    team × low
    created     Mon 23 Nov 10:00, 3m ago
    files       log-95ca7505.txt    15 bytes  Mon 23 Nov 10:01
                photo-92925e75.png  17 bytes  Mon 23 Nov 10:01
                log-1fbb46fb.txt       18 kB  Mon 23 Nov 10:02
                in tickets/2026-11/ID1.files/
    clocks      update          due Thu 26 Nov 16:00, 29h 57m of open time left
                resolution      due Mon 7 Dec 16:00, 85h 57m of open time left

    Monday 23 November 2026 ────────────────────────────────────────────────────────────────────────
    10:00  Anna Nowak  created  phone
    10:01  Anna Nowak  attach  log.txt (15 bytes), photo.png (17 bytes)
    10:02  Anna Nowak  attach  log.txt (18 kB)

    Next: desk note | contact | escalate | pend | resolve | cancel ID1
    [exit 0]
    ");
    fs::remove_file(desk.root.join(folder(&desk)).join("photo-92925e75.png")).unwrap();
    let out = desk.ok("show ID1");
    assert!(out.stdout.contains("missing"), "{out}");
    let reported = desk.json("show ID1");
    let all = reported["tickets"][0]["derived"]["attachments"]
        .as_array()
        .unwrap();
    assert_eq!(all.len(), 3);
    let file = lies("log.txt", "x".repeat(18_233).as_bytes());
    let path = format!("{}/{file}", folder(&desk));
    assert_eq!(all[2]["name"], "log.txt");
    assert_eq!(all[2]["path"], path);
    assert_eq!(all[2]["size"], 18_233);
    assert_eq!(all[2]["sha256"].as_str().unwrap().len(), 64);
    assert_eq!(all[2]["by"], "anna");
    assert_eq!(all[2]["at"], "2026-11-23T09:02:00Z");
}

#[test]
fn two_contents_of_one_name_lie_apart_and_the_same_content_is_told_of() {
    let desk = scene();
    let _ = desk.ok("attach ID1 ../log.txt");
    desk.write("../LOG.txt", "another");
    insta::assert_snapshot!(desk.run("attach ID1 ../LOG.txt"), @"
    ID1         attach  Printer on floor 3 jams
                LOG.txt (7 bytes)
    [exit 0]
    ");
    desk.write("../copy.txt", "line 1\r\nline 2\n");
    let before = desk.commits();
    insta::assert_snapshot!(desk.run("attach ID1 ../copy.txt"), @"
    ID1         nothing to change  Printer on floor 3 jams
    -----
    warning: `../copy.txt` is attached already, as `log.txt`
    [exit 0]
    ");
    assert_eq!(desk.commits(), before);
    // Beside a new one it is left out; named twice it is taken once.
    desk.write("../new.txt", "new");
    insta::assert_snapshot!(desk.run("attach ID1 ../copy.txt ../new.txt ../new.txt"), @"
    ID1         attach  Printer on floor 3 jams
                new.txt (3 bytes)
    -----
    warning: `../copy.txt` is attached already, as `log.txt`
    warning: `../new.txt` is attached already, as `new.txt`
    [exit 0]
    ");
    let wanted = [
        lies("LOG.txt", b"another"),
        "log-95ca7505.txt".to_owned(),
        lies("new.txt", b"new"),
    ];
    assert_eq!(names(&desk), wanted);
    let _ = desk.run("check").code(0);
}

#[test]
fn odd_names_are_made_safe() {
    let desk = scene();
    let place = desk.root.parent().unwrap();
    for (name, becomes) in [
        (&b"--output=x"[..], "output=x"),
        (b".gitattributes", "gitattributes"),
        (b"a\x1b]0;owned\x07\nb", "a_]0;owned_ b"),
        ("gnp\u{202e}exe.cod".as_bytes(), "gnpexe.cod"),
        (b"caf\xe9.txt", "caf_.txt"),
        ("Zażo\u{301}łć গেছে.png".as_bytes(), "Zażółć গেছে.png"),
        (b"aux.log", "_aux.log"),
        (b"git~1", "git_1"),
    ] {
        let path = place.join(OsStr::from_bytes(name));
        fs::write(&path, name).unwrap();
        let mut command = desk.desk(&["attach", &desk.id("ID1"), "--"]);
        command.arg(&path);
        let out = desk.reported(command).code(0);
        assert!(
            names(&desk).contains(&lies(becomes, name)),
            "{name:?}: {out}"
        );
        assert!(
            out.stderr.contains(&format!("is attached as `{becomes}`")),
            "{out}"
        );
    }
    let long = format!("{}.png", "ż".repeat(120));
    fs::write(place.join(&long), "long").unwrap();
    let _ = desk.ok(&format!("attach ID1 ../{long}"));
    assert!(names(&desk).iter().all(|name| name.len() <= 120));
    let _ = desk.run("check").code(0);
    let _ = desk.run("show ID1").code(0);
    assert_eq!(desk.status(), "");
}

#[test]
fn standard_input_needs_a_name() {
    let desk = scene();
    let _ = desk
        .run_with(
            "attach ID1 - --name ../../screen.png -m 'From the clipboard.'",
            PHOTO,
        )
        .code(0);
    assert_eq!(
        attached(&desk),
        [("screen-92925e75.png".to_owned(), PHOTO.to_vec())]
    );
    let before = desk.state();
    insta::assert_snapshot!(desk.run_with("attach ID1 -", "x"), @"
    -----
    error: standard input has no name
    hint: give it one with --name, like --name screen.png
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run_with("attach ID1 - --name x -m -", "x"), @"
    -----
    error: standard input can be read for one thing only
    hint: give the text with -m TEXT, or name the tickets by their ids
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("attach ID1 ../log.txt ../photo.png --name x"), @"
    -----
    error: --name names one file, and there are several
    hint: attach that one by a command of its own
    [exit 2]
    ");
    assert!(before == desk.state());
    let _ = desk.ok("attach ID1 ../log.txt --name switch.log");
    assert_eq!(names(&desk), ["screen-92925e75.png", "switch-95ca7505.log"]);
}

#[test]
fn what_is_no_file_is_refused_and_nothing_is_attached() {
    let desk = scene();
    let place = desk.root.parent().unwrap();
    fs::create_dir(place.join("folder")).unwrap();
    let made = std::process::Command::new("mkfifo")
        .arg(place.join("pipe"))
        .status()
        .unwrap();
    assert!(made.success());
    symlink("folder", place.join("to-folder")).unwrap();
    let before = desk.state();
    insta::assert_snapshot!(desk.run("attach ID1 ../log.txt ../gone.txt"), @"
    -----
    error: there is no file `../gone.txt`
    hint: a file is looked for from the folder that you are in, not from the desk
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("attach ID1 ../log.txt ../folder"), @"
    -----
    error: `../folder` cannot be attached: it is not a regular file
    hint: pack the folder into one file, or name its files
    [exit 2]
    ");
    for (name, why) in [
        ("../pipe", "it is not a regular file"),
        ("/dev/null", "it is not a regular file"),
        ("../to-folder", "it is not a regular file"),
        ("../log.txt/x", "there is no file"),
    ] {
        let _ = desk
            .run(&format!("attach ID1 ../photo.png {name}"))
            .code(2)
            .says(why);
    }
    let _ = desk.run("attach ID1").code(2);
    assert!(before == desk.state());
}

#[test]
fn links_are_read_through_and_never_written_through() {
    let desk = scene();
    let place = desk.root.parent().unwrap();
    symlink("photo.png", place.join("link.png")).unwrap();
    let _ = desk.ok("attach ID1 ../link.png");
    assert_eq!(
        attached(&desk),
        [("link-92925e75.png".to_owned(), PHOTO.to_vec())]
    );
    // Somebody has put a link in the place of the folder, or of the name.
    for (at, name) in ["ID2", "ID3"].iter().enumerate() {
        assert_eq!(desk.open("Another"), *name);
        let folder = desk.root.join(desk.path(name).replace(".md", ".files"));
        let outside = place.join(format!("outside{at}"));
        fs::create_dir(&outside).unwrap();
        if at == 0 {
            symlink(&outside, &folder).unwrap();
            let _ = desk
                .run(&format!("attach {name} ../log.txt"))
                .code(5)
                .says("is a symbolic link");
        } else {
            fs::create_dir(&folder).unwrap();
            symlink(outside.join("log.txt"), folder.join("log-95ca7505.txt")).unwrap();
            let _ = desk.ok(&format!("attach {name} ../log.txt"));
            assert!(folder.join("log-95ca7505-2.txt").is_file());
        }
        assert_eq!(fs::read_dir(&outside).unwrap().count(), 0);
    }
}

#[test]
fn the_house_sets_the_limit() {
    let desk = scene();
    desk.replace("desk.toml", "max_size = \"25MB\"", "max_size = \"2kB\"");
    desk.write("../fits.bin", vec![7; 2_000]);
    desk.write("../large.bin", vec![7; 2_001]);
    desk.write("../huge.bin", vec![7; 3_000_000]);
    let before = desk.state();
    insta::assert_snapshot!(desk.run("attach ID1 ../log.txt ../huge.bin"), @"
    -----
    error: `../huge.bin` has 3 MB, and an attachment may have at most 2 kB
    hint: keep a large file elsewhere and link to it from a note
    hint: the limit is `max_size` under [attachments] in desk.toml
    [exit 4]
    ");
    insta::assert_snapshot!(desk.run("attach ID1 ../large.bin"), @"
    -----
    error: `../large.bin` has 2001 bytes, and an attachment may have at most 2000 bytes
    hint: keep a large file elsewhere and link to it from a note
    hint: the limit is `max_size` under [attachments] in desk.toml
    [exit 4]
    ");
    insta::assert_snapshot!(desk.run_with("attach ID1 - --name x", vec![7; 2_001]), @"
    -----
    error: standard input has more than the 2 kB that an attachment may have
    hint: keep a large file elsewhere and link to it from a note
    hint: the limit is `max_size` under [attachments] in desk.toml
    [exit 4]
    ");
    assert!(before == desk.state());
    let _ = desk.ok("attach ID1 ../fits.bin");
    desk.replace("desk.toml", "\"2kB\"", "\"two\"");
    let _ = desk
        .run("attach ID1 ../fits.bin")
        .code(3)
        .says("`two` is not a size: write `500kB`, `25MB` or `1GB`");
    // Where nothing is said, 25 MB.
    desk.replace("desk.toml", "max_size = \"two\"", "");
    let large = desk.root.parent().unwrap().join("sparse");
    fs::File::create(&large)
        .unwrap()
        .set_len(25_000_001)
        .unwrap();
    let _ = desk
        .run("attach ID1 ../sparse")
        .code(4)
        .says("25000001 bytes, and an attachment may have at most 25000000 bytes");
}

#[test]
fn of_a_merged_ticket_the_one_that_goes_on_gets_them() {
    let desk = scene();
    desk.open("The same again");
    let _ = desk.ok("attach ID1 ../photo.png");
    let _ = desk.ok("merge ID1 --into ID2");
    assert_eq!(names(&desk), ["photo-92925e75.png"]);
    let out = desk.ok("attach ID1 ../log.txt");
    assert!(
        out.to_string()
            .contains("`ID1` was merged: written to `ID2`"),
        "{out}"
    );
    assert_eq!(names(&desk), ["photo-92925e75.png"]);
    let other = desk.path("ID2").replace(".md", ".files/log-95ca7505.txt");
    assert_eq!(desk.read(&other), "line 1\r\nline 2\n");
    let _ = desk.run("check").code(0);
}

#[test]
fn check_proves_them() {
    let desk = scene();
    desk.write("../third.txt", "third");
    let _ = desk.ok("attach ID1 ../log.txt ../photo.png ../third.txt");
    let folder = folder(&desk);
    let _ = desk.run("check").code(0);
    // One is gone, one has other bytes of the same number, one has grown, one is nobody's.
    fs::remove_file(desk.root.join(&folder).join("log-95ca7505.txt")).unwrap();
    desk.write(
        &format!("{folder}/photo-92925e75.png"),
        b"\x88PNG\r\n\x1a\n\0\xff\xfe$Id$\r\n",
    );
    let third = lies("third.txt", b"third");
    desk.write(&format!("{folder}/{third}"), "third and more");
    desk.write(&format!("{folder}/stray.txt"), "stray");
    desk.write(&format!("{folder}/'; touch owned; '"), "odd");
    desk.write("tickets/2026-11/2611-00000.files/x", "no ticket");
    desk.write("tickets/2026-11/2611-00001.files", "no folder");
    insta::assert_snapshot!(desk.run("check tickets"), @"
    error: there is no ticket `ID2` for these files
    --> tickets/2026-11/ID2.files

    error: not a folder, and named like one for attachments
    --> tickets/2026-11/ID3.files

    error: no entry of the ticket tells of this file
    --> tickets/2026-11/ID1.files/'; touch owned; '
    hint: take it away; attached under another name, it may stay

    error: no entry of the ticket tells of this file
    --> tickets/2026-11/ID1.files/stray.txt
    hint: `desk attach ID1 'tickets/2026-11/ID1.files/stray.txt'` logs it where it is; or take it away

    error: the attachment `log-95ca7505.txt` is missing
      --> tickets/2026-11/ID1.md:36:1
       |
    36 | ## 2026-11-23T09:01:00Z anna attach ^tag
       | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    hint: attach the same file again, or get it back with git

    error: the attachment `photo-92925e75.png` was changed: its SHA-256 is another
      --> tickets/2026-11/ID1.md:36:1
       |
    36 | ## 2026-11-23T09:01:00Z anna attach ^tag
       | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    hint: get it back with git, and attach the changed file as another

    error: the attachment `third-b1e99324.txt` was changed: it has 14 bytes, not 5
      --> tickets/2026-11/ID1.md:36:1
       |
    36 | ## 2026-11-23T09:01:00Z anna attach ^tag
       | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    hint: get it back with git, and attach the changed file as another

    checked 1 ticket, 0 articles: 7 findings
    [exit 1]
    ");
    let _ = desk
        .run(&format!("check {folder}/photo-92925e75.png"))
        .code(1)
        .says("its SHA-256 is another");
    // The way back that the hints tell of.
    let _ = desk.ok("attach ID1 ../log.txt");
    let _ = desk.ok(&format!("attach ID1 {folder}/stray.txt"));
    desk.git(&["checkout", "--", &folder]);
    fs::remove_file(desk.root.join(&folder).join("'; touch owned; '")).unwrap();
    fs::remove_dir_all(desk.root.join("tickets/2026-11/2611-00000.files")).unwrap();
    fs::remove_file(desk.root.join("tickets/2026-11/2611-00001.files")).unwrap();
    let _ = desk.run("check").code(0);
    let wanted = [
        "log-95ca7505.txt",
        "photo-92925e75.png",
        "stray.txt",
        &third,
    ];
    assert_eq!(names(&desk), wanted);
    assert_eq!(desk.status(), "");
}

#[test]
fn a_name_in_the_log_leads_nowhere_else() {
    let desk = scene();
    let _ = desk.ok("attach ID1 ../log.txt");
    let path = desk.path("ID1");
    desk.replace(
        &path,
        "- stored: log-95ca7505.txt",
        "- stored: ../../../../log.txt",
    );
    let reported = desk.run("check").code(1);
    assert!(
        reported
            .to_string()
            .contains("`../../../../log.txt` is no name for an attachment"),
        "{reported}"
    );
    let _ = desk.run("show ID1").code(0);
    let _ = desk.ok("attach ID1 ../log.txt");
}

#[test]
fn what_is_attached_cannot_be_run() {
    let desk = scene();
    desk.write("../run.sh", "#!/bin/sh\n");
    let script = desk.root.parent().unwrap().join("run.sh");
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    let _ = desk.ok("attach ID1 ../run.sh");
    let copy = desk
        .root
        .join(folder(&desk))
        .join(lies("run.sh", b"#!/bin/sh\n"));
    assert_eq!(copy.metadata().unwrap().permissions().mode() & 0o111, 0);
    let row = desk.git(&["ls-files", "--stage", &folder(&desk)]);
    assert!(row.starts_with("100644 "), "{row}");
}

#[test]
fn a_deferred_attachment_is_committed_by_the_next_command() {
    let desk = scene();
    let head = desk.git(&["rev-parse", "HEAD"]);
    desk.write(".git/MERGE_HEAD", head.as_bytes());
    let out: Out = desk.run("attach ID1 ../photo.png").code(0);
    assert!(out.stderr.contains("the commit follows later"), "{out}");
    desk.git(&["clean", "--quiet", "-fdx"]);
    fs::remove_file(desk.root.join(".git/MERGE_HEAD")).unwrap();
    let _ = desk.ok("note ID1 -m 'Looked at it.'");
    assert_eq!(
        attached(&desk),
        [("photo-92925e75.png".to_owned(), PHOTO.to_vec())]
    );
    assert_eq!(desk.status(), "");
    let _ = desk.run("check").code(0);
}
