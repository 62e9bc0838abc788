//! What somebody typed to a question of an interview and did not send: kept among this clone's drafts,
//! so that `desk new --resume` has it again, whatever ended the interview.

use crate::model::id::TicketId;
use crate::ops::core::desk::Desk;
use crate::ops::core::drafts::DRAFTS;
use crate::store::git::private::Private;
use crate::store::git::repo::Repo;

/// The drafts of answers, one for each ticket. What cannot be written is not kept: it is no answer yet,
/// and nobody is kept from going on.
#[derive(Debug)]
pub struct UnsentAnswers {
    folder: Option<Private>,
}

impl UnsentAnswers {
    /// Those of a clone.
    pub fn of(desk: &Desk) -> Self {
        let repo = Repo::open(desk.root.dir()).ok();
        Self {
            folder: repo.and_then(|repo| Private::make(&repo, DRAFTS).ok()),
        }
    }

    /// The text about a ticket, where it was typed to this question.
    pub fn read(&self, id: TicketId, question: &str) -> Option<String> {
        let text = self.folder.as_ref()?.read(&name(id))?;
        let (asked, text) = text.split_once('\n')?;
        (asked == question).then(|| text.to_owned())
    }

    /// Keeps a text about a ticket in place of the one before.
    pub fn write(&self, id: TicketId, question: &str, text: &str) {
        if let Some(folder) = &self.folder {
            let _ = folder.write(&name(id), &format!("{question}\n{text}"));
        }
    }

    /// Removes the text about a ticket where it was typed to this question, which is answered.
    pub fn answered(&self, id: TicketId, question: &str) {
        if self.read(id, question).is_some() {
            self.clear(id);
        }
    }

    /// Removes the text about a ticket: everything was asked.
    pub fn clear(&self, id: TicketId) {
        if let Some(folder) = &self.folder {
            let _ = folder.remove(&name(id));
        }
    }
}

fn name(id: TicketId) -> String {
    format!("{id}.answer")
}
