//! `desk mail setup`: lines to be pasted.

use crate::desk::Desk;

/// The lines with the paths of this test in place of those of the machine.
fn lines(desk: &Desk, line: &str) -> String {
    let out = desk.run(line).code(0).stdout;
    let real = desk.root.canonicalize().unwrap();
    let home = desk.beside("home");
    out.replace(&real.display().to_string(), "/srv/desk")
        .replace(&home.display().to_string(), "/home/help")
        .replace(env!("CARGO_BIN_EXE_desk"), "desk")
}

fn with_addresses() -> Desk {
    let desk = Desk::new();
    let more = "\n[mail.address.\"help@desk.example\"]\n[mail.address.\"fax@desk.example\"]\nchannel = \"fax\"\n";
    desk.write("desk.toml", desk.read("desk.toml") + more);
    desk
}

#[test]
fn mail_servers() {
    let desk = with_addresses();
    insta::assert_snapshot!(lines(&desk, "mail setup opensmtpd postfix exim"), @r##"
    # opensmtpd: /etc/smtpd.conf
    table desk { "help@desk.example" = desk, "fax@desk.example" = desk }
    action "desk" mda "desk -C /srv/desk mail in || exit 75" virtual <desk>
    match from any for domain "desk.example" action "desk"

    # postfix: /etc/postfix/master.cf, main.cf and transport
    # master.cf
    desk unix - n n - 1 pipe
      flags=DORhu user=desk argv=/bin/sh -c {desk -C /srv/desk mail in || exit 75}
    # main.cf
    desk_destination_recipient_limit = 1
    desk_destination_concurrency_limit = 1
    transport_maps = hash:/etc/postfix/transport
    recipient_delimiter = +
    relay_domains = desk.example
    # transport; then: postmap /etc/postfix/transport && postfix reload
    help@desk.example desk:
    fax@desk.example desk:

    # exim: the routers and transports of Exim
    # routers, before those that deliver locally
    desk:
      driver = accept
      domains = desk.example
      local_parts = help : fax
      local_part_suffix = +*
      local_part_suffix_optional
      transport = desk
    # transports
    desk:
      driver = pipe
      command = /bin/sh -c "desk -C /srv/desk mail in || exit 75"
      user = desk
      return_path_add
      envelope_to_add
      temp_errors = *
    "##);
}

#[test]
fn what_delivers_and_fetches() {
    let desk = with_addresses();
    insta::assert_snapshot!(lines(&desk, "mail setup procmail maildrop fetchmail getmail"), @r##"
    # procmail: ~/.procmailrc
    # What is not taken in is kept by the mail server: no later rule gets it.
    :0
    * ^TO_help@desk\.example
    {
      :0 w
      | desk -C /srv/desk mail in

      EXITCODE=75
      HOST
    }

    # maildrop: ~/.mailfilter
    if (/^(To|Cc|Delivered-To):.*help\@desk\.example/)
    {
      to "| desk -C /srv/desk mail in || exit 75"
    }

    # fetchmail: ~/.fetchmailrc, of mode 600
    # The password stands in ~/.netrc, or after the word password.
    poll imap.desk.example protocol imap
      user "help@desk.example" ssl
      fetchall
      mda "desk -C /srv/desk mail in || exit 75"

    # getmail: ~/.config/getmail/getmailrc
    [retriever]
    type = SimpleIMAPSSLRetriever
    server = imap.desk.example
    username = help@desk.example
    password_command = ("pass", "show", "help@desk.example")

    [destination]
    type = MDA_external
    path = /bin/sh
    arguments = ("-c", "desk -C /srv/desk mail in || exit 75")
    ignore_stderr = true

    [options]
    read_all = false
    delete = false
    "##);
}

#[test]
fn the_chain_of_the_server_that_receives() {
    let desk = with_addresses();
    insta::assert_snapshot!(lines(&desk, "mail setup mbsync cron"), @r##"
    # mbsync: ~/.mbsyncrc
    IMAPAccount desk
    Host imap.desk.example
    User help@desk.example
    PassCmd "pass show help@desk.example"
    SSLType IMAPS

    IMAPStore desk-far
    Account desk

    MaildirStore desk-near
    Path /home/help/Mail/
    Inbox /home/help/Mail/help

    Channel desk
    Far :desk-far:
    Near :desk-near:
    Patterns INBOX
    Create Near
    Sync Pull
    SyncState *

    # cron: crontab -e, on the one server that receives
    # Where a mail server hands mails over, leave out `mbsync` and `mail in --maildir`. The user has to
    # be an agent of the desk, by git's user.email or DESK_AGENT=HANDLE above this line.
    */2 * * * * flock -n "$HOME/.desk-mail.lock" sh -c "mbsync -q desk; desk -C /srv/desk -q sync; desk -C /srv/desk -q mail in --maildir /home/help/Mail/help; desk -C /srv/desk -q mail out; desk -C /srv/desk -q sweep; desk -C /srv/desk -q sync"
    "##);
}

#[test]
fn without_an_address_it_is_an_example_and_says_so() {
    let desk = Desk::new();
    let out = desk.run("mail setup").code(0);
    assert!(out.stdout.contains("help@example.org"), "{out}");
    assert!(
        out.stderr.contains("no address of this desk is set up"),
        "{out}"
    );
    let json = desk.json("mail setup postfix");
    assert_eq!(json["transports"][0]["transport"], "postfix");
    assert_eq!(json["transports"].as_array().unwrap().len(), 1);
    let _ = desk.run("mail setup sendmail").code(2);
}

/// The user's configuration with a command that keeps what it is handed.
fn configure(desk: &Desk, program: &str) {
    let folder = desk.beside("home").join(".config/plaindesk");
    std::fs::create_dir_all(&folder).unwrap();
    let text = format!("[mail]\nsend = [\"{program}\", \"{{envelope}}\", \"{{recipients}}\"]\n");
    std::fs::write(folder.join("config.toml"), text).unwrap();
}

#[test]
fn the_sending_command_is_looked_at_and_tried() {
    let desk = with_addresses();
    let out = desk.run("mail setup cron").code(0);
    assert!(
        out.stderr
            .contains("nothing says how this clone sends mail"),
        "{out}"
    );
    configure(&desk, "/nowhere/sendmail");
    let out = desk.run("mail setup cron").code(0);
    assert!(
        out.stderr
            .contains("`/nowhere/sendmail`, which is to send mail, is not there"),
        "{out}"
    );
    let _ = desk.run("mail setup --send-test jan@example.com").code(5);
    let file = desk.beside("sent");
    let script = format!("{{ echo \"$1 $2\"; cat; }} > '{}'", file.display());
    let script = desk.script("send", &script);
    configure(&desk, &script.display().to_string());
    assert!(desk.json("mail setup cron")["sending"][0]["path"].is_string());
    let dry = desk
        .run("mail setup --send-test jan@example.com --dry-run")
        .code(0);
    assert!(dry.stdout.contains("To: jan@example.com"), "{dry}");
    assert!(!file.exists());
    let out = desk.run("mail setup --send-test jan@example.com").code(0);
    assert!(
        out.stdout
            .contains("handed over, from help@desk.example to jan@example.com"),
        "{out}"
    );
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(
        text.starts_with("help@desk.example jan@example.com\n"),
        "{text}"
    );
    assert!(text.contains("Auto-Submitted: auto-generated"), "{text}");
    // Where it comes back to the desk, it waits.
    let mail = text.split_once('\n').unwrap().1;
    let out = desk.run_with("mail in", mail).code(0);
    assert!(out.stdout.contains("our own mail came back"), "{out}");
    for to in ["nobody", "-oQ@x", ""] {
        let out = desk.run_args(&["mail", "setup", "--send-test", to]);
        assert!(out.code == 2 || out.code == 5, "{to}: {out}");
    }
}
