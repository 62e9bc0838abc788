//! What in a range of commits is against the rules of the house.

use serde_json::json;

use crate::ops::data::check_range::HouseFinding;
use crate::page::problem::Problem;
use crate::view::paint::{Paint, Role};
use crate::view::sanitize::line;
use crate::view::words::count;

/// A line for each: commit, file, rule, what is wrong and the way out, which stands below it on a
/// terminal.
pub fn text(found: &[HouseFinding], paint: &Paint) -> String {
    let mut out = String::new();
    for one in found {
        let commit = match one.commit.as_str() {
            "" => "not committed",
            commit => commit.get(..10).unwrap_or(commit),
        };
        let path = line(&one.path);
        let rule = paint.role(Role::Alarm, one.breach.rule.as_str());
        let what = line(&one.breach.what);
        let way_out = format!("hint: {}", one.breach.rule.way_out());
        let way_out = paint.role(Role::Muted, &way_out);
        let gap = if paint.width.is_some() { "\n  " } else { "; " };
        out.push_str(&format!("{commit} {path}: {rule}: {what}{gap}{way_out}\n"));
    }
    out.push_str(&match found.len() {
        0 => "the rules of the house are kept\n".to_owned(),
        many => format!(
            "{} against the rules of the house\n",
            count(many, "finding")
        ),
    });
    out
}

/// `{"findings": [{commit, file, rule, what, way_out}]}`, with what is wrong in files.
pub fn json(found: &[HouseFinding], problems: &[Problem]) -> String {
    let one = |one: &HouseFinding| {
        json!({"commit": one.commit, "file": one.path, "rule": one.breach.rule.as_str(),
            "what": one.breach.what, "way_out": one.breach.rule.way_out()})
    };
    crate::view::json::page("findings", found.iter().map(one).collect(), problems)
}
