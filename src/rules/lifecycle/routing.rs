//! Where a new ticket goes and how pressing it is: what was said, then the rules of the house,
//! then the problem code, then what the house takes for granted.

use std::collections::BTreeMap;

use crate::model::catalog::Code;
use crate::model::field::{Field, Key, Value};
use crate::model::id::TicketId;
use crate::model::routing::RoutingRule;
use crate::model::settings::Settings;
use crate::model::ticket_summary::TicketSummary;
use crate::page::problem::nearest;
use crate::page::query::tickets::{self, TicketQuery};
use crate::page::query::{Name, QueryError, TermKind};
use crate::rules::context::DeskContext;
use crate::rules::lifecycle::priority;
use crate::rules::query::matcher::BadValue;
use crate::rules::query::tickets::Matcher;

/// What follows for a ticket from what is known of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Routed {
    /// Queue, impact, urgency, priority, assignee: what was not said.
    pub values: BTreeMap<Key, String>,
    /// Words to add.
    pub tags: Vec<String>,
    /// The rules of the house that had a say, by name, in their order.
    pub rules: Vec<String>,
    /// Why the priority is not the matrix's.
    pub reason: Option<String>,
    /// What each value follows from, in words: `code NET-OUT`.
    pub causes: BTreeMap<Key, String>,
}

/// The keys that routing decides.
pub const KEYS: [Key; 5] = [
    Key::Queue,
    Key::Impact,
    Key::Urgency,
    Key::Priority,
    Key::Assignee,
];

fn text(values: &BTreeMap<Field, Value>, key: Key) -> Option<&str> {
    let text = values.get(&Field::Known(key)).and_then(Value::as_text);
    text.filter(|text| !text.is_empty())
}

impl Routed {
    /// Takes what a rule that fits sets, where nothing was given and no rule before it set it.
    fn apply(&mut self, rule: &RoutingRule, given: &BTreeMap<Field, Value>) {
        let said_how_pressing =
            text(given, Key::Impact).is_some() || text(given, Key::Urgency).is_some();
        let mut did = false;
        for (key, value) in [
            (Key::Queue, &rule.queue),
            (Key::Impact, &rule.impact),
            (Key::Urgency, &rule.urgency),
            (Key::Priority, &rule.priority),
            (Key::Assignee, &rule.assignee),
        ] {
            let Some(value) = value else { continue };
            let settled = text(given, key).is_some()
                || self.values.contains_key(&key)
                || (key == Key::Priority && said_how_pressing);
            if settled {
                continue;
            }
            self.values.insert(key, value.clone());
            self.causes.insert(key, format!("rule {}", rule.name));
            did = true;
            if key == Key::Priority {
                self.reason = Some(format!("rule: {}", rule.name));
            }
        }
        let tags = given.get(&Field::Known(Key::Tags)).map(Value::elements);
        let tags = tags.unwrap_or_default();
        for tag in &rule.tags {
            if !tags.contains(tag) && !self.tags.contains(tag) {
                self.tags.push(tag.clone());
                did = true;
            }
        }
        if did {
            self.rules.push(rule.name.clone());
        }
    }
}

