//! Three-way merge of free text by lines (`docs/merge.md`, "Free text").

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::model::entry::DERIVED;
use crate::page::log::derived_tag;
use crate::rules::lifecycle::work_order;

/// Beyond so many cells of the table of a diff, the texts between common start and end are one
/// hunk.
const CELLS: usize = 1_000_000;

/// So many times the lines of a text are looked at for joined passages.
const BUDGET: usize = 8;

/// One version of a passage: its lines.
type Version = Vec<String>;

/// A line, or a joined passage whose tag is right: its line and the lines of its versions.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Token {
    Line(String),
    Passage(Vec<String>),
}

/// Texts as numbers of tokens, so that comparing them costs nothing.
struct Tokens<'p> {
    /// What stands before the line of a passage: `# ` among comments.
    prefix: &'p str,
    all: Vec<Token>,
    numbers: HashMap<Token, usize>,
}

/// Merges free text. Lines that one side alone changed are that side's; of a hunk that both
/// changed, both versions stand under a line that says so, unless one contains the other.
///
/// A merge made again with one of its sides must add nothing. Lines that repeat can be aligned in
/// another way the second time; where that would change the result, everything between the start
/// and the end that all three share is one hunk.
pub fn merge_lines(base: &[String], a: &[String], b: &[String], prefix: &str) -> Vec<String> {
    if b == base || a == b {
        return a.to_vec();
    }
    if a == base {
        return b.to_vec();
    }
    let mut tokens = Tokens::new(prefix);
    let [old, one, other] = [base, a, b].map(|text| tokens.of(text));
    let merged = tokens.weave(&old, &one, &other);
    let again = tokens.of(&merged);
    let holds =
        |side: &[usize], tokens: &mut Tokens<'_>| tokens.weave(&old, &again, side) == merged;
    if holds(&one, &mut tokens) && holds(&other, &mut tokens) {
        return merged;
    }
    let (start, end) = common(&[&old, &one, &other]);
    let middle = |text: &[usize]| text[start..text.len() - end].to_vec();
    let mut out = old[..start].to_vec();
    out.extend(tokens.join(&middle(&one), &middle(&other), &old));
    out.extend(&old[old.len() - end..]);
    tokens.flat(&out)
}

/// The line of a joined passage, without the prefix.
fn passage_line(versions: &[Version]) -> String {
    let texts: Vec<String> = (versions.iter())
        .map(|version| {
            let lines = version.iter().map(|line| work_order::unmarked(line));
            lines.collect::<Vec<_>>().join("\n")
        })
        .collect();
    let parts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let counts: Vec<String> = versions.iter().map(|one| one.len().to_string()).collect();
    format!(
        "[desk merge ^{}: edited at once, all kept: {} lines]",
        derived_tag(&parts, DERIVED),
        counts.join(" + ")
    )
}

/// Whether a line has the form of the line of a joined passage; and the numbers of lines in it.
fn counts(line: &str) -> Option<Vec<usize>> {
    let rest = line.strip_prefix("[desk merge ^")?;
    let (tag, rest) = rest.split_at_checked(DERIVED)?;
    let counts = rest
        .strip_prefix(": edited at once, all kept: ")?
        .strip_suffix(" lines]")?;
    let is_tag = tag
        .bytes()
        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let counts: Option<Vec<usize>> = counts.split(" + ").map(|one| one.parse().ok()).collect();
    counts.filter(|counts| is_tag && counts.len() > 1)
}

/// Whether a text has a joined passage that nobody has edited since it was joined.
pub fn has_joined_passage(text: &str) -> bool {
    if !text.contains("[desk merge ^") {
        return false;
    }
    let lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    let tokens = Tokens::new("");
    let mut budget = BUDGET * lines.len();
    (0..lines.len()).any(|at| tokens.versions_within(&mut budget, &lines[at..]).is_some())
}

impl<'p> Tokens<'p> {
    fn new(prefix: &'p str) -> Self {
        Self {
            prefix,
            all: Vec::new(),
            numbers: HashMap::new(),
        }
    }

    fn number(&mut self, token: Token) -> usize {
        if let Some(number) = self.numbers.get(&token) {
            return *number;
        }
        let number = self.all.len();
        self.all.push(token.clone());
        self.numbers.insert(token, number);
        number
    }

    /// The versions of a passage, as long as not too many lines were looked at: lines that claim to
    /// begin one cost nothing that grows with their number.
    fn versions_within(&self, budget: &mut usize, lines: &[String]) -> Option<Vec<Version>> {
        let claimed = counts(lines.first()?.strip_prefix(self.prefix)?)?;
        let claimed = claimed.into_iter().try_fold(0_usize, usize::checked_add)?;
        *budget = budget.checked_sub(claimed)?;
        self.versions(lines)
    }

    /// The versions of the passage that begins with the first line, if nobody edited it.
    fn versions(&self, lines: &[String]) -> Option<Vec<Version>> {
        let line = lines.first()?.strip_prefix(self.prefix)?;
        let (mut versions, mut at) = (Vec::new(), 1_usize);
        for count in counts(line)? {
            let end = at.checked_add(count)?;
            versions.push(lines.get(at..end)?.to_vec());
            at = end;
        }
        (passage_line(&versions) == line).then_some(versions)
    }

