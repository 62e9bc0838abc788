//! The knowledge base on the screen: lists, one article, a call script, what is due, what is missing.

use chrono::NaiveDate;
use serde_json::{Map, Value as Json, json};

use crate::index::article_cache::CachedArticle;
use crate::model::article::{Article, ArticleKey, ArticleOutcome, ArticleState};
use crate::model::catalog::Catalogue;
use crate::model::id::TicketId;
use crate::model::settings::Settings;
use crate::ops::core::transaction::ChangedArticle;
use crate::ops::kb::show::{
    ArticleListing, ArticleView, DueArticle, ListedArticle, Mend, ReviewReason, Script,
};
use crate::page::markdown::{ScriptLine, plain, read};
use crate::rules::article_usage::{Demand, Demands};
use crate::view::markdown::{self, filled, pieces};
use crate::view::paint::{Paint, Role};
use crate::view::sanitize::line;
use crate::view::table::{Painted, table};
use crate::view::words::{count, cut, wrap};

/// Widest line of running text, in columns.
const MEASURE: usize = 84;

/// Widest line that is read out, in columns.
const ALOUD: usize = 64;

/// At most so many tickets of an article or a demand are named.
const TICKETS: usize = 5;

/// How a state looks.
pub fn state_role(state: ArticleState) -> Role {
    match state {
        ArticleState::Draft | ArticleState::Retired => Role::Muted,
        ArticleState::Review => Role::Wait,
        ArticleState::Published => Role::Good,
    }
}

/// The day of an article that matters most, with what is the matter.
fn day(article: &Article, today: NaiveDate) -> Painted {
    match (article.expires, article.review_by) {
        (Some(day), _) if article.is_expired(today) => (Role::Alarm, format!("expired {day}")),
        (_, Some(day)) if article.is_stale(today) => (Role::Warn, format!("stale {day}")),
        (_, Some(day)) => (Role::Muted, day.to_string()),
        (Some(day), None) => (Role::Muted, format!("until {day}")),
        (None, None) => (Role::Muted, String::new()),
    }
}

fn figure(number: usize) -> Painted {
    let role = if number == 0 {
        Role::Muted
    } else {
        Role::Plain
    };
    (role, number.to_string())
}

/// The rows of a list under their header.
pub fn list(listing: &ArticleListing, today: NaiveDate, paint: &Paint) -> String {
    if listing.articles.is_empty() {
        return String::new();
    }
    let wide = paint.width.is_none_or(|width| width >= 110);
    let wrong = listing.articles.iter().any(|one| !one.wrong.is_empty());
    let mut header = vec!["id", "state"];
    if wide {
        header.extend(["category", "lang", "owner"]);
    }
    header.extend(["review", "used", "solved"]);
    if wrong {
        header.push("wrong");
    }
    let figures: Vec<usize> = (header.len() - if wrong { 3 } else { 2 }..header.len()).collect();
    header.push("title");
    let row = |one: &ListedArticle| {
        let article = &one.cached.article;
        let mut cells = vec![
            (Role::Id, article.id.to_string()),
            (state_role(article.state), article.state.to_string()),
        ];
        if wide {
            cells.extend([
                (Role::Muted, line(one.cached.category())),
                (Role::Muted, line(article.language.as_deref().unwrap_or(""))),
                (Role::Person, line(article.owner.as_deref().unwrap_or(""))),
            ]);
        }
        cells.extend([
            day(article, today),
            figure(one.usage.used),
            figure(one.usage.solved),
        ]);
        if wrong {
            let times = one.wrong.len();
            cells.push(if times == 0 {
                figure(0)
            } else {
                (Role::Alarm, times.to_string())
            });
        }
        cells.push((Role::Plain, line(&article.title)));
        cells
    };
    let rows: Vec<Vec<Painted>> = listing.articles.iter().map(row).collect();
    table(&header, &rows, &figures, header.len() - 1, paint)
}

/// What to say beside a list, on standard error.
pub fn remarks(listing: &ArticleListing) -> Vec<String> {
    let mut all = Vec::new();
    if listing.articles.is_empty() {
        all.push("no articles".to_owned());
    }
    if listing.hidden > 0 {
        let fits = if listing.hidden == 1 {
            "matches"
        } else {
            "match"
        };
        all.push(format!(
            "{} also {fits}; use --all",
            count(listing.hidden, "retired or expired article")
        ));
    }
    all
}

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
    for title in wrap(&line(&article.title), width) {
        out.push_str(&paint.role(Role::Title, &title));
        out.push('\n');
    }
    out
}

