//! The program in this process: a desk in a folder, opened anew for each command.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use plaindesk::index::want::Want;
use plaindesk::model::id::TicketId;
use plaindesk::model::moment::Moment;
use plaindesk::ops::core::actor::Actor;
use plaindesk::ops::core::desk::Desk;
use plaindesk::ops::core::error::OpError;
use plaindesk::ops::core::scope::Scope;
use plaindesk::ops::data::check::check;
use plaindesk::ops::ticket::close::CloseReason;
use plaindesk::ops::ticket::contact::Contact;
use plaindesk::ops::ticket::new::Intake;
use plaindesk::ops::ticket::pend::Pend;
use plaindesk::ops::ticket::resolve::Solution;
use plaindesk::ops::ticket::set::FieldChange;
use plaindesk::ops::ticket::{
    assign, cancel, close, contact, link, merge, new, note, pend, reopen, resolve, set, show,
    sweep, take, undo, watch,
};
use plaindesk::ops::work;
use plaindesk::ops::work::new::NewOrder;
use plaindesk::store::fs::interrupt::Interrupt;
use plaindesk::view::json;
use serde_json::Value as Json;
use tempfile::TempDir;

use super::commands::{Closing, Command, Verb};
use super::desk::Model;
use super::tickets::moment;
use crate::scratch;

const SETTINGS: &str = include_str!("desk.toml");
const CATALOGUE: &str = include_str!("catalog.toml");

/// A desk on disk, and the ids of its tickets in the order in which they were made.
pub(crate) struct Program {
    dir: TempDir,
    pub(crate) ids: Vec<TicketId>,
}

fn git(folder: &Path, args: &[&str]) -> String {
    let done = scratch::command("git", folder, folder)
        .args(args)
        .output()
        .unwrap();
    assert!(done.status.success(), "git {args:?}: {done:?}");
    String::from_utf8(done.stdout).unwrap()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), &target).unwrap();
        }
    }
}

/// All files of tickets below a folder, with their texts.
fn pages(folder: &Path) -> BTreeMap<PathBuf, String> {
    let all = walkdir::WalkDir::new(folder).into_iter().flatten();
    let files = all.filter(|entry| entry.file_type().is_file());
    files
        .map(|entry| {
            (
                entry.path().to_owned(),
                fs::read_to_string(entry.path()).unwrap(),
            )
        })
        .collect()
}

impl Program {
    /// A new desk, which makes commits or none.
    pub(crate) fn new(commits: bool) -> Self {
        static TEMPLATES: [OnceLock<TempDir>; 2] = [OnceLock::new(), OnceLock::new()];
        let template = TEMPLATES[usize::from(commits)].get_or_init(|| {
            let dir = scratch::folder();
            let how = if commits { "each" } else { "never" };
            let settings = SETTINGS.replace("commit = \"never\"", &format!("commit = \"{how}\""));
            fs::write(dir.path().join("desk.toml"), settings).unwrap();
            fs::write(dir.path().join("catalog.toml"), CATALOGUE).unwrap();
            fs::write(dir.path().join(".gitignore"), ".desk/\n").unwrap();
            git(dir.path(), &["init", "--quiet", "--initial-branch=main"]);
            for (key, value) in [
                ("user.name", "Anna"),
                ("user.email", "anna@example.org"),
                ("gc.auto", "0"),
            ] {
                git(dir.path(), &["config", key, value]);
            }
            git(dir.path(), &["add", "--all"]);
            git(dir.path(), &["commit", "--quiet", "-m", "start"]);
            dir
        });
        let dir = scratch::folder();
        copy(template.path(), dir.path());
        Self {
            dir,
            ids: Vec::new(),
        }
    }

    fn desk(&self) -> Desk {
        Desk::open(self.dir.path(), None).unwrap_or_else(|error| panic!("{error:?}"))
    }

    fn id(&self, number: usize) -> TicketId {
        self.ids[number % self.ids.len()]
    }

