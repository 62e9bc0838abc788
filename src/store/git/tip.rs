//! The tip of a branch, and files in it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;

use crate::store::error::StoreError;
use crate::store::fs::contents::hex;
use crate::store::git::commit_files::{CommitFile, FileBody};
use crate::store::git::index_file::Hash;
use crate::store::git::repo::Repo;
use crate::store::git::state::{Head, Unfinished};

/// What the last commit holds.
pub(in crate::store::git) struct BranchTip {
    pub(in crate::store::git) tip: Option<String>,
    pub(in crate::store::git) files: Vec<Option<CommittedFile>>,
    pub(in crate::store::git) unfinished: Option<Unfinished>,
    /// The commit's folders on the way to the files; `None` where they were not asked for.
    pub(in crate::store::git) trees: Option<TipTrees>,
}

/// Of so many files at most the folders are looked at: more are better in a pack.
pub(in crate::store::git) const MOST: usize = 16;

/// Trees of a commit.
#[derive(Debug)]
pub(in crate::store::git) struct TipTrees {
    pub(in crate::store::git) commit: String,
    text: Vec<u8>,
    /// Name and content by path; those that are there.
    pub(in crate::store::git) folders: BTreeMap<String, (String, Vec<u8>)>,
}

impl TipTrees {
    /// Whether they are the trees of this very commit, each as its name says.
    pub(in crate::store::git) fn are_sound(&self) -> bool {
        let is =
            |kind: &str, name: &str, bytes: &[u8]| hex(&Hash::Sha1.object(kind, bytes)) == name;
        let root = self.folders.get("").map(|(name, _)| name.as_str());
        let begins = root.is_some_and(|root| {
            let head = format!("tree {root}\n");
            self.text.starts_with(head.as_bytes())
        });
        let is_inside = |path: &str, name: &str| {
            let (above, own) = path.rsplit_once('/').unwrap_or(("", path));
            let row = |tree: &[u8]| {
                let row = [b"40000 ", own.as_bytes(), b"\0"].concat();
                let at = tree.windows(row.len()).position(|bytes| bytes == row);
                let object = at.and_then(|at| tree.get(at + row.len()..at + row.len() + 20));
                object.is_some_and(|object| hex(object) == name)
            };
            let above = self.folders.get(above);
            path.is_empty() || above.is_some_and(|(_, tree)| row(tree))
        };
        begins
            && is("commit", &self.commit, &self.text)
            && self
                .folders
                .iter()
                .all(|(path, (name, tree))| is("tree", name, tree) && is_inside(path, name))
    }
}

/// A file in the last commit.
pub(in crate::store::git) struct CommittedFile {
    pub(in crate::store::git) blob: String,
    pub(in crate::store::git) size: u64,
    /// Its content; empty for pieces that are compared by the object's name.
    pub(in crate::store::git) text: Vec<u8>,
}

