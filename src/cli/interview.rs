//! The interview of `desk new` on a terminal: prompts, one after the other, over a record that is
//! saved already. However it ends, what was answered is kept.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::context::Context;
use super::prompt::{self, Choice, Nothing, Said, Suggest, choices};
use crate::model::catalogue::Catalogue;
use crate::model::field::{Field, Key};
use crate::model::form::Ask;
use crate::model::status::{Feeling, TicketType};
use crate::ops::act::Act;
use crate::ops::change::Outcome;
use crate::ops::desk::Desk;
use crate::ops::error::OpError;
use crate::ops::interview::{Interview, Question, What};
use crate::store::interrupt::Interrupt;
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
    act: &'static Act,
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
                "is saved. Enter leaves a question out; Esc ends here, and all answers are kept."
            )
        ));
    }
    let shared: Shared = Arc::new(Mutex::new(Some(interview)));
    watch(context, desk, act, &shared);
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
        match ask(desk, &question, paint.color)? {
            Said::Nothing => {
                with(&shared, |interview| interview.pass(&question.what));
                if question.what == What::More {
                    break true;
                }
            }
            Said::End => break false,
            Said::Interrupt => {
                interrupted = true;
                break false;
            }
            Said::Answer(text) => {
                let now = ui.env.later();
                let done = with(&shared, |interview| {
                    interview.answer(&question.what, &text, now)
                });
                // A slip is told, and the question put again.
                if let Some(Err(error)) = done {
                    super::failure::tell(ui, &error);
                }
            }
        }
    };
    let interview = take(&shared).ok_or_else(|| OpError::failed("the interview has ended"))?;
    let outcome = interview.finish(complete, ui.env.later())?;
    Ok(Ended {
        outcome,
        complete,
        interrupted,
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
fn watch(context: &Context, desk: &'static Desk, act: &'static Act, shared: &Shared) {
    let shared = Arc::clone(shared);
    let interrupt = act.interrupt.clone();
    let env = context.ui.env.clone();
    let before = rustix::termios::tcgetattr(std::io::stdin()).ok();
    // Saving must not heed the signal that asks for it.
    let last: &'static Act = Box::leak(Box::new(Act {
        interrupt: Interrupt::default(),
        repo: None,
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
            }
            let _ = done;
            end(signal);
        }
    };
    let _ = desk;
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

fn ask(desk: &'static Desk, asked: &Question, color: bool) -> Result<Said, OpError> {
    let settings = &desk.settings;
    let help = if asked.required { "needed" } else { "" };
    match &asked.what {
        What::Type => prompt::select(
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
        What::Prompt(_) => {
            let words = asked.words.clone().unwrap_or_default();
            prompt::text(&format!("Ask: {words}"), help, Nothing, color)
        }
        What::Satisfied => prompt::select(
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
            Said::Answer(word) if word == "unknown" => Said::Nothing,
            said => said,
        }),
        What::More => prompt::text(
            "One more issue of this call?",
            "its title, and @CODE behind it; Enter: none",
            Nothing,
            color,
        ),
        What::Ask(ask) => {
            let words = question::words(ask, settings);
            if let Some(choices) = closed(desk, ask) {
                return prompt::select(&words, help, choices, asked.usual.as_deref(), color);
            }
            if *ask == Ask::Field(Key::Code.into()) {
                let said = prompt::text(
                    &words,
                    "type words, or pick a level and go on with Tab",
                    Codes(&desk.catalogue),
                    color,
                )?;
                return Ok(match said {
                    Said::Answer(text) => Said::Answer(code_of(&text)),
                    said => said,
                });
            }
            prompt::text(&words, help, Nothing, color)
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
        let inside = |code: &&crate::model::catalogue::Code| {
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
            let fits = |code: &&crate::model::catalogue::Code| {
                let text = format!("{} {} {}", code.name, code.title, code.path.join(" "));
                let text = text.to_lowercase();
                words.iter().all(|word| text.contains(word))
            };
            let codes = self.0.active().filter(inside).filter(fits);
            let shown = |code: &crate::model::catalogue::Code| {
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

/// The code of a suggestion, or of what was typed.
fn code_of(text: &str) -> String {
    let text = text.trim();
    match text.split_once("  ") {
        Some((code, _)) => code.to_owned(),
        None => text.to_owned(),
    }
}

/// Whether a type of request is asked about at all.
pub fn has_form(kind: &TicketType) -> bool {
    *kind != TicketType::WorkOrder
}
