//! What must agree across `desk.toml`.

use crate::model::absence::Roster;
use crate::model::field::{Field, Key};
use crate::model::settings::Settings;
use crate::page::problem::{did_you_mean, instead};
use crate::page::toml_reader::TomlSection;

/// What must agree across the file.
pub(in crate::page::settings) fn check(top: &TomlSection<'_, '_>, settings: &Settings) {
    for (key, hint) in [
        ("priority", "add at least one `[[priority]]`"),
        ("impacts", "name the impacts, the widest first"),
        ("urgencies", "name the urgencies, the most pressing first"),
        ("queue", "add at least one `[queue.<name>]`"),
        (
            "intake",
            "say what an intake takes for granted: `queue`, `impact`, `urgency`",
        ),
        (
            "matrix",
            "say which priority follows from impact and urgency",
        ),
    ] {
        if !top.has(key) {
            top.wrong_with(key, format!("`{key}` is missing"), hint.to_owned());
        }
    }
    for (name, part) in [
        ("intake", intake as fn(&TomlSection<'_, '_>, &Settings)),
        ("matrix", matrix),
        ("queue", areas_of_queues),
        ("agent", queues_of_agents),
        ("policy", policy),
    ] {
        if let Some(section) = top.section(name) {
            part(&section, settings);
        }
    }
    crate::page::settings::clocks::check(top, settings);
    crate::page::settings::routing::check(top, settings);
    crate::page::settings::views::check(top, settings);
    crate::page::settings::reports::check(top, settings);
    crate::page::settings::recurring::check(top, settings);
    mailboxes(top, settings);
}

fn mailboxes(top: &TomlSection<'_, '_>, settings: &Settings) {
    let addresses = top.section("mail").and_then(|mail| mail.section("address"));
    for (_, mailbox) in addresses.iter().flat_map(TomlSection::sections) {
        let queue = mailbox.text("queue");
        let missing = queue.filter(|queue| !settings.queues.contains_key(queue));
        if let Some(queue) = missing {
            unknown(&mailbox, "queue", "queue", &queue, settings.queues.keys());
        }
    }
}

/// Notes a name that is not declared, with the nearest that is.
fn unknown<'a>(
    section: &TomlSection<'_, '_>,
    key: &str,
    what: &str,
    given: &str,
    known: impl Iterator<Item = &'a String>,
) {
    let hint = instead(given, &known.map(String::as_str).collect::<Vec<_>>());
    section.wrong_with(key, format!("there is no {what} `{given}`"), hint);
}

fn intake(section: &TomlSection<'_, '_>, settings: &Settings) {
    let given = &settings.intake;
    let queues: Vec<String> = settings.queues.keys().cloned().collect();
    for (key, given, known) in [
        ("queue", &given.queue, &queues),
        ("impact", &given.impact, &settings.impacts),
        ("urgency", &given.urgency, &settings.urgencies),
    ] {
        if given.is_empty() {
            section.wrong(key, format!("`intake.{key}` is missing"));
        } else if !known.contains(given) {
            unknown(section, key, key, given, known.iter());
        }
    }
    let queue = settings.queues.get(&given.queue);
    if queue.is_some_and(|queue| queue.retired) {
        section.wrong("queue", "the default queue is retired");
    }
}

fn matrix(section: &TomlSection<'_, '_>, settings: &Settings) {
    let priorities = settings.priorities.iter().map(|one| &one.name);
    for impact in &settings.impacts {
        let Some(row) = section.section(impact) else {
            section.wrong(
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
                Some(name) if !priorities.clone().any(|known| known == name) => {
                    unknown(&row, urgency, "priority", name, priorities.clone());
                }
                Some(_) => {}
            }
        }
    }
}

fn areas_of_queues(section: &TomlSection<'_, '_>, settings: &Settings) {
    for (name, queue) in section.sections() {
        if let Some(duty) = queue.section("duty") {
            named(
                &duty,
                settings.queues.get(&name).map(|queue| &queue.duty),
                settings,
            );
        }
        let area = settings.area(&name);
        if !settings.areas.is_empty() && !area.is_empty() && !settings.areas.contains_key(area) {
            unknown(&queue, "area", "area", area, settings.areas.keys());
        }
    }
}

fn queues_of_agents(section: &TomlSection<'_, '_>, settings: &Settings) {
    for (name, agent) in section.sections() {
        if let Some(away) = agent.section("away") {
            named(
                &away,
                settings.agents.get(&name).map(|agent| &agent.away),
                settings,
            );
        }
        let given = settings.agents.get(&name).map(|agent| &agent.queues);
        for queue in given.into_iter().flatten() {
            if !settings.queues.contains_key(queue) {
                unknown(&agent, "queues", "queue", queue, settings.queues.keys());
            }
        }
    }
}

/// Notes those of a roster who are no agents.
fn named(section: &TomlSection<'_, '_>, roster: Option<&Roster>, settings: &Settings) {
    for shift in roster.into_iter().flat_map(Roster::shifts) {
        if !shift.who.is_empty() && !settings.agents.contains_key(&shift.who) {
            let key = shift.days.to_string();
            unknown(section, &key, "agent", &shift.who, settings.agents.keys());
        }
    }
}

fn policy(section: &TomlSection<'_, '_>, settings: &Settings) {
    let calendar = &settings.policy.calendar;
    if !settings.calendars.contains_key(calendar) {
        let known = settings.calendars.keys();
        unknown(section, "calendar", "calendar", calendar, known);
    }
    for (path, span) in section.places("resolve_requires") {
        let hint = match path.parse::<Field>() {
            Ok(Field::Company(name)) if !settings.fields.contains_key(&name) => {
                Some(format!("declare it: `[fields.{name}]`"))
            }
            Ok(_) => continue,
            Err(_) => did_you_mean(path, Key::ALL.iter().map(|key| key.path())),
        };
        section.wrong_at(span, format!("there is no field `{path}`"), hint);
    }
}
