//! The NFC reader while the terminal runs: each card or phone that is laid down is asked once.
//!
//! Owns a thread of its own, because PC/SC blocks. Readers and their service come and go: what is
//! wrong is told once, and the next look tries anew. Nothing comes next.

use super::script::{Script, ask};
use super::{Closed, Outlet, Reading};
use crate::tag::reader::{ReaderFault, Readers};
use std::time::Duration;
use tokio::runtime::Handle;

/// One look at the readers, in milliseconds: a reader that was plugged in is found after it.
const LOOK_MS: u64 = 500;

/// Settings of the reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactlessSettings {
    /// A part of the reader's name; empty, any reader.
    pub name: String,
    /// Asked in turn.
    pub scripts: Vec<Script>,
}

/// Starts the thread; it ends within a look after nobody takes readings any more.
///
/// **Order** call it on a tokio runtime.
pub(super) fn start(settings: ContactlessSettings, out: Outlet) {
    let runtime = Handle::current();
    std::thread::spawn(move || {
        // The end of the terminal's loop is the only way out.
        let Err(Closed) = read(&settings, &out, &runtime);
    });
}

fn read(
    settings: &ContactlessSettings,
    out: &Outlet,
    runtime: &Handle,
) -> Result<std::convert::Infallible, Closed> {
    let mut readers = Readers::new(&settings.name);
    let mut told: Option<Result<(), ReaderFault>> = None;
    loop {
        if out.is_closed() {
            return Err(Closed);
        }
        let looked = readers.next_card(Duration::from_millis(LOOK_MS));
        let health = looked.as_ref().map(|_| ()).map_err(Clone::clone);
        if told.as_ref() != Some(&health) {
            match &health {
                Ok(()) => runtime.block_on(out.ready())?,
                Err(fault) => runtime.block_on(out.trouble(fault.to_string()))?,
            }
            told = Some(health);
        }
        match looked {
            Ok(None) => {}
            Ok(Some(mut card)) => {
                match ask(&settings.scripts, &mut card) {
                    Ok(asked) => runtime.block_on(out.take(asked.frame(), &mut Reading::Codes))?,
                    // Whoever takes it away too soon lays it down again.
                    Err(fault) => tracing::debug!(%fault, "card"),
                }
                card.release();
            }
            Err(_) => std::thread::sleep(Duration::from_millis(LOOK_MS)),
        }
    }
}
