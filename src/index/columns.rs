//! The front matter of tickets, field by field: whoever looks at two fields of a hundred thousand
//! tickets reads those two.
//!
//! A column holds each value once, and for each ticket which of them it has; see `column`. Beside the
//! columns stands what every list needs of each ticket.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::index::alike::{EachTicket, Shown};
use crate::index::basics::{self, Basics};
use crate::index::column::{Column, ColumnWriter, put_in};
use crate::index::parts::{ByteRange, encode};
use crate::index::text::Holding;
use crate::model::earlier_value::EarlierValues;
use crate::model::field::{Field, Key};
use crate::model::field_set::FieldSet;
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::model::said::{OnOrder, Said};
use crate::model::ticket_history::TicketHistory;
use crate::model::ticket_summary::TicketSummary;
use crate::model::told::Told;
use crate::store::error::StoreError;

/// Who is shown tickets.
#[derive(Clone, Copy)]
pub struct ShownTo<'s>(pub(in crate::index) &'s dyn Shown);

/// Says of done tickets which are wanted, and what of them. Live ones come whole.
#[derive(Clone, Copy)]
pub struct DoneTickets<'s> {
    /// The fields that are looked at.
    pub fields: &'s FieldSet,
    /// Which are kept; all, where nothing is said.
    pub fits: Option<&'s (dyn Fn(&TicketSummary) -> bool + Sync)>,
    /// Whether that is told by the fields alone: it is asked once for all that have the same values.
    pub by_fields: bool,
    /// What happened is wanted in place of excerpts, of tickets to which nothing happened later. The
    /// others come as excerpts, whether they fit or not.
    pub stories_until: Option<Moment>,
    /// Those only, where it is said.
    pub among: Option<&'s Holding>,
    /// The fields that are read of those that are kept, beside these.
    pub then: Option<&'s FieldSet>,
    /// Of those only whose ids begin so; an empty one is all.
    pub begins: &'s str,
    /// So many are kept at most, those that changed last; how many others fit is counted.
    pub newest: Option<usize>,
    /// Whether live tickets come so, too.
    pub live_too: bool,
    /// Who is shown each ticket, in place of keeping any.
    pub each: Option<ShownTo<'s>>,
}

impl<'s> DoneTickets<'s> {
    /// All of them, with these fields.
    pub fn of(fields: &'s FieldSet) -> Self {
        Self {
            fields,
            fits: None,
            by_fields: false,
            stories_until: None,
            among: None,
            then: None,
            begins: "",
            newest: None,
            live_too: false,
            each: None,
        }
    }

    /// None of them: each is shown, live ones, too.
    pub fn shown_to(each: &'s EachTicket<'_>, fields: &'s FieldSet) -> Self {
        Self {
            live_too: true,
            each: Some(ShownTo(each)),
            ..Self::of(fields)
        }
    }

    /// Whether one is kept that is at hand whole.
    pub(in crate::index) fn takes(&self, ticket: &TicketSummary) -> bool {
        if let Some(each) = self.each {
            each.0.show(ticket);
            return false;
        }
        let fits = || self.is_later(ticket.updated) || self.fits.is_none_or(|fits| fits(ticket));
        self.may_be(ticket.id) && fits()
    }

    /// Whether something happened to a ticket after the moment until which what happened is wanted: then
    /// nothing tells yet whether it is one of them.
    pub(in crate::index) fn is_later(&self, updated: Moment) -> bool {
        self.stories_until.is_some_and(|until| updated > until)
    }

    /// Whether a ticket with this id may be one of them.
    fn may_be(&self, id: TicketId) -> bool {
        id.as_str().starts_with(self.begins) && self.among.is_none_or(|among| among.has(id))
    }
}

impl fmt::Debug for DoneTickets<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("DoneTickets");
        shown.field("fields", self.fields);
        shown.field("newest", &self.newest).finish_non_exhaustive()
    }
}

/// What is kept of a month's tickets, as far as it is wanted.
#[derive(Debug, Default)]
pub(in crate::index) struct MonthContent {
    pub summaries: Vec<TicketSummary>,
    pub histories: Vec<TicketHistory>,
    /// How many more fit than were asked for.
    pub more: usize,
}

impl MonthContent {
    /// Of tickets of which none is wanted but their number.
    pub(in crate::index) fn counted(more: usize) -> Self {
        Self {
            more,
            ..Self::default()
        }
    }
}

/// Where the columns of some tickets stand.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(in crate::index) struct Directory {
    basics: ByteRange,
    earlier: ByteRange,
    others: ByteRange,
    columns: Vec<(Field, ByteRange)>,
}

/// What few tickets have, and live ones only.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Others {
    tell: Option<String>,
    told: Vec<Told>,
    said: Option<Said>,
    on_order: Option<OnOrder>,
}

impl Others {
    fn of(ticket: &TicketSummary) -> Self {
        Self {
            tell: ticket.tell.clone(),
            told: ticket.told.clone(),
            said: ticket.said.clone(),
            on_order: ticket.on_order.clone(),
        }
    }
}

