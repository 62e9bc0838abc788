//! The journal: what a command has promised and git does not hold yet.
//!
//! One file for each step, with the texts themselves, so that no `git reset --hard`, aborted rebase
//! or power cut can take back what a command has acknowledged. A step's file is removed when its
//! commit is made and the person's index is in step.

use std::io::Write;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::model::moment::Moment;

use crate::store::error::StoreError;
use crate::store::fs::contents::AddedFile;
use crate::store::fs::folder::Folder;
use crate::store::fs::replace::PlannedText;
use crate::store::git::signature::Signature;
use crate::store::journal::step::{Save, SaveStep};

const FORMAT: u32 = 1;

/// That of an entry with files, which an older version would lose.
const FORMAT_WITH_FILES: u32 = 2;

/// That of an entry whose contents are git's objects.
const FORMAT_BULK: u32 = 3;

/// That of an entry that moves a branch.
const FORMAT_ADVANCE: u32 = 4;

/// One step as it stands in the journal.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::store) struct JournalEntry {
    format: u32,
    /// The process that wrote it; information only.
    pub(in crate::store) pid: u32,
    /// The boot during which it was written; empty where the system does not tell.
    pub(in crate::store) boot: String,
    /// When it was written, by the system's clock.
    written: Moment,
    /// The work tree.
    top: Bytes,
    /// The desk's folder in it.
    pub(in crate::store) prefix: String,
    /// The session that still works on it, if it is one's: for as long as that lives, nobody else
    /// carries it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::store) owner: Option<String>,
    /// Whether the step asked for a commit.
    pub(in crate::store) commit: bool,
    pub(in crate::store) message: String,
    author: Author,
    pub(in crate::store) at: Moment,
    pub(in crate::store) saves: Vec<PlannedText>,
    /// Files that are new, by the SHA-256 of their contents.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(in crate::store) files: Vec<AddedFile>,
    /// Very many files, whose contents are git's objects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::store) bulk: Option<Bulk>,
    /// A branch that moves to a commit made elsewhere, or merged with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::store) advance: Option<Advance>,
}

/// A branch on its way to another commit, with the work tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct Advance {
    /// The branch, `refs/heads/main`.
    pub(in crate::store) branch: String,
    /// Where it stands; `None` where it has no commit yet.
    pub(in crate::store) from: Option<String>,
    /// Where it goes.
    pub(in crate::store) to: String,
    /// The files in which the two differ, relative to the desk's folder, for those who read them
    /// meanwhile.
    pub(in crate::store) paths: Vec<String>,
}

impl Advance {
    /// Whether the journal's words for it can be what this version wrote.
    fn sound(&self) -> Result<(), String> {
        let is_commit =
            |name: &str| name.len() >= 40 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
        let known = self.from.as_deref().is_none_or(is_commit) && is_commit(&self.to);
        if known && self.branch.starts_with("refs/heads/") {
            Ok(())
        } else {
            Err(format!("`{}` goes nowhere", self.branch.escape_debug()))
        }
    }
}

/// The files of an entry whose contents are git's objects.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::store) struct Bulk {
    /// The reference that keeps the objects for as long as the entry stands.
    pub(in crate::store) keeper: String,
    pub(in crate::store) stage: BulkStage,
    /// The commit that the keeper names.
    pub(in crate::store) commit: Option<String>,
    /// Where the branch stood.
    pub(in crate::store) tip: Option<String>,
    pub(in crate::store) files: Vec<Planned>,
}

/// How far a bulk has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::store) enum BulkStage {
    /// Nothing is promised yet; the keeper may be there.
    Begun,
    /// The objects are durable: it will be carried out.
    Written,
    /// The files are in place: what is missing is the commit.
    Placed,
}

/// One file of a bulk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct Planned {
    pub(in crate::store) path: String,
    /// The SHA-256 of what stood there before; `None` for no file.
    pub(in crate::store) base: Option<String>,
    /// Whether it may hold any bytes. A version that does not know this word reads them as text; where
    /// they are none, it leaves the entry to a later one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(in crate::store) bytes: bool,
    /// The object that the branch held before; `None` for no file.
    pub(in crate::store) was: Option<String>,
    /// The object that is to stand there.
    pub(in crate::store) blob: String,
}

impl Bulk {
    pub(in crate::store) fn new(keeper: String) -> Self {
        Self {
            keeper,
            stage: BulkStage::Begun,
            commit: None,
            tip: None,
            files: Vec::new(),
        }
    }

