//! `who --export`: what is held on somebody, to be handed to them or kept as proof.

use crate::model::entry::Entry;
use crate::model::id::TicketId;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::ticket::personal::{Held, HeldTicket, OwnPlace, look};
use crate::rules::lifecycle::attachments;
use crate::rules::personal::Share;
use crate::store::fs::contents;
use crate::store::git::repo::Repo;

/// What is held on a person, with the content of files.
#[derive(Clone, Debug)]
pub struct PersonExport {
    /// What is held.
    pub held: Held,
    /// Attachments: the ticket, the file's name.
    pub files: Vec<(TicketId, String)>,
}

/// Looks for everything that is held on a person.
pub fn export(desk: &Desk, text: &str) -> Result<PersonExport, OpError> {
    let repo = Repo::open(desk.root.dir()).ok();
    let held = look(desk, repo.as_ref(), text)?;
    let files = held.tickets.iter().flat_map(|one| {
        let id = one.ticket.id;
        let files = one.found.attachments.iter();
        let safe = files.filter(|file| attachments::is_safe(file));
        safe.map(move |file| (id, file.clone()))
    });
    Ok(PersonExport {
        files: files.collect(),
        held,
    })
}

/// The entries of a ticket that tell of the person: all of their own, else those that name them.
pub fn entries(one: &HeldTicket) -> Vec<&Entry> {
    let log = one.ticket.log.iter();
    match one.share {
        Share::Own => log.collect(),
        Share::Mentioned => {
            let named = |entry: &&Entry| one.found.entries.contains(&entry.identity());
            log.filter(named).collect()
        }
    }
}

/// The content of an attachment; `None` where it is gone.
pub fn content(desk: &Desk, id: TicketId, file: &str) -> Result<Option<Vec<u8>>, OpError> {
    let path = format!("{}/{file}", attachments::folder(id));
    let Some((mut file, _)) = contents::opened(&desk.root, &path)? else {
        return Ok(None);
    };
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut file, &mut bytes)?;
    Ok(Some(bytes))
}

/// The mails of this clone that tell of the person: a name for each, and its content.
pub fn mails(desk: &Desk, held: &Held) -> Vec<(String, Vec<u8>)> {
    let Ok(repo) = Repo::open(desk.root.dir()) else {
        return Vec::new();
    };
    let mails = held.own.iter().filter_map(|one| match one.place {
        OwnPlace::Mail(_) => Some((one.name.clone(), one.read(&repo)?)),
        OwnPlace::Folder(_) => None,
    });
    mails.collect()
}
