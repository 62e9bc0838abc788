//! What is promised was synced, in that order: seen in the calls of a command that nobody hinders. What a
//! power cut does to what was not is a matter of chance; this is not.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use nix::errno::Errno;

use super::forms::{FORMS, Form};
use super::scene::torture;
use super::sweep::Case;
use super::tracer::{Act, Point};

/// Forms that between them go every way of saving.
const SAMPLE: &[&str] = &[
    "new",
    "note",
    "attach",
    "split",
    "kb new",
    "note, hooks",
    "import events",
    "import json",
    "mail in",
    "mail in, junk",
    "report -o",
    "redact --attachment",
];

/// What of the calls so far has not reached the disk.
#[derive(Default)]
struct Disk {
    /// Files with a content that is not synced.
    contents: BTreeSet<PathBuf>,
    /// Folders with a name that is not.
    names: BTreeSet<PathBuf>,
    /// Whether an entry of the journal stands there.
    promised: bool,
    /// Whether something was said to whoever gave the command.
    said: bool,
    wrong: Vec<String>,
}

/// Where nothing is promised: caches, what passes, locks, git's own notes for itself, and what only
/// makes the next command quicker or `undo` and `last` possible.
fn passes(path: &Path) -> bool {
    let path = path.to_string_lossy();
    let parts = [
        "/.desk/",
        "/plaindesk/tmp",
        "/plaindesk/sessions",
        "/plaindesk/mail-spool",
        "/plaindesk/mail-counts",
        "/plaindesk/commands",
        "/plaindesk/last",
        "/plaindesk/lock",
        "/plaindesk/index-",
        ".lock",
        "/logs/",
    ];
    let devices = ["/dev/null", "/dev/pts", "/dev/tty"];
    parts.iter().any(|part| path.contains(part))
        || devices.iter().any(|device| path.starts_with(device))
}

fn is_in(path: &Path, folder: &str) -> bool {
    path.to_string_lossy().contains(folder)
}

impl Disk {
    fn take(&mut self, point: &Point) {
        let place = &point.place;
        match point.call {
            "write" | "pwrite64" | "writev" | "copy_file_range" | "ftruncate" => {
                if place.ends_with("stdout") && !self.said {
                    self.said = true;
                    self.answer();
                }
                self.contents.insert(place.clone());
            }
            "fsync" | "fdatasync" => {
                self.contents.remove(place);
                self.names.remove(place);
            }
            "syncfs" => {
                self.contents.clear();
                self.names.clear();
            }
            "mkdir" | "mkdirat" | "link" | "linkat" => self.named(place),
            "rename" | "renameat" | "renameat2" => self.renamed(point),
            _ => {}
        }
    }

    fn named(&mut self, place: &Path) {
        if let Some(folder) = place.parent() {
            self.names.insert(folder.to_owned());
        }
    }

    fn renamed(&mut self, point: &Point) {
        let place = &point.place;
        let lost = self.contents.remove(&point.from);
        if lost && !passes(place) && !is_in(place, "/.git/index") {
            self.wrong
                .push(format!("{point}: what gets the name is not synced"));
        }
        // Git's own way to an index syncs it afterwards, before the answer.
        if lost && is_in(place, "/.git/index") {
            if point.process == "desk" {
                self.wrong.push(format!("{point}: the index is not synced"));
            }
            self.contents.insert(place.clone());
        }
        if is_in(place, "/plaindesk/journal/") {
            self.promised = true;
        }
        let is_text = [".md", "/desk.toml"]
            .iter()
            .any(|end| place.to_string_lossy().ends_with(end));
        if is_text && !is_in(place, "/.git/") && !is_in(place, "/home/") {
            if !self.promised {
                self.wrong
                    .push(format!("{point}: there is no entry in the journal"));
            }
            self.settled(point, "/plaindesk");
        }
        if is_in(place, "/refs/heads/") {
            self.settled(point, "/objects");
        }
        self.named(place);
    }

    /// Nothing in such folders may be unsynced any more.
    fn settled(&mut self, point: &Point, folder: &str) {
        let left = self
            .names
            .iter()
            .find(|name| is_in(name, folder) && !passes(name));
        if let Some(left) = left {
            self.wrong.push(format!(
                "{point}: names in {} are not synced",
                left.display()
            ));
        }
    }

    /// What was promised must be there after a cut.
    fn answer(&mut self) {
        let kept = |path: &&PathBuf| !passes(path);
        let places = [
            "/desk/tickets",
            "/desk/kb",
            "/desk/templates",
            "/desk/attachments",
            "/refs/heads",
            "/objects",
            "/plaindesk/",
            "/.git/index",
            "/home",
        ];
        for path in self.contents.iter().chain(&self.names).filter(kept) {
            if places.iter().any(|part| is_in(path, part)) {
                self.wrong
                    .push(format!("the answer: {} is not synced", path.display()));
            }
        }
    }
}

