//! Errors of verbs on mails in quarantine.

use crate::ops::core::error::OpError;
use crate::ops::core::messages::Part;

/// Errors of verbs on mails in quarantine. The parts of a text are in its order.
#[derive(Clone, Copy)]
pub enum QuarantineError<'a> {
    NoMailNamed,
    UnknownMail(Part<'a>),
    SeveralMails(Part<'a>, Part<'a>),
    MailGone(Part<'a>),
    MailOnOrder(Part<'a>),
    MailOnClosed(Part<'a>),
    NoMaildir(Part<'a>),
    NoTestAddress(Part<'a>),
    NoOwnAddress,
    NotSent(Part<'a>),
    MboxUnreadable(Part<'a>, Part<'a>),
}

impl QuarantineError<'_> {
    /// The words of the error.
    pub fn error(self) -> OpError {
        match self {
            Self::NoMailNamed => OpError::usage("no-mail-named", "no mail was named")
                .hint("name one by its key; `desk mail list` shows them"),
            Self::UnknownMail(word) => OpError::usage(
                "unknown-mail",
                format!("no mail in quarantine has the key `{word}`"),
            )
            .hint("`desk mail list` shows those of this clone; they wait where they arrived"),
            Self::SeveralMails(word, keys) => OpError::usage(
                "several-mails",
                format!("several mails in quarantine begin with `{word}`: {keys}"),
            )
            .hint("write more of the key"),
            Self::MailOnOrder(id) => OpError::refused(
                "mail-on-order",
                format!("`{id}` is a work order, which has no requester"),
            )
            .hint("name the ticket that the mail is about, or make one with --new"),
            Self::MailOnClosed(id) => OpError::refused(
                "mail-on-closed",
                format!("`{id}` is over, and nothing is added to it"),
            )
            .hint(format!("make a ticket of the mail with --new, then: desk link ID {id} --as follows")),
            Self::NoTestAddress(to) => {
                OpError::usage("no-test-address", format!("`{to}` is no address"))
                    .hint("write it like jan@example.org")
            }
            Self::NoOwnAddress => {
                OpError::usage("no-own-address", "no address of this desk is set up")
                    .hint("add `[mail.address.\"help@example.org\"]` to desk.toml")
            }
            Self::NotSent(why) => {
                OpError::failed("not-sent", format!("the mail was not handed over: {why}"))
                    .hint("try the command of `[mail] send` in config.toml by hand")
            }
            Self::NoMaildir(path) => {
                OpError::usage("no-maildir", format!("`{path}` is no Maildir"))
                    .hint("name the folder that has `new` and `cur` in it")
            }
            Self::MboxUnreadable(path, error) => {
                OpError::usage("mbox-unreadable", format!("cannot read `{path}`: {error}"))
            }
            Self::MailGone(key) => OpError::failed(
                "mail-gone",
                format!("the mail `{key}` cannot be read any more"),
            )
            .hint("somebody else may have accepted or dropped it; `desk mail list` shows what is there"),
        }
    }
}
