//! Saving: the writer's lock, the journal of what is promised, and its recovery.

pub mod step;
pub(in crate::store) mod entry;
pub(in crate::store) mod recover;
mod replay;
pub mod save;
pub mod bulk;
pub mod session;
pub(in crate::store) mod attached_files;
pub(in crate::store) mod placing;
pub mod advance;
pub mod report;
mod under_way;
