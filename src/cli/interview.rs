//! The interview of `desk new` on a terminal: prompts, one after the other, over a record that is
//! saved already. However it ends, what was answered is kept.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use crate::cli::context::Context;
use crate::cli::prompt::{self, Choice, Nothing, PromptReply, Suggest, choices};
use crate::cli::ui::Ui;
use crate::model::catalog::Catalogue;
use crate::model::field::{Field, Key};
use crate::model::id::TicketId;
use crate::model::intake_form::Ask;
use crate::model::status::Feeling;
use crate::ops;
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::duplicates::{Duplicate, DuplicateKind};
use crate::ops::core::error::OpError;
use crate::ops::core::people;
use crate::ops::core::transaction::Outcome;
use crate::ops::ticket::interview::{Interview, Question, QuestionKind};
use crate::rules::people::{Asset, Caller, People, Person};
use crate::store::fs::interrupt::Interrupt;
use crate::view::paint::{Paint, Role};
use crate::view::question;
use crate::view::sanitize::line;

/// How an interview ended, and what became of it.
#[derive(Debug)]
pub struct Ended {
    /// What was written.
    pub outcome: Outcome,
    /// Whether everything was asked.
    pub complete: bool,
    /// Whether Ctrl-C ended it.
    pub interrupted: bool,
}

type Shared = Arc<Mutex<Option<Interview<'static>>>>;

/// Asks what is still to be asked. Signals and a terminal that goes away end it, too.
pub fn run(
    context: &Context,
    desk: &'static Desk,
    act: &'static Actor,
    interview: Interview<'static>,
) -> Result<Ended, OpError> {
    let ui = &context.ui;
    let id = interview.ids().next();
    let paint = Paint {
        color: ui.env.stderr_terminal && !ui.env.no_color,
        ..ui.paint
    };
    if let Some(id) = id {
        ui.err(&format!(
            "{}  {}",
            paint.role(Role::Id, id.as_str()),
            paint.role(
                Role::Muted,
                "saved. Enter skips a question, Esc ends; every answer is kept."
            )
        ));
    }
    let shared: Shared = Arc::new(Mutex::new(Some(interview)));
    watch(context, act, &shared);
    let mut known = KnownCaller::new(desk);
    let mut section = String::new();
    let mut interrupted = false;
    let complete = loop {
        let Some(question) = with(&shared, |interview| interview.next()).flatten() else {
            break true;
        };
        if question.section != section && !question.section.is_empty() {
            section.clone_from(&question.section);
            ui.err(&format!("\n{}", paint.role(Role::Title, &line(&section))));
        }
        let reported = match &question.what {
            QuestionKind::Ask(Ask::Field(field)) if field.section() == Some("asset") => {
                known.equipment(paint.color)?
            }
            _ => None,
        };
        if let Some(reported) = reported {
            let now = ui.env.later();
            if let Some(Err(error)) = with(&shared, |interview| interview.answer(&reported, now)) {
                crate::cli::failure::tell(ui, &error);
            }
            continue;
        }
        match ask(desk, &mut known, &question, paint.color)? {
            PromptReply::Nothing => {
                with(&shared, |interview| interview.pass(&question.what));
                if question.what == QuestionKind::More {
                    break true;
                }
            }
            PromptReply::End => break false,
            PromptReply::Interrupt => {
                interrupted = true;
                break false;
            }
            PromptReply::Answer(text) => {
                let mut answers = vec![(question.what.clone(), text)];
                if question.what == QuestionKind::Ask(Ask::Field(Key::RequesterName.into())) {
                    let said = with(&shared, |interview| interview.said()).unwrap_or_default();
                    answers = known.caller(ui, &said, &answers[0].1, paint.color)?;
                }
                let now = ui.env.later();
                let done = with(&shared, |interview| interview.answer(&answers, now));
                // A slip is told, and the question put again.
                if let Some(Err(error)) = done {
                    crate::cli::failure::tell(ui, &error);
                }
            }
        }
    };
    if complete {
        let found = with(&shared, |interview| interview.alike()).unwrap_or_default();
        match already(&found, paint.color)? {
            Already::Share(id) => {
                with(&shared, |interview| interview.share(id));
            }
            Already::Interrupt => interrupted = true,
            Already::No => {}
        }
    }
    let interview = take(&shared).ok_or_else(|| OpError::failed("the interview has ended"))?;
    let outcome = interview.finish(complete, ui.env.later())?;
    Ok(Ended {
        outcome,
        complete,
        interrupted,
    })
}

/// What a person says of open work that looks the same.
enum Already {
    /// It is the same.
    Share(TicketId),
    /// It is not.
    No,
    /// Ctrl-C.
    Interrupt,
}

