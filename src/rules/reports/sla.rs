//! Targets met and missed.

use crate::model::clocks::ClockKind;
use crate::model::moment::Moment;
use crate::rules::context::DeskContext;
use crate::rules::sla::clocks::{self, ClockResult, End};

use crate::rules::reports::facts::{self, StateAtEvent, TicketAtInstant};
use crate::rules::reports::table::{ReportTable, SectionText, column};
use crate::rules::reports::times::PRIORITY;
use crate::rules::reports::{Amount, Chart, Figure, ReportSection, Scene, Unit};

const ABOUT: &str = "met: clocks that ended in time, in the period; missed: their target passed in the period, done since or not; \
     attainment: met of both; running: open at the end, target not passed; unknown: clocks that end with a word to the requester, of tickets that came in \
     with a log that tells of no contact at all";

const SECTIONS: [(ClockKind, &str, &str); 8] = [
    (
        ClockKind::FirstResponse,
        "sla-first-response",
        "SLA: first response",
    ),
    (ClockKind::Reply, "sla-reply", "SLA: reply"),
    (ClockKind::Update, "sla-update", "SLA: update"),
    (ClockKind::Promise, "sla-promise", "SLA: promised times"),
    (
        ClockKind::Call,
        "sla-call",
        "SLA: calls before planned events",
    ),
    (ClockKind::Event, "sla-event", "SLA: planned events"),
    (ClockKind::Workaround, "sla-workaround", "SLA: workaround"),
    (ClockKind::Resolution, "sla-resolution", "SLA: resolution"),
];

pub(in crate::rules::reports) fn sections(scene: &Scene<'_>) -> Vec<ReportSection> {
    let kinds = SECTIONS.map(|(kind, ..)| kind);
    let decisions = decisions(scene, &kinds);
    let mut all = some(scene, &SECTIONS, &decisions);
    let is_planned = |key: &str| matches!(key, "sla-call" | "sla-event");
    all.retain(|section| !is_planned(section.key) || !section.rows.is_empty());
    all
}

/// When a clock was decided, and how.
#[derive(Clone, Copy, Debug)]
pub(in crate::rules::reports) struct Decision<'e> {
    /// Which of the clocks that were asked for.
    pub(in crate::rules::reports) which: usize,
    pub(in crate::rules::reports) when: Moment,
    /// Met, missed or running.
    pub(in crate::rules::reports) figure: usize,
    /// Whether the log cannot tell.
    pub(in crate::rules::reports) unknown: bool,
    pub(in crate::rules::reports) ticket: u32,
    /// How the ticket stood then, where it counts in the report's own period.
    then: StateAtEvent<'e>,
}

/// The clocks of the overview.
const MAIN: [ClockKind; 2] = [ClockKind::FirstResponse, ClockKind::Resolution];

/// First response and resolution, for the overview, with the decisions of other periods, too.
pub(in crate::rules::reports) fn main<'s>(
    scene: &'s Scene<'_>,
) -> (Vec<ReportSection>, Vec<Decision<'s>>) {
    let wanted = SECTIONS
        .into_iter()
        .filter(|(kind, ..)| MAIN.contains(kind));
    let wanted: Vec<_> = wanted.collect();
    let decisions = decisions(scene, &MAIN);
    (some(scene, &wanted, &decisions), decisions)
}

/// What became of clocks.
fn decisions<'s>(scene: &'s Scene<'_>, kinds: &[ClockKind]) -> Vec<Decision<'s>> {
    let edge = scene.ask.edge();
    // A clock counts as of the report's last instant, whose millisecond is still its own.
    let now = Moment::from_millis(edge.millis() - 1).unwrap_or(edge);
    let context = DeskContext {
        now,
        ..scene.ask.context
    };
    let mut all = Vec::new();
    for still in scene.facts.still() {
        all.extend(of_ticket(scene, kinds, (still, context)));
    }
    all
}

