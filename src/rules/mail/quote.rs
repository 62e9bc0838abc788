//! Cutting what an answer quotes: only at its end, only from a line that surely begins a quote, and
//! never so that nothing is left.

/// A text without the quotes at its end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CutText {
    /// What is new.
    pub text: String,
    /// How many lines were cut.
    pub cut: usize,
}

/// Cuts the quotes at the end of an answer, and signatures before and behind them. What is
/// forwarded stays.
pub fn cut(text: &str) -> CutText {
    let lines: Vec<&str> = text.lines().collect();
    let whole = CutText {
        text: text.trim_end().to_owned(),
        cut: 0,
    };
    let end = signature_start(&lines, lines.len()).unwrap_or(lines.len());
    let from = quote_start(&lines[..end])
        .filter(|from| !is_forward(&lines[..=*from]))
        .unwrap_or(end);
    let from = signature_start(&lines, from).unwrap_or(from);
    let kept = &lines[..from];
    if from == lines.len()
        || !kept
            .iter()
            .any(|line| line.chars().any(char::is_alphanumeric))
    {
        return whole;
    }
    CutText {
        text: kept.join("\n").trim_matches('\n').trim_end().to_owned(),
        cut: count(&lines[from..]),
    }
}

fn count(lines: &[&str]) -> usize {
    lines.iter().filter(|line| !line.trim().is_empty()).count()
}

/// So many lines may stand behind `-- `.
const SIGNATURE: usize = 15;

/// Where a signature begins that ends at `end`: behind `-- `, or a line that a telephone adds.
fn signature_start(lines: &[&str], end: usize) -> Option<usize> {
    let is_mark = |line: &&str| matches!(line.trim_end(), "--" | "—");
    let mark = lines[..end].iter().rposition(is_mark).filter(|from| {
        let behind = &lines[from + 1..end];
        count(behind) <= SIGNATURE && !behind.iter().any(|line| is_quoted(line))
    });
    let from = mark.unwrap_or(end);
    let last = lines[..from]
        .iter()
        .rposition(|line| !line.trim().is_empty());
    let device = last.filter(|last| is_device_line(lines[*last]));
    device.or(mark).filter(|from| *from > 0)
}

/// Whether a line only says what a mail was sent with.
fn is_device_line(line: &str) -> bool {
    const STARTS: [&str; 17] = [
        "sent from ",
        "sent with ",
        "sent via ",
        "get outlook for ",
        "von meinem ",
        "gesendet von ",
        "gesendet mit ",
        "envoyé de ",
        "envoyé depuis ",
        "enviado desde ",
        "enviado do ",
        "enviado do meu ",
        "inviato da ",
        "wysłano z ",
        "sendt fra ",
        "skickat från ",
        "verzonden vanaf ",
    ];
    let line = line.trim().to_lowercase();
    line.chars().count() < 80 && STARTS.iter().any(|start| line.starts_with(start))
}

/// Whether what follows these lines was forwarded.
fn is_forward(lines: &[&str]) -> bool {
    const WORDS: [&str; 13] = [
        "forwarded message",
        "forwarded by",
        "weitergeleitete nachricht",
        "message transféré",
        "mensaje reenviado",
        "mensagem encaminhada",
        "messaggio inoltrato",
        "doorgestuurd bericht",
        "wiadomość przekazana",
        "przekazana wiadomość",
        "vidarebefordrat meddelande",
        "пересылаемое сообщение",
        "tin nhắn được chuyển tiếp",
    ];
    let near = lines
        .iter()
        .rev()
        .filter(|line| !line.trim().is_empty())
        .take(2);
    near.map(|line| line.to_lowercase())
        .any(|line| WORDS.iter().any(|word| line.contains(word)))
}

/// The line with which the quotes at the end begin.
fn quote_start(lines: &[&str]) -> Option<usize> {
    // From the first line on behind which nothing new stands.
    for at in 0..lines.len() {
        if let Some(len) = opener(&lines[at..]) {
            let rest = &lines[at + len..];
            // What a program quotes without signs runs to the end.
            let has_signs = rest.iter().any(|line| is_quoted(line));
            let has_more = rest.iter().any(|line| !line.trim().is_empty());
            if has_more && (!has_signs || only_quoted(rest)) {
                return Some(at);
            }
        }
    }
    // Quoted lines at the end, without a line that says whose they are.
    let last = lines.iter().rposition(|line| !line.trim().is_empty())?;
    if !is_quoted(lines[last]) {
        return None;
    }
    let before = lines[..last]
        .iter()
        .rposition(|line| !line.trim().is_empty() && !is_quoted(line));
    before.map(|before| before + 1)
}

fn is_quoted(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with('>') || line.starts_with("| ") || line == "|"
}

/// Whether nothing but quoted and empty lines follows.
fn only_quoted(lines: &[&str]) -> bool {
    lines
        .iter()
        .all(|line| line.trim().is_empty() || is_quoted(line))
}

