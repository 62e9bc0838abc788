//! Lists of tickets.

use crate::model::field::{Field, Key, Value};
use crate::model::moment::Moment;
use crate::model::settings::Settings;
use crate::model::status::{Status, Waiting};
use crate::model::ticket_summary::TicketSummary;
use crate::ops::ticket::list::TicketListing;
use crate::page::query::Name;
use crate::rules::context::DeskContext;
use crate::rules::query::tickets::{moment, texts};
use crate::rules::sla::clocks::Brief;
use crate::rules::sla::clocks::Pressure;
use crate::view::paint::{Paint, Role, short};
use crate::view::sanitize::line;
use crate::view::table::{Painted, table};
use crate::view::words::{cut, left_out, wider};

/// A column: its heading and what it shows.
#[derive(Clone, Debug)]
pub struct ListColumn {
    /// As it was asked for.
    pub heading: String,
    /// The field.
    pub name: Name,
    /// Whether, of clocks, only those count that are the reader's to keep.
    pub kept: bool,
}

impl ListColumn {
    /// A column of a key.
    pub fn of(heading: &str, key: Key) -> Self {
        Self {
            heading: heading.to_owned(),
            name: Name::Field(Field::Known(key)),
            kept: false,
        }
    }

    /// When the next clock is due.
    pub fn due() -> Self {
        Self {
            heading: "due".to_owned(),
            name: Name::Due,
            kept: false,
        }
    }

    fn age() -> Self {
        Self {
            heading: "age".to_owned(),
            name: Name::Age,
            kept: false,
        }
    }
}

/// The columns that fit a width.
pub fn columns(paint: &Paint, settings: &Settings) -> Vec<ListColumn> {
    let mut all = vec![
        ListColumn::of("id", Key::Id),
        ListColumn::of("priority", Key::Priority),
        ListColumn::of("status", Key::Status),
    ];
    let wide = !paint.is_narrow();
    if wide {
        all.push(ListColumn::of("queue", Key::Queue));
    }
    all.push(ListColumn::of("assignee", Key::Assignee));
    if wide {
        all.push(ListColumn::of("requester", Key::RequesterName));
    }
    if !settings.clocks.targets.is_empty() {
        all.push(ListColumn::due());
    }
    all.push(ListColumn::age());
    all.push(ListColumn::of("title", Key::Title));
    all
}

/// The role of a priority by its rank.
pub fn urgency(rank: usize) -> Role {
    match rank {
        0 => Role::Alarm,
        1 => Role::Warn,
        2 => Role::Plain,
        _ => Role::Muted,
    }
}

/// The role of a status.
pub fn status_role(status: &Status) -> Role {
    match status {
        Status::New => Role::Warn,
        Status::Open => Role::Plain,
        Status::Pending => Role::Wait,
        Status::Resolved => Role::Good,
        Status::Closed | Status::Cancelled | Status::Merged => Role::Muted,
        Status::Unknown(_) => Role::Alarm,
    }
}

/// The role of what is due, by how near it is.
pub fn pressing(pressure: Pressure) -> Role {
    match pressure {
        Pressure::Overdue => Role::Alarm,
        Pressure::AtRisk => Role::Warn,
        Pressure::Calm => Role::Plain,
    }
}

/// How far a due time is: `in 3h`, `2h late`.
pub fn until(due: Moment, paint: &Paint) -> String {
    if due < paint.now {
        format!("{} late", paint.ago(due))
    } else {
        format!("in {}", paint.ago(due))
    }
}

fn cell(
    column: &ListColumn,
    ticket: &TicketSummary,
    context: DeskContext<'_>,
    paint: &Paint,
) -> Painted {
    let text = |key: Key| line(ticket.text(key));
    match &column.name {
        Name::Field(Field::Known(Key::Id)) => (Role::Id, ticket.id.to_string()),
        Name::Field(Field::Known(Key::Priority)) => {
            priority(ticket.text(Key::Priority), context.settings, paint)
        }
        Name::Field(Field::Known(Key::Status)) => status(ticket, context, paint),
        Name::Field(Field::Known(Key::Assignee | Key::ContactAgent)) => {
            let who = texts(&column.name, ticket, context).join(", ");
            if who.is_empty() {
                (Role::Muted, "-".to_owned())
            } else {
                (Role::Person, line(&who))
            }
        }
        Name::Requester => {
            let name = text(Key::RequesterName);
            let first = || {
                texts(&column.name, ticket, context)
                    .into_iter()
                    .next()
                    .unwrap_or_default()
            };
            (
                Role::Plain,
                if name.is_empty() {
                    line(&first())
                } else {
                    name
                },
            )
        }
        Name::Age => {
            let age = context.now.since(ticket.created).num_seconds();
            let length = short(age.unsigned_abs());
            (
                Role::Muted,
                if age < 0 {
                    format!("in {length}")
                } else {
                    length
                },
            )
        }
        Name::Due if !ticket.status().is_open() => (Role::Muted, "-".to_owned()),
        Name::Due => {
            let brief = if column.kept {
                Brief::for_reader(ticket, context)
            } else {
                Brief::of(ticket, context)
            };
            match brief.due {
                Some((_, due)) => (pressing(brief.pressure), until(due, paint)),
                None => (Role::Muted, "-".to_owned()),
            }
        }
        name => match moment(name, ticket, context) {
            Some(at) => (Role::Plain, paint.time(at)),
            None => (Role::Plain, line(&texts(name, ticket, context).join(", "))),
        },
    }
}

