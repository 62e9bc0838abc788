//! A query of the search, read: words for the index, terms for tickets, terms for articles.

use crate::index::text::{Clause, Collection};
use crate::model::moment::Moment;
use crate::ops::core::desk::Desk;
use crate::page::query::articles::{self, ArticleFlag, ArticleName, ArticleQuery};
use crate::page::query::tickets::{self, Flag, Name, TicketQuery};
use crate::page::query::{QueryError, QueryText, Schema, TermKind, WordForm, sign, words};
use crate::rules::context::DeskContext;
use crate::rules::query::articles::ArticleMatcher;

/// A query of the search, read.
#[derive(Clone, Debug, Default)]
pub struct SearchQuery {
    /// Words, of which any may stand in a text.
    pub(in crate::ops::search) words: Vec<String>,
    /// What must.
    pub(in crate::ops::search) must: Vec<Clause>,
    /// What must not.
    pub(in crate::ops::search) must_not: Vec<Clause>,
    /// Terms on the fields of tickets.
    pub(in crate::ops::search) tickets: TicketQuery,
    /// Terms on the fields of articles.
    pub(in crate::ops::search) articles: ArticleQuery,
    /// Whether terms ask for something that only tickets have, or only articles.
    only: Vec<Collection>,
    /// Whether there are terms at all.
    terms: bool,
    /// What was read as words although it looks like a term, and why.
    remarks: Vec<String>,
}

/// With more words it is a text that somebody pasted.
const PASTED: usize = 16;

/// A phrase must stand in what is found where so few words stand beside it; beside more it is one
/// of the things that a text says.
const BESIDE_PHRASE: usize = 4;

impl SearchQuery {
    /// Reads a query of these kinds.
    ///
    /// Nothing is refused. A term is one where its field and its value are known; what looks like
    /// one and is not is words, and [`SearchQuery::remarks`] says so. In a text of many words, or of
    /// several lines, only what stands before its first word is a term: whatever is pasted has
    /// signs of its own.
    pub fn read(desk: &Desk, text: &str, kinds: &[Collection], now: Moment) -> Self {
        let reader = Reader {
            desk,
            tickets: tickets::schema_with(&desk.settings, &desk.own.views),
            articles: articles::schema(),
            context: DeskContext::new(&desk.settings, &desk.catalogue, now),
            kinds,
        };
        let is_pasted = text.trim().contains('\n') || text.split_whitespace().count() > PASTED;
        // A quotation mark that nothing closes quotes nothing.
        let plain = text.replace('"', " ");
        let is_closed = text.matches('"').count().is_multiple_of(2);
        let text = if is_closed { text } else { plain.as_str() };
        let mut asked = Self::default();
        let mut rest = 0;
        for (at, raw) in words(text) {
            if !reader.term(raw, &mut asked) {
                if is_pasted {
                    break;
                }
                let (negated, body) = sign(raw);
                asked.text(QueryText::read(body), negated);
            }
            rest = at + raw.len();
        }
        let lines = text[rest..].lines().map(without_log_head);
        let pasted = lines.flat_map(str::split_whitespace);
        let told = pasted.filter(|word| word.chars().any(char::is_alphanumeric) && !is_stamp(word));
        asked.words.extend(told.map(str::to_owned));
        if asked.words.len() > BESIDE_PHRASE {
            asked.loosen();
        }
        if is_pasted {
            asked.remarks.clear();
        }
        asked
    }

    /// Makes words of what must stand in a text; `false` where nothing must.
    pub(in crate::ops::search) fn loosen(&mut self) -> bool {
        let must = std::mem::take(&mut self.must);
        let is_looser = !must.is_empty();
        for part in must {
            match part {
                Clause::Words(text) => self.words.push(text),
                Clause::Prefix(start) => self.must.push(Clause::Prefix(start)),
            }
        }
        is_looser
    }

    /// What was read as words although it looks like a term, and why.
    pub fn remarks(&self) -> &[String] {
        &self.remarks
    }

    /// Takes over what a view asks: its words as if they were typed.
    fn view(&mut self, query: TicketQuery, negated: bool) {
        self.terms = true;
        if !negated {
            self.only.push(Collection::Tickets);
        }
        self.tickets.views.extend(query.views);
        for term in query.terms {
            match term.what {
                TermKind::Text(text) => self.text(text, term.negated),
                _ => self.tickets.terms.push(term),
            }
        }
    }

    /// What is asked of tickets beside words.
    pub fn of_tickets(&self) -> &TicketQuery {
        &self.tickets
    }

    /// Whether the answer depends on who asks.
    pub fn needs_me(&self) -> bool {
        self.tickets.needs_me() || self.articles.needs_me()
    }

    /// Notes why something is words; gives back that it is no term.
    fn remark(&mut self, raw: &str, why: &str) -> bool {
        self.remarks
            .push(format!("`{raw}` was read as words: {why}"));
        false
    }

