//! `manager version`: the one place of this program that prints for people.

#[expect(clippy::print_stdout, reason = "the output of the subcommand")]
pub fn print() {
    println!("CloudNativePG {}", env!("CARGO_PKG_VERSION"));
}
