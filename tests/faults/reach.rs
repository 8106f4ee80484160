//! Who reaches whom: connections and datagrams between network namespaces.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;
use testkit::rig::process::in_namespace;

/// How long a packet may take that is not lost.
const LIMIT: Duration = Duration::from_millis(700);

/// Runs in a namespace, or in that of this process.
fn within<T: Send>(namespace: Option<&Path>, work: impl FnOnce() -> Result<T> + Send) -> Result<T> {
    match namespace {
        Some(path) => in_namespace(path, work),
        None => work(),
    }
}

/// Whether a connection from there comes about.
pub fn connects(from: Option<&Path>, to: SocketAddr) -> Result<bool> {
    within(from, || Ok(TcpStream::connect_timeout(&to, LIMIT).is_ok()))
}

/// Of so many datagrams sent to an address in another namespace, how many arrive.
pub fn arrivals(from: &Path, to: &Path, address: Ipv4Addr, count: usize) -> Result<usize> {
    let receiver = in_namespace(to, || Ok(UdpSocket::bind((address, 0))?))?;
    let sender = in_namespace(from, || Ok(UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?))?;
    sender.connect(receiver.local_addr()?)?;
    let mut arrived = 0;
    receiver.set_nonblocking(true)?;
    for _ in 0..count {
        // One that cannot be sent does not arrive either.
        let _ = sender.send(&[7; 64]);
        while receiver.recv(&mut [0; 64]).is_ok() {
            arrived += 1;
        }
    }
    receiver.set_nonblocking(false)?;
    receiver.set_read_timeout(Some(LIMIT))?;
    while receiver.recv(&mut [0; 64]).is_ok() {
        arrived += 1;
    }
    Ok(arrived)
}

/// How long it takes to bring so many bytes from one namespace to another.
pub fn transfer(from: &Path, to: &Path, address: Ipv4Addr, bytes: usize) -> Result<Duration> {
    let listener = in_namespace(to, || Ok(TcpListener::bind((address, 0))?))?;
    let target = listener.local_addr()?;
    let start = Instant::now();
    std::thread::scope(|scope| {
        let sent = scope.spawn(|| {
            let mut stream = in_namespace(from, || Ok(TcpStream::connect(target)?))?;
            anyhow::Ok(stream.write_all(&vec![7; bytes])?)
        });
        let (mut stream, _) = listener.accept()?;
        let received = stream.read_to_end(&mut Vec::new())?;
        sent.join().expect("the sender does not panic")?;
        assert_eq!(received, bytes);
        Ok(start.elapsed())
    })
}

/// Whether a connection is neither closed nor reset: its peer just says nothing.
pub fn is_silent(connection: &mut TcpStream) -> Result<bool> {
    connection.set_read_timeout(Some(LIMIT))?;
    let read = connection.read(&mut [0; 1]);
    Ok(read.is_err_and(|error| matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)))
}
