//! `check --range`: the rules of the house for the commits of a range.

use std::collections::HashMap;

use crate::model::moment::Moment;
use crate::model::person::DESK;
use crate::model::settings::Settings;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::data::commit_range::ends;
use crate::ops::data::sync::changed_files;
use crate::page::{log, settings};
use crate::rules::house::{self, Author, Breach, Rule};
use crate::rules::merge::FileKind;
use crate::store::git::history::{Blobs, Difference};
use crate::store::git::range::RangeCommit;
use crate::store::git::repo::Repo;

/// Something against a rule, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HouseFinding {
    /// The commit, whole; that at the end of the range for what is judged there.
    pub commit: String,
    /// The file, relative to the desk; empty where it is several.
    pub path: String,
    pub breach: Breach,
}

/// What in the commits of a range is against the rules of the house. Times are judged at its end by
/// `now`, and by the dates that the commits' authors gave them.
pub fn check(desk: &Desk, range: &str, now: Moment) -> Result<Vec<HouseFinding>, OpError> {
    let repo = Repo::open(desk.root.dir())?;
    let (old, new) = ends(&repo, range)?;
    between(desk, &repo, &old, &new, now)
}

/// What in the commits that lead to `new` and not to `old` is against the rules.
pub fn between(
    desk: &Desk,
    repo: &Repo,
    old: &str,
    new: &str,
    now: Moment,
) -> Result<Vec<HouseFinding>, OpError> {
    let mut blobs = Blobs::of(repo)?;
    let mut found = Vec::new();
    let mut rules = RangeRules {
        settings: desk.settings.clone(),
        committed: HashMap::new(),
    };
    if let Some(text) = repo.text_at(old, settings::FILE)?
        && let Ok(settings) = settings::read(&text)
    {
        rules.settings = settings;
    }
    for commit in repo.commits_of(Some(old), new)? {
        for file in &commit.files {
            let breaches = rules.file(repo, &commit, file, &mut blobs)?;
            let path = repo.in_desk(&file.path).unwrap_or_default();
            found.extend(breaches.into_iter().map(|breach| HouseFinding {
                commit: commit.commit.clone(),
                path: path.to_owned(),
                breach,
            }));
        }
    }
    let at_end = |path: String, breach| HouseFinding {
        commit: new.to_owned(),
        path,
        breach,
    };
    for (path, before, text) in changed_files(repo, Some(old), new)? {
        let (Some(FileKind::Ticket), Some(text)) = (FileKind::of(&path), text) else {
            continue;
        };
        let committed = |identity: &str| rules.committed.get(identity).copied();
        let wrong = house::times(before.as_deref(), &text, now, &committed);
        found.extend(wrong.into_iter().map(|breach| at_end(path.clone(), breach)));
    }
    let left_out = repo.left_out_by(new, &[old], desk.settings.zone)?;
    let rule = Rule::Merges;
    let merges = left_out
        .sentences
        .into_iter()
        .map(|what| Breach { rule, what });
    found.extend(merges.map(|breach| at_end(String::new(), breach)));
    // What a commit took away, and no merge, is told once.
    let taken: Vec<String> = found
        .iter()
        .filter(|one| one.breach.rule == Rule::Others)
        .map(|one| stem(&one.path).to_owned())
        .collect();
    let is_told = |what: &str| taken.iter().any(|stem| what.contains(stem.as_str()));
    found.retain(|one| one.breach.rule != Rule::Merges || !is_told(&one.breach.what));
    Ok(found)
}

/// A file's name without its ending: a ticket's id.
fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.strip_suffix(".md").unwrap_or(name)
}

/// What is known on the way through a range.
struct RangeRules {
    /// The settings before the commit that is looked at.
    settings: Settings,
    /// When entries were committed first, by their identities.
    committed: HashMap<String, Moment>,
}

impl RangeRules {
    fn file(
        &mut self,
        repo: &Repo,
        commit: &RangeCommit,
        file: &Difference,
        blobs: &mut Blobs,
    ) -> Result<Vec<Breach>, OpError> {
        let Some(path) = repo.in_desk(&file.path) else {
            return Ok(Vec::new());
        };
        let author = self.author(commit);
        let [old, new] = &file.sides;
        if path.contains(".files/") {
            let is_kept = old.is_none() || old == new;
            let what = format!("`{}` took it away or changed it", commit.name);
            let breach = Breach {
                rule: Rule::Others,
                what,
            };
            return Ok(Some(breach).filter(|_| !is_kept).into_iter().collect());
        }
        let mut texts = [None, None];
        if FileKind::of(path).is_some() {
            for (text, side) in texts.iter_mut().zip([old, new]) {
                if let Some(side) = side.as_ref().filter(|side| side.is_regular()) {
                    *text = blobs.text(&side.blob)?;
                }
            }
        }
        let [old, new] = &texts;
        let breaches = house::breaches(author, path, old.as_deref(), new.as_deref());
        if let (Some(FileKind::Ticket), Some(new)) = (FileKind::of(path), new) {
            for logged in log::read(new, 0).entries {
                let identity = logged.entry.identity();
                self.committed.entry(identity).or_insert(commit.when);
            }
        }
        if path == settings::FILE
            && let Some(new) = new
            && let Ok(settings) = settings::read(new)
        {
            self.settings = settings;
        }
        Ok(breaches)
    }

    /// The agent who made a commit, by address.
    fn author<'a>(&'a self, commit: &'a RangeCommit) -> Author<'a> {
        let email = commit.email.trim().to_lowercase();
        let local = email.strip_suffix("@localhost");
        let mut agents = self.settings.agents.values();
        let agent = agents.find(|agent| {
            let own = agent.email.to_lowercase();
            !own.is_empty() && own == email || local == Some(agent.handle.as_str())
        });
        let is_desk = agent.is_none() && local == Some(DESK);
        Author {
            handle: agent
                .map(|agent| agent.handle.as_str())
                .or(is_desk.then_some(DESK)),
            name: &commit.name,
            is_manager: agent.is_some_and(|agent| agent.manager),
        }
    }
}
