//! Lists of tickets.

use crate::model::field::{Field, Key, Value};
use crate::model::field_set::FieldSet;
use crate::model::moment::Moment;
use crate::model::settings::Settings;
use crate::model::status::{Status, Waiting};
use crate::model::ticket_summary::TicketSummary;
use crate::ops::ticket::list::{TicketGroup, TicketListing};
use crate::page::query::Name;
use crate::rules::context::DeskContext;
use crate::rules::query::tickets::{look_at, moment, texts};
use crate::rules::sla::clocks::Brief;
use crate::rules::sla::clocks::Pressure;
use crate::view::json;
use crate::view::paint::{Paint, PaintedText, Role, short};
use crate::view::report::data::{defused, written};
use crate::view::report::markdown::escaped;
use crate::view::sanitize::line;
use crate::view::table::aligned;
use crate::view::table::rows::Rows;
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

/// Columns that were asked for: fields as they were named.
pub fn named(fields: &[(String, Name)]) -> Vec<ListColumn> {
    let column = |(heading, name): &(String, Name)| ListColumn {
        heading: heading.clone(),
        name: name.clone(),
        kept: false,
    };
    fields.iter().map(column).collect()
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

/// The fields of done tickets that these columns show; `None` where that may be anything.
pub fn shown(columns: &[ListColumn]) -> Option<FieldSet> {
    let mut set = FieldSet::default();
    for column in columns {
        look_at(&column.name, false, &mut set)?;
        if column.name == Name::Field(Field::Known(Key::Status)) {
            set.join(FieldSet::of(STANDING));
        }
    }
    Some(set)
}

/// What is shown with a status; see [`status`].
const STANDING: &[Key] = &[
    Key::Until,
    Key::WaitingOn,
    Key::VendorName,
    Key::VendorReference,
];

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
) -> PaintedText {
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
pub(in crate::view) fn priority(name: &str, settings: &Settings, paint: &Paint) -> PaintedText {
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
fn status(ticket: &TicketSummary, context: DeskContext<'_>, paint: &Paint) -> PaintedText {
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
    let flexible = columns
        .iter()
        .position(|column| column.name == Name::Field(Field::Known(Key::Title)));
    let flexible = flexible.unwrap_or(columns.len().saturating_sub(1));
    let mut rows = Rows::under(&header, &right(columns), flexible);
    let mut row: Vec<PaintedText> = Vec::with_capacity(columns.len());
    for ticket in tickets {
        row.clear();
        row.extend(columns.iter().map(|one| cell(one, ticket, context, paint)));
        rows.add(&row);
    }
    rows.shown(paint)
}

/// The rows of a list under their header, those of each group under its value.
pub fn grouped(
    tickets: &[TicketSummary],
    groups: &[TicketGroup],
    columns: &[ListColumn],
    context: DeskContext<'_>,
    paint: &Paint,
) -> String {
    let all = rows(tickets, columns, context, paint);
    if groups.is_empty() {
        return all;
    }
    let room = paint
        .width
        .map_or(usize::MAX, |width| width.saturating_sub(16));
    let mut lines = all.lines();
    let mut out = lines
        .next()
        .map_or_else(String::new, |head| format!("{head}\n"));
    for (at, group) in groups.iter().enumerate() {
        if group.shown == 0 {
            continue;
        }
        let apart = if at > 0 { "\n" } else { "" };
        let value = paint.role(Role::Title, &cut(&group_name(group), room));
        let count = paint.role(Role::Muted, &group_count(group));
        out.push_str(&format!("{apart}{value} {count}\n"));
        for row in lines.by_ref().take(group.shown) {
            out.push_str(&format!("{row}\n"));
        }
    }
    out
}

/// A list as CSV: of each field the value as files have it, times in UTC, ages in minutes. What a
/// spreadsheet would run is text.
pub fn csv(tickets: &[TicketSummary], columns: &[ListColumn], context: DeskContext<'_>) -> String {
    let value = |column: &ListColumn, ticket: &TicketSummary| {
        defused(&texts(&column.name, ticket, context).join(", "))
    };
    let head: Vec<String> = columns.iter().map(|one| one.heading.clone()).collect();
    let rows = tickets.iter().map(|ticket| {
        let row = columns.iter().map(|column| value(column, ticket));
        row.collect::<Vec<String>>()
    });
    let all: Vec<Vec<String>> = std::iter::once(head).chain(rows).collect();
    written(all.iter().map(|row| row.iter()))
}

/// A list as a table of Markdown that lines up as text, too; groups have a heading and a table each.
pub fn markdown(
    tickets: &[TicketSummary],
    groups: &[TicketGroup],
    columns: &[ListColumn],
    context: DeskContext<'_>,
    paint: &Paint,
) -> String {
    let paint = &Paint {
        color: false,
        width: None,
        ..*paint
    };
    let head: Vec<String> = columns.iter().map(|one| escaped(&one.heading)).collect();
    let row = |ticket: &TicketSummary| -> Vec<String> {
        let cells = columns
            .iter()
            .map(|one| cell(one, ticket, context, paint).1);
        cells.map(|text| escaped(&text)).collect()
    };
    let rows: Vec<Vec<String>> = tickets.iter().map(row).collect();
    let right = right(columns);
    if groups.is_empty() {
        return if rows.is_empty() {
            String::new()
        } else {
            aligned(&head, &rows, &right)
        };
    }
    let mut rows = &rows[..];
    let mut parts = Vec::new();
    for group in groups.iter().filter(|group| group.shown > 0) {
        let (own, rest) = rows.split_at(group.shown);
        rows = rest;
        let (name, count) = (escaped(&group_name(group)), group_count(group));
        let table = aligned(&head, own, &right);
        parts.push(format!("## {name} ({count})\n\n{table}"));
    }
    parts.join("\n")
}

/// The columns whose values stand on the right.
fn right(columns: &[ListColumn]) -> Vec<usize> {
    let numbers = columns.iter().enumerate();
    let numbers = numbers.filter(|(_, one)| matches!(one.name, Name::Age | Name::Due));
    numbers.map(|(at, _)| at).collect()
}

/// A list in JSON, each ticket with the value of the field by which it is grouped.
pub fn json(listing: &TicketListing, context: DeskContext<'_>) -> String {
    let groups = listing.groups.iter();
    let mut groups = groups.flat_map(|group| std::iter::repeat_n(&group.value, group.shown));
    let item = |ticket: &TicketSummary| {
        let mut item = json::summary(ticket, context);
        if let Some(group) = groups.next() {
            item["derived"]["group"] = group.as_str().into();
        }
        item
    };
    let items = listing.tickets.iter().map(item).collect();
    json::page("tickets", items, &listing.problems)
}

/// The heading of a group.
fn group_name(group: &TicketGroup) -> String {
    if group.value.is_empty() {
        return "none".to_owned();
    }
    line(&group.value)
}

/// How many tickets a group has; `2 of 5` where not all are shown.
fn group_count(group: &TicketGroup) -> String {
    if group.shown == group.count {
        return group.count.to_string();
    }
    format!("{} of {}", group.shown, group.count)
}

/// What to say beside a list, on standard error; `limit` says what its limit is from.
pub fn remarks(listing: &TicketListing, limit: &str) -> Vec<String> {
    let mut all = Vec::new();
    if listing.tickets.is_empty() {
        all.push(if listing.done == 0 {
            "no tickets".to_owned()
        } else {
            "no open tickets".to_owned()
        });
    }
    if listing.more > 0 {
        all.push(format!("{} more not shown, by {limit}", listing.more));
    }
    all.extend(left_out(listing.done, "done ticket", "--all"));
    all.extend(wider(listing.wider.as_ref(), "ticket"));
    all
}
