//! `import events`: a foreign event log, brought in.

use crate::ops::core::command_record;
use crate::ops::core::messages::data::DataError;
use crate::ops::core::messages::import::ImportError;
use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

use crate::index::want::Want;
use crate::model::corrections::is_correction;
use crate::model::entry::Entry;
use crate::model::field::{Field, Key};
use crate::model::id::TicketId;
use crate::model::ticket::Ticket;
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::ticket_edit::AHEAD;
use crate::ops::core::unreadable;
use crate::ops::data::mended::{MendedPage, Mending};
use crate::ops::data::separated_log::SeparatedLog;
use crate::page::catalog;
use crate::page::csv::Encoding;
use crate::page::import_additions;
use crate::page::import_map;
use crate::page::new_ticket;
use crate::page::{settings, ticket};
use crate::rules::import::mend::is_written_to;
use crate::rules::import::private::Private;
use crate::rules::import::undo::ImportAuthor;
use crate::rules::import::{Import, Names, Odd};
use crate::rules::lifecycle::{attachments, repair, team};
use crate::store::error::StoreError;
use crate::store::fs::contents::{self, KeptContent};
use crate::store::fs::interrupt::Interrupt;
use crate::store::fs::read;
use crate::store::git::compare;
use crate::store::git::repo::Repo;
use crate::store::journal::report::Report;
use crate::store::journal::save::{Saved, Writer};
use crate::store::journal::step::Save;

/// A log and how to read it.
#[derive(Clone, Copy, Debug)]
pub struct ImportRequest<'r> {
    /// The log, whole.
    pub bytes: &'r [u8],
    /// What to call the log in messages.
    pub log: &'r str,
    /// What to call the map.
    pub map_path: &'r str,
    /// The map, whole.
    pub map: &'r str,
    /// Fields that are left behind, by their paths.
    pub drop: &'r [String],
    /// Whether personal fields come in under a pseudonym.
    pub pseudonym: bool,
    /// Why what the map reads differently is corrected; may be empty.
    pub reason: &'r str,
}

/// What came of an import.
#[derive(Debug, Default)]
pub struct ImportOutcome {
    /// The word for the other system.
    pub source: String,
    /// How the map reads the table's bytes.
    pub encoding: Encoding,
    /// Rows of the table, without its header.
    pub rows: usize,
    /// Rows written into the desk by this run.
    pub entries: usize,
    /// Tickets made.
    pub made: usize,
    /// Tickets that were there and lacked rows.
    pub extended: usize,
    /// Tickets that lacked nothing.
    pub same: usize,
    /// What the map reads differently in tickets that were there.
    pub mending: Mending,
    /// What is to be known about the file.
    pub notes: Vec<String>,
    /// What is odd, in the order of the file.
    pub odd: Vec<Odd>,
    /// Tickets that were there but cannot be read, with the reason.
    pub unreadable: Vec<String>,
    /// People, queues and codes added to the settings.
    pub added: [usize; 3],
    /// Tickets of the log that are open in retired queues: no agent's board shows them.
    pub in_retired_queues: usize,
    /// Files that came in with tickets.
    pub files: usize,
    /// What is to be told of an export whose rows are tickets.
    pub tickets: Option<crate::ops::data::import_notes::ImportNotes>,
    /// What became of it on disk; `None` where there was nothing to write.
    pub saved: Option<Saved>,
    /// Sentences about what was finished for a command that died.
    pub recovered: Vec<Report>,
}

/// Brings a log in. A second run changes nothing. `progress` is told of tickets done, and all.
pub fn events(
    desk: &Desk,
    act: &Actor,
    request: ImportRequest<'_>,
    progress: &dyn Fn(usize, usize),
) -> Result<ImportOutcome, OpError> {
    act.may(desk, "import")?;
    let held = act.hold_unless_dry(desk, "import")?;
    // The settings are read again under the lock: this run is about to add to them.
    let desk = &Desk::at(desk.root.clone())?;
    let texts = SettingsTexts::read(desk)?;
    let map = map(desk, request)?;
    let log = SeparatedLog::of(&map, request.bytes);
    let mut import = read_log(desk, request, (&map, &log), &texts)?;
    let done = bring(
        desk,
        act,
        held,
        (&mut import, &[]),
        texts,
        (request.log, request.reason),
        progress,
    )?;
    Ok(ImportOutcome {
        notes: log.notes(),
        ..done
    })
}

