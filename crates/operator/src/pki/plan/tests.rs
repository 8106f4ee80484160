use super::*;
use crate::pki::certificate::{Request, Role, new_key, sign, sign_ca};

const DAY: Duration = Duration::from_secs(86400);
const POLICY: Policy =
    Policy { duration: Duration::from_secs(90 * 86400), threshold: Duration::from_secs(7 * 86400) };
const NAME: &str = "cnpg-webhook-service.cnpg-system.svc";

fn now() -> Timestamp {
    "2026-11-21T12:00:00Z".parse().expect("a time")
}

fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

fn ca_made(at: Timestamp) -> Pair {
    let request = Request {
        common_name: "cnpg-ca-secret",
        unit: Some("cnpg-system"),
        role: Role::Ca,
        now: at,
        duration: 90 * DAY,
    };
    sign_ca(&request, &new_key().expect("a key"), None).expect("signed")
}

fn server_made(at: Timestamp, ca: &Pair, name: &str) -> Pair {
    let names = [name.to_owned()];
    let role = Role::Server(&names);
    let request = Request { common_name: name, unit: None, role, now: at, duration: 90 * DAY };
    sign(&request, &new_key().expect("a key"), ca).expect("signed")
}

#[test]
fn what_is_done_when() {
    let ca = ca_made(now());
    let server = server_made(now(), &ca, NAME);
    let (old_ca, future_ca) = (ca_made(now() - days(84)), ca_made(now() + days(1)));
    let without_key = |pair: &Pair| Pair { key: String::new(), ..pair.clone() };
    let garbage = Pair { certificate: "-".into(), key: "-".into() };

    let create = Step::Create;
    let renew = Step::Renew;
    let keep = Step::Keep;
    let is = |ca, server| Ok(Plan { ca, server });
    use Reason::*;
    // (name, CA secret, server secret, answer)
    let table = [
        ("nothing there", None, None, is(create(Missing), create(Missing))),
        ("all good", Some(ca.clone()), Some(server.clone()), is(keep, keep)),
        ("server secret deleted", Some(ca.clone()), None, is(keep, create(Missing))),
        ("CA deleted", None, Some(server.clone()), is(create(Missing), renew(OtherCa))),
        (
            "CA about to expire",
            Some(old_ca.clone()),
            Some(server_made(now(), &old_ca, NAME)),
            is(renew(Expiring), keep),
        ),
        (
            "CA of the future",
            Some(future_ca.clone()),
            Some(server_made(now(), &future_ca, NAME)),
            is(renew(NotYetValid), keep),
        ),
        (
            "server about to expire",
            Some(ca.clone()),
            Some(server_made(now() - days(84), &ca, NAME)),
            is(keep, renew(Expiring)),
        ),
        (
            "server just not about to expire",
            Some(ca.clone()),
            Some(server_made(now() - days(82), &ca, NAME)),
            is(keep, keep),
        ),
        (
            "other namespace",
            Some(ca.clone()),
            Some(server_made(now(), &ca, "cnpg-webhook-service.other.svc")),
            // Not good for the name, whoever signed it.
            is(keep, renew(OtherCa)),
        ),
        (
            "signed by another CA",
            Some(ca.clone()),
            Some(server_made(now(), &ca_made(now()), NAME)),
            is(keep, renew(OtherCa)),
        ),
        (
            "server unreadable",
            Some(ca.clone()),
            Some(garbage.clone()),
            is(keep, create(Unreadable)),
        ),
        (
            "server key lost",
            Some(ca.clone()),
            Some(without_key(&server)),
            is(keep, create(Unreadable)),
        ),
        ("CA unreadable", Some(garbage), Some(server.clone()), Err(Refused::NoCa)),
        ("no CA at all", Some(server.clone()), Some(server.clone()), Err(Refused::NoCa)),
        ("CA key not needed", Some(without_key(&ca)), Some(server.clone()), is(keep, keep)),
        ("CA key needed", Some(without_key(&ca)), None, Err(Refused::NoCaKey)),
        ("CA key needed for the CA", Some(without_key(&old_ca)), None, Err(Refused::NoCaKey)),
    ];
    for (name, ca, server, expected) in table {
        let seen = Seen::read(ca.as_ref(), server.as_ref(), NAME);
        assert_eq!(plan(&seen, &[NAME.to_owned()], POLICY, now()), expected, "{name}");
    }
}

#[test]
fn more_names_than_wanted_are_renewed_away() {
    let ca = ca_made(now());
    let server = server_made(now(), &ca, NAME);
    let seen = Seen::read(Some(&ca), Some(&server), NAME);
    let wanted = [NAME.to_owned(), "another.svc".to_owned()];
    let plan = plan(&seen, &wanted, POLICY, now()).expect("possible");
    assert_eq!(plan.server, Step::Renew(Reason::OtherNames));
    assert!(same(&wanted, &[wanted[1].clone(), wanted[0].clone()]), "in any order");
}

#[test]
fn the_next_look_is_before_anything_expires() {
    let hour = Duration::from_secs(3600);
    for (name, made, expected) in [
        ("long to go", now(), hour),
        (
            "half an hour to go",
            now() - days(83) + SignedDuration::from_mins(35),
            hour / 2 + Duration::from_secs(1),
        ),
        ("overdue", now() - days(85), Duration::from_secs(1)),
    ] {
        let ca = ca_made(made);
        let seen = Seen::read(Some(&ca), None, NAME);
        assert_eq!(again(&seen, POLICY, now(), hour), expected, "{name}");
    }
}
