use super::stage::{
    AMOUNT, HANG_UP, balance, framed, inquiry, iso_answering, iso_client, payment,
    quick_iso_client, reversal,
};
use crate::{Client, Unreachable};
use baton_formats::iso8583::{Message, Mti, PrivateData, Tag};
use baton_protocol::work::{DeclineReason, InquiryAnswer, ReversalAnswer, UnknownReason, Verdict};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

const UNKNOWN_MISMATCH: Verdict = Verdict::Unknown { reason: UnknownReason::Mismatch };

/// The honest answer to anything: an echo that accepts.
fn accepted(mut request: Message) -> Message {
    request.mti = request.mti.answer();
    request.with(39, "00")
}

/// A destination that answers sales after this change, and network messages honestly.
async fn client_of(change: impl Fn(Message) -> Vec<u8> + Clone + Send + Sync + 'static) -> Client {
    iso_client(server_of(change).await)
}

async fn server_of(
    change: impl Fn(Message) -> Vec<u8> + Clone + Send + Sync + 'static,
) -> SocketAddr {
    iso_answering(move |message| {
        let message = accepted(message);
        if message.mti == Mti::NETWORK_ANSWER { framed(&message) } else { change(message) }
    })
    .await
}

#[tokio::test]
async fn an_approval_with_every_echo_right_is_approved() {
    let client = client_of(|message| framed(&message.with(38, "A1"))).await;

    let verdict = client.authorize(&payment()).await;

    assert_eq!(verdict, Verdict::Approved { amount: AMOUNT, reference: "A1".to_owned() });
}

#[tokio::test]
async fn another_amount_currency_or_transaction_is_a_mismatch() {
    let other = PrivateData::new().with(Tag::Transaction, uuid::Uuid::nil().to_string());
    let other = other.build().unwrap();
    let changes: [(u8, Vec<u8>); 3] = [(4, b"4501".into()), (49, b"840".into()), (48, other)];

    for (field, value) in changes {
        let client =
            client_of(move |message| framed(&message.with(38, "A1").with(field, value.clone())))
                .await;

        assert_eq!(client.authorize(&payment()).await, UNKNOWN_MISMATCH, "field {field}");
    }
}

#[tokio::test]
async fn an_approval_that_names_no_transaction_is_a_mismatch() {
    let client = client_of(|mut message| {
        message.remove(48);
        framed(&message.with(38, "A1"))
    })
    .await;

    assert_eq!(client.authorize(&payment()).await, UNKNOWN_MISMATCH);
}

#[tokio::test]
async fn a_decline_of_another_transaction_is_no_decline() {
    let client = client_of(|message| {
        let other = PrivateData::new().with(Tag::Transaction, uuid::Uuid::nil().to_string());
        framed(&message.with(39, "51").with(48, other.build().unwrap()))
    })
    .await;

    assert_eq!(client.authorize(&payment()).await, UNKNOWN_MISMATCH);
}

#[tokio::test]
async fn response_codes_become_words() {
    let cases = [
        ("51", Verdict::Declined { reason: DeclineReason::Funds }),
        ("54", Verdict::Declined { reason: DeclineReason::CodeExpired }),
        ("14", Verdict::Declined { reason: DeclineReason::CodeUnknown }),
        ("94", Verdict::Unknown { reason: UnknownReason::CodeUsed }),
        ("68", Verdict::Unknown { reason: UnknownReason::Inconclusive }),
        ("ZZ", Verdict::Unknown { reason: UnknownReason::Inconclusive }),
    ];

    for (code, verdict) in cases {
        let client = client_of(move |message| framed(&message.with(39, code))).await;

        assert_eq!(client.authorize(&payment()).await, verdict, "{code}");
    }
}

#[tokio::test]
async fn a_connection_that_breaks_after_sending_leaves_doubt() {
    let client = client_of(|_| HANG_UP.to_vec()).await;

    let verdict = client.authorize(&payment()).await;

    assert_eq!(verdict, Verdict::Unknown { reason: UnknownReason::Cut });
}

