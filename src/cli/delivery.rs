//! The one gate through which mail servers see `desk mail in`: whatever happens, it ends with 0
//! where the mail is safe, and else with 75, after which they try again. Every other status makes
//! them send the customer's mail back.

use std::ffi::OsString;
use std::io::{self, Read};
use std::panic::AssertUnwindSafe;
use std::process::ExitCode;

use clap::CommandFactory as _;
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::cli::args::Cli;
use crate::cli::failure::ExitStatus;

/// `EX_TEMPFAIL`: try again later.
const AGAIN: u8 = 75;

/// Options of all commands that have a value.
const WITH_VALUES: [&str; 4] = ["-C", "--as", "--tz", "--color"];

/// Options by which mails are taken in that no mail server hands over.
const BATCHES: [&str; 2] = ["--maildir", "--mbox"];

/// Runs the program, and ends as a mail server has to see it, where one started it.
pub fn gated(arguments: &[OsString], run: impl FnOnce() -> ExitStatus) -> ExitCode {
    if !is_delivery(arguments) {
        return run().into();
    }
    match std::panic::catch_unwind(AssertUnwindSafe(run)) {
        Ok(ExitStatus::Done) => ExitCode::SUCCESS,
        _ => AGAIN.into(),
    }
}

/// Whether these are the arguments of `mail in` with a mail on standard input, however wrong the rest
/// is.
fn is_delivery(arguments: &[OsString]) -> bool {
    let mut words = Vec::new();
    let mut rest = arguments.iter().skip(1).map(|one| one.to_string_lossy());
    while let Some(word) = rest.next() {
        if BATCHES.iter().any(|batch| {
            word.strip_prefix(batch)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
        }) {
            return false;
        }
        if WITH_VALUES.contains(&word.as_ref()) {
            let _ = rest.next();
        } else if !word.starts_with('-') {
            words.push(word);
        }
    }
    let pair = words
        .windows(2)
        .position(|pair| pair[0] == "mail" && pair[1] == "in");
    let Some(at) = pair else {
        return false;
    };
    // What stands before may be the value of an option that there is not; a command it is none of.
    let cli = Cli::command();
    !words[..at]
        .iter()
        .any(|word| cli.find_subcommand(word.as_ref()).is_some())
}

/// Standard input that gives up waiting now and then, so that whoever reads it can look whether it
/// is asked to stop.
#[derive(Debug, Default)]
pub struct Patient;

impl Read for Patient {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let stdin = io::stdin();
        let mut ready = [PollFd::new(&stdin, PollFlags::IN)];
        let soon = Timespec {
            tv_sec: 0,
            tv_nsec: 200_000_000,
        };
        if poll(&mut ready, Some(&soon))? == 0 {
            return Err(io::ErrorKind::Interrupted.into());
        }
        stdin.lock().read(buffer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deliveries_are_known_however_they_are_typed() {
        for (line, expected) in [
            ("mail in", true),
            ("-C /srv/desk mail in --sender <>", true),
            ("mail --quiet in --nonsense", true),
            ("--nonsense x mail in", true),
            ("mail in --maildir Mail/help", false),
            ("mail in --mbox=x", false),
            ("mail why -", false),
            ("search mail in", false),
            ("note 7K3MQ -m mail in", false),
            ("", false),
        ] {
            let words = ["desk"].into_iter().chain(line.split(' '));
            let arguments: Vec<OsString> = words.map(OsString::from).collect();
            assert_eq!(is_delivery(&arguments), expected, "{line}");
        }
    }
}
