//! What an import of tickets says of its file.

use crate::model::ticket::Ticket;

/// What is to be told of an export whose rows are tickets.
#[derive(Debug, Default)]
pub struct ImportNotes {
    /// The system whose map it was read by.
    pub system: Option<String>,
    /// What its rows are counted by: `line`, `row` or `object`.
    pub counted: &'static str,
    /// What is to be known about the file.
    pub notes: Vec<String>,
    /// Columns that no map names, each with some of its values.
    pub strange: Vec<(String, Vec<String>)>,
    /// Columns of the map that the file lacks.
    pub lacking: Vec<String>,
    /// The first tickets, as they will be.
    pub first: Vec<Ticket>,
}