    fn of(&mut self, lines: &[String]) -> Vec<usize> {
        let (mut out, mut at) = (Vec::new(), 0);
        let mut budget = BUDGET * lines.len();
        while at < lines.len() {
            let from = at;
            let token = if let Some(versions) = self.versions_within(&mut budget, &lines[at..]) {
                at += 1 + versions.iter().map(Vec::len).sum::<usize>();
                Token::Passage(lines[from..at].to_vec())
            } else {
                at += 1;
                Token::Line(lines[from].clone())
            };
            out.push(self.number(token));
        }
        out
    }

    fn flat(&self, text: &[usize]) -> Vec<String> {
        let mut lines = Vec::new();
        for number in text {
            match &self.all[*number] {
                Token::Line(line) => lines.push(line.clone()),
                Token::Passage(all) => lines.extend_from_slice(all),
            }
        }
        lines
    }

    /// The merge region by region. Blank lines at the ends of a text do not count: the reader takes
    /// them away.
    fn weave(&mut self, base: &[usize], a: &[usize], b: &[usize]) -> Vec<String> {
        let (start, end) = common(&[base, a, b]);
        let inner = |text: &[usize]| text[start..text.len() - end].to_vec();
        let (middle, a, b) = (inner(base), inner(a), inner(b));
        let mut hunks = diff(&middle, &a, Side::A);
        hunks.extend(diff(&middle, &b, Side::B));
        let (mut out, mut at) = (base[..start].to_vec(), 0);
        for region in regions(hunks) {
            out.extend(&middle[at..region[0].start]);
            out.extend(self.settle(&middle, &region, base));
            at = last(&region);
        }
        out.extend(&middle[at..]);
        out.extend(&base[base.len() - end..]);
        let mut lines = self.flat(&out);
        if self.prefix.is_empty() {
            let filled = |line: &String| !line.trim().is_empty();
            let last = lines.iter().rposition(filled);
            lines.truncate(last.map_or(0, |at| at + 1));
            let first = lines.iter().position(filled).unwrap_or_default();
            lines.drain(..first);
        }
        lines
    }

    /// What stands in the place of a region of the base's middle; `whole` is all of the base.
    fn settle(&mut self, base: &[usize], region: &[Hunk], whole: &[usize]) -> Vec<usize> {
        let (start, end) = (region[0].start, last(region));
        let of =
            |side: Side| -> Vec<&Hunk> { region.iter().filter(|hunk| hunk.side == side).collect() };
        let (one, other) = (of(Side::A), of(Side::B));
        let (a, b) = (
            apply(base, &one, start, end),
            apply(base, &other, start, end),
        );
        let before = &base[start..end];
        if a == b || b == before {
            return a;
        }
        if a == before {
            return b;
        }
        if self.includes(&one, &other) {
            return a;
        }
        if self.includes(&other, &one) {
            return b;
        }
        let meet = one.iter().any(|x| other.iter().any(|y| overlap(x, y)));
        if !meet {
            let all: Vec<&Hunk> = region.iter().collect();
            return apply(base, &all, start, end);
        }
        self.join(&a, &b, whole)
    }

    /// Whether the edit of one side takes away and inserts all that the other's does.
    fn includes(&self, one: &[&Hunk], other: &[&Hunk]) -> bool {
        let gone = |hunks: &[&Hunk]| -> BTreeSet<usize> {
            hunks.iter().flat_map(|hunk| hunk.start..hunk.end).collect()
        };
        let lines = |hunks: &[&Hunk]| -> Vec<String> {
            let tokens: Vec<usize> = hunks.iter().flat_map(|hunk| hunk.tokens.clone()).collect();
            self.flat(&tokens)
        };
        gone(other).is_subset(&gone(one)) && contains(&lines(one), &lines(other))
    }

    /// Two versions of one hunk: the one that contains the other, else both in a joined passage.
    fn join(&mut self, a: &[usize], b: &[usize], base: &[usize]) -> Vec<usize> {
        let versions = |side: &[usize]| -> Vec<Version> {
            let passage = match side {
                [one] => Some(&self.all[*one]),
                _ => None,
            };
            match passage {
                Some(Token::Passage(lines)) => self.versions(lines).unwrap_or_default(),
                _ => vec![self.flat(side)],
            }
        };
        let mut found: HashSet<Version> = versions(a).into_iter().chain(versions(b)).collect();
        let filled = |version: &Version| version.iter().any(|line| !line.is_empty());
        if !self.prefix.is_empty() && found.iter().any(filled) {
            found.retain(filled); // blank lines yield to comments
        }
        let mut left: Vec<Version> = found
            .iter()
            .filter(|one| {
                !found
                    .iter()
                    .any(|other| other != *one && contains(other, one))
            })
            .cloned()
            .collect();
        if let [one] = &left[..] {
            let lines = one.clone();
            let numbers = lines.into_iter().map(|line| self.number(Token::Line(line)));
            return numbers.collect();
        }
        left.sort_by_cached_key(|version| version.join("\n"));
        let joined = self.passage(&left);
        if !base.contains(&joined) {
            return vec![joined];
        }
        // What both sides had changed must not look unchanged.
        left.insert(0, Version::new());
        vec![self.passage(&left)]
    }

