//! My desk, and the ticket to work on now.

use std::collections::BTreeMap;

use crate::model::field::Key;
use crate::model::person::Handle;
use crate::model::ticket_summary::TicketSummary;
use crate::model::told::{HowTold, Told};
use crate::ops::ticket::board::{Board, MOST};
use crate::ops::ticket::next::Next;
use crate::ops::ticket::views::BoardView;
use crate::rules::absence;
use crate::rules::context::DeskContext;
use crate::rules::sla::clocks::Keeping;
use crate::view::kb::list::mend;
use crate::view::list::{ListColumn, columns, grouped, named, priority, rows};
use crate::view::paint::{Paint, PaintedText, Role};
use crate::view::quarantine::glance;
use crate::view::said;
use crate::view::sanitize::line;
use crate::view::table::table;
use crate::view::words::{count, cut, wrap};

/// The part with those who are to be told.
const TELL: &str = "Tell the requester";

/// The part with what I was told.
const TOLD: &str = "Told to me";

/// Whom to tell, and how to reach them.
fn callers(paint: &Paint) -> Vec<ListColumn> {
    let mut all = vec![
        ListColumn::of("id", Key::Id),
        ListColumn::of("requester", Key::RequesterName),
        ListColumn::of("phone", Key::RequesterPhone),
    ];
    if !paint.is_narrow() {
        all.push(ListColumn::of("email", Key::RequesterEmail));
    }
    all.push(ListColumn::of("title", Key::Title));
    all
}

/// Columns in which only those clocks count that are the reader's to keep.
fn kept(columns: Vec<ListColumn>) -> Vec<ListColumn> {
    let kept = |column| ListColumn {
        kept: true,
        ..column
    };
    columns.into_iter().map(kept).collect()
}

/// Shows my desk.
pub fn board(
    board: &Board,
    me: Option<&Handle>,
    context: DeskContext<'_>,
    paint: &Paint,
) -> String {
    let parts = [
        ("Due", Role::Alarm, &board.due, "due --mine"),
        ("At risk", Role::Warn, &board.risk, "due --mine"),
        (TOLD, Role::Alarm, &board.told, "list is:told"),
        (TELL, Role::Good, &board.tell, "list is:not-informed"),
        ("Mine", Role::Title, &board.mine, "list is:mine"),
        (
            "Waiting",
            Role::Wait,
            &board.waiting,
            "list is:mine status:pending",
        ),
        (
            "I keep contact",
            Role::Person,
            &board.contact,
            "list contact_agent:me",
        ),
        (
            "Unassigned in my queues",
            Role::Warn,
            &board.unassigned,
            "list is:unassigned",
        ),
        ("Watching", Role::Person, &board.watching, "list is:watched"),
    ];
    let mut shown = String::new();
    for (name, role, tickets, command) in parts {
        if tickets.is_empty() {
            continue;
        }
        let columns = if name == TELL {
            callers(paint)
        } else {
            kept(columns(paint, context.settings))
        };
        let first = &tickets[..tickets.len().min(MOST)];
        let rows = match me.filter(|_| name == TOLD) {
            Some(me) => told(first, me, context, paint),
            None => rows(first, &columns, context, paint),
        };
        let rest = format!("desk {command}");
        shown.push_str(&part(name, role, tickets.len(), &rows, &rest, paint));
    }
    shown.push_str(&stands_in(board, me, context, paint));
    for (id, who) in &board.taken {
        let who = paint.role(
            Role::Person,
            &line(context.settings.agent_name(who.as_str())),
        );
        let id = paint.role(Role::Id, id.as_str());
        shown.push_str(&format!("\n{who} has {id}, of which you were told, too\n"));
    }
    shown.push_str(&views(board, context, paint));
    if !board.mend.is_empty() {
        let all = board.mend.len();
        let rows = mend(&board.mend[..all.min(MOST)], context.settings, paint);
        let name = "Articles to mend";
        shown.push_str(&part(name, Role::Warn, all, &rows, "desk kb review", paint));
    }
    if shown.is_empty() {
        let nothing = paint.role(Role::Good, "Nothing waits for you.");
        shown = format!("\n{nothing}\n");
    }
    let words = said::part(&board.words, context.settings, paint);
    head(board, me, context, paint) + &came(board, paint) + &words + &shown
}

/// Who told it, when and how.
fn told(tickets: &[TicketSummary], me: &Handle, context: DeskContext<'_>, paint: &Paint) -> String {
    let row = |ticket: &TicketSummary| {
        let queue = ticket.text(Key::Queue);
        let is_told =
            |told: &&Told| absence::is_told(context.settings, told, me, queue, context.now);
        let told = ticket.told.iter().rfind(is_told)?;
        let how = match (told.how, told.concerns(me)) {
            (HowTold::Name, true) => "named you",
            (HowTold::Escalation, true) => "escalated",
            (HowTold::Handover, true) => "handed over",
            (HowTold::Name, false) => "named whom you stand in for",
            (HowTold::Escalation, false) => "escalated, you stand in",
            (HowTold::Handover, false) => "handed over, you stand in",
        };
        let who = context.settings.agent_name(told.by.as_str());
        Some(vec![
            (Role::Id, ticket.id.to_string()),
            priority(ticket.text(Key::Priority), context.settings, paint),
            (Role::Person, line(who)),
            (Role::Plain, how.to_owned()),
            (Role::Muted, format!("{} ago", paint.ago(told.at))),
            (Role::Plain, line(ticket.text(Key::Title))),
        ])
    };
    let rows: Vec<Vec<PaintedText>> = tickets.iter().filter_map(row).collect();
    let header = ["id", "priority", "by", "how", "when", "title"];
    let way_on = paint.role(Role::Muted, "desk ack ID says that you have it");
    format!("{}{way_on}\n", table(&header, &rows, &[4], 5, paint))
}

