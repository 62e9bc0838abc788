//! `attach`: files that belong to a ticket, copied into its folder, and the proof that they are
//! still what they were.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

use crate::model::entry_kind::EntryKind;
use crate::model::id::TicketId;
use crate::model::size::Size;
use crate::ops::core::actor::Actor;
use crate::ops::core::commit_message::one_line;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::outcome::Outcome;
use crate::ops::core::transaction::Transaction;
use crate::ops::core::values;
use crate::ops::ticket::merge::end_of_chain;
use crate::page::problem::Problem;
use crate::page::ticket::TicketPage;
use crate::rules::lifecycle::attachments::{self, Attachment};
use crate::rules::lifecycle::transitions::Trigger;
use sha2::Digest as _;

use crate::store::error::StoreError;
use crate::store::fs::contents::{self, AddedFile, KeptContent};
use crate::store::fs::read::ReadError;

/// A file to be attached, open for reading.
#[derive(Debug)]
pub struct FileToAttach {
    /// What the person calls it, for messages.
    shown: String,
    /// The name that it would have.
    name: String,
    /// Where it lies; `None` for standard input.
    path: Option<PathBuf>,
    input: Input,
}

#[derive(Debug)]
enum Input {
    File(File),
    Bytes(Cursor<Vec<u8>>),
}

impl FileToAttach {
    /// Opens a file. Links are followed, for reading; only regular files are taken.
    pub fn open(path: &Path, name: Option<&str>) -> Result<Self, OpError> {
        let shown = path.display().to_string();
        let file = contents::open(path).map_err(|error| {
            let reported = match &error {
                ReadError::Missing => format!("there is no file `{shown}`"),
                error => format!("`{shown}` cannot be attached: {error}"),
            };
            let error = match error {
                ReadError::Io(_) => OpError::failed("attachment-failed", reported),
                _ => OpError::usage("attachment-refused", reported),
            };
            if path.is_dir() {
                error.hint("pack the folder into one file, or name its files")
            } else if path.symlink_metadata().is_err() && path.is_relative() {
                error
                    .hint("a file is looked for from the folder that you are in, not from the desk")
            } else {
                error
            }
        })?;
        let own = || path.file_name().unwrap_or_default().to_string_lossy();
        Ok(Self {
            name: name.map_or_else(|| own().into_owned(), str::to_owned),
            path: path.canonicalize().ok(),
            shown,
            input: Input::File(file),
        })
    }

    /// What was read from standard input; no more of it than one byte above the limit.
    pub fn of_bytes(bytes: Vec<u8>, name: &str) -> Self {
        Self {
            shown: "standard input".to_owned(),
            name: name.to_owned(),
            path: None,
            input: Input::Bytes(Cursor::new(bytes)),
        }
    }

    /// The name that it would have.
    pub(in crate::ops) fn name(&self) -> &str {
        &self.name
    }

    /// How many bytes it has, as far as is known.
    pub(in crate::ops) fn size(&self) -> u64 {
        match &self.input {
            Input::File(file) => file.metadata().map_or(0, |meta| meta.len()),
            Input::Bytes(bytes) => bytes.get_ref().len() as u64,
        }
    }

    /// Its bytes.
    pub(in crate::ops) fn reader(&mut self) -> &mut dyn Read {
        match &mut self.input {
            Input::File(file) => file,
            Input::Bytes(bytes) => bytes,
        }
    }

    /// The refusal of a file that is too large, as far as its size is known.
    fn too_large(&self, most: Size) -> OpError {
        let size = Size(self.size());
        let reported = match &self.input {
            Input::File(_) if size.0 > most.0 => {
                let (mut is, mut may) = (size.to_string(), most.to_string());
                if is == may {
                    (is, may) = (format!("{} bytes", size.0), format!("{} bytes", most.0));
                }
                format!(
                    "`{}` has {is}, and an attachment may have at most {may}",
                    self.shown
                )
            }
            Input::File(_) => format!(
                "`{}` has grown beyond the {most} that an attachment may have",
                self.shown
            ),
            Input::Bytes(_) => format!(
                "{} has more than the {most} that an attachment may have",
                self.shown
            ),
        };
        OpError::refused("attachment-too-large", reported)
            .hint("keep a large file elsewhere and link to it from a note")
            .hint("the limit is `max_size` under [attachments] in desk.toml")
    }
}

