//! `kb new`: a draft from nothing, from a template, from the solution of a ticket, or from the
//! article that it translates.

use crate::index::article_cache::{self, ArticleCache, CachedArticle};
use crate::model::article::{Article, ArticleKey, ArticleOutcome, ArticleState};
use crate::model::entry_kind::EntryKind;
use crate::model::field::Key;
use crate::model::id::{ARTICLE_RANDOM_LEN, ArticleId, TicketId};
use crate::ops::core::actor::Actor;
use crate::ops::core::articles::find;
use crate::ops::core::commit_message::one_line;
use crate::ops::core::desk::Desk;
use crate::ops::core::drafts::Draft;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::article::ArticleError;
use crate::ops::core::messages::desk::DeskError;
use crate::ops::core::outcome::Outcome;
use crate::ops::core::transaction::Transaction;
use crate::ops::core::values;
use crate::ops::kb::article_edit::Revision;
use crate::ops::kb::check;
use crate::ops::kb::solution::solution;
use crate::ops::kb::template::Template;
use crate::page::article::{self, ArticlePage};
use crate::page::log::derived_tag;
use crate::rules::lifecycle::attachments::is_refused_by_windows;
use crate::rules::text::normalize::normalize;
use crate::rules::text::redact_requester::Requester;
use crate::rules::text::slug::slug;
use crate::store::fs::{random, read};
use crate::store::git::repo::Repo;

/// Where articles stand that nothing else places.
const GENERAL: &str = "general";

/// What is known of a new article.
#[derive(Clone, Debug, Default)]
pub struct NewArticleRequest {
    /// One line; the ticket's where it is written from one.
    pub title: Option<String>,
    /// What it begins with.
    pub template: Option<Template>,
    /// The ticket whose solution it tells.
    pub from: Option<TicketId>,
    /// The folder below `kb/`.
    pub category: Option<String>,
    /// A language tag.
    pub language: Option<String>,
    /// Problem codes.
    pub codes: Vec<String>,
    /// Free words.
    pub tags: Vec<String>,
    /// The article that it translates, as typed.
    pub translation_of: Option<String>,
    /// The Markdown, if it is known already.
    pub text: Option<String>,
}

/// An article in the making.
#[derive(Clone, Debug)]
pub struct ArticleDraft {
    /// The whole file, as an author finds it.
    pub text: String,
    /// The title that it began with.
    pub title: String,
    /// The folder asked for.
    category: Option<String>,
    /// The ticket that it is written from.
    from: Option<TicketId>,
}

/// Puts together what an author begins with. Nothing is written yet.
pub fn sheet(
    desk: &Desk,
    act: &Actor,
    request: &NewArticleRequest,
) -> Result<ArticleDraft, OpError> {
    let all = crate::ops::core::articles::cached_articles(desk);
    let mut body = String::new();
    let mut article = Article::new(free_id(desk, &all)?, "");
    article.owner = Some(act.me.to_string());
    article.audience = Some("agents".to_owned());
    if let Some(id) = request.from {
        let ticket = desk.page(id)?.ticket;
        let requester = Requester::of(&ticket);
        article.title = one_line(&requester.out_of(ticket.title()), 200);
        article
            .codes
            .extend(ticket.maybe(Key::Code).map(str::to_owned));
        article.tags = ticket.list(Key::Tags);
        article.tickets = vec![id.to_string()];
        body = solution(&ticket, &requester);
    }
    if let Some(original) = &request.translation_of {
        let (cached, text) = original_of(desk, &all, original, request.language.as_deref())?;
        let original = cached.article;
        article.translation_of = Some(original.id.to_string());
        article.audience.clone_from(&original.audience);
        article.scope = original.scope;
        article.tags.clone_from(&original.tags);
        article.codes.clone_from(&original.codes);
        article.related.clone_from(&original.related);
        article.links.clone_from(&original.links);
        body = text;
    }
    if let Some(title) = &request.title {
        article.title = values::line("title", title)?;
    }
    if article.title.is_empty() {
        return Err(ArticleError::NoTitle.error());
    }
    if let Some(language) = &request.language {
        if !article::is_language(language) {
            return Err(ArticleError::BadLanguage(&language).error());
        }
        article.language = Some(language.clone());
    }
    for code in &request.codes {
        let code = desk.code(code)?;
        if !article.codes.contains(&code) {
            article.codes.push(code);
        }
    }
    for tag in &request.tags {
        let tag = values::line("tag", tag)?;
        if !tag.is_empty() && !article.tags.contains(&tag) {
            article.tags.push(tag);
        }
    }
    if let Some(template) = request.template {
        template.text().clone_into(&mut body);
    }
    if let Some(text) = &request.text {
        body = values::text(text)?;
    }
    let category = request.category.as_deref().map(category).transpose()?;
    Ok(ArticleDraft {
        text: article::write(&article, &body),
        title: article.title,
        category,
        from: request.from,
    })
}

