//! What no honest mail has: told in one pass over its bytes, before any of it is parsed.

/// The most bytes that the headers may have.
const HEADER_BYTES: usize = 1 << 20;

/// The most lines that the headers may have.
const HEADER_LINES: usize = 2_000;

/// The most lines that may begin a part.
const BOUNDARIES: usize = 1_000;

/// How deep parts may stand in parts.
const DEPTH: usize = 30;

/// The most open brackets of comments or encoded words in one line of a header and what folds into it.
const SIGNS: usize = 20_000;

/// What a mail has too much of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TooComplex {
    /// Bytes of headers.
    #[error("its headers are longer than 1 MiB")]
    HeaderBytes,
    /// Lines of headers.
    #[error("it has more than {HEADER_LINES} lines of headers")]
    HeaderLines,
    /// Parts.
    #[error("it has more than {BOUNDARIES} parts")]
    Parts,
    /// Parts in parts.
    #[error("its parts stand deeper in each other than {DEPTH}")]
    Depth,
    /// Comments or encoded words in one header.
    #[error("a header has more than {SIGNS} comments or encoded words")]
    Signs,
}

/// Refuses a mail with too much of something.
pub fn check(bytes: &[u8]) -> Result<(), TooComplex> {
    let end = headers_end(bytes);
    let headers = &bytes[..end];
    if headers.len() > HEADER_BYTES {
        return Err(TooComplex::HeaderBytes);
    }
    if headers.split(|byte| *byte == b'\n').count() > HEADER_LINES + 1 {
        return Err(TooComplex::HeaderLines);
    }
    let opened = headers.split(|byte| *byte == b'(').count();
    let encoded = headers.windows(2).filter(|two| *two == b"=?").count();
    if opened.max(encoded) > SIGNS {
        return Err(TooComplex::Signs);
    }
    let mut boundaries = 0;
    let mut depth = 0;
    for line in bytes.split(|byte| *byte == b'\n') {
        if line.starts_with(b"--") && line.len() > 2 {
            boundaries += 1;
        } else if holds_parts(line) {
            depth += 1;
        }
        if boundaries > BOUNDARIES && is_multipart(headers) {
            return Err(TooComplex::Parts);
        }
        if depth > DEPTH {
            return Err(TooComplex::Depth);
        }
    }
    Ok(())
}

/// Where the headers end: behind the first empty line, or at the end.
pub(in crate::page::mail) fn headers_end(bytes: &[u8]) -> usize {
    let mut at = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        if text.is_empty() {
            return at;
        }
        at += line.len();
    }
    bytes.len()
}

fn begins(line: &[u8], with: &[u8]) -> bool {
    line.get(..with.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(with))
}

/// Whether a line opens a part that holds others.
fn holds_parts(line: &[u8]) -> bool {
    if !begins(line, b"content-type:") {
        return false;
    }
    let value = line[b"content-type:".len()..].trim_ascii_start();
    begins(value, b"multipart/") || begins(value, b"message/rfc822")
}

fn is_multipart(headers: &[u8]) -> bool {
    headers.split(|byte| *byte == b'\n').any(holds_parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(middle: &[u8]) -> Vec<u8> {
        let mut bytes = b"From: a@b.c\r\nSubject: x\r\n".to_vec();
        bytes.extend(middle);
        bytes.extend(b"\r\nhi\r\n");
        bytes
    }

    #[test]
    fn an_honest_mail_passes() {
        assert_eq!(check(&with(b"")), Ok(()));
        let long = b"-- \r\n--\r\n".repeat(5_000);
        let mut text = with(b"");
        text.extend(long);
        assert_eq!(check(&text), Ok(()), "lines of dashes in a plain text");
    }

    #[test]
    fn too_much_of_anything_is_named() {
        let many = with(&b"X-A: b\r\n".repeat(HEADER_LINES + 1));
        assert_eq!(check(&many), Err(TooComplex::HeaderLines));
        let mut long = b"X-A: ".to_vec();
        long.extend(vec![b'x'; HEADER_BYTES]);
        long.extend(b"\r\n");
        assert_eq!(check(&with(&long)), Err(TooComplex::HeaderBytes));
        let mut comments = b"To: ".to_vec();
        comments.extend(vec![b'('; SIGNS + 1]);
        comments.extend(b"\r\n");
        assert_eq!(check(&with(&comments)), Err(TooComplex::Signs));
        let mut parts = with(b"Content-Type: multipart/mixed; boundary=x\r\n");
        parts.extend(b"--x\r\n\r\na\r\n".repeat(BOUNDARIES + 1));
        assert_eq!(check(&parts), Err(TooComplex::Parts));
        let mut deep = with(b"");
        deep.extend(b"Content-Type: message/rfc822\r\n\r\n".repeat(DEPTH + 1));
        assert_eq!(check(&deep), Err(TooComplex::Depth));
    }
}
