//! `desk`: what waits for me.

use std::collections::BTreeSet;

use chrono::TimeDelta;

use crate::index::ticket_cache::CachedTickets;
use crate::index::want::Want;
use crate::model::field::Key;
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::model::person::Handle;
use crate::model::status::TicketType;
use crate::model::ticket_summary::TicketSummary;
use crate::model::told::Told;
use crate::ops::core::desk::Desk;
use crate::ops::data::unseen::{self, Unseen};
use crate::ops::kb::uses::{Mend, to_mend};
use crate::ops::mail::quarantine::{self, WaitingMail};
use crate::ops::ticket::views::{self, BoardView};
use crate::page::problem::Problem;
use crate::rules::absence;
use crate::rules::context::DeskContext;
use crate::rules::lifecycle::next::{WorkRank, is_over, is_reminded, is_workable};
use crate::rules::lifecycle::watchers::watches_another;
use crate::rules::lifecycle::words::{self, OrderWord};
use crate::rules::sla::clocks::{Brief, Keeping, Pressure};

/// Of a part of the board at most so many tickets are shown.
pub const MOST: usize = 12;

/// My desk.
#[derive(Clone, Debug, Default)]
pub struct Board {
    /// A clock that is mine to keep is overdue, whoever works, or what a ticket waits for has come.
    pub due: Vec<TicketSummary>,
    /// A clock that is mine to keep is near its target, whoever works.
    pub risk: Vec<TicketSummary>,
    /// Told to me, and nobody of those told has said that they have it.
    pub told: Vec<TicketSummary>,
    /// Told to me, and another of those told has said within a day that they have it: who.
    pub taken: Vec<(TicketId, Handle)>,
    /// Solved by a work order, and I am to tell the requester.
    pub tell: Vec<TicketSummary>,
    /// Assigned to me, not waiting.
    pub mine: Vec<TicketSummary>,
    /// Assigned to me, waiting for somebody or a date.
    pub waiting: Vec<TicketSummary>,
    /// With others, or with nobody, while I keep the requester informed.
    pub contact: Vec<TicketSummary>,
    /// In my queues, assigned to nobody.
    pub unassigned: Vec<TicketSummary>,
    /// Of others, or of nobody, and I watch it.
    pub watching: Vec<TicketSummary>,
    /// What callers are to be told, the newest first.
    pub words: Vec<OrderWord>,
    /// Views that are parts of it.
    pub views: Vec<BoardView>,
    /// Articles of mine that were said to be wrong.
    pub mend: Vec<Mend>,
    /// Open tickets of the whole desk.
    pub open: usize,
    /// What syncs brought in and I have not looked at.
    pub unseen: Option<Unseen>,
    /// What of mail waits in the quarantine of this clone.
    pub mail: Option<WaitingMail>,
    /// Files that cannot be read.
    pub problems: Vec<Problem>,
}

/// Whether a ticket waits in one of an agent's queues; an agent without queues works from all.
fn in_my_queues(desk: &Desk, me: &Handle, ticket: &TicketSummary) -> bool {
    let queues = desk.settings.agent(me.as_str()).map(|agent| &agent.queues);
    queues.is_none_or(|queues| {
        queues.is_empty() || queues.iter().any(|queue| queue == ticket.text(Key::Queue))
    })
}

/// The work orders that somebody works on: the tickets that are linked to them need nobody else.
fn worked_orders(all: &[TicketSummary]) -> BTreeSet<String> {
    let orders = all.iter().filter(|ticket| {
        ticket.kind() == TicketType::WorkOrder
            && ticket.status().is_open()
            && !ticket.text(Key::Assignee).is_empty()
    });
    orders.map(|order| order.id.to_string()).collect()
}

/// Whether the reader is to tell the requester that a ticket is solved, or stands in for who is.
fn tells(ticket: &TicketSummary, context: DeskContext<'_>) -> bool {
    let (Some(me), Some(tell)) = (context.me, ticket.tell.as_deref()) else {
        return context.me.is_none();
    };
    let queue = ticket.text(Key::Queue);
    me.as_str() == tell || absence::stands_in(context.settings, me, tell, queue, context.now)
}

