//! Who may connect: `pg_hba.conf` and `pg_ident.conf`, byte for byte.
//!
//! The order is a promise: the first line that fits decides, and ours come before the user's.

use std::borrow::Cow;

/// What stands in `pg_ident.conf` for a user whose name nobody knows: a pattern that fits any.
pub const ANY_OS_USER: &str = "/";

/// All that a server may be asked while it recovers from a backup: only its own socket.
pub const RECOVERY_HBA: &str = "local all all peer map=local\n";

const OWN_RULES: &[&str] = &[
    "local all cnpg_metrics_exporter peer map=cnpg_metrics_exporter",
    "local all all peer map=local",
    "hostssl postgres streaming_replica all cert map=cnpg_streaming_replica",
    "hostssl replication streaming_replica all cert map=cnpg_streaming_replica",
    "hostssl all cnpg_pooler_pgbouncer all cert map=cnpg_pooler_pgbouncer",
];

/// What `pg_hba.conf` is made of besides our own rules.
#[derive(Debug, Clone, Default)]
pub struct Hba<'a> {
    /// The user's lines, with references already resolved.
    pub rules: &'a [String],
    pub ldap: Option<Ldap<'a>>,
    pub method: DefaultMethod,
}

/// How those are asked for a password whom no other line fits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DefaultMethod {
    Md5,
    #[default]
    ScramSha256,
}

impl DefaultMethod {
    /// The method of a major version.
    #[must_use]
    pub const fn of(major: u32) -> Self {
        if major >= 14 { Self::ScramSha256 } else { Self::Md5 }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Md5 => "md5",
            Self::ScramSha256 => "scram-sha-256",
        }
    }
}

/// A directory that knows the passwords.
#[derive(Clone, Copy)]
pub struct Ldap<'a> {
    pub server: &'a str,
    pub port: Option<u16>,
    pub scheme: Option<&'a str>,
    pub tls: bool,
    pub bind: Option<LdapBind<'a>>,
}

/// How the server finds a user in the directory.
#[derive(Clone, Copy)]
pub enum LdapBind<'a> {
    Direct {
        prefix: &'a str,
        suffix: &'a str,
    },
    Search {
        base_dn: &'a str,
        bind_dn: &'a str,
        bind_password: &'a str,
        filter: Option<&'a str>,
        attribute: Option<&'a str>,
    },
}

/// Shows nothing of the bind, which holds a password.
impl std::fmt::Debug for Ldap<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ldap").field("server", &self.server).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for LdapBind<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Direct { .. } => "Direct",
            Self::Search { .. } => "Search",
        })
    }
}

/// Renders `pg_hba.conf`.
#[must_use]
pub fn hba(hba: &Hba<'_>) -> String {
    let own = OWN_RULES.iter().map(|rule| Cow::Borrowed(*rule));
    let user = hba.rules.iter().map(|rule| Cow::Borrowed(rule.as_str()));
    let ldap = hba.ldap.iter().map(|ldap| Cow::Owned(ldap_rule(ldap)));
    let last = format!("host all all all {}", hba.method.as_str());
    own.chain(user).chain(ldap).chain([Cow::Owned(last)]).map(|line| line + "\n").collect()
}

/// Renders `pg_ident.conf`: our own maps, then the user's.
#[must_use]
pub fn ident(os_user: &str, maps: &[String]) -> String {
    let own = [
        format!("local {os_user} postgres"),
        "cnpg_streaming_replica streaming_replica streaming_replica".to_owned(),
        "cnpg_pooler_pgbouncer cnpg_pooler_pgbouncer cnpg_pooler_pgbouncer".to_owned(),
        format!("cnpg_metrics_exporter {os_user} cnpg_metrics_exporter"),
    ];
    own.iter().chain(maps).map(|line| format!("{line}\n")).collect()
}

