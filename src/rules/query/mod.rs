//! Which tickets, articles and parts of the catalogue a query asks for.

pub mod words;
pub mod tickets;
pub mod articles;
pub mod catalog;
