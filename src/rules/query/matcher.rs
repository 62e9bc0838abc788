//! Whether a record of any kind is what a query asks for.

use chrono::TimeDelta;

use crate::model::moment::Moment;
use crate::model::person::Handle;
use crate::page::problem::{did_you_mean, instead};
use crate::page::query::{Op, Query, Term, TermKind, ValueSort};
use crate::rules::context::DeskContext;
use crate::rules::query::words::{FoldedText, WordFilter};
use crate::rules::text::normalize::normalize;
use crate::rules::text::time_input;

/// What a query asks of a record, one field at a time.
pub trait Record<N, F> {
    /// The texts of a field.
    fn texts(&self, name: &N) -> Vec<String>;

    /// The instant of a field.
    fn moment(&self, _: &N) -> Option<Moment> {
        None
    }

    /// The length of time of a field.
    fn length(&self, _: &N) -> Option<TimeDelta> {
        None
    }

    /// Whether a flag is set.
    fn has(&self, flag: F) -> bool;
}

/// The words of a list that a field takes, and what such a word is called.
pub type KnownWords<'w> = (&'static str, Vec<&'w str>);

/// What the values of a query are checked with.
pub struct Vocabulary<'v, 'w, N> {
    /// The words that a field takes; `None` where it takes any.
    pub known: &'v dyn Fn(&N) -> Option<KnownWords<'w>>,
    /// Whether a record has a word that the settings do not know any more.
    pub held: &'v dyn Fn(&N, &str) -> bool,
}

/// A value that cannot be what its field holds.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct BadValue {
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

fn bad<T>(message: impl Into<String>, hint: impl Into<String>) -> Result<T, BadValue> {
    let (message, hint) = (message.into(), hint.into());
    Err(BadValue { message, hint })
}

/// A query made ready: its values are read and checked.
#[derive(Debug)]
pub struct Filter<N, F> {
    tests: Vec<(bool, Test<N, F>)>,
    /// Words that must stand, or must not, somewhere in the record.
    words: Vec<(bool, WordFilter)>,
    /// Views of which not everything may hold.
    not: Vec<Self>,
}

#[derive(Debug)]
enum Test<N, F> {
    Flag(F),
    Empty(N),
    Texts(N, ValueSort, Op, Vec<String>),
    /// The words of the list in their order, and the places of those that are asked for.
    Rank(N, Op, Vec<String>, Vec<usize>),
    Number(N, Op, Vec<i64>),
    Time(N, Op, Vec<(Moment, Moment)>),
    Length(N, Op, Vec<TimeDelta>),
    /// From one value to another, either perhaps open.
    Range(Vec<Self>),
}

impl<N: Clone, F: Copy> Filter<N, F> {
    /// Makes a query ready.
    pub fn new(
        query: &Query<N, F>,
        context: DeskContext<'_>,
        vocabulary: &Vocabulary<'_, '_, N>,
    ) -> Result<Self, BadValue> {
        let mut all = Self {
            tests: Vec::new(),
            words: Vec::new(),
            not: Vec::new(),
        };
        for Term {
            negated,
            typed,
            what,
            needs_me,
        } in &query.terms
        {
            if *needs_me && context.me.is_none() {
                return bad(
                    format!("`{typed}` needs to know who you are"),
                    "say so with --as HANDLE or DESK_AGENT",
                );
            }
            match what {
                TermKind::Text(text) => all.words.push((*negated, WordFilter::new(text))),
                TermKind::View(query) => all.not.push(Self::new(query, context, vocabulary)?),
                TermKind::Flag(flag) => all.tests.push((*negated, Test::Flag(*flag))),
                TermKind::Field {
                    name,
                    sort,
                    op,
                    values,
                } => {
                    let not = *op == Op::NotEqual;
                    let test = Test::new(name, *sort, *op, values, context, vocabulary)?;
                    all.tests.push((*negated != not, test));
                }
            }
        }
        Ok(all)
    }

    /// Whether there are words to look for in the record's text.
    pub fn needs_text(&self) -> bool {
        !self.words.is_empty() || self.not.iter().any(Self::needs_text)
    }

    /// The words that a record's text must hold, or with `true` before one must not.
    pub fn words(&self) -> &[(bool, WordFilter)] {
        &self.words
    }

    /// Whether nothing but these words needs the text.
    pub fn has_only_words(&self) -> bool {
        !self.not.iter().any(Self::needs_text)
    }

