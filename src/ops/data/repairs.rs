//! Ticket files put in order: what the log lacks, written in.

use crate::model::id::TicketId;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::data::check_ticket::load;
use crate::page::problem::Problem;
use crate::rules::lifecycle::repair;
use crate::store::fs::walk;
use crate::store::journal::step::Save;

/// Files put in order, to be saved together.
#[derive(Debug, Default)]
pub struct Repairs {
    /// The new texts.
    pub saves: Vec<Save>,
    /// What was done, ticket by ticket.
    pub done: Vec<(TicketId, Vec<String>)>,
    /// Tickets that cannot be read, or only be read, with the first reason.
    pub left: Vec<(TicketId, Problem)>,
}

/// Puts the tickets in order whose paths are wanted.
pub fn of(desk: &Desk, wanted: impl Fn(&str) -> bool) -> Result<Repairs, OpError> {
    let mut repairs = Repairs::default();
    for id in walk::all_ids(&desk.root) {
        let path = id.path();
        if !wanted(&path) {
            continue;
        }
        let page = match load(desk, id) {
            Ok(page) => page,
            Err(problem) => {
                repairs.left.push((id, *problem));
                continue;
            }
        };
        if let Some(bar) = page.bars().into_iter().next() {
            repairs.left.push((id, bar));
            continue;
        }
        let repair = repair::repair(&page, desk.settings.zone)?;
        if let Some(text) = repair.text {
            repairs.saves.push(Save {
                path,
                base: Some(page.text),
                text,
            });
            repairs.done.push((id, repair.done));
        }
    }
    Ok(repairs)
}
