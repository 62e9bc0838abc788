//! `desk new`.

use crate::cli::cmd::close::YesNo;
use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::cli::failure::ExitStatus;
use crate::cli::field_args::FieldArgs;
use crate::cli::interview::{self, Ended};
use crate::cli::messages::CommandError;
use crate::model::field::{Field, Key};
use crate::model::id::TicketId;
use crate::model::intake_form::Ask;
use crate::model::said::Said;
use crate::model::status::TicketType;
use crate::model::ticket::Ticket;
use crate::ops;
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::duplicates::{self, Duplicate, DuplicateKind};
use crate::ops::core::outcome::Outcome;
use crate::ops::ticket::interview::Interview;
use crate::ops::ticket::interview_answers::QuestionKind;
use crate::ops::ticket::new::Intake;
use crate::ops::ticket::suggest::{self, Suggested};
use crate::rules::lifecycle::words::{self, OrderWord};
use crate::rules::merge;
use crate::view::{json, paint::Role, said, search};

/// Open a ticket
///
/// What you leave out comes from the problem code and from the settings. Each --issue makes one
/// more ticket of the same contact. Without a terminal it prints only the ids, one a line.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// One line that says what it is about
    #[arg(value_name = "TITLE")]
    pub title: Option<String>,
    /// information, action, comment or work-order
    #[arg(long = "type", value_name = "TYPE", add = complete::types())]
    pub kind: Option<String>,
    /// The requester's name
    #[arg(long, value_name = "NAME", add = complete::people())]
    pub from: Option<String>,
    /// The requester's telephone
    #[arg(long, value_name = "NUMBER")]
    pub phone: Option<String>,
    /// The requester's e-mail address
    #[arg(long, value_name = "ADDRESS")]
    pub email: Option<String>,
    /// The requester's account
    #[arg(long, value_name = "ACCOUNT")]
    pub account: Option<String>,
    /// Where the requester sits
    #[arg(long, value_name = "PLACE")]
    pub location: Option<String>,
    /// The requester's organisation
    #[arg(long, value_name = "NAME")]
    pub organisation: Option<String>,
    /// phone, email, fax, chat, in-person or web
    #[arg(long, value_name = "CHANNEL", add = complete::channels())]
    pub channel: Option<String>,
    /// Effect on the company
    #[arg(long, value_name = "IMPACT", add = complete::impacts())]
    pub impact: Option<String>,
    /// How long it can wait
    #[arg(long, value_name = "URGENCY", add = complete::urgencies())]
    pub urgency: Option<String>,
    /// The priority, where it is not the matrix's; needs --reason
    #[arg(long, value_name = "PRIORITY", add = complete::priorities())]
    pub priority: Option<String>,
    /// Why the priority is not the matrix's
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub reason: Option<String>,
    /// The date of a planned event
    #[arg(long, value_name = "DATE")]
    pub planned: Option<String>,
    /// What or whom a comment is about
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub about: Option<String>,
    /// praise, complaint or other
    #[arg(long, value_name = "FEELING", add = complete::feelings())]
    pub feeling: Option<String>,
    /// A tag; may be given several times
    #[arg(long, value_name = "TAG")]
    pub tag: Vec<String>,
    /// One more ticket of the same contact, `TITLE @CODE`; may be given several times
    #[arg(long, value_name = "TITLE @CODE")]
    pub issue: Vec<String>,
    /// Work order to link to, or a ticket whose work order to share
    #[arg(long, value_name = "WORK-ORDER", add = complete::open_tickets())]
    pub on: Option<String>,
    /// A ticket told in the same contact
    #[arg(long, value_name = "ID", add = complete::tickets())]
    pub same_call: Option<String>,
    /// The article that helped
    #[arg(long, value_name = "KB-ID", add = complete::articles())]
    pub kb: Option<String>,
    /// Resolve it at once, with these words
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub resolve: Option<String>,
    /// Why the knowledge base is not needed for it, where the house asks for a search
    #[arg(
        long,
        value_name = "REASON",
        allow_hyphen_values = true,
        requires = "resolve"
    )]
    pub no_kb: Option<String>,
    /// Whether the requester is satisfied with that
    #[arg(
        long,
        value_name = "yes|no",
        hide_possible_values = true,
        requires = "resolve"
    )]
    pub satisfied: Option<YesNo>,
    /// Resume the intake questions of an incomplete ticket
    #[arg(long, value_name = "ID", add = complete::open_tickets(), conflicts_with_all = ["issue", "same_call", "on"])]
    pub resume: Option<String>,
    /// Also print the id spelled phonetically
    #[arg(long)]
    pub spell: bool,
    #[command(flatten)]
    pub fields: FieldArgs,
}

