//! Random sequences of commands, given to the program and to a model in memory: after each
//! of them every ticket is what the model says, entry by entry, and lists find what is open.
//!
//! `DESK_MODEL` asks for so many sequences, `DESK_SEED` for others. A sequence that fails is made shorter
//! as long as it still fails.

mod commands;
mod desk;
mod orders;
mod past;
mod program;
mod tickets;
mod verbs;

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::{Value as Json, json};

use commands::{Command, commands};
use desk::Model;
use program::Program;
use tickets::{Ticket, Values, moment, read};

/// So many sequences in CI.
const RUNS: u64 = 40;

/// Commands of a sequence.
const LENGTH: usize = 24;

/// One sequence in so many is on a desk that makes a commit for each command.
const COMMITS: u64 = 7;

/// When sequences begin, in turn, and by how many years the clock goes on after the first two commands:
/// this year, the next, the day before clocks of 32 bits end, and the last in which ids can be made.
const BEGINS: [(&str, i64); 4] = [
    ("2026-11-23T09:00:00Z", 0),
    ("2027-12-30T09:00:00Z", 0),
    ("2038-01-18T20:00:00Z", 0),
    ("2069-12-30T09:00:00Z", 30),
];

const YEAR: i64 = 365 * 24 * 60;

/// What front matter says, with the keys of a table's as one.
fn front(shown: &Json) -> Values {
    let mut values = Values::new();
    for (name, value) in shown.as_object().unwrap() {
        match value {
            _ if ["id", "derived", "description", "entries"].contains(&name.as_str()) => {}
            Json::Object(table) => {
                let own = table
                    .iter()
                    .map(|(key, value)| (format!("{name}.{key}"), value.clone()));
                values.extend(own);
            }
            value => drop(values.insert(name.clone(), value.clone())),
        }
    }
    values
}

/// A value in which the order of a list does not count.
fn unordered(value: &Json) -> Json {
    let Some(all) = value.as_array() else {
        return value.clone();
    };
    let all: BTreeSet<&str> = all.iter().filter_map(Json::as_str).collect();
    json!(all)
}

/// A change as `show` tells it.
fn change(field: &str, (old, new): &(Json, Json)) -> Json {
    let text = |value: &Json| match value {
        Json::Bool(_) | Json::Number(_) => json!(value.to_string()),
        other => unordered(other),
    };
    if old.is_array() {
        json!({"field": field, "added": text(old), "removed": text(new)})
    } else {
        json!({"field": field, "old": text(old), "new": text(new)})
    }
}

/// The entries as the model has them.
fn expected(ticket: &Ticket) -> Vec<Json> {
    let undone = ticket.undone();
    let one = |(at, entry): (usize, &tickets::Entry)| {
        let changes: Vec<Json> = entry
            .changes
            .iter()
            .map(|(field, how)| change(field, how))
            .collect();
        json!({
            "at": moment(entry.at), "by": entry.by, "kind": entry.kind, "text": entry.text,
            "undone": undone.contains(&at), "changes": changes,
        })
    };
    ticket.log.iter().enumerate().map(one).collect()
}

