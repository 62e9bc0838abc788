//! Commits that came from elsewhere, examined for what they left out: merges that were made on a
//! forge or by hand, without the desk's rules.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt::Write as _;

use chrono_tz::Tz;

use crate::model::entry_kind::EntryKind;
use crate::model::moment::Moment;
use crate::page::ticket::read as read_ticket;
use crate::rules::lifecycle::attachments::{self, REDACTED_CONTENT};
use crate::rules::merge::completeness::{complete, united};
use crate::rules::merge::{FileKind, article};

use crate::model::field::{Key, Value};
use crate::model::id::TicketId;
use crate::store::error::StoreError;
use crate::store::git::commit_on::Changes;
use crate::store::git::commit_words::CommitMessage;
use crate::store::git::history::{Blobs, TreeFile};
use crate::store::git::range::{CommitRange, RangeCommit, RangeFile};
use crate::store::git::repo::Repo;
use crate::store::git::signature::Signature;

/// What a range of commits left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// The texts that make it whole again, by path relative to the desk.
    pub texts: BTreeMap<String, String>,
    /// Files that come back as they were, by path, with their objects.
    pub files: BTreeMap<String, TreeFile>,
    /// A sentence for each, without a full stop, with the file's path.
    pub sentences: Vec<(String, String)>,
}

impl LeftOut {
    /// Whether nothing was left out.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty() && self.files.is_empty()
    }
}

/// The versions that a range has of each file of the desk, newest first.
type Versions = BTreeMap<String, Vec<TreeFile>>;

impl Repo {
    /// What the commits that lead to `tip`, but not to any of `known`, left out of what they and
    /// their parents have.
    pub fn left_out_by(&self, tip: &str, known: &[&str], zone: Tz) -> Result<LeftOut, StoreError> {
        let range = CommitRange::of(tip, known);
        let commits = self.commits_of(&range)?;
        self.left_out_of(&range, &commits, zone, &mut Blobs::of(self)?)
    }

    /// As `left_out_by`, of every desk in the repository, in the order of their folders: those that
    /// lack something, with it.
    pub fn left_out_of_desks(
        &self,
        tip: &str,
        known: &[&str],
        zone: Tz,
    ) -> Result<Vec<(Self, LeftOut)>, StoreError> {
        let range = CommitRange::of(tip, known);
        let commits = self.commits_of(&range)?;
        let mut blobs = Blobs::of(self)?;
        let mut all = Vec::new();
        for desk in self.desks_of(&commits, tip)? {
            let found = desk.left_out_of(&range, &commits, zone, &mut blobs)?;
            if !found.is_empty() {
                all.push((desk, found));
            }
        }
        Ok(all)
    }

    /// The repository as each desk sees it that these commits concern.
    fn desks_of(&self, commits: &[RangeCommit], tip: &str) -> Result<Vec<Self>, StoreError> {
        let files = commits.iter().flat_map(|commit| &commit.files);
        self.desks_among(files.map(|file| file.path.as_str()), &[tip])
    }

    /// What the commits of a range left out of what they and their parents have.
    pub fn left_out_of(
        &self,
        range: &CommitRange,
        commits: &[RangeCommit],
        zone: Tz,
        blobs: &mut Blobs,
    ) -> Result<LeftOut, StoreError> {
        let versions = self.versions(range, commits)?;
        let paths: Vec<&str> = versions.keys().map(String::as_str).collect();
        let mut now = self.files_at(&range.new, &paths)?;
        // A link in the place of a file is not that file.
        now.retain(|_, file| file.is_regular());
        let mut found = LeftOut::default();
        let elsewhere = Elsewhere::of(&now, blobs)?;
        for (path, versions) in &versions {
            let now = now.get(path);
            let older = versions.iter().filter(|one| Some(*one) != now);
            match FileKind::of(path) {
                Some(FileKind::Ticket) => {
                    let mut texts = Vec::new();
                    for one in older {
                        texts.extend(blobs.text(&one.blob)?);
                    }
                    let now = match now {
                        Some(now) => blobs.text(&now.blob)?,
                        None => None,
                    };
                    examine_ticket(path, now.as_deref(), &texts, zone, &elsewhere, &mut found);
                }
                Some(FileKind::Article) if now.is_none() => {
                    let Some(newest) = versions.first() else {
                        continue;
                    };
                    let text = blobs.text(&newest.blob)?.unwrap_or_default();
                    let id = article::id_of(path, &text);
                    if id.is_none_or(|id| !elsewhere.articles.contains(&id)) {
                        found.files.insert(path.clone(), newest.clone());
                        let what = format!("a merge left out the article `{path}`");
                        found.sentences.push((path.clone(), what));
                    }
                }
                None if path.contains(".files/") && now.is_some() => {
                    // A marker that a merge has put the old content back for.
                    for one in older {
                        if blobs.text(&one.blob)?.as_deref() == Some(REDACTED_CONTENT) {
                            let what = format!("a merge took back the redaction of `{path}`");
                            found.sentences.push((path.clone(), what));
                            found.files.insert(path.clone(), one.clone());
                            break;
                        }
                    }
                }
                None if path.contains(".files/") => {
                    let Some(newest) = versions.first() else {
                        continue;
                    };
                    if !elsewhere.blobs.contains(&newest.blob) && !elsewhere.is_redacted(path) {
                        found.files.insert(path.clone(), newest.clone());
                        let what = format!("a merge left out the attachment `{path}`");
                        found.sentences.push((path.clone(), what));
                    }
                }
                _ => {}
            }
        }
        Ok(found)
    }

