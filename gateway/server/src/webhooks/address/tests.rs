use super::*;

#[test]
fn only_http_to_public_addresses_is_taken() {
    let inside = [
        "http://127.0.0.1/",
        "https://10.1.2.3/x",
        "https://172.16.0.1/",
        "https://172.31.255.255/",
        "https://192.168.1.1:8443/",
        "https://169.254.169.254/latest/meta-data",
        "https://100.64.0.1/",
        "https://0.0.0.0/",
        "https://255.255.255.255/",
        "https://224.0.0.1/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://017700000001/",
        "https://[::1]/",
        "https://[::]/",
        "https://[fe80::1]/",
        "https://[fd00::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[2002:7f00:1::]/",
        "https://[2001:db8::1]/",
        "https://[ff02::1]/",
    ];
    for url in inside {
        assert_eq!(check_url(url, Reach::Public), Err(AddressRefused::Inside), "{url}");
        assert!(check_url(url, Reach::Everywhere).is_ok(), "{url}");
    }
    for url in ["https://93.184.216.34/h", "https://[2606:2800:220:1::1]/", "http://shop.example/"]
    {
        assert!(check_url(url, Reach::Public).is_ok(), "{url}");
    }
}

#[test]
fn other_schemes_credentials_and_nonsense_are_not_taken() {
    let long = format!("https://shop.example/{}", "x".repeat(2_048));
    let cases = [
        ("ftp://shop.example/", AddressRefused::Scheme),
        ("file:///etc/passwd", AddressRefused::Scheme),
        ("https://me:secret@shop.example/", AddressRefused::Credentials),
        ("https://me@shop.example/", AddressRefused::Credentials),
        ("shop.example", AddressRefused::Unreadable),
        ("https://", AddressRefused::Unreadable),
        (&long, AddressRefused::Unreadable),
    ];

    for (url, why) in cases {
        assert_eq!(check_url(url, Reach::Everywhere), Err(why), "{url}");
    }
}

#[tokio::test]
async fn a_name_that_leads_inside_has_no_address_when_connecting() {
    let resolved = async |reach| Guarded(reach).resolve("localhost".parse().unwrap()).await;

    assert!(resolved(Reach::Public).await.is_err());
    assert!(resolved(Reach::Everywhere).await.is_ok_and(|mut all| all.next().is_some()));
}
