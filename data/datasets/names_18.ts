import type { Column, Dataset, SourceFile } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { readLines } from "../readers/text.ts";
import { contentOf } from "./_content.ts";
import { splitNames } from "./_split_names.ts";
import { splitRows } from "./_split_rows.ts";

/** SHA-256 and length of each language's file. */
const FILES: readonly (readonly [string, string, number])[] = [
  ["Arabic", "6f424a8dbe51cbbbabab7a57d38b617210125e4e3991f3c657cb79b8f104bafc", 13190],
  ["Chinese", "09ba8f1f7e38dbc99372d461b26ad4433b811fc6bfa6a3ecca6fe11a9a777465", 1246],
  ["Czech", "e17ab0ec47616a72c39cb85c783f70c3663ab64488721e5d8378f146d2226be7", 3916],
  ["Dutch", "924f32b635170eae561f84538632138fc07d4c8bbd70ba3fb980de1ecc4d2af3", 2351],
  ["English", "9cca037066d3d5989e24bc01801416162de506b5e28e15b7c092a47905d29bf2", 27125],
  ["French", "81e65b36c60ed5b89a17422f6edcadbb89546f38ad69e960e64e7ba682012a95", 2178],
  ["German", "7449cd590b97a733e18d613a4155decd77ec35dc5f8aadd7a82204dce4f051db", 5610],
  ["Greek", "3555b5186de7f401e6d991b088e9e644ca3099116477818c25ab5793801389e6", 1981],
  ["Irish", "cf8c7013256252a88d2503127b87282a11f21b2ff6db1bded68834c19a1ec058", 1858],
  ["Italian", "f88414c27d0606a11a678b4859277828c2565d6cc4d9ee932deef6e94f3b35e4", 5657],
  ["Japanese", "e0e717e114fec3e7eade4d9dabe0067c475f43147e36a22b47902ee76ad9e67f", 7622],
  ["Korean", "cd54221ccb362a6cba4c78828838cf3268a0e59744767a37cf6ec4b74036b136", 423],
  ["Polish", "45bab898af2f60ed3a728bbf6980e28821011a7caa53227553b5785903a40826", 1165],
  ["Portuguese", "50a8735f41f4f73757c8ce5b16cb0275cd86b2b214bcbc8c9805f508cb131c53", 554],
  ["Russian", "0cfe53ac18041e8f63666aa77313e0a3ff378facb132abee052d8ebdc8c3d62c", 85168],
  ["Scottish", "78d0252711d87d948ea86fe34826c51d2d794a8e52d15b5d6f7b6244d45d62dd", 752],
  ["Spanish", "1bcb462ed3316756a85781d68232bddae04498fdddd5d9219c53fd1fbdeba7a7", 2284],
  ["Vietnamese", "f3f9e4164ab47601178a6e45b216464a64122f49d05541f24bf18a757253281d", 339],
];

const columns: Readonly<Record<"name" | "language" | "count", Column>> = {
  name: { dtype: "utf8", description: "surname, in Latin letters" },
  language: {
    dtype: "u8",
    shape: [],
    description: "language that the name belongs to",
    classes: FILES.map(([language]) => language),
  },
  count: { dtype: "u32", shape: [], description: "how many lines of the language's file have the name" },
};

function file([language, sha256, bytes]: readonly [string, string, number]): SourceFile {
  const name = `${language}.txt`;
  const url =
    `https://raw.githubusercontent.com/spro/practical-pytorch/c520c52e68e945d88fff563dba1c028b6ec0197b/data/names/${name}`;
  return { name, encoding: "plain", sha256, bytes, sources: [{ kind: "url", url }] };
}

/** Surnames of 18 languages, the classic exercise of many-to-one models of characters. */
export const names18: Dataset = defineDataset({
  name: "names",
  title: "Names of 18 languages",
  description: "18,012 distinct surnames with the language they belong to, of very unequal numbers.",
  licence: "MIT",
  citation: "Sean Robertson: Practical PyTorch, Classifying Names with a Character-Level RNN. 2017.",
  origin: "https://github.com/spro/practical-pytorch",
  notes: [
    "The files have 20,050 lines; what a file has several times is one row with its count. Arabic has 2000 lines of 108 names.",
    "All Scottish names but one are English ones too, so that test has no Scottish row.",
    'Spaces at the ends are cut off. One Czech line is "Maxa/B".',
    "More than half of the rows are Russian; most scripts are transcribed, some keep their accents, which gives languages away.",
  ],
  splitRule:
    "Of the names that one language alone has, each language's every fifth is in test; names that several languages " +
    "have are in train only, in each of them. Capitals make no difference.",
  files: FILES.map(file),
  splits: { train: { rows: 14_624, columns }, test: { rows: 3388, columns } },
  decode(files) {
    const counts = FILES.map(([language]) => {
      const found = new Map<string, number>();
      for (const line of readLines(contentOf(files, "names", `${language}.txt`))) {
        found.set(line.trim(), (found.get(line.trim()) ?? 0) + 1);
      }
      return found;
    });
    const splits = splitNames(counts.map((found) => [...found.keys()])).flat();
    const values = {
      name: counts.flatMap((found) => [...found.keys()]),
      language: Uint8Array.from(counts.flatMap((found, language) => Array(found.size).fill(language))),
      count: Uint32Array.from(counts.flatMap((found) => [...found.values()])),
    };
    return splitRows(columns, values, splits.map((split) => split === "test"));
  },
});
