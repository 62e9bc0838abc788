//! One ticket on the screen: who, what, where, then the log.

use unicode_width::UnicodeWidthStr;

use crate::model::catalog::Provider;
use crate::model::entry_kind::EntryKind;
use crate::model::field::{Field, Key, Value};
use crate::model::said::Said;
use crate::model::settings::Settings;
use crate::model::size::Size;
use crate::model::ticket::Ticket;
use crate::model::work_time::NotedTime;
use crate::ops::ticket::attach::ListedAttachment;
use crate::ops::ticket::show::TicketView;
use crate::rules::lifecycle::attachments;
use crate::rules::lifecycle::replay;
use crate::rules::lifecycle::work_order;
use crate::rules::mail::record::FORWARDED;
use crate::view::clocks;
use crate::view::entry_lines;
use crate::view::label::{LABEL, fact, joined, title};
use crate::view::list::{status_role, urgency};
use crate::view::paint::{Paint, Role};
use crate::view::provider;
use crate::view::said;
use crate::view::sanitize::{line, text};
use crate::view::words::{count, cut, minutes, wrap};

/// Widest line of running text, in columns.
const MEASURE: usize = 96;

/// What says when the record was made.
const CREATED: &str = "created";

/// Shows a ticket whole.
pub fn card(shown: &TicketView, settings: &Settings, paint: &Paint) -> String {
    let ticket = &shown.page.ticket;
    let mut out = String::new();
    let width = paint.width_up_to(MEASURE);
    head(&mut out, shown, settings, paint, width);
    out.push('\n');
    facts(&mut out, ticket, shown, settings, paint, width);
    attachments(&mut out, shown, paint, width);
    clocks::lines(&mut out, &shown.clocks, paint, width);
    if !ticket.description.is_empty() {
        out.push('\n');
        for one in wrap(&text(&ticket.description), width) {
            out.push_str(one.trim_end());
            out.push('\n');
        }
    }
    entry_lines::log(&mut out, &ticket.log, settings, paint, width);
    foot(&mut out, shown, settings, paint);
    out
}

/// The first lines of a ticket: what and how pressing it is, and its title.
pub fn head(
    out: &mut String,
    shown: &TicketView,
    settings: &Settings,
    paint: &Paint,
    width: usize,
) {
    let ticket = &shown.page.ticket;
    let priority = ticket.text(Key::Priority);
    let parts = [
        paint.role(Role::Id, ticket.id.as_str()),
        paint.role(status_role(&ticket.status()), &standing(ticket, paint)),
        paint.role(
            urgency(settings.rank(priority)),
            &line(settings.priority_title(priority)),
        ),
        paint.role(Role::Muted, &line(ticket.kind().as_str())),
    ];
    out.push_str(&parts.join(&paint.role(Role::Muted, "  ·  ")));
    out.push('\n');
    title(out, ticket.title(), paint, width);
}

/// The status, and what it waits for until when.
pub(in crate::view) fn standing(ticket: &Ticket, paint: &Paint) -> String {
    let waits = ticket
        .waiting_on()
        .map(|waits| format!(" on {waits}"))
        .unwrap_or_default();
    let until = ticket
        .moment(Key::Until)
        .map(|until| format!(" until {}", paint.time(until)))
        .unwrap_or_default();
    line(&format!("{}{waits}{until}", ticket.status()))
}

/// What is known of a ticket, a line each.
pub fn facts(
    out: &mut String,
    ticket: &Ticket,
    shown: &TicketView,
    settings: &Settings,
    paint: &Paint,
    width: usize,
) {
    for (label, mut value) in known(ticket, shown, settings, paint, width) {
        if label == CREATED
            && let Some(at) = ticket.created()
        {
            value = format!("{value}, {}", paint.since(at));
        }
        fact(out, &label, &value, paint, width);
    }
}

/// Lines that make whoever wrote what an agent forwarded the requester, while the agent is it.
fn of_forward(ticket: &Ticket, settings: &Settings) -> Vec<String> {
    let email = ticket.text(Key::RequesterEmail);
    let mut agents = settings.agents.values();
    if email.is_empty() || !agents.any(|agent| agent.email.eq_ignore_ascii_case(email)) {
        return Vec::new();
    }
    let created = ticket.log.iter().find(|one| one.kind == EntryKind::Created);
    let all = created.and_then(|entry| entry.attribute(FORWARDED));
    let all = all.unwrap_or_default().split(", ");
    all.filter(|one| one.contains('@'))
        .map(|one| format!("desk set {} from='{}'", ticket.id, line(one)))
        .collect()
}

