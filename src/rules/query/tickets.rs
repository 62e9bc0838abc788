//! Whether a ticket is what a query asks for.

use chrono::{NaiveTime, TimeDelta};

use crate::model::field::{Field, FieldKind, Key, Value};
use crate::model::field_set::FieldSet;
use crate::model::moment::Moment;
use crate::model::settings::Settings;
use crate::model::status::{Channel, Status, TicketType, Waiting};
use crate::model::ticket::Ticket;
use crate::model::ticket_summary::TicketSummary;
use crate::page::query::TermKind;
use crate::page::query::tickets::{Flag, Name, TicketQuery};
use crate::rules::absence;
use crate::rules::context::DeskContext;
use crate::rules::lifecycle::escalation::bounces;
use crate::rules::lifecycle::required_fields;
use crate::rules::lifecycle::team;
use crate::rules::lifecycle::watchers;
use crate::rules::query::matcher::{BadValue, Filter, KnownWords, Record, Vocabulary};
use crate::rules::query::words::WordFilter;
use crate::rules::sla::calendar::local;
use crate::rules::sla::clocks::{Brief, Pressure};
use crate::rules::text::ticket_text::TicketText;

/// A query of tickets made ready.
#[derive(Debug)]
pub struct Matcher<'w> {
    context: DeskContext<'w>,
    filter: Filter<Name, Flag>,
}

impl<'w> Matcher<'w> {
    /// Makes a query ready. Settings change, and tickets keep what they were given: a word that
    /// the settings do not know is taken where `held` says that a ticket has it.
    pub fn new(
        query: &TicketQuery,
        context: DeskContext<'w>,
        held: &dyn Fn(&Name, &str) -> bool,
    ) -> Result<Self, BadValue> {
        let known = |name: &Name| known(name, context.settings);
        let vocabulary = Vocabulary {
            known: &known,
            held,
        };
        let query = with_names_of_queues(query, context.settings);
        let filter = Filter::new(&query, context, &vocabulary)?;
        Ok(Self { context, filter })
    }

    /// Whether the words of the query need the ticket's text.
    pub fn needs_text(&self) -> bool {
        self.filter.needs_text()
    }

    /// The words that a ticket's text must hold, or with `true` before one must not.
    pub fn words(&self) -> &[(bool, WordFilter)] {
        self.filter.words()
    }

    /// Whether nothing but these words needs the ticket's text.
    pub fn has_only_words(&self) -> bool {
        self.filter.has_only_words()
    }

    /// Whether everything but the words fits.
    pub fn fits(&self, ticket: &TicketSummary) -> bool {
        self.filter.fits(&self.record(ticket))
    }

    /// Whether the words of the query stand, or do not, in what a ticket says: title, description,
    /// requester, equipment, tags, ids and the texts of entries, never in keys.
    pub fn fits_words(&self, summary: &TicketSummary, ticket: &Ticket) -> bool {
        let said = TicketText::of(ticket);
        let texts = said.texts.iter().chain(&said.marks).map(AsRef::as_ref);
        let texts = std::iter::once(ticket.title()).chain(texts);
        self.filter.fits_texts(&self.record(summary), texts)
    }

    /// Whether the words of the query stand, or do not, in a text.
    pub fn fits_text(&self, summary: &TicketSummary, text: &str) -> bool {
        self.filter.fits_texts(&self.record(summary), [text])
    }

    fn record<'t>(&self, ticket: &'t TicketSummary) -> TicketRecord<'t>
    where
        'w: 't,
    {
        TicketRecord {
            ticket,
            context: self.context,
        }
    }
}

/// The fields of done tickets that a query asks about, but for its words; `None` where it may ask
/// about anything. With `past` the tickets are looked at as they were.
pub fn looks_at(query: &TicketQuery, past: bool) -> Option<FieldSet> {
    let mut set = FieldSet::of(&[Key::Status]);
    for term in &query.terms {
        match &term.what {
            TermKind::Text(_) => {}
            TermKind::Field { name, .. } => look_at(name, past, &mut set)?,
            TermKind::Flag(flag) => look_at_flag(*flag, past, &mut set)?,
            TermKind::View(view) => {
                let own = looks_at(view, past)?;
                set.join(own);
            }
        }
    }
    Some(set)
}

