//! A real pseudo-terminal with `desk` in it, and somebody who types.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::fd::OwnedFd;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::Child;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use pty_process::Size;
use pty_process::blocking::{Command, open};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, Signal, kill_process};

use crate::desk::Desk;

/// How long to wait for words before the test has failed.
const PATIENCE: Duration = Duration::from_mins(1);

pub(crate) struct Terminal {
    child: Child,
    keys: Option<File>,
    seen: Arc<Mutex<Vec<u8>>>,
    gone: Arc<AtomicBool>,
    reader: Option<std::thread::JoinHandle<()>>,
    /// Up to where the words were waited for.
    read: usize,
}

impl Terminal {
    /// Runs `desk` in a terminal of 100 columns.
    pub(crate) fn open(desk: &Desk, line: &str) -> Self {
        let words: Vec<String> = line.split(' ').map(|word| desk.real(word)).collect();
        let plain = desk.desk(&words.iter().map(String::as_str).collect::<Vec<_>>());
        Self::run(desk, &plain)
    }

    /// Runs a prepared command in a terminal.
    pub(crate) fn run(desk: &Desk, plain: &std::process::Command) -> Self {
        Self::sized(desk, plain, Size::new(40, 100))
    }

    /// Runs a prepared command in a terminal of this size.
    pub(crate) fn sized(desk: &Desk, plain: &std::process::Command, size: Size) -> Self {
        Self::spawned(&desk.root, plain, size)
    }

    /// Runs a command to its end in a terminal of this size, in the command's own folder: its exit
    /// status, and what the screen shows.
    pub(crate) fn shown(plain: &std::process::Command, size: Size) -> (i32, String) {
        let mut terminal = Self::spawned(plain.get_current_dir().unwrap(), plain, size);
        let status = terminal.end();
        (status, terminal.screen().replace("\r\n", "\n"))
    }

    fn spawned(folder: &Path, plain: &std::process::Command, size: Size) -> Self {
        let (pty, pts) = open().unwrap();
        pty.resize(size).unwrap();
        let mut command = Command::new(plain.get_program())
            .env_clear()
            .current_dir(folder)
            .args(plain.get_args());
        for (name, value) in plain.get_envs() {
            if let Some(value) = value {
                command = command.env(name, value);
            }
        }
        let child = command.env("TERM", "xterm").spawn(pts).unwrap();
        let keys = File::from(OwnedFd::from(pty));
        let mut screen = keys.try_clone().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let gone = Arc::new(AtomicBool::new(false));
        let (reported, stop) = (Arc::clone(&seen), Arc::clone(&gone));
        let reader = std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            let mut ended = 0;
            while !stop.load(Ordering::SeqCst) {
                let tick = Timespec {
                    tv_sec: 0,
                    tv_nsec: 20_000_000,
                };
                let ready = {
                    let mut fds = [PollFd::new(&screen, PollFlags::IN)];
                    poll(&mut fds, Some(&tick)).unwrap_or(0)
                };
                if ready == 0 {
                    continue;
                }
                match screen.read(&mut bytes) {
                    // What a command wrote last may come behind its end.
                    Ok(0) | Err(_) if ended == 10 => return,
                    Ok(0) | Err(_) => {
                        ended += 1;
                        std::thread::sleep(Duration::from_millis(10));
                    }
                    Ok(n) => {
                        answer_the_terminal(&bytes[..n], &mut screen);
                        reported.lock().unwrap().extend_from_slice(&bytes[..n]);
                    }
                }
            }
        });
        Self {
            child,
            keys: Some(keys),
            seen,
            gone,
            reader: Some(reader),
            read: 0,
        }
    }

    /// All that was written so far, without codes for the terminal.
    pub(crate) fn screen(&self) -> String {
        plain(&String::from_utf8_lossy(&self.seen.lock().unwrap()))
    }

    /// All that was written so far, codes and all.
    pub(crate) fn written(&self) -> String {
        String::from_utf8_lossy(&self.seen.lock().unwrap()).into_owned()
    }

    /// Waits for words that were not there when words were last waited for.
    #[track_caller]
    pub(crate) fn wait(&mut self, words: &str) {
        let begin = Instant::now();
        loop {
            let screen = self.screen();
            let rest = screen.get(self.read..).unwrap_or_default();
            if let Some(at) = rest.find(words) {
                self.read += at + words.len();
                return;
            }
            assert!(
                begin.elapsed() < PATIENCE,
                "`{words}` did not come up:\n{screen}"
            );
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    pub(crate) fn type_in(&mut self, keys: &str) {
        let terminal = self.keys.as_mut().unwrap();
        terminal.write_all(keys.as_bytes()).unwrap();
        terminal.flush().unwrap();
    }

    /// The CPU time of the process so far.
    #[cfg(target_os = "linux")]
    pub(crate) fn cpu(&self) -> Duration {
        let path = format!("/proc/{}/task", self.child.id());
        let threads = std::fs::read_dir(path).unwrap();
        // Each file of a thread begins with its nanoseconds on a processor.
        let spent = threads.filter_map(|thread| {
            let all = std::fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
            all.split(' ').next()?.parse::<u64>().ok()
        });
        Duration::from_nanos(spent.sum())
    }

    pub(crate) fn signal(&self, signal: Signal) {
        let pid = Pid::from_child(&self.child);
        kill_process(pid, signal).unwrap();
    }

    /// Closes the terminal.
    pub(crate) fn hang_up(&mut self) {
        self.gone.store(true, Ordering::SeqCst);
        if let Some(reader) = self.reader.take() {
            reader.join().unwrap();
        }
        self.keys = None;
    }

    /// Waits for the end: the exit status, or minus the number of the signal.
    pub(crate) fn end(&mut self) -> i32 {
        let begin = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(
                begin.elapsed() < PATIENCE,
                "it does not end:\n{}",
                self.screen()
            );
            std::thread::sleep(Duration::from_millis(5));
        };
        // Its end closes the terminal, unless something that it started still has it, and what it wrote
        // last is on its way.
        let until = Instant::now() + Duration::from_secs(3);
        let is_read = |reader: &std::thread::JoinHandle<()>| reader.is_finished();
        while !self.reader.as_ref().is_none_or(is_read) && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(5));
        }
        let screen = self.screen();
        assert!(!screen.contains("panicked"), "{screen}");
        status
            .code()
            .unwrap_or_else(|| -status.signal().unwrap_or_default())
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.hang_up();
    }
}

/// Where the cursor is: the one question that a terminal is asked.
fn answer_the_terminal(written: &[u8], keys: &mut File) {
    if written.windows(4).any(|four| four == b"\x1b[6n") {
        let _ = keys.write_all(b"\x1b[1;1R");
    }
}

/// Text without the codes that move and colour.
fn plain(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\u{1b}' {
            out.push(c);
            continue;
        }
        if chars.next() == Some('[') {
            for c in chars.by_ref() {
                if c.is_ascii_alphabetic() || c == '~' {
                    break;
                }
            }
        }
    }
    out
}
