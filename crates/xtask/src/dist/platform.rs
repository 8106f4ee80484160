//! What the plugin is released for, and whether this host can build it.

use std::fmt;
use std::path::{Path, PathBuf};

/// How the files of a release are bundled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bundle {
    TarGz,
    Zip,
}

/// An operating system and an architecture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Platform {
    /// As Krew and Go name them.
    pub os: &'static str,
    pub arch: &'static str,
    /// The architecture as the names of our archives spell it.
    pub spelled: &'static str,
    pub bundle: Bundle,
    /// The program in the archive.
    pub program: &'static str,
    /// What rustc calls it.
    pub triple: &'static str,
    /// What links it where it is not the host's own.
    linker: Linker,
}

/// What links a platform's programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Linker {
    /// A cross compiler that Debian or MinGW has.
    Cross(&'static str),
    /// Apple's, which runs on Apple's systems only.
    Apple,
}

/// What the linker leaves out of a program that does not unwind.
const NO_UNWINDING: &str = "crates/xtask/src/dist/no-unwinding.ld";

/// All platforms, in the order of the manifest.
pub const PLATFORMS: &[Platform] = &[
    unix("linux", "amd64", "x86_64-unknown-linux-gnu", Linker::Cross("x86_64-linux-gnu-gcc")),
    unix("linux", "arm64", "aarch64-unknown-linux-gnu", Linker::Cross("aarch64-linux-gnu-gcc")),
    unix("darwin", "amd64", "x86_64-apple-darwin", Linker::Apple),
    unix("darwin", "arm64", "aarch64-apple-darwin", Linker::Apple),
    windows("amd64", "x86_64-pc-windows-gnu", "x86_64-w64-mingw32-gcc"),
    windows("arm64", "aarch64-pc-windows-gnullvm", "aarch64-w64-mingw32-clang"),
];

const fn unix(
    os: &'static str,
    arch: &'static str,
    triple: &'static str,
    linker: Linker,
) -> Platform {
    Platform {
        os,
        arch,
        spelled: spelled(arch),
        bundle: Bundle::TarGz,
        program: "kubectl-cnpg",
        triple,
        linker,
    }
}

const fn windows(arch: &'static str, triple: &'static str, compiler: &'static str) -> Platform {
    Platform {
        os: "windows",
        arch,
        spelled: spelled(arch),
        bundle: Bundle::Zip,
        program: "kubectl-cnpg.exe",
        triple,
        linker: Linker::Cross(compiler),
    }
}

const fn spelled(arch: &'static str) -> &'static str {
    match arch.as_bytes() {
        b"amd64" => "x86_64",
        _ => arch,
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.os, self.arch)
    }
}

impl Platform {
    /// The name of the archive of a version.
    pub fn archive(&self, version: &str) -> String {
        let end = match self.bundle {
            Bundle::TarGz => "tar.gz",
            Bundle::Zip => "zip",
        };
        format!("kubectl-cnpg_{version}_{}_{}.{end}", self.os, self.spelled)
    }

    /// What makes the program smaller, as far as the platform's linker can do it.
    pub fn flags(&self, root: &Path) -> Vec<String> {
        let mut flags = Vec::new();
        if self.os == "linux" {
            flags.push("-Cforce-unwind-tables=no".to_owned());
        }
        // Functions and relocations are folded, and what only unwinding reads is left out, by
        // rustc's own linker, which is the default on this platform alone.
        if (self.os, self.arch) == ("linux", "amd64") {
            let script = root.join(NO_UNWINDING);
            let words = ["--icf=all", "-z,pack-relative-relocs", "--no-eh-frame-hdr"];
            flags.extend(words.map(|word| format!("-Clink-arg=-Wl,{word}")));
            flags.push(format!("-Clink-arg=-Wl,-T,{}", script.display()));
        }
        flags
    }

    /// How cargo is told of the linker; `None` where the host's own links.
    pub fn linker(&self, host: &Host) -> Option<(String, &'static str)> {
        let Linker::Cross(compiler) = self.linker else { return None };
        let variable = self.triple.replace('-', "_").to_uppercase();
        (self.triple != host.triple).then(|| (format!("CARGO_TARGET_{variable}_LINKER"), compiler))
    }

    /// Why this host cannot build it, and what would change that; `None` when it can.
    pub fn obstacle(&self, host: &Host) -> Option<String> {
        if !host.libraries.iter().any(|triple| triple == self.triple) {
            let first = format!(
                "rustc has no standard library for {} (`rustup target add {0}`)",
                self.triple
            );
            return Some(match self.linker {
                Linker::Apple if !host.triple.ends_with("apple-darwin") => {
                    format!("{first}, and it is linked on macOS only")
                }
                _ => first,
            });
        }
        if self.triple == host.triple {
            return None;
        }
        match self.linker {
            Linker::Apple if host.triple.ends_with("apple-darwin") => None,
            Linker::Apple => Some("it is linked on macOS only".to_owned()),
            Linker::Cross(compiler) if host.has(compiler) => None,
            Linker::Cross(compiler) => Some(format!("{compiler} is not in the PATH")),
        }
    }
}

/// What decides which platforms can be built here.
#[derive(Debug, Clone, Default)]
pub struct Host {
    /// What rustc calls it.
    pub triple: String,
    /// The triples whose standard library is installed.
    pub libraries: Vec<String>,
    /// Where programs are looked for.
    pub path: Vec<PathBuf>,
}

impl Host {
    fn has(&self, program: &str) -> bool {
        self.path.iter().any(|folder| Path::new(folder).join(program).is_file())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_built_is_told_with_its_remedy() {
        let folder = std::env::temp_dir();
        let host = |libraries: &[&str]| Host {
            triple: "x86_64-unknown-linux-gnu".to_owned(),
            libraries: libraries.iter().map(|&triple| triple.to_owned()).collect(),
            path: vec![folder.clone()],
        };
        let (own, arm) = ("x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu");
        let apple = "aarch64-apple-darwin";
        for (name, platform, libraries, expected) in [
            ("its own", 0, &[own][..], None),
            ("no library", 1, &[own], Some("`rustup target add aarch64-unknown-linux-gnu`)")),
            ("no linker", 1, &[own, arm], Some("aarch64-linux-gnu-gcc is not in the PATH")),
            ("Apple, no library", 3, &[own], Some("it is linked on macOS only")),
            ("Apple", 3, &[own, apple], Some("it is linked on macOS only")),
        ] {
            let obstacle = PLATFORMS[platform].obstacle(&host(libraries));
            match expected {
                None => assert_eq!(obstacle, None, "{name}"),
                Some(end) => {
                    assert!(
                        obstacle.as_deref().is_some_and(|it| it.ends_with(end)),
                        "{name}: {obstacle:?}"
                    )
                }
            }
        }
    }
}
