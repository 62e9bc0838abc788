//! What options say of a ticket's fields, the same for `new` and `convert`.

use crate::cli::args::Message;
use crate::cli::complete;
use crate::cli::messages::CommandError;
use crate::ops::core::error::OpError;

/// Fields of a ticket by options.
#[derive(clap::Args, Clone, Debug)]
pub struct FieldArgs {
    /// The problem code
    #[arg(long, value_name = "CODE", add = complete::codes())]
    pub code: Option<String>,
    /// Queue to assign the ticket to
    #[arg(long, value_name = "QUEUE", add = complete::queues())]
    pub queue: Option<String>,
    /// The equipment's name
    #[arg(long, value_name = "NAME")]
    pub asset: Option<String>,
    /// The equipment's model
    #[arg(long, value_name = "MODEL")]
    pub model: Option<String>,
    /// The equipment's serial number
    #[arg(long, value_name = "NUMBER")]
    pub serial: Option<String>,
    /// The licence in question
    #[arg(long, value_name = "LICENCE")]
    pub licence: Option<String>,
    /// Where the equipment stands
    #[arg(long, value_name = "PLACE")]
    pub asset_location: Option<String>,
    /// What the requester wants
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub wants: Option<String>,
    /// What was already tried
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub tried: Option<String>,
    /// Whether and how it can be reproduced
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub reproduce: Option<String>,
    /// Any other field; may be given several times
    #[arg(long, value_name = "KEY=VALUE", add = complete::pairs())]
    pub set: Vec<String>,
    /// Do not prompt for missing fields
    #[arg(long)]
    pub no_questions: bool,
    #[command(flatten)]
    pub text: Message,
}

impl FieldArgs {
    /// The fields that are given, by their paths, behind `more` and in the order of `order` as far as
    /// that names them; those of `--set` are last.
    pub fn values(
        &self,
        more: impl IntoIterator<Item = (&'static str, Option<String>)>,
        order: &[&str],
    ) -> Result<Vec<(String, String)>, OpError> {
        let own = [
            ("code", &self.code),
            ("queue", &self.queue),
            ("asset.name", &self.asset),
            ("asset.model", &self.model),
            ("asset.serial", &self.serial),
            ("asset.licence", &self.licence),
            ("asset.location", &self.asset_location),
            ("request.wants", &self.wants),
            ("request.tried", &self.tried),
            ("request.reproduce", &self.reproduce),
        ];
        let own = own.map(|(key, value)| (key, value.clone()));
        let mut all: Vec<_> = more.into_iter().chain(own).collect();
        all.sort_by_key(|(key, _)| order.iter().position(|one| one == key));
        let all = all.into_iter();
        let all = all.filter_map(|(key, value)| Some((key.to_owned(), value?)));
        Ok(all.chain(pairs(&self.set)?).collect())
    }
}

/// `KEY=VALUE`, taken apart.
pub fn pairs(given: &[String]) -> Result<Vec<(String, String)>, OpError> {
    let pair = |pair: &String| {
        let (key, value) = pair
            .split_once('=')
            .ok_or_else(|| CommandError::EmptySetting(pair).error())?;
        Ok((key.to_owned(), value.to_owned()))
    };
    given.iter().map(pair).collect()
}
