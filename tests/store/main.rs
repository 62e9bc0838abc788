//! The store against real git: every state a repository can be in, every way a save can be cut
//! short, and whole commands that are killed, hindered and crowded.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a scene that cannot be set up fails its test, and a test that is skipped says so"
)]

#[path = "../scratch.rs"]
mod scratch;
#[path = "../skip.rs"]
mod skip;
#[path = "../commands.rs"]
mod commands;
mod desk;
mod commits;
mod states;
mod obstacles;
mod journal;
mod attached_files;
mod left_out;
mod session;
mod crowd;
mod hostile;
mod index;
mod bulk;
mod gossip;
mod gossip_in_memory;
mod power;

mod crash;
