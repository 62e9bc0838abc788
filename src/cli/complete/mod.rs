//! Completions that know the desk: tickets, agents, queues, codes, fields.

mod tickets;

pub use tickets::{devices, done_tickets, open_orders, open_tickets, people, tickets};

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;

use clap_complete::engine::{ArgValueCandidates, ArgValueCompleter, CompletionCandidate};

use crate::cli::complete::tickets::{callers, open_that};
use crate::cli::{env, user_config};
use crate::index::article_cache::CachedArticle;
use crate::model::article::{ArticleOutcome, ArticleState};
use crate::model::catalog::Code;
use crate::model::field::{Field, FieldKind, Key};
use crate::model::held_mail::HeldMail;
use crate::model::moment::Moment;
use crate::model::status::{Channel, Feeling, Outcome, Status, TicketType, Waiting};
use crate::ops::core::desk::Desk;
use crate::page::query::articles;
use crate::page::query::tickets::{Name, schema};
use crate::rules::query::catalog::{beginning, next};
use crate::rules::reports::{EntryField, ReportKind};
use crate::rules::text::period::NAMED;
use crate::view::sanitize::line;

fn desk() -> Option<Desk> {
    let env = env::Env::read().ok()?;
    let dir = env.dir.clone().unwrap_or_else(env::current_dir);
    let own = user_config::views(&env).unwrap_or_default();
    let desk = Desk::open(&dir, env.caches.as_deref()).ok()?;
    Some(Desk { own, ..desk })
}

fn from_desk(each: fn(&Desk) -> Vec<(String, String)>) -> ArgValueCandidates {
    ArgValueCandidates::new(move || {
        let all = desk().map(|desk| each(&desk)).unwrap_or_default();
        all.into_iter()
            .map(|(value, help)| CompletionCandidate::new(value).help(Some(line(&help).into())))
            .collect()
    })
}

/// Mails in quarantine.
pub fn held_mails() -> ArgValueCandidates {
    from_desk(|desk| {
        let held = crate::ops::mail::quarantine::list(desk).unwrap_or_default();
        let told = |mail: HeldMail| (mail.key, format!("{} {}", mail.reason, mail.subject));
        held.mails.into_iter().map(told).collect()
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
        agents.chain(open_that(desk, |_| true)).collect()
    })
}

