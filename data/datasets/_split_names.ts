/** Where a name goes: "shared" if several languages have it. */
export type NameSplit = "train" | "test" | "shared";

/**
 * Where names of several languages go: of those that one language alone has, its every fifth is for "test", the others
 * for "train"; names of several languages are "shared". Capitals make no difference.
 *
 * *Shapes* `names[language]` are the names of a language, in their order; the result has the same shape.
 */
export function splitNames(names: readonly (readonly string[])[]): readonly (readonly NameSplit[])[] {
  const languageOf = new Map<string, number | "several">();
  names.forEach((list, language) => {
    for (const name of list) {
      const key = name.toLowerCase();
      const known = languageOf.get(key) ?? language;
      languageOf.set(key, known === language ? language : "several");
    }
  });
  return names.map((list) => {
    const splits = new Map<string, NameSplit>();
    let own = 0;
    for (const name of list) {
      const key = name.toLowerCase();
      if (splits.has(key)) continue;
      if (languageOf.get(key) === "several") splits.set(key, "shared");
      else splits.set(key, own++ % 5 === 4 ? "test" : "train");
    }
    return list.map((name) => splits.get(name.toLowerCase())!);
  });
}
