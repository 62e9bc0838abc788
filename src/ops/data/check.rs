//! `check`: everything validated, strictly; `--fix` writes in what a hand left undone.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use crate::model::field::{Field, FieldKind, Key, Value};
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::model::person::DESK;
use crate::model::status::{Channel, Feeling, Status, TicketType, Waiting};
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::transaction::AHEAD;
use crate::ops::data::report;
use crate::ops::kb;
use crate::ops::ticket::attach::verify;
use crate::page::catalog;
use crate::page::problem::{LineIndex, Problem, nearest, place};
use crate::page::settings;
use crate::page::text_check;
use crate::page::ticket::{self, TicketPage};
use crate::rules::lifecycle::attachments;
use crate::rules::lifecycle::repair;
use crate::rules::lifecycle::replay::{self, Oddity};
use crate::rules::text::time_input;
use crate::store::fs::read;
use crate::store::fs::root::{CACHES, Root};
use crate::store::fs::walk;
use crate::store::git::child::Git;
use crate::store::journal::save::{Save, SaveStep, Saved};

/// What a check found.
#[derive(Debug, Default)]
pub struct Checked {
    /// What is wrong, in the order of the files.
    pub problems: Vec<Problem>,
    /// What is no fault of the desk's files, but should be known.
    pub notices: Vec<String>,
    /// Tickets looked at.
    pub tickets: usize,
    /// Articles looked at.
    pub articles: usize,
    /// What was written in, file by file.
    pub fixed: Vec<(TicketId, Vec<String>)>,
    /// Tickets whose files were left alone, because they cannot be read or only be read.
    pub left: Vec<TicketId>,
    /// What became of it on disk.
    pub saved: Option<Saved>,
    /// Sentences about what was finished for a command that died.
    pub recovered: Vec<String>,
}

/// Checks the settings alone: what there is to say when nothing else can be understood.
pub fn settings_only(root: &Root) -> Vec<Problem> {
    match Desk::at(root.clone()) {
        Ok(_) => Vec::new(),
        Err(error) => error.problems,
    }
}

/// What to look at.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// Paths relative to the desk; everything where there are none.
    pub paths: Vec<String>,
}

impl Scope {
    /// Whether something in this folder, or all of it, is to be looked at.
    fn reaches(&self, folder: &str) -> bool {
        let below = |scope: &String| {
            scope
                .strip_prefix(folder)
                .is_some_and(|rest| rest.starts_with('/'))
        };
        self.covers(folder) || self.paths.iter().any(below)
    }

    /// Whether a file is to be looked at.
    pub fn covers(&self, path: &str) -> bool {
        let inside = |scope: &String| {
            scope.is_empty()
                || path == scope
                || path
                    .strip_prefix(scope.as_str())
                    .is_some_and(|rest| rest.starts_with('/'))
        };
        self.paths.is_empty() || self.paths.iter().any(inside)
    }
}

/// Checks the desk.
pub fn check(desk: &Desk, scope: &Scope, now: Moment) -> Checked {
    let mut checked = look(desk, scope, now, None);
    if !checked.problems.is_empty() {
        // Others may be writing: what was looked at first did not know of what they made since.
        // Only what is found twice is wrong.
        let reported = checked.problems.iter();
        let tickets = reported.filter_map(|problem| ticket_of(&problem.path));
        let reopened = reopened(desk);
        let desk = reopened.as_ref().unwrap_or(desk);
        let again = look(desk, scope, now, Some(&tickets.collect()));
        checked
            .problems
            .retain(|problem| again.problems.contains(problem));
    }
    checked
}

/// The desk with its settings as they are now; `None` where they cannot be understood just now.
pub(in crate::ops) fn reopened(desk: &Desk) -> Option<Desk> {
    let mut now = Desk::at(desk.root.clone()).ok()?;
    now.settings.zone = desk.settings.zone;
    Some(now)
}

/// The ticket whose file or attachments stand at a path.
fn ticket_of(path: &str) -> Option<TicketId> {
    let name = path.strip_prefix("tickets/")?.split('/').nth(1)?;
    name.split('.').next()?.parse().ok()
}

