//! What stands where a file or folder of ours would: links, pipes, folders and foreign files. A
//! clone can bring any of them. None is followed, removed or replaced, and none keeps anybody
//! waiting; what they cost is a cache.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _, symlink};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use plaindesk::index::text::seal;

use crate::desk::{Desk, Out};

/// Every command that reads, as far as it looks into caches.
const READERS: [&str; 20] = [
    "",
    "list",
    "list --all",
    "list jams --json",
    "search jams",
    "search printer --json",
    "show ID1",
    "suggest ID1",
    "log ID1",
    "sla ID1",
    "due",
    "next",
    "who Jan",
    "catalog",
    "report",
    "report backlog --json",
    "kb list",
    "kb search printer",
    "kb demand",
    "export --format csv",
];

/// Some that open every cache.
const SOME: [&str; 5] = [
    "list --all",
    "search jams",
    "kb list",
    "report",
    "kb search printer",
];

const FEW: [&str; 3] = ["list --all", "search jams", "report"];

const FOLDERS: [&str; 5] = [
    ".desk",
    ".desk/tickets",
    ".desk/search",
    ".desk/search/tickets",
    ".desk/search/articles",
];

const FILES: [&str; 12] = [
    ".desk/tickets.cache",
    ".desk/articles.cache",
    ".desk/settings.cache",
    ".desk/changes.cache",
    ".desk/mail.cache",
    ".desk/mail-added.cache",
    ".desk/.gitignore",
    ".desk/search/tickets/turn",
    ".desk/search/tickets/meta.json",
    ".desk/search/tickets/.managed.json",
    ".desk/search/articles/turn",
    ".desk/search/articles/meta.json",
];

/// The command, killed where it hangs.
fn limited(inner: &Command) -> Command {
    let mut outer = Command::new("timeout");
    outer
        .args(["-s", "KILL", "60"])
        .arg(inner.get_program())
        .args(inner.get_args())
        .env_clear()
        .stdin(Stdio::null());
    if let Some(dir) = inner.get_current_dir() {
        outer.current_dir(dir);
    }
    for (name, value) in inner.get_envs() {
        if let Some(value) = value {
            outer.env(name, value);
        }
    }
    outer
}

fn run_with(desk: &Desk, line: &str, change: impl Fn(&mut Command)) -> Out {
    // All at one moment, so that answers can be compared.
    desk.set_clock("2026-11-23T15:00:00Z".parse().unwrap());
    let args: Vec<String> = line
        .split_whitespace()
        .map(|word| desk.real(word))
        .collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let mut command = limited(&desk.desk(&args));
    change(&mut command);
    desk.reported(command)
}

fn run(desk: &Desk, line: &str) -> Out {
    run_with(desk, line, |_| ())
}

fn answers(desk: &Desk, lines: &[&str], change: impl Fn(&mut Command)) -> Vec<(String, i32)> {
    let answer = |line: &&str| {
        let out = run_with(desk, line, &change);
        (format!("desk {line}\n{}", out.stdout), out.code)
    };
    lines.iter().map(answer).collect()
}

/// Everything below a folder: bytes, targets of links, kinds.
fn everything(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in walkdir::WalkDir::new(folder).follow_root_links(false) {
        let entry = entry.unwrap();
        let kind = entry.file_type();
        let content = if kind.is_file() {
            fs::read(entry.path()).unwrap()
        } else if kind.is_symlink() {
            let target = fs::read_link(entry.path()).unwrap();
            target.to_string_lossy().into_owned().into_bytes()
        } else {
            format!("{kind:?}").into_bytes()
        };
        all.insert(entry.path().to_owned(), content);
    }
    all
}

