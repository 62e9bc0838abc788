//! `desk.toml`, read. What a desk leaves out is as in the starter.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use chrono_tz::Tz;

use super::problem::{Problem, nearest};
use super::table::{Section, Source};
use crate::model::calendar::{Calendar, Window, minute_of_day, weekday};
use crate::model::field::{Field, is_field_name};
use crate::model::person::{DESK, Handle};
use crate::model::settings::{Agent, CompanyField, Git, Intake, Policy, Priority, Queue, Settings};
use crate::model::status::{Channel, TicketType};

/// The settings that `desk init` writes.
pub const STARTER: &str = include_str!("../../starter/desk.toml");

/// The file's name.
pub const FILE: &str = "desk.toml";

/// The channel of a word in settings.
fn known_channel(word: &str) -> Channel {
    Channel::read(word)
}

/// Reads settings. Any problem makes them invalid: nothing runs on half-understood rules.
pub fn read(text: &str) -> Result<Settings, Vec<Problem>> {
    let source = Source::new(FILE, text, 0);
    let table = source.parse(text).map_err(|problem| {
        vec![Problem {
            hint: Some("settings are TOML: see the comments of a new desk.toml".into()),
            ..*problem
        }]
    })?;
    let top = Section::top(&source, &table);
    let settings = sections(&top);
    check(&top, &settings);
    top.close();
    drop(top);
    let problems = source.finish();
    if problems.is_empty() {
        Ok(settings)
    } else {
        Err(problems)
    }
}

fn sections(top: &Section<'_, '_>) -> Settings {
    if let Some(format) = top.number("format")
        && format != 1
    {
        top.wrong_with(
            "format",
            format!("this version reads format 1, not {format}"),
            "update desk",
        );
    }
    let zone = top.read::<Tz>("timezone").unwrap_or(chrono_tz::UTC);
    let name = top.text("name").unwrap_or_else(|| "Help desk".to_owned());
    let git = top.section("git");
    let git = Git {
        commit: git
            .as_ref()
            .and_then(|git| git.one_of("commit", &["each", "never"]))
            .is_none_or(|word| word == "each"),
        sign: git
            .as_ref()
            .and_then(|git| git.bool("sign"))
            .unwrap_or(false),
        hooks: {
            let hooks = git
                .as_ref()
                .and_then(|git| git.bool("hooks"))
                .unwrap_or(false);
            if let Some(git) = &git {
                git.close();
            }
            hooks
        },
    };
    let mut settings = Settings {
        name,
        zone,
        git,
        intake: intake(top),
        policy: policy(top),
        priorities: top.array("priority").iter().filter_map(priority).collect(),
        impacts: top.texts("impacts").unwrap_or_default(),
        urgencies: top.texts("urgencies").unwrap_or_default(),
        matrix: matrix(top),
        areas: areas(top),
        queues: queues(top),
        agents: agents(top),
        calendars: calendars(top, zone),
        fields: fields(top),
    };
    imported(top, &mut settings);
    settings
}

fn intake(top: &Section<'_, '_>) -> Intake {
    let section = top.section("intake");
    let text = |key: &str, or: &str| {
        section
            .as_ref()
            .and_then(|section| section.text(key))
            .unwrap_or_else(|| or.to_owned())
    };
    let kind = section
        .as_ref()
        .and_then(|section| section.one_of("type", TicketType::WORDS));
    let channel = section
        .as_ref()
        .and_then(|section| section.one_of("channel", Channel::WORDS));
    let intake = Intake {
        kind: kind.unwrap_or_else(|| "action".to_owned()),
        channel: channel.map_or(Channel::Phone, |word| known_channel(&word)),
        queue: text("queue", ""),
        impact: text("impact", ""),
        urgency: text("urgency", ""),
    };
    if let Some(section) = &section {
        section.close();
    }
    intake
}

fn policy(top: &Section<'_, '_>) -> Policy {
    use crate::model::calendar::Duration;
    let section = top.section("policy");
    let section = section.as_ref();
    let policy = Policy {
        reopen_within: section
            .and_then(|section| section.read("reopen_within"))
            .unwrap_or(Duration::Days(5)),
        close_after: section
            .and_then(|section| section.read("close_after"))
            .unwrap_or(Duration::Days(3)),
        calendar: section
            .and_then(|section| section.text("calendar"))
            .unwrap_or_else(|| "office".to_owned()),
        resolve_complete: section
            .and_then(|section| section.bool("resolve_complete"))
            .unwrap_or(false),
        resolve_requires: section
            .and_then(|section| section.texts("resolve_requires"))
            .unwrap_or_default(),
        managers_only: section
            .and_then(|section| section.texts("managers_only"))
            .unwrap_or_default(),
    };
    if let Some(section) = section {
        section.close();
    }
    policy
}

