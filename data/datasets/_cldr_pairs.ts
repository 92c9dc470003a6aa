import type { Column, Dataset, SourceFile } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { type CldrNameKind, readCldrNames } from "../readers/cldr_names.ts";
import { readCldrAnnotations } from "../readers/cldr.ts";
import { failAs } from "../readers/malformed.ts";
import { readTar } from "../readers/tar.ts";
import { cldrPackage } from "./_cldr_packages.ts";
import { connected } from "./_connected.ts";
import { contentOf } from "./_content.ts";
import { baseEmoji, territoryOfFlag } from "./_emoji_base.ts";
import { splitRows } from "./_split_rows.ts";

const KINDS = ["character", "language", "territory", "script"] as const;
const NAMES: readonly (readonly [CldrNameKind, number])[] = [["languages", 1], ["territories", 2], [
  "scripts",
  3,
]];
const PACKAGES = [
  cldrPackage("cldr-annotations-full", "annotations"),
  cldrPackage("cldr-annotations-derived-full", "annotationsDerived"),
  cldrPackage("cldr-localenames-full", "main"),
];
const fail = failAs("CLDR data");

/** What is particular to a pair of languages. */
export interface CldrPairs {
  /** The tag of the language that is not English: "de". */
  readonly tag: string;
  /** Its name: "German". */
  readonly language: string;
  /** SHA-256 and length of the archives of annotations, derived annotations and display names. */
  readonly pins: readonly (readonly [string, number])[];
  /** Rows of the splits. */
  readonly rows: { readonly train: number; readonly test: number };
  /** Pairs of which both sides are the same. */
  readonly identical: number;
}

/** Names of the Unicode consortium's locale data in English and another language. */
export function cldrPairs({ tag, language, pins, rows, identical }: CldrPairs): Dataset {
  const columns: Readonly<Record<"english" | "translation" | "kind" | "code", Column>> = {
    english: { dtype: "utf8", description: "name in English" },
    translation: { dtype: "utf8", description: `name in ${language}` },
    kind: { dtype: "u8", shape: [], description: "what has the name", classes: KINDS },
    code: {
      dtype: "utf8",
      description: "the character or sequence itself, or the code of ISO 639, 3166 or 15924",
    },
  };
  const members = [/annotations\.json$/, /annotations\.json$/, /(languages|scripts|territories)\.json$/]
    .map(({ source }) => new RegExp(`^(en|${tag})/${source}`));
  const title = `CLDR names, English to ${language}`;
  return defineDataset({
    name: `cldr-en-${tag}`,
    title,
    description:
      `Names of emoji, signs, languages, territories and scripts in English and ${language}: short phrases to ` +
      "translate.",
    licence: "Unicode-3.0",
    citation: "The Unicode Consortium: Common Locale Data Repository, version 48.2. 2025.",
    origin: "https://cldr.unicode.org",
    notes: [
      `In ${identical} of the ${
        rows.train + rows.test
      } pairs both sides are the same: whoever copies gets those right.`,
      "Most emoji are of few patterns: three of four names differ from others in skin, hair, gender or direction alone.",
      "Pairs that several codes have stand once; other forms of a name (short, formal) are left out.",
    ],
    splitRule:
      "Emoji that differ in skin, gender, age or direction alone are of one group, a flag and its territory, a language " +
      "and its kinds in some territory, and all pairs with one side in common; of the groups that start with each kind " +
      "the fifth of every ten is in test.",
    files: PACKAGES.map((source, i): SourceFile => ({
      name: `${source.package.slice(5)}.tar`,
      encoding: "plain",
      sha256: pins[i]![0],
      bytes: pins[i]![1],
      members: members[i]!,
      sources: [source],
    })),
    splits: { train: { rows: rows.train, columns }, test: { rows: rows.test, columns } },
    decode(files) {
      const [annotations, derived, names] = PACKAGES
        .map(({ package: name }) => readTar(contentOf(files, title, `${name.slice(5)}.tar`)));
      const read = (archive: ReadonlyMap<string, Uint8Array>, name: string) =>
        archive.get(name) ?? fail(`a member "${name}"`, "none");
      const pairs = new Map<string, Pair>();
      const add = (
        english: string,
        translation: string | undefined,
        kind: number,
        code: string,
        base: string,
      ) => {
        const key = `${english}\0${translation}`;
        if (translation !== undefined && !pairs.has(key)) {
          pairs.set(key, { english, translation, kind, code, base });
        }
      };
      for (const archive of [annotations!, derived!]) {
        const [english, other] = ["en", tag]
          .map((each) => readCldrAnnotations(read(archive, `${each}/annotations.json`)));
        for (const [code, { name }] of english!) {
          const territory = territoryOfFlag(code);
          const base = territory === undefined ? baseEmoji(code) : `territory ${territory}`;
          if (name !== undefined) add(name, other!.get(code)?.name, 0, code, base);
        }
      }
      for (const [file, kind] of NAMES) {
        const [english, other] = ["en", tag].map((each) =>
          readCldrNames(read(names!, `${each}/${file}.json`), file)
        );
        for (const [code, name] of english!) {
          if (code.includes("-alt-")) continue;
          add(name, other!.get(code), kind, code, `${KINDS[kind]} ${code.split(/[-_]/)[0]}`);
        }
      }
      const list = [...pairs.values()];
      const first = connected([
        list.map(({ base }) => base),
        list.map(({ english }) => english.toLowerCase()),
        list.map(({ translation }) => translation.toLowerCase()),
      ]);
      const counts = KINDS.map(() => 0);
      const heldOut = new Set<number>();
      list.forEach(({ kind }, row) => {
        if (first[row] === row && counts[kind]!++ % 10 === 4) heldOut.add(row);
      });
      const values = {
        english: list.map(({ english }) => english),
        translation: list.map(({ translation }) => translation),
        kind: Uint8Array.from(list, ({ kind }) => kind),
        code: list.map(({ code }) => code),
      };
      return splitRows(columns, values, list.map((_, row) => heldOut.has(first[row]!)));
    },
  });
}

interface Pair {
  readonly english: string;
  readonly translation: string;
  /** Number in `KINDS`. */
  readonly kind: number;
  readonly code: string;
  /** What it is a kind of. */
  readonly base: string;
}
