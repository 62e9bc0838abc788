//! Which articles a filter asks for: `network state:published owner:anna -tag:vpn is:stale`.

use chrono::NaiveDate;

use crate::model::article::{Article, ArticleKey, ArticleState};
use crate::page::problem::nearest;
use crate::page::query::{QueryText, sign, words};
use crate::rules::text::normalize::normalize;

/// What is not a key, and can be asked for none the less.
const CATEGORY: &str = "category";

/// Names in the singular for keys that hold lists.
const SHORT: &[(&str, ArticleKey)] = &[
    ("tag", ArticleKey::Tags),
    ("code", ArticleKey::Codes),
    ("link", ArticleKey::Links),
    ("ticket", ArticleKey::Tickets),
];

/// The words after `is:`.
const FLAGS: &[&str] = &[
    "draft",
    "review",
    "published",
    "retired",
    "stale",
    "expired",
    "script",
];

/// A filter, parsed: every term must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ArticleFilter {
    terms: Vec<(bool, ArticleTerm)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum ArticleTerm {
    Word(String),
    Key(ArticleKey, Vec<String>),
    Category(Vec<String>),
    Flag(&'static str),
}

/// A filter that cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct FilterError {
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

impl ArticleFilter {
    /// Reads a filter; a mistyped name is an error with the nearest.
    pub fn read(text: &str) -> Result<Self, FilterError> {
        let mut terms = Vec::new();
        for (_, raw) in words(text) {
            let (negated, body) = sign(raw);
            terms.push((negated, what(body)?));
        }
        Ok(Self { terms })
    }

    /// Whether the filter itself says which states it is about.
    pub fn speaks_of_state(&self) -> bool {
        self.terms.iter().any(|(negated, what)| {
            !negated
                && match what {
                    ArticleTerm::Key(key, _) => *key == ArticleKey::State,
                    ArticleTerm::Flag(flag) => *flag != "script",
                    _ => false,
                }
        })
    }

    /// Whether an article in a category fits, on this day.
    pub fn fits(&self, article: &Article, category: &str, today: NaiveDate) -> bool {
        self.terms
            .iter()
            .all(|(negated, what)| holds(what, article, category, today) != *negated)
    }
}

fn what(body: &str) -> Result<ArticleTerm, FilterError> {
    let Some((name, value)) = body.split_once([':', '=']).filter(|(name, value)| {
        name.chars().all(|c| c.is_ascii_alphabetic() || c == '_')
            && !name.is_empty()
            && !value.is_empty()
            && !value.starts_with(['/', '\\'])
    }) else {
        return Ok(ArticleTerm::Word(normalize(&QueryText::read(body).text)));
    };
    let values: Vec<String> = value
        .replace('"', "")
        .split(',')
        .map(|one| normalize(one.trim()))
        .collect();
    if values.iter().any(String::is_empty) {
        return Err(FilterError {
            message: format!("`{body}` names no value"),
            hint: format!("write `{name}:VALUE`"),
        });
    }
    let name = name.to_ascii_lowercase();
    if name == "is" {
        let flag = FLAGS.iter().find(|flag| **flag == values[0]);
        return flag
            .map(|flag| ArticleTerm::Flag(flag))
            .ok_or_else(|| FilterError {
                message: format!("there is no flag `is:{}`", values[0]),
                hint: match nearest(&values[0], FLAGS.iter().copied()) {
                    Some(near) => format!("did you mean `is:{near}`?"),
                    None => format!("there are: {}", FLAGS.join(", ")),
                },
            });
    }
    if name == CATEGORY {
        return Ok(ArticleTerm::Category(values));
    }
    let short = SHORT
        .iter()
        .find(|(short, _)| *short == name)
        .map(|(_, key)| *key);
    let key = short.or_else(|| {
        ArticleKey::ALL
            .iter()
            .copied()
            .find(|key| key.name() == name)
    });
    key.map(|key| ArticleTerm::Key(key, values)).ok_or_else(|| {
        let known = ArticleKey::ALL.iter().map(|key| key.name());
        let known = known
            .chain(SHORT.iter().map(|(short, _)| *short))
            .chain([CATEGORY, "is"]);
        FilterError {
            message: format!("there is no field `{name}`"),
            hint: match nearest(&name, known) {
                Some(near) => {
                    format!("did you mean `{near}`? For the text itself write \"{body}\"")
                }
                None => "fields are the keys of an article's front matter".to_owned(),
            },
        }
    })
}

fn holds(what: &ArticleTerm, article: &Article, category: &str, today: NaiveDate) -> bool {
    match what {
        ArticleTerm::Word(word) => {
            let single = [article.id.as_str(), &article.title, category];
            let many = article
                .tags
                .iter()
                .chain(&article.codes)
                .chain(&article.owner);
            single
                .into_iter()
                .chain(many.map(String::as_str))
                .any(|text| normalize(text).contains(word.as_str()))
        }
        ArticleTerm::Category(values) => {
            let category = normalize(category);
            values.iter().any(|value| {
                let inside = category.strip_prefix(value.as_str());
                inside.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
        }
        ArticleTerm::Key(key, values) => {
            let held = article.get(*key).map(|value| value.elements());
            let held: Vec<String> = held
                .unwrap_or_default()
                .iter()
                .map(|one| normalize(one))
                .collect();
            values.iter().any(|value| match (value.as_str(), key) {
                ("none", _) => held.is_empty(),
                (value, ArticleKey::Title) => held.iter().any(|one| one.contains(value)),
                (
                    value,
                    ArticleKey::Published
                    | ArticleKey::ReviewBy
                    | ArticleKey::Expires
                    | ArticleKey::Links,
                ) => held.iter().any(|one| one.starts_with(value)),
                (value, _) => held.iter().any(|one| one == value),
            })
        }
        ArticleTerm::Flag(flag) => match *flag {
            "stale" => article.is_stale(today),
            "expired" => article.is_expired(today),
            "script" => article.script,
            state => state.parse() == Ok(article.state),
        },
    }
}

impl ArticleFilter {
    /// Whether it is a single word and no name of a field.
    pub fn is_word(&self) -> bool {
        matches!(self.terms[..], [(_, ArticleTerm::Word(_))])
    }
}

/// Whether an article is shown by a list that asks for nothing in particular.
pub fn is_usual(article: &Article, today: NaiveDate) -> bool {
    article.state != ArticleState::Retired && !article.is_expired(today)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(filter: &str) -> bool {
        let mut article = Article::new("KB-7Q2M".parse().unwrap(), "Sieć: brak połączenia");
        article.state = ArticleState::Published;
        article.owner = Some("anna".into());
        article.tags = vec!["vpn".into(), "Wi-Fi".into()];
        article.review_by = "2026-11-01".parse().ok();
        let today = "2026-11-23".parse().unwrap();
        ArticleFilter::read(filter)
            .unwrap()
            .fits(&article, "network/wifi", today)
    }

    #[test]
    fn every_term_must_hold() {
        for yes in [
            "",
            "siec polaczenia",
            "7q2m",
            "state:published,draft owner:ANNA",
            "tag:wi-fi category:network",
            "is:stale -is:script review_by:2026-11",
            "language:none !tag:printer",
            "title:\"brak pol\"",
        ] {
            assert!(fits(yes), "{yes}");
        }
        for no in [
            "printer",
            "state:draft",
            "category:net",
            "is:expired",
            "-siec",
            "owner:ewa",
        ] {
            assert!(!fits(no), "{no}");
        }
    }

    #[test]
    fn a_mistyped_name_gets_the_nearest() {
        let error = |text: &str| ArticleFilter::read(text).unwrap_err();
        assert_eq!(error("onwer:anna").message, "there is no field `onwer`");
        assert!(
            error("onwer:anna")
                .hint
                .starts_with("did you mean `owner`?")
        );
        assert_eq!(error("is:stal").hint, "did you mean `is:stale`?");
        assert_eq!(error("tag:a,").message, "`tag:a,` names no value");
        assert!(ArticleFilter::read("https://x.example/a 10:30").is_ok());
    }
}
