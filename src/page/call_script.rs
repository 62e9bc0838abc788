//! The call script of an article: the lines of one section, in the order in which they are read out.

use crate::page::markdown::{Block, Inline, plain};

/// A line of a call script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptLine {
    /// Its number, of a line that begins a step.
    pub number: Option<u64>,
    /// Whether it is read out; the rest tells the reader what to do.
    pub aloud: bool,
    /// What it says.
    pub text: Vec<Inline>,
}

/// The words by which the lines to be read out are found.
pub const SCRIPT: &str = "Call script";

/// The lines of the section [`SCRIPT`]; `None` where there is no such section.
pub fn script(blocks: &[Block]) -> Option<Vec<ScriptLine>> {
    let is_script = |block: &Block| match block {
        Block::Heading(level, text) => plain(text)
            .trim()
            .eq_ignore_ascii_case(SCRIPT)
            .then_some(*level),
        _ => None,
    };
    let (at, level) = blocks
        .iter()
        .enumerate()
        .find_map(|(at, block)| Some((at, is_script(block)?)))?;
    let section = blocks[at + 1..]
        .iter()
        .take_while(|block| !matches!(block, Block::Heading(other, _) if *other <= level));
    let mut lines = Vec::new();
    for block in section {
        collect(block, false, &mut lines);
    }
    Some(lines)
}

fn collect(block: &Block, aloud: bool, lines: &mut Vec<ScriptLine>) {
    let mut say = |text: &[Inline]| {
        lines.push(ScriptLine {
            number: None,
            aloud,
            text: text.to_vec(),
        });
    };
    match block {
        Block::Heading(_, text) => lines.push(ScriptLine {
            number: None,
            aloud: false,
            text: text.clone(),
        }),
        Block::Paragraph(text) => say(text),
        Block::Code(text) => {
            for line in text.lines() {
                say(&[Inline::Code(line.to_owned())]);
            }
        }
        Block::Quote(inside) => {
            for block in inside {
                collect(block, true, lines);
            }
        }
        Block::List(start, items) => {
            for (at, item) in items.iter().enumerate() {
                let first = lines.len();
                for block in item {
                    collect(block, aloud || start.is_some(), lines);
                }
                if let (Some(start), Some(line)) = (start, lines.get_mut(first)) {
                    line.number = line.number.or(Some(start + at as u64));
                }
            }
        }
        Block::Table(head, rows) => {
            for cells in std::iter::once(head).chain(rows) {
                let mut line = Vec::new();
                for cell in cells {
                    if !line.is_empty() {
                        line.push(Inline::Text("  ·  ".to_owned()));
                    }
                    line.extend(cell.iter().cloned());
                }
                say(&line);
            }
        }
        Block::Rule => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::markdown::read;

    #[test]
    fn a_script_is_its_numbered_lines() {
        let text = "## Symptoms\n\n1. no\n\n## Call script\n\n1. \"Is it on?\"\n2. \"Push.\"\n\nIf not:\n\n3. \"Wait **a bit**.\"\n\n   He waits.\n\n### Later\n\n## Resolution\n\n1. x\n";
        let lines = script(&read(text)).unwrap();
        let reported: Vec<_> = lines
            .iter()
            .map(|said| (said.number, said.aloud, plain(&said.text)))
            .collect();
        assert_eq!(
            reported,
            [
                (Some(1), true, "\"Is it on?\"".to_owned()),
                (Some(2), true, "\"Push.\"".to_owned()),
                (None, false, "If not:".to_owned()),
                (Some(3), true, "\"Wait a bit.\"".to_owned()),
                (None, true, "He waits.".to_owned()),
                (None, false, "Later".to_owned()),
            ]
        );
        assert_eq!(script(&read("# Other\n")), None);
        assert_eq!(script(&read("## call SCRIPT\n")), Some(Vec::new()));
    }
}
