//! What is wrong with one ticket, by itself and by what it names.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Range;

use crate::model::entry::{Entry, OF};
use crate::model::field::{Field, FieldKind, Key, Value};
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::model::person::DESK;
use crate::model::status::{Channel, Feeling, Status, TicketType, Waiting};
use crate::model::work_time::{self, MINUTES, MOST};
use crate::ops::core::desk::Desk;
use crate::ops::core::ticket_edit::AHEAD;
use crate::ops::ticket::recurring;
use crate::page::problem::{LineIndex, Problem, did_you_mean, instead, place};
use crate::page::text_check;
use crate::page::ticket::{self, TicketPage};
use crate::rules::lifecycle::repair;
use crate::rules::lifecycle::replay::{self, Folded, Oddity};
use crate::rules::mail::identity;
use crate::rules::text::time_input;
use crate::store::fs::read;

pub fn load(desk: &Desk, id: TicketId) -> Result<TicketPage, Box<Problem>> {
    let path = id.path();
    let text = read::page(&desk.root, &path).map_err(|error| Box::new(error.problem(&path)))?;
    ticket::read(id, text)
}

/// What tickets and articles may name.
pub struct KnownTargets {
    pub tickets: Vec<TicketId>,
    pub known: BTreeSet<String>,
    pub articles: BTreeSet<String>,
}

/// Everything wrong with one ticket that can be read.
pub fn page_problems(desk: &Desk, world: &KnownTargets, page: &TicketPage) -> Vec<Problem> {
    let places = LineIndex::new(&page.path, &page.text);
    let mut all = page.problems.clone();
    all.extend(text_check::problem(&page.path, &page.text));
    names(desk, world, page, &places, &mut all);
    consistency(page, &mut all);
    let folded = replay::replay(&page.ticket.log);
    history(page, &folded, &places, &mut all);
    if !page.problems.iter().any(|problem| problem.bars)
        && let Ok(repair) = repair::repair_of(page, &folded, desk.settings.zone)
        && !repair.done.is_empty()
    {
        let headings: HashMap<&str, Range<usize>> = page
            .entries
            .iter()
            .rev()
            .map(|logged| (&page.text[logged.heading.clone()], logged.heading.clone()))
            .collect();
        all.extend(repair.done.into_iter().map(|done| {
            let place = differing(page, &headings, &done);
            let problem = match place {
                Some(span) => places.problem(span, done),
                None => Problem::whole(&page.path, done),
            };
            problem.hint("`desk check --fix` writes it")
        }));
    }
    all
}

