//! Mails of ours that came back: what a log says of entries that it has already.

use std::collections::BTreeSet;

use crate::model::corrections::{ReadLog, not_undone};
use crate::model::entry::Entry;
use crate::model::entry_kind::EntryKind;
use crate::model::event::BOUNCED;
use crate::model::status::Outcome;

/// The messages of a log that did not reach the requester.
#[derive(Debug, Default)]
pub struct Undelivered<'l> {
    messages: BTreeSet<&'l str>,
}

impl<'l> Undelivered<'l> {
    /// Those of a log.
    pub fn of(log: &'l ReadLog<'_>) -> Self {
        let is_report = |entry: &Entry| {
            entry.kind == EntryKind::Contact
                && entry.attribute("outcome") == Some(Outcome::Bounced.as_str())
                && entry.attribute(BOUNCED).is_some()
        };
        if !log.iter().any(is_report) {
            return Self::default();
        }
        let reports = not_undone(log).into_iter().filter(|entry| is_report(entry));
        Self {
            messages: reports
                .filter_map(|entry| entry.attribute(BOUNCED))
                .collect(),
        }
    }

    /// Whether an entry is of a mail that came back.
    pub fn has(&self, entry: &Entry) -> bool {
        let message = entry.attribute("message");
        entry.attribute("direction") == Some("out")
            && message.is_some_and(|message| self.messages.contains(message))
    }
}
