//! Front matter, and any TOML of ours, as sections of keys that keep their bytes and comments:
//! what two versions of a file are merged by.

use indexmap::IndexMap;
use toml::de::{DeTable, DeValue};

/// A key with its value, or the header of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Item {
    /// The lines of comments, and blank ones, above it.
    pub lead: Vec<String>,
    /// The bytes before the value, `key = `; of a header the header itself. Empty: not there.
    pub head: String,
    /// The bytes of the value.
    pub value: String,
    /// The rest of the line: a comment, with the blanks before it.
    pub trail: String,
    /// The comments inside the value.
    pub inner: Vec<String>,
}

/// A table; of an array of tables all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Section {
    /// Its header; the top table has none.
    pub header: Item,
    /// Its keys in the order of the file, by their path within it.
    pub items: IndexMap<String, Item>,
    /// The comments and blank lines behind the last key.
    pub tail: Vec<String>,
    /// The tables of an array, each as its text.
    pub blocks: Option<Vec<String>>,
}

/// Sections in the order of the file, by their path; the top one under the empty name.
pub type Layout = IndexMap<String, Section>;

/// Why a text is no layout that can be merged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LayoutError {
    /// It is no TOML.
    #[error("the front matter is not valid TOML")]
    NoToml,
    /// A section that must be a table is another thing.
    #[error("`{0}` is no table")]
    NoTable(String),
    /// A section stands there in two forms.
    #[error("section [{0}] stands there twice")]
    Twice(String),
}

impl Item {
    fn write(&self, lines: &mut Vec<String>) {
        lines.extend_from_slice(&self.lead);
        let text = format!("{}{}{}", self.head, self.value, self.trail);
        lines.extend(text.split('\n').map(str::to_owned));
    }
}

impl Section {
    /// Its lines.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if let Some(blocks) = &self.blocks {
            let texts = blocks.iter().flat_map(|block| block.split('\n'));
            lines.extend(texts.map(str::to_owned));
            return lines;
        }
        if !self.header.head.is_empty() {
            self.header.write(&mut lines);
        }
        for item in self.items.values() {
            item.write(&mut lines);
        }
        lines.extend_from_slice(&self.tail);
        lines
    }
}

/// The lines of a layout.
pub fn lines(layout: &Layout) -> Vec<String> {
    layout.values().flat_map(Section::lines).collect()
}

/// Reads TOML whose line ends are `\n`. The sections that `known` names become tables with a header
/// where they stand as inline tables or dotted keys.
pub fn read(text: &str, known: &[&str]) -> Result<Layout, LayoutError> {
    DeTable::parse(text).map_err(|_| LayoutError::NoToml)?;
    let mut reader = Reader {
        text,
        known,
        layout: Layout::from([(String::new(), Section::default())]),
        now: Some(Section::default()),
        name: String::new(),
        top: true,
        array: None,
        is_below: false,
        lead: Vec::new(),
    };
    let mut at = 0;
    while at < text.len() {
        let end = line_end(text, at);
        let line = text[at..end].trim();
        at = if line.is_empty() || line.starts_with('#') {
            reader.lead.push(text[at..end].trim_end().to_owned());
            end + 1
        } else if line.starts_with('[') {
            reader.header(at, end, line.starts_with("[["))?
        } else {
            reader.key(at)?
        };
    }
    reader.close();
    Ok(reader.layout)
}

struct Reader<'t> {
    text: &'t str,
    known: &'t [&'t str],
    layout: Layout,
    /// The section that is being read, not yet in the layout.
    now: Option<Section>,
    name: String,
    /// Whether it is the top one.
    top: bool,
    /// The array of tables that is being read.
    array: Option<String>,
    /// Whether what is read stands below a table of it, and belongs to that.
    is_below: bool,
    /// Comments and blank lines that belong to what comes.
    lead: Vec<String>,
}

