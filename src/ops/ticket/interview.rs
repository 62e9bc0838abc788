//! The interview of `new`: the record is saved before anything is asked, then after each answer,
//! and one commit ends it. Whatever cuts it short leaves a valid ticket with all answers so far.

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
use crate::ops::core::desk::Desk;
use crate::ops::core::duplicates::{self, Duplicate};
use crate::ops::core::error::OpError;
use crate::ops::core::new_record::{RecordStage, RecordStamp, is_shared, title_and_code};
use crate::ops::core::transaction::{Outcome, TicketEdit, Transaction, one_line};
use crate::ops::core::values;
use crate::ops::ticket::new::{self, Intake, NewTicket};
use crate::ops::ticket::resolve;
use crate::ops::work;
use crate::page::new_ticket;
use crate::page::ticket;
use crate::rules::lifecycle::required_fields::{self, UNTITLED};
use crate::rules::lifecycle::routing;
use crate::store::fs::read::{self, ReadError};
use crate::store::journal::session::Session;

/// Something to ask.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum QuestionKind {
    /// Information, action or comment.
    Type,
    /// What a form asks for.
    Ask(Ask),
    /// A question of the problem code, to be read to the caller; its place.
    Prompt(usize),
    /// Whether the requester is satisfied with the answer.
    Satisfied,
    /// One more issue of the same contact.
    More,
}

/// A question of an interview.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// What is asked.
    pub what: QuestionKind,
    /// The title of its section.
    pub section: String,
    /// Whether the ticket is incomplete without.
    pub required: bool,
    /// What holds if nothing is said.
    pub usual: Option<String>,
    /// The words of a question of the problem code.
    pub words: Option<String>,
}

/// One ticket of the contact.
#[derive(Clone, Debug)]
struct InterviewTicket {
    id: TicketId,
    making: FileState,
    /// What this interview has last written to the file.
    disk: Option<String>,
}