/// The files of a ticket, before and during the command.
struct Files<'d> {
    desk: &'d Desk,
    folder: String,
    /// What the log tells of.
    known: Vec<Attachment>,
    /// Names that no new file may have, folded.
    taken: BTreeSet<String>,
    /// What this command attaches: names by SHA-256.
    new: BTreeMap<String, AttachmentNames>,
}

/// What people call an attachment, and its file in the ticket's folder.
#[derive(Clone, Debug)]
struct AttachmentNames {
    name: String,
    file: String,
}

/// What becomes of a file.
enum AttachAction {
    /// It is attached under these names.
    New(AttachmentNames),
    /// The log tells of it, but it was gone: it comes back to its place.
    Back(AttachmentNames),
    /// It is there already.
    There(AttachmentNames),
}

impl<'d> Files<'d> {
    fn of(desk: &'d Desk, id: TicketId, known: Vec<Attachment>) -> Self {
        let folder = attachments::folder(id);
        let listed = std::fs::read_dir(desk.root.join(&folder));
        let listed = listed
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.file_name());
        let mut taken: BTreeSet<String> = listed
            .map(|name| attachments::folded(&name.to_string_lossy()))
            .collect();
        taken.extend(known.iter().map(|one| attachments::folded(&one.file)));
        Self {
            desk,
            folder,
            known,
            taken,
            new: BTreeMap::new(),
        }
    }

    fn path(&self, name: &str) -> String {
        format!("{}/{name}", self.folder)
    }

    fn judge(
        &mut self,
        source: &FileToAttach,
        content: &KeptContent,
    ) -> Result<AttachAction, OpError> {
        if let Some(names) = self.new.get(&content.sha256) {
            return Ok(AttachAction::There(names.clone()));
        }
        let same = |one: &&Attachment| {
            one.sha256.as_ref() == Some(&content.sha256) && attachments::is_safe(&one.file)
        };
        for one in self.known.iter().filter(same) {
            let names = AttachmentNames {
                name: one.name.clone(),
                file: one.file.clone(),
            };
            match contents::content(&self.desk.root, &self.path(&one.file))? {
                Some(there) if there == *content => return Ok(AttachAction::There(names)),
                Some(_) => {}
                None => {
                    self.new.insert(content.sha256.clone(), names.clone());
                    return Ok(AttachAction::Back(names));
                }
            }
        }
        let name = attachments::safe(&source.name);
        let file = self.lies_there(source).unwrap_or_else(|| {
            let stored = attachments::stored(&name, &content.sha256);
            attachments::free(&stored, |name| self.taken.contains(name))
        });
        self.taken.insert(attachments::folded(&file));
        let names = AttachmentNames { name, file };
        self.new.insert(content.sha256.clone(), names.clone());
        Ok(AttachAction::New(names))
    }

    /// The name of a file that somebody has put into the ticket's folder by hand: it stays where
    /// it is, and the log tells of it from now on.
    fn lies_there(&self, source: &FileToAttach) -> Option<String> {
        let path = source.path.as_ref()?;
        let folder = self.desk.root.join(&self.folder).canonicalize().ok()?;
        let name = path.file_name()?.to_str()?;
        let logged = self.known.iter().any(|one| one.file == name);
        (path.parent() == Some(&folder) && attachments::is_safe(name) && !logged)
            .then(|| name.to_owned())
    }
}

