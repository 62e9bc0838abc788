//! A new record: what was said of it, what follows from that, and the log's first entries.

mod entries;
mod stamp;

pub use entries::created;
pub use stamp::{DECIDED, RecordStamp};

use std::collections::{BTreeMap, BTreeSet};

use crate::model::catalog::Code;
use crate::model::entry_kind::EntryKind;
use crate::model::field::{Field, Key, Value};
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::model::said::{self, Said};
use crate::model::status::{Channel, Status, TicketType};
use crate::model::ticket::Ticket;
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::desk::DeskError;
use crate::ops::core::new_record::entries::{FirstAnswer, follows, next_entry, resolved};
use crate::ops::core::values;
use crate::rules::lifecycle::required_fields::UNTITLED;
use crate::rules::lifecycle::{priority, routing, work_order};

/// How far a record has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordStage {
    /// Questions are still open: a comment stays open.
    Begun(Moment),
    /// All is said at this moment: a comment closes.
    Done(Moment),
}

/// A search of the knowledge base, made for a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KbSearch {
    /// The words.
    pub query: String,
    /// How many articles were found.
    pub hits: usize,
    /// The ids of the first of them, with commas.
    pub found: String,
}

impl KbSearch {
    /// The attributes of the entry that tells of it.
    pub fn attributes(&self) -> Vec<(String, String)> {
        let mut all = vec![
            ("query".to_owned(), self.query.clone()),
            ("hits".to_owned(), self.hits.to_string()),
        ];
        if !self.found.is_empty() {
            all.push(("found".to_owned(), self.found.clone()));
        }
        all
    }
}

/// What was said of a ticket: fields checked, what follows from them not yet filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewRecord {
    /// The fields that were said.
    pub values: BTreeMap<Field, Value>,
    /// The description.
    pub text: String,
    /// The answer, where it is resolved at once.
    pub resolve: Option<String>,
    /// Whether the requester is satisfied with that.
    pub satisfied: Option<bool>,
    /// Why the priority is not the matrix's.
    pub reason: Option<String>,
    /// Why the knowledge base was not needed.
    pub no_kb: Option<String>,
    /// The searches of the knowledge base that were made for it.
    pub searches: Vec<KbSearch>,
    /// More facts for the first entry.
    pub facts: Vec<(String, String)>,
    /// Values that were not said but taken over from a work order, or from the tickets of one.
    pub taken: BTreeSet<Key>,
}

impl NewRecord {
    /// The value of a field that was said.
    pub fn text_of(&self, key: Key) -> Option<&str> {
        self.values.get(&Field::Known(key)).and_then(Value::as_text)
    }

    /// Sets a field by name; lists grow.
    pub fn set(&mut self, desk: &Desk, act: &Actor, name: &str, text: &str) -> Result<(), OpError> {
        let field = values::field(desk, name)?;
        if matches!(
            field,
            Field::Known(Key::Status | Key::Id | Key::Created | Key::WaitingOn | Key::Until)
        ) {
            return Err(DeskError::NotSetOnNew(&field).error());
        }
        let value = values::value(desk, &field, text, act.now, Some(&act.me))?;
        match (self.values.get_mut(&field), value) {
            (Some(Value::List(all)), Value::List(more)) => {
                for one in more {
                    if !all.contains(&one) {
                        all.push(one);
                    }
                }
            }
            (_, value) => {
                if let Field::Known(key) = &field {
                    self.taken.remove(key);
                }
                self.values.insert(field, value);
            }
        }
        Ok(())
    }

    /// The requester's data and the channel of a ticket told in the same contact.
    pub fn take_contact(&mut self, reported: &Ticket) {
        for (field, value) in &reported.values {
            let shared =
                field.section() == Some("requester") || *field == Field::Known(Key::Channel);
            if shared && !self.values.contains_key(field) {
                self.values.insert(field.clone(), value.clone());
            }
        }
    }

    /// One more issue of the same contact, `TITLE @CODE`: the requester, the channel and the type
    /// are shared, the rest is its own.
    pub fn issue(&self, text: &str, desk: &Desk, act: &Actor) -> Result<Self, OpError> {
        let (title, code) = title_and_code(text);
        let mut issue = Self {
            values: self
                .values
                .iter()
                .filter(|(field, _)| is_shared(field))
                .map(|(field, value)| (field.clone(), value.clone()))
                .collect(),
            ..Self::default()
        };
        let title = values::value(desk, &Key::Title.into(), title, act.now, None)?;
        issue.values.insert(Key::Title.into(), title);
        if let Some(code) = code {
            let code = desk.code(code)?;
            issue.values.insert(Key::Code.into(), Value::Text(code));
        }
        Ok(issue)
    }

    fn fill(&mut self, key: Key, value: &str) {
        if !value.is_empty() && !self.values.contains_key(&Field::Known(key)) {
            self.values
                .insert(key.into(), Value::Text(value.to_owned()));
        }
    }

    fn take(&mut self, key: Key, value: &str) {
        if !self.values.contains_key(&Field::Known(key)) {
            self.fill(key, value);
            self.taken.insert(key);
        }
    }

