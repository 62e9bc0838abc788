//! Where pages live: finding, reading, saving, locking, git.

pub mod fresh;
pub mod read;
pub mod root;
pub mod walk;
