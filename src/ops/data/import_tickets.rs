//! `import tickets`: an export with one row for each ticket, brought in.

use std::collections::BTreeMap;
use std::path::Path;

use crate::model::moment::Moment;
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::import::ImportError;
use crate::ops::data::import::{ImportFile, SettingsTexts, bring, private};
use crate::ops::data::import_notes::ImportNotes;
use crate::ops::data::import_outcome::ImportOutcome;
use crate::page::foreign_rows::{ForeignRows, NotRows, RowForm};
use crate::page::import_map::systems::{SYSTEMS, SystemMap, of_system, system_names};
use crate::page::import_map::tickets::TicketMap;
use crate::page::import_map::{ValueSource, read_tickets};
use crate::rules::import::{Import, Names, Odd, TicketColumns, TicketsGiven};
use crate::rules::lifecycle::attachments;
use crate::store::fs::contents;

/// So many tickets are shown before anything is written.
const SHOWN: usize = 5;

/// So many values of a column that no map names are shown.
const SAMPLES: usize = 3;

/// Which map says what the columns mean.
#[derive(Clone, Copy, Debug)]
pub enum MapChoice<'r> {
    /// One of one's own: its name in messages, and its text.
    Own(&'r str, &'r str),
    /// One that comes with the program, for a system.
    System(&'r str),
    /// The one that the columns of the file fit.
    Recognised,
}

/// An export and how to read it.
#[derive(Clone, Debug)]
pub struct TicketsRequest<'r> {
    /// What to call it in messages.
    pub log: &'r str,
    /// The map.
    pub map: MapChoice<'r>,
    /// What the file's bytes do not tell.
    pub form: RowForm,
    /// When tickets were opened of which no column tells it.
    pub opened: Option<Moment>,
    /// Where the files of its tickets lie.
    pub files: Option<&'r Path>,
    /// Fields that are left behind, by their paths.
    pub drop: &'r [String],
    /// Whether personal fields come in under a pseudonym.
    pub pseudonym: bool,
    /// Why what the map reads differently is corrected; may be empty.
    pub reason: &'r str,
}

/// An export, read, with the map that it is read by.
#[derive(Debug)]
pub struct TicketsExport {
    rows: ForeignRows,
    map: TicketMap,
    columns: TicketColumns,
    /// The map's text.
    pub map_text: String,
    /// The system whose map it is, where it comes with the program.
    pub system: Option<&'static SystemMap>,
}