fn priority(section: &Section<'_, '_>) -> Option<Priority> {
    let name = section.need("name")?;
    let title = section.text("title").unwrap_or_else(|| name.clone());
    section.close();
    Some(Priority { name, title })
}

fn matrix(top: &Section<'_, '_>) -> BTreeMap<String, BTreeMap<String, String>> {
    let Some(section) = top.section("matrix") else {
        return BTreeMap::new();
    };
    let row = |(impact, row): (String, Section<'_, '_>)| {
        let keys: Vec<String> = row.entries().map(|(key, ..)| key.to_owned()).collect();
        let cells = keys
            .iter()
            .filter_map(|key| Some((key.clone(), row.text(key)?)))
            .collect();
        (impact, cells)
    };
    section.sections().into_iter().map(row).collect()
}

fn areas(top: &Section<'_, '_>) -> BTreeMap<String, String> {
    let Some(section) = top.section("area") else {
        return BTreeMap::new();
    };
    let area = |(name, area): (String, Section<'_, '_>)| {
        let title = area.text("title").unwrap_or_else(|| name.clone());
        area.close();
        (name, title)
    };
    section.sections().into_iter().map(area).collect()
}

fn queues(top: &Section<'_, '_>) -> BTreeMap<String, Queue> {
    let Some(section) = top.section("queue") else {
        return BTreeMap::new();
    };
    let queue = |(name, queue): (String, Section<'_, '_>)| {
        let tier = queue.number("tier").unwrap_or(1);
        if !(1..=3).contains(&tier) {
            queue.wrong("tier", format!("a tier is 1, 2 or 3, not {tier}"));
        }
        let value = Queue {
            title: queue.text("title").unwrap_or_else(|| name.clone()),
            area: queue.need("area").unwrap_or_default(),
            tier: u8::try_from(tier).unwrap_or(1),
            retired: queue.bool("retired").unwrap_or(false),
            imported: None,
            name: name.clone(),
        };
        queue.close();
        (name, value)
    };
    section.sections().into_iter().map(queue).collect()
}

fn agents(top: &Section<'_, '_>) -> BTreeMap<String, Agent> {
    let Some(section) = top.section("agent") else {
        return BTreeMap::new();
    };
    let agent = |(name, agent): (String, Section<'_, '_>)| {
        let handle = match name.parse::<Handle>() {
            Ok(handle) if name == DESK => {
                section.wrong(&name, "`desk` is the program itself");
                let _ = handle;
                return None;
            }
            Ok(handle) => handle,
            Err(error) => {
                section.wrong(&name, error.to_string());
                return None;
            }
        };
        let value = Agent {
            name: agent.text("name").unwrap_or_else(|| name.clone()),
            email: agent.text("email").unwrap_or_default(),
            manager: agent
                .one_of("role", &["agent", "manager"])
                .is_some_and(|role| role == "manager"),
            queues: agent.texts("queues").unwrap_or_default(),
            retired: agent.bool("retired").unwrap_or(false),
            imported: None,
            handle,
        };
        agent.close();
        Some((name, value))
    };
    section.sections().into_iter().filter_map(agent).collect()
}

fn calendars(top: &Section<'_, '_>, zone: Tz) -> BTreeMap<String, Calendar> {
    let mut all = BTreeMap::from([("always".to_owned(), Calendar::always(zone))]);
    let Some(section) = top.section("calendar") else {
        return all;
    };
    for (name, section) in section.sections() {
        if name == "always" {
            section.wrong("", "`always` is built in");
            continue;
        }
        let mut calendar = Calendar::always(section.read::<Tz>("timezone").unwrap_or(zone));
        calendar.week = std::array::from_fn(|_| Vec::new());
        if let Some(week) = section.section("week") {
            for key in week
                .entries()
                .map(|(key, ..)| key.to_owned())
                .collect::<Vec<_>>()
            {
                let windows = windows(&week, &key);
                let days = days(&key);
                if days.is_empty() {
                    week.wrong_with(
                        &key,
                        format!("`{key}` is no day of the week"),
                        "write `mon`, or a range `mon-fri`",
                    );
                }
                for day in days {
                    calendar.week[day].clone_from(&windows);
                }
            }
        }
        for day in section.texts("holidays").unwrap_or_default() {
            let yearly = day
                .split_once('-')
                .and_then(|(month, day)| Some((month.parse().ok()?, day.parse().ok()?)));
            match (day.parse::<NaiveDate>(), yearly) {
                (Ok(date), _) => {
                    calendar.holidays.insert(date);
                }
                (_, Some((month, date)))
                    if NaiveDate::from_ymd_opt(2024, month, date).is_some() =>
                {
                    calendar.yearly.insert((month, date));
                }
                _ => section.wrong_with(
                    "holidays",
                    format!("`{day}` is no day"),
                    "write `2026-12-24`, or `12-24` for every year",
                ),
            }
        }
        if let Some(own) = section.section("exceptions") {
            for key in own
                .entries()
                .map(|(key, ..)| key.to_owned())
                .collect::<Vec<_>>()
            {
                match key.parse::<NaiveDate>() {
                    Ok(day) => {
                        calendar.exceptions.insert(day, windows(&own, &key));
                    }
                    Err(_) => own.wrong(&key, format!("`{key}` is no date")),
                }
            }
        }
        section.close();
        all.insert(name, calendar);
    }
    all
}

