//! The note of which index was last seen in step with which commit.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::store::fs::contents::hex;
use crate::store::git::repo::Repo;

/// Where it is noted which index was last seen in step with which commit.
fn note(repo: &Repo) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    let name = hex(&Sha256::digest(repo.git_dir.as_os_str().as_bytes())[..8]);
    repo.private().join(format!("index-{name}"))
}

/// The commit and what tells this index from every other; `None` where nothing does.
fn state(index: &Path, commit: &str) -> Option<String> {
    let mut file = File::open(index).ok()?;
    let meta = file.metadata().ok()?;
    // The index ends in its checksum, which `index.skipHash` leaves zero.
    file.seek(SeekFrom::End(-20)).ok()?;
    let mut sum = [0; 20];
    file.read_exact(&mut sum).ok()?;
    let time = (meta.mtime(), meta.mtime_nsec());
    let size = meta.size();
    Some(format!(
        "{commit} {size} {}.{} {}\n",
        time.0,
        time.1,
        hex(&sum)
    ))
}

/// Notes that the index is in step with the branch at this commit. Losing the note costs a look.
pub(in crate::store) fn remember(repo: &Repo, commit: &str) {
    if let Some(state) = state(&repo.index, commit) {
        #[expect(
            clippy::disallowed_methods,
            reason = "a note that may be lost or torn: then the index is looked at"
        )]
        let written = fs::write(note(repo), state);
        // The others of a shared clone write it too.
        if written.is_ok()
            && let Ok(file) = File::open(note(repo))
        {
            repo.share(&file);
        }
    }
}

/// The commit with which the index was last seen in step, if that was noted.
pub(in crate::store) fn last_seen(repo: &Repo) -> Option<String> {
    let noted = fs::read_to_string(note(repo)).ok()?;
    let commit = noted.split(' ').next()?;
    let sound = commit.len() >= 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
    sound.then(|| commit.to_owned())
}

/// Whether the index is the one that was last seen in step, to its size, time and checksum.
pub(in crate::store) fn is_last_seen(repo: &Repo) -> bool {
    last_seen(repo).is_some_and(|commit| is_in_step(repo, &commit))
}

/// Whether the index is the one last seen in step with this commit.
pub(in crate::store::git) fn is_in_step(repo: &Repo, commit: &str) -> bool {
    let noted = fs::read(note(repo));
    let state = state(&repo.index, commit);
    state.is_some_and(|state| noted.is_ok_and(|noted| noted == state.as_bytes()))
}
