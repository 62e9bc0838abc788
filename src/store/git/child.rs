//! Git children: one place that starts them, the same hardened way every time.
//!
//! Nothing that a repository's configuration, attributes or hooks name may run, and nothing in the
//! environment may lead git to another repository, prompt, or translate what it says.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::store::error::StoreError;
use crate::store::fs::interrupt::Interrupt;

/// The variables of git's that a child may see: where the person's configuration and git's own
/// programs are, how far to look for a repository, and who works. All others bind it to another
/// repository, change what a command means, write down what it does, or name what it shall run.
const OWN: &[&str] = &[
    "GIT_CEILING_DIRECTORIES",
    "GIT_COMMITTER_EMAIL",
    "GIT_COMMITTER_NAME",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_NOSYSTEM",
    "GIT_CONFIG_SYSTEM",
    "GIT_DISCOVERY_ACROSS_FILESYSTEM",
    "GIT_EXEC_PATH",
];

const SETTINGS: &[&str] = &[
    "core.fsync=added",
    "core.fsmonitor=false",
    "core.quotePath=false",
    "protocol.ext.allow=never",
    "safe.bareRepository=explicit",
];

/// Tells a desk command that it runs in a hook of a desk command: the path of the lock held.
pub(in crate::store) const MARKER: &str = "PLAINDESK_HOLDS";

/// What else a child that talks to a remote may see: how the person reaches it.
const OF_REMOTES: &[&str] = &[
    "GIT_ASKPASS",
    "GIT_PROXY_SSL_CAINFO",
    "GIT_SSH",
    "GIT_SSH_COMMAND",
    "GIT_SSH_VARIANT",
    "GIT_SSL_CAINFO",
    "GIT_SSL_CAPATH",
    "GIT_SSL_CERT",
    "GIT_SSL_KEY",
    "GIT_SSL_NO_VERIFY",
];

/// How much of the person's surroundings a child may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// No hooks, no automatic maintenance, in a process group of its own.
    Alone,
    /// May ask for a passphrase, so it stays in the terminal's process group; no hooks.
    Terminal,
    /// As `Terminal`, with the repository's hooks.
    Hooks,
    /// As `Alone`, with the repository's own wishes for maintenance.
    Upkeep,
    /// Talks to a remote, in a process group of its own.
    Remote {
        /// Whether it may ask at the terminal.
        asking: bool,
        /// Whether the repository's hooks run.
        hooks: bool,
    },
}

impl Manner {
    /// Whether it talks to a remote.
    fn is_remote(self) -> bool {
        matches!(self, Self::Remote { .. })
    }
}

/// A way to run git in one repository.
#[derive(Clone, Debug)]
pub struct Git {
    folder: PathBuf,
    repository: Option<PathBuf>,
    extra: Arc<[(String, String)]>,
}

/// What a finished child said.
#[derive(Debug)]
pub struct GitOutput {
    /// Whether it exited with 0.
    pub ok: bool,
    /// Its standard output.
    pub stdout: Vec<u8>,
    /// Its standard error, trimmed.
    pub stderr: String,
    pub(in crate::store::git) command: String,
}

impl GitOutput {
    /// The output of a success; a failure as an error with command and standard error.
    pub fn or_error(self) -> Result<Vec<u8>, StoreError> {
        if self.ok {
            Ok(self.stdout)
        } else {
            Err(self.error())
        }
    }

    /// The failure as an error.
    pub(in crate::store) fn error(self) -> StoreError {
        let stderr = if self.stderr.is_empty() {
            "it gave no reason".to_owned()
        } else {
            self.stderr
        };
        StoreError::Git {
            command: self.command,
            stderr,
        }
    }

    /// Whether it failed on a lock file of git's.
    pub(in crate::store) fn met_a_lock(&self) -> bool {
        !self.ok && is_lock_trouble(&self.stderr)
    }
}

fn is_lock_trouble(stderr: &str) -> bool {
    [
        ".lock'",
        ".lock:",
        "cannot lock ",
        "unable to lock",
        "could not lock",
        "data is locked",
    ]
    .iter()
    .any(|sign| stderr.contains(sign))
}

/// How much memory glibc keeps that was given back, and takes at once; others do not know of it.
const KEPT_MEMORY: [(&str, &str); 2] = [
    ("MALLOC_TRIM_THRESHOLD_", "67108864"),
    ("MALLOC_TOP_PAD_", "1048576"),
];

