//! Time that people noted: by who did it, when, for whom and on what.

use crate::model::field::{Field, Key};
use crate::page::query::Name;

use crate::rules::reports::by::{EntryField, NONE};
use crate::rules::reports::facts::{Activity, Fact};
use crate::rules::reports::label::Label;
use crate::rules::reports::table::{ReportTable, SectionText, column};
use crate::rules::reports::{Amount, Chart, Figure, GroupBy, ReportSection, Scene, Unit};

const ABOUT: &str = "minutes: noted in the period, on work orders too, those of an order once and not for each of its tickets; \
     entries: on which they were noted; tickets: these are on; agent: who did it; day: when it was done; fields as they were then";

/// One table by what was asked for, else by activity, by code and by day.
pub(in crate::rules::reports) fn time(scene: &Scene<'_>) -> Vec<ReportSection> {
    if !scene.ask.by.is_empty() {
        return vec![section(scene, "time", "Time", scene.ask.by)];
    }
    let code = Name::Field(Field::Known(Key::Code));
    [
        (
            "time-by-activity",
            "Time by activity",
            GroupBy::entry(EntryField::Activity),
        ),
        ("time-by-code", "Time by code", GroupBy::then("code", code)),
        (
            "time-by-day",
            "Time by day",
            GroupBy::entry(EntryField::Day),
        ),
    ]
    .into_iter()
    .map(|(key, title, by)| section(scene, key, title, &[by]))
    .collect()
}

fn section(
    scene: &Scene<'_>,
    key: &'static str,
    title: &'static str,
    by: &[GroupBy],
) -> ReportSection {
    let mut table = ReportTable::of_fields(scene, by);
    for fact in scene.facts.all() {
        let Activity::Worked { minutes, activity } = fact.deed else {
            continue;
        };
        if !scene.ask.period.holds(fact.at) {
            continue;
        }
        let told = |field: EntryField| told(scene, fact, activity, field);
        table.add_entry(&fact.then, fact.ticket, &told, |tally| {
            tally.count(0, fact.ticket);
            tally.sum += i64::from(minutes);
        });
    }
    let words = SectionText {
        key,
        title,
        about: ABOUT,
        chart: Chart::Bars,
    };
    let columns = [
        column("minutes", Unit::Minutes),
        column("entries", Unit::Count),
        column("tickets", Unit::Count),
    ];
    table.section(words, &columns, |tally| {
        let entries = tally.number(0);
        let mut tickets = entries.of.clone();
        tickets.dedup();
        vec![
            Figure::plain(Amount::Number(tally.sum)),
            entries,
            Figure {
                amount: Amount::Number(i64::try_from(tickets.len()).unwrap_or(i64::MAX)),
                of: tickets,
            },
        ]
    })
}

/// What an entry itself says of a field.
fn told(scene: &Scene<'_>, fact: &Fact<'_>, activity: Label, field: EntryField) -> String {
    let zone = scene.ask.context.settings.zone;
    let text = match field {
        EntryField::Agent => scene.text(fact.by).to_owned(),
        EntryField::Activity => scene.text(activity).to_owned(),
        time => time.of_time(fact.at, zone).unwrap_or_default(),
    };
    if text.is_empty() {
        NONE.to_owned()
    } else {
        text
    }
}
