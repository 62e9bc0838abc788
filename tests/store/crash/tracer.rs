//! Runs a command under trace and meddles with it at its K-th call that changes anything,
//! counted over the whole tree of its processes.
//!
//! Everything about one trace happens on one thread, which has no other children: a tracer is a
//! thread, and waits for its own processes only.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use nix::errno::Errno;
use nix::libc;
use nix::sys::ptrace::{self, Options};
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;

/// What to do at the point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    /// Every process dies before the call is made.
    Kill,
    /// Every process gets SIGTERM, as when a service is stopped.
    Terminate,
    /// The command itself gets SIGINT, as from a terminal: git children have their own group.
    Interrupt,
    /// The call fails so.
    Fail(Errno),
    /// From this call on the disk is full: nothing is written and nothing made any more.
    Full,
    /// Somebody else writes a text to a file before the call is made.
    Meanwhile(&'static (PathBuf, &'static str)),
}

/// How it went.
#[derive(Debug)]
pub(crate) struct Traced {
    /// The exit status, unless a signal ended it.
    pub(crate) code: Option<i32>,
    /// The points that were passed.
    pub(crate) points: usize,
    /// All of them, where nothing was meddled with.
    pub(crate) passed: Vec<Point>,
    /// What the point was, if it was reached and could be meddled with.
    pub(crate) hit: Option<Point>,
    /// What its processes waited in, where they did nothing until it was ended.
    pub(crate) stuck: Option<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct Point {
    pub(crate) call: &'static str,
    pub(crate) process: String,
    /// Which file, by its path or by the path of what is open.
    pub(crate) file: String,
    /// That file's whole path.
    pub(crate) place: PathBuf,
    /// Of a rename, what gets that name.
    pub(crate) from: PathBuf,
    /// Whether it fails in that way on a disk that fails.
    pub(crate) fails: bool,
    /// Whether it needs room on the disk.
    pub(crate) grows: bool,
}

impl Point {
    /// Whether it is a line for whoever started the command.
    pub(crate) fn is_said(&self) -> bool {
        self.file.ends_with("/stdout") || self.file.ends_with("/stderr")
    }
}

impl std::fmt::Display for Point {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let file = self.file.rsplit_once("/desk-test-");
        // Without the folder of this run.
        let file = file.and_then(|(_, rest)| rest.split_once('/'));
        let file = file.map_or(self.file.as_str(), |(_, file)| file);
        write!(f, "{} {} {file}", self.process, self.call)
    }
}

/// Where a call names its file: the number of the argument.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// An open file.
    File(usize),
    /// A path.
    Path(usize),
    /// A path; it changes something only with some flags, which are the next argument.
    Open(usize),
    /// Cannot fail like a disk.
    Process,
}

/// The calls that change anything, and whether they need room on the disk.
const CALLS: &[(libc::c_long, &str, Kind, bool)] = &[
    (libc::SYS_write, "write", Kind::File(0), true),
    (libc::SYS_pwrite64, "pwrite64", Kind::File(0), true),
    (libc::SYS_writev, "writev", Kind::File(0), true),
    (libc::SYS_ftruncate, "ftruncate", Kind::File(0), false),
    (libc::SYS_fallocate, "fallocate", Kind::File(0), true),
    (libc::SYS_fsync, "fsync", Kind::File(0), false),
    (libc::SYS_fdatasync, "fdatasync", Kind::File(0), false),
    (libc::SYS_syncfs, "syncfs", Kind::File(0), false),
    (libc::SYS_fchmod, "fchmod", Kind::File(0), false),
    (libc::SYS_flock, "flock", Kind::File(0), false),
    (
        libc::SYS_copy_file_range,
        "copy_file_range",
        Kind::File(2),
        true,
    ),
    (libc::SYS_utimensat, "utimensat", Kind::Path(1), false),
    (libc::SYS_chmod, "chmod", Kind::Path(0), false),
    (libc::SYS_fchmodat, "fchmodat", Kind::Path(1), false),
    (libc::SYS_truncate, "truncate", Kind::Path(0), false),
    (libc::SYS_rename, "rename", Kind::Path(1), false),
    (libc::SYS_renameat, "renameat", Kind::Path(3), false),
    (libc::SYS_renameat2, "renameat2", Kind::Path(3), false),
    (libc::SYS_link, "link", Kind::Path(1), true),
    (libc::SYS_linkat, "linkat", Kind::Path(3), true),
    (libc::SYS_symlink, "symlink", Kind::Path(1), true),
    (libc::SYS_symlinkat, "symlinkat", Kind::Path(2), true),
    (libc::SYS_unlink, "unlink", Kind::Path(0), false),
    (libc::SYS_unlinkat, "unlinkat", Kind::Path(1), false),
    (libc::SYS_mkdir, "mkdir", Kind::Path(0), true),
    (libc::SYS_mkdirat, "mkdirat", Kind::Path(1), true),
    (libc::SYS_rmdir, "rmdir", Kind::Path(0), false),
    (libc::SYS_open, "open", Kind::Open(0), true),
    (libc::SYS_openat, "openat", Kind::Open(1), true),
    (libc::SYS_execve, "execve", Kind::Process, false),
    (libc::SYS_exit_group, "exit_group", Kind::Process, false),
];

