//! Mail.

mod r#in;
mod out;
mod why;
mod servers;
mod agents;
