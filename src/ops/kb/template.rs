//! What an article begins with.

/// What an article begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Template {
    /// Lines to be read out.
    Script,
    /// Steps.
    HowTo,
    /// A trouble whose cause is not mended yet, and the way around it.
    KnownError,
    /// Whom to call.
    Contacts,
}

impl Template {
    /// The words by which they are named.
    pub const WORDS: &[&str] = &["script", "how-to", "known-error", "contacts"];

    /// The template of a word.
    pub fn read(word: &str) -> Option<Self> {
        Some(match word {
            "script" => Self::Script,
            "how-to" => Self::HowTo,
            "known-error" => Self::KnownError,
            "contacts" => Self::Contacts,
            _ => return None,
        })
    }

    /// The text, with remarks for the author that no reader sees.
    pub fn text(self) -> &'static str {
        match self {
            Self::Script => {
                "## When\n\n<!-- Which calls is this for? In the requester's words. -->\n\n\
                 ## Call script\n\n<!-- Numbered lines are read out; text between them tells you what to do. -->\n\n\
                 1. \"…\"\n2. \"…\"\n3. \"…\"\n\n\
                 ## Afterwards\n\n<!-- What the answers mean: the remedy, the problem code, where the ticket goes. -->\n"
            }
            Self::HowTo => {
                "## When\n\n<!-- What does the requester want? In their words. -->\n\n\
                 ## What you need\n\n- …\n\n\
                 ## Steps\n\n1. …\n2. …\n3. …\n\n\
                 ## If it does not work\n\n<!-- The usual reasons, and what to do about each. -->\n"
            }
            Self::KnownError => {
                "## Symptoms\n\n<!-- What the requester sees, word for word as far as possible. -->\n\n- …\n\n\
                 ## Cause\n\n<!-- As far as known. -->\n\n\
                 ## Workaround\n\n1. …\n\n\
                 ## Resolution\n\n<!-- What mends it for good, or who works on that. -->\n"
            }
            Self::Contacts => {
                "## Whom to call\n\n| for | who | telephone | when |\n| --- | --- | --- | --- |\n\
                 | … | … | … | … |\n\n\
                 ## Before you call\n\n<!-- What they will ask: contract number, serial number, what was tried. -->\n\n- …\n"
            }
        }
    }
}
