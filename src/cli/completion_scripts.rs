//! Completion in each shell: what is offered can be typed as it stands and runs nothing.
//!
//! Names, file names and settings come from strangers. The shell puts a candidate into the
//! command line, where `$(…)` or `;` would run with the next Enter. zsh and fish quote what they
//! put there; bash does not, so its candidates are quoted here, in the manner of the quotes that
//! the person has opened. A shell that cannot be tried here is offered only what needs no quoting.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;

use clap::Command;
use clap_complete::engine::{CompletionCandidate, complete};
use clap_complete::env::{Elvish, EnvCompleter, Fish, Powershell, Shells, Zsh};

use crate::view::sanitize::{acts, line};

/// The shells that there are completions for.
pub const fn all() -> Shells<'static> {
    Shells(&[
        &OwnBash,
        &PlainOnly(&Elvish),
        &OwnFish,
        &PlainOnly(&Powershell),
        &OwnZsh,
    ])
}

/// What may be offered behind these words, of which the last is being typed.
fn candidates(
    command: &mut Command,
    words: Vec<String>,
    folder: Option<&Path>,
) -> io::Result<Vec<(String, String)>> {
    let Some(typed) = words.last().cloned() else {
        return Ok(Vec::new());
    };
    let index = words.len() - 1;
    let words = words.into_iter().map(OsString::from).collect();
    let found = complete(command, words, index, folder)?;
    Ok(found
        .iter()
        .filter_map(|candidate| {
            let value = candidate.get_value().to_str()?;
            let help = candidate.get_help().map(ToString::to_string);
            let help = help.as_deref().and_then(|help| help.lines().next());
            offered(candidate, value, &typed)
                .then(|| (value.to_owned(), line(help.unwrap_or_default())))
        })
        .collect())
}

/// Whether a value may be offered: it does not act in a list and is no option, unless it is one.
fn offered(candidate: &CompletionCandidate, value: &str, typed: &str) -> bool {
    let option = candidate.get_id().is_some() || typed.starts_with('-');
    !value.is_empty()
        && !value.chars().any(|c| acts(c) || matches!(c, '\n' | '\t'))
        && (option || !value.starts_with('-'))
}

/// Whether a character stands for itself in every shell.
fn plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '/' | ':' | '+' | '@' | '-' | '=')
}

/// The arguments as text, with the word that is being typed at `index` as the last.
fn typed(args: Vec<OsString>, index: usize) -> Vec<String> {
    let mut words: Vec<String> = args
        .into_iter()
        .take(index + 1)
        .map(|arg| arg.to_string_lossy().into_owned())
        .collect();
    if words.len() == index {
        words.push(String::new());
    }
    words
}

/// A shell's own way, with the values that need no quoting.
#[derive(Clone, Copy)]
struct PlainOnly(&'static dyn EnvCompleter);

impl EnvCompleter for PlainOnly {
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn is(&self, name: &str) -> bool {
        self.0.is(name)
    }

    fn write_registration(
        &self,
        var: &str,
        name: &str,
        bin: &str,
        completer: &str,
        buf: &mut dyn Write,
    ) -> io::Result<()> {
        self.0.write_registration(var, name, bin, completer, buf)
    }

    fn write_complete(
        &self,
        command: &mut Command,
        args: Vec<OsString>,
        folder: Option<&Path>,
        buf: &mut dyn Write,
    ) -> io::Result<()> {
        let index = args.len().saturating_sub(1);
        for (value, _) in candidates(command, typed(args, index), folder)? {
            if value.chars().all(plain) {
                writeln!(buf, "{value}")?;
            }
        }
        Ok(())
    }
}

/// fish, which quotes what it puts into the command line.
#[derive(Clone, Copy)]
struct OwnFish;

impl EnvCompleter for OwnFish {
    fn name(&self) -> &'static str {
        Fish.name()
    }

    fn is(&self, name: &str) -> bool {
        Fish.is(name)
    }

    fn write_registration(
        &self,
        var: &str,
        name: &str,
        bin: &str,
        completer: &str,
        buf: &mut dyn Write,
    ) -> io::Result<()> {
        Fish.write_registration(var, name, bin, completer, buf)
    }

    fn write_complete(
        &self,
        command: &mut Command,
        args: Vec<OsString>,
        folder: Option<&Path>,
        buf: &mut dyn Write,
    ) -> io::Result<()> {
        let index = args.len().saturating_sub(1);
        let mut words = typed(args, index);
        // The other words come without their quotes.
        if let Some(last) = words.last_mut() {
            *last = ShellWord::read(last).value;
        }
        for (value, help) in candidates(command, words, folder)? {
            writeln!(buf, "{value}\t{help}")?;
        }
        Ok(())
    }
}

/// zsh, which quotes what it puts into the command line.
#[derive(Clone, Copy)]
struct OwnZsh;

