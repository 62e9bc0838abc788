//! How long until the first word, and until solved. Tickets that still wait are counted as such.

use crate::model::clocks::ClockKind;
use crate::model::field::{Field, Key};
use crate::model::status::{Status, TicketType};
use crate::page::query::Name;
use crate::rules::calendar;

use super::facts::{Deed, Fact, hours};
use super::spread;
use super::table::{SPREAD, Table, Tally, Words, column};
use super::{Chart, Column, Scene, Section, Unit};

pub(super) const PRIORITY: (&str, Name) = ("priority", Name::Field(Field::Known(Key::Priority)));

const RESPONSE: &str = "n: tickets made in the period whose first talk or message of an agent came later; median, p90, mean: from the \
     record to it, in open hours of the target's calendar, by nearest rank; values: one by one where they are fewer \
     than ten; at once: taken on a live channel, outside the spread; unanswered: nobody has spoken yet; comments, \
     cancelled and merged tickets are left out";

const ELAPSED: &str = "the same in plain time, nights and weekends included";

/// Tickets created in the period, with the first word on each.
pub(super) fn response(scene: &Scene<'_>) -> Vec<Section> {
    vec![
        answered(scene, true, ("response", "First response", RESPONSE)),
        answered(
            scene,
            false,
            ("response-elapsed", "First response, plain time", ELAPSED),
        ),
        responses(scene),
    ]
}

/// The first word on one ticket.
struct Answer<'s, 'a> {
    created: &'s Fact<'a>,
    live: bool,
    talk: Option<&'s Fact<'a>>,
}

impl Answer<'_, '_> {
    /// How long it took, in milliseconds; `None` where it was at once, or has not come yet.
    fn took(&self, scene: &Scene<'_>, open_hours: bool) -> Option<i64> {
        let talk = self.talk.filter(|_| !self.live)?;
        let (from, to) = (self.created.at, talk.at);
        let calendar = hours(
            scene.ask.rules(),
            ClockKind::FirstResponse,
            &self.created.then,
        );
        let long = match calendar.filter(|_| open_hours) {
            Some(calendar) => calendar::between(calendar, from, to),
            None => to.since(from),
        };
        Some(long.num_milliseconds())
    }
}

fn answers<'s, 'a>(scene: &'s Scene<'a>) -> impl Iterator<Item = Answer<'s, 'a>> {
    let tickets = scene.facts.all.chunk_by(|a, b| a.ticket == b.ticket);
    tickets.filter_map(|facts| {
        let (created, live) = facts.iter().find_map(|fact| match fact.deed {
            Deed::Created { live } => Some((fact, live)),
            _ => None,
        })?;
        let last = facts.last().unwrap_or(created);
        let over = matches!(last.then.status, Some(Status::Merged | Status::Cancelled));
        if over
            || last.then.kind == Some(&TicketType::Comment)
            || !scene.ask.period.holds(created.at)
        {
            return None;
        }
        let talk = |fact: &&Fact<'_>| matches!(fact.deed, Deed::Contact(one) if one.talked());
        Some(Answer {
            created,
            live,
            talk: facts.iter().find(talk),
        })
    })
}

