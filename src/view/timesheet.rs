//! What somebody did, day by day.

use serde_json::{Value as Json, json};

use crate::model::moment::Moment;
use crate::model::settings::Settings;
use crate::ops::ticket::timesheet::{SheetEntry, Timesheet, minutes};
use crate::view::json;
use crate::view::paint::{Paint, PaintedText, Role};
use crate::view::report::data::{defused, written};
use crate::view::sanitize::line;
use crate::view::table::table;
use crate::view::words::{self, count};

/// The entries under their days, a sum for each, and one of all where there are several.
pub fn timesheet(sheet: &Timesheet, settings: &Settings, paint: &Paint) -> String {
    let whose = match &sheet.whose {
        Some(whose) => line(settings.agent_name(whose.as_str())),
        None => "The team".to_owned(),
    };
    let mut out = format!(
        "{}  {}\n",
        paint.role(Role::Title, &whose),
        paint.role(Role::Muted, &span(sheet))
    );
    if sheet.entries.is_empty() {
        let nothing = paint.role(Role::Muted, "Nothing was written.");
        out.push_str(&format!("\n{nothing}\n"));
        return out;
    }
    let team = sheet.whose.is_none();
    let mut header = vec!["time", "id", "what", "min", "activity", "title"];
    if team {
        header.insert(1, "agent");
    }
    let rows: Vec<Vec<PaintedText>> = sheet
        .entries
        .iter()
        .map(|one| row(one, team, sheet))
        .collect();
    let min = header
        .iter()
        .position(|name| *name == "min")
        .unwrap_or_default();
    let laid = table(&header, &rows, &[min], header.len() - 1, paint);
    let mut lines = laid.lines();
    let head = lines.next().unwrap_or_default();
    out.push_str(&format!("\n{head}\n"));
    let days = sheet.days();
    for (at, (day, entries)) in days.iter().enumerate() {
        if days.len() > 1 {
            let gap = if at == 0 { "" } else { "\n" };
            let name = day.format("%A %-d %B %Y").to_string();
            let sum = sum(entries);
            out.push_str(&format!(
                "{gap}{}  {}\n",
                paint.role(Role::Title, &name),
                paint.role(Role::Muted, &sum)
            ));
        }
        for one in lines.by_ref().take(entries.len()) {
            out.push_str(one);
            out.push('\n');
        }
    }
    let of = match days.len() {
        1 => String::new(),
        days => format!(" on {}", count(days, "day")),
    };
    let all = format!("in all {}{of}", sum(&sheet.entries));
    out.push_str(&format!("\n{}\n", paint.role(Role::Title, &all)));
    out
}

/// `1 h 5 min, 7 entries`.
fn sum(entries: &[SheetEntry]) -> String {
    let many = match entries.len() {
        1 => "1 entry".to_owned(),
        n => format!("{n} entries"),
    };
    match minutes(entries) {
        0 => format!("no minutes noted, {many}"),
        all => format!("{}, {many}", words::minutes(all)),
    }
}

/// The days of the period, the last one included.
fn span(sheet: &Timesheet) -> String {
    let zone = sheet.zone;
    let day = |at: Moment| at.in_zone(&zone).format("%Y-%m-%d").to_string();
    let last = Moment::from_millis(sheet.period.to.millis() - 1);
    let (first, last) = (day(sheet.period.from), day(last.unwrap_or(sheet.period.to)));
    if first == last {
        sheet
            .period
            .from
            .in_zone(&zone)
            .format("%A %-d %B %Y")
            .to_string()
    } else {
        format!("{first} to {last}")
    }
}

fn row(one: &SheetEntry, team: bool, sheet: &Timesheet) -> Vec<PaintedText> {
    let time = one.at.in_zone(&sheet.zone).format("%H:%M").to_string();
    let minutes = one.minutes.map(|minutes| minutes.to_string());
    let mut cells = vec![
        (Role::Muted, time),
        (Role::Id, one.ticket.to_string()),
        (Role::Plain, line(one.kind.as_str())),
        (Role::Plain, minutes.unwrap_or_default()),
        (
            Role::Plain,
            line(one.activity.as_deref().unwrap_or_default()),
        ),
        (Role::Plain, line(&one.title)),
    ];
    if team {
        cells.insert(1, (Role::Person, line(one.by.as_str())));
    }
    cells
}

/// `{"format": 1, "log": [{at, by, ticket, title, kind, tag, minutes, activity}], "days": [{day,
/// minutes, entries}], "problems": […]}`.
pub fn json(sheet: &Timesheet) -> String {
    let entry = |one: &SheetEntry| {
        json!({
            "at": one.at.to_string(),
            "by": one.by.as_str(),
            "ticket": one.ticket.as_str(),
            "title": one.title,
            "kind": one.kind,
            "tag": one.tag,
            "minutes": one.minutes,
            "activity": one.activity,
        })
    };
    let days = sheet.days().into_iter().map(|(day, entries)| -> Json {
        json!({
            "day": day.to_string(),
            "minutes": minutes(entries),
            "entries": entries.len(),
        })
    });
    json::pages(
        vec![
            ("log", sheet.entries.iter().map(entry).collect()),
            ("days", days.collect()),
        ],
        &sheet.problems,
    )
}

/// The entries as CSV, one a line: `day,time,agent,ticket,kind,minutes,activity,title`.
pub fn csv(sheet: &Timesheet) -> String {
    let head = [
        "day", "time", "agent", "ticket", "kind", "minutes", "activity", "title",
    ];
    let mut rows = vec![head.map(str::to_owned)];
    for one in &sheet.entries {
        let local = one.at.in_zone(&sheet.zone);
        rows.push([
            local.format("%Y-%m-%d").to_string(),
            local.format("%H:%M").to_string(),
            one.by.to_string(),
            one.ticket.to_string(),
            defused(one.kind.as_str()),
            one.minutes
                .map_or_else(String::new, |minutes| minutes.to_string()),
            defused(one.activity.as_deref().unwrap_or_default()),
            defused(&one.title),
        ]);
    }
    written(rows.iter().map(|row| row.iter()))
}