#[tokio::test]
async fn rubbish_instead_of_an_answer_is_garbled() {
    for rubbish in [&b"\x00\x05hello"[..], b"\xff\xffxx", b"\x00\x00"] {
        let client = client_of(move |_| rubbish.to_vec()).await;

        let verdict = client.authorize(&payment()).await;

        assert_eq!(verdict, Verdict::Unknown { reason: UnknownReason::Garbled });
    }
}

#[tokio::test]
async fn no_answer_in_time_is_silent_and_half_an_answer_too() {
    for half in [&b""[..], b"\x00"] {
        let client = quick_iso_client(server_of(move |_| half.to_vec()).await);

        let verdict = client.authorize(&payment()).await;

        assert_eq!(verdict, Verdict::Unknown { reason: UnknownReason::Silent });
    }
}

#[tokio::test]
async fn a_new_line_is_opened_after_the_old_one_broke() {
    let asked = Arc::new(Mutex::new(0));
    let client = client_of(move |message| {
        let mut asked = asked.lock().unwrap();
        *asked += 1;
        if *asked == 1 { HANG_UP.to_vec() } else { framed(&message.with(38, "A1")) }
    })
    .await;

    let first = client.authorize(&payment()).await;
    let second = client.authorize(&payment()).await;

    assert!(matches!(first, Verdict::Unknown { .. }), "{first:?}");
    assert!(matches!(second, Verdict::Approved { .. }), "{second:?}");
}

#[tokio::test]
async fn an_answer_without_a_question_harms_nobody() {
    let client = client_of(|message| {
        let stray = message.clone().with(11, "999998").with(38, "A9");
        let answer = message.with(38, "A1");
        [framed(&stray), framed(&answer), framed(&answer)].concat()
    })
    .await;

    for _ in 0..2 {
        let verdict = client.authorize(&payment()).await;

        assert_eq!(verdict, Verdict::Approved { amount: AMOUNT, reference: "A1".to_owned() });
    }
}

#[tokio::test]
async fn many_questions_share_one_line_and_each_gets_its_own_answer() {
    let client = client_of(|message| {
        let reference = message.text(11).unwrap().to_owned();
        framed(&message.with(38, reference))
    })
    .await;
    client.prepare().await.unwrap();

    let tasks: Vec<_> = (0..200)
        .map(|_| {
            tokio::spawn({
                let client = client.clone();
                async move { client.authorize(&payment()).await }
            })
        })
        .collect();
    let mut references = Vec::new();
    for task in tasks {
        let Verdict::Approved { reference, .. } = task.await.unwrap() else {
            panic!("not approved")
        };
        references.push(reference);
    }

    references.sort();
    references.dedup();
    assert_eq!(references.len(), 200);
}

#[tokio::test]
async fn a_balance_is_the_reference_of_its_approval() {
    let client = client_of(|message| {
        let data = PrivateData::parse(message.value(48).unwrap()).unwrap();
        let data = data.with(Tag::Points, "1234").build().unwrap();
        framed(&message.with(38, "A1").with(48, data))
    })
    .await;

    let verdict = client.authorize(&balance()).await;

    let amount = balance().work.amount();
    assert_eq!(verdict, Verdict::Approved { amount, reference: "1234".to_owned() });
}

#[tokio::test]
async fn an_inquiry_counts_only_with_its_own_id() {
    let honest = client_of(|message| framed(&message.with(39, "25"))).await;
    let forgetful = client_of(|message| {
        let data = PrivateData::new().with(Tag::Transaction, uuid::Uuid::from_u128(7).to_string());
        framed(&message.with(39, "25").with(48, data.build().unwrap()))
    })
    .await;

    assert_eq!(honest.inquire(&inquiry()).await, InquiryAnswer::NotFound);
    assert_eq!(forgetful.inquire(&inquiry()).await, InquiryAnswer::NoAnswer);
}

