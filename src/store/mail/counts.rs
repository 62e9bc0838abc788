//! What was taken in of late, for as long as it counts: without addresses and texts. Losing it costs
//! that a storm is noticed late.

use crate::model::moment::Moment;
use crate::rules::mail::storm::CountedMail;
use crate::store::error::StoreError;
use crate::store::git::repo::Repo;
use crate::store::mail::MailFolder;

/// The file of it.
const FILE: &str = "in.json";

/// What was taken in of late; nothing where that cannot be read.
pub fn read(repo: &Repo) -> Vec<CountedMail> {
    let folder = MailFolder::Counts.open(repo).ok().flatten();
    let text = folder.and_then(|folder| folder.read(FILE));
    text.and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default()
}

/// Writes it, without what no longer counts.
pub fn write(repo: &Repo, all: &[CountedMail], now: Moment) -> Result<(), StoreError> {
    let recent = all
        .iter()
        .filter(|one| now.since(one.at).abs() <= CountedMail::KEPT);
    let recent: Vec<&CountedMail> = recent.collect();
    let text = serde_json::to_string(&recent).unwrap_or_default();
    let folder = MailFolder::Counts.make(repo)?;
    folder.write_durably(FILE, text.as_bytes())
}
