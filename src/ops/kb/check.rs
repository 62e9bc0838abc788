//! `kb check`: what an agent would stumble over on a call.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::NaiveDate;

use crate::index::article_cache;
use crate::model::article::{ArticleKey, ArticleState};
use crate::model::catalog::Code;
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::ops::core::articles::{near_ids, today};
use crate::ops::core::desk::Desk;
use crate::ops::core::desk::reopened;
use crate::ops::core::scope::Scope;
use crate::page::article::ArticlePage;
use crate::page::call_script::{self, SCRIPT};
use crate::page::catalog;
use crate::page::front_matter::lines_from;
use crate::page::links::{self, LinkTarget};
use crate::page::markdown;
use crate::page::problem::{Problem, did_you_mean, retain_found_again};
use crate::rules::lifecycle::attachments::is_refused_by_windows;
use crate::rules::people::address;
use crate::rules::text::normalize::normalize;
use crate::store::fs::read;
use crate::store::fs::walk;

/// What a check of the knowledge base found.
#[derive(Debug, Default)]
pub struct Checked {
    /// What is wrong, in the order of the files.
    pub problems: Vec<Problem>,
    /// Articles looked at.
    pub articles: usize,
}

/// Checks the articles, and the codes that call for them.
pub fn check(desk: &Desk, now: Moment, scope: &Scope) -> Checked {
    let mut checked = look(desk, now, scope);
    if !checked.problems.is_empty() {
        // Only what is found twice is wrong: others may be writing.
        let reopened = reopened(desk);
        let again = look(reopened.as_ref().unwrap_or(desk), now, scope);
        retain_found_again(&mut checked.problems, &again.problems);
    }
    checked
}

/// What an agent would stumble over in one article, but for its days, which publishing sets.
pub fn check_article(desk: &Desk, now: Moment, page: &ArticlePage) -> Vec<Problem> {
    let (mut pages, _) = pages(desk);
    // As it will be: it may have been changed, and is in nobody's way while it is a draft.
    pages.retain(|one| one.path != page.path);
    pages.push(page.clone());
    pages.sort_by(|a, b| a.path.cmp(&b.path));
    let set = ArticleSet::of(&pages, today(desk, now));
    let mut problems = page.problems.clone();
    problems.extend(
        same_ids(&pages)
            .into_iter()
            .filter(|one| one.path == page.path),
    );
    problems.extend(names(desk, page, &set.known));
    problems.extend(set.points_to(desk, page));
    problems.extend(set.twins(page));
    problems.extend(set.translation(page));
    problems.extend(empty_script(page));
    problems.sort_by_key(|problem| problem.place);
    problems
}

/// Looks at everything once.
fn look(desk: &Desk, now: Moment, scope: &Scope) -> Checked {
    let (pages, unreadable) = pages(desk);
    let cached_articles = ArticleSet::of(&pages, today(desk, now));
    let mut checked = Checked::default();
    for problem in unreadable {
        checked.articles += usize::from(scope.covers(&problem.path));
        checked.problems.push(problem);
    }
    checked.problems.extend(same_ids(&pages));
    for page in &pages {
        checked.articles += usize::from(scope.covers(&page.path));
        checked.problems.extend(page.problems.iter().cloned());
        checked
            .problems
            .extend(names(desk, page, &cached_articles.known));
        checked.problems.extend(refused_by_windows(&page.path));
        // What is retired waits for nobody.
        if page.article.state != ArticleState::Retired {
            checked
                .problems
                .extend(cached_articles.points_to(desk, page));
            checked.problems.extend(cached_articles.age(page));
            checked.problems.extend(cached_articles.twins(page));
            checked.problems.extend(cached_articles.translation(page));
            checked.problems.extend(empty_script(page));
        }
    }
    checked
        .problems
        .extend(scripts_of_codes(desk, &cached_articles));
    checked
        .problems
        .retain(|problem| scope.covers(&problem.path));
    checked
        .problems
        .sort_by(|a, b| (&a.path, a.place).cmp(&(&b.path, b.place)));
    checked
}

/// All articles, seen from one of them.
struct ArticleSet<'p> {
    by_id: BTreeMap<&'p str, &'p ArticlePage>,
    known: BTreeSet<String>,
    pages: &'p [ArticlePage],
    today: NaiveDate,
}

