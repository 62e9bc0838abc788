//! Errors of desks, agents, values and drafts.

use crate::ops::core::error::OpError;
use crate::ops::core::messages::Part;
use crate::page::settings::views;

/// Errors of desks, agents, values and drafts. The parts of a text are in its order.
#[derive(Clone, Copy)]
pub enum DeskError<'a> {
    NotManager(Part<'a>, Part<'a>, Part<'a>),
    NotManagerFor(Part<'a>, Part<'a>, Part<'a>),
    OlderFormat(Part<'a>, Part<'a>),
    ActingAsDesk,
    RetiredActor(Part<'a>),
    NoEmail,
    UnknownEmail(Part<'a>, Part<'a>, Part<'a>, Part<'a>),
    AmbiguousArticle(Part<'a>, Part<'a>),
    UnknownArticle(Part<'a>),
    NoDesk(Part<'a>),
    InvalidSettings(Part<'a>),
    DeskIsNoAgent,
    RetiredAgent(Part<'a>),
    RetiredQueue(Part<'a>),
    RetiredCode(Part<'a>),
    TooManyDrafts(Part<'a>),
    DraftRemoved,
    DraftUnreadable(Part<'a>),
    DraftEmpty,
    TooManyDraftsInAll,
    EmptyId,
    TicketUnreadable(Part<'a>),
    AmbiguousTicket(Part<'a>, Part<'a>),
    UnknownTicket(Part<'a>),
    SeveralRefused(Part<'a>, Part<'a>, Part<'a>),
    NoLastTicket,
    NotWorkOrder(Part<'a>, Part<'a>),
    NotSetOnNew(Part<'a>),
    OrderNeedsCodeOption,
    CommentHasNoAnswer,
    AnswerNeedsText,
    PriorityNeedsReason(Part<'a>, Part<'a>, Part<'a>, Part<'a>),
    Incomplete(Part<'a>, Part<'a>),
    DoubtfulLinks(Part<'a>),
    LogAtEndOfTime,
    AlreadyThere(Part<'a>, Part<'a>),
    ForbiddenMove(Part<'a>, Part<'a>, Part<'a>),
    TicketNotOpen(Part<'a>, Part<'a>, Part<'a>),
    ClockOutOfRange(Part<'a>),
    NoFreeId,
    TicketTooLong(Part<'a>),
    NotFieldOfItsOwn(Part<'a>, Part<'a>),
    UnknownField(Part<'a>),
    BadTime(Part<'a>, Part<'a>),
    NotOneLine(Part<'a>, Part<'a>),
    LineTooLong(Part<'a>, Part<'a>, Part<'a>),
    NulInText,
    TextTooLong,
    EmptyTitle,
    TooLate(Part<'a>, Part<'a>),
    NotEmail(Part<'a>),
    NotPhone(Part<'a>),
    NotYesOrNo(Part<'a>),
    NotNumber(Part<'a>),
    BadRating(Part<'a>),
    NotSetByHand(Part<'a>),
    BadTag(Part<'a>),
    UnknownFieldHinted(Part<'a>, Part<'a>),
    BadMinutes(Part<'a>, Part<'a>),
    MinutesOfSeveral(Part<'a>),
    ActivityWithoutMinutes(Part<'a>),
    NoActivities,
    PeopleReportsOfManagers(Part<'a>, Part<'a>, Part<'a>),
    NoPeopleReports(Part<'a>),
    PeopleReportsOfNobody(Part<'a>),
    NoGroupField(Part<'a>),
}

impl DeskError<'_> {
    /// The words of the error.
    pub fn error(self) -> OpError {
        match self {
            Self::NotManager(verb, me, managers) => OpError::refused("not-manager", format!("`{verb}` is for managers here, and `{me}` is an agent"))
                .hint(format!("ask {managers}; the rule is `managers_only` in desk.toml")),
            Self::NotManagerFor(what, me, managers) => OpError::refused("not-manager", format!("{what} is for managers, and `{me}` is an agent"))
                .hint(format!("ask {managers}")),
            Self::BadMinutes(typed, most) => OpError::usage("bad-minutes", format!("`{typed}` is no number of minutes"))
                .hint(format!("write a whole number from 1 to {most}; what took longer than a day is several entries")),
            Self::MinutesOfSeveral(tickets) => OpError::usage("minutes-of-several", format!("one time cannot be noted on {tickets} tickets: it would count {tickets} times"))
                .hint("note it on one of them, or on the work order that they share, where it counts once"),
            Self::ActivityWithoutMinutes(activity) => OpError::usage("activity-without-minutes", format!("`--activity {activity}` says what minutes went to, and there are none"))
                .hint("add --minutes N"),
            Self::NoActivities => OpError::usage("no-activities", "this desk has no activities")
                .hint("a manager names them under `[time.activities]` in desk.toml; `desk init` writes a few"),
            Self::PeopleReportsOfManagers(what, me, managers) => OpError::refused("people-reports", format!("{what} measures people at work, which is for managers here, and `{me}` is an agent"))
                .hint(format!("ask {managers}; the rule is `people_reports` in desk.toml"))
                .hint("`desk log` shows your own day"),
            Self::NoPeopleReports(what) => OpError::refused("people-reports", format!("{what} measures people at work, and this desk does not"))
                .hint("the rule is `people_reports = \"none\"` in desk.toml; `desk log` shows your own day"),
            Self::PeopleReportsOfNobody(what) => OpError::usage("people-reports-of-nobody", format!("{what} measures people at work, and who asks is not known"))
                .hint("say who you are with --as HANDLE or DESK_AGENT; the rule is `people_reports` in desk.toml"),
            Self::OlderFormat(format, own) => OpError::refused("older-format", format!("the desk is of format {format}, which this version reads and does not write"))
                .hint(format!("`desk migrate` brings it to format {own}; every clone needs this version then")),
            Self::ActingAsDesk => OpError::usage("acting-as-desk", "nobody acts as `desk`: that is the program itself")
                .hint("name a member of the team with --as"),
            Self::RetiredActor(asked) => OpError::refused("retired-actor", format!("agent `{asked}` is retired and cannot act")),
            Self::NoEmail => OpError::usage("no-email", "cannot determine the agent: git `user.email` is not set")
                .hint("say who you are with --as HANDLE or DESK_AGENT, or set git's user.email"),
            Self::UnknownEmail(email, handle, name, to_add) => OpError::usage("unknown-email", format!("cannot determine the agent: no agent has the e-mail address {email}"))
                .hint("say who you are with --as HANDLE, or add these lines at the end of desk.toml:")
                .hint(format!("[agent.{handle}]"))
                .hint(format!("name = {name}"))
                .hint(format!("email = {to_add}")),
            Self::AmbiguousArticle(given, found) => OpError::usage("ambiguous-article", format!("`{given}` could be any of {found} articles")),
            Self::UnknownArticle(given) => OpError::usage("unknown-article", format!("there is no article `{given}`")),
            Self::NoDesk(from) => OpError::usage("no-desk", format!("there is no desk here: no `desk.toml` in `{from}` or above"))
                .hint("make one with `desk init`, or name one with -C DIR or DESK_DIR"),
            Self::InvalidSettings(file) => OpError::invalid("invalid-settings", format!("`{file}` is invalid")),
            Self::DeskIsNoAgent => OpError::usage("desk-is-no-agent", "`desk` is the program itself")
                .hint("name a member of the team"),
            Self::RetiredAgent(given) => OpError::refused("retired-agent", format!("agent `{given}` is retired"))
                .hint(format!("valid in logs, refused for new work; see `[agent.{given}]` in desk.toml")),
            Self::RetiredQueue(given) => OpError::refused("retired-queue", format!("queue `{given}` is retired"))
                .hint("valid in logs, refused for new work"),
            Self::RetiredCode(name) => OpError::refused("retired-code", format!("problem code `{name}` is retired")),
            Self::TooManyDrafts(private) => OpError::failed("too-many-drafts", "too many drafts were left behind")
                .hint(format!("look through {private}, and remove what is not needed")),
            Self::DraftRemoved => OpError::failed("draft-removed", "the editor removed the file"),
            Self::DraftUnreadable(error) => OpError::failed("draft-unreadable", format!("the edited file cannot be read: {error}")),
            Self::DraftEmpty => OpError::usage("draft-empty", "the edited file is empty: nothing was changed"),
            Self::TooManyDraftsInAll => OpError::failed("too-many-drafts", "too many drafts were left behind"),
            Self::EmptyId => OpError::usage("empty-id", "an empty id names no ticket")
                .hint("`desk list` shows the ids"),
            Self::TicketUnreadable(given) => OpError::invalid("ticket-unreadable", format!("the ticket `{given}` may be one that cannot be read")),
            Self::AmbiguousTicket(given, found) => OpError::usage("ambiguous-ticket", format!("`{given}` could be any of {found} tickets")),
            Self::UnknownTicket(given) => OpError::usage("unknown-ticket", format!("there is no ticket `{given}`")),
            Self::SeveralRefused(refused, asked, what) => OpError::refused("several-refused", format!("{refused} of {asked} {what}")),
            Self::NoLastTicket => OpError::usage("no-last-ticket", "`.` is the ticket that you wrote to last, and there is none yet")
                .hint("name the ticket by its id"),
            Self::NotWorkOrder(id, kind) => OpError::refused("not-work-order", format!("`{id}` is no work order but a ticket of type {kind}")),
            Self::NotSetOnNew(field) => OpError::usage("not-set-on-new", format!("`{field}` is not set on a new ticket")),
            Self::OrderNeedsCodeOption => OpError::refused("order-needs-code", "a work order needs a problem code")
                .hint("name one with --code; `desk list type:work-order` shows how others are coded"),
            Self::CommentHasNoAnswer => OpError::usage("comment-has-no-answer", "a comment is closed at once; there is nothing to resolve")
                .hint("put the text into -m"),
            Self::AnswerNeedsText => OpError::usage("answer-needs-text", "resolving needs a text: what was the answer?"),
            Self::PriorityNeedsReason(own, impact, urgency, follows) => OpError::refused("priority-needs-reason", format!("priority `{own}` needs a reason: impact {impact} and urgency {urgency} give `{follows}`"))
                .hint("say why with --reason, or change impact or urgency instead"),
            Self::Incomplete(what, names) => OpError::refused("incomplete", format!("{what} lacks {names}, required before it is resolved")),
            Self::DoubtfulLinks(order) => OpError::invalid("doubtful-links", format!("which tickets are linked to `{order}` cannot be told"))
                .hint("mend these files first: they name the order, and go where it goes"),
            Self::LogAtEndOfTime => OpError::refused("log-at-end-of-time", "the last entry is dated at the end of the year 9999, and no entry can come after it")
                .hint("put its time right in the file; `desk log ID` tells when it was written"),
            Self::AlreadyThere(id, from) => OpError::refused("already-there", format!("`{id}` is {from} already")),
            Self::ForbiddenMove(id, from, to) => OpError::refused("forbidden-move", format!("`{id}` is {from}, and {from} cannot become {to}")),
            Self::TicketNotOpen(id, status, verb) => OpError::refused("ticket-not-open", format!("`{id}` is {status}, and only open tickets are {verb}")),
            Self::ClockOutOfRange(now) => OpError::refused("clock-out-of-range", format!("no ticket can be made at {now}: ids name the months of 1970 to 2069"))
                .hint("put the clock of this machine right, or DESK_NOW"),
            Self::NoFreeId => OpError::failed("no-free-id", "no free id could be drawn"),
            Self::TicketTooLong(most) => OpError::usage("ticket-too-long", format!("the ticket would be longer than the {most} MiB that a page may have"))
                .hint("put long texts into files beside the ticket, or open another ticket and link the two"),
            Self::NotFieldOfItsOwn(name, instead) => OpError::usage("not-field-of-its-own", format!("`{name}` is no field of its own"))
                .hint(format!("set {instead}")),
            Self::UnknownField(name) => OpError::usage("unknown-field", format!("there is no field `{name}`")),
            Self::BadTime(error, forms) => OpError::usage("bad-time", error.to_string())
                .hint(forms.to_string()),
            Self::NotOneLine(a, what) => OpError::usage("not-one-line", format!("{a} {what} is one line"))
                .hint("give the rest with -m"),
            Self::LineTooLong(a, what, most) => OpError::usage("line-too-long", format!("{a} {what} has at most {most} characters"))
                .hint("give the rest with -m"),
            Self::NulInText => OpError::usage("nul-in-text", "the text holds a NUL character")
                .hint("attach such data as a file"),
            Self::TextTooLong => OpError::usage("text-too-long", "the text is longer than 1 MiB")
                .hint("attach it as a file"),
            Self::EmptyTitle => OpError::usage("empty-title", "a title cannot be empty")
                .hint("say in one line what it is about"),
            Self::TooLate(text, forms) => OpError::usage("too-late", format!("`{text}` is after the year 9999"))
                .hint(forms.to_string()),
            Self::NotEmail(text) => OpError::usage("not-an-email", format!("`{text}` is no e-mail address"))
                .hint("write one address, like jan@example.org"),
            Self::NotPhone(text) => OpError::usage("not-a-phone", format!("`{text}` is no telephone number"))
                .hint("write its digits, like +48 600 100 200 or 312; a word may stand beside them"),
            Self::NotYesOrNo(text) => OpError::usage("not-yes-or-no", format!("`{text}` is neither yes nor no")),
            Self::NotNumber(text) => OpError::usage("not-number", format!("`{text}` is not a whole number")),
            Self::BadRating(number) => OpError::usage("bad-rating", format!("a rating is 1 to 5, not {number}")),
            Self::NotSetByHand(field) => OpError::usage("not-set-by-hand", format!("`{field}` is not set by hand")),
            Self::BadTag(text) => OpError::usage("bad-tag", format!("`{text}` cannot be a tag"))
                .hint("a tag is one word, like vpn or floor-3"),
            Self::NoGroupField(name) => OpError::usage("no-group-field", views::not_a_group(&name.to_string()))
                .hint(views::GROUPS),
            Self::UnknownFieldHinted(name, hint) => OpError::usage("unknown-field", format!("there is no field `{name}`"))
                .hint(hint.to_string()),
        }
    }
}
