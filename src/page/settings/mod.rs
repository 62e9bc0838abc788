//! `desk.toml`, read. What a desk leaves out is as in the starter.

pub mod absence;
mod calendars;
mod check;
pub mod clocks;
pub(in crate::page) mod forms;
mod mail;
pub mod recurring;
pub mod reports;
mod retention;
pub mod routing;
pub mod sample;
mod team;
mod time;
pub mod views;

use std::collections::BTreeMap;

use crate::model::clocks::Clocks;
use crate::model::command::{GROUPS, RestrictedCommand, WRITERS};
use crate::model::field::is_field_name;
use crate::model::settings::{
    Attachments, CompanyField, Git, Intake, PeopleReports, Policy, Priority, Settings,
};
use crate::model::size::Size;
use crate::model::status::{Channel, TicketType};
use crate::page::article::is_language;
use crate::page::front_matter;
use crate::page::problem::{Problem, did_you_mean};
use crate::page::toml_reader::{TomlSection, TomlSource};

pub use calendars::short_days;

/// The settings that `desk init` writes.
pub const STARTER: &str = include_str!("../../../starter/desk.toml");

/// The format of the files that this version writes; see docs/format.md.
pub const FORMAT: u8 = 2;

/// The oldest format that it reads. It is read for ever.
const OLDEST: u8 = 1;

/// The settings with another format, where they state one on a line of its own.
pub fn with_format(text: &str, format: u8) -> Option<String> {
    let table = toml::de::DeTable::parse(text).ok()?;
    let stated = table.get_ref().get("format");
    let Some(stated) = stated else {
        return Some(format!("format = {format}\n{text}"));
    };
    let mut out = text.to_owned();
    out.replace_range(stated.span(), &format.to_string());
    Some(out)
}

/// The largest attachment where the settings do not say.
const MAX_ATTACHMENT: Size = Size(25_000_000);

/// The file's name.
pub const FILE: &str = "desk.toml";

/// The channel of a word in settings.
fn known_channel(word: &str) -> Channel {
    Channel::read(word)
}

/// Reads settings. Any problem makes them invalid: nothing runs on half-understood rules.
pub fn read(text: &str) -> Result<Settings, Vec<Problem>> {
    if let Some(conflict) = front_matter::conflict(FILE, text) {
        return Err(vec![conflict.fatal()]);
    }
    let source = TomlSource::new(FILE, text, 0);
    let table = source.parse(text).map_err(|problem| vec![*problem])?;
    let top = TomlSection::top(&source, &table);
    let settings = sections(&top);
    check::check(&top, &settings);
    top.close();
    drop(top);
    let problems = source.finish();
    if problems.is_empty() {
        Ok(settings)
    } else {
        Err(problems)
    }
}

fn sections(top: &TomlSection<'_, '_>) -> Settings {
    let format = match top.number("format") {
        None => OLDEST,
        Some(given) => match u8::try_from(given) {
            Ok(format) if (OLDEST..=FORMAT).contains(&format) => format,
            _ => {
                let message =
                    format!("this version knows the formats {OLDEST} and {FORMAT}, not {given}");
                top.wrong_with("format", message, "update desk");
                FORMAT
            }
        },
    };
    let zone = calendars::zone(top).unwrap_or(chrono_tz::UTC);
    let phone_country = phone_country(top);
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
    let (policy, auto_close) = policy(top);
    let mut settings = Settings {
        format,
        name,
        zone,
        phone_country,
        git,
        sample: sample::sample(top),
        attachments: attachments(top),
        intake: intake(top),
        policy,
        priorities: top.array("priority").iter().filter_map(priority).collect(),
        impacts: top.texts("impacts").unwrap_or_default(),
        urgencies: top.texts("urgencies").unwrap_or_default(),
        matrix: matrix(top),
        areas: team::areas(top),
        queues: team::queues(top),
        agents: team::agents(top),
        calendars: calendars::calendars(top, zone),
        clocks: Clocks::default(),
        fields: fields(top),
        forms: BTreeMap::new(),
        questions: forms::questions(top),
        rules: routing::rules(top),
        reports: reports::reports(top),
        report_limits: reports::limits(top),
        views: views::views(top),
        recurring: BTreeMap::new(),
        activities: time::activities(top),
        template_language: template_language(top),
        mail: mail::mail(top),
        personal_months: retention::personal(top),
        synonyms: synonyms(top),
    };
    settings.clocks = clocks::clocks(top, &settings);
    settings.clocks.auto_close = auto_close;
    settings.forms = forms::forms(top, &settings);
    settings.recurring = recurring::recurring(top, &settings.policy.calendar);
    team::imported(top, &mut settings);
    settings
}