impl TicketsExport {
    /// Reads an export, and finds the map that it is read by.
    pub fn open(desk: &Desk, request: &TicketsRequest<'_>, bytes: &[u8]) -> Result<Self, OpError> {
        let read = |form: &RowForm| {
            ForeignRows::read(bytes, form).map_err(|error| unreadable(request.log, &error))
        };
        let map_of = |path: &str, text: &str| {
            read_tickets(path, text, &desk.settings, &desk.catalogue)
                .map_err(|problems| ImportError::InvalidMap(&path).error().with(problems))
        };
        let (map, map_text, system, rows) = match request.map {
            MapChoice::Own(path, text) => {
                let map = map_of(path, text)?;
                let rows = read(&over(&request.form, &map.rows))?;
                (map, text.to_owned(), None, rows)
            }
            MapChoice::System(_) | MapChoice::Recognised => {
                let rows = read(&request.form)?;
                let mut best: Option<(usize, TicketMap, &'static SystemMap)> = None;
                for system in candidates(request.map)? {
                    let map = map_of(system.file, system.text)?;
                    let score = fit(&map, &rows, matches!(request.map, MapChoice::System(_)));
                    if score > best.as_ref().map_or(0, |(best, ..)| *best) {
                        best = Some((score, map, system));
                    }
                }
                let Some((_, map, system)) = best else {
                    let columns: Vec<String> = rows
                        .columns
                        .iter()
                        .take(12)
                        .map(|name| format!("`{name}`"))
                        .collect();
                    return Err(ImportError::NoMapFits(&request.log, &columns.join(", ")).error());
                };
                let form = over(&request.form, &map.rows);
                let rows = if form.list.is_some()
                    || form.unquoted
                    || form.delimiter != request.form.delimiter
                {
                    read(&form)?
                } else {
                    rows
                };
                (map, system.text.to_owned(), Some(system), rows)
            }
        };
        let columns = TicketColumns::find(&map, &rows.columns);
        let tells = |role: &ValueSource| match role {
            ValueSource::Columns(all) | ValueSource::First(all) => {
                all.iter().any(|at| columns.places[*at].is_some())
            }
            _ => true,
        };
        if request.opened.is_none() && !tells(&map.map.time) {
            return Err(ImportError::NoOpened(&request.log).error());
        }
        Ok(Self {
            rows,
            map,
            columns,
            map_text,
            system,
        })
    }

    fn import<'e>(
        &'e self,
        desk: &Desk,
        texts: &SettingsTexts,
        request: &TicketsRequest<'_>,
        now: Moment,
    ) -> Result<Import<'e>, OpError> {
        let private = private((request.drop, request.pseudonym), &self.map.map)?;
        let (settings, catalogue) = (&desk.settings, &desk.catalogue);
        let catalog = texts.catalog.as_deref().unwrap_or_default();
        let names = Names::new(
            &self.map.map.source,
            settings,
            catalogue,
            &texts.desk,
            catalog,
        );
        Ok(Import::tickets(
            &self.map,
            (&self.rows, &self.columns),
            (settings, catalogue),
            names,
            given(desk, request.opened, now),
            private,
        ))
    }

    /// What is to be told of it, with its first tickets.
    fn told(&self, import: &Import<'_>) -> ImportNotes {
        let mut notes = self.rows.notes.clone();
        let has_id = match &self.map.map.id {
            ValueSource::Columns(all) | ValueSource::First(all) => {
                all.iter().any(|at| self.columns.places[*at].is_some())
            }
            _ => true,
        };
        if !has_id {
            let noun = self.rows.counted.noun();
            notes.push(format!("no column has the tickets' numbers: each is known by the number of its {noun}, which must stay"));
        }
        let mut strange: BTreeMap<usize, Vec<String>> = self
            .columns
            .strange
            .iter()
            .map(|at| (*at, Vec::new()))
            .collect();
        for row in &self.rows.rows {
            for (place, cell) in &row.cells {
                let Some(samples) = strange.get_mut(&(*place as usize)) else {
                    continue;
                };
                let text = cell.text().map_or_else(
                    || String::from_utf8_lossy(&cell.raw()).into_owned(),
                    str::to_owned,
                );
                let text: String = crate::page::csv::one_line(&text).chars().take(40).collect();
                if samples.len() < SAMPLES && !samples.contains(&text) {
                    samples.push(text);
                }
            }
        }
        let strange = strange
            .into_iter()
            .filter(|(_, samples)| !samples.is_empty());
        let first = import.cases().iter().take(SHOWN);
        ImportNotes {
            system: self.system.map(|system| system.name.to_owned()),
            counted: self.rows.counted.noun(),
            notes,
            strange: strange
                .map(|(at, samples)| (self.rows.columns[at].clone(), samples))
                .collect(),
            lacking: if self.map.lenient {
                Vec::new()
            } else {
                self.columns.lacking.clone()
            },
            first: first
                .filter_map(|case| Some(import.ticket(case, import.id(case, 0)?)))
                .collect(),
        }
    }

    /// What an import would bring: what is to be told, and what is odd.
    pub fn preview(
        &self,
        desk: &Desk,
        request: &TicketsRequest<'_>,
        now: Moment,
    ) -> Result<(ImportNotes, Vec<Odd>), OpError> {
        let texts = SettingsTexts::read(desk)?;
        let import = self.import(desk, &texts, request, now)?;
        Ok((self.told(&import), import.odd().to_vec()))
    }
}

fn given(desk: &Desk, opened: Option<Moment>, now: Moment) -> TicketsGiven {
    TicketsGiven {
        opened,
        now,
        zone: desk.settings.zone,
    }
}

/// Brings an export in. A second run changes nothing. `progress` is told of tickets done, and all.
pub fn tickets(
    desk: &Desk,
    act: &Actor,
    export: &TicketsExport,
    request: &TicketsRequest<'_>,
    progress: &dyn Fn(usize, usize),
) -> Result<ImportOutcome, OpError> {
    act.may(desk, "import")?;
    let held = act.hold_unless_dry(desk, "import")?;
    // The settings are read again under the lock: this run is about to add to them.
    let desk = &Desk::at(desk.root.clone())?;
    let texts = SettingsTexts::read(desk)?;
    let mut import = export.import(desk, &texts, request, act.now)?;
    let told = export.told(&import);
    let files = match request.files {
        Some(folder) => files(desk, &mut import, folder),
        None => Vec::new(),
    };
    let done = bring(
        desk,
        act,
        held,
        (&mut import, &files),
        texts,
        (request.log, request.reason),
        progress,
    )?;
    Ok(ImportOutcome {
        tickets: Some(told),
        ..done
    })
}

