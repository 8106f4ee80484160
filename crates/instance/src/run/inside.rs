//! The server from inside, while it is the primary: roles, passwords, extensions, slots.

use std::future::pending;

use tokio::sync::watch;
use tokio::time::sleep;

use super::Serving;
use crate::sql::keeper::{Again, Keeper};
use crate::state::State;

/// Keeps the primary right, for as long as it is polled.
pub async fn keep(state: State, mut serving: watch::Receiver<Serving>) {
    let mut keeper = Keeper::new(state.client(), &state.identity().namespace, state.superuser());
    let mut clusters = state.clusters();
    loop {
        let now = *serving.borrow_and_update();
        let cluster = clusters.borrow_and_update().clone();
        let again = match (now, cluster) {
            (Serving::Primary { .. }, Some(cluster)) => keeper.pass(&cluster).await,
            _ => Again::OnChange,
        };
        let due = async {
            match again.after() {
                Some(after) => sleep(after).await,
                None => pending().await,
            }
        };
        tokio::select! {
            changed = serving.changed() => {
                if changed.is_err() {
                    return;
                }
                if *serving.borrow() != now {
                    keeper.reset();
                }
            }
            _ = clusters.changed() => {}
            () = due => {}
        }
    }
}
