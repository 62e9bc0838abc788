//! The whole desk on one screen: what waits for a decision, queues, agents.

use serde_json::{Value as Json, json};
use unicode_width::UnicodeWidthStr;

use crate::model::field::Key;
use crate::model::person::Handle;
use crate::model::ticket_summary::TicketSummary;
use crate::ops::ticket::team::TeamBoard;
use crate::ops::ticket::views::BoardView;
use crate::rules::absence::absence;
use crate::rules::context::DeskContext;
use crate::rules::lifecycle::team::{Concern, Load};
use crate::rules::lifecycle::words::Surge;
use crate::view::board::{came, head};
use crate::view::json;
use crate::view::paint::{Paint, PaintedText, Role};
use crate::view::quarantine::glance_json;
use crate::view::said;
use crate::view::sanitize::line;
use crate::view::table::table;
use crate::view::words::cut;

/// The command that lists the articles that wait for a manager.
const REVIEW: &str = "desk kb list --state review";

/// The command that shows all lines, whatever the terminal's height.
const ALL: &str = "desk --team --all";

/// The widest title of a view.
const VIEW: usize = 24;

/// The command that shows the reader's own board.
const MINE: &str = "desk --mine";

/// Shows the whole desk, on so many lines where there is an end to them.
pub fn team(
    board: &TeamBoard,
    me: Option<&Handle>,
    context: DeskContext<'_>,
    paint: &Paint,
    lines: Option<usize>,
) -> String {
    let mut above = head(&board.own, me, context, paint) + &came(&board.own, paint);
    above.push_str(&said::short(&board.own.words, paint));
    above.push_str(&for_me(board, paint));
    let concerns = concerns(board, paint);
    let (queues, agents) = (&board.team.queues, &board.team.agents);
    if concerns.is_empty() && queues.is_empty() && agents.is_empty() {
        let nothing = paint.role(Role::Good, "Nothing waits for anybody.");
        return format!("{above}\n{nothing}\n");
    }
    above.push_str(&concerns);
    // A table begins with an empty line and its header.
    let heads = [queues, agents].map(|table| if table.is_empty() { 0 } else { 2 });
    let taken = above.lines().count() + heads.iter().sum::<usize>();
    let room = lines.map(|lines| lines.saturating_sub(taken));
    let shown = share(room, [queues.len(), agents.len()]);
    let queues = loads(queues, shown[0], Of::Queue, context, paint);
    let agents = loads(agents, shown[1], Of::Agent, context, paint);
    above + &queues + &agents
}

/// How many rows of two tables fit into so many lines, of which one says how many more there are.
/// Both lose alike, and neither all.
fn share(room: Option<usize>, all: [usize; 2]) -> [usize; 2] {
    let Some(room) = room else {
        return all;
    };
    let cost = |shown: [usize; 2]| -> usize {
        let cost = |at: usize| shown[at] + usize::from(shown[at] < all[at]);
        cost(0) + cost(1)
    };
    let mut shown = all.map(|all| all.min(1));
    loop {
        let before = shown;
        for at in [0, 1] {
            let mut more = shown;
            // The last row needs no more lines than the word that it is missing.
            more[at] = (more[at] + 1).min(all[at]);
            if cost(more) <= room {
                shown = more;
            }
        }
        if shown == before {
            return shown;
        }
    }
}

/// One line of what is the reader's own, the weightiest first.
fn for_me(board: &TeamBoard, paint: &Paint) -> String {
    let all = board.for_me();
    if all == 0 {
        return String::new();
    }
    let own = &board.own;
    let parts = parts(board);
    let urgent = !own.due.is_empty() || !own.told.is_empty();
    let role = if urgent { Role::Alarm } else { Role::Title };
    let begin = format!("For you {all}");
    let end = format!(": {MINE}");
    let room = paint.width.unwrap_or(usize::MAX);
    let mut told = String::new();
    let mut left = parts.len();
    for (count, words) in parts {
        left -= 1;
        let comma = if told.is_empty() { "  " } else { ", " };
        let more = if left > 0 { ", …".width() } else { 0 };
        let next = format!("{comma}{count} {words}");
        if begin.width() + told.width() + next.width() + more + end.width() > room {
            told.push_str(", …");
            break;
        }
        told.push_str(&next);
    }
    let begin = paint.role(role, &begin);
    format!("{begin}{told}{}\n", paint.role(Role::Muted, &end))
}

/// The parts of the own board that hold something, the weightiest first.
fn parts(board: &TeamBoard) -> Vec<(usize, &'static str)> {
    let own = &board.own;
    let all = [
        (own.told.len(), "told to you"),
        (own.due.len(), "due"),
        (own.risk.len(), "at risk"),
        (own.tell.len(), "to tell"),
        (own.mend.len(), "to mend"),
        (own.mine.len(), "to work on"),
        (own.waiting.len(), "waiting"),
        (own.contact.len(), "to keep informed"),
        (own.watching.len(), "watched"),
        (own.taken.len(), "taken by another"),
    ];
    all.into_iter().filter(|(count, _)| *count > 0).collect()
}