/// What is known of a ticket: what it is, and the words; of several of one sort only the first says
/// what they are.
pub(in crate::view) fn known(
    ticket: &Ticket,
    shown: &TicketView,
    settings: &Settings,
    paint: &Paint,
    width: usize,
) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = Vec::new();
    let mut add = |label: &str, value: String| {
        if !value.is_empty() {
            all.push((label.to_owned(), value));
        }
    };
    of_requester(ticket, shown, &mut add);
    for line in of_forward(ticket, settings) {
        add("forwarded", line);
    }
    of_providers(ticket, shown, settings, paint, &mut add);
    of_routing(ticket, settings, &mut add);
    of_links(ticket, shown, width, &mut add);
    let order = shown.order.as_ref().filter(|_| ticket.status().is_open());
    let word = Said::of(order.unwrap_or(ticket));
    add("time", noted(&NotedTime::of(&ticket.log)));
    add(
        "callers",
        word.map_or(String::new(), |word| said::fact(&word, paint)),
    );
    let get = |key: Key| ticket.text(key);
    let satisfied = match ticket.get(Key::Satisfied) {
        Some(Value::Bool(true)) => "satisfied",
        Some(Value::Bool(false)) => "not satisfied",
        _ => "",
    };
    let rating = ticket.get(Key::Rating);
    let rating = rating.map_or(String::new(), |rating| format!("{rating} of 5"));
    add("feedback", joined(&[satisfied, &rating]));
    add("from", joined(&[get(Key::SourceName), get(Key::SourceId)]));
    for (field, value) in &ticket.values {
        if let Field::Company(name) = field {
            let declared = settings.fields.get(name);
            let title = declared.map_or(name.as_str(), |field| &field.title);
            add(&line(&title.to_lowercase()), line(&value.to_string()));
        }
    }
    let created = ticket.created().map(|at| paint.time(at));
    add(CREATED, created.unwrap_or_default());
    all
}

/// `1 h 34 min: phone 20, remote 74`.
pub fn noted(time: &NotedTime) -> String {
    if time.minutes == 0 {
        return String::new();
    }
    let of = |(name, minutes): &(String, u64)| {
        let name = if name.is_empty() { "not said" } else { name };
        format!("{} {minutes}", line(name))
    };
    let parts: Vec<String> = time.activities.iter().map(of).collect();
    let all = minutes(time.minutes);
    if parts.is_empty() {
        return all;
    }
    format!("{all}: {}", parts.join(", "))
}

/// Text behind a word, or nothing where there is none.
fn labelled(word: &str, text: &str) -> String {
    if text.is_empty() {
        String::new()
    } else {
        format!("{word} {text}")
    }
}

/// Who asks for what, and about which equipment.
fn of_requester(ticket: &Ticket, shown: &TicketView, add: &mut impl FnMut(&str, String)) {
    let all = |keys: &[Key]| {
        let texts: Vec<&str> = keys.iter().map(|key| ticket.text(*key)).collect();
        joined(&texts)
    };
    let get = |key: Key| ticket.text(key);
    add(
        "requester",
        all(&[Key::RequesterName, Key::RequesterOrganisation]),
    );
    add("contact", all(&[Key::RequesterPhone, Key::RequesterEmail]));
    add("account", all(&[Key::RequesterAccount]));
    add("place", all(&[Key::RequesterLocation]));
    let serial = labelled("s/n", get(Key::AssetSerial));
    let licence = labelled("licence", get(Key::AssetLicence));
    add(
        "equipment",
        joined(&[get(Key::AssetName), get(Key::AssetModel), &serial, &licence]),
    );
    add("asset at", all(&[Key::AssetLocation]));
    let code = shown.code.as_ref().map(|code| {
        let path = code.path.join(" › ");
        joined(&[&code.name, &code.title, &path])
    });
    add("code", code.unwrap_or_else(|| line(get(Key::Code))));
    add("wants", line(get(Key::RequestWants)));
    add("tried", line(get(Key::RequestTried)));
    add("reproduce", line(get(Key::RequestReproduce)));
    add("about", all(&[Key::RequestFeeling, Key::RequestAbout]));
}

