//! The objects of a small commit, written by ourselves: what git would write, without a git.
//!
//! Only what is known to the last byte is made here: regular files in folders whose trees are proved
//! by their names, in repositories that name objects by SHA-1. All else is left to `git fast-import`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::PathBuf;

use flate2::Compression;
use flate2::write::ZlibEncoder;

use crate::store::error::StoreError;
use crate::store::fs::contents::hex;
use crate::store::fs::folder::Folder;
use crate::store::fs::random::random;
use crate::store::git::commit_files::FileBody;
use crate::store::git::commit_words::{CommitMessage, ident, message};
use crate::store::git::fast_import::MadeCommit;
use crate::store::git::index_file::Hash;
use crate::store::git::pending::PendingFile;
use crate::store::git::repo::Repo;
use crate::store::git::tip::{MOST, TipTrees};

/// Trees larger than this are not compressed: names of objects cannot be.
const LARGE: usize = 1 << 16;

const TREE: &[u8] = b"40000";

/// Writes the objects of a commit, durably, and moves nothing; `None` where that is left to git.
pub(in crate::store::git) fn write(
    repo: &Repo,
    trees: &TipTrees,
    words: &CommitMessage<'_>,
    due: &[PendingFile<'_>],
) -> Result<Option<MadeCommit>, StoreError> {
    let mut objects = LooseObjects::of(repo);
    match commit(repo, trees, words, due, &mut objects) {
        // Git tells better what keeps it from writing.
        Err(_) | Ok(None) => Ok(None),
        Ok(Some(made)) => objects.sync().map(|()| Some(made)),
    }
}

fn commit(
    repo: &Repo,
    trees: &TipTrees,
    words: &CommitMessage<'_>,
    due: &[PendingFile<'_>],
    objects: &mut LooseObjects,
) -> io::Result<Option<MadeCommit>> {
    if due.len() > MOST || !trees.are_sound() {
        return Ok(None);
    }
    let mut root = ChangedFolder::default();
    let mut blobs = Vec::new();
    for due in due {
        let name = match due.body {
            FileBody::Text(text) => objects.write("blob", text.as_bytes())?,
            FileBody::Object(name) if name.len() == 40 => (*name).to_owned(),
            FileBody::Object(_) | FileBody::File(..) => return Ok(None),
        };
        let mode = if due.executable { "100755" } else { "100644" };
        let Some(bytes) = name_bytes(&name) else {
            return Ok(None);
        };
        root.put(&due.tree_path, mode, bytes);
        blobs.push(name);
    }
    let Some(tree) = root.write("", trees, objects)? else {
        return Ok(None);
    };
    let seconds = words.at.millis().div_euclid(1000).max(0);
    let text = format!(
        "tree {tree}\nparent {}\nauthor {} {seconds} +0000\ncommitter {} {seconds} +0000\n\n{}",
        trees.commit,
        ident(words.author),
        ident(&repo.committer()),
        message(words.message),
    );
    let commit = objects.write("commit", text.as_bytes())?;
    Ok(Some(MadeCommit { commit, blobs }))
}

/// What changes in a folder.
#[derive(Default)]
struct ChangedFolder {
    files: BTreeMap<String, (&'static str, Vec<u8>)>,
    folders: BTreeMap<String, ChangedFolder>,
}

impl ChangedFolder {
    fn put(&mut self, path: &str, mode: &'static str, blob: Vec<u8>) {
        match path.split_once('/') {
            Some((folder, rest)) => {
                let folder = self.folders.entry(folder.to_owned()).or_default();
                folder.put(rest, mode, blob);
            }
            None => {
                self.files.insert(path.to_owned(), (mode, blob));
            }
        }
    }

    /// Writes the tree of the folder with what changes in it; `None` where something is not as expected.
    fn write(
        &self,
        path: &str,
        trees: &TipTrees,
        objects: &mut LooseObjects,
    ) -> io::Result<Option<String>> {
        let old = trees.folders.get(path).map_or(&[][..], |(_, tree)| tree);
        let Some(mut rows) = rows(old) else {
            return Ok(None);
        };
        let mut new: Vec<(&str, &[u8], Vec<u8>)> = Vec::new();
        for (name, folder) in &self.folders {
            let inner = if path.is_empty() {
                name.clone()
            } else {
                format!("{path}/{name}")
            };
            let is_known = rows.iter().any(|row| row.name == name.as_bytes());
            if is_known != trees.folders.contains_key(&inner) {
                return Ok(None);
            }
            let Some(tree) = folder.write(&inner, trees, objects)? else {
                return Ok(None);
            };
            let Some(tree) = name_bytes(&tree) else {
                return Ok(None);
            };
            new.push((name, TREE, tree));
        }
        for (name, (mode, blob)) in &self.files {
            new.push((name, mode.as_bytes(), blob.clone()));
        }
        for (name, mode, object) in &new {
            let row = Row {
                mode,
                name: name.as_bytes(),
                object,
            };
            match rows.iter().position(|known| known.name == row.name) {
                Some(at) if is_alike(rows[at].mode, mode) => rows[at] = row,
                Some(_) => return Ok(None),
                None => {
                    let at = rows.partition_point(|known| known.key() < row.key());
                    rows.insert(at, row);
                }
            }
        }
        let mut tree = Vec::with_capacity(old.len() + 64);
        for row in rows {
            tree.extend_from_slice(row.mode);
            tree.push(b' ');
            tree.extend_from_slice(row.name);
            tree.push(0);
            tree.extend_from_slice(row.object);
        }
        objects.write("tree", &tree).map(Some)
    }
}

/// One row of a tree.
struct Row<'t> {
    mode: &'t [u8],
    name: &'t [u8],
    object: &'t [u8],
}

impl Row<'_> {
    /// By which git orders rows: folders as if their names ended in a slash.
    fn key(&self) -> impl Ord + use<'_> {
        let slash: &[u8] = if self.mode == TREE { b"/" } else { b"" };
        [self.name, slash].concat()
    }
}

