//! Completions that know the desk: tickets, agents, queues, codes, fields.

use std::ffi::OsStr;

use clap_complete::engine::{ArgValueCandidates, ArgValueCompleter, CompletionCandidate};

use crate::cli::env;
use crate::index::article_cache::CachedArticle;
use crate::index::want::Want;
use crate::model::article::{ArticleOutcome, ArticleState};
use crate::model::catalog::Code;
use crate::model::field::Key;
use crate::model::moment::Moment;
use crate::model::status::{Channel, Feeling, Outcome, TicketType, Waiting};
use crate::model::ticket_summary::TicketSummary;
use crate::ops::core::desk::Desk;
use crate::page::query::tickets::schema;
use crate::rules::query::catalog::{beginning, next};
use crate::rules::reports::ReportKind;
use crate::view::sanitize::line;

fn desk() -> Option<Desk> {
    let env = env::Env::read().ok()?;
    let dir = env.dir.unwrap_or_else(env::current_dir);
    Desk::open(&dir, env.caches.as_deref()).ok()
}

fn from_desk(each: fn(&Desk) -> Vec<(String, String)>) -> ArgValueCandidates {
    ArgValueCandidates::new(move || {
        let all = desk().map(|desk| each(&desk)).unwrap_or_default();
        all.into_iter()
            .map(|(value, help)| CompletionCandidate::new(value).help(Some(line(&help).into())))
            .collect()
    })
}

fn tickets_that(
    desk: &Desk,
    fits: impl Fn(&TicketSummary) -> bool,
    want: Want,
) -> Vec<(String, String)> {
    let mut all = desk.tickets(want).all;
    all.retain(fits);
    all.sort_by_key(|ticket| std::cmp::Reverse(ticket.updated));
    all.iter()
        .map(|ticket| (ticket.id.to_string(), ticket.text(Key::Title).to_owned()))
        .collect()
}

/// Tickets that are not done.
pub fn open_tickets() -> ArgValueCandidates {
    from_desk(|desk| tickets_that(desk, |_| true, Want::Open))
}

/// All tickets.
pub fn tickets() -> ArgValueCandidates {
    from_desk(|desk| tickets_that(desk, |_| true, Want::All))
}

/// Work orders that are not done.
pub fn open_orders() -> ArgValueCandidates {
    from_desk(|desk| {
        let order = |ticket: &TicketSummary| ticket.kind() == TicketType::WorkOrder;
        tickets_that(desk, order, Want::Open)
    })
}

/// Tickets that may be reopened or closed.
pub fn done_tickets() -> ArgValueCandidates {
    from_desk(|desk| tickets_that(desk, |ticket| !ticket.status().is_open(), Want::All))
}

/// Requesters of earlier tickets, those who called last first.
pub fn people() -> ArgValueCandidates {
    from_desk(|desk| {
        let (people, _) = crate::ops::core::people::people(desk);
        people
            .all()
            .iter()
            .map(|one| {
                (
                    one.label().to_owned(),
                    crate::ops::core::people::earlier(one),
                )
            })
            .collect()
    })
}

/// Agents in service.
pub fn agents() -> ArgValueCandidates {
    from_desk(|desk| {
        desk.settings
            .active_agents()
            .map(|agent| (agent.handle.to_string(), agent.name.clone()))
            .collect()
    })
}

/// Tickets, then agents: the arguments of `assign`.
pub fn tickets_and_agents() -> ArgValueCandidates {
    from_desk(|desk| {
        let agents = desk
            .settings
            .active_agents()
            .map(|agent| (agent.handle.to_string(), agent.name.clone()));
        agents
            .chain(tickets_that(desk, |_| true, Want::Open))
            .collect()
    })
}

/// Queues in service.
pub fn queues() -> ArgValueCandidates {
    from_desk(|desk| {
        desk.settings
            .active_queues()
            .map(|queue| (queue.name.clone(), queue.title.clone()))
            .collect()
    })
}

/// Areas.
pub fn areas() -> ArgValueCandidates {
    from_desk(|desk| desk.settings.areas.clone().into_iter().collect())
}

/// Codes in use, by the start of their names; else by what is typed as words or as a path of the
/// catalogue.
pub fn codes() -> ArgValueCompleter {
    ArgValueCompleter::new(|typed: &OsStr| {
        let (Some(typed), Some(desk)) = (typed.to_str(), desk()) else {
            return Vec::new();
        };
        let by_name = desk.catalogue.active().filter(|code| {
            let start = typed.trim_start_matches('@').to_ascii_uppercase();
            code.name.starts_with(&start)
        });
        let mut found: Vec<&Code> = by_name.collect();
        if found.is_empty() {
            found = beginning(typed, desk.context(None, Moment::epoch()));
            found.retain(|code| !code.retired);
        }
        let candidate = |code: &Code| {
            let category = code.path.last().map(|name| format!("{name} › "));
            let help = format!("{}{}", category.unwrap_or_default(), code.title);
            CompletionCandidate::new(code.name.clone()).help(Some(line(&help).into()))
        };
        found.into_iter().map(candidate).collect()
    })
}

