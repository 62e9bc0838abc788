//! How times and targets went over the period, and when the work came in.

use chrono::{Datelike, Timelike};

use crate::rules::reports::by::WEEKDAYS;
use crate::rules::reports::facts::Activity;
use crate::rules::reports::flow::{stretches, unit};
use crate::rules::reports::sla::Decision;
use crate::rules::reports::table::{Tally, column};
use crate::rules::reports::times::Solution;
use crate::rules::reports::{
    Amount, Chart, Figure, ReportColumn, ReportRow, ReportSection, Scene, Unit,
};

const TREND: &str = "n, median, p90: of the times to resolve of the table of that name, by when the tickets were resolved; met, missed: resolution targets decided then; attainment: met \
     of both; goal: what the house wants to attain, `goal` of [report]";

const LOAD: &str = "records made in the period, by the day of the week and the hour of the desk's clock; mistakes, spam and tests are left out";

/// The hours of a day, as columns.
const HOURS: [&str; 24] = [
    "00", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13", "14", "15",
    "16", "17", "18", "19", "20", "21", "22", "23",
];

/// Median, ninetieth percentile and attainment by the stretches of the flow.
pub(in crate::rules::reports) fn trend(
    scene: &Scene<'_>,
    solutions: &[Solution<'_, '_>],
    decisions: &[Decision<'_>],
) -> ReportSection {
    let stretches = stretches(scene);
    let mut tallies = vec![Tally::default(); stretches.len()];
    let place = |at| stretches.partition_point(|(_, end)| *end <= at);
    for (fact, solved) in solutions {
        if let Some(tally) = tallies.get_mut(place(fact.at)) {
            tally.counted((solved.worked, solved.day), fact.ticket);
        }
    }
    let of_resolution = decisions
        .iter()
        .filter(|one| one.which == 1 && one.figure < 2 && scene.ask.period.holds(one.when));
    for one in of_resolution {
        if let Some(tally) = tallies.get_mut(place(one.when)) {
            tally.count(one.figure, one.ticket);
        }
    }
    let goal = scene.ask.context.settings.report_limits.goal;
    let goal = goal.map_or(Amount::None, |goal| Amount::Share(goal.into(), 100));
    let rows = stretches.iter().zip(&tallies).map(|((label, _), tally)| {
        let mut spread = tally.spread();
        spread.truncate(3);
        spread.extend([
            tally.number(0),
            tally.number(1),
            tally.share(0, &[0, 1]),
            Figure::plain(goal.clone()),
        ]);
        ReportRow {
            labels: vec![label.clone()],
            figures: spread,
        }
    });
    ReportSection {
        key: "trend",
        title: "Time to resolve and target over time",
        about: TREND,
        by: vec![unit(scene).to_owned()],
        columns: vec![
            column("n", Unit::Count),
            column("median", Unit::Seconds),
            column("p90", Unit::Seconds),
            column("met", Unit::Count),
            column("missed", Unit::Count),
            column("attainment", Unit::Share),
            column("goal", Unit::Share),
        ],
        rows: rows.collect(),
        total: None,
        overlaps: false,
        chart: Chart::Trend,
    }
}

/// What came in by hour and day of the week.
pub(in crate::rules::reports) fn load(scene: &Scene<'_>) -> ReportSection {
    let zone = scene.ask.context.settings.zone;
    let mut days = vec![Tally::default(); WEEKDAYS.len()];
    let mut total = Tally::default();
    for fact in scene.facts.all() {
        let made = matches!(fact.deed, Activity::Created { .. });
        if !made || !scene.ask.period.holds(fact.at) || scene.no_request(fact.ticket).is_some() {
            continue;
        }
        let local = fact.at.in_zone(&zone);
        let hour = local.hour() as usize;
        days[local.weekday().num_days_from_monday() as usize].count(hour, fact.ticket);
        total.count(hour, fact.ticket);
    }
    let figures = |tally: &Tally| (0..HOURS.len()).map(|at| tally.number(at)).collect();
    let rows = WEEKDAYS.iter().zip(&days).map(|(name, tally)| ReportRow {
        labels: vec![(*name).to_owned()],
        figures: figures(tally),
    });
    let hour = |key: &&'static str| -> ReportColumn { column(key, Unit::Count) };
    ReportSection {
        key: "load",
        title: "Created by weekday and hour",
        about: LOAD,
        by: vec!["weekday".to_owned()],
        columns: HOURS.iter().map(hour).collect(),
        rows: rows.collect(),
        total: Some(figures(&total)),
        overlaps: false,
        chart: Chart::Heat,
    }
}
