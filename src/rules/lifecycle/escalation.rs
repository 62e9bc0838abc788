//! Where functional escalation leads: the next tier of the area, or sideways.
//!
//! Functional escalation moves the work to deeper or other skills; past the last tier only
//! sideways and hierarchic escalation are left (field notes 2.4).

use std::collections::{BTreeMap, BTreeSet};

use crate::model::clocks::{Does, EscalationRule};
use crate::model::corrections::{ReadLog, standing};
use crate::model::entry::Entry;
use crate::model::entry_kind::EntryKind;
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
    Areas::of(settings).target(queue, log, to)
}

/// The queues in use by area, in the order of their tiers: made once, asked often.
#[derive(Debug)]
pub struct Areas<'s> {
    settings: &'s Settings,
    queues: BTreeMap<&'s str, Vec<&'s Queue>>,
}

impl<'s> Areas<'s> {
    /// The areas of the settings.
    pub fn of(settings: &'s Settings) -> Self {
        let mut queues: BTreeMap<&str, Vec<&Queue>> = BTreeMap::new();
        for queue in settings.active_queues() {
            queues.entry(&queue.area).or_default().push(queue);
        }
        for area in queues.values_mut() {
            area.sort_by(|a, b| (a.tier, &a.name).cmp(&(b.tier, &b.name)));
        }
        Self { settings, queues }
    }

    /// The queue that an escalation leads to.
    pub fn target(&self, queue: &str, log: &[Entry], to: &Direction) -> Result<String, NoWay> {
        let found = match to {
            Direction::Queue(name) => name.clone(),
            Direction::Up => self.above_or_why(queue)?.to_owned(),
            Direction::Area(area) => {
                let there = self.sideways(queue, area);
                there
                    .ok_or_else(|| NoWay::EmptyArea(area.clone()))?
                    .to_owned()
            }
            Direction::Back => back(log).ok_or(NoWay::NeverMoved)?,
        };
        if found == queue {
            Err(NoWay::Same(found))
        } else {
            Ok(found)
        }
    }

    /// The queues of an area, by their tiers.
    fn queues(&self, area: &str) -> &[&'s Queue] {
        self.queues.get(area).map_or(&[], Vec::as_slice)
    }

    /// The next tier of a queue's area.
    fn above(&self, from: &Queue) -> Option<&'s str> {
        let there = self.queues(&from.area);
        let next = there.partition_point(|other| other.tier <= from.tier);
        there.get(next).map(|queue| queue.name.as_str())
    }

    fn above_or_why(&self, queue: &str) -> Result<&'s str, NoWay> {
        let settings = self.settings;
        let from = settings.queues.get(queue).ok_or(NoWay::NoQueue)?;
        self.above(from).ok_or_else(|| NoWay::LastTier {
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

    /// The queue of an area at the same tier, or the nearest.
    fn sideways(&self, queue: &str, area: &str) -> Option<&'s str> {
        let tier = self.settings.tier(queue);
        let there = self.queues(area);
        let at_least = there.partition_point(|queue| queue.tier < tier);
        let found = there.get(at_least).or(there.last())?;
        Some(&found.name)
    }
}

/// The queue before the last escalation.
fn back(log: &[Entry]) -> Option<String> {
    let moved = |entry: &Entry| {
        (entry.kind == EntryKind::Escalate)
            .then(|| entry.change("queue")?.old_value().map(str::to_owned))
            .flatten()
    };
    let log = ReadLog::of(log);
    standing(&log).into_iter().rev().find_map(moved)
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
    let areas = Areas::of(settings);
    let rules = &settings.clocks.rules;
    let named: BTreeSet<&String> = rules.iter().flat_map(|rule| &rule.priorities).collect();
    // Priorities that no rule names are all alike.
    let mut alike = settings
        .priorities
        .iter()
        .filter(|one| !named.contains(&one.name));
    let others = settings
        .priorities
        .iter()
        .filter(|one| named.contains(&one.name));
    let mut found: BTreeMap<usize, String> = BTreeMap::new();
    for priority in others.chain(alike.next()) {
        for word in TicketType::WORDS {
            let kind = TicketType::read(word);
            let concerns = |rule: &EscalationRule| {
                (rule.priorities.is_empty() || rule.priorities.contains(&priority.name))
                    && (rule.types.is_empty() || rule.types.contains(&kind))
            };
            if let Some((at, way)) = Ways::of(&areas, concerns).circle() {
                found.entry(at).or_insert(way);
            }
        }
    }
    found.into_iter().collect()
}

/// A rule that moves work, by its place.
type Mover<'s> = (usize, &'s Does);

