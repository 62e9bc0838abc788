//! Whether a ticket is what a query asks for.

use chrono::TimeDelta;

use crate::model::field::{Field, FieldKind, Key, Value};
use crate::model::moment::Moment;
use crate::model::ticket::Ticket;
use crate::model::ticket_summary::TicketSummary;
use crate::page::problem::nearest;
use crate::page::query::{Flag, Name, Op, Query, Term, TermKind};
use crate::rules::context::DeskContext;
use crate::rules::lifecycle::escalation::bounces;
use crate::rules::lifecycle::required_fields;
use crate::rules::query::words::{FoldedText, WordFilter};
use crate::rules::sla::clocks::{Brief, Pressure};
use crate::rules::text::normalize::normalize;
use crate::rules::text::ticket_text::TicketText;
use crate::rules::text::time_input;

/// A query made ready: its values are read and checked.
#[derive(Debug)]
pub struct Matcher<'w> {
    context: DeskContext<'w>,
    tests: Vec<(bool, Test)>,
    /// Words that must stand, or must not, somewhere in the ticket.
    words: Vec<(bool, WordFilter)>,
}

#[derive(Debug)]
enum Test {
    Flag(Flag),
    Empty(Name),
    Texts {
        name: Name,
        values: Vec<String>,
        whole: bool,
    },
    Rank {
        op: Op,
        ranks: Vec<usize>,
    },
    Order {
        name: Name,
        op: Op,
        value: i64,
    },
    Time {
        name: Name,
        op: Op,
        spans: Vec<(Moment, Moment)>,
    },
    Age {
        op: Op,
        length: TimeDelta,
    },
    /// From one value to another, either perhaps open.
    Range(Vec<Test>),
}

/// A value that cannot be what its field holds.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct BadValue {
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

impl<'w> Matcher<'w> {
    /// Makes a query ready.
    pub fn new(query: &Query, context: DeskContext<'w>) -> Result<Self, BadValue> {
        Self::knowing(query, context, &|_, _| false)
    }

    /// The same, where words that the settings do not know are taken too if `held` says that a
    /// ticket has them: settings change, and tickets keep what they were given.
    pub fn knowing(
        query: &Query,
        context: DeskContext<'w>,
        held: &dyn Fn(&Name, &str) -> bool,
    ) -> Result<Self, BadValue> {
        let (mut tests, mut words) = (Vec::new(), Vec::new());
        for Term { negated, what } in &query.terms {
            match what {
                TermKind::Text(text) => words.push((*negated, WordFilter::new(text))),
                TermKind::Flag(Flag::Mine) if context.me.is_none() => {
                    return Err(BadValue {
                        message: "`is:mine` needs to know who you are".to_owned(),
                        hint: "say so with --as HANDLE or DESK_AGENT".to_owned(),
                    });
                }
                TermKind::Flag(flag) => tests.push((*negated, Test::Flag(*flag))),
                TermKind::Field { name, op, values } => {
                    let not = *op == Op::NotEqual;
                    tests.push((*negated != not, test(name, *op, values, context, held)?));
                }
            }
        }
        Ok(Self {
            context,
            tests,
            words,
        })
    }

    /// Whether the words of the query need the ticket's text.
    pub fn needs_text(&self) -> bool {
        !self.words.is_empty()
    }

    /// Whether everything but the words fits.
    pub fn fits(&self, ticket: &TicketSummary) -> bool {
        self.tests
            .iter()
            .all(|(negated, test)| self.holds(test, ticket) != *negated)
    }

    /// Whether the words of the query stand, or do not, in what a ticket says: title, description,
    /// requester, equipment, tags, ids and the texts of entries, never in keys.
    pub fn fits_words(&self, ticket: &Ticket) -> bool {
        let said = TicketText::of(ticket);
        let texts = said.texts.iter().chain(&said.marks).map(AsRef::as_ref);
        self.fit(std::iter::once(ticket.title()).chain(texts))
    }

