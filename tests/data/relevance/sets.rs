//! Texts that nobody here wrote, questions about them, and which texts are right.
//!
//! `StackFAQ` and `XQuAD` lie in `../shared/data`, the GNOME help comes from a package of Debian.
//! None of it is copied into the project: what is not there is an error that says how to get it.

use std::collections::HashMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use roxmltree::{Document, Node, ParsingOptions};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// A collection, and what is asked of it.
pub(crate) struct Set {
    pub(crate) name: String,
    /// Of its texts, as front matter would say it.
    pub(crate) language: &'static str,
    pub(crate) texts: Vec<Text>,
    pub(crate) questions: Vec<Asked>,
}

#[derive(Default)]
pub(crate) struct Text {
    pub(crate) title: String,
    pub(crate) body: String,
}

pub(crate) struct Asked {
    pub(crate) text: String,
    /// The places of the texts that answer it.
    pub(crate) right: Range<usize>,
}

/// Short texts have nothing to be found by: a page of links, a page that only says its title.
const BODY_FROM: usize = 200;

const STACKFAQ: &str = "ML-Recipes/BERT-FAQ, data/StackFAQ";
const XQUAD: &str = "google-deepmind/xquad";

/// A file of `../shared/data`; tests and benches run in the folder of the manifest.
fn data<T: DeserializeOwned>(file: &str, from: &str) -> Result<T, String> {
    let path = Path::new("../shared/data").join(file);
    let bytes = std::fs::read(&path)
        .map_err(|error| format!("{}: {error}; on GitHub: {from}", path.display()))?;
    serde_json::from_slice(&bytes).map_err(|error| format!("{}: {error}", path.display()))
}

#[derive(Deserialize)]
struct Faq {
    root: Threads,
}

#[derive(Deserialize)]
struct Threads {
    qapair: Vec<Thread>,
}

#[derive(Deserialize)]
struct Thread {
    question: String,
    answer: Answers,
    rephr: Vec<Option<String>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Answers {
    One(String),
    Many(Vec<String>),
}

impl Thread {
    fn answers(&self) -> &[String] {
        match &self.answer {
            Answers::One(answer) => std::slice::from_ref(answer),
            Answers::Many(answers) => answers,
        }
    }

