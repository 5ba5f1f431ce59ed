use super::*;

#[test]
fn pauses_double_up_to_the_longest() {
    let pauses: Vec<u64> = (1..=8).map(|failures| pause_ms(failures, u8::MAX)).collect();

    assert_eq!(pauses, [100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
    assert_eq!(pause_ms(u32::MAX, u8::MAX), PAUSE_MS_MAX);
}

#[test]
fn jitter_stays_in_the_upper_half() {
    for jitter in 0..=u8::MAX {
        let pause = pause_ms(3, jitter);
        assert!((200..=400).contains(&pause), "{pause} with jitter {jitter}");
    }
}
