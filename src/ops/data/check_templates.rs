//! What is wrong with templates, by themselves, by what they name and beside one another.

use crate::model::field::Key;
use crate::model::moment::Moment;
use crate::model::template::{Template, TemplateUse};
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::scope::Scope;
use crate::ops::core::templates;
use crate::ops::core::values;
use crate::ops::ticket::set;
use crate::ops::ticket::template::{REASON, pairs};
use crate::ops::ticket::wait::Wait;
use crate::page::problem::{Problem, did_you_mean};
use crate::page::template::TemplatePage;
use crate::page::text_check;
use crate::rules::merge::lines::has_joined_passage;

/// What is wrong with the templates of a scope.
pub fn problems(desk: &Desk, now: Moment, scope: &Scope) -> Vec<Problem> {
    let all = templates::load(desk);
    let mut found = all.problems.clone();
    for page in all.pages.iter().filter(|page| scope.covers(&page.path)) {
        found.extend(of_page(desk, now, page));
    }
    for pages in all.by_name().values() {
        found.extend(beside(pages));
    }
    found.extend(same_in_other_cases(&all.pages));
    found.extend(of_mail(desk, &all));
    found.retain(|problem| scope.covers(&problem.path));
    found
}

/// Templates that the settings name for what is mailed by itself, and that are not there.
fn of_mail(desk: &Desk, all: &templates::Templates) -> Vec<Problem> {
    let out = &desk.settings.mail.outgoing;
    let named = [
        ("acknowledge", &out.acknowledge),
        ("satisfaction", &out.satisfaction),
    ];
    let known = all.by_name();
    let wrong = named.into_iter().filter_map(|(key, name)| {
        let name = name.as_deref()?;
        if known.contains_key(name) {
            return None;
        }
        let message = format!("`mail.out.{key}` names no template: `{name}`; nothing is sent");
        let problem = Problem::whole(crate::page::settings::FILE, message);
        Some(hinted(problem, did_you_mean(name, known.keys().copied())))
    });
    wrong.collect()
}

/// What is wrong with one template by itself and by what it names.
pub fn of_page(desk: &Desk, now: Moment, page: &TemplatePage) -> Vec<Problem> {
    let template = &page.template;
    let mut found = page.problems.clone();
    found.extend(text_check::problem(&page.path, &page.text));
    let codes = || desk.catalogue.codes.keys().map(String::as_str);
    for code in &template.codes {
        let message = match desk.catalogue.find(code) {
            None => format!("there is no problem code `{code}`"),
            Some(known) if known.retired => format!("problem code `{code}` is retired"),
            Some(_) => continue,
        };
        let problem = page.wrong_element("codes", code, message);
        found.push(hinted(problem, did_you_mean(code, codes())));
    }
    for queue in &template.queues {
        if let Err(error) = desk.queue(queue) {
            let problem = page.wrong_element("queues", queue, error.message);
            found.push(hinted(problem, error.hints.into_iter().next()));
        }
    }
    // A value that cannot be read is told already.
    if page.bars().is_empty() {
        then(desk, now, page, &mut found);
    }
    if has_joined_passage(&page.body()) {
        let message = "a merge joined two versions of a passage";
        let problem = Problem::whole(&page.path, message);
        let hint = "keep what is right of both, and take out the line `[desk merge …]`";
        found.push(problem.hint(hint));
    }
    found
}

fn hinted(problem: Problem, hint: Option<String>) -> Problem {
    match hint {
        Some(hint) => problem.hint(hint),
        None => problem,
    }
}

/// What is wrong with `then`.
fn then(desk: &Desk, now: Moment, page: &TemplatePage, found: &mut Vec<Problem>) {
    let template = &page.template;
    let mut wrong = |key: &str, error: OpError| {
        let problem = page.wrong(&format!("then.{key}"), error.message);
        found.push(hinted(problem, error.hints.into_iter().next()));
    };
    for (key, value) in pairs(template) {
        if let Err(error) = set::may_become(desk, now, &key, &value) {
            wrong(&key, error);
        }
    }
    if let Some(on) = template.then("waiting_on")
        && let Err(error) = Wait::read(desk, now, on, template.then("until"))
    {
        let is_on = error.code == "unknown-way-to-wait";
        wrong(if is_on { "waiting_on" } else { "until" }, error);
    }
    let sets = |key: Key| {
        pairs(template)
            .iter()
            .any(|(name, _)| values::field(desk, name).is_ok_and(|field| field == key.into()))
    };
    if sets(Key::Priority) && template.then(REASON).is_none() {
        let message = "a priority that is set by hand needs a reason";
        let problem = page.wrong("then.priority", message);
        found.push(problem.hint("add reason = \"…\" to `then`"));
    }
    let waits = template.then("status").is_some();
    if waits && template.uses.contains(&TemplateUse::Resolve) {
        let message = "a template for `resolve` lets no ticket wait";
        found.push(page.wrong("then.status", message));
    }
}

/// Where the texts of one template do not do the same in every language.
fn beside(pages: &[&TemplatePage]) -> Vec<Problem> {
    let Some((first, others)) = pages.split_first() else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for page in others {
        let (own, its) = (&page.template, &first.template);
        let differs = [
            ("for", sorted(&own.uses) != sorted(&its.uses)),
            ("codes", sorted(&own.codes) != sorted(&its.codes)),
            ("queues", sorted(&own.queues) != sorted(&its.queues)),
            ("then", sorted(&own.then) != sorted(&its.then)),
        ];
        for (key, _) in differs.into_iter().filter(|(_, differs)| *differs) {
            let message = format!("`{key}` differs from that in {}", first.path);
            let hint = "a template does the same in every language";
            found.push(page.wrong(key, message).hint(hint));
        }
    }
    found
}

fn sorted<T: Ord + Clone>(all: &[T]) -> Vec<T> {
    let mut all = all.to_vec();
    all.sort();
    all
}

/// Files that only differ in the case of their names: one template on some machines, two on others.
fn same_in_other_cases(pages: &[TemplatePage]) -> Vec<Problem> {
    let plain = |template: &Template| {
        let language = template.language.as_deref().unwrap_or_default();
        (template.name.to_lowercase(), language.to_lowercase())
    };
    let mut found = Vec::new();
    for (at, page) in pages.iter().enumerate() {
        let key = plain(&page.template);
        if let Some(other) = pages[..at]
            .iter()
            .find(|other| plain(&other.template) == key)
        {
            let message = format!("the same name and language as {}", other.path);
            let problem = Problem::whole(&page.path, message);
            found.push(problem.hint("keep one of the two files"));
        }
    }
    found
}
