use super::Profile;
use proptest::prelude::*;
use std::path::Path;

/// The least that a profile of payments can say.
const LEAST: &str = r#"
currency = "KRW"
[authorize]
method = "POST"
path = "/pay"
reference = "/number"
[authorize.body]
id = "{transaction_id}"
code = "{code}"
amount = "{amount}"
[authorize.repeats]
transaction = "/id"
amount = "/amount"
[[authorize.answer]]
status = 200
where = { "/result" = "OK" }
means = "approved"
"#;

fn refused(text: &str) -> String {
    Profile::read(text).map(drop).unwrap_err().to_string()
}

fn refused_with(from: &str, to: &str) -> String {
    assert!(LEAST.contains(from), "{from}");
    refused(&LEAST.replace(from, to))
}

#[test]
fn the_ready_examples_are_read_and_fit_a_command() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/destinations");
    let mut read = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if !path.file_name().unwrap().to_str().unwrap().starts_with("http-") {
            continue;
        }

        let text = std::fs::read_to_string(&path).unwrap();
        let profile = baton_protocol::target::Profile::new(text).unwrap();
        let profile = Profile::read(profile.as_str());

        assert!(profile.is_ok(), "{}: {}", path.display(), profile.unwrap_err());
        read += 1;
    }
    assert_eq!(read, 3);
}

#[test]
fn the_example_of_the_page_is_read() {
    let page = include_str!("../../../../../docs/destinations-http.md");
    let examples: Vec<_> = page.split("```toml\n").skip(1).collect();

    let whole = examples.first().unwrap().split("```").next().unwrap();

    assert!(Profile::read(whole).is_ok(), "{:?}", Profile::read(whole).map(drop));
}

#[test]
fn the_least_profile_is_read() {
    assert!(Profile::read(LEAST).is_ok(), "{:?}", Profile::read(LEAST).map(drop));
}

#[test]
fn what_is_not_a_profile_is_refused_with_its_line() {
    let cases = [
        (refused("currency = \"KRW\"\n["), "line 2: "),
        (refused_with("path = ", "pathh = "), "line 5: unknown field `pathh`"),
        (refused_with("\"POST\"", "\"post\""), "line 4: unknown variant `post`"),
        (refused_with("\"approved\"", "\"okay\""), "line 17: unknown variant `okay`"),
        (refused_with("KRW", "ABC"), "line 2: unknown currency"),
        (refused_with("means =", "reason = \"duplicate\"\nmeans ="), "line 17: unknown variant"),
        (refused("timeout = 3"), "line 1: unknown field `timeout`"),
        (refused(""), "authorize: missing"),
    ];

    for (reason, start) in cases {
        assert!(reason.starts_with(start), "{reason}");
    }
}

#[test]
fn a_charge_that_does_not_say_what_it_is_about_is_refused() {
    let cases = [
        (
            "id = \"{transaction_id}\"",
            "authorize: neither path, headers nor body carry \
          `{transaction_id}` or `{transaction_hex}`",
        ),
        ("code = \"{code}\"", "authorize: neither path, headers nor body carry `{code}`"),
        ("amount = \"{amount}\"", "authorize: neither path, headers nor body carry `{amount}` or"),
        ("currency = \"KRW\"", "authorize: neither path, headers nor body carry `{currency}`"),
        ("reference = \"/number\"", "authorize.reference: missing"),
        ("transaction = \"/id\"", "authorize.repeats.transaction: missing"),
        ("amount = \"/amount\"", "authorize.repeats.amount: missing"),
    ];

    for (line, start) in cases {
        let reason = refused_with(line, "");

        assert!(reason.starts_with(start), "{reason}");
    }
}

#[test]
fn a_currency_is_repeated_or_known() {
    let text = LEAST.replace("currency = \"KRW\"", "");
    let text = text.replace("id = \"{", "currency = \"{currency}\"\nid = \"{");

    let reason = refused(&text);

    assert!(reason.starts_with("authorize.repeats.currency: missing"), "{reason}");
}

#[test]
fn secrets_and_codes_stand_only_where_they_may() {
    let headers = |line: &str| format!("[authorize.headers]\n{line}\n[authorize.body]");
    let cases = [
        ("\"/pay\"", "\"/pay/{code}\"".to_owned(), "authorize.path: a payment code never stands"),
        ("\"/pay\"", "\"/pay/{secret}\"".to_owned(), "authorize.path: `{secret}` is not available"),
        ("[authorize.body]", headers("X-Code = \"{code}\""), "authorize.headers.X-Code: `{code}`"),
        (
            "[authorize.body]",
            headers("authorization = \"Bearer abc\""),
            "authorize.headers.authorization: a secret never stands in a profile",
        ),
        ("[authorize.body]", headers("Host = \"a\""), "authorize.headers.Host: this header"),
        ("[authorize.body]", headers("\"a b\" = \"a\""), "authorize.headers.\"a b\": not the name"),
        ("[authorize.body]", headers("X-A = \"가\""), "authorize.headers.X-A: a header has"),
        ("code = \"{code}\"", "code = \"{secret}\"".to_owned(), "authorize.body.code: `{secret}`"),
    ];

    for (from, to, start) in cases {
        let reason = refused_with(from, &to);

        assert!(reason.starts_with(start), "{reason}");
    }
}

