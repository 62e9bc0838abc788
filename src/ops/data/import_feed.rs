//! The saves of an import, ticket by ticket.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};

use crate::index::want::Want;
use crate::model::corrections::is_correction;
use crate::model::entry::Entry;
use crate::model::field::Key;
use crate::model::id::TicketId;
use crate::model::ticket::Ticket;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::import::ImportError;
use crate::ops::core::unreadable;
use crate::ops::data::import_outcome::ImportOutcome;
use crate::ops::data::mended::MendedPage;
use crate::page::import_additions;
use crate::page::{new_ticket, ticket};
use crate::rules::import::Import;
use crate::rules::import::undo::ImportAuthor;
use crate::rules::lifecycle::{repair, team};
use crate::store::fs::interrupt::Interrupt;
use crate::store::fs::read;
use crate::store::git::repo::Repo;
use crate::store::journal::step::Save;

/// Where each foreign ticket is, or will be.
pub(in crate::ops::data) struct Plan {
    /// Tickets of this source that are there.
    pub(in crate::ops::data) there: HashMap<String, TicketId>,
    /// Ids that are taken.
    pub(in crate::ops::data) taken: HashSet<TicketId>,
}

impl Plan {
    /// Refuses where a file cannot tell whether it is one of them: it would come in twice.
    pub(in crate::ops::data) fn new(
        desk: &Desk,
        import: &Import<'_>,
        source: &str,
    ) -> Result<Self, OpError> {
        let mut plan = Self {
            there: HashMap::new(),
            taken: HashSet::new(),
        };
        let found = desk.tickets(Want::All);
        let hidden = unreadable::hiding(desk, &found, &[Key::SourceName, Key::SourceId]);
        if !hidden.is_empty() {
            return Err(ImportError::DoubtfulSources(&source).error().with(hidden));
        }
        for ticket in found.all {
            if ticket.text(Key::SourceName) == source {
                plan.there
                    .insert(ticket.text(Key::SourceId).to_owned(), ticket.id);
            }
        }
        // Files that cannot be read keep their ids, too.
        plan.taken
            .extend(crate::store::fs::walk::all_ids(&desk.root));
        plan.taken.reserve(import.cases().len());
        Ok(plan)
    }

    /// Gives every ticket that links to others an id that they know: all are placed first.
    pub(in crate::ops::data) fn place_all(
        &mut self,
        import: &mut Import<'_>,
        asked: bool,
    ) -> HashMap<String, TicketId> {
        if !import.has_links() && !asked {
            return HashMap::new();
        }
        let mut ids = self.there.clone();
        let mut taken = self.taken.clone();
        for case in import.cases() {
            if !ids.contains_key(&case.foreign)
                && let Some(id) = import.free_id(case, |id| taken.contains(&id))
            {
                taken.insert(id);
                ids.insert(case.foreign.clone(), id);
            }
        }
        import.know_ids(ids.clone());
        ids
    }
}

impl Plan {
    /// The tickets of the source that a log does not name.
    pub(in crate::ops::data) fn absent(&self, import: &Import<'_>) -> Vec<TicketId> {
        let cases = import.cases().iter();
        let named: HashSet<&str> = cases.map(|case| case.foreign.as_str()).collect();
        let mut there = self.there.iter().collect::<Vec<_>>();
        there.retain(|(foreign, _)| !named.contains(foreign.as_str()));
        there.into_iter().map(|(_, id)| *id).collect()
    }
}

/// The files of the tickets, one by one, as the disk asks for them.
pub(in crate::ops::data) struct Feed<'f> {
    pub(in crate::ops::data) counted: &'f Cell<Counted>,
    pub(in crate::ops::data) plan: Plan,
    pub(in crate::ops::data) desk: &'f Desk,
    pub(in crate::ops::data) import: &'f Import<'f>,
    /// Who corrects what is read differently, and why; `None` where nothing is.
    pub(in crate::ops::data) how: ImportAuthor<'f>,
    pub(in crate::ops::data) uncommitted: HashSet<String>,
    pub(in crate::ops::data) at: usize,
    pub(in crate::ops::data) done: &'f mut ImportOutcome,
    pub(in crate::ops::data) progress: &'f dyn Fn(usize, usize),
    pub(in crate::ops::data) interrupt: &'f Interrupt,
}