impl<'p> ArticleSet<'p> {
    fn of(pages: &'p [ArticlePage], today: NaiveDate) -> Self {
        let mut by_id = BTreeMap::new();
        for page in pages {
            by_id.entry(page.article.id.as_str()).or_insert(page);
        }
        Self {
            known: by_id.keys().map(ToString::to_string).collect(),
            by_id,
            pages,
            today,
        }
    }

    /// Links that lead nowhere: to articles, tickets, files and addresses.
    fn points_to(&self, desk: &Desk, page: &ArticlePage) -> Vec<Problem> {
        let article = &page.article;
        let mut problems = Vec::new();
        for id in &article.related {
            let wrong = |message: &str| page.wrong_element(ArticleKey::Related, id, message);
            if id == article.id.as_str() {
                problems.push(wrong("an article is not related to itself"));
            } else if self.is_retired(id) {
                problems.push(wrong(&format!("{id} is retired")).hint("name what took its place"));
            }
        }
        for id in &article.tickets {
            let there = id
                .parse::<TicketId>()
                .is_ok_and(|id| desk.root.join(&id.path()).symlink_metadata().is_ok());
            if !there {
                let message = format!("there is no ticket `{id}`");
                problems.push(page.wrong_element(ArticleKey::Tickets, id, message));
            }
        }
        for link in &article.links {
            if let Some(why) = address::wrong(link) {
                let message = format!("this address cannot be: {why}");
                problems.push(page.wrong_element(ArticleKey::Links, link, message));
            }
        }
        for (target, span) in links::targets(page.body()) {
            problems.extend(self.leads_to(desk, page, &target).map(|(message, hint)| {
                let problem = page.wrong_in_body(&span, message);
                match hint {
                    Some(hint) => problem.hint(hint),
                    None => problem,
                }
            }));
        }
        problems
    }

    /// What is wrong with a link of the text.
    fn leads_to(
        &self,
        desk: &Desk,
        page: &ArticlePage,
        target: &LinkTarget,
    ) -> Option<(String, Option<String>)> {
        match target {
            LinkTarget::Article(id) if self.is_retired(id) => Some((
                format!("{id} is retired"),
                Some("name what took its place".to_owned()),
            )),
            LinkTarget::Article(id) if self.known.contains(id) => None,
            LinkTarget::Article(id) => {
                let near = near_ids(id, self.known.iter().map(String::as_str));
                let hint = near.first().map(|near| format!("did you mean `{near}`?"));
                Some((format!("there is no article `{id}`"), hint))
            }
            LinkTarget::Address(address) => {
                let why = address::wrong(address)?;
                Some((format!("this address cannot be: {why}"), None))
            }
            LinkTarget::File(path) => {
                let there = inside(&page.path, path)
                    .is_some_and(|path| desk.root.join(&path).symlink_metadata().is_ok());
                let is_article = Path::new(path).extension().is_some_and(|ext| ext == "md");
                let hint = "articles move: link to one by its id, like [its title](KB-7Q2M)";
                (!there).then(|| {
                    (
                        format!("there is no file `{path}`"),
                        is_article.then(|| hint.to_owned()),
                    )
                })
            }
        }
    }

    fn is_retired(&self, id: &str) -> bool {
        let page = self.by_id.get(id);
        page.is_some_and(|page| page.article.state == ArticleState::Retired)
    }

    /// Whether the article is past its days.
    fn age(&self, page: &ArticlePage) -> Option<Problem> {
        let (article, today) = (&page.article, self.today);
        let id = &article.id;
        if let Some(day) = article.expires.filter(|_| article.is_expired(today)) {
            let problem = page.wrong(ArticleKey::Expires, format!("it expired on {day}"));
            return Some(problem.hint(format!("give it another day, or: desk kb retire {id}")));
        }
        let day = article.review_by.filter(|_| article.is_stale(today))?;
        let message = format!("it was to be read again by {day}");
        Some(page.wrong(ArticleKey::ReviewBy, message).hint(format!(
            "if it still holds: desk kb review {id} --until DATE"
        )))
    }

