//! `kb list`, `kb show`, `kb script`, `kb review` and `kb demand`: looking at the knowledge base, at
//! how it is used, and at what it lacks.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::index::article_cache::{self as cached_all, ArticleCache, CachedArticle};
use crate::index::ticket_cache::Wrong;
use crate::index::want::Want;
use crate::model::article::{Article, ArticleOutcome, ArticleState};
use crate::model::field::Key;
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::model::person::Handle;
use crate::ops::core::articles::{cached_articles, find, today};
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::page::article::ArticlePage;
use crate::page::call_script::{self, ScriptLine};
use crate::page::markdown;
use crate::page::problem::Problem;
use crate::page::query::articles::ArticleQuery;
use crate::rules::article_usage::{self, Demands, Usage};
use crate::rules::context::DeskContext;
use crate::rules::query::articles::{ArticleMatcher, is_usual};

/// `kb review` speaks of what falls due within so many days.
const SOON: i64 = 30;

/// An article with how it is used.
#[derive(Clone, Debug)]
pub struct ListedArticle {
    /// The article.
    pub cached: CachedArticle,
    /// How often it was used, and what came of it.
    pub usage: Usage,
    /// What was said to be wrong with it, and is not mended yet.
    pub wrong: Vec<Wrong>,
}

/// Articles that fit.
#[derive(Clone, Debug, Default)]
pub struct ArticleListing {
    /// In the order of their files.
    pub articles: Vec<ListedArticle>,
    /// How many retired and expired ones fit too, and were left out.
    pub hidden: usize,
    /// Where none fits: the words as beginnings of words, and how many articles fit them.
    pub wider: Option<(String, usize)>,
    /// Files that cannot be read.
    pub problems: Vec<Problem>,
}

/// What to list.
#[derive(Clone, Debug, Default)]
pub struct ArticleRequest {
    /// Words and terms.
    pub query: ArticleQuery,
    /// Only what is to be read again.
    pub stale: bool,
    /// Only those in a state.
    pub state: Option<ArticleState>,
    /// Only those in a language.
    pub language: Option<String>,
    /// Retired and expired ones too.
    pub all: bool,
}

/// Lists articles.
pub fn list(
    desk: &Desk,
    context: DeskContext<'_>,
    request: &ArticleRequest,
) -> Result<ArticleListing, OpError> {
    let query = &request.query;
    let matcher = ArticleMatcher::new(query, context)?;
    let today = today(desk, context.now);
    let cached_articles = cached_articles(desk);
    let use_of = Uses::of(desk);
    let all = request.all || request.state.is_some() || query.speaks_of_state();
    let mut listing = ArticleListing {
        problems: cached_articles.problems.clone(),
        ..ArticleListing::default()
    };
    listing.problems.extend(use_of.problems.iter().cloned());
    let asked = |cached: &&CachedArticle| {
        let article = &cached.article;
        let language = request.language.as_ref();
        (!request.stale || article.is_stale(today))
            && request.state.is_none_or(|state| state == article.state)
            && language.is_none_or(|language| speaks(article, language))
    };
    let fitting = |matcher: &ArticleMatcher<'_>| -> Vec<&CachedArticle> {
        let asked = cached_articles.all.iter().filter(asked);
        asked
            .filter(|one| matcher.fits(&one.article, one.category()))
            .collect()
    };
    let found = fitting(&matcher);
    if found.is_empty()
        && let Some((wide, words)) = query.widened()
    {
        let found = fitting(&ArticleMatcher::new(&wide, context)?).len();
        listing.wider = Some((words, found)).filter(|_| found > 0);
    }
    for cached in found {
        if all || is_usual(&cached.article, today) {
            listing.articles.push(use_of.listed(cached, desk));
        } else {
            listing.hidden += 1;
        }
    }
    Ok(listing)
}

/// Whether an article is in a language: `pt` asks for `pt-BR` too.
fn speaks(article: &Article, language: &str) -> bool {
    let own = article.language.as_deref().unwrap_or_default();
    own == language || own.split('-').next() == Some(language)
}

