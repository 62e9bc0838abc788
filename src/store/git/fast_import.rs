//! Objects and commits by `git fast-import`, durable before anything names them.

use std::fmt::Write as _;
use std::io::Read;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use crate::store::error::StoreError;
use crate::store::fs::folder::Folder;
use crate::store::git::child::Stream;
use crate::store::git::child::last_line;
use crate::store::git::commit_words::CommitMessage;
use crate::store::git::commit_words::{ident, message};
use crate::store::git::repo::Repo;
use crate::store::git::signature::Signature;
use crate::store::git::temp_objects;

/// Under which name an import stream makes a commit for which there is to be no name.
pub(in crate::store::git) const NOWHERE: &str = "refs/plaindesk/none";

/// The names that git gave.
#[derive(Debug)]
pub(in crate::store) struct MadeCommit {
    pub(in crate::store) commit: String,
    pub(in crate::store) blobs: Vec<String>,
}

/// One row of a commit in an import stream.
pub(in crate::store) struct File<'a> {
    pub(in crate::store) path: &'a str,
    pub(in crate::store) executable: bool,
    /// A mark of this stream, or an object's name.
    pub(in crate::store) blob: String,
}

/// One row of a merge in an import stream.
pub(in crate::store) struct TreeRow<'a> {
    pub(in crate::store) path: &'a str,
    pub(in crate::store) mode: &'a str,
    /// A mark of this stream, or an object's name.
    pub(in crate::store) blob: String,
}

/// What an import came to.
pub(in crate::store) enum ImportResult {
    Made(MadeCommit),
    /// The branch is no longer where it was.
    Moved,
    /// A lock of git's stood in the way; which.
    Locked(String),
}

/// A `git fast-import` with its stream: blobs first, then one commit.
///
/// Every text goes in with its length before it, so nothing in it can be taken for a command.
pub(in crate::store) struct Importer {
    repo: Repo,
    began: SystemTime,
    stream: Stream,
    head: String,
    crash: PathBuf,
    pub(in crate::store::git) blobs: usize,
}

impl Importer {
    pub(in crate::store) fn start(
        repo: &Repo,
        words: &CommitMessage<'_>,
    ) -> Result<Self, StoreError> {
        Self::start_as(repo, words, &repo.committer())
    }

    /// As `start`, with a committer that is not the person.
    pub(in crate::store::git) fn start_as(
        repo: &Repo,
        words: &CommitMessage<'_>,
        committer: &Signature,
    ) -> Result<Self, StoreError> {
        // The file system's clock lags behind by a tick.
        let began = SystemTime::now() - Duration::from_secs(1);
        let stream = repo
            .git
            .stream(&["fast-import", "--quiet", "--done", "--date-format=raw"])?;
        let crash = repo
            .git_dir
            .join(format!("fast_import_crash_{}", stream.id()));
        let seconds = words.at.millis().div_euclid(1000).max(0);
        let message = message(words.message);
        let head = format!(
            "author {} {seconds} +0000\ncommitter {} {seconds} +0000\ndata {}\n{message}\n",
            ident(words.author),
            ident(committer),
            message.len(),
        );
        Ok(Self {
            repo: repo.clone(),
            began,
            stream,
            head,
            crash,
            blobs: 0,
        })
    }

    /// Sends a file's bytes; the n-th gets the mark n, counted from 1.
    pub(in crate::store) fn blob(&mut self, bytes: &[u8]) {
        self.begin_blob(bytes.len() as u64);
        self.stream.write(bytes);
        self.end_blob();
    }

    /// Begins a file of so many bytes, which must follow by [`Importer::part`].
    pub(in crate::store) fn begin_blob(&mut self, size: u64) {
        self.blobs += 1;
        self.stream
            .write(format!("blob\nmark :{}\ndata {size}\n", self.blobs).as_bytes());
    }

    /// Sends some of a file's bytes.
    pub(in crate::store) fn part(&mut self, bytes: &[u8]) {
        self.stream.write(bytes);
    }

    /// Ends a file.
    pub(in crate::store) fn end_blob(&mut self) {
        self.stream.write(b"\n");
    }

