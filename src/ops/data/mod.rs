//! Verbs on the desk as a whole: init, check, import, export, report, catalog.

pub mod import;
pub mod import_json;
pub mod export;
pub mod check;
pub mod init;
pub mod report;
pub mod catalog;
