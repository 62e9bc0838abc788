//! Git's objects, read one after the other as they come, so that none is held in memory.

use std::io::{self, Read};

use crate::store::error::StoreError;
use crate::store::git::child::Git;
use crate::store::git::conversation::Conversation;

const ARGS: [&str; 2] = ["cat-file", "--batch"];

/// A git that gives objects.
pub(in crate::store) struct Objects {
    conversation: Conversation,
    /// How much of the object last asked for is still to come, with the line break after it.
    rest: u64,
}

/// The bytes of an object.
pub(in crate::store) struct Object<'o> {
    objects: &'o mut Objects,
    name: String,
}

impl Object<'_> {
    /// The object's own name, whatever it was asked for by.
    pub(in crate::store) fn name(&self) -> &str {
        &self.name
    }
}

impl Objects {
    pub(in crate::store) fn start(git: &Git) -> Result<Self, StoreError> {
        let conversation = Conversation::start(git, &ARGS)?;
        Ok(Self {
            conversation,
            rest: 0,
        })
    }

    /// Opens an object by its name; `None` where there is none.
    pub(in crate::store) fn open(&mut self, name: &str) -> Result<Option<Object<'_>>, StoreError> {
        let mut rest = self.conversation.said().take(self.rest);
        if let Err(error) = io::copy(&mut rest, &mut io::sink()) {
            return Err(self.conversation.failed_with(&error));
        }
        self.rest = 0;
        let line = self.conversation.ask(name)?;
        // The name of a file in a commit may have spaces.
        if line.strip_suffix(" missing") == Some(name) {
            return Ok(None);
        }
        let mut words = line.split(' ');
        let found = match (words.next(), words.next(), words.next()) {
            (Some(name), Some(_), Some(size)) => size.parse::<u64>().ok().map(|size| (name, size)),
            _ => None,
        };
        let (name, size) = found.ok_or_else(|| StoreError::Answer {
            command: ARGS.join(" "),
            answer: line.chars().take(200).collect(),
        })?;
        self.rest = size + 1;
        Ok(Some(Object {
            name: name.to_owned(),
            objects: self,
        }))
    }
}

impl Read for Object<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Objects { conversation, rest } = &mut *self.objects;
        let left = rest.saturating_sub(1);
        if left == 0 || buffer.is_empty() {
            return Ok(0);
        }
        let most = usize::try_from(left).map_or(buffer.len(), |left| left.min(buffer.len()));
        let count = conversation.said().read(&mut buffer[..most])?;
        if count == 0 {
            return Err(io::Error::other(conversation.failed().to_string()));
        }
        *rest -= count as u64;
        Ok(count)
    }
}
