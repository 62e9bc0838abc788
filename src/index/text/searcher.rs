//! Asking an index.

use std::borrow::Borrow;
use std::cell::RefCell;
use std::collections::HashSet;

use tantivy::collector::{Count, DocSetCollector, FilterCollector, TopDocs};
use tantivy::query::{BooleanQuery, Occur, Query, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, Index, IndexSettings, Searcher, Term};

use crate::index::text::collection::Collection;
use crate::index::text::directory::CacheDirectory;
use crate::index::text::document::{Document, naming};
use crate::index::text::query_builder::{Asker, TextQuery};
use crate::index::text::schema::{self, Fields};
use crate::index::text::snapshot::{self, Snapshot};
use crate::model::id::TicketId;
use crate::rules::search::Concept;
use crate::rules::text::terms::Stems;

/// A text that was found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit {
    /// Its number.
    pub key: u64,
    /// How well it fits: of meaning only beside others of the same question.
    pub score: f32,
}

/// An index, up to date.
pub struct TextSearcher {
    pub(in crate::index::text) searcher: Searcher,
    pub(in crate::index::text) fields: Fields,
    stems: Vec<Stems>,
    kind: Collection,
    /// Numbers of files that could not be read, so that their texts are not found.
    pub(in crate::index) unread: Vec<u64>,
    kept_in: Option<CacheDirectory>,
}

impl std::fmt::Debug for TextSearcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {:?}", self.searcher.num_docs(), self.kind)
    }
}

impl TextSearcher {
    pub(in crate::index::text) fn of(kind: Collection, reading: Snapshot) -> Self {
        let (languages, unread) = (reading.commit.languages, reading.commit.unread);
        Self {
            searcher: reading.searcher,
            fields: Fields::new().1,
            stems: stems(&languages),
            kind,
            unread,
            kept_in: reading.kept_in,
        }
    }

    /// An index of these texts, that is kept nowhere.
    ///
    /// It takes no thread, so that it can be made where the system has none to give.
    pub fn in_memory(
        kind: Collection,
        sheets: impl IntoIterator<Item = impl Borrow<Document>>,
    ) -> tantivy::Result<Self> {
        let (schema, fields) = Fields::new();
        let settings = IndexSettings {
            docstore_compress_dedicated_thread: false,
            ..IndexSettings::default()
        };
        let index = Index::builder()
            .schema(schema)
            .settings(settings)
            .tokenizers(schema::analysers());
        let directory = tantivy::directory::RamDirectory::create();
        let mut writer = index.single_segment_index_writer(directory, 100_000_000)?;
        let mut languages: Vec<String> = Vec::new();
        for sheet in sheets {
            let sheet = sheet.borrow();
            let language = sheet.language();
            writer.add_document(sheet.document(0, language.as_deref(), &fields))?;
            languages.extend(language);
        }
        languages.sort();
        languages.dedup();
        Ok(Self {
            searcher: snapshot::searcher(&writer.finalize()?)?,
            fields,
            stems: stems(&languages),
            kind,
            unread: Vec::new(),
            kept_in: None,
        })
    }

    /// Whether anything that was read of it so far is not what was written: then nothing that it said is
    /// to be believed.
    pub fn is_torn(&self) -> bool {
        self.kept_in.as_ref().is_some_and(CacheDirectory::is_torn)
    }

    /// How many texts there are.
    pub fn len(&self) -> u64 {
        self.searcher.num_docs()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn asker(&self) -> Asker<'_> {
        Asker {
            fields: &self.fields,
            stems: &self.stems,
            searcher: &self.searcher,
            kind: self.kind,
            broken: RefCell::default(),
        }
    }

    /// The texts that answer a question best, at most so many; `among` are the only ones that may.
    pub fn find(
        &self,
        question: &TextQuery,
        among: Option<&HashSet<u64>>,
        most: usize,
    ) -> tantivy::Result<Vec<Hit>> {
        let asker = self.asker();
        let query = asker.query(question);
        if let Some(error) = asker.broken.take() {
            return Err(error);
        }
        let top = TopDocs::with_limit(most.max(1)).order_by_score();
        let found = match among {
            Some(keys) => {
                let keys = keys.clone();
                let filter = FilterCollector::new(
                    "key".to_owned(),
                    move |key: u64| keys.contains(&key),
                    top,
                );
                self.searcher.search(&query, &filter)?
            }
            None => self.searcher.search(&query, &top)?,
        };
        let hit = |(score, at): (f32, DocAddress)| {
            Ok(Hit {
                key: self.key(at)?,
                score,
            })
        };
        found.into_iter().map(hit).collect()
    }

    /// The texts of which all these facts are true.
    pub fn with_facts(&self, facts: &[String]) -> tantivy::Result<Vec<u64>> {
        let term =
            |fact: &String| -> (Occur, Box<dyn Query>) { (Occur::Must, Box::new(self.fact(fact))) };
        let query = BooleanQuery::new(facts.iter().map(term).collect());
        let found = self.searcher.search(&query, &DocSetCollector)?;
        found.into_iter().map(|at| self.key(at)).collect()
    }

    fn fact(&self, fact: &str) -> TermQuery {
        let term = Term::from_field_text(self.fields.facts, fact);
        TermQuery::new(term, IndexRecordOption::Basic)
    }

    /// How many tickets name this one as the same trouble, or as one whose solution they used.
    pub fn named_by(&self, id: TicketId) -> usize {
        let query = self.fact(&naming(id.as_str()));
        self.searcher.search(&query, &Count).unwrap_or_default()
    }

    /// How telling a word is: the rarer, the more; nothing for one that every text has. Of a word
    /// that no text has, as of one that a single text has.
    pub fn weight(&self, word: &str) -> f32 {
        self.asker().telling(word)
    }

    /// Whether any text has a word, in any of its forms.
    pub fn knows(&self, word: &str) -> bool {
        self.asker().knows(word)
    }

    /// Words that stand for one of a question that was mistyped.
    pub fn corrections(&self, word: &str, question: &TextQuery) -> Vec<String> {
        self.asker().corrections(word, question)
    }

    /// Whether texts have the words of a concept, and only with the accents that these lack: whoever
    /// left them out means those.
    pub fn lacks_accents(&self, concept: &Concept) -> bool {
        self.asker().lacks_accents(concept)
    }

    /// Words of a question that the texts write joined, or apart.
    pub fn spellings(&self, text: &str) -> Vec<Concept> {
        self.asker().spellings(text)
    }

    /// The stemmers of the languages in which texts say they are.
    pub fn stems(&self) -> &[Stems] {
        &self.stems
    }

    pub(in crate::index::text) fn key(&self, at: DocAddress) -> tantivy::Result<u64> {
        let segment = self.searcher.segment_reader(at.segment_ord);
        Ok(segment
            .fast_fields()
            .u64("key")?
            .first(at.doc_id)
            .unwrap_or_default())
    }
}

/// A stemmer for each language, once: `en` and `en-GB` have the same.
fn stems(languages: &[String]) -> Vec<Stems> {
    let mut bases: Vec<String> = languages
        .iter()
        .map(|tag| crate::rules::text::terms::base_language(tag))
        .collect();
    bases.sort();
    bases.dedup();
    bases.iter().filter_map(|tag| Stems::of(tag)).collect()
}
