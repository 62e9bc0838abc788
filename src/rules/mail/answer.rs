//! An answer to a requester: to whom it goes, what it answers, what it quotes. Nothing internal is in
//! it: of the whole log only what came by mail is looked at.

use crate::model::corrections::{ReadLog, standing};
use crate::model::entry::Entry;
use crate::model::entry_kind::EntryKind;
use crate::model::event::is_automatic;
use crate::model::field::Key;
use crate::model::mail::MailAddress;
use crate::model::moment::Moment;
use crate::model::ticket::Ticket;
use crate::page::mail::address::{self, folded};
use crate::rules::mail::verdict::FOR_EVERYBODY;
use crate::rules::merge::log::REDACTED;

/// So many lines of the mail that is answered are quoted.
const QUOTED: usize = 40;

/// So many message ids stand in `References`: the first and the last.
const REFERENCES: usize = 20;

/// A title is cut to so many characters in a subject.
const TITLE: usize = 200;

/// The attribute that holds the header `Thread-Index` of a mail that came in.
pub const THREAD_INDEX: &str = "thread-index";

/// A mail of a ticket's log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedMail {
    /// When.
    pub at: Moment,
    /// The tag of its entry.
    pub tag: String,
    /// Its id, without angle brackets.
    pub message: String,
    /// The message that it answers.
    pub answers: Option<String>,
    /// Whether it came in.
    pub incoming: bool,
    /// Its writer, where it came in and says so.
    pub from: Option<MailAddress>,
    /// Who else got it.
    pub others: Vec<MailAddress>,
    /// What it says, where that may be quoted.
    pub text: Option<String>,
    /// What it is about, where that is not the ticket's title.
    pub subject: Option<String>,
    /// Its place in a conversation as Outlook counts it.
    pub thread_index: Option<String>,
}

/// The mails that persons wrote, oldest first.
pub fn mails(ticket: &Ticket) -> Vec<LoggedMail> {
    let log = ReadLog::of(&ticket.log);
    let log = standing(&log);
    // What came by mail is the description, until somebody writes into that.
    let is_touched = log
        .iter()
        .any(|entry| matches!(entry.kind, EntryKind::Edit | EntryKind::Redact));
    let description = (!is_touched).then_some(ticket.description.as_str());
    let read = |entry: &&Entry| {
        let is_mail = matches!(entry.kind, EntryKind::Contact | EntryKind::Created);
        if !is_mail || is_automatic(entry) {
            return None;
        }
        let incoming = entry.attribute("direction") != Some("out");
        let text = match entry.kind {
            EntryKind::Created => description,
            _ => Some(entry.text.as_str()),
        };
        // `and 31 more` stands behind the addresses of a long list.
        let all = |key: &str| entry.attribute(key).unwrap_or_default().split(',');
        let others = ["to", "cc"].into_iter().flat_map(all);
        Some(LoggedMail {
            at: entry.at,
            tag: entry.tag.clone(),
            message: bare(entry.attribute("message")?),
            answers: entry.attribute("reply-to-message").map(bare),
            from: entry.attribute("from").and_then(address::read),
            others: others.filter_map(address::read).collect(),
            text: text
                .filter(|text| incoming && !text.trim().is_empty() && *text != REDACTED)
                .map(str::to_owned),
            subject: entry.attribute("subject").map(str::to_owned),
            thread_index: entry.attribute(THREAD_INDEX).map(str::to_owned),
            incoming,
        })
    };
    log.iter().filter_map(read).collect()
}

fn bare(id: &str) -> String {
    id.trim().trim_matches(['<', '>']).to_owned()
}

/// The mail that an answer is for: the newest that came in, else the newest of ours.
pub fn answered(mails: &[LoggedMail]) -> Option<&LoggedMail> {
    let incoming = mails.iter().rev().find(|mail| mail.incoming);
    incoming.or(mails.last())
}

/// The ids for `References`: the chain that ends with the mail that is answered (RFC 5322, 3.6.4). Of a
/// long one the first and the newest stand there.
pub fn references(mails: &[LoggedMail], answered: &LoggedMail) -> Vec<String> {
    let mut chain = vec![answered.message.clone()];
    let mut before = answered.answers.clone();
    while let Some(id) = before.filter(|id| !chain.contains(id)) {
        let known = mails.iter().find(|mail| mail.message == id);
        before = known.and_then(|mail| mail.answers.clone());
        chain.push(id);
    }
    chain.reverse();
    if chain.len() > REFERENCES {
        let first = chain[0].clone();
        chain.drain(..=chain.len() - REFERENCES);
        chain.insert(0, first);
    }
    chain
}

/// The subject of an answer, with the mark by which the next one is found.
pub fn subject(ticket: &Ticket, own: Option<&str>) -> String {
    let title = own.unwrap_or(ticket.title());
    let title: String = title.chars().take(TITLE).collect();
    let answer = if own.is_some() { "" } else { "Re: " };
    format!("{answer}{title} [desk {}]", ticket.id)
}

/// Somebody who gets an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// The address.
    pub address: MailAddress,
    /// Whether nobody of this ticket has had to do with them: neither of the requester's house, nor an
    /// agent, nor written to before.
    pub stranger: bool,
}

