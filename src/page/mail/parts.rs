//! The parts of a mail: its text, and its files.
//!
//! Every part of the mail is its text, another form of its text, or a file: none is dropped.

use encoding_rs::Encoding;
use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::{Encoding as Transfer, Message, MessagePart, MimeHeaders as _, PartType};

use crate::model::mail::{Mail, MailFile};
use crate::page::mail::{html, is_unseen, media_type, one_line, subject};

/// A plain text with fewer words than a tenth of those of the HTML beside it only says that there
/// is HTML.
const STUB: usize = 10;

/// Reads text and files into the mail.
pub(in crate::page::mail) fn read(message: &Message<'_>, mail: &mut Mail) {
    let is_text = |id: &u32| {
        let part = message.part(*id);
        part.is_some_and(|part| matches!(part.body, PartType::Text(_) | PartType::Html(_)))
    };
    let of_text: Vec<u32> = message.text_body.iter().copied().filter(is_text).collect();
    let of_html: Vec<u32> = message.html_body.iter().copied().filter(is_text).collect();
    for (id, part) in (0_u32..).zip(&message.parts) {
        let is_body = of_text.contains(&id) || of_html.contains(&id);
        if let Some(lost) = lost(id, part, is_body) {
            mail.lost.push(lost);
        }
        if !is_body && !matches!(part.body, PartType::Multipart(_)) {
            mail.files.push(file(message, part));
        }
    }
    let files = &mail.files;
    let name_of = |content_id: &str| {
        let file = files
            .iter()
            .find(|file| file.content_id.as_deref() == Some(content_id))?;
        file.name.clone()
    };
    let mut cut = false;
    let mut joined = |ids: &[u32]| {
        let texts = ids.iter().filter_map(|id| message.part(*id));
        let texts = texts.map(|part| match &part.body {
            PartType::Html(text) => {
                let read = html::to_text(text, &name_of);
                cut |= read.cut;
                read.text
            }
            PartType::Text(text) => plain(part, text),
            _ => String::new(),
        });
        let texts: Vec<String> = texts.filter(|text| !text.trim().is_empty()).collect();
        texts.join("\n\n")
    };
    let plain = joined(&of_text);
    let has_both = of_html.iter().any(|id| !of_text.contains(id));
    let text = if has_both {
        let other = joined(&of_html);
        if words(&plain) * STUB < words(&other) {
            other
        } else {
            plain
        }
    } else {
        plain
    };
    if cut {
        mail.lost
            .push(format!("HTML beyond {} MiB", html::MOST >> 20));
    }
    mail.text = with_forwarded(message, &text);
    if mail.text.is_empty() && is_encrypted(&mail.media_type) {
        let name = mail.files.last().and_then(|file| file.name.clone());
        mail.text = format!(
            "[encrypted: {}]",
            name.unwrap_or_else(|| "the text".to_owned())
        );
    }
}

fn is_encrypted(media_type: &str) -> bool {
    [
        "multipart/encrypted",
        "application/pkcs7-mime",
        "application/x-pkcs7-mime",
    ]
    .contains(&media_type)
}

fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

/// A plain text with line feeds for ends of lines; what the sender's program broke for transport
/// (`format=flowed`, RFC 3676) is joined.
fn plain(part: &MessagePart<'_>, text: &str) -> String {
    let of = |name: &str| {
        part.content_type()
            .and_then(|stated| stated.attribute(name))
            .map(str::to_ascii_lowercase)
    };
    let text = cleaned(text);
    if of("format").as_deref() == Some("flowed") {
        flowed(&text, of("delsp").as_deref() == Some("yes"))
    } else {
        text
    }
}

/// Text without carriage returns, controls and marks that turn its direction; its lines without
/// blanks at their ends.
pub(in crate::page::mail) fn cleaned(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\r' => {
                if rest.peek() != Some(&'\n') {
                    out.push('\n');
                }
            }
            '\n' | '\t' => out.push(c),
            '\u{a0}' => out.push(' '),
            c if c.is_control() || is_unseen(c) => {}
            c => out.push(c),
        }
    }
    out
}

