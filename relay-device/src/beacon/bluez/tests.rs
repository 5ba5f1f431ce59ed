//! A stand-in for BlueZ on a bus of its own: it is turned on, off, ended and started again.

use super::*;
use crate::beacon::{Noticed, SightingSource, Sightings};
use crate::clock::clock;
use baton_formats::beacon::{Eddystone, IBeacon, Uuid};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;
use tokio::sync::mpsc;

const HCI0: &str = "/org/bluez/hci0";
const TAG: &str = "/org/bluez/hci0/dev_C0_FF_EE_00_11_22";

/// A bus that nobody else is on.
struct Bus {
    daemon: Child,
    address: String,
    _folder: TempDir,
}

impl Bus {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("bus.conf");
        let text = format!(
            "<busconfig><listen>unix:path={}/bus</listen><policy context=\"default\">\
             <allow user=\"*\"/><allow own=\"*\"/><allow send_destination=\"*\"/>\
             <allow receive_sender=\"*\"/></policy></busconfig>",
            folder.path().display()
        );
        std::fs::write(&config, text).unwrap();
        let daemon = Command::new("dbus-daemon")
            .arg(format!("--config-file={}", config.display()))
            .args(["--nofork", "--print-address"])
            .stdout(Stdio::piped())
            .spawn();
        let hint = "install it (Debian: apt-get install dbus-daemon)";
        let mut daemon = daemon.unwrap_or_else(|fault| panic!("dbus-daemon: {fault}; {hint}"));
        let mut address = String::new();
        BufReader::new(daemon.stdout.take().unwrap()).read_line(&mut address).unwrap();
        Self { daemon, address: address.trim().to_owned(), _folder: folder }
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        self.daemon.kill().unwrap_or_default();
        self.daemon.wait().map(|_| ()).unwrap_or_default();
    }
}

/// BlueZ with one adapter, as far as it is used.
struct StandIn {
    bus: Connection,
    asked: mpsc::UnboundedReceiver<String>,
}

impl StandIn {
    /// Starts one whose adapter is on, or answers that it is not ready.
    async fn start(address: &str, ready: bool) -> Self {
        let bus = Builder::address(address).build().await.unwrap();
        let mut calls = MessageStream::from(&bus);
        bus.request_name(DAEMON).await.unwrap();
        let (sender, asked) = mpsc::unbounded_channel();
        let answering = bus.clone();
        tokio::spawn(async move {
            while let Some(Ok(call)) = calls.next().await {
                if call.message_type() != Type::MethodCall {
                    continue;
                }
                let header = call.header();
                let method = header.member().unwrap().as_str().to_owned();
                let answered = match method.as_str() {
                    "GetManagedObjects" => {
                        let empty: BTreeMap<&str, Variant<'_>> = BTreeMap::new();
                        let adapter = BTreeMap::from([(ADAPTER, empty)]);
                        let path = zbus::ObjectPath::try_from(HCI0).unwrap();
                        answering.reply(&header, &(BTreeMap::from([(path, adapter)]),)).await
                    }
                    "StartDiscovery" if !ready => {
                        let name = "org.bluez.Error.NotReady";
                        answering.reply_error(&header, name, &("Resource Not Ready",)).await
                    }
                    _ => answering.reply(&header, &()).await,
                };
                answered.unwrap();
                if sender.send(method).is_err() {
                    return;
                }
            }
        });
        Self { bus, asked }
    }

    /// Reads calls up to this one.
    async fn until(&mut self, method: &str) {
        while self.asked.recv().await.unwrap() != method {}
    }

    async fn changed(&self, path: &str, interface: &str, values: BTreeMap<&str, Variant<'_>>) {
        let none: Option<&str> = None;
        let body = (interface, values, Vec::<&str>::new());
        self.bus.emit_signal(none, path, PROPERTIES, "PropertiesChanged", &body).await.unwrap();
    }

    async fn added(&self, path: &str, values: BTreeMap<&str, Variant<'_>>) {
        let none: Option<&str> = None;
        let path = zbus::ObjectPath::try_from(path).unwrap();
        let body = (path, BTreeMap::from([(DEVICE, values)]));
        self.bus.emit_signal(none, "/", OBJECTS, "InterfacesAdded", &body).await.unwrap();
    }
}

fn beacon() -> IBeacon {
    IBeacon { uuid: Uuid([0xA5; 16]), major: 7, minor: 12, power_1m_dbm: -59 }
}

fn of_maker(data: &[u8]) -> Variant<'static> {
    let data = Variant::from(data.to_vec());
    Variant::from(BTreeMap::from([(0x004C_u16, data)]))
}

fn of_service(uuid: &str, data: &[u8]) -> Variant<'static> {
    let data = Variant::from(data.to_vec());
    Variant::from(BTreeMap::from([(uuid.to_owned(), data)]))
}

