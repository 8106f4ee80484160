//! Volumes follow the spec: they grow, and new ones are added to instances that run.

use api::cluster::storage::Storage;
use api::quantity::Amount;
use k8s_openapi::api::core::v1::PersistentVolumeClaim;

use super::next::Next;
use super::plan::{Action, Volume};
use super::pods;
use super::view::View;

/// Claims that instances with pods lack, as after adding `walStorage`.
pub(super) fn added(view: &View<'_>) -> Option<Next> {
    let lacking = view.instances.iter().filter_map(|instance| {
        let volumes = view.missing_volumes(&instance.name);
        // Without its data an instance is not whole again by a new volume.
        let adds = !volumes.is_empty() && !volumes.contains(&Volume::Data);
        adds.then_some(Action::CreateClaims { serial: instance.serial, volumes })
    });
    let actions: Vec<Action> = lacking.collect();
    (!actions.is_empty()).then(|| Next { actions, ..Next::wait(1) })
}

/// Claims that ask for less than they should. A storage class may refuse to grow, so everything
/// else comes before.
pub(super) fn growth(view: &View<'_>) -> Option<Next> {
    if view.spec.storage.resize_in_use_volumes == Some(false) {
        return None;
    }
    let mut actions = Vec::new();
    for instance in &view.instances {
        for volume in view.expected_volumes() {
            let name = volume.name(&instance.name);
            let claim = instance.claims.iter().find(|claim| pods::name(&claim.metadata) == name);
            if let (Some(claim), Some(wanted)) = (claim, storage(view, &volume)) {
                actions.extend(grow(name, claim, wanted));
            }
        }
    }
    (!actions.is_empty()).then(|| Next { actions, ..Next::wait(1) })
}

fn grow(name: String, claim: &PersistentVolumeClaim, wanted: &Storage) -> Option<Action> {
    let spec = claim.spec.as_ref()?;
    let template = wanted.pvc_template.as_ref();
    let requests = |resources: &k8s_openapi::api::core::v1::VolumeResourceRequirements| {
        resources.requests.as_ref()?.get("storage").map(|size| size.0.clone())
    };
    let of_template = || requests(template?.resources.as_ref()?);
    let size = wanted.size.clone().or_else(of_template);
    let present = requests(spec.resources.as_ref()?);
    let amount = |text: &Option<String>| text.as_ref()?.parse::<Amount>().ok();
    let request = size.filter(|size| amount(&Some(size.clone())) > amount(&present));
    let attributes_class = template
        .and_then(|template| template.volume_attributes_class_name.clone())
        .filter(|class| spec.volume_attributes_class_name.as_ref() != Some(class));
    let changes = request.is_some() || attributes_class.is_some();
    changes.then_some(Action::ResizeClaim { claim: name, request, attributes_class })
}

fn storage<'a>(view: &'a View<'_>, volume: &Volume) -> Option<&'a Storage> {
    match volume {
        Volume::Data => Some(&view.spec.storage),
        Volume::Wal => view.spec.wal_storage.as_ref(),
        Volume::Tablespace(name) => {
            let mut all = view.spec.tablespaces.iter();
            all.find(|one| one.name == *name).map(|one| &one.storage)
        }
    }
}
