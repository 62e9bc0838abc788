#!/usr/bin/env python3
"""Plants faults in the program's guards and tells which test finds each: plant_in_guards.py [NUMBER ...]

All are planted in one copy of the sources, switched off; a file says which one is on. So there is one
build, and each fault costs its tests. What the tests say without a fault is told first.
Exit status 1 where a fault is not found. DESK_PLANT is a folder for the copy that stays.
"""

import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
LONGEST = 300  # seconds for the tests of one fault
FS, GIT, JOURNAL, MAIL = "src/store/fs/", "src/store/git/", "src/store/journal/", "src/rules/mail/"

# The guard, what is wrong, the file, pairs of right and wrong words (FAULT is true where this one is
# on), the target and the words that choose its tests.
FAULTS = (
    # What is promised stands on the disk, in this order.
    ("journal", "the entry is not synced", JOURNAL + "entry.rs",
     [("        file.sync_all().map_err(StoreError::io(\"sync\", &shown))?;\n        self.tmp\n",
       "        if !FAULT { file.sync_all().map_err(StoreError::io(\"sync\", &shown))?; }\n        self.tmp\n")],
     "store", "synced::"),
    ("journal", "the folder that names the entry is not synced", JOURNAL + "entry.rs",
     [("if let Err(error) = self.folder.sync() {", "if let Err(error) = (if FAULT { Ok(()) } else { self.folder.sync() }) {")],
     "store", "synced::"),
    ("journal", "there is no entry", JOURNAL + "save.rs",
     [("let name = self.journal.add(&entry)?;", "let name = if FAULT { \"000001.json\".to_owned() } else { self.journal.add(&entry)? };")],
     "store", "synced::"),
    ("journal", "the entry goes before its commit is made", JOURNAL + "save.rs",
     [("        match self.commit(&entry, &pieces) {", "        if FAULT { self.drop_entry(&name, &entry); }\n        match self.commit(&entry, &pieces) {")],
     "store", "states::a_failing_hook states::an_aborted_merge"),
    ("journal", "the entry of a refused step stays", JOURNAL + "save.rs",
     [("match self.journal.withdraw(name) {", "match (if FAULT { Ok(()) } else { self.journal.withdraw(name) }) {")],
     "store", "synced::"),
    ("journal", "a content is not synced before its entry", JOURNAL + "attached_files.rs",
     [("        file.sync_all().map_err(StoreError::io(\"sync\", &own))?;", "        if !FAULT { file.sync_all().map_err(StoreError::io(\"sync\", &own))?; }")],
     "store", "synced::"),
    ("files", "a text is not synced", FS + "replace.rs", [("if durable {", "if durable && !FAULT {")], "store", "synced::"),
    ("files", "the folder that names a text is not synced", FS + "replace.rs",
     [("folders[key].sync().map_err(Refusal::Kept)?;", "if !FAULT { folders[key].sync().map_err(Refusal::Kept)?; }")],
     "store", "synced::"),
    ("files", "a new folder is not synced in the one above", FS + "folder.rs",
     [("        self.sync()?;\n        Ok(folder)", "        if !FAULT { self.sync()?; }\n        Ok(folder)")], "store", "synced::"),
    ("files", "an attachment is not synced", JOURNAL + "attached_files.rs",
     [(".and_then(|_| file.sync_all());", ".and_then(|_| if FAULT { Ok(()) } else { file.sync_all() });")], "store", "synced::"),
    ("git", "an object is not synced", GIT + "own_objects.rs",
     [("        file.sync_all()\n", "        if FAULT { Ok(()) } else { file.sync_all() }\n")], "store", "synced::"),
    ("git", "the folders of objects are not synced", GIT + "own_objects.rs",
     [("            let synced = Folder::open(folder)", "            if FAULT { continue; }\n            let synced = Folder::open(folder)")],
     "store", "synced::"),
    ("git", "the index is not synced before it is in place", GIT + "index_lock.rs",
     [("        File::open(&copy)\n            .and_then(|file| file.sync_all())",
       "        File::open(&copy)\n            .and_then(|file| if FAULT { Ok(()) } else { file.sync_all() })")], "store", "synced::"),
    ("git", "the folder of the branch is not synced", GIT + "commit.rs",
     [("        sync_refs(repo, head)?;", "        if !FAULT { sync_refs(repo, head)?; }")], "store", "synced::"),
    # Recovery.
    ("recovery", "what a dead command left is not carried out", JOURNAL + "recover.rs",
     [("        for ((top, prefix), pending) in places {\n", "        for ((top, prefix), pending) in places {\n            if FAULT { continue; }\n")],
     "store", "journal::"),
    ("recovery", "an entry that cannot be read is passed over", JOURNAL + "recover.rs",
     [("Err(why) => self.set_aside(", "Err(_) if FAULT => {}\n                Err(why) => self.set_aside(")], "store", "journal::"),
    ("recovery", "an entry of a later format is carried out", JOURNAL + "entry.rs",
     [("if !known.contains(&entry.format) {", "if !FAULT && !known.contains(&entry.format) {")], "store", "journal::"),
    ("recovery", "somebody else's text is written over", JOURNAL + "replay.rs",
     [("if wanted.follows(text.as_deref()) {", "if FAULT || wanted.follows(text.as_deref()) {")], "store", "journal::"),
    ("recovery", "an entry goes to a stranger's repository", JOURNAL + "recover.rs",
     [("there.common == self.repo.common &&", "(FAULT || there.common == self.repo.common) &&")], "store", "journal::"),
    ("recovery", "answers of a living interview are taken for a dead one's", JOURNAL + "recover.rs",
     [(".is_some_and(|owner| sessions.living.contains(owner));", ".is_some_and(|owner| !FAULT && sessions.living.contains(owner));")],
     "store", "session::"),
    ("recovery", "an import that was promised to nobody is not taken back", JOURNAL + "replay.rs",
     [("            BulkStage::Begun => {\n", "            BulkStage::Begun if FAULT => {}\n            BulkStage::Begun => {\n")],
     "store", "bulk::an_import_with_files"),
    # Locks.
    ("lock", "it is not taken", GIT + "writer_lock.rs",
     [("        match file.try_lock() {", "        match (if FAULT { Ok(()) } else { file.try_lock() }) {")], "store", "crowd::sixteen_threads crowd::a_holder"),
    ("lock", "a command in a hook waits for itself", GIT + "writer_lock.rs",
     [("if held.is_some_and(", "if !FAULT && held.is_some_and(")], "store", "crowd::a_desk_command_in_a_hook"),
    ("lock", "a link in its place is followed", GIT + "writer_lock.rs",
     [("    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;",
       "    let flags = if FAULT { rustix::fs::OFlags::NONBLOCK } else { rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK };")],
     "store", "obstacles::"),
    ("lock", "a signal does not end the wait", GIT + "writer_lock.rs",
     [("if interrupt.raised().is_some() {", "if !FAULT && interrupt.raised().is_some() {")], "store", "crowd::a_signal"),
    ("lock", "that its holder died is not seen", GIT + "writer_lock.rs",
     [("let died = (!line.is_empty()).then(|| {", "let died = (!FAULT && !line.is_empty()).then(|| {")], "store", "journal::locks_of"),
    ("git's locks", "one of a living git is removed", GIT + "stale_locks.rs",
     [("            && !git_lives(repo, lock.whose())\n", "            && (FAULT || !git_lives(repo, lock.whose()))\n")],
     "store", "journal::a_lock_stays"),
    ("git's locks", "one that somebody changes is removed", GIT + "stale_locks.rs",
     [("let dead = sight(&lock.path).as_ref() == Some(&lock)", "let dead = (FAULT || sight(&lock.path).as_ref() == Some(&lock))")],
     "store", "journal::a_lock_that_somebody"),
    ("git's locks", "one that is older than the dead command is removed", GIT + "stale_locks.rs",
     [("since.is_some_and(|since| lock.changed >= since)\n                ||", "since.is_some_and(|since| FAULT || lock.changed >= since)\n                ||")],
     "store", "journal::locks_that_are_older states::a_lock_of_somebody"),
    ("git's locks", "an empty one that a process has open is removed", GIT + "stale_locks.rs",
     [("            && !(lock.size == 0 && is_open(&lock.path));", "            && !(!FAULT && lock.size == 0 && is_open(&lock.path));")],
     "store", "power::an_empty_lock"),
    ("git's index", "the branch moves without it", GIT + "commit_own.rs",
     [("            Prepared::Index(new) => next = Some(new),", "            Prepared::Index(_) if FAULT => {}\n            Prepared::Index(new) => next = Some(new),")],
     "store", "commits:: power::"),
    ("git's index", "it is not put back where the branch did not move", GIT + "commit_own.rs",
     [("        before.put_back();", "        if !FAULT { before.put_back(); }")], "store", "what_stops_a_commit states::the_branch"),
    # The gate before writing.
    ("gate", "what was changed meanwhile is written over", FS + "replace.rs",
     [("    let path = || content.path.clone();\n    match (", "    let path = || content.path.clone();\n    if FAULT { return Ok(()); }\n    match (")],
     "store", "commits::an_editor"),
    ("gate", "the last look before a text is replaced is left out", FS + "replace.rs",
     [("        compare(folder, name, content)?;\n        if place", "        if !FAULT { compare(folder, name, content)?; }\n        if place")],
     "store", "synced::"),
    ("gate", "a new file replaces one that appeared meanwhile", FS + "replace.rs",
     [("    let moved = if old {", "    let moved = if old || FAULT {")],
     "store", "synced::"),
    ("gate", "of a step that fails some texts stay", FS + "replace.rs",
     [("return Err(match take_back(", "return Err(match if FAULT { Ok(()) } else { take_back("),
      ("&ready[..done]) {", "&ready[..done]) } {")], "store", "synced::"),
    ("gate", "a page that is too long is written by commands", "src/ops/core/transaction.rs",
     [("if text.len() as u64 <= read::MAX_PAGE {", "if FAULT || text.len() as u64 <= read::MAX_PAGE {")], "it", "hostile::a_ticket_never_grows"),
    ("gate", "a page that is too long is written by any way of saving", "src/page/text_check.rs",
     [("if length(text) > MAX_PAGE &&", "if !FAULT && length(text) > MAX_PAGE &&")], "lib", "page::text_check"),
    ("gate", "a text with a NUL is written", "src/page/text_check.rs",
     [("        if now > 0 && now > base", "        if !FAULT && now > 0 && now > base")], "lib", "page::text_check"),
    ("gate", "what saves does not ask whether a text may be saved", JOURNAL + "save.rs",
     [("            save.check()?;", "            if !FAULT { save.check()?; }")], "store", "commits::a_text"),
    ("gate", "a commit is made on no branch", JOURNAL + "save.rs",
     [("let free = !self.rules.commit ||", "let free = FAULT || !self.rules.commit ||")], "store", "states::a_detached"),
    ("gate", "a commit is made during a merge", GIT + "commit.rs",
     [("if let Some(unfinished) = repo.unfinished() {\n            return Ok(Attempted::Done(later(unfinished)));\n        }\n        let head",
       "if let Some(unfinished) = repo.unfinished().filter(|_| !FAULT) {\n            return Ok(Attempted::Done(later(unfinished)));\n        }\n        let head")],
     "store", "states::during"),
    ("gate", "an entry before what a wrong clock wrote is not told", "src/ops/core/ticket_edit.rs",
     [("let ahead = |entry: &&Entry| entry.at.since(now) > AHEAD;", "let ahead = |entry: &&Entry| !FAULT && entry.at.since(now) > AHEAD;")],
     "it", "future_entries::"),
    ("gate", "everybody may do what managers may", "src/ops/core/actor.rs",
     [("    pub fn is_manager(&self, desk: &Desk) -> bool {\n", "    pub fn is_manager(&self, desk: &Desk) -> bool {\n        if FAULT { return true; }\n")],
     "it", "redact:: policy::"),
    # Paths and links.
    ("paths", "`..` is a name", FS + "folder.rs", [("\".\" | \"..\" => return Err(", "\".\" | \"..\" if !FAULT => return Err(")], "store", "commits::paths_out journal::a_torn"),
    ("paths", "git's own folder is one as any", FS + "folder.rs",
     [("name if name.eq_ignore_ascii_case(\".git\") => {", "name if !FAULT && name.eq_ignore_ascii_case(\".git\") => {")], "lib", "fs::folder"),
    ("paths", "names of attachments are taken as they are", "src/rules/lifecycle/attachments.rs",
     [("    let part = name\n        .split(['/', '\\\\'])", "    if FAULT { return name.to_owned(); }\n    let part = name\n        .split(['/', '\\\\'])")],
     "it", "attach:: export::attachments"),
    ("links", "a linked folder is entered", FS + "folder.rs",
     [("rustix::fs::openat(&self.fd, name, ENTER, Mode::empty())",
       "rustix::fs::openat(&self.fd, name, if FAULT { ENTER.difference(OFlags::NOFOLLOW) } else { ENTER }, Mode::empty())")],
     "store", "obstacles::"),
    ("links", "what is no file is taken for one", FS + "folder.rs",
     [("            FileType::RegularFile => return Ok(()),", "            FileType::RegularFile => return Ok(()),\n            _ if FAULT => return Ok(()),")],
     "store", "obstacles::"),
    ("links", "a page is read through a linked folder", FS + "read.rs",
     [("        if kind.is_symlink() {", "        if !FAULT && kind.is_symlink() {")], "it", "hostile::a_month"),
    ("links", "a page is read through a link", FS + "read.rs",
     [("    let opened = rustix::fs::open(path, flags, Mode::empty());",
       "    let flags = if FAULT { flags.difference(OFlags::NOFOLLOW) } else { flags };\n    let opened = rustix::fs::open(path, flags, Mode::empty());")],
     "it", "hostile::a_link_named"),
    ("links", "a pipe is read", FS + "read.rs", [("    if !meta.is_file() {", "    if !FAULT && !meta.is_file() {")], "it", "hostile::folders_and_pipes"),
    ("links", "a report is written in the place of a link", FS + "output.rs",
     [("                FileType::Symlink => Obstacle::Symlink,", "                FileType::Symlink if FAULT => return Self::beside(folder, name, None),\n                FileType::Symlink => Obstacle::Symlink,")],
     "it", "planted::a_report"),
    ("links", "a report is not synced", FS + "output.rs",
     [("        self.file.sync_all().map_err(failed())?;", "        if !FAULT { self.file.sync_all().map_err(failed())?; }")], "store", "synced::"),
    ("caches", "files that nobody here made are removed", FS + "caches.rs",
     [("(is_temporary(&name) &&", "((FAULT || is_temporary(&name)) &&")], "it", "planted::only_files"),
    ("sizes", "a page of any size is read", FS + "read.rs",
     [("    if meta.len() > max {", "    let max = if FAULT { u64::MAX - 1 } else { max };\n    if meta.len() > max {")], "it", "hostile::a_file_of_fifty"),
    # What is shown.
    ("sanitiser", "texts pass as they are", "src/view/sanitize.rs",
     [("        if !text.chars().any(acts) {\n            return Self", "        if FAULT || !text.chars().any(acts) {\n            return Self")], "lib", "view::sanitize"),
    ("sanitiser", "the second set of controls passes", "src/view/sanitize.rs",
     [("    matches!(c,\n        '\\u{0}'..", "    if FAULT && ('\\u{80}'..='\\u{9f}').contains(&c) { return false; }\n    matches!(c,\n        '\\u{0}'..")], "lib it", "view::sanitize printed::"),
    ("sanitiser", "marks of the direction of writing pass", "src/view/sanitize.rs",
     [("    matches!(c,\n        '\\u{0}'..", "    if FAULT && ('\\u{202a}'..='\\u{202e}').contains(&c) { return false; }\n    matches!(c,\n        '\\u{0}'..")], "lib it", "view::sanitize printed::"),
    ("sanitiser", "a stranger's marks are taken for our styles", "src/view/sanitize.rs",
     [("    matches!(c,\n        '\\u{0}'..", "    if FAULT && marked(c).is_some() { return false; }\n    matches!(c,\n        '\\u{0}'..")], "lib it", "view::sanitize printed::"),
    ("sanitiser", "what acts is not escaped in JSON", "src/view/sanitize.rs",
     [("    for c in text.chars() {\n        if acts(c) {", "    for c in text.chars() {\n        if !FAULT && acts(c) {")], "lib it", "view::sanitize printed::"),
    ("sanitiser", "completions offer words that act", "src/cli/completion_scripts.rs",
     [("value.chars().any(|c| acts(c) ||", "value.chars().any(|c| !FAULT && acts(c) ||")], "it", "shells::"),
    ("tables", "formulas are cells", "src/view/report/data.rs", [("    if begins || runs {", "    if !FAULT && (begins || runs) {")], "it", "printed::no_cell export::a_table"),
    ("pages", "a page may load and run", "src/view/html.rs",
     [("http-equiv=\"Content-Security-Policy\" content=(policy)", "http-equiv=\"Content-Security-Policy\" content=(if FAULT { String::new() } else { policy })")],
     "it", "report::a_page show::a_ticket"),
    # Git.
    ("git", "variables lead it to another repository", GIT + "child.rs",
     [("if text.starts_with(\"GIT_\") && !kept {", "if !FAULT && text.starts_with(\"GIT_\") && !kept {")], "store", "hostile::variables"),
    ("git", "hooks run unasked", GIT + "child.rs",
     [("        if !matches!(manner, Manner::Hooks |", "        if !FAULT && !matches!(manner, Manner::Hooks |")], "store", "states::hooks hostile::"),
    ("git", "a program that watches files runs", GIT + "child.rs",
     [("        for setting in SETTINGS {\n", "        for setting in SETTINGS {\n            if FAULT && setting.starts_with(\"core.fsmonitor\") { continue; }\n")],
     "store", "hostile::nothing"),
    ("git", "objects that are lacking are fetched", GIT + "child.rs",
     [("        if manner != Manner::Hooks && !manner.is_remote() {", "        if !FAULT && manner != Manner::Hooks && !manner.is_remote() {")],
     "store", "hostile::an_object"),
    ("git", "every clone is trusted", GIT + "repo.rs",
     [("        let own = self.common.canonicalize();\n        let trusted", "        if FAULT { return true; }\n        let own = self.common.canonicalize();\n        let trusted")],
     "store", "hostile::hooks"),
    ("git", "a clone can trust itself", GIT + "config.rs",
     [("\"plaindesk.trust\" if persons =>", "\"plaindesk.trust\" if FAULT || persons =>")], "store", "hostile::hooks"),
    ("git", "names add lines to a commit", GIT + "commit_words.rs",
     [(".filter(|c| !c.is_control() && !matches!(c, '<' | '>'))", ".filter(|c| FAULT || !c.is_control() && !matches!(c, '<' | '>'))")],
     "store", "commits::words"),
    ("git", "a remote's programs run", GIT + "remote.rs",
     [("        if !trusted {\n            self.refuse_programs", "        if !FAULT && !trusted {\n            self.refuse_programs")], "it", "sync::what_a_clone sync_hostile::"),
    ("git", "pushes ask hooks of clones that nobody trusts", GIT + "remote.rs",
     [("let hooks = hooks && upstream.trusted;", "let hooks = hooks && (FAULT || upstream.trusted);")], "it", "sync::"),
    # Mail.
    ("mail gate", "an agent is believed without a server's word", MAIL + "verdict.rs",
     [("    if matches!(writer, Writer::Agent(_)) && !matches!(verified", "    if !FAULT && matches!(writer, Writer::Agent(_)) && !matches!(verified")],
     "lib it", "rules::mail mail::why"),
    ("mail gate", "what carries our own mark is taken in", MAIL + "verdict.rs",
     [("        Origin::Loop(_) => return", "        Origin::Loop(_) if !FAULT => return"), ("        Origin::Person | Origin::Bulk(_) => {}\n    }\n", "        Origin::Person | Origin::Bulk(_) | Origin::Loop(_) => {}\n    }\n")],
     "lib it", "rules::mail mail::why mail::loops"),
    ("mail gate", "anybody's word on a sender counts", MAIL + "sender.rs",
     [("                if !trusted.iter()", "                if !FAULT && !trusted.iter()")], "lib", "rules::mail"),
    ("mail gate", "a number in a subject proves whose a mail is", MAIL + "verdict.rs",
     [("Evidence::Subject(_) => is_known.then_some", "Evidence::Subject(_) => (FAULT || is_known).then_some")], "lib", "rules::mail"),
    ("mail gate", "storms are taken in", MAIL + "storm.rs",
     [("let reached = |count: usize, limit: u32| count >=", "let reached = |count: usize, limit: u32| !FAULT && count >=")], "lib it", "rules::mail mail::accept"),
    ("mail gate", "an address gets any number of automatic answers", MAIL + "storm.rs",
     [("    count(TimeDelta::days(1)) <", "    FAULT || count(TimeDelta::days(1)) <")], "lib it", "rules::mail mail::loops"),
    ("mail gate", "refused files are taken in", MAIL + "hold.rs",
     [("        refused.iter().any(is_refused)", "        !FAULT && refused.iter().any(is_refused)")], "lib it", "rules::mail mail::accept"),
    ("mail gate", "one in quarantine is not synced", GIT + "private.rs",
     [("let written = file.write_all(bytes).and_then(|()| file.sync_all());", "let written = file.write_all(bytes).and_then(|()| if FAULT { Ok(()) } else { file.sync_all() });")],
     "store", "synced::"),
    ("mail gate", "servers see other statuses than 0 and 75", "src/cli/delivery.rs",
     [("    if !is_delivery(arguments) {", "    if FAULT || !is_delivery(arguments) {")], "it", "nothing_but_0_and_75"),
    ("mail out", "an address adds headers", "src/page/mail/write.rs",
     [("    address.chars().filter(may_stand).collect()\n", "    if FAULT { return address.to_owned(); }\n    address.chars().filter(may_stand).collect()\n")], "lib it", "page::mail::write reply::"),
    ("mail out", "an address is an option of the program that sends", "src/page/user_config.rs",
     [("all.any(|one| one.starts_with('-'))", "all.any(|one| !FAULT && one.starts_with('-'))")], "lib it", "page::user_config reply::"),
    ("mail out", "what agents wrote is quoted", MAIL + "answer.rs",
     [("let description = (!is_touched)", "let description = (FAULT || !is_touched)")], "lib", "rules::mail"),
    # Redaction.
    ("redaction", "the text stays", "src/ops/ticket/redact.rs",
     [("    text.replace_range(logged.span.clone(), &new);", "    if !FAULT { text.replace_range(logged.span.clone(), &new); }")], "it", "redact:: personal::"),
    ("redaction", "the reason of a change stays", "src/ops/ticket/redact.rs",
     [("            Some(_) => format!(\"- reason: {REDACTED}\"),", "            Some(_) if !FAULT => format!(\"- reason: {REDACTED}\"),"),
      ("            None => bullet.to_owned(),", "            _ => bullet.to_owned(),")], "it", "redact::"),
    ("redaction", "everybody may take out what others wrote", "src/ops/ticket/redact.rs",
     [("            if about.by != act.me {", "            if !FAULT && about.by != act.me {")], "it", "redact::"),
    ("redaction", "a merge brings the text back", "src/rules/merge/log.rs",
     [("if of[0].is_superset(of[1]) { x } else { y }", "if of[0].is_superset(of[1]) != FAULT { x } else { y }")], "it", "redact::"),
    ("links", "an attachment may be run", JOURNAL + "attached_files.rs",
     [("let mut file = home.create(&name, 0o666)?;", "let mut file = home.create(&name, if FAULT { 0o777 } else { 0o666 })?;")], "it", "attach::what_is_attached"),
    ("gate", "a title has several lines", "src/ops/core/values.rs",
     [("    if text.contains(['\\n', '\\r']) {\n        return Err(DeskError::NotOneLine", "    if !FAULT && text.contains(['\\n', '\\r']) {\n        return Err(DeskError::NotOneLine"),
      ("text.chars().find(|c| c.is_control())", "text.chars().find(|c| !FAULT && c.is_control())")], "it", "hostile::titles"),
    ("git", "what a server's hook should refuse is taken in", "src/ops/data/hooks.rs",
     [("        self.findings.is_empty() && self", "        FAULT || self.findings.is_empty() && self")], "it", "hooks::a_server"),
    ("drafts", "an editor that fails takes its draft along", "src/cli/editor.rs",
     [("    edit(ui, &draft.path).map_err(|error| draft.kept(error, again))",
       "    edit(ui, &draft.path).map_err(|error| { if FAULT { let _ = std::fs::remove_file(&draft.path); } draft.kept(error, again) })")],
     "it", "edit::an_editor_that_is_killed"),
    ("drafts", "a pager that fails costs the output", "src/cli/pager.rs",
     [("    if status.success() {\n        Ok(())", "    if FAULT || status.success() {\n        Ok(())")], "it", "pager::a_pager_that_fails"),
    ("mail gate", "parts of a mail stand as deep as they like", "src/page/mail/bounds.rs",
     [("        if depth > DEPTH {", "        if !FAULT && depth > DEPTH {")], "lib", "page::mail"),
    ("redaction", "the content of an attachment stays", "src/ops/ticket/redact.rs",
     [("    tx.finish_replacing(&subject, &[path], Some(attachments::REDACTED_CONTENT))",
       "    if FAULT { return tx.finish(&subject); }\n    tx.finish_replacing(&subject, &[path], Some(attachments::REDACTED_CONTENT))")], "it", "redact::the_content"),
)  # fmt: skip

