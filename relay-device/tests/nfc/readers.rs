//! Readers and their service come and go while the program runs.
//!
//! Owns these stories, and prints how long the program took to be back. Nothing comes next.

use crate::desk::{ADDRESS, Desk};
use crate::files::Files;
use crate::pages::Pages;
use std::time::Instant;

#[test]
fn each_tag_that_is_laid_down_is_read_once() {
    let desk = Desk::open();
    let (pages, files) = (Pages::new(), Files::new());
    desk.field.lay(&files);
    assert!(desk.run(&["write"]).done);
    desk.clear();
    let mut watch = desk.watch();

    desk.field.lay(&pages);
    watch.until("Type 2 tag, empty");
    desk.field.lay(&files);
    let line = watch.until("Type 4 tag");

    assert_eq!(line, format!("Type 4 tag: {ADDRESS}"));
}

#[test]
fn a_service_that_was_killed_and_started_again_is_used_again() {
    let mut desk = Desk::open();
    let tag = Pages::new();
    desk.field.lay(&tag);
    let mut watch = desk.watch();
    watch.until("Type 2 tag");

    desk.stop_service();
    watch.until("smart card service does not answer");
    let since = now();
    desk.start_service();
    watch.until("reader ready");
    watch.until("Type 2 tag");

    println!("read again {} ms after the service's start", since.elapsed().as_millis());
}

#[test]
fn a_program_that_was_there_before_the_service_reads_when_it_comes() {
    let mut desk = Desk::without_service();
    desk.field.lay(&Files::new());
    let mut watch = desk.watch();
    watch.until("smart card service does not answer");

    let since = now();
    desk.start_service();
    let line = watch.until("Type 4 tag");

    assert_eq!(line, "Type 4 tag, empty");
    println!("read {} ms after the service's start", since.elapsed().as_millis());
}

#[expect(clippy::disallowed_methods, reason = "a figure that is printed, never asserted")]
fn now() -> Instant {
    Instant::now()
}
