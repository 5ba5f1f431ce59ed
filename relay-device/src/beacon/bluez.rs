//! Beacons that this machine's own Bluetooth hears, through BlueZ on D-Bus.
//!
//! Owns discovery: it is started, its reports are read, and it is started anew when adapter or
//! daemon come back. Nothing is ever sent to a device. D-Bus is the crate `zbus`'s. Next: nothing.

use super::Sighting;
use super::sightings::Outlet;
use baton_formats::beacon::{Advertisement, Frame, Structure};
use baton_link::clock::Clock;
use futures_util::StreamExt;
use std::collections::{BTreeMap, VecDeque};
use std::num::NonZeroUsize;
use std::time::Duration;
use zbus::connection::Builder;
use zbus::message::Type;
use zbus::{Connection, MatchRule, Message, MessageStream};
use zbus::{ObjectPath, OwnedObjectPath, OwnedVariant, Variant};

const DAEMON: &str = "org.bluez";
const ADAPTER: &str = "org.bluez.Adapter1";
const DEVICE: &str = "org.bluez.Device1";
const OBJECTS: &str = "org.freedesktop.DBus.ObjectManager";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";
/// Pause before BlueZ is asked again, in milliseconds.
const AGAIN_MS: u64 = 1_000;
/// How long one call may take, in seconds.
const CALL_S_MAX: u64 = 5;
/// Devices whose last data are remembered; addresses change, so that old ones go.
const DEVICES_MAX: usize = 512;
/// Reports that may wait: a busy shop has some hundred a second.
const REPORTS_MAX: Option<NonZeroUsize> = NonZeroUsize::new(1_024);
/// The end of every short service number (Core Specification, vol 3, part B, 2.5.1).
const SERVICE_BASE: &str = "-0000-1000-8000-00805f9b34fb";

/// Settings of this machine's Bluetooth.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BluezSettings {
    /// The adapter, as `hci0`; empty, the first one.
    pub adapter: String,
    /// The bus's address; empty, the system bus.
    pub bus: String,
}

type Values = BTreeMap<String, OwnedVariant>;
type Interfaces = BTreeMap<String, Values>;

/// Hears until this future is dropped.
pub(super) async fn run(settings: BluezSettings, out: Outlet, clock: Clock) {
    let mut told = None;
    loop {
        let reason = match hear(&settings, &out, clock, &mut told).await {
            Ok(reason) => reason,
            Err(fault) => words(&fault),
        };
        if told.as_ref() != Some(&reason) {
            out.trouble(reason.clone()).await;
        }
        told = Some(reason);
        tokio::time::sleep(Duration::from_millis(AGAIN_MS)).await;
    }
}

/// Hears until BlueZ is gone, and says how.
async fn hear(
    settings: &BluezSettings,
    out: &Outlet,
    clock: Clock,
    told: &mut Option<String>,
) -> zbus::Result<String> {
    let bus = if settings.bus.is_empty() {
        Builder::system()
    } else {
        Builder::address(settings.bus.as_str())
    };
    let bus = bus.method_timeout(Duration::from_secs(CALL_S_MAX)).build().await?;
    let rule = MatchRule::builder().msg_type(Type::Signal).sender(DAEMON).build()?;
    let mut signals = MessageStream::for_match_rule(rule, &bus, REPORTS_MAX).await?;
    let rule = MatchRule::builder().msg_type(Type::Signal).member("NameOwnerChanged");
    let rule = rule.add_arg(DAEMON).build()?;
    let mut owners = MessageStream::for_match_rule(rule, &bus, None).await?;
    let Some(adapter) = adapter(&bus, &settings.adapter).await? else {
        return Ok(absent(&settings.adapter));
    };
    discover(&bus, &adapter).await?;
    *told = None;
    out.ready().await;
    let mut devices = Devices::default();
    loop {
        tokio::select! {
            signal = signals.next() => {
                let Some(signal) = signal else { return Ok("the bus was closed".to_owned()) };
                let signal = signal?;
                if let Some(reason) = off(&signal, &adapter) {
                    return Ok(reason);
                }
                if let Some((sign, frame)) = devices.report(&signal) {
                    let at_ms = clock.unix_ms();
                    out.sighting(Sighting { frame, signal_dbm: sign, at_ms }).await;
                }
            }
            _ = owners.next() => return Ok("bluetoothd ended; is it being restarted?".to_owned()),
        }
    }
}

