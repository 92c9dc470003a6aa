import { parseBrownTag } from "../readers/brown.ts";

/** The universal tags, in the order of their frequency in the Brown corpus. */
export const UNIVERSAL_TAGS = [
  "NOUN",
  "VERB",
  ".",
  "ADP",
  "DET",
  "ADJ",
  "ADV",
  "PRON",
  "CONJ",
  "PRT",
  "NUM",
  "X",
] as const;

/** One of the universal tags. */
export type UniversalTag = typeof UNIVERSAL_TAGS[number];

/** The tags of single words, and the signs. */
const WORDS: Readonly<Record<UniversalTag, string>> = {
  NOUN: "nn nns np nps nr nrs pn nn$ nns$ np$ nps$ nr$ pn$ cd$",
  VERB: "vb vbd vbg vbn vbz md be bed bedz beg bem ben ber bez do dod doz hv hvd hvg hvn hvz",
  ".": ". , : -- ( ) ' '' ``",
  ADP: "in cs",
  DET: "at dt dti dts dtx dt$ pp$ wdt wp$ abx",
  ADJ: "jj jjr jjs jjt jj$ od ap",
  ADV: "rb rbr rbt rn ql qlp wql wrb *",
  PRON: "pps ppss ppo ppl ppls pp$$ wps wpo",
  CONJ: "cc",
  PRT: "to rp ex uh abl abn rb$ ap$",
  NUM: "cd",
  X: "nil",
};
/** Joined words that their parts do not decide. */
const JOINED = new Map<string, UniversalTag>([
  ["ap+ap", "PRT"],
  ["do+ppss", "PRT"],
  ["wrb+in", "PRT"],
  ["ppss+ber-n", "X"],
  ["wdt+ber+pp", "X"],
  ["wdt+do+pps", "X"],
]);
const TAGS = new Map(
  UNIVERSAL_TAGS.flatMap((tag) => WORDS[tag].split(" ").map((word) => [word, tag] as const)),
);

/**
 * The universal tag of a word by its tag in the Brown corpus, or undefined for an unknown one.
 *
 * Foreign words are X. Joined words have the tag of their first part ("can't" VERB), but PRT where a verb is joined to
 * a word of another kind ("it's").
 * *Source* S. Petrov, D. Das, R. McDonald, A Universal Part-of-Speech Tagset (LREC 2012). Which tag stands for which of
 * Brown's was found so that all twelve agree in number with the counts that the Natural Language Toolkit gives.
 */
export function universalTag(tag: string): UniversalTag | undefined {
  const { foreign, parts } = parseBrownTag(tag);
  if (foreign) return "X";
  const known = JOINED.get(parts.join("+"));
  if (known !== undefined) return known;
  const tags = parts.map((part) => TAGS.get(part));
  const [first] = tags;
  return first !== undefined && first !== "VERB" && tags.includes("VERB") ? "PRT" : first;
}
