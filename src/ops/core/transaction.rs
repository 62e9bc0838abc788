//! Changing tickets: all that a command changes is checked first, then saved together.

use crate::model::entry_kind::EntryKind;
use crate::ops::core::messages::desk::DeskError;
use std::cell::RefCell;
use std::io::Read;
use std::path::Path;

use crate::model::id::TicketId;
use crate::model::ticket::Ticket;
use crate::ops::core::actor::Actor;
use crate::ops::core::bulk::{Refusals, Sum};
use crate::ops::core::command_record::{CommandRecord, Writing};
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::outcome::{Changed, ChangedArticle, Outcome};
use crate::ops::core::ticket_edit::TicketEdit;
use crate::page::{new_ticket, ticket};
use crate::store::error::StoreError;
use crate::store::fs::contents::{self, AddedFile, KeptContent};
use crate::store::fs::random;
use crate::store::fs::read::{self, ReadError};
use crate::store::git::history::Blobs;
use crate::store::journal::save::Writer;
use crate::store::journal::step::Save;

/// One command's changes, under the lock from beginning to end.
#[derive(Debug)]
pub struct Transaction<'d> {
    /// The desk.
    pub desk: &'d Desk,
    /// Who acts.
    pub act: &'d Actor,
    /// The command, as `kb use`.
    verb: String,
    /// The key of the command that this one takes back.
    undoes: Option<String>,
    pub(in crate::ops::core) held: Option<Writer>,
    pub(in crate::ops::core) saves: Vec<Save>,
    pub(in crate::ops::core) files: Vec<AddedFile>,
    pub(in crate::ops::core) changed: Vec<Changed>,
    pub(in crate::ops::core) revised: Vec<ChangedArticle>,
    /// Whether files that stand as they should belong to the commit too.
    pub(in crate::ops::core) whole: bool,
    /// What git has of files. Its git ends before anything is saved: one that runs in the repository
    /// might hold the locks that a dead command left there.
    pub(in crate::ops::core) blobs: RefCell<Option<Blobs>>,
    /// How many tickets were named, and what is done to them, in the words of the last line.
    pub(in crate::ops::core) sum: Sum,
    /// Sentences about what the person should know.
    pub notices: Vec<String>,
}

/// How far a transaction was.
#[derive(Debug)]
pub struct TransactionMark {
    saves: Vec<Save>,
    files: usize,
    changed: usize,
    notices: usize,
}

impl<'d> Transaction<'d> {
    /// Takes the lock; not for a dry run.
    pub fn begin(desk: &'d Desk, act: &'d Actor, verb: &str) -> Result<Self, OpError> {
        act.may(desk, verb)?;
        let held = act.hold_unless_dry(desk, verb)?;
        Ok(Self {
            desk,
            act,
            verb: verb.to_owned(),
            undoes: None,
            held,
            saves: Vec::new(),
            files: Vec::new(),
            changed: Vec::new(),
            revised: Vec::new(),
            whole: false,
            blobs: RefCell::default(),
            sum: Sum {
                asked: 0,
                done: String::new(),
            },
            notices: Vec::new(),
        })
    }

    /// Begins the end of something that was saved bit by bit without a commit: files that stand as
    /// they should belong to the commit too.
    pub fn begin_end(desk: &'d Desk, act: &'d Actor, verb: &str) -> Result<Self, OpError> {
        let mut tx = Self::begin(desk, act, verb)?;
        tx.whole = true;
        Ok(tx)
    }

    /// Says what is done to several tickets, for the last line: `assigned to marek`.
    #[must_use]
    pub fn telling(mut self, done: impl Into<String>) -> Self {
        self.sum.done = done.into();
        self
    }

    /// Does something to each of several tickets. All are tried, so that one refusal names all that
    /// refuse; then nothing is to be saved.
    pub fn all(
        &mut self,
        ids: &[TicketId],
        mut one: impl FnMut(&mut Self, TicketId) -> Result<(), OpError>,
    ) -> Result<(), OpError> {
        self.sum.asked = ids.len();
        let mut refusals = Refusals::default();
        for id in ids {
            let came = one(self, *id);
            refusals.add(id.as_str(), came)?;
        }
        refusals.settle(ids.len(), "tickets refuse, so nothing was written")
    }