    /// The objects that are needed to tell what these commits left out.
    pub fn needed_to_examine(
        &self,
        tip: &str,
        known: &[&str],
    ) -> Result<HashSet<String>, StoreError> {
        let range = CommitRange::of(tip, known);
        let commits = self.commits_of(&range)?;
        let mut needed = HashSet::new();
        for desk in self.desks_of(&commits, tip)? {
            let files = desk.versions(&range, &commits)?.into_values().flatten();
            needed.extend(files.map(|file| file.blob));
        }
        Ok(needed)
    }

    /// The versions of the desk's files in these commits and their parents.
    fn versions(
        &self,
        range: &CommitRange,
        commits: &[RangeCommit],
    ) -> Result<Versions, StoreError> {
        let merges = self.merges_of(range, commits)?;
        let mut versions = Versions::new();
        for commit in commits.iter().rev() {
            let files = merges.get(&commit.commit).unwrap_or(&commit.files);
            for file in files {
                let Some(path) = self.in_desk(&file.path) else {
                    continue;
                };
                let sides = std::iter::once(&file.after).chain(&file.before);
                for file in sides.flatten().filter(|file| file.is_regular()) {
                    let all = versions.entry(path.to_owned()).or_default();
                    if !all.contains(file) {
                        all.push(file.clone());
                    }
                }
            }
        }
        Ok(versions)
    }

    /// What merges have otherwise than one of their parents, by their names; nothing is asked where
    /// there are none.
    fn merges_of(
        &self,
        range: &CommitRange,
        commits: &[RangeCommit],
    ) -> Result<BTreeMap<String, Vec<RangeFile>>, StoreError> {
        let mut merges = BTreeMap::new();
        if commits.iter().all(|commit| commit.parents.len() < 2) {
            return Ok(merges);
        }
        for commit in self.log_of(range, &["--merges", "-m"])? {
            let files: &mut Vec<RangeFile> = merges.entry(commit.commit).or_default();
            files.extend(commit.files);
        }
        Ok(merges)
    }

    /// What a commit has at these paths of the desk.
    fn files_at(
        &self,
        commit: &str,
        paths: &[&str],
    ) -> Result<BTreeMap<String, TreeFile>, StoreError> {
        let mut found = BTreeMap::new();
        for some in paths.chunks(500) {
            let named: Vec<String> = some.iter().map(|path| self.in_tree(path)).collect();
            let mut args = vec!["ls-tree", "-r", "-z", "--full-tree", commit, "--"];
            args.extend(named.iter().map(String::as_str));
            let listed = self.git.run(&args)?.or_error()?;
            let listed = String::from_utf8_lossy(&listed).into_owned();
            for row in listed.split_terminator('\0') {
                let Some((about, path)) = row.split_once('\t') else {
                    continue;
                };
                let mut about = about.split(' ');
                let (mode, blob) = (about.next(), about.nth(1));
                if let (Some(mode), Some(blob), Some(path)) = (mode, blob, self.in_desk(path)) {
                    let (mode, blob) = (mode.to_owned(), blob.to_owned());
                    found.insert(path.to_owned(), TreeFile { mode, blob });
                }
            }
        }
        Ok(found)
    }

