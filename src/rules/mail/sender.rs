//! Whether a mail comes from whom it names (RFC 8601).
//!
//! Anybody can write `Authentication-Results` into a mail. Believed is only what stands at the top,
//! above the mail's way through foreign servers, and carries the name of a server that the settings
//! trust; that server has to take out what others wrote in its name (RFC 8601, 5).

use crate::model::mail::Mail;

/// What is known of a mail's writer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verified {
    /// A trusted server found the domain's own sign: by which method, and who says so.
    Passed(String),
    /// A trusted server found that the domain did not send it.
    Failed(String),
    /// Nothing that is trusted says anything.
    Unknown,
}

/// What a trusted server says of the writer.
pub fn verified(mail: &Mail, trusted: &[String]) -> Verified {
    let Some(from) = mail.from.as_ref().filter(|_| !mail.has_several_writers) else {
        return Verified::Unknown;
    };
    let domain = from.address.rsplit('@').next().unwrap_or_default();
    let mut failed = None;
    for (server, results) in trusted_results(mail, trusted) {
        for result in results.split(';').skip(1) {
            let mut words = result.split_whitespace();
            let Some((method, outcome)) = words.next().and_then(|word| word.split_once('=')) else {
                continue;
            };
            let said = || format!("{method}={outcome} ({server})");
            let of = |name: &str| {
                let mut words = result.split_whitespace();
                words.find_map(|word| word.strip_prefix(name)?.strip_prefix('='))
            };
            match (method.to_ascii_lowercase().as_str(), outcome) {
                ("dmarc", "pass") if of("header.from").is_none_or(|of| is_same(of, domain)) => {
                    return Verified::Passed(said());
                }
                ("dmarc", "fail") => failed = Some(said()),
                ("dkim", "pass")
                    if of("header.d").or_else(|| of("header.i")).is_some_and(|of| {
                        is_aligned(of.rsplit('@').next().unwrap_or_default(), domain)
                    }) =>
                {
                    return Verified::Passed(said());
                }
                _ => {}
            }
        }
    }
    failed.map_or(Verified::Unknown, Verified::Failed)
}

fn is_same(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}

/// Whether a domain that signed is the writer's, or one above it.
fn is_aligned(signed: &str, domain: &str) -> bool {
    let (signed, domain) = (signed.to_lowercase(), domain.to_lowercase());
    signed.contains('.') && (signed == domain || domain.ends_with(&format!(".{signed}")))
}

/// The results at the top: those before the mail came from elsewhere, and those directly below the
/// line that says so, where some servers put them.
fn trusted_results<'m>(
    mail: &'m Mail,
    trusted: &'m [String],
) -> impl Iterator<Item = (&'m str, &'m str)> {
    let is_ours = |received: &str| {
        let by = received.split(" by ").nth(1).unwrap_or_default();
        let by = by.split_whitespace().next().unwrap_or_default();
        trusted.iter().any(|one| is_same(one, by))
    };
    let mut found = Vec::new();
    let mut is_directly_below = true;
    let mut is_past = false;
    for (name, value) in &mail.headers {
        match name.as_str() {
            "authentication-results" if !is_past || is_directly_below => {
                let server = value.split(';').next().unwrap_or_default();
                let server = server.split_whitespace().next().unwrap_or_default();
                if !trusted.iter().any(|one| is_same(one, server)) {
                    break;
                }
                found.push((server, value.as_str()));
            }
            "received" => {
                if is_past || !found.is_empty() {
                    break;
                }
                is_past = is_ours(value);
                is_directly_below = is_past;
                if !is_past && !value.contains("LMTP") {
                    break;
                }
            }
            "return-path" | "delivered-to" | "x-original-to" | "envelope-to" => {}
            _ => is_directly_below = false,
        }
    }
    found.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::mail::read;

    #[track_caller]
    fn is(headers: &str, expected: &str) {
        let bytes = format!("{headers}\r\nFrom: jan@acme.example\r\n\r\nx\r\n");
        let mail = read(bytes.as_bytes()).unwrap();
        let told = match verified(&mail, &["mx.desk.example".to_owned()]) {
            Verified::Passed(why) => why,
            Verified::Failed(why) => format!("failed: {why}"),
            Verified::Unknown => "unknown".to_owned(),
        };
        assert_eq!(told, expected, "{headers}");
    }

    const OURS: &str = "Received: from mx.acme.example (x) by mx.desk.example with ESMTP; x";

    #[test]
    fn what_a_trusted_server_says_at_the_top_counts() {
        let passed = "Authentication-Results: mx.desk.example; dmarc=pass header.from=acme.example";
        is(
            &format!("{passed}\r\n{OURS}"),
            "dmarc=pass (mx.desk.example)",
        );
        is(
            &format!("{OURS}\r\n{passed}"),
            "dmarc=pass (mx.desk.example)",
        );
        is(
            &format!(
                "Authentication-Results: mx.desk.example; spf=pass; dkim=pass header.d=acme.example\r\n{OURS}"
            ),
            "dkim=pass (mx.desk.example)",
        );
        is(
            "Authentication-Results: mx.desk.example; dmarc=fail header.from=acme.example",
            "failed: dmarc=fail (mx.desk.example)",
        );
    }

    #[test]
    fn what_the_sender_wrote_does_not() {
        let forged = "Authentication-Results: mx.desk.example; dmarc=pass header.from=acme.example";
        is(&format!("{OURS}\r\nX-Other: y\r\n{forged}"), "unknown");
        is(
            &format!("{OURS}\r\nReceived: from a by b; x\r\n{forged}"),
            "unknown",
        );
        is(
            &format!("Authentication-Results: other.example; dmarc=pass\r\n{forged}"),
            "unknown",
        );
        is(
            "Authentication-Results: mx.desk.example; dkim=pass header.d=evil.example",
            "unknown",
        );
        is(
            "Authentication-Results: mx.desk.example; dkim=pass header.d=example",
            "unknown",
        );
        is(&format!("{forged}\r\nFrom: ewa@desk.example"), "unknown");
    }
}
