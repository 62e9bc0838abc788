//! What came in and went out.

use std::collections::BTreeMap;

use crate::model::cancelled_as::CancelledAs;
use crate::model::field::{Field, Key};
use crate::page::query::Name;

use crate::rules::reports::course;
use crate::rules::reports::facts::Activity;
use crate::rules::reports::table::{ReportTable, SectionText, column};
use crate::rules::reports::{Amount, Chart, Figure, ReportRow, ReportSection, Scene, Unit};

const ABOUT: &str = "created: records made in the period; resolved: number of times resolved, or closed without being resolved \
     before, again after every reopening, comments excluded; closed, cancelled, merged: number of times; created is grouped by what the intake said until it ended, \
     the others by the values at that time; what nobody knew yet counts by its first value; a later correction moves nothing; mistakes, spam and tests are left out";

/// What the columns are where they are told apart by what holds at the report's instant.
const ABOUT_NOW: &str = "created: records made in the period; resolved: number of times resolved, or closed without being resolved \
     before, again after every reopening, comments excluded; closed, cancelled, merged: number of times; all grouped as the tickets stand at the report's instant; mistakes, spam and tests are left out";

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
    if scene.ask.by.is_empty() {
        sections.push(course::load(scene));
    }
    sections.extend(no_requests(scene));
    sections
}

