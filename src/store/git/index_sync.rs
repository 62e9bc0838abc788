//! The person's index, where it is behind the branch or cannot be read.
//!
//! A power cut can take back the index that a command had put in place, or leave an empty file. The
//! next `git commit` of the person would then take our changes out of the branch. So every command
//! that commits looks whether the index is the one that was last seen in step, and if it is not,
//! brings the desk's own files in it in step with the branch.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use crate::store::error::StoreError;
use crate::store::fs::folder::{Folder, split};
use crate::store::git::child::Manner;
use crate::store::git::index_note;
use crate::store::git::repo::Repo;

/// The desk's own files, relative to its folder.
pub(in crate::store) const OURS: [&str; 5] =
    ["tickets", "kb", "templates", "desk.toml", "catalog.toml"];

/// How git says that an index is damaged. A format that it does not know is no damage.
const DAMAGED: [&str; 4] = [
    "smaller than expected",
    "bad signature",
    "index file corrupt",
    "unordered stage entries",
];

/// What the desk's own files need in the index.
pub(in crate::store) enum Behind {
    /// These rows; most often none.
    Rows(Vec<String>),
    /// A new index: why it is of no use any more.
    Index(&'static str),
}

/// Looks at the index, unless it is the one last seen in step with this commit.
pub(in crate::store) fn behind(
    repo: &Repo,
    desk: &Folder,
    tip: &str,
) -> Result<Behind, StoreError> {
    if index_note::is_in_step(repo, tip) {
        return Ok(Behind::Rows(Vec::new()));
    }
    match head(&repo.index) {
        Ok(start) if start == *b"DIRC" => {}
        Ok(_) => return Ok(Behind::Index("could not be read")),
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            return Ok(Behind::Index("could not be read"));
        }
        // A work tree in which nothing was checked out has no index either.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Ok(if desk.look("desk.toml")?.is_some() {
                Behind::Index("was gone")
            } else {
                Behind::Rows(Vec::new())
            });
        }
        Err(error) => return Err(StoreError::io("read", &repo.index)(error)),
    }
    let mut args = vec!["diff-index", "--cached", "--raw", "-z", "--no-abbrev"];
    args.extend(["--no-renames", tip, "--"]);
    let ours = OURS.map(|path| repo.in_tree(path));
    args.extend(ours.iter().map(String::as_str));
    let reported = repo.git.run(&args)?;
    if !reported.ok && DAMAGED.iter().any(|sign| reported.stderr.contains(sign)) {
        return Ok(Behind::Index("could not be read"));
    }
    let reported = reported.or_error()?;
    Ok(Behind::Rows(rows(repo, desk, &reported)?))
}

fn head(index: &Path) -> std::io::Result<[u8; 4]> {
    let mut file = File::open(index)?;
    let mut start = [0; 4];
    file.read_exact(&mut start)?;
    // Header and checksum are 32 bytes at least.
    if file.metadata()?.len() < 32 {
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    }
    Ok(start)
}

/// The rows of files that the index lacks although they are there, and of those of which it holds
/// another text although the file is as in the commit. What else differs is the person's.
fn rows(repo: &Repo, desk: &Folder, reported: &[u8]) -> Result<Vec<String>, StoreError> {
    let mut rows = Vec::new();
    let mut changed = Vec::new();
    let mut parts = reported.split(|&byte| byte == 0);
    while let (Some(about), Some(path)) = (parts.next(), parts.next()) {
        let (Ok(about), Ok(path)) = (std::str::from_utf8(about), std::str::from_utf8(path)) else {
            continue;
        };
        let about: Vec<&str> = about.trim_start_matches(':').split(' ').collect();
        let [mode, _, blob, _, status] = about[..] else {
            continue;
        };
        let Some(inside) = repo.in_desk(path).filter(|_| mode.starts_with("100")) else {
            continue;
        };
        let row = format!("{mode} {blob}\t{path}\0");
        match status {
            "D" if is_there(desk, inside)? => rows.push(row),
            "M" if is_there(desk, inside)? => changed.push((path, blob, row)),
            _ => {}
        }
    }
    if !changed.is_empty() {
        let paths: Vec<&str> = changed.iter().map(|(path, ..)| *path).collect();
        let args = ["hash-object", "--no-filters", "--stdin-paths"];
        let input = format!("{}\n", paths.join("\n"));
        let reported = repo.git.feed(&args, input.as_bytes())?.or_error()?;
        let reported = String::from_utf8_lossy(&reported);
        let same = changed.into_iter().zip(reported.lines());
        rows.extend(
            same.filter(|((_, blob, _), name)| blob == name)
                .map(|((.., row), _)| row),
        );
    }
    Ok(rows)
}

/// Whether a regular file of the desk stands there.
pub(in crate::store) fn is_there(desk: &Folder, path: &str) -> Result<bool, StoreError> {
    let Ok((parts, name)) = split(path) else {
        return Ok(false);
    };
    let Some(folder) = desk.walk(parts.into_iter())? else {
        return Ok(false);
    };
    Ok(folder.look(name)?.is_some_and(|stat| {
        rustix::fs::FileType::from_raw_mode(stat.st_mode) == rustix::fs::FileType::RegularFile
    }))
}

/// Makes an index from a commit, for the place of one that cannot be read. Only under its lock.
pub(in crate::store) fn rebuild(repo: &Repo, tip: &str) -> Result<(), StoreError> {
    let name = format!("index-{}", std::process::id());
    let new = repo.private().join("tmp").join(name);
    // What an earlier one left there is no index to begin from.
    let _ = fs::remove_file(&new);
    let args = ["read-tree", tip];
    let mut command = repo.git.command(Manner::Alone, &args);
    command.env("GIT_INDEX_FILE", &new);
    repo.git
        .feed_command(command, args.join(" "), b"")?
        .or_error()?;
    File::open(&new)
        .and_then(|file| file.sync_all())
        .map_err(StoreError::io("sync", &new))?;
    crate::store::git::index_lock::put_in_place(&new, &repo.index)
}
