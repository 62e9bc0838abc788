//! The command reference `docs/cli.md`, made from the arguments' own words.

use clap::{Arg, Command};

fn text(styled: Option<&clap::builder::StyledStr>) -> String {
    styled.map(ToString::to_string).unwrap_or_default()
}

/// An argument on one line: how it is written, what it means.
fn argument(arg: &Arg) -> String {
    let value = || {
        let names = arg.get_value_names().unwrap_or_default();
        names
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(" ")
    };
    let many = arg
        .get_num_args()
        .is_some_and(|range| range.max_values() > 1);
    let mut ways = Vec::new();
    if let Some(short) = arg.get_short() {
        ways.push(format!("-{short}"));
    }
    if let Some(long) = arg.get_long() {
        ways.push(format!("--{long}"));
    }
    let mut written = ways.join(", ");
    if arg.is_positional() {
        written = format!("{}{}", value(), if many { "…" } else { "" });
    } else if arg.get_action().takes_values() {
        written = format!("{written} {}", value());
    }
    let default: Vec<String> = arg
        .get_default_values()
        .iter()
        .map(|value| value.to_string_lossy().into_owned())
        .collect();
    let default = match default.join(" ") {
        none if none.is_empty() || !arg.get_action().takes_values() => String::new(),
        default => format!(" [default: {default}]"),
    };
    format!("- `{written}`: {}{default}\n", text(arg.get_help()))
}

fn arguments(command: &Command, global: bool) -> String {
    let shared = |arg: &&Arg| arg.get_help_heading() == Some("Options of every command");
    let own = command.get_arguments().filter(|arg| shared(arg) == global);
    own.filter(|arg| !arg.is_hide_set() && arg.get_id() != "help" && arg.get_id() != "version")
        .map(argument)
        .collect()
}

fn reference() -> String {
    let mut command = plaindesk::cli::command();
    command.build();
    let mut out =
        String::from("# Commands\n\nMade from `desk --help`; a test compares the two.\n\n");
    out.push_str(&format!(
        "{}\n\n",
        text(command.get_long_about().or(command.get_about()))
    ));
    out.push_str("## Options without a command\n\n");
    out.push_str(&arguments(&command, false));
    out.push_str("\n## Options of every command\n\n");
    out.push_str(&arguments(&command, true));
    describe(&command, "desk", &mut out);
    out
}

/// The commands of a command, and theirs.
fn describe(command: &Command, name: &str, out: &mut String) {
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
        if sub.get_name() == "help" {
            continue;
        }
        let name = format!("{name} {}", sub.get_name());
        let usage = sub.clone().render_usage().to_string();
        let usage = usage
            .trim_start_matches("Usage: ")
            .replace("\n       ", "\n");
        out.push_str(&format!(
            "\n## {name}\n\n{}\n\n",
            text(sub.get_long_about().or(sub.get_about()))
        ));
        out.push_str(&format!("    {}\n\n", usage.trim()));
        out.push_str(&arguments(sub, false));
        describe(sub, &name, out);
    }
}

#[test]
fn the_reference_is_up_to_date() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/cli.md");
    let made = reference();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &made).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == made,
        "docs/cli.md is stale: run the tests with UPDATE_DOCS=1 and commit it"
    );
}

#[test]
fn every_command_and_option_has_a_help_text() {
    let mut command = plaindesk::cli::command();
    command.build();
    for sub in command.get_subcommands() {
        let about = text(sub.get_about());
        assert!(
            about.starts_with(char::is_uppercase) && !about.ends_with('.'),
            "{}: {about}",
            sub.get_name()
        );
        for arg in sub.get_arguments() {
            assert!(
                !text(arg.get_help()).is_empty(),
                "{} of {}",
                arg.get_id(),
                sub.get_name()
            );
        }
    }
}
