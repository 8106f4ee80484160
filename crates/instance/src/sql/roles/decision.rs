//! What to do about one role: pure.

use std::collections::BTreeSet;

use api::cluster::managed::ManagedRole;
use api::cluster::status::managed::PasswordState;
use api::ensure::Ensure;
use postgres::identifier::is_reserved_role;

use super::listing::{Role, ValidUntil};

/// What a cluster wants of a role.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    pub role: &'a ManagedRole,
    pub secret: SecretState<'a>,
}

/// The Secret with the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretState<'a> {
    /// None is wanted.
    None,
    Version(&'a str),
    /// An attempt to use it will say why.
    Unreadable,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// It belongs to PostgreSQL or to the operator.
    Reserved,
    /// The cluster does not speak of it.
    Ignore,
    Reconciled,
    Create,
    Update,
    Delete,
    SetComment,
    UpdateMemberships {
        grant: Vec<String>,
        revoke: Vec<String>,
    },
}

impl Action {
    /// Its name in messages.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Reserved => "RESERVED",
            Self::Ignore => "IGNORE",
            Self::Reconciled => "RECONCILED",
            Self::Create => "CREATE",
            Self::Update => "UPDATE",
            Self::Delete => "DELETE",
            Self::SetComment => "SET_COMMENT",
            Self::UpdateMemberships { .. } => "UPDATE_MEMBERSHIPS",
        }
    }

    /// Where the status lists the role.
    pub const fn bucket(&self) -> &'static str {
        match self {
            Self::Reserved => "reserved",
            Self::Ignore => "not-managed",
            Self::Reconciled => "reconciled",
            Self::Create
            | Self::Update
            | Self::Delete
            | Self::SetComment
            | Self::UpdateMemberships { .. } => "pending-reconciliation",
        }
    }

    /// Whether there is something to do.
    pub fn is_pending(&self) -> bool {
        self.bucket() == "pending-reconciliation"
    }
}

/// What to do about a role, first match first.
pub fn decide(
    name: &str,
    found: Option<&Role>,
    wanted: Option<&Wanted<'_>>,
    given: Option<&PasswordState>,
) -> Action {
    if is_reserved_role(name) {
        return Action::Reserved;
    }
    let Some(wanted) = wanted else { return Action::Ignore };
    let absent = wanted.role.ensure == Some(Ensure::Absent);
    let Some(found) = found else {
        return if absent { Action::Reconciled } else { Action::Create };
    };
    if absent {
        return Action::Delete;
    }
    if differs(found, wanted.role) || password_differs(found, wanted.secret, given) {
        return Action::Update;
    }
    if found.comment.as_deref().unwrap_or_default()
        != wanted.role.comment.as_deref().unwrap_or_default()
    {
        return Action::SetComment;
    }
    let now: BTreeSet<&String> = found.parents.iter().collect();
    let then: BTreeSet<&String> = wanted.role.in_roles.iter().collect();
    if now != then {
        let names = |set: Vec<&&String>| set.into_iter().map(|name| (*name).clone()).collect();
        return Action::UpdateMemberships {
            grant: names(then.difference(&now).collect()),
            revoke: names(now.difference(&then).collect()),
        };
    }
    Action::Reconciled
}

fn differs(found: &Role, wanted: &ManagedRole) -> bool {
    let yes = |flag: Option<bool>| flag == Some(true);
    let until = match wanted.valid_until.as_ref() {
        None => ValidUntil::Always,
        Some(time) => ValidUntil::Microsecond(time.0.as_microsecond()),
    };
    found.superuser != yes(wanted.superuser)
        || found.createdb != yes(wanted.createdb)
        || found.createrole != yes(wanted.createrole)
        || found.inherit != wanted.inherit.unwrap_or(true)
        || found.login != yes(wanted.login)
        || found.replication != yes(wanted.replication)
        || found.bypassrls != yes(wanted.bypassrls)
        || i64::from(found.connection_limit) != wanted.connection_limit.unwrap_or(-1)
        || found.valid_until != until
}

