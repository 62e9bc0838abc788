//! `templates`: the texts at hand, listed, shown and filled in for a ticket; the starter's written.

use crate::model::entry_kind::EntryKind;
use crate::model::field::Key;
use crate::model::id::TicketId;
use crate::model::placeholder::Placeholder;
use crate::model::template::{Template, TemplateUse};
use crate::model::ticket::Ticket;
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::template::TemplateError;
use crate::ops::core::outcome::Outcome;
use crate::ops::core::templates::{Templates, in_language, load, speaks};
use crate::ops::core::ticket_edit::TicketEdit;
use crate::ops::core::transaction::Transaction;
use crate::ops::data::init::TEMPLATES;
use crate::ops::ticket::template::{Ready, SaidWait, TemplateRequest};
use crate::page::problem::Problem;
use crate::page::template::{TemplatePage, of_path};
use crate::rules::text::normalize::normalize;
use crate::store::journal::step::Save;

/// Which templates are wanted.
#[derive(Clone, Copy, Debug, Default)]
pub struct TemplateQuery<'a> {
    /// Words in name, title or text; or the whole name of one template, which is shown.
    pub words: &'a [String],
    /// Only those for a command.
    pub verb: Option<TemplateUse>,
    /// Only those that fit this ticket; one that is shown is filled in for it.
    pub on: Option<TicketId>,
    /// Only those with a text in this language, which is shown.
    pub language: Option<&'a str>,
}

/// A template with its texts.
#[derive(Clone, Debug)]
pub struct ListedTemplate {
    /// The text that is shown: the ticket's, the one asked for, or the house's.
    pub page: TemplatePage,
    /// All its texts.
    pub texts: Vec<TemplatePage>,
    /// The text as a ticket would get it.
    pub preview: Option<Preview>,
}

/// A text that is filled in, before it is written anywhere.
#[derive(Clone, Debug, Default)]
pub struct Preview {
    /// The text; a placeholder without a value stands there by its name.
    pub text: String,
    /// The subject.
    pub subject: String,
    /// What has no value: the command would refuse it.
    pub empty: Vec<Placeholder>,
    /// What the command would say.
    pub notices: Vec<String>,
}

/// Templates that were asked for.
#[derive(Clone, Debug, Default)]
pub struct TemplateListing {
    /// In the order of their names.
    pub templates: Vec<ListedTemplate>,
    /// Whether one was named, to be shown whole.
    pub whole: bool,
    /// How many would fit but for the ticket or the command.
    pub left_out: usize,
    /// Files that cannot be read.
    pub problems: Vec<Problem>,
}

/// Lists templates, or shows the one that is named.
pub fn list(
    desk: &Desk,
    act: Option<&Actor>,
    query: &TemplateQuery<'_>,
) -> Result<TemplateListing, OpError> {
    let all = load(desk);
    let ticket = query.on.map(|id| desk.page(id)).transpose()?;
    let ticket = ticket.as_ref().map(|page| &page.ticket);
    let house = desk.settings.template_language.as_deref();
    let wanted = query
        .language
        .or_else(|| ticket.and_then(|ticket| ticket.maybe(Key::RequesterLanguage)));
    let mut listing = TemplateListing {
        problems: all.problems.clone(),
        ..TemplateListing::default()
    };
    if let [name] = query.words
        && let Ok(pages) = all.find(name)
    {
        listing.whole = true;
        if let Some(language) = query.language.filter(|_| query.on.is_none()) {
            // Refused in the words of the commands.
            Ready::find(desk, request(name, Some(language)), TemplateUse::Note)?;
        }
        if let Some(page) = in_language(&pages, wanted, house) {
            let preview = match (act, ticket) {
                (Some(act), Some(ticket)) => Some(preview(desk, act, ticket, name, query)?),
                _ => None,
            };
            listing.templates.push(listed(page, &pages, preview));
        }
        return Ok(listing);
    }
    for pages in all.by_name().values() {
        let Some(page) = in_language(pages, wanted, house) else {
            continue;
        };
        let in_asked = |language: &str| pages.iter().any(|page| speaks(page, language));
        if !has_words(pages, query.words) || !query.language.is_none_or(in_asked) {
            continue;
        }
        if is_for(&page.template, ticket, query.verb) {
            listing.templates.push(listed(page, pages, None));
        } else {
            listing.left_out += 1;
        }
    }
    Ok(listing)
}

