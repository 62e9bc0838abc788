//! Real shells that complete strangers' names: what is offered can be typed and runs nothing.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use plaindesk::page::entry_value::quoted;

use crate::desk::Desk;
use crate::skip::skipped;
use crate::terminal::Terminal;

/// Names that mean something to a shell, each with a beginning of its own.
const NAMES: &[&str] = &[
    "Qa$(touch canary)",
    "Qb`touch canary`",
    "Qc'x",
    "Qd\"x",
    "Qe two  words",
    "Qf;touch canary",
    "Qg&touch canary",
    "Qh|touch canary",
    "Qi*",
    "Qj?[a-z]",
    "Qk{a,b}",
    "Ql~root",
    "~qm/x",
    "Qn\\x\\",
    "Qo!x!",
    "Qp#x",
    "#qq",
    "Qr<canary",
    "Qs>canary",
    "Qt(x)",
    "Qu=~:~root",
    "Qv:w x:y",
    "Qw$HOME${HOME}",
    "Qx\u{a0}y\u{3000}z",
    "Qy%x^y",
    "Qz'\"\\'\"",
    "Óż Zażółć",
    "Óñ';touch canary;'",
    "Óo\";touch canary;\"",
    "Óp\\';touch canary;\\'",
    "Óq@home",
    "Ór,s=t",
    "日本 電話",
    "নেটওয়ার্ক টিম",
];

/// Names that are never offered: they would act in a list or break the line.
const UNSHOWN: &[&str] = &[
    "Zza\u{1b}]52;c;x\u{7}",
    "Zzb\u{9d}52;c;x\u{9c}",
    "Zzc\u{202e}gnp.exe",
    "Zzd\ntouch canary\n",
    "Zze\rx",
    "Zzf\tx",
    "Zzg\u{7f}",
    "Zzh\u{feff}\u{e0041}",
    "--as=ewa",
    "-Zz",
];

/// A desk whose requesters have these names.
fn with_names() -> Desk {
    let desk = Desk::with_ticket();
    for (at, name) in NAMES.iter().chain(UNSHOWN).enumerate() {
        let digit = |n: usize| char::from(b"0123456789ABCDEFGHJKMNPQRSTVWXYZ"[n % 32]);
        let id = format!("2611-AA{}{}A", digit(at / 32), digit(at));
        let name = quoted(name);
        desk.plant(
            &id,
            format!(
                "+++\nid = \"{id}\"\ntype = \"action\"\ntitle = {name}\nstatus = \"open\"\n\
                 created = 2026-11-21T09:02:11Z\n\n[requester]\nname = {name}\n+++\n"
            ),
        );
    }
    desk
}

/// Whether a program is there.
fn is_there(program: &str) -> bool {
    let there = Command::new(program)
        .arg("--version")
        .output()
        .is_ok_and(|output| output.status.success());
    if !there {
        skipped(&format!("{program} is not installed"), false);
    }
    there
}

/// A shell in which `desk` completes as ever and, when it is run, keeps its arguments in a file.
struct Shell<'a> {
    desk: &'a Desk,
    terminal: Terminal,
    reported: PathBuf,
}

