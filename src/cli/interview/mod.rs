//! The interview of `desk new` on a terminal: prompts, one after the other, over a record that is
//! saved already. However it ends, what was answered is kept.

mod ask;
mod known_caller;

use crate::cli::context::Context;
use crate::cli::interview::ask::ask;
use crate::cli::interview::known_caller::KnownCaller;
use crate::cli::messages::CommandError;
use crate::cli::prompt::reply::PromptReply;
use crate::cli::prompt::{self, choices};
use crate::cli::ui::Ui;
use crate::model::field::Key;
use crate::model::id::TicketId;
use crate::model::intake_form::Ask;
use crate::model::said::Said;
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::duplicates::{Duplicate, DuplicateKind};
use crate::ops::core::error::OpError;
use crate::ops::core::outcome::Outcome;
use crate::ops::ticket::interview::Interview;
use crate::ops::ticket::interview_answers::QuestionKind;
use crate::ops::ticket::interview_questions::Question;
use crate::ops::ticket::words;
use crate::rules::lifecycle::words::{self as rules, OrderWord};
use crate::store::fs::interrupt::Interrupt;
use crate::view::paint::{Paint, Role};
use crate::view::said;
use crate::view::sanitize::line;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

/// How an interview ended, and what became of it.
#[derive(Debug)]
pub struct Ended {
    /// What was written.
    pub outcome: Outcome,
    /// Whether everything was asked.
    pub complete: bool,
    /// Whether Ctrl-C ended it.
    pub interrupted: bool,
    /// What the caller was to be told of work orders, shown already.
    pub told: Vec<Said>,
}

type Shared = Arc<Mutex<Option<Interview<'static>>>>;

type Answers = Vec<(QuestionKind, String)>;

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
    let mut questions = Questions {
        ui,
        words: words::standing(desk),
        told: Vec::new(),
        desk,
        paint: &paint,
        shared: &shared,
        known: KnownCaller::new(desk),
        section: String::new(),
    };
    let last = questions.ask_all()?;
    let told = questions.told;
    let complete = last == Last::Asked;
    let mut interrupted = last == Last::Interrupt;
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
    let interview = take(&shared).ok_or_else(|| CommandError::InterviewEnded.error())?;
    let outcome = interview.finish(complete, ui.env.later())?;
    Ok(Ended {
        outcome,
        complete,
        interrupted,
        told,
    })
}

/// What came after the last question.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    /// Everything was asked.
    Asked,
    /// Esc.
    End,
    /// Ctrl-C.
    Interrupt,
}

/// The questions that are put on a terminal, one after the other.
struct Questions<'q> {
    ui: &'q Ui,
    desk: &'static Desk,
    paint: &'q Paint,
    shared: &'q Shared,
    known: KnownCaller,
    /// What callers are to be told.
    words: Vec<OrderWord>,
    /// What of that was shown.
    told: Vec<Said>,
    /// The section of the question that was put last.
    section: String,
}

impl Questions<'_> {
    fn ask_all(&mut self) -> Result<Last, OpError> {
        while let Some(question) = with(self.shared, |interview| interview.next()).flatten() {
            self.tell();
            self.head(&question);
            if let Some(reported) = self.equipment(&question)? {
                self.answer(&reported);
                continue;
            }
            match ask(self.desk, &mut self.known, &question, self.paint.color)? {
                PromptReply::Nothing => {
                    with(self.shared, |interview| interview.pass(&question.what));
                    if question.what == QuestionKind::More {
                        break;
                    }
                }
                PromptReply::End => return Ok(Last::End),
                PromptReply::Interrupt => return Ok(Last::Interrupt),
                PromptReply::Answer(text) => {
                    let answers = self.answers(&question, text)?;
                    self.answer(&answers);
                }
            }
        }
        Ok(Last::Asked)
    }

    /// Shows what this caller is to be told, as soon as code or place says so.
    fn tell(&mut self) {
        let settings = &self.desk.settings;
        let fits = |word: &OrderWord, interview: &Interview<'_>| {
            rules::fits(&word.order, interview.values(), settings)
        };
        let mut new = self.words.clone();
        new.retain(|word| {
            let is_new = !self.told.contains(&word.said);
            is_new && with(self.shared, |interview| fits(word, interview)) == Some(true)
        });
        for word in new {
            self.ui.urgent(&said::sentence(&word, self.paint));
            self.told.push(word.said);
        }
    }

    /// Shows the name of a section that begins.
    fn head(&mut self, question: &Question) {
        if question.section != self.section && !question.section.is_empty() {
            self.section.clone_from(&question.section);
            let title = self.paint.role(Role::Title, &line(&self.section));
            self.ui.err(&format!("\n{title}"));
        }
    }

    /// The piece of the caller's equipment that the person picks, where it is asked for one.
    fn equipment(&mut self, question: &Question) -> Result<Option<Answers>, OpError> {
        match &question.what {
            QuestionKind::Ask(Ask::Field(field)) if field.section() == Some("asset") => {
                self.known.equipment(self.paint.color)
            }
            _ => Ok(None),
        }
    }

    /// What an answer says: of a caller's name all that is known of that person.
    fn answers(&mut self, question: &Question, text: String) -> Result<Answers, OpError> {
        if question.what != QuestionKind::Ask(Ask::Field(Key::RequesterName.into())) {
            return Ok(vec![(question.what.clone(), text)]);
        }
        let said = with(self.shared, |interview| interview.said()).unwrap_or_default();
        self.known.caller(self.ui, &said, &text, self.paint.color)
    }

    /// Takes answers. A slip is told, and the question put again.
    fn answer(&self, answers: &[(QuestionKind, String)]) {
        let now = self.ui.env.later();
        if let Some(Err(error)) = with(self.shared, |interview| interview.answer(answers, now)) {
            crate::cli::failure::tell(self.ui, &error);
        }
    }
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

/// Somebody, or something, that the desk does not know.
const ANOTHER: &str = "another";
