//! Korean numerals: sino and native words, digits between them, in one grammar.
//!
//! Owns `이만오천`, `2만5천`, `1.5만`, `스물다섯`, `이공이오`. A text that is not one number whole is
//! none. Next: [`super::english`].

/// One word or digit group of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    /// A number below its unit, in hundredths, so that `1.5만` stays whole.
    Number { hundredths: i64 },
    /// 10, 100 or 1,000.
    Small(i64),
    /// 10,000 and its powers.
    Big(i64),
    /// A native ten, which only a native one may follow.
    Tens(i64),
}

const HUNDREDTHS: i64 = 100;
/// Digits of a group that is written out; more is no number that people remember.
const DIGITS_MAX: usize = 15;

const DIGIT: &[(&str, i64)] = &[
    ("영", 0),
    ("공", 0),
    ("일", 1),
    ("이", 2),
    ("삼", 3),
    ("사", 4),
    ("오", 5),
    ("육", 6),
    ("륙", 6),
    ("칠", 7),
    ("팔", 8),
    ("구", 9),
];

/// Native ones, with the forms that stand before what is counted; longer words first.
const NATIVE: &[(&str, i64)] = &[
    ("하나", 1),
    ("다섯", 5),
    ("여섯", 6),
    ("일곱", 7),
    ("여덟", 8),
    ("여덜", 8),
    ("아홉", 9),
    ("한", 1),
    ("첫", 1),
    ("둘", 2),
    ("두", 2),
    ("셋", 3),
    ("세", 3),
    ("석", 3),
    ("서", 3),
    ("넷", 4),
    ("네", 4),
    ("넉", 4),
    ("너", 4),
    ("닷", 5),
    ("엿", 6),
];

const TENS: &[(&str, i64)] = &[
    ("열", 10),
    ("스물", 20),
    ("스무", 20),
    ("서른", 30),
    ("마흔", 40),
    ("쉰", 50),
    ("예순", 60),
    ("일흔", 70),
    ("여든", 80),
    ("아흔", 90),
];

const SMALL: &[(&str, i64)] = &[("십", 10), ("백", 100), ("천", 1_000)];
const BIG: &[(&str, i64)] = &[("만", 10_000), ("억", 100_000_000), ("조", 1_000_000_000_000)];

/// Returns the numbers that a compact text can mean: by its grammar, or digit by digit.
pub fn readings(text: &str) -> impl Iterator<Item = i64> {
    let grammar = tokens(text).and_then(|tokens| value(&tokens));
    grammar.into_iter().chain(digit_by_digit(text))
}

/// Reads `이공이오` as 2025; two digits are left to the grammar, as `삼일` is a day more often.
fn digit_by_digit(text: &str) -> Option<i64> {
    let count = text.chars().count();
    if !(3..=DIGITS_MAX).contains(&count) {
        return None;
    }
    let digits: Option<Vec<i64>> = text.chars().map(spoken_digit).collect();
    digits?.into_iter().try_fold(0_i64, |sum, digit| sum.checked_mul(10)?.checked_add(digit))
}

/// Returns the digit that a letter says.
#[must_use]
pub fn spoken_digit(letter: char) -> Option<i64> {
    let spoken = DIGIT.iter().find(|(word, _)| word.chars().eq([letter]));
    spoken.map(|(_, digit)| *digit)
}

fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut rest = text;
    let mut tokens = Vec::new();
    while !rest.is_empty() {
        let (token, left) = written(rest).or_else(|| word(rest))?;
        tokens.push(token);
        rest = left;
    }
    (!tokens.is_empty()).then_some(tokens)
}

fn word(text: &str) -> Option<(Token, &str)> {
    let number = |value: i64| Token::Number { hundredths: value.saturating_mul(HUNDREDTHS) };
    let start = |table: &[(&str, i64)], token: &dyn Fn(i64) -> Token| {
        table.iter().find_map(|(word, value)| Some((token(*value), text.strip_prefix(word)?)))
    };
    start(TENS, &Token::Tens)
        .or_else(|| start(BIG, &Token::Big))
        .or_else(|| start(SMALL, &Token::Small))
        .or_else(|| start(NATIVE, &number))
        .or_else(|| start(DIGIT, &number))
}

