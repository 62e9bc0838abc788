//! What the tickets' logs say of the knowledge base: which articles are used and what came of it,
//! what was looked for in vain, what was solved without.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};

use crate::model::article::ArticleOutcome;
use crate::model::corrections::{ReadLog, standing};
use crate::model::field::Key;
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::model::status::{Status, TicketType};
use crate::model::ticket::Ticket;
use crate::model::ticket_summary::{Knowledge, Learned, TicketSummary};
use crate::rules::text::normalize::normalize;

/// How often an article was used. Each ticket counts once, with what was said of it last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Tickets on which it was used.
    pub used: usize,
    /// Of these, solved by it alone.
    pub solved: usize,
    /// Solved with its help.
    pub helped: usize,
    /// On which it was wrong.
    pub wrong: usize,
    /// When it was last used.
    pub last: Option<Moment>,
}

impl Usage {
    /// Adds the use on other tickets.
    pub fn add(&mut self, more: &Self) {
        self.used += more.used;
        self.solved += more.solved;
        self.helped += more.helped;
        self.wrong += more.wrong;
        self.last = self.last.max(more.last);
    }
}

/// The use of every article that any of the tickets names.
pub fn usage<'t>(tickets: impl IntoIterator<Item = &'t TicketSummary>) -> BTreeMap<String, Usage> {
    let mut all: BTreeMap<String, Usage> = BTreeMap::new();
    for ticket in tickets {
        for (article, (came, at)) in of_ticket(ticket) {
            if came == Some(ArticleOutcome::Drafted) {
                continue;
            }
            let usage = all.entry(article).or_default();
            usage.used += 1;
            match came {
                Some(ArticleOutcome::Solved) => usage.solved += 1,
                Some(ArticleOutcome::Helped) => usage.helped += 1,
                Some(ArticleOutcome::Wrong) => usage.wrong += 1,
                _ => {}
            }
            usage.last = usage.last.max(Some(at));
        }
    }
    all
}

/// What was last said of an article on a ticket, and when; `None` of one that is named, and of which
/// nothing was said.
pub type LastSaid = (Option<ArticleOutcome>, Moment);

/// The articles of a ticket.
pub fn of_ticket(ticket: &TicketSummary) -> BTreeMap<String, LastSaid> {
    articles(&ticket.knowledge)
}

/// The articles that a ticket tells of. Lists, reports and screens count by this one.
pub fn articles<'k>(
    knowledge: impl IntoIterator<Item = &'k Knowledge>,
) -> BTreeMap<String, LastSaid> {
    let mut all: BTreeMap<String, LastSaid> = BTreeMap::new();
    for Knowledge { at, what, .. } in knowledge {
        match what {
            Learned::Used { article, came, .. } => {
                all.insert(article.clone(), (Some(*came), *at));
            }
            Learned::Linked { article } => {
                all.entry(article.clone()).or_insert((None, *at));
            }
            Learned::Unlinked { article } => {
                if all.get(article).is_some_and(|(came, _)| came.is_none()) {
                    all.remove(article);
                }
            }
            Learned::Searched { .. } | Learned::Skipped { .. } => {}
        }
    }
    all
}

/// Whether an article was of use: named or used, and neither wrong nor made of the ticket.
pub fn is_of_use((came, _): &LastSaid) -> bool {
    !matches!(came, Some(ArticleOutcome::Wrong | ArticleOutcome::Drafted))
}

/// Whether a request of this type is one for which the knowledge base is to be searched: comments
/// ask nothing, and work orders come of requests.
pub fn is_asked_of(kind: &TicketType) -> bool {
    !matches!(kind, TicketType::Comment | TicketType::WorkOrder)
}

/// Whether the knowledge base was searched for a ticket, or an article is on it.
pub fn was_consulted(ticket: &Ticket) -> bool {
    let searched = |entry| matches!(Learned::of(entry), Some(Learned::Searched { .. }));
    let log = ReadLog::of(&ticket.log);
    !ticket.list(Key::LinkArticles).is_empty() || standing(&log).into_iter().any(searched)
}

