//! How the times of a file are read.

use std::collections::HashSet;

use chrono_tz::Tz;

use crate::page::foreign_rows::ForeignRows;
use crate::page::foreign_time::ForeignTime;
use crate::page::guessed_time::{self, DateOrder, OrderEvidence};
use crate::page::import_map::ValueSource;
use crate::page::import_map::tickets::TicketMap;
use crate::rules::import::read::tickets::TicketsGiven;
use crate::rules::import::read::tickets::columns::TicketColumns;

/// How the times of a file are read.
pub(in crate::rules::import::read::tickets) struct Clock<'m> {
    pub(in crate::rules::import::read::tickets) map: &'m TicketMap,
    pub(in crate::rules::import::read::tickets) zone: Tz,
    pub(in crate::rules::import::read::tickets) order: DateOrder,
    pub(in crate::rules::import::read::tickets) epoch_1904: Option<bool>,
    /// A time that may be two days, where nothing tells which.
    pub(in crate::rules::import::read::tickets) ambiguous: Option<String>,
}

impl<'m> Clock<'m> {
    pub(in crate::rules::import::read::tickets) fn new(
        map: &'m TicketMap,
        rows: &ForeignRows,
        columns: &TicketColumns,
        given: TicketsGiven,
    ) -> Self {
        let mut evidence = OrderEvidence::default();
        let roles = [
            Some(&map.map.time),
            map.first_response.as_ref(),
            map.resolved.as_ref(),
            map.closed.as_ref(),
            map.updated.as_ref(),
        ];
        let mut places = HashSet::new();
        for role in roles.into_iter().flatten() {
            if let ValueSource::Columns(all) | ValueSource::First(all) = role {
                places.extend(all.iter().filter_map(|at| columns.places[*at]));
            }
        }
        if !map.states_times {
            for row in &rows.rows {
                for (place, cell) in &row.cells {
                    if let Some(text) = cell.text().filter(|_| places.contains(&(*place as usize)))
                    {
                        evidence.note(text, given.now);
                    }
                }
            }
        }
        let (order, unsure) = evidence.order();
        Self {
            map,
            zone: map.zone.unwrap_or(given.zone),
            order,
            epoch_1904: rows.epoch_1904,
            ambiguous: evidence.either.filter(|_| unsure),
        }
    }

    pub(in crate::rules::import::read::tickets) fn read(&self, text: &str) -> Option<ForeignTime> {
        let text = text.trim();
        let stated = self
            .map
            .states_times
            .then(|| self.map.map.stamps.read(text).ok())
            .flatten();
        let own = || match (self.map.states_times, self.epoch_1904) {
            (true, None) => None,
            (true, Some(_)) if text.as_bytes().get(10) != Some(&b'T') => None,
            _ => guessed_time::read(text, self.order, self.zone),
        };
        let serial = || guessed_time::of_serial(text, self.epoch_1904?, self.zone);
        stated.or_else(own).or_else(serial)
    }

    /// Whether two of the map's formats give two instants.
    pub(in crate::rules::import::read::tickets) fn two_ways(&self, text: &str) -> bool {
        self.map.states_times && self.map.map.stamps.two_ways(text).is_some()
    }
}
