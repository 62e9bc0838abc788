//! The file of a template, read: forgiving, with everything odd noted.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::de::DeValue;

use crate::model::status::Status;
use crate::model::template::{KEYS, Piece, Template, TemplateUse};
use crate::page::article::is_language;
use crate::page::front_matter::{self, Parts};
use crate::page::placeholders::{self, BadPlaceholder};
use crate::page::problem::{Problem, did_you_mean, nearest, slips};
use crate::page::toml_reader::{TomlSection, TomlSource};
use crate::page::toml_words;

/// The folder of the templates.
pub const FOLDER: &str = "templates";

/// What a name is made of, for people.
const NAME: &str =
    "name it NAME.md or NAME.LANGUAGE.md, like received.pl.md: letters, digits, `-` and `_`";

/// A template and the text it was read from.
#[derive(Clone, Debug)]
pub struct TemplatePage {
    /// The file, relative to the desk.
    pub path: String,
    /// The whole file.
    pub text: String,
    /// Where front matter and body stand.
    pub parts: Parts,
    /// What it says.
    pub template: Template,
    /// The bytes of each value in the front matter, of `then` those of each key of it: `then.until`.
    pub spans: BTreeMap<String, Range<usize>>,
    /// What is odd about it; nothing here kept it from being read.
    pub problems: Vec<Problem>,
}

impl TemplatePage {
    /// The text behind the front matter, as it is written.
    pub fn body(&self) -> String {
        body(&self.text, &self.parts)
    }

    /// The subject as it is written.
    pub fn subject(&self) -> Option<String> {
        let span = self.spans.get("subject")?;
        let value: toml::Value = format!("x = {}", &self.text[span.clone()])
            .parse::<toml::Table>()
            .ok()?
            .remove("x")?;
        value.as_str().map(str::to_owned)
    }

    /// What keeps it from being used: values that cannot be read, marks of a conflict, placeholders
    /// that are none.
    pub fn bars(&self) -> Vec<Problem> {
        let bars = self.problems.iter().filter(|problem| problem.bars);
        bars.cloned().collect()
    }

    /// Something wrong with the value of a key, or of a key of `then`.
    pub fn wrong(&self, key: &str, message: impl Into<String>) -> Problem {
        match self.spans.get(key) {
            Some(span) => Problem::at(&self.path, &self.text, span.clone(), message),
            None => Problem::whole(&self.path, message),
        }
    }

    /// Something wrong with one element of a list.
    pub fn wrong_element(&self, key: &str, element: &str, message: impl Into<String>) -> Problem {
        let written = crate::page::entry_value::quoted(element);
        let inside = self.spans.get(key).and_then(|span| {
            let at = span.start + self.text[span.clone()].find(&written)?;
            Some(at..at + written.len())
        });
        match inside {
            Some(span) => Problem::at(&self.path, &self.text, span, message),
            None => self.wrong(key, message),
        }
    }
}

/// The text behind the front matter, with line feeds alone.
fn body(text: &str, parts: &Parts) -> String {
    text[parts.body.clone()]
        .replace("\r\n", "\n")
        .trim()
        .to_owned()
}

/// The name and the language that the path of a template says; what is wrong with it where it says
/// none.
pub fn of_path(path: &str) -> Result<(String, Option<String>), Box<Problem>> {
    let wrong =
        |message: String, hint: &str| Box::new(Problem::whole(path, message).hint(hint).fatal());
    let file = path.strip_prefix(FOLDER).unwrap_or(path);
    let file = file.trim_start_matches('/');
    if file.contains('/') {
        let message = "a template stands in the folder templates itself".to_owned();
        return Err(wrong(
            message,
            "move it there: its name tells what it is for",
        ));
    }
    let stem = file.strip_suffix(".md").unwrap_or(file);
    let (name, language) = match stem.split_once('.') {
        Some((name, language)) => (name, Some(language)),
        None => (stem, None),
    };
    let word = |c: char| c.is_alphanumeric() || c == '-' || c == '_' || is_mark(c);
    if name.is_empty() || name.starts_with('-') || !name.chars().all(word) {
        return Err(wrong(format!("`{name}` is no name of a template"), NAME));
    }
    if let Some(language) = language.filter(|language| !is_language(language)) {
        let message = format!("`{language}` in the file's name is not a language tag");
        return Err(wrong(message, "write it like en, pl or pt-BR"));
    }
    Ok((name.to_owned(), language.map(str::to_owned)))
}

