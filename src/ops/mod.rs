//! What people do: one file per verb, each taking a desk, a request and the moment, and returning
//! an outcome. Nothing here prints.

pub mod core;
pub mod data;
pub mod ticket;
pub mod kb;
pub mod search;
pub mod work;
pub mod mail;
