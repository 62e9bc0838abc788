//! The store against real git: every state a repository can be in, and every way a save can be
//! cut short.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a scene that cannot be set up fails its test, and a test that is skipped says so"
)]

#[path = "../skip.rs"]
mod skip;
mod desk;
mod plain;
mod states;
mod obstacles;
mod journal;
mod keep;
mod left_out;
mod session;
mod crowd;
mod hostile;
mod index;
mod bulk;
mod power;