/// Looks at everything once; with `only`, at no other ticket than these.
fn look(desk: &Desk, scope: &Scope, now: Moment, only: Option<&BTreeSet<TicketId>>) -> Checked {
    let mut checked = Checked::default();
    let world = KnownTargets::of(desk, &mut checked, scope);
    if scope.covers(settings::FILE)
        && let Ok(text) = read::page(&desk.root, settings::FILE)
    {
        checked.problems.extend(settings::short_days(&text));
        checked.problems.extend(presets(desk, &text, now));
    }
    let walk::Attached {
        files: mut folders,
        unseen,
    } = walk::attached(&desk.root);
    for id in &world.tickets {
        let path = id.path();
        let whole = scope.covers(&path);
        let folder = attachments::folder(*id);
        let attached = whole || scope.reaches(&folder);
        if !attached || only.is_some_and(|only| !only.contains(id)) {
            folders.remove(id);
            continue;
        }
        checked.tickets += usize::from(whole);
        let names = folders.remove(id).unwrap_or_default();
        match load(desk, *id) {
            Ok(page) => {
                if whole {
                    checked.problems.extend(page_problems(desk, &world, &page));
                    checked.notices.extend(later(&page, now));
                }
                match unseen.get(id) {
                    Some(problem) => checked.problems.push(problem.clone()),
                    None => checked.problems.extend(verify(desk, &page, &names)),
                }
            }
            Err(problem) => checked.problems.push(*problem),
        }
    }
    let left = unseen
        .iter()
        .filter(|(id, _)| world.tickets.binary_search(id).is_err());
    let left = left.map(|(_, problem)| problem.clone());
    checked
        .problems
        .extend(left.filter(|problem| scope.covers(&problem.path)));
    for id in folders
        .keys()
        .filter(|id| world.tickets.binary_search(id).is_err())
    {
        let path = attachments::folder(*id);
        if scope.covers(&path) {
            let problem =
                Problem::whole(&path, format!("there is no ticket `{id}` for these files"));
            checked.problems.push(problem);
        }
    }
    let months = walk::months(&desk.root);
    let (mut strays, mut unseen) = (months.strays, months.problems);
    for month in &months.names {
        let seen = walk::month(&desk.root, month);
        strays.extend(seen.strays);
        unseen.extend(seen.problems);
    }
    let strays = strays
        .into_iter()
        .map(|stray| Problem::whole(&stray.path, stray.why));
    let odd = strays.chain(unseen);
    checked
        .problems
        .extend(odd.filter(|problem| scope.covers(&problem.path)));
    checked.problems.extend(tracked_caches(desk, scope));
    checked
        .problems
        .sort_by(|a, b| (&a.path, a.place).cmp(&(&b.path, b.place)));
    checked
}

/// Saved reports that could not be made.
fn presets(desk: &Desk, text: &str, now: Moment) -> Vec<Problem> {
    let all = desk.settings.reports.iter();
    let wrong = all.flat_map(|(name, preset)| {
        let wrong = report::wrong(desk, preset, now).into_iter();
        wrong.map(|(key, error)| {
            let hint = error.hints.first().map_or("", String::as_str);
            settings::reports::wrong(text, name, key, &error.message, hint)
        })
    });
    wrong.collect()
}

/// Files in the folder of caches that git carries from clone to clone: nobody's caches are of use to
/// anybody else, and a link among them would lead out of the desk.
fn tracked_caches(desk: &Desk, scope: &Scope) -> Vec<Problem> {
    let git = Git::in_folder(desk.root.dir(), &[("GIT_OPTIONAL_LOCKS", "0")]);
    let reported = git.run(&["ls-files", "-z", "--", CACHES]);
    // Outside of a repository nothing is tracked.
    let reported = reported
        .ok()
        .filter(|reported| reported.ok)
        .map(|reported| reported.stdout);
    let reported = reported.unwrap_or_default();
    let names = reported
        .split(|byte| *byte == 0)
        .filter(|name| !name.is_empty());
    names
        .map(|name| String::from_utf8_lossy(name).into_owned())
        .filter(|name| scope.covers(name))
        .map(|name| {
            let message = "git tracks it, in the folder of this clone's own caches";
            Problem::whole(&name, message).hint(format!(
                "`git rm -r --cached {CACHES}` takes it out of the repository"
            ))
        })
        .collect()
}

