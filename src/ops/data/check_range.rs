//! `check --range`: the rules of the house for the commits of a range.

use std::collections::{HashMap, HashSet};

use crate::model::moment::Moment;
use crate::model::person::DESK;
use crate::model::settings::{Agent, Settings};
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::data::commit_range;
use crate::ops::data::sync::changed_texts;
use crate::page::{catalog, log, settings};
use crate::rules::house::{self, Author, Breach, Rule};
use crate::rules::lifecycle::attachments;
use crate::rules::merge::{self, FileKind};
use crate::store::git::history::{Blobs, TreeFile};
use crate::store::git::range::{CommitRange, RangeCommit, RangeFile};
use crate::store::git::repo::Repo;

/// Something against a rule, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HouseFinding {
    /// The commit, whole; that at the end of the range for what is judged there; empty for what is
    /// not committed yet.
    pub commit: String,
    /// The file, relative to the desk.
    pub path: String,
    pub breach: Breach,
}

/// What in the commits of a range is against the rules of the house. Times are judged at its end by
/// `now`, and by the dates that the commits' authors gave them.
pub fn check(desk: &Desk, range: &str, now: Moment) -> Result<Vec<HouseFinding>, OpError> {
    let repo = Repo::open(desk.root.dir())?;
    let range = commit_range::named(&repo, range)?;
    between(&repo, &desk.settings, &range, now)
}

/// What in the commits of a range is against the rules. Who the agents are tell the settings before
/// each commit, and `known` where the range begins without any.
pub fn between(
    repo: &Repo,
    known: &Settings,
    range: &CommitRange,
    now: Moment,
) -> Result<Vec<HouseFinding>, OpError> {
    let mut rules = RangeRules {
        repo,
        blobs: Blobs::of(repo)?,
        settings: known.clone(),
        committed: HashMap::new(),
    };
    if let Some(old) = &range.old {
        let path = repo.in_tree(settings::FILE);
        if let Some(text) = rules.blobs.text_at(old, &path)? {
            rules.learn(&text);
        }
    }
    let mut found = Vec::new();
    let commits = repo.commits_of(range)?;
    for commit in &commits {
        rules.commit(commit, &mut found)?;
    }
    let at_end = |path: String, breach| HouseFinding {
        commit: range.new.clone(),
        path,
        breach,
    };
    let old = range.old.as_deref();
    let changed = changed_texts(repo, &mut rules.blobs, old, &range.new)?;
    for (path, before, text) in &changed {
        let (Some(FileKind::Ticket), Some(text)) = (FileKind::of(path), text) else {
            continue;
        };
        let committed = |identity: &str| rules.committed.get(identity).copied();
        let wrong = house::times(before.as_deref(), text, now, &committed);
        found.extend(wrong.into_iter().map(|breach| at_end(path.clone(), breach)));
    }
    // Commits that were there, and are no more: what they said must be there all the same.
    if let Some(old) = old
        && !repo.leads_to(old, &range.new)?
    {
        for (path, before, text) in &changed {
            let lost = given_up(path, before.as_deref(), text.as_deref());
            found.extend(lost.map(|breach| at_end(path.clone(), breach)));
        }
    }
    let zone = rules.settings.zone;
    let left_out = repo.left_out_of(range, &commits, zone, &mut rules.blobs)?;
    let rule = Rule::Merges;
    let merges = left_out.sentences.into_iter();
    found.extend(merges.map(|(path, what)| at_end(path, Breach { rule, what })));
    // What a commit took away, and no merge, is told once.
    let taken: Vec<String> = found
        .iter()
        .filter(|one| one.breach.rule == Rule::Others)
        .map(|one| one.path.clone())
        .collect();
    found.retain(|one| one.breach.rule != Rule::Merges || !taken.contains(&one.path));
    Ok(found)
}

/// What somebody did to an attachment that is against the rules.
pub fn attachment(name: &str, file: &RangeFile) -> Option<Breach> {
    let is_kept = |old: &Option<TreeFile>| old.is_none() || *old == file.after;
    let is_wrong = file.path.contains(".files/") && !file.before.iter().all(is_kept);
    is_wrong.then(|| Breach {
        rule: Rule::Others,
        what: format!("`{name}` took it away or changed it"),
    })
}

