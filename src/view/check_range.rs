//! What in a range of commits is against the rules of the house.

use serde_json::json;

use crate::ops::data::check_range::HouseFinding;
use crate::view::paint::{Paint, Role};
use crate::view::sanitize::line;
use crate::view::words::count;

/// A line for each: commit, file, rule and what is wrong; below it the way out.
pub fn text(found: &[HouseFinding], paint: &Paint) -> String {
    let mut out = String::new();
    for one in found {
        let commit = one.commit.get(..10).unwrap_or(&one.commit);
        let rule = paint.role(Role::Alarm, one.breach.rule.as_str());
        let path = match one.path.as_str() {
            "" => String::new(),
            path => format!("{}: ", line(path)),
        };
        out.push_str(&format!(
            "{commit} {path}{rule}: {}\n",
            line(&one.breach.what)
        ));
        let way_out = format!("  hint: {}", one.breach.rule.way_out());
        out.push_str(&format!("{}\n", paint.role(Role::Muted, &way_out)));
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

/// `{"findings": [{commit, file, rule, what, way_out}]}`.
pub fn json(found: &[HouseFinding]) -> String {
    let one = |one: &HouseFinding| {
        json!({"commit": one.commit, "file": one.path, "rule": one.breach.rule.as_str(),
            "what": one.breach.what, "way_out": one.breach.rule.way_out()})
    };
    crate::view::json::page("findings", found.iter().map(one).collect(), &[])
}
