//! What may stand in a Backup.

use serde_json::Value;

use super::{Context, Errors, Outcome, VolumeSnapshots, annotation, document};
use crate::annotations;
use crate::backup::{Backup, BackupMethod, OnlineConfiguration};

/// Where the method of a backup can be wrong, for backups and schedules alike.
pub(super) struct Method<'a> {
    pub method: Option<&'a BackupMethod>,
    pub online: Option<bool>,
    pub online_configuration: Option<&'a OnlineConfiguration>,
}

pub(super) fn validate(object: &Value, context: &Context) -> Outcome {
    let backup: Backup = match document::read(object) {
        Ok(backup) => backup,
        Err(error) => return Outcome::unreadable(&error),
    };
    let warnings = annotation::warning(&backup.metadata).into_iter().collect();
    if annotation::validation(&backup.metadata) == annotation::Validation::Disabled {
        return Outcome { errors: Vec::new(), warnings };
    }
    Outcome { errors: errors(&backup, context), warnings }
}

fn errors(backup: &Backup, context: &Context) -> Vec<super::FieldError> {
    let mut errors = Errors::default();
    let spec = &backup.spec;
    let method = Method {
        method: spec.method.as_ref(),
        online: spec.online,
        online_configuration: spec.online_configuration.as_ref(),
    };
    method.check(context, &mut errors);
    let named = spec.plugin_configuration.as_ref().is_some_and(|plugin| !plugin.name.is_empty());
    if method.method == Some(&BackupMethod::Plugin) && !named {
        errors.invalid(
            "spec.pluginConfiguration",
            &spec.plugin_configuration,
            "the method plugin needs the name of a plugin",
            "set pluginConfiguration.name",
        );
    }
    let name = annotations::VOLUME_SNAPSHOT_DEADLINE;
    if let Some(deadline) = annotation::get(&backup.metadata, name)
        && deadline.parse::<i64>().is_err()
    {
        errors.invalid(
            annotation::path(name),
            deadline,
            "it is not a whole number of minutes",
            "write a number such as 10",
        );
    }
    errors.into_vec()
}

impl Method<'_> {
    /// Whether the method can be used, and its options with it.
    pub(super) fn check(&self, context: &Context, errors: &mut Errors) {
        match self.method {
            Some(BackupMethod::VolumeSnapshot)
                if context.volume_snapshots == VolumeSnapshots::Missing =>
            {
                errors.invalid(
                    "spec.method",
                    self.method,
                    "this Kubernetes has no VolumeSnapshot resource",
                    "install the snapshot CRDs and restart the operator, or use another method",
                );
            }
            Some(BackupMethod::BarmanObjectStore) | None => self.check_object_store(errors),
            Some(_) => {}
        }
    }

    fn check_object_store(&self, errors: &mut Errors) {
        let problem = "it has no meaning for a backup in an object store";
        let remedy = "remove it, or use the method volumeSnapshot";
        if self.online.is_some() {
            errors.invalid("spec.online", self.online, problem, remedy);
        }
        if let Some(configuration) = self.online_configuration {
            errors.invalid("spec.onlineConfiguration", configuration, problem, remedy);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn paths(spec: Value, annotations: Value, context: &Context) -> Vec<String> {
        let object = json!({"metadata": {"name": "b", "annotations": annotations}, "spec": spec});
        validate(&object, context).errors.into_iter().map(|error| error.path).collect()
    }

    #[test]
    fn refusals() {
        let snapshots =
            Context { volume_snapshots: VolumeSnapshots::Installed, ..Context::default() };
        let deadline = "metadata.annotations.cnpg.io/volumeSnapshotDeadline";
        let no_crd = Context::default();
        let rows: [(&str, Value, Value, &Context, &[&str]); 9] = [
            ("plain", json!({}), json!({}), &no_crd, &[]),
            ("no CRD", json!({"method": "volumeSnapshot"}), json!({}), &no_crd, &["spec.method"]),
            (
                "CRD",
                json!({"method": "volumeSnapshot", "online": true}),
                json!({}),
                &snapshots,
                &[],
            ),
            (
                "options of snapshots",
                json!({"online": false, "onlineConfiguration": {}}),
                json!({}),
                &no_crd,
                &["spec.online", "spec.onlineConfiguration"],
            ),
            (
                "plugin without name",
                json!({"method": "plugin", "pluginConfiguration": {"name": ""}}),
                json!({}),
                &no_crd,
                &["spec.pluginConfiguration"],
            ),
            (
                "plugin",
                json!({"method": "plugin", "pluginConfiguration": {"name": "p"}}),
                json!({}),
                &no_crd,
                &[],
            ),
            (
                "deadline",
                json!({}),
                json!({"cnpg.io/volumeSnapshotDeadline": "1h"}),
                &no_crd,
                &[deadline],
            ),
            (
                "turned off",
                json!({"method": "plugin"}),
                json!({"cnpg.io/validation": "disabled"}),
                &no_crd,
                &[],
            ),
            (
                "an unclear switch",
                json!({"method": "plugin"}),
                json!({"cnpg.io/validation": "off"}),
                &no_crd,
                &["spec.pluginConfiguration"],
            ),
        ];
        for (row, spec, annotations, context, expected) in rows {
            assert_eq!(paths(spec, annotations, context), expected, "{row}");
        }
    }
}
