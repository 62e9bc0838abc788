//! The desk that every form begins with, and what a predicate on files looks at.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::OnceLock;

use super::scene::{Scene, text};

/// The desk of all forms and the ids of its tickets and articles.
pub(crate) struct Stage {
    pub(crate) scene: Scene,
    pub(crate) ids: BTreeMap<&'static str, String>,
}

/// What a predicate sees.
pub(crate) struct Look<'a> {
    pub(crate) ids: &'a BTreeMap<&'static str, String>,
    /// The files of the desk, by path.
    pub(crate) files: &'a BTreeMap<String, Vec<u8>>,
    /// The folder beside the desk.
    pub(crate) home: &'a std::path::Path,
}

impl Look<'_> {
    /// The text of a ticket or an article.
    pub(crate) fn page(&self, name: &str) -> String {
        let id = &self.ids[name];
        let found = self.files.iter().find(|(path, bytes)| {
            path.ends_with(&format!("/{id}.md"))
                || text(bytes).contains(&format!("\nid = \"{id}\"\n"))
        });
        found.map(|(_, bytes)| text(bytes)).unwrap_or_default()
    }

    /// Whether a page has a line.
    pub(crate) fn line(&self, name: &str, line: &str) -> bool {
        self.page(name).lines().any(|one| one == line)
    }

    /// The tickets and articles with a line.
    pub(crate) fn with(&self, line: &str) -> Vec<String> {
        let pages = self.files.iter().filter(|(path, _)| is_page(path));
        let texts = pages.map(|(_, bytes)| text(bytes));
        texts
            .filter(|text| text.lines().any(|one| one == line))
            .collect()
    }

    /// Whether there is one page with all of these lines.
    pub(crate) fn one(&self, lines: &[&str]) -> bool {
        let pages = self.with(lines[0]);
        pages.len() == 1
            && lines
                .iter()
                .all(|line| pages[0].lines().any(|one| one == *line))
    }
}

fn is_page(path: &str) -> bool {
    std::path::Path::new(path)
        .extension()
        .is_some_and(|ending| ending == "md")
}

