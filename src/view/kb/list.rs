//! Articles in a list, and what `kb review` finds due.

use crate::model::settings::Settings;
use crate::ops::kb::list::ArticleListing;
use crate::ops::kb::review::{DueArticle, ReviewReason};
use crate::ops::kb::uses::ListedArticle;
use crate::ops::kb::uses::Mend;
use crate::view::kb::article::times;
use crate::view::kb::{day, figure, state_role};
use crate::view::paint::{Paint, PaintedText, Role};
use crate::view::sanitize::line;
use crate::view::table::table;
use crate::view::words::{count, left_out, wider};
use chrono::NaiveDate;

/// The rows of a list under their header.
pub fn list(listing: &ArticleListing, today: NaiveDate, paint: &Paint) -> String {
    if listing.articles.is_empty() {
        return String::new();
    }
    let wide = !paint.is_narrow();
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
    let rows: Vec<Vec<PaintedText>> = listing.articles.iter().map(row).collect();
    table(&header, &rows, &figures, header.len() - 1, paint)
}

/// What to say beside a list, on standard error.
pub fn remarks(listing: &ArticleListing) -> Vec<String> {
    let mut all = Vec::new();
    if listing.articles.is_empty() {
        all.push("no articles".to_owned());
    }
    let what = "retired or expired article";
    all.extend(left_out(listing.hidden, what, "--all"));
    all.extend(wider(listing.wider.as_ref(), "article"));
    all
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
    let rows: Vec<Vec<PaintedText>> = all.iter().map(row).collect();
    table(
        &["id", "why", "owner", "used", "solved", "title"],
        &rows,
        &[3, 4],
        5,
        paint,
    )
}

/// A reason in words.
pub(crate) fn reported(why: ReviewReason) -> PaintedText {
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
    let rows: Vec<Vec<PaintedText>> = all.iter().map(row).collect();
    table(
        &["id", "wrong", "last", "ticket", "by", "title"],
        &rows,
        &[],
        5,
        paint,
    )
}