/// For whom the reader stands in, where calls of theirs are due, a line each.
fn stands_in(
    board: &Board,
    me: Option<&Handle>,
    context: DeskContext<'_>,
    paint: &Paint,
) -> String {
    let mut for_whom: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for ticket in board.due.iter().chain(&board.risk) {
        if let Some(Keeping::StandsIn(of)) = me.map(|me| Keeping::of(ticket, me, context)) {
            let id = paint.role(Role::Id, ticket.id.as_str());
            for_whom.entry(of).or_default().push(id);
        }
    }
    let lines = for_whom.into_iter().map(|(of, ids)| {
        let who = paint.role(Role::Person, &line(context.settings.agent_name(of)));
        let until = absence::absence(context.settings, of, context.now);
        let until = until.map(|shift| format!(", away until {}", shift.days.last));
        let until = paint.role(Role::Muted, &until.unwrap_or_default());
        format!("\nfor {who}{until}: {}\n", ids.join(" "))
    });
    lines.collect()
}

/// The views that are parts of the board.
fn views(board: &Board, context: DeskContext<'_>, paint: &Paint) -> String {
    let one = |one: &BoardView| {
        let columns = match &one.columns[..] {
            [] => columns(paint, context.settings),
            own => named(own),
        };
        let rows = grouped(&one.tickets, &one.groups, &columns, context, paint);
        let room = paint
            .width
            .map_or(usize::MAX, |width| width.saturating_sub(32));
        let name = cut(&line(one.title()), room);
        let whose = if one.own { ", your own" } else { "" };
        let command = one.command();
        let mut out = format!(
            "\n{} {}\n{rows}",
            paint.role(Role::Title, &name),
            paint.role(Role::Muted, &format!("{}  @{}{whose}", one.count, one.name)),
        );
        if one.count > one.tickets.len() {
            let more = format!("… and {} more: {command}", one.count - one.tickets.len());
            out.push_str(&format!("{}\n", paint.role(Role::Muted, &more)));
        }
        out
    };
    let filled = board.views.iter().filter(|one| one.count > 0);
    filled.map(one).collect()
}

/// A line of what syncs brought in, where nobody has looked at it, and of mail that waits.
pub(in crate::view) fn came(board: &Board, paint: &Paint) -> String {
    let mail = board.mail.as_ref().map(|mail| glance(mail, paint));
    let mail = mail.unwrap_or_default();
    let Some(unseen) = &board.unseen else {
        return mail;
    };
    let all = count(unseen.tickets.len(), "ticket");
    let since = paint.time(unseen.since);
    let mine = match unseen.concerns.len() {
        0 => String::new(),
        mine => format!(", {mine} for you"),
    };
    let told = format!("{all} came in since {since}{mine}: desk review");
    format!("{}\n{mail}", paint.role(Role::Warn, &told))
}

/// The desk's name, who looks at it, when, and how many tickets are open.
pub(in crate::view) fn head(
    board: &Board,
    me: Option<&Handle>,
    context: DeskContext<'_>,
    paint: &Paint,
) -> String {
    let who = match me {
        Some(me) => context.settings.agent_name(me.as_str()),
        None => "no agent",
    };
    let local = paint.now.in_zone(&paint.zone).format("%A %-d %B %Y, %H:%M");
    let open = count(board.open, "open ticket");
    format!(
        "{}  {}\n",
        paint.role(Role::Title, &line(&context.settings.name)),
        paint.role(Role::Muted, &format!("{} · {local} · {open}", line(who)))
    )
}

/// A part of the board: its name, how many there are of it, the rows of the first ones, and the
/// command that shows the rest.
fn part(name: &str, role: Role, all: usize, rows: &str, rest: &str, paint: &Paint) -> String {
    let count = paint.role(Role::Muted, &all.to_string());
    let mut out = format!("\n{} {count}\n{rows}", paint.role(role, name));
    if all > MOST {
        let more = format!("… and {} more: {rest}", all - MOST);
        out.push_str(&format!("{}\n", paint.role(Role::Muted, &more)));
    }
    out
}

/// Shows the ticket to work on now, and why.
pub fn next(next: &Next, context: DeskContext<'_>, paint: &Paint) -> String {
    let ticket: &TicketSummary = &next.ticket;
    let mut out = rows(
        std::slice::from_ref(ticket),
        &kept(columns(paint, context.settings)),
        context,
        paint,
    );
    let contact = [Key::RequesterName, Key::RequesterPhone, Key::RequesterEmail];
    let contact: Vec<String> = contact
        .iter()
        .map(|key| line(ticket.text(*key)))
        .filter(|text| !text.is_empty())
        .collect();
    if !contact.is_empty() {
        out.push_str(&format!(
            "\n{}{}\n",
            paint.role(Role::Muted, "for  "),
            contact.join(", ")
        ));
    }
    let room = paint
        .width
        .map_or(usize::MAX, |width| width.saturating_sub(5).max(20));
    let why = wrap(&line(&next.why.join("; ")), room);
    for (at, part) in why.iter().enumerate() {
        let label = if at == 0 { "why  " } else { "     " };
        out.push_str(&format!("{}{part}\n", paint.role(Role::Muted, label)));
    }
    out
}
