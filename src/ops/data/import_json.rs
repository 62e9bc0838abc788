//! `import json`: what `export` wrote, brought into a desk: the same files, to the byte.
//!
//! The export is read twice: once to prove all of it, once to write. So a content is in memory only
//! while it passes, and nothing is written of an export that is wrong anywhere.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufReader, Read, Seek};
use std::path::Path;

use crate::model::id::TicketId;
use crate::model::size::Size;
use crate::ops::core::actor::Actor;
use crate::ops::core::command_record;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::import::ImportError;
use crate::page::export_reader::{self, Broken, Exported, Sink};
use crate::page::{text_check, ticket};
use crate::rules::lifecycle::{attachments, team};
use crate::store::error::StoreError;
use crate::store::fs::contents::{self, KeptContent};
use crate::store::fs::read::{self, ReadError};
use crate::store::journal::bulk::Many;
use crate::store::journal::report::Report;
use crate::store::journal::save::Saved;
use crate::store::journal::step::Save;

/// What came of it.
#[derive(Debug, Default)]
pub struct Restored {
    /// Tickets made.
    pub made: Vec<TicketId>,
    /// Tickets that were there just so.
    pub same: usize,
    /// Of the tickets made, those that are open in retired queues: no agent's board shows them.
    pub in_retired_queues: usize,
    /// Attachments written.
    pub files: usize,
    /// Attachments that are neither in the export nor here.
    pub without: usize,
    /// What became of them on disk; `None` where there was nothing to write.
    pub saved: Option<Saved>,
    /// Sentences about what was finished for a command that died.
    pub recovered: Vec<Report>,
}

/// Brings exported tickets in, all or none. A second run changes nothing; a ticket that is there and
/// says something else is refused.
pub fn json(
    desk: &Desk,
    act: &Actor,
    from: &mut (impl Read + Seek),
    name: &str,
) -> Result<Restored, OpError> {
    act.may(desk, "import")?;
    let mut proof = Proof {
        name,
        most: desk.settings.attachments.max_size,
        tickets: BTreeMap::new(),
        places: Vec::new(),
    };
    pass(&mut *from, name, &mut proof)?;
    let mut held = act.hold_unless_dry(desk, "import")?;
    let mut done = Restored::default();
    let lacking = Lacking::of(desk, proof.tickets, &mut done)?;
    let Some(held) = held.as_mut().filter(|_| !lacking.is_empty()) else {
        return Ok(done);
    };
    let message = format!("import {} tickets of {name}", lacking.tickets());
    let Lacking { texts, files } = lacking;
    let saved = held.save_all(&message, &act.signature(desk), act.now, |many| {
        for (id, text) in texts {
            many.text(Save {
                path: id.path(),
                base: None,
                text,
            })?;
        }
        if files.is_empty() {
            return Ok(());
        }
        let mut writer = ExportWriter {
            many,
            name,
            places: proof.places.into_iter(),
            files,
        };
        from.rewind()
            .map_err(|error| ImportError::ExportUnreadableAgain(&name, &error).error())?;
        pass(&mut *from, name, &mut writer)?;
        if writer.files.is_empty() {
            Ok(())
        } else {
            Err(writer.changed())
        }
    })?;
    done.saved = Some(saved);
    command_record::note_other(held.repo(), act, "import");
    done.recovered = held.reports();
    Ok(done)
}

/// What an export has and the desk lacks.
#[derive(Default)]
struct Lacking {
    texts: BTreeMap<TicketId, String>,
    files: BTreeMap<(TicketId, String), KeptContent>,
}

impl Lacking {
    /// Holds the export beside the desk, and notes what it finds. Refuses what is here and says
    /// something else.
    pub(in crate::ops::data) fn of(
        desk: &Desk,
        tickets: BTreeMap<TicketId, ExportedTicket>,
        done: &mut Restored,
    ) -> Result<Self, OpError> {
        let mut lacking = Self::default();
        for (id, found) in tickets {
            match read::page(&desk.root, &id.path()) {
                Ok(there) if there == found.file => done.same += 1,
                Err(ReadError::Missing) => {
                    let page = ticket::read(id, found.file.clone());
                    let is_hidden =
                        page.is_ok_and(|page| team::is_hidden(&page.ticket, &desk.settings));
                    done.in_retired_queues += usize::from(is_hidden);
                    done.made.push(id);
                    lacking.texts.insert(id, found.file);
                }
                Ok(_) | Err(_) => return Err(other(&id.to_string())),
            }
            let new = lacking.texts.contains_key(&id);
            for (name, (kept, given)) in found.attachments {
                match contents::content(&desk.root, &path(id, &name))? {
                    Some(there) if there != kept => {
                        return Err(other(&format!("`{name}` of {id}")));
                    }
                    // Beside a new ticket it may be one that git does not have yet.
                    Some(_) if !new || !given => {}
                    None if !given => done.without += 1,
                    _ => drop(lacking.files.insert((id, name), kept)),
                }
            }
        }
        done.files = lacking.files.len();
        Ok(lacking)
    }

    fn is_empty(&self) -> bool {
        self.texts.is_empty() && self.files.is_empty()
    }

    /// How many tickets lack something.
    fn tickets(&self) -> usize {
        let of_files = self.files.keys().map(|(id, _)| *id);
        let all: BTreeSet<TicketId> = self.texts.keys().copied().chain(of_files).collect();
        all.len()
    }
}

