//! The interview of `new`: the record is saved before anything is asked, then after each answer,
//! and one commit ends it. Whatever cuts it short leaves a valid ticket with all answers so far.
//!
//! Each question that was put is a step. A step may be answered anew: the tickets are made again of
//! what they began with and all steps.

use crate::model::entry_kind::EntryKind;
use crate::ops::core::messages::ticket::TicketError;
use std::collections::BTreeMap;
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
use crate::ops::core::new_record::{KbSearch, NewRecord, RecordStage, RecordStamp, title_and_code};
use crate::ops::core::outcome::Outcome;
use crate::ops::core::ticket_edit::TicketEdit;
use crate::ops::core::transaction::Transaction;
use crate::ops::core::values;
use crate::ops::kb::r#use::QUERY;
use crate::ops::ticket::interview_answers::{
    Answers, Question, QuestionKind, Step, apply, keep_stamp,
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
    /// What it began with, before anything was asked.
    pub(in crate::ops::ticket) begun: NewRecord,
    /// The issue that it was told as, `TITLE @CODE`.
    pub(in crate::ops::ticket) issue: Option<String>,
    /// The work order that it was found to belong to at the end.
    pub(in crate::ops::ticket) order: Option<TicketId>,
    /// What options answered.
    pub(in crate::ops::ticket) given: Answers,
    /// The number of the first answer that somebody else's text lacks, over which it is written.
    pub(in crate::ops::ticket) since: u32,
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
        answers: Answers,
        /// Headings of the entries, once they were written.
        stamp: Option<RecordStamp>,
        solved: Option<RecordStamp>,
        /// The ticket with them.
        ticket: Box<Ticket>,
    },
}

impl InterviewTicket {
    fn new(part: NewTicket) -> Self {
        Self {
            id: part.id,
            begun: part.draft.clone(),
            making: FileState::Fresh(Box::new(part)),
            disk: None,
            issue: None,
            order: None,
            given: Answers::new(),
            since: 0,
        }
    }
}

