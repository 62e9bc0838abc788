//! How well questions find their texts, in collections that nobody here wrote, beside the best
//! figures of our field notes (`../shared/field/search.md`, 2.5, 2.6 and 2.6b).
//!
//! It measures no time, so it is not among what `cargo bench` runs: `just relevance`. What is not
//! on this machine is named and left out.

#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a bench prints")]

#[path = "../tests/data/relevance/bm25.rs"]
mod bm25;
#[path = "../tests/data/relevance/marks.rs"]
mod marks;
#[path = "../tests/data/relevance/sets.rs"]
mod sets;
#[path = "../tests/data/relevance/similar.rs"]
mod similar;
#[path = "../tests/data/relevance/whole.rs"]
mod whole;
#[path = "../tests/data/relevance/written.rs"]
mod written;

use marks::Marks;
use sets::Set;
use whole::{Paste, Tickets};

/// What the notes found best, whichever way of theirs it was; nothing where they do not say.
#[derive(Clone, Copy, Default)]
struct Notes {
    mrr: f64,
    first: Option<f64>,
    shown: Option<f64>,
    map: Option<f64>,
}

type Load = fn() -> Result<Set, String>;

fn mrr(mrr: f64) -> Notes {
    Notes {
        mrr,
        ..Notes::default()
    }
}

fn main() {
    // `cargo test` runs benches for a smoke test.
    if !std::env::args().any(|arg| arg == "--bench") {
        println!("bench: only with `cargo bench`");
        return;
    }
    let pairs = Notes {
        map: Some(78.2),
        ..mrr(84.0)
    };
    let threads = Notes {
        first: Some(79.1),
        shown: Some(98.5),
        ..mrr(86.2)
    };
    let all: [(Load, Notes); 10] = [
        (sets::faq_pairs, pairs),
        (sets::faq_threads, threads),
        (|| sets::xquad("en"), mrr(96.3)),
        (|| sets::xquad("de"), mrr(95.8)),
        (|| sets::xquad("vi"), mrr(95.8)),
        (|| sets::xquad("hi"), mrr(95.4)),
        (|| sets::gnome("en"), mrr(79.1)),
        (|| sets::gnome("de"), mrr(75.0)),
        (|| sets::gnome("pl"), mrr(78.0)),
        (|| sets::gnome("vi"), mrr(63.0)),
    ];
    let only = std::env::var("DESK_RELEVANCE").unwrap_or_default();
    let mut sets = Vec::new();
    for (load, notes) in all {
        match load() {
            Ok(set) if !set.name.contains(&only) => {}
            Ok(set) => sets.push((set, notes)),
            Err(why) => println!("SKIPPED: {why}"),
        }
    }
    println!("beside each figure the best of the notes; `<` where it is not reached");
    for (reported, head) in [
        (true, "language in front matter"),
        (false, "language not told"),
    ] {
        println!("\n{head}");
        print!("  {:<16}{:>5}", "set", "asked");
        for measure in ["MRR@10", "hit@1", "hit@10", "MAP"] {
            print!("{measure:>7}{:>7}", "notes");
        }
        println!();
        for (set, notes) in &sets {
            let marks = Marks::of(set, reported, 1).unwrap();
            let figures = [
                beside(marks.mrr, Some(notes.mrr)),
                beside(marks.first, notes.first),
                beside(marks.shown, notes.shown),
                beside(marks.map, notes.map),
            ];
            let line = format!("  {:<16}{:>5}{}", set.name, marks.asked, figures.concat());
            println!("{}", line.trim_end());
        }
    }
    whole(&sets);
}

/// What the commands give as a whole, beside BM25.
fn whole(sets: &[(Set, Notes)]) {
    println!("\nas typed, with reading, ranking and cut-off");
    for (set, _) in sets {
        println!("  {:<16}{}", set.name, whole::typed(set, 1, 0));
        if set.language == "vi" {
            println!("  over 12 words   {}", whole::typed(set, 1, 12));
        }
    }
    if !std::env::var("DESK_RELEVANCE")
        .unwrap_or_default()
        .is_empty()
    {
        return;
    }
    match Tickets::read() {
        Ok(tickets) => {
            println!("\nsimilar tickets");
            for (name, half) in [("all", None), ("even", Some(true)), ("odd", Some(false))] {
                println!("  suggest {name:<8}{}", tickets.suggested(1, half));
                let (pasted, _) = tickets.pasted(1, half, Paste::Plain);
                println!("  pasted {name:<9}{pasted}");
            }
            for how in Paste::ALL {
                let (pasted, empty) = tickets.pasted(1, None, how);
                println!(
                    "  pasted {:<9}{pasted}, {empty} found nothing",
                    format!("{how:?}")
                );
            }
            let strangers = tickets.strangers();
            println!("  offered for {strangers} of 40 that nothing answers");
        }
        Err(why) => println!("SKIPPED: {why}"),
    }
    let (sums, offered, strange) = whole::callers();
    println!("\ncallers over the shipped articles, (English, even hash)");
    for (part, sum) in sums {
        println!("  {part:?} {sum:?}");
    }
    println!("  offered for {offered} of {strange} that nothing answers");
}

/// A figure and what the notes have, which they round to tenths.
fn beside(figure: f64, notes: Option<f64>) -> String {
    let Some(notes) = notes else {
        return format!("{figure:>7.1}{:>7}", "");
    };
    let below = (figure * 10.0).round() < (notes * 10.0).round();
    let sign = if below { " < " } else { "   " };
    format!("{figure:>7.1}{sign}{notes:>4.1}")
}
