//! How things are written: text to model with spans, and edits that touch only what was asked.
//!
//! Pure: no file, clock or random source.

pub mod article;
pub mod bullet;
pub mod catalogue;
pub mod config;
pub mod csv;
pub mod draft;
pub mod edit;
pub mod escape;
pub mod exported;
pub mod heading;
pub mod imported;
pub mod log;
pub mod map;
pub mod markdown;
pub mod problem;
pub mod query;
pub mod settings;
pub mod split;
pub mod stamp;
pub mod storable;
pub mod table;
pub mod ticket;
