//! `import --undo`: the tickets of an import, taken back where nobody has worked with them since.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::index::want::Want;
use crate::model::entry_kind::EntryKind;
use crate::model::field::{FieldKind, Key, Value};
use crate::model::id::TicketId;
use crate::model::ticket::Ticket;
use crate::model::ticket_summary::TicketSummary;
use crate::ops::core::actor::Actor;
use crate::ops::core::command_record;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::import::ImportError;
use crate::ops::core::ticket_edit::AHEAD;
use crate::ops::core::unreadable;
use crate::ops::core::values;
use crate::ops::data::import::{not_interrupted, save_all, uncommitted};
use crate::page::ticket::{self, TicketPage};
use crate::rules::import::mend::is_written_to;
use crate::rules::import::undo::{ImportAuthor, is_taken_back, take_back};
use crate::rules::lifecycle::repair;
use crate::store::journal::report::Report;
use crate::store::journal::save::Saved;
use crate::store::journal::step::Save;

/// What to take back.
#[derive(Clone, Copy, Debug)]
pub struct UndoImport<'r> {
    /// The word for the other system.
    pub source: &'r str,
    /// Whether to leave those as they are that somebody wrote to or linked, instead of refusing.
    pub untouched_only: bool,
    /// Why; may be empty.
    pub text: &'r str,
}

