use super::Problem;
use actix_web::ResponseError;
use actix_web::http::header::RETRY_AFTER;
use baton_protocol::refusal::RefusalCode;
use baton_protocol::work::State;
use serde_json::Value;

/// Words that invite somebody to send a payment once more.
const INVITES: [&str; 4] = ["try again", "retry", "send it again", "once more"];
/// Codes after which a payment may be under way.
const IN_DOUBT: [RefusalCode; 2] = [RefusalCode::OutcomeUnknown, RefusalCode::Internal];

fn body_of(problem: Problem) -> Value {
    serde_json::from_str(&problem.body()).unwrap()
}

fn every_problem() -> Vec<Problem> {
    let codes = RefusalCode::ALL.into_iter().map(Problem::of);
    let taken = State::ALL.into_iter().map(Problem::code_taken);
    codes.chain(taken).chain([Problem::unread(), Problem::exhausted(7)]).collect()
}

#[test]
fn only_who_did_nothing_says_try_again_and_then_with_the_same_key() {
    for problem in every_problem() {
        let body = body_of(problem);
        let detail = body["detail"].as_str().unwrap();

        if INVITES.iter().any(|invite| detail.contains(invite)) {
            assert!(detail.starts_with("nothing was done"), "{body}");
            assert!(detail.ends_with("with the same key"), "{body}");
            assert!(!IN_DOUBT.contains(&problem.code), "{body}");
        }
        let pays_again = detail.matches("pay again").count();
        assert_eq!(pays_again, detail.matches("do not pay again").count(), "{body}");
    }
}

#[test]
fn retry_after_stands_with_every_refusal_of_load_and_never_with_doubt() {
    for problem in every_problem() {
        let answer = problem.error_response();
        let told = answer.headers().contains_key(RETRY_AFTER);
        let status = answer.status().as_u16();
        let doubt = IN_DOUBT.contains(&problem.code) || problem == Problem::unread();

        assert_eq!(told, matches!(status, 429 | 503) && !doubt, "{problem} {status}");
    }
}

#[test]
fn who_may_have_charged_says_do_not_pay_again() {
    for problem in IN_DOUBT.map(Problem::of).into_iter().chain([Problem::unread()]) {
        let body = body_of(problem);
        assert!(body["detail"].as_str().unwrap().contains("do not pay again"), "{body}");
    }
}

#[test]
fn a_code_that_came_before_tells_the_state_and_forbids_paying_until_it_is_over() {
    for state in State::ALL {
        let body = body_of(Problem::code_taken(state));
        let detail = body["detail"].as_str().unwrap();

        assert_eq!(body["state"], state.word());
        assert_eq!(body["code"], "duplicate_code");
        let forbids = detail.contains("do not pay again");
        assert_eq!(forbids, !state.is_final() || state == State::Approved, "{body}");
    }
}

#[test]
fn the_whole_message_says_what_the_answer_says() {
    for problem in [Problem::of(RefusalCode::RequestSlow), Problem::of(RefusalCode::Overloaded)] {
        let message = problem.message();
        let (head, body) = message.split_once("\r\n\r\n").unwrap();

        assert_eq!(body, problem.body());
        assert!(head.starts_with(&format!("HTTP/1.1 {}", problem.status_code().as_u16())));
        assert!(head.contains(&format!("content-length: {}\r\n", body.len())), "{head}");
        assert_eq!(head.contains("retry-after"), problem.code == RefusalCode::Overloaded);
    }
}
