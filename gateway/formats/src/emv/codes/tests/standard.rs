use crate::emv::CodeRules;
use crate::emv::codes::standard::STANDARD;

fn named(code: &str) -> String {
    let rules = CodeRules::standard();
    let Some(rule) = rules.classify(code) else { return "nobody's".to_owned() };
    let product = rule.product().map(|product| format!(" / {product}"));
    rule.scheme().to_owned() + &product.unwrap_or_default()
}

#[test]
fn the_table_is_in_its_own_notation() {
    let rules = CodeRules::parse(STANDARD).unwrap();

    assert_eq!(rules.rules().len(), 20);
    assert_eq!(CodeRules::standard(), rules);
    assert_eq!(CodeRules::parse(&rules.to_string()), Ok(rules));
}

#[test]
fn each_scheme_is_told_by_its_rule() {
    for (code, scheme) in [
        ("hQVDUFYwMWEA", "EMVCo CPM"),
        ("281006020123456789012345", "KakaoPay (KR)"),
        ("800088020123456789012345", "ZeroPay barcode (KR)"),
        ("3-01234567890123456789abc", "ZeroPay QR (KR)"),
        ("705500010123456789012345", "Toss Pay (KR) / card"),
        ("705500020123456789012345", "Toss Pay (KR) / money"),
        ("705500030123456789012345", "Toss Pay (KR) / account"),
        ("1701234567890123456789", "SSG Pay (KR)"),
        ("8710123456789012345678", "L.Pay (KR)"),
        ("941083012345678995234", "Seoul Pay (KR)"),
        ("942040240123456789012", "Seoul Pay (KR)"),
        ("10345678901234569590", "PAYCO (KR) / coupon"),
        ("20345678901234569590", "PAYCO (KR) / points"),
        ("28345678901234569590", "PAYCO (KR)"),
        ("123456789012345695901", "PAYCO (KR)"),
        ("251001020123456789012345", "Alipay+"),
        ("2890123456789012345", "Alipay+ / legacy"),
        ("101234567890123456", "WeChat Pay"),
        ("151234567890123456", "WeChat Pay"),
        ("289431869362714645", "Alipay (CN)"),
        ("281001031234567890123456", "Alipay (CN)"),
        ("6212345678901234567", "UnionPay QR (CPM number)"),
        ("942040261234567800012", "Card-company app card (KR)"),
        ("161234567890123456", "nobody's"),
        ("4111111111111111", "nobody's"),
    ] {
        assert_eq!(named(code), scheme, "{code}");
    }
}