    /// Sends the first `size` bytes that `from` gives as one file.
    pub(in crate::store::git) fn blob_of(
        &mut self,
        from: &mut dyn Read,
        size: u64,
    ) -> std::io::Result<()> {
        self.begin_blob(size);
        let mut sent = 0;
        let mut buffer = vec![0; 1 << 16];
        while sent < size {
            let most =
                usize::try_from(size - sent).map_or(buffer.len(), |left| left.min(buffer.len()));
            match from.read(&mut buffer[..most]) {
                Ok(0) => return Err(std::io::ErrorKind::UnexpectedEof.into()),
                Ok(count) => {
                    self.part(&buffer[..count]);
                    sent += count as u64;
                }
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.end_blob();
        Ok(())
    }

    /// Sends the commit, on top of `tip` or as one without a parent.
    pub(in crate::store) fn commit<'a>(
        &mut self,
        reference: &str,
        tip: Option<&str>,
        files: impl Iterator<Item = File<'a>>,
    ) {
        let mark = self.blobs + 1;
        self.stream
            .write(format!("commit {reference}\nmark :{mark}\n{}", self.head).as_bytes());
        if let Some(tip) = tip {
            self.stream.write(format!("from {tip}\n").as_bytes());
        }
        for File {
            path,
            executable,
            blob,
        } in files
        {
            let mode = if executable { "100755" } else { "100644" };
            self.stream
                .write(format!("M {mode} {blob} {}\n", quoted(path)).as_bytes());
        }
        self.stream
            .write(format!("\nget-mark :{mark}\n").as_bytes());
    }

    /// Sends a commit on top of the first of its parents: what goes and what stands then.
    pub(in crate::store::git) fn on<'a>(
        &mut self,
        reference: &str,
        parents: &[&str],
        gone: impl Iterator<Item = &'a str>,
        rows: &[TreeRow<'_>],
    ) {
        let mark = self.blobs + 1;
        let head = &self.head;
        let mut text = format!("commit {reference}\nmark :{mark}\n{head}");
        for (at, parent) in parents.iter().enumerate() {
            let word = if at == 0 { "from" } else { "merge" };
            let _ = writeln!(text, "{word} {parent}");
        }
        for path in gone {
            let _ = writeln!(text, "D {}", quoted(path));
        }
        for TreeRow { path, mode, blob } in rows {
            let _ = writeln!(text, "M {mode} {blob} {}", quoted(path));
        }
        let _ = write!(text, "\nget-mark :{mark}\n");
        self.stream.write(text.as_bytes());
    }

    /// Lets a commit of this stream have no name.
    pub(in crate::store::git) fn forget(&mut self, reference: &str) {
        self.stream
            .write(format!("reset {reference}\n\n").as_bytes());
    }

    /// Ends the stream and reads the names that git gave, those of `blobs` marks among them.
    pub(in crate::store) fn finish(mut self, blobs: usize) -> Result<ImportResult, StoreError> {
        for mark in 1..=blobs.min(self.blobs) {
            self.stream.write(format!("get-mark :{mark}\n").as_bytes());
        }
        self.stream.write(b"done\n");
        let reported = self.stream.finish()?;
        if !reported.ok {
            // The report repeats what standard error says.
            let _ = std::fs::remove_file(&self.crash);
            temp_objects::remove(&self.repo, self.began);
        }
        let text = String::from_utf8_lossy(&reported.stdout);
        let mut names = text.lines().map(str::to_owned);
        let commit = names.next().unwrap_or_default();
        let blobs = names.collect();
        if reported.ok {
            Ok(ImportResult::Made(MadeCommit { commit, blobs }))
        } else if reported.stderr.contains("does not contain") {
            Ok(ImportResult::Moved)
        } else if reported.met_a_lock() {
            Ok(ImportResult::Locked(last_line(&reported.stderr)))
        } else {
            Err(StoreError::NotCommitted {
                reason: reported.error().to_string(),
            })
        }
    }

    /// Ends the stream so that nothing of it counts.
    pub(in crate::store) fn abandon(self) {
        self.stream.abandon();
        let _ = std::fs::remove_file(&self.crash);
        temp_objects::remove(&self.repo, self.began);
    }
}

/// A path in the quoted form of import streams.
fn quoted(path: &str) -> String {
    let mut quoted = String::with_capacity(path.len() + 2);
    quoted.push('"');
    for c in path.chars() {
        match c {
            '"' | '\\' => {
                quoted.push('\\');
                quoted.push(c);
            }
            c if c.is_ascii_control() => {
                let _ = write!(quoted, "\\{:03o}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// Makes the objects that were written since `began` durable under their names: git syncs their
/// files, but not the folders that name them.
pub(in crate::store) fn sync_objects(repo: &Repo, began: SystemTime) -> Result<(), StoreError> {
    // The clock of a file system lags behind by a tick.
    const TICK: Duration = Duration::from_millis(100);
    let folder = repo.common.join("objects");
    let since = began.checked_sub(TICK).unwrap_or(began);
    let failed = |error: StoreError| error.unconfirmed(&folder);
    let entries = std::fs::read_dir(&folder).map_err(|source| StoreError::Unconfirmed {
        path: folder.clone(),
        source,
    })?;
    for entry in entries.flatten() {
        let name = entry.file_name();
        let wanted = name == "pack" || name.len() == 2;
        let recent = |meta: std::fs::Metadata| {
            meta.is_dir() && meta.modified().map_or(true, |changed| changed >= since)
        };
        if wanted && entry.metadata().is_ok_and(recent) {
            let synced = Folder::open(&entry.path()).and_then(|folder| folder.sync());
            synced.map_err(failed)?;
        }
    }
    Folder::open(&folder)
        .and_then(|folder| folder.sync())
        .map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_quoted_as_the_stream_wants_them() {
        assert_eq!(quoted("a\"b\\c/ż \t"), "\"a\\\"b\\\\c/ż \\011\"");
    }
}
