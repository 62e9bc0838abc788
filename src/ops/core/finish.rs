//! The end of a transaction: what follows from its changes, saving and the commit.

use crate::index::added::Saving;
use crate::model::entry_kind::EntryKind;
use crate::model::id::TicketId;
use crate::model::person::Handle;
use crate::ops::core::command_record::{self, CommandRecord};
use crate::ops::core::commit_message::{message, one_line};
use crate::ops::core::error::OpError;
use crate::ops::core::find::LAST;
use crate::ops::core::messages::ticket::TicketError;
use crate::ops::core::outcome::{Changed, Outcome};
use crate::ops::core::status_sync::follow;
use crate::ops::core::ticket_edit::TicketEdit;
use crate::ops::core::transaction::Transaction;
use crate::store::error::StoreError;
use crate::store::fs::caches;
use crate::store::git::private::Private;
use crate::store::git::repo::Repo;
use crate::store::journal::advance::Arrived;
use crate::store::journal::save::Saved;
use crate::store::journal::session::Session;
use crate::store::journal::step::{Save, SaveStep};

impl Transaction<'_> {
    /// Changes several tickets by one entry of `kind` each, and saves them: all are checked first,
    /// all or none. `what` begins the commit's subject.
    pub fn each(
        mut self,
        ids: &[TicketId],
        kind: &EntryKind,
        what: &str,
        mut change: impl FnMut(&mut TicketEdit) -> Result<(), OpError>,
    ) -> Result<Outcome, OpError> {
        self.all(ids, |tx, id| {
            let mut edit = tx.edit(id, kind.clone())?;
            change(&mut edit)?;
            tx.stage(edit)
        })?;
        let subject = self.subject(what, |one| {
            let title = one_line(one.ticket.title(), 50);
            format!("{} {what}: {title}", one.ticket.id)
        });
        self.finish(&subject)
    }

    /// The subject of a commit: of one ticket its own, of several `what` and how many there are.
    pub fn subject(&self, what: &str, one: impl FnOnce(&Changed) -> String) -> String {
        match &self.changed[..] {
            [changed] => one(changed),
            [changed, ..] if self.sum.asked < 2 => one(changed),
            _ => format!("{what}: {} tickets", self.sum.asked),
        }
    }

    /// Saves everything and makes no commit yet: another transaction of this command will.
    /// Should the process end before that, the next command that writes makes it, with `subject`.
    pub fn keep(mut self, subject: &str, session: &mut Option<Session>) -> Result<(), OpError> {
        self.blobs.take();
        let Some(mut held) = self.held.take() else {
            return Ok(());
        };
        if self.saves.is_empty() {
            return Ok(());
        }
        if session.is_none() {
            *session = Some(held.repo().session()?);
        }
        let Some(session) = session else {
            return Ok(());
        };
        let step = SaveStep {
            message: message(subject, &self.changed, &self.revised),
            author: self.act.signature(self.desk),
            at: self.act.now,
            saves: std::mem::take(&mut self.saves),
        };
        let saving = Saving::begin(&self.desk.root, tickets_of(&step.saves));
        let saved = held.save_open(&step, session);
        if saved.is_ok() {
            saving.end();
        }
        if let Err(error) = saved {
            let saved = error.is_saved();
            let ids: Vec<&str> = self
                .changed
                .iter()
                .map(|one| one.ticket.id.as_str())
                .collect();
            let hint = format!("go on with: desk new --resume {}", ids.join(" "));
            return Err(OpError::from(error).maybe_hint(saved.then_some(hint)));
        }
        if let Some(last) = self.changed.last() {
            remember(held.repo(), &self.act.me, last.ticket.id);
        }
        Ok(())
    }

    /// What came of the command, but for what becomes of it on disk, and the ticket that was asked
    /// for.
    fn outcome(&mut self) -> Result<(Outcome, Option<TicketId>), OpError> {
        // What was asked for comes before what follows from it, and `.` is what was made of it.
        let made = self.changed.iter().rev().find(|one| one.new);
        let asked = made.or(self.changed.last()).map(|one| one.ticket.id);
        follow(self)?;
        self.blobs.take();
        let outcome = Outcome {
            changed: std::mem::take(&mut self.changed),
            revised: std::mem::take(&mut self.revised),
            dry_run: self.act.dry_run,
            saved: None,
            recovered: Vec::new(),
            sum: (self.sum.asked > 1 && !self.sum.done.is_empty()).then(|| self.sum.clone()),
            notices: std::mem::take(&mut self.notices),
        };
        Ok((outcome, asked))
    }

    /// Saves everything, with files whose old content nobody keeps, in one commit with this subject,
    /// and lets the lock go. Without a new content the files go.
    pub fn finish_replacing(
        mut self,
        subject: &str,
        paths: &[String],
        content: Option<&str>,
    ) -> Result<Outcome, OpError> {
        let (mut outcome, asked) = self.outcome()?;
        let record = self.record(&outcome);
        let Some(mut held) = self.held.take() else {
            return Ok(outcome);
        };
        let mut step = SaveStep {
            message: message(subject, &outcome.changed, &outcome.revised),
            author: self.act.signature(self.desk),
            at: self.act.now,
            saves: std::mem::take(&mut self.saves),
        };
        let mut gone = paths;
        if let Some(content) = content {
            gone = &[];
            step.saves.extend(paths.iter().map(|path| Save {
                path: path.clone(),
                base: None,
                text: content.to_owned(),
            }));
        }
        match held.replace(&step, gone)? {
            (Arrived::There { .. }, made) => outcome.saved = Some(Saved::Committed(made)),
            (Arrived::Moved | Arrived::InTheWay(_), _) => {
                return Err(TicketError::NotAsCommitted(&paths.join("`, `")).error());
            }
        }
        outcome.recovered = held.reports();
        self.note(held.repo(), record);
        if let Some(last) = asked {
            remember(held.repo(), &self.act.me, last);
        }
        Ok(outcome)
    }

    /// Notes what was saved, for `undo`.
    fn note(&self, repo: &Repo, record: Option<CommandRecord>) {
        let Some(record) = record else { return };
        let redacted: Vec<TicketId> = record
            .tickets
            .iter()
            .filter(|_| record.verb == "redact")
            .map(|one| one.id)
            .collect();
        command_record::note(repo, self.act, record);
        if !redacted.is_empty() {
            // They are made anew of the files; a text index keeps the words of what it was given.
            let _ = caches::forget(&self.desk.root);
        }
        for id in redacted {
            command_record::forget_texts(repo, id);
        }
    }

    /// Saves everything, in one commit with this subject, and lets the lock go.
    pub fn finish(mut self, subject: &str) -> Result<Outcome, OpError> {
        let (mut outcome, asked) = self.outcome()?;
        let Some(mut held) = self.held.take() else {
            for save in &self.saves {
                save.check()?;
            }
            return Ok(outcome);
        };
        outcome.recovered = held.reports();
        if self.saves.is_empty() && self.files.is_empty() {
            return Ok(outcome);
        }
        let record = self.record(&outcome);
        let step = SaveStep {
            message: message(subject, &outcome.changed, &outcome.revised),
            author: self.act.signature(self.desk),
            at: self.act.now,
            saves: std::mem::take(&mut self.saves),
        };
        let saving = Saving::begin(&self.desk.root, tickets_of(&step.saves));
        outcome.saved = Some(held.save_with(&step, &self.files)?);
        saving.end();
        outcome.recovered = held.reports();
        self.note(held.repo(), record);
        // An article has no log: without a commit the words would be kept nowhere.
        let silent = outcome.revised.iter().all(|one| one.why.trim().is_empty());
        if outcome.saved == Some(Saved::Kept) && !silent {
            let place = held.keep_words(&step)?;
            outcome.notices.push(format!(
                "no commit is made here, so the words of -m are kept in `{}`, for a commit of your own",
                place.display()
            ));
        }
        if let Some(Saved::Deferred(why)) = &outcome.saved {
            outcome
                .notices
                .push(format!("saved; the commit follows later: {why}"));
        }
        if let Some(last) = asked {
            remember(held.repo(), &self.act.me, last);
        }
        Ok(outcome)
    }
}

/// The tickets among files that are saved.
fn tickets_of(saves: &[Save]) -> Vec<TicketId> {
    let id = |save: &Save| {
        let id: TicketId = save
            .path
            .strip_suffix(".md")?
            .rsplit('/')
            .next()?
            .parse()
            .ok()?;
        (id.path() == save.path).then_some(id)
    };
    saves.iter().filter_map(id).collect()
}

/// Notes the ticket for `.`; losing it costs nobody anything. Only under the lock: what a dead
/// command leaves among the temporary files, the next one removes.
fn remember(repo: &Repo, me: &Handle, id: TicketId) {
    let kept = || {
        let (aside, last) = (Private::passing(repo)?, Private::make(repo, LAST)?);
        aside.write(LAST, &format!("{id}\n"))?;
        aside.rename(LAST, &last, me.as_str())
    };
    let _: Result<(), StoreError> = kept();
}
