//! Who may connect, out of the Cluster: the inputs of `pg_hba.conf` and `pg_ident.conf`. Pure, but
//! for the name of the account we run as.

use std::net::IpAddr;

use api::cluster::Cluster;
use api::cluster::ldap::Ldap as LdapSpec;
use api::cluster::status::instances::PodSelectorStatus;
use postgres::access::{self, ANY_OS_USER, DefaultMethod, Hba, Ldap, LdapBind};

/// The text of `pg_hba.conf`. The password is that of the LDAP account which searches.
#[must_use]
pub fn hba(cluster: &Cluster, major: u32, ldap_password: Option<&str>) -> String {
    let seen = cluster.status.as_ref().map_or(&[][..], |status| &status.pod_selector_refs);
    let lines = &cluster.spec.postgresql.pg_hba;
    let rules: Vec<_> = lines.iter().flat_map(|line| expand(line, seen)).collect();
    let ldap = cluster.spec.postgresql.ldap.as_ref();
    access::hba(&Hba {
        rules: &rules,
        ldap: ldap.and_then(|ldap| self::ldap(ldap, ldap_password.unwrap_or_default())),
        method: DefaultMethod::of(major),
    })
}

/// The text of `pg_ident.conf`.
#[must_use]
pub fn ident(cluster: &Cluster, os_user: &str) -> String {
    access::ident(os_user, &cluster.spec.postgresql.pg_ident)
}

/// The name of the account with a user id, as the text of `/etc/passwd` tells it: the C library
/// may not be asked by a static program.
#[must_use]
pub fn os_user(passwd: &str, uid: u32) -> &str {
    let found = passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, _, id) = (fields.next()?, fields.next()?, fields.next()?);
        (id.parse() == Ok(uid)).then_some(name)
    });
    found.unwrap_or(ANY_OS_USER)
}

/// One line for every pod that the reference in a line stands for.
fn expand(line: &str, seen: &[PodSelectorStatus]) -> Vec<String> {
    let Some((kind, name, whole)) = reference(line) else { return vec![line.to_owned()] };
    let refused = |reason: &str| vec![format!("# {line} # {reason}")];
    if kind != "podselector" {
        return refused(&format!("unknown reference {kind:?}"));
    }
    match seen.iter().find(|selector| selector.name == name) {
        None => refused(&format!("unknown pod selector {name:?}")),
        Some(selector) => {
            let hosts = selector.ips.iter().filter_map(|ip| host(ip));
            hosts.map(|host| line.replace(whole, &host)).collect()
        }
    }
}

/// Kind, name and whole text of the first `${kind:name}` in a line.
fn reference(line: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    while let Some(start) = line[from..].find("${").map(|at| from + at) {
        let length = line[start..].find('}')?;
        let whole = &line[start..=start + length];
        if let Some((kind, name)) = whole[2..whole.len() - 1].split_once(':') {
            return Some((kind, name, whole));
        }
        from = start + length;
    }
    None
}

fn host(ip: &str) -> Option<String> {
    Some(match ip.parse().ok()? {
        IpAddr::V4(ip) => format!("{ip}/32"),
        IpAddr::V6(ip) => format!("{ip}/128"),
    })
}

fn ldap<'a>(spec: &'a LdapSpec, password: &'a str) -> Option<Ldap<'a>> {
    let text = |text: &'a Option<String>| text.as_deref().unwrap_or_default();
    let direct = spec
        .bind_as_auth
        .as_ref()
        .map(|bind| LdapBind::Direct { prefix: text(&bind.prefix), suffix: text(&bind.suffix) });
    let search = spec.bind_search_auth.as_ref().map(|bind| LdapBind::Search {
        base_dn: text(&bind.base_dn),
        bind_dn: text(&bind.bind_dn),
        bind_password: password,
        filter: bind.search_filter.as_deref(),
        attribute: bind.search_attribute.as_deref(),
    });
    Some(Ldap {
        server: spec.server.as_deref()?,
        port: spec.port.and_then(|port| u16::try_from(port).ok()).filter(|port| *port != 0),
        scheme: spec.scheme.as_ref().map(|scheme| scheme.as_str()),
        tls: spec.tls == Some(true),
        bind: direct.or(search),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_become_addresses() {
        let ips = vec!["10.0.0.1".to_owned(), "fd00::1".to_owned(), "strange".to_owned()];
        let seen = [
            PodSelectorStatus { name: "apps".to_owned(), ips },
            PodSelectorStatus { name: "none".to_owned(), ips: vec![] },
        ];
        for (line, expected) in [
            ("host all all 10.0.0.0/8 md5", vec!["host all all 10.0.0.0/8 md5"]),
            (
                "host all all ${podselector:apps} md5",
                vec!["host all all 10.0.0.1/32 md5", "host all all fd00::1/128 md5"],
            ),
            ("host all all ${podselector:none} md5", vec![]),
            ("host ${a} b ${podselector:none} md5", vec![]),
            (
                "host x ${podselector:gone}",
                vec!["# host x ${podselector:gone} # unknown pod selector \"gone\""],
            ),
            ("host x ${node:a}", vec!["# host x ${node:a} # unknown reference \"node\""]),
            ("host x ${open", vec!["host x ${open"]),
        ] {
            assert_eq!(expand(line, &seen), expected, "{line}");
        }
    }

    #[test]
    fn accounts_are_found_without_the_c_library() {
        let passwd = "root:x:0:0::/root:/bin/sh\nodd\npostgres:x:26:26::/:/bin/sh\n";
        for (uid, name) in [(26, "postgres"), (0, "root"), (1000, ANY_OS_USER)] {
            assert_eq!(os_user(passwd, uid), name);
        }
    }
}
