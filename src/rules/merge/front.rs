//! Three-way merge of front matter, and of any TOML of ours, by table and key (`docs/merge.md`,
//! "Fields" and "Front matter").

use std::collections::{BTreeMap, BTreeSet, HashMap};

use toml::de::DeValue;

use crate::model::moment::Moment;
use crate::page::edit::Rank;
use crate::page::entry_value::quoted;
use crate::page::front_layout::{self, Item, Layout, Section};
use crate::rules::merge::lines::merge_lines;
use crate::rules::merge::pick;

/// What stands before the line of a joined passage among comments.
const COMMENT: &str = "# ";

/// The places that names have in an order that is fixed.
pub trait Ranks {
    /// The place of a key of a section; `None`: no key that is known.
    fn key(&self, section: &str, key: &str) -> Option<Rank>;

    /// The place of a section.
    fn section(&self, section: &str) -> Option<usize>;

    /// Whether tables of an array are known by their `name`, and a table that one side took away
    /// and the other changed stays whole.
    fn are_settings(&self) -> bool {
        false
    }
}

/// What decides the values of a front matter, beside the three texts.
pub trait Values {
    /// The value of a key, from its bytes in the base and on both sides; `None`: it goes.
    fn merge(&mut self, name: &str, raws: [Option<&str>; 3]) -> Option<String>;

    /// The keys that have a value whatever the three files say.
    fn stated(&self) -> Vec<String> {
        Vec::new()
    }

    /// Comments to stand above a key.
    fn comments(&self, _name: &str) -> Vec<String> {
        Vec::new()
    }
}

/// Values of which no log speaks: what does not stand is told in a comment above its key.
#[derive(Debug, Default)]
pub struct ByKey {
    comments: BTreeMap<String, Vec<String>>,
}

impl Values for ByKey {
    fn merge(&mut self, name: &str, raws: [Option<&str>; 3]) -> Option<String> {
        let (stands, loser) = merge_value(raws);
        if let Some(Some(loser)) = loser {
            let value = canonical(loser).replace('\n', "\n# ");
            let key = name.rsplit('.').next().unwrap_or(name);
            let comment = format!("# desk merge: changed at once, also {key} = {value}");
            let lines = comment.split('\n').map(str::to_owned).collect();
            self.comments.insert(name.to_owned(), lines);
        }
        stands
    }

    fn comments(&self, name: &str) -> Vec<String> {
        self.comments.get(name).cloned().unwrap_or_default()
    }
}

/// A value as a log writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Written {
    /// One value.
    Text(String),
    /// A list of texts.
    List(Vec<String>),
}

impl Written {
    /// A value of its bytes in TOML.
    pub fn of(raw: &str) -> Self {
        let text = || Self::Text(raw.to_owned());
        let Ok(value) = DeValue::parse(raw) else {
            return text();
        };
        match value.get_ref() {
            DeValue::String(value) => Self::Text(value.to_string()),
            DeValue::Datetime(at) => match at.to_string().parse::<Moment>() {
                Ok(at) => Self::Text(at.to_string()),
                Err(_) => text(),
            },
            DeValue::Array(all) => {
                let texts = all
                    .iter()
                    .map(|one| one.get_ref().as_str().map(str::to_owned));
                texts.collect::<Option<_>>().map_or_else(text, Self::List)
            }
            _ => text(),
        }
    }

    /// The value on one line, as an entry tells it.
    pub fn shown(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::List(all) => write_list(all),
        }
    }
}

/// The bytes of a value without the choices of its writer, as far as its type is known.
pub fn canonical(raw: &str) -> String {
    match Written::of(raw) {
        Written::List(all) => write_list(&all),
        Written::Text(text) => {
            let is_string =
                DeValue::parse(raw).is_ok_and(|value| value.get_ref().as_str().is_some());
            if is_string { quoted(&text) } else { text }
        }
    }
}

/// A list of texts in TOML.
pub fn write_list(all: &[String]) -> String {
    let all: Vec<String> = all.iter().map(|one| quoted(one)).collect();
    format!("[{}]", all.join(", "))
}

