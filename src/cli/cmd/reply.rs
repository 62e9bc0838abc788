//! `desk reply`.

use std::path::PathBuf;

use crate::cli::args::Message;
use crate::cli::cmd::mail::out::show;
use crate::cli::complete;
use crate::cli::context::{Context, ExitResult, MessageArgs};
use crate::cli::editor::{Text, compose};
use crate::cli::failure::ExitStatus;
use crate::cli::next_word::NextArg;
use crate::cli::prompt;
use crate::cli::send_command::Sender;
use crate::cli::template_args::TemplateArgs;
use crate::cli::time_args::TimeArgs;
use crate::model::entry::Entry;
use crate::model::id::TicketId;
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::drafts::Draft;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::reply::ReplyError;
use crate::ops::mail::files_sent;
use crate::ops::mail::order;
use crate::ops::mail::others::BegunAnswer;
use crate::ops::mail::out::{self, Delivered};
use crate::ops::mail::reply::{self, Addressed, Reply, addressed, letter};
use crate::ops::ticket::template::TemplateRequest;
use crate::view::words::count;
use crate::view::{json, reply as view};

/// Answer the requester by mail
///
/// Goes through your own sendmail or msmtp (`[mail] send` in your config.toml) to the requester, and for
/// a copy to those who wrote or got the mail that it answers. It quotes that mail and nothing else. What
/// was sent by other means is logged with `desk contact`.
#[derive(clap::Args, Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "switches of a command line")]
pub struct Args {
    /// The ticket, by id or by any start of it; `-` reads it from standard input
    #[arg(value_name = "ID", required_unless_present = "order", conflicts_with = "order", add = complete::tickets())]
    pub id: Option<String>,
    /// Send a copy to this address, too
    #[arg(long, value_name = "ADDRESS")]
    pub cc: Vec<String>,
    /// Send no copies: only the requester gets it
    #[arg(long, conflicts_with = "cc")]
    pub only_requester: bool,
    /// The address to send from, one of the desk's [default: `mail.out.from`, else that of the queue]
    #[arg(long, value_name = "ADDRESS", add = complete::mailboxes())]
    pub from: Option<String>,
    /// Send this file along; all together may have 10 MB
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub attach: Vec<PathBuf>,
    /// Write to all who hang on this work order instead, one mail to each; shown first, --yes sends
    #[arg(long, value_name = "WORK-ORDER", conflicts_with_all = ["cc", "only_requester", "edit", "minutes"], add = complete::open_orders())]
    pub order: Option<String>,
    /// With --order: send the mails
    #[arg(long, requires = "order")]
    pub yes: bool,
    /// Send although others wrote meanwhile, mail does not reach the requester, or you sent it before
    #[arg(long)]
    pub anyway: bool,
    #[command(flatten)]
    pub time: TimeArgs,
    /// It gives the requester a way to go on working
    #[arg(long)]
    pub workaround: bool,
    #[command(flatten)]
    pub next: NextArg,
    #[command(flatten)]
    pub template: TemplateArgs,
    #[command(flatten)]
    pub text: Message,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    act.may(desk, "reply")?;
    let files = files_sent::read(&args.attach)?;
    let asked = Reply {
        cc: &args.cc,
        only_requester: args.only_requester,
        from: args.from.as_deref(),
        files: &files,
        time: args.time.read(desk, 1)?,
        workaround: args.workaround,
        next: args.next.read(context, desk, &act)?,
        anyway: args.anyway,
        ..Reply::default()
    };
    if let Some(order) = &args.order {
        return to_order(context, desk, &act, (args, order), &asked);
    }
    let given = args.id.as_deref().unwrap_or_default();
    let Some(id) = context.one(desk, given, Some(&act.me))? else {
        return context.nothing_named("tickets");
    };
    // Whether it can be sent is told before anybody writes.
    let to = addressed(desk, id, &asked)?;
    let job = Job {
        desk,
        act: &act,
        to: &to,
        sender: (!act.dry_run).then(|| Sender::of(context)).transpose()?,
    };
    if args.template.template.is_some() {
        return by_template(context, &job, args, &asked);
    }
    let begun = BegunAnswer::of(&to.ticket, None);
    let (text, begun) = match args.text.message.as_deref() {
        Some(_) => {
            let text = context.text(args.text.message.as_deref())?;
            (MessageArgs::of(text.unwrap_or_default(), None), begun)
        }
        None => written(context, &job)?,
    };
    let asked = Reply {
        text: &text.text,
        ..asked
    };
    if act.dry_run {
        return shown(context, &job, &asked).map_err(|error| text.kept(error));
    }
    let ready = letter(desk, &act, to.ticket.id, &asked);
    let done = ready
        .and_then(|mut letter| {
            let seen = ask(context, &job, &begun, args.anyway)?;
            letter.record.knows(&seen);
            job.send(&letter, args.anyway)
        })
        .map_err(|error| kept(&job, &text, error))?;
    text.done();
    finish(context, &to, &done)
}

