//! `desk work`.

use clap::Subcommand;

use crate::cli::args::Message;
use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::ops;
use crate::ops::core::error::OpError;
use crate::ops::work::{NewOrder, Steps};
use crate::view::{json, work};

/// Work orders: one job for one cause
///
/// An order fixes the cause; the tickets of all who wait for it hang on it, each with a requester
/// and a life of its own. What becomes of the order becomes of its tickets: taken, waiting for a
/// vendor or a date, done, reopened.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    #[command(subcommand)]
    pub command: Verb,
}

/// What to do
#[derive(Subcommand, Clone, Debug)]
pub enum Verb {
    New(NewArgs),
    Link(LinkArgs),
    Show(ShowArgs),
    List(ListArgs),
    Tick(TickArgs),
    Done(DoneArgs),
}

/// Make a work order for tickets
///
/// The problem code brings the standard order: title, team, steps, time and parts. Where an open
/// order looks the same, it says so and makes none.
#[derive(clap::Args, Clone, Debug)]
pub struct NewArgs {
    /// Tickets, by id or by any start of it; `-` reads them from standard input
    #[arg(required = true, value_name = "ID", add = complete::open_tickets())]
    pub ids: Vec<String>,
    /// One line that says what is to be done [default: the standard order's]
    #[arg(long, value_name = "TITLE")]
    pub title: Option<String>,
    /// The problem code [default: the tickets']
    #[arg(long, value_name = "CODE", add = complete::codes())]
    pub code: Option<String>,
    /// Queue to assign the work order to [default: the standard order's team]
    #[arg(long, value_name = "QUEUE", add = complete::queues())]
    pub queue: Option<String>,
    /// Who does it
    #[arg(long, value_name = "AGENT", add = complete::agents())]
    pub assign: Option<String>,
    /// Make it beside open orders that look the same
    #[arg(long)]
    pub separate: bool,
    #[command(flatten)]
    pub text: Message,
}

/// Hang tickets on a work order
///
/// Where --to names another ticket, they join the order that it hangs on, or one is made for all.
#[derive(clap::Args, Clone, Debug)]
pub struct LinkArgs {
    /// Tickets, by id or by any start of it; `-` reads them from standard input
    #[arg(required = true, value_name = "ID", add = complete::open_tickets())]
    pub ids: Vec<String>,
    /// The work order, or a ticket of the same trouble
    #[arg(long, value_name = "WORK-ORDER|ID", add = complete::open_tickets())]
    pub to: String,
}

/// Show work orders with their steps and their tickets
#[derive(clap::Args, Clone, Debug)]
pub struct ShowArgs {
    /// Work orders, by id or by any start of it; `-` reads them from standard input
    #[arg(required = true, value_name = "WORK-ORDER", add = complete::open_orders())]
    pub ids: Vec<String>,
}

/// List open work orders, or those that a query asks for
#[derive(clap::Args, Clone, Debug)]
pub struct ListArgs {
    /// Words and terms; all must fit
    #[arg(value_name = "QUERY", add = complete::query())]
    pub query: Vec<String>,
    /// Done work orders too
    #[arg(long)]
    pub all: bool,
}

/// Tick steps of a work order
#[derive(clap::Args, Clone, Debug)]
pub struct TickArgs {
    /// The work order, by id or by any start of it
    #[arg(value_name = "WORK-ORDER", add = complete::open_orders())]
    pub id: String,
    /// Steps by their numbers, or `all`
    #[arg(required = true, value_name = "N|all")]
    pub steps: Vec<String>,
    /// Untick them
    #[arg(long)]
    pub undo: bool,
    #[command(flatten)]
    pub text: Message,
}

/// Resolve a work order and every ticket that hangs on it
///
/// The text is the solution that every requester may read. Whoever keeps a requester informed is
/// to tell them: `desk` and `desk list is:not-informed` show whom.
#[derive(clap::Args, Clone, Debug)]
pub struct DoneArgs {
    /// The work order, by id or by any start of it
    #[arg(value_name = "WORK-ORDER", add = complete::open_orders())]
    pub id: String,
    /// How long the work took, in minutes
    #[arg(long, value_name = "N")]
    pub minutes: Option<u32>,
    #[command(flatten)]
    pub text: Message,
}

pub fn run(context: &mut Context, args: Args) -> ExitResult {
    match args.command {
        Verb::New(args) => new(context, args),
        Verb::Link(args) => link(context, &args),
        Verb::Show(args) => show(context, &args),
        Verb::List(args) => list(context, &args),
        Verb::Tick(args) => tick(context, &args),
        Verb::Done(args) => done(context, &args),
    }
}

