//! One writer at a time: the kernel's lock on a file beside the index.

use std::fs::{File, TryLockError};
use std::io;
use std::time::{Duration, Instant};

use crate::store::fs::caches::{Caches, TURN};

/// So long somebody waits for another's turn to end. A first index of a hundred thousand texts
/// takes less.
const PATIENCE: Duration = Duration::from_mins(1);

/// The turn, until it is dropped or its process ends.
#[derive(Debug)]
pub(in crate::index::text) struct WriterLock {
    _file: File,
}

impl WriterLock {
    /// Waits for the turn; `None` where the other never ends.
    pub(in crate::index::text) fn wait(folder: &Caches) -> io::Result<Option<Self>> {
        let file = folder.lock_file(TURN).map_err(io::Error::other)?;
        let began = Instant::now();
        let mut pause = Duration::from_millis(2);
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Some(Self { _file: file })),
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(TryLockError::Error(error)) => return Err(error),
            }
            if began.elapsed() > PATIENCE {
                return Ok(None);
            }
            std::thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(50));
        }
    }
}
