//! `kb edit`: an article in an editor, and back.

use crate::ops::core::messages::article::ArticleError;
use std::collections::BTreeSet;

use crate::model::article::{ArticleKey, ArticleState};
use crate::ops::core::actor::Actor;
use crate::ops::core::articles::{cached_articles, find, today};
use crate::ops::core::commit_message::one_line;
use crate::ops::core::desk::Desk;
use crate::ops::core::drafts::Draft;
use crate::ops::core::error::OpError;
use crate::ops::core::outcome::Outcome;
use crate::ops::core::transaction::Transaction;
use crate::ops::kb::article_edit::Revision;
use crate::ops::kb::check;
use crate::page::article::{self, ArticlePage};
use crate::page::edit;
use crate::page::problem::Problem;
use crate::store::fs::read;
use crate::store::fs::walk;
use crate::store::git::repo::Repo;

/// An article's text in the hands of a person.
#[derive(Debug)]
pub struct ArticleEditing {
    /// The article's file, relative to the desk.
    pub file: String,
    /// Where it is written in.
    pub draft: Draft,
    /// The command that takes the draft up again.
    pub again: String,
}

/// Puts an article's text where an editor can change it, or goes on with what an earlier edit could
/// not save. One that cannot be read is named by its file.
pub fn begin(desk: &Desk, repo: &Repo, given: &str) -> Result<ArticleEditing, OpError> {
    let broken = given.contains('/')
        && walk::articles(&desk.root)
            .files
            .iter()
            .any(|(path, _)| path == given);
    let file = if broken {
        given.to_owned()
    } else {
        find(&cached_articles(desk), given)?.path.clone()
    };
    let current =
        read::page(&desk.root, &file).map_err(|error| OpError::from(error.problem(&file)))?;
    let name = match article::read(&file, current.clone()) {
        Ok(page) => format!("{}.md", page.article.id),
        Err(_) => file.replace('/', "-"),
    };
    let mut draft = Draft::open(repo, &name, &current, false)?;
    if draft.resumed && draft.base != current {
        let mine = read::file(&draft.path, read::MAX_PAGE).ok();
        let joins = mine.is_none_or(|mine| joined(&file, &draft.base, &mine, &current).is_some());
        if !joins {
            draft.renew(&current)?;
        }
    }
    let again = format!("desk kb edit {given}");
    Ok(ArticleEditing { file, draft, again })
}

/// Takes an edited draft back. It stays where it is until it is saved.
pub fn finish(desk: &Desk, act: &Actor, editing: &ArticleEditing) -> Result<Outcome, OpError> {
    let (draft, again) = (&editing.draft, &editing.again);
    let mut outcome = take(desk, act, editing).map_err(|error| draft.kept(error, again))?;
    if act.dry_run && !outcome.revised.is_empty() {
        let place = draft.path.display();
        let reported = format!("what you wrote is in {place}; {again} goes on with it");
        outcome.notices.push(reported);
    } else {
        draft.done();
    }
    Ok(outcome)
}

fn take(desk: &Desk, act: &Actor, editing: &ArticleEditing) -> Result<Outcome, OpError> {
    let edited = editing.draft.text()?;
    let mut tx = Transaction::begin(desk, act, "kb edit")?;
    let (file, base) = (&editing.file, &editing.draft.base);
    let current =
        read::page(&desk.root, file).map_err(|error| OpError::from(error.problem(file)))?;
    if edited == *base || edited == current {
        return tx.finish("");
    }
    let text = if current == *base {
        edited
    } else {
        joined(file, base, &edited, &current)
            .ok_or_else(|| ArticleError::ChangedMeanwhile(&file).error())?
    };
    let page = article::read(file, text)?;
    if !page.problems.is_empty() {
        return Err(ArticleError::InvalidEdit.error().with(page.problems));
    }
    let before = article::read(file, current.clone()).ok();
    let known = cached_articles(desk).all.into_iter();
    let known: BTreeSet<String> = known.map(|cached| cached.article.id.to_string()).collect();
    // What nobody knows and was there before is for `check` to tell.
    let names = |page: &ArticlePage| check::names(desk, page, &known);
    let stood: Vec<Problem> = before.as_ref().map(names).unwrap_or_default();
    let mut unknown = names(&page);
    unknown.retain(|problem| stood.iter().all(|old| old.message != problem.message));
    if !unknown.is_empty() {
        return Err(ArticleError::InvalidEdit.error().with(unknown));
    }
    let was = before.as_ref().map(|page| page.article.state);
    if let Some(before) = before
        .as_ref()
        .filter(|before| before.article.id != page.article.id)
    {
        let message = format!(
            "the id was `{}`, and an id never changes",
            before.article.id
        );
        let problem = page.wrong(ArticleKey::Id, message);
        return Err(ArticleError::InvalidEdit.error().with(vec![problem]));
    }
    let state = page.article.state;
    let in_use =
        |state: ArticleState| matches!(state, ArticleState::Published | ArticleState::Retired);
    if was != Some(state) && (in_use(state) || was.is_some_and(in_use)) {
        act.must_be_manager(desk, "publishing and retiring")?;
    }
    if state == ArticleState::Published && was != Some(state) {
        // As by the command.
        let found = check::check_article(desk, act.now, &page);
        if !found.is_empty() {
            let (id, n) = (&page.article.id, found.len());
            return Err(ArticleError::CheckFound(id, &n).error().with(found));
        }
    }
    let subject = format!(
        "{} edit: {}",
        page.article.id,
        one_line(&page.article.title, 50)
    );
    let signed = |page: &ArticlePage| (page.article.published_by.clone(), page.article.published);
    let unsigned = before
        .as_ref()
        .is_none_or(|before| signed(before) == signed(&page));
    let mut revision = match before {
        Some(before) => Revision::by_hand(before, page),
        None => Revision::over(current, page),
    };
    // Who turns the key in an editor publishes as much as by the command.
    if state == ArticleState::Published && was != Some(ArticleState::Published) && unsigned {
        revision.set_text(ArticleKey::PublishedBy, act.me.as_str())?;
        revision.set_day(ArticleKey::Published, today(desk, act.now))?;
    }
    revision.stage(&mut tx, "edit", "")?;
    tx.finish(&subject)
}

/// What was edited, with what somebody else saved meanwhile put in; `None` where both changed one
/// thing, or where it cannot be told.
fn joined(file: &str, base: &str, edited: &str, current: &str) -> Option<String> {
    let read = |text: &str| article::read(file, text.to_owned()).ok();
    let (base, mine, theirs): (ArticlePage, ArticlePage, ArticlePage) =
        (read(base)?, read(edited)?, read(current)?);
    let body = if theirs.body() == base.body() || theirs.body() == mine.body() {
        mine.body()
    } else if mine.body() == base.body() {
        theirs.body()
    } else {
        return None;
    };
    let mut text = format!("{}{body}", &edited[..mine.parts.body.start]);
    for key in ArticleKey::ALL {
        let (before, here, there) = (
            base.article.get(*key),
            mine.article.get(*key),
            theirs.article.get(*key),
        );
        if there == before || there == here {
            continue;
        }
        if here != before {
            return None;
        }
        let page = read(&text)?;
        text = edit::set_slot(&page.text, &page.parts, key, there.as_ref()).ok()?;
    }
    Some(text)
}
