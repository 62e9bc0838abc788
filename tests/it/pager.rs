//! Long texts on a terminal: shown by the pager, and where there is none, all the same.

use crate::desk::Desk;
use crate::terminal::Terminal;

/// A desk with a ticket that no terminal shows without scrolling.
fn long_ticket() -> Desk {
    let desk = Desk::with_ticket();
    let lines: Vec<String> = (1..=60).map(|at| format!("line {at} of 60")).collect();
    let _ = desk.run_with("note ID1 -m -", lines.join("\n")).code(0);
    desk
}

/// What a terminal shows of the long ticket, with this in the environment.
fn shown(desk: &Desk, environment: &[(&str, &str)]) -> String {
    let id = desk.id("ID1");
    let mut command = desk.desk(&["show", &id]);
    command.envs(environment.iter().copied());
    let mut terminal = Terminal::run(desk, &command);
    let status = terminal.end();
    let screen = terminal.screen();
    assert_eq!(status, 0, "{environment:?}: {screen}");
    screen
}

#[test]
fn a_pager_that_fails_costs_no_output() {
    let desk = long_ticket();
    let fails = desk.script("fails", "exit 3");
    let reads = desk.script("reads", "cat >/dev/null; exit 1");
    let dies = desk.script("dies", "kill -KILL $$");
    let plain = desk.script("plain", "true");
    let folder = plain.parent().unwrap().to_str().unwrap();
    for pager in [
        "no-such-pager",
        "/no/such/pager -x",
        folder,
        "'unclosed",
        "false",
        fails.to_str().unwrap(),
        reads.to_str().unwrap(),
        dies.to_str().unwrap(),
    ] {
        for name in ["PAGER", "DESK_PAGER"] {
            let screen = shown(&desk, &[(name, pager)]);
            assert_eq!(
                screen.matches("line 60 of 60").count(),
                1,
                "{name}={pager}: {screen}"
            );
            assert!(screen.contains("warning: the pager `"), "{screen}");
        }
    }
}

#[test]
fn without_less_and_without_a_shell_all_is_shown() {
    let desk = long_ticket();
    let bin = desk.beside("bin");
    std::fs::create_dir(&bin).unwrap();
    let path = bin.to_str().unwrap();
    for program in ["git", "sh"] {
        let screen = shown(&desk, &[("PATH", path)]);
        assert!(screen.contains("line 60 of 60"), "{screen}");
        assert!(
            screen.contains("warning: the pager `less -FRX`"),
            "{screen}"
        );
        let found = std::env::split_paths(&std::env::var_os("PATH").unwrap())
            .map(|folder| folder.join(program))
            .find(|file| file.is_file());
        std::os::unix::fs::symlink(found.unwrap(), bin.join(program)).unwrap();
    }
    let screen = shown(&desk, &[("PATH", path)]);
    assert!(screen.contains("line 60 of 60"), "{screen}");
}

#[test]
fn an_empty_pager_and_cat_mean_none() {
    let desk = long_ticket();
    for (name, value) in [
        ("PAGER", ""),
        ("PAGER", "cat"),
        ("DESK_PAGER", ""),
        ("DESK_PAGER", " cat "),
    ] {
        let mut environment = vec![(name, value)];
        if name == "DESK_PAGER" {
            environment.push(("PAGER", "false"));
        } else {
            // A pager that nobody asked for would have nothing to show.
            environment.push(("LESS", "--no-such-option-there"));
        }
        let screen = shown(&desk, &environment);
        assert_eq!(screen.matches("line 60 of 60").count(), 1, "{screen}");
        assert!(!screen.contains("warning: "), "{screen}");
        assert!(!screen.contains("no-such-option"), "{screen}");
    }
}

#[test]
fn a_pager_that_works_shows_all_once() {
    let desk = long_ticket();
    let numbers = desk.script("numbers", "nl -ba");
    let screen = shown(&desk, &[("PAGER", numbers.to_str().unwrap())]);
    assert_eq!(screen.matches("line 60 of 60").count(), 1, "{screen}");
    assert!(screen.contains("   1\t"), "{screen}");
    // Whoever leaves the pager early has seen what there was to see.
    let screen = shown(&desk, &[("PAGER", "head -3")]);
    assert!(!screen.contains("line 60 of 60"), "{screen}");
    assert!(!screen.contains("warning: "), "{screen}");
}
