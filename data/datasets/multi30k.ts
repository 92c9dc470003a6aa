import type { Dataset, SourceFile, TextColumn } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { readLines } from "../readers/text.ts";
import { contentOf } from "./_content.ts";

const COMMIT = "a3d2e0d26b56f3846f66a952536ffed4e401d05a";

function file(name: string, sha256: string, bytes: number): SourceFile {
  const url = `https://raw.githubusercontent.com/multi30k/dataset/${COMMIT}/data/task1/raw/${name}`;
  return { name, encoding: "gzip", sha256, bytes, sources: [{ kind: "url", url }] };
}

const columns: Readonly<Record<"english" | "german", TextColumn>> = {
  english: { dtype: "utf8", description: "description of a photograph" },
  german: { dtype: "utf8", description: "its translation by a professional translator" },
};

/** Multi30k: 31,014 English descriptions of photographs with German translations. */
export const multi30k: Dataset = defineDataset({
  name: "multi30k",
  title: "Multi30k, English to German",
  description:
    "English descriptions of photographs, translated into German by people: short sentences of everyday life.",
  licence: "LicenseRef-not-stated",
  citation:
    "Desmond Elliott, Stella Frank, Khalil Sima'an, Lucia Specia: Multi30K: Multilingual English-German Image " +
    "Descriptions. Proceedings of the 5th Workshop on Vision and Language, 2016.",
  origin: "https://github.com/multi30k/dataset",
  notes: [
    "The raw files, neither tokenised nor in lower case; 40 German rows of train have spaces at an end.",
    "One English description of train stands in validation too, none in test; nine of train repeat others.",
    "The descriptions come from Flickr30k, which is offered for research and teaching; the repository of the translations " +
    "names no licence. The photographs are not part of the set.",
  ],
  splitRule:
    "The authors' own files for task 1, 2016: train, val and test_2016_flickr; the photographs of each are different.",
  files: [
    file("train.en.gz", "460a15fbd157e34a7a9957ee388c1ca247fe47af3ef25fb50442af6c274e0fc6", 1_801_238),
    file("train.de.gz", "2c2b73fd2b548fbcde3a875e0a78d6ee94d498bfdee6bd3eae3945779e9ddf72", 2_110_398),
    file("val.en.gz", "1f2a23d992769b5b3d209b0a10dd0b77c08cceb1f20dfb97ed0aafa49d107227", 63_297),
    file("val.de.gz", "660e09eb7e1da2f856ea13ee5ad3cf6d36b3d5b0b733c857e94c5747a3dfc660", 75_981),
    file(
      "test_2016_flickr.en.gz",
      "399a4382932c1aadd3ceb9bef1008d388a64c76d4ae4e9d4728c6f4301cac182",
      62_076,
    ),
    file(
      "test_2016_flickr.de.gz",
      "4be6b5b3236b79c25475c6bb829800a7ce559e9ba7a1f6c2394fe4d40be46d16",
      70_649,
    ),
  ],
  splits: {
    train: { rows: 29_000, columns },
    validation: { rows: 1014, columns },
    test: { rows: 1000, columns },
  },
  decode(files) {
    const pairs = (name: string) => ({
      english: readLines(contentOf(files, "Multi30k", `${name}.en.gz`)),
      german: readLines(contentOf(files, "Multi30k", `${name}.de.gz`)),
    });
    return { train: pairs("train"), validation: pairs("val"), test: pairs("test_2016_flickr") };
  },
});