#[tokio::test]
async fn a_second_reversal_is_marked_as_a_repeat_and_names_an_original_sale() {
    let requests = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&requests);
    let address = iso_answering(move |request| {
        seen.lock().unwrap().push((request.mti, request.text(90).map(str::len)));
        framed(&accepted(request))
    })
    .await;
    let client = iso_client(address);

    let answers = [client.reverse(&reversal()).await, client.reverse(&reversal()).await];

    assert_eq!(answers, [ReversalAnswer::Accepted; 2]);
    let expected =
        [(Mti::NETWORK, None), (Mti::REVERSAL, Some(42)), (Mti::REVERSAL_REPEAT, Some(42))];
    assert_eq!(*requests.lock().unwrap(), expected);
}

#[tokio::test]
async fn a_line_that_went_mute_is_replaced() {
    let sign_ons = Arc::new(Mutex::new(0));
    let address = iso_answering(move |request| {
        let mut sign_ons = sign_ons.lock().unwrap();
        if request.mti == Mti::NETWORK {
            *sign_ons += 1;
            return framed(&accepted(request));
        }
        if *sign_ons == 1 { Vec::new() } else { framed(&accepted(request).with(39, "25")) }
    })
    .await;
    let client = quick_iso_client(address);

    let answers = [client.inquire(&inquiry()).await, client.inquire(&inquiry()).await];

    assert_eq!(answers, [InquiryAnswer::NoAnswer, InquiryAnswer::NotFound]);
}

#[tokio::test]
async fn a_hundred_askers_share_one_failed_attempt() {
    let attempts = Arc::new(Mutex::new(0));
    let seen = Arc::clone(&attempts);
    let address = iso_answering(move |request| {
        *seen.lock().unwrap() += 1;
        framed(&accepted(request).with(39, "05"))
    })
    .await;
    let client = iso_client(address);

    let asks: Vec<_> = (0..100)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.prepare().await })
        })
        .collect();
    for ask in asks {
        assert_eq!(ask.await.unwrap(), Err(Unreachable::SignOnRefused));
    }

    assert_eq!(*attempts.lock().unwrap(), 1);
}

#[tokio::test]
async fn an_echo_of_the_destination_is_answered() {
    let echoed = Arc::new(Mutex::new(None));
    let seen = Arc::clone(&echoed);
    let address = iso_answering(move |request| {
        if request.mti == Mti::NETWORK_ANSWER {
            *seen.lock().unwrap() = request.text(39).map(str::to_owned);
            return Vec::new();
        }
        if request.mti == Mti::NETWORK {
            return framed(&accepted(request));
        }
        let echo = Message::new(Mti::NETWORK).with(11, "000777").with(70, "301");
        [framed(&echo), framed(&accepted(request).with(38, "A1"))].concat()
    })
    .await;
    let client = iso_client(address);

    client.authorize(&payment()).await;
    client.echo().await.unwrap();

    assert_eq!(echoed.lock().unwrap().as_deref(), Some("00"));
}

#[tokio::test]
async fn a_refused_sign_on_is_unreachable() {
    let address = iso_answering(|request| framed(&accepted(request).with(39, "05"))).await;

    assert_eq!(iso_client(address).prepare().await, Err(Unreachable::SignOnRefused));
}

#[tokio::test]
async fn a_port_without_a_server_is_unreachable_and_nothing_is_claimed() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = iso_client(listener.local_addr().unwrap());
    drop(listener);

    assert_eq!(client.prepare().await, Err(Unreachable::Refused));
    let verdict = client.authorize(&payment()).await;
    assert_eq!(verdict, Verdict::Unknown { reason: UnknownReason::Silent });
}

#[tokio::test]
async fn an_amount_that_does_not_fit_is_declined_without_a_connection_harmed() {
    let client = client_of(|message| framed(&message.with(38, "A1"))).await;
    let mut ask = payment();
    if let baton_protocol::work::Work::Payment { amount, .. } = &mut ask.work {
        amount.minor = -5;
    }

    let refused = client.authorize(&ask).await;

    assert_eq!(refused, Verdict::Declined { reason: DeclineReason::Refused });
    assert!(matches!(client.authorize(&payment()).await, Verdict::Approved { .. }));
}
