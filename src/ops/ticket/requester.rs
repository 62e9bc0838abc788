//! The requester of a ticket as a whole person: who was meant, and all that is known of them.

use crate::model::field::{Key, Value};
use crate::model::id::TicketId;
use crate::model::status::TicketType;
use crate::model::ticket_summary::TicketSummary;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::ticket::TicketError;
use crate::ops::core::people;
use crate::ops::core::ticket_edit::TicketEdit;
use crate::ops::core::values;
use crate::rules::people::{Caller, People, Person, Typed, phone, reads_as};

/// How many people are named where several could be meant.
const NAMED: usize = 4;

/// The keys that say who a requester is.
const KEYS: [Key; 7] = [
    Key::RequesterName,
    Key::RequesterEmail,
    Key::RequesterPhone,
    Key::RequesterAccount,
    Key::RequesterLocation,
    Key::RequesterOrganisation,
    Key::RequesterLanguage,
];

/// Whom tickets are for from now on.
#[derive(Clone, Debug, Default)]
pub struct NewRequester {
    /// What is known; a key that is not here is emptied.
    values: Vec<(Key, String)>,
    /// What is known of who it is.
    known: Option<String>,
    /// What the person should know.
    pub notice: Option<String>,
}

impl NewRequester {
    /// Whom a text means, other than the requesters of these tickets themselves: one whom the desk
    /// knows, by a whole name, an address, a number or an account, or somebody new. Where it could
    /// be one or another, nobody is taken.
    pub fn read(desk: &Desk, ids: &[TicketId], text: &str) -> Result<Self, OpError> {
        let text = values::line("name", text)?;
        if text.is_empty() {
            return Ok(Self::default());
        }
        let others = |ticket: &TicketSummary| !ids.contains(&ticket.id);
        let found = desk.partial_that(&people::looked_at(), &others);
        let people = People::of(&found.all, &desk.settings.phone_country);
        let typed = Typed {
            name: &text,
            ..Typed::default()
        };
        match people.caller(&typed) {
            Caller::Known(person) => Ok(Self::of(person)),
            Caller::Perhaps(all) => {
                let named: Vec<String> = all
                    .iter()
                    .take(NAMED)
                    .map(|one| people::brief(one))
                    .collect();
                let named = named.join(" or ");
                Err(TicketError::SeveralPeople(&text, &named).error())
            }
            Caller::New => Ok(Self {
                notice: Some(format!(
                    "nobody is known as `{text}`: what was known of the requester before is taken \
                     out; for another spelling alone, `desk set ID requester.name=NAME`"
                )),
                values: vec![(reads_as(&text), text)],
                known: None,
            }),
        }
    }

    fn of(person: &Person) -> Self {
        let sound = |(key, text): &(Key, &str)| match key {
            Key::RequesterEmail => phone::is_email(text),
            Key::RequesterPhone => phone::is_phone(text),
            _ => !text.is_empty(),
        };
        let contact = person.contact().into_iter().filter(sound);
        Self {
            values: contact.map(|(key, text)| (key, text.to_owned())).collect(),
            known: Some(format!("requester: {}", people::earlier(person))),
            notice: None,
        }
    }

    /// Gives a ticket this requester, and leaves nothing of another.
    pub fn apply(&self, edit: &mut TicketEdit) -> Result<(), OpError> {
        if edit.ticket.kind() == TicketType::WorkOrder {
            let id = edit.id();
            return Err(TicketError::OrderForNobody(&id).error());
        }
        for key in KEYS {
            let value = self.values.iter().find(|(one, _)| *one == key);
            edit.set(key, value.map(|(_, text)| Value::Text(text.clone())));
        }
        if let Some(known) = &self.known {
            edit.remark(known.clone());
        }
        Ok(())
    }
}
