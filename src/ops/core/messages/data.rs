//! Errors of reports, settings and the making of a desk.

use crate::ops::core::error::OpError;
use crate::ops::core::messages::Part;

/// Errors of reports, settings and the making of a desk. The parts of a text are in its order.
#[derive(Clone, Copy)]
pub enum DataError<'a> {
    AttachmentUnreadable(Part<'a>, Part<'a>),
    AttachmentCutShort(Part<'a>),
    FormatByHand,
    MergedAsText(Part<'a>, Part<'a>),
    FolderNotMade(Part<'a>, Part<'a>),
    DeskThere(Part<'a>),
    GitInitFailed(Part<'a>),
    UnknownReport(Part<'a>, Part<'a>),
    BadPeriod(Part<'a>, Part<'a>),
    NoGroups(Part<'a>),
    TooManyGroups,
    GroupByTime(Part<'a>),
    AsOfToCome(Part<'a>),
    BadDay(Part<'a>),
    PeriodAndEnds,
    FromToCome(Part<'a>),
    PeriodEndsBeforeBegin,
    SettingsNeedManager,
    BadReportName(Part<'a>),
    SavedReportWithDays,
    ReportThere(Part<'a>),
    OwnViewInReport(Part<'a>),
    SettingsWouldBeInvalid(Part<'a>),
    AbsenceOfOthers(Part<'a>),
    OwnDeputy(Part<'a>),
    AbsencePast(Part<'a>),
    NoAbsence(Part<'a>, Part<'a>),
    AbsenceByHand(Part<'a>),
    NotDays(Part<'a>),
    DaysBackwards(Part<'a>, Part<'a>),
}

impl DataError<'_> {
    /// The words of the error.
    pub fn error(self) -> OpError {
        match self {
            Self::AttachmentUnreadable(path, error) => OpError::failed("attachment-unreadable", format!("cannot read `{path}`: {error}")),
            Self::AttachmentCutShort(path) => OpError::failed("attachment-cut-short", format!("`{path}` was cut short while it was read")),
            Self::FormatByHand => OpError::invalid("format-by-hand", "`format` in desk.toml stands in a form that cannot be edited")
                .hint("write it on a line of its own, and migrate again"),
            Self::MergedAsText(path, why) => OpError::failed("merged-as-text", format!("`{path}` is merged as plain text: {why}"))
                .hint("settle what stands between git's marks by hand, or run `desk resolve-merge`"),
            Self::FolderNotMade(dir, error) => OpError::failed("folder-not-made", format!("cannot make `{dir}`: {error}")),
            Self::DeskThere(dir) => OpError::refused("desk-there", format!("there is a desk in `{dir}` already"))
                .hint("its settings are in desk.toml; `desk check` looks at everything"),
            Self::GitInitFailed(trim) => OpError::failed("git-init-failed", format!("`git init` failed: {trim}")),
            Self::UnknownReport(name, hint) => OpError::usage("unknown-report", format!("there is no report `{name}`"))
                .hint(hint.to_string()),
            Self::BadPeriod(error, period) => OpError::usage("bad-period", error.to_string())
                .hint(period.to_string()),
            Self::NoGroups(kind) => OpError::usage("no-groups", format!("the `{kind}` report does not support --by"))
                .hint("`desk report volume --by FIELD` tells volumes apart by any field"),
            Self::TooManyGroups => OpError::usage("too-many-groups", "rows are told apart by two fields at most")
                .hint("narrow the report down with a query instead"),
            Self::GroupByTime(word) => OpError::usage("group-by-time", format!("`{word}` is another on every ticket"))
                .hint("`desk report flow` goes by the day; --by takes fields like queue"),
            Self::AsOfToCome(text) => OpError::usage("as-of-to-come", format!("`--as-of {text}` is yet to come"))
                .hint("reports look back; leave it out for now"),
            Self::BadDay(error) => OpError::usage("bad-day", error.to_string())
                .hint("write 2026-11-21, \"2026-11-21 14:00\", monday, -7d or 2026-11-21T09:00:00Z"),
            Self::PeriodAndEnds => OpError::usage("period-and-ends", "`--period` says both ends already")
                .hint("leave out `--from` and `--to`, or give them instead"),
            Self::FromToCome(from) => OpError::usage("from-to-come", format!("`--from {from}` is yet to come"))
                .hint("reports look back from now, or from `--as-of`"),
            Self::PeriodEndsBeforeBegin => OpError::usage("period-ends-before-begin", "the period ends before it begins")
                .hint("`--from` comes before `--to`"),
            Self::SettingsNeedManager => OpError::refused("not-manager", "only managers can change settings")
                .hint("ask one of them, or give the options each time"),
            Self::BadReportName(name) => OpError::usage("bad-report-name", format!("`{name}` cannot name a report"))
                .hint("write small letters, digits and dashes, like last-week"),
            Self::SavedReportWithDays => OpError::usage("saved-report-with-days", "a saved report goes by a period's name")
                .hint("give --period last-week or the like instead of days"),
            Self::OwnViewInReport(name) => OpError::usage("own-view-in-report", format!("`@{name}` is a view of your own, which others do not have"))
                .hint("put it into desk.toml, or write out what it asks for"),
            Self::ReportThere(name) => OpError::refused("report-there", format!("there is a report `{name}` already"))
                .hint(format!("change `[report.{name}]` in desk.toml")),
            Self::AbsenceOfOthers(agent) => OpError::refused("absence-of-others", format!("the absence of `{agent}` is not yours to write"))
                .hint("everybody writes their own; a manager writes anybody's"),
            Self::OwnDeputy(agent) => OpError::usage("own-deputy", format!("`{agent}` cannot stand in for themselves"))
                .hint("name another agent with --deputy, or leave it out: then it is the queue's team"),
            Self::AbsencePast(days) => OpError::usage("absence-past", format!("{days} has passed"))
                .hint("an absence is written for days to come: 2026-12-24..2027-01-06, friday, tomorrow..+2w"),
            Self::NoAbsence(agent, days) => OpError::usage("no-absence", format!("`{agent}` has no absence {days}"))
                .hint("`desk away` lists them; give the range as it stands there"),
            Self::AbsenceByHand(error) => OpError::invalid("absence-by-hand", format!("desk.toml: {error}")),
            Self::NotDays(text) => OpError::usage("not-days", format!("`{text}` is not a day"))
                .hint("write 2026-12-24..2027-01-06, both days included, friday, or tomorrow..+2w"),
            Self::DaysBackwards(first, last) => OpError::usage("days-backwards", format!("{first}..{last} ends before it begins")),
            Self::SettingsWouldBeInvalid(settings) => OpError::invalid("settings-would-be-invalid", format!("`{settings}` would be invalid")),
        }
    }
}
