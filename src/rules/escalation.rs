//! Where functional escalation leads: the next tier of the area, or sideways.
//!
//! Functional escalation moves the work to deeper or other skills; past the last tier only
//! sideways and hierarchic escalation are left (field notes 2.4).

use std::collections::{BTreeMap, BTreeSet};

use crate::model::clocks::{Does, Rule};
use crate::model::entry::Entry;
use crate::model::settings::{Queue, Settings};
use crate::model::status::TicketType;

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

/// How often work came back to a queue that it had left, of the queues that it was put into.
pub fn bounces<'q>(queues: impl IntoIterator<Item = &'q str>) -> usize {
    let mut been: BTreeSet<&str> = BTreeSet::new();
    let mut at = None;
    let mut back = 0;
    for queue in queues {
        if at != Some(queue) {
            back += usize::from(!been.insert(queue));
            at = Some(queue);
        }
    }
    back
}

/// The way of an escalation rule; `None` where the work stays.
pub fn direction(does: &Does) -> Option<Direction> {
    match does {
        Does::Up => Some(Direction::Up),
        Does::Queue(name) => Some(Direction::Queue(name.clone())),
        Does::Area(name) => Some(Direction::Area(name.clone())),
        Does::Management => None,
    }
}

/// Rules of the settings that send the same work round in a circle: the place of the last of
/// them, and the way round.
pub fn circles(settings: &Settings) -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> = Vec::new();
    for priority in &settings.priorities {
        for word in TicketType::WORDS {
            let kind = TicketType::read(word);
            let concerns = |rule: &Rule| {
                (rule.priorities.is_empty() || rule.priorities.contains(&priority.name))
                    && (rule.types.is_empty() || rule.types.contains(&kind))
            };
            let steps = steps(settings, concerns);
            if let Some((at, way)) = circle(&steps)
                && !found.iter().any(|(known, _)| *known == at)
            {
                found.push((at, way));
            }
        }
    }
    found.sort_by_key(|(at, _)| *at);
    found
}

/// A move that a rule makes: from a queue to a queue, and the rule's place.
type Way = (String, String, usize);

fn steps(settings: &Settings, concerns: impl Fn(&Rule) -> bool) -> Vec<Way> {
    let mut all = Vec::new();
    for (at, rule) in settings.clocks.rules.iter().enumerate() {
        let Some(to) = direction(&rule.does).filter(|_| concerns(rule)) else {
            continue;
        };
        for queue in settings.active_queues() {
            if !rule.queues.is_empty() && !rule.queues.contains(&queue.name) {
                continue;
            }
            if let Ok(target) = target(settings, &queue.name, &[], &to) {
                all.push((queue.name.clone(), target, at));
            }
        }
    }
    all
}

/// A way that comes back to where it began, with the last rule on it.
fn circle(steps: &[Way]) -> Option<(usize, String)> {
    let mut from: BTreeMap<&str, Vec<&Way>> = BTreeMap::new();
    for step in steps {
        from.entry(&step.0).or_default().push(step);
    }
    let mut clean: BTreeSet<&str> = BTreeSet::new();
    for (start, ..) in steps {
        if clean.contains(start.as_str()) {
            continue;
        }
        // Depth first: the moves on the way, and where to look next from each place.
        let mut way: Vec<&Way> = Vec::new();
        let mut next: Vec<usize> = vec![0];
        // The places on the way, each with how many moves lead to it.
        let mut passed: BTreeMap<&str, usize> = BTreeMap::from([(start.as_str(), 0)]);
        while let Some(at) = next.last_mut() {
            let here = way.last().map_or(start.as_str(), |(_, to, _)| to.as_str());
            let Some(step) = from.get(here).and_then(|steps| steps.get(*at)).copied() else {
                clean.insert(here);
                passed.remove(here);
                way.pop();
                next.pop();
                continue;
            };
            *at += 1;
            if let Some(begin) = passed.get(step.1.as_str()).copied() {
                way.push(step);
                let round = &way[begin..];
                let last = round.iter().map(|(.., at)| *at).max()?;
                let names: Vec<&str> = round.iter().map(|(queue, ..)| queue.as_str()).collect();
                return Some((last, format!("{} → {}", names.join(" → "), step.1)));
            }
            if !clean.contains(step.1.as_str()) {
                way.push(step);
                next.push(0);
                passed.insert(&step.1, way.len());
            }
        }
    }
    None
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

    fn rule(queues: &[&str], does: Does) -> Rule {
        Rule {
            clock: crate::model::clocks::ClockKind::Resolution,
            at: crate::model::clocks::Threshold::Percent(100),
            priorities: Vec::new(),
            queues: queues.iter().map(|name| (*name).to_owned()).collect(),
            types: Vec::new(),
            does,
        }
    }

    #[track_caller]
    fn round(rules: Vec<Rule>, expected: &[(usize, &str)]) {
        let mut settings = settings();
        settings.clocks.rules = rules;
        let found = circles(&settings);
        let found: Vec<(usize, &str)> = found.iter().map(|(at, way)| (*at, way.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn rules_that_go_round_are_found() {
        let to = |name: &str| Does::Queue(name.into());
        round(vec![rule(&[], Does::Up), rule(&[], to("network"))], &[]);
        round(
            vec![rule(&[], Does::Up), rule(&[], Does::Area("network".into()))],
            &[],
        );
        round(
            vec![
                rule(&["network"], to("telephony")),
                rule(&["telephony"], to("network")),
            ],
            &[(1, "network → telephony → network")],
        );
        round(
            vec![
                rule(&["workplace-engineering"], to("service-desk")),
                rule(&[], Does::Up),
            ],
            &[(
                1,
                "workplace-engineering → service-desk → workplace-support → workplace-engineering",
            )],
        );
        round(
            vec![rule(&["network"], Does::Management), rule(&[], Does::Up)],
            &[],
        );
    }

    #[test]
    fn other_priorities_make_no_circle() {
        let mut there = rule(&["network"], Does::Queue("telephony".into()));
        let mut back = rule(&["telephony"], Does::Queue("network".into()));
        there.priorities = vec!["standard".into()];
        back.priorities = vec!["enterprise-outage".into()];
        round(vec![there, back], &[]);
    }

    #[test]
    fn coming_back_is_counted() {
        let count = |queues: &[&str]| bounces(queues.iter().copied());
        assert_eq!(count(&["a", "b", "c"]), 0);
        assert_eq!(count(&["a", "b", "a"]), 1);
        assert_eq!(count(&["a", "b", "a", "a", "b"]), 2);
    }
}
