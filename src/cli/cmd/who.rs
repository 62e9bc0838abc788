//! `desk who`.

use std::path::{Path, PathBuf};

use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::cli::failure::ExitStatus;
use crate::cli::messages::CommandError;
use crate::ops;
use crate::ops::core::desk::Desk;
use crate::ops::ticket::{merge_people, person_export};
use crate::store::fs::output::NewFolder;
use crate::view::paint::Paint;
use crate::view::sanitize::Shown;
use crate::view::words::count;
use crate::view::{json, personal, who};

/// Show a requester's history
///
/// Finds people among the requesters of all tickets, by name, e-mail address, telephone, account or
/// organisation; case and accents do not count, and the start of a word will do. A ticket's id
/// finds who called. Without a name everybody is listed, those of the latest contact first.
///
/// `--export` prints all that is held on one person: their tickets, what names them on those of
/// others, and what this clone alone keeps of mails and drafts. `-o FOLDER` writes it there as Markdown
/// and JSON, with the attachments and mails. Read it before it leaves the house: it has your notes.
///
/// `--merge A B` makes two people one: the tickets of B are listed and get name and contact data of A,
/// in one commit.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// A name, or whatever else the person is known by
    #[arg(value_name = "NAME", add = complete::people())]
    pub name: Vec<String>,
    /// Of everybody, show at most N
    #[arg(long, value_name = "N", default_value_t = 50, conflicts_with_all = ["name", "merge"])]
    pub limit: usize,
    /// All done tickets, not only the newest
    #[arg(long)]
    pub all: bool,
    /// These two are one person: B's tickets become A's, each named by whatever they are known by
    #[arg(long, num_args = 2, value_names = ["A", "B"], conflicts_with_all = ["name", "all"], add = complete::people())]
    pub merge: Vec<String>,
    /// All that is held on the person, to be handed out
    #[arg(long, requires = "name", conflicts_with_all = ["all", "merge"])]
    pub export: bool,
    /// Write the export into FOLDER, which is new or empty
    #[arg(short, long, value_name = "FOLDER", requires = "export", value_hint = clap::ValueHint::DirPath)]
    pub output: Option<PathBuf>,
    /// Although their names, e-mail addresses or accounts differ
    #[arg(long, requires = "merge")]
    pub yes: bool,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    if let [into, other] = &args.merge[..] {
        return merge(context, desk, (into, other), args.yes);
    }
    context.known_agent(desk)?;
    if args.name.is_empty() {
        return everybody(context, desk, args.limit);
    }
    let name = args.name.join(" ");
    if name.trim().is_empty() {
        return Err(CommandError::EmptyName.error());
    }
    if args.export {
        return export(context, desk, &name, args.output.as_deref());
    }
    let found = ops::ticket::who::who(desk, &name)?;
    if context.global.json {
        let of_desk = context.of(desk, None);
        let people = found.people.iter().map(|one| who::json(one, of_desk));
        context
            .ui
            .data(&json::page("people", people.collect(), &found.problems))?;
        return Ok(ExitStatus::Done);
    }
    let paint = context.ui.paint;
    let text = who::who(&found, args.all, context.of(desk, None), &paint);
    context.ui.long(&text)?;
    for remark in who::remarks(&found) {
        context.ui.remark(&remark);
    }
    context.problems(&found.problems);
    Ok(ExitStatus::Done)
}

/// Prints what is held on somebody, or writes it into a folder.
fn export(context: &Context, desk: &Desk, name: &str, folder: Option<&Path>) -> ExitResult {
    let found = person_export::export(desk, name)?;
    let of_desk = context.of(desk, None);
    let json = personal::json(&found, of_desk);
    let Some(folder) = folder else {
        if context.global.json {
            context.ui.data(&json)?;
        } else {
            context
                .ui
                .long(&personal::markdown(&found, &context.ui.paint))?;
        }
        return Ok(ExitStatus::Done);
    };
    let folder = crate::cli::env::current_dir().join(folder);
    let place = NewFolder::make(&folder)?;
    let plain = Paint {
        color: false,
        ..context.ui.paint
    };
    let text = personal::markdown(&found, &plain);
    place.write("person.md", Shown::from(text.as_str()).as_str().as_bytes())?;
    place.write(
        "person.json",
        Shown::from(json.as_str()).as_str().as_bytes(),
    )?;
    for (id, file) in &found.files {
        if let Some(bytes) = person_export::content(desk, *id, file)? {
            place.inner(&format!("{id}.files"))?.write(file, &bytes)?;
        }
    }
    for (file, bytes) in person_export::mails(desk, &found.held) {
        place.inner("mail")?.write(&file, &bytes)?;
    }
    let tickets = found.held.tickets.len();
    let shown = folder.display();
    context
        .ui
        .remark(&format!("{}: {}", shown, count(tickets, "ticket")));
    context.problems(&found.held.problems);
    Ok(ExitStatus::Done)
}

/// Lists everybody.
fn everybody(context: &Context, desk: &Desk, limit: usize) -> ExitResult {
    let (found, more) = ops::ticket::who::everybody(desk, limit);
    if context.global.json {
        let of_desk = context.of(desk, None);
        let people = found.people.iter().map(|one| who::json(one, of_desk));
        let page = json::page("people", people.collect(), &found.problems);
        context.ui.data(&page)?;
        return Ok(ExitStatus::Done);
    }
    let text = who::everybody(&found, &context.ui.paint);
    context.ui.long(&text)?;
    if found.people.is_empty() && more == 0 {
        context.ui.remark("no people");
    }
    if more > 0 {
        context
            .ui
            .remark(&format!("{more} more not shown, by --limit"));
    }
    context.problems(&found.problems);
    Ok(ExitStatus::Done)
}

/// Lists the tickets that change, then makes two people one.
fn merge(
    context: &Context,
    desk: &'static Desk,
    (into, other): (&str, &str),
    sure: bool,
) -> ExitResult {
    let act = context.act(desk)?;
    act.may(desk, merge_people::VERB)?;
    let found = merge_people::look(desk, into, other)?;
    if !context.global.json {
        let of_desk = context.of(desk, None);
        let text = who::merge(&found, of_desk, &context.ui.paint);
        context.ui.outcome(&text)?;
    }
    let outcome = merge_people::merge(desk, &act, &found, sure)?;
    context.show(desk, &outcome)
}
