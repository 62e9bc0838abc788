//! What `desk resolve-merge` did.

use serde_json::{Value as Json, json};

use crate::ops::data::resolve_merge::MergeOutcome;
use crate::view::json::page;
use crate::view::paint::{Paint, Role};
use crate::view::sanitize::line;
use crate::view::words::count;

/// A line for each file, with the entries that only one side had below it; then what is left.
pub fn text(outcome: &MergeOutcome, paint: &Paint, dry_run: bool) -> String {
    if outcome.resolved.is_empty() && outcome.left.is_empty() {
        return "nothing of the desk is unmerged\n".to_owned();
    }
    let mut out = String::new();
    let done = if dry_run { "would be merged" } else { "merged" };
    for file in &outcome.resolved {
        out.push_str(&format!(
            "{}  {done}\n",
            paint.role(Role::Id, &line(&file.path))
        ));
        for (whose, entries) in ["ours alone had", "theirs alone had"]
            .iter()
            .zip(&file.entries)
        {
            for entry in entries {
                out.push_str(&format!("    {whose}  {}\n", line(entry)));
            }
        }
    }
    for file in &outcome.left {
        let path = paint.role(Role::Id, &line(&file.path));
        out.push_str(&format!("{path}  left to you: {}\n", line(&file.why)));
    }
    if outcome.waits && !dry_run && outcome.left.is_empty() {
        let files = count(outcome.resolved.len(), "file");
        out.push_str(&format!(
            "{files} merged; `git status` says how to end git's own part\n"
        ));
    }
    out
}

/// `{"files": [{path, merged, ours, theirs, why}]}`.
pub fn json(outcome: &MergeOutcome) -> String {
    let merged = outcome.resolved.iter().map(|file| -> Json {
        let [ours, theirs] = &file.entries;
        json!({"path": file.path, "merged": true, "ours": ours, "theirs": theirs, "why": null})
    });
    let left = outcome.left.iter().map(|file| -> Json {
        json!({"path": file.path, "merged": false, "ours": [], "theirs": [], "why": file.why})
    });
    page("files", merged.chain(left).collect(), &[])
}
