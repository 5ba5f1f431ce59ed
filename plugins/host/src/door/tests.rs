use super::*;
use baton_plugin_api::documents::http::{Body, HttpAnswer, Sent};
use futures_util::future::BoxFuture;

/// Answers everything with 204.
#[derive(Debug)]
struct Echo;

impl Network for Echo {
    fn send(&self, _: HttpRequest, _: Duration) -> BoxFuture<'_, HttpOutcome> {
        let answer = HttpAnswer { status: 204, headers: Vec::new(), body: Body::default() };
        Box::pin(async { HttpOutcome::Answered(answer) })
    }
}

/// Never answers.
#[derive(Debug)]
struct Silence;

impl Network for Silence {
    fn send(&self, _: HttpRequest, _: Duration) -> BoxFuture<'_, HttpOutcome> {
        Box::pin(std::future::pending())
    }
}

fn door(network: impl Network + 'static) -> HostDoor {
    let secret = Secret::new("topsecret".to_owned());
    HostDoor {
        plugin: "p".to_owned(),
        origins: vec![Origin::parse("https://stamps.example").unwrap()],
        secrets: [("key".to_owned(), secret)].into(),
        network: Arc::new(network),
    }
}

fn call() -> RunningCall {
    let deadline = Instant::now() + Duration::from_secs(5);
    RunningCall::new(OperationName::Authorize, Some("W7K2-1"), deadline)
}

fn ask(request: &HttpRequest) -> Vec<u8> {
    serde_json::to_vec(&Versioned::of(request)).unwrap()
}

async fn outcome(door: &HostDoor, call: &RunningCall, request: &HttpRequest) -> HttpOutcome {
    let bytes = door.http(call, &ask(request)).await;
    serde_json::from_slice::<Versioned<HttpOutcome>>(&bytes).unwrap().body
}

fn refused(outcome: &HttpOutcome) -> bool {
    matches!(outcome, HttpOutcome::Failed(HttpFault { sent: Sent::No, .. }))
}

#[tokio::test]
async fn only_the_manifests_origins_are_reached() {
    let (door, call) = (door(Echo), call());
    let get = |url: &str| HttpRequest::get(url.to_owned());

    let allowed = outcome(&door, &call, &get("https://stamps.example/v1/cards?x=1")).await;
    assert!(matches!(allowed, HttpOutcome::Answered(_)), "{allowed:?}");
    for url in [
        "http://stamps.example/",
        "https://stamps.example:444/",
        "https://stamps.example.evil.example/",
        "https://stamps.example@evil.example/",
        "https://user@stamps.example/",
        "https://evil.example/stamps.example",
        "file:///etc/passwd",
        "//stamps.example",
        "",
    ] {
        assert!(refused(&outcome(&door, &call, &get(url)).await), "{url}");
    }
}

#[tokio::test]
async fn methods_and_headers_of_the_connection_are_refused() {
    let (door, call) = (door(Echo), call());
    let url = || "https://stamps.example/".to_owned();
    let mut connect = HttpRequest::get(url());
    "CONNECT".clone_into(&mut connect.method);

    assert!(refused(&outcome(&door, &call, &connect).await));
    for name in ["Host", "content-length", "Transfer-Encoding"] {
        let request = HttpRequest::get(url()).header(name, "x");
        assert!(refused(&outcome(&door, &call, &request).await), "{name}");
    }
}

#[tokio::test]
async fn one_call_sends_a_bounded_number_of_requests() {
    let (door, call) = (door(Echo), call());
    let request = HttpRequest::get("https://stamps.example/".to_owned());

    for _ in 0..REQUESTS_MAX {
        assert!(!refused(&outcome(&door, &call, &request).await));
    }
    assert!(refused(&outcome(&door, &call, &request).await));
}

#[tokio::test(start_paused = true)]
async fn a_silent_server_is_given_up_before_the_call_is() {
    let (door, call) = (door(Silence), call());
    let request = HttpRequest::get("https://stamps.example/".to_owned());

    let silent = outcome(&door, &call, &request).await;

    assert!(matches!(silent, HttpOutcome::Failed(HttpFault { sent: Sent::Maybe, .. })));
    assert!(Instant::now() < call.deadline);
}

#[test]
fn a_secret_is_given_by_name_only() {
    let door = door(Echo);

    assert_eq!(door.secret(b"key"), Some(b"topsecret".to_vec()));
    assert_eq!(door.secret(b"other"), None);
    assert_eq!(door.secret(&[0xFF]), None);
}

#[tokio::test]
async fn a_log_line_is_cut_starred_and_cannot_steer_a_terminal() {
    let (door, call) = (door(Echo), call());

    let line = door.line(&call, b"code W7K2-1 with topsecret\n\x1b[31mred");
    let long = door.line(&call, &[b'x'; 5_000]);

    assert_eq!(line, "code *** with ***\\n\\u{1b}[31mred");
    assert_eq!(long.len(), LOG_BYTES_MAX);
}

#[tokio::test]
async fn a_flood_of_lines_is_noise() {
    let (door, call) = (door(Echo), call());

    let heeded: Vec<Heed> = (0..=LINES_MAX).map(|_| door.log(&call, 4, b"x")).collect();

    assert_eq!(heeded.iter().filter(|heed| **heed == Heed::Noise).count(), 1);
}