/// To whom an answer goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recipients {
    /// The addressees; nobody where no address is known.
    pub to: Vec<Recipient>,
    /// Those who get a copy.
    pub cc: Vec<Recipient>,
    /// Addresses of the log to which no mail can be sent.
    pub unusable: Vec<String>,
}

/// What is said of recipients.
#[derive(Clone, Copy, Debug, Default)]
pub struct Addressing<'a> {
    /// The desk's own addresses.
    pub own: &'a [String],
    /// The addresses of agents.
    pub agents: &'a [String],
    /// Who gets a copy besides.
    pub cc: &'a [MailAddress],
    /// Whether nobody but the requester gets it.
    pub only_requester: bool,
}

/// To whom an answer goes: the requester, and for a copy those who wrote or got the mail that it
/// answers.
pub fn recipients(ticket: &Ticket, mails: &[LoggedMail], how: Addressing<'_>) -> Recipients {
    let Addressing { own, agents, .. } = how;
    let mut found = Recipients::default();
    let answered = answered(mails);
    let stated = ticket.text(Key::RequesterEmail);
    let requester = address::read(stated).map(|one| MailAddress {
        name: ticket.text(Key::RequesterName).to_owned(),
        ..one
    });
    if requester.is_none() && !stated.is_empty() {
        found.unusable.push(stated.to_owned());
    }
    // Whoever wrote stands in for a requester without an address.
    let writer = || {
        let mut writers = mails.iter().rev().filter(|mail| mail.incoming);
        writers.find_map(|mail| mail.from.clone())
    };
    let Some(to) = requester.or_else(|| writer().filter(|_| stated.is_empty())) else {
        return found;
    };
    let mut known: Vec<String> = agents.iter().map(|one| folded(one)).collect();
    known.push(folded(&to.address));
    let ours = mails.iter().filter(|mail| !mail.incoming);
    known.extend(ours.flat_map(|mail| mail.others.iter().map(|one| folded(&one.address))));
    let house = domain(&to.address).filter(|domain| !FOR_EVERYBODY.contains(domain));
    let is_stranger = |address: &str| {
        let is_near = domain(address).is_some_and(|domain| Some(domain) == house);
        !is_near && !known.contains(&folded(address))
    };
    let mut taken: Vec<String> = own.iter().map(|one| folded(one)).collect();
    taken.push(folded(&to.address));
    let mut copies: Vec<MailAddress> = Vec::new();
    if let Some(mail) = answered.filter(|_| !how.only_requester) {
        copies.extend(mail.from.iter().chain(&mail.others).cloned());
    }
    copies.extend(how.cc.iter().cloned());
    for one in copies {
        let plain = folded(&one.address);
        if taken.contains(&plain) {
            continue;
        }
        taken.push(plain);
        found.cc.push(Recipient {
            stranger: is_stranger(&one.address),
            address: one,
        });
    }
    found.to.push(Recipient {
        address: to,
        stranger: false,
    });
    found
}

fn domain(address: &str) -> Option<&str> {
    address.rsplit_once('@').map(|(_, domain)| domain)
}

/// What is quoted of the mail that is answered, with a line that says whose words they are, in the
/// requester's language; empty where nothing may be quoted. `date` is when it was written, for people.
pub fn quote(mail: &LoggedMail, name: &str, date: &str, language: Option<&str>) -> String {
    let Some(text) = &mail.text else {
        return String::new();
    };
    let lines: Vec<&str> = text.trim().lines().collect();
    let mut out = opener(name, date, language);
    for line in lines.iter().take(QUOTED) {
        let space = if line.is_empty() || line.starts_with('>') {
            ""
        } else {
            " "
        };
        out.push_str(&format!("\n>{space}{line}"));
    }
    if lines.len() > QUOTED {
        out.push_str("\n> […]");
    }
    out
}

