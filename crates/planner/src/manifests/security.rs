//! Who the processes of a pod are, and what they may not do.

use k8s_openapi::api::core::v1::{
    Capabilities, PodSecurityContext, SeccompProfile, SecurityContext,
};

use super::{Manifests, Platform};

/// User and group of PostgreSQL in the images when the cluster chooses no other.
const POSTGRES_ID: i64 = 26;

impl Manifests<'_> {
    /// The security context of a pod; the user's own is only completed.
    pub(super) fn pod_security_context(&self) -> Option<PodSecurityContext> {
        if self.installation.platform == Platform::OpenShift {
            return None;
        }
        let spec = &self.cluster.spec;
        let user = spec.postgres_uid.unwrap_or(POSTGRES_ID);
        let group = spec.postgres_gid.unwrap_or(POSTGRES_ID);
        let mut context = spec.pod_security_context.clone().unwrap_or_else(|| PodSecurityContext {
            fs_group: Some(group),
            run_as_non_root: Some(true),
            ..PodSecurityContext::default()
        });
        context.run_as_user.get_or_insert(user);
        context.run_as_group.get_or_insert(group);
        context.seccomp_profile.get_or_insert_with(|| self.seccomp_profile());
        Some(context)
    }

    /// The security context of every container; the user's own is only completed.
    pub(super) fn container_security_context(&self) -> SecurityContext {
        let mut context = self.cluster.spec.security_context.clone().unwrap_or_default();
        context.allow_privilege_escalation.get_or_insert(false);
        context.privileged.get_or_insert(false);
        context.read_only_root_filesystem.get_or_insert(true);
        context.run_as_non_root.get_or_insert(true);
        context.capabilities.get_or_insert_with(|| Capabilities {
            drop: Some(vec!["ALL".to_owned()]),
            ..Capabilities::default()
        });
        context.seccomp_profile.get_or_insert_with(|| self.seccomp_profile());
        context
    }

    fn seccomp_profile(&self) -> SeccompProfile {
        self.cluster.spec.seccomp_profile.clone().unwrap_or_else(|| SeccompProfile {
            type_: "RuntimeDefault".to_owned(),
            ..SeccompProfile::default()
        })
    }
}
