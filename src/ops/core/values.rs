//! Values as people type them, checked against the settings, the catalogue and the files.

use crate::ops::core::messages::desk::DeskError;
use chrono::NaiveDate;

use crate::model::calendar::Calendar;
use crate::model::field::{Field, FieldKind, Key, Value};
use crate::model::id::ArticleId;
use crate::model::moment::Moment;
use crate::model::person::Handle;
use crate::model::status::{Channel, Feeling, TicketType, Waiting};
use crate::ops::core::articles;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::unknown;
use crate::page::escape;
use crate::page::problem::did_you_mean;
use crate::page::query::tickets::{self, Name};
use crate::rules::people::phone;
use crate::rules::text::time_input;

/// The longest title, in characters.
const MAX_TITLE: usize = 200;

/// The field of a name as people type it; a wrong one gets the nearest.
pub fn field(desk: &Desk, name: &str) -> Result<Field, OpError> {
    let schema = tickets::schema(&desk.settings);
    let found_whole = schema.find(name);
    let found = match &found_whole {
        Some(Name::Field(field)) => Some(field.clone()),
        _ => None,
    };
    let declared = |field: &Field| match field {
        Field::Company(name) => desk.settings.fields.contains_key(name),
        Field::Known(_) => true,
    };
    if let Some(field) = found.filter(declared) {
        return Ok(field);
    }
    let instead = match found_whole {
        Some(Name::Place) => Some("`requester.location` or `asset.location`"),
        Some(Name::Requester) => Some("a part of it, like `requester.name`"),
        Some(Name::Asset) => Some("a part of it, like `asset.serial`"),
        Some(Name::Field(_)) | None => None,
        Some(_) => Some("what it follows from: the queue, the code or the log"),
    };
    if let Some(instead) = instead {
        return Err(DeskError::NotFieldOfItsOwn(&name, &instead).error());
    }
    let error = DeskError::UnknownField(&name).error();
    let error = error.maybe_hint(did_you_mean(name, schema.names()));
    Err(error.hint("fields of your own are declared under `[fields.NAME]` in desk.toml"))
}

/// The calendar that times on the command line are measured on.
pub fn calendar(desk: &Desk) -> Calendar {
    let settings = &desk.settings;
    let named = settings.calendars.get(&settings.policy.calendar);
    named
        .cloned()
        .unwrap_or_else(|| Calendar::always(settings.zone))
}

/// The instant that somebody typed.
pub fn moment(desk: &Desk, text: &str, now: Moment) -> Result<Moment, OpError> {
    time_input::instant(text, now, desk.settings.zone, &calendar(desk))
        .map_err(|error| DeskError::BadTime(&error.to_string(), &time_input::FORMS).error())
}

/// A line of text: a title, a name.
pub fn line(what: &str, text: &str) -> Result<String, OpError> {
    let text = text.trim();
    let a = if what.starts_with(['a', 'e', 'i', 'o', 'u']) {
        "an"
    } else {
        "a"
    };
    if text.contains(['\n', '\r']) {
        return Err(DeskError::NotOneLine(&a, &what).error());
    }
    if let Some(control) = text.chars().find(|c| c.is_control()) {
        return Err(OpError::usage(
            "control-character",
            format!(
                "{a} {what} cannot hold the control character U+{:04X}",
                u32::from(control)
            ),
        )
        .hint("take it out, then try again"));
    }
    if text.chars().count() > MAX_TITLE {
        return Err(DeskError::LineTooLong(&a, &what, &MAX_TITLE).error());
    }
    Ok(text.to_owned())
}

/// Free text: any but NUL, which would make git take the file for binary.
pub fn text(text: &str) -> Result<String, OpError> {
    if text.contains('\0') {
        return Err(DeskError::NulInText.error());
    }
    if text.len() > 1 << 20 {
        return Err(DeskError::TextTooLong.error());
    }
    Ok(escape::tidy(text))
}

/// A word of a list.
pub fn known<'w>(
    what: &str,
    text: &str,
    words: impl Iterator<Item = &'w str> + Clone,
) -> Result<String, OpError> {
    if words.clone().any(|word| word == text) {
        return Ok(text.to_owned());
    }
    Err(unknown(what, text, words))
}