/// The vendor that has the matter, and the provider to whom the code leads.
fn of_providers(
    ticket: &Ticket,
    shown: &TicketView,
    settings: &Settings,
    paint: &Paint,
    add: &mut impl FnMut(&str, String),
) {
    let vendor = ticket.text(Key::VendorName);
    let number = ticket.text(Key::VendorReference);
    let is_vendor = |one: &&Provider| one.name.to_lowercase() == vendor.to_lowercase();
    let reach = |one: &Provider| provider::reach(one, settings, paint);
    let own = shown.providers.iter().find(is_vendor).map(reach);
    let own = own.filter(|reach| !reach.is_empty());
    let named = match (vendor, number) {
        ("", "") => String::new(),
        ("", number) => format!("number {}", line(number)),
        (vendor, number) => joined(&[vendor, number]),
    };
    let mut parts = vec![named];
    parts.extend(own);
    parts.retain(|part| !part.is_empty());
    add("provider", parts.join(", "));
    for one in shown.providers.iter().filter(|one| !is_vendor(one)) {
        add("provider", provider::sentence(one, settings, paint));
    }
}

/// Where the work is, with whom, and how urgent it is.
fn of_routing(ticket: &Ticket, settings: &Settings, add: &mut impl FnMut(&str, String)) {
    let get = |key: Key| ticket.text(key);
    let name = |handle: &str| match handle {
        "" => String::new(),
        handle => line(settings.agent_name(handle)),
    };
    let queue = get(Key::Queue);
    let tier = match settings.tier(queue) {
        0 => String::new(),
        tier => format!("tier {tier}"),
    };
    let assignee = match get(Key::Assignee) {
        "" => "unassigned".to_owned(),
        handle => name(handle),
    };
    add("work", joined(&[queue, &tier, &assignee]));
    if get(Key::ContactAgent) != get(Key::Assignee) {
        add("contact by", name(get(Key::ContactAgent)));
    }
    let why = labelled("by hand:", get(Key::PriorityReason));
    let priority = joined(&[get(Key::Impact), get(Key::Urgency), &why]);
    add("priority", priority.replacen(", ", " × ", 1));
    let planned = ticket.get(Key::Planned).map(ToString::to_string);
    add("planned", planned.unwrap_or_default());
    add("tags", line(&ticket.list(Key::Tags).join(" ")));
    let watchers = ticket.list(Key::Watchers);
    let watchers: Vec<String> = watchers.iter().map(|handle| name(handle)).collect();
    add("watched by", watchers.join(", "));
}

/// Other tickets, and articles.
fn of_links(ticket: &Ticket, shown: &TicketView, width: usize, add: &mut impl FnMut(&str, String)) {
    add("repeat of", line(ticket.repeat_of().unwrap_or_default()));
    for (label, key) in [
        ("work order", Key::LinkWorkOrder),
        ("part of", Key::LinkParent),
        ("follows", Key::LinkFollows),
        ("merged into", Key::LinkMergedInto),
        ("relates to", Key::LinkRelates),
        ("same call", Key::LinkSameContact),
    ] {
        let value = ticket.get(key).map(|value| line(&value.to_string()));
        let order = shown.order.as_ref().filter(|_| key == Key::LinkWorkOrder);
        let value = order.map(|order| order_in_short(order, width)).or(value);
        add(label, value.unwrap_or_default());
    }
    let first = |at: usize, label: &'static str| if at == 0 { label } else { "" };
    for (at, (id, title)) in shown.articles.iter().enumerate() {
        let one = format!("{}  {}", line(id), line(title));
        add(first(at, "articles"), one.trim_end().to_owned());
    }
    for (at, other) in shown.linked.iter().enumerate() {
        let one = format!(
            "{}  {}  {}  {}",
            other.id,
            other.status(),
            line(other.text(Key::RequesterName)),
            line(other.text(Key::Title))
        );
        add(first(at, "for"), cut(&one, width.saturating_sub(12)));
    }
}

