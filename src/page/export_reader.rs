//! What `desk export` wrote, read back as it comes: ids, files, and the contents of attachments, of
//! which one is held at a time.

use std::fmt;
use std::io::Read;

use base64::engine::general_purpose::STANDARD;
use base64::read::DecoderReader;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::model::id::TicketId;

/// An exported ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exported<C> {
    /// Its id.
    pub id: TicketId,
    /// Its file.
    pub file: String,
    /// Its attachments.
    pub attachments: Vec<Attached<C>>,
}

/// An exported attachment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attached<C> {
    /// Its name, as it stands there.
    pub name: String,
    /// Its size in bytes, as it stands there.
    pub size: u64,
    /// Its SHA-256, as it stands there.
    pub sha256: String,
    /// What was made of its content; `None` where that was left out.
    pub content: Option<C>,
}

/// Where tickets go as they are read. Both stop the reading by an error.
pub trait Sink {
    /// What it makes of a content.
    type Content;
    /// Why it wants no more.
    type Error;

    /// Takes a content; it belongs to the ticket that is told of next, of which it is the n-th
    /// attachment. What it leaves unread is skipped.
    fn content(&mut self, n: usize, from: &mut dyn Read) -> Result<Self::Content, Self::Error>;

    /// Takes a ticket.
    fn ticket(&mut self, one: Exported<Self::Content>) -> Result<(), Self::Error>;
}

/// A text that `desk export` did not write.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotExported(pub String);

/// Why the reading came to no end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Broken<E> {
    /// By what was read.
    NotExported(NotExported),
    /// By whom it was read for.
    Stopped(E),
}

/// Reads a page, or one object after the other.
pub fn read<S: Sink>(from: impl Read, sink: &mut S) -> Result<(), Broken<S::Error>> {
    let mut walk = Walk {
        sink,
        stopped: None,
    };
    let mut text = serde_json::Deserializer::from_reader(from);
    while text.end().is_err() {
        let read = One {
            walk: &mut walk,
            page: true,
        };
        if let Err(error) = read.deserialize(&mut text) {
            return Err(match walk.stopped {
                Some(error) => Broken::Stopped(error),
                None => Broken::NotExported(NotExported(error.to_string())),
            });
        }
    }
    Ok(())
}

struct Walk<'s, S: Sink> {
    sink: &'s mut S,
    stopped: Option<S::Error>,
}

impl<S: Sink> Walk<'_, S> {
    /// Passes on what the sink says; its own error is kept, because the parser's are only words.
    fn passed<T, E: Error>(&mut self, reported: Result<T, S::Error>) -> Result<T, E> {
        reported.map_err(|error| {
            self.stopped = Some(error);
            E::custom("stopped")
        })
    }
}

/// A ticket; or, where that may be, a page of them.
struct One<'w, 's, S: Sink> {
    walk: &'w mut Walk<'s, S>,
    page: bool,
}

impl<'de, S: Sink> DeserializeSeed<'de> for One<'_, '_, S> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de, S: Sink> Visitor<'de> for One<'_, '_, S> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an exported ticket or a page of them")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { walk, page } = self;
        let (mut id, mut file, mut attachments) = (None, None, Vec::new());
        let mut paged = false;
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "tickets" if page => {
                    map.next_value_seed(Tickets(walk))?;
                    paged = true;
                }
                "id" => id = Some(map.next_value::<String>()?),
                "file" => file = Some(map.next_value::<String>()?),
                "attachments" => attachments = map.next_value_seed(Attachments(walk))?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        if paged {
            return Ok(());
        }
        let id = id.ok_or_else(|| Error::missing_field("id"))?;
        let reported = id.parse();
        let reported = reported.map_err(|_| Error::custom(format!("`{id}` is no ticket's id")))?;
        let one = Exported {
            id: reported,
            file: file.ok_or_else(|| Error::custom(format!("{id} has no `file`")))?,
            attachments,
        };
        let reported = walk.sink.ticket(one);
        walk.passed(reported)
    }
}

struct Tickets<'w, 's, S: Sink>(&'w mut Walk<'s, S>);

impl<'de, S: Sink> DeserializeSeed<'de> for Tickets<'_, '_, S> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_seq(self)
    }
}

impl<'de, S: Sink> Visitor<'de> for Tickets<'_, '_, S> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of exported tickets")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut all: A) -> Result<(), A::Error> {
        let Self(walk) = self;
        while all.next_element_seed(One { walk, page: false })?.is_some() {}
        Ok(())
    }
}

struct Attachments<'w, 's, S: Sink>(&'w mut Walk<'s, S>);

impl<'de, S: Sink> DeserializeSeed<'de> for Attachments<'_, '_, S> {
    type Value = Vec<Attached<S::Content>>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_seq(self)
    }
}

impl<'de, S: Sink> Visitor<'de> for Attachments<'_, '_, S> {
    type Value = Vec<Attached<S::Content>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of attachments")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let Self(walk) = self;
        let mut all = Vec::new();
        while let Some(one) = seq.next_element_seed(Attachment { n: all.len(), walk })? {
            all.push(one);
        }
        Ok(all)
    }
}

