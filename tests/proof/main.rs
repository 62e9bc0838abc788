//! What is proved by being said twice: commands against a model in memory, readers and writers against
//! one another.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a scene that cannot be set up fails its test, and a test says how much it tried"
)]

#[path = "../scratch.rs"]
mod scratch;
#[path = "../skip.rs"]
mod skip;
#[path = "../../fuzz/oracles/mod.rs"]
mod oracles;
mod model;
mod places;
mod replay;
mod soak;
