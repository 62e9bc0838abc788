//! What a command did, ticket by ticket.

use unicode_width::UnicodeWidthStr;

use crate::model::entry::{Entry, How};
use crate::model::field::Key;
use crate::model::status::TicketType;
use crate::model::template::TEMPLATE;
use crate::model::ticket::Ticket;
use crate::ops::core::bulk::Sum;
use crate::ops::core::outcome::{Changed, Outcome};
use crate::rules::lifecycle::work_order;
use crate::view::entry_lines;
use crate::view::paint::{Paint, Role};
use crate::view::sanitize::{line, text};
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

/// So many of several tickets are shown whole before anything is written.
const WHOLE: usize = 5;

/// One line for each ticket, then its changes. Of several that were named a line each and a sum; what
/// would be done to them is shown whole of the first five.
pub fn changed(outcome: &Outcome, paint: &Paint) -> String {
    let mut out = String::new();
    for one in &outcome.revised {
        out.push_str(&crate::view::kb::article::revised(one, paint));
    }
    match &outcome.sum {
        None => outcome
            .changed
            .iter()
            .for_each(|one| out.push_str(&whole(one, paint))),
        Some(done) => {
            if outcome.dry_run {
                for one in outcome.changed.iter().take(WHOLE) {
                    out.push_str(&whole(one, paint));
                    out.push_str(&words(one, paint));
                }
                if let more @ 1.. = outcome.changed.len().saturating_sub(WHOLE) {
                    out.push_str(&format!("and {more} more\n"));
                }
            } else {
                out.push_str(&rows(&outcome.changed, paint));
            }
            out.push_str(&format!("{}\n", sum(outcome, done, paint)));
        }
    }
    out
}

/// The text that a template became, to be read once more, sent or said.
fn finished(one: &Changed, paint: &Paint) -> String {
    let of_template = |entry: &&Entry| !one.new && entry.attribute(TEMPLATE).is_some();
    let Some(entry) = one.entry.as_ref().filter(of_template) else {
        return String::new();
    };
    let shown = below(&text(&entry.text), Role::Plain, paint);
    let lines = shown.lines().map(|one| format!("{}\n", one.trim_end()));
    lines.collect()
}

/// The text of an entry, below what it changes; that of a template stands there already.
fn words(one: &Changed, paint: &Paint) -> String {
    let typed = one
        .entry
        .as_ref()
        .filter(|entry| entry.attribute(TEMPLATE).is_none());
    let said = typed.map_or("", |entry| entry.text.as_str());
    if said.is_empty() {
        return String::new();
    }
    below(&text(said), Role::Plain, paint)
}

/// What was done to several tickets: `12 tickets assigned to marek, 1 with nothing to change`.
fn sum(outcome: &Outcome, sum: &Sum, paint: &Paint) -> String {
    let is_idle = |one: &&Changed| one.entry.is_none() && one.by_hand.is_empty();
    let known = || outcome.changed.iter().filter(|one| !one.new);
    let idle = known().take(sum.asked).filter(is_idle).count();
    let follow = known().count().saturating_sub(sum.asked);
    let (would, done) = (
        if outcome.dry_run { "would be " } else { "" },
        line(&sum.done),
    );
    let would = if done.starts_with("with ") { "" } else { would };
    let mut all = format!("{} {would}{done}", count(sum.asked - idle, "ticket"));
    if idle > 0 {
        all.push_str(&format!(", {idle} with nothing to change"));
    }
    if follow > 0 {
        all.push_str(&format!(", and {follow} more with them"));
    }
    let room = paint.width.unwrap_or(usize::MAX).max(20);
    wrap(&all, room).join("\n")
}

