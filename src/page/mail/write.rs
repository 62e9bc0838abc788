//! A mail as it is sent: headers of RFC 5322, words of other scripts by RFC 2047 and RFC 2231, a text
//! that is `format=flowed` (RFC 3676).
//!
//! What goes into a header was typed by somebody, here or elsewhere: everything passes through one
//! door that takes out controls, also those that an encoded word would only bring back when it is
//! decoded. The bytes follow from the mail alone, so that what is handed over twice is the same.
//! Lines end with a line feed, as programs of the machine's own that take mail expect it.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::model::mail::{MailAddress, MailFile, OutgoingMail};
use crate::page::mail::flowed::flowed;
use crate::page::mail::one_line;

/// A line of a header has at most so many characters where it can be folded.
const WIDTH: usize = 76;

/// An encoded word has at most so many characters (RFC 2047, 2).
const WORD: usize = 75;

/// A word of a header that is longer is encoded, so that the line can be folded.
const LONGEST_WORD: usize = 60;

/// The longest line of a text that is sent as it is.
const LONGEST_LINE: usize = 900;

/// A subject is cut to so many characters.
const LONGEST_SUBJECT: usize = 300;

/// Writes a mail.
pub fn write(mail: &OutgoingMail) -> Vec<u8> {
    let mut out = String::new();
    addresses(&mut out, "From", std::slice::from_ref(&mail.from));
    addresses(&mut out, "To", &mail.to);
    addresses(&mut out, "Cc", &mail.cc);
    addresses(&mut out, "Reply-To", mail.reply_to.as_slice());
    let subject: String = one_line(&mail.subject)
        .chars()
        .take(LONGEST_SUBJECT)
        .collect();
    text(&mut out, "Subject", &subject);
    let date = mail.date.format("%a, %d %b %Y %H:%M:%S %z");
    let _ = writeln!(out, "Date: {date}");
    ids(
        &mut out,
        "Message-ID",
        std::slice::from_ref(&mail.message_id),
    );
    ids(&mut out, "In-Reply-To", mail.in_reply_to.as_slice());
    ids(&mut out, "References", &mail.references);
    if let Some((topic, index)) = &mail.thread {
        text(&mut out, "Thread-Topic", topic);
        // Folded, as a long one has to be.
        let index: Vec<char> = index.chars().filter(char::is_ascii_graphic).collect();
        let lines: Vec<String> = index.chunks(60).map(|line| line.iter().collect()).collect();
        let _ = writeln!(out, "Thread-Index: {}", lines.join("\n "));
    }
    if let Some(automatic) = &mail.automatic {
        let word = if automatic.replies {
            "auto-replied"
        } else {
            "auto-generated"
        };
        let _ = writeln!(out, "Auto-Submitted: {word}");
        out.push_str("X-Auto-Response-Suppress: All\n");
        let _ = writeln!(out, "X-Plaindesk-Loop: {}", plain_address(&automatic.own));
    }
    out.push_str("MIME-Version: 1.0\n");
    if mail.files.is_empty() {
        body(&mut out, &mail.text);
        return out.into_bytes();
    }
    // Neither quoted-printable nor base64 has `=_`.
    let boundary = format!("=_{}", boundary(&mail.message_id));
    let _ = write!(
        out,
        "Content-Type: multipart/mixed; boundary=\"{boundary}\"\n\n--{boundary}\n"
    );
    body(&mut out, &mail.text);
    for one in &mail.files {
        let _ = write!(out, "\n--{boundary}\n");
        file(&mut out, one);
    }
    let _ = write!(out, "\n--{boundary}--\n");
    out.into_bytes()
}

/// A part of the message's id as it may stand in a boundary.
fn boundary(id: &str) -> String {
    let plain = id.chars().filter(char::is_ascii_alphanumeric);
    plain.take(50).collect()
}

/// An address without what could end it.
fn plain_address(address: &str) -> String {
    let may_stand = |c: &char| {
        !c.is_whitespace() && !c.is_control() && !"<>()[],;:\\\"".contains(*c) && c.is_ascii()
    };
    address.chars().filter(may_stand).collect()
}

