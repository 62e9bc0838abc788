//! `desk import tickets` of workbooks that are made to do harm, in little memory.

use std::io::{Cursor, Write};
use std::process::Command;
use std::time::Instant;

use crate::desk::{Desk, Out};

/// So much address space has the program, in kilobytes; what it holds of that is much less.
const SPACE: u32 = 512 << 10;

fn package(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (name, text) in parts {
        zip.start_file(*name, options).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A workbook whose sheet has these rows, with further parts.
fn workbook(rows: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let rels = "http://schemas.openxmlformats.org/package/2006/relationships";
    let kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let root = format!(
        "<Relationships xmlns=\"{rels}\"><Relationship Id=\"r\" Type=\"{kind}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
    );
    let book = format!(
        "<workbook xmlns=\"{main}\" xmlns:r=\"{kind}\"><sheets><sheet name=\"One\" sheetId=\"1\" r:id=\"r1\"/></sheets><externalReferences><externalReference r:id=\"r2\"/></externalReferences></workbook>"
    );
    let links = format!(
        "<Relationships xmlns=\"{rels}\"><Relationship Id=\"r1\" Type=\"{kind}/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"r2\" Type=\"{kind}/externalLink\" Target=\"externalLinks/externalLink1.xml\"/></Relationships>"
    );
    let external = format!(
        "<externalLink xmlns=\"{main}\"><externalBook xmlns:r=\"{kind}\" r:id=\"rId1\"/></externalLink>"
    );
    let outside = format!(
        "<Relationships xmlns=\"{rels}\"><Relationship Id=\"rId1\" Type=\"{kind}/externalLinkPath\" Target=\"file:///dev/zero\" TargetMode=\"External\"/></Relationships>"
    );
    let sheet = format!("<worksheet xmlns=\"{main}\"><sheetData>{rows}</sheetData></worksheet>");
    let types = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>";
    let mut parts = vec![
        ("[Content_Types].xml", types),
        ("_rels/.rels", &root),
        ("xl/workbook.xml", &book),
        ("xl/_rels/workbook.xml.rels", &links),
        ("xl/worksheets/sheet1.xml", &sheet),
        ("xl/externalLinks/externalLink1.xml", &external),
        ("xl/externalLinks/_rels/externalLink1.xml.rels", &outside),
    ];
    parts.extend_from_slice(more);
    package(&parts)
}

fn row(number: usize, cells: &[&str]) -> String {
    let cell = |text: &&str| format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let cells: String = cells.iter().map(cell).collect();
    format!("<row r=\"{number}\">{cells}</row>")
}

const HEADER: &[&str] = &["No", "Subject", "Status", "Opened"];
const TICKET: &[&str] = &["1", "Lamp", "Open", "2026-11-03 10:00"];

/// Imports a file in little memory and time.
fn imported(desk: &Desk, name: &str, bytes: &[u8]) -> Out {
    desk.write(name, bytes);
    let line = [
        "import",
        "tickets",
        name,
        "--from",
        "spreadsheet",
        "--dry-run",
        "--as",
        "ewa",
    ];
    let program = desk.desk(&line);
    let mut command = Command::new("sh");
    command
        .args(["-c", &format!("ulimit -v {SPACE} && exec \"$0\" \"$@\"")])
        .arg(program.get_program())
        .args(program.get_args())
        .current_dir(program.get_current_dir().unwrap());
    for (key, value) in program.get_envs() {
        match value {
            Some(value) => command.env(key, value),
            None => command.env_remove(key),
        };
    }
    let start = Instant::now();
    let out = desk.reported(command);
    // A debug build beside others; a release build takes two seconds at most.
    assert!(
        start.elapsed().as_secs() < 60,
        "{name}: {:?}",
        start.elapsed()
    );
    out
}

#[test]
fn workbooks_that_are_made_to_do_harm_cost_little() {
    let desk = Desk::new();
    let rows = row(1, HEADER) + &row(2, TICKET);
    let out = imported(&desk, "linked.xlsx", &workbook(&rows, &[])).code(0);
    assert!(out.stdout.contains("1 new ticket"), "{out}");

    let bomb = "<a/>".repeat((170 << 20) / 4);
    let bomb = workbook(&rows, &[("xl/media/bomb.xml", &bomb)]);
    assert!(bomb.len() < 1 << 20, "{}", bomb.len());
    let out = imported(&desk, "bomb.xlsx", &bomb).code(2);
    assert!(out.stderr.contains("unpacks to more than 160 MB"), "{out}");

    let names: Vec<String> = (HEADER.len()..16_384).map(|at| format!("c{at}")).collect();
    let header = HEADER
        .iter()
        .copied()
        .chain(names.iter().map(String::as_str));
    let wide = row(1, &header.collect::<Vec<_>>()) + &row(2, TICKET);
    let out = imported(&desk, "wide.xlsx", &workbook(&wide, &[])).code(0);
    assert!(out.stdout.contains("1 new ticket"), "{out}");

    let empty: Vec<String> = (3..=1_048_576)
        .map(|at| format!("<row r=\"{at}\"/>"))
        .collect();
    let long = workbook(&(rows + &empty.concat()), &[]);
    let out = imported(&desk, "long.xlsx", &long).code(0);
    assert!(out.stdout.contains("1 new ticket"), "{out}");
}

#[test]
fn a_sheet_of_repeated_cells_is_refused() {
    let desk = Desk::new();
    let cells = "<table:table-row table:number-rows-repeated=\"1000000\"><table:table-cell table:number-columns-repeated=\"16000\" office:value-type=\"float\" office:value=\"1\"/></table:table-row>";
    let content = format!(
        "<office:document-content xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\"><office:body><office:spreadsheet><table:table table:name=\"One\">{cells}</table:table></office:spreadsheet></office:body></office:document-content>"
    );
    let kind = "application/vnd.oasis.opendocument.spreadsheet";
    let file = package(&[("mimetype", kind), ("content.xml", &content)]);
    let out = imported(&desk, "cells.ods", &file).code(2);
    assert!(out.stderr.contains("too large"), "{out}");
}
