//! Devices: one with its history, several as a list.

use serde_json::{Map, Value as Json, json};

use crate::model::field::Key;
use crate::model::id::TicketId;
use crate::model::settings::Settings;
use crate::model::ticket_summary::TicketSummary;
use crate::ops::ticket::asset::{DeviceHistory, FoundDevices};
use crate::page::query::Name;
use crate::rules::context::DeskContext;
use crate::rules::devices::Device;
use crate::view::json as page;
use crate::view::label::{fact, joined, title};
use crate::view::list::{ListColumn, rows};
use crate::view::paint::{Paint, PaintedText, Role};
use crate::view::sanitize::line;
use crate::view::table::table;
use crate::view::words::{count, cut};

/// Widest line of running text, in columns.
const MEASURE: usize = 96;

/// So many done tickets are shown unless all are asked for.
const DONE: usize = 15;

/// Shows devices: one that was asked for with its history, else a line each.
pub fn asset(
    found: &FoundDevices,
    asked: bool,
    all: bool,
    context: DeskContext<'_>,
    paint: &Paint,
) -> String {
    match &found.devices[..] {
        [] => String::new(),
        [one] if asked && found.more == 0 => card(one, all, context, paint),
        several => list(several, context.settings, paint),
    }
}

/// What to say beside it, on standard error.
pub fn remarks(found: &FoundDevices) -> Vec<String> {
    let mut all = Vec::new();
    if found.devices.is_empty() && found.more == 0 {
        all.push(match &found.near {
            Some(near) => format!("no devices; did you mean `{}`?", line(near)),
            None => "no devices".to_owned(),
        });
    }
    if found.more > 0 {
        all.push(format!("{} more not shown, by --limit", found.more));
    }
    all
}

fn list(several: &[DeviceHistory], settings: &Settings, paint: &Paint) -> String {
    let wide = !paint.is_narrow();
    let has = |text: fn(&Device) -> &str| several.iter().any(|one| !text(&one.device).is_empty());
    let serial = has(|device| &device.asset.serial);
    let place = wide && has(|device| &device.asset.location);
    let own: Vec<(&String, String)> = settings
        .fields
        .iter()
        .filter(|(name, field)| {
            field.of_asset
                && several
                    .iter()
                    .any(|one| one.device.fields.contains_key(*name))
        })
        .map(|(name, field)| (name, line(&field.title)))
        .collect();
    let own = if wide { own } else { Vec::new() };
    let mut header = vec!["device"];
    header.extend(serial.then_some("serial"));
    header.extend(own.iter().map(|(_, title)| title.as_str()));
    header.extend(place.then_some("location"));
    let figures = header.len();
    header.extend(["repeats", "open", "all", "last"]);
    let row = |one: &DeviceHistory| {
        let device = &one.device;
        let figure = |n: usize, role: Role| {
            let role = if n == 0 { Role::Muted } else { role };
            (role, n.to_string())
        };
        let mut row: Vec<PaintedText> = vec![(Role::Title, called(device))];
        row.extend(serial.then(|| (Role::Plain, cut(&line(&device.asset.serial), 24))));
        row.extend(own.iter().map(|(name, _)| {
            let value = device.fields.get(*name).map_or("", String::as_str);
            (Role::Plain, cut(&line(value), 24))
        }));
        row.extend(place.then(|| (Role::Plain, cut(&line(&device.asset.location), 24))));
        row.extend([
            figure(device.repeats.len(), Role::Alarm),
            figure(device.open, Role::Warn),
            figure(device.tickets.len(), Role::Plain),
            (Role::Muted, paint.ago(device.last)),
        ]);
        row
    };
    let rows: Vec<Vec<PaintedText>> = several.iter().map(row).collect();
    let right: Vec<usize> = (figures..header.len()).collect();
    table(&header, &rows, &right, 0, paint)
}

/// Name and model; the licence where there is neither.
fn called(device: &Device) -> String {
    let asset = &device.asset;
    match joined(&[&asset.name, &asset.model]) {
        none if none.is_empty() => line(device.label()),
        known => known,
    }
}

