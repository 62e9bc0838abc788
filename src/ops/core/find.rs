//! The ticket that a person named, or an entry of it.

use std::cell::OnceCell;

use crate::index::ticket_cache::CachedTickets;
use crate::model::entry::Entry;
use crate::model::field::{Key, Value};
use crate::model::field_set::FieldSet;
use crate::model::id::{IdInput, TicketId};
use crate::model::person::Handle;
use crate::model::ticket::Ticket;
use crate::model::ticket_summary::TicketSummary;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::desk::DeskError;
use crate::ops::core::messages::ticket::TicketError;
use crate::ops::core::messages::unknown;
use crate::ops::core::unreadable;
use crate::page::problem::near;
use crate::store::fs::walk;
use crate::store::git::private::Private;
use crate::store::git::repo::Repo;

/// The entry that a person named by its tag, with or without `^`, or by its whole identity.
pub fn entry<'t>(ticket: &'t Ticket, tag: &str) -> Result<&'t Entry, OpError> {
    let given = tag.trim();
    let bare = given.trim_start_matches('^').to_lowercase();
    let of = |entry: &&Entry| entry.tag == bare || entry.identity() == given;
    let mut found = ticket.log.iter().filter(of);
    match (found.next(), found.next()) {
        (Some(entry), None) => Ok(entry),
        (Some(one), Some(other)) => {
            let (one, other) = (one.identity(), other.identity());
            Err(TicketError::SeveralEntries(&bare, &one, &other).error())
        }
        (None, _) => {
            let known = ticket.log.iter().map(|entry| entry.tag.as_str());
            let shown = format!("`desk show {} --json` has the tags", ticket.id);
            Err(unknown("entry", &bare, known).hint(shown))
        }
    }
}

/// What was looked through for one name, kept for the next ones of a command.
#[derive(Debug, Default)]
pub struct Sought {
    ids: OnceCell<Vec<TicketId>>,
    tickets: OnceCell<CachedTickets>,
}

impl Desk {
    /// The ticket that a person named.
    pub fn find(&self, given: &str, me: Option<&Handle>) -> Result<TicketId, OpError> {
        self.find_next(given, me, &Sought::default())
    }

    /// As [`Self::find`], of several names one after the other.
    pub fn find_next(
        &self,
        given: &str,
        me: Option<&Handle>,
        sought: &Sought,
    ) -> Result<TicketId, OpError> {
        match IdInput::read(given) {
            IdInput::Full(id) => {
                let path = self.root.join(&id.path());
                if path.symlink_metadata().is_ok() {
                    Ok(id)
                } else {
                    self.foreign(given, sought)
                }
            }
            IdInput::Start { month, random } => {
                let fits = |id: &TicketId| {
                    id.random().starts_with(&random)
                        && month
                            .as_deref()
                            .is_none_or(|month| id.as_str().starts_with(month))
                };
                let ids = sought.ids.get_or_init(|| walk::all_ids(&self.root));
                let mut found: Vec<TicketId> = ids.iter().copied().filter(fits).collect();
                found.sort_unstable();
                if found.len() > 1 {
                    let open: Vec<TicketId> = found
                        .iter()
                        .copied()
                        .filter(|id| self.may_be_open(*id))
                        .collect();
                    if !open.is_empty() {
                        found = open;
                    }
                }
                match found[..] {
                    [id] => Ok(id),
                    [] => self.foreign(given, sought),
                    _ => Err(self.ambiguous(given, &found)),
                }
            }
            IdInput::Last => self.last(me),
            IdInput::Foreign(_) => self.foreign(given, sought),
        }
    }

    /// Whether a ticket may be meant where an open one is; one that cannot be read may.
    fn may_be_open(&self, id: TicketId) -> bool {
        self.page(id)
            .map_or(true, |page| page.ticket.status().is_open())
    }

