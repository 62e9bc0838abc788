//! `new`: a record, whole, in one step.

use std::collections::BTreeMap;

use super::act::Act;
use super::change::{Outcome, Transaction, one_line};
use super::desk::Desk;
use super::error::OpError;
use super::validate;
use crate::model::catalogue::{Code, StandardOrder};
use crate::model::entry::Entry;
use crate::model::field::{Field, Key, Value};
use crate::model::id::TicketId;
use crate::model::status::{Channel, Status, TicketType};
use crate::model::ticket::Ticket;
use crate::rules::{complete, fold, priority};
use crate::store::fresh;

/// What a title says until somebody gives one.
pub const UNTITLED: &str = "No title yet";

/// What is known of a new ticket.
#[derive(Clone, Debug, Default)]
pub struct Intake {
    /// One line.
    pub title: Option<String>,
    /// Field by name and value, as typed, in order.
    pub values: Vec<(String, String)>,
    /// Why the priority is not the matrix's.
    pub reason: Option<String>,
    /// More tickets of the same contact, `TITLE @CODE`.
    pub issues: Vec<String>,
    /// A ticket told in the same contact.
    pub same_call: Option<String>,
    /// The work order that it hangs on.
    pub on: Option<String>,
    /// An article that helped.
    pub article: Option<String>,
    /// The answer, if it is resolved at once.
    pub resolve: Option<String>,
    /// Whether the requester is satisfied with it.
    pub satisfied: Option<bool>,
    /// The description.
    pub text: String,
}

/// Opens one ticket for each issue of a contact.
pub fn new(desk: &Desk, act: &Act, intake: &Intake) -> Result<Outcome, OpError> {
    let mut tx = Transaction::begin(desk, act, "new")?;
    let same_call = intake
        .same_call
        .as_deref()
        .map(|id| desk.find(id, Some(&act.me)))
        .transpose()?;
    let mut first = Draft::new(&tx, intake)?;
    if let Some(told) = same_call {
        first.take_contact(&desk.page(told)?.ticket);
    }
    let mut drafts = Vec::new();
    // Issues alone are the tickets; a title makes one more before them.
    if intake.title.is_some() || intake.issues.is_empty() {
        drafts.push(first.clone());
    }
    for issue in &intake.issues {
        drafts.push(first.issue(issue, &tx)?);
    }
    let mut ids: Vec<TicketId> = Vec::new();
    for _ in &drafts {
        let mut id = tx.fresh_id()?;
        while ids.contains(&id) {
            id = tx.fresh_id()?;
        }
        ids.push(id);
    }
    let mut family = ids.clone();
    if let Some(told) = same_call {
        family.push(told);
        let mut edit = tx.edit(told, "link")?;
        for id in &ids {
            edit.add(Key::LinkSameContact, id.as_str());
        }
        tx.stage(edit)?;
    }
    for (draft, id) in drafts.into_iter().zip(&ids) {
        let others: Vec<TicketId> = family.iter().copied().filter(|other| other != id).collect();
        let ticket = draft.finish(*id, &others, &tx)?;
        tx.create(&ticket)?;
    }
    let subject = match &ids[..] {
        [id] => format!(
            "{id} new: {}",
            one_line(first.title().unwrap_or(UNTITLED), 60)
        ),
        all => format!("new: {} tickets of one contact", all.len()),
    };
    let mut outcome = tx.finish(&subject)?;
    outcome.changed.retain(|one| one.new);
    Ok(outcome)
}

/// A ticket in the making: fields checked, defaults not yet filled in.
#[derive(Clone, Debug)]
struct Draft {
    values: BTreeMap<Field, Value>,
    text: String,
    resolve: Option<String>,
    satisfied: Option<bool>,
    reason: Option<String>,
}

