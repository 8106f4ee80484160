//! Recipes: which Debian packages make an image, and how it is built from them.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;

use super::archive::{self, Config};
use super::{Made, hash, run};

const ESSENTIAL: &str = include_str!("../../../../../tests/rig/images/essential.sh");
const CUSTOMIZE: &str = include_str!("../../../../../tests/rig/images/customize.sh");
const RECIPES: [(&str, &str); 4] = [
    ("postgresql-15", include_str!("../../../../../tests/rig/images/postgresql-15.yaml")),
    ("postgresql-17", include_str!("../../../../../tests/rig/images/postgresql-17.yaml")),
    (
        "postgresql-17-archivers",
        include_str!("../../../../../tests/rig/images/postgresql-17-archivers.yaml"),
    ),
    (
        "postgresql-17-barman",
        include_str!("../../../../../tests/rig/images/postgresql-17-barman.yaml"),
    ),
];

/// Raised when this file changes what an image is, so that cached ones are built anew.
const REVISION: &[u8] = b"1";

/// Kept out of an image: nobody reads it there.
const EXCLUDED: [&str; 4] =
    ["/usr/share/doc/*", "/usr/share/info/*", "/usr/share/locale/*", "/usr/share/man/*"];

/// An image of PostgreSQL out of Debian's packages.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Recipe {
    /// Debian release.
    suite: String,
    /// Major version of PostgreSQL.
    major: u32,
    /// The package whose version the tag begins with.
    version_package: String,
    /// Name of the image without its tag.
    repository: String,
    /// Tag, with `{version}` for the version of PostgreSQL.
    tag: String,
    /// Tags that stay the same when a new minor version comes out.
    aliases: Vec<String>,
    /// What is installed, with all it depends on.
    packages: Vec<String>,
    /// The recipe as it was written; the key of the image comes from it.
    #[serde(skip)]
    text: &'static str,
}

impl Recipe {
    /// The recipe of this name.
    ///
    /// # Errors
    /// If there is none.
    pub fn named(name: &str) -> Result<Self> {
        let Some((_, text)) = RECIPES.iter().find(|(known, _)| *known == name) else {
            let known: Vec<&str> = Self::names().collect();
            bail!("there is no recipe {name:?}, only {}", known.join(", "));
        };
        let recipe: Self =
            serde_saphyr::from_str(text).with_context(|| format!("read the recipe {name}"))?;
        Ok(Self { text, ..recipe })
    }

    /// The names of all recipes.
    pub fn names() -> impl Iterator<Item = &'static str> {
        RECIPES.iter().map(|(name, _)| *name)
    }

    /// The hash of all the image is made from, except the packages' versions.
    #[must_use]
    pub fn key(&self) -> String {
        hash([REVISION, self.text.as_bytes(), ESSENTIAL.as_bytes(), CUSTOMIZE.as_bytes()])
    }

    /// Builds the image as `image.tar` in this folder.
    pub(super) fn build(&self, folder: &Path) -> Result<Made> {
        let layer = folder.join("layer.tar");
        let list = folder.join("packages");
        run(Command::new("mmdebstrap")
            .args(["--quiet", "--variant=minbase", "--mode=root", "--format=tar"])
            .arg(format!("--include={}", self.packages.join(",")))
            .arg("--aptopt=APT::Install-Recommends \"false\"")
            .args(EXCLUDED.map(|path| format!("--dpkgopt=path-exclude={path}")))
            .arg(hook("essential", &script(folder, "essential", ESSENTIAL)?))
            .arg(hook("customize", &script(folder, "customize", CUSTOMIZE)?))
            .arg(&self.suite)
            .arg(&layer)
            // Every file has the same date, so that equal packages give an equal layer.
            .env("SOURCE_DATE_EPOCH", "1700000000")
            .env("RIG_PACKAGES", &list))?;
        let packages: Vec<String> = fs::read_to_string(list)?.lines().map(str::to_owned).collect();
        let names = self.image_names(&packages)?;
        archive::write(&folder.join("image.tar"), &layer, &self.config(), &names)?;
        Ok(Made { names, packages })
    }

    fn config(&self) -> Config {
        let bin = format!("/usr/lib/postgresql/{}/bin", self.major);
        let path =
            format!("PATH={bin}:/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin");
        Config { user: Some(26), env: vec![path, "LANG=C.UTF-8".into()], entrypoint: Vec::new() }
    }

    /// All names of the image, given the `name version` lines of its packages.
    pub(super) fn image_names(&self, packages: &[String]) -> Result<Vec<String>> {
        let version = packages
            .iter()
            .filter_map(|line| line.split_once(' '))
            .find(|(name, _)| *name == self.version_package)
            .map(|(_, version)| upstream(version))
            .with_context(|| format!("the image has no package {}", self.version_package))?;
        let exact = self.tag.replace("{version}", version);
        let tags = std::iter::once(&exact).chain(&self.aliases);
        Ok(tags.map(|tag| format!("docker.io/{}:{tag}", self.repository)).collect())
    }
}

/// The version of the packaged software in the version of a package.
fn upstream(version: &str) -> &str {
    let version = version.split_once(':').map_or(version, |(_epoch, rest)| rest);
    version.rsplit_once('-').map_or(version, |(upstream, _revision)| upstream)
}

fn script(folder: &Path, name: &str, text: &str) -> Result<PathBuf> {
    let path = folder.join(format!("{name}.sh"));
    fs::write(&path, text)?;
    fs::set_permissions(&path, Permissions::from_mode(0o755))?;
    Ok(path)
}

fn hook(kind: &str, script: &Path) -> String {
    format!("--{kind}-hook={}", script.display())
}
