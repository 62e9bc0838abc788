//! A list of tickets that is kept under a name.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Views by their names.
pub type SavedViews = BTreeMap<String, SavedView>;

/// `[view.<name>]`: which tickets, and how they are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedView {
    /// The words on the board; its name where there are none.
    pub title: Option<String>,
    /// The tickets that it is of.
    pub query: String,
    /// The fields that are shown; the list's own where there are none.
    pub columns: Vec<String>,
    /// The field to sort by, `-` before it for the other way round.
    pub sort: Option<String>,
    /// The field whose values are headings.
    pub group: Option<String>,
    /// At most so many tickets.
    pub limit: Option<usize>,
    /// Whether it is a part of the board.
    pub board: bool,
}

/// What a person's own configuration has of views.
#[derive(Clone, Debug, Default)]
pub struct OwnViews {
    /// The views.
    pub views: SavedViews,
    /// The file that they are in.
    pub path: String,
}
