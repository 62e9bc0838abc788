//! `kb search --on`: a search, written into the log of the ticket that it was made for.

use crate::model::entry_kind::EntryKind;
use crate::model::id::{ArticleId, TicketId};
use crate::ops::core::actor::Actor;
use crate::ops::core::commit_message::one_line;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::article::ArticleError;
use crate::ops::core::outcome::Outcome;
use crate::ops::core::transaction::Transaction;
use crate::ops::kb::r#use::{NAMED, QUERY};
use crate::ops::ticket::merge::end_of_chain;

/// Writes a search made for a ticket into its log: the words, how many articles were found, and the
/// first of them. `hits` are all that were found, the best first.
pub fn searched(
    desk: &Desk,
    act: &Actor,
    id: TicketId,
    query: &str,
    hits: &[ArticleId],
) -> Result<Outcome, OpError> {
    let query = one_line(query, QUERY);
    if query.is_empty() {
        return Err(ArticleError::SearchNeedsWordsOfRequester.error());
    }
    let mut tx = Transaction::begin(desk, act, "kb search")?;
    let (id, notice) = end_of_chain(desk, id)?;
    let mut edit = tx.edit(id, EntryKind::Kb)?;
    edit.attribute("query", query.as_str());
    edit.attribute("hits", hits.len().to_string());
    if !hits.is_empty() {
        let first: Vec<&str> = hits.iter().take(NAMED).map(ArticleId::as_str).collect();
        edit.attribute("found", first.join(", "));
    }
    tx.stage(edit)?;
    let mut outcome = tx.finish(&format!("{id} kb search: {}", one_line(&query, 50)))?;
    outcome.notices.extend(notice);
    Ok(outcome)
}
