//! How many slips lie between two typed words: Damerau and Levenshtein with weights.
//!
//! Owns the weights. Whole numbers, in tenths of a slip, so that a limit is met exactly. May not
//! know languages beyond the letters that sound or look alike. Next: [`super::text`].

/// One letter too many, too few or wrong.
///
/// **Units** tenths of a slip, as all of this file.
pub const SLIP: u32 = 10;
/// A letter for one that sounds alike. Source: checkout specification, matching free text.
const ALIKE: u32 = 4;
/// Two neighbours the wrong way round. Source: the same.
const SWAP: u32 = 7;

/// Returns how far two typed words are apart.
#[must_use]
pub fn distance(left: &[char], right: &[char]) -> u32 {
    let mut before: Vec<u32> = Vec::new();
    let mut above: Vec<u32> = (0..=right.len()).map(slips).collect();
    let mut left_before = None;
    for (row, letter) in left.iter().enumerate() {
        let line = line(*letter, left_before, right, &above, &before, slips(row.saturating_add(1)));
        before = std::mem::replace(&mut above, line);
        left_before = Some(*letter);
    }
    above.last().copied().unwrap_or_default()
}

/// One line of the table: how far the left word up to `letter` is from each start of the right.
fn line(
    letter: char,
    left_before: Option<char>,
    right: &[char],
    above: &[u32],
    before: &[u32],
    first: u32,
) -> Vec<u32> {
    let mut line = Vec::with_capacity(above.len());
    line.push(first);
    let mut beside = first;
    let mut right_before = None;
    let corners = above.iter().zip(above.iter().skip(1));
    // A swap looks two lines up and two letters back; the first letter has nothing before it.
    let swaps = std::iter::once(None).chain(before.iter().copied().map(Some));
    let swaps = swaps.chain(std::iter::repeat(None));
    for ((other, (corner, up)), swap) in right.iter().zip(corners).zip(swaps) {
        let mut best = corner.saturating_add(price(letter, *other));
        best = best.min(up.saturating_add(SLIP)).min(beside.saturating_add(SLIP));
        let crossed = left_before == Some(*other) && right_before == Some(letter);
        if let (true, Some(swap)) = (crossed && letter != *other, swap) {
            best = best.min(swap.saturating_add(SWAP));
        }
        line.push(best);
        beside = best;
        right_before = Some(*other);
    }
    line
}

fn price(left: char, right: char) -> u32 {
    if left == right {
        return 0;
    }
    if sounds(left) & sounds(right) == 0 { SLIP } else { ALIKE }
}

/// Groups of letters that sound alike to many, one bit each: lax, tense and breathed consonants,
/// and neighbouring vowels, of which loanwords are spelled with either.
const fn sounds(letter: char) -> u16 {
    match letter {
        'ㄱ' | 'ㄲ' | 'ㅋ' => 1,
        'ㄷ' | 'ㄸ' | 'ㅌ' => 1 << 1,
        'ㅂ' | 'ㅃ' | 'ㅍ' => 1 << 2,
        'ㅅ' | 'ㅆ' => 1 << 3,
        'ㅈ' | 'ㅉ' | 'ㅊ' => 1 << 4,
        'ㅐ' | 'ㅔ' => 1 << 5,
        'ㅒ' | 'ㅖ' => 1 << 6,
        'ㅓ' => 1 << 7,
        'ㅗ' => 1 << 7 | 1 << 8,
        'ㅜ' => 1 << 8 | 1 << 9,
        'ㅡ' => 1 << 9,
        _ => 0,
    }
}

fn slips(letters: usize) -> u32 {
    u32::try_from(letters).unwrap_or(u32::MAX).saturating_mul(SLIP)
}

#[cfg(test)]
mod tests;
