//! Text from the HTML of mails, token by token: no tree is built, so that depth and size cost no
//! more than their bytes.

use html5gum::{DefaultEmitter, HtmlString, StartTag, Token, Tokenizer};

use crate::page::mail::{is_unseen, one_line};

/// So many bytes of HTML are read.
pub const MOST: usize = 2 << 20;

/// Quotes in quotes are told to this depth.
const DEPTH: usize = 10;

/// So many elements whose end matters are followed at once.
const FOLLOWED: usize = 64;

/// The text of some HTML.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HtmlText {
    /// The text; quotes have `> ` before their lines.
    pub text: String,
    /// Whether there was more HTML than is read.
    pub cut: bool,
}

/// Turns HTML into text. `name_of` gives the name of the file with a content id, for pictures in
/// the text.
pub fn to_text(html: &str, name_of: &dyn Fn(&str) -> Option<String>) -> HtmlText {
    let mut end = html.len().min(MOST);
    while !html.is_char_boundary(end) {
        end -= 1;
    }
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let mut writer = TextWriter {
        name_of,
        ..TextWriter::new()
    };
    for token in Tokenizer::new_with_emitter(&html[..end], emitter) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => writer.start(&tag),
            Token::EndTag(tag) => writer.end(&tag.name),
            Token::String(text) => writer.text(&String::from_utf8_lossy(&text)),
            _ => {}
        }
    }
    HtmlText {
        text: writer.finished(),
        cut: end < html.len(),
    }
}

/// Elements by which a text is known to be HTML.
const ELEMENTS: &[&str] = &[
    "a",
    "b",
    "blockquote",
    "body",
    "br",
    "code",
    "div",
    "em",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "hr",
    "html",
    "i",
    "img",
    "li",
    "ol",
    "p",
    "pre",
    "span",
    "strong",
    "table",
    "td",
    "tr",
    "u",
    "ul",
];

/// Whether a text has elements of HTML in it: `<p>` is one, `<mai@example.org>` and `a < b` are none.
pub fn has_elements(text: &str) -> bool {
    text.match_indices('<').any(|(at, _)| {
        let rest = text[at + 1..].trim_start_matches('/');
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric());
        let (name, after) = rest.split_at(end.unwrap_or(rest.len()));
        let ends = after.starts_with(['>', '/', ' ', '\n', '\t', '\r']);
        ends && ELEMENTS.iter().any(|one| one.eq_ignore_ascii_case(name))
    })
}

/// Why the end of an element matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Followed {
    /// What it holds is not shown.
    Hidden,
    /// What it holds was written before.
    Quote,
}

struct TextWriter<'n> {
    name_of: &'n dyn Fn(&str) -> Option<String>,
    out: String,
    /// The line under way, without the signs of quotes.
    line: String,
    /// Whether words that follow stand apart from those before.
    blank: bool,
    /// Whether an empty line stands before what follows.
    gap: bool,
    /// Whether what follows is another cell of the row.
    next_cell: bool,
    preformatted: usize,
    /// Elements whose end matters, each with how many of its name are open.
    followed: Vec<(HtmlString, usize, Followed)>,
    /// The lists that are open: the number of the next item, `None` without numbers.
    lists: Vec<Option<u32>>,
    /// The links that are open: the address, and where their text begins in the line.
    link: Option<(String, usize)>,
}

