//! What must agree across `desk.toml`.

use crate::model::field::{Field, Key};
use crate::model::settings::Settings;
use crate::page::problem::nearest;
use crate::page::toml_reader::TomlSection;

/// What must agree across the file.
pub(in crate::page::settings) fn check(top: &TomlSection<'_, '_>, settings: &Settings) {
    let missing = |key: &str, what: &str| {
        if !top.has(key) {
            top.wrong_with(key, format!("`{key}` is missing"), what.to_owned());
        }
    };
    missing("priority", "add at least one `[[priority]]`");
    missing("impacts", "name the impacts, the widest first");
    missing("urgencies", "name the urgencies, the most pressing first");
    missing("queue", "add at least one `[queue.<name>]`");
    let unknown =
        |section: &TomlSection<'_, '_>, key: &str, what: &str, given: &str, known: Vec<&str>| {
            let message = format!("there is no {what} `{given}`");
            let hint = match nearest(given, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("there are: {}", known.join(", ")),
            };
            section.wrong_with(key, message, hint);
        };
    let queues = || {
        settings
            .queues
            .keys()
            .map(String::as_str)
            .collect::<Vec<_>>()
    };
    let priorities: Vec<&str> = settings
        .priorities
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    if let Some(intake) = top.section("intake") {
        for (key, what, given, known) in [
            ("queue", "queue", &settings.intake.queue, queues()),
            (
                "impact",
                "impact",
                &settings.intake.impact,
                settings.impacts.iter().map(String::as_str).collect(),
            ),
            (
                "urgency",
                "urgency",
                &settings.intake.urgency,
                settings.urgencies.iter().map(String::as_str).collect(),
            ),
        ] {
            if given.is_empty() {
                intake.wrong(key, format!("`intake.{key}` is missing"));
            } else if !known.contains(&given.as_str()) {
                unknown(&intake, key, what, given, known);
            }
        }
        if settings
            .queues
            .get(&settings.intake.queue)
            .is_some_and(|queue| queue.retired)
        {
            intake.wrong("queue", "the default queue is retired");
        }
    } else {
        missing(
            "intake",
            "say what an intake takes for granted: `queue`, `impact`, `urgency`",
        );
    }
    if let Some(matrix) = top.section("matrix") {
        for impact in &settings.impacts {
            let Some(row) = matrix.section(impact) else {
                matrix.wrong(
                    impact,
                    format!("the matrix has no row for impact `{impact}`"),
                );
                continue;
            };
            for urgency in &settings.urgencies {
                match settings.matrix.get(impact).and_then(|row| row.get(urgency)) {
                    None => row.wrong(
                        urgency,
                        format!("row `{impact}` has no urgency `{urgency}`"),
                    ),
                    Some(name) if !priorities.contains(&name.as_str()) => {
                        unknown(&row, urgency, "priority", name, priorities.clone());
                    }
                    Some(_) => {}
                }
            }
        }
    } else {
        missing(
            "matrix",
            "say which priority follows from impact and urgency",
        );
    }
    if let Some(section) = top.section("queue") {
        for (name, queue) in section.sections() {
            let area = settings.area(&name);
            if !settings.areas.is_empty() && !area.is_empty() && !settings.areas.contains_key(area)
            {
                unknown(
                    &queue,
                    "area",
                    "area",
                    area,
                    settings.areas.keys().map(String::as_str).collect(),
                );
            }
        }
    }
    if let Some(section) = top.section("agent") {
        for (name, agent) in section.sections() {
            for queue in settings
                .agents
                .get(&name)
                .map(|agent| agent.queues.clone())
                .unwrap_or_default()
            {
                if !settings.queues.contains_key(&queue) {
                    unknown(&agent, "queues", "queue", &queue, queues());
                }
            }
        }
    }
    if let Some(policy) = top.section("policy") {
        if !settings.calendars.contains_key(&settings.policy.calendar) {
            unknown(
                &policy,
                "calendar",
                "calendar",
                &settings.policy.calendar,
                settings.calendars.keys().map(String::as_str).collect(),
            );
        }
        for (path, span) in policy.places("resolve_requires") {
            let hint = match path.parse::<Field>() {
                Ok(Field::Company(name)) if !settings.fields.contains_key(&name) => {
                    Some(format!("declare it: `[fields.{name}]`"))
                }
                Ok(_) => continue,
                Err(_) => nearest(path, Key::ALL.iter().map(|key| key.path()))
                    .map(|near| format!("did you mean `{near}`?")),
            };
            policy.wrong_at(span, format!("there is no field `{path}`"), hint);
        }
    }
    crate::page::settings::clocks::check(top, settings);
    crate::page::settings::routing::check(top, settings);
    crate::page::settings::reports::check(top, settings);
}