/// The adapter that is wanted, if it is there.
async fn adapter(bus: &Connection, wanted: &str) -> zbus::Result<Option<OwnedObjectPath>> {
    let answer =
        bus.call_method(Some(DAEMON), "/", Some(OBJECTS), "GetManagedObjects", &()).await?;
    let body = answer.body();
    let objects: BTreeMap<ObjectPath<'_>, Interfaces> = body.deserialize()?;
    let adapters = objects.iter().filter(|(_, interfaces)| interfaces.contains_key(ADAPTER));
    let fits = |path: &&ObjectPath<'_>| {
        wanted.is_empty() || path.as_str().rsplit('/').next() == Some(wanted)
    };
    Ok(adapters.map(|(path, _)| path).find(fits).map(|path| path.to_owned().into()))
}

/// Low energy only, and every report instead of the first one of each device.
async fn discover(bus: &Connection, adapter: &OwnedObjectPath) -> zbus::Result<()> {
    let filter = BTreeMap::from([
        ("Transport", Variant::from("le")),
        ("DuplicateData", Variant::from(true)),
    ]);
    let call = async |method, body: &BTreeMap<&str, Variant<'_>>| {
        let path = adapter.as_str();
        bus.call_method(Some(DAEMON), path, Some(ADAPTER), method, &(body,)).await
    };
    call("SetDiscoveryFilter", &filter).await?;
    let started =
        bus.call_method(Some(DAEMON), adapter.as_str(), Some(ADAPTER), "StartDiscovery", &()).await;
    match started {
        Ok(_) => Ok(()),
        // Another program of this machine discovers already; its reports are ours too.
        Err(fault) if fault.to_string().contains("InProgress") => Ok(()),
        Err(fault) => Err(fault),
    }
}

fn absent(wanted: &str) -> String {
    if wanted.is_empty() {
        "this machine has no Bluetooth adapter; plug one in (bluetoothctl list)".to_owned()
    } else {
        format!("there is no Bluetooth adapter {wanted} (bluetoothctl list)")
    }
}

fn words(fault: &zbus::Error) -> String {
    let said = fault.to_string();
    let remedy = if said.contains("ServiceUnknown") || said.contains("NameHasNoOwner") {
        "start it: systemctl start bluetooth"
    } else if said.contains("NotReady") {
        "turn the adapter on: bluetoothctl power on"
    } else if said.contains("AccessDenied") {
        "let this user use it: usermod -a -G bluetooth baton"
    } else {
        "look with bluetoothctl show"
    };
    format!("bluetooth: {said}; {remedy}")
}

/// The adapter's own report that it stopped discovering, or was turned off or pulled out.
fn off(signal: &Message, adapter: &OwnedObjectPath) -> Option<String> {
    let header = signal.header();
    let member = header.member()?.as_str();
    let body = signal.body();
    if member == "InterfacesRemoved" {
        let (path, gone): (OwnedObjectPath, Vec<String>) = body.deserialize().ok()?;
        let ours = path == *adapter && gone.iter().any(|interface| interface == ADAPTER);
        return ours.then(|| "the Bluetooth adapter was pulled out".to_owned());
    }
    if member != "PropertiesChanged" || header.path()?.as_str() != adapter.as_str() {
        return None;
    }
    let (_, values, _): (String, Values, Vec<String>) = body.deserialize().ok()?;
    let is_false =
        |name: &str| values.get(name).is_some_and(|value| **value == Variant::from(false));
    (is_false("Powered") || is_false("Discovering"))
        .then(|| "the Bluetooth adapter was turned off or stopped discovering".to_owned())
}

