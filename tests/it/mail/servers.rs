//! Mail between real programs, on this machine's loopback alone: `OpenSMTPD` takes it and hands it to
//! `desk`, Dovecot keeps a customer's mailbox, msmtp sends, fetchmail, mbsync and getmail fetch.
//!
//! The servers need root; desk, fetchers and sender run as the user `mail`. What a server keeps
//! outside of the test's folder it keeps in a mount namespace of its own, and it ends with the test.
//! `just mail` runs the long form, too, which is ignored else.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::desk::{Desk, Out};
use crate::skip;

/// The user that Debian has for mail, and its group.
const MAIL: u32 = 8;

/// So long a mail may take: a server tries again after ten seconds at first.
const PATIENCE: Duration = Duration::from_mins(1);

/// Whether the programs of a test are here, and it may start servers; else it says what is missing.
/// In CI, which installs the programs, one that is missing is a failure.
#[track_caller]
fn can_run(programs: &[&str]) -> bool {
    let has = |name: &&&str| {
        let dirs = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"];
        dirs.iter().any(|dir| Path::new(dir).join(name).exists())
    };
    let missing: Vec<&str> = programs.iter().filter(|name| !has(name)).copied().collect();
    if !missing.is_empty() {
        skip::skipped(&format!("not installed: {}", missing.join(", ")), false);
        return false;
    }
    let mut command = Command::new("unshare");
    let alone = command
        .args(["-mpn", "--fork", "true"])
        .stderr(Stdio::null());
    let may = alone.status().is_ok_and(|status| status.success());
    if !may {
        skip::skipped("mail servers need root and namespaces", true);
    }
    may
}

/// A port of the loopback that nobody listens on.
fn port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// Waits until something is there.
fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < end, "nothing came of it: {what}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// A server that ends with the test, and all that it started.
struct Server(Child);

impl Server {
    /// Starts a shell's line in namespaces of its own; what a server keeps in `/run` and `/var/spool`
    /// is nowhere else.
    fn start(line: &str, log: &Path) -> Self {
        Self::after("true", line, log)
    }