/// How the file comes about.
#[derive(Clone, Debug)]
enum FileState {
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
    desk: &'d Desk,
    act: &'d Actor,
    intake: Intake,
    pieces: Vec<InterviewTicket>,
    family: Vec<TicketId>,
    passed: BTreeSet<QuestionKind>,
    /// Whether an existing ticket is gone on with.
    resumed: bool,
    /// What the ticket that is asked about is to share the work of.
    on: Option<TicketId>,
    /// The moment of the present answer.
    now: Moment,
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
            return Err(crate::ops::core::transaction::refused_done(
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

    /// The same in the name of another act.
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

    /// The same as it would be typed.
    pub fn said(&self) -> Vec<(String, String)> {
        let typed = |(field, value): (&Field, &Value)| (field.to_string(), value.to_string());
        self.values().iter().map(typed).collect()
    }

    fn text_of(&self, key: Key) -> &str {
        let value = self.values().get(&Field::Known(key));
        value.and_then(Value::as_text).unwrap_or_default()
    }

    fn code(&self) -> Option<&'d Code> {
        self.desk.catalogue.find(self.text_of(Key::Code))
    }

    fn kind(&self) -> TicketType {
        let usual = &self.desk.settings.intake.kind;
        let said = self.text_of(Key::Type);
        TicketType::read(if said.is_empty() { usual } else { said })
    }

    /// Whether something is known already, or decided by code or rules.
    fn is_known(&self, ask: &Ask) -> bool {
        let fresh = match &self.pieces[0].making {
            FileState::Fresh(part) => Some(part),
            FileState::Edits { .. } => None,
        };
        match ask {
            Ask::Description => match &self.pieces[0].making {
                FileState::Fresh(part) => !part.draft.text.is_empty(),
                FileState::Edits { ticket, .. } => !ticket.description.is_empty(),
            },
            Ask::Answer => fresh.is_some_and(|part| part.draft.resolve.is_some()),
            Ask::Field(Field::Known(Key::Title)) => {
                !matches!(self.text_of(Key::Title), "" | UNTITLED)
            }
            Ask::Field(field) if self.values().contains_key(field) => true,
            Ask::Field(Field::Known(key @ (Key::Impact | Key::Urgency | Key::Queue))) => {
                self.decided(*key)
            }
            Ask::Field(_) => false,
        }
    }

    /// Whether code or rules have a say in a key, so that nobody need be asked.
    fn decided(&self, key: Key) -> bool {
        let FileState::Fresh(part) = &self.pieces[0].making else {
            return true;
        };
        let routed = part.draft.routed(part.id, self.desk, self.act);
        let intake = &self.desk.settings.intake;
        let house = match key {
            Key::Impact => &intake.impact,
            Key::Urgency => &intake.urgency,
            _ => &intake.queue,
        };
        let by_code = self.code().is_some_and(|code| match key {
            Key::Impact => code.impact.is_some(),
            Key::Urgency => code.urgency.is_some(),
            _ => code.queue.is_some() || code.area.is_some(),
        });
        by_code || routed.values.get(&key) != Some(house)
    }

    fn usual(&self, ask: &Ask) -> Option<String> {
        let Ask::Field(Field::Known(key)) = ask else {
            return None;
        };
        let intake = &self.desk.settings.intake;
        match key {
            Key::Impact => Some(intake.impact.clone()),
            Key::Urgency => Some(intake.urgency.clone()),
            Key::Queue => Some(intake.queue.clone()),
            Key::Channel => Some(intake.channel.to_string()),
            _ => None,
        }
    }

    /// What to ask now: what the type's form asks and nobody said, in its order; after the problem
    /// code its questions to the caller; then what the code requires.
    pub fn next(&self) -> Option<Question> {
        let open = |what: &QuestionKind| !self.passed.contains(what);
        let question = |what: QuestionKind, section: &str| Question {
            required: false,
            usual: match &what {
                QuestionKind::Ask(ask) => self.usual(ask),
                QuestionKind::Type => Some(self.desk.settings.intake.kind.clone()),
                _ => None,
            },
            what,
            section: section.to_owned(),
            words: None,
        };
        if self.type_is_open() && open(&QuestionKind::Type) {
            return Some(question(QuestionKind::Type, ""));
        }
        let kind = self.kind();
        let form = self.desk.settings.form(kind.as_str());
        let mut needed: Vec<Field> = form.map(|form| form.require.clone()).unwrap_or_default();
        if let Some(code) = self.code().filter(|_| kind == TicketType::Action) {
            needed.extend(code.require.iter().filter_map(|path| path.parse().ok()));
        }
        let sections = form
            .map(|form| form.sections.as_slice())
            .unwrap_or_default();
        for section in sections {
            for ask in &section.ask {
                let what = QuestionKind::Ask(ask.clone());
                if !self.is_known(ask) && open(&what) {
                    let mut asked = question(what, &section.title);
                    asked.required = matches!(ask, Ask::Field(field) if needed.contains(field));
                    return Some(asked);
                }
                if *ask == Ask::Field(Key::Code.into())
                    && let Some(prompt) = self.prompt()
                {
                    return Some(Question {
                        section: section.title.clone(),
                        ..prompt
                    });
                }
                if *ask == Ask::Answer && self.answered() && open(&QuestionKind::Satisfied) {
                    return Some(question(QuestionKind::Satisfied, &section.title));
                }
            }
        }
        for field in needed {
            let ask = Ask::Field(field);
            let what = QuestionKind::Ask(ask.clone());
            if !self.is_known(&ask) && open(&what) {
                let mut asked = question(what, "Required");
                asked.required = true;
                return Some(asked);
            }
        }
        (!self.resumed && open(&QuestionKind::More))
            .then(|| question(QuestionKind::More, "Another issue"))
    }

    /// Whether nobody said yet what kind of call it is.
    fn type_is_open(&self) -> bool {
        if !self.resumed {
            return !self.values().contains_key(&Field::Known(Key::Type));
        }
        // Of a call of which nothing is known the type was only usual.
        let said = |field: &Field| matches!(field.section(), Some("requester" | "request"));
        self.text_of(Key::Title) == UNTITLED && !self.values().keys().any(said)
    }

    /// Whether the answer was given, and it is not known whether it satisfied.
    fn answered(&self) -> bool {
        match &self.pieces[0].making {
            FileState::Fresh(part) => {
                part.draft.resolve.is_some() && part.draft.satisfied.is_none()
            }
            FileState::Edits { .. } => false,
        }
    }

    /// The next question of the code that was not put yet.
    fn prompt(&self) -> Option<Question> {
        let code = self.code()?;
        let reported = match &self.pieces[0].making {
            FileState::Fresh(part) => part.draft.text.clone(),
            FileState::Edits { ticket, .. } => {
                let texts = ticket.log.iter().map(|entry| entry.text.as_str());
                let all = std::iter::once(ticket.description.as_str()).chain(texts);
                all.collect::<Vec<_>>().join("\n")
            }
        };
        let open = |(at, words): &(usize, &String)| {
            !self.passed.contains(&QuestionKind::Prompt(*at)) && !reported.contains(words.as_str())
        };
        let (at, words) = code.prompts.iter().enumerate().find(open)?;
        Some(Question {
            what: QuestionKind::Prompt(at),
            section: String::new(),
            required: false,
            usual: None,
            words: Some(words.clone()),
        })
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

    /// Has the ticket that is asked about share the work of another, or hang on a work order.
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
            return Err(OpError::usage("what is the other issue about?"));
        }
        let FileState::Fresh(first) = &self.pieces[0].making else {
            return Err(
                OpError::usage("the ticket was changed by somebody else meanwhile").hint(format!(
                    "open the other issue with `desk new --same-call {}`",
                    self.pieces[0].id
                )),
            );
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
                    return Err(OpError::failed(format!(
                        "`{}` was deleted by somebody else meanwhile",
                        piece.id
                    )));
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
                    let mut edit = TicketEdit::over(page, base.clone(), "intake", desk, act)?;
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
                        edit = edit.then("resolve", desk, act)?;
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
            let order = work::join(&mut tx, to, &[self.values()])?.to_string();
            match &mut self.pieces[0].making {
                FileState::Fresh(part) => {
                    let field = Key::LinkWorkOrder.into();
                    part.draft.values.insert(field, Value::Text(order));
                }
                FileState::Edits { answers, .. } => {
                    let what = QuestionKind::Ask(Ask::Field(Key::LinkWorkOrder.into()));
                    answers.push((what, order));
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

/// Gives an entry the heading that it was first written with.
fn keep_stamp(edit: &mut TicketEdit, stamp: &mut Option<RecordStamp>) {
    match stamp {
        Some(stamp) => edit.stamp(stamp.at, &stamp.tag),
        None => {
            *stamp = Some(RecordStamp {
                at: edit.at(),
                tag: edit.tag().to_owned(),
            });
        }
    }
}

/// Whether an answer is one for all tickets of the contact.
fn shared(what: &QuestionKind) -> bool {
    *what == QuestionKind::Type
        || matches!(what, QuestionKind::Ask(Ask::Field(field)) if is_shared(field))
}

/// Writes answers into an entry: fields with what follows from them, then the words.
fn apply(
    edit: &mut TicketEdit,
    answers: &[(QuestionKind, String)],
    desk: &Desk,
    act: &Actor,
) -> Result<(), OpError> {
    let mut words = String::new();
    for (what, text) in answers {
        match what {
            QuestionKind::Ask(Ask::Field(Field::Known(Key::LinkWorkOrder))) => {
                // It may be as new as the answer.
                edit.set_text(Key::LinkWorkOrder, text);
            }
            QuestionKind::Ask(Ask::Field(field)) => {
                let value = values::value(desk, field, text, act.now, Some(&act.me))?;
                set(edit, field, value, desk, act);
            }
            QuestionKind::Type => {
                let field = Field::Known(Key::Type);
                let value = values::value(desk, &field, text, act.now, Some(&act.me))?;
                set(edit, &field, value, desk, act);
            }
            QuestionKind::Prompt(_) => add_item(&mut words, text.trim_start_matches("- ")),
            QuestionKind::Ask(Ask::Description) => add_paragraph(&mut words, &values::text(text)?),
            QuestionKind::Ask(Ask::Answer) | QuestionKind::Satisfied | QuestionKind::More => {}
        }
    }
    if !words.is_empty() {
        edit.text(&words);
    }
    Ok(())
}

/// Sets a field of a ticket, and what was only usual of queue and priority follows.
pub fn set(edit: &mut TicketEdit, field: &Field, value: Value, desk: &Desk, act: &Actor) {
    let before = derived(&edit.ticket, desk, act);
    let value = match (edit.ticket.values.get(field), value) {
        (Some(Value::List(all)), Value::List(more)) => {
            let mut all = all.clone();
            all.extend(more);
            Value::List(all)
        }
        (_, value) => value,
    };
    edit.set(field.clone(), Some(value));
    let mut given = edit.ticket.clone();
    for (key, usual) in &before.values {
        if *key != Key::Assignee && given.text(*key) == usual && *field != Field::Known(*key) {
            given.values.remove(&Field::Known(*key));
        }
    }
    let words = format!("{}\n{}", given.title(), given.description);
    let after = routing::route(given.id, &given.values, &words, act.context(desk));
    for (key, value) in &after.values {
        if *key != Key::Assignee {
            edit.set_text(*key, value);
        }
    }
    for tag in &after.tags {
        edit.add(Key::Tags, tag);
    }
    if let Some(reason) = &after.reason {
        edit.set_text(Key::PriorityReason, reason);
    }
    for rule in after
        .rules
        .iter()
        .filter(|rule| !before.rules.contains(rule))
    {
        edit.attribute("rule", rule);
    }
}

/// What would follow for a ticket if nothing of it had been decided by hand.
fn derived(ticket: &Ticket, desk: &Desk, act: &Actor) -> routing::Routed {
    let mut given = ticket.values.clone();
    for key in routing::KEYS {
        given.remove(&Field::Known(key));
    }
    let words = format!("{}\n{}", ticket.title(), ticket.description);
    routing::route(ticket.id, &given, &words, act.context(desk))
}

fn add_paragraph(text: &mut String, more: &str) {
    if !text.is_empty() && !more.is_empty() {
        text.push_str("\n\n");
    }
    text.push_str(more);
}

fn add_item(text: &mut String, item: &str) {
    let in_list = text
        .lines()
        .last()
        .is_some_and(|line| line.starts_with("- "));
    if !text.is_empty() {
        text.push_str(if in_list { "\n" } else { "\n\n" });
    }
    text.push_str("- ");
    text.push_str(item);
}

fn yes(text: &str) -> Result<bool, OpError> {
    match text {
        "yes" | "true" => Ok(true),
        "no" | "false" => Ok(false),
        _ => Err(OpError::usage(format!("`{text}` is neither yes nor no"))),
    }
}