impl Git {
    /// Git started in `folder`, which finds the repository itself. `extra` is added to the
    /// environment of every child.
    pub fn in_folder(folder: &Path, extra: &[(&str, &str)]) -> Self {
        Self {
            folder: folder.to_owned(),
            repository: None,
            extra: extra
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
        }
    }

    /// Git for a repository that was found: its children do not search for it again.
    #[must_use]
    pub(in crate::store) fn pinned(&self, top: &Path, git_dir: &Path) -> Self {
        Self {
            folder: top.to_owned(),
            repository: Some(git_dir.to_owned()),
            extra: Arc::clone(&self.extra),
        }
    }

    /// What is added to the environment of every child.
    pub(in crate::store) fn extra(&self) -> Vec<(&str, &str)> {
        self.extra
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect()
    }

    /// A command to be started by the caller, with standard input and both outputs closed.
    pub fn command<S: AsRef<OsStr>>(&self, manner: Manner, args: &[S]) -> Command {
        #[expect(clippy::disallowed_methods, reason = "the one place that starts git")]
        let mut command = Command::new("git");
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            let kept = OWN.contains(&text.as_ref())
                || manner.is_remote() && OF_REMOTES.contains(&text.as_ref());
            if text.starts_with("GIT_") && !kept {
                command.env_remove(&name);
            }
        }
        command
            .envs(self.extra.iter().map(|(name, value)| (name, value)))
            .env("LC_ALL", "C")
            .env(
                "GIT_TERMINAL_PROMPT",
                if matches!(manner, Manner::Remote { asking: true, .. }) {
                    "1"
                } else {
                    "0"
                },
            )
            .env("GIT_LITERAL_PATHSPECS", "1")
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command.arg("--no-pager");
        for setting in SETTINGS {
            command.arg("-c").arg(setting);
        }
        if !matches!(manner, Manner::Hooks | Manner::Remote { hooks: true, .. }) {
            command.args(["-c", "core.hooksPath=/dev/null"]);
        }
        if manner != Manner::Hooks && !manner.is_remote() {
            // An object that a partial clone lacks would be fetched by what its settings name.
            command.env("GIT_NO_LAZY_FETCH", "1");
            // Older versions do not know that variable, but fetch by no protocol that this lacks.
            command.env("GIT_ALLOW_PROTOCOL", "none");
        }
        if manner != Manner::Upkeep {
            command.args(["-c", "gc.auto=0", "-c", "maintenance.auto=false"]);
        }
        if matches!(
            manner,
            Manner::Alone | Manner::Upkeep | Manner::Remote { asking: false, .. }
        ) {
            // Ctrl-C is for desk, which stops between its steps; git must not die within one.
            command.process_group(0);
        }
        let is_apart = matches!(manner, Manner::Alone | Manner::Upkeep) || manner.is_remote();
        if is_apart && let Some(git_dir) = &self.repository {
            command
                .arg("--git-dir")
                .arg(git_dir)
                .arg("--work-tree")
                .arg(&self.folder);
        }
        command.args(args);
        command
    }

    /// Runs git to its end with nothing on standard input.
    pub fn run<S: AsRef<OsStr>>(&self, args: &[S]) -> Result<GitOutput, StoreError> {
        self.start(self.command(Manner::Alone, args), words(args))?
            .finish()
    }

    /// As [`Self::run`], with git's output in a file in memory. To a pipe git ignores that writing
    /// failed: where what is missing would be taken for what is not there, this is the way.
    pub(in crate::store) fn run_whole<S: AsRef<OsStr>>(
        &self,
        args: &[S],
    ) -> Result<GitOutput, StoreError> {
        let failed = |source: io::Error| StoreError::NoGit { source };
        let mut file = memory().map_err(failed)?;
        let mut command = self.command(Manner::Alone, args);
        let of_git = file.try_clone().map_err(failed)?;
        command
            .stdin(Stdio::null())
            .stdout(of_git)
            .stderr(Stdio::piped());
        let err = Drain::ready()?;
        let mut child = self.spawn(&mut command)?;
        let stderr = child.stderr.take().map(|pipe| err.begin(pipe));
        let stream = Stream {
            child,
            stdin: None,
            stdout: None,
            stderr,
            shown: words(args),
        };
        let mut reported = stream.finish()?;
        file.seek(SeekFrom::Start(0)).map_err(failed)?;
        file.read_to_end(&mut reported.stdout).map_err(failed)?;
        Ok(reported)
    }

    /// Runs git to its end with `input` on standard input.
    pub fn feed<S: AsRef<OsStr>>(&self, args: &[S], input: &[u8]) -> Result<GitOutput, StoreError> {
        self.feed_command(self.command(Manner::Alone, args), words(args), input)
    }

    /// Runs a prepared command with `input` on its standard input.
    pub(in crate::store) fn feed_command(
        &self,
        command: Command,
        shown: String,
        input: &[u8],
    ) -> Result<GitOutput, StoreError> {
        let mut stream = self.start(command, shown)?;
        stream.write(input);
        stream.finish()
    }

    /// Starts git for a stream of input.
    pub(in crate::store) fn stream<S: AsRef<OsStr>>(
        &self,
        args: &[S],
    ) -> Result<Stream, StoreError> {
        let mut command = self.command(Manner::Alone, args);
        // For each object git takes and gives back memory for zlib; the C library would return it to the
        // system and ask for it anew each time, which is half the time of an import.
        command.envs(KEPT_MEMORY);
        self.start(command, words(args))
    }

    /// Runs a prepared command that talks to a remote, which may never answer: `None` where nothing
    /// came from it for as long as `patience`, or the person asked for the end. Then it is ended with
    /// all that it has started.
    pub(in crate::store) fn converse(
        &self,
        command: Command,
        shown: String,
        input: &[u8],
        patience: Duration,
        interrupt: &Interrupt,
    ) -> Result<Option<GitOutput>, StoreError> {
        const SHORTEST: Duration = Duration::from_micros(200);
        const LONGEST: Duration = Duration::from_millis(20);
        let heard = Arc::new(AtomicU64::new(0));
        let mut stream = self.start_heard(command, shown, Some(&heard))?;
        stream.write(input);
        stream.stdin = None;
        let (mut last, mut since) = (0, Instant::now());
        let begun = since;
        loop {
            let ended = stream.child.try_wait();
            if ended
                .map_err(|source| StoreError::NoGit { source })?
                .is_some()
            {
                return stream.finish().map(Some);
            }
            let now = heard.load(Ordering::Relaxed);
            if now != last {
                (last, since) = (now, Instant::now());
            }
            if since.elapsed() >= patience || interrupt.raised().is_some() {
                stream.end_all();
                return match interrupt.raised() {
                    Some(_) => Err(StoreError::Interrupted),
                    None => Ok(None),
                };
            }
            // A hundredth of what it has taken so far.
            std::thread::sleep((begun.elapsed() / 100).clamp(SHORTEST, LONGEST));
        }
    }

    fn start(&self, command: Command, shown: String) -> Result<Stream, StoreError> {
        self.start_heard(command, shown, None)
    }

    fn start_heard(
        &self,
        mut command: Command,
        shown: String,
        heard: Option<&Arc<AtomicU64>>,
    ) -> Result<Stream, StoreError> {
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        // Before git starts: it could not be ended at any moment without harm.
        let heard = || heard.map(Arc::clone).unwrap_or_default();
        let (out, err) = (Drain::counting(heard())?, Drain::counting(heard())?);
        let mut child = self.spawn(&mut command)?;
        let stdin = child
            .stdin
            .take()
            .map(|pipe| BufWriter::with_capacity(1 << 16, pipe));
        let stdout = child.stdout.take().map(|pipe| out.begin(pipe));
        let stderr = child.stderr.take().map(|pipe| err.begin(pipe));
        Ok(Stream {
            child,
            stdin,
            stdout,
            stderr,
            shown,
        })
    }

    pub(in crate::store::git) fn spawn(&self, command: &mut Command) -> Result<Child, StoreError> {
        command.spawn().map_err(|source| {
            // A missing folder and a missing program are one error code of the system's.
            if self.folder.is_dir() {
                StoreError::NoGit { source }
            } else {
                StoreError::Io {
                    doing: "enter",
                    path: self.folder.clone(),
                    source,
                }
            }
        })
    }
}