    /// A commit on top of `tip` in which what was left out is back: the same in every clone.
    pub fn commit_left_out(&self, tip: &str, found: &LeftOut) -> Result<String, StoreError> {
        let asked = [
            "show",
            "--no-patch",
            "--no-show-signature",
            "--format=%ct",
            tip,
        ];
        let when = self.git.run(&asked)?.or_error()?;
        let seconds: i64 = String::from_utf8_lossy(&when)
            .trim()
            .parse()
            .unwrap_or_default();
        let at = chrono::DateTime::from_timestamp(seconds, 0).unwrap_or_default();
        let desk = Signature {
            name: "desk".to_owned(),
            email: "desk@localhost".to_owned(),
        };
        let mut message = "put right what merges without the desk's rules did\n".to_owned();
        for (_, sentence) in &found.sentences {
            let _ = write!(message, "\n  {sentence}");
        }
        let words = CommitMessage {
            message: &message,
            author: &desk,
            at: Moment::new(&at),
        };
        let changes = Changes {
            texts: &found.texts,
            files: &found.files,
            gone: &[],
        };
        self.commit_on(tip, &words, &desk, &changes)
            .map_err(StoreError::of_merge)
    }
}

/// What of a range stands at its end in other places.
#[derive(Default)]
struct Elsewhere {
    articles: BTreeSet<String>,
    blobs: BTreeSet<String>,
    /// The ids that tickets had before.
    aliases: BTreeSet<String>,
    /// What entries say of what was taken out for good.
    redacted: Vec<String>,
    /// The attachments that tickets say were taken out, by the path of the ticket without its ending.
    attachments: BTreeSet<(String, String)>,
}

impl Elsewhere {
    fn of(now: &BTreeMap<String, TreeFile>, blobs: &mut Blobs) -> Result<Self, StoreError> {
        let mut found = Self::default();
        for (path, file) in now {
            found.blobs.insert(file.blob.clone());
            let kind = FileKind::of(path);
            if !matches!(kind, Some(FileKind::Ticket | FileKind::Article)) {
                continue;
            }
            let Some(text) = blobs.text(&file.blob)? else {
                continue;
            };
            if kind == Some(FileKind::Article) {
                found.articles.extend(article::id_of(path, &text));
            } else if let Some(id) = id_of(path)
                && let Ok(page) = read_ticket(id, text)
            {
                if let Some(Value::List(words)) = page.ticket.get(Key::Aliases) {
                    found.aliases.extend(words.iter().cloned());
                }
                let stem = path.trim_end_matches(".md");
                let gone = attachments::redacted(&page.ticket.log).into_iter();
                let gone = gone.map(|name| (stem.to_owned(), name.to_owned()));
                found.attachments.extend(gone);
                for entry in &page.ticket.log {
                    if entry.kind == EntryKind::Redact {
                        let values = entry.attributes.iter().map(|(_, value)| value.clone());
                        found.redacted.extend(values);
                    }
                }
            }
        }
        Ok(found)
    }

    /// Whether an attachment was taken out for good.
    fn is_redacted(&self, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        let without = path.split_once(".files/").is_some_and(|(ticket, name)| {
            let gone = (ticket.to_owned(), attachments::nameless(name));
            self.attachments.contains(&gone)
        });
        without || self.redacted.iter().any(|value| value.contains(name))
    }
}

fn id_of(path: &str) -> Option<TicketId> {
    let name = path.rsplit('/').next()?;
    name.strip_suffix(".md")?.parse().ok()
}

fn examine_ticket(
    path: &str,
    now: Option<&str>,
    older: &[String],
    zone: Tz,
    elsewhere: &Elsewhere,
    found: &mut LeftOut,
) {
    let Some(id) = id_of(path) else { return };
    // One that got another id took its entries along.
    if elsewhere.aliases.contains(id.as_str()) {
        return;
    }
    let (text, sentence) = match now {
        Some(now) => match complete(path, now, older, zone) {
            Some(whole) => {
                let sentence = match whole.back.len() {
                    0 => format!("a merge left marks of a conflict, or an entry twice, in `{id}`"),
                    1 => format!("a merge left out an entry of `{id}`"),
                    count => format!("a merge left out {count} entries of `{id}`"),
                };
                (whole.text, sentence)
            }
            None => return,
        },
        None => match united(older, zone) {
            Some(text) => (text, format!("a merge left out `{id}`")),
            None => return,
        },
    };
    found.texts.insert(path.to_owned(), text);
    found.sentences.push((path.to_owned(), sentence));
}
