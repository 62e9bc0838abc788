//! Absences on the screen.

use serde_json::json;

use crate::model::settings::Settings;
use crate::ops::data::away::{Away, PlannedAbsence};
use crate::view::json;
use crate::view::paint::{Paint, PaintedText, Role};
use crate::view::sanitize::line;
use crate::view::table::table;

/// Who stands in, in words.
fn deputy(handle: &str, settings: &Settings) -> String {
    if handle.is_empty() {
        return "the queue's team".to_owned();
    }
    line(settings.agent_name(handle))
}

/// Absences that go on or are to come.
pub fn list(all: &[PlannedAbsence], settings: &Settings, paint: &Paint) -> String {
    let row = |one: &PlannedAbsence| -> Vec<PaintedText> {
        vec![
            (Role::Plain, one.days.first.to_string()),
            (Role::Plain, one.days.last.to_string()),
            (Role::Person, line(settings.agent_name(one.agent.as_str()))),
            (Role::Person, deputy(&one.deputy, settings)),
        ]
    };
    let rows: Vec<Vec<PaintedText>> = all.iter().map(row).collect();
    table(&["from", "to", "away", "stands in"], &rows, &[], 3, paint)
}

/// Absences for scripts.
pub fn json(all: &[PlannedAbsence]) -> String {
    let one = |one: &PlannedAbsence| {
        json!({
            "agent": one.agent.as_str(),
            "first": one.days.first.to_string(),
            "last": one.days.last.to_string(),
            "deputy": one.deputy,
        })
    };
    json::page("absences", all.iter().map(one).collect(), &[])
}

/// What was written.
pub fn written(away: &Away, dry_run: bool, settings: &Settings, paint: &Paint) -> String {
    let who = paint.role(
        Role::Person,
        &line(settings.agent_name(away.agent.as_str())),
    );
    let would = if dry_run { "would be " } else { "" };
    if away.removed {
        return format!("{who}  {would}back: {} is taken out\n", away.days);
    }
    let handle = away.deputy.as_ref().map_or("", |deputy| deputy.as_str());
    let deputy = paint.role(Role::Person, &deputy(handle, settings));
    format!("{who}  {would}away {}; {deputy} stands in\n", away.days)
}

/// What was written, for scripts.
pub fn written_json(away: &Away) -> String {
    let one = json!({
        "agent": away.agent.as_str(),
        "first": away.days.first.to_string(),
        "last": away.days.last.to_string(),
        "deputy": away.deputy.as_ref().map_or("", |deputy| deputy.as_str()),
        "removed": away.removed,
    });
    json::page("absences", vec![one], &[])
}