/// Whether a character stands above or below another, as vowel signs do.
fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

/// Reads a template. What cannot be read at all is one fatal problem.
pub fn read(path: &str, text: String) -> Result<TemplatePage, Box<Problem>> {
    let (name, language) = of_path(path)?;
    let conflict = front_matter::conflict(path, &text);
    let fatal = |problem| {
        conflict
            .clone()
            .map_or(problem, |found| Box::new(found.fatal()))
    };
    let parts = front_matter::split(path, &text).map_err(fatal)?;
    let source = TomlSource::new(path, &text, parts.front.start);
    let table = source.parse(&text[parts.front.clone()]).map_err(fatal)?;
    let top = TomlSection::top(&source, &table);
    let mut spans = BTreeMap::new();
    let mut place = |key: String, span: Range<usize>| {
        let by = parts.front.start;
        spans.insert(key, span.start + by..span.end + by);
    };
    for key in KEYS.iter().filter(|key| top.has(key)) {
        place((*key).to_owned(), top.at(key));
    }
    let title = title(&top);
    let uses = uses(&top);
    let (subject, bad) = placeholders::read(&top.text("subject").unwrap_or_default());
    for one in &bad {
        top.bar("subject", one.message.as_str(), Some(one.hint.clone()));
    }
    let mut then = Vec::new();
    if let Some(section) = top.section("then") {
        flatten(&section, "", &mut then, &mut place);
        status(&section, &then);
    }
    let (codes, queues) = (top.texts("codes"), top.texts("queues"));
    strangers(&source, &top);
    drop(top);
    let mut problems = source.finish();
    problems.extend(conflict);
    let start = parts.body.start;
    let (_, bad) = placeholders::read(&text[parts.body.clone()]);
    problems.extend(bad.iter().map(|one| in_body(path, &text, start, one)));
    let (words, _) = placeholders::read(&body(&text, &parts));
    if words.is_empty() && then.is_empty() {
        let problem = Problem::whole(path, "the template has no text");
        problems.push(problem.hint("write it below the second `+++`").barring());
    }
    let template = Template {
        name,
        language,
        title,
        uses,
        subject,
        codes: codes.unwrap_or_default(),
        queues: queues.unwrap_or_default(),
        then,
        text: words,
    };
    Ok(TemplatePage {
        path: path.to_owned(),
        text,
        parts,
        template,
        spans,
        problems,
    })
}

/// A placeholder of the body that is none.
fn in_body(path: &str, text: &str, start: usize, bad: &BadPlaceholder) -> Problem {
    let span = bad.span.start + start..bad.span.end + start;
    let problem = Problem::at(path, text, span, bad.message.as_str());
    problem.hint(bad.hint.as_str()).barring()
}

fn title(top: &TomlSection<'_, '_>) -> String {
    let title = top.need("title").unwrap_or_default();
    if title.trim().is_empty() && top.has("title") {
        let hint = "say in one line when to take it";
        top.wrong_with("title", "the title is empty", hint);
    }
    title
}

fn uses(top: &TomlSection<'_, '_>) -> Vec<TemplateUse> {
    let mut uses = Vec::new();
    for (word, span) in top.places("for") {
        if let Some(one) = TemplateUse::read(word) {
            uses.push(one);
            continue;
        }
        let known = TemplateUse::WORDS;
        let hint = did_you_mean(word, known.iter().copied());
        let hint = hint.unwrap_or_else(|| format!("one of: {}", known.join(", ")));
        let message = format!("a template cannot be for `{word}`");
        top.wrong_at(span, message, Some(hint));
    }
    top.texts("for");
    uses
}

