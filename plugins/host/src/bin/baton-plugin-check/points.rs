//! What a membership provider must keep: points move once, are found again, and come back.
//!
//! Owns the cases of `membership`. Those of capabilities that are not promised are skipped. Next:
//! [`crate::report`].

use crate::faulty::Fault;
use crate::kit::{Kit, expect, faultless, id};
use crate::report::{Case, Outcome};
use baton_plugin_api::Capability;
use baton_plugin_api::documents::membership::{
    Accrue, Balance, BalanceAnswer, Cancel, InquirePoints, Move, PointsInquiryAnswer,
    PointsVerdict, Redeem, Release, Reserve, Undo,
};
use baton_plugin_api::documents::{Kind, MemberId, UndoAnswer};
use baton_plugin_host::CallFault;
use baton_plugin_host::fault::Lost;

/// What moves in one case: no other number of these documents contains its digits.
const POINTS: i64 = 37;

type Done = Result<(), Outcome>;

pub(crate) async fn cases(kit: &Kit) -> Vec<Case> {
    let case = |name, done: Done| Case::new("membership", name, Outcome::of(done));
    vec![
        case("points are added and the balance tells", accrued(kit).await),
        case("the same request moves once (C2)", repeated(kit).await),
        case("two at once move once (C2)", at_once(kit).await),
        case("an inquiry does not invent (C3)", not_invented(kit).await),
        case("a lost answer is unknown, and an inquiry tells (C3)", lost_answer(kit).await),
        case("no, cut and useless answers are unknown", doubtful(kit).await),
        case("an approval of another number is none", wrong_number(kit).await),
        case("a cancel gives back once (C4)", cancelled(kit).await),
        case("a cancel that comes first forbids (C5)", tombstone(kit).await),
        case("held points are spent once, or released", reserved(kit).await),
        case("more than there is is not spent", too_many(kit).await),
        case("numbers that are none are not moved", limits(kit).await),
        case("long and foreign texts are answered", texts(kit).await),
    ]
}

fn movement(kit: &Kit) -> Result<Move, Outcome> {
    let member = kit.member.clone().ok_or_else(|| Outcome::skipped("give a --member"))?;
    Ok(Move {
        transaction_id: id(),
        terminal_id: "kit-1".to_owned(),
        app_id: "kit".to_owned(),
        member_id: MemberId::new(member),
        points: POINTS,
        reserve_transaction_id: None,
        at_ms: 1,
    })
}

fn undo(ask: &Move) -> Undo {
    Undo {
        transaction_id: ask.transaction_id.clone(),
        terminal_id: ask.terminal_id.clone(),
        app_id: ask.app_id.clone(),
        points: ask.points,
        at_ms: ask.at_ms,
    }
}

fn inquire(ask: &Move) -> InquirePoints {
    InquirePoints {
        inquiry_id: id(),
        transaction_id: ask.transaction_id.clone(),
        terminal_id: ask.terminal_id.clone(),
        app_id: ask.app_id.clone(),
        points: ask.points,
        at_ms: ask.at_ms,
    }
}

fn promised(kit: &Kit, capability: Capability) -> Done {
    let promised = kit.promises(Kind::Membership, capability);
    if promised { Ok(()) } else { Err(Outcome::skipped("not promised")) }
}

async fn balance(kit: &Kit) -> Result<i64, Outcome> {
    let ask = movement(kit)?;
    let ask = Balance {
        transaction_id: ask.transaction_id,
        terminal_id: ask.terminal_id,
        app_id: ask.app_id,
        member_id: ask.member_id,
        at_ms: ask.at_ms,
    };
    match faultless(kit.ask(&ask).await)? {
        BalanceAnswer::Points { points } => Ok(points),
        other @ (BalanceAnswer::Declined { .. } | BalanceAnswer::NoAnswer) => {
            Err(Outcome::Failed(format!("the balance is {other:?}")))
        }
    }
}