/// The records made in the period that were no requests, by what they were; nothing where there are
/// none.
fn no_requests(scene: &Scene<'_>) -> Option<ReportSection> {
    let mut found: BTreeMap<CancelledAs, Vec<u32>> = BTreeMap::new();
    let made = scene.facts.all().filter(|fact| {
        scene.ask.period.holds(fact.at) && matches!(fact.deed, Activity::Created { .. })
    });
    for fact in made {
        if let Some(why) = scene.no_request(fact.ticket) {
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

/// One table of created, resolved, closed, cancelled and merged.
fn section(
    scene: &Scene<'_>,
    (key, title): (&'static str, &'static str),
    mut table: ReportTable<'_, '_>,
) -> ReportSection {
    for fact in scene.facts.all() {
        if !scene.ask.period.holds(fact.at) || scene.no_request(fact.ticket).is_some() {
            continue;
        }
        let at = match fact.deed {
            Activity::Created { .. } => 0,
            Activity::Solved(_) => 1,
            Activity::Closed => 2,
            Activity::Cancelled => 3,
            Activity::Merged => 4,
            _ => continue,
        };
        table.add(fact.at, &fact.then, fact.ticket, |tally| {
            tally.count(at, fact.ticket);
        });
    }
    let by = &scene.ask.by;
    let is_now = !by.is_empty() && by.iter().all(|one| one.now);
    let about = if is_now { ABOUT_NOW } else { ABOUT };
    let words = SectionText {
        key,
        title,
        about,
        chart: Chart::Bars,
    };
    let columns = [
        column("created", Unit::Count),
        column("resolved", Unit::Count),
        column("closed", Unit::Count),
        column("cancelled", Unit::Count),
        column("merged", Unit::Count),
    ];
    table.section(words, &columns, |tally| {
        (0..5).map(|at| tally.number(at)).collect()
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use crate::model::catalog::Catalogue;
    use crate::model::field::Field;
    use crate::model::ticket_history::TicketHistory;
    use crate::model::ticket_summary::TicketSummary;
    use crate::page::query::Name;
    use crate::page::{settings, ticket};
    use crate::rules::context::DeskContext;
    use crate::rules::reports::{
        Amount, Ask, GroupBy, ReportInput, ReportKind, ReportSection, report,
    };

    /// The fields that the tickets here have, and whether `created` tells of them.
    const FIELDS: [(&str, bool); 8] = [
        ("code", true),
        ("queue", true),
        ("priority", true),
        ("impact", true),
        ("assignee", true),
        ("channel", true),
        ("requester.organisation", false),
        ("fields.site", false),
    ];

    /// One entry: its kind, and for each field no change or a value, the last of which is none.
    type Step = (usize, Vec<Option<u8>>);

    const KINDS: [&str; 5] = ["intake", "set", "note", "resolve", "reopen"];

    #[derive(Clone, Debug)]
    struct Told {
        first: Vec<Option<u8>>,
        steps: Vec<Step>,
    }

    fn told() -> impl Strategy<Value = Told> {
        let value = || prop::option::weighted(0.6, 0..3_u8);
        let change = || prop::option::weighted(0.3, 0..4_u8);
        let first = prop::collection::vec(value(), FIELDS.len());
        let step = (
            0..KINDS.len(),
            prop::collection::vec(change(), FIELDS.len()),
        );
        let steps = prop::collection::vec(step, 0..7);
        (first, steps).prop_map(|(first, steps)| Told { first, steps })
    }

    fn word(value: Option<u8>) -> String {
        value.map_or("(none)".to_owned(), |value| format!("v{value}"))
    }

    /// A field after an entry.
    fn after(step: &Step, field: usize, before: Option<u8>) -> Option<u8> {
        match step.1[field].filter(|_| step.0 < 3) {
            Some(value) => (value < 3).then_some(value),
            None => before,
        }
    }

    /// A field after each entry, the first included.
    fn course(told: &Told, field: usize) -> Vec<Option<u8>> {
        let mut all = vec![told.first[field]];
        for step in &told.steps {
            let before = *all.last().unwrap();
            all.push(after(step, field, before));
        }
        all
    }

    /// The statuses after each entry: whether it is resolved.
    fn solved(told: &Told) -> Vec<bool> {
        let mut all = vec![false];
        for (kind, _) in &told.steps {
            let before = *all.last().unwrap();
            all.push(match KINDS[*kind] {
                "resolve" => true,
                "reopen" => false,
                _ => before,
            });
        }
        all
    }

    fn text(told: &Told, id: &str) -> String {
        let mut log =
            "\n## 2026-11-21T09:00:00Z anna created ^aa00\n\n- type: action\n- status: open\n"
                .to_owned();
        for (field, (name, tracked)) in FIELDS.iter().enumerate() {
            if let Some(value) = told.first[field].filter(|_| *tracked) {
                log.push_str(&format!("- {name}: v{value}\n"));
            }
        }
        let solved = solved(told);
        for (at, step) in told.steps.iter().enumerate() {
            let mut lines = String::new();
            if solved[at] != solved[at + 1] {
                let word = |solved: bool| if solved { "resolved" } else { "open" };
                let (old, new) = (word(solved[at]), word(solved[at + 1]));
                lines.push_str(&format!("- status: {old} -> {new}\n"));
            }
            for (field, (name, _)) in FIELDS.iter().enumerate() {
                let course = course(told, field);
                let (before, new) = (course[at], course[at + 1]);
                if new != before {
                    lines.push_str(&format!("- {name}: {} -> {}\n", word(before), word(new)));
                }
            }
            let minute = at + 1;
            let kind = KINDS[step.0];
            log.push_str(&format!(
                "\n## 2026-11-21T09:{minute:02}:00Z anna {kind} ^bb{minute:02}\n\n{lines}"
            ));
        }
        let mut top = String::new();
        let mut sections: BTreeMap<&str, String> = BTreeMap::new();
        for (field, (name, _)) in FIELDS.iter().enumerate() {
            let Some(value) = *course(told, field).last().unwrap() else {
                continue;
            };
            match name.split_once('.') {
                Some((section, name)) => {
                    sections
                        .entry(section)
                        .or_default()
                        .push_str(&format!("{name} = \"v{value}\"\n"));
                }
                None => top.push_str(&format!("{name} = \"v{value}\"\n")),
            }
        }
        let status = if *solved.last().unwrap() {
            "resolved"
        } else {
            "open"
        };
        for (section, lines) in sections {
            top.push_str(&format!("\n[{section}]\n{lines}"));
        }
        format!(
            "+++\nid = \"{id}\"\ntype = \"action\"\ntitle = \"T\"\nstatus = \"{status}\"\ncreated = 2026-11-21T09:00:00Z\n{top}+++\n{log}"
        )
    }

    /// By what a ticket counts as made.
    fn at_intake(told: &Told, field: usize) -> Option<u8> {
        let course = course(told, field);
        let mut value = course[0];
        let mut corrected = false;
        for (at, (kind, _)) in told.steps.iter().enumerate() {
            if course[at] == course[at + 1] {
                continue;
            }
            if KINDS[*kind] == "intake" && !corrected {
                value = course[at + 1];
            } else {
                corrected = true;
                value = value.or(course[at + 1]);
            }
        }
        value
    }

    /// By what it counts as resolved with the entry `at`.
    fn at_event(told: &Told, field: usize, at: usize) -> Option<u8> {
        let course = course(told, field);
        let known = course[..=at].iter().any(Option::is_some);
        if known || FIELDS[field].0 == "assignee" {
            return course[at];
        }
        at_intake(told, field)
    }

    /// Created and resolved by row, counted without any of the program's code.
    fn counted(all: &[Told], field: usize, now: bool) -> BTreeMap<String, (i64, i64)> {
        let mut rows: BTreeMap<String, (i64, i64)> = BTreeMap::new();
        for told in all {
            let last = *course(told, field).last().unwrap();
            let value = if now { last } else { at_intake(told, field) };
            rows.entry(word(value)).or_default().0 += 1;
            let solved = solved(told);
            for at in 1..solved.len() {
                if solved[at] && !solved[at - 1] {
                    let value = if now { last } else { at_event(told, field, at) };
                    rows.entry(word(value)).or_default().1 += 1;
                }
            }
        }
        rows
    }

    fn reported(sections: &[ReportSection]) -> BTreeMap<String, (i64, i64)> {
        let number = |amount: &Amount| match amount {
            Amount::Number(n) => *n,
            _ => 0,
        };
        let rows = sections[0].rows.iter();
        rows.map(|row| {
            let figures = (
                number(&row.figures[0].amount),
                number(&row.figures[1].amount),
            );
            (row.labels[0].clone(), figures)
        })
        .collect()
    }

    proptest! {
        #[test]
        fn volume_is_what_a_plain_count_of_the_logs_tells(all in prop::collection::vec(told(), 1..6)) {
            let read = settings::read(settings::STARTER).unwrap();
            let catalogue = Catalogue::default();
            let now = "2026-11-21T12:00:00Z".parse().unwrap();
            let context = DeskContext::new(&read, &catalogue, now);
            let front: Vec<TicketSummary> = all.iter().enumerate().map(|(at, told)| {
                let id = format!("2611-AAAA{at}");
                let text = text(told, &id);
                let page = ticket::read(id.parse().unwrap(), text).unwrap();
                TicketSummary::of(&page.ticket, false)
            }).collect();
            let histories: Vec<TicketHistory> = front.iter().map(TicketHistory::of).collect();
            for (field, (name, _)) in FIELDS.iter().enumerate() {
                for present in [false, true] {
                    let by = [GroupBy {
                        now: present,
                        ..GroupBy::then(name, Name::Field(name.parse::<Field>().unwrap()))
                    }];
                    let ask = Ask {
                        people: true,
                        step: None,
                        year: false,
                        names: false,
                        context,
                        period: crate::rules::text::period::read("2026-11", now, read.zone).unwrap(),
                        by: &by,
                    };
                    let given = ReportInput { histories: &histories, front: &front, articles: &[] };
                    let sections = report(ReportKind::Volume, given, ask);
                    prop_assert_eq!(
                        reported(&sections),
                        counted(&all, field, present),
                        "{} {} {}", name, present,
                        all.iter().map(|told| text(told, "x")).collect::<String>()
                    );
                }
            }
        }
    }
}