/// A line for each of several tickets: id, entry, title, and what changed.
fn rows(all: &[Changed], paint: &Paint) -> String {
    let plain = Paint {
        color: false,
        ..*paint
    };
    let cells: Vec<[String; 3]> = all
        .iter()
        .map(|one| {
            let title = line(one.ticket.title());
            [kind(one).to_owned(), title, brief_change(one, &plain)]
        })
        .collect();
    let widest = |at: usize| cells.iter().map(|cell| cell[at].width()).max().unwrap_or(0);
    let (kinds, titles, changes) = (widest(0), widest(1), widest(2));
    let wide = paint.width.unwrap_or(ROW).max(40);
    let room = wide.saturating_sub(10 + 2 + kinds + 2).max(20);
    // What changed has half of the room, and what the titles leave.
    let changes = match changes {
        0 => 0,
        wanted => wanted.min((room / 2).max(room.saturating_sub(titles + 2))),
    };
    let gap = if changes > 0 { 2 } else { 0 };
    let titles = titles.min(room.saturating_sub(changes + gap));
    let mut out = String::new();
    for (one, [kind, title, change]) in all.iter().zip(cells) {
        let title = cut(&title, titles);
        let (after_kind, after_title) = (
            " ".repeat(kinds - kind.width() + 2),
            " ".repeat((titles + gap).saturating_sub(title.width())),
        );
        let id = paint.role(Role::Id, one.ticket.id.as_str());
        let title = paint.role(Role::Title, &title);
        let change = paint.role(Role::Muted, &cut(&change, changes));
        let row = format!("{id}  {kind}{after_kind}{title}{after_title}{change}");
        out.push_str(row.trim_end());
        out.push('\n');
        out.push_str(&of_new_order(one, paint));
        out.push_str(&finished(one, paint));
        for said in one.remarks.iter().chain(&one.by_hand) {
            out.push_str(&below(&line(said), Role::Plain, paint));
        }
    }
    out
}

/// The width of a row where there is no terminal.
const ROW: usize = 100;

/// What an entry changed, in short: `assignee marek, status open`; else its facts.
fn brief_change(one: &Changed, paint: &Paint) -> String {
    let Some(entry) = one.entry.as_ref().filter(|_| !one.new) else {
        return String::new();
    };
    let changes = entry.changes.iter().map(|change| match &change.how {
        How::Set { new, .. } => {
            let moment = |text: &String| text.parse().ok().map(|at| paint.time(at));
            let new = new
                .as_ref()
                .map(|text| moment(text).unwrap_or_else(|| line(text)));
            format!(
                "{} {}",
                line(&change.field),
                new.as_deref().unwrap_or("none")
            )
        }
        How::Elements { .. } => entry_lines::changed(change, paint).replacen(": ", " ", 1),
    });
    let changes: Vec<String> = changes.collect();
    if changes.is_empty() {
        entry_lines::facts_of(entry, paint)
    } else {
        changes.join(", ")
    }
}

/// The kind of a change, as a word.
fn kind(one: &Changed) -> &str {
    match &one.entry {
        Some(entry) => entry.kind.as_str(),
        None if !one.by_hand.is_empty() => "edit",
        None => "nothing to change",
    }
}

/// One ticket: a line for it, then its changes.
fn whole(one: &Changed, paint: &Paint) -> String {
    let mut out = String::new();
    let kind = kind(one);
    let room = paint.width_up_to(100).saturating_sub(10 + 4 + kind.len());
    out.push_str(&format!(
        "{}  {kind}  {}\n",
        paint.role(Role::Id, one.ticket.id.as_str()),
        paint.role(Role::Title, &cut(&line(one.ticket.title()), room)),
    ));
    out.push_str(&of_new_order(one, paint));
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
    out.push_str(&finished(one, paint));
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
    out
}

/// What stands out of a work order that was made; nothing of other tickets.
fn of_new_order(one: &Changed, paint: &Paint) -> String {
    if one.new && one.ticket.kind() == TicketType::WorkOrder {
        below(&brief(&one.ticket), Role::Muted, paint)
    } else {
        String::new()
    }
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
