//! Merging two versions of an article: by key, and the text by lines.

use crate::model::article::ArticleKey;
use crate::page::edit::{Rank, Slot as _};
use crate::page::escape::{FENCE, tidy};
use crate::page::front_layout::{self, Layout};
use crate::page::{article, front_matter};
use crate::rules::merge::front::{self, ByKey, Ranks, Written};
use crate::rules::merge::lines::merge_lines;
use crate::rules::merge::log::lines_of;
use crate::rules::merge::{Plain, Refused, pick, written};

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
        let page = article::read(path, plain.text.clone())
            .map_err(|problem| unreadable(&problem.message))?;
        if let Some(problem) = page.bars().first() {
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

    fn id(&self) -> Option<Written> {
        let item = self.layout.get("")?.items.get("id")?;
        Some(Written::of(&item.value))
    }
}

/// Merges two versions of the article at `path` over their base; an empty or unreadable base, or
/// that of another article, is none. Of a key that both changed the greater value stands, with the
/// other in a comment above it.
pub fn merge(path: &str, base: &str, a: &str, b: &str) -> Result<String, Refused> {
    let (a, b) = (Version::read(path, a)?, Version::read(path, b)?);
    if a.id().is_none() || a.id() != b.id() {
        return Err(Refused::TwoArticles);
    }
    let old = Version::read(path, base)
        .ok()
        .filter(|old| old.id() == a.id());
    let old = old.unwrap_or_else(|| Version {
        layout: Layout::from([(String::new(), front_layout::Section::default())]),
        gap: 0,
        body: Vec::new(),
        crlf: false,
        mark: false,
    });
    let layouts = [&old.layout, &a.layout, &b.layout];
    let layout = front::merge_layouts(layouts, &mut ByKey::default(), &ArticleRanks);
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

/// The id of the article in a text; `None` where it cannot be read.
pub fn id_of(path: &str, text: &str) -> Option<String> {
    match Version::read(path, text).ok()?.id()? {
        Written::Text(id) => Some(id),
        Written::List(_) => None,
    }
}

/// Of two articles of one path the one that keeps it, and the other with its new path: that with the
/// later id moves to one that ends in its id, in every clone alike.
pub fn apart<'t>(
    path: &str,
    a: &'t str,
    b: &'t str,
) -> Result<(&'t str, String, &'t str), Refused> {
    let id = |text: &str| match Version::read(path, text)?.id() {
        Some(Written::Text(id)) => Ok(id),
        _ => Err(Refused::TwoArticles),
    };
    let (of_a, of_b) = (id(a)?, id(b)?);
    let (stays, goes, moved) = if of_a < of_b {
        (a, b, of_b)
    } else {
        (b, a, of_a)
    };
    Ok((stays, own_path(path, &moved), goes))
}

/// The path of an article that another of its path makes move: one that ends in its id.
pub fn own_path(path: &str, id: &str) -> String {
    let stem = path.strip_suffix(".md").unwrap_or(path);
    format!("{stem}-{}.md", id.to_lowercase())
}

/// The order of an article's keys.
struct ArticleRanks;

impl Ranks for ArticleRanks {
    fn key(&self, section: &str, key: &str) -> Option<Rank> {
        ArticleKey::Id.rank(key).filter(|_| section.is_empty())
    }

    fn section(&self, _: &str) -> Option<usize> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = "kb/network/vpn.md";
    const BASE: &str = "+++\nid = \"KB-7K3M\"\ntitle = \"VPN\"\nstate = \"draft\"\nowner = \"anna\"\ntags = [\"vpn\"]\n+++\n\n## When\n\nNo VPN.\n\n## Steps\n\n1. Restart.\n";

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
            .replace("\"draft\"", "\"review\"")
            .replace("No VPN.", "No VPN at home.");
        let b = BASE
            .replace("[\"vpn\"]", "[\"vpn\", \"home\"]")
            .replace("1. Restart.", "1. Restart.\n2. Wait.");
        assert_eq!(
            merged(&a, &b),
            a.replace("[\"vpn\"]", "[\"vpn\", \"home\"]")
                .replace("1. Restart.", "1. Restart.\n2. Wait.")
        );
    }

    #[test]
    fn what_both_changed_is_kept_from_both() {
        let a = BASE
            .replace("\"VPN\"", "\"VPN at home\"")
            .replace("No VPN.", "One.");
        let b = BASE
            .replace("\"VPN\"", "\"The VPN\"")
            .replace("No VPN.", "Two.");
        let merged = merged(&a, &b);
        for words in [
            "title = \"VPN at home\"",
            "also title = \"The VPN\"",
            "One.",
            "Two.",
        ] {
            assert!(merged.contains(words), "{merged}");
        }
        assert!(!merged.contains("<<<<<<<"));
    }

    #[test]
    fn two_articles_of_one_path_are_refused_and_can_be_told_apart() {
        let other = BASE.replace("KB-7K3M", "KB-7K3N");
        assert_eq!(merge(PATH, BASE, BASE, &other), Err(Refused::TwoArticles));
        let moved = "kb/network/vpn-kb-7k3n.md".to_owned();
        assert_eq!(
            apart(PATH, BASE, &other),
            Ok((BASE, moved.clone(), &other[..]))
        );
        assert_eq!(apart(PATH, &other, BASE), Ok((BASE, moved, &other[..])));
    }
}