/// A file in memory, where the system has such.
fn memory() -> io::Result<File> {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    {
        use rustix::fs::{MemfdFlags, memfd_create};
        Ok(File::from(memfd_create("git", MemfdFlags::CLOEXEC)?))
    }
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    tempfile::tempfile()
}

/// The arguments for an error message.
pub(in crate::store::git) fn words<S: AsRef<OsStr>>(args: &[S]) -> String {
    let shown: Vec<_> = args
        .iter()
        .map(|arg| arg.as_ref().to_string_lossy())
        .collect();
    shown.join(" ")
}

pub(in crate::store::git) type Drained = JoinHandle<io::Result<Vec<u8>>>;

/// Reads a pipe to its end beside the writer, so that neither side waits for the other.
pub(in crate::store::git) struct Drain<P> {
    pipe: SyncSender<P>,
    drained: Drained,
}

impl<P: Read + Send + 'static> Drain<P> {
    /// A thread that waits for its pipe; it ends where it is given none.
    pub(in crate::store::git) fn ready() -> Result<Self, StoreError> {
        Self::counting(Arc::default())
    }

    /// As `ready`; `heard` counts the bytes that have come.
    fn counting(heard: Arc<AtomicU64>) -> Result<Self, StoreError> {
        let (pipe, given) = sync_channel::<P>(1);
        let drained = std::thread::Builder::new().spawn(move || {
            let mut bytes = Vec::new();
            let Ok(mut pipe) = given.recv() else {
                return Ok(bytes);
            };
            let mut part = [0; 1 << 13];
            loop {
                match pipe.read(&mut part) {
                    Ok(0) => return Ok(bytes),
                    Ok(count) => {
                        bytes.extend_from_slice(&part[..count]);
                        heard.fetch_add(count as u64, Ordering::Relaxed);
                    }
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => return Err(error),
                }
            }
        });
        let drained = drained.map_err(|source| StoreError::NoThread { source })?;
        Ok(Self { pipe, drained })
    }

    pub(in crate::store::git) fn begin(self, pipe: P) -> Drained {
        // The thread waits for it; where it has died, its end is told when it is joined.
        let _ = self.pipe.send(pipe);
        self.drained
    }
}

