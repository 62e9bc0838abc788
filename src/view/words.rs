//! Numbers and lists as words.

use std::borrow::Cow;

/// `1 ticket`, `2 tickets`.
pub fn count(n: usize, one: &str) -> String {
    if n == 1 {
        format!("1 {one}")
    } else {
        format!("{n} {one}s")
    }
}

/// Noted minutes: `34 min`, `2 h`, `1 h 34 min`.
pub fn minutes(all: u64) -> String {
    match (all / 60, all % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

/// Text wrapped at a width, its own lines kept.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    text.split('\n')
        .flat_map(|line| wrap_line(&line.replace('\t', "    "), width))
        .collect()
}

/// One line; what follows keeps its indentation, and hangs under the text of an item.
fn wrap_line(line: &str, width: usize) -> Vec<String> {
    let bare = line.trim_start_matches(' ');
    let hang = if bare.starts_with(['-', '*']) && bare[1..].starts_with(' ') {
        2
    } else {
        0
    };
    let indent = " ".repeat(line.len() - bare.len() + hang);
    let options = textwrap::Options::new(width)
        .subsequent_indent(&indent)
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .wrap_algorithm(textwrap::WrapAlgorithm::FirstFit)
        .break_words(false);
    textwrap::wrap(line, options)
        .into_iter()
        .map(Cow::into_owned)
        .collect()
}

/// Text cut to a width, with an ellipsis where something is gone.
pub fn cut(text: &str, width: usize) -> String {
    use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};
    if text.width() <= width {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 0;
    for c in text.chars() {
        let wide = c.width().unwrap_or(0);
        if used + wide + 1 > width {
            break;
        }
        out.push(c);
        used += wide;
    }
    format!("{}…", out.trim_end())
}

/// What also matches and is left out, with the option that shows it.
pub fn left_out(n: usize, what: &str, option: &str) -> Option<String> {
    let matches = if n == 1 { "matches" } else { "match" };
    (n > 0).then(|| format!("{} also {matches}; use {option}", count(n, what)))
}

/// Where nothing was found: what the words find as beginnings of words.
pub fn wider(wider: Option<&(String, usize)>, what: &str) -> Option<String> {
    let (words, found) = wider?;
    let matches = if words.contains(' ') {
        "match"
    } else {
        "matches"
    };
    let found = count(*found, what);
    Some(format!(
        "`{words}` also {matches} words that begin so: {found}"
    ))
}
