//! What a payment provider must keep: once, found again, undone, and never an approval in doubt.
//!
//! Owns the cases of `destination`. Those of capabilities that are not promised are skipped. Next:
//! [`crate::points`].

use crate::faulty::Fault;
use crate::kit::{Kit, expect, faultless, id};
use crate::report::{Case, Outcome};
use baton_plugin_api::Capability;
use baton_plugin_api::documents::destination::{
    Authorize, GiveBack, Inquire, InquiryAnswer, Refund, Reverse, Verdict,
};
use baton_plugin_api::documents::{Code, Kind, UndoAnswer};
use baton_plugin_host::CallFault;
use baton_plugin_host::fault::Lost;

type Done = Result<(), Outcome>;

pub(crate) async fn cases(kit: &Kit) -> Vec<Case> {
    let case = |name, done: Done| Case::new("destination", name, Outcome::of(done));
    let first = approved(kit).await;
    let ask = first.as_ref().ok().cloned();
    vec![
        case("a payment is approved", first.map(drop)),
        case("the same request gets the same answer (C2)", repeated(kit, ask.as_ref()).await),
        case("two at once are one (C2)", at_once(kit).await),
        case("a code is good once (C1)", code_once(kit, ask.as_ref()).await),
        case("an inquiry finds it (C3)", inquired(kit, ask.as_ref()).await),
        case("an inquiry does not invent (C3)", not_invented(kit).await),
        case("a lost answer is unknown, and an inquiry tells (C3)", lost_answer(kit).await),
        case("no, cut and useless answers are unknown", doubtful(kit).await),
        case("an approval of another amount is none", wrong_amount(kit).await),
        case("a reversal is accepted, twice, and found (C4)", reversed(kit, ask.as_ref()).await),
        case("a reversal that comes first forbids (C5)", tombstone(kit).await),
        case("a refund of part is answered, twice the same", refunded(kit).await),
        case("amounts that are none are not approved", limits(kit).await),
        case("long and foreign texts are answered", texts(kit).await),
    ]
}

fn authorize(kit: &Kit, code: String) -> Authorize {
    Authorize {
        transaction_id: id(),
        terminal_id: "kit-1".to_owned(),
        app_id: "kit".to_owned(),
        code: Code::new(code),
        amount: kit.amount,
        currency: kit.currency.clone(),
        at_ms: 1,
    }
}

fn inquire(ask: &Authorize) -> Inquire {
    Inquire {
        inquiry_id: id(),
        transaction_id: ask.transaction_id.clone(),
        terminal_id: ask.terminal_id.clone(),
        app_id: ask.app_id.clone(),
        amount: ask.amount,
        currency: ask.currency.clone(),
        at_ms: ask.at_ms,
    }
}

fn reverse(ask: &Authorize) -> Reverse {
    Reverse {
        transaction_id: ask.transaction_id.clone(),
        terminal_id: ask.terminal_id.clone(),
        app_id: ask.app_id.clone(),
        amount: ask.amount,
        currency: ask.currency.clone(),
        at_ms: ask.at_ms,
    }
}

fn promised(kit: &Kit, capability: Capability) -> Done {
    let promised = kit.promises(Kind::Destination, capability);
    if promised { Ok(()) } else { Err(Outcome::skipped("not promised")) }
}

fn earlier(ask: Option<&Authorize>) -> Result<&Authorize, Outcome> {
    ask.ok_or_else(|| Outcome::skipped("no payment was approved before"))
}

async fn approved(kit: &Kit) -> Result<Authorize, Outcome> {
    let ask = authorize(kit, kit.code()?);
    let verdict = faultless(kit.ask(&ask).await)?;
    expect(matches!(verdict, Verdict::Approved { .. }), format!("it said {verdict:?}"))?;
    Ok(ask)
}

async fn repeated(kit: &Kit, ask: Option<&Authorize>) -> Done {
    promised(kit, Capability::Idempotent)?;
    let ask = earlier(ask)?;
    let (first, second) = (faultless(kit.ask(ask).await)?, faultless(kit.ask(ask).await)?);
    expect(matches!(first, Verdict::Approved { .. }), format!("the repeat said {first:?}"))?;
    expect(first == second, format!("first {first:?}, then {second:?}"))
}

async fn at_once(kit: &Kit) -> Done {
    promised(kit, Capability::Idempotent)?;
    let ask = authorize(kit, kit.code()?);
    let (one, other) = tokio::join!(kit.ask(&ask), kit.ask(&ask));
    let (one, other) = (faultless(one)?, faultless(other)?);
    expect(one == other, format!("one {one:?}, the other {other:?}"))
}

async fn code_once(kit: &Kit, ask: Option<&Authorize>) -> Done {
    promised(kit, Capability::OneTimeCode)?;
    let again = authorize(kit, earlier(ask)?.code.reveal().to_owned());
    let verdict = faultless(kit.ask(&again).await)?;
    expect(!matches!(verdict, Verdict::Approved { .. }), "a second transaction was approved")
}

async fn inquired(kit: &Kit, ask: Option<&Authorize>) -> Done {
    promised(kit, Capability::Inquiry)?;
    let answer = faultless(kit.ask(&inquire(earlier(ask)?)).await)?;
    expect(matches!(answer, InquiryAnswer::Approved { .. }), format!("it said {answer:?}"))
}

