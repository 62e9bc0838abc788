//! `suggest`: what may help with a ticket: articles, tickets like it and how they were solved, and
//! work that is under way for the same trouble.

use std::collections::HashSet;

use chrono::NaiveDate;

use crate::index::article_cache::{self, CachedArticle};
use crate::index::finder::Finder;
use crate::index::text::{Collection, Hit, TextQuery, article_key};
use crate::index::want::Want;
use crate::model::article::{Article, ArticleScope};
use crate::model::corrections::{ReadLog, standing};
use crate::model::entry_kind::EntryKind;
use crate::model::field::Key;
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::model::status::TicketType;
use crate::model::ticket::Ticket;
use crate::model::ticket_summary::TicketSummary;
use crate::ops::core::articles::today;
use crate::ops::core::desk::Desk;
use crate::ops::core::duplicates::{self, Duplicate};
use crate::ops::core::error::OpError;
use crate::ops::search::tickets::lines;
use crate::ops::search::with_finder;
use crate::ops::search::wording::{broken, declared, enough, finder, wanted, with_concepts};
use crate::page::problem::Problem;
use crate::rules::article_usage::Usage;
use crate::rules::merge;
use crate::rules::query::articles::is_usual;
use crate::rules::search::{self, SharedWord, shared};
use crate::rules::text::terms::{base_language, likely_language};

/// So many of each sort, where nobody says how many.
pub const MOST: usize = 3;

/// So many texts are read on the way, and no more.
const AT_HAND: usize = 500;

/// So many words of a reason.
const WORDS: usize = 4;

/// How much an article that names the ticket's problem code gains.
const SAME_CODE: f32 = 1.4;

/// So many words of a ticket like another must be the same.
const SHARED: usize = 2;

/// What may help.
#[derive(Clone, Debug, Default)]
pub struct Suggested {
    /// For which ticket.
    pub about: Option<TicketId>,
    /// Articles, the best first.
    pub articles: Vec<ArticleFor>,
    /// Tickets like it, the most similar first.
    pub tickets: Vec<Similar>,
    /// Open tickets and work orders of the same trouble, and work that was done only lately.
    pub work: Vec<Duplicate>,
    /// Files that cannot be read.
    pub problems: Vec<Problem>,
}

impl Suggested {
    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.articles.is_empty() && self.tickets.is_empty() && self.work.is_empty()
    }
}

/// An article that may help.
#[derive(Clone, Debug)]
pub struct ArticleFor {
    /// The article.
    pub cached: CachedArticle,
    /// How it is used.
    pub usage: Usage,
    /// Why it was picked.
    pub reason: String,
    /// Whether its language is not that of the ticket, so that it is to be named.
    pub is_foreign: bool,
    /// How well it fits, of meaning only beside the others of its sort.
    pub score: f32,
}

/// A ticket like another.
#[derive(Clone, Debug)]
pub struct Similar {
    /// The ticket.
    pub ticket: TicketSummary,
    /// How it was solved, in the words of whoever did.
    pub solution: Option<String>,
    /// Why it was picked.
    pub reason: String,
    /// How well it fits, of meaning only beside the others of its sort.
    pub score: f32,
}

/// What may help with a ticket, at most so many of each sort. `language` is that in which the one
/// who asks reads.
pub fn suggest(
    desk: &Desk,
    id: TicketId,
    now: Moment,
    language: Option<&str>,
    most: usize,
) -> Result<Suggested, OpError> {
    let ticket = desk.page(id)?.ticket;
    let kinds = [Collection::Articles, Collection::Tickets];
    with_finder(
        || finder(desk, Want::Figures, &kinds),
        |finder| for_ticket(desk, &ticket, now, language, most, finder),
    )
}

/// Suggestions for the end of another command: none where the text index would have to read much
/// first.
pub fn at_hand(desk: &Desk, ticket: &Ticket, now: Moment, language: Option<&str>) -> Suggested {
    let kinds = [Collection::Articles, Collection::Tickets];
    let declared = declared(desk);
    let finder = Finder::within(
        &desk.root,
        Want::Figures,
        &kinds,
        &declared,
        AT_HAND,
        &|_, _| (),
    );
    let Ok(Some(mut finder)) = finder else {
        return Suggested::default();
    };
    let found = for_ticket(desk, ticket, now, language, MOST, &mut finder);
    // The next command has the index made anew.
    let is_torn = finder.forget_torn();
    found.ok().filter(|_| !is_torn).unwrap_or_default()
}

