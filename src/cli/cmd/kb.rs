//! `desk kb`: the knowledge base.

use clap::Subcommand;

use crate::cli::args::Message;
use crate::cli::cmd::check::relative;
use crate::cli::cmd::search;
use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::cli::{editor, failure};
use crate::index::text::Collection;
use crate::model::article::{ArticleOutcome, ArticleState};
use crate::model::id::ArticleId;
use crate::model::moment::Moment;
use crate::ops;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::unknown;
use crate::ops::data::check::Scope;
use crate::ops::kb::new::{NewArticleRequest, Template};
use crate::ops::kb::show;
use crate::page::markdown::SCRIPT;
use crate::rules::text::time_input;
use crate::view::{diagnostic, json, kb};

/// The knowledge base: write, publish, use and look after articles
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,
}

/// What to do with the knowledge base
#[derive(Subcommand, Clone, Debug)]
pub enum Command {
    New(Box<New>),
    Edit(EditArgs),
    List(List),
    Show(Show),
    Script(ScriptArgs),
    Search(Search),
    Use(UseArgs),
    Review(ReviewArgs),
    Publish(Publish),
    Retire(Retire),
    Check(Check),
    Demand(DemandArgs),
}

/// Write an article: a draft, from nothing, a template or a ticket's solution
///
/// On a terminal your editor opens on it. Without one, give the text with -m, or a template to be
/// filled in later. Only the id is printed where nobody reads along.
#[derive(clap::Args, Clone, Debug)]
pub struct New {
    /// One line, as the requester would say it [default: the ticket's, with --from]
    #[arg(value_name = "TITLE")]
    pub title: Option<String>,
    /// What to begin with: script, how-to, known-error or contacts
    #[arg(long, value_name = "TEMPLATE", add = complete::templates(), conflicts_with_all = ["message", "from_ticket", "translation_of"])]
    pub template: Option<String>,
    /// The ticket whose solution it tells; the requester is left out
    #[arg(id = "from_ticket", long = "from", value_name = "ID", add = complete::tickets())]
    pub from: Option<String>,
    /// The folder below kb/ [default: that of articles with the same code]
    #[arg(long, value_name = "CATEGORY", add = complete::categories())]
    pub category: Option<String>,
    /// The language of the text, like en or pt-BR
    #[arg(long, value_name = "LANGUAGE")]
    pub language: Option<String>,
    /// A problem code that it helps with; may be given several times
    #[arg(long, value_name = "CODE", add = complete::codes())]
    pub code: Vec<String>,
    /// A tag; may be given several times
    #[arg(long, value_name = "TAG")]
    pub tag: Vec<String>,
    /// The article that it translates, whose text it begins with
    #[arg(long, value_name = "KB-ID", conflicts_with = "from_ticket", add = complete::articles())]
    pub translation_of: Option<String>,
    #[command(flatten)]
    pub text: Message,
}

/// Change an article in your editor
///
/// What you change is checked when the editor ends. What cannot be saved stays in a draft, whose
/// place you are told. An article that cannot be read is named by its file.
#[derive(clap::Args, Clone, Debug)]
pub struct EditArgs {
    /// The article, by id or by file
    #[arg(value_name = "KB-ID", add = complete::articles())]
    pub id: String,
}

/// List articles, with how often each was used and solved
///
/// Words look into titles, tags, codes and ids; terms are like state:draft owner:anna tag:vpn
/// code:NET-OUT category:network is:stale. Words of the text itself are for `kb search`.
#[derive(clap::Args, Clone, Debug)]
pub struct List {
    /// Words and terms; all must fit
    #[arg(value_name = "QUERY", add = complete::cached_articles())]
    pub query: Vec<String>,
    /// Only those whose review date has passed
    #[arg(long)]
    pub stale: bool,
    /// Only those in a state: draft, review, published or retired
    #[arg(long, value_name = "STATE", add = complete::states())]
    pub state: Option<String>,
    /// Only those in a language
    #[arg(long, value_name = "LANGUAGE")]
    pub language: Option<String>,
    /// Retired and expired ones too
    #[arg(long)]
    pub all: bool,
}

/// Show articles whole
#[derive(clap::Args, Clone, Debug)]
pub struct Show {
    /// Articles, by id
    #[arg(required = true, value_name = "KB-ID", add = complete::articles())]
    pub ids: Vec<String>,
}

