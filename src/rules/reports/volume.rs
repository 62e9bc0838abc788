//! What came in and went out.

use crate::model::field::{Field, Key};
use crate::page::query::Name;

use crate::rules::reports::facts::Activity;
use crate::rules::reports::table::{ReportTable, SectionText, column};
use crate::rules::reports::{Chart, ReportSection, Scene, Unit};

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
    if !scene.ask.by.is_empty() {
        let table = ReportTable::new(scene, &[]);
        return vec![section(scene, ("volume", "Volume"), table)];
    }
    OWN.into_iter().map(|own| by(scene, own)).collect()
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
        if !scene.ask.period.holds(fact.at) {
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
