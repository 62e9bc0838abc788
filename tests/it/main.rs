//! The program as people run it: one file per command, and what holds for all of them.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::format_push_string,
    clippy::too_many_lines,
    reason = "tests run programs and write files; a scene that cannot be set up fails its test"
)]

#[path = "../skip.rs"]
mod skip;
mod desk;
mod foreign;
mod habits;
mod terminal;

mod assign;
mod attach;
mod board;
mod call;
mod cancel;
mod catalog;
mod check;
mod clocks;
mod close;
mod completions;
mod contact;
mod convert;
mod due;
mod edit;
mod errors;
mod escalate;
mod import;
mod incomplete;
mod interview;
mod init;
mod kb;
mod kb_check;
mod kb_life;
mod kb_new;
mod link;
mod list;
mod log;
mod man;
mod merge;
mod month;
mod new;
mod next;
mod note;
mod pend;
mod policy;
mod export;
mod readonly;
mod reopen;
mod report;
mod report_commit;
mod resolve;
mod search;
mod search_cache;
mod set;
mod shared;
mod show;
mod shells;
mod skew;
mod sla;
mod split;
mod suggest;
mod sweep;
mod take;
mod who;
mod words;
mod work;

mod architecture;
mod hidden;
mod hostile;
mod life;
mod pager;
mod pages;
mod paste;
mod planted;
mod printed;
mod unreadable;
mod promises;
mod named;
mod questions;
mod reference;
