//! What all phones together asked and were told.
//!
//! Owns that memory, the codes of the run, and the counts that are printed. Next: `gather`, which
//! lays it beside the product's own books.

use crate::history::{Asked, Told};
use baton_protocol::phone::TouchAnswer;
use reqwest::StatusCode;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What came of one try.
pub enum Answered {
    /// 2xx with a touch.
    Taken(TouchAnswer),
    /// A problem document.
    Refused { status: StatusCode, code: String },
    /// No answer, and how.
    Nothing(&'static str),
}

/// The memory of all phones.
#[derive(Default)]
pub struct Book {
    pages: Mutex<Pages>,
    acknowledged: AtomicUsize,
    over: AtomicUsize,
}

/// What it holds.
#[derive(Default, Clone)]
pub struct Pages {
    pub asked: Vec<Asked>,
    pub told: Vec<Told>,
    pub codes: Vec<String>,
    pub surprises: Vec<String>,
    /// How often a phone tried again, by reason.
    pub retries: BTreeMap<String, usize>,
    /// How often a used code was refused.
    pub reuses_refused: usize,
    /// What was special about a request: a misbehaving code or phone, by key.
    pub manners: Vec<(String, String)>,
}

impl Book {
    pub fn asked(&self, asked: Asked) {
        self.pages().asked.push(asked);
    }

    pub fn told(&self, told: Told) {
        self.pages().told.push(told);
    }

    pub fn remember_code(&self, code: &str) {
        self.pages().codes.push(code.to_owned());
    }

    pub fn surprise(&self, what: String) {
        self.pages().surprises.push(what);
    }

    pub fn retried(&self, why: &str) {
        *self.pages().retries.entry(why.to_owned()).or_default() += 1;
    }

    pub fn manner(&self, key: &str, what: &str) {
        self.pages().manners.push((key.to_owned(), what.to_owned()));
    }

    pub fn reuse_refused(&self) {
        self.pages().reuses_refused += 1;
    }

    /// Counts a payment that has its first acknowledgement.
    pub fn acknowledged(&self) {
        self.acknowledged.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a phone that has left.
    pub fn left(&self) {
        self.over.fetch_add(1, Ordering::Relaxed);
    }

    /// Returns how many payments are acknowledged, and how many phones have left.
    pub fn progress(&self) -> (usize, usize) {
        (self.acknowledged.load(Ordering::Relaxed), self.over.load(Ordering::Relaxed))
    }

    /// Returns a copy of everything.
    pub fn read(&self) -> Pages {
        self.pages().clone()
    }

    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