/// Show the call script of an article, for reading aloud
///
/// The lines of its section `Call script`. An article without one: exit status 1.
#[derive(clap::Args, Clone, Debug)]
pub struct ScriptArgs {
    /// The article, by id
    #[arg(value_name = "KB-ID", add = complete::scripts())]
    pub id: String,
}

/// Find articles by their words, the best first
///
/// With the words of the requester, in any language, inflected and with slips; the query language
/// is that of `desk search`. With --on the search and what it found are written into the ticket's
/// log. Nothing found: exit status 1.
#[derive(clap::Args, Clone, Debug)]
pub struct Search {
    /// Words and terms
    #[arg(required = true, value_name = "WORDS", add = complete::cached_articles())]
    pub query: Vec<String>,
    /// The ticket for which you search, by id or by any start of it
    #[arg(long, value_name = "ID", add = complete::open_tickets())]
    pub on: Option<String>,
    #[command(flatten)]
    pub options: search::Options,
}

/// Say on a ticket what came of an article
///
/// The ticket names the article from now on, and the article is known by what it solved. What is
/// wrong stands on its owner's desk until the article is edited.
#[derive(clap::Args, Clone, Debug)]
pub struct UseArgs {
    /// The article, by id
    #[arg(value_name = "KB-ID", add = complete::articles())]
    pub id: String,
    /// The ticket, by id or by any start of it
    #[arg(long, value_name = "ID", add = complete::open_tickets())]
    pub on: String,
    /// solved: it alone did; helped: it was part of it; wrong: it did not fit, or is not true
    #[arg(long, value_name = "OUTCOME", add = complete::uses())]
    pub outcome: String,
    #[command(flatten)]
    pub text: Message,
}

/// Hand a draft in, confirm a published article, or list what is due
///
/// Anybody hands a draft in; a manager then publishes it, or sends it back with --back. Of a
/// published article a manager confirms that it still holds. Without an article it lists those that
/// were said to be wrong, are expired or stale, wait for a manager, or fall due within 30 days.
#[derive(clap::Args, Clone, Debug)]
pub struct ReviewArgs {
    /// Articles, by id; `-` reads them from standard input
    #[arg(value_name = "KB-ID", add = complete::articles())]
    pub ids: Vec<String>,
    /// The day by which a published article is to be read again [default: in a year]
    #[arg(long, value_name = "DATE", requires = "ids")]
    pub until: Option<String>,
    /// Back to a draft
    #[arg(long, requires = "ids", conflicts_with = "until")]
    pub back: bool,
    #[command(flatten)]
    pub text: Message,
}

/// Publish articles, as a manager
#[derive(clap::Args, Clone, Debug)]
pub struct Publish {
    /// Articles, by id; `-` reads them from standard input
    #[arg(required = true, value_name = "KB-ID", add = complete::articles())]
    pub ids: Vec<String>,
    /// The day by which it is to be read again [default: in a year]
    #[arg(long, value_name = "DATE")]
    pub review_by: Option<String>,
    /// The day on which it leaves the search
    #[arg(long, value_name = "DATE")]
    pub expires: Option<String>,
    #[command(flatten)]
    pub text: Message,
}

/// Retire articles, as a manager: out of use, still found by old tickets
#[derive(clap::Args, Clone, Debug)]
pub struct Retire {
    /// Articles, by id; `-` reads them from standard input
    #[arg(required = true, value_name = "KB-ID", add = complete::articles())]
    pub ids: Vec<String>,
    #[command(flatten)]
    pub text: Message,
}

/// Check articles for broken links, missing scripts, stale or duplicate content
///
/// Links and ids that lead nowhere, addresses that cannot be (nothing is looked up), codes that ask
/// for a call script and have none, articles that are stale, expired or there twice, translations
/// that hang on nothing. Exit status 1 tells of findings.
#[derive(clap::Args, Clone, Debug)]
pub struct Check {
    /// Only these files or folders
    #[arg(value_name = "PATH", value_hint = clap::ValueHint::AnyPath)]
    pub paths: Vec<String>,
}

/// List what the knowledge base lacks, most frequent first
///
/// Searches made for a ticket that found nothing, and problem codes of tickets that were solved
/// without an article.
#[derive(clap::Args, Clone, Debug)]
pub struct DemandArgs {
    /// From this day or time on
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub from: Option<String>,
    /// Up to the end of this day, or to this time
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub to: Option<String>,
}