/// Merges a value of which no log speaks; what does not stand is the second of the result.
pub fn merge_value(raws: [Option<&str>; 3]) -> (Option<String>, Option<Option<&str>>) {
    let [base, a, b] = raws;
    let [old, one, other] = raws.map(|raw| raw.map(canonical));
    let owned = |raw: Option<&str>| raw.map(str::to_owned);
    if one == other {
        return (owned(*pick(&base, &a, &b)), None);
    }
    if other == old {
        return (owned(a), None);
    }
    if one == old {
        return (owned(b), None);
    }
    let lists = raws.map(|raw| match raw.map(Written::of) {
        None => Some(Vec::new()),
        Some(Written::List(all)) => Some(all),
        Some(Written::Text(_)) => None,
    });
    if let [Some(old), Some(one), Some(other)] = &lists {
        let all = merge_elements(old, one, other);
        let stands = !all.is_empty() || a.is_some() && b.is_some();
        return (stands.then(|| write_list(&all)), None);
    }
    let (stands, loser) = if one > other { (a, b) } else { (b, a) };
    (owned(stands), Some(loser))
}

/// What all three have, in the order of the side that moved something, else of the smaller.
fn spine<T: Clone + Ord>(base: &[T], a: &[T], b: &[T]) -> Vec<T> {
    let [in_a, in_b] = [a, b].map(|side| side.iter().collect::<BTreeSet<_>>());
    let both = |one: &&T| in_a.contains(one) && in_b.contains(one);
    let shared: Vec<T> = base.iter().filter(both).cloned().collect();
    let known: BTreeSet<&T> = shared.iter().collect();
    let order = |side: &[T]| -> Vec<T> {
        side.iter()
            .filter(|one| known.contains(one))
            .cloned()
            .collect()
    };
    let (x, y) = (order(a), order(b));
    if x == y || y == shared {
        x
    } else if x == shared {
        y
    } else {
        x.min(y)
    }
}

/// A list by element: what stays in the order of the base, then what is new, by bytes.
pub fn merge_elements(base: &[String], a: &[String], b: &[String]) -> Vec<String> {
    if a == b || b == base {
        return a.to_vec();
    }
    if a == base {
        return b.to_vec();
    }
    let counted = [base, a, b].map(|side| {
        let mut seen: HashMap<&str, usize> = HashMap::new();
        let mut counted = Vec::with_capacity(side.len());
        for one in side {
            let number = seen.entry(one).or_default();
            *number += 1;
            counted.push((one.clone(), *number));
        }
        counted
    });
    let [before, one, other] = &counted;
    let old: BTreeSet<_> = before.iter().collect();
    let both = one.iter().chain(other);
    let new: BTreeSet<_> = both.filter(|one| !old.contains(one)).collect();
    let stays = spine(before, one, other).into_iter();
    stays
        .chain(new.into_iter().cloned())
        .map(|(one, _)| one)
        .collect()
}

