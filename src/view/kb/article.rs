//! One article as a card, its call script, and what a command did to it.

use crate::index::article_cache::CachedArticle;
use crate::model::article::{Article, ArticleOutcome, ArticleState};
use crate::model::settings::Settings;
use crate::ops::core::outcome::ChangedArticle;
use crate::ops::kb::script::Script;
use crate::ops::kb::show::ArticleView;
use crate::ops::kb::uses::ListedArticle;
use crate::page::markdown::read;
use crate::view::kb::{day, state_role};
use crate::view::label::{fact_beside, title};
use crate::view::markdown::{self, filled, pieces};
use crate::view::paint::{Paint, Role};
use crate::view::sanitize::line;
use crate::view::words::{count, cut, wrap};
use chrono::NaiveDate;

/// Widest line of running text, in columns.
const MEASURE: usize = 84;

/// Widest line that is read out, in columns.
const ALOUD: usize = 64;

/// At most so many tickets of an article or a demand are named.
const TICKETS: usize = 5;

/// Shows one article.
pub fn card(shown: &ArticleView, settings: &Settings, today: NaiveDate, paint: &Paint) -> String {
    let article = &shown.listed.cached.article;
    let width = paint.width_up_to(MEASURE);
    let mut out = head(&shown.listed.cached, today, paint, width);
    facts(&mut out, shown, settings, today, paint, width);
    let body = markdown::text(&read(shown.page.body()), width, paint);
    if !body.trim().is_empty() {
        out.push('\n');
        out.push_str(&body);
    }
    foot(&mut out, shown, settings, paint, width);
    if article.state == ArticleState::Draft {
        let next = format!("\nNext: desk kb edit | review {}\n", article.id);
        out.push_str(&paint.role(Role::Muted, &next));
    }
    out
}

/// Id, state and what the reader should beware of; then the title.
fn head(cached: &CachedArticle, today: NaiveDate, paint: &Paint, width: usize) -> String {
    let article = &cached.article;
    let mut parts = vec![
        paint.role(Role::Id, article.id.as_str()),
        paint.role(state_role(article.state), article.state.as_str()),
    ];
    let (role, text) = day(article, today);
    if matches!(role, Role::Alarm | Role::Warn) {
        parts.push(paint.role(role, &text));
    }
    let about = [
        article.language.as_deref(),
        article
            .audience
            .as_deref()
            .filter(|who| *who == "customers"),
    ];
    for part in about.into_iter().flatten() {
        parts.push(paint.role(Role::Muted, &line(part)));
    }
    if !cached.category().is_empty() {
        parts.push(paint.role(Role::Muted, &line(cached.category())));
    }
    let mut out = parts.join(&paint.role(Role::Muted, "  ·  "));
    out.push('\n');
    title(&mut out, &article.title, paint, width);
    out
}

/// Columns of a label.
const LABEL: usize = 14;

fn fact(out: &mut String, label: &str, value: &str, paint: &Paint, width: usize) {
    fact_beside(out, label, LABEL, value, paint, width);
}

fn facts(
    out: &mut String,
    shown: &ArticleView,
    settings: &Settings,
    today: NaiveDate,
    paint: &Paint,
    width: usize,
) {
    let article = &shown.listed.cached.article;
    let name = |handle: &Option<String>| {
        let handle = handle.as_deref().unwrap_or_default();
        line(settings.agent_name(handle))
    };
    let mut own = String::new();
    let mut add = |label: &str, value: String| fact(&mut own, label, &value, paint, width);
    add("owner", name(&article.owner));
    let published = match (article.published, &article.published_by) {
        (Some(day), Some(_)) => format!("{day} by {}", name(&article.published_by)),
        (Some(day), None) => day.to_string(),
        (None, _) => String::new(),
    };
    add("published", published);
    let until = [
        article
            .review_by
            .map(|day| format!("to be read again by {day}")),
        article.expires.map(|day| {
            let verb = if article.is_expired(today) {
                "left"
            } else {
                "leaves"
            };
            format!("{verb} the search on {day}")
        }),
    ];
    let until: Vec<String> = until.into_iter().flatten().collect();
    add("holds", until.join(", "));
    for (at, (code, title)) in shown.codes.iter().enumerate() {
        let label = if at == 0 { "codes" } else { "" };
        add(label, line(format!("{code}  {title}").trim()));
    }
    add("tags", line(&article.tags.join(", ")));
    if !own.is_empty() {
        out.push('\n');
        out.push_str(&own);
    }
}

fn foot(out: &mut String, shown: &ArticleView, settings: &Settings, paint: &Paint, width: usize) {
    let mut own = String::new();
    others(&mut own, shown, paint, width);
    links(&mut own, &shown.listed.cached.article, paint);
    uses(&mut own, shown, paint, width);
    if !own.is_empty() {
        let rule = paint.role(Role::Muted, &"─".repeat(width));
        out.push_str(&format!("\n{rule}\n{own}"));
    }
    wrong(out, &shown.listed, settings, paint, width);
}

