use super::*;

fn terminal() -> TerminalId {
    "counter-1".parse().unwrap()
}

#[test]
fn an_address_is_the_gateway_and_the_terminal() {
    let address = TagAddress::new("https://pay.example/", terminal()).unwrap();

    assert_eq!(address.as_str(), "https://pay.example/t/counter-1");
    assert_eq!(address.cover(), Cover::Sealed);
    assert_eq!(TagAddress::new("http://[::1]:8700", terminal()).unwrap().cover(), Cover::Open);
}

#[test]
fn what_is_no_address_is_refused_and_named() {
    for base in ["", "pay.example", "https://", "ftp://pay.example", "https://pay.example/?a=b"] {
        let refused = TagAddress::new(base, terminal()).unwrap_err();

        assert!(refused.to_string().contains("tag.address"), "{base}: {refused}");
    }
}

#[test]
fn an_address_that_no_tag_holds_is_refused() {
    let base = format!("https://{}.example", "long".repeat(50));

    let refused = TagAddress::new(&base, terminal()).unwrap_err();

    assert!(matches!(refused, AddressFault::TooLong { bytes: 228 }), "{refused}");
}

#[test]
fn without_a_setting_the_address_is_the_gateway_s() {
    let identity = Identity {
        role: baton_protocol::enrol::Role::Terminal,
        id: "counter-1".to_owned(),
        audience: "baton".to_owned(),
        gateway: "http://127.0.0.1:8700".to_owned(),
    };

    let (own, set) =
        (TagAddress::of(&identity, ""), TagAddress::of(&identity, "https://pay.example"));

    assert_eq!(own.unwrap().as_str(), "http://127.0.0.1:8700/t/counter-1");
    assert_eq!(set.unwrap().as_str(), "https://pay.example/t/counter-1");
}