/// Routes a ticket of which `given` was said, and `words` in free text.
///
/// Priority: the one that was said; else, where impact or urgency was said, the matrix's; else a
/// rule's; else the matrix's (helpdesk practice: derived, overridden for a reason only).
pub fn route(
    id: TicketId,
    given: &BTreeMap<Field, Value>,
    words: &str,
    context: DeskContext<'_>,
) -> Routed {
    let settings = context.settings;
    let code = text(given, Key::Code).and_then(|code| context.catalogue.find(code));
    let mut routed = Routed::default();
    // What code and house would say, so that conditions can speak of it.
    let mut provisional = given.clone();
    for key in KEYS {
        if let Some((value, _)) = usual(key, code, settings)
            && text(given, key).is_none()
        {
            provisional.insert(key.into(), Value::Text(value));
        }
    }
    let summary = TicketSummary {
        id,
        values: provisional,
        created: context.now,
        updated: context.now,
        resolved: None,
        contacted: None,
        entries: 0,
        conflict: false,
        barred: false,
        tell: None,
        told: Vec::new(),
        earlier: BTreeMap::new(),
        cancelled_as: None,
        said: None,
        on_order: None,
        knowledge: Vec::new(),
        events: crate::model::event_table::TicketEvents::default(),
    };
    for rule in &settings.rules {
        let Ok((_, matcher)) = condition(&rule.when, context) else {
            continue;
        };
        if !matcher.fits(&summary) || (matcher.needs_text() && !matcher.fits_text(&summary, words))
        {
            continue;
        }
        routed.apply(rule, given);
    }
    for key in [Key::Queue, Key::Impact, Key::Urgency] {
        if let Some((value, cause)) = usual(key, code, settings)
            && text(given, key).is_none()
            && !routed.values.contains_key(&key)
        {
            routed.values.insert(key, value);
            routed.causes.insert(key, cause);
        }
    }
    if text(given, Key::Priority).is_none() {
        let of = |key: Key| {
            let value = text(given, key).or_else(|| routed.values.get(&key).map(String::as_str));
            value.unwrap_or_default()
        };
        let (impact, urgency) = (of(Key::Impact), of(Key::Urgency));
        let cause = format!("impact {impact}, urgency {urgency}");
        let matrix = priority::derived(settings, impact, urgency).map(str::to_owned);
        if routed.values.get(&Key::Priority) == matrix.as_ref() {
            routed.reason = None;
        }
        if let Some(matrix) = matrix
            && !routed.values.contains_key(&Key::Priority)
        {
            routed.values.insert(Key::Priority, matrix);
            routed.causes.insert(Key::Priority, cause);
        }
    }
    routed
}

/// What the code says of a key, or the house takes for granted, and which of the two.
fn usual(key: Key, code: Option<&Code>, settings: &Settings) -> Option<(String, String)> {
    let own = code.and_then(|code| match key {
        Key::Queue => queue_of(code, settings),
        Key::Impact => code.impact.clone(),
        Key::Urgency => code.urgency.clone(),
        _ => None,
    });
    let house = || match key {
        Key::Queue => Some(settings.intake.queue.clone()),
        Key::Impact => Some(settings.intake.impact.clone()),
        Key::Urgency => Some(settings.intake.urgency.clone()),
        _ => None,
    };
    let of_code = own.zip(code.map(|code| format!("code {}", code.name)));
    let of_house = || house().map(|value| (value, "usual here".to_owned()));
    of_code
        .or_else(of_house)
        .filter(|(value, _)| !value.is_empty())
}

/// The queue of a code: its own, or that of its area and tier, the lowest where it names none.
pub fn queue_of(code: &Code, settings: &Settings) -> Option<String> {
    if code.queue.is_some() {
        return code.queue.clone();
    }
    let area = code.area.as_ref()?;
    let lowest = settings
        .active_queues()
        .filter(|queue| queue.area == *area && code.tier.is_none_or(|tier| queue.tier == tier))
        .min_by_key(|queue| queue.tier);
    lowest.map(|queue| queue.name.clone())
}

fn condition<'w>(
    when: &str,
    context: DeskContext<'w>,
) -> Result<(TicketQuery, Matcher<'w>), BadValue> {
    let query = tickets::schema(context.settings).read(when);
    let query = query.map_err(|QueryError { message, hint, .. }| BadValue { message, hint })?;
    let matcher = Matcher::new(&query, context, &|_, _| false)?;
    Ok((query, matcher))
}

/// The rules whose conditions name what is not there: place and complaint.
pub fn bad_conditions(context: DeskContext<'_>) -> Vec<(usize, BadValue)> {
    let mut bad = Vec::new();
    for (at, rule) in context.settings.rules.iter().enumerate() {
        let query = match condition(&rule.when, context) {
            Ok((query, _)) => query,
            Err(error) => {
                bad.push((at, error));
                continue;
            }
        };
        for term in query.terms {
            let TermKind::Field {
                name: Name::Field(Field::Known(Key::Code)),
                values,
                ..
            } = term.what
            else {
                continue;
            };
            for value in values {
                if value != "none" && context.catalogue.find(&value).is_none() {
                    let near = nearest(
                        &value,
                        context.catalogue.active().map(|code| code.name.as_str()),
                    );
                    let hint = near.map_or_else(
                        || "`desk catalog` shows the codes".to_owned(),
                        |near| format!("did you mean `{near}`?"),
                    );
                    let message = format!("there is no problem code `{value}`");
                    bad.push((at, BadValue { message, hint }));
                }
            }
        }
    }
    bad
}
