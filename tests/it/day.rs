//! Two weeks of a help desk, as `tests/day/two-weeks.txt` tells them: five people, two clones and a
//! repository between them, one clock. Its screens are kept beside it, at 80 and 200 columns;
//! `UPDATE_DAY=1` writes them anew, to be read before they are committed.
//!
//! In the script, `@` sets the clock, in the desk's zone; a line like `anna$ desk next` runs a
//! command, which may take a minute and ends well, or with the status of `anna$4 desk …`;
//! `=> NETFL` names the id that it prints, for `{NETFL}`; `?` is what it must say, `!` what it must
//! not; `anna# NAME desk …` keeps a screen. A text in single quotes behind `-m` goes over several
//! lines.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use chrono::{DateTime, Duration, NaiveDateTime, TimeZone as _, Utc};
use pty_process::Size;

use crate::desk::Out;
use crate::scratch;
use crate::terminal::Terminal;

/// Who works in which clone.
const PEOPLE: [(&str, &str); 5] = [
    ("anna", "front"),
    ("tom", "front"),
    ("marek", "back"),
    ("lena", "back"),
    ("ewa", "back"),
];

const COLUMNS: [u16; 2] = [80, 200];

struct Day {
    place: tempfile::TempDir,
    now: DateTime<Utc>,
    /// Ids by the names that the script gives them.
    names: BTreeMap<String, String>,
    /// What the last command said.
    said: String,
    told: String,
    screens: BTreeMap<String, String>,
    /// What each `desk list` printed.
    lists: Vec<String>,
}

impl Day {
    fn new() -> Self {
        let place = scratch::folder();
        let home = place.path().join("home");
        std::fs::create_dir_all(&home).unwrap();
        let identity =
            "[user]\nname = Ewa Wilk\nemail = ewa@example.org\n[init]\ndefaultBranch = main\n";
        std::fs::write(home.join("gitconfig"), identity).unwrap();
        Self {
            place,
            now: Utc::now(),
            names: BTreeMap::new(),
            said: String::new(),
            told: String::new(),
            screens: BTreeMap::new(),
            lists: Vec::new(),
        }
    }

    fn root(&self, who: &str) -> PathBuf {
        let clone = PEOPLE.iter().find(|(name, _)| *name == who);
        let clone = clone.unwrap_or_else(|| panic!("nobody is called {who}")).1;
        let root = self.place.path().join(clone);
        if root.is_dir() {
            root
        } else {
            self.place.path().to_owned()
        }
    }

