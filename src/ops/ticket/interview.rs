//! The interview of `new`: the record is saved before anything is asked, then after each answer,
//! and one commit ends it. Whatever cuts it short leaves a valid ticket with all answers so far.

use crate::model::entry_kind::EntryKind;
use crate::ops::core::messages::ticket::TicketError;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use crate::model::catalog::Code;
use crate::model::field::{Field, Key, Value};
use crate::model::id::TicketId;
use crate::model::intake_form::Ask;
use crate::model::moment::Moment;
use crate::model::status::{Status, TicketType};
use crate::model::ticket::Ticket;
use crate::ops::core::actor::Actor;
use crate::ops::core::commit_message::one_line;
use crate::ops::core::desk::Desk;
use crate::ops::core::duplicates::{self, Duplicate};
use crate::ops::core::error::OpError;
use crate::ops::core::new_record::{RecordStage, RecordStamp, title_and_code};
use crate::ops::core::outcome::Outcome;
use crate::ops::core::ticket_edit::TicketEdit;
use crate::ops::core::transaction::Transaction;
use crate::ops::core::values;
use crate::ops::ticket::interview_answers::{
    QuestionKind, add_item, add_paragraph, apply, keep_stamp, shared, yes,
};
use crate::ops::ticket::new::{self, Intake, NewTicket};
use crate::ops::ticket::resolve;
use crate::ops::work::link;
use crate::page::{new_ticket, ticket};
use crate::rules::lifecycle::required_fields;
use crate::store::fs::read::{self, ReadError};
use crate::store::journal::session::Session;

/// One ticket of the contact.
#[derive(Clone, Debug)]
pub(in crate::ops::ticket) struct InterviewTicket {
    id: TicketId,
    pub(in crate::ops::ticket) making: FileState,
    /// What this interview has last written to the file.
    disk: Option<String>,
}

/// How the file comes about.
#[derive(Clone, Debug)]
pub(in crate::ops::ticket) enum FileState {
    /// Nobody else has touched it: answers extend the `created` entry.
    Fresh(Box<NewTicket>),
    /// It has a life already: answers stand in an entry of their own.
    Edits {
        /// The file without them.
        base: String,
        answers: Vec<(QuestionKind, String)>,
        /// Headings of the entries, once they were written.
        stamp: Option<RecordStamp>,
        solved: Option<RecordStamp>,
        /// The ticket with them.
        ticket: Box<Ticket>,
    },
}

/// An interview under way.
#[derive(Clone, Debug)]
pub struct Interview<'d> {
    pub(in crate::ops::ticket) desk: &'d Desk,
    pub(in crate::ops::ticket) act: &'d Actor,
    intake: Intake,
    pub(in crate::ops::ticket) pieces: Vec<InterviewTicket>,
    family: Vec<TicketId>,
    pub(in crate::ops::ticket) passed: BTreeSet<QuestionKind>,
    /// Whether an existing ticket is gone on with.
    pub(in crate::ops::ticket) resumed: bool,
    /// What the ticket that is asked about is to share the work of.
    pub(in crate::ops::ticket) on: Option<TicketId>,
    /// The moment of the present answer.
    pub(in crate::ops::ticket) now: Moment,
    /// What keeps other commands from committing it before it ends.
    session: Arc<Mutex<Option<Session>>>,
}

impl<'d> Interview<'d> {
    /// Saves the record with what is known so far.
    pub fn begin(desk: &'d Desk, act: &'d Actor, intake: Intake) -> Result<Self, OpError> {
        let tx = Transaction::begin(desk, act, "new")?;
        let on = intake.on.as_deref();
        let on = on.map(|id| desk.find(id, Some(&act.me))).transpose()?;
        let parts = new::parts(&tx, &intake)?;
        let family = new::family(desk, act, &parts, &intake)?;
        let pieces = parts.into_iter().map(|part| InterviewTicket {
            id: part.id,
            making: FileState::Fresh(Box::new(part)),
            disk: None,
        });
        let mut interview = Self {
            desk,
            act,
            intake,
            pieces: pieces.collect(),
            family,
            passed: BTreeSet::new(),
            resumed: false,
            on,
            now: act.now,
            session: Arc::default(),
        };
        let tx = interview.save(tx, &[], false)?;
        interview.keep(tx)?;
        Ok(interview)
    }

