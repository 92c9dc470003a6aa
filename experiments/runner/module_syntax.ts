/**
 * What a TypeScript module imports and exports, read from its tokens: comments, strings, templates and regular
 * expressions are skipped as what they are. Types do not count, for they leave no trace in what runs.
 *
 * @module
 */

/** A name taken from a module. "*" is all of it. */
export interface ImportedName {
  readonly specifier: string;
  /** Name in the other module. */
  readonly name: string;
}

/** A name, or with "*" all names, passed on from another module. */
export interface PassedOn extends ImportedName {
  /** Name under which it is passed on; undefined for `export *`. */
  readonly as: string | undefined;
}

/** What matters of a module. */
export interface ModuleSyntax {
  readonly imports: readonly ImportedName[];
  readonly passedOn: readonly PassedOn[];
  /** Names that it declares and exports. */
  readonly exports: ReadonlySet<string>;
  /** True if it does nothing but pass on names. */
  readonly onlyPassesOn: boolean;
  /** Files that it names by `new URL("...", import.meta.url)`. */
  readonly files: readonly string[];
}

interface Token {
  readonly kind: "word" | "string" | "other";
  readonly text: string;
}

const WORD = /[\p{ID_Start}$_#][\p{ID_Continue}$\u200c\u200d]*/uy;
const NUMBER = /\.?[0-9](?:[eE][+-]|[0-9a-zA-Z_.])*/y;
const SPACE_OR_COMMENT = /(?:\s+|\/\/[^\n\r\u2028\u2029]*|\/\*[\s\S]*?(?:\*\/|$))+/y;
const STRING = /"(?:[^"\\\n]|\\[\s\S])*"?|'(?:[^'\\\n]|\\[\s\S])*'?/y;
const REGEX = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;
const OPENING = new Set(["{", "(", "["]);
const CLOSING = new Set(["}", ")", "]"]);
/** Words after which a slash begins a regular expression, not a division. */
const BEFORE_REGEX = new Set(
  ("return typeof instanceof in of new delete void throw case do else await yield default extends").split(
    " ",
  ),
);

/** What a string literal says; specifiers need no escapes but quotes. */
function unquote(literal: string): string {
  return literal.slice(1, -1).replace(/\\(.)/g, "$1");
}

/** The tokens of a module. Code inside a template's `${}` is read too, for it may import. */
function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  // For each template that is open: how many braces are open inside its ${}.
  const templates: number[] = [];
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const text = pattern.exec(source)?.[0];
    if (text !== undefined) at += text.length;
    return text;
  };
  const templateText = () => {
    while (at < source.length) {
      if (source[at] === "\\") at += 2;
      else if (source[at] === "`") {
        at++;
        return;
      } else if (source.startsWith("${", at)) {
        at += 2;
        templates.push(0);
        return;
      } else at++;
    }
  };
  if (source.startsWith("#!")) take(/#![^\n]*/y);
  while (at < source.length) {
    if (take(SPACE_OR_COMMENT) !== undefined) continue;
    const word = take(WORD);
    if (word !== undefined) {
      tokens.push({ kind: "word", text: word });
      continue;
    }
    if (take(NUMBER) !== undefined) {
      tokens.push({ kind: "other", text: "0" });
      continue;
    }
    const literal = take(STRING);
    if (literal !== undefined) {
      tokens.push({ kind: "string", text: unquote(literal) });
      continue;
    }
    const last = tokens.at(-1);
    const operand = last !== undefined &&
      (last.kind === "string" || (last.kind === "word" && !BEFORE_REGEX.has(last.text)) ||
        [")", "]", "}", "0", "`"].includes(last.text));
    if (source[at] === "/" && !operand && take(REGEX) !== undefined) {
      tokens.push({ kind: "other", text: "0" });
      continue;
    }
    const sign = source[at++]!;
    if (sign === "`") {
      tokens.push({ kind: "other", text: "`" });
      templateText();
      continue;
    }
    const inner = templates.length - 1;
    if (sign === "{" && inner >= 0) templates[inner]!++;
    if (sign === "}" && inner >= 0 && templates[inner]!-- === 0) {
      templates.pop();
      templateText();
      continue;
    }
    tokens.push({ kind: "other", text: sign });
  }
  return tokens;
}

/** Reads the imports and exports of a module. */
export function readModuleSyntax(source: string): ModuleSyntax {
  return new Reader(tokenize(source)).read();
}

/** Walks the tokens once; statements of import and export are at depth 0, `import()` and `new URL` at any. */
class Reader {
  readonly #imports: ImportedName[] = [];
  readonly #passedOn: PassedOn[] = [];
  readonly #exports = new Set<string>();
  readonly #files: string[] = [];
  #doesMore = false;
  #at = 0;

  constructor(readonly tokens: readonly Token[]) {}

