//! The server's certificate, from an authority that nothing else in the rig trusts.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use anyhow::Result;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose, date_time_ymd,
};

pub(super) const AUTHORITY: &str = "ca.crt";
pub(super) const CERTIFICATE: &str = "server.crt";
pub(super) const KEY: &str = "server.key";

/// Writes the three files, unless they are there.
pub(super) fn ensure(folder: &Path, names: &[String]) -> Result<()> {
    // Written last, so the others are there too.
    if folder.join(AUTHORITY).exists() {
        return Ok(());
    }
    let mut params = params("S3 of the rig", Vec::new())?;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;

    let key = KeyPair::generate()?;
    let mut params = self::params("s3", names.to_vec())?;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let certificate = params.signed_by(&key, &authority)?;

    fs::write(folder.join(KEY), key.serialize_pem())?;
    fs::set_permissions(folder.join(KEY), Permissions::from_mode(0o600))?;
    fs::write(folder.join(CERTIFICATE), certificate.pem())?;
    Ok(fs::write(folder.join(AUTHORITY), authority.pem())?)
}

fn params(name: &str, addresses: Vec<String>) -> Result<CertificateParams> {
    let mut params = CertificateParams::new(addresses)?;
    params.distinguished_name.push(DnType::CommonName, name);
    // A rig lives for hours; these dates only have to contain every clock.
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2120, 1, 1);
    Ok(params)
}
