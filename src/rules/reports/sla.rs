//! Targets met and missed.

use crate::model::clocks::ClockKind;
use crate::model::moment::Moment;
use crate::rules::context::DeskContext;
use crate::rules::sla::clocks::{self, ClockResult, End};

use crate::rules::reports::facts;
use crate::rules::reports::table::{ReportTable, SectionText, column};
use crate::rules::reports::times::PRIORITY;
use crate::rules::reports::{Chart, ReportSection, Scene, Unit};

const ABOUT: &str = "met: clocks that ended in time, in the period; missed: their target passed in the period, done since or not; \
     attainment: met of both; running: open at the end, target not passed";

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
    let mut all = some(scene, &SECTIONS);
    let is_planned = |key: &str| matches!(key, "sla-call" | "sla-event");
    all.retain(|section| !is_planned(section.key) || !section.rows.is_empty());
    all
}

/// First response and resolution, for the overview.
pub(in crate::rules::reports) fn main(scene: &Scene<'_>) -> Vec<ReportSection> {
    let main = [ClockKind::FirstResponse, ClockKind::Resolution];
    let wanted = SECTIONS
        .into_iter()
        .filter(|(kind, ..)| main.contains(kind));
    some(scene, &wanted.collect::<Vec<_>>())
}

fn some(
    scene: &Scene<'_>,
    wanted: &[(ClockKind, &'static str, &'static str)],
) -> Vec<ReportSection> {
    let new = || ReportTable::new(scene, &[PRIORITY]);
    let mut tables: Vec<ReportTable<'_, '_>> = wanted.iter().map(|_| new()).collect();
    let kinds: Vec<ClockKind> = wanted.iter().map(|(kind, ..)| *kind).collect();
    let edge = scene.ask.edge();
    // A clock counts as of the report's last instant, whose millisecond is still its own.
    let now = Moment::from_millis(edge.millis() - 1).unwrap_or(edge);
    let context = DeskContext {
        now,
        ..scene.ask.context
    };
    for still in scene.facts.still() {
        let history = scene.history(still.ticket);
        let planned = context.settings.is_planned(scene.text(still.then.priority));
        for clock in clocks::verdicts(&kinds, &history.events, planned, context) {
            let Some(at) = wanted.iter().position(|(kind, ..)| *kind == clock.kind) else {
                continue;
            };
            let Some((when, figure)) = decided(&clock, now) else {
                continue;
            };
            if figure == 2 || scene.ask.period.holds(when) {
                let then = if still.touched <= when {
                    still.then
                } else {
                    facts::at(history, &scene.words, when)
                };
                tables[at].add(&then, still.ticket, |tally| {
                    tally.count(figure, still.ticket);
                });
            }
        }
    }
    let columns = [
        column("met", Unit::Count),
        column("missed", Unit::Count),
        column("attainment", Unit::Share),
        column("running", Unit::Count),
    ];
    let sections = wanted.iter().zip(tables).map(|((_, key, title), table)| {
        let words = SectionText {
            key,
            title,
            about: ABOUT,
            chart: Chart::Shares,
        };
        table.section(words, &columns, |tally| {
            vec![
                tally.number(0),
                tally.number(1),
                tally.share(0, &[0, 1]),
                tally.number(2),
            ]
        })
    });
    sections.collect()
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
