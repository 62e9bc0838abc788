//! Merging two versions of a template: by key, and the text by lines.

use crate::model::template::KEYS;
use crate::page::edit::Rank;
use crate::page::escape::{FENCE, tidy};
use crate::page::front_layout::{self, Layout};
use crate::page::front_matter;
use crate::rules::merge::front::{self, ByKey, Ranks};
use crate::rules::merge::lines::merge_lines;
use crate::rules::merge::log::lines_of;
use crate::rules::merge::{Plain, Refused, merge_texts, pick, written};

struct Version {
    layout: Layout,
    /// How many blank lines stand before the text.
    gap: usize,
    body: Vec<String>,
    crlf: bool,
    mark: bool,
}

impl Version {
    fn read(path: &str, text: &str) -> Result<Self, Refused> {
        let plain = Plain::of(text);
        let unreadable = |message: &str| Refused::Unreadable(message.to_owned());
        if let Some(problem) = front_matter::conflict(path, &plain.text) {
            return Err(unreadable(&problem.message));
        }
        let parts = front_matter::split(path, &plain.text)
            .map_err(|problem| unreadable(&problem.message))?;
        let layout = front_layout::read(&plain.text[parts.front], &[])
            .map_err(|error| unreadable(&error.to_string()))?;
        let body = &plain.text[parts.body];
        let blank = |line: &&str| line.trim().is_empty();
        Ok(Self {
            layout,
            gap: body.split('\n').take_while(blank).count(),
            body: lines_of(&tidy(body)),
            crlf: plain.crlf,
            mark: plain.mark,
        })
    }

    fn nothing() -> Self {
        Self {
            layout: Layout::from([(String::new(), front_layout::Section::default())]),
            gap: 0,
            body: Vec::new(),
            crlf: false,
            mark: false,
        }
    }
}

/// Whether a text has no front matter, so that it is no template but words beside them.
fn is_plain(path: &str, text: &str) -> bool {
    let no_marks = front_matter::conflict(path, text).is_none();
    no_marks && front_matter::split(path, &Plain::of(text).text).is_err()
}

/// Merges two versions of the template at `path` over their base; an empty or unreadable base is
/// none. Of a key that both changed the greater value stands, with the other in a comment above it.
/// Texts without front matter merge by lines.
pub fn merge(path: &str, base: &str, a: &str, b: &str) -> Result<String, Refused> {
    if is_plain(path, a) && is_plain(path, b) {
        return Ok(merge_texts(base, a, b));
    }
    let (a, b) = (Version::read(path, a)?, Version::read(path, b)?);
    let old = Version::read(path, base).unwrap_or_else(|_| Version::nothing());
    let layouts = [&old.layout, &a.layout, &b.layout];
    let layout = front::merge_layouts(layouts, &mut ByKey::default(), &TemplateRanks);
    let mut lines = vec![FENCE.to_owned()];
    lines.extend(front_layout::lines(&layout));
    lines.push(FENCE.to_owned());
    let gap = *pick(&old.gap, &a.gap, &b.gap);
    lines.extend(std::iter::repeat_n(String::new(), gap));
    lines.extend(merge_lines(&old.body, &a.body, &b.body, ""));
    let merged = written(&lines, a.crlf && b.crlf, a.mark && b.mark);
    Version::read(path, &merged)?;
    Ok(merged)
}

/// The order of a template's keys.
struct TemplateRanks;

impl Ranks for TemplateRanks {
    fn key(&self, section: &str, key: &str) -> Option<Rank> {
        let place = KEYS.iter().position(|own| *own == key);
        Some((place.filter(|_| section.is_empty())?, String::new()))
    }

    fn section(&self, _: &str) -> Option<usize> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = "templates/ask.en.md";
    const BASE: &str = "+++\ntitle = \"Ask\"\nfor = [\"contact\"]\nthen = { status = \"pending\", waiting_on = \"customer\" }\n+++\nDear {requester.name},\n\nwhat does it say?\n\nYours\n";

    #[track_caller]
    fn merged(a: &str, b: &str) -> String {
        let merged = merge(PATH, BASE, a, b).unwrap();
        assert_eq!(merge(PATH, BASE, b, a).unwrap(), merged);
        for side in [a, b] {
            assert_eq!(merge(PATH, BASE, &merged, side).unwrap(), merged);
        }
        merged
    }

    #[test]
    fn keys_and_paragraphs_merge_each_for_itself() {
        let a = BASE
            .replace("[\"contact\"]", "[\"contact\", \"pend\"]")
            .replace("Dear", "Hello");
        let b = BASE
            .replace("\"Ask\"", "\"Ask for more\"")
            .replace("Yours\n", "Yours\n{agent.name}\n");
        assert_eq!(
            merged(&a, &b),
            a.replace("\"Ask\"", "\"Ask for more\"")
                .replace("Yours\n", "Yours\n{agent.name}\n")
        );
    }

    #[test]
    fn what_both_changed_is_kept_from_both() {
        let a = BASE
            .replace("\"Ask\"", "\"Ask more\"")
            .replace("what does", "One");
        let b = BASE
            .replace("\"Ask\"", "\"Question\"")
            .replace("what does", "Two");
        let merged = merged(&a, &b);
        for words in [
            "title = \"Question\"",
            "also title = \"Ask more\"",
            "One it say?",
            "Two it say?",
            "[desk merge ^",
        ] {
            assert!(merged.contains(words), "{merged}");
        }
        assert!(!merged.contains("<<<<<<<"));
    }

    #[test]
    fn one_name_written_twice_keeps_both_texts() {
        let other = BASE.replace("Dear", "Hello");
        let merged = merge(PATH, "", BASE, &other).unwrap();
        assert_eq!(merge(PATH, "", &other, BASE).unwrap(), merged);
        assert!(
            merged.contains("Dear") && merged.contains("Hello"),
            "{merged}"
        );
    }

    #[test]
    fn what_cannot_be_read_is_refused_and_plain_words_merge_by_lines() {
        let broken = BASE.replace("title = ", "title : ");
        assert!(merge(PATH, BASE, BASE, &broken).is_err());
        let marks = BASE.replace("what", "<<<<<<< a\nwhat");
        assert!(merge(PATH, BASE, BASE, &marks).is_err());
        let path = "templates/README.md";
        assert_eq!(
            merge(path, "a\nb\nc\n", "a\nb\nd\n", "x\nb\nc\n").unwrap(),
            "x\nb\nd\n"
        );
    }
}