  read(): ModuleSyntax {
    for (let depth = 0; this.#at < this.tokens.length;) {
      const text = this.#text();
      const before = this.#text(-1);
      if (depth === 0 && before !== "." && this.#isStatement(text)) {
        if (text === "import") this.#import();
        else this.#export();
        continue;
      }
      if (text === "import" && this.#text(1) === "(" && before !== ".") this.#dynamicImport();
      if (text === "new" && this.#text(1) === "URL" && this.#text(2) === "(") this.#url();
      if (OPENING.has(text)) depth++;
      if (CLOSING.has(text)) depth--;
      if (text !== ";") this.#doesMore = true;
      this.#at++;
    }
    return {
      imports: this.#imports,
      passedOn: this.#passedOn,
      exports: this.#exports,
      onlyPassesOn: !this.#doesMore && this.#passedOn.length > 0,
      files: this.#files,
    };
  }

  /** Text of a token that is no string; strings and the ends give "". */
  #text(offset = 0): string {
    const token = this.tokens[this.#at + offset];
    return token === undefined || token.kind === "string" ? "" : token.text;
  }

  #string(offset = 0): string | undefined {
    const token = this.tokens[this.#at + offset];
    return token?.kind === "string" ? token.text : undefined;
  }

  #isStatement(text: string): boolean {
    return text === "export" || (text === "import" && this.#text(1) !== "(" && this.#text(1) !== ".");
  }

  /** The names in braces, in the other module and here; types are left out. The position is after the braces. */
  #names(): [string, string][] {
    const names: [string, string][] = [];
    const name = () => {
      const text = this.#string() ?? this.#text();
      this.#at++;
      return text;
    };
    this.#at++;
    while (this.#at < this.tokens.length && this.#text() !== "}") {
      // "type" alone, or before "as" or a comma, is a name like any other.
      const isType = this.#text() === "type" && ![",", "}", "as"].includes(this.#text(1));
      if (isType) this.#at++;
      const there = name();
      let here = there;
      if (this.#text() === "as") {
        this.#at++;
        here = name();
      }
      if (!isType) names.push([there, here]);
      if (this.#text() === ",") this.#at++;
    }
    this.#at++;
    return names;
  }

  /** The specifier after "from", with the attributes that may follow. */
  #from(): string | undefined {
    if (this.#text() !== "from") return undefined;
    const specifier = this.#string(1);
    this.#at += 2;
    this.#attributes();
    return specifier;
  }

  #attributes(): void {
    if (this.#text() === "with" && this.#text(1) === "{") {
      while (this.#at < this.tokens.length && this.#text() !== "}") this.#at++;
      this.#at++;
    }
    if (this.#text() === ";") this.#at++;
  }

  #import(): void {
    this.#doesMore = true;
    this.#at++;
    const alone = this.#string();
    if (alone !== undefined) {
      this.#imports.push({ specifier: alone, name: "*" });
      this.#at++;
      this.#attributes();
      return;
    }
    // `import type from "x"` and `import type, { a } from "x"` import a value called type.
    const isType = this.#text() === "type" && this.#text(1) !== "," &&
      (this.#text(1) !== "from" || this.#text(2) === "from");
    if (isType) this.#at++;
    const names: string[] = [];
    while (this.#at < this.tokens.length) {
      const text = this.#text();
      if (text === "from" && this.#string(1) !== undefined) break;
      if (text === "{") names.push(...this.#names().map(([there]) => there));
      else {
        if (text === "*") {
          names.push("*");
          this.#at += 2;
        } else if (text !== ",") names.push("default");
        this.#at++;
      }
    }
    const specifier = this.#from();
    if (isType || specifier === undefined) return;
    this.#imports.push(...names.map((name) => ({ specifier, name })));
  }

  #export(): void {
    this.#at++;
    const isType = this.#text() === "type" && ["{", "*"].includes(this.#text(1));
    if (isType) this.#at++;
    if (this.#text() === "*") return this.#exportAll(isType);
    if (this.#text() !== "{") {
      this.#doesMore = true;
      return this.#declaration();
    }
    const names = this.#names();
    const specifier = this.#from();
    if (isType) return;
    for (const [there, here] of names) {
      if (specifier === undefined) this.#exports.add(here);
      else this.#passedOn.push({ specifier, name: there, as: here });
    }
    if (specifier === undefined) {
      this.#doesMore ||= names.length > 0;
      if (this.#text() === ";") this.#at++;
    }
  }

  #exportAll(isType: boolean): void {
    this.#at++;
    let as: string | undefined;
    if (this.#text() === "as") {
      as = this.#string(1) ?? this.#text(1);
      this.#at += 2;
    }
    const specifier = this.#from();
    if (!isType && specifier !== undefined) this.#passedOn.push({ specifier, name: "*", as });
  }

  /** Notes the names of an exported declaration; its tokens are left for the walk. */
  #declaration(): void {
    const skip = (...words: string[]) => {
      while (words.includes(this.#text())) this.#at++;
    };
    if (this.#text() === "default") {
      this.#exports.add("default");
      this.#at++;
      return;
    }
    skip("declare", "async", "abstract");
    if (["const", "let", "var"].includes(this.#text()) && this.#text(1) !== "enum") return this.#variables();
    // A type leaves no trace, but counts as a name: so whoever takes it without saying "type" finds it.
    skip("const", "enum", "function", "*", "class", "namespace", "type", "interface");
    this.#exports.add(this.#text());
  }

  /** The names of `const a = ..., { b, c: d } = ...`; without a parse of the values, every word that may be a name. */
  #variables(): void {
    this.#at++;
    let depth = 0;
    for (let i = this.#at, inValue = false; i < this.tokens.length; i++) {
      const token = this.tokens[i]!;
      const text = token.kind === "string" ? "" : token.text;
      if (OPENING.has(text)) depth++;
      if (CLOSING.has(text)) depth--;
      if (
        depth < 0 || (depth === 0 && (text === ";" || (inValue && (text === "export" || text === "import"))))
      ) return;
      if (depth === 0 && text === "=") inValue = true;
      if (depth === 0 && text === ",") inValue = false;
      if (!inValue && token.kind === "word") this.#exports.add(text);
    }
  }

  #dynamicImport(): void {
    const specifier = this.#string(2);
    if (specifier !== undefined) this.#imports.push({ specifier, name: "*" });
  }

  #url(): void {
    const file = this.#string(3);
    const rest = [4, 5, 6, 7, 8].map((offset) => this.#text(offset)).join(" ");
    if (file !== undefined && rest === ", import . meta .") this.#files.push(file);
  }
}
