//! What opens connections: `psql`, `secret-uri`, `certificate`, `port-forward`, and what runs SQL:
//! `publication`, `subscription`.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::hands::{Going, Hands, said};

pub fn psql_for_scripts_and_people(hands: &Hands) -> Result<()> {
    let mut one = hands.plugin("psql plug -- app -XAtc");
    one.arg("select 40 + 2");
    let one = said(one, "")?;
    assert_eq!((one.code, one.out.as_str()), (0, "42\n"), "{one:?}");
    let script = "create table t (i int);\ninsert into t values (1), (2);\nselect sum(i) from t;\n";
    let ran = said(hands.plugin("psql plug -- -XAtq -v ON_ERROR_STOP=1 app"), script)?;
    assert_eq!((ran.code, ran.out.as_str()), (0, "3\n"), "{ran:?}");
    let wrong = said(hands.plugin("psql plug -- -X -v ON_ERROR_STOP=1 app"), "selekt 1;\n")?;
    assert_eq!(wrong.code, 3, "the code of psql: {wrong:?}");
    assert!(wrong.err.contains("syntax error"), "{wrong:?}");
    let nowhere = hands.says("psql plug -- nosuchdatabase -c x")?;
    assert_eq!(nowhere.code, 2, "{nowhere:?}");
    let mut replica = hands.plugin("psql plug --replica -- -XAtc");
    replica.arg("select pg_is_in_recovery()");
    assert_eq!(said(replica, "")?.out, "t\n");
    let stranger = hands.says("psql plug --as nobody -- -c x")?;
    assert_eq!(stranger.code, 1, "the flags of the connection are honoured: {stranger:?}");

    // A person at a terminal gets a prompt.
    let typed = "select 6 * 7 as answer;\n\\q\n";
    let line = "script -qefc \"kubectl cnpg psql plug -n $NS -- -X\" /dev/null";
    let seen = hands.shell_prints(line, typed)?;
    assert!(seen.contains("postgres=#") && seen.contains("answer"), "{seen}");
    assert!(seen.contains("42"), "{seen}");
    Ok(())
}

pub fn credentials_open_connections(hands: &Hands) -> Result<()> {
    // From inside, where the names of services are known.
    let ask = |uri: &str| {
        let line = format!(
            "kubectl exec -n $NS plug-2 -c postgres -- psql '{uri}' -XAtc 'select current_user, pg_is_in_recovery()'"
        );
        hands.shell_prints(&line, "")
    };
    for (line, expected) in [
        ("secret-uri plug", "app|f\n"),
        ("secret-uri plug --endpoint ro --fqdn", "app|t\n"),
        ("secret-uri plug --as-role superuser --dbname postgres", "postgres|f\n"),
    ] {
        let uri = hands.prints(line)?;
        assert_eq!(ask(uri.trim_end())?, expected, "{line}: {uri}");
    }
    let document: Value = serde_json::from_str(&hands.prints("secret-uri plug -o json")?)?;
    let password = document["password"].as_str().context("a password")?;
    for (shape, expected) in [
        ("env", format!("export PGPASSWORD='{password}'\n")),
        ("jdbc", "jdbc:postgresql://plug-rw.".to_owned()),
        ("pgpass", format!(":5432:app:app:{password}\n")),
        ("yaml", format!("password: {password}\n")),
    ] {
        let text = hands.prints(&format!("secret-uri plug -o {shape}"))?;
        assert!(text.contains(&expected), "{shape}");
    }

    let made = hands.prints("certificate door --cnpg-cluster plug --cnpg-user app")?;
    assert_eq!(made, "secret/door created\n");
    let twice = hands.says("certificate door --cnpg-cluster plug --cnpg-user app")?;
    assert_eq!(twice.code, 1, "{twice:?}");
    // The door that only such a certificate opens.
    let line = "for part in crt key; do
          kubectl get secret door -n $NS -o jsonpath=\"{.data.tls\\.$part}\" | base64 -d |
            kubectl exec -i -n $NS plug-1 -c postgres -- sh -c \"umask 077; cat > /run/door.$part\" || exit 1
        done";
    hands.shell_prints(line, "")?;
    let door = "sslmode=require sslcert=/run/door.crt sslkey=/run/door.key";
    let uri = format!("host=plug-rw user=app dbname=postgres {door}");
    assert_eq!(ask(&uri).err().map(|_| ()), Some(()), "the key lies in another pod");
    let line = format!(
        "kubectl exec -n $NS plug-1 -c postgres -- psql '{uri}' -XAtc 'select current_user'"
    );
    assert_eq!(hands.shell_prints(&line, "")?, "app\n");
    Ok(())
}

