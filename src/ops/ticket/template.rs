//! A template at work: what it changes in a ticket and the text that it writes, in one entry.

use crate::model::field::Key;
use crate::model::placeholder::Placeholder;
use crate::model::status::Channel;
use crate::model::template::{TEMPLATE, Template, TemplateUse};
use crate::model::ticket::Ticket;
use crate::ops::core::actor::Actor;
use crate::ops::core::commit_message::one_line;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::template::TemplateError;
use crate::ops::core::templates::{self, in_language, speaks};
use crate::ops::core::ticket_edit::TicketEdit;
use crate::ops::core::values;
use crate::ops::ticket::set::{self, Pairs};
use crate::ops::ticket::template_values::{Filled, fill, has_message};
use crate::ops::ticket::wait::Wait;
use crate::page::template::TemplatePage;
use crate::rules::merge::lines::has_joined_passage;

/// Keys of `then` that are no fields to set.
pub const OF_WAITING: [&str; 3] = ["status", "waiting_on", "until"];

/// The key of `then` that tells why a priority is set by hand.
pub const REASON: &str = "reason";

/// The longest subject, in characters.
const MAX_SUBJECT: usize = 200;

/// What was typed of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TemplateRequest<'a> {
    /// Its name.
    pub name: &'a str,
    /// The language of the text, where it is not the requester's.
    pub language: Option<&'a str>,
    /// The text as somebody edited it.
    pub edited: Option<&'a str>,
}

/// What was typed of a wait; it comes before what the template says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SaidWait<'a> {
    /// Whom or what for.
    pub on: Option<&'a str>,
    /// Until when.
    pub until: Option<&'a str>,
}

/// A template that was found, ready for tickets.
#[derive(Clone, Debug)]
pub struct Ready<'a> {
    request: TemplateRequest<'a>,
    verb: TemplateUse,
    pages: Vec<TemplatePage>,
    house: Option<&'a str>,
}

impl<'a> Ready<'a> {
    /// Finds a template for a command.
    pub fn find(
        desk: &'a Desk,
        request: TemplateRequest<'a>,
        verb: TemplateUse,
    ) -> Result<Self, OpError> {
        let all = templates::load(desk);
        let mut found = all.find(request.name)?;
        if let Some(language) = request.language {
            let known: Vec<&str> = found
                .iter()
                .map(|page| page.template.language.as_deref().unwrap_or("(any)"))
                .collect();
            let known = known.join(", ");
            found.retain(|page| speaks(page, language));
            if found.is_empty() {
                return Err(TemplateError::NoLanguage(&request.name, &language, &known).error());
            }
        }
        Ok(Self {
            request,
            verb,
            pages: found.into_iter().cloned().collect(),
            house: desk.settings.template_language.as_deref(),
        })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        self.request.name
    }

    /// The text for a ticket: in the language asked for, else its requester's.
    pub fn page(&self, ticket: &Ticket) -> Result<&TemplatePage, OpError> {
        let pages: Vec<&TemplatePage> = self.pages.iter().collect();
        let wanted = self.language(ticket);
        let Some(page) = in_language(&pages, wanted, self.house) else {
            return Err(TemplateError::NoTemplates(&self.request.name).error());
        };
        let bars = page.bars();
        if !bars.is_empty() {
            return Err(TemplateError::Invalid(&page.path).error().with(bars));
        }
        if has_joined_passage(&page.body()) {
            return Err(TemplateError::Joined(&page.path).error());
        }
        Ok(page)
    }

    fn language<'t>(&'t self, ticket: &'t Ticket) -> Option<&'t str> {
        self.request
            .language
            .or_else(|| ticket.maybe(Key::RequesterLanguage))
    }

    /// Changes what `then` says, all or nothing; what was typed comes first. Returns what the person
    /// should know.
    pub fn set(
        &self,
        desk: &Desk,
        act: &Actor,
        edit: &mut TicketEdit,
        said: SaidWait<'_>,
    ) -> Result<Vec<String>, OpError> {
        let page = self.page(&edit.ticket)?;
        let template = &page.template;
        if !template.serves(self.verb) {
            let uses: Vec<&str> = template.uses.iter().map(|one| one.as_str()).collect();
            let (uses, file) = (uses.join(", "), &page.path);
            return Err(TemplateError::NotFor(&template.name, &self.verb, &uses, file).error());
        }
        let mut notices = self.odd(page, &edit.ticket);
        let own = |error: OpError| error.hint(format!("`then` in {} says so", page.path));
        let pairs = pairs(template);
        if !pairs.is_empty() {
            set::may_change(&edit.ticket)?;
            let before = edit.ticket.clone();
            let reason = template.then(REASON);
            let wanted = Pairs {
                all: &pairs,
                reason,
                ..Pairs::default()
            };
            edit.say_follows();
            notices.extend(set::change(desk, act, edit, &before, &wanted).map_err(own)?);
        }
        let waits = template.then("status").is_some();
        if waits && self.verb == TemplateUse::Resolve {
            return Err(TemplateError::WaitsAndResolves(&template.name).error());
        }
        if !waits && self.verb != TemplateUse::Pend {
            return Ok(notices);
        }
        let Some(on) = said.on.or_else(|| template.then("waiting_on")) else {
            return Err(TemplateError::WaitsForNobody(&template.name).error());
        };
        let until = said.until.or_else(|| template.then("until"));
        let wait = Wait::read(desk, act.now, on, until);
        let is_typed = said != SaidWait::default();
        let wait = if is_typed { wait? } else { wait.map_err(own)? };
        wait.put(edit)?;
        Ok(notices)
    }

