//! What a sweep did and why, and the notices of it.

use serde_json::{Value as Json, json};

use crate::model::clocks::{ClockKind, Does, Threshold};
use crate::model::entry::{Change, Entry};
use crate::model::entry_kind::EntryKind;
use crate::model::field::Key;
use crate::model::moment::Moment;
use crate::model::settings::Settings;
use crate::model::ticket::Ticket;
use crate::model::ticket_summary::TicketSummary;
use crate::model::told::{MENTIONS, TOLD};
use crate::ops::ticket::recurring::{MadeOrder, NextOrder};
use crate::ops::ticket::sweep::{Did, Notice, Swept};
use crate::page::log::derived_tag;
use crate::rules::context::DeskContext;
use crate::rules::lifecycle::concerned::is_answer;
use crate::rules::lifecycle::sweep::Action;
use crate::rules::mail::thread::notice_id;
use crate::view::json::{entry as entry_json, summary};
use crate::view::paint::{Paint, PaintedText, Role};
use crate::view::sanitize::line;
use crate::view::table::table;
use crate::view::words::{count, cut, wrap};

/// Shows what was done, a ticket and a reason each.
pub fn swept(swept: &Swept, paint: &Paint) -> String {
    let mut out = String::new();
    let width = paint.width_up_to(100);
    for made in &swept.made {
        let id = &made.changed.ticket.id;
        let title = line(made.changed.ticket.title());
        out.push_str(&format!(
            "{}  {}  {}\n",
            paint.role(Role::Id, id.as_str()),
            paint.role(Role::Plain, &format!("{:<8}", "created")),
            paint.role(Role::Title, &cut(&title, width.saturating_sub(22))),
        ));
        for one in wrap(&line(&why_made(made, paint)), width.saturating_sub(12)) {
            out.push_str(&format!("            {}\n", paint.role(Role::Muted, &one)));
        }
    }
    for did in &swept.did {
        let kind = did.step.action.kind();
        let title = line(&did.title);
        out.push_str(&format!(
            "{}  {}  {}\n",
            paint.role(Role::Id, did.id.as_str()),
            paint.role(role(&did.step.action), &format!("{kind:<8}")),
            paint.role(Role::Title, &cut(&title, width.saturating_sub(22))),
        ));
        for one in wrap(&line(&why(did, paint)), width.saturating_sub(12)) {
            out.push_str(&format!("            {}\n", paint.role(Role::Muted, &one)));
        }
    }
    out
}

/// Why an order was made, and which were not.
fn why_made(made: &MadeOrder, paint: &Paint) -> String {
    let day = made.occurrence.day.format("%a %-d %b %Y");
    let since = paint.time(made.occurrence.due);
    let mut text = format!("{}, for {day}: due since {since}", made.foreign);
    let missed: Vec<String> = made.missed.iter().map(ToString::to_string).collect();
    if !missed.is_empty() {
        let none = if missed.len() == 1 {
            "none is made any more for"
        } else {
            "none are made any more for"
        };
        text.push_str(&format!("; {none} {}", missed.join(", ")));
    }
    text
}

/// Shows which orders of work that recurs come next.
pub fn to_come(next: &[NextOrder], paint: &Paint) -> String {
    let rows: Vec<Vec<PaintedText>> = next
        .iter()
        .map(|one| {
            vec![
                (Role::Plain, paint.time(one.occurrence.due)),
                (
                    Role::Plain,
                    one.occurrence.day.format("%a %Y-%m-%d").to_string(),
                ),
                (Role::Id, one.foreign.clone()),
                (Role::Title, line(&one.title)),
            ]
        })
        .collect();
    table(&["next order", "for", "of", "title"], &rows, &[], 3, paint)
}

/// An order that was made, for scripts: as one thing that was done.
pub fn made_json(made: &MadeOrder, paint: &Paint) -> Json {
    let entry = made.changed.entry.as_ref();
    let missed: Vec<String> = made.missed.iter().map(ToString::to_string).collect();
    json!({
        "id": made.changed.ticket.id.as_str(),
        "kind": "created",
        "tag": entry.map(|entry| entry.tag.clone()),
        "due": made.occurrence.due.to_string(),
        "why": why_made(made, paint),
        "entry": entry.map(entry_json),
        "of": made.foreign,
        "for": made.occurrence.day.to_string(),
        "missed": missed,
    })
}

/// An order that is to come, for scripts.
pub fn next_json(next: &NextOrder) -> Json {
    json!({
        "of": next.foreign,
        "title": next.title,
        "due": next.occurrence.due.to_string(),
        "for": next.occurrence.day.to_string(),
    })
}