    /// What a work order brings to a ticket that is linked to it, where nothing else was said: its
    /// code, place, impact, urgency and priority.
    pub fn take_order(&mut self, order: &Ticket) {
        for key in [Key::Code, Key::AssetLocation] {
            self.take(key, order.text(key));
        }
        let is_said = |key: &Key| self.values.contains_key(&Field::Known(*key));
        let of_priority = [Key::Impact, Key::Urgency, Key::Priority];
        if of_priority.iter().any(is_said) {
            return;
        }
        for key in of_priority {
            self.take(key, order.text(key));
        }
        if self.reason.is_none() {
            let own = order.maybe(Key::PriorityReason);
            self.reason = Some(own.map_or_else(|| format!("as {}", order.id), str::to_owned));
        }
    }

    /// Whoever joins a work order was promised what its word for callers promises to all.
    pub fn take_promise(&mut self, order: &Ticket, now: Moment) {
        self.facts.extend(promise(order, now));
    }

    /// The type, said or usual.
    pub fn kind(&self, desk: &Desk) -> TicketType {
        let usual = &desk.settings.intake.kind;
        TicketType::read(self.text_of(Key::Type).unwrap_or(usual))
    }

    /// What follows from what was said so far.
    pub fn routed(&self, id: TicketId, desk: &Desk, act: &Actor) -> routing::Routed {
        let mut given = self.values.clone();
        for (key, usual) in [
            (Key::Type, desk.settings.intake.kind.as_str()),
            (Key::Channel, desk.settings.intake.channel.as_str()),
        ] {
            let entry = given.entry(key.into());
            entry.or_insert_with(|| Value::Text(usual.to_owned()));
        }
        let words = format!(
            "{}\n{}",
            self.text_of(Key::Title).unwrap_or_default(),
            self.text
        );
        routing::route(id, &given, &words, act.context(desk))
    }

    /// The ticket: fills in what rules, code and house take for granted, and writes its log.
    pub fn ticket(
        mut self,
        id: TicketId,
        stamp: &RecordStamp,
        others: &[TicketId],
        stage: RecordStage,
        desk: &Desk,
        act: &Actor,
    ) -> Result<Ticket, OpError> {
        let settings = &desk.settings;
        let said = self.said();
        self.fill(Key::Type, &settings.intake.kind);
        let kind = self.kind(desk);
        // Nobody calls for a work order: it comes of tickets.
        if kind != TicketType::WorkOrder {
            self.fill(Key::Channel, settings.intake.channel.as_str());
        }
        let code = self
            .text_of(Key::Code)
            .and_then(|code| desk.catalogue.find(code))
            .cloned();
        let given_queue = self.values.contains_key(&Field::Known(Key::Queue));
        if kind == TicketType::WorkOrder {
            let Some(code) = &code else {
                return Err(DeskError::OrderNeedsCodeOption.error());
            };
            self.order(code, desk);
        }
        let routed = self.routed(id, desk, act);
        self.take_routed(&routed);
        if let Some(code) = &code {
            self.fill(Key::Title, &code.title);
        }
        self.fill(Key::Title, UNTITLED);
        self.priority(&routed, desk)?;
        let channel = Channel::read(self.text_of(Key::Channel).unwrap_or_default());
        let live = channel.is_live() && kind != TicketType::WorkOrder;
        self.agents(live, given_queue, desk, act);
        let status = self.status(&kind, live, stage);
        for (key, value) in [
            (Key::Status, Value::Text(status.to_string())),
            (Key::Id, Value::Text(id.to_string())),
            (Key::Created, Value::Moment(stamp.at)),
        ] {
            self.values.insert(key.into(), value);
        }
        if !others.is_empty() {
            let all = others.iter().map(ToString::to_string).collect();
            self.values
                .insert(Key::LinkSameContact.into(), Value::List(all));
        }
        let mut ticket = Ticket {
            id,
            values: self.values,
            description: self.text,
            log: Vec::new(),
        };
        let rules = routed.rules.into_iter();
        let reason = self.reason.map(|reason| ("reason".to_owned(), reason));
        let more = [follows(&ticket, &said)]
            .into_iter()
            .chain(rules.map(|rule| ("rule".to_owned(), rule)));
        let first = created(&ticket, stamp, act, more.chain(reason).chain(self.facts));
        ticket.log.push(first);
        let (RecordStage::Begun(now) | RecordStage::Done(now)) = stage;
        for search in &self.searches {
            let (kind, facts) = (EntryKind::Kb, search.attributes());
            let entry = next_entry(&ticket, kind, facts, String::new(), now, act)?;
            ticket.log.push(entry);
        }
        if let Some(answer) = self.resolve {
            let answer = FirstAnswer {
                text: answer,
                satisfied: self.satisfied,
                no_kb: self.no_kb,
            };
            resolved(&mut ticket, answer, now, desk, act)?;
        }
        Ok(ticket)
    }

