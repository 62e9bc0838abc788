//! Merging two versions of `desk.toml` or `catalog.toml`: by table and key.

use crate::page::edit::Rank;
use crate::page::front_layout::{self, Layout};
use crate::page::front_matter;
use crate::rules::merge::front::{self, ByKey, Ranks};
use crate::rules::merge::{Plain, Refused, written};

/// Merges two versions of a file of settings; an empty or unreadable base is none. Tables that a
/// side added stand in the order of their names, arrays of tables merge by `name`. A table that one
/// side took away and the other changed stays. Of a key that both changed the greater value stands,
/// with the other in a comment above it.
pub fn merge(path: &str, base: &str, a: &str, b: &str) -> Result<String, Refused> {
    let (one, other) = (Plain::of(a), Plain::of(b));
    let layout = |text: &Plain| {
        if let Some(problem) = front_matter::conflict(path, &text.text) {
            return Err(Refused::Unreadable(problem.message));
        }
        front_layout::read(&text.text, &[])
            .map_err(|_| Refused::Unreadable("not valid TOML".to_owned()))
    };
    let (x, y) = (layout(&one)?, layout(&other)?);
    let old = layout(&Plain::of(base)).unwrap_or_else(|_| Layout::new());
    let merged = front::merge_layouts([&old, &x, &y], &mut ByKey::default(), &SettingsRanks);
    let lines = front_layout::lines(&merged);
    let merged = written(&lines, one.crlf && other.crlf, one.mark && other.mark);
    // What was written can be read, and has every table and key that it should.
    layout(&Plain::of(&merged))?;
    Ok(merged)
}

/// Nothing is known of the keys: they stand as people wrote them.
struct SettingsRanks;

impl Ranks for SettingsRanks {
    fn key(&self, _: &str, _: &str) -> Option<Rank> {
        None
    }

    fn section(&self, _: &str) -> Option<usize> {
        None
    }

    fn are_settings(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "# ours\nformat = 2\nname = \"IT\"\n\n[[priority]]\nname = \"high\"\nlabel = \"High\"\n\n[[priority]]\nname = \"low\"\nlabel = \"Low\"\n\n[queue.a]\nlabel = \"A\"\n\n[queue.b]\nlabel = \"B\" # the second\nlead = \"anna\"\n";

    #[track_caller]
    fn merged(a: &str, b: &str) -> String {
        let merged = merge("desk.toml", BASE, a, b).unwrap();
        assert_eq!(merge("desk.toml", BASE, b, a).unwrap(), merged);
        for side in [a, b] {
            assert_eq!(merge("desk.toml", BASE, &merged, side).unwrap(), merged);
            assert_eq!(merge("desk.toml", side, &merged, side).unwrap(), merged);
        }
        merged
    }

    #[test]
    fn tables_and_keys_merge_each_for_itself() {
        let a = BASE.replace("\"High\"", "\"Very high\"") + "\n[report.weekly]\nof = \"volume\"\n";
        let b = BASE.replace("lead = \"anna\"", "lead = \"tom\"")
            + "\n[report.audit]\nof = \"moves\"\n";
        assert_eq!(
            merged(&a, &b),
            BASE.replace("\"High\"", "\"Very high\"")
                .replace("lead = \"anna\"", "lead = \"tom\"")
                + "\n[report.audit]\nof = \"moves\"\n\n[report.weekly]\nof = \"volume\"\n"
        );
    }

    #[test]
    fn a_key_that_both_changed_keeps_the_other_value_in_a_comment() {
        let (a, b) = (
            BASE.replace("\"IT\"", "\"IT desk\""),
            BASE.replace("\"IT\"", "\"Help\""),
        );
        let comment = "# desk merge: changed at once, also name = \"Help\"\nname = \"IT desk\"";
        assert_eq!(merged(&a, &b), BASE.replace("name = \"IT\"", comment));
    }

    #[test]
    fn tables_of_an_array_are_known_by_name_and_keep_their_order() {
        let a = BASE.replace(
            "[[priority]]\nname = \"low\"",
            "[[priority]]\nname = \"middle\"\nlabel = \"Mid\"\n\n[[priority]]\nname = \"low\"",
        );
        let b = BASE.replace("\"Low\"", "\"Very low\"");
        assert_eq!(merged(&a, &b), a.replace("\"Low\"", "\"Very low\""));
        let gone = BASE.replace("[[priority]]\nname = \"low\"\nlabel = \"Low\"\n\n", "");
        assert_eq!(merged(&gone, BASE), gone);
        assert_eq!(merged(&gone, &b), b);
    }

    #[test]
    fn a_table_that_one_side_took_away_and_the_other_changed_stays_whole() {
        let gone = BASE.replace(
            "\n[queue.b]\nlabel = \"B\" # the second\nlead = \"anna\"\n",
            "",
        );
        let changed = BASE.replace("lead = \"anna\"", "lead = \"tom\"");
        assert_eq!(merged(&gone, &changed), changed);
        assert_eq!(merged(&gone, BASE), gone);
    }

    #[test]
    fn what_is_no_toml_is_refused() {
        assert!(merge("desk.toml", BASE, BASE, "format 2\n").is_err());
        assert!(merge("desk.toml", BASE, BASE, &format!("{BASE}<<<<<<< x\n")).is_err());
    }
}
