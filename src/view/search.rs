//! What a search found, and what may help with a ticket.

use std::ops::Range;

use chrono::NaiveDate;
use serde_json::{Map, Value as Json, json};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::index::article_cache::CachedArticle;
use crate::model::field::Key;
use crate::model::settings::Settings;
use crate::model::ticket_summary::TicketSummary;
use crate::ops::search::results::SearchResults;
use crate::ops::search::results::{ArticleHit, TicketHit};
use crate::ops::ticket::suggest::{ArticleFor, Similar, Suggested};
use crate::rules::article_usage::Usage;
use crate::rules::duplicates::DuplicateKind;
use crate::rules::search::Passage;
use crate::view::kb::{self, state_role};
use crate::view::list::{status_role, urgency};
use crate::view::paint::{Paint, PaintedText, Role};
use crate::view::sanitize::line;
use crate::view::words::{count, cut};

/// Widest line, in columns.
const MEASURE: usize = 100;

/// Columns of an article's id and the gap behind it.
const ARTICLE: usize = 9;

/// Columns of a ticket's id and the gap behind it.
const TICKET: usize = 12;

/// Columns shown before the first word that was found, where a line is cut at its beginning.
const BEFORE: usize = 16;

/// What was found, each kind under its heading if both were looked for.
pub fn found(
    found: &SearchResults,
    both: bool,
    settings: &Settings,
    today: NaiveDate,
    paint: &Paint,
) -> String {
    let width = paint.width_up_to(MEASURE);
    let mut parts = Vec::new();
    let headed = |heading: &str, hits: Vec<String>| {
        let heading = if both {
            format!("{}\n", paint.role(Role::Heading, heading))
        } else {
            String::new()
        };
        format!("{heading}{}", hits.join("\n"))
    };
    if !found.articles.is_empty() {
        let hits = found
            .articles
            .iter()
            .map(|hit| article(hit, today, paint, width));
        parts.push(headed("Articles", hits.collect()));
    }
    if !found.tickets.is_empty() {
        let hits = found
            .tickets
            .iter()
            .map(|hit| ticket(hit, settings, paint, width));
        parts.push(headed("Tickets", hits.collect()));
    }
    parts.join("\n")
}

/// What to say beside it, on standard error.
pub fn remarks(found: &SearchResults, limit: usize) -> Vec<String> {
    let mut all: Vec<String> = found
        .slips
        .iter()
        .map(|(slip, words)| {
            format!(
                "`{slip}` stands nowhere; looked for {} too",
                words.join(", ")
            )
        })
        .collect();
    if found.phrase_as_words {
        all.push("no text has the phrase as it stands; its words were looked for".to_owned());
    }
    if found.beside > 0 {
        let beside = count(found.beside, "page");
        all.push(format!("{beside} of procedures and the manual: add --all"));
    }
    if found.more {
        all.push(format!("more would fit: add --limit {}", limit * 4));
    }
    all
}

fn article(hit: &ArticleHit, today: NaiveDate, paint: &Paint, width: usize) -> String {
    let article = &hit.cached.article;
    let mut facts = vec![(state_role(article.state), article.state.to_string())];
    if article.is_expired(today) {
        facts.push((Role::Alarm, "expired".to_owned()));
    } else if article.is_stale(today) {
        facts.push((Role::Warn, "stale".to_owned()));
    }
    let muted = |text: &str| (Role::Muted, line(text));
    facts.extend(article.language.as_deref().map(muted));
    if !hit.cached.category().is_empty() {
        facts.push(muted(hit.cached.category()));
    }
    facts.push(used(&hit.usage));
    let others: Vec<&str> = hit
        .others
        .iter()
        .filter_map(|other| other.article.language.as_deref())
        .collect();
    if !others.is_empty() {
        facts.push(muted(&format!("also {}", others.join(", "))));
    }
    entry(
        article.id.as_str(),
        ARTICLE,
        &hit.title,
        &facts,
        hit.passage.as_ref(),
        paint,
        width,
    )
}

fn used(usage: &Usage) -> PaintedText {
    match usage.solved {
        0 if usage.used == 0 => (Role::Muted, "never used".to_owned()),
        0 => (Role::Muted, format!("used {}", times(usage.used))),
        solved => (Role::Good, format!("solved {solved} of {}", usage.used)),
    }
}

fn times(n: usize) -> String {
    if n == 1 {
        "once".to_owned()
    } else {
        format!("{n} times")
    }
}

