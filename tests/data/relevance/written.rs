//! Desks of texts that nobody here wrote, asked through what the commands call.

use std::fs;
use std::path::Path;

use plaindesk::index::article_cache;
use plaindesk::index::text::Collection;
use plaindesk::model::article::ArticleState;
use plaindesk::model::id::TicketId;
use plaindesk::model::moment::Moment;
use plaindesk::ops::core::desk::Desk;
use plaindesk::ops::search::query::SearchQuery;
use plaindesk::ops::search::results::{SearchRequest, SearchResults};
use plaindesk::ops::search::search;
use plaindesk::ops::ticket::suggest::{Suggested, suggest};
use plaindesk::page::{catalog, settings};
use plaindesk::rules::context::DeskContext;
use tempfile::TempDir;

/// A desk in a folder of its own.
pub(crate) struct Written {
    _folder: TempDir,
    desk: Desk,
    now: Moment,
}

/// The id of the ticket at a place.
pub(crate) fn id(place: usize) -> TicketId {
    const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let digit = |at: u32| char::from(LETTERS[(place >> (5 * at)) & 31]);
    let text: String = (0..5).rev().map(digit).collect();
    format!("2611-{text}").parse().unwrap()
}

/// A text as it stands between the quotes of TOML.
fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

impl Written {
    fn new(write: impl FnOnce(&Path)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path();
        fs::write(at.join("desk.toml"), settings::STARTER).unwrap();
        fs::write(at.join("catalog.toml"), catalog::STARTER).unwrap();
        write(at);
        Self {
            desk: Desk::open(at, None).unwrap(),
            now: "2026-11-30T12:00:00Z".parse().unwrap(),
            _folder: folder,
        }
    }

    /// Texts as tickets, named by their places.
    pub(crate) fn tickets<'t>(texts: impl Iterator<Item = (&'t str, &'t str)>) -> Self {
        Self::new(|at| {
            fs::create_dir_all(at.join("tickets/2026-11")).unwrap();
            for (place, (title, body)) in texts.enumerate() {
                let id = id(place);
                let text = format!(
                    "+++\nid = \"{id}\"\ntype = \"action\"\ntitle = \"{}\"\nstatus = \"open\"\n\
                     priority = \"standard\"\ncreated = 2026-11-20T10:00:00Z\n+++\n{body}\n",
                    quoted(title),
                );
                fs::write(at.join(id.path()), text).unwrap();
            }
        })
    }

    /// Texts as articles, named by their places.
    pub(crate) fn articles<'t>(
        texts: impl Iterator<Item = (&'t str, &'t str)>,
        language: Option<&str>,
    ) -> Self {
        Self::new(|at| {
            fs::create_dir_all(at.join("kb")).unwrap();
            let language = language.map(|tag| format!("language = \"{tag}\"\n"));
            for (place, (title, body)) in texts.enumerate() {
                let id = Self::article(place);
                let text = format!(
                    "+++\nid = \"{id}\"\ntitle = \"{}\"\nstate = \"published\"\n{}+++\n{body}\n",
                    quoted(title),
                    language.as_deref().unwrap_or_default(),
                );
                fs::write(at.join(format!("kb/{id}.md")), text).unwrap();
            }
        })
    }

    /// The knowledge base that a new desk has.
    pub(crate) fn shipped() -> Self {
        fn copy(from: &Path, to: &Path) {
            fs::create_dir_all(to).unwrap();
            for entry in fs::read_dir(from).unwrap() {
                let path = entry.unwrap().path();
                let to = to.join(path.file_name().unwrap());
                if path.is_dir() {
                    copy(&path, &to);
                } else {
                    let _ = fs::copy(&path, &to).unwrap();
                }
            }
        }
        Self::new(|at| copy(Path::new("kb"), &at.join("kb")))
    }

    /// The id of the article at a place.
    pub(crate) fn article(place: usize) -> String {
        format!("KB-{}", &id(place).to_string()[6..])
    }

    /// Whether an article is not to be told to anybody any more.
    pub(crate) fn is_retired(&self, id: &str) -> bool {
        let all = article_cache::load(&self.desk.root);
        all.find(id)
            .is_none_or(|one| one.article.state == ArticleState::Retired)
    }

    /// What `desk search` finds, or `desk kb search`.
    pub(crate) fn search(&self, text: &str, kind: Collection, most: usize) -> SearchResults {
        let request = SearchRequest {
            query: SearchQuery::read(&self.desk, text, &[kind], self.now),
            kinds: vec![kind],
            limit: most,
            all: false,
            language: None,
        };
        let context = DeskContext::new(&self.desk.settings, &self.desk.catalogue, self.now);
        search(&self.desk, context, &request).unwrap()
    }

    /// What `desk suggest` offers for the ticket at a place.
    pub(crate) fn suggest(&self, place: usize, most: usize) -> Suggested {
        suggest(&self.desk, id(place), self.now, None, most).unwrap()
    }
}
