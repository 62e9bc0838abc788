//! How it looks: outcomes into text, tables, cards and JSON. Knows widths and roles, not
//! terminals.

pub mod away;
pub mod board;
pub mod card;
pub mod catalog;
pub mod changed;
pub mod clocks;
pub mod diagnostic;
pub mod diff;
pub mod due;
pub mod export;
pub mod import;
pub mod json;
pub mod kb;
mod label;
pub mod list;
pub mod man;
pub mod markdown;
pub mod migrate;
pub mod resolve_merge;
pub mod check_merges;
pub mod check_range;
pub mod hooks;
pub mod review;
pub mod paint;
pub mod question;
pub mod report;
pub mod sanitize;
pub mod search;
pub mod sla;
pub mod sweep;
pub mod sync;
pub mod table;
pub mod team;
pub mod who;
pub mod words;
pub mod work;