/// Something for which an article is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Demand {
    /// The words that were looked for, or the problem code; empty for tickets without a code.
    pub about: String,
    /// How often.
    pub times: usize,
    /// When last.
    pub last: Moment,
    /// On which tickets, the latest first.
    pub tickets: Vec<TicketId>,
    /// Of tickets that were solved: with how many somebody said that no article was needed.
    pub excused: usize,
}

/// What the knowledge base lacks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Demands {
    /// Searches that found nothing, the most frequent first.
    pub searches: Vec<Demand>,
    /// Codes of which tickets were solved without an article, the most frequent first.
    pub solved: Vec<Demand>,
    /// Tickets resolved with a word that the knowledge base was not needed.
    pub excused: usize,
}

/// Gathers what was looked for in vain, and what was solved without an article, from one moment up
/// to another. Searches are one if they differ in nothing but case, accents and spaces.
pub fn demands<'t>(
    tickets: impl IntoIterator<Item = &'t TicketSummary>,
    within: impl Fn(Moment) -> bool,
) -> Demands {
    let mut searches: BTreeMap<String, DemandGroup> = BTreeMap::new();
    let mut solved: BTreeMap<String, DemandGroup> = BTreeMap::new();
    let mut excused = 0;
    for ticket in tickets {
        let mut skipped = false;
        for one in ticket.knowledge.iter().filter(|one| within(one.at)) {
            match &one.what {
                Learned::Searched { query, hits: 0 } => {
                    let words: Vec<&str> = query.split_whitespace().collect();
                    let query = words.join(" ");
                    let group = searches.entry(normalize(&query)).or_default();
                    group.add(one.at, ticket.id, &query);
                }
                Learned::Skipped { .. } => skipped = true,
                _ => {}
            }
        }
        excused += usize::from(skipped);
        let solution = ticket.resolved.filter(|at| within(*at));
        let done = matches!(ticket.status(), Status::Resolved | Status::Closed);
        let helped = of_ticket(ticket).values().any(is_of_use);
        if let Some(at) = solution
            && done
            && !helped
            && is_asked_of(&ticket.kind())
        {
            let code = ticket.text(Key::Code);
            let group = solved.entry(code.to_owned()).or_default();
            group.add(at, ticket.id, code);
            group.excused += usize::from(skipped);
        }
    }
    Demands {
        searches: in_order(searches),
        solved: in_order(solved),
        excused,
    }
}

#[derive(Default)]
struct DemandGroup {
    seen: Vec<(Moment, TicketId)>,
    /// How it was written, and how often.
    written: BTreeMap<String, usize>,
    excused: usize,
}

impl DemandGroup {
    fn add(&mut self, at: Moment, ticket: TicketId, written: &str) {
        self.seen.push((at, ticket));
        *self.written.entry(written.to_owned()).or_default() += 1;
    }
}

