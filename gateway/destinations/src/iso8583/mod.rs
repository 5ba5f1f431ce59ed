//! A destination that speaks ISO 8583: one line, many questions at a time.
//!
//! Owns when a line is opened, checked and given up. Reading order: [`dialect`] (the destination's
//! own way of speaking), [`line`] (the connection), [`waiting`] (who waits for which answer),
//! [`request`] (what is sent), [`answer`] (what it means).

mod answer;
pub mod dialect;
mod line;
mod recent;
pub(crate) mod request;
mod waiting;

use crate::ask::{Authorize, GiveBack, Inquire, Limits, Reverse};
use crate::clock;
use crate::fault::{ClientInvalid, Lost, Unreachable};
use crate::late::{LateAnswers, LateTeller};
use baton_formats::iso8583::{Message, Mti};
use baton_protocol::work::{DeclineReason, InquiryAnswer, ReversalAnswer, Verdict};
use dialect::{Dialect, Session};
use line::Line;
use recent::Recent;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Instant;

/// A line silent for longer than this, in milliseconds, is checked with an echo before it is
/// trusted: longer than a burst's pauses, shorter than most firewalls' patience.
const ECHO_IDLE_MS: u64 = 2_000;

/// The last attempt to open a line that failed.
struct Failure {
    at: Instant,
    why: Unreachable,
}

pub(crate) struct IsoClient {
    address: String,
    dialect: Arc<Dialect>,
    limits: Limits,
    line: RwLock<Option<Arc<Line>>>,
    /// The last line that was given up as mute; whatever still comes on it is evidence.
    mute: Mutex<Option<Arc<Line>>>,
    opening: tokio::sync::Mutex<Option<Failure>>,
    reversed: Mutex<Recent>,
    late: LateTeller,
}

