//! Sizes of files.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A size in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Size(pub u64);

/// Not a size.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a size: write `500kB`, `25MB` or `1GB`")]
pub struct NotASize(pub String);

const UNITS: [(&str, u64); 8] = [
    ("B", 1),
    ("kB", 1_000),
    ("KB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
];

impl FromStr for Size {
    type Err = NotASize;

    fn from_str(text: &str) -> Result<Self, NotASize> {
        let wrong = || NotASize(text.to_owned());
        let end = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
        let amount: u64 = text[..end].parse().map_err(|_| wrong())?;
        let unit = text[end..].trim_start();
        let (_, bytes) = UNITS
            .iter()
            .find(|(name, _)| *name == unit)
            .ok_or_else(wrong)?;
        amount.checked_mul(*bytes).map(Self).ok_or_else(wrong)
    }
}

impl fmt::Display for Size {
    /// As people say it: `1 byte`, `18 kB`, `2.4 MB`, three digits at most.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 < 1_000 {
            let plural = if self.0 == 1 { "" } else { "s" };
            return write!(f, "{} byte{plural}", self.0);
        }
        let bytes = u128::from(self.0);
        let mut unit = 1_000;
        for name in ["kB", "MB", "GB", "TB", "PB", "EB"] {
            let tenths = (bytes * 10 + unit / 2) / unit;
            if tenths < 100 && tenths % 10 != 0 {
                return write!(f, "{}.{} {name}", tenths / 10, tenths % 10);
            }
            let whole = (bytes + unit / 2) / unit;
            if whole < 1_000 {
                return write!(f, "{whole} {name}");
            }
            unit *= 1_000;
        }
        write!(f, "{bytes} bytes")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_and_said() {
        for (text, bytes) in [
            ("0B", 0),
            ("500kB", 500_000),
            ("25MB", 25_000_000),
            ("25 MB", 25_000_000),
            ("1GiB", 1 << 30),
        ] {
            assert_eq!(text.parse(), Ok(Size(bytes)));
        }
        for text in [
            "",
            "25",
            "MB",
            "25mb",
            "-1MB",
            "1.5MB",
            "99999999999GB",
            "25 MB x",
        ] {
            assert_eq!(
                text.parse::<Size>(),
                Err(NotASize(text.to_owned())),
                "{text}"
            );
        }
        for (bytes, said) in [
            (0, "0 bytes"),
            (1, "1 byte"),
            (999, "999 bytes"),
            (1_000, "1 kB"),
            (1_049, "1 kB"),
            (1_050, "1.1 kB"),
            (9_949, "9.9 kB"),
            (9_950, "10 kB"),
            (18_233, "18 kB"),
            (999_499, "999 kB"),
            (999_500, "1 MB"),
            (25_000_000, "25 MB"),
            (2_400_000_000, "2.4 GB"),
            (u64::MAX, "18 EB"),
        ] {
            assert_eq!(Size(bytes).to_string(), said, "{bytes}");
        }
    }
}