/// Writes what an import has read, in one commit.
pub(in crate::ops::data) fn bring(
    desk: &Desk,
    act: &Actor,
    held: Option<Writer>,
    (import, files): (&mut Import<'_>, &[ImportFile]),
    texts: SettingsTexts,
    (log, reason): (&str, &str),
    progress: &dyn Fn(usize, usize),
) -> Result<ImportOutcome, OpError> {
    let repo = act.repo(desk)?;
    let map = import.map();
    let mut done = ImportOutcome::of(import);
    let uncommitted = if desk.settings.git.commit && !act.dry_run {
        uncommitted(desk, repo)?
    } else {
        HashSet::new()
    };
    let additions = additions(desk, act, map, import.names(), texts)?;
    let is_due = |save: &Save| changes(save) || is_left(repo, save, &map.source, &uncommitted);
    let additions: Vec<Save> = additions.into_iter().filter(is_due).collect();
    let mut plan = Plan::new(desk, import, &map.source)?;
    let absent = plan.absent(import);
    let ids = plan.place_all(import, !files.is_empty());
    let files = missing_files(desk, files, &ids)?;
    done.files = files.len();
    let counted = Cell::new(Counted::default());
    let feed = Feed {
        counted: &counted,
        plan,
        desk,
        how: ImportAuthor {
            by: &act.me,
            now: act.now,
            ahead: AHEAD,
            text: reason,
        },
        import,
        uncommitted,
        at: 0,
        done: &mut done,
        progress,
        interrupt: &act.interrupt,
    };
    let Some(mut held) = held else {
        feed.for_each(drop);
        not_interrupted(act)?;
        done.could_begin_anew(desk, &absent);
        return Ok(done);
    };
    let (source, rows) = (&import.map().source, import.rows());
    let message = format!("import {source}: {rows} rows of {log}");
    let saves = additions.into_iter().chain(feed);
    let what = || counted.get().message(source);
    done.saved = save_all(desk, act, &mut held, (&message, &what), saves, &files)?;
    done.could_begin_anew(desk, &absent);
    if done.saved.is_some() {
        command_record::note_other(held.repo(), act, "import");
    }
    done.recovered = held.reports();
    Ok(done)
}

/// A file that comes in with a ticket.
#[derive(Debug)]
pub(in crate::ops::data) struct ImportFile {
    /// The ticket's id in the other system.
    pub(in crate::ops::data) foreign: String,
    /// The name under which it will lie.
    pub(in crate::ops::data) stored: String,
    pub(in crate::ops::data) kept: KeptContent,
    pub(in crate::ops::data) from: PathBuf,
}

/// The files that are not in their places yet.
fn missing_files<'f>(
    desk: &Desk,
    files: &'f [ImportFile],
    ids: &HashMap<String, TicketId>,
) -> Result<Vec<(String, &'f ImportFile)>, OpError> {
    let mut missing: Vec<(String, &ImportFile)> = Vec::new();
    for file in files {
        let Some(id) = ids.get(&file.foreign) else {
            continue;
        };
        let path = format!("{}/{}", attachments::folder(*id), file.stored);
        let there = contents::size(&desk.root, &path)?.is_some();
        if !there && missing.iter().all(|(known, _)| *known != path) {
            missing.push((path, file));
        }
    }
    Ok(missing)
}

/// The settings and the catalogue as their files hold them.
pub(in crate::ops::data) struct SettingsTexts {
    pub(in crate::ops::data) desk: String,
    /// `None` where there is no file.
    pub(in crate::ops::data) catalog: Option<String>,
}

impl SettingsTexts {
    pub(in crate::ops::data) fn read(desk: &Desk) -> Result<Self, OpError> {
        let text = |file: &str| match read::page(&desk.root, file) {
            Ok(text) => Ok(Some(text)),
            Err(read::ReadError::Missing) => Ok(None),
            Err(error) => Err(OpError::from(error.problem(file))),
        };
        Ok(Self {
            desk: text(settings::FILE)?.unwrap_or_default(),
            catalog: text(catalog::FILE)?,
        })
    }
}

fn map(desk: &Desk, request: ImportRequest<'_>) -> Result<import_map::Map, OpError> {
    let (path, text) = (request.map_path, request.map);
    import_map::read(path, text, &desk.settings, &desk.catalogue)
        .map_err(|problems| ImportError::InvalidMap(&path).error().with(problems))
}

