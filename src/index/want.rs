//! Which tickets a reader of the cache wants.

use crate::model::ticket_summary::TicketSummary;

/// Which tickets a command wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    /// None: only what is counted of all.
    Figures,
    /// Those that are not done.
    Open,
    /// Those too whose requester is still to be told that they are solved.
    Live,
    /// All.
    All,
    /// All, what happened to them instead of what they say.
    Stories,
}

impl Want {
    pub(in crate::index) fn covers(self, ticket: &TicketSummary) -> bool {
        match self {
            Self::Figures | Self::Stories => false,
            Self::Open => ticket.status().is_open(),
            Self::Live => ticket.is_live(),
            Self::All => true,
        }
    }
}
