//! Moves between queues and to management; what was solved and came back.

use crate::model::field::{Field, Key};
use crate::model::moment::Moment;
use crate::page::query::Name;

use crate::rules::reports::by::NONE;
use crate::rules::reports::facts::{Activity, Fact};
use crate::rules::reports::label::Label;
use crate::rules::reports::table::{ReportTable, SectionText, Tally, column};
use crate::rules::reports::{Amount, Chart, Figure, ReportSection, Scene, Unit};

const ESCALATIONS: &str = "up: to a higher tier; across: escalated on the same tier or down; moved: re-routed without escalating, but for a code that was corrected; back: of all of these \
     to a queue that it had left; management: told, the work stayed; reassigned: from one agent to another; all by what it was after";

fn code() -> (&'static str, Name) {
    ("code", Name::Field(Field::Known(Key::Code)))
}

pub(in crate::rules::reports) fn escalations(scene: &Scene<'_>) -> Vec<ReportSection> {
    let mut all = vec![table(scene, ReportTable::new(scene, &[code()]))];
    if scene.ask.by.is_empty() {
        all.insert(0, tiers(scene));
    }
    all
}

fn table(scene: &Scene<'_>, mut table: ReportTable<'_, '_>) -> ReportSection {
    for fact in scene.facts.all() {
        if scene.ask.period.holds(fact.at) {
            table.add(fact.at, &fact.then, fact.ticket, |tally| {
                moved(scene, fact, tally);
            });
        }
    }
    let words = SectionText {
        key: "escalations",
        title: "Escalations and moves",
        about: ESCALATIONS,
        chart: Chart::Bars,
    };
    let columns = [
        column("up", Unit::Count),
        column("across", Unit::Count),
        column("moved", Unit::Count),
        column("back", Unit::Count),
        column("management", Unit::Count),
        column("reassigned", Unit::Count),
    ];
    let mut section = table.section(words, &columns, |tally| {
        (0..6).map(|at| tally.number(at)).collect()
    });
    // Rows in which nothing moved say nothing.
    let some = |figure: &Figure| figure.amount != Amount::Number(0);
    section.rows.retain(|row| row.figures.iter().any(some));
    section
}

fn moved(scene: &Scene<'_>, fact: &Fact<'_>, tally: &mut Tally) {
    let settings = scene.ask.context.settings;
    match fact.deed {
        Activity::Moved {
            from,
            back,
            escalated,
        } => {
            let up = settings.tier(scene.text(fact.then.queue)) > settings.tier(scene.text(from));
            let at = match (escalated, up) {
                (true, true) => 0,
                (true, false) => 1,
                (false, _) => 2,
            };
            tally.count(at, fact.ticket);
            if back {
                tally.count(3, fact.ticket);
            }
        }
        Activity::Told => tally.count(4, fact.ticket),
        Activity::Handed => tally.count(5, fact.ticket),
        _ => {}
    }
}

/// Escalations by the tiers between which the work went.
fn tiers(scene: &Scene<'_>) -> ReportSection {
    let mut table = ReportTable::of_rows(scene);
    let settings = scene.ask.context.settings;
    for fact in scene.facts.all() {
        let Activity::Moved { from, .. } = fact.deed else {
            continue;
        };
        if !scene.ask.period.holds(fact.at) {
            continue;
        }
        let tier = |queue: Label| match settings.tier(scene.text(queue)) {
            0 => NONE.to_owned(),
            tier => tier.to_string(),
        };
        let both = [tier(from), tier(fact.then.queue)];
        table.put(&both.each_ref().map(String::as_str), |tally| {
            tally.count(0, fact.ticket);
        });
    }
    let words = SectionText {
        key: "escalations-tiers",
        title: "Moves between tiers",
        about: "moves: from one queue to another, by the tiers of both, escalated or re-routed",
        chart: Chart::Bars,
    };
    let columns = [column("moves", Unit::Count)];
    let mut section = table.section(words, &columns, |tally| vec![tally.number(0)]);
    section.by = vec!["from tier".to_owned(), "to tier".to_owned()];
    section
}

const REOPENS: &str = "resolved: tickets resolved in the period, each once and by its first resolution in it; reopened: of these opened again, not from cancelled, within the house's time of that; rate: reopened of resolved; undecided: \
     of the others those whose time is not over; reopenings: how often resolved or closed tickets were opened again in the period, whenever resolved; \
     followed: tickets made in the period that follow another";

pub(in crate::rules::reports) fn reopens(scene: &Scene<'_>) -> Vec<ReportSection> {
    vec![reopened(scene, ReportTable::new(scene, &[code()]))]
}

/// Reopenings as one total, for the overview.
pub(in crate::rules::reports) fn reopened_in_all(scene: &Scene<'_>) -> ReportSection {
    let mut section = reopened(scene, ReportTable::of_rows(scene));
    section.total = section.rows.pop().map(|row| row.figures);
    section
}

/// Whether the first of these, a resolution, was followed by a reopening in the house's time for that.
pub(in crate::rules::reports) fn is_back_in_time(scene: &Scene<'_>, facts: &[Fact<'_>]) -> bool {
    let mut later = facts.iter();
    let back = later.find(|later| matches!(later.deed, Activity::Reopened));
    let (Some(first), Some(back)) = (facts.first(), back) else {
        return false;
    };
    let within = scene.ask.context.settings.policy.reopen_within;
    let end = scene.house().and_then(|house| house.add(first.at, within));
    end.is_none_or(|end| back.at <= end)
}

fn reopened(scene: &Scene<'_>, mut table: ReportTable<'_, '_>) -> ReportSection {
    let within = scene.ask.context.settings.policy.reopen_within;
    let until = |at: Moment| scene.house()?.add(at, within);
    for facts in scene.facts.tickets() {
        let mut seen = false;
        for (at, fact) in facts.iter().enumerate() {
            if !scene.ask.period.holds(fact.at) {
                continue;
            }
            let mut count = |figure: usize| {
                table.add(fact.at, &fact.then, fact.ticket, |tally| {
                    tally.count(figure, fact.ticket);
                });
            };
            match fact.deed {
                // A ticket counts once, by its first resolution of the period.
                Activity::Solved(_) if !seen => {
                    seen = true;
                    count(0);
                    let end = until(fact.at);
                    if is_back_in_time(scene, &facts[at..]) {
                        count(1);
                    } else if end.is_none_or(|end| end > scene.ask.context.now) {
                        count(2);
                    }
                }
                Activity::Reopened => count(3),
                Activity::Created { .. } if scene.history(fact.ticket).follows => count(4),
                _ => {}
            }
        }
    }
    let words = SectionText {
        key: "reopens",
        title: "Reopened",
        about: REOPENS,
        chart: Chart::Bars,
    };
    let columns = [
        column("resolved", Unit::Count),
        column("reopened", Unit::Count),
        column("rate", Unit::Share),
        column("undecided", Unit::Count),
        column("reopenings", Unit::Count),
        column("followed", Unit::Count),
    ];
    table.section(words, &columns, |tally| {
        vec![
            tally.number(0),
            tally.number(1),
            tally.share(1, &[0]),
            tally.number(2),
            tally.number(3),
            tally.number(4),
        ]
    })
}
