//! What counts beside the words, gently: nothing here turns a good answer into a bad one.

use chrono::NaiveDate;

use crate::model::article::{Article, ArticleState};
use crate::model::moment::Moment;
use crate::model::status::Status;
use crate::model::ticket_summary::TicketSummary;
use crate::rules::article_usage::Usage;

/// What the newest is worth beside the oldest.
const NEWER: f32 = 0.08;

/// What ten solved tickets are worth, a little less again for the next ninety.
const SOLVED: f32 = 0.12;

/// What ten tickets that name another as the same trouble are worth to it, a little less again
/// the next ninety.
const NAMED: f32 = 0.12;

/// By how much an article's fit is raised or lowered: published over draft, what has solved much
/// over what was never used, newer over older.
pub fn article(article: &Article, usage: &Usage, today: NaiveDate) -> f32 {
    let state = match article.state {
        ArticleState::Published => 1.0,
        ArticleState::Review => 0.9,
        ArticleState::Draft => 0.85,
        ArticleState::Retired => 0.7,
    };
    let stale = if article.is_stale(today) { 0.97 } else { 1.0 };
    #[expect(clippy::cast_precision_loss, reason = "a logarithm follows")]
    let (good, bad) = (
        usage.solved as f32 + usage.helped as f32 / 2.0,
        usage.wrong as f32,
    );
    let used = 1.0 + SOLVED * ((1.0 + good).log10() - (1.0 + bad).log10()).clamp(-1.0, 2.0);
    let days = article.published.map(|day| (today - day).num_days());
    state * stale * used * newer(days)
}

/// By how much a ticket's fit is raised or lowered: newer over older, what many others name over
/// what none does, and what led nowhere last.
pub fn ticket(ticket: &TicketSummary, named_by: usize, now: Moment) -> f32 {
    let status = match ticket.status() {
        Status::Merged | Status::Cancelled => 0.8,
        _ => 1.0,
    };
    status * named(named_by) * newer(Some(now.since(ticket.updated).num_days()))
}

/// What it is worth to be named by so many.
fn named(by: usize) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "a logarithm follows")]
    let by = by as f32;
    1.0 + NAMED * (1.0 + by).log10().min(2.0)
}

/// Halves in a year what being new is worth.
fn newer(days: Option<i64>) -> f32 {
    let days = days.map_or(3_650, |days| days.clamp(0, 36_500));
    #[expect(clippy::cast_precision_loss, reason = "a few thousand days")]
    let years = days as f32 / 365.0;
    1.0 + NEWER * 0.5_f32.powf(years)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_solved_often_and_new_comes_first() {
        let today: NaiveDate = "2026-11-23".parse().unwrap();
        let mut one = Article::new("KB-7Q2M".parse().unwrap(), "One");
        one.state = ArticleState::Published;
        one.published = "2026-11-01".parse().ok();
        let never = Usage::default();
        let often = Usage {
            used: 12,
            solved: 10,
            ..Usage::default()
        };
        let wrong = Usage {
            used: 3,
            wrong: 3,
            ..Usage::default()
        };
        let mut draft = one.clone();
        draft.state = ArticleState::Draft;
        let mut old = one.clone();
        old.published = "2016-11-01".parse().ok();
        let plain = article(&one, &never, today);
        assert!(article(&one, &often, today) > plain);
        assert!(article(&one, &wrong, today) < plain);
        assert!(article(&draft, &never, today) < plain);
        assert!(article(&old, &never, today) < plain);
        assert!(article(&one, &often, today) < plain * 1.3, "gently");
    }
}