impl Draft {
    fn new(tx: &Transaction<'_>, intake: &Intake) -> Result<Self, OpError> {
        let (desk, act) = (tx.desk, tx.act);
        let mut draft = Self {
            values: BTreeMap::new(),
            text: validate::text(&intake.text)?,
            resolve: intake.resolve.as_deref().map(validate::text).transpose()?,
            satisfied: intake.satisfied,
            reason: intake
                .reason
                .as_deref()
                .map(|reason| validate::line("reason", reason))
                .transpose()?,
        };
        if let Some(title) = &intake.title {
            let value = validate::value(desk, &Key::Title.into(), title, act.now, Some(&act.me))?;
            draft.values.insert(Key::Title.into(), value);
        }
        for (name, text) in &intake.values {
            let field = validate::field(desk, name)?;
            if matches!(
                field,
                Field::Known(Key::Status | Key::Id | Key::Created | Key::WaitingOn | Key::Until)
            ) {
                return Err(OpError::usage(format!(
                    "`{field}` is not set on a new ticket"
                )));
            }
            let value = validate::value(desk, &field, text, act.now, Some(&act.me))?;
            match (draft.values.get_mut(&field), value) {
                (Some(Value::List(all)), Value::List(more)) => {
                    all.extend(
                        more.into_iter()
                            .filter(|one| !all.contains(one))
                            .collect::<Vec<_>>(),
                    );
                }
                (_, value) => {
                    draft.values.insert(field, value);
                }
            }
        }
        if let Some(article) = &intake.article {
            let id = validate::article_id(desk, article)?;
            draft
                .values
                .insert(Key::LinkArticles.into(), Value::List(vec![id.to_string()]));
        }
        if let Some(order) = &intake.on {
            let id = desk.find(order, Some(&act.me))?;
            let ticket = desk.page(id)?.ticket;
            if ticket.kind() != TicketType::WorkOrder {
                return Err(OpError::refused(format!(
                    "`{id}` is no work order but a ticket of type {}",
                    ticket.kind()
                ))
                .hint("list work orders with `desk list type:work-order`"));
            }
            draft
                .values
                .insert(Key::LinkWorkOrder.into(), Value::Text(id.to_string()));
        }
        Ok(draft)
    }

    fn title(&self) -> Option<&str> {
        self.values
            .get(&Field::Known(Key::Title))
            .and_then(Value::as_text)
    }

    fn text_of(&self, key: Key) -> Option<&str> {
        self.values.get(&Field::Known(key)).and_then(Value::as_text)
    }

    /// The requester's data and the channel of a ticket told in the same contact.
    fn take_contact(&mut self, told: &Ticket) {
        for (field, value) in &told.values {
            let shared =
                field.section() == Some("requester") || *field == Field::Known(Key::Channel);
            if shared && !self.values.contains_key(field) {
                self.values.insert(field.clone(), value.clone());
            }
        }
    }

    /// One more issue of the same contact: the requester and the channel are shared, the rest is
    /// its own.
    fn issue(&self, text: &str, tx: &Transaction<'_>) -> Result<Self, OpError> {
        let shared = |field: &Field| {
            field.section() == Some("requester")
                || matches!(field, Field::Known(Key::Channel | Key::Type))
        };
        let (title, code) = match text.rsplit_once('@') {
            Some((title, code)) if !code.contains(char::is_whitespace) && !code.is_empty() => {
                (title.trim(), Some(code))
            }
            _ => (text.trim(), None),
        };
        let mut values: BTreeMap<Field, Value> = self
            .values
            .iter()
            .filter(|(field, _)| shared(field))
            .map(|(f, v)| (f.clone(), v.clone()))
            .collect();
        let title = validate::value(tx.desk, &Key::Title.into(), title, tx.act.now, None)?;
        values.insert(Key::Title.into(), title);
        if let Some(code) = code {
            values.insert(Key::Code.into(), Value::Text(tx.desk.code(code)?));
        }
        Ok(Self {
            values,
            text: String::new(),
            resolve: None,
            satisfied: None,
            reason: None,
        })
    }

    fn default(&mut self, key: Key, value: &str) {
        if !value.is_empty() && !self.values.contains_key(&Field::Known(key)) {
            self.values
                .insert(key.into(), Value::Text(value.to_owned()));
        }
    }

