//! Errors of verbs on tickets.

use crate::ops::core::error::OpError;
use crate::ops::core::messages::Part;

/// Where mails are kept.
const KEPT_MAILS: &str = "the clone that took a mail in keeps it for 90 days; with \
    `[mail.in] keep_raw = \"ticket\"` the ticket keeps it";

/// Errors of verbs on tickets. The parts of a text are in its order.
#[derive(Clone, Copy)]
pub enum TicketError<'a> {
    BadCallOutcome(Part<'a>, Part<'a>),
    WaitingForRequester(Part<'a>, Part<'a>, Part<'a>),
    NothingDelivered(Part<'a>),
    TypeAlready(Part<'a>, Part<'a>),
    DoubtfulOrder(Part<'a>),
    TicketsOnOrder(Part<'a>, Part<'a>),
    ClosedStays(Part<'a>),
    Merged(Part<'a>, Part<'a>),
    TypeByTo,
    PriorityFollows(Part<'a>, Part<'a>),
    OrderHasNoRequester(Part<'a>),
    OrderNeedsCodeConvert,
    InvalidEdit,
    ChangedMeanwhile(Part<'a>),
    LogWouldLose(Part<'a>, Part<'a>),
    EscalationNeedsText,
    RetiredTarget(Part<'a>, Part<'a>),
    NoEscalation(Part<'a>, Part<'a>),
    ManagementNeedsReason,
    EmptyIssue,
    ChangedDuringInterview(Part<'a>),
    DeletedMeanwhile(Part<'a>),
    LinkToItself(Part<'a>),
    LinkedNotOrder(Part<'a>),
    CircleOfLinks(Part<'a>, Part<'a>),
    OrderNeedsCode,
    ResolvedByHand(Part<'a>),
    ClosedByHand(Part<'a>),
    MergedByHand(Part<'a>),
    OnlyPending(Part<'a>, Part<'a>),
    PendingNeedsWaiting(Part<'a>),
    DateNeeded,
    UntilPast(Part<'a>),
    MergeIntoItself(Part<'a>),
    MergeIntoDone(Part<'a>, Part<'a>),
    MergeOfOthers(Part<'a>, Part<'a>, Part<'a>, Part<'a>),
    NoteNeedsText,
    NoticeNotWritten(Part<'a>),
    TimePast(Part<'a>),
    NextPast(Part<'a>),
    WithdrawnWithoutWhy,
    NotPromised(Part<'a>),
    DateNeededOption,
    NoVendorAwaited(Part<'a>),
    VendorWithoutName,
    SeveralEntries(Part<'a>, Part<'a>, Part<'a>),
    RedateLater(Part<'a>),
    RedateOfRedate(Part<'a>),
    RedactOfRedact(Part<'a>),
    RedactedAlready(Part<'a>),
    NotTold(Part<'a>, Part<'a>),
    HandoverToSelf,
    MailNotKept(Part<'a>, Part<'a>),
    NoMailKept(Part<'a>),
    HandoverToAbsent(Part<'a>, Part<'a>),
    NothingToHandOver,
    DoubtfulHandover(Part<'a>),
    CancelAsDuplicate(Part<'a>),
    NothingToUndo(Part<'a>),
    NoSuchCommand(Part<'a>, Part<'a>),
    NeverUndone(Part<'a>, Part<'a>),
    UndoneAlready(Part<'a>, Part<'a>),
    WrittenSince(Part<'a>, Part<'a>, Part<'a>),
    WrittenSinceByMe(Part<'a>, Part<'a>, Part<'a>),
    UndoneEntryGone(Part<'a>, Part<'a>),
    ArticleChangedSince(Part<'a>),
    ArticleTextNotKept(Part<'a>),
    NoFieldToRedact(Part<'a>),
    NoAttachment(Part<'a>, Part<'a>),
    NotAsCommitted(Part<'a>),
    SeveralAttachments(Part<'a>, Part<'a>),
    RedateOfOthers(Part<'a>, Part<'a>),
    RedateOfPushed(Part<'a>),
    SolutionNeedsText,
    NoKbNeedsReason,
    KbNotSearched(Part<'a>),
    OrderNeedsCodeSet,
    NotEmpty(Part<'a>),
    NotSetByHand(Part<'a>, Part<'a>),
    MergedSplit(Part<'a>, Part<'a>),
    SplitOfOrder(Part<'a>),
    IssueIsNoOrder,
    NoTextToQuote(Part<'a>),
    NothingToFollow,
    SeveralPeople(Part<'a>, Part<'a>),
    NobodyKnown(Part<'a>),
    NobodyWhole(Part<'a>),
    NoRetention,
    OrderForNobody(Part<'a>),
    SamePerson(Part<'a>),
    PeopleDiffer(Part<'a>),
}

impl TicketError<'_> {
    /// The words of the error.
    pub fn error(self) -> OpError {
        match self {
            Self::BadCallOutcome(outcome, known) => OpError::usage("bad-call-outcome", format!("a call does not end in `{outcome}`"))
                .hint(format!("write {known}")),
            Self::NothingDelivered(id) => OpError::refused("nothing-delivered", format!("no mail reaches the requester of `{id}`, who cannot have answered"))
                .hint(format!("call them; with the right address: desk set {id} requester.email=… tags=-mail-bounces")),
            Self::WaitingForRequester(id, local, wait) => OpError::refused("waiting-for-requester", format!("`{id}` waits for the requester's answer until {local}"))
                .hint(format!("the house waits {wait} after resolving (`policy.close_after`); with the requester's word: --satisfied yes")),
            Self::TypeAlready(id, to) => OpError::usage("type-already", format!("`{id}` is of type {to} already"))
                .hint(format!("set fields with `desk set {id} KEY=VALUE`, add words with `desk note {id}`")),
            Self::DoubtfulOrder(id) => OpError::invalid("doubtful-order", format!("which tickets are linked to work order `{id}` cannot be told")),
            Self::TicketsOnOrder(them, id) => OpError::refused("tickets-on-order", format!("{them} to work order `{id}`"))
                .hint("link them to another order first: desk work link ID --to WORK-ORDER"),
            Self::ClosedStays(id) => OpError::refused("closed-stays", format!("`{id}` is closed and stays what it is"))
                .hint(format!("open another of the same contact: desk new TITLE --same-call {id}")),
            Self::Merged(id, into) => OpError::refused("merged", format!("`{id}` was merged and does not change any more"))
                .hint(format!("it went into {into}")),
            Self::TypeByTo => OpError::usage("type-by-to", "the type is given with --to")
                .hint("leave `--set type=…` out"),
            Self::PriorityFollows(id, given) => OpError::usage("priority-follows", "the priority follows from impact and urgency")
                .hint(format!("for another one: desk set {id} priority={given} --reason TEXT")),
            Self::OrderHasNoRequester(id) => OpError::refused("order-has-no-requester", format!("`{id}` has a requester, and a work order has none: it comes of tickets"))
                .hint(format!("make one for it: desk work new {id}")),
            Self::OrderNeedsCodeConvert => OpError::refused("order-needs-code", "a work order needs a problem code")
                .hint("give it with --code; `desk catalog` shows the codes"),
            Self::InvalidEdit => OpError::invalid("invalid-edit", "the edited ticket is not valid"),
            Self::ChangedMeanwhile(path) => OpError::failed("changed-meanwhile", format!("`{path}` was changed by somebody else while you edited it")),
            Self::LogWouldLose(lost, again) => OpError::refused("log-would-lose", format!("the log would lose: {lost}"))
                .hint(format!("put them back, or let them go with {again} --remove-entries")),
            Self::EscalationNeedsText => OpError::usage("escalation-needs-text", "escalating needs what was tried, so that the next team does not try it again")
                .hint("give it with -m TEXT, or -m - to read it"),
            Self::RetiredTarget(id, target) => OpError::refused("retired-target", format!("`{id}` came from queue `{target}`, which takes no new work")),
            Self::NoEscalation(id, way) => OpError::refused("no-escalation", format!("`{id}` cannot be escalated: {way}")),
            Self::ManagementNeedsReason => OpError::usage("management-needs-reason", "telling management needs a word on why")
                .hint("give it with -m TEXT or --reason"),
            Self::SeveralPeople(text, named) => OpError::usage("several-people", format!("`{text}` could be {named}: nothing was changed"))
                .hint("say the whole name, or the e-mail address, telephone, account or a ticket of the one who is meant")
                .hint("for somebody else of that name: desk set ID requester.name=NAME and the other data"),
            Self::NobodyKnown(text) => OpError::usage("nobody-known", format!("nobody is known as `{text}`"))
                .hint("`desk who NAME` finds people by any part of what is known of them"),
            Self::NobodyWhole(text) => OpError::usage("nobody-whole", format!("nobody is known by exactly `{text}`"))
                .hint("name the person by a whole address, number, account or name: `desk who NAME` finds them"),
            Self::NoRetention => OpError::usage("no-retention", "desk.toml says not how long a ticket may tell whose it was")
                .hint("write it there: [retention], personal = \"36mo\""),
            Self::OrderForNobody(id) => OpError::refused("order-for-nobody", format!("`{id}` is a work order, which has no requester"))
                .hint("name the tickets that are linked to it: `desk work show` lists them"),
            Self::SamePerson(who) => OpError::usage("same-person", format!("both are one person already: {who}"))
                .hint("name two people, each by an account, an address, a number or a ticket"),
            Self::PeopleDiffer(against) => OpError::refused("people-differ", format!("these could be two people: their {against} differ"))
                .hint("look at the tickets; if it is one person all the same, add --yes"),
            Self::NothingToFollow => OpError::usage("nothing-to-follow", "--lower and --route are about what follows from a problem code")
                .hint("name the code: desk set ID code=CODE --lower"),
            Self::EmptyIssue => OpError::usage("empty-issue", "what is the other issue about?"),
            Self::ChangedDuringInterview(id) => OpError::usage("changed-during-interview", "the ticket was changed by somebody else meanwhile")
                .hint(format!("open the other issue with `desk new --same-call {id}`")),
            Self::DeletedMeanwhile(id) => OpError::failed("deleted-meanwhile", format!("`{id}` was deleted by somebody else meanwhile")),
            Self::LinkToItself(a) => OpError::usage("link-to-itself", format!("`{a}` cannot be linked to itself"))
                .hint("name two different tickets"),
            Self::LinkedNotOrder(b) => OpError::refused("not-work-order", format!("`{b}` is no work order")),
            Self::CircleOfLinks(to, from) => OpError::refused("circle-of-links", format!("`{to}` is linked to `{from}` already: the links would go in a circle")),
            Self::OrderNeedsCode => OpError::refused("order-needs-code", "a work order needs a problem code"),
            Self::ResolvedByHand(id) => OpError::refused("resolved-by-hand", format!("`{id}` cannot be resolved by hand: that needs the words of the solution"))
                .hint(format!("desk resolve {id} -m TEXT")),
            Self::ClosedByHand(id) => OpError::refused("closed-by-hand", format!("`{id}` cannot be closed by hand without the requester's word"))
                .hint(format!("desk close {id} --satisfied yes, or --no-answer")),
            Self::MergedByHand(id) => OpError::refused("merged-by-hand", format!("`{id}` cannot be merged by hand"))
                .hint(format!("desk merge {id} --into ID")),
            Self::OnlyPending(path, id) => OpError::refused("only-pending", format!("only a pending ticket has `{path}`"))
                .hint(format!("desk pend {id} --on customer")),
            Self::PendingNeedsWaiting(aiting) => OpError::refused("pending-needs-waiting", "a pending ticket needs `waiting_on`")
                .hint(format!("one of: {aiting}")),
            Self::DateNeeded => OpError::refused("until-needed", "waiting for a date needs the date")
                .hint("write `until = 2026-12-01T08:00:00Z`"),
            Self::UntilPast(until) => OpError::usage("until-past", format!("`until` is in the past: {until}"))
                .hint("a ticket waits for a time to come"),
            Self::MergeIntoItself(a) => OpError::usage("merge-into-itself", format!("`{a}` cannot be merged into itself"))
                .hint("name the ticket that goes on with --into"),
            Self::MergeIntoDone(b, status) => OpError::refused("merge-into-done", format!("`{b}` is {status}: nothing is merged into it")),
            Self::MergeOfOthers(id, a, other, b) => OpError::refused("merge-of-others", format!("`{id}` is of {a} and `{other}` of {b}: merging is for one requester's duplicates"))
                .hint(format!("link both to one work order, or to each other: desk link {id} {other} --as relates")),
            Self::NoteNeedsText => OpError::usage("note-needs-text", "a note needs a text")
                .hint("give it with -m TEXT, or -m - to read it"),
            Self::NoticeNotWritten(error) => OpError::failed("notice-not-written", format!("cannot write a notice: {error}")),
            Self::TimePast(zone) => OpError::usage("time-past", format!("{zone} is in the past"))
                .hint("a ticket waits for a time to come"),
            Self::NextPast(time) => OpError::usage("next-past", format!("{time} is in the past"))
                .hint("--next says when you will be in touch, a time to come: 14:00, \"friday 10:00\", +2h"),
            Self::WithdrawnWithoutWhy => OpError::usage("withdrawn-without-why", "a promise is withdrawn with a reason")
                .hint("say with -m why it no longer holds"),
            Self::NotPromised(time) => OpError::refused("outside-open-hours", format!("{time} is outside open hours; nothing is written"))
                .hint("give another time with --next"),
            Self::DateNeededOption => OpError::usage("date-needed", "waiting for a date needs the date")
                .hint("add --until 2026-12-01 or --until +3bd"),
            Self::NoVendorAwaited(on) => OpError::usage("no-vendor-awaited", format!("--vendor and --ref are for waiting on a vendor, not on {on}"))
                .hint("write --on vendor, or leave them out"),
            Self::VendorWithoutName => OpError::usage("vendor-without-name", "the vendor has no name")
                .hint("name it, like --vendor Nordnet, or leave --vendor out"),
            Self::SeveralEntries(tag, one, other) => OpError::usage("several-entries", format!("the tag `^{tag}` is of several entries"))
                .hint(format!("give one whole: '{one}' or '{other}'")),
            Self::RedateLater(time) => OpError::usage("redate-later", format!("{time} is later than now"))
                .hint("an entry happened before it is put right; is the clock of this machine right?"),
            Self::RedateOfRedate(tag) => OpError::usage("redate-of-redate", format!("`^{tag}` is a redate itself"))
                .hint("redate the entry that it is about again: the last one counts"),
            Self::RedactOfRedact(tag) => OpError::usage("redact-of-redact", format!("`^{tag}` only says that something was redacted"))
                .hint("redact the entry or the field itself"),
            Self::RedactedAlready(tag) => OpError::usage("redacted-already", format!("`^{tag}` is redacted already")),
            Self::CancelAsDuplicate(id) => OpError::refused("cancel-as-duplicate", "a duplicate is not cancelled: what it says belongs to the other ticket")
                .hint(format!("`desk merge {id} --into OTHER` for one requester's; `desk work link {id} --to ORDER` where others wait for one cause")),
            Self::NothingToUndo(days) => OpError::refused("nothing-to-undo", "this clone knows no command of yours that could be taken back")
                .hint(format!("it keeps the last commands of {days} days; what is older is put right by a command of its own, like `desk set`")),
            Self::NoSuchCommand(number, known) => OpError::usage("no-such-command", format!("there is no command {number}: this clone keeps {known} of yours"))
                .hint("`desk undo --list` shows them"),
            Self::NeverUndone(verb, way) => OpError::refused("never-undone", format!("`{verb}` is not taken back"))
                .hint(way.to_string()),
            Self::UndoneAlready(verb, number) => {
                let error = OpError::refused("undone-already", format!("`{verb}` is taken back already"));
                match number.to_string().as_str() {
                    "" => error.hint("`desk undo --list` shows what can be"),
                    number => error.hint(format!("`desk undo {number}` brings it back")),
                }
            }
            Self::WrittenSince(who, id, kind) => OpError::refused("written-since", format!("`{who}` wrote to `{id}` since: `{kind}`"))
                .hint(format!("put it right by a command of its own: `desk show {id}`, then `desk set`, `desk reopen` or `desk note`")),
            Self::WrittenSinceByMe(id, kind, number) => {
                let error = OpError::refused("written-since", format!("you wrote to `{id}` since: `{kind}`"));
                match number.to_string().as_str() {
                    "" => error.hint(format!("put it right by a command of its own: `desk show {id}`, then `desk set`, `desk reopen` or `desk note`")),
                    number => error.hint(format!("take that back first: desk undo {number}")),
                }
            }
            Self::UndoneEntryGone(id, entry) => OpError::refused("undone-entry-gone", format!("the log of `{id}` has no entry `{entry}`"))
                .hint(format!("somebody took it out: `desk log {id}` shows how the file changed")),
            Self::ArticleChangedSince(id) => OpError::refused("article-changed-since", format!("`{id}` was changed since"))
                .hint(format!("`desk kb edit {id}` changes it once more; `git log -p` has the old text")),
            Self::ArticleTextNotKept(id) => OpError::refused("article-text-not-kept", format!("this clone does not keep the old text of `{id}`"))
                .hint(format!("`desk kb edit {id}` changes it once more; `git log -p` has the old text")),
            Self::MailNotKept(id, tag) => OpError::usage(
                "mail-not-kept",
                format!("the entry `^{tag}` of `{id}` has no mail that is kept here"),
            )
            .hint(KEPT_MAILS),
            Self::NoMailKept(id) => {
                OpError::usage("no-mail-kept", format!("no mail of `{id}` is kept here"))
                    .hint(KEPT_MAILS)
            }
            Self::HandoverToSelf => OpError::usage("handover-to-self", "a shift is handed over to somebody else")
                .hint("`desk handover` shows what there is to hand over"),
            Self::HandoverToAbsent(to, last) => OpError::refused("handover-to-absent", format!("`{to}` is away until {last}"))
                .hint("name somebody who is there; `desk away` lists who is not"),
            Self::DoubtfulHandover(me) => OpError::invalid("doubtful-handover", format!("which tickets are with `{me}` cannot be told"))
                .hint("mend these files first: they name the agent, and would be left behind"),
            Self::NothingToHandOver => OpError::refused("nothing-to-hand-over", "nothing of yours is due before you are back, promised, or yours to keep informed")
                .hint("`desk handover` shows what is unassigned in your queues"),
            Self::NotTold(id, others) => {
                let error = OpError::refused("not-told", format!("`{id}` told you nothing that waits for your word"));
                match others.to_string().as_str() {
                    "" => error.hint("`desk take` takes the work; `desk note` says something"),
                    others => error.hint(format!("it waits for {others}")),
                }
            }
            Self::NotAsCommitted(path) => OpError::failed("not-as-committed", format!("`{path}` is not as the last commit has it, or that moved meanwhile"))
                .hint("commit it, or get it back with `git restore`, and run the command again"),
            Self::NoAttachment(id, name) => OpError::usage("no-attachment", format!("`{id}` has no attachment `{name}` with a content"))
                .hint("`desk show ID` lists them"),
            Self::SeveralAttachments(name, files) => OpError::usage("several-attachments", format!("`{name}` is the name of several attachments"))
                .hint(format!("name the file: `{files}`")),
            Self::NoFieldToRedact(name) => OpError::usage("no-field-to-redact", format!("`{name}` holds no words of the requester's, or nothing"))
                .hint("name a field of text that has a value, like requester.name, title or fields.NAME, or `description`"),
            Self::RedateOfOthers(tag, by) => OpError::refused("redate-of-others", format!("the entry `^{tag}` is by `{by}`"))
                .hint("its author redates it, or a manager"),
            Self::RedateOfPushed(tag) => OpError::refused("redate-of-pushed", format!("the entry `^{tag}` is pushed, and others may have gone by it"))
                .hint("a manager redates it"),
            Self::SolutionNeedsText => OpError::usage("solution-needs-text", "resolving needs a text: what was the solution?")
                .hint("give it with -m TEXT, or -m - to read it"),
            Self::NoKbNeedsReason => OpError::usage("no-kb-needs-reason", "--no-kb needs a reason")
                .hint("say in one line why no article is needed"),
            Self::KbNotSearched(what) => OpError::refused("kb-not-searched", format!("nobody looked into the knowledge base for {what}: the house asks for that before it is resolved")),
            Self::OrderNeedsCodeSet => OpError::refused("order-needs-code", "a work order needs a problem code")
                .hint("give it with code=CODE"),
            Self::NotEmpty(field) => OpError::usage("not-empty", format!("`{field}` cannot be empty")),
            Self::NotSetByHand(field, instead) => OpError::usage("not-set-by-hand", format!("`{field}` is not set by hand"))
                .hint(instead.to_string()),
            Self::MergedSplit(id, into) => OpError::refused("merged", format!("`{id}` was merged and does not change any more"))
                .hint(format!("it went into {into}: split that")),
            Self::SplitOfOrder(id) => OpError::refused("split-of-order", format!("`{id}` is a work order"))
                .hint("split the ticket of whoever told of the other issue"),
            Self::IssueIsNoOrder => OpError::refused("issue-is-no-order", "an issue is no work order")
                .hint("split it first, then make the order: desk work new ID"),
            Self::NoTextToQuote(bare) => OpError::usage("no-text-to-quote", format!("entry `^{bare}` has no text to quote"))
                .hint("name one that has, or give the words with -m"),
        }
    }
}
