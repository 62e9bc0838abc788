//! What an import is asked for, and what came of it.

use crate::model::id::TicketId;
use crate::ops::core::desk::Desk;
use crate::ops::data::mended::Mending;
use crate::page::csv::Encoding;
use crate::rules::import::mend::is_written_to;
use crate::rules::import::{Import, Odd};
use crate::store::journal::report::Report;
use crate::store::journal::save::Saved;

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

impl ImportOutcome {
    /// What reading the log alone tells.
    pub(in crate::ops::data) fn of(import: &Import<'_>) -> Self {
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
    pub(in crate::ops::data) fn could_begin_anew(&mut self, desk: &Desk, absent: &[TicketId]) {
        let mending = &mut self.mending;
        let is_free = |id: &TicketId| {
            let page = desk.page(*id);
            page.is_ok_and(|page| !is_written_to(&page.ticket.log))
        };
        mending.could_begin_anew =
            mending.tickets > 0 && mending.written_to == 0 && absent.iter().all(is_free);
    }
}
