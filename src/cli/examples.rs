//! One example for each command, shown below its help, and the groups of commands.

use clap::Command;

/// The commands in groups, as `desk --help` lists them.
pub const GROUPS: &[(&str, &[&str])] = &[
    (
        "Daily work",
        &[
            "new", "list", "show", "next", "take", "assign", "ack", "watch", "note", "contact",
            "call", "reply", "pend", "resolve", "close", "reopen", "cancel", "escalate",
        ],
    ),
    (
        "Records",
        &[
            "set", "edit", "attach", "convert", "split", "merge", "link", "undo", "redate",
            "redact", "work", "who", "asset", "log",
        ],
    ),
    (
        "Knowledge",
        &["search", "suggest", "kb", "templates", "catalog"],
    ),
    ("Time", &["due", "sla", "away", "handover", "sweep"]),
    ("Figures", &["report"]),
    (
        "Desk",
        &[
            "init",
            "sync",
            "review",
            "hooks",
            "check",
            "migrate",
            "resolve-merge",
            "merge-driver",
            "completions",
            "man",
        ],
    ),
    ("Data", &["import", "export", "mail"]),
];

/// An example for each command that does something, by its words.
const EXAMPLES: &[(&str, &str)] = &[
    ("init", "desk init ~/helpdesk"),
    (
        "new",
        "desk new \"No network on floor 3\" --from \"Ola Nowak\" --code NET-OUT",
    ),
    ("list", "desk list queue:network priority>=urgent printer"),
    ("show", "desk show 7K3MQ"),
    ("search", "desk search \"paper jam\" floor"),
    ("suggest", "desk suggest 7K3MQ"),
    ("who", "desk who nowak"),
    ("asset", "desk asset JW0219"),
    ("due", "desk due"),
    ("sla", "desk sla 7K3MQ"),
    ("mail in", "desk mail in --maildir ~/Mail/help"),
    ("mail out", "desk mail out"),
    ("mail list", "desk mail list"),
    ("mail setup", "desk mail setup postfix cron"),
    ("mail show", "desk mail show 1bfs623a"),
    ("mail accept", "desk mail accept 1bfs623a --on 7K3MQ"),
    ("mail drop", "desk mail drop 1bfs623a"),
    ("mail why", "desk mail why message.eml"),
    ("away", "desk away 2026-12-24..2027-01-06 --deputy marek"),
    ("handover", "desk handover --to marek"),
    ("sweep", "desk sweep --quiet"),
    ("next", "desk next"),
    ("log", "desk log 7K3MQ"),
    ("take", "desk take 7K3MQ"),
    ("ack", "desk ack 7K3MQ -m \"I call the vendor\""),
    ("watch", "desk watch 7K3MQ"),
    ("assign", "desk assign 7K3MQ anna"),
    (
        "note",
        "desk note 7K3MQ -m \"The switch in rack 2 is dark.\"",
    ),
    (
        "contact",
        "desk contact 7K3MQ --by email -m \"Sent the steps.\"",
    ),
    (
        "call",
        "desk call 7K3MQ -m \"Told Ola that a technician is on the way.\"",
    ),
    (
        "reply",
        "desk reply 7K3MQ -m \"Please restart the switch.\"",
    ),
    ("set", "desk set 7K3MQ urgency=high"),
    ("convert", "desk convert 7K3MQ --to action"),
    ("split", "desk split 7K3MQ \"The phone is dead, too\""),
    ("edit", "desk edit 7K3MQ"),
    ("attach", "desk attach 7K3MQ switch.log"),
    (
        "pend",
        "desk pend 7K3MQ --on vendor --ref SR-6923 --until friday",
    ),
    ("resolve", "desk resolve 7K3MQ -m \"Replaced the switch.\""),
    ("close", "desk close 7K3MQ --satisfied yes"),
    ("undo", "desk undo"),
    (
        "redate",
        "desk redate 7K3MQ --entry ^q4tz \"2026-11-21 10:05\"",
    ),
    ("redact", "desk redact 7K3MQ --field requester.phone"),
    ("reopen", "desk reopen 7K3MQ -m \"It went dark again.\""),
    ("cancel", "desk cancel 7K3MQ -m \"A test call.\""),
    (
        "escalate",
        "desk escalate 7K3MQ -m \"Needs the core switch.\"",
    ),
    ("link", "desk link 7K3MQ 4XJ2P"),
    ("migrate", "desk migrate --dry-run"),
    ("resolve-merge", "desk resolve-merge"),
    ("sync", "desk sync"),
    ("hooks install", "desk hooks install"),
    ("hooks remove", "desk hooks remove --dry-run"),
    ("hooks run", "desk hooks run pre-commit"),
    ("review", "desk review main..proposal"),
    (
        "merge-driver",
        "desk merge-driver base.md ours.md theirs.md tickets/2026-11/2611-7K3MQ.md",
    ),
    ("merge", "desk merge 4XJ2P --into 7K3MQ"),
    ("catalog", "desk catalog printer"),
    ("templates", "desk templates more-information --on 7K3MQ"),
    ("report", "desk report volume --period last-week --by queue"),
    ("check", "desk check"),
    ("import events", "desk import events log.csv --map log.toml"),
    (
        "import tickets",
        "desk import tickets export.xlsx --from zammad --dry-run",
    ),
    ("import json", "desk import json tickets.json"),
    ("work new", "desk work new 7K3MQ 4XJ2P"),
    ("work link", "desk work link 4XJ2P --to 9B0DE"),
    ("work show", "desk work show 9B0DE"),
    ("work list", "desk work list queue:network"),
    (
        "work say",
        "desk work say 9B0DE -m \"ERP is down, next word at 14:00\" --next 14:00",
    ),
    ("work tick", "desk work tick 9B0DE 1"),
    (
        "work done",
        "desk work done 9B0DE -m \"The switch is replaced.\"",
    ),
    ("kb new", "desk kb new --from 7K3MQ"),
    ("kb edit", "desk kb edit KB-7Q2M"),
    ("kb list", "desk kb list is:stale"),
    ("kb show", "desk kb show KB-7Q2M"),
    ("kb script", "desk kb script KB-7Q2M"),
    ("kb search", "desk kb search \"no network\" --on 7K3MQ"),
    ("kb use", "desk kb use KB-7Q2M --on 7K3MQ --outcome solved"),
    ("kb review", "desk kb review KB-7Q2M"),
    ("kb publish", "desk kb publish KB-7Q2M"),
    (
        "kb retire",
        "desk kb retire KB-7Q2M -m \"The printer is gone.\"",
    ),
    ("kb check", "desk kb check"),
    ("kb demand", "desk kb demand"),
    ("export", "desk export created:2026-11 --format csv"),
    ("completions", "desk completions bash"),
    ("man", "desk man"),
];