/// The path of the ticket that an attachment belongs to.
pub fn ticket_of(path: &str) -> String {
    let ticket = path
        .split_once(".files/")
        .map_or(path, |(ticket, _)| ticket);
    format!("{ticket}.md")
}

/// Whether a ticket says that an attachment was redacted, and the file has the marker, or is gone as
/// its name is.
pub fn redacts(file: &RangeFile, path: &str, content: Option<&str>, ticket: Option<&str>) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let says = |text: &str| {
        let log = log::read(text, 0).entries.into_iter();
        let log: Vec<_> = log.map(|logged| logged.entry).collect();
        let redacted = attachments::redacted(&log);
        match &file.after {
            Some(_) => content == Some(attachments::REDACTED_CONTENT) && redacted.contains(name),
            None => redacted.contains(attachments::nameless(name).as_str()),
        }
    };
    ticket.is_some_and(says)
}

/// What of a file is gone where commits were replaced by others.
fn given_up(path: &str, old: Option<&str>, new: Option<&str>) -> impl Iterator<Item = Breach> {
    let nobody = Author {
        handle: None,
        name: "the new branch",
        is_manager: true,
        others: &[],
    };
    let found = house::breaches(nobody, path, old, new).into_iter();
    found.filter(|breach| matches!(breach.rule, Rule::Others | Rule::Ids))
}

/// What is known on the way through a range.
struct RangeRules<'r> {
    repo: &'r Repo,
    blobs: Blobs,
    /// The settings before the commit that is looked at.
    settings: Settings,
    /// When entries were committed first, by their identities.
    committed: HashMap<String, Moment>,
}

