//! Every form of every command that writes, cut short at every point, and what must hold then.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::time::{Duration, Instant};

use super::forms::{Form, Whole};
use super::scene::{BINARY, Scene, text};
use super::stage::{Look, Stage};
use super::tracer::{Act, INPUT, Point, Traced, run};
use super::typist::Typist;

const NEXT: &str = "The next command.";
const BY_HAND: &str = "by hand";

/// A form and the desk that it starts from.
pub(crate) struct Case {
    pub(crate) form: &'static Form,
    stage: Stage,
    before: Before,
    /// The points of the command, in a run that nobody hinders.
    pub(crate) points: Vec<Point>,
    /// Where the desk comes to in each way, without the command and with it.
    ends: Vec<[End; 2]>,
}

/// The desk as it is before the command, and what it comes to.
struct Before {
    head: Option<String>,
    files: BTreeMap<String, Vec<u8>>,
    names: BTreeSet<String>,
    /// Right after the command.
    after: Vec<(String, String)>,
    /// The ids that it makes and prints.
    printed: usize,
    /// Whether `check` is content without it.
    sound: bool,
}

/// What the person and the next command do after the cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// The next command writes to the same ticket; later the person commits everything.
    Same,
    /// The person commits what is staged, and the next command writes to another ticket.
    Other,
}

/// Where a desk has come to, without what chance decides.
#[derive(PartialEq, Eq)]
struct End {
    files: Vec<(String, String)>,
    commits: Vec<Vec<String>>,
    own: String,
}

/// One run and what it showed.
pub(crate) struct Cut {
    pub(crate) traced: Traced,
    pub(crate) findings: Vec<String>,
    pub(crate) healing: Duration,
}

impl Case {
    pub(crate) fn new(form: &'static Form) -> Self {
        let mut stage = Stage::begin();
        (form.prepare)(&mut stage);
        stage.scene.work();
        stage.scene.now = form.now;
        let scene = &stage.scene;
        let files = scene.pages();
        let head = scene.try_git(&["rev-parse", "--verify", "--quiet", "HEAD"]);
        let mut case = Self {
            form,
            before: Before {
                head: head
                    .status
                    .success()
                    .then(|| text(&head.stdout).trim().to_owned()),
                names: known(&files),
                files,
                after: Vec::new(),
                printed: 0,
                sound: scene.desk(&["check"]).status.success(),
            },
            stage,
            points: Vec::new(),
            ends: Vec::new(),
        };
        let name = form.name;
        assert!(
            !case.effect(&case.stage.scene),
            "{name}: the effect is there before the command"
        );
        let whole = case.stage.scene.copy();
        let traced = case.traced(&whole, 0, Act::Kill);
        let said = fs::read_to_string(whole.home().with_file_name("stdout")).unwrap();
        let reported = fs::read_to_string(whole.home().with_file_name("stderr")).unwrap();
        assert_eq!(traced.code, Some(0), "{name}: {said}{reported}");
        assert!(case.effect(&whole), "{name}: no effect: {said}{reported}");
        let files = whole.pages();
        case.points = traced.passed;
        case.before.after = plain(&files, &case.before.names);
        case.before.printed = case
            .new_ids(&files)
            .iter()
            .filter(|id| said.contains(*id))
            .count();
        case.ends = [Way::Same, Way::Other]
            .map(|way| [case.uncut(way, false), case.uncut(way, true)])
            .into();
        case
    }

    /// The desk before the command.
    pub(crate) fn scene(&self) -> &Scene {
        &self.stage.scene
    }

    /// Whether `check` is content without the command.
    pub(crate) fn is_sound(&self) -> bool {
        self.before.sound
    }

    fn command(&self, scene: &Scene) -> std::process::Command {
        let mut command = scene.command(BINARY);
        command.args(self.stage.real(self.form.args));
        command.envs(self.form.env.iter().copied());
        if !self.form.input.is_empty() {
            let input = scene.home().join(self.form.input);
            command.env(INPUT, &input);
            command.stdin(fs::File::open(input).unwrap());
        }
        command
    }

    pub(crate) fn traced(&self, scene: &Scene, at: usize, act: Act) -> Traced {
        let mut command = self.command(scene);
        let Some(script) = self.form.script else {
            return run(&command, None, at, act);
        };
        command.env("TERM", "xterm");
        let typist = Typist::new(script);
        let traced = run(&command, Some(&typist.terminal), at, act);
        fs::write(scene.home().with_file_name("stderr"), typist.end()).unwrap();
        traced
    }

