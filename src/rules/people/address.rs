//! Addresses that cannot be, told by their syntax alone: nothing is looked up.

use iri_string::types::IriStr;

use crate::page::problem::nearest;

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
    let Ok(iri) = IriStr::new(text) else {
        let odd = |c: &char| c.is_whitespace() || c.is_control() || "<>\"{}|\\^`".contains(*c);
        return Some(match text.chars().find(odd) {
            Some(' ') => "there is a space in it".to_owned(),
            Some(c) if !c.is_control() => format!("there is a `{c}` in it"),
            _ if !text.contains(':') => "it does not begin like https://".to_owned(),
            _ => "it is not written like an address".to_owned(),
        });
    };
    let scheme = iri.scheme_str().to_ascii_lowercase();
    if !KNOWN.contains(&scheme.as_str())
        && let Some(near) = nearest(&scheme, KNOWN.iter().copied())
        && strsim::levenshtein(&near, &scheme) <= 1
    {
        return Some(format!("`{scheme}:` is none; perhaps `{near}:`"));
    }
    match scheme.as_str() {
        "mailto" => {
            let (local, host) = iri.path_str().rsplit_once('@').unwrap_or_default();
            let to = iri.query_str().is_some_and(|query| query.contains("to="));
            (!to && (local.is_empty() || host.is_empty()))
                .then(|| "there is nobody before or behind the `@`".to_owned())
        }
        "tel" => {
            let digits = iri.path_str().bytes().filter(u8::is_ascii_digit).count();
            (digits < 2).then(|| "there is no number in it".to_owned())
        }
        scheme if HOSTED.contains(&scheme) => host(iri),
        _ => None,
    }
}

fn host(iri: &IriStr) -> Option<String> {
    let Some(authority) = iri.authority_components() else {
        return Some("it names no host".to_owned());
    };
    let host = authority.host();
    if host.is_empty() {
        return Some("it names no host".to_owned());
    }
    if let Some(port) = authority.port().filter(|port| !port.is_empty())
        && port.parse::<u16>().is_err()
    {
        return Some(format!("there is no port {port}"));
    }
    if host.starts_with('[') {
        return None;
    }
    let labels: Vec<&str> = host.strip_suffix('.').unwrap_or(host).split('.').collect();
    let bad = labels.iter().find(|label| {
        label.is_empty() || label.starts_with('-') || label.ends_with('-') || label.len() > 63 * 4
    });
    if bad.is_some() {
        return Some(format!("`{host}` is no host"));
    }
    let numbers = labels
        .iter()
        .all(|label| label.bytes().all(|b| b.is_ascii_digit()));
    let ipv4 = labels.len() == 4 && labels.iter().all(|label| label.parse::<u8>().is_ok());
    (numbers && !ipv4).then(|| format!("`{host}` is no host"))
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
