//! What a company settles in `desk.toml`.

use std::collections::BTreeMap;

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::model::absence::Roster;
use crate::model::calendar::{Calendar, Duration, NonZeroDuration};
use crate::model::clocks::Clocks;
use crate::model::command::RestrictedCommand;
use crate::model::intake_form::IntakeForm;
use crate::model::moment::Moment;
use crate::model::person::{DESK, Handle};
use crate::model::recurring::Recurring;
use crate::model::routing::RoutingRule;
use crate::model::saved_view::SavedViews;
use crate::model::size::Size;
use crate::model::status::{Channel, TicketType};

/// The settings of a desk.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Settings {
    /// The format of the desk's files.
    pub format: u8,
    /// The desk's name, for headings.
    pub name: String,
    /// The zone in which people see and type times.
    pub zone: Tz,
    /// The country code of telephone numbers that are written without one, `48`; may be empty.
    pub phone_country: String,
    /// How changes become commits.
    pub git: Git,
    /// The moment at which a sample stands still, `[sample] now`.
    pub sample: Option<Moment>,
    /// What may be attached.
    pub attachments: Attachments,
    /// What an intake takes for granted.
    pub intake: Intake,
    /// Rules of the house.
    pub policy: Policy,
    /// Priorities, the most pressing first.
    pub priorities: Vec<Priority>,
    /// Impacts, the widest first.
    pub impacts: Vec<String>,
    /// Urgencies, the most pressing first.
    pub urgencies: Vec<String>,
    /// Priority by impact, then urgency.
    pub matrix: BTreeMap<String, BTreeMap<String, String>>,
    /// Technical areas by name, with their titles.
    pub areas: BTreeMap<String, String>,
    /// Queues by name.
    pub queues: BTreeMap<String, Queue>,
    /// Agents by handle.
    pub agents: BTreeMap<String, Agent>,
    /// Calendars by name; `always` is built in.
    pub calendars: BTreeMap<String, Calendar>,
    /// What runs on a ticket.
    pub clocks: Clocks,
    /// The company's own fields by name.
    pub fields: BTreeMap<String, CompanyField>,
    /// What an intake asks, by type.
    pub forms: BTreeMap<String, IntakeForm>,
    /// The company's words for questions, by what is asked.
    pub questions: BTreeMap<String, String>,
    /// Rules that route new tickets, the first that fits counts.
    pub rules: Vec<RoutingRule>,
    /// Reports by names of the company's own.
    pub reports: BTreeMap<String, Preset>,
    /// What of a report stands out.
    pub report_limits: ReportLimits,
    /// Lists of tickets by names of the company's own.
    pub views: SavedViews,
    /// Work orders that recur, by name.
    pub recurring: BTreeMap<String, Recurring>,
    /// What noted time goes to, by name, with what each means.
    pub activities: BTreeMap<String, String>,
    /// The language of templates for requesters whose own is not known, `[templates] language`.
    pub template_language: Option<String>,
    /// Mail.
    pub mail: MailSettings,
    /// After how many calendar months a ticket that is over no longer tells whose it was,
    /// `[retention] personal`.
    pub personal_months: Option<u32>,
    /// `[search.synonyms]`: words with what stands for them, beside those of the trade; an empty
    /// list takes a word out of these.
    pub synonyms: BTreeMap<String, Vec<String>>,
}

/// `[mail]`: the desk's addresses, and how mail is taken in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailSettings {
    /// The desk's addresses, in lower case.
    pub addresses: BTreeMap<String, Mailbox>,
    /// How mail is taken in.
    pub incoming: IncomingMail,
    /// How much may come, and how often the desk answers by itself.
    pub limits: MailLimits,
    /// How mail goes out.
    pub outgoing: OutgoingMailSettings,
}

/// Where mails are kept as they were sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeepRaw {
    /// Nowhere.
    Never,
    /// In the clone that took it in, for a while.
    Local,
    /// With the ticket, in all clones.
    Ticket,
}

impl Default for IncomingMail {
    fn default() -> Self {
        Self {
            trusted: Vec::new(),
            holds_unknown: false,
            refused_types: Vec::new(),
            keep_raw: KeepRaw::Local,
            max_message: Size(50 << 20),
            strip_quotes: true,
        }
    }
}
/// `[mail.out]`: how mail goes out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutgoingMailSettings {
    /// Whom answers come from, `Help desk <help@example.org>`; else the desk's address of the
    /// ticket's queue.
    pub from: Option<String>,
    /// What stands under each answer; [`SIGNATURE`] where nothing is said.
    pub signature: Option<String>,
    /// Whether answers go to an address that names the ticket, for servers that replace the ids of
    /// messages.
    pub plus_address: bool,
    /// The template of what a new requester is sent at once; nobody is where there is none.
    pub acknowledge: Option<String>,
    /// The template of the question whether a solution helped; nobody is asked where there is none.
    pub satisfaction: Option<String>,
}

/// What stands under an answer where the settings do not say.
pub const SIGNATURE: &str = "{agent.name}\n{name}";