    /// Says which command this one takes back, by its key.
    pub fn undoes(&mut self, key: &str) {
        self.undoes = Some(key.to_owned());
    }

    /// The record of the command, as it is about to be saved; `None` where none can be made.
    pub(in crate::ops::core) fn record(&self, outcome: &Outcome) -> Option<CommandRecord> {
        let record = CommandRecord::new(&self.verb, self.act.now).ok()?;
        let writing = Writing {
            changed: &outcome.changed,
            revised: &outcome.revised,
            saves: &self.saves,
        };
        let mut record = record.with(&self.act.me, writing);
        record.undoes.clone_from(&self.undoes);
        record.files = self.files.iter().map(|file| file.path.clone()).collect();
        Some(record)
    }

    /// What was done so far.
    pub fn changed(&self) -> &[Changed] {
        &self.changed
    }

    /// A ticket as it is by now: as this transaction leaves it, or as its file says.
    pub fn ticket(&self, id: TicketId) -> Result<Ticket, OpError> {
        match self.changed.iter().rev().find(|one| one.ticket.id == id) {
            Some(one) => Ok(one.ticket.clone()),
            None => Ok(self.desk.page(id)?.ticket),
        }
    }

    /// Reads a ticket for changing it by one entry of `kind`; one that this transaction changed
    /// already, as it left it.
    pub fn edit(&self, id: TicketId, kind: EntryKind) -> Result<TicketEdit, OpError> {
        self.edit_as(id, kind, self.act)
    }

    /// As [`Self::edit`], by somebody else than who commits it: a mail tells what its writer did.
    pub fn edit_as(
        &self,
        id: TicketId,
        kind: EntryKind,
        act: &Actor,
    ) -> Result<TicketEdit, OpError> {
        let path = id.path();
        if let Some(save) = self.saves.iter().find(|save| save.path == path) {
            return TicketEdit::of(id, save.text.clone(), kind, self.desk, act, None);
        }
        let base = match read::page(&self.desk.root, &path) {
            Ok(text) => text,
            Err(ReadError::Missing) => {
                return Err(DeskError::UnknownTicket(&id).error());
            }
            Err(error) => return Err(error.problem(&path).into()),
        };
        let committed = self.committed(id, &base);
        TicketEdit::of(id, base, kind, self.desk, act, committed.as_ref())
    }

    /// What the last commit has of a ticket whose file is another by now. Where git cannot tell,
    /// nothing was changed by hand.
    fn committed(&self, id: TicketId, text: &str) -> Option<Ticket> {
        let repo = self.act.repo(self.desk).ok()?;
        let mut blobs = self.blobs.borrow_mut();
        if blobs.is_none() {
            *blobs = Some(Blobs::of(repo).ok()?);
        }
        let path = repo.in_tree(&id.path());
        let committed = blobs.as_mut()?.text_at("HEAD", &path).ok()??;
        if committed == text {
            return None;
        }
        Some(ticket::read(id, committed).ok()?.ticket)
    }

    /// Takes a ticket's change into the transaction; a change of nothing is left out.
    pub fn stage(&mut self, edit: TicketEdit) -> Result<(), OpError> {
        let base = edit.base.clone();
        self.stage_over(edit, base).map(drop)
    }

    /// Takes in a change that this command has written before, in part: `base` is what stands in
    /// the file now. Returns what will stand there.
    pub fn stage_over(&mut self, edit: TicketEdit, base: String) -> Result<String, OpError> {
        let ahead = edit.ahead.as_ref().filter(|_| !edit.is_empty());
        let notice = ahead.map(|ahead| ahead.notice.clone());
        self.notices
            .extend(notice.filter(|notice| !self.notices.contains(notice)));
        let (text, changed) = edit.mention(&self.desk.settings).finish()?;
        fits(&text)?;
        let path = changed.ticket.id.path();
        if let Some(save) = self.saves.iter_mut().find(|save| save.path == path) {
            save.text.clone_from(&text);
        } else if text != base || self.whole {
            self.saves.push(Save {
                path,
                base: Some(base),
                text: text.clone(),
            });
        }
        self.changed.push(changed);
        Ok(text)
    }

