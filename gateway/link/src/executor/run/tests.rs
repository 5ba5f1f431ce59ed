//! A whole device against a gateway's stand-in, with an executor that a test holds in its hand.

use super::*;
use crate::asks::asks;
use crate::client::stand_in::{Server, accept, identity, read, welcome, write};
use crate::client::{Link, LinkConfig};
use crate::device::{Running, Setup, StartFault, start};
use crate::enrol::{IDENTITY_FILE, JOURNAL_FILE, KEY_FILE};
use crate::journal::export;
use crate::keys::DeviceKey;
use baton_protocol::code::PaymentCode;
use baton_protocol::enrol::Role;
use baton_protocol::frame::Frame;
use baton_protocol::money::{Currency, Money};
use baton_protocol::work::{DeclineReason, State, Work};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use uuid::Uuid;

const WON: Money = Money::new(4_500, Currency::KRW);

/// Says when it starts to work, and works until a test lets it answer.
#[derive(Default)]
struct Held {
    preparing: Notify,
    prepare: Notify,
    executing: Notify,
    execute: Notify,
    late: Notify,
}

impl Executor for Arc<Held> {
    async fn prepare(&self, _: &Command) -> Result<(), Fence> {
        self.preparing.notify_one();
        self.prepare.notified().await;
        Ok(())
    }

    async fn execute(&self, _: &Command) -> Finding {
        self.executing.notify_one();
        self.execute.notified().await;
        Verdict::Approved { amount: WON, reference: "A1".to_owned() }.into()
    }

    async fn late(&self) -> (TransactionId, Finding) {
        self.late.notified().await;
        (id(1), Verdict::Declined { reason: DeclineReason::Funds }.into())
    }

    fn show(&self, _: TransactionId, _: State) {}
}

fn clock() -> Clock {
    Clock { monotonic_ms: || 0, unix_us: || 1_700_000_000_000_000 }
}

fn id(number: u128) -> TransactionId {
    TransactionId::new(Uuid::from_u128(number))
}

fn command(number: u128) -> Downward {
    let code = PaymentCode::parse("CODE-1234".to_owned()).unwrap();
    Downward::Command(Command {
        transaction: id(number),
        epoch: 3,
        ttl_ms: 10_000,
        app: "wallet-app".parse().unwrap(),
        code_digest: "digest".to_owned(),
        work: Work::Payment { code, amount: WON },
        target: None,
    })
}

fn accepted(number: u128) -> Upward {
    Upward::Accepted { transaction: id(number), epoch: 3 }
}

fn result(verdict: Verdict) -> Upward {
    let code_digest = "digest".to_owned();
    Upward::Result { transaction: id(1), epoch: 3, code_digest, verdict, evidence: None }
}

async fn enrolled() -> (TcpListener, TempDir) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let state = tempfile::tempdir().unwrap();
    identity(&listener).save(&state.path().join(IDENTITY_FILE)).unwrap();
    DeviceKey::generate().unwrap().save(&state.path().join(KEY_FILE)).unwrap();
    (listener, state)
}

fn started(state: &TempDir, held: &Arc<Held>) -> (Running, mpsc::Receiver<Seen>) {
    let (observer, seen) = mpsc::channel(16);
    let setup = Setup {
        state: state.path().to_owned(),
        role: Role::Terminal,
        program: "test".to_owned(),
        clock: clock(),
        observer: Some(observer),
    };
    (start(setup, Arc::clone(held)).unwrap(), seen)
}

async fn online(listener: &TcpListener) -> Server {
    let mut server = accept(listener).await;
    welcome(&mut server, 0, 10_000).await;
    server
}

async fn say(server: &mut Server, seq: u64, body: Downward) {
    write(server, &Frame { v: 1, seq, ack: 0, body }).await;
}

/// Reads past bare acknowledgements.
async fn hear(server: &mut Server) -> Upward {
    loop {
        let frame = read(server).await;
        if frame.seq > 0 {
            return frame.body;
        }
    }
}

fn journalled(state: &TempDir) -> Vec<String> {
    let mut out = Vec::new();
    export(&state.path().join(JOURNAL_FILE), &mut out).unwrap();
    let lines = String::from_utf8(out).unwrap();
    let event = |line: &str| {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        line["body"]["ev"].as_str().unwrap().to_owned()
    };
    lines.lines().map(event).collect()
}

