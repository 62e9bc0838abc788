//! `next`: the ticket to work on now, and why.

use crate::model::field::Key;
use crate::model::ticket_summary::TicketSummary;
use crate::ops::core::desk::Desk;
use crate::ops::ticket::board::board;
use crate::page::problem::Problem;
use crate::rules::context::DeskContext;
use crate::rules::lifecycle::next::{WorkRank, is_over, is_reminded};
use crate::rules::sla::clocks::{Brief, Keeping, Pressure};
use crate::rules::text::time_input::lasting;

/// The ticket to work on now, and why.
#[derive(Clone, Debug)]
pub struct Next {
    /// The ticket.
    pub ticket: TicketSummary,
    /// Reasons, the weightiest first.
    pub why: Vec<String>,
}

/// Chooses among mine and the unassigned of my queues.
pub fn next(desk: &Desk, context: DeskContext<'_>) -> (Option<Next>, Vec<Problem>) {
    let board = board(desk, context);
    let parts = [board.due, board.risk, board.mine, board.unassigned];
    let placed = parts.into_iter().flatten().map(|ticket| {
        let brief = Brief::for_reader(&ticket, context);
        (WorkRank::of(&ticket, &brief, context), brief, ticket)
    });
    let mut all: Vec<(WorkRank, Brief, TicketSummary)> = placed.collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    let mut all = all.into_iter();
    let Some((place, brief, ticket)) = all.next() else {
        return (None, board.problems);
    };
    // What comes later decides only among those of which everything before is the same.
    let same = |other: &WorkRank| {
        (other.rank, other.pressure, other.others) == (place.rank, place.pressure, place.others)
    };
    let rivals: Vec<WorkRank> = all.map(|(other, ..)| other).filter(same).collect();
    let why = reasons(&ticket, &place, &brief, &rivals, context);
    (Some(Next { ticket, why }), board.problems)
}

/// Why a ticket comes before its rivals, the weightiest reason first.
fn reasons(
    ticket: &TicketSummary,
    place: &WorkRank,
    brief: &Brief,
    rivals: &[WorkRank],
    context: DeskContext<'_>,
) -> Vec<String> {
    let name = ticket.text(Key::Priority);
    let priority = context.settings.priority_title(name);
    let raised = place.rank < context.settings.rank(name);
    let mut why = Vec::new();
    if let Some((clock, due)) = brief.due.filter(|_| brief.pressure != Pressure::Calm) {
        let (clock, left) = (clock.title(), due.since(context.now));
        why.push(if brief.pressure == Pressure::Overdue {
            format!("its {clock} is overdue by {}", lasting(left))
        } else {
            format!("its {clock} is at risk, due in {}", lasting(left))
        });
    }
    why.push(if raised {
        format!("with that it counts one priority above {priority}")
    } else {
        format!("its priority is {priority}, and nothing more pressing is left")
    });
    if is_over(ticket, context.now) {
        why.push("what it waited for is due".to_owned());
    }
    if is_reminded(ticket, context) {
        why.push("you wanted to be reminded of it by now".to_owned());
    }
    let keeping = context.me.map(|me| Keeping::of(ticket, me, context));
    let works = ticket.text(Key::Assignee);
    let instead = match keeping {
        Some(Keeping::StandsIn(of)) => Some(context.settings.agent_name(of)),
        _ => None,
    };
    why.push(if let Some(of) = instead {
        format!("you stand in for {of}, who is absent")
    } else if keeping == Some(Keeping::Calls) {
        let who = match works {
            "" => format!("nobody works on it in {}", ticket.text(Key::Queue)),
            works => format!("{} works on it", context.settings.agent_name(works)),
        };
        format!("you keep contact, and {who}")
    } else if place.others {
        format!("nobody has it, and it waits in {}", ticket.text(Key::Queue))
    } else {
        "it is assigned to you".to_owned()
    });
    let first = rivals.iter().all(|other| place.due < other.due);
    match brief.due.filter(|_| first && !rivals.is_empty()) {
        Some((clock, due)) if brief.pressure == Pressure::Calm => why.push(format!(
            "its {} is due before those of the others, in {}",
            clock.title(),
            lasting(due.since(context.now))
        )),
        Some(_) => why.push("it is due before the others".to_owned()),
        None if rivals.iter().any(|other| place.due == other.due) => {
            why.push(
                if rivals.iter().all(|other| place.created < other.created) {
                    "it is the oldest of those".to_owned()
                } else {
                    "it waits in the deepest tier of those".to_owned()
                },
            );
        }
        None => {}
    }
    why
}
