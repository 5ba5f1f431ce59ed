use super::super::figures::Figures;
use super::super::share::{Even, in_proportion};
use super::super::terms::{TermsInvalid, UNIT_PRICE_WON_MAX};
use super::*;
use proptest::prelude::*;

fn patent(fee: i64) -> Terms {
    let proposal = Proposal { unit_price: 1_000_000, parts: 1_000, fee, ..proposal() };
    Terms::new(proposal).unwrap()
}

fn invalid(change: impl FnOnce(&mut Proposal)) -> TermsInvalid {
    let mut proposal = proposal();
    change(&mut proposal);
    Terms::new(proposal).unwrap_err()
}

#[test]
fn the_worked_figures_of_the_source_come_out() {
    let terms = patent(0);
    assert_eq!((terms.total(), terms.p1()), (1_000_000, 1_000));
    assert_eq!(Figures::of(&terms, 900).p2, [100_000]);
    assert_eq!(Figures::of(&patent(3_000), 900).p2, [103_000]);
    assert_eq!(Figures::of(&patent(3_000), 1_000).p2, [0]);
    assert_eq!(Figures::of(&terms, 1_100).surplus, 100_000);
    assert_eq!(Even::of(100_000, 1_099), Even { each: 90, rest: 1_090 });
    assert_eq!((bps(50).floor(1_000), bps(500).floor(1_000)), (5, 50));
}

#[test]
fn the_first_price_rounds_up_twice_so_that_a_full_sale_leaves_no_shortage() {
    let price = |unit_price, parts, price_step| {
        let proposal = Proposal { unit_price, parts, price_step, ..proposal() };
        Terms::new(proposal).unwrap().p1()
    };

    assert_eq!(price(615_066, 10, PriceStep::One), 61_507);
    assert_eq!(price(615_066, 10, PriceStep::Ten), 61_510);
    assert_eq!(price(615_066, 10, PriceStep::Hundred), 61_600);
    assert_eq!(price(100_000, 10, PriceStep::Hundred), 10_000);
}

#[test]
fn a_share_of_the_total_as_deposit_rounds_up() {
    let deposit = Deposit::Share(bps(333));
    let proposal = Proposal { unit_price: 615_066, deposit, ..proposal() };

    assert_eq!(Terms::new(proposal).unwrap().deposit(), 20_482);
}

#[test]
fn terms_that_are_no_sale_name_their_rule() {
    assert_eq!(invalid(|one| one.unit_price = 0), TermsInvalid::UnitPrice);
    assert_eq!(invalid(|one| one.unit_price = UNIT_PRICE_WON_MAX + 1), TermsInvalid::UnitPrice);
    assert_eq!(invalid(|one| one.quantity = 0), TermsInvalid::Quantity);
    assert_eq!(invalid(|one| one.parts = 1), TermsInvalid::Parts);
    let as_many = |one: &mut Proposal| (one.parts, one.quantity) = (3, 3);
    assert_eq!(invalid(as_many), TermsInvalid::PartsNotAboveQuantity);
    let dear = |one: &mut Proposal| {
        (one.unit_price, one.parts, one.quantity) = (100, 3, 2);
        one.price_step = PriceStep::Hundred;
    };
    assert_eq!(invalid(dear), TermsInvalid::FirstPriceTooHigh { p1: 100 });
    assert_eq!(invalid(|one| one.fee = -1), TermsInvalid::Fee);
    assert_eq!(invalid(|one| one.entries_max = 0), TermsInvalid::EntriesMax);
    assert_eq!(invalid(|one| one.entries_max = 5), TermsInvalid::EntriesMax);
    assert_eq!(invalid(|one| one.deposit = Deposit::Fixed(0)), TermsInvalid::Deposit);
    assert_eq!(invalid(|one| one.deposit = Deposit::Share(Bps::NONE)), TermsInvalid::Deposit);
    assert_eq!(invalid(|one| one.deposit = Deposit::Fixed(100_001)), TermsInvalid::Deposit);
}

#[test]
fn every_rule_of_a_sale_changes_the_hash_that_is_published() {
    let hash = |proposal| Terms::new(proposal).unwrap().rules_hash();
    let changes: [fn(&mut Proposal); 12] = [
        |one| one.unit_price += 1,
        |one| one.quantity = 2,
        |one| one.parts = 11,
        |one| one.fee = 1,
        |one| one.entries_max = 1,
        |one| one.deposit = Deposit::Share(Bps::ALL),
        |one| one.losers = Losers::PaidBack,
        |one| one.closing = Closing::WhenFull,
        |one| one.closes_at = T0,
        |one| one.commission = Bps::ALL,
        |one| one.compensation = Bps::ALL,
        |one| one.plan = Plan::Beacon(QUICKNET),
    ];

    for (number, change) in changes.iter().enumerate() {
        let mut changed = proposal();
        change(&mut changed);
        assert_ne!(hash(changed), hash(proposal()), "change {number}");
    }
    assert!(
        Terms::new(proposal()).unwrap().text().starts_with("baton.lottery.rules.v1\nshop=s-1\n")
    );
}

#[test]
fn losers_are_paid_back_unless_terms_say_otherwise() {
    assert_eq!(Losers::default(), Losers::PaidBack);
}

proptest! {
    #[test]
    fn second_prices_and_shares_make_the_total(
        price in 2..2_000_000_i64, quantity in 1..8_u32, parts in 2..60_u32,
        fee in 0..2_i64, tickets in 0..90_u64,
    ) {
        let proposal = Proposal {
            unit_price: price, quantity, parts, fee, deposit: Deposit::Share(Bps::ALL),
            ..proposal()
        };
        let Ok(terms) = Terms::new(proposal) else { return Ok(()) };
        let figures = Figures::of(&terms, tickets);

        let (p2, share): (i64, i64) = (figures.p2.iter().sum(), figures.share.iter().sum());
        prop_assert_eq!(p2 + share, terms.total() + figures.fee * i64::from(quantity));
        prop_assert_eq!(share, figures.paid - figures.surplus);
        prop_assert!(figures.shortage == 0 || figures.surplus == 0);
        let spread = figures.p2.iter().max().unwrap() - figures.p2.iter().min().unwrap();
        prop_assert!(spread <= 1 && figures.p2.is_sorted_by(|one, two| one >= two));
        if tickets >= u64::from(parts) {
            prop_assert_eq!(figures.shortage, 0);
        }
    }

    #[test]
    fn parts_in_proportion_are_the_whole_and_never_more_than_a_won_off(
        won in 0..1_000_000_i64, claims in proptest::collection::vec(0..10_000_i64, 1..20),
    ) {
        let total: i64 = claims.iter().sum();
        prop_assume!(total > 0);
        let parts = in_proportion(won, &claims);

        prop_assert_eq!(parts.iter().sum::<i64>(), won);
        for (part, claim) in parts.iter().zip(&claims) {
            let exact = i128::from(won) * i128::from(*claim);
            let off = i128::from(*part) * i128::from(total) - exact;
            prop_assert!(off.abs() < i128::from(total) || off == i128::from(total));
        }
    }

    #[test]
    fn a_share_rounded_down_and_the_rest_rounded_up_are_the_whole(
        won in 0..i64::MAX / 20_000, share in 0..=10_000_u16,
    ) {
        let rest = bps(10_000 - share);

        prop_assert_eq!(bps(share).floor(won) + rest.ceil(won), won);
    }
}
