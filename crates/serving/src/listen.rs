//! Where a server listens: `:8080` for all addresses, `127.0.0.1:8080`, or `0` for nowhere.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use tokio::net::TcpListener;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listen {
    Nowhere,
    /// Every address of the machine, of both families where it has both.
    Everywhere {
        port: u16,
    },
    At(SocketAddr),
}

#[derive(Debug, thiserror::Error)]
#[error("{0:?} is no address to listen on: give [ADDRESS]:PORT, with an IP address, or 0")]
pub struct BadAddress(String);

impl FromStr for Listen {
    type Err = BadAddress;

    fn from_str(text: &str) -> Result<Self, BadAddress> {
        let bad = || BadAddress(text.to_owned());
        match (text, text.strip_prefix(':')) {
            ("0" | "", _) => Ok(Self::Nowhere),
            (_, Some(port)) => Ok(Self::Everywhere { port: port.parse().map_err(|_| bad())? }),
            // Names are not looked up: a server's own address is known without asking anybody.
            (_, None) => text.parse().map(Self::At).map_err(|_| bad()),
        }
    }
}

impl Listen {
    /// The socket, or `None` for nowhere.
    pub async fn bind(self) -> io::Result<Option<TcpListener>> {
        match self {
            Self::Nowhere => Ok(None),
            Self::At(address) => TcpListener::bind(address).await.map(Some),
            Self::Everywhere { port } => {
                match TcpListener::bind((Ipv6Addr::UNSPECIFIED, port)).await {
                    // A kernel without IPv6.
                    Err(error) if error.kind() != io::ErrorKind::AddrInUse => {
                        TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).await.map(Some)
                    }
                    bound => bound.map(Some),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read() {
        let at = |text: &str| Some(Listen::At(text.parse().expect("an address")));
        for (text, expected) in [
            (":8080", Some(Listen::Everywhere { port: 8080 })),
            ("0", Some(Listen::Nowhere)),
            ("127.0.0.1:9", at("127.0.0.1:9")),
            ("[::1]:9", at("[::1]:9")),
            ("localhost:9", None),
            (":http", None),
            ("8080", None),
        ] {
            assert_eq!(text.parse::<Listen>().ok(), expected, "{text}");
        }
    }
}