/// Puts a sheet where an editor can change it. One that an earlier command left under this title is
/// gone on with.
pub fn draft(repo: &Repo, sheet: &ArticleDraft) -> Result<Draft, OpError> {
    let name = match (sheet.from, slug(&sheet.title)) {
        (Some(id), _) => id.to_string(),
        (None, words) if words.is_empty() => derived_tag(&[&sheet.title], 8),
        (None, words) => words,
    };
    Draft::open(repo, &format!("kb-new.{name}.md"), &sheet.text, true)
}

/// What takes the draft of a new article up again.
pub const AGAIN: &str = "the same command";

/// Makes the article of an edited sheet. The draft stays where it is until that is saved; what was
/// left as it was found is taken for a change of mind, unless it tells something already.
pub fn finish(
    desk: &Desk,
    act: &Actor,
    sheet: &ArticleDraft,
    draft: &Draft,
) -> Result<Outcome, OpError> {
    let text = draft.text().map_err(|error| draft.kept(error, AGAIN))?;
    if sheet.from.is_none() && says_the_same(&text, &sheet.text) {
        draft.done();
        return Err(ArticleError::NothingWritten.error());
    }
    let outcome = create(desk, act, sheet, &text).map_err(|error| draft.kept(error, AGAIN))?;
    if !act.dry_run {
        draft.done();
    }
    Ok(outcome)
}

/// Whether two sheets differ in nothing but the id that was drawn.
fn says_the_same(one: &str, other: &str) -> bool {
    let read = |text: &str| article::read("kb/new.md", text.to_owned()).ok();
    let (Some(one), Some(other)) = (read(one), read(other)) else {
        return false;
    };
    let keys = ArticleKey::ALL.iter().filter(|key| **key != ArticleKey::Id);
    let mut keys = keys.map(|key| one.article.get(*key) == other.article.get(*key));
    one.body() == other.body() && keys.all(|same| same)
}

/// Makes the article of a sheet as its author left it.
pub fn create(
    desk: &Desk,
    act: &Actor,
    sheet: &ArticleDraft,
    text: &str,
) -> Result<Outcome, OpError> {
    let mut tx = Transaction::begin(desk, act, "kb new")?;
    let all = crate::ops::core::articles::cached_articles(desk);
    let page = article::read(
        &format!("kb/{GENERAL}/{}.md", slug(&sheet.title)),
        text.to_owned(),
    )?;
    let folder = match &sheet.category {
        Some(category) => category.clone(),
        None => usual_category(desk, &all, &page.article),
    };
    let path = free_path(desk, &folder, &page.article);
    let page = article::read(&path, page.text)?;
    valid(desk, &all, &page)?;
    let article = page.article.clone();
    let mut notices = Vec::new();
    if let Some(other) = same_title(&all, &article) {
        notices.push(format!(
            "{} has the same title: {}",
            other.article.id, other.path
        ));
    }
    for problem in all.unread() {
        let (place, why) = (problem.location(), &problem.message);
        notices.push(format!("not compared with the new article: {place}: {why}"));
    }
    if let Some(id) = sheet.from {
        let mut edit = tx.edit(id, EntryKind::Kb)?;
        edit.attribute("article", article.id.as_str());
        edit.attribute("outcome", ArticleOutcome::Drafted.as_str());
        edit.add(Key::LinkArticles, article.id.as_str());
        if edit.ticket.status().is_open() {
            notices.push(format!(
                "`{id}` is not resolved yet: its solution is still to be written"
            ));
        }
        tx.stage(edit)?;
    }
    Revision::new(page).stage(&mut tx, "new", "")?;
    let subject = format!("{} new: {}", article.id, one_line(&article.title, 60));
    let mut outcome = tx.finish(&subject)?;
    outcome.notices.extend(notices);
    Ok(outcome)
}

/// Refuses what nobody could use, and what is not an author's to say.
fn valid(desk: &Desk, all: &ArticleCache, page: &ArticlePage) -> Result<(), OpError> {
    let article = &page.article;
    let known = all.all.iter().map(|cached| cached.article.id.to_string());
    let mut problems = page.problems.clone();
    problems.extend(check::names(desk, page, &known.collect()));
    if let Some(other) = holder(desk, all, &article.id) {
        let message = format!("the id {} is that of `{other}` already", article.id);
        problems.push(
            page.wrong(ArticleKey::Id, message)
                .hint("leave the id as it was drawn"),
        );
    }
    if !problems.is_empty() {
        return Err(ArticleError::InvalidNew.error().with(problems));
    }
    if !matches!(article.state, ArticleState::Draft | ArticleState::Review) {
        return Err(ArticleError::NewIsDraft(&article.state).error());
    }
    Ok(())
}