/// Reads the tip of the branch and the files in it with one child.
///
/// With reftables, a cherry-pick or revert under way is a ref and not a file: asked as well.
pub(in crate::store::git) fn look(
    repo: &Repo,
    head: &Head,
    pieces: &[CommitFile<'_>],
    with_trees: bool,
) -> Result<BranchTip, StoreError> {
    let name = head.reference();
    let with_trees = with_trees && pieces.len() <= MOST;
    let asked: &[&str] = if repo.reftable.is_some() {
        &["CHERRY_PICK_HEAD", "REVERT_HEAD"]
    } else {
        &[]
    };
    let object = |piece: &CommitFile<'_>| format!("{name}:{}", repo.in_tree(piece.path));
    let mut input = format!("info {name}\0");
    for name in asked {
        let _ = write!(input, "info {name}\0");
    }
    for piece in pieces.iter().filter(|piece| !is_by_name(piece)) {
        let asked = match piece.body {
            FileBody::Text(_) => "contents",
            FileBody::File(..) | FileBody::Object(_) => "info",
        };
        let _ = write!(input, "{asked} {}\0", object(piece));
    }
    let folders = with_trees.then(|| folders_of(repo, pieces));
    if let Some(folders) = &folders {
        let _ = write!(input, "contents {name}\0");
        for folder in folders {
            let _ = write!(input, "contents {name}:{folder}\0");
        }
    }
    let reported = repo
        .git
        .feed(&["cat-file", "-z", "--batch-command"], input.as_bytes())?
        .or_error()?;
    let mut answers = Answers {
        all: &reported,
        rest: &reported,
    };
    let tip = answers.header(name)?.map(|(name, _)| name);
    let mut unfinished = None;
    let kinds = [Unfinished::CherryPick, Unfinished::Revert];
    for (kind, name) in kinds.into_iter().zip(asked) {
        if answers.header(name)?.is_some() {
            unfinished = Some(kind);
        }
    }
    let mut objects = match &tip {
        Some(tip) if pieces.iter().any(is_by_name) => objects(repo, tip)?,
        _ => HashMap::new(),
    };
    let mut files = Vec::new();
    for piece in pieces {
        files.push(if is_by_name(piece) {
            let blob = objects.remove(&repo.in_tree(piece.path));
            blob.map(|blob| CommittedFile {
                blob,
                size: 0,
                text: Vec::new(),
            })
        } else {
            answers.file(piece, &object(piece))?
        });
    }
    let trees = match folders {
        Some(folders) => answers.trees(name, folders)?,
        None => None,
    };
    let trees = trees.filter(|trees| tip.as_ref() == Some(&trees.commit));
    Ok(BranchTip {
        tip,
        files,
        unfinished,
        trees,
    })
}

/// The folders above some pieces, the topmost as an empty path.
fn folders_of(repo: &Repo, pieces: &[CommitFile<'_>]) -> BTreeSet<String> {
    let paths = pieces.iter().map(|piece| repo.in_tree(piece.path));
    let above = paths.flat_map(|path| {
        let ends: Vec<usize> = path.match_indices('/').map(|(at, _)| at).collect();
        let above = ends.into_iter().map(move |at| path[..at].to_owned());
        above.chain([String::new()]).collect::<Vec<_>>()
    });
    above.collect()
}

/// Whether a piece is compared by the name of its object.
fn is_by_name(piece: &CommitFile<'_>) -> bool {
    matches!(piece.body, FileBody::Object(_))
}

/// What `cat-file` answers, one thing after the other.
struct Answers<'a> {
    all: &'a [u8],
    rest: &'a [u8],
}

impl Answers<'_> {
    fn header(&mut self, asked: &str) -> Result<Option<(String, usize)>, StoreError> {
        header(&mut self.rest, asked).ok_or_else(|| self.odd())
    }

    /// The commit of a branch and the trees of these folders in it; `None` where there is no commit.
    fn trees(
        &mut self,
        branch: &str,
        folders: BTreeSet<String>,
    ) -> Result<Option<TipTrees>, StoreError> {
        let Some((commit, text)) = self.content(branch)? else {
            return Ok(None);
        };
        let mut known = BTreeMap::new();
        for folder in folders {
            if let Some(tree) = self.content(&format!("{branch}:{folder}"))? {
                known.insert(folder, tree);
            }
        }
        let folders = known;
        Ok(Some(TipTrees {
            commit,
            text,
            folders,
        }))
    }

    /// The file of a piece, with its content where that was asked for.
    fn file(
        &mut self,
        piece: &CommitFile<'_>,
        object: &str,
    ) -> Result<Option<CommittedFile>, StoreError> {
        let Some((blob, size)) = self.header(object)? else {
            return Ok(None);
        };
        let mut text = Vec::new();
        if let FileBody::Text(_) = piece.body {
            text = self.bytes(size)?;
        }
        Ok(Some(CommittedFile {
            blob,
            size: size as u64,
            text,
        }))
    }

    /// Name and content of an object.
    fn content(&mut self, asked: &str) -> Result<Option<(String, Vec<u8>)>, StoreError> {
        let Some((name, size)) = self.header(asked)? else {
            return Ok(None);
        };
        let bytes = self.bytes(size)?;
        Ok(Some((name, bytes)))
    }

    fn bytes(&mut self, size: usize) -> Result<Vec<u8>, StoreError> {
        let split = self.rest.split_at_checked(size);
        let (bytes, after) = split.ok_or_else(|| self.odd())?;
        self.rest = after.strip_prefix(b"\n").unwrap_or(after);
        Ok(bytes.to_vec())
    }

    fn odd(&self) -> StoreError {
        StoreError::Answer {
            command: "cat-file --batch-command".to_owned(),
            answer: String::from_utf8_lossy(self.all)
                .chars()
                .take(200)
                .collect(),
        }
    }
}

/// The desk's files in a commit: object by path.
pub(in crate::store) fn objects(
    repo: &Repo,
    commit: &str,
) -> Result<HashMap<String, String>, StoreError> {
    let mut args = vec!["ls-tree", "-r", "-z", "--full-tree", commit];
    if !repo.prefix.is_empty() {
        args.extend(["--", repo.prefix.as_str()]);
    }
    let reported = repo.git.run_whole(&args)?.or_error()?;
    let rows = reported.split(|&byte| byte == 0);
    Ok(rows
        .filter_map(|row| {
            let row = String::from_utf8_lossy(row);
            let (about, path) = row.split_once('\t')?;
            Some((path.to_owned(), about.rsplit(' ').next()?.to_owned()))
        })
        .collect())
}

/// Takes one line `<object> <kind> <bytes>` from an answer; `Some(None)` for `<asked> missing`, in
/// which the name may hold line breaks.
#[expect(
    clippy::option_option,
    reason = "no answer and the answer that there is nothing differ"
)]
pub(in crate::store) fn header(rest: &mut &[u8], asked: &str) -> Option<Option<(String, usize)>> {
    for none in [" missing\n", " ambiguous\n"] {
        let after = rest
            .strip_prefix(asked.as_bytes())
            .and_then(|rest| rest.strip_prefix(none.as_bytes()));
        if let Some(after) = after {
            *rest = after;
            return Some(None);
        }
    }
    let end = rest.iter().position(|&byte| byte == b'\n')?;
    let (line, after) = rest.split_at(end);
    *rest = &after[1..];
    let line = std::str::from_utf8(line).ok()?;
    let mut words = line.split(' ');
    let (name, _kind, size) = (words.next()?, words.next()?, words.next()?);
    Some(Some((name.to_owned(), size.parse().ok()?)))
}
