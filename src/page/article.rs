//! An article's file, read and written: forgiving, with everything odd noted.

use std::collections::BTreeMap;
use std::ops::Range;

use chrono::NaiveDate;

use crate::model::article::{AUDIENCES, Article, ArticleKey, ArticleScope, ArticleState};
use crate::model::field::Value;
use crate::model::id::ArticleId;
use crate::page::edit::{self, EditError, toml_value};
use crate::page::escape::FENCE;
use crate::page::front_matter::{self, Parts};
use crate::page::log::derived_tag;
use crate::page::problem::{Problem, nearest, slips};
use crate::page::toml_reader::{TomlSection, TomlSource};
use crate::page::{call_script, markdown};

/// An article and the text it was read from.
#[derive(Clone, Debug)]
pub struct ArticlePage {
    /// The file, relative to the desk.
    pub path: String,
    /// The whole file.
    pub text: String,
    /// Where front matter and body stand.
    pub parts: Parts,
    /// What it says.
    pub article: Article,
    /// The bytes of each value in the front matter.
    pub spans: BTreeMap<ArticleKey, Range<usize>>,
    /// What is odd about it; nothing here kept it from being read.
    pub problems: Vec<Problem>,
}

impl ArticlePage {
    /// What keeps a writer from it: values that cannot be read, marks of a conflict.
    pub fn bars(&self) -> Vec<Problem> {
        let bars = self.problems.iter().filter(|problem| problem.bars);
        bars.cloned().collect()
    }

    /// The Markdown behind the front matter.
    pub fn body(&self) -> &str {
        &self.text[self.parts.body.clone()]
    }

    /// Something wrong with the value of a key.
    pub fn wrong(&self, key: ArticleKey, message: impl Into<String>) -> Problem {
        match self.spans.get(&key) {
            Some(span) => Problem::at(&self.path, &self.text, span.clone(), message),
            None => Problem::whole(&self.path, message),
        }
    }

    /// Something wrong with one element of a list.
    pub fn wrong_element(
        &self,
        key: ArticleKey,
        element: &str,
        message: impl Into<String>,
    ) -> Problem {
        let written = crate::page::entry_value::quoted(element);
        let inside = self.spans.get(&key).and_then(|span| {
            let at = span.start + self.text[span.clone()].find(&written)?;
            Some(at..at + written.len())
        });
        match inside {
            Some(span) => Problem::at(&self.path, &self.text, span, message),
            None => self.wrong(key, message),
        }
    }

    /// Something wrong at bytes of the body.
    pub fn wrong_in_body(&self, span: &Range<usize>, message: impl Into<String>) -> Problem {
        let by = self.parts.body.start;
        Problem::at(
            &self.path,
            &self.text,
            span.start + by..span.end + by,
            message,
        )
    }

    /// The whole file with another value of a key, every other byte as it was.
    pub fn with(&self, key: ArticleKey, value: Option<&Value>) -> Result<String, EditError> {
        edit::set_slot(&self.text, &self.parts, &key, value)
    }
}

