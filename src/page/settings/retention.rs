//! `[retention]`: how long things are kept, in calendar months.

use crate::page::toml_reader::TomlSection;

/// The longest term.
const MOST: u32 = 1200;

/// After how many months a ticket that is over no longer tells whose it was.
pub(in crate::page::settings) fn personal(top: &TomlSection<'_, '_>) -> Option<u32> {
    let section = top.section("retention")?;
    let given = section.text("personal");
    section.close();
    let given = given?;
    let months = given.strip_suffix("mo").and_then(|n| n.parse().ok());
    let months = months.filter(|months| (1..=MOST).contains(months));
    if months.is_none() {
        let message = format!("`{given}` is no term of keeping");
        section.wrong_with(
            "personal",
            message,
            "write calendar months, at least one, like \"36mo\"",
        );
    }
    months
}

#[cfg(test)]
mod tests {
    use crate::page::settings::{STARTER, read};

    #[test]
    fn terms_are_calendar_months() {
        assert_eq!(read(STARTER).unwrap().personal_months, None);
        let of = |term: &str| read(&format!("{STARTER}\n[retention]\n{term}\n"));
        assert_eq!(of("personal = \"36mo\"").unwrap().personal_months, Some(36));
        for (term, word) in [
            ("personal = \"0mo\"", "no term of keeping"),
            ("personal = \"3y\"", "no term of keeping"),
            ("personal = \"9999mo\"", "no term of keeping"),
            ("personel = \"36mo\"", "personel"),
        ] {
            let told = format!("{:?}", of(term).unwrap_err());
            assert!(told.contains(word), "{term}: {told}");
        }
    }
}
