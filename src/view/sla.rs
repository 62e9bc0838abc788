//! The way of each clock, line by line, to be followed with a pencil.

use chrono::{Datelike, TimeDelta, Timelike};
use chrono_tz::Tz;
use serde_json::{Value as Json, json};
use unicode_width::UnicodeWidthStr;

use crate::model::clocks::{Goal, Target};
use crate::model::field::Key;
use crate::model::moment::Moment;
use crate::model::said;
use crate::model::settings::Settings;
use crate::model::ticket::Ticket;
use crate::model::ticket_summary::TicketSummary;
use crate::ops::ticket::sla::{ClockReading, Sla};
use crate::rules::context::DeskContext;
use crate::rules::sla::calendar::{CalendarStep, Closed};
use crate::rules::sla::clocks::{Clock, TargetSource, TraceStep};
use crate::rules::text::time_input::exact;
use crate::view::clocks::{TITLE, about, short, why};
use crate::view::json::summary;
use crate::view::list::{status_role, urgency};
use crate::view::paint::{Paint, PaintedText, Role};
use crate::view::sanitize::line;
use crate::view::table::table;
use crate::view::words::{count, wrap};

/// Widest explanation of a step, in columns: the figures stay near it.
const MEASURE: usize = 44;

/// A moment to the second where there are any, with its day.
fn stamp(at: Moment, zone: Tz, paint: &Paint) -> String {
    let local = at.in_zone(&zone);
    let seconds = if local.second() == 0 { "" } else { ":%S" };
    let day = if local.year() == paint.now.in_zone(&zone).year() {
        "%a %-d %b"
    } else {
        "%a %-d %b %Y"
    };
    local.format(&format!("{day} %H:%M{seconds}")).to_string()
}

/// Shows the way of every clock of a ticket.
pub fn sla(sla: &Sla, settings: &Settings, paint: &Paint) -> String {
    let ticket = &sla.page.ticket;
    let priority = ticket.text(Key::Priority);
    let status = ticket.status();
    let head = [
        paint.role(Role::Id, ticket.id.as_str()),
        paint.role(status_role(&status), &line(status.as_str())),
        paint.role(
            urgency(settings.rank(priority)),
            &line(settings.priority_title(priority)),
        ),
        paint.role(Role::Title, &line(ticket.title())),
    ];
    let mut out = format!("{}\n", head.join(&paint.role(Role::Muted, "  ·  ")));
    if sla.clocks.is_empty() {
        let none = "No clock runs: no target is set for its priority, type and code.";
        out.push_str(&format!("\n{}\n", paint.role(Role::Muted, none)));
    }
    for (reading, way) in &sla.clocks {
        out.push('\n');
        out.push_str(&clock(reading, way, ticket, settings, paint));
    }
    out.push_str(&queues(sla, settings, paint));
    out
}

fn clock(
    reading: &ClockReading,
    way: &[TraceStep],
    ticket: &Ticket,
    settings: &Settings,
    paint: &Paint,
) -> String {
    let clock = &reading.clock;
    let calendar = settings.calendars.get(clock.goal.calendar());
    let zone = calendar.map_or(settings.zone, |calendar| calendar.zone);
    let (role, state) = short(reading, paint);
    let mut out = format!(
        "{}{}\n",
        paint.role(Role::Title, &format!("{:<TITLE$}", clock.kind.title())),
        paint.role(role, &state)
    );
    let target = match &clock.goal {
        Goal::Within(target) => format!(
            "{}, zone {zone}, {}",
            on(target),
            line(&origin(&clock.origin))
        ),
        Goal::At(at) => {
            let told = match said::order_of_promise(&ticket.log, *at) {
                Some(order) => format!("as all who wait for {} were told", line(&order)),
                None => origin(&clock.origin),
            };
            format!("{}, {told}", stamp(*at, zone, paint))
        }
        Goal::On(day) => {
            let (origin, date) = (origin(&clock.origin), day.date);
            format!("{origin}, {date}, on {}", line(&day.calendar))
        }
    };
    let mut about = vec![target];
    if let Goal::On(day) = &clock.goal {
        let (opens, closes) = (
            stamp(day.opens, zone, paint),
            stamp(day.closes, zone, paint),
        );
        about.push(format!("{opens} to {closes}, zone {zone}"));
    }
    about.extend(clock.waits.map(|without| {
        let without = stamp(without, zone, paint);
        format!("waits for what was promised, at most twice its time; without that due {without}")
    }));
    for change in &clock.changes {
        let what = match (&change.target, &change.origin) {
            (Some(target), Some(from)) => format!("{}, {}", on(target), line(&origin(from))),
            _ => "no target".to_owned(),
        };
        about.push(format!("since {}: {what}", stamp(change.at, zone, paint)));
    }
    let room = paint
        .width
        .map_or(usize::MAX, |width| width.saturating_sub(TITLE));
    for part in about.iter().flat_map(|text| wrap(text, room.max(20))) {
        let text = format!("{:TITLE$}{part}", "");
        out.push_str(&format!("{}\n", paint.role(Role::Muted, &text)));
    }
    out.push_str(&lines(&rows(clock, way, zone, paint), paint));
    out
}

