//! Programs that end, fail, hang and leave others behind.

use std::time::Instant;

use tokio::sync::mpsc;

use super::*;

fn shell(script: &str) -> Tool {
    Tool::new("/bin/sh").arg("-c").arg(script)
}

fn gone(pid: &str) -> bool {
    !Path::new("/proc").join(pid.trim()).exists()
        || std::fs::read_to_string(format!("/proc/{}/stat", pid.trim()))
            .map_or(true, |stat| stat.contains(") Z "))
}

async fn until(what: &str, mut check: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while !check() {
        assert!(Instant::now() < deadline, "never: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn output_is_kept_and_logged() {
    let (sink, mut entries) = mpsc::channel(16);
    let tool = shell("echo out; echo \"$GREETING\" >&2; printf tail").env("GREETING", "hi");
    let output = tool.log_to(sink).run(&Children::default()).await.unwrap();
    assert_eq!(output, Output { stdout: "out\ntail\n".into(), stderr: "hi\n".into() });
    let mut seen = Vec::new();
    while let Some(Entry::Line { logger, pipe, text }) = entries.recv().await {
        assert_eq!(logger, "sh");
        seen.push((pipe == Pipe::Stdout, text));
    }
    seen.sort();
    assert_eq!(seen, [(false, "hi".into()), (true, "out".into()), (true, "tail".into())]);
}

#[tokio::test]
async fn a_failure_carries_the_last_words() {
    let error = shell("echo first >&2; echo why >&2; exit 3").run(&Children::default()).await;
    let error = error.unwrap_err();
    assert_eq!(error.to_string(), "sh ended with exit status: 3: why");
    assert_eq!(error.status().unwrap().code(), Some(3));
    let error = Tool::new("/no/such/pg_tool").run(&Children::default()).await.unwrap_err();
    assert_eq!(error.to_string(), "cannot start pg_tool");
}

#[tokio::test]
async fn a_hanging_program_is_ended_with_all_it_started() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pid");
    let script = format!("sleep 1000 & echo $! > {}; wait", file.display());
    let tool = shell(&script).within(Duration::from_millis(300));
    let error = tool.run(&Children::default()).await.unwrap_err();
    assert!(matches!(error, ToolError::TooLong { .. }), "{error}");
    let pid = std::fs::read_to_string(file).unwrap();
    until("the grandchild ends", || gone(&pid)).await;
}

#[tokio::test]
async fn one_that_does_not_listen_is_killed() {
    let tool =
        shell("trap '' TERM; while :; do sleep 0.05; done").within(Duration::from_millis(100));
    let began = Instant::now();
    assert!(tool.run(&Children::default()).await.is_err());
    assert!(began.elapsed() < CLEAN_UP * 3);
}

#[tokio::test]
async fn a_dropped_run_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pid");
    let script = format!("echo $$ > {}; exec sleep 1000", file.display());
    let run = tokio::spawn(async move { shell(&script).run(&Children::default()).await });
    until("the program runs", || std::fs::read_to_string(&file).is_ok_and(|pid| !pid.is_empty()))
        .await;
    run.abort();
    let pid = std::fs::read_to_string(&file).unwrap();
    until("it is gone", || gone(&pid)).await;
}

#[tokio::test]
async fn secrets_in_arguments_are_not_shown() {
    let shown = format!("{:?}", shell("password=sesame").env("PGPASSWORD", "sesame"));
    assert!(!shown.contains("sesame"), "{shown}");
}

#[tokio::test]
async fn memory_is_bounded() {
    let output = shell("head -c 3000000 /dev/zero | tr '\\0' 'x'").run(&Children::default()).await;
    let length = output.unwrap().stdout.len();
    assert!((KEPT / 2..KEPT).contains(&length), "{length}");
}