/// How all articles are used.
struct Uses {
    usage: BTreeMap<String, Usage>,
    wrong: Vec<Wrong>,
    problems: Vec<Problem>,
}

impl Uses {
    fn of(desk: &Desk) -> Self {
        let tickets = desk.tickets(Want::Figures);
        Self {
            usage: tickets.usage,
            wrong: tickets.wrong,
            problems: tickets.problems,
        }
    }

    fn listed(&self, cached: &CachedArticle, desk: &Desk) -> ListedArticle {
        let id = cached.article.id.as_str();
        let wrong = self.wrong.iter().filter(|one| one.article == id);
        ListedArticle {
            cached: cached.clone(),
            usage: self.usage.get(id).cloned().unwrap_or_default(),
            wrong: wrong
                .filter(|one| still_holds(one, &cached.article, desk))
                .cloned()
                .collect(),
        }
    }
}

/// Whether an article still says what was said to be wrong. A word by hand that does not tell of
/// which version it is holds until the article is published anew.
fn still_holds(wrong: &Wrong, article: &Article, desk: &Desk) -> bool {
    match &wrong.version {
        Some(version) => *version == article.version,
        None => article
            .published
            .is_none_or(|day| today(desk, wrong.at) >= day),
    }
}

/// An article that was said to be wrong, for whoever looks after it.
#[derive(Clone, Debug)]
pub struct Mend {
    /// The article.
    pub cached: CachedArticle,
    /// How often, of what it says now.
    pub times: usize,
    /// By whom, when and on which ticket last.
    pub last: Wrong,
}

/// The articles that somebody is to mend: their own, and for a manager those that nobody in service
/// looks after. `wrong` is what was said on all tickets.
pub fn to_mend(desk: &Desk, me: &Handle, wrong: &[Wrong]) -> Vec<Mend> {
    if wrong.is_empty() {
        return Vec::new();
    }
    let manager = desk
        .settings
        .agent(me.as_str())
        .is_some_and(|agent| agent.manager);
    let mine = |article: &Article| {
        let owner = article.owner.as_deref().unwrap_or_default();
        owner == me.as_str() || (manager && desk.agent(owner).is_err())
    };
    let mut all: Vec<Mend> = Vec::new();
    for cached in cached_articles(desk).all {
        if cached.article.state == ArticleState::Retired || !mine(&cached.article) {
            continue;
        }
        let said = wrong.iter().filter(|one| {
            one.article == cached.article.id.as_str() && still_holds(one, &cached.article, desk)
        });
        let said: Vec<&Wrong> = said.collect();
        if let Some(last) = said.iter().max_by_key(|one| (one.at, one.ticket)) {
            all.push(Mend {
                times: said.len(),
                last: (*last).clone(),
                cached,
            });
        }
    }
    all.sort_by(|a, b| {
        let order = b.times.cmp(&a.times).then(b.last.at.cmp(&a.last.at));
        order.then_with(|| a.cached.article.id.cmp(&b.cached.article.id))
    });
    all
}

/// One article with what can be said about it.
#[derive(Clone, Debug)]
pub struct ArticleView {
    /// The article with its use.
    pub listed: ListedArticle,
    /// Its page.
    pub page: ArticlePage,
    /// The articles that it names as related, and those that name it: ids, with what they are.
    pub related: Vec<(String, Option<CachedArticle>)>,
    /// Its translations, the original first.
    pub translations: Vec<CachedArticle>,
    /// Its problem codes with their titles.
    pub codes: Vec<(String, String)>,
    /// Tickets on which it was used, the latest first.
    pub tickets: Vec<ArticleUse>,
}

/// A use of an article.
#[derive(Clone, Debug)]
pub struct ArticleUse {
    /// On which ticket.
    pub ticket: TicketId,
    /// What that is about.
    pub title: String,
    /// What came of it.
    pub came: Option<ArticleOutcome>,
    /// When.
    pub at: Moment,
}