/// Reads the value of a field, and checks all that it names.
pub fn value(
    desk: &Desk,
    field: &Field,
    text: &str,
    now: Moment,
    me: Option<&Handle>,
) -> Result<Value, OpError> {
    let settings = &desk.settings;
    let word = |what: &str, words: &[&str]| {
        let words = words.iter().copied();
        known(what, text, words).map(Value::Text)
    };
    let listed = |what: &str, words: &[String]| {
        let words = words.iter().map(String::as_str);
        known(what, text, words).map(Value::Text)
    };
    match field.kind() {
        FieldKind::Text => said(desk, field, text).map(Value::Text),
        FieldKind::Type => word("type", TicketType::WORDS),
        FieldKind::Waiting => word("way to wait", Waiting::WORDS),
        FieldKind::Channel => word("channel", Channel::WORDS),
        FieldKind::Feeling => word("feeling", Feeling::WORDS),
        FieldKind::Priority => {
            let names = settings.priorities.iter().map(|one| one.name.as_str());
            known("priority", text, names).map(Value::Text)
        }
        FieldKind::Impact => listed("impact", &settings.impacts),
        FieldKind::Urgency => listed("urgency", &settings.urgencies),
        FieldKind::Queue => desk.queue(text).map(Value::Text),
        FieldKind::Agent => desk.agent(text).map(|agent| Value::Text(agent.to_string())),
        FieldKind::Code => desk.code(text).map(Value::Text),
        FieldKind::Moment => moment(desk, text, now).map(Value::Moment),
        FieldKind::Date => day(desk, text, now),
        FieldKind::Ticket => desk.find(text, me).map(|id| Value::Text(id.to_string())),
        FieldKind::Tickets => list(text, |one| desk.find(one, me).map(|id| id.to_string())),
        FieldKind::Articles => list(text, |one| article_id(desk, one).map(|id| id.to_string())),
        FieldKind::Agents => list(text, |one| desk.agent(one).map(|agent| agent.to_string())),
        FieldKind::Words => list(text, tag),
        FieldKind::Bool => match text {
            "yes" | "true" => Ok(Value::Bool(true)),
            "no" | "false" => Ok(Value::Bool(false)),
            _ => Err(DeskError::NotYesOrNo(&text).error()),
        },
        FieldKind::Number => {
            let number = text
                .parse()
                .map_err(|_| DeskError::NotNumber(&text).error())?;
            if *field == Field::Known(Key::Rating) && !(1..=5).contains(&number) {
                return Err(DeskError::BadRating(&number).error());
            }
            Ok(Value::Number(number))
        }
        FieldKind::Id | FieldKind::Status => Err(DeskError::NotSetByHand(&field).error()),
    }
}

/// What a field of text is to hold: a line, free text, or a word where the company's own field has
/// a list of them.
fn said(desk: &Desk, field: &Field, text: &str) -> Result<String, OpError> {
    match field {
        Field::Company(name) => match desk.settings.fields.get(name) {
            Some(declared) if !declared.values.is_empty() => {
                let words = declared.values.iter().map(String::as_str);
                known(&format!("`{name}`"), text, words)
            }
            _ => line("value", text),
        },
        Field::Known(Key::Title) => {
            let title = line("title", text)?;
            if title.is_empty() {
                return Err(DeskError::EmptyTitle.error());
            }
            Ok(title)
        }
        Field::Known(Key::RequesterEmail) => {
            let address = line("e-mail address", text)?;
            if !address.is_empty() && !phone::is_email(&address) {
                return Err(DeskError::NotEmail(&address).error());
            }
            Ok(address)
        }
        Field::Known(Key::RequesterPhone) => {
            let number = line("telephone number", text)?;
            if !number.is_empty() && !phone::is_phone(&number) {
                return Err(DeskError::NotPhone(&number).error());
            }
            Ok(number)
        }
        Field::Known(_) if field.section() == Some("request") => self::text(text),
        Field::Known(_) => line(field.name(), text),
    }
}

/// A day, or the instant that somebody typed in its place.
fn day(desk: &Desk, text: &str, now: Moment) -> Result<Value, OpError> {
    match text.parse::<NaiveDate>() {
        Ok(day) if !time_input::is_writable(day) => {
            Err(DeskError::TooLate(&text, &time_input::FORMS).error())
        }
        Ok(day) => Ok(Value::Date(day)),
        Err(_) => moment(desk, text, now).map(Value::Moment),
    }
}

fn list(text: &str, each: impl Fn(&str) -> Result<String, OpError>) -> Result<Value, OpError> {
    let parts = text
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty());
    Ok(Value::List(parts.map(each).collect::<Result<_, _>>()?))
}

/// A tag: one word without commas.
pub fn tag(text: &str) -> Result<String, OpError> {
    let text = line("tag", text)?;
    if text.is_empty() || text.contains(|c: char| c.is_whitespace() || c == ',' || c == '"') {
        return Err(DeskError::BadTag(&text).error());
    }
    Ok(text)
}

/// The ids and titles of all articles that can be read.
pub fn articles(desk: &Desk) -> Vec<(ArticleId, String)> {
    articles::cached_articles(desk)
        .all
        .into_iter()
        .map(|cached| (cached.article.id, cached.article.title))
        .collect()
}

/// An article that is there; a wrong id gets the nearest.
pub fn article_id(desk: &Desk, text: &str) -> Result<ArticleId, OpError> {
    articles::find(&articles::cached_articles(desk), text).map(|cached| cached.article.id.clone())
}