/// A label and what it labels, on as many lines as that takes.
fn fact(out: &mut String, label: &str, value: &str, paint: &Paint, width: usize) {
    const LABEL: usize = 14;
    if value.is_empty() {
        return;
    }
    let lines = wrap(value, width.saturating_sub(LABEL).max(20));
    for (at, one) in lines.into_iter().enumerate() {
        let label = if at == 0 { label } else { "" };
        out.push_str(&paint.role(Role::Muted, &format!("{label:<LABEL$}")));
        out.push_str(&one);
        out.push('\n');
    }
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
    let article = &shown.listed.cached.article;
    let mut own = String::new();
    let leaf_line = |cached: &CachedArticle| {
        let article = &cached.article;
        let state = match article.state {
            ArticleState::Published => String::new(),
            state => format!("  ({state})"),
        };
        let room = width.saturating_sub(14 + 9 + state.len());
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
        fact(
            &mut own,
            if at == 0 { "related" } else { "" },
            &reported,
            paint,
            width,
        );
    }
    for (at, cached) in shown.translations.iter().enumerate() {
        let language = cached.article.language.as_deref().unwrap_or("?");
        let reported = format!("{}  {}", line(language), leaf_line(cached));
        fact(
            &mut own,
            if at == 0 { "translations" } else { "" },
            &reported,
            paint,
            width,
        );
    }
    for (at, link) in article.links.iter().enumerate() {
        // Not broken over lines: it is to be opened.
        let label = if at == 0 { "links" } else { "" };
        own.push_str(&paint.role(Role::Muted, &format!("{label:<14}")));
        own.push_str(&paint.role(Role::Reach, &line(link)));
        own.push('\n');
    }
    fact(
        &mut own,
        "written from",
        &line(&article.tickets.join(", ")),
        paint,
        width,
    );
    fact(&mut own, "used", &usage(&shown.listed, paint), paint, width);
    let uses = shown
        .tickets
        .iter()
        .filter(|one| one.came != Some(ArticleOutcome::Drafted));
    for one in uses.take(TICKETS) {
        let came = one.came.map_or("linked", ArticleOutcome::as_str);
        let title = cut(&line(&one.title), width.saturating_sub(14 + 12 + 9));
        fact(
            &mut own,
            "",
            &format!("{}  {came:<7}  {title}", one.ticket),
            paint,
            width,
        );
    }
    if !own.is_empty() {
        let rule = paint.role(Role::Muted, &"─".repeat(width));
        out.push_str(&format!("\n{rule}\n{own}"));
    }
    if let Some(last) = shown.listed.wrong.iter().max_by_key(|one| one.at) {
        let reported = format!(
            "Said to be wrong {}, last by {} on {}: desk show {}",
            times(shown.listed.wrong.len()),
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
}

/// `once`, `3 times`.
fn times(n: usize) -> String {
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

/// What is due, one line each.
pub fn due(all: &[DueArticle], paint: &Paint) -> String {
    if all.is_empty() {
        return String::new();
    }
    let row = |one: &DueArticle| {
        let article = &one.listed.cached.article;
        let first = one
            .why
            .first()
            .map_or((Role::Plain, String::new()), |why| reported(*why));
        let more: Vec<String> = one.why.iter().skip(1).map(|why| reported(*why).1).collect();
        let why = std::iter::once(first.1)
            .chain(more)
            .collect::<Vec<_>>()
            .join(", ");
        vec![
            (Role::Id, article.id.to_string()),
            (first.0, why),
            (Role::Person, line(article.owner.as_deref().unwrap_or(""))),
            figure(one.listed.usage.used),
            figure(one.listed.usage.solved),
            (Role::Plain, line(&article.title)),
        ]
    };
    let rows: Vec<Vec<Painted>> = all.iter().map(row).collect();
    table(
        &["id", "why", "owner", "used", "solved", "title"],
        &rows,
        &[3, 4],
        5,
        paint,
    )
}

/// A reason in words.
fn reported(why: ReviewReason) -> Painted {
    let days = |days: i64| count(usize::try_from(days).unwrap_or(0), "day");
    match why {
        ReviewReason::Wrong(n) => (Role::Alarm, format!("said to be wrong {}", times(n))),
        ReviewReason::Expired(0) => (Role::Alarm, "expired today".to_owned()),
        ReviewReason::Expired(n) => (Role::Alarm, format!("expired {} ago", days(n))),
        ReviewReason::Overdue(n) => (Role::Warn, format!("stale for {}", days(n))),
        ReviewReason::HandedIn => (Role::Wait, "handed in".to_owned()),
        ReviewReason::Expires(n) => (Role::Plain, format!("expires in {}", days(n))),
        ReviewReason::Due(0) => (Role::Plain, "due today".to_owned()),
        ReviewReason::Due(n) => (Role::Plain, format!("due in {}", days(n))),
    }
}

/// What the knowledge base lacks: searches first, then what was solved without.
pub fn demand(found: &Demands, catalogue: &Catalogue, paint: &Paint) -> String {
    let mut out = String::new();
    let tickets = |demand: &Demand| {
        let shown: Vec<String> = demand
            .tickets
            .iter()
            .take(2)
            .map(ToString::to_string)
            .collect();
        let more = demand.tickets.len().saturating_sub(shown.len());
        let more = if more > 0 {
            format!(" +{more}")
        } else {
            String::new()
        };
        format!("{}{more}", shown.join(" "))
    };
    let cells = |demand: &Demand, about: Painted| {
        vec![
            figure(demand.times),
            (Role::Muted, paint.since(demand.last)),
            (Role::Id, tickets(demand)),
            about,
        ]
    };
    if !found.searches.is_empty() {
        out.push_str(&format!(
            "{}\n",
            paint.role(Role::Title, "Searched, and nothing found")
        ));
        let rows: Vec<Vec<Painted>> = found
            .searches
            .iter()
            .map(|one| cells(one, (Role::Plain, line(&one.about))))
            .collect();
        out.push_str(&table(
            &["times", "last", "tickets", "words"],
            &rows,
            &[0],
            3,
            paint,
        ));
    }
    if !found.solved.is_empty() {
        let gap = if out.is_empty() { "" } else { "\n" };
        out.push_str(&format!(
            "{gap}{}\n",
            paint.role(Role::Title, "Solved without an article")
        ));
        let about = |one: &Demand| {
            let title = catalogue.find(&one.about).map(|code| code.title.as_str());
            match (one.about.as_str(), title) {
                ("", _) => (Role::Muted, "no problem code".to_owned()),
                (code, title) => (
                    Role::Plain,
                    line(format!("{code}  {}", title.unwrap_or("")).trim()),
                ),
            }
        };
        let rows: Vec<Vec<Painted>> = found
            .solved
            .iter()
            .map(|one| cells(one, about(one)))
            .collect();
        out.push_str(&table(
            &["times", "last", "tickets", "code"],
            &rows,
            &[0],
            3,
            paint,
        ));
    }
    if found.excused > 0 {
        let reported = format!("{} resolved with --no-kb", count(found.excused, "ticket"));
        out.push_str(&format!("\n{}\n", paint.role(Role::Muted, &reported)));
    }
    out
}

/// Articles that were said to be wrong, for whoever looks after them.
pub fn mend(all: &[Mend], settings: &Settings, paint: &Paint) -> String {
    let row = |one: &Mend| {
        let article = &one.cached.article;
        vec![
            (Role::Id, article.id.to_string()),
            (Role::Alarm, times(one.times)),
            (Role::Muted, paint.since(one.last.at)),
            (Role::Id, one.last.ticket.to_string()),
            (
                Role::Person,
                line(settings.agent_name(one.last.by.as_str())),
            ),
            (Role::Plain, line(&article.title)),
        ]
    };
    let rows: Vec<Vec<Painted>> = all.iter().map(row).collect();
    table(
        &["id", "wrong", "last", "ticket", "by", "title"],
        &rows,
        &[],
        5,
        paint,
    )
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
            crate::view::card::changed(change, paint)
        ));
    }
    out
}

