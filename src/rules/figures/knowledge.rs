//! What the knowledge base had to do with it, and what requesters said.

use crate::model::article::Came;
use crate::model::excerpt::{Excerpt, Learned};
use crate::model::field::{Field, Key, Value};
use crate::page::query::Name;

use super::facts::Deed;
use super::table::{Table, Words, column};
use super::{Chart, Scene, Section, Unit};

const KB: &str = "resolved: tickets resolved in the period; linked: of these with an article that was used and not wrong; solved: of these by an article; \
     link rate: linked of resolved; unneeded: resolved with the word that none was needed";

pub(super) fn kb(scene: &Scene<'_>) -> Vec<Section> {
    let mut table = Table::new(scene.ask, &[("code", Name::Field(Field::Known(Key::Code)))]);
    for facts in scene.facts.all.chunk_by(|a, b| a.ticket == b.ticket) {
        let mut solved = facts
            .iter()
            .filter(|fact| matches!(fact.deed, Deed::Solved(_)) && scene.ask.period.holds(fact.at));
        let Some(fact) = solved.next_back() else {
            continue;
        };
        let ticket = scene.ticket(fact.ticket);
        let came = |wanted: &dyn Fn(Came) -> bool| {
            ticket
                .knowledge
                .iter()
                .any(|one| matches!(&one.what, Learned::Used { came, .. } if wanted(*came)))
        };
        let linked = came(&|came| came != Came::Wrong);
        let by = came(&|came| came == Came::Solved);
        let skipped = ticket
            .knowledge
            .iter()
            .any(|one| matches!(one.what, Learned::Skipped { .. }));
        table.add(&fact.then, ticket, |tally| {
            for (at, yes) in [true, linked, by, skipped].into_iter().enumerate() {
                if yes {
                    tally.count(at, fact.ticket);
                }
            }
        });
    }
    let words = Words {
        key: "kb",
        title: "Knowledge base",
        about: KB,
        chart: Chart::Bars,
    };
    let columns = [
        column("resolved", Unit::Count),
        column("linked", Unit::Count),
        column("solved", Unit::Count),
        column("link_rate", Unit::Share),
        column("unneeded", Unit::Count),
    ];
    let rates = table.section(words, &columns, |tally| {
        vec![
            tally.number(0),
            tally.number(1),
            tally.number(2),
            tally.share(1, &[0]),
            tally.number(3),
        ]
    });
    vec![rates, articles(scene), searches(scene)]
}

/// Which articles were used, and what came of it.
fn articles(scene: &Scene<'_>) -> Section {
    let mut table = Table::fixed(scene.ask, Vec::new());
    each(scene, |number, _, what| {
        if let Learned::Used { article, came, .. } = what {
            let at = match came {
                Came::Solved => 1,
                Came::Helped => 2,
                Came::Wrong => 3,
                Came::Drafted => 4,
            };
            table.put(vec![article.clone()], |tally| {
                tally.count(0, number);
                tally.count(at, number);
            });
        }
    });
    let words = Words {
        key: "kb-articles",
        title: "Articles in use",
        about: "used: on tickets in the period; solved, helped, wrong, drafted: what came of it",
        chart: Chart::Bars,
    };
    let columns = [
        column("used", Unit::Count),
        column("solved", Unit::Count),
        column("helped", Unit::Count),
        column("wrong", Unit::Count),
        column("drafted", Unit::Count),
    ];
    let mut section = table.section(words, &columns, |tally| {
        (0..5).map(|at| tally.number(at)).collect()
    });
    section.by = vec!["article".to_owned()];
    section
}

/// Searches that were made on tickets.
fn searches(scene: &Scene<'_>) -> Section {
    let mut table = Table::fixed(scene.ask, Vec::new());
    each(scene, |number, by, what| {
        if let Learned::Searched { hits, .. } = what {
            table.put(vec![by.to_owned()], |tally| {
                tally.count(0, number);
                if *hits == 0 {
                    tally.count(1, number);
                }
            });
        }
    });
    let words = Words {
        key: "kb-searches",
        title: "Searches",
        about: "searches: of the knowledge base, made on a ticket in the period; no hit: of these those that found nothing; no hit rate: \
             no hit of searches; `desk kb demand` tells what they looked for",
        chart: Chart::Plain,
    };
    let columns = [
        column("searches", Unit::Count),
        column("no_hit", Unit::Count),
        column("no_hit_rate", Unit::Share),
    ];
    let mut section = table.section(words, &columns, |tally| {
        vec![tally.number(0), tally.number(1), tally.share(1, &[0])]
    });
    section.by = vec!["agent".to_owned()];
    section
}

fn each(scene: &Scene<'_>, mut give: impl FnMut(u32, &str, &Learned)) {
    for (ticket, number) in scene.tickets.iter().zip(0..) {
        for one in &ticket.knowledge {
            if scene.ask.period.holds(one.at) && one.at <= scene.ask.world.now {
                give(number, one.by.as_str(), &one.what);
            }
        }
    }
}

const SATISFACTION: &str = "closed: tickets closed in the period; answered: of these with the requester's word or a rating; response rate: \
     answered of closed; satisfied: said yes, or rated 4 or 5 where no word was given; dissatisfied: the others who \
     answered; satisfaction: satisfied of both; as the tickets stand";

pub(super) fn satisfaction(scene: &Scene<'_>) -> Vec<Section> {
    let mut table = Table::new(
        scene.ask,
        &[("queue", Name::Field(Field::Known(Key::Queue)))],
    );
    for facts in scene.facts.all.chunk_by(|a, b| a.ticket == b.ticket) {
        let closed = |fact: &&super::facts::Fact<'_>| {
            matches!(fact.deed, Deed::Closed) && scene.ask.period.holds(fact.at)
        };
        let Some(fact) = facts.iter().rfind(closed) else {
            continue;
        };
        let ticket = scene.ticket(fact.ticket);
        let said = said(ticket);
        table.add(&fact.then, ticket, |tally| {
            tally.count(0, fact.ticket);
            if let Some(satisfied) = said {
                tally.count(1, fact.ticket);
                tally.count(if satisfied { 2 } else { 3 }, fact.ticket);
            }
        });
    }
    let words = Words {
        key: "satisfaction",
        title: "Satisfaction",
        about: SATISFACTION,
        chart: Chart::Bars,
    };
    let columns = [
        column("closed", Unit::Count),
        column("answered", Unit::Count),
        column("response_rate", Unit::Share),
        column("satisfied", Unit::Count),
        column("dissatisfied", Unit::Count),
        column("satisfaction", Unit::Share),
    ];
    vec![table.section(words, &columns, |tally| {
        vec![
            tally.number(0),
            tally.number(1),
            tally.share(1, &[0]),
            tally.number(2),
            tally.number(3),
            tally.share(2, &[2, 3]),
        ]
    })]
}

/// What the requester said, if anything.
fn said(ticket: &Excerpt) -> Option<bool> {
    match ticket.get(Key::Satisfied) {
        Some(Value::Bool(yes)) => return Some(*yes),
        Some(Value::Text(word)) if word == "yes" => return Some(true),
        Some(Value::Text(word)) if word == "no" => return Some(false),
        _ => {}
    }
    match ticket.get(Key::Rating)? {
        Value::Number(rating) => Some(*rating >= 4),
        _ => None,
    }
}
