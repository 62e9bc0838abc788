//! Who did what, and communications.

use crate::model::person::DESK;
use crate::model::status::Outcome;

use crate::rules::reports::by::NONE;
use crate::rules::reports::facts::Activity;
use crate::rules::reports::label::Label;
use crate::rules::reports::table::{ReportTable, SectionText, Tally, column};
use crate::rules::reports::{Amount, Chart, DayLength, Figure, ReportSection, Scene, Unit};

const AGENTS: &str = "resolved: by who had the ticket then, else by who resolved it; contacts: by who made them; minutes: that they noted on what they did, on work orders where these count; taken over: \
     came from another agent; open: in hand at the end; pressing: of these of the two highest priorities; oldest: \
     the age of the oldest";

/// One row for each agent who did or has anything.
pub(in crate::rules::reports) fn agents(scene: &Scene<'_>) -> ReportSection {
    let mut table = ReportTable::of_rows(scene);
    let desk = |label: Label| scene.text(label) == DESK;
    let name = |agent: Label| {
        if agent.is_empty() {
            NONE
        } else {
            scene.text(agent)
        }
    };
    for fact in scene.facts.all() {
        if !scene.ask.period.holds(fact.at) {
            continue;
        }
        let ticket = fact.ticket;
        match fact.deed {
            Activity::Solved(_) => {
                let by = Some(fact.by).filter(|by| !desk(*by)).unwrap_or_default();
                let agent = Some(fact.then.agent).filter(|agent| !agent.is_empty());
                table.put(&[name(agent.unwrap_or(by))], |tally| tally.count(0, ticket));
            }
            Activity::Contact(contact) if !desk(fact.by) && !contact.automatic => {
                table.put(&[name(fact.by)], |tally| tally.count(1, ticket));
            }
            Activity::Worked { minutes, .. } if !desk(fact.by) => {
                let minutes = i64::from(minutes);
                table.put(&[name(fact.by)], |tally| tally.sum += minutes);
            }
            Activity::Handed => table.put(&[name(fact.then.agent)], |tally| tally.count(2, ticket)),
            _ => {}
        }
    }
    let settings = scene.ask.context.settings;
    for still in scene.facts.open() {
        let age = scene.ask.edge().since(still.created).num_milliseconds();
        let pressing = settings.rank(scene.text(still.then.priority)) < 2;
        table.put(&[name(still.then.agent)], |tally| {
            tally.count(3, still.ticket);
            if pressing {
                tally.count(4, still.ticket);
            }
            tally.time(age / 1_000 * 1_000, still.ticket);
        });
    }
    let words = SectionText {
        key: "agents",
        title: "Agents",
        about: AGENTS,
        chart: Chart::Bars,
    };
    let columns = [
        column("resolved", Unit::Count),
        column("contacts", Unit::Count),
        column("minutes", Unit::Minutes),
        column("taken_over", Unit::Count),
        column("open", Unit::Count),
        column("pressing", Unit::Count),
        column("oldest", Unit::Seconds),
    ];
    let mut section = table.section(words, &columns, |tally| {
        let plain = |millis| Amount::Time(millis, DayLength::PLAIN);
        let oldest = tally.longest().map_or(Amount::None, plain);
        vec![
            tally.number(0),
            tally.number(1),
            Figure::plain(Amount::Number(tally.sum)),
            tally.number(2),
            tally.number(3),
            tally.number(4),
            Figure::plain(oldest),
        ]
    });
    section.by = vec!["agent".to_owned()];
    section.rows.sort_by_key(|row| row.labels[0] == NONE);
    section
}

const CONTACTS: &str = "in, out: communications with requesters in the period; unreached: of those out, attempts that reached nobody; \
     minutes: as noted; automatic: written by no person, outside the others";

pub(in crate::rules::reports) fn contacts(scene: &Scene<'_>) -> Vec<ReportSection> {
    let asked = !scene.ask.by.is_empty();
    let mut table = ReportTable::new(scene, &[]);
    for fact in scene.facts.all() {
        let Activity::Contact(contact) = fact.deed else {
            continue;
        };
        if !scene.ask.period.holds(fact.at) {
            continue;
        }
        let count = |tally: &mut Tally| {
            if contact.automatic {
                return tally.count(3, fact.ticket);
            }
            tally.count(usize::from(!contact.incoming), fact.ticket);
            let missed = !contact.incoming && !Outcome::reached(&contact.outcome);
            if missed {
                tally.count(2, fact.ticket);
            }
            tally.sum += i64::from(contact.minutes);
        };
        if asked {
            table.add(fact.at, &fact.then, fact.ticket, count);
        } else {
            table.put(&[contact.channel.as_str()], count);
        }
    }
    let words = SectionText {
        key: "contacts",
        title: "Contacts",
        about: CONTACTS,
        chart: Chart::Bars,
    };
    let columns = [
        column("in", Unit::Count),
        column("out", Unit::Count),
        column("unreached", Unit::Count),
        column("minutes", Unit::Minutes),
        column("automatic", Unit::Count),
    ];
    let mut section = table.section(words, &columns, |tally| {
        vec![
            tally.number(0),
            tally.number(1),
            tally.number(2),
            Figure::plain(Amount::Number(tally.sum)),
            tally.number(3),
        ]
    });
    if !asked {
        section.by = vec!["channel".to_owned()];
    }
    vec![section]
}
