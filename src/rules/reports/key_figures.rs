//! The figures that a manager looks at first, beside those of the periods before, and what stands
//! out among them.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::model::moment::Moment;
use crate::model::status::TicketType;
use crate::rules::sla::calendar::opens_on;
use crate::rules::text::period::Period;

use crate::rules::reports::compared::ComparedPeriods;
use crate::rules::reports::facts::{Activity, Fact, TurnKind};
use crate::rules::reports::moves::is_back_in_time;
use crate::rules::reports::sla::{self, Decision};
use crate::rules::reports::table::{Tally, column};
use crate::rules::reports::times::answer;
use crate::rules::reports::{Amount, Chart, Figure, ReportRow, ReportSection, Scene, Unit};

const ABOUT: &str = "now: the period, as far as it is over; before: the period before it, of a period that is not over its same part; year ago: the same period, of whole months \
     twelve months ago, of days and weeks 52 weeks ago; change: now less before, less a year ago, of shares in points of a hundred; none where the desk's first record is later than \
     the first day of a period, or fewer than ten times are behind a median; created, resolved, backlog at the end: as in the flow; time to resolve, first response: as in the tables of these names; \
     resolution target met, first response target met: met of met and missed; reopened: of the tickets resolved in a period, each by its first resolution in it, those opened again in the house's \
     time for that, as known at the report's instant; open days: on which the house's calendar opens";

const OUT: &str = "what differs from the period before, or from that of a year ago where that is asked for: both have at least as many as `least` of [report], ten where nothing is set; the change is at \
     least `change`, five: a number, points of a hundred of a share, a twentieth for each five of a length of time; and the figure is beyond the lowest and highest of the last `periods`, eight, before it, as far as the \
     desk has records of these, at least half of them; created by type, queue, priority and code, mistakes, spam and tests left out, and the key figures; the largest twelve";

/// How many things that stand out are told.
const MOST: usize = 12;

/// The fields whose values may stand out.
const FIELDS: [&str; 4] = ["type", "queue", "priority", "code"];

/// What was counted in each of the periods, in the order of [`ComparedPeriods::all`].
struct Sums<'s> {
    periods: Rc<[Period]>,
    /// By [`TurnKind`].
    turns: Vec<[i64; 6]>,
    /// The tickets of the report's own period.
    own: [Vec<u32>; 6],
    backlog: Vec<i64>,
    took: Vec<Tally>,
    answered: Vec<Tally>,
    /// Resolved, and of these reopened.
    back: Vec<Tally>,
    /// Met, missed and unknown of first response and of resolution.
    targets: [Vec<Tally>; 2],
    types: BTreeMap<&'s TicketType, FieldCount<'s>>,
    /// Of queue, priority and code, by label.
    labels: [Vec<Option<FieldCount<'s>>>; 3],
}

/// How many records were made with a value of a field.
struct FieldCount<'s> {
    /// The place of the field in [`FIELDS`].
    field: usize,
    word: &'s str,
    counts: Vec<i64>,
    own: Vec<u32>,
}

/// A figure in each of the periods.
struct Course {
    name: String,
    of: String,
    values: Vec<Amount>,
    /// How many are behind each value.
    sizes: Vec<i64>,
    own: Vec<u32>,
}