    /// Whether the words of the query stand, or do not, in a text.
    pub fn fits_text(&self, text: &str) -> bool {
        self.fit(std::iter::once(text))
    }

    fn fit<'t>(&self, texts: impl Iterator<Item = &'t str>) -> bool {
        let texts: Vec<FoldedText> = texts.map(FoldedText::new).collect();
        let mut words = self.words.iter();
        words.all(|(negated, word)| word.is_in(&texts) != *negated)
    }

    fn holds(&self, test: &Test, ticket: &TicketSummary) -> bool {
        match test {
            Test::Flag(flag) => self.flag(*flag, ticket),
            Test::Empty(name) => texts(name, ticket, self.context).is_empty(),
            Test::Texts {
                name,
                values,
                whole,
            } => {
                let found = texts(name, ticket, self.context);
                let fits = |text: &String| {
                    let text = if *whole {
                        fold_case(text)
                    } else {
                        normalize(text)
                    };
                    values.iter().any(|value| {
                        if *whole {
                            text == *value
                        } else {
                            text.contains(value.as_str()) || is_mark(name, value, &text)
                        }
                    })
                };
                found.iter().any(fits)
            }
            Test::Rank { op, ranks } => {
                let own = self.context.settings.rank(ticket.text(Key::Priority));
                // At least as pressing: a smaller or equal rank.
                ranks.iter().any(|rank| {
                    compare(
                        *op,
                        -(own.cast_signed() as i64),
                        -(rank.cast_signed() as i64),
                    )
                })
            }
            Test::Order { name, op, value } => {
                let own = texts(name, ticket, self.context);
                own.iter()
                    .filter_map(|text| text.parse().ok())
                    .any(|own: i64| compare(*op, own, *value))
            }
            Test::Time { name, op, spans } => {
                let Some(at) = moment(name, ticket, self.context) else {
                    return false;
                };
                spans.iter().any(|(from, to)| match op {
                    Op::Has | Op::Equal | Op::NotEqual => *from <= at && at < *to,
                    Op::Less => at < *from,
                    Op::AtMost => at < *to,
                    Op::Greater => at >= *to,
                    Op::AtLeast => at >= *from,
                })
            }
            Test::Range(both) => both.iter().all(|test| self.holds(test, ticket)),
            Test::Age { op, length } => {
                let age = self.context.now.since(ticket.created);
                compare(*op, age.num_milliseconds(), length.num_milliseconds())
            }
        }
    }

    fn flag(&self, flag: Flag, ticket: &TicketSummary) -> bool {
        let open = ticket.status().is_open();
        let assignee = ticket.text(Key::Assignee);
        match flag {
            Flag::Open => open,
            Flag::Done => !open,
            Flag::Mine => self.context.me.is_some_and(|me| me.as_str() == assignee),
            Flag::Unassigned => open && assignee.is_empty(),
            Flag::Incomplete => {
                open && !required_fields::missing(&ticket.values, self.context).is_empty()
            }
            Flag::Conflict => ticket.conflict,
            Flag::Untold => ticket.tell.is_some(),
            Flag::Breached => Brief::of(ticket, self.context).breached,
            Flag::Overdue => open && Brief::of(ticket, self.context).pressure == Pressure::Overdue,
        }
    }
}

fn compare(op: Op, own: i64, value: i64) -> bool {
    match op {
        Op::Has | Op::Equal | Op::NotEqual => own == value,
        Op::Less => own < value,
        Op::AtMost => own <= value,
        Op::Greater => own > value,
        Op::AtLeast => own >= value,
    }
}

/// Case folded for comparing whole values; accents stay.
fn fold_case(text: &str) -> String {
    text.to_lowercase()
}

