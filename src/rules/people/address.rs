//! Addresses that cannot be, told by their syntax alone: nothing is looked up.

use std::cell::Cell;

use url::{Host, ParseError, SyntaxViolation, Url};

use crate::page::problem::{nearest, slips};

/// Schemes that an article is likely to mean. Others are let pass.
const KNOWN: &[&str] = &[
    "http", "https", "mailto", "tel", "ftp", "ftps", "sftp", "ssh", "smb", "file", "sip", "sips",
    "sms", "ldap", "ldaps", "rdp", "vnc", "xmpp", "irc", "urn",
];

/// Schemes that are nothing without a host.
const HOSTED: &[&str] = &[
    "http", "https", "ftp", "ftps", "sftp", "ssh", "smb", "ldap", "ldaps",
];

/// Why an address cannot be; `None` for one that can.
pub fn wrong(address: &str) -> Option<String> {
    let whole;
    let text = if address
        .get(..4)
        .is_some_and(|head| head.eq_ignore_ascii_case("www."))
    {
        whole = format!("https://{address}");
        &whole
    } else if let Some(rest) = address.strip_prefix("//") {
        whole = format!("https://{rest}");
        &whole
    } else {
        address
    };
    let odd = |c: &char| c.is_whitespace() || c.is_control() || "<>\"{}|\\^`".contains(*c);
    match text.chars().find(odd) {
        Some(' ') => return Some("there is a space in it".to_owned()),
        Some(c) if !c.is_control() => return Some(format!("there is a `{c}` in it")),
        Some(_) => return Some("it is not written like an address".to_owned()),
        None => {}
    }
    // What a browser forgives is a slip all the same.
    let forgiven = Cell::new(None);
    let note = |violation| forgiven.set(Some(violation));
    let parsed = Url::options()
        .syntax_violation_callback(Some(&note))
        .parse(text);
    let url = match (parsed, forgiven.get()) {
        (_, Some(SyntaxViolation::ExpectedDoubleSlash)) | (Err(ParseError::EmptyHost), _) => {
            return Some("it names no host".to_owned());
        }
        (Err(ParseError::InvalidPort), _) => {
            let port = text.rsplit_once(':').map_or("", |(_, port)| port);
            let end = port.find(['/', '?', '#']).unwrap_or(port.len());
            return Some(format!("there is no port {}", &port[..end]));
        }
        (Err(ParseError::RelativeUrlWithoutBase), _) => {
            return Some("it does not begin like https://".to_owned());
        }
        (Err(ParseError::InvalidIpv4Address | ParseError::IdnaError), _) => {
            return Some(format!("`{}` is no host", authority(text)));
        }
        (Err(_), _) | (_, Some(SyntaxViolation::PercentDecode)) => {
            return Some("it is not written like an address".to_owned());
        }
        (Ok(url), _) => url,
    };
    let scheme = url.scheme();
    if !KNOWN.contains(&scheme)
        && let Some(near) = nearest(scheme, KNOWN.iter().copied())
        && slips(&near, scheme) <= 1
    {
        return Some(format!("`{scheme}:` is none; perhaps `{near}:`"));
    }
    match scheme {
        "mailto" => {
            let (local, host) = url.path().rsplit_once('@').unwrap_or_default();
            let to = url.query().is_some_and(|query| query.contains("to="));
            (!to && (local.is_empty() || host.is_empty()))
                .then(|| "there is nobody before or behind the `@`".to_owned())
        }
        "tel" => {
            let digits = url.path().bytes().filter(u8::is_ascii_digit).count();
            (digits < 2).then(|| "there is no number in it".to_owned())
        }
        scheme if HOSTED.contains(&scheme) => host(&url, authority(text)),
        _ => None,
    }
}

/// The host as it is written.
fn authority(text: &str) -> &str {
    let rest = text.split_once("//").map_or("", |(_, rest)| rest);
    let rest = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    host.split(':').next().unwrap_or_default()
}

fn host(url: &Url, written: &str) -> Option<String> {
    let bad = |label: &str| label.is_empty() || label.starts_with('-') || label.ends_with('-');
    let none = match url.host() {
        None | Some(Host::Domain("")) => return Some("it names no host".to_owned()),
        Some(Host::Domain(host)) => host.strip_suffix('.').unwrap_or(host).split('.').any(bad),
        // A browser takes `10.1` for 10.0.0.1.
        Some(Host::Ipv4(_)) => written.split('.').count() != 4,
        Some(Host::Ipv6(_)) => false,
    };
    none.then(|| format!("`{written}` is no host"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_passes() {
        for address in [
            "https://status.example.com/network?floor=3#top",
            "http://10.0.0.1:8080/",
            "https://[2001:db8::1]/x",
            "https://intranet/wiki",
            "https://bücher.example/größe",
            "https://a.example/100%25",
            "www.example.com",
            "mailto:it@example.com?subject=VPN",
            "tel:+48-600-100-200",
            "smb://files/share",
            "teamviewer10://control",
            "urn:isbn:0451450523",
        ] {
            assert_eq!(wrong(address), None, "{address}");
        }
    }

    #[test]
    fn what_cannot_be_is_told_why() {
        for (address, why) in [
            ("https://status example.com", "there is a space in it"),
            ("https://a.example/{id}", "there is a `{` in it"),
            ("htps://a.example", "`htps:` is none; perhaps `https:`"),
            ("https:/a.example", "it names no host"),
            ("https://", "it names no host"),
            ("https://a..example", "`a..example` is no host"),
            ("https://-a.example", "`-a.example` is no host"),
            ("https://a.example:99999", "there is no port 99999"),
            ("http://10.0.0.256", "`10.0.0.256` is no host"),
            ("http://10.0.1", "`10.0.1` is no host"),
            ("https://a.example/%zz", "it is not written like an address"),
            ("mailto:nobody", "there is nobody before or behind the `@`"),
            ("tel:extension", "there is no number in it"),
            ("status.example.com", "it does not begin like https://"),
            ("", "it does not begin like https://"),
        ] {
            assert_eq!(wrong(address).as_deref(), Some(why), "{address}");
        }
    }
}
