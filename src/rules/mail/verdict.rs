//! What becomes of a mail: a new ticket, an entry on one, or the quarantine.
//!
//! A pure function of the mail, the settings and what is known of the tickets that something in the
//! mail points at, so that `mail why` and taking it in never differ.

use crate::model::id::TicketId;
use crate::model::mail::{Mail, MailAddress};
use crate::model::person::Handle;
use crate::model::settings::{MailSettings, Mailbox};
use crate::model::status::{Status, Waiting};
use crate::rules::mail::bounce::{self, Bounce};
use crate::rules::mail::machine::{MachineKind, Origin, origin};
use crate::rules::mail::sender::{Verified, verified};
use crate::rules::mail::thread::{Evidence, evidence, token_evidence};

/// What is known of a ticket that a mail may belong to; of a merged one, of that which goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailTicket {
    /// Its id.
    pub id: TicketId,
    /// The requester's address; empty where there is none.
    pub requester: String,
    /// Its status.
    pub status: Status,
    /// Whom it waits for.
    pub waiting_on: Option<Waiting>,
    /// Whether it is a work order, to which no mail belongs.
    pub is_order: bool,
    /// The requester's address, and those that wrote or got mails of it.
    pub people: Vec<String>,
    /// The tokens of mails that went out.
    pub tokens: Vec<String>,
    /// Whether contact still reopens it.
    pub in_window: bool,
}

/// By what a mail belongs to its ticket, the strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Proof {
    /// It answers a mail of ours, with a token that stands in the log.
    Token,
    /// It answers a mail that stands in the log, and its writer is one of the ticket's people.
    Message,
    /// It names an id as our mails do, with a token that this clone does not know, and its writer
    /// is one of the ticket's people.
    Address,
    /// Its subject names the id, and its writer is one of the ticket's people.
    Subject,
    /// It answers a notice, and its writer is an agent.
    Notice,
    /// An agent said so.
    Agent,
}

impl Proof {
    /// The word in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Message => "message",
            Self::Address => "address",
            Self::Subject => "subject",
            Self::Notice => "notice",
            Self::Agent => "agent",
        }
    }
}

/// Who wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Writer {
    /// One of the ticket's people.
    Known,
    /// Nobody whom the ticket knows.
    Stranger,
    /// An address of an agent.
    Agent(Handle),
}

/// What an entry does to its ticket besides being there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Nothing: a machine wrote it.
    Nothing,
    /// The requester wrote, and waits for an answer; the status stays.
    Waits,
    /// It waited for the customer, and is open again.
    Wakes,
    /// It was resolved or cancelled, and is open again.
    Reopens,
}

impl Effect {
    /// The word for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Waits => "waits",
            Self::Wakes => "wakes",
            Self::Reopens => "reopens",
        }
    }
}

/// What becomes of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// A ticket of its own.
    New {
        /// The ticket that it follows, which is over.
        follows: Option<TicketId>,
        /// The ticket that it names, without proof.
        relates: Option<TicketId>,
    },
    /// An entry on a ticket.
    Entry(TicketId, Effect),
    /// What an agent wrote to the desk alone: a note by that agent.
    Note(TicketId),
    /// What an agent wrote to the customer, with a copy here: a word that went out.
    Sent(TicketId),
    /// It waits for a person's eye: why.
    Quarantine(QuarantineReason),
}

/// Why a mail is in quarantine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuarantineReason {
    /// Our own mail that came back.
    Loop,
    /// It says that it is an agent's, and nothing trusted confirms that.
    UnverifiedAgent,
    /// It reports on a mail that no log holds.
    UnknownBounce,
    /// A machine's answer to nothing that is known.
    UnknownAnswer,
    /// A filter on its way marked it.
    Junk,
    /// It has a file that the settings refuse.
    RefusedType,
    /// No ticket knows its writer, and the settings want such mail looked at.
    UnknownSender,
    /// One too many of a kind.
    Storm,
    /// It has more of something than any honest mail.
    TooComplex,
    /// It could not be read.
    Unreadable,
    /// The ticket that it belongs to cannot be written.
    TicketBarred,
}