/// Attaches files to a ticket; to the end of the chain where it was merged away.
///
/// A content that is attached already is told of and left alone. Refuses what is larger than the
/// house allows.
pub fn attach(
    desk: &Desk,
    act: &Actor,
    id: TicketId,
    sources: Vec<FileToAttach>,
    text: &str,
) -> Result<Outcome, OpError> {
    let text = values::text(text)?;
    let most = desk.settings.attachments.max_size;
    if let Some(large) = sources.iter().find(|source| source.size() > most.0) {
        return Err(large.too_large(most));
    }
    let mut tx = Transaction::begin(desk, act, "attach")?;
    let (id, notice) = end_of_chain(desk, id)?;
    let mut notices: Vec<String> = notice.into_iter().collect();
    let mut edit = tx.edit(id, EntryKind::Attach)?;
    let mut files = Files::of(desk, id, attachments::all(&edit.ticket.log));
    let mut names = Vec::new();
    for mut source in sources {
        let shown = PathBuf::from(&source.shown);
        let content = match tx.receive(source.reader(), &shown, most.0) {
            Err(StoreError::TooLarge { .. }) => return Err(source.too_large(most)),
            received => received?,
        };
        match files.judge(&source, &content)? {
            AttachAction::There(AttachmentNames { name, .. }) => {
                notices.push(format!(
                    "`{}` is attached already, as `{name}`",
                    source.shown
                ));
            }
            AttachAction::Back(AttachmentNames { name, file }) => {
                tx.add(AddedFile::new(files.path(&file), &content));
                notices.push(format!("`{name}` was missing, and is back"));
            }
            AttachAction::New(AttachmentNames { name, file }) => {
                if name != source.name {
                    notices.push(format!("`{}` is attached as `{name}`", source.shown));
                }
                tx.add(AddedFile::new(files.path(&file), &content));
                names.push(name.clone());
                let (n, size, sha256) = (names.len(), content.size, &content.sha256);
                for (key, value) in attachments::attributes(n, &name, &file, size, sha256) {
                    edit.attribute(&key, value);
                }
            }
        }
    }
    if !names.is_empty() {
        edit.event(Trigger::AgentActs)?;
    }
    edit.text(&text);
    let subject = match &names[..] {
        [] => format!("{id} attach: nothing new"),
        [name] => format!("{id} attach: {}", one_line(name, 50)),
        names => format!("{id} attach: {} files", names.len()),
    };
    tx.stage(edit)?;
    let mut outcome = tx.finish(&subject)?;
    outcome.notices.extend(notices);
    Ok(outcome)
}

/// An attachment of a ticket, and whether its file is there.
#[derive(Clone, Debug)]
pub struct ListedAttachment {
    /// What the log says.
    pub attachment: Attachment,
    /// Whether its file is in the ticket's folder.
    pub present: bool,
}

/// Whether a content is what stands in the place of one that was redacted.
pub fn is_redacted(content: &KeptContent) -> bool {
    let marker = attachments::REDACTED_CONTENT.as_bytes();
    let digest = sha2::Sha256::digest(marker);
    content.size == marker.len() as u64 && content.sha256 == contents::hex(&digest)
}

/// The attachments of a ticket. Nothing is read of the files themselves.
pub fn listed(desk: &Desk, page: &TicketPage) -> Vec<ListedAttachment> {
    let folder = attachments::folder(page.ticket.id);
    let listed = |attachment: Attachment| {
        let path = format!("{folder}/{}", attachment.file);
        ListedAttachment {
            present: attachments::is_safe(&attachment.file)
                && contents::size(&desk.root, &path).is_ok_and(|size| size.is_some()),
            attachment,
        }
    };
    attachments::all(&page.ticket.log)
        .into_iter()
        .map(listed)
        .collect()
}