/// Levels of the catalogue as a path, each behind the one that is typed; codes by their names.
pub fn levels() -> ArgValueCompleter {
    ArgValueCompleter::new(|typed: &OsStr| {
        let (Some(typed), Some(desk)) = (typed.to_str(), desk()) else {
            return Vec::new();
        };
        let mut found = next(typed, &desk.catalogue);
        if !typed.is_empty() && !typed.contains('/') {
            let start = typed.to_ascii_uppercase();
            let codes = desk.catalogue.active();
            let by_name = codes.filter(|code| code.name.starts_with(&start));
            found.extend(by_name.map(|code| (code.name.clone(), code.title.clone())));
        }
        found
            .into_iter()
            .map(|(value, help)| CompletionCandidate::new(value).help(Some(line(&help).into())))
            .collect()
    })
}

/// Impacts of the settings.
pub fn impacts() -> ArgValueCandidates {
    from_desk(|desk| {
        desk.settings
            .impacts
            .iter()
            .map(|word| (word.clone(), String::new()))
            .collect()
    })
}

/// Urgencies of the settings.
pub fn urgencies() -> ArgValueCandidates {
    from_desk(|desk| {
        desk.settings
            .urgencies
            .iter()
            .map(|word| (word.clone(), String::new()))
            .collect()
    })
}

/// Priorities of the settings.
pub fn priorities() -> ArgValueCandidates {
    from_desk(|desk| {
        desk.settings
            .priorities
            .iter()
            .map(|one| (one.name.clone(), one.title.clone()))
            .collect()
    })
}

/// Articles.
pub fn articles() -> ArgValueCandidates {
    from_desk(|desk| {
        crate::ops::core::values::articles(desk)
            .into_iter()
            .map(|(id, title)| (id.to_string(), title))
            .collect()
    })
}

/// Articles that have a call script.
pub fn scripts() -> ArgValueCandidates {
    from_desk(|desk| {
        let all = crate::ops::core::articles::cached_articles(desk)
            .all
            .into_iter();
        all.filter(|cached| cached.article.script)
            .map(|cached| (cached.article.id.to_string(), cached.article.title))
            .collect()
    })
}

/// Folders of articles.
pub fn categories() -> ArgValueCandidates {
    from_desk(|desk| {
        let cached_articles = crate::ops::core::articles::cached_articles(desk);
        let mut all: Vec<&str> = cached_articles
            .all
            .iter()
            .map(CachedArticle::category)
            .collect();
        all.sort_unstable();
        all.dedup();
        all.into_iter()
            .filter(|name| !name.is_empty())
            .map(|name| (name.to_owned(), String::new()))
            .collect()
    })
}

/// Terms of a filter of articles.
pub fn cached_articles() -> ArgValueCandidates {
    from_desk(|desk| {
        let states = ArticleState::WORDS
            .iter()
            .map(|word| format!("state:{word}"));
        let flags = ["stale", "expired", "script"].map(|word| format!("is:{word}"));
        let agents = desk.settings.active_agents();
        let owners = agents.map(|agent| format!("owner:{}", agent.handle));
        let codes = desk
            .catalogue
            .active()
            .map(|code| format!("code:{}", code.name));
        let all = states.chain(flags).chain(owners).chain(codes);
        all.map(|term| (term, String::new())).collect()
    })
}

/// States of an article.
pub fn states() -> ArgValueCandidates {
    words(ArticleState::WORDS)
}

/// What an article begins with.
pub fn templates() -> ArgValueCandidates {
    words(crate::ops::kb::template::Template::WORDS)
}

/// What came of an article.
pub fn uses() -> ArgValueCandidates {
    words(ArticleOutcome::WORDS)
}

/// Terms of a query, and tickets' fields.
pub fn query() -> ArgValueCandidates {
    from_desk(terms)
}

/// Reports by name, then the terms of a query.
pub fn reports() -> ArgValueCandidates {
    from_desk(|desk| {
        let names = ReportKind::WORDS.map(|word| (word.to_owned(), String::new()));
        names.into_iter().chain(terms(desk)).collect()
    })
}