/// The key figures, and what stands out.
pub(in crate::rules::reports) fn sections(
    scene: &Scene<'_>,
    compared: &ComparedPeriods,
    decisions: &[Decision<'_>],
) -> [ReportSection; 2] {
    let sums = Sums::of(scene, compared, decisions);
    let known: Vec<bool> = sums
        .periods
        .iter()
        .map(|one| is_known(scene, *one))
        .collect();
    let keys = keys(scene, &sums);
    let out = standing_out(scene, compared, &known, &keys, &fields(&sums));
    [table(&keys, &known), out]
}

/// Whether the desk has records of a period from its first day on.
fn is_known(scene: &Scene<'_>, period: Period) -> bool {
    let zone = scene.ask.context.settings.zone;
    let day = |at: Moment| at.in_zone(&zone).date_naive();
    period.from < period.to
        && scene
            .begin
            .is_some_and(|begin| day(begin) <= day(period.from))
}

impl<'s> Sums<'s> {
    fn of(scene: &'s Scene<'_>, compared: &ComparedPeriods, decisions: &[Decision<'_>]) -> Self {
        let periods: Rc<[Period]> = compared.all().collect();
        let none = || vec![Tally::default(); periods.len()];
        let mut sums = Self {
            turns: vec![[0; 6]; periods.len()],
            own: Default::default(),
            backlog: vec![0; periods.len()],
            took: none(),
            answered: none(),
            back: none(),
            targets: [none(), none()],
            types: BTreeMap::new(),
            labels: Default::default(),
            periods,
        };
        sums.turns(scene);
        for facts in scene.facts.tickets() {
            sums.ticket(scene, facts);
        }
        // What became of a clock later was not known in a period before.
        let again: Vec<(u32, usize)> = scene
            .facts
            .tickets()
            .flat_map(|facts| sums.changed_later(facts))
            .collect();
        let again: BTreeSet<(u32, usize)> = again.into_iter().collect();
        for one in decisions {
            for at in sums.holding(one.when) {
                if !again.contains(&(one.ticket, at)) {
                    sums.decided(one, at);
                }
            }
        }
        for (ticket, at) in again {
            let period = sums.periods[at];
            for one in sla::decisions_then(scene, ticket, period.to) {
                if period.holds(one.when) {
                    sums.decided(&one, at);
                }
            }
        }
        sums
    }

    /// The places of the periods in which a moment lies.
    fn holding(&self, at: Moment) -> impl Iterator<Item = usize> + use<'s> {
        let periods = Rc::clone(&self.periods);
        (0..periods.len()).filter(move |place| periods[*place].holds(at))
    }

    fn decided(&mut self, one: &Decision<'_>, at: usize) {
        let figure = match (one.figure, one.unknown) {
            (2, _) => return,
            (_, true) => 3,
            (figure, false) => figure,
        };
        self.targets[one.which][at].count(figure, one.ticket);
    }

    /// The earlier periods in which a ticket was solved, and after which it came back or was dropped.
    fn changed_later(&self, facts: &[Fact<'_>]) -> Vec<(u32, usize)> {
        let turned = |fact: &&Fact<'_>| {
            matches!(
                fact.deed,
                Activity::Reopened | Activity::Revived | Activity::Cancelled | Activity::Merged
            )
        };
        let Some(last) = facts.iter().rfind(turned).map(|fact| fact.at) else {
            return Vec::new();
        };
        let solved = |fact: &Fact<'_>, period: &Period| {
            matches!(fact.deed, Activity::Solved(_) | Activity::Closed) && period.holds(fact.at)
        };
        let periods = self.periods.iter().enumerate().skip(1);
        periods
            .filter(|(_, one)| one.to <= last && facts.iter().any(|fact| solved(fact, one)))
            .map(|(at, _)| (facts[0].ticket, at))
            .collect()
    }

    fn turns(&mut self, scene: &Scene<'_>) {
        for turn in scene.facts.turns() {
            for (at, period) in self.periods.iter().enumerate() {
                if turn.at < period.to {
                    self.backlog[at] += turn.what.step();
                }
                if period.holds(turn.at) {
                    self.turns[at][turn.what as usize] += 1;
                    if at == 0 {
                        self.own[turn.what as usize].push(turn.ticket);
                    }
                }
            }
        }
        for own in &mut self.own {
            own.sort_unstable();
        }
    }

    /// What one ticket adds.
    fn ticket(&mut self, scene: &'s Scene<'_>, facts: &[Fact<'s>]) {
        for (place, fact) in facts.iter().enumerate() {
            let Activity::Solved(solved) = fact.deed else {
                continue;
            };
            for at in self.holding(fact.at) {
                let period = self.periods[at];
                let later = facts[place + 1..]
                    .iter()
                    .take_while(|one| one.at < period.to);
                let again = later
                    .clone()
                    .any(|one| matches!(one.deed, Activity::Solved(_)));
                let last = later.last().unwrap_or(fact);
                if !again && last.then.is_solved() {
                    self.took[at].counted((solved.worked, solved.day), fact.ticket);
                }
                let mut before = facts[..place].iter();
                let first = !before
                    .any(|one| matches!(one.deed, Activity::Solved(_)) && period.holds(one.at));
                if first {
                    self.back[at].count(0, fact.ticket);
                    if is_back_in_time(scene, &facts[place..]) {
                        self.back[at].count(1, fact.ticket);
                    }
                }
            }
        }
        if let Some(answer) = answer(facts) {
            let (at, ticket) = answer.made();
            for place in self.holding(at) {
                if let Some(took) = answer.took(scene, true) {
                    self.answered[place].counted(took, ticket);
                } else if scene.is_silent(ticket) && !answer.is_live() {
                    self.answered[place].count(0, ticket);
                }
            }
        }
        let made = facts
            .iter()
            .find(|fact| matches!(fact.deed, Activity::Created { .. }));
        if let Some(made) = made.filter(|made| scene.no_request(made.ticket).is_none()) {
            self.made(scene, made);
        }
    }

    fn made(&mut self, scene: &'s Scene<'_>, made: &Fact<'s>) {
        let then = &made.then;
        let many = self.periods.len();
        let new = |field: usize, word: &'s str| FieldCount {
            field,
            word,
            counts: vec![0; many],
            own: Vec::new(),
        };
        let labels = [then.queue, then.priority, then.code];
        for period in self.holding(made.at) {
            if let Some(kind) = then.kind {
                let count = self.types.entry(kind);
                count
                    .or_insert_with(|| new(0, kind.as_str()))
                    .add(period, made.ticket);
            }
            let of_label = self.labels.iter_mut().zip(labels).zip(1..);
            for ((counts, label), field) in of_label.filter(|((_, label), _)| !label.is_empty()) {
                let place = label.place();
                if counts.len() <= place {
                    counts.resize_with(place + 1, || None);
                }
                counts[place]
                    .get_or_insert_with(|| new(field, scene.text(label)))
                    .add(period, made.ticket);
            }
        }
    }
}

