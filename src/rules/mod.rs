//! How the desk behaves: pure functions of values and a moment.

pub mod absence;
pub mod sample;
pub mod context;
pub mod found_by;
pub mod devices;
pub mod duplicates;
pub mod sla;
pub mod provider;
pub mod reports;
pub mod search;
pub mod import;
pub mod article_usage;
pub mod lifecycle;
pub mod mail;
pub mod merge;
pub mod personal;
pub mod house;
pub mod query;
pub mod people;
pub mod text;
