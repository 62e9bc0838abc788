//! What is there: the ticket files and the articles of a desk.

use std::collections::BTreeMap;
use std::fs::{DirEntry, Metadata};
use std::os::fd::OwnedFd;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, Stat, statat};
use rustix::io::retry_on_intr;
use serde::{Deserialize, Serialize};

use crate::model::id::TicketId;
use crate::page::problem::Problem;
use crate::store::fs::read::ReadError;
use crate::store::fs::root::Root;

/// What tells one version of a file from another without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileStamp {
    /// In bytes.
    pub size: u64,
    /// Last change of the content, in nanoseconds since 1970.
    pub modified: i128,
    /// Last change of the file's record, which nobody can set back.
    pub changed: i128,
    /// The file's number.
    pub inode: u64,
}

impl FileStamp {
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

    /// The stamp of a file by its `stat`.
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
    pub files: Vec<(TicketId, FileStamp)>,
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

/// The folders of the months.
#[derive(Clone, Debug, Default)]
pub struct Months {
    /// Their names, in order.
    pub names: Vec<String>,
    /// What else lies there.
    pub strays: Vec<Stray>,
    /// What could not be looked at.
    pub problems: Vec<Problem>,
}

/// What lies in a folder, and why not all of it can be told. An absent folder is an empty one.
fn entries(root: &Root, folder: &str) -> (Vec<DirEntry>, Option<Problem>) {
    let (mut all, mut failed) = (Vec::new(), None);
    match std::fs::read_dir(root.join(folder)) {
        Ok(entries) => {
            for entry in entries {
                match entry {
                    Ok(entry) => all.push(entry),
                    Err(error) => failed = Some(error),
                }
            }
        }
        Err(error) => failed = Some(error),
    }
    (all, failed.and_then(|error| unseen(folder, error)))
}

/// Why a file or folder could not be looked at; nothing where it is not there any more.
fn unseen(path: &str, error: std::io::Error) -> Option<Problem> {
    let gone = error.kind() == std::io::ErrorKind::NotFound;
    (!gone).then(|| ReadError::Io(error).problem(path))
}

/// The folders of the months; an absent folder is an empty one.
pub fn months(root: &Root) -> Months {
    let (mut all, mut strays) = (Vec::new(), Vec::new());
    if root.join("tickets").is_symlink() {
        strays.push(Stray {
            path: "tickets".to_owned(),
            why: "a symbolic link: a desk follows none",
        });
        return Months {
            strays,
            ..Months::default()
        };
    }
    let (entries, problem) = entries(root, "tickets");
    for entry in entries {
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
    Months {
        names: all,
        strays,
        problems: problem.into_iter().collect(),
    }
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
        .names
        .iter()
        .flat_map(|month| ids(root, month))
        .collect()
}

/// What is named like a ticket in a month's folder, not looked at yet.
#[derive(Debug)]
pub struct MonthListing {
    /// `2026-11`.
    pub name: String,
    path: PathBuf,
    /// The ids that the names say, in no order.
    pub ids: Vec<TicketId>,
    /// What else lies there.
    pub strays: Vec<Stray>,
    /// Why not all of it can be told.
    pub problem: Option<Problem>,
}

/// What a look at some files of a month found.
#[derive(Debug, Default)]
pub struct MonthFiles {
    /// The tickets with their stamps.
    pub files: Vec<(TicketId, FileStamp)>,
    /// What is none.
    pub strays: Vec<Stray>,
    /// What could not be looked at.
    pub problems: Vec<Problem>,
}

/// The names in a month's folder.
pub fn list(root: &Root, month: &str) -> MonthListing {
    let folder = format!("tickets/{month}");
    let mut found = MonthListing {
        name: month.to_owned(),
        path: root.join(&folder),
        ids: Vec::new(),
        strays: Vec::new(),
        problem: None,
    };
    let entries = open(&found.path).and_then(Dir::new);
    let entries = match entries {
        Ok(entries) => entries,
        Err(errno) => {
            found.problem = unseen(&folder, errno.into());
            return found;
        }
    };
    for entry in entries {
        let entry = match entry {
            Ok(entry) => entry,
            Err(errno) => {
                found.problem = unseen(&folder, errno.into());
                break;
            }
        };
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
    found
}

/// Opens a month's folder; a link is followed as little as elsewhere.
fn open(folder: &Path) -> rustix::io::Result<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    retry_on_intr(|| rustix::fs::open(folder, flags, Mode::empty()))
}

impl MonthListing {
    /// Looks at some of the files: the tickets with their stamps, and what is none.
    ///
    /// A hundred thousand files are looked at before a search answers, so nothing is made of a name
    /// but its id, and each file is asked for below its open folder.
    pub fn look(&self, ids: &[TicketId]) -> MonthFiles {
        let mut seen = MonthFiles {
            files: Vec::with_capacity(ids.len()),
            ..MonthFiles::default()
        };
        // Opened for each look: a desk may have more months than a process may have files open.
        let folder = match open(&self.path) {
            Ok(folder) => folder,
            Err(errno) => {
                let path = format!("tickets/{}", self.name);
                seen.problems.extend(unseen(&path, errno.into()));
                return seen;
            }
        };
        let mut name = String::new();
        for id in ids {
            name.clear();
            name.push_str(id.as_str());
            name.push_str(".md");
            let path = || format!("tickets/{}/{name}", self.name);
            let stat = match statat(&folder, name.as_str(), AtFlags::SYMLINK_NOFOLLOW) {
                Ok(stat) => stat,
                Err(errno) => {
                    seen.problems.extend(unseen(&path(), errno.into()));
                    continue;
                }
            };
            let mut stray = |why| seen.strays.push(Stray { path: path(), why });
            match FileType::from_raw_mode(stat.st_mode) {
                FileType::RegularFile => seen.files.push((*id, FileStamp::of_stat(&stat))),
                FileType::Symlink => stray("a symbolic link: a desk follows none"),
                _ => stray("not a regular file"),
            }
        }
        seen
    }
}

/// What lies in a month's folder.
pub fn month(root: &Root, month: &str) -> MonthFiles {
    let listing = list(root, month);
    let mut seen = listing.look(&listing.ids);
    seen.strays.extend(listing.strays);
    seen.strays.sort_by(|a, b| a.path.cmp(&b.path));
    seen.problems.extend(listing.problem);
    seen.problems.dedup();
    seen
}

/// The ticket that a file is named after, and whether it is spelled as its id is.
fn ticket(name: &[u8]) -> Option<(TicketId, bool)> {
    let stem = std::str::from_utf8(name.strip_suffix(b".md")?).ok()?;
    let id: TicketId = stem.parse().ok()?;
    Some((id, id.as_str() == stem))
}

/// What lies in the folders for attachments.
#[derive(Clone, Debug, Default)]
pub struct Attached {
    /// By ticket: names in order, those with a dot before them left out. What is no name of a regular
    /// file stands for itself.
    pub files: BTreeMap<TicketId, Vec<String>>,
    /// Folders that could not be looked at, by their tickets: what lies there is unknown.
    pub unseen: BTreeMap<TicketId, Problem>,
}

/// What lies in the folders for attachments. That a month's folder cannot be looked at is told by
/// [`month`].
pub fn attached(root: &Root) -> Attached {
    let mut all = Attached::default();
    for month in months(root).names {
        let folder = format!("tickets/{month}");
        let entries = std::fs::read_dir(root.join(&folder)).into_iter().flatten();
        for entry in entries.flatten() {
            let name = name(&entry);
            let id = name
                .strip_suffix(".files")
                .and_then(|stem| Some((stem, stem.parse::<TicketId>().ok()?)))
                .filter(|(stem, id)| id.as_str() == *stem && id.is_of(&month));
            let Some((_, id)) = id else { continue };
            match inside(&entry) {
                Ok(names) if names.is_empty() => {}
                Ok(names) => drop(all.files.insert(id, names)),
                Err(error) => {
                    let problem = unseen(&format!("{folder}/{name}"), error);
                    all.unseen.extend(problem.map(|problem| (id, problem)));
                }
            }
        }
    }
    all
}

/// The names in a folder, in order; none where it is not one.
fn inside(folder: &DirEntry) -> std::io::Result<Vec<String>> {
    if !folder.file_type()?.is_dir() {
        return Ok(Vec::new());
    }
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder.path())? {
        names.push(name(&entry?));
    }
    names.retain(|name| !name.starts_with('.'));
    names.sort_unstable();
    Ok(names)
}

/// The files of articles, or of templates.
#[derive(Clone, Debug, Default)]
pub struct Articles {
    /// Relative to the desk, with their stamps, in order.
    pub files: Vec<(String, FileStamp)>,
    /// What could not be looked at.
    pub problems: Vec<Problem>,
}

/// The articles' files of a desk.
pub fn articles(root: &Root) -> Articles {
    pages_below(root, "kb")
}

/// The templates' files of a desk.
pub fn templates(root: &Root) -> Articles {
    pages_below(root, "templates")
}

/// The pages below a folder of the desk.
fn pages_below(root: &Root, folder: &str) -> Articles {
    let mut found = Articles::default();
    let base = root.join(folder);
    if base.is_symlink() {
        found.problems.push(ReadError::Link.problem(folder));
        return found;
    }
    let relative = |path: &Path| {
        let path = path.strip_prefix(root.dir()).unwrap_or(path);
        path.to_string_lossy().into_owned()
    };
    let walk = walkdir::WalkDir::new(&base)
        .follow_links(false)
        .sort_by_file_name();
    let walk = walk.into_iter().filter_entry(|entry| {
        entry.depth() == 0 || !entry.file_name().to_string_lossy().starts_with('.')
    });
    for entry in walk {
        let looked = entry.and_then(|entry| {
            let page = entry.file_type().is_file()
                && entry.path().extension().is_some_and(|ext| ext == "md");
            let stamp = page.then(|| entry.metadata().map(|meta| FileStamp::of(&meta)));
            Ok((relative(entry.path()), stamp.transpose()?))
        });
        match looked {
            Ok((path, Some(stamp))) => found.files.push((path, stamp)),
            Ok((_, None)) => {}
            Err(error) => {
                let path = relative(error.path().unwrap_or(&base));
                found.problems.extend(unseen(&path, error.into()));
            }
        }
    }
    found
}