impl IsoClient {
    pub(crate) fn new(
        address: &str,
        dialect: Dialect,
        limits: Limits,
    ) -> Result<Self, ClientInvalid> {
        let valid = address
            .rsplit_once(':')
            .is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok());
        if !valid {
            return Err(ClientInvalid::AddressInvalid { address: address.to_owned() });
        }
        Ok(Self {
            address: address.to_owned(),
            dialect: Arc::new(dialect),
            limits,
            line: RwLock::new(None),
            mute: Mutex::new(None),
            opening: tokio::sync::Mutex::new(None),
            reversed: Mutex::new(Recent::default()),
            late: LateTeller::new(),
        })
    }

    pub(crate) fn late(&self) -> LateAnswers {
        self.late.listen()
    }

    pub(crate) async fn prepare(&self) -> Result<(), Unreachable> {
        let line = self.line().await?;
        if line.idle_ms() < ECHO_IDLE_MS {
            return Ok(());
        }
        self.check(line).await
    }

    pub(crate) async fn echo(&self) -> Result<(), Unreachable> {
        let line = self.line().await?;
        self.check(line).await
    }

    pub(crate) async fn authorize(&self, ask: &Authorize) -> Verdict {
        let Ok(mut request) = request::sale(ask) else {
            return Verdict::Declined { reason: DeclineReason::Refused };
        };
        match self.exchange(&mut request).await {
            Ok(message) => answer::verdict(ask, &message),
            Err(Lost::Unsendable) => Verdict::Declined { reason: DeclineReason::Refused },
            Err(lost) => Verdict::Unknown { reason: lost.reason() },
        }
    }

    pub(crate) async fn give_back(&self, ask: &GiveBack) -> Verdict {
        let Ok(mut request) = request::give_back(ask) else {
            return Verdict::Declined { reason: DeclineReason::Refused };
        };
        match self.exchange(&mut request).await {
            Ok(message) => answer::given_back(ask, &message),
            Err(Lost::Unsendable) => Verdict::Declined { reason: DeclineReason::Refused },
            Err(lost) => Verdict::Unknown { reason: lost.reason() },
        }
    }

    pub(crate) async fn inquire(&self, ask: &Inquire) -> InquiryAnswer {
        let Ok(mut request) = request::inquiry(ask) else { return InquiryAnswer::NoAnswer };
        match self.exchange(&mut request).await {
            Ok(message) => answer::inquiry(ask, &message),
            Err(_) => InquiryAnswer::NoAnswer,
        }
    }

    pub(crate) async fn reverse(&self, ask: &Reverse) -> ReversalAnswer {
        let mti = self.reversal_type(ask);
        let Ok(mut request) = request::reversal(ask, mti) else { return ReversalAnswer::NoAnswer };
        match self.exchange(&mut request).await {
            Ok(message) => answer::reversal(ask, &message),
            Err(_) => ReversalAnswer::NoAnswer,
        }
    }

    /// Asks on the standing line; opens a new one once if nothing was sent on the old one. A line
    /// that was mute for a whole answer's time is given up, for it may be half open.
    async fn exchange(&self, request: &mut Message) -> Result<Message, Lost> {
        let line = self.line().await.map_err(|_| Lost::NotSent)?;
        let first = line.ask(request, self.limits.answer_ms).await;
        match first {
            Err(Lost::NotSent) => self.forget(&line),
            Err(Lost::Silent) => {
                self.forget_if_mute(&line);
                return first;
            }
            Ok(_) | Err(Lost::Unsendable | Lost::Cut | Lost::Garbled) => return first,
        }
        let line = self.line().await.map_err(|_| Lost::NotSent)?;
        line.ask(request, self.limits.answer_ms).await
    }

    /// Asks nothing more on a mute line, but goes on listening until the next one is mute too.
    fn forget_if_mute(&self, line: &Arc<Line>) {
        if line.idle_ms() >= self.limits.answer_ms {
            tracing::warn!("the line is mute, the next question opens a new one");
            self.forget(line);
            let mut mute = self.mute.lock().unwrap_or_else(PoisonError::into_inner);
            *mute = Some(Arc::clone(line));
        }
    }

    async fn check(&self, line: Arc<Line>) -> Result<(), Unreachable> {
        let mut echo = request::echo(clock::wall_ms());
        if line.ask(&mut echo, self.limits.connect_ms).await.is_ok() {
            return Ok(());
        }
        self.forget(&line);
        self.line().await.map(drop)
    }

    /// Returns the standing line or opens one. Whoever waited for an attempt shares its failure.
    async fn line(&self) -> Result<Arc<Line>, Unreachable> {
        if let Some(line) = self.standing() {
            return Ok(line);
        }
        let since = clock::now();
        let mut failure = self.opening.lock().await;
        if let Some(line) = self.standing() {
            return Ok(line);
        }
        if let Some(Failure { at, why }) = *failure
            && at >= since
        {
            return Err(why);
        }
        let opened = self.open().await;
        if let Err(why) = opened {
            *failure = Some(Failure { at: clock::now(), why });
        }
        opened
    }

    async fn open(&self) -> Result<Arc<Line>, Unreachable> {
        let dialect = Arc::clone(&self.dialect);
        let opened = Line::open(&self.address, dialect, self.limits.connect_ms, self.late.clone());
        let line = Arc::new(opened.await?);
        if self.dialect.session() == Session::SignOn {
            self.sign_on(&line).await?;
        }
        *self.line.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&line));
        // It ends with the line, at its next look.
        tokio::spawn(line::keep(Arc::downgrade(&line), self.limits));
        Ok(line)
    }

    async fn sign_on(&self, line: &Line) -> Result<(), Unreachable> {
        let mut sign_on = request::sign_on(clock::wall_ms());
        match line.ask(&mut sign_on, self.limits.connect_ms).await {
            Ok(message) if answer::accepted(&message) => Ok(()),
            Ok(_) => Err(Unreachable::SignOnRefused),
            Err(_) => Err(Unreachable::Silent),
        }
    }

    fn standing(&self) -> Option<Arc<Line>> {
        let line = self.line.read().unwrap_or_else(PoisonError::into_inner);
        line.as_ref().filter(|line| line.is_open()).cloned()
    }

    fn forget(&self, line: &Arc<Line>) {
        let mut standing = self.line.write().unwrap_or_else(PoisonError::into_inner);
        if standing.as_ref().is_some_and(|known| Arc::ptr_eq(known, line)) {
            *standing = None;
        }
    }

    fn reversal_type(&self, ask: &Reverse) -> Mti {
        let mut reversed = self.reversed.lock().unwrap_or_else(PoisonError::into_inner);
        if reversed.add(ask.transaction) { Mti::REVERSAL } else { Mti::REVERSAL_REPEAT }
    }
}
