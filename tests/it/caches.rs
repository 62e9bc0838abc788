//! What the caches of tickets keep changes no answer: with them and without them every list, person,
//! device and figure is the same to the byte.

use std::fs;
use std::path::Path;

use crate::desk::{self, Desk, Out};

/// A copy of the sample desk of this repository, at its own time.
fn sample() -> Desk {
    let desk = Desk::bare();
    let from = Path::new(env!("CARGO_MANIFEST_DIR"));
    for folder in ["tickets", "kb"] {
        let _ = fs::remove_dir_all(desk.root.join(folder));
        desk::copy(&from.join(folder), &desk.root.join(folder));
    }
    for file in ["desk.toml", "catalog.toml"] {
        fs::copy(from.join(file), desk.root.join(file)).unwrap();
    }
    desk
}

/// Runs a command at one and the same moment.
fn at_once(desk: &Desk, args: &[&str]) -> Out {
    let mut command = desk.desk(args);
    command.env("DESK_NOW", "2026-11-25T12:00:00Z");
    desk.reported(command)
}

fn told(out: &Out) -> String {
    format!("{}\n{}\n{}", out.code, out.stdout, out.stderr)
}

/// What a command says without caches, and with those that it made.
fn same(desk: &Desk, args: &[&str]) -> String {
    let _ = fs::remove_dir_all(desk.root.join(".desk"));
    let anew = told(&at_once(desk, args));
    for _ in 0..2 {
        assert_eq!(told(&at_once(desk, args)), anew, "{args:?}");
    }
    anew
}

#[test]
fn lists_people_devices_and_figures_are_the_same_with_caches() {
    let desk = sample();
    let mut empty = 0;
    for line in [
        "list --all",
        "list --all --limit 7",
        "list --all --limit 7 --sort -created",
        "list --all --limit 5 --sort title",
        "list --all --limit 40 --group queue",
        "list --all --limit 9 --sort due",
        "list --all --limit 9 --sort breached",
        "list queue:network",
        "list queue:network code:HW-NEW",
        "list is:escalated",
        "list is:conflict queue:network",
        "list created>2026-11-01 -queue:network",
        "list is:done --limit 3",
        "list is:done -queue:network --limit 2",
        "list is:overdue",
        "list is:breached --all --limit 4",
        "list is:incomplete",
        "list -is:complaint requester:example --all --limit 4",
        "list asset:laptop",
        "list status:closed place:floor",
        "list age>3d provider:none",
        "list resolved>2026-10-01 --limit 4",
        "list minutes>5 --all",
        "list bounces>0 --all",
        "list tag:none --all --json --limit 3",
        "report",
        "report queue:network",
        "report volume --by queue code:HW-NEW",
        "report time queue:network",
        "report --as-of 2026-11-02T12:00:00Z is:open",
        "report --as-of 2026-10-20T12:00:00Z assignee:ola",
        "report knowledge channel:phone",
        "who",
        "who --limit 3",
        "who --json",
        "who Brzoza",
        "who hanna.brzoza@example.com",
        "who 2610-093TA",
        "who nobody at all",
        "asset",
        "asset --limit 2 --json",
        "asset EL4-10277",
        "--dry-run sweep",
        "export --format csv queue:network",
        "suggest 2610-093TA",
        "due",
    ] {
        let args: Vec<&str> = line.split(' ').collect();
        empty += usize::from(same(&desk, &args).len() < 30);
    }
    assert!(empty < 8, "{empty} of them say nothing");
}

