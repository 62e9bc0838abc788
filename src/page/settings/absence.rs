//! Writing an agent's absences: one key for each range of days, in a table of its own, so that two
//! clones that add ranges merge.

use std::ops::Range;

use chrono::NaiveDate;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::model::absence::Days;
use crate::page::edit::EditError;
use crate::page::entry_value::quoted;
use crate::page::front_matter::{lines_from, newline};

/// What is to become of an agent's absences.
#[derive(Clone, Copy, Debug)]
pub struct AbsenceEdit<'a> {
    /// The agent's handle.
    pub agent: &'a str,
    /// The days.
    pub days: Days,
    /// Who stands in; empty for the queue's team. `None` takes the range out.
    pub deputy: Option<&'a str>,
    /// Ranges that ended before this day go.
    pub past: NaiveDate,
}

/// Settings with one absence more, another deputy, or one absence less.
pub fn edited(text: &str, edit: AbsenceEdit<'_>) -> Result<String, EditError> {
    let path = format!("agent.{}.away", edit.agent);
    let wrong = || EditError::Form(path.clone());
    let whole = DeTable::parse(text).map_err(|_| EditError::Unreadable)?;
    let there = entries(whole.get_ref(), edit.agent);
    let goes = |key: &str| {
        let days: Option<Days> = key.parse().ok();
        days.is_some_and(|days| days == edit.days || days.last < edit.past)
    };
    let mut gone: Vec<Range<usize>> = there
        .iter()
        .filter(|(key, _)| goes(key))
        .map(|(_, span)| line_of(text, span))
        .collect();
    gone.sort_by_key(|span| span.start);
    let line = edit.deputy.map(|deputy| {
        let (key, deputy) = (quoted(&edit.days.to_string()), quoted(deputy));
        format!("{key} = {deputy}{}", newline(text))
    });
    let after = there
        .iter()
        .filter(|(key, _)| key.as_str() < edit.days.to_string().as_str())
        .map(|(_, span)| line_of(text, span).end)
        .max();
    let place = header_end(text, &path).map(|header| after.unwrap_or(header));
    let mut out = text.to_owned();
    match (line, place) {
        (Some(line), Some(at)) => {
            take_out(&mut out, &gone, Some((at, &line)));
        }
        (Some(line), None) => {
            take_out(&mut out, &gone, None);
            let at = section_end(&out, &format!("agent.{}", edit.agent));
            let nl = newline(text);
            let before = if out[..at].ends_with('\n') { "" } else { nl };
            out.insert_str(at, &format!("{before}{nl}[{path}]{nl}{line}"));
        }
        (None, _) => take_out(&mut out, &gone, None),
    }
    if says(&out)? != wanted(text, edit, &goes)? {
        return Err(wrong());
    }
    Ok(out)
}

/// The ranges of an agent with the bytes from the key to the end of its value.
fn entries(top: &DeTable<'_>, agent: &str) -> Vec<(String, Range<usize>)> {
    let away = ["agent", agent, "away"].iter().try_fold(top, |at, key| {
        match at.get(*key).map(Spanned::get_ref) {
            Some(DeValue::Table(inner)) => Some(inner),
            _ => None,
        }
    });
    let span = |key: Range<usize>, value: Range<usize>| key.start..value.end;
    away.into_iter()
        .flatten()
        .map(|(key, value)| (key.get_ref().to_string(), span(key.span(), value.span())))
        .collect()
}

/// The whole line in which some bytes stand.
fn line_of(text: &str, span: &Range<usize>) -> Range<usize> {
    let start = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[span.end..].find('\n').map(|at| span.end + at + 1);
    start..end.unwrap_or(text.len())
}

/// Takes lines out, and puts one in at its place between them.
fn take_out(text: &mut String, gone: &[Range<usize>], line: Option<(usize, &str)>) {
    let mut line = line;
    for span in gone.iter().rev() {
        if let Some((at, new)) = line.filter(|(at, _)| *at >= span.end) {
            text.insert_str(at, new);
            line = None;
        }
        text.replace_range(span.clone(), "");
        if let Some((at, new)) = line.filter(|(at, _)| span.contains(at)) {
            let _ = at;
            text.insert_str(span.start, new);
            line = None;
        }
    }
    if let Some((at, new)) = line {
        text.insert_str(at, new);
    }
}

/// The byte after the header of a table.
fn header_end(text: &str, path: &str) -> Option<usize> {
    let header = lines_from(text, 0).find(|(_, line)| is_header(line, path));
    header.map(|(at, line)| at + line.len())
}