/// The fields in the order in which an entry tells them: who, with what, about what, how urgent.
const ORDER: &[&str] = &[
    "type",
    "requester.name",
    "requester.phone",
    "requester.email",
    "requester.account",
    "requester.location",
    "requester.organisation",
    "asset.name",
    "asset.model",
    "asset.serial",
    "asset.licence",
    "asset.location",
    "channel",
    "code",
    "impact",
    "urgency",
    "priority",
    "queue",
    "request.wants",
    "request.tried",
    "request.reproduce",
    "request.about",
    "request.feeling",
    "planned",
    "tags",
];

pub fn run(context: &mut Context, args: Args) -> ExitResult {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    let global = &context.global;
    let talks =
        context.ui.env.interactive && !args.fields.no_questions && !global.json && !global.dry_run;
    let more = [
        ("type", args.kind),
        ("requester.name", args.from),
        ("requester.phone", args.phone),
        ("requester.email", args.email),
        ("requester.account", args.account),
        ("requester.location", args.location),
        ("requester.organisation", args.organisation),
        ("channel", args.channel),
        ("impact", args.impact),
        ("urgency", args.urgency),
        ("priority", args.priority),
        ("request.about", args.about),
        ("request.feeling", args.feeling),
        ("planned", args.planned),
    ];
    let tags = args.tag.into_iter().map(|tag| ("tags", Some(tag)));
    let mut values = args.fields.values(more.into_iter().chain(tags), ORDER)?;
    let text = context
        .text(args.fields.text.message.as_deref())?
        .unwrap_or_default();
    if let Some(id) = &args.resume {
        values.extend(args.title.map(|title| ("title".to_owned(), title)));
        values.extend(
            args.kb
                .map(|article| ("links.articles".to_owned(), article)),
        );
        let answers = Answers {
            values,
            text,
            resolve: args.resolve,
            no_kb: args.no_kb,
        };
        return resume(context, desk, act, id, answers, talks);
    }
    let nothing =
        args.title.is_none() && args.issue.is_empty() && values.is_empty() && text.is_empty();
    if nothing && !context.ui.env.interactive {
        return Err(CommandError::NothingSaid.error());
    }
    // What the call is about, the interview asks.
    let asks = talks && args.resolve.is_none();
    for notice in ops::core::people::complete(desk, &mut values, !asks)? {
        context.ui.remark(&notice);
    }
    let intake = Intake {
        title: args.title,
        values,
        reason: args.reason,
        issues: args.issue,
        same_call: args.same_call,
        on: args.on,
        article: args.kb,
        resolve: args.resolve,
        satisfied: args.satisfied.map(|word| word == YesNo::Yes),
        no_kb: args.no_kb,
        text,
    };
    if talks && intake.resolve.is_none() && !is_order(&intake) {
        let act: &'static Actor = Box::leak(Box::new(act));
        let begun = Interview::begin(desk, act, intake)?;
        let ended = interview::run(context, desk, act, begun)?;
        return conclude(context, desk, &ended, args.spell);
    }
    let outcome = ops::ticket::new::new(desk, &act, &intake)?;
    show(context, desk, &outcome, args.spell, &[])
}

