//! Clocks in short: where each stands, on a line.

use chrono::TimeDelta;
use serde_json::{Value as Json, json};

use crate::model::clocks::Goal;
use crate::model::status::Waiting;
use crate::ops::ticket::sla::ClockReading;
use crate::rules::sla::clocks::{Clock, ClockState, End, PauseReason, Pressure};
use crate::rules::text::time_input::exact;
use crate::view::label::LABEL;
use crate::view::list::pressing;
use crate::view::paint::{Paint, Role};
use crate::view::words::{count, wrap};

/// The width of the names of clocks.
pub const TITLE: usize = 16;

/// Why a clock stands, for people.
pub fn why(why: &PauseReason) -> String {
    match why {
        PauseReason::Waits(Waiting::Customer) => "waits for the customer".to_owned(),
        PauseReason::Waits(Waiting::Vendor) => "waits for a vendor".to_owned(),
        PauseReason::Waits(Waiting::Schedule) => "waits for a date".to_owned(),
        PauseReason::Waits(Waiting::Unknown(_)) => "waits".to_owned(),
        PauseReason::Resolved => "resolved, and reopened later".to_owned(),
        PauseReason::Cancelled => "cancelled, and taken up later".to_owned(),
    }
}

/// Open time to the minute. Never in days: those of a calendar are shorter than others.
fn minutes(left: TimeDelta) -> String {
    let whole = TimeDelta::minutes(left.num_minutes());
    exact(if whole.is_zero() { left } else { whole })
}

/// How a clock ended.
pub fn about(clock: &Clock) -> &'static str {
    match clock.end {
        Some((_, End::Done)) => "done",
        Some((_, End::Dropped)) => "no longer asked for",
        None => "",
    }
}

/// Where a clock stands, and the role of that.
pub fn short(reading: &ClockReading, paint: &Paint) -> (Role, String) {
    let clock = &reading.clock;
    let left = reading.left.map(minutes).unwrap_or_default();
    let due = clock.due.map(|due| paint.time(due)).unwrap_or_default();
    let ended = clock
        .end
        .map(|(end, _)| paint.time(end))
        .unwrap_or_default();
    match clock.state() {
        ClockState::Running if clock.due.is_none() => (
            Role::Warn,
            "its calendar does not open for so long".to_owned(),
        ),
        ClockState::Running if clock.start > paint.now => {
            let text = format!("begins in {}, due {due}", paint.ago(clock.start));
            (Role::Plain, text)
        }
        ClockState::Running => {
            let risk = if reading.pressure == Pressure::AtRisk {
                ", at risk"
            } else {
                ""
            };
            let text = format!("due {due}, {left} of open time left{risk}");
            (pressing(reading.pressure), text)
        }
        ClockState::Paused => {
            let waits = clock.pauses.last().map(|pause| why(&pause.why));
            let waits = waits.unwrap_or_default();
            (
                Role::Wait,
                format!("stands with {left} of open time left: {waits}"),
            )
        }
        ClockState::Met => (
            Role::Good,
            format!("met {ended}, with {left} of open time left"),
        ),
        ClockState::Overdue if clock.stands() => {
            (Role::Warn, format!("overdue since {due}, and stands"))
        }
        ClockState::Overdue => (
            Role::Alarm,
            format!("overdue since {due}, by {left} of open time"),
        ),
        ClockState::Missed => {
            let late = format!("missed {due}, {} {ended}", about(clock));
            (Role::Warn, format!("{late}, {left} late"))
        }
        ClockState::Dropped => (Role::Muted, format!("no longer asked for since {ended}")),
    }
}

/// The clocks that matter now, a name and a line each: those that have not ended, and what was
/// missed.
pub fn brief(clocks: &[ClockReading], paint: &Paint) -> Vec<(&'static str, Role, String)> {
    let mut all: Vec<(&str, Role, String)> = Vec::new();
    let mut open: Vec<&ClockReading> = clocks.iter().filter(|one| one.clock.is_open()).collect();
    open.sort_by_key(|one| (one.clock.due.is_none(), one.clock.due));
    for one in open {
        let (role, text) = short(one, paint);
        all.push((one.clock.kind.title(), role, text));
    }
    let mut missed = clocks
        .iter()
        .filter(|one| one.clock.state() == ClockState::Missed)
        .peekable();
    while let Some(one) = missed.next() {
        let mut last = one;
        let mut times = 1;
        while let Some(next) = missed.next_if(|next| next.clock.kind == one.clock.kind) {
            last = next;
            times += 1;
        }
        let (role, mut text) = short(last, paint);
        if times > 1 {
            text = format!(
                "missed {}, last: {}",
                count(times, "time"),
                text.trim_start_matches("missed ")
            );
        }
        all.push((one.clock.kind.title(), role, text));
    }
    all
}

/// Where the clocks stand, a line each.
pub fn lines(out: &mut String, clocks: &[ClockReading], paint: &Paint, width: usize) {
    for (at, (name, role, text)) in brief(clocks, paint).into_iter().enumerate() {
        let label = if at == 0 { "clocks" } else { "" };
        let label = paint.role(Role::Muted, &format!("{label:<LABEL$}"));
        let parts = wrap(&text, width.saturating_sub(LABEL + TITLE).max(20));
        for (at, part) in parts.iter().enumerate() {
            let part = paint.role(role, part);
            out.push_str(&if at == 0 {
                format!("{label}{name:<TITLE$}{part}\n")
            } else {
                format!("{:LABEL$}{:TITLE$}{part}\n", "", "")
            });
        }
    }
}

/// A clock for scripts.
pub fn json(reading: &ClockReading) -> Json {
    let clock = &reading.clock;
    let state = match clock.state() {
        ClockState::Running => "running",
        ClockState::Paused => "paused",
        ClockState::Met => "met",
        ClockState::Overdue => "overdue",
        ClockState::Missed => "missed",
        ClockState::Dropped => "dropped",
    };
    json!({
        "clock": clock.kind.as_str(),
        "state": state,
        "target": match &clock.goal {
            Goal::Within(target) => target.within.to_string(),
            Goal::At(at) => at.to_string(),
            Goal::On(day) => day.date.to_string(),
        },
        "calendar": clock.goal.calendar(),
        "start": clock.start.to_string(),
        "due": clock.due.map(|due| due.to_string()),
        "end": clock.end.map(|(end, _)| end.to_string()),
        "breached": clock.breached.map(|at| at.to_string()),
        "left_seconds": reading.left.map(|left| left.num_seconds()),
        "at_risk": reading.pressure == Pressure::AtRisk,
    })
}
