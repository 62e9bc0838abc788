//! Verbs on the desk as a whole: init, check, import, export, report, catalog.

pub mod import;
pub mod import_json;
pub mod export;
pub mod check;
pub mod check_ticket;
pub mod init;
pub mod merge_driver;
pub mod migrate;
pub mod resolve_merge;
pub mod came_in;
pub mod after_merge;
pub mod unseen;
pub mod sync;
pub mod review;
pub mod check_merges;
pub mod check_range;
pub mod check_changed;
pub mod hooks;
pub mod commit_range;
pub mod repairs;
pub mod report;
pub mod report_request;
pub mod report_save;
pub mod settings_change;
pub mod away;
pub mod catalog;
