//! What a text points to: articles, files and addresses, and what a person may dial, open or write to.

use crate::model::id::ArticleId;
use crate::page::markdown::options;
use pulldown_cmark::{Event, Parser, Tag, TextMergeWithOffset};
use std::ops::Range;

/// What a text points to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkTarget {
    /// Another article.
    Article(String),
    /// An address outside.
    Address(String),
    /// A file of the desk, seen from the article's own folder.
    File(String),
}

/// Everything that a text points to, with its place; what stands in code is an example.
pub fn targets(text: &str) -> Vec<(LinkTarget, Range<usize>)> {
    let mut all = Vec::new();
    let mut code = false;
    let mut linked: Option<Range<usize>> = None;
    for (event, range) in
        TextMergeWithOffset::new(Parser::new_ext(text, options()).into_offset_iter())
    {
        match event {
            Event::Start(Tag::CodeBlock(_)) => code = true,
            Event::End(pulldown_cmark::TagEnd::CodeBlock) => code = false,
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                linked = Some(range.clone());
                all.extend(target(&dest_url).map(|target| (target, range)));
            }
            Event::Text(words) if !code => {
                // Where the text is written otherwise than it reads, all of it is meant.
                let is_same = text.get(range.clone()) == Some(&*words);
                let place = |inside: Range<usize>| {
                    if is_same {
                        range.start + inside.start..range.start + inside.end
                    } else {
                        range.clone()
                    }
                };
                for (id, inside) in ids(&words) {
                    all.push((LinkTarget::Article(id), place(inside)));
                }
                let in_link = linked
                    .as_ref()
                    .is_some_and(|link| link.contains(&range.start));
                for (reach, inside) in reaches(&words) {
                    if reach == Reach::Address && !in_link {
                        let address = words[inside.clone()].to_owned();
                        all.push((LinkTarget::Address(address), place(inside)));
                    }
                }
            }
            _ => {}
        }
    }
    all
}

fn target(to: &str) -> Option<LinkTarget> {
    let bare = to.split(['#', '?']).next().unwrap_or_default();
    if to.starts_with('#') {
        return None;
    }
    let article = bare
        .split_at_checked(3)
        .is_some_and(|(head, rest)| head.eq_ignore_ascii_case("kb-") && !rest.is_empty());
    if article && !bare.contains(['/', '.']) {
        let id = bare.parse::<ArticleId>().map(|id| id.to_string());
        return Some(LinkTarget::Article(id.unwrap_or_else(|_| bare.to_owned())));
    }
    let scheme = to.split_once(':').is_some_and(|(scheme, _)| {
        scheme.len() > 1
            && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "+.-".contains(c))
    });
    Some(if scheme || to.starts_with("//") {
        LinkTarget::Address(to.to_owned())
    } else {
        LinkTarget::File(bare.to_owned())
    })
}

/// Characters of an article's id.
const ID: usize = 7;

/// The longest run of signs that is looked at as a telephone number, in characters.
const LONGEST_PHONE: usize = 64;

/// The longest parts of an e-mail address before and after its `@`, in characters (RFC 5321).
const LONGEST_LOCAL: usize = 64;

const LONGEST_HOST: usize = 255;

/// A text, or so many characters of it.
fn head(text: &str, most: usize) -> &str {
    text.char_indices()
        .nth(most)
        .map_or(text, |(end, _)| &text[..end])
}

/// The ids of articles that stand in a text.
pub fn ids(text: &str) -> Vec<(String, Range<usize>)> {
    let word = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    let found = text.match_indices("KB-").filter_map(|(at, _)| {
        let free = !text[..at].ends_with(word) && !text[..at].ends_with('/');
        // Of what is longer than an id no more is looked at.
        let mut rest = text[at..].char_indices().take(ID + 1);
        let end = rest
            .find(|(_, c)| !word(*c))
            .map_or_else(|| head(&text[at..], ID + 1).len(), |(end, _)| end);
        let end = at + end;
        let id: ArticleId = text[at..end].parse().ok()?;
        free.then(|| (id.to_string(), at..end))
    });
    found.collect()
}

/// What a person may dial, open or write to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// A telephone number.
    Phone,
    /// A web address.
    Address,
    /// An e-mail address.
    Mail,
}

