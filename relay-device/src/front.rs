//! Everything of a terminal that people stand in front of: faces, receipts, keypad.
//!
//! Owns starting them from the settings, before the device itself. May not touch a payment. Next:
//! [`crate::counter`].

use crate::Config;
use crate::config::ConfigFault;
use crate::counter::{Counter, Faces};
use crate::keypad::{Typed, wire};
use crate::label::{LabelFault, Lettering};
use crate::receipt::slips::ShelfFault;
use crate::receipt::{SlipPaper, Slips};
use baton_link::clock::Clock;
use baton_link::enrol::{IDENTITY_FILE, Identity};
use tokio::task::JoinSet;

/// Why the front does not start.
#[derive(Debug, thiserror::Error)]
pub enum FrontFault {
    /// The settings are wrong.
    #[error(transparent)]
    Config(#[from] ConfigFault),
    /// The font for receipts cannot be used.
    #[error(transparent)]
    Label(#[from] LabelFault),
    /// The receipts that wait cannot be read.
    #[error(transparent)]
    Slips(#[from] ShelfFault),
}

/// The running front of a terminal; it ends when this is dropped.
#[derive(Debug)]
pub struct Front {
    counter: Counter,
    typed: Option<Typed>,
    _faces: Faces,
    _tasks: JoinSet<()>,
}

impl Front {
    /// Starts what the settings name.
    ///
    /// **Order** call it on a tokio runtime, before the device: what was left open by the last run
    /// is shown from here on.
    ///
    /// # Errors
    /// [`FrontFault`], each as it says; nothing was started.
    pub fn start(config: &Config, clock: Clock) -> Result<Self, FrontFault> {
        let (faces, keypad) = (config.faces()?, config.keypad_settings()?);
        let (desk, slips) = Slips::open(&config.state, paper(config)?, clock)?;
        let counter = Counter::with_receipts(clock, Some(desk));
        let mut tasks = JoinSet::new();
        tasks.spawn(slips.run(counter.clone()));
        let typed = keypad.map(|settings| {
            let typed = Typed::new(settings.currency, counter.clone(), clock);
            tasks.spawn(wire::run(settings, typed.clone(), counter.clone()));
            typed
        });
        let faces = Faces::start(faces, &counter);
        Ok(Self { counter, typed, _faces: faces, _tasks: tasks })
    }

    /// Returns the counter, which is told what happens.
    #[must_use]
    pub fn counter(&self) -> Counter {
        self.counter.clone()
    }

    /// Returns the keypad's amount; nothing when no keypad is set up.
    #[must_use]
    pub fn typed(&self) -> Option<Typed> {
        self.typed.clone()
    }
}

fn paper(config: &Config) -> Result<Option<SlipPaper>, FrontFault> {
    let Some(printer) = config.printer.printer()? else { return Ok(None) };
    let lettering = Lettering::of(&config.label.font)?;
    let title = if config.label.shop.is_empty() {
        Identity::load(&config.state.join(IDENTITY_FILE))
            .map_or_else(|_| "Baton".to_owned(), |i| i.id)
    } else {
        config.label.shop.clone()
    };
    let (dots, offset_minutes) = (config.printer.paper_dots, config.printer.offset_minutes()?);
    Ok(Some(SlipPaper { printer, dots, lettering, title, offset_minutes }))
}
