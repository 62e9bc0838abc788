//! Random commands: who gives which, how long after the last, and about what.

/// Who gives commands: an agent of all queues, one of the network, a manager.
pub(crate) const PEOPLE: [&str; 3] = ["anna", "marek", "ewa"];

/// Words for texts; some look like what a log is made of.
pub(crate) const TEXTS: [&str; 8] = [
    "Looked at it.",
    "## 2026-11-23T08:00:00Z anna note ^aaaa\n\n- status: open -> closed",
    "- queue: network -> accounts\n- assignee: (none)",
    "```\n+++\nstatus = \"closed\"\n+++\n```",
    "\\## not a heading\n\\- not a bullet",
    "Zażółć gęślą jaźń; ভাষা; tiếng Việt; \u{202e}turned",
    "~~~\n## open fence",
    "<<<<<<< ours\n=======\n>>>>>>> theirs",
];

/// Numbers that follow from a seed alone.
#[derive(Clone, Debug)]
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5bd1_e995)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end).unwrap()).unwrap()
    }

    pub(crate) fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }
}

/// A command. Tickets are named by numbers, of which the rest counts that divides by how many there
/// are: so each command means something in every desk that has a ticket.
#[derive(Clone, Debug)]
pub(crate) struct Command {
    pub(crate) by: &'static str,
    /// Minutes since the last command.
    pub(crate) after: i64,
    pub(crate) verb: Verb,
    pub(crate) a: usize,
    pub(crate) b: usize,
    /// Whether it is tried first without being done.
    pub(crate) dry: bool,
}

#[derive(Clone, Debug)]
pub(crate) enum Verb {
    New {
        phone: bool,
        code: Option<&'static str>,
        impact: Option<&'static str>,
        requester: Option<&'static str>,
    },
    Note(&'static str),
    Contact {
        incoming: bool,
        phone: bool,
    },
    Take,
    Assign(&'static str, bool),
    Set(
        &'static [(&'static str, &'static str)],
        Option<&'static str>,
    ),
    Pend {
        on: &'static str,
        hours: Option<i64>,
    },
    Resolve {
        text: &'static str,
        both: bool,
    },
    Close(Closing),
    Reopen,
    Cancel,
    Watch {
        off: bool,
    },
    Merge,
    Link(&'static str),
    Order {
        both: bool,
    },
    Hang {
        both: bool,
    },
    Undo(usize),
    Sweep,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Closing {
    Satisfied(Option<i64>),
    Dissatisfied,
    NoAnswer,
}

/// What is set, and for what reason.
type Setting = (
    &'static [(&'static str, &'static str)],
    Option<&'static str>,
);

const SETTINGS: [Setting; 12] = [
    (&[("queue", "network")], None),
    (&[("queue", "accounts")], None),
    (&[("impact", "site")], None),
    (&[("urgency", "low")], None),
    (&[("urgency", "high"), ("impact", "company")], None),
    (&[("priority", "critical")], Some("The board meets")),
    (&[("priority", "standard")], Some("It can wait")),
    (&[("priority", "low")], None),
    (&[("tags", "+vpn,-loud")], None),
    (&[("tags", "+loud,-vpn")], None),
    (&[("title", "No network, said otherwise")], None),
    (&[("assignee", "")], None),
];

fn intake(numbers: &mut Numbers) -> Verb {
    Verb::New {
        phone: numbers.below(3) == 0,
        code: numbers.one(&[None, Some("NET-OUT"), Some("PRN-JAM")]),
        impact: numbers.one(&[None, None, Some("team"), Some("company")]),
        requester: numbers.one(&[None, None, Some("Jan"), Some("Ola")]),
    }
}

fn verb(numbers: &mut Numbers) -> Verb {
    let text = numbers.one(&TEXTS);
    let both = numbers.below(3) == 0;
    match numbers.below(40) {
        0..=4 => intake(numbers),
        5..=6 => Verb::Note(text),
        7..=8 => Verb::Contact {
            incoming: numbers.below(2) == 0,
            phone: both,
        },
        9 => Verb::Take,
        10..=11 => Verb::Assign(numbers.one(&PEOPLE), both),
        12..=14 => {
            let (pairs, reason) = numbers.one(&SETTINGS);
            Verb::Set(pairs, reason)
        }
        15..=17 => Verb::Pend {
            on: numbers.one(&["customer", "vendor", "schedule"]),
            hours: numbers.one(&[None, Some(1), Some(30)]),
        },
        18..=20 => Verb::Resolve { text, both },
        21..=23 => Verb::Close(match numbers.below(4) {
            0 => Closing::NoAnswer,
            1 => Closing::Dissatisfied,
            2 => Closing::Satisfied(Some(4)),
            _ => Closing::Satisfied(None),
        }),
        24..=25 => Verb::Reopen,
        26 => Verb::Cancel,
        27 => Verb::Watch {
            off: numbers.below(2) == 0,
        },
        28 => Verb::Merge,
        29 => Verb::Link(numbers.one(&["relates", "same-contact", "parent", "follows"])),
        30 => Verb::Order { both },
        31..=33 => Verb::Hang { both },
        34..=37 => Verb::Undo(1 + numbers.below(3) / 2 + numbers.below(2) * numbers.below(2)),
        _ => Verb::Sweep,
    }
}

/// The commands of a seed.
pub(crate) fn commands(seed: u64, count: usize) -> Vec<Command> {
    let mut numbers = Numbers::new(seed);
    let one = |at| Command {
        by: PEOPLE[[0, 0, 0, 1, 2][numbers.below(5)]],
        after: numbers.one(&[0, 0, 1, 7, 45, 240, 1_500, 4_000]),
        // There is something to work on.
        verb: if at < 2 {
            intake(&mut numbers)
        } else {
            verb(&mut numbers)
        },
        a: numbers.below(840),
        b: numbers.below(840),
        dry: numbers.below(8) == 0,
    };
    (0..count).map(one).collect()
}
