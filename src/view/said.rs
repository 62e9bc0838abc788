//! What callers are to be told now, by the words that stand on work orders.

use serde_json::{Value as Json, json};

use crate::model::said::Said;
use crate::model::settings::Settings;
use crate::rules::lifecycle::words::OrderWord;
use crate::view::paint::{Paint, Role};
use crate::view::sanitize::line;
use crate::view::words::{cut, wrap};

/// What is said of each word's order where all are shown.
const NAME: &str = "Tell callers";

/// The command that lists the orders with a word.
const ALL: &str = "desk list is:said";

/// Widest line of running text, in columns.
const MEASURE: usize = 96;

/// `by 14:00`, or that the time has passed; nothing where none is said.
fn by_when(said: &Said, paint: &Paint) -> Option<(Role, String)> {
    let next = said.next()?;
    let at = paint.time(next);
    Some(if next > paint.now {
        (Role::Muted, format!("next word by {at}"))
    } else {
        (Role::Alarm, format!("the next word was due {at}"))
    })
}

/// The words on a person's own board, in full.
pub fn part(words: &[OrderWord], settings: &Settings, paint: &Paint) -> String {
    if words.is_empty() {
        return String::new();
    }
    let count = paint.role(Role::Muted, &words.len().to_string());
    let mut out = format!("\n{} {count}\n", paint.role(Role::Alarm, NAME));
    let width = paint.width_up_to(MEASURE);
    for word in words {
        let id = word.order.id;
        let margin = id.as_str().len() + 2;
        let text = line(&word.said.text);
        for (at, one) in wrap(&text, width.saturating_sub(margin).max(20))
            .iter()
            .enumerate()
        {
            let head = if at == 0 {
                format!("{}  ", paint.role(Role::Id, id.as_str()))
            } else {
                " ".repeat(margin)
            };
            out.push_str(&format!("{head}{}\n", paint.role(Role::Plain, one)));
        }
        let who = line(settings.agent_name(word.said.by.as_str()));
        let when = format!("{who}, {} ago", paint.ago(word.said.at));
        let mut foot = paint.role(Role::Muted, &when);
        if let Some((role, text)) = by_when(&word.said, paint) {
            foot.push_str(&format!(
                "{}{}",
                paint.role(Role::Muted, "; "),
                paint.role(role, &text)
            ));
        }
        out.push_str(&format!("{}{foot}\n", " ".repeat(margin)));
    }
    out
}

/// The words on a screen of many things, on one line: the newest, and how many more there are.
pub fn short(words: &[OrderWord], paint: &Paint) -> String {
    let Some(word) = words.first() else {
        return String::new();
    };
    let width = paint.width.unwrap_or(usize::MAX);
    let mut end: Vec<(Role, String)> = by_when(&word.said, paint).into_iter().collect();
    if words.len() > 1 {
        if paint.is_narrow() {
            end.clear();
        }
        let more = format!("and {} more: {ALL}", words.len() - 1);
        end.push((Role::Muted, more));
    }
    let id = word.order.id;
    let ends = end.iter().map(|(_, text)| text.chars().count() + 2);
    let taken = NAME.len() + 2 + id.as_str().len() + 2 + ends.sum::<usize>();
    let text = cut(&line(&word.said.text), width.saturating_sub(taken).max(10));
    let mut out = format!(
        "{}  {}  {text}",
        paint.role(Role::Alarm, NAME),
        paint.role(Role::Id, id.as_str())
    );
    for (role, text) in end {
        out.push_str(&format!("  {}", paint.role(role, &text)));
    }
    out + "\n"
}

/// A word as a sentence, for whoever has a caller on the telephone.
pub fn sentence(word: &OrderWord, paint: &Paint) -> String {
    let by = by_when(&word.said, paint).map(|(_, text)| format!(" ({text})"));
    format!(
        "tell callers of {}: {}{}",
        word.order.id,
        line(&word.said.text),
        by.unwrap_or_default()
    )
}

/// A word on the screen of the order, or of a ticket that waits for it.
pub fn fact(said: &Said, paint: &Paint) -> String {
    let by = by_when(said, paint).map(|(_, text)| format!(" ({text})"));
    format!("{}{}", line(&said.text), by.unwrap_or_default())
}

/// A word for scripts.
pub fn json(word: &OrderWord) -> Json {
    json!({
        "order": word.order.id.as_str(),
        "at": word.said.at.to_string(),
        "by": word.said.by.as_str(),
        "text": word.said.text,
        "next": word.said.next().map(|next| next.to_string()),
    })
}