    /// A ticket by a foreign id or an alias, else by the number that its vendor gave the matter.
    fn foreign(&self, given: &str, sought: &Sought) -> Result<TicketId, OpError> {
        // Most tickets have no foreign id: nothing names none of them.
        if given.trim().is_empty() {
            return Err(DeskError::EmptyId.error());
        }
        let tickets = sought.tickets.get_or_init(|| {
            let keys = [Key::SourceId, Key::Aliases, Key::VendorReference];
            let has_one =
                |ticket: &TicketSummary| keys.iter().any(|key| ticket.get(*key).is_some());
            self.partial_that(&FieldSet::of(&keys), &has_one)
        });
        // As it is written over there, where one is; else letters of either case.
        let is_exact = tickets
            .all
            .iter()
            .any(|ticket| ticket.text(Key::SourceId) == given);
        let names = |ticket: &&TicketSummary| {
            let id = ticket.text(Key::SourceId);
            id == given
                || !is_exact && id.eq_ignore_ascii_case(given)
                || ticket.get(Key::Aliases).is_some_and(|value| match value {
                    Value::List(all) => all.iter().any(|alias| alias.eq_ignore_ascii_case(given)),
                    _ => false,
                })
        };
        let of = |fits: &dyn Fn(&&TicketSummary) -> bool| -> Vec<TicketId> {
            let fitting = tickets.all.iter().filter(fits);
            fitting.map(|ticket| ticket.id).collect()
        };
        let mut found = of(&names);
        if found.is_empty() {
            found = of(&|ticket| ticket.text(Key::VendorReference) == given);
        }
        if found.is_empty() {
            let reference = |ticket: &TicketSummary| ticket.text(Key::VendorReference).to_owned();
            found = of(&|ticket| reference(ticket).eq_ignore_ascii_case(given));
        }
        match found[..] {
            [id] => Ok(id),
            [] => {
                let keys = [Key::SourceId, Key::Aliases, Key::VendorReference];
                let hidden = unreadable::hiding(self, tickets, &keys);
                let (naming, _) = unreadable::naming(self, hidden, given);
                if naming.is_empty() {
                    return Err(self.unknown(given));
                }
                Err(DeskError::TicketUnreadable(&given).error().with(naming))
            }
            _ => Err(self.ambiguous(given, &found)),
        }
    }

    fn describe(&self, id: TicketId) -> String {
        match self.page(id) {
            Ok(page) => format!("{id}  {}  {}", page.ticket.status(), page.ticket.title()),
            Err(_) => id.to_string(),
        }
    }

    fn ambiguous(&self, given: &str, found: &[TicketId]) -> OpError {
        let mut error = DeskError::AmbiguousTicket(&given, &found.len()).error();
        for id in found.iter().take(8) {
            error = error.hint(self.describe(*id));
        }
        if found.len() > 8 {
            error.hint(format!("… and {} more", found.len() - 8))
        } else {
            error
        }
    }

    pub(in crate::ops::core) fn unknown(&self, given: &str) -> OpError {
        let error = DeskError::UnknownTicket(&given).error();
        let mut ids = walk::all_ids(&self.root);
        ids.sort_unstable();
        let wanted = given
            .rsplit('-')
            .next()
            .unwrap_or(given)
            .to_ascii_uppercase();
        let nearest = near(&wanted, ids.iter().map(TicketId::random));
        let close = ids
            .iter()
            .filter(|id| nearest.iter().any(|random| random == id.random()))
            .take(3);
        let mut hints: Vec<String> = close
            .map(|id| format!("did you mean {}?", self.describe(*id)))
            .collect();
        if hints.is_empty() {
            hints.push("`desk list --all` shows every ticket".to_owned());
        }
        hints.into_iter().fold(error, OpError::hint)
    }

    fn last(&self, me: Option<&Handle>) -> Result<TicketId, OpError> {
        let nothing = || DeskError::NoLastTicket.error();
        let me = me.ok_or_else(nothing)?;
        let repo = Repo::open(self.root.dir()).map_err(|_| nothing())?;
        let kept = Private::open(&repo, LAST).ok().flatten();
        let text = kept.and_then(|kept| kept.read(me.as_str()));
        let text = text.ok_or_else(nothing)?;
        let id: TicketId = text.trim().parse().map_err(|_| nothing())?;
        Ok(id)
    }
}

/// The folder in the clone's own one that keeps, for each agent, the id of the ticket that they
/// wrote to last.
pub const LAST: &str = "last";
