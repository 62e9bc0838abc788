//! Mails that nobody here wrote, of `../shared/data/mail`: each is read, and what is made of it is
//! compared with what its source expects. A third of each source is kept back.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use plaindesk::model::mail::Mail;
use plaindesk::page::mail::{self, html};
use plaindesk::rules::mail::bounce::bounce;
use plaindesk::rules::mail::machine::{MachineKind, Origin, origin};
use plaindesk::rules::mail::quote;
use plaindesk::rules::mail::thread::evidence;

#[cfg(target_os = "linux")]
use crate::growth::cpu;
use crate::{scratch, skip};

/// So long may one mail take, on a processor that does nothing else: what is tested is built without
/// optimisation, but where it is measured.
const LIMIT: Duration = Duration::from_secs(if cfg!(debug_assertions) { 8 } else { 2 });

/// The time of the clock, where that of the processor is not told.
#[cfg(not(target_os = "linux"))]
fn cpu() -> Duration {
    static BEGAN: std::sync::LazyLock<std::time::Instant> =
        std::sync::LazyLock::new(std::time::Instant::now);
    BEGAN.elapsed()
}

/// Unpacks an archive; `None`, said aloud, where it is absent.
fn archive(name: &str) -> Option<tempfile::TempDir> {
    let data = std::env::var_os("DESK_TEST_DATA");
    let data =
        data.unwrap_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data").into());
    let path = Path::new(&data).join("mail").join(format!("{name}.tar.gz"));
    if !path.is_file() {
        skip::skipped(&format!("{} cannot be read", path.display()), true);
        return None;
    }
    let place = scratch::folder();
    let mut tar = Command::new("tar");
    tar.arg("-xzf").arg(&path).arg("-C").arg(place.path());
    assert!(tar.status().unwrap().success());
    Some(place)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                all.push(path);
            }
        }
    }
    all.sort();
    all
}

fn text(path: &Path) -> String {
    String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned()
}

fn words(text: &str) -> Vec<String> {
    let parts = text.split(|c: char| !c.is_alphanumeric());
    let words = parts.filter(|word| word.chars().count() > 1);
    words.map(str::to_lowercase).collect()
}

const ARCHIVES: [&str; 17] = [
    "cpython",
    "erp-crisp",
    "erp-github",
    "ert-discourse",
    "flanker",
    "freescout",
    "mail-parser",
    "mime4j",
    "mimekit",
    "mmp",
    "nodemailer",
    "rt",
    "rubymail",
    "sisimai",
    "talon",
    "tnefparse",
    "zammad",
];

/// Whether the first line is a header that every mail may have.
fn begins_as_mail(bytes: &[u8]) -> bool {
    let first: Vec<u8> = bytes
        .iter()
        .copied()
        .take_while(|byte| !matches!(byte, b'\r' | b'\n'))
        .collect();
    let first = String::from_utf8_lossy(&first).to_lowercase();
    let names = [
        "from",
        "to",
        "subject",
        "date",
        "received",
        "message-id",
        "return-path",
    ];
    names.iter().any(|name| {
        let rest = first.strip_prefix(name);
        rest.is_some_and(|rest| rest.starts_with(':'))
    })
}

#[test]
fn every_file_is_read_or_refused_with_a_reason() {
    let (mut read, mut all) = (0, Duration::ZERO);
    let mut refused: BTreeMap<String, usize> = BTreeMap::new();
    for name in ARCHIVES {
        let Some(place) = archive(name) else { return };
        for path in files(place.path()) {
            let bytes = std::fs::read(&path).unwrap();
            let began = cpu();
            match mail::read(&bytes) {
                Ok(mail) => {
                    read += 1;
                    let _ = origin(&mail, &[]);
                    let _ = quote::cut(&mail.text);
                    let _ = evidence(&mail, &[]);
                    assert!(
                        !mail.text.contains(['\0', '\r', '\u{1b}']),
                        "{}",
                        path.display()
                    );
                    assert!(!mail.subject.contains('\n'), "{}", path.display());
                }
                Err(error) => {
                    // What is no mail, a reply as bare text, is refused; what begins as one is not.
                    let is_bare = matches!(error, mail::Unreadable::NoHeaders);
                    assert!(!(is_bare && begins_as_mail(&bytes)), "{}", path.display());
                    *refused.entry(error.to_string()).or_default() += 1;
                }
            }
            let took = cpu().saturating_sub(began);
            all += took;
            assert!(took < LIMIT, "{}: {took:?}", path.display());
        }
    }
    let rate = f64::from(read) / all.as_secs_f64();
    println!("{read} read, {rate:.0} a second, refused: {refused:?}");
    // So many of the files have a header that RFC 5322 or MIME knows.
    assert!(read > 1_320, "{read}");
}

