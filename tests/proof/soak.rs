//! A desk lived for two simulated weeks by four clones, in the short form of `tests/oracle/soak.py`; `just soak`
//! has it live for a year.

use std::path::Path;
use std::process::Command;

use crate::scratch;
use crate::skip::skipped;

#[test]
fn two_weeks_of_four_clones_end_whole_and_are_counted_alike() {
    let python = Command::new("python3").arg("--version").output();
    if !python.is_ok_and(|out| out.status.success()) {
        skipped("python3 is not installed", true);
        return;
    }
    let place = scratch::folder();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle/soak.py");
    let lived = Command::new("python3")
        .arg(script)
        .arg(env!("CARGO_BIN_EXE_desk"))
        .arg(place.path().join("desk"))
        .args(["2", "1", "short"])
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .unwrap();
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&lived.stdout),
        String::from_utf8_lossy(&lived.stderr)
    );
    assert!(lived.status.success(), "{said}");
    print!("{said}");
}