fn done(verdict: &PointsVerdict) -> Done {
    let done = matches!(verdict, PointsVerdict::Approved { .. });
    expect(done, format!("it said {verdict:?}"))
}

/// Checks that the balance is so many more than before.
async fn changed(kit: &Kit, before: i64, change: i64) -> Done {
    let after = balance(kit).await?;
    let wanted = before.saturating_add(change);
    expect(after == wanted, format!("the balance is {after}, it should be {wanted}"))
}

async fn accrued(kit: &Kit) -> Done {
    let before = balance(kit).await?;
    done(&faultless(kit.ask(&Accrue(movement(kit)?)).await)?)?;
    changed(kit, before, POINTS).await
}

async fn repeated(kit: &Kit) -> Done {
    promised(kit, Capability::Idempotent)?;
    let (before, ask) = (balance(kit).await?, Accrue(movement(kit)?));
    let (first, second) = (faultless(kit.ask(&ask).await)?, faultless(kit.ask(&ask).await)?);
    expect(first == second, format!("first {first:?}, then {second:?}"))?;
    changed(kit, before, POINTS).await
}

async fn at_once(kit: &Kit) -> Done {
    promised(kit, Capability::Idempotent)?;
    let (before, ask) = (balance(kit).await?, Accrue(movement(kit)?));
    let (one, other) = tokio::join!(kit.ask(&ask), kit.ask(&ask));
    let (one, other) = (faultless(one)?, faultless(other)?);
    expect(one == other, format!("one {one:?}, the other {other:?}"))?;
    changed(kit, before, POINTS).await
}

async fn not_invented(kit: &Kit) -> Done {
    promised(kit, Capability::Inquiry)?;
    let answer = faultless(kit.ask(&inquire(&movement(kit)?)).await)?;
    expect(
        matches!(answer, PointsInquiryAnswer::NotFound { .. } | PointsInquiryAnswer::NoAnswer),
        format!("of a transaction that never was it said {answer:?}"),
    )
}

async fn lost_answer(kit: &Kit) -> Done {
    promised(kit, Capability::Inquiry)?;
    let (before, ask) = (balance(kit).await?, Accrue(movement(kit)?));
    let verdict = faultless(under(kit, Fault::AnswerLost, &ask).await)?;
    let unknown = matches!(verdict, PointsVerdict::Unknown { .. });
    expect(unknown, format!("it said {verdict:?}"))?;
    let answer = faultless(kit.ask(&inquire(&ask.0)).await)?;
    let found = matches!(answer, PointsInquiryAnswer::Approved { .. });
    expect(found, format!("the server had moved, the inquiry said {answer:?}"))?;
    changed(kit, before, POINTS).await
}

async fn doubtful(kit: &Kit) -> Done {
    for fault in [Fault::RequestLost, Fault::AnswerCut, Fault::Unavailable] {
        let verdict = faultless(under(kit, fault, &Accrue(movement(kit)?)).await)?;
        let unknown = matches!(verdict, PointsVerdict::Unknown { .. });
        expect(unknown, format!("{fault:?}: it said {verdict:?}"))?;
    }
    Ok(())
}

async fn wrong_number(kit: &Kit) -> Done {
    let answer = under(kit, Fault::NumberChanged(POINTS), &Accrue(movement(kit)?)).await;
    let noticed = match &answer {
        Ok(PointsVerdict::Unknown { .. }) => true,
        // It passed on what the server said, and the host noticed.
        Err(CallFault::Lost { cause, .. }) => matches!(cause, Lost::Mismatch(_)),
        Ok(_) | Err(CallFault::NotAsked { .. }) => false,
    };
    expect(noticed, format!("the server said another number, the plugin {answer:?}"))
}

