//! The catalogue: the tree, and one code with all that it carries.

use serde_json::{Value as Json, json};

use crate::model::calendar::NonZeroDuration;
use crate::model::catalog::{Code, Provider, StandardOrder};
use crate::model::moment::Moment;
use crate::model::settings::Settings;
use crate::ops::data::catalog::{CatalogPart, CodeView};
use crate::view::label::{fact, joined, title};
use crate::view::list::urgency;
use crate::view::paint::{Paint, PaintedText, Role};
use crate::view::provider;
use crate::view::sanitize::line;
use crate::view::table::table;
use crate::view::words::{left_out, wider, wrap};

/// Widest line of running text, in columns.
const MEASURE: usize = 96;

/// Where codes stand under their category, in columns.
const INDENT: usize = 6;

/// Shows a part of the catalogue.
pub fn catalog(part: &CatalogPart, settings: &Settings, paint: &Paint) -> String {
    match &part.codes[..] {
        [] => String::new(),
        [one] if part.whole => card(one, settings, paint),
        codes => tree(codes, settings, paint),
    }
}

/// What to say beside it, on standard error.
pub fn remarks(part: &CatalogPart) -> Vec<String> {
    let mut all = Vec::new();
    if part.codes.is_empty() {
        let near: Vec<String> = part.near.iter().map(|name| format!("`{name}`")).collect();
        all.push(if near.is_empty() {
            "no codes".to_owned()
        } else {
            format!("no codes; did you mean {}?", near.join(" or "))
        });
    }
    all.extend(left_out(part.retired, "retired code", "--retired"));
    all.extend(wider(part.wider.as_ref(), "code"));
    all
}

fn tree(codes: &[CodeView], settings: &Settings, paint: &Paint) -> String {
    let narrow = paint.is_narrow();
    let header: &[&str] = if narrow {
        &["code", "title", "queue", "p"]
    } else {
        &["code", "title", "queue", "impact × urgency", "priority"]
    };
    let row = |one: &CodeView| -> Vec<PaintedText> {
        let retired = one.code.retired;
        let role = |role: Role| if retired { Role::Muted } else { role };
        let title = match (retired, &one.successor) {
            (true, Some(next)) => format!("{} (retired, now {next})", one.code.title),
            (true, None) => format!("{} (retired)", one.code.title),
            _ => one.code.title.clone(),
        };
        let rank = settings.rank(&one.priority);
        let queue = if one.by_house {
            Role::Muted
        } else {
            Role::Plain
        };
        let mut row = vec![
            (role(Role::Id), line(&one.code.name)),
            (role(Role::Plain), line(&title)),
            (role(queue), line(&one.queue)),
        ];
        if narrow {
            let known = rank < settings.priorities.len();
            let short = if known {
                format!("P{}", rank + 1)
            } else {
                String::new()
            };
            row.push((role(urgency(rank)), short));
        } else {
            row.push((
                role(Role::Plain),
                line(&format!("{} × {}", one.impact, one.urgency)),
            ));
            row.push((role(urgency(rank)), line(&one.priority)));
        }
        row
    };
    let rows: Vec<Vec<PaintedText>> = codes.iter().map(row).collect();
    let inner = Paint {
        width: paint.width.map(|width| width.saturating_sub(INDENT)),
        ..*paint
    };
    let table = table(header, &rows, &[], 1, &inner);
    let mut lines = table.lines();
    let pad = " ".repeat(INDENT);
    let mut out = format!("{pad}{}\n", lines.next().unwrap_or_default());
    let mut before: &[String] = &[];
    for (one, text) in codes.iter().zip(lines) {
        let path = &one.code.path[..];
        let same = path.iter().zip(before).take_while(|(a, b)| a == b).count();
        let changed = if path == before {
            path.len()
        } else {
            same.min(path.len())
        };
        for (level, name) in path.iter().enumerate().skip(changed) {
            if level < 2 && !(level == 1 && changed == 0) && before != &[] as &[String] {
                out.push('\n');
            }
            let role = [Role::Heading, Role::Title, Role::Muted][level.min(2)];
            let pad = " ".repeat(2 * level);
            out.push_str(&format!("{pad}{}\n", paint.role(role, &line(name))));
            if level == 1
                && let Some(provider) = &one.provider
            {
                out.push_str(&reach_below(provider, settings, paint));
            }
        }
        before = path;
        out.push_str(&format!("{pad}{text}\n"));
    }
    out
}

/// How to reach a provider, under its name in the tree.
fn reach_below(one: &Provider, settings: &Settings, paint: &Paint) -> String {
    let reach = provider::reach(one, settings, paint);
    if reach.is_empty() {
        return String::new();
    }
    let pad = " ".repeat(4);
    let room = paint.width_up_to(MEASURE).saturating_sub(pad.len()).max(20);
    let mut out = String::new();
    for part in wrap(&reach, room) {
        out.push_str(&format!("{pad}{}\n", paint.role(Role::Muted, &part)));
    }
    out
}

fn card(one: &CodeView, settings: &Settings, paint: &Paint) -> String {
    let code = &one.code;
    let width = paint.width_up_to(MEASURE);
    let mut out = head(code, paint, width);
    out.push('\n');
    facts(&mut out, one, settings, paint, width);
    if !code.prompts.is_empty() {
        heading(&mut out, "Ask the caller", "", paint);
        numbered(&mut out, &code.prompts, width);
    }
    if let Some(order) = &code.work_order {
        standard_order(&mut out, order, paint, width);
    }
    out
}