/// The keys of `then` with their values as they would be typed; tables within it are dotted keys.
fn flatten(
    section: &TomlSection<'_, '_>,
    before: &str,
    then: &mut Vec<(String, String)>,
    place: &mut impl FnMut(String, Range<usize>),
) {
    let mut entries: Vec<_> = section.entries().collect();
    // As they stand in the file, not by their names.
    entries.sort_by_key(|(_, span, _)| span.start);
    for (key, _, value) in entries {
        let path = format!("{before}{key}");
        let text = match value.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Integer(number) => number.as_str().to_owned(),
            DeValue::Boolean(word) => if *word { "yes" } else { "no" }.to_owned(),
            DeValue::Datetime(time) => time.to_string(),
            DeValue::Array(_) => section.texts(key).unwrap_or_default().join(","),
            DeValue::Table(_) => {
                if let Some(inner) = section.section(key) {
                    flatten(&inner, &format!("{path}."), then, place);
                }
                continue;
            }
            other @ DeValue::Float(_) => {
                let found = toml_words::kind(other);
                let message = format!("`then.{path}` is a text in quotes, not {found}");
                section.bar(key, message, Some("write it in quotes".to_owned()));
                continue;
            }
        };
        place(format!("then.{path}"), value.span());
        then.push((path, text));
    }
}

/// A template lets a ticket wait, or leaves its status: the other moves have commands of their own.
fn status(section: &TomlSection<'_, '_>, then: &[(String, String)]) {
    let has = |key: &str| then.iter().any(|(own, _)| own == key);
    let pending = Status::Pending.as_str();
    match then.iter().find(|(key, _)| key == "status") {
        Some((_, word)) if word != pending => {
            let message = format!("`then.status` cannot be `{word}`");
            let hint = format!(
                "it is \"{pending}\" or left out: `for = [\"resolve\"]` makes a template of a solution"
            );
            section.bar("status", message, Some(hint));
        }
        Some(_) if !has("waiting_on") => {
            let message = "`then` does not say whom the ticket waits for";
            let hint = "add waiting_on = \"customer\", \"vendor\" or \"schedule\"".to_owned();
            section.bar("status", message, Some(hint));
        }
        Some(_) => {}
        None => {
            for key in ["waiting_on", "until"].into_iter().filter(|key| has(key)) {
                let message = format!("`then.{key}` is for a ticket that waits");
                section.bar(key, message, Some(format!("add status = \"{pending}\"")));
            }
        }
    }
}

/// Keys that no one declared live on untouched; only near misses are noted.
fn strangers(source: &TomlSource<'_>, top: &TomlSection<'_, '_>) {
    for (key, span, _) in top.entries().filter(|(key, ..)| !KEYS.contains(key)) {
        let slip = if key.len() < 5 { 1 } else { 2 };
        if let Some(near) = nearest(key, KEYS).filter(|near| slips(near, key) <= slip) {
            let message = format!("unknown key `{key}`");
            source.wrong_with(span, message, format!("did you mean `{near}`?"));
        }
    }
}

