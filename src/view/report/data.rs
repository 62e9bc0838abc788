//! A report for machines: JSON and CSV, in full precision and with stable names.

use serde_json::{Map, Value as Json, json};
use unicode_width::UnicodeWidthChar as _;

use crate::ops::data::report::Report;
use crate::rules::reports::{Amount, Figure, ReportColumn, ReportSection, Unit};
use crate::view::report::{behind, ids};
use crate::view::{json, sanitize};

/// The report as JSON; with the ids behind each figure if asked for.
pub fn json(report: &Report, list: bool) -> String {
    let head = &report.head;
    let by: Vec<Json> = head
        .by
        .iter()
        .map(|one| json!({"field": one.word, "values": if one.now { "now" } else { "then" }}))
        .collect();
    let sections: Vec<Json> = report
        .sections
        .iter()
        .map(|one| section(report, one, list))
        .collect();
    let one = json!({
        "name": head.kind.as_str(),
        "desk": head.desk,
        "from": head.period.from.to_string(),
        "to": head.period.to.to_string(),
        "zone": head.zone.name(),
        "calendar": head.calendar,
        "working_day": head.working_day.map(|day| day / 1_000),
        "query": head.query,
        "work_orders": head.work_orders,
        "as_of": head.at.to_string(),
        "commit": head.commit,
        "changed": head.changed,
        "tickets": head.tickets,
        "compared_with": head.compared.map(|earlier| {
            json!({"from": earlier.from.to_string(), "to": earlier.to.to_string()})
        }),
        "unfinished": head.part,
        "by": by,
        "sections": sections,
    });
    json::page("reports", vec![one], &report.problems)
}

fn section(report: &Report, section: &ReportSection, list: bool) -> Json {
    let columns: Vec<Json> = section
        .columns
        .iter()
        .map(|column| json!({"key": column.key, "unit": column.unit.as_str()}))
        .collect();
    let figures = |all: &[Figure]| {
        let mut out = Map::new();
        for (column, figure) in section.columns.iter().zip(all) {
            out.insert(column.key.to_owned(), value(column, figure));
        }
        Json::Object(out)
    };
    let opened = |all: &[Figure]| {
        let mut out = Map::new();
        for (column, figure) in section.columns.iter().zip(all) {
            if !figure.of.is_empty() {
                out.insert(column.key.to_owned(), json!(ids(report, figure)));
            }
        }
        Json::Object(out)
    };
    let rows: Vec<Json> = section
        .rows
        .iter()
        .map(|row| {
            let mut out = json!({"labels": row.labels, "figures": figures(&row.figures)});
            if list {
                out["ids"] = opened(&row.figures);
            }
            out
        })
        .collect();
    let total = section.total.as_ref().map(|total| {
        let mut out = json!({"figures": figures(total)});
        if list {
            out["ids"] = opened(total);
        }
        out
    });
    json!({
        "key": section.key,
        "title": section.title,
        "about": section.about,
        "by": section.by,
        "overlaps": section.overlaps,
        "columns": columns,
        "rows": rows,
        "total": total,
    })
}

/// A figure: whole numbers, seconds, shares from 0 to 1; null where there is nothing to tell.
fn value(column: &ReportColumn, figure: &Figure) -> Json {
    json_of(column, &figure.amount)
}

/// Thousandths as a number.
fn thousandths(n: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
    let n = n as f64;
    n / 1_000.0
}

fn json_of(column: &ReportColumn, amount: &Amount) -> Json {
    match amount {
        Amount::None | Amount::Unknown => Json::Null,
        Amount::Number(n) | Amount::Change(n) => json!(n),
        Amount::Points(n) => json!(thousandths(*n)),
        Amount::Course(all) => all.iter().map(|one| json_of(column, one)).collect(),
        Amount::Time(millis, _) | Amount::OfFew(millis, _) | Amount::Longer(millis, _) => {
            seconds(*millis)
        }
        Amount::Times(all, _) => all.iter().map(|millis| seconds(*millis)).collect(),
        Amount::Share(part, of) if matches!(column.unit, Unit::Share | Unit::Own) => {
            json!(share(*part, *of))
        }
        Amount::Share(part, _) => json!(part),
    }
}

/// Milliseconds as seconds, whole where they are.
fn seconds(millis: i64) -> Json {
    if millis % 1_000 == 0 {
        json!(millis / 1_000)
    } else {
        // Exact for every length of time that a desk can live through.
        #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
        let seconds = millis as f64 / 1_000.0;
        json!(seconds)
    }
}

fn share(part: u64, of: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
    let (part, of) = (part as f64, of as f64);
    part / of
}

