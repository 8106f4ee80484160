use super::*;

fn source(pairs: &[(&str, &str)]) -> Source {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn read_one(key: &str, value: &str) -> (Settings, Vec<Ignored>) {
    Settings::read([&source(&[(key, value)])])
}

/// The settings after one change to the defaults.
fn with(change: impl FnOnce(&mut Settings)) -> Settings {
    let mut settings = Settings::default();
    change(&mut settings);
    settings
}

fn owned(items: &[&str]) -> Vec<String> {
    items.iter().map(|item| (*item).to_owned()).collect()
}

#[test]
fn nothing_said_means_the_defaults() {
    let (settings, ignored) = Settings::read([&Source::new(), &source(&[("PATH", "/bin")])]);
    assert_eq!(settings, Settings::default());
    assert_eq!(ignored, []);
    assert_eq!(settings.certificate_duration.as_secs(), 90 * 86400);
    assert_eq!(settings.expiring_check_threshold.as_secs(), 7 * 86400);
    assert_eq!(settings.drain_taints.len(), 4);
    assert_eq!(settings.drain_taints[2], "karpenter.sh/disrupted");
}

#[test]
fn every_key_has_its_effect() {
    let text = |value: &str| Some(value.to_owned());
    let table: &[(&str, &str, Settings)] = &[
        ("CERTIFICATE_DURATION", "30", with(|s| s.certificate_duration = 30 * DAY)),
        ("EXPIRING_CHECK_THRESHOLD", "3", with(|s| s.expiring_check_threshold = 3 * DAY)),
        (
            "CLUSTERS_ROLLOUT_DELAY",
            "60",
            with(|s| s.clusters_rollout_delay = Duration::from_secs(60)),
        ),
        (
            "INSTANCES_ROLLOUT_DELAY",
            "61",
            with(|s| s.instances_rollout_delay = Duration::from_secs(61)),
        ),
        ("CREATE_ANY_SERVICE", "true", with(|s| s.create_any_service = true)),
        ("DRAIN_TAINTS", "a, b,", with(|s| s.drain_taints = owned(&["a", "b"]))),
        (
            "ENABLE_INSTANCE_MANAGER_INPLACE_UPDATES",
            "1",
            with(|s| s.inplace_manager_updates = true),
        ),
        ("ENABLE_WEBHOOK_NAMESPACE_SUFFIX", "T", with(|s| s.webhook_namespace_suffix = true)),
        ("INCLUDE_PLUGINS", "x,y", with(|s| s.include_plugins = owned(&["x", "y"]))),
        ("INHERITED_ANNOTATIONS", "cat*", with(|s| s.inherited_annotations = owned(&["cat*"]))),
        ("INHERITED_LABELS", "a/b", with(|s| s.inherited_labels = owned(&["a/b"]))),
        ("KUBERNETES_CLUSTER_DOMAIN", "k8s.lan", with(|s| s.cluster_domain = "k8s.lan".into())),
        (
            "MANAGE_WEBHOOK_CONFIGURATIONS",
            "false",
            with(|s| s.manage_webhook_configurations = false),
        ),
        ("METRICS_CERT_DIR", "/m", with(|s| s.metrics_cert_dir = text("/m"))),
        ("MONITORING_QUERIES_CONFIGMAP", "q", with(|s| s.monitoring_queries_configmap = text("q"))),
        ("MONITORING_QUERIES_SECRET", "q", with(|s| s.monitoring_queries_secret = text("q"))),
        ("OPERATOR_IMAGE_NAME", "img:1", with(|s| s.operator_image = text("img:1"))),
        ("POSTGRES_IMAGE_NAME", "pg:18", with(|s| s.postgres_image = text("pg:18"))),
        ("PGBOUNCER_IMAGE_NAME", "pb:1", with(|s| s.pgbouncer_image = text("pb:1"))),
        ("OPERATOR_NAMESPACE", "ns", with(|s| s.operator_namespace = text("ns"))),
        ("PULL_SECRET_NAME", "pull", with(|s| s.pull_secret_name = "pull".into())),
        ("STANDBY_TCP_USER_TIMEOUT", "0", with(|s| s.standby_tcp_user_timeout = Some(0))),
        ("WATCH_NAMESPACE", "a,b", with(|s| s.watch_namespaces = owned(&["a", "b"]))),
        ("WEBHOOK_CERT_DIR", "/w", with(|s| s.webhook_cert_dir = text("/w"))),
        ("PLUGIN_SOCKET_DIR", "/p", with(|s| s.plugin_socket_dir = "/p".into())),
    ];
    for (key, value, expected) in table {
        assert_eq!(read_one(key, value), (expected.clone(), vec![]), "{key}={value}");
        assert_ne!(*expected, Settings::default(), "{key} changes something");
    }
    let tried: Vec<_> = table.iter().map(|(key, ..)| *key).collect();
    let missing: Vec<_> = KEYS.iter().map(|(key, _)| *key).filter(|k| !tried.contains(k)).collect();
    assert_eq!(missing, [""; 0], "every key is in the table");
}

#[test]
fn what_cannot_be_read_is_reported_and_changes_nothing() {
    for (key, value, wanted) in [
        ("CREATE_ANY_SERVICE", "yes", BOOLEAN),
        ("MANAGE_WEBHOOK_CONFIGURATIONS", "", BOOLEAN),
        ("CERTIFICATE_DURATION", "ninety", INTEGER),
        ("CLUSTERS_ROLLOUT_DELAY", "-1", SMALL),
        ("CLUSTERS_ROLLOUT_DELAY", "1.5", INTEGER),
        ("STANDBY_TCP_USER_TIMEOUT", "99999999999", SMALL),
    ] {
        let (settings, ignored) = read_one(key, value);
        assert_eq!(settings, Settings::default(), "{key}={value}");
        assert_eq!(ignored, [Ignored { key, value: value.to_owned(), wanted }], "{key}={value}");
    }
}

#[test]
fn durations_that_make_no_sense_fall_back() {
    for value in ["0", "-3"] {
        let (settings, ignored) = read_one("CERTIFICATE_DURATION", value);
        assert_eq!((settings, ignored), (Settings::default(), vec![]), "{value}");
        assert_eq!(read_one("EXPIRING_CHECK_THRESHOLD", value).0, Settings::default(), "{value}");
    }
}

#[test]
fn later_sources_win_and_broken_values_do_not() {
    let environment = source(&[("CERTIFICATE_DURATION", "10"), ("POSTGRES_IMAGE_NAME", "env")]);
    let config_map =
        source(&[("CERTIFICATE_DURATION", "20"), ("POSTGRES_IMAGE_NAME", "map"), ("NEW", "1")]);
    let secret = source(&[("CERTIFICATE_DURATION", "many"), ("POSTGRES_IMAGE_NAME", "secret")]);
    let (settings, ignored) = Settings::read([&environment, &config_map, &secret]);
    assert_eq!(settings.certificate_duration, 20 * DAY);
    assert_eq!(settings.postgres_image.as_deref(), Some("secret"));
    assert_eq!(ignored.len(), 1);
    assert_eq!(
        ignored[0].to_string(),
        "CERTIFICATE_DURATION is \"many\", which is not a whole number"
    );
}

#[test]
fn an_empty_value_takes_an_earlier_one_back() {
    let (settings, _) = Settings::read([
        &source(&[("WATCH_NAMESPACE", "a"), ("WEBHOOK_CERT_DIR", "/certs")]),
        &source(&[("WATCH_NAMESPACE", ""), ("WEBHOOK_CERT_DIR", " ")]),
    ]);
    assert_eq!(settings, Settings::default());
}

#[test]
fn the_suffix_needs_the_namespace() {
    let alone = with(|s| s.webhook_namespace_suffix = true);
    assert_eq!(alone.check(), Err(Error::SuffixWithoutNamespace));
    let both = Settings { operator_namespace: Some("ns".into()), ..alone };
    assert_eq!(both.check(), Ok(()));
}
