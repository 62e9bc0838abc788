//! Colours by meaning, defined once.

use anstyle::{AnsiColor, Effects, Style};
use chrono_tz::Tz;

use crate::model::moment::Moment;
use crate::view::sanitize;

/// What a piece of text means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// An id, to be copied.
    Id,
    /// What a thing is called.
    Title,
    /// A heading.
    Heading,
    /// Of less weight.
    Muted,
    /// Wants attention now.
    Alarm,
    /// Wants attention.
    Warn,
    /// Done, or well.
    Good,
    /// Waiting.
    Wait,
    /// A person.
    Person,
    /// A telephone number or an address: to be dialled or opened.
    Reach,
    /// A word that was looked for.
    Found,
    /// Taken back.
    Undone,
    /// Nothing special.
    Plain,
}

impl Role {
    /// The style of a role.
    pub fn style(self) -> Style {
        let color = |color: AnsiColor| Style::new().fg_color(Some(anstyle::Color::Ansi(color)));
        match self {
            Self::Id => color(AnsiColor::Cyan),
            Self::Title => Style::new().effects(Effects::BOLD),
            Self::Heading => Style::new().effects(Effects::BOLD.insert(Effects::UNDERLINE)),
            Self::Muted => Style::new().effects(Effects::DIMMED),
            Self::Alarm => color(AnsiColor::Red).effects(Effects::BOLD),
            Self::Warn => color(AnsiColor::Yellow),
            Self::Good => color(AnsiColor::Green),
            Self::Wait => color(AnsiColor::Magenta),
            Self::Person => color(AnsiColor::Blue),
            Self::Reach => color(AnsiColor::Cyan).effects(Effects::BOLD.insert(Effects::UNDERLINE)),
            Self::Found => color(AnsiColor::Yellow).effects(Effects::BOLD),
            Self::Undone => Style::new().effects(Effects::DIMMED.insert(Effects::STRIKETHROUGH)),
            Self::Plain => Style::new(),
        }
    }
}

/// A piece of a line: its role and its text, safe already.
pub type PaintedText = (Role, String);

/// How to show things: colours, width, zone and moment.
#[derive(Clone, Copy, Debug)]
pub struct Paint {
    /// Whether to use colours.
    pub color: bool,
    /// Columns of the terminal; `None` where there is no end of the line.
    pub width: Option<usize>,
    /// The zone in which people see times.
    pub zone: Tz,
    /// The moment.
    pub now: Moment,
}

impl Paint {
    /// Whether tables leave out columns, and shorten others.
    pub fn is_narrow(&self) -> bool {
        self.width.is_some_and(|width| width < 110)
    }

    /// Text in the style of a role, which is seen once the whole is [`Shown`](sanitize::Shown).
    pub fn role(&self, role: Role, text: &str) -> String {
        if !self.color || text.is_empty() || role == Role::Plain {
            return text.to_owned();
        }
        let style = role.style();
        sanitize::styled(style.render(), text, style.render_reset())
    }

    /// Writes a text in its role behind others.
    pub fn put(&self, role: Role, text: &str, out: &mut String) {
        if !self.color || text.is_empty() || role == Role::Plain {
            out.push_str(text);
        } else {
            out.push_str(&self.role(role, text));
        }
    }

    /// The width to fill, at most this many columns.
    pub fn width_up_to(&self, most: usize) -> usize {
        self.width.unwrap_or(most).min(most).max(20)
    }

    /// A moment as people read it: `Sat 21 Nov 10:02`, with the year where it is another.
    pub fn time(&self, at: Moment) -> String {
        use chrono::Datelike;
        let local = at.in_zone(&self.zone);
        let same_year = local.year() == self.now.in_zone(&self.zone).year();
        local
            .format(if same_year {
                "%a %-d %b %H:%M"
            } else {
                "%-d %b %Y %H:%M"
            })
            .to_string()
    }

    /// When, seen from now: `3h ago`, or `in 3h` of what is dated later.
    pub fn since(&self, at: Moment) -> String {
        if at > self.now {
            format!("in {}", self.ago(at))
        } else {
            format!("{} ago", self.ago(at))
        }
    }

    /// How long ago, or how long from now, in one unit: `5m`, `3h`, `12d`, `4mo`, `2y`.
    pub fn ago(&self, at: Moment) -> String {
        short(self.now.since(at).num_seconds().unsigned_abs())
    }
}

/// Seconds in one unit: `5m`, `3h`, `12d`, `4mo`, `2y`.
pub fn short(seconds: u64) -> String {
    const DAY: u64 = 86_400;
    match seconds {
        0..60 => format!("{seconds}s"),
        60..3_600 => format!("{}m", seconds / 60),
        3_600..DAY => format!("{}h", seconds / 3_600),
        s if s < 100 * DAY => format!("{}d", s / DAY),
        s if s < 730 * DAY => format!("{}mo", s / (30 * DAY)),
        s => format!("{}y", s / (365 * DAY)),
    }
}
