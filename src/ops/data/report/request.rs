//! What a report is asked for, read.

use std::collections::BTreeMap;

use crate::model::field::{Field, FieldKind, Key};
use crate::model::moment::Moment;
use crate::model::person::Handle;
use crate::model::settings::Preset;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::data::DataError;
use crate::ops::data::report_request::ReportRequest;
use crate::ops::ticket::{list, views};
use crate::page::problem::instead;
use crate::page::query::tickets::TicketQuery;
use crate::page::query::{Name, TermKind};
use crate::rules::reports::{EntryField, GroupBy, ReportKind};
use crate::rules::text::period;

/// Whether the answer depends on who asks: the report measures people at work, or leaves out what does.
pub fn needs_asker(desk: &Desk, request: &ReportRequest) -> bool {
    let (Ok(kind), Ok(query)) = (kind(request.name.as_deref()), query(desk, request)) else {
        return false;
    };
    let by = fields(desk, kind, &request.by).unwrap_or_default();
    kind == ReportKind::Kb || query.needs_me() || measured(kind, &by, &query, None).is_some()
}

/// The term of a query that is of agents with such values, in words; those of views, too.
pub(in crate::ops::data::report) fn named(
    query: &TicketQuery,
    is_of: &dyn Fn(&[String]) -> bool,
) -> Option<String> {
    query.terms.iter().find_map(|term| match &term.what {
        TermKind::Field {
            name: Name::Field(field),
            values,
            ..
        } if field.kind() == FieldKind::Agent && is_of(values) => {
            Some(format!("a report of `{}`", term.typed))
        }
        TermKind::View(view) => named(view, is_of),
        _ => None,
    })
}

/// What a report is of. The query of a saved report knows the desk's views only, so that it is of the
/// same for everybody.
pub fn query(desk: &Desk, request: &ReportRequest) -> Result<TicketQuery, OpError> {
    let mut query = list::read_kept_query(desk, &request.kept_query)?;
    query.join(list::read_query(desk, &request.query)?);
    Ok(query)
}

/// The query as a report tells of it.
pub(in crate::ops::data::report) fn written_query(
    desk: &Desk,
    request: &ReportRequest,
    query: &TicketQuery,
) -> String {
    let typed = views::written_out(desk, &request.query, query);
    format!("{} {typed}", request.kept_query).trim().to_owned()
}

pub(in crate::ops::data::report) fn speaks_of_type(query: &TicketQuery) -> bool {
    let kind = Name::Field(Field::Known(Key::Type));
    query
        .terms
        .iter()
        .any(|term| matches!(&term.what, TermKind::Field { name, .. } if *name == kind))
}

pub(in crate::ops::data::report) fn kind(name: Option<&str>) -> Result<ReportKind, OpError> {
    let name = name.unwrap_or("overview");
    ReportKind::read(name)
        .ok_or_else(|| DataError::UnknownReport(&name, &instead(name, &ReportKind::WORDS)).error())
}

/// What of a saved report could not be made, by the key that says it.
pub fn wrong(desk: &Desk, preset: &Preset, now: Moment) -> Vec<(&'static str, OpError)> {
    let mut wrong = Vec::new();
    let mut tell = |key, error: Option<OpError>| wrong.extend(error.map(|error| (key, error)));
    match kind(preset.report.as_deref()) {
        Ok(kind) => tell("by", fields(desk, kind, &preset.by).err()),
        Err(error) => tell("report", Some(error)),
    }
    if let Some(text) = &preset.period {
        let read = period::read(text, now, desk.settings.zone);
        let wrong = |error: period::NotAPeriod| {
            DataError::BadPeriod(&error.to_string(), &period::FORMS).error()
        };
        tell("period", read.map_err(wrong).err());
    }
    let query = list::read_kept_query(desk, &preset.query);
    // Whoever makes the report is an agent; any will do.
    let me = desk.settings.active_agents().next();
    let context = desk.context(me.map(|agent| &agent.handle), now);
    let matched = query.and_then(|query| desk.matcher(&query, context).map(drop));
    tell("query", matched.err());
    wrong
}