async fn cancelled(kit: &Kit) -> Done {
    promised(kit, Capability::Reversal)?;
    let (before, ask) = (balance(kit).await?, Redeem(movement(kit)?));
    done(&faultless(kit.ask(&ask).await)?)?;
    changed(kit, before, -POINTS).await?;
    for _ in 0..2 {
        let answer = faultless(kit.ask(&Cancel(undo(&ask.0))).await)?;
        expect(matches!(answer, UndoAnswer::Accepted { .. }), format!("it said {answer:?}"))?;
    }
    changed(kit, before, 0).await
}

async fn tombstone(kit: &Kit) -> Done {
    promised(kit, Capability::Tombstone)?;
    let (before, ask) = (balance(kit).await?, Accrue(movement(kit)?));
    let answer = faultless(kit.ask(&Cancel(undo(&ask.0))).await)?;
    expect(matches!(answer, UndoAnswer::Accepted { .. }), format!("it said {answer:?}"))?;
    let verdict = faultless(kit.ask(&ask).await)?;
    let moved = matches!(verdict, PointsVerdict::Approved { .. });
    expect(!moved, "the original was done afterwards")?;
    changed(kit, before, 0).await
}

async fn reserved(kit: &Kit) -> Done {
    let (before, reserve) = (balance(kit).await?, Reserve(movement(kit)?));
    match faultless(kit.ask(&reserve).await)? {
        PointsVerdict::Approved { .. } => {}
        PointsVerdict::Declined { .. } => return Err(Outcome::skipped("it holds no points")),
        other @ PointsVerdict::Unknown { .. } => {
            return Err(Outcome::Failed(format!("it said {other:?}")));
        }
    }
    let held = Some(reserve.0.transaction_id.clone());
    let redeem = Redeem(Move { reserve_transaction_id: held, ..movement(kit)? });
    done(&faultless(kit.ask(&redeem).await)?)?;
    changed(kit, before, -POINTS).await?;
    let other = Reserve(movement(kit)?);
    done(&faultless(kit.ask(&other).await)?)?;
    let answer = faultless(kit.ask(&Release(undo(&other.0))).await)?;
    expect(matches!(answer, UndoAnswer::Accepted { .. }), format!("it said {answer:?}"))?;
    changed(kit, before, -POINTS).await
}

async fn too_many(kit: &Kit) -> Done {
    let before = balance(kit).await?;
    let ask = Redeem(Move { points: before.saturating_add(1), ..movement(kit)? });
    let verdict = faultless(kit.ask(&ask).await)?;
    let spent = matches!(verdict, PointsVerdict::Approved { .. });
    expect(!spent, "more points were spent than there are")?;
    changed(kit, before, 0).await
}

async fn limits(kit: &Kit) -> Done {
    let before = balance(kit).await?;
    for points in [0, -1, i64::MIN, i64::MAX] {
        let ask = Accrue(Move { points, ..movement(kit)? });
        let verdict = faultless(kit.ask(&ask).await)?;
        let moved = matches!(verdict, PointsVerdict::Approved { .. });
        expect(!moved, format!("{points} points were added"))?;
    }
    changed(kit, before, 0).await
}

async fn texts(kit: &Kit) -> Done {
    let long = "M".repeat(128);
    for (member, terminal) in [
        (long.as_str(), "계산대 1"),
        ("KIT-\"\\quoted\\\"", "caf\u{e9} \u{1F9C3} \u{202E}left"),
        ("KIT-TEXT", "line\nbreak\u{0}null"),
    ] {
        let (member_id, terminal_id) = (MemberId::new(member.to_owned()), terminal.to_owned());
        let ask = Accrue(Move { member_id, terminal_id, ..movement(kit)? });
        let verdict = faultless(kit.ask(&ask).await)?;
        let moved = matches!(verdict, PointsVerdict::Approved { .. });
        expect(!moved, "a member that does not exist got points")?;
    }
    Ok(())
}

async fn under(kit: &Kit, fault: Fault, ask: &Accrue) -> Result<PointsVerdict, CallFault> {
    kit.network.set(fault);
    let answer = kit.ask(ask).await;
    kit.network.set(Fault::None);
    answer
}
