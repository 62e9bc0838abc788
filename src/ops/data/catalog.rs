//! `catalog`: the catalogue as a tree, or one code whole.

use chrono::TimeDelta;

use crate::model::catalog::{Code, Provider};
use crate::model::field::Key;
use crate::model::field_set::FieldSet;
use crate::model::moment::Moment;
use crate::model::status::TicketType;
use crate::model::ticket_summary::TicketSummary;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::values;
use crate::page::problem::{Problem, near};
use crate::rules::context::DeskContext;
use crate::rules::lifecycle::priority;
use crate::rules::lifecycle::routing;
use crate::rules::query::catalog::{self, CodeMatcher};

/// A part of the catalogue.
#[derive(Clone, Debug, Default)]
pub struct CatalogPart {
    /// The codes, by department, provider, category and code.
    pub codes: Vec<CodeView>,
    /// Whether one code alone was meant.
    pub whole: bool,
    /// How many retired codes fit too, and were left out.
    pub retired: usize,
    /// Codes that could have been meant, where none fits.
    pub near: Vec<String>,
    /// Where none fits: the words as beginnings of words, and how many codes fit them.
    pub wider: Option<(String, usize)>,
    /// Files that cannot be read.
    pub problems: Vec<Problem>,
}

/// A code, and what follows from it.
#[derive(Clone, Debug)]
pub struct CodeView {
    /// The code.
    pub code: Code,
    /// Where such tickets wait: the code's own queue, its area's, or the house's.
    pub queue: String,
    /// Whether that is the house's.
    pub by_house: bool,
    /// The impact that a ticket begins with, the code's own or the house's.
    pub impact: String,
    /// The urgency.
    pub urgency: String,
    /// The priority that follows, empty where the matrix has none.
    pub priority: String,
    /// The code in use that has taken a retired one's place.
    pub successor: Option<String>,
    /// What is known of the provider to whom it leads.
    pub provider: Option<Provider>,
    /// The articles with their titles, empty where there is no such article.
    pub articles: Vec<(String, String)>,
    /// Tickets of the code; work orders do not count.
    pub use_: CodeUsage,
}

/// How often a code was used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CodeUsage {
    /// Tickets of the last thirty days.
    pub month: usize,
    /// Tickets of the last 365 days.
    pub year: usize,
    /// Tickets that are not done.
    pub open: usize,
}

/// The codes that fit, in the order of the tree. A code's own name means that code, retired or
/// not. `counted` counts the tickets where one code was not meant, too.
pub fn catalog(
    desk: &Desk,
    filter: &[String],
    retired: bool,
    counted: bool,
    context: DeskContext<'_>,
) -> Result<CatalogPart, OpError> {
    let mut part = CatalogPart::default();
    let named = match filter {
        [one] => desk.catalogue.find(one.trim().trim_start_matches('@')),
        _ => None,
    };
    let query = catalog::read(filter)?;
    let mut codes = match named {
        Some(code) => vec![code],
        None => CodeMatcher::new(&query, context)?.codes(&desk.catalogue),
    };
    if named.is_none() && !retired && !query.speaks_of_retired() {
        let all = codes.len();
        codes.retain(|code| !code.retired);
        part.retired = all - codes.len();
    }
    codes.sort_by(|a, b| (&a.path, &a.name).cmp(&(&b.path, &b.name)));
    if codes.is_empty() {
        let names = desk.catalogue.codes.keys().map(String::as_str);
        part.near = near(&filter.join(" "), names);
        if part.retired == 0
            && let Some((wide, words)) = query.widened()
        {
            let wide = CodeMatcher::new(&wide, context)?.codes(&desk.catalogue);
            let found = wide.iter().filter(|code| retired || !code.retired).count();
            part.wider = Some((words, found)).filter(|_| found > 0);
        }
    }
    part.whole = codes.len() == 1 && !filter.is_empty();
    let tickets = if part.whole || counted {
        desk.partial_that(&FieldSet::of(&[Key::Code, Key::Type]), &|ticket| {
            !ticket.text(Key::Code).is_empty()
        })
    } else {
        crate::index::ticket_cache::CachedTickets::default()
    };
    part.problems = tickets.problems;
    let with_articles = codes.iter().any(|code| !code.articles.is_empty());
    let titles = if with_articles && (part.whole || counted) {
        values::articles(desk)
    } else {
        Vec::new()
    };
    let mut used: std::collections::HashMap<&str, CodeUsage> = std::collections::HashMap::new();
    for ticket in &tickets.all {
        count(
            used.entry(ticket.text(Key::Code)).or_default(),
            ticket,
            context.now,
        );
    }
    part.codes = codes
        .into_iter()
        .map(|code| {
            let articles = code.articles.iter().map(|id| {
                let known = titles.iter().find(|(known, _)| known.as_str() == id);
                (
                    id.clone(),
                    known.map(|(_, title)| title.clone()).unwrap_or_default(),
                )
            });
            CodeView {
                articles: articles.collect(),
                use_: used.get(code.name.as_str()).copied().unwrap_or_default(),
                ..shown(code, desk)
            }
        })
        .collect();
    Ok(part)
}

fn shown(code: &Code, desk: &Desk) -> CodeView {
    let settings = &desk.settings;
    let own = routing::queue_of(code, settings);
    let usual = |own: &Option<String>, house: &String| own.as_ref().unwrap_or(house).clone();
    let impact = usual(&code.impact, &settings.intake.impact);
    let urgency = usual(&code.urgency, &settings.intake.urgency);
    CodeView {
        by_house: own.is_none(),
        queue: own.unwrap_or_else(|| settings.intake.queue.clone()),
        priority: priority::derived(settings, &impact, &urgency)
            .unwrap_or_default()
            .to_owned(),
        impact,
        urgency,
        successor: desk.catalogue.successor(code).map(|next| next.name.clone()),
        provider: desk.catalogue.provider_of(code).cloned(),
        articles: Vec::new(),
        use_: CodeUsage::default(),
        code: code.clone(),
    }
}

fn count(used: &mut CodeUsage, ticket: &TicketSummary, now: Moment) {
    if ticket.kind() == TicketType::WorkOrder {
        return;
    }
    let age = now.since(ticket.created);
    used.month += usize::from(age <= TimeDelta::days(30));
    used.year += usize::from(age <= TimeDelta::days(365));
    used.open += usize::from(ticket.status().is_open());
}