/// The line before a quote.
fn opener(name: &str, date: &str, language: Option<&str>) -> String {
    let language = language.unwrap_or_default().to_lowercase();
    match language.split(['-', '_']).next().unwrap_or_default() {
        "de" => format!("Am {date} schrieb {name}:"),
        "pl" => format!("W dniu {date} {name} napisał(a):"),
        "vi" => format!("Vào {date}, {name} đã viết:"),
        "bn" => format!("{date} তারিখে {name} লিখেছেন:"),
        "fr" => format!("Le {date}, {name} a écrit :"),
        "es" => format!("El {date}, {name} escribió:"),
        _ => format!("On {date}, {name} wrote:"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::ticket;
    use crate::rules::mail::quote::cut;

    fn ticket(requester: &str, log: &str) -> Ticket {
        let id = "2611-7K3MQ".parse().unwrap();
        let text = format!(
            "+++\nid = \"2611-7K3MQ\"\ntype = \"action\"\ntitle = \"No network\"\nstatus = \"open\"\n\
             created = 2026-11-30T09:00:00Z\n\n[requester]\n{requester}\n+++\nIt is dark.\n\n{log}"
        );
        ticket::read(id, text).unwrap().ticket
    }

    const JAN: &str = "name = \"Jan Kowalski\"\nemail = \"jan@acme.example\"";

    const BY_MAIL: &str = "## 2026-11-30T09:00:00Z desk created ^aaaaaaaa\n\n- direction: in\n\
        - channel: email\n- outcome: received\n- from: Jan Kowalski <jan@acme.example>\n\
        - cc: ola@acme.example, Zed <zed@else.example>, Help <help@desk.example>\n\
        - message: <m1@acme.example>\n- status: open\n\n";

    fn cc(ticket: &Ticket, how: Addressing<'_>) -> Vec<(String, bool)> {
        let found = recipients(ticket, &mails(ticket), how);
        let all = found.cc.into_iter();
        all.map(|one| (one.address.address, one.stranger)).collect()
    }

    #[test]
    fn whoever_had_the_mail_has_the_answer_and_strangers_are_marked() {
        let ticket = ticket(JAN, BY_MAIL);
        let own = ["help@desk.example".to_owned()];
        let how = Addressing {
            own: &own,
            ..Addressing::default()
        };
        let found = recipients(&ticket, &mails(&ticket), how);
        assert_eq!(found.to[0].address.address, "jan@acme.example");
        assert_eq!(found.to[0].address.name, "Jan Kowalski");
        assert_eq!(
            cc(&ticket, how),
            [
                ("ola@acme.example".to_owned(), false),
                ("zed@else.example".to_owned(), true)
            ]
        );
        let only = Addressing {
            only_requester: true,
            ..how
        };
        assert_eq!(cc(&ticket, only), []);
        let agents = ["zed@else.example".to_owned()];
        let with_agent = Addressing {
            agents: &agents,
            ..how
        };
        assert!(
            cc(&ticket, with_agent)
                .iter()
                .all(|(_, stranger)| !stranger)
        );
    }

    #[test]
    fn nobody_is_guessed() {
        let bare = ticket("name = \"Jan\"", "");
        let found = recipients(&bare, &[], Addressing::default());
        assert_eq!(found, Recipients::default());
        let odd = ticket("email = \"-oQ@x\"", BY_MAIL);
        let found = recipients(&odd, &mails(&odd), Addressing::default());
        assert_eq!((found.to.len(), found.unusable.len()), (0, 1));
        let writer = ticket("name = \"Jan\"", BY_MAIL);
        let found = recipients(&writer, &mails(&writer), Addressing::default());
        assert_eq!(found.to[0].address.address, "jan@acme.example");
    }

    #[test]
    fn references_are_the_chain_and_bounded() {
        let mut log = BY_MAIL.to_owned();
        for n in 2..60 {
            log.push_str(&format!(
                "## 2026-11-30T09:{n:02}:00Z anna contact ^a{n:03}\n\n- direction: out\n- channel: email\n\
                 - outcome: sent\n- message: <m{n}@acme.example>\n- reply-to-message: <m{}@acme.example>\n\n",
                n - 1
            ));
        }
        let ticket = ticket(JAN, &log);
        let mails = mails(&ticket);
        assert_eq!(answered(&mails).unwrap().message, "m1@acme.example");
        let chain = references(&mails, mails.last().unwrap());
        assert_eq!(chain.len(), 20);
        assert_eq!(chain[0], "m1@acme.example");
        assert_eq!(chain[1], "m41@acme.example");
        assert_eq!(chain[19], "m59@acme.example");
    }

    #[test]
    fn a_quote_is_the_mail_alone_and_is_known_again_in_each_language() {
        let ticket = ticket(JAN, BY_MAIL);
        let mails = mails(&ticket);
        let mail = answered(&mails).unwrap();
        for language in ["", "en", "de", "pl", "vi", "bn-BD", "fr", "es"] {
            let quoted = quote(mail, "Jan Kowalski", "2026-11-30 10:00", Some(language));
            let cut = cut(&format!("Thank you.\n\n{quoted}"));
            assert_eq!(cut.text, "Thank you.", "{quoted}");
        }
        let long = LoggedMail {
            text: Some("line\n".repeat(50)),
            ..mail.clone()
        };
        let quoted = quote(&long, "Jan", "today", None);
        assert_eq!(quoted.lines().count(), 42);
        assert!(quoted.ends_with("\n> […]"));
    }

    #[test]
    fn what_agents_wrote_is_never_quoted() {
        let edited = format!(
            "{BY_MAIL}## 2026-11-30T09:10:00Z anna edit ^b001\n\nSECRET\n\n\
             ## 2026-11-30T09:11:00Z anna note ^b002\n\nSECRET\n"
        );
        let ticket = ticket(JAN, &edited);
        let mails = mails(&ticket);
        assert_eq!(mails.len(), 1);
        assert_eq!(answered(&mails).unwrap().text, None);
    }

    #[test]
    fn a_subject_names_the_ticket() {
        let ticket = ticket(JAN, "");
        assert_eq!(subject(&ticket, None), "Re: No network [desk 2611-7K3MQ]");
        assert_eq!(
            subject(&ticket, Some("Your request")),
            "Your request [desk 2611-7K3MQ]"
        );
    }
}