/// Adds the fields that a name of a query stands for; `None` where that may be anything.
pub fn look_at(name: &Name, past: bool, set: &mut FieldSet) -> Option<()> {
    let keys: &[Key] = match name {
        Name::Field(field) => {
            set.beyond |= matches!(field, Field::Known(Key::Id | Key::Created));
            set.add(field.clone());
            &[]
        }
        Name::Requester => {
            set.add_section("requester");
            &[]
        }
        Name::Asset => {
            set.add_section("asset");
            &[]
        }
        Name::Place => &[Key::RequesterLocation, Key::AssetLocation],
        Name::Tier | Name::Area => &[Key::Queue],
        Name::Department | Name::Provider | Name::Category => &[Key::Code],
        Name::Updated | Name::Resolved | Name::Age => {
            set.beyond = true;
            &[]
        }
        // No clock of a done ticket is due.
        Name::Due if !past => &[],
        Name::Due | Name::Breached | Name::Bounces | Name::Minutes | Name::Activity => {
            return None;
        }
    };
    for key in keys {
        set.add(Field::Known(*key));
    }
    Some(())
}

fn look_at_flag(flag: Flag, past: bool, set: &mut FieldSet) -> Option<()> {
    let keys: &[Key] = match flag {
        Flag::Open | Flag::Done => &[],
        Flag::Conflict
        | Flag::Untold
        | Flag::Told
        | Flag::Said
        | Flag::Escalated
        | Flag::Unacknowledged => {
            set.beyond = true;
            &[]
        }
        Flag::Mine | Flag::Unassigned | Flag::RetiredAgent => &[Key::Assignee],
        Flag::RetiredQueue => &[Key::Queue],
        Flag::Complaint => &[Key::RequestFeeling],
        Flag::Watched => &[Key::Watchers],
        // Only open tickets lack anything, or are overdue.
        Flag::Incomplete | Flag::Overdue if !past => &[],
        Flag::Incomplete | Flag::Overdue | Flag::Breached => return None,
    };
    for key in keys {
        set.add(Field::Known(*key));
    }
    Some(())
}

struct TicketRecord<'t> {
    ticket: &'t TicketSummary,
    context: DeskContext<'t>,
}

impl Record<Name, Flag> for TicketRecord<'_> {
    fn texts(&self, name: &Name) -> Vec<String> {
        texts(name, self.ticket, self.context)
    }

    fn moment(&self, name: &Name) -> Option<Moment> {
        moment(name, self.ticket, self.context)
    }

    fn length(&self, name: &Name) -> Option<TimeDelta> {
        (*name == Name::Age).then(|| self.context.now.since(self.ticket.created))
    }

    fn has(&self, flag: Flag) -> bool {
        let (ticket, context) = (self.ticket, self.context);
        let open = ticket.status().is_open();
        let assignee = ticket.text(Key::Assignee);
        match flag {
            Flag::Open => open,
            Flag::Done => !open,
            Flag::Mine => context.me.is_some_and(|me| me.as_str() == assignee),
            Flag::Unassigned => open && assignee.is_empty(),
            Flag::Incomplete => {
                open && !required_fields::missing(&ticket.values, context).is_empty()
            }
            Flag::Conflict => ticket.conflict,
            Flag::Untold => ticket.tell.is_some(),
            Flag::Told => context.me.is_some_and(|me| {
                let queue = ticket.text(Key::Queue);
                let is_told =
                    |told| absence::is_told(context.settings, told, me, queue, context.now);
                ticket.told.iter().any(is_told)
            }),
            Flag::Said => ticket.said.is_some(),
            Flag::Breached => Brief::of(ticket, context).breached,
            Flag::Overdue => open && Brief::of(ticket, context).pressure == Pressure::Overdue,
            Flag::Escalated => team::is_escalated(ticket),
            Flag::Unacknowledged => team::is_unacknowledged(ticket),
            Flag::Complaint => ticket.is_complaint(),
            Flag::RetiredQueue => team::is_in_retired_queue(ticket, context.settings),
            Flag::Watched => context
                .me
                .is_some_and(|me| watchers::watches(ticket, me.as_str())),
            Flag::RetiredAgent => team::is_with_retired_agent(ticket, context.settings),
        }
    }
}

/// A query in which queues stand by their words in files, as they may be typed by the words on the
/// screen: what another system called a queue that came in with its log.
fn with_names_of_queues(query: &TicketQuery, settings: &Settings) -> TicketQuery {
    let mut query = query.clone();
    for term in &mut query.terms {
        match &mut term.what {
            TermKind::Field {
                name: Name::Field(field),
                values,
                ..
            } if field.kind() == FieldKind::Queue => {
                for value in values {
                    if let Some(queue) = settings.queue_named(value) {
                        value.clone_from(&queue.name);
                    }
                }
            }
            TermKind::View(view) => *view = with_names_of_queues(view, settings),
            _ => {}
        }
    }
    query
}

