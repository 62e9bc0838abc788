//! `kb use`: an article helped on a ticket, or did not; and the searches made for a ticket.

use crate::model::article::{ArticleOutcome, ArticleState};
use crate::model::entry_kind::EntryKind;
use crate::model::field::Key;
use crate::model::id::{ArticleId, TicketId};
use crate::ops::core::actor::Actor;
use crate::ops::core::articles::{cached_articles, find, today};
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::outcome::Outcome;
use crate::ops::core::transaction::Transaction;
use crate::ops::core::values;
use crate::ops::ticket::merge::end_of_chain;
use crate::rules::lifecycle::transitions::Trigger;

/// So many of the articles that a search found are named in the log.
pub(in crate::ops) const NAMED: usize = 5;

/// The longest query that the log keeps, in characters.
pub(in crate::ops) const QUERY: usize = 200;

/// Says on a ticket what came of an article: the ticket names it from now on.
pub fn used(
    desk: &Desk,
    act: &Actor,
    article: &ArticleId,
    id: TicketId,
    came: ArticleOutcome,
    text: &str,
) -> Result<Outcome, OpError> {
    let text = values::text(text)?;
    let mut tx = Transaction::begin(desk, act, "kb use")?;
    let all = cached_articles(desk);
    let article = &find(&all, article.as_str())?.article;
    let (id, notice) = end_of_chain(desk, id)?;
    let mut edit = tx.edit(id, EntryKind::Kb)?;
    edit.attribute("article", article.id.as_str());
    edit.attribute("outcome", came.as_str());
    if came == ArticleOutcome::Wrong {
        // Whoever mends the article changes its version, and with it this word is history.
        edit.attribute("version", article.version.as_str());
    }
    edit.add(Key::LinkArticles, article.id.as_str());
    edit.text(&text);
    edit.event(Trigger::AgentActs)?;
    tx.stage(edit)?;
    let mut outcome = tx.finish(&format!("{id} kb: {} {came}", article.id))?;
    outcome.notices.extend(notice);
    let expired = article.is_expired(today(desk, act.now));
    if article.state == ArticleState::Retired || expired {
        let why = if expired { "has expired" } else { "is retired" };
        outcome.notices.push(format!("{} {why}", article.id));
    }
    Ok(outcome)
}
