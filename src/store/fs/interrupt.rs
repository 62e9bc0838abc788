//! Signals as a flag: a command that is asked to stop does so between its steps, never within one.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use crate::store::error::StoreError;

/// The wish of a person or the system that the command ends. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Interrupt(Arc<AtomicUsize>);

impl Interrupt {
    /// Starts to note INT, TERM and HUP instead of dying of them.
    ///
    /// From then on the caller must look at [`Interrupt::raised`] wherever it waits.
    /// However often it is called, there is one wish in a process.
    pub fn listen() -> Result<Self, StoreError> {
        static LISTENING: OnceLock<Interrupt> = OnceLock::new();
        if let Some(listening) = LISTENING.get() {
            return Ok(listening.clone());
        }
        let flag = Arc::new(AtomicUsize::new(0));
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            let number = usize::try_from(signal).unwrap_or_default();
            signal_hook::flag::register_usize(signal, Arc::clone(&flag), number).map_err(
                StoreError::io("handle signals of", std::path::Path::new("this process")),
            )?;
        }
        Ok(LISTENING.get_or_init(|| Self(flag)).clone())
    }

    /// Raises the flag as a signal of this number would.
    pub fn raise(&self, signal: usize) {
        self.0.store(signal, Ordering::SeqCst);
    }

    /// The number of the last signal, if one came.
    pub fn raised(&self) -> Option<usize> {
        Some(self.0.load(Ordering::SeqCst)).filter(|&signal| signal != 0)
    }
}
