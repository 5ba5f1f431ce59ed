use super::*;
use crate::config::HttpSettings;
use crate::entry::Evidence;
use crate::entry::observe::Observed;
use baton_protocol::code::{MemberId, PaymentCode};
use baton_protocol::evidence::{self, Cause, Outcome};
use baton_protocol::link::FenceReason;
use baton_protocol::money::{Currency, Money};
use baton_protocol::work::{DeclineReason, MembershipAction, UnknownReason, Verdict, Work};
use uuid::Uuid;

mod over_http;
#[cfg(unix)]
mod over_serial;
mod over_udp;
mod over_websocket;

const TRANSACTION: &str = "00000000-0000-0000-0000-000000000007";

fn command(work: Work) -> Command {
    Command {
        transaction: TransactionId::new(Uuid::from_u128(7)),
        epoch: 1,
        ttl_ms: 10_000,
        app: "wallet-app".parse().unwrap(),
        code_digest: "digest".to_owned(),
        work,
        target: None,
    }
}

fn payment(code: &str) -> Command {
    let code = PaymentCode::parse(code.to_owned()).unwrap();
    command(Work::Payment { code, amount: Money::new(4_500, Currency::KRW) })
}

fn redemption() -> Command {
    let member_id = MemberId::parse("M-12".to_owned()).unwrap();
    command(Work::Membership { member_id, action: MembershipAction::Redeem, points: 300 })
}

const fn not_ready(cause: Cause) -> Fence {
    Fence::because(FenceReason::PosNotReady, cause)
}

#[test]
fn what_was_seen_goes_with_the_verdict_and_a_bare_verdict_goes_alone() {
    let amount = Money::new(4_500, Currency::KRW);
    let taken = Ending::seen(Observed::Taken, Evidence::Unverifiable, amount).finding();
    let bare = Ending::told(Verdict::Unknown { reason: UnknownReason::Silent }).finding();
    let not_pressed = Ending::not_pressed().finding();

    let entry = Some(evidence::Entry::Unverifiable);
    let seen = |entry, outcome| Some(evidence::Evidence { entry, outcome });
    assert_eq!(taken.verdict, Verdict::Unknown { reason: UnknownReason::Unreadable });
    assert_eq!(taken.evidence, seen(entry, Outcome::Taken));
    assert_eq!(bare.evidence, None);
    assert_eq!(not_pressed.verdict, Verdict::Unknown { reason: UnknownReason::Inconclusive });
    assert_eq!(not_pressed.evidence, seen(None, Outcome::NotPressed));
}

#[test]
fn an_app_has_its_own_driver_and_all_others_the_default() {
    let app: AppId = "stamps".parse().unwrap();
    let apps = vec![AppDriver { app: app.clone(), driver: DriverKind::Scanner }];

    let pos = Pos::new(&Config { apps, ..Config::default() }).unwrap();

    assert!(matches!(pos.driver(&app), Driver::Scanner(_)));
    assert!(matches!(pos.driver(&"wallet-app".parse().unwrap()), Driver::Http(_)));
}

#[test]
fn an_app_with_two_drivers_is_refused() {
    let app: AppId = "stamps".parse().unwrap();
    let one = AppDriver { app: app.clone(), driver: DriverKind::Scanner };
    let apps = vec![one.clone(), one];

    let refused = Pos::new(&Config { apps, ..Config::default() });

    assert!(matches!(refused, Err(PosInvalid::AppTwice(twice)) if twice == app));
}

#[test]
fn an_app_whose_recipe_is_missing_or_unsigned_stops_the_start() {
    let app: AppId = "zenity".parse().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let recipe = include_str!("../../../config/recipes/zenity.toml");
    std::fs::write(folder.path().join("zenity.toml"), recipe).unwrap();
    let apps = vec![AppDriver { app, driver: DriverKind::Recipe }];
    let mut config = Config { apps, ..Config::default() };
    config.recipes.folder = folder.path().to_owned();

    let unsigned = Pos::new(&config).unwrap_err();
    config.recipes.folder = folder.path().join("nowhere");
    let missing = Pos::new(&config).unwrap_err();

    assert!(unsigned.to_string().contains("not signed"), "{unsigned}");
    assert!(matches!(missing, PosInvalid::Recipe { .. }), "{missing}");
}
