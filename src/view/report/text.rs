//! A report on the terminal: aligned tables with bars and sparklines.

use crate::ops::data::report::Report;
use crate::rules::reports::ReportKind;
use crate::view::paint::{Paint, Role};
use crate::view::report::lines::{READ, about, body, defined, room};
use crate::view::report::{behind, days, head, heading};
use crate::view::sanitize::line;
use crate::view::table::lines::{PaintedLine, painted};
use crate::view::words::wrap;

/// The report, whole.
pub fn report(report: &Report, paint: &Paint) -> String {
    if report.head.kind == ReportKind::Overview {
        return painted(&crate::view::report::screen::overview(report, paint), paint);
    }
    let room = room(paint);
    let (title, facts) = head(&report.head);
    let mut out: Vec<PaintedLine> = wrap(&line(&title), room)
        .into_iter()
        .map(|part| vec![(Role::Title, part)])
        .collect();
    for (word, rest) in facts {
        out.extend(defined(word, &line(&rest), 10, room.min(READ), Role::Muted));
    }
    for (at, section) in report.sections.iter().enumerate() {
        out.push(PaintedLine::new());
        let title = wrap(section.title, room).into_iter();
        out.extend(title.map(|part| vec![(Role::Heading, part)]));
        if let Some(days) = days(section) {
            let lines = wrap(&days, room.min(READ)).into_iter();
            out.extend(lines.map(|part| vec![(Role::Muted, part)]));
        }
        out.extend(about(section, &report.sections[..at], room));
        out.extend(body(section, room));
    }
    painted(&out, paint)
}

/// The ids behind every figure, one figure a line.
pub fn list(report: &Report) -> String {
    let mut out = String::new();
    for one in behind(report) {
        let labels = if one.labels.is_empty() {
            "total".to_owned()
        } else {
            one.labels.join(", ")
        };
        let what = format!(
            "{} · {labels} · {} {}",
            one.section,
            heading(one.column),
            one.ids.len()
        );
        out.push_str(&format!("{}\n", line(&what)));
        for ids in one.ids.chunks(8) {
            out.push_str(&format!("  {}\n", ids.join(" ")));
        }
    }
    out
}
