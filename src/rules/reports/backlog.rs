//! What was open at an instant, by age and by whom it waits for.

use crate::model::field::{Field, Key};
use crate::model::moment::Moment;
use crate::page::query::Name;

use crate::rules::reports::table::{ReportTable, SectionText, Tally, column};
use crate::rules::reports::{
    Amount, Chart, DayLength, Figure, ReportColumn, ReportRow, ReportSection, Scene, Unit,
};

const DAY: i64 = 86_400_000;

/// Upper edges of the buckets, in days.
const AGES: [(&str, i64); 7] = [
    ("up to 1 day", 1),
    ("1 to 3 days", 3),
    ("3 to 7 days", 7),
    ("7 to 14 days", 14),
    ("14 to 30 days", 30),
    ("30 to 90 days", 90),
    ("over 90 days", i64::MAX),
];

const ABOUT: &str = "open: at the instant, reconstructed from the logs; waiting: of these pending; quiet: of these with nothing in the \
     log for 7 days; oldest: age in plain time";

const AGE: &str = "open: at the instant, by plain time since the record was made, reconstructed from the logs; waiting: of these \
     pending; quiet: of these with nothing in the log for 7 days; oldest: age in plain time";

const COLUMNS: [ReportColumn; 4] = [
    column("open", Unit::Count),
    column("waiting", Unit::Count),
    column("quiet", Unit::Count),
    column("oldest", Unit::Seconds),
];

pub(in crate::rules::reports) fn sections(scene: &Scene<'_>) -> Vec<ReportSection> {
    let queue = ("queue", Name::Field(Field::Known(Key::Queue)));
    let mut table = ReportTable::new(scene, &[queue]);
    each(scene, |still, age, tally| {
        table.add(still.created, &still.then, still.ticket, |one| {
            tally(one, age);
        });
    });
    let words = SectionText {
        key: "backlog",
        title: "Backlog",
        about: ABOUT,
        chart: Chart::Bars,
    };
    vec![ageing(scene), table.section(words, &COLUMNS, figures)]
}

/// The backlog by age.
pub(in crate::rules::reports) fn ageing(scene: &Scene<'_>) -> ReportSection {
    let mut table = ReportTable::of_rows(scene);
    for (name, _) in AGES {
        table.put(&[name], |_| ());
    }
    each(scene, |_, age, tally| {
        let bucket = AGES
            .iter()
            .position(|(_, days)| age < days.saturating_mul(DAY));
        let bucket = bucket.unwrap_or(AGES.len() - 1);
        table.put(&[AGES[bucket].0], |one| tally(one, age));
    });
    let words = SectionText {
        key: "backlog-age",
        title: "Backlog by age",
        about: AGE,
        chart: Chart::Bars,
    };
    let mut section = table.section(words, &COLUMNS, figures);
    section.by = vec!["age".to_owned()];
    let bucket = |row: &ReportRow| AGES.iter().position(|(name, _)| *name == row.labels[0]);
    section.rows.sort_by_key(bucket);
    section
}

/// Gives every open ticket with its age and the way to count it.
fn each(
    scene: &Scene<'_>,
    mut give: impl FnMut(
        &crate::rules::reports::facts::TicketAtInstant<'_>,
        i64,
        &dyn Fn(&mut Tally, i64),
    ),
) {
    let edge = scene.ask.edge();
    let age = |since: Moment| edge.since(since).num_milliseconds();
    for still in scene.facts.open() {
        let waits = still.then.waiting.is_some();
        let quiet = age(still.touched) > 7 * DAY;
        give(still, age(still.created), &|tally, age| {
            tally.count(0, still.ticket);
            if waits {
                tally.count(1, still.ticket);
            }
            if quiet {
                tally.count(2, still.ticket);
            }
            tally.sum = tally.sum.max(age);
        });
    }
}

fn figures(tally: &Tally) -> Vec<Figure> {
    let oldest = if tally.len(0) == 0 {
        Amount::None
    } else {
        Amount::Time(tally.sum / 1_000 * 1_000, DayLength::PLAIN)
    };
    let mut all: Vec<Figure> = (0..3).map(|at| tally.number(at)).collect();
    all.push(Figure::plain(oldest));
    all
}