/// A folder of somebody's beside the desk, with names like those of caches among others.
fn precious(desk: &Desk) -> PathBuf {
    let folder = desk.beside("precious");
    fs::create_dir_all(folder.join("tickets/inner")).unwrap();
    fs::create_dir_all(folder.join("init/inner")).unwrap();
    fs::create_dir_all(folder.join("search/articles")).unwrap();
    for name in [
        "letter.txt",
        "2026-11.0123456789abcdef",
        "meta.json",
        ".managed.json",
        "turn",
        "tickets.cache",
        "0123456789abcdef0123456789abcdef.idx",
        ".ABCDEFGH.tmp",
        "tickets/letter.txt",
        "tickets/inner/letter.txt",
        "init/letter.txt",
        "search/articles/letter.txt",
    ] {
        fs::write(folder.join(name), format!("precious {name}\n")).unwrap();
    }
    folder
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Plant {
    Link,
    LinkNowhere,
    Pipe,
    Socket,
    Folder,
    File,
}

/// Puts something where a cache would be.
fn plant(desk: &Desk, place: &str, what: Plant, precious: &Path) {
    let place = desk.root.join(place);
    if place.symlink_metadata().is_ok_and(|meta| meta.is_dir()) {
        fs::remove_dir_all(&place).unwrap();
    } else {
        let _ = fs::remove_file(&place);
    }
    fs::create_dir_all(place.parent().unwrap()).unwrap();
    match what {
        Plant::Link => symlink(precious, &place).unwrap(),
        Plant::LinkNowhere => symlink(desk.beside("nothing-here"), &place).unwrap(),
        Plant::Pipe => {
            let made = Command::new("mkfifo").arg(&place).status().unwrap();
            assert!(made.success());
        }
        Plant::Socket => drop(UnixListener::bind(&place).unwrap()),
        Plant::Folder => {
            fs::create_dir(&place).unwrap();
            fs::write(place.join("letter.txt"), "precious\n").unwrap();
        }
        Plant::File => fs::write(&place, "precious\n").unwrap(),
    }
}

/// What stands at a place, links unfollowed.
fn seen(desk: &Desk, place: &str) -> BTreeMap<PathBuf, Vec<u8>> {
    everything(&desk.root.join(place))
}

fn desk_with_some() -> Desk {
    let desk = Desk::with_ticket();
    desk.open("Scanner hums");
    desk
}

#[test]
fn what_stands_in_place_of_a_folder_of_caches_is_left_alone() {
    let desk = desk_with_some();
    let precious = precious(&desk);
    let before = everything(&precious);
    let expected = answers(&desk, &READERS, |_| ());
    for place in FOLDERS {
        for what in [
            Plant::Link,
            Plant::LinkNowhere,
            Plant::Pipe,
            Plant::Socket,
            Plant::File,
        ] {
            let lines: &[&str] = if what == Plant::Link { &READERS } else { &FEW };
            let _ = fs::remove_dir_all(desk.root.join(".desk"));
            plant(&desk, place, what, &precious);
            let planted = seen(&desk, place);
            // In the user's folder of caches, and where there is none, in memory.
            let mut reported = answers(&desk, lines, |_| ());
            reported.extend(answers(&desk, &FEW, |command| {
                command.env_remove("HOME");
            }));
            for reported in &reported {
                assert!(
                    expected.contains(reported),
                    "{what:?} at {place}: {}",
                    reported.0
                );
            }
            assert!(before == everything(&precious), "{what:?} at {place}");
            assert!(planted == seen(&desk, place), "{what:?} at {place}");
            assert!(!desk.beside("nothing-here").exists());
            let _ = run(&desk, "list").says("no caches are kept in this desk");
            fs::remove_file(desk.root.join(place)).unwrap();
        }
    }
}

#[test]
fn what_stands_in_place_of_a_cache_is_left_alone() {
    let desk = desk_with_some();
    let precious = precious(&desk);
    let before = everything(&precious);
    let expected = answers(&desk, &SOME, |_| ());
    for place in FILES {
        for what in [Plant::Link, Plant::LinkNowhere, Plant::Pipe, Plant::Folder] {
            plant(&desk, place, what, &precious.join("letter.txt"));
            let planted = seen(&desk, place);
            let mut reported = answers(&desk, &SOME, |_| ());
            if what == Plant::Pipe {
                reported.extend(answers(&desk, &FEW, |command| {
                    command.env_remove("HOME");
                }));
            }
            for reported in &reported {
                assert!(
                    expected.contains(reported),
                    "{what:?} at {place}: {}",
                    reported.0
                );
            }
            assert!(before == everything(&precious), "{what:?} at {place}");
            assert!(planted == seen(&desk, place), "{what:?} at {place}");
            assert!(!desk.beside("nothing-here").exists());
            fs::remove_dir_all(desk.root.join(".desk")).unwrap();
        }
    }
}

#[test]
fn only_files_of_our_own_making_are_removed() {
    let desk = desk_with_some();
    let _ = answers(&desk, &SOME, |_| ());
    let foreign = [
        ".desk/letter.txt",
        ".desk/tickets/letter.txt",
        ".desk/tickets/2026-11.not-a-digest",
        ".desk/tickets/notes.0123456789abcdef",
        ".desk/search/tickets/letter.txt",
        ".desk/search/tickets/inner/letter.txt",
        ".desk/search/articles/0123456789abcdef",
    ];
    // Old ones, too: what a dead command of ours left is removed after an hour.
    let long_ago = std::time::SystemTime::now() - std::time::Duration::from_hours(2);
    let abandoned = ".desk/.0123abcd.tmp";
    for path in foreign.iter().chain([&abandoned]) {
        desk.write(path, "precious\n");
        let file = fs::File::options().write(true).open(desk.root.join(path));
        file.unwrap().set_modified(long_ago).unwrap();
    }
    let own = |folder: &str| -> Vec<PathBuf> {
        let all = everything(&desk.root.join(folder)).into_keys();
        all.filter(|path| path.is_file()).collect()
    };
    let old = own(".desk/tickets");
    let _ = desk.ok("note ID1 -m Squeaks.");
    let _ = answers(&desk, &SOME, |_| ());
    assert!(old != own(".desk/tickets"), "a month was written anew");
    // Damaged, the index is wiped and made anew.
    desk.write(".desk/search/tickets/meta.json", "damaged");
    desk.write(".desk/search/articles/meta.json", "damaged");
    let _ = answers(&desk, &SOME, |_| ());
    for path in foreign {
        assert_eq!(desk.read(path), "precious\n", "{path}");
    }
    assert!(!desk.root.join(abandoned).exists());
    // The month and what was saved in it since, beside the three that are not ours.
    let months = fs::read_dir(desk.root.join(".desk/tickets")).unwrap();
    assert_eq!(months.count(), 2 + 3);
}

#[test]
fn a_list_of_files_that_came_with_a_clone_removes_nothing_elsewhere() {
    let desk = desk_with_some();
    let precious = precious(&desk);
    let before = everything(&precious);
    let _ = run(&desk, "search jams");
    let list = ".desk/search/tickets/.managed.json";
    // Whoever writes a list can write its checksums, too.
    let sealed = fs::read(desk.root.join(list)).unwrap();
    let end = sealed.iter().position(|byte| *byte == b']').unwrap();
    let mut names: Vec<String> = serde_json::from_slice(&sealed[..=end]).unwrap();
    names.push("../../../../precious/letter.txt".to_owned());
    names.push(precious.join("turn").to_string_lossy().into_owned());
    names.push("../articles/meta.json".to_owned());
    let names = serde_json::to_vec(&names).unwrap();
    desk.write(list, [&names[..], &seal(&names)].concat());
    // Articles that are a few milliseconds old are read again until they are older.
    let of_articles = || everything(&desk.root.join(".desk/search/articles"));
    let articles = (0..100)
        .find_map(|_| {
            let before = of_articles();
            let _ = run(&desk, "search jams");
            (before == of_articles()).then_some(before)
        })
        .expect("the index of the articles comes to rest");
    for round in 0..7 {
        let _ = desk.ok(&format!("note ID1 -m Round{round}."));
        let out = run(&desk, &format!("search Round{round} --json")).code(0);
        assert_eq!(out.json()["tickets"][0]["id"], desk.id("ID1"));
    }
    assert!(before == everything(&precious));
    assert!(articles == of_articles());
}

#[test]
fn check_names_what_git_tracks_among_the_caches() {
    let desk = desk_with_some();
    let _ = desk.run("check").code(0);
    let _ = fs::remove_dir_all(desk.root.join(".desk"));
    fs::create_dir(desk.root.join(".desk")).unwrap();
    symlink("/tmp", desk.root.join(".desk/tickets")).unwrap();
    desk.git(&["add", "--force", ".desk/tickets"]);
    let out = desk.run("check").code(1);
    let out = out.says("git tracks it").says("--> .desk/tickets\n");
    let _ = out.says("`git rm -r --cached .desk`");
    let _ = desk.run("check tickets").code(0);
    let _ = desk.run("check .desk").code(1);
}

#[test]
fn a_report_is_written_through_to_devices_and_pipes_only() {
    let desk = desk_with_some();
    let precious = precious(&desk);
    let before = everything(&precious);
    let beside = desk.beside("out");
    fs::create_dir(&beside).unwrap();
    let place = |name: &str| beside.join(name);
    let report = |name: &str| run(&desk, &format!("report -o {}", place(name).display()));
    let whole = run(&desk, "report --format html").stdout;

    let _ = report("new.html").code(0);
    assert_eq!(fs::read_to_string(place("new.html")).unwrap(), whole);
    // An old one is replaced, as open to others as it was.
    fs::write(place("new.html"), "old").unwrap();
    fs::set_permissions(place("new.html"), fs::Permissions::from_mode(0o640)).unwrap();
    let _ = report("new.html").code(0);
    assert_eq!(fs::read_to_string(place("new.html")).unwrap(), whole);
    let mode = place("new.html").metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o7777, 0o640);

    for target in [
        precious.join("letter.txt"),
        precious.clone(),
        desk.beside("nothing-here"),
    ] {
        symlink(&target, place("link.html")).unwrap();
        let out = report("link.html").code(5);
        let _ = out.says("is a symbolic link, which is never followed");
        assert_eq!(fs::read_link(place("link.html")).unwrap(), target);
        fs::remove_file(place("link.html")).unwrap();
    }
    assert!(!desk.beside("nothing-here").exists());
    assert!(before == everything(&precious));

    fs::create_dir(place("folder.html")).unwrap();
    let _ = report("folder.html")
        .code(5)
        .says("is a folder, not a file");
    drop(UnixListener::bind(place("socket.html")).unwrap());
    let _ = report("socket.html").code(5).says("is not a regular file");

    // A pipe, and a link to one.
    let made = Command::new("mkfifo").arg(place("pipe.html")).status();
    assert!(made.unwrap().success());
    symlink(place("pipe.html"), place("to-pipe.html")).unwrap();
    for name in ["pipe.html", "to-pipe.html"] {
        let reader = std::thread::spawn({
            let pipe = place("pipe.html");
            move || fs::read_to_string(pipe).unwrap()
        });
        let _ = report(name).code(0);
        assert_eq!(reader.join().unwrap(), whole);
        let kind = place("pipe.html").symlink_metadata().unwrap().file_type();
        assert!(kind.is_fifo());
    }
    let _ = run(&desk, "report --format html -o /dev/null").code(0);
    let out = run(&desk, "report --format html -o /dev/stdout").code(0);
    assert_eq!(out.stdout, whole);
    // The same where standard output is a file.
    let file = fs::File::create(place("stdout.html")).unwrap();
    let status = desk
        .desk(&["report", "--format", "html", "-o", "/dev/stdout"])
        .stdout(file)
        .status();
    assert!(status.unwrap().success());
    assert!(fs::metadata(place("stdout.html")).unwrap().len() > 0);

    let names: Vec<String> = everything(&beside)
        .keys()
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .filter(|name| name.starts_with('.'))
        .collect();
    assert!(names.is_empty(), "left behind: {names:?}");
}