/// Is it already reported? Asks, where something open looks the same.
fn already(found: &[Duplicate], color: bool) -> Result<Already, OpError> {
    let open: Vec<&Duplicate> = found
        .iter()
        .filter(|one| one.kind == DuplicateKind::Duplicate)
        .collect();
    if open.is_empty() {
        return Ok(Already::No);
    }
    let no = ("no".to_owned(), "go on with a record of its own".to_owned());
    let shown = open.iter().take(7).map(|one| {
        let ticket = &one.ticket;
        let title = ticket.text(Key::Title);
        (ticket.id.to_string(), format!("{title} ({})", one.reason))
    });
    let choices = choices(shown.chain([no]));
    let help = "the work is shared, the ticket stays its own";
    let said = prompt::select("Is it already reported?", help, choices, Some("no"), color)?;
    Ok(match said {
        PromptReply::Answer(word) => word.parse().map_or(Already::No, Already::Share),
        PromptReply::Interrupt => Already::Interrupt,
        PromptReply::Nothing | PromptReply::End => Already::No,
    })
}

fn with<T>(shared: &Shared, each: impl FnOnce(&mut Interview<'static>) -> T) -> Option<T> {
    let mut guard = shared.lock().unwrap_or_else(PoisonError::into_inner);
    guard.as_mut().map(each)
}

fn take(shared: &Shared) -> Option<Interview<'static>> {
    shared.lock().unwrap_or_else(PoisonError::into_inner).take()
}

/// Ends the interview, and the process, when a signal comes or the terminal goes away: a prompt
/// that waits for a key would not notice.
fn watch(context: &Context, act: &'static Actor, shared: &Shared) {
    let shared = Arc::clone(shared);
    let interrupt = act.interrupt.clone();
    let env = context.ui.env.clone();
    let before = rustix::termios::tcgetattr(std::io::stdin()).ok();
    // Saving must not heed the signal that asks for it.
    let last: &'static Actor = Box::leak(Box::new(Actor {
        interrupt: Interrupt::default(),
        repo: OnceLock::new(),
        ..act.clone()
    }));
    let watcher = move || {
        loop {
            std::thread::sleep(Duration::from_millis(40));
            if Arc::strong_count(&shared) == 1 {
                return;
            }
            let Some(signal) = interrupt.raised().or_else(hung_up) else {
                continue;
            };
            let Some(interview) = take(&shared) else {
                return;
            };
            let done = interview.by(last).finish(false, env.later());
            if let Some(before) = &before {
                let now = rustix::termios::OptionalActions::Now;
                let _ = rustix::termios::tcsetattr(std::io::stdin(), now, before);
                prompt::let_go();
            }
            let _ = done;
            end(signal);
        }
    };
    let _ = std::thread::Builder::new()
        .name("watch".to_owned())
        .spawn(watcher);
}

/// SIGHUP, if nobody can type any more.
fn hung_up() -> Option<usize> {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let stdin = std::io::stdin();
    let mut fds = [PollFd::new(&stdin, PollFlags::empty())];
    let none = Timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    poll(&mut fds, Some(&none)).ok()?;
    let gone = PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL;
    fds[0].revents().intersects(gone).then_some(1)
}

#[expect(
    clippy::exit,
    reason = "the main thread waits for a key that may never come"
)]
fn end(signal: usize) -> ! {
    std::process::exit(128 + i32::try_from(signal).unwrap_or(1))
}

/// The people whom the desk knows, and the one who calls.
struct KnownCaller {
    desk: &'static Desk,
    people: Option<&'static People>,
    /// Pieces of the caller's equipment that were not offered yet.
    equipment: Vec<Asset>,
}

/// Somebody, or something, that the desk does not know.
const ANOTHER: &str = "another";

impl KnownCaller {
    fn new(desk: &'static Desk) -> Self {
        Self {
            desk,
            people: None,
            equipment: Vec::new(),
        }
    }

