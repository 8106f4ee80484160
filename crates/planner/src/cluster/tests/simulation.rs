//! Whatever happens, and wherever the operator dies: in the end all is well, and then it rests.

use api::annotations;
use api::cluster::primary::PrimaryUpdateMethod;

use super::super::*;
use super::world::{Fate, World};

/// A small generator: the same seed gives the same world.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(limit).unwrap()).unwrap()
    }
}

#[test]
fn one_instance_comes_to_life() {
    let mut world = World::new(1);
    world.settle(30);
    assert_eq!(world.events, ["Primary instance (initdb)"]);
    assert_eq!(world.leader().as_deref(), Some("pg-1"));
}

#[test]
fn three_instances_come_to_life() {
    let mut world = World::new(3);
    world.settle(60);
    let events = ["Primary instance (initdb)", "Creating instance pg-2", "Creating instance pg-3"];
    assert_eq!(world.events, events);
    let seen = world.seen();
    let again = super::super::plan(&seen);
    assert_eq!(again.actions, []);
    assert_eq!(Some(&again.status), seen.cluster.status.as_ref(), "nothing to write");
    assert_eq!(again.events, []);
}

#[test]
fn a_lost_primary_is_succeeded_and_comes_back() {
    let mut world = World::new(3);
    world.settle(60);
    world.events.clear();
    world.kill_pod("pg-1");
    for _ in 0..40 {
        pass(&mut world, Fate::Lives);
    }
    world.settle(60);
    assert!(world.healthy());
}

fn pass(world: &mut World, fate: Fate) {
    world.tick();
    let seen = world.seen();
    let plan = plan(&seen);
    let changes = plan.actions.iter().filter(|one| one.changes_topology()).count();
    assert!(changes <= 1, "{:#?}", plan.actions);
    let read = seen.cluster.status.clone().unwrap_or_default();
    if plan.status.target_primary != read.target_primary {
        assert_eq!(changes, 0, "a new target is all that a pass changes: {:#?}", plan.actions);
    }
    world.act(&seen, &plan, fate);
}

#[test]
fn an_operator_that_dies_anywhere_is_finished_by_the_next() {
    let seeds = std::option_env!("CLUSTER_SEEDS").and_then(|text| text.parse().ok()).unwrap_or(100);
    for seed in 1..=seeds {
        let mut chance = Chance(seed * 0x9E37_79B9);
        let mut world = World::new(1 + i64::try_from(chance.below(3)).unwrap());
        for _ in 0..chance.below(120) {
            disturb(&mut world, &mut chance);
            let fate = match chance.below(3) {
                0 => Fate::DiesAfter(chance.below(4)),
                _ => Fate::Lives,
            };
            pass(&mut world, fate);
        }
        world.quiet();
        let outcome = std::panic::catch_unwind(move || {
            world.settle(200);
            for _ in 0..3 {
                let seen = world.seen();
                let plan = plan(&seen);
                assert_eq!(plan.actions, []);
                assert!(Some(plan.status) == seen.cluster.status, "a quiet world is written to");
                world.tick();
            }
        });
        assert!(outcome.is_ok(), "seed {seed}");
    }
}

fn disturb(world: &mut World, chance: &mut Chance) {
    let names: Vec<String> = world.pods.keys().cloned().collect();
    let instances = 1 + i64::try_from(chance.below(4)).unwrap();
    match chance.below(80) {
        0 | 1 if !names.is_empty() => world.kill_pod(&names[chance.below(names.len())]),
        2 | 3 => world.change_spec(|cluster| cluster.spec.instances = instances),
        4 => world.annotate(annotations::HIBERNATION, annotations::ON),
        5 => world.annotate(annotations::HIBERNATION, annotations::OFF),
        6 => world.cordon(chance.below(3), true),
        7 => world.cordon(chance.below(3), false),
        8 => world.change_spec(|cluster| {
            cluster.spec.storage.size = Some(format!("{instances}Gi"));
        }),
        11 => world.change_spec(|cluster| {
            cluster.spec.image_name = Some(format!("pg:17.{instances}"));
        }),
        12 => world.change_spec(|cluster| {
            cluster.spec.wal_storage = Some(cluster.spec.storage.clone());
        }),
        13 => world.change_spec(|cluster| {
            cluster.spec.primary_update_method = Some(PrimaryUpdateMethod::Switchover);
        }),
        9 if !names.is_empty() => world.mark(&names[chance.below(names.len())]),
        10 if !names.is_empty() => world.switch(&names[chance.below(names.len())]),
        _ => {}
    }
}