fn apple() -> Vec<u8> {
    // Structure: kind and company stand before the data.
    let built = Advertisement { structures: vec![beacon().build()] }.build().unwrap();
    built[4..].to_vec()
}

fn sightings(bus: &Bus) -> Sightings {
    let settings = BluezSettings { adapter: String::new(), bus: bus.address.clone() };
    let source = SightingSource::Bluez(settings);
    Sightings::start(vec![("inside".to_owned(), source)], clock())
}

async fn heard(sightings: &mut Sightings) -> (i8, Frame) {
    let noticed = sightings.next().await.unwrap();
    let Noticed::Sighting { sighting, .. } = noticed else { panic!("{noticed:?}") };
    (sighting.signal_dbm, sighting.frame)
}

async fn trouble(sightings: &mut Sightings) -> String {
    let noticed = sightings.next().await.unwrap();
    let Noticed::Trouble { reason, .. } = noticed else { panic!("{noticed:?}") };
    reason
}

#[tokio::test]
async fn a_beacon_is_heard_and_heard_again_when_only_its_signal_changes() {
    let bus = Bus::start();
    let mut bluez = StandIn::start(&bus.address, true).await;
    let mut sightings = sightings(&bus);
    bluez.until("SetDiscoveryFilter").await;
    bluez.until("StartDiscovery").await;
    assert!(matches!(sightings.next().await, Some(Noticed::Ready { .. })));

    let values = [("RSSI", Variant::from(-71_i16)), ("ManufacturerData", of_maker(&apple()))];
    bluez.added(TAG, BTreeMap::from(values)).await;
    assert_eq!(heard(&mut sightings).await, (-71, Frame::IBeacon(beacon())));
    bluez.changed(TAG, DEVICE, BTreeMap::from([("RSSI", Variant::from(-60_i16))])).await;
    assert_eq!(heard(&mut sightings).await, (-60, Frame::IBeacon(beacon())));

    let uid = [&[0x00, 0xEE][..], &[7; 16], &[0, 0]].concat();
    let service = of_service("0000feaa-0000-1000-8000-00805f9b34fb", &uid);
    let values = [("RSSI", Variant::from(-55_i16)), ("ServiceData", service)];
    bluez.added("/org/bluez/hci0/dev_2", BTreeMap::from(values)).await;
    let (signal, frame) = heard(&mut sightings).await;
    assert_eq!(signal, -55);
    assert_eq!(frame, Frame::Eddystone(Eddystone::parse(&uid).unwrap()));
}

#[tokio::test]
async fn other_devices_and_broken_data_say_nothing() {
    let bus = Bus::start();
    let mut bluez = StandIn::start(&bus.address, true).await;
    let mut sightings = sightings(&bus);
    bluez.until("StartDiscovery").await;
    assert!(matches!(sightings.next().await, Some(Noticed::Ready { .. })));

    for values in [
        vec![("RSSI", Variant::from(-40_i16)), ("ManufacturerData", of_maker(b"phone"))],
        vec![("RSSI", Variant::from(-40_i16)), ("ServiceData", of_service("feaa", b"x"))],
        vec![("RSSI", Variant::from("loud")), ("ManufacturerData", Variant::from(7_u32))],
        vec![("Connected", Variant::from(true))],
    ] {
        bluez.changed("/org/bluez/hci0/dev_3", DEVICE, values.into_iter().collect()).await;
    }
    let values = [("RSSI", Variant::from(-71_i16)), ("ManufacturerData", of_maker(&apple()))];
    bluez.added(TAG, BTreeMap::from(values)).await;

    assert_eq!(heard(&mut sightings).await.0, -71);
}

#[tokio::test]
async fn what_is_wrong_is_named_and_a_daemon_that_comes_back_is_heard_again() {
    let bus = Bus::start();
    let mut sightings = sightings(&bus);
    let reason = trouble(&mut sightings).await;
    assert!(reason.contains("systemctl start bluetooth"), "{reason}");

    let off = StandIn::start(&bus.address, false).await;
    let reason = trouble(&mut sightings).await;
    assert!(reason.contains("bluetoothctl power on"), "{reason}");
    off.bus.close().await.unwrap();
    let mut bluez = StandIn::start(&bus.address, true).await;
    bluez.until("StartDiscovery").await;
    while !matches!(sightings.next().await, Some(Noticed::Ready { .. })) {}

    let turned_off = BTreeMap::from([("Powered", Variant::from(false))]);
    bluez.changed(HCI0, ADAPTER, turned_off).await;
    assert!(trouble(&mut sightings).await.contains("turned off"));
    assert!(matches!(sightings.next().await, Some(Noticed::Ready { .. })));
}
