//! The quarantine: mails that wait for a person's eye in this clone, each `KEY.eml` as it was sent
//! and `KEY.toml` with what is known of it.
//!
//! What is known is written first and removed last, and the mail itself in one step: a mail is there
//! with what is known of it, or not at all.

use std::path::Path;

use crate::model::held_mail::HeldMail;
use crate::page::mail::held;
use crate::store::error::StoreError;
use crate::store::git::private::Private;
use crate::store::git::repo::Repo;
use crate::store::mail::MailFolder;

/// The end of the name of a mail, and of what is known of it.
const MAIL: &str = ".eml";
const FACTS: &str = ".toml";

/// The largest text about a mail that is read.
const MOST: u64 = 1 << 20;

/// The quarantine of a clone, open.
#[derive(Debug)]
pub struct Quarantine {
    folder: Private,
    /// Where files are written before they are put here; the next command removes what a dead one left.
    /// `None` where nothing is written.
    passing: Option<Private>,
}

/// What stands in it.
#[derive(Debug, Default)]
pub struct HeldMails {
    /// The mails, the oldest first.
    pub mails: Vec<HeldMail>,
    /// Names of mails of which nothing is known, or nothing that can be read.
    pub without_facts: Vec<String>,
    /// Names of texts about mails that are not there.
    pub without_mail: Vec<String>,
}

impl Quarantine {
    /// The quarantine; `None` where nothing ever waited.
    pub fn open(repo: &Repo) -> Result<Option<Self>, StoreError> {
        let folder = MailFolder::Quarantine.open(repo)?;
        // Where nothing can be written it is read all the same.
        let passing = Private::passing(repo).ok();
        Ok(folder.map(|folder| Self { folder, passing }))
    }

    /// The quarantine, made where there is none.
    pub fn make(repo: &Repo) -> Result<Self, StoreError> {
        let folder = MailFolder::Quarantine.make(repo)?;
        Ok(Self {
            folder,
            passing: Some(Private::passing(repo)?),
        })
    }

    /// The quarantine of the clone around a desk, without starting git; `None` where there is none, or
    /// where it is not where it usually is.
    pub fn peek(desk: &Path) -> Option<Self> {
        let folder = MailFolder::Quarantine.peek(desk)?;
        Some(Self {
            folder,
            passing: None,
        })
    }

    /// Whether a mail waits.
    pub fn has(&self, key: &str) -> bool {
        is_key(key) && self.folder.path(&format!("{key}{MAIL}")).is_file()
    }

    /// Lets a mail wait, under the desk's lock. One that waits already stays as it is.
    pub fn hold(&self, facts: &HeldMail, mail: &[u8]) -> Result<(), StoreError> {
        if self.has(&facts.key) {
            return Ok(());
        }
        self.write(facts)?;
        self.put(&format!("{}{MAIL}", facts.key), mail)
    }

    /// Puts a file here, whole and durable.
    fn put(&self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let Some(passing) = &self.passing else {
            return self.folder.write_durably(name, bytes);
        };
        passing.write_durably(name, bytes)?;
        passing.rename(name, &self.folder, name)?;
        self.folder.sync()
    }

    /// Writes what is known of a mail, under the desk's lock.
    pub fn write(&self, facts: &HeldMail) -> Result<(), StoreError> {
        let name = format!("{}{FACTS}", facts.key);
        self.put(&name, held::write(facts).as_bytes())
    }

    /// A mail as it was sent, at most so many bytes; `None` where it is not there.
    pub fn read(&self, key: &str, most: u64) -> Result<Option<Vec<u8>>, StoreError> {
        if !is_key(key) {
            return Ok(None);
        }
        self.folder.read_bytes(&format!("{key}{MAIL}"), most)
    }

    /// What waits.
    pub fn list(&self) -> Result<HeldMails, StoreError> {
        let mut all = HeldMails::default();
        let names = self.folder.names()?;
        let has = |name: &str| names.binary_search_by(|one| one.as_str().cmp(name)).is_ok();
        for name in &names {
            if let Some(key) = name.strip_suffix(MAIL).filter(|key| is_key(key)) {
                match self.facts(key)? {
                    Some(facts) => all.mails.push(facts),
                    None => all.without_facts.push(key.to_owned()),
                }
            } else if let Some(key) = name.strip_suffix(FACTS)
                && !has(&format!("{key}{MAIL}"))
            {
                all.without_mail.push(key.to_owned());
            }
        }
        all.mails
            .sort_by(|a, b| (a.at, &a.key).cmp(&(b.at, &b.key)));
        Ok(all)
    }

    fn facts(&self, key: &str) -> Result<Option<HeldMail>, StoreError> {
        let bytes = self.folder.read_bytes(&format!("{key}{FACTS}"), MOST)?;
        let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        Ok(text.and_then(|text| held::read(key, &text)))
    }

    /// Removes a mail, for good.
    pub fn remove(&self, key: &str) -> Result<(), StoreError> {
        if !is_key(key) {
            return Ok(());
        }
        self.folder.remove(&format!("{key}{MAIL}"))?;
        // Without its mail it counts for nothing, and the next sweep removes what stays.
        let _ = self.folder.remove(&format!("{key}{FACTS}"));
        self.folder.sync()
    }
}

/// Whether a word can be the name of a mail.
pub fn is_key(word: &str) -> bool {
    (1..=64).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_alphanumeric())
}