pub fn run(context: &mut Context, args: Args) -> ExitResult {
    match args.command {
        Command::New(args) => new(context, *args),
        Command::Edit(args) => edit(context, &args),
        Command::List(args) => list(context, &args),
        Command::Show(args) => show(context, &args),
        Command::Script(args) => script(context, &args),
        Command::Search(args) => look(context, &args),
        Command::Use(args) => used(context, &args),
        Command::Review(args) => review(context, &args),
        Command::Publish(args) => publish(context, &args),
        Command::Retire(args) => retire(context, &args),
        Command::Check(args) => check(context, &args),
        Command::Demand(args) => demand(context, &args),
    }
}

fn new(context: &mut Context, args: New) -> ExitResult {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    let template = args.template.as_deref().map(|word| {
        Template::read(word)
            .ok_or_else(|| unknown("template", word, Template::WORDS.iter().copied()))
    });
    let request = NewArticleRequest {
        template: template.transpose()?,
        from: args
            .from
            .as_deref()
            .map(|id| desk.find(id, Some(&act.me)))
            .transpose()?,
        text: context.text(args.text.message.as_deref())?,
        title: args.title,
        category: args.category,
        language: args.language,
        codes: args.code,
        tags: args.tag,
        translation_of: args.translation_of,
    };
    let sheet = ops::kb::new::sheet(desk, &act, &request)?;
    let begun =
        request.template.is_some() || request.from.is_some() || request.translation_of.is_some();
    let outcome = if request.text.is_some() || (begun && !context.ui.env.interactive) {
        ops::kb::new::create(desk, &act, &sheet, &sheet.text)?
    } else if context.ui.env.interactive {
        let draft = ops::kb::new::draft(act.repo(desk)?, &sheet)?;
        editor::open(&context.ui, &draft, ops::kb::new::AGAIN)?;
        ops::kb::new::finish(desk, &act, &sheet, &draft)?
    } else {
        return Err(OpError::usage("`desk kb new` needs a text")
            .hint("give it with -m TEXT, or -m - to read it from standard input")
            .hint(format!(
                "or begin with --template {}",
                Template::WORDS.join(", ")
            )));
    };
    if context.global.json || context.ui.env.stdout_terminal || context.global.dry_run {
        return context.show(desk, &outcome);
    }
    context.aside(&outcome);
    let ids = outcome
        .revised
        .iter()
        .map(|one| format!("{}\n", one.cached.article.id));
    context.reported(&outcome, context.ui.data(&ids.collect::<String>()))
}

fn edit(context: &mut Context, args: &EditArgs) -> ExitResult {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    if !context.ui.env.interactive && !context.ui.env.editor_set {
        return Err(OpError::usage("`desk kb edit` needs a terminal").hint(
            "edit the file itself, then `desk kb check`; `desk kb list --json` tells its path",
        ));
    }
    let repo = act.repo(desk)?;
    let editing = ops::kb::edit::begin(desk, repo, &args.id)?;
    editor::open(&context.ui, &editing.draft, &editing.again)?;
    let outcome = ops::kb::edit::finish(desk, &act, &editing)?;
    if outcome.revised.is_empty() {
        context.ui.remark("nothing was changed");
    }
    context.show(desk, &outcome)
}

fn list(context: &mut Context, args: &List) -> ExitResult {
    let desk = context.desk()?;
    context.known_agent(desk)?;
    let request = show::ArticleRequest {
        query: args.query.join(" "),
        stale: args.stale,
        state: args.state.as_deref().map(state).transpose()?,
        language: args.language.clone(),
        all: args.all,
    };
    let now = context.ui.env.now;
    let listing = show::list(desk, now, &request)?;
    let today = ops::kb::today(desk, now);
    if context.global.json {
        let items = listing
            .articles
            .iter()
            .map(|one| kb::listed(one, today).into());
        let page = json::page("articles", items.collect(), &listing.problems);
        context.ui.data(&page)?;
        return Ok(0);
    }
    context
        .ui
        .long(&kb::list(&listing, today, &context.ui.paint))?;
    for remark in kb::remarks(&listing) {
        context.ui.remark(&remark);
    }
    context.problems(&listing.problems);
    Ok(0)
}

