//! The Services of a cluster.

use std::collections::BTreeMap;

use api::cluster::managed::{ManagedService, ServiceSelector, ServiceUpdateStrategy};
use api::{annotations, labels};
use k8s_openapi::api::core::v1::{Service, ServicePort, ServiceSpec};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::metadata::map;
use super::{Manifests, names};

const PORT_NAME: &str = "postgres";
const PORT: i32 = 5432;
const CLUSTER_IP: &str = "ClusterIP";

impl Manifests<'_> {
    /// The Services that should exist, in the order in which they are made.
    #[must_use]
    pub fn services(&self) -> Vec<Service> {
        let name = self.cluster_name();
        let mut all = Vec::new();
        if self.installation.create_any_service {
            let mut any = self.service(names::any_service(name), &ServiceSelector::R);
            any.spec.get_or_insert_default().publish_not_ready_addresses = Some(true);
            all.push(applied(any));
        }
        for (service, selector) in [
            (names::read_service(name), ServiceSelector::R),
            (names::read_only_service(name), ServiceSelector::Ro),
            (names::read_write_service(name), ServiceSelector::Rw),
        ] {
            if !self.disabled_services().contains(&selector) {
                all.push(applied(self.service(service, &selector)));
            }
        }
        all.extend(self.additional_services().iter().map(|wish| self.additional(wish)));
        all
    }

    /// The names of our Services that the cluster does without.
    #[must_use]
    pub fn unwanted_services(&self) -> Vec<String> {
        let name = self.cluster_name();
        let off =
            |(service, selector)| self.disabled_services().contains(&selector).then_some(service);
        let known = [
            (names::read_service(name), ServiceSelector::R),
            (names::read_only_service(name), ServiceSelector::Ro),
        ];
        known.into_iter().filter_map(off).collect()
    }

    fn service(&self, name: String, selector: &ServiceSelector) -> Service {
        Service {
            metadata: self.metadata(name, self.database_labels()),
            spec: Some(ServiceSpec {
                type_: Some(CLUSTER_IP.to_owned()),
                ports: Some(vec![port()]),
                selector: Some(self.service_selector(selector)),
                ..ServiceSpec::default()
            }),
            ..Service::default()
        }
    }

    fn additional(&self, wish: &ManagedService) -> Service {
        let template = wish.service_template.metadata.clone().unwrap_or_default();
        let mut own = self.database_labels();
        own.extend(map([(labels::IS_MANAGED, labels::TRUE)]));
        let mut metadata = self.metadata(template.name.unwrap_or_default(), own);
        let strategy = wish.update_strategy.as_ref().unwrap_or(&ServiceUpdateStrategy::Patch);
        let notes = metadata.annotations.get_or_insert_default();
        notes.insert(annotations::UPDATE_STRATEGY.to_owned(), strategy.to_string());
        add(notes, template.annotations);
        add(metadata.labels.get_or_insert_default(), template.labels);

        let mut spec = wish.service_template.spec.clone().unwrap_or_default();
        spec.type_.get_or_insert_with(|| CLUSTER_IP.to_owned());
        spec.selector = Some(self.service_selector(&wish.selector_type));
        let ports = spec.ports.get_or_insert_default();
        let given = ports.iter().any(|it| it.port == PORT || it.name.as_deref() == Some(PORT_NAME));
        if !given {
            ports.push(port());
        }
        applied(Service { metadata, spec: Some(spec), ..Service::default() })
    }

    fn service_selector(&self, selector: &ServiceSelector) -> BTreeMap<String, String> {
        let (key, value) = match selector {
            ServiceSelector::Rw => (labels::INSTANCE_ROLE, labels::ROLE_PRIMARY),
            ServiceSelector::Ro => (labels::INSTANCE_ROLE, labels::ROLE_REPLICA),
            // The schema knows no other word; a stranger may at least read.
            ServiceSelector::R | ServiceSelector::Other(_) => {
                (labels::POD_ROLE, labels::POD_ROLE_INSTANCE)
            }
        };
        map([(labels::CLUSTER, self.cluster_name()), (key, value)])
    }

    /// The default Services that the cluster does without.
    pub(super) fn disabled_services(&self) -> &[ServiceSelector] {
        let managed = self.cluster.spec.managed.as_ref().and_then(|it| it.services.as_ref());
        managed.map_or(&[], |services| &services.disabled_default_services)
    }

    fn additional_services(&self) -> &[ManagedService] {
        let managed = self.cluster.spec.managed.as_ref().and_then(|it| it.services.as_ref());
        managed.map_or(&[], |services| &services.additional)
    }
}

/// Notes down on a Service what we ask for, so that the fields of others can be told apart.
fn applied(mut service: Service) -> Service {
    let spec = serde_json::to_string(&service.spec).expect("a service has no keys but text");
    let notes = service.metadata.annotations.get_or_insert_default();
    notes.insert(annotations::LAST_APPLIED_SPEC.to_owned(), spec);
    service
}

/// Adds what a template says, but for that by which objects are found.
fn add(target: &mut BTreeMap<String, String>, template: BTreeMap<String, String>) {
    for (key, value) in template {
        target.entry(key).or_insert(value);
    }
}

fn port() -> ServicePort {
    ServicePort {
        name: Some(PORT_NAME.to_owned()),
        port: PORT,
        target_port: Some(IntOrString::Int(PORT)),
        protocol: Some("TCP".to_owned()),
        ..ServicePort::default()
    }
}