    /// Fills in what the code and the house take for granted, and writes the first entry.
    fn finish(
        mut self,
        id: TicketId,
        others: &[TicketId],
        tx: &Transaction<'_>,
    ) -> Result<Ticket, OpError> {
        let (desk, act, settings) = (tx.desk, tx.act, &tx.desk.settings);
        self.default(Key::Type, &settings.intake.kind);
        // Nobody calls for a work order: it comes of tickets.
        if self.text_of(Key::Type) != Some("work-order") {
            self.default(Key::Channel, settings.intake.channel.as_str());
        }
        let code = self
            .text_of(Key::Code)
            .and_then(|code| desk.catalogue.find(code))
            .cloned();
        let given_queue = self.values.contains_key(&Field::Known(Key::Queue));
        if let Some(code) = &code {
            self.default(Key::Impact, code.impact.as_deref().unwrap_or_default());
            self.default(Key::Urgency, code.urgency.as_deref().unwrap_or_default());
            let order = code
                .work_order
                .as_ref()
                .filter(|_| self.text_of(Key::Type) == Some("work-order"));
            if let Some(order) = order {
                self.default(Key::Queue, order.team.as_deref().unwrap_or_default());
                self.default(Key::Title, &order.title);
                if self.text.is_empty() {
                    self.text = standard_order(order);
                }
            }
            self.default(Key::Queue, &queue_of(code, desk));
            self.default(Key::Title, &code.title);
        }
        let kind = TicketType::read(self.text_of(Key::Type).unwrap_or_default());
        if kind == TicketType::WorkOrder && code.is_none() {
            return Err(OpError::refused("a work order needs a problem code").hint(
                "name one with --code; `desk list type:work-order` shows how others are coded",
            ));
        }
        self.default(Key::Impact, &settings.intake.impact);
        self.default(Key::Urgency, &settings.intake.urgency);
        self.default(Key::Queue, &settings.intake.queue);
        self.default(Key::Title, UNTITLED);
        self.priority(desk)?;
        let channel = Channel::read(self.text_of(Key::Channel).unwrap_or_default());
        let mine = settings.agent(act.me.as_str());
        let queue = self.text_of(Key::Queue).unwrap_or_default().to_owned();
        // Whoever takes a call on a live channel works on it, unless it was sent to another team.
        let my_queue =
            mine.is_some_and(|agent| agent.queues.is_empty() || agent.queues.contains(&queue));
        let live = channel.is_live() && kind != TicketType::WorkOrder;
        if live
            && (my_queue || !given_queue)
            && (my_queue || code.is_none() || queue == settings.intake.queue)
        {
            self.default(Key::Assignee, act.me.as_str());
        }
        if self.resolve.is_some() {
            // Whoever solves it at once is who did it.
            self.default(Key::Assignee, act.me.as_str());
        }
        if live {
            self.default(Key::ContactAgent, act.me.as_str());
        }
        let assigned = self.values.contains_key(&Field::Known(Key::Assignee));
        let mut status = if assigned || live {
            Status::Open
        } else {
            Status::New
        };
        if kind == TicketType::Comment {
            status = Status::Closed;
        }
        self.values
            .insert(Key::Status.into(), Value::Text(status.to_string()));
        self.values
            .insert(Key::Id.into(), Value::Text(id.to_string()));
        self.values
            .insert(Key::Created.into(), Value::Moment(act.now.whole_second()));
        if !others.is_empty() {
            let all = others.iter().map(ToString::to_string).collect();
            self.values
                .insert(Key::LinkSameContact.into(), Value::List(all));
        }
        let self_channel = self.values.contains_key(&Field::Known(Key::Channel));
        let mut ticket = Ticket {
            id,
            values: self.values,
            description: self.text,
            log: Vec::new(),
        };
        let (facts, changes) = fold::first_values(&ticket);
        let mut attributes = Vec::new();
        if self_channel {
            attributes.push(("channel".to_owned(), channel.to_string()));
        }
        attributes.extend(facts);
        if let Some(reason) = &self.reason {
            attributes.push(("reason".to_owned(), reason.clone()));
        }
        let entry = |kind: &str, last, attributes, changes, text| -> Result<Entry, OpError> {
            Ok(Entry {
                at: super::change::entry_time(act.now, last),
                by: act.me.clone(),
                kind: kind.to_owned(),
                tag: fresh::tag()?,
                attributes,
                changes,
                text,
            })
        };
        ticket
            .log
            .push(entry("created", None, attributes, changes, String::new())?);
        let last = |ticket: &Ticket| ticket.log.last().map(|entry| entry.at);
        let step = |ticket: &mut Ticket,
                    verb: &str,
                    to: Status,
                    attributes,
                    text|
         -> Result<(), OpError> {
            let from = ticket.status();
            let change =
                crate::model::entry::Change::set("status", Some(from.as_str()), Some(to.as_str()));
            ticket
                .log
                .push(entry(verb, last(ticket), attributes, vec![change], text)?);
            ticket
                .values
                .insert(Key::Status.into(), Value::Text(to.to_string()));
            Ok(())
        };
        if let Some(answer) = self.resolve {
            if kind == TicketType::Comment {
                return Err(OpError::usage(
                    "a comment is closed at once; there is nothing to resolve",
                )
                .hint("put the text into -m"));
            }
            if answer.is_empty() {
                return Err(OpError::usage(
                    "resolving needs a text: what was the answer?",
                ));
            }
            let lacking = complete::blocking(&ticket.values, settings, &desk.catalogue);
            if !lacking.is_empty() {
                return Err(super::resolve::lacks(None, &lacking));
            }
            step(&mut ticket, "resolve", Status::Resolved, Vec::new(), answer)?;
            if self.satisfied == Some(true) {
                let said = vec![("satisfied".to_owned(), "true".to_owned())];
                step(&mut ticket, "close", Status::Closed, said, String::new())?;
                ticket
                    .values
                    .insert(Key::Satisfied.into(), Value::Bool(true));
            }
        }
        Ok(ticket)
    }