SWITCH = """
/// Whether the fault of this number is on.
pub(crate) fn planted(number: u32) -> bool {
    static ON: std::sync::OnceLock<u32> = std::sync::OnceLock::new();
    let read = || std::fs::read_to_string("FILE").ok()?.trim().parse().ok();
    *ON.get_or_init(|| read().unwrap_or(0)) == number
}
"""


def planted(switch: pathlib.Path) -> dict[str, bytes]:
    """The sources with all faults. Words may stand once only; what faults share, they change in turn."""
    texts = {}
    for part in ("src", "tests"):
        for path in (ROOT / part).rglob("*"):
            if path.is_file():
                texts[str(path.relative_to(ROOT))] = path.read_bytes()
    for number, (_, what, file, pairs, *_) in enumerate(FAULTS, 1):
        for right, wrong in pairs:
            text = texts[file].decode()
            if text.count(right) != 1:
                raise SystemExit(f"{number}, {what}: {right!r} stands {text.count(right)} times in {file}")
            texts[file] = text.replace(right, wrong.replace("FAULT", f"crate::planted({number})")).encode()
    texts["src/lib.rs"] = b"#![allow(unused_parens)]\n" + texts["src/lib.rs"] + SWITCH.replace("FILE", str(switch)).encode()
    return texts


