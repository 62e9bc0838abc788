//! `desk` and `next`: what waits for me.

use super::desk::Desk;
use super::kb::look::{Mend, to_mend};
use crate::index::cache::Want;
use crate::model::excerpt::Excerpt;
use crate::model::field::{Key, Value};
use crate::model::moment::Moment;
use crate::model::person::Handle;
use crate::page::problem::Problem;
use crate::rules::next::{is_workable, order};

/// My desk.
#[derive(Clone, Debug, Default)]
pub struct Board {
    /// Pending tickets of mine whose time has come.
    pub due: Vec<Excerpt>,
    /// Solved by a work order, and I am to tell the requester.
    pub tell: Vec<Excerpt>,
    /// Assigned to me, not waiting.
    pub mine: Vec<Excerpt>,
    /// Assigned to me, waiting for somebody or a date.
    pub waiting: Vec<Excerpt>,
    /// With others, while I keep the requester informed.
    pub contact: Vec<Excerpt>,
    /// In my queues, assigned to nobody.
    pub unassigned: Vec<Excerpt>,
    /// Articles of mine that were said to be wrong.
    pub mend: Vec<Mend>,
    /// Open tickets of the whole desk.
    pub open: usize,
    /// Files that cannot be read.
    pub problems: Vec<Problem>,
}

/// Whether a pending ticket's time has come.
fn is_due(ticket: &Excerpt, now: Moment) -> bool {
    matches!(ticket.get(Key::Until), Some(Value::Moment(until)) if *until <= now)
}

/// Whether a ticket waits in one of an agent's queues; an agent without queues works from all.
fn in_my_queues(desk: &Desk, me: &Handle, ticket: &Excerpt) -> bool {
    let queues = desk.settings.agent(me.as_str()).map(|agent| &agent.queues);
    queues.is_none_or(|queues| {
        queues.is_empty() || queues.iter().any(|queue| queue == ticket.text(Key::Queue))
    })
}

/// Sorts the open tickets into what concerns me.
pub fn board(desk: &Desk, me: Option<&Handle>, now: Moment) -> Board {
    let found = desk.tickets(Want::Live);
    let mut board = Board {
        open: found
            .all
            .iter()
            .filter(|ticket| ticket.status().is_open())
            .count(),
        problems: found.problems,
        ..Board::default()
    };
    if let Some(me) = me {
        board.mend = to_mend(desk, me, &found.wrong);
    }
    for ticket in found.all {
        if !ticket.status().is_open() {
            if me.is_none_or(|me| ticket.tell.as_deref() == Some(me.as_str())) {
                board.tell.push(ticket);
            }
            continue;
        }
        let assignee = ticket.text(Key::Assignee);
        if me.is_some_and(|me| me.as_str() == assignee) {
            if is_due(&ticket, now) {
                board.due.push(ticket);
            } else if is_workable(&ticket) {
                board.mine.push(ticket);
            } else {
                board.waiting.push(ticket);
            }
        } else if me.is_some_and(|me| me.as_str() == ticket.text(Key::ContactAgent))
            && !assignee.is_empty()
        {
            board.contact.push(ticket);
        } else if assignee.is_empty()
            && me.is_none_or(|me| in_my_queues(desk, me, &ticket))
            && (is_workable(&ticket) || is_due(&ticket, now))
        {
            board.unassigned.push(ticket);
        }
    }
    for part in [
        &mut board.due,
        &mut board.tell,
        &mut board.mine,
        &mut board.waiting,
        &mut board.contact,
        &mut board.unassigned,
    ] {
        part.sort_by(|a, b| order(a, b, &desk.settings));
    }
    board
}

/// The ticket to work on now, and why.
#[derive(Clone, Debug)]
pub struct Next {
    /// The ticket.
    pub ticket: Excerpt,
    /// Reasons, the weightiest first.
    pub why: Vec<String>,
}

/// Chooses among mine and the unassigned of my queues.
pub fn next(desk: &Desk, me: Option<&Handle>, now: Moment) -> (Option<Next>, Vec<Problem>) {
    let board = board(desk, me, now);
    let mine = |ticket: &Excerpt| me.is_some_and(|me| me.as_str() == ticket.text(Key::Assignee));
    let mut all: Vec<Excerpt> = board
        .due
        .into_iter()
        .chain(board.mine)
        .chain(board.unassigned)
        .collect();
    all.sort_by(|a, b| {
        let rank = |ticket: &Excerpt| {
            (
                desk.settings.rank(ticket.text(Key::Priority)),
                !is_due(ticket, now),
                !mine(ticket),
            )
        };
        rank(a)
            .cmp(&rank(b))
            .then(a.created.cmp(&b.created))
            .then(a.id.cmp(&b.id))
    });
    let mut all = all.into_iter();
    let Some(ticket) = all.next() else {
        return (None, board.problems);
    };
    // Age decides only among those of which everything else is the same.
    let others = all.any(|other| {
        other.text(Key::Priority) == ticket.text(Key::Priority)
            && is_due(&other, now) == is_due(&ticket, now)
            && mine(&other) == mine(&ticket)
    });
    let priority = desk
        .settings
        .priority_title(ticket.text(Key::Priority))
        .to_owned();
    let mut why = vec![format!(
        "its priority is {priority}, and nothing more pressing is left"
    )];
    if is_due(&ticket, now) {
        why.push("what it waited for is due".to_owned());
    }
    why.push(if mine(&ticket) {
        "it is assigned to you".to_owned()
    } else {
        format!("nobody has it, and it waits in {}", ticket.text(Key::Queue))
    });
    if others {
        why.push("it is the oldest of those".to_owned());
    }
    (Some(Next { ticket, why }), board.problems)
}
