//! Extensions that come in images of their own, and plugins.

use std::collections::BTreeSet;

use super::View;
use super::scheduling::is_reserved_variable;
use crate::admission::Errors;
use crate::admission::field_error::repeated;
use crate::extension::{Extension, ExtensionEnv};

const EXTENSIONS: &str = "spec.postgresql.extensions";

pub(super) fn check(view: &View<'_>, errors: &mut Errors) {
    let extensions = &view.spec.postgresql.extensions;
    let names = || extensions.iter().map(|extension| extension.name.as_str());
    for (index, name) in repeated(names()) {
        errors.duplicate(format!("{EXTENSIONS}[{index}].name"), name, "extension");
    }
    let mut volumes = BTreeSet::new();
    let mut seen = BTreeSet::new();
    for (index, extension) in extensions.iter().enumerate() {
        let path = format!("{EXTENSIONS}[{index}]");
        let new_volume = volumes.insert(extension.name.replace('_', "-"));
        if seen.insert(extension.name.as_str()) && !new_volume {
            errors.invalid(
                format!("{path}.name"),
                &extension.name,
                "another extension has the same volume",
                "use a name that differs in more than `_` and `-`",
            );
        }
        check_extension(view, &path, extension, errors);
    }
    plugins(view, errors);
}

fn check_extension(view: &View<'_>, path: &str, extension: &Extension, errors: &mut Errors) {
    if extension.name.is_empty() {
        errors.required(format!("{path}.name"), "the extension has no name", "set it");
    }
    let reference = extension.image.reference.as_deref().unwrap_or_default();
    if reference.is_empty() && view.spec.image_catalog_ref.is_none() {
        errors.required(
            format!("{path}.image.reference"),
            "without a catalog nothing tells the image of the extension",
            "name an image, or use imageCatalogRef",
        );
    }
    for (field, paths) in [
        ("extension_control_path", &extension.extension_control_path),
        ("dynamic_library_path", &extension.dynamic_library_path),
        ("ld_library_path", &extension.ld_library_path),
        ("bin_path", &extension.bin_path),
    ] {
        check_paths(&format!("{path}.{field}"), paths, errors);
    }
    for (index, name) in repeated(extension.env.iter().map(|variable| variable.name.as_str())) {
        errors.duplicate(format!("{path}.env[{index}].name"), name, "variable");
    }
    for (index, variable) in extension.env.iter().enumerate() {
        check_variable(&format!("{path}.env[{index}]"), variable, errors);
    }
}

fn check_paths(list: &str, paths: &[String], errors: &mut Errors) {
    for (index, path) in repeated(paths.iter().map(String::as_str)) {
        errors.duplicate(format!("{list}[{index}]"), path, "entry");
    }
    for (index, path) in paths.iter().enumerate() {
        let field = format!("{list}[{index}]");
        if path.is_empty() {
            errors.invalid(field, path, "it is empty", "name a directory of the image");
        } else if escapes(path) {
            let remedy = "name a directory inside it";
            errors.invalid(field, path, "it leads out of the image", remedy);
        }
    }
}

/// Whether a path leads out of the directory it starts in; a leading slash means that directory.
fn escapes(path: &str) -> bool {
    let mut depth = 0_usize;
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if depth == 0 => return true,
            ".." => depth -= 1,
            _ => depth += 1,
        }
    }
    false
}

fn check_variable(path: &str, variable: &ExtensionEnv, errors: &mut Errors) {
    let name = &variable.name;
    if is_reserved_variable(name) || name == "PATH" || name == "LD_LIBRARY_PATH" {
        errors.invalid(
            format!("{path}.name"),
            name,
            "the operator sets this variable",
            "use another name, or bin_path and ld_library_path",
        );
    }
    if let Some(placeholder) = unknown_placeholder(&variable.value) {
        errors.invalid(
            format!("{path}.value"),
            &variable.value,
            format!("the placeholder {placeholder} is not known"),
            "use ${image_root}, or write $${ for a plain ${",
        );
    }
}

/// The first placeholder that stands for nothing; `$${` is a plain `${`.
fn unknown_placeholder(value: &str) -> Option<&str> {
    let mut rest = value;
    while let Some(start) = rest.find("${") {
        let escaped = rest[..start].ends_with('$');
        let end = rest[start..].find('}').map_or(rest.len(), |end| start + end + 1);
        let placeholder = &rest[start..end];
        if !escaped && placeholder != "${image_root}" {
            return Some(placeholder);
        }
        rest = if escaped { &rest[start + 2..] } else { &rest[end..] };
    }
    None
}

fn plugins(view: &View<'_>, errors: &mut Errors) {
    let archivers: Vec<&str> = view
        .spec
        .plugins
        .iter()
        .filter(|plugin| plugin.enabled != Some(false) && plugin.is_wal_archiver == Some(true))
        .map(|plugin| plugin.name.as_str())
        .collect();
    if archivers.len() > 1 {
        errors.invalid(
            "spec.plugins",
            &archivers,
            "more than one plugin archives WAL",
            "keep isWALArchiver on one of them",
        );
    }
    let backup = view.spec.backup.as_ref();
    let store = backup.is_some_and(|backup| backup.barman_object_store.is_some());
    if store && !archivers.is_empty() {
        errors.invalid(
            "spec.plugins",
            &archivers,
            "spec.backup.barmanObjectStore archives WAL already",
            "keep one of the two",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_inside() {
        for path in ["lib", "/lib", "a/../b", "./x", "a/b/../../c", "..x"] {
            assert!(!escapes(path), "{path}");
        }
        for path in ["..", "../x", "/../x", "a/../../x"] {
            assert!(escapes(path), "{path}");
        }
    }

    #[test]
    fn placeholders() {
        for value in ["x", "${image_root}/a:${image_root}", "$${x}", "$x", "$$${image_root}"] {
            assert_eq!(unknown_placeholder(value), None, "{value}");
        }
        assert_eq!(unknown_placeholder("a ${b} ${image_root}"), Some("${b}"));
        assert_eq!(unknown_placeholder("${open"), Some("${open"));
        assert_eq!(unknown_placeholder("$${a}${b}"), Some("${b}"));
    }
}
