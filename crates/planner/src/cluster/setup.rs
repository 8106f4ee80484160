//! What comes before any instance: the image, and what stops a pass altogether.

use api::cluster::status::instances::ImageInfo;
use api::extension::Extension;
use api::image_catalog::CatalogImage;
use api::phases::cluster as phases;
use postgres::image::ImageReference;

use super::event::Reason;
use super::next::{Change, Next};
use super::seen::Trouble;
use super::view::View;

/// Nothing can be said about the instances.
pub(super) fn trouble(view: &View<'_>) -> Option<Next> {
    let (phase, reason) = match view.seen.trouble.as_ref()? {
        Trouble::Invalid(reason) => (phases::INVALID, reason),
        Trouble::Objects(reason) => (phases::CANNOT_CREATE_OBJECTS, reason),
        Trouble::UnknownPlugin(reason) => (phases::UNKNOWN_PLUGIN, reason),
        Trouble::Plugin(reason) => (phases::PLUGIN_ERROR, reason),
    };
    Some(Next::wait(10).stage(phase, reason))
}

/// Jobs and pods are built for the image in the status, so it comes first.
pub(super) fn first_image(view: &View<'_>) -> Option<Next> {
    if view.status.pgdata_image_info.is_some() && view.status.image.is_some() {
        return None;
    }
    Some(match requested(view) {
        Err(reason) => refused(reason),
        Ok(info) => {
            let image = Change::Image(info.image.clone());
            Next::wait(0).change(image).change(Change::DataImage(info))
        }
    })
}

/// Another image of the same major version rolls out; another major version is not for here.
pub(super) fn image(view: &View<'_>) -> Option<Next> {
    let data = view.status.pgdata_image_info.as_ref()?;
    let wanted = match requested(view) {
        Ok(wanted) => wanted,
        Err(reason) => return Some(refused(reason)),
    };
    let major = wanted.major_version;
    if wanted == *data && view.status.image.as_ref() == Some(&wanted.image) {
        return None;
    }
    if major == data.major_version {
        let image = Change::Image(wanted.image.clone());
        return Some(Next::wait(0).change(image).change(Change::DataImage(wanted)));
    }
    let from = data.major_version;
    Some(refused(if major < from {
        format!("cannot go back from PostgreSQL {from} to {major}: name an image of {from}")
    } else {
        format!(
            "cannot upgrade PostgreSQL from {from} to {major} in place yet: name an image of {from}"
        )
    }))
}

fn refused(reason: String) -> Next {
    let next = Next::wait(10).event(Reason::DiscoverImage, reason.clone());
    next.stage(phases::IMAGE_CATALOG_ERROR, reason)
}

/// The image that the spec asks for, with its extensions.
fn requested(view: &View<'_>) -> Result<ImageInfo, String> {
    let wishes = &view.spec.postgresql.extensions;
    if let Some(reference) = &view.spec.image_catalog_ref {
        let (kind, name, major) = (&reference.kind, &reference.name, reference.major);
        let images = view.seen.catalog.as_ref();
        let images = images.ok_or_else(|| format!("{kind} {name} does not exist"))?;
        let entry = images.iter().find(|image| image.major == major);
        let entry =
            entry.ok_or_else(|| format!("{kind} {name} has no image for PostgreSQL {major}"))?;
        return Ok(ImageInfo {
            extensions: extensions(wishes, Some(entry))?,
            image: entry.image.clone(),
            major_version: major,
        });
    }
    let image = view.spec.image_name.clone().unwrap_or_default();
    let version = ImageReference::parse(&image)
        .version()
        .map_err(|error| format!("spec.imageName {image:?}: {error}"))?;
    Ok(ImageInfo {
        extensions: extensions(wishes, None)?,
        major_version: version.major().into(),
        image,
    })
}

/// The catalog's extension of the same name is the base; what the cluster sets wins.
fn extensions(
    wishes: &[Extension],
    entry: Option<&CatalogImage>,
) -> Result<Vec<Extension>, String> {
    let resolve = |wish: &Extension| {
        let known = entry.into_iter().flat_map(|entry| &entry.extensions);
        let base = known.into_iter().find(|one| one.name == wish.name);
        let mut all = base.cloned().unwrap_or_else(|| wish.clone());
        macro_rules! overlay {
            ($($field:ident)*) => {
                $(if !wish.$field.is_empty() { all.$field.clone_from(&wish.$field); })*
            };
        }
        overlay!(bin_path dynamic_library_path env extension_control_path ld_library_path);
        if wish.image.reference.is_some() {
            all.image.reference.clone_from(&wish.image.reference);
        }
        if wish.image.pull_policy.is_some() {
            all.image.pull_policy.clone_from(&wish.image.pull_policy);
        }
        if all.image.reference.as_deref().unwrap_or_default().is_empty() {
            let name = &wish.name;
            return Err(format!(
                "extension {name} has no image: give spec.postgresql.extensions[].image.reference"
            ));
        }
        Ok(all)
    };
    wishes.iter().map(resolve).collect()
}
