//! A text as the index takes it in.

use std::collections::BTreeSet;

use tantivy::TantivyDocument;
use tantivy::tokenizer::{PreTokenizedString, Token};

use crate::index::checksum::checksum;
use crate::index::text::schema::Fields;
use crate::model::field::Key;
use crate::model::ticket::Ticket;
use crate::page::article::ArticlePage;
use crate::page::ticket::TicketPage;
use crate::rules::text::normalize::words;
use crate::rules::text::terms::{Stems, Terms, likely_language};
use crate::rules::text::ticket_text::TicketText;

/// A text that can be found.
#[derive(Clone, Debug, Default)]
pub struct Document {
    /// Its number: an index knows no other name of it.
    pub key: u64,
    /// One line.
    pub title: String,
    /// The text.
    pub body: String,
    /// Words beside both: tags, codes, ids.
    pub marks: String,
    /// A language tag, where the text says one.
    pub language: Option<String>,
    /// `name=value`, to be asked for.
    pub facts: Vec<String>,
}

impl Document {
    /// The language that the text says, or is likely to be in.
    pub(in crate::index::text) fn language(&self) -> Option<String> {
        let likely = || likely_language(&[&self.title, &self.body]).map(str::to_owned);
        self.language.clone().or_else(likely)
    }

    pub(in crate::index::text) fn document(
        &self,
        stamp: u64,
        language: Option<&str>,
        fields: &Fields,
    ) -> TantivyDocument {
        let mut document = TantivyDocument::new();
        document.add_u64(fields.key, self.key);
        document.add_u64(fields.stamp, stamp);
        document.add_text(fields.title, &self.title);
        document.add_text(fields.title_pieces, &self.title);
        document.add_text(fields.body, &self.body);
        document.add_text(fields.body_pieces, &self.body);
        for text in [&self.title, &self.body] {
            if !text.is_ascii() {
                document.add_text(fields.bare, text);
            }
        }
        if !self.marks.is_empty() {
            document.add_text(fields.marks, &self.marks);
            if !self.marks.is_ascii() {
                document.add_text(fields.bare_marks, &self.marks);
            }
        }
        if let Some(stems) = language.and_then(Stems::of) {
            let of = |text: &str| {
                let mut terms = Terms::default();
                stems.all(text, &mut terms);
                let token = |(position, term): (usize, &str)| Token {
                    position,
                    text: term.to_owned(),
                    ..Token::default()
                };
                PreTokenizedString {
                    text: String::new(),
                    tokens: terms.iter().enumerate().map(token).collect(),
                }
            };
            document.add_pre_tokenized_text(fields.title_stems, of(&self.title));
            document.add_pre_tokenized_text(fields.body_stems, of(&self.body));
        }
        for fact in &self.facts {
            document.add_text(fields.facts, fact);
        }
        document
    }
}

/// A ticket as a text: title; description, who, what and where, and the words of every entry.
pub fn of_ticket(page: &TicketPage) -> Document {
    let ticket = &page.ticket;
    let said = TicketText::of(ticket);
    let texts = said.texts.iter().enumerate();
    // The description comes first, whether there is one or not.
    let texts = texts.filter(|(at, text)| *at == 0 || !text.is_empty());
    let texts: Vec<&str> = texts.map(|(_, text)| text.as_ref()).collect();
    Document {
        key: ticket.id.number(),
        title: ticket.title().to_owned(),
        body: texts.join("\n"),
        marks: said.marks.join(" "),
        facts: facts(|key| ticket.text(key))
            .into_iter()
            .chain(named(ticket).iter().map(|other| naming(other)))
            .collect(),
        ..Document::default()
    }
}

/// The tickets that a ticket names as the same trouble, or as one whose solution it used, by id.
fn named(ticket: &Ticket) -> BTreeSet<String> {
    let one = [Key::LinkWorkOrder, Key::LinkFollows, Key::LinkMergedInto];
    let one = one.into_iter().map(|key| ticket.text(key).to_owned());
    let all = one.chain(ticket.list(Key::LinkRelates));
    all.filter(|id| !id.is_empty()).collect()
}

/// What tickets are asked for by that name another.
pub(in crate::index::text) fn naming(id: &str) -> String {
    format!("names={id}")
}

/// What a record is asked for by: its problem code, and its equipment as it is compared.
pub fn facts<'t>(text: impl Fn(Key) -> &'t str) -> Vec<String> {
    let bare = |key| words(text(key)).concat();
    let whole = |key| words(text(key)).join(" ");
    [
        ("code", text(Key::Code).to_owned()),
        ("serial", bare(Key::AssetSerial)),
        ("asset", whole(Key::AssetName)),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_empty())
    .map(|(name, value)| format!("{name}={value}"))
    .collect()
}

/// An article as a text.
pub(in crate::index::text) fn of_article(page: &ArticlePage, path: &str) -> Document {
    let article = &page.article;
    let folders = path.rsplit_once('/').map_or("", |(folders, _)| folders);
    let mut marks = vec![article.id.as_str(), folders.trim_start_matches("kb")];
    marks.extend(
        article
            .tags
            .iter()
            .chain(&article.codes)
            .map(String::as_str),
    );
    Document {
        key: article_key(path),
        title: article.title.clone(),
        body: page.body().to_owned(),
        marks: marks.join(" "),
        language: article.language.clone(),
        ..Document::default()
    }
}

/// The number of an article's file.
pub fn article_key(path: &str) -> u64 {
    checksum(path.as_bytes())
}
