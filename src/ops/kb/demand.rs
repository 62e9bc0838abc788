//! `kb demand`: what the knowledge base lacks.

use crate::model::field::Key;
use crate::model::field_set::FieldSet;
use crate::model::moment::Moment;
use crate::model::ticket_summary::TicketSummary;
use crate::ops::core::desk::Desk;
use crate::page::problem::Problem;
use crate::rules::article_usage::{self, Demands};

/// What the knowledge base lacks, from one moment up to another.
pub fn demand(desk: &Desk, from: Option<Moment>, to: Option<Moment>) -> (Demands, Vec<Problem>) {
    let mut fields = FieldSet::of(&[Key::Type, Key::Code]);
    fields.stories = true;
    let tells = |ticket: &TicketSummary| !ticket.knowledge.is_empty() || ticket.resolved.is_some();
    let tickets = desk.partial_that(&fields, &tells);
    let within = |at: Moment| from.is_none_or(|from| at >= from) && to.is_none_or(|to| at < to);
    (
        article_usage::demands(&tickets.all, within),
        tickets.problems,
    )
}
