//! Whether an article is what a query asks for.

use chrono::{NaiveDate, NaiveTime};

use crate::model::article::{Article, ArticleKey, ArticleScope, ArticleState};
use crate::model::field::Value;
use crate::model::moment::Moment;
use crate::page::query::articles::{ArticleFlag, ArticleName, ArticleQuery};
use crate::rules::context::DeskContext;
use crate::rules::query::matcher::{BadValue, Filter, Record, Vocabulary};
use crate::rules::sla::calendar::local;

/// A query of articles made ready.
#[derive(Debug)]
pub struct ArticleMatcher<'w> {
    context: DeskContext<'w>,
    filter: Filter<ArticleName, ArticleFlag>,
}

impl<'w> ArticleMatcher<'w> {
    /// Makes a query ready.
    pub fn new(query: &ArticleQuery, context: DeskContext<'w>) -> Result<Self, BadValue> {
        let state = ArticleName::Key(ArticleKey::State);
        let vocabulary = Vocabulary {
            known: &|name| {
                let is_scope = *name == ArticleName::Key(ArticleKey::Scope);
                let states = (*name == state).then(|| ("state", ArticleState::WORDS.to_vec()));
                states.or_else(|| is_scope.then(|| ("scope", ArticleScope::WORDS.to_vec())))
            },
            held: &|_, _| false,
        };
        let filter = Filter::new(query, context, &vocabulary)?;
        Ok(Self { context, filter })
    }

    /// Whether an article in a category fits, its id, title, category, tags, codes and owner
    /// looked through for the words.
    pub fn fits(&self, article: &Article, category: &str) -> bool {
        let marks = article.tags.iter().chain(&article.codes);
        let marks = marks.chain(&article.owner).map(String::as_str);
        let texts = [article.id.as_str(), &article.title, category];
        let record = ArticleRecord {
            article,
            category,
            context: self.context,
        };
        let says = || {
            let texts = texts.into_iter().chain(marks);
            self.filter.fits_texts(&record, texts)
        };
        self.filter.fits(&record) && (!self.filter.needs_text() || says())
    }
}

struct ArticleRecord<'a> {
    article: &'a Article,
    category: &'a str,
    context: DeskContext<'a>,
}

impl Record<ArticleName, ArticleFlag> for ArticleRecord<'_> {
    fn texts(&self, name: &ArticleName) -> Vec<String> {
        match name {
            ArticleName::Category => vec![self.category.to_owned()],
            ArticleName::Key(ArticleKey::Scope) => vec![self.article.scope.as_str().to_owned()],
            ArticleName::Key(key) => {
                let value = self.article.get(*key);
                value.map(|value| value.elements()).unwrap_or_default()
            }
        }
    }

    fn moment(&self, name: &ArticleName) -> Option<Moment> {
        match name {
            ArticleName::Key(key) => match self.article.get(*key)? {
                Value::Date(day) => {
                    let zone = self.context.settings.zone;
                    Some(local(zone, day.and_time(NaiveTime::MIN)))
                }
                _ => None,
            },
            ArticleName::Category => None,
        }
    }

    fn has(&self, flag: ArticleFlag) -> bool {
        let zone = self.context.settings.zone;
        let today = self.context.now.in_zone(&zone).date_naive();
        match flag {
            ArticleFlag::State(state) => self.article.state == state,
            ArticleFlag::Stale => self.article.is_stale(today),
            ArticleFlag::Expired => self.article.is_expired(today),
            ArticleFlag::Script => self.article.script,
        }
    }
}

/// Whether an article is shown by a list that asks for nothing in particular.
pub fn is_usual(article: &Article, today: NaiveDate) -> bool {
    article.state != ArticleState::Retired && !article.is_expired(today)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::catalog::Catalogue;
    use crate::page::query::articles::schema;
    use crate::page::settings;

    fn fits(query: &str) -> bool {
        let mut article = Article::new("KB-7Q2M".parse().unwrap(), "Sieć: brak połączenia");
        article.state = ArticleState::Published;
        article.owner = Some("anna".into());
        article.tags = vec!["vpn".into(), "Wi-Fi".into()];
        article.review_by = "2026-11-01".parse().ok();
        let settings = settings::read(settings::STARTER).unwrap();
        let (catalogue, me) = (Catalogue::default(), "anna".parse().unwrap());
        let context = DeskContext {
            me: Some(&me),
            ..DeskContext::new(
                &settings,
                &catalogue,
                "2026-11-23T09:00:00Z".parse().unwrap(),
            )
        };
        let query = schema().read(query).unwrap();
        let matcher = ArticleMatcher::new(&query, context).unwrap();
        matcher.fits(&article, "network/wifi")
    }

    #[test]
    fn every_term_must_hold() {
        for yes in [
            "",
            "siec polaczenia",
            "sie* \"brak polaczenia\"",
            "7q2m",
            "KB-7Q2M",
            "wi-fi",
            "state:published,draft owner:ANNA",
            "owner:me",
            "tag:wi-fi category:network",
            "is:stale -is:script review_by:2026-11 review_by<today",
            "language:none !tag:printer",
            "title:\"brak pol\"",
        ] {
            assert!(fits(yes), "{yes}");
        }
        for no in [
            "printer",
            "sie",
            "state:draft",
            "category:net",
            "is:expired",
            "-siec",
            "owner:ewa",
            "review_by>=2026-11-02",
        ] {
            assert!(!fits(no), "{no}");
        }
    }

    #[test]
    fn a_mistyped_name_gets_the_nearest() {
        let error = |text: &str| schema().read(text).unwrap_err();
        assert_eq!(error("onwer:anna").message, "there is no field `onwer`");
        assert!(
            error("onwer:anna")
                .hint
                .starts_with("did you mean `owner`?")
        );
        assert_eq!(error("is:stal").hint, "did you mean `is:stale`?");
        assert_eq!(error("tag:a,").message, "`tag:a,` names no value");
        assert!(schema().read("https://x.example/a 10:30").is_ok());
    }
}
