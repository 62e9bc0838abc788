//! What a move of the branch does to each file of the working tree.

use std::collections::BTreeMap;

use rustix::fs::FileType;

use crate::rules::merge::{FileKind, merge};
use crate::store::error::StoreError;
use crate::store::fs::contents::hex;
use crate::store::fs::folder::{Folder, split};
use crate::store::git::child::Manner;
use crate::store::git::history::{Blobs, Difference, TreeFile};
use crate::store::git::index_file::Hash;
use crate::store::journal::bulk::sha256;
use crate::store::journal::entry::Planned;
use crate::store::journal::save::Writer;

impl Writer {
    /// What moving from one commit to another means for files and index.
    pub(in crate::store::journal::advance) fn plan_move(
        &self,
        from: Option<&str>,
        to: &str,
    ) -> Result<Move, StoreError> {
        let mut moved = Move::default();
        let top = self.top()?;
        let mut blobs = Blobs::of(&self.repo)?;
        for file in self.repo.differences(from, to)? {
            let [_, new] = &file.sides;
            moved.rows.push(row(&file));
            moved.paths.push(file.path.clone());
            match here(&top, &file.path)? {
                Here::Nothing => plan_missing(&mut moved, &file),
                Here::File(bytes) => self.plan_file(&mut moved, &file, &bytes, &mut blobs)?,
                Here::Link(target) => plan_link(&mut moved, &file, &target),
                // A submodule's folder.
                Here::Other if new.as_ref().is_none_or(|new| new.mode == "160000") => {}
                Here::Other => {
                    let why = "something else stands in its place".to_owned();
                    moved.in_the_way.insert(file.path, why);
                }
            }
        }
        // What goes stands first: a folder may take its place.
        moved.rows.sort_by_key(|row| !row.starts_with("0 "));
        Ok(moved)
    }

    pub(in crate::store::journal::advance) fn plan_file(
        &self,
        moved: &mut Move,
        file: &Difference,
        bytes: &[u8],
        blobs: &mut Blobs,
    ) -> Result<(), StoreError> {
        let path = &file.path;
        let [old, new] = &file.sides;
        let digits = old
            .as_ref()
            .or(new.as_ref())
            .map_or(40, |file| file.blob.len());
        let name = Hash::of_digits(digits).map(|hash| hex(&hash.blob(bytes)));
        let holds = |file: &Option<TreeFile>| {
            file.as_ref()
                .is_some_and(|file| file.is_regular() && Some(&file.blob) == name.as_ref())
        };
        let is_clean = holds(old);
        match new {
            Some(_) if holds(new) => {}
            Some(new) if is_clean && new.is_regular() && same_mode(old.as_ref(), new) => {
                let base = Some(sha256(bytes));
                moved.placed.push(planned(path, base, &new.blob));
            }
            Some(_) if is_clean => moved.by_git.push(path.clone()),
            None if is_clean => moved.gone.push((path.clone(), name.unwrap_or_default())),
            // Taken away there, changed here and not committed: it stays, and git does not know it.
            None if self.repo.in_desk(path).and_then(FileKind::of).is_some() => {
                moved.joined.push(path.clone());
            }
            _ => self.plan_changed(moved, file, bytes, blobs)?,
        }
        Ok(())
    }

    /// A file that was changed here and not committed, and there too.
    pub(in crate::store::journal::advance) fn plan_changed(
        &self,
        moved: &mut Move,
        file: &Difference,
        bytes: &[u8],
        blobs: &mut Blobs,
    ) -> Result<(), StoreError> {
        let path = &file.path;
        let [old, new] = &file.sides;
        let ours = self
            .repo
            .in_desk(path)
            .filter(|path| FileKind::of(path).is_some());
        let texts = (ours, new, std::str::from_utf8(bytes));
        if let (Some(ours), Some(new), Ok(here)) = texts
            && new.is_regular()
            && let Some(there) = blobs.text(&new.blob)?
        {
            let base = old.as_ref().map(|old| blobs.text(&old.blob)).transpose()?;
            let base = base.flatten().unwrap_or_default();
            match merge(ours, &base, here, &there, self.zone()) {
                Ok(text) if text == here => {}
                Ok(text) => {
                    let blob = self.store_blob(&text)?;
                    moved.placed.push(planned(path, Some(sha256(bytes)), &blob));
                    moved.joined.push(path.clone());
                }
                Err(why) => drop(moved.in_the_way.insert(path.clone(), why.to_string())),
            }
            return Ok(());
        }
        if old.is_some() && self.is_clean_for_git(path, old.as_ref())? {
            moved.by_git.push(path.clone());
            return Ok(());
        }
        let why = "it has changes that are not committed".to_owned();
        moved.in_the_way.insert(path.clone(), why);
        Ok(())
    }