    /// Whether everything but the words fits.
    pub fn fits(&self, record: &impl Record<N, F>) -> bool {
        let mut tests = self.tests.iter();
        let mut not = self.not.iter().filter(|view| !view.needs_text());
        tests.all(|(negated, test)| test.holds(record) != *negated)
            && not.all(|view| !view.fits(record))
    }

    /// Of a record that fits otherwise: whether the words stand, or do not, in one of its texts.
    pub fn fits_texts<'t>(
        &self,
        record: &impl Record<N, F>,
        texts: impl IntoIterator<Item = &'t str>,
    ) -> bool {
        let texts: Vec<FoldedText> = texts.into_iter().map(FoldedText::new).collect();
        let mut not = self.not.iter().filter(|view| view.needs_text());
        self.says(&texts) && not.all(|view| !(view.fits(record) && view.says(&texts)))
    }

    /// Whether the words stand, or do not, in one of these texts.
    fn says(&self, texts: &[FoldedText]) -> bool {
        let mut words = self.words.iter();
        words.all(|(negated, word)| word.is_in(texts) != *negated)
    }
}

/// Case folded for comparing whole values; accents stay.
fn fold_case(text: &str) -> String {
    text.to_lowercase()
}

/// How a text is folded: whoever writes `=` wants the accents.
fn fold(op: Op) -> fn(&str) -> String {
    if op == Op::Has { normalize } else { fold_case }
}

impl<N: Clone, F: Copy> Test<N, F> {
    fn new(
        name: &N,
        sort: ValueSort,
        op: Op,
        values: &[String],
        context: DeskContext<'_>,
        vocabulary: &Vocabulary<'_, '_, N>,
    ) -> Result<Self, BadValue> {
        let [first, more @ ..] = values else {
            return Ok(Self::Empty(name.clone()));
        };
        if more.is_empty() && first == "none" {
            return Ok(Self::Empty(name.clone()));
        }
        if op == Op::Has
            && more.is_empty()
            && let Some(ends) = range(sort, first)
        {
            let both = ends
                .into_iter()
                .map(|(op, end)| Self::new(name, sort, op, &[end.to_owned()], context, vocabulary));
            return both.collect::<Result<_, _>>().map(Self::Range);
        }
        let own = name.clone();
        match sort {
            ValueSort::Time => Ok(Self::Time(own, op, spans(values, context)?)),
            ValueSort::Length => Ok(Self::Length(own, op, lengths(values)?)),
            ValueSort::Rank if op.orders() => {
                let (what, known) = (vocabulary.known)(name).unwrap_or_default();
                let place = |value: &String| {
                    let at = known.iter().position(|word| word == value);
                    at.ok_or_else(|| unlisted(what, value, &known))
                };
                let places = values.iter().map(place).collect::<Result<_, _>>()?;
                let known = known.iter().map(|word| (*word).to_owned()).collect();
                Ok(Self::Rank(own, op, known, places))
            }
            ValueSort::Number if op.orders() => Ok(Self::Number(own, op, numbers(values)?)),
            _ if op.orders() => bad(
                "`<` and `>` compare numbers, times and priorities only",
                "write `field:value` for equal",
            ),
            sort => {
                let me = context.me.filter(|_| sort == ValueSort::Agent);
                refuse_unlisted(name, values, me, vocabulary)?;
                let fold = fold(op);
                let value = |value: &String| match me {
                    Some(me) if value == "me" => me.to_string(),
                    _ => fold(value),
                };
                let values = values.iter().map(value).collect();
                Ok(Self::Texts(own, sort, op, values))
            }
        }
    }

    fn holds(&self, record: &impl Record<N, F>) -> bool {
        match self {
            Self::Flag(flag) => record.has(*flag),
            Self::Empty(name) => record.texts(name).is_empty(),
            Self::Texts(name, sort, op, values) => record.texts(name).iter().any(|text| {
                let text = fold(*op)(text);
                values.iter().any(|value| fits(*sort, *op, &text, value))
            }),
            Self::Rank(name, op, known, places) => record.texts(name).iter().any(|own| {
                let own = known.iter().position(|word| word == own);
                let own = own.unwrap_or(known.len());
                // What is more pressing stands further up.
                places.iter().any(|place| op.holds(place, &own))
            }),
            Self::Number(name, op, numbers) => {
                let own = record.texts(name);
                let mut own = own.iter().filter_map(|text| text.parse().ok());
                own.any(|own: i64| numbers.iter().any(|number| op.holds(&own, number)))
            }
            Self::Time(name, op, spans) => record.moment(name).is_some_and(|at| {
                spans.iter().any(|(from, to)| match op {
                    Op::Has | Op::Equal | Op::NotEqual => *from <= at && at < *to,
                    Op::Less => at < *from,
                    Op::AtMost => at < *to,
                    Op::Greater => at >= *to,
                    Op::AtLeast => at >= *from,
                })
            }),
            Self::Length(name, op, lengths) => {
                let own = record.length(name);
                own.is_some_and(|own| lengths.iter().any(|length| op.holds(&own, length)))
            }
            Self::Range(ends) => ends.iter().all(|end| end.holds(record)),
        }
    }
}