/// An interview under way.
#[derive(Clone, Debug)]
pub struct Interview<'d> {
    pub(in crate::ops::ticket) desk: &'d Desk,
    pub(in crate::ops::ticket) act: &'d Actor,
    intake: Intake,
    pub(in crate::ops::ticket) pieces: Vec<InterviewTicket>,
    family: Vec<TicketId>,
    /// The questions that were put, in order.
    pub(in crate::ops::ticket) steps: Vec<Step>,
    /// How many answers there were.
    pub(in crate::ops::ticket) count: u32,
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
        let pieces = parts.into_iter().map(InterviewTicket::new);
        let mut interview = Self {
            desk,
            act,
            intake,
            pieces: pieces.collect(),
            family,
            steps: Vec::new(),
            count: 0,
            resumed: false,
            on,
            now: act.now,
            session: Arc::default(),
        };
        let tx = interview.save(tx, false)?;
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
                begun: NewRecord::default(),
                issue: None,
                order: None,
                given: Answers::new(),
                since: 0,
                disk: Some(page.text.clone()),
                making: FileState::Edits {
                    base: page.text,
                    answers: Vec::new(),
                    stamp: None,
                    solved: None,
                    ticket: Box::new(page.ticket),
                },
            }],
            steps: Vec::new(),
            count: 0,
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

    /// What was said of a ticket.
    pub fn values(&self, at: usize) -> &BTreeMap<Field, Value> {
        match &self.pieces[at].making {
            FileState::Fresh(part) => &part.draft.values,
            FileState::Edits { ticket, .. } => &ticket.values,
        }
    }

    /// The fields of a ticket, as they would be typed.
    pub fn said(&self, at: usize) -> Vec<(String, String)> {
        let typed = |(field, value): (&Field, &Value)| (field.to_string(), value.to_string());
        self.values(at).iter().map(typed).collect()
    }

    /// The id and the title of a ticket.
    pub fn named(&self, at: usize) -> (TicketId, String) {
        (self.pieces[at].id, self.text_of(at, Key::Title).to_owned())
    }

    /// The fields of the ticket of a question without what was answered to it.
    pub fn said_before(&self, question: &Question) -> Vec<(String, String)> {
        let step = self.steps.iter().find(|step| step.question == *question);
        let answers = step.map(|step| step.answers.as_slice()).unwrap_or_default();
        let own = |name: &str| {
            let mut all = answers.iter();
            all.any(|(what, _)| matches!(what, QuestionKind::Ask(ask) if ask.word() == name))
        };
        let mut all = self.said(question.piece);
        all.retain(|(name, _)| !own(name));
        all
    }

    pub(in crate::ops::ticket) fn text_of(&self, at: usize, key: Key) -> &str {
        let value = self.values(at).get(&Field::Known(key));
        value.and_then(Value::as_text).unwrap_or_default()
    }

    /// The problem code of a ticket, if it is known.
    pub fn code(&self, at: usize) -> Option<&'d Code> {
        self.desk.catalogue.find(self.text_of(at, Key::Code))
    }

    pub(in crate::ops::ticket) fn kind(&self, at: usize) -> TicketType {
        let usual = &self.desk.settings.intake.kind;
        let said = self.text_of(at, Key::Type);
        TicketType::read(if said.is_empty() { usual } else { said })
    }

    /// What looks like the ticket that is asked about: open work to share, and what it repeats.
    /// Nothing for one whose work is known.
    pub fn alike(&self) -> Vec<Duplicate> {
        let linked = self.values(0).contains_key(&Key::LinkWorkOrder.into());
        if self.on.is_some() || linked || self.kind(0) == TicketType::Comment {
            return Vec::new();
        }
        duplicates::find(self.desk, self.values(0), &self.family, self.now).0
    }

    /// Has the ticket that is asked about share the work of another, or be linked to a work order.
    pub fn share(&mut self, with: TicketId) {
        self.on = Some(with);
    }

    /// Takes answers that were given by options; they are saved at the end.
    pub fn reported(mut self, answers: Answers) -> Result<Self, OpError> {
        self.pieces[0].given = answers;
        self.rebuild(0)?;
        Ok(self)
    }

    /// What is required and lacking.
    pub fn missing(&self) -> Vec<String> {
        required_fields::missing(self.values(0), self.act.context(self.desk))
    }

    /// Takes what was said to a question, and saves it: to a new one, or to the step at a place once
    /// more. `now` is the moment of the answer. If it cannot be taken, everything is as before.
    pub fn answer(
        &mut self,
        place: Option<usize>,
        question: &Question,
        said: Option<(&str, Answers)>,
        now: Moment,
    ) -> Result<(), OpError> {
        let before = self.clone();
        let done = self.take(place, question, said, now);
        if done.is_err() {
            *self = before;
        }
        done
    }

    fn keep(&self, tx: Transaction<'_>) -> Result<(), OpError> {
        let mut session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        tx.keep(&self.subject(), &mut session)
    }

    fn take(
        &mut self,
        place: Option<usize>,
        question: &Question,
        said: Option<(&str, Answers)>,
        now: Moment,
    ) -> Result<(), OpError> {
        if place.is_none() && said.is_none() {
            self.step(place, question, said);
            return Ok(());
        }
        self.now = now;
        let tx = Transaction::begin(self.desk, self.act, "new")?;
        let issue = said
            .as_ref()
            .filter(|_| question.what == QuestionKind::More)
            .map(|(text, _)| text.trim().to_owned());
        let step = self.step(place, question, said);
        if let Some(issue) = issue {
            self.more(&tx, step, &issue)?;
        }
        for at in 0..self.pieces.len() {
            self.rebuild(at)?;
        }
        let tx = self.save(tx, false)?;
        self.keep(tx)
    }

    /// One more issue of the contact, or other words for one.
    fn more(&mut self, tx: &Transaction<'_>, step: usize, text: &str) -> Result<(), OpError> {
        let (title, _) = title_and_code(text);
        if title.is_empty() {
            return Err(TicketError::EmptyIssue.error());
        }
        if let Some(at) = self.steps[step].made {
            self.pieces[at].issue = Some(text.to_owned());
            return Ok(());
        }
        let draft = self.pieces[0].begun.issue(text, self.desk, self.act)?;
        let mut id = tx.fresh_id()?;
        while self.family.contains(&id) {
            id = tx.fresh_id()?;
        }
        self.family.push(id);
        self.steps[step].made = Some(self.pieces.len());
        let mut piece = InterviewTicket::new(NewTicket {
            id,
            stamp: RecordStamp::new(self.now)?,
            draft,
        });
        piece.issue = Some(text.to_owned());
        self.pieces.push(piece);
        Ok(())
    }

    /// Writes every ticket as far as it has come.
    fn save<'t>(
        &mut self,
        mut tx: Transaction<'t>,
        done: bool,
    ) -> Result<Transaction<'t>, OpError> {
        let (desk, act) = (self.desk, self.act);
        let stage = if done {
            RecordStage::Done(self.now)
        } else {
            RecordStage::Begun(self.now)
        };
        for at in 0..self.pieces.len() {
            let path = self.pieces[at].id.path();
            let current = match read::page(&desk.root, &path) {
                Ok(text) => Some(text),
                Err(ReadError::Missing) => None,
                Err(error) => return Err(error.problem(&path).into()),
            };
            if current != self.pieces[at].disk {
                self.go_on_from(at, current.as_deref(), done)?;
            }
            let piece = &mut self.pieces[at];
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
                    for (what, text) in answers.iter() {
                        if let QuestionKind::Searched { hits, found } = what {
                            edit = edit.then(EntryKind::Kb, desk, act)?;
                            let search = KbSearch {
                                query: one_line(text, QUERY),
                                hits: *hits,
                                found: found.clone(),
                            };
                            for (key, text) in search.attributes() {
                                edit.attribute(&key, text);
                            }
                        }
                    }
                    let answer = answers.iter().find_map(|(what, text)| {
                        (*what == QuestionKind::Ask(Ask::Answer)).then_some(text)
                    });
                    if let Some(answer) = answer {
                        edit = edit.then(EntryKind::Resolve, desk, act)?;
                        keep_stamp(&mut edit, solved);
                        let no_kb = answers.iter().find_map(|(what, text)| {
                            (*what == QuestionKind::NoKb).then_some(text.as_str())
                        });
                        resolve::apply(&mut edit, desk, act, &values::text(answer)?, no_kb)?;
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

    /// Somebody else wrote to the file of a ticket: what they wrote stays, and the answers that it
    /// lacks are written over it. Where everything was saved, as at the end, there are none.
    fn go_on_from(&mut self, at: usize, current: Option<&str>, done: bool) -> Result<(), OpError> {
        let piece = &mut self.pieces[at];
        let Some(current) = current else {
            return Err(TicketError::DeletedMeanwhile(&piece.id).error());
        };
        let page = ticket::read(piece.id, current.to_owned())?;
        piece.since = if done { self.count + 1 } else { self.count };
        piece.making = FileState::Edits {
            base: current.to_owned(),
            answers: Answers::new(),
            stamp: None,
            solved: None,
            ticket: Box::new(page.ticket),
        };
        self.rebuild(at)
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
            let order = link::join(&mut tx, to, &[self.values(0)])?;
            let order = tx.ticket(order)?;
            self.pieces[0].order = Some(order.id);
            self.rebuild(0)?;
            if let FileState::Fresh(part) = &mut self.pieces[0].making {
                part.draft.take_order(&order);
                part.draft.take_promise(&order, now);
            }
        }
        let tx = self.save(tx, complete)?;
        let subject = self.subject();
        let mine: Vec<TicketId> = self.ids().collect();
        let mut outcome = tx.finish(&subject)?;
        outcome.changed.retain(|one| mine.contains(&one.ticket.id));
        Ok(outcome)
    }
}