fn flowed(text: &str, delete_space: bool) -> String {
    let mut out: Vec<(usize, String)> = Vec::new();
    let mut open = false;
    for line in text.lines() {
        let depth = line.bytes().take_while(|byte| *byte == b'>').count();
        let content = &line[depth..];
        let content = content.strip_prefix(' ').unwrap_or(content);
        let is_signature = content == "-- ";
        match out.last_mut() {
            Some((before, last)) if open && *before == depth && !is_signature => {
                last.push_str(content);
            }
            _ => out.push((depth, content.to_owned())),
        }
        open = content.ends_with(' ') && !is_signature;
        if open
            && delete_space
            && let Some((_, last)) = out.last_mut()
        {
            last.pop();
        }
    }
    let lines = out.into_iter().map(|(depth, content)| {
        let content = content.trim_end();
        match depth {
            0 => content.to_owned(),
            depth => format!("{} {content}", ">".repeat(depth)),
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// What of a part could not be read.
fn lost(id: u32, part: &MessagePart<'_>, is_body: bool) -> Option<String> {
    let kind = media_type(part);
    let stated = part
        .content_type()
        .and_then(|stated| stated.attribute("charset"));
    let unknown = stated.filter(|label| Encoding::for_label(label.as_bytes()).is_none());
    let is_plain = part.text_contents().is_some_and(str::is_ascii);
    match unknown {
        Some(label) if is_body && !is_plain => {
            Some(format!("part {id}, {kind}, charset {}", one_line(label)))
        }
        _ if part.is_encoding_problem => Some(format!("part {id}, {kind}")),
        _ => None,
    }
}

/// A part as it stands in the mail.
fn raw<'m>(message: &'m Message<'_>, part: &MessagePart<'_>) -> &'m [u8] {
    let from = usize::try_from(part.offset_body).unwrap_or_default();
    let to = usize::try_from(part.offset_end).unwrap_or_default();
    message.raw_message.get(from..to).unwrap_or_default()
}

/// The bytes of a mail in the mail.
fn of_inner<'m>(
    message: &'m Message<'_>,
    part: &'m MessagePart<'_>,
    inner: &'m Message<'_>,
) -> &'m [u8] {
    match part.encoding {
        Transfer::None => raw(message, part),
        _ => &inner.raw_message,
    }
}

/// A part as a file, its bytes as the sender had them.
fn file(message: &Message<'_>, part: &MessagePart<'_>) -> MailFile {
    let raw = raw(message, part);
    let decoded = || match part.encoding {
        Transfer::Base64 => base64_decode(raw),
        Transfer::QuotedPrintable => quoted_printable_decode(raw),
        Transfer::None => Some(raw.to_vec()),
    };
    let bytes = match &part.body {
        PartType::Message(inner) => of_inner(message, part, inner).to_vec(),
        // The parser has these in UTF-8.
        PartType::Text(text) | PartType::Html(text) => {
            decoded().unwrap_or_else(|| text.as_bytes().to_vec())
        }
        _ => part.contents().to_vec(),
    };
    // The name of a mail that was forwarded as a file: what it is about.
    let about = || part.message().map(|_| subject(&bytes));
    let stated = part.attachment_name().map(one_line);
    let name = stated
        .filter(|name| !name.is_empty())
        .or_else(|| Some(format!("{}.eml", about().filter(|one| !one.is_empty())?)));
    MailFile {
        name,
        media_type: media_type(part),
        content_id: part.content_id().map(one_line),
        bytes,
    }
}

/// The text, and below it that of mails which were forwarded as files, quoted.
fn with_forwarded(message: &Message<'_>, text: &str) -> String {
    let mut out = text.trim_matches('\n').trim_end().to_owned();
    let inner = message
        .parts
        .iter()
        .filter_map(|part| Some((part, part.message()?)));
    for (part, inner) in inner.take(20) {
        let mut mail = Mail::default();
        let from = inner.from().and_then(|from| from.first());
        let from = from.and_then(|one| one.address.as_deref()).map(one_line);
        let subject = subject(of_inner(message, part, inner));
        // What it holds itself stands in its file.
        if inner.parts.iter().all(|part| part.message().is_none()) {
            read(inner, &mut mail);
        }
        if mail.text.is_empty() {
            continue;
        }
        if !out.is_empty() {
            out.push_str("\n\n");
        }
        out.push_str(&format!("> Forwarded: {subject}"));
        if let Some(from) = from {
            out.push_str(&format!(", from {from}"));
        }
        out.push_str("\n>");
        for line in mail.text.lines() {
            out.push_str("\n> ");
            out.push_str(line);
            out.truncate(out.trim_end_matches(' ').len());
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flowed_lines_are_joined_within_their_depth() {
        let text =
            "This was broken \nfor transport.\n> And this \n> too, \nbut not this.\n-- \nJan";
        let joined = "This was broken for transport.\n> And this too,\nbut not this.\n--\nJan";
        assert_eq!(flowed(text, false), joined);
        assert_eq!(flowed("A word bro \nken.", true), "A word broken.");
    }

    #[test]
    fn a_text_has_no_controls() {
        assert_eq!(
            cleaned("a\r\nb\rc\u{1b}[31m\u{202e}d\u{a0}e\0"),
            "a\nb\nc[31md e"
        );
    }
}