/// An answer under way.
struct Job<'a> {
    desk: &'static Desk,
    act: &'a Actor,
    to: &'a Addressed,
    sender: Option<Sender>,
}

impl Job<'_> {
    fn send(&self, letter: &reply::Letter, anyway: bool) -> Result<Delivered, OpError> {
        let hand = |envelope: &str, to: &[String], mail: &[u8]| match &self.sender {
            Some(sender) => sender.hand(envelope, to, mail),
            None => Ok(()),
        };
        out::reply(self.desk, self.act, letter, anyway, &hand)
    }

    fn id(&self) -> TicketId {
        self.to.ticket.id
    }

    /// What the editor is opened on, and the name of its draft.
    fn about(&self) -> (String, String, String) {
        let (id, title) = (self.id(), self.to.ticket.title());
        let above = view::above(self.to, None);
        let about = match self.to.answered().filter(|mail| mail.incoming) {
            Some(_) => format!("reply on {id}: {title}; what it answers is quoted below your text"),
            None => format!("reply on {id}: {title}"),
        };
        (format!("{id}.reply.md"), above, about)
    }
}

/// The text as it is written in the editor, and the log when that was begun.
fn written(context: &Context, job: &Job<'_>) -> Result<(MessageArgs, BegunAnswer), OpError> {
    if !context.ui.env.interactive {
        return Err(crate::cli::messages::CommandError::NoText(&"reply").error());
    }
    let (name, above, about) = job.about();
    let again = format!("desk reply {}", job.id());
    let text = Text {
        name: &name,
        above: &above,
        begins: "",
        about: &about,
    };
    let (text, draft) = compose(&context.ui, job.desk, text, &again)?;
    let text = MessageArgs::of(text, Some((draft, again)));
    let begun = BegunAnswer::of(&job.to.ticket, view::begun(text.base()));
    Ok((text, begun))
}

/// Shows what others wrote since the text was begun. On a terminal somebody decides; elsewhere the mail
/// is refused. The identities of what was shown.
fn ask(
    context: &Context,
    job: &Job<'_>,
    begun: &BegunAnswer,
    anyway: bool,
) -> Result<Vec<String>, OpError> {
    let found = begun.since(job.desk, job.act)?;
    if let Some(why) = &found.offline {
        let told = format!("whether others wrote elsewhere is not known: {why}");
        context.ui.warn(&told);
    }
    if found.entries.is_empty() {
        return Ok(Vec::new());
    }
    let seen: Vec<String> = found.entries.iter().map(Entry::identity).collect();
    let settings = &job.desk.settings;
    let shown = view::others(&found.entries, settings, &context.ui.paint);
    context.ui.err(shown.trim_end());
    let entries = view::of_others(found.entries.len());
    if anyway {
        return Ok(seen);
    }
    let refused = ReplyError::OthersWrote(&job.id(), &entries).error();
    if !context.ui.env.interactive {
        return Err(refused);
    }
    let question = format!(
        "{} has {entries} since your text was begun. Send it?",
        job.id()
    );
    if prompt::confirm(&question)? {
        Ok(seen)
    } else {
        Err(refused)
    }
}

/// A failure, with where the text is kept. One that came by `-m` is put among the drafts.
fn kept(job: &Job<'_>, text: &MessageArgs, error: OpError) -> OpError {
    if !text.base().is_empty() || error.code != "others-wrote" {
        return text.kept(error);
    }
    let (name, above, about) = job.about();
    let of = |begins: &str| {
        crate::cli::editor::begins(Text {
            name: &name,
            above: &above,
            begins,
            about: &about,
        })
    };
    let draft = job
        .act
        .repo(job.desk)
        .and_then(|repo| Draft::keep(repo, &name, &of(""), &of(&text.text)));
    match draft {
        Ok(path) => error
            .hint(format!("your text is in {}", path.display()))
            .hint(format!("desk reply {} goes on with it", job.id())),
        Err(_) => error,
    }
}

/// Shows the mail, and sends nothing.
fn shown(context: &Context, job: &Job<'_>, asked: &Reply<'_>) -> ExitResult {
    let letter = letter(job.desk, job.act, job.id(), asked)?;
    context.aside(&letter.outcome);
    if context.global.json {
        let mails = ("mails", vec![view::mail_json(&letter)]);
        context.ui.data(&json::page(mails.0, mails.1, &[]))?;
        return Ok(ExitStatus::Done);
    }
    context
        .ui
        .outcome("Nothing was sent; this is what would be:\n")?;
    context.ui.data(&view::mail(&letter, &context.ui.paint))?;
    Ok(ExitStatus::Done)
}

