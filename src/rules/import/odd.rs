//! Rows that are not as the map expects, named one by one.

use std::fmt;

use crate::model::field::Field;
use crate::page::csv::Encoding;
use crate::page::guessed_time::DateOrder;
use crate::page::import_map::noun;

/// One odd thing about one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Odd {
    /// The first line of the row, from 1.
    pub line: u64,
    /// What is odd.
    pub why: RowProblem,
}

/// What is odd about a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowProblem {
    /// It names no ticket: left out.
    NoId,
    /// It has no time: left out.
    NoTime,
    /// Its time is in none of the map's patterns: left out.
    Time(String),
    /// Its time is outside the years that an id can name: left out.
    Year(String),
    /// A quotation mark is never closed: left out.
    Quotation,
    /// Cells are missing or too many, so that nobody knows which is which.
    Cells {
        /// How many it has.
        found: usize,
        /// How many the header has.
        expected: usize,
        /// Whether ticket and time could be read all the same.
        kept: bool,
    },
    /// Cells are missing at its end, and are read as empty.
    Short {
        /// How many it has.
        found: usize,
        /// How many the header has.
        expected: usize,
    },
    /// It cannot be taken apart: left out.
    Broken(String),
    /// A time of which nobody knows which number is the month, and how it is read.
    Order(String, DateOrder),
    /// The time of a column cannot be read.
    Moment(String, String),
    /// Two of the map's formats read a time, as two instants.
    TwoWays(String),
    /// The ticket stands in an earlier row.
    Twice(String),
    /// Its clock never showed that time.
    Skipped(String),
    /// The opening time cannot be read.
    Opened(String),
    /// Nobody is named who made it.
    NoPerson,
    /// Bytes that are no text in the map's encoding: left out.
    Bytes {
        /// The map's encoding.
        encoding: Encoding,
        /// One in which they are a text.
        fits: Option<Encoding>,
    },
    /// It holds a NUL, which no text has: left out.
    Nul,
    /// A word that neither the map nor the desk knows.
    Unknown {
        /// The field that keeps its value.
        field: Field,
        /// The word.
        word: String,
    },
}

impl Odd {
    /// Whether the map's encoding does not fit the row.
    pub fn is_misread(&self) -> bool {
        matches!(self.why, RowProblem::Bytes { .. })
    }

    /// Whether the row could not become an entry.
    pub fn is_left_out(&self) -> bool {
        match &self.why {
            RowProblem::NoId
            | RowProblem::NoTime
            | RowProblem::Time(_)
            | RowProblem::Year(_)
            | RowProblem::Quotation
            | RowProblem::Bytes { .. }
            | RowProblem::Broken(_)
            | RowProblem::Nul => true,
            RowProblem::Cells { kept, .. } => !kept,
            _ => false,
        }
    }
}

impl RowProblem {
    /// What remarks have in common that are told together.
    pub fn kind(&self) -> String {
        match self {
            Self::Time(_) => "time".to_owned(),
            Self::Year(_) => "year".to_owned(),
            Self::Skipped(_) => "skipped".to_owned(),
            Self::Opened(_) => "opened".to_owned(),
            Self::TwoWays(_) => "two-ways".to_owned(),
            Self::Twice(_) => "twice".to_owned(),
            Self::Moment(column, _) => format!("moment {column}"),
            other => other.to_string(),
        }
    }
}

impl fmt::Display for RowProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoId => f.write_str("left out: it names no ticket"),
            Self::NoTime => f.write_str("left out: it has no time"),
            Self::Time(time) => write!(
                f,
                "left out: the time `{time}` is in none of the map's formats"
            ),
            Self::Year(time) => write!(
                f,
                "left out: the time `{time}` is not between 1970 and 2069"
            ),
            Self::Quotation => f.write_str("left out: a quotation mark is never closed"),
            Self::Cells {
                found,
                expected,
                kept,
            } => {
                let fate = if *kept { "kept as text" } else { "left out" };
                write!(f, "{fate}: it has {found} cells, the header {expected}")
            }
            Self::Short { found, expected } => write!(
                f,
                "it has {found} cells, the header {expected}: the last are read as empty"
            ),
            Self::Broken(why) => write!(f, "left out: {why}"),
            Self::Order(text, order) => write!(
                f,
                "`{text}` may be two days: times are read {}; `formats` under [time] in a map says it",
                order.words()
            ),
            Self::Moment(column, time) => {
                write!(f, "the time `{time}` of `{column}` cannot be read")
            }
            Self::TwoWays(time) => write!(
                f,
                "two of the map's formats read `{time}`, as two times: the first is taken"
            ),
            Self::Twice(id) => write!(f, "`{id}` stands in an earlier row: taken together"),
            Self::Skipped(time) => {
                write!(
                    f,
                    "the clock of the map's zone skipped `{time}`: is `time.zone` right?"
                )
            }
            Self::Opened(time) => write!(f, "the opening time `{time}` cannot be read"),
            Self::NoPerson => f.write_str("it names no person: entered by `desk`"),
            Self::Bytes { encoding, fits } => {
                let word = encoding.word();
                write!(f, "left out: some of its bytes are no {word} text")?;
                match fits {
                    Some(fits) => write!(
                        f,
                        "; `encoding = \"{}\"` under [csv] in the map reads them",
                        fits.word()
                    ),
                    None => f.write_str(", nor text in another encoding that desk reads"),
                }
            }
            Self::Nul => f.write_str("left out: it holds a NUL character, which no text has"),
            Self::Unknown { field, word } => {
                let noun = noun(field.kind());
                write!(
                    f,
                    "`{word}` is no {noun} that the map translates: `{field}` stays as it was"
                )
            }
        }
    }
}