impl QuarantineReason {
    /// The word in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Loop => "loop",
            Self::UnverifiedAgent => "unverified-agent",
            Self::UnknownBounce => "bounce",
            Self::UnknownAnswer => "auto",
            Self::Junk => "junk",
            Self::RefusedType => "refused-type",
            Self::UnknownSender => "unknown-sender",
            Self::Storm => "storm",
            Self::TooComplex => "too-complex",
            Self::Unreadable => "unreadable",
            Self::TicketBarred => "ticket",
        }
    }

    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Loop,
        Self::UnverifiedAgent,
        Self::UnknownBounce,
        Self::UnknownAnswer,
        Self::Junk,
        Self::RefusedType,
        Self::UnknownSender,
        Self::Storm,
        Self::TooComplex,
        Self::Unreadable,
        Self::TicketBarred,
    ];

    /// The reason of a word in files.
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

/// All that is decided of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// What wrote it.
    pub origin: Origin,
    /// Whether the writer is confirmed.
    pub verified: Verified,
    /// Who wrote it.
    pub writer: Writer,
    /// What points at tickets, the strongest first, each with the ticket if there is one.
    pub evidence: Vec<(Evidence, Option<TicketId>)>,
    /// By what it belongs to its ticket.
    pub proof: Option<(TicketId, Proof)>,
    /// What it reports, where a mail server reports that a mail was not delivered.
    pub bounce: Option<Bounce>,
    /// Whether what it reports is that the ticket's requester was not reached, for good.
    pub is_undelivered: bool,
    /// What becomes of it.
    pub fate: Fate,
    /// What becomes of it where somebody has looked at it, and it waits no more.
    pub accepted: Fate,
}

/// Providers of addresses for everybody: two of one domain have nothing in common.
pub(in crate::rules::mail) const FOR_EVERYBODY: [&str; 24] = [
    "aol.com",
    "free.fr",
    "gmail.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hotmail.com",
    "icloud.com",
    "interia.pl",
    "live.com",
    "mail.ru",
    "me.com",
    "msn.com",
    "o2.pl",
    "onet.pl",
    "orange.fr",
    "outlook.com",
    "proton.me",
    "protonmail.com",
    "qq.com",
    "t-online.de",
    "web.de",
    "wp.pl",
    "yahoo.com",
];

/// Decides. `agent` gives the agent of an address, `ticket` what is known of the ticket that
/// something points at.
pub fn decide(
    mail: &Mail,
    settings: &MailSettings,
    agent: &dyn Fn(&str) -> Option<Handle>,
    ticket: &dyn Fn(&Evidence) -> Option<MailTicket>,
) -> Verdict {
    let own: Vec<String> = settings.addresses.keys().cloned().collect();
    let origin = origin(mail, &own);
    let verified = verified(mail, &settings.incoming.trusted);
    let address = mail.from.as_ref().map_or("", |from| from.address.as_str());
    let is_report = matches!(origin, Origin::Machine(MachineKind::Bounce, _));
    let bounce = is_report.then(|| bounce::bounce(mail));
    let reported = bounce.as_ref().and_then(|bounce| bounce.message.as_ref());
    let mut pointers = evidence(mail, &own);
    // What was not delivered is what a report is about.
    if let Some(token) = reported.and_then(|message| token_evidence(message)) {
        pointers.retain(|one| *one != token);
        pointers.insert(0, token);
    }
    let found: Vec<(Evidence, Option<MailTicket>)> = pointers
        .into_iter()
        .map(|one| {
            let ticket = ticket(&one).filter(|ticket| !ticket.is_order);
            (one, ticket)
        })
        .collect();
    let is_stranger = matches!(verified, Verified::Failed(_));
    let is_machine = matches!(origin, Origin::Machine(..));
    let colleague =
        agent(address).filter(|_| matches!(verified, Verified::Passed(_)) && !is_machine);
    let proven = found.iter().find_map(|(evidence, ticket)| {
        let ticket = ticket.as_ref()?;
        let of_writer = proof(evidence, ticket, (!is_stranger).then_some(address));
        // An agent may write to any ticket that the mail names.
        let proof = of_writer.or_else(|| colleague.as_ref().map(|_| named_by(evidence)))?;
        Some((ticket, proof))
    });
    let named = found.iter().find_map(|(_, ticket)| ticket.as_ref());
    let writer = match agent(address) {
        Some(agent) => Writer::Agent(agent),
        None if proven.is_some_and(|(ticket, _)| knows(ticket, address)) => Writer::Known,
        None => Writer::Stranger,
    };
    let is_undelivered = bounce.as_ref().zip(proven).is_some_and(|(bounce, proven)| {
        let (ticket, _) = proven;
        bounce.is_permanent && bounce.concerns(&ticket.requester) && is_under_way(ticket)
    });
    let by_agent = colleague
        .and(proven)
        .filter(|(ticket, _)| plain(&ticket.requester) != plain(address))
        .map(|(ticket, _)| of_agent(mail, &own, agent, ticket));
    let fate = by_agent
        .unwrap_or_else(|| fate(&origin, &verified, &writer, proven, named, is_undelivered));
    let accepted = match fate {
        Fate::Quarantine(_) => accepted(&origin, proven, named),
        _ => fate.clone(),
    };
    Verdict {
        bounce,
        is_undelivered,
        proof: proven.map(|(ticket, proof)| (ticket.id, proof)),
        evidence: found
            .into_iter()
            .map(|(evidence, ticket)| (evidence, ticket.map(|ticket| ticket.id)))
            .collect(),
        origin,
        verified,
        writer,
        fate,
        accepted,
    }
}