fn ticket(hit: &TicketHit, settings: &Settings, paint: &Paint, width: usize) -> String {
    let ticket = &hit.ticket;
    let facts = ticket_facts(ticket, settings, paint);
    entry(
        ticket.id.as_str(),
        TICKET,
        &hit.title,
        &facts,
        hit.passage.as_ref(),
        paint,
        width,
    )
}

/// What is to be said beside a title, as much of it as fits.
fn dotted(facts: &[PaintedText], room: usize, paint: &Paint) -> String {
    const DOT: &str = " · ";
    let mut out = String::new();
    let mut used = 0;
    for (role, text) in facts {
        let dot = if used == 0 { "" } else { DOT };
        used += dot.width() + text.width();
        if used > room {
            break;
        }
        out.push_str(&paint.role(Role::Muted, dot));
        out.push_str(&paint.role(*role, text));
    }
    out
}

fn ticket_facts(ticket: &TicketSummary, settings: &Settings, paint: &Paint) -> Vec<PaintedText> {
    let status = ticket.status();
    let priority = ticket.text(Key::Priority);
    let mut facts = vec![(status_role(&status), line(status.as_str()))];
    if status.is_open() {
        facts.push((urgency(settings.rank(priority)), line(priority)));
    }
    facts.push((Role::Muted, paint.since(ticket.updated)));
    facts.push((Role::Person, line(ticket.text(Key::RequesterName))));
    facts.push((Role::Muted, line(ticket.text(Key::Queue))));
    facts.retain(|(_, text)| !text.is_empty());
    facts
}

fn entry(
    id: &str,
    indent: usize,
    title: &Passage,
    facts: &[PaintedText],
    passage: Option<&Passage>,
    paint: &Paint,
    width: usize,
) -> String {
    let room = width.saturating_sub(indent).max(12);
    let margin = " ".repeat(indent);
    let mut out = format!(
        "{}{}{}\n",
        paint.role(Role::Id, id),
        " ".repeat(indent.saturating_sub(id.len())),
        painted(title, Role::Title, room, paint),
    );
    out.push_str(&margin);
    out.push_str(&dotted(facts, room, paint));
    out.push('\n');
    if let Some(passage) = passage {
        out.push_str(&format!(
            "{margin}{}\n",
            painted(passage, Role::Plain, room, paint)
        ));
    }
    out
}

/// A passage cut to a width, the words that were found in their own role.
fn painted(passage: &Passage, role: Role, width: usize, paint: &Paint) -> String {
    clip(passage, width)
        .into_iter()
        .map(|(hit, text)| paint.role(if hit { Role::Found } else { role }, &line(&text)))
        .collect()
}

/// The pieces of a passage that fit a width: around the first word that was found, where not all
/// does. True for what was found.
fn clip(passage: &Passage, width: usize) -> Vec<(bool, String)> {
    let text = &passage.text;
    let whole = 0..text.len();
    let shown = if text.width() <= width {
        whole.clone()
    } else {
        window(text, passage.marks.first(), width)
    };
    let mut out = Vec::new();
    let mut at = shown.start;
    if at > 0 {
        out.push((false, "…".to_owned()));
    }
    for mark in &passage.marks {
        if mark.end <= at || mark.start >= shown.end {
            continue;
        }
        let (from, to) = (mark.start.max(at), mark.end.min(shown.end));
        if from > at {
            out.push((false, text[at..from].to_owned()));
        }
        out.push((true, text[from..to].to_owned()));
        at = to;
    }
    if at < shown.end {
        out.push((false, text[at..shown.end].to_owned()));
    }
    if shown.end < text.len() {
        let last = out.last_mut();
        if let Some((false, text)) = last {
            text.truncate(text.trim_end().len());
        }
        out.push((false, "…".to_owned()));
    }
    out
}

fn window(text: &str, first: Option<&Range<usize>>, width: usize) -> Range<usize> {
    let mark = first.map_or(0, |mark| mark.end);
    let mut from = 0;
    // Room for an ellipsis at either end.
    let room = width.saturating_sub(2);
    if text[..mark].width() > room {
        let start = first.map_or(0, |mark| mark.start);
        let before = text[..start].char_indices().rev().scan(0, |used, (at, c)| {
            *used += c.width().unwrap_or(0);
            (*used <= BEFORE).then_some((at, c))
        });
        let before: Vec<(usize, char)> = before.collect();
        let space = before.iter().rev().find(|(_, c)| c.is_whitespace());
        from = space.map_or(start, |(at, c)| at + c.len_utf8());
    }
    let mut used = 0;
    let mut end = from;
    for (at, c) in text[from..].char_indices() {
        used += c.width().unwrap_or(0);
        if used > room {
            break;
        }
        end = from + at + c.len_utf8();
    }
    from..end
}

