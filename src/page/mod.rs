//! How things are written: text to model with spans, and edits that touch only what was asked.
//!
//! Pure: no file, clock or random source.

pub mod article;
pub mod call_script;
pub mod entry_value;
pub mod catalog;
pub mod user_config;
pub mod csv;
pub mod separated_file;
pub mod foreign_rows;
pub mod new_ticket;
pub mod placeholders;
pub mod edit;
pub mod escape;
pub mod export_reader;
pub mod entry_heading;
pub mod import_additions;
pub mod links;
pub mod log;
pub mod import_map;
pub mod mail;
pub mod markdown;
pub mod problem;
pub mod query;
pub mod settings;
pub mod front_layout;
pub mod front_matter;
pub mod foreign_time;
pub mod guessed_time;
pub mod text_check;
pub mod toml_words;
pub mod toml_reader;
pub mod ticket;
pub mod template;
