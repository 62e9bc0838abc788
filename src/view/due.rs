//! What is due, as a list to be worked from the top.

use serde_json::{Value as Json, json};

use crate::model::field::Key;
use crate::model::settings::Settings;
use crate::ops::ticket::due::{DueItem, DueKind, DueList};
use crate::rules::context::DeskContext;
use crate::rules::sla::clocks::Pressure;
use crate::view::json::summary;
use crate::view::list::{WAITS, pressing, priority, until, waits_for};
use crate::view::paint::{Paint, PaintedText, Role};
use crate::view::quarantine::glance;
use crate::view::sanitize::line;
use crate::view::table::rows::Rows;
use crate::view::words::count;

/// Shows what is due, with the number to call beside each call.
pub fn due(due: &DueList, settings: &Settings, paint: &Paint) -> String {
    let mail = due.mail.as_ref().map(|mail| glance(mail, paint));
    let mail = mail.unwrap_or_default();
    if due.items.is_empty() {
        return mail;
    }
    let wide = !paint.is_narrow();
    let mut header = vec!["due"];
    if wide {
        header.push("at");
    }
    header.extend(["what", if wide { "priority" } else { "p" }, "id"]);
    if wide {
        header.extend(["queue", "who"]);
    }
    if wide {
        header.push("requester");
    }
    header.extend(["phone", "title"]);
    let mut rows = Rows::under(&header, &[0], header.len() - 1);
    for item in &due.items {
        rows.add(&row(item, wide, settings, paint));
    }
    rows.shown(paint) + &mail
}

fn row(item: &DueItem, wide: bool, settings: &Settings, paint: &Paint) -> Vec<PaintedText> {
    let ticket = &item.ticket;
    let role = pressing(item.pressure);
    let text = |key: Key| line(ticket.text(key));
    let or_dash = |role: Role, text: String| {
        if text.is_empty() {
            (Role::Muted, "-".to_owned())
        } else {
            (role, text)
        }
    };
    let when = match item.what {
        DueKind::Tell => "now".to_owned(),
        _ => until(item.due, paint),
    };
    let mut row = vec![(role, when)];
    if wide {
        row.push((Role::Plain, paint.time(item.due)));
    }
    row.push((role, item.what.title().to_owned()));
    row.push(priority(ticket.text(Key::Priority), settings, paint));
    row.push((Role::Id, ticket.id.to_string()));
    // Who keeps contact makes the calls.
    let keeps = match &ticket.tell {
        Some(tell) => line(tell),
        None => text(Key::ContactAgent),
    };
    let who = if item.what.is_call() && !keeps.is_empty() {
        keeps
    } else {
        text(Key::Assignee)
    };
    if wide {
        row.push(or_dash(Role::Plain, text(Key::Queue)));
        row.push(or_dash(Role::Person, who));
    }
    let name = text(Key::RequesterName);
    if wide {
        row.push(or_dash(Role::Plain, name.clone()));
    }
    row.push(if item.what.is_call() {
        let phone = text(Key::RequesterPhone);
        let reach = if phone.is_empty() {
            text(Key::RequesterEmail)
        } else {
            phone
        };
        or_dash(Role::Reach, reach)
    } else {
        (Role::Muted, String::new())
    });
    // Where there is little room, whom to ask for stands before what it is about.
    let title = text(Key::Title);
    let waits = waits_for(ticket).filter(|_| item.what == DueKind::Wait);
    row.push((
        Role::Plain,
        if let Some(waits) = waits {
            // Where there is little room, that it waits is said already.
            let vendor = waits.strip_prefix(WAITS).filter(|_| !wide);
            format!("{}: {title}", vendor.unwrap_or(&waits))
        } else if wide || name.is_empty() {
            title
        } else {
            format!("{name}: {title}")
        },
    ));
    row
}

/// What to say beside it, on standard error.
pub fn remark(due: &DueList) -> String {
    match (due.count(Pressure::Overdue), due.count(Pressure::AtRisk)) {
        _ if due.items.is_empty() => "nothing is due".to_owned(),
        (0, 0) => format!("{}, none overdue", count(due.items.len(), "due time")),
        (late, 0) => format!("{late} overdue"),
        (0, risk) => format!("{risk} soon"),
        (late, risk) => format!("{late} overdue, {risk} soon"),
    }
}

/// One thing that is due, with its ticket.
pub fn json(item: &DueItem, context: DeskContext<'_>) -> Json {
    let what = match item.what {
        DueKind::Clock(kind) => kind.as_str(),
        DueKind::Wait => "wait",
        DueKind::Reminder => "reminder",
        DueKind::Tell => "tell",
    };
    let clock = item.clock.as_ref();
    let left = clock.and_then(|clock| clock.left(context));
    json!({
        "id": item.ticket.id.as_str(),
        "what": what,
        "due": item.due.to_string(),
        "overdue": item.pressure == Pressure::Overdue,
        "at_risk": item.pressure == Pressure::AtRisk,
        "left_seconds": left.map(|left| left.num_seconds()),
        "ticket": summary(&item.ticket, context),
    })
}
