//! Subjects: what stands before them in answers and forwards, and the desk's own mark.

use crate::model::mail::Mail;
use crate::page::mail::one_line;

/// Characters of a title.
const TITLE: usize = 200;

/// What programs of several languages put before the subject of an answer or a forward.
const PREFIXES: [&str; 34] = [
    "re",
    "aw",
    "antw",
    "sv",
    "vs",
    "odp",
    "ref",
    "rif",
    "r",
    "res",
    "rv",
    "enc",
    "ynt",
    "vl",
    "bls",
    "pd",
    "fw",
    "fwd",
    "wg",
    "tr",
    "doorst",
    "i",
    "vb",
    "atb",
    "hv",
    "tl",
    "trl",
    "回复",
    "答复",
    "转发",
    "回覆",
    "轉寄",
    "trả lời",
    "chuyển tiếp",
];

/// A subject without such prefixes, without the desk's mark `[desk 2611-7K3MQ]`, and without
/// `[EXT]` and its like.
pub fn cleaned(subject: &str) -> String {
    let mut rest = subject.trim();
    loop {
        let before = rest;
        rest = without_mark(without_prefix(rest)).trim();
        if rest == before {
            break;
        }
    }
    let words = rest.split(' ').filter(|word| !word.is_empty());
    let text = words.collect::<Vec<_>>().join(" ");
    match mark(&text) {
        Some((from, to, _)) => format!("{}{}", &text[..from], &text[to..])
            .trim()
            .to_owned(),
        None => text,
    }
}

/// The title of a ticket that a mail makes: its subject, else the first line of its text.
pub fn title(mail: &Mail) -> String {
    let cleaned = cleaned(&mail.subject);
    let first = || mail.text.lines().find(|one| !one.trim().is_empty());
    let title = match cleaned.as_str() {
        "" => one_line(first().unwrap_or("(no subject)")),
        _ => cleaned,
    };
    let mut shown: String = title.chars().take(TITLE).collect();
    if shown.len() < title.len() {
        shown.truncate(shown.trim_end().len());
        shown.push('…');
    }
    shown
}

fn without_prefix(subject: &str) -> &str {
    let Some(at) = subject.find([':', '：']) else {
        return subject;
    };
    let word = subject[..at].trim().to_lowercase();
    // `Re[2]`, `Re(2)`, `Re^2`.
    let word = word
        .trim_end_matches(|c: char| c.is_ascii_digit() || "[]()^*".contains(c))
        .trim();
    if PREFIXES.contains(&word) {
        let colon = subject[at..].chars().next().map_or(1, char::len_utf8);
        subject[at + colon..].trim_start()
    } else {
        subject
    }
}

fn without_mark(subject: &str) -> &str {
    const OUTSIDE: [&str; 4] = ["[ext]", "[external]", "[extern]", "[external email]"];
    for mark in OUTSIDE {
        let start = subject.get(..mark.len());
        if start.is_some_and(|start| start.eq_ignore_ascii_case(mark)) {
            return subject[mark.len()..].trim_start();
        }
    }
    subject
}

/// The desk's mark in a subject, `[desk 2611-7K3MQ]`: where it begins and ends, and the id in it as
/// it was written. A mark that was cut off at its end is none.
pub fn mark(subject: &str) -> Option<(usize, usize, &str)> {
    let lower = subject.to_ascii_lowercase();
    let from = lower.rfind("[desk ")?;
    let to = from + lower[from..].find(']')?;
    let id = subject[from + "[desk ".len()..to].trim();
    (!id.is_empty() && id.len() <= 12).then_some((from, to + 1, id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_of_answers_go_and_words_stay() {
        for (subject, expected) in [
            ("Re: AW: No network", "No network"),
            ("RE[2]: Fwd: [EXT] No network", "No network"),
            ("回复：No network", "No network"),
            ("Re: No network [desk 2611-7K3MQ]", "No network"),
            ("[desk 2611-7K3MQ] No network", "No network"),
            ("Reason: none given", "Reason: none given"),
            ("Odp: Brak sieci", "Brak sieci"),
            ("Re:", ""),
            ("  ", ""),
        ] {
            assert_eq!(cleaned(subject), expected, "{subject}");
        }
    }

    #[test]
    fn the_mark_names_an_id() {
        assert_eq!(
            mark("Re: x [Desk 2611-7k3mq]").map(|found| found.2),
            Some("2611-7k3mq")
        );
        assert_eq!(mark("Re: x [desk 2611-7k"), None);
        assert_eq!(mark("help desk 2611-7K3MQ"), None);
    }
}
