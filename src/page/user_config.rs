//! A person's own configuration, `config.toml` in the folder of their configurations: the one place
//! that may name a command to run.

use std::time::Duration;

use crate::model::saved_view::SavedViews;
use crate::page::problem::Problem;
use crate::page::settings::views;
use crate::page::toml_reader::{TomlSection, TomlSource};

/// What a person set up for themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserConfig {
    /// `[notice]`.
    pub notice: Option<NotifyCommand>,
    /// `[view.<name>]`.
    pub views: SavedViews,
}

/// The command that is told of what was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotifyCommand {
    /// The program and its arguments.
    pub command: Vec<String>,
    /// How long it may take.
    pub timeout: Duration,
    /// Of what it is told, and for whom.
    pub scope: NoticeScope,
}

/// Of what a clone's user is told, or tells others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NoticeScope {
    /// Whoever is concerned, of what this clone writes.
    #[default]
    Written,
    /// The user alone, of what others wrote, here or elsewhere.
    Me,
    /// Whoever is concerned, of what this clone writes and of what comes in.
    All,
}

/// How long a command may take where nothing is said.
const TIMEOUT: i64 = 30;

/// Reads a configuration at `path`. Any problem makes it invalid.
pub fn read(path: &str, text: &str) -> Result<UserConfig, Vec<Problem>> {
    let source = TomlSource::new(path, text, 0);
    let table = source.parse(text).map_err(|problem| {
        vec![Problem {
            hint: Some("a configuration is TOML, like `[notice]` and `command = [\"…\"]`".into()),
            ..*problem
        }]
    })?;
    let top = TomlSection::top(&source, &table);
    let config = UserConfig {
        notice: top.section("notice").and_then(|section| notice(&section)),
        views: views::views(&top),
    };
    top.close();
    drop(top);
    let problems = source.finish();
    if problems.is_empty() {
        Ok(config)
    } else {
        Err(problems)
    }
}

fn notice(section: &TomlSection<'_, '_>) -> Option<NotifyCommand> {
    let form = "write the program and its arguments: command = [\"/usr/local/bin/tell\", \"desk\"]";
    let command = section.texts("command");
    if !section.has("command") {
        section.wrong_with("command", "`notice.command` is missing", form);
    }
    let seconds = section.number("timeout_seconds").unwrap_or(TIMEOUT);
    let timeout = u64::try_from(seconds)
        .ok()
        .filter(|n| (1..=600).contains(n));
    if timeout.is_none() {
        section.wrong("timeout_seconds", "a notice may take 1 to 600 seconds");
    }
    let scope = match section.one_of("for", &["me", "all"]).as_deref() {
        Some("me") => NoticeScope::Me,
        Some(_) => NoticeScope::All,
        None => NoticeScope::Written,
    };
    section.close();
    let command = command?;
    let Some(program) = command.first().filter(|program| !program.is_empty()) else {
        section.wrong_with("command", "`notice.command` names no program", form);
        return None;
    };
    // What stands beside a desk must not come to be run by it.
    if program.contains('/') && !program.starts_with('/') {
        section.wrong_with(
            "command",
            format!("`{program}` depends on where desk is run"),
            "name a program by its full path, or by a name that PATH knows",
        );
        return None;
    }
    Some(NotifyCommand {
        timeout: Duration::from_secs(timeout?),
        scope,
        command,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_is_a_program_with_its_arguments() {
        let config = read("c", "[notice]\ncommand = [\"/bin/tell\", \"a b\"]\n").unwrap();
        let notice = config.notice.unwrap();
        assert_eq!(notice.command, ["/bin/tell", "a b"]);
        assert_eq!(notice.timeout, Duration::from_secs(30));
        assert_eq!(notice.scope, NoticeScope::Written);
        for (word, scope) in [("me", NoticeScope::Me), ("all", NoticeScope::All)] {
            let text = format!("[notice]\ncommand = [\"/bin/tell\"]\nfor = \"{word}\"\n");
            assert_eq!(read("c", &text).unwrap().notice.unwrap().scope, scope);
        }
        assert_eq!(read("c", "").unwrap(), UserConfig::default());
    }

    #[test]
    fn what_is_wrong_has_its_place() {
        for (text, message) in [
            ("[notice]\n", "c:1:1 `notice.command` is missing"),
            (
                "[notice]\ncommand = []",
                "c:2:11 `notice.command` names no program",
            ),
            (
                "[notice]\ncommand = [\"./tell\"]",
                "c:2:11 `./tell` depends on where desk is run",
            ),
            (
                "[notice]\ncommand = \"tell\"",
                "c:2:11 `notice.command` is a list of texts, not a text",
            ),
            (
                "[notice]\ncommand = [\"tell\"]\ntimeout_seconds = 0",
                "c:3:19 a notice may take 1 to 600 seconds",
            ),
            (
                "[notice]\ncommand = [\"tell\"]\nfor = \"us\"",
                "c:3:7 `notice.for` cannot be `us`",
            ),
            ("[notices]\n", "c:1:2 there is no setting `notices`"),
        ] {
            let problems = read("c", text).unwrap_err();
            let first = &problems[0];
            assert_eq!(format!("{} {}", first.location(), first.message), message);
        }
    }
}