/// A value of a key at the top of a YAML file, as Zammad's expectations are written: plain, quoted
/// or as a block.
fn yaml(text: &str, key: &str) -> Option<String> {
    let start = format!("{key}:");
    let lines: Vec<&str> = text.lines().collect();
    let at = lines.iter().position(|line| line.starts_with(&start))?;
    let first = lines[at][start.len()..].trim();
    let more = lines[at + 1..]
        .iter()
        .take_while(|line| line.is_empty() || line.starts_with(' '));
    let more: Vec<&str> = more.copied().collect();
    if first.starts_with('|') || first.starts_with('>') {
        let lines = more
            .iter()
            .map(|line| line.strip_prefix("  ").unwrap_or(line));
        return Some(lines.collect::<Vec<_>>().join("\n"));
    }
    let mut value = first.to_owned();
    for line in &more {
        if line.trim().is_empty() {
            value.push('\n');
        } else {
            if !value.ends_with(['\\', '\n']) {
                value.push(' ');
            }
            value = value.trim_end_matches('\\').to_owned();
            value.push_str(line.trim());
        }
    }
    if let Some(inside) = value
        .strip_prefix('\'')
        .and_then(|rest| rest.strip_suffix('\''))
    {
        return Some(inside.replace("''", "'"));
    }
    if value.starts_with('"') && value.ends_with('"') && value.len() > 1 {
        return Some(unescaped(&value[1..value.len() - 1]));
    }
    Some(value)
}

fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match rest.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('0') => out.push('\0'),
            Some('_') => out.push('\u{a0}'),
            Some('e') => out.push('\u{1b}'),
            Some(kind @ ('x' | 'u' | 'U')) => {
                let count = match kind {
                    'x' => 2,
                    'u' => 4,
                    _ => 8,
                };
                let digits: String = rest.by_ref().take(count).collect();
                let code = u32::from_str_radix(&digits, 16).ok();
                out.extend(code.and_then(char::from_u32));
            }
            Some(c) => out.push(c),
            None => {}
        }
    }
    out
}

#[test]
fn what_a_help_desk_expects_of_odd_mails() {
    let Some(place) = archive("zammad") else {
        return;
    };
    let (mut all, mut subjects, mut senders) = (0, 0, 0);
    let (mut expected_words, mut found_words) = (0, 0);
    for path in files(place.path()) {
        if path.extension().is_none_or(|end| end != "box") {
            continue;
        }
        let expected = path.with_extension("yml");
        if !expected.is_file() {
            continue;
        }
        let expected = text(&expected);
        let mail = mail::read(&std::fs::read(&path).unwrap()).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        all += 1;
        let subject = mail::one_line(&yaml(&expected, "subject").unwrap_or_default());
        if words(&subject) == words(&mail.subject) {
            subjects += 1;
        } else {
            println!("{name}: subject {:?}, expected {subject:?}", mail.subject);
        }
        let from = yaml(&expected, "from_email")
            .unwrap_or_default()
            .to_lowercase();
        let own = mail
            .from
            .as_ref()
            .map_or("", |from| from.address.as_str())
            .to_lowercase();
        if from == own {
            senders += 1;
        } else {
            println!("{name}: from {own:?}, expected {from:?}");
        }
        let body = yaml(&expected, "body").unwrap_or_default();
        let is_html = expected
            .lines()
            .any(|line| line == "content_type: text/html");
        let body = if is_html {
            html::to_text(&body, &|_| None).text
        } else {
            body
        };
        let own: std::collections::HashSet<String> = words(&mail.text).into_iter().collect();
        let theirs = words(&body);
        let found = theirs.iter().filter(|word| own.contains(*word)).count();
        if found * 100 < theirs.len() * 90 {
            println!("{name}: {found} of {} words", theirs.len());
        }
        expected_words += theirs.len();
        found_words += found;
    }
    println!(
        "{all} mails: {subjects} subjects, {senders} senders, {found_words} of {expected_words} words"
    );
    assert!(all > 40, "{all}");
    assert!(subjects * 100 >= all * 98, "{subjects} of {all} subjects");
    assert!(senders * 100 >= all * 96, "{senders} of {all} senders");
    assert!(
        found_words * 100 >= expected_words * 97,
        "{found_words} of {expected_words}"
    );
}

