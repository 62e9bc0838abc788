//! Where functional escalation leads: the next tier of the area, or sideways.
//!
//! Functional escalation moves the work to deeper or other skills; past the last tier only
//! sideways and hierarchic escalation are left (field notes 2.4).

use crate::model::entry::Entry;
use crate::model::settings::{Queue, Settings};

/// Where to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Direction {
    /// The next tier of the same area.
    Up,
    /// A queue by name.
    Queue(String),
    /// Another area, at the same tier or the nearest.
    Area(String),
    /// The queue that it came from.
    Back,
}

/// Why there is no way.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoWay {
    /// The ticket has no queue to start from.
    #[error("it waits in no queue that the settings know")]
    NoQueue,
    /// The last tier is reached.
    #[error("`{queue}` is the last tier of area `{area}`")]
    LastTier {
        /// The queue.
        queue: String,
        /// Its area.
        area: String,
        /// Areas that it could go to sideways.
        sideways: Vec<String>,
    },
    /// The area has no queue in use.
    #[error("there is no queue in area `{0}`")]
    EmptyArea(String),
    /// It is there already.
    #[error("it is in `{0}` already")]
    Same(String),
    /// It was never moved.
    #[error("it came from no other queue")]
    NeverMoved,
}

/// The queue that an escalation leads to.
pub fn target(
    settings: &Settings,
    queue: &str,
    log: &[Entry],
    to: &Direction,
) -> Result<String, NoWay> {
    let found = match to {
        Direction::Queue(name) => name.clone(),
        Direction::Up => up(settings, queue)?,
        Direction::Area(area) => sideways(settings, queue, area)?,
        Direction::Back => back(log).ok_or(NoWay::NeverMoved)?,
    };
    if found == queue {
        Err(NoWay::Same(found))
    } else {
        Ok(found)
    }
}

fn in_area<'s>(settings: &'s Settings, area: &str) -> Vec<&'s Queue> {
    let mut queues: Vec<&Queue> = settings
        .active_queues()
        .filter(|queue| queue.area == area)
        .collect();
    queues.sort_by(|a, b| (a.tier, &a.name).cmp(&(b.tier, &b.name)));
    queues
}

fn up(settings: &Settings, queue: &str) -> Result<String, NoWay> {
    let from = settings.queues.get(queue).ok_or(NoWay::NoQueue)?;
    let next = in_area(settings, &from.area)
        .into_iter()
        .find(|other| other.tier > from.tier);
    next.map(|queue| queue.name.clone())
        .ok_or_else(|| NoWay::LastTier {
            queue: queue.to_owned(),
            area: from.area.clone(),
            sideways: settings
                .areas
                .keys()
                .filter(|area| **area != from.area)
                .cloned()
                .collect(),
        })
}

fn sideways(settings: &Settings, queue: &str, area: &str) -> Result<String, NoWay> {
    let tier = settings.tier(queue);
    let there = in_area(settings, area);
    let at_least = there
        .iter()
        .find(|queue| queue.tier >= tier)
        .or(there.last());
    at_least
        .map(|queue| queue.name.clone())
        .ok_or_else(|| NoWay::EmptyArea(area.to_owned()))
}

/// The queue before the last escalation.
fn back(log: &[Entry]) -> Option<String> {
    let moved = |entry: &Entry| {
        (entry.kind == "escalate")
            .then(|| entry.change("queue")?.old_value().map(str::to_owned))
            .flatten()
    };
    log.iter().rev().find_map(moved)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Settings {
        crate::page::settings::read(crate::page::settings::STARTER).unwrap()
    }

    #[track_caller]
    fn leads(queue: &str, to: &Direction, expected: Result<&str, NoWay>) {
        assert_eq!(
            target(&settings(), queue, &[], to),
            expected.map(str::to_owned)
        );
    }

    #[test]
    fn up_goes_through_the_tiers_and_stops() {
        leads("service-desk", &Direction::Up, Ok("workplace-support"));
        leads(
            "workplace-support",
            &Direction::Up,
            Ok("workplace-engineering"),
        );
        assert!(matches!(
            target(&settings(), "workplace-engineering", &[], &Direction::Up),
            Err(NoWay::LastTier { .. })
        ));
        leads(
            "service-desk",
            &Direction::Area("network".into()),
            Ok("network"),
        );
        leads(
            "workplace-engineering",
            &Direction::Area("network".into()),
            Ok("network"),
        );
        leads(
            "network",
            &Direction::Queue("network".into()),
            Err(NoWay::Same("network".into())),
        );
        leads("network", &Direction::Back, Err(NoWay::NeverMoved));
    }
}
