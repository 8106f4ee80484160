//! What the program tells about itself: the one place of it that prints for people.
#![expect(clippy::print_stdout, reason = "the output of the subcommands")]

use std::path::Path;

use operator::cluster::binaries;

/// `manager version`, in the one line that people's scripts read.
pub fn print() {
    println!(
        "Build: {{Version:{} Commit:{} Date:{}}}",
        env!("CARGO_PKG_VERSION"),
        option_env!("CNPG_BUILD_COMMIT").unwrap_or("none"),
        option_env!("CNPG_BUILD_DATE").unwrap_or("unknown"),
    );
}

/// `manager debug show-architectures`.
pub fn architectures() {
    println!("{}", serde_json::json!(binaries::architectures(Path::new("."))));
}