    /// Goes on with a ticket that lacks something.
    pub fn resume(desk: &'d Desk, act: &'d Actor, id: TicketId) -> Result<Self, OpError> {
        let page = desk.page(id)?;
        let status = page.ticket.status();
        if !status.is_open() {
            return Err(crate::ops::core::ticket_edit::refused_done(
                &page.ticket,
                "asked about",
            ));
        }
        Ok(Self {
            desk,
            act,
            intake: Intake::default(),
            family: vec![id],
            pieces: vec![InterviewTicket {
                id,
                disk: Some(page.text.clone()),
                making: FileState::Edits {
                    base: page.text,
                    answers: Vec::new(),
                    stamp: None,
                    solved: None,
                    ticket: Box::new(page.ticket),
                },
            }],
            passed: BTreeSet::new(),
            resumed: true,
            on: None,
            now: act.now,
            session: Arc::default(),
        })
    }

    /// This interview, with another actor who answers.
    #[must_use]
    pub fn by(self, act: &'d Actor) -> Self {
        Self { act, ..self }
    }

    /// The tickets of the contact, the one that is asked about first.
    pub fn ids(&self) -> impl Iterator<Item = TicketId> {
        self.pieces.iter().map(|piece| piece.id)
    }

    /// What was said of the ticket that is asked about.
    pub fn values(&self) -> &BTreeMap<Field, Value> {
        match &self.pieces[0].making {
            FileState::Fresh(part) => &part.draft.values,
            FileState::Edits { ticket, .. } => &ticket.values,
        }
    }

    /// The fields of the ticket that is asked about, as they would be typed.
    pub fn said(&self) -> Vec<(String, String)> {
        let typed = |(field, value): (&Field, &Value)| (field.to_string(), value.to_string());
        self.values().iter().map(typed).collect()
    }

    pub(in crate::ops::ticket) fn text_of(&self, key: Key) -> &str {
        let value = self.values().get(&Field::Known(key));
        value.and_then(Value::as_text).unwrap_or_default()
    }

