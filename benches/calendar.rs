//! What arithmetic on a calendar costs, and how that grows with the stretch.
//!
//! The peer is the plain way: every day's windows looked at one by one.

#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a bench prints")]

use std::hint::black_box;
use std::time::Instant;

use chrono::{NaiveDate, TimeDelta};
use plaindesk::model::calendar::Calendar;
use plaindesk::model::moment::Moment;
use plaindesk::rules::sla::calendar;

fn main() {
    // `cargo test` runs benches for a smoke test; the figures need `cargo bench`.
    if !std::env::args().any(|arg| arg == "--bench") {
        println!("bench: only with `cargo bench`");
        return;
    }
    let mut office = Calendar::always("Europe/Warsaw".parse().unwrap());
    for day in &mut office.week[..5] {
        *day = vec![(480, 720), (780, 1020)];
    }
    office.week[5].clear();
    office.week[6].clear();
    let from: Moment = "2016-02-11T10:00:00Z".parse().unwrap();
    for year in 2016..2027 {
        for (month, day) in [(4, 17), (6, 8)] {
            office
                .holidays
                .insert(NaiveDate::from_ymd_opt(year, month, day).unwrap());
        }
    }
    for day in [
        (1, 1),
        (5, 1),
        (5, 3),
        (8, 15),
        (11, 1),
        (11, 11),
        (12, 25),
        (12, 26),
    ] {
        office.yearly.insert(day);
    }
    println!("two windows a day, ten holidays a year; one call, microseconds");
    println!("  stretch     between       add       sub   day by day   between is");
    for (name, days) in [
        ("4 hours", 0),
        ("1 month", 30),
        ("1 year", 365),
        ("10 years", 3652),
        ("100 years", 36524),
    ] {
        let to = Moment::new(&(from.utc() + TimeDelta::days(days) + TimeDelta::hours(4)));
        let open = calendar::between(&office, from, to);
        let between = time(|| calendar::between(&office, from, to));
        let add = time(|| calendar::add_open(&office, from, open));
        let sub = time(|| calendar::sub(&office, to, open));
        let plain = time(|| {
            let steps = calendar::steps(&office, from, to);
            steps
                .iter()
                .filter(|step| step.open)
                .map(|step| step.to.since(step.from))
                .sum::<TimeDelta>()
        });
        println!(
            "  {name:<10}{between:>9.2}{add:>10.2}{sub:>10.2}{plain:>13.2}{:>11.0} x faster",
            plain / between
        );
    }
}

/// The best of several rounds, in microseconds.
fn time<T>(mut call: impl FnMut() -> T) -> f64 {
    let mut best = f64::INFINITY;
    for _ in 0..15 {
        let rounds = 20;
        let begin = Instant::now();
        for _ in 0..rounds {
            black_box(call());
        }
        best = best.min(begin.elapsed().as_secs_f64() / f64::from(rounds));
    }
    best * 1e6
}