    fn passage(&mut self, versions: &[Version]) -> usize {
        let mut lines = vec![format!("{}{}", self.prefix, passage_line(versions))];
        lines.extend(versions.iter().flatten().cloned());
        self.number(Token::Passage(lines))
    }
}

/// How many tokens all texts begin and, behind them, end with.
fn common(texts: &[&[usize]]) -> (usize, usize) {
    let size = texts
        .iter()
        .map(|text| text.len())
        .min()
        .unwrap_or_default();
    let same = |at: &dyn Fn(&[usize]) -> usize| {
        let first = at(texts[0]);
        texts.iter().all(|text| at(text) == first)
    };
    let start = (0..size)
        .find(|&at| !same(&|text| text[at]))
        .unwrap_or(size);
    let rest = size - start;
    let end = (0..rest)
        .find(|&at| !same(&|text| text[text.len() - 1 - at]))
        .unwrap_or(rest);
    (start, end)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    A,
    B,
}

/// The tokens that a side has in the place of the base's from `start` to `end`.
#[derive(Clone, Debug)]
struct Hunk {
    start: usize,
    end: usize,
    tokens: Vec<usize>,
    side: Side,
}

/// The hunks of a side, by the longest common subsequence.
fn diff(base: &[usize], text: &[usize], side: Side) -> Vec<Hunk> {
    let (start, end) = common(&[base, text]);
    let (x, y) = (
        &base[start..base.len() - end],
        &text[start..text.len() - end],
    );
    if x.len() * y.len() > CELLS {
        let (end, tokens) = (start + x.len(), y.to_vec());
        return vec![Hunk {
            start,
            end,
            tokens,
            side,
        }];
    }
    // `lengths[i * width + j]`: of the longest common subsequence of `x` from i and `y` from j.
    let width = y.len() + 1;
    let mut lengths = vec![0_u32; (x.len() + 1) * width];
    for i in (0..x.len()).rev() {
        for j in (0..y.len()).rev() {
            lengths[i * width + j] = if x[i] == y[j] {
                1 + lengths[(i + 1) * width + j + 1]
            } else {
                lengths[(i + 1) * width + j].max(lengths[i * width + j + 1])
            };
        }
    }
    let (mut hunks, mut i, mut j) = (Vec::new(), 0, 0);
    let same = |i: usize, j: usize| i < x.len() && j < y.len() && x[i] == y[j];
    while i < x.len() || j < y.len() {
        let from = (i, j);
        while (i < x.len() || j < y.len()) && !same(i, j) {
            let down = i < x.len()
                && (j == y.len() || lengths[(i + 1) * width + j] >= lengths[i * width + j + 1]);
            if down {
                i += 1;
            } else {
                j += 1;
            }
        }
        if (i, j) != from {
            let tokens = y[from.1..j].to_vec();
            let (start, end) = (start + from.0, start + i);
            hunks.push(Hunk {
                start,
                end,
                tokens,
                side,
            });
        }
        while same(i, j) {
            (i, j) = (i + 1, j + 1);
        }
    }
    hunks
}

/// The hunks of both sides with no token between them that all three texts share.
fn regions(mut hunks: Vec<Hunk>) -> Vec<Vec<Hunk>> {
    hunks.sort_by_key(|hunk| (hunk.start, hunk.end));
    let mut found: Vec<Vec<Hunk>> = Vec::new();
    let mut end = 0;
    for hunk in hunks {
        match found.last_mut() {
            Some(region) if hunk.start <= end => {
                end = end.max(hunk.end);
                region.push(hunk);
            }
            _ => {
                end = hunk.end;
                found.push(vec![hunk]);
            }
        }
    }
    found
}

/// Where a region ends in the base.
fn last(region: &[Hunk]) -> usize {
    region.iter().map(|hunk| hunk.end).max().unwrap_or_default()
}

/// Whether two hunks share a token of the base, insert at one place, or one inserts inside the
/// other.
fn overlap(one: &Hunk, other: &Hunk) -> bool {
    if one.start == one.end && other.start == other.end && one.start == other.start {
        return true;
    }
    let inside = |x: &Hunk, y: &Hunk| x.start == x.end && y.start < x.start && x.start < y.end;
    one.start.max(other.start) < one.end.min(other.end) || inside(one, other) || inside(other, one)
}

/// Tokens of the base from `at` to `end` with hunks applied.
fn apply(base: &[usize], hunks: &[&Hunk], mut at: usize, end: usize) -> Vec<usize> {
    let mut out = Vec::new();
    for hunk in hunks {
        out.extend(&base[at..hunk.start]);
        out.extend(&hunk.tokens);
        at = hunk.end;
    }
    out.extend(&base[at..end]);
    out
}

/// Whether a version has the lines of the other in their order.
fn contains(version: &[String], other: &[String]) -> bool {
    let mut rest = version.iter();
    other.iter().all(|line| rest.any(|one| one == line))
}
