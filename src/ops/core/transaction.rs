//! Changing tickets: all that a command changes is checked first, then saved together.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::Path;

use chrono::TimeDelta;

use crate::index::article_cache::CachedArticle;
use crate::model::entry::{Change, Entry};
use crate::model::field::{Field, Key, Value};
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::model::person::Handle;
use crate::model::status::Status;
use crate::model::ticket::Ticket;
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::{Desk, LAST};
use crate::ops::core::error::{OpError, barred};
use crate::page::front_matter;
use crate::page::new_ticket;
use crate::page::ticket::{self, TicketPage};
use crate::page::{edit, escape, log};
use crate::rules::lifecycle::repair;
use crate::rules::lifecycle::replay;
use crate::rules::lifecycle::transitions;
use crate::rules::text::time_input;
use crate::store::error::StoreError;
use crate::store::fs::private::Private;
use crate::store::fs::random;
use crate::store::fs::read::{self, ReadError};
use crate::store::git::repo::Repo;
use crate::store::journal::attached_files::{self, AddedFile, KeptContent};
use crate::store::journal::save::{Save, SaveStep, Saved, Writer};
use crate::store::journal::session::Session;

/// One command's changes, under the lock from beginning to end.
#[derive(Debug)]
pub struct Transaction<'d> {
    /// The desk.
    pub desk: &'d Desk,
    /// Who acts.
    pub act: &'d Actor,
    held: Option<Writer>,
    saves: Vec<Save>,
    files: Vec<AddedFile>,
    changed: Vec<Changed>,
    revised: Vec<ChangedArticle>,
    /// Whether files that stand as they should belong to the commit too.
    whole: bool,
    /// Sentences about what the person should know.
    pub notices: Vec<String>,
}

/// What a command did to one ticket.
#[derive(Clone, Debug)]
pub struct Changed {
    /// The ticket as it is now.
    pub ticket: Ticket,
    /// What was written to its log, if anything.
    pub entry: Option<Entry>,
    /// Whether the command made it.
    pub new: bool,
    /// What a hand had left undone, written in on the way.
    pub repaired: Vec<String>,
    /// What a person changed in the file beside its fields, a phrase for each.
    pub by_hand: Vec<String>,
}

/// What a command did to one article.
#[derive(Clone, Debug)]
pub struct ChangedArticle {
    /// The article as it is now.
    pub cached: CachedArticle,
    /// The command, as a word for people.
    pub what: String,
    /// What changed in its front matter.
    pub changes: Vec<Change>,
    /// Why, for the history.
    pub why: String,
    /// Whether the command made it.
    pub new: bool,
}

/// What a command did.
#[derive(Debug)]
pub struct Outcome {
    /// Ticket by ticket, in the order asked for.
    pub changed: Vec<Changed>,
    /// Article by article, in the order asked for.
    pub revised: Vec<ChangedArticle>,
    /// Whether it was only to say what it would do.
    pub dry_run: bool,
    /// What became of it on disk; `None` for a dry run.
    pub saved: Option<Saved>,
    /// Sentences about what was finished for a command that died.
    pub recovered: Vec<String>,
    /// Sentences about what the person should know.
    pub notices: Vec<String>,
}

impl<'d> Transaction<'d> {
    /// Takes the lock; not for a dry run.
    pub fn begin(desk: &'d Desk, act: &'d Actor, verb: &str) -> Result<Self, OpError> {
        act.may(desk, verb)?;
        let held = act.hold_unless_dry(desk, verb)?;
        Ok(Self {
            desk,
            act,
            held,
            saves: Vec::new(),
            files: Vec::new(),
            changed: Vec::new(),
            revised: Vec::new(),
            whole: false,
            notices: Vec::new(),
        })
    }