/// The moves that rules make, looked up one by one: of many queues and many rules that hold for
/// each of them there are as many as both multiplied.
struct Ways<'a, 's> {
    areas: &'a Areas<'s>,
    /// Rules for every queue.
    everywhere: Vec<Mover<'s>>,
    /// Rules for one queue and others.
    here: BTreeMap<&'s str, Vec<Mover<'s>>>,
    /// Where to begin, in the order of the rules.
    starts: Vec<&'s str>,
}

/// Which moves of a queue were looked at: so many of its own, so many of those for every queue.
#[derive(Clone, Copy, Default)]
struct Looked {
    here: usize,
    everywhere: usize,
}

impl<'a, 's> Ways<'a, 's> {
    fn of(areas: &'a Areas<'s>, concerns: impl Fn(&EscalationRule) -> bool) -> Self {
        let settings = areas.settings;
        let is_used = |name: &str| settings.queues.get(name).filter(|queue| !queue.retired);
        let mut ways = Self {
            areas,
            everywhere: Vec::new(),
            here: BTreeMap::new(),
            starts: Vec::new(),
        };
        let mut known: BTreeSet<(&str, &str)> = BTreeSet::new();
        for (at, rule) in settings.clocks.rules.iter().enumerate() {
            let to = match &rule.does {
                Does::Up => ("up", ""),
                Does::Queue(name) => ("queue", name.as_str()),
                Does::Area(name) => ("area", name.as_str()),
                Does::Management => continue,
            };
            // From a queue that is not in use no rule leads on.
            let is_end = matches!(&rule.does, Does::Queue(name) if is_used(name).is_none());
            if is_end || !concerns(rule) {
                continue;
            }
            if !rule.queues.is_empty() {
                for queue in rule.queues.iter().filter_map(|name| is_used(name)) {
                    ways.starts.push(&queue.name);
                    ways.here
                        .entry(&queue.name)
                        .or_default()
                        .push((at, &rule.does));
                }
            } else if known.insert(to) {
                if ways.everywhere.is_empty() {
                    let all = settings.active_queues();
                    ways.starts.extend(all.map(|queue| queue.name.as_str()));
                }
                ways.everywhere.push((at, &rule.does));
            }
        }
        ways
    }

    /// The next move from a queue: the rule and the queue that it leads to.
    fn next(&self, from: &str, looked: &mut Looked) -> Option<(usize, &'s str)> {
        loop {
            let here = self.here.get(from).and_then(|all| all.get(looked.here));
            let everywhere = self.everywhere.get(looked.everywhere);
            let is_here = match (here, everywhere) {
                (Some((here, _)), Some((everywhere, _))) => here < everywhere,
                (here, _) => here.is_some(),
            };
            let (at, does) = if is_here {
                looked.here += 1;
                here?
            } else {
                looked.everywhere += 1;
                everywhere?
            };
            let queue = || self.areas.settings.queues.get(from);
            let to = match does {
                Does::Up => queue().and_then(|queue| self.areas.above(queue)),
                Does::Queue(name) => Some(name.as_str()),
                Does::Area(area) => self.areas.sideways(from, area),
                Does::Management => None,
            };
            if let Some(to) = to.filter(|to| *to != from) {
                return Some((*at, to));
            }
        }
    }

    /// A way that comes back to where it began, with the last rule on it.
    fn circle(&self) -> Option<(usize, String)> {
        let mut clean: BTreeSet<&str> = BTreeSet::new();
        for &start in &self.starts {
            if clean.contains(start) {
                continue;
            }
            // Depth first: the places on the way, what was looked at there, and the rule that led
            // there.
            let mut way: Vec<(&str, Looked, usize)> = vec![(start, Looked::default(), 0)];
            let mut passed: BTreeMap<&str, usize> = BTreeMap::from([(start, 0)]);
            while let Some((here, looked, _)) = way.last_mut() {
                let Some((rule, to)) = self.next(here, looked) else {
                    clean.insert(here);
                    passed.remove(here);
                    way.pop();
                    continue;
                };
                if let Some(&begin) = passed.get(to) {
                    let round = &way[begin..];
                    let rules = round[1..].iter().map(|(.., rule)| *rule);
                    let last = rules.chain([rule]).max()?;
                    let names: Vec<&str> = round.iter().map(|(queue, ..)| *queue).collect();
                    return Some((last, format!("{} → {to}", names.join(" → "))));
                }
                if !clean.contains(to) {
                    passed.insert(to, way.len());
                    way.push((to, Looked::default(), rule));
                }
            }
        }
        None
    }
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

    fn rule(queues: &[&str], does: Does) -> EscalationRule {
        EscalationRule {
            clock: crate::model::clocks::ClockKind::Resolution,
            at: crate::model::clocks::Threshold::Percent(100),
            priorities: Vec::new(),
            queues: queues.iter().map(|name| (*name).to_owned()).collect(),
            types: Vec::new(),
            does,
        }
    }

    #[track_caller]
    fn round(rules: Vec<EscalationRule>, expected: &[(usize, &str)]) {
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
