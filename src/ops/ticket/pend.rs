//! `pend`: waiting for somebody, or for a date.

use crate::model::entry_kind::EntryKind;
use crate::model::event;
use crate::model::field::Key;
use crate::model::id::TicketId;
use crate::model::status::Waiting;
use crate::model::template::TemplateUse;
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::ticket::TicketError;
use crate::ops::core::outcome::Outcome;
use crate::ops::core::ticket_edit::TicketEdit;
use crate::ops::core::transaction::Transaction;
use crate::ops::core::values;
use crate::ops::ticket::next_word::NextWord;
use crate::ops::ticket::template::{Ready, SaidWait, TemplateRequest};
use crate::ops::ticket::wait::Wait;

/// What a ticket waits for.
#[derive(Clone, Copy, Debug)]
pub struct Pend<'a> {
    /// Whom or what; the template's where it is not said.
    pub on: Option<&'a str>,
    /// Until when, as it was typed; the template's where it is not said.
    pub until: Option<&'a str>,
    /// When the agent wants to be reminded.
    pub next: Option<NextWord>,
    /// The vendor; that of the ticket or of its code where it is not said.
    pub vendor: Option<&'a str>,
    /// The vendor's number for the matter.
    pub reference: Option<&'a str>,
    /// Why.
    pub text: &'a str,
    /// The template of the text.
    pub template: Option<TemplateRequest<'a>>,
}

/// Whose the matter is while it waits for a vendor.
struct Vendor {
    name: Option<String>,
    reference: Option<String>,
}

impl Vendor {
    /// What was said of the vendor; a name that the catalogue knows is written as it stands there.
    fn read(desk: &Desk, pend: &Pend<'_>, on: &str) -> Result<Option<Self>, OpError> {
        if on != Waiting::Vendor.as_str() {
            return match pend.vendor.or(pend.reference) {
                Some(_) => Err(TicketError::NoVendorAwaited(&on).error()),
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
        template,
        ..
    } = *pend;
    if let Some(next) = next {
        next.needs_text(text)?;
    }
    let template = template
        .map(|request| Ready::find(desk, request, TemplateUse::Pend))
        .transpose()?;
    let wait = match &template {
        None => Some(Wait::read(desk, act.now, on.unwrap_or_default(), until)?),
        Some(_) => None,
    };
    // Of a template it is known by ticket whom it waits for.
    if let Some(on) = on {
        Vendor::read(desk, pend, on)?;
    }
    let text = values::text(text)?;
    let (what, done) = match (on, &pend.template) {
        (Some(on), _) => (format!("pend on {on}"), format!("pending on {on}")),
        (None, Some(request)) => (
            format!("pend by template {}", request.name),
            "pending".to_owned(),
        ),
        (None, None) => ("pend".to_owned(), "pending".to_owned()),
    };
    let said = SaidWait { on, until };
    let mut notices = Vec::new();
    let tx = Transaction::begin(desk, act, "pend")?.telling(done);
    let mut outcome = tx.each(ids, &EntryKind::Pend, &what, |edit| {
        if let Some(wait) = &wait {
            wait.put(edit)?;
        }
        if let Some(template) = &template {
            notices.extend(template.set(desk, act, edit, said)?);
        }
        let on = edit.ticket.text(Key::WaitingOn).to_owned();
        if let Some(vendor) = Vendor::read(desk, pend, &on)? {
            vendor.apply(edit, desk);
        }
        if let Some(next) = next {
            edit.attribute(event::NEXT, next.to_string());
        }
        if let Some(template) = &template {
            return template.write(desk, act, edit, &text);
        }
        edit.text(&text);
        Ok(())
    })?;
    outcome.notices.extend(notices);
    Ok(outcome)
}
