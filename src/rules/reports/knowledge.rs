//! What the knowledge base had to do with it, and what requesters said.

use crate::model::article::{ArticleOutcome, ArticleState};
use crate::model::field::{Field, Key};
use crate::model::ticket_history::TicketHistory;
use crate::model::ticket_summary::{Knowledge, Learned};
use crate::page::query::Name;

use crate::rules::article_usage::{self, LastSaid};
use crate::rules::reports::by::NONE;
use crate::rules::reports::facts::Activity;
use crate::rules::reports::table::{ReportTable, SectionText, column};
use crate::rules::reports::{Chart, ReportSection, Scene, Unit};

const KB: &str = "resolved: tickets resolved in the period; linked: of these with an article that was named or used and not wrong; solved: of these by an article; \
     link rate: linked of resolved; unneeded: resolved with the word that none was needed";

pub(in crate::rules::reports) fn kb(scene: &Scene<'_>) -> Vec<ReportSection> {
    let mut table = ReportTable::new(scene, &[("code", Name::Field(Field::Known(Key::Code)))]);
    for facts in scene.facts.tickets() {
        let mut solved = facts.iter().filter(|fact| {
            matches!(fact.deed, Activity::Solved(_)) && scene.ask.period.holds(fact.at)
        });
        let Some(fact) = solved.next_back() else {
            continue;
        };
        let ticket = scene.history(fact.ticket);
        let articles = article_usage::articles(&ticket.knowledge);
        let linked = articles.values().any(article_usage::is_of_use);
        let solved = |(came, _): &LastSaid| *came == Some(ArticleOutcome::Solved);
        let by = articles.values().any(solved);
        let skipped = ticket
            .knowledge
            .iter()
            .any(|one| matches!(one.what, Learned::Skipped { .. }));
        table.add(fact.at, &fact.then, fact.ticket, |tally| {
            for (at, yes) in [true, linked, by, skipped].into_iter().enumerate() {
                if yes {
                    tally.count(at, fact.ticket);
                }
            }
        });
    }
    let words = SectionText {
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
    vec![
        rates,
        articles(scene),
        cached_articles(scene),
        searches(scene),
    ]
}

/// Which articles were used, and what came of it.
fn articles(scene: &Scene<'_>) -> ReportSection {
    let mut table = ReportTable::of_rows(scene);
    let period = scene.ask.period;
    for (ticket, number) in scene.histories.iter().zip(0..) {
        // What came after the period is not known in it.
        let until = |one: &&Knowledge| one.at < period.to && one.at <= scene.ask.context.now;
        for (article, (came, at)) in article_usage::articles(ticket.knowledge.iter().filter(until))
        {
            if !period.holds(at) {
                continue;
            }
            let said = came.map(|came| match came {
                ArticleOutcome::Solved => 1,
                ArticleOutcome::Helped => 2,
                ArticleOutcome::Wrong => 3,
                ArticleOutcome::Drafted => 4,
            });
            table.put(&[&article], |tally| {
                if came != Some(ArticleOutcome::Drafted) {
                    tally.count(0, number);
                }
                if let Some(said) = said {
                    tally.count(said, number);
                }
            });
        }
    }
    let words = SectionText {
        key: "kb-articles",
        title: "Articles in use",
        about: "used: tickets that named or used it in the period, each once, as `desk kb list` counts; solved, helped, wrong: what \
             was said of it last; drafted: made of a ticket, which is no use",
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

/// The articles themselves, and whether anybody has looked after them.
fn cached_articles(scene: &Scene<'_>) -> ReportSection {
    let mut table = ReportTable::of_rows(scene);
    let zone = scene.ask.context.settings.zone;
    let today = scene.ask.context.now.in_zone(&zone).date_naive();
    let first = scene.histories.len();
    for (article, place) in scene.articles.iter().zip(first..) {
        let owner = article.owner.as_deref().unwrap_or(NONE);
        let place = u32::try_from(place).unwrap_or(u32::MAX);
        let figures = [
            article.state == ArticleState::Published,
            article.is_stale(today),
            matches!(article.state, ArticleState::Draft | ArticleState::Review),
            article.state == ArticleState::Retired,
        ];
        table.put(&[owner], |tally| {
            for (at, counts) in figures.into_iter().enumerate() {
                if counts {
                    tally.count(at, place);
                }
            }
        });
    }
    let words = SectionText {
        key: "kb-shelf",
        title: "Articles by owner",
        about: "published: articles as their files stand; past review: of these, the day of their review is over at the instant; \
             drafts: in review too; retired: kept for old tickets",
        chart: Chart::Plain,
    };
    let columns = [
        column("published", Unit::Count),
        column("past_review", Unit::Count),
        column("drafts", Unit::Count),
        column("retired", Unit::Count),
    ];
    let mut section = table.section(words, &columns, |tally| {
        (0..4).map(|at| tally.number(at)).collect()
    });
    section.by = vec!["owner".to_owned()];
    section
}

/// Searches that were made on tickets.
fn searches(scene: &Scene<'_>) -> ReportSection {
    let mut table = ReportTable::of_rows(scene);
    // How often each of the team searches measures people.
    let told_apart = scene.ask.people;
    each(scene, |number, by, what| {
        if let Learned::Searched { hits, .. } = what {
            let row: &[&str] = if told_apart { &[by] } else { &[] };
            table.put(row, |tally| {
                tally.count(0, number);
                if *hits == 0 {
                    tally.count(1, number);
                }
            });
        }
    });
    let words = SectionText {
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
    if told_apart {
        section.by = vec!["agent".to_owned()];
    }
    section
}

fn each(scene: &Scene<'_>, mut give: impl FnMut(u32, &str, &Learned)) {
    for (ticket, number) in scene.histories.iter().zip(0..) {
        for one in &ticket.knowledge {
            if scene.ask.period.holds(one.at) && one.at <= scene.ask.context.now {
                give(number, one.by.as_str(), &one.what);
            }
        }
    }
}

const SATISFACTION: &str = "closed: tickets closed in the period; answered: of these with the requester's word or a rating; response rate: \
     answered of closed; satisfied: said yes, or rated 4 or 5 where no word was given; dissatisfied: the others who \
     answered; satisfaction: satisfied of both; as the tickets stand";

pub(in crate::rules::reports) fn satisfaction(scene: &Scene<'_>) -> Vec<ReportSection> {
    let mut table = ReportTable::new(scene, &[("queue", Name::Field(Field::Known(Key::Queue)))]);
    for facts in scene.facts.tickets() {
        let closed = |fact: &&crate::rules::reports::facts::Fact<'_>| {
            matches!(fact.deed, Activity::Closed) && scene.ask.period.holds(fact.at)
        };
        let Some(fact) = facts.iter().rfind(closed) else {
            continue;
        };
        let said = said(scene.history(fact.ticket));
        table.add(fact.at, &fact.then, fact.ticket, |tally| {
            tally.count(0, fact.ticket);
            if let Some(satisfied) = said {
                tally.count(1, fact.ticket);
                tally.count(if satisfied { 2 } else { 3 }, fact.ticket);
            }
        });
    }
    let words = SectionText {
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
fn said(ticket: &TicketHistory) -> Option<bool> {
    let rated = || ticket.rating.map(|rating| rating >= 4);
    ticket.satisfied.or_else(rated)
}
