//! Attachments: the names of their files, and what the log says of them.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::model::corrections::Corrections;
use crate::model::entry::Entry;
use crate::model::entry_kind::EntryKind;
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::model::person::Handle;
use crate::rules::merge::log::REDACTED as MARKER;

/// The longest name, in bytes: what every file system takes, encrypted ones included, with room
/// for a number.
pub const LONGEST: usize = 120;

/// The longest ending that is kept when a name is cut, in bytes.
const LONGEST_ENDING: usize = 16;

/// What a name is called that has nothing left.
const NAMELESS: &str = "file";

/// An attachment, as the log tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// What people call it.
    pub name: String,
    /// The file's name in the ticket's folder, as written: see [`is_safe`]. It tells the content;
    /// format 1 had people's name for it.
    pub file: String,
    /// In bytes; `None` where the entry was made by hand and does not say.
    pub size: Option<u64>,
    /// 64 lower-case hexadecimal digits; `None` as above.
    pub sha256: Option<String>,
    /// When it was attached.
    pub at: Moment,
    /// By whom.
    pub by: Handle,
    /// Whether its content was taken out for good.
    pub redacted: bool,
    /// Whether the entry that attached it was taken back; its file stays.
    pub undone: bool,
}

/// The attribute of an entry `redact` that names the file of an attachment.
pub const REDACTED: &str = "attachment";

/// The content of an attachment that was taken out for good.
pub const REDACTED_CONTENT: &str = "(redacted)\n";

/// The folder of a ticket's attachments, relative to the desk, with `/` between the parts.
pub fn folder(id: TicketId) -> String {
    format!("tickets/{}/{id}.files", id.folder())
}

/// The attributes of the n-th file of an entry, counted from 1: `file`, `stored`, `size` and
/// `sha256`, for the second `file-2` and so on.
pub fn attributes(
    n: usize,
    name: &str,
    stored: &str,
    size: u64,
    sha256: &str,
) -> [(String, String); 4] {
    [
        (key("file", n), name.to_owned()),
        (key("stored", n), stored.to_owned()),
        (key("size", n), size.to_string()),
        (key("sha256", n), sha256.to_owned()),
    ]
}

fn key(word: &str, n: usize) -> String {
    if n == 1 {
        word.to_owned()
    } else {
        format!("{word}-{n}")
    }
}

/// The attachments that an entry tells of.
pub fn of_entry(entry: &Entry) -> Vec<Attachment> {
    // Mails bring files along.
    let may = [EntryKind::Attach, EntryKind::Contact, EntryKind::Created];
    if !may.contains(&entry.kind) {
        return Vec::new();
    }
    let digits = |text: &&str| {
        text.len() == 64
            && text
                .bytes()
                .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    };
    (1..=entry.attributes.len())
        .filter_map(|n| {
            let name = entry.attribute(&key("file", n))?;
            let sha256 = entry.attribute(&key("sha256", n)).filter(digits);
            let file = entry.attribute(&key("stored", n)).unwrap_or(name);
            Some(Attachment {
                name: name.to_owned(),
                file: file.to_owned(),
                size: entry
                    .attribute(&key("size", n))
                    .and_then(|size| size.parse().ok()),
                sha256: sha256.map(str::to_owned),
                at: entry.at,
                by: entry.by.clone(),
                redacted: false,
                undone: false,
            })
        })
        .collect()
}

/// The attachments of a log, oldest first.
pub fn all(log: &[Entry]) -> Vec<Attachment> {
    let redacted = redacted(log);
    let corrections = Corrections::of(log);
    let of_place = |(at, entry)| of_entry(entry).into_iter().map(move |one| (at, one));
    let mut seen = BTreeSet::new();
    let all = log.iter().enumerate().flat_map(of_place);
    // The logo in a signature comes with each mail, and lies there once.
    let all = all.filter(|(_, one)| seen.insert((one.file.clone(), one.sha256.clone())));
    let all: Vec<(usize, Attachment)> = all.collect();
    let all = all.into_iter();
    all.map(|(at, one)| Attachment {
        redacted: is_out(&redacted, &one.file),
        undone: corrections.is_undone(at),
        ..one
    })
    .collect()
}

