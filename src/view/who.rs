//! People: one with the whole history, several as a list to choose from.

use serde_json::{Value as Json, json};

use crate::model::field::Key;
use crate::model::settings::Settings;
use crate::ops::ticket::merge_people::PeopleMerge;
use crate::ops::ticket::who::{Contact, History, Who};
use crate::page::query::Name;
use crate::rules::context::DeskContext;
use crate::rules::people::{Asset, Person};
use crate::view::json as page;
use crate::view::label::{fact, joined};
use crate::view::list::{ListColumn, rows};
use crate::view::paint::{Paint, PaintedText, Role};
use crate::view::sanitize::{line, text};
use crate::view::table::table;
use crate::view::words::{count, cut, wrap};

/// Widest line of running text, in columns.
const MEASURE: usize = 96;

/// So many done tickets are shown unless all are asked for.
const DONE: usize = 15;

/// Shows who was found.
pub fn who(who: &Who, all: bool, context: DeskContext<'_>, paint: &Paint) -> String {
    match &who.people[..] {
        [] => String::new(),
        [one] => card(one, all, context, paint),
        several => list(several, false, paint),
    }
}

/// Everybody, a line each.
pub fn everybody(who: &Who, paint: &Paint) -> String {
    match &who.people[..] {
        [] => String::new(),
        all => list(all, true, paint),
    }
}

/// What to say beside it, on standard error.
pub fn remarks(who: &Who) -> Vec<String> {
    match &who.people[..] {
        [] => vec!["no people".to_owned()],
        [_] if who.others > 0 => vec![format!(
            "{} too: give less of the name to see them",
            if who.others == 1 {
                "1 more fits".to_owned()
            } else {
                format!("{} more fit", who.others)
            }
        )],
        [_] => Vec::new(),
        several => {
            let known = several.iter().map(|one| {
                let person = &one.person;
                [&person.account, &person.email, &person.phone]
                    .into_iter()
                    .find(|text| !text.is_empty())
            });
            let example = known
                .flatten()
                .next()
                .map(|text| format!(", like `desk who {}`", shell(text)))
                .unwrap_or_default();
            vec![format!("{} people fit: say more{example}", several.len())]
        }
    }
}

/// Two people who are to become one, and the tickets that change.
pub fn merge(merge: &PeopleMerge, context: DeskContext<'_>, paint: &Paint) -> String {
    let known = |person: &Person| {
        let all = [
            &person.name,
            &person.organisation,
            &person.account,
            &person.email,
            &person.phone,
        ];
        joined(&all.map(String::as_str))
    };
    let width = paint.width_up_to(MEASURE);
    let mut out = String::new();
    for (label, person) in [("one person", &merge.into), ("also", &merge.other)] {
        fact(&mut out, label, &known(person), paint, width);
    }
    let count = count(merge.tickets.len(), "ticket");
    out.push_str(&format!(
        "\n{} {}\n",
        paint.role(Role::Title, "Changes"),
        paint.role(Role::Muted, &count)
    ));
    out.push_str(&rows(&merge.tickets, &columns(), context, paint));
    out.push('\n');
    out
}

/// A text as one word of a shell.
fn shell(text: &str) -> String {
    if text.contains(char::is_whitespace) {
        format!("\"{text}\"")
    } else {
        text.to_owned()
    }
}

fn card(one: &History, all: bool, context: DeskContext<'_>, paint: &Paint) -> String {
    let person = &one.person;
    let width = paint.width_up_to(MEASURE);
    let mut out = String::new();
    let name = joined(&[person.label(), &person.organisation]);
    for part in wrap(&name, width) {
        out.push_str(&paint.role(Role::Title, &part));
        out.push('\n');
    }
    let tickets = count(person.tickets.len(), "ticket");
    let open = match person.open {
        0 => "none open".to_owned(),
        open => format!("{open} open"),
    };
    let last = format!(
        "last {}, {}",
        paint.time(person.last),
        paint.since(person.last)
    );
    out.push_str(&paint.role(Role::Muted, &[tickets, open, last].join(" · ")));
    out.push_str("\n\n");
    let mut add = |label: &str, value: String| fact(&mut out, label, &value, paint, width);
    // Who has no name is called by what there is, and that is said already.
    let reach: Vec<&str> = [person.phone.as_str(), person.email.as_str()]
        .into_iter()
        .filter(|text| *text != person.label())
        .collect();
    add("contact", joined(&reach));
    if person.account != person.label() {
        add("account", line(&person.account));
    }
    add("place", line(&person.location));
    for (at, asset) in person.equipment.iter().enumerate() {
        add(if at == 0 { "equipment" } else { "" }, equipment(asset));
    }
    add("satisfied", satisfaction(one));
    if let Some(contacts) = &one.contacts {
        let missed = contacts.iter().filter(|one| !one.reached).count();
        let missed = match missed {
            0 => String::new(),
            missed => format!("{missed} reached nobody"),
        };
        add("contacts", joined(&[&contacts.len().to_string(), &missed]));
        if let Some(last) = contacts.first() {
            let (head, words) = contact(last, context.settings, paint);
            add("last", head);
            add("", cut(&words, 2 * width.saturating_sub(12)));
        }
    }
    let (open, done): (Vec<_>, Vec<_>) = one
        .tickets
        .iter()
        .cloned()
        .partition(|ticket| ticket.status().is_open());
    let columns = columns();
    for (name, role, tickets) in [("Open", Role::Warn, open), ("Done", Role::Good, done)] {
        if tickets.is_empty() {
            continue;
        }
        let most = if name == "Done" && !all {
            DONE
        } else {
            tickets.len()
        };
        let shown = &tickets[..tickets.len().min(most)];
        out.push_str(&format!(
            "\n{} {}\n",
            paint.role(role, name),
            paint.role(Role::Muted, &tickets.len().to_string())
        ));
        out.push_str(&rows(shown, &columns, context, paint));
        if shown.len() < tickets.len() {
            let more = format!("… and {} more: add --all", tickets.len() - shown.len());
            out.push_str(&format!("{}\n", paint.role(Role::Muted, &more)));
        }
    }
    out
}