/// Of some tickets what is not as most have it, each with its place.
fn rare<T: PartialEq + Default>(
    some: &[&TicketSummary],
    of: impl Fn(&TicketSummary) -> T,
) -> Vec<(u32, T)> {
    let all = (0..).zip(some).map(|(at, one)| (at, of(one)));
    all.filter(|(_, one)| *one != T::default()).collect()
}

/// Writes the columns of tickets, each part by `put`, and tells where they are.
pub(in crate::index) fn write(
    some: &[&TicketSummary],
    mut put: impl FnMut(&[u8]) -> ByteRange,
) -> Result<Directory, StoreError> {
    let mut columns: BTreeMap<&Field, ColumnWriter<'_>> = BTreeMap::new();
    for (at, one) in some.iter().enumerate() {
        for (field, value) in &one.values {
            columns.entry(field).or_default().put(at, value);
        }
    }
    let mut directory = Directory {
        basics: put(&basics::write(some)),
        earlier: put(&encode(&rare(some, |one| one.earlier.clone()))?),
        others: put(&encode(&rare(some, Others::of))?),
        columns: Vec::with_capacity(columns.len()),
    };
    for (field, column) in columns {
        let place = put(&column.write(some.len())?);
        directory.columns.push((field.clone(), place));
    }
    Ok(directory)
}

/// The columns of some tickets that are looked at.
struct Open<'d> {
    count: usize,
    first: Vec<(&'d Field, Column)>,
}

impl Directory {
    fn open(
        &self,
        count: usize,
        done: &DoneTickets<'_>,
        part: impl Fn(ByteRange) -> Option<Vec<u8>>,
    ) -> Option<Open<'_>> {
        let mut fields = done.fields.clone();
        fields.add(Field::Known(Key::Status));
        let first = self.columns(&fields, count, part)?;
        Some(Open { count, first })
    }

    /// The columns of these fields.
    pub(in crate::index) fn columns(
        &self,
        fields: &FieldSet,
        count: usize,
        part: impl Fn(ByteRange) -> Option<Vec<u8>>,
    ) -> Option<Vec<(&Field, Column)>> {
        let mut found = Vec::new();
        for (field, place) in &self.columns {
            if fields.has(field) {
                found.push((field, Column::of(part(*place)?, count)?));
            }
        }
        Some(found)
    }

    /// What is kept of each ticket beside its fields.
    pub(in crate::index) fn basics(
        &self,
        count: usize,
        part: impl Fn(ByteRange) -> Option<Vec<u8>>,
    ) -> Option<Basics> {
        Basics::of(part(self.basics)?, count)
    }
}

/// What was answered for tickets with the same values.
#[derive(Default)]
struct Answers {
    /// The columns in which values differ.
    varying: Vec<usize>,
    known: HashMap<Vec<u32>, bool>,
    values: Vec<u32>,
}

impl Answers {
    fn of(open: &Open<'_>) -> Self {
        let varying = open.first.iter().enumerate();
        let varying = varying.filter(|(_, (_, column))| !column.is_uniform());
        Self {
            varying: varying.map(|(at, _)| at).collect(),
            ..Self::default()
        }
    }

    /// What was answered for the values of a ticket; else what `ask` says.
    fn of_ticket(
        &mut self,
        open: &Open<'_>,
        at: usize,
        ask: impl FnOnce() -> Option<bool>,
    ) -> Option<bool> {
        self.values.clear();
        let own = self.varying.iter().map(|one| open.first[*one].1.place(at));
        self.values.extend(own);
        if let Some(known) = self.known.get(&self.values) {
            return Some(*known);
        }
        let answer = ask()?;
        self.known.insert(self.values.clone(), answer);
        Some(answer)
    }
}

/// What stands of tickets beside their columns, as far as it is looked at.
struct Beside {
    basics: Basics,
    stories: Vec<TicketHistory>,
    earlier: BTreeMap<u32, EarlierValues>,
    others: BTreeMap<u32, Others>,
}

impl Beside {
    fn put(&self, at: usize, ticket: &mut TicketSummary) -> Option<()> {
        self.basics.put(at, ticket)?;
        let place = u32::try_from(at).ok()?;
        if !self.others.is_empty() {
            let own = self.others.get(&place).cloned().unwrap_or_default();
            (ticket.tell, ticket.told) = (own.tell, own.told);
            (ticket.said, ticket.on_order) = (own.said, own.on_order);
        }
        if let Some(story) = self.stories.get(at) {
            ticket.knowledge.clone_from(&story.knowledge);
            ticket.events = story.events.clone();
            ticket.earlier = self.earlier.get(&place).cloned().unwrap_or_default();
        }
        Some(())
    }
}