/// The files of the tickets that lie in a folder: in one with the ticket's number, or beside those.
fn files(desk: &Desk, import: &mut Import<'_>, folder: &Path) -> Vec<ImportFile> {
    let most = desk.settings.attachments.max_size.0;
    let mut found = Vec::new();
    import.with_files(|foreign, name| {
        // Of a name that an export gives only its last part counts.
        let name = name.rsplit(['/', '\\']).next()?;
        let plain = !matches!(name, "" | "." | "..");
        let inner =
            (attachments::safe(foreign) == foreign).then(|| folder.join(foreign).join(name));
        let places = inner.into_iter().chain([folder.join(name)]);
        let (from, mut file) = places.filter(|_| plain).find_map(|path| {
            let file = contents::open(&path).ok()?;
            Some((path, file))
        })?;
        let kept = contents::measure(&mut file, &from, most).ok()?;
        let name = attachments::safe(name);
        let stored = attachments::stored(&name, &kept.sha256);
        let attributes = attachments::attributes(1, &name, &stored, kept.size, &kept.sha256);
        found.push(ImportFile {
            foreign: foreign.to_owned(),
            stored,
            kept,
            from,
        });
        Some(attributes)
    });
    found
}

/// What a request says of a file, over what the map says.
fn over(request: &RowForm, map: &RowForm) -> RowForm {
    let request = request.clone();
    RowForm {
        delimiter: request.delimiter.or(map.delimiter),
        encoding: request.encoding.or(map.encoding),
        unquoted: request.unquoted || map.unquoted,
        sheet: request.sheet.or_else(|| map.sheet.clone()),
        list: request.list.or_else(|| map.list.clone()),
    }
}

fn candidates(choice: MapChoice<'_>) -> Result<Vec<&'static SystemMap>, OpError> {
    let MapChoice::System(name) = choice else {
        return Ok(SYSTEMS.iter().collect());
    };
    let found = of_system(name);
    if found.is_empty() {
        return Err(ImportError::UnknownSystem(&name, &system_names().join(", ")).error());
    }
    Ok(found)
}

/// How well a map fits a file: 0 where it does not. One that was asked for fits where any column does.
fn fit(map: &TicketMap, rows: &ForeignRows, asked: bool) -> usize {
    let columns = TicketColumns::find(map, &rows.columns);
    let names: std::collections::HashSet<String> = rows
        .columns
        .iter()
        .map(|name| crate::page::import_map::tickets::folded(name))
        .collect();
    let has = |name: &String| {
        let mut ways = name.split(" | ");
        ways.any(|name| names.contains(&crate::page::import_map::tickets::folded(name)))
    };
    let is_it = !map.recognised.is_empty() && map.recognised.iter().all(has);
    let found = columns.places.iter().flatten().count();
    match (is_it, asked) {
        (true, _) => 1_000 + map.recognised.len() * 100 + found,
        (false, true) => found,
        // The most general map is for what no other fits.
        (false, false) if map.recognised.is_empty() && found >= 3 => found,
        (false, false) => 0,
    }
}

fn unreadable(log: &str, error: &NotRows) -> OpError {
    let told = ImportError::LogUnreadable(&log, error).error();
    match error {
        NotRows::Bytes { fits, .. } if fits.is_empty() => {
            told.hint("it is no text in any encoding that desk reads: export it again")
        }
        NotRows::Bytes { fits, .. } => {
            let fits: Vec<String> = fits
                .iter()
                .map(|(word, sample)| format!("{word} reads `{sample}`"))
                .collect();
            told.hint(format!("of the encodings that fit, {}", fits.join(", ")))
                .hint("choose by a word that you know: --encoding WORD, or `encoding` under [file] in the map")
        }
        NotRows::Unread(_) => told.hint("save it as .xlsx, .ods, .csv or .json"),
        NotRows::TooLarge(_) => told.hint("export fewer tickets at a time, or as .csv"),
        NotRows::Workbook(_) => {
            told.hint("open it in the program that made it, and save it as .csv")
        }
        NotRows::Json(_) => {
            told.hint("a list of objects, an object with such a list, or one object a line is read")
        }
        NotRows::NoSheet(..) => told.hint("name one of them with --sheet"),
        NotRows::Empty => told.hint("export it again, with the names of the columns"),
    }
}
