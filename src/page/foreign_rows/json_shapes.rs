//! What JSON of other systems says in a roundabout way, said plainly: a row in an object of its own,
//! a value with its display, a text that is a document, a list in pages, and what stands in lists
//! beside the rows.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value};

/// Keys under which a page of an API has its rows, whatever else it lists beside them.
const ROWS: &[&str] = &[
    "tickets",
    "issues",
    "incidents",
    "helpdesk_tickets",
    "result",
    "results",
    "records",
    "nodes",
];

/// The key of the list of rows that a page has beside other lists.
pub(in crate::page::foreign_rows) fn rows_key(object: &Map<String, Value>) -> Option<&'static str> {
    ROWS.iter().copied().find(|key| {
        let list = object.get(*key).and_then(Value::as_array);
        list.is_some_and(|all| all.iter().any(Value::is_object))
    })
}

/// Keys under which an answer of an API has the one ticket that was asked for.
const ROW: &[&str] = &["ticket", "issue", "incident", "helpdesk_ticket"];

/// The key of the one ticket that an answer has beside lists.
pub(in crate::page::foreign_rows) fn row_key(object: &Map<String, Value>) -> Option<&'static str> {
    let is_row = |key: &&str| object.get(*key).is_some_and(Value::is_object);
    ROW.iter().copied().find(is_row)
}

/// What an object says that holds nothing but another, however deep: `{"data": {"issues": {…}}}`.
pub(in crate::page::foreign_rows) fn innermost(
    mut object: Map<String, Value>,
) -> Map<String, Value> {
    while object.len() == 1 && row_key(&object).is_none() {
        let Some((key, value)) = object.into_iter().next() else {
            return Map::new();
        };
        match value {
            Value::Object(inner) => object = inner,
            other => return Map::from_iter([(key, other)]),
        }
    }
    object
}

/// A row without the object that holds nothing but it: `{"ticket": {…}}`.
pub(in crate::page::foreign_rows) fn unwrapped(value: Value) -> Value {
    match value {
        Value::Object(object) if object.len() == 1 && object.values().all(Value::is_object) => {
            object.into_values().next().unwrap_or_default()
        }
        other => other,
    }
}

/// A value in which documents are texts, and values with a display are what is displayed.
pub(in crate::page::foreign_rows) fn plain(value: Value) -> Value {
    match value {
        Value::Array(all) => {
            let all = all.into_iter().map(|one| plain(unwrapped(one)));
            Value::Array(all.collect())
        }
        Value::Object(mut object) => {
            if let Some(list) = listed(&mut object) {
                return plain(list);
            }
            if is_document(&object) {
                return Value::String(text_of(&object));
            }
            if let Some(shown) = displayed(&object).or_else(|| referred(&object)) {
                return shown;
            }
            let plain = object.into_iter().map(|(key, inner)| (key, plain(inner)));
            Value::Object(plain.collect())
        }
        other => other,
    }
}

/// The list of a page of GraphQL: `{"nodes": […], "totalCount": 3}`.
fn listed(object: &mut Map<String, Value>) -> Option<Value> {
    let known = |key: &String| {
        matches!(
            key.as_str(),
            "nodes" | "edges" | "totalCount" | "pageInfo" | "__typename"
        )
    };
    if !object.keys().all(known) {
        return None;
    }
    let is_list = |key: &&str| object.get(*key).is_some_and(Value::is_array);
    let key = ["nodes", "edges"].into_iter().find(is_list)?;
    object.remove(key)
}

/// What `{"display_value": …, "value": …}` shows; of a time its value, which is in UTC where what is
/// displayed is in somebody's zone.
fn displayed(object: &Map<String, Value>) -> Option<Value> {
    let (shown, value) = (object.get("display_value")?, object.get("value")?);
    let known = |key: &String| matches!(key.as_str(), "display_value" | "value" | "link");
    if !object.keys().all(known) {
        return None;
    }
    match value.as_str().filter(|text| is_time(text)) {
        Some(time) => Some(Value::String(format!("{time} UTC"))),
        None => Some(shown.clone()),
    }
}

fn is_time(text: &str) -> bool {
    text.len() == 19
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            10 => byte == b' ',
            13 | 16 => byte == b':',
            _ => byte.is_ascii_digit(),
        })
}

