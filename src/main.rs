//! Starts, nothing else.

use std::process::ExitCode;

fn main() -> ExitCode {
    plaindesk::cli::main()
}