/// The country code of telephone numbers without one, with or without `+`.
fn phone_country(top: &TomlSection<'_, '_>) -> String {
    let Some(given) = top.text("phone_country") else {
        return String::new();
    };
    let code = given.trim_start_matches('+');
    let is_code = (1..=3).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_digit());
    if !is_code || code.starts_with('0') {
        let message = format!("`{given}` is no country code of telephone numbers");
        top.wrong_with("phone_country", message, "write it like \"48\"");
        return String::new();
    }
    code.to_owned()
}

/// The language of templates for requesters whose own is not known.
fn template_language(top: &TomlSection<'_, '_>) -> Option<String> {
    let section = top.section("templates")?;
    let language = section.text("language");
    section.close();
    if let Some(tag) = language.as_deref().filter(|tag| !is_language(tag)) {
        let message = format!("`{tag}` is not a language tag");
        section.wrong_with("language", message, "write it like en, pl or pt-BR");
    }
    language
}

/// The company's own words that stand for one another.
fn synonyms(top: &TomlSection<'_, '_>) -> BTreeMap<String, Vec<String>> {
    let Some(search) = top.section("search") else {
        return BTreeMap::new();
    };
    let mut all = BTreeMap::new();
    if let Some(section) = search.section("synonyms") {
        for word in section.keys() {
            if !word.chars().any(char::is_alphanumeric) {
                let message = format!("`{word}` is no word");
                section.wrong_with(&word, message, "write them like wlan = [\"wi-fi\"]");
            }
            let others = section.texts(&word).unwrap_or_default();
            let _ = all.insert(word, others);
        }
        section.close();
    }
    search.close();
    all
}

fn attachments(top: &TomlSection<'_, '_>) -> Attachments {
    let section = top.section("attachments");
    let max_size = section
        .as_ref()
        .and_then(|section| section.read("max_size"));
    if let Some(section) = &section {
        section.close();
    }
    Attachments {
        max_size: max_size.unwrap_or(MAX_ATTACHMENT),
    }
}

fn intake(top: &TomlSection<'_, '_>) -> Intake {
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

/// The rules of the house, and whether the sweep closes.
fn policy(top: &TomlSection<'_, '_>) -> (Policy, bool) {
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
        duplicate_days: days(section, "duplicate_days", 7),
        repeat_days: days(section, "repeat_days", 30),
        kb_search_required: section
            .and_then(|section| section.one_of("kb_search", &["optional", "required"]))
            .is_some_and(|word| word == "required"),
        ack_within: section.and_then(|section| section.read("ack_within")),
        managers_only: section.map(managers_only).unwrap_or_default(),
        people_reports: section
            .and_then(|section| section.one_of("people_reports", PeopleReports::WORDS))
            .map_or(PeopleReports::Managers, |word| PeopleReports::read(&word)),
    };
    let auto_close = section.and_then(|section| section.bool("auto_close"));
    if let Some(section) = section {
        section.close();
    }
    (policy, auto_close.unwrap_or(true))
}

/// Whether two texts of settings, or of a catalogue, have the same values, whatever their comments
/// and their order.
pub fn same_values(a: &str, b: &str) -> bool {
    let parsed = |text: &str| text.parse::<toml::Table>().ok();
    a == b || parsed(a).is_some_and(|a| parsed(b) == Some(a))
}

