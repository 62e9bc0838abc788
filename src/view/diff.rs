//! A git history with its diffs, coloured by meaning.

use crate::view::paint::{Paint, Role};
use crate::view::sanitize;

/// Colours the lines of `git log --patch`.
pub fn diff(history: &str, paint: &Paint) -> String {
    let mut out = String::new();
    // Between `diff` and the first `@@` stand git's own lines; below, only the file's.
    let mut header = false;
    for line in history.lines() {
        let line = sanitize::line(line);
        if line.starts_with("diff ") {
            header = true;
        } else if line.starts_with("@@") || line.starts_with("commit ") {
            header = false;
        }
        // The file's name stands on every command line already.
        if header {
            continue;
        }
        let role = match line.as_bytes().first() {
            Some(b'+') => Role::Good,
            Some(b'-') => Role::Alarm,
            Some(b'@') => Role::Muted,
            Some(b'c') if line.starts_with("commit ") => Role::Id,
            _ => Role::Plain,
        };
        out.push_str(&paint.role(role, &line));
        out.push('\n');
    }
    out
}
