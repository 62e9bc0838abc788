//! Mail.

mod r#in;
mod automatic;
mod out;
mod accept;
mod batch;
mod drop;
mod held;
mod list;
mod loops;
mod setup;
mod show;
mod states;
mod why;
mod servers;
mod agents;

use crate::desk::Desk;

/// A desk with one ticket of Jan's and an address of its own.
pub(crate) fn with_mailbox() -> Desk {
    let desk = Desk::with_ticket();
    let _ = desk
        .run("set ID1 requester.email=jan.kowal@example.com")
        .code(0);
    let more = "\n[mail.address.\"help@desk.example\"]\nqueue = \"network\"\n";
    desk.write("desk.toml", desk.read("desk.toml") + more);
    desk.git(&["commit", "-qam", "mail"]);
    desk
}
