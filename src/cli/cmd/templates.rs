//! `desk templates`.

use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::cli::failure::ExitStatus;
use crate::model::template::TemplateUse;
use crate::ops;
use crate::ops::core::actor::Actor;
use crate::ops::core::messages::unknown;
use crate::ops::data::templates::TemplateQuery;
use crate::view::{json, templates};

/// List the texts at hand, or show one
///
/// `note`, `contact`, `resolve` and `pend` write the text of a template with --template NAME, filled
/// in for each ticket, and change what the template says with it. They stand in templates/, one file
/// for each name and language. With --on a template is shown as that ticket would get it.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Words of name, title or text; a whole name shows that template
    #[arg(value_name = "QUERY", add = complete::texts_at_hand())]
    pub query: Vec<String>,
    /// Only those for a command: note, contact, resolve, pend or reply
    #[arg(long = "for", value_name = "COMMAND", add = complete::template_uses())]
    pub verb: Option<String>,
    /// Only those that fit this ticket's code and queue; one that is shown is filled in for it
    #[arg(long, value_name = "ID", add = complete::open_tickets())]
    pub on: Option<String>,
    /// In this language [default: the requester's, else the house's]
    #[arg(long, value_name = "LANGUAGE")]
    pub language: Option<String>,
    /// Show what a template can insert
    #[arg(long, conflicts_with_all = ["query", "verb", "on", "language"])]
    pub placeholders: bool,
    /// Write the templates that a new desk begins with, where the desk has none of their names
    #[arg(long, conflicts_with_all = ["query", "verb", "on", "language", "placeholders"])]
    pub starter: bool,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    if args.starter {
        let act = context.act(desk)?;
        let written = ops::data::templates::starter(desk, &act)?;
        context.aside(&written.outcome);
        let reported = if context.global.json {
            context.ui.data(&templates::written_json(&written))
        } else {
            let dry = context.global.dry_run;
            let told = templates::written(&written, dry, &context.ui.paint);
            context.ui.outcome(&told)
        };
        return context.reported(&written.outcome, reported);
    }
    context.known_agent(desk)?;
    if args.placeholders {
        if context.global.json {
            context.ui.data(&templates::placeholders_json())?;
        } else {
            context
                .ui
                .long(&templates::placeholders(&context.ui.paint))?;
        }
        return Ok(ExitStatus::Done);
    }
    let verb = args.verb.as_deref().map(|word| {
        let known = TemplateUse::WORDS.iter().copied();
        TemplateUse::read(word).ok_or_else(|| unknown("use of a template", word, known))
    });
    let me = context.me(desk)?;
    let on = args.on.as_deref();
    let on = on.map(|on| desk.find(on, me.as_ref())).transpose()?;
    // A text that is filled in names who would write it.
    let act = match on {
        Some(_) => Some(Actor {
            dry_run: true,
            ..context.act(desk)?
        }),
        None => None,
    };
    let query = TemplateQuery {
        words: &args.query,
        verb: verb.transpose()?,
        on,
        language: args.language.as_deref(),
    };
    let listing = ops::data::templates::list(desk, act.as_ref(), &query)?;
    if context.global.json {
        let all = listing.templates.iter().map(templates::json);
        let page = json::page("templates", all.collect(), &listing.problems);
        context.ui.data(&page)?;
        return Ok(ExitStatus::Done);
    }
    let text = templates::templates(&listing, &context.ui.paint);
    context.ui.long(&text)?;
    for remark in templates::remarks(&listing) {
        context.ui.remark(&remark);
    }
    context.problems(&listing.problems);
    Ok(ExitStatus::Done)
}
