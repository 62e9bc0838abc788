//! `[targets]`, `[clocks]`, `[[escalation]]` and `[silence]`: what runs on a ticket, and what the
//! sweep does about it.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use crate::model::calendar::NonZeroDuration;
use crate::model::clocks::{
    ClockKind, Clocks, DayEnd, Does, EscalationRule, PriorityTargets, Silence, Target, Threshold,
};
use crate::model::settings::Settings;
use crate::model::status::{TicketType, Waiting};
use crate::page::problem::{Problem, instead};
use crate::page::settings::FILE;
use crate::page::toml_reader::{TomlSection, TomlSource};

/// Says that a clock has no target, where the priority has one.
const NONE: &str = "none";

pub(in crate::page::settings) fn clocks(top: &TomlSection<'_, '_>, settings: &Settings) -> Clocks {
    let mut clocks = Clocks::default();
    if let Some(section) = top.section("targets") {
        for (priority, section) in section.sections() {
            clocks.targets.insert(priority, row(&section));
        }
    }
    if let Some(section) = top.section("clocks") {
        running(&section, &mut clocks);
        section.close();
    }
    clocks.rules = top.array("escalation").iter().map(rule).collect();
    clocks.silence = top
        .section("silence")
        .and_then(|section| silence(&section, settings));
    clocks
}

fn row(section: &TomlSection<'_, '_>) -> PriorityTargets {
    let calendar = section.text("calendar");
    let any_hour = section
        .one_of("notices", &["open-hours", "any-hour"])
        .is_some_and(|word| word == "any-hour");
    let mut row = PriorityTargets {
        targets: BTreeMap::new(),
        by_type: BTreeMap::new(),
        calendar,
        any_hour,
    };
    let reported = Cell::new(false);
    for kind in ClockKind::TARGETED {
        if let Some(Some(target)) = target(section, kind, row.calendar.as_ref(), &reported, false) {
            row.targets.insert(kind, target);
        }
    }
    for word in TicketType::WORDS {
        if !section.has(word) {
            continue;
        }
        let Some(of) = section.section(word) else {
            continue;
        };
        let calendar = of.text("calendar").or_else(|| row.calendar.clone());
        let by = ClockKind::TARGETED.into_iter().filter_map(|kind| {
            let target = target(&of, kind, calendar.as_ref(), &reported, true)?;
            Some((kind, target))
        });
        row.by_type.insert(TicketType::read(word), by.collect());
        of.close();
    }
    section.close();
    row
}

/// A target: `"4h"` on the row's calendar, or `{ within = "4h", calendar = "always" }`. What is
/// wrong with it is noted; that a row names no calendar, once.
#[expect(
    clippy::option_option,
    reason = "nothing said is not the same as none wanted"
)]
fn target(
    section: &TomlSection<'_, '_>,
    kind: ClockKind,
    calendar: Option<&String>,
    reported: &Cell<bool>,
    may_lack: bool,
) -> Option<Option<Target>> {
    let key = kind.as_str();
    let value = section.get(key)?.get_ref();
    if may_lack && value.as_str() == Some(NONE) {
        return Some(None);
    }
    let (within, own) = if value.is_table() {
        let own = section.section(key)?;
        if !own.has("within") {
            let message = format!("`{}` says no time", section.path(key));
            section.wrong_with(key, message, FORM);
        }
        let read = (own.read::<NonZeroDuration>("within"), own.text("calendar"));
        own.close();
        read
    } else {
        (section.read::<NonZeroDuration>(key), None)
    };
    let within = within?;
    let Some(calendar) = own.or_else(|| calendar.cloned()) else {
        if !reported.replace(true) {
            section.wrong_with(
                key,
                format!("the target `{}` is on no calendar", section.path(key)),
                "name the calendar of the priority's targets: calendar = \"office\"",
            );
        }
        return None;
    };
    Some(Some(Target { within, calendar }))
}

/// How a target is written.
const FORM: &str = "write `4h`, or `{ within = \"4h\", calendar = \"always\" }`";

