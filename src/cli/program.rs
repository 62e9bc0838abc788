//! Programs of the user's own choosing, which the configuration outside of every desk names: told of
//! things, or handed a mail.

use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};

/// What becomes of what a program writes to standard error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Errors {
    /// It stands on ours.
    Shown,
    /// Its last line says why it failed.
    Reason,
}

/// So much of a program's standard error is read.
const MOST: u64 = 16 << 10;

/// How long to wait for what was written to a program and what it said once it has ended.
const LINGER: Duration = Duration::from_millis(200);

/// Runs a program with something on its standard input, without a shell. It may take so long.
pub fn run(
    words: &[String],
    folder: &Path,
    input: &[u8],
    within: Duration,
    errors: Errors,
) -> Result<(), String> {
    let Some((program, arguments)) = words.split_first() else {
        return Ok(());
    };
    #[expect(
        clippy::disallowed_methods,
        reason = "a program of the user's own choosing"
    )]
    let mut command = Command::new(program);
    let _ = command
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        // So that what it starts ends with it.
        .process_group(0);
    if errors == Errors::Reason {
        let _ = command.stderr(Stdio::piped());
    }
    let started = command.spawn();
    let mut child = started.map_err(|error| format!("cannot start `{program}`: {error}"))?;
    let (wrote, written) = mpsc::channel();
    if let Some(mut stdin) = child.stdin.take() {
        let input = input.to_vec();
        let _ = std::thread::spawn(move || wrote.send(stdin.write_all(&input)));
    }
    let (say, said) = mpsc::channel();
    if let Some(stderr) = child.stderr.take() {
        let _ = std::thread::spawn(move || {
            let mut bytes = Vec::new();
            let _ = stderr.take(MOST).read_to_end(&mut bytes);
            say.send(String::from_utf8_lossy(&bytes).into_owned())
        });
    }
    match ended(&mut child, within) {
        Some(status) if status.success() => match written.recv_timeout(LINGER) {
            // It may have taken a part for all: what it was to send is not sent.
            Ok(Err(error)) if error.kind() != ErrorKind::BrokenPipe => {
                Err(format!("`{program}` was not given all of it: {error}"))
            }
            // Whoever does not want to know what it is about need not read it.
            _ => Ok(()),
        },
        Some(status) => {
            // What it started may keep the stream open.
            let said = said.recv_timeout(LINGER).unwrap_or_default();
            let mut lines = said.lines().rev();
            let reason = lines.find(|line| !line.trim().is_empty());
            let reason = reason.map(|line| format!(": {}", line.trim()));
            let reason = reason.unwrap_or_default();
            Err(format!("`{program}` ended with {status}{reason}"))
        }
        None => {
            end(&mut child);
            let seconds = within.as_secs_f32().round();
            Err(format!("`{program}` was stopped after {seconds} seconds"))
        }
    }
}

/// Ends a child that takes too long, and what it started.
fn end(child: &mut Child) {
    if let Some(process) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        let _ = kill_process_group(process, Signal::KILL);
    }
    let _ = child.kill();
    let _ = child.wait();
}

/// How a child ended; `None` if it has not by then.
fn ended(child: &mut Child, within: Duration) -> Option<ExitStatus> {
    let begin = Instant::now();
    let mut pause = Duration::from_millis(1);
    loop {
        if let Ok(Some(status)) = child.try_wait() {
            return Some(status);
        }
        if begin.elapsed() >= within {
            return None;
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(50));
    }
}
