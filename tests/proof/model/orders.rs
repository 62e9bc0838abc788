//! Work orders: how tickets come to them, and go where they go.

use std::collections::BTreeSet;

use serde_json::json;

use super::desk::Model;
use super::tickets::{OF_PENDING, Refusal};

impl Model {
    /// A new order. What it takes from its tickets is for the program to say.
    pub(super) fn order(&mut self, code: &str) -> Result<usize, Refusal> {
        self.may_create()?;
        let facts = [("type", "work-order"), ("status", "new"), ("code", code)];
        let facts = facts.map(|(field, value)| (field.to_owned(), json!(value)));
        Ok(self.create(facts.into_iter().collect(), false))
    }

    /// The open order of a ticket.
    pub(super) fn open_order(&self, ticket: usize) -> Option<usize> {
        let order = Self::place(&self.tickets[ticket].text("links.work_order"))?;
        let of = &self.tickets[order];
        (of.is_open() && of.is_order()).then_some(order)
    }

    pub(super) fn may_hang(&self, ticket: usize, on: Option<usize>) -> Result<(), Refusal> {
        let of = &self.tickets[ticket];
        let other = self.open_order(ticket).filter(|order| Some(*order) != on);
        if of.is_order() || !of.is_open() || other.is_some() {
            return Err("not to be hung on an order".to_owned());
        }
        Ok(())
    }

    pub(super) fn hang(&mut self, ticket: usize, order: usize) {
        let mut edit = self.edit(ticket, "link");
        edit.set("links.work_order", Self::name(order));
        if edit.text("code").is_empty() {
            edit.set("code", self.tickets[order].text("code"));
        }
        if self.tickets[order].status() == "open" && edit.text("status") == "new" {
            edit.set("status", "open");
            edit.entry.order = Some(order);
        }
        self.stage(edit);
    }

    pub(super) fn join(&mut self, tickets: &[usize], to: usize) -> Result<(), Refusal> {
        if tickets.contains(&to) {
            return Err("on itself".to_owned());
        }
        let order = if self.tickets[to].is_order() {
            if !self.tickets[to].is_open() {
                return Err("a done order".to_owned());
            }
            to
        } else if let Some(order) = self.open_order(to) {
            order
        } else {
            self.may_hang(to, None)?;
            let all = std::iter::once(&to).chain(tickets);
            let mut codes = all.map(|one| self.tickets[*one].text("code"));
            let code = codes
                .find(|code| !code.is_empty())
                .ok_or("a code is needed")?;
            let order = self.order(&code)?;
            self.hang(to, order);
            order
        };
        for ticket in tickets {
            self.may_hang(*ticket, Some(order))?;
            self.hang(*ticket, order);
        }
        Ok(())
    }

    /// The tickets of orders go where the orders went.
    pub(super) fn follow(&mut self) {
        let named: Vec<usize> = self.changed.iter().map(|(ticket, ..)| *ticket).collect();
        for (order, place, new) in self.changed.clone() {
            let Some(place) = place.filter(|_| !new && self.tickets[order].is_order()) else {
                continue;
            };
            let cause = self.tickets[order].log[place].clone();
            if cause.kind == "undo" || cause.order == Some(usize::MAX) {
                continue;
            }
            let values = self.tickets[order].values();
            let status = values["status"].as_str().unwrap();
            let waits = values.get("waiting_on").is_some_and(|on| on != "customer");
            let from = cause
                .changes
                .get("status")
                .map(|(old, _)| old.as_str().unwrap_or_default());
            let (kind, open, only_with_it): (_, &[&str], bool) = match (from, status) {
                (None, "pending") if cause.kind == "pend" && waits => {
                    ("pend", &["new", "open", "pending"], false)
                }
                (Some("new"), "open") => ("open", &["new"], false),
                (Some("pending"), "open") => ("reopen", &["pending"], true),
                (Some("resolved"), "open") => ("reopen", &["resolved"], true),
                (Some(_), "pending") if waits => ("pend", &["new", "open", "pending"], false),
                (Some(_), "resolved") => ("resolve", &["new", "open", "pending"], false),
                (Some(_), "merged") => ("link", &["new", "open", "pending"], false),
                _ => continue,
            };
            for ticket in 0..self.tickets.len() {
                let of = &self.tickets[ticket];
                let is_linked = of.text("links.work_order") == Self::name(order);
                if !is_linked || named.contains(&ticket) || !open.contains(&of.status().as_str()) {
                    continue;
                }
                let with_it = of.stand().order == Some(order);
                let own_wait = kind == "pend" && of.status() == "pending" && !with_it;
                if own_wait || only_with_it && !with_it {
                    continue;
                }
                let mut edit = self.edit(ticket, kind);
                edit.entry.order = Some(order);
                edit.entry.facts = true;
                match kind {
                    "link" => edit.set("links.work_order", values["links.merged_into"].clone()),
                    "pend" => {
                        edit.move_to("pending").unwrap();
                        for field in OF_PENDING {
                            edit.set(field, values.get(field).cloned().unwrap_or_default());
                        }
                    }
                    "resolve" => {
                        edit.move_to("resolved").unwrap();
                        edit.entry.tell = edit.values.contains_key("requester.name");
                    }
                    _ => edit.move_to("open").unwrap(),
                }
                if !["link", "open"].contains(&kind) {
                    edit.entry.text.clone_from(&cause.text);
                }
                let at = if self.me == "desk" {
                    cause.at
                } else {
                    self.now
                };
                self.write(edit, at);
            }
        }
    }

    /// A new order for tickets.
    pub(super) fn order_for(&mut self, all: &[usize]) -> Result<(), Refusal> {
        for one in all {
            self.may_hang(*one, None)?;
        }
        let codes = all.iter().map(|one| self.tickets[*one].text("code"));
        let codes: BTreeSet<String> = codes.filter(|code| !code.is_empty()).collect();
        let mut codes = codes.into_iter();
        let (Some(code), None) = (codes.next(), codes.next()) else {
            return Err("one code".to_owned());
        };
        let order = self.order(&code)?;
        for one in all {
            self.hang(*one, order);
        }
        Ok(())
    }
}