    fn people(&mut self) -> &'static People {
        let desk = self.desk;
        self.people
            .get_or_insert_with(|| Box::leak(Box::new(people::people(desk).0)))
    }

    /// What follows from the name that was typed: all that is known of that person.
    fn caller(
        &mut self,
        ui: &Ui,
        said: &[(String, String)],
        name: &str,
        color: bool,
    ) -> Result<Vec<(QuestionKind, String)>, OpError> {
        let all = self.people();
        let mut values = said.to_vec();
        let shown = |person: &&Person| line(&people::earlier(person)) == name.trim();
        let picked = all.all().iter().find(shown);
        if picked.is_none() {
            values.push((Key::RequesterName.path().to_owned(), name.to_owned()));
        }
        let person = match picked {
            Some(person) => Some(person),
            None => match all.caller(&people::asked(self.desk, &values)) {
                Caller::Known(person) => Some(person),
                Caller::Perhaps(some) => pick(&some, name, color)?,
                Caller::New => None,
            },
        };
        match person {
            Some(person) => {
                people::take_over(self.desk, person, &mut values);
                ui.remark(&format!(
                    "  {}",
                    person
                        .contact()
                        .map(|(_, text)| text)
                        .iter()
                        .filter(|text| !text.is_empty())
                        .copied()
                        .collect::<Vec<_>>()
                        .join(", ")
                ));
                self.equipment.clone_from(&person.equipment);
            }
            None => people::place(self.desk, &mut values),
        }
        let given = |name: &str| said.iter().any(|(known, _)| known == name);
        let mut all = Vec::new();
        for (name, value) in values {
            if given(&name) {
                continue;
            }
            let field = ops::core::values::field(self.desk, &name)?;
            all.push((QuestionKind::Ask(Ask::Field(field)), value));
        }
        Ok(all)
    }

    /// Offers the caller's equipment, once, before it is asked for piece by piece.
    fn equipment(&mut self, color: bool) -> Result<Option<Vec<(QuestionKind, String)>>, OpError> {
        let all = std::mem::take(&mut self.equipment);
        if all.is_empty() {
            return Ok(None);
        }
        let shown = all
            .iter()
            .map(|asset| (people::piece(asset), String::new()));
        let other = (ANOTHER.to_owned(), String::new());
        let choices = choices(shown.chain([other]));
        let said = prompt::select("Which equipment?", "", choices, None, color)?;
        let PromptReply::Answer(word) = said else {
            return Ok(None);
        };
        let Some(asset) = all.iter().find(|one| line(&people::piece(one)) == word) else {
            return Ok(None);
        };
        let known = asset
            .values()
            .into_iter()
            .filter(|(_, text)| !text.is_empty());
        let known =
            known.map(|(key, text)| (QuestionKind::Ask(Ask::Field(key.into())), text.to_owned()));
        Ok(Some(known.collect()))
    }
}

/// Which of several people calls.
fn pick<'p>(some: &[&'p Person], name: &str, color: bool) -> Result<Option<&'p Person>, OpError> {
    let shown = some
        .iter()
        .take(8)
        .map(|person| (people::earlier(person), String::new()));
    let other = (format!("{ANOTHER}: {name}"), String::new());
    let choices = choices(shown.chain([other]));
    match prompt::select("Is it one of these?", "", choices, None, color)? {
        PromptReply::Answer(word) => Ok(some
            .iter()
            .copied()
            .find(|person| line(&people::earlier(person)) == word)),
        _ => Ok(None),
    }
}