    fn both(&self, command: &Command, both: bool) -> Vec<TicketId> {
        let (a, b) = (self.id(command.a), self.id(command.b));
        if both && a != b { vec![a, b] } else { vec![a] }
    }

    fn act(&self, command: &Command, model: &Model, dry_run: bool) -> Result<(), OpError> {
        let desk = self.desk();
        let by = if matches!(command.verb, Verb::Sweep) {
            "desk"
        } else {
            command.by
        };
        let act = Actor {
            me: by.parse().unwrap(),
            now: Moment::from_millis(model.now).unwrap(),
            dry_run,
            detached_ok: false,
            repo: OnceLock::new(),
            interrupt: Interrupt::default(),
            merge_program: None,
        };
        if let Verb::Sweep = command.verb {
            let swept = sweep::sweep(&desk, &act)?;
            assert!(swept.problems.is_empty(), "{:?}", swept.problems);
            return Ok(());
        }
        if let Verb::New { .. } = command.verb {
            return new::new(&desk, &act, &intake(&command.verb)).map(drop);
        }
        if let Verb::Undo(number) = command.verb {
            return undo::undo(&desk, &act, number, "").map(drop);
        }
        self.change(command, &desk, &act, model).map(drop)
    }

    fn change(
        &self,
        command: &Command,
        desk: &Desk,
        act: &Actor,
        model: &Model,
    ) -> Result<plaindesk::ops::core::outcome::Outcome, OpError> {
        let (a, b) = (self.id(command.a), self.id(command.b));
        match &command.verb {
            Verb::Note(text) => note::note(desk, act, &[a], text, None, None),
            Verb::Contact { incoming, phone } => {
                let place = command.a % self.ids.len();
                let incoming = *incoming && !model.is_over(place);
                let contact = Contact {
                    incoming,
                    channel: Some(if *phone { "phone" } else { "email" }.to_owned()),
                    text: "Said so.".to_owned(),
                    ..Contact::default()
                };
                contact::contact(desk, act, &[a], &contact)
            }
            Verb::Take => take::take(desk, act, &[a]),
            Verb::Assign(to, both) => assign::assign(desk, act, &self.both(command, *both), to),
            Verb::Set(pairs, reason) => {
                let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
                let pairs: Vec<(String, String)> = pairs.iter().map(own).collect();
                let change = FieldChange {
                    pairs: &pairs,
                    reason: *reason,
                    ..FieldChange::default()
                };
                set::set(desk, act, &[a], &change)
            }
            Verb::Pend { on, hours } => {
                let until = hours.map(|hours| moment(model.now + hours * 3_600_000));
                let wish = Pend {
                    on: Some(on),
                    until: until.as_deref(),
                    next: None,
                    vendor: None,
                    reference: None,
                    text: "",
                    template: None,
                };
                pend::pend(desk, act, &[a], &wish)
            }
            Verb::Resolve { text, both } => {
                let solution = Solution {
                    text,
                    ..Solution::default()
                };
                resolve::resolve(desk, act, &self.both(command, *both), &solution)
            }
            Verb::Close(how) => {
                let word = match *how {
                    Closing::Satisfied(rating) => CloseReason::Satisfied(rating),
                    Closing::Dissatisfied => CloseReason::Dissatisfied(None),
                    Closing::NoAnswer => CloseReason::NoAnswer,
                };
                close::close(desk, act, &[a], word, "")
            }
            Verb::Reopen => reopen::reopen(desk, act, &[a], ""),
            Verb::Cancel => cancel::cancel(desk, act, &[a], None, ""),
            Verb::Watch { off } => watch::watch(desk, act, &[a], None, *off),
            Verb::Merge => merge::merge(desk, act, &[a], b),
            Verb::Link(kind) => link::link(desk, act, &[a], b, kind),
            Verb::Order { both } => {
                let order = NewOrder {
                    separate: true,
                    ..NewOrder::default()
                };
                work::new::new(desk, act, &self.both(command, *both), &order)
            }
            Verb::Hang { both } => {
                let to = self.id(command.b % self.ids.len() + 1);
                work::link::link(desk, act, &self.both(command, *both), to)
            }
            Verb::New { .. } | Verb::Undo(_) | Verb::Sweep => unreachable!(),
        }
    }

