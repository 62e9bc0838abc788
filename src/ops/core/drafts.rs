//! Drafts: files of this clone in which people write, kept until what they wrote is saved.
//!
//! Whatever an editor is opened on goes through here, so that one rule holds for all of it: what
//! could not be saved stays, its place is told, and the same command takes it up again.

use crate::ops::core::messages::desk::DeskError;
use std::fs::{File, Permissions, TryLockError};
use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use crate::ops::core::error::OpError;
use crate::store::error::StoreError;
use crate::store::fs::read::{self, ReadError};
use crate::store::git::private::Private;
use crate::store::git::repo::Repo;

/// The folders of drafts and of the texts that they were begun with, in the clone's own.
pub(in crate::ops::core) const DRAFTS: &str = "drafts";
const BASES: &str = "bases";

/// How many drafts of one name there may be.
const MOST: u32 = 1_000;

/// How often to open the file of a base that somebody removes at the same moment.
const TRIES: usize = 16;

/// A text in the hands of a person.
#[derive(Debug)]
pub struct Draft {
    /// Where the editor works.
    pub path: PathBuf,
    /// What it was begun with.
    pub base: String,
    /// Whether an earlier command left it, with something written in it.
    pub resumed: bool,
    /// Where a draft is kept that could not be gone on with.
    pub aside: Option<PathBuf>,
    name: String,
    drafts: Private,
    bases: Private,
    /// The file of the base, whose lock holds the draft: it ends with the process.
    _lock: File,
}

impl Draft {
    /// Opens the draft of a name: the one that an earlier command left, else a new one that says
    /// `base`. What somebody is writing in at this moment is left to them.
    ///
    /// `alone`: what was written means the same whatever the base was, so that a draft whose base is
    /// lost is gone on with, too.
    pub fn open(repo: &Repo, name: &str, base: &str, alone: bool) -> Result<Self, OpError> {
        for number in 0..MOST {
            let (drafts, bases) = (Private::make(repo, DRAFTS)?, Private::make(repo, BASES)?);
            let name = match (number, name.strip_suffix(".md")) {
                (0, _) => name.to_owned(),
                (_, Some(stem)) => format!("{stem}.{number}.md"),
                (_, None) => format!("{name}.{number}"),
            };
            let Some(lock) = locked(&bases, &name)? else {
                continue;
            };
            let mut draft = Self {
                path: drafts.path(&name),
                base: bases.read(&name).unwrap_or_default(),
                resumed: false,
                aside: None,
                name,
                drafts,
                bases,
                _lock: lock,
            };
            if draft.is_written() {
                if !draft.base.is_empty() || alone {
                    draft.resumed = true;
                    if draft.base.is_empty() {
                        base.clone_into(&mut draft.base);
                    }
                    return Ok(draft);
                }
                // Only of a draft from elsewhere the base is not known.
                if number > 0 {
                    continue;
                }
                draft.set_aside()?;
            }
            draft.begin(base)?;
            return Ok(draft);
        }
        Err(DeskError::TooManyDrafts(&repo.private().join(DRAFTS).display()).error())
    }

    /// Keeps a text that was not written in an editor as the draft of a name, over what is written there
    /// already; where that is.
    pub fn keep(repo: &Repo, name: &str, base: &str, text: &str) -> Result<PathBuf, OpError> {
        let mut draft = Self::open(repo, name, base, true)?;
        if draft.resumed {
            draft.renew(base)?;
        }
        draft.drafts.write(&draft.name, text)?;
        Ok(draft.path)
    }

    /// Begins anew with this text; what was written before is kept beside it.
    pub fn renew(&mut self, base: &str) -> Result<(), OpError> {
        if self.is_written() {
            self.set_aside()?;
        }
        self.resumed = false;
        self.begin(base)
    }

    fn begin(&mut self, base: &str) -> Result<(), OpError> {
        base.clone_into(&mut self.base);
        // The base first: a draft that says something else than its base was written in.
        self.bases.write(&self.name, base)?;
        self.drafts.write(&self.name, base)?;
        Ok(())
    }

    /// Whether something was written, as far as can be told.
    pub fn is_written(&self) -> bool {
        match read::file(&self.path, read::MAX_PAGE) {
            Ok(text) => text != self.base && !text.trim().is_empty(),
            Err(ReadError::Missing) => false,
            Err(_) => true,
        }
    }

    /// What the editor left.
    pub fn text(&self) -> Result<String, OpError> {
        let text = read::file(&self.path, read::MAX_PAGE).map_err(|error| match error {
            ReadError::Missing => DeskError::DraftRemoved.error(),
            error => DeskError::DraftUnreadable(&error).error(),
        })?;
        if text.trim().is_empty() && !self.base.trim().is_empty() {
            return Err(DeskError::DraftEmpty.error());
        }
        Ok(text)
    }

    /// A failure, with where the draft is and which command takes it up; a draft in which nothing
    /// was written goes.
    pub fn kept(&self, error: OpError, again: &str) -> OpError {
        if !self.is_written() {
            self.done();
            return error;
        }
        error
            .hint(format!("what you wrote is in {}", self.path.display()))
            .hint(format!("{again} goes on with it"))
    }

    /// What was written is saved, or nothing was: the draft goes.
    pub fn done(&self) {
        let _ = self.drafts.remove(&self.name);
        let _ = self.bases.remove(&self.name);
    }

    fn set_aside(&mut self) -> Result<(), OpError> {
        let aside = |number: u32| {
            let path = Path::new(&self.name).with_extension(format!("kept-{number}.md"));
            path.to_string_lossy().into_owned()
        };
        let free = |name: &String| self.drafts.path(name).symlink_metadata().is_err();
        let Some(aside) = (1..MOST).map(aside).find(free) else {
            return Err(DeskError::TooManyDraftsInAll.error());
        };
        self.drafts.rename(&self.name, &self.drafts, &aside)?;
        self.aside = Some(self.drafts.path(&aside));
        Ok(())
    }
}

/// The file that holds a draft's base, locked; `None` while somebody else writes in the draft, and
/// where it is another person's.
fn locked(bases: &Private, name: &str) -> Result<Option<File>, OpError> {
    for _ in 0..TRIES {
        let file = match bases.lock_file(name) {
            Err(StoreError::Io { source, .. }) if source.kind() == ErrorKind::PermissionDenied => {
                return Ok(None);
            }
            opened => opened?,
        };
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => return Ok(None),
            // A file system without locks: nobody can have one.
            Ok(()) | Err(TryLockError::Error(_)) => {}
        }
        // Until it was locked, whoever had it before could remove it.
        if file.metadata()?.nlink() > 0 {
            // It is nobody else's to read; one that stays as it was made is no reason to fail.
            let _ = file.set_permissions(Permissions::from_mode(0o600));
            return Ok(Some(file));
        }
    }
    Ok(None)
}