pub fn a_forwarded_port_answers(hands: &Hands) -> Result<()> {
    for (line, pod) in [
        ("port-forward plug --port 0", "(plug-1)"),
        ("port-forward plug --replica --port 0", "(plug-2)"),
    ] {
        let going = Going::until_it_prints(hands.plugin(line), "\n")?;
        assert!(going.heard.contains(pod), "{}", going.heard);
        let address = going.heard.split_whitespace().nth(1).context("an address")?;
        // A request for encryption: 8 bytes, and PostgreSQL says yes with one letter.
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(super::hands::PATIENCE))?;
        stream.write_all(&[0, 0, 0, 8, 4, 210, 22, 47])?;
        let mut answer = [0];
        stream.read_exact(&mut answer)?;
        assert_eq!(answer, *b"S", "{line}");
    }
    Ok(())
}

/// From one database to another of the same server, which must not wait for a slot of its own.
pub async fn rows_are_published_and_subscribed_to(hands: &Hands) -> Result<()> {
    let psql = |database: &str, sql: &str| {
        said(hands.plugin(&format!("psql plug -- -XAtq -v ON_ERROR_STOP=1 {database}")), sql)
    };
    let prepared = psql(
        "postgres",
        "create database copy;\nalter role app replication;\n\\c copy\n\
         create table shop (id serial primary key, what text);\n\\c app\n\
         create table shop (id serial primary key, what text);\n\
         alter table shop owner to app;\n\
         insert into shop (what) values ('one'), ('two');\n",
    )?;
    assert_eq!(prepared.code, 0, "{prepared:?}");
    let password = hands.prints("secret-uri plug -o json")?;
    let password: Value = serde_json::from_str(&password)?;
    let patch = serde_json::json!({"spec": {"externalClusters": [{
        "name": "origin",
        "connectionParameters": {
            "host": "plug-rw", "user": "app", "dbname": "app", "password": password["password"],
        },
    }]}});
    let patch = patch.to_string();
    hands.rig.kubectl([
        "patch",
        "cluster",
        "plug",
        "-n",
        &hands.namespace,
        "--type=merge",
        "-p",
        &patch,
    ])?;

    let dry = hands.prints("publication create plug --publication shop --table shop --dry-run")?;
    assert_eq!(dry, "CREATE PUBLICATION \"shop\" FOR TABLE shop\n");
    assert_eq!(hands.prints("publication create plug --publication shop --table shop")?, dry);
    let slot = "select pg_create_logical_replication_slot('shop', 'pgoutput');\n";
    assert_eq!(psql("app", slot)?.code, 0);
    hands.prints(
        "subscription create plug --subscription shop --publication shop --external-cluster origin \
         --dbname copy --parameters create_slot=false,slot_name=shop",
    )?;
    hands
        .until("the rows", || {
            let rows = psql("copy", "select count(*) from shop;\n")?.out;
            Ok((rows == "2\n").then_some(()))
        })
        .await?;
    hands
        .prints("subscription sync-sequences plug --subscription shop --dbname copy --offset 10")?;
    assert_eq!(psql("copy", "select last_value from shop_id_seq;\n")?.out, "12\n");
    hands.prints("subscription drop plug --subscription shop --dbname copy")?;
    hands.prints("publication drop plug --publication shop")?;
    let left =
        "select (select count(*) from pg_publication) + (select count(*) from pg_subscription);\n";
    assert_eq!(psql("app", left)?.out, "0\n");
    let again = hands.says("publication drop plug --publication shop")?;
    assert_eq!(again.code, 1, "{again:?}");
    assert_eq!(psql("app", "alter role app noreplication;\n")?.code, 0);
    assert_eq!(psql("postgres", "drop database copy;\n")?.code, 0);
    Ok(())
}
