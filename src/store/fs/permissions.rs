//! Whom git lets at the files of a clone: `core.sharedRepository`, in git's own words and modes.

use std::fs::{File, Permissions};
use std::os::unix::fs::PermissionsExt;

/// What the setting asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::store) enum Sharing {
    /// What the umask allows.
    #[default]
    Umask,
    /// At least this, whatever the umask is.
    AtLeast(u32),
    /// This and nothing else.
    Exactly(u32),
}

impl Sharing {
    /// Reads the setting's value.
    pub(in crate::store) fn of(value: &str) -> Self {
        const GROUP: Sharing = Sharing::AtLeast(0o660);
        const ALL: Sharing = Sharing::AtLeast(0o664);
        match value.to_ascii_lowercase().as_str() {
            "group" | "true" | "yes" | "on" => GROUP,
            "all" | "world" | "everybody" => ALL,
            digits => match u32::from_str_radix(digits, 8) {
                Ok(1) => GROUP,
                Ok(2) => ALL,
                Ok(mode) if mode & 0o600 == 0o600 => Self::Exactly(mode & 0o666),
                // "umask", "false" and what git refuses.
                _ => Self::Umask,
            },
        }
    }

    /// The mode of a file that has this one.
    pub(in crate::store) fn file(self, mode: u32) -> u32 {
        let (Self::AtLeast(wanted) | Self::Exactly(wanted)) = self else {
            return mode;
        };
        let writable = if mode & 0o200 == 0 { !0o222 } else { !0 };
        let mut wanted = wanted & writable;
        if mode & 0o100 != 0 {
            wanted |= (wanted & 0o444) >> 2;
        }
        match self {
            Self::Exactly(_) => mode & !0o777 | wanted,
            _ => mode | wanted,
        }
    }

    /// The mode of a new folder, whose files belong to its group where it is shared.
    pub(in crate::store) fn folder(self, mode: u32) -> u32 {
        if self == Self::Umask {
            return mode;
        }
        let mode = self.file(mode);
        let mode = mode | (mode & 0o444) >> 2;
        if mode & 0o060 == 0 {
            mode
        } else {
            mode | 0o2000
        }
    }

    /// Gives a file of ours the mode that git would. One of somebody else's stays.
    pub(in crate::store) fn apply(self, file: &File) {
        let Ok(meta) = file.metadata() else { return };
        let old = meta.permissions().mode() & 0o7777;
        let new = if meta.is_dir() {
            self.folder(old)
        } else {
            self.file(old)
        };
        if new != old {
            // Only the owner may; whoever cannot use the file is told when it is opened.
            let _ = file.set_permissions(Permissions::from_mode(new));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_modes_are_those_of_git() {
        for (value, file, script, folder) in [
            ("umask", 0o600, 0o700, 0o700),
            ("false", 0o600, 0o700, 0o700),
            ("0", 0o600, 0o700, 0o700),
            ("group", 0o660, 0o770, 0o2770),
            ("true", 0o660, 0o770, 0o2770),
            ("1", 0o660, 0o770, 0o2770),
            ("all", 0o664, 0o775, 0o2775),
            ("World", 0o664, 0o775, 0o2775),
            ("2", 0o664, 0o775, 0o2775),
            ("0660", 0o660, 0o770, 0o2770),
            ("0640", 0o640, 0o750, 0o2750),
            ("0600", 0o600, 0o700, 0o700),
        ] {
            let sharing = Sharing::of(value);
            assert_eq!(sharing.file(0o600), file, "{value}");
            assert_eq!(sharing.file(0o700), script, "{value}");
            assert_eq!(sharing.folder(0o700), folder, "{value}");
        }
        // A mode given exactly takes away, a word only adds.
        assert_eq!(Sharing::of("0640").file(0o644), 0o640);
        assert_eq!(Sharing::of("group").file(0o644), 0o664);
        // What nobody may write, stays so.
        assert_eq!(Sharing::of("group").file(0o400), 0o440);
    }
}