#[tokio::test]
async fn a_command_is_executed_reported_and_shown_on_commit() {
    let (listener, state) = enrolled().await;
    let held = Arc::new(Held::default());
    let (running, mut seen) = started(&state, &held);
    let mut server = online(&listener).await;

    say(&mut server, 1, command(1)).await;
    assert_eq!(hear(&mut server).await, accepted(1));
    held.prepare.notify_one();
    held.executing.notified().await;
    assert_eq!(journalled(&state), ["accepted", "submitted"]);
    held.execute.notify_one();
    let approved = Verdict::Approved { amount: WON, reference: "A1".to_owned() };
    assert_eq!(hear(&mut server).await, result(approved));
    let commit = Downward::Commit { transaction: id(1), state: State::Approved };
    say(&mut server, 2, commit).await;
    assert_eq!(hear(&mut server).await, Upward::Shown { transaction: id(1) });

    running.stop().await;
    assert_eq!(journalled(&state), ["accepted", "submitted", "result", "shown"]);
    let mut steps = Vec::new();
    while let Some(step) = seen.recv().await {
        steps.push(step.step);
    }
    let expected = [Step::CommandReceived, Step::Submitted, Step::Answered, Step::Shown];
    assert_eq!(steps, expected);
}

#[tokio::test]
async fn a_device_that_dies_after_the_submit_reports_unknown_and_never_submits_again() {
    let (listener, state) = enrolled().await;
    let held = Arc::new(Held::default());
    let (running, _seen) = started(&state, &held);
    let mut server = online(&listener).await;
    say(&mut server, 1, command(1)).await;
    held.prepare.notify_one();
    held.executing.notified().await;
    running.kill().await;

    let after = Arc::new(Held::default());
    let (running, _seen) = started(&state, &after);
    let mut server = online(&listener).await;
    let unknown = result(Verdict::Unknown { reason: UnknownReason::Restarted });
    assert_eq!(hear(&mut server).await, unknown);
    say(&mut server, 1, command(1)).await;
    assert_eq!(hear(&mut server).await, unknown);

    running.stop().await;
    assert_eq!(journalled(&state), ["accepted", "submitted"]);
}

#[tokio::test]
async fn a_late_answer_concludes_what_was_reported_unknown() {
    let (listener, state) = enrolled().await;
    let held = Arc::new(Held::default());
    let (running, _seen) = started(&state, &held);
    let mut server = online(&listener).await;
    say(&mut server, 1, command(1)).await;
    held.prepare.notify_one();
    held.executing.notified().await;
    running.kill().await;
    let after = Arc::new(Held::default());
    let (running, _seen) = started(&state, &after);
    let mut server = online(&listener).await;
    let unknown = result(Verdict::Unknown { reason: UnknownReason::Restarted });
    assert_eq!(hear(&mut server).await, unknown);

    after.late.notify_one();

    let declined = Verdict::Declined { reason: DeclineReason::Funds };
    assert_eq!(hear(&mut server).await, result(declined));
    running.stop().await;
    assert_eq!(journalled(&state), ["accepted", "submitted", "result"]);
}

#[tokio::test]
async fn an_answer_that_matches_no_question_is_not_believed_while_the_question_is_open() {
    let (listener, state) = enrolled().await;
    let held = Arc::new(Held::default());
    let (running, _seen) = started(&state, &held);
    let mut server = online(&listener).await;
    say(&mut server, 1, command(1)).await;
    assert_eq!(hear(&mut server).await, accepted(1));
    held.prepare.notify_one();
    held.executing.notified().await;

    held.late.notify_one();
    say(&mut server, 2, command(2)).await;
    let busy = hear(&mut server).await;
    held.execute.notify_one();
    let approved = Verdict::Approved { amount: WON, reference: "A1".to_owned() };

    assert!(matches!(busy, Upward::NotReady { .. }), "{busy:?}");
    assert_eq!(hear(&mut server).await, result(approved));
    running.stop().await;
}

#[tokio::test]
async fn a_second_answer_that_differs_is_told_and_not_written() {
    let (listener, state) = enrolled().await;
    let held = Arc::new(Held::default());
    let (running, _seen) = started(&state, &held);
    let mut server = online(&listener).await;
    say(&mut server, 1, command(1)).await;
    assert_eq!(hear(&mut server).await, accepted(1));
    held.prepare.notify_one();
    held.executing.notified().await;
    held.execute.notify_one();
    assert!(matches!(hear(&mut server).await, Upward::Result { .. }));

    held.late.notify_one();

    let verdict = Verdict::Declined { reason: DeclineReason::Funds };
    let contradicted = Upward::Contradicted { transaction: id(1), verdict };
    assert_eq!(hear(&mut server).await, contradicted);
    running.stop().await;
    assert_eq!(journalled(&state), ["accepted", "submitted", "result"]);
}