    pub(crate) fn effect(&self, scene: &Scene) -> bool {
        (self.form.effect)(&Look {
            ids: &self.stage.ids,
            files: &scene.pages(),
            home: &scene.home(),
        })
    }

    fn new_ids(&self, files: &BTreeMap<String, Vec<u8>>) -> BTreeSet<String> {
        let ids = known(files)
            .into_iter()
            .filter(|word| !word.starts_with('^'));
        ids.filter(|id| !self.before.names.contains(id)).collect()
    }

    /// The next command.
    pub(crate) fn go_on(&self, scene: &Scene, way: Way) -> std::process::Output {
        let name = match way {
            Way::Same => self.form.next,
            Way::Other => "Z",
        };
        let mut args = vec!["note", &self.stage.ids[name], "-m", NEXT];
        if !self.form.input.is_empty() {
            return self.command(scene).output().unwrap();
        }
        if self.form.again {
            args = self.form.args.to_vec();
        }
        if !self.form.then.is_empty() {
            args = self.form.then.to_vec();
        }
        if self.form.args.contains(&"--detached-ok") {
            args.push("--detached-ok");
        }
        scene.desk(&args)
    }

    /// The end that a desk comes to that nobody cuts short, with the command or without it.
    fn uncut(&self, way: Way, with: bool) -> End {
        let scene = self.stage.scene.copy();
        if with && self.form.script.is_some() {
            assert_eq!(self.traced(&scene, 0, Act::Kill).code, Some(0));
        } else if with {
            assert!(self.command(&scene).output().unwrap().status.success());
        }
        if way == Way::Other {
            scene.git(&["commit", "--quiet", "-m", BY_HAND]);
        }
        let next = self.go_on(&scene, way);
        assert!(
            next.status.success(),
            "{}: {}",
            self.form.name,
            text(&next.stderr)
        );
        self.end(&scene)
    }

    /// Where a desk has come to.
    fn end(&self, scene: &Scene) -> End {
        let names = &self.before.names;
        let commits = scene.commits(self.before.head.as_deref());
        let ours = commits
            .into_iter()
            .filter(|(subject, _)| subject != BY_HAND)
            // A merge that meets the person's commit is merged once more.
            .filter(|(_, files)| !self.form.moves_the_branch() || !files.is_empty());
        End {
            files: plain(&scene.pages(), names),
            commits: ours
                .map(|(_, paths)| {
                    let mut paths: Vec<String> = paths
                        .iter()
                        .map(|path| without_chance(path, names))
                        .collect();
                    paths.sort_unstable();
                    paths
                })
                .collect(),
            own: without_chance(&scene.own(), names),
        }
    }

    /// Cuts the command short at one point.
    pub(crate) fn cut(&self, at: usize, act: Act, way: Way, fsck: bool) -> Cut {
        let scene = self.stage.scene.copy();
        let traced = self.traced(&scene, at, act);
        let start = Instant::now();
        let findings = self.look(&scene, act, way, fsck, &traced);
        Cut {
            traced,
            findings,
            healing: start.elapsed(),
        }
    }

