//! The plug pulled under every form of every command: the desk's file system is shut down at a point of
//! the command as a power cut does it, without writing its log (`FS_IOC_SHUTDOWN`), and mounted again.
//!
//! Every other cut comes beside a loop that syncs the file system, so that some of what was written
//! has reached the disk and some has not.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::forms::{FORMS, Form};
use super::scene::{Scene, text, torture};
use super::sweep::{Case, Way};
use super::tracer::Act;
use crate::skip::skipped;

/// Cuts of each form on each file system in the long form, `DESK_CUTS` where it says so.
const CUTS: usize = 7;

/// One form in so many is tried in CI, with two cuts.
const SAMPLE: usize = 27;

/// A file system of its own in the place of a desk.
struct Disk {
    image: PathBuf,
    place: PathBuf,
}

fn sh(script: &str, args: &[&Path]) -> Output {
    let mut command = Command::new("sh");
    command.args(["-ec", script, "sh"]).args(args);
    command.output().unwrap()
}

fn must(script: &str, args: &[&Path]) {
    let done = sh(script, args);
    let said = text(&done.stderr);
    assert!(done.status.success(), "{script} {args:?}: {said}");
}

impl Disk {
    /// Makes a file system that holds what stands in a folder.
    fn of(kind: &str, folder: &Path, image: &Path) {
        let force = if kind == "ext4" { "-F" } else { "-f" };
        let script = format!(
            "truncate -s 320M \"$1\"; mkfs.{kind} -q {force} \"$1\" >/dev/null; mkdir \"$1.at\"
             mount -o loop \"$1\" \"$1.at\"; cp -a \"$2/.\" \"$1.at\"; umount \"$1.at\"; rmdir \"$1.at\""
        );
        must(&script, &[image, folder]);
    }

    /// Mounts a copy of an image over a folder.
    fn over(template: &Path, place: &Path) -> Self {
        let image = place.with_file_name("image");
        let copy = "cp --sparse=always \"$1\" \"$2\"; mount -o loop \"$2\" \"$3\"";
        must(copy, &[template, &image, place]);
        Self {
            image,
            place: place.to_owned(),
        }
    }

    /// Shuts it down as a power cut does, and mounts it again.
    fn cut(&self) {
        must("xfs_io -x -c shutdown \"$1\"", &[&self.place]);
        must(
            "umount \"$2\"; mount -o loop \"$1\" \"$2\"",
            &[&self.image, &self.place],
        );
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = sh("umount \"$1\"", &[&self.place]);
    }
}

/// Syncs the file system of a folder over and over while something is done. Not by a program: the
/// tracer waits for all children of its thread.
fn beside_syncs<T>(place: &Path, what: impl FnOnce() -> T) -> T {
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let folder = fs::File::open(place).unwrap();
            while !over.load(Ordering::SeqCst) {
                let _ = rustix::fs::syncfs(&folder);
                std::thread::sleep(Duration::from_millis(1));
            }
        });
        let done = what();
        over.store(true, Ordering::SeqCst);
        done
    })
}

/// Whether the plug cannot be pulled here, which is said aloud.
fn hindered(kind: &str) -> bool {
    if !sh("test \"$(id -u)\" = 0", &[]).status.success() {
        skipped("only root may mount", true);
        return true;
    }
    for name in [&format!("mkfs.{kind}"), "xfs_io", "mount"] {
        if !sh("command -v \"$1\"", &[Path::new(name)]).status.success() {
            skipped(&format!("`{name}` is absent"), false);
            return true;
        }
    }
    let loops = sh("losetup -f", &[]).status.success();
    if !loops {
        skipped("there are no loop devices", true);
    }
    !loops
}

/// What was not synced is gone after a cut, else the cuts here would prove nothing.
fn control(kind: &str) {
    let scene = Scene::empty();
    let template = scene.home().join("template");
    Disk::of(kind, &scene.desk, &template);
    let disk = Disk::over(&template, &scene.desk);
    scene.write("synced.txt", "synced\n");
    must("sync -f \"$1\"", &[&scene.desk]);
    scene.write("lost.txt", "not synced\n");
    disk.cut();
    let read = |name: &str| fs::read_to_string(scene.desk.join(name)).unwrap_or_default();
    assert_eq!(read("synced.txt"), "synced\n", "{kind}");
    assert_eq!(read("lost.txt"), "", "{kind}: a cut that loses nothing");
}