/// The first entry of a ticket that is dated later than now, if one is: somebody's clock is wrong,
/// which is no fault of the file.
pub fn later(page: &TicketPage, now: Moment) -> Option<String> {
    let mut later = page
        .entries
        .iter()
        .filter(|logged| logged.entry.at.since(now) > AHEAD);
    let first = later.next()?;
    let (line, _) = place(&page.text, first.heading.start);
    let more = match later.count() {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    Some(format!(
        "{}:{line}: the entry `{}` by `{}` is dated {} later than now{more}",
        page.path,
        first.entry.kind,
        first.entry.by,
        time_input::lasting(first.entry.at.since(now))
    ))
}

/// The value or heading that a repair is about.
fn differing(
    page: &TicketPage,
    headings: &HashMap<&str, Range<usize>>,
    done: &str,
) -> Option<Range<usize>> {
    if let Some(rest) = done.strip_prefix("the log lacks `") {
        let field: Field = rest.split(':').next()?.parse().ok()?;
        return page.spans.get(&field).cloned();
    }
    let named = done.split_once("the heading `")?.1;
    headings.get(named.rsplit_once('`')?.0).cloned()
}

pub fn names(
    desk: &Desk,
    world: &KnownTargets,
    page: &TicketPage,
    places: &LineIndex<'_>,
    all: &mut Vec<Problem>,
) {
    for (field, value) in &page.ticket.values {
        if is_free(field, desk) {
            continue;
        }
        let elements = value.elements();
        if elements
            .iter()
            .all(|name| is_known(field, desk, world, name))
        {
            continue;
        }
        let Some(known) = known_words(field, desk, world) else {
            continue;
        };
        for name in elements {
            if known.contains(&name.as_str()) {
                continue;
            }
            let what = match field.kind() {
                FieldKind::Agent | FieldKind::Agents => "agent",
                FieldKind::Code => "problem code",
                FieldKind::Ticket | FieldKind::Tickets => "ticket",
                FieldKind::Articles => "article",
                _ => field.name(),
            };
            let message = format!("there is no {what} `{name}`");
            let span = page.spans.get(field).cloned().unwrap_or_default();
            let problem = places.problem(span, message);
            all.push(match did_you_mean(&name, known.iter().copied()) {
                Some(hint) => problem.hint(hint),
                None if known.len() <= 12 => problem.hint(instead(&name, &known)),
                None => problem,
            });
        }
    }
    authors(desk, page, places, all);
}

/// Whether a field may hold any text.
fn is_free(field: &Field, desk: &Desk) -> bool {
    match (field, field.kind()) {
        (Field::Company(name), _) => !desk.settings.fields.contains_key(name),
        (_, kind) => matches!(
            kind,
            FieldKind::Text
                | FieldKind::Id
                | FieldKind::Moment
                | FieldKind::Date
                | FieldKind::Words
                | FieldKind::Bool
                | FieldKind::Number
        ),
    }
}

/// Whether a name is found at once among those that a field may have; what is not, all that it may name is
/// looked through for.
fn is_known(field: &Field, desk: &Desk, world: &KnownTargets, name: &str) -> bool {
    let settings = &desk.settings;
    match field.kind() {
        _ if matches!(field, Field::Company(_)) => false,
        FieldKind::Queue => settings.queues.contains_key(name),
        FieldKind::Code => desk.catalogue.codes.contains_key(name),
        FieldKind::Ticket | FieldKind::Tickets => world.known.contains(name),
        FieldKind::Articles => world.articles.contains(name),
        FieldKind::Status => Status::WORDS.contains(&name),
        FieldKind::Type => TicketType::WORDS.contains(&name),
        FieldKind::Channel => Channel::WORDS.contains(&name),
        FieldKind::Priority => settings.priorities.iter().any(|one| one.name == name),
        FieldKind::Agent | FieldKind::Agents => settings.agents.contains_key(name),
        _ => false,
    }
}

/// What a field may name; `None` where it may be anything.
fn known_words<'w>(field: &Field, desk: &'w Desk, world: &'w KnownTargets) -> Option<Vec<&'w str>> {
    let settings = &desk.settings;
    let texts = |texts: &'w [String]| texts.iter().map(String::as_str).collect();
    if let Field::Company(name) = field {
        let values = &settings.fields.get(name)?.values;
        return (!values.is_empty()).then(|| texts(values));
    }
    let targets = |targets: &'w BTreeSet<String>| targets.iter().map(String::as_str).collect();
    Some(match field.kind() {
        FieldKind::Status => Status::WORDS.to_vec(),
        FieldKind::Type => TicketType::WORDS.to_vec(),
        FieldKind::Waiting => Waiting::WORDS.to_vec(),
        FieldKind::Channel => Channel::WORDS.to_vec(),
        FieldKind::Feeling => Feeling::WORDS.to_vec(),
        FieldKind::Priority => {
            let priorities = settings.priorities.iter();
            priorities.map(|one| one.name.as_str()).collect()
        }
        FieldKind::Impact => texts(&settings.impacts),
        FieldKind::Urgency => texts(&settings.urgencies),
        FieldKind::Queue => settings.queues.keys().map(String::as_str).collect(),
        FieldKind::Agent => {
            let agents = settings.agents.keys().map(String::as_str);
            agents.chain([DESK]).collect()
        }
        FieldKind::Agents => settings.agents.keys().map(String::as_str).collect(),
        FieldKind::Code => desk.catalogue.codes.keys().map(String::as_str).collect(),
        FieldKind::Ticket | FieldKind::Tickets => targets(&world.known),
        FieldKind::Articles => targets(&world.articles),
        _ => return None,
    })
}

/// Whoever wrote an entry must be an agent.
fn authors(desk: &Desk, page: &TicketPage, places: &LineIndex<'_>, all: &mut Vec<Problem>) {
    let settings = &desk.settings;
    for logged in &page.entries {
        let by = logged.entry.by.as_str();
        if !settings.knows_agent(by) {
            let span = logged.heading.clone();
            let problem = places.problem(span, format!("there is no agent `{by}`"));
            let hint = did_you_mean(by, settings.agents.keys().map(String::as_str));
            let add =
                || format!("add [agent.{by}] to desk.toml; `retired = true` for somebody who left");
            all.push(problem.hint(hint.unwrap_or_else(add)));
        }
    }
}

/// Keys that must go together.
fn consistency(page: &TicketPage, all: &mut Vec<Problem>) {
    let ticket = &page.ticket;
    let at = |key: Key| {
        page.spans
            .get(&Field::Known(key))
            .cloned()
            .unwrap_or_default()
    };
    let mut wrong = |key: Key, message: &str| {
        all.push(Problem::at(&page.path, &page.text, at(key), message));
    };
    let pending = ticket.status() == Status::Pending;
    if pending && ticket.waiting_on().is_none() {
        wrong(Key::Status, "a pending ticket needs `waiting_on`");
    }
    if !pending && ticket.get(Key::WaitingOn).is_some() {
        wrong(Key::WaitingOn, "only a pending ticket waits");
    }
    if !pending && ticket.get(Key::Until).is_some() {
        wrong(Key::Until, "only a pending ticket has an `until`");
    }
    if ticket.status() == Status::Merged && ticket.get(Key::LinkMergedInto).is_none() {
        wrong(Key::Status, "a merged ticket needs `links.merged_into`");
    }
    if ticket.kind() == TicketType::WorkOrder && ticket.maybe(Key::Code).is_none() {
        wrong(Key::Type, "a work order needs a problem code");
    }
    if let Some(Value::Number(rating)) = ticket.get(Key::Rating)
        && !(1..=5).contains(rating)
    {
        wrong(Key::Rating, "a rating is 1 to 5");
    }
    let misnamed = recurring::misnamed(ticket).or_else(|| identity::misnamed(ticket));
    if let Some(misnamed) = misnamed {
        wrong(Key::SourceId, &misnamed);
    }
    if ticket.title().is_empty() && ticket.get(Key::Title).is_some() {
        wrong(Key::Title, "the title is empty");
    }
}

/// What the log itself tells.
fn history(page: &TicketPage, folded: &Folded, places: &LineIndex<'_>, all: &mut Vec<Problem>) {
    let mut seen = HashSet::new();
    for logged in &page.entries {
        if logged.sketch.is_none() && !seen.insert(logged.entry.heading()) {
            let message = "this entry stands in the log twice";
            let problem = places.problem(logged.heading.clone(), message);
            all.push(problem.hint("take one of them out"));
        }
    }
    about_others(page, places, all);
    noted_times(page, places, all);
    let log = &page.ticket.log;
    for oddity in &folded.oddities {
        let Oddity::NeverHeld { field, at, claimed } = oddity else {
            continue;
        };
        let heading = log[*at].heading();
        let mut entries = page.entries.iter();
        let logged = entries.find(|logged| logged.entry.heading() == heading);
        let span = logged.map(|logged| logged.heading.clone());
        let message = format!("`{field}` changes from `{claimed}`, which it never was");
        let problem = places.problem(span.unwrap_or_default(), message);
        all.push(problem.hint("correct the left side of the change in this entry"));
    }
}

/// Minutes are a number of them, of a day at most.
fn noted_times(page: &TicketPage, places: &LineIndex<'_>, all: &mut Vec<Problem>) {
    for logged in &page.entries {
        let Some(typed) = logged.entry.attribute(MINUTES) else {
            continue;
        };
        if work_time::read(typed).is_some() {
            continue;
        }
        let whole = &page.text[logged.span.clone()];
        let bullet = format!("- {MINUTES}: ");
        let line = whole.split_inclusive('\n').scan(0, |offset, line| {
            let at = *offset;
            *offset += line.len();
            Some((at, line))
        });
        let span = line
            .into_iter()
            .find(|(_, line)| line.starts_with(&bullet))
            .map_or(logged.heading.clone(), |(at, line)| {
                let start = logged.span.start + at + bullet.len();
                start..start + line.trim_end().len() - bullet.len()
            });
        let problem = places.problem(span, format!("`{typed}` is no number of minutes"));
        let hint =
            format!("write a whole number from 1 to {MOST}; until then it counts for nothing");
        all.push(problem.hint(hint));
    }
}

/// Entries about others must name entries that are there.
fn about_others(page: &TicketPage, places: &LineIndex<'_>, all: &mut Vec<Problem>) {
    let names = |entry: &Entry| entry.attribute(OF).is_some();
    if !page.ticket.log.iter().any(names) {
        return;
    }
    let known: BTreeSet<String> = page.ticket.log.iter().map(Entry::identity).collect();
    for logged in page.entries.iter().filter(|one| names(&one.entry)) {
        let of = logged.entry.attributes.iter().filter(|(key, _)| key == OF);
        for (_, named) in of.filter(|(_, named)| !known.contains(named)) {
            let kind = logged.entry.kind.as_str();
            let message = format!("`{kind}` is about an entry that is not here: `{named}`");
            let problem = places.problem(logged.heading.clone(), message);
            all.push(problem.hint("it may come with the next `desk sync`; else correct its `of`"));
        }
    }
}
