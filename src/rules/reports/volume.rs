//! What came in and went out.

use std::collections::BTreeMap;

use crate::model::cancelled_as::CancelledAs;
use crate::model::field::{Field, Key};
use crate::page::query::Name;

use crate::rules::reports::facts::Activity;
use crate::rules::reports::table::{ReportTable, SectionText, column};
use crate::rules::reports::{Amount, Chart, Figure, ReportRow, ReportSection, Scene, Unit};

const ABOUT: &str = "created: records made in the period; resolved: number of times resolved, or closed without being resolved \
     before, comments excluded; closed, cancelled: number of times; all grouped by the values at that time";

/// Key, title, and the field with its word.
type Own = (&'static str, &'static str, &'static str, Name);

/// The fields that a volume is told apart by where nothing is asked for.
pub(in crate::rules::reports) const OWN: [Own; 5] = [
    (
        "volume-type",
        "Volume by type",
        "type",
        Name::Field(Field::Known(Key::Type)),
    ),
    (
        "volume-queue",
        "Volume by queue",
        "queue",
        Name::Field(Field::Known(Key::Queue)),
    ),
    (
        "volume-channel",
        "Volume by channel",
        "channel",
        Name::Field(Field::Known(Key::Channel)),
    ),
    (
        "volume-priority",
        "Volume by priority",
        "priority",
        Name::Field(Field::Known(Key::Priority)),
    ),
    (
        "volume-code",
        "Volume by code",
        "code",
        Name::Field(Field::Known(Key::Code)),
    ),
];

pub(in crate::rules::reports) fn sections(scene: &Scene<'_>) -> Vec<ReportSection> {
    let mut sections: Vec<ReportSection> = if scene.ask.by.is_empty() {
        OWN.into_iter().map(|own| by(scene, own)).collect()
    } else {
        let table = ReportTable::new(scene, &[]);
        vec![section(scene, ("volume", "Volume"), table)]
    };
    sections.extend(no_requests(scene));
    sections
}

/// Why a ticket of a fact counts for no volume, if it was no request.
fn no_request(scene: &Scene<'_>, ticket: u32) -> Option<CancelledAs> {
    let why = scene.history(ticket).cancelled_as?;
    (!why.is_request()).then_some(why)
}

/// The records made in the period that were no requests, by what they were; nothing where there are
/// none.
fn no_requests(scene: &Scene<'_>) -> Option<ReportSection> {
    let mut found: BTreeMap<CancelledAs, Vec<u32>> = BTreeMap::new();
    let made = scene.facts.all().filter(|fact| {
        scene.ask.period.holds(fact.at) && matches!(fact.deed, Activity::Created { .. })
    });
    for fact in made {
        if let Some(why) = no_request(scene, fact.ticket) {
            found.entry(why).or_default().push(fact.ticket);
        }
    }
    let figure = |of: Vec<u32>| Figure {
        amount: Amount::Number(i64::try_from(of.len()).unwrap_or(i64::MAX)),
        of,
    };
    let mut all: Vec<u32> = found.values().flatten().copied().collect();
    all.sort_unstable();
    let rows = found.into_iter().map(|(why, of)| ReportRow {
        labels: vec![why.as_str().to_owned()],
        figures: vec![figure(of)],
    });
    let rows: Vec<ReportRow> = rows.collect();
    (!rows.is_empty()).then(|| ReportSection {
        key: "volume-left-out",
        title: "Not counted above",
        about: "records made in the period and cancelled as mistakes, spam or tests",
        by: vec!["as".to_owned()],
        columns: vec![column("created", Unit::Count)],
        rows,
        total: Some(vec![figure(all)]),
        overlaps: false,
        chart: Chart::Plain,
    })
}

/// The volume by one field of its own.
pub(in crate::rules::reports) fn by(
    scene: &Scene<'_>,
    (key, title, word, name): Own,
) -> ReportSection {
    let table = ReportTable::by(scene, &[(word, name)]);
    section(scene, (key, title), table)
}

/// One table of created, resolved, closed and cancelled.
fn section(
    scene: &Scene<'_>,
    (key, title): (&'static str, &'static str),
    mut table: ReportTable<'_, '_>,
) -> ReportSection {
    for fact in scene.facts.all() {
        if !scene.ask.period.holds(fact.at) || no_request(scene, fact.ticket).is_some() {
            continue;
        }
        let at = match fact.deed {
            Activity::Created { .. } => 0,
            Activity::Solved(_) => 1,
            Activity::Closed => 2,
            Activity::Dropped => 3,
            _ => continue,
        };
        table.add(&fact.then, fact.ticket, |tally| {
            tally.count(at, fact.ticket);
        });
    }
    let words = SectionText {
        key,
        title,
        about: ABOUT,
        chart: Chart::Bars,
    };
    let columns = [
        column("created", Unit::Count),
        column("resolved", Unit::Count),
        column("closed", Unit::Count),
        column("cancelled", Unit::Count),
    ];
    table.section(words, &columns, |tally| {
        (0..4).map(|at| tally.number(at)).collect()
    })
}