const ZSH: &str = r#"#compdef BIN
_NAME() {
    local -a found values shown slashed options
    local each value
    found=("${(@f)$(
        VAR=zsh _CLAP_COMPLETE_INDEX=$((CURRENT - 1)) \
            command COMPLETER -- "${(@Q)words[1,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null
    )}")
    for each in "${found[@]}"; do
        value="${each%%$'\t'*}"
        [[ -n $value ]] || continue
        if [[ $value == */ ]]; then
            slashed+=("${value%/}")
            continue
        fi
        values+=("$value")
        [[ ${each#*$'\t'} == '' ]] && shown+=("$value") || shown+=("$value  -- ${each#*$'\t'}")
    done
    # What was typed may be words that find a code, not its beginning.
    value="${values[1]}${slashed[1]}"
    [[ $value == "${(Q)PREFIX}"* ]] || options=(-U)
    (( $#slashed )) && compadd "${options[@]}" -V values -S / -- "${slashed[@]}"
    (( $#values )) && compadd "${options[@]}" -l -V values -d shown -- "${values[@]}"
}
compdef _NAME BIN
"#;

impl EnvCompleter for OwnZsh {
    fn name(&self) -> &'static str {
        Zsh.name()
    }

    fn is(&self, name: &str) -> bool {
        Zsh.is(name)
    }

    fn write_registration(
        &self,
        var: &str,
        name: &str,
        bin: &str,
        completer: &str,
        buf: &mut dyn Write,
    ) -> io::Result<()> {
        buf.write_all(script(ZSH, var, name, bin, completer).as_bytes())
    }

    fn write_complete(
        &self,
        command: &mut Command,
        args: Vec<OsString>,
        folder: Option<&Path>,
        buf: &mut dyn Write,
    ) -> io::Result<()> {
        let index = args.len().saturating_sub(1);
        for (value, help) in candidates(command, typed(args, index), folder)? {
            writeln!(buf, "{value}\t{help}")?;
        }
        Ok(())
    }
}

/// bash, which puts a candidate into the command line as it is.
#[derive(Clone, Copy)]
struct OwnBash;

/// Up to the cursor, for bash takes a line apart at `COMP_WORDBREAKS`, in its own way; `$2` is the
/// part that it will put a candidate in place of.
const BASH: &str = r#"
_NAME() {
    local each
    COMPREPLY=()
    while IFS= read -r each; do
        COMPREPLY+=("$each")
    done < <(VAR=bash "COMPLETER" -- "${COMP_LINE:0:COMP_POINT}" "$2" 2>/dev/null)
    if [[ ${COMPREPLY-} != *[=/:] ]]; then
        compopt +o nospace 2>/dev/null
    fi
}
if [[ ${BASH_VERSINFO[0]} -gt 4 || ${BASH_VERSINFO[0]} -eq 4 && ${BASH_VERSINFO[1]} -ge 4 ]]; then
    complete -o nospace -o bashdefault -o nosort -F _NAME BIN
else
    complete -o nospace -o bashdefault -F _NAME BIN
fi
"#;

impl EnvCompleter for OwnBash {
    fn name(&self) -> &'static str {
        "bash"
    }

    fn is(&self, name: &str) -> bool {
        name == "bash"
    }

    fn write_registration(
        &self,
        var: &str,
        name: &str,
        bin: &str,
        completer: &str,
        buf: &mut dyn Write,
    ) -> io::Result<()> {
        buf.write_all(script(BASH, var, name, bin, completer).as_bytes())
    }

    fn write_complete(
        &self,
        command: &mut Command,
        args: Vec<OsString>,
        folder: Option<&Path>,
        buf: &mut dyn Write,
    ) -> io::Result<()> {
        let mut args = typed(args, 1).into_iter();
        let (line, replaced) = (
            args.next().unwrap_or_default(),
            args.next().unwrap_or_default(),
        );
        let Some((words, place)) = CandidatePlace::find(&line, &replaced) else {
            return Ok(());
        };
        for (value, _) in candidates(command, words, folder)? {
            if let Some(rest) = place.put(&value) {
                writeln!(buf, "{rest}")?;
            }
        }
        Ok(())
    }
}

/// A registration script with the names in their places.
fn script(text: &str, var: &str, name: &str, bin: &str, completer: &str) -> String {
    text.replace("NAME", &name.replace('-', "_"))
        .replace("BIN", bin)
        .replace("COMPLETER", completer)
        .replace("VAR", var)
}

/// The quotes that a word has opened and not closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quotes {
    None,
    Single,
    Double,
}

/// A word of a command line, read as a shell reads it; expansions stay as they were typed.
#[derive(Debug)]
struct ShellWord<'a> {
    value: String,
    open: Quotes,
    /// What is behind the word, with the blank or the operator that ended it.
    rest: &'a str,
}

impl<'a> ShellWord<'a> {
    fn read(text: &'a str) -> Self {
        let mut value = String::new();
        let mut open = Quotes::None;
        let mut chars = text.chars();
        loop {
            let rest = chars.as_str();
            let Some(c) = chars.next() else {
                return Self { value, open, rest };
            };
            match (open, c) {
                (Quotes::None, ' ' | '\t' | '\n' | ';' | '|' | '&' | '<' | '>' | '(' | ')') => {
                    return Self { value, open, rest };
                }
                (Quotes::None, '\'') => open = Quotes::Single,
                (Quotes::None, '"') => open = Quotes::Double,
                (Quotes::Single, '\'') | (Quotes::Double, '"') => open = Quotes::None,
                (Quotes::None, '\\') => value.extend(chars.next()),
                (Quotes::Double, '\\') => match chars.next() {
                    Some(c @ ('$' | '`' | '"' | '\\')) => value.push(c),
                    other => value.extend(std::iter::once('\\').chain(other)),
                },
                (_, c) => value.push(c),
            }
        }
    }
}

/// Where bash puts a candidate.
#[derive(Debug)]
struct CandidatePlace {
    /// What stands before it in the same word, without its quotes.
    before: String,
    open: Quotes,
}

impl CandidatePlace {
    /// The words of a line and the place for the last one, of which bash replaces an end. `None`
    /// where nothing of this program's is being typed, such as the target of a redirection.
    fn find(line: &str, replaced: &str) -> Option<(Vec<String>, Self)> {
        let mut words = Vec::new();
        let mut rest = line.trim_start_matches([' ', '\t']);
        loop {
            let word = ShellWord::read(rest);
            if word.rest.is_empty() {
                let head = rest.strip_suffix(replaced)?;
                let before = ShellWord::read(head);
                // `$'…'` has rules of its own.
                if !before.rest.is_empty() || rest.contains("$'") || rest.contains("$\"") {
                    return None;
                }
                words.push(word.value);
                let place = Self {
                    before: before.value,
                    open: before.open,
                };
                return Some((words, place));
            }
            let behind = word.rest.trim_start_matches([' ', '\t']);
            if behind.len() == word.rest.len() {
                return None;
            }
            words.push(word.value);
            rest = &rest[rest.len() - behind.len()..];
        }
    }

    /// What to put there for a value: its end, quoted.
    fn put(&self, value: &str) -> Option<String> {
        let end = value.strip_prefix(&self.before)?;
        let mut out = String::with_capacity(end.len() + 8);
        for c in end.chars() {
            match (self.open, c) {
                (Quotes::None, c) => {
                    if !plain(c) && (c.is_ascii() || c.is_whitespace()) {
                        out.push('\\');
                    }
                    out.push(c);
                }
                (Quotes::Single, '\'') => out.push_str(r"'\''"),
                (Quotes::Double, '$' | '`' | '"' | '\\') => out.extend(['\\', c]),
                // Between double quotes the history of commands would be looked up.
                (Quotes::Double, '!') => out.push_str(r#""\!""#),
                (_, c) => out.push(c),
            }
        }
        // bash closes the quotes only where the last character is no such mark.
        match self.open {
            Quotes::None => {}
            Quotes::Single => out.push('\''),
            Quotes::Double => out.push('"'),
        }
        Some(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(line: &str, replaced: &str, value: &str) -> Option<String> {
        let (_, place) = CandidatePlace::find(line, replaced)?;
        place.put(value)
    }

    #[test]
    fn words_are_read_as_bash_reads_them() {
        let words = |line: &str| CandidatePlace::find(line, "").map(|(words, _)| words);
        assert_eq!(words("desk who ").unwrap(), ["desk", "who", ""]);
        assert_eq!(
            words(r#" desk  "a b" 'c $d' e\ f g"#).unwrap(),
            ["desk", "a b", "c $d", "e f", "g"]
        );
        assert_eq!(words("desk list queue:net").unwrap()[2], "queue:net");
        assert_eq!(words("desk list >"), None, "a file");
        assert_eq!(words("desk list; x"), None, "another command");
        assert_eq!(words("desk who $'a"), None);
    }

    #[test]
    fn a_candidate_is_quoted_as_the_word_began() {
        let name = "Yan$(touch X) !'\"\\~";
        assert_eq!(
            put("desk who Yan", "Yan", name).unwrap(),
            r#"Yan\$\(touch\ X\)\ \!\'\"\\\~"#
        );
        assert_eq!(
            put("desk who 'Yan", "Yan", name).unwrap(),
            r#"Yan$(touch X) !'\''"\~'"#
        );
        assert_eq!(
            put("desk who \"Yan", "Yan", name).unwrap(),
            r#"Yan\$(touch X) "\!"'\"\\~""#
        );
        assert_eq!(put("desk who Yan\" K", " K", "Yan Ko").unwrap(), " Ko\"");
        assert_eq!(
            put("desk list queue:net", "net", "queue:network").unwrap(),
            "network"
        );
        assert_eq!(put("desk list queue:net", "net", "KB-7Q2M"), None);
        assert_eq!(
            put("desk who Żó", "Żó", "Żółw\u{a0}a").unwrap(),
            "Żółw\\\u{a0}a"
        );
    }
}
