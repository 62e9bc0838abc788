//! Two sums at once. The only place of the pure modules that names a thread: what it gives is the
//! same as one after the other.

use std::sync::{Mutex, PoisonError};
use std::thread;

/// Does two things at once, or one after the other where the system has no thread to give; what one
/// of them panics with goes on from here.
pub fn both<A: Send, B>(a: impl FnOnce() -> A + Send, b: impl FnOnce() -> B) -> (A, B) {
    // A closure that is given to a thread that cannot be had is lost, so that it only takes `a`.
    let waiting = Mutex::new(Some(a));
    let take = || {
        let mut waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.take()
    };
    thread::scope(|scope| {
        let beside = thread::Builder::new().spawn_scoped(scope, || take().map(|a| a()));
        let b = b();
        let done = match beside.map(thread::ScopedJoinHandle::join) {
            Ok(Ok(done)) => done,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(_) => take().map(|a| a()),
        };
        match done {
            Some(a) => (a, b),
            // Only the thread takes it where there is one.
            None => std::panic::resume_unwind(Box::new("the first of two things was not done")),
        }
    })
}