/// Reads an article. What cannot be read at all, or has no id, is one fatal problem.
pub fn read(path: &str, text: String) -> Result<ArticlePage, Box<Problem>> {
    let conflict = front_matter::conflict(path, &text);
    let parts = match front_matter::split(path, &text) {
        Ok(parts) => parts,
        Err(problem) => return Err(conflict.map_or(problem, |conflict| Box::new(conflict.fatal()))),
    };
    let source = TomlSource::new(path, &text, parts.front.start);
    let table = match source.parse(&text[parts.front.clone()]) {
        Ok(table) => table,
        Err(problem) => return Err(conflict.map_or(problem, |conflict| Box::new(conflict.fatal()))),
    };
    let top = TomlSection::top(&source, &table);
    let id = match id(&top) {
        Ok(id) => id,
        Err((message, span)) => {
            let span = span.start + parts.front.start..span.end + parts.front.start;
            let problem = Problem::at(path, &text, span, message);
            let hint = "an id is `KB-` and four characters, like KB-7Q2M";
            return Err(Box::new(problem.hint(hint).fatal()));
        }
    };
    let mut article = Article::new(id, &title(&top));
    article.state = state(&top, &source);
    article.language = language(&top);
    article.translation_of = top.text("translation_of");
    article.owner = top.text("owner");
    article.published_by = top.text("published_by");
    article.published = day(&top, "published");
    article.audience = top.one_of("audience", AUDIENCES);
    let scope = top.one_of("scope", &ArticleScope::WORDS);
    let scope = scope.as_deref().and_then(ArticleScope::read);
    article.scope = scope.unwrap_or_else(|| ArticleScope::of_path(path));
    article.tags = top.texts("tags").unwrap_or_default();
    article.codes = top.texts("codes").unwrap_or_default();
    article.review_by = day(&top, "review_by");
    article.expires = day(&top, "expires");
    article.related = top.texts("related").unwrap_or_default();
    article.tickets = top.texts("tickets").unwrap_or_default();
    article.links = top.texts("links").unwrap_or_default();
    let spans = ArticleKey::ALL
        .iter()
        .filter(|key| top.has(key.name()))
        .map(|key| {
            let span = top.at(key.name());
            (
                *key,
                span.start + parts.front.start..span.end + parts.front.start,
            )
        })
        .collect();
    strangers(&source, &top);
    drop(top);
    let mut problems = source.finish();
    problems.extend(conflict);
    let body = &text[parts.body.clone()];
    let lines = call_script::script(&markdown::read(body)).unwrap_or_default();
    article.script = lines.iter().any(|line| line.number.is_some());
    let confirmed = article
        .review_by
        .map(|day| day.to_string())
        .unwrap_or_default();
    article.version = derived_tag(&[&article.title, body.trim(), &confirmed], 8);
    Ok(ArticlePage {
        path: path.to_owned(),
        parts,
        article,
        spans,
        problems,
        text,
    })
}

fn state(top: &TomlSection<'_, '_>, source: &TomlSource<'_>) -> ArticleState {
    if !top.has("state") {
        source.wrong_with(
            0..0,
            "`state` is missing",
            format!("one of: {}", ArticleState::WORDS.join(", ")),
        );
    }
    let state = top.one_of("state", ArticleState::WORDS);
    let state = state.and_then(|word| word.parse().ok());
    state.unwrap_or(ArticleState::Draft)
}

fn language(top: &TomlSection<'_, '_>) -> Option<String> {
    let language = top.text("language");
    if let Some(tag) = language.as_deref().filter(|tag| !is_language(tag)) {
        top.wrong_with(
            "language",
            format!("`{tag}` is not a language tag"),
            "write it like en, pl or pt-BR",
        );
    }
    language
}

fn id(top: &TomlSection<'_, '_>) -> Result<ArticleId, (String, Range<usize>)> {
    let Some(text) = top.text("id") else {
        return Err(("an article needs an id".to_owned(), top.at("id")));
    };
    let id = text.parse::<ArticleId>();
    let id = id.map_err(|error| (format!("an article needs an id: {error}"), top.at("id")))?;
    if id.as_str() != text {
        let message = format!("the id is spelled `{text}`");
        top.wrong_with("id", message, format!("write it `{id}`"));
    }
    Ok(id)
}

fn title(top: &TomlSection<'_, '_>) -> String {
    let title = top.need("title").unwrap_or_default();
    if title.trim().is_empty() && top.has("title") {
        top.wrong_with(
            "title",
            "the title is empty",
            "say in one line what it is about",
        );
    }
    title
}

fn day(top: &TomlSection<'_, '_>, key: &str) -> Option<NaiveDate> {
    let text = top.time(key)?;
    let day = text.parse::<NaiveDate>().ok();
    if day.is_none() {
        top.bar(
            key,
            format!("`{key}` is a day"),
            Some("write it like 2026-05-01, without quotes".to_owned()),
        );
    }
    day
}