impl TextWriter<'_> {
    fn new() -> Self {
        Self {
            name_of: &|_| None,
            out: String::new(),
            line: String::new(),
            blank: false,
            gap: false,
            next_cell: false,
            preformatted: 0,
            followed: Vec::new(),
            lists: Vec::new(),
            link: None,
        }
    }

    fn hides(&self) -> bool {
        self.followed.iter().any(|one| one.2 == Followed::Hidden)
    }

    fn depth(&self) -> usize {
        let quotes = self.followed.iter().filter(|one| one.2 == Followed::Quote);
        quotes.count().min(DEPTH)
    }

    fn start(&mut self, tag: &StartTag<()>) {
        for (name, count, _) in &mut self.followed {
            if *name == tag.name {
                *count += 1;
            }
        }
        let name = tag.name.as_slice();
        // A body begins, whatever was left open before.
        if name == b"body" {
            self.followed.retain(|one| one.2 != Followed::Hidden);
        }
        let attribute = |name: &[u8]| {
            let found = tag.attributes.get(name)?;
            Some(String::from_utf8_lossy(found).into_owned())
        };
        let follow = match name {
            b"style" | b"script" | b"head" | b"title" | b"template" => Some(Followed::Hidden),
            _ if is_void(name) || name == b"body" || name == b"html" => None,
            _ if is_hidden(&attribute) => Some(Followed::Hidden),
            b"blockquote" => Some(Followed::Quote),
            b"div" | b"span" if is_quote(&attribute) => Some(Followed::Quote),
            _ => None,
        };
        if is_block(name) {
            self.break_line();
            self.gap |= has_gap(name);
        }
        if let Some(follow) = follow
            && self.followed.len() < FOLLOWED
            && !tag.self_closing
        {
            self.followed.push((tag.name.clone(), 1, follow));
        }
        if self.hides() {
            return;
        }
        match name {
            b"br" => self.line_feed(),
            b"hr" => {
                self.write("---");
                self.break_line();
            }
            b"pre" => self.preformatted += 1,
            b"ul" => self.lists.push(None),
            b"ol" => self.lists.push(Some(1)),
            b"li" => self.item(),
            b"td" | b"th" => self.next_cell = !self.line.trim().is_empty(),
            b"a" => {
                self.end_link();
                self.link = attribute(b"href").map(|href| (href, self.line.len()));
            }
            b"img" => self.picture(attribute(b"src")),
            _ => {}
        }
    }

    fn end(&mut self, name: &HtmlString) {
        if is_block(name) {
            self.break_line();
            self.gap |= has_gap(name);
        }
        match name.as_slice() {
            b"a" => self.end_link(),
            b"pre" => self.preformatted = self.preformatted.saturating_sub(1),
            b"ul" | b"ol" => drop(self.lists.pop()),
            _ => {}
        }
        for (open, count, _) in &mut self.followed {
            if open == name {
                *count = count.saturating_sub(1);
            }
        }
        self.followed.retain(|one| one.1 > 0);
    }

    fn text(&mut self, text: &str) {
        if self.hides() {
            return;
        }
        for c in text.chars() {
            match c {
                '\n' if self.preformatted > 0 => self.line_feed(),
                c if self.preformatted > 0 && (c == ' ' || c == '\t') => self.line.push(c),
                // What takes no room only fills the preview of the inbox.
                '\u{200b}'..='\u{200f}' | '\u{ad}' | '\u{34f}' | '\u{2060}' => {}

                c if is_unseen(c) => {}
                c if c.is_whitespace() => self.blank = true,
                c if c.is_control() => {}
                c => {
                    self.before_word();
                    self.line.push(c);
                }
            }
        }
    }

    /// Writes what is to stand between the words before and the next.
    fn before_word(&mut self) {
        if self.line.is_empty() {
            self.blank = false;
            self.next_cell = false;
            return;
        }
        if self.next_cell {
            self.line.truncate(self.line.trim_end().len());
            self.line.push_str(" | ");
        } else if self.blank && !self.line.ends_with(' ') {
            self.line.push(' ');
        }
        self.next_cell = false;
        self.blank = false;
    }

    fn write(&mut self, text: &str) {
        self.before_word();
        self.line.push_str(text);
    }

    fn item(&mut self) {
        let sign = match self.lists.last_mut() {
            Some(Some(number)) => {
                *number = number.saturating_add(1);
                format!("{}. ", *number - 1)
            }
            _ => "- ".to_owned(),
        };
        let indent = "  ".repeat(self.lists.len().saturating_sub(1).min(DEPTH));
        self.line = format!("{indent}{sign}");
        self.blank = false;
    }

    fn picture(&mut self, source: Option<String>) {
        let source = source.unwrap_or_default();
        let name = source
            .strip_prefix("cid:")
            .and_then(|content_id| (self.name_of)(content_id));
        if let Some(name) = name {
            self.write(&format!("[image: {}]", one_line(&name)));
        }
    }

    fn end_link(&mut self) {
        let Some((href, from)) = self.link.take() else {
            return;
        };
        let shown = self.line.get(from..).unwrap_or_default().trim();
        let target = one_line(href.trim());
        let scheme = target.split(':').next().unwrap_or_default();
        let goes = ["http", "https", "mailto", "tel"];
        let is_known = goes.iter().any(|one| scheme.eq_ignore_ascii_case(one));
        let plain = |text: &str| {
            let text = text
                .trim_start_matches("mailto:")
                .trim_start_matches("tel:");
            let text = text
                .trim_start_matches("https://")
                .trim_start_matches("http://");
            text.trim_end_matches('/').to_lowercase()
        };
        if is_known && !shown.is_empty() && plain(shown) != plain(&target) {
            self.line.push_str(&format!(" <{target}>"));
        }
    }

    /// Ends the line, if anything stands in it.
    fn break_line(&mut self) {
        if self.line.trim().is_empty() {
            self.line.clear();
            self.blank = false;
            return;
        }
        self.line_feed();
    }

    fn line_feed(&mut self) {
        let depth = self.depth();
        let line = std::mem::take(&mut self.line);
        let line = line.trim_end();
        if let Some((_, from)) = &mut self.link {
            *from = 0;
        }
        self.blank = false;
        self.next_cell = false;
        let signs = ">".repeat(depth);
        if self.gap && !self.out.is_empty() {
            self.out.push_str(&signs);
            self.out.push('\n');
        }
        self.gap = false;
        self.out.push_str(&signs);
        if depth > 0 && !line.is_empty() {
            self.out.push(' ');
        }
        self.out.push_str(line);
        self.out.push('\n');
    }

    /// The text, with one empty line at most between two that are not.
    fn finished(mut self) -> String {
        self.end_link();
        self.break_line();
        let mut out = String::with_capacity(self.out.len());
        let mut was_empty = true;
        for line in self.out.lines() {
            let is_empty = line.trim_matches(['>', ' ']).is_empty();
            if is_empty && was_empty {
                continue;
            }
            was_empty = is_empty;
            out.push_str(line);
            out.push('\n');
        }
        out.truncate(out.trim_end_matches(['\n', '>', ' ']).len());
        out
    }
}