/// What `{"display_value": …, "link": …}` or `{"value": …, "link": …}` names.
fn referred(object: &Map<String, Value>) -> Option<Value> {
    let is_link = object.len() == 2 && object.get("link").is_some_and(Value::is_string);
    let named = object.get("display_value").or_else(|| object.get("value"));
    named.filter(|_| is_link).cloned()
}

/// A row of the Table API in which references are numbers has its times in UTC.
pub(in crate::page::foreign_rows) fn in_utc(mut row: Value) -> Value {
    let is_raw = |value: &Value| {
        value.as_object().is_some_and(|object| {
            object.len() == 2
                && object.contains_key("value")
                && object
                    .get("link")
                    .and_then(Value::as_str)
                    .is_some_and(|link| link.contains("/api/now/"))
        })
    };
    if let Value::Object(object) = &mut row
        && object.values().any(is_raw)
    {
        for value in object.values_mut() {
            if let Some(time) = value.as_str().filter(|text| is_time(text)) {
                *value = Value::String(format!("{time} UTC"));
            }
        }
    }
    row
}

/// Whether it is a text in Atlassian's document format.
fn is_document(object: &Map<String, Value>) -> bool {
    object.get("type").and_then(Value::as_str) == Some("doc")
        && object.get("content").is_some_and(Value::is_array)
}

/// The words of a document.
fn text_of(object: &Map<String, Value>) -> String {
    let mut out = String::new();
    inside(object, "", &mut out);
    out.trim().to_owned()
}

fn inside(object: &Map<String, Value>, start: &str, out: &mut String) {
    let nodes = object.get("content").and_then(Value::as_array);
    for (at, node) in nodes.into_iter().flatten().enumerate() {
        if let Value::Object(node) = node {
            write_node(node, start, at, out);
        }
    }
}

/// Writes a node; `start` stands before each of its lines, `at` is its place among its like.
fn write_node(node: &Map<String, Value>, start: &str, at: usize, out: &mut String) {
    let attribute = |key: &str| {
        let found = node.get("attrs").and_then(|attributes| attributes.get(key));
        found.and_then(Value::as_str).unwrap_or_default()
    };
    match node.get("type").and_then(Value::as_str).unwrap_or_default() {
        "text" => {
            let text = node.get("text").and_then(Value::as_str);
            out.push_str(text.unwrap_or_default());
        }
        "hardBreak" => {
            out.push('\n');
            out.push_str(start);
        }
        "mention" | "status" | "date" => out.push_str(attribute("text")),
        "emoji" => {
            let text = attribute("text");
            out.push_str(if text.is_empty() {
                attribute("shortName")
            } else {
                text
            });
        }
        "inlineCard" | "blockCard" | "embedCard" => out.push_str(attribute("url")),
        "rule" => block(start, out, |out| out.push_str("---")),
        "paragraph" | "heading" | "codeBlock" => {
            block(start, out, |out| inside(node, start, out));
        }
        "blockquote" => inside(node, &format!("{start}> "), out),
        "bulletList" | "orderedList" | "taskList" | "decisionList" => {
            let is_numbered = node.get("type").and_then(Value::as_str) == Some("orderedList");
            let items = node.get("content").and_then(Value::as_array);
            for (at, item) in items.into_iter().flatten().enumerate() {
                let mark = if is_numbered {
                    format!("{}. ", at + 1)
                } else {
                    "- ".to_owned()
                };
                item_of(item, start, &mark, out);
            }
        }
        "tableRow" => block(start, out, |out| inside(node, start, out)),
        "tableCell" | "tableHeader" => {
            if at > 0 {
                out.push_str(" | ");
            }
            let mut cell = String::new();
            inside(node, "", &mut cell);
            let words: Vec<&str> = cell.split_whitespace().collect();
            out.push_str(&words.join(" "));
        }
        _ => inside(node, start, out),
    }
}

/// Starts a line of its own, with an empty one before it where the one before ended a paragraph.
fn block(start: &str, out: &mut String, write: impl FnOnce(&mut String)) {
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
    out.push_str(start);
    write(out);
    out.push('\n');
}

fn item_of(item: &Value, start: &str, mark: &str, out: &mut String) {
    let Value::Object(item) = item else { return };
    let mut text = String::new();
    inside(item, "", &mut text);
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
    for (at, line) in text.trim().lines().enumerate() {
        let mark = if at == 0 { mark } else { "  " };
        out.push_str(&format!("{start}{mark}{line}\n"));
    }
}

