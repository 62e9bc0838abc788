//! What single tickets come to: intake, words, fields, the way from new to closed.

use serde_json::{Value as Json, json};

use super::commands::Closing;
use super::desk::{DAY, HOUR, Model, derived, not_merged};
use super::tickets::{LISTS, Refusal, Values, elements, moment};

/// The order of `desk.toml`: who has which queues, all where there are none.
const QUEUES: [(&str, &[&str]); 3] = [("anna", &[]), ("marek", &["network"]), ("ewa", &[])];

impl Model {
    pub(super) fn new_values(
        &self,
        phone: bool,
        code: Option<&str>,
        impact: Option<&str>,
        requester: Option<&str>,
    ) -> Values {
        let queue = if code == Some("NET-OUT") {
            "network"
        } else {
            "service-desk"
        };
        let impact = impact.unwrap_or("person");
        let mut first = Values::new();
        let own = QUEUES.iter().find(|(name, _)| *name == self.me).unwrap().1;
        let is_own = own.is_empty() || own.contains(&queue) || queue == "service-desk";
        let me = self.me.as_str();
        for (field, value) in [
            ("type", "action"),
            ("title", "No network"),
            ("channel", if phone { "phone" } else { "email" }),
            ("queue", queue),
            ("impact", impact),
            ("urgency", "medium"),
            ("priority", derived(impact, "medium")),
            ("status", if phone { "open" } else { "new" }),
            ("created", &moment(self.now)),
            ("code", code.unwrap_or_default()),
            ("requester.name", requester.unwrap_or_default()),
            ("assignee", if phone && is_own { me } else { "" }),
            ("contact_agent", if phone { me } else { "" }),
        ] {
            if !value.is_empty() {
                first.insert(field.to_owned(), json!(value));
            }
        }
        first
    }

    /// Whether the requester's word comes too late to move a ticket: then it opens another.
    pub(crate) fn is_over(&self, ticket: usize) -> bool {
        let ticket = &self.tickets[self.end(ticket)];
        let late = |at: i64| self.now > at + 3 * DAY;
        ticket.status() == "closed"
            || ticket.status() == "resolved" && ticket.resolved_at().is_some_and(late)
    }

    pub(super) fn contact(&mut self, ticket: usize, incoming: bool, phone: bool) {
        let incoming = incoming && !self.is_over(ticket);
        let mut edit = self.edit(self.end(ticket), "contact");
        "Said so.".clone_into(&mut edit.entry.text);
        edit.entry.talk = phone || !incoming;
        let waits = edit.text("status") == "pending" && edit.text("waiting_on") == "customer";
        if !incoming {
            edit.acts();
        } else if waits || edit.text("status") == "resolved" {
            edit.move_to("open").unwrap();
        }
        edit.entry.order = incoming.then_some(usize::MAX);
        self.stage(edit);
    }

    pub(super) fn give(
        &mut self,
        tickets: &[usize],
        verb: &'static str,
        to: &str,
    ) -> Result<(), Refusal> {
        for ticket in tickets {
            let mut edit = self.edit(*ticket, verb);
            if !self.tickets[*ticket].is_open() {
                return Err("not open".to_owned());
            }
            edit.set("assignee", to);
            edit.acts();
            self.stage(edit);
        }
        Ok(())
    }

    pub(super) fn set(
        &mut self,
        ticket: usize,
        pairs: &[(&str, &str)],
        reason: Option<&str>,
    ) -> Result<(), Refusal> {
        let mut edit = self.edit(ticket, "set");
        not_merged(&edit)?;
        for (field, value) in pairs {
            if *field == "tags" {
                for part in value.split(',') {
                    let (add, name) = part.split_at(1);
                    let mut all = elements(&edit.values, "tags");
                    all.retain(|one| one != name || add == "+");
                    if add == "+" && !all.iter().any(|one| one == name) {
                        all.push(name.to_owned());
                    }
                    edit.set(
                        "tags",
                        if all.is_empty() {
                            Json::Null
                        } else {
                            json!(all)
                        },
                    );
                }
            } else {
                edit.set(
                    field,
                    if value.is_empty() {
                        Json::Null
                    } else {
                        json!(value)
                    },
                );
            }
        }
        let follows = derived(edit.text("impact"), edit.text("urgency"));
        let named = |name: &str| pairs.iter().any(|(field, _)| *field == name);
        if named("priority") {
            if edit.text("priority") == follows {
                edit.set("priority_reason", Json::Null);
            } else {
                edit.set("priority_reason", reason.ok_or("a reason is needed")?);
            }
        } else if (named("impact") || named("urgency")) && edit.text("priority_reason").is_empty() {
            edit.set("priority", follows);
        }
        edit.entry.facts = reason.is_some();
        self.stage(edit);
        Ok(())
    }