/// The tickets of a directory, as far as they are wanted; `None` where something is torn. `part` reads a
/// part, `histories` what happened to the tickets, in their order.
pub(in crate::index) fn read(
    directory: &Directory,
    count: usize,
    done: DoneTickets<'_>,
    part: impl Fn(ByteRange) -> Option<Vec<u8>> + Copy,
    histories: impl FnOnce() -> Option<Vec<TicketHistory>>,
) -> Option<MonthContent> {
    let only_counts = done.newest == Some(0) && done.begins.is_empty() && done.among.is_none();
    let by_fields = done.by_fields && !done.fields.stories;
    if only_counts && done.fits.is_none() {
        return Some(MonthContent::counted(count));
    }
    let open = directory.open(count, &done, part)?;
    if only_counts
        && by_fields
        && let Some(fits) = done.fits
    {
        return Some(MonthContent::counted(counted(&open, fits)?));
    }
    let mut beside = Beside {
        basics: directory.basics(count, part)?,
        stories: Vec::new(),
        earlier: BTreeMap::new(),
        others: rarely(&part(directory.others)?)?,
    };
    if done.fields.stories || done.stories_until.is_some() {
        beside.stories = histories().filter(|stories| stories.len() == count)?;
        beside.earlier = rarely(&part(directory.earlier)?)?;
    }
    let mut all = fitting(&open, &beside, &done, by_fields)?;
    let most = done.newest.unwrap_or(usize::MAX);
    let more = all.len().saturating_sub(most);
    if more > 0 {
        all.sort_unstable();
        all.truncate(most);
    }
    let as_story =
        |updated: &Reverse<Moment>| done.stories_until.is_some() && !done.is_later(updated.0);
    let excerpts = all.iter().any(|(updated, ..)| !as_story(updated));
    let then = match done.then.filter(|_| excerpts) {
        Some(then) => directory.columns(then, count, part)?,
        None => Vec::new(),
    };
    let mut kept = MonthContent {
        more,
        ..MonthContent::default()
    };
    for (updated, id, at) in all {
        if as_story(&updated) {
            kept.histories.push(beside.stories.get(at)?.clone());
            continue;
        }
        let mut own = TicketSummary::partial(id);
        beside.put(at, &mut own)?;
        for columns in [&open.first, &then] {
            put_in(columns, &mut vec![0; columns.len()], at, &mut own)?;
        }
        kept.summaries.push(own);
    }
    Some(kept)
}

/// When something last happened to the tickets that fit, their ids and their places.
fn fitting(
    open: &Open<'_>,
    beside: &Beside,
    done: &DoneTickets<'_>,
    by_fields: bool,
) -> Option<Vec<(Reverse<Moment>, TicketId, usize)>> {
    let mut answers = Answers::of(open);
    let mut all = Vec::new();
    // One ticket after the other in one excerpt: only what differs is put in, and most are not kept.
    let mut shown = TicketSummary::partial(TicketId::FIRST);
    let mut before: Vec<u32> = vec![0; open.first.len()];
    for at in 0..open.count {
        let id = beside.basics.id(at)?;
        if !done.may_be(id) {
            continue;
        }
        let mut ask = || {
            put_in(&open.first, &mut before, at, &mut shown)?;
            beside.put(at, &mut shown)?;
            Some(done.fits.is_none_or(|fits| fits(&shown)))
        };
        let fits = if done.is_later(beside.basics.updated(at)?) {
            true
        } else if by_fields {
            answers.of_ticket(open, at, ask)?
        } else {
            ask()?
        };
        if fits {
            all.push((Reverse(beside.basics.updated(at)?), id, at));
        }
    }
    Some(all)
}

/// Reads what [`rare`] gave.
fn rarely<T: DeserializeOwned>(bytes: &[u8]) -> Option<BTreeMap<u32, T>> {
    let all: Vec<(u32, T)> = postcard::from_bytes(bytes).ok()?;
    Some(all.into_iter().collect())
}

/// How many tickets fit, by their values.
fn counted(open: &Open<'_>, fits: &(dyn Fn(&TicketSummary) -> bool + Sync)) -> Option<usize> {
    let mut shown = TicketSummary::partial(TicketId::FIRST);
    let mut before: Vec<u32> = vec![0; open.first.len()];
    let varying: Vec<&Column> = open
        .first
        .iter()
        .map(|(_, column)| column)
        .filter(|column| !column.is_uniform())
        .collect();
    // Of one column each value once.
    if let [] | [_] = varying[..] {
        let mut sum = 0;
        let firsts = match varying[..] {
            [column] => column.firsts(),
            _ => vec![(0, open.count)],
        };
        for (at, count) in firsts {
            put_in(&open.first, &mut before, at, &mut shown)?;
            sum += if fits(&shown) { count } else { 0 };
        }
        return Some(sum);
    }
    let (mut answers, mut sum) = (Answers::of(open), 0);
    for at in 0..open.count {
        let ask = || {
            put_in(&open.first, &mut before, at, &mut shown)?;
            Some(fits(&shown))
        };
        sum += usize::from(answers.of_ticket(open, at, ask)?);
    }
    Some(sum)
}
