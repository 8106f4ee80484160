//! A request to end, told once and heard by many.

use tokio::sync::watch;

/// The one who asks. When it is dropped without asking, that counts as asking.
#[derive(Debug)]
pub struct Stopper(watch::Sender<bool>);

/// One of those who listen.
#[derive(Debug, Clone)]
pub struct Stop(watch::Receiver<bool>);

pub fn channel() -> (Stopper, Stop) {
    let (send, receive) = watch::channel(false);
    (Stopper(send), Stop(receive))
}

impl Stopper {
    pub fn ask(&self) {
        self.0.send_replace(true);
    }
}

impl Stop {
    /// Waits until the end is asked for; at once when it was before.
    pub async fn asked(&mut self) {
        let _ = self.0.wait_for(|asked| *asked).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_comes_late_hears_it_too() {
        let (stopper, stop) = channel();
        stopper.ask();
        stop.clone().asked().await;
        drop(stopper);
        stop.clone().asked().await;
    }

    #[tokio::test]
    async fn a_lost_stopper_counts_as_asking() {
        let (stopper, mut stop) = channel();
        drop(stopper);
        stop.asked().await;
    }
}
