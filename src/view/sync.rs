//! What `desk sync` did.

use serde_json::{Value as Json, json};

use crate::model::field::Key;
use crate::ops::data::came_in::{CameIn, CameTicket, Concern};
use crate::ops::data::sync::SyncOutcome;
use crate::rules::context::DeskContext;
use crate::view::json::{entry as entry_json, pages, ticket as ticket_json};
use crate::view::paint::{Paint, Role};
use crate::view::sanitize::line;
use crate::view::words::{count, cut};

/// So many tickets are named each by itself.
const MOST: usize = 20;

/// What came and went in one line, then the tickets, what concerns the reader first.
pub fn text(outcome: &SyncOutcome, paint: &Paint, dry_run: bool) -> String {
    let [came, went] = outcome.commits;
    let upstream = line(&outcome.upstream);
    let mut out = match (came, went) {
        (0, 0) => format!("{upstream}: nothing to sync\n"),
        _ if dry_run => format!(
            "{upstream}: {} would come, {} would go\n",
            commits(came),
            commits(went)
        ),
        _ => {
            let to = &outcome.pushed_to;
            let elsewhere = went > 0 && *to != outcome.upstream;
            let to = if elsewhere {
                format!(" to {}", line(to))
            } else {
                String::new()
            };
            format!(
                "{upstream}: {} came, {} went{to}\n",
                commits(came),
                commits(went)
            )
        }
    };
    out.push_str(&came_in(&outcome.came, paint));
    if outcome.unseen > 0 {
        let earlier = count(outcome.unseen, "ticket");
        out.push_str(&paint.role(
            Role::Muted,
            &format!("{earlier} came in earlier: desk review"),
        ));
        out.push('\n');
    }
    for path in &outcome.joined {
        out.push_str(&format!(
            "{}  your changes that are not committed were merged with what came\n",
            paint.role(Role::Id, &line(path))
        ));
    }
    out
}

fn commits(number: usize) -> String {
    match number {
        0 => "nothing".to_owned(),
        number => count(number, "commit"),
    }
}

/// The tickets that came in, a line each.
fn came_in(came: &CameIn, paint: &Paint) -> String {
    let shown: Vec<(&CameTicket, String, String)> = came
        .tickets
        .iter()
        .take(MOST)
        .map(|one| (one, what(one), by(one)))
        .collect();
    let wide = |texts: &mut dyn Iterator<Item = usize>| texts.max().unwrap_or_default();
    let what_width = wide(&mut shown.iter().map(|(_, what, _)| what.chars().count()));
    let by_width = wide(&mut shown.iter().map(|(.., by)| by.chars().count())).min(30);
    let mut out = String::new();
    for (one, what, by) in &shown {
        let room = paint
            .width_up_to(120)
            .saturating_sub(16 + what_width + by_width)
            .max(12);
        out.push_str(&format!(
            "{}  {}  {}  {}\n",
            paint.role(Role::Id, one.ticket.id.as_str()),
            paint.role(role(one.concern), &format!("{what:<what_width$}")),
            paint.role(Role::Muted, &format!("{:<by_width$}", cut(by, by_width))),
            paint.role(Role::Title, &cut(&line(one.ticket.title()), room)),
        ));
    }
    let mut rest = Vec::new();
    let more = came.tickets.len().saturating_sub(MOST);
    if more > 0 {
        rest.push(count(more, "more ticket"));
    }
    if !came.articles.is_empty() {
        rest.push(count(came.articles.len(), "article"));
    }
    rest.extend(came.files.iter().map(|path| line(path)));
    if !rest.is_empty() {
        out.push_str(&format!(
            "{}\n",
            paint.role(Role::Muted, &format!("also {}", rest.join(", ")))
        ));
    }
    out
}

fn role(concern: Concern) -> Role {
    match concern {
        Concern::Both => Role::Alarm,
        Concern::Moved | Concern::New => Role::Warn,
        Concern::Mine | Concern::Watched => Role::Plain,
        Concern::Others => Role::Muted,
    }
}

/// What happened, in few words.
fn what(one: &CameTicket) -> String {
    let queue = line(one.ticket.text(Key::Queue));
    let assignee = line(one.ticket.text(Key::Assignee));
    let is_new = one.entries.first() == one.ticket.log.first();
    match one.concern {
        Concern::Both => "changed by two at once".to_owned(),
        Concern::Moved => format!("moved to {queue}"),
        Concern::New if queue.is_empty() => "new for you".to_owned(),
        Concern::New => format!("new in {queue}"),
        Concern::Mine => "yours".to_owned(),
        Concern::Watched => "watched".to_owned(),
        Concern::Others if is_new && !queue.is_empty() => format!("new in {queue}"),
        Concern::Others if !assignee.is_empty() => format!("with {assignee}"),
        Concern::Others if !queue.is_empty() => format!("in {queue}"),
        Concern::Others => "changed".to_owned(),
    }
}

/// Who did what: `raj: note, contact`.
fn by(one: &CameTicket) -> String {
    let mut all: Vec<(String, Vec<&str>)> = Vec::new();
    for entry in &one.entries {
        let kind = entry.kind.as_str();
        match all.last_mut() {
            Some((by, kinds)) if *by == entry.by.as_str() => {
                if !kinds.contains(&kind) {
                    kinds.push(kind);
                }
            }
            _ => all.push((entry.by.as_str().to_owned(), vec![kind])),
        }
    }
    let all: Vec<String> = all
        .into_iter()
        .map(|(by, kinds)| format!("{}: {}", line(&by), kinds.join(", ")))
        .collect();
    all.join("; ")
}

/// `{"tickets": […], "sync": [{upstream, came, went, articles, files, joined, later, odd}]}`.
pub fn json(outcome: &SyncOutcome, of_desk: DeskContext<'_>) -> String {
    let tickets = outcome.came.tickets.iter().map(|one| -> Json {
        let conflict = one.concern == Concern::Both;
        let mut item = ticket_json(&one.ticket, conflict, of_desk);
        let entries: Vec<Json> = one.entries.iter().map(entry_json).collect();
        item["derived"]["came"] = json!({
            "concern": concern_word(one.concern),
            "entries": entries,
        });
        item
    });
    let [came, went] = outcome.commits;
    let about = json!({
        "upstream": outcome.upstream,
        "pushed_to": outcome.pushed_to,
        "came": came,
        "went": went,
        "articles": outcome.came.articles.iter().map(|one| one.title.clone()).collect::<Vec<_>>(),
        "files": outcome.came.files,
        "joined": outcome.joined,
        "later": outcome.later, "odd": outcome.odd,
    });
    pages(
        vec![("tickets", tickets.collect()), ("sync", vec![about])],
        &[],
    )
}

/// The word for a concern, for programs.
pub fn concern_word(concern: Concern) -> &'static str {
    match concern {
        Concern::Both => "both",
        Concern::Moved => "moved",
        Concern::New => "new",
        Concern::Mine => "mine",
        Concern::Watched => "watched",
        Concern::Others => "others",
    }
}
