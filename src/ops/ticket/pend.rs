//! `pend`: waiting for somebody, or for a date.

use crate::model::entry_kind::EntryKind;
use crate::model::event;
use crate::model::field::{Key, Value};
use crate::model::id::TicketId;
use crate::model::status::{Status, Waiting};
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::ticket::TicketError;
use crate::ops::core::messages::unknown;
use crate::ops::core::outcome::Outcome;
use crate::ops::core::ticket_edit::TicketEdit;
use crate::ops::core::transaction::Transaction;
use crate::ops::core::values;
use crate::ops::ticket::next_word::NextWord;

/// What a ticket waits for.
#[derive(Clone, Copy, Debug)]
pub struct Pend<'a> {
    /// Whom or what.
    pub on: &'a str,
    /// Until when, as it was typed.
    pub until: Option<&'a str>,
    /// When the agent wants to be reminded.
    pub next: Option<NextWord>,
    /// The vendor; that of the ticket or of its code where it is not said.
    pub vendor: Option<&'a str>,
    /// The vendor's number for the matter.
    pub reference: Option<&'a str>,
    /// Why.
    pub text: &'a str,
}

/// Whose the matter is while it waits for a vendor.
struct Vendor {
    name: Option<String>,
    reference: Option<String>,
}

impl Vendor {
    /// What was said of the vendor; a name that the catalogue knows is written as it stands there.
    fn read(desk: &Desk, pend: &Pend<'_>) -> Result<Option<Self>, OpError> {
        if pend.on != Waiting::Vendor.as_str() {
            return match pend.vendor.or(pend.reference) {
                Some(_) => Err(TicketError::NoVendorAwaited(&pend.on).error()),
                None => Ok(None),
            };
        }
        let line =
            |what: &str, text: Option<&str>| text.map(|text| values::line(what, text)).transpose();
        let name = line("vendor", pend.vendor)?;
        if name.as_ref().is_some_and(String::is_empty) {
            return Err(TicketError::VendorWithoutName.error());
        }
        let known = |name: String| match desk.catalogue.provider(&name) {
            Some(provider) => provider.name.clone(),
            None => name,
        };
        Ok(Some(Self {
            name: name.map(known),
            reference: line("reference", pend.reference)?,
        }))
    }

    /// Names the vendor on a ticket. The number that another vendor gave goes with that vendor.
    fn apply(&self, edit: &mut TicketEdit, desk: &Desk) {
        let before = edit.ticket.text(Key::VendorName).to_owned();
        let by_code = || {
            let code = desk.catalogue.find(edit.ticket.text(Key::Code))?;
            desk.catalogue.provider_of(code)
        };
        let name = match &self.name {
            Some(name) => name.clone(),
            None if before.is_empty() => by_code().map(|one| one.name.clone()).unwrap_or_default(),
            None => before.clone(),
        };
        if name != before {
            edit.set_text(Key::VendorName, &name);
        }
        match &self.reference {
            Some(reference) => edit.set_text(Key::VendorReference, reference),
            None if !before.is_empty() && name != before => edit.set(Key::VendorReference, None),
            None => {}
        }
    }
}

/// Makes tickets wait, until a time if one is said; for a date there must be one.
pub fn pend(
    desk: &Desk,
    act: &Actor,
    ids: &[TicketId],
    pend: &Pend<'_>,
) -> Result<Outcome, OpError> {
    let Pend {
        on,
        until,
        next,
        text,
        ..
    } = *pend;
    if let Some(next) = next {
        next.needs_text(text)?;
    }
    if !Waiting::WORDS.contains(&on) {
        return Err(unknown("way to wait", on, Waiting::WORDS.iter().copied()));
    }
    let until = until
        .map(|until| values::moment(desk, until, act.now))
        .transpose()?;
    if let Some(until) = until.filter(|until| *until <= act.now) {
        return Err(TicketError::TimePast(
            &until.in_zone(&desk.settings.zone).format("%Y-%m-%d %H:%M"),
        )
        .error());
    }
    if on == Waiting::Schedule.as_str() && until.is_none() {
        return Err(TicketError::DateNeededOption.error());
    }
    let vendor = Vendor::read(desk, pend)?;
    let text = values::text(text)?;
    let until = until.map(|until| Value::Moment(until.whole_second()));
    let tx = Transaction::begin(desk, act, "pend")?;
    tx.telling(format!("pending on {on}")).each(
        ids,
        &EntryKind::Pend,
        &format!("pend on {on}"),
        |edit| {
            edit.move_to(&Status::Pending)?;
            edit.set_text(Key::WaitingOn, on);
            edit.set(Key::Until, until.clone());
            if let Some(vendor) = &vendor {
                vendor.apply(edit, desk);
            }
            if let Some(next) = next {
                edit.attribute(event::NEXT, next.to_string());
            }
            edit.text(&text);
            Ok(())
        },
    )
}