/// Whether anything is inserted.
pub fn has_values(pieces: &[Piece]) -> bool {
    pieces.iter().any(|piece| matches!(piece, Piece::Value(..)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "+++\n# ours\ntitle = \"Ask for more\"\nfor = [\"contact\", \"pend\"]\nsubject = \"{id}: a question\"\ncodes = [\"NET-OUT\"]\nown = 1\nthen = { status = \"pending\", waiting_on = \"customer\", until = \"+3bd\", tags = [\"+asked\"], requester.language = \"en\" }\n+++\nDear {requester.name|there},\n\nwhat does it say?\n";

    fn reported(path: &str, text: &str) -> Vec<(String, String)> {
        let problems = match read(path, text.to_owned()) {
            Ok(page) => page.problems,
            Err(problem) => vec![*problem],
        };
        let one = |problem: Problem| (problem.location(), problem.message);
        problems.into_iter().map(one).collect()
    }

    #[test]
    fn what_it_says_is_read() {
        let page = read("templates/ask.pt-BR.md", GOOD.to_owned()).unwrap();
        assert_eq!(page.problems, []);
        let template = &page.template;
        assert_eq!(template.name, "ask");
        assert_eq!(template.language.as_deref(), Some("pt-BR"));
        assert_eq!(template.uses, [TemplateUse::Contact, TemplateUse::Pend]);
        assert_eq!(template.then("until"), Some("+3bd"));
        assert_eq!(template.then("tags"), Some("+asked"));
        assert_eq!(template.then("requester.language"), Some("en"));
        assert_eq!(page.subject().as_deref(), Some("{id}: a question"));
        assert!(page.body().starts_with("Dear {requester.name|there},\n"));
        assert!(has_values(&template.text));
        assert!(!template.serves(TemplateUse::Resolve));
        assert!(template.fits("NET-OUT", "any") && !template.fits("", "any"));
        let dos = read("templates/ask.md", GOOD.replace('\n', "\r\n")).unwrap();
        assert_eq!(dos.problems, []);
        assert_eq!(dos.body(), page.body());
    }

    #[test]
    fn what_is_odd_has_its_place() {
        let text = "+++\ntitle = \" \"\nfor = [\"resolv\"]\nsubjct = \"x\"\nsubject = \"{idd}\"\ncodes = \"X\"\nthen = { until = \"+3bd\", a = 1.5 }\n+++\nDear {requester},\n";
        let found = reported("templates/a.md", text);
        let places: Vec<&str> = found.iter().map(|(place, _)| place.as_str()).collect();
        assert_eq!(
            places,
            [
                "templates/a.md:2:9",
                "templates/a.md:3:8",
                "templates/a.md:4:1",
                "templates/a.md:5:11",
                "templates/a.md:6:9",
                "templates/a.md:7:18",
                "templates/a.md:7:30",
                "templates/a.md:9:6",
            ],
            "{found:?}"
        );
        for (then, message) in [
            (
                "status = \"resolved\"",
                "`then.status` cannot be `resolved`",
            ),
            (
                "status = \"pending\"",
                "`then` does not say whom the ticket waits for",
            ),
        ] {
            let text = format!("+++\ntitle = \"x\"\nthen = {{ {then} }}\n+++\n");
            assert_eq!(reported("templates/a.md", &text)[0].1, message);
        }
    }

    #[test]
    fn the_name_of_the_file_says_name_and_language() {
        let of = |path: &str| of_path(path).map_err(|problem| problem.message);
        let named =
            |name: &str, language: Option<&str>| Ok((name.to_owned(), language.map(str::to_owned)));
        assert_eq!(of("templates/call-back.md"), named("call-back", None));
        assert_eq!(of("templates/rückruf.de.md"), named("rückruf", Some("de")));
        assert_eq!(of("templates/বার্তা.bn.md"), named("বার্তা", Some("bn")));
        for wrong in [
            "templates/a b.md",
            "templates/.md",
            "templates/-x.md",
            "templates/a.english.md.md",
            "templates/a.Deutsch.md",
            "templates/sub/a.md",
        ] {
            assert!(of(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_one_problem() {
        for text in ["no fence\n", "+++\ntitle = x\n+++\n", "+++\n"] {
            assert!(read("templates/a.md", text.to_owned()).is_err(), "{text}");
        }
        let marks = GOOD.replace("what does", "<<<<<<< a\nwhat does");
        let page = read("templates/a.md", marks).unwrap();
        assert_eq!(page.bars()[0].message, "git left a conflict in this file");
        let empty = reported("templates/a.md", "+++\ntitle = \"x\"\n+++\n\n");
        assert_eq!(empty[0].1, "the template has no text");
    }
}