/// Related articles and translations.
fn others(out: &mut String, shown: &ArticleView, paint: &Paint, width: usize) {
    let leaf_line = |cached: &CachedArticle| {
        let article = &cached.article;
        let state = match article.state {
            ArticleState::Published => String::new(),
            state => format!("  ({state})"),
        };
        let room = width.saturating_sub(LABEL + 9 + state.len());
        format!(
            "{}  {}{state}",
            article.id,
            cut(&line(&article.title), room)
        )
    };
    for (at, (id, cached)) in shown.related.iter().enumerate() {
        let reported = match cached {
            Some(cached) => leaf_line(cached),
            None => format!("{}  (there is none)", line(id)),
        };
        let label = if at == 0 { "related" } else { "" };
        fact(out, label, &reported, paint, width);
    }
    for (at, cached) in shown.translations.iter().enumerate() {
        let language = cached.article.language.as_deref().unwrap_or("?");
        let reported = format!("{}  {}", line(language), leaf_line(cached));
        let label = if at == 0 { "translations" } else { "" };
        fact(out, label, &reported, paint, width);
    }
}

fn links(out: &mut String, article: &Article, paint: &Paint) {
    for (at, link) in article.links.iter().enumerate() {
        // Not broken over lines: it is to be opened.
        let label = if at == 0 { "links" } else { "" };
        out.push_str(&paint.role(Role::Muted, &format!("{label:<LABEL$}")));
        out.push_str(&paint.role(Role::Reach, &line(link)));
        out.push('\n');
    }
}

/// The tickets that it was written from, and those in which it was used.
fn uses(out: &mut String, shown: &ArticleView, paint: &Paint, width: usize) {
    let from = line(&shown.listed.cached.article.tickets.join(", "));
    fact(out, "written from", &from, paint, width);
    fact(out, "used", &usage(&shown.listed, paint), paint, width);
    let uses = shown
        .tickets
        .iter()
        .filter(|one| one.came != Some(ArticleOutcome::Drafted));
    for one in uses.take(TICKETS) {
        let came = one.came.map_or("linked", ArticleOutcome::as_str);
        let title = cut(&line(&one.title), width.saturating_sub(LABEL + 12 + 9));
        let reported = format!("{}  {came:<7}  {title}", one.ticket);
        fact(out, "", &reported, paint, width);
    }
}

/// Who said last that the article is wrong, if anybody did.
fn wrong(
    out: &mut String,
    listed: &ListedArticle,
    settings: &Settings,
    paint: &Paint,
    width: usize,
) {
    let Some(last) = listed.wrong.iter().max_by_key(|one| one.at) else {
        return;
    };
    let reported = format!(
        "Said to be wrong {}, last by {} on {}: desk show {}",
        times(listed.wrong.len()),
        line(settings.agent_name(last.by.as_str())),
        paint.time(last.at),
        last.ticket
    );
    out.push('\n');
    for one in wrap(&reported, width) {
        out.push_str(&paint.role(Role::Alarm, &one));
        out.push('\n');
    }
}

/// `once`, `3 times`.
pub(crate) fn times(n: usize) -> String {
    match n {
        1 => "once".to_owned(),
        n => format!("{n} times"),
    }
}

/// `12 tickets: solved 8, helped 2, wrong 1; last 3d ago`.
fn usage(listed: &ListedArticle, paint: &Paint) -> String {
    let usage = &listed.usage;
    if usage.used == 0 {
        return "never".to_owned();
    }
    let parts = [
        ("solved", usage.solved),
        ("helped", usage.helped),
        ("wrong", usage.wrong),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(_, number)| *number > 0)
        .map(|(word, number)| format!("{word} {number}"))
        .collect();
    let came = if parts.is_empty() {
        String::new()
    } else {
        format!(": {}", parts.join(", "))
    };
    let last = usage
        .last
        .map(|at| format!("; last {}", paint.since(at)))
        .unwrap_or_default();
    format!("on {}{came}{last}", count(usage.used, "ticket"))
}

/// The lines to be read out: big, numbered, with air between them.
pub fn script(script: &Script, today: NaiveDate, paint: &Paint) -> String {
    let width = paint.width_up_to(ALOUD + 6);
    let mut out = head(&script.cached, today, paint, width);
    let last = script.lines.iter().filter_map(|line| line.number).max();
    let room = last.map_or(1, |last| last.to_string().len());
    let indent = 2 + room + 3;
    let text = width.saturating_sub(indent).max(20);
    for (at, said) in script.lines.iter().enumerate() {
        // What hangs on a step stays near it.
        let hangs = said.number.is_none() && said.aloud;
        if at == 0 || !hangs {
            out.push('\n');
        }
        let role = if said.aloud { Role::Title } else { Role::Muted };
        let number = said
            .number
            .map(|number| number.to_string())
            .unwrap_or_default();
        for (at, one) in filled(&pieces(&said.text, role), text, paint)
            .iter()
            .enumerate()
        {
            let mark = if at == 0 { number.as_str() } else { "" };
            let mark = paint.role(Role::Id, &format!("{mark:>room$}"));
            out.push_str(format!("  {mark}   {one}").trim_end());
            out.push('\n');
        }
    }
    out
}

/// What a command did to an article.
pub fn revised(one: &ChangedArticle, paint: &Paint) -> String {
    let article = &one.cached.article;
    let room = paint
        .width_up_to(100)
        .saturating_sub(8 + 4 + one.what.len());
    let mut out = format!(
        "{}  {}  {}\n",
        paint.role(Role::Id, article.id.as_str()),
        one.what,
        paint.role(Role::Title, &cut(&line(&article.title), room)),
    );
    if one.new {
        let path = format!("         {}\n", line(&one.cached.path));
        out.push_str(&paint.role(Role::Muted, &path));
        return out;
    }
    for change in &one.changes {
        out.push_str(&format!(
            "         {}\n",
            crate::view::entry_lines::changed(change, paint)
        ));
    }
    out
}
