//! What things are: pure values, parsed at the edge.

pub mod absence;
pub mod article;
pub mod calendar;
pub mod catalog;
pub mod clocks;
pub mod command;
pub mod entry;
pub mod entry_kind;
pub mod entry_time;
pub mod event;
pub mod event_log;
pub mod event_table;
pub mod ticket_summary;
pub mod told;
pub mod cancelled_as;
pub mod field;
pub mod intake_form;
pub mod id;
pub mod moment;
pub mod person;
pub mod routing;
pub mod settings;
pub mod size;
pub mod status;
pub mod ticket_history;
pub mod ticket;
