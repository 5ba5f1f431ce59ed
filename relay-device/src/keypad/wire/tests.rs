use super::*;

#[test]
fn every_digit_is_where_the_kernel_has_it() {
    let row: Vec<_> = [11, 2, 3, 4, 5, 6, 7, 8, 9, 10].into_iter().map(number).collect();
    let block: Vec<_> = [82, 79, 80, 81, 75, 76, 77, 71, 72, 73].into_iter().map(number).collect();
    let digits: Vec<_> = (0..10).map(|digit| Some(Key::Digit(digit))).collect();

    assert_eq!(row, digits);
    assert_eq!(block, digits);
    assert_eq!([28, 96].map(number), [Some(Key::Enter); 2]);
    assert_eq!([46, 1, 111].map(number), [Some(Key::Clear); 3]);
    assert_eq!([30, 74, 78, 83].map(number), [None; 4]);
}

#[test]
fn letters_of_a_serial_keypad_are_keys_and_others_are_not() {
    let keys: Vec<_> = b"10\x08Cc\r x".iter().copied().filter_map(letter).collect();

    let (clear, enter) = (Key::Clear, Key::Enter);
    assert_eq!(keys, [Key::Digit(1), Key::Digit(0), Key::Back, clear, clear, enter]);
}
