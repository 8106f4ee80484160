//! Volumes follow the spec: they grow, and new ones are added to instances that run.

use api::cluster::storage::Storage;
use api::quantity::Amount;
use k8s_openapi::api::core::v1::PersistentVolumeClaim;

use super::plan::{Action, Volume};
use super::pods;
use super::view::View;

/// Claims that instances with pods lack, and claims that ask for less than they should.
pub(super) fn changes(view: &View<'_>) -> Vec<Action> {
    let lacking = view.instances.iter().filter_map(|instance| {
        instance.pod.filter(|pod| pods::active(pod))?;
        let volumes = view.missing_volumes(&instance.name);
        // Without its data an instance is not whole again by a new volume.
        let adds = !volumes.is_empty() && !volumes.contains(&Volume::Data);
        adds.then_some(Action::CreateClaims { serial: instance.serial, volumes })
    });
    lacking.chain(growth(view)).collect()
}

fn growth<'a>(view: &'a View<'_>) -> impl Iterator<Item = Action> + 'a {
    let allowed = view.spec.storage.resize_in_use_volumes != Some(false);
    let instances = view.instances.iter().filter(move |_| allowed);
    instances.flat_map(move |instance| {
        view.expected_volumes().into_iter().filter_map(move |volume| {
            let name = volume.name(&instance.name);
            let claim = instance.claims.iter().find(|claim| pods::name(&claim.metadata) == name)?;
            grow(name, claim, storage(view, &volume)?)
        })
    })
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
