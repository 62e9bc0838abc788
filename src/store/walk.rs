//! What is there: the ticket files and the articles of a desk.

use std::collections::BTreeMap;
use std::fs::{DirEntry, Metadata};
use std::os::fd::OwnedFd;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, Stat, statat};
use serde::{Deserialize, Serialize};

use super::root::Root;
use crate::model::id::TicketId;

/// What tells one version of a file from another without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// In bytes.
    pub size: u64,
    /// Last change of the content, in nanoseconds since 1970.
    pub modified: i128,
    /// Last change of the file's record, which nobody can set back.
    pub changed: i128,
    /// The file's number.
    pub inode: u64,
}

impl Stamp {
    /// The stamp of a file.
    pub fn of(meta: &Metadata) -> Self {
        let nanos =
            |seconds: i64, nanos: i64| i128::from(seconds) * 1_000_000_000 + i128::from(nanos);
        Self {
            size: meta.len(),
            modified: nanos(meta.mtime(), meta.mtime_nsec()),
            changed: nanos(meta.ctime(), meta.ctime_nsec()),
            inode: meta.ino(),
        }
    }

    /// The same of what the system tells.
    #[expect(
        clippy::useless_conversion,
        reason = "the fields are as wide as the system has them"
    )]
    fn of_stat(stat: &Stat) -> Self {
        let nanos = |seconds: i64, nanos: i128| i128::from(seconds) * 1_000_000_000 + nanos;
        Self {
            size: u64::try_from(stat.st_size).unwrap_or_default(),
            modified: nanos(stat.st_mtime.into(), stat.st_mtime_nsec.into()),
            changed: nanos(stat.st_ctime.into(), stat.st_ctime_nsec.into()),
            inode: stat.st_ino.into(),
        }
    }
}

/// A month's folder of tickets.
#[derive(Clone, Debug, Default)]
pub struct Month {
    /// `2026-11`.
    pub name: String,
    /// The ticket files with their stamps, in no order.
    pub files: Vec<(TicketId, Stamp)>,
}

/// Something in the tickets' folder that is no ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stray {
    /// Relative to the desk.
    pub path: String,
    /// Why it is none.
    pub why: &'static str,
}

fn name(entry: &DirEntry) -> String {
    entry.file_name().to_string_lossy().into_owned()
}

/// Whether a name is that of a month's folder, like `2026-11`.
pub fn is_month(name: &str) -> bool {
    name.len() == 7
        && name.as_bytes()[4] == b'-'
        && name
            .bytes()
            .enumerate()
            .all(|(at, b)| at == 4 || b.is_ascii_digit())
}

/// The names of the months' folders, in order; an absent folder is an empty one.
pub fn months(root: &Root) -> (Vec<String>, Vec<Stray>) {
    let (mut all, mut strays) = (Vec::new(), Vec::new());
    let tickets = root.join("tickets");
    if tickets.is_symlink() {
        strays.push(Stray {
            path: "tickets".to_owned(),
            why: "a symbolic link: a desk follows none",
        });
        return (all, strays);
    }
    for entry in std::fs::read_dir(tickets).into_iter().flatten().flatten() {
        let name = name(&entry);
        let folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if folder && is_month(&name) {
            all.push(name);
        } else if !name.starts_with('.') {
            let why = if entry.file_type().is_ok_and(|kind| kind.is_symlink()) {
                "a symbolic link: a desk follows none"
            } else {
                "not the folder of a month, like 2026-11"
            };
            strays.push(Stray {
                path: format!("tickets/{name}"),
                why,
            });
        }
    }
    all.sort();
    strays.sort_by(|a, b| a.path.cmp(&b.path));
    (all, strays)
}

/// The ids of a month's files: names only, no look at the files.
pub fn ids(root: &Root, month: &str) -> Vec<TicketId> {
    let entries = std::fs::read_dir(root.join(&format!("tickets/{month}")))
        .into_iter()
        .flatten();
    entries
        .flatten()
        .filter_map(|entry| {
            let name = name(&entry);
            let stem = name.strip_suffix(".md")?;
            // Read forgivingly, but a file must be spelled as its id is.
            stem.parse::<TicketId>()
                .ok()
                .filter(|id| id.as_str() == stem)
        })
        .filter(|id| id.is_of(month))
        .collect()
}

/// All ids of the desk: names only.
pub fn all_ids(root: &Root) -> Vec<TicketId> {
    months(root)
        .0
        .iter()
        .flat_map(|month| ids(root, month))
        .collect()
}

/// What is named like a ticket in a month's folder, not looked at yet.
#[derive(Debug)]
pub struct Listing {
    /// `2026-11`.
    pub name: String,
    folder: Option<OwnedFd>,
    /// The ids that the names say, in no order.
    pub ids: Vec<TicketId>,
    /// What else lies there.
    pub strays: Vec<Stray>,
}

