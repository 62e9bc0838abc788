//! Telephone numbers as people write them.

/// Digits that a number of the public network has at least.
const FULL: usize = 7;

/// The longest country code, in digits.
const COUNTRY: usize = 3;

/// The digits of a number, without what is only dialled in front of it: `+`, a trunk zero in
/// brackets, leading zeros. Where the house names a `country`, a whole number without a country code
/// has that one. Empty where there are no digits.
pub(in crate::rules::people) fn digits(text: &str, country: &str) -> String {
    let abroad = text.trim_start().starts_with('+');
    let text = text.replace("(0)", "");
    let digits: String = text.chars().filter_map(ascii).collect();
    let own = digits.trim_start_matches('0');
    let has_code = abroad
        || digits.starts_with("00")
        || own
            .strip_prefix(country)
            .is_some_and(|rest| rest.len() > FULL);
    if country.is_empty() || has_code || own.len() < FULL {
        return own.to_owned();
    }
    format!("{country}{own}")
}

fn ascii(c: char) -> Option<char> {
    c.to_digit(10).and_then(|digit| char::from_digit(digit, 10))
}

/// Whether a text can only be a number: digits and what stands between them.
pub(in crate::rules::people) fn is_number(text: &str) -> bool {
    let sign = |c: char| c.is_ascii_digit() || " +-/.()\u{a0}".contains(c);
    text.chars().all(sign) && digits(text, "").len() >= 3
}

/// Whether a text can be a telephone number as people note them, with a word beside it: `312`,
/// `+48 58 300 10 00 ext. 12`.
pub fn is_phone(text: &str) -> bool {
    text.chars().any(|c| ascii(c).is_some()) && !text.contains('@')
}

/// Whether a text can be an e-mail address, by its syntax alone.
pub fn is_email(text: &str) -> bool {
    let odd = |c: char| c.is_whitespace() || c.is_control() || "<>(),;:\"[]\\".contains(c);
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    let is_label =
        |label: &str| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-');
    !local.is_empty()
        && !text.contains(odd)
        && !domain.contains('@')
        && domain.split('.').all(is_label)
}

/// Whether two numbers, both as [`digits`] gives them, are one: the same, or the same but for a
/// country code in front of one of them.
pub(in crate::rules::people) fn same(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    !short.is_empty()
        && (short == long
            || (short.len() >= FULL
                && long.len() - short.len() <= COUNTRY
                && long.ends_with(short)))
}

/// What numbers that could be one have in common.
pub(in crate::rules::people) fn key(digits: &str) -> &str {
    &digits[digits.len().saturating_sub(FULL)..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_country_code_makes_no_other_number() {
        for (a, b) in [
            ("+48 600 100 200", "600-100-200"),
            ("0048 600100200", "600 100 200"),
            ("+49 (0)171 2345678", "0171/2345678"),
            ("+45 12 34 56 78", "12345678"),
            ("312", "312"),
        ] {
            assert!(same(&digits(a, ""), &digits(b, "")), "{a} {b}");
            assert_eq!(key(&digits(a, "")), key(&digits(b, "")), "{a} {b}");
        }
        for (a, b) in [
            ("+48 600 100 200", "600 100 201"),
            ("58 312", "312"),
            ("+48 58 300 10 00 ext. 12", "+48 58 300 10 00"),
            ("", ""),
        ] {
            assert!(!same(&digits(a, ""), &digits(b, "")), "{a} {b}");
        }
        assert!(is_number("+48 600-100-200") && !is_number("AC-4471") && !is_number("+"));
    }

    #[test]
    fn the_country_of_the_house_is_that_of_numbers_without_one() {
        let of = |text: &str| digits(text, "48");
        for text in [
            "600 100 200",
            "+48 600100200",
            "0048-600-100-200",
            "48 600 100 200",
            "0600100200",
        ] {
            assert_eq!(of(text), "48600100200", "{text}");
        }
        assert_ne!(of("600 100 200"), of("+49 600 100 200"));
        assert!(!same(&of("600 100 200"), &of("+49 600 100 200")));
        assert_eq!(of("312"), "312");
    }

    #[test]
    fn what_cannot_be_is_told_apart() {
        for good in [
            "jan@example.org",
            "jan.k+it@mail.example",
            "jan@intranet",
            "jürgen@bücher.example",
        ] {
            assert!(is_email(good), "{good}");
        }
        for bad in [
            "notanemail",
            "@example.org",
            "jan@",
            "a b@c.d",
            "jan@a..b",
            "jan@-a.b",
            "a@b@c",
            "Jan <jan@a.b>",
            "a@b,c@d",
        ] {
            assert!(!is_email(bad), "{bad}");
        }
        for good in [
            "312",
            "+48 58 300 10 00 ext. 12",
            "600-100-200 (mobile)",
            "58/312",
        ] {
            assert!(is_phone(good), "{good}");
        }
        for bad in ["abc", "jan12@example.org", "-"] {
            assert!(!is_phone(bad), "{bad}");
        }
    }
}
