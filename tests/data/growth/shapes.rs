//! What inputs are made of: each delimiter and each pair of them, repeated, nested, unclosed.

/// A shape that an input of any size can have.
#[derive(Clone, Debug)]
pub(crate) struct Shape {
    /// Repeated at the beginning; `{n}` is a number that counts up.
    open: String,
    /// Repeated as often at the end.
    close: String,
}

impl Shape {
    fn new(open: impl Into<String>, close: impl Into<String>) -> Self {
        Self {
            open: open.into(),
            close: close.into(),
        }
    }

    /// How the shape is called.
    pub(crate) fn name(&self) -> String {
        if self.close.is_empty() {
            format!("{:?}", self.open)
        } else {
            format!("{:?} nested in {:?}", self.open, self.close)
        }
    }

    /// Whether it is made of entries of a log.
    pub(crate) fn is_log(&self) -> bool {
        self.open.starts_with("## 20")
    }

    /// An input of about this size.
    pub(crate) fn of(&self, size: usize) -> String {
        let times = size / (self.open.len() + self.close.len());
        let mut out = String::with_capacity(size + 16);
        if self.open.contains('{') && self.open.contains("{n}") {
            for n in 0..times {
                // Times that go on, within the year.
                let clock = format!(
                    "{:02}-{:02}T{:02}:{:02}:{:02}",
                    1 + n / 2_419_200 % 12,
                    1 + n / 86_400 % 28,
                    n / 3_600 % 24,
                    n / 60 % 60,
                    n % 60
                );
                let one = self.open.replace("{n}", &n.to_string());
                out.push_str(&one.replace("{at}", &clock));
            }
        } else {
            // An odd number for every size: an even number of quotation marks closes, an odd one
            // opens, and the two are not to be compared.
            out.push_str(&self.open.repeat(times | 1));
        }
        out.push_str(&self.close.repeat(times));
        out
    }
}

/// Signs that mean something to one of the readers.
const SIGNS: &[&str] = &[
    "*", "_", "`", "~", "[", "]", "(", ")", "<", ">", "!", "#", "+", "-", "|", "\\", "\"", "'",
    "{", "}", "=", ":", "/", "@", ".", ",", ";", "&", "%", "$", "^", "0", "a", "A", "\u{e9}",
    "\u{301}", "\u{4e2d}", "\u{1b}", " ", "\t", "\n", "\r\n", "\u{a0}",
];

/// Pieces of two signs and more.
const PIECES: &[&str] = &[
    "_a",
    "[desk merge ^aaaaaaaa: edited at once, all kept: 1 + 3000 lines]\n",
    "*a",
    "_a_",
    "**a",
    "***a",
    "~~a",
    "`a",
    "``a`",
    "[a",
    "a]",
    "![a",
    "[a](b",
    "](",
    "[a](b) ",
    "[a]: b\n",
    "[a][",
    "<a",
    "<a ",
    "<!--",
    "<!-- a -->",
    "<a href=\"",
    "<![CDATA[",
    "<?a",
    "&amp;",
    "&a",
    "\\*",
    "> ",
    "> a\n",
    "- ",
    "- a\n",
    " - a\n",
    "1. ",
    "1. a\n",
    "# ",
    "# a\n",
    "| ",
    "|a",
    "|-",
    "| a |\n",
    "```\n",
    "~~~\n",
    "    a\n",
    "a  \n",
    "***\n",
    "=\n",
    "a\n-\n",
    "+48 600 ",
    "600 100 ",
    "(0",
    "0 ",
    "+4",
    "0)",
    "a@",
    "a@b",
    "a@b.",
    ".a@b.c ",
    "-a",
    "%a",
    "www.",
    "www.a ",
    "http://",
    "http://a)",
    "https://a(",
    "www.a.",
    "KB-",
    "KB-7Q2M",
    "KB-7Q2M ",
    "2611-",
    "2611-7K3MQ ",
    "a b ",
    "ab cd. ",
    "a.b,",
    "a\u{301}",
    "+++\n",
    "## \n",
    "## anna note\n",
    "## a b ^abcd\n",
    "## 2026-11-21 anna\n",
    "- a: b\n",
    "- a: \"\n",
    "- a: \"b\" -> \"c\"\n",
    "- tags: +a\n",
    "- tags: +a -b\n",
    "- tags: +\"a\n",
    "<<<<<<< a\n",
    ">>>>>>> a\n",
    "a = 1\n",
    "a{n} = 1\n",
    "a{n} = \"b\"\n",
    "[a{n}]\n",
    "[a.b{n}]\n",
    "[[a]]\n",
    "[[rule]]\nname = \"{n}\"\n",
    "[queue.q{n}]\narea = \"x\"\n",
    "[agent.a{n}]\nname = \"A\"\n",
    "[priority{n}]\n",
    "[fields.f{n}]\n",
    "[calendar.c{n}.week]\nmon = [\"1\"]\n",
    "[targets.t{n}]\nupdate = \"1h\"\n",
    "[[escalation]]\nclock = \"update\"\narea = \"network\"\n",
    "[[escalation]]\nclock = \"x\"\n",
    "[report.r{n}]\nquery = \"is:x\"\n",
    "[section.s{n}]\nask = [\"x\"]\n",
    "[code.C{n}]\ntitle = \"c\"\n",
    "[code.C{n}]\nretired = true\nreplaced_by = \"C1\"\n",
    "a.",
    "a.b.",
    "{a=",
    "{a=[",
    "[[",
    "'''",
    "\"\"\"",
    "\"\\\"",
    "\\u0041",
    "1,",
    "1,\"",
    "\"\"",
    "\"a\",",
    "a\"b,\"c\n",
    "x,\"\"\"\n",
    "1,2026-01-01 10:00,Ewa,,,,c\n",
    "{n},2026-01-01 10:00,Ewa{n},,,,c\n",
    "a;b\n",
    "is:open ",
    "a:b ",
    "queue:a,b,",
    "-a ",
    "\"a b\" ",
    "a* ",
    "{\"a\":",
    "[{",
    "{\"id\":\"2611-7K3MQ\",\"file\":\"x\"}",
    "\\\"",
    "true,",
    "4h",
    "+3bd",
    "2026-",
    "2026-11-21T",
    "é.",
    "ą-",
    "Straße ",
    "abcdefghijklmnopqrstuvwxyz",
    "aB1-",
];

