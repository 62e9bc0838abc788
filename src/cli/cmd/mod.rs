//! The commands, one file each: parse, call one verb, show its outcome.

pub mod ack;
pub mod asset;
pub mod assign;
pub mod attach;
pub mod away;
pub mod board;
pub mod call;
pub mod cancel;
pub mod catalog;
pub mod check;
pub mod close;
pub mod completions;
pub mod contact;
pub mod convert;
pub mod due;
pub mod edit;
pub mod escalate;
pub mod export;
pub mod import;
pub mod init;
pub mod kb;
pub mod link;
pub mod list;
pub mod mail;
pub mod log;
pub mod man;
pub mod merge;
pub mod handover;
pub mod hooks;
pub mod merge_driver;
pub mod new;
pub mod migrate;
pub mod next;
pub mod note;
pub mod pend;
pub mod redact;
pub mod redate;
pub mod reopen;
pub mod reply;
pub mod report;
pub mod resolve;
pub mod resolve_merge;
pub mod review;
pub mod search;
pub mod set;
pub mod show;
pub mod sla;
pub mod split;
pub mod suggest;
pub mod sweep;
pub mod sync;
pub mod take;
pub mod templates;
pub mod undo;
pub mod watch;
pub mod who;
pub mod work;

use crate::cli::args::Command;
use crate::cli::context::{Context, ExitResult};

/// Runs a command.
pub fn run(context: &mut Context, command: Command) -> ExitResult {
    match command {
        Command::Import(args) => import::run(context, &args),
        Command::Init(args) => init::run(context, &args),
        Command::New(args) => new::run(context, *args),
        Command::List(args) => list::run(context, &args),
        Command::Show(args) => show::run(context, &args),
        Command::Search(args) => search::run(context, &args),
        Command::Suggest(args) => suggest::run(context, &args),
        Command::Who(args) => who::run(context, &args),
        Command::Due(args) => due::run(context, &args),
        Command::Sla(args) => sla::run(context, &args),
        Command::Mail(args) => mail::run(context, &args),
        Command::Sweep(args) => sweep::run(context, &args),
        Command::Migrate(args) => migrate::run(context, args),
        Command::MergeDriver(args) => merge_driver::run(context, &args),
        Command::ResolveMerge(args) => resolve_merge::run(context, args),
        Command::Sync(args) => sync::run(context, args),
        Command::Review(args) => review::run(context, &args),
        Command::Hooks(args) => hooks::run(context, args),
        Command::Next(args) => next::run(context, &args),
        Command::Log(args) => log::run(context, &args),
        Command::Undo(args) => undo::run(context, &args),
        Command::Take(args) => take::run(context, &args),
        Command::Handover(args) => handover::run(context, &args),
        Command::Away(args) => away::run(context, &args),
        Command::Ack(args) => ack::run(context, &args),
        Command::Watch(args) => watch::run(context, &args),
        Command::Asset(args) => asset::run(context, &args),
        Command::Assign(args) => assign::run(context, &args),
        Command::Note(args) => note::run(context, &args),
        Command::Contact(args) => contact::run(context, &args),
        Command::Call(args) => call::run(context, &args),
        Command::Set(args) => set::run(context, &args),
        Command::Attach(args) => attach::run(context, &args),
        Command::Convert(args) => convert::run(context, *args),
        Command::Split(args) => split::run(context, args),
        Command::Edit(args) => edit::run(context, &args),
        Command::Pend(args) => pend::run(context, &args),
        Command::Resolve(args) => resolve::run(context, &args),
        Command::Close(args) => close::run(context, &args),
        Command::Redact(args) => redact::run(context, &args),
        Command::Redate(args) => redate::run(context, &args),
        Command::Reopen(args) => reopen::run(context, &args),
        Command::Cancel(args) => cancel::run(context, &args),
        Command::Escalate(args) => escalate::run(context, &args),
        Command::Kb(args) => kb::run(context, args),
        Command::Link(args) => link::run(context, &args),
        Command::Merge(args) => merge::run(context, &args),
        Command::Templates(args) => templates::run(context, &args),
        Command::Catalog(args) => catalog::run(context, &args),
        Command::Work(args) => work::run(context, args),
        Command::Reply(args) => reply::run(context, &args),
        Command::Report(args) => report::run(context, &args),
        Command::Export(args) => export::run(context, &args),
        Command::Check(args) => check::run(context, &args),
        Command::Completions(args) => completions::run(context, &args),
        Command::Man(args) => man::run(context, &args),
    }
}