/// Shows one article.
pub fn show(desk: &Desk, given: &str) -> Result<ArticleView, OpError> {
    let cached_articles = cached_articles(desk);
    let cached = find(&cached_articles, given)?;
    let page = cached_all::page(&desk.root, &cached.path)?;
    let id = cached.article.id.as_str();
    let tickets = desk.tickets(Want::All);
    let mut uses: Vec<ArticleUse> = Vec::new();
    for ticket in &tickets.all {
        if let Some((came, at)) = article_usage::of_ticket(ticket).get(id) {
            uses.push(ArticleUse {
                ticket: ticket.id,
                title: ticket.text(Key::Title).to_owned(),
                came: *came,
                at: *at,
            });
        }
    }
    uses.sort_by(|a, b| b.at.cmp(&a.at).then(b.ticket.cmp(&a.ticket)));
    let all = Uses {
        usage: tickets.usage,
        wrong: tickets.wrong,
        problems: Vec::new(),
    };
    Ok(ArticleView {
        listed: all.listed(cached, desk),
        related: related(&cached_articles, cached),
        translations: translations(&cached_articles, cached),
        codes: cached
            .article
            .codes
            .iter()
            .map(|code| {
                let title = desk.catalogue.find(code).map(|code| code.title.clone());
                (code.clone(), title.unwrap_or_default())
            })
            .collect(),
        tickets: uses,
        page,
    })
}

/// What an article names as related, then what names it.
fn related(
    cached_articles: &ArticleCache,
    cached: &CachedArticle,
) -> Vec<(String, Option<CachedArticle>)> {
    let id = cached.article.id.as_str();
    let mut all: Vec<(String, Option<CachedArticle>)> = cached
        .article
        .related
        .iter()
        .map(|id| (id.clone(), cached_articles.find(id).cloned()))
        .collect();
    for other in &cached_articles.all {
        let article = &other.article;
        let back =
            article.related.iter().any(|one| one == id) && article.state != ArticleState::Retired;
        if back && !all.iter().any(|(known, _)| known == article.id.as_str()) {
            all.push((article.id.to_string(), Some(other.clone())));
        }
    }
    all
}

/// The articles that are one text in several languages, this one left out.
pub fn translations(cached_articles: &ArticleCache, cached: &CachedArticle) -> Vec<CachedArticle> {
    let root = root_of(cached_articles, cached);
    let mut all: Vec<CachedArticle> = cached_articles
        .all
        .iter()
        .filter(|other| {
            other.article.id != cached.article.id && root_of(cached_articles, other) == root
        })
        .cloned()
        .collect();
    all.sort_by_key(|other| {
        let article = &other.article;
        (
            article.id.as_str() != root,
            article.language.clone(),
            article.id.clone(),
        )
    });
    all
}

/// The id of the article that another is, in the end, a translation of.
pub fn root_of<'s>(cached_articles: &'s ArticleCache, cached: &'s CachedArticle) -> &'s str {
    let mut at = cached;
    // Circles are told by `kb check`.
    for _ in 0..16 {
        match at.article.translation_of.as_deref() {
            Some(id) => match cached_articles.find(id) {
                Some(next) => at = next,
                None => return id,
            },
            None => break,
        }
    }
    at.article.id.as_str()
}

/// The lines of an article to be read out.
#[derive(Clone, Debug)]
pub struct Script {
    /// The article.
    pub cached: CachedArticle,
    /// Its lines; none where it has no call script.
    pub lines: Vec<ScriptLine>,
}

/// The call script of an article.
pub fn script(desk: &Desk, given: &str) -> Result<Script, OpError> {
    let cached_articles = cached_articles(desk);
    let cached = find(&cached_articles, given)?;
    let page = cached_all::page(&desk.root, &cached.path)?;
    let lines = call_script::script(&markdown::read(page.body())).unwrap_or_default();
    let aloud = lines.iter().any(|line| line.number.is_some());
    Ok(Script {
        cached: cached.clone(),
        lines: if aloud { lines } else { Vec::new() },
    })
}

