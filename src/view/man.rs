//! Man pages, made from the arguments' own words.

use clap_mangen::Man;

/// The pages of the program and of each command: name and roff.
pub fn pages(command: &clap::Command) -> Vec<(String, String)> {
    let mut command = command.clone();
    command.build();
    let mut all = Vec::new();
    add(&mut all, &command, "desk");
    all
}

fn add(all: &mut Vec<(String, String)>, command: &clap::Command, name: &str) {
    all.push(page(command, name));
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
        if sub.get_name() != "help" {
            add(all, sub, &format!("{name}-{}", sub.get_name()));
        }
    }
}

fn page(command: &clap::Command, name: &str) -> (String, String) {
    let command = command
        .clone()
        .name(name.to_owned())
        .display_name(name.to_owned());
    let mut roff = Vec::new();
    // Writing to memory does not fail.
    let _ = Man::new(command).render(&mut roff);
    (name.to_owned(), String::from_utf8_lossy(&roff).into_owned())
}
