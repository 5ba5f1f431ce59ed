use super::*;
use baton_core::relay::lookup::{AmountFrom, Standing, Terminal};
use baton_link::keys::DeviceKey;
use baton_link::sighting::sign;
use baton_protocol::sighting::{BeaconIdentity, BeaconKind, Sighting};
use baton_records::directory::Device;

const NOW: Timestamp = Timestamp::from_ms(1_763_866_800_000);

/// Two shops with a terminal each, and a gateway that started an hour ago.
struct Shops {
    key: DeviceKey,
    snapshot: Snapshot,
    sightings: Sightings,
}

fn shops() -> Shops {
    let key = DeviceKey::generate().unwrap();
    let mut snapshot = Snapshot::default();
    for (id, shop) in [("counter-1", "cafe"), ("counter-2", "bakery")] {
        let terminal: TerminalId = id.parse().unwrap();
        let shop: ShopId = shop.parse().unwrap();
        let (standing, agent, amount_from) = (Standing::Active, None, AmountFrom::Phone);
        let row =
            Terminal { id: terminal.clone(), shop: shop.clone(), agent, amount_from, standing };
        snapshot.tables.terminals.insert(terminal.clone(), row);
        let device = Device { shop, public_key: Some(key.public().to_owned()), standing };
        snapshot.devices.insert(Executor::Terminal(terminal), device);
    }
    Shops { key, snapshot, sightings: Sightings::new(NOW.before_ms(3_600_000)) }
}

impl Shops {
    fn report(&self, terminal: &str, at: Timestamp) -> SightingReport {
        let at_ms = u64::try_from(at.ms()).unwrap();
        let identity = BeaconIdentity::new(vec![7; 16]).unwrap();
        let kind = BeaconKind::EddystoneUid;
        let heard = vec![Sighting { at_ms, signal_dbm: -60, kind, identity }];
        sign(&self.key, "baton", terminal.parse().unwrap(), at_ms, heard).unwrap()
    }

    fn take(&self, report: SightingReport, now: Timestamp) -> Result<(), Refusal> {
        let from = Executor::Terminal(report.terminal.clone());
        self.sightings.take(&from, report, &self.snapshot, "baton", now)
    }

    fn read(&self, shop: &str, after: u64, now: Timestamp) -> (Vec<i64>, u64) {
        let shop = shop.parse().unwrap();
        let (held, next) = self.sightings.after(&shop, &self.snapshot, after, 10, now);
        (held.iter().map(|one| one.received_at_ms - NOW.ms()).collect(), next)
    }
}

#[test]
fn a_shop_reads_what_its_terminals_reported_and_goes_on_from_there() {
    let shops = shops();
    let later = NOW.after_ms(1_000);

    shops.take(shops.report("counter-1", NOW), NOW).unwrap();
    shops.take(shops.report("counter-2", NOW), NOW).unwrap();
    let (first, next) = shops.read("cafe", 0, NOW);
    let (nothing, same) = shops.read("cafe", next, NOW);
    shops.take(shops.report("counter-1", later), later).unwrap();
    let (second, _) = shops.read("cafe", next, later);

    assert_eq!((first, nothing, second), (vec![0], vec![], vec![1_000]));
    assert_eq!(next, same);
    assert_eq!(shops.read("florist", 0, later).0, [] as [i64; 0]);
}

#[test]
fn a_cursor_outlives_a_restart() {
    let before = shops();
    before.take(before.report("counter-1", NOW), NOW).unwrap();
    let (_, next) = before.read("cafe", 0, NOW);
    let after = shops();
    let later = NOW.after_ms(2_000);

    after.take(after.report("counter-1", later), later).unwrap();

    assert_eq!(after.read("cafe", next, later).0, [2_000]);
}