/// What stands beside the rows of a page: people and groups by their numbers, and what belongs to
/// rows by the row's number or address.
#[derive(Default)]
pub(in crate::page::foreign_rows) struct SideLists {
    by_list: HashMap<String, HashMap<String, Value>>,
    of_rows: BTreeMap<String, HashMap<String, Vec<Value>>>,
}

/// Keys that name the row that something belongs to, each with the row's own key.
const OF_ROW: &[(&str, &str)] = &[
    ("ticket_id", "id"),
    ("issue_id", "id"),
    ("issue_number", "number"),
    ("issue_url", "url"),
];

impl SideLists {
    /// The lists of a page, without the rows.
    pub(in crate::page::foreign_rows) fn of(object: Map<String, Value>) -> Self {
        let mut out = Self::default();
        for (list, value) in object {
            let Value::Array(all) = value else { continue };
            for one in all {
                let one = unwrapped(one);
                let row = OF_ROW
                    .iter()
                    .find_map(|(key, _)| one.get(*key).and_then(number));
                if let Some(row) = row {
                    let of_list = out.of_rows.entry(list.clone()).or_default();
                    of_list.entry(row).or_default().push(one);
                    continue;
                }
                let Some(number) = one.get("id").and_then(number) else {
                    continue;
                };
                let known = |key: &str| Some((key.to_owned(), one.get(key)?.clone()));
                let told = ["name", "email", "phone"].into_iter().filter_map(known);
                let told: Map<String, Value> = told.collect();
                if told.contains_key("name") {
                    let list = out.by_list.entry(list.clone()).or_default();
                    list.insert(number, Value::Object(told));
                }
            }
        }
        out
    }

    /// Puts into a row what stands beside the rows.
    pub(in crate::page::foreign_rows) fn fill(&mut self, row: &mut Value) {
        if let Value::Object(object) = row {
            for (list, of_rows) in &mut self.of_rows {
                // A count of them says less.
                if object.get(list).is_some_and(Value::is_array) {
                    continue;
                }
                let mut keys = OF_ROW.iter();
                let own = keys.find_map(|(_, key)| {
                    let number = object.get(*key).and_then(number)?;
                    of_rows.remove(&number)
                });
                if let Some(own) = own {
                    object.insert(list.clone(), Value::Array(own));
                }
            }
        }
        if !self.by_list.is_empty() {
            self.name(row);
        }
    }

    /// Puts the name of what `X_id` numbers beside it, as `X`.
    fn name(&self, value: &mut Value) {
        match value {
            Value::Array(all) => all.iter_mut().for_each(|one| self.name(one)),
            Value::Object(object) => {
                let mut found = Vec::new();
                for (key, inner) in object.iter_mut() {
                    self.name(inner);
                    let Some(what) = key.strip_suffix("_id") else {
                        continue;
                    };
                    let named = number(inner).and_then(|number| self.find(what, &number));
                    found.extend(named.map(|named| (what.to_owned(), named.clone())));
                }
                for (what, named) in found {
                    object.entry(what).or_insert(named);
                }
            }
            _ => {}
        }
    }

    fn find(&self, what: &str, number: &str) -> Option<&Value> {
        let own = self.by_list.get(&format!("{what}s"));
        let own = own.and_then(|list| list.get(number));
        let is_person = matches!(
            what,
            "requester" | "assignee" | "submitter" | "author" | "user" | "responder" | "agent"
        );
        own.or_else(|| {
            let mut people = ["users", "agents", "contacts"]
                .into_iter()
                .filter(|_| is_person)
                .filter_map(|list| self.by_list.get(list));
            people.find_map(|list| list.get(number))
        })
    }
}

