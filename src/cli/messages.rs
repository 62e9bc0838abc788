//! Errors that commands make of their arguments and of the terminal.

use crate::ops::core::error::OpError;
use crate::ops::core::messages::Part;

/// Errors that commands make of their arguments and of the terminal. The parts of a text are in its order.
#[derive(Clone, Copy)]
pub enum CommandError<'a> {
    UnknownZone(Part<'a>),
    NoTicketNamed,
    SeveralNamed(Part<'a>),
    StdinUnreadable(Part<'a>),
    StdinTooLong,
    StdinNoText(Part<'a>),
    NoText(Part<'a>),
    SavedButOutputFailed(Part<'a>),
    EditorFailed(Part<'a>),
    NoEditor(Part<'a>, Part<'a>),
    NothingWritten,
    BadNow(Part<'a>),
    ConfigUnreadable(Part<'a>, Part<'a>),
    InvalidConfig(Part<'a>),
    NothingToChoose,
    OneNameForSeveral,
    StdinTwice,
    StdinWithoutName,
    NoSuchPath(Part<'a>),
    OutsideOfDesk(Part<'a>),
    NoResponse,
    UnknownShell(Part<'a>),
    EmptySetting(Part<'a>),
    MineWithoutMe,
    BoardOptionWithCommand,
    EditNeedsTerminal,
    TemplateEditNeedsTerminal,
    MapUnreadable(Part<'a>, Part<'a>),
    MapNotWritten(Part<'a>, Part<'a>),
    MapNotChosen(Part<'a>, Part<'a>),
    BadDelimiter(Part<'a>),
    NothingToImport,
    BinaryToTerminal,
    TooManyRows(Part<'a>, Part<'a>),
    NoWorkbook(Part<'a>),
    ManNotWritten(Part<'a>, Part<'a>),
    UnknownCommand(Part<'a>),
    NothingSaid,
    NothingSaidAbout(Part<'a>),
    UnknownEnding(Part<'a>, Part<'a>),
    NothingToSet,
    EmptyName,
    BadPeriod(Part<'a>),
    ArticleEditNeedsTerminal,
    NoArticleNamed,
    ArticleNeedsText(Part<'a>),
    NoCallScript(Part<'a>, Part<'a>),
    BadStepNumber(Part<'a>),
    InterviewEnded,
    HandoverWithoutWhom,
    MailUnreadable(Part<'a>, Part<'a>),
    NoMailOnTerminal,
}

impl CommandError<'_> {
    /// The words of the error.
    pub fn error(self) -> OpError {
        match self {
            Self::UnknownZone(name) => {
                OpError::usage("unknown-zone", format!("there is no time zone `{name}`"))
                    .hint("write it like Europe/Warsaw or UTC")
            }
            Self::NoTicketNamed => OpError::usage("no-ticket-named", "no ticket was named")
                .hint("name one by its id; `desk list` shows them"),
            Self::SeveralNamed(count) => OpError::usage(
                "several-named",
                format!("this takes one ticket, and standard input names {count}"),
            )
            .hint("name one, or call the command once for each"),
            Self::StdinUnreadable(error) => OpError::failed(
                "stdin-unreadable",
                format!("cannot read standard input: {error}"),
            ),
            Self::StdinTooLong => OpError::usage(
                "stdin-too-long",
                "standard input is longer than a page may be",
            )
            .hint("attach it as a file"),
            Self::StdinNoText(error) => {
                OpError::usage("stdin-no-text", format!("standard input: {error}"))
            }
            Self::NoText(verb) => OpError::usage("no-text", format!("`desk {verb}` needs a text"))
                .hint("give it with -m TEXT, or -m - to read it from standard input"),
            Self::SavedButOutputFailed(error) => OpError::failed(
                "saved-but-output-failed",
                format!("saved, but writing to standard output failed: {error}"),
            ),
            Self::EditorFailed(status) => {
                OpError::failed("editor-failed", format!("the editor ended with {status}"))
            }
            Self::NoEditor(editor, error) => OpError::failed(
                "no-editor",
                format!("cannot start the editor `{editor}`: {error}"),
            )
            .hint("set EDITOR"),
            Self::NothingWritten => OpError::usage(
                "nothing-written",
                "nothing was written, nothing was changed",
            ),
            Self::BadNow(error) => OpError::usage("bad-now", format!("DESK_NOW: {error}")),
            Self::ConfigUnreadable(shown, error) => OpError::failed(
                "config-unreadable",
                format!("cannot read `{shown}`: {error}"),
            ),
            Self::InvalidConfig(shown) => {
                OpError::invalid("invalid-config", format!("`{shown}` is invalid"))
            }
            Self::NothingToChoose => {
                OpError::failed("nothing-to-choose", "there is no answer to choose from")
            }
            Self::OneNameForSeveral => OpError::usage(
                "one-name-for-several",
                "--name names one file, and there are several",
            )
            .hint("attach that one by a command of its own"),
            Self::StdinTwice => OpError::usage(
                "stdin-twice",
                "standard input can be read for one thing only",
            )
            .hint("give the text with -m TEXT, or name the tickets by their ids"),
            Self::StdinWithoutName => {
                OpError::usage("stdin-without-name", "standard input has no name")
                    .hint("give it one with --name, like --name screen.png")
            }
            Self::NoSuchPath(path) => {
                OpError::usage("no-such-path", format!("there is no `{path}`"))
                    .hint("name files or folders of the desk")
            }
            Self::OutsideOfDesk(path) => {
                OpError::usage("outside-of-desk", format!("`{path}` is not in this desk"))
                    .hint("name files or folders of the desk")
            }
            Self::NoResponse => OpError::usage("no-response", "specify the requester's response")
                .hint("--satisfied yes, --satisfied no (reopens), or --no-answer"),
            Self::UnknownShell(shell) => OpError::usage(
                "unknown-shell",
                format!("there are no completions for `{shell}`"),
            ),
            Self::EmptySetting(pair) => {
                OpError::usage("empty-setting", format!("`--set {pair}` sets nothing"))
                    .hint("write --set KEY=VALUE")
            }
            Self::MineWithoutMe => {
                OpError::usage("mine-without-me", "`--mine` needs to know who you are")
                    .hint("say so with --as HANDLE or DESK_AGENT")
            }
            Self::BoardOptionWithCommand => OpError::usage(
                "board-option-with-command",
                "`--team`, `--mine` and `--all` before a command are for `desk` alone",
            )
            .hint("write them behind the command where it has them"),
            Self::EditNeedsTerminal => {
                OpError::usage("edit-needs-terminal", "`desk edit` needs a terminal").hint(
                    "edit the file itself, then `desk check --fix`; or set fields with `desk set`",
                )
            }
            Self::TemplateEditNeedsTerminal => {
                OpError::usage("edit-needs-terminal", "`--edit` needs a terminal")
                    .hint("leave it out, or add your words with -m")
            }
            Self::BinaryToTerminal => {
                OpError::usage("binary-to-terminal", "a workbook is no text for a terminal")
                    .hint("-o FILE.xlsx writes it to a file")
            }
            Self::TooManyRows(found, most) => OpError::refused(
                "too-many-rows",
                format!("{found} tickets are more than the {most} rows that a sheet may have"),
            )
            .hint("--format csv has no limit; a query makes them fewer"),
            Self::NoWorkbook(error) => OpError::failed(
                "no-workbook",
                format!("the workbook cannot be made: {error}"),
            ),
            Self::NothingToImport => {
                OpError::usage("nothing-to-import", "what to import is missing").hint(
                    "`desk import events FILE --map MAP.toml`, or `desk import --undo SOURCE`",
                )
            }
            Self::MapUnreadable(path, error) => {
                OpError::usage("file-unreadable", format!("cannot read `{path}`: {error}"))
            }
            Self::MapNotWritten(path, error) => OpError::usage(
                "map-not-written",
                format!("cannot write the map `{path}`: {error}"),
            )
            .hint("name a file that is not there yet, in a folder that is"),
            Self::MapNotChosen(log, system) => OpError::usage(
                "map-not-chosen",
                format!("which system `{log}` comes from is not said"),
            )
            .hint(format!("its columns are those of --from {system}"))
            .hint("--dry-run shows what would come in"),
            Self::BadDelimiter(sign) => OpError::usage(
                "bad-delimiter",
                format!("`{sign}` cannot stand between cells"),
            )
            .hint("give one sign of ASCII, such as `;`"),
            Self::ManNotWritten(dir, error) => OpError::failed(
                "man-not-written",
                format!("cannot write to `{dir}`: {error}"),
            ),
            Self::UnknownCommand(command) => OpError::usage(
                "unknown-command",
                format!("there is no command `{command}`"),
            )
            .hint("see `desk --help`"),
            Self::NothingSaid => OpError::usage("nothing-said", "nothing is said about the ticket")
                .hint("give a title, or at least a channel: desk new \"Printer jams\" --from NAME"),
            Self::NothingSaidAbout(id) => {
                OpError::usage("nothing-said", format!("nothing is said about `{id}`"))
            }
            Self::UnknownEnding(file, known) => OpError::usage(
                "unknown-ending",
                format!("the ending of `{file}` names no format"),
            )
            .hint(format!("end it in {known}, or say --format")),
            Self::NothingToSet => OpError::usage("nothing-to-set", "nothing to set")
                .hint("write KEY=VALUE, like queue=network"),
            Self::EmptyName => OpError::usage("empty-name", "an empty name finds nobody")
                .hint("give a part of the name, an account, a number or an address"),
            Self::BadPeriod(error) => OpError::usage("bad-period", error.to_string())
                .hint("write 2026-11, 2026-11-21, monday, \"2026-11-21 14:00\" or -7d"),
            Self::ArticleEditNeedsTerminal => OpError::usage(
                "edit-needs-terminal",
                "`desk kb edit` needs a terminal",
            )
            .hint(
                "edit the file itself, then `desk kb check`; `desk kb list --json` tells its path",
            ),
            Self::NoArticleNamed => OpError::usage("no-article-named", "no article was named")
                .hint("name one by its id; `desk kb list` shows them"),
            Self::ArticleNeedsText(emplate) => {
                OpError::usage("no-text", "`desk kb new` needs a text")
                    .hint("give it with -m TEXT, or -m - to read it from standard input")
                    .hint(format!("or begin with --template {emplate}"))
            }
            Self::NoCallScript(id, most) => {
                OpError::usage("no-call-script", format!("`{id}` has no call script")).hint(
                    format!("write a section `## {most}` with numbered lines: desk kb edit {id}"),
                )
            }
            Self::HandoverWithoutWhom => OpError::usage(
                "handover-without-whom",
                "without --to nothing is handed over, and there is nobody to read the text",
            )
            .hint(
                "`desk handover --to HANDLE -m TEXT` hands over; without -m it shows what there is",
            ),
            Self::BadStepNumber(word) => OpError::usage(
                "bad-step-number",
                format!("`{word}` is no number of a step"),
            )
            .hint("name steps by their numbers in `desk work show`, or all of them with `all`"),
            Self::NoMailOnTerminal => OpError::usage(
                "no-mail-on-terminal",
                "a mail is read from standard input, and that is a terminal",
            )
            .hint("desk mail in < message.eml"),
            Self::MailUnreadable(file, error) => {
                OpError::usage("mail-not-read", format!("cannot read `{file}`: {error}"))
                    .hint("name a file that holds one mail, or - for standard input")
            }
            Self::InterviewEnded => OpError::failed("interview-ended", "the interview has ended"),
        }
    }
}