/// The files of attachments whose contents a log says were taken out for good.
pub fn redacted(log: &[Entry]) -> BTreeSet<&str> {
    let entries = log.iter().filter(|entry| entry.kind == EntryKind::Redact);
    entries.flat_map(|entry| entry.values(REDACTED)).collect()
}

/// Whether a name is one that [`safe`] could have made, so that it leads to no other place.
pub fn is_safe(name: &str) -> bool {
    safe(name) == name
}

/// A name for a file, made from any text: one part of a path, letters of every script, nothing
/// that hides, turns the direction of writing, begins an option or a hidden file, or means
/// something to some system or to git.
pub fn safe(name: &str) -> String {
    let part = name
        .split(['/', '\\'])
        .rfind(|part| !part.trim().is_empty())
        .unwrap_or_default();
    let mut out = String::with_capacity(part.len());
    for c in part.chars().filter(|c| !is_hidden(*c)).nfc() {
        let c = match c {
            c if c.is_whitespace() => ' ',
            // Not in names of Windows, or with a meaning in shells and in short names of NTFS.
            '<' | '>' | ':' | '"' | '|' | '?' | '*' | '~' | '`' | '$' | '/' | '\\' | '\u{fffd}' => {
                '_'
            }
            c if c.is_control() => '_',
            c => c,
        };
        let again = matches!(c, ' ' | '_') && out.ends_with(c);
        if !again {
            out.push(c);
        }
    }
    let out = shortened(trimmed(&out), LONGEST);
    let out = trimmed(&out);
    let stem = out.split('.').next().unwrap_or_default().trim_end();
    if out.is_empty() {
        NAMELESS.to_owned()
    } else if is_device(stem) {
        shortened(&format!("_{out}"), LONGEST)
    } else {
        out.to_owned()
    }
}

fn trimmed(name: &str) -> &str {
    name.trim_start_matches(|c: char| matches!(c, '.' | '-' | ' ') || is_combining_mark(c))
        .trim_end_matches(['.', ' '])
}

/// Characters that do not show, or that change how others show. Joiners are among them: two names
/// that look the same would be two files.
fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whether Windows has no file of this name, whatever its folder.
pub fn is_refused_by_windows(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end();
    let has_refused = |c: char| matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*' | '\\');
    name.contains(has_refused) || name.ends_with(['.', ' ']) || is_device(stem)
}

/// Names that Windows gives to devices.
fn is_device(stem: &str) -> bool {
    let stem = stem.to_uppercase();
    if ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"].contains(&stem.as_str()) {
        return true;
    }
    let number = stem
        .strip_prefix("COM")
        .or_else(|| stem.strip_prefix("LPT"));
    number.is_some_and(|n| {
        n.chars().count() == 1
            && n.chars()
                .all(|c| c.is_ascii_digit() || matches!(c, '¹' | '²' | '³'))
    })
}

/// The name without its ending, and the ending with its dot: `.txt`, `.tar.gz`.
fn parts(name: &str) -> (&str, &str) {
    let Some(dot) = name.rfind('.').filter(|dot| *dot > 0) else {
        return (name, "");
    };
    let dot = match name[..dot].strip_suffix(".tar") {
        Some(stem) if !stem.is_empty() => stem.len(),
        _ => dot,
    };
    if name.len() - dot > LONGEST_ENDING {
        return (name, "");
    }
    name.split_at(dot)
}

/// A name of at most so many bytes, with its ending.
fn shortened(name: &str, most: usize) -> String {
    if name.len() <= most {
        return name.to_owned();
    }
    let (stem, ending) = parts(name);
    let mut end = most - ending.len();
    while !stem.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{ending}", stem[..end].trim_end_matches(['.', ' ']))
}

