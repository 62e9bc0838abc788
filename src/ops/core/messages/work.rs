//! Errors of verbs on work orders.

use crate::ops::core::error::OpError;
use crate::ops::core::messages::Part;

/// Errors of verbs on work orders. The parts of a text are in its order.
#[derive(Clone, Copy)]
pub enum WorkError<'a> {
    LinkOfOrder(Part<'a>),
    OnOtherOrder(Part<'a>, Part<'a>),
    OrderOnItself(Part<'a>),
    NoTicketNamed,
    NothingToSay,
    DifferentCodes(Part<'a>),
    OrderNeedsCode(Part<'a>),
    IncompleteForOrder(Part<'a>, Part<'a>, Part<'a>),
    NoSteps(Part<'a>),
    NoSuchStep(Part<'a>, Part<'a>, Part<'a>),
}

impl WorkError<'_> {
    /// The words of the error.
    pub fn error(self) -> OpError {
        match self {
            Self::LinkOfOrder(id) => OpError::refused("link-of-order", format!("`{id}` is a work order itself"))
                .hint(format!("name tickets that wait for it, or link the two: desk link {id} ID --as relates")),
            Self::OnOtherOrder(id, order) => OpError::refused("on-other-order", format!("`{id}` is linked to the open work order `{order}` already"))
                .hint(format!("see it with `desk work show {order}`; to take the ticket off it: desk set {id} links.work_order=")),
            Self::OrderOnItself(to) => OpError::usage("link-to-itself", format!("`{to}` cannot be linked to itself"))
                .hint("name the work order, or another ticket of the same trouble, with --to"),
            Self::NoTicketNamed => OpError::usage("no-ticket-named", "no ticket was named"),
            Self::NothingToSay => OpError::usage("nothing-to-say", "nothing is said that callers are to be told")
                .hint("say it with -m, like -m \"ERP is down, next word at 14:00\" --next 14:00"),
            Self::DifferentCodes(all) => OpError::refused("different-codes", format!("the tickets have different problem codes: {all}"))
                .hint("say with --code which of them the order is for, or make an order for each"),
            Self::OrderNeedsCode(id) => OpError::refused("order-needs-code", "a work order needs a problem code")
                .hint(format!("say which with --code CODE, or first: desk set {id} code=CODE")),
            Self::IncompleteForOrder(id, names, set) => OpError::refused("incomplete", format!("`{id}` lacks {names}, required before a work order"))
                .hint(set.to_string()),
            Self::NoSteps(id) => OpError::refused("no-steps", format!("`{id}` has no steps to tick"))
                .hint(format!("write them as lines `- [ ] …` into the description: desk edit {id}")),
            Self::NoSuchStep(id, wrong, all) => OpError::usage("no-such-step", format!("`{id}` has no step {wrong}: it has {all}"))
                .hint(format!("see them with `desk work show {id}`")),
        }
    }
}
