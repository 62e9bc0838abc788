//! A report as Markdown, for a ticket or a pull request.

use crate::ops::data::report::Report;
use crate::rules::reports::{Figure, ReportSection};
use crate::view::report::{
    amount, days, definitions, head, heading, is_empty, is_number, reported,
};
use crate::view::sanitize::line;

/// The report, whole.
pub fn report(report: &Report) -> String {
    let (title, facts) = head(&report.head);
    let mut out = format!("# {}\n\n", escaped(&title));
    for (word, rest) in facts {
        out.push_str(&format!("- {word}: {}\n", escaped(&rest)));
    }
    for section in &report.sections {
        out.push_str(&format!("\n## {}\n\n", escaped(section.title)));
        for (word, rest) in definitions(section) {
            let word = if word.is_empty() {
                String::new()
            } else {
                format!("{word}: ")
            };
            out.push_str(&format!("- {word}{}\n", escaped(rest)));
        }
        if let Some(days) = days(section) {
            out.push_str(&format!("- {days}\n"));
        }
        out.push('\n');
        out.push_str(&table(section));
    }
    out
}

fn table(section: &ReportSection) -> String {
    if is_empty(section) {
        return "Nothing in this period.\n".to_owned();
    }
    let columns = reported(section);
    let mut head: Vec<String> = section.by.iter().map(|by| escaped(&heading(by))).collect();
    let mut rule = vec!["---".to_owned(); head.len()];
    for at in &columns {
        head.push(heading(section.columns[*at].key));
        let right = is_number(section, *at);
        rule.push(if right { "---:" } else { "---" }.to_owned());
    }
    let row = |labels: &[String], figures: &[Figure]| {
        let labels = labels.iter().map(|label| escaped(label));
        let figures = columns.iter().map(|at| amount(&figures[*at]));
        labels.chain(figures).collect::<Vec<_>>()
    };
    let mut rows = vec![head, rule];
    rows.extend(
        section
            .rows
            .iter()
            .map(|one| row(&one.labels, &one.figures)),
    );
    if let Some(total) = &section.total {
        let mut labels = vec![String::new(); section.by.len()];
        if let Some(first) = labels.first_mut() {
            "total".clone_into(first);
        }
        rows.push(row(&labels, total));
    }
    let mut out = String::new();
    for row in rows {
        out.push_str(&format!("| {} |\n", row.join(" | ")));
    }
    out
}

/// Text that Markdown shows as it is.
pub fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in line(text).chars() {
        if matches!(
            c,
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '&' | '!' | '~' | '@'
        ) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
