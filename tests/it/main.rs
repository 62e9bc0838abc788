//! The program as people run it: one file per command, and what holds for all of them.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::format_push_string,
    clippy::too_many_lines,
    clippy::print_stderr,
    reason = "tests run programs and write files; a scene that cannot be set up fails its test"
)]

#[path = "../commands.rs"]
mod commands;
#[path = "../scratch.rs"]
mod scratch;
#[path = "../skip.rs"]
mod skip;
mod desk;
mod terminal;
mod writing_commands;

// One for each command.
mod asset;
mod assign;
mod attach;
mod away;
mod board;
mod bulk;
mod call;
mod cancel;
mod catalog;
mod check;
mod clones;
mod close;
mod completions;
mod contact;
mod convert;
mod day;
mod due;
mod edit;
mod escalate;
mod export;
mod import;
mod import_hostile;
mod import_tickets;
mod import_mended;
mod import_variants;
mod init;
mod kb;
mod link;
mod list;
mod log;
mod man;
mod merge;
mod merge_driver;
mod new;
mod next;
mod note;
mod notices;
mod pend;
mod personal;
mod reopen;
mod reply;
mod report;
mod resolve;
mod resolve_merge;
mod review;
mod search;
mod set;
mod show;
mod mail;
mod sla;
mod split;
mod suggest;
mod sweep;
mod sync;
mod take;
mod time;
mod templates;
mod team;
mod views;
mod watch;
mod who;
mod work;
mod workbook;

// What holds for several.
mod architecture;
mod bare_words;
mod check_range;
mod clocks;
mod documented_commands;
mod errors;
mod format;
mod future_entries;
mod hostile;
mod hostile_clone;
mod incomplete;
mod interview;
mod larger_repository;
mod migrate;
mod month;
mod pager;
mod pages;
mod paste;
mod places_of_a_command;
mod planned;
mod planted;
mod policy;
mod printed;
mod product_promises;
mod procedure;
mod promises;
mod providers;
mod questions;
mod readme;
mod readonly;
mod handover;
mod hooks;
mod ack;
mod after_merge;
mod by_hand;
mod recurring;
mod redact;
mod redate;
mod reference;
mod report_commit;
mod report_figures;
mod repository_programs;
mod search_cache;
mod caches;
mod shared_clone;
mod shells;
mod sync_hostile;
mod status_table;
mod undo;
mod unreadable;
mod unreadable_targets;