/// Adds its example to each command, and the groups to the help of the whole.
pub fn with_examples(command: Command) -> Command {
    let groups = grouped(&command);
    let heading = *command.get_styles().get_header();
    let template = format!(
        "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n{groups}\n{heading}Options:{heading:#}\n{{options}}{{after-help}}"
    );
    command
        .help_template(template)
        .mut_subcommands(|sub| with_example(sub, ""))
}

fn with_example(command: Command, above: &str) -> Command {
    let path = format!("{above} {}", command.get_name()).trim().to_owned();
    let example = EXAMPLES.iter().find(|(name, _)| *name == path);
    let command = match example {
        Some((_, line)) => command.after_help(format!("Example:\n  {line}")),
        None => command,
    };
    command.mut_subcommands(|sub| with_example(sub, &path))
}

/// The commands with what they do, group by group.
fn grouped(command: &Command) -> String {
    use std::fmt::Write as _;
    let heading = command.get_styles().get_header();
    let literal = command.get_styles().get_literal();
    let width = command.get_subcommands().map(|sub| sub.get_name().len());
    let width = width.max().unwrap_or_default();
    let mut text = String::new();
    for (title, names) in GROUPS {
        let _ = write!(text, "\n{heading}{title}:{heading:#}\n");
        for name in *names {
            let about = command.find_subcommand(name).and_then(Command::get_about);
            let about = about.map(ToString::to_string).unwrap_or_default();
            let _ = writeln!(text, "  {literal}{name:width$}{literal:#}  {about}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_can_be_typed() {
        for (name, line) in EXAMPLES {
            assert!(line.starts_with(&format!("desk {name}")), "{line}");
            let words = line.split('"').enumerate().flat_map(|(place, part)| {
                let quoted = place % 2 == 1;
                let one: Vec<&str> = if quoted {
                    vec![part]
                } else {
                    part.split_whitespace().collect()
                };
                one
            });
            let parsed = crate::cli::command().try_get_matches_from(words);
            assert!(parsed.is_ok(), "{line}: {}", parsed.unwrap_err());
        }
    }

    #[test]
    fn no_command_is_in_two_groups() {
        let command = crate::cli::command();
        let grouped = GROUPS.iter().flat_map(|(_, names)| *names);
        let mut grouped: Vec<&str> = grouped.copied().collect();
        for name in &grouped {
            assert!(
                command.find_subcommand(name).is_some(),
                "there is no `{name}`"
            );
        }
        let count = grouped.len();
        grouped.sort_unstable();
        grouped.dedup();
        assert_eq!(grouped.len(), count);
    }
}