/// What options answer of a ticket that is gone on with.
struct Answers {
    values: Vec<(String, String)>,
    text: String,
    resolve: Option<String>,
    no_kb: Option<String>,
}

/// Goes on with the interview of a ticket: by options, then by questions on a terminal.
fn resume(
    context: &Context,
    desk: &'static Desk,
    act: Actor,
    id: &str,
    answers: Answers,
    talks: bool,
) -> ExitResult {
    let act: &'static Actor = Box::leak(Box::new(act));
    let Some(id) = context.one(desk, id, Some(&act.me))? else {
        return context.nothing_named("tickets");
    };
    let mut all = Vec::new();
    for (name, value) in answers.values {
        let field = ops::core::values::field(desk, &name)?;
        let what = match field {
            Field::Known(Key::Type) => QuestionKind::Type,
            field => QuestionKind::Ask(Ask::Field(field)),
        };
        all.push((what, value));
    }
    if !answers.text.is_empty() {
        all.push((QuestionKind::Ask(Ask::Description), answers.text));
    }
    all.extend(
        answers
            .resolve
            .map(|answer| (QuestionKind::Ask(Ask::Answer), answer)),
    );
    all.extend(answers.no_kb.map(|reason| (QuestionKind::NoKb, reason)));
    let interview = Interview::resume(desk, act, id)?;
    if all.is_empty() && !talks {
        let lacking = interview.missing();
        let error = CommandError::NothingSaidAbout(&id).error();
        return Err(if lacking.is_empty() {
            error.hint("it lacks nothing that is required")
        } else {
            error.hint(format!(
                "it lacks {}: answer by options",
                lacking.join(", ")
            ))
        });
    }
    let resolves = all
        .iter()
        .any(|(what, _)| *what == QuestionKind::Ask(Ask::Answer));
    let interview = interview.reported(all)?;
    if talks && !resolves {
        let ended = interview::run(context, desk, act, interview)?;
        return conclude(context, desk, &ended, false);
    }
    let outcome = interview.finish(true, act.now)?;
    context.show(desk, &outcome)
}

/// A work order comes of tickets: nobody calls for one.
fn is_order(intake: &Intake) -> bool {
    let said = |(key, value): &(String, String)| key == "type" && value == "work-order";
    intake.values.iter().any(said)
}

/// Shows what became of an interview; 130 where Ctrl-C ended it.
pub(in crate::cli::cmd) fn conclude(
    context: &Context,
    desk: &Desk,
    ended: &Ended,
    spell: bool,
) -> ExitResult {
    if !ended.complete {
        for one in &ended.outcome.changed {
            context
                .ui
                .remark(&format!("go on with: desk new --resume {}", one.ticket.id));
        }
    }
    let status = show(context, desk, &ended.outcome, spell, &ended.told)?;
    Ok(if ended.interrupted {
        ExitStatus::Interrupted
    } else {
        status
    })
}

/// What the callers of new tickets are to be told.
fn words(desk: &Desk, outcome: &Outcome) -> Vec<OrderWord> {
    let mut words = ops::ticket::words::standing(desk);
    let tickets = || outcome.changed.iter().map(|one| &one.ticket);
    words.retain(|word| {
        tickets().any(|ticket| words::fits(&word.order, &ticket.values, &desk.settings))
    });
    words
}

