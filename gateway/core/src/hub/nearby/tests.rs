//! What can be ordered where, and that nothing else can.
//!
//! Owns only checks. Next: nothing.

use super::*;
use proptest::prelude::*;

fn here() -> Point {
    Point::new(37.5, 127.0).unwrap()
}

/// So many km north of here: a degree is 111.2 km.
fn north(km: f64) -> Point {
    Point::new(37.5 + km / 111.195, 127.0).unwrap()
}

fn goods(id: &str, stock: Stock, reach_km: Option<f64>) -> Goods {
    Goods { id: id.parse().unwrap(), stock, reach_km }
}

fn company(id: &str, km: f64, reach_km: f64, goods: Vec<Goods>) -> Company {
    let opening = Opening::Open;
    Company { id: id.parse().unwrap(), at: north(km), reach_km, opening, goods }
}

fn bakery() -> Company {
    let bread = goods("bread", Stock::Pieces(3), None);
    let ice = goods("ice", Stock::Endless, Some(1.0));
    company("bakery", 2.0, 5.0, vec![bread, ice, goods("cake", Stock::Pieces(0), None)])
}

fn line(goods: &str, pieces: u32) -> Line {
    Line { goods: goods.parse().unwrap(), pieces }
}

fn check(company: &Company, lines: Vec<Line>) -> Result<Deliverable, Refusal> {
    Nearby::new(vec![company.clone()]).check(&company.id, here(), lines)
}

#[test]
fn the_nearest_come_first_with_what_they_can_deliver() {
    let far = company("pizza", 4.0, 10.0, vec![goods("pizza", Stock::Endless, None)]);
    let nearby = Nearby::new(vec![far, bakery()]);

    let offers = nearby.offers(here());

    let names = |offer: &Offer<'_>| -> (String, Vec<String>) {
        let goods = offer.goods.iter().map(|goods| goods.id.to_string());
        (offer.company.id.to_string(), goods.collect())
    };
    let found: Vec<(String, Vec<String>)> = offers.iter().map(names).collect();
    let wanted = [("bakery", "bread"), ("pizza", "pizza")];
    assert_eq!(found, wanted.map(|(company, goods)| (company.to_owned(), vec![goods.to_owned()])));
    assert!((offers[0].km - 2.0).abs() < 0.01);
}

#[test]
fn who_is_closed_or_too_far_or_has_nothing_is_not_offered() {
    let bread = || vec![goods("bread", Stock::Endless, None)];
    let closed = Company { opening: Opening::Closed, ..company("closed", 1.0, 5.0, bread()) };
    let empty = company("empty", 1.0, 5.0, vec![goods("bread", Stock::Pieces(0), None)]);
    let nearby = Nearby::new(vec![closed, company("far", 6.0, 5.0, bread()), empty]);

    assert!(nearby.offers(here()).is_empty());
}

#[test]
fn a_company_told_twice_is_the_later_one() {
    let old = Company { opening: Opening::Closed, ..bakery() };

    let nearby = Nearby::new(vec![old, bakery()]);

    assert_eq!(nearby.offers(here()).len(), 1);
}

#[test]
fn deliverable_lines_are_taken_as_they_are() {
    let taken = check(&bakery(), vec![line("bread", 2), line("bread", 1)]).unwrap();

    assert_eq!(taken.lines(), [line("bread", 2), line("bread", 1)]);
    assert_eq!(taken.company().as_str(), "bakery");
    assert_eq!(taken.address(), here());
}

#[test]
fn every_refusal_names_its_rule() {
    let id = |name: &str| name.parse::<GoodsId>().unwrap();
    let short = Refusal::StockShort { goods: id("bread"), wanted: 4, left: 3 };
    let unknown = Refusal::GoodsUnknown { company: bakery().id, goods: id("beer") };

    assert_eq!(check(&bakery(), vec![line("bread", 2), line("bread", 2)]), Err(short));
    assert_eq!(check(&bakery(), vec![line("beer", 1)]), Err(unknown));
    assert!(matches!(check(&bakery(), vec![line("ice", 1)]), Err(Refusal::GoodsOutOfReach { .. })));
    assert_eq!(check(&bakery(), Vec::new()), Err(Refusal::LinesOutOfRange(0)));
    assert_eq!(check(&bakery(), vec![line("bread", 0)]), Err(Refusal::PiecesOutOfRange(0)));
    let many = vec![line("bread", 1); LINES_MAX + 1];
    assert_eq!(check(&bakery(), many), Err(Refusal::LinesOutOfRange(LINES_MAX + 1)));
    let closed = Company { opening: Opening::Closed, ..bakery() };
    assert_eq!(
        check(&closed, vec![line("bread", 1)]),
        Err(Refusal::CompanyClosed(closed.id.clone()))
    );
    let far = Company { reach_km: 1.5, ..bakery() };
    assert!(matches!(check(&far, vec![line("bread", 1)]), Err(Refusal::OutOfReach { .. })));
    let nobody = "nobody".parse::<CompanyId>().unwrap();
    let refused = Nearby::default().check(&nobody, here(), vec![line("bread", 1)]);
    assert_eq!(refused, Err(Refusal::CompanyUnknown(nobody)));
}

fn any_company() -> impl Strategy<Value = Company> {
    let one = (0_u8..3, prop_oneof![Just(Stock::Endless), (0_u32..3).prop_map(Stock::Pieces)]);
    let one = (one, prop::option::of(0.0..8.0))
        .prop_map(|((name, stock), reach)| goods(&format!("g{name}"), stock, reach));
    let opening = prop_oneof![3 => Just(Opening::Open), 1 => Just(Opening::Closed)];
    (0_u8..4, 0.0..8.0, 0.0..8.0, opening, prop::collection::vec(one, 0..4)).prop_map(
        |(id, km, reach_km, opening, mut goods)| {
            goods.dedup_by(|a, b| a.id == b.id);
            Company { opening, ..company(&format!("c{id}"), km, reach_km, goods) }
        },
    )
}

proptest! {
    #[test]
    fn what_is_offered_can_be_ordered_and_nothing_else(
        companies in prop::collection::vec(any_company(), 0..6),
    ) {
        let nearby = Nearby::new(companies.clone());
        let offers = nearby.offers(here());
        for company in &companies {
            for name in ["g0", "g1", "g2", "g9"] {
                let id: GoodsId = name.parse().unwrap();
                let offer = offers.iter().find(|offer| offer.company.id == company.id);
                // Of goods that are listed twice the first counts.
                let first = offer.and_then(|o| o.company.goods.iter().find(|g| g.id == id));
                let offered = offer.zip(first).is_some_and(|(offer, first)| {
                    offer.goods.iter().any(|goods| std::ptr::eq(*goods, first))
                });

                let taken = nearby.check(&company.id, here(), vec![line(name, 1)]);

                prop_assert_eq!(taken.is_ok(), offered, "{:?}", taken);
            }
        }
    }
}
