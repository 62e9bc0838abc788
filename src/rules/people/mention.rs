//! What one ticket says of its requester.

use std::sync::Arc;

use crate::model::field::Key;
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::rules::people::{Asset, PersonData};

/// What is told of a requester, in the order of [`Requester::told`].
pub(in crate::rules::people) const TOLD: [Key; 7] = [
    Key::RequesterName,
    Key::RequesterEmail,
    Key::RequesterPhone,
    Key::RequesterAccount,
    Key::RequesterLocation,
    Key::RequesterOrganisation,
    Key::RequesterLanguage,
];

/// A requester as some tickets tell of them.
#[derive(Debug)]
pub(in crate::rules::people) struct Requester {
    /// Which one it is, counted from none.
    pub number: usize,
    pub told: [String; TOLD.len()],
    pub said: PersonData,
}

impl Requester {
    /// What was said of a key; nothing where that was redacted.
    pub(in crate::rules::people) fn told(&self, key: Key) -> &str {
        let at = TOLD.iter().position(|told| *told == key);
        at.map_or("", |at| &self.told[at])
    }
}

/// What one ticket says of its requester.
#[derive(Clone, Debug)]
pub(in crate::rules::people) struct Mention {
    pub id: TicketId,
    pub created: Moment,
    pub is_open: bool,
    /// When they and the desk were last in touch, if they were since.
    pub contacted: Option<Moment>,
    pub requester: Arc<Requester>,
    /// The equipment, without a problem code.
    pub asset: Option<Arc<Asset>>,
    /// The problem code; empty where there is none.
    pub code: Arc<str>,
}
