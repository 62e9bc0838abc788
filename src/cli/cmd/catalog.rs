//! `desk catalog`.

use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::cli::failure::ExitStatus;
use crate::ops;
use crate::view::{catalog, json};

/// Show the catalogue of problem codes
///
/// A tree of department, provider, category and code. A filter is words of a code, its title or its
/// place in the tree, a beginning like print*, a term like category:printing, or a path like
/// it/network; case and accents do not count. One code comes with its questions, articles, targets
/// and standard work order.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Words, terms, a path, or a code; all must fit
    #[arg(value_name = "FILTER", add = complete::levels())]
    pub filter: Vec<String>,
    /// Retired codes too
    #[arg(long)]
    pub retired: bool,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    context.known_agent(desk)?;
    let as_json = context.global.json;
    let of_desk = context.of(desk, None);
    let part = ops::data::catalog::catalog(desk, &args.filter, args.retired, as_json, of_desk)?;
    if as_json {
        let codes = part
            .codes
            .iter()
            .map(|one| catalog::json(one, &desk.settings, context.ui.env.now));
        context
            .ui
            .data(&json::page("codes", codes.collect(), &part.problems))?;
        return Ok(ExitStatus::Done);
    }
    let text = catalog::catalog(&part, &desk.settings, &context.ui.paint);
    context.ui.long(&text)?;
    for remark in catalog::remarks(&part) {
        context.ui.remark(&remark);
    }
    context.problems(&part.problems);
    Ok(ExitStatus::Done)
}
