//! The server's side of one command in a container: a web socket with the channels of Kubernetes.

use std::io::{self, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use sha1::{Digest as _, Sha1};

/// What every server appends to the client's key: RFC 6455, section 1.3.
const SUFFIX: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const STDOUT: u8 = 1;
const ERROR: u8 = 3;

/// Accepts the socket, sends the output and the status, and closes.
pub fn serve(stream: &mut impl Write, key: &str, out: &str, code: i32) -> io::Result<()> {
    let accepted = STANDARD.encode(Sha1::digest(format!("{key}{SUFFIX}")));
    write!(
        stream,
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Accept: {accepted}\r\nSec-WebSocket-Protocol: v5.channel.k8s.io\r\n\r\n"
    )?;
    if !out.is_empty() {
        frame(stream, STDOUT, out.as_bytes())?;
    }
    let status = if code == 0 {
        json!({ "metadata": {}, "status": "Success" })
    } else {
        json!({
            "metadata": {}, "status": "Failure", "reason": "NonZeroExitCode",
            "message": format!("command terminated with non-zero exit code: exit status {code}"),
            "details": { "causes": [{ "reason": "ExitCode", "message": code.to_string() }] },
        })
    };
    frame(stream, ERROR, status.to_string().as_bytes())?;
    // A close frame without a word.
    stream.write_all(&[0x88, 0])
}

fn frame(stream: &mut impl Write, channel: u8, data: &[u8]) -> io::Result<()> {
    let length = u64::try_from(data.len() + 1).expect("short");
    let mut frame = vec![0x82];
    match length {
        0..126 => frame.push(u8::try_from(length).expect("checked")),
        126..65_536 => {
            frame.push(126);
            frame.extend(u16::try_from(length).expect("checked").to_be_bytes());
        }
        _ => {
            frame.push(127);
            frame.extend(length.to_be_bytes());
        }
    }
    frame.push(channel);
    frame.extend(data);
    stream.write_all(&frame)
}