/// The ends of `1..5`, `1..` and `..5`, where the sort has an order.
fn range(sort: ValueSort, value: &str) -> Option<Vec<(Op, &str)>> {
    let ordered = matches!(
        sort,
        ValueSort::Time | ValueSort::Length | ValueSort::Rank | ValueSort::Number
    );
    let (from, to) = value.split_once("..").filter(|_| ordered)?;
    let mut ends = vec![(Op::AtLeast, from), (Op::AtMost, to)];
    ends.retain(|(_, end)| !end.is_empty());
    (!ends.is_empty()).then_some(ends)
}

fn spans(values: &[String], context: DeskContext<'_>) -> Result<Vec<(Moment, Moment)>, BadValue> {
    let span = |text: &String| time_input::span(text, context.now, context.settings.zone);
    let spans: Result<_, _> = values.iter().map(span).collect();
    spans.or_else(|error| {
        bad(
            error.to_string(),
            "write 2026-11-21, 2026-11, 2026-W47, 2026-Q4, today, monday, last-week, this-month, -7d or \
             2026-11-21T09:00:00Z",
        )
    })
}

fn lengths(values: &[String]) -> Result<Vec<TimeDelta>, BadValue> {
    let length = |text: &String| match time_input::length(text) {
        Some(length) => Ok(length),
        None => bad(
            format!("`{text}` is no length of time"),
            "write 30m, 4h, 7d or 2w",
        ),
    };
    values.iter().map(length).collect()
}

fn numbers(values: &[String]) -> Result<Vec<i64>, BadValue> {
    let number = |text: &String| match text.parse() {
        Ok(number) => Ok(number),
        Err(_) => bad(
            format!("`{text}` is no number"),
            "`<` and `>` compare numbers and times",
        ),
    };
    values.iter().map(number).collect()
}

/// Refuses a word that neither the field's list nor any record has; `me` is one of the list where it
/// is known who asks.
fn refuse_unlisted<N>(
    name: &N,
    values: &[String],
    me: Option<&Handle>,
    vocabulary: &Vocabulary<'_, '_, N>,
) -> Result<(), BadValue> {
    let Some((what, known)) = (vocabulary.known)(name) else {
        return Ok(());
    };
    let strange = |value: &&String| {
        !known.contains(&value.as_str())
            && (me.is_none() || *value != "me")
            && !(vocabulary.held)(name, value)
    };
    match values.iter().find(strange) {
        Some(strange) => Err(unlisted(what, strange, &known)),
        None => Ok(()),
    }
}

/// Whether a text is the value that is asked for, or holds it where its sort is looked into. Both
/// are folded.
fn fits(sort: ValueSort, op: Op, text: &str, value: &str) -> bool {
    let bare = |counts: fn(&char) -> bool| {
        let bare = |text: &str| -> String { text.chars().filter(counts).collect() };
        let wanted = bare(value);
        wanted.chars().count() >= 3 && bare(text).contains(&wanted)
    };
    if op != Op::Has {
        return text == value;
    }
    match sort {
        ValueSort::Text => text.contains(value),
        ValueSort::Mark => text.contains(value) || bare(|c| c.is_alphanumeric()),
        ValueSort::Phone => {
            text.contains(value)
                || !value.contains(char::is_alphabetic) && bare(char::is_ascii_digit)
        }
        ValueSort::Start => text.starts_with(value),
        ValueSort::Path => {
            let inside = text.strip_prefix(value);
            inside.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        }
        _ => text == value,
    }
}

fn unlisted(what: &str, given: &str, known: &[&str]) -> BadValue {
    let hint = match did_you_mean(given, known.iter().copied()) {
        Some(hint) => hint,
        None if known.len() <= 12 => instead(given, known),
        None => format!("see `desk list --columns {what}`"),
    };
    BadValue {
        message: format!("there is no {what} `{given}`"),
        hint,
    }
}