/// What each device said last; a report names only what changed.
#[derive(Debug, Default)]
struct Devices {
    known: BTreeMap<String, Said>,
    order: VecDeque<String>,
}

#[derive(Debug, Clone, Default)]
struct Said {
    makers: Vec<Structure>,
    services: Vec<Structure>,
    signal_dbm: Option<i8>,
}

impl Devices {
    /// Reads a signal; a sighting if it is a device's, with a beacon's frame.
    fn report(&mut self, signal: &Message) -> Option<(i8, Frame)> {
        let header = signal.header();
        let body = signal.body();
        let (path, values) = match header.member()?.as_str() {
            "InterfacesAdded" => {
                let (path, mut interfaces): (OwnedObjectPath, Interfaces) =
                    body.deserialize().ok()?;
                (path.as_str().to_owned(), interfaces.remove(DEVICE)?)
            }
            "PropertiesChanged" if header.interface()?.as_str() == PROPERTIES => {
                let (interface, values, _): (String, Values, Vec<String>) =
                    body.deserialize().ok()?;
                if interface != DEVICE {
                    return None;
                }
                (header.path()?.as_str().to_owned(), values)
            }
            "InterfacesRemoved" => {
                let (path, _): (OwnedObjectPath, Vec<String>) = body.deserialize().ok()?;
                self.known.remove(path.as_str());
                return None;
            }
            _ => return None,
        };
        let said = self.said(path);
        let heard = said.learn(&values);
        if !heard {
            return None;
        }
        let structures = said.makers.iter().chain(&said.services).cloned().collect();
        let frame = Frame::find(&Advertisement { structures }).ok()??;
        Some((said.signal_dbm?, frame))
    }

    fn said(&mut self, path: String) -> &mut Said {
        if !self.known.contains_key(&path) {
            self.order.push_back(path.clone());
            if self.order.len() > DEVICES_MAX
                && let Some(oldest) = self.order.pop_front()
            {
                self.known.remove(&oldest);
            }
        }
        self.known.entry(path).or_default()
    }
}

impl Said {
    /// Takes what changed; tells whether the device was heard.
    fn learn(&mut self, values: &Values) -> bool {
        if let Some(Variant::I16(signal)) = values.get("RSSI").map(|value| &**value) {
            self.signal_dbm = i8::try_from(*signal).ok();
        }
        let makers = values.get("ManufacturerData").map(|value| structures(value, maker));
        let services = values.get("ServiceData").map(|value| structures(value, service));
        let heard = makers.is_some() || services.is_some() || values.contains_key("RSSI");
        self.makers = makers.unwrap_or_else(|| std::mem::take(&mut self.makers));
        self.services = services.unwrap_or_else(|| std::mem::take(&mut self.services));
        heard
    }
}

/// Each entry of a dictionary that reads as an advertisement's structure.
fn structures(
    value: &Variant<'_>,
    read: fn(&Variant<'_>, &[u8]) -> Option<Structure>,
) -> Vec<Structure> {
    let Variant::Dict(entries) = value else { return Vec::new() };
    entries.iter().filter_map(|(key, value)| read(key, &bytes(value)?)).collect()
}

fn maker(key: &Variant<'_>, data: &[u8]) -> Option<Structure> {
    let Variant::U16(company) = key else { return None };
    Some(Structure::manufacturer_data(*company, data))
}

fn service(key: &Variant<'_>, data: &[u8]) -> Option<Structure> {
    let Variant::Str(name) = key else { return None };
    let number = name.as_str().strip_suffix(SERVICE_BASE)?;
    let number = u16::from_str_radix(number.strip_prefix("0000")?, 16).ok()?;
    Some(Structure::service_data(number, data))
}

fn bytes(value: &Variant<'_>) -> Option<Vec<u8>> {
    if let Variant::Variant(inner) = value {
        return bytes(inner);
    }
    let Variant::Array(array) = value else { return None };
    let one = |item: &Variant<'_>| if let Variant::U8(byte) = item { Some(*byte) } else { None };
    array.inner().iter().map(one).collect()
}

#[cfg(test)]
mod tests;