    /// Which of the fields that are decided for a new record were said.
    fn said(&self) -> Vec<Key> {
        let is_said =
            |key: &Key| self.values.contains_key(&Field::Known(*key)) && !self.taken.contains(key);
        DECIDED.into_iter().filter(is_said).collect()
    }

    /// Takes over what the routing rules set.
    fn take_routed(&mut self, routed: &routing::Routed) {
        for (key, value) in &routed.values {
            self.fill(*key, value);
        }
        if !routed.tags.is_empty() {
            let tags = self
                .values
                .entry(Key::Tags.into())
                .or_insert_with(|| Value::List(Vec::new()));
            if let Value::List(all) = tags {
                all.extend(routed.tags.iter().cloned());
            }
        }
    }

    /// The status that it begins with; `live` where it was told on a live channel.
    fn status(&self, kind: &TicketType, live: bool, stage: RecordStage) -> Status {
        let assigned = self.values.contains_key(&Field::Known(Key::Assignee));
        match stage {
            RecordStage::Done(_) if *kind == TicketType::Comment => Status::Closed,
            _ if assigned || live => Status::Open,
            _ => Status::New,
        }
    }

    /// What a work order for this code brings: the standard order, and the code's articles.
    fn order(&mut self, code: &Code, desk: &Desk) {
        if let Some(order) = &code.work_order {
            let in_service = |queue: &str| desk.queue(queue).is_ok();
            work_order::fill(&mut self.values, &mut self.text, order, in_service);
        }
        if code.articles.is_empty() {
            return;
        }
        let known = values::articles(desk);
        let said = self.values.get(&Field::Known(Key::LinkArticles));
        let mut all = said.map(Value::elements).unwrap_or_default();
        for id in &code.articles {
            if known.iter().any(|(known, _)| known.as_str() == id) && !all.contains(id) {
                all.push(id.clone());
            }
        }
        if !all.is_empty() {
            let field = Key::LinkArticles.into();
            self.values.insert(field, Value::List(all));
        }
    }

    /// Who works on it and who keeps the requester informed: whoever takes a call on a live
    /// channel, unless it was sent to another team; whoever solves it at once.
    fn agents(&mut self, live: bool, given_queue: bool, desk: &Desk, act: &Actor) {
        let settings = &desk.settings;
        let queue = self.text_of(Key::Queue).unwrap_or_default().to_owned();
        let my_queue = settings
            .agent(act.me.as_str())
            .is_some_and(|agent| agent.queues.is_empty() || agent.queues.contains(&queue));
        if live && (my_queue || (!given_queue && queue == settings.intake.queue)) {
            self.fill(Key::Assignee, act.me.as_str());
        }
        if self.resolve.is_some() {
            self.fill(Key::Assignee, act.me.as_str());
        }
        if live {
            self.fill(Key::ContactAgent, act.me.as_str());
        }
    }

    /// The priority: the matrix's, a rule's, or one set by hand for a reason.
    fn priority(&mut self, routed: &routing::Routed, desk: &Desk) -> Result<(), OpError> {
        if routed.values.contains_key(&Key::Priority) {
            if let Some(reason) = &routed.reason {
                self.fill(Key::PriorityReason, reason);
            }
            return Ok(());
        }
        let (impact, urgency) = (
            self.text_of(Key::Impact).unwrap_or_default(),
            self.text_of(Key::Urgency).unwrap_or_default(),
        );
        let derived = priority::derived(&desk.settings, impact, urgency);
        let Some(own) = self.text_of(Key::Priority).map(str::to_owned) else {
            return Ok(());
        };
        if derived != Some(own.as_str()) {
            let Some(reason) = &self.reason else {
                return Err(needs_reason(&own, impact, urgency, derived));
            };
            self.values
                .insert(Key::PriorityReason.into(), Value::Text(reason.clone()));
        }
        Ok(())
    }
}

/// What an entry says that links a ticket to a work order whose word for callers promises to say more.
pub fn promise(order: &Ticket, now: Moment) -> Vec<(String, String)> {
    let promised = Said::of(order).and_then(|said| said.promised);
    let promised = promised.filter(|promised| promised.next.is_some_and(|next| next > now));
    promised.as_ref().map(said::attributes).unwrap_or_default()
}

/// Whether issues told in one contact share a field.
pub fn is_shared(field: &Field) -> bool {
    field.section() == Some("requester") || matches!(field, Field::Known(Key::Channel | Key::Type))
}

/// `Outlook asks for the password @MAIL-AUTH`: the title, and the code that it names.
pub fn title_and_code(text: &str) -> (&str, Option<&str>) {
    match text.rsplit_once('@') {
        Some((title, code)) if !code.contains(char::is_whitespace) && !code.is_empty() => {
            (title.trim(), Some(code))
        }
        _ => (text.trim(), None),
    }
}

/// Why a priority by hand is refused.
pub fn needs_reason(own: &str, impact: &str, urgency: &str, derived: Option<&str>) -> OpError {
    let follows = derived.unwrap_or("nothing");
    DeskError::PriorityNeedsReason(&own, &impact, &urgency, &follows).error()
}