/// The report as CSV, one figure a line: `section,group,subgroup,figure,unit,value,by`. The total has
/// no group; values printed one by one have a line each; `by` says what the groups are of.
pub fn csv(report: &Report) -> String {
    let mut rows = vec![
        [
            "section", "group", "subgroup", "figure", "unit", "value", "by",
        ]
        .map(str::to_owned),
    ];
    for section in &report.sections {
        let by = section.by.join(",");
        let total = section
            .total
            .as_ref()
            .map(|total| (&[] as &[String], total));
        let all = section
            .rows
            .iter()
            .map(|row| (&row.labels[..], &row.figures));
        for (labels, figures) in all.chain(total) {
            for (column, figure) in section.columns.iter().zip(figures) {
                let label = |at: usize| labels.get(at).map_or_else(String::new, |one| defused(one));
                for value in cells(&value(column, figure)) {
                    rows.push([
                        section.key.to_owned(),
                        label(0),
                        label(1),
                        column.key.to_owned(),
                        unit(column, &figure.amount).to_owned(),
                        value,
                        by.clone(),
                    ]);
                }
            }
        }
    }
    written(rows.iter().map(|row| row.iter()))
}

/// The ids behind every figure as CSV, one id a line.
pub fn csv_list(report: &Report) -> String {
    let mut rows = vec![["section", "group", "subgroup", "figure", "id", "by"].map(str::to_owned)];
    for one in behind(report) {
        let label = |at: usize| {
            one.labels
                .get(at)
                .map_or_else(String::new, |one| defused(one))
        };
        for id in &one.ids {
            rows.push([
                one.section.to_owned(),
                label(0),
                label(1),
                one.column.to_owned(),
                (*id).to_owned(),
                one.by.clone(),
            ]);
        }
    }
    written(rows.iter().map(|row| row.iter()))
}

/// What a figure is measured in.
fn unit(column: &ReportColumn, amount: &Amount) -> &'static str {
    if column.unit != Unit::Own {
        return column.unit.as_str();
    }
    match amount {
        Amount::Share(..) | Amount::Points(_) => Unit::Share.as_str(),
        Amount::Time(..) | Amount::Times(..) | Amount::OfFew(..) | Amount::Longer(..) => {
            Unit::Seconds.as_str()
        }
        Amount::Course(all) => {
            let told = all.iter().find(|one| **one != Amount::None);
            told.map_or("", |one| unit(column, one))
        }
        Amount::Number(_) | Amount::Change(_) => Unit::Count.as_str(),
        Amount::Unknown | Amount::None => "",
    }
}

fn cells(value: &Json) -> Vec<String> {
    match value {
        Json::Null => vec![String::new()],
        Json::Array(all) => all.iter().flat_map(cells).collect(),
        one => vec![one.to_string()],
    }
}

/// Rows as CSV with quotes where they are needed, and a visible sign for what would act.
pub fn written<'r, R, I>(rows: I) -> String
where
    R: Iterator<Item = &'r String>,
    I: Iterator<Item = R>,
{
    let mut out = csv::Writer::from_writer(Vec::new());
    for row in rows {
        let cells = row.map(|cell| sanitize::text(&cell.replace("\r\n", "\n")));
        // Writing to memory does not fail.
        let _ = out.write_record(cells);
    }
    String::from_utf8(out.into_inner().unwrap_or_default()).unwrap_or_default()
}

/// Text that a spreadsheet would run as a formula, made text again by a leading `'`.
///
/// Spreadsheets pass over what cannot be seen at the beginning of a cell, or drop it when they
/// read the file.
pub fn defused(text: &str) -> String {
    let begins = text.starts_with(['\t', '\r', '\n']);
    let first = text.chars().find(|c| !unseen(*c));
    let runs = matches!(
        first,
        Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '﹦' | '﹢' | '﹣' | '﹫' | '−')
    );
    if begins || runs {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

/// Whether nothing is seen of a character: blanks, controls, and signs without a width.
fn unseen(c: char) -> bool {
    c.is_whitespace() || c.is_control() || c.width().is_none_or(|width| width == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_run_is_text() {
        for bad in [
            "=1+1",
            "+48 600",
            "-2",
            "@SUM(A1)",
            "\t=1",
            " =1",
            "＝1",
            "＋1",
            "－1",
            "＠x",
            "\0=1",
            "\u{b}=1",
            "\u{c}@x",
            "\u{1b}=1",
            "\u{85}=1",
            "\u{200b}=1",
            "\u{200c}=1",
            "\u{200d}=1",
            "\u{2060}=1",
            "\u{feff}=1",
            "\u{202e}=1",
            "\u{ad}=1",
            "\u{e0041}=1",
            "\u{a0} \u{3000}+1",
            "\tx",
            "\rx",
            "\nx",
            "\u{fe0f}=1",
            "\u{180e}-1",
            "\u{301}=1",
        ] {
            assert!(defused(bad).starts_with('\''), "{bad}");
        }
        for fine in ["", "network", "a=b", "2-1", "'=x"] {
            assert_eq!(defused(fine), fine);
        }
    }
}
