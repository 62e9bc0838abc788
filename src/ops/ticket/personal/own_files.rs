//! Files of this clone alone that speak of a person.

use std::collections::BTreeSet;

use crate::model::id::TicketId;
use crate::rules::personal::Manner;
use crate::rules::text::redact_requester::{PersonalData, Requester};
use crate::store::git::private::Private;
use crate::store::git::repo::Repo;
use crate::store::mail::MailFolder;

/// The largest mail of this clone that is looked into, in bytes.
pub(in crate::ops::ticket::personal) const LARGEST: u64 = 64 << 20;

/// A file of this clone's own that tells of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnFile {
    /// What it is, for people: `quarantine`.
    pub what: &'static str,
    /// The folder, and those with files that belong to it.
    pub(in crate::ops) place: OwnPlace,
    /// Its name.
    pub name: String,
}

impl OwnFile {
    /// Its content.
    pub fn read(&self, repo: &Repo) -> Option<Vec<u8>> {
        let folder = self.place.open(repo)?;
        folder.read_bytes(&self.name, LARGEST).ok().flatten()
    }
}

/// Where a file of this clone's own stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ops) enum OwnPlace {
    /// Among mails.
    Mail(MailFolder),
    /// In another folder of the clone's own.
    Folder(&'static str),
}

impl OwnPlace {
    fn open(self, repo: &Repo) -> Option<Private> {
        let opened = match self {
            Self::Mail(folder) => folder.open(repo),
            Self::Folder(name) => Private::open(repo, name),
        };
        opened.ok().flatten()
    }
}

/// The places of this clone's own that are looked into, by what people call them.
pub(in crate::ops::ticket::personal) const PLACES: [(&str, OwnPlace); 8] = [
    ("mail that arrives", OwnPlace::Mail(MailFolder::Spool)),
    ("original", OwnPlace::Mail(MailFolder::Raw)),
    ("quarantine", OwnPlace::Mail(MailFolder::Quarantine)),
    ("outbox", OwnPlace::Mail(MailFolder::Outbox)),
    ("counter of mail", OwnPlace::Mail(MailFolder::Counts)),
    ("draft", OwnPlace::Folder("drafts")),
    ("draft", OwnPlace::Folder("bases")),
    ("notice", OwnPlace::Folder("notices")),
];

/// The files of this clone's own that tell of a person.
pub(in crate::ops::ticket::personal) fn own_files(
    repo: &Repo,
    data: &PersonalData,
    theirs: &BTreeSet<TicketId>,
) -> Vec<OwnFile> {
    let words = words_of(data);
    let mut all = Vec::new();
    for (what, place) in PLACES {
        let Some(folder) = place.open(repo) else {
            continue;
        };
        for name in folder.names().unwrap_or_default() {
            let of_theirs = || {
                let id = name.get(..10).and_then(|id| id.parse::<TicketId>().ok());
                what == "notice" && id.is_some_and(|id| theirs.contains(&id))
            };
            let tells = || match folder.read_bytes(&name, LARGEST) {
                Ok(Some(bytes)) => tells(&words, data, &bytes),
                _ => false,
            };
            if of_theirs() || tells() {
                let name = name.clone();
                all.push(OwnFile { what, place, name });
            }
        }
    }
    // What belongs together goes together: a mail and what is noted of it, a draft and its base.
    all
}

/// Whether a file tells of a person: as it stands, or as a mail once it is decoded.
pub(in crate::ops::ticket::personal) fn tells(
    words: &Requester,
    data: &PersonalData,
    bytes: &[u8],
) -> bool {
    let text = String::from_utf8_lossy(bytes);
    if words.is_in(&text) || data.emails.iter().any(|one| contains(&text, one)) {
        return true;
    }
    let Ok(mail) = crate::page::mail::read(bytes) else {
        return false;
    };
    let headers = mail.headers.iter().map(|(_, value)| value.as_str());
    headers
        .chain([mail.text.as_str()])
        .any(|text| words.is_in(text))
}

pub(in crate::ops::ticket::personal) fn contains(text: &str, email: &str) -> bool {
    let email = email.to_lowercase();
    !email.is_empty() && text.to_lowercase().contains(&email)
}

/// Removes files of this clone's own, each with what belongs to it: a mail and what is noted of it, a
/// draft and what it was begun with.
pub(in crate::ops::ticket::personal) fn remove(repo: &Repo, all: &[OwnFile]) {
    for one in all {
        let mut places = vec![one.place];
        if one.what == "draft" {
            places = vec![OwnPlace::Folder("drafts"), OwnPlace::Folder("bases")];
        }
        for folder in places.into_iter().filter_map(|place| place.open(repo)) {
            let stem = one.name.split('.').next().unwrap_or_default();
            let belongs = |name: &&String| match one.place {
                OwnPlace::Mail(_) => name.split('.').next() == Some(stem),
                OwnPlace::Folder(_) => **name == one.name,
            };
            for name in folder.names().unwrap_or_default().iter().filter(belongs) {
                let _ = folder.remove(name);
            }
        }
    }
}

pub(in crate::ops::ticket::personal) fn words_of(data: &PersonalData) -> Requester {
    Requester::new(data, false, &Manner::Redact.stand_in())
}
