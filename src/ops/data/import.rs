//! `import events`: a foreign event log, brought in.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

use crate::model::field::Field;
use crate::model::id::TicketId;
use crate::ops::core::actor::Actor;
use crate::ops::core::command_record;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::data::DataError;
use crate::ops::core::messages::import::ImportError;
use crate::ops::core::ticket_edit::AHEAD;
use crate::ops::data::import_feed::{Counted, Feed, Plan, changes, is_left};
use crate::ops::data::import_outcome::{ImportOutcome, ImportRequest};
use crate::ops::data::separated_log::SeparatedLog;
use crate::page::{catalog, import_additions, import_map, settings};
use crate::rules::import::private::Private;
use crate::rules::import::undo::ImportAuthor;
use crate::rules::import::{Import, Names};
use crate::rules::lifecycle::attachments;
use crate::store::error::StoreError;
use crate::store::fs::contents::{self, KeptContent};
use crate::store::fs::read;
use crate::store::git::compare;
use crate::store::git::repo::Repo;
use crate::store::journal::save::{Saved, Writer};
use crate::store::journal::step::Save;

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