/// The order of keys or sections: the shared ones three-way, new known ones in their place, new
/// unknown ones as in the one side that has any, else behind the one that they stood behind, by
/// name.
fn arrange<R: Ord>(
    names: &BTreeSet<String>,
    sides: [Vec<String>; 3],
    rank: impl Fn(&str) -> Option<R>,
) -> Vec<String> {
    let mut sides = sides;
    for side in &mut sides {
        side.retain(|name| names.contains(name));
    }
    let [base, one, other] = &mut sides;
    if base.is_empty() && one == other {
        base.clone_from(one);
    }
    let shared = spine(&sides[0], &sides[1], &sides[2]);
    let is_shared: BTreeSet<String> = shared.iter().cloned().collect();
    for side in &mut sides {
        side.retain(|name| is_shared.contains(name) || rank(name).is_none());
    }
    let mut out = shared;
    let [base, a, b] = &sides;
    for (one, other) in [(a, b), (b, a)] {
        let all: BTreeSet<&String> = one.iter().collect();
        if (other == base || other == one) && other.iter().all(|name| all.contains(name)) {
            out.clone_from(one);
        }
    }
    let new = names.iter().filter(|name| !is_shared.contains(*name));
    let mut ranked: Vec<(R, &String)> = new.filter_map(|name| Some((rank(name)?, name))).collect();
    ranked.sort();
    for (own, name) in ranked {
        let places = out.iter().enumerate();
        let lower =
            places.filter_map(|(at, one)| Some((rank(one).filter(|rank| *rank < own)?, at)));
        let at = lower
            .max_by(|x, y| x.0.cmp(&y.0))
            .map_or(0, |(_, at)| at + 1);
        out.insert(at, name.clone());
    }
    let known: BTreeSet<&String> = out.iter().collect();
    let mut anchors: BTreeMap<&String, &str> = BTreeMap::new();
    for side in [a, b] {
        let mut anchor = "";
        for name in side {
            if is_shared.contains(name) {
                anchor = name;
            } else if !known.contains(name) {
                let place = anchors.entry(name).or_insert(anchor);
                *place = anchor.min(place);
            }
        }
    }
    let mut behind: BTreeMap<&str, Vec<&String>> = BTreeMap::new();
    for (name, anchor) in anchors {
        behind.entry(anchor).or_default().push(name);
    }
    // Each group stands behind all that follows its anchor and does not stand in all three.
    let mut arranged = Vec::with_capacity(names.len());
    let mut anchor = "";
    for name in &out {
        if is_shared.contains(name) {
            arranged.extend(behind.remove(anchor).into_iter().flatten().cloned());
            anchor = name;
        }
        arranged.push(name.clone());
    }
    arranged.extend(behind.remove(anchor).into_iter().flatten().cloned());
    arranged
}

/// A key or a header of three; its comments merge as text, apart from the value.
fn merge_item(sides: [Option<&Item>; 3], value: &str, head: String) -> Item {
    let empty = Item::default();
    let o = sides[0].unwrap_or(&empty);
    let (x, y) = (sides[1].unwrap_or(o), sides[2].unwrap_or(o));
    let trail = pick(&o.trail, &x.trail, &y.trail).clone();
    let mut lead = merge_lines(&o.lead, &x.lead, &y.lead, COMMENT);
    let kept: &[String] = if value == x.value {
        &x.inner
    } else if value == y.value {
        &y.inner
    } else {
        &[]
    };
    let trails = [x, y].map(|side| &side.trail).into_iter();
    let trails = trails.filter(|one| **one != trail && **one != o.trail);
    let mut extra: BTreeSet<String> = trails.map(|one| one.trim().to_owned()).collect();
    let inner = merge_elements(&o.inner, &x.inner, &y.inner).into_iter();
    extra.extend(inner.filter(|line| !kept.contains(line)));
    extra.retain(|line| !line.is_empty() && !lead.contains(line));
    lead.extend(extra);
    let old = pick(&o.head, &x.head, &y.head);
    Item {
        lead,
        head: if old.is_empty() { head } else { old.clone() },
        value: value.to_owned(),
        trail,
        inner: Vec::new(),
    }
}

/// A section without the keys that go; their comments pass to the next key.
fn carried(section: &Section, stay: &[String], base: &Section) -> Section {
    let stay: BTreeSet<&str> = stay.iter().map(String::as_str).collect();
    let empty = Item::default();
    let mut out = Section {
        header: section.header.clone(),
        ..Section::default()
    };
    let mut lead: Vec<String> = Vec::new();
    for (key, item) in &section.items {
        lead.extend_from_slice(&item.lead);
        if stay.contains(key.as_str()) {
            let lead = std::mem::take(&mut lead);
            out.items.insert(
                key.clone(),
                Item {
                    lead,
                    ..item.clone()
                },
            );
            continue;
        }
        let old = base.items.get(key).unwrap_or(&empty);
        let inner = item.inner.iter().filter(|line| !old.inner.contains(line));
        lead.extend(inner.cloned());
        if !item.trail.is_empty() && item.trail != old.trail {
            lead.push(item.trail.trim().to_owned());
        }
    }
    out.tail = lead;
    out.tail.extend_from_slice(&section.tail);
    out
}

