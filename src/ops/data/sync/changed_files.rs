//! The files that differ between two commits, and entries of a later time in them.

use std::collections::BTreeMap;

use crate::model::entry_time;
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::model::ticket::Ticket;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::sync::SyncError;
use crate::ops::core::ticket_edit::AHEAD;
use crate::ops::data::came_in::ChangedFile;
use crate::page::ticket;
use crate::rules::merge::FileKind;
use crate::rules::text::time_input;
use crate::store::git::history::Blobs;
use crate::store::git::repo::Repo;

/// The texts of the desk's files before and after, where two commits differ.
pub fn changed_files(
    repo: &Repo,
    from: Option<&str>,
    to: &str,
) -> Result<Vec<ChangedFile>, OpError> {
    changed_texts(repo, &mut Blobs::of(repo)?, from, to)
}

/// As `changed_files`, with what was read before.
pub fn changed_texts(
    repo: &Repo,
    blobs: &mut Blobs,
    from: Option<&str>,
    to: &str,
) -> Result<Vec<ChangedFile>, OpError> {
    let mut changed = Vec::new();
    for file in repo.differences(from, to)? {
        let Some(path) = repo.in_desk(&file.path) else {
            continue;
        };
        let mut texts = [None, None];
        if FileKind::of(path).is_some() {
            for (text, side) in texts.iter_mut().zip(&file.sides) {
                if let Some(side) = side.as_ref().filter(|side| side.is_regular()) {
                    *text = blobs.text(&side.blob)?;
                }
            }
        }
        let [old, new] = texts;
        changed.push((path.to_owned(), old, new));
    }
    Ok(changed)
}

/// The tickets among files, as they are afterwards.
pub(in crate::ops::data::sync) fn tickets(files: &[ChangedFile]) -> Vec<Ticket> {
    let read = |(path, _, new): &ChangedFile| {
        let name = path.rsplit('/').next()?.strip_suffix(".md")?;
        let is_ticket = FileKind::of(path) == Some(FileKind::Ticket);
        let id = is_ticket.then(|| name.parse::<TicketId>().ok())??;
        Some(ticket::read(id, new.clone()?).ok()?.ticket)
    };
    files.iter().filter_map(read).collect()
}

/// An entry that is dated later than now.
pub(in crate::ops::data::sync) struct Later {
    pub(in crate::ops::data::sync) sentence: String,
    redate: String,
}

/// The entries of these tickets that only the later text has and whose own time is yet to come.
pub(in crate::ops::data::sync) fn later_entries(files: &[ChangedFile], now: Moment) -> Vec<Later> {
    let mut found = Vec::new();
    for (path, old, new) in files {
        let (Some(FileKind::Ticket), Some(new)) = (FileKind::of(path), new) else {
            continue;
        };
        let name = path.rsplit('/').next().unwrap_or_default();
        let Ok(id) = name.trim_end_matches(".md").parse::<TicketId>() else {
            continue;
        };
        let Ok(page) = ticket::read(id, new.clone()) else {
            continue;
        };
        let old = old.as_deref().unwrap_or_default();
        let log = &page.ticket.log;
        for (entry, at) in log.iter().zip(entry_time::own(log)) {
            // What the program does itself is dated after what stands there, whoever dated that.
            let is_own = !entry.is_derived() && !entry.by.is_desk();
            if !is_own || at.since(now) <= AHEAD || old.contains(&entry.heading()) {
                continue;
            }
            let (kind, by, tag) = (&entry.kind, &entry.by, &entry.tag);
            let ahead = time_input::lasting(at.since(now));
            found.push(Later {
                sentence: format!(
                    "the entry `{kind}` by `{by}` in `{id}` is dated {ahead} later than now"
                ),
                redate: format!("desk redate {id} --entry {tag} {now}"),
            });
        }
    }
    found
}

/// The refusal to push entries of this clone that are dated later than now.
pub(in crate::ops::data::sync) fn later_here(
    unpushed: &[ChangedFile],
    now: Moment,
) -> Option<OpError> {
    let later = later_entries(unpushed, now);
    let first = later.first()?;
    let more = match later.len() {
        1 => String::new(),
        count => format!(", and {} more", count - 1),
    };
    let entries = format!("{}{more}", first.sentence);
    Some(SyncError::LaterThanNow(&entries, &first.redate).error())
}

pub(in crate::ops::data::sync) fn listed(files: &BTreeMap<String, String>) -> String {
    let all: Vec<String> = files
        .iter()
        .map(|(path, why)| format!("`{path}` ({why})"))
        .collect();
    all.join(", ")
}