fn ldap_rule(ldap: &Ldap<'_>) -> String {
    let mut rule = format!("host all all 0.0.0.0/0 ldap ldapserver={}", quote(ldap.server));
    let mut add = |name: &str, value: String| {
        rule.push(' ');
        rule.push_str(name);
        rule.push('=');
        rule.push_str(&value);
    };
    if let Some(port) = ldap.port {
        add("ldapport", port.to_string());
    }
    if let Some(scheme) = ldap.scheme {
        add("ldapscheme", quote(scheme));
    }
    if ldap.tls {
        add("ldaptls", "1".to_owned());
    }
    match ldap.bind {
        None => {}
        Some(LdapBind::Direct { prefix, suffix }) => {
            add("ldapprefix", quote(prefix));
            add("ldapsuffix", quote(suffix));
        }
        Some(LdapBind::Search { base_dn, bind_dn, bind_password, filter, attribute }) => {
            add("ldapbasedn", quote(base_dn));
            add("ldapbinddn", quote(bind_dn));
            add("ldapbindpasswd", quote(bind_password));
            if let Some(filter) = filter {
                add("ldapsearchfilter", quote(filter));
            }
            if let Some(attribute) = attribute {
                add("ldapsearchattribute", quote(attribute));
            }
        }
    }
    rule
}

/// A word of `pg_hba.conf` between quotes; a line break inside is a continued line.
fn quote(value: &str) -> String {
    format!("\"{}\"", value.replace('"', "\"\"").replace('\n', "\\\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn last_lines(text: &str, count: usize) -> Vec<&str> {
        let lines: Vec<_> = text.lines().collect();
        lines[lines.len() - count..].to_vec()
    }

    #[test]
    fn the_users_rules_stand_between_ours() {
        let rules = ["host all all 10.0.0.0/8 trust".to_owned(), "local x y reject".to_owned()];
        let text = hba(&Hba { rules: &rules, ..Hba::default() });
        assert_eq!(
            last_lines(&text, 4),
            [
                "hostssl all cnpg_pooler_pgbouncer all cert map=cnpg_pooler_pgbouncer",
                "host all all 10.0.0.0/8 trust",
                "local x y reject",
                "host all all all scram-sha-256"
            ]
        );
        assert!(text.ends_with('\n'));
    }

    #[test]
    fn old_versions_ask_for_md5() {
        for (major, last) in [(13, "host all all all md5"), (14, "host all all all scram-sha-256")]
        {
            let text = hba(&Hba { method: DefaultMethod::of(major), ..Hba::default() });
            assert_eq!(last_lines(&text, 1), [last], "{major}");
        }
    }

    #[test]
    fn directories_are_quoted() {
        let ldap =
            Ldap { server: "ldap.example", port: None, scheme: None, tls: false, bind: None };
        let direct = LdapBind::Direct { prefix: "uid=", suffix: ",dc=\"x\"" };
        let search = LdapBind::Search {
            base_dn: "dc=x",
            bind_dn: "cn=a",
            bind_password: "a\"b",
            filter: Some("(uid=$username)"),
            attribute: None,
        };
        for (name, ldap, expected) in [
            ("bare", ldap, "ldapserver=\"ldap.example\""),
            (
                "all options",
                Ldap { port: Some(636), scheme: Some("ldaps"), tls: true, ..ldap },
                "ldapserver=\"ldap.example\" ldapport=636 ldapscheme=\"ldaps\" ldaptls=1",
            ),
            (
                "direct",
                Ldap { bind: Some(direct), ..ldap },
                "ldapserver=\"ldap.example\" ldapprefix=\"uid=\" ldapsuffix=\",dc=\"\"x\"\"\"",
            ),
            (
                "search",
                Ldap { bind: Some(search), ..ldap },
                "ldapserver=\"ldap.example\" ldapbasedn=\"dc=x\" ldapbinddn=\"cn=a\" \
                 ldapbindpasswd=\"a\"\"b\" ldapsearchfilter=\"(uid=$username)\"",
            ),
        ] {
            assert!(!format!("{ldap:?}").contains("a\"b"), "{name}");
            let text = hba(&Hba { ldap: Some(ldap), ..Hba::default() });
            assert_eq!(
                last_lines(&text, 2)[0],
                format!("host all all 0.0.0.0/0 ldap {expected}"),
                "{name}"
            );
        }
    }

    #[test]
    fn maps_follow_ours() {
        let text = ident(ANY_OS_USER, &["mine a b".to_owned()]);
        assert_eq!(text.lines().next(), Some("local / postgres"));
        assert_eq!(
            last_lines(&text, 2),
            ["cnpg_metrics_exporter / cnpg_metrics_exporter", "mine a b"]
        );
    }
}
