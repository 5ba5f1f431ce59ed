//! The service's end against a helper that is played by hand.

use super::*;
use crate::config::LoginSettings;
use crate::login::doctor::examine;
use crate::login::frame::{receive, send};
use crate::login::message::{AppRecipe, Line, Rule};
use crate::login::place::{Stream, knock};
use crate::login::service::LoginPos;
use crate::login::{VERSION, place::PlaceFault};
use baton_protocol::code::PaymentCode;
use baton_protocol::evidence::{Cause, Entry, Fence, Outcome};
use baton_protocol::link::{Command, FenceReason};
use baton_protocol::work::{UnknownReason, Verdict, Work};
use std::path::PathBuf;
use tempfile::TempDir;

struct Shop {
    _folder: TempDir,
    socket: PathBuf,
    pos: LoginPos,
}

fn recipes() -> Vec<AppRecipe> {
    vec![AppRecipe { app: "zenity-pos".parse().unwrap(), digest: "d1".to_owned() }]
}

fn settings(folder: &TempDir, users: &[&str]) -> LoginSettings {
    let users = users.iter().map(|&user| user.to_owned()).collect();
    LoginSettings { socket: folder.path().join("login.sock"), users }
}

fn shop() -> Shop {
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(&folder, &[]);
    let pos = LoginPos::start(&settings, recipes()).unwrap();
    Shop { _folder: folder, socket: settings.socket, pos }
}

fn command(number: u128) -> Command {
    let code = PaymentCode::parse(CODE.to_owned()).unwrap();
    Command {
        transaction: id(number),
        epoch: 1,
        ttl_ms: 10_000,
        app: "zenity-pos".parse().unwrap(),
        code_digest: "digest".to_owned(),
        work: Work::Payment { code, amount: amount() },
        target: None,
    }
}

async fn greet(socket: &std::path::Path, version: &str, apps: Vec<AppRecipe>) -> (Stream, Down) {
    let mut stream = knock(socket).await.unwrap();
    send(&mut stream, &Up::Ready { version: version.to_owned(), apps }).await.unwrap();
    let answer = receive(&mut stream).await.unwrap();
    (stream, answer)
}

async fn helper(shop: &Shop) -> Stream {
    let (stream, answer) = greet(&shop.socket, VERSION, recipes()).await;
    assert_eq!(answer, Down::Welcome);
    stream
}

/// Plays the helper up to an entry that stands.
async fn enter(helper: &mut Stream, number: u128) {
    let heard: Down = receive(helper).await.unwrap();
    assert!(matches!(heard, Down::Prepare(order) if order.transaction == id(number)));
    let evidence = Evidence::SetValueExact;
    send(helper, &Up::Entered { transaction: id(number), evidence }).await.unwrap();
}

#[tokio::test]
async fn an_entry_goes_through_the_helper_and_its_evidence_comes_back() {
    let shop = shop();
    let mut helper = helper(&shop).await;
    let plays = async {
        enter(&mut helper, 1).await;
        let submit: Down = receive(&mut helper).await.unwrap();
        let ended = Up::Ended { transaction: id(1), seen: approved() };
        send(&mut helper, &ended).await.unwrap();
        submit
    };
    let asks = async {
        let prepared = shop.pos.prepare(&command(1)).await;
        (prepared, shop.pos.execute(&command(1)).await)
    };

    let (submit, (prepared, ending)) = tokio::join!(plays, asks);

    assert_eq!(submit, Down::Submit { transaction: id(1) });
    assert_eq!(prepared, Ok(()));
    let reference = "A17".to_owned();
    assert_eq!(ending.verdict, Verdict::Approved { amount: amount(), reference });
    assert_eq!((ending.evidence_word(), ending.outcome.word()), ("set-value-exact", "approved"));
}

#[tokio::test]
async fn an_approval_of_another_amount_is_a_mismatch() {
    let shop = shop();
    let mut helper = helper(&shop).await;
    let plays = async {
        enter(&mut helper, 1).await;
        let _: Down = receive(&mut helper).await.unwrap();
        let outcome = Observed::Approved { reference: "A17".to_owned() };
        let amount = Money::new(1, Currency::KRW);
        let seen = Seen::Submitted { evidence: Evidence::SetValueExact, outcome, amount };
        send(&mut helper, &Up::Ended { transaction: id(1), seen }).await.unwrap();
    };
    let asks = async {
        shop.pos.prepare(&command(1)).await.unwrap();
        shop.pos.execute(&command(1)).await
    };

    let ((), ending) = tokio::join!(plays, asks);

    assert_eq!(ending.verdict, Verdict::Unknown { reason: UnknownReason::Mismatch });
}

const fn not_ready(cause: Cause) -> Fence {
    Fence::because(FenceReason::PosNotReady, cause)
}

#[tokio::test]
async fn why_a_helper_entered_nothing_and_that_it_pressed_nothing_is_passed_on() {
    let shop = shop();
    let mut helper = helper(&shop).await;
    let plays = async {
        let _: Down = receive(&mut helper).await.unwrap();
        let (reason, cause) = (FenceReason::PosNotReady, "a dialog is open: Bye".to_owned());
        let word = Some(Cause::Modal);
        send(&mut helper, &Up::Refused { transaction: id(1), reason, word, cause }).await.unwrap();
        enter(&mut helper, 2).await;
        let _: Down = receive(&mut helper).await.unwrap();
        let seen = Seen::NotPressed { cause: "the field shows something else".to_owned() };
        send(&mut helper, &Up::Ended { transaction: id(2), seen }).await.unwrap();
    };
    let asks = async {
        let refused = shop.pos.prepare(&command(1)).await;
        shop.pos.prepare(&command(2)).await.unwrap();
        (refused, shop.pos.execute(&command(2)).await)
    };

    let ((), (refused, ending)) = tokio::join!(plays, asks);

    assert_eq!(refused, Err(not_ready(Cause::Modal)));
    assert_eq!(ending.finding().evidence.unwrap().outcome, Outcome::NotPressed);
}

