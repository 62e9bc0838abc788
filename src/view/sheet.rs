//! Tickets and work orders on paper: pages of HTML in black on white, A4, with boxes to tick.

use maud::{Markup, html};

use crate::model::corrections::{Corrections, ReadLog};
use crate::model::entry::{Entry, How};
use crate::model::entry_kind::EntryKind;
use crate::model::entry_time::effective;
use crate::model::field::Key;
use crate::model::moment::Moment;
use crate::model::settings::Settings;
use crate::model::ticket::Ticket;
use crate::model::ticket_summary::TicketSummary;
use crate::ops::ticket::show::TicketView;
use crate::ops::work::show::OrderView;
use crate::rules::lifecycle::work_order::{self, WorkStep};
use crate::view::card;
use crate::view::clocks;
use crate::view::entry_lines::{self, changed, facts_of};
use crate::view::html::page;
use crate::view::label::joined;
use crate::view::paint::Paint;
use crate::view::sanitize::{line, text};

const STYLE: &str = include_str!("sheet.css");

/// So many empty lines there are to write on.
const LINES: usize = 4;

/// Tickets whole, a page each.
pub fn tickets(all: &[TicketView], settings: &Settings, paint: &Paint) -> String {
    let named: Vec<&Ticket> = all.iter().map(|one| &one.page.ticket).collect();
    let body = html! {
        @for one in all { (ticket(one, settings, paint)) }
    };
    page(&called(&named), STYLE, "light", &body)
}

/// Work orders as sheets to take along, a page each.
pub fn work_orders(all: &[OrderView], settings: &Settings, paint: &Paint) -> String {
    let named: Vec<&Ticket> = all.iter().map(|one| &one.order.page.ticket).collect();
    let body = html! {
        @for one in all { (work_order(one, settings, paint)) }
    };
    page(&called(&named), STYLE, "light", &body)
}

/// The title of the page of these tickets.
fn called(all: &[&Ticket]) -> String {
    match all {
        [one] => format!("{} {}", one.id, one.title()),
        several => {
            let ids: Vec<String> = several.iter().map(|one| one.id.to_string()).collect();
            ids.join(", ")
        }
    }
}

/// What the page does not wrap, and has no colours.
fn plain(paint: &Paint) -> Paint {
    Paint {
        color: false,
        width: None,
        ..*paint
    }
}

fn ticket(shown: &TicketView, settings: &Settings, paint: &Paint) -> Markup {
    let paint = &plain(paint);
    let ticket = &shown.page.ticket;
    html! {
        article {
            (top(shown, settings, paint))
            (facts(shown, settings, paint))
            @if !ticket.description.is_empty() { (description(ticket)) }
            h2 { "Log" }
            @for entry in log(ticket, settings, paint) { (entry) }
            (foot(settings, paint))
        }
    }
}

fn work_order(shown: &OrderView, settings: &Settings, paint: &Paint) -> Markup {
    let paint = &plain(paint);
    let order = &shown.order.page.ticket;
    html! {
        article {
            (top(&shown.order, settings, paint))
            (facts(&shown.order, settings, paint))
            (description(order))
            @if !shown.linked.is_empty() { (requesters(&shown.linked, paint)) }
            h2 { "Notes" }
            @for _ in 0..LINES { div.line {} }
            div.signs {
                div { "done by" }
                div { "date and time" }
                div { "accepted by" }
            }
            (foot(settings, paint))
        }
    }
}

/// Id, status and title.
fn top(shown: &TicketView, settings: &Settings, paint: &Paint) -> Markup {
    let ticket = &shown.page.ticket;
    let status = card::standing(ticket, paint);
    let priority = settings.priority_title(ticket.text(Key::Priority));
    html! {
        div.top {
            span.id { (ticket.id) }
            span { (joined(&[&status, priority, ticket.kind().as_str()])) }
            span { (line(&settings.name)) }
        }
        h1 { (line(ticket.title())) }
    }
}

/// What is known of it.
fn facts(shown: &TicketView, settings: &Settings, paint: &Paint) -> Markup {
    let ticket = &shown.page.ticket;
    let known = card::known(ticket, shown, settings, paint, usize::MAX);
    let clocks = clocks::brief(&shown.clocks, paint);
    html! {
        dl {
            @for (word, value) in &known { dt { (word) } dd { (value) } }
            @for (name, _, value) in &clocks { dt { (name) } dd { (value) } }
        }
    }
}

/// A text with steps: these as a table with boxes, what stands between as it is.
fn description(ticket: &Ticket) -> Markup {
    let clean = text(&ticket.description);
    let mut parts: Vec<Markup> = Vec::new();
    let mut words = String::new();
    let mut steps: Vec<WorkStep> = Vec::new();
    for (one, step) in work_order::lines(&clean) {
        match step {
            Some(step) => {
                parts.extend(paragraph(&mut words));
                steps.push(step);
            }
            // An empty line between steps parts nothing.
            None if one.trim().is_empty() && !steps.is_empty() => {}
            None => {
                parts.extend(table(&mut steps));
                words.push_str(one);
                words.push('\n');
            }
        }
    }
    parts.extend(table(&mut steps));
    parts.extend(paragraph(&mut words));
    html! {
        @for part in parts { (part) }
    }
}

