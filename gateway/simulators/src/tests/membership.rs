use super::stage::{Kind, LIMITS, Stage, authorize, member, payment, reverse};
use baton_protocol::money::{Currency, Money};
use baton_protocol::work::{DeclineReason, MembershipAction, Verdict};

const KINDS: [Kind; 2] = [Kind::Acquirer, Kind::Membership];

async fn balance(stage: &Stage, number: u128) -> String {
    let work = member("M-1001", MembershipAction::Balance, 0);
    match authorize(&stage.client(LIMITS), number, &work).await {
        Verdict::Approved { amount, reference } => {
            assert_eq!(amount, Money::new(0, Currency::POINTS));
            reference
        }
        other @ (Verdict::Declined { .. } | Verdict::Unknown { .. }) => {
            panic!("{other:?} is no approval")
        }
    }
}

#[tokio::test]
async fn points_move_once_however_often_they_are_asked() {
    for kind in KINDS {
        let stage = Stage::new(kind).await;
        let client = stage.client(LIMITS);
        let accrue = member("M-1001", MembershipAction::Accrue, 30);
        let redeem = member("M-1001", MembershipAction::Redeem, 500);

        let accrued = [authorize(&client, 1, &accrue).await, authorize(&client, 1, &accrue).await];
        let redeemed = [authorize(&client, 2, &redeem).await, authorize(&client, 2, &redeem).await];

        assert_eq!(accrued[0], accrued[1], "{kind:?}");
        assert!(matches!(accrued[0], Verdict::Approved { .. }), "{kind:?}");
        assert_eq!(redeemed[0], redeemed[1], "{kind:?}");
        assert_eq!(balance(&stage, 3).await, "530", "{kind:?}");
    }
}

#[tokio::test]
async fn reversed_points_come_back() {
    for kind in KINDS {
        let stage = Stage::new(kind).await;
        let client = stage.client(LIMITS);
        let redeem = member("M-1001", MembershipAction::Redeem, 500);

        authorize(&client, 1, &redeem).await;
        reverse(&client, 1, redeem.amount()).await;
        reverse(&client, 1, redeem.amount()).await;

        assert_eq!(balance(&stage, 2).await, "1000", "{kind:?}");
    }
}

#[tokio::test]
async fn strangers_and_too_many_points_are_declined() {
    for kind in KINDS {
        let stage = Stage::new(kind).await;
        let client = stage.client(LIMITS);

        let stranger = authorize(&client, 1, &member("M-9", MembershipAction::Accrue, 1)).await;
        let too_many =
            authorize(&client, 2, &member("M-1001", MembershipAction::Redeem, 1_001)).await;

        let reason = DeclineReason::MemberUnknown;
        assert_eq!(stranger, Verdict::Declined { reason }, "{kind:?}");
        let reason = DeclineReason::Points;
        assert_eq!(too_many, Verdict::Declined { reason }, "{kind:?}");
        assert_eq!(balance(&stage, 3).await, "1000", "{kind:?}");
    }
}

#[tokio::test]
async fn a_membership_server_takes_no_payment() {
    let stage = Stage::new(Kind::Membership).await;

    let verdict = authorize(&stage.client(LIMITS), 1, &payment("A1B2C3D4")).await;

    assert_eq!(verdict, Verdict::Declined { reason: DeclineReason::Refused });
}
