import { didYouMean, UsageError } from "@verbatim/data/command_line";

/** A name in the forms in which code has it. */
export interface NameForms {
  /** "my-net": ids, data sets. */
  readonly kebab: string;
  /** "my_net": files. */
  readonly snake: string;
  /** "myNet": functions. */
  readonly camel: string;
  /** "MyNet": types. */
  readonly pascal: string;
  /** "MY_NET": constants. */
  readonly constant: string;
  /** "My net": titles. */
  readonly title: string;
}

const KEBAB = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
const LONGEST = 40;
/** Words of the language, and those that the templates use for other things. */
const TAKEN = new Set(
  ("arguments async await boolean break case catch class const continue debugger default delete do else enum eval " +
    "export extends false finally for function if implements import in infinity instanceof interface let mod nan new " +
    "null number object of package private protected public return static string super switch symbol this throw true " +
    "try type typeof undefined var void while with yield apply context device entry f32 files key loss model params " +
    "profile registry result splits state test train x y").split(" "),
);

/**
 * Reads a name.
 *
 * @throws {UsageError} if it is not kebab-case, too long, or a word that stands for something else.
 */
export function readName(name: string): NameForms {
  if (!KEBAB.test(name) || name.length > LONGEST) {
    const near = name.replace(/([a-z0-9])([A-Z])/g, "$1-$2").toLowerCase().replace(/[^a-z0-9]+/g, "-")
      .replace(/^[-0-9]+|-+$/g, "");
    const meant = near !== name && KEBAB.test(near) && near.length <= LONGEST
      ? ` Did you mean "${near}"?`
      : "";
    throw new UsageError(
      `Cannot use the name "${name}": expected kebab-case of at most ${LONGEST} letters, such as "res-net".${meant}`,
    );
  }
  if (TAKEN.has(name)) {
    throw new UsageError(`Cannot use the name "${name}": expected a name that code does not use otherwise.`);
  }
  const snake = name.replaceAll("-", "_");
  const camel = name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  const words = name.replaceAll("-", " ");
  return {
    kebab: name,
    snake,
    camel,
    pascal: camel.slice(0, 1).toUpperCase() + camel.slice(1),
    constant: snake.toUpperCase(),
    title: words.slice(0, 1).toUpperCase() + words.slice(1),
  };
}

/** Checks a word against those that are known. @throws {UsageError} if it is none of them, with the nearest one. */
export function checkKnown(what: string, word: string, known: readonly string[]): string {
  if (known.includes(word)) return word;
  throw new UsageError(
    `Unknown ${what} "${word}".${didYouMean(word, known) || ` Known: ${known.join(", ")}.`}`,
  );
}