/// A running child that is being fed.
#[derive(Debug)]
pub(in crate::store) struct Stream {
    child: Child,
    stdin: Option<BufWriter<ChildStdin>>,
    stdout: Option<Drained>,
    stderr: Option<Drained>,
    shown: String,
}

impl Stream {
    /// Sends bytes. A child that no longer listens has a reason, which `finish` tells.
    pub(in crate::store) fn write(&mut self, bytes: &[u8]) {
        if let Some(pipe) = &mut self.stdin
            && pipe.write_all(bytes).is_err()
        {
            self.stdin = None;
        }
    }

    /// The child's process id.
    pub(in crate::store) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Closes the input and waits for the end.
    pub(in crate::store) fn finish(mut self) -> Result<GitOutput, StoreError> {
        if let Some(mut pipe) = self.stdin.take() {
            // As for `write`: the exit status tells.
            let _ = pipe.flush();
        }
        let failed = |source| StoreError::NoGit { source };
        let stdout = collect(self.stdout.take()).map_err(failed)?;
        let stderr = collect(self.stderr.take()).map_err(failed)?;
        let status = self.child.wait().map_err(failed)?;
        let mut stderr = String::from_utf8_lossy(&stderr).trim().to_owned();
        if let Some(signal) = status.signal().filter(|_| stderr.is_empty()) {
            stderr = format!("signal {signal} ended it");
        }
        Ok(GitOutput {
            ok: status.success(),
            stdout,
            stderr,
            command: self.shown,
        })
    }

    /// Ends the child and what it has started, and leaves its pipes to themselves.
    fn end_all(mut self) {
        let group = i32::try_from(self.child.id())
            .ok()
            .and_then(rustix::process::Pid::from_raw);
        if let Some(process) = group {
            use rustix::process::{Signal, kill_process, kill_process_group};
            // It leads no group where it may ask at the terminal.
            let told = kill_process_group(process, Signal::TERM);
            let _ = told.or_else(|_| kill_process(process, Signal::TERM));
        }
        // Git takes its locks back before it ends.
        for _ in 0..100 {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Ends the child without regard to what it was doing.
    pub(in crate::store) fn abandon(mut self) {
        self.stdin = None;
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(in crate::store::git) fn collect(pipe: Option<Drained>) -> io::Result<Vec<u8>> {
    match pipe.map(JoinHandle::join) {
        Some(Ok(read)) => read,
        Some(Err(_)) => Err(io::Error::other("the reader of git's answer stopped")),
        None => Ok(Vec::new()),
    }
}

/// The line of a git child's standard error that tells the cause: that about a lock, else the last.
pub(in crate::store::git) fn last_line(text: &str) -> String {
    let line = text
        .lines()
        .find(|line| line.contains("lock"))
        .or_else(|| text.lines().last());
    line.unwrap_or_default()
        .trim_start_matches("fatal: ")
        .trim_start_matches("error: ")
        .to_owned()
}