/// The entries as `show` tells them, without what the model does not know.
fn told(shown: &Json) -> Vec<Json> {
    let one = |entry: &Json| {
        let mut changes: Vec<Json> = entry["changes"].as_array().unwrap().clone();
        if entry["kind"] == "created" {
            changes.clear();
        }
        changes.sort_by_key(|change| change["field"].as_str().unwrap().to_owned());
        for part in changes.iter_mut().filter_map(Json::as_object_mut).flatten() {
            *part.1 = unordered(part.1);
        }
        json!({
            "at": entry["at"], "by": entry["by"], "kind": entry["kind"], "text": entry["text"],
            "undone": !entry["undone"].is_null(), "changes": changes,
        })
    };
    shown["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(one)
        .collect()
}

/// How a ticket differs from the model's; the model learns what only the program can know of a new one.
fn compare(ticket: &mut Ticket, shown: &Json) -> Result<(), String> {
    let actual = front(shown);
    if !ticket.whole {
        for (field, value) in &ticket.first {
            if actual.get(field) != Some(value) {
                return Err(format!("{field} is {:?}, not {value}", actual.get(field)));
            }
        }
        ticket.first.clone_from(&actual);
        ticket.whole = true;
    }
    let same = |of: &Values| -> Vec<(String, Json)> {
        of.iter()
            .map(|(field, value)| (field.clone(), unordered(value)))
            .collect()
    };
    let (wanted, found) = (same(&ticket.values()), same(&actual));
    if wanted != found {
        return Err(format!("the fields are\n{found:?}\nnot\n{wanted:?}"));
    }
    let (wanted, found) = (expected(ticket), told(shown));
    if let Some((wanted, found)) = wanted.iter().zip(&found).find(|(a, b)| a != b) {
        return Err(format!("an entry is\n{found}\nnot\n{wanted}"));
    }
    if wanted.len() != found.len() {
        return Err(format!(
            "there are {} entries, not {}",
            found.len(),
            wanted.len()
        ));
    }
    let derived = &shown["derived"];
    if derived["open"] != ticket.is_open() || derived["conflict"] != false {
        return Err(format!("derived is {derived}"));
    }
    Ok(())
}

/// What a sequence is played in.
#[derive(Clone, Copy, Debug)]
struct House {
    /// Whether each command makes a commit.
    commits: bool,
    begin: (&'static str, i64),
}

/// Plays a sequence; how many commands were done, or what went wrong.
fn play(all: &[Command], house: House) -> Result<usize, String> {
    let House {
        commits,
        begin: (begin, years),
    } = house;
    let mut program = Program::new(commits);
    let mut model = Model::at(read(begin));
    let mut done = 0;
    for (at, command) in all.iter().enumerate() {
        let leap = if at == 2 { years * YEAR } else { 0 };
        model.now += (command.after + leap) * 60_000;
        let wrong = |what: String| format!("command {at}, {command:?}: {what}");
        let wanted = model.run(command);
        let came = program.run(command, &model).map_err(wrong)?;
        match (wanted, came) {
            (Ok(next), Ok(())) => {
                model = next;
                done += 1;
            }
            (Err(_), Err(_)) => {}
            (Ok(_), Err(why)) => return Err(wrong(format!("refused: {why}"))),
            (Err(why), Ok(())) => return Err(wrong(format!("not refused, though {why}"))),
        }
        if program.ids.len() != model.tickets.len() {
            return Err(wrong(format!("there are {} tickets", program.ids.len())));
        }
        for (number, ticket) in model.tickets.iter_mut().enumerate() {
            let shown = program.shown(number, model.now);
            compare(ticket, &shown).map_err(|what| wrong(format!("T{number}: {what}")))?;
        }
        let tickets = model.tickets.iter().enumerate();
        let open: Vec<usize> = tickets
            .filter(|(_, one)| one.is_open())
            .map(|(at, _)| at)
            .collect();
        if program.open() != open {
            return Err(wrong(format!(
                "open are {:?}, not {open:?}",
                program.open()
            )));
        }
    }
    let unsound = program.unsound(commits, model.now);
    if unsound.is_empty() {
        Ok(done)
    } else {
        Err(unsound.join("\n"))
    }
}

fn tried(all: &[Command], house: House) -> Result<usize, String> {
    let came = catch_unwind(AssertUnwindSafe(|| play(all, house)));
    came.unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        Err(format!("panicked: {}", text.unwrap_or_default()))
    })
}

/// The shortest sequence to be had by leaving out commands one by one that still fails.
fn shortened(mut all: Vec<Command>, house: House) -> Vec<Command> {
    let mut at = all.len();
    while at > 0 {
        at -= 1;
        let mut fewer = all.clone();
        // The clock goes on without it.
        let gone = fewer.remove(at);
        if let Some(next) = fewer.get_mut(at) {
            next.after += gone.after;
        }
        if tried(&fewer, house).is_err() {
            all = fewer;
        }
    }
    all
}

#[test]
fn commands_do_what_the_model_says() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse().unwrap());
    let runs: u64 = number("DESK_MODEL").unwrap_or(RUNS);
    let first: u64 = number("DESK_SEED").unwrap_or(1);
    let mut done = 0;
    for seed in first..first + runs {
        let house = House {
            commits: seed % COMMITS == 0,
            begin: BEGINS[usize::try_from(seed % 4).unwrap()],
        };
        let all = commands(seed, LENGTH);
        match tried(&all, house) {
            Ok(count) => done += count,
            Err(why) => {
                let all = shortened(all, house);
                let again = tried(&all, house).err().unwrap_or(why);
                let lines: Vec<String> = all.iter().map(|one| format!("{one:?}\n")).collect();
                panic!("seed {seed}, {house:?}:\n{}{again}", lines.concat());
            }
        }
    }
    let given = runs * u64::try_from(LENGTH).unwrap();
    println!("model: {runs} sequences, {given} commands, {done} done, the others refused by both");
}