/// The byte behind the last line of a table that is not empty; the end where there is none.
fn section_end(text: &str, path: &str) -> usize {
    let Some(start) = header_end(text, path) else {
        return text.len();
    };
    let rest = lines_from(text, start).take_while(|(_, line)| !line.trim_start().starts_with('['));
    let last = rest.filter(|(_, line)| {
        let line = line.trim();
        !line.is_empty() && !line.starts_with('#')
    });
    last.last().map_or(start, |(at, line)| at + line.len())
}

fn is_header(line: &str, path: &str) -> bool {
    let line = line.split('#').next().unwrap_or_default().trim();
    let inner = line
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    inner.map(str::trim) == Some(path)
}

/// Whether two texts of settings differ in one agent's absences, and in nothing else that they say.
pub fn changes_only_those_of(agent: &str, old: &str, new: &str) -> bool {
    let without = |text: &str| {
        let mut table = says(text).ok()?;
        let agents = table.get_mut("agent").and_then(toml::Value::as_table_mut);
        let own = agents.and_then(|agents| agents.get_mut(agent)?.as_table_mut());
        own.and_then(|own| own.remove("away"));
        Some(table)
    };
    let is_changed = || says(old).ok() != says(new).ok();
    without(old).is_some_and(|old| without(new) == Some(old)) && is_changed()
}

fn says(text: &str) -> Result<toml::Table, EditError> {
    text.parse().map_err(|_| EditError::Unreadable)
}

/// What the settings are to say.
fn wanted(
    text: &str,
    edit: AbsenceEdit<'_>,
    goes: &impl Fn(&str) -> bool,
) -> Result<toml::Table, EditError> {
    let mut whole = says(text)?;
    let new = toml::Table::new;
    let mut at = &mut whole;
    for key in ["agent", edit.agent, "away"] {
        if edit.deputy.is_none() && !at.contains_key(key) {
            return Ok(whole);
        }
        let inner = at
            .entry(key)
            .or_insert_with(|| toml::Value::Table(new()))
            .as_table_mut();
        at = inner.ok_or(EditError::Unreadable)?;
    }
    at.retain(|key, _| !goes(key));
    if let Some(deputy) = edit.deputy {
        at.insert(edit.days.to_string(), deputy.into());
    }
    Ok(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEAM: &str = "name = \"Desk\"\n\n[agent.anna]\nname = \"Anna\" # first\n\n[agent.tom]\nname = \"Tom\"\n\n# The calendars.\n[calendar.office]\nzone = 1\n";

    fn edit<'a>(agent: &'a str, days: &str, deputy: Option<&'a str>) -> AbsenceEdit<'a> {
        AbsenceEdit {
            agent,
            days: days.parse().unwrap(),
            deputy,
            past: "2026-11-01".parse().unwrap(),
        }
    }

    #[test]
    fn the_first_absence_is_a_table_behind_the_agent() {
        let one = edited(TEAM, edit("anna", "2026-12-24..2027-01-06", Some("tom"))).unwrap();
        let table =
            "# first\n\n[agent.anna.away]\n\"2026-12-24..2027-01-06\" = \"tom\"\n\n[agent.tom]";
        assert!(one.contains(table), "{one}");
        let last = edited(TEAM, edit("tom", "2026-12-24", Some(""))).unwrap();
        let table = "\"Tom\"\n\n[agent.tom.away]\n\"2026-12-24\" = \"\"\n\n# The calendars.";
        assert!(last.contains(table), "{last}");
    }

    #[test]
    fn ranges_stand_in_order_and_past_ones_go() {
        let mut text = TEAM.to_owned();
        for days in [
            "2026-12-24",
            "2026-09-01..2026-10-02",
            "2026-11-30",
            "2027-02-01",
        ] {
            text = edited(&text, edit("tom", days, Some("anna"))).unwrap();
        }
        let table = "[agent.tom.away]\n\"2026-11-30\" = \"anna\"\n\"2026-12-24\" = \"anna\"\n\"2027-02-01\" = \"anna\"\n\n#";
        assert!(text.contains(table), "{text}");
        let again = edited(&text, edit("tom", "2026-12-24", Some(""))).unwrap();
        assert!(again.contains("\"2026-12-24\" = \"\"\n\"2027"), "{again}");
        let less = edited(&again, edit("tom", "2026-12-24", None)).unwrap();
        assert!(!less.contains("12-24"), "{less}");
        assert_eq!(edited(TEAM, edit("tom", "2026-12-24", None)).unwrap(), TEAM);
    }

    #[test]
    fn a_form_that_cannot_be_edited_is_left() {
        let inline = "[agent]\ntom = { name = \"Tom\" }\n";
        assert!(edited(inline, edit("tom", "2026-12-24", Some("anna"))).is_err());
        let windows = TEAM.replace('\n', "\r\n");
        let one = edited(&windows, edit("tom", "2026-12-24", Some("anna"))).unwrap();
        assert!(!one.replace("\r\n", "").contains('\n'), "{one:?}");
    }
}
