//! Completions of tickets, people and devices.

use clap_complete::engine::{ArgValueCandidates, ArgValueCompleter};

use crate::cli::complete::{completer, from_desk};
use crate::index::scan::Scan;
use crate::index::ticket_cache::DoneTickets;
use crate::index::want::Want;
use crate::model::field::Key;
use crate::model::field_set::FieldSet;
use crate::model::status::TicketType;
use crate::model::ticket_summary::TicketSummary;
use crate::ops::core::desk::Desk;
use crate::rules::devices::Device;
use crate::rules::people::Person;

/// Open tickets that fit, those first to which something happened last.
pub(in crate::cli::complete) fn open_that(
    desk: &Desk,
    fits: impl Fn(&TicketSummary) -> bool,
) -> Vec<(String, String)> {
    let mut all = desk.tickets(Want::Open).all;
    all.retain(fits);
    named(all)
}

pub(in crate::cli::complete) fn named(mut all: Vec<TicketSummary>) -> Vec<(String, String)> {
    all.sort_by_key(|ticket| std::cmp::Reverse(ticket.updated));
    let one = |ticket: &TicketSummary| {
        let title = ticket.text(Key::Title);
        (ticket.id.to_string(), title.to_owned())
    };
    all.iter().map(one).collect()
}

/// So many tickets are offered of several months; where there are more, done ones are offered by the
/// beginnings of their ids, month by month, as a shell offers folders.
pub(in crate::cli::complete) const MOST: usize = 1_000;

/// Tickets that fit whose ids go on from what is typed, those first to which something happened last.
pub(in crate::cli::complete) fn tickets_from(
    desk: &Desk,
    typed: &str,
    fits: impl Fn(&TicketSummary) -> bool + Sync,
) -> Vec<(String, String)> {
    let scan = Scan::of_tickets(&desk.root);
    let months = scan.beginnings(typed);
    let by_month = months.len() > 1 && months.iter().map(|(_, count)| count).sum::<usize>() > MOST;
    let fields = FieldSet::of(&[Key::Title, Key::Type]);
    let mut all = if by_month {
        desk.scanned(&scan, Want::Live).all
    } else {
        let done = DoneTickets {
            fits: Some(&fits),
            begins: typed,
            ..DoneTickets::of(&fields)
        };
        desk.some_scanned(&scan, Want::All, done).all
    };
    all.retain(|ticket| ticket.id.as_str().starts_with(typed) && fits(ticket));
    let mut all = named(all);
    if by_month {
        let months = months.into_iter().rev();
        all.extend(months.map(|(month, count)| (month, format!("{count} tickets"))));
    }
    all
}

/// Tickets that fit, as a value of the command line.
pub(in crate::cli::complete) fn tickets_that(
    fits: fn(&TicketSummary) -> bool,
) -> ArgValueCompleter {
    completer(move |desk, typed| tickets_from(desk, typed, fits))
}

/// Tickets that are not done.
pub fn open_tickets() -> ArgValueCandidates {
    from_desk(|desk| open_that(desk, |_| true))
}

/// All tickets.
pub fn tickets() -> ArgValueCompleter {
    tickets_that(|_| true)
}

/// Work orders that are not done.
pub fn open_orders() -> ArgValueCandidates {
    from_desk(|desk| {
        let order = |ticket: &TicketSummary| ticket.kind() == TicketType::WorkOrder;
        open_that(desk, order)
    })
}

/// Tickets that may be reopened or closed.
pub fn done_tickets() -> ArgValueCompleter {
    tickets_that(|ticket| !ticket.status().is_open())
}

/// Requesters of earlier tickets, those who called last first.
pub fn people() -> ArgValueCompleter {
    completer(callers)
}

pub(in crate::cli::complete) fn callers(desk: &Desk, typed: &str) -> Vec<(String, String)> {
    let people = if typed.is_empty() {
        crate::ops::core::people::people(desk).0
    } else {
        crate::ops::core::people::fitting(desk, typed)
    };
    let one = |one: &Person| {
        (
            one.label().to_owned(),
            crate::ops::core::people::earlier(one),
        )
    };
    people.all().iter().map(one).collect()
}

/// Devices by what they are best known by, the worst first.
pub fn devices() -> ArgValueCandidates {
    from_desk(|desk| {
        let (devices, _) = crate::ops::ticket::asset::all(desk);
        let one = |device: &Device| {
            let asset = &device.asset;
            let mut known = [&asset.serial, &asset.name, &asset.licence, &asset.model].into_iter();
            let mark = known.find(|mark| !mark.is_empty());
            (mark.cloned().unwrap_or_default(), device.label().to_owned())
        };
        devices.iter().map(one).collect()
    })
}