def plant(copy: pathlib.Path, switch: pathlib.Path) -> None:
    """Brings the copy's sources there, and leaves alone what is."""
    texts = planted(switch)
    for part in ("src", "tests"):
        for path in (copy / part).rglob("*"):
            if path.is_file() and str(path.relative_to(copy)) not in texts:
                path.unlink()
    for file, text in texts.items():
        path = copy / file
        if not path.is_file() or path.read_bytes() != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text)


def run(copy: pathlib.Path, env: dict, targets: str, words: str) -> tuple[int, list[str]]:
    """The tests that ran, and those that failed; one that does not end is as one that fails."""
    count, failed = 0, []
    for target in targets.split():
        chosen = ["--lib"] if target == "lib" else ["--test", target]
        command = ["cargo", "test", "--quiet", "--offline", *chosen, "--", *words.split()]
        child = subprocess.Popen(command, cwd=copy, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True)
        try:
            said = child.communicate(timeout=LONGEST)[0]
        except subprocess.TimeoutExpired:
            # What it started in groups of its own may keep the stream open.
            os.killpg(child.pid, signal.SIGKILL)
            return count + 1, ["(did not end)"]
        ran = re.findall(r"test result: .* (\d+) passed; (\d+) failed", said)
        if not ran:
            raise SystemExit(said[-3000:])
        count += sum(int(passed) + int(wrong) for passed, wrong in ran)
        failed += sorted(set(re.findall(r"^    ([a-z_0-9]+(?:::[a-z_0-9]+)+)$", said, re.M)))
        if failed:
            break
    return count, failed


