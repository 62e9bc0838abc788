//! `desk mail out`: what waits in the outbox goes out, once, and is logged.

use std::fs;

use crate::reply::{sent, with_mail};

#[test]
fn offline_it_waits_and_goes_out_once() {
    let desk = with_mail();
    fs::write(desk.beside("fail"), "").unwrap();
    let out = desk.run("reply ID1 -m 'Please restart it.'").code(5);
    assert!(out.stderr.contains("no route to the relay"), "{out}");
    assert!(!desk.read(&desk.path("ID1")).contains("Please restart it."));
    // The same command again, and the outbox, try the same mail.
    let _ = desk.run("reply ID1 -m 'Please restart it.'").code(5);
    let _ = desk.run("mail out").code(5);
    let listed = desk.json("mail out --dry-run");
    assert_eq!(listed["mails"].as_array().unwrap().len(), 1, "{listed}");
    fs::remove_file(desk.beside("fail")).unwrap();
    desk.wait(120);
    let out = desk.run("mail out").code(0);
    assert!(out.stdout.contains("1 mail sent"), "{out}");
    let log = desk.read(&desk.path("ID1"));
    assert_eq!(log.matches("Please restart it.").count(), 1);
    // It is dated when the requester got it.
    assert!(log.contains("T11:0"), "{log}");
    let out = desk.run("mail out").code(0);
    assert!(out.stdout.contains("Nothing waits in the outbox."), "{out}");
    assert_eq!(sent(&desk).len(), 1);
    let _ = desk.run("check").code(0);
}

#[test]
fn a_mail_can_be_taken_out_of_the_outbox() {
    let desk = with_mail();
    fs::write(desk.beside("fail"), "").unwrap();
    let _ = desk.run("reply ID1 -m 'Please restart it.'").code(5);
    let out = desk.run("mail out --drop ID2").code(2);
    assert!(out.stderr.contains("no mail `ID2` waits"), "{out}");
    let _ = desk.run("mail out --drop ID1 --dry-run").code(0);
    let _ = desk.run("mail out --drop ID1").code(0);
    fs::remove_file(desk.beside("fail")).unwrap();
    let out = desk.run("mail out").code(0);
    assert!(out.stdout.contains("Nothing waits"), "{out}");
    assert!(sent(&desk).is_empty());
}