/// Shows new tickets, and what is to be told of them; callers were `told` something already.
fn show(
    context: &Context,
    desk: &Desk,
    outcome: &Outcome,
    spell: bool,
    told: &[Said],
) -> ExitResult {
    context.aside(outcome);
    let words = words(desk, outcome);
    for word in words.iter().filter(|word| !told.contains(&word.said)) {
        context.ui.urgent(&said::sentence(word, &context.ui.paint));
    }
    let tickets = || outcome.changed.iter().map(|one| &one.ticket);
    let family: Vec<TicketId> = tickets().map(|ticket| ticket.id).collect();
    let alike = |ticket: &Ticket| {
        let own = ticket.maybe(Key::LinkWorkOrder).is_some();
        let open = ticket.status().is_open() && ticket.kind() != TicketType::WorkOrder;
        if own || !open || context.global.dry_run {
            return (Vec::new(), Vec::new());
        }
        duplicates::find(desk, &ticket.values, &family, context.ui.env.now)
    };
    let mut unread = Vec::new();
    let suggested = |ticket: &Ticket| {
        let open = ticket.status().is_open() && ticket.kind() != TicketType::WorkOrder;
        if !open || context.global.dry_run || context.ui.quiet {
            return Suggested::default();
        }
        let language = context.language(None);
        suggest::at_hand(desk, ticket, context.ui.env.now, language.as_deref())
    };
    if context.global.json {
        let of_desk = context.of(desk, None);
        let items = tickets().map(|ticket| {
            let mut item = json::ticket(ticket, merge::is_in_conflict(ticket), of_desk);
            let (alike, not_compared) = alike(ticket);
            unread = not_compared;
            item["derived"]["alike"] = json::alike(&alike);
            item["derived"]["said"] = words.iter().map(said::json).collect();
            item["derived"]["suggested"] = search::hints_json(&suggested(ticket));
            item
        });
        let items = items.collect();
        let page = json::page("tickets", items, &unread);
        return context.reported(outcome, context.ui.data(&page));
    }
    let out = ids(context, outcome, spell);
    let done = context.reported(outcome, context.ui.data(&out));
    for ticket in tickets() {
        let (alike, not_compared) = alike(ticket);
        unread = not_compared;
        for one in alike.iter().take(3) {
            // What is answered on the telephone shares no work.
            let shares = ticket.kind() != TicketType::Information;
            for sentence in reported(ticket.id, one, shares) {
                context.ui.remark(&sentence);
            }
        }
        // For whoever still has the caller on the telephone.
        if context.ui.env.stderr_terminal {
            for hint in search::hints(&suggested(ticket)) {
                context.ui.remark(&hint);
            }
        }
    }
    context.problems(&unread);
    done
}

/// The ids of new tickets, on a terminal with what they are about.
fn ids(context: &Context, outcome: &Outcome, spell: bool) -> String {
    let paint = &context.ui.paint;
    let mut out = String::new();
    for ticket in outcome.changed.iter().map(|one| &one.ticket) {
        if context.ui.env.stdout_terminal && !context.ui.quiet {
            let title = crate::view::sanitize::line(ticket.title());
            out.push_str(&format!(
                "{}  {}  {}\n",
                paint.role(Role::Id, ticket.id.as_str()),
                paint.role(Role::Title, &title),
                paint.role(
                    Role::Muted,
                    &format!(
                        "{}, {}",
                        ticket.text(Key::Priority),
                        ticket.text(Key::Queue)
                    )
                ),
            ));
        } else {
            out.push_str(&format!("{}\n", ticket.id));
        }
        if spell {
            out.push_str(&format!("{}\n", ticket.id.spell()));
        }
    }
    out
}

/// Says that something looks as if it were reported already, and what to do about it.
pub(in crate::cli::cmd) fn reported(id: TicketId, one: &Duplicate, shares: bool) -> Vec<String> {
    let other = one.ticket.id;
    let title = one.ticket.text(Key::Title);
    let reason = &one.reason;
    match one.kind {
        DuplicateKind::Duplicate => {
            let alike = format!("{id} looks like {other} \"{title}\": {reason}");
            let way = format!("to share the work: desk work link {id} --to {other}");
            let way = shares.then_some(way);
            std::iter::once(alike).chain(way).collect()
        }
        DuplicateKind::Repeat => vec![format!("{id} repeats {other} \"{title}\": {reason}")],
    }
}