fn for_ticket(
    desk: &Desk,
    ticket: &Ticket,
    now: Moment,
    language: Option<&str>,
    most: usize,
    finder: &mut Finder<'_>,
) -> Result<Suggested, OpError> {
    let mut more = ticket.description.clone();
    for key in [
        Key::RequestWants,
        Key::RequestTried,
        Key::RequestReproduce,
        Key::RequestAbout,
        Key::AssetModel,
    ] {
        more.push('\n');
        more.push_str(ticket.text(key));
    }
    let question = TextQuery {
        text: ticket.title().to_owned(),
        more,
        except: Some(ticket.id.number()),
        ..TextQuery::default()
    };
    let question = with_concepts(desk, question, None);
    let work = work(desk, ticket, now);
    let reported: Vec<TicketId> = work.iter().map(|one| one.ticket.id).collect();
    Ok(Suggested {
        // What is answered on the telephone shares no work.
        about: (ticket.kind() != TicketType::Information).then_some(ticket.id),
        articles: articles(desk, ticket, now, language, &question, most, finder)?,
        tickets: similar(desk, ticket, now, &question, &reported, most, finder)?,
        work,
        problems: finder.articles.problems.clone(),
    })
}

/// `says printer, toner, hall`.
fn says(words: &[SharedWord]) -> String {
    if words.is_empty() {
        return String::new();
    }
    let words: Vec<String> = words.iter().map(SharedWord::to_string).collect();
    format!("says {}", words.join(", "))
}

/// Whether an article is in a language that is not the ticket's, as far as that is known, and else
/// whether it says in another word what the ticket says.
fn is_foreign(ticket: &Ticket, article: &Article, words: &[SharedWord]) -> bool {
    let reported = ticket.text(Key::RequesterLanguage);
    let own = match reported {
        "" => likely_language(&[ticket.title(), &ticket.description]),
        reported => Some(reported),
    };
    match (&article.language, own) {
        (Some(language), Some(own)) => base_language(language) != base_language(own),
        _ => words.iter().any(|word| word.asked.is_some()),
    }
}

fn reason(parts: Vec<String>) -> String {
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join("; ")
}

fn articles(
    desk: &Desk,
    ticket: &Ticket,
    now: Moment,
    language: Option<&str>,
    question: &TextQuery,
    most: usize,
    finder: &mut Finder<'_>,
) -> Result<Vec<ArticleFor>, OpError> {
    let today = today(desk, now);
    let usual: HashSet<u64> = finder
        .articles
        .all
        .iter()
        .filter(|cached| is_usual(&cached.article, today))
        .filter(|cached| cached.article.scope == ArticleScope::Service)
        .map(|cached| article_key(&cached.path))
        .collect();
    let hits = finder
        .find(Collection::Articles, question, Some(&usual), most + 17)
        .map_err(broken)?;
    let Some(texts) = finder.texts(Collection::Articles) else {
        return Ok(Vec::new());
    };
    let (wanted, enough) = (wanted(question, texts), enough(texts));
    let choice = ArticleChoice {
        finder,
        code: ticket.text(Key::Code),
        language,
        today,
    };
    let mut found: Vec<ArticleFor> = Vec::new();
    let mut roots: Vec<&str> = Vec::new();
    for (score, cached) in choice.ranked(&hits) {
        if found.len() == most {
            break;
        }
        let root = crate::ops::kb::show::root_of(&finder.articles, cached);
        let Ok(page) = article_cache::page(&desk.root, &cached.path) else {
            continue;
        };
        let texts = [cached.article.title.as_str(), page.body()];
        let fits =
            choice.is_of_code(cached) || wanted.covered(&cached.article.title, texts) >= enough;
        if !fits || roots.contains(&root) {
            continue;
        }
        roots.push(root);
        let words = shared(&texts, &wanted, WORDS);
        found.push(ArticleFor {
            reason: choice.reason(cached, says(&words)),
            is_foreign: is_foreign(ticket, &cached.article, &words),
            usage: choice.usage(cached),
            cached: cached.clone(),
            score,
        });
    }
    Ok(found)
}

/// What articles for a ticket are chosen by, beside its words.
struct ArticleChoice<'c> {
    finder: &'c Finder<'c>,
    /// The ticket's problem code, empty where it has none.
    code: &'c str,
    /// The language in which the one who asks reads.
    language: Option<&'c str>,
    today: NaiveDate,
}

impl<'c> ArticleChoice<'c> {
    fn is_of_code(&self, cached: &CachedArticle) -> bool {
        !self.code.is_empty() && cached.article.codes.iter().any(|own| own == self.code)
    }

    fn usage(&self, cached: &CachedArticle) -> Usage {
        let usage = self.finder.tickets.usage.get(cached.article.id.as_str());
        usage.cloned().unwrap_or_default()
    }

