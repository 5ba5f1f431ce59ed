use super::*;
use crate::ledger::{Booking, Entry, Phase};
use baton_protocol::ids::TransactionId;
use uuid::Uuid;

const DAY_MS: i64 = 86_400_000;

fn won(minor: i64) -> Money {
    Money::new(minor, Currency::KRW)
}

fn figure(
    day: i64,
    goods: &str,
    supplier: Option<&str>,
    way: Way,
    quantity: u32,
    gross: i64,
) -> Figure {
    let what = Sold::Goods(goods.parse().unwrap(), supplier.map(|one| one.parse().unwrap()));
    Figure {
        at: Timestamp::from_ms(day * DAY_MS),
        shop: "tea".parse().unwrap(),
        order: OrderId::new(Uuid::from_u128(1)),
        what,
        way,
        quantity,
        gross: won(gross),
        vat: won(gross / 11),
    }
}

fn figures() -> Vec<Figure> {
    let mut figures = vec![
        figure(20_784, "leaf", Some("boseong"), Way::Out, 3, 33_000),
        figure(20_784, "pot", None, Way::Out, 1, 22_000),
        figure(20_790, "leaf", Some("boseong"), Way::Back, 1, 11_000),
        figure(20_790, "leaf", Some("boseong"), Way::Back, 0, 1_100),
    ];
    figures.push(Figure { what: Sold::Shipping, ..figure(20_784, "x", None, Way::Out, 1, 3_300) });
    figures
}

fn rows(by: By) -> Vec<(Key, Row)> {
    table(figures().iter(), Currency::KRW, Period::always(), by).into_iter().collect()
}

#[test]
fn goods_are_counted_with_what_came_back_and_what_is_kept() {
    let rows = rows(By::Goods);

    let (key, leaf) = &rows[0];
    assert_eq!(*key, Key::Goods("leaf".parse().unwrap()));
    assert_eq!((leaf.sold, leaf.back), (3, 1));
    assert_eq!((leaf.gross, leaf.refunds), (won(33_000), won(12_100)));
    assert_eq!((leaf.net(), leaf.vat), (won(19_000), won(1_900)));
    assert_eq!(rows[2].0, Key::Shipping);
    let total = total(rows.iter().map(|(_, row)| row), Currency::KRW);
    assert_eq!(total.net().minor + total.vat.minor, 33_000 + 22_000 + 3_300 - 12_100);
}

#[test]
fn every_table_adds_up_to_the_same() {
    let totals: Vec<Row> = [By::Day, By::Month, By::Supplier, By::Goods]
        .into_iter()
        .map(|by| total(rows(by).iter().map(|(_, row)| row), Currency::KRW))
        .collect();

    assert!(totals.iter().all(|total| *total == totals[0]));
    let months: Vec<Key> = rows(By::Month).into_iter().map(|(key, _)| key).collect();
    let first = |year, month| Key::Month(Date::new(year, month, 1).unwrap());
    assert_eq!(months, [first(2026, 11), first(2026, 12)]);
    assert_eq!(rows(By::Supplier)[1].0, Key::Own);
}

#[test]
fn a_period_ends_before_its_end_and_days_are_the_shops() {
    let day = 20_784;
    let period = |from: i64, until: i64| Period {
        from: Timestamp::from_ms(from),
        until: Timestamp::from_ms(until),
        offset_minutes: crate::calendar::SEOUL_OFFSET_MINUTES,
    };
    let count = |period| table(figures().iter(), Currency::KRW, period, By::Day).len();

    assert_eq!(count(period(day * DAY_MS, day * DAY_MS)), 0);
    assert_eq!(count(period(day * DAY_MS, day * DAY_MS + 1)), 1);
    // 23:30 of the day in London is the next day in Seoul.
    let mut late = figure(day, "leaf", None, Way::Out, 1, 1_100);
    late.at = late.at.after_ms(84_600_000);
    let rows = table([late].iter(), Currency::KRW, Period::always(), By::Day);
    assert_eq!(rows.keys().next(), Some(&Key::Day(Date::from_days(day + 1))));
}

#[test]
fn figures_that_differ_from_the_ledger_by_one_won_are_found() {
    let shop: ShopId = "tea".parse().unwrap();
    let mut books = Books::default();
    let mut book = |number, debit: Account, credit: Account, amount| {
        let entry = Entry::transfer(debit, credit, won(amount)).unwrap();
        let id = TransactionId::new(Uuid::from_u128(number));
        books.book(id, &Booking { phase: Phase::Posted, entry }).unwrap();
    };
    let cash = || Account::Mall(MallAccount::Bank("hana-1".parse().unwrap()));
    let mall = |account: fn(ShopId) -> MallAccount| Account::Mall(account("tea".parse().unwrap()));
    book(1, cash(), mall(MallAccount::Sales), 53_000);
    book(2, cash(), mall(MallAccount::Vat), 5_300);
    book(3, mall(MallAccount::Returned), cash(), 11_000);
    book(4, mall(MallAccount::Vat), cash(), 1_100);

    let same = reconcile(figures().iter(), &books, &shop, Currency::KRW);
    let mut off = figures();
    off[0].gross = won(33_001);
    let differs = reconcile(off.iter(), &books, &shop, Currency::KRW).unwrap_err();

    assert_eq!(same, Ok(()));
    assert_eq!((differs.ledger, differs.figures), (53_000, 53_001));
}
