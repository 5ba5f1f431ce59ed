//! What a terminal hears of beacons reaches its shop's server, which proves it by itself (F41, O2).
//!
//! Owns the way from a sniffer's line to `core`'s match. The sniffer is a real serial line; where
//! somebody forges or repeats, the terminal is a hand.

use super::scans::Scanner;
use baton_core::checkout::presence::{
    self, DeviceMark, Expected, Nonce, SightingRefusal, Signature, match_sighting,
};
use baton_core::checkout::product::Gln;
use baton_core::relay::plan::Executor;
use baton_core::time::Timestamp;
use baton_gateway::clock::wall_ms;
use baton_link::asks::Answer;
use baton_link::sighting::{sign, verify};
use baton_protocol::ids::TerminalId;
use baton_protocol::link::Upward;
use baton_protocol::sighting::{
    BeaconIdentity, BeaconKind, ReportHeld, Sighting, SightingReport, SightingsAnswer,
};
use baton_relay_device::beacon::{SightingSource, Sightings, report};
use baton_relay_device::clock::clock;
use baton_relay_device::scan::{Content, Framing, PortName, SerialSettings};
use baton_tests::world::devices::Badge;
use baton_tests::world::hand::{Hand, frame};
use baton_tests::{Wishes, World, until};

/// The passing id that the store's server gave to the page: an Eddystone UID.
const PASSING: [u8; 16] = [0x4F; 16];
/// The nonce for which it did.
const NONCE: Nonce = Nonce([9; 16]);
/// The device that placed the order.
const DEVICE: DeviceMark = DeviceMark([5; 16]);

/// The advertisement of a phone that shows an id, as a sniffer writes it.
fn advertisement(id: [u8; 16]) -> String {
    format!("0201060303AAFE1516AAFE00EE{}", hex::encode_upper(id))
}

/// A world whose real terminal at the counter knows by itself that it is online: what it hears
/// before that, it forgets.
async fn world_with_counter() -> anyhow::Result<World> {
    let world = World::with_counter().await?;
    let asks = world.asks()?;
    until("the terminal is answered", async || {
        let answer = asks.open_sale(None).await;
        Ok((answer == Answer::Taken { touch: None }).then_some(()))
    })
    .await?;
    Ok(world)
}

/// Everything that the shop's server is told now.
async fn told(world: &World) -> anyhow::Result<SightingsAnswer> {
    Ok(serde_json::from_value(world.merchant().get("/v1/sightings").await?.body)?)
}

async fn until_told(world: &World, reports: usize) -> anyhow::Result<SightingsAnswer> {
    until("the shop's server is told", async || {
        let answer = told(world).await?;
        Ok((answer.reports.len() >= reports).then_some(answer))
    })
    .await
}

/// What a store's server makes of a report: it knows the terminals' keys and shops, and which
/// passing id it gave for which nonce to which device.
fn judged(held: &ReportHeld, audience: &str, key: &str, shop: Gln) -> Vec<presence::Sighting> {
    let proven = verify(&held.report, audience, key).is_ok();
    let signature = if proven { Signature::Good } else { Signature::Bad };
    let ours = held.report.sightings.iter().filter(|one| one.identity.bytes() == PASSING);
    ours.map(|one| presence::Sighting {
        terminal: held.report.terminal.clone(),
        shop,
        device: DEVICE,
        nonce: NONCE,
        heard_at: Timestamp::from_ms(one.at_ms.cast_signed()),
        signature,
    })
    .collect()
}

#[tokio::test]
async fn f41_what_a_sniffer_hears_is_proven_by_the_store_s_server_and_matches_the_order()
-> anyhow::Result<()> {
    let mut world = world_with_counter().await?;
    let sniffer = Scanner::plug()?;
    let (port, reports) = (PortName::Path(sniffer.port.display().to_string()), world.reports());
    let (prefix, suffix) = (Vec::new(), b"\r".to_vec());
    let framing = Framing { prefix, suffix, idle_ms: 500, bytes_max: 200 };
    let settings = SerialSettings { port, baud: 9600, framing, content: Content::Sightings };
    let sources = vec![("door".to_owned(), SightingSource::Sniffer(settings))];
    tokio::spawn(report::serve(Sightings::start(sources, clock()), reports, clock()));
    let counter = Badge::load(&world.folder().join(world.cast.counter.as_str()))?;
    let shop = Gln::parse("8801234567893")?;
    let expected = Expected { shop, device: DEVICE };

    let answer = until("the shop's server is told", async || {
        sniffer.read(&format!("-61 {}", advertisement(PASSING)))?;
        let answer = told(&world).await?;
        Ok((!answer.reports.is_empty()).then_some(answer))
    })
    .await?;
    let now = Timestamp::from_ms(answer.reports[0].received_at_ms);
    let found = judged(&answer.reports[0], &answer.audience, counter.key.public(), shop);
    let mut louder = answer.reports[0].clone();
    louder.report.sightings[0].signal_dbm = -20;
    let forged = judged(&louder, &answer.audience, counter.key.public(), shop);

    let heard = &answer.reports[0].report.sightings[0];
    assert_eq!((heard.kind, heard.signal_dbm), (BeaconKind::EddystoneUid, -61));
    assert_eq!(answer.reports[0].report.terminal, world.cast.counter);
    assert_eq!(match_sighting(&found[0], expected, NONCE, now), Ok(()));
    let refused = Err(SightingRefusal::NotSigned);
    assert_eq!(match_sighting(&forged[0], expected, NONCE, now), refused);
    let late = now.after_ms(presence::SIGHTING_MS_MAX + 1);
    assert_eq!(
        match_sighting(&found[0], expected, NONCE, late),
        Err(SightingRefusal::Expired),
        "the same report again proves nothing later"
    );
    Ok(())
}