/// What had become of first response and resolution of a ticket before a moment, as far as was known
/// then.
pub(in crate::rules::reports) fn decisions_then<'s>(
    scene: &'s Scene<'_>,
    ticket: u32,
    edge: Moment,
) -> Vec<Decision<'s>> {
    let now = Moment::from_millis(edge.millis() - 1).unwrap_or(edge);
    let context = DeskContext {
        now,
        ..scene.ask.context
    };
    let still = TicketAtInstant {
        ticket,
        created: now,
        touched: now,
        then: facts::at(scene.history(ticket), &scene.words, now),
    };
    of_ticket(scene, &MAIN, (&still, context))
}

/// What became of the clocks of a ticket.
fn of_ticket<'s>(
    scene: &'s Scene<'_>,
    kinds: &[ClockKind],
    (still, context): (&TicketAtInstant<'s>, DeskContext<'_>),
) -> Vec<Decision<'s>> {
    let now = context.now;
    let history = scene.history(still.ticket);
    let planned = context.settings.is_planned(scene.text(still.then.priority));
    let clocks = clocks::verdicts(kinds, &history.events, planned, context).into_iter();
    let decided = clocks.filter_map(|clock| {
        let which = kinds.iter().position(|kind| *kind == clock.kind)?;
        let (when, figure) = decided(&clock, now)?;
        let at_once = history.live() && clock.kind == ClockKind::FirstResponse;
        let counts = figure == 2 || scene.ask.period.holds(when);
        let then = if still.touched <= when || !counts {
            still.then
        } else {
            facts::at(history, &scene.words, when)
        };
        Some(Decision {
            which,
            when,
            figure,
            unknown: needs_contacts(clock.kind) && !at_once && scene.is_silent(still.ticket),
            ticket: still.ticket,
            then,
        })
    });
    decided.collect()
}

fn some(
    scene: &Scene<'_>,
    wanted: &[(ClockKind, &'static str, &'static str)],
    decisions: &[Decision<'_>],
) -> Vec<ReportSection> {
    let new = || ReportTable::new(scene, &[PRIORITY]);
    let mut tables: Vec<ReportTable<'_, '_>> = wanted.iter().map(|_| new()).collect();
    let counting = |one: &&Decision<'_>| one.figure == 2 || scene.ask.period.holds(one.when);
    for one in decisions.iter().filter(counting) {
        let figure = if one.unknown { 3 } else { one.figure };
        tables[one.which].add(one.when, &one.then, one.ticket, |tally| {
            tally.count(figure, one.ticket);
        });
    }
    let columns = [
        column("met", Unit::Count),
        column("missed", Unit::Count),
        column("attainment", Unit::Share),
        column("running", Unit::Count),
        column("unknown", Unit::Count),
    ];
    let sections = wanted.iter().zip(tables).map(|((_, key, title), table)| {
        let words = SectionText {
            key,
            title,
            about: ABOUT,
            chart: Chart::Shares,
        };
        table.section(words, &columns, |tally| {
            let unknown = tally.len(3) > 0 && tally.len(0) + tally.len(1) == 0;
            let share = if unknown {
                Figure::plain(Amount::Unknown)
            } else {
                tally.share(0, &[0, 1])
            };
            vec![
                tally.number(0),
                tally.number(1),
                share,
                tally.number(2),
                tally.number(3),
            ]
        })
    });
    sections.collect()
}

/// Whether a clock ends with a word to the requester.
fn needs_contacts(kind: ClockKind) -> bool {
    matches!(
        kind,
        ClockKind::FirstResponse | ClockKind::Reply | ClockKind::Update | ClockKind::Call
    )
}

/// When a clock was decided, and under which figure it counts.
fn decided(clock: &ClockResult, now: Moment) -> Option<(Moment, usize)> {
    if let Some(breached) = clock.breached {
        return Some((breached, 1));
    }
    match clock.end {
        Some((at, End::Done)) => Some((at, 0)),
        Some((_, End::Dropped)) => None,
        None => Some((now, 2)),
    }
}
