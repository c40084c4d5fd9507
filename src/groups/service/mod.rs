//! Use cases of groups: [`planning`] a group, [`existing`] ones, changing their [`series`], [`members`], [`sessions`]
//! and [`register`], and the [`templates`] they are made from.

pub(crate) mod after_move;
pub(crate) mod catch_up;
pub(crate) mod existing;
pub(crate) mod members;
pub(crate) mod passport;
pub(crate) mod places;
pub(crate) mod planning;
pub(crate) mod register;
pub(crate) mod series;
pub(crate) mod sessions;
pub(crate) mod templates;

/// How a use case went. Whoever gets anything but `Done` drops the writer, which undoes everything.
pub(crate) enum Step<T> {
    /// Done.
    Done(T),
    /// The rules do not allow it; carries the German sentence.
    Refused(String),
    /// Something to look at first; carries the German sentences.
    Ask(Vec<String>, T),
    /// There is no such thing, or it must not be seen.
    NotFound,
}