fn path(id: TicketId, name: &str) -> String {
    format!("{}/{name}", attachments::folder(id))
}

fn wrong(name: &str, error: &dyn std::fmt::Display) -> OpError {
    ImportError::BadExport(&name, &error).error()
}

fn other(what: &str) -> OpError {
    ImportError::OtherHere(&what).error()
}

/// Reads the export once.
fn pass<S: Sink<Error = OpError>>(
    from: impl Read,
    name: &str,
    sink: &mut S,
) -> Result<(), OpError> {
    export_reader::read(BufReader::new(from), sink).map_err(|broken| match broken {
        Broken::NotExported(error) => wrong(name, &error),
        Broken::Stopped(error) => error,
    })
}

/// What an export holds, once it is proved.
struct Proof<'n> {
    name: &'n str,
    most: Size,
    tickets: BTreeMap<TicketId, ExportedTicket>,
    /// The attachments of each ticket in the order of the export.
    places: Vec<(TicketId, Vec<String>)>,
}

struct ExportedTicket {
    file: String,
    /// By name, and whether the export has the content.
    attachments: BTreeMap<String, (KeptContent, bool)>,
}

impl Sink for Proof<'_> {
    type Content = KeptContent;
    type Error = OpError;

    fn content(&mut self, _n: usize, from: &mut dyn Read) -> Result<KeptContent, OpError> {
        match contents::measure(from, Path::new(self.name), self.most.0) {
            Err(StoreError::TooLarge { .. }) => {
                Err(ImportError::AttachmentTooLarge(&self.name, &self.most).error())
            }
            measured => Ok(measured?),
        }
    }

    fn ticket(&mut self, one: Exported<KeptContent>) -> Result<(), OpError> {
        let id = one.id;
        let page = ticket::read(id, one.file.clone()).map_err(|problem| {
            ImportError::NoTicketInExport(&id, &self.name)
                .error()
                .with(vec![*problem])
        })?;
        if let Some(problem) = text_check::problem(&page.path, &page.text) {
            return Err(ImportError::TicketNotWritable(&id, &self.name)
                .error()
                .with(vec![problem]));
        }
        let logged = attachments::all(&page.ticket.log);
        let mut attachments = BTreeMap::new();
        let mut names = Vec::new();
        for reported in one.attachments {
            let name = reported.name;
            if !attachments::is_safe(&name) {
                let shown = name.escape_debug();
                let reported = format!("`{shown}` of {id} is no name for an attachment");
                return Err(wrong(self.name, &reported));
            }
            let known = logged.iter().any(|one| {
                one.file == name
                    && one.size == Some(reported.size)
                    && one.sha256.as_ref() == Some(&reported.sha256)
            });
            if !known {
                let reported = format!("the log of {id} tells of no attachment `{name}` like this");
                return Err(wrong(self.name, &reported));
            }
            let kept = KeptContent {
                sha256: reported.sha256,
                size: reported.size,
            };
            let given = reported.content.is_some();
            if reported.content.is_some_and(|content| content != kept) {
                let reported = format!(
                    "the content of `{name}` of {id} is damaged: its size or SHA-256 is another"
                );
                return Err(wrong(self.name, &reported));
            }
            names.push(name.clone());
            if attachments.insert(name.clone(), (kept, given)).is_some() {
                return Err(wrong(
                    self.name,
                    &format!("`{name}` of {id} is in it twice"),
                ));
            }
        }
        self.places.push((id, names));
        let found = ExportedTicket {
            file: one.file,
            attachments,
        };
        match self.tickets.get(&id) {
            Some(there) if there.file != found.file || there.attachments != found.attachments => {
                let reported = format!("{id} is in it twice, and differs");
                Err(wrong(self.name, &reported))
            }
            Some(_) => Ok(()),
            None => {
                self.tickets.insert(id, found);
                Ok(())
            }
        }
    }
}

/// Hands the attachments that are to be written to the store.
struct ExportWriter<'w, 'm> {
    many: &'w mut Many<'m>,
    name: &'w str,
    /// The tickets that are still to come, as the proof found them.
    places: std::vec::IntoIter<(TicketId, Vec<String>)>,
    /// What is still to be written.
    files: BTreeMap<(TicketId, String), KeptContent>,
}

impl ExportWriter<'_, '_> {
    /// The export says something else than when it was proved.
    fn changed(&self) -> OpError {
        ImportError::ExportChanged(&self.name).error()
    }
}

impl Sink for ExportWriter<'_, '_> {
    type Content = ();
    type Error = OpError;

    fn content(&mut self, n: usize, from: &mut dyn Read) -> Result<(), OpError> {
        let place = self.places.as_slice().first();
        let Some((id, name)) = place.and_then(|(id, names)| Some((*id, names.get(n)?))) else {
            return Err(self.changed());
        };
        // What is there already, or came before, is not written again.
        let key = (id, name.clone());
        let Some(wanted) = self.files.remove(&key) else {
            return Ok(());
        };
        match self.many.bytes(path(id, &key.1), &wanted, from) {
            Err(StoreError::Changed { .. } | StoreError::TooLarge { .. }) => Err(self.changed()),
            reported => Ok(reported?),
        }
    }

    fn ticket(&mut self, one: Exported<()>) -> Result<(), OpError> {
        match self.places.next() {
            Some((id, names)) if id == one.id && names.len() == one.attachments.len() => Ok(()),
            _ => Err(self.changed()),
        }
    }
}
