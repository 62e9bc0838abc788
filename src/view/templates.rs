//! Templates in a list, one whole, and what they can insert.

use serde_json::{Map, Value as Json, json};

use crate::model::placeholder::Placeholder;
use crate::model::template::{Template, TemplateUse};
use crate::ops::data::templates::{ListedTemplate, StarterWritten, TemplateListing};
use crate::page::template::TemplatePage;
use crate::view::label::{fact, title};
use crate::view::paint::{Paint, PaintedText, Role};
use crate::view::sanitize::{line, text};
use crate::view::table::table;
use crate::view::words::{count, wrap};

/// Widest line of running text, in columns.
const MEASURE: usize = 84;

/// Shows templates: a list, or the one that was named.
pub fn templates(listing: &TemplateListing, paint: &Paint) -> String {
    match &listing.templates[..] {
        [] => String::new(),
        [one] if listing.whole => card(one, paint),
        all => list(all, paint),
    }
}

/// What to say beside it, on standard error.
pub fn remarks(listing: &TemplateListing) -> Vec<String> {
    let mut all = Vec::new();
    if listing.templates.is_empty() {
        all.push("no templates".to_owned());
    }
    match listing.left_out {
        0 => {}
        1 => all.push("1 other is for something else".to_owned()),
        n => all.push(format!("{n} others are for something else")),
    }
    for one in &listing.templates {
        let Some(preview) = &one.preview else {
            continue;
        };
        all.extend(preview.notices.iter().cloned());
        if !preview.empty.is_empty() {
            let names: Vec<String> = preview
                .empty
                .iter()
                .map(|one| format!("{{{one}}}"))
                .collect();
            all.push(format!(
                "would be refused, for this has no value: {}",
                names.join(", ")
            ));
        }
    }
    all
}

/// The commands that a template is for.
fn uses(template: &Template) -> String {
    if template.uses.is_empty() {
        return "any".to_owned();
    }
    let words: Vec<&str> = template
        .uses
        .iter()
        .map(|one: &TemplateUse| one.as_str())
        .collect();
    words.join(", ")
}

/// The languages of a template's texts; the text of no language is for everybody.
fn languages(one: &ListedTemplate) -> String {
    let all = one.texts.iter();
    let all = all.map(|page| page.template.language.as_deref().unwrap_or("any"));
    all.collect::<Vec<_>>().join(" ")
}

fn list(all: &[ListedTemplate], paint: &Paint) -> String {
    // Where there is no room for both, the title says more.
    let with_languages = !paint.is_narrow();
    let row = |one: &ListedTemplate| -> Vec<PaintedText> {
        let template = &one.page.template;
        let mut row = vec![
            (Role::Id, line(&template.name)),
            (Role::Plain, uses(template)),
        ];
        if with_languages {
            row.push((Role::Muted, line(&languages(one))));
        }
        row.push((Role::Plain, line(&template.title)));
        row
    };
    let rows: Vec<Vec<PaintedText>> = all.iter().map(row).collect();
    let header: &[&str] = if with_languages {
        &["name", "for", "languages", "title"]
    } else {
        &["name", "for", "title"]
    };
    table(header, &rows, &[], header.len() - 1, paint)
}

/// What a template changes, as it would be typed.
fn then(template: &Template) -> String {
    let all = template.then.iter();
    let all: Vec<String> = all.map(|(key, value)| format!("{key} {value}")).collect();
    all.join(", ")
}

fn card(one: &ListedTemplate, paint: &Paint) -> String {
    let page = &one.page;
    let template = &page.template;
    let width = paint.width_up_to(MEASURE);
    let mut parts = vec![paint.role(Role::Id, &line(&template.name))];
    if let Some(language) = &template.language {
        parts.push(paint.role(Role::Muted, &line(language)));
    }
    parts.push(paint.role(Role::Muted, &line(&page.path)));
    let mut out = parts.join(&paint.role(Role::Muted, "  ·  "));
    out.push('\n');
    title(&mut out, &template.title, paint, width);
    out.push('\n');
    let mut add = |label: &str, value: &str| fact(&mut out, label, &line(value), paint, width);
    add("for", &uses(template));
    add("codes", &template.codes.join(", "));
    add("queues", &template.queues.join(", "));
    add("then", &then(template));
    add("languages", &languages(one));
    let (subject, body) = match &one.preview {
        Some(preview) => (preview.subject.clone(), preview.text.clone()),
        None => (page.subject().unwrap_or_default(), page.body()),
    };
    add("subject", &subject);
    out.push('\n');
    for one in wrap(&text(&body), width) {
        out.push_str(one.trim_end());
        out.push('\n');
    }
    out
}

/// A template as JSON: the keys of its file, its texts, and with a ticket what that would get.
pub fn json(one: &ListedTemplate) -> Json {
    let template = &one.page.template;
    let texts: Vec<Json> = one.texts.iter().map(text_json).collect();
    let uses: Vec<&str> = template.uses.iter().map(|one| one.as_str()).collect();
    let then: Map<String, Json> = template
        .then
        .iter()
        .map(|(key, value)| (key.clone(), json!(value)))
        .collect();
    let derived = one.preview.as_ref().map_or(json!({}), |preview| {
        let empty: Vec<&str> = preview.empty.iter().map(|one| one.name()).collect();
        json!({
            "subject": preview.subject,
            "text": preview.text,
            "empty": empty,
        })
    });
    json!({
        "name": template.name,
        "title": template.title,
        "language": template.language,
        "for": uses,
        "codes": template.codes,
        "queues": template.queues,
        "then": then,
        "texts": texts,
        "derived": derived,
    })
}

fn text_json(page: &TemplatePage) -> Json {
    json!({
        "language": page.template.language,
        "file": page.path,
        "title": page.template.title,
        "subject": page.subject(),
        "text": page.body(),
    })
}

/// What a template can insert.
pub fn placeholders(paint: &Paint) -> String {
    let row = |one: &Placeholder| -> Vec<PaintedText> {
        vec![
            (Role::Id, format!("{{{one}}}")),
            (Role::Plain, one.what().to_owned()),
        ]
    };
    let rows: Vec<Vec<PaintedText>> = Placeholder::ALL.iter().map(row).collect();
    table(&["placeholder", "inserts"], &rows, &[], 1, paint)
}

/// What a template can insert, as JSON.
pub fn placeholders_json() -> String {
    let one = |one: &Placeholder| json!({"name": one.name(), "inserts": one.what()});
    let all: Vec<Json> = Placeholder::ALL.iter().map(one).collect();
    crate::view::json::page("placeholders", all, &[])
}

/// What was written of the starter's templates.
pub fn written(written: &StarterWritten, dry: bool, paint: &Paint) -> String {
    if written.files == 0 {
        return "the desk has templates of all these names\n".to_owned();
    }
    let verb = if dry { "would write" } else { "wrote" };
    let (files, names) = (
        count(written.files, "file"),
        count(written.names.len(), "template"),
    );
    let mut out = format!(
        "{} {files} of {names} into templates/\n",
        paint.role(Role::Good, verb)
    );
    for name in &written.names {
        out.push_str(&format!("  {}\n", paint.role(Role::Id, &line(name))));
    }
    out
}

/// What was written of the starter's templates, as JSON.
pub fn written_json(written: &StarterWritten) -> String {
    let names = written.names.iter().map(|name| json!({"name": name}));
    crate::view::json::page("templates", names.collect(), &[])
}