/// Telephone numbers, web and e-mail addresses in a text, in order.
pub fn reaches(text: &str) -> Vec<(Reach, Range<usize>)> {
    let mut all = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let fresh = !text[..at].ends_with(|c: char| c.is_alphanumeric());
        let found = fresh
            .then(|| {
                address(rest)
                    .map(|length| (Reach::Address, length))
                    .or_else(|| mail(rest).map(|length| (Reach::Mail, length)))
                    .or_else(|| phone(rest).map(|length| (Reach::Phone, length)))
            })
            .flatten();
        if let Some((reach, length)) = found {
            all.push((reach, at..at + length));
            at += length;
        } else {
            // A run of letters and digits is looked at once, from its beginning.
            let skip = rest
                .char_indices()
                .take_while(|(_, c)| c.is_alphanumeric())
                .last()
                .map_or(0, |(at, c)| at + c.len_utf8());
            at += skip.max(rest.chars().next().map_or(1, char::len_utf8));
        }
    }
    all
}

/// Whether a text is such a thing and nothing else; a telephone number may be a short one of the house,
/// with a word beside it.
pub fn is_reach(reach: Reach, text: &str) -> bool {
    let whole = text.trim();
    if reach == Reach::Phone {
        return whole.contains(|c: char| c.is_ascii_digit()) && !whole.contains(['@', '\n']);
    }
    whole == text && reaches(text) == [(reach, 0..text.len())]
}

fn address(text: &str) -> Option<usize> {
    let known = ["https://", "http://", "www."];
    let start = known.iter().find(|start| {
        text.get(..start.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(start))
    })?;
    let end = text
        .find(|c: char| c.is_whitespace() || "<>\"“”„»«|".contains(c))
        .unwrap_or(text.len());
    let end = unclosed(&text[..end]).len();
    (end > start.len()).then_some(end)
}

/// A web address without what belongs to the sentence around it.
fn unclosed(text: &str) -> &str {
    let mut text = text;
    let open = text.matches('(').count();
    let mut closed = text.matches(')').count();
    loop {
        let shorter = text.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '…']);
        let shorter = match shorter.strip_suffix(')') {
            // Without this one there are still as many as are opened.
            Some(inner) if open < closed => {
                closed -= 1;
                inner
            }
            _ => shorter,
        };
        if shorter.len() == text.len() {
            return text;
        }
        text = shorter;
    }
}

fn mail(text: &str) -> Option<usize> {
    let word = |c: char| c.is_alphanumeric() || "._%+-".contains(c);
    // Bounds: each of many beginnings in one long run is looked at.
    let local = head(text, LONGEST_LOCAL + 1).find(|c: char| !word(c))?;
    let rest = text[local..].strip_prefix('@').filter(|_| local > 0)?;
    let rest = head(rest, LONGEST_HOST);
    let host = rest
        .find(|c: char| !(c.is_alphanumeric() || c == '.' || c == '-'))
        .unwrap_or(rest.len());
    let host = rest[..host].trim_end_matches(['.', '-']);
    let dot = host.rfind('.')?;
    (dot > 0 && dot + 2 < host.len()).then_some(local + 1 + host.len())
}