/// A line of a clock's way: since when, what, how much of it counts, and what is left then.
struct TraceRow {
    role: Role,
    at: String,
    what: String,
    counts: String,
    left: String,
}

/// Lays the lines out; what is long goes on below itself.
fn lines(rows: &[TraceRow], paint: &Paint) -> String {
    let widest = |text: fn(&TraceRow) -> &String, least: usize| {
        let widths = rows.iter().map(|row| text(row).width());
        widths.max().unwrap_or_default().max(least)
    };
    let taken =
        widest(|row| &row.at, 4) + widest(|row| &row.counts, 6) + widest(|row| &row.left, 4);
    let free = paint.width.map(|width| width.saturating_sub(taken + 6));
    let room = free.unwrap_or(MEASURE).clamp(20, MEASURE);
    let mut cells: Vec<Vec<PaintedText>> = Vec::new();
    for row in rows {
        for (at, part) in wrap(&row.what, room).into_iter().enumerate() {
            let only_first = |text: &String| if at == 0 { text.clone() } else { String::new() };
            cells.push(vec![
                (row.role, only_first(&row.at)),
                (row.role, part),
                (row.role, only_first(&row.counts)),
                (Role::Plain, only_first(&row.left)),
            ]);
        }
    }
    table(&["from", "", "counts", "left"], &cells, &[2, 3], 1, paint)
}

/// `4h on office`.
fn on(target: &Target) -> String {
    line(&format!("{} on {}", target.within, target.calendar))
}

fn origin(origin: &TargetSource) -> String {
    match origin {
        TargetSource::Priority(name) => format!("by priority {name}"),
        TargetSource::Type(name, kind) => format!("by priority {name} for type {kind}"),
        TargetSource::Code(name) => format!("by problem code {name}"),
        TargetSource::Promise => "as the requester was told".to_owned(),
        TargetSource::Planned => "by the date of the planned event".to_owned(),
    }
}

fn rows(clock: &Clock, way: &[TraceStep], zone: Tz, paint: &Paint) -> Vec<TraceRow> {
    let at = |at: Moment| stamp(at, zone, paint);
    let row = |role: Role, at: String, what: &str| TraceRow {
        role,
        at,
        what: what.to_owned(),
        counts: String::new(),
        left: String::new(),
    };
    let begins = match &clock.goal {
        Goal::Within(target) => format!("begins with {}", target.within),
        Goal::At(_) => "promised".to_owned(),
        Goal::On(day) => format!("the date is {}", day.date),
    };
    let mut rows = Vec::new();
    for part in way {
        rows.push(match part {
            TraceStep::Target(whole) => TraceRow {
                left: exact(*whole),
                ..row(Role::Plain, at(clock.start), &begins)
            },
            TraceStep::Time(step, left) if step.open => {
                let moved = moved(step).map(|moved| format!("open; {moved}"));
                TraceRow {
                    counts: exact(step.to.since(step.from)),
                    left: exact(*left),
                    ..row(
                        Role::Plain,
                        at(step.from),
                        moved.as_deref().unwrap_or("open"),
                    )
                }
            }
            TraceStep::Time(step, _) => row(Role::Muted, at(step.from), &closed(step, zone)),
            // Open time that does not count stands in brackets.
            TraceStep::Pause(pause, open) => TraceRow {
                counts: format!("({})", exact(*open)),
                ..row(Role::Wait, at(pause.from), &why(&pause.why))
            },
            TraceStep::Due(due) if clock.breached.is_some() => {
                row(Role::Alarm, at(*due), "the target passed")
            }
            TraceStep::Due(due) => row(Role::Title, at(*due), "due"),
            TraceStep::Ended(end, left) => TraceRow {
                left: exact(*left),
                ..row(Role::Good, at(*end), about(clock))
            },
            TraceStep::Stands(left) => TraceRow {
                left: exact(*left),
                ..row(Role::Wait, "now".to_owned(), "it stands")
            },
            TraceStep::Never => row(
                Role::Warn,
                String::new(),
                "the calendar does not open for so long",
            ),
        });
    }
    if let (Some(breached), Some((end, _))) = (clock.breached, clock.end)
        && end > breached
    {
        rows.push(row(Role::Warn, at(end), about(clock)));
    }
    rows
}

/// That the zone's clock was changed in a step.
fn moved(step: &CalendarStep) -> Option<String> {
    let minutes = step.moved;
    (minutes != 0).then(|| {
        let length = exact(TimeDelta::minutes(i64::from(minutes.abs())));
        let way = if minutes > 0 { "forward" } else { "back" };
        format!("clocks go {length} {way}")
    })
}

