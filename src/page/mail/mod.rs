//! Mails as they are sent (RFC 5322 and MIME): their bytes read into a [`Mail`], and written.
//!
//! Whatever the bytes are, something is read: odd mail is the common case. What one pass over the
//! bytes shows to be built for harm is refused before it is parsed.

pub mod address;
pub mod bounds;
mod charset;
mod flowed;
pub mod held;
pub mod html;
pub mod mbox;
pub mod outbox;
mod parts;
pub mod write;
pub mod raw;

use std::borrow::Cow;

use chrono::{FixedOffset, NaiveDate, TimeZone as _};
use mail_parser::{Addr, Address, DateTime, HeaderName, HeaderValue, Message, MessageParser};

use crate::model::mail::{Mail, MailAddress};
use crate::model::moment::Moment;
use crate::page::mail::bounds::TooComplex;

/// Why a mail could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It has more of something than any honest mail.
    #[error(transparent)]
    TooComplex(#[from] TooComplex),
    /// There is no header in it.
    #[error("it has no headers")]
    NoHeaders,
}

/// A value of a header is cut to so many characters.
const LONGEST_VALUE: usize = 4_000;

/// So many addresses or ids of one header are read.
const MOST_OF_ONE_HEADER: usize = 500;

/// So many headers of one name are read that tell for whom it was delivered.
const MOST_DELIVERIES: usize = 20;

/// Reads a mail. A line `From …` of an mbox before it is passed over.
pub fn read(bytes: &[u8]) -> Result<Mail, Unreadable> {
    let bytes = with_line_feeds(bytes);
    let bytes = without_envelope_line(&bytes);
    bounds::check(bytes)?;
    let repaired = charset::with_readable_headers(bytes);
    let parser = MessageParser::default()
        .with_minimal_headers()
        .with_address_headers()
        .with_message_ids()
        .with_date_headers()
        .with_mime_headers()
        .default_header_text();
    let message = parser.parse(&*repaired).ok_or(Unreadable::NoHeaders)?;
    let is_known = |header: &mail_parser::Header<'_>| !matches!(header.name, HeaderName::Other(_));
    if !message.headers().iter().any(is_known) {
        return Err(Unreadable::NoHeaders);
    }
    let mut mail = Mail {
        headers: headers(&message),
        message_id: ids(message.header("Message-ID")).pop(),
        in_reply_to: ids(Some(message.in_reply_to())),
        references: ids(Some(message.references())),
        to: message.all_to().flat_map(addresses).collect(),
        cc: message.all_cc().flat_map(addresses).collect(),
        subject: message.subject().map(one_line).unwrap_or_default(),
        date: message.date().and_then(moment),
        media_type: media_type(message.root_part()),
        ..Mail::default()
    };
    mail.to.truncate(MOST_OF_ONE_HEADER);
    mail.cc.truncate(MOST_OF_ONE_HEADER);
    let return_path = mail.header("return-path").next().map(bare_address);
    mail.return_path = return_path;
    for name in ["delivered-to", "x-original-to", "envelope-to"] {
        let named: Vec<String> = mail
            .header(name)
            .take(MOST_DELIVERIES)
            .map(bare_address)
            .collect();
        let named = named.into_iter().filter(|one| one.contains('@'));
        mail.delivered_to.extend(named);
    }
    writer(&message, &mut mail);
    parts::read(&message, &mut mail);
    Ok(mail)
}

/// The subject of a mail, of which only the headers are read; empty where there is none.
pub(in crate::page::mail) fn subject(bytes: &[u8]) -> String {
    let headers = charset::with_readable_headers(bytes);
    let message = MessageParser::default().parse_headers(&*headers);
    let subject = message.as_ref().and_then(Message::subject);
    subject.map(one_line).unwrap_or_default()
}

/// The writer, and where answers go. Where `From` names no address, what else tells of a writer
/// stands in: `Reply-To`, `Sender`, `Return-Path`, in this order.
fn writer(message: &Message<'_>, mail: &mut Mail) {
    let all = |name: &str| -> Vec<MailAddress> {
        message
            .header_values(name.to_owned())
            .filter_map(HeaderValue::as_address)
            .flat_map(addresses)
            .collect()
    };
    let from = all("From");
    mail.reply_to = all("Reply-To").into_iter().next();
    let first = from.iter().find(|one| one.address.contains('@'));
    mail.has_several_writers =
        first.is_some_and(|first| from.iter().any(|one| one.address != first.address));
    let name = from.first().map(|one| one.name.clone()).unwrap_or_default();
    let envelope = mail.return_path.clone().filter(|one| one.contains('@'));
    mail.from = first
        .cloned()
        .or_else(|| mail.reply_to.clone())
        .or_else(|| all("Sender").into_iter().next())
        .or_else(|| {
            envelope.map(|address| MailAddress {
                name: String::new(),
                address,
            })
        });
    if let Some(from) = &mut mail.from
        && from.name.is_empty()
    {
        from.name = name;
    }
}

/// A mail whose lines end with carriage returns alone, as old programs keep them, with line feeds.
fn with_line_feeds(bytes: &[u8]) -> Cow<'_, [u8]> {
    let start = &bytes[..bytes.len().min(4 << 10)];
    if start.contains(&b'\n') || !start.contains(&b'\r') {
        return Cow::Borrowed(bytes);
    }
    let feeds = bytes
        .iter()
        .map(|byte| if *byte == b'\r' { b'\n' } else { *byte });
    Cow::Owned(feeds.collect())
}

