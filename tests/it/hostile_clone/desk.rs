//! Builds a hostile desk: a repository with everything that a push can plant.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use plaindesk::page::entry_value::quoted;
use tempfile::TempDir;

use crate::scratch;

/// The program that a configuration names: it leaves a file with the name that it was given.
pub(crate) const CANARY: &str =
    "#!/bin/sh\nmkdir -p '{FIRED}'\n: >'{FIRED}'/\"${1:-canary}\"\ncat 2>/dev/null\n";

/// Escape sequences, controls of both sets, and characters that turn the direction of writing.
/// Blinking (`5`) is a style that no command of ours uses.
const ESCAPES: &str = "evil\u{1b}[5;35mX\u{1b}]0;owned\u{7}\u{1b}]52;c;eA==\u{7}\u{1b}]8;;http://x\u{1b}\\b\u{9b}5m\u{9d}52;c;x\u{7f}\u{8}\
    \u{202e}gnp.exe\u{2066}\u{200e}\u{feff}\u{2028}\u{e0041}\u{61c}\u{200f}\u{2029}\u{202a}\u{2069}\u{80}\u{9c}\u{1f}\u{0}d";

/// Words that a shell would run.
const WORDS: &str = "Yan$(touch fired)`touch fired`;touch fired\n--output=fired";

/// A repository to be cloned.
pub(crate) struct Hostile {
    pub(crate) root: PathBuf,
    dir: TempDir,
}

/// A text that differs from field to field.
fn evil(field: &str) -> String {
    quoted(&format!("{field} {}", ESCAPES.replace('\u{0}', "")))
}

fn ticket(id: &str, value: &dyn Fn(&str) -> String) -> String {
    let q = value;
    let body = ESCAPES.replace(['\u{0}', '\r'], "");
    format!(
        "+++\nid = \"{id}\"\ntype = {}\ntitle = {}\nstatus = \"open\"\npriority = {}\nimpact = {}\nurgency = {}\nqueue = {}\n\
         assignee = {}\ncontact_agent = {}\ncode = {}\nchannel = {}\ncreated = 2026-11-21T09:02:11Z\ntags = [{}]\nwatchers = [{}]\n\
         aliases = [{}]\n\n[requester]\nname = {}\nemail = {}\nphone = {}\naccount = {}\nlocation = {}\norganisation = {}\n\n\
         [vendor]\nname = {}\nreference = {}\n\n[asset]\nname = {}\nmodel = {}\nserial = {}\nlicence = {}\nlocation = {}\n\n\
         [links]\nwork_order = {}\nparent = {}\nrelates = [{}]\narticles = [{}]\n\n[request]\nwants = {}\ntried = {}\nreproduce = {}\n\
         about = {}\n\n[source]\nname = {}\nid = {}\n\n[fields]\nsite = {}\n+++\n{body}\n\n\
         ## 2026-11-21T09:02:11Z anna created ^8m2d\n\n- type: action\n- status: open\n- reason: {}\n- file: {}\n\n{body}\n\n\
         ## 2026-11-21T09:12:11Z anna contact ^9m2d\n\n- direction: in\n- channel: {}\n- outcome: {}\n\n{body}\n\n\
         ## 9999-12-31T23:59:59Z anna note ^7m2d\n\n{body}\n",
        q("type"),
        q("title"),
        q("priority"),
        q("impact"),
        q("urgency"),
        q("queue"),
        q("assignee"),
        q("contact_agent"),
        q("code"),
        q("channel"),
        q("tags"),
        q("watchers"),
        q("aliases"),
        q("name"),
        q("email"),
        q("phone"),
        q("account"),
        q("location"),
        q("organisation"),
        q("vendor"),
        q("reference"),
        q("asset"),
        q("model"),
        q("serial"),
        q("licence"),
        q("place"),
        q("order"),
        q("parent"),
        q("relates"),
        q("articles"),
        q("wants"),
        q("tried"),
        q("reproduce"),
        q("about"),
        q("source"),
        q("id"),
        q("site"),
        q("reason"),
        q("file"),
        q("by"),
        q("outcome")
    )
}

fn plain_ticket(id: &str, title: &str, requester: &str) -> String {
    format!(
        "+++\nid = \"{id}\"\ntype = \"action\"\ntitle = {}\nstatus = \"open\"\npriority = \"standard\"\nimpact = \"person\"\n\
         urgency = \"medium\"\nqueue = \"network\"\ncode = \"NET-OUT\"\nchannel = \"phone\"\ncreated = 2026-11-21T09:02:11Z\n\n\
         [requester]\nname = {}\n+++\nThe printer is out.\n\n## 2026-11-21T09:02:11Z anna created ^8m2d\n\n- channel: phone\n\
         - type: action\n- status: open\n- priority: standard\n- impact: person\n- urgency: medium\n- queue: network\n- code: NET-OUT\n",
        quoted(title),
        quoted(requester)
    )
}

