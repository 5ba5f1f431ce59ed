use super::*;
use baton_core::relay::lookup::Standing;
use baton_records::events::Tenant;
use tokio::net::TcpListener;

#[test]
fn only_2xx_is_taken_and_410_ends_it() {
    let means = |status: u16| meaning(StatusCode::from_u16(status).unwrap());

    for status in [200, 201, 202, 204, 299] {
        assert_eq!(means(status), Answer::Taken, "{status}");
    }
    for status in [301, 302, 307, 308, 400, 401, 404, 408, 409, 429, 500, 502, 503] {
        assert_eq!(means(status), Answer::Failed, "{status}");
    }
    assert_eq!(means(410), Answer::Gone);
}

#[tokio::test]
async fn a_receiver_inside_is_not_even_dialled() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::open(&folder.path().join("key")).unwrap();
    let settings = Settings::default();

    for host in ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0x7f.1"] {
        let id: WebhookId = "hook".parse().unwrap();
        let row = WebhookRow {
            secret: vault.seal_secret(&id, "secret").unwrap(),
            id,
            tenant: Tenant::Shop("shop".parse().unwrap()),
            url: format!("http://{host}:{port}/"),
            former: None,
            standing: Standing::Active,
            read_up_to: 0,
        };
        let receiver = Receiver::of(&row, &vault, &settings).unwrap();

        let posted = receiver.post(1, 1, "{}".to_owned(), 0).await;

        assert_eq!(posted.answer, Answer::Failed, "{host}");
        assert!(posted.words.contains("private"), "{host}: {}", posted.words);
    }
    let dialled = tokio::time::timeout(Duration::ZERO, listener.accept()).await;
    assert!(dialled.is_err(), "somebody dialled");
}

#[tokio::test]
async fn a_secret_of_another_webhook_is_not_used() {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::open(&folder.path().join("key")).unwrap();
    let (one, other) = ("one".parse().unwrap(), "other".parse().unwrap());

    let sealed = vault.seal_secret(&one, "secret").unwrap();

    assert!(vault.unseal_secret(&one, &sealed).is_ok());
    assert!(vault.unseal_secret(&other, &sealed).is_err());
}