fn read_log<'a>(
    desk: &Desk,
    request: ImportRequest<'a>,
    (map, log): (&'a import_map::Map, &'a SeparatedLog<'a>),
    texts: &SettingsTexts,
) -> Result<Import<'a>, OpError> {
    let table = log
        .table()
        .map_err(|error| ImportError::LogUnreadable(&request.log, &error).error())?;
    let (settings, catalogue) = (&desk.settings, &desk.catalogue);
    let catalog = texts.catalog.as_deref().unwrap_or_default();
    let names = Names::new(&map.source, settings, catalogue, &texts.desk, catalog);
    let private = private((request.drop, request.pseudonym), map)?;
    let import = Import::read_privately(map, table, settings, catalogue, names, private);
    import.map_err(|problems| {
        let error = ImportError::MapDoesNotFit(&request.log)
            .error()
            .with(problems);
        match log.another_delimiter() {
            Some(hint) => error.hint(hint),
            None => error,
        }
    })
}

/// The private fields of a log. Only what no rule goes by can be left behind.
pub(in crate::ops::data) fn private(
    (drop, pseudonym): (&[String], bool),
    map: &import_map::Map,
) -> Result<Private, OpError> {
    let may = |field: &Field| {
        field
            .section()
            .is_some_and(|name| name != "links" && name != "source")
    };
    let fields = map.targets.iter().map(|target| &target.field);
    let known: Vec<String> = fields
        .filter(|field| may(field))
        .map(ToString::to_string)
        .collect();
    let mut private = Private {
        pseudonym,
        ..Private::default()
    };
    for path in drop {
        let field = path.parse::<Field>().ok().filter(|_| known.contains(path));
        let field =
            field.ok_or_else(|| ImportError::NotDropped(&path, &known.join(", ")).error())?;
        private.drop.insert(field);
    }
    Ok(private)
}

impl ImportOutcome {
    /// What reading the log alone tells.
    fn of(import: &Import<'_>) -> Self {
        let (map, names) = (import.map(), import.names());
        Self {
            source: map.source.clone(),
            encoding: map.encoding,
            rows: import.rows(),
            odd: import.odd().to_vec(),
            added: [
                names.new_agents().len(),
                names.new_queues().len(),
                names.new_codes().len(),
            ],
            ..Self::default()
        }
    }
}

impl ImportOutcome {
    /// Looks whether everything of the source could be taken back and imported anew by a mended map:
    /// `absent` are its tickets that the log does not name.
    fn could_begin_anew(&mut self, desk: &Desk, absent: &[TicketId]) {
        let mending = &mut self.mending;
        let is_free = |id: &TicketId| {
            let page = desk.page(*id);
            page.is_ok_and(|page| !is_written_to(&page.ticket.log))
        };
        mending.could_begin_anew =
            mending.tickets > 0 && mending.written_to == 0 && absent.iter().all(is_free);
    }
}

/// Whether a file would not stay as it is.
fn changes(save: &Save) -> bool {
    match &save.base {
        Some(base) => *base != save.text,
        None => !save.text.is_empty(),
    }
}

/// Whether a settings file holds what a run that was cut short added to it, and did not commit.
fn is_left(repo: &Repo, save: &Save, source: &str, uncommitted: &HashSet<String>) -> bool {
    uncommitted.contains(&save.path)
        && imported_lines(repo, &save.path, source) != names_of(&save.text, source)
}

/// All of it or nothing: an error where a signal cut the import short, which begins anew.
pub(in crate::ops::data) fn not_interrupted(act: &Actor) -> Result<(), OpError> {
    match act.interrupt.raised() {
        Some(_) => Err(OpError::from(StoreError::Interrupted)
            .hint("nothing was imported; the same command begins anew")),
        None => Ok(()),
    }
}

/// Saves all files in one commit; `None` where there is none to save. `what` says, once all are known,
/// what the commit does where the message does not.
pub(in crate::ops::data) fn save_all(
    desk: &Desk,
    act: &Actor,
    held: &mut Writer,
    (message, what): (&str, &dyn Fn() -> Option<String>),
    saves: impl Iterator<Item = Save>,
    files: &[(String, &ImportFile)],
) -> Result<Option<Saved>, OpError> {
    let mut saves = saves.peekable();
    if saves.peek().is_none() {
        not_interrupted(act)?;
        return Ok(None);
    }
    let author = act.signature(desk);
    let saved = held.save_all(message, &author, act.now, |many| {
        saves.try_for_each(|save| many.text(save))?;
        for (path, file) in files {
            let mut from = contents::open(&file.from).map_err(|error| {
                DataError::AttachmentUnreadable(&file.from.display(), &error).error()
            })?;
            many.bytes(path.clone(), &file.kept, &mut from)?;
        }
        if let Some(message) = what() {
            many.say(message);
        }
        not_interrupted(act)
    })?;
    Ok(Some(saved))
}

