//! Files and folders: never through a link, replaced whole, durable.

pub(in crate::store) mod folder;
pub(in crate::store) mod replace;
pub mod contents;
pub mod walk;
pub mod read;
pub mod root;
pub mod output;
pub mod caches;
pub(in crate::store) mod permissions;
pub mod random;
pub(in crate::store) mod backoff;
pub mod interrupt;
