//! Problems of files, shown with the file's own lines.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use crate::ops::data::check::Checked;
use crate::ops::kb;
use crate::page::problem::Problem;
use crate::view::paint::{Paint, Role};
use crate::view::sanitize;
use crate::view::words::count;

/// One problem: message, place, the line with a mark under what is meant, and a hint.
pub fn problem(problem: &Problem, paint: &Paint) -> String {
    let message = sanitize::line(&problem.message);
    let path = sanitize::line(&problem.path);
    let title = Level::ERROR.primary_title(message.as_str());
    let renderer = if paint.color {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let renderer = renderer.decor_style(DecorStyle::Ascii);
    let (source, range, first);
    let mut group = annotate_snippets::Group::with_title(title);
    // Of a very long line only the beginning is kept: a mark elsewhere would name a wrong column.
    let shown = problem.line.as_ref().filter(|text| {
        problem
            .place
            .is_some_and(|(_, at)| at <= text.chars().count() + 1)
    });
    if let (Some((line, column)), Some(text)) = (problem.place, shown) {
        // What is shown is made harmless character by character, so that columns stay.
        source = sanitize::replaced(text).replace('\t', " ");
        let start = source
            .char_indices()
            .nth(column - 1)
            .map_or(source.len(), |(at, _)| at);
        let length = problem.span.as_ref().map_or(1, |span| span.len().max(1));
        let end = (start + length).min(source.len()).max(start);
        range = start..next_boundary(&source, end);
        first = line;
        group = group.element(
            Snippet::source(source.as_str())
                .line_start(first)
                .path(path.as_str())
                .annotation(AnnotationKind::Primary.span(range)),
        );
    } else {
        let place = problem.place.map_or(path.clone(), |(line, column)| {
            format!("{path}:{line}:{column}")
        });
        group = group.element(annotate_snippets::Origin::path(place));
    }
    let mut out = sanitize::repainted(&renderer.render(&[group]));
    out.push('\n');
    if let Some(hint) = &problem.hint {
        out.push_str(&format!(
            "{} {}\n",
            paint.role(Role::Person, "hint:"),
            sanitize::line(hint)
        ));
    }
    out
}

fn next_boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}

/// What a check of the knowledge base found.
pub fn articles(checked: &kb::check::Checked, paint: &Paint) -> String {
    let seen = count(checked.articles, "article");
    findings(&checked.problems, &seen, paint)
}

/// Each problem, then what was looked at and how many there are.
fn findings(problems: &[Problem], seen: &str, paint: &Paint) -> String {
    let mut out = String::new();
    for one in problems {
        out.push_str(&problem(one, paint));
        if problems.len() > 1 {
            out.push('\n');
        }
    }
    out.push_str(&if problems.is_empty() {
        format!(
            "{} {seen}: all is well\n",
            paint.role(Role::Good, "checked")
        )
    } else {
        format!(
            "{} {seen}: {}\n",
            paint.role(Role::Alarm, "checked"),
            count(problems.len(), "finding")
        )
    });
    out
}

/// What a check found and did.
pub fn checked(checked: &Checked, paint: &Paint, dry_run: bool) -> String {
    let mut out = String::new();
    for (id, done) in &checked.fixed {
        let verb = if dry_run { "would fix" } else { "fixed" };
        for one in done {
            out.push_str(&format!(
                "{} {verb}: {}\n",
                paint.role(Role::Id, id.as_str()),
                sanitize::line(one)
            ));
        }
    }
    for id in &checked.left {
        let id = paint.role(Role::Id, id.as_str());
        out.push_str(&format!(
            "{id} left alone: mend the file first, see below\n"
        ));
    }
    let seen = format!(
        "{}, {}",
        count(checked.tickets, "ticket"),
        count(checked.articles, "article")
    );
    if checked.problems.is_empty() && !checked.notices.is_empty() {
        let notices = count(checked.notices.len(), "notice");
        out.push_str(&format!("checked {seen}: nothing is wrong, {notices}\n"));
        return out;
    }
    out.push_str(&findings(&checked.problems, &seen, paint));
    out
}
