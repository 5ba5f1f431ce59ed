//! Readers through PC/SC: they, their service and the cards on them come and go.
//!
//! Owns the crate `pcsc`, and that a card is handed out once for each time it is laid down. After
//! any failure of the service the next look connects anew, so a reader that was unplugged, or a
//! service that was restarted, is back within one look. Nothing comes next.

use super::card::{Card, CardFault};
use pcsc::{Context, Disposition, Error, Protocols, ReaderState, Scope, ShareMode, State};
use std::ffi::{CStr, CString};
use std::time::Duration;

/// The largest response of a short command: 256 bytes and two of status.
const RESPONSE_BYTES_MAX: usize = 258;

/// Why no card can come.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReaderFault {
    /// The service does not run.
    #[error("the smart card service does not answer ({reason}); start it: systemctl start pcscd")]
    ServiceAway {
        /// What the library said.
        reason: String,
    },
    /// No reader, or not the one of the settings.
    #[error("no reader{}; plug it in, readers now: {present:?}", wanted_words(.wanted))]
    NoReader {
        /// What the settings ask for; empty for any.
        wanted: String,
        /// Which there are.
        present: Vec<String>,
    },
    /// A card that does not speak, or that another program holds.
    #[error("the card on {reader} cannot be used: {reason}; lay it down again")]
    CardMute {
        /// On which reader.
        reader: String,
        /// What the library said.
        reason: String,
    },
}

fn wanted_words(wanted: &str) -> String {
    if wanted.is_empty() { String::new() } else { format!(" whose name has `{wanted}`") }
}

/// All readers whose names have a text in them.
pub struct Readers {
    wanted: String,
    context: Option<Context>,
    taken: Vec<(CString, u32)>,
}

impl std::fmt::Debug for Readers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Readers({:?})", self.wanted)
    }
}

/// A card on a reader, ours alone until it is dropped.
pub struct ReaderCard {
    /// The reader's name.
    pub reader: String,
    card: pcsc::Card,
    greeting: Vec<u8>,
}

impl std::fmt::Debug for ReaderCard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ReaderCard({:?})", self.reader)
    }
}

impl Readers {
    /// Looks at all readers whose names have this text in them; at all of them when it is empty.
    #[must_use]
    pub fn new(wanted: &str) -> Self {
        Self { wanted: wanted.to_owned(), context: None, taken: Vec::new() }
    }

    /// Returns the names of the readers that are there.
    ///
    /// # Errors
    /// `ServiceAway` and `NoReader` of [`ReaderFault`].
    pub fn names(&mut self) -> Result<Vec<String>, ReaderFault> {
        let names = self.present()?;
        Ok(names.iter().map(|name| name.to_string_lossy().into_owned()).collect())
    }

    /// Waits for a card that was laid down since the last call, up to `patience`; nothing when none
    /// came.
    ///
    /// # Errors
    /// [`ReaderFault`]; the next call looks anew.
    pub fn next_card(&mut self, patience: Duration) -> Result<Option<ReaderCard>, ReaderFault> {
        let names = self.present()?;
        let states = names.into_iter().map(|name| ReaderState::new(name, State::UNAWARE));
        let mut states: Vec<ReaderState> = states.collect();
        self.watch(&mut states, Duration::ZERO)?;
        if let Some(card) = self.take(&states)? {
            return Ok(Some(card));
        }
        states.iter_mut().for_each(ReaderState::sync_current_state);
        self.watch(&mut states, patience)?;
        self.take(&states)
    }

    /// The readers that fit; connects to the service when it must.
    fn present(&mut self) -> Result<Vec<CString>, ReaderFault> {
        let context = match self.context.take() {
            Some(context) if context.is_valid().is_ok() => context,
            Some(_) | None => Context::establish(Scope::User).map_err(away)?,
        };
        let all = context.list_readers_owned();
        let all = match all {
            Ok(all) => all,
            Err(Error::NoReadersAvailable) => Vec::new(),
            Err(fault) => return Err(away(fault)),
        };
        self.context = Some(context);
        let name = |name: &CString| name.to_string_lossy().into_owned();
        let present: Vec<String> = all.iter().map(name).collect();
        let fits = |one: &CString| name(one).contains(&self.wanted);
        let fitting: Vec<CString> = all.iter().filter(|one| fits(one)).cloned().collect();
        if fitting.is_empty() {
            return Err(ReaderFault::NoReader { wanted: self.wanted.clone(), present });
        }
        Ok(fitting)
    }

    /// Asks for the states, or waits until one of them changes.
    fn watch(&mut self, states: &mut [ReaderState], patience: Duration) -> Result<(), ReaderFault> {
        let Some(context) = &self.context else { return Ok(()) };
        match context.get_status_change(patience, states) {
            Ok(()) | Err(Error::Timeout) => Ok(()),
            Err(fault) => {
                self.context = None;
                Err(away(fault))
            }
        }
    }

    /// The first card that is there and was not handed out before.
    fn take(&mut self, states: &[ReaderState]) -> Result<Option<ReaderCard>, ReaderFault> {
        for state in states {
            let (name, count) = (state.name(), state.event_count());
            let there = state.event_state().contains(State::PRESENT);
            let known = self.taken.iter().any(|(n, c)| n.as_c_str() == name && *c == count);
            if known && there {
                continue;
            }
            self.taken.retain(|(taken, _)| taken.as_c_str() != name);
            if there {
                let card = self.connect(name)?;
                self.taken.push((name.to_owned(), count));
                return Ok(Some(card));
            }
        }
        Ok(None)
    }

    fn connect(&self, name: &CStr) -> Result<ReaderCard, ReaderFault> {
        let reader = name.to_string_lossy().into_owned();
        let mute = |fault: Error| {
            let reader = name.to_string_lossy().into_owned();
            ReaderFault::CardMute { reader, reason: fault.to_string() }
        };
        let context = self.context.as_ref().ok_or_else(|| mute(Error::NoService))?;
        let protocols = Protocols::T0 | Protocols::T1;
        let card = context.connect(name, ShareMode::Exclusive, protocols).map_err(mute)?;
        let greeting = card.status2_owned().map_err(mute)?.atr().to_vec();
        Ok(ReaderCard { reader, card, greeting })
    }
}

impl ReaderCard {
    /// Resets the card and lets it go; a card that is dropped without this is left as it is.
    pub fn release(self) {
        if let Err((_, fault)) = self.card.disconnect(Disposition::ResetCard) {
            tracing::debug!(%fault, "the card was gone before it was released");
        }
    }
}

impl Card for ReaderCard {
    fn exchange(&mut self, command: &[u8]) -> Result<Vec<u8>, CardFault> {
        let mut response = [0; RESPONSE_BYTES_MAX];
        match self.card.transmit(command, &mut response) {
            // Some drivers return nothing, not even a status, for a card that is gone.
            Ok([]) => Err(CardFault::Removed),
            Ok(response) => Ok(response.to_vec()),
            Err(
                Error::RemovedCard
                | Error::NoSmartcard
                | Error::ResetCard
                | Error::UnpoweredCard
                | Error::UnresponsiveCard
                | Error::NotTransacted,
            ) => Err(CardFault::Removed),
            Err(fault) => Err(CardFault::Reader { reason: fault.to_string() }),
        }
    }

    fn greeting(&self) -> &[u8] {
        &self.greeting
    }
}

fn away(fault: Error) -> ReaderFault {
    ReaderFault::ServiceAway { reason: fault.to_string() }
}