/// Whether a text of settings, or of a catalogue, has nothing but more names than another below
/// `[imported.…]`: people, queues and codes that came in with a log and are refused for new work.
pub fn only_adds_imported(old: &str, new: &str) -> bool {
    let apart = |text: &str| {
        let mut table = text.parse::<toml::Table>().ok()?;
        let imported = table.remove("imported");
        Some((table, imported))
    };
    let (Some((old, was)), Some((new, is))) = (apart(old), apart(new)) else {
        return false;
    };
    let holds = match (&was, &is) {
        (None, is) => is.is_some(),
        (Some(was), Some(is)) => has_all_of(is, was),
        (Some(_), None) => false,
    };
    holds && old == new && was != is
}

/// Whether a table has all that another has, as it has it.
fn has_all_of(table: &toml::Value, other: &toml::Value) -> bool {
    match (table, other) {
        (toml::Value::Table(table), toml::Value::Table(other)) => other
            .iter()
            .all(|(key, value)| table.get(key).is_some_and(|is| has_all_of(is, value))),
        (a, b) => a == b,
    }
}

/// The commands of `managers_only`. A word that means none would protect nothing.
fn managers_only(section: &TomlSection<'_, '_>) -> Vec<RestrictedCommand> {
    const KEY: &str = "managers_only";
    let mut all = Vec::new();
    for (word, span) in section.places(KEY) {
        if let Some(command) = RestrictedCommand::read(word) {
            all.push(command);
            continue;
        }
        let hint = did_you_mean(word, WRITERS.iter().chain(GROUPS).copied())
            .unwrap_or_else(|| format!("commands that write: {}", WRITERS.join(", ")));
        let message = format!("`{word}` is no command by which an agent writes");
        section.wrong_at(span, message, Some(hint));
    }
    section.texts(KEY);
    all
}

/// A number of whole days; ten years are enough for anybody.
fn days(section: Option<&TomlSection<'_, '_>>, key: &str, or: u32) -> u32 {
    let Some((section, number)) = section.and_then(|section| Some((section, section.number(key)?)))
    else {
        return or;
    };
    match u32::try_from(number) {
        Ok(days) if days <= 3_660 => days,
        _ => {
            let message = format!("`{key}` is a number of days from 0 to 3660, not {number}");
            section.wrong(key, message);
            or
        }
    }
}

fn priority(section: &TomlSection<'_, '_>) -> Option<Priority> {
    let name = section.need("name")?;
    let title = section.text("title").unwrap_or_else(|| name.clone());
    let planned = section.bool("planned").unwrap_or(false);
    section.close();
    Some(Priority {
        name,
        title,
        planned,
    })
}

fn matrix(top: &TomlSection<'_, '_>) -> BTreeMap<String, BTreeMap<String, String>> {
    let Some(section) = top.section("matrix") else {
        return BTreeMap::new();
    };
    let row = |(impact, row): (String, TomlSection<'_, '_>)| {
        let keys: Vec<String> = row.entries().map(|(key, ..)| key.to_owned()).collect();
        let cells = keys
            .iter()
            .filter_map(|key| Some((key.clone(), row.text(key)?)))
            .collect();
        (impact, cells)
    };
    section.sections().into_iter().map(row).collect()
}

fn fields(top: &TomlSection<'_, '_>) -> BTreeMap<String, CompanyField> {
    let Some(section) = top.section("fields") else {
        return BTreeMap::new();
    };
    let field = |(name, field): (String, TomlSection<'_, '_>)| {
        if !is_field_name(&name) {
            section.wrong(
                &name,
                format!("`{name}`: a field's name is lower-case letters, digits, `_` and `-`"),
            );
        }
        let value = CompanyField {
            title: field.text("title").unwrap_or_else(|| name.clone()),
            of_asset: field.one_of("of", &["ticket", "asset"]).as_deref() == Some("asset"),
            values: field.texts("values").unwrap_or_default(),
        };
        field.close();
        (name, value)
    };
    section.sections().into_iter().map(field).collect()
}