#[test]
fn a_report_of_the_wrong_time_is_refused() {
    let shops = shops();
    let (oldest, newest) = (NOW.before_ms(10_000), NOW.after_ms(2_000));
    let mut mixed = shops.report("counter-1", NOW);
    mixed.sightings[0].at_ms -= 10_001;

    assert_eq!(shops.take(shops.report("counter-1", oldest.before_ms(1)), NOW), Err(Refusal::Late));
    assert_eq!(shops.take(shops.report("counter-1", newest.after_ms(1)), NOW), Err(Refusal::Ahead));
    assert_eq!(shops.take(mixed, NOW), Err(Refusal::Late));
    assert_eq!(shops.take(shops.report("counter-1", oldest), NOW), Ok(()));
    assert_eq!(shops.take(shops.report("counter-1", newest), NOW), Ok(()));
    let mut wild = shops.report("counter-1", NOW);
    wild.signed_at_ms = u64::MAX;
    assert_eq!(shops.take(wild, NOW), Err(Refusal::Ahead));
}

#[test]
fn a_report_is_taken_once_and_none_of_before_the_start() {
    let mut shops = shops();
    let report = shops.report("counter-1", NOW);
    let older = shops.report("counter-1", NOW.before_ms(1));

    shops.take(report.clone(), NOW).unwrap();

    assert_eq!(shops.take(report.clone(), NOW), Err(Refusal::Replayed));
    assert_eq!(shops.take(older, NOW), Err(Refusal::Replayed));
    shops.sightings = Sightings::new(NOW);
    assert_eq!(shops.take(report, NOW), Err(Refusal::Replayed), "this start forgot it");
}

#[test]
fn a_report_that_is_not_its_terminal_s_is_refused_and_changes_nothing() {
    let shops = shops();
    let terminal = Executor::Terminal("counter-1".parse().unwrap());
    let agent = Executor::Agent("counter-1".parse().unwrap());
    let good = shops.report("counter-1", NOW);
    let mut louder = good.clone();
    louder.sightings[0].signal_dbm = -20;
    let mut empty = good.clone();
    empty.sightings.clear();
    let stranger = shops.report("counter-9", NOW);
    let take = |from: &Executor, report: &SightingReport, audience| {
        shops.sightings.take(from, report.clone(), &shops.snapshot, audience, NOW)
    };

    assert_eq!(take(&agent, &good, "baton"), Err(Refusal::NotTerminal));
    assert_eq!(
        take(&terminal, &shops.report("counter-2", NOW), "baton"),
        Err(Refusal::OtherTerminal)
    );
    assert_eq!(shops.take(stranger, NOW), Err(Refusal::TerminalUnknown));
    assert_eq!(take(&terminal, &louder, "baton"), Err(Refusal::NotSigned));
    assert_eq!(take(&terminal, &good, "other"), Err(Refusal::NotSigned));
    assert_eq!(take(&terminal, &empty, "baton"), Err(Refusal::Shape));
    assert_eq!(take(&terminal, &good, "baton"), Ok(()), "a forgery spent the time of the real one");
}

#[test]
fn a_terminal_has_so_many_reports_and_time_makes_room() {
    let shops = shops();
    let at = |number: u64| NOW.after_ms(number);
    for number in 0..40 {
        shops.take(shops.report("counter-1", at(number)), at(number)).unwrap();
    }

    let one_more = shops.take(shops.report("counter-1", at(40)), at(40));
    let other = shops.take(shops.report("counter-2", at(40)), at(40));
    let room = NOW.after_ms(KEPT_MS + 1);
    let then = shops.take(shops.report("counter-1", room), room);

    assert_eq!((one_more, other, then), (Err(Refusal::TooMany), Ok(()), Ok(())));
}

#[test]
fn what_is_old_is_forgotten_and_a_long_answer_goes_on_where_it_ended() {
    let shops = shops();
    let at = |number: u64| NOW.after_ms(number * 1_000);
    for number in 0..12 {
        shops.take(shops.report("counter-1", at(number)), at(number)).unwrap();
    }

    let (first, next) = shops.read("cafe", 0, at(12));
    let (rest, _) = shops.read("cafe", next, at(12));
    let (kept, _) = shops.read("cafe", 0, at(40));

    assert_eq!((first.len(), rest), (10, vec![10_000, 11_000]));
    assert_eq!(kept, [10_000, 11_000]);
}