/// An article in JSON: the keys of its front matter, computed values under `derived`.
pub fn cached(cached: &CachedArticle, today: NaiveDate) -> Map<String, Json> {
    let article = &cached.article;
    let mut out = Map::new();
    for key in ArticleKey::ALL {
        if let Some(value) = article.get(*key) {
            out.insert(key.name().to_owned(), crate::view::json::value(&value));
        }
    }
    out.insert(
        "derived".to_owned(),
        json!({
            "path": cached.path,
            "category": cached.category(),
            "script": article.script,
            "stale": article.is_stale(today),
            "expired": article.is_expired(today),
        }),
    );
    out
}

/// The same with how it is used.
pub fn listed(one: &ListedArticle, today: NaiveDate) -> Map<String, Json> {
    let mut out = cached(&one.cached, today);
    let usage = &one.usage;
    let wrong: Vec<Json> = one
        .wrong
        .iter()
        .map(|one| json!({"ticket": one.ticket.as_str(), "at": one.at.to_string(), "by": one.by.as_str()}))
        .collect();
    if let Some(Json::Object(derived)) = out.get_mut("derived") {
        derived.insert("used".to_owned(), json!(usage.used));
        derived.insert("solved".to_owned(), json!(usage.solved));
        derived.insert("helped".to_owned(), json!(usage.helped));
        derived.insert("wrong".to_owned(), json!(usage.wrong));
        derived.insert(
            "last_used".to_owned(),
            json!(usage.last.map(|at| at.to_string())),
        );
        derived.insert("to_mend".to_owned(), Json::Array(wrong));
    }
    out
}