    /// Gives a command, perhaps first one that is only to say what it would do, and tells whether it
    /// was refused. What is refused or not to be done changes no file.
    pub(crate) fn run(
        &mut self,
        command: &Command,
        model: &Model,
    ) -> Result<Result<(), String>, String> {
        let needs = !matches!(command.verb, Verb::New { .. } | Verb::Undo(_) | Verb::Sweep);
        if needs && self.ids.is_empty() {
            return Ok(Err("no ticket".to_owned()));
        }
        let folder = self.dir.path().join("tickets");
        let before = pages(&folder);
        let tried = command.dry.then(|| self.act(command, model, true).is_ok());
        if pages(&folder) != before {
            return Err("a dry run changed files".to_owned());
        }
        let came = self.act(command, model, false);
        if tried.is_some_and(|tried| tried != came.is_ok()) {
            return Err(format!("a dry run says otherwise than {came:?}"));
        }
        let after = pages(&folder);
        if let Err(error) = came {
            let is_same = after == before;
            return if is_same {
                Ok(Err(error.message))
            } else {
                Err("a refused command changed files".to_owned())
            };
        }
        for path in after.keys().filter(|path| !before.contains_key(*path)) {
            self.ids
                .push(path.file_stem().unwrap().to_str().unwrap().parse().unwrap());
        }
        Ok(Ok(()))
    }

    /// What `show --json` says of a ticket, ids by the names of the model.
    pub(crate) fn shown(&self, ticket: usize, now: i64) -> Json {
        let desk = self.desk();
        let now = Moment::from_millis(now).unwrap();
        let found = show::show(&desk, self.ids[ticket], now).unwrap();
        let shown = json::ticket(&found.page.ticket, found.conflict, desk.context(None, now));
        let text = shown.to_string();
        let named = self.ids.iter().enumerate();
        let text = named.fold(text, |text, (at, id)| {
            text.replace(id.as_str(), &Model::name(at))
        });
        serde_json::from_str(&text).unwrap()
    }

    /// The open tickets, as lists find them in the caches.
    pub(crate) fn open(&self) -> Vec<usize> {
        let found = self.desk().tickets(Want::Open);
        let place = |id: TicketId| self.ids.iter().position(|one| *one == id).unwrap();
        let mut all: Vec<usize> = found.all.iter().map(|one| place(one.id)).collect();
        all.sort_unstable();
        all
    }

    /// What is wrong when no command runs.
    pub(crate) fn unsound(&self, commits: bool, now: i64) -> Vec<String> {
        let now = Moment::from_millis(now).unwrap();
        let scope = Scope { paths: Vec::new() };
        let found = check(&self.desk(), &scope, now).problems;
        let mut wrong: Vec<String> = found.iter().map(|problem| format!("{problem:?}")).collect();
        let journal = self.dir.path().join(".git/plaindesk/journal");
        let left = fs::read_dir(journal)
            .map(Iterator::count)
            .unwrap_or_default();
        if left > 0 {
            wrong.push(format!("{left} files in the journal"));
        }
        if commits {
            let status = git(self.dir.path(), &["status", "--porcelain"]);
            wrong.extend((!status.is_empty()).then_some(status));
        }
        wrong
    }
}

fn intake(verb: &Verb) -> Intake {
    let Verb::New {
        phone,
        code,
        impact,
        requester,
    } = verb
    else {
        unreachable!()
    };
    let channel = if *phone { "phone" } else { "email" };
    let fields = [
        ("channel", Some(channel)),
        ("code", *code),
        ("impact", *impact),
        ("requester.name", *requester),
    ];
    let said = fields
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned())));
    Intake {
        title: Some("No network".to_owned()),
        values: said.collect(),
        ..Intake::default()
    }
}