/// Why somebody should look at an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReviewReason {
    /// It was said to be wrong, so often.
    Wrong(usize),
    /// It left the search so many days ago.
    Expired(i64),
    /// It is to be read again since so many days.
    Overdue(i64),
    /// It waits for a manager.
    HandedIn,
    /// It leaves the search in so many days.
    Expires(i64),
    /// It is to be read again in so many days.
    Due(i64),
}

/// An article that somebody should look at.
#[derive(Clone, Debug)]
pub struct DueArticle {
    /// The article with its use.
    pub listed: ListedArticle,
    /// Why, the weightiest first.
    pub why: Vec<ReviewReason>,
}

/// The articles that are to be looked at: said to be wrong, expired, stale, handed in, or due within
/// thirty days. The weightiest reason first, then those that are used most.
pub fn due(desk: &Desk, now: Moment) -> (Vec<DueArticle>, Vec<Problem>) {
    let today = today(desk, now);
    let cached_articles = cached_articles(desk);
    let use_of = Uses::of(desk);
    let mut all: Vec<DueArticle> = cached_articles
        .all
        .iter()
        .filter(|cached| cached.article.state != ArticleState::Retired)
        .map(|cached| {
            let listed = use_of.listed(cached, desk);
            let why = reasons(&listed, today);
            DueArticle { listed, why }
        })
        .filter(|due| !due.why.is_empty())
        .collect();
    all.sort_by(|a, b| {
        weight(a)
            .cmp(&weight(b))
            .then(b.listed.usage.used.cmp(&a.listed.usage.used))
            .then_with(|| a.listed.cached.article.id.cmp(&b.listed.cached.article.id))
    });
    let mut problems = cached_articles.problems;
    problems.extend(use_of.problems);
    (all, problems)
}

/// The place of the weightiest reason, then for days the longest overdue or the soonest due.
fn weight(due: &DueArticle) -> (u8, i64) {
    match due.why.first() {
        Some(ReviewReason::Wrong(times)) => (0, -i64::try_from(*times).unwrap_or(i64::MAX)),
        Some(ReviewReason::Expired(days)) => (1, -days),
        Some(ReviewReason::Overdue(days)) => (2, -days),
        Some(ReviewReason::HandedIn) => (3, 0),
        Some(ReviewReason::Expires(days)) => (4, *days),
        Some(ReviewReason::Due(days)) => (5, *days),
        None => (6, 0),
    }
}

fn reasons(listed: &ListedArticle, today: NaiveDate) -> Vec<ReviewReason> {
    let article = &listed.cached.article;
    let days = |day: NaiveDate| (day - today).num_days();
    let mut all = Vec::new();
    if !listed.wrong.is_empty() {
        all.push(ReviewReason::Wrong(listed.wrong.len()));
    }
    if let Some(day) = article.expires {
        if article.is_expired(today) {
            all.push(ReviewReason::Expired(-days(day)));
        } else if days(day) <= SOON {
            all.push(ReviewReason::Expires(days(day)));
        }
    }
    if article.state == ArticleState::Review {
        all.push(ReviewReason::HandedIn);
    }
    if let Some(day) = article
        .review_by
        .filter(|_| article.state == ArticleState::Published)
    {
        if article.is_stale(today) {
            all.push(ReviewReason::Overdue(-days(day)));
        } else if days(day) <= SOON {
            all.push(ReviewReason::Due(days(day)));
        }
    }
    all.sort();
    all
}

/// What the knowledge base lacks, from one moment up to another.
pub fn demand(desk: &Desk, from: Option<Moment>, to: Option<Moment>) -> (Demands, Vec<Problem>) {
    let tickets = desk.tickets(Want::All);
    let within = |at: Moment| from.is_none_or(|from| at >= from) && to.is_none_or(|to| at < to);
    (
        article_usage::demands(&tickets.all, within),
        tickets.problems,
    )
}