/// What a feed did to tickets that were there.
#[derive(Clone, Copy, Default)]
pub(in crate::ops::data) struct Counted {
    pub(in crate::ops::data) made: usize,
    pub(in crate::ops::data) extended: usize,
    pub(in crate::ops::data) corrected: usize,
    pub(in crate::ops::data) entries: usize,
}

impl Counted {
    /// What its commit says; `None` where all that it did is to bring tickets in.
    pub(in crate::ops::data) fn message(self, source: &str) -> Option<String> {
        let number = |n: usize, one: &str, many: &str| match n {
            1 => format!("1 {one}"),
            n => format!("{n} {many}"),
        };
        let tickets = |n: usize| number(n, "ticket", "tickets");
        let mut said = Vec::new();
        if self.corrected > 0 {
            let entries = number(self.entries, "entry", "entries");
            said.push(match self.entries {
                0 => format!("corrected {}", tickets(self.corrected)),
                _ => format!("corrected {entries} of {}", tickets(self.corrected)),
            });
        }
        if self.extended > 0 {
            said.push(format!("extended {}", tickets(self.extended)));
        }
        if said.is_empty() {
            return None;
        }
        if self.made > 0 {
            said.push(format!("brought in {}", tickets(self.made)));
        }
        Some(format!("import {source}: {}", said.join(", ")))
    }
}

impl Iterator for Feed<'_> {
    type Item = Save;

    fn next(&mut self) -> Option<Save> {
        let all = self.import.cases();
        while self.at < all.len() {
            if self.interrupt.raised().is_some() {
                return None;
            }
            let case = &all[self.at];
            self.at += 1;
            (self.progress)(self.at, all.len());
            if let Some(id) = self.plan.there.get(&case.foreign).copied() {
                if let Some(save) = self.extended(case, id) {
                    self.note_counts();
                    return Some(save);
                }
                continue;
            }
            let taken = |id| self.plan.taken.contains(&id);
            if let Some(id) = self.import.free_id(case, taken) {
                let ticket = self.import.ticket(case, id);
                let save = Save {
                    path: id.path(),
                    base: None,
                    text: new_ticket::write(&ticket),
                };
                if self.may(&save) {
                    self.look(&ticket);
                    self.plan.taken.insert(id);
                    self.done.made += 1;
                    self.done.entries += if case.is_row() {
                        ticket.log.len()
                    } else {
                        case.len()
                    };
                    self.note_counts();
                    return Some(save);
                }
                continue;
            }
            let why = format!("{}: no free id could be found", case.foreign);
            self.done.unreadable.push(why);
        }
        None
    }
}

