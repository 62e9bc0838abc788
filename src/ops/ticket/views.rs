//! Views: what a list takes over from those that its query names, and those on the board.

use std::collections::BTreeMap;

use crate::model::saved_view::SavedView;
use crate::model::ticket_summary::TicketSummary;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::ticket::list::{self, ListRequest, TicketGroup};
use crate::page::problem::Problem;
use crate::page::query::Name;
use crate::page::query::tickets::TicketQuery;
use crate::page::settings;
use crate::rules::context::DeskContext;

/// How a list is laid out by the views that its query names: of each thing what the first view says
/// that says it. A view that must not hold has no say.
#[derive(Clone, Debug, Default)]
pub struct ListLayout {
    /// The fields that are shown.
    pub columns: Vec<String>,
    /// The field to sort by.
    pub sort: Option<String>,
    /// The field whose values are headings.
    pub group: Option<String>,
    /// At most so many tickets, and the view that says so.
    pub limit: Option<(usize, String)>,
}

/// A view on the board.
#[derive(Clone, Debug)]
pub struct BoardView {
    /// Its name.
    pub name: String,
    /// Whether it is the reader's own.
    pub own: bool,
    /// The view.
    pub view: SavedView,
    /// The fields that are shown, each as it was named; the list's own where there are none.
    pub columns: Vec<(String, Name)>,
    /// The tickets that are shown, in order.
    pub tickets: Vec<TicketSummary>,
    /// How many there are.
    pub count: usize,
    /// Their groups, where they are grouped.
    pub groups: Vec<TicketGroup>,
}

impl BoardView {
    /// What it is called.
    pub fn title(&self) -> &str {
        self.view.title.as_deref().unwrap_or(&self.name)
    }

    /// The command that lists it.
    pub fn command(&self) -> String {
        format!("desk list @{}", self.name)
    }
}

/// A view by its name; the reader's own comes first.
pub fn find<'d>(desk: &'d Desk, name: &str) -> Option<&'d SavedView> {
    let own = desk.own.views.get(name);
    own.or_else(|| desk.settings.views.get(name))
}

/// The layout of a list of a query.
pub fn layout(desk: &Desk, query: &TicketQuery) -> ListLayout {
    let mut layout = ListLayout::default();
    for named in query.views.iter().filter(|named| !named.negated) {
        let Some(view) = find(desk, &named.name) else {
            continue;
        };
        if layout.columns.is_empty() {
            layout.columns.clone_from(&view.columns);
        }
        layout.sort = layout.sort.or_else(|| view.sort.clone());
        layout.group = layout.group.or_else(|| view.group.clone());
        let limit = view.limit.map(|limit| (limit, named.name.clone()));
        layout.limit = layout.limit.or(limit);
    }
    layout
}

/// The reader's own views that a query names, a sentence each; `shadowing` only those of which the
/// desk has one of the same name.
pub fn own(desk: &Desk, query: &TicketQuery, shadowing: bool) -> Vec<String> {
    let mut told: Vec<String> = Vec::new();
    for named in &query.views {
        let name = &named.name;
        let shadows = desk.settings.views.contains_key(name);
        if !desk.own.views.contains_key(name) || (shadowing && !shadows) {
            continue;
        }
        let instead = if shadows { ", not the desk's" } else { "" };
        let path = &desk.own.path;
        let sentence = format!("`@{name}` is your own view{instead}: {path}");
        if !told.contains(&sentence) {
            told.push(sentence);
        }
    }
    told
}

/// A query with the reader's own views written out behind it, so that others can tell what it was.
pub fn written_out(desk: &Desk, text: &str, query: &TicketQuery) -> String {
    let mut out = text.to_owned();
    let mut told: Vec<&str> = Vec::new();
    for named in &query.views {
        if let Some(view) = desk.own.views.get(&named.name)
            && !told.contains(&named.name.as_str())
        {
            told.push(&named.name);
            out.push_str(&format!(" (@{}: {})", named.name, view.query));
        }
    }
    out
}

/// The views that are parts of the board, in the order of their names, and those that cannot be
/// shown. They are of open tickets. One that depends on who looks is none for nobody.
pub(in crate::ops) fn on_board(
    desk: &Desk,
    context: DeskContext<'_>,
    live: &[TicketSummary],
    most: usize,
) -> (Vec<BoardView>, Vec<Problem>) {
    let mut all: BTreeMap<&String, (&SavedView, bool)> = BTreeMap::new();
    let of_desk = desk.settings.views.iter();
    all.extend(of_desk.map(|(name, view)| (name, (view, false))));
    let own = desk.own.views.iter();
    all.extend(own.map(|(name, view)| (name, (view, true))));
    let (mut shown, mut problems) = (Vec::new(), Vec::new());
    for (name, (view, own)) in all {
        if !view.board {
            continue;
        }
        match one(desk, context, live, (name, view, own), most) {
            Ok(one) => shown.extend(one),
            Err(error) => {
                let file = if own {
                    desk.own.path.as_str()
                } else {
                    settings::FILE
                };
                let message = format!("view `{name}`: {}", error.message);
                problems.push(Problem::whole(file, message));
            }
        }
    }
    (shown, problems)
}

fn one(
    desk: &Desk,
    context: DeskContext<'_>,
    live: &[TicketSummary],
    (name, view, own): (&str, &SavedView, bool),
    most: usize,
) -> Result<Option<BoardView>, OpError> {
    let query = list::read_query(desk, &view.query)?;
    if query.needs_me() && context.me.is_none() {
        return Ok(None);
    }
    let matcher = desk.matcher(&query, context)?;
    let field = |name: &String| Ok((name.clone(), list::field_name(desk, name)?));
    let columns = view
        .columns
        .iter()
        .map(field)
        .collect::<Result<_, OpError>>()?;
    let open = live.iter().filter(|ticket| ticket.status().is_open());
    let fitting = open.filter(|ticket| list::Words::default().fits(desk, &matcher, ticket));
    let mut tickets: Vec<TicketSummary> = fitting.cloned().collect();
    let count = tickets.len();
    let request = ListRequest {
        sort: view.sort.clone(),
        group: view.group.clone(),
        limit: Some(view.limit.unwrap_or(most)),
        ..ListRequest::default()
    };
    let groups = list::arrange(desk, context, &request, &mut tickets)?;
    Ok(Some(BoardView {
        name: name.to_owned(),
        own,
        view: view.clone(),
        columns,
        tickets,
        count,
        groups,
    }))
}

/// What of the desk's views cannot be listed, by the view.
pub fn wrong(desk: &Desk, context: DeskContext<'_>) -> Vec<(String, OpError)> {
    let views = desk.settings.views.iter();
    let wrong = views.filter_map(|(name, view)| {
        let query = list::read_kept_query(desk, &view.query);
        let matched = query.and_then(|query| desk.matcher(&query, context).map(drop));
        Some((name.clone(), matched.err()?))
    });
    wrong.collect()
}