/// Whether a text may stand as the tag of a language: `en`, `pt-BR`, `zh-Hant` (BCP 47, without its
/// rarer forms).
pub fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let first = parts.next().unwrap_or_default();
    (2..=3).contains(&first.len())
        && first.bytes().all(|b| b.is_ascii_lowercase())
        && parts.all(|part| {
            (2..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
        })
}

/// Keys that no one declared live on untouched; only near misses are noted.
fn strangers(source: &TomlSource<'_>, top: &TomlSection<'_, '_>) {
    let known: Vec<&str> = ArticleKey::ALL.iter().map(|key| key.name()).collect();
    for (key, span, _) in top.entries().filter(|(key, ..)| !known.contains(key)) {
        let slip = if key.len() < 5 { 1 } else { 2 };
        if let Some(near) =
            nearest(key, known.iter().copied()).filter(|near| slips(near, key) <= slip)
        {
            let message = format!("unknown key `{key}`");
            source.wrong_with(span, message, format!("did you mean `{near}`?"));
        }
    }
}

/// Writes a new article: front matter in the contract's order, then the text.
pub fn write(article: &Article, body: &str) -> String {
    let mut out = format!("{FENCE}\n");
    for key in ArticleKey::ALL {
        if let Some(value) = article.get(*key) {
            out.push_str(&format!("{key} = {}\n", toml_value(&value)));
        }
    }
    out.push_str(&format!("{FENCE}\n{}\n", body.trim_matches('\n')));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "+++\n# mine\nid = \"KB-7Q2M\"\ntitle = \"No network\"\nstate = \"published\"            # draft | review\nlanguage = \"en\"\nown = 1\naudience = \"agents\"\ncodes = [\n  \"NET-OUT\", # first\n]\nreview_by = 2027-05-01\n+++\n## Symptoms\n\n## Call script\n\n1. \"Is it on?\"\n";

    fn reported(text: &str) -> Vec<(String, String, Option<String>)> {
        let problems = match read("kb/x.md", text.to_owned()) {
            Ok(page) => page.problems,
            Err(problem) => vec![*problem],
        };
        let one = |problem: Problem| (problem.location(), problem.message, problem.hint);
        problems.into_iter().map(one).collect()
    }

    #[test]
    fn what_it_says_is_read() {
        let page = read("kb/x.md", GOOD.to_owned()).unwrap();
        assert_eq!(page.problems, []);
        let article = &page.article;
        assert_eq!(article.id.as_str(), "KB-7Q2M");
        assert_eq!(article.state, ArticleState::Published);
        assert_eq!(article.codes, ["NET-OUT"]);
        assert!(article.script);
        assert!(
            !read("kb/x.md", GOOD.replace("1. ", ""))
                .unwrap()
                .article
                .script
        );
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert!(!article.is_stale(day("2027-05-01")) && article.is_stale(day("2027-05-02")));
        assert!(article.is_current(day("2027-05-02")));
    }

    #[test]
    fn the_version_changes_with_what_a_reader_is_told() {
        let version = |text: String| read("kb/x.md", text).unwrap().article.version;
        let first = version(GOOD.to_owned());
        for same in [
            GOOD.replace("published", "retired"),
            GOOD.replace("own = 1", "own = 2"),
            format!("{GOOD}\n"),
        ] {
            assert_eq!(version(same), first);
        }
        for other in [
            GOOD.replace("No network", "No Wi-Fi"),
            GOOD.replace("Is it on?", "Is it off?"),
            GOOD.replace("2027-05-01", "2027-05-02"),
        ] {
            assert_ne!(version(other), first);
        }
    }

    #[test]
    fn what_is_odd_has_its_place() {
        let text = "+++\nid = \"kb-7q2m\"\ntitle = \" \"\nstate = \"publishd\"\nlanguage = \"English\"\nowner = 3\naudience = \"all\"\ntag = [\"x\"]\nreview_by = \"2027-05-01\"\nexpires = 2027-05-01T10:00:00Z\n+++\n";
        let reported = reported(text);
        let places: Vec<&str> = reported.iter().map(|(place, ..)| place.as_str()).collect();
        assert_eq!(
            places,
            [
                "kb/x.md:2:6",
                "kb/x.md:3:9",
                "kb/x.md:4:9",
                "kb/x.md:5:12",
                "kb/x.md:6:9",
                "kb/x.md:7:12",
                "kb/x.md:8:1",
                "kb/x.md:9:13",
                "kb/x.md:10:11"
            ]
        );
        assert_eq!(reported[2].1, "`state` cannot be `publishd`");
        assert_eq!(reported[2].2.as_deref(), Some("did you mean `published`?"));
        assert_eq!(reported[6].2.as_deref(), Some("did you mean `tags`?"));
    }

    #[test]
    fn without_an_id_it_cannot_be_read() {
        for (text, place) in [
            ("+++\nid = \"KB-7Q\"\n+++\n", "kb/x.md:2:6"),
            ("+++\nid = 7\n+++\n", "kb/x.md:2:6"),
            ("+++\ntitle = \"x\"\n+++\n", "kb/x.md:2:1"),
            ("no fence\n", "kb/x.md:1:1"),
            (
                "+++\n<<<<<<< HEAD\nid = \"KB-7Q2M\"\n=======\n>>>>>>> b\n+++\n",
                "kb/x.md:2:1",
            ),
        ] {
            let problem = read("kb/x.md", text.to_owned()).unwrap_err();
            assert_eq!(
                (problem.location().as_str(), problem.fatal),
                (place, true),
                "{text}"
            );
        }
        let inside = GOOD.replace("## Symptoms\n", "<<<<<<< HEAD\na\n=======\nb\n>>>>>>> c\n");
        let page = read("kb/x.md", inside).unwrap();
        assert_eq!(page.problems[0].message, "git left a conflict in this file");
    }

    #[test]
    fn an_edit_leaves_the_rest_alone() {
        let page = read("kb/x.md", GOOD.to_owned()).unwrap();
        let set = |key, value: Option<Value>| page.with(key, value.as_ref()).unwrap();
        assert_eq!(
            set(ArticleKey::State, Some(Value::Text("retired".into()))),
            GOOD.replace("\"published\"", "\"retired\"")
        );
        let day = "2026-11-23".parse().unwrap();
        assert_eq!(
            set(ArticleKey::Published, Some(Value::Date(day))),
            GOOD.replace(
                "language = \"en\"\n",
                "language = \"en\"\npublished = 2026-11-23\n"
            )
        );
        let both = Value::List(vec!["NET-OUT".into(), "NET-DESK".into()]);
        assert_eq!(
            set(ArticleKey::Codes, Some(both)),
            GOOD.replace("# first\n", "# first\n  \"NET-DESK\",\n")
        );
        assert_eq!(
            set(ArticleKey::ReviewBy, None),
            GOOD.replace("review_by = 2027-05-01\n", "")
        );
    }

    #[test]
    fn what_is_written_reads_back() {
        let mut article = Article::new("KB-3F8A".parse().unwrap(), "A \"quoted\" title");
        article.language = Some("pl".into());
        article.tags = vec!["vpn".into()];
        article.review_by = "2027-05-01".parse().ok();
        article.tickets = vec!["2611-7K3MQ".into()];
        let text = write(&article, "\n## Symptoms\n\nNone.\n\n");
        let page = read("kb/x.md", text).unwrap();
        assert_eq!(page.problems, []);
        assert_eq!(page.body(), "## Symptoms\n\nNone.\n");
        for key in ArticleKey::ALL {
            assert_eq!(page.article.get(*key), article.get(*key), "{key}");
        }
    }
}