/// Checks the desk, after writing in what can be told from the files alone.
pub fn fix(desk: &Desk, act: &Actor, scope: &Scope) -> Result<Checked, OpError> {
    act.may(desk, "check --fix")?;
    let mut held = act.hold_unless_dry(desk, "check")?;
    let recovered = held
        .as_ref()
        .map(|held| held.recovered().to_vec())
        .unwrap_or_default();
    let mut saves = Vec::new();
    let (mut fixed, mut left) = (Vec::new(), Vec::new());
    for id in walk::all_ids(&desk.root) {
        if !scope.covers(&id.path()) {
            continue;
        }
        let page = load(desk, id).ok();
        let Some(page) = page.filter(|page| page.bars().is_empty()) else {
            left.push(id);
            continue;
        };
        let repair = repair::repair(&page, desk.settings.zone)?;
        if let Some(text) = repair.text {
            saves.push(Save {
                path: id.path(),
                base: Some(page.text),
                text,
            });
            fixed.push((id, repair.done));
        }
    }
    let mut saved = None;
    if let (Some(held), false) = (&mut held, saves.is_empty()) {
        let what = match &fixed[..] {
            [(id, _)] => format!("{id} check: complete the log"),
            all => format!("check: complete the logs of {} tickets", all.len()),
        };
        let step = SaveStep {
            message: what,
            author: act.signature(desk),
            at: act.now,
            saves,
        };
        saved = Some(held.save(&step)?);
    }
    drop(held);
    let mut checked = check(desk, scope, act.now);
    (checked.fixed, checked.left) = (fixed, left);
    (checked.saved, checked.recovered) = (saved, recovered);
    Ok(checked)
}

fn load(desk: &Desk, id: TicketId) -> Result<TicketPage, Box<Problem>> {
    let path = id.path();
    let text = read::page(&desk.root, &path).map_err(|error| Box::new(error.problem(&path)))?;
    ticket::read(id, text)
}

/// What tickets and articles may name.
struct KnownTargets {
    tickets: Vec<TicketId>,
    known: BTreeSet<String>,
    articles: BTreeSet<String>,
}

impl KnownTargets {
    fn of(desk: &Desk, checked: &mut Checked, scope: &Scope) -> Self {
        let mut tickets = walk::all_ids(&desk.root);
        tickets.sort_unstable();
        let known = tickets.iter().map(ToString::to_string).collect();
        let (pages, unreadable) = kb::check::pages(desk);
        for problem in unreadable {
            checked.articles += usize::from(scope.covers(&problem.path));
            checked.problems.push(problem);
        }
        let articles: BTreeSet<String> = pages
            .iter()
            .map(|page| page.article.id.to_string())
            .collect();
        checked.problems.extend(kb::check::same_ids(&pages));
        for page in pages.iter().filter(|page| scope.covers(&page.path)) {
            checked.articles += 1;
            checked.problems.extend(page.problems.iter().cloned());
            checked
                .problems
                .extend(text_check::problem(&page.path, &page.text));
            checked
                .problems
                .extend(kb::check::names(desk, page, &articles));
        }
        for code in desk.catalogue.codes.values() {
            for id in code.articles.iter().filter(|id| !articles.contains(*id)) {
                let message = format!(
                    "code {} names article `{id}`, which does not exist",
                    code.name
                );
                checked
                    .problems
                    .push(Problem::whole(catalog::FILE, message));
            }
        }
        Self {
            tickets,
            known,
            articles,
        }
    }
}