/// The words so far, if there are any.
fn paragraph(words: &mut String) -> Option<Markup> {
    let words = std::mem::take(words);
    let words = words.trim_matches('\n');
    (!words.trim().is_empty()).then(|| html! { p.text { (words) } })
}

/// The steps so far, if there are any.
fn table(steps: &mut Vec<WorkStep>) -> Option<Markup> {
    let steps = std::mem::take(steps);
    (!steps.is_empty()).then(|| {
        html! {
            table {
                thead { tr {
                    th.mark { "done" } th.mark { "no." } th { "step" } th.write { "when" } th.write { "who" }
                } }
                tbody {
                    @for step in &steps { (step_row(step)) }
                }
            }
        }
    })
}

fn step_row(step: &WorkStep) -> Markup {
    let depth = match step.indent {
        0..=1 => "",
        2..=3 => "in1",
        4..=5 => "in2",
        _ => "in3",
    };
    html! {
        tr {
            td.mark { span.box { @if step.done { "✓" } } }
            td.mark { (step.number) }
            td class=[(!depth.is_empty()).then_some(depth)] { (step.text) }
            td.write {}
            td.write {}
        }
    }
}

/// Who waits for an order, with a box for each who was told.
fn requesters(linked: &[TicketSummary], paint: &Paint) -> Markup {
    let all = |ticket: &TicketSummary, keys: &[Key]| {
        let texts: Vec<&str> = keys.iter().map(|key| ticket.text(*key)).collect();
        joined(&texts)
    };
    let name = [Key::RequesterName, Key::RequesterOrganisation];
    let reach = [Key::RequesterPhone, Key::RequesterEmail];
    let place = [Key::RequesterLocation, Key::AssetLocation];
    let made = |ticket: &TicketSummary| paint.time(ticket.created);
    html! {
        h2 { "Requesters" }
        table {
            thead { tr {
                th.mark { "told" } th { "ticket" } th { "requester" } th { "contact" } th { "place" } th { "about" }
            } }
            tbody {
                @for ticket in linked {
                    tr {
                        td.mark { span.box {} }
                        td { span.id { (ticket.id) } br; (made(ticket)) }
                        td { (all(ticket, &name)) }
                        td { (all(ticket, &reach)) }
                        td { (all(ticket, &place)) }
                        td { (line(ticket.text(Key::Title))) }
                    }
                }
            }
        }
    }
}

/// The entries of a log; of those that were taken back what they said is struck through.
fn log(ticket: &Ticket, settings: &Settings, paint: &Paint) -> Vec<Markup> {
    let log = ReadLog::of(&ticket.log);
    let corrections = Corrections::of(&log);
    let entries = log.iter().zip(effective(&log)).enumerate();
    let one = |(place, (entry, at)): (usize, (&Entry, Moment))| {
        let head = joined(&[
            &paint.time(at),
            settings.agent_name(entry.by.as_str()),
            entry.kind.as_str(),
        ]);
        let said = said(entry, paint);
        let corrected = log
            .correction(place)
            .map(|(original, by)| entry_lines::corrected(original, by, settings, paint));
        html! {
            @if let Some(undo) = corrections.undone_by(place) {
                h3 { del { (head) } }
                p.facts { "undone by " (line(settings.agent_name(log[undo].by.as_str()))) }
                del { (said) }
            } @else {
                h3 { (head) }
                (said)
            }
            @if let Some(corrected) = corrected { p.facts { (corrected) } }
        }
    };
    entries.map(one).collect()
}

/// What an entry says, beside who and when.
fn said(entry: &Entry, paint: &Paint) -> Markup {
    let facts = facts_of(entry, paint);
    let changes: Vec<String> = shown_changes(entry, paint);
    let words = text(&entry.text);
    html! {
        @if !facts.is_empty() { p.facts { (facts) } }
        @if !changes.is_empty() {
            ul.facts { @for change in &changes { li { (change) } } }
        }
        @if !words.trim().is_empty() { p.text { (words.trim_end()) } }
    }
}

/// The changes of an entry that are shown: those of a new record stand in its head.
pub(in crate::view) fn shown_changes(entry: &Entry, paint: &Paint) -> Vec<String> {
    let elements = |how: &How| matches!(how, How::Elements { .. });
    let changes = entry.changes.iter();
    changes
        .filter(|change| entry.kind != EntryKind::Created || elements(&change.how))
        .map(|change| changed(change, paint))
        .collect()
}

/// When it was printed: paper does not change any more.
fn foot(settings: &Settings, paint: &Paint) -> Markup {
    let at = paint.now.in_zone(&paint.zone).format("%A %-d %B %Y, %H:%M");
    html! { p.foot { (line(&settings.name)) ", as of " (at.to_string()) } }
}
