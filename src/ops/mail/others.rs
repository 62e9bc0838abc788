//! What others wrote to a ticket since somebody began an answer to it: in this clone, and at the other
//! end, which is asked for it.

use std::collections::HashSet;
use std::time::Duration;

use crate::model::entry::Entry;
use crate::model::entry_kind::EntryKind;
use crate::model::id::TicketId;
use crate::model::person::Handle;
use crate::model::ticket::Ticket;
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::mail::out::KeptMail;
use crate::ops::ticket::merge::end_of_chain;
use crate::page::ticket;
use crate::store::fs::interrupt::Interrupt;
use crate::store::git::history::Blobs;
use crate::store::git::remote::{Call, RemoteError, TalkError};
use crate::store::git::repo::Repo;
use crate::store::git::state::Head;
use crate::store::mail::outbox::Stage;

/// The other end is asked for so long.
const PATIENCE: Duration = Duration::from_secs(3);

/// The log of a ticket as it was when an answer was begun.
#[derive(Clone, Debug)]
pub struct BegunAnswer {
    id: TicketId,
    known: HashSet<String>,
}

/// What others wrote since.
#[derive(Clone, Debug, Default)]
pub struct OthersWrote {
    /// The ticket, as it is here, or at the other end where only that has all of it.
    pub ticket: Option<Ticket>,
    /// Their entries, oldest first.
    pub entries: Vec<Entry>,
    /// Why it is not known what others wrote elsewhere.
    pub offline: Option<String>,
}

impl BegunAnswer {
    /// A ticket as it is now.
    pub fn now(desk: &Desk, id: TicketId) -> Result<Self, OpError> {
        let (id, _) = end_of_chain(desk, id)?;
        let ticket = desk.page(id)?.ticket;
        Ok(Self::of(&ticket, None))
    }

    /// A ticket as it was after an entry that its log still has; as it is now otherwise.
    pub fn of(ticket: &Ticket, last: Option<&str>) -> Self {
        let identities = ticket.log.iter().map(Entry::identity);
        let all: Vec<String> = identities.collect();
        let end = last.and_then(|last| all.iter().position(|one| one == last));
        let end = end.map_or(all.len(), |at| at + 1);
        Self {
            id: ticket.id,
            known: all.into_iter().take(end).collect(),
        }
    }

    /// What others wrote since then. The other end is asked, and not waited for.
    pub fn since(&self, desk: &Desk, act: &Actor) -> Result<OthersWrote, OpError> {
        let theirs = fetched(desk, act);
        self.compared(desk, act, &act.me, &theirs)
    }

    /// What others than `me` wrote since then, here and at the other end as it was fetched.
    fn compared(
        &self,
        desk: &Desk,
        act: &Actor,
        me: &Handle,
        theirs: &Result<Option<String>, String>,
    ) -> Result<OthersWrote, OpError> {
        let mut found = OthersWrote::default();
        let here = desk.page(self.id)?.ticket;
        self.add(&mut found, here, me);
        match theirs {
            Ok(Some(commit)) => {
                if let Some(there) = read_at(act.repo(desk)?, commit, self.id) {
                    self.add(&mut found, there, me);
                }
            }
            Ok(None) => {}
            Err(why) => found.offline = Some(why.clone()),
        }
        found
            .entries
            .sort_by_key(|entry| (entry.at, entry.heading()));
        Ok(found)
    }

    fn add(&self, found: &mut OthersWrote, ticket: Ticket, me: &Handle) {
        for entry in &ticket.log {
            let identity = entry.identity();
            let is_news = !self.known.contains(&identity) && is_of_others(entry, me);
            if is_news && !found.entries.iter().any(|one| one.identity() == identity) {
                found.entries.push(entry.clone());
            }
        }
        found.ticket.get_or_insert(ticket);
    }
}

/// Whether an entry is of somebody else's, as far as an answer goes: of what the program writes only
/// what a requester said.
fn is_of_others(entry: &Entry, me: &Handle) -> bool {
    if entry.by.is_desk() {
        return entry.kind == EntryKind::Contact && entry.attribute("direction") == Some("in");
    }
    entry.by != *me
}

/// A mail that waits in the outbox, and what others wrote since its text was begun.
#[derive(Debug)]
pub struct WaitingMail {
    /// The mail.
    pub mail: KeptMail,
    /// What others wrote.
    pub others: OthersWrote,
}

/// What others wrote since the texts of mails were begun that wait in the outbox. The other end is asked
/// once, and only where an agent's own words wait; nobody is asked about what the desk sends by itself.
pub fn since_waiting(
    desk: &Desk,
    act: &Actor,
    waiting: Vec<KeptMail>,
) -> Result<Vec<WaitingMail>, OpError> {
    let mut theirs = None;
    let mut found = Vec::new();
    for mail in waiting
        .into_iter()
        .filter(|one| one.stage == Stage::Waiting)
    {
        let record = &mail.record;
        let begun = match (&record.known, record.ticket.parse(), record.by.parse()) {
            (Some(known), Ok(id), Ok(writer)) => Some((known.clone(), id, writer)),
            _ => None,
        };
        let Some((known, id, writer)) = begun else {
            let others = OthersWrote::default();
            found.push(WaitingMail { mail, others });
            continue;
        };
        let theirs = theirs.get_or_insert_with(|| fetched(desk, act));
        let known = known.into_iter().collect();
        let others = end_of_chain(desk, id).and_then(|(id, _)| {
            let begun = BegunAnswer { id, known };
            begun.compared(desk, act, &writer, theirs)
        });
        // A ticket that cannot be read is told of where the mail is logged.
        let others = others.unwrap_or_default();
        found.push(WaitingMail { mail, others });
    }
    Ok(found)
}

/// The commit that the other end has; `None` where there is none. Fails with a phrase about why that is
/// not known.
fn fetched(desk: &Desk, act: &Actor) -> Result<Option<String>, String> {
    let told = |error: OpError| error.message;
    let repo = act.repo(desk).map_err(told)?;
    let Ok(Head::Branch(branch)) = repo.head() else {
        return Ok(None);
    };
    let upstream = match repo.upstream(&branch) {
        Ok(upstream) => upstream,
        // Nobody else has this desk.
        Err(TalkError::Remote(RemoteError::None)) => return Ok(None),
        Err(error) => return Err(error.to_string()),
    };
    let call = Call {
        asking: false,
        patience: PATIENCE,
    };
    let over = Interrupt::default();
    let hurried = repo.clone().heeding(over.clone());
    let _ = std::thread::spawn(move || {
        std::thread::sleep(PATIENCE);
        over.raise(1);
    });
    match hurried.fetch(&upstream, None, call) {
        Ok(theirs) => Ok(theirs),
        Err(TalkError::Store(_)) => {
            let (name, seconds) = (upstream.name(), PATIENCE.as_secs());
            Err(format!("`{name}` has not answered within {seconds} s"))
        }
        Err(error) => Err(error.to_string()),
    }
}

fn read_at(repo: &Repo, commit: &str, id: TicketId) -> Option<Ticket> {
    let mut blobs = Blobs::of(repo).ok()?;
    let text = blobs.text_at(commit, &repo.in_tree(&id.path())).ok()??;
    Some(ticket::read(id, text).ok()?.ticket)
}
