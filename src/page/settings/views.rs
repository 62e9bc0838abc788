//! `[view.<name>]`: lists of tickets with names of their own, in `desk.toml` and in a person's own
//! configuration.

use crate::model::field::{Field, FieldKind};
use crate::model::person::is_handle;
use crate::model::saved_view::{SavedView, SavedViews};
use crate::model::settings::Settings;
use crate::page::problem::{Problem, did_you_mean};
use crate::page::query::tickets::{self, Flag};
use crate::page::query::{Name, Schema, ViewTerms};
use crate::page::settings::FILE;
use crate::page::toml_reader::{TomlSection, TomlSource};

/// The table of views.
const TABLE: &str = "view";

pub(in crate::page) fn views(top: &TomlSection<'_, '_>) -> SavedViews {
    let Some(section) = top.section(TABLE) else {
        return SavedViews::new();
    };
    let sections = section.sections().into_iter();
    sections
        .map(|(name, one)| {
            if !is_handle(&name) {
                let message = format!("`{name}` cannot be the name of a view");
                section.wrong_with(&name, message, NAMES);
            }
            let view = view(&one);
            one.close();
            (name, view)
        })
        .collect()
}

/// What names are like.
const NAMES: &str = "names are lower-case letters, digits, `.`, `_` and `-`";

fn view(one: &TomlSection<'_, '_>) -> SavedView {
    let limit = one.number("limit").and_then(|number| {
        let limit = usize::try_from(number).ok().filter(|limit| *limit > 0);
        if limit.is_none() {
            let message = format!(
                "`{}` is a number of tickets, not {number}",
                one.path("limit")
            );
            one.wrong_with("limit", message, "write 1 or more, or leave it out");
        }
        limit
    });
    SavedView {
        title: one.text("title").filter(|title| !title.trim().is_empty()),
        query: one.text("query").unwrap_or_default(),
        columns: one.texts("columns").unwrap_or_default(),
        sort: one.text("sort"),
        group: one.text("group"),
        limit,
        board: one.bool("board").unwrap_or(false),
    }
}

/// Queries must be readable, and fields must be there; what queries name is looked at when tickets
/// are listed.
pub(in crate::page::settings) fn check(top: &TomlSection<'_, '_>, settings: &Settings) {
    let Some(section) = top.section(TABLE) else {
        return;
    };
    let schema = Schema {
        views: ViewTerms::Refused("a view names no other view", "write out what it asks for"),
        ..tickets::schema(settings)
    };
    for (name, one) in section.sections() {
        if let Some(view) = settings.views.get(&name) {
            check_one(&one, view, &schema);
        }
    }
}

fn check_one(one: &TomlSection<'_, '_>, view: &SavedView, schema: &Schema<'_, Name, Flag>) {
    match schema.read(&view.query) {
        Err(error) => one.wrong_with("query", error.message, error.hint),
        Ok(query) if view.board && query.is_of_done() => one.wrong_with(
            "board",
            "the board is of open tickets, and this view is of done ones",
            "leave `board` out; `desk list @NAME` shows it",
        ),
        Ok(_) => {}
    }
    let unknown = |name: &str| {
        let hint = did_you_mean(name, schema.names());
        let hint = hint.unwrap_or_else(|| "see the keys of a ticket's front matter".to_owned());
        (format!("there is no field `{name}`"), hint)
    };
    for (name, span) in one.places("columns") {
        if schema.find(name).is_none() {
            let (message, hint) = unknown(name);
            one.wrong_at(span, message, Some(hint));
        }
    }
    if let Some(sort) = &view.sort {
        let name = sort.strip_prefix('-').unwrap_or(sort);
        if schema.find(name).is_none() {
            let (message, hint) = unknown(name);
            one.wrong_with("sort", message, hint);
        }
    }
    if let Some(group) = &view.group {
        match schema.find(group) {
            None => {
                let (message, hint) = unknown(group);
                one.wrong_with("group", message, hint);
            }
            Some(name) if !groups(&name) => {
                one.wrong_with("group", not_a_group(group), GROUPS);
            }
            Some(_) => {}
        }
    }
}

/// Whether tickets can be told apart by the values of a field: of those that hold a time or an id
/// each has its own.
pub fn groups(name: &Name) -> bool {
    match name {
        Name::Updated | Name::Resolved | Name::Age | Name::Due | Name::Breached => false,
        Name::Field(Field::Company(_)) => true,
        Name::Field(field) => !matches!(
            field.kind(),
            FieldKind::Moment | FieldKind::Date | FieldKind::Id
        ),
        _ => true,
    }
}

/// What is wrong with a field that is none to group by.
pub fn not_a_group(field: &str) -> String {
    format!("`{field}` is no field to group by")
}

/// What to group by instead.
pub const GROUPS: &str = "name a field whose values several tickets share, like queue or assignee";

/// A complaint about the query of a view.
pub fn wrong(text: &str, name: &str, message: &str, hint: &str) -> Problem {
    let source = TomlSource::new(FILE, text, 0);
    if let Ok(table) = source.parse(text) {
        let top = TomlSection::top(&source, &table);
        let views = top.section(TABLE);
        if let Some(view) = views.and_then(|views| views.section(name)) {
            view.wrong_with("query", message, hint);
        }
    }
    let found = source.finish().into_iter().next();
    found.unwrap_or_else(|| Problem::whole(FILE, message).hint(hint))
}