fn terms(desk: &Desk) -> Vec<(String, String)> {
    let settings = &desk.settings;
    let flags = [
        "open",
        "done",
        "mine",
        "unassigned",
        "incomplete",
        "conflict",
        "not-informed",
        "overdue",
        "breached",
        "told",
        "said",
        "unacknowledged",
        "escalated",
        "complaint",
        "retired-queue",
        "retired-agent",
    ]
    .map(|word| format!("is:{word}"));
    let queues = settings
        .active_queues()
        .map(|queue| format!("queue:{}", queue.name));
    let agents = settings
        .active_agents()
        .map(|agent| format!("assignee:{}", agent.handle));
    let statuses = crate::model::status::Status::WORDS
        .iter()
        .map(|word| format!("status:{word}"));
    let types = TicketType::WORDS.iter().map(|word| format!("type:{word}"));
    let priorities = settings
        .priorities
        .iter()
        .map(|one| format!("priority:{}", one.name));
    let all = flags
        .into_iter()
        .chain(queues)
        .chain(agents)
        .chain(statuses)
        .chain(types)
        .chain(priorities);
    all.map(|term| (term, String::new())).collect()
}

/// Names of fields.
pub fn fields() -> ArgValueCandidates {
    from_desk(|desk| {
        schema(&desk.settings)
            .names()
            .map(|name| (name.to_owned(), String::new()))
            .collect()
    })
}

/// Tickets, then `KEY=` and, behind it, the values that the settings know: the arguments of `set`.
pub fn tickets_and_keys() -> ArgValueCompleter {
    ArgValueCompleter::new(|typed: &OsStr| {
        let (Some(typed), Some(desk)) = (typed.to_str(), desk()) else {
            return Vec::new();
        };
        let mut all = if let Some((key, _)) = typed.split_once('=') {
            values(&desk, key)
        } else {
            let keys = Key::ALL.iter().map(|key| format!("{}=", key.path()));
            let keys = keys.map(|key| (key, String::new()));
            let tickets = tickets_that(&desk, |_| true, Want::Open);
            tickets.into_iter().chain(keys).collect()
        };
        all.retain(|(value, _)| value.starts_with(typed));
        all.into_iter()
            .map(|(value, help)| CompletionCandidate::new(value).help(Some(line(&help).into())))
            .collect()
    })
}

/// `KEY=VALUE` for each value of a field, as far as there is a list of them.
fn values(desk: &Desk, key: &str) -> Vec<(String, String)> {
    let settings = &desk.settings;
    let named = |word: &String| (word.clone(), String::new());
    let words = |words: &[&str]| {
        words
            .iter()
            .map(|word| ((*word).to_owned(), String::new()))
            .collect()
    };
    let values: Vec<(String, String)> = match Key::ALL.iter().find(|known| known.path() == key) {
        Some(Key::Priority) => {
            let all = settings.priorities.iter();
            all.map(|one| (one.name.clone(), one.title.clone()))
                .collect()
        }
        Some(Key::Impact) => settings.impacts.iter().map(named).collect(),
        Some(Key::Urgency) => settings.urgencies.iter().map(named).collect(),
        Some(Key::Queue) => {
            let all = settings.active_queues();
            all.map(|queue| (queue.name.clone(), queue.title.clone()))
                .collect()
        }
        Some(Key::Assignee | Key::ContactAgent) => {
            let all = settings.active_agents();
            all.map(|agent| (agent.handle.to_string(), agent.name.clone()))
                .collect()
        }
        Some(Key::Code) => {
            let all = desk.catalogue.active();
            all.map(|code| (code.name.clone(), code.title.clone()))
                .collect()
        }
        Some(Key::Channel) => words(Channel::WORDS),
        _ => Vec::new(),
    };
    values
        .into_iter()
        .map(|(value, help)| (format!("{key}={value}"), help))
        .collect()
}

fn words(words: &'static [&'static str]) -> ArgValueCandidates {
    ArgValueCandidates::new(move || words.iter().map(CompletionCandidate::new).collect())
}

/// Channels.
pub fn channels() -> ArgValueCandidates {
    words(Channel::WORDS)
}

/// Outcomes of a contact.
pub fn outcomes() -> ArgValueCandidates {
    words(Outcome::WORDS)
}

/// Types of ticket.
pub fn types() -> ArgValueCandidates {
    words(TicketType::WORDS)
}

/// What a comment expresses.
pub fn feelings() -> ArgValueCandidates {
    words(Feeling::WORDS)
}

/// Whom to wait for.
pub fn parties() -> ArgValueCandidates {
    words(Waiting::WORDS)
}

/// Kinds of link.
pub fn links() -> ArgValueCandidates {
    words(crate::ops::ticket::link::KINDS)
}
