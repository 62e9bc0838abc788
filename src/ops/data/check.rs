//! `check`: everything validated, strictly; `--fix` writes in what a hand left undone.

use std::collections::BTreeSet;

use crate::index::scan::on_two_threads;
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::ops::core::actor::Actor;
use crate::ops::core::command_record;
use crate::ops::core::desk::{Desk, reopened};
use crate::ops::core::error::OpError;
use crate::ops::core::scope::Scope;
use crate::ops::data::check_ticket::{KnownTargets, later, load, page_problems};
use crate::ops::data::{after_merge, check_templates, repairs, report};
use crate::ops::kb;
use crate::ops::mail::quarantine;
use crate::ops::ticket::attach::verify;
use crate::ops::ticket::{recurring, views};
use crate::page::problem::{Problem, retain_found_again};
use crate::page::{catalog, settings, text_check};
use crate::rules::absence;
use crate::rules::lifecycle::attachments;
use crate::rules::lifecycle::between_tickets::{self, Ties};
use crate::rules::provider;
use crate::store::fs::root::{CACHES, Root};
use crate::store::fs::{read, walk};
use crate::store::git::child::Git;
use crate::store::git::repo::Repo;
use crate::store::journal::report::Report;
use crate::store::journal::save::{Saved, Writer};
use crate::store::journal::step::SaveStep;

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
    pub recovered: Vec<Report>,
}

/// Checks the settings alone: what there is to say when nothing else can be understood.
pub fn settings_only(root: &Root) -> Vec<Problem> {
    match Desk::at(root.clone()) {
        Ok(_) => Vec::new(),
        Err(error) => error.problems,
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
        retain_found_again(&mut checked.problems, &again.problems);
    }
    if !checked.problems.is_empty() {
        leave_steps_under_way(desk, &mut checked);
    }
    checked
}

/// Takes back what was found in the files of a step that is not whole: its files name each other,
/// and some of them are still to come.
fn leave_steps_under_way(desk: &Desk, checked: &mut Checked) {
    let files = Repo::open(desk.root.dir()).map(|repo| repo.files_under_way());
    let files = files.unwrap_or_default();
    let tickets: BTreeSet<TicketId> = files.iter().filter_map(|path| ticket_of(path)).collect();
    let before = checked.problems.len();
    checked.problems.retain(|problem| {
        let ticket = ticket_of(&problem.path);
        !files.contains(&problem.path) && ticket.is_none_or(|id| !tickets.contains(&id))
    });
    if checked.problems.len() < before {
        let files: Vec<String> = files.iter().map(|path| format!("`{path}`")).collect();
        checked.notices.push(format!(
            "{} not judged: a command is at work on these files, or was cut short, and the next one \
             that writes finishes it",
            files.join(", ")
        ));
    }
}

/// The ticket whose file or attachments stand at a path.
fn ticket_of(path: &str) -> Option<TicketId> {
    let name = path.strip_prefix("tickets/")?.split('/').nth(1)?;
    name.split('.').next()?.parse().ok()
}

/// Looks at everything once; with `only`, at no other ticket than these.
fn look(desk: &Desk, scope: &Scope, now: Moment, only: Option<&BTreeSet<TicketId>>) -> Checked {
    let mut checked = Checked::default();
    let mut ties = Vec::new();
    let world = KnownTargets::of(desk, &mut checked, scope);
    if scope.covers(settings::FILE)
        && let Ok(text) = read::page(&desk.root, settings::FILE)
    {
        checked.problems.extend(settings::short_days(&text));
        let clashes = absence::clashes(&desk.settings, absence::day(&desk.settings, now));
        checked.notices.extend(clashes);
        match (desk.settings.sample, desk.settings.sample_now()) {
            (Some(_), Some(now)) => checked.notices.push(format!(
                "{}: a sample, whose clock stands at {now}: `[sample] now`",
                settings::FILE
            )),
            (Some(_), None) => checked.problems.extend(settings::sample::idle(&text)),
            (None, _) => {}
        }
        checked.problems.extend(kept_queries(desk, &text, now));
        checked.problems.extend(recurring::problems(desk, &text));
        checked.notices.extend(quarantine::findings(desk));
    }
    providers(desk, scope, now, &mut checked);
    let walk::Attached {
        files: mut folders,
        unseen,
    } = walk::attached(&desk.root);
    let mut tasks: Vec<TicketTask> = Vec::new();
    for id in &world.tickets {
        let whole = scope.covers(&id.path());
        let attached = whole || scope.reaches(&attachments::folder(*id));
        let names = folders.remove(id).unwrap_or_default();
        if attached && only.is_none_or(|only| only.contains(id)) {
            let id = *id;
            tasks.push(TicketTask { id, whole, names });
        }
    }
    // Some at a time: what is found of one is small, and they are in the order of the files.
    let some: Vec<&[TicketTask]> = tasks.chunks(AT_ONCE).collect();
    let found = on_two_threads(&some, |some| {
        let mut found = FoundInTickets::default();
        for task in *some {
            found.look(desk, &world, task, unseen.get(&task.id), now);
        }
        found
    });
    for found in found {
        checked.tickets += found.tickets;
        checked.problems.extend(found.problems);
        checked.notices.extend(found.notices);
        ties.extend(found.ties);
    }
    checked.notices.extend(between(&ties));
    let is_left = |id: &TicketId| world.tickets.binary_search(id).is_err();
    let left = unseen
        .iter()
        .filter(|(id, _)| is_left(id))
        .map(|(_, problem)| problem.clone());
    checked
        .problems
        .extend(left.filter(|problem| scope.covers(&problem.path)));
    for id in folders.keys().filter(|id| is_left(id)) {
        let path = attachments::folder(*id);
        if scope.covers(&path) {
            let problem =
                Problem::whole(&path, format!("there is no ticket `{id}` for these files"));
            checked.problems.push(problem);
        }
    }
    checked.problems.extend(beside_tickets(desk, scope, now));
    checked
        .problems
        .sort_by(|a, b| (&a.path, a.place).cmp(&(&b.path, b.place)));
    checked
}