/// Sends the text of a template; with `--edit` as it comes back from the editor.
fn by_template(context: &mut Context, job: &Job<'_>, args: &Args, asked: &Reply<'_>) -> ExitResult {
    let said = context.text(args.text.message.as_deref())?;
    let said = said.unwrap_or_default();
    let begun = BegunAnswer::of(&job.to.ticket, None);
    let delivered = std::cell::RefCell::new(None);
    let write = |act: &Actor, template: Option<TemplateRequest<'_>>| {
        let asked = Reply {
            text: &said,
            template,
            ..asked.clone()
        };
        let mut letter = letter(job.desk, act, job.id(), &asked)?;
        if act.dry_run {
            return Ok(letter.outcome);
        }
        let seen = ask(context, job, &begun, args.anyway)?;
        letter.record.knows(&seen);
        let mut done = job.send(&letter, args.anyway)?;
        let outcome = done.outcome.take();
        delivered.replace(Some(done));
        Ok(outcome.unwrap_or_default())
    };
    let ids = [job.id()];
    if job.act.dry_run && !args.template.edit {
        let asked = Reply {
            text: &said,
            template: args.template.request(),
            ..asked.clone()
        };
        return shown(context, job, &asked);
    }
    let outcome = args
        .template
        .run(context, job.desk, job.act, ("reply", &ids), write)?;
    let Some(mut done) = delivered.take() else {
        return context.show(job.desk, &outcome);
    };
    done.outcome = outcome.saved.is_some().then_some(outcome);
    finish(context, job.to, &done)
}

/// Tells to whom the mail went, and what was logged.
fn finish(context: &Context, to: &Addressed, done: &Delivered) -> ExitResult {
    if !done.sent.is_empty() {
        let people = view::recipients(&to.recipients.to, &to.recipients.cc);
        context.ui.remark(&format!("sent to {people}"));
    }
    for id in &done.logged_late {
        context.ui.note(&format!(
            "a mail to the requester of `{id}` that went out before is logged now"
        ));
    }
    show(context, done)
}

/// Writes to all who hang on a work order.
fn to_order(
    context: &Context,
    desk: &'static Desk,
    act: &Actor,
    (args, order): (&Args, &str),
    asked: &Reply<'_>,
) -> ExitResult {
    let Some(order) = context.one(desk, order, Some(&act.me))? else {
        return context.nothing_named("mails");
    };
    let text = context.text(args.text.message.as_deref())?;
    let template = args.template.request();
    if text.is_none() && template.is_none() {
        return Err(crate::cli::messages::CommandError::NoText(&"reply --order").error());
    }
    let asked = Reply {
        text: text.as_deref().unwrap_or_default(),
        template,
        ..asked.clone()
    };
    let found = order::letters(desk, act, order, &asked)?;
    context.problems(&found.problems);
    for id in &found.told {
        context.ui.note(&format!(
            "the requester of `{id}` was sent these words already"
        ));
    }
    let without = found.without.clone();
    if !args.yes || act.dry_run {
        if context.global.json {
            let mails = found.letters.iter().map(view::mail_json).collect();
            let call = view::without_json(&without);
            let parts = vec![("mails", mails), ("without", call)];
            context.ui.data(&json::pages(parts, &[]))?;
            return Ok(ExitStatus::Done);
        }
        context.ui.data(&view::order(&found, &context.ui.paint))?;
        told(context, &without)?;
        let count = count(found.letters.len(), "mail");
        context
            .ui
            .outcome(&format!("\nNothing was sent; --yes sends {count}.\n"))?;
        return Ok(ExitStatus::Done);
    }
    if found.letters.is_empty() {
        if context.global.json {
            context.ui.data(&json::page("tickets", Vec::new(), &[]))?;
        } else {
            told(context, &without)?;
            context.ui.outcome("Nobody is left to write to.\n")?;
        }
        return Ok(ExitStatus::Done);
    }
    let sender = Sender::of(context)?;
    let hand = |envelope: &str, to: &[String], mail: &[u8]| sender.hand(envelope, to, mail);
    let done = out::deliver(desk, act, &found.letters, &[], &hand)?;
    let status = show(context, &done)?;
    if !context.global.json {
        told(context, &without)?;
        let line = format!("{}\n", view::delivered(&done));
        context.ui.outcome(&line)?;
    }
    Ok(status)
}

/// Names those who get no mail, with how to reach them.
fn told(context: &Context, without: &[order::WithoutAddress]) -> Result<(), OpError> {
    let shown = view::without(without, &context.ui.paint);
    if !shown.is_empty() {
        context.ui.data(&format!("\n{shown}"))?;
    }
    Ok(())
}
