//! `cargo xtask rig images`: what the images are made of.

use std::fs;

use anyhow::Result;
use testkit::rig::images::{self, record};
use testkit::rig::slot;

use crate::tree::report;

/// Which images, and whether to record what is in them
#[derive(Debug, Clone, clap::Args)]
pub struct ImagesArgs {
    /// Recipes of tests/rig/images; without any, those that every rig has
    recipes: Vec<String>,
    /// Write down the packages' versions as the new record
    #[arg(long)]
    record: bool,
}

/// Builds what is not in the cache, and tells how it differs from the record.
pub fn run(args: &ImagesArgs) -> Result<()> {
    let (cache, checkout) = (slot::cache()?, slot::checkout()?);
    let standard = || images::STANDARD.map(str::to_owned).to_vec();
    let recipes = if args.recipes.is_empty() { standard() } else { args.recipes.clone() };
    for recipe in recipes {
        let image = images::postgresql(&cache, &recipe)?;
        if args.record {
            record::write(&checkout, &recipe, &image)?;
        }
        let megabytes = image.archive.metadata()?.len() / 1_000_000;
        report(format_args!("{recipe}  {megabytes} MB  {}", image.names.join(" ")));
        let recorded = fs::read_to_string(record::path(&checkout, &recipe)).unwrap_or_default();
        for change in record::changes(&recorded, &image) {
            report(format_args!("  {change}"));
        }
    }
    Ok(())
}
