//! Each fault, as the client and the server see it.

use std::time::Instant;

use super::*;

const BODY: &str = "0123456789abcdef0123456789abcdef";

/// A server that notes how many bytes of each body came to it, and always answers the same.
async fn origin() -> (SocketAddr, Arc<Mutex<Vec<usize>>>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let noted: Arc<Mutex<Vec<usize>>> = Arc::default();
    let notes = noted.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let notes = notes.clone();
            tokio::spawn(async move {
                let mut read = Vec::new();
                let head = read_head(&mut stream, &mut read).await.unwrap().unwrap();
                let length = head.length().unwrap_or(0);
                while read.len() < length {
                    match stream.read_buf(&mut read).await {
                        Ok(0) | Err(_) => break,
                        Ok(_) => {}
                    }
                }
                notes.lock().unwrap().push(read.len());
                let length = BODY.len();
                let head =
                    format!("HTTP/1.1 200 OK\r\nETag: \"real\"\r\nContent-Length: {length}\r\n");
                let answer = format!("{head}Connection: close\r\n\r\n{BODY}");
                let _ = stream.write_all(answer.as_bytes()).await; // the proxy may be gone
            });
        }
    });
    (address, noted)
}

/// Asks once; returns all that was said until the connection ended or nothing more came.
async fn ask(client: &mut TcpStream) -> io::Result<String> {
    let length = BODY.len();
    let request = format!("PUT /b/k?x=1 HTTP/1.1\r\nHost: s3\r\nContent-Length: {length}\r\n\r\n");
    client.write_all(request.as_bytes()).await?;
    client.write_all(BODY.as_bytes()).await?;
    let mut said = Vec::new();
    while !said.ends_with(BODY.as_bytes()) {
        if client.read_buf(&mut said).await? == 0 {
            break;
        }
    }
    Ok(String::from_utf8(said).unwrap())
}

#[tokio::test]
async fn each_fault_is_what_it_says() {
    let whole = BODY.len();
    for (fault, status, etag, body, at_the_server) in [
        (None, "200", Some("\"real\""), Ok(whole), Some(whole)),
        (Some(Fault::SlowRequest), "200", Some("\"real\""), Ok(whole), Some(whole)),
        (Some(Fault::SlowAnswer), "200", Some("\"real\""), Ok(whole), Some(whole)),
        (Some(Fault::WrongEtag), "200", Some("\"0123456789abcdef\""), Ok(whole), Some(whole)),
        (Some(Fault::NoEtag), "200", None, Ok(whole), Some(whole)),
        (Some(Fault::Truncated), "200", Some("\"real\""), Ok(whole / 2), Some(whole)),
        (Some(Fault::AnswerLost), "", None, Ok(0), Some(whole)),
        (Some(Fault::ResetBefore), "", None, Err(()), None),
        (Some(Fault::ResetDuring), "", None, Err(()), Some(whole / 2)),
        (Some(Fault::ResetAfter), "", None, Err(()), Some(whole)),
    ] {
        let (server, noted) = origin().await;
        let proxy = Proxy::start(server, 1).await.unwrap();
        if let Some(fault) = fault {
            proxy.pick("PUT", "k?x", fault);
        }
        let mut client = TcpStream::connect(proxy.address).await.unwrap();
        let began = Instant::now();
        let said = ask(&mut client).await;
        let crawls = matches!(fault, Some(Fault::SlowRequest | Fault::SlowAnswer));
        assert_eq!(began.elapsed() >= CRAWL, crawls, "{fault:?}: {:?}", began.elapsed());
        match (&said, body) {
            (Ok(said), Ok(length)) => {
                let mut raw = said.clone().into_bytes();
                let head = take(&mut raw);
                let seen = head.as_ref().map_or("", |head| head.request().1);
                assert_eq!((seen, raw.len()), (status, length), "{fault:?}");
                assert_eq!(head.as_ref().and_then(|head| head.get("etag")), etag, "{fault:?}");
            }
            (Err(error), Err(())) => {
                assert_eq!(error.kind(), io::ErrorKind::ConnectionReset, "{fault:?}");
            }
            (said, _) => panic!("{fault:?}: {said:?}"),
        }
        let expected: Vec<_> = at_the_server.into_iter().collect();
        crate::until::until("noted", Duration::from_secs(5), async || {
            let noted = noted.lock().unwrap().clone();
            anyhow::ensure!(noted == expected, "{fault:?}: {noted:?} of {expected:?}");
            Ok(())
        })
        .await
        .unwrap();
        assert_eq!(proxy.met().into_keys().next(), fault);
    }
}

fn take(raw: &mut Vec<u8>) -> Option<Head> {
    message::take_head(raw).unwrap()
}

#[tokio::test]
async fn refusals_keep_the_connection_and_reach_nobody() {
    let (server, noted) = origin().await;
    let proxy = Proxy::start(server, 1).await.unwrap();
    let mut client = TcpStream::connect(proxy.address).await.unwrap();
    for (fault, status, retry_after) in [
        (Fault::Error500, "500", None),
        (Fault::Error503, "503", None),
        (Fault::SlowDown, "503", Some("1")),
    ] {
        proxy.pick("PUT", "", fault);
        let request = format!("PUT /b/k HTTP/1.1\r\nContent-Length: 32\r\n\r\n{BODY}");
        client.write_all(request.as_bytes()).await.unwrap();
        let mut read = Vec::new();
        let head = read_head(&mut client, &mut read).await.unwrap().unwrap();
        assert_eq!((head.request().1, head.get("retry-after")), (status, retry_after));
        while read.len() < head.length().unwrap() {
            client.read_buf(&mut read).await.unwrap();
        }
    }
    assert!(noted.lock().unwrap().is_empty());
    assert!(ask(&mut client).await.unwrap().contains("200 OK"), "the same connection works");
    assert_eq!((proxy.requests(), noted.lock().unwrap().len()), (4, 1));
}

#[tokio::test]
async fn silence_lasts_until_the_client_gives_up() {
    let (server, noted) = origin().await;
    let proxy = Proxy::start(server, 1).await.unwrap();
    proxy.pick("PUT", "", Fault::Silence);
    let mut client = TcpStream::connect(proxy.address).await.unwrap();
    let said = tokio::time::timeout(CRAWL * 2, ask(&mut client)).await;
    assert!(said.is_err(), "{said:?}");
    assert_eq!(*noted.lock().unwrap(), [BODY.len()], "and yet it is done");
}

#[test]
fn a_plan_is_its_seed() {
    let faults = |seed| {
        let mut plan = Plan { dice: Dice::new(seed), percent: 30, ..Plan::default() };
        plan.faults = Fault::ALL.to_vec();
        (0..1000).map(|_| plan.next("GET", "/")).collect::<Vec<_>>()
    };
    let one = faults(1);
    assert_eq!(one, faults(1));
    assert_ne!(one, faults(2));
    let wrong = one.iter().flatten().count();
    assert!((200..400).contains(&wrong), "{wrong} of 1000");
    for fault in Fault::ALL {
        assert!(one.contains(&Some(fault)), "{fault:?}");
    }
}
