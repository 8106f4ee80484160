//! Where the webhooks meet the rules of admission, which live in `api`.

use std::fmt;

use api::admission::{self, Context, Kind, Operation, OperatorDefaults, Outcome, VolumeSnapshots};
use serde_json::Value;

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
    pub fn new(settings: &Settings, volume_snapshots: VolumeSnapshots) -> Self {
        let mut defaults = OperatorDefaults {
            monitoring_queries_config_map: settings.monitoring_queries_configmap.clone(),
            monitoring_queries_secret: settings.monitoring_queries_secret.clone(),
            plugins: settings.include_plugins.clone(),
            ..OperatorDefaults::default()
        };
        if let Some(image) = &settings.postgres_image {
            defaults.postgres_image.clone_from(image);
        }
        Self(Context { defaults, volume_snapshots })
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
    use crate::settings::Source;

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
        let Rules(context) = Rules::new(&settings, VolumeSnapshots::Installed);
        assert_eq!(context.defaults.postgres_image, "registry/postgresql:17.2");
        assert_eq!(context.defaults.monitoring_queries_config_map.as_deref(), Some("map"));
        assert_eq!(context.defaults.monitoring_queries_secret.as_deref(), Some("secret"));
        assert_eq!(context.defaults.plugins, ["a", "b"]);
        let unset = Rules::new(&Settings::default(), VolumeSnapshots::Missing);
        assert_eq!(unset.0, Context::default());
    }
}
