use super::*;
use crate::mall::customer::Email;
use crate::mall::number::Gln;
use crate::mall::price::VatRate;
use baton_protocol::money::{Currency, Money};

fn at(ms: i64) -> Timestamp {
    Timestamp::from_ms(ms)
}

fn who(name: &str) -> StaffId {
    name.parse().unwrap()
}

fn registration() -> Registration {
    Registration {
        name: "한옥다원".to_owned(),
        slug: Slug::parse("hanok-tea").unwrap(),
        theme: "plain".to_owned(),
        contact: Email::parse("tea@example.com").unwrap(),
        business_number: BusinessNumber::parse("000-12-34560").unwrap(),
        gln: Some(Gln::parse("9501101000018").unwrap()),
        shipping: ShippingRule {
            fee: Money::new(3_000, Currency::KRW),
            free_from: None,
            vat: VatRate::KOREA,
        },
    }
}

fn shop() -> Shop {
    Shop::add("tea".parse().unwrap(), registration(), who("kim")).unwrap().0
}

#[test]
fn one_step_opens_a_shop_with_its_pages() {
    let (shop, effects) = Shop::add("tea".parse().unwrap(), registration(), who("kim")).unwrap();

    assert!(shop.takes_orders());
    let id: ShopId = "tea".parse().unwrap();
    let wanted = [
        Effect::Record(Record::Shop(id.clone(), Event::Added)),
        Effect::Storefront { shop: id, shown: Shown::Pages },
    ];
    assert_eq!(effects, wanted);
}

#[test]
fn a_shop_is_deleted_only_closed_and_with_nothing_open() {
    let mut shop = shop();
    let none = OpenWork::default();
    let open = [
        OpenWork { orders: 1, ..none },
        OpenWork { reserved: 1, ..none },
        OpenWork { refunds: 1, ..none },
    ];
    let early = shop.step(Input::Deleted(none), at(1));
    assert_eq!(early, Err(Refusal::StillOpen("tea".parse().unwrap())));
    shop.step(Input::Closed, at(1)).unwrap();
    for open in open {
        let refused = shop.step(Input::Deleted(open), at(2));
        assert_eq!(refused, Err(Refusal::WorkOpen { shop: "tea".parse().unwrap(), open }));
    }

    shop.step(Input::Deleted(none), at(3)).unwrap();

    assert_eq!(shop.life(), Life::Deleted { at: at(3) });
    assert!(matches!(shop.step(Input::Opened, at(4)), Err(Refusal::Deleted(_))));
    assert_eq!(shop.registration().name, "한옥다원");
}

#[test]
fn a_closed_shop_takes_no_orders_until_it_opens_again() {
    let mut shop = shop();

    shop.step(Input::Closed, at(1)).unwrap();
    assert!(!shop.takes_orders());
    shop.step(Input::Opened, at(2)).unwrap();

    assert!(shop.takes_orders());
    assert_eq!(shop.step(Input::Opened, at(3)), Ok(Vec::new()));
}

#[test]
fn an_address_is_one_shops_for_ever_and_never_the_malls() {
    let mut slugs = Slugs::default();
    let slug = Slug::parse("hanok-tea").unwrap();
    slugs.take(slug.clone(), "tea".parse().unwrap()).unwrap();

    let taken = slugs.take(slug.clone(), "other".parse().unwrap());
    assert_eq!(taken, Err(DirectoryRefusal::SlugTaken(slug.clone())));
    let second = slugs.take(Slug::parse("tea-2").unwrap(), "tea".parse().unwrap());
    assert_eq!(second, Err(DirectoryRefusal::ShopKnown("tea".parse().unwrap())));
    assert_eq!(slugs.lookup(&slug).map(ShopId::as_str), Some("tea"));
    assert_eq!(Slug::parse("admin"), Err(RegistrationInvalid::SlugKept));
    for wrong in ["ab", "-tea", "tea-", "Tea", "티숍", "a b c", &"a".repeat(41)] {
        assert_eq!(Slug::parse(wrong), Err(RegistrationInvalid::Slug), "{wrong}");
    }
    let mut shop = shop();
    let moved = Registration { slug: Slug::parse("tea-house").unwrap(), ..registration() };
    assert_eq!(shop.step(Input::Described(Box::new(moved)), at(1)), Err(Refusal::SlugFixed));
}

