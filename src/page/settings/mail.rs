//! `[mail]`: the desk's addresses, and whose word on a writer counts.

use std::collections::BTreeMap;

use crate::model::settings::{IncomingMail, MailSettings, Mailbox};
use crate::page::mail::bare_address;
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
            let mailbox = Mailbox {
                queue: one.text("queue"),
            };
            one.close();
            let _ = addresses.insert(address, mailbox);
        }
    }
    let incoming = section.section("in").map(|one| incoming(&one));
    section.close();
    MailSettings {
        addresses,
        incoming: incoming.unwrap_or_default(),
    }
}

/// `[mail.in]`.
fn incoming(section: &TomlSection<'_, '_>) -> IncomingMail {
    let trusted = section.texts("trust_results_of").unwrap_or_default();
    section.close();
    IncomingMail { trusted }
}

#[cfg(test)]
mod tests {
    use crate::page::settings::{STARTER, read};

    #[test]
    fn addresses_and_servers() {
        let text = format!(
            "{STARTER}\n[mail.address.\"Help@Desk.example\"]\nqueue = \"service-desk\"\n\
             [mail.in]\ntrust_results_of = [\"mx.desk.example\"]\n"
        );
        let settings = read(&text).unwrap();
        let mailbox = &settings.mail.addresses["help@desk.example"];
        assert_eq!(mailbox.queue.as_deref(), Some("service-desk"));
        assert_eq!(settings.mail.incoming.trusted, ["mx.desk.example"]);
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
        ] {
            let problems = read(&format!("{STARTER}\n{section}")).unwrap_err();
            let told = format!("{problems:?}");
            assert!(told.contains(word), "{section}: {told}");
        }
    }
}