#[test]
fn pages_of_the_manual_are_written_through_no_link() {
    let desk = Desk::new();
    let precious = precious(&desk);
    let before = everything(&precious);
    let pages = desk.beside("pages");
    fs::create_dir(&pages).unwrap();
    symlink(precious.join("letter.txt"), pages.join("desk-note.1")).unwrap();
    let _ = desk
        .run_args(&["man", "--dir", pages.to_str().unwrap()])
        .code(5)
        .says("is a symbolic link");
    assert!(before == everything(&precious));
}

#[test]
fn a_new_desk_is_made_through_no_link() {
    for place in [".desk", ".desk/init"] {
        let desk = Desk::bare();
        let precious = precious(&desk);
        let before = everything(&precious);
        let new = desk.beside("new");
        fs::create_dir(&new).unwrap();
        if place != ".desk" {
            fs::create_dir(new.join(".desk")).unwrap();
        }
        symlink(&precious, new.join(place)).unwrap();
        let out = desk.run_args(&["init", new.to_str().unwrap()]);
        if place == ".desk" {
            let _ = out
                .code(5)
                .says("is a symbolic link, which is never followed");
        } else {
            let _ = out.code(0);
        }
        assert!(before == everything(&precious), "{place}");
        assert!(new.join(place).is_symlink(), "{place}");
    }
    // What the desk's own .gitignore would be joined to is no file of somebody else's.
    let desk = Desk::bare();
    let secret = desk.beside("secret");
    fs::write(&secret, "the secret\n").unwrap();
    symlink(&secret, desk.root.join(".gitignore")).unwrap();
    let _ = desk.run("init").code(3).says(".gitignore");
    assert_eq!(fs::read_to_string(&secret).unwrap(), "the secret\n");
}