/// A ticket that stays.
#[derive(Clone, Debug)]
pub struct StayingTicket {
    /// Which.
    pub id: TicketId,
    /// Its title.
    pub title: String,
    /// Why it stays.
    pub why: String,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct UndoneImport {
    /// The word for the other system.
    pub source: String,
    /// The tickets that are taken back now.
    pub taken: Vec<TicketId>,
    /// How many were before.
    pub same: usize,
    /// Those that stay.
    pub stay: Vec<StayingTicket>,
    /// What became of it on disk; `None` where there was nothing to write.
    pub saved: Option<Saved>,
    /// Sentences about what was finished for a command that died.
    pub recovered: Vec<Report>,
}

/// The most tickets that a refusal names.
const NAMED: usize = 20;

/// Takes back the tickets that an import made: what came in is undone and the ticket is cancelled as a
/// mistake. Refuses where somebody wrote to any or linked it, unless only the others are asked for.
pub fn undo(desk: &Desk, act: &Actor, request: UndoImport<'_>) -> Result<UndoneImport, OpError> {
    act.may(desk, "import")?;
    let text = values::text(request.text)?;
    let repo = act.repo(desk)?;
    let held = act.hold_unless_dry(desk, "import")?;
    let desk = &Desk::at(desk.root.clone())?;
    let mut done = UndoneImport {
        source: request.source.to_owned(),
        ..UndoneImport::default()
    };
    let pages = pages(desk, request.source, &mut done)?;
    let count = pages.len() + done.stay.len();
    let stays = linked(desk, &pages, &mut done);
    if !done.stay.is_empty() && !request.untouched_only {
        return Err(refusal(&done, count));
    }
    let how = ImportAuthor {
        by: &act.me,
        now: act.now,
        ahead: AHEAD,
        text: &text,
    };
    let left = match held {
        Some(_) if desk.settings.git.commit => uncommitted(desk, repo)?,
        _ => HashSet::new(),
    };
    let mut saves = Vec::new();
    for (id, page) in pages.iter().filter(|(id, _)| !stays.contains(id)) {
        let text = take_back(&page.page, how);
        match text.map_err(|error| OpError::from(error).hint(format!("in {}", id.path())))? {
            None => {
                done.same += 1;
                // A command that was cut short had saved it and not committed.
                let base = page.base.clone();
                saves.extend(left.contains(&id.path()).then(|| (*id, base.clone(), base)));
            }
            Some(text) => {
                done.taken.push(*id);
                saves.push((*id, page.base.clone(), text));
            }
        }
    }
    let Some(mut held) = held else {
        not_interrupted(act)?;
        return Ok(done);
    };
    let count = done.taken.len();
    let message = format!(
        "import --undo {}: {count} tickets taken back",
        request.source
    );
    let saves = saves.into_iter().map(|(id, base, text)| Save {
        path: id.path(),
        base: Some(base),
        text,
    });
    done.saved = save_all(desk, act, &mut held, (&message, &|| None), saves, &[])?;
    if done.saved.is_some() {
        command_record::note_other(held.repo(), act, "import");
    }
    done.recovered = held.reports();
    Ok(done)
}

/// A ticket of an import, in order, and its file as it is.
struct ImportedPage {
    page: TicketPage,
    base: String,
}

/// The tickets that an import made of a source and that nobody wrote to; the others stay.
fn pages(
    desk: &Desk,
    source: &str,
    done: &mut UndoneImport,
) -> Result<BTreeMap<TicketId, ImportedPage>, OpError> {
    let found = desk.tickets(Want::All);
    let hidden = unreadable::hiding(desk, &found, &[Key::SourceName, Key::SourceId]);
    if !hidden.is_empty() {
        return Err(ImportError::DoubtfulSources(&source).error().with(hidden));
    }
    let mut all = BTreeMap::new();
    let mut others: BTreeSet<&str> = BTreeSet::new();
    for one in &found.all {
        let name = one.text(Key::SourceName);
        if name != source {
            others.insert(name);
            continue;
        }
        match read(desk, one.id) {
            Ok(page) if !is_imported(&page.page.ticket) => {}
            Ok(page) if is_written_to(&page.page.ticket.log) => {
                done.stay.push(stay(one, "somebody wrote to it".to_owned()));
            }
            Ok(page) => {
                all.insert(one.id, page);
            }
            Err(why) => done.stay.push(stay(one, why)),
        }
    }
    if all.is_empty() && done.stay.is_empty() {
        // What came by mail or recurs has a source, and no import brought it.
        let known = others
            .into_iter()
            .filter(|name| !["", "mail", "recurring"].contains(name));
        let known: Vec<String> = known.map(|name| format!("`{name}`")).collect();
        return Err(ImportError::NoSuchSource(&source, &known.join(", ")).error());
    }
    Ok(all)
}

fn is_imported(ticket: &Ticket) -> bool {
    let mut log = ticket.log.iter();
    log.any(|entry| entry.kind == EntryKind::Created && entry.is_imported())
}

fn stay(one: &TicketSummary, why: String) -> StayingTicket {
    StayingTicket {
        id: one.id,
        title: one.text(Key::Title).to_owned(),
        why,
    }
}

/// A ticket with what a hand changed logged, as by every command that writes the file.
fn read(desk: &Desk, id: TicketId) -> Result<ImportedPage, String> {
    let page = desk.page(id).map_err(|error| error.message)?;
    if let Some(bar) = page.bars().first() {
        return Err(format!("{}: {}", bar.location(), bar.message));
    }
    let base = page.text.clone();
    let repaired = repair::repair(&page, desk.settings.zone).map_err(|problem| problem.message)?;
    let page = match repaired.text {
        Some(text) => ticket::read(id, text).map_err(|problem| problem.message)?,
        None => page,
    };
    Ok(ImportedPage { page, base })
}

/// The tickets that others link to which are not taken back, and those that these link to, and so on.
fn linked(
    desk: &Desk,
    pages: &BTreeMap<TicketId, ImportedPage>,
    done: &mut UndoneImport,
) -> HashSet<TicketId> {
    let found = desk.tickets(Want::All);
    let taken = |id: &TicketId| {
        pages
            .get(id)
            .is_some_and(|one| is_taken_back(&one.page.ticket))
    };
    let mut to_visit: Vec<&TicketSummary> = found
        .all
        .iter()
        .filter(|one| !pages.contains_key(&one.id))
        .collect();
    let summaries: BTreeMap<TicketId, &TicketSummary> =
        found.all.iter().map(|one| (one.id, one)).collect();
    let mut stays = HashSet::new();
    while let Some(one) = to_visit.pop() {
        for target in targets(one) {
            let Some(summary) = summaries.get(&target) else {
                continue;
            };
            if pages.contains_key(&target) && !taken(&target) && stays.insert(target) {
                done.stay
                    .push(stay(summary, format!("{} links to it", one.id)));
                to_visit.push(summary);
            }
        }
    }
    done.stay.sort_by_key(|one| one.id);
    stays
}

/// The tickets that the links of one name.
fn targets(one: &TicketSummary) -> impl Iterator<Item = TicketId> {
    let keys = Key::ALL
        .iter()
        .filter(|key| matches!(key.kind(), FieldKind::Ticket | FieldKind::Tickets));
    let values = keys
        .filter_map(|key| one.get(*key))
        .flat_map(Value::elements);
    let ids: Vec<TicketId> = values.filter_map(|text| text.parse().ok()).collect();
    ids.into_iter()
}

fn refusal(done: &UndoneImport, all: usize) -> OpError {
    let count = done.stay.len();
    let mut error = ImportError::ImportWrittenTo(&count, &all, &done.source).error();
    for one in done.stay.iter().take(NAMED) {
        error = error.hint(format!("{}: {}", one.id, one.why));
    }
    if count > NAMED {
        let more = count - NAMED;
        error = error.hint(format!("and {more} more"));
    }
    error
}