/// Sorts the open tickets into what concerns me.
pub fn board(desk: &Desk, context: DeskContext<'_>) -> Board {
    sorted(desk, context, desk.tickets(Want::Live))
}

/// How many tickets are open.
fn open(all: &[TicketSummary]) -> usize {
    all.iter()
        .filter(|ticket| ticket.status().is_open())
        .count()
}

/// Sorts live tickets that were read already.
pub(in crate::ops) fn sorted(
    desk: &Desk,
    context: DeskContext<'_>,
    mut found: CachedTickets,
) -> Board {
    let me = context.me;
    found.problems.extend(desk.dropped(&found.all));
    let (views, bad) = views::on_board(desk, context, &found.all, MOST);
    found.problems.extend(bad);
    let mut board = Board {
        open: open(&found.all),
        words: words::standing(&found.all),
        mail: quarantine::glance(desk),
        views,
        problems: found.problems,
        ..Board::default()
    };
    if let Some(me) = me {
        board.mend = to_mend(desk, me, &found.wrong);
        board.unseen = unseen::glance(desk.root.dir(), me);
    }
    let worked = worked_orders(&found.all);
    for ticket in found.all {
        if !ticket.status().is_open() {
            if tells(&ticket, context) {
                board.tell.push(ticket);
            }
            continue;
        }
        let queue = ticket.text(Key::Queue);
        let concerns =
            |told: &Told, me| absence::is_told(&desk.settings, told, me, queue, context.now);
        if me.is_some_and(|me| ticket.told.iter().any(|told| concerns(told, me))) {
            board.told.push(ticket.clone());
        }
        let since = Moment::new(&(context.now.utc() - TimeDelta::days(1)));
        let taken = me.and_then(|me| ticket.told.iter().find_map(|told| told.taken(me, since)));
        board
            .taken
            .extend(taken.map(|who| (ticket.id, who.clone())));
        let keeping = match me.map_or(Keeping::Nothing, |me| Keeping::of(&ticket, me, context)) {
            // A reminder is its writer's, whoever works by now.
            Keeping::Nothing if is_reminded(&ticket, context) => Keeping::Calls,
            keeping => keeping,
        };
        let brief = Brief::for_reader(&ticket, context);
        let pressure = WorkRank::of(&ticket, &brief, context).pressure;
        let is_takeable = ticket.text(Key::Assignee).is_empty()
            && me.is_none_or(|me| in_my_queues(desk, me, &ticket))
            && (is_workable(&ticket) || is_over(&ticket, context.now))
            && !worked.contains(ticket.text(Key::LinkWorkOrder));
        let part = match (keeping, pressure) {
            (Keeping::All | Keeping::Calls | Keeping::StandsIn(_), Pressure::Overdue) => {
                &mut board.due
            }
            (Keeping::All | Keeping::Calls | Keeping::StandsIn(_), Pressure::AtRisk) => {
                &mut board.risk
            }
            (Keeping::All, Pressure::Calm) if is_workable(&ticket) => &mut board.mine,
            (Keeping::All, Pressure::Calm) => &mut board.waiting,
            _ if is_takeable => &mut board.unassigned,
            (Keeping::Calls, Pressure::Calm) => &mut board.contact,
            _ if me.is_some_and(|me| watches_another(&ticket, me.as_str())) => &mut board.watching,
            (Keeping::StandsIn(_), Pressure::Calm) | (Keeping::Nothing, _) => continue,
        };
        part.push(ticket);
    }
    in_order(&mut board, context);
    board
}

/// Puts each part in the order of the work.
fn in_order(board: &mut Board, context: DeskContext<'_>) {
    for part in [
        &mut board.due,
        &mut board.risk,
        &mut board.told,
        &mut board.tell,
        &mut board.mine,
        &mut board.waiting,
        &mut board.contact,
        &mut board.unassigned,
        &mut board.watching,
    ] {
        part.sort_by_cached_key(|ticket| {
            WorkRank::of(ticket, &Brief::for_reader(ticket, context), context)
        });
    }
}
