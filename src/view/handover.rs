//! The end of a shift: one page of what cannot wait until its agent is back.

use std::collections::BTreeSet;

use serde_json::json;

use crate::model::id::TicketId;
use crate::model::person::Handle;
use crate::model::ticket_summary::TicketSummary;
use crate::ops::ticket::due::{DueItem, DueList};
use crate::ops::ticket::handover::Shift;
use crate::rules::context::DeskContext;
use crate::view::due;
use crate::view::json;
use crate::view::list::{columns, rows};
use crate::view::paint::{Paint, Role};
use crate::view::said;
use crate::view::sanitize::line;

/// The page.
pub fn page(shift: &Shift, me: &Handle, context: DeskContext<'_>, paint: &Paint) -> String {
    let who = paint.role(Role::Title, &line(context.settings.agent_name(me.as_str())));
    let back = format!("back {}", paint.time(shift.back));
    let mut out = format!("{who}  {}\n", paint.role(Role::Muted, &back));
    out.push_str(&said::part(&shift.words, context.settings, paint));
    let heading = |name: &str, role: Role, count: usize| {
        let count = paint.role(Role::Muted, &count.to_string());
        format!("\n{} {count}\n", paint.role(role, name))
    };
    for (name, role, items) in [
        ("Due before then", Role::Alarm, &shift.due),
        ("Promised", Role::Warn, &shift.promised),
    ] {
        if !items.is_empty() {
            // Of several things with one ticket the most urgent.
            let mut seen = BTreeSet::new();
            let mut items = items.clone();
            items.retain(|item| seen.insert(item.ticket.id));
            out.push_str(&heading(name, role, items.len()));
            let problems = Vec::new();
            let list = DueList {
                items,
                problems,
                ..DueList::default()
            };
            out.push_str(&due::due(&list, context.settings, paint));
        }
    }
    for (name, role, tickets) in [
        ("I keep contact", Role::Person, &shift.contacts),
        ("Unassigned in my queues", Role::Warn, &shift.unassigned),
    ] {
        if !tickets.is_empty() {
            out.push_str(&heading(name, role, tickets.len()));
            let columns = columns(paint, context.settings);
            out.push_str(&rows(tickets, &columns, context, paint));
        }
    }
    let moved = shift.tickets(me).len();
    let end = if moved == 0 {
        "Nothing is to be handed over.".to_owned()
    } else {
        let s = if moved == 1 { "" } else { "s" };
        format!("desk handover --to HANDLE hands over {moved} ticket{s}")
    };
    out.push_str(&format!("\n{}\n", paint.role(Role::Muted, &end)));
    out
}

/// The page for scripts; `moves` are the tickets that are handed over.
pub fn json(shift: &Shift, me: &Handle, context: DeskContext<'_>) -> String {
    let due = |items: &[DueItem], part: &str| -> Vec<serde_json::Value> {
        let one = |item: &DueItem| {
            let mut one = due::json(item, context);
            one["part"] = part.into();
            one
        };
        items.iter().map(one).collect()
    };
    let part = |tickets: &[TicketSummary], part: &str| -> Vec<serde_json::Value> {
        let one = |ticket: &TicketSummary| {
            let mut one = json::summary(ticket, context);
            one["derived"]["part"] = part.into();
            one
        };
        tickets.iter().map(one).collect()
    };
    let mut items = due(&shift.due, "due");
    items.extend(due(&shift.promised, "promised"));
    let mut tickets = part(&shift.contacts, "contact");
    tickets.extend(part(&shift.unassigned, "unassigned"));
    let moves = shift.tickets(me);
    let shifts = json!({
        "agent": me.as_str(),
        "back": shift.back.to_string(),
        "moves": moves.iter().map(TicketId::as_str).collect::<Vec<_>>(),
    });
    json::pages(
        vec![
            ("shifts", vec![shifts]),
            ("due", items),
            ("tickets", tickets),
            ("said", shift.words.iter().map(said::json).collect()),
        ],
        &shift.problems,
    )
}