/// Whether a row may take the place of another: a file that of a file, a folder that of a folder.
fn is_alike(old: &[u8], new: &[u8]) -> bool {
    (old == TREE) == (new == TREE) && (old == TREE || old.starts_with(b"100"))
}

fn rows(mut tree: &[u8]) -> Option<Vec<Row<'_>>> {
    let mut rows = Vec::new();
    while !tree.is_empty() {
        let space = tree.iter().position(|&byte| byte == b' ')?;
        let end = tree.iter().position(|&byte| byte == 0)?;
        let object = tree.get(end + 1..end + 21)?;
        rows.push(Row {
            mode: &tree[..space],
            name: tree.get(space + 1..end)?,
            object,
        });
        tree = &tree[end + 21..];
    }
    Some(rows)
}

/// The bytes of a name in hexadecimal digits.
fn name_bytes(name: &str) -> Option<Vec<u8>> {
    let digits = name.as_bytes().chunks(2);
    digits
        .map(|two| u8::from_str_radix(std::str::from_utf8(two).ok()?, 16).ok())
        .collect()
}

/// Objects that are written, each into a file of its own.
struct LooseObjects {
    repo: Repo,
    objects: PathBuf,
    /// The folders that name them.
    folders: BTreeSet<PathBuf>,
}

impl LooseObjects {
    fn of(repo: &Repo) -> Self {
        Self {
            objects: repo.common.join("objects"),
            repo: repo.clone(),
            folders: BTreeSet::new(),
        }
    }

    /// Writes an object and syncs it; its name.
    fn write(&mut self, kind: &str, body: &[u8]) -> io::Result<String> {
        let name = hex(&Hash::Sha1.object(kind, body));
        let folder = self.objects.join(&name[..2]);
        match DirBuilder::new().mode(0o777).create(&folder) {
            Ok(()) => self.repo.share(&File::open(&folder)?),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
        let temporary = folder.join(format!("tmp_obj_{}", random(8)?));
        let written = self.fill(&temporary, kind, body);
        // One that is there under this name may be what a power cut left of it.
        let placed = written.and_then(|()| fs::rename(&temporary, folder.join(&name[2..])));
        if placed.is_err() {
            let _ = fs::remove_file(&temporary);
        }
        self.folders.insert(folder);
        placed.map(|()| name)
    }

    fn fill(&self, path: &PathBuf, kind: &str, body: &[u8]) -> io::Result<()> {
        let level = if kind == "tree" && body.len() > LARGE {
            Compression::none()
        } else {
            Compression::fast()
        };
        let mut options = OpenOptions::new();
        let file = options
            .write(true)
            .create_new(true)
            .mode(0o444)
            .open(path)?;
        let bytes = Vec::with_capacity(body.len() / 2 + 64);
        let mut encoder = ZlibEncoder::new(bytes, level);
        encoder.write_all(format!("{kind} {}\0", body.len()).as_bytes())?;
        encoder.write_all(body)?;
        (&file).write_all(&encoder.finish()?)?;
        self.repo.share(&file);
        file.sync_all()
    }

    /// Makes the names durable.
    fn sync(self) -> Result<(), StoreError> {
        for folder in self.folders.iter().chain([&self.objects]) {
            let synced = Folder::open(folder).and_then(|folder| folder.sync());
            synced.map_err(|error| error.unconfirmed(folder))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_a_tree_stand_as_git_orders_them() {
        let row = |mode: &str, name: &str| {
            let mut row = format!("{mode} {name}\0").into_bytes();
            row.extend([7; 20]);
            row
        };
        let tree = [row("100644", "a.b"), row("40000", "a"), row("100644", "a0")].concat();
        let rows = rows(&tree).unwrap();
        assert!(rows.is_sorted_by_key(Row::key), "a.b, a/, a0");
        assert!(super::rows(&tree[..30]).is_none());
        assert!(is_alike(b"100755", b"100644") && is_alike(TREE, TREE));
        assert!(!is_alike(b"120000", b"100644") && !is_alike(TREE, b"100644"));
        assert!(!is_alike(b"160000", b"100644"));
    }
}
