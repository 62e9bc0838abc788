//! `resolve-merge`: finishes a merge that git made without our rules, from the versions in git's
//! index or from a file with marks of a conflict.

use std::collections::BTreeSet;

use chrono_tz::Tz;

use crate::ops::core::actor::Actor;
use crate::ops::core::command_record;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::page::{front_matter, log};
use crate::rules::merge::{self, FileKind, Refused, marks};
use crate::store::fs::read::{self, ReadError};
use crate::store::fs::walk;
use crate::store::git::repo::Repo;
use crate::store::git::unmerged::Unmerged;
use crate::store::journal::report::Report;
use crate::store::journal::save::Saved;
use crate::store::journal::step::{Save, SaveStep};

/// A file that was merged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// The path, relative to the desk.
    pub path: String,
    /// The entries that only one side had, by their headings without `## `: what taking one side
    /// would have lost.
    pub entries: [Vec<String>; 2],
}

/// A file that is left to a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// The path, relative to the work tree.
    pub path: String,
    /// Why, without a full stop.
    pub why: String,
}

/// What became of a merge.
#[derive(Debug, Default)]
pub struct MergeOutcome {
    /// What was merged.
    pub resolved: Vec<Resolved>,
    /// What was not.
    pub left: Vec<Left>,
    /// Whether git's merge waits for `git commit` or its like.
    pub waits: bool,
    /// What became of files that were committed with marks in them.
    pub saved: Option<Saved>,
    /// Sentences about what was finished for a command that died.
    pub recovered: Vec<Report>,
}

/// Merges the files of the desk that git left unmerged, and those with marks of a conflict in them.
pub fn resolve_merge(desk: &Desk, act: &Actor) -> Result<MergeOutcome, OpError> {
    act.may(desk, "resolve-merge")?;
    let mut held = act.hold_unless_dry(desk, "resolve-merge")?;
    let mut outcome = MergeOutcome::default();
    if let Some(held) = &held {
        outcome.recovered = held.reports();
    }
    let repo = act.repo(desk)?;
    outcome.waits = repo.unfinished().is_some();
    let zone = desk.settings.zone;
    let mut seen = BTreeSet::new();
    for file in repo.unmerged()? {
        let Some(path) = file.path.clone() else {
            let why = "it is no file of the desk's".to_owned();
            outcome.left.push(Left {
                path: file.tree_path,
                why,
            });
            continue;
        };
        seen.insert(path.clone());
        let here = read::page(&desk.root, &path);
        if let [_, Some(a), Some(b)] = &file.versions
            && let Some((stays, moved, text)) = two_articles(desk, &path, a, b)
        {
            if let Some(held) = &mut held {
                let there = read::page(&desk.root, &moved).ok();
                held.place_merged(&file.at(repo.in_tree(&moved)), &moved, there, text)?;
                held.place_merged(&file, &path, here.ok(), stays)?;
            }
            for path in [path, moved] {
                let entries = [Vec::new(), Vec::new()];
                outcome.resolved.push(Resolved { path, entries });
            }
            continue;
        }
        match text_of(&file, &path, here.as_deref().ok(), zone) {
            Ok((text, entries)) => {
                if let Some(held) = &mut held {
                    held.place_merged(&file, &path, here.ok(), &text)?;
                }
                outcome.resolved.push(Resolved { path, entries });
            }
            Err(why) => outcome.left.push(Left {
                path: file.tree_path,
                why,
            }),
        }
    }
    let saves = merge_marked(desk, repo, &seen, &mut outcome);
    if let Some(held) = held.as_mut().filter(|_| !saves.is_empty()) {
        let step = SaveStep {
            message: format!("resolve-merge: {} of the desk's files", saves.len()),
            author: act.signature(desk),
            at: act.now,
            saves,
        };
        outcome.saved = Some(held.save(&step)?);
        command_record::note_other(held.repo(), act, "resolve-merge");
    }
    Ok(outcome)
}