    /// Whether the journal's words for it can be what this version wrote.
    fn sound(&self) -> Result<(), String> {
        let name = self
            .keeper
            .strip_prefix(crate::store::git::stale_locks::KEEPERS);
        let name = name.and_then(|name| name.strip_prefix('/')).unwrap_or("");
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(format!("`{}` keeps nothing", self.keeper.escape_debug()));
        }
        for file in &self.files {
            crate::store::fs::folder::split(&file.path).map_err(|error| error.to_string())?;
            if file.blob.len() < 40 || !file.blob.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                return Err(format!("`{}` has no object", file.path.escape_debug()));
            }
        }
        Ok(())
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Author {
    name: String,
    email: String,
}

/// A path, as text where it is text.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Bytes {
    Text(String),
    Raw(Vec<u8>),
}

impl JournalEntry {
    pub(in crate::store) fn new(
        top: &std::path::Path,
        prefix: &str,
        commit: bool,
        step: &SaveStep,
        files: &[AddedFile],
    ) -> Self {
        use std::os::unix::ffi::OsStrExt;
        Self {
            format: if files.is_empty() {
                FORMAT
            } else {
                FORMAT_WITH_FILES
            },
            pid: std::process::id(),
            boot: boot(),
            written: Moment::new(&clock()),
            top: match top.to_str() {
                Some(text) => Bytes::Text(text.to_owned()),
                None => Bytes::Raw(top.as_os_str().as_bytes().to_vec()),
            },
            prefix: prefix.to_owned(),
            owner: None,
            commit,
            message: step.message.clone(),
            author: Author {
                name: step.author.name.clone(),
                email: step.author.email.clone(),
            },
            at: step.at,
            saves: step
                .saves
                .iter()
                .map(|Save { path, base, text }| {
                    PlannedText::new(path.clone(), base.clone(), text.clone())
                })
                .collect(),
            files: files.to_vec(),
            bulk: None,
            advance: None,
        }
    }

    /// Makes it an entry that moves a branch.
    pub(in crate::store) fn move_branch(&mut self, advance: Advance) {
        self.format = FORMAT_ADVANCE;
        self.advance = Some(advance);
    }

    /// Makes it an entry of very many files.
    pub(in crate::store) fn begin_bulk(&mut self, bulk: Bulk) {
        self.format = FORMAT_BULK;
        self.bulk = Some(bulk);
    }

    /// An entry like this one for one text alone.
    pub(in crate::store) fn only(&self, content: PlannedText) -> Self {
        Self {
            format: FORMAT,
            saves: vec![content],
            files: Vec::new(),
            bulk: None,
            advance: None,
            ..self.clone()
        }
    }

    /// An entry like this one for one new file of any bytes alone.
    pub(in crate::store) fn only_file(&self, added: AddedFile) -> Self {
        Self {
            format: FORMAT_WITH_FILES,
            saves: Vec::new(),
            files: vec![added],
            bulk: None,
            advance: None,
            ..self.clone()
        }
    }

    pub(in crate::store) fn top(&self) -> PathBuf {
        use std::os::unix::ffi::OsStringExt;
        match &self.top {
            Bytes::Text(text) => PathBuf::from(text),
            Bytes::Raw(bytes) => PathBuf::from(std::ffi::OsString::from_vec(bytes.clone())),
        }
    }

    pub(in crate::store) fn author(&self) -> Signature {
        Signature {
            name: self.author.name.clone(),
            email: self.author.email.clone(),
        }
    }

    /// Whether the other one is of the same desk in the same work tree.
    pub(in crate::store) fn is_beside(&self, other: &Self) -> bool {
        self.top() == other.top() && self.prefix == other.prefix
    }

    /// Drops the files of a session's entry that a later entry has taken in.
    pub(in crate::store) fn give_up_to(&mut self, later: &Self) {
        if !self.is_beside(later) {
            return;
        }
        let same = self.owner == later.owner;
        self.saves.retain(|save| {
            !later.saves.iter().any(|other| {
                other.path == save.path && (same || other.was.as_ref() == Some(&save.text))
            })
        });
    }

    /// Drops the files that the other one holds; whether there were any.
    pub(in crate::store) fn without(&mut self, other: &Self) -> bool {
        let (before, texts) = (self.count(), &other.saves);
        let bulk = other.bulk.iter().flat_map(|bulk| &bulk.files);
        let held: std::collections::HashSet<&str> = texts
            .iter()
            .map(|save| save.path.as_str())
            .chain(bulk.map(|file| file.path.as_str()))
            .collect();
        self.saves.retain(|save| !held.contains(save.path.as_str()));
        if let Some(bulk) = &mut self.bulk {
            bulk.files.retain(|file| !held.contains(file.path.as_str()));
        }
        self.count() < before
    }

