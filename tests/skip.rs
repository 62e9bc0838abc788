//! What a test says that cannot be run here.

use std::io::Write as _;

/// Says aloud that a test, or a part of it, is left out; not by `eprintln!`, which is not shown where
/// tests pass. With `CI` set the test fails, unless it `may` be left out there too: because of the
/// machine, the system or the user, not of a program that `.ci/run` installs or takes for granted.
#[track_caller]
pub(crate) fn skipped(why: &str, may: bool) {
    let in_ci = std::env::var_os("CI").is_some();
    assert!(may || !in_ci, "{why}, and CI is set");
    let _ = writeln!(std::io::stderr(), "SKIPPED: {why}");
}