fn columns() -> [ListColumn; 5] {
    [
        ListColumn::of("id", Key::Id),
        ListColumn::of("status", Key::Status),
        ListColumn::of("priority", Key::Priority),
        ListColumn {
            heading: "age".to_owned(),
            name: Name::Age,
            kept: false,
        },
        ListColumn::of("title", Key::Title),
    ]
}

/// `EX2300-24T, s/n JW0219, at floor 3, rack B`.
fn equipment(asset: &Asset) -> String {
    let put = |before: &str, text: &str| match text {
        "" => String::new(),
        text => format!("{before}{text}"),
    };
    joined(&[
        &asset.name,
        &asset.model,
        &put("s/n ", &asset.serial),
        &put("licence ", &asset.licence),
        &put("at ", &asset.location),
    ])
}

/// `4 yes, 1 no, rated 4.3 of 5 (3 ratings)`.
fn satisfaction(one: &History) -> String {
    let said = match (one.satisfied, one.dissatisfied) {
        (0, 0) => String::new(),
        (yes, no) => format!("{yes} yes, {no} no"),
    };
    let rated = match one.mean() {
        None => String::new(),
        Some(mean) => format!(
            "rated {mean:.1} of 5 ({})",
            count(one.ratings.len(), "rating")
        ),
    };
    joined(&[&said, &rated])
}

/// When and how, then the first line of what was said.
fn contact(one: &Contact, settings: &Settings, paint: &Paint) -> (String, String) {
    let entry = &one.entry;
    let way = if one.incoming { "incoming" } else { "outgoing" };
    let by = format!(
        "{} on {}",
        settings.agent_name(entry.by.as_str()),
        one.ticket
    );
    let head = joined(&[
        &paint.time(entry.at),
        way,
        entry.attribute("channel").unwrap_or_default(),
        entry.attribute("outcome").unwrap_or_default(),
        &by,
    ]);
    let said = text(&entry.text);
    (head, said.lines().next().unwrap_or_default().to_owned())
}

fn list(several: &[History], by_contact: bool, paint: &Paint) -> String {
    let wide = !paint.is_narrow();
    let has =
        |text: fn(&Person) -> &String| several.iter().any(|one| !text(&one.person).is_empty());
    let account = has(|person| &person.account);
    let organisation = wide && has(|person| &person.organisation);
    let mut header = vec!["requester"];
    header.extend(account.then_some("account"));
    header.extend(organisation.then_some("organisation"));
    let flexible = header.len();
    header.extend(["contact", "open", "all", "last"]);
    let row = |one: &History| {
        let person: &Person = &one.person;
        let open = if person.open > 0 {
            Role::Warn
        } else {
            Role::Muted
        };
        let mut row: Vec<PaintedText> = vec![(Role::Title, cut(&line(person.label()), 32))];
        row.extend(account.then(|| (Role::Plain, cut(&line(&person.account), 16))));
        row.extend(organisation.then(|| (Role::Plain, cut(&line(&person.organisation), 24))));
        row.extend([
            (Role::Muted, joined(&[&person.phone, &person.email])),
            (open, person.open.to_string()),
            (Role::Plain, person.tickets.len().to_string()),
            (
                Role::Muted,
                paint.ago(if by_contact { one.latest } else { person.last }),
            ),
        ]);
        row
    };
    let rows: Vec<Vec<PaintedText>> = several.iter().map(row).collect();
    let right = [flexible + 1, flexible + 2, flexible + 3];
    table(&header, &rows, &right, flexible, paint)
}

/// A person as JSON.
pub fn json(one: &History, context: DeskContext<'_>) -> Json {
    let person = &one.person;
    let filled = |pairs: &[(Key, &str)]| -> Json {
        let pairs = pairs.iter().filter(|(_, text)| !text.is_empty());
        Json::Object(
            pairs
                .map(|(key, text)| (key.name().to_owned(), json!(text)))
                .collect(),
        )
    };
    let assets: Vec<Json> = person
        .equipment
        .iter()
        .map(|asset| filled(&asset.values()))
        .collect();
    let tickets: Vec<Json> = one
        .tickets
        .iter()
        .map(|ticket| page::summary(ticket, context))
        .collect();
    let contact = |one: &Contact| {
        let mut entry = page::entry(&one.entry);
        if let Json::Object(entry) = &mut entry {
            entry.insert("ticket".to_owned(), json!(one.ticket.as_str()));
            entry.insert("incoming".to_owned(), json!(one.incoming));
        }
        entry
    };
    let contacts = one.contacts.as_ref();
    json!({
        "requester": filled(&person.contact()),
        "assets": assets,
        "tickets": tickets,
        "derived": {
            "open": person.open,
            "tickets": person.tickets.len(),
            "first": person.first.to_string(),
            "last": person.last.to_string(),
            "latest": one.latest.to_string(),
            "satisfied": one.satisfied,
            "dissatisfied": one.dissatisfied,
            "ratings": one.ratings.len(),
            "rating": one.mean(),
            "contacts": contacts.map(Vec::len),
            "last_contact": contacts.and_then(|all| all.first()).map(contact),
        },
    })
}
