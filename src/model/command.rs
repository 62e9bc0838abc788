//! The commands that change a desk, by the words that people type.

/// What `managers_only` in the settings may name: commands by which an agent writes. What only
/// reads needs no permission, for whoever has the files can read them, and the sweep acts as the
/// program itself, whoever starts it.
pub const WRITERS: &[&str] = &[
    "assign",
    "attach",
    "call",
    "cancel",
    "check --fix",
    "close",
    "contact",
    "convert",
    "edit",
    "escalate",
    "import",
    "kb edit",
    "kb new",
    "kb publish",
    "kb retire",
    "kb review",
    "kb search",
    "kb use",
    "link",
    "merge",
    "new",
    "note",
    "pend",
    "reopen",
    "resolve",
    "set",
    "split",
    "take",
    "work done",
    "work link",
    "work new",
    "work tick",
];

/// Groups of commands, which a setting may name as a whole.
pub const GROUPS: &[&str] = &["kb", "work"];

/// Whether a word of the settings means a command: it is its name, or that of its group.
pub fn means(word: &str, command: &str) -> bool {
    word == command
        || (GROUPS.contains(&word)
            && command
                .strip_prefix(word)
                .is_some_and(|rest| rest.starts_with(' ')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_means_its_commands_and_no_other() {
        assert!(means("work", "work new"));
        assert!(means("set", "set"));
        assert!(!means("work", "workaround"));
        assert!(!means("check", "check --fix"));
        assert!(!means("kb new", "kb"));
        for group in GROUPS {
            assert!(WRITERS.iter().any(|command| means(group, command)));
        }
    }
}