#[tokio::test]
async fn without_a_helper_nothing_is_entered() {
    let shop = shop();

    assert_eq!(shop.pos.prepare(&command(1)).await, Err(not_ready(Cause::HelperAway)));
}

#[tokio::test]
async fn a_helper_lost_in_the_entry_fences_and_one_lost_in_the_submit_leaves_it_unknown() {
    let shop = shop();
    let mut first = helper(&shop).await;
    let lost_in_entry = async {
        let _: Down = receive(&mut first).await.unwrap();
        drop(first);
    };
    let (fenced, ()) = tokio::join!(async { shop.pos.prepare(&command(1)).await }, lost_in_entry);
    let mut second = helper(&shop).await;
    let lost_in_submit = async {
        enter(&mut second, 2).await;
        let _: Down = receive(&mut second).await.unwrap();
        drop(second);
    };
    let asks = async {
        shop.pos.prepare(&command(2)).await.unwrap();
        shop.pos.execute(&command(2)).await
    };
    let ((), ending) = tokio::join!(lost_in_submit, asks);

    assert_eq!(fenced, Err(not_ready(Cause::HelperLost)));
    assert_eq!(ending.verdict, Verdict::Unknown { reason: UnknownReason::Inconclusive });
}

#[tokio::test]
async fn what_a_helper_saw_alone_comes_late() {
    let shop = shop();
    let mut helper = helper(&shop).await;
    send(&mut helper, &Up::Ended { transaction: id(9), seen: approved() }).await.unwrap();

    let (transaction, found) = shop.pos.late().await;

    assert_eq!(transaction, id(9));
    assert!(matches!(found.verdict, Verdict::Approved { .. }));
    assert_eq!(found.evidence.unwrap().entry, Some(Entry::SetValueExact));
}

#[tokio::test]
async fn an_entry_that_is_given_up_is_undone() {
    let shop = shop();
    let mut helper = helper(&shop).await;
    let given_up = async {
        let _: Down = receive(&mut helper).await.unwrap();
    };
    let order = command(1);
    tokio::select! {
        _ = shop.pos.prepare(&order) => panic!("nobody answered"),
        () = given_up => {}
    }

    let heard: Down = receive(&mut helper).await.unwrap();

    assert_eq!(heard, Down::Undo { transaction: id(1) });
}

#[tokio::test]
async fn each_refusal_of_a_helper_says_what_to_do() {
    let shop = shop();
    let other = vec![AppRecipe { digest: "d2".to_owned(), ..recipes().remove(0) }];

    let (_, version) = greet(&shop.socket, "0.0.9", recipes()).await;
    let (_, recipe) = greet(&shop.socket, VERSION, other).await;
    let (_, missing) = greet(&shop.socket, VERSION, Vec::new()).await;
    let _first = helper(&shop).await;
    let (_, taken) = greet(&shop.socket, VERSION, recipes()).await;

    let refused = |down: Down, rule: Rule, word: &str| {
        assert!(
            matches!(&down, Down::No { rule: r, what } if *r == rule && what.contains(word)),
            "{down:?}"
        );
    };
    refused(version, Rule::Version, "restart both");
    refused(recipe, Rule::Recipes, "systemctl restart baton-agent");
    refused(missing, Rule::Recipes, "zenity-pos");
    refused(taken, Rule::Taken, "end that session");
}

#[tokio::test]
async fn a_user_whom_the_settings_do_not_name_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(&folder, &["4711"]);
    let _pos = LoginPos::start(&settings, recipes()).unwrap();

    let (_, refused) = greet(&settings.socket, VERSION, recipes()).await;

    assert!(matches!(refused, Down::No { rule: Rule::User, .. }), "{refused:?}");
}

#[tokio::test]
async fn a_second_service_at_the_same_socket_does_not_start() {
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(&folder, &[]);
    let _first = LoginPos::start(&settings, recipes()).unwrap();

    let second = LoginPos::start(&settings, recipes()).unwrap_err();

    assert!(matches!(second, PlaceFault::InUse(_)), "{second}");
}

#[tokio::test]
async fn doctor_names_the_part_that_is_missing() {
    let shop = shop();
    let nowhere = examine(&shop.socket.with_file_name("other.sock")).await;
    let alone = examine(&shop.socket).await;
    let mut helper = helper(&shop).await;
    let found = Line { app: "zenity-pos".to_owned(), well: true, found: "cleared".to_owned() };
    let plays = async {
        let check: Down = receive(&mut helper).await.unwrap();
        send(&mut helper, &Up::Checked { lines: vec![found.clone()] }).await.unwrap();
        check
    };

    let (check, whole) = tokio::join!(plays, examine(&shop.socket));

    assert!(!nowhere[0].well && nowhere[0].found.contains("systemctl start"), "{nowhere:?}");
    assert!(alone[0].well && !alone[1].well, "{alone:?}");
    assert_eq!(check, Down::Check);
    assert!(whole.iter().all(|line| line.well) && whole.contains(&found), "{whole:?}");
}
