//! Documents for programs: JSON and YAML that never change their order.

use clap::ValueEnum;
use serde::Serialize;
use serde_json::Value;

/// The way a document is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Json,
    Yaml,
}

impl Format {
    /// A document as text.
    pub fn text(self, document: &impl Serialize) -> String {
        match self {
            Self::Json => json(document),
            Self::Yaml => yaml(document),
        }
    }
}

/// Indented JSON, safe inside HTML, with a line end.
fn json(document: &impl Serialize) -> String {
    let text = serde_json::to_string_pretty(document).expect("our documents have text keys");
    let escaped = text.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026");
    format!("{escaped}\n")
}

/// YAML with sorted keys, lists at the indent of their key.
pub fn yaml(document: &impl Serialize) -> String {
    // Through a value: its maps are sorted.
    let value: Value = serde_json::to_value(document).expect("our documents have text keys");
    let options = serde_saphyr::ser_options! {
        compact_list_indent: true,
        prefer_block_scalars: true,
        folded_wrap_chars: 100_000_000,
        min_fold_chars: 100_000_000,
    };
    let mut text = String::new();
    serde_saphyr::to_fmt_writer_with_options(&mut text, &value, options)
        .expect("a JSON value is YAML");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_keep_their_order() {
        let document = serde_json::json!({
            "b": [{"x": "1", "a": true}], "a": "<&>", "long": "word ".repeat(20).trim(), "n": null,
            "t": "one\ntwo\n", "e": [], "m": {},
        });
        insta::assert_snapshot!(yaml(&document), @r#"
        a: <&>
        b:
        - a: true
          x: "1"
        e: []
        long: word word word word word word word word word word word word word word word word word word word word
        m: {}
        "n": null
        t: |
          one
          two
        "#);
        assert!(json(&document).starts_with("{\n  \"a\": \"\\u003c\\u0026\\u003e\",\n"));
    }
}