/// A work order for those who wait for it: its status, who works on it, how far it is, its title.
fn order_in_short(order: &Ticket, width: usize) -> String {
    let steps = work_order::steps(&order.description);
    let done = steps.iter().filter(|step| step.done).count();
    let who = match order.text(Key::Assignee) {
        "" => format!("nobody, in {}", order.text(Key::Queue)),
        who => who.to_owned(),
    };
    let mut parts = vec![order.id.to_string(), order.status().to_string(), line(&who)];
    if !steps.is_empty() {
        parts.push(format!("{done} of {}", count(steps.len(), "step")));
    }
    parts.push(line(order.title()));
    cut(&parts.join("  "), width.saturating_sub(12))
}

/// The attachments in columns: name, size, when, and where they lie.
fn attachments(out: &mut String, shown: &TicketView, paint: &Paint, width: usize) {
    if shown.attachments.is_empty() {
        return;
    }
    let size = |one: &ListedAttachment| {
        let size = one.attachment.size.map(|size| Size(size).to_string());
        size.unwrap_or_default()
    };
    let when = |one: &ListedAttachment| {
        if one.attachment.redacted {
            "redacted".to_owned()
        } else if one.attachment.undone {
            "undone".to_owned()
        } else if one.present {
            paint.time(one.attachment.at)
        } else {
            "missing".to_owned()
        }
    };
    let widest = |text: &dyn Fn(&ListedAttachment) -> String| {
        let widths = shown.attachments.iter().map(|one| text(one).width());
        widths.max().unwrap_or_default()
    };
    let (sizes, times) = (widest(&size), widest(&when));
    let room = width.saturating_sub(LABEL + 2 + sizes + 2 + times).max(12);
    let name = |one: &ListedAttachment| cut(&line(&one.attachment.file), room);
    let names = widest(&name);
    for (at, one) in shown.attachments.iter().enumerate() {
        let label = if at == 0 { "files" } else { "" };
        let label = paint.role(Role::Muted, &format!("{label:<LABEL$}"));
        let (name, size) = (name(one), size(one));
        let gap = " ".repeat(names - name.width());
        let role = if one.present { Role::Muted } else { Role::Warn };
        let when = paint.role(role, &when(one));
        out.push_str(&format!("{label}{name}{gap}  {size:>sizes$}  {when}\n"));
    }
    let folder = format!(
        "{:LABEL$}in {}/",
        "",
        attachments::folder(shown.page.ticket.id)
    );
    out.push_str(&format!("{}\n", paint.role(Role::Muted, &folder)));
}

fn foot(out: &mut String, shown: &TicketView, settings: &Settings, paint: &Paint) {
    let id = shown.page.ticket.id;
    let mut say =
        |role: Role, text: String| out.push_str(&format!("{}\n", paint.role(role, &text)));
    if shown.conflict || shown.unlogged > 0 || !shown.missing.is_empty() {
        say(Role::Plain, String::new());
    }
    if shown.conflict {
        say(
            Role::Alarm,
            if replay::has_conflict(&shown.page.ticket) {
                "Two people changed one field at once: look at the log, then set it as it should be."
            } else {
                "Two people edited one text at once, and both versions stand: settle it with `desk edit`."
            }
            .to_owned(),
        );
    }
    if shown.unlogged > 0 {
        say(
            Role::Warn,
            format!(
                "{} by hand not in the log yet: desk check --fix",
                count(shown.unlogged, "change")
            ),
        );
    }
    if !shown.missing.is_empty() {
        say(
            Role::Warn,
            format!("Still to be asked: {}", shown.missing.join(", ")),
        );
    }
    if let Some(agent) = shown.page.ticket.tell() {
        say(Role::Plain, String::new());
        let who = line(settings.agent_name(&agent));
        say(
            Role::Warn,
            format!("{who} is still to tell the requester: desk call {id}"),
        );
    }
    let moves: Vec<&str> = shown
        .moves
        .iter()
        .copied()
        .filter(|verb| *verb != "merge")
        .collect();
    let daily = if shown.page.ticket.status().is_open() {
        "note | contact | escalate | "
    } else {
        ""
    };
    if !moves.is_empty() {
        say(
            Role::Muted,
            format!(
                "
Next: desk {daily}{} {id}",
                moves.join(" | ")
            ),
        );
    }
}
