//! How long until the first word, and until solved. Tickets that still wait are counted as such.

use crate::model::clocks::ClockKind;
use crate::model::field::{Field, Key};
use crate::model::moment::Moment;
use crate::model::status::{Status, TicketType};
use crate::page::query::Name;

use crate::rules::reports::facts::{Activity, Fact, Solved, hours};
use crate::rules::reports::spread;
use crate::rules::reports::table::{ReportTable, SPREAD, SectionText, Tally, column};
use crate::rules::reports::{
    Amount, Chart, DayLength, Figure, ReportColumn, ReportSection, Scene, Unit,
};

const KIND: (&str, Name) = ("type", Name::Field(Field::Known(Key::Type)));

pub(in crate::rules::reports) const PRIORITY: (&str, Name) =
    ("priority", Name::Field(Field::Known(Key::Priority)));

const RESPONSE: &str = "n: tickets made in the period whose first talk or message of an agent came later; median, p90, mean: from the \
     record to it, in open hours of the target's calendar and in its working days (bd), in hours alone where the tickets of a row count on \
     calendars of different days, by nearest rank; values: one by one where they are fewer than ten; at once: taken on a live channel, \
     outside the spread; unanswered: nobody has spoken yet; unknown: neither at once nor answered, and came in with a log that tells of no contact at all; \
     comments, cancelled and merged tickets are left out";

const ELAPSED: &str = "the same in plain time, nights and weekends included";

/// Tickets created in the period, with the first word on each.
pub(in crate::rules::reports) fn response(scene: &Scene<'_>) -> Vec<ReportSection> {
    let answers = answers(scene);
    vec![
        first_response(scene, &answers),
        answered(
            scene,
            &answers,
            false,
            ("response-elapsed", "First response, plain time", ELAPSED),
        ),
        responses(scene, &answers),
    ]
}

/// Only the time in open hours.
pub(in crate::rules::reports) fn first_response(
    scene: &Scene<'_>,
    answers: &[Answer<'_, '_>],
) -> ReportSection {
    let words = ("response", "First response", RESPONSE);
    answered(scene, answers, true, words)
}

/// The first word on one ticket.
pub(in crate::rules::reports) struct Answer<'s, 'a> {
    created: &'s Fact<'a>,
    live: bool,
    talk: Option<&'s Fact<'a>>,
}

impl Answer<'_, '_> {
    /// When the record was made, and of which ticket.
    pub(in crate::rules::reports) fn made(&self) -> (Moment, u32) {
        (self.created.at, self.created.ticket)
    }

    /// Whether it was made on a live channel, so that it was answered at once.
    pub(in crate::rules::reports) fn is_live(&self) -> bool {
        self.live
    }

    /// How long it took, in milliseconds, and on days of which length; `None` where it was at once, or
    /// has not come yet.
    pub(in crate::rules::reports) fn took(
        &self,
        scene: &Scene<'_>,
        open_hours: bool,
    ) -> Option<(i64, DayLength)> {
        let talk = self.talk.filter(|_| !self.live)?;
        let (from, to) = (self.created.at, talk.at);
        let hours = hours(
            scene.ask.context,
            ClockKind::FirstResponse,
            &self.created.then,
            &scene.words,
        );
        let hours = hours.filter(|_| open_hours);
        let long = match hours {
            Some(hours) => hours.between(from, to),
            None => to.since(from),
        };
        Some((long.num_milliseconds(), DayLength::of(hours)))
    }
}

/// The first words on tickets that were made in the period.
pub(in crate::rules::reports) fn answers<'s, 'a>(scene: &'s Scene<'a>) -> Vec<Answer<'s, 'a>> {
    let all = scene.facts.tickets().filter_map(answer);
    all.filter(|answer| scene.ask.period.holds(answer.created.at))
        .collect()
}

/// The first word on one ticket; comments, cancelled and merged tickets are left out.
pub(in crate::rules::reports) fn answer<'s, 'a>(facts: &'s [Fact<'a>]) -> Option<Answer<'s, 'a>> {
    let (created, live) = facts.iter().find_map(|fact| match fact.deed {
        Activity::Created { live } => Some((fact, live)),
        _ => None,
    })?;
    let last = facts.last().unwrap_or(created);
    let over = matches!(last.then.status, Some(Status::Merged | Status::Cancelled));
    if over || last.then.kind == Some(&TicketType::Comment) {
        return None;
    }
    let talk = |fact: &&Fact<'_>| matches!(fact.deed, Activity::Contact(one) if one.talked());
    Some(Answer {
        created,
        live,
        talk: facts.iter().find(talk),
    })
}