impl Reader<'_> {
    /// Puts the section that was read into the layout.
    fn close(&mut self) {
        let mut now = self.now.take().unwrap_or_default();
        now.tail.append(&mut self.lead);
        if let Some(array) = &self.array {
            let text = now.lines().join("\n");
            let section = self.layout.entry(array.clone()).or_default();
            let blocks = section.blocks.get_or_insert_default();
            match blocks.last_mut().filter(|_| self.is_below) {
                Some(block) => *block = format!("{block}\n{text}"),
                None => blocks.push(text),
            }
        } else if let Some(place) = self.layout.get_mut(&self.name) {
            *place = now;
        }
    }

    /// Reads the header of a table at a byte; returns where the next line begins.
    fn header(&mut self, at: usize, end: usize, is_array: bool) -> Result<usize, LayoutError> {
        let (stop, _) = value_end(self.text, at, "\n#");
        let (head, trail) = (&self.text[at..stop], self.text[stop..end].trim_end());
        let path = path_of(head);
        let inside = self.array.as_ref().is_some_and(|array| {
            let depth = array.matches('.').count() + 1;
            path[..depth.min(path.len())].join(".") == *array
        });
        // Comments behind the last run of blank lines belong to the header.
        let mut blank = self
            .lead
            .iter()
            .rposition(String::is_empty)
            .unwrap_or_default();
        while blank > 0 && self.lead[blank - 1].is_empty() {
            blank -= 1;
        }
        let own = self.lead.split_off(blank);
        self.close();
        let name = match &self.array {
            Some(array) if inside => array.clone(),
            _ => path.join("."),
        };
        self.is_below = inside && path.join(".") != name;
        self.array = (inside || is_array).then(|| name.clone());
        let gap = &head[head.trim_end().len()..];
        self.now = Some(Section {
            header: Item {
                lead: own,
                head: head.trim_end().to_owned(),
                trail: format!("{gap}{trail}"),
                ..Item::default()
            },
            ..Section::default()
        });
        if self.array.is_some() {
            let section = self.layout.entry(name.clone()).or_default();
            section.blocks.get_or_insert_default();
        } else if self.layout.contains_key(&name) {
            return Err(LayoutError::Twice(name));
        } else {
            self.layout.insert(name.clone(), Section::default());
        }
        (self.name, self.top) = (name, false);
        Ok(end + 1)
    }

    /// Reads a key at a byte; returns where the next line begins.
    fn key(&mut self, at: usize) -> Result<usize, LayoutError> {
        let text = self.text;
        let start = key_end(text, at).ok_or(LayoutError::NoToml)?;
        let (stop, inner) = value_end(text, start, "\n#");
        let end = line_end(text, stop);
        let value = text[start..stop].trim_end();
        let path = path_of(&format!("{}0", &text[at..start]));
        let mut item = Item {
            lead: std::mem::take(&mut self.lead),
            head: text[at..start].to_owned(),
            value: value.to_owned(),
            trail: text[start + value.len()..end].trim_end().to_owned(),
            inner,
        };
        let section = path
            .first()
            .filter(|name| self.top && self.array.is_none() && self.known.contains(&name.as_str()));
        let Some(section) = section else {
            let now = self.now.get_or_insert_default();
            now.items.insert(path.join("."), item);
            return Ok(end + 1);
        };
        let into = self.layout.entry(section.clone()).or_insert_with(|| {
            let (lead, head) = (vec![String::new()], format!("[{section}]"));
            let header = Item {
                lead,
                head,
                ..Item::default()
            };
            Section {
                header,
                ..Section::default()
            }
        });
        if path.len() > 1 {
            item.head = format!("{} = ", path[1..].join("."));
            into.items.insert(path[1..].join("."), item);
        } else if value.starts_with('{') {
            item.lead.append(&mut into.header.lead);
            (into.header.lead, into.header.trail) = (item.lead, item.trail);
            into.items.extend(inline(value));
        } else {
            return Err(LayoutError::NoTable(section.clone()));
        }
        Ok(end + 1)
    }
}

/// Where the line that a byte stands in ends, before its `\n`.
fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |end| at + end)
}

/// Where the value behind `key = ` begins, of a key that begins at a byte.
fn key_end(text: &str, mut at: usize) -> Option<usize> {
    while !text[at..].starts_with('=') {
        let c = text[at..].chars().next().filter(|c| *c != '\n')?;
        at += match c {
            '"' | '\'' => string_end(&text[at..]),
            c => c.len_utf8(),
        };
    }
    let rest = &text[at + 1..];
    Some(at + 1 + (rest.len() - rest.trim_start_matches([' ', '\t']).len()))
}

