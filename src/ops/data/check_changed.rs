//! `check --changed`: what the next commit would change, by itself and by the rules of the house.

use std::collections::BTreeMap;

use crate::model::moment::Moment;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::scope::Scope;
use crate::ops::data::check::{self, Checked};
use crate::ops::data::check_range::{HouseFinding, attachment, author, redacts, ticket_of};
use crate::ops::data::check_templates;
use crate::ops::data::check_ticket::{KnownTargets, page_problems};
use crate::ops::kb;
use crate::page::problem::Problem;
use crate::page::{article, catalog, settings, template, text_check, ticket};
use crate::rules::house;
use crate::rules::merge::FileKind;
use crate::store::fs::read;
use crate::store::git::history::Blobs;
use crate::store::git::range::RangeFile;
use crate::store::git::repo::Repo;
use crate::store::git::signature::Signature;

/// What was found in the files that changed.
#[derive(Debug, Default)]
pub struct ChangedFiles {
    /// What is wrong in them.
    pub checked: Checked,
    /// What about their changes is against the rules of the house.
    pub findings: Vec<HouseFinding>,
}

/// A file that changed, relative to the desk, with its texts.
struct ChangedText {
    path: String,
    file: RangeFile,
    old: Option<String>,
    pub(in crate::ops::data) new: Option<String>,
}

/// Checks what is staged or, with nothing staged, what in the desk is not as in the last commit.
/// `who` is the author of the commit to come.
pub fn check(
    desk: &Desk,
    repo: &Repo,
    who: &Signature,
    now: Moment,
) -> Result<ChangedFiles, OpError> {
    let staged = repo.staged()?;
    let is_staged = !staged.is_empty();
    let files = if is_staged {
        staged
    } else {
        repo.uncommitted()?
    };
    let changed = texts(desk, repo, files, is_staged)?;
    if changed.is_empty() {
        return Ok(ChangedFiles::default());
    }
    // The settings of before say who may change them.
    let before = repo.text_at("HEAD", settings::FILE)?;
    let before = before.and_then(|text| settings::read(&text).ok());
    let author = author(
        before.as_ref().unwrap_or(&desk.settings),
        &who.name,
        &who.email,
        &[],
    );
    let mut findings = Vec::new();
    for one in &changed {
        let ticket = ticket_of(&one.path);
        let ticket = changed.iter().find(|other| other.path == ticket);
        let ticket = ticket.and_then(|ticket| ticket.new.as_deref());
        let mut breaches: Vec<_> = attachment(&who.name, &one.file)
            .filter(|_| !redacts(&one.file, &one.path, one.new.as_deref(), ticket))
            .into_iter()
            .collect();
        let (old, new) = (one.old.as_deref(), one.new.as_deref());
        breaches.extend(house::breaches(author, &one.path, old, new));
        if let (Some(FileKind::Ticket), Some(new)) = (FileKind::of(&one.path), new) {
            breaches.extend(house::times(old, new, now, &|_| Some(now)));
        }
        findings.extend(breaches.into_iter().map(|breach| HouseFinding {
            commit: String::new(),
            path: one.path.clone(),
            breach,
        }));
    }
    let scope = Scope {
        paths: changed.iter().map(|one| one.path.clone()).collect(),
    };
    let mut checked = check::check(desk, &scope, now);
    if is_staged {
        staged_otherwise(desk, &changed, now, &mut checked);
    }
    Ok(ChangedFiles { checked, findings })
}

fn texts(
    desk: &Desk,
    repo: &Repo,
    files: Vec<RangeFile>,
    is_staged: bool,
) -> Result<Vec<ChangedText>, OpError> {
    let mut blobs = Blobs::of(repo)?;
    let mut changed = Vec::new();
    for file in files {
        let Some(path) = repo.in_desk(&file.path).map(str::to_owned) else {
            continue;
        };
        let (mut old, mut new) = (None, None);
        if FileKind::of(&path).is_some() || path.contains(".files/") {
            if let Some(Some(before)) = file.before.first()
                && before.is_regular()
            {
                old = blobs.text(&before.blob)?;
            }
            new = match &file.after {
                Some(after) if is_staged && after.is_regular() => blobs.text(&after.blob)?,
                Some(_) if !is_staged => read::page(&desk.root, &path).ok(),
                _ => None,
            };
            // Git may only have seen that it was touched.
            if !is_staged && old.is_some() && old == new {
                continue;
            }
        }
        changed.push(ChangedText {
            path,
            file,
            old,
            new,
        });
    }
    Ok(changed)
}

/// Judges the files whose staged text is not that in the work tree by what is staged.
fn staged_otherwise(desk: &Desk, changed: &[ChangedText], now: Moment, checked: &mut Checked) {
    let mut otherwise: BTreeMap<&str, &str> = BTreeMap::new();
    for one in changed {
        let Some(new) = &one.new else { continue };
        if read::page(&desk.root, &one.path).ok().as_ref() != Some(new) {
            otherwise.insert(&one.path, new);
        }
    }
    if otherwise.is_empty() {
        return;
    }
    let no_article = Scope {
        paths: vec!["desk.toml".to_owned()],
    };
    let world = KnownTargets::of(desk, &mut Checked::default(), &no_article);
    checked
        .problems
        .retain(|problem| !otherwise.contains_key(problem.path.as_str()));
    for (path, text) in otherwise {
        checked
            .problems
            .extend(problems_of(desk, &world, now, (path, text)));
    }
}

/// What is wrong in one text.
fn problems_of(
    desk: &Desk,
    world: &KnownTargets,
    now: Moment,
    (path, text): (&str, &str),
) -> Vec<Problem> {
    match FileKind::of(path) {
        Some(FileKind::Ticket) => {
            let name = path.rsplit('/').next().unwrap_or_default();
            let Ok(id) = name.trim_end_matches(".md").parse() else {
                return Vec::new();
            };
            match ticket::read(id, text.to_owned()) {
                Ok(page) => page_problems(desk, world, &page),
                Err(problem) => vec![*problem],
            }
        }
        Some(FileKind::Article) => match article::read(path, text.to_owned()) {
            Ok(page) => {
                let mut all = page.problems.clone();
                all.extend(text_check::problem(path, text));
                all.extend(kb::check::names(desk, &page, &world.articles));
                all
            }
            Err(problem) => vec![*problem],
        },
        Some(FileKind::Template) => match template::read(path, text.to_owned()) {
            Ok(page) => check_templates::of_page(desk, now, &page),
            Err(problem) => vec![*problem],
        },
        Some(FileKind::Settings) if path == settings::FILE => {
            settings::read(text).err().unwrap_or_default()
        }
        Some(FileKind::Settings) if path == catalog::FILE => catalog::read(text, &desk.settings)
            .err()
            .unwrap_or_default(),
        _ => Vec::new(),
    }
}
