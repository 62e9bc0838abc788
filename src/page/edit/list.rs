//! Changes a list by its elements: comments of what stays stay.

use std::ops::Range;

use toml::Spanned;
use toml::de::DeValue;

use crate::model::field::Value;
use crate::page::edit::{splice, toml_value};
use crate::page::entry_value::quoted;

/// Changes a list by element: what stays, stays as it is written.
pub(in crate::page::edit) fn set_list(
    front: &str,
    old: &Spanned<DeValue<'_>>,
    wanted: &[String],
) -> String {
    let Some(array) = old.get_ref().as_array() else {
        return front.to_owned();
    };
    let elements: Vec<(String, Range<usize>)> = array
        .iter()
        .map(|one| {
            (
                one.get_ref().as_str().unwrap_or_default().to_owned(),
                one.span(),
            )
        })
        .collect();
    let kept: Vec<&String> = elements
        .iter()
        .map(|(text, _)| text)
        .filter(|text| wanted.contains(text))
        .collect();
    let added: Vec<&String> = wanted.iter().filter(|text| !kept.contains(text)).collect();
    let in_order = kept
        .iter()
        .copied()
        .chain(added.iter().copied())
        .eq(wanted.iter());
    if !in_order || kept.is_empty() {
        let list = Value::List(wanted.to_vec());
        return splice(front, old.span(), &toml_value(&list));
    }
    let mut out = front.to_owned();
    let array_end = old.span().end;
    // From the back, so that spans before stay right.
    if let Some((_, last)) = elements.last() {
        let line_start = front[..last.start].rfind('\n').map_or(0, |at| at + 1);
        let alone = front[line_start..last.start].trim().is_empty();
        let tail = &front[last.end..array_end];
        let comma = tail
            .find(',')
            .filter(|at| tail[..*at].trim().is_empty())
            .map(|at| last.end + at + 1);
        for text in added.iter().rev() {
            if alone {
                let indent = &front[line_start..last.start];
                let nl = if front[..last.start].ends_with(&format!("\r\n{indent}")) {
                    "\r\n"
                } else {
                    "\n"
                };
                let after = comma.unwrap_or(last.end);
                let end = front[after..]
                    .find('\n')
                    .map_or(array_end - 1, |at| after + at);
                let end = if front[..end].ends_with('\r') {
                    end - 1
                } else {
                    end
                };
                out.insert_str(end, &format!("{nl}{indent}{},", quoted(text)));
            } else {
                out.insert_str(last.end, &format!(", {}", quoted(text)));
            }
        }
        if alone && comma.is_none() && !added.is_empty() {
            out.insert(last.end, ',');
        }
    }
    for (text, span) in elements.iter().rev() {
        if wanted.contains(text) {
            continue;
        }
        out = remove_element(&out, span.clone());
    }
    out
}

pub(in crate::page::edit) fn remove_element(text: &str, span: Range<usize>) -> String {
    let after = &text[span.end..];
    let comma = after
        .find(|c: char| !c.is_whitespace())
        .filter(|at| after[*at..].starts_with(','));
    let line_start = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = after.find('\n').map_or(text.len(), |at| span.end + at + 1);
    let alone = text[line_start..span.start].trim().is_empty();
    if let Some(at) = comma {
        let end = span.end + at + 1;
        let rest = text[end..line_end].trim();
        if alone && (rest.is_empty() || rest.starts_with('#')) {
            return splice(text, line_start..line_end, "");
        }
        let gap = text[end..].len() - text[end..].trim_start_matches([' ', '\t']).len();
        return splice(text, span.start..end + gap, "");
    }
    let rest = text[span.end..line_end].trim();
    if alone && (rest.is_empty() || rest.starts_with('#')) {
        return splice(text, line_start..line_end, "");
    }
    let head = text[..span.start].trim_end();
    let start = if head.ends_with(',') {
        head.len() - 1
    } else {
        span.start
    };
    splice(text, start..span.end, "")
}
