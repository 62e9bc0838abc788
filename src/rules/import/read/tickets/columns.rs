//! Which columns of a file are which of a map.

use std::collections::{HashMap, HashSet};

use crate::page::import_map::tickets::{TicketMap, folded};

/// Where the columns of a map stand in a file.
#[derive(Clone, Debug)]
pub struct TicketColumns {
    /// For every column of the map its place.
    pub places: Vec<Option<usize>>,
    /// Columns of the map that the file lacks.
    pub lacking: Vec<String>,
    /// Columns of the file of which the map does not tell.
    pub strange: Vec<usize>,
}

impl TicketColumns {
    /// Finds the columns of a map in a file: by their names, else by their names without case.
    pub fn find(map: &TicketMap, columns: &[String]) -> Self {
        let mut exact: HashMap<&str, usize> = HashMap::new();
        let mut alike: HashMap<String, usize> = HashMap::new();
        for (at, name) in columns.iter().enumerate() {
            exact.entry(name).or_insert(at);
            alike.entry(folded(name)).or_insert(at);
        }
        let find = |name: &str| {
            exact
                .get(name)
                .or_else(|| alike.get(&folded(name)))
                .copied()
        };
        let wanted = &map.map.columns;
        let places: Vec<Option<usize>> = wanted.iter().map(|column| find(&column.name)).collect();
        let lacking = wanted
            .iter()
            .zip(&places)
            .filter(|(_, place)| place.is_none());
        let known: HashSet<usize> = map.known().filter_map(find).collect();
        // What stands below a list is told of with the list.
        let lists: Vec<&str> = map
            .known()
            .filter_map(|one| one.strip_suffix(".*"))
            .collect();
        let is_above = |name: &str, at: &usize| {
            let rest = columns[*at].strip_prefix(name);
            rest.is_some_and(|rest| rest.starts_with('.'))
        };
        let below = |name: &str| {
            known.iter().any(|at| is_above(name, at))
                || name
                    .match_indices('.')
                    .any(|(at, _)| find(&name[..at]).is_some_and(|at| known.contains(&at)))
                || lists.iter().any(|start| name.starts_with(start))
        };
        let strange = (0..columns.len()).filter(|at| !known.contains(at) && !below(&columns[*at]));
        Self {
            lacking: lacking.map(|(column, _)| column.name.clone()).collect(),
            strange: strange.collect(),
            places,
        }
    }
}
