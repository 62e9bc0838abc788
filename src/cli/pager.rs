//! The pager: a program of the user's own choosing, which may be absent or fail.

use std::io::{self, Write as _};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use signal_hook::consts::{SIGINT, SIGQUIT};

use crate::view::sanitize::Shown;

/// Shows a text in a pager, which must not run preprocessors on what strangers wrote.
///
/// An error means that the text may not have been seen: the pager, or the shell that starts it,
/// is absent or ended with a failure.
pub fn show(pager: &str, text: &Shown<'_>) -> io::Result<()> {
    // Ctrl-C is for the pager: if this process ended, the shell and the pager would both read
    // the terminal.
    let ignored = Arc::new(AtomicBool::new(false));
    let held = [SIGINT, SIGQUIT].map(|signal| signal_hook::flag::register(signal, ignored.clone()));
    let ended = run(pager, text);
    for id in held.into_iter().flatten() {
        signal_hook::low_level::unregister(id);
    }
    ended
}

fn run(pager: &str, text: &Shown<'_>) -> io::Result<()> {
    #[expect(
        clippy::disallowed_methods,
        reason = "the pager, a program of the user's own choosing"
    )]
    let mut child = Command::new("sh")
        .args(["-c", pager])
        .env("LESSSECURE", "1")
        .env_remove("LESSOPEN")
        .env_remove("LESSCLOSE")
        .stdin(Stdio::piped())
        .spawn()
        .map_err(|error| io::Error::new(error.kind(), format!("sh: {error}")))?;
    if let Some(mut input) = child.stdin.take() {
        // The reader may leave early.
        let _ = input.write_all(text.as_str().as_bytes());
    }
    let status = child.wait()?;
    if status.success() {
        Ok(())
    } else {
        Err(io::Error::other(status.to_string()))
    }
}