/// A word for programs, the words for people, and what it means.
fn named(concern: Concern) -> (&'static str, &'static str, Role) {
    match concern {
        Concern::Unacknowledged => ("unacknowledged", "Told, nobody has it", Role::Alarm),
        Concern::Escalated => ("escalated", "Escalated", Role::Warn),
        Concern::Late => ("late", "Late", Role::Alarm),
        Concern::BreachedToday => ("breached-today", "Breached today", Role::Warn),
        Concern::Unassigned => ("unassigned", "Unassigned", Role::Warn),
        Concern::Complaint => ("complaints", "Complaints, 7 days", Role::Warn),
        Concern::RetiredQueue => ("retired-queues", "In retired queues", Role::Warn),
        Concern::RetiredAgent => ("retired-agents", "With retired agents", Role::Warn),
    }
}

/// The command that lists the tickets of a concern.
fn command(concern: Concern) -> String {
    format!("desk list {}", concern.query())
}

/// The command that shows the orders that look like a major incident, of many the first ones.
fn show_orders(surges: &[Surge]) -> String {
    let ids = surges.iter().take(2).map(|one| one.order.to_string());
    let ids: Vec<String> = ids.collect();
    format!("desk work show {}", ids.join(" "))
}

/// A line for each concern, with the ticket to look at first. The empty header is a blank line.
fn concerns(board: &TeamBoard, paint: &Paint) -> String {
    let wide = !paint.is_narrow();
    let mut rows: Vec<Vec<PaintedText>> = Vec::new();
    let surge = board.surges.first();
    let surge = surge.map(|first| (first, format!("{} tickets: {}", first.tickets, first.title)));
    let mut row = |(name, role): (&str, Role), count: usize, command: String, id: &str, title| {
        let mut row = vec![
            (role, name.to_owned()),
            (Role::Title, count.to_string()),
            (Role::Muted, command),
            (Role::Id, line(id)),
        ];
        if wide {
            row.push((Role::Plain, line(title)));
        }
        rows.push(row);
    };
    if let Some((first, title)) = &surge {
        row(
            ("Major incident?", Role::Alarm),
            board.surges.len(),
            show_orders(&board.surges),
            first.order.as_str(),
            title,
        );
    }
    for one in &board.team.concerns {
        let (_, name, role) = named(one.concern);
        let title = board.titles.iter().find(|(id, _)| *id == one.first);
        let title = title.map_or("", |(_, title)| title.as_str());
        row(
            (name, role),
            one.count,
            command(one.concern),
            one.first.as_str(),
            title,
        );
    }
    if let Some((count, id, title)) = &board.review {
        let name = ("Articles to review", Role::Warn);
        row(name, *count, REVIEW.to_owned(), id, title);
    }
    for (view, first) in views(board) {
        let title = cut(&line(view.title()), VIEW);
        let command = line(&view.command());
        let words = first.text(Key::Title);
        row(
            (&title, Role::Title),
            view.count,
            command,
            first.id.as_str(),
            words,
        );
    }
    if rows.is_empty() {
        return String::new();
    }
    let header = [""; 5];
    let header = &header[..if wide { 5 } else { 4 }];
    table(header, &rows, &[1], header.len() - 1, paint)
}

/// The views that are parts of the board and hold something, with the first ticket of each.
fn views(board: &TeamBoard) -> impl Iterator<Item = (&BoardView, &TicketSummary)> {
    let views = board.own.views.iter();
    views.filter_map(|view| Some((view, view.tickets.first()?)))
}

/// What the rows of a table are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    Queue,
    Agent,
}

impl Of {
    /// The command that lists the open tickets of one.
    fn command(self, load: &Load) -> String {
        match (self, load.name.as_str()) {
            (Self::Queue, "") => "desk list queue:none".to_owned(),
            (Self::Queue, name) => format!("desk list queue:{name}"),
            (Self::Agent, name) => format!("desk list agent:{name}"),
        }
    }
}