    /// Another article of the same title, before this one.
    fn twins(&self, page: &ArticlePage) -> Option<Problem> {
        let article = &page.article;
        let title = normalize(article.title.trim());
        let same = |other: &&ArticlePage| {
            let other = &other.article;
            other.state != ArticleState::Retired
                && other.id != article.id
                && other.language == article.language
                && normalize(other.title.trim()) == title
        };
        let before = self
            .pages
            .iter()
            .take_while(|other| other.path != page.path);
        let twin = before
            .into_iter()
            .find(same)
            .filter(|_| !title.is_empty())?;
        let message = format!("`{}` has the same title", twin.path);
        Some(
            page.wrong(ArticleKey::Title, message)
                .hint("join the two, or say in the titles how they differ"),
        )
    }

    /// Ties between languages that hold nothing together.
    fn translation(&self, page: &ArticlePage) -> Option<Problem> {
        let article = &page.article;
        let of = article.translation_of.as_deref()?;
        let wrong = |message: String| page.wrong(ArticleKey::TranslationOf, message);
        let mut at = *self.by_id.get(of)?;
        let mut steps = 0;
        let original = loop {
            if at.article.id == article.id {
                let message = "the translations go in a circle".to_owned();
                return Some(wrong(message).hint("take `translation_of` out of the original"));
            }
            let next = at
                .article
                .translation_of
                .as_deref()
                .and_then(|id| self.by_id.get(id));
            steps += 1;
            match next {
                // A circle further on is told where it is.
                Some(_) if steps > self.pages.len() => return None,
                Some(next) => at = next,
                None => break at,
            }
        };
        if original.article.state == ArticleState::Retired {
            let id = &original.article.id;
            return Some(wrong(format!("the original {id} is retired")).hint(format!(
                "retire this one too, or take `translation_of` out of it: desk kb edit {}",
                article.id
            )));
        }
        let Some(language) = &article.language else {
            return Some(
                wrong("a translation needs a `language`".to_owned())
                    .hint("add a line like language = \"pl\""),
            );
        };
        let family = |other: &&ArticlePage| {
            let other = &other.article;
            let tied =
                other.id == original.article.id || other.translation_of.as_deref() == Some(of);
            tied && other.id != article.id && other.state != ArticleState::Retired
        };
        let before = self
            .pages
            .iter()
            .filter(|other| other.path < page.path || other.article.id == original.article.id);
        let twin = before
            .filter(family)
            .find(|other| other.article.language.as_ref() == Some(language))?;
        let message = format!("{} is in `{language}` already", twin.article.id);
        Some(page.wrong(ArticleKey::Language, message))
    }
}

/// A path as an article's link writes it, as the desk's files are named; `None` where it leaves the
/// desk.
fn inside(article: &str, link: &str) -> Option<String> {
    let link = decoded(link)?;
    let mut parts: Vec<&str> = match link.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => article
            .rsplit_once('/')
            .map_or(Vec::new(), |(folder, _)| folder.split('/').collect()),
    };
    for part in link.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// A path without percent signs.
fn decoded(link: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(link.len());
    let mut rest = link.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let code = (*first == b'%').then(|| tail.get(..2)).flatten();
        let code = code
            .and_then(|two| std::str::from_utf8(two).ok())
            .and_then(|two| u8::from_str_radix(two, 16).ok());
        bytes.push(code.unwrap_or(*first));
        rest = if code.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8(bytes)
        .ok()
        .filter(|text| !text.contains('\0'))
}

/// A call script with nothing to read out.
fn empty_script(page: &ArticlePage) -> Option<Problem> {
    let body = page.body();
    call_script::script(&markdown::read(body)).filter(|_| !page.article.script)?;
    let heading = lines_from(body, 0).find(|(_, line)| {
        let words = line.trim_start_matches('#').trim();
        line.starts_with('#') && words.eq_ignore_ascii_case(SCRIPT)
    });
    let span = heading.map_or(0..0, |(at, line)| at..at + line.trim_end().len());
    Some(
        page.wrong_in_body(&span, "the call script has no numbered line")
            .hint("number the lines that are read out: 1. \"…\""),
    )
}

/// A name in an article's path that a clone on Windows cannot check out.
fn refused_by_windows(path: &str) -> Option<Problem> {
    let name = path.split('/').find(|name| is_refused_by_windows(name))?;
    let problem = Problem::whole(path, format!("Windows has no file called `{name}`"));
    Some(problem.hint("rename it: links go by the article's id"))
}