/// The name under which a content lies: with eight digits of its SHA-256, so that two clones never
/// put two contents in one place. `log.txt` becomes `log-1f0e9c3a.txt`.
pub fn stored(name: &str, sha256: &str) -> String {
    let (stem, ending) = parts(name);
    let digits = format!("-{}{ending}", &sha256[..sha256.len().min(8)]);
    format!("{}{digits}", shortened(stem, LONGEST - digits.len()))
}

/// The name of an attachment that was taken out with its name: of that only the digits of the content
/// are left. No file lies under it. `jan-1f0e9c3a.pdf` becomes `(redacted)-1f0e9c3a`.
pub fn nameless(file: &str) -> String {
    let (stem, _) = parts(file);
    let is_digit = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    // Before the ending, or at the end of a name whose ending is none.
    let digits = [stem, file].into_iter().find_map(|part| {
        let (_, digits) = part.rsplit_once('-')?;
        (digits.len() == 8 && digits.bytes().all(is_digit)).then_some(digits)
    });
    match digits {
        Some(digits) => format!("{MARKER}-{digits}"),
        None => MARKER.to_owned(),
    }
}

/// Whether the files that a log says were taken out have this one, under its name or without.
pub fn is_out(redacted: &BTreeSet<&str>, file: &str) -> bool {
    let without = nameless(file);
    redacted.contains(file) || (without != MARKER && redacted.contains(without.as_str()))
}

/// What two names share where a file system tells them not apart.
pub fn folded(name: &str) -> String {
    name.to_lowercase().nfc().collect()
}

