//! `desk kb new`.

use crate::cli::args::Message;
use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::cli::editor;
use crate::cli::messages::CommandError;
use crate::ops;
use crate::ops::core::messages::unknown;
use crate::ops::kb::new::NewArticleRequest;
use crate::ops::kb::template::Template;

/// Write an article: a draft, from nothing, a template or a ticket's solution
///
/// On a terminal your editor opens on it. Without one, give the text with -m, or a template to be
/// filled in later. Only the id is printed where nobody reads along.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
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

pub fn run(context: &mut Context, args: Args) -> ExitResult {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    let template = args.template.as_deref().map(|word| {
        Template::read(word)
            .ok_or_else(|| unknown("template", word, Template::WORDS.iter().copied()))
    });
    let from = match &args.from {
        Some(id) => match context.one(desk, id, Some(&act.me))? {
            Some(id) => Some(id),
            None => return context.nothing_named("tickets"),
        },
        None => None,
    };
    let request = NewArticleRequest {
        template: template.transpose()?,
        from,
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
        return Err(CommandError::ArticleNeedsText(&Template::WORDS.join(", ")).error());
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
