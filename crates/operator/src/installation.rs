//! What this installation of the operator adds to the objects of every cluster.

use api::admission::PodBuilder;
use planner::cluster::Kubernetes;
use planner::manifests::{Installation, Manifests, Platform};

use crate::settings::Settings;

/// Version that is noted down on everything the operator makes: that of the API we keep to.
pub const VERSION: &str = "1.30.0";

/// The installation as its settings and the Kubernetes around make it.
pub fn installation(settings: &Settings, kubernetes: Kubernetes) -> Installation {
    let image = settings.operator_image.clone().unwrap_or_default();
    let platform = if kubernetes.security_context_constraints {
        Platform::OpenShift
    } else {
        Platform::Kubernetes
    };
    Installation {
        inherited_labels: settings.inherited_labels.clone(),
        inherited_annotations: settings.inherited_annotations.clone(),
        create_any_service: settings.create_any_service,
        cluster_domain: settings.cluster_domain.clone(),
        standby_tcp_user_timeout: settings.standby_tcp_user_timeout,
        platform,
        ..Installation::new(image, VERSION)
    }
}

/// The builder of pods that admission tries the owner's patch with.
pub fn pod_builder(installation: Installation) -> PodBuilder {
    PodBuilder::new(move |cluster, version| {
        let built = Manifests::of(cluster, version, &installation).instance_pod(1);
        built.map(drop).map_err(|error| match std::error::Error::source(&error) {
            Some(source) => format!("{error}: {source}"),
            None => error.to_string(),
        })
    })
}