/// Everything wrong with one ticket that can be read.
fn page_problems(desk: &Desk, world: &KnownTargets, page: &TicketPage) -> Vec<Problem> {
    let places = LineIndex::new(&page.path, &page.text);
    let mut all = page.problems.clone();
    all.extend(text_check::problem(&page.path, &page.text));
    names(desk, world, page, &places, &mut all);
    consistency(page, &mut all);
    history(page, &places, &mut all);
    let headings: HashMap<&str, Range<usize>> = page
        .entries
        .iter()
        .rev()
        .map(|logged| (&page.text[logged.heading.clone()], logged.heading.clone()))
        .collect();
    if page.bars().is_empty()
        && let Ok(repair) = repair::repair(page, desk.settings.zone)
    {
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
fn later(page: &TicketPage, now: Moment) -> Option<String> {
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
    let heading = done
        .strip_prefix("the heading `")?
        .strip_suffix("` is incomplete")?;
    headings.get(heading).cloned()
}

fn names(
    desk: &Desk,
    world: &KnownTargets,
    page: &TicketPage,
    places: &LineIndex<'_>,
    all: &mut Vec<Problem>,
) {
    let settings = &desk.settings;
    for (field, value) in &page.ticket.values {
        let known: Vec<&str> = match field.kind() {
            FieldKind::Status => Status::WORDS.to_vec(),
            FieldKind::Type => TicketType::WORDS.to_vec(),
            FieldKind::Waiting => Waiting::WORDS.to_vec(),
            FieldKind::Channel => Channel::WORDS.to_vec(),
            FieldKind::Feeling => Feeling::WORDS.to_vec(),
            FieldKind::Priority => settings
                .priorities
                .iter()
                .map(|one| one.name.as_str())
                .collect(),
            FieldKind::Impact => settings.impacts.iter().map(String::as_str).collect(),
            FieldKind::Urgency => settings.urgencies.iter().map(String::as_str).collect(),
            FieldKind::Queue => settings.queues.keys().map(String::as_str).collect(),
            FieldKind::Agent => settings
                .agents
                .keys()
                .map(String::as_str)
                .chain([DESK])
                .collect(),
            FieldKind::Code => desk.catalogue.codes.keys().map(String::as_str).collect(),
            FieldKind::Ticket | FieldKind::Tickets => {
                world.known.iter().map(String::as_str).collect()
            }
            FieldKind::Articles => world.articles.iter().map(String::as_str).collect(),
            _ => continue,
        };
        for name in value.elements() {
            if known.contains(&name.as_str()) {
                continue;
            }
            let what = match field.kind() {
                FieldKind::Agent => "agent".to_owned(),
                FieldKind::Code => "problem code".to_owned(),
                FieldKind::Ticket | FieldKind::Tickets => "ticket".to_owned(),
                FieldKind::Articles => "article".to_owned(),
                _ => field.name().to_owned(),
            };
            let message = format!("there is no {what} `{name}`");
            let span = page.spans.get(field).cloned().unwrap_or_default();
            let problem = places.problem(span, message);
            all.push(match nearest(&name, known.iter().copied()) {
                Some(near) => problem.hint(format!("did you mean `{near}`?")),
                None if known.len() <= 12 => {
                    problem.hint(format!("there are: {}", known.join(", ")))
                }
                None => problem,
            });
        }
        if let Field::Company(name) = field
            && let Some(declared) = settings.fields.get(name)
            && !declared.values.is_empty()
            && !declared.values.contains(&value.to_string())
        {
            let span = page.spans.get(field).cloned().unwrap_or_default();
            let message = format!("`fields.{name}` cannot be `{value}`");
            all.push(
                Problem::at(&page.path, &page.text, span, message)
                    .hint(format!("one of: {}", declared.values.join(", "))),
            );
        }
    }
    for logged in &page.entries {
        let by = logged.entry.by.as_str();
        if !settings.knows_agent(by) {
            let span = logged.heading.clone();
            let problem = places.problem(span, format!("there is no agent `{by}`"));
            all.push(
                match nearest(by, settings.agents.keys().map(String::as_str)) {
                    Some(near) => problem.hint(format!("did you mean `{near}`?")),
                    None => problem.hint(format!(
                        "add [agent.{by}] to desk.toml; `retired = true` for somebody who left"
                    )),
                },
            );
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
    if ticket.title().is_empty() && ticket.get(Key::Title).is_some() {
        wrong(Key::Title, "the title is empty");
    }
}

/// What the log itself tells.
fn history(page: &TicketPage, places: &LineIndex<'_>, all: &mut Vec<Problem>) {
    let mut seen = BTreeSet::new();
    let mut spans: HashMap<String, Range<usize>> = HashMap::new();
    for logged in &page.entries {
        let heading = logged.entry.heading();
        let span = logged.heading.clone();
        spans.entry(heading.clone()).or_insert_with(|| span.clone());
        if logged.sketch.is_none() && !seen.insert(heading) {
            all.push(
                places
                    .problem(span, "this entry stands in the log twice")
                    .hint("take one of them out"),
            );
        }
    }
    let log = &page.ticket.log;
    for oddity in replay::replay(log).oddities {
        let Oddity::NeverHeld { key, at, claimed } = oddity else {
            continue;
        };
        let span = spans.get(&log[at].heading()).cloned();
        let message = format!(
            "`{}` changes from `{claimed}`, which it never was",
            key.path()
        );
        let problem = places.problem(span.unwrap_or_default(), message);
        all.push(problem.hint("correct the left side of the change in this entry"));
    }
}