    /// Whether git takes the file for that of a commit although its bytes differ, as line ends do.
    pub(in crate::store::journal::advance) fn is_clean_for_git(
        &self,
        path: &str,
        old: Option<&TreeFile>,
    ) -> Result<bool, StoreError> {
        const ARGS: [&str; 2] = ["hash-object", "--stdin-paths"];
        if path.contains('\n') {
            return Ok(false);
        }
        let git = &self.repo.git;
        let mut command = git.command(Manner::Alone, &ARGS);
        self.repo.config().without_filters(&mut command);
        let input = format!("{path}\n");
        let named = git.feed_command(command, ARGS.join(" "), input.as_bytes())?;
        let named = String::from_utf8_lossy(&named.stdout).trim().to_owned();
        Ok(old.is_some_and(|old| old.blob == named))
    }

    /// Gives a text to git's objects, and returns its name.
    pub(in crate::store::journal::advance) fn store_blob(
        &self,
        text: &str,
    ) -> Result<String, StoreError> {
        let args = ["hash-object", "-w", "--stdin"];
        let made = self.repo.git.feed(&args, text.as_bytes())?.or_error()?;
        Ok(String::from_utf8_lossy(&made).trim().to_owned())
    }
}

pub(in crate::store::journal::advance) fn plan_missing(moved: &mut Move, file: &Difference) {
    match &file.sides {
        [None, Some(new)] if new.mode == "100644" => {
            moved.placed.push(planned(&file.path, None, &new.blob));
        }
        [None, Some(new)] if new.mode != "160000" => moved.by_git.push(file.path.clone()),
        // Taken away and not committed, or left out of a sparse checkout: so it stays.
        [Some(_), Some(_)] => moved.absent.push(file.path.clone()),
        _ => {}
    }
}

/// A link is git's to place, where it is as it was.
pub(in crate::store::journal::advance) fn plan_link(
    moved: &mut Move,
    file: &Difference,
    target: &[u8],
) {
    let [old, new] = &file.sides;
    let digits = old
        .as_ref()
        .or(new.as_ref())
        .map_or(40, |file| file.blob.len());
    let name = Hash::of_digits(digits).map(|hash| hex(&hash.blob(target)));
    let holds = |file: &Option<TreeFile>| {
        file.as_ref()
            .is_some_and(|file| file.mode == "120000" && Some(&file.blob) == name.as_ref())
    };
    if holds(new) {
        return;
    }
    if !holds(old) {
        let why = "a link stands in its place".to_owned();
        moved.in_the_way.insert(file.path.clone(), why);
    } else if new.is_some() {
        moved.by_git.push(file.path.clone());
    } else {
        moved
            .gone
            .push((file.path.clone(), name.unwrap_or_default()));
    }
}

pub(in crate::store::journal::advance) fn same_mode(
    old: Option<&TreeFile>,
    new: &TreeFile,
) -> bool {
    old.is_none_or(|old| old.mode == new.mode)
}

pub(in crate::store::journal::advance) fn planned(
    path: &str,
    base: Option<String>,
    blob: &str,
) -> Planned {
    Planned {
        path: path.to_owned(),
        base,
        bytes: true,
        was: None,
        blob: blob.to_owned(),
    }
}

/// The index's row of a file.
pub(in crate::store::journal::advance) fn row(file: &Difference) -> String {
    let path = &file.path;
    match &file.sides {
        [_, Some(new)] => format!("{} {}\t{path}\0", new.mode, new.blob),
        [old, None] => {
            let digits = old.as_ref().map_or(40, |old| old.blob.len());
            format!("0 {}\t{path}\0", "0".repeat(digits))
        }
    }
}

pub(in crate::store::journal::advance) fn here(
    top: &Folder,
    path: &str,
) -> Result<Here, StoreError> {
    let (parts, name) = split(path)?;
    let folder = match top.walk(parts.into_iter()) {
        Ok(Some(folder)) => folder,
        Ok(None) => return Ok(Here::Nothing),
        Err(StoreError::InTheWay { .. }) => return Ok(Here::Other),
        Err(error) => return Err(error),
    };
    let Some(stat) = folder.look(name)? else {
        return Ok(Here::Nothing);
    };
    Ok(match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile => match folder.read(name)? {
            Some(bytes) => Here::File(bytes),
            None => Here::Nothing,
        },
        FileType::Symlink => Here::Link(folder.target(name)?),
        _ => Here::Other,
    })
}

/// What stands at a path of the work tree.
pub(in crate::store::journal::advance) enum Here {
    Nothing,
    File(Vec<u8>),
    Link(Vec<u8>),
    /// A folder, or what is reached over something else than a folder.
    Other,
}

/// What a move does to the work tree and the index.
#[derive(Debug, Default)]
pub(in crate::store::journal::advance) struct Move {
    pub(in crate::store::journal::advance) placed: Vec<Planned>,
    /// Files that go, with the object that they hold.
    pub(in crate::store::journal::advance) gone: Vec<(String, String)>,
    /// Links and files that git itself puts in place.
    pub(in crate::store::journal::advance) by_git: Vec<String>,
    pub(in crate::store::journal::advance) joined: Vec<String>,
    /// Files that are not in the work tree, and stay out of it.
    pub(in crate::store::journal::advance) absent: Vec<String>,
    pub(in crate::store::journal::advance) in_the_way: BTreeMap<String, String>,
    pub(in crate::store::journal::advance) rows: Vec<String>,
    pub(in crate::store::journal::advance) paths: Vec<String>,
}