    /// Takes a new ticket into the transaction.
    pub fn create(&mut self, ticket: &Ticket) -> Result<(), OpError> {
        self.create_over(ticket, None).map(drop)
    }

    /// Takes a ticket into the transaction that this command itself began: `base` is what it has
    /// written of it so far. Returns what will stand there.
    pub fn create_over(
        &mut self,
        ticket: &Ticket,
        base: Option<String>,
    ) -> Result<String, OpError> {
        let text = new_ticket::write(ticket);
        fits(&text)?;
        // What is written must read back as it was meant.
        let page = ticket::read(ticket.id, text.clone())?;
        if base.as_ref() != Some(&text) || self.whole {
            self.saves.push(Save {
                path: ticket.id.path(),
                base,
                text: text.clone(),
            });
        }
        let entry = page.ticket.log.last().cloned();
        self.changed.push(Changed {
            ticket: page.ticket,
            entry,
            new: true,
            repaired: Vec::new(),
            by_hand: Vec::new(),
            follows: Vec::new(),
            remarks: Vec::new(),
        });
        Ok(text)
    }

    /// Takes another file into the transaction.
    pub fn put(&mut self, save: Save) {
        self.saves.push(save);
    }

    /// Takes in the bytes of a file that is to be added; `shown` names it in messages.
    pub fn receive(
        &mut self,
        from: &mut dyn Read,
        shown: &Path,
        most: u64,
    ) -> Result<KeptContent, StoreError> {
        match &mut self.held {
            Some(held) => held.keep(from, shown, most),
            None => contents::measure(from, shown, most),
        }
    }

    /// Whether neither the desk nor this transaction has a file.
    pub fn lacks(&self, path: &str) -> bool {
        let is_added = self.files.iter().any(|file| file.path == path);
        !is_added && self.desk.root.join(path).symlink_metadata().is_err()
    }

    /// Takes a new file into the transaction.
    pub fn add(&mut self, file: AddedFile) {
        self.files.push(file);
    }

    /// Takes a new file into the transaction that may be in it already.
    pub fn add_once(&mut self, file: AddedFile) {
        if !self.files.contains(&file) {
            self.files.push(file);
        }
    }

    /// How far the transaction is.
    pub fn mark(&self) -> TransactionMark {
        TransactionMark {
            saves: self.saves.clone(),
            files: self.files.len(),
            changed: self.changed.len(),
            notices: self.notices.len(),
        }
    }

    /// Gives up what was taken in since it was so far.
    pub fn back_to(&mut self, mark: TransactionMark) {
        self.saves = mark.saves;
        self.files.truncate(mark.files);
        self.changed.truncate(mark.changed);
        self.notices.truncate(mark.notices);
    }

    /// Takes what became of an article into the transaction; a change of nothing is only told.
    pub fn put_article(&mut self, revised: ChangedArticle, save: Save) {
        if save.base.as_ref() != Some(&save.text) {
            self.saves.push(save);
        }
        self.revised.push(revised);
    }

    /// An id that no ticket has.
    pub fn fresh_id(&self) -> Result<TicketId, OpError> {
        if TicketId::new(self.act.now, "00000").is_none() {
            let now = self.act.now;
            return Err(DeskError::ClockOutOfRange(&now).error());
        }
        for _ in 0..64 {
            let random = random::random(crate::model::id::RANDOM_LEN)?;
            let Some(id) = TicketId::new(self.act.now, &random) else {
                continue;
            };
            let taken = self.saves.iter().any(|save| save.path == id.path())
                || self.desk.root.join(&id.path()).symlink_metadata().is_ok();
            if !taken {
                return Ok(id);
            }
        }
        Err(DeskError::NoFreeId.error())
    }
}

/// Refuses what the next command could not read any more.
fn fits(text: &str) -> Result<(), OpError> {
    if text.len() as u64 <= read::MAX_PAGE {
        return Ok(());
    }
    let most = read::MAX_PAGE >> 20;
    Err(DeskError::TicketTooLong(&most).error())
}