    /// The same for the end of something that was saved bit by bit without a commit: files that
    /// stand as they should belong to the commit too.
    pub fn begin_end(desk: &'d Desk, act: &'d Actor, verb: &str) -> Result<Self, OpError> {
        let mut tx = Self::begin(desk, act, verb)?;
        tx.whole = true;
        Ok(tx)
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
    pub fn edit(&self, id: TicketId, kind: &str) -> Result<TicketEdit, OpError> {
        let path = id.path();
        if let Some(save) = self.saves.iter().find(|save| save.path == path) {
            return TicketEdit::of(id, save.text.clone(), kind, self.desk, self.act);
        }
        let base = match read::page(&self.desk.root, &path) {
            Ok(text) => text,
            Err(ReadError::Missing) => {
                return Err(
                    OpError::usage(format!("there is no ticket `{id}`")).code("unknown-ticket")
                );
            }
            Err(error) => return Err(error.problem(&path).into()),
        };
        TicketEdit::of(id, base, kind, self.desk, self.act)
    }

    /// Takes a ticket's change into the transaction; a change of nothing is left out.
    pub fn stage(&mut self, edit: TicketEdit) -> Result<(), OpError> {
        let base = edit.base.clone();
        self.stage_over(edit, base).map(drop)
    }

    /// The same for a change that this command has written before, in part: `base` is what stands
    /// in the file now. Returns what will stand there.
    pub fn stage_over(&mut self, edit: TicketEdit, base: String) -> Result<String, OpError> {
        let ahead = edit.ahead.as_ref().filter(|_| !edit.is_empty());
        let notice = ahead.map(|ahead| ahead.notice.clone());
        self.notices
            .extend(notice.filter(|notice| !self.notices.contains(notice)));
        let (text, changed) = edit.finish()?;
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

    /// Changes several tickets by one entry of `kind` each, and saves them: all are checked first,
    /// all or none. `what` begins the commit's subject.
    pub fn each(
        mut self,
        ids: &[TicketId],
        kind: &str,
        what: &str,
        mut change: impl FnMut(&mut TicketEdit) -> Result<(), OpError>,
    ) -> Result<Outcome, OpError> {
        for id in ids {
            let mut edit = self.edit(*id, kind)?;
            change(&mut edit)?;
            self.stage(edit)?;
        }
        let subject = match &self.changed[..] {
            [one] => format!(
                "{} {what}: {}",
                one.ticket.id,
                one_line(one.ticket.title(), 50)
            ),
            all => format!("{what}: {} tickets", all.len()),
        };
        self.finish(&subject)
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
            None => attached_files::measure(from, shown, most),
        }
    }

    /// Takes a new file into the transaction.
    pub fn add(&mut self, file: AddedFile) {
        self.files.push(file);
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
            return Err(OpError::refused(format!(
                "no ticket can be made at {now}: ids name the months of 1970 to 2069"
            ))
            .hint("put the clock of this machine right, or DESK_NOW"));
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
        Err(OpError::failed("no free id could be drawn"))
    }

    /// Saves everything and makes no commit yet: another transaction of this command will.
    /// Should the process end before that, the next command that writes makes it, with `subject`.
    pub fn keep(mut self, subject: &str, session: &mut Option<Session>) -> Result<(), OpError> {
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
        if let Err(error) = held.save_open(&step, session) {
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

    /// Saves everything, in one commit with this subject, and lets the lock go.
    pub fn finish(mut self, subject: &str) -> Result<Outcome, OpError> {
        // What was asked for comes before what follows from it, and `.` is what was made of it.
        let made = self.changed.iter().rev().find(|one| one.new);
        let asked = made.or(self.changed.last()).map(|one| one.ticket.id);
        crate::ops::work::follow(&mut self)?;
        let mut outcome = Outcome {
            changed: std::mem::take(&mut self.changed),
            revised: std::mem::take(&mut self.revised),
            dry_run: self.act.dry_run,
            saved: None,
            recovered: Vec::new(),
            notices: std::mem::take(&mut self.notices),
        };
        let Some(mut held) = self.held.take() else {
            for save in &self.saves {
                save.check()?;
            }
            return Ok(outcome);
        };
        outcome.recovered = held.recovered().to_vec();
        if self.saves.is_empty() && self.files.is_empty() {
            return Ok(outcome);
        }
        let step = SaveStep {
            message: message(subject, &outcome.changed, &outcome.revised),
            author: self.act.signature(self.desk),
            at: self.act.now,
            saves: std::mem::take(&mut self.saves),
        };
        outcome.saved = Some(held.save_with(&step, &self.files)?);
        outcome.recovered = held.recovered().to_vec();
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

/// Refuses what the next command could not read any more.
fn fits(text: &str) -> Result<(), OpError> {
    if text.len() as u64 <= read::MAX_PAGE {
        return Ok(());
    }
    let most = read::MAX_PAGE >> 20;
    Err(OpError::usage(format!(
        "the ticket would be longer than the {most} MiB that a page may have"
    ))
    .hint("put long texts into files beside the ticket, or open another ticket and link the two"))
}

/// Notes the ticket for `.`; losing it costs nobody anything. Only under the lock: what a dead
/// command leaves among the temporary files, the next one removes.
fn remember(repo: &Repo, me: &Handle, id: TicketId) {
    let kept = || {
        let (aside, last) = (Private::make(repo, "tmp")?, Private::make(repo, LAST)?);
        aside.write(LAST, &format!("{id}\n"))?;
        aside.rename(LAST, &last, me.as_str())
    };
    let _: Result<(), StoreError> = kept();
}

/// The commit message: the subject, then the changes of each article and each ticket, indented so
/// that nothing in them reads as a trailer.
fn message(subject: &str, changed: &[Changed], revised: &[ChangedArticle]) -> String {
    let mut out = one_line(subject, 200);
    let several = changed.len() + revised.len() > 1;
    let mut body = String::new();
    for one in revised {
        let article = &one.cached.article;
        // Of a new one the subject tells.
        if several && !one.new {
            let title = one_line(&article.title, 100);
            body.push_str(&format!("\n{} {title}\n", article.id));
        }
        for change in one.changes.iter().filter(|_| !one.new) {
            let how = crate::page::entry_value::write_change(&change.how);
            body.push_str(&format!("  {}: {}\n", change.field, one_line(&how, 160)));
        }
        for line in one.why.lines().filter(|line| !line.trim().is_empty()) {
            body.push_str(&format!("  {}\n", one_line(line, 400)));
        }
    }
    for one in changed {
        if several {
            body.push_str(&format!(
                "\n{} {}\n",
                one.ticket.id,
                one_line(one.ticket.title(), 100)
            ));
        }
        let changes = one
            .entry
            .iter()
            .filter(|_| !one.new)
            .flat_map(|entry| &entry.changes);
        for change in changes {
            let how = crate::page::entry_value::write_change(&change.how);
            body.push_str(&format!("  {}: {}\n", change.field, one_line(&how, 160)));
        }
        for done in &one.by_hand {
            body.push_str(&format!("  {}\n", one_line(done, 160)));
        }
        for done in &one.repaired {
            body.push_str(&format!("  by hand before: {}\n", one_line(done, 160)));
        }
    }
    if !body.is_empty() {
        out.push_str("\n\n");
        out.push_str(body.trim_start_matches('\n'));
    }
    out
}

/// A text on one line of at most so many characters.
pub fn one_line(text: &str, most: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let line: String = line.chars().filter(|c| !c.is_control()).collect();
    if line.chars().count() <= most {
        return line;
    }
    let cut: String = line.chars().take(most - 1).collect();
    format!("{}…", cut.trim_end())
}

/// A ticket being changed by one entry.
#[derive(Debug)]
pub struct TicketEdit {
    /// The file's text when it was read.
    base: String,
    /// The page with what hands had left undone written in.
    page: TicketPage,
    /// The ticket with the changes so far.
    pub ticket: Ticket,
    entry: Entry,
    /// Where the log is ahead of now.
    ahead: Option<Ahead>,
    repaired: Vec<String>,
    by_hand: Vec<String>,
}

impl TicketEdit {
    fn of(
        id: TicketId,
        base: String,
        kind: &str,
        desk: &Desk,
        act: &Actor,
    ) -> Result<Self, OpError> {
        let page = ticket::read(id, base.clone())?;
        Self::over(page, base, kind, desk, act)
    }

    /// A change on top of a page that stands in for what the file says.
    pub fn over(
        page: TicketPage,
        base: String,
        kind: &str,
        desk: &Desk,
        act: &Actor,
    ) -> Result<Self, OpError> {
        barred(
            &page.path,
            page.bars(),
            &format!("desk edit {}", page.ticket.id),
        )?;
        let repair = repair::repair(&page, desk.settings.zone)?;
        let page = match repair.text {
            Some(text) => ticket::read(page.ticket.id, text)?,
            None => page,
        };
        let ticket = page.ticket.clone();
        let entry = Entry {
            at: entry_time(act.now, ticket.log.last().map(|entry| entry.at))?,
            by: act.me.clone(),
            kind: kind.to_owned(),
            tag: random::tag()?,
            attributes: Vec::new(),
            changes: Vec::new(),
            text: String::new(),
        };
        // What the program does is not told by its clock.
        let ahead = (!act.me.is_desk())
            .then(|| Ahead::of(&ticket, act.now))
            .flatten();
        Ok(Self {
            base,
            page,
            ticket,
            entry,
            ahead,
            repaired: repair.done,
            by_hand: Vec::new(),
        })
    }

    /// A page that a person edited: what the log lacks will stand in the person's own entry.
    pub fn by_hand(page: TicketPage, base: String, act: &Actor) -> Result<Self, OpError> {
        let ticket = page.ticket.clone();
        let last = ticket.log.last().map(|entry| entry.at);
        let entry = Entry {
            at: entry_time(act.now, last)?,
            by: act.me.clone(),
            kind: "edit".to_owned(),
            tag: random::tag()?,
            attributes: Vec::new(),
            changes: Vec::new(),
            text: String::new(),
        };
        let ahead = Ahead::of(&ticket, act.now);
        Ok(Self {
            base,
            page,
            ticket,
            entry,
            ahead,
            repaired: Vec::new(),
            by_hand: Vec::new(),
        })
    }

    /// Puts all that a person changed into the entry: what the log does not say of the tracked
    /// fields, and how the others differ from those of `before`.
    pub fn log_all(&mut self, before: Option<&Ticket>) -> Result<(), OpError> {
        let mut text = self.page.text.clone();
        for change in std::mem::take(&mut self.entry.changes) {
            let Ok(field) = change.field.parse::<Field>() else {
                continue;
            };
            let parts = front_matter::split(&self.page.path, &text)?;
            text = edit::set(&text, &parts, &field, self.ticket.values.get(&field))?;
        }
        self.page = ticket::read(self.id(), text)?;
        for difference in replay::differences(&self.ticket) {
            let (old, new) = (difference.folded.as_ref(), difference.stated.as_ref());
            self.log_change(&difference.key.into(), old, new);
        }
        let Some(before) = before else { return Ok(()) };
        let now = self.ticket.values.clone();
        let fields: BTreeSet<&Field> = before.values.keys().chain(now.keys()).collect();
        for field in fields.into_iter().filter(|field| !field.is_tracked()) {
            self.log_change(field, before.values.get(field), now.get(field));
        }
        Ok(())
    }

    fn log_change(&mut self, field: &Field, old: Option<&Value>, new: Option<&Value>) {
        if let Some(how) = replay::how(old, new, field.kind()) {
            self.entry.changes.push(Change {
                field: field.to_string(),
                how,
            });
        }
    }

    /// Says what a person changed beside the fields.
    pub fn tell(&mut self, by_hand: Vec<String>) {
        self.by_hand = by_hand;
    }

    /// Gives the entry the heading of one that was written before.
    pub fn stamp(&mut self, at: Moment, tag: &str) {
        self.entry.at = at;
        tag.clone_into(&mut self.entry.tag);
    }

    /// The entry's tag.
    pub fn tag(&self) -> &str {
        &self.entry.tag
    }

    /// The ticket's id.
    pub fn id(&self) -> TicketId {
        self.ticket.id
    }

    /// Sets a field, or empties it; the log gets the change.
    pub fn set(&mut self, field: impl Into<Field>, value: Option<Value>) {
        let field = field.into();
        let value = value.filter(|value| *value != Value::List(Vec::new()));
        let before = self.page.ticket.values.get(&field);
        match &value {
            Some(value) => self.ticket.values.insert(field.clone(), value.clone()),
            None => self.ticket.values.remove(&field),
        };
        let path = field.to_string();
        self.entry.changes.retain(|change| change.field != path);
        if let Some(how) = replay::how(before, value.as_ref(), field.kind()) {
            self.entry.changes.push(Change { field: path, how });
        }
    }

    /// Sets a key to a text.
    pub fn set_text(&mut self, key: Key, text: &str) {
        self.set(
            key,
            (!text.is_empty()).then(|| Value::Text(text.to_owned())),
        );
    }

    /// Adds an element to a list.
    pub fn add(&mut self, key: Key, element: &str) {
        let mut all = self.ticket.list(key);
        if !all.iter().any(|one| one == element) {
            all.push(element.to_owned());
        }
        self.set(key, Some(Value::List(all)));
    }

    /// A fact about the entry.
    pub fn attribute(&mut self, key: &str, value: impl Into<String>) {
        self.entry.attributes.push((key.to_owned(), value.into()));
    }

    /// The entry's free text.
    pub fn text(&mut self, text: &str) {
        self.entry.text = escape::tidy(text);
    }

    /// When the entry is.
    pub fn at(&self) -> Moment {
        self.entry.at
    }

    /// The description as it stands in the file, byte by byte.
    pub fn description(&self) -> &str {
        &self.page.text[self.page.description()]
    }

    /// Puts other bytes in the place of the description's.
    pub fn describe(&mut self, description: &str) -> Result<(), OpError> {
        let mut text = self.page.text.clone();
        text.replace_range(self.page.description(), description);
        self.page = ticket::read(self.id(), text)?;
        self.ticket.description = self.page.ticket.description.clone();
        Ok(())
    }

    /// Moves the ticket, if the status machine allows it.
    pub fn move_to(&mut self, to: &Status) -> Result<(), OpError> {
        let from = self.ticket.status();
        if !transitions::may_move(&from, to) {
            return Err(refused_move(&self.ticket, to));
        }
        self.set_text(Key::Status, to.as_str());
        if *to != Status::Pending {
            self.set(Key::WaitingOn, None);
            self.set(Key::Until, None);
        }
        Ok(())
    }

    /// Moves the ticket as far as an event does by itself.
    pub fn event(&mut self, event: transitions::Trigger) -> Result<(), OpError> {
        match transitions::moves_to(&self.ticket, event) {
            Some(to) => self.move_to(&to),
            None => Ok(()),
        }
    }

    /// Whether nothing would be written.
    pub fn is_empty(&self) -> bool {
        self.entry.changes.is_empty()
            && self.entry.attributes.is_empty()
            && self.entry.text.is_empty()
    }

    /// A further change by an entry of `kind`, on top of this one.
    pub fn then(self, kind: &str, desk: &Desk, act: &Actor) -> Result<Self, OpError> {
        let (id, base) = (self.id(), self.base.clone());
        let (text, _) = self.finish()?;
        Self::over(ticket::read(id, text)?, base, kind, desk, act)
    }

    fn finish(mut self) -> Result<(String, Changed), OpError> {
        let mut text = self.page.text.clone();
        let empty = self.is_empty();
        if !empty {
            if let Some(ahead) = &self.ahead {
                let own = (CLOCK.to_owned(), ahead.now.to_string());
                self.entry.attributes.push(own);
            }
            for change in &self.entry.changes {
                let Ok(field) = change.field.parse::<Field>() else {
                    continue;
                };
                let parts = front_matter::split(&self.page.path, &text)?;
                text = edit::set(&text, &parts, &field, self.ticket.values.get(&field))?;
            }
            text = edit::append(&text, &log::write(&self.entry));
        }
        let page = ticket::read(self.ticket.id, text.clone())?;
        let entry = (!empty).then_some(self.entry);
        let changed = Changed {
            ticket: page.ticket,
            entry,
            new: false,
            repaired: self.repaired,
            by_hand: self.by_hand,
        };
        Ok((text, changed))
    }
}

/// A writer's time: now, to the second, or right after the last entry. Nothing can be written after
/// the last moment that there is.
pub fn entry_time(now: Moment, last: Option<Moment>) -> Result<Moment, OpError> {
    let now = now.whole_second();
    match last {
        Some(last) if last == Moment::LAST => Err(OpError::refused(
            "the last entry is dated at the end of the year 9999, and no entry can come after it",
        )
        .hint("put its time right in the file; `desk log ID` tells when it was written")),
        Some(last) if last >= now => Ok(last.next()),
        _ => Ok(now),
    }
}

/// The attribute by which an entry tells its writer's own time, where the log is ahead of it.
const CLOCK: &str = "clock";

/// So much later than now an entry may be dated before somebody's clock counts as wrong.
pub const AHEAD: TimeDelta = TimeDelta::minutes(2);

/// That a log is ahead of a writer's time.
#[derive(Clone, Debug)]
struct Ahead {
    /// The writer's own time.
    now: Moment,
    /// Whose entry it is, and by how much.
    notice: String,
}

impl Ahead {
    fn of(ticket: &Ticket, now: Moment) -> Option<Self> {
        let now = now.whole_second();
        let ahead = |entry: &&Entry| entry.at.since(now) > AHEAD;
        ticket.log.last().filter(ahead)?;
        // Entries that tell their writer's own time only follow another.
        let mut late = ticket.log.iter().rev().take_while(ahead);
        let mut entry = late.next()?;
        for earlier in late {
            if entry
                .attribute(CLOCK)
                .is_none_or(|reported| reported.parse::<Moment>().is_err())
            {
                break;
            }
            entry = earlier;
        }
        let notice = format!(
            "the entry `{}` by `{}` in `{}` is dated {} later than now, so this one is dated after it: \
             is the clock of either right?",
            entry.kind,
            entry.by,
            ticket.id,
            time_input::lasting(entry.at.since(now))
        );
        Some(Self { now, notice })
    }
}

/// Why a move is refused, with the moves that are allowed.
pub fn refused_move(ticket: &Ticket, to: &Status) -> OpError {
    let from = ticket.status();
    let id = ticket.id;
    let error = if from == *to {
        OpError::refused(format!("`{id}` is {from} already"))
    } else {
        OpError::refused(format!("`{id}` is {from}, and {from} cannot become {to}"))
    };
    ways_on(error, ticket)
}

/// Why something that only open work is for is refused on a ticket that is done.
pub fn refused_done(ticket: &Ticket, verb: &str) -> OpError {
    let (id, status) = (ticket.id, ticket.status());
    let error = format!("`{id}` is {status}, and only open tickets are {verb}");
    ways_on(OpError::refused(error), ticket)
}

/// The moves that a ticket may make.
fn ways_on(mut error: OpError, ticket: &Ticket) -> OpError {
    let (id, from) = (ticket.id, ticket.status());
    let commands = transitions::commands(&from);
    if !commands.is_empty() {
        let moves: Vec<String> = transitions::allowed(&from)
            .iter()
            .filter(|to| transitions::may_move(&from, to))
            .map(ToString::to_string)
            .collect();
        error = error.hint(format!(
            "from {from} it can become {}: desk {}",
            moves.join(", "),
            commands.join(", desk ")
        ));
    }
    match from {
        Status::Closed => error.hint(format!(
            "a closed ticket stays closed; `desk contact {id} --in` opens a new one that follows it"
        )),
        Status::Merged => error.hint(format!("it went into {}", ticket.text(Key::LinkMergedInto))),
        _ => error,
    }
}