/// The file that has an id, be it readable or not.
fn holder<'s>(desk: &Desk, all: &'s ArticleCache, id: &ArticleId) -> Option<&'s str> {
    let unread = || {
        let mut paths = all.unread().map(|problem| problem.path.as_str());
        paths.find(|path| read::contains(&desk.root, path, id.as_str()) == Some(true))
    };
    let found = all.find(id.as_str()).map(|cached| cached.path.as_str());
    found.or_else(unread)
}

/// An id that no article has.
fn free_id(desk: &Desk, all: &ArticleCache) -> Result<ArticleId, OpError> {
    for _ in 0..64 {
        let drawn = ArticleId::new(&random::random(ARTICLE_RANDOM_LEN)?);
        if let Some(id) = drawn.filter(|id| holder(desk, all, id).is_none()) {
            return Ok(id);
        }
    }
    Err(DeskError::NoFreeId.error())
}

/// A file that is not there: the title's words, with the id where they are taken or say nothing in
/// the letters of file names.
fn free_path(desk: &Desk, folder: &str, article: &Article) -> String {
    let words = slug(&article.title);
    let id = article.id.as_str().to_ascii_lowercase();
    let plain = format!("kb/{folder}/{words}.md");
    let is_name = !words.is_empty() && !is_refused_by_windows(&words);
    if is_name && desk.root.join(&plain).symlink_metadata().is_err() {
        return plain;
    }
    let rest = if words.is_empty() {
        id
    } else {
        format!("{words}-{}", &id[3..])
    };
    format!("kb/{folder}/{rest}.md")
}

/// The name of a folder, as typed.
fn category(text: &str) -> Result<String, OpError> {
    let parts: Vec<String> = text.trim_matches('/').split('/').map(slug).collect();
    if parts
        .iter()
        .any(|part| part.is_empty() || is_refused_by_windows(part))
    {
        return Err(ArticleError::BadCategory(&text).error());
    }
    Ok(parts.join("/"))
}

/// Where the original stands, or other articles of the same code, or what the code belongs to.
fn usual_category(desk: &Desk, all: &ArticleCache, article: &Article) -> String {
    let original = article
        .translation_of
        .as_deref()
        .and_then(|id| all.find(id));
    let shares = |cached: &&CachedArticle| {
        let codes = &cached.article.codes;
        codes.iter().any(|code| article.codes.contains(code))
    };
    let cached = original.or_else(|| all.all.iter().find(shares));
    if let Some(cached) = cached.filter(|cached| !cached.category().is_empty()) {
        return cached.category().to_owned();
    }
    let code = article
        .codes
        .iter()
        .find_map(|code| desk.catalogue.find(code));
    let named = code.and_then(|code| code.area.clone().or_else(|| code.path.last().cloned()));
    match named.map(|name| slug(&name)) {
        Some(name) if !name.is_empty() && !is_refused_by_windows(&name) => name,
        _ => GENERAL.to_owned(),
    }
}

/// The article that a translation is of, with its text: never itself a translation.
fn original_of(
    desk: &Desk,
    all: &ArticleCache,
    given: &str,
    language: Option<&str>,
) -> Result<(CachedArticle, String), OpError> {
    let mut cached = find(all, given)?;
    for _ in 0..all.all.len() {
        let of = cached.article.translation_of.as_deref();
        match of.and_then(|id| all.find(id)) {
            Some(original) => cached = original,
            None => break,
        }
    }
    let id = cached.article.id.as_str();
    let Some(language) = language else {
        return Err(ArticleError::TranslationNeedsLanguage.error());
    };
    let ours = |one: &&CachedArticle| {
        let article = &one.article;
        article.language.as_deref() == Some(language)
            && article.state != ArticleState::Retired
            && (article.id.as_str() == id || article.translation_of.as_deref() == Some(id))
    };
    if let Some(there) = all.all.iter().find(ours) {
        let there = &there.article;
        return Err(
            ArticleError::TranslationThere(&id, &language, &there.id, &there.title).error(),
        );
    }
    let page = article_cache::page(&desk.root, &cached.path)?;
    Ok((cached.clone(), page.body().to_owned()))
}

/// An article in use that bears the same title in the same language.
fn same_title<'s>(all: &'s ArticleCache, article: &Article) -> Option<&'s CachedArticle> {
    let title = normalize(&article.title);
    all.all.iter().find(|cached| {
        let other = &cached.article;
        other.state != ArticleState::Retired
            && other.language == article.language
            && normalize(&other.title) == title
    })
}
