//! What parsers, folds and renderers cost as their input grows: twice the input at most about twice
//! the time, whatever it is made of. A file that somebody pushed must not stop everybody's commands.
//!
//! `just growth` measures every pair of subject and shape, and whole commands. Without it, a pair of
//! those that cost little is measured only where a quick look finds that four times the input cost
//! more than they should.

mod callgrind;
mod commands;
mod outputs;
mod shapes;
mod subjects;

use std::time::Duration;

use nix::sys::resource::{UsageWho, getrusage};

/// The least that the smaller of two inputs must cost to be compared.
const LEAST: Duration = Duration::from_millis(20);

/// So many times the cost twice the input may have.
const MOST: f64 = 3.0;

/// The largest input that is tried, in bytes: the most that a page may have.
const LARGEST: usize = 4 << 20;

/// The largest input of the quick look.
const GLANCE: usize = 64 << 10;

/// Whether every pair is measured.
fn thorough() -> bool {
    std::env::var_os("DESK_GROWTH").is_some()
}

/// The user CPU time of this thread.
pub(crate) fn cpu() -> Duration {
    let usage = getrusage(UsageWho::RUSAGE_THREAD).unwrap();
    let time = usage.user_time();
    Duration::new(
        u64::try_from(time.tv_sec()).unwrap(),
        u32::try_from(time.tv_usec()).unwrap() * 1_000,
    )
}

/// What a run costs.
fn cost(run: &dyn Fn(&str), input: &str) -> Duration {
    let before = cpu();
    run(input);
    cpu().saturating_sub(before)
}

fn best_of(times: usize, run: &dyn Fn(&str), input: &str) -> Duration {
    let all = (0..times).map(|_| cost(run, input));
    all.min().unwrap()
}

/// Measures a pair: how many times the cost twice the input has, once the cost can be compared at
/// all; of two measurements the better.
fn measured(run: &dyn Fn(&str), shape: &shapes::Shape) -> Option<f64> {
    let mut size = 4 << 10;
    while cost(run, &shape.of(size)) < LEAST {
        size *= 2;
        if size > LARGEST {
            return None;
        }
    }
    let ratio = || {
        let small = best_of(5, run, &shape.of(size));
        let large = best_of(5, run, &shape.of(2 * size));
        large.as_secs_f64() / small.as_secs_f64()
    };
    let first = ratio();
    Some(if first > MOST {
        first.min(ratio())
    } else {
        first
    })
}

/// Whether four times the input cost no more than they may, at a glance.
fn is_calm(run: &dyn Fn(&str), shape: &shapes::Shape) -> bool {
    let mut size = 2 << 10;
    while size <= GLANCE {
        let small = cost(run, &shape.of(size));
        if small >= Duration::from_micros(400) {
            let large = cost(run, &shape.of(4 * size));
            return large.as_secs_f64() <= 7.0 * small.as_secs_f64();
        }
        size *= 2;
    }
    true
}

#[test]
fn twice_the_input_costs_about_twice() {
    let only = std::env::var("DESK_GROWTH").unwrap_or_default();
    let mut wrong = Vec::new();
    let (mut pairs, mut compared) = (0, 0);
    let begun = cpu();
    for subject in subjects::all() {
        let wanted = if thorough() {
            only.len() <= 1 || subject.name.contains(&only)
        } else {
            subjects::QUICK.contains(&subject.name)
        };
        if !wanted {
            continue;
        }
        for shape in subject.shapes() {
            pairs += 1;
            if !thorough() && is_calm(&*subject.run, &shape) {
                continue;
            }
            compared += 1;
            let Some(ratio) = measured(&*subject.run, &shape) else {
                continue;
            };
            if ratio > MOST {
                let reported = format!("{} of {}: {ratio:.1} times", subject.name, shape.name());
                eprintln!("{reported}");
                wrong.push(reported);
            } else if thorough() {
                eprintln!("{} of {}: {ratio:.2}", subject.name, shape.name());
            }
        }
    }
    eprintln!(
        "growth: {pairs} pairs, {compared} measured to the end, {:.1} s",
        cpu().saturating_sub(begun).as_secs_f64()
    );
    assert!(
        wrong.is_empty(),
        "twice the input costs more:\n{}",
        wrong.join("\n")
    );
}