    /// A line as the shell of somebody runs it.
    fn command(&self, who: &str, line: &str) -> Command {
        let home = self.place.path().join("home");
        let mut command = scratch::command("sh", &self.root(who), &home);
        let bin = Path::new(env!("CARGO_BIN_EXE_desk")).parent().unwrap();
        let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
        let now = self.now.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        command
            .args(["-c", &self.real(line)])
            .env("PATH", path)
            .env("LC_ALL", "C.UTF-8")
            .env("TZ", "Europe/Warsaw")
            .env("DAY", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/day"))
            .env("DESK_PAGER", "cat")
            .env("DESK_AGENT", who)
            .env("DESK_NOW", now);
        command
    }

    fn real(&self, line: &str) -> String {
        let mut line = line.to_owned();
        for (name, id) in &self.names {
            line = line.replace(&format!("{{{name}}}"), id);
        }
        line
    }

    /// Text with the script's names for what is drawn.
    fn stable(&self, text: &str) -> String {
        let mut text = text.replace(&self.place.path().display().to_string(), "$DIR");
        for (name, id) in &self.names {
            let (kind, random) = id.rsplit_once('-').unwrap();
            assert_eq!(
                random.len(),
                name.len(),
                "{name} is as long as what is drawn"
            );
            text = text.replace(id, &format!("{kind}-{name}"));
        }
        // Of a commit's name only the length is kept.
        let is_hash = |word: &str| word.len() == 12 && word.bytes().all(|b| b.is_ascii_hexdigit());
        let words = text.split_inclusive(char::is_whitespace).map(|word| {
            if is_hash(word.trim_end()) {
                word.replace(word.trim_end(), "0123456789ab")
            } else {
                word.to_owned()
            }
        });
        words.collect()
    }

    fn run(&mut self, who: &str, line: &str, status: i32, names: &str) {
        let out = Out::of(&self.command(who, line).output().unwrap());
        let (said, warned) = (&out.stdout, &out.stderr);
        let _ = writeln!(self.told, "{} {who}$ {line}\n{said}{warned}", self.now);
        assert_eq!(out.code, status, "{}", self.told);
        let ids = out.stdout.split_whitespace().filter(|word| is_id(word));
        let ids: Vec<String> = ids.map(str::to_owned).collect();
        for (at, name) in names.split_whitespace().enumerate() {
            let id = ids
                .get(at)
                .unwrap_or_else(|| panic!("no id for {name}\n{}", self.told));
            self.names.insert(name.to_owned(), id.clone());
        }
        if line.starts_with("desk list ") {
            self.lists.push(self.stable(&out.stdout));
        }
        self.said = format!("{}{}", out.stdout, out.stderr);
        self.now += Duration::minutes(1);
    }

    fn screen(&mut self, who: &str, name: &str, line: &str) {
        for columns in COLUMNS {
            let command = self.command(who, line);
            let (status, shown) = Terminal::shown(&command, Size::new(60, columns));
            self.said.clone_from(&shown);
            let shown = self.stable(&shown);
            assert_eq!(status, 0, "{who}$ {line}\n{shown}");
            let wide = shown
                .lines()
                .find(|line| line.chars().count() > usize::from(columns));
            assert_eq!(wide, None, "wider than {columns}\n{shown}");
            let text = format!("{who}$ {line}\n{shown}");
            self.screens.insert(format!("{name}.{columns}"), text);
        }
        self.now += Duration::minutes(1);
    }

    fn play(&mut self, script: &str) {
        let mut lines = script.lines().map(str::trim_end);
        while let Some(line) = lines.next() {
            if line.is_empty() || line.starts_with("--") {
                continue;
            }
            // A text in single quotes goes over several lines.
            let mut line = line.to_owned();
            while line.contains(" -m '") && line.matches('\'').count() % 2 == 1 {
                line.push('\n');
                line.push_str(lines.next().expect("the end of a text"));
            }
            let line = line.as_str();
            if let Some(time) = line.strip_prefix("@ ") {
                let local = NaiveDateTime::parse_from_str(time, "%a %Y-%m-%d %H:%M").expect(time);
                self.now = chrono_tz::Europe::Warsaw
                    .from_local_datetime(&local)
                    .unwrap()
                    .to_utc();
            } else if let Some(words) = line.strip_prefix("? ") {
                let words = self.real(words);
                assert!(
                    self.said.contains(&words),
                    "it does not say `{words}`\n{}\n{}",
                    self.told,
                    self.said
                );
            } else if let Some(words) = line.strip_prefix("! ") {
                let words = self.real(words);
                assert!(
                    !self.said.contains(&words),
                    "it says `{words}`\n{}\n{}",
                    self.told,
                    self.said
                );
            } else if let Some((who, rest)) = line.split_once("# ") {
                let (name, line) = rest.split_once(' ').unwrap();
                self.screen(who, name, line);
            } else {
                let (who, rest) = line.split_once('$').unwrap();
                let (status, rest) = rest.split_once(' ').unwrap();
                let status = if status.is_empty() {
                    0
                } else {
                    status.parse().unwrap()
                };
                let (line, names) = rest.rsplit_once(" => ").unwrap_or((rest, ""));
                self.run(who, line, status, names);
            }
        }
    }
}

/// What a day leaves in its tickets, by their names in the script: fields, and entries without their
/// times and tags, and without the template that a text is from.
fn left(day: &Day) -> BTreeMap<String, serde_json::Value> {
    let mut left = BTreeMap::new();
    for name in day.names.keys() {
        let line = format!("desk show {{{name}}} --json");
        let out = Out::of(&day.command("tom", &line).output().unwrap());
        assert_eq!(out.code, 0, "{out}");
        let shown: serde_json::Value = serde_json::from_str(&day.stable(&out.stdout)).unwrap();
        let mut ticket = shown["tickets"][0].clone();
        let fields = ticket.as_object_mut().unwrap();
        let _ = fields.remove("derived");
        for entry in fields["entries"].as_array_mut().unwrap() {
            let entry = entry.as_object_mut().unwrap();
            let _ = entry.remove("tag");
            let _ = entry.remove("at");
            let attributes = entry["attributes"].as_object_mut().unwrap();
            let _ = attributes.remove("template");
        }
        left.insert(name.clone(), ticket);
    }
    left
}

/// How many keys somebody types in a script, as `tests/day/keystrokes.py` counts them.
fn keys(who: &str, script: &Path) -> usize {
    let root = script.parent().unwrap();
    let mut python = Command::new("python3");
    python.arg(root.join("keystrokes.py")).arg(who).arg(script);
    let out = Out::of(&python.output().unwrap());
    assert_eq!(out.code, 0, "{out}");
    out.stdout.split(' ').next().unwrap().parse().unwrap()
}

#[test]
fn templates_and_views_halve_what_is_typed_and_leave_the_same() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/day");
    let [short, typed] = ["short-day.txt", "typed-day.txt"].map(|name| {
        let path = root.join(name);
        let mut day = Day::new();
        day.play(&std::fs::read_to_string(&path).unwrap());
        (keys("tom", &path), left(&day), day)
    });
    assert_eq!(short.1.len(), 6);
    assert_eq!(short.1, typed.1);
    assert!(short.0 * 2 <= typed.0, "{} of {} keys", short.0, typed.0);
    // A view shows what its query, columns and order show.
    assert_eq!(short.2.lists.len(), 6);
    assert_eq!(short.2.lists, typed.2.lists);
}

fn is_id(word: &str) -> bool {
    let (kind, random) = word.split_once('-').unwrap_or_default();
    let drawn = |len: usize| {
        random.len() == len
            && random
                .bytes()
                .all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
    };
    kind == "KB" && drawn(4)
        || kind.len() == 4 && kind.bytes().all(|b| b.is_ascii_digit()) && drawn(5)
}

#[test]
fn two_weeks_of_work() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/day");
    let script = std::fs::read_to_string(root.join("two-weeks.txt")).unwrap();
    let mut day = Day::new();
    day.play(&script);
    let folder = root.join("screens");
    if std::env::var_os("UPDATE_DAY").is_some() {
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        for (name, text) in &day.screens {
            std::fs::write(folder.join(format!("{name}.txt")), text).unwrap();
        }
        return;
    }
    let mut kept = 0;
    for (name, text) in &day.screens {
        let path = folder.join(format!("{name}.txt"));
        let there = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            there == *text,
            "tests/day/screens/{name}.txt is\n{there}\nand the screen is\n{text}\n`UPDATE_DAY=1` writes it"
        );
        kept += 1;
    }
    let there = std::fs::read_dir(&folder).unwrap().count();
    assert_eq!(there, kept, "screens that the script does not make");
}