fn article(id: &str) -> String {
    let body = ESCAPES.replace(['\u{0}', '\r'], "");
    let q = evil;
    format!(
        "+++\nid = \"{id}\"\ntitle = {}\nstate = \"published\"\nlanguage = \"en\"\nowner = {}\npublished_by = {}\n\
         published = 2026-05-01\naudience = {}\ntags = [{}]\ncodes = [{}]\nrelated = [{}]\nlinks = [{}, \"javascript:x()\"]\n+++\n\
         # {body}\n\n## Call script\n\n1. \"{body}\" +48 600 100 200\n\n[{body}](https://x/{body}) <img onerror=x> `{body}`\n\n\
         | {body} |\n| --- |\n| {body} |\n\n> {body}\n\n    {body}\n",
        q("title"),
        q("owner"),
        q("by"),
        q("audience"),
        q("tags"),
        q("codes"),
        q("related"),
        q("links")
    )
}

/// Builds the repository. `links`: paths of the repository that are links, and to what in the home
/// of whoever clones it into a folder there.
pub(crate) fn build(links: &[(String, &str)]) -> Hostile {
    with_pages(links, true)
}

/// A hostile desk without the pages that take long to read.
pub(crate) fn short(links: &[(String, &str)]) -> Hostile {
    with_pages(links, false)
}

fn with_pages(links: &[(String, &str)], long: bool) -> Hostile {
    let dir = scratch::folder();
    let hostile = Hostile {
        root: dir.path().join("hostile"),
        dir,
    };
    fs::create_dir(&hostile.root).unwrap();
    fs::write(hostile.dir.path().join("gitconfig"), "[user]\n\tname = Eve\n\temail = eve@example.org\n[init]\n\tdefaultBranch = main\n[core]\n\tprotectNTFS = false\n").unwrap();
    hostile.run(env!("CARGO_BIN_EXE_desk"), &["init"]);
    hostile.tickets();
    if long {
        hostile.long_pages();
    }
    hostile.articles();
    hostile.settings();
    hostile.repository();
    hostile.link("tickets/2026-09", "precious");
    hostile.link("tickets/2026-11/2611-LLLLL.md", "precious/letter.txt");
    hostile.link("tickets/2026-11/2611-AAAAA.files", "precious");
    hostile.link("kb/linked", "precious");
    hostile.link("kb/linked.md", "precious/letter.txt");
    hostile.link("templates", "precious");
    for (path, target) in links {
        hostile.link(path, target);
    }
    hostile.run("git", &["add", "--all", "--force"]);
    let author = format!(
        "--author={} <eve@example.org>",
        ESCAPES.replace(['\u{0}', '\n', '<', '>'], "")
    );
    hostile.run(
        "git",
        &[
            "commit",
            "--quiet",
            "--no-verify",
            &author,
            "-m",
            &ESCAPES.replace('\u{0}', ""),
        ],
    );
    hostile
}

impl Hostile {
    fn run(&self, program: &str, args: &[&str]) {
        let done = scratch::command(program, &self.root, self.dir.path())
            .args(args)
            .env("DESK_NOW", "2026-11-21T08:00:00Z")
            .output()
            .unwrap();
        assert!(
            done.status.success(),
            "{args:?}: {}",
            String::from_utf8_lossy(&done.stderr)
        );
    }

    fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// A link into the home of whoever clones this into a folder there.
    fn link(&self, path: &str, target: &str) {
        let place = self.root.join(path);
        let _ = fs::remove_dir_all(&place);
        let _ = fs::remove_file(&place);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        let up = "../".repeat(path.matches('/').count() + 1);
        symlink(format!("{up}{target}"), place).unwrap();
    }

    fn tickets(&self) {
        let page = |id: &str| format!("tickets/2026-11/{id}.md");
        self.write(
            &page("2611-AAAAA"),
            plain_ticket("2611-AAAAA", "Printer is out", "Jan Kowalski"),
        );
        self.write(
            &page("2611-BBBBB"),
            plain_ticket("2611-BBBBB", WORDS, WORDS),
        );
        self.write(&page("2611-EEEEE"), ticket("2611-EEEEE", &evil));
        self.write(
            &page("2611-NNNNN"),
            b"+++\nid = \"2611-NNNNN\"\ntitle = \"\x00\xff\"\n".as_slice(),
        );
        self.names();
    }

