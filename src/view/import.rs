//! What came of an import.

use serde_json::{Value, json};

use crate::model::id::TicketId;
use crate::ops::data::import::ImportOutcome;
use crate::ops::data::import_json::Restored;
use crate::view::paint::{Paint, Role};
use crate::view::words::count;

/// A few lines for people.
pub fn summary(done: &ImportOutcome, dry_run: bool, paint: &Paint) -> String {
    let verb = if dry_run { "would import" } else { "imported" };
    let mut out = format!(
        "{} {} from {}: {}\n",
        paint.role(Role::Good, verb),
        count(done.entries, "row"),
        done.source,
        [
            count(done.made, "new ticket"),
            format!("{} extended", done.extended),
            format!("{} as they were", done.same),
        ]
        .join(", ")
    );
    let [agents, queues, codes] = done.added;
    if agents + queues + codes > 0 {
        out.push_str(&format!(
            "  added to the settings, retired: {}, {}, {}\n",
            count(agents, "person").replace("persons", "people"),
            count(queues, "queue"),
            count(codes, "code")
        ));
    }
    if done.in_retired_queues > 0 {
        out.push_str(&format!(
            "  open in retired queues: {}; desk list is:retired-queue source:{} lists them\n",
            count(done.in_retired_queues, "ticket"),
            done.source
        ));
    }
    let left_out = done.odd.iter().filter(|odd| odd.is_left_out()).count();
    if !done.odd.is_empty() {
        out.push_str(&format!(
            "  odd: {}, {} left out\n",
            count(done.odd.len(), "remark"),
            count(left_out, "row")
        ));
    }
    out
}

/// What an import of events did, in JSON.
pub fn json(done: &ImportOutcome, log: &str) -> Value {
    let odd = |odd: &crate::rules::import::Odd| json!({"line": odd.line, "message": odd.why.to_string(), "left_out": odd.is_left_out()});
    json!({
        "source": done.source,
        "log": log,
        "rows": done.rows,
        "rows_written": done.entries,
        "tickets_new": done.made,
        "tickets_extended": done.extended,
        "tickets_same": done.same,
        "agents_added": done.added[0],
        "queues_added": done.added[1],
        "codes_added": done.added[2],
        "open_in_retired_queues": done.in_retired_queues,
        "odd": done.odd.iter().map(odd).collect::<Vec<_>>(),
        "unreadable": done.unreadable,
    })
}

/// What came of bringing an export in.
pub fn restored_summary(done: &Restored, dry_run: bool) -> String {
    let made = count(done.made.len(), "ticket");
    let verb = if dry_run {
        "would bring in"
    } else {
        "brought in"
    };
    let same = match done.same {
        0 => String::new(),
        n => format!(", {n} there already"),
    };
    let files = match done.files {
        0 => String::new(),
        n => format!(", {}", count(n, "attachment")),
    };
    let hidden = match done.in_retired_queues {
        0 => String::new(),
        n => format!(
            "  open in retired queues: {}; desk list is:retired-queue lists them\n",
            count(n, "ticket")
        ),
    };
    format!("{verb} {made}{files}{same}\n{hidden}")
}

/// What an import of exported tickets did, in JSON.
pub fn restored(done: &Restored, name: &str) -> Value {
    let made: Vec<&str> = done.made.iter().map(TicketId::as_str).collect();
    json!({
        "file": name,
        "made": made,
        "same": done.same,
        "open_in_retired_queues": done.in_retired_queues,
        "attachments": done.files,
        "attachments_missing": done.without,
    })
}
