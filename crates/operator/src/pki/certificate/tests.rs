use super::*;

const DAY: Duration = Duration::from_secs(86400);

fn now() -> Timestamp {
    "2026-11-21T12:00:00Z".parse().expect("a time")
}

fn ca_request() -> Request<'static> {
    let (common_name, unit) = ("cnpg-ca-secret", Some("cnpg-system"));
    Request { common_name, unit, role: Role::Ca, now: now(), duration: 90 * DAY }
}

fn ca() -> Pair {
    sign_ca(&ca_request(), &new_key().expect("a key"), None).expect("a CA")
}

fn names() -> Vec<String> {
    vec!["b.ns.svc".to_owned(), "a.ns.svc".to_owned()]
}

fn server(ca: &Pair) -> Pair {
    let names = names();
    let request =
        Request { common_name: "b.ns.svc", unit: None, role: Role::Server(&names), ..ca_request() };
    sign(&request, &new_key().expect("a key"), ca).expect("a certificate")
}

#[test]
fn a_certificate_says_what_was_asked_for() {
    let facts = facts(&server(&ca()).certificate).expect("readable");
    assert_eq!(facts.not_before.to_string(), "2026-11-21T11:55:00Z");
    assert_eq!(facts.not_after.to_string(), "2027-02-19T11:55:00Z");
    assert_eq!(facts.names, names());
    assert!(!facts.is_ca);
}

#[test]
fn usages_and_subject_are_those_others_expect() {
    let ca = ca();
    let der = first(&ca.certificate).expect("DER");
    let (_, read) = X509Certificate::from_der(&der).expect("readable");
    assert_eq!(read.subject().to_string(), "CN=cnpg-ca-secret, OU=cnpg-system");
    assert!(read.is_ca());
    let usage = read.key_usage().expect("parsed").expect("there").value;
    assert!(usage.key_cert_sign());
    assert!(ca.key.starts_with("-----BEGIN EC PRIVATE KEY-----\n"), "SEC 1");

    let der = first(&server(&ca).certificate).expect("DER");
    let (_, read) = X509Certificate::from_der(&der).expect("readable");
    let usage = read.key_usage().expect("parsed").expect("there").value;
    assert!(usage.digital_signature() && usage.key_encipherment() && usage.key_agreement());
    assert!(read.extended_key_usage().expect("parsed").expect("there").value.server_auth);
    assert_eq!(read.issuer().to_string(), "CN=cnpg-ca-secret, OU=cnpg-system");
    assert!((15..=16).contains(&read.raw_serial().len()), "a wide serial number");
}

#[test]
fn a_certificate_is_good_for_its_names_times_and_ca_only() {
    let (ca, other) = (ca(), ca());
    let server = server(&ca).certificate;
    let later = |days: i64| now() + jiff::SignedDuration::from_hours(24 * days);
    for (name, trusted, host, at, good) in [
        ("as made", &ca, "a.ns.svc", now(), true),
        ("other name", &ca, "c.ns.svc", now(), false),
        ("other CA", &other, "a.ns.svc", now(), false),
        ("too late", &ca, "a.ns.svc", later(91), false),
        ("too early", &ca, "a.ns.svc", later(-1), false),
    ] {
        assert_eq!(verifies(&server, &trusted.certificate, host, at), good, "{name}");
    }
}

#[test]
fn a_renewed_ca_vouches_for_what_the_old_one_signed() {
    let old = ca();
    let server = server(&old).certificate;
    let seen = facts(&old.certificate).expect("readable");
    let request =
        Request { now: now() + jiff::SignedDuration::from_hours(24 * 80), ..ca_request() };
    let renewed = sign_ca(&request, &old.key, Some(&seen)).expect("renewed");
    assert_ne!(renewed.certificate, old.certificate);
    assert!(verifies(
        &server,
        &renewed.certificate,
        "a.ns.svc",
        now() + jiff::SignedDuration::from_hours(24 * 80)
    ));
    assert_eq!(facts(&renewed.certificate).expect("readable").key_id, seen.key_id);
}

#[test]
fn keys_are_told_apart() {
    let ca = ca();
    let pair = server(&ca);
    assert!(key_fits(&pair));
    assert!(!key_fits(&Pair { key: ca.key.clone(), ..pair.clone() }), "of another certificate");
    assert!(!key_fits(&Pair { key: "no key".into(), ..pair.clone() }));
    assert!(!format!("{pair:?}").contains(&pair.key[40..80]), "keys are not for logs");
}

#[test]
fn keys_wrapped_the_other_way_are_read_too() {
    let key = KeyPair::generate().expect("a key").serialize_pem();
    assert!(key.starts_with("-----BEGIN PRIVATE KEY-----"));
    let pair = sign_ca(&ca_request(), &key, None).expect("signed");
    assert!(key_fits(&pair));
}

#[test]
fn a_life_without_end_is_refused() {
    let request = Request { duration: DAY * u32::MAX, ..ca_request() };
    let result = sign_ca(&request, &new_key().expect("a key"), None);
    assert!(matches!(result, Err(Error::Dates)), "{result:?}");
}
