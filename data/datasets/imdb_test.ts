import { assertEquals, assertThrows } from "@std/assert";
import { gzipSync } from "fflate";
import { MalformedFileError } from "../readers/malformed.ts";
import { writeTar } from "../readers/tar.ts";
import { imdb } from "./imdb.ts";

/** An archive of the same form, with its other files too. */
function archive(reviews: Readonly<Record<string, string>>): Map<string, Uint8Array> {
  const encoder = new TextEncoder();
  const members = Object.entries(reviews).map(([name, text]) =>
    [`aclImdb/${name}`, encoder.encode(text)] as const
  );
  return new Map([["aclImdb_v1.tar.gz", gzipSync(writeTar(members))]]);
}

// The set itself comes from one server alone, which the tests leave in peace.
Deno.test("IMDB reviews come out of an archive of the same form, positive and negative in turn", () => {
  const decoded = imdb.decode(archive({
    "README": "Large Movie Review Dataset",
    "imdb.vocab": "the",
    "train/labeledBow.feat": "9 0:9",
    "train/urls_pos.txt": "http://www.imdb.com/title/tt0453418/usercomments",
    "train/pos/10_9.txt": "Fine.",
    "train/pos/2_7.txt": "Très bien<br />",
    "train/neg/10_1.txt": "Bad.",
    "train/neg/2_4.txt": "Long.",
    "train/unsup/7_0.txt": "Who knows?",
    "test/pos/0_10.txt": "Ten of ten",
    "test/neg/0_2.txt": "No",
  }));
  assertEquals(decoded, {
    train: {
      text: ["Long.", "Très bien<br />", "Bad.", "Fine."],
      id: Uint32Array.of(2, 2, 10, 10),
      label: Uint8Array.of(0, 1, 0, 1),
      rating: Uint8Array.of(4, 7, 1, 9),
    },
    test: {
      text: ["No", "Ten of ten"],
      id: Uint32Array.of(0, 0),
      label: Uint8Array.of(0, 1),
      rating: Uint8Array.of(2, 10),
    },
    unlabelled: { text: ["Who knows?"], id: Uint32Array.of(7) },
  });
});

Deno.test("IMDB refuses a missing file, a damaged one and one of something else, in one line", () => {
  assertThrows(() => imdb.decode(new Map()), RangeError, 'expected file "aclImdb_v1.tar.gz", got none');
  const whole = archive({ "train/pos/0_9.txt": "Fine." });
  const bytes = whole.get("aclImdb_v1.tar.gz")!;
  const cut = new Map([["aclImdb_v1.tar.gz", bytes.subarray(0, bytes.length >> 1)]]);
  assertThrows(() => imdb.decode(cut), MalformedFileError, "Cannot read a gzip file");
  assertThrows(
    () => imdb.decode(archive({ "x.txt": "" })),
    MalformedFileError,
    "expected members like aclImdb/train",
  );
});