/// Whether a number or mark is there, however both are written: telephones by their digits,
/// serial numbers, licences and accounts by letters and digits.
fn is_mark(name: &Name, value: &str, text: &str) -> bool {
    let Name::Field(Field::Known(key)) = name else {
        return false;
    };
    let counts: fn(&char) -> bool = match key {
        Key::RequesterPhone if value.contains(char::is_alphabetic) => return false,
        Key::RequesterPhone => char::is_ascii_digit,
        Key::RequesterAccount | Key::AssetSerial | Key::AssetLicence => |c| c.is_alphanumeric(),
        _ => return false,
    };
    let bare = |text: &str| -> String { text.chars().filter(counts).collect() };
    let wanted = bare(value);
    wanted.chars().count() >= 3 && bare(text).contains(&wanted)
}

fn is_time(name: &Name) -> bool {
    match name {
        Name::Updated | Name::Resolved | Name::Due => true,
        Name::Field(field) => matches!(field.kind(), FieldKind::Moment | FieldKind::Date),
        _ => false,
    }
}

/// Whether the values of a field come one after another.
fn is_ordered(name: &Name) -> bool {
    let key = |name: &Name| match name {
        Name::Field(Field::Known(key)) => matches!(key, Key::Priority | Key::Rating),
        Name::Field(Field::Company(_)) | Name::Tier | Name::Age => true,
        _ => false,
    };
    is_time(name) || key(name)
}

fn test(
    name: &Name,
    op: Op,
    values: &[String],
    context: DeskContext<'_>,
    held: &dyn Fn(&Name, &str) -> bool,
) -> Result<Test, BadValue> {
    if values.len() == 1 && values[0] == "none" {
        return Ok(Test::Empty(name.clone()));
    }
    if op == Op::Has
        && let [value] = values
        && let Some((from, to)) = value.split_once("..").filter(|_| is_ordered(name))
        && !(from.is_empty() && to.is_empty())
    {
        let ends = [(Op::AtLeast, from), (Op::AtMost, to)];
        let ends = ends.into_iter().filter(|(_, end)| !end.is_empty());
        let both = ends.map(|(op, end)| test(name, op, &[end.to_owned()], context, held));
        return both.collect::<Result<_, _>>().map(Test::Range);
    }
    let orders = matches!(op, Op::Less | Op::AtMost | Op::Greater | Op::AtLeast);
    if is_time(name) {
        let read = |text: &String| time_input::span(text, context.now, context.settings.zone);
        let spans = values
            .iter()
            .map(read)
            .collect::<Result<_, _>>()
            .map_err(|error| BadValue {
                message: error.to_string(),
                hint: "write 2026-11-21, 2026-11, 2026, today, monday, -7d or 2026-11-21T09:00:00Z"
                    .to_owned(),
            })?;
        return Ok(Test::Time {
            name: name.clone(),
            op,
            spans,
        });
    }
    match name {
        Name::Age => {
            let length = time_input::length(&values[0]).ok_or_else(|| BadValue {
                message: format!("`{}` is no length of time", values[0]),
                hint: "write 30m, 4h, 7d or 2w".to_owned(),
            })?;
            Ok(Test::Age { op, length })
        }
        Name::Field(Field::Known(Key::Priority)) => {
            let known: Vec<&str> = context
                .settings
                .priorities
                .iter()
                .map(|one| one.name.as_str())
                .collect();
            let dropped = |text: &String| !known.contains(&text.as_str()) && held(name, text);
            if !orders && values.iter().any(dropped) {
                let odd = |text: &&String| !known.contains(&text.as_str()) && !held(name, text);
                return match values.iter().find(odd) {
                    Some(odd) => Err(unlisted("priority", odd, &known)),
                    None => Ok(Test::Texts {
                        name: name.clone(),
                        values: values.iter().map(|value| fold_case(value)).collect(),
                        whole: true,
                    }),
                };
            }
            let rank = |text: &String| {
                let at = known.iter().position(|name| name == text);
                at.ok_or_else(|| unlisted("priority", text, &known))
            };
            Ok(Test::Rank {
                op,
                ranks: values.iter().map(rank).collect::<Result<_, _>>()?,
            })
        }
        Name::Tier | Name::Bounces | Name::Field(Field::Known(Key::Rating) | Field::Company(_))
            if orders =>
        {
            let value = values[0].parse().map_err(|_| BadValue {
                message: format!("`{}` is no number", values[0]),
                hint: "`<` and `>` compare numbers and times".to_owned(),
            })?;
            Ok(Test::Order {
                name: name.clone(),
                op,
                value,
            })
        }
        _ if orders => Err(BadValue {
            message: "`<` and `>` compare numbers, times and priorities only".to_owned(),
            hint: "write `field:value` for equal".to_owned(),
        }),
        _ => {
            listed(name, values, context, held)?;
            let whole = op != Op::Has || !is_free(name);
            let fold = if whole { fold_case } else { normalize };
            let mut values: Vec<String> = values.iter().map(|value| fold(value)).collect();
            if let (Name::Field(Field::Known(Key::Assignee | Key::ContactAgent)), Some(me)) =
                (name, context.me)
            {
                for value in values.iter_mut().filter(|value| *value == "me") {
                    me.as_str().clone_into(value);
                }
            }
            Ok(Test::Texts {
                name: name.clone(),
                values,
                whole,
            })
        }
    }
}

