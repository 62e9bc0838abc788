//! Providers: how to reach one, and when.

use serde_json::{Value as Json, json};

use crate::model::catalog::Provider;
use crate::model::settings::Settings;
use crate::rules::provider::{self, ServiceHours};
use crate::view::label::joined;
use crate::view::paint::Paint;

/// When a provider can be reached: `open until 17:00`, `opens Monday 08:00`.
fn hours(provider: &Provider, settings: &Settings, paint: &Paint) -> String {
    let (day, clock, far) = ("%Y-%m-%d", "%H:%M", "%A %H:%M");
    let shown = |at: crate::model::moment::Moment| {
        let (at, now) = (at.in_zone(&paint.zone), paint.now.in_zone(&paint.zone));
        let days = (at.date_naive() - now.date_naive()).num_days();
        match days {
            0 => at.format(clock).to_string(),
            1..7 => at.format(far).to_string(),
            _ => at.format(&format!("{day} {clock}")).to_string(),
        }
    };
    match provider::hours(provider, settings, paint.now) {
        None => String::new(),
        Some(ServiceHours::Open(Some(until))) => format!("open until {}", shown(until)),
        Some(ServiceHours::Open(None)) => "always open".to_owned(),
        Some(ServiceHours::Opens(at)) => format!("opens {}", shown(at)),
        Some(ServiceHours::Closed) => "closed".to_owned(),
    }
}

/// How to reach a provider, when, and by which contract, safe to show.
pub fn reach(one: &Provider, settings: &Settings, paint: &Paint) -> String {
    let behind = |word: &str, text: &str| match text {
        "" => String::new(),
        text => format!("{word} {text}"),
    };
    let over = match one.until {
        Some(last) if provider::is_over(one, settings, paint.now) => {
            format!("contract ended {last}")
        }
        _ => String::new(),
    };
    joined(&[
        &one.phone,
        &one.email,
        &one.url,
        &hours(one, settings, paint),
        &behind("contract", &one.contract),
        &behind("customer", &one.customer_number),
        &over,
    ])
}

/// A provider and how to reach it, in one line.
pub fn sentence(one: &Provider, settings: &Settings, paint: &Paint) -> String {
    let reach = reach(one, settings, paint);
    let name = joined(&[&one.name]);
    if reach.is_empty() {
        name
    } else {
        format!("{name}: {reach}")
    }
}

/// A provider as JSON: the keys of `catalog.toml`, what follows from them under `derived`.
pub fn json(one: &Provider, settings: &Settings, now: crate::model::moment::Moment) -> Json {
    let hours = provider::hours(one, settings, now);
    let (open, changes) = match hours {
        Some(ServiceHours::Open(until)) => (Some(true), until),
        Some(ServiceHours::Opens(at)) => (Some(false), Some(at)),
        Some(ServiceHours::Closed) => (Some(false), None),
        None => (None, None),
    };
    json!({
        "name": one.name,
        "phone": one.phone,
        "email": one.email,
        "url": one.url,
        "calendar": one.calendar,
        "contract": one.contract,
        "customer_number": one.customer_number,
        "until": one.until.map(|day| day.to_string()),
        "derived": {
            "open": open,
            "open_until": changes.filter(|_| open == Some(true)).map(|at| at.to_string()),
            "opens": changes.filter(|_| open == Some(false)).map(|at| at.to_string()),
            "over": provider::is_over(one, settings, now),
        },
    })
}