fn state(word: &str) -> Result<ArticleState, OpError> {
    word.parse()
        .map_err(|_| unknown("state", word, ArticleState::WORDS.iter().copied()))
}

fn show(context: &mut Context, args: &Show) -> ExitResult {
    let desk = context.desk()?;
    context.known_agent(desk)?;
    let shown = args
        .ids
        .iter()
        .map(|id| show::show(desk, id))
        .collect::<Result<Vec<_>, _>>()?;
    let problems: Vec<_> = shown
        .iter()
        .flat_map(|one| one.page.problems.clone())
        .collect();
    let today = ops::kb::today(desk, context.ui.env.now);
    if context.global.json {
        let items = shown.iter().map(|one| kb::shown(one, today)).collect();
        context.ui.data(&json::page("articles", items, &problems))?;
        return Ok(0);
    }
    let cards: Vec<String> = shown
        .iter()
        .map(|one| kb::card(one, &desk.settings, today, &context.ui.paint))
        .collect();
    context.ui.long(&cards.join("\n\n"))?;
    context.problems(&problems);
    Ok(0)
}

fn script(context: &mut Context, args: &ScriptArgs) -> ExitResult {
    let desk = context.desk()?;
    context.known_agent(desk)?;
    let script = show::script(desk, &args.id)?;
    let today = ops::kb::today(desk, context.ui.env.now);
    if context.global.json {
        let items = vec![kb::said(&script, today)];
        context.ui.data(&json::page("articles", items, &[]))?;
    }
    if script.lines.is_empty() {
        let id = &script.cached.article.id;
        let error = OpError::usage(format!("`{id}` has no call script")).hint(format!(
            "write a section `## {SCRIPT}` with numbered lines: desk kb edit {id}"
        ));
        failure::tell(&context.ui, &error);
        return Ok(1);
    }
    if !context.global.json {
        context
            .ui
            .long(&kb::script(&script, today, &context.ui.paint))?;
    }
    Ok(0)
}

fn look(context: &mut Context, args: &Search) -> ExitResult {
    let desk = context.desk()?;
    let on = match &args.on {
        Some(on) => {
            let act = context.act(desk)?;
            let id = desk.find(on, Some(&act.me))?;
            Some((act, id))
        }
        None => None,
    };
    let kinds = [Collection::Articles];
    let (found, query) = search::find(context, desk, &args.query, &args.options, &kinds)?;
    if let Some((act, id)) = &on {
        let hits: Vec<ArticleId> = found
            .articles
            .iter()
            .map(|hit| hit.cached.article.id.clone())
            .collect();
        let outcome = ops::kb::searched(desk, act, *id, &query, &hits)?;
        context.aside(&outcome);
        let written = if context.global.dry_run {
            "would be written"
        } else {
            "is written"
        };
        context
            .ui
            .remark(&format!("the search {written} into {id}"));
    }
    let done = search::show(context, desk, &found, &args.options, false)?;
    if let (Some((_, id)), Some(hit)) = (&on, found.articles.first()) {
        let article = &hit.cached.article.id;
        context.ui.remark(&format!(
            "if it helped: desk kb use {article} --on {id} --outcome solved|helped|wrong"
        ));
    }
    Ok(done)
}

fn used(context: &mut Context, args: &UseArgs) -> ExitResult {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    let id = desk.find(&args.on, Some(&act.me))?;
    let article = ops::core::values::article_id(desk, &args.id)?;
    let came = ArticleOutcome::WORDS
        .contains(&args.outcome.as_str())
        .then(|| ArticleOutcome::read(&args.outcome))
        .flatten()
        .ok_or_else(|| {
            unknown(
                "outcome",
                &args.outcome,
                ArticleOutcome::WORDS.iter().copied(),
            )
        })?;
    let text = context
        .text(args.text.message.as_deref())?
        .unwrap_or_default();
    let outcome = ops::kb::used::used(desk, &act, &article, id, came, &text)?;
    context.show(desk, &outcome)
}

fn review(context: &mut Context, args: &ReviewArgs) -> ExitResult {
    let desk = context.desk()?;
    if args.ids.is_empty() {
        return due(context, desk);
    }
    let act = context.act(desk)?;
    let ids = articles(context, desk, &args.ids)?;
    let how = ops::kb::publish::Review {
        until: args.until.clone(),
        back: args.back,
        why: context
            .text(args.text.message.as_deref())?
            .unwrap_or_default(),
    };
    let outcome = ops::kb::publish::review(desk, &act, &ids, &how)?;
    context.show(desk, &outcome)
}

