use std::io::Write as _;

use proptest::prelude::*;

use super::*;
use crate::catalog::tests::recorded;

fn pack(codec: Codec, bytes: &[u8], level: Option<i32>) -> Vec<u8> {
    let mut encoder = codec.encoder(Vec::new(), level).expect("an encoder");
    encoder.write_all(bytes).expect("packed");
    encoder.finish().expect("finished")
}

fn unpack(codec: Codec, bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    codec.decoder(bytes)?.read_to_end(&mut out).map(|_| out)
}

#[test]
fn segments_of_the_originals_tools_are_the_same_in_every_compression() {
    let Some(folder) = recorded() else { return };
    let name = "000000010000000000000003";
    let mut first: Option<Vec<u8>> = None;
    for codec in [Codec::Gzip, Codec::Bzip2, Codec::Lz4, Codec::Xz, Codec::Zstd] {
        let path = folder.join(format!("v-{codec}/wals/0000000100000000/{name}{}", codec.suffix()));
        let segment = unpack(codec, &std::fs::read(path).expect("a file")).expect("unpacked");
        assert_eq!(segment.len(), 16 << 20, "{codec}");
        let first = first.get_or_insert_with(|| segment.clone());
        assert!(*first == segment, "{codec} has another content");
    }
}

#[test]
fn members_that_follow_each_other_are_one() {
    for codec in Codec::ALL {
        let two = [pack(codec, b"one, ", None), pack(codec, b"two", None)].concat();
        assert_eq!(unpack(codec, &two).expect("unpacked"), b"one, two", "{codec}");
    }
}

#[test]
fn what_was_cut_off_or_changed_is_not_taken_for_whole() {
    let bytes: Vec<u8> = (0..300_000_u32).flat_map(|n| n.wrapping_mul(n).to_le_bytes()).collect();
    for codec in Codec::ALL.into_iter().filter(|codec| *codec != Codec::None) {
        let packed = pack(codec, &bytes, None);
        let cut = unpack(codec, &packed[..packed.len() / 2]);
        // A cut between chunks is one that framed Snappy cannot know of: sizes are compared too.
        assert!(cut.is_err() || codec == Codec::Snappy, "{codec} was cut");
        assert!(cut.is_err() || cut.is_ok_and(|cut| cut != bytes));
        let mut flipped = packed.clone();
        let middle = flipped.len() / 2;
        flipped[middle] ^= 0x10;
        assert!(!unpack(codec, &flipped).is_ok_and(|got| got == bytes), "{codec} flipped");
    }
}

#[test]
fn names_and_suffixes() {
    for codec in Codec::ALL {
        let name = format!("00000002.history{}", codec.suffix());
        assert_eq!(Codec::of(&name), ("00000002.history", codec));
        let named = codec.name().parse::<Codec>().ok();
        assert_eq!(named, (codec != Codec::None).then_some(codec));
    }
    assert_eq!(Codec::of("a.partial"), ("a.partial", Codec::None));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn what_is_packed_comes_back(bytes in prop::collection::vec(any::<u8>(), 0..70_000), level in prop::option::of(-3i32..30)) {
        for codec in Codec::ALL {
            let packed = pack(codec, &bytes, level);
            prop_assert!(unpack(codec, &packed).expect("unpacked") == bytes, "{}", codec);
        }
    }
}
