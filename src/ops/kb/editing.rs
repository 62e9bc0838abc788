//! `kb edit`: an article in an editor, and back.

use std::path::{Path, PathBuf};

use super::revise::Revision;
use super::{find, shelf, today};
use crate::model::article::{ArticleKey, State};
use crate::ops::act::Act;
use crate::ops::change::{Outcome, Transaction, one_line};
use crate::ops::desk::Desk;
use crate::ops::editing::{draft_path, write_draft};
use crate::ops::error::OpError;
use crate::page::article::{self, ArticlePage};
use crate::page::edit;
use crate::store::read;
use crate::store::repo::Repo;
use crate::store::walk;

/// An article's text, handed to an editor in a file of this clone's own.
#[derive(Debug)]
pub struct Draft {
    /// The article's file, relative to the desk.
    pub file: String,
    /// What it said.
    pub base: String,
    /// Where the editor works.
    pub path: PathBuf,
    /// Where what an earlier edit could not save is kept.
    pub earlier: Option<PathBuf>,
}

/// Puts an article's text where an editor can change it. One that cannot be read is named by its
/// file.
pub fn draft(desk: &Desk, repo: &Repo, given: &str) -> Result<Draft, OpError> {
    let broken = given.contains('/') && walk::articles(&desk.root).iter().any(|path| path == given);
    let file = if broken {
        given.to_owned()
    } else {
        find(&shelf(desk), given)?.path.clone()
    };
    let base =
        read::page(&desk.root, &file).map_err(|error| OpError::from(error.problem(&file)))?;
    let name = match article::read(&file, base.clone()) {
        Ok(page) => format!("{}.md", page.article.id),
        Err(_) => file.replace('/', "-"),
    };
    let path = draft_path(repo, &name)?;
    let earlier = set_aside(&path, &base)?;
    write_draft(repo, &name, &base)?;
    Ok(Draft {
        file,
        base,
        path,
        earlier,
    })
}

/// Keeps a draft that an earlier edit left, unless it says what the file says.
fn set_aside(path: &Path, base: &str) -> Result<Option<PathBuf>, OpError> {
    let there = |path: &Path| path.symlink_metadata().is_ok();
    if read::file(path, read::MAX_PAGE).map_or(!there(path), |text| text == base) {
        return Ok(None);
    }
    let free = |number: u32| path.with_extension(format!("{number}.md"));
    let Some(aside) = (1..1_000).map(free).find(|aside| !there(aside)) else {
        return Err(
            OpError::failed("too many drafts were left behind").hint(format!(
                "look through {}",
                path.with_file_name("").display()
            )),
        );
    };
    std::fs::rename(path, &aside)?;
    Ok(Some(aside))
}

/// Takes an edited draft back. It stays where it is until it is saved.
pub fn finish(desk: &Desk, act: &Act, draft: &Draft) -> Result<Outcome, OpError> {
    let kept =
        |error: OpError| error.hint(format!("what you wrote is in {}", draft.path.display()));
    let mut outcome = take(desk, act, draft).map_err(kept)?;
    if act.dry_run && !outcome.revised.is_empty() {
        let notice = format!("what you wrote is in {}", draft.path.display());
        outcome.notices.push(notice);
    } else {
        let _ = std::fs::remove_file(&draft.path);
    }
    Ok(outcome)
}

fn take(desk: &Desk, act: &Act, draft: &Draft) -> Result<Outcome, OpError> {
    let edited = read::file(&draft.path, read::MAX_PAGE)
        .map_err(|error| OpError::failed(error.to_string()))?;
    let mut tx = Transaction::begin(desk, act, "kb edit")?;
    let file = &draft.file;
    let current =
        read::page(&desk.root, file).map_err(|error| OpError::from(error.problem(file)))?;
    if edited == draft.base || edited == current {
        return tx.finish("");
    }
    let text = if current == draft.base {
        edited
    } else {
        joined(draft, &edited, &current).ok_or_else(|| {
            OpError::failed(format!(
                "`{file}` was changed by somebody else while you edited it"
            ))
        })?
    };
    let page = article::read(file, text)?;
    if !page.problems.is_empty() {
        return Err(OpError::invalid(
            "the edited article is not valid",
            page.problems,
        ));
    }
    let before = article::read(file, current.clone()).ok();
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
        return Err(OpError::invalid(
            "the edited article is not valid",
            vec![problem],
        ));
    }
    let state = page.article.state;
    let in_use = |state: State| matches!(state, State::Published | State::Retired);
    if was != Some(state) && (in_use(state) || was.is_some_and(in_use)) {
        act.must_be_manager(desk, "publishing and retiring")?;
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
    if state == State::Published && was != Some(State::Published) && unsigned {
        revision.set_text(ArticleKey::PublishedBy, act.me.as_str())?;
        revision.set_day(ArticleKey::Published, today(desk, act.now))?;
    }
    revision.stage(&mut tx, "edit", "")?;
    tx.finish(&subject)
}

/// What was edited, with what somebody else saved meanwhile put in; `None` where both changed one
/// thing, or where it cannot be told.
fn joined(draft: &Draft, edited: &str, current: &str) -> Option<String> {
    let read = |text: &str| article::read(&draft.file, text.to_owned()).ok();
    let (base, mine, theirs): (ArticlePage, ArticlePage, ArticlePage) =
        (read(&draft.base)?, read(edited)?, read(current)?);
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
