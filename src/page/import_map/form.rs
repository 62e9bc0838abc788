//! The form of a table: how its cells stand apart, and how its times are written.

use std::collections::BTreeSet;

use chrono_tz::Tz;

use crate::page::csv::{Encoding, one_line};
use crate::page::foreign_time::{RFC3339, Stamps};
use crate::page::problem::nearest;
use crate::page::toml_reader::TomlSection;

/// What `[csv]` says.
#[derive(Default)]
pub(in crate::page::import_map) struct TableForm {
    pub(in crate::page::import_map) delimiter: Option<u8>,
    pub(in crate::page::import_map) unquoted: bool,
    pub(in crate::page::import_map) encoding: Encoding,
    /// Cells that say nothing.
    pub(in crate::page::import_map) missing: BTreeSet<String>,
}

/// `[csv]`: delimiter, quotation, encoding and the cells that say nothing.
pub(in crate::page::import_map) fn table_form(top: &TomlSection<'_, '_>) -> TableForm {
    let Some(section) = top.section("csv") else {
        return TableForm::default();
    };
    let encoding = section.one_of("encoding", Encoding::WORDS);
    let missing = section.texts("missing").unwrap_or_default();
    let form = TableForm {
        delimiter: delimiter(&section),
        unquoted: section.bool("quotes") == Some(false),
        encoding: encoding.map_or(Encoding::UTF_8, |word| Encoding::read(&word)),
        missing: missing.iter().map(|cell| one_line(cell)).collect(),
    };
    section.close();
    form
}

/// `delimiter`: the sign between two cells.
pub(in crate::page::import_map) fn delimiter(section: &TomlSection<'_, '_>) -> Option<u8> {
    let text = section.text("delimiter")?;
    match text.as_bytes() {
        [one] if !matches!(one, b'"' | b'\r' | b'\n') && one.is_ascii() => Some(*one),
        _ => {
            section.wrong_with(
                "delimiter",
                "the delimiter is one sign",
                "write \",\", \";\", \"|\" or \"\\t\"",
            );
            None
        }
    }
}

/// The zone of times that name none.
pub(in crate::page::import_map) fn zone(section: &TomlSection<'_, '_>) -> Option<Tz> {
    let name = section.text("zone")?;
    if let Ok(zone) = name.parse() {
        return Some(zone);
    }
    let all = || chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name());
    let city = |zone: &&str| {
        zone.rsplit('/')
            .next()
            .is_some_and(|city| city.eq_ignore_ascii_case(&name.replace(' ', "_")))
    };
    let near = all()
        .find(city)
        .map(str::to_owned)
        .or_else(|| nearest(&name, all()));
    let near = near.unwrap_or_else(|| "Europe/Warsaw".to_owned());
    section.wrong_with(
        "zone",
        format!("there is no time zone `{name}`"),
        format!("did you mean `{near}`?"),
    );
    None
}

/// Whether `[time]` says how times are written.
pub(in crate::page::import_map) fn has_formats(top: &TomlSection<'_, '_>) -> bool {
    top.has("time")
        && top
            .get("time")
            .and_then(|time| time.get_ref().as_table())
            .is_some_and(|time| time.contains_key("formats"))
}

/// `[time]`: patterns and zone.
pub(in crate::page::import_map) fn stamps(top: &TomlSection<'_, '_>) -> Option<Stamps> {
    let hint = "write formats = [\"rfc3339\"], or a pattern like [\"%d/%m/%Y %H:%M\"]";
    let Some(section) = top.section("time") else {
        top.wrong_with("time", "`time` is missing", hint);
        return None;
    };
    let one = section
        .get("formats")
        .is_some_and(|value| value.get_ref().is_str());
    let formats = if one {
        section.text("formats").map(|format| vec![format])
    } else {
        section.texts("formats")
    };
    let zone = zone(&section);
    section.close();
    let Some(formats) = formats.filter(|formats| !formats.is_empty()) else {
        section.wrong_with("formats", "`time.formats` says how times are written", hint);
        return None;
    };
    for format in &formats {
        if let Err(error) = Stamps::new([format.as_str()], Tz::UTC) {
            section.wrong_with(
                "formats",
                error.to_string(),
                format!("write chrono's signs, as in `%Y-%m-%d %H:%M:%S`, or `{RFC3339}`"),
            );
            return None;
        }
    }
    let zoned = |format: &String| {
        format == RFC3339
            || ["%z", "%:z", "%#z", "%s", "%+"]
                .iter()
                .any(|sign| format.contains(sign))
    };
    if zone.is_none() && !section.has("zone") && !formats.iter().all(zoned) {
        section.wrong_with(
            "formats",
            "`time.zone` is missing: these times name no zone",
            "write the zone of the other system's clock, as in zone = \"Europe/Warsaw\"",
        );
        return None;
    }
    Stamps::new(formats.iter().map(String::as_str), zone.unwrap_or(Tz::UTC)).ok()
}