    pub(in crate::ops::ticket) fn code(&self) -> Option<&'d Code> {
        self.desk.catalogue.find(self.text_of(Key::Code))
    }

    pub(in crate::ops::ticket) fn kind(&self) -> TicketType {
        let usual = &self.desk.settings.intake.kind;
        let said = self.text_of(Key::Type);
        TicketType::read(if said.is_empty() { usual } else { said })
    }

    /// What looks like the ticket that is asked about: open work to share, and what it repeats.
    /// Nothing for one whose work is known.
    pub fn alike(&self) -> Vec<Duplicate> {
        let linked = self.values().contains_key(&Key::LinkWorkOrder.into());
        if self.on.is_some() || linked || self.kind() == TicketType::Comment {
            return Vec::new();
        }
        duplicates::find(self.desk, self.values(), &self.family, self.now).0
    }

    /// Has the ticket that is asked about share the work of another, or be linked to a work order.
    pub fn share(&mut self, with: TicketId) {
        self.on = Some(with);
    }

    /// Goes past a question without an answer.
    pub fn pass(&mut self, what: &QuestionKind) {
        self.passed.insert(what.clone());
    }

    /// Takes answers that were given by options; they are saved at the end.
    pub fn reported(mut self, answers: Vec<(QuestionKind, String)>) -> Result<Self, OpError> {
        for (what, text) in answers {
            self.put(0, &what, &text)?;
            self.passed.insert(what);
        }
        Ok(self)
    }

    /// What is required and lacking.
    pub fn missing(&self) -> Vec<String> {
        required_fields::missing(self.values(), self.act.context(self.desk))
    }

    /// Takes answers and saves them. `now` is the moment of the answer. If they cannot be, everything
    /// is as before.
    pub fn answer(
        &mut self,
        answers: &[(QuestionKind, String)],
        now: Moment,
    ) -> Result<(), OpError> {
        let before = self.clone();
        let done = self.take(answers, now);
        if done.is_err() {
            *self = before;
        }
        done
    }

    fn keep(&self, tx: Transaction<'_>) -> Result<(), OpError> {
        let mut session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        tx.keep(&self.subject(), &mut session)
    }

    fn take(&mut self, answers: &[(QuestionKind, String)], now: Moment) -> Result<(), OpError> {
        self.now = now;
        let tx = Transaction::begin(self.desk, self.act, "new")?;
        for (what, text) in answers {
            if *what == QuestionKind::More {
                self.more(&tx, text.trim())?;
                continue;
            }
            for at in 0..self.pieces.len() {
                if at == 0 || shared(what) {
                    self.put(at, what, text.trim())?;
                }
            }
        }
        let tx = self.save(tx, answers, false)?;
        self.keep(tx)?;
        let asked = answers.iter().map(|(what, _)| what.clone());
        self.passed
            .extend(asked.filter(|what| *what != QuestionKind::More));
        Ok(())
    }

    /// Puts an answer into one ticket in the making.
    fn put(&mut self, at: usize, what: &QuestionKind, text: &str) -> Result<(), OpError> {
        let (desk, act) = (self.desk, self.act);
        let words = self.prompt_words(what);
        match &mut self.pieces[at].making {
            FileState::Fresh(part) => match what {
                QuestionKind::Type => part.draft.set(desk, act, "type", text)?,
                QuestionKind::Ask(Ask::Field(field)) => {
                    // One who was told of by flags, or told more of a person, is not asked again.
                    part.draft.set(desk, act, &field.to_string(), text)?;
                }
                QuestionKind::Ask(Ask::Description) => {
                    add_paragraph(&mut part.draft.text, &values::text(text)?);
                }
                QuestionKind::Ask(Ask::Answer) => part.draft.resolve = Some(values::text(text)?),
                QuestionKind::Prompt(_) => {
                    let answer = values::line("answer", text)?;
                    add_item(&mut part.draft.text, &format!("{words} {answer}"));
                }
                QuestionKind::Satisfied => part.draft.satisfied = Some(yes(text)?),
                QuestionKind::More => {}
            },
            FileState::Edits { answers, .. } => {
                let text = match what {
                    QuestionKind::Prompt(_) => format!("- {words} {text}"),
                    _ => text.to_owned(),
                };
                answers.push((what.clone(), text));
            }
        }
        Ok(())
    }

    fn prompt_words(&self, what: &QuestionKind) -> String {
        let QuestionKind::Prompt(at) = what else {
            return String::new();
        };
        let code = self.code();
        code.and_then(|code| code.prompts.get(*at).cloned())
            .unwrap_or_default()
    }

    /// One more issue of the contact.
    fn more(&mut self, tx: &Transaction<'_>, text: &str) -> Result<(), OpError> {
        let (title, _) = title_and_code(text);
        if title.is_empty() {
            return Err(TicketError::EmptyIssue.error());
        }
        let FileState::Fresh(first) = &self.pieces[0].making else {
            return Err(TicketError::ChangedDuringInterview(&self.pieces[0].id).error());
        };
        let draft = first.draft.issue(text, self.desk, self.act)?;
        let mut id = tx.fresh_id()?;
        while self.family.contains(&id) {
            id = tx.fresh_id()?;
        }
        self.family.push(id);
        self.pieces.push(InterviewTicket {
            id,
            making: FileState::Fresh(Box::new(NewTicket {
                id,
                stamp: RecordStamp::new(self.now)?,
                draft,
            })),
            disk: None,
        });
        Ok(())
    }

    /// Writes every ticket as far as it has come. `last` are the answers that no file has yet.
    fn save<'t>(
        &mut self,
        mut tx: Transaction<'t>,
        last: &[(QuestionKind, String)],
        done: bool,
    ) -> Result<Transaction<'t>, OpError> {
        let (desk, act) = (self.desk, self.act);
        let stage = if done {
            RecordStage::Done(self.now)
        } else {
            RecordStage::Begun(self.now)
        };
        for at in 0..self.pieces.len() {
            let piece = &mut self.pieces[at];
            let current = match read::page(&desk.root, &piece.id.path()) {
                Ok(text) => Some(text),
                Err(ReadError::Missing) => None,
                Err(error) => return Err(error.problem(&piece.id.path()).into()),
            };
            if current != piece.disk {
                let Some(current) = current.clone() else {
                    return Err(TicketError::DeletedMeanwhile(&piece.id).error());
                };
                // Somebody wrote to it: what they wrote stays, and we go on from there.
                let page = ticket::read(piece.id, current.clone())?;
                let mine = last.iter().filter(|(what, _)| at == 0 || shared(what));
                piece.making = FileState::Edits {
                    base: current,
                    answers: mine.cloned().collect(),
                    stamp: None,
                    solved: None,
                    ticket: Box::new(page.ticket),
                };
            }
            let text = match &mut piece.making {
                FileState::Fresh(part) => {
                    let ticket = new::ticket(part, &self.family, stage, desk, act)?;
                    // A dry look, so that what cannot be written is told before anything is.
                    ticket::read(part.id, new_ticket::write(&ticket))?;
                    Some(tx.create_over(&ticket, current)?)
                }
                FileState::Edits {
                    base,
                    answers,
                    stamp,
                    solved,
                    ticket,
                } => {
                    let page = ticket::read(piece.id, base.clone())?;
                    let mut edit =
                        TicketEdit::over(page, base.clone(), EntryKind::Intake, desk, act)?;
                    keep_stamp(&mut edit, stamp);
                    apply(&mut edit, answers, desk, act)?;
                    if done && edit.ticket.kind() == TicketType::Comment {
                        // A comment is only logged: it closes with its last question.
                        edit.set_text(Key::Status, Status::Closed.as_str());
                    }
                    let answer = answers.iter().find_map(|(what, text)| {
                        (*what == QuestionKind::Ask(Ask::Answer)).then_some(text)
                    });
                    if let Some(answer) = answer {
                        edit = edit.then(EntryKind::Resolve, desk, act)?;
                        keep_stamp(&mut edit, solved);
                        resolve::apply(&mut edit, desk, act, &values::text(answer)?, None)?;
                    }
                    **ticket = edit.ticket.clone();
                    match (current, edit.is_empty()) {
                        (Some(current), false) => Some(tx.stage_over(edit, current)?),
                        (current, _) => current,
                    }
                }
            };
            piece.disk = text;
        }
        Ok(tx)
    }

    /// The subject of the commit.
    fn subject(&self) -> String {
        let id = self.pieces[0].id;
        match (&self.pieces[0].making, self.pieces.len()) {
            (FileState::Fresh(part), 1) => new::subject(std::slice::from_ref(part)),
            (FileState::Edits { ticket, .. }, 1) => {
                format!("{id} intake: {}", one_line(ticket.title(), 50))
            }
            (_, several) => format!("new: {several} tickets of one contact"),
        }
    }

    /// Ends it with one commit. `complete`: all was asked, and what is to be answered or closed at
    /// once is.
    pub fn finish(mut self, complete: bool, now: Moment) -> Result<Outcome, OpError> {
        self.now = now;
        let mut tx = Transaction::begin_end(self.desk, self.act, "new")?;
        if !self.resumed {
            let ids: Vec<TicketId> = self.ids().collect();
            new::tell(&mut tx, &self.intake, ids.into_iter())?;
        }
        if let Some(to) = self.on {
            let order = link::join(&mut tx, to, &[self.values()])?;
            let order = tx.ticket(order)?;
            match &mut self.pieces[0].making {
                FileState::Fresh(part) => {
                    let field = Key::LinkWorkOrder.into();
                    part.draft.take_order(&order);
                    part.draft.take_promise(&order, now);
                    let id = Value::Text(order.id.to_string());
                    part.draft.values.insert(field, id);
                }
                FileState::Edits { answers, .. } => {
                    let what = QuestionKind::Ask(Ask::Field(Key::LinkWorkOrder.into()));
                    answers.push((what, order.id.to_string()));
                }
            }
        }
        let tx = self.save(tx, &[], complete)?;
        let subject = self.subject();
        let mine: Vec<TicketId> = self.ids().collect();
        let mut outcome = tx.finish(&subject)?;
        outcome.changed.retain(|one| mine.contains(&one.ticket.id));
        Ok(outcome)
    }
}