/// Whether `:` looks inside the text, as for names and descriptions.
fn is_free(name: &Name) -> bool {
    match name {
        Name::Requester
        | Name::Asset
        | Name::Place
        | Name::Department
        | Name::Provider
        | Name::Category => true,
        Name::Field(Field::Known(key)) => key.kind() == FieldKind::Text,
        _ => false,
    }
}

fn unlisted(what: &str, given: &str, known: &[&str]) -> BadValue {
    let hint = match nearest(given, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.len() <= 12 => format!("there are: {}", known.join(", ")),
        None => format!("see `desk list --columns {what}`"),
    };
    BadValue {
        message: format!("there is no {what} `{given}`"),
        hint,
    }
}

/// Refuses words that the settings and the contract do not know.
fn listed(
    name: &Name,
    values: &[String],
    context: DeskContext<'_>,
    held: &dyn Fn(&Name, &str) -> bool,
) -> Result<(), BadValue> {
    use crate::model::status::{Channel, Status, TicketType, Waiting};
    let settings = context.settings;
    let known: Vec<&str> = match name {
        Name::Field(Field::Known(key)) => match key.kind() {
            FieldKind::Status => Status::WORDS.to_vec(),
            FieldKind::Type => TicketType::WORDS.to_vec(),
            FieldKind::Waiting => Waiting::WORDS.to_vec(),
            FieldKind::Channel => Channel::WORDS.to_vec(),
            FieldKind::Queue => settings.queues.keys().map(String::as_str).collect(),
            FieldKind::Agent => settings
                .agents
                .keys()
                .map(String::as_str)
                .chain(["desk", "me"])
                .collect(),
            FieldKind::Impact => settings.impacts.iter().map(String::as_str).collect(),
            FieldKind::Urgency => settings.urgencies.iter().map(String::as_str).collect(),
            _ => return Ok(()),
        },
        Name::Area => settings.areas.keys().map(String::as_str).collect(),
        _ => return Ok(()),
    };
    let what = match name {
        Name::Field(field) => field.to_string(),
        _ => "area".to_owned(),
    };
    for value in values {
        if !known.contains(&value.as_str()) && !held(name, value) {
            return Err(unlisted(&what, value, &known));
        }
    }
    Ok(())
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
        Name::Bounces => vec![bounces(ticket.events.queues()).to_string()],
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
        Name::Field(Field::Known(Key::Created)) => Some(ticket.created),
        Name::Field(field) => match ticket.values.get(field)? {
            Value::Moment(at) => Some(*at),
            Value::Date(day) => Some(crate::rules::sla::calendar::local(
                context.settings.zone,
                day.and_time(chrono::NaiveTime::MIN),
            )),
            _ => None,
        },
        _ => None,
    }
}