#[test]
fn each_role_may_what_its_row_says() {
    let may = |role: Role| Act::ALL.into_iter().filter(|act| role.may(*act)).collect::<Vec<_>>();

    assert_eq!(may(Role::Owner), Act::ALL);
    assert_eq!(may(Role::Manager), &Act::ALL[..8]);
    let orders = [Act::Read, Act::HandleOrders, Act::Refund, Act::MatchDeposits];
    assert_eq!(may(Role::OrderClerk), orders);
    assert_eq!(may(Role::StockClerk), [Act::Read, Act::EditGoods, Act::MoveStock]);
    assert_eq!(may(Role::Reader), [Act::Read]);
}

#[test]
fn the_last_owner_stays_and_strangers_may_nothing() {
    let mut shop = shop();
    let last = Err(Refusal::LastOwner(who("kim")));
    assert_eq!(shop.step(Input::StaffTaken(who("kim")), at(1)), last);
    assert_eq!(shop.step(Input::StaffGiven(who("kim"), Role::Reader), at(1)), last);

    shop.step(Input::StaffGiven(who("lee"), Role::Owner), at(2)).unwrap();
    shop.step(Input::StaffTaken(who("kim")), at(3)).unwrap();

    assert!(shop.may(&who("lee"), Act::Own));
    assert!(!shop.may(&who("kim"), Act::Read));
}

#[test]
fn suppliers_and_categories_go_only_when_no_goods_are_left_there() {
    let mut shop = shop();
    let category =
        |lower: Option<&str>| Category { upper: "차".to_owned(), lower: lower.map(str::to_owned) };
    let supplier = Supplier { name: "보성다원".to_owned(), business_number: None };
    let id: SupplierId = "boseong".parse().unwrap();
    shop.step(Input::SupplierAdded(id.clone(), supplier), at(1)).unwrap();
    shop.step(Input::CategoryAdded(category(Some("녹차"))), at(1)).unwrap();
    let mut step = |input| shop.step(input, at(2)).map(drop);

    assert!(matches!(
        step(Input::SupplierLeft(id.clone(), 2)),
        Err(Refusal::InUse { goods: 2, .. })
    ));
    assert!(matches!(step(Input::CategoryTaken(category(None), 0)), Err(Refusal::InUse { .. })));
    let unknown = step(Input::CategoryTaken(category(Some("홍차")), 0));
    assert!(matches!(unknown, Err(Refusal::Unknown { .. })));
    assert_eq!(step(Input::SupplierLeft(id.clone(), 0)), Ok(()));
    assert_eq!(step(Input::CategoryTaken(category(Some("녹차")), 0)), Ok(()));
    assert_eq!(step(Input::CategoryTaken(category(None), 0)), Ok(()));

    assert!(!shop.has_supplier(&id) && !shop.has_category(&category(None)));
}

#[test]
fn a_shop_without_name_theme_or_price_of_the_way_is_not_added() {
    let add = |change: fn(&mut Registration)| {
        let mut changed = registration();
        change(&mut changed);
        Shop::add("tea".parse().unwrap(), changed, who("kim")).unwrap_err()
    };

    assert_eq!(add(|one| one.name = " ".to_owned()), RegistrationInvalid::Name);
    assert_eq!(add(|one| one.theme.clear()), RegistrationInvalid::Theme);
    assert_eq!(add(|one| one.shipping.fee.minor = -1), RegistrationInvalid::Shipping);
}
