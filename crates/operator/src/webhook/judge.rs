//! Where the webhooks meet the rules of admission, which live in `api`.

use std::fmt;

use api::admission::{self, Context, Kind, Operation, OperatorDefaults, Outcome, VolumeSnapshots};
use planner::manifests::Installation;
use serde_json::Value;

use crate::installation::pod_builder;
use crate::settings::Settings;

/// Judges objects. Takes no time worth mentioning and never waits.
pub trait Judge: Send + Sync {
    /// The object with its defaults, when that is another one.
    fn defaulted(&self, kind: Kind, object: &Value) -> Option<Value>;

    /// What is wrong with an object that has its defaults.
    fn outcome(&self, kind: Kind, operation: Operation<'_>, object: &Value) -> Outcome;
}

impl fmt::Debug for dyn Judge {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Judge")
    }
}

/// The rules of admission, with what they need to know of this cluster.
#[derive(Debug, Clone)]
pub struct Rules(pub Context);

impl Rules {
    pub fn new(
        settings: &Settings,
        volume_snapshots: VolumeSnapshots,
        installation: Installation,
    ) -> Self {
        let mut defaults = OperatorDefaults {
            monitoring_queries_config_map: settings.monitoring_queries_configmap.clone(),
            monitoring_queries_secret: settings.monitoring_queries_secret.clone(),
            plugins: settings.include_plugins.clone(),
            ..OperatorDefaults::default()
        };
        if let Some(image) = &settings.postgres_image {
            defaults.postgres_image.clone_from(image);
        }
        let pods = Some(pod_builder(installation));
        Self(Context { defaults, volume_snapshots, pods })
    }
}

impl Judge for Rules {
    fn defaulted(&self, kind: Kind, object: &Value) -> Option<Value> {
        admission::default(kind, object, &self.0.defaults)
    }

    fn outcome(&self, kind: Kind, operation: Operation<'_>, object: &Value) -> Outcome {
        admission::validate(kind, operation, object, &self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::installation::installation;
    use crate::settings::Source;
    use planner::cluster::Kubernetes;
    use serde_json::json;

    #[test]
    fn settings_reach_the_rules() {
        let source: Source = [
            ("POSTGRES_IMAGE_NAME", "registry/postgresql:17.2"),
            ("MONITORING_QUERIES_CONFIGMAP", "map"),
            ("MONITORING_QUERIES_SECRET", "secret"),
            ("INCLUDE_PLUGINS", "a,b"),
        ]
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .into();
        let (settings, _) = Settings::read([&source]);
        let Rules(context) = rules(&settings, VolumeSnapshots::Installed);
        assert_eq!(context.defaults.postgres_image, "registry/postgresql:17.2");
        assert_eq!(context.defaults.monitoring_queries_config_map.as_deref(), Some("map"));
        assert_eq!(context.defaults.monitoring_queries_secret.as_deref(), Some("secret"));
        assert_eq!(context.defaults.plugins, ["a", "b"]);
        let Rules(unset) = rules(&Settings::default(), VolumeSnapshots::Missing);
        assert_eq!(Context { pods: None, ..unset }, Context::default());
    }

    fn rules(settings: &Settings, snapshots: VolumeSnapshots) -> Rules {
        Rules::new(settings, snapshots, installation(settings, Kubernetes::default()))
    }

    #[test]
    fn a_patch_of_pods_has_to_apply() {
        let judge = rules(&Settings::default(), VolumeSnapshots::Missing);
        for (row, validation, patch, wanted) in [
            (
                "a change",
                "",
                json!([{"op": "replace", "path": "/spec/hostname", "value": "h"}]),
                None,
            ),
            ("an addition", "", json!([{"op": "add", "path": "/spec/priority", "value": 1}]), None),
            (
                "nothing there",
                "",
                json!([{"op": "remove", "path": "/spec/x"}]),
                Some("cnpg.io/podPatch does not apply to the pod c-1: operation '/0' failed"),
            ),
            (
                "no pod any more",
                "",
                json!([{"op": "replace", "path": "/spec/containers", "value": 1}]),
                Some("cnpg.io/podPatch leaves the pod c-1 unreadable: "),
            ),
            ("no patch", "", json!({"op": "remove"}), Some("it is not a JSON patch: ")),
            ("unchecked", "disabled", json!([{"op": "remove", "path": "/spec/x"}]), None),
        ] {
            let object = json!({
                "apiVersion": "postgresql.cnpg.io/v1",
                "kind": "Cluster",
                "metadata": {"name": "c", "namespace": "ns", "annotations": {
                    "cnpg.io/podPatch": patch.to_string(), "cnpg.io/validation": validation,
                }},
                "spec": {"instances": 1, "imageName": "pg:17.2", "storage": {"size": "1Gi"}},
            });
            let object = judge.defaulted(Kind::Cluster, &object).unwrap();
            let errors = judge.outcome(Kind::Cluster, Operation::Create, &object).errors;
            let told: Vec<_> = errors.iter().map(|it| (it.path.as_str(), &it.problem)).collect();
            match (wanted, told.as_slice()) {
                (None, []) => {}
                (Some(start), [("metadata.annotations.cnpg.io/podPatch", problem)]) => {
                    assert!(problem.starts_with(start), "{row}: {problem}");
                }
                _ => panic!("{row}: {told:?}"),
            }
        }
    }
}