/// The call that a process is about to make, if it changes anything.
fn changing(pid: Pid, regs: &libc::user_regs_struct) -> Option<Point> {
    let (_, call, kind, grows) = CALLS
        .iter()
        .find(|(number, ..)| u64::try_from(*number).is_ok_and(|number| number == regs.orig_rax))?;
    let arguments = [regs.rdi, regs.rsi, regs.rdx, regs.r10];
    let file = match kind {
        Kind::File(at) => std::fs::read_link(format!("/proc/{pid}/fd/{}", arguments[*at]))
            .map(|path| path.to_string_lossy().into_owned())
            .unwrap_or_default(),
        Kind::Open(at) => {
            let changing = u64::try_from(libc::O_CREAT | libc::O_TRUNC).unwrap_or_default();
            if arguments[at + 1] & changing == 0 {
                return None;
            }
            string(pid, arguments[*at])
        }
        Kind::Path(at) => string(pid, arguments[*at]),
        Kind::Process => String::new(),
    };
    // What is shown to a person changes nothing.
    if file.starts_with("/dev/pts/") {
        return None;
    }
    let process = std::fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
    let process = process.trim().to_owned();
    // What is no file on a disk does not fill it.
    let elsewhere = [
        "pipe:",
        "socket:",
        "anon_inode:",
        "/dev/pts",
        "/dev/null",
        "/dev/tty",
    ]
    .iter()
    .any(|start| file.starts_with(start));
    let place = match kind {
        Kind::File(_) | Kind::Process => PathBuf::from(&file),
        Kind::Path(at) | Kind::Open(at) => folder_of(pid, call, arguments, *at).join(&file),
    };
    let from = match (call.starts_with("rename"), kind) {
        (true, Kind::Path(at)) => {
            let old = usize::from(*at > 1);
            folder_of(pid, call, arguments, old).join(string(pid, arguments[old]))
        }
        _ => PathBuf::new(),
    };
    let point = Point {
        call,
        process,
        file,
        place,
        from,
        fails: *kind != Kind::Process,
        grows: false,
    };
    // Opening what is there already takes no room.
    let there = matches!(kind, Kind::Open(_)) && point.place.symlink_metadata().is_ok();
    let grows = *grows && !elsewhere && !there && !point.is_said();
    Some(Point { grows, ..point })
}

/// The folder from which a call goes to the path in the argument of this number.
fn folder_of(pid: Pid, call: &str, arguments: [u64; 4], at: usize) -> PathBuf {
    let handle = at.checked_sub(1).filter(|_| call.contains("at"));
    let handle = handle.and_then(|before| i32::try_from(arguments[before].cast_signed()).ok());
    let folder = match handle.filter(|fd| *fd >= 0) {
        Some(fd) => format!("/proc/{pid}/fd/{fd}"),
        None => format!("/proc/{pid}/cwd"),
    };
    std::fs::read_link(folder).unwrap_or_default()
}

