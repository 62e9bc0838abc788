//! What is taken back, and what time brings.

use serde_json::Value as Json;

use super::desk::{DAY, Edit, Model};
use super::tickets::{Refusal, read};

impl Model {
    pub(super) fn undone_by(&self, all: &[usize], at: usize) -> bool {
        (0..at).any(|by| self.records[all[by]].undoes == Some(all[at]) && !self.undone_by(all, by))
    }

    pub(super) fn undo(&mut self, number: usize) -> Result<(), Refusal> {
        let kept = |at: &usize| {
            let record = &self.records[*at];
            record.by == self.me && self.now - record.at < 30 * DAY
        };
        let all: Vec<usize> = (0..self.records.len()).rev().filter(kept).collect();
        let record = *all.get(number - 1).ok_or("no such command")?;
        if self.undone_by(&all, number - 1) {
            return Err("undone already".to_owned());
        }
        for (ticket, entries, new) in self.records[record].tickets.clone() {
            let of = &self.tickets[ticket];
            let undone = of.undone();
            for (at, entry) in of.log.iter().enumerate().skip(entries[0]) {
                let tells_only = entry.kind == "undo" || entry.kind == "remind";
                if !entries.contains(&at) && !undone.contains(&at) && !tells_only {
                    return Err(format!("{} wrote since", entry.by));
                }
            }
            let fresh = |at: &&usize| of.log[**at].kind != "created" && !undone.contains(at);
            let entries: Vec<usize> = entries.iter().filter(fresh).copied().collect();
            for place in entries.into_iter().rev() {
                let mut edit = self.edit(ticket, "undo");
                edit.entry.of = Some(place);
                edit.entry.facts = true;
                let mut after = self.tickets[ticket].clone();
                after.log.push(edit.entry.clone());
                edit.values = after.values();
                self.stage(edit);
            }
            if new {
                let mut edit = self.edit(ticket, "cancel");
                edit.set("status", "cancelled");
                edit.set("waiting_on", Json::Null);
                edit.set("until", Json::Null);
                edit.entry.facts = true;
                self.stage(edit);
            }
        }
        self.undoes = Some(record);
        Ok(())
    }

    pub(super) fn sweep(&mut self) {
        for ticket in 0..self.tickets.len() {
            while let Some((edit, due)) = self.due(ticket) {
                self.write(edit, due);
            }
        }
    }

    /// What time brings to a ticket next.
    pub(super) fn due(&self, ticket: usize) -> Option<(Edit, i64)> {
        let of = &self.tickets[ticket];
        let until = of
            .values()
            .get("until")
            .map(|until| read(until.as_str().unwrap()));
        let (kind, due) = match of.status().as_str() {
            "resolved" if !of.is_to_tell() => ("close", of.talked() + 2 * DAY),
            "pending" if of.text("waiting_on") != "customer" => ("wake", until?),
            "pending" => ("remind", until.filter(|until| *until > of.talked())?),
            _ => return None,
        };
        let silent = (kind == "remind").then(|| of.talked());
        let is_said = of
            .log
            .iter()
            .any(|entry| silent.is_some() && entry.silent == silent);
        if due > self.now || is_said {
            return None;
        }
        let mut edit = self.edit(ticket, kind);
        edit.entry.facts = true;
        edit.entry.silent = silent;
        match kind {
            "close" => edit.move_to("closed").unwrap(),
            "wake" => edit.move_to("open").unwrap(),
            _ => {}
        }
        Some((edit, due))
    }
}
