//! The entries that are there, and which rows they stand for.

use std::collections::HashMap;
use std::ops::Range;

use crate::model::entry::{Entry, How};
use crate::rules::import::{Cell, Import};

/// The entries that are there, and which rows they stand for: what is asked of them for each late
/// row is looked up, for there may be thousands of both.
pub(in crate::rules::import::extend) struct Known<'p> {
    pub(in crate::rules::import::extend) log: &'p [Entry],
    /// The fields after each row.
    pub(in crate::rules::import::extend) states: &'p [Vec<Cell>],
    /// The row that each entry stands for.
    pub(in crate::rules::import::extend) rows: Vec<Option<usize>>,
    /// The first rows of runs of entries.
    pub(in crate::rules::import::extend) least: Least,
    /// Entries that came in, but stand for no row that is known.
    pub(in crate::rules::import::extend) strange: Vec<usize>,
    /// Entries that stand for rows.
    pub(in crate::rules::import::extend) stands: Vec<usize>,
    /// For each target the entries that change it.
    pub(in crate::rules::import::extend) changes: Vec<Vec<(usize, &'p How)>>,
    /// For each target the entries after whose rows it is something else than after the row of the
    /// entry before.
    pub(in crate::rules::import::extend) turns: Vec<Vec<usize>>,
}

impl<'p> Known<'p> {
    pub(in crate::rules::import::extend) fn new(
        import: &Import<'_>,
        log: &'p [Entry],
        known: &[Option<String>],
        states: &'p [Vec<Cell>],
    ) -> Self {
        let tags = known.iter().enumerate();
        let of: HashMap<&str, usize> = tags
            .filter_map(|(row, tag)| Some((tag.as_deref()?, row)))
            .collect();
        let rows: Vec<Option<usize>> = log
            .iter()
            .map(|entry| of.get(entry.tag.as_str()).copied())
            .collect();
        let targets = &import.map.targets;
        let mut slots: HashMap<String, Vec<usize>> = HashMap::new();
        for (slot, target) in targets.iter().enumerate() {
            let of_field = slots.entry(target.field.to_string()).or_default();
            of_field.push(slot);
        }
        let mut changes: Vec<Vec<(usize, &How)>> = vec![Vec::new(); targets.len()];
        for (at, entry) in log.iter().enumerate() {
            for change in &entry.changes {
                for &slot in slots.get(&change.field).into_iter().flatten() {
                    // The first change of a field is what an entry says of it.
                    if changes[slot].last().is_none_or(|(last, _)| *last != at) {
                        changes[slot].push((at, &change.how));
                    }
                }
            }
        }
        let stands: Vec<usize> = (0..log.len()).filter(|&at| rows[at].is_some()).collect();
        let state = |at: usize| rows[at].and_then(|row| states.get(row));
        let turns = (0..targets.len())
            .map(|slot| {
                let cell = |at: usize| state(at).and_then(|state| state.get(slot));
                let pairs = stands.windows(2);
                pairs
                    .filter(|pair| cell(pair[0]) != cell(pair[1]))
                    .map(|pair| pair[1])
                    .collect()
            })
            .collect();
        Self {
            log,
            states,
            least: Least::of(rows.iter().map(|row| row.unwrap_or(usize::MAX)).collect()),
            strange: (0..log.len())
                .filter(|&at| rows[at].is_none() && log[at].is_imported())
                .collect(),
            stands,
            rows,
            changes,
            turns,
        }
    }

    /// The fields after a row.
    pub(in crate::rules::import::extend) fn state(&self, row: usize) -> &'p [Cell] {
        self.states.get(row).map_or(&[], Vec::as_slice)
    }

    /// The next entry, at this place or later, that changes a target.
    pub(in crate::rules::import::extend) fn change_from(
        &self,
        slot: usize,
        place: usize,
    ) -> Option<usize> {
        let all = &self.changes[slot];
        let next = all.partition_point(|(at, _)| *at < place);
        all.get(next).map(|(at, _)| *at)
    }

    /// Whether all of these entries that came in stand for rows later than this one, after each of
    /// which a target has this value.
    pub(in crate::rules::import::extend) fn agree(
        &self,
        entries: Range<usize>,
        row: usize,
        slot: usize,
        cell: Cell,
    ) -> bool {
        let next = |all: &[usize], from: usize| {
            let found = all.get(all.partition_point(|at| *at < from)).copied();
            found.filter(|at| *at < entries.end)
        };
        if next(&self.strange, entries.start).is_some() {
            return false;
        }
        let Some(first) = next(&self.stands, entries.start) else {
            return true;
        };
        let state = self.rows[first].map_or(&[][..], |row| self.state(row));
        self.least.within(entries.clone()) > row
            && state.get(slot) == Some(&cell)
            && next(&self.turns[slot], first + 1).is_none()
    }
}

/// The least of any run of numbers: for each power of two the least of so many from each place on.
pub(in crate::rules::import::extend) struct Least(Vec<Vec<usize>>);

impl Least {
    pub(in crate::rules::import::extend) fn of(numbers: Vec<usize>) -> Self {
        let mut levels = vec![numbers];
        let mut half = 1;
        while let Some(last) = levels.last().filter(|last| last.len() > half) {
            let pairs = last.iter().zip(&last[half..]);
            let next = pairs.map(|(a, b)| *a.min(b)).collect();
            levels.push(next);
            half *= 2;
        }
        Self(levels)
    }

    /// The least of a run that is not empty.
    fn within(&self, run: Range<usize>) -> usize {
        let level = run.len().checked_ilog2().unwrap_or_default();
        let one = |at: usize| {
            let level = self.0.get(level as usize);
            level.and_then(|level| level.get(at)).copied()
        };
        let last = run.end.saturating_sub(1 << level);
        let both = [one(run.start), one(last)].into_iter().flatten();
        both.min().unwrap_or(usize::MAX)
    }
}