impl RangeRules<'_> {
    fn learn(&mut self, text: &str) {
        if let Ok(settings) = settings::read(text) {
            self.settings = settings;
        }
    }

    fn commit(
        &mut self,
        commit: &RangeCommit,
        found: &mut Vec<HouseFinding>,
    ) -> Result<(), OpError> {
        let taken_whole = self.settings_of_a_side(commit)?;
        for file in commit.files.iter().chain(&taken_whole) {
            let Some(path) = self.repo.in_desk(&file.path) else {
                continue;
            };
            let breaches = self.file(commit, file, path)?;
            found.extend(breaches.into_iter().map(|breach| HouseFinding {
                commit: commit.commit.clone(),
                path: path.to_owned(),
                breach,
            }));
        }
        Ok(())
    }

    /// The settings that a merge took as one side has them although the other changed them: git
    /// tells of no change there.
    fn settings_of_a_side(&mut self, commit: &RangeCommit) -> Result<Vec<RangeFile>, OpError> {
        let mut found = Vec::new();
        if commit.parents.len() < 2 {
            return Ok(found);
        }
        for file in [settings::FILE, catalog::FILE] {
            let path = self.repo.in_tree(file);
            let mut blob = |commit: &str| self.blobs.name_at(commit, &path);
            let after = blob(&commit.commit)?;
            let mut before = Vec::new();
            for parent in &commit.parents {
                before.push(blob(parent)?);
            }
            let all: HashSet<&Option<String>> = before.iter().collect();
            if all.len() > 1 && all.contains(&after) {
                let file = |blob: Option<String>| {
                    blob.map(|blob| TreeFile {
                        mode: "100644".to_owned(),
                        blob,
                    })
                };
                found.push(RangeFile {
                    path,
                    before: before.into_iter().map(file).collect(),
                    after: file(after),
                });
            }
        }
        Ok(found)
    }

    fn file(
        &mut self,
        commit: &RangeCommit,
        file: &RangeFile,
        path: &str,
    ) -> Result<Vec<Breach>, OpError> {
        if let Some(breach) = attachment(&commit.name, file) {
            let content = self.text(file.after.as_ref())?;
            let ticket = self.repo.in_tree(&ticket_of(path));
            let ticket = self.blobs.text_at(&commit.commit, &ticket)?;
            let is_redacted = redacts(file, path, content.as_deref(), ticket.as_deref());
            return Ok(Some(breach).filter(|_| !is_redacted).into_iter().collect());
        }
        if FileKind::of(path).is_none() {
            return Ok(Vec::new());
        }
        let old = self.before(commit, file, path)?;
        let new = self.text(file.after.as_ref())?;
        let of_a_merge = commit.parents.len() > 1;
        if of_a_merge && old == new {
            return Ok(Vec::new());
        }
        let same = |old, new| {
            FileKind::of(path) == Some(FileKind::Settings) && settings::same_values(old, new)
        };
        if let (true, Some(old), Some(new)) = (of_a_merge, &old, &new)
            && same(old, new)
        {
            return Ok(Vec::new());
        }
        let co_authors = self.co_authors(commit);
        let others: Vec<&str> = co_authors.iter().map(String::as_str).collect();
        let author = author(&self.settings, &commit.name, &commit.email, &others);
        let breaches = house::breaches(author, path, old.as_deref(), new.as_deref());
        if let (Some(FileKind::Ticket), Some(new)) = (FileKind::of(path), &new) {
            let before: HashSet<String> =
                house::identities(old.as_deref().unwrap_or_default()).collect();
            for identity in house::identities(new).filter(|one| !before.contains(one)) {
                self.committed.entry(identity).or_insert(commit.when);
            }
        }
        if path == settings::FILE
            && let Some(new) = new
        {
            self.learn(&new);
        }
        Ok(breaches)
    }

    fn text(&mut self, file: Option<&TreeFile>) -> Result<Option<String>, OpError> {
        match file.filter(|file| file.is_regular()) {
            Some(file) => Ok(self.blobs.text(&file.blob)?),
            None => Ok(None),
        }
    }

    /// What a file was before a commit; before a merge, what the desk's rules make of its parents.
    fn before(
        &mut self,
        commit: &RangeCommit,
        file: &RangeFile,
        path: &str,
    ) -> Result<Option<String>, OpError> {
        let mut joined = None;
        for (nth, side) in file.before.iter().enumerate() {
            let Some(text) = self.text(side.as_ref())? else {
                continue;
            };
            joined = match joined {
                None => Some(text),
                Some(joined) if joined == text => Some(joined),
                Some(joined) => {
                    let base = self.base(commit, nth, &file.path)?;
                    let zone = self.settings.zone;
                    // What has no rule, or cannot be read, stays as the first parent has it.
                    Some(merge::merge(path, &base, &joined, &text, zone).unwrap_or(joined))
                }
            };
        }
        Ok(joined)
    }

    /// The text of a file where the first parent of a merge and the nth parted.
    fn base(&mut self, commit: &RangeCommit, nth: usize, path: &str) -> Result<String, OpError> {
        let [first, .., _] = &commit.parents[..] else {
            return Ok(String::new());
        };
        let Some(other) = commit.parents.get(nth) else {
            return Ok(String::new());
        };
        let bases = self.repo.merge_bases(first, other)?;
        match bases.first() {
            Some(base) => Ok(self.blobs.text_at(base, path)?.unwrap_or_default()),
            None => Ok(String::new()),
        }
    }

    /// The agents whom the message of a commit names as authors too.
    fn co_authors(&self, commit: &RangeCommit) -> Vec<String> {
        let all = commit.co_authors.iter();
        all.filter_map(|email| agent(&self.settings, email).map(|agent| agent.handle.to_string()))
            .collect()
    }
}

/// The agent of an address.
fn agent<'s>(settings: &'s Settings, email: &str) -> Option<&'s Agent> {
    let email = email.trim().to_lowercase();
    let local = email.strip_suffix("@localhost");
    let mut agents = settings.agents.values();
    agents.find(|agent| {
        let own = agent.email.to_lowercase();
        !own.is_empty() && own == email || local == Some(agent.handle.as_str())
    })
}

/// Whom a commit names as its author, by name and address.
pub fn author<'a>(
    settings: &'a Settings,
    name: &'a str,
    email: &str,
    others: &'a [&'a str],
) -> Author<'a> {
    let agent = agent(settings, email);
    let is_desk = agent.is_none() && email.trim().to_lowercase() == format!("{DESK}@localhost");
    Author {
        handle: agent
            .map(|agent| agent.handle.as_str())
            .or(is_desk.then_some(DESK)),
        name,
        is_manager: agent.is_some_and(|agent| agent.manager),
        others,
    }
}
