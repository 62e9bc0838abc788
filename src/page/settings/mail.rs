//! `[mail]`: the desk's addresses, and whose word on a writer counts.

use std::collections::BTreeMap;

use crate::model::settings::{
    IncomingMail, KeepRaw, MailLimits, MailSettings, Mailbox, OutgoingMailSettings,
};
use crate::model::status::{Channel, TicketType};
use crate::page::mail::{address, bare_address};
use crate::page::toml_reader::TomlSection;

/// Mail as the settings have it.
pub(in crate::page::settings) fn mail(top: &TomlSection<'_, '_>) -> MailSettings {
    let Some(section) = top.section("mail") else {
        return MailSettings::default();
    };
    let mut addresses = BTreeMap::new();
    if let Some(all) = section.section("address") {
        for (name, one) in all.sections() {
            let address = bare_address(&name).to_lowercase();
            let is_address = address.split_once('@').is_some_and(|(local, domain)| {
                !local.is_empty() && domain.contains('.') && !local.contains('+')
            });
            if !is_address || address.starts_with('-') {
                let message = format!("`{name}` is no address of a desk");
                all.wrong_with(&name, message, "write it like help@example.org");
            }
            let _ = addresses.insert(address, mailbox(&one));
        }
    }
    let incoming = section.section("in").map(|one| incoming(&one));
    let limits = section.section("limits").map(|one| limits(&one));
    let outgoing = section.section("out").map(|one| outgoing(&one));
    section.close();
    MailSettings {
        addresses,
        incoming: incoming.unwrap_or_default(),
        limits: limits.unwrap_or_default(),
        outgoing: outgoing.unwrap_or_default(),
    }
}

/// What may stand between braces in a signature.
const SIGNED: [&str; 4] = ["agent.name", "agent.email", "name", "desk.name"];

/// How mail goes out.
fn outgoing(section: &TomlSection<'_, '_>) -> OutgoingMailSettings {
    let text = |key: &str| section.text(key).filter(|text| !text.trim().is_empty());
    let settings = OutgoingMailSettings {
        from: text("from"),
        signature: section.text("signature"),
        plus_address: section.bool("plus_address").unwrap_or_default(),
        acknowledge: text("acknowledge"),
        satisfaction: text("satisfaction"),
    };
    if let Some(from) = &settings.from
        && address::read(from).is_none()
    {
        let message = format!("`{from}` is no address to send from");
        section.wrong_with(
            "from",
            message,
            "write it like \"Help desk <help@example.org>\"",
        );
    }
    let signature = settings.signature.as_deref().unwrap_or_default();
    let names = signature
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}'));
    for (name, _) in names {
        if !SIGNED.contains(&name) {
            let message = format!("a signature cannot insert `{{{name}}}`");
            let hint = format!("there are: {{{}}}", SIGNED.join("}, {"));
            section.wrong_with("signature", message, hint);
        }
    }
    section.close();
    settings
}

/// What becomes of mail to one address.
fn mailbox(section: &TomlSection<'_, '_>) -> Mailbox {
    // No mail is a work order: those are made for causes.
    let words = TicketType::WORDS.iter().copied();
    let of_callers: Vec<&str> = words.filter(|word| *word != "work-order").collect();
    let kind = section.one_of("type", &of_callers);
    let channel = section.one_of("channel", &["email", "fax", "phone"]);
    let mailbox = Mailbox {
        queue: section.text("queue"),
        kind: kind.as_deref().map(TicketType::read),
        channel: channel.as_deref().map(Channel::read),
        is_gateway: section.bool("reply_to_is_requester").unwrap_or_default(),
    };
    section.close();
    mailbox
}

/// Media types, or ends of names with their dot.
fn refused_types(section: &TomlSection<'_, '_>) -> Vec<String> {
    let mut types = section.texts("refuse_types").unwrap_or_default();
    for one in &mut types {
        one.make_ascii_lowercase();
        let is_end = one.starts_with('.') && one.len() > 1 && !one.contains('/');
        let is_type = one
            .split_once('/')
            .is_some_and(|(main, sub)| !main.is_empty() && !sub.is_empty());
        if !is_end && !is_type {
            let message = format!("`{one}` is neither a media type nor the end of a name");
            let hint = "write it like \"application/x-msdownload\" or \".exe\"";
            section.wrong_with("refuse_types", message, hint);
        }
    }
    types
}

fn limits(section: &TomlSection<'_, '_>) -> MailLimits {
    let usual = MailLimits::default();
    let limit = |key: &str, usual: u32| {
        let Some(stated) = section.number(key) else {
            return usual;
        };
        u32::try_from(stated).unwrap_or_else(|_| {
            let message = format!("`{}` cannot be {stated}", section.path(key));
            section.wrong_with(key, message, "write how many mails may come, like 20");
            usual
        })
    };
    let limits = MailLimits {
        answers_a_day: limit("answers_a_day", usual.answers_a_day),
        answers_a_week: limit("answers_a_week", usual.answers_a_week),
        new_of_address: limit("new_of_address_an_hour", usual.new_of_address),
        equal: limit("equal_in_half_an_hour", usual.equal),
        of_ticket: limit("of_ticket_in_ten_minutes", usual.of_ticket),
        of_ticket_a_day: limit("of_ticket_a_day", usual.of_ticket_a_day),
        new_of_desk: limit("new_of_desk_an_hour", usual.new_of_desk),
    };
    section.close();
    limits
}

