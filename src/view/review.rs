//! What a range of commits did, as Markdown.

use serde_json::{Value as Json, json};

use crate::model::entry::Entry;
use crate::ops::data::came_in::{CameArticle, CameTicket};
use crate::ops::data::check_range::HouseFinding;
use crate::ops::data::review::Review;
use crate::rules::context::DeskContext;
use crate::view::entry_lines;
use crate::view::json::{entry as entry_json, pages, ticket as ticket_json};
use crate::view::paint::Paint;
use crate::view::report::markdown::escaped;
use crate::view::sync::concern_word;
use crate::view::words::{count, cut};

/// How much of an entry's text is shown.
const TEXT: usize = 160;

/// The tickets with their new entries, then articles and other files.
pub fn text(review: &Review, context: DeskContext<'_>, paint: &Paint) -> String {
    let title = match review.since {
        Some(since) => format!("since {}", paint.time(since)),
        None => review.name.clone(),
    };
    let mut out = format!("# {}\n\n", escaped(&title));
    let came = &review.came;
    let mut parts = vec![count(review.commits, "commit")];
    if !review.authors.is_empty() {
        parts[0].push_str(&format!(" by {}", escaped(&review.authors.join(", "))));
    }
    for (number, what) in [
        (came.tickets.len(), "ticket"),
        (came.articles.len(), "article"),
    ] {
        if number > 0 {
            parts.push(count(number, what));
        }
    }
    out.push_str(&format!("{}\n", parts.join(", ")));
    for one in &came.tickets {
        out.push_str(&ticket(one, context, paint));
    }
    if !came.articles.is_empty() {
        out.push_str("\n## Articles\n\n");
        for one in &came.articles {
            out.push_str(&article(one));
        }
    }
    if !review.findings.is_empty() {
        out.push_str("\n## Against the rules of the house\n\n");
        for one in &review.findings {
            out.push_str(&finding(one));
        }
    }
    if !came.files.is_empty() {
        out.push_str("\n## Other files\n\n");
        for path in &came.files {
            out.push_str(&format!("- {}\n", escaped(path)));
        }
    }
    out
}

fn ticket(one: &CameTicket, context: DeskContext<'_>, paint: &Paint) -> String {
    let title = escaped(one.ticket.title());
    let mut out = format!("\n## {} {title}\n\n", one.ticket.id);
    for entry in &one.entries {
        out.push_str(&told(entry, context, paint));
    }
    out
}

/// An entry as one item: when, who, what, and how its text begins.
fn told(entry: &Entry, context: DeskContext<'_>, paint: &Paint) -> String {
    let who = context.settings.agent_name(entry.by.as_str());
    let facts = entry_lines::facts_of(entry, paint);
    let changes = entry
        .changes
        .iter()
        .map(|change| entry_lines::changed(change, paint));
    let words: Vec<String> = std::iter::once(facts)
        .filter(|facts| !facts.is_empty())
        .chain(changes)
        .map(|words| escaped(&words))
        .collect();
    let mut out = format!(
        "- {} {}, {}",
        paint.time(entry.at),
        escaped(who),
        entry.kind.as_str()
    );
    if !words.is_empty() {
        out.push_str(&format!(": {}", words.join("; ")));
    }
    out.push('\n');
    let text: Vec<&str> = entry.text.split_whitespace().collect();
    if !text.is_empty() {
        out.push_str(&format!("  {}\n", escaped(&cut(&text.join(" "), TEXT))));
    }
    out
}

fn finding(one: &HouseFinding) -> String {
    let commit = one.commit.get(..10).unwrap_or(&one.commit);
    let path = match one.path.as_str() {
        "" => String::new(),
        path => format!("{}, ", escaped(path)),
    };
    let (what, way_out) = (escaped(&one.breach.what), one.breach.rule.way_out());
    format!("- {commit}: {path}{what}\n  {}\n", escaped(way_out))
}

fn article(one: &CameArticle) -> String {
    let [before, now] = &one.states;
    let state = match (before, now) {
        (None, Some(now)) => format!("new, {now}"),
        (Some(before), None) => format!("taken away, was {before}"),
        (Some(before), Some(now)) if before != now => format!("{before} → {now}"),
        (_, Some(now)) => now.clone(),
        (None, None) => "cannot be read".to_owned(),
    };
    let [came, went] = one.lines;
    format!(
        "- {}: {state}, +{came} −{went} lines\n",
        escaped(&one.title)
    )
}

/// `{"tickets": […], "review": [{range, commits, authors, articles, files}]}`.
pub fn json(review: &Review, of_desk: DeskContext<'_>) -> String {
    let tickets = review.came.tickets.iter().map(|one| -> Json {
        let mut item = ticket_json(&one.ticket, false, of_desk);
        let entries: Vec<Json> = one.entries.iter().map(entry_json).collect();
        item["derived"]["came"] = json!({"concern": concern_word(one.concern), "entries": entries});
        item
    });
    let article = |one: &CameArticle| {
        json!({"title": one.title, "before": one.states[0], "now": one.states[1],
            "added": one.lines[0], "removed": one.lines[1]})
    };
    let about = json!({
        "range": Some(&review.name).filter(|name| !name.is_empty()),
        "since": review.since.map(|since| since.to_string()),
        "commits": review.commits,
        "authors": review.authors,
        "articles": review.came.articles.iter().map(article).collect::<Vec<Json>>(),
        "files": review.came.files,
        "findings": review.findings.iter().map(|one| json!({
            "commit": one.commit, "file": one.path, "rule": one.breach.rule.as_str(),
            "what": one.breach.what, "way_out": one.breach.rule.way_out(),
        })).collect::<Vec<Json>>(),
    });
    pages(
        vec![("tickets", tickets.collect()), ("review", vec![about])],
        &[],
    )
}