fn card(one: &DeviceHistory, all: bool, context: DeskContext<'_>, paint: &Paint) -> String {
    let device = &one.device;
    let width = paint.width_up_to(MEASURE);
    let mut out = String::new();
    title(&mut out, &called(device), paint, width);
    let open = match device.open {
        0 => "none open".to_owned(),
        open => format!("{open} open"),
    };
    let tickets = count(device.tickets.len(), "ticket");
    let last = format!(
        "last {}, {}",
        paint.time(device.last),
        paint.since(device.last)
    );
    out.push_str(&paint.role(Role::Muted, &[tickets, open, last].join(" · ")));
    out.push_str("\n\n");
    let asset = &device.asset;
    let mut add = |label: &str, value: &str| fact(&mut out, label, &line(value), paint, width);
    add("serial", &asset.serial);
    add("licence", &asset.licence);
    add("location", &asset.location);
    add("people", &people(&device.people));
    for (name, value) in &device.fields {
        let declared = context.settings.fields.get(name);
        let label = declared.map_or(name.as_str(), |field| &field.title);
        add(&line(&label.to_lowercase()), value);
    }
    add("came back", &came_back(device, context.settings));
    let is_open = |ticket: &&TicketSummary| ticket.status().is_open();
    let (open, done): (Vec<_>, Vec<_>) = one.tickets.iter().partition(is_open);
    for (name, role, tickets) in [
        ("Open", Role::Warn, open),
        ("Done", Role::Good, done),
        ("Work orders", Role::Title, one.orders.iter().collect()),
    ] {
        part(&mut out, (name, role), &tickets, all, context, paint);
    }
    out
}

fn part(
    out: &mut String,
    (name, role): (&str, Role),
    tickets: &[&TicketSummary],
    all: bool,
    context: DeskContext<'_>,
    paint: &Paint,
) {
    if tickets.is_empty() {
        return;
    }
    let most = if name == "Open" || all {
        tickets.len()
    } else {
        DONE
    };
    let shown: Vec<TicketSummary> = tickets
        .iter()
        .take(most)
        .map(|one| (*one).clone())
        .collect();
    let count = paint.role(Role::Muted, &tickets.len().to_string());
    out.push_str(&format!("\n{} {count}\n", paint.role(role, name)));
    out.push_str(&rows(&shown, &columns(), context, paint));
    if shown.len() < tickets.len() {
        let more = format!("… and {} more: add --all", tickets.len() - shown.len());
        out.push_str(&format!("{}\n", paint.role(Role::Muted, &more)));
    }
}

/// The people, the newest first; of many the first few.
fn people(all: &[String]) -> String {
    const MOST: usize = 4;
    let mut named: Vec<String> = all.iter().take(MOST).cloned().collect();
    if all.len() > MOST {
        named.push(format!("{} more", all.len() - MOST));
    }
    named.join(", ")
}

/// `2 times within 30 days: 2611-7K3MQ after 2611-4XJ2P`.
fn came_back(device: &Device, settings: &Settings) -> String {
    const MOST: usize = 3;
    if device.repeats.is_empty() {
        return String::new();
    }
    let one = |(repeat, of): &(TicketId, TicketId)| format!("{repeat} after {of}");
    let mut pairs: Vec<String> = device.repeats.iter().take(MOST).map(one).collect();
    if device.repeats.len() > MOST {
        pairs.push("…".to_owned());
    }
    let times = count(device.repeats.len(), "time");
    let within = count(
        usize::try_from(settings.policy.repeat_days).unwrap_or(0),
        "day",
    );
    format!("{times} within {within}: {}", pairs.join(", "))
}

fn columns() -> [ListColumn; 5] {
    [
        ListColumn::of("id", Key::Id),
        ListColumn::of("status", Key::Status),
        ListColumn::of("code", Key::Code),
        ListColumn {
            heading: "age".to_owned(),
            name: Name::Age,
            kept: false,
        },
        ListColumn::of("title", Key::Title),
    ]
}

/// A device as JSON.
pub fn json(one: &DeviceHistory, context: DeskContext<'_>) -> Json {
    let device = &one.device;
    let known = device.asset.values();
    let known = known.iter().filter(|(_, text)| !text.is_empty());
    let asset: Map<String, Json> = known
        .map(|(key, text)| (key.name().to_owned(), json!(text)))
        .collect();
    let summaries = |all: &[TicketSummary]| -> Vec<Json> {
        all.iter().map(|one| page::summary(one, context)).collect()
    };
    let repeats = device.repeats.iter();
    let repeats = repeats.map(|(ticket, of)| json!({"ticket": ticket.as_str(), "of": of.as_str()}));
    json!({
        "asset": asset,
        "fields": device.fields,
        "people": device.people,
        "tickets": summaries(&one.tickets),
        "work_orders": summaries(&one.orders),
        "derived": {
            "open": device.open,
            "tickets": device.tickets.len(),
            "repeats": repeats.collect::<Vec<_>>(),
            "first": device.first.to_string(),
            "last": device.last.to_string(),
        },
    })
}
