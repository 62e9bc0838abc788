//! Where the desks of tests stand, and how programs are run there.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use tempfile::TempDir;

/// A folder for one test. It is in memory where the system has room for it, for most of what a
/// command on a disk costs is waiting for it to be durable; `TMPDIR` names another place.
pub(crate) fn folder() -> TempDir {
    static PLACE: OnceLock<PathBuf> = OnceLock::new();
    let place = PLACE.get_or_init(|| in_memory().unwrap_or_else(std::env::temp_dir));
    let named = tempfile::Builder::new()
        .prefix("desk-test-")
        .tempdir_in(place);
    named.unwrap()
}

#[cfg(target_os = "linux")]
fn in_memory() -> Option<PathBuf> {
    use rustix::fs::StatVfsMountFlags;
    let memory = PathBuf::from("/dev/shm");
    let found = rustix::fs::statvfs(&memory).ok()?;
    // Containers often have one that is small, or whose files cannot be run.
    let is_fit = found.f_bavail * found.f_frsize >= 1 << 30
        && !found.f_flag.contains(StatVfsMountFlags::NOEXEC);
    let is_wanted = std::env::var_os("TMPDIR").is_none() && tempfile::tempdir_in(&memory).is_ok();
    (is_fit && is_wanted).then_some(memory)
}

#[cfg(not(target_os = "linux"))]
fn in_memory() -> Option<PathBuf> {
    None
}

/// A program in a folder, for somebody with this home, whose git configuration is the `gitconfig`
/// there; of the machine it sees no settings.
pub(crate) fn command(program: impl AsRef<OsStr>, folder: &Path, home: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", home)
        .env("GIT_CONFIG_GLOBAL", home.join("gitconfig"))
        .env("GIT_CONFIG_NOSYSTEM", "1")
        // `init` takes the system's zone.
        .env(
            "TZ",
            std::env::var_os("DESK_TEST_TZ").unwrap_or("Europe/Warsaw".into()),
        )
        // Nobody's clone is told how git merges; the tests of that take it away.
        .env("CI", "true")
        .stdin(Stdio::null());
    // `scripts/places.sh` runs tests elsewhere: in another language, with another clock.
    for (given, name) in [
        ("DESK_TEST_LANG", "LANG"),
        ("DESK_TEST_PRELOAD", "LD_PRELOAD"),
        ("FAKETIME", "FAKETIME"),
        (
            "FAKETIME_DONT_FAKE_MONOTONIC",
            "FAKETIME_DONT_FAKE_MONOTONIC",
        ),
    ] {
        if let Some(value) = std::env::var_os(given) {
            command.env(name, value);
        }
    }
    command
}
