//! `kubectl cnpg fencing on|off CLUSTER INSTANCE`.

use std::process::ExitCode;

use api::{Cluster, annotations};
use serde_json::json;

use crate::cli::arity::Rest;
use crate::instance::{Fenced, instance_name, status};
use crate::{CommandContext, CommandError};

/// Stop PostgreSQL in instances without removing their pods, or start it again
#[derive(Debug, clap::Args)]
pub struct FencingArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Stop PostgreSQL in an instance and keep it stopped
    #[command(
        after_help = "Examples:\n  kubectl cnpg fencing on cluster-example 2\n  kubectl cnpg fencing on cluster-example \"*\""
    )]
    On(Target),
    /// Let PostgreSQL start again in an instance
    #[command(
        after_help = "Examples:\n  kubectl cnpg fencing off cluster-example 2\n  kubectl cnpg fencing off cluster-example \"*\""
    )]
    Off(Target),
}

#[derive(Debug, clap::Args)]
struct Target {
    /// Cluster of the instance
    cluster: String,
    /// Instance, by name or number; "*" for all
    instance: String,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
    /// Say what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    rest: Rest,
}

/// Whether the fence goes up or down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    On,
    Off,
}

/// The fences as they should be; `None` when they are so already.
fn request(
    cluster: &Cluster,
    name: &str,
    instance: &str,
    direction: Direction,
) -> Result<Option<Fenced>, CommandError> {
    let fenced = Fenced::of(cluster).map_err(|error| CommandError::refused(error.to_string()));
    let known = status(cluster).instance_names;
    let listed = known.iter().any(|known| known == instance);
    let held = direction == Direction::Off
        && fenced.as_ref().is_ok_and(|fenced| fenced.contains(instance));
    if instance != "*" && !listed && !held {
        return Err(CommandError::refused_with(
            format!("instance {instance} is not a known instance of cluster {name}"),
            format!("its instances are: {}", known.join(", ")),
        ));
    }
    let fenced = fenced?;
    let wanted = match (direction, instance, fenced) {
        (Direction::On, _, Fenced::All) => return Ok(None),
        (Direction::On, "*", Fenced::Some(_)) => Fenced::All,
        (Direction::On, one, Fenced::Some(mut names)) => {
            if names.iter().any(|name| name == one) {
                return Ok(None);
            }
            names.push(one.to_owned());
            names.sort();
            Fenced::Some(names)
        }
        (Direction::Off, "*", fenced) if fenced.is_empty() => return Ok(None),
        (Direction::Off, "*", _) => Fenced::Some(Vec::new()),
        (Direction::Off, _, Fenced::All) => {
            return Err(CommandError::refused_with(
                "unfencing an instance while the whole cluster is fenced is not supported",
                format!("`kubectl cnpg fencing off {name} \"*\"` takes all fences down"),
            ));
        }
        (Direction::Off, one, Fenced::Some(mut names)) => {
            let before = names.len();
            names.retain(|name| name != one);
            if names.len() == before {
                return Ok(None);
            }
            Fenced::Some(names)
        }
    };
    Ok(Some(wanted))
}

/// Changes the annotation, only if nobody else did meanwhile.
pub async fn run(cx: &CommandContext, args: FencingArgs) -> Result<ExitCode, CommandError> {
    let (direction, target) = match args.action {
        Action::On(target) => (Direction::On, target),
        Action::Off(target) => (Direction::Off, target),
    };
    let name = target.cluster.as_str();
    let instance = instance_name(name, &target.instance);
    let cluster = cx.cluster(name, "").await?;
    let word = match direction {
        Direction::On => "fenced",
        Direction::Off => "unfenced",
    };
    if let Some(wanted) = request(&cluster, name, &instance, direction)? {
        if target.dry_run {
            let text = wanted.render().unwrap_or_else(|| "nothing".to_owned());
            cx.out().line(format_args!("{instance} {word} (dry run: fences would be {text})"))?;
            return Ok(ExitCode::SUCCESS);
        }
        if direction == Direction::On {
            cx.out().confirm(&question(&cluster, name, &instance), target.yes.into())?;
        }
        write(cx, name, &instance, direction).await?;
    }
    cx.out().line(format_args!("{instance} {word}"))?;
    Ok(ExitCode::SUCCESS)
}

fn question(cluster: &Cluster, name: &str, instance: &str) -> String {
    let primary = status(cluster).current_primary;
    if instance == "*" {
        format!("PostgreSQL will be stopped in all instances of {name}. Go on?")
    } else if primary.as_deref() == Some(instance) {
        format!("{instance} is the primary: {name} cannot be written until it is unfenced. Go on?")
    } else {
        format!("PostgreSQL will be stopped in {instance}. Go on?")
    }
}

/// Writes from a fresh reading each time, so that two people do not undo each other.
async fn write(
    cx: &CommandContext,
    name: &str,
    instance: &str,
    direction: Direction,
) -> Result<(), CommandError> {
    let mut last = None;
    for _ in 0..4 {
        let cluster = cx.cluster(name, "").await?;
        let Some(wanted) = request(&cluster, name, instance, direction)? else { return Ok(()) };
        let value = wanted.render();
        let patch = json!({ "metadata": { "annotations": {
            annotations::FENCED_INSTANCES: value,
        } } });
        match cx.patch_cluster(&cluster, patch, "").await {
            Ok(_) => return Ok(()),
            Err(error) if error.is_conflict() => last = Some(error),
            Err(error) => return Err(error),
        }
    }
    Err(last.unwrap_or_else(|| CommandError::Contended(name.to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kube::ResourceExt as _;

    #[test]
    fn fences_go_up_and_down() {
        use Direction::{Off, On};
        for (now, direction, instance, expected) in [
            ("", On, "pg-1", Ok(Some(Some(r#"["pg-1"]"#)))),
            (r#"["pg-2"]"#, On, "pg-1", Ok(Some(Some(r#"["pg-1","pg-2"]"#)))),
            (r#"["pg-1"]"#, On, "pg-1", Ok(None)),
            (r#"["*"]"#, On, "pg-1", Ok(None)),
            (r#"["pg-1"]"#, On, "*", Ok(Some(Some(r#"["*"]"#)))),
            (r#"["*"]"#, Off, "pg-1", Err("whole cluster")),
            (r#"["*"]"#, Off, "*", Ok(Some(None))),
            ("", Off, "*", Ok(None)),
            (r#"["pg-1"]"#, Off, "pg-2", Ok(None)),
            (r#"["pg-1"]"#, Off, "pg-1", Ok(Some(None))),
            (r#"["gone"]"#, Off, "gone", Ok(Some(None))),
            ("", On, "pg-9", Err("not a known instance")),
            ("nonsense", On, "pg-1", Err("invalid syntax")),
        ] {
            let mut cluster = Cluster::default();
            cluster
                .annotations_mut()
                .insert(annotations::FENCED_INSTANCES.to_owned(), now.to_owned());
            let mut status = status(&cluster);
            status.instance_names = vec!["pg-1".to_owned(), "pg-2".to_owned()];
            cluster.status = Some(status);
            let seen = request(&cluster, "pg", instance, direction);
            let row = format!("{now} {direction:?} {instance}");
            match expected {
                Ok(wanted) => {
                    let seen = seen.expect(&row).map(|fenced| fenced.render());
                    assert_eq!(seen, wanted.map(|it| it.map(str::to_owned)), "{row}");
                }
                Err(part) => {
                    let error = seen.expect_err(&row).to_string();
                    assert!(error.contains(part), "{row}: {error}");
                }
            }
        }
    }
}