/// The names in a month's folder.
pub fn list(root: &Root, month: &str) -> Listing {
    let mut found = Listing {
        name: month.to_owned(),
        folder: None,
        ids: Vec::new(),
        strays: Vec::new(),
    };
    let folder = root.join(&format!("tickets/{month}"));
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let Ok(fd) = rustix::fs::open(folder, flags, Mode::empty()) else {
        return found;
    };
    let Ok(entries) = Dir::read_from(&fd) else {
        return found;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let mut stray = |why| {
            let name = name.to_string_lossy();
            found.strays.push(Stray {
                path: format!("tickets/{month}/{name}"),
                why,
            });
        };
        match ticket(name.to_bytes()) {
            Some((id, true)) if id.is_of(month) => found.ids.push(id),
            Some((_, true)) => stray("in the folder of another month than its id names"),
            Some((_, false)) => stray("not spelled like an id: upper case, no I, L, O or U"),
            None => {
                // Attachments, and what editors and file managers leave.
                let name = name.to_string_lossy();
                let attachments = name
                    .strip_suffix(".files")
                    .is_some_and(|stem| stem.parse::<TicketId>().is_ok());
                if attachments && entry.file_type() != FileType::Directory {
                    stray("not a folder, and named like one for attachments");
                } else if !attachments && !name.starts_with('.') && !name.ends_with('~') {
                    stray("not named like a ticket");
                }
            }
        }
    }
    found.folder = Some(fd);
    found
}

impl Listing {
    /// Looks at some of the files: the tickets with their stamps, and what is none.
    ///
    /// A hundred thousand files are looked at before a search answers, so nothing is made of a name
    /// but its id, and each file is asked for below its open folder.
    pub fn look(&self, ids: &[TicketId]) -> (Vec<(TicketId, Stamp)>, Vec<Stray>) {
        let (mut files, mut strays) = (Vec::with_capacity(ids.len()), Vec::new());
        let Some(folder) = &self.folder else {
            return (files, strays);
        };
        let mut name = String::new();
        for id in ids {
            name.clear();
            name.push_str(id.as_str());
            name.push_str(".md");
            let Ok(stat) = statat(folder, name.as_str(), AtFlags::SYMLINK_NOFOLLOW) else {
                continue;
            };
            let mut stray = |why| {
                let path = format!("tickets/{}/{name}", self.name);
                strays.push(Stray { path, why });
            };
            match FileType::from_raw_mode(stat.st_mode) {
                FileType::RegularFile => files.push((*id, Stamp::of_stat(&stat))),
                FileType::Symlink => stray("a symbolic link: a desk follows none"),
                _ => stray("not a regular file"),
            }
        }
        (files, strays)
    }
}

/// A month's files with their stamps, and what else lies there.
pub fn month(root: &Root, month: &str) -> (Month, Vec<Stray>) {
    let listing = list(root, month);
    let (files, odd) = listing.look(&listing.ids);
    let mut strays = listing.strays;
    strays.extend(odd);
    strays.sort_by(|a, b| a.path.cmp(&b.path));
    let name = listing.name;
    (Month { name, files }, strays)
}

/// The ticket that a file is named after, and whether it is spelled as its id is.
fn ticket(name: &[u8]) -> Option<(TicketId, bool)> {
    let stem = std::str::from_utf8(name.strip_suffix(b".md")?).ok()?;
    let id: TicketId = stem.parse().ok()?;
    Some((id, id.as_str() == stem))
}

/// What lies in the folders for attachments, by ticket: names in order, those with a dot before
/// them left out. What is no name of a regular file stands for itself.
pub fn attached(root: &Root) -> BTreeMap<TicketId, Vec<String>> {
    let mut all = BTreeMap::new();
    for month in months(root).0 {
        let folder = root.join(&format!("tickets/{month}"));
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let name = name(&entry);
            let id = name
                .strip_suffix(".files")
                .and_then(|stem| Some((stem, stem.parse::<TicketId>().ok()?)))
                .filter(|(stem, id)| id.as_str() == *stem && id.is_of(&month));
            let Some((_, id)) = id else { continue };
            if !entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                continue;
            }
            let inside = std::fs::read_dir(entry.path()).into_iter().flatten();
            let mut names: Vec<String> = inside
                .flatten()
                .map(|entry| self::name(&entry))
                .filter(|name| !name.starts_with('.'))
                .collect();
            names.sort_unstable();
            if !names.is_empty() {
                all.insert(id, names);
            }
        }
    }
    all
}

/// The articles' files, relative to the desk, in order.
pub fn articles(root: &Root) -> Vec<String> {
    article_files(root).map(|(path, _)| path).collect()
}

/// The articles' files with their stamps, in order.
pub fn articles_with_stamps(root: &Root) -> Vec<(String, Stamp)> {
    article_files(root)
        .filter_map(|(path, entry)| Some((path, Stamp::of(&entry.metadata().ok()?))))
        .collect()
}

fn article_files(root: &Root) -> impl Iterator<Item = (String, walkdir::DirEntry)> {
    let base = root.join("kb");
    let walk = walkdir::WalkDir::new(&base)
        .follow_links(false)
        .sort_by_file_name();
    let relative = |path: &Path| {
        Some(
            path.strip_prefix(root.dir())
                .ok()?
                .to_string_lossy()
                .into_owned(),
        )
    };
    walk.into_iter()
        .filter_entry(|entry| {
            entry.depth() == 0 || !entry.file_name().to_string_lossy().starts_with('.')
        })
        .flatten()
        .filter(|entry| {
            entry.file_type().is_file() && entry.path().extension().is_some_and(|ext| ext == "md")
        })
        .filter_map(move |entry| Some((relative(entry.path())?, entry)))
}
