//! What merges of the past left out.

use serde_json::json;

use crate::ops::data::check_merges::MergeFindings;
use crate::view::sanitize::line;
use crate::view::words::count;

/// A line for each file, then how many there are.
pub fn text(found: &MergeFindings) -> String {
    let mut out = String::new();
    for (_, sentence) in &found.sentences {
        out.push_str(&line(sentence));
        out.push('\n');
    }
    let files = count(found.sentences.len(), "file");
    out.push_str(&match (found.sentences.len(), found.fixed) {
        (0, _) => "no merge left anything out\n".to_owned(),
        (_, true) => format!("{files} put right\n"),
        (_, false) => format!("{files} to put right: --fix does\n"),
    });
    out
}

/// `{"merges": [{file, what, fixed}]}`.
pub fn json(found: &MergeFindings) -> String {
    let one =
        |(path, what): &(String, String)| json!({"file": path, "what": what, "fixed": found.fixed});
    crate::view::json::page("merges", found.sentences.iter().map(one).collect(), &[])
}
