//! What things are: pure values, parsed at the edge.

pub mod article;
pub mod calendar;
pub mod catalogue;
pub mod clocks;
pub mod command;
pub mod entry;
pub mod event;
pub mod events;
pub mod excerpt;
pub mod field;
pub mod form;
pub mod id;
pub mod moment;
pub mod person;
pub mod routing;
pub mod settings;
pub mod size;
pub mod status;
pub mod story;
pub mod ticket;