    /// As [`Self::start`], after what another line changes in those namespaces.
    fn after(first: &str, line: &str, log: &Path) -> Self {
        let alone = format!(
            "mount -t tmpfs none /run && mount -t tmpfs none /var/spool && mkdir -m 711 /var/spool/smtpd \
             && {first} && exec {line}"
        );
        let log = fs::File::create(log).unwrap();
        let child = Command::new("unshare")
            .args(["-mp", "--fork", "--kill-child", "sh", "-c", &alone])
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        Self(child)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A desk whose mail goes through real servers.
struct Post {
    desk: Desk,
    place: PathBuf,
    smtp: u16,
    imap: u16,
    servers: Vec<Server>,
}

impl Post {
    fn new() -> Self {
        let desk = Desk::new();
        let settings = desk.read("desk.toml")
            + "\n[mail.address.\"help@desk.test\"]\nqueue = \"service-desk\"\n";
        desk.write("desk.toml", settings);
        desk.git(&["commit", "--quiet", "--all", "-m", "mail"]);
        let place = desk.root.parent().unwrap().to_owned();
        let post = Self {
            desk,
            place,
            smtp: port(),
            imap: port(),
            servers: Vec::new(),
        };
        // The user `mail` may not look into the folder that the program was built in.
        // By another process: a program whose file is open for writing cannot be started.
        let mut copied = Command::new("cp");
        let copied = copied
            .arg(env!("CARGO_BIN_EXE_desk"))
            .arg(post.place.join("desk-program"));
        assert!(copied.status().unwrap().success());
        for folder in [
            "box",
            "box/new",
            "box/cur",
            "box/tmp",
            "home/.config",
            "home/.config/plaindesk",
        ] {
            fs::create_dir_all(post.place.join(folder)).unwrap();
        }
        post.script("in", "exec \"$DESK\" -C \"$ROOT\" mail in || exit 75");
        post.owned();
        post
    }

    /// Gives everything to the user `mail`.
    fn owned(&self) {
        let mut given = Command::new("chown");
        let given = given.args(["-R", "mail:mail"]).arg(&self.place).status();
        assert!(given.unwrap().success());
        fs::set_permissions(&self.place, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// A folder of the user `mail`.
    fn folder(&self, name: &str) {
        let path = self.place.join(name);
        fs::create_dir_all(&path).unwrap();
        std::os::unix::fs::chown(path, Some(MAIL), Some(MAIL)).unwrap();
    }

    /// A file that only the user `mail` reads.
    fn private(&self, name: &str, text: &str) {
        self.put(name, text);
        let path = self.place.join(name);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        std::os::unix::fs::chown(path, Some(MAIL), Some(MAIL)).unwrap();
    }

    fn put(&self, name: &str, text: &str) {
        fs::write(self.place.join(name), text).unwrap();
    }

    /// A script that runs with the environment of a person's shell.
    fn script(&self, name: &str, line: &str) {
        let place = self.place.display();
        let text = format!(
            "#!/bin/sh\nexport HOME={place}/home GIT_CONFIG_GLOBAL={place}/home/gitconfig CI=true\n\
             export DESK={place}/desk-program ROOT={place}/desk\n{line}\n"
        );
        self.put(name, &text);
        let path = self.place.join(name);
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// A program by the user `mail`, at this moment.
    fn by_mail(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = self.desk.command(program);
        command.uid(MAIL).gid(MAIL).current_dir(&self.place);
        command.env("USER", "mail");
        command
    }

    /// `desk` by anna, at this moment.
    fn desk(&self, args: &[&str]) -> Out {
        let mut command = self.by_mail(self.place.join("desk-program"));
        command
            .current_dir(&self.desk.root)
            .env("DESK_AGENT", "anna");
        command.args(args);
        Out::of(&command.output().unwrap())
    }

    /// The lines that `desk mail setup` has for a mail server or a fetcher.
    fn lines(&self, transport: &str) -> String {
        let maildir = self.place.join("home/Mail/help");
        let maildir = maildir.to_str().unwrap();
        let mut command = self.by_mail(self.place.join("desk-program"));
        // There the program is named by its place.
        command.current_dir(&self.desk.root).env_remove("CI");
        command.args([
            "--as",
            "anna",
            "mail",
            "setup",
            transport,
            "--maildir",
            maildir,
        ]);
        let out = Out::of(&command.arg("--json").output().unwrap()).code(0);
        let told: serde_json::Value = serde_json::from_str(&out.stdout).unwrap();
        told["transports"][0]["lines"].as_str().unwrap().to_owned()
    }

    /// `OpenSMTPD`: mail to desk.test goes to `desk`, to box.test into a mailbox, and far.test is a
    /// domain whose server knows nobody.
    fn opensmtpd(&mut self) {
        let lines = self.lines("opensmtpd");
        self.opensmtpd_with(&lines);
    }

    /// `OpenSMTPD` with what hands mail to the desk, if anything does.
    fn opensmtpd_with(&mut self, lines: &str) {
        let (place, smtp, far) = (self.place.display().to_string(), self.smtp, port());
        let config = format!(
            "listen on 127.0.0.1 port {smtp} hostname mx.desk.test\n\
             listen on 127.0.0.1 port {far} tag far hostname mx.far.test\n\
             table box {{ \"box@box.test\" = mail, \"jan@box.test\" = mail }}\n\
             queue ttl 1h\n\
             action \"box\" maildir \"{place}/box\" virtual <box>\n\
             action \"far\" relay host \"smtp://127.0.0.1:{far}\"\n\
             match tag far from any for domain \"far.test\" reject\n\
             {lines}\
             match from local for domain \"box.test\" action \"box\"\n\
             match from local for domain \"far.test\" action \"far\"\n"
        );
        self.put("smtpd.conf", &config);
        let line = format!("smtpd -d -f {place}/smtpd.conf");
        self.servers
            .push(Server::start(&line, &self.place.join("smtpd.log")));
        self.listens(smtp);
    }

    /// Dovecot over the mailbox of box.test.
    fn dovecot(&mut self) {
        let (place, imap) = (self.place.display().to_string(), self.imap);
        let config = format!(
            "base_dir = {place}/dovecot\nstate_dir = {place}/dovecot\nlog_path = /dev/stderr\n\
             protocols = imap\nlisten = 127.0.0.1\nssl = no\ndisable_plaintext_auth = no\n\
             mail_location = maildir:{place}/box\nfirst_valid_uid = 1\nfirst_valid_gid = 1\n\
             passdb {{\n  driver = static\n  args = password=secret\n}}\n\
             userdb {{\n  driver = static\n  args = uid=mail gid=mail home={place}\n}}\n\
             service imap-login {{\n  inet_listener imap {{\n    port = {imap}\n  }}\n\
             \x20 inet_listener imaps {{\n    port = 0\n  }}\n}}\n\
             default_internal_user = dovecot\ndefault_login_user = dovenull\n"
        );
        self.put("dovecot.conf", &config);
        fs::create_dir_all(self.place.join("dovecot")).unwrap();
        let line = format!("dovecot -F -c {place}/dovecot.conf");
        self.servers
            .push(Server::start(&line, &self.place.join("dovecot.log")));
        self.listens(imap);
    }

    /// Postfix, unpacked beside since it excludes `OpenSMTPD`, with the same domains.
    fn postfix(&mut self) {
        let (place, smtp) = (self.place.display().to_string(), self.smtp);
        let unpack = "mkdir -p pf/deb && cd pf/deb && apt-get download -o APT::Sandbox::User=root postfix >/dev/null \
                      && dpkg -x postfix_*.deb ../root";
        let unpacked = Command::new("sh")
            .args(["-c", unpack])
            .current_dir(&self.place)
            .status();
        assert!(unpacked.unwrap().success());
        let root = format!("{place}/pf/root/usr/lib/postfix");
        // What `desk mail setup` prints, but for the place and the kind of the table.
        let lines = self.lines("postfix");
        let (to_master, rest) = lines.split_once("# main.cf\n").unwrap();
        let to_master = to_master.trim_start_matches("# master.cf\n");
        let (to_main, to_transport) = rest.split_once("# transport").unwrap();
        let (_, to_transport) = to_transport.split_once('\n').unwrap();
        let table = format!("texthash:{place}/pf/conf/transport");
        let to_main = to_main.replace("hash:/etc/postfix/transport", &table);
        let main = format!(
            "compatibility_level = 3.6\nqueue_directory = {place}/pf/queue\ndata_directory = {place}/pf/data\n\
             daemon_directory = {root}/sbin\ncommand_directory = {place}/pf/root/usr/sbin\n\
             shlib_directory = no\nmeta_directory = {place}/pf/root/etc/postfix\n\
             import_environment = MAIL_CONFIG TZ LANG=C LD_LIBRARY_PATH\n\
             inet_interfaces = 127.0.0.1\ninet_protocols = ipv4\nmynetworks = 127.0.0.0/8\n\
             myhostname = mx.desk.test\nmydestination =\nalias_maps =\nlocal_recipient_maps =\n\
             smtpd_recipient_restrictions = permit_mynetworks, reject\nsmtpd_reject_unlisted_recipient = no\n\
             virtual_mailbox_domains = box.test, far.test\nvirtual_mailbox_base = {place}\n\
             virtual_mailbox_maps = inline:{{ {{ box@box.test = box/ }} }}\nvirtual_uid_maps = static:8\n\
             virtual_gid_maps = static:8\nvirtual_minimum_uid = 1\n{to_main}\
             minimal_backoff_time = 5s\nmaximal_backoff_time = 10s\nqueue_run_delay = 5s\n\
             maillog_file = /dev/stdout\n"
        );
        let master = format!(
            "127.0.0.1:{smtp} inet n - n - - smtpd\npickup unix n - n 60 1 pickup\ncleanup unix n - n - 0 cleanup\n\
             qmgr unix n - n 5 1 qmgr\nrewrite unix - - n - - trivial-rewrite\nbounce unix - - n - 0 bounce\n\
             defer unix - - n - 0 bounce\ntrace unix - - n - 0 bounce\nvirtual unix - n n - - virtual\n\
             error unix - - n - - error\nretry unix - - n - - error\nproxymap unix - - n - - proxymap\n\
             anvil unix - - n - 1 anvil\npostlog unix-dgram n - n - 1 postlogd\n{to_master}"
        );
        fs::create_dir_all(self.place.join("pf/conf")).unwrap();
        self.put("pf/conf/main.cf", &main);
        self.put("pf/conf/master.cf", &master);
        self.put("pf/conf/transport", to_transport);
        // Its users are there for it alone, and it is part of no system.
        let first = format!(
            "cd {place}/pf && cp /etc/passwd /etc/group . && \
             echo postfix:x:930:930::/nonexistent:/bin/false >> passwd && \
             printf 'postfix:x:930:\\npostdrop:x:931:\\n' >> group && \
             mount --bind passwd /etc/passwd && mount --bind group /etc/group && \
             mkdir -p data queue && cd queue && \
             mkdir active bounce corrupt defer deferred flush hold incoming maildrop pid private public saved trace && \
             chown postfix active bounce corrupt defer deferred flush hold incoming maildrop private public saved trace ../data && \
             chgrp postdrop maildrop public && chmod 730 maildrop && chmod 710 public && cd / && \
             export LD_LIBRARY_PATH={root} MAIL_CONFIG={place}/pf/conf"
        );
        let line = format!("{root}/sbin/master -d -c {place}/pf/conf");
        let log = self.place.join("postfix.log");
        self.servers.push(Server::after(&first, &line, &log));
        self.listens(smtp);
    }

    /// The desk hands mail to msmtp.
    fn sends(&self) {
        let config = format!(
            "[mail]\nsend = [\"msmtp\", \"--host=127.0.0.1\", \"--port={}\", \"--auth=off\", \"--tls=off\", \
             \"--domain=desk.test\", \"--from={{envelope}}\", \"--\", \"{{recipients}}\"]\n",
            self.smtp
        );
        self.private("home/.config/plaindesk/config.toml", &config);
    }

    fn listens(&self, port: u16) {
        let place = &self.place;
        until("a server that listens", || {
            let reached = TcpStream::connect(("127.0.0.1", port)).ok();
            if reached.is_none() {
                for log in ["smtpd.log", "dovecot.log", "postfix.log"] {
                    let said = fs::read_to_string(place.join(log)).unwrap_or_default();
                    assert!(!said.contains("fatal"), "{said}");
                }
            }
            reached
        });
    }

    /// Sends a mail by SMTP, as a customer's server does.
    fn send(&self, from: &str, to: &str, mail: &str) {
        let stream = TcpStream::connect(("127.0.0.1", self.smtp)).unwrap();
        let mut replies = BufReader::new(stream.try_clone().unwrap());
        let mut stream = stream;
        let mut expect = |wanted: &str| {
            let mut line = String::new();
            loop {
                line.clear();
                replies.read_line(&mut line).unwrap();
                if line.get(3..4) != Some("-") {
                    break;
                }
            }
            assert!(line.starts_with(wanted), "{line}");
        };
        expect("220");
        let mut say = |words: &str, wanted: &str| {
            stream.write_all(format!("{words}\r\n").as_bytes()).unwrap();
            expect(wanted);
        };
        say("EHLO customer.test", "250");
        say(&format!("MAIL FROM:<{from}>"), "250");
        say(&format!("RCPT TO:<{to}>"), "250");
        say("DATA", "354");
        let body = mail.replace('\n', "\r\n");
        say(&format!("{body}\r\n."), "250");
        say("QUIT", "221");
    }

    /// A customer's mail.
    fn writes(&self, from: &str, to: &str, subject: &str, more: &str, text: &str) {
        let id: u64 = number();
        let mail = format!(
            "From: {from}\nTo: {to}\nSubject: {subject}\nMessage-ID: <{id}@customer.test>\n{more}\n{text}\n"
        );
        self.send(from, to, &mail);
    }

    /// Whether git has a merge under way, while which no mail can be taken in.
    fn merging(&self, is: bool) {
        let path = self.desk.root.join(".git/MERGE_HEAD");
        if is {
            let head = self
                .by_mail("git")
                .args(["-C", "desk", "rev-parse", "HEAD"])
                .output();
            fs::write(path, head.unwrap().stdout).unwrap();
        } else {
            fs::remove_file(path).unwrap();
        }
    }

    /// Types a block of the manual into the shell of anna, for the address that there is here.
    fn types(&self, block: &str) -> Out {
        let line = block
            .trim_start_matches("sh\n")
            .replace("help@example.org", "box@box.test");
        let path = format!("{}/bin:/usr/bin:/bin", self.place.display());
        let mut command = self.by_mail("sh");
        command.args(["-ec", &line]).current_dir(&self.desk.root);
        command.env("PATH", path).env("DESK_AGENT", "anna");
        Out::of(&command.output().unwrap())
    }

    /// Runs a program by the user `mail` with a text on standard input, to its end.
    fn runs(&self, program: &str, args: &[&str], input: &str) -> Out {
        let mut command = self.by_mail(program);
        command.args(args).stdin(Stdio::piped());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(input.as_bytes())
            .unwrap();
        Out::of(&child.wait_with_output().unwrap())
    }

    /// Waits for so many mails in the customer's mailbox, and reads the last one.
    fn in_box(&self, count: usize) -> String {
        let folder = self.place.join("box/new");
        until("a mail in the mailbox", || {
            let mut all: Vec<PathBuf> = fs::read_dir(&folder)
                .ok()?
                .map(|one| one.unwrap().path())
                .collect();
            let seen = fs::read_dir(self.place.join("box/cur")).ok()?;
            all.extend(seen.map(|one| one.unwrap().path()));
            let age = |path: &PathBuf| fs::metadata(path).and_then(|meta| meta.modified()).ok();
            all.sort_by_key(age);
            (all.len() >= count)
                .then(|| fs::read_to_string(all.last()?).ok())
                .flatten()
        })
    }

    /// The id of the ticket with a title, once it is there.
    fn ticket(&self, title: &str) -> String {
        until(title, || {
            let out = self.desk(&["list", "--all", "--json"]);
            let all: serde_json::Value = serde_json::from_str(&out.stdout).ok()?;
            let tickets = all["tickets"].as_array()?;
            let one = tickets.iter().find(|one| one["title"] == title)?;
            Some(one["id"].as_str()?.to_owned())
        })
    }

    /// A ticket's file, once it holds a text.
    fn page(&self, id: &str, holds: &str) -> String {
        let path = self
            .desk
            .root
            .join(format!("tickets/20{}-{}/{id}.md", &id[..2], &id[2..4]));
        until(holds, || {
            let text = fs::read_to_string(&path).ok()?;
            text.contains(holds).then_some(text)
        })
    }

    /// What a server noted, once it holds a text.
    fn noted(&self, log: &str, holds: &str) {
        let path = self.place.join(log);
        until(holds, || {
            fs::read_to_string(&path)
                .ok()?
                .contains(holds)
                .then_some(())
        });
    }
}

/// What the servers said helps whoever looks at a failure.
impl Drop for Post {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            return;
        }
        for log in ["smtpd.log", "dovecot.log", "postfix.log"] {
            let said = fs::read_to_string(self.place.join(log)).unwrap_or_default();
            for line in said.lines().rev().take(20).collect::<Vec<_>>().iter().rev() {
                eprintln!("{log}: {line}");
            }
        }
    }
}

/// A number that no other mail has.
fn number() -> u64 {
    static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(1);
    NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
}

#[test]
fn mail_comes_in_from_opensmtpd_and_is_kept_where_it_cannot_be_taken() {
    if !can_run(&["smtpd", "msmtp", "unshare"]) {
        return;
    }
    let mut post = Post::new();
    post.opensmtpd();
    post.writes(
        "jan@box.test",
        "help@desk.test",
        "No light",
        "",
        "It is dark.",
    );
    let id = post.ticket("No light");
    let page = post.page(&id, "It is dark.");
    assert!(page.contains("email = \"jan@box.test\""), "{page}");
    // What cannot be taken now stays with the server, which tries again; nobody gets a bounce.
    post.merging(true);
    let to = format!("help+{}.aaaaabbbbb@desk.test", id.to_lowercase());
    post.writes("jan@box.test", &to, "Still dark", "", "Really.");
    post.noted("smtpd.log", "result=TempFail");
    post.merging(false);
    // The plus address arrives whole.
    let page = post.page(&id, "Really.");
    assert!(page.contains("- thread: address\n"), "{page}");
    let _ = post.desk(&["check"]).code(0);
    assert!(
        !fs::read_to_string(post.place.join("smtpd.log"))
            .unwrap()
            .contains("PermFail")
    );
}

#[test]
fn mail_comes_in_by_msmtp_fetchmail_mbsync_and_getmail() {
    let programs = [
        "smtpd",
        "msmtp",
        "dovecot",
        "fetchmail",
        "mbsync",
        "getmail",
        "unshare",
    ];
    if !can_run(&programs) {
        return;
    }
    let mut post = Post::new();
    post.opensmtpd();
    post.dovecot();
    let (smtp, imap) = (post.smtp, post.imap);
    let place = post.place.display().to_string();
    let mail = "Subject: By msmtp\nFrom: jan@box.test\nTo: help@desk.test\n\nx\n";
    let port = format!("--port={smtp}");
    let sender = [
        "--host=127.0.0.1",
        &port,
        "--auth=off",
        "--tls=off",
        "--from=jan@box.test",
        "help@desk.test",
    ];
    let _ = post.runs("msmtp", &sender, mail).code(0);
    let _ = post.ticket("By msmtp");

    // fetchmail keeps what could not be taken, and tries again.
    post.writes("jan@box.test", "box@box.test", "By fetchmail", "", "x");
    post.in_box(1);
    let (_, mda) = post
        .lines("fetchmail")
        .split_once("  mda ")
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .unwrap();
    let rc = format!(
        "poll 127.0.0.1 protocol imap service {imap} auth password user \"box\" password \"secret\" \
         sslproto \"\" keep mda {mda}"
    );
    post.private("fetchmailrc", &rc);
    let pid = format!("{place}/fetchmail.pid");
    let fetch = || {
        post.runs(
            "fetchmail",
            &[
                "-f",
                &format!("{place}/fetchmailrc"),
                "--pidfile",
                &pid,
                "-s",
            ],
            "",
        )
    };
    post.merging(true);
    let _ = fetch();
    post.merging(false);
    assert!(!post.desk(&["list"]).stdout.contains("By fetchmail"));
    let _ = fetch();
    let _ = post.ticket("By fetchmail");

    post.writes("jan@box.test", "box@box.test", "By mbsync", "", "x");
    post.in_box(2);
    let rc = post.lines("mbsync");
    let rc = rc.replace(
        "Host imap.desk.test\n",
        &format!("Host 127.0.0.1\nPort {imap}\nAuthMechs LOGIN\n"),
    );
    let rc = rc
        .replace("User help@desk.test\n", "User box\n")
        .replace("SSLType IMAPS", "SSLType None");
    let rc = rc.replace("PassCmd \"pass show help@desk.test\"", "Pass secret");
    post.private("mbsyncrc", &rc);
    post.folder("home/Mail");
    let fetch = || {
        post.runs(
            "mbsync",
            &["-q", "-c", &format!("{place}/mbsyncrc"), "desk"],
            "",
        )
    };
    let _ = fetch().code(0);
    let take = || {
        post.desk(&[
            "mail",
            "in",
            "--maildir",
            &format!("{place}/home/Mail/help"),
        ])
    };
    let out = take().code(0);
    assert!(out.stdout.contains("1 new"), "{out}");
    let _ = post.ticket("By mbsync");

    post.writes("jan@box.test", "box@box.test", "By getmail", "", "x");
    post.in_box(3);
    let lines = post.lines("getmail");
    let to = &lines[lines.find("[destination]").unwrap()..lines.find("[options]").unwrap()];
    let rc = format!(
        "[retriever]\ntype=SimpleIMAPRetriever\nserver=127.0.0.1\nport={imap}\nusername=box\n\
         password=secret\n{to}[options]\nread_all=True\n"
    );
    post.folder("getmail");
    post.private("getmail/rc", &rc);
    let args = [&format!("--getmaildir={place}/getmail")[..], "--rcfile=rc"];
    let _ = post.runs("getmail", &args, "").code(0);
    let _ = post.ticket("By getmail");
    // Every one of them brought the same mails: each is one ticket.
    let out = post.desk(&["list", "--all", "--json"]).code(0);
    assert_eq!(out.stdout.matches("\"title\": \"By ").count(), 4, "{out}");
    let _ = post.desk(&["check"]).code(0);
}

/// A mail becomes a ticket, the answer arrives in the mailbox, what the customer answers to that is on
/// the same ticket; and what cannot be delivered comes back to it.
fn converses(post: &Post, before: usize) {
    post.sends();
    post.writes(
        "box@box.test",
        "help@desk.test",
        "No light",
        "",
        "It is dark.",
    );
    let id = post.ticket("No light");
    let out = post
        .desk(&["reply", &id, "-m", "Please restart it."])
        .code(0);
    let arrived = post.in_box(1);
    assert!(arrived.contains("Please restart it."), "{out}{arrived}");
    let mut headers = arrived.lines().take_while(|line| !line.is_empty());
    let message = headers.find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("message-id").then_some(value)
    });
    let message = message.unwrap();
    assert!(message.starts_with(&format!("<{id}.")), "{arrived}");
    let answers = format!("In-Reply-To: {message}\n");
    post.writes(
        "box@box.test",
        "help@desk.test",
        "Re: No light",
        &answers,
        "It works now.",
    );
    let page = post.page(&id, "It works now.");
    assert!(page.contains("- thread: token\n"), "{page}");
    // Nobody is there.
    post.writes(
        "ghost@far.test",
        "help@desk.test",
        "No sound",
        "",
        "It is silent.",
    );
    let id = post.ticket("No sound");
    let _ = post.desk(&["reply", &id, "-m", "Is it on?"]).code(0);
    let page = post.page(&id, "- bounced-message: <");
    // What did not arrive is what was sent, by its id.
    let sent = page.split("- message: <").nth(2).unwrap();
    let sent = &sent[..sent.find('>').unwrap()];
    assert!(sent.starts_with(&format!("{id}.")), "{page}");
    let bounced = format!("- bounced-message: <{sent}>\n");
    for line in [
        "Is it on?",
        "- outcome: bounced\n",
        "- auto: bounce\n",
        &bounced,
    ] {
        assert!(page.contains(line), "{line}: {page}");
    }
    let out = post.desk(&["list", "--all", "--json"]).code(0);
    assert_eq!(
        out.stdout.matches("\"title\":").count(),
        before + 2,
        "{out}"
    );
    let _ = post.desk(&["check"]).code(0);
}

/// The shell's blocks of a section of the manual.
fn typed_in(section: &str) -> Vec<String> {
    let manual =
        fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/kb/manual/mail.md")).unwrap();
    let begin = manual.find(&format!("# {section}\n")).unwrap();
    let rest = &manual[begin..];
    let end = rest.find("\n#").unwrap_or(rest.len());
    let mut blocks = rest[..end].split("```");
    let _ = blocks.next();
    let shell = blocks.step_by(2);
    shell.map(str::to_owned).collect()
}

#[test]
fn the_manual_takes_a_newcomer_to_a_working_mailbox() {
    let programs = ["smtpd", "msmtp", "dovecot", "mbsync", "unshare"];
    if !can_run(&programs) {
        return;
    }
    let mut post = Post::new();
    // A desk without an address, and a mailbox that is somebody else's.
    let settings = post.desk.read("desk.toml");
    let settings = &settings[..settings.find("\n[mail.address").unwrap()];
    post.desk.write("desk.toml", settings);
    fs::create_dir_all(post.place.join("bin")).unwrap();
    fs::rename(post.place.join("desk-program"), post.place.join("bin/desk")).unwrap();
    post.script("desk-program", "exec \"$(dirname \"$0\")/bin/desk\" \"$@\"");
    post.owned();
    let (imap, smtp) = (post.imap, post.smtp);
    for block in typed_in("A working mailbox in ten minutes") {
        let _ = post.types(&block).code(0);
    }
    post.opensmtpd_with("");
    post.dovecot();
    post.writes(
        "jan@box.test",
        "box@box.test",
        "No light",
        "",
        "It is dark.",
    );
    post.in_box(1);
    let blocks = typed_in("With mbsync and msmtp");
    for block in &blocks {
        if let Some(text) = block.strip_prefix('\n') {
            // The file of msmtp; here is no password.
            let text = text
                .replace("auth on", "auth off")
                .replace("tls on", "tls off");
            let rc = text.replace("help@example.org", "box@box.test");
            let port = format!("port {smtp}");
            let rc = rc
                .replace("smtp.example.org", "127.0.0.1")
                .replace("port 587", &port);
            post.private("home/.msmtprc", &rc);
            continue;
        }
        let out = post.types(block).code(0);
        if block.contains("mail setup mbsync") {
            let rc = fs::read_to_string(post.place.join("home/.mbsyncrc")).unwrap();
            let rc = rc.replace(
                "Host imap.box.test",
                &format!("Host 127.0.0.1\nPort {imap}\nAuthMechs LOGIN"),
            );
            let rc = rc
                .replace("User box@box.test", "User box")
                .replace("SSLType IMAPS", "SSLType None");
            post.private(
                "home/.mbsyncrc",
                &rc.replace("PassCmd \"pass show box@box.test\"", "Pass secret"),
            );
        }
        if block.contains("mail in") {
            assert!(out.stdout.contains("1 new"), "{out}");
        }
    }
    // The answer is in the mailbox, beside the question.
    post.in_box(2);
    let page = post.page(&post.ticket("No light"), "Please restart it.");
    assert!(page.contains("- to: jan@box.test\n"), "{page}");
}

#[test]
fn an_answer_goes_out_and_comes_back_to_its_ticket() {
    if !can_run(&["smtpd", "msmtp", "unshare"]) {
        return;
    }
    let mut post = Post::new();
    post.opensmtpd();
    converses(&post, 0);
}

#[test]
#[ignore = "a minute of waiting: `just mail`"]
fn a_lock_that_is_held_too_long_delays_a_mail() {
    if !can_run(&["smtpd", "unshare"]) {
        return;
    }
    let mut post = Post::new();
    post.opensmtpd();
    post.writes("jan@box.test", "help@desk.test", "First", "", "x");
    let _ = post.ticket("First");
    let lock = fs::File::open(post.desk.root.join(".git/plaindesk/lock")).unwrap();
    lock.lock().unwrap();
    post.writes("jan@box.test", "help@desk.test", "Second", "", "x");
    post.noted("smtpd.log", "result=TempFail");
    drop(lock);
    let _ = post.ticket("Second");
}

#[test]
#[ignore = "it downloads Postfix: `just mail`"]
fn postfix_hands_mail_over_and_takes_it_back() {
    if !can_run(&["msmtp", "apt-get", "unshare"]) {
        return;
    }
    let mut post = Post::new();
    post.postfix();
    post.merging(true);
    post.writes("jan@box.test", "help@desk.test", "Later", "", "x");
    post.noted("postfix.log", "status=deferred");
    post.merging(false);
    let _ = post.ticket("Later");
    converses(&post, 1);
}
