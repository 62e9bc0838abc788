//! Who asks most: requesters and their organisations, where names are asked for.

use crate::model::field::{Field, Key};
use crate::page::query::Name;

use crate::rules::reports::facts::Activity;
use crate::rules::reports::table::{ReportTable, SectionText, Tally, column, largest};
use crate::rules::reports::{Chart, ReportSection, Scene, Unit};

const ABOUT: &str = "created: records made in the period, by whom they were made for as the record came in; mistakes, spam and tests are left out";

/// The ten requesters and organisations with most records; nothing where no names are asked for.
pub(in crate::rules::reports) fn sections(scene: &Scene<'_>) -> Vec<ReportSection> {
    if !scene.ask.names {
        return Vec::new();
    }
    let organisation = Name::Field(Field::Known(Key::RequesterOrganisation));
    vec![
        top(
            scene,
            ("top-requesters", "Requesters, the largest ten"),
            ("requester", Name::Requester),
        ),
        top(
            scene,
            ("top-organisations", "Organisations, the largest ten"),
            ("requester.organisation", organisation),
        ),
    ]
}

fn top(
    scene: &Scene<'_>,
    (key, title): (&'static str, &'static str),
    by: (&str, Name),
) -> ReportSection {
    let mut table = ReportTable::by(scene, &[by]);
    for fact in scene.facts.all() {
        let made = matches!(fact.deed, Activity::Created { .. });
        if made && scene.ask.period.holds(fact.at) && scene.no_request(fact.ticket).is_none() {
            table.add(fact.at, &fact.then, fact.ticket, |tally: &mut Tally| {
                tally.count(0, fact.ticket);
            });
        }
    }
    let words = SectionText {
        key,
        title,
        about: ABOUT,
        chart: Chart::Bars,
    };
    let columns = [column("created", Unit::Count)];
    largest(
        table.section(words, &columns, |tally| vec![tally.number(0)]),
        title,
    )
}
