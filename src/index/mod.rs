//! How tickets are found without reading them all. Disposable: the files are the truth.

pub mod cache;
mod folder;
pub mod settings;
pub mod shelf;
