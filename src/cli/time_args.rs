//! `--minutes` and `--activity`: time that is noted on what a command does.

use crate::cli::complete;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::work_time::WorkTime;

/// How long it took, and what the time went to.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct TimeArgs {
    /// How long it took, in minutes: 1 to 1440
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub minutes: Option<String>,
    /// What the minutes went to, of `[time.activities]` in desk.toml
    #[arg(long, value_name = "NAME", add = complete::activities())]
    pub activity: Option<String>,
}

impl TimeArgs {
    /// What was typed, for a command that writes to so many tickets.
    pub fn read(&self, desk: &Desk, tickets: usize) -> Result<Option<WorkTime>, OpError> {
        WorkTime::read(
            desk,
            self.minutes.as_deref(),
            self.activity.as_deref(),
            tickets,
        )
    }
}