#[test]
fn a_cluster_sleeps_and_wakes_without_a_failover() {
    let mut world = World::new(3);
    world.settle(60);
    world.events.clear();
    world.annotate(annotations::HIBERNATION, annotations::ON);
    for _ in 0..20 {
        pass(&mut world, Fate::Lives);
    }
    assert_eq!(world.pods.len(), 0);
    let asleep = plan(&world.seen()).status;
    let condition =
        asleep.conditions.iter().find(|one| one.type_ == "cnpg.io/hibernation").unwrap();
    assert_eq!((&*condition.status, &*condition.reason), ("True", "Hibernated"));
    assert_eq!(asleep.healthy_pvc.len() + asleep.dangling_pvc.len(), 3);
    world.annotate(annotations::HIBERNATION, annotations::OFF);
    world.settle(60);
    assert_eq!(world.leader().as_deref(), Some("pg-1"));
    assert_eq!(world.events, Vec::<String>::new());
    assert!(world.status().conditions.iter().all(|one| one.type_ != "cnpg.io/hibernation"));
}

#[test]
fn fewer_instances_are_never_fewer_by_the_primary() {
    let mut world = World::new(3);
    world.settle(60);
    world.switch("pg-3");
    world.settle(60);
    assert_eq!(world.leader().as_deref(), Some("pg-3"));
    world.events.clear();
    world.change_spec(|cluster| cluster.spec.instances = 1);
    world.settle(60);
    assert_eq!(world.leader().as_deref(), Some("pg-3"));
    assert_eq!(world.claims.keys().collect::<Vec<_>>(), ["pg-3"]);
    let events = ["Scaling down: removing instance pg-2", "Scaling down: removing instance pg-1"];
    assert_eq!(world.events, events);
    world.change_spec(|cluster| cluster.spec.instances = 2);
    world.settle(60);
    assert_eq!(world.claims.keys().collect::<Vec<_>>(), ["pg-1", "pg-3"], "numbers are used again");
}

#[test]
fn the_primary_leaves_a_node_that_is_emptied() {
    let mut world = World::new(3);
    world.settle(60);
    world.events.clear();
    let node = world.pods["pg-1"].spec.as_ref().unwrap().node_name.clone().unwrap();
    let index = world.nodes.iter().position(|one| one.metadata.name.as_ref() == Some(&node));
    world.cordon(index.unwrap(), true);
    world.settle(60);
    assert_eq!(world.leader().as_deref(), Some("pg-2"));
    assert_eq!(world.events.len(), 1, "{:?}", world.events);
}

#[test]
fn a_new_image_rolls_out_with_the_primary_last() {
    let rows = [
        (PrimaryUpdateMethod::Restart, "pg-1", vec!["pg-3", "pg-2", "pg-1"]),
        (PrimaryUpdateMethod::Switchover, "pg-2", vec!["pg-3", "pg-2", "over from pg-1", "pg-1"]),
    ];
    for (method, leader, order) in rows {
        let mut world = World::new(3);
        world.settle(60);
        world.events.clear();
        world.change_spec(|cluster| {
            cluster.spec.primary_update_method = Some(method.clone());
            cluster.spec.image_name = Some("pg:17.9".to_owned());
        });
        for _ in 0..10 {
            pass(&mut world, Fate::Lives);
        }
        world.settle(120);
        assert_eq!(world.leader().as_deref(), Some(leader), "{method}: {:#?}", world.events);
        assert_eq!(world.events.len(), order.len(), "{method}: {:#?}", world.events);
        for (event, name) in world.events.iter().zip(order) {
            assert!(event.contains(name), "{method}: {event} is not about {name}");
        }
        for pod in world.pods.values() {
            let image = pod.spec.as_ref().unwrap().containers[0].image.as_deref();
            assert_eq!(image, Some("pg:17.9"));
        }
    }
}