/// The settings and the catalogue, with the fields, people, queues and codes of a log that they lack.
/// Only managers may add any.
fn additions(
    desk: &Desk,
    act: &Actor,
    map: &import_map::Map,
    names: &Names,
    texts: SettingsTexts,
) -> Result<[Save; 2], OpError> {
    let own: Vec<(String, String)> = map
        .own_fields()
        .into_iter()
        .map(|(name, title)| (name.to_owned(), title))
        .collect();
    let add =
        |text: &str, list: &str, new| import_additions::add_names(text, &map.source, list, new);
    let new_desk = import_additions::declare_fields(&texts.desk, &own)?;
    let new_desk = add(&new_desk, "agents", names.new_agents())?;
    let new_desk = add(&new_desk, "queues", names.new_queues())?;
    let catalog = texts.catalog.as_deref().unwrap_or_default();
    let new_catalog = add(catalog, "codes", names.new_codes())?;
    if (new_desk != texts.desk || new_catalog != catalog) && !act.is_manager(desk) {
        let managers = desk.settings.active_agents().filter(|agent| agent.manager);
        let managers: Vec<&str> = managers.map(|agent| agent.handle.as_str()).collect();
        return Err(ImportError::ImportNeedsManager(&managers.join(" or ")).error());
    }
    let save = |path: &str, base, text| Save {
        path: path.to_owned(),
        base,
        text,
    };
    Ok([
        save(settings::FILE, Some(texts.desk), new_desk),
        save(catalog::FILE, texts.catalog, new_catalog),
    ])
}

/// The files of the desk that git does not have as they are: what an import that was cut short
/// had saved and not committed.
pub(in crate::ops::data) fn uncommitted(
    desk: &Desk,
    repo: &Repo,
) -> Result<HashSet<String>, OpError> {
    let own = [settings::FILE, catalog::FILE];
    let tickets = crate::store::fs::walk::all_ids(&desk.root);
    let mut paths: Vec<String> = tickets.iter().map(TicketId::path).collect();
    paths.extend(own.map(str::to_owned));
    let places = [&["tickets"][..], &own].concat();
    let counts = |path: &str| path.strip_suffix(".md").is_some() || own.contains(&path);
    Ok(compare::changed(repo, "HEAD", &places, &paths, counts)?)
}

/// The names that a settings file has of a source.
fn names_of(text: &str, source: &str) -> Vec<import_additions::Named> {
    let lists = ["agents", "queues", "codes"];
    lists
        .iter()
        .flat_map(|list| import_additions::names(text, source, list))
        .collect()
}

/// The names that an import has added to a settings file, as it was last committed.
fn imported_lines(repo: &Repo, file: &str, source: &str) -> Vec<import_additions::Named> {
    let object = format!("HEAD:{}", repo.in_tree(file));
    let reported = repo.git().run(&["cat-file", "blob", &object]);
    let text = reported.map(|reported| String::from_utf8_lossy(&reported.stdout).into_owned());
    names_of(&text.unwrap_or_default(), source)
}

/// Where each foreign ticket is, or will be.
struct Plan {
    /// Tickets of this source that are there.
    there: HashMap<String, TicketId>,
    /// Ids that are taken.
    taken: HashSet<TicketId>,
}

impl Plan {
    /// Refuses where a file cannot tell whether it is one of them: it would come in twice.
    fn new(desk: &Desk, import: &Import<'_>, source: &str) -> Result<Self, OpError> {
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
    fn place_all(&mut self, import: &mut Import<'_>, asked: bool) -> HashMap<String, TicketId> {
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
    fn absent(&self, import: &Import<'_>) -> Vec<TicketId> {
        let cases = import.cases().iter();
        let named: HashSet<&str> = cases.map(|case| case.foreign.as_str()).collect();
        let mut there = self.there.iter().collect::<Vec<_>>();
        there.retain(|(foreign, _)| !named.contains(foreign.as_str()));
        there.into_iter().map(|(_, id)| *id).collect()
    }
}

/// The files of the tickets, one by one, as the disk asks for them.
struct Feed<'f> {
    counted: &'f Cell<Counted>,
    plan: Plan,
    desk: &'f Desk,
    import: &'f Import<'f>,
    /// Who corrects what is read differently, and why; `None` where nothing is.
    how: ImportAuthor<'f>,
    uncommitted: HashSet<String>,
    at: usize,
    done: &'f mut ImportOutcome,
    progress: &'f dyn Fn(usize, usize),
    interrupt: &'f Interrupt,
}

/// What a feed did to tickets that were there.
#[derive(Clone, Copy, Default)]
struct Counted {
    made: usize,
    extended: usize,
    corrected: usize,
    entries: usize,
}

impl Counted {
    /// What its commit says; `None` where all that it did is to bring tickets in.
    fn message(self, source: &str) -> Option<String> {
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