/// The name, or with a number in it the first that is not taken: `log.txt`, `log-2.txt`. `taken`
/// is asked for names as [`folded`] makes them.
pub fn free(name: &str, taken: impl Fn(&str) -> bool) -> String {
    if !taken(&folded(name)) {
        return name.to_owned();
    }
    let (stem, ending) = parts(name);
    let numbered = |n: u64| {
        let number = format!("-{n}{ending}");
        let stem = shortened(stem, LONGEST - number.len());
        format!("{stem}{number}")
    };
    (2..=u64::MAX)
        .map(numbered)
        .find(|name| !taken(&folded(name)))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DIGITS: &str = "0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a";

    #[test]
    fn odd_names_are_made_safe() {
        for (given, expected) in [
            ("log.txt", "log.txt"),
            ("Screen shot  1.png", "Screen shot 1.png"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\Jan\\błąd.log", "błąd.log"),
            ("/", "file"),
            ("", "file"),
            ("..", "file"),
            (".gitattributes", "gitattributes"),
            (".git", "git"),
            ("git~1", "git_1"),
            ("--output=x", "output=x"),
            ("- - .x", "x"),
            ("a\u{1b}[31m\nb.txt", "a_[31m b.txt"),
            ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
            ("a\u{200b}b\u{feff}.txt", "ab.txt"),
            ("e\u{301}\u{200d}t.txt", "ét.txt"),
            ("con", "_con"),
            ("Aux.txt", "_Aux.txt"),
            ("COM1 .txt", "_COM1 .txt"),
            ("com10.txt", "com10.txt"),
            ("what?<>|.txt", "what_.txt"),
            ("trailing. .", "trailing"),
            ("\u{fffd}\u{fffd}x", "_x"),
            ("গেছে 李明 Ζωή.png", "গেছে 李明 Ζωή.png"),
            ("a\tb", "a b"),
        ] {
            assert_eq!(safe(given), expected, "{given:?}");
        }
    }

    #[test]
    fn long_names_keep_their_ending() {
        let long = safe(&format!("{}.tar.gz", "ż".repeat(200)));
        assert!(
            long.len() <= LONGEST && long.ends_with("ż.tar.gz"),
            "{long}"
        );
        let long = safe(&format!("a.{}", "x".repeat(300)));
        assert_eq!(long.len(), LONGEST);
    }

    #[test]
    fn a_name_goes_but_for_the_digits_of_the_content() {
        for (file, expected) in [
            ("cv-jan-0a0a0a0a.pdf", "(redacted)-0a0a0a0a"),
            ("cv.of.jan-0a0a0a0a", "(redacted)-0a0a0a0a"),
            ("(redacted)-0a0a0a0a", "(redacted)-0a0a0a0a"),
            ("jan-kowalski.pdf", "(redacted)"),
            ("0a0a0a0a", "(redacted)"),
        ] {
            assert_eq!(nameless(file), expected);
            assert!(is_safe(&nameless(file)));
        }
        let long = stored(&safe(&format!("{}.tar.gz", "ż".repeat(200))), DIGITS);
        assert_eq!(nameless(&long), "(redacted)-0a0a0a0a");
        let gone = BTreeSet::from(["(redacted)-0a0a0a0a", "(redacted)"]);
        assert!(is_out(&gone, "cv-jan-0a0a0a0a.pdf") && !is_out(&gone, "other.pdf"));
    }

    #[test]
    fn a_name_taken_gets_a_number() {
        let taken = ["log.txt", "log-2.txt", "a.tar.gz", "none", "ß.png"];
        let free = |name: &str| free(name, |name| taken.contains(&name));
        assert_eq!(free("new.txt"), "new.txt");
        assert_eq!(free("LOG.txt"), "LOG-3.txt");
        assert_eq!(free("a.tar.gz"), "a-2.tar.gz");
        assert_eq!(free("none"), "none-2");
        let long = format!("{}.txt", "x".repeat(LONGEST - 4));
        let numbered = super::free(&long, |name| name == long);
        assert!(numbered.len() == LONGEST && numbered.ends_with("x-2.txt"));
    }

    #[test]
    fn entries_tell_of_several_files() {
        let mut entry = Entry {
            at: "2026-11-21T09:02:11Z".parse().unwrap(),
            by: "anna".parse().unwrap(),
            kind: EntryKind::Attach,
            tag: "8m2d".to_owned(),
            attributes: Vec::new(),
            changes: Vec::new(),
            text: String::new(),
        };
        let names = ["(none)", "a -x '1'.txt", "Zażółć 2.png"];
        for (at, name) in names.iter().enumerate() {
            entry.attributes.extend(attributes(
                at + 1,
                name,
                &stored(name, DIGITS),
                at as u64,
                DIGITS,
            ));
        }
        let written = crate::page::log::write(&entry);
        let read = crate::page::log::read(&written, 0).entries.remove(0).entry;
        assert_eq!(read, entry);
        let found = of_entry(&read);
        assert_eq!(
            found
                .iter()
                .map(|one| one.name.as_str())
                .collect::<Vec<_>>(),
            names
        );
        assert_eq!(found[1].file, "a -x '1'-0a0a0a0a.txt");
        assert_eq!(found[2].size, Some(2));
        assert_eq!(found[2].sha256.as_deref(), Some(DIGITS));
        // Format 1 had people's name for the file.
        entry
            .attributes
            .retain(|(key, _)| !key.starts_with("stored"));
        assert_eq!(of_entry(&entry)[1].file, names[1]);
        entry.kind = EntryKind::Note;
        assert_eq!(of_entry(&entry), []);
    }

    proptest! {
        #[test]
        fn a_safe_name_is_safe(name in "\\PC{0,40}|(?s).{0,200}|[./\\\\ ~conCON$:-]{0,8}") {
            let made = safe(&name);
            prop_assert!(!made.is_empty() && made.len() <= LONGEST, "{made:?}");
            prop_assert!(!made.starts_with(['.', '-', ' ']) && !made.ends_with(['.', ' ']), "{made:?}");
            prop_assert!(!made.contains(['/', '\\', ':', '\0']) && !made.chars().any(char::is_control));
            prop_assert!(is_safe(&made), "{made:?} becomes {:?}", safe(&made));
            let stored = stored(&made, DIGITS);
            prop_assert!(is_safe(&stored) && stored.len() <= LONGEST, "{stored:?}");
            let other = free(&made, |taken| taken == folded(&made));
            prop_assert!(other != made && is_safe(&other), "{other:?}");
        }
    }
}
