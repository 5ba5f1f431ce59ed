use super::fair::Fair;
use super::history::{draw, play, smallest};
use super::*;
use proptest::prelude::*;

fn printed(command: Command) -> (Result<()>, String) {
    let mut out = Vec::new();
    let done = run(command, &mut out);
    (done, String::from_utf8(out).unwrap())
}

fn replay(random: u64, seed: u64, sabotage: Sabotage) -> (Result<()>, String) {
    printed(Command::Replay { random, seed, sabotage })
}

#[test]
fn three_hundred_histories_keep_every_promise_and_sell_what_the_ledger_says() {
    let (done, text) = replay(300, 7, Sabotage::None);

    assert!(done.is_ok(), "{text}");
    assert!(text.contains("0  broken promises"));
    assert_eq!(text.matches("difference 0").count(), 3, "{text}");
    // What is promised is worth something only if it happens.
    for what in [
        "order: paid",
        "return: arrived",
        "exchange: first ones came back",
        "stock: reservation expired",
        "deposit: late or doubled",
        "coupon: spent",
        "refund: refused by the destination",
        "exchange: nothing to send",
        "stock: counted",
    ] {
        assert!(text.contains(what), "{what} never happened");
    }
}

#[test]
fn the_same_seed_plays_the_same() {
    assert_eq!(replay(20, 3, Sabotage::None).1, replay(20, 3, Sabotage::None).1);
    assert_ne!(replay(20, 3, Sabotage::None).1, replay(20, 4, Sabotage::None).1);
}

#[test]
fn every_sabotage_is_noticed_with_its_seed_and_a_small_history() {
    for sabotage in [
        Sabotage::ForgetSell,
        Sabotage::ForgetTally,
        Sabotage::ForgetPosting,
        Sabotage::MailTwice,
        Sabotage::CouponTwice,
        Sabotage::OversellLast,
    ] {
        let (done, text) = replay(300, 1, sabotage);

        assert!(done.is_err(), "{sabotage:?} was not noticed");
        assert!(text.contains("mall replay --random 1 --seed"), "{text}");
        let moves = text.lines().filter(|line| line.contains("(dice ")).count();
        assert!((1..40).contains(&moves), "{sabotage:?} needs {moves} moves");
    }
}

#[test]
fn the_smallest_history_still_shows_the_breach_and_nothing_of_it_can_be_left_out() {
    let fair = Fair::open().unwrap();
    let moves = draw(5);

    let (kept, breach) = smallest(&fair, moves, Sabotage::MailTwice);

    assert!(breach.is_some());
    for place in 0..kept.len() {
        let mut fewer = kept.clone();
        fewer.remove(place);
        assert!(play(&fair, &fewer, Sabotage::MailTwice).is_ok(), "move {place} is not needed");
    }
}

#[test]
fn a_shop_owner_reads_the_table_and_a_program_the_csv() {
    let sales = |by, csv| {
        let shop = "hanok-tea".to_owned();
        printed(Command::Sales { shop, by, histories: 20, seed: 1, csv })
    };

    let (done, screen) = sales(Order::Goods, false);
    assert!(done.is_ok() && screen.contains("우전 녹차") && screen.contains("total"), "{screen}");
    let (_, csv) = sales(Order::Supplier, true);
    let mut lines = csv.lines();
    assert_eq!(lines.next(), Some("name,sold,back,gross,refunds,kept,net,VAT"));
    for line in lines {
        let cells: Vec<i64> = line.split(',').skip(1).map(|cell| cell.parse().unwrap()).collect();
        let [_, _, gross, refunds, kept, net, vat] = cells[..] else { panic!("{line}") };
        assert_eq!((gross - refunds, net + vat), (kept, kept), "{line}");
    }
}

#[test]
fn wrong_arguments_say_what_to_do() {
    let (done, _) = replay(0, 1, Sabotage::None);
    assert_eq!(done.unwrap_err().to_string(), "--random takes 1 to 100000000 histories");
    let shop = "nowhere".to_owned();
    let (done, _) =
        printed(Command::Sales { shop, by: Order::Day, histories: 1, seed: 1, csv: false });
    let told = done.unwrap_err().to_string();
    assert_eq!(told, "no shop nowhere: there are hanok-tea, jeju-farm, seoul-shoes");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_part_of_a_history_is_a_history_that_keeps_every_promise(
        seed in any::<u64>(),
        kept in proptest::collection::vec(any::<bool>(), 160),
    ) {
        let fair = Fair::open().unwrap();
        let moves = draw(seed).into_iter().zip(kept);
        let moves: Vec<_> = moves.filter(|(_, keep)| *keep).map(|(one, _)| one).collect();

        let played = play(&fair, &moves, Sabotage::None);

        prop_assert!(played.is_ok(), "{:?}", played.err());
    }
}