/// `[mail.in]`: how mail is taken in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncomingMail {
    /// Servers whose word on a mail's writer counts, by the name that they give themselves in
    /// `Authentication-Results`.
    pub trusted: Vec<String>,
    /// Whether mail of addresses that no ticket knows waits in quarantine.
    pub holds_unknown: bool,
    /// Media types, `application/x-msdownload`, and ends of names, `.exe`, of files with which a mail
    /// waits in quarantine; in lower case.
    pub refused_types: Vec<String>,
    /// Where a mail is kept as it was sent.
    pub keep_raw: KeepRaw,
    /// Of a larger mail only the beginning is read.
    pub max_message: Size,
    /// Whether what an answer quotes at its end is left out.
    pub strip_quotes: bool,
}

/// `[mail.limits]`: what is more waits in quarantine, so that loops and storms end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailLimits {
    /// Automatic answers to one address in a day.
    pub answers_a_day: u32,
    /// Automatic answers to one address in seven days.
    pub answers_a_week: u32,
    /// New tickets of one address in an hour.
    pub new_of_address: u32,
    /// Equal mails of one address in half an hour.
    pub equal: u32,
    /// Mails to one ticket in ten minutes.
    pub of_ticket: u32,
    /// Mails to one ticket in a day.
    pub of_ticket_a_day: u32,
    /// New tickets of the whole desk in an hour.
    pub new_of_desk: u32,
}

impl Default for MailLimits {
    fn default() -> Self {
        Self {
            answers_a_day: 1,
            answers_a_week: 5,
            new_of_address: 20,
            equal: 3,
            of_ticket: 10,
            of_ticket_a_day: 50,
            new_of_desk: 200,
        }
    }
}

/// `[mail.address."help@example.org"]`: what becomes of mail to an address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mailbox {
    /// The queue of new tickets; `None` for the usual one.
    pub queue: Option<String>,
    /// The type of new tickets; `None` for the usual one.
    pub kind: Option<TicketType>,
    /// The channel: a gateway sends what came by fax or telephone as a mail. `None` for e-mail.
    pub channel: Option<Channel>,
    /// Whether the requester is whom answers go to, and not who sent it: a form, a gateway.
    pub is_gateway: bool,
}

impl Mailbox {
    /// Whether people write to it, and no gateway.
    pub fn is_of_people(&self) -> bool {
        matches!(self.channel, None | Some(Channel::Email)) && !self.is_gateway
    }
}

/// `[report.<name>]`: what a report is of, kept under a name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preset {
    /// Which report; the overview where none is said.
    pub report: Option<String>,
    /// Only tickets that fit this query.
    pub query: String,
    /// The period by its name.
    pub period: Option<String>,
    /// Fields to tell rows apart by.
    pub by: Vec<String>,
    /// Work orders too.
    pub work_orders: bool,
}

/// `[git]`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Git {
    /// Whether each command ends in a commit.
    pub commit: bool,
    /// Whether commits are signed.
    pub sign: bool,
    /// Whether the repository's hooks run.
    pub hooks: bool,
}

/// `[attachments]`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Attachments {
    /// The largest file that may be attached.
    pub max_size: Size,
}

/// `[intake]`: what `desk new` leaves out.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Intake {
    /// The ticket's type.
    pub kind: String,
    /// The channel.
    pub channel: Channel,
    /// The queue.
    pub queue: String,
    /// The impact.
    pub impact: String,
    /// The urgency.
    pub urgency: String,
}

/// `[policy]`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Policy {
    /// How long after resolving the requester's word reopens the ticket.
    pub reopen_within: Duration,
    /// How long after resolving a ticket may be closed without an answer.
    pub close_after: Duration,
    /// The calendar of both.
    pub calendar: String,
    /// Keys that a ticket must have before it is resolved.
    pub resolve_requires: Vec<String>,
    /// Whether that goes for what a code asks for, too.
    pub resolve_complete: bool,
    /// How many whole days back open work counts as perhaps the same as a new ticket's.
    pub duplicate_days: u32,
    /// How many whole days after a work order is done a new one for the same equipment and problem
    /// is a repeat.
    pub repeat_days: u32,
    /// Whether a request is resolved only after a search of the knowledge base, or with an article.
    pub kb_search_required: bool,
    /// How long those who were told may leave it before the other managers are told, on the house's
    /// calendar; `None` for as long as they like.
    pub ack_within: Option<NonZeroDuration>,
    /// Commands that only managers may give, of [`command::WRITERS`](crate::model::command::WRITERS) or their groups.
    pub managers_only: Vec<RestrictedCommand>,
    /// Who may make what measures people at work.
    pub people_reports: PeopleReports,
}

/// What of a report stands out, and what the house wants to attain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportLimits {
    /// How many both periods have at least.
    pub least: u32,
    /// How large a change is at least.
    pub change: u32,
    /// Beyond how many of the periods before a figure is.
    pub periods: u32,
    /// The share of targets that the house wants to meet, in percent.
    pub goal: Option<u32>,
}

