//! `mail setup`: what the lines for mail servers and fetchers name.

use std::path::PathBuf;

use crate::model::mail::{AutomaticMail, MailAddress, OutgoingMail};
use crate::model::moment::Moment;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::quarantine::QuarantineError;
use crate::page::mail::{address, write};
use crate::store::fs::random;

/// What hands mails over, or fetches them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// A mail server.
    Opensmtpd,
    /// A mail server.
    Postfix,
    /// A mail server.
    Exim,
    /// What delivers for a mail server.
    Procmail,
    /// What delivers for a mail server.
    Maildrop,
    /// Fetches from a mailbox and hands over.
    Fetchmail,
    /// Fetches from a mailbox and hands over.
    Getmail,
    /// Fetches a mailbox into a Maildir.
    Mbsync,
    /// What cron does on the server that receives.
    Cron,
}

impl Transport {
    /// All of them, by their words.
    pub const ALL: [(&'static str, Self); 9] = [
        ("opensmtpd", Self::Opensmtpd),
        ("postfix", Self::Postfix),
        ("exim", Self::Exim),
        ("procmail", Self::Procmail),
        ("maildrop", Self::Maildrop),
        ("fetchmail", Self::Fetchmail),
        ("getmail", Self::Getmail),
        ("mbsync", Self::Mbsync),
        ("cron", Self::Cron),
    ];

    /// The words, for people.
    pub const WORDS: [&'static str; 9] = [
        "opensmtpd",
        "postfix",
        "exim",
        "procmail",
        "maildrop",
        "fetchmail",
        "getmail",
        "mbsync",
        "cron",
    ];

    /// The one of a word.
    pub fn read(word: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|(known, _)| *known == word).map(|(_, one)| one)
    }

    /// Its word.
    pub fn as_str(self) -> &'static str {
        let mut all = Self::ALL.into_iter();
        all.find(|(_, one)| *one == self)
            .map_or("", |(word, _)| word)
    }
}

/// What the lines name.
#[derive(Clone, Debug)]
pub struct MailSetup {
    /// The folder of the desk.
    pub desk: PathBuf,
    /// This program.
    pub program: PathBuf,
    /// The user to whom the clone belongs, or who asks.
    pub user: String,
    /// The desk's addresses; one of an example where the settings have none.
    pub addresses: Vec<String>,
    /// Whether the settings have none.
    pub is_example: bool,
    /// The Maildir that a fetcher fills.
    pub maildir: PathBuf,
    /// For which the lines are.
    pub transports: Vec<Transport>,
}

/// How this clone sends mail.
#[derive(Clone, Debug)]
pub enum SendingCheck {
    /// Nothing says how.
    NotSet(OpError),
    /// The program is not there, or cannot be run.
    Missing(String),
    /// The program is there.
    Found(String, PathBuf),
}

/// A mail that only tells that mails go out: the envelope's sender, and its bytes.
pub fn test_mail(
    desk: &Desk,
    to: &str,
    host: &str,
    now: Moment,
) -> Result<(String, String, Vec<u8>), OpError> {
    let Some(to) = address::read(to).filter(|one| one.address.contains('@')) else {
        return Err(QuarantineError::NoTestAddress(&to).error());
    };
    let settings = &desk.settings.mail;
    let stated = settings.outgoing.from.as_deref().and_then(address::read);
    let own = || MailAddress {
        name: desk.settings.name.clone(),
        address: own_addresses(desk).into_iter().next().unwrap_or_default(),
    };
    let from = stated.unwrap_or_else(own);
    let Some((_, domain)) = from.address.rsplit_once('@') else {
        return Err(QuarantineError::NoOwnAddress.error());
    };
    let drawn = random::random(10)?.to_ascii_lowercase();
    let place = if host.is_empty() {
        String::new()
    } else {
        format!(" on {host}")
    };
    let mail = OutgoingMail {
        message_id: format!("test.{drawn}@{domain}"),
        from: from.clone(),
        reply_to: None,
        to: vec![to.clone()],
        cc: Vec::new(),
        subject: format!("{}: mail goes out", desk.settings.name),
        date: now.utc().fixed_offset(),
        in_reply_to: None,
        references: Vec::new(),
        thread: None,
        automatic: Some(AutomaticMail {
            replies: false,
            own: from.address.clone(),
        }),
        text: format!(
            "This is a test of {}{place}: `desk mail setup --send-test` sent it. It wants no answer.",
            desk.settings.name
        ),
        files: Vec::new(),
    };
    Ok((from.address, to.address, write::write(&mail)))
}

/// The desk's addresses, those of people's mails before those of gateways: fetchers are set up for the
/// mailbox of the first.
fn own_addresses(desk: &Desk) -> Vec<String> {
    let all = desk.settings.mail.addresses.iter();
    let (own, gateways): (Vec<_>, Vec<_>) = all.partition(|(_, mailbox)| mailbox.is_of_people());
    let all = own.into_iter().chain(gateways);
    all.map(|(address, _)| address.clone()).collect()
}

/// Gathers it.
pub fn setup(
    desk: &Desk,
    program: Option<PathBuf>,
    user: Option<String>,
    maildir: PathBuf,
    transports: Vec<Transport>,
) -> MailSetup {
    let mut addresses = own_addresses(desk);
    let is_example = addresses.is_empty();
    if is_example {
        addresses.push("help@example.org".to_owned());
    }
    let dir = desk.root.dir();
    MailSetup {
        desk: dir.canonicalize().unwrap_or_else(|_| dir.to_owned()),
        program: program.unwrap_or_else(|| PathBuf::from("desk")),
        // No mail server runs a command as root.
        user: user
            .filter(|user| user != "root")
            .unwrap_or_else(|| "desk".to_owned()),
        addresses,
        is_example,
        maildir,
        transports,
    }
}