fn request<'a>(name: &'a str, language: Option<&'a str>) -> TemplateRequest<'a> {
    TemplateRequest {
        name,
        language,
        edited: None,
    }
}

fn listed(
    page: &TemplatePage,
    pages: &[&TemplatePage],
    preview: Option<Preview>,
) -> ListedTemplate {
    ListedTemplate {
        page: page.clone(),
        texts: pages.iter().map(|page| (*page).clone()).collect(),
        preview,
    }
}

/// Whether a template has all the words, in any of its languages.
fn has_words(pages: &[&TemplatePage], words: &[String]) -> bool {
    let texts = pages.iter().map(|page| {
        let template = &page.template;
        normalize(&format!(
            "{} {} {}",
            template.name,
            template.title,
            page.body()
        ))
    });
    let texts: Vec<String> = texts.collect();
    words.iter().all(|word| {
        let word = normalize(word);
        texts.iter().any(|text| text.contains(&word))
    })
}

/// Whether a template is for a command, and fits a ticket.
fn is_for(template: &Template, ticket: Option<&Ticket>, verb: Option<TemplateUse>) -> bool {
    let fits =
        ticket.is_none_or(|ticket| template.fits(ticket.text(Key::Code), ticket.text(Key::Queue)));
    fits && verb.is_none_or(|verb| template.serves(verb))
}

/// The text that a command would write to a ticket.
fn preview(
    desk: &Desk,
    act: &Actor,
    ticket: &Ticket,
    name: &str,
    query: &TemplateQuery<'_>,
) -> Result<Preview, OpError> {
    let page = desk.page(ticket.id)?;
    let base = page.text.clone();
    let all = load(desk);
    let chosen = all.find(name)?;
    let serves = |verb: &TemplateUse| chosen.iter().all(|page| page.template.serves(*verb));
    let verbs = [
        TemplateUse::Contact,
        TemplateUse::Reply,
        TemplateUse::Note,
        TemplateUse::Resolve,
    ];
    let verb = query.verb.or_else(|| verbs.into_iter().find(serves));
    let verb = verb.unwrap_or(TemplateUse::Pend);
    let ready = Ready::find(desk, request(name, query.language), verb)?;
    let mut edit = TicketEdit::over(page, base, EntryKind::Note, desk, act)?;
    let notices = ready.set(desk, act, &mut edit, SaidWait::default())?;
    let (text, subject) = ready.preview(desk, act, &edit)?;
    let mut empty = text.empty;
    empty.extend(subject.empty);
    empty.dedup();
    Ok(Preview {
        text: text.text,
        subject: subject.text,
        empty,
        notices,
    })
}

/// What was written of the starter's templates.
#[derive(Debug)]
pub struct StarterWritten {
    /// The names of the templates.
    pub names: Vec<String>,
    /// The files.
    pub files: usize,
    /// What became of them.
    pub outcome: Outcome,
}

/// Writes those of the starter's templates whose names the desk does not have, in all their
/// languages. What the house wrote under a name stays alone.
pub fn starter(desk: &Desk, act: &Actor) -> Result<StarterWritten, OpError> {
    let mut tx = Transaction::begin(desk, act, "templates --starter")?;
    if !act.is_manager(desk) {
        return Err(TemplateError::StarterNeedsManager.error());
    }
    let there = load(desk);
    let mut names: Vec<String> = Vec::new();
    let mut files = 0;
    for (path, text) in TEMPLATES {
        let Ok((name, _)) = of_path(path) else {
            continue;
        };
        if has(&there, &name) {
            continue;
        }
        tx.put(Save {
            path: (*path).to_owned(),
            base: None,
            text: (*text).to_owned(),
        });
        files += 1;
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let subject = match names.len() {
        1 => format!("templates: {} of the starter", names[0]),
        n => format!("templates: {n} of the starter"),
    };
    let outcome = tx.finish(&subject)?;
    Ok(StarterWritten {
        names,
        files,
        outcome,
    })
}

/// Whether a desk has a template of a name, readable or not.
fn has(there: &Templates, name: &str) -> bool {
    let broken = there.problems.iter();
    let mut broken = broken.filter_map(|problem| of_path(&problem.path).ok());
    there.pages.iter().any(|page| page.template.name == name) || broken.any(|(own, _)| own == name)
}
