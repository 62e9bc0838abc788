//! `desk --team`: what a manager sees of the whole desk.

use std::collections::BTreeSet;

use crate::index::want::Want;
use crate::model::article::ArticleState;
use crate::model::field::Key;
use crate::model::id::TicketId;
use crate::model::ticket_summary::TicketSummary;
use crate::ops::core::articles::cached_articles;
use crate::ops::core::desk::Desk;
use crate::ops::ticket::board::{self, Board};
use crate::rules::context::DeskContext;
use crate::rules::lifecycle::team::Team;
use crate::rules::lifecycle::words::{Surge, surges};

/// The whole desk, and how much of it is the reader's own.
#[derive(Clone, Debug, Default)]
pub struct TeamBoard {
    /// What there is in queues, with agents, and to decide.
    pub team: Team,
    /// The titles of the tickets that are named, as far as their files can be read.
    pub titles: Vec<(TicketId, String)>,
    /// Articles that wait for a manager: how many, and the id and title of the first.
    pub review: Option<(usize, String, String)>,
    /// Orders that look like a major incident, which is for a manager to decide.
    pub surges: Vec<Surge>,
    /// The reader's own board.
    pub own: Board,
}

impl TeamBoard {
    /// How many tickets and articles of the own board concern the reader alone: all but what is
    /// unassigned in their queues.
    pub fn for_me(&self) -> usize {
        let own = &self.own;
        let parts = [
            &own.due,
            &own.risk,
            &own.told,
            &own.tell,
            &own.mine,
            &own.waiting,
            &own.contact,
            &own.watching,
        ];
        let tickets = parts.into_iter().flatten().map(|ticket| ticket.id);
        let taken = own.taken.iter().map(|(id, _)| *id);
        let tickets: BTreeSet<TicketId> = tickets.chain(taken).collect();
        tickets.len() + own.mend.len()
    }
}

/// Looks at the whole desk. Of done tickets nothing is read but those that are named.
pub fn team(desk: &Desk, context: DeskContext<'_>) -> TeamBoard {
    let found = desk.tickets(Want::Live);
    let open = found.all.iter().filter(|ticket| ticket.status().is_open());
    let open: Vec<&TicketSummary> = open.collect();
    let team = Team::of(&open, &found.complaints, context);
    let title = |id: TicketId| {
        let title = match open.iter().find(|ticket| ticket.id == id) {
            Some(ticket) => ticket.text(Key::Title).to_owned(),
            None => desk.page(id).ok()?.ticket.title().to_owned(),
        };
        Some((id, title))
    };
    let named: BTreeSet<TicketId> = team.concerns.iter().map(|one| one.first).collect();
    let titles = named.into_iter().filter_map(title).collect();
    let cached_articles = cached_articles(desk);
    let mut waiting = cached_articles
        .all
        .iter()
        .map(|cached| &cached.article)
        .filter(|article| article.state == ArticleState::Review)
        .peekable();
    let review = waiting
        .peek()
        .map(|first| (first.id.to_string(), first.title.clone()));
    let review = review.map(|(id, title)| (waiting.count(), id, title));
    TeamBoard {
        team,
        titles,
        review,
        surges: surges(&found.all),
        own: board::sorted(desk, context, found),
    }
}
