//! What a ticket says in words: the texts that the search indexes and that bare words of a query are
//! looked for in. Keys, and values that are words of a list such as priority or channel, are none.

use crate::model::corrections::{ReadLog, not_undone};
use crate::model::field::{Field, Key};
use crate::model::ticket::Ticket;
use crate::model::ticket_summary::MARKS;

/// Attributes of entries that somebody wrote in words.
const SAID: &[&str] = &["reason", "file", "name", "activity", "workaround", "told"];

/// The texts of a ticket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TicketText<'t> {
    /// Description, requester, equipment, vendor, the company's own fields, and the texts of entries.
    pub texts: Vec<std::borrow::Cow<'t, str>>,
    /// Id, problem code, tags, aliases, the id in another system and the vendor's number.
    pub marks: Vec<std::borrow::Cow<'t, str>>,
}

impl<'t> TicketText<'t> {
    /// Collects the texts, without the title.
    pub fn of(ticket: &'t Ticket) -> Self {
        let mut texts = vec![ticket.description.as_str().into()];
        let mut marks = vec![ticket.id.as_str().to_owned().into()];
        for (field, value) in &ticket.values {
            let into = match (field, field.section()) {
                (Field::Known(Key::Title), _) => continue,
                (Field::Known(key), _) if MARKS.contains(key) => &mut marks,
                (_, Some("request" | "requester" | "asset" | "vendor"))
                | (Field::Company(_), _) => &mut texts,
                _ => continue,
            };
            into.extend(value.elements().into_iter().map(Into::into));
        }
        for entry in not_undone(&ReadLog::of(&ticket.log)) {
            texts.push(entry.text.clone().into());
            let said = entry.attributes.iter();
            let said = said.filter(|(name, _)| SAID.contains(&name.as_str()));
            texts.extend(said.map(|(_, value)| value.clone().into()));
        }
        Self { texts, marks }
    }
}
