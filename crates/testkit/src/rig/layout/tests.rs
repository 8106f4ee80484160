use super::*;

fn layout(slot: u8) -> Layout {
    Layout::new(Cache::new("/cache"), Slot::new(slot).unwrap())
}

fn node(number: u8) -> Node {
    Node::new(number).unwrap()
}

#[test]
fn a_slot_has_the_names_and_addresses_others_rely_on() {
    let rig = layout(2);
    let second = node(2);
    let all = [
        rig.bridge(),
        rig.namespace(second),
        rig.namespace_path(second).display().to_string(),
        rig.veth(second),
        rig.cgroup(second),
        rig.control_cgroup(),
        rig.api_url(),
        rig.loopback().to_string(),
        rig.node_address(second).to_string(),
        rig.pod_network(second).to_string(),
        rig.service_network().to_string(),
        rig.kubernetes_service().to_string(),
        rig.state().display().to_string(),
        rig.containerd_socket(second).display().to_string(),
        rig.log("etcd").display().to_string(),
    ];
    assert_eq!(
        all.each_ref().map(String::as_str),
        [
            "cnpgrig2",
            "cnpgrig2-node2",
            "/run/netns/cnpgrig2-node2",
            "cnpgrig2v2",
            "cnpgrig2-node2",
            "cnpgrig2-control",
            "https://198.18.64.1:6443",
            "127.18.2.1",
            "198.18.64.12",
            "198.18.66.0/24",
            "198.19.64.0/19",
            "198.19.64.1",
            "/cache/state/2",
            "/cache/state/2/nodes/2/containerd.sock",
            "/cache/state/2/log/etcd.log",
        ]
    );
}

#[test]
fn no_two_slots_share_an_address() {
    for mine in Slot::all() {
        for other in Slot::all().filter(|other| *other != mine) {
            let (mine, other) = (layout(mine.number()), layout(other.number()));
            assert!(!mine.service_network().contains(other.kubernetes_service()));
            assert!(!mine.cluster_network().contains(other.gateway()));
            for node in Node::first(MAX_NODES) {
                assert!(!mine.cluster_network().contains(other.node_address(node)));
                assert!(!mine.cluster_network().contains(other.pod_network(node).address));
            }
        }
    }
}

#[test]
fn all_of_a_slot_lies_in_its_networks_and_in_the_block_for_tests() {
    let benchmarks = Network { address: Ipv4Addr::new(198, 18, 0, 0), prefix: 15 };
    for slot in Slot::all() {
        let rig = layout(slot.number());
        assert!(rig.node_network().contains(rig.gateway()));
        assert!(benchmarks.contains(rig.service_network().address));
        for node in Node::first(MAX_NODES) {
            assert!(rig.node_network().contains(rig.node_address(node)), "{node}");
            assert!(rig.cluster_network().contains(rig.pod_network(node).address), "{node}");
            assert!(!rig.node_network().contains(rig.pod_network(node).address), "{node}");
            assert!(benchmarks.contains(rig.pod_network(node).address), "{node}");
        }
    }
}

#[test]
fn interface_names_fit_into_the_kernels_fifteen_bytes() {
    let rig = layout(SLOTS - 1);
    assert!(rig.bridge().len() <= 15);
    assert!(rig.veth(node(MAX_NODES)).len() <= 15);
}

#[test]
fn a_node_is_read_by_name_or_number() {
    for text in ["node3", "3"] {
        assert_eq!(text.parse(), Ok(node(3)));
    }
    for text in ["", "node", "node0", "node10", "nodes", "-1"] {
        assert_eq!(text.parse::<Node>(), Err(NoSuchNode(text.to_owned())));
    }
    assert_eq!(node(3).to_string(), "node3");
}
