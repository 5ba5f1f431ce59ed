//! A terminal that hears beacons over a real link, against a gateway's stand-in.

use super::*;
use crate::client::stand_in::{Display, Server, accept, identity, read, welcome};
use crate::device::{Running, Setup, start};
use crate::enrol::{IDENTITY_FILE, KEY_FILE};
use crate::executor::News;
use crate::sighting::verify;
use baton_protocol::sighting::{BeaconIdentity, BeaconKind, ReportInvalid, SightingReport};
use tempfile::TempDir;
use tokio::net::TcpListener;

const NOW_MS: u64 = 1_700_000_000_000;

struct Stage {
    listener: TcpListener,
    device: Running,
    news: mpsc::UnboundedReceiver<News>,
    public_key: String,
    _state: TempDir,
}

impl Stage {
    async fn set(role: Role) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let state = tempfile::tempdir().unwrap();
        let mut identity = identity(&listener);
        identity.role = role;
        identity.save(&state.path().join(IDENTITY_FILE)).unwrap();
        let key = DeviceKey::generate().unwrap();
        key.save(&state.path().join(KEY_FILE)).unwrap();
        let (display, news) = mpsc::unbounded_channel();
        let setup = Setup {
            state: state.path().to_owned(),
            role,
            program: "test".to_owned(),
            clock: Clock { monotonic_ms: || 0, unix_us: || NOW_MS * 1_000 },
            observer: None,
        };
        let device = start(setup, Display(display)).unwrap();
        let public_key = key.public().to_owned();
        Self { listener, device, news, public_key, _state: state }
    }

    async fn online(&mut self) -> Server {
        let mut server = accept(&self.listener).await;
        welcome(&mut server, 0, 10_000).await;
        assert_eq!(self.news.recv().await, Some(News::Online));
        server
    }
}

fn heard(signal_dbm: i8) -> Vec<Sighting> {
    let identity = BeaconIdentity::new(vec![7; 16]).unwrap();
    vec![Sighting { at_ms: NOW_MS, signal_dbm, kind: BeaconKind::EddystoneUid, identity }]
}

/// Reads the next report with its frame's number, past what the link says by itself.
async fn reported(server: &mut Server) -> (u64, SightingReport) {
    loop {
        let frame = read(server).await;
        if let Upward::Sightings(report) = frame.body {
            return (frame.seq, report);
        }
    }
}

#[tokio::test]
async fn what_is_heard_goes_out_signed_and_unnumbered_each_later_than_the_one_before() {
    let mut stage = Stage::set(Role::Terminal).await;
    let mut server = stage.online().await;
    let mut reports = stage.device.take_reports().unwrap();

    reports.send(heard(-70)).unwrap();
    let (seq, first) = reported(&mut server).await;
    reports.send(heard(-60)).unwrap();
    let (_, second) = reported(&mut server).await;

    assert_eq!((seq, first.terminal.as_str(), first.sightings.len()), (0, "T-1", 1));
    assert_eq!((first.signed_at_ms, second.signed_at_ms), (NOW_MS, NOW_MS + 1));
    for report in [&first, &second] {
        assert_eq!(verify(report, "baton.test", &stage.public_key), Ok(()));
    }
    assert!(stage.device.take_reports().is_none(), "a second grip would sign the same times");
}

#[tokio::test]
async fn what_was_heard_while_offline_never_goes_out() {
    let mut stage = Stage::set(Role::Terminal).await;
    let mut reports = stage.device.take_reports().unwrap();
    let waits = reports.send(heard(-10));
    let full = reports.send(heard(-11));

    let mut server = stage.online().await;
    drop(server);
    assert_eq!(stage.news.recv().await, Some(News::Offline));
    reports.send(heard(-12)).unwrap_or_default();
    server = stage.online().await;
    reports.send(heard(-60)).unwrap();
    let (_, first) = reported(&mut server).await;

    assert_eq!((waits, full), (Ok(()), Err(NotSent::Waiting)));
    assert_eq!(first.sightings[0].signal_dbm, -60, "something older came late");
}

#[tokio::test]
async fn nothing_is_sent_of_nothing_nor_by_a_stopped_device_nor_by_an_agent() {
    let mut stage = Stage::set(Role::Terminal).await;
    let _server = stage.online().await;
    let mut reports = stage.device.take_reports().unwrap();

    let nothing = reports.send(Vec::new());
    stage.device.stop().await;
    let stopped = reports.send(heard(-60));
    let mut agent = Stage::set(Role::Agent).await;

    assert_eq!(nothing, Err(NotSent::Sign(SignFault::Report(ReportInvalid::Count))));
    assert_eq!(stopped, Err(NotSent::Stopped));
    assert!(agent.device.take_reports().is_none());
}