/// How many lines the words take with which a quote opens here; `None` where none does.
fn opener(lines: &[&str]) -> Option<usize> {
    let line = lines[0].trim();
    if line.is_empty() || is_quoted(line) {
        return None;
    }
    if is_separator(line) || is_header_block(lines) {
        return Some(1);
    }
    // `On …, Jan wrote:`, which programs break over several lines.
    let mut whole = String::new();
    for (at, line) in lines.iter().take(6).enumerate() {
        let line = line.trim();
        if is_quoted(line) && !line.starts_with("> wrote") {
            return None;
        }
        whole.push_str(line);
        let ends = whole.ends_with([':', '：']) || whole.ends_with("----");
        if ends && says_wrote(&whole) {
            // The line before it, which says something else, is none of it.
            return (at == 0 || begins_date(lines[0])).then_some(at + 1);
        }
        let next = lines.get(at + 1).is_some_and(|line| is_quoted(line));
        if next && is_dated_address(&whole) {
            return Some(at + 1);
        }
        whole.push(' ');
    }
    None
}

/// Whether a line begins as those do that say when somebody wrote.
fn begins_date(line: &str) -> bool {
    const WORDS: [&str; 30] = [
        "on", "am", "le", "il", "el", "em", "op", "den", "dnia", "w", "dne", "dňa", "vào", "på",
        "la", "pe", "at", "в", "у", "mon", "tue", "wed", "thu", "fri", "sat", "sun", "----", "die",
        "kl", "lúc",
    ];
    let line = line
        .trim()
        .trim_start_matches(['*', '\u{200e}', '\u{202a}'])
        .to_lowercase();
    let word = line.split([' ', ',', '.']).next().unwrap_or_default();
    WORDS.contains(&word)
        || line.starts_with(|c: char| c.is_ascii_digit())
        || line.contains('<')
        || line.contains('@')
        || line.starts_with(['在', '於', '于'])
}

/// Whether a line is a date, a name and an address, and nothing else: `2026-12-02 10:00 GMT+01:00
/// Anna <anna@example.org>:`.
fn is_dated_address(line: &str) -> bool {
    let line = line.trim().trim_end_matches(':');
    line.starts_with(|c: char| c.is_ascii_digit()) && line.contains('@') && line.ends_with('>')
}

/// Words with which programs of several languages say that somebody wrote what follows.
const WROTE: [&str; 40] = [
    "wrote",
    "writes",
    "schrieb",
    "schrieben",
    "schreef",
    "geschreven",
    "a écrit",
    "escribió",
    "escreveu",
    "ha scritto",
    "napisał",
    "napisał(a)",
    "napisała",
    "napsal",
    "napsal(a)",
    "napísal",
    "skrev",
    "kirjoitti",
    "írta",
    "ezt írta",
    "a scris",
    "написал",
    "написал(а)",
    "пише",
    "написав",
    "пишет",
    "έγραψε",
    "yazdı",
    "şunu yazdı",
    "כתב",
    "كتب",
    "đã viết",
    "写道",
    "寫道",
    "書きました",
    "のメール",
    "작성",
    "লিখেছেন",
    "rakstīja",
    "kirjutas",
];

fn says_wrote(line: &str) -> bool {
    let lower = line.to_lowercase();
    let lower = lower.trim_end_matches([':', '：', ' ', '\u{a0}']);
    let has_date =
        lower.chars().any(char::is_numeric) || lower.contains('@') || lower.contains('<');
    has_date && WROTE.iter().any(|word| holds(lower, word))
}

/// Whether a word stands in a text by itself, where the script parts words.
fn holds(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        let is_letter = |c: Option<char>| c.is_some_and(|c| c.is_alphabetic() && c.is_ascii());
        !is_letter(before) && !is_letter(after)
    })
}

/// A line of its own between an answer and what it answers.
fn is_separator(line: &str) -> bool {
    const WORDS: [&str; 16] = [
        "original message",
        "ursprüngliche nachricht",
        "message d'origine",
        "mensaje original",
        "mensagem original",
        "messaggio originale",
        "oorspronkelijk bericht",
        "oprindelig meddelelse",
        "ursprungligt meddelande",
        "opprinnelig melding",
        "alkuperäinen viesti",
        "wiadomość oryginalna",
        "původní zpráva",
        "исходное сообщение",
        "reply above this line",
        "write above this line",
    ];
    let line = line.trim().trim_matches('*').to_lowercase();
    let inside = line.trim_matches(['-', '_', '=', '#', ' ', '\u{a0}']);
    let is_rule = line.len() >= 20 && inside.is_empty() && line.starts_with("____");
    let has_rule = line.starts_with("--")
        || line.starts_with("__")
        || line.starts_with("==")
        || line.starts_with("##");
    is_rule || has_rule && WORDS.iter().any(|word| inside.starts_with(word))
}

