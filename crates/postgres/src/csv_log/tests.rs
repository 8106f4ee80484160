//! The log parser beside torn, strange and ordinary logs.

use proptest::prelude::*;

use super::*;

const TIME: &str = "2026-11-21 06:14:42.123 UTC";

/// A record of some width with a message, as the server writes it.
fn record(width: usize, message: &str) -> String {
    let mut columns = vec![String::new(); width];
    columns[0] = TIME.to_owned();
    columns[1] = "\"postgres\"".to_owned();
    columns[3] = "42".to_owned();
    columns[MESSAGE] = format!("\"{}\"", message.replace('"', "\"\""));
    columns.join(",") + "\n"
}

/// All items of a log that comes in pieces of a length.
fn items(log: &[u8], piece: usize) -> Vec<Item> {
    let mut parser = Parser::default();
    let mut items = Vec::new();
    for bytes in log.chunks(piece) {
        parser.feed(bytes, |item| items.push(item));
    }
    items.extend(parser.finish());
    items
}

fn messages(items: &[Item]) -> Vec<&str> {
    let text = |item: &'_ Item| -> &str {
        match item {
            Item::Record(record) => record.columns[MESSAGE].as_str().to_owned().leak(),
            Item::Other(_) => "(other)",
        }
    };
    items.iter().map(text).collect()
}

#[test]
fn records_of_all_widths_are_read() {
    for width in WIDTHS {
        let log = record(width, "one") + &record(width, "two\nlines, \"quoted\"");
        for piece in [1, 7, log.len()] {
            let items = items(log.as_bytes(), piece);
            assert_eq!(messages(&items), ["one", "two\nlines, \"quoted\""], "{width} in {piece}");
            let Item::Record(first) = &items[0] else { panic!("no record") };
            assert_eq!((first.get("user_name"), first.get("query_id")), ("postgres", ""));
        }
    }
}

#[test]
fn columns_become_keys_unless_empty() {
    let items = items(record(26, "hello").as_bytes(), 64);
    let Item::Record(record) = &items[0] else { panic!("no record") };
    assert_eq!(
        serde_json::to_string(record).unwrap(),
        format!(
            r#"{{"log_time":"{TIME}","user_name":"postgres","process_id":"42","message":"hello"}}"#
        )
    );
}

#[test]
fn a_torn_start_costs_no_later_record() {
    let torn = "end of a query with \"\"quotes\"\"\nand lines\",,,,\"app\",\"client\",,0\n";
    let log = torn.to_owned() + &record(26, "one") + &record(26, "two");
    for piece in [1, 10, log.len()] {
        let items = items(log.as_bytes(), piece);
        let seen = messages(&items);
        assert_eq!(seen[seen.len() - 2..], ["one", "two"], "{seen:?} in pieces of {piece}");
        let others = items.iter().filter_map(|item| match item {
            Item::Other(text) => Some(text.clone() + "\n"),
            Item::Record(_) => None,
        });
        assert_eq!(others.collect::<String>(), torn, "nothing is lost");
    }
}

#[test]
fn a_record_of_another_width_is_handed_on() {
    let log = record(26, "one") + &record(23, "narrow") + &record(26, "two");
    assert_eq!(messages(&items(log.as_bytes(), 100)), ["one", "(other)", "two"]);
}

#[test]
fn a_broken_record_of_several_lines_costs_no_later_record() {
    let log = record(26, "one") + &record(23, "narrow\nlines") + &record(26, "two");
    for piece in [1, 50, log.len()] {
        let items = items(log.as_bytes(), piece);
        assert_eq!(messages(&items), ["one", "(other)", "(other)", "two"], "in pieces of {piece}");
    }
}

#[test]
fn the_rest_without_a_line_end_is_handed_on() {
    let whole = record(26, "one");
    let items = items(&whole.as_bytes()[..30], 100);
    assert_eq!(items, [Item::Other(whole[..30].to_owned())]);
}

#[test]
fn an_audit_takes_the_place_of_its_message() {
    let audit = "AUDIT: SESSION,1,1,READ,SELECT,,,\"select \"\"a\"\", 1\",<none>";
    for (name, message, rows) in
        [("plain", audit.to_owned(), ""), ("with rows", format!("{audit},7"), "7")]
    {
        let items = items(record(26, &message).as_bytes(), 64);
        let Item::Record(record) = &items[0] else { panic!("no record") };
        let audit = record.audit().expect(name);
        assert_eq!((audit.statement.as_str(), audit.rows.as_str()), ("select \"a\", 1", rows));
        let json = serde_json::to_value(record).unwrap();
        assert_eq!(json.get("message"), None, "{name}");
        assert_eq!(json["audit"]["class"], "READ", "{name}");
        assert_eq!(json["audit"].get("object_type"), None, "{name}");
    }
    for message in ["AUDIT: too,short", "audit: a,b,c,d,e,f,g,h,i", "AUDIT: a,b,c,d,e,f,g,\"h,i"] {
        let items = items(record(26, message).as_bytes(), 64);
        let Item::Record(record) = &items[0] else { panic!("no record") };
        assert_eq!((record.audit(), record.get("message")), (None, message));
    }
}

#[test]
fn memory_is_bounded() {
    let mut parser = Parser::default();
    let mut others = 0;
    let piece = vec![b'"'; 1 << 20];
    let odd = [b"\"".as_slice(), &vec![b'x'; (1 << 20) - 1]].concat();
    parser.feed(&odd, |_| others += 1);
    for _ in 0..LONGEST / piece.len() {
        parser.feed(&piece, |_| others += 1);
    }
    assert_eq!((others, parser.pending.len()), (1, 0));
}

proptest! {
    #[test]
    fn whatever_is_logged_is_read_again(
        logged in prop::collection::vec("(?s).{0,40}", 1..8),
        piece in 1usize..200,
    ) {
        let log: String = logged.iter().map(|message| record(26, message)).collect();
        let items = items(log.as_bytes(), piece);
        prop_assert_eq!(messages(&items), logged);
    }

    #[test]
    fn no_bytes_make_it_panic_or_lose_lines(
        bytes in prop::collection::vec(prop::sample::select(b"a,\"\n20-: .".to_vec()), 0..200),
        piece in 1usize..50,
    ) {
        let items = items(&bytes, piece);
        let text: String = items
            .iter()
            .map(|item| match item {
                Item::Other(text) => text.clone() + "\n",
                Item::Record(_) => String::new(),
            })
            .collect();
        let whole = String::from_utf8(bytes).unwrap();
        prop_assert_eq!(text.trim_end_matches('\n'), whole.trim_end_matches('\n'));
    }
}