    fn text(&mut self, text: QueryText, negated: bool) {
        if !text.text.chars().any(char::is_alphanumeric) {
            return;
        }
        let part = match text.form {
            WordForm::Prefix => Clause::Prefix(text.text),
            WordForm::Word if !negated => {
                self.words.push(text.text);
                return;
            }
            WordForm::Word | WordForm::Phrase => Clause::Words(text.text),
        };
        if negated {
            self.must_not.push(part);
        } else {
            self.must.push(part);
        }
    }

    /// Whether nothing is asked for.
    pub(in crate::ops::search) fn is_empty(&self) -> bool {
        !self.says_words() && !self.terms
    }

    /// Whether there are words to look for.
    pub(in crate::ops::search) fn says_words(&self) -> bool {
        !self.words.is_empty() || !self.must.is_empty()
    }

    /// Whether texts of a kind can be what is asked for.
    pub(in crate::ops::search) fn may_be(&self, kind: Collection) -> bool {
        self.only.iter().all(|only| *only == kind)
    }
}

/// So many words of a log line stand before what it says: a date, a time, a machine, a program.
const LOG_HEAD: usize = 7;

/// A line of a log without its head, which ends with a colon behind a time of day.
fn without_log_head(line: &str) -> &str {
    let mut has_time = false;
    let mut at = 0;
    for word in line.split_inclusive(char::is_whitespace).take(LOG_HEAD) {
        at += word.len();
        let word = word.trim_end();
        if has_time && word.ends_with(':') {
            return &line[at..];
        }
        has_time |= is_stamp(word);
    }
    line
}

/// Whether a word of a pasted text is a time of day, an instant or an address in memory: they tell
/// nothing of what the text is about.
fn is_stamp(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    let is_clock = word.matches(':').count() >= 1
        && word
            .chars()
            .all(|c| c.is_ascii_digit() || ":.,-+TZ".contains(c));
    let hexadecimal = word
        .strip_prefix("0x")
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_hexdigit()));
    is_clock || hexadecimal
}

/// What reads terms.
struct Reader<'r> {
    desk: &'r Desk,
    tickets: Schema<'r, Name, Flag>,
    articles: Schema<'static, ArticleName, ArticleFlag>,
    context: DeskContext<'r>,
    kinds: &'r [Collection],
}

impl Reader<'_> {
    fn looks_for(&self, kind: Collection) -> bool {
        self.kinds.contains(&kind)
    }

    /// Takes a term into a query; `false` where it is words.
    fn term(&self, raw: &str, into: &mut SearchQuery) -> bool {
        let (negated, body) = sign(raw);
        let (of_tickets, of_articles) = (self.of_tickets(raw), self.of_articles(raw));
        let is_view = body.len() > 1 && body.starts_with('@');
        if is_view && self.looks_for(Collection::Tickets) {
            return match of_tickets {
                Ok(Some(view)) => {
                    into.view(view, negated);
                    true
                }
                Ok(None) => false,
                Err(why) => into.remark(raw, &why),
            };
        }
        let is_known = |of_kind: bool, kind| of_kind && self.looks_for(kind);
        let is_of_tickets = matches!(of_tickets, Ok(Some(_)));
        let is_of_articles = matches!(of_articles, Ok(Some(_)));
        if !is_known(is_of_tickets, Collection::Tickets)
            && !is_known(is_of_articles, Collection::Articles)
        {
            return match (of_tickets, of_articles) {
                (Ok(None), Ok(None)) => false,
                (Ok(Some(_)), _) => into.remark(raw, "articles have no such field"),
                (_, Ok(Some(_))) => into.remark(raw, "tickets have no such field"),
                (Err(why), _) | (_, Err(why)) => into.remark(raw, &why),
            };
        }
        into.terms = true;
        if let Ok(Some(query)) = of_tickets {
            into.tickets.join(query);
            if !negated && !is_of_articles {
                into.only.push(Collection::Tickets);
            }
        }
        if let Ok(Some(query)) = of_articles {
            into.articles.join(query);
            if !negated && !is_of_tickets {
                into.only.push(Collection::Articles);
            }
        }
        true
    }

    /// A term on tickets; `None` for words, and why it is none where it looks like one.
    fn of_tickets(&self, raw: &str) -> Result<Option<TicketQuery>, String> {
        let query = self.tickets.read(raw).map_err(told)?;
        if query.only_text().is_some() {
            return Ok(None);
        }
        if !query.needs_me() {
            let ready = self.desk.matcher(&query, self.context);
            let _ = ready.map_err(|error| error.message)?;
        }
        Ok(Some(query))
    }

    /// A term on articles.
    fn of_articles(&self, raw: &str) -> Result<Option<ArticleQuery>, String> {
        let query = self.articles.read(raw).map_err(told)?;
        if query.only_text().is_some() {
            return Ok(None);
        }
        if !query.needs_me() {
            let ready = ArticleMatcher::new(&query, self.context);
            let _ = ready.map_err(|error| error.to_string())?;
        }
        Ok(Some(query))
    }
}

/// What is wrong with a term, and what may be meant.
fn told(error: QueryError) -> String {
    match error.hint.split_once('`') {
        Some(("did you mean ", rest)) => {
            let near = rest.split('`').next().unwrap_or_default();
            format!("{}, did you mean `{near}`?", error.message)
        }
        _ => error.message,
    }
}
