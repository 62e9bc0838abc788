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
    /// `[mail]`.
    pub mail: Option<SendCommand>,
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

/// The command that a mail is handed to, as `sendmail` takes it on standard input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SendCommand {
    /// The program and its arguments; see [`SendCommand::of`].
    words: Vec<String>,
    /// How long it may take.
    pub timeout: Duration,
}

/// What stands in the command for the sender of the envelope.
const ENVELOPE: &str = "{envelope}";

/// What stands in the command for the recipients, an argument each.
const RECIPIENTS: &str = "{recipients}";

impl SendCommand {
    /// The program.
    pub fn program(&self) -> &str {
        self.words.first().map_or("", String::as_str)
    }

    /// The words of the command for a mail. `None` where an address would be taken for an option.
    pub fn of(&self, envelope: &str, recipients: &[String]) -> Option<Vec<String>> {
        let mut all = std::iter::once(envelope).chain(recipients.iter().map(String::as_str));
        if recipients.is_empty() || all.any(|one| one.starts_with('-')) {
            return None;
        }
        let mut words = Vec::new();
        for word in &self.words {
            if word == RECIPIENTS {
                words.extend(recipients.iter().cloned());
            } else {
                words.push(word.replace(ENVELOPE, envelope));
            }
        }
        Some(words)
    }
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

/// How long handing a mail over may take where nothing is said.
const SENDING: i64 = 60;

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
        mail: top.section("mail").and_then(|section| mail(&section)),
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
    let command = command(section, "command", form);
    let timeout = timeout(section, "a notice", TIMEOUT);
    let scope = match section.one_of("for", &["me", "all"]).as_deref() {
        Some("me") => NoticeScope::Me,
        Some(_) => NoticeScope::All,
        None => NoticeScope::Written,
    };
    section.close();
    Some(NotifyCommand {
        command: command?,
        timeout: timeout?,
        scope,
    })
}

fn mail(section: &TomlSection<'_, '_>) -> Option<SendCommand> {
    let form = "write it like send = [\"/usr/sbin/sendmail\", \"-i\", \"-f\", \"{envelope}\", \"--\", \"{recipients}\"]";
    let words = command(section, "send", form);
    let timeout = timeout(section, "handing a mail over", SENDING);
    let is_last = |words: &Vec<String>| words.last().is_some_and(|word| word == RECIPIENTS);
    if words.as_ref().is_some_and(|words| !is_last(words)) {
        let message = "`mail.send` does not end with the recipients, each of which is an argument";
        section.wrong_with("send", message, form);
    }
    section.close();
    Some(SendCommand {
        words: words?,
        timeout: timeout?,
    })
}

/// How long a program may take.
fn timeout(section: &TomlSection<'_, '_>, what: &str, usual: i64) -> Option<Duration> {
    let seconds = section.number("timeout_seconds").unwrap_or(usual);
    let seconds = u64::try_from(seconds)
        .ok()
        .filter(|n| (1..=600).contains(n));
    if seconds.is_none() {
        section.wrong(
            "timeout_seconds",
            format!("{what} may take 1 to 600 seconds"),
        );
    }
    seconds.map(Duration::from_secs)
}

/// A program with its arguments.
fn command(section: &TomlSection<'_, '_>, key: &str, form: &str) -> Option<Vec<String>> {
    let command = section.texts(key);
    if !section.has(key) {
        section.wrong_with(key, format!("`{}` is missing", section.path(key)), form);
    }
    let command = command?;
    let Some(program) = command.first().filter(|program| !program.is_empty()) else {
        let message = format!("`{}` names no program", section.path(key));
        section.wrong_with(key, message, form);
        return None;
    };
    // What stands beside a desk must not come to be run by it.
    if program.contains('/') && !program.starts_with('/') {
        section.wrong_with(
            key,
            format!("`{program}` depends on where desk is run"),
            "name a program by its full path, or by a name that PATH knows",
        );
        return None;
    }
    Some(command)
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
    fn a_mail_is_handed_to_a_program() {
        let text = "[mail]\nsend = [\"msmtp\", \"--from={envelope}\", \"--\", \"{recipients}\"]\n";
        let mail = read("c", text).unwrap().mail.unwrap();
        assert_eq!(mail.timeout, Duration::from_mins(1));
        let to = ["jan@acme.example".to_owned(), "ola@acme.example".to_owned()];
        let words = mail.of("help@desk.example", &to).unwrap();
        assert_eq!(
            words,
            [
                "msmtp",
                "--from=help@desk.example",
                "--",
                "jan@acme.example",
                "ola@acme.example"
            ]
        );
        assert_eq!(mail.of("", &to[..1]).unwrap()[1], "--from=");
        for (envelope, to) in [("-oQ/x", "a@b.c"), ("a@b.c", "-t"), ("a@b.c", "-f@b.c")] {
            assert_eq!(mail.of(envelope, &[to.to_owned()]), None);
        }
        assert_eq!(mail.of("a@b.c", &[]), None);
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
            ("[mail]\n", "c:1:1 `mail.send` is missing"),
            (
                "[mail]\nsend = [\"sendmail\", \"-t\"]",
                "c:2:8 `mail.send` does not end with the recipients, each of which is an argument",
            ),
            ("[notices]\n", "c:1:2 there is no setting `notices`"),
        ] {
            let problems = read("c", text).unwrap_err();
            let first = &problems[0];
            assert_eq!(format!("{} {}", first.location(), first.message), message);
        }
    }
}