    fn count(&self) -> usize {
        self.saves.len() + self.bulk.as_ref().map_or(0, |bulk| bulk.files.len())
    }

    /// Whether there is nothing to carry out.
    pub(in crate::store) fn is_empty(&self) -> bool {
        let no_files = self.saves.is_empty() && self.files.is_empty() && self.bulk.is_none();
        no_files && self.advance.is_none()
    }

    /// The step in few words.
    pub(in crate::store) fn title(&self) -> String {
        self.message
            .lines()
            .next()
            .unwrap_or_default()
            .chars()
            .filter(|c| !c.is_control())
            .collect()
    }
}

/// Something found in the journal.
#[derive(Debug)]
pub(in crate::store) struct FoundEntry {
    pub(in crate::store) name: String,
    /// The entry, or why it cannot be read.
    pub(in crate::store) entry: Result<JournalEntry, String>,
}

/// The journal's folder, and those beside it, of one clone.
#[derive(Debug)]
pub(in crate::store) struct Journal {
    private: Folder,
    folder: Folder,
    tmp: Folder,
    mode: u32,
}

impl Journal {
    /// Opens the journal, made when missing with these permissions.
    pub(in crate::store) fn open(private: Folder, mode: u32) -> Result<Self, StoreError> {
        let folder = private.enter_or_make("journal", mode)?;
        let tmp = private.enter_or_make("tmp", mode)?;
        Ok(Self {
            private,
            folder,
            tmp,
            mode,
        })
    }

    /// The folder of this clone's own, which the journal lies in.
    pub(in crate::store) fn private(&self) -> &Folder {
        &self.private
    }

    /// The permissions of its folders.
    pub(in crate::store) fn mode(&self) -> u32 {
        self.mode
    }

    /// The bytes of everything that stands here or was set aside, understood or not.
    pub(in crate::store) fn raw(&self) -> Result<Vec<Vec<u8>>, StoreError> {
        let aside = self.private.enter("set-aside")?;
        let mut all = Vec::new();
        for folder in [Some(&self.folder), aside.as_ref()].into_iter().flatten() {
            for name in folder.names()? {
                all.extend(folder.read(&name)?);
            }
        }
        Ok(all)
    }

    /// The folder for files that are not complete yet.
    pub(in crate::store) fn tmp(&self) -> &Folder {
        &self.tmp
    }

    /// Removes what earlier commands left incomplete. Only under the lock.
    pub(in crate::store) fn clean(&self) -> Result<(), StoreError> {
        for name in self.tmp.names()? {
            self.tmp.remove(&name)?;
        }
        Ok(())
    }

    /// What stands in the journal, in the order in which it was written.
    pub(in crate::store) fn read(&self) -> Result<Vec<FoundEntry>, StoreError> {
        let names = self
            .folder
            .names()?
            .into_iter()
            .filter(|name| number(name).is_some());
        let mut found: Vec<FoundEntry> = names
            .map(|name| {
                let bytes = self.folder.read(&name).map(Option::unwrap_or_default);
                let entry = bytes
                    .map_err(|error| error.to_string())
                    .and_then(|bytes| parse(&bytes));
                FoundEntry { name, entry }
            })
            .collect();
        found.sort_by_key(|found| number(&found.name));
        Ok(found)
    }

    /// The entries that can be read, in a private folder where no journal need be. Needs no lock.
    pub(in crate::store) fn entries(private: &Folder) -> Result<Vec<JournalEntry>, StoreError> {
        let Some(folder) = private.enter("journal")? else {
            return Ok(Vec::new());
        };
        let names = folder.names()?;
        let numbered = names.iter().filter(|name| number(name).is_some());
        let read = |name: &String| parse(&folder.read(name).ok()??).ok();
        Ok(numbered.filter_map(read).collect())
    }

    /// Writes an entry, durably, and returns its name.
    pub(in crate::store) fn add(&self, entry: &JournalEntry) -> Result<String, StoreError> {
        let last = self
            .folder
            .names()?
            .iter()
            .filter_map(|name| number(name))
            .max()
            .unwrap_or(0);
        let name = format!("{:06}.json", last + 1);
        self.put(&name, entry)?;
        Ok(name)
    }