impl FieldCount<'_> {
    fn add(&mut self, period: usize, ticket: u32) {
        self.counts[period] += 1;
        if period == 0 {
            self.own.push(ticket);
        }
    }
}

/// How many records were made with each value of the fields.
fn fields(sums: &Sums<'_>) -> Vec<Course> {
    let labels = sums.labels.iter().flatten().flatten();
    let mut all: Vec<&FieldCount<'_>> = sums.types.values().chain(labels).collect();
    all.sort_by_key(|count| (count.field, count.word));
    let course = |count: &FieldCount<'_>| Course {
        name: format!("created by {}", FIELDS[count.field]),
        of: count.word.to_owned(),
        values: count.counts.iter().map(|n| Amount::Number(*n)).collect(),
        sizes: count.counts.clone(),
        own: count.own.clone(),
    };
    all.into_iter().map(course).collect()
}

fn whole(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// The key figures in each of the periods.
fn keys(scene: &Scene<'_>, sums: &Sums<'_>) -> Vec<Course> {
    let many = sums.periods.len();
    let key = |name: &str, own: Vec<u32>, value: &dyn Fn(usize) -> (Amount, i64)| {
        let (values, sizes) = (0..many).map(value).unzip();
        Course {
            name: name.to_owned(),
            of: String::new(),
            values,
            sizes,
            own,
        }
    };
    let number = |n: i64| (Amount::Number(n), n);
    let turns = |kind: TurnKind| move |at: usize| number(sums.turns[at][kind as usize]);
    let spreads =
        |tallies: &[Tally]| -> Vec<Vec<Figure>> { tallies.iter().map(Tally::spread).collect() };
    let (took, answered) = (spreads(&sums.took), spreads(&sums.answered));
    let spread = |tally: &Tally, figure: &Figure| {
        let amount = if tally.taken() == 0 && tally.len(0) > 0 {
            Amount::Unknown
        } else {
            figure.amount.clone()
        };
        (amount, whole(tally.taken()))
    };
    let target = |which: usize| {
        move |at: usize| {
            let tally = &sums.targets[which][at];
            let decided = tally.len(0) + tally.len(1);
            let amount = if decided == 0 && tally.len(3) > 0 {
                Amount::Unknown
            } else {
                tally.share(0, &[0, 1]).amount
            };
            (amount, whole(decided))
        }
    };
    let mut open: Vec<u32> = scene.facts.open().map(|one| one.ticket).collect();
    open.sort_unstable();
    let missed = |which: usize| sums.targets[which][0].number(1).of;
    let [created, resolved, ..] = &sums.own;
    vec![
        key("created", created.clone(), &turns(TurnKind::Created)),
        key("resolved", resolved.clone(), &turns(TurnKind::Resolved)),
        key("backlog at the end", open, &|at| number(sums.backlog[at])),
        key("time to resolve, median", sums.took[0].taken_of(), &|at| {
            spread(&sums.took[at], &took[at][1])
        }),
        key("time to resolve, p90", sums.took[0].taken_of(), &|at| {
            spread(&sums.took[at], &took[at][2])
        }),
        key("resolution target met", missed(1), &target(1)),
        key(
            "first response, median",
            sums.answered[0].taken_of(),
            &|at| spread(&sums.answered[at], &answered[at][1]),
        ),
        key("first response target met", missed(0), &target(0)),
        key("reopened", sums.back[0].number(1).of, &|at| {
            let tally = &sums.back[at];
            (tally.share(1, &[0]).amount, whole(tally.len(0)))
        }),
        key("open days", Vec::new(), &|at| {
            (Amount::Number(open_days(scene, sums.periods[at])), 0)
        }),
    ]
}

/// On how many days of a period the house's calendar opens, the last one too where it is not over.
fn open_days(scene: &Scene<'_>, period: Period) -> i64 {
    let settings = scene.ask.context.settings;
    let Some(calendar) = settings.calendars.get(&settings.policy.calendar) else {
        return 0;
    };
    let day = |at: Moment| at.in_zone(&settings.zone).date_naive();
    let last = Moment::from_millis(period.to.millis() - 1).unwrap_or(period.to);
    let days = day(period.from)
        .iter_days()
        .take_while(|one| *one <= day(last));
    whole(days.filter(|one| opens_on(calendar, *one)).count())
}

/// What a figure has become, from another.
pub(in crate::rules::reports) fn change(from: &Amount, to: &Amount) -> Amount {
    match (from, to) {
        (Amount::Number(from), Amount::Number(to)) => Amount::Change(to - from),
        (Amount::Share(part, of), Amount::Share(now, all)) => {
            Amount::Points(permille(*now, *all) - permille(*part, *of))
        }
        (Amount::Time(from, day), Amount::Time(to, other)) => {
            Amount::Longer(to - from, day.with(*other))
        }
        _ => Amount::None,
    }
}

fn permille(part: u64, of: u64) -> i64 {
    i64::try_from(part * 1_000 / of.max(1)).unwrap_or_default()
}

/// The value of an amount on a scale of its own.
fn size(amount: &Amount) -> Option<i64> {
    match amount {
        Amount::Number(n) | Amount::Time(n, _) => Some(*n),
        Amount::Share(part, of) => Some(permille(*part, *of)),
        _ => None,
    }
}

/// A value, if the desk has records of its period.
fn told(course: &Course, known: &[bool], at: usize) -> Amount {
    if known[at] || at == 0 {
        course.values[at].clone()
    } else {
        Amount::None
    }
}

fn table(keys: &[Course], known: &[bool]) -> ReportSection {
    let last = known.len() - 1;
    let rows = keys.iter().map(|one| {
        let now = told(one, known, 0);
        let (before, year) = (told(one, known, 1), told(one, known, last));
        let course = (0..last).rev().map(|at| told(one, known, at)).collect();
        let figures = [
            change(&before, &now),
            year.clone(),
            change(&year, &now),
            Amount::Course(course),
        ];
        let mut all = vec![
            Figure {
                amount: now,
                of: one.own.clone(),
            },
            Figure::plain(before),
        ];
        all.extend(figures.map(Figure::plain));
        ReportRow {
            labels: vec![one.name.clone()],
            figures: all,
        }
    });
    ReportSection {
        key: "key-figures",
        title: "Key figures",
        about: ABOUT,
        by: vec!["figure".to_owned()],
        columns: vec![
            column("now", Unit::Own),
            column("before", Unit::Own),
            column("change", Unit::Own),
            column("year_ago", Unit::Own),
            column("year_change", Unit::Own),
            column("course", Unit::Own),
        ],
        rows: rows.collect(),
        total: None,
        overlaps: false,
        chart: Chart::Keys,
    }
}

/// What differs from the period before, or from that of a year ago, beyond what is usual.
fn standing_out(
    scene: &Scene<'_>,
    compared: &ComparedPeriods,
    known: &[bool],
    keys: &[Course],
    fields: &[Course],
) -> ReportSection {
    let last = known.len() - 1;
    let base = if scene.ask.year { last } else { 1 };
    let limits = &scene.ask.context.settings.report_limits;
    let before: Vec<usize> = (1..=compared.before.len())
        .filter(|at| known[*at])
        .collect();
    let enough = before.len() * 2 >= compared.before.len().max(1) && !before.is_empty();
    let stands = |one: &Course| -> Option<(i64, ReportRow)> {
        if !enough || !known[base] || one.name == "open days" {
            return None;
        }
        let (now, then) = (size(&one.values[0])?, size(&one.values[base])?);
        let least = i64::from(limits.least);
        if one.sizes[0] < least || one.sizes[base] < least {
            return None;
        }
        let wanted = match one.values[0] {
            Amount::Share(..) => i64::from(limits.change) * 10,
            Amount::Time(..) => then * i64::from(limits.change) / 100,
            _ => i64::from(limits.change),
        };
        let usual = before
            .iter()
            .filter_map(|at| Some((size(&one.values[*at])?, *at)));
        let usual: Vec<(i64, usize)> = usual.collect();
        let (low, high) = (usual.iter().min()?, usual.iter().max()?);
        if (now - then).abs() < wanted || (low.0..=high.0).contains(&now) {
            return None;
        }
        let amounts = [
            one.values[base].clone(),
            change(&one.values[base], &one.values[0]),
            one.values[low.1].clone(),
            one.values[high.1].clone(),
        ];
        let mut figures = vec![Figure {
            amount: one.values[0].clone(),
            of: one.own.clone(),
        }];
        figures.extend(amounts.map(Figure::plain));
        let row = ReportRow {
            labels: vec![one.name.clone(), one.of.clone()],
            figures,
        };
        Some(((now - then).abs() * 1_000 / then.max(1), row))
    };
    let mut rows: Vec<ReportRow> = keys.iter().filter_map(stands).map(|(_, row)| row).collect();
    let mut of_fields: Vec<(i64, ReportRow)> = fields.iter().filter_map(stands).collect();
    of_fields.sort_by_key(|(far, row)| (-far, row.labels.clone()));
    rows.extend(of_fields.into_iter().map(|(_, row)| row));
    rows.truncate(MOST);
    ReportSection {
        key: "stands-out",
        title: "What stands out",
        about: OUT,
        by: vec!["figure".to_owned(), "of".to_owned()],
        columns: vec![
            column("now", Unit::Own),
            column("before", Unit::Own),
            column("change", Unit::Own),
            column("lowest", Unit::Own),
            column("highest", Unit::Own),
        ],
        rows,
        total: None,
        overlaps: false,
        chart: Chart::Sentences,
    }
}
