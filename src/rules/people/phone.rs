//! Telephone numbers as people write them.

/// Digits that a number of the public network has at least.
const FULL: usize = 7;

/// The longest country code, in digits.
const COUNTRY: usize = 3;

/// The digits of a number, without what is only dialled in front of it: `+`, a trunk zero in
/// brackets, leading zeros. Empty where there are none.
pub(in crate::rules::people) fn digits(text: &str) -> String {
    let text = text.replace("(0)", "");
    let digits: String = text.chars().filter_map(ascii).collect();
    digits.trim_start_matches('0').to_owned()
}

fn ascii(c: char) -> Option<char> {
    c.to_digit(10).and_then(|digit| char::from_digit(digit, 10))
}

/// Whether a text can only be a number: digits and what stands between them.
pub(in crate::rules::people) fn is_number(text: &str) -> bool {
    let sign = |c: char| c.is_ascii_digit() || " +-/.()\u{a0}".contains(c);
    text.chars().all(sign) && digits(text).len() >= 3
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
            assert!(same(&digits(a), &digits(b)), "{a} {b}");
            assert_eq!(key(&digits(a)), key(&digits(b)), "{a} {b}");
        }
        for (a, b) in [
            ("+48 600 100 200", "600 100 201"),
            ("58 312", "312"),
            ("+48 58 300 10 00 ext. 12", "+48 58 300 10 00"),
            ("", ""),
        ] {
            assert!(!same(&digits(a), &digits(b)), "{a} {b}");
        }
        assert!(is_number("+48 600-100-200") && !is_number("AC-4471") && !is_number("+"));
    }
}
