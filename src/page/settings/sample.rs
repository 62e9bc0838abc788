//! `[sample]`: a desk to look at, whose clock stands still.

use crate::model::moment::Moment;
use crate::page::problem::Problem;
use crate::page::settings::FILE;
use crate::page::toml_reader::{TomlSection, TomlSource};

/// The moment at which the sample stands still.
pub(in crate::page::settings) fn sample(top: &TomlSection<'_, '_>) -> Option<Moment> {
    let section = top.section("sample")?;
    let given = section.time("now");
    let now = given.as_deref().and_then(|text| text.parse().ok());
    if given.is_some() && now.is_none() {
        let hint = "write date, time and zone, like 2026-11-21T12:00:00Z";
        section.wrong_with("now", "this is no moment", hint);
    }
    section.close();
    now
}

/// The settings of a sample without what makes it stand still, and committing each command.
pub fn without(text: &str) -> String {
    text.replace(SAMPLE, "")
        .replace(SAMPLE_COMMIT, "commit = \"each\"\n")
}

/// What the sample's settings say of its clock.
const SAMPLE: &str = "\
[sample]
# The moment at which this sample stands still: without it each of its tickets would be late. It
# counts where `commit` is \"never\", and `DESK_NOW` comes before it. `desk init --sample DIR` makes a
# copy that lives.
now = 2026-11-21T12:00:00Z

";

/// What the sample's settings say of commits.
const SAMPLE_COMMIT: &str = "\
# Here \"never\": this desk is the project's own sample, and whoever tries a command in it must not
# write to the project's history by accident. A desk of your own wants \"each\".
commit = \"never\"
";

/// What to say where the sample's moment does not count, because the desk commits each command.
pub fn idle(text: &str) -> Vec<Problem> {
    let source = TomlSource::new(FILE, text, 0);
    let Ok(table) = source.parse(text) else {
        return Vec::new();
    };
    let top = TomlSection::top(&source, &table);
    if let Some(section) = top.section("sample") {
        section.wrong_with(
            "now",
            "the clock of a desk that commits each command does not stand still",
            "take `[sample]` out, or set `commit = \"never\"` in `[git]`",
        );
    }
    drop(top);
    source.finish()
}
