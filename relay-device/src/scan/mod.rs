//! What scanners read: framed, classified, and refused where it must not be taken.
//!
//! | step | file | gives |
//! |---|---|---|
//! | 1 | [`framing`] | whole readings out of a stream of bytes |
//! | 2 | [`kind`] | what a reading is, or why it is refused |
//! | 2 | [`reading`] | the same for lines of UHF readers and Bluetooth sniffers |
//! | 3 | [`port`] | which serial port: by its path, or by the USB device behind it |
//! | 4 | [`serial`] | a serial scanner that may be unplugged and plugged in again |
//! | 5 | [`keys`], [`wedge`] | a scanner that types like a keyboard |
//! | 6 | [`script`], `contactless` | the NFC reader: what cards are asked (feature `nfc`) |
//!
//! [`Scans`] is the door: every source of the settings sends into it, the terminal's loop takes
//! out. May not know what becomes of a scan: the gateway decides that. A scan's text is a payment
//! code or may be one, so it prints masked and is wiped when dropped.

#[cfg(test)]
pub(crate) mod cable;
#[cfg(feature = "nfc")]
pub mod contactless;
pub mod framing;
pub mod keys;
pub mod kind;
pub mod port;
pub mod reading;
pub mod script;
pub mod serial;
pub mod wedge;

use crate::counter::Counter;
use baton_link::clock::Clock;
use std::fmt;
use std::sync::Arc;
use tokio::sync::mpsc;
use zeroize::Zeroizing;

pub use framing::{Frame, Frames, Framing};
pub use kind::{Kind, Refusal, classify};
pub use port::PortName;
pub use reading::Reading;
pub use serial::{Content, SerialSettings};
pub use wedge::WedgeSettings;

/// Readings that may wait for the terminal's loop: a person scans one or two a second, and what is
/// older than a few seconds nobody waits for any more.
const WAITING_MAX: usize = 16;

/// A reading that was taken.
pub struct Scan {
    /// Which scanner, by its name in the settings.
    pub source: Arc<str>,
    /// What it is.
    pub kind: Kind,
    /// When its last byte came, in milliseconds since 1970.
    pub at_ms: u64,
    text: Zeroizing<String>,
}

impl Scan {
    /// Returns the text, for the one place that sends it on.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for Scan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scan")
            .field("source", &self.source)
            .field("kind", &self.kind)
            .field("at_ms", &self.at_ms)
            .field("characters", &self.text.chars().count())
            .finish()
    }
}

/// What a source has to say.
#[derive(Debug)]
pub enum Heard {
    /// It can read.
    Ready {
        /// Which scanner.
        source: Arc<str>,
    },
    /// It read something that was taken.
    Scan(Scan),
    /// It read something that is not taken; the shopper must know.
    Refused {
        /// Which scanner.
        source: Arc<str>,
        /// Why.
        refusal: Refusal,
    },
    /// It cannot read; it comes back by itself.
    Trouble {
        /// Which scanner.
        source: Arc<str>,
        /// What is wrong, for people.
        reason: String,
    },
}

/// Settings of one scanner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceSettings {
    /// On a serial port.
    Serial(SerialSettings),
    /// One that types.
    Wedge(WedgeSettings),
    /// The NFC reader.
    #[cfg(feature = "nfc")]
    Contactless(contactless::ContactlessSettings),
}

/// What all scanners of this terminal read, in the order in which it came.
#[derive(Debug)]
pub struct Scans {
    heard: mpsc::Receiver<Heard>,
    counter: Option<Counter>,
}

impl Scans {
    /// Starts every source; each runs until this is dropped.
    ///
    /// **Order** call it on a tokio runtime.
    #[must_use]
    pub fn start(sources: Vec<(String, SourceSettings)>, clock: Clock) -> Self {
        let (sender, heard) = mpsc::channel(WAITING_MAX);
        for (name, settings) in sources {
            let out = Outlet { source: name.into(), clock, sender: sender.clone() };
            match settings {
                SourceSettings::Serial(settings) => drop(tokio::spawn(serial::run(settings, out))),
                SourceSettings::Wedge(settings) => drop(tokio::spawn(wedge::run(settings, out))),
                #[cfg(feature = "nfc")]
                SourceSettings::Contactless(settings) => contactless::start(settings, out),
            }
        }
        Self { heard, counter: None }
    }

    /// Returns them with the counter at which people see what was not taken.
    #[must_use]
    pub fn shown_at(self, counter: Counter) -> Self {
        Self { counter: Some(counter), ..self }
    }

    /// Waits for the next; nothing when there is no source.
    ///
    /// **Repeat** it may be dropped while it waits and asked again; nothing is lost by that.
    pub async fn next(&mut self) -> Option<Heard> {
        let heard = self.heard.recv().await;
        if let (Some(heard), Some(counter)) = (&heard, &self.counter) {
            counter.heard(heard);
        }
        heard
    }
}

/// One source's way into [`Scans`].
#[derive(Debug, Clone)]
pub struct Outlet {
    source: Arc<str>,
    clock: Clock,
    sender: mpsc::Sender<Heard>,
}

/// Nobody takes scans any more.
#[derive(Debug)]
pub struct Closed;

impl Outlet {
    /// Says that the source can read.
    ///
    /// # Errors
    /// [`Closed`].
    pub async fn ready(&self) -> Result<(), Closed> {
        self.send(Heard::Ready { source: Arc::clone(&self.source) }).await
    }

    /// Says that the source cannot read.
    ///
    /// # Errors
    /// [`Closed`].
    pub async fn trouble(&self, reason: String) -> Result<(), Closed> {
        self.send(Heard::Trouble { source: Arc::clone(&self.source), reason }).await
    }

    /// Classifies one reading and hands it on; waits while too many wait already.
    ///
    /// # Errors
    /// [`Closed`].
    pub async fn take(&self, frame: Frame, reading: &mut Reading) -> Result<(), Closed> {
        let at_ms = self.clock.unix_ms();
        let source = Arc::clone(&self.source);
        let taken = frame.and_then(|bytes| {
            let text = str::from_utf8(&bytes).map_err(|_| Refusal::NotText)?;
            let text = Zeroizing::new(text.to_owned());
            let kind = reading.classify(&text, at_ms)?;
            Ok(kind.map(|kind| Scan { source: Arc::clone(&source), kind, at_ms, text }))
        });
        match taken {
            Ok(Some(scan)) => self.send(Heard::Scan(scan)).await,
            // A tag that is still in the field says nothing new.
            Ok(None) => Ok(()),
            Err(refusal) => self.send(Heard::Refused { source, refusal }).await,
        }
    }

    fn is_closed(&self) -> bool {
        self.sender.is_closed()
    }

    /// Waits until nobody takes scans any more.
    async fn closed(&self) {
        self.sender.closed().await;
    }

    async fn send(&self, heard: Heard) -> Result<(), Closed> {
        self.sender.send(heard).await.map_err(|_| Closed)
    }
}