fn merge_section(
    name: &str,
    sides: [&Section; 3],
    merged: &BTreeMap<String, String>,
    values: &dyn Values,
    ranks: &dyn Ranks,
) -> Section {
    let names: BTreeSet<String> = merged.keys().cloned().collect();
    let orders = sides.map(|side| side.items.keys().cloned().collect());
    let order = arrange(&names, orders, |key| ranks.key(name, key));
    let there = sides.map(|side| carried(side, &order, sides[0]));
    let mut header = Item::default();
    if !name.is_empty() {
        let headers = there.each_ref().map(|side| &side.header);
        let headers = headers.map(|header| (!header.head.is_empty()).then_some(header));
        let is_new = headers.iter().all(Option::is_none);
        header = merge_item(headers, "", format!("[{name}]"));
        if is_new {
            header.lead = vec![String::new()];
        }
    }
    let item = |key: &String| {
        let sides = there.each_ref().map(|side| side.items.get(key));
        let mut item = merge_item(sides, &merged[key], format!("{key} = "));
        let told = values.comments(&full_name(name, key)).into_iter();
        let new: Vec<String> = told.filter(|line| !item.lead.contains(line)).collect();
        item.lead.extend(new);
        item
    };
    Section {
        header,
        items: order.iter().map(|key| (key.clone(), item(key))).collect(),
        tail: merge_lines(&there[0].tail, &there[1].tail, &there[2].tail, COMMENT),
        blocks: None,
    }
}

/// The whole name of a key of a section.
fn full_name(section: &str, key: &str) -> String {
    if section.is_empty() {
        key.to_owned()
    } else {
        format!("{section}.{key}")
    }
}

/// A layout with the tables that it lacks and that the other side changed.
fn with_changed_tables(base: &Layout, side: &Layout, other: &Layout) -> Layout {
    let mut out = side.clone();
    for (name, section) in base {
        let changed = other.get(name).is_some_and(|other| other != section);
        if changed && !side.contains_key(name) {
            out.insert(name.clone(), section.clone());
        }
    }
    out
}

/// The tables of an array of three, known by their `name` where each has one of its own.
fn merge_named_tables(array: &str, blocks: &[Vec<String>; 3], ranks: &dyn Ranks) -> Vec<String> {
    let [one_table, header] = [format!("[{array}]"), format!("[[{array}]]")];
    let table = |block: &String| -> Option<(String, Layout)> {
        let text = block.replacen(&header, &one_table, 1) + "\n";
        let layout = front_layout::read(&text, &[]).ok()?;
        let name = &layout.get(array)?.items.get("name")?.value;
        Some((Written::of(name).shown(), layout))
    };
    let named = blocks.each_ref().map(|blocks| {
        let all: Option<NamedTables> = blocks.iter().map(table).collect();
        all.filter(|all| all.len() == blocks.len())
    });
    let [Some(base), Some(a), Some(b)] = named else {
        return merge_elements(&blocks[0], &blocks[1], &blocks[2]);
    };
    let empty = Layout::new();
    let mut merged: BTreeMap<String, String> = BTreeMap::new();
    for name in a.keys().chain(b.keys()).collect::<BTreeSet<_>>() {
        let sides = [&base, &a, &b].map(|side| side.get(name));
        let table = if sides[1] == sides[2] || sides[2] == sides[0] {
            sides[1].cloned()
        } else if sides[1] == sides[0] {
            sides[2].cloned()
        } else {
            // What one side took away and the other changed stays whole.
            match (sides[1], sides[2]) {
                (None, changed) | (changed, None) => changed.cloned(),
                _ => {
                    let sides = sides.map(|side| side.unwrap_or(&empty));
                    Some(merge_layouts(sides, &mut ByKey::default(), ranks))
                }
            }
        };
        if let Some(table) = table {
            let text = front_layout::lines(&table).join("\n");
            merged.insert(name.clone(), text.replacen(&one_table, &header, 1));
        }
    }
    let names = merged.keys().cloned().collect();
    let orders = [&base, &a, &b].map(|side| side.keys().cloned().collect());
    let order = arrange(&names, orders, |_| None::<usize>);
    order.iter().map(|name| merged[name].clone()).collect()
}

