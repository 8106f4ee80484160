//! Who is fenced: a list of names in an annotation, or all.

use api::Cluster;
use api::annotations::FENCED_INSTANCES;

/// Whether an instance is to be down.
pub fn is_fenced(cluster: &Cluster, instance: &str) -> bool {
    let annotations = cluster.metadata.annotations.as_ref();
    let Some(text) = annotations.and_then(|all| all.get(FENCED_INSTANCES)) else { return false };
    match serde_json::from_str::<Vec<String>>(text) {
        Ok(names) => names.iter().any(|name| name == "*" || name == instance),
        Err(error) => {
            tracing::warn!(%error, annotation = FENCED_INSTANCES, "the annotation is no list");
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_names_or_a_star() {
        for (text, fenced) in [
            (None, false),
            (Some(r#"["pg-1"]"#), true),
            (Some(r#"["pg-2"]"#), false),
            (Some(r#"["*"]"#), true),
            (Some("pg-1"), false),
        ] {
            let mut cluster = Cluster::default();
            cluster.metadata.annotations =
                text.map(|text| [(FENCED_INSTANCES.to_owned(), text.to_owned())].into());
            assert_eq!(is_fenced(&cluster, "pg-1"), fenced, "{text:?}");
        }
    }
}