/// `[mail.in]`.
fn incoming(section: &TomlSection<'_, '_>) -> IncomingMail {
    let usual = IncomingMail::default();
    let keep_raw = section.one_of("keep_raw", &["never", "local", "ticket"]);
    let keep_raw = keep_raw.map_or(usual.keep_raw, |word| match word.as_str() {
        "never" => KeepRaw::Never,
        "ticket" => KeepRaw::Ticket,
        _ => KeepRaw::Local,
    });
    let unknown = section.one_of("unknown_sender", &["ticket", "quarantine"]);
    let incoming = IncomingMail {
        trusted: section.texts("trust_results_of").unwrap_or_default(),
        holds_unknown: unknown.as_deref() == Some("quarantine"),
        refused_types: refused_types(section),
        keep_raw,
        max_message: section.read("max_message").unwrap_or(usual.max_message),
        strip_quotes: section.bool("strip_quotes").unwrap_or(usual.strip_quotes),
    };
    section.close();
    incoming
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::settings::{STARTER, read};

    #[test]
    fn addresses_and_servers() {
        let text = format!(
            "{STARTER}\n[mail.address.\"Help@Desk.example\"]\nqueue = \"service-desk\"\n\
             [mail.in]\ntrust_results_of = [\"mx.desk.example\"]\n\
             keep_raw = \"never\"\nmax_message = \"10MB\"\nstrip_quotes = false\n"
        );
        let settings = read(&text).unwrap();
        let mailbox = &settings.mail.addresses["help@desk.example"];
        assert_eq!(mailbox.queue.as_deref(), Some("service-desk"));
        let incoming = &settings.mail.incoming;
        assert_eq!(incoming.trusted, ["mx.desk.example"]);
        assert_eq!(incoming.keep_raw, KeepRaw::Never);
        assert!(incoming.max_message < IncomingMail::default().max_message);
        assert!(!incoming.strip_quotes && !incoming.holds_unknown);
        assert_eq!(settings.mail.limits, MailLimits::default());
    }

    #[test]
    fn gateways_limits_and_what_waits() {
        let text = format!(
            "{STARTER}\n[mail.address.\"fax@desk.example\"]\nchannel = \"fax\"\ntype = \"action\"\n\
             reply_to_is_requester = true\n\
             [mail.in]\nunknown_sender = \"quarantine\"\nrefuse_types = [\".EXE\"]\n\
             [mail.limits]\nnew_of_address_an_hour = 5\nanswers_a_day = 0\n"
        );
        let mail = read(&text).unwrap().mail;
        let mailbox = &mail.addresses["fax@desk.example"];
        assert_eq!(mailbox.channel, Some(Channel::Fax));
        assert_eq!(mailbox.kind, Some(TicketType::Action));
        assert!(mailbox.is_gateway && mail.incoming.holds_unknown);
        assert_eq!(mail.incoming.refused_types, [".exe"]);
        assert_eq!((mail.limits.new_of_address, mail.limits.equal), (5, 3));
        assert_eq!(mail.limits.answers_a_day, 0);
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (section, word) in [
            (
                "[mail.address.help]\nqueue = \"service-desk\"\n",
                "no address of a desk",
            ),
            (
                "[mail.address.\"help@desk.example\"]\nqueue = \"nowhere\"\n",
                "nowhere",
            ),
            (
                "[mail.address.\"help@desk.example\"]\nqueues = \"network\"\n",
                "queues",
            ),
            ("[mail.in]\ntrust = []\n", "trust"),
            ("[mail.in]\nrefuse_types = [\"exe\"]\n", "end of a name"),
            ("[mail.in]\nunknown_sender = \"drop\"\n", "cannot be"),
            (
                "[mail.limits]\nequal_in_half_an_hour = -1\n",
                "cannot be -1",
            ),
            ("[mail.limits]\nequal = 1\n", "there is no"),
            (
                "[mail.address.\"a@desk.example\"]\nchannel = \"chat\"\n",
                "cannot be `chat`",
            ),
            (
                "[mail.address.\"a@desk.example\"]\ntype = \"work-order\"\n",
                "cannot be `work-order`",
            ),
            ("[mail.in]\nkeep_raw = \"always\"\n", "always"),
            ("[mail.in]\nmax_message = \"much\"\n", "much"),
        ] {
            let problems = read(&format!("{STARTER}\n{section}")).unwrap_err();
            let told = format!("{problems:?}");
            assert!(told.contains(word), "{section}: {told}");
        }
    }
}