/// Codes that ask for a call script and have no article with one.
fn scripts_of_codes(desk: &Desk, cached_articles: &ArticleSet<'_>) -> Vec<Problem> {
    let text = read::page(&desk.root, catalog::FILE).unwrap_or_default();
    let lacks = |code: &&Code| {
        let has = |id: &String| {
            let page = cached_articles.by_id.get(id.as_str());
            page.is_some_and(|page| {
                page.article.script && page.article.is_current(cached_articles.today)
            })
        };
        code.script && !code.articles.iter().any(has)
    };
    let reported = |code: &Code| {
        let header = format!("[code.{}]", code.name);
        let message = if code.articles.is_empty() {
            format!(
                "code {} asks for a call script and names no article",
                code.name
            )
        } else {
            format!(
                "code {} asks for a call script, and {} {} none in use",
                code.name,
                code.articles.join(", "),
                if code.articles.len() == 1 {
                    "has"
                } else {
                    "have"
                }
            )
        };
        let at = lines_from(&text, 0).find(|(_, line)| line.starts_with(&header));
        let problem = match at {
            Some((at, _)) => Problem::at(catalog::FILE, &text, at..at + header.len(), message),
            None => Problem::whole(catalog::FILE, message),
        };
        problem.hint(format!(
            "desk kb new --template script --code {}",
            code.name
        ))
    };
    desk.catalogue
        .active()
        .filter(lacks)
        .map(reported)
        .collect()
}

/// All articles with their texts, and what is wrong with the files that cannot be read.
pub fn pages(desk: &Desk) -> (Vec<ArticlePage>, Vec<Problem>) {
    let found = walk::articles(&desk.root);
    let (mut pages, mut problems) = (Vec::new(), found.problems);
    for (path, _) in found.files {
        match article_cache::page(&desk.root, &path) {
            Ok(page) => pages.push(page),
            Err(problem) => problems.push(*problem),
        }
    }
    (pages, problems)
}

/// Ids that more than one file claims.
pub fn same_ids(pages: &[ArticlePage]) -> Vec<Problem> {
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    let mut problems = Vec::new();
    for page in pages {
        let id = page.article.id.as_str();
        if let Some(other) = seen.insert(id, &page.path) {
            let message = format!("the id {id} is that of `{other}` too");
            problems.push(
                page.wrong(ArticleKey::Id, message)
                    .hint("give the younger article another id"),
            );
        }
    }
    problems
}

/// What an article names and nobody knows: agents, codes, articles.
pub fn names(desk: &Desk, page: &ArticlePage, articles: &BTreeSet<String>) -> Vec<Problem> {
    let article = &page.article;
    let agents = || desk.settings.agents.keys().map(String::as_str);
    let codes = || desk.catalogue.codes.keys().map(String::as_str);
    let mut problems = Vec::new();
    for (key, agent) in [
        (ArticleKey::Owner, &article.owner),
        (ArticleKey::PublishedBy, &article.published_by),
    ] {
        if let Some(agent) = agent
            .as_ref()
            .filter(|agent| !desk.settings.knows_agent(agent))
        {
            problems.push(unknown(page, key, "agent", agent, agents()));
        }
    }
    for code in &article.codes {
        if desk.catalogue.find(code).is_none() {
            problems.push(unknown(
                page,
                ArticleKey::Codes,
                "problem code",
                code,
                codes(),
            ));
        }
    }
    let named = article.related.iter().map(|id| (ArticleKey::Related, id));
    let original = article
        .translation_of
        .iter()
        .map(|id| (ArticleKey::TranslationOf, id));
    for (key, id) in named.chain(original) {
        if !articles.contains(id) {
            let problem = page.wrong_element(key, id, format!("there is no article `{id}`"));
            let near = near_ids(id, articles.iter().map(String::as_str));
            problems.push(match near.first() {
                Some(near) => problem.hint(format!("did you mean `{near}`?")),
                None => problem,
            });
        }
    }
    problems
}

/// A name that nobody knows, at the place where it stands in the file.
fn unknown<'n>(
    page: &ArticlePage,
    key: ArticleKey,
    what: &str,
    name: &str,
    known: impl Iterator<Item = &'n str>,
) -> Problem {
    let problem = page.wrong_element(key, name, format!("there is no {what} `{name}`"));
    match did_you_mean(name, known) {
        Some(hint) => problem.hint(hint),
        None => problem,
    }
}
