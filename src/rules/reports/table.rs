//! Tallies by row, and what becomes of them: counts, medians, shares.

use std::collections::BTreeMap;

use crate::model::field::{Field, Key};
use crate::model::moment::Moment;
use crate::page::query::Name;

use crate::rules::reports::by::{By, EntryField, NONE, is_list};
use crate::rules::reports::facts::StateAtEvent;
use crate::rules::reports::label::{Label, Labels};
use crate::rules::reports::{
    Amount, Chart, DayLength, Figure, GroupBy, ReportColumn, ReportRow, ReportSection, Scene, Unit,
};

/// Fewer values than these are printed, not summed up.
pub(in crate::rules::reports) const FEW: usize = 10;

/// What was counted and measured for one row.
#[derive(Clone, Debug, Default)]
pub(in crate::rules::reports) struct Tally {
    lists: Vec<Vec<u32>>,
    times: Vec<(i64, u32)>,
    /// The days of the calendars on which they were counted.
    day: Option<DayLength>,
    pub(in crate::rules::reports) sum: i64,
}

impl Tally {
    /// Counts a ticket under the figure `at`.
    pub(in crate::rules::reports) fn count(&mut self, at: usize, ticket: u32) {
        if self.lists.len() <= at {
            self.lists.resize(at + 1, Vec::new());
        }
        self.lists[at].push(ticket);
    }

    /// Takes a length of plain time in, in milliseconds.
    pub(in crate::rules::reports) fn time(&mut self, millis: i64, ticket: u32) {
        self.counted((millis, DayLength::PLAIN), ticket);
    }

    /// Takes a length of time in that was counted on a calendar of such days.
    pub(in crate::rules::reports) fn counted(
        &mut self,
        (millis, day): (i64, DayLength),
        ticket: u32,
    ) {
        self.times.push((millis, ticket));
        self.day = Some(self.day.map_or(day, |own| own.with(day)));
    }

    /// The tickets of the lengths that were taken in.
    pub(in crate::rules::reports) fn taken_of(&self) -> Vec<u32> {
        let mut of: Vec<u32> = self.times.iter().map(|(_, ticket)| *ticket).collect();
        of.sort_unstable();
        of
    }

    /// How many lengths were taken in.
    pub(in crate::rules::reports) fn taken(&self) -> usize {
        self.times.len()
    }

    /// The days of what was taken in.
    pub(in crate::rules::reports) fn day(&self) -> DayLength {
        self.day.unwrap_or(DayLength::PLAIN)
    }

    /// How many were counted.
    pub(in crate::rules::reports) fn len(&self, at: usize) -> usize {
        self.lists.get(at).map_or(0, Vec::len)
    }

    /// The longest of the times, in milliseconds.
    pub(in crate::rules::reports) fn longest(&self) -> Option<i64> {
        self.times.iter().map(|(millis, _)| *millis).max()
    }

    /// A count, with its tickets.
    pub(in crate::rules::reports) fn number(&self, at: usize) -> Figure {
        let mut of = self.lists.get(at).cloned().unwrap_or_default();
        of.sort_unstable();
        Figure {
            amount: Amount::Number(whole(of.len())),
            of,
        }
    }

    /// A count as a part of what is known of another: the whole less those of which nothing is known.
    pub(in crate::rules::reports) fn known_share(
        &self,
        part: usize,
        of: usize,
        unknown: usize,
    ) -> Figure {
        let known = self.len(of).saturating_sub(self.len(unknown));
        Figure::plain(match known {
            0 if self.len(unknown) > 0 => Amount::Unknown,
            0 => Amount::None,
            known => Amount::Share(self.len(part) as u64, known as u64),
        })
    }

    /// A count as a part of another.
    pub(in crate::rules::reports) fn share(&self, part: usize, of: &[usize]) -> Figure {
        let all: usize = of.iter().map(|at| self.len(*at)).sum();
        Figure::plain(if all == 0 {
            Amount::None
        } else {
            Amount::Share(self.len(part) as u64, all as u64)
        })
    }

    /// n, median, p90 and mean; of fewer than ten only n and the values themselves.
    pub(in crate::rules::reports) fn spread(&self) -> Vec<Figure> {
        let mut sorted = self.times.clone();
        sorted.sort_unstable();
        let n = sorted.len();
        let millis = || sorted.iter().map(|(millis, _)| *millis);
        let mut of: Vec<u32> = sorted.iter().map(|(_, ticket)| *ticket).collect();
        of.sort_unstable();
        let count = Figure {
            amount: Amount::Number(whole(n)),
            of,
        };
        let none = || Figure::plain(Amount::None);
        if n < FEW {
            let values = if n == 0 {
                none()
            } else {
                Figure::plain(Amount::Times(millis().collect(), self.day()))
            };
            let middle = sorted.get(n.div_ceil(2).saturating_sub(1));
            let middle = middle.map_or(Amount::None, |(millis, _)| {
                Amount::OfFew(*millis, self.day())
            });
            return vec![count, Figure::plain(middle), none(), none(), values];
        }
        let rank = |percent: usize| sorted[(percent * n).div_ceil(100) - 1].0;
        // Half a millisecond is rounded away from zero, in whole numbers all through.
        let sum: i64 = millis().sum();
        let mean = (2 * sum + whole(n)) / (2 * whole(n));
        let time = |millis: i64| Figure::plain(Amount::Time(millis, self.day()));
        vec![count, time(rank(50)), time(rank(90)), time(mean), none()]
    }
}