fn is_void(name: &[u8]) -> bool {
    const VOID: [&[u8]; 14] = [
        b"area", b"base", b"br", b"col", b"embed", b"hr", b"img", b"input", b"link", b"meta",
        b"param", b"source", b"track", b"wbr",
    ];
    VOID.contains(&name)
}

fn is_block(name: &[u8]) -> bool {
    const BLOCKS: [&[u8]; 36] = [
        b"address",
        b"article",
        b"aside",
        b"blockquote",
        b"body",
        b"center",
        b"dd",
        b"div",
        b"dl",
        b"dt",
        b"fieldset",
        b"figure",
        b"footer",
        b"form",
        b"h1",
        b"h2",
        b"h3",
        b"h4",
        b"h5",
        b"h6",
        b"header",
        b"hr",
        b"li",
        b"main",
        b"nav",
        b"ol",
        b"p",
        b"pre",
        b"section",
        b"table",
        b"tbody",
        b"tfoot",
        b"thead",
        b"title",
        b"tr",
        b"ul",
    ];
    BLOCKS.contains(&name)
}

/// Whether an empty line stands before and after.
fn has_gap(name: &[u8]) -> bool {
    const GAPS: [&[u8]; 12] = [
        b"blockquote",
        b"h1",
        b"h2",
        b"h3",
        b"h4",
        b"h5",
        b"h6",
        b"ol",
        b"p",
        b"pre",
        b"table",
        b"ul",
    ];
    GAPS.contains(&name)
}