async fn not_invented(kit: &Kit) -> Done {
    promised(kit, Capability::Inquiry)?;
    let never = authorize(kit, "NEVER-SENT".to_owned());
    let answer = faultless(kit.ask(&inquire(&never)).await)?;
    expect(
        matches!(answer, InquiryAnswer::NotFound { .. } | InquiryAnswer::NoAnswer),
        format!("of a transaction that never was it said {answer:?}"),
    )
}

async fn lost_answer(kit: &Kit) -> Done {
    promised(kit, Capability::Inquiry)?;
    let ask = authorize(kit, kit.code()?);
    let verdict = faultless(under(kit, Fault::AnswerLost, &ask).await)?;
    expect(matches!(verdict, Verdict::Unknown { .. }), format!("it said {verdict:?}"))?;
    let answer = faultless(kit.ask(&inquire(&ask)).await)?;
    expect(
        matches!(answer, InquiryAnswer::Approved { .. }),
        format!("the server had approved, the inquiry said {answer:?}"),
    )
}

async fn doubtful(kit: &Kit) -> Done {
    for fault in [Fault::RequestLost, Fault::AnswerCut, Fault::Unavailable] {
        let ask = authorize(kit, kit.code()?);
        let verdict = faultless(under(kit, fault, &ask).await)?;
        let unknown = matches!(verdict, Verdict::Unknown { .. });
        expect(unknown, format!("{fault:?}: it said {verdict:?}"))?;
    }
    Ok(())
}

async fn wrong_amount(kit: &Kit) -> Done {
    let ask = authorize(kit, kit.code()?);
    let answer = under(kit, Fault::NumberChanged(kit.amount), &ask).await;
    let noticed = match &answer {
        Ok(Verdict::Unknown { .. }) => true,
        // It passed on what the server said, and the host noticed.
        Err(CallFault::Lost { cause, .. }) => matches!(cause, Lost::Mismatch(_)),
        Ok(_) | Err(CallFault::NotAsked { .. }) => false,
    };
    expect(noticed, format!("the server said another amount, the plugin {answer:?}"))
}

async fn reversed(kit: &Kit, ask: Option<&Authorize>) -> Done {
    promised(kit, Capability::Reversal)?;
    let ask = earlier(ask)?;
    for _ in 0..2 {
        let answer = faultless(kit.ask(&reverse(ask)).await)?;
        expect(matches!(answer, UndoAnswer::Accepted { .. }), format!("it said {answer:?}"))?;
    }
    let answer = faultless(kit.ask(&inquire(ask)).await)?;
    expect(!matches!(answer, InquiryAnswer::Approved { .. }), "it still stands")
}

async fn tombstone(kit: &Kit) -> Done {
    promised(kit, Capability::Tombstone)?;
    let ask = authorize(kit, kit.code()?);
    let answer = faultless(kit.ask(&reverse(&ask)).await)?;
    expect(matches!(answer, UndoAnswer::Accepted { .. }), format!("it said {answer:?}"))?;
    let verdict = faultless(kit.ask(&ask).await)?;
    expect(!matches!(verdict, Verdict::Approved { .. }), "the original was approved afterwards")
}

async fn refunded(kit: &Kit) -> Done {
    let ask = approved(kit).await?;
    let refund = Refund(GiveBack {
        transaction_id: id(),
        original_transaction_id: ask.transaction_id,
        terminal_id: ask.terminal_id,
        app_id: ask.app_id,
        amount: kit.amount / 2,
        currency: ask.currency,
        at_ms: ask.at_ms,
    });
    let first = faultless(kit.ask(&refund).await)?;
    if promised(kit, Capability::Idempotent).is_ok() {
        let second = faultless(kit.ask(&refund).await)?;
        expect(first == second, format!("first {first:?}, then {second:?}"))?;
    }
    expect(!matches!(first, Verdict::Unknown { .. }), format!("it said {first:?}"))
}

async fn limits(kit: &Kit) -> Done {
    for amount in [0, -1, i64::MIN, i64::MAX] {
        let ask = Authorize { amount, ..authorize(kit, "KIT-LIMIT".to_owned()) };
        let verdict = faultless(kit.ask(&ask).await)?;
        let approved = matches!(verdict, Verdict::Approved { .. });
        expect(!approved, format!("an amount of {amount} was approved"))?;
    }
    Ok(())
}

async fn texts(kit: &Kit) -> Done {
    let long = "K".repeat(128);
    for (code, terminal) in [
        (long.as_str(), "계산대 1"),
        ("KIT-\"\\quoted\\\"", "caf\u{e9} \u{1F9C3} \u{202E}left"),
        ("KIT-TEXT", "line\nbreak\u{0}null"),
    ] {
        let terminal_id = terminal.to_owned();
        let ask = Authorize { terminal_id, ..authorize(kit, code.to_owned()) };
        faultless(kit.ask(&ask).await)?;
    }
    Ok(())
}

async fn under(kit: &Kit, fault: Fault, ask: &Authorize) -> Result<Verdict, CallFault> {
    kit.network.set(fault);
    let answer = kit.ask(ask).await;
    kit.network.set(Fault::None);
    answer
}
