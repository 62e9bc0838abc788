//! A mail as it was sent, without what its way added.

/// Headers that the servers on the way add, which differ from delivery to delivery.
const OF_THE_WAY: [&str; 10] = [
    "received",
    "return-path",
    "delivered-to",
    "x-original-to",
    "envelope-to",
    "x-envelope-to",
    "x-delivered-to",
    "authentication-results",
    "arc-authentication-results",
    "x-received",
];

/// The bytes of a mail without the headers of its way and with line feeds for ends of lines, so that
/// two deliveries of one mail are the same bytes.
pub fn without_trace(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let (mut in_headers, mut dropped) = (true, false);
    for (at, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        if in_headers {
            in_headers = !text.is_empty();
            let is_more = text
                .first()
                .is_some_and(|byte| matches!(byte, b' ' | b'\t'));
            if !is_more {
                dropped = is_of_the_way(text) || (at == 0 && text.starts_with(b"From "));
            }
            if dropped && in_headers {
                continue;
            }
        }
        out.extend_from_slice(text);
        if line.ends_with(b"\n") {
            out.push(b'\n');
        }
    }
    out
}

fn is_of_the_way(line: &[u8]) -> bool {
    let Some(colon) = line.iter().position(|byte| *byte == b':') else {
        return false;
    };
    let name = line[..colon].trim_ascii();
    OF_THE_WAY
        .iter()
        .any(|one| name.eq_ignore_ascii_case(one.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_deliveries_are_the_same_bytes() {
        let mail = "Subject: x\nX-Other: a\n b\n\nReceived: is text here\n";
        let other = "From jan Mon Nov 30\r\nReceived: by mx;\r\n\tlater\r\nDelivered-To: a@b.c\r\n\
            Subject: x\r\nX-Other: a\r\n b\r\n\r\nReceived: is text here\r\n";
        assert_eq!(without_trace(mail.as_bytes()), mail.as_bytes());
        assert_eq!(without_trace(other.as_bytes()), mail.as_bytes());
    }
}
