//! plaindesk: an IT help desk that lives in a git repository of plain-text files.

pub mod model;
pub mod page;
pub mod rules;
pub mod store;
pub mod index;
pub mod ops;
pub mod view;
pub mod cli;
