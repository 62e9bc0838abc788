//! Mails in quarantine for tests.

use crate::desk::Desk;

/// The folder of the quarantine.
const FOLDER: &str = ".git/plaindesk/mail-quarantine";

/// Lets a mail wait in quarantine since `at`.
pub(super) fn hold(desk: &Desk, key: &str, reason: &str, at: &str, mail: &str) {
    let from = mail.lines().find_map(|line| line.strip_prefix("From: "));
    let subject = mail.lines().find_map(|line| line.strip_prefix("Subject: "));
    let facts = format!(
        "reason = \"{reason}\"\nat = \"{at}\"\nfrom = \"{}\"\nsubject = \"{}\"\nsize = \"{}\"\n",
        from.unwrap_or_default(),
        subject.unwrap_or_default(),
        mail.len()
    );
    desk.write(&format!("{FOLDER}/{key}.toml"), facts);
    desk.write(&format!("{FOLDER}/{key}.eml"), mail);
}

/// The names in the quarantine.
pub(super) fn names(desk: &Desk) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(desk.root.join(FOLDER)) else {
        return Vec::new();
    };
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort_unstable();
    names
}

/// Two mails, of Friday and of Monday morning.
pub(super) fn two(desk: &Desk) {
    hold(
        desk,
        "7k2m9qx4abcdefgh",
        "unverified-agent",
        "2026-11-20T16:00:00Z",
        "From: Anna Nowak <anna@desk.example>\nSubject: Please close it\n\nIt is done.\n",
    );
    hold(
        desk,
        "1bfs623a0s03nscs",
        "storm",
        "2026-11-23T07:30:00Z",
        "From: Trần Thị Hương <huong@khach.example>\nSubject: মুদ্রণযন্ত্র কাজ করছে না\n\nIn hỏng.\n",
    );
}
