//! `desk man`.

use crate::desk::Desk;

#[test]
fn a_page_for_the_program_and_for_each_command() {
    let desk = Desk::bare();
    let out = desk.ok("man");
    assert!(out.stdout.contains(".TH desk 1"), "{out}");
    for command in plaindesk::cli::command().get_subcommands() {
        let page = desk.ok(&format!("man {}", command.get_name())).stdout;
        assert!(
            page.contains(&format!(".TH desk-{} 1", command.get_name())),
            "{page}"
        );
        assert!(!page.contains('\u{1b}'));
    }
    let page = desk.ok("man work new").stdout;
    assert!(page.contains(".TH desk-work-new 1"), "{page}");
    insta::assert_snapshot!(desk.run("man nte"), @"
    -----
    error: there is no command `nte`
    hint: see `desk --help`
    [exit 2]
    ");
}

/// A command and those under it.
fn count(command: &clap::Command) -> usize {
    1 + command.get_subcommands().map(count).sum::<usize>()
}

#[test]
fn all_pages_into_a_folder() {
    let desk = Desk::bare();
    let commands = count(&plaindesk::cli::command());
    let reported = desk.ok("man --dir pages").to_string();
    assert_eq!(
        reported,
        format!("{commands} pages in $DIR/desk/pages\n[exit 0]")
    );
    let pages = std::fs::read_dir(desk.root.join("pages")).unwrap().count();
    assert_eq!(pages, commands);
    let _ = desk
        .run("man --dir desk/../pages/desk.1/x")
        .code(5)
        .says("cannot write to");
}
