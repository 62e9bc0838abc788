//! What every command has at hand.

use crate::cli::messages::CommandError;
use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::io::Read;
use std::path::PathBuf;

use crate::cli::args::Global;
use crate::cli::failure::ExitStatus;
use crate::cli::progress;
use crate::cli::ui::Ui;
use crate::cli::user_config;
use crate::model::entry::Entry;
use crate::model::id::TicketId;
use crate::model::person::Handle;
use crate::model::saved_view::OwnViews;
use crate::model::status::TicketType;
use crate::model::ticket::Ticket;
use crate::ops::core::actor::{Actor, who};
use crate::ops::core::bulk::Refusals;
use crate::ops::core::desk::Desk;
use crate::ops::core::drafts::Draft;
use crate::ops::core::error::OpError;
use crate::ops::core::find::Sought;
use crate::ops::core::outcome::{Changed, Outcome};
use crate::ops::ticket::views;
use crate::ops::work::list;
use crate::page::problem::Problem;
use crate::page::query::sign;
use crate::page::query::tickets::TicketQuery;
use crate::rules::context::DeskContext;
use crate::rules::merge;
use crate::store::fs::interrupt::Interrupt;
use crate::store::fs::read;
use crate::store::journal::save::Saved;
use crate::view::{changed, json, kb};

/// The user interface and the options that every command knows.
#[derive(Debug)]
pub struct Context {
    /// The streams.
    pub ui: Ui,
    /// Options of every command.
    pub global: Global,
    /// What failed although the command's files are saved: told last, after its outcome.
    pub troubles: RefCell<Vec<OpError>>,
    /// Whether standard input was read: it tells one thing only.
    pub stdin_read: Cell<bool>,
    /// The desk that was opened last.
    pub opened: Option<&'static Desk>,
    /// What the command wrote, with the tickets as they are since.
    pub written: RefCell<Vec<(Ticket, Entry)>>,
    /// What came in from other clones.
    pub came: RefCell<Vec<(Ticket, Entry)>>,
}

/// The text of an entry, and the draft that it was written in.
#[derive(Debug, Default)]
pub struct MessageArgs {
    /// The text.
    pub text: String,
    /// The draft, and the command that takes it up again.
    draft: Option<(Draft, String)>,
}

impl MessageArgs {
    /// A text, and the draft that it was written in, which `again` takes up again.
    pub fn of(text: String, draft: Option<(Draft, String)>) -> Self {
        Self { text, draft }
    }

    /// What the draft was begun with; empty where there is none.
    pub fn base(&self) -> &str {
        self.draft.as_ref().map_or("", |(draft, _)| &draft.base)
    }

    /// The draft is of no more use: its text is elsewhere.
    pub fn done(&self) {
        if let Some((draft, _)) = &self.draft {
            draft.done();
        }
    }

    /// A failure, with where the draft is.
    pub fn kept(&self, error: OpError) -> OpError {
        match &self.draft {
            Some((draft, again)) => draft.kept(error, again),
            None => error,
        }
    }

    /// What came of saving the text: where it is in the ticket now, the draft goes; where it is not,
    /// the draft stays, and its place is told.
    pub fn settle(&self, came: Result<Outcome, OpError>) -> Result<Outcome, OpError> {
        let Some((draft, again)) = &self.draft else {
            return came;
        };
        match came {
            Ok(mut outcome) if outcome.dry_run => {
                let place = draft.path.display();
                let reported = format!("what you wrote is in {place}; {again} goes on with it");
                outcome.notices.push(reported);
                Ok(outcome)
            }
            Ok(outcome) => {
                draft.done();
                Ok(outcome)
            }
            Err(error) => Err(draft.kept(error, again)),
        }
    }
}

/// What a command ends with: an exit status.
pub type ExitResult = Result<ExitStatus, OpError>;

impl Context {
    /// Where to look for the desk.
    pub fn dir(&self) -> PathBuf {
        let here = crate::cli::env::current_dir();
        match self.global.dir.as_ref().or(self.ui.env.dir.as_ref()) {
            Some(dir) => here.join(dir),
            None => here,
        }
    }

