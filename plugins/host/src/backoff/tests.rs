use super::*;

#[test]
fn a_plugin_that_served_is_started_at_once_and_one_that_did_not_rests_longer_each_time() {
    let now = Instant::now();
    let mut backoff = Backoff::default();
    let mut rests = Vec::new();

    backoff.failed(Served::Something, now);
    rests.push(backoff.rests_until(now));
    for _ in 0..3 {
        backoff.failed(Served::Nothing, now);
        rests.push(backoff.rests_until(now));
    }

    let ms = |ms| Some(now + Duration::from_millis(ms));
    assert_eq!(rests, [None, ms(100), ms(200), ms(400)]);
}

#[test]
fn a_rest_has_an_end_and_success_forgets_it() {
    let now = Instant::now();
    let mut backoff = Backoff::default();

    for _ in 0..100 {
        backoff.failed(Served::Nothing, now);
    }
    let longest = backoff.rests_until(now);
    backoff.failed(Served::Something, now);

    assert_eq!(longest, Some(now + Duration::from_secs(10)));
    assert_eq!(backoff.rests_until(now), None);
}