/// Writes a header with addresses; none where there are none.
fn addresses(out: &mut String, name: &str, all: &[MailAddress]) {
    let all: Vec<String> = all
        .iter()
        .filter(|one| !plain_address(&one.address).is_empty())
        .map(|one| {
            let address = plain_address(&one.address);
            match one_line(&one.name).trim() {
                "" => address,
                name => format!("{} <{address}>", phrase(name)),
            }
        })
        .collect();
    if all.is_empty() {
        return;
    }
    out.push_str(name);
    out.push(':');
    let mut width = name.len() + 1;
    for (at, one) in all.iter().enumerate() {
        let comma = if at + 1 < all.len() { "," } else { "" };
        let first = one.lines().next().unwrap_or_default();
        if at > 0 && width + 1 + first.chars().count() > WIDTH {
            out.push('\n');
            width = 0;
        }
        let _ = write!(out, " {one}{comma}");
        width += one.lines().last().unwrap_or_default().chars().count() + 2;
    }
    out.push('\n');
}

/// A name before an address: in quotes, or in encoded words, which must not stand in quotes.
fn phrase(name: &str) -> String {
    if is_plain(name) {
        let escaped = name.replace('\\', "\\\\").replace('"', "\\\"");
        return format!("\"{escaped}\"");
    }
    encoded(name, 12).join("\n ")
}

/// Whether a text may stand in a header as it is.
fn is_plain(text: &str) -> bool {
    let is_ascii = text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    is_ascii && !text.contains("=?") && text.split(' ').all(|word| word.len() <= LONGEST_WORD)
}

/// Writes a header of free text.
fn text(out: &mut String, name: &str, value: &str) {
    let value = one_line(value);
    let start = name.len() + 2;
    if !is_plain(&value) {
        let words = encoded(&value, start);
        let _ = writeln!(out, "{name}: {}", words.join("\n "));
        return;
    }
    let _ = write!(out, "{name}:");
    let mut width = start - 1;
    for word in value.split(' ') {
        if width + 1 + word.len() > WIDTH && width >= start {
            out.push('\n');
            width = 0;
        }
        let _ = write!(out, " {word}");
        width += 1 + word.len();
    }
    out.push('\n');
}

/// A text in encoded words, the first of them behind `start` characters of its line. No character is
/// split.
fn encoded(text: &str, start: usize) -> Vec<String> {
    const FRAME: usize = "=?utf-8?B?".len() + "?=".len();
    let mut words = Vec::new();
    let mut word = String::new();
    let mut room = WORD.saturating_sub(start + FRAME) / 4 * 3;
    for c in text.chars() {
        if word.len() + c.len_utf8() > room.max(12) {
            words.push(std::mem::take(&mut word));
            room = (WORD - 1 - FRAME) / 4 * 3;
        }
        word.push(c);
    }
    words.push(word);
    let encode = |word: String| format!("=?utf-8?B?{}?=", STANDARD.encode(word));
    words.into_iter().map(encode).collect()
}

/// Writes a header with message ids, one a line; none where there are none.
fn ids(out: &mut String, name: &str, all: &[String]) {
    let may_stand = |c: &char| c.is_ascii_graphic() && !"<>".contains(*c);
    let all = all.iter().map(|id| id.chars().filter(may_stand).collect());
    let all: Vec<String> = all
        .filter(|id: &String| !id.is_empty() && id.len() < LONGEST_LINE)
        .map(|id| format!("<{id}>"))
        .collect();
    if !all.is_empty() {
        let _ = writeln!(out, "{name}: {}", all.join("\n "));
    }
}

/// Writes the text as a part.
fn body(out: &mut String, text: &str) {
    let text = flowed(text);
    let is_plain = text.is_ascii() && text.lines().all(|line| line.len() <= LONGEST_LINE);
    let others = text.bytes().filter(|byte| !byte.is_ascii()).count();
    let (charset, encoding) = match () {
        () if is_plain => ("us-ascii", "7bit"),
        // What is mostly of another script is shorter so.
        () if others * 3 > text.len() => ("utf-8", "base64"),
        () => ("utf-8", "quoted-printable"),
    };
    let _ = write!(
        out,
        "Content-Type: text/plain; charset={charset}; format=flowed\n\
         Content-Transfer-Encoding: {encoding}\n\n"
    );
    match encoding {
        "7bit" => out.push_str(&text),
        // What is encoded has the line ends of mail.
        "base64" => base64(out, text.replace('\n', "\r\n").as_bytes()),
        _ => quoted_printable(out, &text),
    }
}

fn quoted_printable(out: &mut String, text: &str) {
    for line in text.split_terminator('\n') {
        let mut width = 0;
        let bytes = line.as_bytes();
        for (at, byte) in bytes.iter().enumerate() {
            let is_last = at + 1 == bytes.len();
            let plain = match byte {
                b'=' => false,
                b' ' | b'\t' => !is_last,
                byte => byte.is_ascii_graphic(),
            };
            let length = if plain { 1 } else { 3 };
            if width + length >= WIDTH {
                out.push_str("=\n");
                width = 0;
            }
            if plain {
                out.push(char::from(*byte));
            } else {
                let _ = write!(out, "={byte:02X}");
            }
            width += length;
        }
        out.push('\n');
    }
}

