//! Every command of the plugin on a living cluster of ours, run as people and scripts run it.
//!
//! One cluster of three serves all checks; each leaves it as it found it. What only reads or adds
//! comes first, then what takes instances away.

mod administration;
mod hands;
mod looking;
mod objects;
mod sql;

use anyhow::Result;
use serde_json::json;
use testkit::rig::cluster::Living;
use testkit::rig::images;
use testkit::rig::scratch::Scratch;

use hands::{Hands, PATIENCE};

/// The cluster's name.
const NAME: &str = "plug";

#[tokio::test]
async fn every_command_on_a_living_cluster() -> Result<()> {
    let rig = crate::operator::shared().await?;
    let scratch = Scratch::create(&rig, NAME).await?;
    let spec = json!({
        "instances": 3,
        "imageName": images::POSTGRESQL_17,
        "storage": {"size": "1Gi"},
        "enableSuperuserAccess": true,
        // A client certificate of the plugin opens this door, and nothing else does.
        "postgresql": {"pg_hba": ["hostssl postgres app all cert"]},
    });
    let cluster = Living::apply(&rig, scratch.name(), NAME, &spec)?;
    cluster.healthy(3, 2 * PATIENCE).await?;
    let hands = Hands::new(&rig, scratch.name())?;

    looking::status_in_all_its_ways(&hands)?;
    looking::doctor_and_what_needs_no_cluster(&hands).await?;
    looking::logs(&hands)?;
    looking::reports(&hands)?;
    sql::psql_for_scripts_and_people(&hands)?;
    sql::credentials_open_connections(&hands)?;
    sql::a_forwarded_port_answers(&hands)?;
    sql::rows_are_published_and_subscribed_to(&hands).await?;
    objects::objects_are_accepted(&hands)?;
    administration::metadata_is_written(&hands, &cluster).await?;
    administration::fences_stop_an_instance(&hands, &cluster).await?;
    administration::another_instance_is_promoted(&hands, &cluster).await?;
    administration::instances_restart(&hands, &cluster).await?;
    administration::a_destroyed_instance_is_replaced(&hands, &cluster).await?;
    administration::the_cluster_sleeps_and_wakes(&hands, &cluster).await?;
    Ok(())
}