/// The columns of [`Tally::spread`].
pub(in crate::rules::reports) const SPREAD: [ReportColumn; 5] = [
    column("n", Unit::Count),
    column("median", Unit::Seconds),
    column("p90", Unit::Seconds),
    column("mean", Unit::Seconds),
    column("values", Unit::Seconds),
];

pub(in crate::rules::reports) const fn column(key: &'static str, unit: Unit) -> ReportColumn {
    ReportColumn { key, unit }
}

fn whole(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

impl Figure {
    /// A figure that follows from others.
    pub(in crate::rules::reports) fn plain(amount: Amount) -> Self {
        Self {
            amount,
            of: Vec::new(),
        }
    }
}

/// Tallies by the labels of their rows, the second empty where there is one.
#[derive(Default)]
struct Rows {
    all: Vec<([Label; 2], Tally)>,
    /// Places in `all`, by the first label and then by the second.
    places: Vec<BTreeMap<Label, usize>>,
}

impl Rows {
    fn of(&mut self, key: [Label; 2]) -> &mut Tally {
        let [first, second] = key;
        if self.places.len() <= first.place() {
            self.places.resize(first.place() + 1, BTreeMap::new());
        }
        let next = self.all.len();
        let place = *self.places[first.place()].entry(second).or_insert(next);
        if place == next {
            self.all.push((key, Tally::default()));
        }
        &mut self.all[place].1
    }
}

/// Tallies by row.
pub(in crate::rules::reports) struct ReportTable<'s, 'a> {
    scene: &'s Scene<'a>,
    by: Vec<By>,
    labels: Labels,
    rows: Rows,
    total: Tally,
    /// What the fields of one ticket say.
    values: [Vec<Label>; 2],
}

/// What a section is called, and what it says.
#[derive(Clone, Copy)]
pub(in crate::rules::reports) struct SectionText {
    pub(in crate::rules::reports) key: &'static str,
    pub(in crate::rules::reports) title: &'static str,
    pub(in crate::rules::reports) about: &'static str,
    pub(in crate::rules::reports) chart: Chart,
}

impl<'s, 'a> ReportTable<'s, 'a> {
    /// A table by the fields that were asked for, or by these.
    pub(in crate::rules::reports) fn new(scene: &'s Scene<'a>, own: &[(&str, Name)]) -> Self {
        if scene.ask.by.is_empty() {
            return Self::by(scene, own);
        }
        Self::of(scene, scene.ask.by.iter().map(By::new).collect())
    }

    /// A table by these fields, whatever was asked for.
    pub(in crate::rules::reports) fn by(scene: &'s Scene<'a>, fields: &[(&str, Name)]) -> Self {
        let by = fields.iter();
        let by = by.map(|(word, name)| By::new(&GroupBy::then(word, name.clone())));
        Self::of(scene, by.collect())
    }

    /// A table whose rows have names of their own; see [`Self::put`].
    pub(in crate::rules::reports) fn of_rows(scene: &'s Scene<'a>) -> Self {
        Self::of(scene, Vec::new())
    }

    /// A table by what was asked for, or would be.
    pub(in crate::rules::reports) fn of_fields(scene: &'s Scene<'a>, by: &[GroupBy]) -> Self {
        Self::of(scene, by.iter().map(By::new).collect())
    }

    fn of(scene: &'s Scene<'a>, by: Vec<By>) -> Self {
        Self {
            scene,
            by,
            labels: Labels::new(),
            rows: Rows::default(),
            total: Tally::default(),
            values: [Vec::new(), Vec::new()],
        }
    }

    /// Takes something in that happened at a moment to a ticket while it stood so.
    pub(in crate::rules::reports) fn add(
        &mut self,
        at: Moment,
        then: &StateAtEvent<'_>,
        ticket: u32,
        each: impl Fn(&mut Tally),
    ) {
        let zone = self.scene.ask.context.settings.zone;
        let told = |field: EntryField| field.of_time(at, zone).unwrap_or_else(|| NONE.to_owned());
        self.add_entry(then, ticket, &told, each);
    }

    /// Takes an entry in, which tells some of the fields itself.
    pub(in crate::rules::reports) fn add_entry(
        &mut self,
        then: &StateAtEvent<'_>,
        ticket: u32,
        told: &dyn Fn(EntryField) -> String,
        each: impl Fn(&mut Tally),
    ) {
        let empty = |values: &mut Vec<Label>| {
            values.clear();
            values.push(Label::EMPTY);
        };
        let [first, second] = &mut self.values;
        for (at, values) in [first, second].into_iter().enumerate() {
            match self.by.get_mut(at) {
                Some(By { of: Some(of), .. }) => {
                    values.clear();
                    values.push(self.labels.of(&told(*of)));
                }
                Some(by) => by.values(self.scene, then, ticket, &mut self.labels, values),
                None => empty(values),
            }
        }
        for first in &self.values[0] {
            for second in &self.values[1] {
                each(self.rows.of([*first, *second]));
            }
        }
        each(&mut self.total);
    }

    /// Counts in the row of these names, at most two, and in the total.
    pub(in crate::rules::reports) fn put(&mut self, names: &[&str], each: impl Fn(&mut Tally)) {
        let mut key = [Label::EMPTY; 2];
        for (label, name) in key.iter_mut().zip(names) {
            *label = self.labels.of(name);
        }
        each(self.rows.of(key));
        each(&mut self.total);
    }

    /// The section: rows by priority or tier where they are told apart by these, else the largest
    /// first.
    pub(in crate::rules::reports) fn section(
        self,
        words: SectionText,
        columns: &[ReportColumn],
        figures: impl Fn(&Tally) -> Vec<Figure>,
    ) -> ReportSection {
        let overlaps = self
            .by
            .iter()
            .any(|by| by.of.is_none() && is_list(&by.name));
        let labels = self.labels;
        let named = |key: [Label; 2]| -> Vec<String> {
            let used = |(at, label): &(usize, Label)| *at < self.by.len() || !label.is_empty();
            let all = key.into_iter().enumerate().filter(used);
            all.map(|(_, label)| labels.text(label).to_owned())
                .collect()
        };
        let mut rows: Vec<ReportRow> = self
            .rows
            .all
            .into_iter()
            .map(|(key, tally)| ReportRow {
                labels: named(key),
                figures: figures(&tally),
            })
            .collect();
        let settings = self.scene.ask.context.settings;
        let size = |row: &ReportRow| {
            let first = row.figures.first().map(|figure| &figure.amount);
            match first {
                Some(Amount::Number(n)) => -*n,
                _ => 0,
            }
        };
        let ranks = |row: &ReportRow| -> Vec<usize> {
            let ranked = self.by.iter().zip(&row.labels);
            ranked
                .filter_map(|(by, label)| match by.name {
                    // Days stand in their order, whatever was done on them.
                    _ if by.of.is_some_and(EntryField::is_time) => by.of.map(|of| of.rank(label)),
                    Name::Field(Field::Known(Key::Priority)) => Some(settings.rank(label)),
                    Name::Tier | Name::Field(Field::Known(Key::Rating)) => {
                        Some(label.parse().unwrap_or(usize::MAX))
                    }
                    _ => None,
                })
                .collect()
        };
        // What has no value stands last.
        rows.sort_by_cached_key(|row| {
            let none = row.labels.iter().any(|label| label == NONE);
            (ranks(row), none, size(row), row.labels.clone())
        });
        let alone = rows.len() < 2 && self.by.is_empty();
        ReportSection {
            key: words.key,
            title: words.title,
            about: words.about,
            by: self.by.into_iter().map(|by| by.word).collect(),
            columns: columns.to_vec(),
            total: (!overlaps && !alone).then(|| figures(&self.total)),
            rows,
            overlaps,
            chart: words.chart,
        }
    }
}

/// How many rows of a table are named where the others are one.
const LARGEST: usize = 10;

/// What the rest of a table is called.
const OTHERS: &str = "(others)";

/// The largest rows of a section of numbers, and all others as one.
pub(in crate::rules::reports) fn largest(
    mut section: ReportSection,
    title: &'static str,
) -> ReportSection {
    let rest = section.rows.split_off(section.rows.len().min(LARGEST));
    section.title = title;
    if rest.is_empty() {
        return section;
    }
    let sum = |at: usize| {
        let figures = rest.iter().map(|row| &row.figures[at]);
        let n = figures.clone().map(|figure| match figure.amount {
            Amount::Number(n) => n,
            _ => 0,
        });
        let mut of: Vec<u32> = figures
            .flat_map(|figure| figure.of.iter().copied())
            .collect();
        of.sort_unstable();
        Figure {
            amount: Amount::Number(n.sum()),
            of,
        }
    };
    section.rows.push(ReportRow {
        labels: vec![OTHERS.to_owned(); section.by.len()],
        figures: (0..section.columns.len()).map(sum).collect(),
    });
    section
}
