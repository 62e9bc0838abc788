//! `kb demand`: what the knowledge base lacks.

use crate::index::want::Want;
use crate::model::moment::Moment;
use crate::ops::core::desk::Desk;
use crate::page::problem::Problem;
use crate::rules::article_usage::{self, Demands};

/// What the knowledge base lacks, from one moment up to another.
pub fn demand(desk: &Desk, from: Option<Moment>, to: Option<Moment>) -> (Demands, Vec<Problem>) {
    let tickets = desk.tickets(Want::All);
    let within = |at: Moment| from.is_none_or(|from| at >= from) && to.is_none_or(|to| at < to);
    (
        article_usage::demands(&tickets.all, within),
        tickets.problems,
    )
}