/// A priority: words where there is room, the rank where there is none.
pub(in crate::view) fn priority(name: &str, settings: &Settings, paint: &Paint) -> Painted {
    let rank = settings.rank(name);
    let known = rank < settings.priorities.len();
    let shown = if paint.is_narrow() && known {
        format!("P{}", rank + 1)
    } else {
        line(name)
    };
    (urgency(rank), shown)
}

/// The status, with what it waits for, and whether that is over.
fn status(ticket: &TicketSummary, context: DeskContext<'_>, paint: &Paint) -> Painted {
    let status = ticket.status();
    if ticket.tell.is_some() {
        return (Role::Warn, format!("{} untold", line(status.as_str())));
    }
    let name = standing(ticket, paint);
    let over =
        matches!(ticket.get(Key::Until), Some(Value::Moment(until)) if *until <= context.now);
    let (role, mark) = if over {
        (Role::Alarm, " due")
    } else {
        (status_role(&status), "")
    };
    (role, format!("{name}{mark}"))
}

/// The status with what the ticket waits for: `pending customer`, `waits for Nordnet SR-6923`.
pub(in crate::view) fn standing(ticket: &TicketSummary, paint: &Paint) -> String {
    if let Some(vendor) = waits_for(ticket) {
        return cut(&vendor, if paint.is_narrow() { NARROW } else { WIDE });
    }
    let status = line(ticket.status().as_str());
    match line(ticket.text(Key::WaitingOn)) {
        waits if waits.is_empty() => status,
        waits => format!("{status} {waits}"),
    }
}

/// The widest that a vendor makes the status, in columns.
const NARROW: usize = 26;
const WIDE: usize = 40;

/// What stands before the vendor.
pub(in crate::view) const WAITS: &str = "waits for ";

/// The vendor that a ticket waits for, with its number for the matter; `None` where nobody named one.
pub(in crate::view) fn waits_for(ticket: &TicketSummary) -> Option<String> {
    let is_vendor = ticket.text(Key::WaitingOn) == Waiting::Vendor.as_str();
    let named = [Key::VendorName, Key::VendorReference].map(|key| line(ticket.text(key)));
    let named: Vec<String> = named.into_iter().filter(|text| !text.is_empty()).collect();
    let waits = is_vendor && ticket.status() == Status::Pending && !named.is_empty();
    waits.then(|| format!("{WAITS}{}", named.join(" ")))
}

/// The rows of a list under their header.
pub fn rows(
    tickets: &[TicketSummary],
    columns: &[ListColumn],
    context: DeskContext<'_>,
    paint: &Paint,
) -> String {
    if tickets.is_empty() {
        return String::new();
    }
    let narrow = paint.is_narrow();
    let heading = |column: &ListColumn| match column.heading.as_str() {
        "priority" if narrow => "p".to_owned(),
        "assignee" if narrow => "who".to_owned(),
        other => other.to_owned(),
    };
    let header: Vec<String> = columns.iter().map(heading).collect();
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    let rows: Vec<Vec<Painted>> = tickets
        .iter()
        .map(|ticket| {
            columns
                .iter()
                .map(|column| cell(column, ticket, context, paint))
                .collect()
        })
        .collect();
    let flexible = columns
        .iter()
        .position(|column| column.name == Name::Field(Field::Known(Key::Title)));
    let flexible = flexible.unwrap_or(columns.len().saturating_sub(1));
    let right: Vec<usize> = columns
        .iter()
        .enumerate()
        .filter(|(_, c)| matches!(c.name, Name::Age | Name::Due))
        .map(|(at, _)| at)
        .collect();
    table(&header, &rows, &right, flexible, paint)
}

/// What to say beside a list, on standard error.
pub fn remarks(listing: &TicketListing) -> Vec<String> {
    let mut all = Vec::new();
    if listing.tickets.is_empty() {
        all.push(if listing.done == 0 {
            "no tickets".to_owned()
        } else {
            "no open tickets".to_owned()
        });
    }
    if listing.more > 0 {
        all.push(format!("{} more not shown, by --limit", listing.more));
    }
    all.extend(left_out(listing.done, "done ticket", "--all"));
    all.extend(wider(listing.wider.as_ref(), "ticket"));
    all
}
