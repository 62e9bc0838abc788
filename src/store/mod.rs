//! Where pages live: finding, reading, saving, locking, git.

pub mod error;
pub mod fresh;
pub mod interrupt;
pub mod read;
pub mod root;
pub mod walk;
mod backoff;
mod folder;
pub mod index_file;
pub mod caches;
pub mod output;
pub mod git;
pub mod state;
pub mod repo;
pub mod private;
mod lock;
pub mod session;
mod journal;
mod files;
pub mod keep;
mod heal;
mod work_file;
mod staging;
mod commit;
mod recover;
pub mod save;
mod bulk;
