//! How likely it is that somebody else is answering: floats, in figures of risk only, never money.
//!
//! | step | what happens | file |
//! |---|---|---|
//! | 1 | the assumptions: sources, classes, families, leaks, priors | [`model`] |
//! | 2 | factors give the first evidence | [`factor`] |
//! | 3 | every answer and skip moves it | [`score`] |
//! | 4 | the next question is the one that is expected to tell most | [`question`] |
//! | 5 | enough, too much, or not to be known | [`rule`] |
//! | 6 | one run of it | [`dialogue`] |
//!
//! May not know items, texts, accounts or time.

pub mod dialogue;
pub mod factor;
pub mod model;
pub mod question;
pub mod rule;
pub mod score;

#[cfg(test)]
pub(super) mod tests;
