//! A git child that is asked one thing after the other.

use std::ffi::OsStr;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::store::error::StoreError;
use crate::store::git::child::{Drain, Drained, Git, GitOutput, Manner, collect, words};

/// How long an answer may take. Git does not notice when writing one has failed, and waits for
/// the next question while the other side waits for the answer.
const ANSWER_WAIT: Duration = Duration::from_secs(30);

/// A running child that answers; it ends with this value, and must be one that only reads.
pub(in crate::store) struct Conversation {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<Answers>,
    stderr: Option<Drained>,
    shown: String,
}

/// A child's standard output; reading fails where nothing comes for `wait`.
struct Answers {
    pipe: Option<ChildStdout>,
    wait: Duration,
}

impl Read for Answers {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(pipe) = &mut self.pipe else {
            return Ok(0);
        };
        let wait = Timespec::try_from(self.wait).map_err(io::Error::other)?;
        let mut ready = [PollFd::new(&*pipe, PollFlags::IN)];
        if poll(&mut ready, Some(&wait))? == 0 {
            let seconds = self.wait.as_secs();
            let reported = format!("no answer in {seconds} seconds");
            return Err(io::Error::new(io::ErrorKind::TimedOut, reported));
        }
        pipe.read(buffer)
    }
}

impl Conversation {
    /// Starts git.
    pub(in crate::store) fn start<S: AsRef<OsStr>>(
        git: &Git,
        args: &[S],
    ) -> Result<Self, StoreError> {
        Self::start_with(git, args, ANSWER_WAIT)
    }

    fn start_with<S: AsRef<OsStr>>(
        git: &Git,
        args: &[S],
        wait: Duration,
    ) -> Result<Self, StoreError> {
        let mut command = git.command(Manner::Alone, args);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let err = Drain::ready()?;
        let mut child = git.spawn(&mut command)?;
        let pipe = child.stdout.take();
        Ok(Self {
            stdin: child.stdin.take(),
            stdout: BufReader::with_capacity(1 << 16, Answers { pipe, wait }),
            stderr: child.stderr.take().map(|pipe| err.begin(pipe)),
            child,
            shown: words(args),
        })
    }

    /// Asks with one line, and returns the first line of the answer.
    pub(in crate::store) fn ask(&mut self, line: &str) -> Result<String, StoreError> {
        let asked = match &mut self.stdin {
            Some(pipe) => pipe.write_all(format!("{line}\n").as_bytes()),
            None => Ok(()),
        };
        let mut answer = String::new();
        // A child that no longer listens has a reason.
        match asked.and_then(|()| self.stdout.read_line(&mut answer)) {
            Ok(1..) => Ok(answer.trim_end_matches('\n').to_owned()),
            Ok(0) => Err(self.failed()),
            Err(error) => Err(self.failed_with(&error)),
        }
    }

    /// What comes after the line of an answer.
    pub(in crate::store) fn said(&mut self) -> &mut impl Read {
        &mut self.stdout
    }

    /// The failure of a child that has ended before it should.
    pub(in crate::store) fn failed(&mut self) -> StoreError {
        self.failure(String::new())
    }

    /// As `failed`, with what reading or asking met where the child itself says nothing.
    pub(in crate::store) fn failed_with(&mut self, error: &io::Error) -> StoreError {
        let reported = match error.kind() {
            io::ErrorKind::TimedOut => error.to_string(),
            _ => String::new(),
        };
        self.failure(reported)
    }

    fn failure(&mut self, otherwise: String) -> StoreError {
        self.end();
        let reported = collect(self.stderr.take()).unwrap_or_default();
        let reported = String::from_utf8_lossy(&reported).trim().to_owned();
        let stderr = if reported.is_empty() {
            otherwise
        } else {
            reported
        };
        let done = GitOutput {
            ok: false,
            stdout: Vec::new(),
            stderr,
            command: self.shown.clone(),
        };
        done.error()
    }

    fn end(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Conversation {
    fn drop(&mut self) {
        self.end();
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn an_answer_that_never_comes_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("git");
        // The second question is answered by nothing, as by a git whose write has failed.
        let script = "#!/bin/sh\nread -r one; echo \"$one missing\"; read -r two; read -r three\n";
        let mut file = std::fs::File::create(&program).unwrap();
        file.write_all(script.as_bytes()).unwrap();
        drop(file);
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        let path = format!("{}:/usr/bin:/bin", folder.path().display());
        let git = Git::in_folder(folder.path(), &[("PATH", &path)]);
        let args = ["cat-file", "--batch"];
        let wait = Duration::from_secs(2);
        // Another test's child may hold the program open for a moment.
        let started = (0..50).find_map(|_| {
            std::thread::sleep(Duration::from_millis(10));
            Conversation::start_with(&git, &args, wait).ok()
        });
        let mut conversation = started.unwrap();
        assert_eq!(conversation.ask("a").unwrap(), "a missing");
        let error = conversation.ask("b").unwrap_err().to_string();
        assert!(error.contains("no answer in 2 seconds"), "{error}");
    }
}
