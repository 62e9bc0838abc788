//! The repository: git children, commits, the person's index, locks that dead children left.

pub mod child;
pub mod repo;
pub mod state;
pub mod merge_setup;
pub mod unmerged;
pub mod history;
pub mod remote;
pub mod upkeep;
pub mod merge_commit;
pub(in crate::store) mod tip;
pub(in crate::store) mod commit_files;
pub(in crate::store) mod commit_words;
pub(in crate::store) mod commit_own;
mod pending;
pub(in crate::store) mod fast_import;
mod commit_only;
pub(in crate::store) mod commit;
pub mod index_file;
pub(in crate::store) mod index_lock;
pub(in crate::store) mod index_sync;
pub(in crate::store) mod left_out;
pub(in crate::store) mod reflog;
pub(in crate::store) mod stale_locks;
pub(in crate::store) mod temp_objects;
pub mod compare;
pub(in crate::store) mod work_tree;
pub(in crate::store) mod objects;
