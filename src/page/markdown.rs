//! The Markdown of articles: what a reader sees of it, and what it points to.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TextMergeWithOffset};

/// Lists in lists and quotes in quotes are followed so deep; what is deeper joins its parent.
const DEEPEST: usize = 24;

/// What stands under one another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A heading of a level, 1 to 6.
    Heading(u8, Vec<Inline>),
    /// Running text.
    Paragraph(Vec<Inline>),
    /// A list; numbered from where it begins.
    List(Option<u64>, Vec<Vec<Block>>),
    /// Lines that are kept as they are.
    Code(String),
    /// What somebody else said.
    Quote(Vec<Block>),
    /// A head, then rows.
    Table(Vec<Vec<Inline>>, Vec<Vec<Vec<Inline>>>),
    /// A line across.
    Rule,
}

/// What stands beside one another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inline {
    /// Plain text.
    Text(String),
    /// Something to be typed.
    Code(String),
    /// Something weighty.
    Strong(Vec<Inline>),
    /// Something stressed.
    Emphasis(Vec<Inline>),
    /// A text that points somewhere.
    Link(String, Vec<Inline>),
    /// The end of a line.
    Break,
}

/// The text without markup.
pub fn plain(inlines: &[Inline]) -> String {
    let one = |inline: &Inline| match inline {
        Inline::Text(text) | Inline::Code(text) => text.clone(),
        Inline::Strong(inside) | Inline::Emphasis(inside) | Inline::Link(_, inside) => {
            plain(inside)
        }
        Inline::Break => " ".to_owned(),
    };
    inlines.iter().map(one).collect()
}

enum Frame {
    Blocks(Outer, Vec<Block>),
    List(Option<u64>, Vec<Vec<Block>>),
    Inlines(Inner, Vec<Inline>),
    Code(String),
    Html(String),
    Table(Vec<Vec<Inline>>, Vec<Vec<Vec<Inline>>>),
    Row(bool, Vec<Vec<Inline>>),
}

enum Outer {
    Page,
    Quote,
    Item,
}

enum Inner {
    Paragraph,
    /// Text of a tight list, which has no paragraph of its own.
    Loose,
    Heading(u8),
    Strong,
    Emphasis,
    Link(String),
    Cell,
}

pub(in crate::page) fn options() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH
}

/// Reads a text.
pub fn read(text: &str) -> Vec<Block> {
    let mut builder = Builder {
        stack: vec![Frame::Blocks(Outer::Page, Vec::new())],
        skipped: 0,
    };
    for (event, _) in TextMergeWithOffset::new(Parser::new_ext(text, options()).into_offset_iter())
    {
        builder.take(event);
    }
    while builder.stack.len() > 1 {
        builder.close();
    }
    match builder.stack.pop() {
        Some(Frame::Blocks(_, blocks)) => blocks,
        _ => Vec::new(),
    }
}

struct Builder {
    stack: Vec<Frame>,
    /// Beginnings that were too deep, or of no interest: their ends are passed over.
    skipped: usize,
}

