//! Git's hooks: what became of them, and what they have to say.

use serde_json::json;

use crate::ops::data::hooks::{HookAnswer, HookChanges};
use crate::page::problem::Problem;
use crate::store::git::hooks::{HookChange, HookName};
use crate::view::paint::Paint;
use crate::view::{check_range, diagnostic};

fn words(change: HookChange, dry_run: bool) -> &'static str {
    match (change, dry_run) {
        (HookChange::Installed, false) => "installed",
        (HookChange::Installed, true) => "would be installed",
        (HookChange::Chained, false) => "installed; the hook that was there runs first",
        (HookChange::Chained, true) => "would be installed; the hook that is there runs first",
        (HookChange::Kept, _) => "was there",
        (HookChange::Removed, false) => "removed",
        (HookChange::Removed, true) => "would be removed",
        (HookChange::Restored, false) => "removed; the hook that was there before is back",
        (HookChange::Restored, true) => "would be removed, and the hook from before be back",
        (HookChange::Changed, _) => {
            "left: somebody changed it; move what is theirs to a hook beside it, and delete it"
        }
    }
}

/// Whether a hook was left because somebody changed it.
pub fn is_left(done: &HookChanges) -> bool {
    done.iter()
        .any(|(_, change)| *change == HookChange::Changed)
}

/// A line for each hook.
pub fn text(done: &HookChanges, dry_run: bool) -> String {
    if done.is_empty() {
        return "no hooks of the program are there\n".to_owned();
    }
    let line = |(hook, change): &(HookName, HookChange)| {
        format!("{}: {}\n", hook.as_str(), words(*change, dry_run))
    };
    done.iter().map(line).collect()
}

/// `{"hooks": [{hook, change}]}`.
pub fn json(done: &HookChanges) -> String {
    let one = |(hook, change): &(HookName, HookChange)| {
        let change = match change {
            HookChange::Installed => "installed",
            HookChange::Chained => "chained",
            HookChange::Kept => "kept",
            HookChange::Removed => "removed",
            HookChange::Restored => "restored",
            HookChange::Changed => "changed",
        };
        json!({"hook": hook.as_str(), "change": change})
    };
    crate::view::json::page("hooks", done.iter().map(one).collect(), &[])
}

/// What is wrong in files, then what is against the rules of the house.
pub fn answer(answer: &HookAnswer, paint: &Paint) -> String {
    let mut out = String::new();
    for checked in answer.checked.iter().filter(|one| !one.problems.is_empty()) {
        out.push_str(&diagnostic::checked(checked, paint, false));
    }
    if !answer.findings.is_empty() {
        out.push_str(&check_range::text(&answer.findings, paint));
    }
    out
}

/// `{"findings": […], "problems": […]}`.
pub fn answer_json(answer: &HookAnswer) -> String {
    let problems = answer.checked.iter().flat_map(|one| one.problems.clone());
    let problems: Vec<Problem> = problems.collect();
    check_range::json(&answer.findings, &problems)
}