fn new(context: &mut Context, args: NewArgs) -> ExitResult {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    let ids = context.some_ids(desk, &args.ids, Some(&act.me))?;
    let text = context.text(args.text.message.as_deref())?;
    let request = NewOrder {
        title: args.title,
        code: args.code,
        queue: args.queue,
        assignee: args.assign,
        text: text.unwrap_or_default(),
        separate: args.separate,
    };
    let outcome = ops::work::new(desk, &act, &ids, &request)?;
    context.show(desk, &outcome)
}

fn link(context: &mut Context, args: &LinkArgs) -> ExitResult {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    let ids = context.some_ids(desk, &args.ids, Some(&act.me))?;
    let to = desk.find(&args.to, Some(&act.me))?;
    let outcome = ops::work::link(desk, &act, &ids, to)?;
    context.show(desk, &outcome)
}

fn show(context: &mut Context, args: &ShowArgs) -> ExitResult {
    let desk = context.desk()?;
    let last = args.ids.iter().any(|id| id == ".");
    let me = if last { context.me(desk)? } else { None };
    context.known_agent(desk)?;
    let ids = context.some_ids(desk, &args.ids, me.as_ref())?;
    let shown = ids
        .iter()
        .map(|id| ops::work::show(desk, *id, context.ui.env.now))
        .collect::<Result<Vec<_>, _>>()?;
    let problems: Vec<_> = shown
        .iter()
        .flat_map(|one| {
            let order = &one.order;
            order.page.problems.iter().chain(&order.besides).cloned()
        })
        .collect();
    if context.global.json {
        let of_desk = context.of(desk, None);
        let item = |one: &ops::work::OrderView| {
            let order = &one.order;
            let mut item = json::ticket(&order.page.ticket, order.conflict, of_desk);
            json::hanging(&mut item, one.hanging.iter().map(|ticket| &ticket.id));
            item
        };
        let items = shown.iter().map(item).collect();
        context.ui.data(&json::page("tickets", items, &problems))?;
        return Ok(0);
    }
    let orders: Vec<String> = shown
        .iter()
        .map(|one| work::work_order(one, &desk.settings, &context.ui.paint))
        .collect();
    context.ui.long(&orders.join("\n\n"))?;
    context.problems(&problems);
    Ok(0)
}

fn list(context: &mut Context, args: &ListArgs) -> ExitResult {
    let desk = context.desk()?;
    let query = crate::cli::cmd::list::query(&args.query);
    let me = if query.contains("me") || query.contains("mine") {
        context.me(desk)?
    } else {
        None
    };
    context.known_agent(desk)?;
    let found = ops::work::list(desk, context.of(desk, me.as_ref()), &query, args.all)?;
    if context.global.json {
        let of_desk = context.of(desk, None);
        let item = |one: &ops::work::ListedOrder| {
            let mut item = json::summary(&one.order, of_desk);
            if let Some(page) = &one.page {
                item["derived"]["steps"] = json::steps(&page.description);
                item["derived"]["repeat_of"] = page.repeat_of().into();
            }
            json::hanging(&mut item, one.hanging.iter());
            item
        };
        let items = found.orders.iter().map(item).collect();
        let page = json::page("tickets", items, &found.rest.problems);
        context.ui.data(&page)?;
        return Ok(0);
    }
    let of_desk = context.of(desk, me.as_ref());
    let text = work::rows(&found.orders, of_desk, &context.ui.paint);
    context.ui.long(&text)?;
    for remark in work::beside(&found) {
        context.ui.remark(&remark);
    }
    context.problems(&found.rest.problems);
    Ok(0)
}

fn tick(context: &mut Context, args: &TickArgs) -> ExitResult {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    let id = desk.find(&args.id, Some(&act.me))?;
    let which = steps(&args.steps)?;
    let text = context.text(args.text.message.as_deref())?;
    let text = text.unwrap_or_default();
    let outcome = ops::work::tick(desk, &act, id, &which, !args.undo, &text)?;
    context.show(desk, &outcome)
}

/// The steps that were typed: numbers, or `all`.
fn steps(words: &[String]) -> Result<Steps, OpError> {
    if words.iter().any(|word| word == "all") {
        return Ok(Steps::All);
    }
    let number = |word: &String| {
        word.parse().map_err(|_| {
            OpError::usage(format!("`{word}` is no number of a step"))
                .hint("name steps by their numbers in `desk work show`, or all of them with `all`")
        })
    };
    words
        .iter()
        .map(number)
        .collect::<Result<_, _>>()
        .map(Steps::These)
}

fn done(context: &mut Context, args: &DoneArgs) -> ExitResult {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    act.may(desk, "work done")?;
    let id = desk.find(&args.id, Some(&act.me))?;
    ops::work::is_order(&desk.page(id)?.ticket)?;
    let text = context.message(desk, id, "work done", args.text.message.as_deref())?;
    let outcome = text.settle(ops::work::done(desk, &act, id, &text.text, args.minutes))?;
    context.show(desk, &outcome)
}