#[tokio::test]
async fn a_cancel_before_the_submit_fences_and_nothing_is_executed() {
    let (listener, state) = enrolled().await;
    let held = Arc::new(Held::default());
    let (running, _seen) = started(&state, &held);
    let mut server = online(&listener).await;
    say(&mut server, 1, command(1)).await;
    assert_eq!(hear(&mut server).await, accepted(1));
    held.preparing.notified().await;

    say(&mut server, 2, Downward::Cancel { transaction: id(1), epoch: 3 }).await;
    let answer = hear(&mut server).await;
    say(&mut server, 3, command(2)).await;

    let reason = FenceReason::Cancelled;
    assert_eq!(answer, Upward::fenced(id(1), reason));
    assert_eq!(hear(&mut server).await, accepted(2));
    running.kill().await;
    assert_eq!(journalled(&state), ["accepted", "fenced", "accepted"]);
}

#[tokio::test]
async fn a_second_command_is_told_busy() {
    let (listener, state) = enrolled().await;
    let held = Arc::new(Held::default());
    let (_running, _seen) = started(&state, &held);
    let mut server = online(&listener).await;

    say(&mut server, 1, command(1)).await;
    say(&mut server, 2, command(2)).await;

    assert_eq!(hear(&mut server).await, accepted(1));
    let reason = NotReadyReason::Busy;
    assert_eq!(hear(&mut server).await, Upward::NotReady { transaction: id(2), reason });
}

#[tokio::test]
async fn a_verdict_that_comes_while_the_device_stops_is_written_and_told() {
    let (listener, state) = enrolled().await;
    let held = Arc::new(Held::default());
    let (running, _seen) = started(&state, &held);
    let mut server = online(&listener).await;
    say(&mut server, 1, command(1)).await;
    assert_eq!(hear(&mut server).await, accepted(1));
    held.prepare.notify_one();
    held.executing.notified().await;

    let stopping = tokio::spawn(running.stop());
    held.execute.notify_one();

    assert!(matches!(hear(&mut server).await, Upward::Result { .. }));
    stopping.await.unwrap();
    assert_eq!(journalled(&state), ["accepted", "submitted", "result"]);
}

#[tokio::test]
async fn a_failed_journal_takes_no_command() {
    let (listener, state) = enrolled().await;
    let key = Arc::new(DeviceKey::load(&state.path().join(KEY_FILE)).unwrap());
    let (file, journal) = JournalFile::open(&state.path().join(JOURNAL_FILE)).unwrap();
    let (head, head_seen) = watch::channel(Head::default());
    let identity = identity(&listener);
    let epoch_highest = journal.epoch_highest();
    let config = LinkConfig { identity, program: "test".to_owned(), clock: clock(), epoch_highest };
    let (link, events) = Link::start(config, key, head_seen).unwrap();
    let (_stop, stop) = watch::channel(());
    let (executor, clock, observer) = (Arc::new(Arc::new(Held::default())), clock(), None);
    let (_, questions) = asks();
    let parts =
        Parts { executor, journal, file, head, link, events, stop, clock, observer, questions };
    let mut broken = Loop::new(parts);
    broken.disk = Disk::Failed;
    tokio::spawn(broken.run());
    let mut server = online(&listener).await;

    say(&mut server, 1, command(1)).await;

    let reason = NotReadyReason::Journal;
    assert_eq!(hear(&mut server).await, Upward::NotReady { transaction: id(1), reason });
    assert_eq!(journalled(&state), [""; 0]);
}

#[tokio::test]
async fn a_state_folder_serves_one_program_of_its_own_role() {
    let (_listener, state) = enrolled().await;
    let held = Arc::new(Held::default());
    let (_running, _seen) = started(&state, &held);
    let setup = |role| Setup {
        state: state.path().to_owned(),
        role,
        program: "test".to_owned(),
        clock: clock(),
        observer: None,
    };

    let second = start(setup(Role::Terminal), Arc::clone(&held));
    let agent = start(setup(Role::Agent), Arc::clone(&held));

    assert!(matches!(second, Err(StartFault::Journal(JournalFault::Locked(_)))));
    assert!(matches!(agent, Err(StartFault::RoleWrong("terminal"))));
}
