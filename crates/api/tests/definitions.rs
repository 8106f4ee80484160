//! Our definitions against those of the original.

use api::crd;
use serde_json::{Value, json};

use crate::{differences, shared};

/// Where we differ on purpose: start of the line that tells the difference, and why.
const EXCEPTIONS: &[(&str, &str)] = &[(
    "Cluster/spec/versions/0/schema/openAPIV3Schema/properties/status/properties/election",
    "an elected target carries the proof of its election, in one write with the target",
)];

#[test]
fn definitions_are_those_of_the_original() {
    let Some(folder) = shared::compat("crds", "comparing definitions") else { return };
    let mut unexpected = Vec::new();
    let mut used = vec![false; EXCEPTIONS.len()];
    let files = shared::files(&folder, "yaml");
    assert_eq!(files.len(), crd::all().len(), "as many kinds as the original");
    for definition in crd::all() {
        let theirs =
            shared::yaml(&folder.join(format!("{}_{}.yaml", api::GROUP, definition.plural)))
                .remove(0);
        for line in differences::between_definitions(&definition.object, &theirs) {
            let line = format!("{}{line}", definition.kind);
            match EXCEPTIONS.iter().position(|(start, _)| line.starts_with(start)) {
                Some(index) => used[index] = true,
                None => unexpected.push(line),
            }
        }
    }
    assert!(unexpected.is_empty(), "{}", unexpected.join("\n"));
    for ((start, _), used) in EXCEPTIONS.iter().zip(used) {
        assert!(used, "the exception {start} excuses nothing: drop it");
    }
}

#[test]
fn a_planted_difference_is_found() {
    let cluster = crd::all().into_iter().find(|it| it.kind == "Cluster").unwrap();
    let spec = "/spec/versions/0/schema/openAPIV3Schema/properties/spec";
    let instances = format!("{spec}/properties/instances");
    type Plant = fn(&mut Value);
    let plants: [(&str, String, Plant); 8] = [
        ("a default", format!("{instances}/default"), |it| *it = json!(2)),
        ("a bound", format!("{instances}/minimum"), |it| *it = json!(0)),
        ("a type", format!("{instances}/type"), |it| *it = json!("string")),
        ("a required field", format!("{spec}/required"), |it| *it = json!([])),
        ("a rule", format!("{spec}/x-kubernetes-validations/0/rule"), |it| *it = json!("true")),
        ("a word", format!("{spec}/properties/logLevel/enum"), |it| *it = json!(["info"])),
        ("a field", format!("{spec}/properties/storage/properties"), |it| {
            it.as_object_mut().unwrap().remove("size");
        }),
        ("a column", "/spec/versions/0/additionalPrinterColumns/1/name".into(), |it| {
            *it = json!("N")
        }),
    ];
    assert_eq!(differences::between_definitions(&cluster.object, &cluster.object), [""; 0]);
    for (name, path, plant) in plants {
        let mut changed = cluster.object.clone();
        plant(changed.pointer_mut(&path).unwrap_or_else(|| panic!("{name}: no {path}")));
        assert_eq!(differences::between_definitions(&changed, &cluster.object).len(), 1, "{name}");
    }
    let mut reworded = cluster.object.clone();
    *reworded.pointer_mut(&format!("{spec}/description")).unwrap() = json!("other words");
    *reworded.pointer_mut(&format!("{spec}/x-kubernetes-validations/0/message")).unwrap() =
        json!("x");
    assert_eq!(
        differences::between_definitions(&reworded, &cluster.object),
        [""; 0],
        "words are ours"
    );
}
