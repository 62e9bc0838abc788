//! When a record was begun, and what follows from what was said of it.

use crate::model::field::Key;
use crate::model::moment::Moment;
use crate::ops::core::error::OpError;
use crate::store::fs::random;

/// When a record was begun, and the tag of its first entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordStamp {
    /// UTC, whole seconds.
    pub at: Moment,
    /// Four characters.
    pub tag: String,
}

impl RecordStamp {
    /// A stamp of this moment.
    pub fn new(at: Moment) -> Result<Self, OpError> {
        Ok(Self {
            at: at.whole_second(),
            tag: random::tag()?,
        })
    }
}

/// The fields that are decided for a new record where nothing is said of them.
pub const DECIDED: [Key; 6] = [
    Key::Type,
    Key::Queue,
    Key::Impact,
    Key::Urgency,
    Key::Priority,
    Key::Assignee,
];
