//! What a command did, ticket by ticket.

use unicode_width::UnicodeWidthStr;

use crate::model::field::Key;
use crate::model::status::TicketType;
use crate::model::ticket::Ticket;
use crate::ops::core::outcome::Outcome;
use crate::rules::lifecycle::work_order;
use crate::view::entry_lines;
use crate::view::paint::{Paint, Role};
use crate::view::sanitize::line;
use crate::view::words::{count, cut, wrap};

/// Where what is said of a ticket begins, below its title.
const INDENT: usize = 12;

/// Something said of a ticket, wrapped to the width.
fn below(text: &str, role: Role, paint: &Paint) -> String {
    let room = paint
        .width
        .map_or(usize::MAX, |width| width.saturating_sub(INDENT));
    let mut out = String::new();
    for part in wrap(text, room.max(20)) {
        out.push_str(&format!("{:INDENT$}{}\n", "", paint.role(role, &part)));
    }
    out
}

/// One line for each ticket, then its changes.
pub fn changed(outcome: &Outcome, paint: &Paint) -> String {
    let mut out = String::new();
    for one in &outcome.revised {
        out.push_str(&crate::view::kb::article::revised(one, paint));
    }
    for one in &outcome.changed {
        let kind = match &one.entry {
            Some(entry) => entry.kind.as_str(),
            None if !one.by_hand.is_empty() => "edit",
            None => "nothing to change",
        };
        let room = paint.width_up_to(100).saturating_sub(10 + 4 + kind.len());
        out.push_str(&format!(
            "{}  {kind}  {}\n",
            paint.role(Role::Id, one.ticket.id.as_str()),
            paint.role(Role::Title, &cut(&line(one.ticket.title()), room)),
        ));
        if one.new && one.ticket.kind() == TicketType::WorkOrder {
            let order = brief(&one.ticket);
            out.push_str(&below(&order, Role::Muted, paint));
        }
        let facts = one
            .entry
            .iter()
            .filter(|_| !one.new)
            .map(|entry| entry_lines::facts_of(entry, paint))
            .find(|facts| !facts.is_empty());
        if let Some(facts) = facts {
            out.push_str(&below(&facts, Role::Muted, paint));
        }
        for change in one
            .entry
            .iter()
            .filter(|_| !one.new)
            .flat_map(|entry| &entry.changes)
        {
            let follows = one
                .follows
                .iter()
                .find(|(key, _)| key.path() == change.field);
            let cause = follows.filter(|(_, cause)| !cause.is_empty());
            let plain = Paint {
                color: false,
                ..*paint
            };
            let taken = INDENT + entry_lines::changed(change, &plain).width();
            let cause = cause.map_or_else(String::new, |(_, cause)| {
                let cause = format!("({})", line(cause));
                // Below, where the line has no room for it.
                if paint
                    .width
                    .is_some_and(|width| taken + 2 + cause.width() > width)
                {
                    format!("\n{:INDENT$}  {}", "", paint.role(Role::Muted, &cause))
                } else {
                    format!("  {}", paint.role(Role::Muted, &cause))
                }
            });
            out.push_str(&format!(
                "{:INDENT$}{}{cause}\n",
                "",
                entry_lines::changed(change, paint)
            ));
        }
        for remark in &one.remarks {
            out.push_str(&below(&line(remark), Role::Plain, paint));
        }
        for done in &one.by_hand {
            out.push_str(&below(&line(done), Role::Plain, paint));
        }
        for done in &one.repaired {
            let done = format!("by hand before: {}", line(done));
            out.push_str(&below(&done, Role::Muted, paint));
        }
    }
    out
}

/// What stands out of a new work order: `network, critical-situation, 6 steps`.
fn brief(order: &Ticket) -> String {
    let steps = work_order::steps(&order.description).len();
    let steps = (steps > 0).then(|| count(steps, "step"));
    let texts = [Key::Queue, Key::Assignee, Key::Priority].map(|key| line(order.text(key)));
    let parts: Vec<String> = texts
        .into_iter()
        .filter(|text| !text.is_empty())
        .chain(steps)
        .collect();
    parts.join(", ")
}
