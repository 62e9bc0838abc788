//! How long tickets waited for vendors.

use std::collections::BTreeMap;

use crate::model::event::EventKind;
use crate::model::moment::Moment;
use crate::model::status::{Status, Waiting};
use crate::model::ticket_history::TicketHistory;

use crate::rules::reports::by::NONE;
use crate::rules::reports::table::{ReportTable, SectionText, column};
use crate::rules::reports::{
    Amount, Chart, DayLength, Figure, ReportColumn, ReportSection, Scene, Unit,
};
use crate::rules::sla::calendar::Hours;

const ABOUT: &str = "n: tickets that waited for the vendor in the period, of which one with several vendors counts for each; \
     total: how long they all waited in it, in open hours of the provider's calendar, of the house's where it has none, \
     in its working days (bd); median: of the \
     tickets' own sums, by nearest rank; values: one by one where they are fewer than ten; a wait ends with the entry that \
     ends it, or at its `until`; the vendor is that of the ticket at the time, else the provider of its code";

const COLUMNS: [ReportColumn; 4] = [
    column("n", Unit::Count),
    column("total", Unit::Seconds),
    column("median", Unit::Seconds),
    column("values", Unit::Seconds),
];

/// Where a ticket stands while its events are read.
#[derive(Clone, Copy, Default)]
struct Stand<'e> {
    vendor: &'e str,
    code: &'e str,
    waits: bool,
    until: Option<Moment>,
}

/// The time with vendors, by vendor; nothing where no ticket waited for one.
pub(in crate::rules::reports) fn section(scene: &Scene<'_>) -> Option<ReportSection> {
    let mut table = ReportTable::of_rows(scene);
    let mut any = false;
    for number in scene.facts.with_vendors() {
        for (name, (millis, day)) in waited(scene, scene.history(number)) {
            any = true;
            table.put(&[name], |tally| {
                tally.counted((millis, day), number);
                tally.sum += millis;
            });
        }
    }
    let words = SectionText {
        key: "vendors",
        title: "Time with vendors",
        about: ABOUT,
        chart: Chart::Plain,
    };
    let mut section = table.section(words, &COLUMNS, |tally| {
        let mut spread = tally.spread().into_iter();
        let mut next = || spread.next().unwrap_or_else(|| Figure::plain(Amount::None));
        let (n, median) = (next(), next());
        let values = spread
            .next_back()
            .unwrap_or_else(|| Figure::plain(Amount::None));
        let total = Figure::plain(Amount::Time(tally.sum, tally.day()));
        vec![n, total, median, values]
    });
    section.by = vec!["vendor".to_owned()];
    section.overlaps = true;
    section.total = None;
    any.then_some(section)
}

/// How long a ticket waited for each vendor in the period, in milliseconds of open time.
fn waited<'a>(
    scene: &Scene<'a>,
    history: &'a TicketHistory,
) -> BTreeMap<&'a str, (i64, DayLength)> {
    let mut all = BTreeMap::new();
    let mut stand = Stand::default();
    let mut since = Moment::epoch();
    let edge = scene.ask.edge();
    let events = history.events.iter();
    for event in events.take_while(|event| event.at < edge) {
        add(scene, &mut all, stand, (since, event.at));
        since = event.at;
        match event.what {
            EventKind::Vendor(vendor) => stand.vendor = vendor.map_or("", |word| word.text),
            EventKind::Code(code) => stand.code = code.map_or("", |word| word.text),
            EventKind::Status {
                status,
                waiting,
                until,
            } => {
                let of_vendor = waiting == Some(&Waiting::Vendor);
                stand.waits = of_vendor && *status == Status::Pending;
                stand.until = until;
            }
            _ => {}
        }
    }
    let end = edge.min(scene.ask.context.now);
    add(scene, &mut all, stand, (since, end));
    all
}

/// Adds a stretch in which a ticket stood so, as far as it waited for a vendor in the period.
fn add<'a>(
    scene: &Scene<'a>,
    all: &mut BTreeMap<&'a str, (i64, DayLength)>,
    stand: Stand<'a>,
    (from, to): (Moment, Moment),
) {
    let end = stand.until.map_or(to, |until| until.min(to));
    let from = from.max(scene.ask.period.from);
    if !stand.waits || from >= end {
        return;
    }
    let (vendor, hours) = provider(scene, stand);
    let long = hours.map_or(end.since(from), |hours| hours.between(from, end));
    let day = DayLength::of(hours);
    all.entry(vendor).or_insert((0, day)).0 += long.num_milliseconds();
}

/// Whom a ticket waits for, and the hours that count for it.
fn provider<'a>(scene: &Scene<'a>, stand: Stand<'a>) -> (&'a str, Option<Hours<'a>>) {
    let catalogue = scene.ask.context.catalogue;
    let by_code = || catalogue.find(stand.code).and_then(|code| code.provider());
    let name = match stand.vendor {
        "" => by_code().unwrap_or(NONE),
        name => name,
    };
    let known = catalogue.provider(name);
    let own = known.and_then(|one| scene.ask.context.hours(one.calendar.as_ref()?));
    let name = known.map_or(name, |one| one.name.as_str());
    (name, own.or_else(|| scene.house()))
}
