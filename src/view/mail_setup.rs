//! Lines for mail servers and fetchers, to be pasted.

use std::path::Path;

use serde_json::{Value as Json, json};

use crate::ops::mail::setup::{MailSetup, SendingCheck, Transport};
use crate::view::paint::{Paint, Role};
use crate::view::sanitize::{line, text};

/// The lines for one of them: where they belong, and the lines.
struct Lines {
    place: &'static str,
    text: String,
}

/// All lines that were asked for.
pub fn setup(setup: &MailSetup, paint: &Paint) -> String {
    let mut out = String::new();
    for transport in &setup.transports {
        let lines = lines(*transport, setup);
        let title = format!("# {}: {}", transport.as_str(), lines.place);
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&paint.role(Role::Heading, &title));
        out.push('\n');
        for one in lines.text.lines() {
            out.push_str(&line(one));
            out.push('\n');
        }
    }
    out
}

/// The lines for programs.
pub fn json(setup: &MailSetup) -> Vec<Json> {
    let one = |transport: &Transport| {
        let lines = lines(*transport, setup);
        json!({"transport": transport.as_str(), "place": lines.place, "lines": lines.text})
    };
    setup.transports.iter().map(one).collect()
}

/// A word of a shell's line.
fn word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-+,:=@%".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

fn path(path: &Path) -> String {
    word(&path.to_string_lossy())
}

/// Text between double quotes, of files that read `\` there.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn lines(transport: Transport, setup: &MailSetup) -> Lines {
    let (place, text) = match transport {
        Transport::Opensmtpd => ("/etc/smtpd.conf", opensmtpd(setup)),
        Transport::Postfix => (
            "/etc/postfix/master.cf, main.cf and transport",
            postfix(setup),
        ),
        Transport::Exim => ("the routers and transports of Exim", exim(setup)),
        Transport::Procmail => ("~/.procmailrc", procmail(setup)),
        Transport::Maildrop => ("~/.mailfilter", maildrop(setup)),
        Transport::Fetchmail => ("~/.fetchmailrc, of mode 600", fetchmail(setup)),
        Transport::Getmail => ("~/.config/getmail/getmailrc", getmail(setup)),
        Transport::Mbsync => ("~/.mbsyncrc", mbsync(setup)),
        Transport::Cron => ("crontab -e, on the one server that receives", cron(setup)),
    };
    Lines { place, text }
}

/// The command that takes a mail in. Whatever ends it, the mail server keeps the mail.
fn command(setup: &MailSetup) -> String {
    let desk = desk(setup);
    format!("{desk} mail in || exit 75")
}

fn desk(setup: &MailSetup) -> String {
    format!("{} -C {}", path(&setup.program), path(&setup.desk))
}

fn domain(address: &str) -> &str {
    address.rsplit_once('@').map_or("", |(_, domain)| domain)
}

fn local(address: &str) -> &str {
    address.split('@').next().unwrap_or_default()
}

