//! What is wrong with a page, and where.

use std::cell::{Cell, OnceCell};
use std::collections::HashSet;
use std::ops::Range;

/// One thing wrong with one file. A value, carried beside the good pages to the outcome.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Problem {
    /// The file, relative to the desk.
    pub path: String,
    /// Bytes of the file; `None` where the whole file is meant.
    pub span: Option<Range<usize>>,
    /// Lower case, no full stop.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// 1-based line and column (in characters) of the span's start.
    pub place: Option<(usize, usize)>,
    /// The text of that line, for showing it.
    pub line: Option<String>,
    /// Whether the page could not be read because of it.
    pub fatal: bool,
    /// Whether the page may only be read because of it: to write it would lose what stands there.
    pub bars: bool,
}

/// Leaves of what was found at first what a second look found, too: others may have been writing.
pub fn retain_found_again(first: &mut Vec<Problem>, again: &[Problem]) {
    let again: HashSet<&Problem> = again.iter().collect();
    first.retain(|problem| again.contains(problem));
}

impl Problem {
    /// Something wrong with a whole file.
    pub fn whole(path: &str, message: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            span: None,
            message: message.into(),
            hint: None,
            place: None,
            line: None,
            fatal: false,
            bars: false,
        }
    }

    /// Something wrong at bytes of `text`.
    pub fn at(path: &str, text: &str, span: Range<usize>, message: impl Into<String>) -> Self {
        LineIndex::new(path, text).problem(span, message)
    }

    /// Adds a hint: what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Marks it as the reason why the page cannot be read.
    #[must_use]
    pub fn fatal(mut self) -> Self {
        self.fatal = true;
        self.barring()
    }

    /// Marks it as the reason why the page may be read but not written.
    #[must_use]
    pub fn barring(mut self) -> Self {
        self.bars = true;
        self
    }

    /// `path:line:column`, as far as known.
    pub fn location(&self) -> String {
        match self.place {
            Some((line, column)) => format!("{}:{line}:{column}", self.path),
            None => self.path.clone(),
        }
    }
}

/// The 1-based line and column (in characters) of a byte offset.
pub fn place(text: &str, offset: usize) -> (usize, usize) {
    LineIndex::new("", text).of(offset)
}

/// A file in which problems are found one after the other: where its lines begin is looked up once.
#[derive(Debug)]
pub struct LineIndex<'t> {
    path: &'t str,
    text: &'t str,
    /// The bytes that lines begin with.
    starts: OnceCell<Vec<usize>>,
    /// The place told last, as an offset and its column: there may be thousands on one line.
    last: Cell<(usize, usize)>,
}

impl<'t> LineIndex<'t> {
    /// The places of a file's text.
    pub fn new(path: &'t str, text: &'t str) -> Self {
        Self {
            path,
            text,
            starts: OnceCell::new(),
            last: Cell::new((0, 0)),
        }
    }

    /// Something wrong at bytes of the text.
    pub fn problem(&self, span: Range<usize>, message: impl Into<String>) -> Problem {
        let mut problem = Problem::whole(self.path, message);
        let (line, column) = self.of(span.start);
        let start = self.starts().get(line - 1).copied().unwrap_or_default();
        problem.line = self.text[start..]
            .lines()
            .next()
            .map(|line| line.chars().take(400).collect());
        problem.place = Some((line, column));
        problem.span = Some(span);
        problem
    }

    fn starts(&self) -> &[usize] {
        self.starts.get_or_init(|| {
            let ends = self.text.bytes().enumerate().filter(|(_, b)| *b == b'\n');
            std::iter::once(0)
                .chain(ends.map(|(at, _)| at + 1))
                .collect()
        })
    }

    fn of(&self, offset: usize) -> (usize, usize) {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.starts().partition_point(|start| *start <= offset);
        let start = self.starts().get(line - 1).copied().unwrap_or_default();
        let (at, column) = self.last.get();
        let (from, before) = if (start..=offset).contains(&at) && column > 0 {
            (at, column - 1)
        } else {
            (start, 0)
        };
        let column = before + self.text[from..offset].chars().count() + 1;
        self.last.set((offset, column));
        (line, column)
    }
}

/// The nearest of `known` to what was written, if one is near enough to be meant.
pub fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    near(given, known).into_iter().next()
}

/// The question whether the nearest of `known` was meant, if one is near enough.
pub fn did_you_mean<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(given, known).map(|near| format!("did you mean `{near}`?"))
}

/// The question whether the nearest was meant, else all that there are.
pub fn instead(given: &str, known: &[&str]) -> String {
    did_you_mean(given, known.iter().copied()).unwrap_or_else(|| match known {
        [] => "there are none yet".to_owned(),
        _ => format!("there are: {}", known.join(", ")),
    })
}

/// In how many characters two words differ; two that changed places count once.
pub fn slips(given: &str, meant: &str) -> usize {
    strsim::osa_distance(given, meant)
}

/// The nearest few of `known`, best first: those one slip away, then those that begin and go on alike.
pub fn near<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let given = given.to_lowercase();
    let mut scored: Vec<(bool, f64, &str)> = known
        .into_iter()
        .map(|word| {
            let lower = word.to_lowercase();
            let is_slip = slips(&given, &lower) == 1 && given.chars().count() > 2;
            (!is_slip, strsim::jaro_winkler(&given, &lower), word)
        })
        .filter(|(no_slip, score, _)| !no_slip || *score > 0.75)
        .collect();
    scored.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)).then(a.2.cmp(b.2)));
    scored
        .into_iter()
        .take(3)
        .map(|(.., word)| word.to_owned())
        .collect()
}