fn role(action: &Action) -> Role {
    match action {
        Action::Wake | Action::PassOn { .. } => Role::Plain,
        Action::Remind { at, .. } if is_breach(*at) => Role::Alarm,
        Action::Remind { .. } | Action::Ask { .. } => Role::Warn,
        Action::Escalate { .. } | Action::TellMore { .. } => Role::Alarm,
        Action::Resolve | Action::Close => Role::Good,
    }
}

fn is_breach(at: Threshold) -> bool {
    matches!(at, Threshold::Percent(percent) if percent >= 100)
}

/// Why something was done, and since when it was due.
fn why(did: &Did, paint: &Paint) -> String {
    let since = paint.time(did.step.due);
    let of = |clock: ClockKind, at: Threshold, target: Option<Moment>| {
        if is_breach(at) {
            return format!("its {} is overdue since {since}", clock.title());
        }
        let reached = match at {
            Threshold::Percent(_) => format!("has used {at} of its time"),
            Threshold::Before(_) => format!("has come to {at} its target"),
        };
        let target = target.map(|target| format!(", due {}", paint.time(target)));
        let target = target.unwrap_or_default();
        format!("its {} {reached}, {since}{target}", clock.title())
    };
    match &did.step.action {
        Action::Wake => format!("what it waited for was to come {since}"),
        Action::Remind { clock, at, target } => of(*clock, *at, *target),
        Action::Escalate {
            clock,
            at,
            does,
            target,
        } => format!("{}: {}", of(*clock, *at, *target), moved(did, does)),
        Action::TellMore { who, .. } => format!(
            "nobody of those told has it: {} told, {since}",
            who.iter()
                .map(|who| line(who))
                .collect::<Vec<_>>()
                .join(", ")
        ),
        Action::Ask { time, of } => {
            let times = if *of > 0 {
                format!(" ({time} of {of})")
            } else {
                String::new()
            };
            format!("the requester is silent, ask again{times}: due since {since}")
        }
        Action::PassOn { order, promised } => match promised.next {
            Some(next) => format!(
                "all who wait for {order} were promised word by {}",
                paint.time(next)
            ),
            None => format!("what was promised to all who wait for {order} is withdrawn"),
        },
        Action::Resolve => format!("the requester stayed silent: due since {since}"),
        Action::Close => format!("nobody objected in the house's time: due since {since}"),
    }
}

fn moved(did: &Did, does: &Does) -> String {
    let entry = did.entry.as_ref();
    let reported = entry.and_then(|entry| entry.attribute("told"));
    let hierarchic = entry.and_then(|entry| entry.attribute("escalation")) == Some("hierarchic");
    match (hierarchic, reported) {
        (true, Some(reported)) => format!("management is told, {reported}"),
        (true, None) => "management is to be told, and nobody is a manager".to_owned(),
        (false, _) => format!("moved to {}, {does}", did.queue),
    }
}

/// How much was done, in a line.
pub fn remark(swept: &Swept) -> String {
    let mut ids: Vec<&str> = swept.did.iter().map(|did| did.id.as_str()).collect();
    ids.dedup();
    let orders = swept.made.len();
    let entries = match swept.did.len() {
        0 if orders == 0 => "nothing to do".to_owned(),
        0 => return count(orders, "work order"),
        1 => "1 entry".to_owned(),
        n => format!("{n} entries on {}", count(ids.len(), "ticket")),
    };
    if orders == 0 {
        return entries;
    }
    format!("{}, {entries}", count(orders, "work order"))
}

/// What was done, for scripts.
pub fn json(did: &Did, paint: &Paint) -> Json {
    json!({
        "id": did.id.as_str(),
        "kind": did.step.action.kind(),
        "tag": did.step.tag,
        "due": did.step.due.to_string(),
        "why": why(did, paint),
        "entry": did.entry.as_ref().map(entry_json),
    })
}

/// A notice as its command gets it: one JSON object on a line.
pub fn notice(
    notice: &Notice,
    ticket: &Ticket,
    entry: &Entry,
    settings: &Settings,
    context: DeskContext<'_>,
) -> String {
    let to = notice.to.iter().map(|handle| {
        let agent = settings.agent(handle);
        json!({
            "handle": handle,
            "name": settings.agent_name(handle),
            "email": agent.map(|agent| agent.email.clone()).unwrap_or_default(),
        })
    });
    let address = settings.mail.addresses.keys().next();
    let mail = address.map(|address| {
        let parts = [ticket.id.as_str(), &entry.identity(), &notice.to.join(",")];
        let token = derived_tag(&parts, NOTICE_TOKEN);
        let domain = address.rsplit('@').next().unwrap_or_default();
        let local = notice_id(ticket.id.as_str(), &token);
        let said = sentence(ticket, entry, settings);
        json!({
            "from": address,
            "message_id": format!("<{local}@{domain}>"),
            "subject": format!("{} [desk {}]", said, ticket.id),
        })
    });
    let about = json!({
        "format": 1,
        "desk": settings.name,
        "mail": mail,
        "kind": notice.kind,
        "text": sentence(ticket, entry, settings),
        "to": to.collect::<Vec<_>>(),
        "entry": entry_json(entry),
        "ticket": summary(&TicketSummary::of(ticket, false), context),
    });
    format!("{about}\n")
}