/// The stretches of a flow that are asked for; what has no flow goes by fields.
pub(in crate::ops::data::report) fn step(kind: ReportKind, given: &[String]) -> Option<EntryField> {
    let [word] = given else {
        return None;
    };
    let of = EntryField::read(word).filter(|of| of.is_stretch())?;
    kind.has_flow().then_some(of)
}

pub(in crate::ops::data::report) fn fields(
    desk: &Desk,
    kind: ReportKind,
    given: &[String],
) -> Result<Vec<GroupBy>, OpError> {
    if given.is_empty() {
        return Ok(Vec::new());
    }
    if step(kind, given).is_some() {
        return Ok(Vec::new());
    }
    if !kind.has_groups() {
        return Err(DataError::NoGroups(&kind.as_str()).error());
    }
    if given.len() > 2 {
        return Err(DataError::TooManyGroups.error());
    }
    given
        .iter()
        .map(|word| {
            let now = word.to_ascii_lowercase().ends_with(GroupBy::NOW);
            let field = &word[..word.len() - if now { GroupBy::NOW.len() } else { 0 }];
            let told = |of: &EntryField| of.is_time() || kind == ReportKind::Time;
            if let Some(of) = EntryField::read(field).filter(|of| told(of) && !now) {
                return Ok(GroupBy::entry(of));
            }
            let name = list::field_name(desk, field)?;
            let time = match &name {
                Name::Updated | Name::Resolved | Name::Age | Name::Due => true,
                Name::Field(field) => {
                    matches!(
                        field.kind(),
                        FieldKind::Moment | FieldKind::Date | FieldKind::Id
                    )
                }
                _ => false,
            };
            if time {
                return Err(DataError::GroupByTime(&word).error());
            }
            Ok(GroupBy {
                word: word.to_ascii_lowercase(),
                name,
                now,
                of: None,
            })
        })
        .collect()
}

/// What the words of the desk are called on the screen, where that is asked for.
pub(in crate::ops::data::report) fn titles(
    desk: &Desk,
    request: &ReportRequest,
) -> BTreeMap<(&'static str, String), String> {
    let settings = &desk.settings;
    let mut all = BTreeMap::new();
    if !request.titles {
        return all;
    }
    let mut put = |field, word: &str, title: &str| {
        if !title.is_empty() && title != word {
            all.insert((field, word.to_owned()), title.to_owned());
        }
    };
    for one in &settings.priorities {
        put("priority", &one.name, &one.title);
    }
    for (word, queue) in &settings.queues {
        put("queue", word, &queue.title);
    }
    for (word, code) in &desk.catalogue.codes {
        put("code", word, &code.title);
    }
    for (handle, agent) in &settings.agents {
        put("agent", handle.as_str(), &agent.name);
    }
    all
}

/// What of a report measures people at work, in words: what each of them did, or what one of them did
/// who is not `me`. What they hold measures nobody.
pub(in crate::ops::data::report) fn measured(
    kind: ReportKind,
    by: &[GroupBy],
    query: &TicketQuery,
    me: Option<&Handle>,
) -> Option<String> {
    if kind == ReportKind::Agents {
        return Some("`report agents`".to_owned());
    }
    if kind.is_of_stock() {
        return None;
    }
    if let Some(by) = by.iter().find(|by| by.is_of_agents()) {
        return Some(format!("`report {} --by {}`", kind.as_str(), by.word));
    }
    let of_others = |values: &[String]| {
        let is_mine = |value: &String| {
            let mine = ["me", "none"].contains(&value.as_str());
            mine || me.is_some_and(|me| me.as_str() == value)
        };
        !values.iter().all(is_mine)
    };
    named(query, &of_others)
}
