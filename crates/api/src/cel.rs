//! Validation rules of the API server (CEL), with the message a user sees when one is broken.

use serde::Serialize;

/// Rules of one place in a schema, in the order they are checked.
pub(crate) type Rules = &'static [Rule];

/// One rule as a schema carries it.
#[derive(Debug, Serialize)]
pub(crate) struct Rule {
    rule: &'static str,
    message: &'static str,
}

impl Rule {
    const fn new(rule: &'static str, message: &'static str) -> Self {
        Self { rule, message }
    }
}

/// A field that keeps its first value; the rule only holds while the field is set.
pub(crate) const IMMUTABLE: Rules =
    &[Rule::new("self == oldSelf", "cannot be changed after creation")];

/// Text that is required and must say something.
pub(crate) const NOT_EMPTY: Rules = &[Rule::new("self != ''", "must not be empty")];

/// A cluster takes its image from one source.
pub(crate) const CLUSTER: Rules = &[Rule::new(
    "!(has(self.imageCatalogRef) && has(self.imageName))",
    "set either imageName or imageCatalogRef, not both",
)];

/// A reference to one of the two catalog kinds.
pub(crate) const CATALOG_REF: Rules = &[
    Rule::new(
        "self.kind == 'ImageCatalog' || self.kind == 'ClusterImageCatalog'",
        "the referenced kind must be ImageCatalog or ClusterImageCatalog",
    ),
    Rule::new("self.apiGroup == 'postgresql.cnpg.io'", "apiGroup must be postgresql.cnpg.io"),
];

/// Locale options that belong to one locale provider.
pub(crate) const LOCALE: Rules = &[
    Rule::new(
        "!has(self.builtinLocale) || self.localeProvider == 'builtin'",
        "builtinLocale needs localeProvider: builtin",
    ),
    Rule::new(
        "!has(self.icuLocale) || self.localeProvider == 'icu'",
        "icuLocale needs localeProvider: icu",
    ),
    Rule::new(
        "!has(self.icuRules) || self.localeProvider == 'icu'",
        "icuRules needs localeProvider: icu",
    ),
];

/// Two ways to spread synchronous standbys that exclude each other.
pub(crate) const POSTGRESQL: Rules = &[Rule::new(
    "!(has(self.syncReplicaElectionConstraint) && \
        self.syncReplicaElectionConstraint.enabled && has(self.synchronous) && \
        ((has(self.synchronous.podFailureDomainKeys) && \
        self.synchronous.podFailureDomainKeys.size() > 0) || \
        (has(self.synchronous.nodeFailureDomainKeys) && \
        self.synchronous.nodeFailureDomainKeys.size() > 0)))",
    "failure domain keys cannot be combined with an enabled syncReplicaElectionConstraint",
)];

/// Options of synchronous replication that exclude each other.
pub(crate) const SYNCHRONOUS: Rules = &[
    Rule::new(
        "self.dataDurability!='preferred' || ((!has(self.standbyNamesPre) || \
        self.standbyNamesPre.size()==0) && (!has(self.standbyNamesPost) || \
        self.standbyNamesPost.size()==0))",
        "dataDurability: preferred needs empty standbyNamesPre and standbyNamesPost",
    ),
    Rule::new(
        "!(has(self.podFailureDomainKeys) && self.podFailureDomainKeys.size() > 0 && \
        has(self.nodeFailureDomainKeys) && self.nodeFailureDomainKeys.size() > 0)",
        "set either podFailureDomainKeys or nodeFailureDomainKeys, not both",
    ),
];

/// At least one synchronous standby.
pub(crate) const SYNCHRONOUS_NUMBER: Rules =
    &[Rule::new("self > 0", "the number of synchronous standbys must be positive")];

/// A backup is a fact, not a wish.
pub(crate) const BACKUP: Rules =
    &[Rule::new("oldSelf == self", "a backup cannot be changed after its creation")];

/// A pooler takes its image from one source.
pub(crate) const PGBOUNCER: Rules = &[Rule::new(
    "!(has(self.image) && has(self.imageCatalogRef))",
    "set either image or imageCatalogRef, not both",
)];

/// Keys of component images are unique.
pub(crate) const UNIQUE_KEYS: Rules = &[Rule::new(
    "self.all(e, self.filter(f, f.key==e.key).size() == 1)",
    "every key may appear only once",
)];

/// Major versions of a catalog are unique.
pub(crate) const UNIQUE_MAJORS: Rules = &[Rule::new(
    "self.all(e, self.filter(f, f.major==e.major).size() == 1)",
    "every major version may appear only once",
)];

/// Databases that belong to PostgreSQL itself cannot be managed.
pub(crate) const DATABASE_NAME: Rules = &[
    Rule::new("self == oldSelf", "cannot be changed after creation"),
    Rule::new("self != 'postgres'", "the database postgres cannot be managed"),
    Rule::new("self != 'template0'", "the database template0 cannot be managed"),
    Rule::new("self != 'template1'", "the database template1 cannot be managed"),
];

/// What a managed role may be called, and which options go together.
pub(crate) const DATABASE_ROLE: Rules = &[
    Rule::new("self.name == oldSelf.name", "the role name cannot be changed"),
    Rule::new(
        "!has(self.ensure) || self.ensure != 'absent'",
        "ensure: absent is not supported: set databaseRoleReclaimPolicy to delete, then delete the \
        object",
    ),
    Rule::new("self.name != 'postgres'", "the role postgres cannot be managed"),
    Rule::new("self.name != 'streaming_replica'", "the role streaming_replica cannot be managed"),
    Rule::new(
        "!self.name.startsWith('pg_')",
        "role names starting with pg_ are reserved by PostgreSQL",
    ),
    Rule::new(
        "!self.name.startsWith('cnpg_')",
        "role names starting with cnpg_ are reserved by the operator",
    ),
    Rule::new("self.name.size() != 0", "the role name must not be empty"),
    Rule::new(
        "!has(self.passwordSecret) || !has(self.disablePassword) || !self.disablePassword",
        "set either passwordSecret or disablePassword, not both",
    ),
    Rule::new(
        "!has(self.clientCertificate) || !self.clientCertificate.enabled || self.login",
        "a client certificate needs login: true",
    ),
];

/// A publication covers all tables or a list.
pub(crate) const PUBLICATION_TARGET: Rules = &[Rule::new(
    "(has(self.allTables) && !has(self.objects)) || (!has(self.allTables) && \
        has(self.objects))",
    "set exactly one of allTables and objects",
)];

/// PostgreSQL does not allow column lists beside whole schemas.
pub(crate) const PUBLICATION_OBJECTS: Rules = &[Rule::new(
    "!(self.exists(o, has(o.table) && has(o.table.columns)) && self.exists(o, \
        has(o.tablesInSchema)))",
    "a column list cannot be combined with tablesInSchema",
)];

/// An entry is a table or a schema.
pub(crate) const PUBLICATION_OBJECT: Rules = &[Rule::new(
    "(has(self.tablesInSchema) && !has(self.table)) || (!has(self.tablesInSchema) && \
        has(self.table))",
    "set exactly one of table and tablesInSchema",
)];
