//! Which input method is on: IBus and Fcitx say it over D-Bus.
//!
//! Owns the question. An engine that only passes keys on (`xkb:…`, `keyboard-…`) counts as none.
//! May not change it: it is the person's. Next: [`super::guard`].

use crate::atspi::bus::{Bus, Target};
use std::path::PathBuf;
use zbus::{OwnedVariant, Variant};

/// What the guard asks about the input method.
#[derive(Debug)]
pub struct InputMethod {
    ibus: Option<Bus>,
    ibus_at: Option<String>,
    fcitx: Option<Bus>,
}

impl InputMethod {
    /// Connects to those that run in this session.
    #[must_use]
    pub fn open() -> Self {
        let fcitx = Bus::session().ok().filter(|bus| fcitx_engine(bus).is_some());
        let mut opened = Self { ibus: None, ibus_at: None, fcitx };
        opened.refresh();
        opened
    }

    /// Connects anew where IBus was started, or started again, since.
    pub fn refresh(&mut self) {
        let address = ibus_address();
        if address != self.ibus_at {
            self.ibus = address.as_ref().and_then(|address| Bus::at(address, "ibus").ok());
            self.ibus_at = address;
        }
    }

    /// Returns the engine that would change what is typed, if one is on.
    pub fn active(&mut self) -> Option<String> {
        let ibus = self.ibus.as_ref().and_then(ibus_engine);
        let fcitx = || self.fcitx.as_ref().and_then(fcitx_engine);
        ibus.or_else(fcitx)
    }
}

fn ibus_engine(bus: &Bus) -> Option<String> {
    let name = "org.freedesktop.IBus";
    let of = Target { name, path: "/org/freedesktop/IBus", interface: name };
    let engine = bus.property(of, "GlobalEngine").ok()?;
    let engine = described(&engine)?;
    (!engine.starts_with("xkb:")).then_some(engine)
}

/// The third part of a serialised `IBusEngineDesc` is its name. Source: `ibusenginedesc.c`.
fn described(value: &OwnedVariant) -> Option<String> {
    let mut value: &Variant<'_> = value;
    while let Variant::Variant(inner) = value {
        value = inner;
    }
    let Variant::Structure(parts) = value else { return None };
    let Some(Variant::Str(name)) = parts.fields().get(2) else { return None };
    Some(name.to_string())
}

fn fcitx_engine(bus: &Bus) -> Option<String> {
    let of = Target {
        name: "org.fcitx.Fcitx5",
        path: "/controller",
        interface: "org.fcitx.Fcitx.Controller1",
    };
    let engine: String = bus.call(of, "CurrentInputMethod", &()).ok()?;
    (!engine.is_empty() && !engine.starts_with("keyboard-")).then_some(engine)
}

/// IBus writes its address into one file a display. Source: `ibusshare.c`.
fn ibus_address() -> Option<String> {
    if let Ok(address) = std::env::var("IBUS_ADDRESS") {
        return Some(address);
    }
    let machine = std::fs::read_to_string("/etc/machine-id")
        .or_else(|_| std::fs::read_to_string("/var/lib/dbus/machine-id"))
        .ok()?;
    let display = std::env::var("DISPLAY").ok()?;
    let (host, number) = display.split_once(':')?;
    let host = if host.is_empty() { "unix" } else { host };
    let number = number.split('.').next()?;
    let home = std::env::var("XDG_CONFIG_HOME").map(PathBuf::from);
    let home =
        home.or_else(|_| std::env::var("HOME").map(|home| PathBuf::from(home).join(".config")));
    let file = format!("{}-{host}-{number}", machine.trim());
    let text = std::fs::read_to_string(home.ok()?.join("ibus/bus").join(file)).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("IBUS_ADDRESS="))?;
    Some(line.to_owned())
}
