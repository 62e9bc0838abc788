//! Twenty questions in the words of callers, written down before the ranking was tuned: each is
//! answered by the first article that the shipped knowledge base gives.

use std::path::Path;

use crate::desk::Desk;

/// What a caller says, the article that answers it, and the language of both.
const QUESTIONS: [(&str, &str, &str); 20] = [
    ("nothing comes out when i print", "KB-PR0F", "en"),
    (
        "sheet is stuck in the printer and the red lamp blinks",
        "KB-PJ3M",
        "en",
    ),
    (
        "my internet is gone, the whole office has no connection",
        "KB-7Q2M",
        "en",
    ),
    (
        "working from home and the vpn throws me out all the time",
        "KB-3F8A",
        "en",
    ),
    ("very weak wlan in the meeting room", "KB-W1F4", "en"),
    ("i forgot my pasword", "KB-PW5R", "en"),
    (
        "it says my account is locked again since this morning",
        "KB-AC8K",
        "en",
    ),
    ("outlook keeps asking me for my password", "KB-MA6H", "en"),
    (
        "i can't open the shared mailbox of our team",
        "KB-SM2X",
        "en",
    ),
    ("somebody stole my work phone on the train", "KB-XP9D", "en"),
    ("my computer takes ages to do anything", "KB-5W1P", "en"),
    (
        "a new colleague starts on monday and needs a laptop and an account",
        "KB-NS4Q",
        "en",
    ),
    (
        "which priority do i give when a whole department cannot work",
        "KB-9P0R",
        "en",
    ),
    (
        "caller has two different problems, one ticket or two?",
        "KB-6N5T",
        "en",
    ),
    ("how often must i call the customer back", "KB-5K7F", "en"),
    ("VPN fliegt dauernd raus im Homeoffice", "KB-VPND", "de"),
    (
        "zapomniałem hasła i nie mogę się zalogować",
        "KB-PWPK",
        "pl",
    ),
    ("may in khong in duoc", "KB-PRVN", "vi"),
    ("কম্পিউটারে নেটওয়ার্ক নেই, ইন্টারনেট চলছে না", "KB-NTBN", "bn"),
    (
        "el correo me pide la contraseña todo el tiempo",
        "KB-MAES",
        "es",
    ),
];

/// Articles on procedures: for agents' questions.
const PROCEDURES: [&str; 3] = ["KB-9P0R", "KB-6N5T", "KB-5K7F"];

const TRANSLATIONS: [&str; 5] = [
    "kb/network/vpn-drops.de.md",
    "kb/network/no-network.bn.md",
    "kb/accounts/password-reset.pl.md",
    "kb/printing/printer-offline.vi.md",
    "kb/mail/password-prompt.es.md",
];

#[test]
fn callers_questions_are_answered_by_the_first_article() {
    let desk = Desk::new();
    // A new desk begins without translations: these are the shipped one's.
    for path in TRANSLATIONS {
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
        desk.write(path, std::fs::read(shipped).unwrap());
    }
    let mut wrong = Vec::new();
    for (question, expected, language) in QUESTIONS {
        // What the desk does itself stands behind what callers ask for.
        let mut command = if PROCEDURES.contains(&expected) {
            desk.desk(&["kb", "search", question, "--all", "--json"])
        } else {
            desk.desk(&["kb", "search", question, "--json"])
        };
        command.env("LANG", format!("{language}_XX.UTF-8"));
        let found = desk.reported(command).json();
        let ids: Vec<&str> = found["articles"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|one| one["id"].as_str())
            .take(3)
            .collect();
        if ids.first() != Some(&expected) {
            wrong.push(format!("{question}: {ids:?}, not {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