fn running(section: &TomlSection<'_, '_>, clocks: &mut Clocks) {
    if let Some(word) = section.one_of("days_end", &["closing", "same-time"]) {
        clocks.day_end = if word == "closing" {
            DayEnd::Closing
        } else {
            DayEnd::SameTime
        };
    }
    if let Some(again) = section.bool("restart_on_conversion") {
        clocks.restart_on_conversion = again;
    }
    if let Some(pauses) = section.section("pauses") {
        for kind in ClockKind::TARGETED {
            if let Some(words) = pauses.texts(kind.as_str()) {
                let known = words.iter().filter(|word| {
                    let known = Waiting::WORDS.contains(&word.as_str());
                    if !known {
                        let hint = format!("there are: {}", Waiting::WORDS.join(", "));
                        let message = format!("no ticket waits for `{word}`");
                        pauses.wrong_with(kind.as_str(), message, hint);
                    }
                    known
                });
                let waits = known.map(|word| Waiting::read(word)).collect();
                clocks.pauses.insert(kind, waits);
            }
        }
        pauses.close();
    }
    if let Some(remind) = section.section("remind") {
        for kind in ClockKind::ALL {
            let Some(points) = remind.texts(kind.as_str()) else {
                continue;
            };
            let mut all = Vec::new();
            for point in points {
                match point.parse::<Threshold>() {
                    Ok(point) => all.push(point),
                    Err(error) => remind.wrong(kind.as_str(), error.to_string()),
                }
            }
            clocks.thresholds.insert(kind, all);
        }
        remind.close();
    }
}

fn rule(section: &TomlSection<'_, '_>) -> EscalationRule {
    let clock = if section.has("clock") {
        section
            .one_of("clock", &ClockKind::WORDS)
            .and_then(|word| ClockKind::read(&word))
    } else {
        section.wrong_with(
            "clock",
            "`escalation.clock` is missing",
            format!("the clock that it watches: {}", ClockKind::WORDS.join(", ")),
        );
        None
    };
    let at = if section.has("at") {
        section.read::<Threshold>("at")
    } else {
        Some(Threshold::Percent(100))
    };
    let (queue, area) = (section.text("to"), section.text("area"));
    let management = section.bool("hierarchic").unwrap_or(false);
    let does = match (queue, area, management) {
        (None, None, false) => Does::Up,
        (Some(queue), None, false) => Does::Queue(queue),
        (None, Some(area), false) => Does::Area(area),
        (None, None, true) => Does::Management,
        _ => {
            section.wrong_with(
                "clock",
                "an escalation goes one way",
                "keep one of `to`, `area` and `hierarchic`; none of them is the next tier",
            );
            Does::Up
        }
    };
    let types = section.texts("types").unwrap_or_default();
    for word in &types {
        if !TicketType::WORDS.contains(&word.as_str()) {
            unknown(section, "types", "type", word, TicketType::WORDS);
        }
    }
    let rule = EscalationRule {
        clock: clock.unwrap_or(ClockKind::Resolution),
        at: at.unwrap_or(Threshold::Percent(100)),
        priorities: section.texts("priorities").unwrap_or_default(),
        queues: section.texts("queues").unwrap_or_default(),
        types: types.iter().map(|word| TicketType::read(word)).collect(),
        does,
    };
    section.close();
    rule
}

fn silence(section: &TomlSection<'_, '_>, settings: &Settings) -> Option<Silence> {
    let calendar = section.text("calendar");
    let reminders = section.number("reminders").unwrap_or(2);
    let then = section.one_of("then", &["resolve", "wait"]);
    let every = section.read::<NonZeroDuration>("every");
    if !section.has("every") {
        section.wrong_with(
            "every",
            "`silence.every` is missing",
            "how long a requester may be silent: \"3bd\"",
        );
    }
    let reminders = u32::try_from(reminders).ok().filter(|n| *n <= 20);
    if reminders.is_none() {
        section.wrong("reminders", "`silence.reminders` is a number from 0 to 20");
    }
    section.close();
    Some(Silence {
        every: every?,
        calendar: calendar.unwrap_or_else(|| settings.policy.calendar.clone()),
        reminders: reminders?,
        resolve: then.is_some_and(|word| word == "resolve"),
    })
}

fn unknown(section: &TomlSection<'_, '_>, key: &str, what: &str, given: &str, known: &[&str]) {
    let hint = instead(given, known);
    section.wrong_with(key, format!("there is no {what} `{given}`"), hint);
}

/// What the clocks name must be there.
pub(in crate::page::settings) fn check(top: &TomlSection<'_, '_>, settings: &Settings) {
    never_open(top, settings);
    if let Some(section) = top.section("targets") {
        for (priority, of) in section.sections() {
            check_priority(&section, &priority, &priority, settings);
            check_targets(&of, settings);
        }
    }
    for (section, rule) in top.array("escalation").iter().zip(&settings.clocks.rules) {
        check_rule(section, rule, settings);
    }
    if let (Some(section), Some(silence)) = (top.section("silence"), &settings.clocks.silence) {
        check_calendar(&section, &silence.calendar, settings);
    }
}

fn check_calendar(section: &TomlSection<'_, '_>, name: &str, settings: &Settings) {
    if !settings.calendars.contains_key(name) {
        let known: Vec<&str> = settings.calendars.keys().map(String::as_str).collect();
        unknown(section, "calendar", "calendar", name, &known);
    }
}

