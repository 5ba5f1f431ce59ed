//! Lamps of the kernel's LED class, one for each kind of news.
//!
//! Owns which lamp is lit when. A lamp that cannot be written is said once; it holds nothing up.
//! Next: [`super::sound`].

use super::Counter;
use super::display::Input;
use super::view::{Headline, View};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

/// The file in a lamp's folder that lights it.
const BRIGHTNESS: &str = "brightness";
/// The file that says how bright it can be.
const BRIGHTNESS_MAX: &str = "max_brightness";
/// Its name among the parts that need somebody.
const PART: &str = "lamp";

/// Folders of lamps, as `/sys/class/leds/green`; empty, there is none for it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lamps {
    /// Lit while a payment can be taken.
    pub ready: PathBuf,
    /// Lit while one is on its way or being checked.
    pub busy: PathBuf,
    /// Lit while the gateway's "approved" stands.
    pub approved: PathBuf,
    /// Lit while a refusal of any kind stands.
    pub refused: PathBuf,
}

impl Lamps {
    /// Tells whether there is any.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Returns each folder once.
    #[must_use]
    pub fn places(&self) -> Vec<PathBuf> {
        let each = [&self.ready, &self.busy, &self.approved, &self.refused];
        let named = each.into_iter().filter(|lamp| !lamp.as_os_str().is_empty()).cloned();
        let mut places: Vec<PathBuf> = named.collect();
        places.sort();
        places.dedup();
        places
    }

    /// Which lamps are lit and which are not; one that has two meanings is lit for either.
    #[must_use]
    pub fn lit(&self, view: &View) -> BTreeMap<PathBuf, Light> {
        let meant = meaning(&view.headline);
        let doubt = Some(Meaning::Busy).filter(|_| view.checking > 0);
        let each = [
            (&self.ready, Meaning::Ready),
            (&self.busy, Meaning::Busy),
            (&self.approved, Meaning::Approved),
            (&self.refused, Meaning::Refused),
        ];
        let mut lit = BTreeMap::new();
        for (lamp, meaning) in each.into_iter().filter(|(lamp, _)| !lamp.as_os_str().is_empty()) {
            let light = lit.entry(lamp.clone()).or_insert(Light::Off);
            if [meant, doubt].contains(&Some(meaning)) {
                *light = Light::On;
            }
        }
        lit
    }
}

/// How a lamp is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Light {
    /// It is lit.
    On,
    /// It is dark.
    Off,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    Ready,
    Busy,
    Approved,
    Refused,
}

const fn meaning(headline: &Headline) -> Option<Meaning> {
    match headline {
        Headline::Ready | Headline::Sale | Headline::Typing | Headline::Typed => {
            Some(Meaning::Ready)
        }
        Headline::Busy | Headline::Checking => Some(Meaning::Busy),
        Headline::Approved => Some(Meaning::Approved),
        Headline::Declined | Headline::NotCharged | Headline::NotTaken { .. } => {
            Some(Meaning::Refused)
        }
        Headline::Offline => None,
    }
}

/// Lights lamps until this future is dropped.
pub async fn run(lamps: Lamps, counter: Counter) {
    let mut view = counter.watch();
    let mut shown = BTreeMap::new();
    let mut well = true;
    loop {
        let wanted = lamps.lit(&view.borrow_and_update());
        let mut trouble = None;
        for (lamp, light) in &wanted {
            if shown.get(lamp) == Some(light) {
                continue;
            }
            match set(lamp, *light) {
                Ok(()) => {
                    shown.insert(lamp.clone(), *light);
                }
                Err(fault) => trouble = Some(format!("{}: {fault}", lamp.display())),
            }
        }
        if let Some(reason) = &trouble
            && well
        {
            tracing::warn!(%reason, "lamp");
            counter.tell(Input::PartTrouble(PART.to_owned()));
        } else if trouble.is_none() && !well {
            counter.tell(Input::PartReady(PART.to_owned()));
        }
        well = trouble.is_none();
        if view.changed().await.is_err() {
            return;
        }
    }
}

/// Lights a lamp as bright as it can be, or puts it out.
///
/// # Errors
/// What the system said.
pub fn set(lamp: &Path, light: Light) -> io::Result<()> {
    let most = std::fs::read_to_string(lamp.join(BRIGHTNESS_MAX)).unwrap_or_default();
    let most = Some(most.trim()).filter(|most| most.parse::<u32>().is_ok()).unwrap_or("1");
    let value = match light {
        Light::On => most,
        Light::Off => "0",
    };
    // A lamp's file is there or there is no lamp: it is never made.
    let mut file = std::fs::OpenOptions::new().write(true).open(lamp.join(BRIGHTNESS))?;
    io::Write::write_all(&mut file, value.as_bytes())
}

#[cfg(test)]
mod tests;