/// Reads digits with commas between thousands and at most two decimals.
fn written(text: &str) -> Option<(Token, &str)> {
    let end = text.find(|one: char| !one.is_ascii_digit() && one != ',' && one != '.');
    let (group, rest) = text.split_at(end.unwrap_or(text.len()));
    let group: String = group.chars().filter(|one| *one != ',').collect();
    let (whole, decimals) = group.split_once('.').unwrap_or((&group, ""));
    let digits = |part: &str| part.chars().all(|one| one.is_ascii_digit());
    let fits = !whole.is_empty() && whole.len() <= DIGITS_MAX && decimals.len() <= 2;
    if !fits || !digits(whole) || !digits(decimals) || (group.ends_with('.')) {
        return None;
    }
    let whole: i64 = whole.parse().ok()?;
    let decimals: i64 = format!("{decimals:0<2}").parse().ok()?;
    let hundredths = whole.checked_mul(HUNDREDTHS)?.checked_add(decimals)?;
    Some((Token::Number { hundredths }, rest))
}

/// A number as it is read: what is complete, and what waits for its unit. All in hundredths.
#[derive(Default)]
struct Sum {
    total: i64,
    section: i64,
    waiting: Option<i64>,
    small_before: Option<i64>,
    big_before: Option<i64>,
    empty_section: bool,
}

fn value(tokens: &[Token]) -> Option<i64> {
    let mut sum = Sum { empty_section: true, ..Sum::default() };
    let mut after_tens = false;
    for token in tokens {
        match *token {
            Token::Number { hundredths } => {
                let native_one = after_tens && hundredths < 10 * HUNDREDTHS;
                sum.take_number(hundredths, native_one)?;
            }
            Token::Tens(tens) => sum.take_tens(tens)?,
            Token::Small(unit) => sum.take_small(unit)?,
            Token::Big(unit) => sum.take_big(unit)?,
        }
        after_tens = matches!(token, Token::Tens(_));
    }
    let hundredths =
        sum.total.checked_add(sum.section)?.checked_add(sum.waiting.unwrap_or_default())?;
    (hundredths % HUNDREDTHS == 0).then_some(hundredths / HUNDREDTHS)
}

impl Sum {
    fn take_number(&mut self, hundredths: i64, after_tens: bool) -> Option<()> {
        let waiting = match (self.waiting, after_tens) {
            (None, _) => hundredths,
            (Some(tens), true) => tens.checked_add(hundredths)?,
            (Some(_), false) => return None,
        };
        self.waiting = Some(waiting);
        self.empty_section = false;
        Some(())
    }

    fn take_tens(&mut self, tens: i64) -> Option<()> {
        self.take_number(tens.checked_mul(HUNDREDTHS)?, false)
    }

    fn take_small(&mut self, unit: i64) -> Option<()> {
        if self.small_before.is_some_and(|before| unit >= before) {
            return None;
        }
        let times = self.waiting.take().unwrap_or(HUNDREDTHS);
        self.section = self.section.checked_add(times.checked_mul(unit)?)?;
        self.small_before = Some(unit);
        self.empty_section = false;
        Some(())
    }

    fn take_big(&mut self, unit: i64) -> Option<()> {
        if self.big_before.is_some_and(|before| unit >= before) {
            return None;
        }
        let section = self.section.checked_add(self.waiting.take().unwrap_or_default())?;
        let section = if self.empty_section { HUNDREDTHS } else { section };
        self.total = self.total.checked_add(section.checked_mul(unit)?)?;
        self.section = 0;
        self.small_before = None;
        self.big_before = Some(unit);
        self.empty_section = true;
        Some(())
    }
}