fn check_priority(section: &TomlSection<'_, '_>, key: &str, name: &str, settings: &Settings) {
    let known = settings.priorities.iter().map(|one| one.name.as_str());
    let known: Vec<&str> = known.collect();
    if !known.contains(&name) {
        unknown(section, key, "priority", name, &known);
    }
}

fn check_queue(section: &TomlSection<'_, '_>, key: &str, name: &str, settings: &Settings) {
    if !settings.queues.contains_key(name) {
        let known: Vec<&str> = settings.queues.keys().map(String::as_str).collect();
        unknown(section, key, "queue", name, &known);
    }
}

/// The calendars of a priority's targets, of each of them, and of those of a type.
fn check_targets(of: &TomlSection<'_, '_>, settings: &Settings) {
    let calendar = |section: &TomlSection<'_, '_>| {
        if let Some(name) = section.text("calendar") {
            check_calendar(section, &name, settings);
        }
    };
    calendar(of);
    let types = TicketType::WORDS.iter().filter(|word| of.has(word));
    let parts: Vec<TomlSection<'_, '_>> = types.filter_map(|word| of.section(word)).collect();
    for part in std::iter::once(of).chain(&parts) {
        for kind in ClockKind::TARGETED {
            let table = part
                .get(kind.as_str())
                .is_some_and(|one| one.get_ref().is_table());
            let own = table.then(|| part.section(kind.as_str())).flatten();
            own.iter().for_each(calendar);
        }
    }
    parts.iter().for_each(calendar);
}

fn check_rule(section: &TomlSection<'_, '_>, rule: &EscalationRule, settings: &Settings) {
    for name in &rule.priorities {
        check_priority(section, "priorities", name, settings);
    }
    for name in &rule.queues {
        check_queue(section, "queues", name, settings);
    }
    match &rule.does {
        Does::Queue(name) => {
            check_queue(section, "to", name, settings);
            if settings.queues.get(name).is_some_and(|queue| queue.retired) {
                section.wrong("to", format!("queue `{name}` is retired"));
            }
        }
        Does::Area(name) if !settings.areas.contains_key(name) => {
            let areas: Vec<&str> = settings.areas.keys().map(String::as_str).collect();
            unknown(section, "area", "area", name, &areas);
        }
        Does::Area(name) if !settings.active_queues().any(|queue| queue.area == *name) => {
            section.wrong("area", format!("there is no queue in area `{name}`"));
        }
        _ => {}
    }
}

/// Refuses a calendar that never opens, and that a target, the silence or the house's terms are on.
fn never_open(top: &TomlSection<'_, '_>, settings: &Settings) {
    let rows = settings.clocks.targets.values();
    let targets = rows.flat_map(|row| {
        let by_type = row.by_type.values().flat_map(BTreeMap::values).flatten();
        row.targets.values().chain(by_type)
    });
    let silence = settings.clocks.silence.as_ref();
    let named: BTreeSet<&str> = targets
        .map(|target| target.calendar.as_str())
        .chain(silence.map(|silence| silence.calendar.as_str()))
        .chain([settings.policy.calendar.as_str()])
        .collect();
    let Some(section) = top.section("calendar") else {
        return;
    };
    for name in named {
        let Some(calendar) = settings.calendars.get(name) else {
            continue;
        };
        let closed = calendar.week.iter().all(Vec::is_empty)
            && calendar.exceptions.values().all(Vec::is_empty);
        if !closed || !section.has(name) {
            continue;
        }
        let Some(own) = section.section(name) else {
            continue;
        };
        // Windows that could not be read have been told of.
        let week = own.section("week");
        let said = week.is_some_and(|week| {
            let keys: Vec<&str> = week.entries().map(|(key, ..)| key).collect();
            keys.iter().any(|key| !week.places(key).is_empty())
        });
        if !said {
            own.wrong_with(
                "week",
                format!("the calendar `{name}` never opens, and nothing counted on it is ever due"),
                format!("give it hours: [calendar.{name}.week]"),
            );
        }
    }
}

/// A complaint about the escalation rule at this place.
pub fn bad_rule(text: &str, at: usize, message: &str, hint: &str) -> Problem {
    let source = TomlSource::new(FILE, text, 0);
    if let Ok(table) = source.parse(text) {
        let top = TomlSection::top(&source, &table);
        if let Some(section) = top.array("escalation").get(at) {
            section.wrong_with("", message, hint);
        }
    }
    let found = source.finish().into_iter().next();
    found.unwrap_or_else(|| Problem::whole(FILE, message).hint(hint))
}