/// Whether an element is there and not to be seen, as what fills the preview of the inbox.
fn is_hidden(attribute: &dyn Fn(&[u8]) -> Option<String>) -> bool {
    if attribute(b"hidden").is_some() {
        return true;
    }
    let Some(style) = attribute(b"style") else {
        return false;
    };
    let style: String = style
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect::<String>()
        .to_lowercase();
    style.split(';').any(|one| {
        one == "display:none"
            || one.starts_with("display:none!")
            || one == "visibility:hidden"
            || [
                "font-size:0",
                "font-size:0px",
                "font-size:0pt",
                "max-height:0",
                "max-height:0px",
            ]
            .contains(&one.trim_end_matches("!important"))
    })
}

/// Whether a division holds what somebody wrote before.
fn is_quote(attribute: &dyn Fn(&[u8]) -> Option<String>) -> bool {
    let class = attribute(b"class").unwrap_or_default();
    let id = attribute(b"id").unwrap_or_default();
    class.split_whitespace().any(|one| one == "yahoo_quoted") || id == "OLK_SRC_BODY_SECTION"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(html: &str) -> String {
        to_text(html, &|id| (id == "pic@1").then(|| "plan.png".to_owned())).text
    }

    #[test]
    fn blocks_break_lines_and_blanks_are_one() {
        let html = "<html><head><title>x</title><style>p {}</style></head><body><p>Hello\n  <b>Jan</b>,</p>\
                    <div>one</div><div>two<br>three</div><pre>a  b\n c</pre></body></html>";
        assert_eq!(text(html), "Hello Jan,\n\none\ntwo\nthree\n\na  b\n c");
    }

    #[test]
    fn lists_tables_links_and_pictures() {
        let html = "<ul><li>one<li>two</ul><ol><li>first</li><li>second</li></ol>\
                    <table><tr><td>A</td><td></td><td>B</td></tr></table>\
                    <a href='https://example.com/x'>here</a> <a href='https://example.com/'>example.com</a> \
                    <a href='javascript:alert(1)'>bad</a> <img src='cid:pic@1'><img src='https://example.com/t.gif'>";
        let expected = "- one\n- two\n\n1. first\n2. second\n\nA | B\n\n\
                        here <https://example.com/x> example.com bad [image: plan.png]";
        assert_eq!(text(html), expected);
    }

    #[test]
    fn what_is_not_seen_is_not_read() {
        let html = "<div style='display: none'>preview <div>in it</div> more</div>\
                    <span style=\"font-size:0\">small</span><p hidden>no</p>\
                    <script>if (a < b) { document.write('<p>x') }</script><p>yes</p>";
        assert_eq!(text(html), "yes");
    }

    #[test]
    fn marks_that_turn_the_direction_are_left_out() {
        assert_eq!(text("<p>a\u{202e}b&#x202e;c&zwnj;d\u{feff}</p>"), "abcd");
    }

    #[test]
    fn quotes_have_signs() {
        let html = "Yes.<blockquote>Is it on?<blockquote>Try it.</blockquote></blockquote>Thanks";
        assert_eq!(
            text(html),
            "Yes.\n> Is it on?\n>> Try it.\n\nThanks"
                .replace("Yes.\n>", "Yes.\n>\n>")
                .replace("on?\n>>", "on?\n>>\n>>")
        );
    }

    #[test]
    fn depth_and_size_cost_no_more_than_their_bytes() {
        let deep = "<div>".repeat(50_000) + "x";
        assert_eq!(text(&deep), "x");
        let quotes = "<blockquote>".repeat(3_000) + "x";
        assert_eq!(text(&quotes), format!("{} x", ">".repeat(DEPTH)));
        let long = "<p>word</p>".repeat(MOST / 8);
        assert!(to_text(&long, &|_| None).cut);
    }

    #[test]
    fn elements_are_told_from_signs() {
        for html in [
            "<p>a</p>",
            "a<br>b",
            "a<BR/>b",
            "see <a href=\"x\">this</a>",
            "a</div>",
        ] {
            assert!(has_elements(html), "{html}");
        }
        for plain in [
            "",
            "a < b",
            "<mai@example.org>",
            "<paper>",
            "x<y>z",
            "it is <jammed>",
            "<",
        ] {
            assert!(!has_elements(plain), "{plain}");
        }
    }
}