/// The same with its text and what it is tied to.
pub fn shown(one: &ArticleView, today: NaiveDate) -> Json {
    let mut out = listed(&one.listed, today);
    out.insert("text".to_owned(), json!(one.page.body()));
    let short = |cached: &CachedArticle| {
        json!({
            "id": cached.article.id.as_str(),
            "title": cached.article.title,
            "state": cached.article.state.as_str(),
            "language": cached.article.language,
        })
    };
    let tickets: Vec<Json> = one
        .tickets
        .iter()
        .map(|one| {
            json!({
                "id": one.ticket.as_str(),
                "title": one.title,
                "outcome": one.came.map(ArticleOutcome::as_str),
                "at": one.at.to_string(),
            })
        })
        .collect();
    let related: Vec<Json> = one
        .related
        .iter()
        .filter_map(|(_, cached)| cached.as_ref().map(short))
        .collect();
    if let Some(Json::Object(derived)) = out.get_mut("derived") {
        derived.insert("related".to_owned(), Json::Array(related));
        let translations = one.translations.iter().map(short).collect();
        derived.insert("translations".to_owned(), Json::Array(translations));
        derived.insert("tickets".to_owned(), Json::Array(tickets));
    }
    Json::Object(out)
}

/// An article to be mended in JSON.
pub fn mend_json(one: &Mend, today: NaiveDate) -> Json {
    let mut out = cached(&one.cached, today);
    if let Some(Json::Object(derived)) = out.get_mut("derived") {
        derived.insert("part".to_owned(), json!("mend"));
        derived.insert("wrong".to_owned(), json!(one.times));
        let last = json!({
            "ticket": one.last.ticket.as_str(),
            "at": one.last.at.to_string(),
            "by": one.last.by.as_str(),
        });
        derived.insert("last_wrong".to_owned(), last);
    }
    Json::Object(out)
}

/// A call script in JSON: its lines, each with its number and whether it is read out.
pub fn said(script: &Script, today: NaiveDate) -> Json {
    let mut out = cached(&script.cached, today);
    let line = |said: &ScriptLine| json!({"number": said.number, "aloud": said.aloud, "text": plain(&said.text)});
    let lines = script.lines.iter().map(line).collect();
    out.insert("script".to_owned(), Json::Array(lines));
    Json::Object(out)
}

/// A due article in JSON, with the reasons in words.
pub fn due_json(one: &DueArticle, today: NaiveDate) -> Json {
    let mut out = listed(&one.listed, today);
    let why: Vec<String> = one.why.iter().map(|why| reported(*why).1).collect();
    if let Some(Json::Object(derived)) = out.get_mut("derived") {
        derived.insert("why".to_owned(), json!(why));
    }
    Json::Object(out)
}

/// What is missing in JSON: of kind `search` with its words, of kind `code` with the problem code, and
/// of kind `no-kb` with how many tickets were resolved with a reason instead.
pub fn demand_json(found: &Demands) -> Vec<Json> {
    let one = |kind: &str, key: &str, demand: &Demand| {
        let tickets: Vec<&str> = demand.tickets.iter().map(TicketId::as_str).collect();
        json!({
            "kind": kind,
            key: demand.about,
            "times": demand.times,
            "last": demand.last.to_string(),
            "tickets": tickets,
            "excused": demand.excused,
        })
    };
    let searches = found
        .searches
        .iter()
        .map(|demand| one("search", "query", demand));
    let solved = found
        .solved
        .iter()
        .map(|demand| one("code", "code", demand));
    let excused = (found.excused > 0).then(|| json!({"kind": "no-kb", "times": found.excused}));
    searches.chain(solved).chain(excused).collect()
}
