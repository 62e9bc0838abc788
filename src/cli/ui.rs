//! Where words go: data to standard output, everything else to standard error.

use std::io::{self, Write};

use crate::cli::env::Env;
use crate::cli::pager;
use crate::store::journal::report::Report;
use crate::view::paint::{Paint, Role};
use crate::view::sanitize::{self, Shown};

/// The two streams and how to use them.
#[derive(Debug)]
pub struct Ui {
    /// The world.
    pub env: Env,
    /// How to show things.
    pub paint: Paint,
    /// Whether to say only what was asked for.
    pub quiet: bool,
    /// Whether errors are told as JSON.
    pub json: bool,
}

impl Ui {
    /// Writes data to standard output. A reader that went away is no failure.
    pub fn data<'t>(&self, text: impl Into<Shown<'t>>) -> io::Result<()> {
        let mut out = io::stdout().lock();
        match out
            .write_all(text.into().as_str().as_bytes())
            .and_then(|()| out.flush())
        {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            other => other,
        }
    }

    /// Writes bytes of somebody else's to standard output as they are; on a terminal only what a
    /// terminal shows and does not act on.
    pub fn bytes(&self, bytes: &[u8]) -> io::Result<()> {
        if self.env.stdout_terminal {
            let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n");
            return self.data(&sanitize::text(&text));
        }
        let mut out = io::stdout().lock();
        match out.write_all(bytes).and_then(|()| out.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            other => other,
        }
    }

    /// Writes what a command did, unless quiet.
    pub fn outcome<'t>(&self, text: impl Into<Shown<'t>>) -> io::Result<()> {
        if self.quiet { Ok(()) } else { self.data(text) }
    }

    /// Shows a long text: through the pager on a terminal.
    pub fn long<'t>(&self, text: impl Into<Shown<'t>>) -> io::Result<()> {
        let text = text.into();
        match (&self.env.pager, self.env.interactive) {
            (Some(command), true) if overflows(text.as_str()) => {
                let Err(error) = pager::show(command, &text) else {
                    return Ok(());
                };
                self.data(text)?;
                self.warn(&format!("the pager `{command}` failed: {error}"));
                Ok(())
            }
            _ => self.data(text),
        }
    }

    /// A remark beside the data, on standard error.
    pub fn remark(&self, text: &str) {
        if !self.quiet {
            let text = sanitize::line(text);
            self.err(&self.stderr_role(Role::Muted, &text));
        }
    }

    /// What somebody is to say to a caller, unless quiet.
    pub fn urgent(&self, text: &str) {
        if !self.quiet {
            let text = sanitize::line(text);
            self.err(&self.stderr_role(Role::Alarm, &text));
        }
    }

    /// What was done beside a command's own work.
    pub fn reports(&self, reports: &[Report]) {
        for report in reports {
            if report.is_warning {
                self.warn(&report.sentence);
            } else {
                self.note(&report.sentence);
            }
        }
    }

    /// Something that is good to know, with which nothing is wrong.
    pub fn note(&self, text: &str) {
        if !self.quiet {
            let text = sanitize::line(text);
            self.err(&self.stderr_role(Role::Muted, &format!("note: {text}")));
        }
    }

    /// Something that a person should know.
    pub fn warn(&self, text: &str) {
        let text = sanitize::line(text);
        self.err(&format!(
            "{} {text}",
            self.stderr_role(Role::Warn, "warning:")
        ));
    }

    /// Text in the style of a role, if standard error is a terminal.
    pub fn stderr_role(&self, role: Role, text: &str) -> String {
        let color = self.env.stderr_terminal && !self.env.no_color;
        Paint {
            color,
            ..self.paint
        }
        .role(role, text)
    }

    /// A line on standard error.
    pub fn err<'t>(&self, line: impl Into<Shown<'t>>) {
        let mut err = io::stderr().lock();
        // Nobody is left to tell.
        let _ = writeln!(err, "{}", line.into());
    }
}

/// Whether a text is longer than the terminal.
fn overflows(text: &str) -> bool {
    let rows =
        rustix::termios::tcgetwinsize(io::stdout()).map_or(24, |size| usize::from(size.ws_row));
    text.lines().count() >= rows.max(2)
}