/// The length of the string that `text` begins with, quotes included.
fn string_end(text: &str) -> usize {
    let quote = &text[..1];
    let triple = quote.repeat(3);
    let (open, several) = if text.starts_with(&triple) {
        (3, true)
    } else {
        (1, false)
    };
    let mut at = open;
    while at < text.len() {
        let rest = &text[at..];
        if quote == "\"" && rest.starts_with('\\') {
            at += 1 + rest[1..].chars().next().map_or(0, char::len_utf8);
        } else if several && rest.starts_with(&triple) {
            // Up to two quotes may stand before the closing ones.
            let more = rest[3..]
                .chars()
                .take(2)
                .take_while(|c| quote.starts_with(*c));
            return at + 3 + more.count();
        } else if !several && rest.starts_with(quote) {
            return at + 1;
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// Where the value at a byte ends: before one of `stops` outside brackets and strings; and the
/// comments inside it.
fn value_end(text: &str, mut at: usize, stops: &str) -> (usize, Vec<String>) {
    let (mut depth, mut comments) = (0_usize, Vec::new());
    while let Some(c) = text[at..].chars().next() {
        if depth == 0 && stops.contains(c) {
            break;
        }
        at += match c {
            '"' | '\'' => string_end(&text[at..]),
            '#' => {
                let end = line_end(text, at);
                comments.push(text[at..end].trim_end().to_owned());
                end - at
            }
            '[' | '{' => {
                depth += 1;
                1
            }
            ']' | '}' => {
                depth = depth.saturating_sub(1);
                1
            }
            c => c.len_utf8(),
        };
    }
    (at, comments)
}

/// The path of the one key or table that a text defines.
fn path_of(toml: &str) -> Vec<String> {
    let mut path = Vec::new();
    let Ok(table) = DeTable::parse(toml) else {
        return path;
    };
    let mut table = table.get_ref();
    while let Some((key, value)) = table.iter().next() {
        path.push(key.get_ref().to_string());
        let value = match value.get_ref() {
            DeValue::Array(all) => all.iter().next().map(toml::Spanned::get_ref),
            value => Some(value),
        };
        let Some(DeValue::Table(inner)) = value else {
            break;
        };
        table = inner;
    }
    path
}

/// The keys of an inline table.
fn inline(value: &str) -> Vec<(String, Item)> {
    let (mut items, mut at) = (Vec::new(), 1);
    while at < value.len() {
        let Some(start) = key_end(value, at).filter(|start| *start <= value.len()) else {
            break;
        };
        let (stop, inner) = value_end(value, start, ",}");
        let name = path_of(&format!("{}0", &value[at..start])).join(".");
        if name.is_empty() {
            break;
        }
        let item = Item {
            head: format!("{name} = "),
            value: value[start..stop].trim().to_owned(),
            inner,
            ..Item::default()
        };
        items.push((name, item));
        at = stop + 1;
    }
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [&str; 2] = ["requester", "fields"];

    #[track_caller]
    fn same(text: &str) -> Layout {
        let layout = read(text, &KNOWN).unwrap();
        assert_eq!(lines(&layout).join("\n") + "\n", text);
        layout
    }

    #[test]
    fn a_layout_keeps_every_byte() {
        let layout = same(
            "# above\nid = \"a # b\" # behind\ntags = [\n  \"x\", # one\n  \"]\",\n]\ntext = \"\"\"\na = 1\n\\\"\"\"\"\n'odd.key' = '#'\n\n# ours\n[fields] # header\nsite = 1\n# end\n\n[[visit]]\nday = 1\n[visit.more]\nx = 2\n[[visit]]\nday = 2\n",
        );
        let names: Vec<&str> = layout.keys().map(String::as_str).collect();
        assert_eq!(names, ["", "fields", "visit"]);
        let top = &layout[""].items;
        assert_eq!(top["tags"].inner, ["# one"]);
        assert_eq!(top["id"].trail, " # behind");
        assert_eq!(top["odd.key"].value, "'#'");
        assert_eq!(layout["fields"].header.lead, ["", "# ours"]);
        assert_eq!(layout["visit"].blocks.as_ref().unwrap().len(), 2);
    }

    #[test]
    fn known_sections_get_a_header() {
        let text = "id = 1\nrequester.name = \"Jan\" # who\nfields = { a = 1, b = \"x, y\" }\n";
        let layout = read(text, &KNOWN).unwrap();
        let written = lines(&layout).join("\n");
        assert_eq!(
            written,
            "id = 1\n\n[requester]\nname = \"Jan\" # who\n\n[fields]\na = 1\nb = \"x, y\""
        );
        assert_eq!(
            read("fields = 1\n", &KNOWN),
            Err(LayoutError::NoTable("fields".into()))
        );
        assert_eq!(read("fields\n", &KNOWN), Err(LayoutError::NoToml));
    }
}