/// The words of a field that settings or contract list.
fn known<'w>(name: &Name, settings: &'w Settings) -> Option<KnownWords<'w>> {
    fn names<'n>(map: impl Iterator<Item = &'n String>) -> Vec<&'n str> {
        map.map(String::as_str).collect()
    }
    let Name::Field(Field::Known(key)) = name else {
        return (*name == Name::Area).then(|| ("area", names(settings.areas.keys())));
    };
    let words = match key.kind() {
        FieldKind::Status => Status::WORDS.to_vec(),
        FieldKind::Type => TicketType::WORDS.to_vec(),
        FieldKind::Waiting => Waiting::WORDS.to_vec(),
        FieldKind::Channel => Channel::WORDS.to_vec(),
        FieldKind::Queue => names(settings.queues.keys()),
        FieldKind::Agent => [names(settings.agents.keys()), vec!["desk"]].concat(),
        FieldKind::Agents => names(settings.agents.keys()),
        FieldKind::Impact => names(settings.impacts.iter()),
        FieldKind::Urgency => names(settings.urgencies.iter()),
        FieldKind::Priority => settings
            .priorities
            .iter()
            .map(|one| one.name.as_str())
            .collect(),
        _ => return None,
    };
    Some((key.path(), words))
}

/// The texts of a field of a query.
pub fn texts(name: &Name, ticket: &TicketSummary, context: DeskContext<'_>) -> Vec<String> {
    let section = |section: &str| {
        let own = ticket
            .values
            .iter()
            .filter(|(field, _)| field.section() == Some(section));
        own.map(|(_, value)| value.to_string()).collect()
    };
    let level = |at: usize| {
        let code = context.catalogue.find(ticket.text(Key::Code));
        code.and_then(|code| code.path.get(at).cloned())
            .into_iter()
            .collect()
    };
    let queue = ticket.text(Key::Queue);
    match name {
        Name::Field(field) => ticket
            .values
            .get(field)
            .map(Value::elements)
            .unwrap_or_default(),
        Name::Requester => section("requester"),
        Name::Asset => section("asset"),
        Name::Place => [Key::RequesterLocation, Key::AssetLocation]
            .iter()
            .map(|key| ticket.text(*key))
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
            .collect(),
        Name::Tier => match context.settings.tier(queue) {
            0 => Vec::new(),
            tier => vec![tier.to_string()],
        },
        Name::Area => Some(context.settings.area(queue))
            .filter(|area| !area.is_empty())
            .map(str::to_owned)
            .into_iter()
            .collect(),
        Name::Department => level(0),
        Name::Provider => level(1),
        Name::Category => level(2),
        Name::Updated => vec![ticket.updated.to_string()],
        Name::Resolved => ticket.resolved.iter().map(ToString::to_string).collect(),
        Name::Age => vec![context.now.since(ticket.created).num_minutes().to_string()],
        Name::Due => due(ticket, context)
            .iter()
            .map(ToString::to_string)
            .collect(),
        Name::Breached => Brief::of(ticket, context)
            .last_breach
            .iter()
            .map(ToString::to_string)
            .collect(),
        Name::Bounces => vec![bounces(ticket.events.queues()).to_string()],
        Name::Minutes => vec![ticket.events.minutes().to_string()],
        Name::Activity => {
            let all = ticket.events.activities().into_iter();
            all.map(str::to_owned).collect()
        }
    }
}

/// When the next clock of an open ticket is due.
fn due(ticket: &TicketSummary, context: DeskContext<'_>) -> Option<Moment> {
    let open = ticket.status().is_open();
    open.then(|| Brief::of(ticket, context).due)?
        .map(|(_, due)| due)
}

/// The instant of a field of a query; a day counts from its midnight in the desk's zone.
pub fn moment(name: &Name, ticket: &TicketSummary, context: DeskContext<'_>) -> Option<Moment> {
    match name {
        Name::Updated => Some(ticket.updated),
        Name::Resolved => ticket.resolved,
        Name::Due => due(ticket, context),
        Name::Breached => Brief::of(ticket, context).last_breach,
        Name::Field(Field::Known(Key::Created)) => Some(ticket.created),
        Name::Field(field) => match ticket.values.get(field)? {
            Value::Moment(at) => Some(*at),
            Value::Date(day) => Some(local(context.settings.zone, day.and_time(NaiveTime::MIN))),
            _ => None,
        },
        _ => None,
    }
}