#[test]
fn what_stands_among_the_files_of_the_clone_is_not_followed_and_holds_nobody_up() {
    let desk = desk_with_some();
    let _ = desk.ok("note ID1 -m First.");
    let precious = precious(&desk);
    let before = everything(&precious);
    let private = ".git/plaindesk";
    for (place, what) in [
        ("last", Plant::Link),
        ("last", Plant::Pipe),
        ("last/anna", Plant::Link),
        ("last/anna", Plant::Pipe),
        ("last/anna", Plant::Folder),
        ("commands", Plant::Link),
        ("commands", Plant::Pipe),
        ("commands/anna", Plant::Link),
        ("commands/anna", Plant::Pipe),
        ("commands/anna", Plant::Folder),
    ] {
        let _ = fs::remove_dir_all(desk.root.join(private).join("last"));
        let _ = fs::remove_dir_all(desk.root.join(private).join("commands"));
        let is_last = place.starts_with("last");
        let place = format!("{private}/{place}");
        plant(&desk, &place, what, &precious);
        if is_last {
            let _ = run(&desk, "show .").code(2).says("there is none yet");
        } else {
            let _ = run(&desk, "undo").code(4).says("knows no command");
        }
        let _ = run(&desk, "note ID1 -m More.").code(0);
        assert!(before == everything(&precious), "{what:?} at {place}");
        let planted = desk.root.join(&place);
        if planted.is_dir() && !planted.is_symlink() {
            fs::remove_dir_all(planted).unwrap();
        } else {
            fs::remove_file(planted).unwrap();
        }
    }
    for what in [Plant::Link, Plant::Pipe, Plant::Folder] {
        let lock = format!("{private}/lock");
        plant(&desk, &lock, what, &precious.join("letter.txt"));
        let _ = run(&desk, "note ID1 -m More.").code(5);
        let _ = run(&desk, "list").code(0);
        let planted = desk.root.join(&lock);
        if what == Plant::Folder {
            fs::remove_dir_all(planted).unwrap();
        } else {
            fs::remove_file(planted).unwrap();
        }
    }
    let id = desk.id("ID1");
    let drafts = format!("{private}/drafts");
    for what in [Plant::Link, Plant::Pipe] {
        let _ = fs::remove_dir_all(desk.root.join(&drafts));
        let draft = format!("{drafts}/{id}.md");
        plant(&desk, &draft, what, &precious.join("letter.txt"));
        let _ = run_with(&desk, "edit ID1", |command| {
            command.env("EDITOR", "true");
        });
        // Where it stood or set aside, it is what it was, and nothing was written through it.
        let all = everything(&desk.root.join(&drafts)).into_keys();
        let strange = |path: &PathBuf| {
            let kind = path.symlink_metadata().unwrap().file_type();
            kind.is_symlink() || kind.is_fifo()
        };
        assert_eq!(all.filter(strange).count(), 1, "{what:?}");
        assert!(before == everything(&precious), "{what:?}");
    }
    for (place, what) in [
        ("notices", Plant::Link),
        ("notices", Plant::Pipe),
        ("notices/lock", Plant::Pipe),
        ("notices/x.json", Plant::Pipe),
        ("notices/x.json", Plant::Link),
    ] {
        let place = format!("{private}/{place}");
        let _ = fs::remove_dir_all(desk.root.join(private).join("notices"));
        plant(&desk, &place, what, &precious);
        let _ = run(&desk, "sweep").code(0);
        assert!(before == everything(&precious), "{what:?} at {place}");
        fs::remove_file(desk.root.join(&place)).unwrap();
    }
    assert!(before == everything(&precious));
}