fn answered(
    scene: &Scene<'_>,
    answers: &[Answer<'_, '_>],
    open_hours: bool,
    (key, title, about): (&'static str, &'static str, &'static str),
) -> ReportSection {
    let mut table = ReportTable::new(scene, &[PRIORITY]);
    for answer in answers {
        let number = answer.created.ticket;
        let took = answer.took(scene, open_hours);
        let none = match (answer.live, scene.is_silent(number)) {
            (true, _) => 0,
            (false, false) => 1,
            (false, true) => 2,
        };
        table.add(
            answer.created.at,
            &answer.created.then,
            number,
            |tally| match took {
                Some(took) => tally.counted(took, number),
                None => tally.count(none, number),
            },
        );
    }
    let words = SectionText {
        key,
        title,
        about,
        chart: Chart::Bars,
    };
    let columns = with_spread(&[
        column("at_once", Unit::Count),
        column("unknown", Unit::Count),
        column("unanswered", Unit::Count),
    ]);
    table.section(words, &columns, |tally| {
        let mut all = tally.spread();
        let nothing_known = tally.taken() == 0 && tally.len(2) > 0;
        if nothing_known {
            all[1] = Figure::plain(Amount::Unknown);
        }
        all.extend([tally.number(0), tally.number(2), tally.number(1)]);
        all
    })
}

/// The distribution of first responses.
pub(in crate::rules::reports) fn responses(
    scene: &Scene<'_>,
    answers: &[Answer<'_, '_>],
) -> ReportSection {
    let all = answers.iter().filter_map(|answer| {
        let at_once = answer.live.then_some((0, DayLength::PLAIN));
        let (took, day) = answer.took(scene, true).or(at_once)?;
        Some((took, day, answer.created.ticket))
    });
    let all: Vec<spread::Length> = all.collect();
    let about = "tickets: made in the period, by their first response in open hours, those answered at once among them; working days as long as those \
                 of their calendar, hours alone where calendars of different days are together";
    spread::section(
        scene,
        ("response-distribution", "First responses by length", about),
        &all,
    )
}

/// The distribution of times to resolve.
pub(in crate::rules::reports) fn resolutions(
    scene: &Scene<'_>,
    solutions: &[Solution<'_, '_>],
) -> ReportSection {
    let all = solutions.iter();
    let all = all.map(|(fact, solved)| (solved.worked, solved.day, fact.ticket));
    let all: Vec<spread::Length> = all.collect();
    let about = "tickets: those whose last resolution up to the period's end lies in the period and that were still solved then, by their time to resolve in open \
                 hours; working days as long as those of their calendar, hours alone where calendars of different days are together";
    spread::section(
        scene,
        (
            "resolution-distribution",
            "Times to resolve by length",
            about,
        ),
        &all,
    )
}

fn with_spread(more: &[ReportColumn]) -> Vec<ReportColumn> {
    SPREAD.iter().chain(more).copied().collect()
}

/// A measure of solving.
struct Measure {
    key: &'static str,
    title: &'static str,
    about: &'static str,
    of: fn(&Solved) -> (i64, DayLength),
    first: bool,
}

const MEASURES: [Measure; 3] = [
    Measure {
        key: "resolution",
        title: "Time to resolve",
        about: "n: tickets whose last resolution up to the period's end lies in the period and that were still solved then, each once; median, p90, mean: from the record to it \
             in open hours of the target's calendar and in its working days (bd), in hours alone where the tickets of a row count on calendars of different days, \
             without waits that stop the clock and time in which it was solved, by nearest rank; values: one by one \
             where they are fewer than ten; unresolved: open at the end, whenever made",
        of: |solved| (solved.worked, solved.day),
        first: false,
    },
    Measure {
        key: "resolution-elapsed",
        title: "Time to resolve, plain time",
        about: "the same in plain time with every wait, without time in which it was solved",
        of: |solved| (solved.elapsed, DayLength::PLAIN),
        first: false,
    },
    Measure {
        key: "resolution-first",
        title: "Time to first resolution, plain time",
        about: "n: tickets whose first resolution lies in the period; median, p90, mean: from the record to it, whether it held or not",
        of: |solved| (solved.elapsed, DayLength::PLAIN),
        first: true,
    },
];

pub(in crate::rules::reports) fn resolution(scene: &Scene<'_>) -> Vec<ReportSection> {
    let last = solutions(scene, false);
    let first = solutions(scene, true);
    let solved = |one: &Measure| measured(scene, if one.first { &first } else { &last }, one);
    let mut all: Vec<ReportSection> = MEASURES.iter().map(solved).collect();
    all.push(resolutions(scene, &last));
    all.push(at_first_contact(scene));
    all.push(waits(scene, &last));
    all
}

/// Only the time worked, for the overview.
pub(in crate::rules::reports) fn worked(
    scene: &Scene<'_>,
    solutions: &[Solution<'_, '_>],
) -> ReportSection {
    measured(scene, solutions, &MEASURES[0])
}

/// A resolution, and how long it took.
pub(in crate::rules::reports) type Solution<'s, 'a> = (&'s Fact<'a>, Solved);

/// The resolutions that count for a measure: the last one of each ticket, or the first.
pub(in crate::rules::reports) fn solutions<'s, 'a>(
    scene: &'s Scene<'a>,
    first: bool,
) -> Vec<Solution<'s, 'a>> {
    let tickets = scene.facts.tickets();
    tickets
        .filter_map(|facts| solution(scene, facts, first))
        .collect()
}

/// The first or last solution of one ticket.
fn solution<'s, 'a>(
    scene: &'s Scene<'a>,
    facts: &'s [Fact<'a>],
    first: bool,
) -> Option<Solution<'s, 'a>> {
    let solved = |fact: &'s Fact<'a>| match fact.deed {
        Activity::Solved(solved) => Some((fact, solved)),
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
}

fn measured(scene: &Scene<'_>, solutions: &[Solution<'_, '_>], measure: &Measure) -> ReportSection {
    let mut table = ReportTable::new(scene, &[PRIORITY]);
    for (fact, solved) in solutions {
        let took = (measure.of)(solved);
        table.add(fact.at, &fact.then, fact.ticket, |tally| {
            tally.counted(took, fact.ticket);
        });
    }
    if !measure.first {
        for still in scene.facts.open() {
            table.add(still.created, &still.then, still.ticket, |tally| {
                tally.count(0, still.ticket);
            });
        }
    }
    let words = SectionText {
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

/// Which tickets needed no second contact (field notes 2.12, first contact resolution).
fn at_first_contact(scene: &Scene<'_>) -> ReportSection {
    let mut table = ReportTable::new(scene, &[KIND]);
    let house = scene.house();
    let within = scene.ask.context.settings.policy.reopen_within;
    for facts in scene.facts.tickets() {
        let Some((fact, solved)) = solution(scene, facts, false) else {
            continue;
        };
        let before = facts.iter().take_while(|other| !std::ptr::eq(*other, fact));
        let mut contacts = 0;
        let mut live = false;
        let mut again = false;
        for other in before {
            match other.deed {
                Activity::Created { live: taken } => live = taken,
                Activity::Contact(contact) if contact.reached && !contact.automatic => {
                    contacts += 1;
                }
                Activity::Solved(_) | Activity::Reopened => again = true,
                _ => {}
            }
        }
        // The call that was taken is the first contact; what was written needs one for its answer.
        let allowed = usize::from(!live);
        let first = !again
            && contacts <= allowed
            && solved.customer == 0
            && !scene.history(fact.ticket).ordered;
        let end = house.and_then(|hours| hours.add(fact.at, within));
        let open = end.is_none_or(|end| end > scene.ask.context.now);
        let silent = scene.is_silent(fact.ticket);
        table.add(fact.at, &fact.then, fact.ticket, |tally| {
            tally.count(0, fact.ticket);
            if silent {
                tally.count(3, fact.ticket);
            } else if first {
                tally.count(1, fact.ticket);
                if open {
                    tally.count(2, fact.ticket);
                }
            }
        });
    }
    let words = SectionText {
        key: "resolution-first-contact",
        title: "Solved at first contact",
        about: "resolved: tickets whose last resolution up to the period's end lies in the period and that were still solved then; first contact: of these solved with the call that was taken, or one \
             answer to what was written, never waited for the requester, never reopened, without a work order; rate: first contact of those of which it is known; unknown: those that came in with a log that tells of no contact at all; \
             undecided: of the first contacts those that may still be reopened in the house's time",
        chart: Chart::Plain,
    };
    let columns = [
        column("resolved", Unit::Count),
        column("first_contact", Unit::Count),
        column("rate", Unit::Share),
        column("undecided", Unit::Count),
        column("unknown", Unit::Count),
    ];
    table.section(words, &columns, |tally| {
        let known = tally.len(0) > tally.len(3) || tally.len(3) == 0;
        let first = if known {
            tally.number(1)
        } else {
            Figure::plain(Amount::Unknown)
        };
        vec![
            tally.number(0),
            first,
            tally.known_share(1, 0, 3),
            tally.number(2),
            tally.number(3),
        ]
    })
}

/// Where the time went.
fn waits(scene: &Scene<'_>, solutions: &[Solution<'_, '_>]) -> ReportSection {
    let mut table = ReportTable::of_rows(scene);
    for (_, solved) in solutions {
        let ours = solved.elapsed - solved.customer - solved.others;
        for (label, millis) in [
            ("at the desk", ours),
            ("waiting for the requester", solved.customer),
            ("waiting for others or a date", solved.others),
        ] {
            table.put(&[label], |tally: &mut Tally| {
                tally.sum += millis;
            });
        }
    }
    let words = SectionText {
        key: "resolution-waits",
        title: "Where the time went",
        about: "time: plain time of the tickets above added up, by whom it was waited for; share: part of it all",
        chart: Chart::Plain,
    };
    let whole: i64 = solutions.iter().map(|(_, solved)| solved.elapsed).sum();
    let columns = [column("time", Unit::Seconds), column("share", Unit::Share)];
    let mut section = table.section(words, &columns, |tally| {
        let part = u64::try_from(tally.sum).unwrap_or_default();
        let all = u64::try_from(whole).unwrap_or_default();
        let share = if all == 0 {
            Amount::None
        } else {
            Amount::Share(part, all)
        };
        let time = Amount::Time(tally.sum, DayLength::PLAIN);
        vec![Figure::plain(time), Figure::plain(share)]
    });
    section.by = vec!["waiting".to_owned()];
    section
}