/// Queues or agents under their header, as many as there is room for. Where there is little room the
/// command stands for the name in it.
fn loads(all: &[Load], shown: usize, of: Of, context: DeskContext<'_>, paint: &Paint) -> String {
    if all.is_empty() {
        return String::new();
    }
    let wide = !paint.is_narrow();
    let (name, third) = match of {
        Of::Queue => ("queue", "unassigned"),
        Of::Agent => ("agent", "waiting"),
    };
    let mut header = vec![name, "open", "late", third, "oldest"];
    let until = |load: &Load| {
        let shift = absence(context.settings, &load.name, context.now);
        shift.map(|shift| shift.days.last)
    };
    let is_away = of == Of::Agent && all[..shown].iter().any(|load| until(load).is_some());
    if is_away {
        header.push("away");
    }
    if wide {
        header.push("");
    }
    let row = |load: &Load| {
        let figure = |count: usize, role: Role| {
            let role = if count == 0 { Role::Muted } else { role };
            (role, count.to_string())
        };
        let third = match of {
            Of::Queue => figure(load.unassigned, Role::Warn),
            Of::Agent => figure(load.waiting, Role::Wait),
        };
        let command = (Role::Muted, line(&of.command(load)));
        let called = match of {
            Of::Queue if load.name.is_empty() => (Role::Muted, "no queue".to_owned()),
            Of::Queue => (Role::Plain, line(&load.name)),
            Of::Agent => (Role::Person, line(context.settings.agent_name(&load.name))),
        };
        let oldest = load.oldest.map_or_else(String::new, |at| paint.ago(at));
        let mut row = vec![
            if wide { called } else { command.clone() },
            figure(load.open, Role::Plain),
            figure(load.late, Role::Alarm),
            third,
            (Role::Muted, oldest),
        ];
        if is_away {
            let until = until(load).map(|last| format!("until {last}"));
            row.push((Role::Wait, until.unwrap_or_default()));
        }
        if wide {
            row.push(command);
        }
        row
    };
    let rows: Vec<Vec<PaintedText>> = all[..shown].iter().map(row).collect();
    let flexible = if wide { header.len() - 1 } else { 0 };
    let mut out = format!(
        "\n{}",
        table(&header, &rows, &[1, 2, 3, 4], flexible, paint)
    );
    if shown < all.len() {
        let more = format!("… and {} more: {ALL}", all.len() - shown);
        out.push_str(&format!("{}\n", paint.role(Role::Muted, &more)));
    }
    out
}

/// The whole desk in JSON: each line with its count and the command that lists it.
pub fn json(board: &TeamBoard, context: DeskContext<'_>) -> String {
    let mut lines = Vec::new();
    let mut add = |line: &str, count: usize, command: &str, first: Option<&str>| {
        lines.push(json!({"line": line, "count": count, "command": command, "first": first}));
    };
    if board.for_me() > 0 {
        add("for-you", board.for_me(), MINE, None);
    }
    if let Some(first) = board.surges.first() {
        let (count, command) = (board.surges.len(), show_orders(&board.surges));
        add(
            "major-incident",
            count,
            &command,
            Some(first.order.as_str()),
        );
    }
    for one in &board.team.concerns {
        let (word, ..) = named(one.concern);
        add(
            word,
            one.count,
            &command(one.concern),
            Some(one.first.as_str()),
        );
    }
    for (view, first) in views(board) {
        let name = format!("@{}", view.name);
        add(&name, view.count, &view.command(), Some(first.id.as_str()));
    }
    if let Some((count, id, _)) = &board.review {
        add("review", *count, REVIEW, Some(id));
    }
    let of = |all: &[Load], of: Of| -> Vec<Json> {
        let one = |load: &Load| {
            let mut one = json!({
                "open": load.open,
                "late": load.late,
                "oldest": load.oldest.map(|at| at.to_string()),
                "command": of.command(load),
            });
            match of {
                Of::Queue => {
                    one["queue"] = json!(Some(&load.name).filter(|name| !name.is_empty()));
                    one["unassigned"] = json!(load.unassigned);
                }
                Of::Agent => {
                    one["agent"] = json!(load.name);
                    one["waiting"] = json!(load.waiting);
                    let shift = absence(context.settings, &load.name, context.now);
                    one["away_until"] = json!(shift.map(|shift| shift.days.last.to_string()));
                }
            }
            one
        };
        all.iter().map(one).collect()
    };
    let (queues, agents) = (&board.team.queues, &board.team.agents);
    json::pages(
        vec![
            ("lines", lines),
            ("queues", of(queues, Of::Queue)),
            ("agents", of(agents, Of::Agent)),
            ("said", board.own.words.iter().map(said::json).collect()),
            ("mail", glance_json(board.own.mail.as_ref())),
        ],
        &board.own.problems,
    )
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn rows_share_what_room_there_is() {
        assert_eq!(share(None, [30, 40]), [30, 40]);
        assert_eq!(share(Some(7), [3, 4]), [3, 4]);
        // One line of each says how many more there are.
        assert_eq!(share(Some(6), [3, 4]), [3, 2]);
        assert_eq!(share(Some(5), [3, 4]), [3, 1]);
        assert_eq!(share(Some(10), [30, 40]), [4, 4]);
        assert_eq!(share(Some(11), [30, 40]), [5, 4]);
        assert_eq!(share(Some(10), [2, 40]), [2, 7]);
        assert_eq!(share(Some(10), [0, 40]), [0, 9]);
        assert_eq!(share(Some(10), [40, 0]), [9, 0]);
        assert_eq!(share(Some(0), [5, 5]), [1, 1]);
    }
}
