//! Tickets as Markdown, for a page of a wiki, a mail or another tracker.

use crate::model::corrections::{Corrections, ReadLog};
use crate::model::entry_time::effective;
use crate::model::field::Key;
use crate::model::settings::Settings;
use crate::model::ticket::Ticket;
use crate::ops::ticket::show::TicketView;
use crate::rules::lifecycle::work_order;
use crate::view::card;
use crate::view::clocks;
use crate::view::entry_lines::{self, facts_of};
use crate::view::label::joined;
use crate::view::paint::Paint;
use crate::view::report::markdown::escaped;
use crate::view::sanitize::text;
use crate::view::sheet::shown_changes;

/// Tickets whole, a rule between each and the next.
pub fn tickets(all: &[TicketView], settings: &Settings, paint: &Paint) -> String {
    let all: Vec<String> = all.iter().map(|one| ticket(one, settings, paint)).collect();
    all.join("\n---\n\n")
}

fn ticket(shown: &TicketView, settings: &Settings, paint: &Paint) -> String {
    let paint = &Paint {
        color: false,
        width: None,
        ..*paint
    };
    let ticket = &shown.page.ticket;
    let mut out = format!("# {} {}\n\n", ticket.id, escaped(ticket.title()));
    let priority = settings.priority_title(ticket.text(Key::Priority));
    let mut fact = |word: &str, value: &str| {
        let word = if word.is_empty() { "also" } else { word };
        out.push_str(&format!("- {}: {}\n", escaped(word), escaped(value)));
    };
    fact("status", &card::standing(ticket, paint));
    fact("priority", priority);
    fact("type", ticket.kind().as_str());
    for (word, value) in card::known(ticket, shown, settings, paint, usize::MAX) {
        // The priority stands above; here is what it follows from.
        let word = if word == "priority" {
            "impact and urgency"
        } else {
            &word
        };
        fact(word, &value);
    }
    for (name, _, value) in clocks::brief(&shown.clocks, paint) {
        fact(name, &value);
    }
    let words = described(&ticket.description);
    if !words.is_empty() {
        out.push_str(&format!("\n{words}"));
    }
    out.push_str("\n## Log\n");
    out.push_str(&log(ticket, settings, paint));
    out
}

fn log(ticket: &Ticket, settings: &Settings, paint: &Paint) -> String {
    let log = ReadLog::of(&ticket.log);
    let corrections = Corrections::of(&log);
    let mut out = String::new();
    for (place, (entry, at)) in log.iter().zip(effective(&log)).enumerate() {
        let head = joined(&[
            &paint.time(at),
            settings.agent_name(entry.by.as_str()),
            entry.kind.as_str(),
        ]);
        out.push_str(&format!("\n### {}\n\n", escaped(&head)));
        if let Some(undo) = corrections.undone_by(place) {
            let who = settings.agent_name(log[undo].by.as_str());
            out.push_str(&format!("- undone by {}\n", escaped(who)));
        }
        if let Some((original, by)) = log.correction(place) {
            let told = entry_lines::corrected(original, by, settings, paint);
            out.push_str(&format!("- {}\n", escaped(&told)));
        }
        let facts = facts_of(entry, paint);
        let facts = Some(facts).filter(|facts| !facts.is_empty());
        for one in facts.into_iter().chain(shown_changes(entry, paint)) {
            out.push_str(&format!("- {}\n", escaped(&one)));
        }
        let words = described(&entry.text);
        if !words.is_empty() {
            out.push_str(&format!("\n{words}"));
        }
    }
    out
}

/// A text line by line, its steps as boxes, and nothing in it that would be a tag, a link or a
/// heading.
fn described(words: &str) -> String {
    let clean = text(words.trim());
    let mut out = String::new();
    if clean.is_empty() {
        return out;
    }
    let lines = work_order::lines(&clean);
    for (at, (line, step)) in lines.iter().enumerate() {
        if let Some(step) = step {
            let mark = if step.done { "x" } else { " " };
            let indent = " ".repeat(step.indent.min(12));
            out.push_str(&format!("{indent}- [{mark}] {}\n", escaped(&step.text)));
            continue;
        }
        let bare = line.trim();
        let rule = !bare.is_empty() && bare.chars().all(|c| matches!(c, '-' | '=' | '+'));
        let guard = if rule { "\\" } else { "" };
        // A line that another follows ends there.
        let next = lines.get(at + 1).is_some_and(|(next, step)| {
            step.is_none() && !next.trim().is_empty() && !bare.is_empty()
        });
        let end = if next { "\\" } else { "" };
        out.push_str(&format!("{guard}{}{end}\n", escaped(bare)));
    }
    out
}