/// Tickets, then how a call ended: the arguments of `call`.
pub fn tickets_and_outcomes() -> ArgValueCandidates {
    from_desk(|desk| {
        let words = Outcome::WORDS
            .iter()
            .map(|word| ((*word).to_owned(), String::new()));
        words.chain(open_that(desk, |_| true)).collect()
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
        let schema = articles::schema();
        // Its states have a name of their own.
        let is_state = |word: &&str| ArticleState::WORDS.contains(word);
        let flags = schema.flag_words().filter(|word| !is_state(word));
        let flags = flags.map(|word| format!("is:{word}"));
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

/// Templates by name, with what each is for.
pub fn texts_at_hand() -> ArgValueCandidates {
    from_desk(|desk| {
        let all = crate::ops::core::templates::load(desk);
        let house = desk.settings.template_language.as_deref();
        let named = all.by_name().into_iter().filter_map(|(name, pages)| {
            let page = crate::ops::core::templates::in_language(&pages, None, house)?;
            Some((name.to_owned(), page.template.title.clone()))
        });
        named.collect()
    })
}

/// What a template is for.
pub fn template_uses() -> ArgValueCandidates {
    words(crate::model::template::TemplateUse::WORDS)
}

/// What came of an article.
pub fn uses() -> ArgValueCandidates {
    words(ArticleOutcome::WORDS)
}

/// Terms of a query, and the values behind `KEY:`.
pub fn query() -> ArgValueCompleter {
    completer(terms)
}

/// Reports by name, then the terms of a query.
pub fn reports() -> ArgValueCompleter {
    completer(|desk, typed| {
        let names = ReportKind::WORDS.map(|word| (word.to_owned(), String::new()));
        names.into_iter().chain(terms(desk, typed)).collect()
    })
}

/// Reports that are saved in desk.toml.
pub fn presets() -> ArgValueCandidates {
    from_desk(|desk| {
        let names = desk.settings.reports.keys();
        names.map(|name| (name.clone(), String::new())).collect()
    })
}

/// Periods of reports.
pub fn periods() -> ArgValueCandidates {
    words(NAMED)
}

/// `KEY=VALUE`, as `--set` takes it.
pub fn pairs() -> ArgValueCompleter {
    completer(|desk, typed| match typed.split_once('=') {
        Some((key, _)) => prefixed(&format!("{key}="), values(desk, key)),
        None => keys(),
    })
}

/// What `all` says of what is typed, as far as it goes on from there.
fn completer(
    all: impl Fn(&Desk, &str) -> Vec<(String, String)> + Send + Sync + 'static,
) -> ArgValueCompleter {
    ArgValueCompleter::new(move |typed: &OsStr| {
        let (Some(typed), Some(desk)) = (typed.to_str(), desk()) else {
            return Vec::new();
        };
        let mut all = all(&desk, typed);
        all.retain(|(value, _)| value.starts_with(typed));
        all.into_iter()
            .map(|(value, help)| CompletionCandidate::new(value).help(Some(line(&help).into())))
            .collect()
    })
}

fn prefixed(head: &str, values: Vec<(String, String)>) -> Vec<(String, String)> {
    let values = values.into_iter();
    values
        .map(|(value, help)| (format!("{head}{value}"), help))
        .collect()
}

/// Terms of a query that go on from what is typed: a name and, behind the sign that follows it, the
/// values of that field, one of several behind a comma.
fn terms(desk: &Desk, typed: &str) -> Vec<(String, String)> {
    let name = typed.strip_prefix(['-', '!']).unwrap_or(typed);
    let Some(at) = name.find([':', '<', '>', '=']) else {
        let schema = schema(&desk.settings);
        let flags = schema.flag_words().map(|word| format!("is:{word}"));
        let names = schema.names().map(|name| format!("{name}:"));
        let before = &typed[..typed.len() - name.len()];
        let all = flags.chain(names).map(|term| (term, String::new()));
        let all = all.chain(saved_views(desk));
        return prefixed(before, all.collect());
    };
    let end = typed.rfind([':', '<', '>', '=', ',']).unwrap_or_default() + 1;
    let values = match &name[..at] {
        "is" => schema(&desk.settings)
            .flag_words()
            .map(|word| (word.to_owned(), String::new()))
            .collect(),
        name => values(desk, name),
    };
    prefixed(&typed[..end], values)
}

/// Views by their names, with what they are called.
fn saved_views(desk: &Desk) -> Vec<(String, String)> {
    let of_desk = desk.settings.views.iter();
    let all: BTreeMap<_, _> = of_desk.chain(&desk.own.views).collect();
    let all = all.into_iter().map(|(name, view)| {
        let help = view.title.as_ref().unwrap_or(&view.query);
        (format!("@{name}"), help.clone())
    });
    all.collect()
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

/// What rows of a report are told apart by: names of fields, what entries say themselves, and behind
/// a whole name `.now`.
pub fn groupings() -> ArgValueCompleter {
    completer(|desk, typed| {
        let schema = schema(&desk.settings);
        let of_entries = EntryField::WORDS.iter().map(|(word, _)| *word);
        let names: BTreeSet<&str> = schema.names().chain(of_entries).collect();
        let named = typed.rsplit_once('.').map(|(name, _)| name);
        let now = named.filter(|name| names.contains(name));
        let now = now.map(|name| format!("{name}.now"));
        let all = names.iter().map(|name| (*name).to_owned()).chain(now);
        all.map(|word| (word, String::new())).collect()
    })
}

/// Tickets, then `KEY=` and, behind it, the values that the settings know: the arguments of `set`.
pub fn tickets_and_keys() -> ArgValueCompleter {
    completer(|desk, typed| match typed.split_once('=') {
        Some(("from", typed)) => prefixed("from=", callers(desk, typed)),
        Some((key, _)) => prefixed(&format!("{key}="), values(desk, key)),
        None => {
            let tickets = open_that(desk, |_| true);
            let from = ("from=".to_owned(), "the whole requester".to_owned());
            tickets.into_iter().chain(keys()).chain([from]).collect()
        }
    })
}

fn keys() -> Vec<(String, String)> {
    let keys = Key::ALL.iter().map(|key| format!("{}=", key.path()));
    keys.map(|key| (key, String::new())).collect()
}

/// Whether a field holds a time.
fn is_time(name: &Name) -> bool {
    match name {
        Name::Updated | Name::Resolved | Name::Due | Name::Breached => true,
        Name::Field(field) => matches!(field.kind(), FieldKind::Moment | FieldKind::Date),
        _ => false,
    }
}

/// The values of a field by any of its names, as far as there is a list of them.
fn values(desk: &Desk, name: &str) -> Vec<(String, String)> {
    let settings = &desk.settings;
    let named = |word: &String| (word.clone(), String::new());
    let words = |words: &[&str]| {
        words
            .iter()
            .map(|word| ((*word).to_owned(), String::new()))
            .collect()
    };
    let named_field = schema(settings).find(name);
    if named_field.as_ref().is_some_and(is_time) {
        return words(NAMED);
    }
    let Some(Name::Field(field)) = named_field else {
        return Vec::new();
    };
    if let Field::Company(name) = &field {
        let declared = settings.fields.get(name);
        return declared.map_or_else(Vec::new, |one| one.values.iter().map(named).collect());
    }
    match field.kind() {
        FieldKind::Priority => {
            let all = settings.priorities.iter();
            all.map(|one| (one.name.clone(), one.title.clone()))
                .collect()
        }
        FieldKind::Impact => settings.impacts.iter().map(named).collect(),
        FieldKind::Urgency => settings.urgencies.iter().map(named).collect(),
        FieldKind::Queue => {
            let all = settings.active_queues();
            all.map(|queue| (queue.name.clone(), queue.title.clone()))
                .collect()
        }
        FieldKind::Agent | FieldKind::Agents => {
            let all = settings.active_agents();
            all.map(|agent| (agent.handle.to_string(), agent.name.clone()))
                .collect()
        }
        FieldKind::Code => {
            let all = desk.catalogue.active();
            all.map(|code| (code.name.clone(), code.title.clone()))
                .collect()
        }
        FieldKind::Channel => words(Channel::WORDS),
        FieldKind::Type => words(TicketType::WORDS),
        FieldKind::Status => words(Status::WORDS),
        FieldKind::Waiting => words(Waiting::WORDS),
        FieldKind::Feeling => words(Feeling::WORDS),
        FieldKind::Bool => words(&["yes", "no"]),
        _ => Vec::new(),
    }
}

fn words(words: &'static [&'static str]) -> ArgValueCandidates {
    ArgValueCandidates::new(move || words.iter().map(CompletionCandidate::new).collect())
}

/// Channels.
pub fn channels() -> ArgValueCandidates {
    words(Channel::WORDS)
}

/// What noted time goes to.
pub fn activities() -> ArgValueCandidates {
    from_desk(|desk| {
        let all = desk.settings.activities.iter();
        all.map(|(name, meaning)| (name.clone(), meaning.clone()))
            .collect()
    })
}

/// The desk's own addresses for mail.
pub fn mailboxes() -> ArgValueCandidates {
    from_desk(|desk| {
        let all = crate::ops::mail::reply::own_addresses(desk).into_iter();
        all.map(|address| (address, String::new())).collect()
    })
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

/// Providers of the catalogue, and what they are to us.
pub fn providers() -> ArgValueCandidates {
    from_desk(|desk| {
        let names = desk.catalogue.provider_names().into_iter();
        names.map(|name| (name.to_owned(), String::new())).collect()
    })
}

/// Kinds of link.
pub fn links() -> ArgValueCandidates {
    words(crate::ops::ticket::link::KINDS)
}
