//! What is measured on data: logs and texts that nobody here wrote, and inputs that grow.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "tests run programs, write files and show what they measured; a scene that cannot be set up fails its test"
)]

#[path = "../scratch.rs"]
mod scratch;
#[path = "../skip.rs"]
mod skip;
mod figures;
#[cfg(target_os = "linux")]
mod growth;
mod logs;
mod relevance;
