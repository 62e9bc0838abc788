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
mod mail;
mod merge_oracle;
mod relevance;
#[cfg(target_os = "linux")]
mod scale;

use std::path::Path;
use std::process::{Command, Stdio};

/// A log of `../shared/data`, unpacked; `None`, said aloud, where it is absent.
fn unpacked(file: &str) -> Option<Vec<u8>> {
    let data = std::env::var_os("DESK_TEST_DATA");
    let data =
        data.unwrap_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data").into());
    let path = Path::new(&data).join(file);
    let unpacked = std::fs::File::open(&path).and_then(|file| {
        let mut gzip = Command::new("gzip");
        gzip.arg("-dc")
            .stdin(file)
            .stderr(Stdio::inherit())
            .output()
    });
    let bytes = unpacked.map(|out| out.stdout).unwrap_or_default();
    if bytes.is_empty() {
        skip::skipped(&format!("{} cannot be read", path.display()), true);
        return None;
    }
    Some(bytes)
}