fn without_envelope_line(bytes: &[u8]) -> &[u8] {
    let Some(rest) = bytes.strip_prefix(b"From ") else {
        return bytes;
    };
    let end = rest.iter().position(|byte| *byte == b'\n');
    end.map_or(bytes, |end| &rest[end + 1..])
}

fn headers(message: &Message<'_>) -> Vec<(String, String)> {
    let raw = message.headers_raw();
    let decoded = message.headers().iter();
    decoded
        .zip(raw)
        .map(|(header, (_, raw))| {
            let value = match header.value() {
                HeaderValue::Text(text) => one_line(text),
                _ => one_line(raw),
            };
            (header.name().to_ascii_lowercase(), value)
        })
        .collect()
}

/// Text on one line without what is not to be printed: controls and marks that turn the direction
/// of what follows. Several blanks become one.
pub fn one_line(text: &str) -> String {
    let mut out = String::new();
    let mut count = 0;
    for c in text.chars() {
        if is_unseen(c) {
            continue;
        }
        if c.is_whitespace() || c.is_control() {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
            continue;
        }
        out.push(c);
        count += 1;
        if count >= LONGEST_VALUE {
            out.push('…');
            break;
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Marks that turn the direction of text, or take no room.
pub(in crate::page::mail) fn is_unseen(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{0}')
}

fn addresses<'x>(all: &'x Address<'x>) -> impl Iterator<Item = MailAddress> + 'x {
    let named = |one: &Addr<'_>| {
        let address = one.address.as_deref().map(bare_address).unwrap_or_default();
        let name = one.name.as_deref().map(one_line).unwrap_or_default();
        let is_there = !address.is_empty() || !name.is_empty();
        is_there.then_some(MailAddress { name, address })
    };
    all.iter().filter_map(named).take(MOST_OF_ONE_HEADER)
}

/// An address without angle brackets and blanks, its domain in lower case.
pub fn bare_address(text: &str) -> String {
    let text = text.trim().trim_start_matches('<').trim_end_matches('>');
    let text: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && !c.is_control() && !is_unseen(*c))
        .take(320)
        .collect();
    match text.rsplit_once('@') {
        Some((local, domain)) => format!("{local}@{}", domain.to_lowercase()),
        None => text,
    }
}

/// The message ids of a header.
fn ids(value: Option<&HeaderValue<'_>>) -> Vec<String> {
    let clean = |text: &str| -> String {
        let text = text.trim().trim_matches(['<', '>']);
        let seen = text
            .chars()
            .filter(|c| !c.is_control() && !c.is_whitespace());
        seen.take(998).collect()
    };
    let all: Vec<String> = match value {
        Some(HeaderValue::Text(text)) => vec![clean(text)],
        Some(HeaderValue::TextList(list)) => {
            let skipped = list.len().saturating_sub(MOST_OF_ONE_HEADER);
            list.iter().skip(skipped).map(|text| clean(text)).collect()
        }
        _ => Vec::new(),
    };
    all.into_iter().filter(|id| !id.is_empty()).collect()
}

fn moment(date: &DateTime) -> Option<Moment> {
    let day = NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into())?;
    let time = day.and_hms_opt(
        date.hour.into(),
        date.minute.into(),
        u32::from(date.second).min(59),
    )?;
    let seconds = i32::from(date.tz_hour) * 3_600 + i32::from(date.tz_minute) * 60;
    let east = if date.tz_before_gmt {
        -seconds
    } else {
        seconds
    };
    let zone = FixedOffset::east_opt(east)?;
    Some(Moment::new(&zone.from_local_datetime(&time).single()?))
}

/// The media type of a part, in lower case.
pub(in crate::page::mail) fn media_type(part: &mail_parser::MessagePart<'_>) -> String {
    use mail_parser::MimeHeaders as _;
    part.content_type()
        .map_or("text/plain".to_owned(), |stated| match stated.subtype() {
            Some(sub) => format!("{}/{sub}", stated.ctype()).to_lowercase(),
            None => stated.ctype().to_lowercase(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_forwarded_as_a_file_is_named_by_what_it_is_about() {
        let mut bytes = b"From: a@b.c\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n\
            --x\r\nContent-Type: message/rfc822\r\n\r\nFrom: d@e.f\r\nSubject: "
            .to_vec();
        let (subject, ..) = encoding_rs::GBK.encode("打印机在三楼卡纸了，请帮忙看一下");
        bytes.extend(&*subject);
        bytes.extend(b"\r\nContent-Type: text/plain; charset=gb2312\r\n\r\nhi\r\n--x--\r\n");
        let mail = read(&bytes).unwrap();
        let name = mail.files[0].name.as_deref();
        assert_eq!(name, Some("打印机在三楼卡纸了，请帮忙看一下.eml"));
        assert!(mail.text.contains("打印机在三楼卡纸了"), "{}", mail.text);
    }

    #[test]
    fn whatever_names_the_writer_is_the_writer() {
        for (headers, from) in [
            ("From: Jan <jan@ACME.example>", "jan@acme.example"),
            (
                "From: Jan <>\r\nReply-To: jan@acme.example",
                "jan@acme.example",
            ),
            ("Sender: jan@acme.example", "jan@acme.example"),
            (
                "Return-Path: <jan@acme.example>\r\nSubject: x",
                "jan@acme.example",
            ),
        ] {
            let mail = read(format!("{headers}\r\n\r\nx").as_bytes()).unwrap();
            assert_eq!(mail.from.unwrap().address, from, "{headers}");
        }
        let two = read(b"From: a@b.c\r\nFrom: d@e.f\r\n\r\nx").unwrap();
        assert!(two.has_several_writers);
    }
}