fn days(key: &str) -> Vec<usize> {
    let number = |text: &str| weekday(text.trim()).map(|day| day.num_days_from_monday() as usize);
    match key.split_once('-') {
        Some((from, to)) => match (number(from), number(to)) {
            (Some(from), Some(to)) if from <= to => (from..=to).collect(),
            _ => Vec::new(),
        },
        None => number(key).into_iter().collect(),
    }
}

fn windows(section: &Section<'_, '_>, key: &str) -> Vec<Window> {
    let mut all: Vec<Window> = Vec::new();
    for text in section.texts(key).unwrap_or_default() {
        let ends = text
            .split_once('-')
            .map(|(from, to)| (minute_of_day(from.trim()), minute_of_day(to.trim())));
        match ends {
            Some((Some(from), Some(to))) if from < to => {
                if all.last().is_some_and(|(_, end)| *end > from) {
                    section.wrong(
                        key,
                        format!("`{text}` begins before the window before it ends"),
                    );
                }
                all.push((from, to));
            }
            Some((Some(_), Some(_))) => section.wrong_with(
                key,
                format!("the window `{text}` ends before it starts"),
                "a window over midnight is two: `22:00-24:00` and, on the next day, `00:00-06:00`",
            ),
            _ => section.wrong_with(key, format!("`{text}` is no window"), "write `09:00-17:00`"),
        }
    }
    all
}

fn fields(top: &Section<'_, '_>) -> BTreeMap<String, CompanyField> {
    let Some(section) = top.section("fields") else {
        return BTreeMap::new();
    };
    let field = |(name, field): (String, Section<'_, '_>)| {
        if !is_field_name(&name) {
            section.wrong(
                &name,
                format!("`{name}`: a field's name is lower-case letters, digits, `_` and `-`"),
            );
        }
        let value = CompanyField {
            title: field.text("title").unwrap_or_else(|| name.clone()),
            values: field.texts("values").unwrap_or_default(),
        };
        field.close();
        (name, value)
    };
    section.sections().into_iter().map(field).collect()
}

/// `[imported.<source>]`: people and queues that an import met, one line each. All are retired:
/// an `[agent.<handle>]` or `[queue.<name>]` of one's own puts them to work.
fn imported(top: &Section<'_, '_>, settings: &mut Settings) {
    let Some(section) = top.section("imported") else {
        return;
    };
    for (source, section) in section.sections() {
        if let Some(agents) = section.section("agents") {
            for key in agents
                .entries()
                .map(|(key, ..)| key.to_owned())
                .collect::<Vec<_>>()
            {
                let Some(name) = agents.text(&key) else {
                    continue;
                };
                let Ok(handle) = key.parse::<Handle>() else {
                    agents.wrong(&key, format!("`{key}` is not a handle"));
                    continue;
                };
                settings.agents.entry(key).or_insert_with(|| Agent {
                    handle,
                    name,
                    email: String::new(),
                    manager: false,
                    queues: Vec::new(),
                    retired: true,
                    imported: Some(source.clone()),
                });
            }
        }
        if let Some(queues) = section.section("queues") {
            for key in queues
                .entries()
                .map(|(key, ..)| key.to_owned())
                .collect::<Vec<_>>()
            {
                let Some(title) = queues.text(&key) else {
                    continue;
                };
                settings.queues.entry(key.clone()).or_insert_with(|| Queue {
                    name: key,
                    title,
                    area: source.clone(),
                    tier: 0,
                    retired: true,
                    imported: Some(source.clone()),
                });
            }
        }
        section.close();
    }
}

/// What must agree across the file.
fn check(top: &Section<'_, '_>, settings: &Settings) {
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
        |section: &Section<'_, '_>, key: &str, what: &str, given: &str, known: Vec<&str>| {
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
        for path in &settings.policy.resolve_requires {
            if path.parse::<Field>().is_err() {
                policy.wrong("resolve_requires", format!("there is no field `{path}`"));
            }
        }
    }
}
