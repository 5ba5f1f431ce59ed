use super::*;

fn book() -> Book {
    Book::with(&[("M-1", 100)])
}

fn ask(id: &str, way: Way, points: i64, reserve: Option<&str>) -> MoveBody {
    MoveBody {
        transaction_id: id.to_owned(),
        member_id: "M-1".to_owned(),
        way,
        points,
        reserve_transaction_id: reserve.map(str::to_owned),
    }
}

fn stamps(book: &Book) -> i64 {
    let Asked::Done { points, .. } = book.balance("M-1") else { panic!("no such card") };
    points
}

#[test]
fn a_repeated_move_gets_the_first_answer_and_moves_once() {
    let mut book = book();

    let first = book.moved(&ask("a", Way::Accrue, 5, None));
    let second = book.moved(&ask("a", Way::Accrue, 5, None));

    assert_eq!((first == second, stamps(&book)), (true, 105));
}

#[test]
fn a_move_that_was_undone_first_never_comes() {
    let mut book = book();

    book.undone("a");
    let late = book.moved(&ask("a", Way::Accrue, 5, None));

    assert_eq!(late, Asked::Declined { reason: DeclineReason::Reversed });
    assert_eq!(stamps(&book), 100);
}

#[test]
fn held_stamps_are_spent_once_and_come_back_when_undone() {
    let mut book = book();

    book.moved(&ask("r", Way::Reserve, 60, None));
    assert_eq!(stamps(&book), 40);
    book.moved(&ask("s", Way::Redeem, 50, Some("r")));
    assert_eq!(stamps(&book), 50);
    let again = book.moved(&ask("t", Way::Redeem, 50, Some("r")));
    assert_eq!(again, Asked::Declined { reason: DeclineReason::Refused });
    assert_eq!(book.undone("r"), Asked::Declined { reason: DeclineReason::Refused });
    book.undone("s");
    book.undone("s");

    assert_eq!(stamps(&book), 100);
}

#[test]
fn more_than_is_there_is_declined() {
    let mut book = book();

    let declined = book.moved(&ask("a", Way::Redeem, 101, None));

    assert_eq!(declined, Asked::Declined { reason: DeclineReason::Points });
    for points in [0, -5, i64::MAX, i64::MIN] {
        let id = points.to_string();
        let refused = book.moved(&ask(&id, Way::Accrue, points, None));
        assert_eq!(refused, Asked::Declined { reason: DeclineReason::Refused }, "{points}");
    }
}
