//! Errors of imports and exports.

use crate::ops::core::error::OpError;
use crate::ops::core::messages::Part;

/// Errors of imports and exports. The parts of a text are in its order.
#[derive(Clone, Copy)]
pub enum ImportError<'a> {
    InvalidMap(Part<'a>),
    UnknownSystem(Part<'a>, Part<'a>),
    NoMapFits(Part<'a>, Part<'a>),
    NoOpened(Part<'a>),
    LogUnreadable(Part<'a>, Part<'a>),
    MapDoesNotFit(Part<'a>),
    ImportNeedsManager(Part<'a>),
    DoubtfulSources(Part<'a>),
    NoSuchSource(Part<'a>, Part<'a>),
    NotDropped(Part<'a>, Part<'a>),
    ImportWrittenTo(Part<'a>, Part<'a>, Part<'a>),
    ExportUnreadableAgain(Part<'a>, Part<'a>),
    BadExport(Part<'a>, Part<'a>),
    OtherHere(Part<'a>),
    AttachmentTooLarge(Part<'a>, Part<'a>),
    NoTicketInExport(Part<'a>, Part<'a>),
    TicketNotWritable(Part<'a>, Part<'a>),
    ExportChanged(Part<'a>),
}

impl ImportError<'_> {
    /// The words of the error.
    pub fn error(self) -> OpError {
        match self {
            Self::InvalidMap(map_path) => OpError::invalid("invalid-map", format!("the map `{map_path}` is invalid")),
            Self::UnknownSystem(system, known) => OpError::usage("unknown-system", format!("no map for `{system}` comes with desk"))
                .hint(format!("one of: {known}; for another system write a map, which --map names")),
            Self::NoMapFits(log, columns) => OpError::usage("no-map-fits", format!("no map that comes with desk fits `{log}`, whose columns are {columns}"))
                .hint("start from the most general map: --from spreadsheet --write-map map.toml"),
            Self::NoOpened(log) => OpError::usage("no-opened", format!("no column of `{log}` tells when tickets were opened"))
                .hint("say it for all of them: --opened 2026-11-03"),
            Self::LogUnreadable(log, error) => OpError::usage("log-unreadable", format!("`{log}`: {error}")),
            Self::MapDoesNotFit(log) => OpError::invalid("map-does-not-fit", format!("the map does not fit `{log}`")),
            Self::ImportNeedsManager(managers) => OpError::refused("not-manager", "this import adds people, queues or codes, and only managers can change settings")
                .hint(format!("ask {managers} to run it")),
            Self::DoubtfulSources(source) => OpError::invalid("doubtful-sources", format!("which tickets of `{source}` are there cannot be told"))
                .hint("mend these files first, or their rows would come in a second time"),
            Self::NoSuchSource(source, known) => OpError::usage("no-such-source", format!("no ticket came in from `{source}`"))
                .hint(if known.to_string().is_empty() { "no import has brought in a ticket yet".to_owned() } else { format!("imports brought in tickets from {known}") }),
            Self::NotDropped(path, known) => OpError::usage("not-dropped", format!("`{path}` is no field of the map that can be left behind"))
                .hint(if known.to_string().is_empty() { "the map fills none that can".to_owned() } else { format!("these can: {known}") }),
            Self::ImportWrittenTo(count, all, source) => OpError::refused("import-written-to", format!("{count} of {all} tickets from `{source}` were written to or linked since they came in"))
                .hint("--untouched-only takes back the others, and leaves these as they are"),
            Self::ExportUnreadableAgain(name, error) => OpError::failed("export-unreadable-again", format!("cannot read `{name}` again: {error}")),
            Self::BadExport(name, error) => OpError::usage("bad-export", format!("`{name}`: {error}"))
                .hint("give what `desk export --format json` or jsonl wrote"),
            Self::OtherHere(what) => OpError::refused("other-here", format!("{what} is here already, and says something else"))
                .hint("an export goes into a desk that does not have its tickets; clones are joined by git"),
            Self::AttachmentTooLarge(name, most) => OpError::refused("attachment-too-large", format!("an attachment in `{name}` is larger than the {most} that one may have"))
                .hint("the limit is `max_size` under [attachments] in desk.toml"),
            Self::NoTicketInExport(id, name) => OpError::invalid("no-ticket-in-export", format!("{id} in `{name}` is no ticket")),
            Self::TicketNotWritable(id, name) => OpError::invalid("ticket-not-writable", format!("{id} in `{name}` cannot be written")),
            Self::ExportChanged(name) => OpError::failed("export-changed", format!("`{name}` was changed while it was read")),
        }
    }
}
