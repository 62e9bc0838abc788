//! Where pages live: finding, reading, saving, locking, git.

pub mod error;
pub mod fs;
pub mod git;
pub mod journal;
pub mod mail;