/// So many tickets are looked at in one go of a thread.
const AT_ONCE: usize = 64;

/// A ticket to look at.
struct TicketTask {
    id: TicketId,
    /// The ticket itself, not only what is attached to it.
    whole: bool,
    /// What is attached to it.
    names: Vec<String>,
}

/// What was found in some tickets.
#[derive(Default)]
struct FoundInTickets {
    tickets: usize,
    problems: Vec<Problem>,
    notices: Vec<String>,
    ties: Vec<Ties>,
}

impl FoundInTickets {
    fn look(
        &mut self,
        desk: &Desk,
        world: &KnownTargets,
        task: &TicketTask,
        unseen: Option<&Problem>,
        now: Moment,
    ) {
        let path = task.id.path();
        self.tickets += usize::from(task.whole);
        let page = match load(desk, task.id) {
            Ok(page) => page,
            Err(problem) => return self.problems.push(*problem),
        };
        if task.whole {
            self.problems.extend(page_problems(desk, world, &page));
            self.notices.extend(later(&page, now));
            let odd = after_merge::of_ticket(&desk.settings, &page.ticket);
            let odd = odd.into_iter().map(|what| format!("{path}: {what}"));
            self.notices.extend(odd);
            self.ties.push(Ties::of(&page.ticket));
        }
        match unseen {
            Some(problem) => self.problems.push(problem.clone()),
            None => self.problems.extend(verify(desk, &page, &task.names)),
        }
    }
}

/// Providers to whom no code leads, and contracts that are over: those are nobody's slip.
fn providers(desk: &Desk, scope: &Scope, now: Moment, checked: &mut Checked) {
    if !scope.covers(catalog::FILE) {
        return;
    }
    let Ok(text) = read::page(&desk.root, catalog::FILE) else {
        return;
    };
    let idle = catalog::idle_providers(&text, &desk.catalogue);
    checked.problems.extend(idle);
    let ended = provider::ended(&desk.catalogue, &desk.settings, now);
    let ended = ended.map(|what| format!("{}: {what}", catalog::FILE));
    checked.notices.extend(ended);
}

/// What is wrong beside the tickets and their files.
fn beside_tickets(desk: &Desk, scope: &Scope, now: Moment) -> Vec<Problem> {
    let mut found = check_templates::problems(desk, now, scope);
    found.extend(strays(desk, scope));
    found.extend(tracked_caches(desk, scope));
    found
}

/// What stands in the folder of tickets and is none, and what of it cannot be read.
fn strays(desk: &Desk, scope: &Scope) -> Vec<Problem> {
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
    odd.filter(|problem| scope.covers(&problem.path)).collect()
}

/// What tickets say of each other, a sentence each.
fn between(ties: &[Ties]) -> impl Iterator<Item = String> {
    let found = between_tickets::findings(ties).into_iter();
    found.map(|(id, what)| format!("{}: {what}", id.path()))
}

/// Views that could not be listed, and saved reports that could not be made.
fn kept_queries(desk: &Desk, text: &str, now: Moment) -> Vec<Problem> {
    [bad_views(desk, text, now), presets(desk, text, now)].concat()
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

/// Views that could not be listed.
fn bad_views(desk: &Desk, text: &str, now: Moment) -> Vec<Problem> {
    // Whoever looks is an agent; any will do.
    let me = desk.settings.active_agents().next();
    let context = desk.context(me.map(|agent| &agent.handle), now);
    let wrong = views::wrong(desk, context)
        .into_iter()
        .map(|(name, error)| {
            let hint = error.hints.first().map_or("", String::as_str);
            settings::views::wrong(text, &name, &error.message, hint)
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
    let recovered = held.as_ref().map(Writer::reports).unwrap_or_default();
    let repairs = repairs::of(desk, |path| scope.covers(path))?;
    let mut saved = None;
    if let (Some(held), false) = (&mut held, repairs.saves.is_empty()) {
        let what = match &repairs.done[..] {
            [(id, _)] => format!("{id} check: complete the log"),
            all => format!("check: complete the logs of {} tickets", all.len()),
        };
        let step = SaveStep {
            message: what,
            author: act.signature(desk),
            at: act.now,
            saves: repairs.saves,
        };
        saved = Some(held.save(&step)?);
        command_record::note_other(held.repo(), act, "check --fix");
    }
    drop(held);
    let mut checked = check(desk, scope, act.now);
    checked.fixed = repairs.done;
    checked.left = repairs.left.into_iter().map(|(id, _)| id).collect();
    (checked.saved, checked.recovered) = (saved, recovered);
    Ok(checked)
}

impl KnownTargets {
    /// What there is in a desk; what is wrong with the articles of a scope goes to `checked`.
    pub fn of(desk: &Desk, checked: &mut Checked, scope: &Scope) -> Self {
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
