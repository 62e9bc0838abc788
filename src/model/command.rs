//! The commands that change a desk, by the words that people type.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

/// What `managers_only` in the settings may name: commands by which an agent writes. What only
/// reads needs no permission, for whoever has the files can read them, and the sweep acts as the
/// program itself, whoever starts it.
pub const WRITERS: &[&str] = &[
    "ack",
    "assign",
    "attach",
    "away",
    "call",
    "cancel",
    "check --fix",
    "close",
    "contact",
    "convert",
    "edit",
    "escalate",
    "handover",
    "import",
    "kb edit",
    "kb new",
    "kb publish",
    "kb retire",
    "kb review",
    "kb search",
    "kb use",
    "link",
    "mail accept",
    "mail drop",
    "merge",
    "migrate",
    "new",
    "note",
    "pend",
    "redact",
    "redate",
    "reopen",
    "reply",
    "resolve",
    "resolve-merge",
    "set",
    "split",
    "sync",
    "take",
    "templates --starter",
    "undo",
    "watch",
    "who --merge",
    "work done",
    "work link",
    "work new",
    "work say",
    "work tick",
];

/// Groups of commands, which a setting may name as a whole.
pub const GROUPS: &[&str] = &["kb", "work"];

/// What `managers_only` names: a command that writes, or a group of commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct RestrictedCommand(&'static str);

impl RestrictedCommand {
    /// The command or group of a word; `None` for what is neither.
    pub fn read(word: &str) -> Option<Self> {
        let all = WRITERS.iter().chain(GROUPS);
        all.copied().find(|known| *known == word).map(Self)
    }

    /// Whether it is this command, or the group of it.
    pub fn covers(self, command: &str) -> bool {
        let Some(rest) = command.strip_prefix(self.0) else {
            return false;
        };
        rest.is_empty() || (GROUPS.contains(&self.0) && rest.starts_with(' '))
    }
}

impl<'de> Deserialize<'de> for RestrictedCommand {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let word = String::deserialize(from)?;
        Self::read(&word).ok_or_else(|| D::Error::custom("no command that writes"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_means_its_commands_and_no_other() {
        let covers = |word, command| RestrictedCommand::read(word).unwrap().covers(command);
        assert!(covers("work", "work new"));
        assert!(covers("set", "set"));
        assert!(!covers("work", "workaround"));
        assert!(!covers("kb new", "kb"));
        assert_eq!(RestrictedCommand::read("check"), None);
        for group in GROUPS {
            assert!(WRITERS.iter().any(|command| covers(group, command)));
        }
    }
}
