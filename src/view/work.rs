//! Work orders: one with its steps and its tickets, and lists of them.

use crate::model::field::Key;
use crate::model::settings::Settings;
use crate::model::ticket::Ticket;
use crate::model::ticket_summary::TicketSummary;
use crate::model::work_time::NotedTime;
use crate::ops::work::list::{ListedOrder, Orders};
use crate::ops::work::show::OrderView;
use crate::rules::context::DeskContext;
use crate::rules::lifecycle::work_order::{self, WorkStep};
use crate::view::card;
use crate::view::label::fact;
use crate::view::list::{standing, status_role, urgency};
use crate::view::paint::{Paint, PaintedText, Role, short};
use crate::view::sanitize::{line, text};
use crate::view::table::table;
use crate::view::words::{cut, left_out, minutes, wider, wrap};

/// Widest line of running text, in columns.
const MEASURE: usize = 96;

/// How many steps are ticked, and of how many.
fn progress(order: &Ticket) -> (usize, usize) {
    let steps = work_order::steps(&order.description);
    (steps.iter().filter(|step| step.done).count(), steps.len())
}

/// Shows a work order: its steps, and who waits for it.
pub fn work_order(shown: &OrderView, settings: &Settings, paint: &Paint) -> String {
    let order = &shown.order.page.ticket;
    let width = paint.width_up_to(MEASURE);
    let mut out = String::new();
    card::head(&mut out, &shown.order, settings, paint, width);
    out.push('\n');
    card::facts(&mut out, order, &shown.order, settings, paint, width);
    fact(&mut out, "time in all", &time_in_all(shown), paint, width);
    let heading = |name: &str, n: String| {
        format!(
            "\n{} {}\n",
            paint.role(Role::Title, name),
            paint.role(Role::Muted, &n)
        )
    };
    let clean = text(&order.description);
    let (done, of) = progress(order);
    let mut begun = false;
    let mut blank = true;
    let lines = work_order::lines(&clean);
    if lines.first().is_some_and(|(_, step)| step.is_none()) {
        out.push('\n');
    }
    for (words, step) in lines {
        if words.trim().is_empty() {
            blank = true;
            continue;
        }
        if step.is_some() && !begun {
            out.push_str(&heading("Steps", format!("{done} of {of}")));
        } else if blank && !out.ends_with("\n\n") {
            out.push('\n');
        }
        (begun, blank) = (begun || step.is_some(), false);
        match step {
            Some(step) => out.push_str(&step_lines(&step, of, width, paint)),
            None => {
                for one in wrap(words, width) {
                    out.push_str(one.trim_end());
                    out.push('\n');
                }
            }
        }
    }
    out.push_str(&heading("Tickets", shown.linked.len().to_string()));
    out.push_str(&waiting(&shown.linked, settings, paint));
    out.push_str(&foot(shown, paint));
    out
}

/// The minutes of an order and of its tickets together, where both have any.
fn time_in_all(shown: &OrderView) -> String {
    let own = NotedTime::of(&shown.order.page.ticket.log).minutes;
    let tickets = shown.minutes_of_tickets();
    if tickets == 0 {
        return String::new();
    }
    let (all, tickets) = (minutes(own + tickets), minutes(tickets));
    format!("{all}, {tickets} of it on its tickets")
}

/// `✓  2  Read the counters`, its lines indented.
fn step_lines(step: &WorkStep, of: usize, width: usize, paint: &Paint) -> String {
    let digits = of.to_string().len();
    let indent = " ".repeat(step.indent.min(12));
    let margin = indent.len() + 2 + digits + 2;
    let (role, mark) = if step.done {
        (Role::Good, "✓")
    } else {
        (Role::Warn, "·")
    };
    let mut out = String::new();
    let room = width.saturating_sub(margin).max(20);
    for (at, one) in wrap(&step.text, room).into_iter().enumerate() {
        let head = if at == 0 {
            format!(
                "{indent}{} {}  ",
                paint.role(role, mark),
                paint.role(Role::Muted, &format!("{:>digits$}", step.number))
            )
        } else {
            " ".repeat(margin)
        };
        let role = if step.done { Role::Muted } else { Role::Plain };
        out.push_str(&format!("{head}{}\n", paint.role(role, &one)));
    }
    out
}

