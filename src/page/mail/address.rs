//! Addresses that people type: `jan@acme.example`, or `Jan Kowalski <jan@acme.example>`.

use crate::model::mail::MailAddress;
use crate::page::mail::{bare_address, one_line};

/// Reads one address to which mail can be sent; `None` for what is none. Its domain is written as mail
/// servers know it, in ASCII.
pub fn read(text: &str) -> Option<MailAddress> {
    let text = one_line(text);
    let text = text.trim();
    let (name, address) = match text
        .strip_suffix('>')
        .and_then(|rest| rest.rsplit_once('<'))
    {
        Some((name, address)) => (name.trim(), address),
        None => ("", text),
    };
    let name = match name
        .strip_prefix('"')
        .and_then(|name| name.strip_suffix('"'))
    {
        Some(quoted) => quoted.replace("\\\"", "\"").replace("\\\\", "\\"),
        None => name.to_owned(),
    };
    Some(MailAddress {
        name,
        address: sendable(address)?,
    })
}

/// Reads several addresses with commas between them; the text of the first that is none.
pub fn read_all(text: &str) -> Result<Vec<MailAddress>, String> {
    let mut all = Vec::new();
    let (mut quoted, mut one) = (false, String::new());
    for c in text.chars().chain([',']) {
        match c {
            '"' => quoted = !quoted,
            ',' | ';' if !quoted => {
                if !one.trim().is_empty() {
                    all.push(read(&one).ok_or_else(|| one.trim().to_owned())?);
                }
                one.clear();
                continue;
            }
            _ => {}
        }
        one.push(c);
    }
    if one.trim().is_empty() {
        Ok(all)
    } else {
        Err(one.trim().to_owned())
    }
}

/// An address as it goes to a mail server, if it is one that does no harm there: nothing that a program
/// takes for an option, no source route, nothing in quotes.
pub fn sendable(address: &str) -> Option<String> {
    let address = bare_address(address);
    let (local, domain) = address.rsplit_once('@')?;
    let may_stand = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+/=?^_`{|}~.-".contains(c);
    let is_local = !local.is_empty()
        && local.len() <= 64
        && local.chars().all(may_stand)
        && !local.starts_with(['-', '.'])
        && !local.ends_with('.')
        && !local.contains("..");
    let url::Host::Domain(domain) = url::Host::parse(domain).ok()? else {
        return None;
    };
    let is_label = |label: &str| {
        let may_stand = |c: char| c.is_ascii_alphanumeric() || c == '-';
        !label.is_empty() && label.len() <= 63 && label.chars().all(may_stand)
    };
    let is_domain = domain.contains('.')
        && domain.len() <= 253
        && domain.split('.').all(is_label)
        && !domain.starts_with('-');
    (is_local && is_domain).then(|| format!("{local}@{domain}"))
}

/// An address as people write it, with its name.
pub fn write(one: &MailAddress) -> String {
    match one.name.trim() {
        "" => one.address.clone(),
        name => {
            let name = name.replace(['<', '>', '"', ','], " ");
            format!("{} <{}>", one_line(&name), one.address)
        }
    }
}

/// What two addresses are compared by: without the detail behind `+`, in lower case.
pub fn folded(address: &str) -> String {
    let address = bare_address(address).to_lowercase();
    match address.rsplit_once('@') {
        Some((local, domain)) => {
            let plain = local.split('+').next().filter(|plain| !plain.is_empty());
            format!("{}@{domain}", plain.unwrap_or(local))
        }
        None => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_people_type() {
        for (text, name, address) in [
            ("jan@acme.example", "", "jan@acme.example"),
            (
                " Jan Kowalski <jan@ACME.example> ",
                "Jan Kowalski",
                "jan@acme.example",
            ),
            (
                "\"Kowalski, Jan\" <jan@acme.example>",
                "Kowalski, Jan",
                "jan@acme.example",
            ),
            ("<o'brien+x@acme.example>", "", "o'brien+x@acme.example"),
            ("jan@żółw.example", "", "jan@xn--w-uga1v8h.example"),
        ] {
            let read = read(text).unwrap();
            assert_eq!((read.name.as_str(), read.address.as_str()), (name, address));
        }
    }

    #[test]
    fn what_is_none_or_does_harm_is_refused() {
        for text in [
            "",
            "jan",
            "jan@localhost",
            "@acme.example",
            "-oQ/tmp@acme.example",
            "-f@acme.example",
            "jan@-acme.example",
            "a b@",
            "jan@[127.0.0.1]",
            "jan@127.0.0.1",
            "@a.example:jan@acme.example",
            "jan@acme.example,ola@acme.example",
            "\"a b\"@acme.example",
            "a..b@acme.example",
            "żółw@acme.example",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        let all = read_all("Jan <jan@acme.example>, ola@acme.example; \"A, B\" <c@d.example>");
        assert_eq!(all.unwrap().len(), 3);
        assert_eq!(read_all("jan@acme.example, ola").unwrap_err(), "ola");
        assert_eq!(read_all("").unwrap(), []);
    }

    #[test]
    fn the_detail_of_an_address_does_not_count() {
        assert_eq!(folded("Jan+IT@ACME.example"), "jan@acme.example");
        assert_eq!(folded("+x@acme.example"), "+x@acme.example");
    }
}