/// A string in the memory of a process.
fn string(pid: Pid, at: u64) -> String {
    use std::os::unix::fs::FileExt as _;
    let Ok(memory) = std::fs::File::open(format!("/proc/{pid}/mem")) else {
        return String::new();
    };
    let mut bytes = Vec::new();
    let mut piece = [0; 64];
    // A piece may end where the memory does, so that only a part of it can be read.
    while bytes.len() < 4096 {
        match memory.read_at(&mut piece, at + bytes.len() as u64) {
            Ok(count) if count > 0 => bytes.extend_from_slice(&piece[..count]),
            _ => break,
        }
        if let Some(end) = bytes.iter().position(|byte| *byte == 0) {
            bytes.truncate(end);
            break;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Runs `command` to its end and does `act` at its `at`-th point, counted from 1; 0 for never.
///
/// It talks to the terminal of that name, or to files beside its folder.
pub(crate) fn run(command: &Command, terminal: Option<&str>, at: usize, act: Act) -> Traced {
    #[expect(clippy::zombie_processes, reason = "the trace waits for it")]
    let mut child = waiting(command, terminal).spawn().unwrap();
    let root = Pid::from_raw(i32::try_from(child.id()).unwrap());
    let options = Options::PTRACE_O_TRACESYSGOOD
        | Options::PTRACE_O_EXITKILL
        | Options::PTRACE_O_TRACEFORK
        | Options::PTRACE_O_TRACEVFORK
        | Options::PTRACE_O_TRACECLONE
        | Options::PTRACE_O_TRACEEXEC;
    ptrace::seize(root, options)
        .expect("tracing must be allowed here: the sweep cannot do without");
    ptrace::interrupt(root).unwrap();
    let mut go = child.stdin.take().unwrap();
    go.write_all(b"go\n").unwrap();
    drop(go);

    let mut traced = Traced {
        code: None,
        points: 0,
        passed: Vec::new(),
        hit: None,
        stuck: None,
    };
    let watch = Watch::over(root);
    let mut full = false;
    let mut started = false;
    let mut living = BTreeSet::from([root]);
    let mut inside = BTreeSet::new();
    let mut failing = BTreeMap::new();
    while let Some(status) = next() {
        watch.sees();
        match status {
            WaitStatus::Exited(pid, code) => {
                living.remove(&pid);
                if pid == root {
                    traced.code = Some(code);
                }
            }
            WaitStatus::Signaled(pid, ..) => {
                living.remove(&pid);
            }
            WaitStatus::PtraceEvent(pid, _, event) => {
                living.insert(pid);
                // The shell that waited has become the command.
                started |= pid == root && event == libc::PTRACE_EVENT_EXEC;
                go_on(pid, None);
            }
            WaitStatus::PtraceSyscall(pid) => {
                if !inside.insert(pid) {
                    inside.remove(&pid);
                    if let Some(errno) = failing.remove(&pid)
                        && let Ok(mut regs) = ptrace::getregs(pid)
                    {
                        regs.rax = (-i64::from(errno)).cast_unsigned();
                        ptrace::setregs(pid, regs).unwrap();
                    }
                } else if started
                    && let Ok(mut regs) = ptrace::getregs(pid)
                    && let Some(point) = changing(pid, &regs)
                {
                    traced.points += 1;
                    let mut error = (full && point.grows).then_some(Errno::ENOSPC);
                    if traced.points == at {
                        traced.hit = Some(point.clone());
                        match act {
                            Act::Kill => {
                                end(&living);
                                return traced;
                            }
                            Act::Terminate => {
                                for pid in &living {
                                    let _ = kill(*pid, Signal::SIGTERM);
                                }
                            }
                            Act::Interrupt => {
                                let _ = kill(root, Signal::SIGINT);
                            }
                            Act::Fail(errno) if point.fails => error = Some(errno),
                            Act::Fail(_) => traced.hit = None,
                            Act::Meanwhile((path, text)) => std::fs::write(path, text).unwrap(),
                            Act::Full => {
                                full = true;
                                error = point.grows.then_some(Errno::ENOSPC);
                            }
                        }
                    }
                    if at == 0 {
                        traced.passed.push(point);
                    }
                    if let Some(errno) = error {
                        regs.orig_rax = u64::MAX;
                        ptrace::setregs(pid, regs).unwrap();
                        failing.insert(pid, errno as i32);
                    }
                }
                go_on(pid, None);
            }
            WaitStatus::Stopped(pid, signal) => {
                living.insert(pid);
                go_on(pid, Some(signal));
            }
            _ => {}
        }
    }
    traced.stuck = watch.end();
    traced
}

/// No command does nothing for so long: its longest wait for a lock is a third of it.
const PATIENCE: Duration = Duration::from_mins(1);

/// Ends a command of which nothing has been seen for too long.
struct Watch {
    seen: Arc<AtomicU64>,
    over: Sender<()>,
    watcher: JoinHandle<Option<String>>,
}

impl Watch {
    fn over(root: Pid) -> Self {
        let seen = Arc::new(AtomicU64::new(0));
        let (over, is_over) = channel();
        let events = Arc::clone(&seen);
        let watcher = std::thread::spawn(move || {
            let mut before = 0;
            loop {
                match is_over.recv_timeout(PATIENCE) {
                    Err(RecvTimeoutError::Timeout) => {}
                    _ => return None,
                }
                let now = events.load(Ordering::Relaxed);
                if now == before {
                    let stuck = waits_in(root);
                    let _ = kill(root, Signal::SIGKILL);
                    return Some(stuck);
                }
                before = now;
            }
        });
        Self {
            seen,
            over,
            watcher,
        }
    }

    fn sees(&self) {
        self.seen.fetch_add(1, Ordering::Relaxed);
    }

    fn end(self) -> Option<String> {
        drop(self.over);
        self.watcher.join().unwrap()
    }
}

/// What a process and its children wait in.
fn waits_in(root: Pid) -> String {
    let told = |pid: &str| {
        let of = |file: &str| std::fs::read_to_string(format!("/proc/{pid}/{file}"));
        let program = of("cmdline").unwrap_or_default().replace('\0', " ");
        format!("{program}: {} ", of("wchan").unwrap_or_default())
    };
    let own = root.to_string();
    let children = std::fs::read_to_string(format!("/proc/{own}/task/{own}/children"));
    let children = children.unwrap_or_default();
    let all = std::iter::once(own.as_str()).chain(children.split_whitespace());
    all.map(told).collect()
}

/// The variable that names the file on a command's standard input.
pub(crate) const INPUT: &str = "CRASH_INPUT";

/// A command behind a shell that waits for a line, so that no call is missed.
fn waiting(command: &Command, terminal: Option<&str>) -> Command {
    let script = match terminal {
        Some(_) => "read -r go; t=$1; shift; exec \"$@\" <\"$t\" >\"$t\" 2>\"$t\"",
        None => "read -r go; shift; exec \"$@\" <\"${CRASH_INPUT:-/dev/null}\"",
    };
    let mut shell = Command::new("sh");
    shell
        .args(["-c", script, "sh", terminal.unwrap_or_default()])
        .arg(command.get_program())
        .args(command.get_args())
        .env_clear()
        .envs(
            command
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        )
        .stdin(Stdio::piped());
    if let Some(folder) = command.get_current_dir() {
        shell.current_dir(folder);
        let place = folder.parent().unwrap_or(folder);
        shell.stdout(std::fs::File::create(place.join("stdout")).unwrap());
        shell.stderr(std::fs::File::create(place.join("stderr")).unwrap());
    }
    shell
}

/// What one of this thread's processes does next; `None` when all have ended.
fn next() -> Option<WaitStatus> {
    loop {
        match waitpid(None, Some(WaitPidFlag::__WALL | WaitPidFlag::__WNOTHREAD)) {
            Ok(status) => return Some(status),
            Err(Errno::EINTR) => {}
            Err(Errno::ECHILD) => return None,
            Err(error) => panic!("waitpid: {error}"),
        }
    }
}

fn go_on(pid: Pid, signal: Option<Signal>) {
    match ptrace::syscall(pid, signal) {
        // It died meanwhile; that is told next.
        Ok(()) | Err(Errno::ESRCH) => {}
        Err(error) => panic!("cannot resume {pid}: {error}"),
    }
}

/// Kills them all. None makes another call meanwhile: each stops before its next one, and nobody
/// lets it go on.
fn end(living: &BTreeSet<Pid>) {
    for pid in living {
        let _ = kill(*pid, Signal::SIGKILL);
    }
    while let Some(status) = next() {
        if let Some(pid) = status.pid()
            && !matches!(status, WaitStatus::Exited(..) | WaitStatus::Signaled(..))
        {
            // A process that was just born.
            let _ = kill(pid, Signal::SIGKILL);
        }
    }
}
