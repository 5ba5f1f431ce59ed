use crate::emv::{
    Amount, Id, Initiation, Payload, Place, QR_CHARACTERS_MAX, QrFault, Tip, checksum,
};

/// A code with a fitting checksum.
fn sealed(text: &str) -> String {
    let text = format!("{text}6304");
    let checksum = checksum::of(text.as_bytes());
    format!("{text}{checksum:04X}")
}

fn parsed(text: &str) -> Result<Payload, QrFault> {
    Payload::parse(&sealed(text))
}

fn at(id: u8) -> Place {
    Place::outer(Id::new(id).unwrap())
}

#[test]
fn the_checksum_is_that_of_the_standards_check_value() {
    assert_eq!(checksum::of(b"123456789"), 0x29B1);
    assert_eq!(checksum::of(b""), 0xFFFF);
}

#[test]
fn lengths_count_characters_and_the_checksum_counts_bytes() {
    // Source: mercari/go-emv-code at a9b6dc8, mpm/emv_test.go.
    let text = "00020101021229300012D156000000000510A93FO3230Q31280012D1560000000103081234567852\
                0441115303156540523.725502015802CN5914BEST TRANSPORT6007BEIJING6233030412340603\
                ***0708A60086670902ME64200002ZH0104最佳运输0202北京8000630484D1";

    let payload = Payload::parse(text).unwrap();

    assert_eq!(payload.to_text(), text);
    let language = payload.template(Id::LANGUAGE).unwrap().unwrap();
    assert_eq!(language.text(Id::new(1).unwrap()), Some("最佳运输"));
    assert_eq!(payload.text(Id::new(80).unwrap()), Some(""));
    assert_eq!(payload.initiation(), Ok(Some(Initiation::Dynamic)));
    assert_eq!(payload.tip(), Ok(Some(Tip::Asked)));
    assert_eq!(payload.amount().unwrap().and_then(|amount| amount.minor(2)), Some(2_372));
    assert_eq!((payload.currency(), payload.category()), (Ok(Some(156)), Ok(Some(4111))));
}

#[test]
fn the_version_stands_first_and_is_known() {
    assert_eq!(parsed("010211000201"), Err(QrFault::FormatNotFirst));
    assert_eq!(parsed("000202"), Err(QrFault::VersionUnknown));
    assert_eq!(Payload::parse(""), Err(QrFault::FormatNotFirst));
}

#[test]
fn the_checksum_stands_last_fits_and_is_in_upper_case() {
    let good = sealed("0002010102125802KR");
    let lower = good[..good.len() - 4].to_owned() + &good[good.len() - 4..].to_lowercase();

    assert!(Payload::parse(&good).is_ok());
    assert_eq!(Payload::parse(&lower), Err(QrFault::ChecksumWrong));
    assert_eq!(Payload::parse(&good.replace("KR", "KP")), Err(QrFault::ChecksumWrong));
    assert_eq!(Payload::parse("0002015802KR"), Err(QrFault::ChecksumAbsent));
    assert_eq!(Payload::parse(&format!("{good}5902KR")), Err(QrFault::ChecksumAbsent));
    assert_eq!(Payload::parse("0002016300"), Err(QrFault::ChecksumAbsent));
    assert_eq!(Payload::parse("0002016305ABCDE"), Err(QrFault::ChecksumAbsent));
}

#[test]
fn broken_objects_are_refused_with_the_place() {
    let after = Some(at(0));

    assert_eq!(Payload::parse("0002015"), Err(QrFault::HeadInvalid { after }));
    assert_eq!(Payload::parse("00020158+2KR"), Err(QrFault::HeadInvalid { after }));
    assert_eq!(Payload::parse("000201５802KR"), Err(QrFault::HeadInvalid { after }));
    assert_eq!(Payload::parse("0002015803KR"), Err(QrFault::Cut { place: at(58) }));
    assert_eq!(Payload::parse("0002015802KR5802KR"), Err(QrFault::Twice { place: at(58) }));
    assert_eq!(Payload::parse("0002015802K\n"), Err(QrFault::Control { place: at(58) }));
    let start = Payload::parse("0a02").unwrap_err();
    assert_eq!(start.to_string(), "no id and length of two digits each at the start");
    let fault = Payload::parse("000201580").unwrap_err();
    assert_eq!(fault.to_string(), "no id and length of two digits each after object 00");
}

