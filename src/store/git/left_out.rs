//! Files of ours that somebody else's commit has left out again.
//!
//! Git reads the index before it locks it. A `git commit` that has read it just before ours was put
//! in place writes the old one back, and the person's commit then holds what was there before our
//! last commits, although the files stand as we left them. So a command that finds the branch ahead
//! of the commit that was last seen in step with the index compares the two: what went back to an
//! older object of the same file, without the file, is committed again.

use std::collections::{HashMap, HashSet};

use crate::store::error::StoreError;
use crate::store::fs::folder::Folder;
use crate::store::git::index_file::Hash;
use crate::store::git::index_sync::{OURS, is_there};
use crate::store::git::repo::Repo;
use crate::store::git::work_tree::{WorkFiles, hex};

/// How many commits before the one last seen in step count as just made: the index was read that
/// many commits ago at most.
const RECENT: &str = "--max-count=64";

/// One file that was left out.
#[derive(Debug)]
pub(in crate::store) struct LeftOut {
    /// Relative to the desk.
    pub(in crate::store) path: String,
    /// The object that the file had.
    pub(in crate::store) blob: String,
    /// The object that the branch holds now; `None` for no file.
    pub(in crate::store) now: Option<String>,
}

/// The files that the commits from `seen`, the commit last seen in step with the index, to `tip`
/// have left out. Nothing where the one does not lead to the other.
pub(in crate::store) fn left_out(
    repo: &Repo,
    desk: &Folder,
    seen: &str,
    tip: &str,
) -> Result<Vec<LeftOut>, StoreError> {
    let ours = OURS.map(|path| repo.in_tree(path));
    let mut args = vec!["diff-tree", "-r", "--raw", "-z", "--no-abbrev"];
    args.extend(["--no-renames", seen, tip, "--"]);
    args.extend(ours.iter().map(String::as_str));
    let reported = repo.git.run(&args)?;
    // The commit may be gone since.
    if !reported.ok {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    let mut files = None;
    for change in changes(&reported.stdout) {
        let Some(path) = repo.in_desk(&change.path) else {
            continue;
        };
        let gone = change.now.is_none() && is_there(desk, path)?;
        let back = change.now.is_some() && {
            let hash = Hash::of_digits(change.was.len());
            let files = files.get_or_insert_with(|| hash.map(|hash| WorkFiles::open(repo, hash)));
            let was = hex(&change.was).unwrap_or_default();
            let holds = |files: &mut WorkFiles| files.holding(&change.path, &was).is_some();
            files.as_mut().is_some_and(holds)
        };
        if gone || back {
            found.push(LeftOut {
                path: path.to_owned(),
                blob: change.was,
                now: change.now,
            });
        }
    }
    let leads = || repo.git.run(&["merge-base", "--is-ancestor", seen, tip]);
    if found.is_empty() || !leads()?.ok {
        return Ok(Vec::new());
    }
    let before = recent(repo, seen, &found)?;
    found.retain(|file| {
        let all = before.get(&file.path);
        all.is_some_and(|all| all.contains(&file.now))
    });
    Ok(found)
}

/// What the files held before each of the last commits: object by path, `None` for no file.
fn recent(
    repo: &Repo,
    seen: &str,
    files: &[LeftOut],
) -> Result<HashMap<String, HashSet<Option<String>>>, StoreError> {
    let mut args = vec!["log", "--first-parent", "-m", "--raw", "-z", "--no-abbrev"];
    args.extend(["--no-renames", "--format=", "--root", RECENT, seen, "--"]);
    let paths: Vec<String> = files.iter().map(|file| repo.in_tree(&file.path)).collect();
    args.extend(paths.iter().map(String::as_str));
    let reported = repo.git.run(&args)?.or_error()?;
    let mut before: HashMap<String, HashSet<Option<String>>> = HashMap::new();
    for change in changes(&reported) {
        if let Some(path) = repo.in_desk(&change.path) {
            let was = (!is_none(&change.was)).then_some(change.was);
            before.entry(path.to_owned()).or_default().insert(was);
        }
    }
    Ok(before)
}

/// One line of git's raw differences.
struct TreeChange {
    /// In the tree.
    path: String,
    was: String,
    now: Option<String>,
}

/// The changes of regular files in what git prints with `--raw -z`.
fn changes(reported: &[u8]) -> Vec<TreeChange> {
    let mut all = Vec::new();
    let mut parts = reported.split(|&byte| byte == 0);
    while let Some(about) = parts.next() {
        // Between two commits stands one more NUL.
        let about = std::str::from_utf8(about).map(str::trim);
        let Some(about) = about.ok().and_then(|about| about.strip_prefix(':')) else {
            continue;
        };
        let Some(Ok(path)) = parts.next().map(std::str::from_utf8) else {
            continue;
        };
        let about: Vec<&str> = about.split(' ').collect();
        let [old_mode, new_mode, was, now, _] = about[..] else {
            continue;
        };
        let regular = |mode: &str| mode.starts_with("100") || mode == "000000";
        if regular(old_mode) && regular(new_mode) {
            all.push(TreeChange {
                path: path.to_owned(),
                was: was.to_owned(),
                now: (!is_none(now)).then(|| now.to_owned()),
            });
        }
    }
    all
}

/// Whether git means no object by this name.
fn is_none(name: &str) -> bool {
    name.bytes().all(|byte| byte == b'0')
}