fn judge(form: &'static Form) -> Vec<String> {
    let case = Case::new(form);
    let mut disk = Disk::default();
    for point in &case.points {
        disk.take(point);
    }
    disk.answer();
    assert!(
        case.points.len() > 20,
        "{}: {} calls",
        form.name,
        case.points.len()
    );
    let about = |what: String| format!("{}: {what}", form.name);
    disk.wrong.into_iter().map(about).collect()
}

#[test]
fn what_is_promised_is_synced_in_that_order() {
    let all = torture();
    let forms = FORMS
        .iter()
        .filter(|form| all || SAMPLE.contains(&form.name));
    let forms: Vec<&'static Form> = forms.collect();
    assert!(
        all || forms.len() == SAMPLE.len(),
        "a form of the sample is gone"
    );
    let count = forms.len();
    let wrong: Vec<String> = forms.into_iter().flat_map(judge).collect();
    eprintln!("synced: {count} forms, {} findings", wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The file stands as the editor saved it, whatever became of the command.
fn meanwhile(form: &str, place: &dyn Fn(&Point) -> bool, text: &'static str) {
    let form = FORMS.iter().find(|one| one.name == form).unwrap();
    let case = Case::new(form);
    let at = case.points.iter().position(place).unwrap();
    let points = case.points[at..].iter();
    let mut renamed = points.filter(|point| point.call.starts_with("rename"));
    let name = renamed.next().unwrap().place.to_string_lossy().into_owned();
    let within = name.rsplit_once("/desk/").unwrap().1;
    // A run may have a few calls more or fewer before.
    for at in [at, at + 1, at - 1, at + 2, at - 2, at, at + 3, at - 3] {
        let scene = case.scene().copy();
        let path = scene.desk.join(within);
        let act: &'static (PathBuf, &'static str) = Box::leak(Box::new((path.clone(), text)));
        let traced = case.traced(&scene, at + 1, Act::Meanwhile(act));
        if !traced.hit.as_ref().is_some_and(place) {
            continue;
        }
        assert_ne!(
            traced.code,
            Some(0),
            "{}: it says that it is done",
            form.name
        );
        assert_eq!(fs::read_to_string(&path).unwrap(), text, "{}", form.name);
        // Nothing of what was refused is left to be carried out later.
        let journal = fs::read_dir(scene.desk.join(".git/plaindesk/journal")).unwrap();
        assert_eq!(journal.count(), 0, "{}", form.name);
        return;
    }
    panic!("{}: its calls were others each time", form.name);
}

#[test]
fn an_editor_that_saves_at_the_last_moment_is_not_written_over() {
    // The new text is on the disk under its passing name; what follows puts it in place.
    let synced = |point: &Point| {
        point.call == "fsync"
            && is_in(&point.place, "/plaindesk/tmp/")
            && !is_in(&point.place, ".json")
            && !is_in(&point.place, "/index-")
    };
    meanwhile("note", &synced, "somebody's own\n");
}

#[test]
fn a_file_that_appears_at_the_last_moment_is_not_replaced() {
    let placed =
        |point: &Point| point.call.starts_with("rename") && is_in(&point.place, "/templates/");
    meanwhile("templates --starter", &placed, "somebody's own\n");
}

#[test]
fn a_step_that_fails_at_its_second_text_takes_the_first_back() {
    let form = FORMS.iter().find(|one| one.name == "assign two").unwrap();
    let case = Case::new(form);
    let is_placed =
        |point: &Point| point.call.starts_with("rename") && is_in(&point.place, "/desk/tickets/");
    let points = case.points.iter().enumerate();
    let mut placed = points.filter(|(_, point)| is_placed(point));
    let (second, _) = placed.nth(1).unwrap();
    let mut count = 0;
    // A run may have a few calls more or fewer before.
    for at in second - 1..second + 4 {
        let scene = case.scene().copy();
        let before = scene.pages();
        let traced = case.traced(&scene, at, Act::Fail(Errno::EIO));
        if !traced.hit.as_ref().is_some_and(is_placed) {
            continue;
        }
        count += 1;
        assert_ne!(traced.code, Some(0));
        let after = scene.pages();
        let differ = before
            .keys()
            .filter(|path| after.get(*path) != before.get(*path));
        let differ: Vec<&String> = differ.collect();
        assert!(differ.is_empty(), "{differ:?} differ, at {at}");
    }
    assert!(count > 0, "no text was hindered");
}
