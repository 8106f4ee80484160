//! `kubectl cnpg subscription create|drop|sync-sequences CLUSTER`.

mod sequences;

use std::process::ExitCode;

use api::Cluster;
use api::labels::ROLE_PRIMARY;

use crate::cli::arity::Rest;
use crate::database::{self, identifier, literal};
use crate::kubectl::Instance;
use crate::{CommandContext, CommandError};

/// Create or drop a subscription of logical replication, or copy its sequences
#[derive(Debug, clap::Args)]
pub struct SubscriptionArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Create a subscription to a publication of another server
    #[command(
        after_help = "Examples:\n  kubectl cnpg subscription create cluster-example --subscription app --publication app --external-cluster origin"
    )]
    Create(Create),
    /// Drop a subscription
    #[command(
        after_help = "Examples:\n  kubectl cnpg subscription drop cluster-example --subscription app"
    )]
    Drop(Drop),
    /// Set the sequences to the values they have at the publisher
    #[command(
        after_help = "Examples:\n  kubectl cnpg subscription sync-sequences cluster-example --subscription app --offset 1000"
    )]
    SyncSequences(SyncSequences),
}

/// Where the subscription is.
#[derive(Debug, Default, clap::Args)]
struct Place {
    /// Cluster that subscribes
    cluster: String,
    /// Name of the subscription
    #[arg(long, value_name = "NAME")]
    subscription: String,
    /// Database of the subscription; the application's when left out
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    dbname: String,
    /// Print the SQL, and run nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Default, clap::Args)]
struct Create {
    #[command(flatten)]
    place: Place,
    /// Name of the publication
    #[arg(long, value_name = "NAME")]
    publication: String,
    /// Server of spec.externalClusters that publishes
    #[arg(long, value_name = "NAME")]
    external_cluster: String,
    /// Database of the publication; the server's own when left out
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    publication_dbname: String,
    /// Parameters of the subscription, as SQL
    #[arg(long, value_name = "SQL", default_value = "", hide_default_value = true)]
    parameters: String,
    #[command(flatten)]
    rest: Rest,
}

#[derive(Debug, clap::Args)]
struct Drop {
    #[command(flatten)]
    place: Place,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
    #[command(flatten)]
    rest: Rest,
}

#[derive(Debug, clap::Args)]
struct SyncSequences {
    #[command(flatten)]
    place: Place,
    /// What is added to every value
    #[arg(long, value_name = "NUMBER", default_value_t = 0, allow_negative_numbers = true)]
    offset: i64,
    #[command(flatten)]
    rest: Rest,
}

/// A name without the blanks around it.
///
/// # Errors
/// There is nothing else in it.
pub(super) fn name(flag: &str, text: &str) -> Result<String, CommandError> {
    match text.trim() {
        "" => Err(CommandError::Usage(format!("--{flag} needs a name"))),
        name => Ok(name.to_owned()),
    }
}

/// The cluster whose primary runs the SQL.
pub(super) async fn cluster(cx: &CommandContext, name: &str) -> Result<Cluster, CommandError> {
    let doing = format!("cluster {name} not found in namespace {}", cx.namespace().await?);
    cx.cluster(name, &doing).await
}

impl Create {
    fn sql(&self, cluster: &Cluster) -> Result<String, CommandError> {
        let database = Some(self.publication_dbname.trim());
        let conninfo = database::external(cluster, self.external_cluster.trim(), database)?;
        let sql = format!(
            "CREATE SUBSCRIPTION {} CONNECTION {} PUBLICATION {}",
            identifier(&name("subscription", &self.place.subscription)?),
            literal(&conninfo),
            name("publication", &self.publication)?
        );
        match self.parameters.trim() {
            "" => Ok(sql),
            parameters => Ok(format!("{sql} WITH ({parameters})")),
        }
    }
}

/// Prints the SQL and runs it.
pub async fn run(cx: &CommandContext, args: SubscriptionArgs) -> Result<ExitCode, CommandError> {
    match args.action {
        Action::Create(args) => {
            let cluster = cluster(cx, &args.place.cluster).await?;
            let sql = args.sql(&cluster)?;
            execute(cx, &args.place, &cluster, &sql, None).await
        }
        Action::Drop(args) => {
            let name = name("subscription", &args.place.subscription)?;
            let cluster = cluster(cx, &args.place.cluster).await?;
            let question = format!(
                "The subscription {name} will be dropped, with its slot at the publisher. Go on?"
            );
            let sql = format!("DROP SUBSCRIPTION {}", identifier(&name));
            execute(cx, &args.place, &cluster, &sql, Some((question, args.yes))).await
        }
        Action::SyncSequences(args) => synchronise(cx, &args).await,
    }
}

async fn execute(
    cx: &CommandContext,
    place: &Place,
    cluster: &Cluster,
    sql: &str,
    ask: Option<(String, bool)>,
) -> Result<ExitCode, CommandError> {
    let database = database::named_or_application(cluster, &place.dbname)?;
    cx.out().line(format_args!("{sql}"))?;
    if place.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    if let Some((question, yes)) = ask {
        cx.out().confirm(&question, yes.into())?;
    }
    database::run(cx, &place.cluster, &database, sql).await?;
    Ok(ExitCode::SUCCESS)
}

/// Copies the values of the sequences that both sides have.
async fn synchronise(cx: &CommandContext, args: &SyncSequences) -> Result<ExitCode, CommandError> {
    let place = &args.place;
    let subscription = name("subscription", &place.subscription)?;
    let cluster = cluster(cx, &place.cluster).await?;
    let database = database::named_or_application(&cluster, &place.dbname)?;
    let primary = Instance::find(cx, &place.cluster, ROLE_PRIMARY).await?;
    let publisher =
        database::ask(cx, &primary, &database, &sequences::conninfo_query(&subscription)).await?;
    if publisher.trim().is_empty() {
        return Err(CommandError::refused_with(
            format!("subscription {subscription} was not found"),
            format!("it may be in another database than {database}: name that with --dbname"),
        ));
    }
    let source = database::ask(cx, &primary, &publisher, sequences::QUERY).await?;
    let local = database::ask(cx, &primary, &database, sequences::QUERY).await?;
    let source = sequences::read("the publisher", &source)?;
    let local = sequences::read("the subscriber", &local)?;
    let script = sequences::script(&source, &local, args.offset);
    cx.out().bytes(script.as_bytes())?;
    if script.is_empty() {
        cx.out().talk(format_args!("no sequence is on both sides, so there is nothing to set"));
    } else if !place.dry_run {
        database::run(cx, &place.cluster, &database, &script).await?;
    }
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subscription_names_its_publisher() {
        let cluster: Cluster = serde_json::from_value(serde_json::json!({
            "metadata": { "name": "pg" },
            "spec": { "instances": 1, "externalClusters": [
                { "name": "origin", "connectionParameters": { "host": "db", "dbname": "app" } },
            ] },
        }))
        .unwrap();
        let create = Create {
            place: Place { subscription: "s".to_owned(), ..Place::default() },
            publication: "p".to_owned(),
            external_cluster: "origin".to_owned(),
            publication_dbname: "other".to_owned(),
            parameters: "copy_data = false".to_owned(),
            ..Create::default()
        };
        assert_eq!(
            create.sql(&cluster).unwrap(),
            "CREATE SUBSCRIPTION \"s\" CONNECTION 'dbname=''other'' host=''db''' PUBLICATION p WITH (copy_data = false)"
        );
    }
}
