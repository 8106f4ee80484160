//! `kubectl cnpg pgadmin4 CLUSTER`.

mod manifests;

use std::process::ExitCode;

use clap::ValueEnum;

use crate::creation::{self, Mode as Creation};
use crate::{CommandContext, CommandError, database};

/// The login of server mode.
const LOGIN: &str = "user@pgadmin.com";

/// Start pgAdmin for a cluster, to look around
///
/// It is meant for a quick look, not for production: nothing of what is configured in it is kept.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  kubectl cnpg pgadmin4 cluster-example\n  kubectl cnpg pgadmin4 cluster-example --mode desktop\n  kubectl cnpg pgadmin4 cluster-example --dry-run | kubectl delete -f -"
)]
pub struct Pgadmin4Args {
    /// Cluster to connect to
    cluster: String,
    /// Whether it asks for a login: server does, desktop knows the application's password
    #[arg(long, value_name = "MODE", default_value = "server")]
    mode: String,
    /// Image to run
    #[arg(long, value_name = "IMAGE", default_value = "dpage/pgadmin4:latest")]
    image: String,
    /// Print the objects instead of creating them
    #[arg(long)]
    dry_run: bool,
    #[arg(hide = true)]
    excess: Vec<String>,
}

/// Whether pgAdmin asks for a login.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Mode {
    Server,
    Desktop,
}

impl Mode {
    fn read(text: &str) -> Result<Self, CommandError> {
        Self::from_str(text, false)
            .map_err(|_| CommandError::Usage(format!("unknown mode: {text}")))
    }
}

/// A password of letters and digits.
fn password() -> Result<String, CommandError> {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let mut text = String::new();
    while text.len() < 32 {
        // What would make some letters likelier than others is thrown away.
        let bytes: [u8; 64] = creation::random()?;
        let fair =
            bytes.iter().filter(|byte| usize::from(**byte) < 256 / LETTERS.len() * LETTERS.len());
        let letters = fair.map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()]));
        text.extend(letters.take(32 - text.len()));
    }
    Ok(text)
}

/// Creates what pgAdmin needs, and says how to get there.
pub async fn run(cx: &CommandContext, args: Pgadmin4Args) -> Result<ExitCode, CommandError> {
    let mode = Mode::read(&args.mode)?;
    let cluster = cx.cluster(&args.cluster, "could not get cluster").await?;
    let namespace = cx.namespace().await?;
    let password = password()?;
    let wanted = manifests::Wanted {
        cluster: &args.cluster,
        namespace,
        name: format!("{}-pgadmin4", args.cluster),
        mode,
        image: &args.image,
        database: database::application(&cluster).unwrap_or_else(|| "postgres".to_owned()),
        user: database::owner(&cluster).unwrap_or_else(|| "app".to_owned()),
        secret: database::application_secret(&cluster),
    };
    let creation = Creation::from(args.dry_run);
    let config = wanted.config_map();
    creation::create(cx, creation, "configmaps", &config).await?;
    creation::create(cx, creation, "deployments.apps", &wanted.deployment()).await?;
    creation::create(cx, creation, "services", &wanted.service()).await?;
    creation::create(cx, creation, "secrets", &wanted.login(LOGIN, &password)).await?;
    if creation == Creation::Create {
        cx.out().bytes(instructions(&wanted, &password).as_bytes())?;
    }
    Ok(ExitCode::SUCCESS)
}

fn instructions(wanted: &manifests::Wanted<'_>, password: &str) -> String {
    let manifests::Wanted { cluster, namespace, name, secret, .. } = wanted;
    let login = match wanted.mode {
        Mode::Desktop => String::new(),
        Mode::Server => format!(
            "\nLog in as {LOGIN} with the password {password}\n\nThe password of the database is shown by:\n\n  kubectl get secret {secret} -n {namespace} -o 'jsonpath={{.data.password}}' | base64 -d; echo\n"
        ),
    };
    format!(
        "\nWait until pgAdmin is up:\n\n  kubectl rollout status deployment {name} -n {namespace}\n\n\
         Then forward its port and open http://localhost:8080 in a browser:\n\n  kubectl port-forward deployment/{name} 8080:80 -n {namespace}\n{login}\n\
         To remove all of it:\n\n  kubectl cnpg pgadmin4 {cluster} -n {namespace} --dry-run | kubectl delete -f -\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_differ() {
        let (one, other) = (password().unwrap(), password().unwrap());
        assert_eq!(one.len(), 32);
        assert!(one.chars().all(|it| it.is_ascii_alphanumeric()), "{one}");
        assert_ne!(one, other);
    }
}