const TEAM: &str = "
[agent.marek]
name = \"Marek Lis\"
email = \"marek@example.com\"
role = \"agent\"
queues = [\"network\"]
";

/// An editor that changes the title, and one that writes a text.
const EDITORS: &[(&str, &str)] = &[
    (
        "retitle",
        "#!/bin/sh\nsed -i 's/^title = .*/title = \"Retitled here\"/' \"$1\"\n",
    ),
    ("write", "#!/bin/sh\nprintf 'Cut short here.\\n' >\"$1\"\n"),
    // What git expects of a program that signs.
    (
        "sign",
        "#!/bin/sh\ncat >/dev/null\nprintf '\\n[GNUPG:] SIG_CREATED \\n' >&2\nprintf -- '-----BEGIN PGP SIGNATURE-----\\n\\nx\\n-----END PGP SIGNATURE-----\\n'\n",
    ),
];

const LOG: &str = "\
Ticket,When,What,State
X-1,01.10.2026 09:00,Lamp is dark,new
X-1,01.10.2026 09:30,Lamp is dark,work
X-2,01.10.2026 12:00,Door is stuck,new
X-3,02.10.2026 12:00,Window is open,new
";

const MAP: &str = "\
source = \"old\"
[time]
formats = [\"%d.%m.%Y %H:%M\"]
zone = \"Europe/Warsaw\"
[columns]
id = \"Ticket\"
time = \"When\"
title = \"{What}\"
status = \"State\"
[values.status]
\"new\" = \"new\"
\"work\" = \"open\"
";

impl Stage {
    /// A copy of the desk that all forms begin with.
    pub(crate) fn begin() -> Self {
        static FIRST: OnceLock<Stage> = OnceLock::new();
        let first = FIRST.get_or_init(Self::new);
        Self {
            scene: first.scene.copy(),
            ids: first.ids.clone(),
        }
    }

    fn new() -> Self {
        let mut scene = Scene::empty();
        scene.now = "2026-11-23T09:00:00Z";
        let bin = scene.home().join("bin");
        fs::create_dir(&bin).unwrap();
        for (name, script) in EDITORS {
            let path = bin.join(name);
            fs::write(&path, script).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        scene.ok(&["init"]);
        // An upkeep in the background would outlive the scene.
        scene.git(&["config", "maintenance.auto", "false"]);
        let settings = fs::read_to_string(scene.desk.join("desk.toml")).unwrap();
        scene.write("desk.toml", &format!("{settings}{TEAM}"));
        scene.git(&["commit", "--quiet", "--all", "-m", "The team"]);
        scene.commit_own();
        let mut stage = Self {
            scene,
            ids: BTreeMap::from([("K", "KB-W1F4".to_owned()), ("L", "KB-7Q2M".to_owned())]),
        };
        let jan = &["--from", "Jan Kowalski", "--phone", "+48 600 100 200"][..];
        stage.open(
            "A",
            &[
                &[
                    "new",
                    "Printer is out",
                    "--code",
                    "NET-OUT",
                    "-m",
                    "It prints nothing.",
                ],
                jan,
            ]
            .concat(),
        );
        stage.open(
            "B",
            &[
                &["new", "Printer is out again", "-m", "Still nothing."],
                jan,
            ]
            .concat(),
        );
        stage.open("C", &["new", "Keyboard is broken", "--from", "Ola Nowak"]);
        stage.open("Z", &["new", "Nothing to do with it"]);
        stage
    }

    /// Makes a ticket or an article, which has the name from then on.
    pub(crate) fn open(&mut self, name: &'static str, args: &[&str]) {
        let id = self.scene.ok(args).trim().to_owned();
        self.ids.insert(name, id);
    }

    pub(crate) fn run(&self, args: &[&str]) {
        let args = self.real(args);
        self.scene
            .ok(&args.iter().map(String::as_str).collect::<Vec<_>>());
    }

    /// A work order for the first ticket.
    pub(crate) fn order(&mut self) {
        let before = self.scene.tickets();
        self.run(&["work", "new", "{A}"]);
        let mut new = self.scene.tickets();
        new.retain(|path, _| !before.contains_key(path));
        let path = new.pop_first().unwrap().0;
        let id = path.rsplit('/').next().unwrap().trim_end_matches(".md");
        self.ids.insert("W", id.to_owned());
    }

    /// Names the tag of the last entry of a ticket.
    pub(crate) fn tag(&mut self, name: &'static str, ticket: &str) {
        let tickets = self.scene.tickets();
        let id = &self.ids[ticket];
        let page = tickets.iter().find(|(path, _)| path.contains(id.as_str()));
        let page = text(page.unwrap().1);
        let heading = page.lines().rfind(|line| line.starts_with("## "));
        let tag = heading.unwrap().rsplit('^').next().unwrap().to_owned();
        self.ids.insert(name, tag);
    }

    /// Arguments with ids in place of `{A}` and its like.
    pub(crate) fn real(&self, args: &[&str]) -> Vec<String> {
        let one = |arg: &&str| {
            let id = arg
                .strip_prefix('{')
                .and_then(|arg| arg.strip_suffix('}'))
                .and_then(|name| self.ids.get(name));
            id.map_or_else(|| (*arg).to_owned(), Clone::clone)
        };
        args.iter().map(one).collect()
    }

    /// Commits a ticket with marks of a conflict in its description.
    pub(crate) fn marked(&self, ticket: &str) {
        let tickets = self.scene.tickets();
        let id = &self.ids[ticket];
        let (path, page) = tickets
            .iter()
            .find(|(path, _)| path.contains(id.as_str()))
            .unwrap();
        let marks = "\n+++\n<<<<<<< HEAD\nOne.\n=======\nThe other.\n>>>>>>> main\n";
        let page = text(page).replacen("\n+++\n", marks, 1);
        fs::write(self.scene.desk.join(path), page).unwrap();
        self.scene
            .git(&["commit", "--quiet", "--all", "-m", "marks"]);
    }

    /// Puts the desk's history into a bare repository, where another clone has written on, and writes
    /// on here.
    pub(crate) fn shared(&self) {
        const HUB: &str = "../home/hub.git";
        self.scene.git(&["clone", "--quiet", "--bare", ".", HUB]);
        let hub = self.scene.home().join("hub.git");
        let other = self.scene.copy();
        let ticket = self.ids["A"].as_str();
        other.write("log.txt", "from afar\n");
        other.ok(&["note", ticket, "-m", "From afar."]);
        other.ok(&["attach", ticket, "log.txt"]);
        other.ok(&["new", "Told elsewhere", "--from", "Eva"]);
        other.git(&["push", "--quiet", hub.to_str().unwrap(), "HEAD"]);
        self.scene.git(&["remote", "add", "origin", HUB]);
        self.run(&["note", "{A}", "-m", "From here."]);
    }

    /// Three versions of a ticket beside the desk, as git hands them to a driver, and its path.
    pub(crate) fn versions(&mut self) {
        let id = self.ids["A"].clone();
        let page = |scene: &Scene| {
            let tickets = scene.tickets();
            let found = tickets.into_iter().find(|(path, _)| path.contains(&id));
            found.unwrap()
        };
        let home = self.scene.home();
        let (path, base) = page(&self.scene);
        fs::write(home.join("base"), base).unwrap();
        for (name, words) in [("ours", "From here."), ("theirs", "From afar.")] {
            let other = self.scene.copy();
            other.ok(&["note", &id, "-m", words]);
            fs::write(home.join(name), page(&other).1).unwrap();
        }
        self.ids.insert("P", path);
    }

    /// Changes the settings, and commits them.
    pub(crate) fn settings(&self, old: &str, new: &str) {
        let path = self.scene.desk.join("desk.toml");
        let settings = fs::read_to_string(&path).unwrap();
        assert!(settings.contains(old), "{old}");
        fs::write(&path, settings.replacen(old, new, 1)).unwrap();
        self.scene
            .git(&["commit", "--quiet", "--all", "-m", "settings"]);
    }

    /// Commits as the repository's hooks have it, or signed.
    pub(crate) fn consent(&self, key: &str) {
        self.settings(&format!("\n{key} = false"), &format!("\n{key} = true"));
        let own = self.scene.home().join("gitconfig");
        let mut text = fs::read_to_string(&own).unwrap();
        text.push_str("[gpg]\n\tprogram = sign\n");
        fs::write(own, text).unwrap();
        let hook = self.scene.desk.join(".git/hooks/pre-commit");
        fs::create_dir_all(hook.parent().unwrap()).unwrap();
        fs::write(&hook, "#!/bin/sh\nexit 0\n").unwrap();
        fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Two mails in quarantine, `7k2m9qx4abcdefgh` and `1bfs623a0s03nscs`.
    pub(crate) fn held(&self) {
        let folder = self.scene.desk.join(".git/plaindesk/mail-quarantine");
        fs::create_dir_all(&folder).unwrap();
        for (key, reason) in [("7k2m9qx4abcdefgh", "storm"), ("1bfs623a0s03nscs", "junk")] {
            let mail = format!(
                "From: jan@acme.example\nMessage-ID: <{key}@acme.example>\nSubject: It is dark\n\nIn here.\n"
            );
            let facts = format!(
                "reason = \"{reason}\"\nat = \"2026-11-22T10:00:00Z\"\nfrom = \"jan@acme.example\"\n\
                 subject = \"It is dark\"\nsize = \"{}\"\n",
                mail.len()
            );
            fs::write(folder.join(format!("{key}.eml")), mail).unwrap();
            fs::write(folder.join(format!("{key}.toml")), facts).unwrap();
        }
    }

    pub(crate) fn log(&self) {
        fs::write(self.scene.home().join("log.csv"), LOG).unwrap();
        fs::write(self.scene.home().join("map.toml"), MAP).unwrap();
    }

    /// An export of tickets, one of them with a file.
    pub(crate) fn tickets(&self) {
        let table = "Summary,Issue key,Status,Created,Comment,Attachment\n\
                     Lamp is dark,X-1,Open,01/Oct/26 9:00 AM,01/Oct/26 9:10 AM;Ola;Looked.,01/Oct/26 9:11 AM;Ola;lamp.txt;x\n\
                     Door is stuck,X-2,Resolved,01/Oct/26 12:00 PM,,\n\
                     Window is open,X-3,To Do,02/Oct/26 12:00 PM,,\n";
        let home = self.scene.home();
        fs::write(home.join("export.csv"), table).unwrap();
        fs::create_dir_all(home.join("files/X-1")).unwrap();
        fs::write(home.join("files/X-1/lamp.txt"), "light\n").unwrap();
    }

    /// The map of that log, mended.
    pub(crate) fn mended_map(&self) {
        let map = MAP.replace("Europe/Warsaw", "UTC");
        fs::write(self.scene.home().join("map.toml"), map).unwrap();
    }

    /// A mail with a file, and the address that receives it.
    pub(crate) fn mail(&self, subject: &str, headers: &str) {
        let text = format!(
            "From: Jan <jan@acme.example>\nTo: help@desk.example\nSubject: {subject}\n\
             Date: Mon, 23 Nov 2026 10:00:00 +0000\nMessage-ID: <a@acme.example>\n{headers}\
             Content-Type: multipart/mixed; boundary=x\n\n--x\n\nCut short here.\n\
             --x\nContent-Type: image/png; name=a.png\n\nlight\n--x--\n"
        );
        fs::write(self.scene.home().join("mail.eml"), text).unwrap();
        let path = self.scene.desk.join("desk.toml");
        let settings = fs::read_to_string(&path).unwrap();
        let more = "\n[mail.address.\"help@desk.example\"]\nqueue = \"network\"\n";
        fs::write(&path, settings + more).unwrap();
        self.scene
            .git(&["commit", "--quiet", "--all", "-m", "mail"]);
    }

    /// Has mail handed to a program that keeps it beside the desk, and gives a ticket an address.
    pub(crate) fn sends_mail(&mut self) {
        let home = self.scene.home();
        let folder = home.join(".config/plaindesk");
        fs::create_dir_all(&folder).unwrap();
        // A copy of the scene has another home, and PATH leads there.
        fs::create_dir_all(home.join("bin")).unwrap();
        let own = "#!/bin/sh\ncd \"$HOME\" && [ ! -e fail ] || exit 75\nn=1\n\
            while [ -e sent-$n ]; do n=$((n+1)); done\ncat > new && mv new sent-$n\n";
        let script = home.join("bin/keep-mail");
        fs::write(&script, own).unwrap();
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
        fs::write(
            folder.join("config.toml"),
            "[mail]\nsend = [\"keep-mail\", \"{recipients}\"]\n",
        )
        .unwrap();
        let path = self.scene.desk.join("desk.toml");
        let settings = fs::read_to_string(&path).unwrap();
        let more = "\n[mail.out]\nfrom = \"help@desk.example\"\n";
        fs::write(&path, settings + more).unwrap();
        self.scene
            .git(&["commit", "--quiet", "--all", "-m", "mail"]);
        self.run(&["set", "{A}", "requester.email=jan@acme.example"]);
    }

    /// An export of three tickets, one with a file, that the desk does not have.
    pub(crate) fn export(&self) {
        let other = self.scene.copy();
        let mut ids = Vec::new();
        for title in ["Lamp is dark", "Door is stuck", "Window is open"] {
            ids.push(
                other
                    .ok(&["new", title, "--tag", "moved"])
                    .trim()
                    .to_owned(),
            );
        }
        other.write("unknown.txt", "mine\n");
        other.ok(&["attach", &ids[0], "unknown.txt"]);
        let text = other.ok(&["export", "tag:moved"]);
        fs::write(self.scene.home().join("export.json"), text).unwrap();
    }
}
