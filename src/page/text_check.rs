//! What every text must be before it is written into a file of the desk, wherever it came from.
//!
//! Git takes a file with a NUL for binary and shows no more differences of it. TOML knows no
//! carriage return that ends no line, and readers of lines take it for an end or for none. Any
//! other control character is kept as it was typed: the front matter has it as an escape, and what
//! shows a text makes it visible.

use crate::page::problem::Problem;

/// The largest page that is read, in bytes.
pub const MAX_PAGE: u64 = 4 << 20;

/// What keeps a text from being written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unstorable {
    /// A NUL.
    #[error("it holds a NUL character, and git would take the file for binary")]
    Nul,
    /// A carriage return that is not before a line feed.
    #[error("it holds a carriage return that ends no line")]
    Return,
    /// More than is ever read.
    #[error("it is longer than the {} MiB that a page may have", MAX_PAGE >> 20)]
    TooLong,
}

/// The bytes of a text that no file should hold, with their places.
fn found(text: &str) -> impl Iterator<Item = (usize, Unstorable)> {
    let bytes = text.as_bytes();
    bytes
        .iter()
        .enumerate()
        .filter_map(move |(at, byte)| match byte {
            0 => Some((at, Unstorable::Nul)),
            b'\r' if bytes.get(at + 1) != Some(&b'\n') => Some((at, Unstorable::Return)),
            _ => None,
        })
}

/// Whether a text may be written.
pub fn check(text: &str) -> Result<(), Unstorable> {
    found(text).next().map_or(Ok(()), |(_, what)| Err(what))
}

/// Whether a text may take the place of another: what a hand has put there may stay, but no command
/// adds to it.
pub fn check_change(base: Option<&str>, text: &str) -> Result<(), Unstorable> {
    let length = |text: &str| text.len() as u64;
    if length(text) > MAX_PAGE && length(text) > base.map_or(0, length) {
        return Err(Unstorable::TooLong);
    }
    for kind in [Unstorable::Nul, Unstorable::Return] {
        let count = |text: &str| found(text).filter(|(_, what)| *what == kind).count();
        let now = count(text);
        if now > 0 && now > base.map_or(0, count) {
            return Err(kind);
        }
    }
    Ok(())
}

/// The first such byte of a file as a problem.
pub fn problem(path: &str, text: &str) -> Option<Problem> {
    let (at, what) = found(text).next()?;
    let problem = Problem::at(path, text, at..at + 1, what.to_string());
    Some(problem.hint("take it out with an editor that shows it"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_nul_and_a_bare_carriage_return_are_kept_out() {
        for fine in ["", "a\n", "a\r\nb\r\n", "\u{1b}[1m\t\u{7}\u{85}\u{fffd}"] {
            assert_eq!(check(fine), Ok(()), "{fine:?}");
        }
        for (text, what) in [
            ("a\0", Unstorable::Nul),
            ("a\rb", Unstorable::Return),
            ("a\r\r\n", Unstorable::Return),
            ("a\r", Unstorable::Return),
        ] {
            assert_eq!(check(text), Err(what), "{text:?}");
        }
        assert_eq!(check_change(Some("a\0\0"), "a\0b"), Ok(()));
        assert_eq!(check_change(Some("a\0"), "a\0\0"), Err(Unstorable::Nul));
        assert_eq!(check_change(None, "a\0"), Err(Unstorable::Nul));
        let most = usize::try_from(MAX_PAGE).unwrap();
        assert_eq!(check_change(None, &"x".repeat(most)), Ok(()));
        assert_eq!(
            check_change(None, &"x".repeat(most + 1)),
            Err(Unstorable::TooLong)
        );
        let place = problem("x", "one\ntwo\0").and_then(|problem| problem.place);
        assert_eq!(place, Some((2, 4)));
    }
}
