//! What a person or a container runtime sees of the program.

use std::process::Command;

use anyhow::{Result, ensure};
use serde_json::Value;

fn manager(args: &[&str]) -> Result<(bool, String)> {
    let output = Command::new(env!("CARGO_BIN_EXE_manager")).args(args).env_clear().output()?;
    Ok((output.status.success(), String::from_utf8(output.stdout)?))
}

#[test]
fn help_and_version_need_nothing() -> Result<()> {
    for args in [&["--help"][..], &["controller", "--help"], &["version"]] {
        let (good, output) = manager(args)?;
        ensure!(good && !output.is_empty(), "{args:?}: {output}");
    }
    Ok(())
}

#[test]
fn what_it_tells_of_itself_is_for_scripts() -> Result<()> {
    let (_, version) = manager(&["version"])?;
    let version = version.trim_end();
    let told = version.strip_prefix("Build: {Version:").and_then(|rest| rest.strip_suffix('}'));
    let told = told.and_then(|rest| rest.split_once(" Commit:"));
    ensure!(told.is_some_and(|(number, _)| number == env!("CARGO_PKG_VERSION")), "{version}");
    let (_, architectures) = manager(&["debug", "show-architectures"])?;
    let architectures: Vec<String> = serde_json::from_str(&architectures)?;
    ensure!(!architectures.is_empty(), "it runs itself");
    Ok(())
}

#[test]
fn outside_a_cluster_the_controller_says_so_in_one_line_of_json() -> Result<()> {
    let (good, output) = manager(&["controller", "--log-field-level=severity"])?;
    ensure!(!good);
    let lines: Vec<Value> = output.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    ensure!(lines.len() == 1, "{output}");
    assert_eq!(lines[0]["severity"], "error");
    assert_eq!(lines[0]["msg"], "stopped");
    let error = lines[0]["error"].as_str().unwrap_or_default();
    ensure!(error.starts_with("failed to reach the API server: "), "{error}");
    Ok(())
}

#[test]
fn an_unknown_log_level_is_told_and_replaced() -> Result<()> {
    let (_, output) = manager(&["controller", "--log-level=loud"])?;
    ensure!(
        output.contains(r#""msg":"unknown log level, using info","wanted":"loud""#),
        "{output}"
    );
    Ok(())
}