    /// Pages that take long to read, and that every command reads.
    fn long_pages(&self) {
        let page = |id: &str| format!("tickets/2026-11/{id}.md");
        self.write(
            &page("2611-DDDDD"),
            format!(
                "+++\nid = \"2611-DDDDD\"\ntitle = {}1{}\n+++\n",
                "[".repeat(20_000),
                "]".repeat(20_000)
            ),
        );
        self.write(
            &page("2611-KKKKK"),
            (0..5_000).fold("+++\n".to_owned(), |text, at| {
                text + &format!("key{at} = 1\n")
            }) + "+++\n",
        );
    }

    /// Names that are no names.
    fn names(&self) {
        self.write("tickets/2026-11/\u{1b}[5mevil\u{9b}5m.md", "evil\n");
        self.write("tickets/2026-11/$(touch fired).md", "evil\n");
        self.write("tickets/2026-11/--output=fired.md", "evil\n");
        self.write(
            "tickets/2026-11/2611-EEEEE.files/\u{1b}[5m$(touch fired)-00000000.txt",
            "evil\n",
        );
        self.write(
            "tickets/2026-11/2611-EEEEE.files/.gitattributes",
            "* filter=evil\n",
        );
    }

    fn articles(&self) {
        self.write("kb/evil.md", article("KB-EV1L"));
        self.write("kb/\u{1b}[5mevil\u{202e}.md", article("KB-EV1M"));
        for (name, piece) in [
            ("stars", "*a_"),
            ("brackets", "[![a]("),
            ("quotes", "> "),
            ("phones", "+48 600 "),
            ("ticks", "`` ` "),
        ] {
            let head = format!(
                "+++\nid = \"KB-{}\"\ntitle = \"{name}\"\nstate = \"draft\"\nlanguage = \"en\"\n+++\n",
                &name.to_uppercase()[..4].replace(['I', 'O', 'U', 'L'], "0")
            );
            self.write(&format!("kb/{name}.md"), head + &piece.repeat(300));
        }
    }

    fn settings(&self) {
        let path = self.root.join("desk.toml");
        let settings = fs::read_to_string(&path).unwrap();
        let settings = settings
            .replace("name = \"Help desk\"", &format!("name = {}", evil("desk")))
            .replace("\nsign = false", "\nsign = true")
            .replace("\nhooks = false", "\nhooks = true");
        let team = format!(
            "\n[agent.anna]\nname = {}\nemail = \"anna@example.org\"\nrole = \"agent\"\n\n[agent.ola]\nname = {}\nemail = {}\nrole = \"agent\"\n",
            evil("agent"),
            quoted(WORDS),
            evil("email")
        );
        fs::write(path, settings + &team).unwrap();
        let path = self.root.join("catalog.toml");
        let catalogue = fs::read_to_string(&path).unwrap();
        let titled = catalogue.lines().map(|line| {
            if line.starts_with("title = ") {
                format!("title = {}\n", evil("catalogue"))
            } else {
                format!("{line}\n")
            }
        });
        fs::write(path, titled.collect::<String>()).unwrap();
    }

    /// What git itself would act on.
    fn repository(&self) {
        self.write(
            ".gitattributes",
            "* filter=evil diff=evil merge=evil text=auto ident\ntickets/** filter=evil\n",
        );
        self.write(".gitmodules", "[submodule \"x\"]\n\tpath = x\n\turl = ext::sh -c 'touch fired'\n\tupdate = !touch fired\n");
        self.write(".lfsconfig", "[lfs]\n\turl = ext::sh -c 'touch fired'\n");
        self.write(
            ".mailmap",
            format!(
                "{} <eve@example.org>\n",
                ESCAPES.replace(['\u{0}', '\n', '<', '>'], "")
            ),
        );
        self.write(".envrc", "touch fired\n");
        // A bare repository in a folder, kept by files without content.
        let program = "touch fired";
        for bare in ["tickets/2026-11", "kb/bare", "bare"] {
            self.write(&format!("{bare}/HEAD"), "ref: refs/heads/main\n");
            self.write(&format!("{bare}/config"), format!("[core]\n\trepositoryformatversion = 0\n\tbare = true\n\tfsmonitor = \"{program}\"\n\thooksPath = hooks\n"));
            for folder in ["objects", "refs", "hooks"] {
                self.write(&format!("{bare}/{folder}/keep"), "");
            }
        }
    }

