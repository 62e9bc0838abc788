//! Waiting between attempts: a little longer each time, never in step with others.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

const SHORTEST: u64 = 2_000;
const LONGEST: u64 = 50_000;

/// The pauses between attempts at something that others hold.
#[derive(Debug)]
pub(in crate::store) struct Backoff {
    limit: u64,
    noise: u64,
}

impl Backoff {
    pub(in crate::store) fn new() -> Self {
        let clock = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let noise = u64::from(clock.subsec_nanos()) ^ (u64::from(std::process::id()) << 32);
        Self {
            limit: SHORTEST * 2,
            noise: noise | 1,
        }
    }

    /// Sleeps between two milliseconds and the present limit, which doubles up to fifty.
    pub(in crate::store) fn pause(&mut self) {
        // Marsaglia's xorshift: enough to keep two hundred processes from polling in step.
        self.noise ^= self.noise << 13;
        self.noise ^= self.noise >> 7;
        self.noise ^= self.noise << 17;
        let micros = SHORTEST + self.noise % (self.limit - SHORTEST + 1);
        std::thread::sleep(Duration::from_micros(micros));
        self.limit = (self.limit * 2).min(LONGEST);
    }
}
