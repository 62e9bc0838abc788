//! What the knowledge base lacks.

use crate::model::catalog::Catalogue;
use crate::model::id::TicketId;
use crate::rules::article_usage::{Demand, Demands};
use crate::view::kb::figure;
use crate::view::paint::{Paint, PaintedText, Role};
use crate::view::sanitize::line;
use crate::view::table::table;
use crate::view::words::count;
use serde_json::{Value as Json, json};

/// What the knowledge base lacks: searches first, then what was solved without.
pub fn demand(found: &Demands, catalogue: &Catalogue, paint: &Paint) -> String {
    let mut out = String::new();
    let tickets = |demand: &Demand| {
        let shown: Vec<String> = demand
            .tickets
            .iter()
            .take(2)
            .map(ToString::to_string)
            .collect();
        let more = demand.tickets.len().saturating_sub(shown.len());
        let more = if more > 0 {
            format!(" +{more}")
        } else {
            String::new()
        };
        format!("{}{more}", shown.join(" "))
    };
    let cells = |demand: &Demand, about: PaintedText| {
        vec![
            figure(demand.times),
            (Role::Muted, paint.since(demand.last)),
            (Role::Id, tickets(demand)),
            about,
        ]
    };
    if !found.searches.is_empty() {
        out.push_str(&format!(
            "{}\n",
            paint.role(Role::Title, "Searched, and nothing found")
        ));
        let rows: Vec<Vec<PaintedText>> = found
            .searches
            .iter()
            .map(|one| cells(one, (Role::Plain, line(&one.about))))
            .collect();
        out.push_str(&table(
            &["times", "last", "tickets", "words"],
            &rows,
            &[0],
            3,
            paint,
        ));
    }
    if !found.solved.is_empty() {
        let gap = if out.is_empty() { "" } else { "\n" };
        out.push_str(&format!(
            "{gap}{}\n",
            paint.role(Role::Title, "Solved without an article")
        ));
        let about = |one: &Demand| {
            let title = catalogue.find(&one.about).map(|code| code.title.as_str());
            match (one.about.as_str(), title) {
                ("", _) => (Role::Muted, "no problem code".to_owned()),
                (code, title) => (
                    Role::Plain,
                    line(format!("{code}  {}", title.unwrap_or("")).trim()),
                ),
            }
        };
        let rows: Vec<Vec<PaintedText>> = found
            .solved
            .iter()
            .map(|one| cells(one, about(one)))
            .collect();
        out.push_str(&table(
            &["times", "last", "tickets", "code"],
            &rows,
            &[0],
            3,
            paint,
        ));
    }
    if found.excused > 0 {
        let reported = format!("{} resolved with --no-kb", count(found.excused, "ticket"));
        out.push_str(&format!("\n{}\n", paint.role(Role::Muted, &reported)));
    }
    out
}

/// What is missing in JSON: of kind `search` with its words, of kind `code` with the problem code, and
/// of kind `no-kb` with how many tickets were resolved with a reason instead.
pub fn demand_json(found: &Demands) -> Vec<Json> {
    let one = |kind: &str, key: &str, demand: &Demand| {
        let tickets: Vec<&str> = demand.tickets.iter().map(TicketId::as_str).collect();
        json!({
            "kind": kind,
            key: demand.about,
            "times": demand.times,
            "last": demand.last.to_string(),
            "tickets": tickets,
            "excused": demand.excused,
        })
    };
    let searches = found
        .searches
        .iter()
        .map(|demand| one("search", "query", demand));
    let solved = found
        .solved
        .iter()
        .map(|demand| one("code", "code", demand));
    let excused = (found.excused > 0).then(|| json!({"kind": "no-kb", "times": found.excused}));
    searches.chain(solved).chain(excused).collect()
}
