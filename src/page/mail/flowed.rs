//! Text that flows (`format=flowed`, RFC 3676): broken for transport so that whoever reads it joins
//! its lines again.

/// Lines are broken at so many columns.
const WIDTH: usize = 72;

/// Breaks the long lines of a text. Those that begin with `>` are quotes, and stay so.
pub(in crate::page::mail) fn flowed(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let (depth, content) = quoted(line);
        let marks = ">".repeat(depth);
        // A space at its end would join the next line to it; the mark of a signature has one.
        let content = match content {
            "-- " => content,
            other => other.trim_end(),
        };
        if content.is_empty() {
            out.push_str(&marks);
            out.push('\n');
            continue;
        }
        for piece in pieces(content, WIDTH.saturating_sub(depth + 1).max(20)) {
            out.push_str(&marks);
            let is_odd = piece.starts_with([' ', '>']) || piece.starts_with("From ");
            if depth > 0 || is_odd {
                out.push(' ');
            }
            out.push_str(piece);
            out.push('\n');
        }
    }
    out
}

/// How deep a line is quoted, and its text: of `>> > text` three.
fn quoted(line: &str) -> (usize, &str) {
    let (mut depth, mut rest) = (0, line);
    while let Some(inner) = rest.strip_prefix('>') {
        depth += 1;
        let blank = inner.strip_prefix(' ').unwrap_or(inner);
        rest = if blank.starts_with('>') { blank } else { inner };
    }
    if depth == 0 {
        return (0, line);
    }
    (depth, rest.strip_prefix(' ').unwrap_or(rest))
}

/// A line in pieces of at most so many columns, each but the last with the blanks at its end. Words are
/// not broken.
fn pieces(line: &str, width: usize) -> Vec<&str> {
    let mut out = Vec::new();
    let (mut from, mut end, mut columns) = (0, 0, 0);
    let words = line.split_inclusive(' ');
    for word in words {
        let wide = unicode_width::UnicodeWidthStr::width(word.trim_end_matches(' '));
        // What begins with a blank, or is one, goes with what stands before it.
        let is_blank = word == " ";
        if columns + wide > width && end > from && !is_blank {
            out.push(&line[from..end]);
            (from, columns) = (end, 0);
        }
        columns += unicode_width::UnicodeWidthStr::width(word);
        end += word.len();
    }
    out.push(&line[from..]);
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::page::mail::read;

    fn there_and_back(text: &str) -> String {
        let head = "From: a@b.c\nContent-Type: text/plain; charset=utf-8; format=flowed\n\n";
        let bytes = format!("{head}{}", flowed(text));
        read(bytes.as_bytes()).unwrap().text
    }

    #[test]
    fn long_lines_are_broken_and_joined_again() {
        let long = "This line is long enough to be broken at least once, since it has far more \
                    than seventy columns in it.";
        let text = format!("{long}\n\n> {long}\n>> {long}\nFrom here on\n  indented\n\n-- \nAnna");
        let broken = flowed(&text);
        insta::assert_snapshot!(broken, @"
        This line is long enough to be broken at least once, since it has far 
        more than seventy columns in it.

        > This line is long enough to be broken at least once, since it has far 
        > more than seventy columns in it.
        >> This line is long enough to be broken at least once, since it has far 
        >> more than seventy columns in it.
         From here on
           indented

        -- 
        Anna
        ");
        assert_eq!(there_and_back(&text), text.replace("-- \n", "--\n"));
    }

    #[test]
    fn a_space_at_the_end_joins_nothing() {
        assert_eq!(there_and_back("one \ntwo"), "one\ntwo");
        assert_eq!(there_and_back("> one \n> two"), "> one\n> two");
    }

    proptest! {
        #[test]
        fn words_stay_in_their_lines(lines in proptest::collection::vec("[a-zż. ]{0,200}", 1..6)) {
            let text = lines.join("\n");
            let expected: Vec<&str> = text.lines().map(str::trim_end).collect();
            let expected = expected.join("\n").trim_matches('\n').trim_end().to_owned();
            prop_assert_eq!(there_and_back(&text), expected);
        }
    }
}