struct Attachment<'w, 's, S: Sink> {
    n: usize,
    walk: &'w mut Walk<'s, S>,
}

impl<'de, S: Sink> DeserializeSeed<'de> for Attachment<'_, '_, S> {
    type Value = Attached<S::Content>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de, S: Sink> Visitor<'de> for Attachment<'_, '_, S> {
    type Value = Attached<S::Content>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an attachment")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let Self { n, walk } = self;
        let (mut name, mut size, mut sha256, mut content) = (None, None, None, None);
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "name" => name = Some(map.next_value()?),
                "size" => size = Some(map.next_value()?),
                "sha256" => sha256 = Some(map.next_value()?),
                "content" => content = map.next_value_seed(Content { n, walk })?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(Attached {
            name: name.ok_or_else(|| Error::missing_field("name"))?,
            size: size.ok_or_else(|| Error::missing_field("size"))?,
            sha256: sha256.ok_or_else(|| Error::missing_field("sha256"))?,
            content,
        })
    }
}

struct Content<'w, 's, S: Sink> {
    n: usize,
    walk: &'w mut Walk<'s, S>,
}

impl<'de, S: Sink> DeserializeSeed<'de> for Content<'_, '_, S> {
    type Value = Option<S::Content>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_option(self)
    }
}

impl<'de, S: Sink> Visitor<'de> for Content<'_, '_, S> {
    type Value = Option<S::Content>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a content in base64, or null")
    }

    fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_str(self)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        let mut bytes = Decoded {
            from: DecoderReader::new(text.as_bytes(), &STANDARD),
            failed: false,
        };
        let reported = self.walk.sink.content(self.n, &mut bytes);
        if bytes.failed {
            return Err(E::custom("the content of an attachment is no base64"));
        }
        self.walk.passed(reported).map(Some)
    }
}

/// Bytes out of base64, which remembers what was none.
struct Decoded<R> {
    from: R,
    failed: bool,
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let reported = self.from.read(into);
        self.failed |= reported.is_err();
        reported
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keeps what it is given, contents as text.
    #[derive(Default)]
    struct All(Vec<Exported<String>>);

    impl Sink for All {
        type Content = String;
        type Error = String;

        fn content(&mut self, _n: usize, from: &mut dyn Read) -> Result<String, String> {
            let mut text = String::new();
            let reported = from.read_to_string(&mut text);
            reported.map(|_| text).map_err(|error| error.to_string())
        }

        fn ticket(&mut self, one: Exported<String>) -> Result<(), String> {
            if one.file == "enough" {
                return Err("no more".to_owned());
            }
            self.0.push(one);
            Ok(())
        }
    }

    fn reported(text: &str) -> Result<Vec<Exported<String>>, Broken<String>> {
        let mut all = All::default();
        read(text.as_bytes(), &mut all).map(|()| all.0)
    }

    const ONE: &str = r#"{"attachments": [{"content": "YWI=", "sha256": "x", "size": 2, "name": "n"},
        {"name": "m", "size": 0, "sha256": "y", "content": null, "of_later": [1]}],
        "entries": [{"id": 7}], "file": "text", "id": "2611-7K3MQ"}"#;

    #[test]
    fn pages_and_objects_say_the_same_whatever_their_order() {
        let one = reported(ONE).unwrap();
        assert_eq!(one.len(), 1);
        let contents: Vec<_> = one[0].attachments.iter().map(|one| &one.content).collect();
        assert_eq!(contents, [&Some("ab".to_owned()), &None]);
        assert_eq!(
            reported(&format!(
                "{{\"format\": 1, \"tickets\": [{ONE}], \"problems\": []}}"
            )),
            Ok(one.clone())
        );
        assert_eq!(reported(&format!("{ONE}\n\n{ONE}\n")).unwrap().len(), 2);
        assert_eq!(reported(""), Ok(Vec::new()));
        assert_eq!(reported("{\"tickets\": []}"), Ok(Vec::new()));
    }

    #[test]
    fn what_is_no_export_is_told() {
        for (text, word) in [
            ("nonsense", "expected"),
            ("{}", "missing field `id`"),
            ("[]", "a page of them"),
            (r#"{"id": "../../x", "file": ""}"#, "no ticket's id"),
            (r#"{"id": "2611-7K3MQ"}"#, "has no `file`"),
            (r#"{"tickets": [{"tickets": []}]}"#, "missing field `id`"),
            (&ONE.replace("YWI=", "YW!="), "no base64"),
            (&ONE.replace("YWI=", "YWI"), "no base64"),
            (&ONE.replace("\"size\": 2", "\"size\": -2"), "invalid value"),
            (&ONE[..ONE.len() - 1], "EOF"),
        ] {
            match reported(text) {
                Err(Broken::NotExported(why)) => assert!(why.0.contains(word), "{text}: {why}"),
                other => panic!("{text}: {other:?}"),
            }
        }
        let stopped = reported(&ONE.replace("\"text\"", "\"enough\""));
        assert_eq!(stopped, Err(Broken::Stopped("no more".to_owned())));
    }
}
