//! What is pasted into the interview, or typed faster than it is drawn.

use std::time::Duration;

use crate::desk::Desk;
use crate::terminal::Terminal;

/// A call of which only the questions of its code are left.
const KNOWN: &str = "new Jam --type action --from Jan --phone 1 --email a@b.example --location here \
                     --code PRN-JAM --model X --serial 1 --asset-location hall --account 2 --licence 3 \
                     --wants paper --tried it --reproduce yes";

/// As a terminal hands over what somebody pastes.
fn pasted(text: &str) -> String {
    format!("\u{1b}[200~{text}\u{1b}[201~")
}

/// The CPU time of an answer of so many letters.
fn cost(scene: &Desk, line: &str, question: &str, letters: usize, is_paste: bool) -> Duration {
    let desk = scene.copy();
    let mut terminal = Terminal::open(&desk, line);
    terminal.wait(question);
    let text = format!("{}Ω", "abcdefghi ".repeat(letters / 10));
    let before = terminal.cpu();
    terminal.type_in(&if is_paste { pasted(&text) } else { text });
    terminal.wait("Ω");
    let after = terminal.cpu();
    terminal.type_in("\u{3}");
    assert_eq!(terminal.end(), 130, "{}", terminal.screen());
    after.saturating_sub(before)
}

#[test]
#[cfg(target_os = "linux")]
fn an_answer_costs_as_much_as_it_is_long() {
    let scene = Desk::new();
    for (line, question) in [
        ("new --type action", "Who is calling?"),
        ("new", "What do they call for?"),
    ] {
        for is_paste in [true, false] {
            let reported = format!("{question} {}", if is_paste { "pasted" } else { "typed" });
            let first = cost(&scene, line, question, 4_800, is_paste);
            assert!(
                first < Duration::from_secs(1),
                "{reported}: 4800 letters take {first:?}"
            );
            // A paste costs less than keys.
            let mut letters = if is_paste { 300_000 } else { 40_000 };
            let mut less = cost(&scene, line, question, letters, is_paste);
            while less < Duration::from_millis(20) && letters < 4_000_000 {
                letters *= 4;
                less = cost(&scene, line, question, letters, is_paste);
            }
            let ratio = || {
                let more = cost(&scene, line, question, 2 * letters, is_paste);
                more.as_secs_f64() / less.as_secs_f64()
            };
            let first = ratio();
            let ratio = if first > 3.0 {
                first.min(ratio())
            } else {
                first
            };
            assert!(
                ratio <= 3.0,
                "{reported}: {letters} letters take {less:?}, twice as many {ratio:.1} times that"
            );
        }
    }
}

/// What the file says of the first question of the code, once it is answered so.
fn answered(keys: &str) -> String {
    let desk = Desk::new();
    let mut terminal = Terminal::open(&desk, KNOWN);
    terminal.wait("Ask:");
    terminal.type_in(keys);
    // The next question is not answered yet.
    terminal.wait("Ask:");
    terminal.wait("Ask:");
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!(
        terminal.screen().matches("? Ask:").count(),
        terminal.screen().matches("Ask:").count() - 1
    );
    terminal.type_in("\u{3}");
    assert_eq!(terminal.end(), 130, "{}", terminal.screen());
    let _ = desk.ok("check");
    // `ID1` is the ticket that was asked about.
    let _ = desk.ok("list title:Jam");
    let out = desk.ok("show ID1");
    assert!(!out.stdout.contains('\u{1b}'), "{out}");
    let file = desk.file("ID1");
    let answer = file
        .lines()
        .find(|line| line.starts_with("- ") && line.contains('?'));
    let (_, answer) = answer
        .and_then(|line| line.split_once("? "))
        .unwrap_or_default();
    answer.to_owned()
}

#[test]
fn lines_of_a_paste_are_one_answer() {
    let text = "The first,\r\n\tand the second\nand the third.\r";
    assert_eq!(
        answered(&format!("{}\r", pasted(text))),
        "The first, and the second and the third."
    );
}

#[test]
fn what_would_control_a_terminal_is_left_out_of_a_paste() {
    let text = "Zażółć \u{1b}]52;c;x\u{7} 中文 👩‍💻\u{0}\u{9b}31m e\u{301}";
    assert_eq!(
        answered(&format!("{}\r", pasted(text))),
        "Zażółć ]52;c;x 中文 👩‍💻31m e\u{301}"
    );
}

#[test]
fn a_long_answer_is_kept_whole() {
    let scene = Desk::new();
    for (long, is_paste) in [
        ("abcdefghi ".repeat(480), false),
        ("中文".repeat(1_000), false),
        ("abcdefghi ".repeat(480), true),
        ("中文".repeat(1_000), true),
    ] {
        let long = format!("{long}end");
        let desk = scene.copy();
        let mut terminal = Terminal::open(&desk, "new Thanks --type comment");
        terminal.wait("Praise, complaint or other?");
        terminal.type_in("praise\r");
        terminal.wait("About whom or what?");
        terminal.type_in("\r");
        terminal.wait("Details:");
        let keys = if is_paste {
            pasted(&long)
        } else {
            long.clone()
        };
        terminal.type_in(&format!("{keys}\r"));
        terminal.wait("Who is calling?");
        terminal.type_in("\u{3}");
        assert_eq!(terminal.end(), 130, "{}", terminal.screen());
        let _ = desk.ok("list title:Thanks --all");
        let file = desk.file("ID1");
        assert!(file.contains(&long), "{file}");
    }
}

#[test]
fn keys_that_come_at_once_edit_in_their_order() {
    let keys = "wrold\u{1b}[D\u{1b}[D\u{1b}[D\u{7f}\u{1b}[Cr\u{1b}[Hthe \u{1b}[F lines and\u{17}\r";
    assert_eq!(answered(keys), "the world lines");
}
