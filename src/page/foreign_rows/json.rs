//! JSON: a list of objects, an object that holds one, or one object after the other.

use serde_json::Value;

use crate::page::foreign_rows::json_shapes::{
    SideLists, in_utc, innermost, plain, row_key, rows_key, unwrapped,
};
use crate::page::foreign_rows::{
    Columns, Counted, ForeignCell, ForeignRow, ForeignRows, MOST_CELLS, NotRows, RowForm,
};

pub(in crate::page::foreign_rows) fn read(
    text: &str,
    form: &RowForm,
) -> Result<ForeignRows, NotRows> {
    let mut values = Vec::new();
    let mut stream = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    let mut notes = Vec::new();
    let (mut from, mut line) = (0, 1);
    loop {
        let start = stream.byte_offset();
        match stream.next() {
            None => break,
            Some(Ok(value)) => {
                let gap = text[start..].len() - text[start..].trim_start().len();
                line += newlines(&text[from..start + gap]);
                from = start + gap;
                values.push((line, value));
            }
            Some(Err(error)) if error.is_eof() && values.len() > 1 => {
                notes
                    .push("the file ends in the middle of an object, which is left out".to_owned());
                break;
            }
            Some(Err(error)) => return Err(NotRows::Json(error.to_string())),
        }
    }
    let single = values.len() == 1;
    let mut out = Flat::default();
    if single {
        let (_, value) = values.remove(0);
        let (list, mut beside) = list(value, form.list.as_deref())?;
        for (at, object) in list.into_iter().enumerate() {
            let mut object = unwrapped(object);
            beside.fill(&mut object);
            out.row(at as u64 + 1, object)?;
        }
    } else {
        for (line, value) in values {
            match value {
                Value::Array(all) => {
                    for one in all {
                        out.row(line, one)?;
                    }
                }
                one => out.row(line, one)?,
            }
        }
    }
    if out.rows.is_empty() {
        return Err(NotRows::Empty);
    }
    if out.beyond {
        notes.push(format!(
            "only the first {} columns are read",
            out.columns.names.len()
        ));
    }
    Ok(ForeignRows {
        columns: out.columns.names,
        rows: out.rows,
        counted: if single {
            Counted::Objects
        } else {
            Counted::Lines
        },
        notes,
        broken: out.broken,
        epoch_1904: None,
    })
}

fn newlines(text: &str) -> u64 {
    text.bytes().map(|b| u64::from(b == b'\n')).sum()
}

/// The list of rows in a value: the one that is named, itself, the one under a usual name, or the
/// longest list of objects in it; and the lists beside it.
fn list(value: Value, path: Option<&str>) -> Result<(Vec<Value>, SideLists), NotRows> {
    let alone = |all: Vec<Value>| Ok((all, SideLists::default()));
    let value = match path {
        None => value,
        Some(path) => {
            let pointer = format!("/{}", path.replace('.', "/"));
            let found = value.pointer(&pointer).cloned();
            found.ok_or_else(|| NotRows::Json(format!("it has no list `{path}`")))?
        }
    };
    match value {
        // Pages one after the other are lists in a list.
        Value::Array(all) if all.iter().all(Value::is_array) => {
            let pages = all.into_iter().filter_map(|page| match page {
                Value::Array(page) => Some(page),
                _ => None,
            });
            alone(pages.flatten().collect())
        }
        Value::Array(all) => alone(all),
        Value::Object(object) => {
            let objects = |value: &Value| {
                value
                    .as_array()
                    .map_or(0, |all| all.iter().filter(|one| one.is_object()).count())
            };
            // An object that is a ticket itself has a key of its own; a page of them has not.
            let is_row = ["id", "key", "number", "title", "subject"];
            if is_row.iter().any(|key| object.contains_key(*key)) {
                return alone(vec![Value::Object(object)]);
            }
            let mut object = innermost(object);
            if rows_key(&object).is_none()
                && let Some(row) = row_key(&object).and_then(|key| object.remove(key))
            {
                return Ok((vec![row], SideLists::of(object)));
            }
            let longest = object
                .iter()
                .map(|(key, value)| (objects(value), key.clone()));
            let longest = longest.max_by_key(|(count, _)| *count);
            let longest = longest.filter(|(count, _)| *count > 0).map(|(_, key)| key);
            match rows_key(&object).map(str::to_owned).or(longest) {
                Some(key) => match object.remove(&key) {
                    Some(Value::Array(all)) => Ok((all, SideLists::of(object))),
                    _ => Err(NotRows::Empty),
                },
                None => alone(vec![Value::Object(object)]),
            }
        }
        _ => Err(NotRows::Json("it holds no objects".to_owned())),
    }
}

#[derive(Default)]
struct Flat {
    columns: Columns,
    rows: Vec<ForeignRow>,
    broken: Vec<(u64, String)>,
    cells: usize,
    beyond: bool,
}

impl Flat {
    fn row(&mut self, number: u64, value: Value) -> Result<(), NotRows> {
        let value = plain(in_utc(unwrapped(value)));
        let Value::Object(_) = value else {
            self.broken.push((number, "it is no object".to_owned()));
            return Ok(());
        };
        let mut cells = Vec::new();
        self.flatten("", value, &mut cells);
        self.cells += cells.len();
        if self.cells > MOST_CELLS {
            return Err(NotRows::TooLarge(format!("more than {MOST_CELLS} values")));
        }
        self.rows.push(ForeignRow { number, cells }.full());
        Ok(())
    }

    fn flatten(&mut self, path: &str, value: Value, cells: &mut Vec<(u32, ForeignCell)>) {
        let text = match value {
            Value::Null => return,
            Value::String(text) if text.trim().is_empty() => return,
            Value::String(text) => text,
            Value::Bool(yes) => yes.to_string(),
            Value::Number(number) => number.to_string(),
            Value::Array(all) => {
                for one in all {
                    if let Value::Object(object) = &one {
                        for (key, inner) in object {
                            if !inner.is_object() && !inner.is_array() {
                                self.flatten(&joined(path, key), inner.clone(), cells);
                            }
                        }
                        self.put(path, ForeignCell::Object(Box::new(one)), cells);
                    } else {
                        self.flatten(path, one, cells);
                    }
                }
                return;
            }
            Value::Object(object) => {
                for (key, inner) in object {
                    self.flatten(&joined(path, &key), inner, cells);
                }
                return;
            }
        };
        self.put(path, ForeignCell::Text(text.into()), cells);
    }

    fn put(&mut self, path: &str, cell: ForeignCell, cells: &mut Vec<(u32, ForeignCell)>) {
        match self.columns.place(path) {
            Some(place) => cells.push((place, cell)),
            None => self.beyond = true,
        }
    }
}

fn joined(path: &str, key: &str) -> String {
    if path.is_empty() {
        key.to_owned()
    } else {
        format!("{path}.{key}")
    }
}
