//! Bringing an index up to date with the files: one commit, whatever changed.

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tantivy::indexer::{IndexWriterOptions, NoMergePolicy};
use tantivy::{Index, IndexWriter, Term};

use crate::index::scan::{Scan, on_two_threads};
use crate::index::text::TextSearcher;
use crate::index::text::collection::{Collection, FolderState, UNSETTLED};
use crate::index::text::commit::{Commit, Taken};
use crate::index::text::directory::{CacheDirectory, is_of_the_engine};
use crate::index::text::document::{self, Document};
use crate::index::text::schema::{self, Fields};
use crate::index::text::segments::{self, Segment};
use crate::index::text::snapshot::{self, Snapshot};
use crate::index::text::writer_lock::WriterLock;
use crate::index::ticket_cache::Progress;
use crate::page::ticket::TicketPage;
use crate::store::error::StoreError;
use crate::store::fs::caches::{self, Caches};
use crate::store::fs::root::Root;

/// From so many texts on, memory and threads are worth their while, and a bar is shown.
const MANY: usize = 2_000;

/// Bytes in which the engine gathers texts before it writes a piece.
const SMALL_ARENA: usize = 15_000_000;
const LARGE_ARENA: usize = 100_000_000;

/// An index as far as it goes.
pub enum Opening<'s> {
    /// It says what the files say.
    Current(TextSearcher),
    /// It does not yet.
    Behind(Box<Refresh<'s>>),
}

/// An index being brought up to date, under its lock.
pub struct Refresh<'s> {
    root: &'s Root,
    scan: &'s Scan,
    kind: Collection,
    format: u64,
    fields: Fields,
    index: Index,
    writer: IndexWriter,
    /// Nothing for an index that lives as long as the command.
    kept: Option<Kept>,
    languages: Mutex<Vec<String>>,
    /// Texts still to be read, with what their files look like.
    wanted: Mutex<HashMap<u64, u64>>,
    total: usize,
    done: AtomicUsize,
}

/// Where an index is kept, with its lock, which is held to the end.
struct Kept {
    directory: CacheDirectory,
    _turn: WriterLock,
}

/// Opens an index; without a word it is built anew where anything about it is odd.
pub fn open<'s>(
    root: &'s Root,
    scan: &'s Scan,
    kind: Collection,
    format: u64,
) -> tantivy::Result<Opening<'s>> {
    let Ok(folder) = place(root, kind) else {
        return in_memory(root, scan, kind, format).map(Opening::Behind);
    };
    if let Some(reading) = current(root, &folder, scan, kind, format) {
        return Ok(Opening::Current(TextSearcher::of(kind, reading)));
    }
    // Several may come here at once: the first does the work, the others find it done.
    let Ok(Some(turn)) = WriterLock::wait(&folder) else {
        return in_memory(root, scan, kind, format).map(Opening::Behind);
    };
    if let Some(reading) = current(root, &folder, scan, kind, format) {
        return Ok(Opening::Current(TextSearcher::of(kind, reading)));
    }
    match Refresh::on_disk(root, scan, kind, format, &folder, turn) {
        Ok(refresh) => Ok(Opening::Behind(Box::new(refresh))),
        Err(_) => in_memory(root, scan, kind, format).map(Opening::Behind),
    }
}

/// An index that is kept nowhere, for where none can be kept.
pub fn in_memory<'s>(
    root: &'s Root,
    scan: &'s Scan,
    kind: Collection,
    format: u64,
) -> tantivy::Result<Box<Refresh<'s>>> {
    Refresh::in_memory(root, scan, kind, format).map(Box::new)
}

/// An index that is kept nowhere, made on this thread alone, for where no other can be had.
pub fn alone(root: &Root, scan: &Scan, kind: Collection) -> tantivy::Result<TextSearcher> {
    let paths = kind.paths(scan);
    let folders = kind.standing(scan).into_iter();
    let mut keys: Vec<u64> = folders
        .flat_map(|folder| kind.files(scan, &folder.name).into_keys())
        .collect();
    keys.sort_unstable();
    let mut unread = Vec::new();
    let sheets = keys.into_iter().filter_map(|key| {
        let sheet = kind.read(root, &paths, key);
        unread.extend(sheet.is_none().then_some(key));
        sheet
    });
    let mut texts = TextSearcher::in_memory(kind, sheets)?;
    texts.unread = unread;
    Ok(texts)
}

/// Forgets an index in which something was found to be broken.
pub fn forget(root: &Root, kind: Collection) {
    if let Ok(folder) = place(root, kind)
        && let Ok(Some(_turn)) = WriterLock::wait(&folder)
    {
        wipe(&folder);
    }
}

/// The folder of an index, made where there is none.
fn place(root: &Root, kind: Collection) -> Result<Arc<Caches>, StoreError> {
    let search = Caches::make(root)?.make_inner(caches::SEARCH)?;
    search.make_inner(kind.folder()).map(Arc::new)
}