/// Why a part is closed: `night`, `Sat 28, Sun 29 Nov: no hours`, `Fri 25 Dec: holiday`.
fn closed(step: &CalendarStep, zone: Tz) -> String {
    let same_day = step.from.in_zone(&zone).date_naive() == step.to.in_zone(&zone).date_naive();
    let mut all = Vec::new();
    if step.days.is_empty() {
        all.push(if same_day { "closed" } else { "night" }.to_owned());
    }
    let mut at = 0;
    while let Some((_, why)) = step.days.get(at) {
        let run = step.days[at..].iter().take_while(|(_, other)| other == why);
        let days: Vec<_> = run.map(|(day, _)| *day).collect();
        at += days.len();
        let word = match why {
            Closed::Weekday => "no hours",
            Closed::Holiday => "holiday",
            Closed::Yearly => "holiday of every year",
            Closed::Exception => "closed by exception",
            Closed::Skipped => "skipped by the zone",
        };
        let named = match (days.first(), days.last()) {
            (Some(first), Some(last)) if first != last => {
                format!("{} to {}", first.format("%a %-d"), last.format("%a %-d %b"))
            }
            (Some(day), _) => day.format("%a %-d %b").to_string(),
            _ => String::new(),
        };
        all.push(format!("{named}: {word}"));
    }
    all.extend(moved(step));
    all.join("; ")
}

/// The queues that it waited in, and how long.
fn queues(sla: &Sla, settings: &Settings, paint: &Paint) -> String {
    if sla.stays.len() < 2 && sla.bounces == 0 {
        return String::new();
    }
    let mut out = format!("\n{}", paint.role(Role::Title, "queues"));
    if sla.bounces > 0 {
        let back = format!("  came back {}", count(sla.bounces, "time"));
        out.push_str(&paint.role(Role::Warn, &back));
    }
    out.push('\n');
    let rows: Vec<Vec<PaintedText>> = sla
        .stays
        .iter()
        .map(|(stay, open)| {
            let tier = match settings.tier(&stay.queue) {
                0 => "-".to_owned(),
                tier => tier.to_string(),
            };
            let to = stay
                .to
                .map_or_else(|| "now".to_owned(), |to| stamp(to, settings.zone, paint));
            vec![
                (Role::Plain, stamp(stay.from, settings.zone, paint)),
                (Role::Plain, to),
                (Role::Plain, line(&stay.queue)),
                (Role::Muted, tier),
                (Role::Plain, exact(*open)),
            ]
        })
        .collect();
    let header = ["from", "to", "queue", "tier", "open time"];
    out.push_str(&table(&header, &rows, &[3, 4], 2, paint));
    out
}

/// The ticket with its clocks and the way of each.
pub fn json(sla: &Sla, context: DeskContext<'_>) -> Json {
    let mut item = summary(&TicketSummary::of(&sla.page.ticket, false), context);
    let clocks = sla.clocks.iter().map(|(reading, way)| {
        let mut one = crate::view::clocks::json(reading);
        one["steps"] = way.iter().map(step).collect();
        one
    });
    item["derived"]["clocks"] = clocks.collect();
    let stays = sla.stays.iter().map(|(stay, open)| {
        json!({
            "queue": stay.queue,
            "tier": context.settings.tier(&stay.queue),
            "from": stay.from.to_string(),
            "to": stay.to.map(|to| to.to_string()),
            "open_seconds": open.num_seconds(),
        })
    });
    item["derived"]["queues"] = stays.collect();
    item
}

fn step(part: &TraceStep) -> Json {
    match part {
        TraceStep::Target(whole) => json!({"step": "target", "left_seconds": whole.num_seconds()}),
        TraceStep::Time(step, left) => json!({
            "step": if step.open { "open" } else { "closed" },
            "from": step.from.to_string(),
            "to": step.to.to_string(),
            "days": step.days.iter().map(|(day, _)| day.to_string()).collect::<Vec<_>>(),
            "left_seconds": left.num_seconds(),
        }),
        TraceStep::Pause(pause, open) => json!({
            "step": "pause",
            "from": pause.from.to_string(),
            "to": pause.to.map(|to| to.to_string()),
            "why": why(&pause.why),
            "open_seconds": open.num_seconds(),
        }),
        TraceStep::Due(due) => json!({"step": "due", "at": due.to_string()}),
        TraceStep::Ended(end, left) => {
            json!({"step": "ended", "at": end.to_string(), "left_seconds": left.num_seconds()})
        }
        TraceStep::Stands(left) => json!({"step": "stands", "left_seconds": left.num_seconds()}),
        TraceStep::Never => json!({"step": "never"}),
    }
}
