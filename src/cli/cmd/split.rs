//! `desk split`.

use crate::cli::args::Message;
use crate::cli::cmd::new::reported;
use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::cli::field_args::pairs;
use crate::model::status::TicketType;
use crate::ops;
use crate::ops::core::duplicates;
use crate::ops::ticket::split::Split;

/// Give a second issue a ticket of its own
///
/// The new ticket shares the requester and the channel; code, queue, priority and life are its own.
/// Each of the two names the other, and what is quoted stays where it was.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// The ticket in which the issue came to light
    #[arg(value_name = "ID", add = complete::tickets())]
    pub id: String,
    /// One line that says what the other issue is about; `@CODE` behind it names the problem code
    #[arg(value_name = "TITLE")]
    pub title: String,
    /// The problem code
    #[arg(long, value_name = "CODE", add = complete::codes())]
    pub code: Option<String>,
    /// Queue to assign the ticket to
    #[arg(long, value_name = "QUEUE", add = complete::queues())]
    pub queue: Option<String>,
    /// information, action or comment [default: as the first]
    #[arg(long = "type", value_name = "TYPE", add = complete::types())]
    pub kind: Option<String>,
    /// Any other field; may be given several times
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// Quote the text of this entry, by its tag; may be given several times
    #[arg(long, value_name = "^TAG")]
    pub entry: Vec<String>,
    #[command(flatten)]
    pub text: Message,
}

pub fn run(context: &mut Context, args: Args) -> ExitResult {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    let Some(id) = context.one(desk, &args.id, Some(&act.me))? else {
        return context.nothing_named("tickets");
    };
    let given = [
        ("code", args.code),
        ("queue", args.queue),
        ("type", args.kind),
    ];
    let given = given
        .into_iter()
        .filter_map(|(key, value)| Some((key.to_owned(), value?)));
    let mut values: Vec<(String, String)> = given.collect();
    values.extend(pairs(&args.set)?);
    let wish = Split {
        title: args.title,
        values,
        text: context
            .text(args.text.message.as_deref())?
            .unwrap_or_default(),
        entries: args.entry,
    };
    let outcome = ops::ticket::split::split(desk, &act, id, &wish)?;
    let status = context.show(desk, &outcome)?;
    if let (Some(new), false) = (outcome.changed.first(), context.global.dry_run) {
        let family: Vec<_> = outcome.changed.iter().map(|one| one.ticket.id).collect();
        let values = &new.ticket.values;
        let (alike, unread) = duplicates::find(desk, values, &family, context.ui.env.now);
        for one in alike
            .iter()
            .take(3)
            .filter(|_| new.ticket.status().is_open())
        {
            let shares = new.ticket.kind() != TicketType::Information;
            for sentence in reported(new.ticket.id, one, shares) {
                context.ui.remark(&sentence);
            }
        }
        context.problems(&unread);
    }
    Ok(status)
}