fn number(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_document_is_its_words() {
        let text = |text: &str| json!({"type": "text", "text": text});
        let paragraph = |words: &str| json!({"type": "paragraph", "content": [text(words)]});
        let item = |words: &str| json!({"type": "listItem", "content": [paragraph(words)]});
        let document = json!({"type": "doc", "version": 1, "content": [
            {"type": "heading", "attrs": {"level": 2}, "content": [text("Steps")]},
            {"type": "paragraph", "content": [
                text("Ask "), {"type": "mention", "attrs": {"id": "5", "text": "@Mai Tran"}},
                {"type": "hardBreak"}, text("first"), {"type": "emoji", "attrs": {"shortName": ":smile:"}},
            ]},
            {"type": "orderedList", "content": [item("Off"), item("On")]},
            {"type": "blockquote", "content": [paragraph("It works")]},
            {"type": "table", "content": [{"type": "tableRow", "content": [
                {"type": "tableHeader", "content": [paragraph("Room")]},
                {"type": "tableCell", "content": [paragraph("12")]},
            ]}]},
            {"type": "mediaSingle", "content": [{"type": "media", "attrs": {"id": "x"}}]},
        ]});
        assert_eq!(
            plain(json!({"body": document}))["body"],
            "Steps\nAsk @Mai Tran\nfirst:smile:\n1. Off\n2. On\n> It works\nRoom | 12"
        );
    }

    #[test]
    fn a_value_with_a_display_is_what_is_displayed() {
        let row = json!({
            "state": {"display_value": "In Progress", "value": "2"},
            "caller_id": {"display_value": "Mai Tran", "link": "https://x.example/1", "value": "6816"},
            "opened_at": {"display_value": "2026-11-03 10:05:06", "value": "2026-11-03 09:05:06"},
            "assigned_to": {"display_value": "", "value": ""},
            "opened_by": {"display_value": "Ola Kern", "link": "https://x.example/2"},
        });
        let row = plain(in_utc(row));
        assert_eq!(row["state"], "In Progress");
        assert_eq!(row["caller_id"], "Mai Tran");
        assert_eq!(row["opened_at"], "2026-11-03 09:05:06 UTC");
        assert_eq!(row["assigned_to"], "");
        assert_eq!(row["opened_by"], "Ola Kern");
        let link = "https://x.example/api/now/table/sys_user/6816";
        let row = plain(in_utc(json!({
            "opened_by": {"link": link, "value": "6816"},
            "opened_at": "2026-11-03 09:05:06",
            "closed_at": "",
        })));
        assert_eq!(row["opened_by"], "6816");
        assert_eq!(row["opened_at"], "2026-11-03 09:05:06 UTC");
    }

    #[test]
    fn what_stands_beside_names_numbers() {
        let page = json!({
            "users": [{"id": 7, "name": "Mai Tran", "email": "mai@example.org", "role": "end-user"}],
            "groups": [{"id": 3, "name": "Network"}],
            "count": 1,
        });
        let Value::Object(page) = page else { panic!() };
        let mut lists = SideLists::of(page);
        let mut row = json!({"id": 1, "requester_id": 7, "group_id": 3, "brand_id": 3,
            "comments": [{"author_id": 7}, {"author_id": 8}]});
        lists.fill(&mut row);
        assert_eq!(row["requester"]["email"], "mai@example.org");
        assert_eq!(row["group"]["name"], "Network");
        assert_eq!(row["comments"][0]["author"]["name"], "Mai Tran");
        assert!(row.get("brand").is_none() && row["comments"][1].get("author").is_none());
    }

    #[test]
    fn what_belongs_to_rows_is_put_into_them() {
        let page = json!({"comments": [
            {"id": 1, "issue_url": "https://x.example/issues/7", "body": "One"},
            {"id": 2, "issue_url": "https://x.example/issues/8", "body": "Two"},
        ]});
        let Value::Object(page) = page else { panic!() };
        let mut lists = SideLists::of(page);
        let mut row = json!({"number": 8, "url": "https://x.example/issues/8", "comments": 1});
        lists.fill(&mut row);
        assert_eq!(row["comments"][0]["body"], "Two");
    }

    #[test]
    fn a_page_of_graphql_is_its_list() {
        let row = plain(json!({
            "labels": {"totalCount": 1, "nodes": [{"name": "bug"}]},
            "assignees": {"edges": [{"node": {"login": "ola"}}]},
            "comments": {"totalCount": 3},
        }));
        assert_eq!(row["labels"], json!([{"name": "bug"}]));
        assert_eq!(row["assignees"], json!([{"login": "ola"}]));
        assert_eq!(row["comments"]["totalCount"], 3);
        let count = json!({"edges": 3});
        assert_eq!(plain(count.clone()), count);
    }

    #[test]
    fn a_row_in_an_object_of_its_own_is_the_row() {
        let row = json!({"ticket": {"id": 1}});
        assert_eq!(unwrapped(row), json!({"id": 1}));
        let row = json!({"id": 1});
        assert_eq!(unwrapped(row.clone()), row);
    }
}
