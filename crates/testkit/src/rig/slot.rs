//! Which rig is this checkout's: slots are handed out under a lock and remembered.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::layout::{Cache, Layout, SLOTS, Slot};

/// What is known of a slot before one is chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Claim {
    slot: Slot,
    owner: Owner,
}

/// Who has a slot.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Owner {
    /// Nobody ever had it.
    Nobody,
    /// This checkout.
    Mine,
    /// A checkout that is there.
    Other(PathBuf),
    /// A checkout that was removed, and left nothing running.
    Gone,
    /// Something runs in it that no checkout of this cache started.
    Foreign,
}

/// The cache folder: `$XDG_CACHE_HOME/cnpg-rig`, or the same under `~/.cache`.
pub fn cache() -> Result<Cache> {
    let from = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let base = from("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| from("HOME").map(|home| Path::new(&home).join(".cache")))
        .context("neither XDG_CACHE_HOME nor HOME is set: there is no place for a cache")?;
    Ok(Cache::new(base.join("cnpg-rig")))
}

/// The checkout this program was built from.
pub fn checkout() -> Result<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.canonicalize().with_context(|| format!("the checkout {} is gone", root.display()))
}

/// The layout of this checkout's rig, if it ever had one.
pub fn find(cache: &Cache, checkout: &Path) -> Result<Option<Layout>> {
    let mine = survey(cache, checkout)?.into_iter().find(|claim| claim.owner == Owner::Mine);
    Ok(mine.map(|claim| Layout::new(cache.clone(), claim.slot)))
}

/// The layout of this checkout's rig; a checkout without a slot is given one.
pub fn claim(cache: &Cache, checkout: &Path) -> Result<Layout> {
    fs::create_dir_all(cache.slots())?;
    let _lock = lock(&cache.slots().join("lock"))?;
    let claims = survey(cache, checkout)?;
    let Some(slot) = choose(&claims) else {
        let taken: Vec<_> = claims.iter().map(|claim| format!("{:?}", claim.owner)).collect();
        bail!("all {SLOTS} slots for rigs are taken: {}", taken.join(", "));
    };
    fs::write(owner_file(cache, slot), checkout.to_str().context("the path is not text")?)?;
    Ok(Layout::new(cache.clone(), slot))
}

/// Waits until nobody else brings this rig up or down; the lock ends with the file.
pub fn lock_rig(layout: &Layout) -> Result<File> {
    fs::create_dir_all(layout.cache().slots())?;
    lock(&layout.cache().slots().join(format!("{}.lock", layout.slot())))
}

/// Takes an exclusive lock, creating its file; waits for whoever has it.
pub fn lock(path: &Path) -> Result<File> {
    let open = || {
        let file = File::options().create(true).append(true).open(path)?;
        file.lock()?;
        io::Result::Ok(file)
    };
    open().with_context(|| format!("failed to lock {}", path.display()))
}

/// The same, together with others that take it like this.
pub fn lock_shared(path: &Path) -> Result<File> {
    let open = || {
        let file = File::options().create(true).append(true).open(path)?;
        file.lock_shared()?;
        io::Result::Ok(file)
    };
    open().with_context(|| format!("failed to lock {}", path.display()))
}

/// The checkout's own slot, else the first that is free.
fn choose(claims: &[Claim]) -> Option<Slot> {
    let first = |wanted: &[Owner]| {
        claims.iter().find(|claim| wanted.contains(&claim.owner)).map(|claim| claim.slot)
    };
    first(&[Owner::Mine]).or_else(|| first(&[Owner::Nobody, Owner::Gone]))
}

fn survey(cache: &Cache, checkout: &Path) -> Result<Vec<Claim>> {
    Slot::all().map(|slot| Ok(Claim { slot, owner: owner(cache, slot, checkout)? })).collect()
}

fn owner(cache: &Cache, slot: Slot, checkout: &Path) -> Result<Owner> {
    let layout = Layout::new(cache.clone(), slot);
    let running = Path::new("/sys/class/net").join(layout.bridge()).exists();
    let file = owner_file(cache, slot);
    let owner = match fs::read_to_string(&file) {
        Ok(text) => PathBuf::from(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Ok(if running { Owner::Foreign } else { Owner::Nobody });
        }
        Err(error) => {
            return Err(error).with_context(|| format!("failed to read {}", file.display()));
        }
    };
    Ok(if owner == checkout {
        Owner::Mine
    } else if owner.exists() || running || layout.state().exists() {
        Owner::Other(owner)
    } else {
        Owner::Gone
    })
}

fn owner_file(cache: &Cache, slot: Slot) -> PathBuf {
    cache.slots().join(slot.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(owners: &[Owner]) -> Vec<Claim> {
        Slot::all().zip(owners).map(|(slot, owner)| Claim { slot, owner: owner.clone() }).collect()
    }

    #[test]
    fn a_checkout_keeps_its_slot_and_a_new_one_takes_the_first_free() {
        use Owner::{Foreign, Gone, Mine, Nobody};
        let other = Owner::Other("/other".into());
        let cases: [(&str, &[Owner], Option<u8>); 5] = [
            ("own slot before a free one", &[Nobody, Mine], Some(1)),
            ("first never used", &[other.clone(), Nobody, Nobody], Some(1)),
            ("slot of a removed checkout", &[other.clone(), Gone, Nobody], Some(1)),
            ("never where something unknown runs", &[Foreign, Nobody], Some(1)),
            ("all taken", &[other, Foreign], None),
        ];
        for (name, owners, expected) in cases {
            assert_eq!(choose(&claims(owners)).map(Slot::number), expected, "{name}");
        }
    }

    #[test]
    fn a_claim_is_remembered() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::new(dir.path());
        let (ours, theirs) = (dir.path().join("ours"), dir.path().join("theirs"));
        fs::create_dir_all(&ours).unwrap();
        fs::create_dir_all(&theirs).unwrap();
        assert_eq!(find(&cache, &ours).unwrap(), None);
        let first = claim(&cache, &ours).unwrap();
        let second = claim(&cache, &theirs).unwrap();
        assert_ne!(first.slot(), second.slot());
        assert_eq!(claim(&cache, &ours).unwrap(), first);
        assert_eq!(find(&cache, &theirs).unwrap(), Some(second));
    }
}
