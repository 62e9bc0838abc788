//! What a mended map put right in tickets that had come in.

use std::collections::BTreeMap;

use crate::model::id::TicketId;
use crate::page::edit::EditError;
use crate::page::ticket::{self, TicketPage};
use crate::rules::import::mend::{CorrectedPart, KeptValue, MendedTicket, is_written_to};
use crate::rules::import::undo::{self, ImportAuthor};
use crate::rules::import::{Case, Import};

/// What was put right, all tickets together.
#[derive(Clone, Debug, Default)]
pub struct Mending {
    /// In how many tickets.
    pub tickets: usize,
    /// Entries that are read differently.
    pub entries: usize,
    /// In how many of them each thing differs.
    pub parts: BTreeMap<CorrectedPart, usize>,
    /// Entries that came in and that the map does not make; they stay.
    pub unmade: usize,
    /// What people changed and is theirs.
    pub kept: Vec<(TicketId, KeptValue)>,
    /// Tickets that had been taken back and are there again.
    pub brought_back: usize,
    /// Tickets of the source that somebody wrote to.
    pub written_to: usize,
    /// Whether taking everything back and importing anew would lose nobody's work.
    pub could_begin_anew: bool,
}

/// A page as it is after what was taken back came back and a map mended it.
pub(in crate::ops::data) struct MendedPage {
    pub(in crate::ops::data) page: TicketPage,
    mended: MendedTicket,
    brought_back: bool,
    written_to: bool,
}

impl MendedPage {
    /// Looks again, since rows came in: the first may be earlier than what began the ticket.
    pub(in crate::ops::data) fn extended(
        &mut self,
        import: &Import<'_>,
        case: &Case,
        text: String,
        how: ImportAuthor<'_>,
    ) -> Result<(), EditError> {
        let id = self.page.ticket.id;
        let read = |text: String| ticket::read(id, text).map_err(|_| EditError::Unreadable);
        self.page = read(text)?;
        let mended = import.mend(case, &self.page, how.text)?;
        if let Some(text) = &mended.text {
            self.page = read(text.clone())?;
            self.mended.text.clone_from(&mended.text);
        }
        self.mended.entries += mended.entries;
        self.mended.unmade = mended.unmade;
        for (part, count) in mended.parts {
            *self.mended.parts.entry(part).or_default() += count;
        }
        let kept = mended.kept.into_iter();
        for one in kept {
            if !self.mended.kept.contains(&one) {
                self.mended.kept.push(one);
            }
        }
        Ok(())
    }

    /// Whether anything of the file changed.
    pub(in crate::ops::data) fn is_changed(&self) -> bool {
        self.brought_back || self.mended.text.is_some()
    }

    /// Puts right what the map reads differently; `how` says who imports, and why.
    pub(in crate::ops::data) fn of(
        import: &Import<'_>,
        case: &Case,
        page: TicketPage,
        how: ImportAuthor<'_>,
    ) -> Result<Self, EditError> {
        let id = page.ticket.id;
        let read = |text: String| ticket::read(id, text).map_err(|_| EditError::Unreadable);
        let written_to = is_written_to(&page.ticket.log);
        let back = undo::bring_back(&page, ImportAuthor { text: "", ..how })?;
        let brought_back = back.is_some();
        let page = match back {
            Some(text) => read(text)?,
            None => page,
        };
        let mended = import.mend(case, &page, how.text)?;
        let page = match mended.text.clone() {
            Some(text) => read(text)?,
            None => page,
        };
        Ok(Self {
            page,
            mended,
            brought_back,
            written_to,
        })
    }
}

impl Mending {
    /// Counts a ticket.
    pub(in crate::ops::data) fn add(&mut self, one: &MendedPage) {
        self.written_to += usize::from(one.written_to);
        self.brought_back += usize::from(one.brought_back);
        self.tickets += usize::from(one.mended.text.is_some());
        self.entries += one.mended.entries;
        self.unmade += one.mended.unmade;
        for (part, count) in &one.mended.parts {
            *self.parts.entry(part.clone()).or_default() += count;
        }
        let id = one.page.ticket.id;
        let kept = one.mended.kept.iter().cloned();
        self.kept.extend(kept.map(|one| (id, one)));
    }
}
