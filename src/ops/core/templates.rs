//! Templates as verbs find them.

use std::collections::BTreeMap;

use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::template::TemplateError;
use crate::ops::core::messages::unknown;
use crate::page::problem::Problem;
use crate::page::template::{self, TemplatePage};
use crate::store::fs::{read, walk};

/// The language of the text that is taken where nothing else decides.
const LAST_RESORT: &str = "en";

/// The templates of a desk.
#[derive(Clone, Debug, Default)]
pub struct Templates {
    /// One for each file, in the order of the files.
    pub pages: Vec<TemplatePage>,
    /// Files that cannot be read.
    pub problems: Vec<Problem>,
}

/// Reads the templates of a desk.
pub fn load(desk: &Desk) -> Templates {
    let files = walk::templates(&desk.root);
    let mut found = Templates {
        pages: Vec::new(),
        problems: files.problems,
    };
    for (path, _) in &files.files {
        let text = match read::page(&desk.root, path) {
            Ok(text) => text,
            // Taken away since the folder was read.
            Err(read::ReadError::Missing) => continue,
            Err(error) => {
                found.problems.push(error.problem(path));
                continue;
            }
        };
        match template::read(path, text) {
            Ok(page) => found.pages.push(page),
            Err(problem) => found.problems.push(*problem),
        }
    }
    found
}

impl Templates {
    /// The texts by the names of their templates.
    pub fn by_name(&self) -> BTreeMap<&str, Vec<&TemplatePage>> {
        let mut all: BTreeMap<&str, Vec<&TemplatePage>> = BTreeMap::new();
        for page in &self.pages {
            all.entry(&page.template.name).or_default().push(page);
        }
        all
    }

    /// The texts of the template of a name; a wrong name gets the nearest.
    pub fn find(&self, name: &str) -> Result<Vec<&TemplatePage>, OpError> {
        let mut all = self.by_name();
        if let Some(pages) = all.remove(name) {
            return Ok(pages);
        }
        let of_name =
            |problem: &&Problem| template::of_path(&problem.path).is_ok_and(|(own, _)| own == name);
        if let Some(problem) = self.problems.iter().find(of_name) {
            return Err(problem.clone().into());
        }
        if all.is_empty() {
            return Err(TemplateError::NoTemplates(&name).error());
        }
        Err(unknown("template", name, all.into_keys()))
    }
}

/// Of the texts of one template that in the language asked for, else in the house's, else the one of
/// no language, else the English one; `None` where there is no text at all.
pub fn in_language<'p>(
    pages: &[&'p TemplatePage],
    wanted: Option<&str>,
    house: Option<&str>,
) -> Option<&'p TemplatePage> {
    let of = |page: &TemplatePage| page.template.language.as_deref().map(plain);
    let exactly = |language: &str| {
        let language = plain(language);
        let is = |page: &&&TemplatePage| of(page).is_some_and(|own| own == language);
        pages.iter().find(is)
    };
    let nearly = |language: &str| {
        let language = plain(language);
        let is = |page: &&&TemplatePage| of(page).is_some_and(|own| base(&own) == base(&language));
        pages.iter().find(is)
    };
    let in_one = |language: &str| exactly(language).or_else(|| nearly(language));
    let found = wanted.and_then(in_one).or_else(|| house.and_then(in_one));
    let found = found.or_else(|| pages.iter().find(|page| page.template.language.is_none()));
    let found = found.or_else(|| in_one(LAST_RESORT));
    found.or(pages.first()).copied()
}

/// Whether a text is in a language, or in that of no region: `pt` for `pt-BR`. The text of no
/// language is for everybody.
pub fn speaks(page: &TemplatePage, language: &str) -> bool {
    let own = page.template.language.as_deref().map(plain);
    own.is_none_or(|own| base(&own) == base(&plain(language)))
}

/// A language tag for comparing, however it is written: `pt_BR` as `pt-br`.
fn plain(language: &str) -> String {
    language.trim().to_lowercase().replace('_', "-")
}

fn base(language: &str) -> &str {
    language.split('-').next().unwrap_or(language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_asked_for_comes_before_the_house_s() {
        let text = "+++\ntitle = \"x\"\n+++\nx\n".to_owned();
        let page = |file: &str| template::read(&format!("templates/{file}"), text.clone()).unwrap();
        let pages = ["a.bn.md", "a.en.md", "a.pl.md", "a.pt-BR.md"].map(page);
        let pages: Vec<&TemplatePage> = pages.iter().collect();
        let plain = page("a.md");
        let chosen = |pages: &[&TemplatePage], wanted, house| {
            let found = in_language(pages, wanted, house).unwrap();
            found.template.language.clone().unwrap_or_default()
        };
        for (wanted, house, found) in [
            (Some("pl"), None, "pl"),
            (Some("PL"), None, "pl"),
            (Some("pl_PL"), None, "pl"),
            (Some("pt"), None, "pt-BR"),
            (Some("fr"), Some("pl"), "pl"),
            (Some("fr"), None, "en"),
            (None, Some("bn"), "bn"),
            (None, None, "en"),
        ] {
            assert_eq!(chosen(&pages, wanted, house), found, "{wanted:?} {house:?}");
        }
        let with_plain: Vec<&TemplatePage> = pages.iter().copied().chain([&plain]).collect();
        assert_eq!(chosen(&with_plain, Some("fr"), None), "");
        assert_eq!(chosen(&with_plain, Some("pl"), None), "pl");
        assert_eq!(chosen(&pages[..1], Some("fr"), None), "bn");
        assert!(speaks(pages[3], "pt") && speaks(&plain, "fr") && !speaks(pages[0], "fr"));
    }
}
