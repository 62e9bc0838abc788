//! Which tickets, articles and problem codes a query asks for.

pub mod words;
pub mod matcher;
pub mod tickets;
pub mod articles;
pub mod catalog;
