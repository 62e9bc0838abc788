//! Headers in bytes that are not UTF-8: some programs still write subjects and names so.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, WINDOWS_1252};

use crate::page::mail::bounds::headers_end;

/// So many bytes of the body help to guess.
const SAMPLE: usize = 16 << 10;

/// Fewer bytes beyond ASCII than these tell no single-byte encoding from another.
const FEW: usize = 8;

/// The mail with the lines of its headers in UTF-8. Which encoding a line is in is told by what the
/// mail states for its text, else guessed from the headers and the beginning of the text, else it
/// is taken for windows-1252.
pub(in crate::page::mail) fn with_readable_headers(bytes: &[u8]) -> Cow<'_, [u8]> {
    let end = headers_end(bytes);
    let (headers, body) = bytes.split_at(end);
    if std::str::from_utf8(headers).is_ok() {
        return Cow::Borrowed(bytes);
    }
    let stated = stated(bytes);
    let guessed = guessed(headers, &body[..body.len().min(SAMPLE)]);
    let mut out = Vec::with_capacity(bytes.len() + headers.len());
    for line in headers.split_inclusive(|byte| *byte == b'\n') {
        if std::str::from_utf8(line).is_ok() {
            out.extend(line);
            continue;
        }
        let whole = |encoding: &'static Encoding| {
            let (text, bad) = encoding.decode_without_bom_handling(line);
            (!bad).then_some(text)
        };
        // What decodes any bytes says little: the others come first.
        let (single, multi): (Vec<_>, Vec<_>) = stated
            .iter()
            .chain([&guessed])
            .partition(|one| one.is_single_byte());
        let text = multi.into_iter().chain(single).find_map(whole);
        let text = text.unwrap_or_else(|| WINDOWS_1252.decode_without_bom_handling(line).0);
        out.extend(text.as_bytes());
    }
    out.extend(body);
    Cow::Owned(out)
}

/// The encodings that the mail states and that are no form of Unicode or ASCII, in its order.
fn stated(bytes: &[u8]) -> Vec<&'static Encoding> {
    const WORD: &[u8] = b"charset=";
    let bytes = &bytes[..bytes.len().min(64 << 10)];
    let mut found: Vec<&'static Encoding> = Vec::new();
    for (at, part) in bytes.windows(WORD.len()).enumerate() {
        if !part.eq_ignore_ascii_case(WORD) {
            continue;
        }
        let rest = &bytes[at + WORD.len()..];
        let rest = rest.strip_prefix(b"\"").unwrap_or(rest);
        let is_end = |byte: &u8| !byte.is_ascii_alphanumeric() && !b"-_:.".contains(byte);
        let end = rest.iter().position(is_end).unwrap_or(rest.len());
        let is_ascii = rest[..end].eq_ignore_ascii_case(b"us-ascii");
        let named = Encoding::for_label(&rest[..end])
            .filter(|one| one.is_ascii_compatible() && *one != encoding_rs::UTF_8 && !is_ascii);
        found.extend(named.filter(|one| !found.contains(one)));
    }
    found
}

fn guessed(headers: &[u8], body: &[u8]) -> &'static Encoding {
    // A few bytes of one word may be anything; most often they are western.
    let foreign = headers.iter().chain(body).filter(|byte| !byte.is_ascii());
    let few = foreign.take(FEW).count() < FEW;
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(headers, false);
    detector.feed(body, true);
    let guessed = detector.guess(None, Utf8Detection::Deny);
    if few && guessed.is_single_byte() {
        WINDOWS_1252
    } else {
        guessed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(bytes: &[u8]) -> String {
        let repaired = with_readable_headers(bytes).into_owned();
        String::from_utf8_lossy(&repaired).into_owned()
    }

    #[test]
    fn what_is_utf_8_stays_as_it_is() {
        let plain = "Subject: Żółć\r\n\r\nx".as_bytes();
        assert!(matches!(with_readable_headers(plain), Cow::Borrowed(_)));
    }

    #[test]
    fn the_encoding_of_the_text_is_that_of_the_headers() {
        let mut bytes = b"Subject: ".to_vec();
        let (subject, ..) = encoding_rs::ISO_8859_2.encode("Zażółć gęślą");
        bytes.extend(&*subject);
        bytes.extend(b"\r\nContent-Type: text/plain; charset=\"iso-8859-2\"\r\n\r\nx");
        assert!(headers(&bytes).contains("Subject: Zażółć gęślą\r\n"));
    }

    #[test]
    fn without_a_word_on_it_the_encoding_is_guessed() {
        let mut bytes = b"Subject: ".to_vec();
        let (subject, ..) = encoding_rs::GBK.encode("打印机在三楼卡纸了，请帮忙看一下");
        bytes.extend(&*subject);
        bytes.extend(b"\r\n\r\n");
        assert!(headers(&bytes).contains("打印机在三楼卡纸了"));
        let german = b"Subject: K\xfcche im Erdgescho\xdf\r\n\r\nDie K\xfcche ist gesperrt.\r\n";
        assert_eq!(
            headers(german).lines().next(),
            Some("Subject: Küche im Erdgeschoß")
        );
    }
}
