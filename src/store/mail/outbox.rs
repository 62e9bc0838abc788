//! Mails that are to go out, and those that went out and are not logged yet.
//!
//! `TOKEN.toml` says to whom a mail goes and what is to be logged, `TOKEN.eml` is the mail. Once it is
//! handed over it is called `TOKEN.sent`, and once that is logged both go. Each step is durable before
//! the next, so that a dead command leaves something that the next one knows how to go on with.

use std::fs::{File, TryLockError};
use std::time::{Duration, Instant};

use crate::store::error::StoreError;
use crate::store::fs::interrupt::Interrupt;
use crate::store::git::private::Private;
use crate::store::git::repo::Repo;
use crate::store::mail::MailFolder;

/// The ends of names: what is to be logged, what is to go out, what went out.
const RECORD: &str = ".toml";
const WAITING: &str = ".eml";
const SENT: &str = ".sent";

/// The file whose lock only one sender has.
const LOCK: &str = "lock";

/// The file whose lock is held while a mail is put in.
const WRITING: &str = "writing";

/// The largest mail that is kept here.
const MOST: u64 = 64 << 20;

/// How far a mail has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It is to go out.
    Waiting,
    /// It was handed over, and is not logged yet.
    Sent,
}

/// The outbox of a desk in this clone.
#[derive(Debug)]
pub struct Outbox {
    folder: Private,
}

/// The right to send; it ends with the process at the latest.
#[derive(Debug)]
pub struct Sending {
    _lock: File,
}

impl Outbox {
    /// The outbox, made where there is none.
    pub fn make(repo: &Repo) -> Result<Self, StoreError> {
        let folder = MailFolder::Outbox.make(repo)?;
        Ok(Self { folder })
    }

    /// The outbox; `None` where there is none.
    pub fn open(repo: &Repo) -> Result<Option<Self>, StoreError> {
        let folder = MailFolder::Outbox.open(repo)?;
        Ok(folder.map(|folder| Self { folder }))
    }

    /// Waits for the right to send, at most so long; `None` where another sender keeps it.
    pub fn sending(
        &self,
        patience: Duration,
        interrupt: &Interrupt,
    ) -> Result<Option<Sending>, StoreError> {
        let file = self.folder.lock_file(LOCK)?;
        let begin = Instant::now();
        loop {
            match file.try_lock() {
                Err(TryLockError::WouldBlock) => {}
                // A file system without locks: nobody can have one.
                Ok(()) | Err(TryLockError::Error(_)) => return Ok(Some(Sending { _lock: file })),
            }
            if interrupt.raised().is_some() {
                return Err(StoreError::Interrupted);
            }
            if begin.elapsed() >= patience {
                return Ok(None);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The mails in it by their tokens, those that went out first.
    pub fn list(&self) -> Result<Vec<(String, Stage)>, StoreError> {
        let names = self.folder.names()?;
        let of = |end: &'static str, stage: Stage| {
            let tokens = names.iter().filter_map(move |name| name.strip_suffix(end));
            tokens.map(move |token| (token.to_owned(), stage))
        };
        Ok(of(SENT, Stage::Sent)
            .chain(of(WAITING, Stage::Waiting))
            .collect())
    }

    /// Puts a mail in. It is there once this has returned, and not at all if it fails.
    pub fn put(&self, token: &str, record: &str, mail: &[u8]) -> Result<(), StoreError> {
        let _held = self.writing()?;
        let name = format!("{token}{RECORD}");
        self.folder.write_durably(&name, record.as_bytes())?;
        let waiting = format!("{token}{WAITING}");
        let put = self.folder.write_durably(&waiting, mail);
        if put.is_err() {
            // It may have its name and only not be durable; a record alone is tidied away.
            let _ = self.folder.remove(&waiting);
            let _ = self.folder.remove(&name);
        }
        put
    }

    /// What is to be logged of a mail.
    pub fn record(&self, token: &str) -> Result<Option<String>, StoreError> {
        let bytes = self.folder.read_bytes(&format!("{token}{RECORD}"), MOST)?;
        Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
    }

    /// Puts another record in the place of a mail's.
    pub fn note(&self, token: &str, record: &str) -> Result<(), StoreError> {
        let _held = self.writing()?;
        let name = format!("{token}{RECORD}");
        self.folder.write_durably(&name, record.as_bytes())
    }

    /// The bytes of a mail.
    pub fn mail(&self, token: &str, stage: Stage) -> Result<Option<Vec<u8>>, StoreError> {
        let end = match stage {
            Stage::Waiting => WAITING,
            Stage::Sent => SENT,
        };
        self.folder.read_bytes(&format!("{token}{end}"), MOST)
    }

    /// Notes that a mail was handed over.
    pub fn sent(&self, token: &str) -> Result<(), StoreError> {
        let (from, to) = (format!("{token}{WAITING}"), format!("{token}{SENT}"));
        self.folder.rename(&from, &self.folder, &to)?;
        self.folder.sync()
    }

    /// Takes a mail out: it is logged, or was called off.
    pub fn remove(&self, token: &str) -> Result<(), StoreError> {
        for end in [WAITING, SENT, RECORD] {
            self.folder.remove(&format!("{token}{end}"))?;
        }
        self.folder.sync()
    }

    /// Removes what dead commands left that were about to put a mail in.
    pub fn tidy(&self) -> Result<(), StoreError> {
        let _held = self.writing()?;
        self.folder.remove_unfinished()?;
        let known: Vec<String> = self.list()?.into_iter().map(|(token, _)| token).collect();
        for name in self.folder.names()? {
            let orphan = name.strip_suffix(RECORD);
            if orphan.is_some_and(|token| !known.iter().any(|one| one == token)) {
                self.folder.remove(&name)?;
            }
        }
        Ok(())
    }

    /// Waits until nobody else puts a mail in, which takes moments.
    fn writing(&self) -> Result<File, StoreError> {
        let file = self.folder.lock_file(WRITING)?;
        // A file system without locks: nobody can have one.
        let _ = file.lock();
        Ok(file)
    }

    /// Where a mail is, for people.
    pub fn shown(&self, token: &str) -> String {
        let path = self.folder.path(&format!("{token}{WAITING}"));
        path.display().to_string()
    }
}
