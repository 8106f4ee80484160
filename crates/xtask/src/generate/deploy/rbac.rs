//! What the operator may do, and as whom.

use anyhow::Result;
use k8s_openapi::api::core::v1::ServiceAccount;
use k8s_openapi::api::rbac::v1::{ClusterRole, ClusterRoleBinding, PolicyRule, RoleRef, Subject};

use super::{ACCOUNT, NAMESPACE, cluster_wide, document, namespaced};

const CNPG: &str = "postgresql.cnpg.io";
const READ: &str = "get list watch";
const ALL: &str = "create delete get list patch update watch";

/// What people write and look at.
const KINDS: &str = "backups clusters databaseroles databases imagecatalogs poolers publications \
                     scheduledbackups subscriptions";

/// Group, resources and verbs; the operator has what it hands on to instances, and no more.
const RULES: &[(&str, &str, &str)] = &[
    ("", "configmaps secrets services", ALL),
    ("", "configmaps/status secrets/status", "get patch update"),
    ("", "events", "create patch"),
    ("", "nodes", READ),
    ("", "persistentvolumeclaims pods pods/exec", "create delete get list patch watch"),
    ("", "pods/status", "get"),
    ("", "serviceaccounts", "create get list patch update watch"),
    (
        "admissionregistration.k8s.io",
        "mutatingwebhookconfigurations validatingwebhookconfigurations",
        "get patch",
    ),
    ("apps", "deployments", ALL),
    ("batch", "jobs", "create delete get list patch watch"),
    ("coordination.k8s.io", "leases", "create get list update watch"),
    ("discovery.k8s.io", "endpointslices", READ),
    ("monitoring.coreos.com", "podmonitors", "create delete get list patch watch"),
    ("policy", "poddisruptionbudgets", ALL),
    (
        CNPG,
        "backups clusters databaseroles databases poolers publications scheduledbackups \
         subscriptions",
        ALL,
    ),
    (
        CNPG,
        "backups/status clusters/status databaseroles/status databases/status \
         failoverquorums/status poolers/status publications/status scheduledbackups/status \
         subscriptions/status",
        "get patch update",
    ),
    // Nobody may hand on what he may not do himself, and instances watch these two.
    (CNPG, "clusters/status failoverquorums/status", "watch"),
    (CNPG, "clusters/finalizers databaseroles/finalizers poolers/finalizers", "update"),
    (CNPG, "clusterimagecatalogs imagecatalogs", READ),
    (CNPG, "failoverquorums", "create delete get list watch"),
    ("rbac.authorization.k8s.io", "rolebindings roles", "create get list patch update watch"),
    ("snapshot.storage.k8s.io", "volumesnapshots", "create get list patch watch"),
];

pub(super) fn documents() -> Result<Vec<String>> {
    let account = ServiceAccount { metadata: namespaced(ACCOUNT), ..ServiceAccount::default() };
    let role = ClusterRole {
        metadata: cluster_wide(ACCOUNT),
        rules: Some(RULES.iter().map(rule).collect()),
        ..ClusterRole::default()
    };
    let binding = ClusterRoleBinding {
        metadata: cluster_wide(&format!("{ACCOUNT}-rolebinding")),
        role_ref: RoleRef {
            api_group: Some("rbac.authorization.k8s.io".to_owned()),
            kind: "ClusterRole".to_owned(),
            name: ACCOUNT.to_owned(),
        },
        subjects: Some(vec![Subject {
            kind: "ServiceAccount".to_owned(),
            name: ACCOUNT.to_owned(),
            namespace: Some(NAMESPACE.to_owned()),
            ..Subject::default()
        }]),
    };
    let edit = people("clusters-editor", "create delete get list patch update watch");
    let view = people("clusters-viewer", READ);
    Ok(vec![
        document(&account)?,
        document(&role)?,
        document(&binding)?,
        document(&edit)?,
        document(&view)?,
    ])
}

/// For people: what they may do with the kinds that they write.
fn people(suffix: &str, verbs: &str) -> ClusterRole {
    let statuses: Vec<String> = KINDS.split(' ').map(|kind| format!("{kind}/status")).collect();
    let rules = [(KINDS.to_owned(), verbs), (statuses.join(" "), "get")];
    ClusterRole {
        metadata: cluster_wide(&format!("cnpg-{suffix}-role")),
        rules: Some(rules.iter().map(|(kinds, verbs)| rule(&(CNPG, kinds, verbs))).collect()),
        ..ClusterRole::default()
    }
}

fn rule((group, resources, verbs): &(&str, &str, &str)) -> PolicyRule {
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect();
    PolicyRule {
        api_groups: Some(vec![(*group).to_owned()]),
        resources: Some(words(resources)),
        verbs: words(verbs),
        ..PolicyRule::default()
    }
}