/// Words before the writer in the head of a mail, by languages.
const FROM: [&str; 22] = [
    "from",
    "von",
    "de",
    "da",
    "od",
    "van",
    "från",
    "fra",
    "lähettäjä",
    "от",
    "від",
    "od",
    "gönderen",
    "kimden",
    "feladó",
    "expéditeur",
    "发件人",
    "寄件者",
    "差出人",
    "보낸사람",
    "từ",
    "প্রেরক",
];

/// Words before the date, the addressees and the subject.
const MORE: [&str; 66] = [
    "sent",
    "date",
    "to",
    "subject",
    "cc",
    "gesendet",
    "datum",
    "an",
    "betreff",
    "envoyé",
    "à",
    "objet",
    "enviado",
    "enviado el",
    "fecha",
    "para",
    "asunto",
    "assunto",
    "inviato",
    "data",
    "a",
    "oggetto",
    "wysłano",
    "wysłane",
    "do",
    "temat",
    "dw",
    "verzonden",
    "aan",
    "onderwerp",
    "skickat",
    "till",
    "ämne",
    "sendt",
    "til",
    "emne",
    "lähetetty",
    "vastaanottaja",
    "aihe",
    "odesláno",
    "komu",
    "předmět",
    "отправлено",
    "дата",
    "кому",
    "тема",
    "надіслано",
    "gönderilme",
    "kime",
    "konu",
    "elküldve",
    "címzett",
    "tárgy",
    "发送时间",
    "收件人",
    "主题",
    "寄件日期",
    "收件者",
    "主旨",
    "日時",
    "宛先",
    "件名",
    "ngày",
    "đến",
    "chủ đề",
    "reply-to",
];

/// Whether the lines are the head of a mail as Outlook and others write it: a writer, and two more
/// of date, addressee and subject, in up to seven lines.
fn is_header_block(lines: &[&str]) -> bool {
    let key = |line: &str| -> Option<String> {
        let line = line.trim().trim_matches('*');
        let at = line.find([':', '：'])?;
        Some(line[..at].trim_matches(['*', ' ', '\u{a0}']).to_lowercase())
    };
    let first = lines.first().and_then(|line| key(line));
    if !first.is_some_and(|first| FROM.contains(&first.as_str())) {
        return false;
    }
    let more = lines[1..]
        .iter()
        .filter(|line| !line.trim().is_empty())
        .take(6)
        .filter(|line| key(line).is_some_and(|key| MORE.contains(&key.as_str())));
    more.count() >= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn leaves(text: &str, expected: &str, lines: usize) {
        let found = cut(text);
        assert_eq!(
            (found.text.as_str(), found.cut),
            (expected, lines),
            "{text}"
        );
    }

    #[test]
    fn quotes_at_the_end_are_cut() {
        leaves(
            "It works.\n\nOn 2 Dec 2026, Anna <a@b.c> wrote:\n> Is it on?\n> Anna\n",
            "It works.",
            3,
        );
        leaves(
            "Danke!\n\nAm 02.12.26 um 10:00 schrieb Anna Ptak\n<anna@example.org>:\n> Geht es?",
            "Danke!",
            3,
        );
        leaves(
            "Yes.\n\n-----Original Message-----\nFrom: Anna\nSent: Monday\nTo: Jan\n\nIs it on?",
            "Yes.",
            5,
        );
        leaves(
            "Tak.\n\nOd: Anna\nWysłano: poniedziałek\nDo: Jan\nTemat: Sieć\n\nDziała?",
            "Tak.",
            5,
        );
        leaves("Yes.\n> Is it on?", "Yes.", 1);
    }

    #[test]
    fn answers_between_and_below_quotes_stay() {
        let inline = "On 2 Dec 2026, Anna wrote:\n> Is it on?\nYes.\n> And now?\nStill.";
        leaves(inline, inline, 0);
        let below = "> Is it on?\n\nYes.";
        leaves(below, below, 0);
        let words = "My manager wrote: it is fine.\nSo close it.";
        leaves(words, words, 0);
    }

    #[test]
    fn what_was_forwarded_stays() {
        let head = "From: Jan\nSent: Monday\nTo: Anna\nSubject: Network\n\nIs it on?";
        for forwarded in [
            format!("Please look.\n\n---------- Forwarded message ----------\n{head}"),
            format!("Bitte ansehen.\n\n-------- Weitergeleitete Nachricht --------\n{head}"),
        ] {
            leaves(&forwarded, &forwarded, 0);
        }
    }

    #[test]
    fn something_is_always_left() {
        let only = "On 2 Dec 2026, Anna wrote:\n> Is it on?";
        leaves(only, only, 0);
        leaves("-- \nJan", "-- \nJan", 0);
        leaves("Thanks\n-- \nJan\nAcme", "Thanks", 3);
    }
}
