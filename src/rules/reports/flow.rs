//! In and out by day, week or month, with what was open at the end of each.

use chrono::{Datelike, Days, Months, NaiveDate};

use crate::model::moment::Moment;
use crate::rules::reports::facts::Activity;
use crate::rules::reports::table::{Tally, column};
use crate::rules::reports::{Amount, Chart, Figure, ReportRow, ReportSection, Scene, Unit};
use crate::rules::text::period::midnight;

const ABOUT: &str = "created: records made; resolved: again after a reopening too; reopened, cancelled: number of times; \
     net: what came in or back less what was resolved or cancelled; backlog: what was open at the end";

/// Days up to a quarter, weeks up to two years, months beyond.
fn next(day: NaiveDate, whole: i64) -> Option<NaiveDate> {
    match whole {
        ..=92 => day.succ_opt(),
        93..=731 => {
            let ahead = 7 - day.weekday().num_days_from_monday();
            day.checked_add_days(Days::new(ahead.into()))
        }
        _ => day.with_day(1)?.checked_add_months(Months::new(1)),
    }
}

pub(in crate::rules::reports) fn section(scene: &Scene<'_>) -> ReportSection {
    let zone = scene.ask.context.settings.zone;
    let edge = scene.ask.edge();
    let begin = scene.ask.period.from.in_zone(&zone).date_naive();
    let end = edge.in_zone(&zone).date_naive();
    let whole = (end - begin).num_days();
    let mut stretches: Vec<(String, Moment)> = Vec::new();
    let mut day = begin;
    while midnight(day, zone) < edge {
        let Some(after) = next(day, whole) else {
            break;
        };
        stretches.push((day.to_string(), midnight(after, zone).min(edge)));
        day = after;
    }
    let mut tallies = vec![Tally::default(); stretches.len()];
    let mut total = Tally::default();
    for fact in scene.facts.all() {
        if fact.at < scene.ask.period.from || fact.at >= edge {
            continue;
        }
        let at = match fact.deed {
            Activity::Created { .. } => 0,
            Activity::Solved(_) => 1,
            Activity::Reopened => 2,
            Activity::Dropped => 3,
            _ => continue,
        };
        let stretch = stretches.partition_point(|(_, end)| *end <= fact.at);
        if let Some(tally) = tallies.get_mut(stretch) {
            tally.count(at, fact.ticket);
            total.count(at, fact.ticket);
        }
    }
    // Every turn once, in the order of time.
    let mut turns: Vec<(Moment, i8)> = scene.facts.turns().collect();
    turns.sort_unstable();
    let mut turns = turns.into_iter().peekable();
    let mut open = 0;
    let mut first = 0;
    while let Some((_, turn)) = turns.next_if(|(at, _)| *at < scene.ask.period.from) {
        first += i64::from(turn);
    }
    open += first;
    let mut rows = Vec::new();
    for ((label, end), tally) in stretches.into_iter().zip(&tallies) {
        let before = open;
        while let Some((_, turn)) = turns.next_if(|(at, _)| *at < end) {
            open += i64::from(turn);
        }
        rows.push(ReportRow {
            labels: vec![label],
            figures: figures(tally, open - before, open),
        });
    }
    ReportSection {
        key: "flow",
        title: "Flow",
        about: ABOUT,
        by: vec![
            match whole {
                ..=92 => "day",
                93..=731 => "week of",
                _ => "month of",
            }
            .to_owned(),
        ],
        columns: vec![
            column("created", Unit::Count),
            column("resolved", Unit::Count),
            column("reopened", Unit::Count),
            column("cancelled", Unit::Count),
            column("net", Unit::Count),
            column("backlog", Unit::Count),
        ],
        total: Some(figures(&total, open - first, open)),
        rows,
        overlaps: false,
        chart: Chart::Flow,
    }
}

fn figures(tally: &Tally, net: i64, open: i64) -> Vec<Figure> {
    let mut all: Vec<Figure> = (0..4).map(|at| tally.number(at)).collect();
    all.push(Figure::plain(Amount::Number(net)));
    all.push(Figure::plain(Amount::Number(open)));
    all
}
