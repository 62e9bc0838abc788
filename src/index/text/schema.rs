//! What is kept of a text, and how it is taken apart.

use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer, TokenizerManager};

use crate::rules::text::terms::{self, Terms};

/// Raised with every change of the fields, of what of a ticket is searched, or of how a text is
/// taken apart.
pub(in crate::index::text) const VERSION: u32 = 6;

/// The fields. No text is stored: what is shown is read from the files.
#[derive(Clone, Debug)]
pub(in crate::index::text) struct Fields {
    /// The number of the page, see [`crate::index::text::Document::key`].
    pub key: Field,
    /// What its file looked like when it was read.
    pub stamp: Field,
    /// Words of the title, with positions.
    pub title: Field,
    /// Words of the text, with positions.
    pub body: Field,
    /// Words beside both: tags, codes, ids.
    pub marks: Field,
    /// Words of title and text without their accents.
    pub bare: Field,
    /// Words of the marks without their accents: looked for in lists, and never ranked by.
    pub bare_marks: Field,
    /// Pieces of the words of the title.
    pub title_pieces: Field,
    /// Pieces of the words of the text.
    pub body_pieces: Field,
    /// Stems of the title.
    pub title_stems: Field,
    /// Stems of the text.
    pub body_stems: Field,
    /// `name=value`, whole, to be asked for and never ranked by.
    pub facts: Field,
}

impl Fields {
    /// The schema and its fields.
    pub(in crate::index::text) fn new() -> (Schema, Self) {
        let mut schema = Schema::builder();
        let text = |analyser: &str, record: IndexRecordOption| {
            let indexing = TextFieldIndexing::default()
                .set_tokenizer(analyser)
                .set_index_option(record);
            TextOptions::default().set_indexing_options(indexing)
        };
        let placed = text(WORDS, IndexRecordOption::WithFreqsAndPositions);
        let counted = |analyser| text(analyser, IndexRecordOption::WithFreqs);
        let facts = TextFieldIndexing::default()
            .set_tokenizer("raw")
            .set_fieldnorms(false)
            .set_index_option(IndexRecordOption::Basic);
        let fields = Self {
            key: schema.add_u64_field("key", INDEXED | FAST),
            stamp: schema.add_u64_field("stamp", FAST),
            title: schema.add_text_field("title", placed.clone()),
            body: schema.add_text_field("body", placed),
            marks: schema.add_text_field("marks", counted(WORDS)),
            bare: schema.add_text_field("bare", counted(BARE)),
            bare_marks: schema.add_text_field("bare_marks", text(BARE, IndexRecordOption::Basic)),
            title_pieces: schema.add_text_field("title_pieces", counted(PIECES)),
            body_pieces: schema.add_text_field("body_pieces", counted(PIECES)),
            title_stems: schema.add_text_field("title_stems", counted(WORDS)),
            body_stems: schema.add_text_field("body_stems", counted(WORDS)),
            facts: schema
                .add_text_field("facts", TextOptions::default().set_indexing_options(facts)),
        };
        (schema.build(), fields)
    }
}

const WORDS: &str = "words";
const BARE: &str = "bare";
const PIECES: &str = "pieces";

/// The analysers under their names.
pub(in crate::index::text) fn analysers() -> TokenizerManager {
    let manager = TokenizerManager::new();
    for (name, cut) in [
        // Asked for by the engine for numbers, and never used.
        ("default", terms::words as Cut),
        (WORDS, terms::words),
        (BARE, terms::bare),
        (PIECES, terms::pieces),
    ] {
        manager.register(name, TextAnalyzer::from(Analyser::new(cut)));
    }
    manager.register("raw", tantivy::tokenizer::RawTokenizer::default());
    manager
}

/// How a text is taken apart.
type Cut = fn(&str, &mut Terms);

#[derive(Clone)]
struct Analyser {
    cut: Cut,
    terms: Terms,
    token: Token,
}

impl Analyser {
    fn new(cut: Cut) -> Self {
        Self {
            cut,
            terms: Terms::default(),
            token: Token::default(),
        }
    }
}

impl Tokenizer for Analyser {
    type TokenStream<'a> = Stream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Stream<'a> {
        self.terms.clear();
        (self.cut)(text, &mut self.terms);
        self.token.reset();
        Stream {
            terms: &self.terms,
            token: &mut self.token,
            at: 0,
        }
    }
}

struct Stream<'a> {
    terms: &'a Terms,
    token: &'a mut Token,
    at: usize,
}

impl TokenStream for Stream<'_> {
    fn advance(&mut self) -> bool {
        let Some(term) = self.terms.get(self.at) else {
            return false;
        };
        self.token.text.clear();
        self.token.text.push_str(term);
        self.token.position = self.at;
        self.at += 1;
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}
