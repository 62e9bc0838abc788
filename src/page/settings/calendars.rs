//! `[calendar.<name>]`: open time by day of the week, in a zone.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use chrono_tz::Tz;

use crate::model::calendar::{Calendar, Window, minute_of_day, weekday};
use crate::model::clocks::ALWAYS;
use crate::page::problem::{Problem, did_you_mean};
use crate::page::toml_reader::{TomlSection, TomlSource};

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// The zone of `timezone`; an unknown one gets the nearest.
pub(in crate::page::settings) fn zone(section: &TomlSection<'_, '_>) -> Option<Tz> {
    let text = section.text("timezone")?;
    if let Ok(zone) = text.parse() {
        return Some(zone);
    }
    let known = chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name());
    let hint = did_you_mean(&text, known).unwrap_or_else(|| {
        "zones are named like `Europe/Warsaw`, as in the IANA data base".to_owned()
    });
    section.wrong_with("timezone", format!("there is no time zone `{text}`"), hint);
    None
}

pub(in crate::page::settings) fn calendars(
    top: &TomlSection<'_, '_>,
    zone: Tz,
) -> BTreeMap<String, Calendar> {
    let mut all = BTreeMap::from([(ALWAYS.to_owned(), Calendar::always(zone))]);
    let Some(section) = top.section("calendar") else {
        return all;
    };
    for (name, section) in section.sections() {
        if name == ALWAYS {
            section.wrong("", "`always` is built in");
            continue;
        }
        let mut calendar = Calendar::always(self::zone(&section).unwrap_or(zone));
        calendar.week = section
            .section("week")
            .map(|week| hours(&week))
            .unwrap_or_default();
        holidays(&section, &mut calendar);
        if let Some(own) = section.section("exceptions") {
            exceptions(&own, &mut calendar);
        }
        section.close();
        all.insert(name, calendar);
    }
    all
}

/// `[calendar.<name>.week]`: the hours of each day.
fn hours(week: &TomlSection<'_, '_>) -> [Vec<Window>; 7] {
    let mut hours: [Vec<Window>; 7] = Default::default();
    for (key, ..) in week.entries() {
        let windows = windows(week, key);
        let days = days(key);
        if days.is_empty() {
            week.wrong_with(
                key,
                format!("`{key}` is no day of the week"),
                "write `mon`, or a range `mon-fri`",
            );
        }
        for day in days {
            if !hours[day].is_empty() {
                let name = DAYS[day];
                week.wrong_with(
                    key,
                    format!("`{key}` says the hours of `{name}` a second time"),
                    "name each day once: `mon-thu` and `fri`",
                );
            }
            hours[day].clone_from(&windows);
        }
    }
    hours
}

/// `holidays`: dates, and days of every year.
fn holidays(section: &TomlSection<'_, '_>, calendar: &mut Calendar) {
    for day in section.texts("holidays").unwrap_or_default() {
        let yearly = day
            .split_once('-')
            .and_then(|(month, day)| Some((month.parse().ok()?, day.parse().ok()?)));
        match (day.parse::<NaiveDate>(), yearly) {
            (Ok(date), _) => {
                calendar.holidays.insert(date);
            }
            (_, Some((month, date))) if NaiveDate::from_ymd_opt(2024, month, date).is_some() => {
                calendar.yearly.insert((month, date));
            }
            _ => section.wrong_with(
                "holidays",
                format!("`{day}` is no day"),
                "write `2026-12-24`, or `12-24` for every year",
            ),
        }
    }
}

/// `[calendar.<name>.exceptions]`: the hours of single dates.
fn exceptions(section: &TomlSection<'_, '_>, calendar: &mut Calendar) {
    for (key, ..) in section.entries() {
        match key.parse::<NaiveDate>() {
            Ok(day) => {
                calendar.exceptions.insert(day, windows(section, key));
            }
            Err(_) => section.wrong(key, format!("`{key}` is no date")),
        }
    }
}

/// Windows that end a minute before midnight, which nobody means: clocks would stand still for that
/// minute of each day.
pub fn short_days(text: &str) -> Vec<Problem> {
    let source = TomlSource::new(crate::page::settings::FILE, text, 0);
    let Ok(table) = source.parse(text) else {
        return Vec::new();
    };
    let top = TomlSection::top(&source, &table);
    let calendars = top.section("calendar").map(|section| section.sections());
    for (_, calendar) in calendars.into_iter().flatten() {
        for part in ["week", "exceptions"] {
            let Some(part) = calendar.section(part) else {
                continue;
            };
            let keys: Vec<&str> = part.entries().map(|(key, ..)| key).collect();
            for (window, span) in keys.into_iter().flat_map(|key| part.places(key)) {
                let end = window.split_once('-').map(|(_, end)| end.trim());
                if end == Some("23:59") {
                    let message = format!("the window `{window}` leaves out the day's last minute");
                    part.wrong_at(span, message, Some("a day ends at `24:00`"));
                }
            }
        }
    }
    drop(top);
    source.finish()
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

fn windows(section: &TomlSection<'_, '_>, key: &str) -> Vec<Window> {
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
