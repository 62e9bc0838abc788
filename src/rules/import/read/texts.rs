//! What the templates of a map make of the cells of a row.

use csv::ByteRecord;

use crate::page::csv::one_line;
use crate::page::escape::tidy;
use crate::page::import_map::{Map, TemplatePart, ValueSource};
use crate::rules::import::read::BETWEEN;

/// The text of a template; `None` where no column of it says anything.
pub(in crate::rules::import::read) fn render(
    pieces: &[TemplatePart],
    texts: &[String],
    map: &Map,
) -> Option<String> {
    fn write(
        pieces: &[TemplatePart],
        texts: &[String],
        map: &Map,
        out: &mut String,
    ) -> (usize, usize) {
        let (mut reported, mut silent) = (0, 0);
        for piece in pieces {
            match piece {
                TemplatePart::Text(text) => out.push_str(text),
                TemplatePart::Column(column) if map.is_missing(&one_line(&texts[*column])) => {
                    silent += 1;
                }
                TemplatePart::Column(column) => {
                    out.push_str(texts[*column].trim());
                    reported += 1;
                }
                TemplatePart::Optional(inner) => {
                    let before = out.len();
                    let (inside, lacks) = write(inner, texts, map, out);
                    if lacks > 0 {
                        out.truncate(before);
                    } else {
                        reported += inside;
                    }
                }
            }
        }
        (reported, silent)
    }
    let mut out = String::new();
    let (reported, _) = write(pieces, texts, map, &mut out);
    (reported > 0).then_some(out)
}

/// The free text of an origin, its lines kept; `None` where it says nothing.
pub(in crate::rules::import) fn free_text(
    map: &Map,
    origin: &ValueSource,
    texts: &[String],
) -> Option<String> {
    let text = match origin {
        ValueSource::Columns(columns) => {
            let cells = columns.iter().map(|at| texts[*at].as_str());
            let reported = cells.filter(|cell| !map.is_missing(&one_line(cell)));
            reported.map(tidy).collect::<Vec<_>>().join("\n\n")
        }
        ValueSource::First(columns) => {
            let mut cells = columns.iter().map(|at| texts[*at].as_str());
            tidy(cells.find(|cell| !map.is_missing(&one_line(cell)))?)
        }
        ValueSource::Template(pieces) => tidy(&render(pieces, texts, map)?),
        ValueSource::Constant(text) => text.clone(),
    };
    (!text.is_empty()).then_some(text)
}

pub(in crate::rules::import::read) fn write_whole(record: &ByteRecord, whole: &mut Vec<u8>) {
    for cell in record {
        whole.extend_from_slice(cell);
        whole.push(BETWEEN as u8);
    }
}

/// The bytes of a row from which the tag of its entry is derived.
pub(in crate::rules::import) fn whole(record: &ByteRecord) -> Vec<u8> {
    let mut whole = Vec::new();
    write_whole(record, &mut whole);
    whole
}
