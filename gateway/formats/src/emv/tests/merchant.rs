use crate::emv::{
    Account, Amount, Detail, Id, Initiation, Language, Merchant, Object, Payload, Place, QrFault,
    Template, Tip,
};

fn id(number: u8) -> Id {
    Id::new(number).unwrap()
}

fn owned(number: u8, owner: &str) -> Template {
    Template::new(id(number)).with(Id::OWNER, owner).unwrap()
}

fn shop() -> Merchant {
    Merchant {
        initiation: Some(Initiation::Dynamic),
        accounts: vec![
            Account::Network(Object { id: id(2), value: "4000123456789012".to_owned() }),
            Account::Owned(owned(26, "kr.example.pay").with(id(1), "0042").unwrap()),
        ],
        category: 742,
        currency: 36,
        amount: Amount::of_minor(12_300, 2),
        tip: Some(Tip::Percent { hundredths: 350 }),
        country: "KR".to_owned(),
        name: "MANDU HOUSE".to_owned(),
        city: "SEOUL".to_owned(),
        postal: Some("04524".to_owned()),
        additional: Some(Template::new(Id::ADDITIONAL).with(id(7), "T1").unwrap()),
        language: Some(Language {
            code: "KO".to_owned(),
            name: "만두집".to_owned(),
            city: Some("서울".to_owned()),
        }),
        others: vec![
            Object { id: id(65), value: "later".to_owned() },
            Object { id: id(80), value: owned(80, "a").to_value() },
        ],
    }
}

fn broken(change: impl Fn(&mut Merchant)) -> QrFault {
    let mut merchant = shop();
    change(&mut merchant);
    merchant.payload().unwrap_err()
}

fn at(number: u8) -> Place {
    Place::outer(id(number))
}

#[test]
fn a_code_is_written_and_read_back_the_same() {
    let text = shop().payload().unwrap().to_text();

    let read = Merchant::read(&Payload::parse(&text).unwrap()).unwrap();

    assert!(text.contains("52040742") && text.contains("5303036"), "{text}");
    assert!(text.contains("5406123.00") && text.contains("57043.50"), "{text}");
    assert_eq!(read, shop());
}

#[test]
fn details_and_accounts_are_looked_up() {
    let shop = shop();

    assert_eq!(shop.detail(Detail::Terminal), Some("T1"));
    assert_eq!(shop.detail(Detail::Bill), None);
    let account = shop.account_of("KR.EXAMPLE.PAY").unwrap();
    assert_eq!(account.text(id(1)), Some("0042"));
    assert_eq!(shop.account_of("other"), None);
}

#[test]
fn each_mandatory_object_is_missed() {
    let whole = shop().payload().unwrap();
    for number in [52, 53, 58, 59, 60] {
        let kept = whole.objects().iter().filter(|object| object.id.number() != number).skip(1);

        let without = kept.fold(Payload::default(), |payload, object| {
            payload.with(object.id, &object.value).unwrap()
        });

        assert_eq!(without.check(), Err(QrFault::Missing { place: at(number) }));
    }
    assert_eq!(broken(|shop| shop.accounts.clear()), QrFault::Missing { place: at(2) });
}

#[test]
fn values_that_the_rules_do_not_allow_are_refused_with_the_place() {
    let length = |place| QrFault::LengthInvalid { place };
    let value = |place| QrFault::ValueInvalid { place };
    let additional = |part: u8, text: &str| {
        broken(|shop| {
            shop.additional = Some(Template::new(Id::ADDITIONAL).with(id(part), text).unwrap());
        })
    };

    assert_eq!(broken(|shop| shop.name = "만두집".to_owned()), value(at(59)));
    assert_eq!(broken(|shop| shop.name = "x".repeat(26)), length(at(59)));
    assert_eq!(broken(|shop| shop.country = "K1".to_owned()), value(at(58)));
    assert_eq!(broken(|shop| shop.category = 12_345), length(at(52)));
    assert_eq!(broken(|shop| shop.amount = Amount::of_minor(0, 2)), value(at(54)));
    assert_eq!(broken(|shop| shop.tip = Some(Tip::Percent { hundredths: 0 })), value(at(57)));
    assert_eq!(additional(9, "AA"), value(Place::part(Id::ADDITIONAL, id(9))));
    assert_eq!(additional(11, "1234"), length(Place::part(Id::ADDITIONAL, id(11))));
    let nameless = Template::new(id(27)).with(id(1), "x").unwrap();
    let missing = QrFault::Missing { place: Place::part(id(27), Id::OWNER) };
    assert_eq!(broken(|shop| shop.accounts = vec![Account::Owned(nameless.clone())]), missing);
}

#[test]
fn an_empty_object_reads_but_breaks_a_rule() {
    let text = shop().payload().unwrap().to_text();
    let text = text[..text.len() - 8].to_owned() + "8100";
    let checksum = crate::emv::checksum::of(format!("{text}6304").as_bytes());

    let payload = Payload::parse(&format!("{text}6304{checksum:04X}")).unwrap();

    assert_eq!(payload.check(), Err(QrFault::LengthInvalid { place: at(81) }));
}