    /// What must hold after the command ended in whatever way, and after the next one.
    fn look(&self, scene: &Scene, act: Act, way: Way, fsck: bool, traced: &Traced) -> Vec<String> {
        let form = self.form;
        let mut found = Vec::new();
        let mut must = |holds: bool, what: &dyn Fn() -> String| {
            if !holds {
                found.push(what());
            }
        };
        let read = |name| fs::read_to_string(scene.home().with_file_name(name)).unwrap();
        let (said, reported) = (read("stdout"), read("stderr"));
        let panicked = traced.code == Some(101) || reported.contains("panicked");
        must(!panicked, &|| format!("it panicked: {reported}"));

        let files = scene.pages();
        if form.whole != Whole::Answers {
            for (path, page) in &plain(&files, &self.before.names) {
                let old = self
                    .before
                    .files
                    .get(path)
                    .is_some_and(|old| text(old) == *page);
                let new = self
                    .before
                    .after
                    .iter()
                    .any(|new| new.0 == *path && new.1 == *page);
                must(old || new, &|| {
                    format!("{path} is neither old nor new: {page}")
                });
            }
            for path in self.before.files.keys() {
                // Of what is held on a person the attachment goes, with its name.
                let may_go = self.form.name == "redact --person" && path.contains(".files/desk-");
                let is_here = files.contains_key(path);
                must(is_here || may_go, &|| format!("{path} is gone"));
            }
        }
        let there = self.effect(scene);
        must(traced.code != Some(0) || there, &|| {
            "it said yes, and the effect is not there".to_owned()
        });
        let check = |when: &str| {
            let checked = scene.desk(&["check"]);
            let reported = format!("{}{}", text(&checked.stdout), text(&checked.stderr));
            (!checked.status.success()).then(|| format!("check {when}: {reported}"))
        };
        if self.before.sound
            && let Some(reported) = check("at once")
        {
            must(false, &|| reported.clone());
        }

        let staged = |must: &mut dyn FnMut(bool, &dyn Fn() -> String)| {
            self.commit_by_hand(scene, &["--quiet"], &["both.txt", "staged.txt"], must)
        };
        // A lock that a dead command left holds it back; the next command removes that.
        let held_back = way == Way::Other && !staged(&mut must);
        let next = self.go_on(scene, way);
        let note = text(&next.stderr);
        must(next.status.success(), &|| {
            format!("the next command: {}: {note}", next.status)
        });
        let now = self.effect(scene);
        must(now || !there, &|| {
            "the effect was there, and is gone".to_owned()
        });
        // A failure that is told must not come true later, unless that is told too. What a reader
        // of standard output misses is no failure to save.
        must(traced.stuck.is_none(), &|| {
            format!(
                "it waited for ever: {}",
                traced.stuck.as_deref().unwrap_or_default()
            )
        });
        let unheard = traced.hit.as_ref().is_some_and(Point::is_said);
        let failed = traced.code.is_some_and(|code| code != 0) && act != Act::Kill;
        must(
            !failed
                || !now
                || unheard
                || form.again
                || !form.then.is_empty()
                || reported.contains("saved"),
            &|| {
                format!(
                    "it failed ({:?}: {reported}), and the effect is there",
                    traced.code
                )
            },
        );
        let pages = scene.pages();
        let new = self.new_ids(&pages);
        let named = new
            .iter()
            .filter(|id| said.contains(id.as_str()) || reported.contains(id.as_str()));
        let named = named.count() >= self.before.printed.min(new.len());
        // Whoever tries again is told then.
        let retried = !form.input.is_empty();
        must(
            traced.code.is_none() || unheard || named || retried,
            &|| {
                format!(
                    "it ended with {:?} and made {new:?}, but did not say so: {said}{reported}",
                    traced.code
                )
            },
        );
        let sound = now || self.before.sound;
        if sound
            && form.whole != Whole::Files
            && let Some(reported) = check("after the next command")
        {
            must(false, &|| reported.clone());
        }
        if held_back {
            let done = staged(&mut must);
            must(done, &|| "the person cannot commit".to_owned());
        }
        self.compare(scene, way, now, &mut must, &note);
        let left: Vec<String> = scene
            .leftovers()
            .into_iter()
            // A draft stays with the text that it was begun with.
            .filter(|name| {
                let draft = name.contains("/drafts/") || name.contains("/bases/");
                !(form.drafts && draft)
            })
            .collect();
        must(left.is_empty(), &|| format!("left over: {left:?}"));
        if form.whole == Whole::Files {
            let again = self.traced(scene, 0, Act::Kill);
            must(again.code == Some(0) && self.effect(scene), &|| {
                format!("run again: {:?}: {}", again.code, read("stderr"))
            });
            if let Some(reported) = check("after it was run again") {
                must(false, &|| reported.clone());
            }
        }
        if way == Way::Same {
            self.commit_by_hand(
                scene,
                &["--quiet", "--all"],
                &["both.txt", "edited.txt", "staged.txt"],
                &mut must,
            );
        }
        if fsck && let Some(reported) = scene.fsck() {
            must(false, &|| format!("fsck: {reported}"));
        }
        found
    }

