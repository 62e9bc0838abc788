//! A person at a terminal, who waits for words and types.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::fd::{AsRawFd as _, OwnedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use pty_process::Size;
use pty_process::blocking::{Pts, open};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// Words to wait for, and what is typed then.
pub(crate) type Script = &'static [(&'static str, &'static str)];

/// How long to wait for a command that shows nothing.
const PATIENCE: Duration = Duration::from_mins(1);

/// What a prompt begins with: pastes are told apart from typing.
const PROMPT: &str = "\x1b[?2004h";

/// A terminal with somebody who follows a script.
pub(crate) struct Typist {
    /// The name of the terminal.
    pub(crate) terminal: String,
    over: Arc<AtomicBool>,
    seen: Option<JoinHandle<String>>,
    // Held, so that the terminal is there before the command opens it.
    _pts: Pts,
}

impl Typist {
    pub(crate) fn new(script: Script) -> Self {
        let (pty, pts) = open().unwrap();
        pty.resize(Size::new(40, 100)).unwrap();
        let mut screen = File::from(OwnedFd::from(pty));
        let terminal = terminal_of(&screen);
        let over = Arc::new(AtomicBool::new(false));
        let stop = Arc::clone(&over);
        let seen = std::thread::spawn(move || {
            let (mut seen, mut read) = (String::new(), 0);
            let mut script = script.iter();
            let mut wanted = script.next();
            let mut since = Instant::now();
            loop {
                let tick = Timespec {
                    tv_sec: 0,
                    tv_nsec: 10_000_000,
                };
                let ready = {
                    let mut fds = [PollFd::new(&screen, PollFlags::IN)];
                    poll(&mut fds, Some(&tick)).unwrap_or(0)
                };
                if ready == 0 {
                    if stop.load(Ordering::SeqCst) {
                        return seen;
                    }
                    // A question that the script does not know would be waited for for ever.
                    if since.elapsed() > PATIENCE {
                        let _ = screen.write_all(b"\x03");
                        since = Instant::now();
                    }
                    continue;
                }
                since = Instant::now();
                let mut bytes = [0; 4096];
                let Ok(count @ 1..) = screen.read(&mut bytes) else {
                    return seen;
                };
                // Where the cursor is: the one question that a terminal is asked.
                if bytes[..count].windows(4).any(|four| four == b"\x1b[6n") {
                    let _ = screen.write_all(b"\x1b[1;1R");
                }
                seen.push_str(&String::from_utf8_lossy(&bytes[..count]));
                while let Some((words, keys)) = wanted
                    && let Some(at) = seen[read..].find(words)
                {
                    read += at + words.len();
                    let _ = screen.write_all(keys.as_bytes());
                    wanted = script.next();
                }
                // An answer that could not be saved is asked for again: whoever sees that gives up.
                let again = seen[read..].split_once("error:");
                if again.is_some_and(|(_, after)| after.contains(PROMPT)) {
                    read = seen.len();
                    wanted = None;
                    let _ = screen.write_all(b"\x03");
                }
            }
        });
        Self {
            terminal,
            over,
            seen: Some(seen),
            _pts: pts,
        }
    }

    /// All that was shown, once the command has ended.
    pub(crate) fn end(mut self) -> String {
        self.over.store(true, Ordering::SeqCst);
        let seen = self.seen.take().unwrap();
        seen.join().unwrap()
    }
}

/// The name of the other end of a terminal.
fn terminal_of(pty: &File) -> String {
    let info = std::fs::read_to_string(format!("/proc/self/fdinfo/{}", pty.as_raw_fd())).unwrap();
    let number = info
        .lines()
        .find_map(|line| line.strip_prefix("tty-index:"));
    format!("/dev/pts/{}", number.unwrap().trim())
}
