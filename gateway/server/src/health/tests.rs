use super::*;

#[test]
fn each_round_lets_so_many_pass_and_no_more() {
    let board = HealthBoard::default();
    let wallet: DestinationId = "wallet".parse().unwrap();
    let admitted = || (0..10).filter(|_| board.admit(&wallet).is_ok()).count();
    let few = |round| Admission::Few { round, trials: 3 };

    let steps = [Admission::Everybody, Admission::Nobody, few(0), few(0), few(1)];
    let counts = steps.map(|admission| {
        board.put(&wallet, admission);
        admitted()
    });

    assert_eq!(counts, [10, 0, 3, 0, 3]);
}
