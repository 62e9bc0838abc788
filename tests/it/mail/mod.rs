//! Mail.

mod r#in;
mod why;
mod servers;
mod agents;