    /// Opens the desk, for as long as the process lives: thousands of imported names are not worth
    /// taking apart again on the way out.
    pub fn desk(&mut self) -> Result<&'static Desk, OpError> {
        self.desk_with(OwnViews::default())
    }

    /// Opens the desk with the user's own views, where a query names views.
    pub fn desk_for(&mut self, query: &[String]) -> Result<&'static Desk, OpError> {
        let mut words = query.iter().flat_map(|word| word.split_whitespace());
        if !words.any(|word| sign(word).1.starts_with('@')) {
            return self.desk();
        }
        let own = user_config::views(&self.ui.env)?;
        self.desk_with(own)
    }

    /// Opens the desk with the user's own views, where they can be read.
    pub fn desk_for_board(&mut self) -> Result<&'static Desk, OpError> {
        let own = user_config::views(&self.ui.env).unwrap_or_else(|error| {
            self.ui
                .warn(&format!("your own views are left out: {}", error.message));
            OwnViews::default()
        });
        self.desk_with(own)
    }

    /// Says which of the views that a query names are the user's own; `shadowing` only those of which
    /// the desk has one of the same name.
    pub fn tell_own_views(&self, desk: &Desk, query: &TicketQuery, shadowing: bool) {
        for own in views::own(desk, query, shadowing) {
            self.ui.note(&own);
        }
    }

    fn desk_with(&mut self, own: OwnViews) -> Result<&'static Desk, OpError> {
        let mut desk = Desk::open(&self.dir(), self.ui.env.caches.as_deref())?;
        if let Some(why) = desk.root.in_the_way() {
            self.ui.warn(&format!(
                "no caches are kept in this desk: {why}; look at it and remove it"
            ));
        }
        desk.own = own;
        self.see(&mut desk)?;
        self.stand_still(&desk);
        let desk = Box::leak(Box::new(desk));
        self.opened = Some(desk);
        Ok(desk)
    }

    /// In a sample it is the moment that its settings name, unless `DESK_NOW` names another.
    fn stand_still(&mut self, desk: &Desk) {
        let Some(now) = desk.settings.sample_now().filter(|_| !self.ui.env.fixed) else {
            return;
        };
        self.ui.env.now = now;
        self.ui.env.fixed = true;
        self.ui.paint.now = now;
        let at = now
            .in_zone(&self.ui.paint.zone)
            .format("%a %-d %b %Y %H:%M");
        self.ui.note(&format!(
            "a sample desk, where it is always {at}; `desk init --sample DIR` makes one that lives"
        ));
    }

    /// Shows times in the desk's zone, or the one asked for.
    pub fn see(&mut self, desk: &mut Desk) -> Result<(), OpError> {
        self.ui.paint.zone = match &self.global.tz {
            Some(name) => {
                let zone = name
                    .parse()
                    .map_err(|_| CommandError::UnknownZone(&name).error())?;
                // Times that are typed are meant in the zone in which times are seen.
                desk.settings.zone = zone;
                zone
            }
            None => desk.settings.zone,
        };
        if self.ui.env.stderr_terminal && !self.ui.quiet {
            desk.progress = progress::reading;
        }
        Ok(())
    }

    /// Who acts, if that can be told; for commands that only read. A handle that was asked for
    /// must be known.
    pub fn me(&self, desk: &Desk) -> Result<Option<Handle>, OpError> {
        match self.asked() {
            Some(asked) => who(desk, Some(asked)).map(|(me, _)| Some(me)),
            None => Ok(who(desk, None).ok().map(|(me, _)| me)),
        }
    }

    /// Who asks, where the answer depends on that.
    pub fn asker(&self, desk: &Desk, needed: bool) -> Result<Option<Handle>, OpError> {
        if needed {
            return self.me(desk);
        }
        self.known_agent(desk)?;
        Ok(None)
    }

    /// Refuses an unknown handle where nothing depends on it, so that a slip does not go unseen.
    pub fn known_agent(&self, desk: &Desk) -> Result<(), OpError> {
        self.asked()
            .map_or(Ok(()), |asked| who(desk, Some(asked)).map(|_| ()))
    }

    /// Whose clone this is, whoever acts by `--as`.
    pub fn user(&self, desk: &Desk) -> Option<Handle> {
        let user = who(desk, self.ui.env.agent.as_deref());
        user.ok().map(|(user, _)| user)
    }

    fn asked(&self) -> Option<&str> {
        self.global
            .agent
            .as_deref()
            .or(self.ui.env.agent.as_deref())
    }

    /// The language in which the one who asks reads articles: the one asked for, or the terminal's.
    pub fn language(&self, asked: Option<&str>) -> Option<String> {
        let asked = asked.map(crate::rules::text::terms::base_language);
        asked.or_else(|| self.ui.env.language.clone())
    }

    /// Who acts, when, and how carefully; for commands that write.
    pub fn act(&self, desk: &Desk) -> Result<Actor, OpError> {
        let (me, repo) = who(desk, self.asked())?;
        Ok(Actor {
            me,
            now: self.ui.env.now,
            dry_run: self.global.dry_run,
            detached_ok: self.global.detached_ok,
            repo,
            interrupt: Interrupt::listen()?,
            merge_program: self.ui.env.program.clone(),
        })
    }

    /// What queries, lists and JSON go by.
    pub fn of<'d>(&self, desk: &'d Desk, me: Option<&'d Handle>) -> DeskContext<'d> {
        desk.context(me, self.ui.env.now)
    }

    /// The tickets that were named, each once; `-` stands for those on standard input.
    pub fn ids(
        &self,
        desk: &Desk,
        given: &[String],
        me: Option<&Handle>,
    ) -> Result<Vec<TicketId>, OpError> {
        let mut ids: Vec<TicketId> = Vec::new();
        let mut known = HashSet::new();
        let names = self.names(given)?;
        let (mut wrong, sought) = (Refusals::default(), Sought::default());
        for name in &names {
            let found = wrong.add(name, desk.find_next(name, me, &sought))?;
            ids.extend(found.filter(|id| known.insert(*id)));
        }
        wrong.settle(names.len(), "ids name no ticket, or several")?;
        Ok(ids)
    }

    /// The one ticket that was named; `-` stands for the one on standard input, and `None` says that
    /// standard input names nothing.
    pub fn one(
        &self,
        desk: &Desk,
        given: &str,
        me: Option<&Handle>,
    ) -> Result<Option<TicketId>, OpError> {
        let ids = self.ids(desk, &[given.to_owned()], me)?;
        match ids[..] {
            [] => Ok(None),
            [id] => Ok(Some(id)),
            _ => Err(CommandError::SeveralNamed(&ids.len()).error()),
        }
    }

    /// What a command ends with whose standard input names nothing: there is nothing to do.
    pub fn nothing_named(&self, collection: &str) -> ExitResult {
        if self.global.json {
            self.ui.data(&json::page(collection, Vec::new(), &[]))?;
        }
        Ok(ExitStatus::Done)
    }

    /// What was named; `-` stands for what is named on standard input.
    pub fn names(&self, given: &[String]) -> Result<Vec<String>, OpError> {
        let mut names = Vec::new();
        for one in given {
            if one == "-" {
                let text = self.stdin()?;
                // The first word of each line, so that a list can be piped in.
                let first = text
                    .lines()
                    .filter_map(|line| line.split_whitespace().next());
                names.extend(first.filter(|word| *word != "ID").map(str::to_owned));
            } else {
                names.push(one.clone());
            }
        }
        Ok(names)
    }

    /// The tickets that were named, for commands that need at least one.
    pub fn some_ids(
        &self,
        desk: &Desk,
        given: &[String],
        me: Option<&Handle>,
    ) -> Result<Vec<TicketId>, OpError> {
        let ids = self.ids(desk, given, me)?;
        // An empty pipe is nothing to do.
        if ids.is_empty() && !given.iter().any(|one| one == "-") {
            return Err(CommandError::NoTicketNamed.error());
        }
        Ok(ids)
    }

    /// Standard input, whole.
    pub fn stdin(&self) -> Result<String, OpError> {
        if self.stdin_read.replace(true) {
            return Err(CommandError::StdinTwice.error());
        }
        let mut bytes = Vec::new();
        std::io::stdin()
            .lock()
            .take(read::MAX_PAGE + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| CommandError::StdinUnreadable(&error).error())?;
        if bytes.len() as u64 > read::MAX_PAGE {
            return Err(CommandError::StdinTooLong.error());
        }
        read::text(bytes).map_err(|error| CommandError::StdinNoText(&error).error())
    }

    /// The text of `-m`, from standard input where it is `-`.
    pub fn text(&self, message: Option<&str>) -> Result<Option<String>, OpError> {
        match message {
            Some("-") => self.stdin().map(Some),
            Some(text) => Ok(Some(text.to_owned())),
            None => Ok(None),
        }
    }

    /// The text of an entry: what `-m` says, or what is written in the editor on a terminal.
    pub fn message(
        &self,
        desk: &Desk,
        id: TicketId,
        verb: &str,
        message: Option<&str>,
    ) -> Result<MessageArgs, OpError> {
        self.message_for(desk, &[id], verb, message)
    }

    /// The text of an entry on each of several tickets. What is written in the editor is kept under the
    /// name of the first.
    pub fn message_for(
        &self,
        desk: &Desk,
        ids: &[TicketId],
        verb: &str,
        message: Option<&str>,
    ) -> Result<MessageArgs, OpError> {
        if let Some(text) = self.text(message)? {
            return Ok(MessageArgs { text, draft: None });
        }
        if !self.ui.env.interactive {
            return Err(CommandError::NoText(&verb).error());
        }
        let Some(id) = ids.first() else {
            return Ok(MessageArgs::default());
        };
        let title = desk
            .page(*id)
            .map(|page| page.ticket.title().to_owned())
            .unwrap_or_default();
        let about = match ids.len() {
            1 => format!("{verb} on {id}: {title}"),
            n => format!("{verb} on {n} tickets, the first {id}: {title}"),
        };
        let name = format!("{id}.{}.md", verb.replace(' ', "-"));
        let all: Vec<&str> = ids.iter().map(TicketId::as_str).collect();
        let again = format!("desk {verb} {}", all.join(" "));
        let text = crate::cli::editor::Text {
            name: &name,
            above: "",
            begins: "",
            about: &about,
        };
        let (text, draft) = crate::cli::editor::compose(&self.ui, desk, text, &again)?;
        Ok(MessageArgs {
            text,
            draft: Some((draft, again)),
        })
    }

    /// A text that is there already, as somebody changes it in the editor: that of a template.
    pub fn edited(
        &self,
        desk: &Desk,
        id: TicketId,
        (verb, template): (&str, &str),
        text: &str,
    ) -> Result<MessageArgs, OpError> {
        let about = format!("{verb} on {id}, template {template}");
        let name = format!("{id}.{verb}.{template}.md");
        let command = format!("desk {verb} {id}");
        let again = format!("{command} --template {template} --edit");
        let text = crate::cli::editor::Text {
            name: &name,
            above: "",
            begins: text,
            about: &about,
        };
        let (text, draft) = crate::cli::editor::compose(&self.ui, desk, text, &again)?;
        Ok(MessageArgs {
            text,
            draft: Some((draft, again)),
        })
    }

    /// Names the files that could not be read, on standard error.
    pub fn problems(&self, problems: &[Problem]) {
        for problem in problems {
            self.ui
                .warn(&format!("{}: {}", problem.location(), problem.message));
        }
    }

    /// Shows what a command that writes did.
    pub fn show(&self, desk: &Desk, outcome: &Outcome) -> ExitResult {
        self.aside(outcome);
        self.reported(outcome, self.shown(desk, outcome))
    }

    /// What is saved is saved, even where nobody can be told.
    pub fn reported(&self, outcome: &Outcome, reported: std::io::Result<()>) -> ExitResult {
        match reported {
            Ok(()) => Ok(ExitStatus::Done),
            Err(error) if outcome.saved.is_some() => {
                Err(CommandError::SavedButOutputFailed(&error).error())
            }
            Err(error) => Err(error.into()),
        }
    }

    fn shown(&self, desk: &Desk, outcome: &Outcome) -> std::io::Result<()> {
        if self.global.json {
            let of_desk = self.of(desk, None);
            let items = outcome.changed.iter().map(|one| {
                let mut item =
                    json::ticket(&one.ticket, merge::is_in_conflict(&one.ticket), of_desk);
                if !one.follows.is_empty() {
                    item["derived"]["follows"] = json::follows(&one.follows);
                }
                if one.ticket.kind() == TicketType::WorkOrder {
                    let tickets = list::tickets(desk, outcome, one.ticket.id);
                    json::linked(&mut item, tickets.iter());
                }
                item
            });
            let tickets = ("tickets", items.collect::<Vec<_>>());
            if outcome.revised.is_empty() {
                return self.ui.data(&json::page(tickets.0, tickets.1, &[]));
            }
            let today = crate::ops::core::articles::today(desk, self.ui.env.now);
            let revised = outcome.revised.iter();
            let articles = revised
                .map(|one| kb::json::cached(&one.cached, today).into())
                .collect();
            return self
                .ui
                .data(&json::pages(vec![("articles", articles), tickets], &[]));
        }
        if self.global.dry_run {
            self.ui
                .outcome("Nothing was written; this is what would be:\n")?;
        }
        self.ui.outcome(&changed::changed(outcome, &self.ui.paint))
    }

    /// What a command has to say beside its outcome.
    pub fn aside(&self, outcome: &Outcome) {
        self.ui.reports(&outcome.recovered);
        for sentence in &outcome.notices {
            self.ui.warn(sentence);
        }
        self.incomplete(outcome.saved.as_ref());
        if outcome.saved.is_some() {
            let of = |one: &Changed| Some((one.ticket.clone(), one.entry.clone()?));
            let changed = outcome.changed.iter().filter_map(of);
            self.written.borrow_mut().extend(changed);
        }
    }

    /// Tells of a commit that follows later, and takes note of what failed after something was saved,
    /// see [`Self::incomplete`].
    pub(in crate::cli) fn saved(&mut self, saved: Option<&Saved>) {
        self.incomplete(saved);
        if let Some(Saved::Deferred(why)) = saved {
            self.ui
                .warn(&format!("saved; the commit follows later: {why}"));
        }
    }

    /// Takes note of what failed after something was saved. The outcome is shown all the same, with
    /// its ids, and then the command ends with this error.
    pub fn incomplete(&self, saved: Option<&Saved>) {
        if let Some(trouble) = saved.and_then(Saved::trouble) {
            self.troubles.borrow_mut().push(trouble.into());
        }
    }
}