/// Name and place of a code, then its title.
fn head(code: &Code, paint: &Paint, width: usize) -> String {
    let mut parts = vec![paint.role(Role::Id, &line(&code.name))];
    if !code.path.is_empty() {
        parts.push(paint.role(Role::Muted, &line(&code.path.join(" › "))));
    }
    if code.retired {
        parts.push(paint.role(Role::Warn, "retired"));
    }
    let mut out = parts.join(&paint.role(Role::Muted, "  ·  "));
    out.push('\n');
    title(&mut out, &code.title, paint, width);
    out
}

fn facts(out: &mut String, one: &CodeView, settings: &Settings, paint: &Paint, width: usize) {
    let code = &one.code;
    let mut add = |label: &str, value: String| fact(out, label, &value, paint, width);
    if let Some(next) = &one.successor {
        add(
            "now",
            format!("{}: desk catalog {}", line(next), line(next)),
        );
    }
    if let Some(import) = &code.imported {
        add("from", format!("import {}", line(import)));
    }
    let tier = match settings.tier(&one.queue) {
        0 => String::new(),
        tier => format!("tier {tier}"),
    };
    let house = if one.by_house {
        "the house's queue"
    } else {
        ""
    };
    add("waits in", joined(&[&one.queue, &tier, house]));
    add(
        "usually",
        line(&format!(
            "{} × {}: {}",
            one.impact,
            one.urgency,
            settings.priority_title(&one.priority)
        )),
    );
    if let Some(provider) = &one.provider {
        add("provider", provider::sentence(provider, settings, paint));
    }
    let target = |name: &str, target: Option<NonZeroDuration>| {
        target.map_or_else(String::new, |target| format!("{name} {target}"))
    };
    add(
        "targets",
        joined(&[
            &target("workaround", code.workaround),
            &target("resolution", code.resolution),
        ]),
    );
    add("needs", line(&code.require.join(", ")));
    for (at, (id, title)) in one.articles.iter().enumerate() {
        let text = format!("{}  {}", line(id), line(title));
        add(
            if at == 0 { "articles" } else { "" },
            text.trim_end().to_owned(),
        );
    }
    add(
        "tickets",
        format!(
            "{} in 30 days, {} in 365, {} open",
            one.use_.month, one.use_.year, one.use_.open
        ),
    );
}

fn standard_order(out: &mut String, order: &StandardOrder, paint: &Paint, width: usize) {
    heading(out, "Standard work order", &line(&order.title), paint);
    let put = |before: &str, text: &str| match text {
        "" => String::new(),
        text => format!("{before}{text}"),
    };
    let facts = joined(&[
        &put("by ", order.team.as_deref().unwrap_or_default()),
        &put("estimated ", order.estimate.as_deref().unwrap_or_default()),
        &put("take along: ", &order.parts.join(", ")),
    ]);
    for part in wrap(&facts, width) {
        if !facts.is_empty() {
            out.push_str(&format!("{}\n", paint.role(Role::Muted, &part)));
        }
    }
    numbered(out, &order.steps, width);
}

fn heading(out: &mut String, name: &str, more: &str, paint: &Paint) {
    let colon = if more.is_empty() { "" } else { ": " };
    out.push_str(&format!(
        "\n{}{colon}{more}\n",
        paint.role(Role::Heading, name)
    ));
}

fn numbered(out: &mut String, texts: &[String], width: usize) {
    let digits = texts.len().to_string().len();
    for (at, text) in texts.iter().enumerate() {
        let number = format!("{:>digits$}. ", at + 1);
        for (row, part) in wrap(&line(text), width.saturating_sub(number.len()).max(20))
            .into_iter()
            .enumerate()
        {
            let before = if row == 0 {
                number.clone()
            } else {
                " ".repeat(number.len())
            };
            out.push_str(&format!("{before}{part}\n"));
        }
    }
}

/// A code as JSON: the keys of `catalog.toml`, what follows from them under `derived`.
pub fn json(one: &CodeView, settings: &Settings, now: Moment) -> Json {
    let code = &one.code;
    let articles: Vec<Json> = one
        .articles
        .iter()
        .map(|(id, title)| json!({"id": id, "title": title}))
        .collect();
    json!({
        "code": code.name,
        "title": code.title,
        "path": code.path,
        "queue": code.queue,
        "area": code.area,
        "tier": code.tier,
        "impact": code.impact,
        "urgency": code.urgency,
        "prompts": code.prompts,
        "require": code.require,
        "articles": code.articles,
        "workaround": code.workaround.map(|time| time.to_string()),
        "resolution": code.resolution.map(|time| time.to_string()),
        "work_order": code.work_order.as_ref().map(|order| json!({
            "title": order.title,
            "steps": order.steps,
            "team": order.team,
            "estimate": order.estimate,
            "parts": order.parts,
        })),
        "retired": code.retired,
        "replaced_by": code.replaced_by,
        "imported": code.imported,
        "derived": {
            "queue": one.queue,
            "tier": settings.tier(&one.queue),
            "impact": one.impact,
            "urgency": one.urgency,
            "priority": one.priority,
            "successor": one.successor,
            "provider": one.provider.as_ref().map(|one| provider::json(one, settings, now)),
            "articles": articles,
            "tickets_30_days": one.use_.month,
            "tickets_365_days": one.use_.year,
            "open": one.use_.open,
        },
    })
}