    /// Sets every key of a configuration that starts a program, and every hook, in a repository.
    pub(crate) fn arm(clone: &Path, canary: &Path) {
        let program = canary.to_string_lossy();
        let git = clone.join(".git");
        let mut config = fs::read_to_string(git.join("config")).unwrap();
        let keys = [
            (
                "core",
                &[
                    "fsmonitor",
                    "sshCommand",
                    "editor",
                    "pager",
                    "askPass",
                    "gitProxy",
                    "alternateRefsCommand",
                ][..],
            ),
            ("pager", &["log", "diff", "status", "show"]),
            ("diff", &["external"]),
            ("diff \"evil\"", &["command", "textconv"]),
            ("filter \"evil\"", &["clean", "smudge", "process"]),
            ("merge \"evil\"", &["driver"]),
            ("credential", &["helper"]),
            ("gpg", &["program"]),
            ("gpg \"ssh\"", &["program", "defaultKeyCommand"]),
            ("sequence", &["editor"]),
            ("interactive", &["diffFilter"]),
            ("trailer \"evil\"", &["command", "cmd"]),
            ("uploadpack", &["packObjectsHook"]),
            ("remote \"origin\"", &["uploadpack", "receivepack", "vcs"]),
            ("alias", &["log", "status", "rev-parse", "cat-file"]),
            ("browser \"evil\"", &["cmd"]),
            ("sendemail", &["smtpServer"]),
        ];
        for (section, names) in keys {
            config.push_str(&format!("[{section}]\n"));
            for name in names {
                let mark = format!("{section}.{name}").replace([' ', '"'], "-");
                let bang = if section == "alias" { "!" } else { "" };
                config.push_str(&format!("\t{name} = \"{bang}{program} {mark}\"\n"));
            }
        }
        config.push_str(&format!(
            "[core]\n\thooksPath = {}\n[commit]\n\tgpgSign = true\n[include]\n\tpath = more\n",
            git.join("hooks").display()
        ));
        fs::write(
            git.join("more"),
            format!("[core]\n\tfsmonitor = \"{program} included\"\n"),
        )
        .unwrap();
        fs::write(git.join("config"), config).unwrap();
        fs::create_dir_all(git.join("hooks")).unwrap();
        for hook in [
            "pre-commit",
            "prepare-commit-msg",
            "commit-msg",
            "post-commit",
            "post-index-change",
            "reference-transaction",
            "pre-auto-gc",
            "post-checkout",
            "fsmonitor-watchman",
            "post-rewrite",
            "pre-push",
        ] {
            let path = git.join("hooks").join(hook);
            fs::write(&path, format!("#!/bin/sh\nexec {program} hook-{hook}\n")).unwrap();
            fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        fs::create_dir_all(git.join("info")).unwrap();
        fs::write(git.join("info/attributes"), "* filter=evil diff=evil\n").unwrap();
    }
}

/// Values that would take for ever: name, file of the desk, and text.
pub(crate) fn bombs() -> Vec<(String, String, String)> {
    let page = plain_ticket("2611-AAAAA", "Printer is out", "Jan Kowalski");
    let ticket = "tickets/2026-11/2611-AAAAA.md".to_owned();
    let mut bombs = vec![
        (
            "a tag in each of a thousand changes".to_owned(),
            ticket.clone(),
            {
                let entry = |at: usize| {
                    format!(
                        "\n## 2026-11-21T10:{:02}:{:02}Z anna set ^{at:04}\n\n- tags: +t{at}\n",
                        at / 60 % 60,
                        at % 60
                    )
                };
                page.clone() + &(0..1_000).map(entry).collect::<String>()
            },
        ),
        (
            "a line of a megabyte".to_owned(),
            ticket.clone(),
            page.clone() + "\n" + &"a ".repeat(500_000),
        ),
        (
            "years".to_owned(),
            ticket,
            page.replace("2026-11-21T09:02:11Z\n", "0001-01-01T00:00:00Z\n"),
        ),
    ];
    let settings = plaindesk::page::settings::STARTER;
    for duration in [
        "9999999bd",
        "99999999999999999999h",
        "4000000000m",
        "999999999h",
    ] {
        let text = settings.replace(
            "close_after = \"3bd\"",
            &format!("close_after = \"{duration}\""),
        );
        let text = text.replacen("= \"4h\"", &format!("= \"{duration}\""), 50);
        bombs.push((
            format!("{duration} in desk.toml"),
            "desk.toml".to_owned(),
            text,
        ));
    }
    bombs
}
