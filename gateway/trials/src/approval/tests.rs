//! What a small population shows of the rules, and what the command line says to wrong input.

use super::{Command, flows, model, print, run, table};
use baton_core::checkout::dice::Dice;

fn output(command: Command) -> anyhow::Result<String> {
    let mut out = Vec::new();
    run(command, &mut out)?;
    Ok(String::from_utf8(out)?)
}

fn comparison(stored: &str, answer: &str, kind: &str) -> Command {
    Command::Match {
        stored: stored.to_owned(),
        answer: answer.to_owned(),
        kind: kind.to_owned(),
        pool: Vec::new(),
        today: "2025-07-01".to_owned(),
    }
}

/// Above a goal by chance: three standard deviations of a share of `people`.
fn slack(goal_percent: f64, people: u32) -> f64 {
    let share = goal_percent / 100.0;
    300.0 * (share * (1.0 - share) / f64::from(people)).sqrt()
}

#[test]
fn the_goals_at_one_in_twenty_are_reached_on_a_small_population() {
    let (model, people) = (model::embedded().unwrap(), 1_200);

    let row = table::goal(&model, people, &mut Dice::new(11));

    for (name, limit, figure) in print::goals(&row) {
        let more = if name == "questions" { 0.1 } else { slack(limit, people) };
        println!("{name}: {figure:.2}, at most {limit}");
        assert!(figure <= limit + more, "{name}: {figure} is above {limit}");
    }
}

#[test]
fn no_flow_is_expected_to_lose_more_than_five_won() {
    let rows = flows::rows(&model::embedded().unwrap(), 200, &mut Dice::new(5));

    for row in rows {
        println!("{}: {:.2} KRW", row.name, row.loss_krw);
        assert!(row.loss_krw <= 5.0, "{}: {}", row.name, row.loss_krw);
    }
}

#[test]
fn the_same_seed_gives_the_same_figures() {
    let simulate = |seed| {
        output(Command::Simulate { seed, people: 3, ablations: false, model: None }).unwrap()
    };

    assert_eq!(simulate(3), simulate(3));
    assert_ne!(simulate(3), simulate(4));
}

#[test]
fn the_command_says_whether_an_answer_matches() {
    assert_eq!(output(comparison("이마트", "이마트요", "text")).unwrap(), "match\n");
    assert_eq!(output(comparison("23900", "삼만원", "amount")).unwrap(), "no match\n");
}

#[test]
fn wrong_input_says_what_to_do() {
    let kind = output(comparison("a", "b", "colour")).unwrap_err();
    let people = Command::Simulate { seed: 1, people: 0, ablations: false, model: None };
    let file = model::ModelFile::parse("{}").unwrap_err();

    assert!(kind.to_string().contains("text, number, amount, phone, date"));
    assert!(output(people).unwrap_err().to_string().contains("--people takes 1 to"));
    assert!(format!("{file:#}").contains("missing field"));
}