/// What may help with a ticket.
pub fn suggested(all: &Suggested, settings: &Settings, paint: &Paint) -> String {
    let width = paint.width_up_to(MEASURE);
    let mut parts = Vec::new();
    let heading = |text: &str| format!("{}\n", paint.role(Role::Heading, text));
    if !all.work.is_empty() {
        let mut out = heading("The same trouble");
        for one in &all.work {
            let ticket = &one.ticket;
            out.push_str(&titled(ticket, settings, paint, width));
            out.push_str(&reported(TICKET, &one.reason, paint, width));
            if let (DuplicateKind::Duplicate, Some(about)) = (one.kind, all.about) {
                let next = format!(
                    "to share the work: desk work link {about} --to {}",
                    ticket.id
                );
                out.push_str(&reported(TICKET, &next, paint, width));
            }
        }
        parts.push(out);
    }
    if !all.articles.is_empty() {
        let mut out = heading("Articles");
        for one in &all.articles {
            out.push_str(&helpful(one, paint, width));
        }
        parts.push(out);
    }
    if !all.tickets.is_empty() {
        let mut out = heading("Tickets like this one");
        for one in &all.tickets {
            out.push_str(&alike(one, settings, paint, width));
        }
        parts.push(out);
    }
    parts.join("\n")
}

fn reported(indent: usize, text: &str, paint: &Paint, width: usize) -> String {
    let room = width.saturating_sub(indent).max(12);
    let text = paint.role(Role::Muted, &cut(&line(text), room));
    format!("{}{text}\n", " ".repeat(indent))
}

fn helpful(one: &ArticleFor, paint: &Paint, width: usize) -> String {
    let article = &one.cached.article;
    let state = match article.state {
        crate::model::article::ArticleState::Published => String::new(),
        state => format!("  {}", paint.role(state_role(state), state.as_str())),
    };
    let foreign = article.language.as_deref().filter(|_| one.is_foreign);
    let language = foreign.map(|language| format!("  {}", paint.role(Role::Muted, language)));
    let language = language.unwrap_or_default();
    let room = width.saturating_sub(ARTICLE + 10).max(12);
    let title = paint.role(Role::Title, &cut(&line(&article.title), room));
    let id = paint.role(Role::Id, article.id.as_str());
    format!(
        "{id}  {title}{language}{state}\n{}",
        reported(ARTICLE, &one.reason, paint, width)
    )
}

fn titled(ticket: &TicketSummary, settings: &Settings, paint: &Paint, width: usize) -> String {
    let room = width.saturating_sub(TICKET).max(12);
    let title = paint.role(Role::Title, &cut(&line(ticket.text(Key::Title)), room));
    let facts = ticket_facts(ticket, settings, paint);
    format!(
        "{}  {title}\n{}{}\n",
        paint.role(Role::Id, ticket.id.as_str()),
        " ".repeat(TICKET),
        dotted(&facts, room, paint),
    )
}

fn alike(one: &Similar, settings: &Settings, paint: &Paint, width: usize) -> String {
    let mut out = titled(&one.ticket, settings, paint, width);
    out.push_str(&reported(TICKET, &one.reason, paint, width));
    if let Some(solution) = &one.solution {
        let room = width.saturating_sub(TICKET + 8).max(12);
        let text = solution.split_whitespace().collect::<Vec<_>>().join(" ");
        let label = paint.role(Role::Good, "solved: ");
        out.push_str(&format!(
            "{}{label}{}\n",
            " ".repeat(TICKET),
            cut(&line(&text), room)
        ));
    }
    out
}

/// Suggestions in one line each, for the end of another command.
pub fn hints(all: &Suggested) -> Vec<String> {
    let mut out = Vec::new();
    for one in all.articles.iter().take(2) {
        let article = &one.cached.article;
        out.push(format!(
            "may help: {} \"{}\": {}",
            article.id, article.title, one.reason
        ));
    }
    if let Some(about) = all.about.filter(|_| !all.tickets.is_empty()) {
        let tickets = count(all.tickets.len(), "ticket");
        out.push(format!(
            "{tickets} like it, and how they were solved: desk suggest {about}"
        ));
    }
    out
}