    pub(super) fn resolve(&mut self, tickets: &[usize], text: &str) -> Result<(), Refusal> {
        for ticket in tickets {
            let mut edit = self.edit(*ticket, "resolve");
            let order = Self::place(edit.text("links.work_order"));
            edit.move_to("resolved")?;
            if let Some(order) = order.filter(|order| tickets.contains(order)) {
                edit.entry.order = Some(order);
                edit.entry.tell = edit.values.contains_key("requester.name");
            }
            if edit.text("assignee").is_empty() {
                edit.set("assignee", self.me.clone());
            }
            text.clone_into(&mut edit.entry.text);
            self.stage(edit);
        }
        Ok(())
    }

    pub(super) fn close(&mut self, ticket: usize, how: Closing) -> Result<(), Refusal> {
        let is_no = matches!(how, Closing::Dissatisfied);
        let mut edit = self.edit(ticket, if is_no { "reopen" } else { "close" });
        if edit.text("status") != "resolved" {
            return Err("not resolved".to_owned());
        }
        match how {
            Closing::NoAnswer => {
                let resolved = self.tickets[ticket].resolved_at();
                if resolved.is_some_and(|at| self.now < at + 2 * DAY) {
                    return Err("too early".to_owned());
                }
            }
            Closing::Satisfied(rating) => {
                edit.set("satisfaction.satisfied", true);
                if let Some(rating) = rating {
                    edit.set("satisfaction.rating", rating);
                }
            }
            Closing::Dissatisfied => edit.set("satisfaction.satisfied", false),
        }
        edit.move_to(if is_no { "open" } else { "closed" })?;
        edit.entry.facts = true;
        self.stage(edit);
        Ok(())
    }

    pub(super) fn merge(&mut self, a: usize, b: usize) -> Result<(), Refusal> {
        let b = self.end(b);
        let (one, other) = (&self.tickets[a], &self.tickets[b]);
        let (name, of) = (one.text("requester.name"), other.text("requester.name"));
        let strangers = !name.is_empty() && !of.is_empty() && name != of;
        if a == b || !other.is_open() || one.is_order() != other.is_order() || strangers {
            return Err("not to be merged".to_owned());
        }
        let (mut from, mut into) = (self.edit(a, "merge"), self.edit(b, "merge"));
        into.entry.facts = true;
        from.move_to("merged")?;
        from.set("links.merged_into", Self::name(b));
        for list in LISTS {
            for element in elements(&from.values, list) {
                if element != Self::name(b) {
                    into.add(list, &element);
                }
            }
        }
        if of.is_empty() && !name.is_empty() {
            into.set("requester.name", name);
        }
        let order = from.text("links.work_order").to_owned();
        if into.text("links.work_order").is_empty() && !order.is_empty() {
            into.set("links.work_order", order);
        }
        from.text("title").clone_into(&mut into.entry.text);
        self.stage(from);
        self.stage(into);
        Ok(())
    }

    pub(super) fn link(&mut self, a: usize, b: usize, kind: &str) -> Result<(), Refusal> {
        if a == b {
            return Err("to itself".to_owned());
        }
        let field = format!("links.{}", kind.replace('-', "_"));
        let (mut edit, mut other) = (self.edit(a, "link"), self.edit(b, "link"));
        if ["relates", "same-contact"].contains(&kind) {
            edit.add(&field, &Self::name(b));
            other.add(&field, &Self::name(a));
            self.stage(edit);
            self.stage(other);
            return Ok(());
        }
        let mut at = Some(b);
        while let Some(ticket) = at {
            if ticket == a {
                return Err("a circle".to_owned());
            }
            at = Self::place(&self.tickets[ticket].text(&field));
        }
        edit.set(&field, Self::name(b));
        self.stage(edit);
        Ok(())
    }

    pub(super) fn pend(
        &mut self,
        ticket: usize,
        on: &str,
        hours: Option<i64>,
    ) -> Result<(), Refusal> {
        if on == "schedule" && hours.is_none() {
            return Err("a date is needed".to_owned());
        }
        let mut edit = self.edit(ticket, "pend");
        edit.move_to("pending")?;
        edit.set("waiting_on", on);
        edit.set("until", hours.map(|hours| moment(self.now + hours * HOUR)));
        self.stage(edit);
        Ok(())
    }

    pub(super) fn watch(&mut self, ticket: usize, off: bool) -> Result<(), Refusal> {
        let mut edit = self.edit(ticket, "watch");
        not_merged(&edit)?;
        if off {
            let mut all = elements(&edit.values, "watchers");
            all.retain(|one| *one != self.me);
            let left = if all.is_empty() {
                Json::Null
            } else {
                json!(all)
            };
            edit.set("watchers", left);
        } else {
            edit.add("watchers", &self.me);
        }
        self.stage(edit);
        Ok(())
    }
}
