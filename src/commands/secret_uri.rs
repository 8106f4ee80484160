//! `kubectl cnpg secret-uri CLUSTER`.

use std::process::ExitCode;

use api::{Cluster, Pooler};
use clap::ValueEnum;
use k8s_openapi::api::core::v1::Secret;
use kube::api::Api;
use serde_json::json;

use crate::cli::arity::Rest;
use crate::context::Ask;
use crate::output::yaml;
use crate::values::Values as _;
use crate::{CommandContext, CommandError};

/// Print what an application connects with
///
/// User and password come from the cluster's Secret: the output is as secret as that is.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  kubectl cnpg secret-uri cluster-example\n  kubectl cnpg secret-uri cluster-example --endpoint ro -o jdbc\n  eval \"$(kubectl cnpg secret-uri cluster-example -o env)\""
)]
pub struct SecretUriArgs {
    /// Cluster to connect to
    cluster: String,
    /// User to connect as: app, superuser, or the name of a Secret
    #[arg(long, value_name = "USER", default_value = "app")]
    as_role: String,
    /// Where to connect: rw, ro, r, or the name of a pooler
    #[arg(long, value_name = "ENDPOINT", default_value = "rw")]
    endpoint: String,
    /// Database; the user's own when left out
    #[arg(long, value_name = "NAME")]
    dbname: Option<String>,
    /// Name the host with the domain of the Kubernetes cluster
    #[arg(long)]
    fqdn: bool,
    /// What to print
    #[arg(short, long, value_name = "FORMAT", default_value = "uri")]
    output: Shape,
    #[command(flatten)]
    rest: Rest,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Shape {
    Uri,
    Jdbc,
    Pgpass,
    Env,
    Json,
    Yaml,
}

/// What a client needs to know.
struct Access {
    host: String,
    port: u16,
    database: String,
    user: String,
    password: String,
}

impl Access {
    fn render(&self, shape: Shape) -> String {
        let Self { host, port, database, user, password } = self;
        match shape {
            Shape::Uri => format!(
                "postgresql://{}:{}@{host}:{port}/{}\n",
                encode(user),
                encode(password),
                encode(database)
            ),
            Shape::Jdbc => format!(
                "jdbc:postgresql://{host}:{port}/{}?password={}&user={}\n",
                encode(database),
                encode(password),
                encode(user)
            ),
            Shape::Pgpass => {
                let field = |text: &str| text.replace('\\', r"\\").replace(':', r"\:");
                format!("{host}:{port}:{}:{}:{}\n", field(database), field(user), field(password))
            }
            Shape::Env => {
                let port = port.to_string();
                let pairs = [
                    ("PGHOST", host),
                    ("PGPORT", &port),
                    ("PGDATABASE", database),
                    ("PGUSER", user),
                    ("PGPASSWORD", password),
                ];
                pairs.map(|(name, value)| format!("export {name}={}\n", shell(value))).concat()
            }
            Shape::Json | Shape::Yaml => {
                let document = json!({
                    "host": host, "port": port, "dbname": database, "user": user,
                    "password": password,
                    "uri": self.render(Shape::Uri).trim_end(),
                    "jdbcUri": self.render(Shape::Jdbc).trim_end(),
                });
                if shape == Shape::Yaml { yaml(&document) } else { format!("{document:#}\n") }
            }
        }
    }
}

/// A value between the quotes of a shell.
fn shell(value: &str) -> String {
    format!("'{}'", value.replace('\'', r"'\''"))
}

/// A part of a URI, with everything escaped that could mean something in one.
fn encode(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let each = text.bytes().map(|byte| {
        if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    });
    each.collect()
}

/// The name of the Secret of a user, and what to do when it is missing.
fn secret_name(cluster: &Cluster, name: &str, role: &str) -> (String, Option<&'static str>) {
    match role {
        "app" => (application_secret(cluster, name), None),
        "superuser" => {
            let given = cluster.spec.superuser_secret.as_ref().map(|it| it.name.clone());
            let hint = "spec.enableSuperuserAccess is off: nobody has a password for postgres";
            let off = cluster.spec.enable_superuser_access != Some(true);
            (given.unwrap_or_else(|| format!("{name}-superuser")), off.then_some(hint))
        }
        other => (other.to_owned(), None),
    }
}

/// The Secret with the application's user.
fn application_secret(cluster: &Cluster, name: &str) -> String {
    let bootstrap = cluster.spec.bootstrap.clone().unwrap_or_default();
    let given = [
        bootstrap.recovery.and_then(|it| it.secret),
        bootstrap.pg_basebackup.and_then(|it| it.secret),
        bootstrap.initdb.and_then(|it| it.secret),
    ];
    let given = given.into_iter().flatten().map(|secret| secret.name).find(|it| !it.is_empty());
    given.unwrap_or_else(|| format!("{name}-app"))
}

/// Reads the Secret and prints what it is good for.
pub async fn run(cx: &CommandContext, args: SecretUriArgs) -> Result<ExitCode, CommandError> {
    let name = args.cluster.as_str();
    let cluster = cx.cluster(name, &format!("while getting cluster {name}")).await?;
    let service = match args.endpoint.as_str() {
        "rw" | "ro" | "r" => format!("{name}-{}", args.endpoint),
        pooler => check_pooler(cx, name, pooler).await?,
    };
    let namespace = cx.namespace().await?;
    let domain = if args.fqdn { ".svc.cluster.local" } else { "" };
    let (secret_name, hint) = secret_name(&cluster, name, &args.as_role);
    let secrets: Api<Secret> = cx.api().await?;
    let ask = Ask::new(
        format!("while getting the Secret of user {}", args.as_role),
        "get",
        "secrets",
        &secret_name,
    );
    let secret = match cx.call(ask, secrets.fetch(&secret_name)).await {
        Err(error) if error.is_missing() => {
            let hint = hint.map_or_else(
                || format!("`kubectl get secrets -n {namespace}` lists what is there"),
                str::to_owned,
            );
            return Err(CommandError::refused_with(error.to_string(), hint));
        }
        outcome => outcome?,
    };
    let field = |key: &str| {
        let bytes = secret.data.as_ref().and_then(|data| data.get(key));
        bytes.and_then(|bytes| String::from_utf8(bytes.0.clone()).ok()).filter(|it| !it.is_empty())
    };
    let need = |key: &str| {
        field(key)
            .ok_or_else(|| CommandError::refused(format!("the Secret {secret_name} has no {key}")))
    };
    let user = need("username").or_else(|_| need("user"))?;
    let access = Access {
        host: format!("{service}.{namespace}{domain}"),
        port: 5432,
        database: args
            .dbname
            .or_else(|| field("dbname").filter(|it| it != "*"))
            .unwrap_or_else(|| user.clone()),
        password: need("password")?,
        user,
    };
    cx.out().bytes(access.render(args.output).as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// The pooler's service, which has its name; the pooler has to belong to the cluster.
async fn check_pooler(
    cx: &CommandContext,
    cluster: &str,
    name: &str,
) -> Result<String, CommandError> {
    let poolers: Api<Pooler> = cx.api().await?;
    let doing = format!("{name} is neither rw, ro, r nor a pooler");
    let ask = Ask::new(doing, "get", "poolers.postgresql.cnpg.io", name);
    let pooler = cx.call(ask, poolers.fetch(name)).await?;
    let owner = &pooler.spec.cluster.name;
    if owner == cluster {
        return Ok(name.to_owned());
    }
    Err(CommandError::refused(format!("pooler {name} belongs to cluster {owner}, not {cluster}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_password_breaks_the_form() {
        let access = Access {
            host: "pg-rw.ns".into(),
            port: 5432,
            database: "app".into(),
            user: "app".into(),
            password: r"a:b/c@d'e\f".into(),
        };
        for (shape, expected) in [
            (Shape::Uri, "postgresql://app:a%3Ab%2Fc%40d%27e%5Cf@pg-rw.ns:5432/app\n"),
            (
                Shape::Jdbc,
                "jdbc:postgresql://pg-rw.ns:5432/app?password=a%3Ab%2Fc%40d%27e%5Cf&user=app\n",
            ),
            (Shape::Pgpass, "pg-rw.ns:5432:app:app:a\\:b/c@d'e\\\\f\n"),
        ] {
            assert_eq!(access.render(shape), expected);
        }
        let env = access.render(Shape::Env);
        assert!(env.ends_with("export PGPASSWORD='a:b/c@d'\\''e\\f'\n"), "{env}");
    }
}
