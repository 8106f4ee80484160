//! `kubectl cnpg publication create|drop CLUSTER`.

use std::process::ExitCode;

use api::Cluster;

use crate::cli::arity::Rest;
use crate::cli::values;
use crate::database::{self, identifier};
use crate::{CommandContext, CommandError};

/// Create or drop a publication of logical replication
#[derive(Debug, clap::Args)]
pub struct PublicationArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Create a publication
    #[command(
        after_help = "Examples:\n  kubectl cnpg publication create cluster-example --publication app --all-tables\n  kubectl cnpg publication create cluster-example --publication app --table 'orders (id, total)' --external-cluster origin"
    )]
    Create(Create),
    /// Drop a publication
    #[command(
        after_help = "Examples:\n  kubectl cnpg publication drop cluster-example --publication app"
    )]
    Drop(Drop),
}

/// Where the publication is.
#[derive(Debug, Default, clap::Args)]
struct Place {
    /// Cluster whose primary runs the SQL
    cluster: String,
    /// Name of the publication
    #[arg(long, value_name = "NAME")]
    publication: String,
    /// Database of the publication; the application's when left out
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    dbname: String,
    /// Server of spec.externalClusters that has the publication, instead of the cluster itself
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    external_cluster: String,
    /// Print the SQL, and run nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Default, clap::Args)]
struct Create {
    #[command(flatten)]
    place: Place,
    /// Publish all tables of the database
    #[arg(long)]
    all_tables: bool,
    /// Publish all tables of a schema; repeatable
    #[arg(long, value_name = "NAME")]
    schema: Vec<String>,
    /// Publish a table, maybe with columns and a condition; repeatable
    #[arg(long, value_name = "TABLE")]
    table: Vec<String>,
    /// Parameters of the publication, as SQL
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

impl Place {
    fn name(&self) -> Result<String, CommandError> {
        super::subscription::name("publication", &self.publication)
    }

    /// The database, or the connection string of the other server.
    fn target(&self, cluster: &Cluster) -> Result<String, CommandError> {
        let database = database::named_or_application(cluster, &self.dbname)?;
        match self.external_cluster.trim() {
            "" => Ok(database),
            server => database::external(cluster, server, Some(&database)),
        }
    }
}

impl Create {
    fn sql(&self) -> Result<String, CommandError> {
        let (schemas, tables) = (values::records(&self.schema), values::records(&self.table));
        let mut sql = format!("CREATE PUBLICATION {}", identifier(&self.place.name()?));
        if self.all_tables {
            sql.push_str(" FOR ALL TABLES");
        } else {
            let schemas =
                schemas.iter().map(|name| format!("TABLES IN SCHEMA {}", identifier(name.trim())));
            let tables = (!tables.is_empty()).then(|| format!("TABLE {}", tables.join(", ")));
            let objects: Vec<_> = schemas.chain(tables).collect();
            sql.push_str(&format!(" FOR {}", objects.join(", ")));
        }
        match self.parameters.trim() {
            "" => Ok(sql),
            parameters => Ok(format!("{sql} WITH ({parameters})")),
        }
    }

    /// Refuses flags that say nothing, or too much.
    fn check(&self) -> Result<(), CommandError> {
        let others = [("schema", &self.schema), ("table", &self.table)];
        let given = others.iter().find(|(_, values)| !values.is_empty());
        match (self.all_tables, given) {
            (false, None) => Err(CommandError::Usage(
                "at least one of the flags in the group [all-tables schema table] is required"
                    .to_owned(),
            )),
            (true, Some((other, _))) => Err(CommandError::Usage(format!(
                "if any flags in the group [all-tables {other}] are set none of the others can be; [all-tables {other}] were all set"
            ))),
            _ => Ok(()),
        }
    }
}

/// Prints the SQL and runs it.
pub async fn run(cx: &CommandContext, args: PublicationArgs) -> Result<ExitCode, CommandError> {
    let (place, sql, ask) = match &args.action {
        Action::Create(args) => {
            args.check()?;
            (&args.place, args.sql()?, None)
        }
        Action::Drop(args) => {
            let name = args.place.name()?;
            let question = format!(
                "The publication {name} will be dropped; its subscribers get nothing more. Go on?"
            );
            let sql = format!("DROP PUBLICATION {}", identifier(&name));
            (&args.place, sql, Some((question, args.yes)))
        }
    };
    let cluster = super::subscription::cluster(cx, &place.cluster).await?;
    let target = place.target(&cluster)?;
    cx.out().line(format_args!("{sql}"))?;
    if place.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    if let Some((question, yes)) = ask {
        cx.out().confirm(&question, yes.into())?;
    }
    database::run(cx, &place.cluster, &target, &sql).await?;
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_published() {
        let create = |change: fn(&mut Create)| {
            let mut create = Create::default();
            create.place.publication = " p\"1 ".to_owned();
            change(&mut create);
            create.sql().unwrap()
        };
        assert_eq!(
            create(|it| it.all_tables = true),
            r#"CREATE PUBLICATION "p""1" FOR ALL TABLES"#
        );
        let several = create(|it| {
            it.schema = vec!["s1,s2".to_owned()];
            it.table = vec!["t1 (a)".to_owned(), "t2".to_owned()];
            it.parameters = "publish='insert'".to_owned();
        });
        assert_eq!(
            several,
            r#"CREATE PUBLICATION "p""1" FOR TABLES IN SCHEMA "s1", TABLES IN SCHEMA "s2", TABLE t1 (a), t2 WITH (publish='insert')"#
        );
        assert!(Create::default().sql().is_err(), "a publication without a name");
    }
}
