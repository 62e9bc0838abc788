//! How tickets are found without reading them all. Disposable: the files are the truth.

pub mod cache;
pub mod changes;
mod checksum;
pub mod finder;
pub mod text;
mod month;
pub mod scan;
pub mod settings;
pub mod shelf;
