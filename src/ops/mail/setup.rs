//! `mail setup`: what the lines for mail servers and fetchers name.

use std::path::PathBuf;

use crate::model::status::Channel;
use crate::ops::core::desk::Desk;

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

/// Gathers it.
pub fn setup(
    desk: &Desk,
    program: Option<PathBuf>,
    user: Option<String>,
    maildir: PathBuf,
    transports: Vec<Transport>,
) -> MailSetup {
    // Fetchers are set up for the mailbox of people's mails, and not for that of a gateway.
    let all = desk.settings.mail.addresses.iter();
    let (own, gateways): (Vec<_>, Vec<_>) = all.partition(|(_, mailbox)| {
        matches!(mailbox.channel, None | Some(Channel::Email)) && !mailbox.is_gateway
    });
    let all = own.into_iter().chain(gateways);
    let mut addresses: Vec<String> = all.map(|(address, _)| address.clone()).collect();
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