fn answered(
    scene: &Scene<'_>,
    open_hours: bool,
    (key, title, about): (&'static str, &'static str, &'static str),
) -> Section {
    let mut table = Table::new(scene.ask, &[PRIORITY]);
    for answer in answers(scene) {
        let number = answer.created.ticket;
        let ticket = scene.ticket(number);
        let took = answer.took(scene, open_hours);
        table.add(&answer.created.then, ticket, |tally| match took {
            Some(millis) => tally.time(millis, number),
            None => tally.count(usize::from(!answer.live), number),
        });
    }
    let words = Words {
        key,
        title,
        about,
        chart: Chart::Bars,
    };
    let columns = with_spread(&[
        column("at_once", Unit::Count),
        column("unanswered", Unit::Count),
    ]);
    table.section(words, &columns, |tally| {
        let mut all = tally.spread();
        all.extend([tally.number(0), tally.number(1)]);
        all
    })
}

/// The distribution of first responses.
pub(super) fn responses(scene: &Scene<'_>) -> Section {
    let all = answers(scene).filter_map(|answer| {
        let at_once = answer.live.then_some(0);
        let took = answer.took(scene, true).or(at_once)?;
        Some((took, answer.created.ticket))
    });
    let about = "tickets: made in the period, by their first response in open hours, those answered at once among them";
    spread::section(
        scene,
        ("response-distribution", "First responses by length", about),
        all,
    )
}

/// The distribution of times to resolve.
pub(super) fn resolutions(scene: &Scene<'_>) -> Section {
    let all = solutions(scene, false).map(|(fact, solved)| (solved.worked, fact.ticket));
    let about = "tickets: those whose last resolution lies in the period, by their time to resolve in open hours";
    spread::section(
        scene,
        (
            "resolution-distribution",
            "Times to resolve by length",
            about,
        ),
        all,
    )
}

fn with_spread(more: &[Column]) -> Vec<Column> {
    SPREAD.iter().chain(more).copied().collect()
}

/// A measure of solving.
struct Measure {
    key: &'static str,
    title: &'static str,
    about: &'static str,
    of: fn(&super::facts::Solved) -> i64,
    first: bool,
}

const MEASURES: [Measure; 3] = [
    Measure {
        key: "resolution",
        title: "Time to resolve",
        about: "n: tickets whose last resolution lies in the period; median, p90, mean: from the record to it in open hours, \
             without waits that stop the clock and time in which it was solved, by nearest rank; values: one by one \
             where they are fewer than ten; unresolved: open at the end, whenever made",
        of: |solved| solved.worked,
        first: false,
    },
    Measure {
        key: "resolution-elapsed",
        title: "Time to resolve, plain time",
        about: "the same in plain time with every wait, without time in which it was solved",
        of: |solved| solved.elapsed,
        first: false,
    },
    Measure {
        key: "resolution-first",
        title: "Time to first resolution, plain time",
        about: "n: tickets whose first resolution lies in the period; median, p90, mean: from the record to it, whether it held or not",
        of: |solved| solved.elapsed,
        first: true,
    },
];

pub(super) fn resolution(scene: &Scene<'_>) -> Vec<Section> {
    let mut all: Vec<Section> = MEASURES.iter().map(|one| measured(scene, one)).collect();
    all.push(resolutions(scene));
    all.push(waits(scene));
    all
}

/// Only the time worked, for the overview.
pub(super) fn worked(scene: &Scene<'_>) -> Section {
    measured(scene, &MEASURES[0])
}

/// The resolutions that count for a measure: the last one of each ticket, or the first.
fn solutions<'s, 'a>(
    scene: &'s Scene<'a>,
    first: bool,
) -> impl Iterator<Item = (&'s Fact<'a>, super::facts::Solved)> {
    let tickets = scene.facts.all.chunk_by(|a, b| a.ticket == b.ticket);
    tickets.filter_map(move |facts| {
        let solved = |fact: &'s Fact<'a>| match fact.deed {
            Deed::Solved(solved) => Some((fact, solved)),
            _ => None,
        };
        let edge = scene.ask.edge();
        let mut all = facts
            .iter()
            .filter(|fact| fact.at < edge)
            .filter_map(solved);
        // What was reopened or cancelled before the end counts as that.
        let last = facts.iter().rfind(|fact| fact.at < edge)?;
        if !first && !last.then.is_solved() {
            return None;
        }
        let found = if first { all.next() } else { all.next_back() };
        found.filter(|(fact, _)| scene.ask.period.holds(fact.at))
    })
}

fn measured(scene: &Scene<'_>, measure: &Measure) -> Section {
    let mut table = Table::new(scene.ask, &[PRIORITY]);
    for (fact, solved) in solutions(scene, measure.first) {
        let ticket = scene.ticket(fact.ticket);
        let millis = (measure.of)(&solved);
        table.add(&fact.then, ticket, |tally| tally.time(millis, fact.ticket));
    }
    if !measure.first {
        for still in scene
            .facts
            .still
            .iter()
            .filter(|still| still.then.is_open())
        {
            let ticket = scene.ticket(still.ticket);
            table.add(&still.then, ticket, |tally| tally.count(0, still.ticket));
        }
    }
    let words = Words {
        key: measure.key,
        title: measure.title,
        about: measure.about,
        chart: Chart::Bars,
    };
    let more = [column("unresolved", Unit::Count)];
    let columns = with_spread(if measure.first { &[] } else { &more });
    table.section(words, &columns, |tally| {
        let mut all = tally.spread();
        if !measure.first {
            all.push(tally.number(0));
        }
        all
    })
}

/// Where the time went.
fn waits(scene: &Scene<'_>) -> Section {
    let mut table = Table::fixed(scene.ask, Vec::new());
    for (_, solved) in solutions(scene, false) {
        let ours = solved.elapsed - solved.customer - solved.others;
        for (label, millis) in [
            ("at the desk", ours),
            ("waiting for the requester", solved.customer),
            ("waiting for others or a date", solved.others),
        ] {
            table.put(vec![label.to_owned()], |tally: &mut Tally| {
                tally.sum += millis;
            });
        }
    }
    let words = Words {
        key: "resolution-waits",
        title: "Where the time went",
        about: "time: plain time of the tickets above added up, by whom it was waited for; share: part of it all",
        chart: Chart::Plain,
    };
    let whole: i64 = solutions(scene, false)
        .map(|(_, solved)| solved.elapsed)
        .sum();
    let columns = [column("time", Unit::Seconds), column("share", Unit::Share)];
    let mut section = table.section(words, &columns, |tally| {
        let part = u64::try_from(tally.sum).unwrap_or_default();
        let all = u64::try_from(whole).unwrap_or_default();
        let share = if all == 0 {
            super::Amount::None
        } else {
            super::Amount::Share(part, all)
        };
        vec![
            super::Figure::plain(super::Amount::Time(tally.sum)),
            super::Figure::plain(share),
        ]
    });
    section.by = vec!["waiting".to_owned()];
    section
}
