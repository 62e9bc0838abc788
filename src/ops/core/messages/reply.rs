//! Errors of mail that goes out.

use crate::ops::core::error::OpError;
use crate::ops::core::messages::Part;

/// Errors of mail that goes out. The parts of a text are in its order.
#[derive(Clone, Copy)]
pub enum ReplyError<'a> {
    NoSendCommand(Part<'a>),
    NoSender,
    ForeignSender(Part<'a>, Part<'a>),
    NoAddress(Part<'a>, Part<'a>),
    BadAddress(Part<'a>, Part<'a>),
    ToAnOrder(Part<'a>),
    Bounces(Part<'a>, Part<'a>),
    NothingToSay,
    FilesTooLarge(Part<'a>, Part<'a>),
    TooManyRecipients(Part<'a>, Part<'a>),
    OthersWrote(Part<'a>, Part<'a>),
    WaitsForOthers(Part<'a>, Part<'a>),
    SentAlready(Part<'a>, Part<'a>),
    NotHandedOver(Part<'a>),
    NotLogged(Part<'a>, Part<'a>),
    BadRecord(Part<'a>, Part<'a>),
    OtherSender,
    NoSuchMail(Part<'a>),
    LeftInOutbox(Part<'a>),
}

impl ReplyError<'_> {
    /// The words of the error.
    pub fn error(self) -> OpError {
        match self {
            Self::NoSendCommand(file) => OpError::usage("no-send-command", "nothing says how this clone sends mail")
                .hint(format!("write into {file}, below `[mail]`: send = [\"/usr/sbin/sendmail\", \"-i\", \"-f\", \"{{envelope}}\", \"--\", \"{{recipients}}\"]"))
                .hint("what was sent by other means is logged with `desk contact ID --by email`"),
            Self::NoSender => OpError::refused("no-sender", "no address is set up to send from")
                .hint("write it into desk.toml, below `[mail.out]`: from = \"Help desk <help@example.org>\""),
            Self::ForeignSender(given, own) => OpError::usage("foreign-sender", format!("`{given}` is no address of this desk"))
                .hint(format!("there are: {own}")),
            Self::NoAddress(id, call) => OpError::refused("no-address", format!("no e-mail address is known of the requester of `{id}`"))
                .hint(call.to_string())
                .hint(format!("desk set {id} requester.email=…")),
            Self::BadAddress(given, hint) => OpError::usage("bad-address", format!("`{given}` is no address to which mail can be sent"))
                .hint(hint.to_string()),
            Self::ToAnOrder(id) => OpError::refused("reply-to-order", format!("`{id}` is a work order, which has no requester"))
                .hint(format!("desk reply --order {id} writes to all who hang on it")),
            Self::Bounces(id, call) => OpError::refused("mail-bounces", format!("the last mail to the requester of `{id}` did not arrive"))
                .hint(call.to_string())
                .hint(format!("with the right address: desk set {id} requester.email=… tags=-mail-bounces"))
                .hint("--anyway sends to the old one"),
            Self::NothingToSay => OpError::usage("nothing-to-mail", "a mail needs a text")
                .hint("give it with -m TEXT, or -m - to read it from standard input"),
            Self::FilesTooLarge(size, most) => OpError::refused("files-too-large", format!("the files have {size} together, and a mail may have {most}"))
                .hint("put a large file where the requester can fetch it, and mail the address"),
            Self::TooManyRecipients(count, most) => OpError::refused("too-many-recipients", format!("the mail would go to {count} addresses, and to {most} it may"))
                .hint("--only-requester leaves the copies out"),
            Self::OthersWrote(id, count) => OpError::refused("others-wrote", format!("`{id}` has {count} since your text was begun"))
                .hint("read it, with `desk sync` first where it came from another clone; --anyway sends your text as it is"),
            Self::WaitsForOthers(id, count) => OpError::refused("others-wrote-since", format!("the mail on `{id}` waits: there is {count} since its text was begun"))
                .hint("read it, with `desk sync` first where it came from another clone")
                .hint(format!("`desk mail out --anyway` sends the mail as it is, `desk mail out --drop {id}` takes it out")),
            Self::SentAlready(id, when) => OpError::refused("sent-already", format!("`{id}`: you sent these words at {when}"))
                .hint("--anyway sends them again"),
            Self::NotHandedOver(why) => OpError::failed("not-handed-over", format!("the mail is not sent yet: {why}"))
                .hint("it waits in the outbox, and nothing is logged yet; `desk mail out` sends it"),
            Self::NotLogged(id, why) => OpError::failed("sent-not-logged", format!("the mail to the requester of `{id}` went out, and is not logged yet: {why}"))
                .hint("`desk mail out` logs it, once that is put right"),
            Self::BadRecord(file, why) => OpError::failed("bad-outbox-record", format!("what belongs to `{file}` cannot be read: {why}"))
                .hint("look at it, and remove both files"),
            Self::OtherSender => OpError::failed("other-sender", "another command is sending mail from this clone")
                .hint("try again when that is done"),
            Self::NoSuchMail(name) => OpError::usage("no-such-mail", format!("no mail `{name}` waits in the outbox"))
                .hint("`desk mail out --dry-run` shows those that do"),
            Self::LeftInOutbox(count) => OpError::failed("left-in-outbox", format!("{count} left in the outbox"))
                .hint("`desk mail out` tries again"),
        }
    }
}
