//! `who --merge`: two people whom the desk takes for two are one.

use crate::index::want::Want;
use crate::model::entry_kind::EntryKind;
use crate::model::field::Key;
use crate::model::ticket_summary::TicketSummary;
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::ticket::TicketError;
use crate::ops::core::outcome::Outcome;
use crate::ops::core::people;
use crate::ops::core::transaction::Transaction;
use crate::ops::ticket::who::one_person;
use crate::rules::people::{People, Person};

/// The command, as `managers_only` names it.
pub const VERB: &str = "who --merge";

/// The attribute that names a ticket of the person whom another turned out to be.
const SAME: &str = "same_person";

/// Two people who are to become one.
#[derive(Clone, Debug)]
pub struct PeopleMerge {
    /// Who they are from now on.
    pub into: Person,
    /// The other, whose tickets change.
    pub other: Person,
    /// The other's tickets, the newest first.
    pub tickets: Vec<TicketSummary>,
    /// What speaks against it.
    pub against: Vec<&'static str>,
}

/// Looks at two people, each by whatever they are known by or a ticket of theirs.
pub fn look(desk: &Desk, into: &str, other: &str) -> Result<PeopleMerge, OpError> {
    let found = desk.tickets(Want::All);
    let all = People::of(&found.all, &desk.settings.phone_country);
    let (one, two) = (
        one_person(desk, &all, into)?,
        one_person(desk, &all, other)?,
    );
    if std::ptr::eq(one, two) {
        return Err(TicketError::SamePerson(&people::brief(one)).error());
    }
    let theirs = |ticket: &&TicketSummary| two.tickets.contains(&ticket.id);
    let mut tickets: Vec<TicketSummary> = found.all.iter().filter(theirs).cloned().collect();
    tickets.sort_by_key(|ticket| std::cmp::Reverse((ticket.created, ticket.id)));
    Ok(PeopleMerge {
        against: one.against(two),
        into: one.clone(),
        other: two.clone(),
        tickets,
    })
}

/// Gives the other's tickets the name and the contact data of the one; what the one has nothing of
/// stays, and so does the place. `sure` where somebody looked at what speaks against it.
pub fn merge(
    desk: &Desk,
    act: &Actor,
    merge: &PeopleMerge,
    sure: bool,
) -> Result<Outcome, OpError> {
    let tx = Transaction::begin(desk, act, VERB)?;
    if !sure && !merge.against.is_empty() {
        let against = merge.against.join(" and ");
        return Err(TicketError::PeopleDiffer(&against).error());
    }
    let ids: Vec<_> = merge.tickets.iter().map(|ticket| ticket.id).collect();
    let named = merge.into.tickets.first().map(ToString::to_string);
    tx.each(&ids, &EntryKind::Set, "one person", |edit| {
        for (key, text) in merge.into.contact() {
            if !text.is_empty() && key != Key::RequesterLocation {
                edit.set_text(key, text);
            }
        }
        if !edit.is_empty()
            && let Some(named) = &named
        {
            edit.attribute(SAME, named.clone());
        }
        Ok(())
    })
}