/// Merges the files with marks in them that git does not call unmerged; returns what to save.
fn merge_marked(
    desk: &Desk,
    repo: &Repo,
    seen: &BTreeSet<String>,
    outcome: &mut MergeOutcome,
) -> Vec<Save> {
    let mut saves = Vec::new();
    for (path, text) in marked_files(desk, seen) {
        let [base, a, b] = marks::versions(&text);
        match merge::merge(&path, &base, &a, &b, desk.settings.zone) {
            Ok(merged) => {
                let entries = one_sided([&a, &b]);
                outcome.resolved.push(Resolved {
                    path: path.clone(),
                    entries,
                });
                saves.push(Save {
                    path,
                    base: Some(text),
                    text: merged,
                });
            }
            Err(why) => {
                let (path, why) = (repo.in_tree(&path), why.to_string());
                outcome.left.push(Left { path, why });
            }
        }
    }
    saves
}

/// Two articles that only share a path: the one that keeps it, and the other's new path and text.
/// `None` where another file stands there already, or there are no two.
fn two_articles<'t>(
    desk: &Desk,
    path: &str,
    a: &'t str,
    b: &'t str,
) -> Option<(&'t str, String, &'t str)> {
    let apart = FileKind::of(path) == Some(FileKind::Article)
        && merge::article::merge(path, "", a, b) == Err(Refused::TwoArticles);
    let (stays, moved, text) = apart.then(|| merge::article::apart(path, a, b).ok())??;
    // It stands there already where this was cut short.
    let is_free = match read::page(&desk.root, &moved) {
        Ok(there) => there == text,
        Err(error) => matches!(error, ReadError::Missing),
    };
    is_free.then_some((stays, moved, text))
}

/// What an unmerged file becomes, and the entries that only one side has; `here` is what stands in
/// the work tree.
fn text_of(
    file: &Unmerged,
    path: &str,
    here: Option<&str>,
    zone: Tz,
) -> Result<(String, [Vec<String>; 2]), String> {
    if file.odd {
        return Err("a version of it is no text that a desk can hold".to_owned());
    }
    let [base, ours, theirs] = &file.versions;
    let base = base.as_deref().unwrap_or_default();
    let (a, b) = match (ours, theirs) {
        (Some(a), Some(b)) => (a, b),
        // Taken away here and changed there: it stays.
        (Some(one), None) | (None, Some(one)) => (one, one),
        (None, None) => return Err("both sides took it away".to_owned()),
    };
    let merged = |base: &str, a: &str, b: &str| {
        merge::merge(path, base, a, b, zone).map_err(|why| why.to_string())
    };
    let mut text = merged(base, a, b)?;
    // Where a person has settled it in the work tree, the free texts are theirs.
    let settled = here.filter(|here| front_matter::conflict(path, here).is_none());
    let settled = settled.filter(|here| ![base, a, b].contains(here) && **here != text);
    if let Some(here) = settled {
        text = merged(&text, &text, here)?;
    }
    Ok((text, one_sided([a, b])))
}

/// The headings of the entries that only the one and only the other side has.
fn one_sided(sides: [&str; 2]) -> [Vec<String>; 2] {
    let entries = sides.map(|text| log::read(text, 0).entries);
    let known = entries.each_ref().map(|entries| {
        let ids = entries.iter().map(|logged| logged.entry.identity());
        ids.collect::<BTreeSet<_>>()
    });
    let lacked = |of: usize, by: usize| {
        let own = entries[of].iter().map(|logged| &logged.entry);
        let own = own.filter(|entry| !known[by].contains(&entry.identity()));
        own.map(|entry| entry.heading().split_off(3)).collect()
    };
    [lacked(0, 1), lacked(1, 0)]
}

/// The files of the desk with marks of a conflict in them that git does not call unmerged.
fn marked_files(desk: &Desk, seen: &BTreeSet<String>) -> Vec<(String, String)> {
    let tickets = walk::all_ids(&desk.root).into_iter().map(|id| id.path());
    let articles = walk::articles(&desk.root).files.into_iter();
    let articles = articles.map(|(path, _)| path);
    let settings = [crate::page::settings::FILE, crate::page::catalog::FILE].map(str::to_owned);
    let mut found = Vec::new();
    for path in tickets.chain(articles).chain(settings) {
        if seen.contains(&path) || FileKind::of(&path).is_none() {
            continue;
        }
        let Ok(text) = read::page(&desk.root, &path) else {
            continue;
        };
        if front_matter::conflict(&path, &text).is_some() {
            found.push((path, text));
        }
    }
    found
}