/// Whether what a form does stands in the desk, and nobody has to type for it.
fn concerns(form: &Form) -> bool {
    let beside = ["report -o", "man --dir", "merge-driver", "mail out"];
    form.script.is_none() && !beside.contains(&form.name)
}

/// One cut: what is wrong after it.
fn judge(case: &Case, template: &Path, at: usize, synced: bool) -> Vec<String> {
    let form = case.form;
    let scene = case.scene().copy();
    fs::remove_dir_all(&scene.desk).unwrap();
    fs::create_dir(&scene.desk).unwrap();
    let disk = Disk::over(template, &scene.desk);
    let run = || case.traced(&scene, at, Act::Kill);
    let traced = if synced {
        beside_syncs(&scene.desk, run)
    } else {
        run()
    };
    disk.cut();
    let done = traced.code == Some(0);
    let mut wrong = Vec::new();
    if done && !case.effect(&scene) {
        wrong.push("acknowledged and lost".to_owned());
    }
    let next = case.go_on(&scene, Way::Other);
    if !next.status.success() {
        wrong.push(format!("the next command: {}", text(&next.stderr)));
    }
    if done && !case.effect(&scene) {
        wrong.push("taken back by the next command".to_owned());
    }
    wrong.extend(scene.fsck().map(|said| format!("fsck: {said}")));
    let commits = scene.try_git(&["rev-parse", "--verify", "--quiet", "HEAD^{tree}"]);
    if !commits.status.success() && form.name != "note, unborn branch" {
        wrong.push("HEAD names no commit".to_owned());
    }
    let checked = scene.desk(&["check"]);
    if case.is_sound() && !checked.status.success() {
        wrong.push(format!("check: {}", text(&checked.stdout)));
    }
    wrong
}

fn pull_the_plug(kind: &str) {
    if hindered(kind) {
        return;
    }
    control(kind);
    let asked = std::env::var("DESK_CUTS").ok();
    let asked = asked.and_then(|count| count.parse::<usize>().ok());
    let cuts = asked.unwrap_or(if torture() { CUTS } else { 2 });
    let step = if torture() { 1 } else { SAMPLE };
    let wanted = std::env::var("DESK_FORM").unwrap_or_default();
    let forms = FORMS.iter().filter(|form| concerns(form)).step_by(step);
    let forms = forms.filter(|form| wanted.is_empty() || wanted == "all" || form.name == wanted);
    let (mut count, mut acknowledged, mut findings) = (0, 0, Vec::new());
    for form in forms {
        let case = Case::new(form);
        let template = case.scene().home().with_file_name("template");
        Disk::of(kind, &case.scene().desk, &template);
        let points = case.points.len();
        for turn in 0..cuts {
            // The last one is right after it has said that it is done.
            let at = match turn + 1 {
                last if last == cuts => 0,
                turn => (points * turn / cuts).max(1),
            };
            let wrong = judge(&case, &template, at, turn % 2 == 1);
            acknowledged += usize::from(at == 0);
            count += 1;
            for what in wrong {
                let finding = format!("{kind}, {}, at {at} of {points}: {what}", form.name);
                eprintln!("{finding}");
                findings.push(finding);
            }
        }
        if torture() {
            eprintln!("{kind}: {cuts} cuts under {}, {count} so far", form.name);
        }
        fs::remove_file(&template).unwrap();
    }
    eprintln!(
        "{kind}: {count} power cuts under every form, {acknowledged} of them right after the answer, {} findings",
        findings.len()
    );
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}

#[test]
fn the_plug_is_pulled_under_every_form_on_ext4() {
    pull_the_plug("ext4");
}

#[test]
fn the_plug_is_pulled_under_every_form_on_xfs() {
    pull_the_plug("xfs");
}
