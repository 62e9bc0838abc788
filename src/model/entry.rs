//! One entry of a ticket's log.

use serde::{Deserialize, Serialize};

use crate::model::entry_kind::EntryKind;
use crate::model::moment::Moment;
use crate::model::person::Handle;

/// One thing that happened to a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When; strictly later than the entry before it.
    pub at: Moment,
    /// Who: an agent, or `desk`.
    pub by: Handle,
    /// What sort of thing.
    pub kind: EntryKind,
    /// Four drawn characters; eight or more, derived, where what is told is known by itself.
    pub tag: String,
    /// Facts about the thing, in the order of the file.
    pub attributes: Vec<(String, String)>,
    /// What it changed, in the order of the file.
    pub changes: Vec<Change>,
    /// Free Markdown, without blank lines around it.
    pub text: String,
}

/// A drawn tag has so many characters.
pub const DRAWN: usize = 4;

/// A derived tag has at least so many.
pub const DERIVED: usize = 8;

/// The attribute by which an entry names another of its ticket, by its identity.
pub const OF: &str = "of";

/// The attribute of an imported entry that holds in short what the row was that a ticket is.
pub const CELLS: &str = "cells";

/// The attribute that lists which fields of an entry follow from others; every other one in it was
/// set by hand. Empty, written `(none)`, where all were.
pub const FOLLOWS: &str = "derived";

impl Entry {
    /// Whether the tag follows from what the entry tells, so that two clones write the same one.
    pub fn is_derived(&self) -> bool {
        self.tag.len() >= DERIVED
    }

    /// What tells an entry from every other of its ticket: the heading without `## `, or kind and
    /// tag where the tag is derived (the file format's identity of entries).
    pub fn identity(&self) -> String {
        if self.is_derived() {
            format!("{} ^{}", self.kind, self.tag)
        } else {
            self.heading().split_off(3)
        }
    }

    /// The heading line.
    pub fn heading(&self) -> String {
        format!("## {} {} {} ^{}", self.at, self.by, self.kind, self.tag)
    }

    /// The value of an attribute.
    pub fn attribute(&self, key: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value.as_str())
    }

    /// The values of an attribute that may repeat.
    pub fn values<'e>(&'e self, key: &'e str) -> impl Iterator<Item = &'e str> {
        let named = self.attributes.iter().filter(move |(name, _)| name == key);
        named.map(|(_, value)| value.as_str())
    }

    /// Whether a field of this entry follows from others; `None` where the entry does not say.
    pub fn follows(&self, field: &str) -> Option<bool> {
        let list = self.attribute(FOLLOWS)?;
        Some(list.split(',').any(|one| one.trim() == field))
    }

    /// What this entry changed in a field.
    pub fn change(&self, field: &str) -> Option<&Change> {
        self.changes.iter().find(|change| change.field == field)
    }

    /// Whether the entry came in with an import, so that no rule of the house applies to it.
    pub fn is_imported(&self) -> bool {
        self.attribute("source").is_some()
    }
}

/// One changed field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The field's path, `queue` or `links.work_order`; of a newer version perhaps unknown here.
    pub field: String,
    /// How it changed.
    pub how: How,
}

/// How a field changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum How {
    /// From one value to another; `None` is empty.
    Set {
        /// Some value that the field held earlier.
        old: Option<String>,
        /// The value from now on.
        new: Option<String>,
    },
    /// Elements of a list came and went.
    Elements {
        /// New ones.
        added: Vec<String>,
        /// Gone ones.
        removed: Vec<String>,
    },
}

impl Change {
    /// A change from one value to another.
    pub fn set(field: impl Into<String>, old: Option<&str>, new: Option<&str>) -> Self {
        let owned = |value: Option<&str>| value.map(str::to_owned);
        Self {
            field: field.into(),
            how: How::Set {
                old: owned(old),
                new: owned(new),
            },
        }
    }

    /// The value that the field has from now on, of a plain field.
    pub fn new_value(&self) -> Option<&str> {
        match &self.how {
            How::Set { new, .. } => new.as_deref(),
            How::Elements { .. } => None,
        }
    }

    /// The value that the field had, of a plain field.
    pub fn old_value(&self) -> Option<&str> {
        match &self.how {
            How::Set { old, .. } => old.as_deref(),
            How::Elements { .. } => None,
        }
    }
}
