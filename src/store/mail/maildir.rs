//! A Maildir, as `mbsync`, `getmail` and mail servers fill it: a folder with `new`, where mails
//! arrive, and `cur`, where those stay that were seen.

use std::path::Path;

use rustix::io::Errno;

use crate::store::error::StoreError;
use crate::store::fs::folder::Folder;

/// What stands between the name of a mail and its flags.
const FLAGS: &str = ":2,";

/// The flag of a mail that was seen.
const SEEN: char = 'S';

/// So many names of a mail that was seen are tried where one is taken.
const TRIES: usize = 1_000;

/// A Maildir, open.
#[derive(Debug)]
pub struct Maildir {
    new: Folder,
    cur: Folder,
}

impl Maildir {
    /// Opens the Maildir in a folder that a person named; `None` where it is none.
    pub fn open(path: &Path) -> Result<Option<Self>, StoreError> {
        let folder = Folder::open(path)?;
        let (Some(new), Some(_)) = (folder.enter("new")?, folder.enter("cur")?) else {
            return Ok(None);
        };
        let cur = folder.enter_or_make("cur", 0o700)?;
        Ok(Some(Self { new, cur }))
    }

    /// The names of the mails that arrived, in the order in which they did.
    pub fn arrived(&self) -> Result<Vec<String>, StoreError> {
        let mut names = self.new.names()?;
        names.retain(|name| !name.starts_with('.'));
        // A name begins with the second of its arrival.
        let second = |name: &String| -> u64 {
            let end = name
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(name.len());
            name[..end].parse().unwrap_or(u64::MAX)
        };
        names.sort_by_cached_key(|name| (second(name), name.clone()));
        Ok(names)
    }

    /// A mail that arrived, open for reading; `None` where it is gone, for somebody else took it.
    pub fn mail(&self, name: &str) -> Result<Option<std::fs::File>, StoreError> {
        self.new.open_to_read(name)
    }

    /// Puts a mail among those that were seen; it may be gone.
    pub fn seen(&self, name: &str) -> Result<(), StoreError> {
        let (base, flags) = name.split_once(FLAGS).unwrap_or((name, ""));
        // Flags that it came with stay.
        let kept = flags.chars().filter(char::is_ascii_alphabetic);
        let mut flags: Vec<char> = kept.chain([SEEN]).collect();
        flags.sort_unstable();
        flags.dedup();
        let flags: String = flags.into_iter().collect();
        for number in 0..TRIES {
            let base = match number {
                0 => base.to_owned(),
                number => format!("{base}_{number}"),
            };
            let seen = format!("{base}{FLAGS}{flags}");
            match self.new.rename_new(name, &self.cur, &seen) {
                Ok(()) | Err(Errno::NOENT) => return Ok(()),
                Err(Errno::EXIST) => {}
                Err(error) => return Err(StoreError::io("rename", &self.new.shown(name))(error)),
            }
        }
        Err(StoreError::io("rename", &self.new.shown(name))(
            Errno::EXIST,
        ))
    }

    /// Makes it durable which mails were seen.
    pub fn sync(&self) -> Result<(), StoreError> {
        self.cur.sync()?;
        self.new.sync()
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a mail server writes these")]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_was_seen_goes_to_cur_and_nothing_is_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["new", "cur", "tmp"] {
            fs::create_dir(dir.path().join(name)).unwrap();
        }
        for name in ["1000000010.b", "999.a", "1000000010.c:2,F", ".hidden", "x"] {
            fs::write(dir.path().join("new").join(name), name).unwrap();
        }
        fs::write(dir.path().join("cur/999.a:2,S"), "other").unwrap();
        let maildir = Maildir::open(dir.path()).unwrap().unwrap();
        let arrived = maildir.arrived().unwrap();
        assert_eq!(arrived, ["999.a", "1000000010.b", "1000000010.c:2,F", "x"]);
        assert!(maildir.mail("gone").unwrap().is_none());
        for name in &arrived {
            maildir.seen(name).unwrap();
        }
        maildir.seen("gone").unwrap();
        maildir.sync().unwrap();
        let mut seen: Vec<String> = fs::read_dir(dir.path().join("cur"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        seen.sort_unstable();
        let expected = [
            "1000000010.b:2,S",
            "1000000010.c:2,FS",
            "999.a:2,S",
            "999.a_1:2,S",
            "x:2,S",
        ];
        assert_eq!(seen, expected);
        let text = |name: &str| fs::read_to_string(dir.path().join("cur").join(name)).unwrap();
        assert_eq!(
            (text("999.a:2,S"), text("999.a_1:2,S")),
            ("other".into(), "999.a".into())
        );
        assert!(Maildir::open(&dir.path().join("new")).unwrap().is_none());
    }
}