/// What becomes of a mail that would wait, where somebody has looked at it: what nothing proves makes a
/// ticket of its own.
fn accepted(
    origin: &Origin,
    proven: Option<(&MailTicket, Proof)>,
    named: Option<&MailTicket>,
) -> Fate {
    match proven {
        Some((ticket, _)) => match effect_on(ticket, origin) {
            Some(effect) => Fate::Entry(ticket.id, effect),
            None => Fate::New {
                follows: Some(ticket.id),
                relates: None,
            },
        },
        None => Fate::New {
            follows: None,
            relates: named.map(|ticket| ticket.id),
        },
    }
}

/// What a mail does to a ticket to which somebody says that it belongs; `None` where that is over.
pub fn effect_on(ticket: &MailTicket, origin: &Origin) -> Option<Effect> {
    match origin {
        Origin::Person | Origin::Bulk(_) => effect(ticket, Proof::Message, false),
        Origin::Machine(..) | Origin::Loop(_) => Some(Effect::Nothing),
    }
}

/// By what a mail names a ticket, whoever wrote it.
fn named_by(evidence: &Evidence) -> Proof {
    match evidence {
        Evidence::Token { .. } => Proof::Address,
        Evidence::Message(_) => Proof::Message,
        Evidence::Subject(_) => Proof::Subject,
        Evidence::Notice(_) => Proof::Notice,
    }
}

/// What becomes of an agent's mail on a ticket: a word to the customer where one of the ticket's people
/// is addressed, else a note.
fn of_agent(
    mail: &Mail,
    own: &[String],
    agent: &dyn Fn(&str) -> Option<Handle>,
    ticket: &MailTicket,
) -> Fate {
    let is_theirs = |one: &&MailAddress| {
        let is_house = own.contains(&plain(&one.address)) || agent(&one.address).is_some();
        !is_house && knows(ticket, &one.address)
    };
    if mail.to.iter().chain(&mail.cc).any(|one| is_theirs(&one)) {
        Fate::Sent(ticket.id)
    } else {
        Fate::Note(ticket.id)
    }
}

/// The addresses of the desk's that a mail is for, the nearest first.
pub fn own_addresses(mail: &Mail, settings: &MailSettings) -> Vec<String> {
    let written = mail.to.iter().chain(&mail.cc).map(|one| &one.address);
    let mut all: Vec<String> = Vec::new();
    for address in mail.delivered_to.iter().chain(written) {
        let address = plain(address);
        if settings.addresses.contains_key(&address) && !all.contains(&address) {
            all.push(address);
        }
    }
    all
}

/// The address of the desk's that a mail is for: the first that it names, else the first to which people
/// write, since a blind copy names none.
pub fn mailbox<'s>(mail: &Mail, settings: &'s MailSettings) -> Option<&'s Mailbox> {
    let named = own_addresses(mail, settings).into_iter().next();
    let named = named.and_then(|address| settings.addresses.get(&address));
    let all = || settings.addresses.values();
    let of_people = || all().find(|mailbox| mailbox.is_of_people());
    named.or_else(of_people).or_else(|| all().next())
}

