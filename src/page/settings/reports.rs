//! `[report.<name>]`: reports with names of their own.

use std::collections::BTreeMap;

use crate::model::field::Value;
use crate::model::settings::{Preset, ReportLimits, Settings};
use crate::page::edit::toml_value;
use crate::page::problem::Problem;
use crate::page::query::tickets;
use crate::page::settings::FILE;
use crate::page::toml_reader::{TomlSection, TomlSource};

pub(in crate::page::settings) fn reports(top: &TomlSection<'_, '_>) -> BTreeMap<String, Preset> {
    let Some(section) = top.section("report") else {
        return BTreeMap::new();
    };
    named(&section)
        .into_iter()
        .map(|(name, one)| {
            let preset = Preset {
                report: one.text("report"),
                query: one.text("query").unwrap_or_default(),
                period: one.text("period"),
                by: one.texts("by").unwrap_or_default(),
                work_orders: one.bool("work_orders").unwrap_or(false),
            };
            one.close();
            (name, preset)
        })
        .collect()
}

/// The keys of `[report]` itself.
const LIMITS: [&str; 4] = ["least", "change", "periods", "goal"];

/// The tables under `[report]`, by name.
fn named<'s, 't>(section: &TomlSection<'s, 't>) -> Vec<(String, TomlSection<'s, 't>)> {
    let keys = section.keys().into_iter();
    let keys = keys.filter(|key| !LIMITS.contains(&key.as_str()));
    keys.filter_map(|key| Some((key.clone(), section.section(&key)?)))
        .collect()
}

/// What of a report stands out: the keys of `[report]` itself.
pub(in crate::page::settings) fn limits(top: &TomlSection<'_, '_>) -> ReportLimits {
    let usual = ReportLimits::default();
    let Some(section) = top.section("report") else {
        return usual;
    };
    let between = |key: &str, least: u32, most: u32| -> Option<u32> {
        let given = section.number(key)?;
        let fits = u32::try_from(given)
            .ok()
            .filter(|n| (least..=most).contains(n));
        if fits.is_none() {
            let message = format!("`{key}` is a whole number from {least} to {most}");
            section.wrong(key, message);
        }
        fits
    };
    ReportLimits {
        least: between("least", 1, 1_000_000).unwrap_or(usual.least),
        change: between("change", 1, 1_000_000).unwrap_or(usual.change),
        periods: between("periods", 1, 52).unwrap_or(usual.periods),
        goal: between("goal", 1, 100),
    }
}

/// Queries must be readable; what they name is looked at when the report is made.
pub(in crate::page::settings) fn check(top: &TomlSection<'_, '_>, settings: &Settings) {
    let Some(section) = top.section("report") else {
        return;
    };
    for (name, one) in named(&section) {
        let Some(preset) = settings.reports.get(&name) else {
            continue;
        };
        if let Err(error) = tickets::schema(settings).read(&preset.query) {
            one.wrong_with("query", error.message, error.hint);
        }
    }
}

/// A complaint about a key of a named report.
pub fn wrong(text: &str, name: &str, key: &str, message: &str, hint: &str) -> Problem {
    let source = TomlSource::new(FILE, text, 0);
    if let Ok(table) = source.parse(text) {
        let top = TomlSection::top(&source, &table);
        let reports = top.section("report");
        if let Some(report) = reports.and_then(|reports| reports.section(name)) {
            report.wrong_with(key, message, hint);
        }
    }
    let found = source.finish().into_iter().next();
    found.unwrap_or_else(|| Problem::whole(FILE, message).hint(hint))
}

/// Settings with one more named report at their end.
pub fn with_report(text: &str, name: &str, preset: &Preset) -> String {
    let mut out = text.trim_end().to_owned();
    out.push_str(&format!("\n\n[report.{name}]\n"));
    let mut line = |key: &str, value: &Value| {
        out.push_str(&format!("{key} = {}\n", toml_value(value)));
    };
    if let Some(report) = &preset.report {
        line("report", &Value::Text(report.clone()));
    }
    if !preset.query.is_empty() {
        line("query", &Value::Text(preset.query.clone()));
    }
    if let Some(period) = &preset.period {
        line("period", &Value::Text(period.clone()));
    }
    if !preset.by.is_empty() {
        line("by", &Value::List(preset.by.clone()));
    }
    if preset.work_orders {
        line("work_orders", &Value::Bool(true));
    }
    out
}