impl Default for ReportLimits {
    fn default() -> Self {
        Self {
            least: 10,
            change: 5,
            periods: 8,
            goal: None,
        }
    }
}

/// Who may make reports that measure people at work, and look at the working days of others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PeopleReports {
    /// Managers.
    Managers,
    /// Nobody.
    Nobody,
    /// Everybody.
    All,
}

impl PeopleReports {
    /// The words, the starter's first.
    pub const WORDS: &[&str] = &["managers", "none", "all"];

    /// What a word says.
    pub fn read(word: &str) -> Self {
        match word {
            "none" => Self::Nobody,
            "all" => Self::All,
            _ => Self::Managers,
        }
    }
}

/// One rung of the order of work.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Priority {
    /// The word in files.
    pub name: String,
    /// The words on the screen.
    pub title: String,
    /// Whether such a ticket has a date, `planned`, instead of a response clock.
    pub planned: bool,
}

/// Where unassigned work of one team waits.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Queue {
    /// The word in files.
    pub name: String,
    /// The words on the screen.
    pub title: String,
    /// The technical area.
    pub area: String,
    /// Depth of expertise, 1 to 3; 0 where an import could not tell.
    pub tier: u8,
    /// Valid in logs, refused for new work.
    pub retired: bool,
    /// The source that it came in with.
    pub imported: Option<String>,
    /// Who is told first, at any hour, by days.
    pub duty: Roster,
}

/// A member of the team.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Agent {
    /// The word in files.
    pub handle: Handle,
    /// The person's name.
    pub name: String,
    /// Matched with the git identity; empty where there is none.
    pub email: String,
    /// Publishes articles and changes settings.
    pub manager: bool,
    /// The queues that the agent works from.
    pub queues: Vec<String>,
    /// Valid in logs, refused for new work.
    pub retired: bool,
    /// The source that it came in with.
    pub imported: Option<String>,
    /// When they are absent, and who stands in.
    pub away: Roster,
}

/// A field of the company's own.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CompanyField {
    /// The words on the screen.
    pub title: String,
    /// Whether it is about the equipment, and not about the ticket.
    pub of_asset: bool,
    /// The only values allowed; any where empty.
    pub values: Vec<String>,
}

impl Settings {
    /// The moment that commands take for now in a sample. A desk whose commands commit is none:
    /// its history would have one time only.
    pub fn sample_now(&self) -> Option<Moment> {
        self.sample.filter(|_| !self.git.commit)
    }

    /// What an intake of a type asks.
    pub fn form(&self, kind: &str) -> Option<&IntakeForm> {
        self.forms.get(kind)
    }

    /// Whether tickets of a priority have a date instead of a response clock.
    pub fn is_planned(&self, priority: &str) -> bool {
        let known = self.priorities.iter().find(|known| known.name == priority);
        known.is_some_and(|known| known.planned)
    }

    /// The place of a priority, 0 the most pressing; unknown ones last.
    pub fn rank(&self, priority: &str) -> usize {
        let at = self
            .priorities
            .iter()
            .position(|known| known.name == priority);
        at.unwrap_or(self.priorities.len())
    }

    /// The words on the screen for a priority.
    pub fn priority_title<'a>(&'a self, name: &'a str) -> &'a str {
        self.priorities
            .iter()
            .find(|known| known.name == name)
            .map_or(name, |known| &known.title)
    }

    /// A queue by its word in files, or by its words on the screen, which for a queue of an imported
    /// log are those of the other system; `None` where several queues are called so.
    pub fn queue_named(&self, given: &str) -> Option<&Queue> {
        let given = given.trim();
        if let Some(queue) = self.queues.get(given) {
            return Some(queue);
        }
        let folded = given.to_lowercase();
        let mut named = self
            .queues
            .values()
            .filter(|queue| queue.title.to_lowercase() == folded);
        named.next().filter(|_| named.next().is_none())
    }

    /// The tier of a queue, 0 where it is unknown.
    pub fn tier(&self, queue: &str) -> u8 {
        self.queues.get(queue).map_or(0, |queue| queue.tier)
    }

    /// The area of a queue, empty where it is unknown.
    pub fn area(&self, queue: &str) -> &str {
        self.queues.get(queue).map_or("", |queue| &queue.area)
    }

    /// The agent of a handle, if the settings name one.
    pub fn agent(&self, handle: &str) -> Option<&Agent> {
        self.agents.get(handle)
    }

    /// Whether files may name this handle.
    pub fn knows_agent(&self, handle: &str) -> bool {
        handle == DESK || self.agents.contains_key(handle)
    }

    /// The agents that may be given work.
    pub fn active_agents(&self) -> impl Iterator<Item = &Agent> {
        self.agents.values().filter(|agent| !agent.retired)
    }

    /// The queues that may be given work.
    pub fn active_queues(&self) -> impl Iterator<Item = &Queue> {
        self.queues.values().filter(|queue| !queue.retired)
    }

    /// The person's name behind a handle, or the handle.
    pub fn agent_name<'a>(&'a self, handle: &'a str) -> &'a str {
        self.agents.get(handle).map_or(handle, |agent| &agent.name)
    }
}
