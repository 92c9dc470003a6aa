import { ClassificationScore } from "@verbatim/core";
import { brown, classesOf, numberListsOf, textListsOf } from "@verbatim/data";
import { defineExperiment } from "../define_experiment.ts";
import { BASELINE_METRICS, recordScore } from "./_classification.ts";
import { mostFrequent } from "../most_frequent.ts";
import { readAll } from "../read_all.ts";

const profile = { seeds: [1], config: {} };

/** The most frequent tag of each word; the first of equally frequent ones. */
function tagTable(words: readonly string[], tags: ArrayLike<number>, classes: number): Map<string, number> {
  const counts = new Map<string, Uint32Array>();
  for (const [i, word] of words.entries()) {
    let ofWord = counts.get(word);
    if (ofWord === undefined) counts.set(word, ofWord = new Uint32Array(classes));
    ofWord[tags[i]!]!++;
  }
  return new Map([...counts].map(([word, ofWord]) => {
    const most = ofWord.reduce((most, count) => Math.max(most, count), 0);
    return [word, ofWord.indexOf(most)];
  }));
}

export default defineExperiment({
  id: "frequent-tag-brown",
  family: "baselines",
  title: "Most frequent tag on the Brown corpus",
  question: "How many words have the part of speech that they have most often?",
  notes: [],
  datasets: [brown],
  model: {
    name: "table of each word's most frequent tag",
    layers: [{ name: "word to tag", shape: "[words]", parameters: 50_007 }],
    counts: [],
  },
  method: [
    "Each word of the test documents gets the tag that it has most often in the training documents; of equally frequent tags the one that is more frequent in the whole corpus.",
    "Words are compared as they are printed, with their capitals. Words that are not in the training documents get its most frequent tag, NOUN.",
    "The accuracy is over all words and signs of the test documents. Counting is exact, and nothing was selected.",
  ],
  deterministic: true,
  profiles: { quick: profile, full: profile },
  metrics: [
    ...BASELINE_METRICS,
    {
      name: "unseenShare",
      title: "Share of test words not seen before",
      format: "percent",
      better: "neither",
    },
    {
      name: "unseenAccuracy",
      title: "Accuracy on words not seen before",
      format: "percent",
      better: "higher",
    },
  ],
  comparisons: [
    {
      kind: "baseline",
      label: "NOUN for every word",
      metric: "testAccuracy",
      value: 0.23388,
      source: "counted with Python on the same columns",
    },
    {
      kind: "independent",
      label: "the same table",
      metric: "testAccuracy",
      value: 218_015 / 231_196,
      tolerance: 1e-9,
      source: "Python on the same columns: 218,015 of 231,196 words",
    },
    {
      kind: "independent",
      label: "an earlier figure, of another fifth of the documents as test set",
      metric: "testAccuracy",
      value: 0.943,
      tolerance: 0.005,
      source: "computed for this project before its code",
    },
  ],
  claims: [],
  differences: [],
  async run(context) {
    const data = context.data(brown);
    const [train, test] = [data.split("train"), data.split("test")];
    const classes = classesOf(train.columns["tags"]!)!;
    const [seen, unseen] = [await readAll(train), await readAll(test)];
    const [trainTags, testTags] = [numberListsOf(seen, "tags").values, numberListsOf(unseen, "tags").values];
    const table = tagTable(textListsOf(seen, "words").values, trainTags, classes.length);
    const standard = mostFrequent(trainTags, classes.length);
    const words = [...table.keys()].sort();
    const tags = Uint8Array.from(words, (word) => table.get(word)!);
    context.fitted("main", { tags: { dtype: "u8", shape: [tags.length], values: tags } });

    const score = new ClassificationScore(classes.length);
    let [unknown, guessed] = [0, 0];
    for (const [i, word] of textListsOf(unseen, "words").values.entries()) {
      const tag = table.get(word) ?? standard;
      score.add(classes.map((_, c) => (c === tag ? 1 : 0)), [testTags[i]!], 0);
      if (table.has(word)) continue;
      unknown++;
      if (tag === testTags[i]) guessed++;
    }
    recordScore(context, score, classes, { train: trainTags, test: testTags });
    context.metric("unseenShare", unknown / testTags.length);
    context.metric("unseenAccuracy", guessed / unknown);
  },
});
