//! In and out by day, week or month, with what was open at the end of each.

use chrono::{Datelike, Days, Months, NaiveDate};

use crate::model::moment::Moment;
use crate::rules::reports::facts::TurnKind;
use crate::rules::reports::table::{Tally, column};
use crate::rules::reports::{
    Amount, Chart, EntryField, Figure, ReportColumn, ReportRow, ReportSection, Scene, Unit,
};
use crate::rules::text::period::midnight;

const ABOUT: &str = "created: records made, mistakes, spam and tests too; resolved: open tickets that were resolved, or closed without it, comments too: number of times, \
     again after every reopening; reopened: resolved or closed ones that are open again; revived: cancelled or merged ones that are open again; cancelled, merged: open tickets \
     that were; net: created, reopened and revived less resolved, cancelled and merged; backlog: open at the end, which is net more than at the beginning";

/// The columns: what changes the backlog, and what comes of it.
const COLUMNS: [ReportColumn; 8] = [
    column("created", Unit::Count),
    column("resolved", Unit::Count),
    column("reopened", Unit::Count),
    column("revived", Unit::Count),
    column("cancelled", Unit::Count),
    column("merged", Unit::Count),
    column("net", Unit::Count),
    column("backlog", Unit::Count),
];

/// The stretches by what was asked for, else days up to a quarter, weeks up to two years, months
/// beyond.
fn step(scene: &Scene<'_>) -> EntryField {
    let zone = scene.ask.context.settings.zone;
    let day = |at: Moment| at.in_zone(&zone).date_naive();
    let whole = day(scene.ask.edge()) - day(scene.ask.period.from);
    scene.ask.step.unwrap_or(match whole.num_days() {
        ..=92 => EntryField::Day,
        93..=731 => EntryField::Week,
        _ => EntryField::Month,
    })
}

fn next(day: NaiveDate, step: EntryField) -> Option<NaiveDate> {
    match step {
        EntryField::Week => {
            let ahead = 7 - day.weekday().num_days_from_monday();
            day.checked_add_days(Days::new(ahead.into()))
        }
        EntryField::Month => day.with_day(1)?.checked_add_months(Months::new(1)),
        _ => day.succ_opt(),
    }
}

/// The stretches of the period up to its edge: the first day of each, and its end.
pub(in crate::rules::reports) fn stretches(scene: &Scene<'_>) -> Vec<(String, Moment)> {
    let zone = scene.ask.context.settings.zone;
    let (edge, step) = (scene.ask.edge(), step(scene));
    let mut day = scene.ask.period.from.in_zone(&zone).date_naive();
    let mut stretches = Vec::new();
    while midnight(day, zone) < edge {
        let Some(after) = next(day, step) else {
            break;
        };
        stretches.push((day.to_string(), midnight(after, zone).min(edge)));
        day = after;
    }
    stretches
}

pub(in crate::rules::reports) fn section(scene: &Scene<'_>) -> ReportSection {
    let edge = scene.ask.edge();
    let stretches = stretches(scene);
    let mut tallies = vec![Tally::default(); stretches.len()];
    let mut total = Tally::default();
    let mut first = 0;
    for turn in scene.facts.turns().filter(|turn| turn.at < edge) {
        if turn.at < scene.ask.period.from {
            first += turn.what.step();
            continue;
        }
        let stretch = stretches.partition_point(|(_, end)| *end <= turn.at);
        if let Some(tally) = tallies.get_mut(stretch) {
            tally.count(turn.what as usize, turn.ticket);
            total.count(turn.what as usize, turn.ticket);
        }
    }
    let mut open = first;
    let rows = stretches.into_iter().zip(&tallies);
    let rows = rows.map(|((label, _), tally)| {
        open += net(tally);
        ReportRow {
            labels: vec![label],
            figures: figures(tally, open),
        }
    });
    let rows = rows.collect();
    ReportSection {
        key: "flow",
        title: "Flow",
        about: ABOUT,
        by: vec![unit(scene).to_owned()],
        columns: COLUMNS.to_vec(),
        total: Some(figures(&total, open)),
        rows,
        overlaps: false,
        chart: Chart::Flow,
    }
}

/// What the first days of the stretches are.
pub(in crate::rules::reports) fn unit(scene: &Scene<'_>) -> &'static str {
    match step(scene) {
        EntryField::Week => "week of",
        EntryField::Month => "month of",
        _ => "day",
    }
}

fn net(tally: &Tally) -> i64 {
    let kinds = TurnKind::ALL.into_iter();
    kinds
        .map(|kind| kind.step() * i64::try_from(tally.len(kind as usize)).unwrap_or_default())
        .sum()
}

fn figures(tally: &Tally, open: i64) -> Vec<Figure> {
    let mut all: Vec<Figure> = TurnKind::ALL.map(|kind| tally.number(kind as usize)).into();
    all.push(Figure::plain(Amount::Number(net(tally))));
    all.push(Figure::plain(Amount::Number(open)));
    all
}