    /// The priority: the matrix's, or one set by hand for a reason.
    fn priority(&mut self, desk: &Desk) -> Result<(), OpError> {
        let (impact, urgency) = (
            self.text_of(Key::Impact).unwrap_or_default(),
            self.text_of(Key::Urgency).unwrap_or_default(),
        );
        let derived = priority::derived(&desk.settings, impact, urgency).map(str::to_owned);
        let by_hand = self.text_of(Key::Priority).map(str::to_owned);
        match (by_hand, derived) {
            (Some(own), derived) if derived.as_deref() != Some(own.as_str()) => {
                let Some(reason) = &self.reason else {
                    return Err(needs_reason(&own, impact, urgency, derived.as_deref()));
                };
                self.values
                    .insert(Key::PriorityReason.into(), Value::Text(reason.clone()));
            }
            (None, Some(derived)) => {
                self.values
                    .insert(Key::Priority.into(), Value::Text(derived));
            }
            _ => {}
        }
        Ok(())
    }
}

/// Why a priority by hand is refused.
pub fn needs_reason(own: &str, impact: &str, urgency: &str, derived: Option<&str>) -> OpError {
    let follows = derived.unwrap_or("nothing");
    OpError::refused(format!(
        "priority `{own}` needs a reason: impact {impact} and urgency {urgency} give `{follows}`"
    ))
    .hint("say why with --reason, or change impact or urgency instead")
}

/// The queue of a code: its own, or the lowest tier of its area.
pub fn queue_of(code: &Code, desk: &Desk) -> String {
    if let Some(queue) = &code.queue {
        return queue.clone();
    }
    let Some(area) = &code.area else {
        return String::new();
    };
    let lowest = desk
        .settings
        .active_queues()
        .filter(|queue| queue.area == *area)
        .min_by_key(|queue| queue.tier);
    lowest.map(|queue| queue.name.clone()).unwrap_or_default()
}

/// The steps of a standard work order as a list to tick, then what it takes.
fn standard_order(order: &StandardOrder) -> String {
    let mut lines: Vec<String> = order
        .steps
        .iter()
        .map(|step| format!("- [ ] {step}"))
        .collect();
    let more = [
        order
            .estimate
            .as_ref()
            .map(|time| format!("Estimated time: {time}.")),
        (!order.parts.is_empty()).then(|| format!("Parts: {}.", order.parts.join(", "))),
    ];
    for line in more.into_iter().flatten() {
        lines.extend([String::new(), line]);
    }
    lines.join("\n")
}
