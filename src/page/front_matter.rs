//! Front matter and body of a page.

use std::ops::Range;

use crate::page::escape::{CONFLICT, FENCE};
use crate::page::problem::Problem;

/// Where the parts of a page stand, in bytes of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    /// Between the fences, line ends included.
    pub front: Range<usize>,
    /// After the closing fence's line.
    pub body: Range<usize>,
}

/// Finds the parts of a page. A byte order mark before the first fence, carriage returns and
/// spaces after the fences are let pass.
pub fn split(path: &str, text: &str) -> Result<Parts, Box<Problem>> {
    let start = if text.starts_with('\u{feff}') {
        '\u{feff}'.len_utf8()
    } else {
        0
    };
    let mut lines = lines_from(text, start);
    let opens = lines
        .next()
        .is_some_and(|(_, line)| line.trim_end() == FENCE);
    if !opens {
        let end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let problem = Problem::at(path, text, start..end, "a page begins with a line `+++`");
        return Err(Box::new(
            problem
                .hint("the front matter stands between two lines `+++`")
                .fatal(),
        ));
    }
    let mut front = None;
    for (at, line) in lines {
        let front_start = *front.get_or_insert(at);
        if line.trim_end() == FENCE {
            return Ok(Parts {
                front: front_start..at,
                body: at + line.len()..text.len(),
            });
        }
    }
    let problem = Problem::at(
        path,
        text,
        start..start + 3,
        "the front matter has no closing `+++`",
    );
    Err(Box::new(
        problem.hint("add a line `+++` after the last key").fatal(),
    ))
}

/// The lines of `text` from a byte on: each with its offset and its line end.
pub fn lines_from(text: &str, start: usize) -> impl Iterator<Item = (usize, &str)> {
    text[start..].split_inclusive('\n').scan(start, |at, line| {
        let here = *at;
        *at += line.len();
        Some((here, line))
    })
}

/// What git left where it could not join two versions.
pub fn conflict(path: &str, text: &str) -> Option<Problem> {
    if !CONFLICT.iter().any(|mark| text.contains(mark)) {
        return None;
    }
    let mark =
        lines_from(text, 0).find(|(_, line)| CONFLICT.iter().any(|mark| line.starts_with(mark)))?;
    let span = mark.0..mark.0 + mark.1.trim_end().len();
    let problem = Problem::at(path, text, span, "git left a conflict in this file");
    let hint = "keep what is right of both sides, remove the marks, then commit";
    Some(problem.hint(hint).barring())
}

/// The line end that most of a file's lines have.
pub fn newline(text: &str) -> &'static str {
    let all = text.bytes().filter(|b| *b == b'\n').count();
    if text.matches("\r\n").count() * 2 > all {
        "\r\n"
    } else {
        "\n"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn parts(text: &str) -> (&str, &str) {
        let parts = split("x.md", text).unwrap();
        (&text[parts.front], &text[parts.body])
    }

    #[test]
    fn fences_are_found_in_every_shape() {
        assert_eq!(parts("+++\na = 1\n+++\nbody\n"), ("a = 1\n", "body\n"));
        assert_eq!(parts("+++\r\na = 1\r\n+++\r\nbody"), ("a = 1\r\n", "body"));
        assert_eq!(parts("\u{feff}+++\n+++"), ("", ""));
        assert_eq!(parts("+++\n++++\n+++\n+++\n"), ("++++\n", "+++\n"));
        for wrong in [
            "",
            "a",
            "++++\n+++\n",
            "+++",
            "+++\nid = 1\n",
            " +++\n+++\n",
        ] {
            assert!(split("x.md", wrong).unwrap_err().fatal, "{wrong:?}");
        }
    }
}