impl Feed<'_> {
    fn note_counts(&self) {
        let mending = &self.done.mending;
        self.counted.set(Counted {
            made: self.done.made,
            extended: self.done.extended,
            corrected: mending.tickets,
            entries: mending.entries,
        });
    }

    /// Whether a file may be written; if not, that is told.
    fn may(&mut self, save: &Save) -> bool {
        let may = save.check();
        if let Err(error) = &may {
            self.done.unreadable.push(error.to_string());
        }
        may.is_ok()
    }

    /// Counts a ticket that is open where nobody looks. The queues that this import adds are retired.
    fn look(&mut self, ticket: &Ticket) {
        let is_hidden = team::is_hidden(ticket, &self.desk.settings);
        self.done.in_retired_queues += usize::from(is_hidden);
    }

    /// A ticket that is there, with the rows that it lacks; `None` where it lacks none.
    fn extended(&mut self, case: &crate::rules::import::Case, id: TicketId) -> Option<Save> {
        let path = id.path();
        let read = read::page(&self.desk.root, &path).map_err(|error| error.to_string());
        let page = read.and_then(|text| ticket::read(id, text).map_err(|problem| problem.message));
        let page = page.and_then(|page| match page.bars().first() {
            Some(bar) => Err(format!("{}: {}", bar.location(), bar.message)),
            None => Ok(page),
        });
        // What a hand changed is logged first, as by every command that writes the file.
        let zone = self.desk.settings.zone;
        let page = page.and_then(|page| {
            let repaired = repair::repair(&page, zone).map_err(|problem| problem.message)?;
            let base = page.text.clone();
            let page = match repaired.text {
                Some(text) => ticket::read(id, text).map_err(|problem| problem.message)?,
                None => page,
            };
            Ok((page, base))
        });
        let page = page.and_then(|(page, base)| {
            let mended = MendedPage::of(self.import, case, page, self.how);
            Ok((mended.map_err(|error| error.to_string())?, base))
        });
        let (mut mended, base) = match page {
            Ok(read) => read,
            Err(why) => {
                self.done.unreadable.push(format!("{path}: {why}"));
                return None;
            }
        };
        let own = |log: &[Entry]| log.iter().filter(|one| !is_correction(one)).count();
        let before = own(&mended.page.ticket.log);
        let text = self.import.extend(case, &mended.page).and_then(|text| {
            let lacks = text.is_some();
            if let Some(text) = text {
                mended.extended(self.import, case, text, self.how)?;
            }
            let text = (lacks || mended.is_changed()).then(|| mended.page.text.clone());
            Ok((lacks, text))
        });
        let lacks = matches!(text, Ok((true, _)));
        match text.map(|(_, text)| text) {
            Ok(Some(text)) => {
                let save = Save {
                    path,
                    base: Some(base),
                    text,
                };
                if !self.may(&save) {
                    return None;
                }
                if let Ok(extended) = ticket::read(id, save.text.clone()) {
                    self.look(&extended.ticket);
                    let now = own(&extended.ticket.log);
                    self.done.entries += now.saturating_sub(before);
                }
                self.done.extended += usize::from(lacks);
                self.done.mending.add(&mended);
                Some(save)
            }
            Ok(None) => {
                self.done.mending.add(&mended);
                self.look(&mended.page.ticket);
                self.done.same += 1;
                self.uncommitted.contains(&path).then(|| Save {
                    path,
                    text: base.clone(),
                    base: Some(base),
                })
            }
            Err(error) => {
                self.done.unreadable.push(format!("{path}: {error}"));
                None
            }
        }
    }
}

/// Whether a file would not stay as it is.
pub(in crate::ops::data) fn changes(save: &Save) -> bool {
    match &save.base {
        Some(base) => *base != save.text,
        None => !save.text.is_empty(),
    }
}

/// Whether a settings file holds what a run that was cut short added to it, and did not commit.
pub(in crate::ops::data) fn is_left(
    repo: &Repo,
    save: &Save,
    source: &str,
    uncommitted: &HashSet<String>,
) -> bool {
    uncommitted.contains(&save.path)
        && imported_lines(repo, &save.path, source) != names_of(&save.text, source)
}

/// The names that a settings file has of a source.
pub(in crate::ops::data) fn names_of(text: &str, source: &str) -> Vec<import_additions::Named> {
    let lists = ["agents", "queues", "codes"];
    lists
        .iter()
        .flat_map(|list| import_additions::names(text, source, list))
        .collect()
}

/// The names that an import has added to a settings file, as it was last committed.
pub(in crate::ops::data) fn imported_lines(
    repo: &Repo,
    file: &str,
    source: &str,
) -> Vec<import_additions::Named> {
    let object = format!("HEAD:{}", repo.in_tree(file));
    let reported = repo.git().run(&["cat-file", "blob", &object]);
    let text = reported.map(|reported| String::from_utf8_lossy(&reported.stdout).into_owned());
    names_of(&text.unwrap_or_default(), source)
}