/// Compares what the log of a ticket says with the files in its folder, of which these names are
/// known. Each file is read once at most, and not at all where its size is another.
pub fn verify(desk: &Desk, page: &TicketPage, names: &[String]) -> Vec<Problem> {
    let mut proof = Proof {
        desk,
        folder: attachments::folder(page.ticket.id),
        read: BTreeMap::new(),
    };
    let mut problems = Vec::new();
    let mut known = BTreeSet::new();
    let redacted = attachments::redacted(&page.ticket.log);
    for logged in &page.entries {
        for mut one in attachments::of_entry(&logged.entry) {
            one.redacted = attachments::is_out(&redacted, &one.file);
            if let Some((message, hint)) = proof.fault(&one) {
                let span = logged.heading.clone();
                let problem = Problem::at(&page.path, &page.text, span, message);
                problems.push(match hint {
                    Some(hint) => problem.hint(hint),
                    None => problem,
                });
            }
            if attachments::is_safe(&one.file) {
                known.insert(one.file);
            }
        }
    }
    for name in names.iter().filter(|name| !known.contains(*name)) {
        let path = proof.path(name);
        // The hint is a command to copy: a stranger's name must not become more than a name in it.
        let hint = if attachments::is_safe(name) && !name.contains('\'') {
            format!(
                "`desk attach {} '{path}'` logs it where it is; or take it away",
                page.ticket.id
            )
        } else {
            "take it away; attached under another name, it may stay".to_owned()
        };
        let problem = Problem::whole(&path, "no entry of the ticket tells of this file");
        problems.push(problem.hint(hint));
    }
    problems
}

/// What to do about a file that is not what it was.
const CHANGED: &str = "get it back with git, and attach the changed file as another";

/// The files of a ticket, held against what its log says of them.
struct Proof<'d> {
    desk: &'d Desk,
    folder: String,
    /// The files that were read; `None` for one that is gone.
    read: BTreeMap<String, Option<KeptContent>>,
}

impl Proof<'_> {
    fn path(&self, name: &str) -> String {
        format!("{}/{name}", self.folder)
    }

    /// What is wrong with an attachment as an entry tells of it, with what to do.
    fn fault(&mut self, one: &Attachment) -> Option<(String, Option<&'static str>)> {
        let name = &one.file;
        let wrong = |message: String, hint: &'static str| Some((message, Some(hint)));
        if !attachments::is_safe(name) {
            return wrong(
                format!("`{name}` is no name for an attachment"),
                "one part of a path, without control characters, like `log.txt`",
            );
        }
        let (Some(size), Some(sha256)) = (one.size, &one.sha256) else {
            return wrong(
                format!("the attachment `{name}` has no size or no SHA-256 here"),
                "take the entry out, and let `desk attach` write it",
            );
        };
        if one.redacted {
            return match self.content(name) {
                Ok(Some(content)) if !is_redacted(&content) => wrong(
                    format!("the attachment `{name}` was redacted, and its content is here"),
                    "`desk redact ID --attachment NAME` takes it out again",
                ),
                Ok(_) => None,
                Err(error) => Some((error.message, None)),
            };
        }
        let now = match contents::size(&self.desk.root, &self.path(name)) {
            Ok(now) => now,
            Err(error) => return Some((OpError::from(error).message, None)),
        };
        match now {
            None => wrong(
                format!("the attachment `{name}` is missing"),
                "attach the same file again, or get it back with git",
            ),
            Some(now) if now != size => wrong(
                format!("the attachment `{name}` was changed: it has {now} bytes, not {size}"),
                CHANGED,
            ),
            Some(_) => match self.content(name) {
                Ok(Some(content)) if content.sha256 == *sha256 => None,
                Ok(_) => wrong(
                    format!("the attachment `{name}` was changed: its SHA-256 is another"),
                    CHANGED,
                ),
                Err(error) => Some((error.message, None)),
            },
        }
    }

    fn content(&mut self, name: &str) -> Result<Option<KeptContent>, OpError> {
        if let Some(content) = self.read.get(name) {
            return Ok(content.clone());
        }
        let content = contents::content(&self.desk.root, &self.path(name))?;
        self.read.insert(name.to_owned(), content.clone());
        Ok(content)
    }
}