/// The tables of an array by their names.
type NamedTables = indexmap::IndexMap<String, Layout>;

/// The front matter of three: base and both sides.
pub fn merge_layouts(layouts: [&Layout; 3], values: &mut dyn Values, ranks: &dyn Ranks) -> Layout {
    if ranks.are_settings() {
        let [base, a, b] = layouts;
        let a = with_changed_tables(base, a, layouts[2]);
        let b = with_changed_tables(base, b, layouts[1]);
        return merge_sections([base, &a, &b], values, ranks);
    }
    merge_sections(layouts, values, ranks)
}

fn merge_sections(layouts: [&Layout; 3], values: &mut dyn Values, ranks: &dyn Ranks) -> Layout {
    let empty = Section::default();
    let split = |name: &str| match name.rsplit_once('.') {
        Some((section, key)) => (section.to_owned(), key.to_owned()),
        None => (String::new(), name.to_owned()),
    };
    let mut stated: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (section, key) in values.stated().iter().map(|name| split(name)) {
        stated.entry(section).or_default().insert(key);
    }
    let names: BTreeSet<&String> = (layouts[1].keys())
        .chain(layouts[2].keys())
        .chain(stated.keys())
        .collect();
    let mut out = Layout::new();
    for name in names {
        let sides = layouts.map(|layout| layout.get(name).unwrap_or(&empty));
        if sides.iter().any(|side| side.blocks.is_some()) {
            let blocks = sides.map(|side| side.blocks.clone().unwrap_or_default());
            let blocks = if ranks.are_settings() {
                merge_named_tables(name, &blocks, ranks)
            } else {
                merge_elements(&blocks[0], &blocks[1], &blocks[2])
            };
            if !blocks.is_empty() {
                let blocks = Some(blocks);
                out.insert(
                    name.clone(),
                    Section {
                        blocks,
                        ..Section::default()
                    },
                );
            }
            continue;
        }
        let keys: BTreeSet<&String> = (sides[1].items.keys())
            .chain(sides[2].items.keys())
            .chain(stated.get(name).into_iter().flatten())
            .collect();
        let mut merged = BTreeMap::new();
        for key in keys {
            let raws = sides.map(|side| side.items.get(key).map(|item| item.value.as_str()));
            if let Some(value) = values.merge(&full_name(name, key), raws) {
                merged.insert(key.clone(), value);
            }
        }
        let [o, x, y] = sides.map(|side| {
            let lines = side.lines().into_iter();
            lines
                .filter(|line| line.starts_with('#'))
                .collect::<BTreeSet<_>>()
        });
        let [was, one, other] = sides.map(|side| !side.header.head.is_empty());
        let stays = *pick(&was, &one, &other);
        let has_new_comment = x.union(&y).any(|line| !o.contains(line));
        if !merged.is_empty() || stays || name.is_empty() || has_new_comment {
            out.insert(
                name.clone(),
                merge_section(name, sides, &merged, values, ranks),
            );
        }
    }
    let names: BTreeSet<String> = out
        .keys()
        .filter(|name| !name.is_empty())
        .cloned()
        .collect();
    let orders = layouts.map(|layout| {
        let names = layout.keys().filter(|name| !name.is_empty());
        names.cloned().collect()
    });
    let order = arrange(&names, orders, |name| ranks.section(name));
    let all = std::iter::once(String::new()).chain(order);
    all.filter_map(|name| Some((name.clone(), out.swap_remove(&name)?)))
        .collect()
}