/// By what a mail belongs to the ticket that something in it points at. `writer` is `None` where a
/// trusted server found that the mail is not from whom it names.
fn proof(evidence: &Evidence, ticket: &MailTicket, writer: Option<&str>) -> Option<Proof> {
    let is_known = writer.is_some_and(|writer| knows(ticket, writer));
    let is_near = is_known || writer.is_some_and(|writer| is_of_one_house(ticket, writer));
    match evidence {
        Evidence::Token { token, .. } if ticket.tokens.contains(token) => Some(Proof::Token),
        Evidence::Token { .. } => is_near.then_some(Proof::Address),
        Evidence::Message(_) => is_near.then_some(Proof::Message),
        Evidence::Subject(_) => is_known.then_some(Proof::Subject),
        // Whoever is no agent has it from one.
        Evidence::Notice(_) => None,
    }
}

/// An address without what stands behind a `+`, in lower case.
pub fn plain(address: &str) -> String {
    let lower = address.to_lowercase();
    match lower.rsplit_once('@') {
        Some((local, domain)) => {
            let local = local.split('+').next().unwrap_or_default();
            format!("{local}@{domain}")
        }
        None => lower,
    }
}

fn knows(ticket: &MailTicket, address: &str) -> bool {
    let address = plain(address);
    ticket.people.iter().any(|one| plain(one) == address)
}

fn is_of_one_house(ticket: &MailTicket, address: &str) -> bool {
    let domain = |address: &str| {
        let (_, domain) = address.rsplit_once('@')?;
        Some(domain.to_lowercase())
    };
    let Some(own) = domain(address).filter(|one| !FOR_EVERYBODY.contains(&one.as_str())) else {
        return false;
    };
    ticket
        .people
        .iter()
        .any(|one| domain(one).as_ref() == Some(&own))
}

fn fate(
    origin: &Origin,
    verified: &Verified,
    writer: &Writer,
    proven: Option<(&MailTicket, Proof)>,
    named: Option<&MailTicket>,
    is_undelivered: bool,
) -> Fate {
    let relates = named.map(|ticket| ticket.id);
    match origin {
        Origin::Loop(_) => return Fate::Quarantine(QuarantineReason::Loop),
        Origin::Machine(kind, _) => {
            // What a machine says needs a proof that no third person has.
            let token = proven.filter(|(_, proof)| *proof == Proof::Token);
            let by_writer = proven.filter(|_| *kind != MachineKind::Bounce);
            return match (token.or(by_writer), kind) {
                // The question never arrived.
                (Some((ticket, _)), _) if is_undelivered && waits_for_customer(ticket) => {
                    Fate::Entry(ticket.id, Effect::Wakes)
                }
                (Some((ticket, _)), _) => Fate::Entry(ticket.id, Effect::Nothing),
                (None, MachineKind::Bounce) => Fate::Quarantine(QuarantineReason::UnknownBounce),
                (None, MachineKind::Generated) => Fate::New {
                    follows: None,
                    relates: None,
                },
                (None, _) => Fate::Quarantine(QuarantineReason::UnknownAnswer),
            };
        }
        Origin::Person | Origin::Bulk(_) => {}
    }
    if matches!(writer, Writer::Agent(_)) && !matches!(verified, Verified::Passed(_)) {
        return Fate::Quarantine(QuarantineReason::UnverifiedAgent);
    }
    let Some((ticket, proof)) = proven else {
        return Fate::New {
            follows: None,
            relates,
        };
    };
    let is_bulk = matches!(origin, Origin::Bulk(_));
    match effect(ticket, proof, is_bulk) {
        Some(effect) => Fate::Entry(ticket.id, effect),
        None if ticket.status == Status::Cancelled => Fate::New {
            follows: None,
            relates: Some(ticket.id),
        },
        None => Fate::New {
            follows: Some(ticket.id),
            relates: None,
        },
    }
}

fn waits_for_customer(ticket: &MailTicket) -> bool {
    ticket.status == Status::Pending && ticket.waiting_on == Some(Waiting::Customer)
}

/// Whether something is still to come of a ticket: it is open, or was resolved of late.
fn is_under_way(ticket: &MailTicket) -> bool {
    ticket.status.is_open() || ticket.status == Status::Resolved && ticket.in_window
}