fn due(context: &Context, desk: &Desk) -> ExitResult {
    context.known_agent(desk)?;
    let now = context.ui.env.now;
    let (all, problems) = show::due(desk, now);
    if context.global.json {
        let today = ops::kb::today(desk, now);
        let items = all.iter().map(|one| kb::due_json(one, today)).collect();
        context.ui.data(&json::page("articles", items, &problems))?;
        return Ok(0);
    }
    context.ui.long(&kb::due(&all, &context.ui.paint))?;
    if all.is_empty() {
        context.ui.remark("no article is due");
    }
    context.problems(&problems);
    Ok(0)
}

fn publish(context: &mut Context, args: &Publish) -> ExitResult {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    let ids = articles(context, desk, &args.ids)?;
    let how = ops::kb::publish::Publishing {
        review_by: args.review_by.clone(),
        expires: args.expires.clone(),
        why: context
            .text(args.text.message.as_deref())?
            .unwrap_or_default(),
    };
    let outcome = ops::kb::publish::publish(desk, &act, &ids, &how)?;
    context.show(desk, &outcome)
}

fn retire(context: &mut Context, args: &Retire) -> ExitResult {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    let ids = articles(context, desk, &args.ids)?;
    let why = context
        .text(args.text.message.as_deref())?
        .unwrap_or_default();
    let outcome = ops::kb::publish::retire(desk, &act, &ids, &why)?;
    context.show(desk, &outcome)
}

/// The articles that were named, each once; `-` stands for those on standard input.
fn articles(context: &Context, desk: &Desk, given: &[String]) -> Result<Vec<ArticleId>, OpError> {
    let cached_articles = ops::kb::cached_articles(desk);
    let mut ids: Vec<ArticleId> = Vec::new();
    for name in context.names(given)? {
        let id = &ops::kb::find(&cached_articles, &name)?.article.id;
        if !ids.contains(id) {
            ids.push(id.clone());
        }
    }
    if ids.is_empty() {
        return Err(OpError::usage("no article was named")
            .hint("name one by its id; `desk kb list` shows them"));
    }
    Ok(ids)
}

fn check(context: &mut Context, args: &Check) -> ExitResult {
    let desk = context.desk()?;
    let scope = Scope {
        paths: args
            .paths
            .iter()
            .map(|path| relative(desk, path))
            .collect::<Result<_, _>>()?,
    };
    let now = context.ui.env.now;
    let checked = ops::kb::check::check(desk, now, &scope);
    let failed = u8::from(!checked.problems.is_empty());
    if context.global.json {
        context
            .ui
            .data(&json::page("articles", Vec::new(), &checked.problems))?;
        return Ok(failed);
    }
    let text = diagnostic::articles(&checked, &context.ui.paint);
    if failed == 1 {
        context.ui.data(&text)?;
    } else {
        context.ui.outcome(&text)?;
    }
    Ok(failed)
}

fn demand(context: &mut Context, args: &DemandArgs) -> ExitResult {
    let desk = context.desk()?;
    context.known_agent(desk)?;
    let now = context.ui.env.now;
    let span = |text: &String| -> Result<(Moment, Moment), OpError> {
        time_input::span(text, now, desk.settings.zone).map_err(|error| {
            OpError::usage(error.to_string())
                .hint("write 2026-11, 2026-11-21, monday, \"2026-11-21 14:00\" or -7d")
        })
    };
    let from = args
        .from
        .as_ref()
        .map(span)
        .transpose()?
        .map(|(from, _)| from);
    let to = args.to.as_ref().map(span).transpose()?.map(|(_, to)| to);
    let (found, problems) = show::demand(desk, from, to);
    if context.global.json {
        context
            .ui
            .data(&json::page("demand", kb::demand_json(&found), &problems))?;
        return Ok(0);
    }
    let text = kb::demand(&found, &desk.catalogue, &context.ui.paint);
    context.ui.long(&text)?;
    if text.is_empty() {
        context.ui.remark("nothing is missing");
    }
    context.problems(&problems);
    Ok(0)
}