#[test]
fn a_broken_template_is_kept_as_text_and_refused_when_opened() {
    let payload = parsed("000201810800480065").unwrap();

    assert_eq!(payload.text(Id::new(81).unwrap()), Some("00480065"));
    let place = Place::part(Id::new(81).unwrap(), Id::new(0).unwrap());
    assert_eq!(payload.template(Id::new(81).unwrap()), Err(QrFault::Cut { place }));
    assert_eq!(payload.template(Id::new(82).unwrap()), Ok(None));
}

#[test]
fn fee_and_percentage_are_there_exactly_when_the_indicator_says_so() {
    let tip = |objects: &str| parsed(&format!("000201{objects}")).unwrap().tip();
    let fixed = Amount::parse("500").unwrap();

    assert_eq!(tip(""), Ok(None));
    assert_eq!(tip("550201"), Ok(Some(Tip::Asked)));
    assert_eq!(tip("5502025603500"), Ok(Some(Tip::Fixed(fixed))));
    assert_eq!(tip("55020357015"), Ok(Some(Tip::Percent { hundredths: 500 })));
    assert_eq!(tip("550203570500.01"), Ok(Some(Tip::Percent { hundredths: 1 })));
    assert_eq!(tip("550203570599.99"), Ok(Some(Tip::Percent { hundredths: 9_999 })));
    assert_eq!(tip("550202"), Err(QrFault::Missing { place: at(56) }));
    assert_eq!(tip("550203"), Err(QrFault::Missing { place: at(57) }));
    assert_eq!(tip("5502025601557011"), Err(QrFault::Unexpected { place: at(57) }));
    assert_eq!(tip("55020156011"), Err(QrFault::Unexpected { place: at(56) }));
    assert_eq!(tip("56015"), Err(QrFault::Unexpected { place: at(56) }));
    assert_eq!(tip("550204"), Err(QrFault::ValueInvalid { place: at(55) }));
    assert_eq!(tip("55020256010"), Err(QrFault::ValueInvalid { place: at(56) }));
    for percent in ["0", "0.00", "100", "0.005", "-1"] {
        let objects = format!("55020357{:02}{percent}", percent.len());
        assert_eq!(tip(&objects), Err(QrFault::ValueInvalid { place: at(57) }), "{percent}");
    }
}

#[test]
fn an_amount_of_nothing_is_refused_when_asked_for() {
    let payload = parsed("00020154010").unwrap();

    assert_eq!(payload.amount(), Err(QrFault::ValueInvalid { place: at(54) }));
}

#[test]
fn objects_that_no_reader_would_take_are_not_added() {
    let country = |value: &str| Payload::default().with(Id::COUNTRY, value).unwrap_err();
    let twice = Payload::default().with(Id::FORMAT, "01").unwrap_err();
    let checksum = Payload::default().with(Id::CHECKSUM, "0000").unwrap_err();

    assert_eq!(twice, QrFault::Twice { place: at(0) });
    assert_eq!(checksum, QrFault::Unexpected { place: at(63) });
    assert_eq!(country(""), QrFault::LengthInvalid { place: at(58) });
    assert_eq!(country(&"x".repeat(100)), QrFault::LengthInvalid { place: at(58) });
    assert_eq!(country("K\u{7f}"), QrFault::Control { place: at(58) });
}

#[test]
fn a_code_over_the_size_of_a_qr_code_is_neither_read_nor_made() {
    let full = (1..=99).filter(|id| *id != 63).try_fold(Payload::default(), |payload, id| {
        payload.with(Id::new(id).unwrap(), &"나".repeat(99))
    });

    assert_eq!(full, Err(QrFault::TooLarge { limit: QR_CHARACTERS_MAX }));
    let long = "0".repeat(QR_CHARACTERS_MAX + 1);
    assert_eq!(Payload::parse(&long), Err(QrFault::TooLarge { limit: QR_CHARACTERS_MAX }));
}