    /// What is odd about the text for a ticket: another language, another code or queue.
    fn odd(&self, page: &TemplatePage, ticket: &Ticket) -> Vec<String> {
        let template = &page.template;
        let (name, id) = (&template.name, ticket.id);
        let mut all = Vec::new();
        if let Some(language) = self.language(ticket)
            && !speaks(page, language)
        {
            let taken = template.language.as_deref().unwrap_or_default();
            all.push(format!(
                "`{id}`: template `{name}` has no text in `{language}`, the requester's language; that in `{taken}` is taken"
            ));
        }
        if !template.fits(ticket.text(Key::Code), ticket.text(Key::Queue)) {
            let of = [("code", &template.codes), ("queue", &template.queues)];
            let of = of.iter().filter(|(_, all)| !all.is_empty());
            let of: Vec<String> = of
                .map(|(what, all)| format!("{what} {}", all.join(", ")))
                .collect();
            all.push(format!(
                "`{id}`: template `{name}` is for {}",
                of.join(" and ")
            ));
        }
        all
    }

    /// Writes the finished text with what was typed: in its place, else behind it. Refuses what has
    /// no value.
    pub fn write(
        &self,
        desk: &Desk,
        act: &Actor,
        edit: &mut TicketEdit,
        more: &str,
    ) -> Result<(), OpError> {
        let page = self.page(&edit.ticket)?;
        edit.attribute(TEMPLATE, page.template.name.as_str());
        if let Some(edited) = self.request.edited {
            edit.text(&values::text(edited)?);
            return Ok(());
        }
        let ticket = edit.as_written();
        let pieces = &page.template.text;
        let filled = fill(desk, act, &ticket, pieces, more);
        not_empty(&page.template.name, &ticket, &filled)?;
        // A mail that is sent has a subject of its own.
        let subject = match self.verb {
            TemplateUse::Reply => String::new(),
            _ => subject(desk, act, &ticket, page)?,
        };
        let behind = if has_message(pieces) {
            ""
        } else {
            more.trim_end()
        };
        let parts = [subject.as_str(), filled.text.as_str(), behind];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        edit.text(&values::text(&parts.join("\n\n"))?);
        Ok(())
    }

    /// The words of a mail that no person writes, and its subject; refuses what would have a gap.
    pub fn words(
        &self,
        desk: &Desk,
        act: &Actor,
        ticket: &Ticket,
    ) -> Result<(String, String), OpError> {
        let page = self.page(ticket)?;
        let filled = fill(desk, act, ticket, &page.template.text, "");
        not_empty(&page.template.name, ticket, &filled)?;
        let subject = filled_subject(desk, act, ticket, page)?;
        Ok((values::text(&filled.text)?, subject))
    }

    /// The subject of a mail to a ticket's requester; empty where the template says none.
    pub fn subject(&self, desk: &Desk, act: &Actor, ticket: &Ticket) -> Result<String, OpError> {
        filled_subject(desk, act, ticket, self.page(ticket)?)
    }

    /// The text and the subject as they would be written; what has no value stands there by its name.
    pub fn preview(
        &self,
        desk: &Desk,
        act: &Actor,
        edit: &TicketEdit,
    ) -> Result<(Filled, Filled), OpError> {
        let template = &self.page(&edit.ticket)?.template;
        let ticket = edit.as_written();
        let filled = |pieces| fill(desk, act, &ticket, pieces, "");
        Ok((filled(&template.text), filled(&template.subject)))
    }
}

/// The line of a mail's subject: part of the text, so that it is redacted and merged with it.
fn subject(
    desk: &Desk,
    act: &Actor,
    ticket: &Ticket,
    page: &TemplatePage,
) -> Result<String, OpError> {
    let pieces = &page.template.subject;
    let channel = ticket
        .log
        .last()
        .and_then(|entry| entry.attribute("channel"));
    if pieces.is_empty() || channel != Some(Channel::Email.as_str()) {
        return Ok(String::new());
    }
    Ok(format!(
        "Subject: {}",
        filled_subject(desk, act, ticket, page)?
    ))
}

/// The subject of a mail, empty where the template says none.
fn filled_subject(
    desk: &Desk,
    act: &Actor,
    ticket: &Ticket,
    page: &TemplatePage,
) -> Result<String, OpError> {
    let filled = fill(desk, act, ticket, &page.template.subject, "");
    not_empty(&page.template.name, ticket, &filled)?;
    Ok(one_line(&filled.text, MAX_SUBJECT))
}

/// The fields that a template sets, by name and value.
pub fn pairs(template: &Template) -> Vec<(String, String)> {
    let all = template.then.iter();
    all.filter(|(key, _)| !OF_WAITING.contains(&key.as_str()) && key != REASON)
        .cloned()
        .collect()
}

/// Refuses a text that would have a gap.
fn not_empty(name: &str, ticket: &Ticket, filled: &Filled) -> Result<(), OpError> {
    let Some(first) = filled.empty.first() else {
        return Ok(());
    };
    let names: Vec<String> = filled
        .empty
        .iter()
        .map(|one| format!("{{{one}}}"))
        .collect();
    let error = TemplateError::Empty(&name, &ticket.id, &names.join(", ")).error();
    let error = match first {
        Placeholder::Next | Placeholder::DuePromise => {
            error.hint("say when you will be in touch again with --next")
        }
        Placeholder::Message => error.hint("say it with -m TEXT"),
        Placeholder::Until => error.hint("say until when it waits: `desk pend ID --until TIME`"),
        _ => match first.key() {
            Some(key) => error.hint(format!("desk set {} {}=…", ticket.id, key.path())),
            None => error,
        },
    };
    Err(error.hint(format!(
        "or give it a stand-in in the template: {{{first}|…}}"
    )))
}