impl<'a> Shell<'a> {
    fn open(desk: &'a Desk, name: &str) -> Self {
        let reported = desk.beside("told");
        let bin = desk.beside("bin");
        let _ = fs::create_dir(&bin);
        let script = desk.script(
            "bin/desk",
            &format!(
                "case $COMPLETE$1 in\n?*sh*|*completions) exec {} \"$@\";;\nesac\n\
                 printf '%s\\0' \"$@\" >{reported}.new; mv {reported}.new {reported}",
                env!("CARGO_BIN_EXE_desk"),
                reported = reported.display()
            ),
        );
        let mut path = vec![script.parent().unwrap().to_owned()];
        path.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap()));
        let source = desk.beside("registration");
        let mut script = desk.desk(&["completions", name]);
        fs::write(&source, script.output().unwrap().stdout).unwrap();
        // What the scene's programs get, with the shell's own quiet start.
        let mut command = desk.desk(&[]);
        let mut shell = desk.command(name);
        shell.envs(
            command
                .env("PATH", std::env::join_paths(path).unwrap())
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        );
        shell.env("LC_ALL", "C.UTF-8").env("INPUTRC", "/dev/null");
        match name {
            "bash" => shell.args(["--norc", "--noprofile", "-i"]),
            "zsh" => shell.args(["-f", "-i"]),
            _ => shell.args(["--no-config", "--interactive"]),
        };
        let mut terminal = Terminal::run(desk, &shell);
        let quiet = match name {
            "zsh" => "autoload -U compinit; compinit -u -D; PS1='> '",
            "bash" => "bind 'set bell-style none'; PS1='> '",
            _ => "set -g fish_autosuggestion_enabled 0; function fish_prompt; echo '> '; end",
        };
        terminal.type_in(&format!("{quiet}\r. {}\recho rea''dy\r", source.display()));
        terminal.wait("ready");
        Self {
            desk,
            terminal,
            reported,
        }
    }

    /// Types a line, and tells what `desk` was run with.
    #[track_caller]
    fn run(&mut self, keys: &str) -> Vec<String> {
        let _ = fs::remove_file(&self.reported);
        self.terminal.type_in(keys);
        self.terminal.type_in("\r");
        let begin = Instant::now();
        let reported = loop {
            match fs::read_to_string(&self.reported) {
                Ok(reported) => break reported,
                Err(_) => assert!(
                    begin.elapsed() < Duration::from_mins(1),
                    "{keys:?} ran nothing:\n{}",
                    self.terminal.screen()
                ),
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        assert!(
            !self.desk.root.join("canary").exists(),
            "{keys:?} ran what a name says:\n{}",
            self.terminal.screen()
        );
        reported
            .trim_end_matches('\0')
            .split('\0')
            .map(str::to_owned)
            .collect()
    }
}

/// Every name, completed from its first two letters, arrives as it is and runs nothing.
fn completes_all_names(shell: &str, quotes: &[&str]) {
    if !is_there(shell) {
        return;
    }
    let desk = with_names();
    let mut shell = Shell::open(&desk, shell);
    for name in NAMES {
        let begin: String = name.chars().take(2).collect();
        for quote in quotes {
            // Outside quotes these two are the shell's own.
            let begin = match begin.strip_prefix(['~', '#']) {
                Some(rest) if quote.is_empty() => format!("\\{}{rest}", &begin[..1]),
                _ => begin.clone(),
            };
            let reported = shell.run(&format!("desk who {quote}{begin}\t"));
            assert_eq!(reported, ["who", name], "{quote}{begin}");
        }
    }
    // A part of a name with quotes of its own.
    assert_eq!(shell.run("desk who Qe\\ t\t"), ["who", "Qe two  words"]);
    assert_eq!(shell.run("desk who 'Qe t\t"), ["who", "Qe two  words"]);
    assert_eq!(shell.run("desk who Qa\\$\t"), ["who", "Qa$(touch canary)"]);
    // What may not be shown is not listed, and not put there.
    shell.terminal.type_in("desk who Zz\t\t\t");
    assert_eq!(shell.run(""), ["who", "Zz"]);
    shell.terminal.type_in("desk who Q\t\t");
    shell.terminal.wait("Qi");
    std::thread::sleep(Duration::from_millis(200));
    let listed = shell.terminal.screen();
    let acting = listed
        .chars()
        .find(|c| matches!(c, '\u{80}'..='\u{9f}' | '\u{202a}'..='\u{202e}' | '\u{feff}'));
    assert_eq!(acting, None, "{listed}");
    assert!(!listed.contains("Zza"), "{listed}");
    assert!(!desk.root.join("canary").exists());
}

#[test]
fn bash_completes_strangers_names() {
    completes_all_names("bash", &["", "'", "\""]);
}

#[test]
fn zsh_completes_strangers_names() {
    completes_all_names("zsh", &["", "'", "\""]);
}

#[test]
fn fish_completes_strangers_names() {
    completes_all_names("fish", &["", "'", "\""]);
}

#[test]
fn every_shell_completes_terms_and_values() {
    for name in ["bash", "zsh", "fish"] {
        if !is_there(name) {
            continue;
        }
        let desk = Desk::with_ticket();
        let settings = desk.read("desk.toml");
        desk.write(
            "desk.toml",
            settings + "\n[view.late]\nquery = \"is:overdue\"\n",
        );
        let mut shell = Shell::open(&desk, name);
        for (typed, words) in [
            ("list @la", &["list", "@late"][..]),
            ("report volume @la", &["report", "volume", "@late"]),
            ("list created:last-w", &["list", "created:last-week"]),
            ("list queue:netw", &["list", "queue:network"]),
            ("list is:unas", &["list", "is:unassigned"]),
            ("report volu", &["report", "volume"]),
            ("new --code=NET-G", &["new", "--code=NET-GUEST"]),
            ("new --code NET-G", &["new", "--code", "NET-GUEST"]),
            ("--as mar", &["--as", "marek"]),
            ("who Ja", &["who", "Jan Kowalski"]),
            ("kb show KB-7Q", &["kb", "show", "KB-7Q2M"]),
            ("set . priority=sta", &["set", ".", "priority=standard"]),
        ] {
            assert_eq!(shell.run(&format!("desk {typed}\t")), words, "{name}");
        }
    }
}

/// Shells that cannot be tried are offered only what stands for itself in every shell.
#[test]
fn other_shells_are_offered_plain_words_only() {
    let desk = with_names();
    for shell in ["elvish", "powershell"] {
        let mut command = desk.desk(&["--", "desk", "who", ""]);
        command.env("COMPLETE", shell).env("_CLAP_IFS", "\n");
        command.env("_CLAP_COMPLETE_INDEX", "2");
        let out = desk.reported(command).code(0);
        assert!(!out.stdout.contains("Qa"), "{out}");
        let safe = |c: char| c.is_ascii_alphanumeric() || "._/:+@-=\n".contains(c);
        assert!(out.stdout.chars().all(safe), "{out}");
        let mut command = desk.desk(&["--", "desk", "--as", "m"]);
        command.env("COMPLETE", shell).env("_CLAP_IFS", "\n");
        command.env("_CLAP_COMPLETE_INDEX", "2");
        let out = desk.reported(command).code(0);
        assert!(out.stdout.contains("marek"), "{out}");
    }
}