    /// Writes an entry under a name, in place of what it held.
    pub(in crate::store) fn put(&self, name: &str, entry: &JournalEntry) -> Result<(), StoreError> {
        let shown = self.folder.shown(name);
        let bytes = serde_json::to_vec_pretty(entry).map_err(StoreError::io("write", &shown))?;
        let whole = self.write(&bytes, name);
        if whole.is_err() {
            // What stopped the writing is the news, not this.
            let _ = self.tmp.remove(name);
        }
        whole
    }

    fn write(&self, bytes: &[u8], name: &str) -> Result<(), StoreError> {
        let shown = self.folder.shown(name);
        let mut file = self.tmp.create(name, 0o666)?;
        file.write_all(bytes)
            .map_err(StoreError::io("write", &shown))?;
        file.sync_all().map_err(StoreError::io("sync", &shown))?;
        self.tmp
            .rename(name, &self.folder, name)
            .map_err(StoreError::io("rename", &shown))?;
        if let Err(error) = self.folder.sync() {
            // Nothing was saved yet, so nothing may be carried out later.
            let _ = self.folder.remove(name);
            return Err(error.before_saving());
        }
        Ok(())
    }

    /// Removes the entry of a finished step. If a power cut brings it back, it finds nothing to do.
    pub(in crate::store) fn remove(&self, name: &str) -> Result<(), StoreError> {
        self.folder.remove(name)
    }

    /// Removes the entry of a refused step, durably, so that it can never be carried out.
    pub(in crate::store) fn withdraw(&self, name: &str) -> Result<(), StoreError> {
        self.folder.remove(name)?;
        self.folder.sync()
    }

    /// Moves an entry that needs a person out of the way and tells where it is now.
    pub(in crate::store) fn set_aside(&self, name: &str) -> Result<PathBuf, StoreError> {
        let aside = self.private.enter_or_make("set-aside", self.mode)?;
        let new = free_name(&aside, name)?;
        self.folder
            .rename(name, &aside, &new)
            .map_err(StoreError::io("rename", &self.folder.shown(name)))?;
        aside.sync()?;
        self.folder.sync()?;
        Ok(aside.shown(&new))
    }

    /// Writes a copy of an entry among those that need a person.
    pub(in crate::store) fn copy_aside(
        &self,
        name: &str,
        entry: &JournalEntry,
    ) -> Result<PathBuf, StoreError> {
        let aside = self.private.enter_or_make("set-aside", self.mode)?;
        let new = free_name(&aside, name)?;
        let shown = aside.shown(&new);
        let bytes = serde_json::to_vec_pretty(entry).map_err(StoreError::io("write", &shown))?;
        let mut file = aside.create(&new, 0o666)?;
        file.write_all(&bytes)
            .map_err(StoreError::io("write", &shown))?;
        file.sync_all().map_err(StoreError::io("sync", &shown))?;
        aside.sync()?;
        Ok(shown)
    }
}

/// The clock of this machine: what files and locks are stamped with, whatever the moment of a
/// command is said to be.
#[expect(
    clippy::disallowed_methods,
    reason = "stale locks are told by their times on disk"
)]
fn clock() -> chrono::DateTime<chrono::Utc> {
    chrono::Utc::now()
}

fn free_name(folder: &Folder, name: &str) -> Result<String, StoreError> {
    let stem = name.trim_end_matches(".json");
    let day = clock().format("%Y%m%dT%H%M%SZ");
    let mut attempt = 0_u32;
    loop {
        let free = if attempt == 0 {
            format!("{day}-{stem}.json")
        } else {
            format!("{day}-{stem}-{attempt}.json")
        };
        if folder.look(&free)?.is_none() {
            return Ok(free);
        }
        attempt += 1;
    }
}

fn number(name: &str) -> Option<u64> {
    name.strip_suffix(".json")?.parse().ok()
}

fn parse(bytes: &[u8]) -> Result<JournalEntry, String> {
    let entry: JournalEntry = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    let known = [FORMAT, FORMAT_WITH_FILES, FORMAT_BULK, FORMAT_ADVANCE];
    if !known.contains(&entry.format) {
        return Err(format!(
            "its format is {}, which this version does not know",
            entry.format
        ));
    }
    for added in &entry.files {
        added.sound()?;
    }
    if let Some(bulk) = &entry.bulk {
        bulk.sound()?;
    }
    if let Some(advance) = &entry.advance {
        advance.sound()?;
    }
    Ok(entry)
}

/// The name of the present boot; empty where the system has none.
pub(in crate::store) fn boot() -> String {
    let text = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    text.trim().to_owned()
}