#[tokio::test]
async fn o2_a_recording_that_is_played_again_is_told_to_nobody() -> anyhow::Result<()> {
    let mut world = world_with_counter().await?;
    let write = |name: &str, at_ms: i64, id| {
        let path = world.folder().join(name);
        std::fs::write(&path, format!("{at_ms} -50 {}\n", advertisement(id)))?;
        anyhow::Ok((name.to_owned(), SightingSource::Recording(path)))
    };
    let sources =
        vec![write("old", wall_ms() - 60_000, [1; 16])?, write("new", wall_ms(), PASSING)?];
    let reports = world.reports();

    report::serve(Sightings::start(sources, clock()), reports, clock()).await;
    let answer = until_told(&world, 1).await?;

    let heard: Vec<_> = answer.reports.iter().flat_map(|held| &held.report.sightings).collect();
    assert_eq!(heard.len(), 1, "{heard:?}");
    assert_eq!(heard[0].identity.bytes(), PASSING);
    Ok(())
}

#[tokio::test]
async fn forged_stale_and_repeated_reports_are_refused_by_name() -> anyhow::Result<()> {
    let world = World::start(Wishes::default()).await?;
    let counter = world.badge(&Executor::Terminal(world.cast.counter.clone())).await?;
    let mut hand = world.take_place(&counter).await?;
    let now_ms = u64::try_from(wall_ms())?;
    let of = |at_ms| report_of(&counter, &world.cast.counter, at_ms);
    let good = of(now_ms)?;
    let mut forged = good.clone();
    forged.sightings[0].signal_dbm = -20;
    let other = report_of(&counter, &world.cast.till, now_ms)?;
    let last = of(now_ms + 1)?;

    for report in [&forged, &other, &of(now_ms - 60_000)?, &of(now_ms + 60_000)?] {
        say(&mut hand, report).await?;
    }
    for report in [&good, &good, &last] {
        say(&mut hand, report).await?;
    }
    let answer = until_told(&world, 2).await?;
    let metrics = reqwest::get(format!("{}/metrics", world.operator()?)).await?.text().await?;

    let taken: Vec<_> = answer.reports.into_iter().map(|held| held.report).collect();
    assert_eq!(taken, [good, last]);
    for reason in ["not_signed", "other_terminal", "late", "ahead", "replayed"] {
        let line = format!("baton_sightings_refused_total{{reason=\"{reason}\"}} 1");
        assert!(metrics.contains(&line), "{line} is not in\n{metrics}");
    }
    Ok(())
}

#[tokio::test]
async fn a_shop_s_server_goes_on_from_its_cursor_and_nobody_else_is_told() -> anyhow::Result<()> {
    let world = World::start(Wishes::default()).await?;
    let counter = world.badge(&Executor::Terminal(world.cast.counter.clone())).await?;
    let mut hand = world.take_place(&counter).await?;
    say(&mut hand, &report_of(&counter, &world.cast.counter, u64::try_from(wall_ms())?)?).await?;
    let answer = until_told(&world, 1).await?;

    let again = world.merchant().get(&format!("/v1/sightings?after={}", answer.next)).await?;
    let nobody = reqwest::get(format!("{}/v1/sightings", world.public()?)).await?;
    let wrong = world.merchant().get("/v1/sightings?after=yesterday").await?;

    assert_eq!(again.body["reports"], serde_json::json!([]));
    assert_eq!(nobody.status(), 401);
    assert_eq!(wrong.refusal(), (400, "body_invalid"));
    Ok(())
}

fn report_of(badge: &Badge, name: &TerminalId, at_ms: u64) -> anyhow::Result<SightingReport> {
    let identity = BeaconIdentity::new(PASSING.to_vec())?;
    let kind = BeaconKind::EddystoneUid;
    let heard = vec![Sighting { at_ms, signal_dbm: -60, kind, identity }];
    Ok(sign(&badge.key, &badge.identity.audience, name.clone(), at_ms, heard)?)
}

/// Says it as a terminal does, unnumbered.
async fn say(hand: &mut Hand, report: &SightingReport) -> anyhow::Result<()> {
    let said = Upward::Sightings(report.clone());
    hand.raw(&frame(baton_protocol::VERSION_CURRENT, 0, hand.received, &said)?).await
}