/// Entries of logs. `{at}` is a time that goes on.
const ENTRIES: &[&str] = &[
    "## 2026-{at}Z anna note ^n{n}\n\ntext\n\n",
    "## 2026-{at}Z anna note ^abcd\n\n",
    "## 2026-{at}Z anna set ^n{n}\n\n- tags: +t{n}\n\n",
    "## 2026-{at}Z anna set ^n{n}\n\n- tags: -t{n}\n\n",
    "## 2026-{at}Z anna set ^n{n}\n\n- tags: +t -t\n\n",
    "## 2026-{at}Z anna set ^n{n}\n\n- queue: a{n} -> b{n}\n\n",
    "## 2026-{at}Z anna set ^n{n}\n\n- queue: service-desk -> network\n\n",
    "## 2026-{at}Z anna set ^n{n}\n\n- priority: standard -> critical-situation\n\n## 2026-{at}Z anna set ^m{n}\n\n- priority: critical-situation -> standard\n\n",
    "## 2026-{at}Z anna set ^n{n}\n\n- type: information -> action\n\n## 2026-{at}Z anna set ^m{n}\n\n- type: action -> information\n\n",
    "## 2026-{at}Z anna pend ^n{n}\n\n- status: open -> pending\n- waiting_on: (none) -> customer\n\n## 2026-{at}Z anna take ^m{n}\n\n- status: pending -> open\n- waiting_on: customer -> (none)\n\n",
    "## 2026-{at}Z anna pend ^n{n}\n\n- status: open -> pending\n- waiting_on: (none) -> customer\n\n## 2026-{at}Z anna set ^m{n}\n\n- status: pending -> open\n- waiting_on: customer -> (none)\n- priority: standard -> critical-situation\n\n## 2026-{at}Z anna set ^o{n}\n\n- priority: critical-situation -> standard\n\n",
    "## 2026-{at}Z anna contact ^n{n}\n\n- direction: in\n- channel: email\n- outcome: received\n\n",
    "## 2026-{at}Z anna contact ^n{n}\n\n- direction: in\n- channel: email\n- outcome: received\n\n## 2026-{at}Z anna contact ^m{n}\n\n- direction: out\n- channel: phone\n- outcome: spoke\n\n",
    "## 2026-{at}Z anna resolve ^n{n}\n\n- status: open -> resolved\n\n## 2026-{at}Z anna reopen ^m{n}\n\n- status: resolved -> open\n\n",
    "## 2026-{at}Z anna escalate ^n{n}\n\n- queue: service-desk -> network\n- assignee: a{n} -> (none)\n\n",
    "## 2026-{at}Z desk remind ^n{n}aaaa\n\n- clock: update\n- at: 75%\n\n",
    "## 2026-{at}Z anna use ^n{n}\n\n- article: KB-7Q2M\n- outcome: solved\n\n",
    "## 2026-{at}Z anna search ^n{n}\n\n- query: printer {n}\n- hits: 0\n\n",
    "## 2026-{at} anna note\ntext {n}\n",
    "## 2027-01-01T00:00:00Z anna note ^n{n}\n## 2026-01-01T00:00:00Z anna note ^m{n}\n",
    "## 2026-{at}Z nobody{n} note ^n{n}\n",
];

/// All shapes.
pub(crate) fn all() -> Vec<Shape> {
    let mut all: Vec<Shape> = Vec::new();
    for one in SIGNS.iter().chain(PIECES).chain(ENTRIES) {
        all.push(Shape::new(*one, ""));
    }
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("{", "}"),
        ("<", ">"),
        ("[", "](a)"),
        ("*a ", " a*"),
        ("_a ", " a_"),
        ("**a ", " a**"),
        ("<a>", "</a>"),
        ("\"", "\""),
        ("a = [", "]\n"),
        ("{a = ", "}"),
        ("{\"a\":", "}"),
        ("[a](", ")"),
        ("![", "](a)"),
        ("www.a(", ")"),
        ("http://", "))"),
        ("+48 ", "(0)"),
    ] {
        all.push(Shape::new(open, close));
    }
    all
}
