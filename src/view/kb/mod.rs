//! The knowledge base on the screen: lists, one article, a call script, what is due, what is missing.

pub mod article;
pub mod demand;
pub mod json;
pub mod list;

use crate::model::article::{Article, ArticleState};
use crate::view::paint::{PaintedText, Role};
use chrono::NaiveDate;

/// How a state looks.
pub fn state_role(state: ArticleState) -> Role {
    match state {
        ArticleState::Draft | ArticleState::Retired => Role::Muted,
        ArticleState::Review => Role::Wait,
        ArticleState::Published => Role::Good,
    }
}

/// The day of an article that matters most, with what is the matter.
pub(crate) fn day(article: &Article, today: NaiveDate) -> PaintedText {
    match (article.expires, article.review_by) {
        (Some(day), _) if article.is_expired(today) => (Role::Alarm, format!("expired {day}")),
        (_, Some(day)) if article.is_stale(today) => (Role::Warn, format!("stale {day}")),
        (_, Some(day)) => (Role::Muted, day.to_string()),
        (Some(day), None) => (Role::Muted, format!("until {day}")),
        (None, None) => (Role::Muted, String::new()),
    }
}

pub(crate) fn figure(number: usize) -> PaintedText {
    let role = if number == 0 {
        Role::Muted
    } else {
        Role::Plain
    };
    (role, number.to_string())
}
