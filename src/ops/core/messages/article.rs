//! Errors of verbs on articles.

use crate::ops::core::error::OpError;
use crate::ops::core::messages::Part;

/// Errors of verbs on articles. The parts of a text are in its order.
#[derive(Clone, Copy)]
pub enum ArticleError<'a> {
    ArticleTooLong(Part<'a>),
    ChangedMeanwhile(Part<'a>),
    InvalidEdit,
    NoTitle,
    BadLanguage(Part<'a>),
    NothingWritten,
    InvalidNew,
    NewIsDraft(Part<'a>),
    BadCategory(Part<'a>),
    TranslationNeedsLanguage,
    TranslationThere(Part<'a>, Part<'a>, Part<'a>, Part<'a>),
    PublishedAlready(Part<'a>),
    InvalidArticle(Part<'a>, Part<'a>),
    CheckFound(Part<'a>, Part<'a>),
    NoTextYet(Part<'a>),
    Expired(Part<'a>, Part<'a>),
    RetiredAlready(Part<'a>),
    ConfirmedAndSentBack,
    NothingToConfirm(Part<'a>),
    WaitsForReview(Part<'a>),
    Retired(Part<'a>),
    ConfirmedAlready(Part<'a>, Part<'a>),
    DraftAlready(Part<'a>),
    NotDay(Part<'a>),
    DayNotToCome(Part<'a>),
    SearchNeedsWordsOfRequester,
}

impl ArticleError<'_> {
    /// The words of the error.
    pub fn error(self) -> OpError {
        match self {
            Self::ArticleTooLong(most) => OpError::usage(
                "article-too-long",
                format!("the article would be longer than the {most} MiB that a page may have"),
            )
            .hint("put long texts into files beside it"),
            Self::ChangedMeanwhile(file) => OpError::failed(
                "changed-meanwhile",
                format!("`{file}` was changed by somebody else while you edited it"),
            ),
            Self::InvalidEdit => {
                OpError::invalid("invalid-edit", "the edited article is not valid")
            }
            Self::NoTitle => OpError::usage("no-title", "an article needs a title")
                .hint("say in one line what the requester would say"),
            Self::BadLanguage(language) => OpError::usage(
                "bad-language",
                format!("`{language}` is not a language tag"),
            )
            .hint("write it like en, pl or pt-BR"),
            Self::NothingWritten => {
                OpError::usage("nothing-written", "nothing was written, nothing was made")
            }
            Self::InvalidNew => OpError::invalid("invalid-new", "the new article is not valid"),
            Self::NewIsDraft(state) => OpError::refused(
                "new-is-draft",
                format!("a new article is a draft, not {state}"),
            )
            .hint("publish it when it is written: desk kb publish KB-ID"),
            Self::BadCategory(text) => {
                OpError::usage("bad-category", format!("`{text}` cannot be a category"))
                    .hint("a category is a folder below kb/, like network")
            }
            Self::TranslationNeedsLanguage => OpError::usage(
                "translation-needs-language",
                "a translation needs a language",
            )
            .hint("name it with --language, like --language pl"),
            Self::TranslationThere(id, language, there, title) => OpError::refused(
                "translation-there",
                format!("`{id}` is there in {language} already"),
            )
            .hint(format!("{there}  {title}"))
            .hint(format!("desk kb edit {there}")),
            Self::PublishedAlready(id) => {
                OpError::refused("published-already", format!("`{id}` is published already")).hint(
                    format!("to confirm it for longer: desk kb review {id} --until DATE"),
                )
            }
            Self::InvalidArticle(path, id) => {
                OpError::invalid("invalid-article", format!("`{path}` is not valid"))
                    .hint(format!("desk kb edit {id}"))
            }
            Self::CheckFound(id, n) => OpError::refused(
                "article-has-findings",
                format!("`{id}` is not published: `desk kb check` finds {n} in it"),
            )
            .hint(format!("desk kb edit {id}")),
            Self::NoTextYet(id) => {
                OpError::refused("no-text-yet", format!("`{id}` has no text yet"))
                    .hint(format!("desk kb edit {id}"))
            }
            Self::Expired(id, gone) => {
                OpError::refused("expired", format!("article `{id}` expired on {gone}"))
                    .hint("give it another day with --expires DATE")
            }
            Self::RetiredAlready(id) => {
                OpError::refused("retired-already", format!("`{id}` is retired already"))
                    .hint(format!("to bring it back: desk kb publish {id}"))
            }
            Self::ConfirmedAndSentBack => OpError::usage(
                "confirmed-and-sent-back",
                "an article is either confirmed or sent back",
            )
            .hint("leave out --until or --back"),
            Self::NothingToConfirm(id) => OpError::refused(
                "nothing-to-confirm",
                format!("`{id}` is a draft, and there is nothing to confirm yet"),
            )
            .hint(format!("hand it in: desk kb review {id}")),
            Self::WaitsForReview(id) => OpError::refused(
                "waits-for-review",
                format!("`{id}` waits for a manager's review already"),
            )
            .hint(format!("a manager publishes it: desk kb publish {id}"))
            .hint(format!("or sends it back: desk kb review {id} --back")),
            Self::Retired(id) => OpError::refused("retired", format!("`{id}` is retired"))
                .hint(format!("a manager brings it back: desk kb publish {id}")),
            Self::ConfirmedAlready(id, until) => OpError::refused(
                "confirmed-already",
                format!("`{id}` is to be read again by {until} already"),
            )
            .hint("name another day with --until DATE"),
            Self::DraftAlready(id) => {
                OpError::refused("draft-already", format!("`{id}` is a draft already"))
                    .hint(format!("desk kb edit {id}"))
            }
            Self::NotDay(text) => OpError::usage("not-day", format!("`{text}` is not a day"))
                .hint("write 2027-05-01, friday, +90d, +6mo or +1y"),
            Self::DayNotToCome(day) => {
                OpError::usage("day-not-to-come", format!("{day} is not a day to come"))
                    .hint("name the day until which it may be believed")
            }
            Self::SearchNeedsWordsOfRequester => {
                OpError::usage("search-needs-words", "a search needs words")
                    .hint("use those of the requester first")
            }
        }
    }
}