    /// The desk's end, beside what it is where nobody cuts anything short.
    fn compare(
        &self,
        scene: &Scene,
        way: Way,
        now: bool,
        must: &mut dyn FnMut(bool, &dyn Fn() -> String),
        note: &str,
    ) {
        let end = self.end(scene);
        let place = usize::from(way == Way::Other);
        let wanted = &self.ends[place][usize::from(now)];
        let other = &self.ends[place][usize::from(!now)];
        if self.form.whole == Whole::Answers && !now {
            return;
        }
        for file in &end.files {
            let right = wanted.files.contains(file);
            let half = self.form.whole == Whole::Files && other.files.contains(file);
            must(right || half, &|| {
                format!(
                    "{} is not as it is uncut (effect: {now}):\n{}",
                    file.0, file.1
                )
            });
        }
        let count = end.files.len();
        must(
            count == wanted.files.len() || self.form.whole == Whole::Files,
            &|| format!("{count} files, not {}", wanted.files.len()),
        );
        if self.form.whole == Whole::All {
            must(end.commits == wanted.commits, &|| {
                format!(
                    "commits: {:?}, not {:?}; next: {note}",
                    end.commits, wanted.commits
                )
            });
        }
        let kept = |own: &str| {
            own.lines()
                .filter(|line| !line.contains("tickets/"))
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        let same = end.own == wanted.own
            || self.form.whole == Whole::Files && kept(&end.own) == kept(&wanted.own);
        must(same, &|| {
            let lack = wanted.own.lines().filter(|line| !end.own.contains(line));
            let more = end.own.lines().filter(|line| !wanted.own.contains(line));
            let changed = lack
                .map(|line| format!("\n- {line}"))
                .chain(more.map(|line| format!("\n+ {line}")));
            format!(
                "the person's own work is not as it was:{}",
                changed.collect::<String>()
            )
        });
    }

    /// The person commits: that takes their own files along, and none of the desk's is removed or
    /// taken back. Where the desk commits, none is touched. Whether git could.
    fn commit_by_hand(
        &self,
        scene: &Scene,
        options: &[&str],
        own: &[&str],
        must: &mut dyn FnMut(bool, &dyn Fn() -> String),
    ) -> bool {
        let head = text(
            &scene
                .try_git(&["rev-parse", "--verify", "--quiet", "HEAD"])
                .stdout,
        );
        let mut args = vec!["commit", "-m", BY_HAND];
        args.extend(options);
        if !scene.try_git(&args).status.success() {
            return false;
        }
        if head.is_empty() {
            return true;
        }
        let reported = scene.git(&["diff", "--name-status", "--no-renames", head.trim(), "HEAD"]);
        let commits = !self.form.name.contains("never");
        for line in reported.lines() {
            let (how, path) = line.split_once('\t').unwrap_or_default();
            let fine = own.contains(&path) || !commits && how != "D";
            must(fine, &|| {
                format!("the person's own commit ({options:?}) has `{line}`")
            });
        }
        true
    }
}

/// The words that ids and tags are, in files and their paths.
fn known(files: &BTreeMap<String, Vec<u8>>) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (path, page) in files {
        for words in [path.as_str(), &text(page)] {
            each_name(words, |name| {
                names.insert(name.to_owned());
                None
            });
        }
    }
    names
}

/// Files without what chance decides.
fn plain(files: &BTreeMap<String, Vec<u8>>, names: &BTreeSet<String>) -> Vec<(String, String)> {
    let mut plain: Vec<(String, String)> = files
        .iter()
        .map(|(path, page)| {
            (
                without_chance(path, names),
                without_chance(&text(page), names),
            )
        })
        .collect();
    plain.sort_unstable();
    plain
}

/// A text in which ids and tags that are new are all the same.
fn without_chance(words: &str, names: &BTreeSet<String>) -> String {
    each_name(words, |name| {
        (!names.contains(name)).then(|| match name.as_bytes()[0] {
            b'^' => "^new",
            b'K' => "KB-NEW",
            _ => "NEW",
        })
    })
}

/// Goes through the ids and tags of a text, and puts something else in place of some.
fn each_name(words: &str, mut instead: impl FnMut(&str) -> Option<&'static str>) -> String {
    let mut out = String::with_capacity(words.len());
    let mut rest = words;
    while let Some(start) = rest.find(|c: char| c.is_ascii_alphanumeric() || c == '^') {
        out.push_str(&rest[..start]);
        let word = &rest[start..];
        let end = word[1..]
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))
            .map_or(word.len(), |at| at + 1);
        let word = &word[..end];
        out.push_str(if is_name(word) {
            instead(word).unwrap_or(word)
        } else {
            word
        });
        rest = &rest[start + end..];
    }
    out.push_str(rest);
    out
}

/// Whether a word is a ticket's id, an article's, the tag of an entry, or what is drawn for a mail.
fn is_name(word: &str) -> bool {
    let is_drawn = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit();
    if word.len() == 10 && word.bytes().all(is_drawn) {
        return true;
    }
    let upper = |part: &str, len| {
        part.len() == len
            && part
                .bytes()
                .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
    };
    if let Some(tag) = word.strip_prefix('^') {
        return tag.len() >= 4;
    }
    if let Some(rest) = word.strip_prefix("KB-") {
        return upper(rest, 4);
    }
    word.split_once('-').is_some_and(|(month, rest)| {
        month.len() == 4 && month.bytes().all(|c| c.is_ascii_digit()) && upper(rest, 5)
    })
}
