//! What things are: pure values, parsed at the edge.

pub mod article;
pub mod calendar;
pub mod catalogue;
pub mod entry;
pub mod excerpt;
pub mod field;
pub mod id;
pub mod moment;
pub mod person;
pub mod settings;
pub mod status;
pub mod ticket;