/// The text index tells which files may hold a word: of every shape of word at least those that do.
#[test]
fn words_are_found_with_the_text_index_as_without() {
    let desk = Desk::new();
    for (title, text) in [
        (
            "Printer jams",
            "the PRINTER of floor 3, report.xlsx lost; don't",
        ),
        (
            "Łódź: drukarka",
            "nie działa, Don’t print, C:\\Temp\\a_b.txt 3,14",
        ),
        ("打印机坏了", "新打印机 connection\nrefused"),
        ("প্রিন্টার কাজ করছে না", "মুদ্রণ"),
        ("Máy in không hoạt động", "Đức nói: lỗi ＦＵＬＬ x²"),
        (
            "Straße",
            "ΣΊΣΥΦΟΣ İpek ﬁle soft\u{ad}hyphen e\u{301}te +++ ==",
        ),
        (
            "Ünlü e-mail",
            "user@example.org http://example.org/a?b=c 2026-11-21T09:00:00Z",
        ),
        ("Long", &"x".repeat(90)),
    ] {
        let id = desk.run_args(&["new", title, "-m", text, "-q"]);
        assert_eq!(id.code, 0, "{id}");
    }
    let id = desk
        .run_args(&["new", "Marks", "-q"])
        .stdout
        .trim()
        .to_owned();
    let _ = desk.ok(&format!("set {id} tags=zażółć,plain"));
    let shapes: Vec<String> = [
        "lodz",
        "strasse",
        "zazolc",
        "zaz*",
        "\"connection refused\"",
        "\"floor 3\"",
        "duc",
        "full",
        "\"打印\"",
        "打*",
        "x2",
        "file",
        "softhyphen",
        "ete",
        "ipek",
        "-printer",
        "printer -jams",
    ]
    .map(str::to_owned)
    .to_vec();
    // The texts' own words, whole, cut, and in other letters.
    let mut words: Vec<String> = shapes;
    for path in desk.git(&["ls-files", "tickets"]).lines() {
        for word in desk.read(path).split_whitespace() {
            let some: String = word.chars().take(3).collect();
            words.extend([word.to_owned(), word.to_uppercase(), format!("{some}*")]);
            words.extend(
                word.split(|c: char| !c.is_alphanumeric())
                    .map(str::to_owned),
            );
        }
    }
    words.sort_unstable();
    words.dedup();
    words.retain(|word| {
        !word.is_empty()
            && !word.contains(':')
            && !word.contains(['<', '>', '='])
            && !word.starts_with('@')
    });
    assert!(words.len() > 150, "{}", words.len());
    let known = desk.copy();
    assert_eq!(known.run_args(&["search", "printer"]).code, 0);
    let lists = |desk: &Desk, word: &str| at_once(desk, &["list", "--all", "--json", word]);
    let mut found = 0;
    for word in words {
        let with = lists(&known, &word);
        let _ = fs::remove_dir_all(desk.root.join(".desk/search"));
        let without = lists(&desk, &word);
        assert_eq!(told(&with), told(&without), "{word}");
        found += usize::from(with.stdout.contains("\"id\""));
    }
    assert!(found > 60, "{found}");
}

/// A new ticket knows whoever called before, whatever came between; and nobody whom no file names.
#[test]
fn a_caller_is_known_by_what_the_files_say_now() {
    let desk = Desk::new();
    let made = desk.run_args(&[
        "new",
        "One",
        "--from",
        "Jan Kowalski",
        "--phone",
        "600 100 200",
        "-q",
    ]);
    assert_eq!(made.code, 0, "{made}");
    let known = |name: &str| {
        let out = desk.run_args(&["new", "Again", "--from", name, "--json"]);
        let item = out.json();
        let item = item["tickets"].get(0).unwrap_or(&item).clone();
        item.to_string().contains("600 100 200")
    };
    // Straight after one another, with readers between, without caches, and with foreign ones.
    assert!(known("kowalski jan"));
    assert!(known("Jan Kowalski"));
    let _ = desk.ok("list");
    assert!(known("Jan Kowalski"));
    std::thread::sleep(std::time::Duration::from_millis(150));
    let _ = desk.ok("list");
    assert!(known("Kowalski, Jan"));
    let months = desk.root.join(".desk/tickets");
    for file in fs::read_dir(&months).unwrap() {
        let path = file.unwrap().path();
        let mut bytes = fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 0x55;
        fs::write(&path, bytes).unwrap();
    }
    assert!(known("Jan Kowalski"));
    fs::remove_dir_all(desk.root.join(".desk")).unwrap();
    assert!(known("Jan Kowalski"));
    // An editor writes in place; somebody's git puts other files there.
    let told = || {
        let args = [
            "--dry-run",
            "new",
            "Again",
            "--from",
            "Jan Kowalski",
            "--json",
        ];
        at_once(&desk, &args).stdout
    };
    let settled = || {
        std::thread::sleep(std::time::Duration::from_millis(150));
        let _ = desk.ok("list");
    };
    settled();
    assert!(told().contains("600 100 200"));
    for number in ["700 100 200", "800 100 200"] {
        for path in desk.git(&["ls-files", "tickets"]).lines() {
            let text = desk.read(path);
            let text = text.replace("600 100 200", number);
            let text = text.replace("700 100 200", number);
            fs::write(desk.root.join(path), text).unwrap();
        }
        assert!(told().contains(number), "{number}");
        desk.git(&["commit", "-qam", number]);
    }
    for (number, commit) in [("700 100 200", "HEAD~1"), ("800 100 200", "HEAD")] {
        settled();
        desk.git(&["checkout", "-q", commit, "--", "tickets"]);
        assert!(told().contains(number), "{number}");
        assert!(told().contains(number), "{number}");
    }
    // The person is redacted everywhere.
    for path in desk.git(&["ls-files", "tickets"]).lines() {
        let text = desk.read(path).replace("Jan Kowalski", "[redacted]");
        fs::write(desk.root.join(path), text).unwrap();
    }
    assert!(!told().contains("800 100 200"));
}