/// What a person's mail does to its ticket; `None` where it is over, and the mail makes a new one.
fn effect(ticket: &MailTicket, proof: Proof, is_bulk: bool) -> Option<Effect> {
    match ticket.status {
        Status::Pending if waits_for_customer(ticket) => Some(Effect::Wakes),
        Status::New | Status::Open | Status::Pending => Some(Effect::Waits),
        Status::Resolved if is_bulk && proof == Proof::Subject => Some(Effect::Nothing),
        Status::Resolved => ticket.in_window.then_some(Effect::Reopens),
        Status::Cancelled => (proof <= Proof::Message).then_some(Effect::Reopens),
        Status::Closed | Status::Merged | Status::Unknown(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::mail::read;

    const TOKEN: &str = "In-Reply-To: <2611-7K3MQ.q4tz1x9a2b@desk.example>";
    const MARK: &str = "Subject: Re: x [desk 2611-7K3MQ]";

    fn ticket(status: &str) -> MailTicket {
        let (status, waiting) = status.split_once(' ').unwrap_or((status, ""));
        MailTicket {
            id: "2611-7K3MQ".parse().unwrap(),
            requester: "jan@acme.example".to_owned(),
            status: Status::read(status),
            waiting_on: (!waiting.is_empty()).then(|| Waiting::read(waiting)),
            is_order: false,
            people: vec!["jan@acme.example".to_owned()],
            tokens: vec!["q4tz1x9a2b".to_owned()],
            in_window: waiting != "over",
        }
    }

    /// What becomes of a mail from somebody about a ticket in this status.
    fn told(from: &str, headers: &str, status: &str) -> String {
        let bytes = format!("From: {from}\r\n{headers}\r\n\r\nx\r\n");
        let mail = read(bytes.as_bytes()).unwrap();
        let mut settings = MailSettings::default();
        let _ = settings
            .addresses
            .insert("help@desk.example".to_owned(), Mailbox::default());
        settings.incoming.trusted = vec!["mx.desk.example".to_owned()];
        let agent = |address: &str| {
            let agent = (address == "anna@desk.example").then_some("anna")?;
            agent.parse::<Handle>().ok()
        };
        let of = |_: &Evidence| Some(ticket(status));
        let verdict = decide(&mail, &settings, &agent, &of);
        let proof = verdict
            .proof
            .map_or("no proof", |(_, proof)| proof.as_str());
        let fate = match verdict.fate {
            Fate::New {
                follows: Some(_), ..
            } => "new, follows".to_owned(),
            Fate::New {
                relates: Some(_), ..
            } => "new, relates".to_owned(),
            Fate::New { .. } => "new".to_owned(),
            Fate::Entry(_, effect) => effect.as_str().to_owned(),
            Fate::Note(_) => "note".to_owned(),
            Fate::Sent(_) => "sent".to_owned(),
            Fate::Quarantine(why) => format!("quarantine {}", why.as_str()),
        };
        format!("{proof}: {fate}")
    }

    #[test]
    fn what_agents_write() {
        let passed = "Authentication-Results: mx.desk.example; dmarc=pass header.from=desk.example";
        let notice = "In-Reply-To: <n-2611-7K3MQ.aaaaabbbbb@desk.example>";
        let anna = "anna@desk.example";
        let told = |from: &str, headers: &str| told(from, headers, "closed");
        for (headers, expected) in [
            (notice, "notice: note"),
            (TOKEN, "token: note"),
            (MARK, "subject: note"),
            ("In-Reply-To: <CAF@mail.acme.example>", "message: note"),
            ("Subject: x", "no proof: new"),
        ] {
            let of_anna = told(anna, &format!("{passed}\r\n{headers}"));
            assert_eq!(of_anna, expected, "{headers}");
            assert!(told(anna, headers).ends_with("quarantine unverified-agent"));
            let to = "To: Jan <jan@acme.example>\r\nCc: help@desk.example";
            let of_anna = told(anna, &format!("{passed}\r\n{to}\r\n{headers}"));
            let expected = expected.replace("note", "sent");
            assert_eq!(of_anna, expected, "{headers}");
        }
        // A stranger to whom a notice was given, and an agent's machine.
        assert_eq!(
            told("stranger@other.example", notice),
            "no proof: new, relates"
        );
        let machine = format!("{passed}\r\n{notice}\r\nAuto-Submitted: auto-replied");
        assert_eq!(told(anna, &machine), "no proof: quarantine auto");
    }

    #[test]
    fn who_writes_with_what_proof() {
        for (from, headers, expected) in [
            ("jan@acme.example", TOKEN, "token: waits"),
            ("stranger@other.example", TOKEN, "token: waits"),
            (
                "jan+it@ACME.example",
                "In-Reply-To: <2611-7K3MQ.zzzzzzzzzz@desk.example>",
                "address: waits",
            ),
            (
                "ola@acme.example",
                "In-Reply-To: <CAF@mail.acme.example>",
                "message: waits",
            ),
            ("ola@acme.example", MARK, "no proof: new, relates"),
            ("jan@acme.example", MARK, "subject: waits"),
            ("stranger@other.example", MARK, "no proof: new, relates"),
            (
                "stranger@other.example",
                "In-Reply-To: <CAF@mail.acme.example>",
                "no proof: new, relates",
            ),
            ("jan@acme.example", "Subject: x", "no proof: new"),
            (
                "anna@desk.example",
                TOKEN,
                "token: quarantine unverified-agent",
            ),
        ] {
            assert_eq!(told(from, headers, "open"), expected, "{from} {headers}");
        }
        let failed = format!("Authentication-Results: mx.desk.example; dmarc=fail\r\n{MARK}");
        assert_eq!(
            told("jan@acme.example", &failed, "open"),
            "no proof: new, relates"
        );
    }

    #[test]
    fn what_it_does_in_each_status() {
        let bulk = format!("Precedence: list\r\n{MARK}");
        for (status, by_token, by_subject, by_bulk) in [
            ("new", "waits", "waits", "waits"),
            ("open", "waits", "waits", "waits"),
            ("pending customer", "wakes", "wakes", "wakes"),
            ("pending vendor", "waits", "waits", "waits"),
            ("resolved", "reopens", "reopens", "nothing"),
            ("resolved over", "new, follows", "new, follows", "nothing"),
            ("closed", "new, follows", "new, follows", "new, follows"),
            ("cancelled", "reopens", "new, relates", "new, relates"),
        ] {
            let jan = "jan@acme.example";
            assert_eq!(
                told(jan, TOKEN, status),
                format!("token: {by_token}"),
                "{status}"
            );
            assert_eq!(
                told(jan, MARK, status),
                format!("subject: {by_subject}"),
                "{status}"
            );
            assert_eq!(
                told(jan, &bulk, status),
                format!("subject: {by_bulk}"),
                "{status}"
            );
            let machine = format!("Auto-Submitted: auto-replied\r\n{TOKEN}");
            assert_eq!(told(jan, &machine, status), "token: nothing", "{status}");
        }
    }

    #[test]
    fn what_was_not_delivered_wakes_its_ticket() {
        let report = |action: &str, of: &str| {
            let headers = "Content-Type: multipart/report; report-type=delivery-status; boundary=x";
            let token = "Message-ID: <2611-7K3MQ.q4tz1x9a2b@desk.example>";
            format!(
                "{headers}\r\n\r\n--x\r\nContent-Type: message/delivery-status\r\n\r\n\
                 Final-Recipient: rfc822; {of}\r\nAction: {action}\r\n\r\n\
                 --x\r\nContent-Type: message/rfc822\r\n\r\n{token}\r\n\r\n--x--"
            )
        };
        let (daemon, jan) = ("mailer-daemon@acme.example", "jan@acme.example");
        for (action, of, status, expected) in [
            ("failed", jan, "open", "token: nothing"),
            ("failed", jan, "pending customer", "token: wakes"),
            (
                "failed",
                "ola@acme.example",
                "pending customer",
                "token: nothing",
            ),
            ("delayed", jan, "pending customer", "token: nothing"),
            ("failed", jan, "pending vendor", "token: nothing"),
            ("failed", jan, "closed", "token: nothing"),
        ] {
            let told = told(daemon, &report(action, of), status);
            assert_eq!(told, expected, "{action} {of} {status}");
        }
        let forged = report("failed", jan).replace("q4tz1x9a2b", "zzzzzzzzzz");
        let forged = told(jan, &forged, "pending customer");
        assert_eq!(forged, "address: quarantine bounce");
    }

    #[test]
    fn machines_without_proof_wait_in_quarantine() {
        let bounce = "Content-Type: multipart/report; report-type=delivery-status; boundary=x";
        let with_mark = format!("{bounce}\r\n{MARK}");
        for (headers, expected) in [
            (bounce, "no proof: quarantine bounce"),
            (with_mark.as_str(), "subject: quarantine bounce"),
            ("Auto-Submitted: auto-replied", "no proof: quarantine auto"),
            ("Auto-Submitted: auto-generated", "no proof: new"),
            ("X-Loop: help@desk.example", "no proof: quarantine loop"),
        ] {
            assert_eq!(
                told("jan@acme.example", headers, "open"),
                expected,
                "{headers}"
            );
        }
    }
}