fn domains(setup: &MailSetup) -> Vec<&str> {
    let mut all: Vec<&str> = setup.addresses.iter().map(|one| domain(one)).collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn opensmtpd(setup: &MailSetup) -> String {
    let user = &setup.user;
    let addresses = setup.addresses.iter();
    let table: Vec<String> = addresses.map(|one| format!("\"{one}\" = {user}")).collect();
    let mut out = format!(
        "table desk {{ {} }}\naction \"desk\" mda {} virtual <desk>\n",
        table.join(", "),
        quoted(&command(setup))
    );
    for domain in domains(setup) {
        out.push_str(&format!(
            "match from any for domain \"{domain}\" action \"desk\"\n"
        ));
    }
    out
}

fn postfix(setup: &MailSetup) -> String {
    // The headers that D, O and R write tell sender and recipient: no shell sees them.
    let mut out = format!(
        "# master.cf\ndesk unix - n n - 1 pipe\n  flags=DORhu user={} argv=/bin/sh -c {{{}}}\n\
         # main.cf\ndesk_destination_recipient_limit = 1\ndesk_destination_concurrency_limit = 1\n\
         transport_maps = hash:/etc/postfix/transport\nrecipient_delimiter = +\n",
        setup.user,
        command(setup)
    );
    let domains = domains(setup).join(" ");
    out.push_str(&format!("relay_domains = {domains}\n"));
    out.push_str("# transport; then: postmap /etc/postfix/transport && postfix reload\n");
    for address in &setup.addresses {
        out.push_str(&format!("{address} desk:\n"));
    }
    out
}

fn exim(setup: &MailSetup) -> String {
    let locals: Vec<&str> = setup.addresses.iter().map(|one| local(one)).collect();
    format!(
        "# routers, before those that deliver locally\ndesk:\n  driver = accept\n  domains = {}\n  \
         local_parts = {}\n  local_part_suffix = +*\n  local_part_suffix_optional\n  transport = desk\n\
         # transports\ndesk:\n  driver = pipe\n  command = /bin/sh -c {}\n  user = {}\n  \
         return_path_add\n  envelope_to_add\n  temp_errors = *\n",
        domains(setup).join(" : "),
        locals.join(" : "),
        quoted(&command(setup)),
        setup.user
    )
}

fn procmail(setup: &MailSetup) -> String {
    let one = setup.addresses.first().map_or("", |one| one);
    let address = one.replace('.', "\\.");
    format!(
        "# What is not taken in is kept by the mail server: no later rule gets it.\n:0\n* ^TO_{address}\n{{\n  \
         :0 w\n  | {} mail in\n\n  EXITCODE=75\n  HOST\n}}\n",
        desk(setup)
    )
}

fn maildrop(setup: &MailSetup) -> String {
    let one = setup.addresses.first().map_or("", |one| one);
    format!(
        "if (/^(To|Cc|Delivered-To):.*{}/)\n{{\n  to {}\n}}\n",
        one.replace('.', "\\.").replace('@', "\\@"),
        quoted(&format!("| {}", command(setup)))
    )
}

fn fetchmail(setup: &MailSetup) -> String {
    let one = setup.addresses.first().map_or("", |one| one);
    format!(
        "# The password stands in ~/.netrc, or after the word password.\n\
         poll imap.{} protocol imap\n  user \"{one}\" ssl\n  fetchall\n  mda {}\n",
        domain(one),
        quoted(&command(setup))
    )
}

fn getmail(setup: &MailSetup) -> String {
    let one = setup.addresses.first().map_or("", |one| one);
    format!(
        "[retriever]\ntype = SimpleIMAPSSLRetriever\nserver = imap.{}\nusername = {one}\n\
         password_command = (\"pass\", \"show\", \"{one}\")\n\n[destination]\ntype = MDA_external\n\
         path = /bin/sh\narguments = (\"-c\", {})\nignore_stderr = true\n\n[options]\nread_all = false\ndelete = false\n",
        domain(one),
        quoted(&command(setup))
    )
}

fn mbsync(setup: &MailSetup) -> String {
    let one = setup.addresses.first().map_or("", |one| one);
    let maildir = setup.maildir.to_string_lossy();
    let above = setup.maildir.parent().unwrap_or(&setup.maildir);
    format!(
        "IMAPAccount desk\nHost imap.{}\nUser {one}\nPassCmd \"pass show {one}\"\nSSLType IMAPS\n\n\
         IMAPStore desk-far\nAccount desk\n\nMaildirStore desk-near\nPath {}/\nInbox {maildir}\n\n\
         Channel desk\nFar :desk-far:\nNear :desk-near:\nPatterns INBOX\nCreate Near\nSync Pull\nSyncState *\n",
        domain(one),
        above.display(),
    )
}

/// A ticket that nobody pulls has not arrived: what came is pushed, what others wrote is fetched before.
fn cron(setup: &MailSetup) -> String {
    let desk = desk(setup);
    let maildir = path(&setup.maildir);
    let chain = format!(
        "mbsync -q desk; {desk} -q sync; {desk} -q mail in --maildir {maildir}; {desk} -q mail out; \
         {desk} -q sweep; {desk} -q sync"
    );
    // A percent sign ends a line of crontab.
    let chain = chain.replace('%', "\\%");
    format!(
        "# Where a mail server hands mails over, leave out `mbsync` and `mail in --maildir`. The user has to\n\
         # be an agent of the desk, by git's user.email or DESK_AGENT=HANDLE above this line.\n\
         */2 * * * * flock -n \"$HOME/.desk-mail.lock\" sh -c {}\n",
        quoted(&chain)
    )
}

/// What to say beside the lines.
pub fn remark(setup: &MailSetup) -> Option<String> {
    setup.is_example.then(|| {
        "no address of this desk is set up: add `[mail.address.\"help@example.org\"]` to desk.toml"
            .to_owned()
    })
}

/// How mail is sent.
pub fn sending(check: &SendingCheck) -> String {
    match check {
        SendingCheck::NotSet(error) => error.message.clone(),
        SendingCheck::Missing(name) => {
            format!("`{name}`, which is to send mail, is not there or cannot be run")
        }
        SendingCheck::Found(name, path) => {
            let place = path.display().to_string();
            let place = if place == *name {
                String::new()
            } else {
                format!(" ({place})")
            };
            format!("`{name}`{place} sends mail; try it: desk mail setup --send-test ADDRESS")
        }
    }
}

/// How mail is sent, for programs.
pub fn sending_json(check: &SendingCheck) -> Json {
    match check {
        SendingCheck::NotSet(_) => json!({"program": null, "path": null}),
        SendingCheck::Missing(name) => json!({"program": name, "path": null}),
        SendingCheck::Found(name, path) => {
            json!({"program": name, "path": path.display().to_string()})
        }
    }
}

/// The test as it would be sent.
pub fn test(mail: &[u8]) -> String {
    text(&String::from_utf8_lossy(mail))
}

/// That the test was handed over.
pub fn sent(from: &str, to: &str) -> String {
    format!(
        "handed over, from {} to {}; what comes back of it arrives at {}\n",
        line(from),
        line(to),
        line(from)
    )
}
