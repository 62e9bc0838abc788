//! Mail.

mod r#in;
mod automatic;
mod out;
mod accept;
mod batch;
mod drop;
mod held;
mod list;
mod loops;
mod setup;
mod show;
mod states;
mod why;
mod servers;
mod agents;
