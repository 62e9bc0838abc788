//! A git history with its diffs, coloured by meaning.

use super::paint::{Paint, Role};
use super::sanitize;

/// Colours the lines of `git log --patch`.
pub fn diff(history: &str, paint: &Paint) -> String {
    let mut out = String::new();
    for line in history.lines() {
        let line = sanitize::line(line);
        let role = match line.as_bytes().first() {
            Some(b'+') => Role::Good,
            Some(b'-') => Role::Alarm,
            Some(b'@') => Role::Muted,
            Some(b'c') if line.starts_with("commit ") => Role::Id,
            _ if line.starts_with("diff ") || line.starts_with("index ") => continue,
            _ => Role::Plain,
        };
        // The file's name stands on every command line already.
        if line.starts_with("--- ") || line.starts_with("+++ ") || line.starts_with("new file mode")
        {
            continue;
        }
        out.push_str(&paint.role(role, &line));
        out.push('\n');
    }
    out
}
