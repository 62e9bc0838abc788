//! Runs a command under trace and meddles with it at its K-th call that changes anything,
//! counted over the whole tree of its processes.
//!
//! Everything about one trace happens on one thread, which has no other children: a tracer is a
//! thread, and waits for its own processes only.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::process::{Command, Stdio};

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
}

/// How it went.
#[derive(Debug)]
pub(crate) struct Traced {
    /// The exit status, unless a signal ended it.
    pub(crate) code: Option<i32>,
    /// The points that were passed.
    pub(crate) points: usize,
    /// What the point was, if it was reached and could be meddled with.
    pub(crate) hit: Option<Point>,
}

#[derive(Clone, Debug)]
pub(crate) struct Point {
    pub(crate) call: &'static str,
    pub(crate) process: String,
    /// For a call on an open file: which.
    pub(crate) file: String,
}

impl std::fmt::Display for Point {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} {}", self.process, self.call, self.file)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Takes an open file first.
    File,
    Path,
    /// Changes something only with these flags, which are its argument of this number.
    Open(usize),
    /// Cannot fail like a disk.
    Process,
}

const CALLS: &[(libc::c_long, &str, Kind)] = &[
    (libc::SYS_write, "write", Kind::File),
    (libc::SYS_pwrite64, "pwrite64", Kind::File),
    (libc::SYS_writev, "writev", Kind::File),
    (libc::SYS_ftruncate, "ftruncate", Kind::File),
    (libc::SYS_fallocate, "fallocate", Kind::File),
    (libc::SYS_fsync, "fsync", Kind::File),
    (libc::SYS_fdatasync, "fdatasync", Kind::File),
    (libc::SYS_fchmod, "fchmod", Kind::File),
    (libc::SYS_flock, "flock", Kind::File),
    (libc::SYS_copy_file_range, "copy_file_range", Kind::File),
    (libc::SYS_utimensat, "utimensat", Kind::Path),
    (libc::SYS_chmod, "chmod", Kind::Path),
    (libc::SYS_fchmodat, "fchmodat", Kind::Path),
    (libc::SYS_rename, "rename", Kind::Path),
    (libc::SYS_renameat, "renameat", Kind::Path),
    (libc::SYS_renameat2, "renameat2", Kind::Path),
    (libc::SYS_link, "link", Kind::Path),
    (libc::SYS_linkat, "linkat", Kind::Path),
    (libc::SYS_symlink, "symlink", Kind::Path),
    (libc::SYS_symlinkat, "symlinkat", Kind::Path),
    (libc::SYS_unlink, "unlink", Kind::Path),
    (libc::SYS_unlinkat, "unlinkat", Kind::Path),
    (libc::SYS_mkdir, "mkdir", Kind::Path),
    (libc::SYS_mkdirat, "mkdirat", Kind::Path),
    (libc::SYS_rmdir, "rmdir", Kind::Path),
    (libc::SYS_open, "open", Kind::Open(1)),
    (libc::SYS_openat, "openat", Kind::Open(2)),
    (libc::SYS_execve, "execve", Kind::Process),
    (libc::SYS_exit_group, "exit_group", Kind::Process),
];

/// The call that a process is about to make, if it changes anything.
fn changing(pid: Pid, regs: &libc::user_regs_struct) -> Option<(Kind, Point)> {
    let (_, call, kind) = CALLS
        .iter()
        .find(|(number, ..)| u64::try_from(*number).is_ok_and(|number| number == regs.orig_rax))?;
    let file = match kind {
        Kind::File => std::fs::read_link(format!("/proc/{pid}/fd/{}", regs.rdi))
            .map(|path| path.to_string_lossy().into_owned())
            .unwrap_or_default(),
        Kind::Open(argument) => {
            let flags = if *argument == 1 { regs.rsi } else { regs.rdx };
            let changing = u64::try_from(libc::O_CREAT | libc::O_TRUNC).unwrap_or_default();
            if flags & changing == 0 {
                return None;
            }
            String::new()
        }
        Kind::Path | Kind::Process => String::new(),
    };
    let process = std::fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
    let process = process.trim().to_owned();
    Some((
        *kind,
        Point {
            call,
            process,
            file,
        },
    ))
}

/// Runs `command` to its end and does `act` at its `at`-th point, counted from 1; 0 for never.
pub(crate) fn run(command: &Command, at: usize, act: Act) -> Traced {
    #[expect(clippy::zombie_processes, reason = "the trace waits for it")]
    let mut child = waiting(command).spawn().unwrap();
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
        hit: None,
    };
    let mut started = false;
    let mut living = BTreeSet::from([root]);
    let mut inside = BTreeSet::new();
    let mut failing = BTreeMap::new();
    while let Some(status) = next() {
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
                    && let Some((kind, point)) = changing(pid, &regs)
                {
                    traced.points += 1;
                    if traced.points == at {
                        match act {
                            Act::Kill => {
                                traced.hit = Some(point);
                                end(&living);
                                return traced;
                            }
                            Act::Terminate => {
                                traced.hit = Some(point);
                                for pid in &living {
                                    let _ = kill(*pid, Signal::SIGTERM);
                                }
                            }
                            Act::Interrupt => {
                                traced.hit = Some(point);
                                let _ = kill(root, Signal::SIGINT);
                            }
                            Act::Fail(_) if kind == Kind::Process => {}
                            Act::Fail(errno) => {
                                traced.hit = Some(point);
                                regs.orig_rax = u64::MAX;
                                ptrace::setregs(pid, regs).unwrap();
                                failing.insert(pid, errno as i32);
                            }
                        }
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
    traced
}

/// The same command behind a shell that waits for a line, so that no call is missed.
fn waiting(command: &Command) -> Command {
    let mut shell = Command::new("sh");
    shell
        .args(["-c", "read -r go; exec \"$@\" </dev/null", "sh"])
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