/// The index, if it says what the files say.
fn current(
    root: &Root,
    folder: &Arc<Caches>,
    scan: &Scan,
    kind: Collection,
    format: u64,
) -> Option<Snapshot> {
    // A writer may take away what a reader is about to open: then there is something newer.
    let mut tries = (0..3).map(|_| Snapshot::open(folder));
    let reading = tries.find_map(Result::ok)?;
    let standing = kind.standing(scan);
    let taken = &reading.commit.taken;
    let same = taken.len() == standing.len()
        && standing.iter().zip(taken).all(|(now, then)| {
            now.name == then.name && now.digest.is_some() && now.digest == then.digest
        });
    let unread = &reading.commit.unread;
    let unreadable = || {
        let paths = kind.paths(scan);
        unread
            .iter()
            .all(|key| kind.read(root, &paths, *key).is_none())
    };
    (reading.commit.format == format && same && (unread.is_empty() || unreadable()))
        .then_some(reading)
}

/// Removes all files of an index but the lock, which the caller holds.
fn wipe(folder: &Caches) {
    folder.tidy(|name| is_of_the_engine(Path::new(name)) || caches::is_temporary(name));
}

fn writer(index: &Index, texts: usize) -> tantivy::Result<IndexWriter> {
    let arena = if texts > MANY {
        LARGE_ARENA
    } else {
        SMALL_ARENA
    };
    let options = IndexWriterOptions::builder()
        .num_worker_threads(1)
        .memory_budget_per_thread(arena)
        .num_merge_threads(1)
        .build();
    let writer = index.writer_with_options(options)?;
    writer.set_merge_policy(Box::new(NoMergePolicy));
    Ok(writer)
}

impl<'s> Refresh<'s> {
    fn on_disk(
        root: &'s Root,
        scan: &'s Scan,
        kind: Collection,
        format: u64,
        folder: &Arc<Caches>,
        turn: WriterLock,
    ) -> tantivy::Result<Self> {
        let old = Snapshot::open(folder).ok();
        let old = old.filter(|old| old.commit.format == format);
        let fields = Fields::new().1;
        if let Some(old) = old
            && let Ok((wanted, gone)) = changes(&old, scan, kind)
        {
            let writer = writer(&old.index, wanted.len())?;
            for key in gone {
                writer.delete_term(Term::from_field_u64(fields.key, key));
            }
            let languages = old.commit.languages.clone();
            let index = old.index;
            let kept = old.kept_in.map(|directory| Kept {
                directory,
                _turn: turn,
            });
            return Ok(Self::new(
                root, scan, kind, format, index, writer, kept, languages, wanted,
            ));
        }
        wipe(folder);
        let (schema, _) = Fields::new();
        let directory = CacheDirectory::of(folder);
        let index = Index::builder()
            .schema(schema)
            .tokenizers(schema::analysers())
            .open_or_create(directory.clone())?;
        let kept = Kept {
            directory,
            _turn: turn,
        };
        Self::afresh(root, scan, kind, format, index, Some(kept))
    }

    fn in_memory(
        root: &'s Root,
        scan: &'s Scan,
        kind: Collection,
        format: u64,
    ) -> tantivy::Result<Self> {
        let (schema, _) = Fields::new();
        let index = Index::builder()
            .schema(schema)
            .tokenizers(schema::analysers())
            .create_in_ram()?;
        Self::afresh(root, scan, kind, format, index, None)
    }

    fn afresh(
        root: &'s Root,
        scan: &'s Scan,
        kind: Collection,
        format: u64,
        index: Index,
        kept: Option<Kept>,
    ) -> tantivy::Result<Self> {
        let standing = kind.standing(scan);
        let wanted: HashMap<u64, u64> = standing
            .iter()
            .flat_map(|folder| kind.files(scan, &folder.name))
            .collect();
        let writer = writer(&index, wanted.len())?;
        Ok(Self::new(
            root,
            scan,
            kind,
            format,
            index,
            writer,
            kept,
            Vec::new(),
            wanted,
        ))
    }

    #[expect(clippy::too_many_arguments, reason = "the fields of the value, once")]
    fn new(
        root: &'s Root,
        scan: &'s Scan,
        kind: Collection,
        format: u64,
        index: Index,
        writer: IndexWriter,
        kept: Option<Kept>,
        languages: Vec<String>,
        wanted: HashMap<u64, u64>,
    ) -> Self {
        Self {
            root,
            scan,
            kind,
            format,
            fields: Fields::new().1,
            index,
            writer,
            kept,
            languages: Mutex::new(languages),
            total: wanted.len(),
            wanted: Mutex::new(wanted),
            done: AtomicUsize::new(0),
        }
    }

    /// How many texts are to be read.
    pub fn total(&self) -> usize {
        self.total
    }

