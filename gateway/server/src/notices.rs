//! Who is told when a transaction moves: phones that wait, and the live page.
//!
//! Owns the lists of listeners, nothing that must last: whoever connects reads the store first and
//! listens from there on. A listener that does not keep up is dropped and reads the store again.

use baton_protocol::ids::{TouchId, TransactionId};
use baton_protocol::money::Currency;
use baton_protocol::phone::TransactionKind;
use baton_protocol::work::State;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{broadcast, mpsc, watch};

/// Events that a phone's connection may be behind: a transaction has under ten in all.
const TOUCH_NOTICES_MAX: usize = 32;
/// Events that the live page may be behind: a second at 4,000 transactions with two events each.
const LIVE_NOTICES_MAX: usize = 8_192;

/// A step of a transaction, as listeners see it.
#[derive(Debug, Clone, Serialize)]
pub struct Notice {
    /// Its number in the audit chain.
    pub seq: i64,
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
    /// Which transaction.
    pub transaction_id: TransactionId,
    /// Its touch.
    #[serde(skip)]
    pub touch: TouchId,
    /// Where it stands.
    pub state: State,
    /// Where the shopper touched.
    pub terminal: String,
    /// Through which app.
    pub app: String,
    /// Whose terminal it is.
    pub shop: String,
    /// Minor units.
    pub amount: i64,
    /// What they are units of.
    pub currency: Currency,
    /// What it is for.
    pub kind: TransactionKind,
    /// `S` or `P`.
    pub route: &'static str,
    /// Why, in a stable word.
    pub reason: Option<String>,
}

/// Everyone who listens.
pub struct Notices {
    touches: Mutex<BTreeMap<TouchId, Vec<mpsc::Sender<Arc<Notice>>>>>,
    live: Mutex<Option<broadcast::Sender<Arc<Notice>>>>,
    newest: Mutex<Option<watch::Sender<i64>>>,
}

impl Default for Notices {
    fn default() -> Self {
        let (live, _) = broadcast::channel(LIVE_NOTICES_MAX);
        let (newest, _) = watch::channel(0);
        Self {
            touches: Mutex::default(),
            live: Mutex::new(Some(live)),
            newest: Mutex::new(Some(newest)),
        }
    }
}

impl Notices {
    /// Listens to one touch. Read the store after this call, not before.
    #[must_use]
    pub fn listen(&self, touch: TouchId) -> mpsc::Receiver<Arc<Notice>> {
        let (sender, receiver) = mpsc::channel(TOUCH_NOTICES_MAX);
        let mut touches = self.touches.lock().unwrap_or_else(PoisonError::into_inner);
        touches.entry(touch).or_default().push(sender);
        receiver
    }

    /// The same, unless so many listen to this touch already.
    #[must_use]
    pub fn listen_among(
        &self,
        touch: TouchId,
        listeners_max: usize,
    ) -> Option<mpsc::Receiver<Arc<Notice>>> {
        let mut touches = self.touches.lock().unwrap_or_else(PoisonError::into_inner);
        let listeners = touches.entry(touch).or_default();
        listeners.retain(|listener| !listener.is_closed());
        if listeners.len() >= listeners_max {
            return None;
        }
        let (sender, receiver) = mpsc::channel(TOUCH_NOTICES_MAX);
        listeners.push(sender);
        Some(receiver)
    }

    /// Listens to everything; nothing when the gateway is stopping.
    #[must_use]
    pub fn listen_live(&self) -> Option<broadcast::Receiver<Arc<Notice>>> {
        let live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        live.as_ref().map(broadcast::Sender::subscribe)
    }

    /// Follows the number of the newest step; nothing when the gateway is stopping. Steps that
    /// another gateway records are not announced here.
    #[must_use]
    pub fn newest(&self) -> Option<watch::Receiver<i64>> {
        let newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        newest.as_ref().map(watch::Sender::subscribe)
    }

    /// Ends every stream, so that a stop does not wait for listeners who would never leave.
    pub fn close(&self) {
        self.touches.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.live.lock().unwrap_or_else(PoisonError::into_inner).take();
        self.newest.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    /// Tells everyone; never waits.
    pub fn publish(&self, notice: Notice) {
        let notice = Arc::new(notice);
        let touch = notice.touch;
        {
            let mut touches = self.touches.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(listeners) = touches.get_mut(&touch) {
                listeners.retain(|listener| listener.try_send(notice.clone()).is_ok());
                if listeners.is_empty() {
                    touches.remove(&touch);
                }
            }
        }
        {
            let newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(newest) = newest.as_ref().filter(|newest| newest.receiver_count() > 0) {
                newest.send_if_modified(|seq| {
                    let later = notice.seq > *seq;
                    *seq = notice.seq.max(*seq);
                    later
                });
            }
        }
        let live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(live) = live.as_ref().filter(|live| live.receiver_count() > 0) {
            live.send(notice).unwrap_or_default();
        }
    }

    /// Forgets listeners of a touch that have gone away.
    pub fn tidy(&self, touch: TouchId) {
        let mut touches = self.touches.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(listeners) = touches.get_mut(&touch) {
            listeners.retain(|listener| !listener.is_closed());
            if listeners.is_empty() {
                touches.remove(&touch);
            }
        }
    }
}