/// Callers whom the desk knows, while a name is typed.
#[derive(Clone, Copy)]
struct Callers(&'static People);

impl Suggest for Callers {
    fn suggest(&self, typed: &str) -> Vec<String> {
        if typed.trim().chars().count() < 2 {
            return Vec::new();
        }
        let found = self.0.find(typed).into_iter().take(8);
        found
            .map(|found| line(&people::earlier(found.person)))
            .collect()
    }
}

fn ask(
    desk: &'static Desk,
    known: &mut KnownCaller,
    asked: &Question,
    color: bool,
) -> Result<PromptReply, OpError> {
    let settings = &desk.settings;
    let help = if asked.required { "needed" } else { "" };
    match &asked.what {
        QuestionKind::Type => prompt::select(
            "What do they call for?",
            "",
            choices([
                ("information".to_owned(), "to learn something".to_owned()),
                ("action".to_owned(), "to have something done".to_owned()),
                ("comment".to_owned(), "to tell us something".to_owned()),
            ]),
            asked.usual.as_deref(),
            color,
        ),
        QuestionKind::Prompt(_) => {
            let words = asked.words.clone().unwrap_or_default();
            prompt::text(&format!("Ask: {words}"), help, &Nothing, color)
        }
        QuestionKind::Satisfied => prompt::select(
            "Is the requester satisfied?",
            "",
            choices([
                ("unknown".to_owned(), "ask later".to_owned()),
                ("yes".to_owned(), "closes it".to_owned()),
                ("no".to_owned(), String::new()),
            ]),
            None,
            color,
        )
        .map(|said| match said {
            PromptReply::Answer(word) if word == "unknown" => PromptReply::Nothing,
            said => said,
        }),
        QuestionKind::More => prompt::text(
            "One more issue of this call?",
            "its title, and @CODE behind it; Enter: none",
            &Nothing,
            color,
        ),
        QuestionKind::Ask(ask) => {
            let words = question::words(ask, settings);
            if let Some(choices) = closed(desk, ask) {
                return prompt::select(&words, help, choices, asked.usual.as_deref(), color);
            }
            if *ask == Ask::Field(Key::RequesterName.into()) {
                return prompt::text(&words, help, &Callers(known.people()), color);
            }
            if *ask == Ask::Field(Key::Code.into()) {
                let said = prompt::text(
                    &words,
                    "type words, or pick a level and go on with Tab",
                    &Codes(&desk.catalogue),
                    color,
                )?;
                return match said {
                    PromptReply::Answer(text) => code_of(&desk.catalogue, &text, color),
                    said => Ok(said),
                };
            }
            prompt::text(&words, help, &Nothing, color)
        }
    }
}

/// The answers that a question is limited to.
fn closed(desk: &Desk, ask: &Ask) -> Option<Vec<Choice>> {
    let settings = &desk.settings;
    let plain = |words: &[String]| {
        let all = words.iter().map(|word| (word.clone(), String::new()));
        choices(all)
    };
    match ask {
        Ask::Field(Field::Known(Key::Impact)) => Some(plain(&settings.impacts)),
        Ask::Field(Field::Known(Key::Urgency)) => Some(plain(&settings.urgencies)),
        Ask::Field(Field::Known(Key::Priority)) => Some(choices(
            settings
                .priorities
                .iter()
                .map(|one| (one.name.clone(), one.title.clone())),
        )),
        Ask::Field(Field::Known(Key::Queue)) => Some(choices(
            settings
                .active_queues()
                .map(|queue| (queue.name.clone(), queue.title.clone())),
        )),
        Ask::Field(Field::Known(Key::RequestFeeling)) => Some(choices(
            Feeling::WORDS
                .iter()
                .map(|word| ((*word).to_owned(), String::new())),
        )),
        Ask::Field(Field::Company(name)) => {
            let field = settings.fields.get(name)?;
            (!field.values.is_empty()).then(|| plain(&field.values))
        }
        _ => None,
    }
}

/// Problem codes: words anywhere in them, or level by level.
#[derive(Clone, Copy)]
struct Codes(&'static Catalogue);

/// Between the levels of the catalogue.
const LEVEL: &str = " › ";

impl Suggest for Codes {
    fn suggest(&self, typed: &str) -> Vec<String> {
        let typed = typed.trim_start();
        let path: Vec<&str> = typed.split(LEVEL.trim()).map(str::trim).collect();
        let (levels, last) = path.split_at(path.len() - 1);
        let inside = |code: &&crate::model::catalog::Code| {
            levels.len() <= code.path.len()
                && levels
                    .iter()
                    .zip(&code.path)
                    .all(|(typed, level)| level.to_lowercase() == typed.to_lowercase())
        };
        let last = last.first().copied().unwrap_or_default().to_lowercase();
        let mut all: Vec<String> = Vec::new();
        for code in self.0.active().filter(inside) {
            if let Some(level) = code.path.get(levels.len())
                && level.to_lowercase().starts_with(&last)
            {
                let mut path: Vec<&str> = code.path[..levels.len()]
                    .iter()
                    .map(String::as_str)
                    .collect();
                path.push(level);
                let entry = format!("{}{LEVEL}", path.join(LEVEL));
                if !all.contains(&entry) {
                    all.push(entry);
                }
            }
        }
        // One way only is no choice.
        if let [only] = &all[..]
            && *only != typed
            && last.is_empty()
        {
            return self.suggest(&only.clone());
        }
        let words: Vec<&str> = last.split_whitespace().collect();
        if levels.len() >= 3 || !words.is_empty() {
            let fits = |code: &&crate::model::catalog::Code| {
                let text = format!("{} {} {}", code.name, code.title, code.path.join(" "));
                let text = text.to_lowercase();
                words.iter().all(|word| text.contains(word))
            };
            let codes = self.0.active().filter(inside).filter(fits);
            let shown = |code: &crate::model::catalog::Code| {
                line(&format!("{}  {}", code.name, code.title))
            };
            let codes: Vec<String> = codes.map(shown).collect();
            if levels.is_empty() {
                all.splice(0..0, codes);
            } else {
                all.extend(codes);
            }
        }
        all.truncate(40);
        all
    }
}

/// The code of a suggestion, or of words that mean one; of several, the one that is picked.
fn code_of(catalogue: &'static Catalogue, text: &str, color: bool) -> Result<PromptReply, OpError> {
    let text = text.trim();
    if let Some((code, _)) = text.split_once("  ") {
        return Ok(PromptReply::Answer(code.to_owned()));
    }
    if catalogue.find(text).is_some() {
        return Ok(PromptReply::Answer(text.to_owned()));
    }
    let meant = Codes(catalogue).suggest(text);
    let codes: Vec<(String, String)> = meant
        .iter()
        .filter_map(|one| one.split_once("  "))
        .map(|(code, title)| (code.to_owned(), title.to_owned()))
        .collect();
    match &codes[..] {
        [] => Ok(PromptReply::Answer(text.to_owned())),
        [(code, _)] => Ok(PromptReply::Answer(code.clone())),
        _ => prompt::select("Which of these?", "", choices(codes), None, color),
    }
}