/// Who waits for an order: the requesters, how to reach them, and who keeps them informed.
fn waiting(tickets: &[TicketSummary], settings: &Settings, paint: &Paint) -> String {
    if tickets.is_empty() {
        return format!(
            "{}\n",
            paint.role(Role::Muted, "No ticket is linked to it yet.")
        );
    }
    let narrow = paint.is_narrow();
    let name = |handle: &str| {
        if narrow {
            line(handle)
        } else {
            line(settings.agent_name(handle))
        }
    };
    let rows: Vec<Vec<PaintedText>> = tickets
        .iter()
        .map(|ticket| {
            let get = |key: Key| line(ticket.text(key));
            let status = ticket.status();
            let state = if ticket.tell.is_some() {
                (Role::Warn, "to be told".to_owned())
            } else {
                (status_role(&status), standing(ticket, paint))
            };
            let contact = ticket
                .tell
                .as_deref()
                .or(Some(ticket.text(Key::ContactAgent)))
                .filter(|handle| !handle.is_empty())
                .unwrap_or(ticket.text(Key::Assignee));
            let phone = match get(Key::RequesterPhone) {
                phone if phone.is_empty() => get(Key::RequesterEmail),
                phone => phone,
            };
            vec![
                (Role::Id, ticket.id.to_string()),
                state,
                (Role::Plain, cut(&get(Key::RequesterName), 28)),
                (Role::Plain, cut(&phone, 28)),
                (Role::Person, name(contact)),
                (Role::Plain, get(Key::Title)),
            ]
        })
        .collect();
    let header = ["id", "status", "requester", "contact", "agent", "title"];
    table(&header, &rows, &[], 5, paint)
}

/// What may be done next.
fn foot(shown: &OrderView, paint: &Paint) -> String {
    let order = &shown.order.page.ticket;
    let id = order.id;
    if !order.status().is_open() {
        return String::new();
    }
    let next = work_order::steps(&order.description)
        .iter()
        .find(|step| !step.done)
        .map(|step| format!("work tick {id} {} | ", step.number));
    let take = match order.maybe(Key::Assignee) {
        Some(_) => String::new(),
        None => format!("take {id} | "),
    };
    let next = format!(
        "Next: desk {take}{}note {id} | work done {id}",
        next.unwrap_or_default()
    );
    format!("\n{}\n", paint.role(Role::Muted, &next))
}

/// The rows of a list of work orders under their header.
pub fn rows(orders: &[ListedOrder], context: DeskContext<'_>, paint: &Paint) -> String {
    if orders.is_empty() {
        return String::new();
    }
    let wide = !paint.is_narrow();
    let header: Vec<&str> = [
        ("id", true),
        (if wide { "priority" } else { "p" }, true),
        ("status", true),
        ("steps", true),
        ("tickets", true),
        ("queue", wide),
        (if wide { "assignee" } else { "who" }, true),
        ("age", true),
        ("title", true),
    ]
    .into_iter()
    .filter_map(|(name, shown)| shown.then_some(name))
    .collect();
    let rows: Vec<Vec<PaintedText>> = orders
        .iter()
        .map(|listed| row(listed, wide, context, paint))
        .collect();
    let right: Vec<usize> = ["steps", "tickets", "age"]
        .iter()
        .filter_map(|name| header.iter().position(|one| one == name))
        .collect();
    table(&header, &rows, &right, header.len() - 1, paint)
}

fn row(
    listed: &ListedOrder,
    wide: bool,
    context: DeskContext<'_>,
    paint: &Paint,
) -> Vec<PaintedText> {
    let order = &listed.order;
    let settings = context.settings;
    let get = |key: Key| line(order.text(key));
    let rank = settings.rank(order.text(Key::Priority));
    let priority = if wide || rank >= settings.priorities.len() {
        get(Key::Priority)
    } else {
        format!("P{}", rank + 1)
    };
    let status = order.status();
    let steps = match listed.page.as_ref().map(progress) {
        None | Some((_, 0)) => (Role::Muted, "-".to_owned()),
        Some((done, of)) if done == of => (Role::Good, format!("{done}/{of}")),
        Some((done, of)) => (Role::Plain, format!("{done}/{of}")),
    };
    let who = match get(Key::Assignee) {
        who if who.is_empty() => (Role::Muted, "-".to_owned()),
        who => (Role::Person, who),
    };
    let seconds = paint.now.since(order.created).num_seconds().max(0);
    let repeat = listed.page.as_ref().and_then(Ticket::repeat_of);
    let title = match repeat {
        Some(_) => format!("(repeat) {}", get(Key::Title)),
        None => get(Key::Title),
    };
    let mut cells = vec![
        (Role::Id, order.id.to_string()),
        (urgency(rank), priority),
        (status_role(&status), standing(order, paint)),
        steps,
        (Role::Plain, listed.linked.len().to_string()),
    ];
    if wide {
        cells.push((Role::Plain, get(Key::Queue)));
    }
    cells.extend([
        who,
        (Role::Muted, short(seconds.unsigned_abs())),
        (Role::Plain, title),
    ]);
    cells
}

/// What to say beside a list of work orders, on standard error.
pub fn beside(orders: &Orders) -> Vec<String> {
    let mut all = Vec::new();
    if orders.orders.is_empty() {
        all.push(if orders.rest.done == 0 {
            "no work orders".to_owned()
        } else {
            "no open work orders".to_owned()
        });
    }
    all.extend(left_out(orders.rest.done, "done work order", "--all"));
    all.extend(wider(orders.rest.wider.as_ref(), "work order"));
    all
}