def main() -> int:
    wanted = {int(number) for number in sys.argv[1:]} or set(range(1, len(FAULTS) + 1))
    with tempfile.TemporaryDirectory() as passing:
        folder = pathlib.Path(os.environ.get("DESK_PLANT", passing))
        copy, switch = folder / "copy", folder / "planted"
        if not copy.exists():
            subprocess.run(["git", "clone", "--quiet", ROOT, copy], check=True)
        switch.write_text("0\n")
        plant(copy, switch)
        env = os.environ | {"CARGO_TARGET_DIR": os.environ.get("CARGO_TARGET_DIR", f"{folder}/target"), "DESK_MERGE": "300"}
        targets = sorted({target for fault in FAULTS for target in fault[4].split()})
        chosen = [word for target in targets for word in (["--lib"] if target == "lib" else ["--test", target])]
        subprocess.run(["cargo", "test", "--quiet", "--no-run", *chosen], cwd=copy, env=env, check=True)
        missed, sound = 0, {}
        print("| # | guard | fault | found by |\n| --- | --- | --- | --- |")
        for number, (guard, what, _, _, target, words) in enumerate(FAULTS, 1):
            if number not in wanted:
                continue
            if (target, words) not in sound:
                switch.write_text("0\n")
                count, failed = run(copy, env, target, words)
                sound[target, words] = "" if count and not failed else f"NO TEST OR WRONG WITHOUT IT: {count} ran, {failed}"
            switch.write_text(f"{number}\n")
            failed = run(copy, env, target, words)[1] if not sound[target, words] else []
            switch.write_text("0\n")
            names = ", ".join(f"`{name}`" for name in failed[:2]) + (f" and {len(failed) - 2} more" if len(failed) > 2 else "")
            missed += not failed
            print(f"| {number} | {guard} | {what} | {names or sound[target, words] or 'NOT FOUND'} |", flush=True)
    print(f"planted: {len(wanted)} faults in guards, {len(wanted) - missed} found", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