/// Whether the password may be another than the one that was given last.
fn password_differs(found: &Role, secret: SecretState<'_>, given: Option<&PasswordState>) -> bool {
    let version = match secret {
        SecretState::None => None,
        SecretState::Version(version) => Some(version),
        SecretState::Unreadable => return true,
    };
    given.is_none_or(|given| {
        given.transaction_id != Some(found.xmin) || given.resource_version.as_deref() != version
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn role(value: serde_json::Value) -> ManagedRole {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn what_to_do_about_a_role() {
        let found = Role {
            name: "bob".into(),
            inherit: true,
            connection_limit: -1,
            xmin: 7,
            ..Role::default()
        };
        let with = |change: fn(&mut Role)| {
            let mut role = found.clone();
            change(&mut role);
            Some(role)
        };
        let given = |version: Option<&str>| PasswordState {
            transaction_id: Some(7),
            resource_version: version.map(str::to_owned),
        };
        let bob = json!({"name": "bob"});
        let (none, v1) = (SecretState::None, SecretState::Version("1"));
        let members = |grant: &[&str], revoke: &[&str]| Action::UpdateMemberships {
            grant: grant.iter().map(|&s| s.into()).collect(),
            revoke: revoke.iter().map(|&s| s.into()).collect(),
        };
        for (name, found, wanted, secret, given, expected) in [
            ("equal", with(|_| ()), bob.clone(), none, Some(given(None)), Action::Reconciled),
            ("missing", None, bob.clone(), none, None, Action::Create),
            ("never seen", with(|_| ()), bob.clone(), none, None, Action::Update),
            (
                "absent",
                with(|_| ()),
                json!({"name": "bob", "ensure": "absent"}),
                none,
                None,
                Action::Delete,
            ),
            (
                "absent and gone",
                None,
                json!({"name": "bob", "ensure": "absent"}),
                none,
                None,
                Action::Reconciled,
            ),
            (
                "attribute",
                with(|role| role.login = true),
                bob.clone(),
                none,
                Some(given(None)),
                Action::Update,
            ),
            (
                "limit",
                with(|_| ()),
                json!({"name": "bob", "connectionLimit": 4}),
                none,
                Some(given(None)),
                Action::Update,
            ),
            (
                "no inheritance",
                with(|_| ()),
                json!({"name": "bob", "inherit": false}),
                none,
                Some(given(None)),
                Action::Update,
            ),
            (
                "expires",
                with(|_| ()),
                json!({"name": "bob", "validUntil": "2030-01-01T00:00:00Z"}),
                none,
                Some(given(None)),
                Action::Update,
            ),
            (
                "expires then",
                with(|role| role.valid_until = ValidUntil::Microsecond(1_893_456_000_000_000)),
                json!({"name": "bob", "validUntil": "2030-01-01T00:00:00Z"}),
                none,
                Some(given(None)),
                Action::Reconciled,
            ),
            (
                "expires no more",
                with(|role| role.valid_until = ValidUntil::Microsecond(1)),
                bob.clone(),
                none,
                Some(given(None)),
                Action::Update,
            ),
            (
                "password known",
                with(|_| ()),
                bob.clone(),
                v1,
                Some(given(Some("1"))),
                Action::Reconciled,
            ),
            (
                "password changed",
                with(|_| ()),
                bob.clone(),
                v1,
                Some(given(Some("0"))),
                Action::Update,
            ),
            (
                "changed by hand",
                with(|role| role.xmin = 8),
                bob.clone(),
                none,
                Some(given(None)),
                Action::Update,
            ),
            (
                "no Secret",
                with(|_| ()),
                bob.clone(),
                SecretState::Unreadable,
                Some(given(None)),
                Action::Update,
            ),
            (
                "comment",
                with(|role| role.comment = Some("x".into())),
                bob.clone(),
                none,
                Some(given(None)),
                Action::SetComment,
            ),
            (
                "comment before membership",
                with(|role| role.parents = vec!["a".into()]),
                json!({"name": "bob", "comment": "x"}),
                none,
                Some(given(None)),
                Action::SetComment,
            ),
            (
                "members",
                with(|role| role.parents = vec!["a".into(), "b".into()]),
                json!({"name": "bob", "inRoles": ["c", "b"]}),
                none,
                Some(given(None)),
                members(&["c"], &["a"]),
            ),
        ] {
            let wanted = role(wanted);
            let wanted = Wanted { role: &wanted, secret };
            assert_eq!(
                decide("bob", found.as_ref(), Some(&wanted), given.as_ref()),
                expected,
                "{name}"
            );
        }
        assert_eq!(decide("bob", Some(&found), None, None), Action::Ignore);
        assert_eq!(decide("postgres", Some(&found), None, None), Action::Reserved);
    }
}
