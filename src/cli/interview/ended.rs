//! What becomes of an interview that a signal ends.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use crate::cli::context::Context;
use crate::cli::prompt;
use crate::ops::core::actor::Actor;
use crate::ops::ticket::interview::Interview;
use crate::store::fs::interrupt::Interrupt;

pub(in crate::cli::interview) type Shared = Arc<Mutex<Option<Interview<'static>>>>;

pub(in crate::cli::interview) fn with<T>(
    shared: &Shared,
    each: impl FnOnce(&mut Interview<'static>) -> T,
) -> Option<T> {
    let mut guard = shared.lock().unwrap_or_else(PoisonError::into_inner);
    guard.as_mut().map(each)
}

pub(in crate::cli::interview) fn take(shared: &Shared) -> Option<Interview<'static>> {
    shared.lock().unwrap_or_else(PoisonError::into_inner).take()
}

/// Ends the interview, and the process, when a signal comes or the terminal goes away: a prompt
/// that waits for a key would not notice.
pub(in crate::cli::interview) fn watch(context: &Context, act: &'static Actor, shared: &Shared) {
    let shared = Arc::clone(shared);
    let interrupt = act.interrupt.clone();
    let env = context.ui.env.clone();
    let before = rustix::termios::tcgetattr(std::io::stdin()).ok();
    // Saving must not heed the signal that asks for it.
    let last: &'static Actor = Box::leak(Box::new(Actor {
        interrupt: Interrupt::default(),
        repo: OnceLock::new(),
        ..act.clone()
    }));
    let watcher = move || {
        loop {
            std::thread::sleep(Duration::from_millis(40));
            if Arc::strong_count(&shared) == 1 {
                return;
            }
            let Some(signal) = interrupt.raised().or_else(hung_up) else {
                continue;
            };
            let Some(interview) = take(&shared) else {
                return;
            };
            let done = interview.by(last).finish(false, env.later());
            if let Some(before) = &before {
                let now = rustix::termios::OptionalActions::Now;
                let _ = rustix::termios::tcsetattr(std::io::stdin(), now, before);
                prompt::let_go();
            }
            let _ = done;
            end(signal);
        }
    };
    let _ = std::thread::Builder::new()
        .name("watch".to_owned())
        .spawn(watcher);
}

/// SIGHUP, if nobody can type any more.
pub(in crate::cli::interview) fn hung_up() -> Option<usize> {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let stdin = std::io::stdin();
    let mut fds = [PollFd::new(&stdin, PollFlags::empty())];
    let none = Timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    poll(&mut fds, Some(&none)).ok()?;
    let gone = PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL;
    fds[0].revents().intersects(gone).then_some(1)
}

#[expect(
    clippy::exit,
    reason = "the main thread waits for a key that may never come"
)]
pub(in crate::cli::interview) fn end(signal: usize) -> ! {
    std::process::exit(128 + i32::try_from(signal).unwrap_or(1))
}