impl Builder {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(&tag),
            Event::End(_) if self.skipped > 0 => self.skipped -= 1,
            Event::End(_) => {
                self.end_loose();
                self.close();
            }
            Event::Text(text) => match self.stack.last_mut() {
                Some(Frame::Code(code)) => code.push_str(&text),
                _ => self.inline(Inline::Text(text.into_string())),
            },
            Event::Code(code) => self.inline(Inline::Code(code.into_string())),
            Event::Html(html) | Event::InlineHtml(html) => match self.stack.last_mut() {
                Some(Frame::Html(whole)) => whole.push_str(&html),
                // Remarks are for authors.
                _ if html.starts_with("<!--") => {}
                _ => self.inline(Inline::Text(html.into_string())),
            },
            Event::SoftBreak => self.inline(Inline::Text(" ".to_owned())),
            Event::HardBreak => self.inline(Inline::Break),
            Event::Rule => self.block(Block::Rule),
            Event::InlineMath(text) | Event::DisplayMath(text) | Event::FootnoteReference(text) => {
                self.inline(Inline::Text(text.into_string()));
            }
            Event::TaskListMarker(done) => {
                self.inline(Inline::Text(if done { "[x] " } else { "[ ] " }.to_owned()));
            }
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        let inner = match tag {
            Tag::Strong => Some(Inner::Strong),
            Tag::Emphasis | Tag::Strikethrough => Some(Inner::Emphasis),
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                Some(Inner::Link(dest_url.to_string()))
            }
            _ => None,
        };
        let deep = self.skipped > 0 || self.stack.len() > DEEPEST;
        if deep && !matches!(tag, Tag::CodeBlock(_)) {
            self.skipped += 1;
            return;
        }
        if let Some(inner) = inner {
            self.loose();
            self.stack.push(Frame::Inlines(inner, Vec::new()));
            return;
        }
        self.end_loose();
        self.stack.push(match tag {
            Tag::Paragraph => Frame::Inlines(Inner::Paragraph, Vec::new()),
            Tag::Heading { level, .. } => Frame::Inlines(Inner::Heading(rank(*level)), Vec::new()),
            Tag::BlockQuote(_) => Frame::Blocks(Outer::Quote, Vec::new()),
            Tag::CodeBlock(_) => Frame::Code(String::new()),
            Tag::HtmlBlock => Frame::Html(String::new()),
            Tag::List(start) => Frame::List(*start, Vec::new()),
            Tag::Item => Frame::Blocks(Outer::Item, Vec::new()),
            Tag::Table(_) => Frame::Table(Vec::new(), Vec::new()),
            Tag::TableHead => Frame::Row(true, Vec::new()),
            Tag::TableRow => Frame::Row(false, Vec::new()),
            Tag::TableCell => Frame::Inlines(Inner::Cell, Vec::new()),
            _ => {
                self.skipped += 1;
                return;
            }
        });
    }

    fn close(&mut self) {
        match self.stack.pop() {
            Some(Frame::Blocks(Outer::Item, blocks)) => {
                if let Some(Frame::List(_, items)) = self.stack.last_mut() {
                    items.push(blocks);
                }
            }
            Some(Frame::Blocks(_, blocks)) => self.block(Block::Quote(blocks)),
            Some(Frame::List(start, items)) => self.block(Block::List(start, items)),
            Some(Frame::Code(text)) => self.block(Block::Code(text)),
            Some(Frame::Html(html)) => {
                let html = html.trim();
                if !html.starts_with("<!--") && !html.is_empty() {
                    self.block(Block::Paragraph(vec![Inline::Text(html.to_owned())]));
                }
            }
            Some(Frame::Table(head, rows)) => self.block(Block::Table(head, rows)),
            Some(Frame::Row(head, cells)) => {
                if let Some(Frame::Table(first, rows)) = self.stack.last_mut() {
                    if head {
                        *first = cells;
                    } else {
                        rows.push(cells);
                    }
                }
            }
            Some(Frame::Inlines(inner, inlines)) => match inner {
                Inner::Paragraph | Inner::Loose => self.block(Block::Paragraph(inlines)),
                Inner::Heading(level) => self.block(Block::Heading(level, inlines)),
                Inner::Strong => self.inline(Inline::Strong(inlines)),
                Inner::Emphasis => self.inline(Inline::Emphasis(inlines)),
                Inner::Link(to) => self.inline(Inline::Link(to, inlines)),
                Inner::Cell => {
                    if let Some(Frame::Row(_, cells)) = self.stack.last_mut() {
                        cells.push(inlines);
                    }
                }
            },
            None => {}
        }
    }

    /// Makes room for text where only blocks stand.
    fn loose(&mut self) {
        if matches!(self.stack.last(), Some(Frame::Blocks(..))) {
            self.stack.push(Frame::Inlines(Inner::Loose, Vec::new()));
        }
    }

    fn end_loose(&mut self) {
        if matches!(self.stack.last(), Some(Frame::Inlines(Inner::Loose, _))) {
            self.close();
        }
    }

    fn inline(&mut self, inline: Inline) {
        self.loose();
        if let Some(Frame::Inlines(_, inlines)) = self.stack.last_mut() {
            inlines.push(inline);
        }
    }

    fn block(&mut self, block: Block) {
        self.end_loose();
        if let Some(Frame::Blocks(_, blocks)) = self.stack.last_mut() {
            blocks.push(block);
        }
    }
}

fn rank(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::page::call_script::script;
    use crate::page::links::{reaches, targets};

    #[test]
    fn depth_has_an_end() {
        for deep in [
            "> ".repeat(50_000),
            "- ".repeat(20_000),
            "*a ".repeat(20_000),
        ] {
            let blocks = read(&format!("{deep}x"));
            assert!(!blocks.is_empty());
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in r"([#>\-*`|\[\]()<!0-9+.: a-z\n]|KB-7Q2M|## Call script\n|\u{e9}){0,80}") {
            let blocks = read(&text);
            let _ = script(&blocks);
            for (_, range) in targets(&text) {
                prop_assert!(text.get(range).is_some());
            }
            for (_, range) in reaches(&text) {
                prop_assert!(text.get(range).is_some());
            }
        }
    }
}