/// A telephone number: `+48 600 100 200`, `(058) 123-45-67`, `0800 100 200`, `600 100 200`. Dates,
/// versions and addresses of networks are none.
fn phone(text: &str) -> Option<usize> {
    let first = text.chars().next()?;
    if !(first == '+' || first == '(' || first.is_ascii_digit()) {
        return None;
    }
    let near = head(text, LONGEST_PHONE);
    let end = near
        .find(|c: char| !(c.is_ascii_digit() || "+()/- \u{a0}".contains(c)))
        .unwrap_or(near.len());
    let run = text[..end].trim_end_matches(|c: char| !c.is_ascii_digit() && c != ')');
    let run = match (run.matches('(').count(), run.matches(')').count()) {
        (open, close) if open < close => run.trim_end_matches(')'),
        _ => run,
    };
    let digits = run.bytes().filter(u8::is_ascii_digit).count();
    let groups: Vec<&str> = run
        .split(|c: char| !c.is_ascii_digit())
        .filter(|group| !group.is_empty())
        .collect();
    let follows = text[run.len()..].chars().next();
    // `2.4 GHz`, `10.0.0.1`, `12:30`, `7K3MQ` go on behind the digits.
    let goes_on = follows.is_some_and(|c| c.is_alphanumeric() || "_@%".contains(c))
        || (follows.is_some_and(|c| ".,:".contains(c))
            && text[run.len() + 1..].starts_with(|c: char| c.is_ascii_digit()));
    let date = groups.len() == 3
        && groups[0].len() == 4
        && groups[1..].iter().all(|group| group.len() == 2)
        && run.contains('-');
    let international = run.starts_with('+') && run[1..].find('+').is_none() && digits >= 7;
    let national = (run.starts_with('0') || run.starts_with("(0")) && digits >= 7;
    let grouped = groups.len() >= 3
        && digits >= 8
        && groups.iter().all(|group| (2..=4).contains(&group.len()))
        && !run.contains(['/', '(']);
    let fits = digits <= 15 && !goes_on && !date && (international || national || grouped);
    (fits && !run[1..].contains('+')).then_some(run.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(Reach, &str)> {
        reaches(text)
            .into_iter()
            .map(|(reach, range)| (reach, &text[range]))
            .collect()
    }

    #[test]
    fn what_can_be_dialled_is_found() {
        for number in [
            "+48 600 100 200",
            "+48600100200",
            "(058) 123-45-67",
            "0800 100 200",
            "600 100 200",
            "030/1234567",
            "+1 (555) 010-0199",
            "+44 20 7946 0958",
        ] {
            for text in [
                number.to_owned(),
                format!("Call {number}."),
                format!("(call {number}), then wait"),
                format!("\"{number}\""),
            ] {
                assert_eq!(found(&text), [(Reach::Phone, number)], "{text}");
            }
        }
        for none in [
            "2026-05-04",
            "2026-11-21 09:02",
            "10.0.0.1",
            "192.168.100.200",
            "Desks 301 to 318",
            "2611-7K3MQ",
            "error 0x80070005",
            "1 234 567 EUR",
            "0.27.1",
            "AC-4471",
            "12345678",
            "100 200",
            "",
        ] {
            assert_eq!(found(none), [], "{none}");
        }
    }

    #[test]
    fn a_link_may_begin_with_any_letters() {
        for to in ["é€", "KB-", "kb-7q2m", "€", "kb€"] {
            let found = targets(&format!("[x]({to})"));
            assert_eq!(found.len(), 1, "{to}");
        }
        let article = |text: &str| matches!(targets(text)[..], [(LinkTarget::Article(_), _)]);
        assert!(article("[x](kb-7q2m)") && !article("[x](KB-)"));
        assert_eq!(ids("KB-7Q2M, KB-7Q2M2 KB-KB-7Q2M").len(), 1);
    }

    #[test]
    fn addresses_end_where_the_sentence_goes_on() {
        assert_eq!(
            found(
                "See https://status.example.com/network, or (www.example.com/a_(b)) or mail it@example.com."
            ),
            [
                (Reach::Address, "https://status.example.com/network"),
                (Reach::Address, "www.example.com/a_(b)"),
                (Reach::Mail, "it@example.com"),
            ]
        );
        assert_eq!(found("user@host and @example.com"), []);
    }

    #[test]
    fn everything_that_is_pointed_to_has_its_place() {
        let text = "See KB-7Q2M and [this](KB-3F8A), [a file](../x/y.md#z), <https://a.example/b>,\nhttps://c.example. `KB-CODE` [top](#top)\n\n```\nKB-9999\n```\nXKB-7Q2M KB-7Q2MX\n";
        let all: Vec<_> = targets(text)
            .into_iter()
            .map(|(target, range)| (target, &text[range]))
            .collect();
        assert_eq!(
            all,
            [
                (LinkTarget::Article("KB-7Q2M".into()), "KB-7Q2M"),
                (LinkTarget::Article("KB-3F8A".into()), "[this](KB-3F8A)"),
                (
                    LinkTarget::File("../x/y.md".into()),
                    "[a file](../x/y.md#z)"
                ),
                (
                    LinkTarget::Address("https://a.example/b".into()),
                    "<https://a.example/b>"
                ),
                (
                    LinkTarget::Address("https://c.example".into()),
                    "https://c.example"
                ),
            ]
        );
    }
}