    /// Whether the next command finds it made.
    pub fn is_kept(&self) -> bool {
        self.kept.is_some()
    }

    /// Takes a page that somebody has read anyway.
    pub fn take(&self, page: &TicketPage) {
        let stamp = match self.wanted.lock() {
            Ok(mut wanted) => wanted.remove(&page.ticket.id.number()),
            Err(_) => None,
        };
        if let Some(stamp) = stamp {
            self.add(&document::of_ticket(page), stamp);
        }
    }

    fn add(&self, sheet: &Document, stamp: u64) {
        let language = sheet.language();
        if let Some(language) = &language
            && let Ok(mut languages) = self.languages.lock()
            && !languages.contains(language)
        {
            languages.push(language.clone());
        }
        // A writer that has broken says so at the commit.
        let _ = self
            .writer
            .add_document(sheet.document(stamp, language.as_deref(), &self.fields));
        self.done.fetch_add(1, Ordering::Relaxed);
    }

    /// Reads what is left, commits, and opens the result.
    pub fn finish(mut self, progress: Progress<'_>) -> tantivy::Result<TextSearcher> {
        let wanted = std::mem::take(&mut self.wanted);
        let wanted = wanted.into_inner().unwrap_or_default();
        let mut wanted: Vec<(u64, u64)> = wanted.into_iter().collect();
        wanted.sort_unstable();
        let paths = self.kind.paths(self.scan);
        let unread = on_two_threads(&wanted, |(key, stamp)| {
            let sheet = self.kind.read(self.root, &paths, *key);
            if let Some(sheet) = &sheet {
                self.add(sheet, *stamp);
            }
            let done = self.done.load(Ordering::Relaxed);
            if self.total > MANY && done.is_multiple_of(256) {
                progress(done, self.total);
            }
            sheet.is_none().then_some(*key)
        });
        let commit = Commit {
            format: self.format,
            taken: self
                .kind
                .standing(self.scan)
                .into_iter()
                .map(|folder| Taken {
                    name: folder.name,
                    digest: folder.digest,
                })
                .collect(),
            unread: unread.into_iter().flatten().collect(),
            languages: self.languages.into_inner().unwrap_or_default(),
        };
        let mut prepared = self.writer.prepare_commit()?;
        prepared.set_payload(&commit.write());
        prepared.commit()?;
        let pieces: Vec<Segment> = self
            .index
            .searchable_segment_metas()?
            .iter()
            .map(|meta| Segment {
                id: meta.id(),
                texts: meta.num_docs().into(),
                deleted: meta.num_deleted_docs().into(),
            })
            .collect();
        let merged = segments::to_merge(&pieces);
        if !merged.is_empty() {
            self.writer.merge(&merged).wait()?;
        }
        self.writer.wait_merging_threads()?;
        if self.total > MANY {
            progress(self.total, self.total);
        }
        let searcher = snapshot::searcher(&self.index)?;
        Ok(TextSearcher::of(
            self.kind,
            Snapshot {
                index: self.index,
                searcher,
                commit,
                kept_in: self.kept.map(|kept| kept.directory),
            },
        ))
    }
}

/// What an index lacks: the texts to read, and the numbers whose old texts go.
fn changes(
    old: &Snapshot,
    scan: &Scan,
    kind: Collection,
) -> tantivy::Result<(HashMap<u64, u64>, Vec<u64>)> {
    let standing = kind.standing(scan);
    let settled = |folder: &FolderState| {
        let mut taken = old.commit.taken.iter();
        let then = taken.find(|taken| taken.name == folder.name);
        folder.digest.is_some()
            && then.is_some_and(|then| then.digest == folder.digest)
            && !old
                .commit
                .unread
                .iter()
                .any(|key| folder.keys.contains(key))
    };
    let same: Vec<_> = standing
        .iter()
        .filter(|folder| settled(folder))
        .map(|folder| folder.keys.clone())
        .collect();
    let mut wanted: HashMap<u64, u64> = standing
        .iter()
        .filter(|folder| !settled(folder))
        .flat_map(|folder| kind.files(scan, &folder.name))
        .collect();
    let mut gone = Vec::new();
    for segment in old.searcher.segment_readers() {
        let (keys, stamps) = (
            segment.fast_fields().u64("key")?,
            segment.fast_fields().u64("stamp")?,
        );
        for doc in segment.doc_ids_alive() {
            let (Some(key), Some(stamp)) = (keys.first(doc), stamps.first(doc)) else {
                continue;
            };
            if same.iter().any(|range| range.contains(&key)) {
                continue;
            }
            match wanted.get(&key) {
                Some(now) if *now == stamp && stamp != UNSETTLED => {
                    wanted.remove(&key);
                }
                _ => gone.push(key),
            }
        }
    }
    Ok((wanted, gone))
}
