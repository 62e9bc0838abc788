//! Files of many mails, as `mbox` keeps them: each begins with a line `From ADDRESS DATE`, and lines
//! of a mail that begin like it have a `>` before them (RFC 4155; `mboxo` and `mboxrd`).

/// Takes lines and gives mails.
#[derive(Debug)]
pub struct MboxSplitter {
    /// The mail so far; `None` before the first.
    mail: Option<Vec<u8>>,
    /// So many bytes of a mail are kept.
    most: usize,
    /// Whether the line before was empty, or there was none.
    after_blank: bool,
}

impl MboxSplitter {
    /// One that keeps so many bytes of a mail: whoever counts them knows that it was longer.
    pub fn new(most: usize) -> Self {
        Self {
            mail: None,
            most,
            after_blank: true,
        }
    }

    /// Takes the next line, with its end; gives the mail that it ends. What stands before the first
    /// mail belongs to none.
    pub fn line(&mut self, line: &[u8]) -> Option<Vec<u8>> {
        if self.after_blank && begins_a_mail(line) {
            self.after_blank = false;
            return self.mail.replace(Vec::new()).map(without_last_blank);
        }
        self.after_blank = line.trim_ascii_end().is_empty();
        if let Some(mail) = &mut self.mail {
            let line = unquoted(line);
            let room = self.most.saturating_sub(mail.len());
            mail.extend_from_slice(&line[..line.len().min(room)]);
        }
        None
    }

    /// The last mail.
    pub fn finish(self) -> Option<Vec<u8>> {
        self.mail.map(without_last_blank)
    }
}

/// Whether a line begins a mail: it ends with a year, or with a zone behind one. A sentence does not.
fn begins_a_mail(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b"From ") else {
        return false;
    };
    let words: Vec<&[u8]> = rest
        .split(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty())
        .collect();
    let is_year = |word: &&[u8]| word.len() == 4 && word.iter().all(u8::is_ascii_digit);
    let is_time = |word: &&[u8]| word.contains(&b':') && word[0].is_ascii_digit();
    words.len() >= 5 && words.iter().any(is_time) && words.iter().rev().take(2).any(is_year)
}

/// A line without the `>` that stands before what begins like a mail.
fn unquoted(line: &[u8]) -> &[u8] {
    let signs = line.iter().take_while(|byte| **byte == b'>').count();
    if signs > 0 && line[signs..].starts_with(b"From ") {
        &line[1..]
    } else {
        line
    }
}

/// A mail without the empty line that stands before the next.
fn without_last_blank(mut mail: Vec<u8>) -> Vec<u8> {
    let end = if mail.ends_with(b"\r\n\r\n") {
        2
    } else {
        usize::from(mail.ends_with(b"\n\n"))
    };
    mail.truncate(mail.len() - end);
    mail
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<String> {
        let mut splitter = MboxSplitter::new(1_000);
        let lines = text.as_bytes().split_inclusive(|byte| *byte == b'\n');
        let mut mails: Vec<Vec<u8>> = lines.filter_map(|line| splitter.line(line)).collect();
        mails.extend(splitter.finish());
        let text = |mail: Vec<u8>| String::from_utf8(mail).unwrap();
        mails.into_iter().map(text).collect()
    }

    const FROM: &str = "From jan@acme.example Mon Nov 30 10:00:00 2026\n";

    #[test]
    fn each_mail_is_one() {
        let text = format!("{FROM}Subject: a\n\none\n\n{FROM}Subject: b\n\ntwo\n\n");
        assert_eq!(split(&text), ["Subject: a\n\none\n", "Subject: b\n\ntwo\n"]);
        let text = text.replace('\n', "\r\n");
        assert_eq!(split(&text)[0], "Subject: a\r\n\r\none\r\n");
        let zone = "From MAILER-DAEMON Mon Nov 30 10:00:00 2026 +0100\n";
        assert_eq!(split(&format!("{zone}a: b\n\nx\n\n{zone}a: c\n")).len(), 2);
        assert_eq!(split(""), [""; 0]);
        assert_eq!(split("no mail\n"), [""; 0]);
    }

    #[test]
    fn what_only_begins_like_one_belongs_to_its_mail() {
        let body = format!(
            "Subject: a\n\n>{FROM}>>{FROM}> quoted\n\nFrom what I see, it works.\n{}From 9:00 on\n",
            FROM.replace("From", "from")
        );
        let told = split(&format!("{FROM}{body}"));
        let expected = body.replace(&format!(">{FROM}>>{FROM}"), &format!("{FROM}>{FROM}"));
        assert_eq!(told, [expected]);
    }

    #[test]
    fn of_a_long_mail_the_beginning_is_kept() {
        let mut splitter = MboxSplitter::new(10);
        assert_eq!(splitter.line(FROM.as_bytes()), None);
        assert_eq!(splitter.line(b"Subject: a long one\n"), None);
        assert_eq!(splitter.line(b"\n"), None);
        assert_eq!(splitter.line(FROM.as_bytes()).unwrap(), b"Subject: a");
    }
}