#[test]
fn paths_and_methods_that_mislead_are_refused() {
    for path in ["pay", "//host/pay", "/a/../b", "/a b", "/가", "/a#b", "/a/."] {
        let reason = refused_with("\"/pay\"", &format!("\"{path}\""));

        assert!(reason.starts_with("authorize.path: not a path"), "{path}: {reason}");
    }
    for method in ["GET", "DELETE"] {
        let reason = refused_with("\"POST\"", &format!("\"{method}\""));

        assert!(reason.starts_with("authorize.method: "), "{reason}");
    }
}

#[test]
fn rules_that_trust_too_much_are_refused() {
    let rule = |lines: &str| format!("[[authorize.answer]]\n{lines}\n[[authorize.answer]]");
    let where_no = "where = { \"/result\" = \"NO\" }";
    let declined = "means = \"declined\"\nreason = \"funds\"";
    let cases = [
        (format!("status = 503\n{where_no}\n{declined}"), "authorize.answer[0].status: 503 leaves"),
        (format!("status = 302\n{where_no}\n{declined}"), "authorize.answer[0].status: 302 leaves"),
        (format!("status = 429\n{where_no}\n{declined}"), "authorize.answer[0].status: 429 leaves"),
        (format!("status = 402\n{declined}"), "authorize.answer[0].where: `declined` needs"),
        (
            format!("status = 402\n{where_no}\nmeans = \"declined\""),
            "authorize.answer[0].reason: a decline needs a reason",
        ),
        (
            format!("status = 200\n{where_no}\nmeans = \"not_found\""),
            "authorize.answer[0].means: `not_found` is no answer to authorize; use approved, ",
        ),
        (
            format!("status = 200\n{where_no}\nmeans = \"approved\"\nrepeats = \"none\""),
            "authorize.answer[0].repeats: an approval must name the transaction",
        ),
        ("status = 99\nmeans = \"approved\"".to_owned(), "authorize.answer[0].status: write a"),
        ("status = []\nmeans = \"approved\"".to_owned(), "authorize.answer[0].status: the list"),
        (
            "status = 200\nmeans = \"approved\"\nwhere = { \"/a\" = 1.5 }".to_owned(),
            "authorize.answer[0].where.\"/a\": compare with",
        ),
        (
            "status = 200\nmeans = \"approved\"\nwhere = { a = 1 }".to_owned(),
            "authorize.answer[0].where.a: a JSON pointer starts with `/`",
        ),
    ];

    for (lines, start) in cases {
        let reason = refused_with("[[authorize.answer]]", &rule(&lines));

        assert!(reason.starts_with(start), "{reason}");
    }
}

#[test]
fn keys_that_would_do_nothing_are_refused() {
    let cases = [
        ("words = { accrue = \"a\", redeem = \"b\" }", "authorize.words: "),
        ("balance = \"/a\"", "authorize.balance: "),
    ];

    for (line, start) in cases {
        let reason = refused_with("path = ", &format!("{line}\npath = "));

        assert!(reason.starts_with(start), "{reason}");
    }
    let reason = refused_with("transaction = \"/id\"", "transaction = \"/id\"\ninquiry = \"/a\"");
    assert!(reason.starts_with("authorize.repeats.inquiry: "), "{reason}");
}

#[test]
fn a_reference_needs_an_inquiry() {
    let reverse = r#"
        [reverse]
        method = "POST"
        path = "/cancel/{reference}"
        repeats = { transaction = "none" }
        answer = [{ status = 204, means = "accepted" }]
    "#;

    let reason = refused(&format!("{LEAST}{reverse}"));

    assert!(reason.starts_with("reverse: `{reference}` is what an inquiry finds"), "{reason}");
    assert!(
        Profile::read(&format!("{LEAST}{}", reverse.replace("reference", "transaction_id")))
            .is_ok()
    );
}

#[test]
fn a_signature_names_only_headers_that_every_request_has() {
    let sign = |header: &str| {
        format!(
            "{LEAST}\n[headers]\nX-Date = \"{{timestamp_s}}\"\n[sign]\nheader = \"x-sig\"\n\
             algorithm = \"hmac-sha512\"\nover = \"{{header:{header}}}{{body}}\""
        )
    };

    let reason = refused(&sign("x-other"));

    assert!(reason.starts_with("sign.over: not every request has a header `x-other`"), "{reason}");
    assert!(Profile::read(&sign("x-date")).is_ok());
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(at in 0..LEAST.len(), cut in 0..40_usize, put in "[ -~\\n{}]{0,12}") {
        let end = LEAST.len().min(at + cut);

        drop(Profile::read(&format!("{}{put}{}", &LEAST[..at], &LEAST[end..])));
        drop(Profile::read(&put));
    }
}
