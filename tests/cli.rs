//! The plugin as a program: what it prints and how it ends.

use assert_cmd::Command;

fn plugin(words: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kubectl-cnpg"));
    let output = command.args(words).env_clear().output().expect("the plugin starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn version_is_one_line_and_needs_no_cluster() {
    let (code, out, err) = plugin(&["version"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert!(out.starts_with("Build: {Version:") && out.lines().count() == 1, "{out}");
}

#[test]
fn without_words_the_help_is_shown() {
    let (code, out, _) = plugin(&[]);
    assert_eq!(code, Some(0));
    insta::assert_snapshot!(out);
}

#[test]
fn an_unknown_command_fails_and_names_the_help() {
    let (code, out, err) = plugin(&["versoin"]);
    assert_eq!((code, out.as_str()), (Some(1), ""));
    insta::assert_snapshot!(err);
}

#[test]
fn completion_prints_a_script_for_each_shell() {
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let (code, out, err) = plugin(&["completion", shell]);
        assert_eq!((code, err.as_str()), (Some(0), ""), "{shell}");
        assert!(out.contains("kubectl-cnpg"), "{shell}");
    }
}