/// Suggestions in JSON: articles and tickets, each with its id, its title and the reason.
pub fn hints_json(all: &Suggested) -> Json {
    let articles = all.articles.iter().map(|one| {
        let article = &one.cached.article;
        json!({"id": article.id.as_str(), "title": line(&article.title), "reason": one.reason})
    });
    let tickets = all.tickets.iter().map(|one| {
        let ticket = &one.ticket;
        json!({
            "id": ticket.id.as_str(),
            "title": line(ticket.text(Key::Title)),
            "reason": one.reason,
            "solution": one.solution,
        })
    });
    json!({"articles": articles.collect::<Vec<_>>(), "tickets": tickets.collect::<Vec<_>>()})
}

fn passage(passage: &Passage) -> Json {
    let marks: Vec<[usize; 2]> = passage
        .marks
        .iter()
        .map(|mark| {
            // Characters, as other languages count them.
            let chars = |to: usize| passage.text[..to].chars().count();
            [chars(mark.start), chars(mark.end)]
        })
        .collect();
    json!({"text": line(&passage.text), "marks": marks})
}

/// An article that was found in JSON: its front matter; under `derived` its use, how well it fits,
/// the line that was found with the places of the words (in characters), and its translations.
pub fn article_json(hit: &ArticleHit, today: NaiveDate) -> Json {
    let mut out = kb::json::cached(&hit.cached, today);
    if let Some(Json::Object(derived)) = out.get_mut("derived") {
        usage(derived, &hit.usage);
        derived.insert("score".to_owned(), json!(hit.score));
        derived.insert(
            "passage".to_owned(),
            json!(hit.passage.as_ref().map(passage)),
        );
        let others = hit.others.iter().map(translation).collect();
        derived.insert("translations".to_owned(), Json::Array(others));
    }
    Json::Object(out)
}

fn usage(derived: &mut Map<String, Json>, usage: &Usage) {
    for (name, value) in [
        ("used", usage.used),
        ("solved", usage.solved),
        ("helped", usage.helped),
        ("wrong", usage.wrong),
    ] {
        derived.insert(name.to_owned(), json!(value));
    }
}

fn translation(cached: &CachedArticle) -> Json {
    let article = &cached.article;
    json!({"id": article.id.as_str(), "language": article.language, "title": line(&article.title)})
}

/// Adds to a ticket in JSON how well it fits, and the line that was found.
pub fn ticket_json(item: &mut Json, hit: &TicketHit) {
    let score = if hit.score.is_finite() {
        hit.score
    } else {
        f32::MAX
    };
    item["derived"]["score"] = json!(score);
    item["derived"]["passage"] = json!(hit.passage.as_ref().map(passage));
}

/// A suggested article in JSON, with the reason.
pub fn article_for_json(one: &ArticleFor, today: NaiveDate) -> Json {
    let mut out = kb::json::cached(&one.cached, today);
    if let Some(Json::Object(derived)) = out.get_mut("derived") {
        usage(derived, &one.usage);
        derived.insert("reason".to_owned(), json!(one.reason));
        derived.insert("score".to_owned(), json!(one.score));
    }
    Json::Object(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, marks: &[&str], width: usize) -> String {
        let mut at = 0;
        let places = marks.iter().map(|mark| {
            let start = text[at..].find(mark).unwrap() + at;
            at = start + mark.len();
            start..at
        });
        let passage = Passage {
            text: text.to_owned(),
            marks: places.collect(),
        };
        let piece = |(hit, text): (bool, String)| if hit { format!("[{text}]") } else { text };
        clip(&passage, width).into_iter().map(piece).collect()
    }

    #[test]
    fn a_long_line_is_cut_around_what_was_found() {
        assert_eq!(shown("a light b", &["light"], 40), "a [light] b");
        let long = "one two three four five six seven eight nine ten eleven light twelve thirteen";
        assert_eq!(
            shown(long, &["light"], 36),
            "…ten eleven [light] twelve thirteen"
        );
        assert_eq!(shown(long, &["two"], 20), "one [two] three four…");
        assert_eq!(shown("größe größe", &["größe"], 9), "[größe] g…");
    }
}