/// Characters of the token of a notice.
const NOTICE_TOKEN: usize = 10;

/// What a notice says, for whoever only passes it on.
fn sentence(ticket: &Ticket, entry: &Entry, settings: &Settings) -> String {
    let zone = settings.zone;
    let due = entry.attribute("due").and_then(|due| due.parse().ok());
    let due = due.map(|due: Moment| due.in_zone(&zone).format("%Y-%m-%d %H:%M").to_string());
    let due = due.unwrap_or_default();
    let clock = entry.attribute("clock").and_then(ClockKind::read);
    let at = entry.attribute("at").unwrap_or_default();
    let reminds = [EntryKind::Escalate, EntryKind::Wake, EntryKind::Remind];
    if !entry.by.is_desk() || !reminds.contains(&entry.kind) {
        let what = written(ticket, entry, settings.agent_name(entry.by.as_str()));
        return line(&format!("{} {what}: {}", ticket.id, ticket.title()));
    }
    let what = match (entry.kind.as_str(), clock) {
        ("escalate", _) if entry.attribute("escalation") == Some("hierarchic") => {
            "management is told".to_owned()
        }
        ("escalate", _) => format!("escalated to {}", ticket.text(Key::Queue)),
        ("wake", _) => "what it waited for was to come".to_owned(),
        ("remind", Some(clock)) => format!("{} at {at}", clock.title()),
        ("remind", None) if entry.attribute(TOLD).is_some() => {
            "nobody of those told has it".to_owned()
        }
        _ => "the requester is silent".to_owned(),
    };
    line(&format!(
        "{} {what} since {due}: {}",
        ticket.id,
        ticket.title()
    ))
}

/// What an entry says to whomever it concerns.
fn written(ticket: &Ticket, entry: &Entry, by: &str) -> String {
    let has = |key: &str| entry.attribute(key).is_some();
    match &entry.kind {
        EntryKind::Handover => format!("{by} handed it over"),
        EntryKind::Reopen => format!("{by} opened it again"),
        EntryKind::Created if entry.by.is_desk() => {
            let day = ticket.get(Key::Planned).map(ToString::to_string);
            format!("a work order for {}", day.unwrap_or_default())
        }
        _ if has("tell") => format!("{by} solved it, the requester is to be told"),
        _ if has(TOLD) => format!("{by} told management"),
        _ if has(MENTIONS) => format!("{by} names you"),
        EntryKind::Escalate => format!("{by} escalated it to {}", ticket.text(Key::Queue)),
        _ if is_answer(entry) => "the requester got in touch".to_owned(),
        EntryKind::Contact => format!("{by} was in touch with the requester"),
        EntryKind::Take => format!("{by} took it"),
        _ => left(ticket, entry, by),
    }
}

/// Where an entry leaves a ticket, for whoever watches it; else to whom it was given.
fn left(ticket: &Ticket, entry: &Entry, by: &str) -> String {
    let given = [Key::Assignee, Key::ContactAgent];
    let is_given = given.iter().any(|key| entry.change(key.path()).is_some());
    let new = |key: Key| entry.change(key.path()).and_then(Change::new_value);
    match (new(Key::Status), new(Key::Queue), new(Key::Type)) {
        (Some("resolved"), ..) => format!("{by} resolved it"),
        (Some("closed"), ..) => format!("{by} closed it"),
        (Some("cancelled"), ..) => format!("{by} cancelled it"),
        (Some("merged"), ..) => {
            format!("{by} merged it into {}", ticket.text(Key::LinkMergedInto))
        }
        (Some("pending"), ..) => {
            let whom = new(Key::WaitingOn).unwrap_or("something");
            format!("{by} let it wait for {whom}")
        }
        _ if is_given || entry.kind == EntryKind::Created => format!("{by} assigned it"),
        (Some(status), ..) => format!("{by} made it {status}"),
        (_, Some(queue), _) => format!("{by} moved it to {queue}"),
        (.., Some(kind)) => format!("{by} made it {kind}"),
        _ => format!("{by} wrote on it"),
    }
}