    /// The question in other people's words; `*` stands for one that nobody gave.
    fn asked(&self, right: Range<usize>) -> impl Iterator<Item = Asked> {
        let given = self.rephr.iter().flatten();
        let given = given.filter(|text| !matches!(text.trim(), "" | "*"));
        given.map(move |text| Asked {
            text: text.clone(),
            right: right.clone(),
        })
    }
}

/// A text for each answer, under the question; any answer to the right question is right.
pub(crate) fn faq_pairs() -> Result<Set, String> {
    let faq: Faq = data("stackfaq/stackExchange-FAQ.json", STACKFAQ)?;
    let (mut texts, mut questions) = (Vec::new(), Vec::new());
    for thread in &faq.root.qapair {
        let first = texts.len();
        texts.extend(thread.answers().iter().map(|answer| Text {
            title: thread.question.clone(),
            body: answer.clone(),
        }));
        questions.extend(thread.asked(first..texts.len()));
    }
    Ok(Set {
        name: "StackFAQ answers".to_owned(),
        language: "en",
        texts,
        questions,
    })
}

/// A text for each question with all of its answers.
pub(crate) fn faq_threads() -> Result<Set, String> {
    let faq: Faq = data("stackfaq/stackExchange-FAQ.json", STACKFAQ)?;
    let threads = faq.root.qapair.iter();
    let texts = threads.clone().map(|thread| Text {
        title: thread.question.clone(),
        body: thread.answers().join("\n"),
    });
    let questions = threads
        .enumerate()
        .flat_map(|(place, thread)| thread.asked(place..place + 1));
    Ok(Set {
        name: "StackFAQ threads".to_owned(),
        language: "en",
        texts: texts.collect(),
        questions: questions.collect(),
    })
}

#[derive(Deserialize)]
struct Quad {
    data: Vec<Essay>,
}

#[derive(Deserialize)]
struct Essay {
    #[serde(default)]
    title: String,
    paragraphs: Vec<Paragraph>,
}

#[derive(Deserialize)]
struct Paragraph {
    context: String,
    qas: Vec<Quiz>,
}

#[derive(Deserialize)]
struct Quiz {
    question: String,
}

/// A text for each paragraph, under the title of its essay; right is the one that was asked about.
pub(crate) fn xquad(language: &'static str) -> Result<Set, String> {
    let quad: Quad = data(&format!("xquad/xquad.{language}.json"), XQUAD)?;
    let (mut texts, mut questions) = (Vec::new(), Vec::new());
    for essay in quad.data {
        let title = essay.title.replace('_', " ");
        for paragraph in essay.paragraphs {
            let right = texts.len()..texts.len() + 1;
            questions.extend(paragraph.qas.into_iter().map(|quiz| Asked {
                text: quiz.question,
                right: right.clone(),
            }));
            texts.push(Text {
                title: title.clone(),
                body: paragraph.context,
            });
        }
    }
    Ok(Set {
        name: format!("XQuAD {language}"),
        language,
        texts,
        questions,
    })
}

/// A page of the GNOME help in parts.
#[derive(Default)]
struct Page {
    title: String,
    /// The line that lists and search results of the help show.
    desc: String,
    body: String,
}

/// A text for each page of the help for users that has one; its description asks for it.
///
/// In a page that is half translated, the description in English asks in the wrong language, and
/// is not asked.
pub(crate) fn gnome(language: &'static str) -> Result<Set, String> {
    let mut english = HashMap::new();
    if language != "en" {
        english.extend(pages("C")?);
    }
    let (mut texts, mut questions) = (Vec::new(), Vec::new());
    for (name, page) in pages(if language == "en" { "C" } else { language })? {
        if page.body.chars().count() < BODY_FROM {
            continue;
        }
        let untranslated = english
            .get(&name)
            .is_some_and(|english| english.desc == page.desc);
        if !page.desc.is_empty() && !page.title.is_empty() && !untranslated {
            questions.push(Asked {
                text: page.desc,
                right: texts.len()..texts.len() + 1,
            });
        }
        texts.push(Text {
            title: page.title,
            body: page.body,
        });
    }
    Ok(Set {
        name: format!("GNOME help {language}"),
        language,
        texts,
        questions,
    })
}

/// The pages of a language by the names of their files, in order.
fn pages(folder: &str) -> Result<Vec<(String, Page)>, String> {
    let folder = PathBuf::from(format!("/usr/share/help/{folder}/gnome-help"));
    let absent = |error| {
        let folder = folder.display();
        format!("{folder}: {error}; on Debian: apt install gnome-user-docs")
    };
    let mut pages = Vec::new();
    for entry in std::fs::read_dir(&folder).map_err(absent)? {
        let path = entry.map_err(absent)?.path();
        if path.extension().is_none_or(|extension| extension != "page") {
            continue;
        }
        let text = std::fs::read_to_string(&path).map_err(absent)?;
        let page = page(&text).map_err(|error| format!("{}: {error}", path.display()))?;
        let name = path.file_name().unwrap_or_default();
        pages.push((name.to_string_lossy().into_owned(), page));
    }
    pages.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(pages)
}

fn page(text: &str) -> Result<Page, roxmltree::Error> {
    let options = ParsingOptions {
        allow_dtd: true,
        ..ParsingOptions::default()
    };
    let document = Document::parse_with_options(text, options)?;
    let mut page = Page::default();
    for part in document.root_element().children().filter(Node::is_element) {
        match part.tag_name().name() {
            "info" => {
                let desc = part.children().find(|part| part.has_tag_name("desc"));
                page.desc = desc.map(words).unwrap_or_default();
            }
            "title" => page.title = words(part),
            _ => {
                page.body.push_str(&words(part));
                page.body.push(' ');
            }
        }
    }
    page.body.truncate(page.body.trim_end().len());
    Ok(page)
}

/// All text within, its white space as a reader sees it.
fn words(node: Node<'_, '_>) -> String {
    let texts = node.descendants().filter(Node::is_text);
    let text: String = texts.filter_map(|node| node.text()).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
