//! Which tickets a reader of the cache wants.

use crate::model::moment::Moment;
use crate::model::ticket_history::TicketHistory;
use crate::model::ticket_summary::TicketSummary;
use crate::rules::lifecycle::sweep::is_settled;

/// Which tickets a command wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    /// None: only what is counted of all.
    Figures,
    /// Those that are not done.
    Open,
    /// Those too whose requester is still to be told that they are solved.
    Live,
    /// Those from which something still follows of itself: live ones, and solved ones not closed yet.
    Unsettled,
    /// All.
    All,
    /// All, what happened to them instead of what they say.
    Stories,
    /// What happened to tickets at which something did at a moment or later.
    StoriesSince(Moment),
}

impl Want {
    /// Whether it is of what happened to tickets, not of what they say.
    pub(in crate::index) fn is_of_stories(self) -> bool {
        matches!(self, Self::Stories | Self::StoriesSince(_))
    }

    /// Whether a story is among those that are wanted.
    pub(in crate::index) fn tells(self, history: &TicketHistory) -> bool {
        let last = || history.events.last().map(|last| last.at);
        match self {
            Self::Stories => true,
            Self::StoriesSince(from) => last().is_some_and(|last| last >= from),
            Self::Figures | Self::Open | Self::Live | Self::Unsettled | Self::All => false,
        }
    }

    pub(in crate::index) fn covers(self, ticket: &TicketSummary) -> bool {
        match self {
            Self::Figures | Self::Stories | Self::StoriesSince(_) => false,
            Self::Open => ticket.status().is_open(),
            Self::Live => ticket.is_live(),
            Self::Unsettled => ticket.is_live() || !is_settled(ticket),
            Self::All => true,
        }
    }
}