fn in_order(groups: BTreeMap<String, DemandGroup>) -> Vec<Demand> {
    let mut all: Vec<Demand> = groups
        .into_values()
        .filter_map(|mut group| {
            group.seen.sort_unstable_by(|a, b| b.cmp(a));
            let (last, _) = *group.seen.first()?;
            // As most people wrote it; of those the first in order.
            let most = group.written.values().max().copied().unwrap_or(0);
            let about = group.written.into_iter().find(|(_, times)| *times == most);
            let mut known = HashSet::new();
            let seen = group.seen.iter().map(|(_, ticket)| *ticket);
            let tickets: Vec<TicketId> = seen.filter(|ticket| known.insert(*ticket)).collect();
            Some(Demand {
                about: about.map(|(words, _)| words).unwrap_or_default(),
                times: group.seen.len(),
                last,
                tickets,
                excused: group.excused,
            })
        })
        .collect();
    all.sort_by(|a, b| {
        let order = b.times.cmp(&a.times).then(b.last.cmp(&a.last));
        order.then(a.about.cmp(&b.about))
    });
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::ticket;

    fn summary(id: &str, front: &str, log: &str) -> TicketSummary {
        let id: TicketId = id.parse().unwrap();
        let text = format!(
            "+++\nid = \"{id}\"\ntype = \"action\"\ntitle = \"T\"\nstatus = \"resolved\"\ncreated = 2026-11-21T09:00:00Z\n{front}+++\n\n{log}"
        );
        TicketSummary::of(&ticket::read(id, text).unwrap().ticket, false)
    }

    fn entry(minute: u32, kind: &str, facts: &str) -> String {
        format!("## 2026-11-21T09:{minute:02}:00Z anna {kind} ^8m{minute:02}\n\n{facts}\n\n")
    }

    #[test]
    fn each_ticket_counts_once_with_what_was_said_last() {
        let used = |outcome: &str, minute| {
            entry(
                minute,
                "kb",
                &format!("- article: KB-7Q2M\n- outcome: {outcome}"),
            )
        };
        let link = "[links]\narticles = [\"KB-7Q2M\"]\n";
        let tickets = [
            summary("2611-AAAA1", link, &(used("wrong", 1) + &used("solved", 2))),
            summary("2611-AAAA2", link, &used("helped", 3)),
            summary("2611-AAAA3", link, ""),
            summary("2611-AAAA4", link, &used("drafted", 9)),
            summary(
                "2611-AAAA5",
                "",
                &entry(5, "note", "- article: KB-7Q2M\n- outcome: solved"),
            ),
            summary(
                "2611-AAAA6",
                link,
                &entry(6, "resolve", "- article: KB-7Q2M\n- outcome: solved"),
            ),
        ];
        let all = usage(&tickets);
        let last = "2026-11-21T09:06:00Z".parse().ok();
        assert_eq!(
            all["KB-7Q2M"],
            Usage {
                used: 4,
                solved: 2,
                helped: 1,
                wrong: 0,
                last
            }
        );
        assert_eq!(all.len(), 1);
    }

    #[test]
    fn searches_that_differ_in_nothing_that_matters_are_one() {
        let search = |query: &str, hits: u32, minute| {
            entry(minute, "kb", &format!("- query: {query}\n- hits: {hits}"))
        };
        let solved = entry(50, "resolve", "- status: open -> resolved");
        let tickets = [
            summary(
                "2611-AAAA1",
                "code = \"MAIL\"\n",
                &(search("Mật  khẩu", 0, 1) + &search("MẬT KHẨU", 0, 2) + &solved),
            ),
            summary(
                "2611-AAAA2",
                "code = \"MAIL\"\n",
                &(search("mat khau", 0, 3) + &search("found", 2, 4) + &solved),
            ),
            summary(
                "2611-AAAA3",
                "code = \"VPN\"\n[links]\narticles = [\"KB-7Q2M\"]\n",
                &solved,
            ),
            summary(
                "2611-AAAA4",
                "",
                &entry(
                    51,
                    "resolve",
                    "- status: open -> resolved\n- no-kb: known by heart",
                ),
            ),
        ];
        let found = demands(&tickets, |_| true);
        let reported = |all: &[Demand]| {
            all.iter()
                .map(|one| (one.about.clone(), one.times, one.tickets.len(), one.excused))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            reported(&found.searches),
            [("MẬT KHẨU".to_owned(), 3, 2, 0)]
        );
        assert_eq!(
            reported(&found.solved),
            [("MAIL".to_owned(), 2, 2, 0), (String::new(), 1, 1, 1)]
        );
        assert_eq!(found.excused, 1);
        let none = demands(&tickets, |at| at > "2026-11-22T00:00:00Z".parse().unwrap());
        assert_eq!(none, Demands::default());
    }
}