    /// The articles that may be chosen, the best first.
    fn ranked(&self, hits: &[Hit]) -> Vec<(f32, &'c CachedArticle)> {
        let top = hits.first().map_or(1.0, |hit| hit.score);
        let mut scored: Vec<(f32, &CachedArticle)> = hits
            .iter()
            .filter_map(|hit| Some((hit.score / top, self.finder.cached(hit.key)?)))
            .collect();
        // What is written for the very code helps whatever its words.
        for cached in &self.finder.articles.all {
            let listed = scored.iter().any(|(_, known)| known.path == cached.path);
            if self.is_of_code(cached) && !listed && is_usual(&cached.article, self.today) {
                scored.push((0.5, cached));
            }
        }
        for (score, cached) in &mut scored {
            *score *= search::article(&cached.article, &self.usage(cached), self.today);
            if self.is_of_code(cached) {
                *score *= SAME_CODE;
            }
            if self.language.is_some() && cached.article.language.as_deref() == self.language {
                *score *= 1.05;
            }
        }
        scored.sort_by(|a, b| {
            b.0.total_cmp(&a.0)
                .then(a.1.article.id.cmp(&b.1.article.id))
        });
        scored
    }

    /// Why an article was chosen, with the words that it shares with the ticket.
    fn reason(&self, cached: &CachedArticle, says: String) -> String {
        let solved = match self.usage(cached).solved {
            0 => String::new(),
            1 => "solved one before".to_owned(),
            n => format!("solved {n} before"),
        };
        let written = if self.is_of_code(cached) {
            format!("written for {}", self.code)
        } else {
            String::new()
        };
        reason(vec![written, solved, says])
    }
}

fn similar(
    desk: &Desk,
    ticket: &Ticket,
    now: Moment,
    question: &TextQuery,
    reported: &[TicketId],
    most: usize,
    finder: &mut Finder<'_>,
) -> Result<Vec<Similar>, OpError> {
    let hits = finder
        .find(Collection::Tickets, question, None, most + 13)
        .map_err(broken)?;
    let Some(texts) = finder.texts(Collection::Tickets) else {
        return Ok(Vec::new());
    };
    let (wanted, enough) = (wanted(question, texts), enough(texts));
    let mut scored: Vec<(f32, Ticket, TicketSummary)> = Vec::new();
    for hit in hits {
        let Some(id) = TicketId::of_number(hit.key).filter(|id| !reported.contains(id)) else {
            continue;
        };
        let Ok(page) = desk.page(id) else { continue };
        let summary = TicketSummary::of(&page.ticket, merge::is_in_conflict(&page.ticket));
        let mut score = hit.score * search::ticket(&summary, texts.named_by(id), now);
        if !ticket.text(Key::Code).is_empty() && ticket.text(Key::Code) == summary.text(Key::Code) {
            score *= 1.2;
        }
        scored.push((score, page.ticket, summary));
    }
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.id.cmp(&b.1.id)));
    let mut found = Vec::new();
    for (score, other, summary) in scored {
        if found.len() == most {
            break;
        }
        let lines = lines(&other);
        let mut texts = vec![other.title()];
        texts.extend(lines.iter().map(String::as_str));
        if wanted.covered(other.title(), texts.iter().copied()) < enough {
            continue;
        }
        let same = |key: Key, what: &str| {
            let own = ticket.text(key);
            let both = !own.is_empty() && own == other.text(key);
            if both { what.to_owned() } else { String::new() }
        };
        let reported = [other.title(), &other.description];
        let why = [
            same(Key::RequesterName, "same requester"),
            same(Key::AssetSerial, "same equipment"),
            same(Key::Code, &format!("same code {}", ticket.text(Key::Code))),
        ];
        let words = shared(&reported, &wanted, WORDS);
        if why.iter().all(String::is_empty) && words.len() < SHARED {
            continue;
        }
        let why = why.into_iter().chain([says(&words)]);
        found.push(Similar {
            solution: solution(desk, &other).filter(|_| !summary.status().is_open()),
            reason: reason(why.collect()),
            ticket: summary,
            score,
        });
    }
    Ok(found)
}

/// How a ticket was solved: the text with which it, or else its work order, was last resolved.
fn solution(desk: &Desk, ticket: &Ticket) -> Option<String> {
    let own = |ticket: &Ticket| {
        let log = ReadLog::of(&ticket.log);
        let resolved = standing(&log).into_iter().rev().find(|entry| {
            entry.change("status").and_then(|change| change.new_value()) == Some("resolved")
                || (entry.kind == EntryKind::Created
                    && entry.attribute("status") == Some("resolved"))
        });
        resolved
            .map(|entry| entry.text.clone())
            .filter(|text| !text.is_empty())
    };
    own(ticket).or_else(|| {
        let order: TicketId = ticket.text(Key::LinkWorkOrder).parse().ok()?;
        own(&desk.page(order).ok()?.ticket)
    })
}

/// Work on the same trouble, by the rules of the intake: the open tickets are at hand, and of the
/// done ones those count that name the same equipment.
fn work(desk: &Desk, ticket: &Ticket, now: Moment) -> Vec<Duplicate> {
    let own_order = ticket.maybe(Key::LinkWorkOrder);
    if own_order.is_some() || ticket.text(Key::Code).is_empty() || !ticket.status().is_open() {
        return Vec::new();
    }
    let (mut found, _) = duplicates::find(desk, &ticket.values, &[ticket.id], now);
    found.truncate(MOST);
    found
}