fn base64(out: &mut String, bytes: &[u8]) {
    for line in bytes.chunks(WIDTH / 4 * 3) {
        STANDARD.encode_string(line, out);
        out.push('\n');
    }
}

/// Writes a file as a part.
fn file(out: &mut String, file: &MailFile) {
    let is_token = |c: char| c.is_ascii_alphanumeric() || "/-+.".contains(c);
    let media_type = &file.media_type;
    // A mail as a file may not be encoded (RFC 2046, 5.2.1).
    let is_known = media_type.contains('/')
        && media_type.chars().all(is_token)
        && !media_type.starts_with("message/")
        && !media_type.starts_with("multipart/");
    let media_type = if is_known {
        media_type.as_str()
    } else {
        "application/octet-stream"
    };
    let _ = write!(
        out,
        "Content-Type: {media_type}\nContent-Transfer-Encoding: base64\n\
         Content-Disposition: attachment"
    );
    let name = file.name.as_deref().map(one_line).unwrap_or_default();
    if is_plain(&name) && !name.is_empty() {
        let escaped = name.replace('\\', "\\\\").replace('"', "\\\"");
        let _ = write!(out, ";\n filename=\"{escaped}\"");
    } else if !name.is_empty() {
        let _ = write!(out, ";\n filename*=utf-8''");
        for byte in name.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._".contains(&byte) {
                out.push(char::from(byte));
            } else {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out.push_str("\n\n");
    base64(out, &file.bytes);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::mail::{AutomaticMail, Mail};
    use crate::page::mail::read;

    fn address(name: &str, address: &str) -> MailAddress {
        MailAddress {
            name: name.to_owned(),
            address: address.to_owned(),
        }
    }

    fn sample() -> OutgoingMail {
        OutgoingMail {
            from: address("Help desk", "help@desk.example"),
            to: vec![address("Jan Kowalski", "jan@acme.example")],
            subject: "Re: No network on floor 3 [desk 2611-7K3MQ]".to_owned(),
            date: "2026-11-30T10:00:00+01:00".parse().unwrap(),
            message_id: "2611-7K3MQ.q4tz1x9a2b@desk.example".to_owned(),
            in_reply_to: Some("CAF123@mail.acme.example".to_owned()),
            references: vec![
                "CAF1@mail.acme.example".to_owned(),
                "CAF123@mail.acme.example".to_owned(),
            ],
            text: "Please restart the switch.\n\n-- \nAnna".to_owned(),
            ..OutgoingMail::default()
        }
    }

    fn sent(mail: &OutgoingMail) -> Mail {
        read(&write(mail)).unwrap()
    }

    fn names(mail: &Mail) -> Vec<&str> {
        mail.headers.iter().map(|(name, _)| name.as_str()).collect()
    }

    #[test]
    fn a_mail_as_it_is_sent() {
        let bytes = write(&sample());
        insta::assert_snapshot!(String::from_utf8(bytes).unwrap(), @r#"
        From: "Help desk" <help@desk.example>
        To: "Jan Kowalski" <jan@acme.example>
        Subject: Re: No network on floor 3 [desk 2611-7K3MQ]
        Date: Mon, 30 Nov 2026 10:00:00 +0100
        Message-ID: <2611-7K3MQ.q4tz1x9a2b@desk.example>
        In-Reply-To: <CAF123@mail.acme.example>
        References: <CAF1@mail.acme.example>
         <CAF123@mail.acme.example>
        MIME-Version: 1.0
        Content-Type: text/plain; charset=us-ascii; format=flowed
        Content-Transfer-Encoding: 7bit

        Please restart the switch.

        -- 
        Anna
        "#);
    }

    #[test]
    fn automatic_mail_says_so() {
        let mut mail = sample();
        mail.automatic = Some(AutomaticMail {
            replies: true,
            own: "help@desk.example".to_owned(),
        });
        let read = sent(&mail);
        let first = |name: &str| read.header(name).next().map(str::to_owned);
        assert_eq!(first("auto-submitted").as_deref(), Some("auto-replied"));
        assert_eq!(first("x-auto-response-suppress").as_deref(), Some("All"));
        assert_eq!(
            first("x-plaindesk-loop").as_deref(),
            Some("help@desk.example")
        );
    }

    #[test]
    fn files_arrive_as_they_were() {
        let mut mail = sample();
        let file = |name: &str, media_type: &str, bytes: &[u8]| MailFile {
            name: Some(name.to_owned()),
            media_type: media_type.to_owned(),
            content_id: None,
            bytes: bytes.to_vec(),
        };
        let bytes: Vec<u8> = (0..=255).collect();
        mail.files = vec![
            file("plan.pdf", "application/pdf", &bytes),
            file("Zeichnung \"Größe\".png", "image/png", b"x\r\n--=_\r\n"),
            file("দরজা.txt", "text/plain", b""),
            file("a.eml", "message/rfc822", b"From: a@b.c\n\nx\n"),
        ];
        let read = sent(&mail);
        assert_eq!(read.text, "Please restart the switch.\n\n--\nAnna");
        assert_eq!(read.files.len(), 4);
        for (read, sent) in read.files.iter().zip(&mail.files) {
            assert_eq!(
                (&read.name, &read.bytes),
                (&sent.name, &sent.bytes),
                "{read:?}"
            );
        }
    }

    /// Texts that try to leave their header, or that are of another script.
    const ODD: [&str; 24] = [
        "Ola\r\nBcc: all@acme.example",
        "=?utf-8?B?DQpCY2M6IGFsbEBhY21lLmV4YW1wbGUNCg==?=",
        "=?utf-8?Q?a=0D=0ABcc:_x@y.z?=",
        "x\u{2028}y\u{85}z\u{b}\u{c}",
        "\u{0}\u{1b}[31m",
        "\"quoted\" \\ (comment) <x@y.z>, other@z.z",
        "Zażółć gęślą jaźń",
        "Größe und Maß für Übergänge, die länger sind, als eine Zeile im Kopf einer Mail es erlaubt, und mehr",
        "Trần Thị Ngọc Ánh không vào được hộp thư điện tử",
        "রহিমা খাতুন ইমেইল খুলতে পারছেন না",
        "打印机在三楼卡纸了，请帮忙看一下",
        "プリンターが動きません",
        "프린터가 작동하지 않습니다",
        "Принтер не работает",
        "Ο εκτυπωτής δεν λειτουργεί",
        "הדפסת לא עובדת",
        "الطابعة لا تعمل",
        "प्रिंटर काम नहीं कर रहा",
        "เครื่องพิมพ์ไม่ทำงาน",
        "அச்சுப்பொறி",
        "პრინტერი არ მუშაობს",
        "Տպիչը չի աշխատում",
        "🖨️🔥 e\u{301}\u{301}\u{301}",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ];

    #[track_caller]
    fn holds(subject: &str, name: &str) {
        let mut mail = sample();
        mail.subject = format!("Re: {subject} [desk 2611-7K3MQ]");
        mail.to[0].name = name.to_owned();
        mail.cc = vec![address(name, "ola@acme.example\r\nBcc: x@y.z")];
        mail.thread = Some((subject.to_owned(), "AdlqXQ==".to_owned()));
        let bytes = write(&mail);
        let read = sent(&mail);
        let wanted = [
            "from",
            "to",
            "cc",
            "subject",
            "date",
            "message-id",
            "in-reply-to",
            "references",
            "thread-topic",
            "thread-index",
            "mime-version",
            "content-type",
            "content-transfer-encoding",
        ];
        let text = String::from_utf8_lossy(&bytes).into_owned();
        assert_eq!(names(&read), wanted, "{text}");
        let whole: String = one_line(&mail.subject).chars().take(300).collect();
        assert_eq!(read.subject, one_line(&whole), "{text}");
        assert_eq!(read.to.len(), 1, "{text}");
        assert_eq!(read.to[0].name, one_line(name).trim(), "{text}");
        assert_eq!(read.to[0].address, "jan@acme.example");
        assert_eq!(read.cc.len(), 1, "{text}");
        assert_eq!(read.date.unwrap().to_string(), "2026-11-30T09:00:00Z");
        let head = text.split("\n\n").next().unwrap();
        for line in head.lines() {
            assert!(line.len() <= 130 && line.is_ascii(), "{line}");
        }
    }

    #[test]
    fn no_text_leaves_its_header() {
        for subject in ODD {
            for name in ODD {
                holds(subject, name);
            }
        }
    }

    proptest! {
        #[test]
        fn what_is_sent_reads_back(subject in "\\PC{0,120}", name in "\\PC{0,60}") {
            holds(&subject, &name);
        }

        #[test]
        fn controls_do_not_act(subject in any::<String>(), name in any::<String>()) {
            holds(&subject, &name);
        }
    }
}