#[test]
fn bounces_and_automatic_answers_are_known() {
    let Some(place) = archive("sisimai") else {
        return;
    };
    let (mut all, mut known) = (0, 0);
    for path in files(&place.path().join("sisimai/maildir")) {
        if path.parent().is_some_and(|folder| folder.ends_with("not")) {
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        let Ok(mail) = mail::read(&bytes) else {
            continue;
        };
        all += 1;
        if matches!(origin(&mail, &[]), Origin::Machine(..)) {
            known += 1;
        } else {
            let name = path.file_name().unwrap().to_string_lossy();
            println!("{name}: {:?} from {:?}", origin(&mail, &[]), mail.from);
        }
    }
    println!("{known} of {all} bounces and automatic answers");
    assert!(all > 300, "{all}");
    assert!(known * 100 >= all * 97, "{known} of {all}");
}

/// The ids that stand in the text of a mail below its headers.
fn ids_below(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n");
    let below = text
        .split_once("\n\n")
        .map_or("", |(_, below)| below)
        .to_owned();
    let mut ids = Vec::new();
    let lines: Vec<&str> = below.lines().collect();
    for (at, line) in lines.iter().enumerate() {
        let line = line.trim_start_matches(['>', ' ']);
        if !line.to_lowercase().starts_with("message-id:") {
            continue;
        }
        let value = line["message-id:".len()..].trim();
        let next = lines.get(at + 1).map_or("", |next| next.trim());
        let value = if value.is_empty() { next } else { value };
        ids.extend(
            value
                .split_once('<')
                .and_then(|(_, rest)| rest.split_once('>'))
                .map(|(id, _)| id.trim().to_owned()),
        );
    }
    ids
}

#[test]
fn bounces_name_the_mail_that_did_not_arrive() {
    let Some(place) = archive("sisimai") else {
        return;
    };
    let (mut all, mut found, mut addressed) = (0, 0, 0);
    for path in files(&place.path().join("sisimai/maildir")) {
        if path.parent().is_some_and(|folder| folder.ends_with("not")) {
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        let ids = ids_below(&bytes);
        let Ok(mail) = mail::read(&bytes) else {
            continue;
        };
        if ids.is_empty() || !matches!(origin(&mail, &[]), Origin::Machine(MachineKind::Bounce, _))
        {
            continue;
        }
        all += 1;
        let bounce = bounce(&mail);
        addressed += usize::from(!bounce.recipients.is_empty());
        if bounce.message.as_ref().is_some_and(|id| ids.contains(id)) {
            found += 1;
        } else {
            let name = path.file_name().unwrap().to_string_lossy();
            println!("{name}: {:?} of {ids:?}", bounce.message);
        }
    }
    println!("{found} of {all} name it, {addressed} name a recipient");
    assert!(all > 200, "{all}");
    assert!(found * 100 >= all * 85, "{found} of {all}");
}

/// `just mail-corpus` fetches the mails and names their folder.
#[test]
fn genuine_mail_is_not_taken_for_a_machines() {
    let Some(place) = std::env::var_os("DESK_HAM") else {
        return;
    };
    let (mut all, mut wrong) = (0, 0);
    for group in ["easy-ham-1", "easy-ham-2", "hard-ham-1"] {
        for path in files(&Path::new(&place).join(group)) {
            if path.extension().is_none_or(|ending| ending != "txt") {
                continue;
            }
            let bytes = std::fs::read(&path).unwrap();
            let Ok(mail) = mail::read(&bytes) else {
                continue;
            };
            all += 1;
            if let Origin::Machine(_, why) = origin(&mail, &[]) {
                wrong += 1;
                println!("{}: {why}", path.display());
            }
        }
    }
    println!("{wrong} of {all} genuine mails");
    assert!(all > 4_000, "{all}");
    assert!(wrong * 1000 <= all * 2, "{wrong} of {all}");
}

#[test]
fn quotes_are_cut_and_no_text_is_lost() {
    let Some(place) = archive("ert-discourse") else {
        return;
    };
    let folder = place.path().join("ert-discourse/test");
    let (mut all, mut equal) = (0, 0);
    let mut lost = Vec::new();
    for path in files(&folder.join("trimmed")) {
        let name = path.file_name().unwrap().to_owned();
        let whole = text(&folder.join("emails").join(&name));
        let expected = words(&text(&path));
        let kept = quote::cut(&whole).text;
        let own = words(&kept);
        all += 1;
        if own == expected {
            equal += 1;
        } else {
            println!(
                "{name:?}: kept {} words, expected {}",
                own.len(),
                expected.len()
            );
        }
        let missing: Vec<&String> = expected.iter().filter(|word| !own.contains(word)).collect();
        if !missing.is_empty() {
            lost.push(format!("{name:?}: {missing:?}"));
        }
    }
    println!("{equal} of {all} answers cut as expected");
    assert!(lost.is_empty(), "{}", lost.join("\n"));
    assert!(equal * 100 >= all * 78, "{equal} of {all}");
}

#[test]
fn answers_of_many_programs_keep_what_is_new() {
    let Some(place) = archive("talon") else {
        return;
    };
    let (mut all, mut equal) = (0, 0);
    for path in files(place.path()) {
        if path.extension().is_none_or(|end| end != "eml") {
            continue;
        }
        let expected = path.with_file_name(format!(
            "{}_reply_text",
            path.file_stem().unwrap().to_string_lossy()
        ));
        let expected = if expected.is_file() {
            // They keep what a telephone adds.
            quote::cut(&text(&expected)).text
        } else {
            "Hello".to_owned()
        };
        let mail: Mail = mail::read(&std::fs::read(&path).unwrap()).unwrap();
        let kept = words(&quote::cut(&mail.text).text);
        let missing: Vec<String> = words(&expected)
            .into_iter()
            .filter(|word| !kept.contains(word))
            .collect();
        all += 1;
        if kept == words(&expected) {
            equal += 1;
        } else {
            println!("{}: {kept:?}", path.display());
        }
        assert!(missing.is_empty(), "{}: {missing:?}", path.display());
    }
    println!("{equal} of {all} answers cut as expected");
}

/// Mails built for harm, which the script of `../shared/data/mail/e2e` writes.
#[test]
fn mails_built_for_harm_cost_no_more_than_their_bytes() {
    let data = std::env::var_os("DESK_TEST_DATA");
    let data =
        data.unwrap_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data").into());
    let script = Path::new(&data).join("mail/e2e/hostile-mails.py");
    if !script.is_file() {
        skip::skipped(&format!("{} cannot be read", script.display()), true);
        return;
    }
    let place = scratch::folder();
    let mut python = Command::new("python3");
    python.arg(&script).current_dir(place.path());
    assert!(python.status().unwrap().success());
    let mut all = 0;
    for path in files(place.path()) {
        let bytes = std::fs::read(&path).unwrap();
        let began = cpu();
        let told = match path.extension().and_then(|end| end.to_str()) {
            Some("html") => {
                let text = String::from_utf8_lossy(&bytes);
                html::to_text(&text, &|_| None).text.len().to_string()
            }
            _ => match mail::read(&bytes) {
                Ok(mail) => {
                    let _ = quote::cut(&mail.text);
                    format!(
                        "{} bytes of text, {} files",
                        mail.text.len(),
                        mail.files.len()
                    )
                }
                Err(error) => error.to_string(),
            },
        };
        let took = cpu().saturating_sub(began);
        let name = path.file_name().unwrap().to_string_lossy();
        println!("{name}: {} bytes, {took:?}: {told}", bytes.len());
        all += 1;
        assert!(took < LIMIT, "{name}: {took:?}");
    }
    assert!(all > 15, "{all}");
}
